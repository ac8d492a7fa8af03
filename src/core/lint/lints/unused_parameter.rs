//! `unused-parameter`: what the compiler warns of as F4008, with a level and a fix.

use crate::diagnostic::{Applicability, Code, CodeOf, say};
use crate::hir::ChangeKind;
use crate::lint::context::Context;
use crate::lint::fix;
use crate::syntax::ast::ItemKind;

pub(super) fn check(cx: &mut Context<'_>) {
    for d in cx.warnings.iter().filter(|d| d.code == CodeOf::Catalog(Code::UnusedParameter)) {
        let Some(label) = d.labels.first() else { continue };
        let items: Vec<_> = cx.items().filter(|i| matches!(&i.kind, ItemKind::Parameter(p) if p.name.span == label.span)).collect();
        let is_set =
            |c: &crate::hir::Change| matches!(c.kind, ChangeKind::Set { param, .. } if cx.program.params[param.index()].span == label.span);
        let dated = cx.program.params.iter().any(|p| p.span == label.span && p.versions.len() > 1);
        let finding = cx.finding(label.span, d.message.clone(), say!("setting it changes nothing", "修改它没有任何效果"));
        let finding = match items.as_slice() {
            [item] if !dated && !cx.program.changes.iter().any(is_set) => {
                finding.fix(say!("remove it", "删除"), fix::declaration(cx.sources, item.span), "", Applicability::Safe)
            }
            _ => finding,
        };
        cx.report(finding);
    }
}
