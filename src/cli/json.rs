//! JSON of `check`, described by `docs/schema/check.schema.json`. Only additions raise the minor version.

pub(super) use crate::diagnostic::render::JsonTexts as Texts;
use crate::diagnostic::{Diagnostic, render};
use crate::driver::{Checked, Rulebook};
use crate::eval::{Outcome, Verdict, Weight};
use crate::source::SourceMap;
use serde::Serialize;

/// Version of all JSON outputs.
pub(super) const FORMAT_VERSION: &str = "1.0";

#[derive(Serialize)]
struct CheckOutput {
    format_version: &'static str,
    command: &'static str,
    summary: Summary,
    filings: Vec<Filing>,
    diagnostics: Vec<render::JsonDiagnostic>,
}

#[derive(Serialize, Default)]
struct Summary {
    filings: usize,
    ready: usize,
    incomplete: usize,
    rejected: usize,
    not_required: usize,
    unreadable: usize,
    errors: usize,
    warnings: usize,
    notes: usize,
}

#[derive(Serialize)]
struct Filing {
    manifest: String,
    verdict: Option<&'static str>,
    provisional: bool,
    on: String,
    layers: Vec<String>,
    region: Option<String>,
    filing_type: Option<FilingType>,
    counts: Counts,
    rules: Vec<Rule>,
    next_step: Option<Texts>,
    /// Indices into `diagnostics` of the whole output.
    diagnostics: Vec<usize>,
}

#[derive(Serialize)]
struct FilingType {
    id: String,
    title: Texts,
}

#[derive(Serialize, Default)]
struct Counts {
    violated: usize,
    undetermined: usize,
    blocked: usize,
    waived: usize,
    satisfied: usize,
    not_applicable: usize,
}

#[derive(Serialize)]
struct Rule {
    id: String,
    also: Vec<String>,
    outcome: &'static str,
    own_outcome: &'static str,
    level: &'static str,
    stage: String,
    title: Texts,
    why: Texts,
    missing: Vec<String>,
    paths: Vec<String>,
}

/// The whole output of `check`.
pub(super) fn check(book: &Rulebook, checked: &[(String, Checked)], problems: &[Diagnostic], sources: &SourceMap) -> String {
    let mut summary = Summary { filings: checked.len(), ..Summary::default() };
    let mut all: Vec<Diagnostic> = problems.to_vec();
    let mut filings = Vec::with_capacity(checked.len());
    for (name, c) in checked {
        match c.report.as_ref().map(|r| r.verdict) {
            Some(Verdict::Ready) => summary.ready += 1,
            Some(Verdict::Incomplete) => summary.incomplete += 1,
            Some(Verdict::Rejected) => summary.rejected += 1,
            Some(Verdict::NotRequired) => summary.not_required += 1,
            None => summary.unreadable += 1,
        }
        let first = all.len();
        all.extend(c.diagnostics.iter().cloned());
        let region = c.layers.iter().rev().map(|l| &book.index.layers[*l]).find(|l| !l.is_provider && l.extends != crate::pack::NONE);
        filings.push(Filing {
            manifest: name.clone(),
            verdict: c.report.as_ref().map(|r| r.verdict.key()),
            provisional: c.report.as_ref().is_some_and(|r| r.is_provisional),
            on: c.on.to_string(),
            layers: c.layers.iter().map(|l| book.index.layers[*l].id.clone()).collect(),
            region: region.map(|r| r.id.clone()),
            filing_type: c.filing_type.as_ref().map(|(id, title)| FilingType { id: id.clone(), title: title.into() }),
            counts: Counts {
                violated: c.count(Outcome::Violated),
                undetermined: c.count(Outcome::Undetermined),
                blocked: c.count(Outcome::Blocked),
                waived: c.count(Outcome::Waived),
                satisfied: c.count(Outcome::Satisfied),
                not_applicable: c.count(Outcome::NotApplicable),
            },
            rules: c.report.iter().flat_map(|r| &r.rules).map(rule).collect(),
            next_step: c.report.as_ref().map(|r| (&r.next_step).into()),
            diagnostics: (first..all.len()).collect(),
        });
    }
    for d in &all {
        match d.severity {
            crate::diagnostic::Severity::Error => summary.errors += 1,
            crate::diagnostic::Severity::Warning => summary.warnings += 1,
            crate::diagnostic::Severity::Note => summary.notes += 1,
        }
    }
    let diagnostics = render::diagnostics_json(&all, sources);
    pretty(&CheckOutput { format_version: FORMAT_VERSION, command: "check", summary, filings, diagnostics })
}

fn rule(r: &crate::eval::RuleReport) -> Rule {
    Rule {
        id: r.name.clone(),
        also: r.also.clone(),
        outcome: r.outcome.key(),
        own_outcome: r.own.key(),
        level: match r.weight {
            Weight::Decides => "error",
            Weight::Warns => "warning",
            Weight::Notes => "note",
        },
        stage: r.stage.clone(),
        title: (&r.title).into(),
        why: (&r.why).into(),
        missing: r.missing.clone(),
        paths: r.paths.clone(),
    }
}

/// JSON with a line break at its end.
pub(super) fn pretty(value: &impl Serialize) -> String {
    let mut text = serde_json::to_string_pretty(value).unwrap_or_default();
    text.push('\n');
    text
}
