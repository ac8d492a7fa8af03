//! What an exception or a waiver excuses: every version of its rule that can be in force while it is.
//!
//! Its condition is typed in the loops of one version. It means the same in another where the variables it reads stand for items of the same
//! lists; where they do not, it is an error, since it would be asked about other records or not at all.

use super::diagnostics as say;
use super::expressions::{Checker, Var};
use crate::diagnostic::{Bilingual, Diagnostics};
use crate::hir::*;
use crate::resolve::Unread;
use crate::source::Span;
use crate::syntax::ast;

/// The conditions of an exception and of what takes it back.
pub(super) fn conditions(exception: &ast::Exception) -> Vec<&ast::Expr> {
    let mut found = Vec::new();
    let mut open = vec![exception];
    while let Some(e) = open.pop() {
        found.push(&e.when);
        open.extend(&e.unless);
    }
    found
}

impl Checker<'_> {
    /// Puts the variables of loops in scope, and no others.
    pub(super) fn enter(&mut self, loops: &[Range]) {
        self.vars = loops.iter().map(|r| Var { name: r.name.clone(), ty: r.item.clone(), kind: r.list.kind }).collect();
    }

    /// The loops in which conditions of an exception or a waiver are to be read: those of the newest version it meets that has the variables
    /// they name.
    pub(super) fn excused_loops(&self, rule: RuleId, effective: Option<&ast::Effective>, conditions: &[&ast::Expr]) -> Vec<Range> {
        let versions = &self.program.rules[rule.index()].versions;
        // A range that counts another date meets them all.
        let days = effective.filter(|e| e.axis.is_none()).map_or_else(Effective::default, |e| Effective {
            from: e.from,
            until: e.until,
            ..Effective::default()
        });
        let is_variable = |name: &str| versions.iter().flat_map(|v| &v.ranges).any(|r| r.name == name);
        let mut named: Vec<&str> = Vec::new();
        let mut open = conditions.to_vec();
        while let Some(e) = open.pop() {
            let path = match &e.kind {
                ast::ExprKind::Path(path) => Some(path.as_slice()),
                kind => kind.list(),
            };
            named.extend(path.and_then(|p| p.first()).map(|n| n.text.as_str()).filter(|n| is_variable(n)));
            open.extend(e.kind.children());
        }
        let met: Vec<&Version> = versions.iter().rev().filter(|v| v.effective.can_meet(&days)).collect();
        let fitting = met.iter().find(|v| named.iter().all(|n| v.ranges.iter().any(|r| r.name == *n)));
        fitting.or(met.first()).copied().or(versions.last()).map_or_else(Vec::new, |v| v.ranges.clone())
    }
}

/// Reports exceptions and waivers that do not fit a version they meet, and those that meet none.
pub(super) fn check(program: &Program, unread: &Unread, diagnostics: &mut Diagnostics) {
    for (id, change) in program.changes.iter().enumerate() {
        let (rule, conditions, is_waiver) = match &change.kind {
            ChangeKind::Except { rule, exception } => (*rule, all_conditions(exception), false),
            ChangeKind::Waive { rule, when } => (*rule, when.iter().copied().collect(), true),
            _ => continue,
        };
        let versions = &program.rules[rule.index()].versions;
        let met: Vec<&Version> = versions.iter().filter(|v| v.effective.can_meet(&change.effective)).collect();
        if met.is_empty() && !versions.is_empty() && !unread.has_rule(rule) {
            diagnostics.report(say::excuses_nothing(change.span, is_waiver, versions[versions.len() - 1].span));
        }
        let replaced = program.changes.iter().filter_map(|other| match &other.kind {
            ChangeKind::Replace { rule: r, version, .. }
                if *r == rule && program.can_meet(change.layer, other.layer) && other.effective.can_meet(&change.effective) =>
            {
                Some((&**version, &other.effective))
            }
            _ => None,
        });
        for (version, effective) in met.into_iter().map(|v| (v, &v.effective)).chain(replaced) {
            let same = change.loops.iter().zip(&version.ranges).take_while(|(a, b)| a.list == b.list && a.item == b.item).count();
            let Some((var, span)) = conditions.iter().find_map(|c| variable(program, *c, same, change.loops.len())) else { continue };
            let read = &change.loops[var];
            let lists: Vec<String> = version.ranges.iter().map(|r| format!("`{}`", r.list.names.join("."))).collect();
            let name = program.change_name(ChangeId(id as u32));
            let reads = (span, read.name.as_str(), read.list.names.join("."));
            let of = (version.span, in_force(effective), lists.join(", "));
            diagnostics.report(say::does_not_fit(&name, &program.rule_name(rule), reads, of));
        }
    }
}

fn all_conditions(exception: &Exception) -> Vec<ExprId> {
    let mut found = Vec::new();
    let mut open = vec![exception];
    while let Some(e) = open.pop() {
        found.push(e.when);
        open.extend(&e.unless);
    }
    found
}

/// The first loop variable from `from` on that an expression reads, and where; those behind `until` belong to the expression itself.
fn variable(program: &Program, id: ExprId, from: usize, until: usize) -> Option<(usize, Span)> {
    let mut open = vec![id];
    let mut found: Option<(usize, Span)> = None;
    while let Some(id) = open.pop() {
        let expr = program.expr(id);
        let path = match &expr.kind {
            ExprKind::Field(path) => Some((path, expr.span)),
            ExprKind::Quantified { range, .. } | ExprKind::Count { range, .. } | ExprKind::Sum { range, .. } => {
                Some((&range.list, range.span))
            }
            _ => None,
        };
        if let Some((FieldPath { base: Base::Var(var), .. }, span)) = path
            && (from..until).contains(&usize::from(*var))
            && found.is_none_or(|(_, first)| span.start < first.start)
        {
            found = Some((usize::from(*var), span));
        }
        open.extend(expr.kind.children());
    }
    found
}

/// The days of a version, in words.
fn in_force(e: &Effective) -> Bilingual {
    match (e.from, e.until) {
        (Some(from), Some(until)) => crate::say!("in force from {from} to {until}", "自 {from} 至 {until} 有效"),
        (Some(from), None) => crate::say!("in force from {from} on", "自 {from} 起有效"),
        (None, Some(until)) => crate::say!("in force until {until}", "至 {until} 有效"),
        (None, None) => crate::say!("always in force", "始终有效"),
    }
}
