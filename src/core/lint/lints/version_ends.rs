//! `version-ends`: the law of tomorrow is not written yet.

use crate::diagnostic::{Diagnostic, say};
use crate::hir::{Change, ChangeKind, Effective};
use crate::lint::context::Context;
use crate::source::Span;
use std::collections::BTreeMap;

/// Versions of one thing in order of their dates.
fn look(cx: &Context<'_>, name: &str, versions: &[(&Effective, Span)], out: &mut Vec<Diagnostic>) {
    let (on, days) = (cx.settings.on, cx.settings.ends_days);
    for pair in versions.windows(2) {
        let ((a, first), (b, second)) = (pair[0], pair[1]);
        let (Some(until), Some(from)) = (a.until, b.from) else { continue };
        // Without `ends` the compiler refuses the gap.
        if a.ends && until.tomorrow().is_ok_and(|next| next < from) {
            let at = if a.span.is_empty() { first } else { a.span };
            out.push(
                cx.finding(
                    at,
                    say!("`{name}` ends on {until} and begins again on {from}", "`{name}` 于 {until} 终止，又自 {from} 起施行"),
                    say!("nothing is in force in between", "其间没有有效版本"),
                )
                .secondary(second, say!("begins again here", "此处重新施行")),
            );
        }
    }
    let Some((last, span)) = versions.last() else { return };
    let Some(until) = last.until.filter(|u| *u >= on) else { return };
    let limit = on.checked_add(jiff::Span::new().try_days(days).unwrap_or_default()).unwrap_or(on);
    if until <= limit {
        let at = if last.span.is_empty() { *span } else { last.span };
        out.push(
            cx.finding(
                at,
                say!("`{name}` ends on {until}, and no version follows", "`{name}` 将于 {until} 终止，没有后续版本"),
                say!("within {days} days of {on}", "距 {on} 不足 {days} 日"),
            )
            .help(say!("add the version that follows, or allow this with the reason", "添加后续版本，或以 allow 说明理由")),
        );
    }
}

pub(super) fn check(cx: &mut Context<'_>) {
    let program = cx.program;
    let mut out = Vec::new();
    for (i, rule) in program.rules.iter().enumerate() {
        let versions: Vec<_> = rule.versions.iter().map(|v| (&v.effective, v.span)).collect();
        look(cx, &program.rule_name(crate::hir::RuleId(i as u32)), &versions, &mut out);
    }
    for param in &program.params {
        let versions: Vec<_> = param.versions.iter().map(|v| (&v.0, v.3)).collect();
        look(cx, &param.name, &versions, &mut out);
    }
    let mut changes: BTreeMap<(u32, String, u8), Vec<&Change>> = BTreeMap::new();
    for change in &program.changes {
        let kind = match change.kind {
            ChangeKind::Set { .. } => 0,
            ChangeKind::Except { .. } => 1,
            ChangeKind::Waive { .. } => 2,
            ChangeKind::Replace { .. } => 3,
            ChangeKind::Adopt { .. } => 4,
            ChangeKind::Confirm { .. } => continue,
        };
        changes.entry((change.layer.0, change.id.clone(), kind)).or_default().push(change);
    }
    for ((layer, id, _), mut list) in changes {
        list.sort_by_key(|c| c.effective.from);
        let versions: Vec<_> = list.iter().map(|c| (&c.effective, c.span)).collect();
        look(cx, &format!("{}/{id}", program.layers[layer as usize].id), &versions, &mut out);
    }
    out.into_iter().for_each(|d| cx.report(d));
}
