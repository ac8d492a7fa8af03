//! `unreachable-exception`: an exception that never applies, or that changes nothing where it does.

use crate::diagnostic::say;
use crate::hir::{Change, ChangeKind, Exception, ExprId};
use crate::lint::context::Context;
use crate::lint::walk;
use crate::term::{Goal, Prover, Reading};

/// That all of some conditions are true.
fn surely(prover: &mut Prover<'_>, ids: &[ExprId]) -> Goal {
    let all: Vec<Goal> = ids.iter().map(|e| prover.surely(*e)).collect();
    prover.all(all)
}

/// Whether the first exception applies wherever the second does.
fn covers(prover: &mut Prover<'_>, first: &Exception, around: &[ExprId], second: &Exception) -> bool {
    let lasts = first.effective.span.is_empty() && first.unless.is_empty();
    if !lasts || !first.provenance.is_firm() && second.provenance.is_firm() {
        return false;
    }
    let goal = [surely(prover, around), prover.surely(second.when), !prover.surely(first.when)];
    let goal = prover.all(goal);
    prover.cannot(goal)
}

pub(super) fn check(cx: &mut Context<'_>) {
    let program = cx.program;
    let prover = &mut Prover::new(program, Reading::Exact);
    let mut dead = Vec::new();
    for (exception, around) in walk::exceptions(program) {
        let goal = [surely(prover, &around), prover.surely(exception.when)];
        let goal = prover.all(goal);
        if prover.cannot(goal) {
            dead.push(exception.span);
            let finding = cx.finding(
                program.expr(exception.when).span,
                say!("exception that can never apply", "永不适用的例外"),
                say!("cannot hold where the rule applies", "在规则适用处不可能成立"),
            );
            cx.report(finding);
        }
    }
    let tops: Vec<(&Change, &Exception, u32)> = program
        .changes
        .iter()
        .filter_map(|c| match &c.kind {
            ChangeKind::Except { rule, exception } if !dead.contains(&exception.span) => Some((c, &**exception, rule.0)),
            _ => None,
        })
        .collect();
    for (i, (change, exception, rule)) in tops.iter().enumerate() {
        let versions = &program.rules[*rule as usize].versions;
        let is_replaced = program.changes.iter().any(|c| matches!(c.kind, ChangeKind::Replace { rule: r, .. } if r.0 == *rule));
        let around: Vec<ExprId> = if is_replaced { vec![] } else { versions.last().and_then(|v| v.when).into_iter().collect() };
        let chain = program.chain(change.layer);
        // Versions of a rule may ask their conditions differently.
        let around = if versions.len() == 1 { around } else { vec![] };
        let cover = tops.iter().enumerate().find(|(j, (c, e, r))| {
            let is_other = i != *j && r == rule && chain.contains(&c.layer);
            is_other && covers(prover, e, &around, exception) && (*j < i || !covers(prover, exception, &around, e))
        });
        if let Some((_, (_, other, _))) = cover {
            let finding = cx
                .finding(
                    exception.span,
                    say!("`{}` already excepts whatever `{}` excepts", "`{}` 已涵盖 `{}`", other.id, exception.id),
                    say!("adds nothing", "没有增加任何情形"),
                )
                .secondary(other.span, say!("this one applies wherever it does", "该例外在其适用处都已适用"));
            cx.report(finding);
            continue;
        }
        let ([version], false) = (versions.as_slice(), is_replaced) else { continue };
        let goal = [surely(prover, &around), prover.surely(exception.when), !prover.surely(version.require)];
        let goal = prover.all(goal);
        if prover.cannot(goal) {
            let require = program.expr(version.require).span;
            let finding = cx
                .finding(
                    exception.span,
                    say!("the rule is met wherever `{}` applies", "`{}` 适用时要求必已满足", exception.id),
                    say!("excepts from nothing", "没有可例外的情形"),
                )
                .secondary(require, say!("met there", "此时已满足"));
            cx.report(finding);
        }
    }
}
