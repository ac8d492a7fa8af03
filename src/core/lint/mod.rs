//! Rules that compile and are likely not what was meant.
//!
//! In: parsed files, the typed program, what the compiler warned of, settings. Out: findings, diagnostics whose code is the name of a lint, some
//! with a fix; and texts with fixes applied. INVARIANT: no file, clock or environment is touched; a finding that claims something of every filing
//! was proved on the decidable core, and where no proof is found nothing is said.

mod allow;
mod context;
mod fix;
mod lints;
mod walk;

pub use context::{Input, Settings, Term};
pub use fix::{Fixed, apply};
pub use lints::LINTS;

use crate::diagnostic::{Code, CodeOf, Diagnostic, Diagnostics, Severity};
use context::Context;

/// How a lint is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Not run.
    Allow,
    /// A warning.
    Warn,
    /// An error.
    Deny,
}

impl Level {
    /// As written in `filingc.toml`.
    pub fn key(self) -> &'static str {
        match self {
            Level::Allow => "allow",
            Level::Warn => "warn",
            Level::Deny => "deny",
        }
    }

    /// From `filingc.toml`.
    pub fn from_key(text: &str) -> Option<Level> {
        [Level::Allow, Level::Warn, Level::Deny].into_iter().find(|l| l.key() == text)
    }
}

/// A lint: what it is called, and how it looks.
pub struct Lint {
    /// As in `filingc.toml` and in `// allow(…)`.
    pub name: &'static str,
    /// One line in English and Chinese.
    pub title: (&'static str, &'static str),
    /// The level where nobody says otherwise.
    pub level: Level,
    /// Whether `--fix` mends some of its findings.
    pub is_fixable: bool,
    /// The page that `filingc explain` shows.
    pub page: &'static str,
    pub(crate) check: fn(&mut Context<'_>),
}

impl std::fmt::Debug for Lint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}

/// A lint by its name.
pub fn find(name: &str) -> Option<&'static Lint> {
    LINTS.iter().find(|l| l.name == name)
}

/// All findings, sorted by place. Lints that are allowed do not run.
pub fn run(input: &Input<'_>, settings: &Settings) -> Vec<Diagnostic> {
    let mut found = Diagnostics::new();
    for lint in LINTS.iter().filter(|l| settings.level(l) != Level::Allow) {
        let mut context = Context::new(input, settings, lint);
        (lint.check)(&mut context);
        for d in context.found {
            found.report(d);
        }
    }
    let mut list = allow::filter(input, settings, found.into_sorted());
    for d in &mut list {
        let CodeOf::Lint(name) = d.code else { continue };
        let level = find(name).map_or(Level::Warn, |l| settings.level(l));
        d.severity = if level == Level::Deny { Severity::Error } else { Severity::Warning };
    }
    list
}

/// All there is to say of rules that compile, sorted by place: what lints find, and warnings that are no lints, such as full-width punctuation.
pub fn findings(input: &Input<'_>, settings: &Settings) -> Vec<Diagnostic> {
    let mut findings = run(input, settings);
    let is_lint = |d: &Diagnostic| matches!(d.code, CodeOf::Catalog(Code::UnusedParameter | Code::MissingTranslation));
    findings.extend(input.warnings.iter().filter(|d| !is_lint(d)).cloned());
    findings.sort_by_key(|d| d.labels.first().map(|l| (l.span.source, l.span.start)));
    findings
}
