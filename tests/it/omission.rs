//! Nothing that is left out makes a refused filing pass in silence: the refused cases of the rulebook's suite, each stated fact deleted alone.

use crate::support::{bundled_rules, compile, root};
use filingc::diagnostic::Diagnostics;
use filingc::driver::{self, Options, Rulebook};
use filingc::eval::{Outcome, Verdict};
use filingc::manifest::{self, Document, Format, SlotSpan};
use filingc::source::{SourceId, SourceKind};
use filingc::suite::{Manifests, Start};
use filingc::value::{FieldType, RecordId, Schema, Value};
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

/// Slots of the facts that a document states, with their paths; of a file that it is there.
fn stated(schema: &Schema, record: RecordId, base: u32, path: &str, document: &Document, out: &mut Vec<(u32, String)>) {
    for field in &schema.record(record).fields {
        let slot = base + field.slot;
        let path = if path.is_empty() { field.name.clone() } else { format!("{path}.{}", field.name) };
        match (&field.ty, document.slots[slot as usize]) {
            (_, Value::Unknown) => {}
            (FieldType::Record(inner), _) => stated(schema, *inner, slot + 1, &path, document, out),
            (FieldType::List { item, .. }, Value::Rows { start, length }) => {
                let FieldType::Record(inner) = **item else { continue };
                let stride = schema.record(inner).n_slots;
                (0..length).for_each(|n| stated(schema, inner, start + n * stride, &path, document, out));
            }
            _ => out.push((slot, path)),
        }
    }
}

#[test]
fn a_refused_case_of_the_suite_is_never_ready_because_a_fact_is_left_out() {
    let (compiled, diagnostics, mut sources) = compile(&bundled_rules());
    assert!(diagnostics.iter().all(|d| d.severity != filingc::Severity::Error));
    let cases = compiled.cases.clone();
    let book = Rulebook::new(compiled, &sources).expect("the rules fit");
    // Every manifest once, before anything is read.
    let mut files: BTreeMap<PathBuf, SourceId> = BTreeMap::new();
    let file_of = |case: &filingc::syntax::ast::Case, sources: &filingc::SourceMap| {
        let rules = root().join(&sources.get(case.title.span.source).name);
        case.manifest.as_ref().map(|m| rules.parent().expect("a file lies in a folder").join(&m.value))
    };
    for (_, case) in &cases {
        if let Some(path) = file_of(case, &sources) {
            let text = std::fs::read_to_string(&path).expect("the manifest of a case is readable");
            files.entry(path.clone()).or_insert_with(|| sources.add(path.display().to_string(), text, SourceKind::Manifest));
        }
    }
    let schema = &book.index.schema;
    let root_record = schema.root.expect("there is a manifest");
    let mut manifests = Manifests::default();
    // Every rule that some case breaks, by the first filings that do.
    let mut seen: BTreeSet<u32> = BTreeSet::new();
    let (mut n_filings, mut n_omissions, mut silent) = (0, 0, Vec::new());
    for (i, (_, case)) in cases.iter().enumerate() {
        let today = case.on.unwrap_or(jiff::civil::date(2026, 11, 23));
        let Some(id) = file_of(case, &sources).map(|path| files[&path]) else { continue };
        let read = |day, problems: &mut Diagnostics| manifest::read(&sources, id, Format::Toml, schema, day, problems);
        let prepared = manifests.prepare(i, case, &book, Some(Start { source: id, read: &read }), &sources, today);
        let prepared = prepared.unwrap_or_else(|why| panic!("{}: {}", case.title.value, why.message.en));
        let verdict = |document: &Document| {
            let outcomes = driver::evaluate(&book, document, today, false, false);
            (outcomes.verdict(&book), outcomes)
        };
        let (found, outcomes) = verdict(&prepared.document);
        let violated: Vec<u32> = outcomes
            .law
            .active
            .rules
            .iter()
            .zip(&outcomes.all.ended)
            .filter(|(_, e)| e.outcome == Outcome::Violated)
            .map(|(r, _)| r.rule)
            .collect();
        if found != Verdict::Rejected || prepared.document.flaw.is_some() || violated.iter().all(|rule| seen.contains(rule)) {
            continue;
        }
        seen.extend(violated);
        n_filings += 1;
        let mut facts = Vec::new();
        stated(schema, root_record, 0, "", &prepared.document, &mut facts);
        for (slot, path) in facts {
            n_omissions += 1;
            let mut document = prepared.document.clone();
            (document.slots[slot as usize], document.spans[slot as usize]) = (Value::Unknown, SlotSpan::default());
            let (found, _) = verdict(&document);
            if !matches!(found, Verdict::Ready | Verdict::NotRequired) {
                continue;
            }
            let options = Options { region: None, on: case.on, today, strict: false, require_look_ups: false, detailed: false };
            let checked = driver::check(&book, &sources, document, Diagnostics::new(), &options);
            let reach = checked.reach(&book).expect("it can be checked");
            let is_named = reach
                .facts
                .iter()
                .map(|f| filingc::value::plain_path(&f.path))
                .any(|fact| fact == path || path.starts_with(&format!("{fact}.")) || fact.starts_with(&format!("{path}.")));
            if !is_named {
                silent.push(format!("{}: {} without {path}", case.title.value, found.key()));
            }
        }
    }
    assert!(seen.len() > 250 && n_omissions > 5_000, "{} rules broken by {n_filings} filings, {n_omissions} omissions", seen.len());
    assert!(silent.is_empty(), "of {n_omissions} omissions in {n_filings} filings {} are silent:\n{}", silent.len(), silent.join("\n"));
}
