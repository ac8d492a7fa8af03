//! What the rules want to know about a manifest text.

use crate::diagnostic::Diagnostics;
use crate::driver::{self, Options, Rulebook};
use crate::eval::{self, Machine, Outcome, Tri, Weight};
use crate::manifest::{self, Document, Format};
use crate::pack::NONE;
use crate::source::{SourceKind, SourceMap};
use crate::value::{Date, Schema, Value, plain_path};
use std::collections::BTreeSet;

/// What came of checking a text.
#[derive(Clone, Debug, Default)]
pub struct Needs {
    /// Facts that are missing, as paths without items of lists.
    pub missing: BTreeSet<String>,
    /// Codes of what the reader found wrong with the text.
    pub faults: Vec<String>,
}

fn read(book: &Rulebook, sources: &mut SourceMap, text: &str, today: Date) -> (Document, Diagnostics) {
    let id = sources.add("manifest.toml", text.to_owned(), SourceKind::Manifest);
    let mut problems = Diagnostics::new();
    let document = manifest::read(sources, id, Format::Toml, &book.index.schema, today, &mut problems);
    (document, problems)
}

/// Checks a text, which joins the texts of the rules in `sources`, and tells what is missing: facts that leave a rule undecided, and absent facts for which a rule is violated.
pub fn of_text(book: &Rulebook, sources: &mut SourceMap, text: &str, today: Date) -> Needs {
    let (document, problems) = read(book, sources, text, today);
    let faults: Vec<String> = problems.iter().filter(|d| d.severity == crate::diagnostic::Severity::Error).map(|d| d.code.text()).collect();
    let options = Options { region: None, on: None, today, strict: false, require_look_ups: false, detailed: false };
    let stated = document.clone();
    let checked = driver::check(book, sources, document, problems, &options);
    let mut missing = BTreeSet::new();
    let rules = checked.report.map(|r| r.rules).unwrap_or_default();
    for rule in rules.iter().filter(|r| r.weight == Weight::Decides) {
        let paths = match rule.outcome {
            Outcome::Undetermined if rule.keeps_incomplete => &rule.missing,
            Outcome::Violated => &rule.paths,
            _ => continue,
        };
        missing.extend(paths.iter().map(|p| plain_path(p)).filter(|p| !is_stated(&book.index.schema, &stated, p)));
    }
    Needs { missing, faults }
}

/// Whether a field is stated; for a field of list items, in every item.
fn is_stated(schema: &Schema, document: &Document, path: &str) -> bool {
    fn walk(schema: &Schema, document: &Document, record: crate::value::RecordId, base: u32, names: &[&str]) -> bool {
        let Some((name, rest)) = names.split_first() else { return true };
        // A property of a document is stated with it.
        let Some(field) = schema.record(record).find(name) else { return true };
        let slot = base + field.slot;
        let value = document.slots.get(slot as usize).copied().unwrap_or(Value::Unknown);
        match (&field.ty, value) {
            (_, Value::None) => true,
            (_, Value::Unknown) => false,
            (_, _) if rest.is_empty() => true,
            (crate::value::FieldType::Record(id), _) => walk(schema, document, *id, slot + 1, rest),
            (crate::value::FieldType::List { item, .. }, Value::Rows { start, length }) => match **item {
                crate::value::FieldType::Record(id) => {
                    let stride = schema.record(id).n_slots;
                    (0..length).all(|i| walk(schema, document, id, start + i * stride, rest))
                }
                _ => true,
            },
            _ => true,
        }
    }
    let names: Vec<&str> = path.split('.').collect();
    schema.root.is_some_and(|root| walk(schema, document, root, 0, &names))
}

/// The filing type that the rules derive from a text.
pub fn filing_type(book: &Rulebook, sources: &mut SourceMap, text: &str, today: Date) -> Option<String> {
    let (document, _) = read(book, sources, text, today);
    let applies = eval::evaluate_applies(book.view(), &document, today);
    let mut layers: Vec<usize> = Vec::new();
    for (i, layer) in book.index.layers.iter().enumerate() {
        if layer.extends == NONE || (applies[i] == Tri::True && !layer.is_provider) {
            layers.push(i);
        }
    }
    layers.sort_by_key(|l| (book.index.layers[*l].extends != NONE, *l));
    let id = book.filing_types?;
    let law = book.law(layers, &document, today);
    let mut machine = Machine::new(book.view(), &law.active, &document, today);
    match machine.filing_type() {
        Value::Enum(v) => book.schema().enumeration(id).values.get(v as usize).map(|v| v.name.clone()),
        _ => None,
    }
}
