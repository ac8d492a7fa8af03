//! JSON of `check`, described by `docs/schema/check.schema.json`. Only additions raise the minor version.

use super::output::{Written, no_form};
use super::repair::{JsonRepair, Mended};
pub(super) use crate::diagnostic::render::JsonTexts as Texts;
use crate::diagnostic::render::Screen;
use crate::diagnostic::{Diagnostic, Severity, render};
use crate::driver::{Checked, Rulebook};
use crate::eval::{Outcome, Verdict, Weight};
use crate::pack::Ruleset;
use crate::source::SourceMap;
use serde::Serialize;
use serde_json::json;

/// Version of all JSON outputs.
const FORMAT_VERSION: &str = "1.1";

/// A whole document: its head, which is the same for all commands, and what the command says.
#[derive(Serialize)]
struct Document<'d, T> {
    format_version: &'static str,
    command: &'static str,
    /// `None` where no rules were read.
    ruleset: Option<&'d Ruleset>,
    #[serde(flatten)]
    body: &'d T,
}

/// The JSON of a command.
pub(super) fn document(command: &'static str, ruleset: Option<&Ruleset>, body: &impl Serialize, screen: &Screen) -> Written {
    let document = Document { format_version: FORMAT_VERSION, command, ruleset, body };
    render::document(&document, screen).map_err(|e| no_form("JSON", e))
}

/// The JSON of a call that could not be done: `docs/schema/refused.schema.json`, and what its own schema asks for where that has diagnostics.
pub(super) fn refused(command: &'static str, problems: &[(Vec<Diagnostic>, SourceMap)]) -> Written {
    let diagnostics: Vec<_> = problems.iter().flat_map(|(list, sources)| render::diagnostics_json(list, sources)).collect();
    let all = || problems.iter().flat_map(|(list, _)| list);
    let mut body = match command {
        "check" => {
            let mut summary = Summary::default();
            all().for_each(|d| summary.add(d));
            json!({ "summary": summary, "filings": [] })
        }
        "plan" => json!({ "plans": [] }),
        _ => json!({}),
    };
    body["diagnostics"] = serde_json::to_value(diagnostics).map_err(|e| no_form("JSON", e))?;
    document(command, None, &body, &Screen::of_all(problems.iter().map(|(_, s)| s)))
}

#[derive(Serialize)]
struct CheckOutput {
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

impl Summary {
    fn add(&mut self, d: &Diagnostic) {
        match d.severity {
            Severity::Error => self.errors += 1,
            Severity::Warning => self.warnings += 1,
            Severity::Note => self.notes += 1,
        }
    }
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
    /// Parts of the manifest could not be read.
    partial: bool,
    reach: Option<Reach>,
    /// The cheapest mends, where they were asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    repairs: Option<Vec<JsonRepair>>,
    /// Why a refused filing has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    unrepaired: Option<Texts>,
    /// Indices into `diagnostics` of the whole output.
    diagnostics: Vec<usize>,
}

/// How far the verdict goes.
#[derive(Serialize)]
struct Reach {
    look_ups: Vec<LeftOut>,
    not_stated: Vec<LeftOut>,
    to_come: Vec<LeftOut>,
    calendars: Vec<i16>,
}

#[derive(Serialize)]
struct LeftOut {
    path: String,
    rules: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<Texts>,
}

impl Reach {
    fn of(reach: &crate::eval::Reach) -> Self {
        fn list<'a>(of: impl Iterator<Item = &'a crate::eval::LeftOut>) -> Vec<LeftOut> {
            of.map(|f| LeftOut { path: f.path.clone(), rules: f.rules.clone(), place: f.place.as_ref().map(Texts::from) }).collect()
        }
        Reach {
            look_ups: list(reach.look_ups()),
            not_stated: list(reach.not_stated()),
            to_come: list(reach.to_come()),
            calendars: reach.calendars.clone(),
        }
    }
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
pub(super) fn check(
    book: &Rulebook,
    ruleset: &Ruleset,
    checked: &[(String, Checked)],
    mends: &[Option<Mended>],
    problems: &[Diagnostic],
    sources: &SourceMap,
) -> Written {
    let mut summary = Summary { filings: checked.len(), ..Summary::default() };
    let mut all: Vec<Diagnostic> = problems.to_vec();
    let mut filings = Vec::with_capacity(checked.len());
    for ((name, c), mended) in checked.iter().zip(mends) {
        let (repairs, unrepaired) = mended.as_ref().map(|m| m.json(book)).map_or((None, None), |(list, why)| (Some(list), why));
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
            partial: c.is_partial,
            reach: c.reach(book).as_ref().map(Reach::of),
            repairs,
            unrepaired,
            diagnostics: (first..all.len()).collect(),
        });
    }
    all.iter().for_each(|d| summary.add(d));
    let diagnostics = render::diagnostics_json(&all, sources);
    document("check", Some(ruleset), &CheckOutput { summary, filings, diagnostics }, &Screen::of(sources))
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
