//! `unfillable-placeholder`: a message that shows a value which is missing whenever the message is shown.

use crate::diagnostic::say;
use crate::hir::{ExprId, ExprKind, Program, Template, TemplatePiece};
use crate::lint::context::Context;
use crate::lint::walk;
use crate::term::{Prover, Reading, TermId};
use std::collections::BTreeSet;

/// Facts whose presence a condition asks for.
fn asked(program: &Program, prover: &mut Prover<'_>, conditions: Vec<ExprId>) -> Vec<(TermId, ExprId)> {
    let (mut found, mut seen, mut stack) = (Vec::new(), BTreeSet::new(), conditions);
    stack.reverse();
    while let Some(id) = stack.pop() {
        match &program.expr(id).kind {
            ExprKind::Given(a) => found.push((prover.term(*a), id)),
            ExprKind::Def(d) if seen.insert(*d) => stack.push(program.defs[d.index()].value),
            kind => stack.extend(kind.children().into_iter().rev()),
        }
    }
    found
}

pub(super) fn check(cx: &mut Context<'_>) {
    let program = cx.program;
    let prover = &mut Prover::new(program, Reading::Exact);
    for version in walk::versions(program) {
        let templates: Vec<&Template> = version.report.iter().map(|r| &r.1).chain(&version.help).collect();
        if templates.is_empty() {
            continue;
        }
        let given = asked(program, prover, version.when.into_iter().chain([version.require]).collect());
        let mut seen = Vec::new();
        for piece in templates.into_iter().flat_map(|t| t.en.iter().chain(&t.zh)) {
            let TemplatePiece::Value(value) = piece else { continue };
            let name = prover.term(*value);
            if seen.contains(&name) {
                continue;
            }
            let Some((_, question)) = given.iter().find(|(k, _)| *k == name) else { continue };
            let mut goal = vec![prover.surely_not(version.require), prover.surely(*question)];
            goal.extend(version.when.map(|when| prover.surely(when)));
            let goal = prover.all(goal);
            if !prover.cannot(goal) {
                continue;
            }
            seen.push(name);
            let expr = program.expr(*value);
            let finding = cx
                .finding(
                    expr.span,
                    say!("placeholder that cannot be filled", "占位值必然缺失"),
                    say!("missing whenever this message is shown", "显示此消息时该值必然缺失"),
                )
                .secondary(program.expr(*question).span, say!("asked for here", "此处判断其是否存在"))
                .help(say!("say which value is missing in words", "直接用文字说明缺少哪一项"));
            cx.report(finding);
        }
    }
}
