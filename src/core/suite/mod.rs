//! The cases of a ruleset: run, judged, counted, and tried against mutated rules.
//!
//! In: a `Rulebook`, its cases, the manifests they name as read texts. Out: `Ran` with a message for every expectation that fails.
//! No file is touched here.

pub mod coverage;
mod diagnostics;
mod judge;
pub mod mutate;
pub mod update;
mod with;

pub use judge::judge;
pub use with::paths_meet;

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::driver::{self, Checked, Options, Rulebook};
use crate::manifest::Document;
use crate::source::{SourceId, SourceMap};
use crate::syntax::ast::{Case, Expect};
use crate::value::Date;
use std::collections::BTreeMap;

/// The manifests that cases start from, each read once for a day.
#[derive(Debug, Default)]
pub struct Manifests {
    read: BTreeMap<(SourceId, Date), (Document, Diagnostics)>,
}

/// A manifest that a case starts from.
pub struct Start<'s> {
    /// Its text.
    pub source: SourceId,
    /// Reads it for a day; whoever has a disk also looks at the files that it names.
    pub read: &'s dyn Fn(Date, &mut Diagnostics) -> Document,
}

/// A case with its manifest as the case changes it.
#[derive(Clone, Debug)]
pub struct Prepared {
    /// Index of the case.
    pub case: usize,
    /// The manifest.
    pub document: Document,
    /// Messages of reading it.
    pub problems: Diagnostics,
    /// The day of the case, else the day of the run.
    pub today: Date,
}

/// What came of one case.
#[derive(Debug)]
pub struct Ran {
    /// One message for each expectation that failed.
    pub faults: Vec<Diagnostic>,
    /// Expectations that failed, by their index, and what was seen instead.
    pub checked: Vec<(usize, Checked)>,
    /// Indices of the layers that applied.
    pub layers: Vec<usize>,
}

impl Manifests {
    /// The manifest of a case, changed as the case says. `start` is the manifest it names.
    ///
    /// # Errors
    /// A message when a line of `with` does not fit the manifest.
    pub fn prepare(
        &mut self,
        index: usize,
        case: &Case,
        book: &Rulebook,
        start: Option<Start<'_>>,
        sources: &SourceMap,
        today: Date,
    ) -> Result<Prepared, Box<Diagnostic>> {
        let schema = &book.index.schema;
        let today = case.on.unwrap_or(today);
        let (mut document, mut problems) = match start {
            Some(start) => {
                let read = || {
                    let mut problems = Diagnostics::new();
                    let document = (start.read)(today, &mut problems);
                    (document, problems)
                };
                self.read.entry((start.source, today)).or_insert_with(read).clone()
            }
            None => (Document::empty(case.title.span.source, schema), Diagnostics::new()),
        };
        for (target, value) in &case.with {
            with::set(&mut document, schema, target, value.as_ref(), today, sources, &mut problems)
                .map_err(|why| Box::new(diagnostics::unfit(target.span, &why)))?;
        }
        Ok(Prepared { case: index, document, problems, today })
    }
}

/// Runs a case.
pub fn run(case: &Case, prepared: &Prepared, book: &Rulebook, sources: &SourceMap) -> Ran {
    let mut ran = Ran { faults: Vec::new(), checked: Vec::new(), layers: Vec::new() };
    for is_strict in [false, true] {
        let expects: Vec<(usize, &Expect)> = case.expect.iter().enumerate().filter(|(_, e)| e.strict == is_strict).collect();
        if expects.is_empty() {
            continue;
        }
        let options =
            Options { region: None, on: case.on, today: prepared.today, strict: is_strict, require_look_ups: false, detailed: true };
        let checked = driver::check(book, sources, prepared.document.clone(), prepared.problems.clone(), &options);
        ran.layers.clone_from(&checked.layers);
        // Of a manifest that could be read in parts only, nothing is expected.
        if checked.report.is_none() || checked.is_partial {
            ran.faults.push(diagnostics::unusable(case.title.span, &checked.diagnostics));
            break;
        }
        let mut failed = None;
        for (index, expect) in expects {
            if let Some(fault) = judge(expect, &checked) {
                ran.faults.push(fault);
                failed.get_or_insert(index);
            }
        }
        if let Some(index) = failed {
            ran.checked.push((index, checked));
        }
    }
    ran
}
