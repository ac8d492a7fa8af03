//! `constant-condition`: the answer is the same for every filing.

use crate::diagnostic::{Bilingual, say};
use crate::hir::{Const, ExprId, ExprKind, Type};
use crate::lint::context::Context;
use crate::lint::walk;
use crate::term::{Prover, Reading};

/// Whether the condition comes out one way only.
fn constant(prover: &mut Prover<'_>, id: ExprId) -> Option<bool> {
    let (yes, no) = (prover.surely(id), prover.surely_not(id));
    if prover.cannot(yes) {
        return Some(false);
    }
    prover.cannot(no).then_some(true)
}

fn words(value: bool) -> Bilingual {
    if value { say!("true of every filing", "对任何备案都成立") } else { say!("true of no filing", "对任何备案都不成立") }
}

/// Looks at a condition and the parts that are written in it; true when something was found.
fn look(cx: &mut Context<'_>, prover: &mut Prover<'_>, id: ExprId) -> bool {
    let expr = cx.program.expr(id);
    if let Some(value) = constant(prover, id) {
        let message = if value {
            say!("condition that is always true", "恒真的条件")
        } else {
            say!("condition that is always false", "恒假的条件")
        };
        let finding = cx.finding(expr.span, message, words(value));
        cx.report(finding);
        return true;
    }
    let parts: Vec<ExprId> = match &expr.kind {
        ExprKind::And(l) | ExprKind::Or(l) => l.clone(),
        ExprKind::Not(a) => vec![*a],
        ExprKind::Quantified { body, .. } | ExprKind::Count { body: Some(body), .. } => vec![*body],
        _ => vec![],
    };
    parts.into_iter().fold(false, |found, part| look(cx, prover, part) | found)
}

pub(super) fn check(cx: &mut Context<'_>) {
    let program = cx.program;
    let prover = &mut Prover::new(program, Reading::Exact);
    for def in program.defs.iter().filter(|d| d.ty == Type::Boolean) {
        look(cx, prover, def.value);
    }
    for version in walk::versions(program) {
        let found = version.own_when.is_some_and(|w| look(cx, prover, w));
        let require = program.expr(version.require);
        // `require false` says in the plainest way that something is refused.
        if found
            // What must be stated is stated or not known, never refused.
            || version.is_facts
            || matches!(require.kind, ExprKind::Const(Const::Bool(false))) && version.when.is_some()
            || look(cx, prover, version.require)
        {
            continue;
        }
        let Some(when) = version.when else { continue };
        let asked = prover.surely(when);
        let when_span = version.own_when.map_or(version.span, |w| program.expr(w).span);
        for (answer, value) in [(prover.surely_not(version.require), true), (prover.surely(version.require), false)] {
            let goal = prover.all([asked, answer]);
            if prover.cannot(goal) {
                let message = if value {
                    say!("requirement that cannot be violated", "不可能违反的要求")
                } else {
                    say!("requirement that cannot be met", "不可能满足的要求")
                };
                let label = if value {
                    say!("always true where it is asked", "在其适用处恒真")
                } else {
                    say!("always false where it is asked", "在其适用处恒假")
                };
                let finding = cx.finding(require.span, message, label).secondary(when_span, say!("asked here", "适用条件"));
                cx.report(finding);
                break;
            }
        }
    }
    for (exception, _) in walk::exceptions(program) {
        look(cx, prover, exception.when);
    }
}
