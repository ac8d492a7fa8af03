//! `seeks-fault`: a requirement says what a good filing looks like.

use super::double_negation::bare;
use crate::diagnostic::{Applicability, say};
use crate::hir::Quantifier;
use crate::lint::context::Context;
use crate::lint::walk::{self, Role};
use crate::syntax::ast::{Expr, ExprKind, Literal};

pub(super) fn check(cx: &mut Context<'_>) {
    let mut demands: Vec<&Expr> = Vec::new();
    for item in cx.items() {
        walk::expressions(item, &mut |e, role| {
            if role == Role::Require {
                demands.push(e);
            }
        });
    }
    for e in demands {
        let parts = if let ExprKind::And(parts) = &e.kind { parts.iter().collect() } else { vec![e] };
        // The body of a quantifier reaches as far as it can: only one that stands alone does without its brackets.
        let is_alone = parts.len() == 1;
        for part in parts {
            let text = cx.text(part.span);
            match &part.kind {
                ExprKind::Not(inner) if matches!(inner.kind, ExprKind::Quantified { kind: Quantifier::Some, .. }) => {
                    let finding = cx.finding(
                        part.span,
                        say!("the requirement looks for the fault", "该要求是在查找错误"),
                        say!("`not (some …)` says `no …`", "`not (some …)` 即 `no …`"),
                    );
                    let inner_text = cx.text(inner.span);
                    let at = inner_text.find("some").filter(|at| inner_text[..*at].chars().all(|c| c == '(' || c.is_whitespace()));
                    let finding = match at {
                        Some(at) if !text.contains("//") => {
                            let new = format!("{}no{}", &inner_text[..at], &inner_text[at + 4..]);
                            let new = if is_alone { bare(&new).to_owned() } else { new };
                            finding.fix(say!("write `no … satisfies …`", "写作 `no … satisfies …`"), part.span, new, Applicability::Safe)
                        }
                        _ => finding.help(say!("write `no … satisfies …`", "写作 `no … satisfies …`")),
                    };
                    cx.report(finding);
                }
                ExprKind::Is { negated: false, left, right }
                    if matches!(left.kind, ExprKind::CountWhere { .. }) && matches!(right.kind, ExprKind::Literal(Literal::Integer(0))) =>
                {
                    let finding = cx
                        .finding(
                            part.span,
                            say!("the requirement counts the faults", "该要求是在统计错误"),
                            say!("of which there are to be none", "要求数目为零"),
                        )
                        .help(say!(
                            "write `no … satisfies …`, or `every …` with the good case",
                            "写作 `no … satisfies …`，或用 `every …` 说明正确情形"
                        ));
                    cx.report(finding);
                }
                _ => {}
            }
        }
    }
}
