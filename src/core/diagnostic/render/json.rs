//! Diagnostics as JSON, described by `docs/schema/check.schema.json`.

use super::{note_words, safe};
use crate::diagnostic::{Applicability, Arg, Bilingual, Diagnostic, Severity};
use crate::source::{SourceMap, Span};
use serde::Serialize;
use std::collections::BTreeMap;

/// A text in both languages.
#[derive(Clone, Debug, Serialize)]
pub struct JsonTexts {
    /// English.
    pub en: String,
    /// Chinese.
    pub zh: String,
}

impl From<&Bilingual> for JsonTexts {
    fn from(b: &Bilingual) -> Self {
        JsonTexts { en: safe::message(&b.en), zh: safe::message(&b.zh) }
    }
}

/// A place: bytes from 0, half-open; lines and columns from 1, columns in Unicode scalar values.
#[derive(Clone, Debug, Serialize)]
pub struct JsonSpan {
    path: String,
    start: usize,
    end: usize,
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
}

impl JsonSpan {
    /// The place of a span.
    pub fn new(span: Span, sources: &SourceMap) -> Self {
        let file = sources.get(span.source);
        let (start, end) = (file.line_column(span.start as usize), file.line_column(span.end as usize));
        JsonSpan {
            path: file.name.clone(),
            start: span.start as usize,
            end: span.end as usize,
            line: start.line,
            column: start.column,
            end_line: end.line,
            end_column: end.column,
        }
    }
}

#[derive(Clone, Debug, Serialize)]
struct JsonLabel {
    primary: bool,
    span: JsonSpan,
    message: JsonTexts,
}

#[derive(Clone, Debug, Serialize)]
struct JsonEdit {
    span: JsonSpan,
    replacement: String,
}

#[derive(Clone, Debug, Serialize)]
struct JsonFix {
    title: JsonTexts,
    applicability: &'static str,
    edits: Vec<JsonEdit>,
}

#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
enum JsonArg {
    Text(String),
    Int(i64),
    List(Vec<String>),
}

/// A diagnostic as written.
#[derive(Clone, Debug, Serialize)]
pub struct JsonDiagnostic {
    code: String,
    severity: &'static str,
    message: JsonTexts,
    labels: Vec<JsonLabel>,
    notes: Vec<JsonTexts>,
    help: Vec<JsonTexts>,
    fixes: Vec<JsonFix>,
    args: BTreeMap<&'static str, JsonArg>,
}

/// Diagnostics in the shape of the schema.
pub fn diagnostics_json(diagnostics: &[Diagnostic], sources: &SourceMap) -> Vec<JsonDiagnostic> {
    diagnostics.iter().map(|d| one(d, sources)).collect()
}

fn one(d: &Diagnostic, sources: &SourceMap) -> JsonDiagnostic {
    JsonDiagnostic {
        code: d.code.text(),
        severity: match d.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "note",
        },
        message: (&d.message).into(),
        labels: d
            .labels
            .iter()
            .map(|l| JsonLabel { primary: l.is_primary, span: JsonSpan::new(l.span, sources), message: (&l.message).into() })
            .collect(),
        notes: d.notes.iter().map(|n| JsonTexts::from(&note_words(n))).collect(),
        help: d.help.iter().map(JsonTexts::from).collect(),
        fixes: d
            .fixes
            .iter()
            .map(|f| JsonFix {
                title: (&f.title).into(),
                applicability: match f.applicability {
                    Applicability::Safe => "safe",
                    Applicability::Suggestion => "suggestion",
                    Applicability::HasPlaceholders => "has-placeholders",
                },
                edits: f
                    .edits
                    .iter()
                    .map(|e| JsonEdit { span: JsonSpan::new(e.span, sources), replacement: safe::masked(&e.replacement) })
                    .collect(),
            })
            .collect(),
        args: d
            .args
            .iter()
            .map(|(name, value)| {
                let value = match value {
                    Arg::Text(t) => JsonArg::Text(safe::masked(t)),
                    Arg::Int(n) => JsonArg::Int(*n),
                    Arg::List(l) => JsonArg::List(l.iter().map(|t| safe::masked(t)).collect()),
                };
                (*name, value)
            })
            .collect(),
    }
}
