//! Kleene evaluation over slots. No names, no spans, no allocation for plain comparisons.

use super::absence::{Absence, Found};
use super::arithmetic::{compare, order};
use super::slice::{Active, ActiveException, ActiveValue};
use super::texts::{begin_apart, same_text};
use super::trace::Missing;
use super::{Ended, Evaluation, Outcome};
use crate::hir::{Quantifier, Several};
use crate::manifest::Document;
use crate::pack::{Constant, LoweredVersion, NONE, Node, Slice, View};
use crate::value::{Date, Money, Pool, TextRef, Value};
use rustc_hash::FxHashMap;
use std::cmp::Ordering as Cmp;

/// A truth value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tri {
    /// False.
    False,
    /// True.
    True,
    /// Not known.
    Unknown,
}

impl Tri {
    /// Of a Boolean.
    pub fn of(b: bool) -> Tri {
        if b { Tri::True } else { Tri::False }
    }
}

impl std::ops::Not for Tri {
    type Output = Tri;
    fn not(self) -> Tri {
        match self {
            Tri::True => Tri::False,
            Tri::False => Tri::True,
            Tri::Unknown => Tri::Unknown,
        }
    }
}

/// The items of a list, wherever they are.
#[derive(Clone, Copy, Debug)]
pub(super) enum Items {
    Unknown,
    /// Slots of the document.
    Slots(u32, u32),
    /// Constants of the rules.
    Constants(Slice),
    /// Values of nodes.
    Nodes(Slice),
}

/// Evaluates nodes for one document.
pub struct Machine<'a> {
    pub(super) lowered: View<'a>,
    pub(super) active: &'a Active,
    pub(super) document: &'a Document,
    pub(super) submission: Date,
    /// What was found out under the reading of absence at hand.
    pub(super) found: Found,
    /// First slot of the item each loop variable stands for.
    pub(super) env: Vec<u32>,
    pub(super) scratch: String,
    /// Texts up to here are values of definitions and stay.
    pub(super) scratch_mark: usize,
    /// Loop variables from here on stand for items of an absent list.
    pub(super) absent_from: Option<u8>,
    /// Calendar years that were asked for and are not covered, each with the earliest day that a count into it can give.
    pub(super) missing_years: Vec<(i16, Option<Date>)>,
    pub(super) absence: Absence,
    /// Whether a fact was absent where a rule asks for absence.
    pub(super) met_absence: bool,
    /// How the places of a filing that are left out are called, by slot.
    pub(super) left_out: FxHashMap<u32, Missing>,
    /// What was found out under the other readings of absence.
    pub(super) aside: [Found; 3],
}

/// Whether each layer applies to a document. The conditions of layers read what the layers that extend nothing say.
pub fn evaluate_applies(view: View<'_>, document: &Document, submission: Date) -> Vec<Tri> {
    let base: Vec<usize> = view.layers.iter().enumerate().filter(|(_, l)| l.extends == NONE).map(|(i, _)| i).collect();
    let active = Active { params: super::slice::parameters(view, &base, document, submission, false), ..Active::default() };
    let mut machine = Machine::new(view, &active, document, submission);
    view.layers.iter().map(|l| if l.applies == NONE { Tri::True } else { machine.truth(l.applies) }).collect()
}

impl<'a> Machine<'a> {
    /// A machine for one document.
    pub fn new(lowered: View<'a>, active: &'a Active, document: &'a Document, submission: Date) -> Self {
        Machine {
            lowered,
            active,
            document,
            submission,
            found: Found::new(lowered),
            env: vec![0; lowered.n_variables()],
            scratch: String::new(),
            scratch_mark: 0,
            absent_from: None,
            missing_years: Vec::new(),
            absence: Absence::Told,
            met_absence: false,
            left_out: FxHashMap::default(),
            aside: std::array::from_fn(|_| Found::default()),
        }
    }

    /// The derived filing type; `Unknown` where it cannot be derived.
    pub fn filing_type(&mut self) -> Value {
        self.definition(self.lowered.filing_type())
    }

    /// The value of a parameter for this filing; without a constant where it is not known which of several it is.
    pub(super) fn parameter(&mut self, p: u32) -> ActiveValue {
        let active = self.active;
        let param = &active.params[p as usize];
        if param.conditional.is_empty() {
            return param.value;
        }
        let absent_from = self.absent_from.take();
        let mut chosen: Option<ActiveValue> = None;
        for value in &param.conditional {
            match (self.truth(value.when), param.several) {
                (Tri::False, _) => {}
                (Tri::Unknown, _) => {
                    chosen = Some(ActiveValue { constant: NONE, ..*value });
                    break;
                }
                (Tri::True, Several::Nearest) => {
                    chosen = Some(*value);
                    break;
                }
                (Tri::True, several) => chosen = Some(chosen.map_or(*value, |c| super::slice::picked(self.lowered, several, *value, c))),
            }
        }
        self.absent_from = absent_from;
        match (chosen, param.several) {
            (None, _) => param.value,
            (Some(value), Several::Lowest | Several::Highest) if value.constant != NONE && param.value.origin != NONE => {
                super::slice::picked(self.lowered, param.several, param.value, value)
            }
            (Some(value), _) => value,
        }
    }

    /// The value of a definition. Those it reads are evaluated before it, one after the other: a long chain needs no stack.
    pub(super) fn definition(&mut self, def: u32) -> Value {
        if let Some(Some((value, met_absence))) = self.found.defs.get(def as usize) {
            self.met_absence |= met_absence;
            let value = *value;
            self.ask_years_of(def);
            return value;
        }
        if def >= self.lowered.defs.len() {
            return Value::Unknown;
        }
        // The filing type is what the facts that are there make it; else every rule would rest on what is left out.
        if def == self.lowered.filing_type() && self.absence != Absence::Told {
            let value = self.under(Absence::Told, |m| m.definition(def));
            self.found.defs[def as usize] = Some((value, false));
            return value;
        }
        let mut wanted = vec![def];
        let mut seen = rustc_hash::FxHashSet::from_iter([def]);
        let mut stack = vec![def];
        while let Some(at) = stack.pop() {
            for read in self.lowered.operands.slice(self.lowered.defs.at(at).reads.defs) {
                if self.found.defs[read as usize].is_none() && seen.insert(read) {
                    wanted.push(read);
                    stack.push(read);
                }
            }
        }
        // Definitions are numbered so that those that others read come first.
        wanted.sort_unstable();
        let absent_from = self.absent_from.take();
        let met_before = self.met_absence;
        let years_before = std::mem::take(&mut self.missing_years);
        for at in wanted {
            self.met_absence = false;
            let value = if at == self.lowered.filing_type() && self.absence != Absence::Told {
                let value = self.under(Absence::Told, |m| m.definition(at));
                self.met_absence = false;
                value
            } else {
                self.value(self.lowered.defs.at(at).root)
            };
            let years = std::mem::take(&mut self.missing_years);
            if !years.is_empty() {
                self.found.years.insert(at, years);
            }
            self.found.defs[at as usize] = Some((value, self.met_absence));
        }
        self.missing_years = years_before;
        self.ask_years_of(def);
        self.absent_from = absent_from;
        self.scratch_mark = self.scratch.len();
        let (value, met_absence) = self.found.defs[def as usize].unwrap_or((Value::Unknown, false));
        self.met_absence = met_before | met_absence;
        value
    }

    /// Whoever reads a definition asks for the calendars that it asked for.
    fn ask_years_of(&mut self, def: u32) {
        if self.found.years.is_empty() {
            return;
        }
        for year in self.found.years.get(&def).into_iter().flatten() {
            if !self.missing_years.contains(year) {
                self.missing_years.push(*year);
            }
        }
    }

    /// Evaluates every active rule.
    pub fn run(&mut self) -> Evaluation {
        let mut ended: Vec<Ended> = Vec::with_capacity(self.active.rules.len());
        let mut met = Vec::with_capacity(self.active.rules.len());
        let active = self.active;
        let ruled_out = active.guards.ruled_out(self);
        for i in 0..active.rules.len() {
            self.met_absence = false;
            let is_out = ruled_out.get(i).is_some_and(|out| *out);
            let not = Ended { outcome: Outcome::NotApplicable, own: Outcome::NotApplicable };
            ended.push(if is_out { not } else { self.end(i, &ended) });
            met.push(self.met_absence);
        }
        self.with_gaps(ended, met)
    }

    /// Ends of all rules, with what keeps those that are undetermined from being decided.
    fn with_gaps(&mut self, ended: Vec<Ended>, met_absence: Vec<bool>) -> Evaluation {
        let mut evaluation = Evaluation { ended, gaps: Vec::new(), met_absence };
        evaluation.gaps = super::gap::gaps(self.lowered, self, &evaluation);
        evaluation
    }

    /// How an active rule ends; `before` are the ends of those that come before it.
    pub(super) fn end(&mut self, i: usize, before: &[Ended]) -> Ended {
        let own = self.own_end(i);
        let stopped = |e: &Ended| matches!(e.outcome, Outcome::Violated | Outcome::Undetermined | Outcome::Blocked);
        let outcome = if own == Outcome::NotApplicable {
            own
        } else if self.active.rules[i].needs.iter().any(|n| stopped(&before[*n as usize])) {
            Outcome::Blocked
        } else {
            self.waived(i, own)
        };
        Ended { outcome, own }
    }

    /// The version of an active rule.
    pub(super) fn version(&self, i: usize) -> LoweredVersion {
        self.lowered.versions.at(self.active.rules[i].version)
    }

    pub(super) fn waived(&mut self, i: usize, own: Outcome) -> Outcome {
        let mut unknown = false;
        for n in 0..self.active.rules[i].waivers.len() {
            let when = self.active.rules[i].waivers[n].when;
            match if when == NONE { Tri::True } else { self.waiver_truth(i, when) } {
                Tri::True => return Outcome::Waived,
                Tri::Unknown => unknown = true,
                Tri::False => {}
            }
        }
        if unknown && own == Outcome::Violated { Outcome::Undetermined } else { own }
    }

    /// A waiver's condition; one that reads loop variables must hold for every item.
    pub(super) fn waiver_truth(&mut self, i: usize, when: u32) -> Tri {
        let loops = self.version(i).loops;
        let mut result = Tri::True;
        self.each_item(loops, &mut |m, is_known| {
            m.absent_from = if is_known { None } else { m.first_absent(loops) };
            match m.truth(when) {
                Tri::False => result = Tri::False,
                Tri::Unknown if result == Tri::True => result = Tri::Unknown,
                _ => {}
            }
            m.absent_from = None;
        });
        result
    }

    /// How an active rule ends on its own, without waivers and needs.
    pub(super) fn own_end(&mut self, i: usize) -> Outcome {
        self.scratch.truncate(self.scratch_mark);
        let loops = self.version(i).loops;
        if loops.length == 0 {
            return self.item(i);
        }
        let mut worst = Outcome::NotApplicable;
        self.each_item(loops, &mut |m, is_known| worst = worst.worse(m.outcome_here(i, is_known)));
        worst
    }

    /// How a rule ends for the items at hand; behind a list that is absent stand unknown items, perhaps none.
    pub(super) fn outcome_here(&mut self, i: usize, is_known: bool) -> Outcome {
        if is_known {
            return self.item(i);
        }
        let version = self.version(i);
        if version.when == NONE && self.active.rules[i].yields.is_empty() {
            return Outcome::Undetermined;
        }
        self.absent_from = self.first_absent(version.loops);
        let when = self.applies(i, version.when);
        self.absent_from = None;
        if when == Tri::False { Outcome::NotApplicable } else { Outcome::Undetermined }
    }

    /// The first variable of some loops that stands for items of an absent list.
    fn first_absent(&self, loops: Slice) -> Option<u8> {
        loops.range().map(|l| self.lowered.loops.at(l as u32).var).find(|v| self.env[*v as usize] == NONE)
    }

    /// Whether an expression asks about items of a list that is absent: then nothing is known, not even what is missing.
    fn asks_absent_items(&self, node: u32) -> bool {
        self.absent_from.is_some_and(|var| self.lowered.reads_loop(node, var))
    }

    /// How an active rule ends for the items at hand. Absence never violates: what would not be violated if nothing were known of the facts that
    /// are left out is undetermined.
    pub(super) fn item(&mut self, i: usize) -> Outcome {
        let met_before = std::mem::take(&mut self.met_absence);
        let mut outcome = self.item_as_read(i);
        if outcome == Outcome::Violated
            && self.absence == Absence::Told
            && self.met_absence
            && self.under(Absence::FactsOpen, |m| m.item_as_read(i)) != Outcome::Violated
        {
            outcome = Outcome::Undetermined;
        }
        self.met_absence |= met_before;
        outcome
    }

    pub(super) fn item_as_read(&mut self, i: usize) -> Outcome {
        let version = self.version(i);
        let when = self.applies(i, version.when);
        if when == Tri::False {
            return Outcome::NotApplicable;
        }
        let require = self.truth(version.require);
        if require == Tri::True {
            return Outcome::Satisfied;
        }
        match (require, self.excused(i)) {
            (_, Tri::True) => Outcome::Satisfied,
            (Tri::False, Tri::False) if when == Tri::True => Outcome::Violated,
            _ => Outcome::Undetermined,
        }
    }

    /// Whether a rule applies to the items at hand: its condition `when` holds, and nothing that replaces it does.
    pub(super) fn applies(&mut self, i: usize, when: u32) -> Tri {
        let active = self.active;
        let mut applies = Tri::True;
        for scope in &active.rules[i].yields {
            match self.truth(*scope) {
                Tri::True => return Tri::False,
                Tri::Unknown => applies = Tri::Unknown,
                Tri::False => {}
            }
        }
        match if when == NONE { Tri::True } else { self.truth(when) } {
            Tri::True => applies,
            other => other,
        }
    }

    /// Whether an exception applies to the items at hand.
    pub(super) fn excused(&mut self, i: usize) -> Tri {
        let active = self.active;
        self.any_exception(&active.rules[i].exceptions)
    }

    fn any_exception(&mut self, list: &[ActiveException]) -> Tri {
        let mut result = Tri::False;
        for exception in list {
            match self.exception(exception) {
                Tri::True => return Tri::True,
                Tri::Unknown => result = Tri::Unknown,
                Tri::False => {}
            }
        }
        result
    }

    /// Whether one exception applies: its condition holds and nothing takes it back.
    pub(super) fn exception(&mut self, exception: &ActiveException) -> Tri {
        match self.truth(exception.when) {
            Tri::False => Tri::False,
            when => match (when, !self.any_exception(&exception.unless)) {
                (_, Tri::False) => Tri::False,
                (Tri::True, Tri::True) => Tri::True,
                _ => Tri::Unknown,
            },
        }
    }

    /// Calls `f` for every combination of items of the loops. Where a list is absent it is called once with unknown items and `false`.
    pub(super) fn each_item(&mut self, loops: Slice, f: &mut dyn FnMut(&mut Self, bool)) {
        let Some(at) = self.lowered.loops.get(loops.start).filter(|_| loops.length > 0) else {
            return f(self, true);
        };
        let rest = Slice { start: loops.start + 1, length: loops.length - 1 };
        let Items::Slots(start, length) = self.items_of_loop(&at) else {
            for index in loops.range() {
                let var = self.lowered.loops.at(index as u32).var as usize;
                self.env[var] = NONE;
            }
            return f(self, false);
        };
        for n in 0..length {
            self.env[at.var as usize] = start + n * at.stride;
            if rest.length == 0 { f(self, true) } else { self.each_item(rest, f) }
        }
    }

    pub(super) fn items_of_loop(&self, at: &crate::pack::Loop) -> Items {
        let slot = if at.base == 255 {
            at.slot
        } else {
            match self.env[at.base as usize] {
                NONE => return Items::Unknown,
                start => start + at.slot,
            }
        };
        Self::items_of(self.document.slots[slot as usize])
    }

    fn items_of(value: Value) -> Items {
        match value {
            Value::List { start, length } | Value::Rows { start, length } => Items::Slots(start, length),
            // Declared not to exist: a list without items.
            Value::None => Items::Slots(0, 0),
            _ => Items::Unknown,
        }
    }

    fn constant(&self, index: u32) -> Value {
        self.lowered.constants.at(index).value()
    }

    /// The text of a value, in whichever pool it lies.
    pub(super) fn str(&self, text: TextRef) -> &str {
        let range = text.start as usize..(text.start + text.length) as usize;
        let pool = match text.pool {
            Pool::Document => &self.document.text,
            Pool::Rules => return self.lowered.text_in(range),
            Pool::Scratch => &self.scratch,
        };
        pool.get(range).unwrap_or("")
    }

    /// The bytes of a text.
    fn bytes(&self, text: TextRef) -> &[u8] {
        let range = text.start as usize..(text.start + text.length) as usize;
        let pool = match text.pool {
            Pool::Document => self.document.text.as_bytes(),
            Pool::Rules => self.lowered.text,
            Pool::Scratch => self.scratch.as_bytes(),
        };
        pool.get(range).unwrap_or(&[])
    }

    pub(super) fn scratch(&mut self, text: &str) -> Value {
        let start = self.scratch.len() as u32;
        self.scratch.push_str(text);
        Value::Text(TextRef { start, length: text.len() as u32, pool: Pool::Scratch })
    }

    pub(super) fn operand(&self, at: usize) -> u32 {
        self.lowered.operands.at(at as u32)
    }

    /// The truth of a condition.
    pub fn truth(&mut self, node: u32) -> Tri {
        match self.lowered.nodes.at(node) {
            Node::And(slice) => {
                let mut result = Tri::True;
                for at in slice.range() {
                    match self.truth(self.operand(at)) {
                        Tri::False => return Tri::False,
                        Tri::Unknown => result = Tri::Unknown,
                        Tri::True => {}
                    }
                }
                result
            }
            Node::Or(slice) => {
                let mut result = Tri::False;
                for at in slice.range() {
                    match self.truth(self.operand(at)) {
                        Tri::True => return Tri::True,
                        Tri::Unknown => result = Tri::Unknown,
                        Tri::False => {}
                    }
                }
                result
            }
            Node::Not(a) => !self.truth(a),
            Node::Equal(a, b) => {
                let (a, b) = (self.value(a), self.value(b));
                self.equal(a, b)
            }
            Node::SameList(a, b) => self.same_list(a, b),
            Node::Ordered(op, a, b) => {
                let n_missing = self.missing_years.len();
                let (x, y) = (self.value(a), self.value(b));
                match compare(op, x, y) {
                    Tri::Unknown if self.missing_years.len() > n_missing => {
                        let decided = self.bounded(op, (a, x), (b, y));
                        if decided != Tri::Unknown {
                            self.missing_years.truncate(n_missing);
                        }
                        decided
                    }
                    truth => truth,
                }
            }
            Node::In(item, list) => {
                let items = self.items(list);
                let value = self.value(item);
                self.member(value, items)
            }
            Node::ListContains { any: false, list, item } => {
                let items = self.items(list);
                let value = self.value(item);
                self.member(value, items)
            }
            Node::ListContains { any: true, list, item } => {
                let (items, wanted) = (self.items(list), self.items(item));
                self.any_member(items, wanted)
            }
            Node::Given(a) => match self.value(a) {
                Value::Unknown if self.asks_absent_items(a) || self.is_unusable(a) || self.is_open(a) => Tri::Unknown,
                value => Tri::of(!matches!(value, Value::Unknown | Value::None)),
            },
            Node::Stated { may_be_empty, fact } => match self.value(fact) {
                Value::Unknown => Tri::Unknown,
                Value::List { length: 0, .. } | Value::Rows { length: 0, .. } if !may_be_empty => Tri::Unknown,
                _ => Tri::True,
            },
            Node::IsNone(a) => match self.value(a) {
                Value::Unknown => Tri::Unknown,
                v => Tri::of(v == Value::None),
            },
            Node::TextContains { part, any, whole, piece } => self.text_contains(part, any, whole, piece),
            Node::Matches(a, pattern) => match self.value(a) {
                Value::Unknown => Tri::Unknown,
                Value::Text(t) => self.matches(t, pattern),
                _ => Tri::False,
            },
            Node::Quantified { kind, range, body } => self.quantified(kind, range, body),
            _ => match self.value(node) {
                Value::Bool(b) => Tri::of(b),
                // A yes-or-no answer that was declared not to exist is no yes.
                Value::None => Tri::False,
                _ => Tri::Unknown,
            },
        }
    }

    fn quantified(&mut self, kind: Quantifier, range: u32, body: u32) -> Tri {
        let at = self.lowered.loops.at(range);
        let Items::Slots(start, length) = self.items_of_loop(&at) else { return Tri::Unknown };
        let saved = self.env[at.var as usize];
        // `some` looks for a true body, `every` for a false one, `no` for a true one.
        let (stop_at, stop) = match kind {
            Quantifier::Every => (Tri::False, Tri::False),
            Quantifier::Some => (Tri::True, Tri::True),
            Quantifier::No => (Tri::True, Tri::False),
        };
        // What is false for an item neither makes `some` true nor `no` false: only items that may be true are looked at.
        let picked = if kind == Quantifier::Every { None } else { self.candidates(&at, body, start, length) };
        let n_items = picked.as_ref().map_or(length, |p| p.len() as u32);
        let mut result = !stop;
        for n in 0..n_items {
            self.env[at.var as usize] = picked.as_ref().map_or(start + n * at.stride, |p| p[n as usize]);
            let truth = self.truth(body);
            if truth == stop_at {
                result = stop;
                break;
            }
            if truth == Tri::Unknown {
                result = Tri::Unknown;
            }
        }
        self.env[at.var as usize] = saved;
        result
    }

    /// Whether a fact is stated in a way that tells nothing: with a fault of form, or by a name that no list knows.
    pub(super) fn is_unusable(&self, node: u32) -> bool {
        let slot = match self.lowered.nodes.at(node) {
            Node::Root { slot, .. } => slot,
            Node::Item { var, offset, .. } => match self.env[var as usize] {
                NONE => return false,
                start => start + offset,
            },
            Node::Def(def) => return self.is_unusable(self.lowered.defs.at(def).root),
            _ => return false,
        };
        self.document.is_unusable(slot)
    }

    /// The items of a list-valued node.
    pub(super) fn items(&mut self, node: u32) -> Items {
        match self.lowered.nodes.at(node) {
            Node::Const(c) => self.constant_items(c),
            Node::Param(p) => match self.parameter(p).constant {
                NONE => Items::Unknown,
                c => self.constant_items(c),
            },
            Node::List(slice) => Items::Nodes(slice),
            Node::Def(_) => {
                // A definition may be another name for a list: the chain of names is followed without recursion.
                let mut at = node;
                while let Node::Def(d) = self.lowered.nodes.at(at) {
                    at = self.lowered.defs.at(d).root;
                }
                self.items(at)
            }
            Node::Else(slice) => {
                let mut last = Items::Unknown;
                for at in slice.range() {
                    let operand = self.operand(at);
                    last = self.items(operand);
                    let value = self.value(operand);
                    if self.asks_absent_items(operand) || !matches!(value, Value::Unknown | Value::None) {
                        break;
                    }
                    if value == Value::Unknown && (self.is_unusable(operand) || self.is_open(operand) && self.absence == Absence::Open) {
                        return Items::Unknown;
                    }
                }
                last
            }
            _ => Self::items_of(self.value(node)),
        }
    }

    fn constant_items(&self, c: u32) -> Items {
        match self.lowered.constants.at(c) {
            Constant::List(slice) => Items::Constants(slice),
            _ => Items::Unknown,
        }
    }

    pub(super) fn n_items(&self, items: Items) -> u32 {
        match items {
            Items::Unknown => 0,
            Items::Slots(_, n) => n,
            Items::Constants(s) | Items::Nodes(s) => s.length,
        }
    }

    pub(super) fn nth(&mut self, items: Items, n: u32) -> Value {
        match items {
            Items::Unknown => Value::Unknown,
            Items::Slots(start, _) => self.document.slots[(start + n) as usize],
            Items::Constants(s) => self.constant(s.start + n),
            Items::Nodes(s) => self.value(self.operand((s.start + n) as usize)),
        }
    }

    /// Two lists are the same when their items are, one by one; a list declared not to exist is like no other.
    fn same_list(&mut self, a: u32, b: u32) -> Tri {
        if self.value(a) == Value::None || self.value(b) == Value::None {
            return Tri::False;
        }
        let (x, y) = (self.items(a), self.items(b));
        if matches!(x, Items::Unknown) || matches!(y, Items::Unknown) {
            return Tri::Unknown;
        }
        if self.n_items(x) != self.n_items(y) {
            return Tri::False;
        }
        let mut result = Tri::True;
        for n in 0..self.n_items(x) {
            let (p, q) = (self.nth(x, n), self.nth(y, n));
            match self.equal(p, q) {
                Tri::False => return Tri::False,
                Tri::Unknown => result = Tri::Unknown,
                Tri::True => {}
            }
        }
        result
    }

    fn member(&mut self, value: Value, items: Items) -> Tri {
        if matches!(items, Items::Unknown) {
            return if value == Value::None { Tri::False } else { Tri::Unknown };
        }
        if let Items::Slots(start, length) = items
            && let Some(known) = self.is_member(value, start, length)
        {
            return known;
        }
        let mut result = Tri::False;
        for n in 0..self.n_items(items) {
            let item = self.nth(items, n);
            match self.equal(value, item) {
                Tri::True => return Tri::True,
                Tri::Unknown => result = Tri::Unknown,
                Tri::False => {}
            }
        }
        result
    }

    fn any_member(&mut self, items: Items, wanted: Items) -> Tri {
        let unknown = |i: Items| matches!(i, Items::Unknown);
        if unknown(items) || unknown(wanted) {
            let none = |m: &Self, i: Items| !unknown(i) && m.n_items(i) == 0;
            return if none(self, items) || none(self, wanted) { Tri::False } else { Tri::Unknown };
        }
        let mut result = Tri::False;
        for n in 0..self.n_items(items) {
            let value = self.nth(items, n);
            match self.member(value, wanted) {
                Tri::True => return Tri::True,
                Tri::Unknown => result = Tri::Unknown,
                Tri::False => {}
            }
        }
        result
    }

    /// Equality of two values; with a value declared not to exist it is false.
    pub(super) fn equal(&self, a: Value, b: Value) -> Tri {
        match (a, b) {
            (Value::None, _) | (_, Value::None) => Tri::False,
            (Value::Unknown, _) | (_, Value::Unknown) => Tri::Unknown,
            (Value::Text(x), Value::Text(y)) => {
                let is_apart = begin_apart(self.bytes(x), self.bytes(y));
                Tri::of(!is_apart && same_text(self.str(x), self.str(y)))
            }
            (Value::Int(_) | Value::Decimal(_), Value::Int(_) | Value::Decimal(_)) => Tri::of(order(a, b) == Some(Cmp::Equal)),
            _ => Tri::of(a == b),
        }
    }

    /// The value of a node.
    pub fn value(&mut self, node: u32) -> Value {
        match self.lowered.nodes.at(node) {
            Node::Root { slot, .. } => self.document.slots[slot as usize],
            Node::Item { var, offset, .. } => match self.env[var as usize] {
                NONE => Value::Unknown,
                start => self.document.slots[(start + offset) as usize],
            },
            Node::Const(c) => self.constant(c),
            Node::Def(d) => self.definition(d),
            Node::Param(p) => match self.parameter(p).constant {
                NONE => Value::Unknown,
                c => self.constant(c),
            },
            Node::SubmissionDate => Value::Date(self.submission),
            Node::Add { minus, left, right } => {
                let (a, b) = (self.value(left), self.value(right));
                self.add(minus, a, b)
            }
            Node::Else(slice) => {
                let mut last = Value::Unknown;
                for at in slice.range() {
                    let operand = self.operand(at);
                    last = self.value(operand);
                    if last == Value::Unknown
                        && (self.asks_absent_items(operand)
                            || self.is_unusable(operand)
                            // What stands for an absent fact is written in the rule: only who asks for everything left out asks for it.
                            || self.is_open(operand) && self.absence == Absence::Open)
                        || !matches!(last, Value::Unknown | Value::None)
                    {
                        break;
                    }
                }
                last
            }
            Node::Count { range, body } => self.count(range, body),
            Node::Sum { range, value, zero } => self.sum(range, value, zero),
            Node::Call(builtin, slice) => self.call(builtin, slice),
            Node::Decide(rows, otherwise) => self.decide(rows, otherwise),
            Node::List(_) => Value::Present,
            _ => match self.truth(node) {
                Tri::True => Value::Bool(true),
                Tri::False => Value::Bool(false),
                Tri::Unknown => Value::Unknown,
            },
        }
    }

    /// The first row that holds; where an earlier one is unknown, the value only if all that remain possible agree.
    fn decide(&mut self, rows: Slice, otherwise: u32) -> Value {
        let mut possible: Option<Value> = None;
        let agree = |v: Value, possible: &mut Option<Value>| match *possible {
            None => {
                *possible = Some(v);
                true
            }
            Some(p) => p == v,
        };
        for pair in rows.range().step_by(2) {
            let (condition, value) = (self.operand(pair), self.operand(pair + 1));
            let truth = self.truth(condition);
            if truth == Tri::False {
                continue;
            }
            let value = self.constant(value);
            if !agree(value, &mut possible) {
                return Value::Unknown;
            }
            if truth == Tri::True {
                return value;
            }
        }
        if otherwise == NONE {
            return Value::Unknown;
        }
        let value = self.constant(otherwise);
        if agree(value, &mut possible) { value } else { Value::Unknown }
    }

    fn count(&mut self, range: u32, body: u32) -> Value {
        let at = self.lowered.loops.at(range);
        let Items::Slots(start, length) = self.items_of_loop(&at) else { return Value::Unknown };
        if body == NONE {
            return Value::Int(i64::from(length));
        }
        let saved = self.env[at.var as usize];
        let picked = self.candidates(&at, body, start, length);
        let n_items = picked.as_ref().map_or(length, |p| p.len() as u32);
        let mut count = Some(0i64);
        for n in 0..n_items {
            self.env[at.var as usize] = picked.as_ref().map_or(start + n * at.stride, |p| p[n as usize]);
            match self.truth(body) {
                Tri::True => count = count.map(|c| c + 1),
                Tri::Unknown => count = None,
                Tri::False => {}
            }
        }
        self.env[at.var as usize] = saved;
        count.map_or(Value::Unknown, Value::Int)
    }

    fn sum(&mut self, range: u32, value: u32, zero: crate::pack::Zero) -> Value {
        let at = self.lowered.loops.at(range);
        let Items::Slots(start, length) = self.items_of_loop(&at) else { return Value::Unknown };
        let saved = self.env[at.var as usize];
        let mut total: Option<Value> = None;
        for n in 0..length {
            self.env[at.var as usize] = start + n * at.stride;
            let item = self.value(value);
            total = match (total, item) {
                // What was declared not to exist adds nothing.
                (t, Value::None) => t,
                (None, v) => Some(v),
                (Some(t), v) => Some(self.add(false, t, v)),
            };
            if total == Some(Value::Unknown) {
                break;
            }
        }
        self.env[at.var as usize] = saved;
        total.unwrap_or(match zero {
            crate::pack::Zero::Integer => Value::Int(0),
            crate::pack::Zero::Decimal => Value::Decimal(0),
            crate::pack::Zero::Money => Value::Money(Money::new(*b"CNY", 0)),
        })
    }
}
