//! What a lint sees, and how it speaks.

use super::{Level, Lint};
use crate::diagnostic::{Bilingual, CodeOf, Diagnostic, Severity};
use crate::hir::{LayerId, Program};
use crate::source::{SourceMap, Span};
use crate::syntax::ast;
use crate::value::Date;
use std::collections::BTreeMap;

/// What is looked at.
#[derive(Clone, Copy, Debug)]
pub struct Input<'a> {
    /// The texts.
    pub sources: &'a SourceMap,
    /// The rule files as written.
    pub files: &'a [ast::File],
    /// The typed program, without errors.
    pub program: &'a Program,
    /// Its cases with the layer of their file.
    pub cases: &'a [(Option<LayerId>, ast::Case)],
    /// What the compiler said.
    pub warnings: &'a [Diagnostic],
}

/// A word with the one to be used in its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term {
    /// The word to use.
    pub use_word: String,
    /// Words not to use.
    pub not: Vec<String>,
    /// Longer words in which those are right.
    pub except: Vec<String>,
    /// Whether it is about Chinese texts.
    pub is_chinese: bool,
}

/// How lints are to run.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Levels that differ from the default, by the name of the lint.
    pub levels: BTreeMap<String, Level>,
    /// The day that ages are counted to.
    pub on: Date,
    /// Months after which a source was read too long ago.
    pub old_months: i32,
    /// Days before the end of a version at which it is reported.
    pub ends_days: i32,
    /// The words of `discouraged-term`.
    pub terms: Vec<Term>,
}

impl Settings {
    /// The default levels and limits, for a day.
    pub fn new(on: Date) -> Self {
        Settings { levels: BTreeMap::new(), on, old_months: 24, ends_days: 60, terms: Vec::new() }
    }

    /// The level of a lint.
    pub fn level(&self, lint: &Lint) -> Level {
        self.levels.get(lint.name).copied().unwrap_or(lint.level)
    }
}

/// What one lint works with.
pub(crate) struct Context<'a> {
    pub(crate) sources: &'a SourceMap,
    pub(crate) files: &'a [ast::File],
    pub(crate) program: &'a Program,
    pub(crate) cases: &'a [(Option<LayerId>, ast::Case)],
    pub(crate) warnings: &'a [Diagnostic],
    pub(crate) settings: &'a Settings,
    name: &'static str,
    pub(super) found: Vec<Diagnostic>,
}

impl<'a> Context<'a> {
    pub(super) fn new(input: &Input<'a>, settings: &'a Settings, lint: &'static Lint) -> Self {
        let Input { sources, files, program, cases, warnings } = *input;
        Context { sources, files, program, cases, warnings, settings, name: lint.name, found: Vec::new() }
    }

    /// A finding at a place; the label says why.
    pub(crate) fn finding(&self, span: Span, message: Bilingual, label: Bilingual) -> Diagnostic {
        finding(self.name, span, message, label)
    }

    /// Takes a finding.
    pub(crate) fn report(&mut self, finding: Diagnostic) {
        self.found.push(finding);
    }

    /// All declarations.
    pub(crate) fn items(&self) -> impl Iterator<Item = &'a ast::Item> + use<'a> {
        self.files.iter().flat_map(|f| &f.items)
    }

    /// The text as written.
    pub(crate) fn text(&self, span: Span) -> &'a str {
        self.sources.slice(span)
    }
}

/// A finding of a lint.
pub(super) fn finding(name: &'static str, span: Span, message: Bilingual, label: Bilingual) -> Diagnostic {
    Diagnostic::with_code(CodeOf::Lint(name), Severity::Warning, message).primary(span, label)
}
