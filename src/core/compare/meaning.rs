//! What an expression means, as a text: two expressions with the same text decide alike.
//!
//! Names of loop variables, places, the order of `and`, `or`, `is` and of list constants do not count. The reverse does not hold: rules that are
//! written differently may still decide alike, which only a proof can tell. `Equivalence` is where such a proof takes its place.

use super::Side;
use crate::hir::*;
use crate::value::{Duration, Money};
use std::collections::BTreeMap;

/// What of a ruleset can be called by another name without changing anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Space {
    Source,
    Param,
    Def,
    Rule,
    Change,
    Material,
    Step,
}

/// Old names and what they are called now, by layer.
pub(super) type Renames = BTreeMap<(Space, String, String), String>;

/// How two conditions relate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relation {
    /// They decide alike.
    Same,
    /// They are written with different meaning, as far as can be seen.
    Different,
}

/// Decides whether two conditions mean the same.
pub trait Equivalence {
    /// Compares a condition of the old rules with one of the new ones; `texts` are their meanings as far as form shows them.
    fn relate(&self, old: (&Side<'_>, ExprId), new: (&Side<'_>, ExprId), texts: (&str, &str)) -> Relation;
}

/// Equal form, equal meaning.
#[derive(Clone, Copy, Debug, Default)]
pub struct ByForm;

impl Equivalence for ByForm {
    fn relate(&self, _: (&Side<'_>, ExprId), _: (&Side<'_>, ExprId), (old, new): (&str, &str)) -> Relation {
        if old == new { Relation::Same } else { Relation::Different }
    }
}

/// Writes meanings of one program.
pub(super) struct Meaning<'a> {
    pub(super) program: &'a Program,
    pub(super) renames: &'a Renames,
}

impl Meaning<'_> {
    /// A name, or what it is called in the new rules.
    pub(super) fn name(&self, space: Space, layer: LayerId, name: &str) -> String {
        let layer = &self.program.layer(layer).id;
        self.renames.get(&(space, layer.clone(), name.to_owned())).cloned().unwrap_or_else(|| name.to_owned())
    }

    pub(super) fn source(&self, id: SourceRef) -> String {
        let s = &self.program.sources[id.index()];
        self.name(Space::Source, s.layer, &s.name)
    }

    pub(super) fn param(&self, id: ParamId) -> String {
        let p = &self.program.params[id.index()];
        self.name(Space::Param, p.layer, &p.name)
    }

    fn def(&self, id: DefId) -> String {
        let d = &self.program.defs[id.index()];
        self.name(Space::Def, d.layer, &d.name)
    }

    pub(super) fn rule(&self, id: RuleId) -> String {
        let r = &self.program.rules[id.index()];
        format!("{}/{}", self.program.layer(r.layer).id, self.name(Space::Rule, r.layer, &r.id))
    }

    pub(super) fn change(&self, id: ChangeId) -> String {
        let c = &self.program.changes[id.index()];
        format!("{}/{}", self.program.layer(c.layer).id, self.name(Space::Change, c.layer, &c.id))
    }

    pub(super) fn material(&self, id: MaterialId) -> String {
        let m = &self.program.materials[id.index()];
        self.name(Space::Material, m.layer, &m.id)
    }

    pub(super) fn step(&self, id: StepId) -> String {
        let s = &self.program.steps[id.index()];
        self.name(Space::Step, s.layer, &s.id)
    }

    pub(super) fn path(&self, path: &FieldPath) -> String {
        match path.base {
            Base::Root => path.names.join("."),
            Base::Var(n) if path.names.is_empty() => format!("${n}"),
            Base::Var(n) => format!("${n}.{}", path.names.join(".")),
        }
    }

    pub(super) fn ranges(&self, ranges: &[Range]) -> String {
        ranges.iter().map(|r| format!("${} in {}", r.var, self.path(&r.list))).collect::<Vec<_>>().join(", ")
    }

    fn flat(&self, id: ExprId, is_and: bool, out: &mut Vec<String>) {
        match &self.program.expr(id).kind {
            ExprKind::And(list) if is_and => list.iter().for_each(|e| self.flat(*e, is_and, out)),
            ExprKind::Or(list) if !is_and => list.iter().for_each(|e| self.flat(*e, is_and, out)),
            _ => out.push(self.expr(id)),
        }
    }

    fn joined(&self, list: &[ExprId], is_and: bool) -> String {
        let mut parts = Vec::new();
        list.iter().for_each(|e| self.flat(*e, is_and, &mut parts));
        parts.sort();
        parts.dedup();
        format!("({} {})", if is_and { "and" } else { "or" }, parts.join(" "))
    }

    fn each(&self, list: &[ExprId]) -> String {
        list.iter().map(|e| self.expr(*e)).collect::<Vec<_>>().join(" ")
    }

    /// The meaning of an expression.
    pub(super) fn expr(&self, id: ExprId) -> String {
        let Some(expr) = self.program.exprs.get(id.index()) else { return "?".to_owned() };
        match &expr.kind {
            ExprKind::Error => "?".to_owned(),
            ExprKind::Const(c) => format!("[{}]", sorted(self.constant_items(c))),
            ExprKind::Param(p) => format!("param:{}", self.param(*p)),
            ExprKind::Def(d) => format!("def:{}", self.def(*d)),
            ExprKind::Field(path) => self.path(path),
            ExprKind::SubmissionDate => "submission_date".to_owned(),
            ExprKind::Or(list) => self.joined(list, false),
            ExprKind::And(list) => self.joined(list, true),
            ExprKind::Not(a) => match &self.program.expr(*a).kind {
                ExprKind::Not(inner) => self.expr(*inner),
                _ => format!("(not {})", self.expr(*a)),
            },
            ExprKind::Equal(a, b) => {
                let mut sides = [self.expr(*a), self.expr(*b)];
                sides.sort();
                format!("(is {})", sides.join(" "))
            }
            ExprKind::Ordered(op, a, b) => {
                // `a >= b` and `b <= a` are one thing.
                let (op, a, b) = match op {
                    Ordering::Less => ("<", a, b),
                    Ordering::LessOrEqual => ("<=", a, b),
                    Ordering::Greater => ("<", b, a),
                    Ordering::GreaterOrEqual => ("<=", b, a),
                };
                format!("({op} {} {})", self.expr(*a), self.expr(*b))
            }
            ExprKind::In(a, b) => format!("(in {} {})", self.expr(*a), self.expr(*b)),
            ExprKind::Given(a) => format!("(given {})", self.expr(*a)),
            ExprKind::IsNone(a) => format!("(none {})", self.expr(*a)),
            ExprKind::TextContains { part, any, whole, piece } => {
                format!("(text {part:?} {any} {} {})", self.expr(*whole), self.expr(*piece))
            }
            ExprKind::ListContains { any, list, item } => format!("(has {any} {} {})", self.expr(*list), self.expr(*item)),
            ExprKind::Matches(a, pattern) => format!("(matches {} {pattern:?})", self.expr(*a)),
            ExprKind::Else(list) => format!("(else {})", self.each(list)),
            ExprKind::Add { minus, left, right } => {
                format!("({} {} {})", if *minus { "-" } else { "+" }, self.expr(*left), self.expr(*right))
            }
            ExprKind::Quantified { kind, range, body } => {
                format!("({kind:?} ${} {} {})", range.var, self.path(&range.list), self.expr(*body))
            }
            ExprKind::Count { range, body } => {
                let body = body.map_or(String::new(), |b| self.expr(b));
                format!("(count ${} {} {body})", range.var, self.path(&range.list))
            }
            ExprKind::Sum { range, value } => format!("(sum ${} {} {})", range.var, self.path(&range.list), self.expr(*value)),
            ExprKind::Call(f, list) => format!("({} {})", f.name(), self.each(list)),
            ExprKind::List(list) => format!("[{}]", sorted(list.iter().map(|e| self.expr(*e)).collect())),
            ExprKind::Decide { rows, otherwise } => {
                let of = match expr.ty {
                    Type::Enum(of) => Some(of),
                    _ => None,
                };
                let value = |v: u16| {
                    let shape = of.and_then(|of| self.program.schema.enumeration(of).values.get(v as usize));
                    shape.map_or(v.to_string(), |s| s.name.clone())
                };
                let rows: Vec<String> = rows.iter().map(|(c, v)| format!("{} when {}", value(*v), self.expr(*c))).collect();
                format!("(decide {} otherwise {})", rows.join("; "), otherwise.map_or(String::new(), value))
            }
        }
    }

    /// The items of a list constant, or the one constant, as written in rules.
    pub(super) fn constant_items(&self, c: &Const) -> Vec<String> {
        match c {
            Const::List(items) => items.iter().flat_map(|i| self.constant_items(i)).collect(),
            Const::Bool(b) => vec![b.to_string()],
            Const::Int(n) => vec![n.to_string()],
            Const::Decimal(n) => vec![decimal(*n)],
            Const::Date(d) => vec![d.to_string()],
            Const::DateTime(d) => vec![d.to_string()],
            Const::Text(t) => vec![format!("{t:?}")],
            Const::Enum(of, v) => {
                let shape = self.program.schema.enumeration(*of).values.get(*v as usize);
                vec![shape.map_or(v.to_string(), |s| s.name.clone())]
            }
            Const::Duration(d) => vec![duration(*d)],
            Const::BusinessDays(n) => vec![format!("{n} business days")],
            Const::Money(m) => vec![money(*m)],
        }
    }

    /// A type, as written in rules.
    pub(super) fn ty(&self, ty: &Type) -> String {
        let schema = &self.program.schema;
        match ty {
            Type::Error => "?".to_owned(),
            Type::Enum(e) => schema.enumeration(*e).name.clone(),
            Type::Pattern(p, _) => schema.pattern(*p).name.clone(),
            Type::Record(r) => schema.record(*r).name.clone(),
            Type::List(item) => format!("list of {}", self.ty(item)),
            Type::Scalar(s) => format!("{s:?}").to_lowercase(),
            other => format!("{other:?}").to_lowercase(),
        }
    }
}

/// Items in one order, each once.
pub(super) fn sorted(mut items: Vec<String>) -> String {
    items.sort();
    items.dedup();
    items.join(", ")
}

fn decimal(millionths: i64) -> String {
    let n = millionths.unsigned_abs();
    let text = format!("{}{}.{:06}", if millionths < 0 { "-" } else { "" }, n / 1_000_000, n % 1_000_000);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// A duration, as written in rules.
pub(super) fn duration(d: Duration) -> String {
    let mut parts = Vec::new();
    for (n, unit) in [(d.months, "month"), (d.days, "day"), (d.hours, "hour")] {
        if n != 0 {
            parts.push(format!("{n} {unit}{}", if n == 1 { "" } else { "s" }));
        }
    }
    if parts.is_empty() { "0 days".to_owned() } else { parts.join(" ") }
}

fn money(m: Money) -> String {
    let cents = m.cents();
    let fraction = if cents % 100 == 0 { String::new() } else { format!(".{:02}", (cents % 100).abs()) };
    format!("{}{fraction} {}", cents / 100, m.currency_code())
}
