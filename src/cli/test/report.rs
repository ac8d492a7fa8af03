//! The result of a suite: text, JSON.

use super::Outcome;
use super::coverage::{Count, Told};
use super::mutation::Score;
use crate::cli::output::Written;
use crate::cli::{Format, Global, json, output};
use crate::diagnostic::Language;
use crate::diagnostic::render::{self, Page, Screen, Shown};
use crate::line;
use crate::pack::Ruleset;
use crate::source::SourceMap;
use serde::Serialize;

/// What there is to report.
pub(super) struct Parts<'p> {
    pub(super) outcomes: &'p [Outcome],
    pub(super) coverage: Option<CoverageText>,
    pub(super) mutation: Option<&'p Score>,
}

/// Coverage in words and in numbers.
#[derive(Default)]
pub(super) struct CoverageText {
    text: Shown,
    counts: Vec<Count>,
}

impl From<Shown> for CoverageText {
    fn from(text: Shown) -> Self {
        CoverageText { text, counts: Vec::new() }
    }
}

impl Parts<'_> {
    pub(super) fn coverage_numbers(&mut self, told: &Told<'_>) {
        if let Some(coverage) = &mut self.coverage {
            coverage.counts = told.counts();
        }
    }

    fn failed(&self) -> usize {
        self.outcomes.iter().filter(|o| !o.faults.is_empty()).count()
    }
}

/// For a person.
pub(super) fn text(parts: &Parts<'_>, sources: &SourceMap, global: &Global) -> Page {
    let language = global.language();
    let is_concise = global.output_format == Some(Format::Concise);
    let zh = language == Language::Zh;
    let mut page = output::page(global, sources);
    for outcome in parts.outcomes.iter().filter(|o| !o.faults.is_empty()) {
        if is_concise {
            for fault in &outcome.faults {
                line!(page, "{}:{}: {:?}: {}", outcome.file, outcome.line, outcome.title, fault.message.get(language));
            }
            continue;
        }
        line!(page, "{} {}:{} {:?}", if zh { "失败" } else { "FAILED" }, outcome.file, outcome.line, outcome.title);
        render::full(&mut page, &outcome.faults, sources, language);
    }
    if let Some(coverage) = &parts.coverage {
        page.push(&coverage.text);
    }
    if let Some(score) = parts.mutation {
        if is_concise {
            render::concise(&mut page, &score.survivors, sources, language);
        } else {
            render::full(&mut page, &score.survivors, sources, language);
        }
        let permille = score.permille();
        let (killed, tried, all) = (score.killed, score.tried, score.all);
        let share = format!("{}.{} %", permille / 10, permille % 10);
        match (zh, score.is_cut) {
            (false, false) => line!(page, "{killed} of {tried} mutants noticed ({share}), {all} in all"),
            (false, true) => {
                line!(page, "{killed} of {tried} mutants noticed ({share}), {all} in all; the time was over before the sample was")
            }
            (true, false) => line!(page, "{tried} 个变异中发现 {killed} 个（{share}），共有 {all} 个"),
            (true, true) => line!(page, "{tried} 个变异中发现 {killed} 个（{share}），共有 {all} 个；抽样未全部完成，时间已到"),
        }
    }
    let failed = parts.failed();
    let passed = parts.outcomes.len() - failed;
    // Read by tools that count tests, so the words stay.
    line!(page, "{passed} passed, {failed} failed");
    page
}

#[derive(Serialize)]
struct TestOutput<'a> {
    passed: usize,
    failed: usize,
    cases: Vec<CaseOutput<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    coverage: Option<&'a [Count]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    mutation: Option<MutationOutput>,
}

#[derive(Serialize)]
struct CaseOutput<'a> {
    title: &'a str,
    file: &'a str,
    line: usize,
    passed: bool,
    diagnostics: Vec<render::JsonDiagnostic>,
}

#[derive(Serialize)]
struct MutationOutput {
    mutants: usize,
    tried: usize,
    killed: usize,
    /// In tenths of a percent of those tried, rounded down.
    permille: usize,
    complete: bool,
    survivors: Vec<render::JsonDiagnostic>,
}

/// For a program.
pub(super) fn json(parts: &Parts<'_>, ruleset: &Ruleset, sources: &SourceMap) -> Written {
    let failed = parts.failed();
    let cases = parts.outcomes.iter().map(|o| CaseOutput {
        title: &o.title,
        file: &o.file,
        line: o.line,
        passed: o.faults.is_empty(),
        diagnostics: render::diagnostics_json(&o.faults, sources),
    });
    let output = TestOutput {
        passed: parts.outcomes.len() - failed,
        failed,
        cases: cases.collect(),
        coverage: parts.coverage.as_ref().map(|c| c.counts.as_slice()),
        mutation: parts.mutation.map(|m| MutationOutput {
            mutants: m.all,
            tried: m.tried,
            killed: m.killed,
            permille: m.permille(),
            complete: !m.is_cut,
            survivors: render::diagnostics_json(&m.survivors, sources),
        }),
    };
    json::document("test", Some(ruleset), &output, &Screen::of(sources))
}
