//! `filingc rules`: requirements and amendments, one line each.

use super::json::{self, Texts};
use super::{Format, Global, load, output};
use crate::diagnostic::Language;
use crate::diagnostic::render::{Page, Screen, Shown};
use crate::hir::{ChangeId, ChangeKind, Confidence, Effective, ExprId, Program, Provenance, RuleId, Strength};
use crate::line;
use crate::source::{SourceMap, Span};
use crate::typeck::{Core, classify};
use clap::Args;
use serde::Serialize;
use unicode_width::UnicodeWidthStr;

#[derive(Debug, Args)]
pub(super) struct RulesArgs {
    /// Only rules whose id or title contains this.
    pattern: Option<String>,
}

#[derive(Serialize)]
struct RulesOutput {
    rules: Vec<Row>,
}

/// One requirement version or change.
#[derive(Serialize)]
pub(super) struct Row {
    pub(super) id: String,
    pub(super) layer: String,
    pub(super) operation: &'static str,
    pub(super) target: Option<String>,
    pub(super) title: Texts,
    strength: Option<&'static str>,
    stage: Option<String>,
    pub(super) sources: Vec<Cited>,
    basis: Option<String>,
    confidence: &'static str,
    status: &'static str,
    last_seen: Option<String>,
    effective: Range,
    in_core: Option<bool>,
    outside_core: Option<Outside>,
    pub(super) location: Location,
}

#[derive(Serialize)]
pub(super) struct Cited {
    id: String,
    pub(super) title: String,
    pub(super) item: Option<String>,
    pub(super) url: Option<String>,
    dated: Option<String>,
    read: Option<String>,
}

#[derive(Serialize)]
struct Range {
    from: Option<String>,
    until: Option<String>,
    ends: bool,
    by: Option<String>,
}

#[derive(Serialize)]
struct Outside {
    why: &'static str,
    location: Location,
}

#[derive(Serialize)]
pub(super) struct Location {
    path: String,
    start: usize,
    end: usize,
    line: usize,
    column: usize,
}

pub(super) fn location(sources: &SourceMap, span: Span) -> Location {
    let file = sources.get(span.source);
    let at = file.line_column(span.start as usize);
    Location { path: file.name.clone(), start: span.start as usize, end: span.end as usize, line: at.line, column: at.column }
}

fn range(e: &Effective) -> Range {
    Range {
        from: e.from.map(|d| d.to_string()),
        until: e.until.map(|d| d.to_string()),
        ends: e.ends,
        by: e.axis.as_ref().map(|p| p.names.join(".")),
    }
}

fn core(program: &Program, parts: &[ExprId], sources: &SourceMap) -> (Option<bool>, Option<Outside>) {
    for part in parts {
        if let Core::Outside(why, span) = classify(program, *part) {
            return (Some(false), Some(Outside { why, location: location(sources, span) }));
        }
    }
    (Some(true), None)
}

#[expect(clippy::too_many_arguments, reason = "one row, column by column")]
fn row(
    program: &Program,
    sources: &SourceMap,
    id: String,
    operation: &'static str,
    p: &Provenance,
    e: &Effective,
    span: Span,
    title: Texts,
) -> Row {
    let cited = |c: &crate::hir::Citation| {
        let s = &program.sources[c.source.index()];
        Cited {
            id: s.name.clone(),
            title: s.title.en.clone(),
            item: c.item.clone(),
            url: s.url.clone(),
            dated: s.dated.as_ref().map(|d| d.en.clone()),
            read: s.read.map(|d| d.to_string()),
        }
    };
    Row {
        layer: id.split('/').next().unwrap_or("").to_owned(),
        id,
        operation,
        target: None,
        title,
        strength: None,
        stage: None,
        sources: p.sources.iter().map(cited).collect(),
        basis: p.basis.as_ref().map(|b| b.en.clone()),
        confidence: match p.confidence {
            Some(Confidence::Low) => "low",
            Some(Confidence::Medium) => "medium",
            _ => "high",
        },
        status: if p.is_unconfirmed { "unconfirmed" } else { "current" },
        last_seen: p.last_seen.as_ref().map(|s| s.en.clone()),
        effective: range(e),
        in_core: None,
        outside_core: None,
        location: location(sources, span),
    }
}

/// Every requirement version and every change, sorted by id.
pub(super) fn rows(program: &Program, sources: &SourceMap) -> Vec<Row> {
    let mut rows = Vec::new();
    for (i, rule) in program.rules.iter().enumerate() {
        for v in &rule.versions {
            let id = program.rule_name(RuleId(i as u32));
            let mut r = row(program, sources, id, "requirement", &v.provenance, &v.effective, v.span, (&v.title).into());
            let parts: Vec<ExprId> = v.when.into_iter().chain([v.require]).collect();
            (r.in_core, r.outside_core) = core(program, &parts, sources);
            r.strength = Some(match v.strength {
                Strength::Must => "must",
                Strength::Should => "should",
                Strength::Note => "note",
            });
            r.stage.clone_from(&v.stage);
            rows.push(r);
        }
    }
    for (i, change) in program.changes.iter().enumerate() {
        let (operation, target, parts): (&'static str, String, Vec<ExprId>) = match &change.kind {
            ChangeKind::Set { param, when, .. } => ("set", program.params[param.index()].name.clone(), when.iter().copied().collect()),
            ChangeKind::Except { rule, exception } => ("except", program.rule_name(*rule), vec![exception.when]),
            ChangeKind::Waive { rule, when } => ("waive", program.rule_name(*rule), when.iter().copied().collect()),
            ChangeKind::Replace { rule, claim, version, .. } => (
                match claim {
                    crate::hir::Claim::Stricter => "replace-stricter",
                    crate::hir::Claim::Looser => "replace-looser",
                    crate::hir::Claim::Differently => "replace",
                },
                program.rule_name(*rule),
                version.when.into_iter().chain([version.require]).collect(),
            ),
            ChangeKind::Adopt { rule, version } => {
                ("adopt", program.rule_name(*rule), version.when.into_iter().chain([version.require]).collect())
            }
            ChangeKind::Confirm { rule } => ("confirm", program.rule_name(*rule), vec![]),
        };
        let id = program.change_name(ChangeId(i as u32));
        let mut r = row(program, sources, id, operation, &change.provenance, &change.effective, change.span, (&change.title).into());
        r.target = Some(target.clone());
        if !parts.is_empty() {
            (r.in_core, r.outside_core) = core(program, &parts, sources);
        }
        rows.push(r);
        if let ChangeKind::Except { exception, .. } = &change.kind {
            let layer = program.layer(change.layer).id.clone();
            let mut stack: Vec<&crate::hir::Exception> = exception.unless.iter().collect();
            while let Some(u) = stack.pop() {
                let id = format!("{layer}/{}", u.id);
                let mut r = row(program, sources, id, "unless", &u.provenance, &u.effective, u.span, (&u.title).into());
                r.target = Some(format!("{layer}/{}", exception.id));
                (r.in_core, r.outside_core) = core(program, &[u.when], sources);
                rows.push(r);
                stack.extend(&u.unless);
            }
        }
    }
    for advice in &program.advice {
        let id = format!("{}/{}", program.layer(advice.layer).id, advice.id);
        let mut r = row(program, sources, id, "advice", &advice.provenance, &Effective::default(), advice.span, (&advice.text).into());
        r.target.clone_from(&advice.on);
        rows.push(r);
    }
    rows.sort_by(|a, b| a.id.cmp(&b.id).then(a.location.path.cmp(&b.location.path)).then(a.location.start.cmp(&b.location.start)));
    rows
}

pub(super) fn run(args: &RulesArgs, global: &Global) -> u8 {
    let mut sources = SourceMap::default();
    let Some((book, ruleset)) = load::rulebook(global, global.rules.as_deref(), &mut sources) else { return 2 };
    let Some(program) = load::program(global, &book) else { return 2 };
    let mut list = rows(&program, &sources);
    if let Some(pattern) = &args.pattern {
        let p = pattern.to_lowercase();
        list.retain(|r| {
            r.id.to_lowercase().contains(&p) || r.title.en.to_lowercase().contains(&p) || r.title.zh.contains(pattern.as_str())
        });
    }
    let empty = list.is_empty();
    let text = match global.output_format {
        Some(Format::Json) => json::document("rules", Some(&ruleset), &RulesOutput { rules: list }, &Screen::of(&sources)),
        _ => Ok(table(output::page(global, &sources), &list, global.language())),
    };
    let written = output::result(global, text);
    match (written, empty && args.pattern.is_some()) {
        (false, _) => 2,
        (_, true) => 1,
        _ => 0,
    }
}

fn table(mut page: Page, list: &[Row], language: Language) -> Shown {
    let width = list.iter().map(|r| r.id.width()).max().unwrap_or(0);
    for r in list {
        let title = if language == Language::Zh && !r.title.zh.is_empty() { &r.title.zh } else { &r.title.en };
        let pad = " ".repeat(width - r.id.width());
        let core = match r.in_core {
            Some(true) => "core",
            Some(false) => "-   ",
            None => "    ",
        };
        let from = r.effective.from.as_ref().map_or(String::new(), |from| format!("  [{from} ..]"));
        let place = format!("{}:{}", r.location.path, r.location.line);
        line!(page, "{}{pad}  {:<16}  {:<6}  {core}  {title}{from}  ({place})", r.id, r.operation, r.confidence);
    }
    match language {
        Language::En => line!(page, "{} rules", list.len()),
        Language::Zh => line!(page, "共 {} 条", list.len()),
    }
    page.finish()
}
