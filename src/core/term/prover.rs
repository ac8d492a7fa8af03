//! Exact answers about conditions: what can be true of a filing.
//!
//! A condition is true, false or unknown of a filing, so it is two statements: that it is certainly true, and that it is certainly false. Each is built
//! once of statements about facts. What is outside the decidable core is a fact of its own that may come out either way.

use super::answer::Sample;
use super::fact::{EQUAL, Facts, GREATER, LESS, NO, Question, State, Test, UNLIKE, Unit, YES, answer, number};
use super::from_hir::{Own, Reader};
use super::goal::{Goal, Goals};
use super::terms::{Op, TermId};
use crate::hir::{ExprId, Ordering, Program, Type};
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;

/// Deepest chain of alternatives that a question is passed along.
const MAX_DEPTH: u32 = 64;
/// Most values for which equality of two facts is looked at value by value.
const MAX_VALUES: usize = 16;
/// How facts are understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reading {
    /// As the vocabulary says.
    Exact,
    /// Only what is said of yes-or-no answers and of values of enums counts, anything may be declared not to exist, and all else may come out either
    /// way: more filings than there are. What cannot be even so is plain to everybody who reads the conditions.
    Generous,
}

/// When a condition is true, and when it is false. Never both.
#[derive(Clone, Copy, Debug)]
struct Sides {
    yes: Goal,
    no: Goal,
}

impl Sides {
    fn of(b: bool) -> Sides {
        Sides { yes: Goal::of(b), no: Goal::of(!b) }
    }
}

/// Answers questions about the conditions of one program. What was read for one question is kept for the next.
#[derive(Debug)]
pub struct Prover<'a> {
    pub(super) reader: Reader<'a, Own>,
    pub(super) reading: Reading,
    pub(super) goals: Goals,
    sides: FxHashMap<TermId, Sides>,
    given: FxHashMap<TermId, Goal>,
    tables: FxHashMap<TermId, Vec<(TermId, Goal)>>,
    n_deep: u32,
    /// Filings that earlier searches found, the most useful one first.
    pub(super) samples: Vec<Sample>,
}

impl<'a> Prover<'a> {
    /// A prover that has read nothing.
    pub fn new(program: &'a Program, reading: Reading) -> Self {
        let mut reader = Reader::new(program, Own { opens: true });
        // A state of a fact that is a value of an enum tells the value from all others, named by a rule or not.
        for value in program.schema.enums.iter().flat_map(|e| &e.values) {
            reader.terms.leaf(Op::Value(value.name.clone()));
        }
        Prover {
            reader,
            reading,
            goals: Goals::default(),
            sides: FxHashMap::default(),
            given: FxHashMap::default(),
            tables: FxHashMap::default(),
            n_deep: 0,
            samples: Vec::new(),
        }
    }

    /// The term of an expression, definitions opened.
    pub fn term(&mut self, id: ExprId) -> TermId {
        let term = self.reader.term(id);
        // Definitions first, each after those it reads: what follows goes no deeper than one of them is written.
        for def in self.reader.take_opened() {
            if self.reading == Reading::Exact {
                self.given(def, 0);
            }
            if self.reader.ty(def) == Some(&Type::Boolean) {
                self.sides(def);
            }
        }
        term
    }

    /// The name of a fact that is a field, `size`, without its loop variable.
    pub fn field(&self, fact: TermId) -> Option<&str> {
        match self.reader.terms.op(fact) {
            Op::Field(name, _) => Some(name.strip_prefix('$').and_then(|n| n.split_once('.')).map_or(name, |(_, n)| n)),
            _ => None,
        }
    }

    /// The parts of a term.
    pub fn parts_of(&self, term: TermId) -> &[TermId] {
        &self.reader.terms.get(term).parts
    }

    /// The operator of a term.
    pub fn op(&self, term: TermId) -> &Op {
        self.reader.terms.op(term)
    }

    /// The name of a value of an enum.
    pub fn value_name(&self, of: crate::value::EnumId, n: u16) -> &str {
        self.reader.program().schema.enumeration(of).values.get(usize::from(n)).map_or("", |v| v.name.as_str())
    }

    /// The type of a value.
    pub fn ty(&self, term: TermId) -> Option<&Type> {
        self.reader.ty(term)
    }

    /// That a condition is certainly true.
    pub fn surely(&mut self, id: ExprId) -> Goal {
        let term = self.term(id);
        self.sides(term).yes
    }

    /// That a condition is certainly false.
    pub fn surely_not(&mut self, id: ExprId) -> Goal {
        let term = self.term(id);
        self.sides(term).no
    }

    /// All of some statements.
    pub fn all(&mut self, goals: impl IntoIterator<Item = Goal>) -> Goal {
        self.goals.all(goals)
    }

    pub(super) fn facts(&self) -> Facts<'_> {
        Facts { program: self.reader.program(), terms: &self.reader.terms, may_all_be_absent: self.reading == Reading::Generous }
    }

    fn parts(&self, term: TermId) -> Vec<TermId> {
        self.reader.terms.get(term).parts.to_vec()
    }

    fn ask(&mut self, fact: TermId, question: Question, wanted: bool) -> Goal {
        self.goals.test(fact, Test { question, wanted })
    }

    fn both(&mut self, fact: TermId, question: Question) -> Sides {
        Sides { yes: self.ask(fact, question.clone(), true), no: self.ask(fact, question, false) }
    }

    fn is(&mut self, fact: TermId, states: u8) -> Goal {
        self.ask(fact, Question::States(states), true)
    }

    fn and(&mut self, parts: &[Sides]) -> Sides {
        Sides { yes: self.goals.all(parts.iter().map(|s| s.yes)), no: self.goals.any(parts.iter().map(|s| s.no)) }
    }

    fn or(&mut self, parts: &[Sides]) -> Sides {
        Sides { yes: self.goals.any(parts.iter().map(|s| s.yes)), no: self.goals.all(parts.iter().map(|s| s.no)) }
    }

    /// Whether a term is a condition and no fact or choice of values.
    fn is_condition(&self, term: TermId) -> bool {
        matches!(
            self.reader.terms.op(term),
            Op::And
                | Op::Or
                | Op::Not
                | Op::Equal
                | Op::Less
                | Op::LessOrEqual
                | Op::In
                | Op::Given
                | Op::IsNone
                | Op::Stated(_)
                | Op::TextContains(..)
                | Op::ContainsAny
                | Op::Matches(_)
                | Op::Some(_)
        )
    }

    /// When a value is there.
    fn given(&mut self, term: TermId, depth: u32) -> Goal {
        if let Some(known) = self.given.get(&term) {
            return *known;
        }
        let goal = match self.reader.terms.op(term).clone() {
            op if op.is_constant() => Goal::ALWAYS,
            Op::List | Op::Set | Op::SubmissionDate => Goal::ALWAYS,
            Op::Else if depth < MAX_DEPTH => {
                let parts: Vec<Goal> = self.parts(term).into_iter().map(|p| self.given(p, depth + 1)).collect();
                self.goals.any(parts)
            }
            Op::Decide(..) => {
                let table: Vec<Goal> = self.table(term).into_iter().map(|(_, goal)| goal).collect();
                self.goals.any(table)
            }
            Op::Else => self.deep(),
            _ if self.is_condition(term) => {
                let sides = self.sides(term);
                self.goals.any([sides.yes, sides.no])
            }
            _ => self.ask(term, Question::Given, true),
        };
        self.given.insert(term, goal);
        goal
    }

    /// When a value is declared not to exist, or comes out so.
    fn absent(&mut self, term: TermId, depth: u32) -> Goal {
        match self.reader.terms.op(term).clone() {
            op if op.is_constant() => Goal::NEVER,
            Op::List | Op::Set | Op::SubmissionDate | Op::Decide(..) => Goal::NEVER,
            Op::Else if depth < MAX_DEPTH => {
                let parts = self.parts(term);
                let Some((last, before)) = parts.split_last() else { return Goal::NEVER };
                let mut all: Vec<Goal> = before.iter().map(|p| !self.given(*p, depth + 1)).collect();
                all.push(self.absent(*last, depth + 1));
                self.goals.all(all)
            }
            Op::Else => self.deep(),
            _ if self.is_condition(term) => Goal::NEVER,
            _ if self.reading == Reading::Exact && self.facts().is_always(term) => Goal::NEVER,
            _ => self.ask(term, Question::Absent, true),
        }
    }

    /// What may be anything, because it was not looked at.
    fn deep(&mut self) -> Goal {
        self.n_deep += 1;
        let fact = self.reader.terms.leaf(Op::Deep(self.n_deep));
        self.is(fact, YES)
    }

    /// The values of a decision table, and when it has each.
    fn table(&mut self, term: TermId) -> Vec<(TermId, Goal)> {
        if let Some(known) = self.tables.get(&term) {
            return known.clone();
        }
        let Op::Decide(values, otherwise) = self.reader.terms.op(term).clone() else { return Vec::new() };
        let mut goals: BTreeMap<TermId, Goal> = BTreeMap::new();
        let values: Vec<TermId> = values.into_iter().map(|v| self.reader.terms.leaf(Op::Value(v))).collect();
        values.iter().for_each(|v| _ = goals.insert(*v, Goal::NEVER));
        if let Some(value) = otherwise {
            goals.insert(self.reader.terms.leaf(Op::Value(value)), Goal::ALWAYS);
        }
        // From the last row on: a row that may or may not apply leaves the value known where the rows after it give the same.
        for (value, condition) in values.into_iter().zip(self.parts(term)).rev() {
            let row = self.sides(condition);
            for (other, goal) in &mut goals {
                *goal = if *other == value { self.goals.any([row.yes, *goal]) } else { self.goals.all([row.no, *goal]) };
            }
        }
        let table: Vec<(TermId, Goal)> = goals.into_iter().collect();
        self.tables.insert(term, table.clone());
        table
    }

    /// When a condition is true, and when it is false.
    fn sides(&mut self, term: TermId) -> Sides {
        if let Some(known) = self.sides.get(&term) {
            return *known;
        }
        let parts = self.parts(term);
        let sides = match (self.reader.terms.op(term).clone(), &parts[..]) {
            _ if self.reading == Reading::Generous && !self.is_plain(term) => Sides { yes: self.is(term, YES), no: self.is(term, NO) },
            (Op::Bool(b), _) => Sides::of(b),
            (Op::And, parts) => {
                let parts: Vec<Sides> = parts.iter().map(|p| self.sides(*p)).collect();
                self.and(&parts)
            }
            (Op::Or, parts) => {
                let parts: Vec<Sides> = parts.iter().map(|p| self.sides(*p)).collect();
                self.or(&parts)
            }
            (Op::Not, [part]) => {
                let Sides { yes, no } = self.sides(*part);
                Sides { yes: no, no: yes }
            }
            (Op::Given, [part]) => {
                let given = self.given(*part, 0);
                Sides { yes: given, no: !given }
            }
            // What is not stated is not known; nothing makes it false.
            (Op::Stated(_), [part]) => Sides { yes: self.given(*part, 0), no: Goal::NEVER },
            (Op::IsNone, [part]) => Sides { yes: self.absent(*part, 0), no: self.given(*part, 0) },
            (op @ (Op::Equal | Op::Less | Op::LessOrEqual), [a, b]) => self.compared(&op, *a, *b),
            (Op::In, [item, list]) => self.member(term, *item, *list),
            (Op::Matches(_), [text]) => self.tied(term, *text),
            (Op::TextContains(_, any), [whole, piece]) => {
                let terms = &self.reader.terms;
                let pieces = terms.get(*piece);
                match (&pieces.op, any) {
                    (Op::Set, true) if pieces.parts.is_empty() => Sides::of(false),
                    (Op::Set, true) if pieces.parts.iter().all(|p| terms.op(*p).is_constant()) => self.tied(term, *whole),
                    (op, false) if op.is_constant() => self.tied(term, *whole),
                    _ => self.loose(term, *whole),
                }
            }
            (Op::Some(_), [_, body]) if *self.reader.terms.op(*body) == Op::Bool(false) => {
                let (given, absent) = (self.given(parts[0], 0), self.absent(parts[0], 0));
                Sides { yes: Goal::NEVER, no: self.goals.any([given, absent]) }
            }
            (Op::Some(_), [list, _]) => self.tied(term, *list),
            (Op::ContainsAny, lists) if lists.iter().any(|l| self.is_empty(*l)) => Sides::of(false),
            (Op::ContainsAny, _) => Sides { yes: self.is(term, YES), no: self.is(term, NO) },
            _ => self.asked(term, &Question::Is(true), 0),
        };
        self.sides.insert(term, sides);
        sides
    }

    /// Whether a condition is of those that count in a generous reading.
    fn is_plain(&self, term: TermId) -> bool {
        let is_choice = |id: TermId| matches!(self.reader.terms.op(id), Op::Value(_) | Op::Bool(_));
        let term = self.reader.terms.get(term);
        match &term.op {
            Op::Equal => term.parts.iter().any(|p| is_choice(*p)),
            Op::In => {
                let list = self.reader.terms.get(term.parts[1]);
                list.op == Op::Set && list.parts.iter().all(|p| is_choice(*p))
            }
            Op::Less | Op::LessOrEqual | Op::Given | Op::IsNone | Op::TextContains(..) | Op::ContainsAny | Op::Matches(_) | Op::Some(_) => {
                false
            }
            _ => true,
        }
    }

    fn is_empty(&self, list: TermId) -> bool {
        let list = self.reader.terms.get(list);
        list.op == Op::Set && list.parts.is_empty()
    }

    /// An atom that is false where a fact does not exist and unknown where it is not stated.
    fn tied(&mut self, atom: TermId, fact: TermId) -> Sides {
        let (given, absent) = (self.given(fact, 0), self.absent(fact, 0));
        let (yes, no) = (self.is(atom, YES), self.is(atom, NO));
        let no = self.goals.all([given, no]);
        Sides { yes: self.goals.all([given, yes]), no: self.goals.any([absent, no]) }
    }

    /// An atom that is false where a fact does not exist, and may be false where it is not stated.
    fn loose(&mut self, atom: TermId, fact: TermId) -> Sides {
        let (given, absent) = (self.given(fact, 0), self.absent(fact, 0));
        let (yes, no) = (self.is(atom, YES), self.is(atom, NO));
        Sides { yes: self.goals.all([given, yes]), no: self.goals.any([absent, no]) }
    }

    fn member(&mut self, atom: TermId, item: TermId, list: TermId) -> Sides {
        if *self.reader.terms.op(list) != Op::Set {
            return self.loose(atom, item);
        }
        let items = self.parts(list);
        let is_plain = |op: &Op| op.is_constant() && number(op).is_none() && !matches!(op, Op::Duration(_) | Op::Bool(_));
        if !items.is_empty() && items.iter().all(|i| is_plain(self.reader.terms.op(*i))) {
            return self.asked(item, &Question::OneOf(items.into()), 0);
        }
        let items: Vec<Sides> = items.into_iter().map(|i| self.compared(&Op::Equal, item, i)).collect();
        self.or(&items)
    }

    /// A question about a value, passed on to what the value is chosen from.
    fn asked(&mut self, value: TermId, question: &Question, depth: u32) -> Sides {
        match self.reader.terms.op(value).clone() {
            op if op.is_constant() => {
                let state = match (number(&op), &op) {
                    (Some((n, unit)), _) => State::Number(n, unit),
                    (None, Op::Bool(b)) => State::Bool(*b),
                    _ => State::Constant(value),
                };
                let answer = answer(question, &state);
                Sides { yes: Goal::of(answer == Some(true)), no: Goal::of(answer == Some(false)) }
            }
            Op::Else | Op::Decide(..) if self.reading == Reading::Generous => self.both(value, question.clone()),
            Op::Else if depth < MAX_DEPTH => {
                let mut sides: Option<Sides> = None;
                for part in self.parts(value).into_iter().rev() {
                    let own = self.asked(part, question, depth + 1);
                    sides = Some(match sides {
                        None => own,
                        Some(rest) => {
                            let given = self.given(part, depth + 1);
                            let mut either = |own, rest| {
                                let (own, rest) = (self.goals.all([given, own]), self.goals.all([!given, rest]));
                                self.goals.any([own, rest])
                            };
                            Sides { yes: either(own.yes, rest.yes), no: either(own.no, rest.no) }
                        }
                    });
                }
                sides.unwrap_or(Sides::of(false))
            }
            Op::Else => {
                let (yes, no) = (self.deep(), self.deep());
                Sides { yes, no: self.goals.all([!yes, no]) }
            }
            Op::Decide(..) => {
                let (mut yes, mut no) = (Vec::new(), Vec::new());
                for (constant, goal) in self.table(value) {
                    let list = if answer(question, &State::Constant(constant)) == Some(true) { &mut yes } else { &mut no };
                    list.push(goal);
                }
                Sides { yes: self.goals.any(yes), no: self.goals.any(no) }
            }
            _ if self.is_condition(value) => {
                let Sides { yes, no } = self.sides(value);
                match question {
                    Question::Is(false) => Sides { yes: no, no: yes },
                    _ => Sides { yes, no },
                }
            }
            Op::Broken(_) | Op::Deep(_) => Sides { yes: self.is(value, YES), no: self.is(value, NO) },
            _ => self.both(value, question.clone()),
        }
    }

    fn compared(&mut self, op: &Op, a: TermId, b: TermId) -> Sides {
        let constant = |this: &Self, term| {
            let op = this.reader.terms.op(term);
            op.is_constant().then(|| op.clone())
        };
        // A constant on the left is turned to the right.
        for (fact, other, is_turned) in [(a, b, false), (b, a, true)] {
            let Some(other_op) = constant(self, other) else { continue };
            let question = match (op, number(&other_op), &other_op) {
                (Op::Equal, Some((n, unit)), _) => Question::Compared(None, n, unit),
                (Op::Less, Some((n, unit)), _) => {
                    Question::Compared(Some(if is_turned { Ordering::Greater } else { Ordering::Less }), n, unit)
                }
                (Op::LessOrEqual, Some((n, unit)), _) => {
                    Question::Compared(Some(if is_turned { Ordering::GreaterOrEqual } else { Ordering::LessOrEqual }), n, unit)
                }
                (Op::Equal, None, Op::Bool(b)) => Question::Is(*b),
                (Op::Equal, None, Op::Text(_) | Op::Value(_)) => Question::OneOf([other].into()),
                _ => continue,
            };
            return self.asked(fact, &question, 0);
        }
        let ty = self.reader.ty(a).or(self.reader.ty(b)).cloned();
        let (given, absent) = {
            let (x, y) = (self.given(a, 0), self.given(b, 0));
            let (p, q) = (self.absent(a, 0), self.absent(b, 0));
            (self.goals.all([x, y]), self.goals.any([p, q]))
        };
        let is_list = matches!(ty, Some(Type::List(_)) | None);
        if a == b && !is_list {
            let (yes, no) = if *op == Op::Less { (Goal::NEVER, given) } else { (given, Goal::NEVER) };
            return Sides { yes, no: self.goals.any([absent, no]) };
        }
        let (yes, no) = match ty {
            Some(Type::Boolean) => {
                let questions = [Question::Is(false), Question::Is(true)];
                self.same_of(a, b, &questions, given)
            }
            Some(Type::Enum(of)) if self.has_few_values(of) => {
                let names: Vec<String> = self.reader.program().schema.enumeration(of).values.iter().map(|v| v.name.clone()).collect();
                let questions: Vec<Question> =
                    names.into_iter().map(|n| Question::OneOf([self.reader.terms.leaf(Op::Value(n))].into())).collect();
                self.same_of(a, b, &questions, given)
            }
            Some(
                ref ty @ (Type::Integer
                | Type::Decimal
                | Type::Pattern(_, false)
                | Type::Date
                | Type::DateTime
                | Type::BusinessDays
                | Type::Money
                | Type::Duration),
            ) => {
                let fact = self.reader.pair(Op::Order, a, b, ty);
                let (below, above) = if a <= b { (LESS, GREATER) } else { (GREATER, LESS) };
                let (yes, no) = match op {
                    Op::Equal => (EQUAL, LESS | GREATER | UNLIKE),
                    Op::Less => (below, EQUAL | above),
                    _ => (below | EQUAL, above),
                };
                (self.is(fact, yes), self.is(fact, no))
            }
            Some(ty) if !is_list => {
                let fact = self.reader.pair(Op::Same, a, b, &ty);
                (self.is(fact, YES), self.is(fact, NO))
            }
            _ => {
                // Items may be unknown where the list is known.
                let atom = self.reader.terms.put(op.clone(), vec![a, b]);
                (self.is(atom, YES), self.is(atom, NO))
            }
        };
        let no = self.goals.all([given, no]);
        Sides { yes: self.goals.all([given, yes]), no: self.goals.any([absent, no]) }
    }

    fn has_few_values(&self, of: crate::value::EnumId) -> bool {
        let shape = self.reader.program().schema.enumeration(of);
        !shape.is_open && shape.values.len() <= MAX_VALUES
    }

    /// When two values are the same, where each answers exactly one of the questions.
    fn same_of(&mut self, a: TermId, b: TermId, questions: &[Question], given: Goal) -> (Goal, Goal) {
        let each: Vec<Goal> = questions
            .iter()
            .map(|q| {
                let (x, y) = (self.asked(a, q, 0).yes, self.asked(b, q, 0).yes);
                self.goals.all([x, y])
            })
            .collect();
        let yes = self.goals.any(each);
        (yes, self.goals.all([given, !yes]))
    }

    /// A number of a witness, as written in rules.
    pub fn number(&self, n: i128, unit: Unit) -> String {
        super::terms::shown(n, unit)
    }
}
