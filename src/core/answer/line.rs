//! JSON Lines: a line for each filing, described by `docs/schema/check-line.schema.json`.

use super::filing::{Filing, filing};
use crate::diagnostic::render::{self, JsonDiagnostic, Screen};
use crate::diagnostic::{Arg, Code, CodeOf, Diagnostic, Language, Severity};
use crate::driver::{Checked, Rulebook};
use crate::manifest::Places;
use crate::source::SourceMap;
use serde::Serialize;

/// A filing.
#[derive(Debug, Serialize)]
pub struct Line {
    /// What its house calls it, else where it stands.
    pub id: String,
    /// Where it stands.
    pub at: String,
    /// What becomes of it; `None` where it cannot be read.
    pub verdict: Option<&'static str>,
    #[serde(skip_serializing_if = "is_false")]
    provisional: bool,
    #[serde(skip_serializing_if = "is_false")]
    partial: bool,
    /// How many facts the verdict did not look at; `None` where it cannot be read.
    reach: Option<Reach>,
    /// What was found, by weight, rule and path.
    pub findings: Vec<Finding>,
    #[serde(skip_serializing_if = "Option::is_none")]
    /// Everything else, where it is wanted.
    pub details: Option<Box<Details>>,
}

#[derive(Debug, Serialize)]
struct Reach {
    look_ups: usize,
    not_stated: usize,
    to_come: usize,
    calendars: Vec<i16>,
    /// How many facts records of registers told.
    #[serde(skip_serializing_if = "is_zero")]
    from_records: usize,
}

/// One finding; the same whatever form the filing came in.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Finding {
    #[serde(skip)]
    severity: Severity,
    /// The id of the rule, or a code.
    pub rule: String,
    /// Whether it decides.
    pub weight: &'static str,
    /// The field in the manifest; `None` where none is meant.
    pub path: Option<String>,
    /// In the language of the run.
    pub message: String,
}

/// Everything else that is known.
#[derive(Debug, Serialize)]
pub struct Details {
    #[serde(flatten)]
    filing: Filing,
    /// What is said, with places, notes and help.
    messages: Vec<JsonDiagnostic>,
}

fn is_false(b: &bool) -> bool {
    !b
}

fn is_zero(n: &usize) -> bool {
    *n == 0
}

fn weight(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    }
}

/// Where a finding stands in the manifest.
fn path(d: &Diagnostic, places: Option<&Places>, sources: &SourceMap) -> Option<String> {
    // Facts that are not stated stand nowhere: the message names them.
    if let CodeOf::Catalog(Code::MissingFact | Code::NotLookedUp) = d.code
        && let Some((_, Arg::Text(path))) = d.args.iter().find(|(name, _)| *name == "path")
    {
        return Some(path.clone());
    }
    let places = places?;
    let at = d.labels.iter().filter(|l| l.is_primary).chain(&d.labels).find_map(|l| Some((l.span, places.path(l.span)?)));
    // A key that no field has stands in the table around it.
    if d.code == CodeOf::Catalog(Code::UnknownKey)
        && let Some(label) = d.labels.first()
    {
        let key = render::quoted(sources.slice(label.span).trim_matches(['"', '\''])).into_owned();
        return Some(at.map_or(key.clone(), |(_, path)| format!("{path}.{key}")));
    }
    at.map(|(_, path)| path)
}

impl Finding {
    /// Whether it is the one with a rule and a message.
    pub fn is_of(&self, rule: &str, message: &str) -> bool {
        self.rule == rule && self.message == message
    }
}

impl Line {
    /// What was found in a filing. Private parts of ids and paths are masked here: the line itself keeps both as they are.
    pub fn of(
        (id, at): (&str, &str),
        (book, checked): (&Rulebook, &Checked),
        places: Option<&Places>,
        sources: &SourceMap,
        screen: &Screen,
        language: Language,
    ) -> Line {
        let finding = |d: &Diagnostic| {
            let path = path(d, places, sources).map(|p| screen.masked(&p).into_owned());
            Finding {
                severity: d.severity,
                rule: d.code.text(),
                weight: weight(d.severity),
                path,
                message: d.message.get(language).to_owned(),
            }
        };
        let mut findings: Vec<Finding> = checked.diagnostics.iter().map(finding).collect();
        findings.sort();
        let report = checked.report.as_ref();
        Line {
            id: id.to_owned(),
            at: at.to_owned(),
            verdict: report.map(|r| r.verdict.key()),
            provisional: report.is_some_and(|r| r.is_provisional),
            partial: checked.is_partial,
            reach: checked.reach(book).map(|reach| Reach {
                look_ups: reach.look_ups().count(),
                not_stated: reach.not_stated().count(),
                to_come: reach.to_come().count(),
                calendars: reach.calendars.clone(),
                from_records: reach.looked_up.len(),
            }),
            findings,
            details: None,
        }
    }

    /// Adds everything that is known.
    pub fn with_details(&mut self, book: &Rulebook, checked: &Checked, sources: &SourceMap) {
        let filing = filing(book, &self.at, checked, None);
        self.details = Some(Box::new(Details { filing, messages: render::diagnostics_json(&checked.diagnostics, sources) }));
    }
}
