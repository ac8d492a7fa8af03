//! What can be known of a ruleset before any filing exists: versions, clashes of layers, exceptions and rows that never apply.

use super::diagnostics as say;
use super::expressions::Checker;
use super::finite::{Atoms, Formula, key};
use crate::diagnostic::Diagnostics;
use crate::hir::*;
use crate::resolve::{NameKind, Unread};
use crate::source::Span;
use crate::syntax::ast;
use crate::value::Date;
use std::collections::BTreeMap;

pub(super) fn check(program: &mut Program, unread: &Unread, diagnostics: &mut Diagnostics) {
    dated(program, unread, diagnostics);
    clashes(program, diagnostics);
    // What depends on a part that could not be read says nothing certain about the rest.
    if !unread.any {
        conditions(program, diagnostics);
    }
}

/// Sorts the versions of everything by their dates and reports overlaps and gaps, but for what has a version that could not be read.
fn dated(program: &mut Program, unread: &Unread, diagnostics: &mut Diagnostics) {
    let names: Vec<String> = (0..program.rules.len()).map(|i| program.rule_name(RuleId(i as u32))).collect();
    for (i, (rule, name)) in program.rules.iter_mut().zip(&names).enumerate() {
        rule.versions.sort_by_key(|v| v.effective.from);
        if unread.has_rule(RuleId(i as u32)) {
            continue;
        }
        let ranges: Vec<(&Effective, Span)> = rule.versions.iter().map(|v| (&v.effective, v.span)).collect();
        line_up(&ranges, name, true, diagnostics);
    }
    for param in &mut program.params {
        param.versions.sort_by_key(|v| v.0.from);
        if unread.excuses(NameKind::Value, &param.name) {
            continue;
        }
        let ranges: Vec<(&Effective, Span)> = param.versions.iter().map(|v| (&v.0, v.3)).collect();
        line_up(&ranges, &param.name, true, diagnostics);
    }
    let mut groups: BTreeMap<(LayerId, u8, u32, String), Vec<ChangeId>> = BTreeMap::new();
    for (i, change) in program.changes.iter().enumerate() {
        let (kind, target, label) = match &change.kind {
            ChangeKind::Set { param, .. } => (0, param.0, String::new()),
            ChangeKind::Waive { rule, .. } => (1, rule.0, String::new()),
            ChangeKind::Replace { rule, .. } => (2, rule.0, String::new()),
            // Exceptions of one rule stand beside each other; only the same label is another version.
            ChangeKind::Except { rule, .. } => (3, rule.0, change.id.clone()),
            ChangeKind::Confirm { .. } => continue,
        };
        groups.entry((change.layer, kind, target, label)).or_default().push(ChangeId(i as u32));
    }
    for ids in groups.values_mut().filter(|g| g.len() > 1) {
        ids.sort_by_key(|id| program.changes[id.index()].effective.from);
        // Two waivers with conditions of their own may stand beside each other.
        if ids.iter().all(|id| matches!(program.changes[id.index()].kind, ChangeKind::Waive { when: Some(_), .. })) {
            continue;
        }
        if ids.iter().any(|id| unread.excuses(NameKind::Change, &program.changes[id.index()].id)) {
            continue;
        }
        let name = program.change_name(ids[0]);
        let ranges: Vec<(&Effective, Span)> =
            ids.iter().map(|id| (&program.changes[id.index()].effective, program.changes[id.index()].span)).collect();
        line_up(&ranges, &name, false, diagnostics);
    }
}

fn line_up(ranges: &[(&Effective, Span)], name: &str, must_continue: bool, diagnostics: &mut Diagnostics) {
    for pair in ranges.windows(2) {
        let ((a, first), (b, second)) = (pair[0], pair[1]);
        if a.span.is_empty() && b.span.is_empty() {
            diagnostics.report(crate::resolve::diagnostics::duplicate(second, first, name));
            continue;
        }
        let start = b.from;
        let overlaps = match (a.until, start) {
            (None, _) | (_, None) => true,
            (Some(until), Some(from)) => from <= until,
        };
        if overlaps {
            let day = start.or(a.from).map_or("every day".to_owned(), |d| d.to_string());
            diagnostics.report(say::two_versions(first, second, name, &day));
        } else if let (Some(until), Some(from), false) = (a.until, start, a.ends) {
            let (gap_from, gap_until) = (next(until), previous(from));
            if gap_from < from {
                diagnostics.report(say::version_gap(first, Some(second), name, gap_from, Some(gap_until)));
            }
        }
    }
    if let Some((last, span)) = ranges.last()
        && let (Some(until), false, true) = (last.until, last.ends, must_continue)
    {
        diagnostics.report(say::version_gap(*span, None, name, next(until), None));
    }
}

fn next(day: Date) -> Date {
    day.tomorrow().unwrap_or(day)
}

fn previous(day: Date) -> Date {
    day.yesterday().unwrap_or(day)
}

/// Two layers that can apply to one filing may not change the same thing, unless one says `over`.
fn clashes(program: &Program, diagnostics: &mut Diagnostics) {
    let mut by_target: BTreeMap<(bool, u32), Vec<ChangeId>> = BTreeMap::new();
    for (i, change) in program.changes.iter().enumerate() {
        let target = match &change.kind {
            ChangeKind::Set { param, .. } => (true, param.0),
            ChangeKind::Waive { rule, .. } | ChangeKind::Replace { rule, .. } | ChangeKind::Except { rule, .. } => (false, rule.0),
            ChangeKind::Confirm { .. } => continue,
        };
        by_target.entry(target).or_default().push(ChangeId(i as u32));
    }
    for ((is_param, target), ids) in by_target {
        let what = if is_param { program.params[target as usize].name.clone() } else { program.rule_name(RuleId(target)) };
        let mut seen: Vec<(LayerId, LayerId)> = Vec::new();
        for (n, a) in ids.iter().enumerate() {
            for b in &ids[n + 1..] {
                let (x, y) = (&program.changes[a.index()], &program.changes[b.index()]);
                if x.layer == y.layer
                    || extends(program, x.layer, y.layer)
                    || !program.can_meet(x.layer, y.layer)
                    || seen.contains(&(x.layer, y.layer))
                {
                    continue;
                }
                let disjoint = matches!((x.effective.until, y.effective.from), (Some(u), Some(f)) if u < f)
                    || matches!((y.effective.until, x.effective.from), (Some(u), Some(f)) if u < f);
                if disjoint || x.over.contains(b) || y.over.contains(a) {
                    continue;
                }
                seen.push((x.layer, y.layer));
                diagnostics.report(say::layer_clash(x.span, y.span, &what, &program.change_name(*a), &program.change_name(*b)));
            }
        }
    }
}

/// Whether one of two layers extends the other.
fn extends(program: &Program, a: LayerId, b: LayerId) -> bool {
    program.chain(a).contains(&b) || program.chain(b).contains(&a)
}

fn can_hold(program: &Program, all: &[ExprId], none: &[ExprId]) -> bool {
    let mut atoms = Atoms::default();
    let mut parts: Vec<Formula> = all.iter().map(|e| atoms.formula(program, *e, 0)).collect();
    parts.extend(none.iter().map(|e| Formula::Not(Box::new(atoms.formula(program, *e, 0)))));
    !matches!(atoms.satisfy(&Formula::And(parts)), Ok(None))
}

fn conditions(program: &Program, diagnostics: &mut Diagnostics) {
    for version in program.rules.iter().flat_map(|r| &r.versions) {
        if let Some(when) = version.when
            && is_compound(program, when)
            && !can_hold(program, &[when], &[])
        {
            diagnostics.report(say::never_holds(program.expr(when).span));
        }
    }
    let mut seen: BTreeMap<(LayerId, RuleId), Vec<(String, Span)>> = BTreeMap::new();
    for change in &program.changes {
        let ChangeKind::Except { rule, exception } = &change.kind else { continue };
        let base = program.rules[rule.index()].versions.last();
        let when: Vec<ExprId> = base.and_then(|b| b.when).into_iter().collect();
        unreachable(program, exception, &when, diagnostics);
        let text = key(program, exception.when);
        let earlier = seen.entry((change.layer, *rule)).or_default();
        if let Some((_, first)) = earlier.iter().find(|(t, _)| *t == text && exception.effective.span.is_empty()) {
            let why = crate::say!("the same condition as an exception before it", "与之前的例外条件相同");
            diagnostics.report(say::unreachable_exception(exception.span, why).secondary(*first, crate::say!("this one", "该例外")));
        }
        earlier.push((text, exception.span));
    }
}

fn is_compound(program: &Program, id: ExprId) -> bool {
    matches!(program.expr(id).kind, ExprKind::And(_) | ExprKind::Def(_) | ExprKind::Const(_) | ExprKind::Or(_) | ExprKind::Not(_))
}

fn unreachable(program: &Program, exception: &Exception, around: &[ExprId], diagnostics: &mut Diagnostics) {
    let mut all = around.to_vec();
    all.push(exception.when);
    if !can_hold(program, &all, &[]) {
        let why = crate::say!("its condition cannot hold where the rule applies", "在规则适用处其条件不可能成立");
        diagnostics.report(say::unreachable_exception(exception.span, why));
        return;
    }
    // An `unless` that always holds with the exception takes it back for good.
    for unless in &exception.unless {
        if unless.unless.is_empty() && unless.effective.span.is_empty() && !can_hold(program, &all, &[unless.when]) {
            let why = crate::say!("`{}` always takes it back", "总被 `{}` 排除", unless.id);
            diagnostics.report(say::unreachable_exception(exception.span, why).secondary(unless.span, crate::say!("this one", "此处")));
        }
        unreachable(program, unless, &all, diagnostics);
    }
}

/// Gaps and unreachable rows of a decision table.
pub(super) fn check_table(checker: &mut Checker<'_>, table: &ast::Decide, rows: &[(ExprId, u16)], has_otherwise: bool) {
    if rows.iter().any(|(c, _)| checker.program.expr(*c).ty == Type::Error) {
        return;
    }
    let program = &*checker.program;
    let mut faults = Vec::new();
    for (i, (condition, _)) in rows.iter().enumerate() {
        let earlier: Vec<ExprId> = rows[..i].iter().map(|(c, _)| *c).collect();
        if !can_hold(program, &[*condition], &earlier) {
            faults.push(say::unreachable_row(table.rows[i].0.span));
        }
    }
    let all: Vec<ExprId> = rows.iter().map(|(c, _)| *c).collect();
    let mut atoms = Atoms::default();
    let rest = Formula::And(all.iter().map(|e| Formula::Not(Box::new(atoms.formula(program, *e, 0)))).collect());
    match (atoms.satisfy(&rest), has_otherwise) {
        (Ok(Some(example)), false) => faults.push(say::table_gap(table.span, &example)),
        (Err(()), false) => faults.push(say::table_gap(table.span, "none of the conditions holds")),
        (Ok(None), true) => {
            if let Some(name) = &table.otherwise {
                faults.push(say::unreachable_row(name.span));
            }
        }
        _ => {}
    }
    for fault in faults {
        checker.report(fault);
    }
}
