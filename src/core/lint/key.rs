//! A text that is equal for conditions that say the same in another order.

use crate::hir::{Const, ExprId, ExprKind, FieldPath, Program, Quantifier};

pub(super) fn path(path: &FieldPath) -> String {
    format!("{:?}.{}", path.base, path.names.join("."))
}

fn sorted(program: &Program, ids: &[ExprId]) -> String {
    let mut keys: Vec<String> = ids.iter().map(|i| key(program, *i)).collect();
    keys.sort();
    keys.dedup();
    keys.join(",")
}

/// The key of the negation.
pub(super) fn not(program: &Program, id: ExprId) -> String {
    match &program.expr(id).kind {
        ExprKind::Not(inner) => key(program, *inner),
        _ => format!("not({})", key(program, id)),
    }
}

/// The key of an expression.
pub(super) fn key(program: &Program, id: ExprId) -> String {
    let part = |id: &ExprId| key(program, *id);
    let parts = |ids: &[ExprId]| ids.iter().map(part).collect::<Vec<_>>().join(",");
    match &program.expr(id).kind {
        ExprKind::Field(p) => path(p),
        ExprKind::Param(p) => format!("param{}", p.0),
        ExprKind::Def(d) => format!("def{}", d.0),
        ExprKind::Const(c) => format!("{c:?}"),
        ExprKind::Or(l) => format!("or({})", sorted(program, l)),
        ExprKind::And(l) => format!("and({})", sorted(program, l)),
        ExprKind::Not(a) => match &program.expr(*a).kind {
            ExprKind::Not(inner) => key(program, *inner),
            _ => not(program, *a),
        },
        ExprKind::Equal(a, b) => format!("equal({})", sorted(program, &[*a, *b])),
        ExprKind::List(l) => format!("list({})", parts(l)),
        ExprKind::Quantified { kind, range, body } => {
            let list = path(&range.list);
            match kind {
                Quantifier::Some => format!("some({list},{})", part(body)),
                Quantifier::No => format!("not(some({list},{}))", part(body)),
                Quantifier::Every => format!("not(some({list},{}))", not(program, *body)),
            }
        }
        ExprKind::Count { range, body } => format!("count({},{})", path(&range.list), body.as_ref().map_or(String::new(), part)),
        ExprKind::Sum { range, value } => format!("sum({},{})", path(&range.list), part(value)),
        ExprKind::Call(b, l) => format!("{}({})", b.name(), parts(l)),
        ExprKind::Matches(a, p) => format!("matches({},{p:?})", part(a)),
        ExprKind::Ordered(op, a, b) => format!("{op:?}({},{})", part(a), part(b)),
        ExprKind::TextContains { part: p, any, whole, piece } => format!("text{p:?}{any}({},{})", part(whole), part(piece)),
        ExprKind::ListContains { any, list, item } => format!("holds{any}({},{})", part(list), part(item)),
        ExprKind::Add { minus, left, right } => format!("add{minus}({},{})", part(left), part(right)),
        ExprKind::Decide { rows, otherwise } => {
            let rows: Vec<String> = rows.iter().map(|(c, v)| format!("{}:{v}", part(c))).collect();
            format!("decide({},{otherwise:?})", rows.join(","))
        }
        ExprKind::SubmissionDate => "submission_date".to_owned(),
        ExprKind::Error => format!("error{}", id.0),
        kind @ (ExprKind::In(..) | ExprKind::Given(_) | ExprKind::IsNone(_) | ExprKind::Else(_)) => {
            let word = match kind {
                ExprKind::In(..) => "in",
                ExprKind::Given(_) => "given",
                ExprKind::IsNone(_) => "none",
                _ => "else",
            };
            format!("{word}({})", parts(&kind.children()))
        }
    }
}

/// A constant that orders, as a number; `None` where units could mix.
pub(super) fn number(constant: &Const) -> Option<i64> {
    Some(match constant {
        Const::Int(n) | Const::Decimal(n) => *n,
        Const::Date(d) => i64::from(d.year()) * 372 + i64::from(d.month()) * 31 + i64::from(d.day()),
        _ => return None,
    })
}
