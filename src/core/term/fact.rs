//! Facts of a filing, the states they can be in, and what can be asked about them.

use super::terms::{Op, TermId, Terms};
use crate::hir::{Ordering, Program, Type};
use crate::value::{Date, PatternRule, days_between};

/// What numbers count: only those of one unit have an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Unit {
    /// Millionths.
    Number,
    /// Days.
    Day,
    /// Nanoseconds.
    Instant,
    /// Business days.
    BusinessDay,
    /// Hundredths of a currency.
    Money([u8; 3]),
}

/// A question about a fact.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Question {
    /// It is stated, and not as absent.
    Given,
    /// It is declared not to exist.
    Absent,
    /// It is true, or false.
    Is(bool),
    /// It is one of these constants, which are no numbers.
    OneOf(Box<[TermId]>),
    /// It is equal to a number, or stands so to it.
    Compared(Option<Ordering>, i128, Unit),
    /// It is in one of these states, by their bits.
    States(u8),
}

/// A question and the answer that is wanted. What is unknown is neither true nor false.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Test {
    pub(super) question: Question,
    pub(super) wanted: bool,
}

/// States of a condition that nothing more is known of.
pub(super) const NO: u8 = 1;
pub(super) const YES: u8 = 2;
/// States of two values with an order.
pub(super) const LESS: u8 = 1;
pub(super) const EQUAL: u8 = 2;
pub(super) const GREATER: u8 = 4;
pub(super) const UNLIKE: u8 = 8;

/// A state of a fact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// Not stated, or not looked up.
    Missing,
    /// Declared not to exist.
    Absent,
    /// True or false.
    Bool(bool),
    /// One of the constants of rules.
    Constant(TermId),
    /// A value of its enum, by its number, and the constant where rules name it.
    Listed(u16, Option<TermId>),
    /// A value that no rule names.
    Other,
    /// A number.
    Number(i128, Unit),
    /// A number that has no order with those of the rules.
    Unlike,
    /// Stated.
    Present,
    /// The state of this number of a fact that is not a field.
    Nth(u8),
}

impl State {
    /// A state that a fact can be in whatever is asked of it.
    pub(super) fn unasked(op: &Op) -> State {
        match op {
            Op::SubmissionDate => State::Number(0, Unit::Day),
            _ if op.is_value() => State::Missing,
            _ => State::Nth(0),
        }
    }
}

/// The number that a constant stands for.
pub(super) fn number(op: &Op) -> Option<(i128, Unit)> {
    Some(match op {
        Op::Number(n) => (*n, Unit::Number),
        Op::Date(d) => (i128::from(days_between(Date::ZERO, *d)), Unit::Day),
        Op::DateTime(d) => (d.duration_since(jiff::civil::DateTime::ZERO).as_nanos(), Unit::Instant),
        Op::BusinessDays(n) => (i128::from(*n), Unit::BusinessDay),
        Op::Money(m) => (i128::from(m.cents()), Unit::Money(m.currency)),
        _ => return None,
    })
}

/// What a question comes out as; `None` for unknown.
pub(super) fn answer(question: &Question, state: &State) -> Option<bool> {
    match (question, state) {
        (Question::Given, state) => Some(!matches!(state, State::Missing | State::Absent)),
        (Question::States(mask), State::Nth(n)) => Some(mask & (1 << n) != 0),
        (_, State::Missing) => None,
        (Question::Absent, state) => Some(*state == State::Absent),
        // A comparison with what does not exist is false.
        (_, State::Absent) => Some(false),
        (Question::Is(wanted), State::Bool(b)) => Some(wanted == b),
        (Question::OneOf(list), State::Constant(c) | State::Listed(_, Some(c))) => Some(list.contains(c)),
        (Question::Compared(op, n, unit), State::Number(m, of)) => match op {
            None => Some(m == n && of == unit),
            Some(_) if of != unit => None,
            Some(Ordering::Less) => Some(m < n),
            Some(Ordering::LessOrEqual) => Some(m <= n),
            Some(Ordering::Greater) => Some(m > n),
            Some(Ordering::GreaterOrEqual) => Some(m >= n),
        },
        (Question::Compared(Some(_), ..), State::Unlike) => None,
        _ => Some(false),
    }
}

/// What states of facts depend on.
pub(super) struct Facts<'a> {
    pub(super) program: &'a Program,
    pub(super) terms: &'a Terms,
    /// Everything may be declared not to exist.
    pub(super) may_all_be_absent: bool,
}

impl Facts<'_> {
    /// Whether a fact cannot be declared not to exist, nor come out so.
    pub(super) fn is_always(&self, mut fact: TermId) -> bool {
        loop {
            let term = self.terms.get(fact);
            let last = term.parts.last().copied();
            match &term.op {
                Op::Field(_, shape) => return shape.as_ref().is_some_and(|s| s.is_always),
                Op::Definition(_) | Op::Broken(_) => return false,
                Op::Else => match last {
                    Some(last) => fact = last,
                    None => return false,
                },
                Op::Add | Op::Minus => {
                    if !last.is_some_and(|right| self.is_always(right)) {
                        return false;
                    }
                    fact = term.parts[0];
                }
                Op::Call(name) => {
                    let is_total = matches!(
                        *name,
                        "length"
                            | "first"
                            | "last"
                            | "digits"
                            | "days_between"
                            | "years_between"
                            | "hours_between"
                            | "business_days_between"
                            | "is_valid"
                    );
                    return is_total && term.parts.iter().all(|p| self.is_always(*p));
                }
                _ => return true,
            }
        }
    }

    /// The states of a fact that some of the questions tell apart; those that a reader would name first come first.
    pub(super) fn states(&self, fact: TermId, ty: Option<&Type>, questions: &[&Question]) -> Vec<State> {
        let op = self.terms.op(fact);
        let n_states = match op {
            _ if op.is_value() => 0,
            Op::Same => 2,
            Op::Order => match ty {
                Some(Type::Money | Type::Duration) => 4,
                _ => 3,
            },
            // No, yes, unknown.
            _ => 3,
        };
        if n_states > 0 {
            return (0..n_states).map(State::Nth).collect();
        }
        let mut states = self.values(op, ty, questions);
        if *op != Op::SubmissionDate {
            if self.may_all_be_absent || !self.is_always(fact) {
                states.push(State::Absent);
            }
            states.push(State::Missing);
        }
        states
    }

    fn values(&self, op: &Op, ty: Option<&Type>, questions: &[&Question]) -> Vec<State> {
        match ty {
            Some(Type::Boolean) => return vec![State::Bool(false), State::Bool(true)],
            Some(Type::Enum(of)) => {
                let shape = self.program.schema.enumeration(*of);
                let listed = shape.values.iter().zip(0..);
                let mut states: Vec<State> = listed.map(|(v, n)| State::Listed(n, self.terms.find(&Op::Value(v.name.clone())))).collect();
                if shape.is_open {
                    states.push(State::Other);
                }
                return states;
            }
            _ => {}
        }
        let numbers: Vec<(i128, Unit)> =
            questions.iter().filter_map(|q| if let Question::Compared(_, n, unit) = q { Some((*n, *unit)) } else { None }).collect();
        if let Some((_, first)) = numbers.first() {
            let mut units: Vec<Unit> = Vec::new();
            for (_, unit) in &numbers {
                if !units.contains(unit) {
                    units.push(*unit);
                }
            }
            let mut states: Vec<State> = Vec::new();
            for unit in units {
                let cuts = numbers.iter().filter(|(_, of)| *of == unit).map(|(n, _)| *n);
                states.extend(self.around(cuts, op, ty).into_iter().map(|n| State::Number(n, unit)));
            }
            if matches!(first, Unit::Money(_)) {
                states.push(State::Unlike);
            }
            return states;
        }
        let mut named: Vec<TermId> =
            questions.iter().flat_map(|q| if let Question::OneOf(list) = q { &list[..] } else { &[] }).copied().collect();
        if named.is_empty() {
            return vec![State::Present];
        }
        named.sort_unstable();
        named.dedup();
        named.into_iter().map(State::Constant).chain([State::Other]).collect()
    }

    /// The numbers that a fact can be, as far as comparisons with these tell them apart.
    fn around(&self, cuts: impl Iterator<Item = i128>, op: &Op, ty: Option<&Type>) -> Vec<i128> {
        const MILLION: i128 = 1_000_000;
        let whole = (i128::from(i64::MIN) * MILLION, i128::from(i64::MAX) * MILLION);
        let (step, (least, most)) = match (op, ty) {
            (Op::Count(_) | Op::Call("length"), _) => (MILLION, (0, whole.1)),
            (_, Some(Type::Integer)) => (MILLION, whole),
            (_, Some(Type::Pattern(of, false))) => match (op, &self.program.schema.pattern(*of).rule) {
                (Op::Field(..), PatternRule::Between(low, high)) => (MILLION, (i128::from(*low) * MILLION, i128::from(*high) * MILLION)),
                _ => (MILLION, whole),
            },
            (_, Some(Type::Decimal)) => (1, (i128::from(i64::MIN), i128::from(i64::MAX))),
            _ => (1, (i128::MIN / 4, i128::MAX / 4)),
        };
        let mut numbers = Vec::new();
        for cut in cuts {
            let below = cut.div_euclid(step) * step;
            numbers.extend([below - step, below, below + step]);
        }
        numbers.retain(|n| (least..=most).contains(n));
        numbers.sort_unstable();
        numbers.dedup();
        // Cuts may all lie outside.
        numbers.extend([least, most]);
        numbers
    }
}
