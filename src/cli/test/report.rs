//! The result of a suite: text, JSON, JUnit.

use super::Outcome;
use super::coverage::{Count, Told};
use super::mutation::Score;
use crate::cli::json::{FORMAT_VERSION, pretty};
use crate::cli::{Format, Global, output};
use crate::diagnostic::{Language, render};
use crate::source::SourceMap;
use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};
use serde::Serialize;
use std::fmt::Write;

/// What there is to report.
pub(super) struct Parts<'p> {
    pub(super) outcomes: &'p [Outcome],
    pub(super) coverage: Option<CoverageText>,
    pub(super) mutation: Option<&'p Score>,
}

/// Coverage in words and in numbers.
#[derive(Default)]
pub(super) struct CoverageText {
    text: String,
    counts: Vec<Count>,
}

impl From<String> for CoverageText {
    fn from(text: String) -> Self {
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
pub(super) fn text(parts: &Parts<'_>, sources: &SourceMap, global: &Global) -> String {
    let language = global.language();
    let is_concise = global.output_format == Some(Format::Concise);
    let zh = language == Language::Zh;
    let mut out = String::new();
    for outcome in parts.outcomes.iter().filter(|o| !o.faults.is_empty()) {
        if is_concise {
            for fault in &outcome.faults {
                let _ = writeln!(out, "{}:{}: {:?}: {}", outcome.file, outcome.line, outcome.title, fault.message.get(language));
            }
            continue;
        }
        let _ = writeln!(out, "{} {}:{} {:?}", if zh { "失败" } else { "FAILED" }, outcome.file, outcome.line, outcome.title);
        out.push_str(&render::full(&outcome.faults, sources, language, output::color_of_stdout(global)));
    }
    if let Some(coverage) = &parts.coverage {
        out.push_str(&coverage.text);
    }
    if let Some(score) = parts.mutation {
        if is_concise {
            out.push_str(&render::concise(&score.survivors, sources, language));
        } else {
            out.push_str(&render::full(&score.survivors, sources, language, output::color_of_stdout(global)));
        }
        let permille = score.permille();
        let (killed, tried, all) = (score.killed, score.tried, score.all);
        let share = format!("{}.{} %", permille / 10, permille % 10);
        let _ = match (zh, score.is_cut) {
            (false, false) => writeln!(out, "{killed} of {tried} mutants noticed ({share}), {all} in all"),
            (false, true) => {
                writeln!(out, "{killed} of {tried} mutants noticed ({share}), {all} in all; the time was over before the sample was")
            }
            (true, false) => writeln!(out, "{tried} 个变异中发现 {killed} 个（{share}），共有 {all} 个"),
            (true, true) => writeln!(out, "{tried} 个变异中发现 {killed} 个（{share}），共有 {all} 个；抽样未全部完成，时间已到"),
        };
    }
    let failed = parts.failed();
    let passed = parts.outcomes.len() - failed;
    // Read by tools that count tests, so the words stay.
    let _ = writeln!(out, "{passed} passed, {failed} failed");
    out
}

#[derive(Serialize)]
struct TestOutput<'a> {
    format_version: &'static str,
    command: &'static str,
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
pub(super) fn json(parts: &Parts<'_>, sources: &SourceMap) -> String {
    let failed = parts.failed();
    let cases = parts.outcomes.iter().map(|o| CaseOutput {
        title: &o.title,
        file: &o.file,
        line: o.line,
        passed: o.faults.is_empty(),
        diagnostics: render::diagnostics_json(&o.faults, sources),
    });
    pretty(&TestOutput {
        format_version: FORMAT_VERSION,
        command: "test",
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
    })
}

/// For a build server: one suite for each file.
pub(super) fn junit(parts: &Parts<'_>, sources: &SourceMap, language: Language) -> String {
    let mut report = Report::new("filingc test");
    let mut at = 0;
    while at < parts.outcomes.len() {
        let file = &parts.outcomes[at].file;
        let mut suite = TestSuite::new(file.as_str());
        while let Some(outcome) = parts.outcomes.get(at).filter(|o| o.file == *file) {
            let mut status = TestCaseStatus::success();
            if let Some(first) = outcome.faults.first() {
                status = TestCaseStatus::non_success(NonSuccessKind::Failure);
                status.set_message(first.message.get(language));
                status.set_type(first.code.text());
                status.set_description(render::full(&outcome.faults, sources, language, false));
            }
            let mut case = TestCase::new(outcome.title.as_str(), status);
            case.set_classname(file.as_str());
            case.extra.insert("file".into(), file.as_str().into());
            case.extra.insert("line".into(), outcome.line.to_string().into());
            suite.add_test_case(case);
            at += 1;
        }
        report.add_test_suite(suite);
    }
    report.to_string().unwrap_or_default()
}
