//! One line per diagnostic: `path:line:column: severity[code] message`.

use super::safe;
use super::text::severity_word;
use crate::diagnostic::{Diagnostic, Language};
use crate::source::SourceMap;
use std::fmt::Write;

/// Diagnostics, one line each.
pub fn concise(diagnostics: &[Diagnostic], sources: &SourceMap, language: Language) -> String {
    let mut out = String::new();
    for d in diagnostics {
        if let Some(label) = d.labels.first() {
            let file = sources.get(label.span.source);
            let at = file.line_column(label.span.start as usize);
            let _ = write!(out, "{}:{}:{}: ", safe::message(&file.name), at.line, at.column);
        }
        let _ = writeln!(out, "{}[{}] {}", severity_word(d.severity, language), d.code.text(), safe::message(d.message.get(language)));
    }
    out
}
