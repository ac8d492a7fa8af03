//! Checks whose format wants all filings at once: JUnit, SARIF, workflow commands of GitHub.

use super::super::exchange::{self, Facts};
use super::super::{Format, Global, junit, load, output, rules};
use super::CheckArgs;
use super::work::Run;
use crate::diagnostic::{Diagnostic, Diagnostics, Severity};
use crate::driver::{self, Checked};
use crate::host::bulk::Items;
use crate::host::filing::{self, Filing};
use crate::host::input::{Inputs, Item};
use crate::pack::Ruleset;
use crate::source::SourceMap;
use std::collections::BTreeMap;

/// Checks everything, then writes one document. The ruleset comes with whether it is part of the program.
pub(super) fn run(
    run: &Run<'_>,
    mut inputs: Inputs<'_>,
    problems: &[Diagnostic],
    mut sources: SourceMap,
    (ruleset, is_bundled): (&Ruleset, bool),
    args: &CheckArgs,
    global: &Global,
) -> u8 {
    let language = global.language();
    let mut told: Vec<Diagnostic> = problems.to_vec();
    let mut checked: Vec<(String, Checked)> = Vec::new();
    while let Some(item) = inputs.next() {
        let mut problems = Diagnostics::new();
        let (name, filing) = match item {
            Item::Told(_, list) => {
                told.extend(list);
                continue;
            }
            Item::Heads(..) => continue,
            Item::Manifest(path, format) => {
                let filing = Filing::open(&path, run.stdin_name, &mut sources, &mut problems);
                (filing::name(&path, run.stdin_name), filing.map(|f| f.in_form(format)))
            }
            Item::Part(part) => (part.name(), Filing::of_part(*part, &mut sources, &mut problems)),
        };
        let c = match filing {
            Some(filing) => {
                let document =
                    filing.read_with(run.records, run.book.schema(), run.options.today, run.documents, &mut sources, &mut problems);
                driver::check(run.book, &sources, document, problems, &run.options)
            }
            None => {
                let on = run.options.on.unwrap_or(run.options.today);
                Checked::unusable(problems.into_sorted(), on)
            }
        };
        checked.push((name, c));
    }
    let unusable = told.iter().any(|d| d.severity == Severity::Error);
    let text = match global.output_format {
        Some(Format::Junit) => junit::check(&checked, &told, &sources, language),
        _ => {
            let all: Vec<Diagnostic> = told.iter().chain(checked.iter().flat_map(|(_, c)| &c.diagnostics)).cloned().collect();
            // SARIF describes the rules; workflow commands do not.
            let rules = match global.output_format {
                Some(Format::Sarif) => {
                    let Some(program) = load::program(global, run.book) else { return 2 };
                    exchange::described(&rules::rows(&program, &sources))
                }
                _ => BTreeMap::new(),
            };
            let is_successful = !unusable && checked.iter().all(|(_, c)| c.report.is_some());
            let facts = Facts { rules, ruleset: Some(ruleset.clone()), is_bundled, is_successful };
            exchange::text(&all, &sources, global, &facts)
        }
    };
    let written = global.quiet > 1 || output::result(global, text);
    let list: Vec<Checked> = checked.into_iter().map(|(_, c)| c).collect();
    let code = driver::exit_code(&list, args.allow_incomplete, run.fails_on_warnings);
    std::mem::forget(sources);
    if unusable || !written { 2 } else { code }
}
