//! What can be known of a ruleset before any filing exists: versions, clashes of layers, exceptions and rows that never apply.

use super::diagnostics as say;
use crate::diagnostic::Diagnostics;
use crate::hir::*;
use crate::resolve::{NameKind, Unread};
use crate::source::Span;
use crate::term::{Goal, Own, Prover, Reader, Reading, TermId};
use crate::value::Date;
use std::collections::BTreeMap;

pub(super) fn check(program: &mut Program, unread: &Unread, diagnostics: &mut Diagnostics) {
    dated(program, unread, diagnostics);
    clashes(program, diagnostics);
    conditional_values(program, diagnostics);
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
            // Values for different filings stand beside each other.
            ChangeKind::Set { when: Some(_), .. } => continue,
            ChangeKind::Set { param, .. } => (0, param.0, String::new()),
            ChangeKind::Waive { rule, .. } => (1, rule.0, String::new()),
            ChangeKind::Replace { rule, .. } | ChangeKind::Adopt { rule, .. } => (2, rule.0, String::new()),
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
            ChangeKind::Set { param, .. } if program.params[param.index()].several != Several::Nearest => continue,
            ChangeKind::Set { param, .. } => (true, param.0),
            ChangeKind::Waive { rule, .. }
            | ChangeKind::Replace { rule, .. }
            | ChangeKind::Adopt { rule, .. }
            | ChangeKind::Except { rule, .. } => (false, rule.0),
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
                if let Some((waiver, replacement)) = waived_and_replaced(x, y)
                    && x.effective.can_meet(&y.effective)
                    && !x.over.contains(b)
                    && !y.over.contains(a)
                {
                    let names = (program.change_name(*a), program.change_name(*b));
                    diagnostics.report(say::without_order(waiver.span, replacement.span, &what, names));
                }
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

/// A waiver and a replacement that one layer makes of one rule.
fn waived_and_replaced<'c>(x: &'c Change, y: &'c Change) -> Option<(&'c Change, &'c Change)> {
    if x.layer != y.layer {
        return None;
    }
    match (&x.kind, &y.kind) {
        (ChangeKind::Waive { .. }, ChangeKind::Replace { .. } | ChangeKind::Adopt { .. }) => Some((x, y)),
        (ChangeKind::Replace { .. } | ChangeKind::Adopt { .. }, ChangeKind::Waive { .. }) => Some((y, x)),
        _ => None,
    }
}

/// Whether one of two layers extends the other.
fn extends(program: &Program, a: LayerId, b: LayerId) -> bool {
    program.chain(a).contains(&b) || program.chain(b).contains(&a)
}

/// Whether no filing makes all of some conditions true and none of others.
fn cannot_hold(prover: &mut Prover<'_>, all: &[ExprId], none: &[ExprId]) -> bool {
    let mut goals: Vec<Goal> = all.iter().map(|e| prover.surely(*e)).collect();
    goals.extend(none.iter().map(|e| prover.surely_not(*e)));
    let goal = prover.all(goals);
    prover.cannot(goal)
}

/// Conditions of values may not read parameters that have such values: none would be known first.
fn conditional_values(program: &Program, diagnostics: &mut Diagnostics) {
    let conditional =
        |param: ParamId| program.changes.iter().any(|c| matches!(&c.kind, ChangeKind::Set { param: p, when: Some(_), .. } if *p == param));
    for change in &program.changes {
        let ChangeKind::Set { param, when: Some(when), .. } = &change.kind else { continue };
        let mut seen = vec![false; program.defs.len()];
        let mut open = vec![*when];
        while let Some(id) = open.pop() {
            match &program.expr(id).kind {
                ExprKind::Param(read) if conditional(*read) => {
                    let (name, other) = (&program.params[param.index()].name, &program.params[read.index()].name);
                    diagnostics.report(say::value_asks_values(program.expr(*when).span, name, other));
                    break;
                }
                ExprKind::Def(def) if !std::mem::replace(&mut seen[def.index()], true) => open.push(program.defs[def.index()].value),
                kind => open.extend(kind.children()),
            }
        }
    }
}

fn conditions(program: &Program, diagnostics: &mut Diagnostics) {
    let prover = &mut Prover::new(program, Reading::Generous);
    for version in program.rules.iter().flat_map(|r| &r.versions) {
        if let Some(when) = version.when
            && is_compound(program, when)
            && cannot_hold(prover, &[when], &[])
        {
            diagnostics.report(say::never_holds(program.expr(when).span));
        }
    }
    let mut reader = Reader::new(program, Own { opens: false });
    let mut seen: BTreeMap<(LayerId, RuleId), Vec<(TermId, Span)>> = BTreeMap::new();
    for change in &program.changes {
        let ChangeKind::Except { rule, exception } = &change.kind else { continue };
        let base = program.rules[rule.index()].versions.last();
        let when: Vec<ExprId> = base.and_then(|b| b.when).into_iter().collect();
        unreachable(prover, exception, &when, diagnostics);
        let term = reader.term(exception.when);
        let earlier = seen.entry((change.layer, *rule)).or_default();
        if let Some((_, first)) = earlier.iter().find(|(t, _)| *t == term && exception.effective.span.is_empty()) {
            let why = crate::say!("the same condition as an exception before it", "与之前的例外条件相同");
            diagnostics.report(say::unreachable_exception(exception.span, why).secondary(*first, crate::say!("this one", "该例外")));
        }
        earlier.push((term, exception.span));
    }
}

fn is_compound(program: &Program, id: ExprId) -> bool {
    matches!(program.expr(id).kind, ExprKind::And(_) | ExprKind::Def(_) | ExprKind::Const(_) | ExprKind::Or(_) | ExprKind::Not(_))
}

fn unreachable(prover: &mut Prover<'_>, exception: &Exception, around: &[ExprId], diagnostics: &mut Diagnostics) {
    let mut all = around.to_vec();
    all.push(exception.when);
    if cannot_hold(prover, &all, &[]) {
        let why = crate::say!("its condition cannot hold where the rule applies", "在规则适用处其条件不可能成立");
        diagnostics.report(say::unreachable_exception(exception.span, why));
        return;
    }
    // An `unless` that always holds with the exception takes it back for good.
    for unless in &exception.unless {
        if unless.unless.is_empty() && unless.effective.span.is_empty() && cannot_hold(prover, &all, &[unless.when]) {
            let why = crate::say!("`{}` always takes it back", "总被 `{}` 排除", unless.id);
            diagnostics.report(say::unreachable_exception(exception.span, why).secondary(unless.span, crate::say!("this one", "此处")));
        }
        unreachable(prover, unless, &all, diagnostics);
    }
}
