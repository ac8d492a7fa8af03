//! What an expression means, as the text of its term: two expressions with the same text decide alike.
//!
//! Names of loop variables, places, the order of `and`, `or` and `is` do not count, nor does the order of lists that are only asked what they hold; where
//! two lists are compared item by item it does. The reverse does not hold: rules that are written differently may still decide alike, which only a
//! proof can tell. `Equivalence` is where such a proof takes its place.

use super::Side;
use crate::hir::*;
use crate::term::{Naming, Reader};
use crate::value::{Duration, Money};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

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

/// Names as the new rules have them.
#[derive(Clone, Copy, Debug)]
struct Renamed<'a> {
    program: &'a Program,
    renames: &'a Renames,
}

impl Renamed<'_> {
    fn name(&self, space: Space, layer: LayerId, name: &str) -> String {
        let layer = &self.program.layer(layer).id;
        self.renames.get(&(space, layer.clone(), name.to_owned())).cloned().unwrap_or_else(|| name.to_owned())
    }
}

impl Naming for Renamed<'_> {
    fn definition(&self, id: DefId) -> Option<String> {
        let d = &self.program.defs[id.index()];
        Some(self.name(Space::Def, d.layer, &d.name))
    }

    fn parameter(&self, id: ParamId) -> String {
        let p = &self.program.params[id.index()];
        self.name(Space::Param, p.layer, &p.name)
    }

    fn tells_types(&self) -> bool {
        false
    }
}

/// Parameters and definitions whose lists are compared item by item, by layer and name: the order of their items counts.
pub(super) type Ordered = BTreeSet<(Space, String, String)>;

/// Adds those of a program.
pub(super) fn find_ordered(program: &Program, found: &mut Ordered) {
    let mut open: Vec<ExprId> = Vec::new();
    for expr in &program.exprs {
        if let ExprKind::Equal(a, b) = expr.kind {
            open.extend([a, b].into_iter().filter(|e| matches!(program.expr(*e).ty, Type::List(_))));
        }
    }
    let mut seen = BTreeSet::new();
    while let Some(id) = open.pop() {
        match &program.expr(id).kind {
            ExprKind::Param(p) => {
                let param = &program.params[p.index()];
                found.insert((Space::Param, program.layer(param.layer).id.clone(), param.name.clone()));
            }
            ExprKind::Def(d) if seen.insert(*d) => {
                let def = &program.defs[d.index()];
                found.insert((Space::Def, program.layer(def.layer).id.clone(), def.name.clone()));
                open.push(def.value);
            }
            ExprKind::Else(lists) => open.extend(lists),
            _ => {}
        }
    }
}

/// Writes meanings of one program.
pub(super) struct Meaning<'a> {
    pub(super) program: &'a Program,
    names: Renamed<'a>,
    ordered: &'a Ordered,
    reader: RefCell<Reader<'a, Renamed<'a>>>,
}

impl<'a> Meaning<'a> {
    /// The meanings of a program, with old names replaced.
    pub(super) fn new(program: &'a Program, renames: &'a Renames, ordered: &'a Ordered) -> Self {
        let names = Renamed { program, renames };
        Meaning { program, names, ordered, reader: RefCell::new(Reader::new(program, names)) }
    }

    /// Whether the order of the items of a list counts.
    pub(super) fn is_ordered(&self, space: Space, layer: LayerId, name: &str) -> bool {
        self.ordered.contains(&(space, self.program.layer(layer).id.clone(), name.to_owned()))
    }

    /// A name, or what it is called in the new rules.
    pub(super) fn name(&self, space: Space, layer: LayerId, name: &str) -> String {
        self.names.name(space, layer, name)
    }

    pub(super) fn source(&self, id: SourceRef) -> String {
        let s = &self.program.sources[id.index()];
        self.name(Space::Source, s.layer, &s.name)
    }

    pub(super) fn param(&self, id: ParamId) -> String {
        self.names.parameter(id)
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

    /// The meaning of an expression.
    pub(super) fn expr(&self, id: ExprId) -> String {
        let mut reader = self.reader.borrow_mut();
        let term = reader.term(id);
        reader.terms.text(term)
    }

    /// The meaning of the value of a definition.
    pub(super) fn value(&self, id: DefId) -> String {
        let def = &self.program.defs[id.index()];
        let is_set = matches!(def.ty, Type::List(_)) && !self.is_ordered(Space::Def, def.layer, &def.name);
        let mut reader = self.reader.borrow_mut();
        let term = if is_set { reader.set(def.value) } else { reader.term(def.value) };
        reader.terms.text(term)
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
            Type::Scalar(s) => s.name().to_owned(),
            Type::BusinessDays => "business_days".to_owned(),
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
    let length = if parts.is_empty() { "0 days".to_owned() } else { parts.join(" ") };
    if d.is_more { format!("more than {length}") } else { length }
}

fn money(m: Money) -> String {
    let cents = m.cents();
    let fraction = if cents % 100 == 0 { String::new() } else { format!(".{:02}", (cents % 100).abs()) };
    format!("{}{fraction} {}", cents / 100, m.currency_code())
}
