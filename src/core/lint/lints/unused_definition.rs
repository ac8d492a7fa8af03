//! `unused-definition`: nothing reads it.

use crate::diagnostic::{Applicability, say};
use crate::hir::ExprKind;
use crate::lint::context::Context;
use crate::lint::fix;
use crate::syntax::ast::ItemKind;

pub(super) fn check(cx: &mut Context<'_>) {
    let program = cx.program;
    let mut used = vec![false; program.defs.len()];
    if let Some((id, _)) = program.filing_type {
        used[id.index()] = true;
    }
    for expr in &program.exprs {
        if let ExprKind::Def(id) = expr.kind {
            used[id.index()] = true;
        }
    }
    for (def, _) in program.defs.iter().zip(used).filter(|(_, used)| !used) {
        let d = cx.finding(def.span, say!("`{}` is never used", "`{}` 从未使用", def.name), say!("no rule reads it", "没有规则读取"));
        let item = cx.items().find(|i| matches!(&i.kind, ItemKind::Define(x) if x.name.span == def.span));
        let d = match item {
            Some(item) => d.fix(say!("remove it", "删除"), fix::declaration(cx.sources, item.span), "", Applicability::Safe),
            None => d,
        };
        cx.report(d);
    }
}
