//! Diagnostics as editors show them: the same code, words and places as on the command line.

use super::place;
use super::text::{Encoding, Text};
use crate::diagnostic::render::{Screen, note_lines};
use crate::diagnostic::{Diagnostic, Language, Severity};
use crate::source::{SourceId, SourceMap, Span};
use lsp_types::{DiagnosticRelatedInformation, DiagnosticSeverity, Location, NumberOrString, Uri};
use std::cell::RefCell;
use std::collections::HashMap;
use std::path::Path;

/// Texts with the addresses that a client knows them by.
pub struct Shelf<'s> {
    /// The texts.
    pub sources: &'s SourceMap,
    /// The address of a text; `None` where it has none.
    pub uri: &'s dyn Fn(SourceId) -> Option<Uri>,
    /// The language of messages.
    pub language: Language,
    /// The units of places.
    pub encoding: Encoding,
    /// Lines that were counted.
    pub lines: RefCell<HashMap<SourceId, Text>>,
}

impl Shelf<'_> {
    fn range(&self, span: Span) -> lsp_types::Range {
        let mut lines = self.lines.borrow_mut();
        let text = lines.entry(span.source).or_insert_with(|| Text::new(&self.sources.get(span.source).text));
        text.range(span.range(), self.encoding)
    }

    /// A place with its address.
    pub fn location(&self, span: Span) -> Option<Location> {
        Some(Location { uri: (self.uri)(span.source)?, range: self.range(span) })
    }

    /// A message and the text it belongs to: the one where its fault lies, if it is one of those wanted, else `home`.
    pub fn diagnostic(
        &self,
        d: &Diagnostic,
        screen: &Screen,
        home: SourceId,
        is_wanted: &dyn Fn(SourceId) -> bool,
    ) -> (SourceId, lsp_types::Diagnostic) {
        let main = d.labels.iter().position(|l| l.is_primary && is_wanted(l.span.source));
        let main = main.or_else(|| d.labels.iter().position(|l| is_wanted(l.span.source)));
        let source = main.map_or(home, |at| d.labels[at].span.source);
        let range = main.map_or_else(lsp_types::Range::default, |at| self.range(d.labels[at].span));
        let mut lines = vec![screen.text(d.message.get(self.language))];
        lines.extend(main.map(|at| screen.text(d.labels[at].message.get(self.language))).filter(|t| !t.is_empty()));
        lines.extend(note_lines(d, self.language).iter().flatten().map(|line| screen.text(line)));
        let others = d.labels.iter().enumerate().filter(|(at, _)| Some(*at) != main).map(|(_, l)| l);
        let related: Vec<DiagnosticRelatedInformation> = others
            .filter_map(|l| {
                let message = screen.text(l.message.get(self.language));
                let message = if message.is_empty() { screen.text(d.message.get(self.language)) } else { message };
                Some(DiagnosticRelatedInformation { location: self.location(l.span)?, message })
            })
            .collect();
        let shown = lsp_types::Diagnostic {
            range,
            severity: Some(match d.severity {
                Severity::Error => DiagnosticSeverity::ERROR,
                Severity::Warning => DiagnosticSeverity::WARNING,
                Severity::Note => DiagnosticSeverity::INFORMATION,
            }),
            code: Some(NumberOrString::String(d.code.text())),
            code_description: None,
            source: Some("filingc".to_owned()),
            message: lines.join("\n"),
            related_information: (!related.is_empty()).then_some(related),
            tags: None,
            data: None,
        };
        (source, shown)
    }
}

/// The address of a text of the rules.
pub fn rule_uri(path: &Path, is_bundled: bool) -> Option<Uri> {
    if is_bundled { place::bundled(&path.display().to_string()) } else { place::uri(path) }
}
