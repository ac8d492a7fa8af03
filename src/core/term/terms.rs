//! Terms, each stored once.

use super::fact::Unit;
use crate::hir::{Part, Type};
use crate::value::{Date, DateTime, Duration, Money};
use rustc_hash::FxHashMap;

/// Names a term of one `Terms`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TermId(u32);

/// What is known of a field besides its name.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Shape {
    /// Its type.
    pub ty: Type,
    /// Neither it nor a record around it can be declared not to exist.
    pub is_always: bool,
}

/// What a term does with its parts.
///
/// `!=`, `>`, `>=`, `every`, `no` and `contains v` have no operator of their own: they are written with the others.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs)] // the language reference says what each means
pub enum Op {
    /// Reported, and like nothing else.
    Broken(u32),
    Bool(bool),
    /// A whole or decimal number in millionths.
    Number(i128),
    Date(Date),
    DateTime(DateTime),
    Text(String),
    /// A value of an enum, by its name.
    Value(String),
    Duration(Duration),
    BusinessDays(i32),
    Money(Money),
    Parameter(String),
    /// A definition that is not opened.
    Definition(String),
    /// A place in the manifest, `entity.name`, or from a loop variable, `$0.name`.
    Field(String, Option<Shape>),
    SubmissionDate,
    And,
    Or,
    Not,
    Equal,
    Less,
    LessOrEqual,
    /// Item and list.
    In,
    Given,
    IsNone,
    /// A fact that must be stated; with `true` a list may be empty.
    Stated(bool),
    /// Whole and piece; with `true` any of a list of pieces.
    TextContains(Part, bool),
    /// One list holds any item of the other.
    ContainsAny,
    Matches(String),
    Else,
    Add,
    Minus,
    /// List and body, with the depth of the loop variable.
    Some(u8),
    /// List and, where items are chosen, a condition.
    Count(u8),
    /// List and value.
    Sum(u8),
    Call(&'static str),
    /// Items in their order.
    List,
    /// Items of which neither order nor number counts.
    Set,
    /// The conditions of the rows; their values, and the value of the rest.
    Decide(Vec<String>, Option<String>),
    /// How two values of an order stand to each other: a fact of proofs.
    Order,
    /// Whether two values are equal: a fact of proofs.
    Same,
    /// What lies too deep to be looked at: a fact of proofs that may be anything.
    Deep(u32),
}

impl Op {
    /// Whether it stands for a value that a filing says or that follows from it.
    pub(super) fn is_value(&self) -> bool {
        matches!(
            self,
            Op::Field(..)
                | Op::Parameter(_)
                | Op::Definition(_)
                | Op::SubmissionDate
                | Op::Add
                | Op::Minus
                | Op::Count(_)
                | Op::Sum(_)
                | Op::Call(_)
                | Op::Else
                | Op::Decide(..)
        )
    }

    /// Whether it stands for one known value.
    pub(super) fn is_constant(&self) -> bool {
        matches!(
            self,
            Op::Bool(_)
                | Op::Number(_)
                | Op::Date(_)
                | Op::DateTime(_)
                | Op::Text(_)
                | Op::Value(_)
                | Op::Duration(_)
                | Op::BusinessDays(_)
                | Op::Money(_)
        )
    }
}

/// An operator with its parts.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Term {
    /// What it is.
    pub op: Op,
    /// What it is made of.
    pub parts: Box<[TermId]>,
}

/// A store of terms.
#[derive(Debug, Default)]
pub struct Terms {
    nodes: Vec<Term>,
    index: FxHashMap<Term, TermId>,
}

impl Terms {
    /// A term by its id.
    pub fn get(&self, id: TermId) -> &Term {
        &self.nodes[id.0 as usize]
    }

    /// The operator of a term.
    pub fn op(&self, id: TermId) -> &Op {
        &self.get(id).op
    }

    /// A term without parts, if it was stored.
    pub fn find(&self, op: &Op) -> Option<TermId> {
        self.index.get(&Term { op: op.clone(), parts: Box::default() }).copied()
    }

    /// A term without parts.
    pub fn leaf(&mut self, op: Op) -> TermId {
        self.put(op, Vec::new())
    }

    /// A term in its normal form: what commutes is sorted, what repeats is said once, what is certain is left out.
    pub fn put(&mut self, op: Op, mut parts: Vec<TermId>) -> TermId {
        match op {
            Op::And | Op::Or => {
                let neutral = self.leaf(Op::Bool(op == Op::And));
                let certain = self.leaf(Op::Bool(op == Op::Or));
                if parts.contains(&certain) {
                    return certain;
                }
                parts.retain(|p| *p != neutral);
                parts.sort_unstable();
                parts.dedup();
                match parts[..] {
                    [] => return neutral,
                    [one] => return one,
                    _ => {}
                }
            }
            Op::Not => match (parts.first().map(|p| self.get(*p))).map(|t| (&t.op, t.parts.first().copied())) {
                Some((Op::Not, Some(inner))) => return inner,
                Some((Op::Bool(b), _)) => {
                    let turned = Op::Bool(!*b);
                    return self.leaf(turned);
                }
                _ => {}
            },
            Op::Equal => parts.sort_unstable(),
            Op::Set => {
                parts.sort_unstable();
                parts.dedup();
            }
            _ => {}
        }
        let term = Term { op, parts: parts.into() };
        if let Some(id) = self.index.get(&term) {
            return *id;
        }
        let id = TermId(self.nodes.len() as u32);
        self.nodes.push(term.clone());
        self.index.insert(term, id);
        id
    }

    /// The negation of a condition.
    pub fn not(&mut self, id: TermId) -> TermId {
        self.put(Op::Not, vec![id])
    }

    /// A text that is equal for equal terms, also of other stores. Definitions that are opened are written out, so it is for terms with names.
    pub fn text(&self, id: TermId) -> String {
        let Term { op, parts } = self.get(id);
        let mut texts: Vec<String> = parts.iter().map(|p| self.text(*p)).collect();
        if matches!(op, Op::And | Op::Or | Op::Equal | Op::Set) {
            texts.sort();
        }
        let word = match op {
            Op::Broken(_) => return "?".to_owned(),
            Op::Bool(b) => return b.to_string(),
            Op::Number(n) => return number(*n),
            Op::Date(d) => return d.to_string(),
            Op::DateTime(d) => return d.to_string(),
            Op::Text(t) => return format!("{t:?}"),
            Op::Value(name) | Op::Field(name, _) => return name.clone(),
            Op::Duration(d) => return format!("{}m{}d{}h", d.months, d.days, d.hours),
            Op::BusinessDays(n) => return format!("{n} business days"),
            Op::Money(m) => return format!("{} {}", number(i128::from(m.cents()) * 10_000), m.currency_code()),
            Op::Parameter(name) => return format!("param:{name}"),
            Op::Definition(name) => return format!("def:{name}"),
            Op::SubmissionDate => return "submission_date".to_owned(),
            Op::List => return format!("[{}]", texts.join(", ")),
            Op::Set => return format!("{{{}}}", texts.join(", ")),
            Op::And => "and".to_owned(),
            Op::Or => "or".to_owned(),
            Op::Not => "not".to_owned(),
            Op::Equal => "is".to_owned(),
            Op::Less => "<".to_owned(),
            Op::LessOrEqual => "<=".to_owned(),
            Op::In => "in".to_owned(),
            Op::Given => "given".to_owned(),
            Op::IsNone => "none".to_owned(),
            Op::Stated(may_be_empty) => format!("stated {may_be_empty}"),
            Op::TextContains(part, any) => format!("text {part:?} {any}"),
            Op::ContainsAny => "any".to_owned(),
            Op::Matches(pattern) => format!("matches {pattern:?}"),
            Op::Else => "else".to_owned(),
            Op::Add => "+".to_owned(),
            Op::Minus => "-".to_owned(),
            Op::Some(var) => format!("some ${var}"),
            Op::Count(var) => format!("count ${var}"),
            Op::Sum(var) => format!("sum ${var}"),
            Op::Call(name) => (*name).to_owned(),
            Op::Order => "order".to_owned(),
            Op::Same => "same".to_owned(),
            Op::Deep(n) => format!("deep {n}"),
            Op::Decide(values, otherwise) => {
                let rows: Vec<String> = values.iter().zip(&texts).map(|(v, c)| format!("{v} when {c}")).collect();
                return format!("(decide {} otherwise {})", rows.join("; "), otherwise.as_deref().unwrap_or(""));
            }
        };
        texts.insert(0, word);
        format!("({})", texts.join(" "))
    }
}

/// A number of millionths, as written in rules.
fn number(millionths: i128) -> String {
    let n = millionths.unsigned_abs();
    let text = format!("{}{}.{:06}", if millionths < 0 { "-" } else { "" }, n / 1_000_000, n % 1_000_000);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// A number of a unit, as written in rules.
pub(super) fn shown(n: i128, unit: Unit) -> String {
    let whole = |n: i128| i64::try_from(n).ok();
    let text = match unit {
        Unit::Number => Some(number(n)),
        Unit::Day => whole(n).and_then(|n| Date::ZERO.checked_add(jiff::Span::new().try_days(n).ok()?).ok()).map(|d| d.to_string()),
        Unit::Instant => whole(n.div_euclid(1_000_000_000))
            .and_then(|s| DateTime::ZERO.checked_add(jiff::SignedDuration::new(s, n.rem_euclid(1_000_000_000) as i32)).ok())
            .map(|d| d.to_string()),
        Unit::BusinessDay => Some(format!("{n} business days")),
        Unit::Money(currency) => Some(format!("{} {}", number(n * 10_000), String::from_utf8_lossy(&currency))),
    };
    text.unwrap_or_else(|| "another one".to_owned())
}
