//! JSON of `check`, described by `docs/schema/check.schema.json`. Only additions raise the minor version.

use super::output::{Written, no_form};
use crate::answer::Filing;
pub(super) use crate::diagnostic::render::JsonTexts as Texts;
use crate::diagnostic::render::Screen;
use crate::diagnostic::{Diagnostic, Severity, render};
use crate::host::fs::{Failure, Spool};
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
    command: &'d str,
    /// `None` where no rules were read.
    ruleset: Option<&'d Ruleset>,
    #[serde(flatten)]
    body: &'d T,
}

/// The JSON of a command.
pub(super) fn document(command: &str, ruleset: Option<&Ruleset>, body: &impl Serialize, screen: &Screen) -> Written {
    let document = Document { format_version: FORMAT_VERSION, command, ruleset, body };
    render::document(&document, screen).map_err(|e| no_form("JSON", e))
}

/// The JSON of a call that could not be done: `docs/schema/refused.schema.json`, and what its own schema asks for where that has diagnostics.
pub(super) fn refused(command: &str, problems: &[(Vec<Diagnostic>, SourceMap)]) -> Written {
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

/// How many filings end how, and what was said.
#[derive(Clone, Debug, Serialize, Default)]
pub(super) struct Summary {
    pub(super) filings: usize,
    pub(super) ready: usize,
    pub(super) incomplete: usize,
    pub(super) rejected: usize,
    pub(super) not_required: usize,
    pub(super) unreadable: usize,
    pub(super) errors: usize,
    pub(super) warnings: usize,
    pub(super) notes: usize,
    /// What filters left out; it counts all the same.
    #[serde(skip_serializing_if = "LeftOutOf::is_nothing")]
    pub(super) left_out: LeftOutOf,
}

/// What filters left out of the lists.
#[derive(Clone, Debug, Serialize, Default, PartialEq, Eq)]
pub(super) struct LeftOutOf {
    /// Filings that are not shown.
    pub(super) filings: usize,
    /// Findings that are not shown, of filings that are.
    pub(super) findings: usize,
    /// Filings that fail as they did in the baseline, and do not count for the exit code.
    pub(super) excused: usize,
}

impl LeftOutOf {
    fn is_nothing(&self) -> bool {
        *self == LeftOutOf::default()
    }
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

/// A part of a document, as it stands in a list of it.
pub(super) fn part(value: &impl Serialize, screen: &Screen) -> Result<String, Box<Diagnostic>> {
    let text = render::document(value, screen).map_err(|e| no_form("JSON", e))?;
    Ok(text.as_str().trim_end().replace('\n', "\n    "))
}

/// The output of `check` while it is made: what is to be in the two lists of the document, filing by filing.
#[derive(Default)]
pub(super) struct CheckLists {
    /// Of all filings so far.
    pub(super) summary: Summary,
    filings: Spool,
    diagnostics: Spool,
    n_diagnostics: usize,
}

impl CheckLists {
    fn add_diagnostics(&mut self, list: &[String]) -> Result<(), Failure> {
        for d in list {
            let comma = if self.n_diagnostics == 0 { "\n    " } else { ",\n    " };
            self.diagnostics.add(comma.as_bytes())?;
            self.diagnostics.add(d.as_bytes())?;
            self.n_diagnostics += 1;
        }
        Ok(())
    }

    /// Adds a filing, where there is one, and its messages, each as `part` made it.
    pub(super) fn add(&mut self, filing: Option<&str>, messages: &[String]) -> Result<(), Failure> {
        let first = self.n_diagnostics;
        self.add_diagnostics(messages)?;
        let Some(filing) = filing else { return Ok(()) };
        self.filings.add(if self.filings.is_empty() { b"\n    " } else { b",\n    " })?;
        // The list of its messages is the last field of a filing, and empty until their numbers are known.
        let (head, tail) = filing.rsplit_once("[]").unwrap_or((filing, ""));
        self.filings.add(head.as_bytes())?;
        if messages.is_empty() {
            self.filings.add(b"[]")?;
        } else {
            let numbers: Vec<String> = (first..self.n_diagnostics).map(|n| format!("\n        {n}")).collect();
            self.filings.add(format!("[{}\n      ]", numbers.join(",")).as_bytes())?;
        }
        self.filings.add(tail.as_bytes())
    }

    /// The whole document, piece by piece.
    pub(super) fn write(mut self, ruleset: &Ruleset, to: &mut dyn FnMut(&[u8]) -> Result<(), Failure>) -> Result<(), Box<Diagnostic>> {
        let body = CheckOutput { summary: std::mem::take(&mut self.summary), filings: vec![], diagnostics: vec![] };
        let frame = document("check", Some(ruleset), &body, &Screen::default())?.into_string();
        let (head, rest) = frame.rsplit_once("\"filings\": []").unwrap_or((&frame, ""));
        let (between, end) = rest.rsplit_once("\"diagnostics\": []").unwrap_or((rest, ""));
        let mut write = || -> Result<(), Failure> {
            to(head.as_bytes())?;
            for (name, list, after) in [("filings", &mut self.filings, between), ("diagnostics", &mut self.diagnostics, end)] {
                let close: &str = if list.is_empty() { "]" } else { "\n  ]" };
                to(format!("\"{name}\": [").as_bytes())?;
                list.replay(to)?;
                to(close.as_bytes())?;
                to(after.as_bytes())?;
            }
            Ok(())
        };
        write().map_err(|failure| Box::new(failure.unwritable()))
    }
}
