//! One line per diagnostic: `path:line:column: severity[code] message`.

use super::page::Page;
use super::text::severity_word;
use crate::diagnostic::{Diagnostic, Language};
use crate::source::SourceMap;

/// Diagnostics, one line each.
pub fn concise(page: &mut Page, diagnostics: &[Diagnostic], sources: &SourceMap, language: Language) {
    for d in diagnostics {
        let what = format!("{}[{}] {}", severity_word(d.severity, language), d.code.text(), d.message.get(language));
        match d.labels.first() {
            Some(label) => {
                let file = sources.get(label.span.source);
                let at = file.line_column(label.span.start as usize);
                page.line(format!("{}:{}:{}: {what}", file.name, at.line, at.column));
            }
            None => page.line(what),
        }
    }
}
