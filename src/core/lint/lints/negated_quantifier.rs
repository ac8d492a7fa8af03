//! `negated-quantifier`: `every x in l satisfies x is not v` is `no x in l satisfies x is v`.

use crate::diagnostic::{Applicability, say};
use crate::hir::Quantifier;
use crate::lint::context::Context;
use crate::lint::walk;
use crate::source::Span;
use crate::syntax::ast::{Expr, ExprKind};

pub(super) fn check(cx: &mut Context<'_>) {
    let mut found: Vec<&Expr> = Vec::new();
    for item in cx.items() {
        walk::expressions(item, &mut |e, _| walk::inside(e, &mut |e| found.push(e)));
    }
    for e in found {
        let ExprKind::Quantified { kind, body, .. } = &e.kind else { continue };
        let (old, new) = match kind {
            Quantifier::Every => ("every", "no"),
            Quantifier::No => ("no", "every"),
            Quantifier::Some => continue,
        };
        let (left, right) = match &body.kind {
            ExprKind::Is { negated: true, left, right } => (left, right),
            ExprKind::In { negated: true, item, list } => (item, list),
            _ => continue,
        };
        let gap = cx.text(Span { start: left.span.end, end: right.span.start, ..left.span });
        let whole = cx.text(e.span);
        let (Some(not), Some(head)) =
            (gap.find("not"), whole.find(old).filter(|at| whole[..*at].chars().all(|c| c == '(' || c.is_whitespace())))
        else {
            continue;
        };
        if gap.contains("//") {
            continue;
        }
        let word = e.span.start as usize + head;
        let not_start = left.span.end as usize + not;
        let not_end = not_start + 3 + gap[not + 3..].len() - gap[not + 3..].trim_start().len();
        let title = say!("write `{new} …` with the comparison itself", "改写为 `{new} …` 并去掉 `not`");
        let mut finding = cx
            .finding(
                Span::new(e.span.source, word..word + old.len()),
                say!("`{old} … is not` reads more plainly as `{new} … is`", "`{old} … is not` 写作 `{new} … is` 更清楚"),
                say!("means `{new}`", "意思是 `{new}`"),
            )
            .secondary(body.span, say!("negated here", "此处为否定"))
            .fix(title, Span::new(e.span.source, word..word + old.len()), new, Applicability::Safe);
        if let Some(fix) = finding.fixes.last_mut() {
            fix.edits.push(crate::diagnostic::Edit { span: Span::new(e.span.source, not_start..not_end), replacement: String::new() });
        }
        cx.report(finding);
    }
}
