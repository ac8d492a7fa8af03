//! Which meanings of the rules the cases reached: outcomes, truth values, exceptions, versions, rows.
//!
//! The items are what there is to see, taken from the program; each has parts, and each part remembers the first case that showed it.

use crate::diagnostic::{Bilingual, say};
use crate::eval::{Outcome, Seen, Tri};
use crate::hir::{ChangeKind, Exception, ExprId, ExprKind, LayerId, Program, Type, Version};
use crate::source::Span;
use rustc_hash::{FxHashMap, FxHashSet};

/// What kind of thing an item is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs)]
pub enum Kind {
    Requirement,
    Condition,
    Exception,
    Waiver,
    Value,
    Row,
}

impl Kind {
    /// All kinds in the order they are shown.
    pub const ALL: [Kind; 6] = [Kind::Requirement, Kind::Exception, Kind::Waiver, Kind::Value, Kind::Row, Kind::Condition];

    /// As written in JSON.
    pub fn key(self) -> &'static str {
        match self {
            Kind::Requirement => "requirement",
            Kind::Condition => "condition",
            Kind::Exception => "exception",
            Kind::Waiver => "waiver",
            Kind::Value => "value",
            Kind::Row => "row",
        }
    }

    /// Heading and what is counted, in both languages.
    pub fn title(self) -> Bilingual {
        match self {
            Kind::Requirement => say!("outcomes of requirements", "要求的结果"),
            Kind::Condition => say!("truth values of conditions", "条件的真值"),
            Kind::Exception => say!("exceptions fired and not fired", "例外的触发与未触发"),
            Kind::Waiver => say!("waivers in force", "豁免的适用"),
            Kind::Value => say!("values of parameters in force", "参数取值的适用"),
            Kind::Row => say!("rows of decision tables", "决策表各行"),
        }
    }
}

/// One thing to be seen.
#[derive(Clone, Debug)]
pub struct Item {
    /// What kind.
    pub kind: Kind,
    /// Full id of the rule or change it belongs to, or the name of the definition.
    pub owner: String,
    /// Layer it was written in.
    pub layer: LayerId,
    /// Where.
    pub span: Span,
    /// Its parts, each with the first case that showed it.
    pub parts: Vec<(Bilingual, Option<usize>)>,
}

/// What the cases reached.
#[derive(Clone, Debug, Default)]
pub struct Coverage {
    /// All items in the order of the program.
    pub items: Vec<Item>,
    by_span: FxHashMap<(Kind, Span), usize>,
    by_expr: FxHashMap<u32, usize>,
    tables: FxHashMap<u32, Vec<usize>>,
}

const TRUE: (&str, &str) = ("true", "真");
const FALSE: (&str, &str) = ("false", "假");
const UNKNOWN: (&str, &str) = ("unknown", "未知");

fn parts(names: &[(&str, &str)]) -> Vec<(Bilingual, Option<usize>)> {
    names.iter().map(|(en, zh)| (Bilingual::new(*en, *zh), None)).collect()
}

impl Coverage {
    /// Everything there is to see in a program.
    pub fn of(program: &Program) -> Self {
        let mut this = Coverage::default();
        for def in &program.defs {
            this.condition(program, def.value, &def.name, def.layer);
        }
        for rule in &program.rules {
            let name = format!("{}/{}", program.layer(rule.layer).id, rule.id);
            for version in &rule.versions {
                this.version(program, version, &name, rule.layer);
            }
        }
        for (i, change) in program.changes.iter().enumerate() {
            let name = program.change_name(crate::hir::ChangeId(i as u32));
            match &change.kind {
                ChangeKind::Set { when, .. } => {
                    this.add(Kind::Value, &name, change.layer, change.span, parts(&[("in force", "生效")]));
                    if let Some(when) = when {
                        this.condition(program, *when, &name, change.layer);
                    }
                }
                ChangeKind::Except { exception, .. } => this.exception(program, exception, change.layer),
                ChangeKind::Waive { when, .. } => {
                    let both: &[_] = if when.is_some() { &[TRUE, FALSE] } else { &[TRUE] };
                    this.add(Kind::Waiver, &name, change.layer, change.span, parts(both));
                    if let Some(when) = when {
                        this.condition(program, *when, &name, change.layer);
                    }
                }
                ChangeKind::Replace { version, .. } => this.version(program, version, &name, change.layer),
                // Its conditions are those of what it adopts.
                ChangeKind::Adopt { version, .. } => this.outcomes(program, version, &name, change.layer),
                ChangeKind::Confirm { .. } => {}
            }
        }
        this
    }

    fn add(&mut self, kind: Kind, owner: &str, layer: LayerId, span: Span, parts: Vec<(Bilingual, Option<usize>)>) {
        self.by_span.insert((kind, span), self.items.len());
        self.items.push(Item { kind, owner: owner.to_owned(), layer, span, parts });
    }

    fn outcomes(&mut self, program: &Program, version: &Version, name: &str, layer: LayerId) {
        let outcome = |o: Outcome| o.words();
        let wanted: Vec<_> = [Outcome::Satisfied, Outcome::Violated, Outcome::Undetermined].into_iter().map(outcome).collect();
        let can = if can_be_unknown(program, version.require) { 3 } else { 2 };
        self.add(Kind::Requirement, name, layer, version.span, parts(&wanted[..can]));
    }

    fn version(&mut self, program: &Program, version: &Version, name: &str, layer: LayerId) {
        // What is only offered comes out nowhere by itself.
        if !version.is_optional {
            self.outcomes(program, version, name, layer);
        }
        // The filing types are written without an expression of their own.
        if let Some(when) = version.own_when {
            self.condition(program, when, name, layer);
        }
        self.condition(program, version.require, name, layer);
    }

    fn exception(&mut self, program: &Program, exception: &Exception, layer: LayerId) {
        let name = format!("{}/{}", program.layer(layer).id, exception.id);
        self.add(Kind::Exception, &name, layer, exception.span, parts(&[("fired", "触发"), ("not fired", "未触发")]));
        self.condition(program, exception.when, &name, layer);
        for unless in &exception.unless {
            self.exception(program, unless, layer);
        }
    }

    fn condition(&mut self, program: &Program, id: ExprId, owner: &str, layer: LayerId) {
        let expr = program.expr(id);
        match &expr.kind {
            ExprKind::Const(_) => return,
            ExprKind::Decide { .. } if self.tables.contains_key(&id.0) => return,
            ExprKind::Decide { rows, otherwise } => {
                let mut table = Vec::new();
                for (condition, _) in rows {
                    self.condition(program, *condition, owner, layer);
                    table.push(self.items.len());
                    self.add(Kind::Row, owner, layer, program.expr(*condition).span, parts(&[("hit", "命中")]));
                }
                if otherwise.is_some() {
                    table.push(self.items.len());
                    self.add(Kind::Row, owner, layer, expr.span, parts(&[("otherwise hit", "其余情形命中")]));
                }
                self.tables.insert(id.0, table);
                return;
            }
            ExprKind::And(list) if given_as(program, id, list) => {}
            ExprKind::And(list) | ExprKind::Or(list) => {
                for operand in list {
                    self.condition(program, *operand, owner, layer);
                }
            }
            // What is inside tells as much.
            ExprKind::Not(inner) => return self.condition(program, *inner, owner, layer),
            ExprKind::Quantified { body, .. } | ExprKind::Count { body: Some(body), .. } => self.condition(program, *body, owner, layer),
            _ => {}
        }
        // A replacement that keeps the condition of its base shares it.
        if expr.ty != Type::Boolean || self.by_expr.contains_key(&id.0) {
            return;
        }
        let wanted: &[_] = if can_be_unknown(program, id) { &[TRUE, FALSE, UNKNOWN] } else { &[TRUE, FALSE] };
        self.by_expr.insert(id.0, self.items.len());
        self.items.push(Item { kind: Kind::Condition, owner: owner.to_owned(), layer, span: expr.span, parts: parts(wanted) });
    }

    /// Notes what a case saw; `span` is where the rule or change was declared.
    pub fn see(&mut self, case: usize, seen: Seen, span: Option<Span>) {
        let (item, part) = match (seen, span) {
            (Seen::Condition { expr, truth }, _) => (self.by_expr.get(&expr), tri(truth)),
            (Seen::Row { expr, row }, _) => (self.tables.get(&expr).and_then(|t| t.get(row as usize)), 0),
            (Seen::Outcome { outcome, .. }, Some(span)) => {
                let part = match outcome {
                    Outcome::Satisfied => 0,
                    Outcome::Violated => 1,
                    Outcome::Undetermined => 2,
                    _ => return,
                };
                (self.by_span.get(&(Kind::Requirement, span)), part)
            }
            (Seen::Exception { truth, .. }, Some(span)) => (self.by_span.get(&(Kind::Exception, span)), tri(truth)),
            (Seen::Waiver { truth, .. }, Some(span)) => (self.by_span.get(&(Kind::Waiver, span)), tri(truth)),
            (Seen::Value { .. }, Some(span)) => (self.by_span.get(&(Kind::Value, span)), 0),
            _ => return,
        };
        if let Some(part) = item.and_then(|i| self.items.get_mut(*i)).and_then(|i| i.parts.get_mut(part)) {
            part.1.get_or_insert(case);
        }
    }

    /// Parts seen and parts in all, of one kind or of everything, in some layers.
    pub fn count(&self, kind: Option<Kind>, in_layer: &dyn Fn(LayerId) -> bool) -> (usize, usize) {
        let items = self.items.iter().filter(|i| kind.is_none_or(|k| i.kind == k) && in_layer(i.layer));
        items.fold((0, 0), |(seen, all), i| (seen + i.parts.iter().filter(|p| p.1.is_some()).count(), all + i.parts.len()))
    }
}

/// A share in tenths of a percent, rounded down, so that 100 means all.
pub fn permille((seen, all): (usize, usize)) -> usize {
    (seen * 1000).checked_div(all).unwrap_or(1000)
}

fn tri(truth: Tri) -> usize {
    match truth {
        Tri::True => 0,
        Tri::False => 1,
        Tri::Unknown => 2,
    }
}

/// Whether a missing fact can leave a condition open; tests of absence and what is built of them cannot.
fn can_be_unknown(program: &Program, id: ExprId) -> bool {
    let (mut stack, mut seen) = (vec![id], FxHashSet::default());
    while let Some(id) = stack.pop() {
        match &program.expr(id).kind {
            ExprKind::Const(_) | ExprKind::Given(_) | ExprKind::Param(_) | ExprKind::SubmissionDate => {}
            ExprKind::And(list) if given_as(program, id, list) => {}
            ExprKind::And(list) | ExprKind::Or(list) => stack.extend(list),
            ExprKind::Not(inner) => stack.push(*inner),
            ExprKind::Def(def) => stack.extend(seen.insert(*def).then(|| program.defs[def.index()].value)),
            ExprKind::Else(list) if !list.is_empty() => stack.extend(list.last()),
            _ => return true,
        }
    }
    false
}

/// `x is given as v`: two conditions in the program, one in the text.
fn given_as(program: &Program, id: ExprId, list: &[ExprId]) -> bool {
    matches!(list, [_, equal] if program.expr(*equal).span == program.expr(id).span)
}
