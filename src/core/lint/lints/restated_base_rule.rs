//! `restated-base-rule`: a layer that asks what its base asks confirms it.

use super::identical_requirements::demand;
use crate::diagnostic::{Applicability, Diagnostic, say};
use crate::hir::{Change, ChangeKind, ExprKind, Gate, LayerId, Program, RuleId, Version};
use crate::lint::context::Context;
use crate::lint::fix;
use crate::source::Span;
use crate::syntax::ast::{self, ItemKind};
use crate::term::{Own, Reader};

/// Rules whose demand reads a parameter directly.
fn readers(program: &Program, param: u32) -> Vec<RuleId> {
    let reads = |v: &Version| {
        let mut stack = vec![v.require];
        stack.extend(v.when);
        let mut seen = vec![false; program.defs.len()];
        while let Some(id) = stack.pop() {
            match &program.expr(id).kind {
                ExprKind::Param(p) if p.0 == param => return true,
                ExprKind::Def(d) if !std::mem::replace(&mut seen[d.index()], true) => stack.push(program.defs[d.index()].value),
                kind => stack.extend(kind.children()),
            }
        }
        false
    };
    (0..program.rules.len() as u32).map(RuleId).filter(|r| program.rules[r.index()].versions.iter().any(reads)).collect()
}

fn target(change: &Change) -> Option<RuleId> {
    match change.kind {
        ChangeKind::Except { rule, .. }
        | ChangeKind::Waive { rule, .. }
        | ChangeKind::Replace { rule, .. }
        | ChangeKind::Adopt { rule, .. } => Some(rule),
        _ => None,
    }
}

fn whole_line(cx: &Context<'_>, span: Span) -> String {
    cx.text(span).trim().to_owned()
}

/// The declaration as a confirmation; only lines that a confirmation may hold are kept, and they are kept as written.
fn confirmation(cx: &Context<'_>, r: &ast::Requirement, base: &str) -> String {
    let mut out = format!("confirm {base} as {} {}", r.id.text, whole_line(cx, r.title.en.span));
    if let Some(zh) = &r.title.zh {
        out.push_str(&format!(" zh {}", whole_line(cx, zh.span)));
    }
    out.push_str(" {\n");
    let b = &r.body;
    let cite = |c: &ast::Citation| match &c.item {
        Some(item) => format!("{} item {}", c.source.text, cx.text(item.span)),
        None => c.source.text.clone(),
    };
    let cited = |l: &mut dyn Iterator<Item = &ast::Citation>| l.map(cite).collect::<Vec<_>>().join(", ");
    let twin = |t: &ast::Texts| {
        let zh = t.zh.as_ref().map_or(String::new(), |z| format!(" zh {}", cx.text(z.span)));
        format!("{}{zh}", cx.text(t.en.span))
    };
    let mut line = |text: String| out.push_str(&format!("  {text}\n"));
    line(format!("source {}", cited(&mut b.sources())));
    b.basis().into_iter().for_each(|t| line(format!("basis {}", twin(t))));
    if let Some(c) = b.confidence() {
        let word = match c {
            ast::Confidence::High => "high",
            ast::Confidence::Medium => "medium",
            ast::Confidence::Low => "low",
        };
        line(format!("confidence {word}"));
    }
    if b.is_unconfirmed() {
        line("status unconfirmed".to_owned());
    }
    b.last_seen().into_iter().for_each(|t| line(format!("last_seen {}", twin(t))));
    for reading in b.readings() {
        let sources = if reading.sources.is_empty() { String::new() } else { format!(" source {}", cited(&mut reading.sources.iter())) };
        line(format!("reading {}{sources}", twin(&reading.texts)));
    }
    b.advice().for_each(|t| line(format!("advice {}", twin(t))));
    out.push('}');
    out
}

/// Whether nothing but sources is lost when the layer's rule goes.
fn is_certain(program: &Program, own: &Version, own_id: RuleId, base: &Version, base_id: RuleId, layer: LayerId) -> bool {
    let named = |v: &Version| v.needs.iter().any(|n| n.0 == own_id);
    base.provenance.is_firm()
        && own.docs.is_empty()
        && own.needs.is_empty()
        && !program.changes.iter().any(|c| target(c) == Some(base_id) || target(c) == Some(own_id))
        && !program.rules.iter().flat_map(|r| &r.versions).any(named)
        && !program.steps.iter().any(|s| s.gated_by.iter().any(|g| matches!(g, Gate::Rule(r, _) if *r == own_id)))
        && !program.changes.iter().any(|c| c.layer == layer && matches!(c.kind, ChangeKind::Confirm { rule } if rule == base_id))
        && !program.advice.iter().any(|a| a.on.as_deref() == Some(&program.rule_name(own_id)))
}

fn rules(cx: &Context<'_>) -> Vec<Diagnostic> {
    let program = cx.program;
    let single = |id: RuleId| match program.rules[id.index()].versions.as_slice() {
        [v] if v.effective.span.is_empty() => Some(v),
        _ => None,
    };
    let mut reader = Reader::new(program, Own { opens: false });
    let all: Vec<(RuleId, &Version, String)> =
        (0..program.rules.len() as u32).map(RuleId).filter_map(|id| single(id).map(|v| (id, v, demand(&mut reader, v)))).collect();
    let mut out = Vec::new();
    for (id, v, text) in all.iter().filter(|(id, ..)| program.layer(program.rules[id.index()].layer).extends.is_some()) {
        let layer = program.rules[id.index()].layer;
        let chain = &program.chain(layer)[1..];
        let Some((base, bv, _)) = all.iter().find(|(b, _, t)| chain.contains(&program.rules[b.index()].layer) && t == text) else {
            continue;
        };
        let name = program.rule_name(*base);
        let d = cx
            .finding(
                v.span,
                say!("`{}` demands what `{name}` demands", "`{}` 与 `{name}` 要求相同", program.rule_name(*id)),
                say!("asked again here", "此处重述"),
            )
            .secondary(bv.span, say!("asked here", "此处已要求"));
        let written = cx.items().find_map(|i| match &i.kind {
            ItemKind::Requirement(r) if r.id.span == v.span => Some((i, r)),
            _ => None,
        });
        let title = say!("confirm `{name}` with the sources of this layer", "改为 `confirm {name}`，写明本层级的来源");
        let base_text = program.rules[base.index()].id.clone();
        out.push(match written {
            Some((item, r)) if !cx.text(fix::extent(cx.sources, item.span)).contains("//") => {
                let certain = is_certain(program, v, *id, bv, *base, layer);
                let how = if certain { Applicability::Safe } else { Applicability::Suggestion };
                d.fix(title, fix::extent(cx.sources, item.span), confirmation(cx, r, &base_text), how)
            }
            _ => d.help(title),
        });
    }
    out
}

fn settings(cx: &Context<'_>) -> Vec<Diagnostic> {
    let program = cx.program;
    let mut out = Vec::new();
    for change in &program.changes {
        let ChangeKind::Set { param, value, when: None } = &change.kind else { continue };
        let p = &program.params[param.index()];
        let [(effective, base, ..)] = p.versions.as_slice() else { continue };
        let chain = program.chain(change.layer);
        let is_set_between = program.changes.iter().any(|c| {
            !std::ptr::eq(c, change)
                && matches!(c.kind, ChangeKind::Set { param: q, .. } if q == *param)
                && (chain.contains(&c.layer) || program.layer(c.layer).is_provider != program.layer(change.layer).is_provider)
        });
        if value != base || !effective.span.is_empty() || is_set_between {
            continue;
        }
        let (name, span) = (&p.name, p.span);
        let d = cx
            .finding(
                change.span,
                say!("`{name}` is set to the value it has", "`{name}` 被设为原有的值"),
                say!("the same value again", "值相同"),
            )
            .secondary(span, say!("the base says so", "基础规则已如此"));
        out.push(match readers(program, param.0).as_slice() {
            [one] => {
                let rule = program.rule_name(*one);
                d.help(say!("confirm `{rule}` instead", "改为 `confirm {rule}`"))
            }
            _ => d.help(say!("confirm the requirement that reads it instead", "改为 `confirm` 读取该参数的要求")),
        });
    }
    out
}

pub(super) fn check(cx: &mut Context<'_>) {
    for d in rules(cx).into_iter().chain(settings(cx)) {
        cx.report(d);
    }
}
