//! `unused-field`: people fill it in, and nothing looks at it.

use crate::diagnostic::say;
use crate::hir::{Anchor, Base, ChangeKind, ExprKind, FieldPath, Limit, Program};
use crate::lint::context::Context;
use crate::lint::walk;
use crate::value::{FieldType, RecordId};

fn inner(ty: &FieldType) -> Option<RecordId> {
    match ty {
        FieldType::Record(r) => Some(*r),
        FieldType::List { item, .. } => inner(item),
        _ => None,
    }
}

/// Marks what a path reads. Where it starts from a loop variable, only its last field is known.
fn mark(program: &Program, path: &FieldPath, used: &mut [Vec<bool>]) {
    if let Some((record, field)) = path.field {
        used[record.0 as usize][field as usize] = true;
    }
    if path.base == Base::Root {
        mark_names(program, &path.names, used);
    }
}

fn mark_names(program: &Program, names: &[String], used: &mut [Vec<bool>]) {
    let Some(mut record) = program.schema.root else { return };
    for name in names {
        let Some(i) = program.schema.record(record).fields.iter().position(|f| f.name == *name) else { return };
        used[record.0 as usize][i] = true;
        match inner(&program.schema.record(record).fields[i].ty) {
            Some(next) => record = next,
            None => return,
        }
    }
}

pub(super) fn check(cx: &mut Context<'_>) {
    let program = cx.program;
    let schema = &program.schema;
    let mut used: Vec<Vec<bool>> = schema.records.iter().map(|r| vec![false; r.fields.len()]).collect();
    let mut paths: Vec<&FieldPath> = Vec::new();
    for expr in &program.exprs {
        match &expr.kind {
            ExprKind::Field(path) => paths.push(path),
            ExprKind::Quantified { range, .. } | ExprKind::Count { range, .. } | ExprKind::Sum { range, .. } => paths.push(&range.list),
            _ => {}
        }
    }
    for v in walk::versions(program) {
        paths.extend(v.ranges.iter().map(|r| &r.list));
        paths.extend(v.report.iter().filter_map(|r| r.0.as_ref()));
        paths.extend(&v.effective.axis);
    }
    for change in &program.changes {
        paths.extend(&change.effective.axis);
        if let ChangeKind::Except { exception, .. } = &change.kind {
            paths.extend(&exception.effective.axis);
        }
    }
    paths.extend(program.materials.iter().filter_map(|m| m.field.as_ref()));
    for step in &program.steps {
        let limits = step.deadlines.iter().filter_map(|d| match &d.limit {
            Limit::Within(_, Anchor::Field(p)) | Limit::Before(_, p) | Limit::On(p) => Some(p),
            Limit::Within(_, Anchor::Step(_)) | Limit::Yearly(..) => None,
        });
        let people = step.actors.iter().flat_map(|a| [&a.named, &a.reached]).flatten();
        for list in limits.chain(people).chain([&step.started_on, &step.done_on].into_iter().flatten()) {
            paths.push(&list.path);
            paths.extend(list.range.iter().map(|r| &r.list));
        }
    }
    for path in paths {
        mark(program, path, &mut used);
    }
    let roles = &schema.roles;
    let played =
        [roles.region.as_ref().map(|(place, _)| place), roles.submission_day.as_ref(), roles.draft.as_ref(), roles.documents.as_ref()];
    for place in played.into_iter().flatten() {
        mark_names(program, &place.names, &mut used);
    }
    // Keys of lists, and records of which a part is read.
    for record in &schema.records {
        for field in &record.fields {
            if let FieldType::List { item, key: Some(key) } = &field.ty
                && let Some(r) = inner(item)
            {
                used[r.0 as usize][*key as usize] = true;
            }
        }
    }
    for _ in 0..schema.records.len() {
        let before = used.clone();
        for (r, record) in schema.records.iter().enumerate() {
            for (f, field) in record.fields.iter().enumerate() {
                let reads = |i: RecordId| before[i.0 as usize].iter().any(|u| *u);
                used[r][f] |= inner(&field.ty).is_some_and(reads);
            }
        }
    }
    for (r, record) in schema.records.iter().enumerate() {
        for (f, field) in record.fields.iter().enumerate().filter(|(f, _)| !used[r][*f]) {
            let Some(span) = program.field_spans.get(r).and_then(|s| s.get(f)).filter(|s| !s.is_empty()) else { continue };
            let of = if record.name.is_empty() { "manifest" } else { record.name.as_str() };
            let finding = cx.finding(
                *span,
                say!("no rule reads `{}` of `{of}`", "没有规则读取 `{of}` 的 `{}`", field.name),
                say!("filled in for nothing", "填写了也不会用到"),
            );
            cx.report(finding);
        }
    }
}
