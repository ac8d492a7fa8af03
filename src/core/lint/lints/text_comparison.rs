//! `text-comparison`: people write free texts in many ways, a comparison knows one.

use crate::diagnostic::say;
use crate::hir::{Const, ExprId, ExprKind, Type};
use crate::lint::context::Context;

pub(super) fn check(cx: &mut Context<'_>) {
    let program = cx.program;
    // A value that the manifest keeps as free text; properties of documents are filled by programs.
    let free = |id: ExprId| matches!(&program.expr(id).kind, ExprKind::Field(p) if p.field.is_some()) && program.expr(id).ty == Type::Text;
    // Only words are written in several ways: an empty text, a number and a code such as `CN` are not.
    let is_code = |t: &str| t.len() <= 3 && t.chars().all(|c| c.is_ascii_uppercase());
    let words = |c: &Const| matches!(c, Const::Text(t) if t.chars().any(char::is_alphabetic) && !is_code(t));
    let literal = |id: ExprId| match &program.expr(id).kind {
        ExprKind::Const(Const::List(l)) => l.iter().any(words),
        ExprKind::Const(c) => words(c),
        ExprKind::List(l) => l.iter().any(|e| matches!(&program.expr(*e).kind, ExprKind::Const(c) if words(c))),
        _ => false,
    };
    for expr in &program.exprs {
        let (a, b) = match expr.kind {
            ExprKind::Equal(a, b) | ExprKind::In(a, b) => (a, b),
            _ => continue,
        };
        let Some((fact, other)) = [(a, b), (b, a)].into_iter().find(|(x, y)| free(*x) && literal(*y)) else { continue };
        let finding = cx
            .finding(
                program.expr(other).span,
                say!("free text compared with a literal", "自由文本与字面值比较"),
                say!("one spelling among many", "只是多种写法之一"),
            )
            .secondary(program.expr(fact).span, say!("any text", "任意文本"))
            .help(say!("declare an `enum` for the field, or ask `contains`", "为该字段声明 `enum`，或用 `contains` 判断"));
        cx.report(finding);
    }
}
