//! Small changes to rules, to see whether a case notices.
//!
//! A mutant is one changed piece of the program. It is killed when a case that passed before fails. Programs are changed in place and changed
//! back, so that a mutant costs its lowering and its cases.

use super::Prepared;
use crate::diagnostic::{Bilingual, say};
use crate::driver::{Compiled, Rulebook};
use crate::hir::*;
use crate::source::{SourceMap, Span};
use crate::syntax::ast::{Case, ExpectKind};
use crate::value::Duration;

/// One changed piece.
#[derive(Clone, Debug)]
enum Piece {
    Expr(ExprId, Box<Expr>),
    Param(ParamId, Box<Param>),
    Change(ChangeId, Box<Change>),
    Rule(RuleId, Box<Rule>),
}

impl Piece {
    /// Puts the piece into the program and keeps what was there; done twice, nothing has changed.
    fn swap(&mut self, program: &mut Program) {
        match self {
            Piece::Expr(id, piece) => std::mem::swap(&mut program.exprs[id.index()], piece),
            Piece::Param(id, piece) => std::mem::swap(&mut program.params[id.index()], piece),
            Piece::Change(id, piece) => std::mem::swap(&mut program.changes[id.index()], piece),
            Piece::Rule(id, piece) => std::mem::swap(&mut program.rules[id.index()], piece),
        }
    }
}

/// A change of the rules that a good suite notices.
#[derive(Clone, Debug)]
pub struct Mutant {
    /// What was done.
    pub what: Bilingual,
    /// Where.
    pub span: Span,
    /// Layer it was written in.
    pub layer: LayerId,
    /// Full id of the rule or change, or the name of the definition or parameter.
    pub owner: String,
    piece: Piece,
}

/// What became of a mutant: the case that killed it.
#[derive(Clone, Debug)]
pub struct Fate {
    /// Index of the mutant.
    pub mutant: usize,
    /// Index of the case that failed.
    pub killed_by: Option<usize>,
}

/// All mutants of the rules of some layers, in the order of the program.
pub fn mutants(program: &Program, in_layer: &dyn Fn(LayerId) -> bool) -> Vec<Mutant> {
    let mut maker = Maker { program, out: Vec::new(), owner: String::new(), layer: LayerId(0) };
    for (i, param) in program.params.iter().enumerate().filter(|(_, p)| in_layer(p.layer)) {
        maker.owner.clone_from(&param.name);
        maker.layer = param.layer;
        maker.param(ParamId(i as u32), param);
    }
    for def in program.defs.iter().filter(|d| in_layer(d.layer)) {
        maker.owner.clone_from(&def.name);
        maker.layer = def.layer;
        maker.expr(def.value);
    }
    for (i, rule) in program.rules.iter().enumerate().filter(|(_, r)| in_layer(r.layer)) {
        maker.owner = program.rule_name(RuleId(i as u32));
        maker.layer = rule.layer;
        maker.rule(RuleId(i as u32), rule);
    }
    for (i, change) in program.changes.iter().enumerate().filter(|(_, c)| in_layer(c.layer)) {
        maker.owner = program.change_name(ChangeId(i as u32));
        maker.layer = change.layer;
        maker.change(ChangeId(i as u32), change);
    }
    maker.out
}

struct Maker<'p> {
    program: &'p Program,
    out: Vec<Mutant>,
    owner: String,
    layer: LayerId,
}

impl Maker<'_> {
    fn push(&mut self, span: Span, what: Bilingual, piece: Piece) {
        self.out.push(Mutant { what, span, layer: self.layer, owner: self.owner.clone(), piece });
    }

    fn replaced(&mut self, id: ExprId, what: Bilingual, kind: ExprKind) {
        let old = self.program.expr(id);
        let piece = Piece::Expr(id, Box::new(Expr { kind, ty: old.ty.clone(), span: old.span }));
        self.push(old.span, what, piece);
    }

    fn expr(&mut self, id: ExprId) {
        let program = self.program;
        let expr = program.expr(id);
        match &expr.kind {
            ExprKind::And(list) => {
                self.clauses(id, list, ExprKind::And);
                self.replaced(id, say!("`and` became `or`", "`and` 改为 `or`"), ExprKind::Or(list.clone()));
            }
            ExprKind::Or(list) => {
                self.clauses(id, list, ExprKind::Or);
                self.replaced(id, say!("`or` became `and`", "`or` 改为 `and`"), ExprKind::And(list.clone()));
            }
            ExprKind::Not(inner) => self.replaced(id, say!("`not` is gone", "去掉 `not`"), program.expr(*inner).kind.clone()),
            ExprKind::Ordered(op, a, b) => {
                let (other, en) = match op {
                    Ordering::Less => (Ordering::LessOrEqual, "`<` became `<=`"),
                    Ordering::LessOrEqual => (Ordering::Less, "`<=` became `<`"),
                    Ordering::Greater => (Ordering::GreaterOrEqual, "`>` became `>=`"),
                    Ordering::GreaterOrEqual => (Ordering::Greater, "`>=` became `>`"),
                };
                self.replaced(id, Bilingual::new(en, en.replace(" became ", " 改为 ")), ExprKind::Ordered(other, *a, *b));
            }
            ExprKind::Quantified { kind, range, body } => {
                let (other, en) = match kind {
                    Quantifier::Every => (Quantifier::Some, "`every` became `some`"),
                    Quantifier::Some => (Quantifier::Every, "`some` became `every`"),
                    Quantifier::No => (Quantifier::Some, "`no` became `some`"),
                };
                let kind = ExprKind::Quantified { kind: other, range: range.clone(), body: *body };
                self.replaced(id, Bilingual::new(en, en.replace(" became ", " 改为 ")), kind);
            }
            ExprKind::Const(value) => {
                for (what, value) in shifted(value) {
                    self.replaced(id, what, ExprKind::Const(value));
                }
            }
            _ => {}
        }
        for child in expr.kind.children() {
            // Texts of patterns and names of enum values are no thresholds.
            self.expr(child);
        }
    }

    fn clauses(&mut self, id: ExprId, list: &[ExprId], make: fn(Vec<ExprId>) -> ExprKind) {
        // `x is given as v` is one clause.
        if list.len() == 2 && self.program.expr(list[1]).span == self.program.expr(id).span {
            return;
        }
        for (i, clause) in list.iter().enumerate() {
            let mut rest = list.to_vec();
            rest.remove(i);
            let kind = if let [one] = rest[..] { self.program.expr(one).kind.clone() } else { make(rest) };
            let old = self.program.expr(id);
            let piece = Piece::Expr(id, Box::new(Expr { kind, ty: old.ty.clone(), span: old.span }));
            self.push(self.program.expr(*clause).span, say!("this clause is gone", "去掉该条件"), piece);
        }
    }

    fn param(&mut self, id: ParamId, param: &Param) {
        for (v, (_, value, _, span)) in param.versions.iter().enumerate() {
            for (what, value) in shifted(value) {
                let mut changed = param.clone();
                changed.versions[v].1 = value;
                self.push(*span, what, Piece::Param(id, Box::new(changed)));
            }
        }
    }

    fn rule(&mut self, id: RuleId, rule: &Rule) {
        for (v, version) in rule.versions.iter().enumerate() {
            for (what, effective) in moved(&version.effective) {
                let mut changed = rule.clone();
                changed.versions[v].effective = effective;
                self.push(version.effective.span, what, Piece::Rule(id, Box::new(changed)));
            }
            if version.own_when.is_some() {
                let mut changed = rule.clone();
                changed.versions[v].when = None;
                self.push(version.span, say!("`when` is gone", "去掉 `when`"), Piece::Rule(id, Box::new(changed)));
            }
            self.version(version);
        }
    }

    fn version(&mut self, version: &Version) {
        if let Some(when) = version.own_when {
            self.expr(when);
        }
        self.expr(version.require);
    }

    fn change(&mut self, id: ChangeId, change: &Change) {
        if let ChangeKind::Confirm { .. } = change.kind {
            return;
        }
        for (what, effective) in moved(&change.effective) {
            let mut changed = change.clone();
            changed.effective = effective;
            self.push(change.effective.span, what, Piece::Change(id, Box::new(changed)));
        }
        match &change.kind {
            ChangeKind::Set { param, value, when } => {
                for (what, value) in shifted(value) {
                    let changed = Change { kind: ChangeKind::Set { param: *param, value, when: *when }, ..change.clone() };
                    self.push(change.span, what, Piece::Change(id, Box::new(changed)));
                }
                when.iter().for_each(|when| self.expr(*when));
            }
            ChangeKind::Except { exception, .. } => self.exception(id, change, exception, &mut Vec::new()),
            ChangeKind::Waive { when: Some(when), .. } => self.expr(*when),
            ChangeKind::Replace { version, .. } => self.version(version),
            _ => {}
        }
        self.push(change.span, say!("the change is gone", "去掉该变更"), Piece::Change(id, Box::new(without(change))));
    }

    /// `path` are the positions of the `unless` that lead to the exception.
    fn exception(&mut self, id: ChangeId, change: &Change, exception: &Exception, path: &mut Vec<usize>) {
        self.expr(exception.when);
        for (i, unless) in exception.unless.iter().enumerate() {
            let mut changed = change.clone();
            if let ChangeKind::Except { exception: root, .. } = &mut changed.kind {
                let mut at = &mut **root;
                for step in path.iter() {
                    at = &mut at.unless[*step];
                }
                at.unless.remove(i);
            }
            self.push(unless.span, say!("this `unless` is gone", "去掉该 `unless`"), Piece::Change(id, Box::new(changed)));
            path.push(i);
            self.exception(id, change, unless, path);
            path.pop();
        }
    }
}

/// The change as if it had not been written: a confirmation changes nothing.
fn without(change: &Change) -> Change {
    let rule = match &change.kind {
        ChangeKind::Except { rule, .. }
        | ChangeKind::Waive { rule, .. }
        | ChangeKind::Replace { rule, .. }
        | ChangeKind::Adopt { rule, .. }
        | ChangeKind::Confirm { rule } => *rule,
        ChangeKind::Set { .. } => RuleId(0),
    };
    Change { kind: ChangeKind::Confirm { rule }, ..change.clone() }
}

/// A constant one step further each way; nothing for what has no steps.
fn shifted(value: &Const) -> Vec<(Bilingual, Const)> {
    let step = |old: String, new: String, value: Const| (say!("{old} became {new}", "{old} 改为 {new}"), value);
    match value {
        Const::Int(n) => [n - 1, n + 1].into_iter().map(|m| step(n.to_string(), m.to_string(), Const::Int(m))).collect(),
        Const::BusinessDays(n) => {
            let text = |n: i32| format!("{n} business days");
            [n - 1, n + 1].into_iter().map(|m| step(text(*n), text(m), Const::BusinessDays(m))).collect()
        }
        Const::Date(d) => [d.yesterday(), d.tomorrow()]
            .into_iter()
            .flatten()
            .map(|other| step(d.to_string(), other.to_string(), Const::Date(other)))
            .collect(),
        Const::Duration(d) => {
            let moved = |n: i32| Duration {
                months: if d.months != 0 && d.days == 0 && d.hours == 0 { d.months + n } else { d.months },
                days: if d.months == 0 && d.hours == 0 || d.days != 0 { d.days + n } else { d.days },
                hours: if d.hours != 0 && d.days == 0 { d.hours + n } else { d.hours },
                is_more: d.is_more,
            };
            let text = |d: &Duration| {
                let parts = [(d.months, "months"), (d.days, "days"), (d.hours, "hours")];
                let shown: Vec<String> = parts.iter().filter(|(n, _)| *n != 0).map(|(n, unit)| format!("{n} {unit}")).collect();
                let shown = if shown.is_empty() { "0 days".to_owned() } else { shown.join(" ") };
                if d.is_more { format!("more than {shown}") } else { shown }
            };
            let others = [moved(-1), moved(1), Duration { is_more: !d.is_more, ..*d }];
            others.into_iter().map(|other| step(text(d), text(&other), Const::Duration(other))).collect()
        }
        Const::Bool(b) => vec![step(b.to_string(), (!b).to_string(), Const::Bool(!b))],
        Const::List(items) if items.len() > 1 => (0..items.len())
            .map(|i| {
                let mut rest = items.clone();
                rest.remove(i);
                let n = i + 1;
                (say!("item {n} of the list is gone", "去掉列表第 {n} 项"), Const::List(rest))
            })
            .collect(),
        _ => vec![],
    }
}

/// An effective range with each of its ends one day further each way.
fn moved(effective: &Effective) -> Vec<(Bilingual, Effective)> {
    let mut out = Vec::new();
    for (is_start, date) in [(true, effective.from), (false, effective.until)] {
        let Some(date) = date else { continue };
        for other in [date.yesterday(), date.tomorrow()].into_iter().flatten() {
            let mut changed = effective.clone();
            if is_start {
                changed.from = Some(other)
            } else {
                changed.until = Some(other)
            }
            out.push((say!("{date} became {other}", "{date} 改为 {other}"), changed));
        }
    }
    out
}

/// A suite that passes, ready to be run against mutants.
pub struct Tried<'s> {
    /// The cases.
    pub cases: &'s [Case],
    /// Their manifests.
    pub prepared: &'s [Prepared],
    /// Layers each case runs in, by the position in `prepared`.
    pub layers: &'s [Vec<usize>],
    /// All texts.
    pub sources: &'s SourceMap,
}

impl Tried<'_> {
    /// Tries a mutant; gives the rules back as they were.
    pub fn try_one(&self, compiled: Compiled, index: usize, mutant: &Mutant) -> (Compiled, Fate) {
        let mut compiled = compiled;
        let mut piece = mutant.piece.clone();
        piece.swap(&mut compiled.program);
        // A mutant is as large as what it was made from.
        let book = Rulebook::to_run(compiled).expect("rules that fitted fit with one change");
        let killed_by = self.order(mutant).into_iter().find(|i| {
            let prepared = &self.prepared[*i];
            !super::run(&self.cases[prepared.case], prepared, &book, self.sources).faults.is_empty()
        });
        let mut compiled = book.into_compiled().expect("the rules were compiled in this run");
        piece.swap(&mut compiled.program);
        (compiled, Fate { mutant: index, killed_by: killed_by.map(|i| self.prepared[i].case) })
    }

    /// The cases that the layer of a mutant concerns, those that name its rule first.
    fn order(&self, mutant: &Mutant) -> Vec<usize> {
        let id = mutant.owner.rsplit('/').next().unwrap_or(&mutant.owner);
        let layer = mutant.layer.index();
        let mut order: Vec<usize> = (0..self.prepared.len()).filter(|i| self.layers[*i].contains(&layer)).collect();
        order.sort_by_key(|i| !names(&self.cases[self.prepared[*i].case], id));
        order
    }
}

/// Whether a case expects something of a rule.
fn names(case: &Case, id: &str) -> bool {
    case.expect.iter().any(|e| match &e.kind {
        ExpectKind::Outcome { rules, .. } => rules.iter().any(|(r, _)| r.id.text == id),
        _ => false,
    })
}

/// `n` of the mutants, the same ones for the same seed, in their order.
pub fn sample(n_mutants: usize, n: usize, seed: u64) -> Vec<usize> {
    if n_mutants <= n {
        return (0..n_mutants).collect();
    }
    // A sequence that only has to scatter (SplitMix64).
    let mut state = seed;
    let mut next = || {
        state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = state;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    };
    let mut all: Vec<usize> = (0..n_mutants).collect();
    for i in 0..n {
        let j = i + (next() % (n_mutants - i) as u64) as usize;
        all.swap(i, j);
    }
    all.truncate(n);
    all.sort_unstable();
    all
}
