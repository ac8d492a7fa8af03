//! `unfillable-placeholder`: a message that shows a value which is missing whenever the message is shown.

use crate::diagnostic::say;
use crate::hir::{ExprId, ExprKind, Program, Template, TemplatePiece};
use crate::lint::context::Context;
use crate::lint::key::key;
use crate::lint::logic::{Formula, Logic};
use crate::lint::walk;

/// Facts whose presence a condition asks for.
fn asked(program: &Program, id: ExprId, out: &mut Vec<(String, ExprId)>) {
    let kind = &program.expr(id).kind;
    match kind {
        ExprKind::Given(a) => out.push((key(program, *a), id)),
        ExprKind::Def(d) => asked(program, program.defs[d.index()].value, out),
        _ => kind.children().into_iter().for_each(|c| asked(program, c, out)),
    }
}

pub(super) fn check(cx: &mut Context<'_>) {
    let program = cx.program;
    for version in walk::versions(program) {
        let templates: Vec<&Template> = version.report.iter().map(|r| &r.1).chain(&version.help).collect();
        if templates.is_empty() {
            continue;
        }
        let mut given = Vec::new();
        version.when.into_iter().chain([version.require]).for_each(|e| asked(program, e, &mut given));
        let mut seen = Vec::new();
        for piece in templates.into_iter().flat_map(|t| t.en.iter().chain(&t.zh)) {
            let TemplatePiece::Value(value) = piece else { continue };
            let name = key(program, *value);
            if seen.contains(&name) {
                continue;
            }
            let Some((_, question)) = given.iter().find(|(k, _)| *k == name) else { continue };
            let mut logic = Logic::new(program);
            let mut parts = vec![Formula::SurelyNot(Box::new(logic.formula(version.require)))];
            if let Some(when) = version.when {
                parts.push(Formula::Surely(Box::new(logic.formula(when))));
            }
            parts.push(Formula::Surely(Box::new(logic.formula(*question))));
            if logic.can(&Formula::And(parts)) != Some(false) {
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
