//! JUnit XML, which build servers read: cases of rules, or what a check found in filings.

use super::output::{Written, no_form};
use super::test::Outcome;
use crate::diagnostic::render::{self, Page, Screen, Shown};
use crate::diagnostic::{Diagnostic, Language, Severity};
use crate::driver::Checked;
use crate::eval::Verdict;
use crate::source::SourceMap;
use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

struct Writer<'w> {
    sources: &'w SourceMap,
    screen: Screen,
    language: Language,
}

impl Writer<'_> {
    fn of(sources: &SourceMap, language: Language) -> Writer<'_> {
        Writer { sources, screen: Screen::of(sources), language }
    }

    fn full(&self, list: &[Diagnostic]) -> String {
        let mut page = Page::new(self.screen.clone(), false);
        render::full(&mut page, list, self.sources, self.language);
        page.finish().into_string()
    }

    fn not_passed(&self, kind: NonSuccessKind, first: &Diagnostic, all: &[Diagnostic]) -> TestCaseStatus {
        let mut status = TestCaseStatus::non_success(kind);
        status.set_message(self.screen.text(first.message.get(self.language)));
        status.set_type(self.screen.text(&first.code.text()));
        status.set_description(self.full(all));
        status
    }

    /// One diagnostic: an error fails, the others are told with a case that passes.
    fn diagnostic(&self, d: &Diagnostic, error: NonSuccessKind) -> TestCase {
        let name = render::escaped(&d.code.text()).into_owned();
        let mut case = match d.severity {
            Severity::Error => TestCase::new(name, self.not_passed(error, d, std::slice::from_ref(d))),
            Severity::Warning | Severity::Note => {
                let mut case = TestCase::new(name, TestCaseStatus::success());
                case.set_system_out(self.full(std::slice::from_ref(d)));
                case
            }
        };
        if let Some(label) = d.labels.first() {
            let file = self.sources.get(label.span.source);
            self.place(&mut case, &file.name, file.line_column(label.span.start as usize).line);
        }
        case
    }

    /// A name of a file: programs look for it, so it is not masked.
    fn place(&self, case: &mut TestCase, file: &str, line: usize) {
        let file = render::escaped(file).into_owned();
        case.set_classname(file.as_str());
        case.extra.insert("file".into(), file.as_str().into());
        case.extra.insert("line".into(), line.to_string().into());
    }
}

fn whole(report: &Report) -> Written {
    report.to_string().map(Shown::document).map_err(|e| no_form("JUnit XML", e))
}

/// Cases of rules: one suite for each file.
pub(super) fn cases(outcomes: &[Outcome], sources: &SourceMap, language: Language) -> Written {
    let writer = Writer::of(sources, language);
    let mut report = Report::new("filingc test");
    for of_file in outcomes.chunk_by(|a, b| a.file == b.file) {
        let mut suite = TestSuite::new(render::escaped(&of_file[0].file).into_owned());
        for outcome in of_file {
            let status = match outcome.faults.first() {
                Some(first) => writer.not_passed(NonSuccessKind::Failure, first, &outcome.faults),
                None => TestCaseStatus::success(),
            };
            let mut case = TestCase::new(writer.screen.text(&outcome.title), status);
            writer.place(&mut case, &outcome.file, outcome.line);
            suite.add_test_case(case);
        }
        report.add_test_suite(suite);
    }
    whole(&report)
}

/// A check: one suite for each filing, with a case for each thing that was said of it and one for its verdict.
pub(super) fn check(checked: &[(String, Checked)], problems: &[Diagnostic], sources: &SourceMap, language: Language) -> Written {
    let writer = Writer::of(sources, language);
    let mut report = Report::new("filingc check");
    if !problems.is_empty() {
        let mut suite = TestSuite::new("filingc");
        suite.add_test_cases(problems.iter().map(|d| writer.diagnostic(d, NonSuccessKind::Error)));
        report.add_test_suite(suite);
    }
    for (name, c) in checked {
        let mut suite = TestSuite::new(render::escaped(name).into_owned());
        let kind = if c.report.is_some() { NonSuccessKind::Failure } else { NonSuccessKind::Error };
        suite.add_test_cases(c.diagnostics.iter().map(|d| writer.diagnostic(d, kind)));
        if let Some(r) = &c.report {
            let (en, zh) = r.verdict.words();
            let word = if language == Language::Zh { zh } else { en };
            let mut status = TestCaseStatus::success();
            if !matches!(r.verdict, Verdict::Ready | Verdict::NotRequired) {
                status = TestCaseStatus::non_success(NonSuccessKind::Failure);
                status.set_message(format!("{word}: {}", writer.screen.text(r.next_step.get(language))));
                status.set_type(r.verdict.key());
            }
            let mut case = TestCase::new(if language == Language::Zh { "结论" } else { "verdict" }, status);
            writer.place(&mut case, name, 1);
            suite.add_test_case(case);
        }
        report.add_test_suite(suite);
    }
    whole(&report)
}

/// A call that could not be done.
pub(super) fn refused(problems: &[(Vec<Diagnostic>, SourceMap)], language: Language) -> Written {
    let mut report = Report::new("filingc");
    let mut suite = TestSuite::new("filingc");
    for (list, sources) in problems {
        let writer = Writer::of(sources, language);
        suite.add_test_cases(list.iter().map(|d| writer.diagnostic(d, NonSuccessKind::Error)));
    }
    report.add_test_suite(suite);
    whole(&report)
}
