//! `unused-source`: nothing cites it.

use crate::diagnostic::{Applicability, say};
use crate::hir::{ChangeKind, Exception, Provenance};
use crate::lint::context::Context;
use crate::lint::{fix, walk};
use crate::syntax::ast::ItemKind;

fn of_exception<'a>(e: &'a Exception, out: &mut Vec<&'a Provenance>) {
    out.push(&e.provenance);
    e.unless.iter().for_each(|u| of_exception(u, out));
}

pub(super) fn check(cx: &mut Context<'_>) {
    let program = cx.program;
    let mut all: Vec<&Provenance> = walk::versions(program).map(|v| &v.provenance).collect();
    for change in &program.changes {
        all.push(&change.provenance);
        if let ChangeKind::Except { exception, .. } = &change.kind {
            of_exception(exception, &mut all);
        }
    }
    all.extend(program.params.iter().flat_map(|p| p.versions.iter().map(|v| &v.2)));
    all.extend(program.years.iter().map(|y| &y.provenance));
    all.extend(program.materials.iter().map(|m| &m.provenance));
    all.extend(program.steps.iter().map(|s| &s.provenance));
    all.extend(program.advice.iter().map(|a| &a.provenance));
    let mut used = vec![false; program.sources.len()];
    for citation in all.into_iter().flat_map(|p| p.sources.iter().chain(p.readings.iter().flat_map(|r| &r.1))) {
        used[citation.source.index()] = true;
    }
    for (source, _) in program.sources.iter().zip(used).filter(|(_, used)| !used) {
        let d = cx.finding(
            source.span,
            say!("`{}` is never cited", "`{}` 从未被引用", source.name),
            say!("nothing rests on it", "没有规则以它为依据"),
        );
        let item = cx.items().find(|i| matches!(&i.kind, ItemKind::Source(x) if x.name.span == source.span));
        let d = match item {
            Some(item) => d.fix(say!("remove it", "删除"), fix::declaration(cx.sources, item.span), "", Applicability::Safe),
            None => d,
        };
        cx.report(d);
    }
}
