//! `double-negation`: `not (x is missing)` is `x is given`.

use crate::diagnostic::{Applicability, say};
use crate::hir::Quantifier;
use crate::lint::context::Context;
use crate::lint::walk;
use crate::source::Span;
use crate::syntax::ast::{Expr, ExprKind};

/// A text without the brackets that enclose all of it.
pub(super) fn bare(text: &str) -> &str {
    let text = text.trim();
    let Some(inner) = text.strip_prefix('(').and_then(|t| t.strip_suffix(')')) else { return text };
    let mut depth = 0i32;
    for c in inner.chars() {
        depth += i32::from(c == '(') - i32::from(c == ')');
        if depth < 0 {
            return text;
        }
    }
    inner.trim()
}

/// What the negated condition says without its own negation; `None` where a text or comment could mislead.
fn positive(cx: &Context<'_>, e: &Expr) -> Option<String> {
    let text = cx.text(e.span);
    if text.contains("//") {
        return None;
    }
    let between = |left: &Expr, right: &Expr, word: &str| {
        let gap = cx.text(Span { end: right.span.start, ..Span { start: left.span.end, ..left.span } });
        let at = gap.find(word)?;
        let rest = gap[at + word.len()..].trim_start();
        Some(format!("{}{}{rest}{}", cx.text(left.span), &gap[..at], cx.text(right.span)))
    };
    match &e.kind {
        ExprKind::Is { negated: true, left, right } => between(left, right, "not"),
        ExprKind::In { negated: true, item, list } => between(item, list, "not"),
        ExprKind::Missing(inner) => Some(format!("{} is given", cx.text(inner.span))),
        ExprKind::Quantified { kind: Quantifier::No, .. } => {
            let inner = bare(text);
            Some(format!("(some{})", inner.strip_prefix("no")?))
        }
        ExprKind::Not(inner) => Some(cx.text(inner.span).to_owned()),
        _ => None,
    }
}

pub(super) fn check(cx: &mut Context<'_>) {
    let mut found: Vec<&Expr> = Vec::new();
    for item in cx.items() {
        walk::expressions(item, &mut |e, _| walk::inside(e, &mut |e| found.push(e)));
    }
    for e in found {
        // The negations at the start of a conjunction belong to its first part.
        if matches!(&e.kind, ExprKind::And(l) | ExprKind::Or(l) if l[0].span.start == e.span.start) {
            continue;
        }
        let whole = cx.text(e.span);
        // An expression in brackets is called with them.
        let text = bare(whole);
        let is_repeated =
            text.strip_prefix("not").is_some_and(|t| t.trim_start().strip_prefix("not").is_some_and(|t| t.starts_with([' ', '\n', '('])));
        let replacement = match &e.kind {
            ExprKind::Not(inner) => positive(cx, inner),
            _ if is_repeated => {
                let rest = text.trim_start_matches("not").trim_start().trim_start_matches("not").trim_start();
                (!rest.starts_with("not") && !text.contains("//")).then(|| rest.to_owned())
            }
            _ => continue,
        };
        let says = match &e.kind {
            ExprKind::Not(inner) => match &inner.kind {
                ExprKind::Is { negated: true, .. }
                | ExprKind::In { negated: true, .. }
                | ExprKind::Missing(_)
                | ExprKind::Not(_)
                | ExprKind::Quantified { kind: Quantifier::No, .. } => true,
                _ => is_repeated,
            },
            _ => is_repeated,
        };
        if !says {
            continue;
        }
        let mut finding =
            cx.finding(e.span, say!("negation of a negation", "双重否定"), say!("says the same without both", "去掉两个否定意思不变"));
        if let Some(text) = replacement.filter(|_| !whole.contains("//")) {
            let text = if bare(whole).len() < whole.len() { format!("({})", bare(&text)) } else { text };
            let shown = bare(&text).split_whitespace().collect::<Vec<_>>().join(" ");
            finding = finding.fix(say!("write `{shown}`", "写作 `{shown}`"), e.span, text, Applicability::Safe);
        }
        cx.report(finding);
    }
}
