//! What can be true of a filing: exact answers about conditions on the decidable core.
//!
//! A condition becomes a formula over facts. A fact is in one of a few states: unknown, declared not to exist, or one of the values that some
//! comparison tells apart. What is outside the core is a fact of its own that may come out either way. A search over the states, with Kleene's
//! logic on sets of outcomes, says whether a goal can be reached; a search that grows too long says nothing.

use super::key::{self, key};
use crate::hir::{Base, Const, ExprId, ExprKind, FieldPath, Ordering, Program, Quantifier, Type};
use crate::value::FieldType;
use std::collections::{BTreeMap, BTreeSet};

/// Most steps of one search.
const MAX_STEPS: usize = 4000;
/// Deepest chain of definitions that is opened.
const MAX_DEPTH: usize = 16;

const TRUE: u8 = 1;
const FALSE: u8 = 2;
const UNKNOWN: u8 = 4;

/// What is asked about one fact.
#[derive(Clone, Debug)]
enum Test {
    /// It is one of these constants.
    IsOneOf(Vec<String>),
    Compared(Option<Ordering>, i64),
    Given,
    Absent,
    /// The fact is itself a condition.
    Holds,
}

/// A state of a fact.
#[derive(Clone, Debug, PartialEq)]
enum State {
    Unknown,
    Absent,
    Yes,
    No,
    Value(String),
    /// A value that no comparison names.
    Other,
    /// Twice the number, so that odd ones lie between.
    Number(i64),
}

#[derive(Default, Debug)]
struct Fact {
    values: BTreeSet<String>,
    cuts: BTreeSet<i64>,
    is_condition: bool,
    /// Outside the core: true, false or unknown.
    is_opaque: bool,
    /// Number of values there are, where they are few.
    n_values: Option<usize>,
    is_never_absent: bool,
    least: Option<i64>,
    states: Vec<State>,
}

/// A condition over facts.
#[derive(Clone, Debug)]
pub(super) enum Formula {
    Constant(bool),
    Ask(usize, AskOf),
    And(Vec<Formula>),
    Or(Vec<Formula>),
    Not(Box<Formula>),
    /// Two-valued: the part is certainly true.
    Surely(Box<Formula>),
    /// Two-valued: the part is certainly false.
    SurelyNot(Box<Formula>),
}

/// A question about a fact.
#[derive(Clone, Debug)]
pub(super) struct AskOf(Test);

/// The facts of some conditions.
pub(super) struct Logic<'a> {
    program: &'a Program,
    keys: BTreeMap<String, usize>,
    facts: Vec<Fact>,
}

impl<'a> Logic<'a> {
    pub(super) fn new(program: &'a Program) -> Self {
        Logic { program, keys: BTreeMap::new(), facts: Vec::new() }
    }

    fn fact(&mut self, key: String) -> usize {
        if let Some(i) = self.keys.get(&key) {
            return *i;
        }
        self.facts.push(Fact::default());
        self.keys.insert(key, self.facts.len() - 1);
        self.facts.len() - 1
    }

    fn fact_of(&mut self, id: ExprId) -> usize {
        let expr = self.program.expr(id);
        let i = self.fact(key(self.program, id));
        let fact = &mut self.facts[i];
        if let Type::Enum(e) = expr.ty {
            let shape = self.program.schema.enumeration(e);
            fact.n_values = (!shape.is_open).then_some(shape.values.len());
        }
        if let ExprKind::Field(path) = &expr.kind
            && is_always_declared(self.program, path)
        {
            fact.is_never_absent = true;
        }
        match expr.kind {
            ExprKind::Count { .. } => (fact.is_never_absent, fact.least) = (true, Some(0)),
            ExprKind::SubmissionDate => fact.is_never_absent = true,
            ExprKind::Def(d) => {
                let value = self.program.defs[d.index()].value;
                fact.is_never_absent = matches!(self.program.expr(value).kind, ExprKind::Decide { .. });
            }
            _ => {}
        }
        i
    }

    fn opaque(&mut self, key: String) -> Formula {
        let i = self.fact(key);
        self.facts[i].is_opaque = true;
        Formula::Ask(i, AskOf(Test::Holds))
    }

    /// The formula of a condition; definitions of conditions are opened.
    pub(super) fn formula(&mut self, id: ExprId) -> Formula {
        self.open(id, 0)
    }

    fn open(&mut self, id: ExprId, depth: usize) -> Formula {
        let program = self.program;
        let expr = program.expr(id);
        match &expr.kind {
            ExprKind::Const(Const::Bool(b)) => Formula::Constant(*b),
            ExprKind::And(l) => Formula::And(l.iter().map(|e| self.open(*e, depth)).collect()),
            ExprKind::Or(l) => Formula::Or(l.iter().map(|e| self.open(*e, depth)).collect()),
            ExprKind::Not(a) => Formula::Not(Box::new(self.open(*a, depth))),
            ExprKind::Def(d) if depth < MAX_DEPTH => self.open(program.defs[d.index()].value, depth + 1),
            ExprKind::Field(_) => {
                let i = self.fact_of(id);
                self.facts[i].is_condition = true;
                Formula::Ask(i, AskOf(Test::Holds))
            }
            ExprKind::Given(a) => Formula::Ask(self.fact_of(*a), AskOf(Test::Given)),
            ExprKind::IsNone(a) => Formula::Ask(self.fact_of(*a), AskOf(Test::Absent)),
            ExprKind::Equal(a, b) => {
                for (fact, other) in [(*a, *b), (*b, *a)] {
                    if let Some(found) = self.compared(fact, None, other) {
                        return found;
                    }
                }
                self.opaque(key(program, id))
            }
            ExprKind::Ordered(op, a, b) => {
                let turned = match op {
                    Ordering::Less => Ordering::Greater,
                    Ordering::LessOrEqual => Ordering::GreaterOrEqual,
                    Ordering::Greater => Ordering::Less,
                    Ordering::GreaterOrEqual => Ordering::LessOrEqual,
                };
                self.compared(*a, Some(*op), *b)
                    .or_else(|| self.compared(*b, Some(turned), *a))
                    .unwrap_or_else(|| self.opaque(key(program, id)))
            }
            ExprKind::In(item, list) => self.member(*item, *list).unwrap_or_else(|| self.opaque(key(program, id))),
            ExprKind::Quantified { kind, range, body } => {
                let list = key::path(&range.list);
                match kind {
                    Quantifier::Some => self.opaque(format!("some({list},{})", key(program, *body))),
                    Quantifier::No => Formula::Not(Box::new(self.opaque(format!("some({list},{})", key(program, *body))))),
                    Quantifier::Every => Formula::Not(Box::new(self.opaque(format!("some({list},{})", key::not(program, *body))))),
                }
            }
            _ => self.opaque(key(program, id)),
        }
    }

    fn is_constant(&self, id: ExprId) -> bool {
        matches!(self.program.expr(id).kind, ExprKind::Const(_) | ExprKind::List(_))
    }

    fn compared(&mut self, fact: ExprId, op: Option<Ordering>, other: ExprId) -> Option<Formula> {
        let ExprKind::Const(constant) = &self.program.expr(other).kind else { return None };
        if self.is_constant(fact) || matches!(self.program.expr(fact).kind, ExprKind::Param(_)) {
            return None;
        }
        let number = match (constant, &self.program.expr(fact).ty) {
            (Const::Int(n), Type::Decimal) => n.checked_mul(1_000_000),
            (Const::Decimal(_), Type::Decimal) | (Const::Int(_) | Const::Date(_), _) => key::number(constant),
            _ => None,
        };
        let test = match (constant, op, number) {
            (Const::Enum(..) | Const::Text(_) | Const::Bool(_), None, _) => Test::IsOneOf(vec![word(constant)]),
            (_, op, Some(n)) => Test::Compared(op, n),
            _ => return None,
        };
        let i = self.fact_of(fact);
        match &test {
            Test::IsOneOf(values) => self.facts[i].values.extend(values.iter().cloned()),
            Test::Compared(_, n) => {
                self.facts[i].cuts.insert(*n);
            }
            _ => {}
        }
        if let Const::Bool(_) = constant {
            self.facts[i].is_condition = true;
        }
        Some(Formula::Ask(i, AskOf(test)))
    }

    fn member(&mut self, item: ExprId, list: ExprId) -> Option<Formula> {
        let constants: Vec<&Const> = match &self.program.expr(list).kind {
            ExprKind::Const(Const::List(l)) => l.iter().collect(),
            ExprKind::List(l) => {
                let of = |e: &ExprId| if let ExprKind::Const(c) = &self.program.expr(*e).kind { Some(c) } else { None };
                l.iter().map(of).collect::<Option<_>>()?
            }
            _ => return None,
        };
        if self.is_constant(item) || !constants.iter().all(|c| matches!(c, Const::Enum(..) | Const::Text(_))) {
            return None;
        }
        let words: Vec<String> = constants.into_iter().map(word).collect();
        let i = self.fact_of(item);
        self.facts[i].values.extend(words.iter().cloned());
        Some(Formula::Ask(i, AskOf(Test::IsOneOf(words))))
    }

    /// Whether some filing reaches the goal; `None` when that is not found out.
    pub(super) fn can(&mut self, goal: &Formula) -> Option<bool> {
        for fact in &mut self.facts {
            fact.list_states();
        }
        let mut search = Search { facts: &self.facts, chosen: vec![None; self.facts.len()], steps: 0 };
        search.run(goal)
    }
}

/// Whether neither the field nor a record around it can be declared not to exist.
fn is_always_declared(program: &Program, path: &FieldPath) -> bool {
    let schema = &program.schema;
    let mut record = match (path.base, path.field, path.names.len()) {
        (Base::Root, ..) => schema.root,
        (Base::Var(_), Some((record, _)), 1) => Some(record),
        _ => None,
    };
    for name in &path.names {
        let Some(field) = record.and_then(|r| schema.record(r).fields.iter().find(|f| f.name == *name)) else { return false };
        if field.is_optional {
            return false;
        }
        record = match field.ty {
            FieldType::Record(inner) => Some(inner),
            _ => None,
        };
    }
    path.field.is_some()
}

fn word(constant: &Const) -> String {
    match constant {
        Const::Enum(_, v) => format!("#{v}"),
        Const::Bool(b) => b.to_string(),
        other => format!("{other:?}"),
    }
}

impl Fact {
    fn list_states(&mut self) {
        let mut states = vec![State::Unknown];
        if (!self.is_opaque || self.is_condition) && !self.is_never_absent {
            states.push(State::Absent);
        }
        if self.is_opaque || self.is_condition {
            states.extend([State::Yes, State::No]);
        } else if !self.cuts.is_empty() {
            let mut last: Option<i64> = None;
            for cut in &self.cuts {
                let before = last.map_or(self.least.is_none_or(|l| l < *cut), |l| l + 1 < *cut);
                if before {
                    states.push(State::Number(cut * 2 - 1));
                }
                if self.least.is_none_or(|l| l <= *cut) {
                    states.push(State::Number(cut * 2));
                }
                last = Some(*cut);
            }
            states.push(State::Number(last.unwrap_or(0) * 2 + 1));
        } else {
            states.extend(self.values.iter().cloned().map(State::Value));
            if self.n_values.is_none_or(|n| n > self.values.len()) {
                states.push(State::Other);
            }
        }
        self.states = states;
    }
}

fn outcome(test: &Test, state: &State) -> u8 {
    let of = |b: bool| if b { TRUE } else { FALSE };
    match (test, state) {
        (Test::Given, State::Unknown | State::Absent) => FALSE,
        (Test::Given, _) => TRUE,
        (_, State::Unknown) => UNKNOWN,
        (Test::Absent, s) => of(*s == State::Absent),
        (Test::Holds, State::Yes) => TRUE,
        (Test::IsOneOf(v), State::Yes) => of(v.iter().any(|v| v == "true")),
        (Test::IsOneOf(v), State::No) => of(v.iter().any(|v| v == "false")),
        (Test::IsOneOf(v), State::Value(s)) => of(v.contains(s)),
        (Test::Compared(op, n), State::Number(m)) => {
            let n = n * 2;
            of(match op {
                None => *m == n,
                Some(Ordering::Less) => *m < n,
                Some(Ordering::LessOrEqual) => *m <= n,
                Some(Ordering::Greater) => *m > n,
                Some(Ordering::GreaterOrEqual) => *m >= n,
            })
        }
        // A comparison with what does not exist is false.
        _ => FALSE,
    }
}

struct Search<'a> {
    facts: &'a [Fact],
    chosen: Vec<Option<usize>>,
    steps: usize,
}

impl Search<'_> {
    fn run(&mut self, goal: &Formula) -> Option<bool> {
        self.steps += 1;
        if self.steps > MAX_STEPS {
            return None;
        }
        let mut open = None;
        let outcomes = self.outcomes(goal, &mut open);
        if outcomes & TRUE == 0 {
            return Some(false);
        }
        let Some(fact) = open.filter(|_| outcomes != TRUE) else { return Some(true) };
        let mut given_up = false;
        for state in 0..self.facts[fact].states.len() {
            self.chosen[fact] = Some(state);
            match self.run(goal) {
                Some(true) => {
                    self.chosen[fact] = None;
                    return Some(true);
                }
                Some(false) => {}
                None => given_up = true,
            }
        }
        self.chosen[fact] = None;
        (!given_up).then_some(false)
    }

    /// The set of outcomes that are still possible; `open` is a fact whose state matters and is not chosen.
    fn outcomes(&self, formula: &Formula, open: &mut Option<usize>) -> u8 {
        match formula {
            Formula::Constant(b) => u8::from(*b) * TRUE + u8::from(!*b) * FALSE,
            Formula::Ask(fact, AskOf(test)) => match self.chosen[*fact] {
                Some(state) => outcome(test, &self.facts[*fact].states[state]),
                None => {
                    open.get_or_insert(*fact);
                    self.facts[*fact].states.iter().fold(0, |set, s| set | outcome(test, s))
                }
            },
            Formula::Not(inner) => {
                let set = self.outcomes(inner, open);
                (set & UNKNOWN) | ((set & TRUE) << 1) | ((set & FALSE) >> 1)
            }
            Formula::And(parts) => self.fold(parts, TRUE, FALSE, open),
            Formula::Or(parts) => self.fold(parts, FALSE, TRUE, open),
            Formula::Surely(inner) => {
                let set = self.outcomes(inner, open);
                (set & TRUE) | if set & !TRUE != 0 { FALSE } else { 0 }
            }
            Formula::SurelyNot(inner) => {
                let set = self.outcomes(inner, open);
                ((set & FALSE) >> 1) | if set & !FALSE != 0 { FALSE } else { 0 }
            }
        }
    }

    /// Kleene's `and` (`neutral` true) or `or` (`neutral` false) on sets.
    fn fold(&self, parts: &[Formula], neutral: u8, absorbing: u8, open: &mut Option<usize>) -> u8 {
        let mut set = neutral;
        for part in parts {
            let next = self.outcomes(part, open);
            let mut result = 0;
            if (set | next) & absorbing != 0 {
                result |= absorbing;
            }
            if set & neutral != 0 && next & neutral != 0 {
                result |= neutral;
            }
            let softer = |a: u8, b: u8| a & UNKNOWN != 0 && b & (UNKNOWN | neutral) != 0;
            if softer(set, next) || softer(next, set) {
                result |= UNKNOWN;
            }
            set = result;
            if set == absorbing {
                break;
            }
        }
        set
    }
}
