//! Sums, functions and the order of values.

use super::machine::{Machine, Tri};
use crate::builtin::Builtin;
use crate::hir::Ordering;
use crate::pack::{Node, Slice};
use crate::value::{self, Date, Duration, NoSum, Value, scalar};
use std::cmp::Ordering as Cmp;

impl Machine<'_> {
    pub(super) fn add(&mut self, minus: bool, a: Value, b: Value) -> Value {
        match (a, b) {
            (Value::Unknown, _) | (_, Value::Unknown) => Value::Unknown,
            (Value::None, _) | (_, Value::None) => Value::None,
            _ => match value::add(minus, a, b, self.lowered.calendar()) {
                Ok(sum) => sum,
                Err(NoSum::Year(year)) => {
                    let earliest = self.earliest_sum(minus, a, b);
                    self.missing_year(year, earliest)
                }
                Err(NoSum::TooLarge | NoSum::Unlike) => Value::Unknown,
            },
        }
    }

    fn missing_year(&mut self, year: i16, earliest: Option<Date>) -> Value {
        self.missing_years.push((year, earliest));
        Value::Unknown
    }

    /// The earliest day that a sum of a date and business days can be, where years without a calendar lie between.
    fn earliest_sum(&self, minus: bool, a: Value, b: Value) -> Option<Date> {
        match (a, b) {
            (Value::Date(day), Value::BusinessDays(n)) if !minus => self.lowered.calendar().earliest(day, n),
            _ => None,
        }
    }

    /// A comparison of which one side is a day that is known only not to come before another, since it lies in years without a calendar.
    pub(super) fn bounded(&mut self, op: Ordering, a: (u32, Value), b: (u32, Value)) -> Tri {
        let bound = |m: &mut Self, node: u32| match m.lowered.nodes.at(node) {
            Node::Add { minus, left, right } => {
                let (left, right) = (m.value(left), m.value(right));
                m.earliest_sum(minus, left, right)
            }
            _ => None,
        };
        // Both ways of writing it are one: a day on the left, the bound on the right.
        let (op, day, bound) = match (a.1, b.1) {
            (Value::Date(day), Value::Unknown) => (op, day, bound(self, b.0)),
            (Value::Unknown, Value::Date(day)) => (turned(op), day, bound(self, a.0)),
            _ => return Tri::Unknown,
        };
        let Some(bound) = bound else { return Tri::Unknown };
        match op {
            Ordering::Less if day < bound => Tri::True,
            Ordering::LessOrEqual if day <= bound => Tri::True,
            Ordering::Greater if day <= bound => Tri::False,
            Ordering::GreaterOrEqual if day < bound => Tri::False,
            _ => Tri::Unknown,
        }
    }

    pub(super) fn call(&mut self, builtin: Builtin, slice: Slice) -> Value {
        let mut arguments = [Value::Unknown; 2];
        for (n, at) in slice.range().enumerate().take(2) {
            arguments[n] = self.value(self.operand(at));
        }
        let used = &arguments[..(slice.length as usize).min(2)];
        if used.contains(&Value::Unknown) {
            return Value::Unknown;
        }
        if used.contains(&Value::None) {
            return Value::None;
        }
        let text = match arguments[0] {
            Value::Text(t) => Some(self.str(t).to_owned()),
            _ => None,
        };
        let text = text.as_deref();
        let made = |m: &mut Self, made: Option<String>| made.map_or(Value::None, |t| m.scratch(&t));
        match (builtin, text, arguments[0], arguments[1]) {
            (Builtin::Length, Some(t), ..) => Value::Int(t.chars().count() as i64),
            (Builtin::First, Some(t), _, Value::Int(n)) => {
                let part: String = t.chars().take(n.max(0) as usize).collect();
                self.scratch(&part)
            }
            (Builtin::Last, Some(t), _, Value::Int(n)) => {
                let skip = t.chars().count().saturating_sub(n.max(0) as usize);
                let part: String = t.chars().skip(skip).collect();
                self.scratch(&part)
            }
            (Builtin::Digits, Some(t), ..) => {
                let part: String = t.chars().filter(char::is_ascii_digit).collect();
                self.scratch(&part)
            }
            (Builtin::DaysBetween, _, Value::Date(a), Value::Date(b)) => Value::Int(value::days_between(a, b)),
            (Builtin::YearsBetween, _, Value::Date(a), Value::Date(b)) => Value::Int(value::years_between(a, b)),
            (Builtin::HoursBetween, _, Value::DateTime(a), Value::DateTime(b)) => Value::Int(b.duration_since(a).as_hours()),
            (Builtin::BusinessDaysBetween, _, Value::Date(a), Value::Date(b)) => {
                match self.lowered.calendar().business_days_between(a, b) {
                    Ok(n) => Value::Int(n),
                    Err(year) => self.missing_year(year, None),
                }
            }
            (Builtin::BirthDate, Some(t), ..) => scalar::birth_date(t).map_or(Value::None, Value::Date),
            (Builtin::SexOf, Some(t), ..) => {
                let sex = scalar::sex(t).map(str::to_owned);
                made(self, sex)
            }
            (Builtin::Registrable, Some(t), ..) => made(self, scalar::registrable(t)),
            (Builtin::Suffix, Some(t), ..) => made(self, scalar::suffix(t)),
            (Builtin::Label, Some(t), ..) => made(self, scalar::label(t)),
            (Builtin::TopLevel, Some(t), ..) => made(self, scalar::top_level(t)),
            (Builtin::IsPublicIp, Some(t), ..) => scalar::is_public_ip(t).map_or(Value::None, Value::Bool),
            (Builtin::IsValid, Some(t), _, Value::Text(format)) => {
                let format = self.str(format).to_owned();
                scalar::check_format(&format, t, self.submission).map_or(Value::Unknown, |r| Value::Bool(r.is_ok()))
            }
            _ => Value::Unknown,
        }
    }
}

/// The comparison with its sides changed.
fn turned(op: Ordering) -> Ordering {
    match op {
        Ordering::Less => Ordering::Greater,
        Ordering::LessOrEqual => Ordering::GreaterOrEqual,
        Ordering::Greater => Ordering::Less,
        Ordering::GreaterOrEqual => Ordering::LessOrEqual,
    }
}

/// The order of two values of one kind.
pub(super) fn order(a: Value, b: Value) -> Option<Cmp> {
    Some(match (a, b) {
        (Value::Int(x), Value::Int(y)) => x.cmp(&y),
        (Value::Int(x), Value::Decimal(y)) => (i128::from(x) * 1_000_000).cmp(&i128::from(y)),
        (Value::Decimal(x), Value::Int(y)) => i128::from(x).cmp(&(i128::from(y) * 1_000_000)),
        (Value::Decimal(x), Value::Decimal(y)) => x.cmp(&y),
        (Value::Date(x), Value::Date(y)) => x.cmp(&y),
        (Value::DateTime(x), Value::DateTime(y)) => x.cmp(&y),
        (Value::BusinessDays(x), Value::BusinessDays(y)) => x.cmp(&y),
        (Value::Money(x), Value::Money(y)) if x.currency == y.currency => x.cents().cmp(&y.cents()),
        // Durations compare only within one unit: a month is no fixed number of days.
        (Value::Duration(x), Value::Duration(y)) => {
            let units = |d: Duration| [d.months, d.days, d.hours];
            let (p, q) = (units(x), units(y));
            let differing: Vec<usize> = (0..3).filter(|i| p[*i] != q[*i]).collect();
            match differing[..] {
                [] => x.is_more.cmp(&y.is_more),
                [i] => p[i].cmp(&q[i]),
                _ => return None,
            }
        }
        _ => return None,
    })
}

/// A comparison of two values.
pub(super) fn compare(op: Ordering, a: Value, b: Value) -> Tri {
    match (a, b) {
        (Value::None, _) | (_, Value::None) => Tri::False,
        (Value::Unknown, _) | (_, Value::Unknown) => Tri::Unknown,
        _ => match order(a, b) {
            None => Tri::Unknown,
            Some(found) => Tri::of(match op {
                Ordering::Less => found == Cmp::Less,
                Ordering::LessOrEqual => found != Cmp::Greater,
                Ordering::Greater => found == Cmp::Greater,
                Ordering::GreaterOrEqual => found != Cmp::Less,
            }),
        },
    }
}
