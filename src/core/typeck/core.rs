//! The decidable core: which expressions later analyses may be exact about, and why the others are not.
//!
//! In the core are a fact compared with a constant, two facts compared for equality, `date + constant` compared with a date, membership in a
//! constant set, `count` against a constant, and Boolean combinations of these under quantifiers.

use crate::hir::{ExprId, ExprKind, Program};
use crate::source::Span;

/// Whether an expression is in the core.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Core {
    /// Exact analysis is possible.
    Inside,
    /// Not in the core, because of the construct at this place.
    Outside(&'static str, Span),
}

/// Classifies an expression with everything it uses.
pub fn classify(program: &Program, id: ExprId) -> Core {
    let mut stack = vec![id];
    let mut seen_defs = vec![false; program.defs.len()];
    while let Some(id) = stack.pop() {
        let expr = program.expr(id);
        let outside = |why| Core::Outside(why, expr.span);
        match &expr.kind {
            ExprKind::Sum { .. } => return outside("sum"),
            ExprKind::Call(..) => return outside("function of facts"),
            ExprKind::Matches(..) => return outside("pattern"),
            ExprKind::TextContains { .. } => return outside("part of a text"),
            ExprKind::Add { left, right, .. } => {
                let is_constant = |e: &ExprId| matches!(program.expr(*e).kind, ExprKind::Const(_) | ExprKind::Param(_));
                if !is_constant(left) && !is_constant(right) {
                    return outside("arithmetic between facts");
                }
                stack.extend([*left, *right]);
            }
            ExprKind::Ordered(_, l, r) => {
                // Ordering two facts is outside unless both are dates, or one side is constant.
                let reads_fact = |e: &ExprId| !matches!(program.expr(*e).kind, ExprKind::Const(_) | ExprKind::Param(_));
                let is_date = matches!(program.expr(*l).ty, crate::hir::Type::Date | crate::hir::Type::DateTime);
                if reads_fact(l) && reads_fact(r) && !is_date {
                    return outside("order of two facts");
                }
                stack.extend([*l, *r]);
            }
            ExprKind::Def(def) => {
                if !std::mem::replace(&mut seen_defs[def.index()], true) {
                    stack.push(program.defs[def.index()].value);
                }
            }
            kind => stack.extend(kind.children()),
        }
    }
    Core::Inside
}
