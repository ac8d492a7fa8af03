//! What registers returned, read from a file: a record in each line, or in each row of a table.

use super::filing::Filing;
use super::input::{Inputs, Item};
use super::table;
use crate::diagnostic::{Diagnostic, Diagnostics, Severity};
use crate::manifest::{self, LookUps, Record, Records};
use crate::source::{SourceFile, SourceMap};
use crate::value::{Date, Schema};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Reads a file of records: JSON Lines, CSV, XLSX, or one record as JSON. All of them are kept, with what they are about as their index.
///
/// # Errors
/// A file that cannot be read, or records that do not say what they are about; with the texts that the messages are about.
pub fn read(path: &Path, look_ups: LookUps, schema: &Schema, today: Date) -> Result<Records, (Vec<Diagnostic>, SourceMap)> {
    let (mut sources, mut problems) = (SourceMap::default(), Diagnostics::new());
    let mut records = Records::new(super::filing::name(path, None), look_ups);
    let shapes = Arc::new(schema.clone());
    let open = move |opened, kind| table::open_records(opened, kind, &shapes);
    let mut inputs = Inputs::new(vec![PathBuf::from(path)], None, None, Box::new(open));
    while let Some(item) = super::bulk::Items::next(&mut inputs) {
        let record = match item {
            Item::Heads(..) => None,
            Item::Told(_, list) => {
                for d in list {
                    problems.report(d);
                }
                None
            }
            Item::Manifest(path, format) => {
                let filing = Filing::open(&path, None, &mut sources, &mut problems);
                filing.map(|filing| {
                    let file = sources.get(filing.source);
                    record_of(file, format.unwrap_or_else(|| manifest::format_of(&file.name, &file.text)))
                })
            }
            Item::Part(part) => {
                let n_before = problems.iter().filter(|d| d.severity == Severity::Error).count();
                let opened = part.open(&mut sources, &mut problems);
                let is_whole = problems.iter().filter(|d| d.severity == Severity::Error).count() == n_before;
                opened.filter(|_| is_whole).map(|(id, format)| record_of(sources.get(id), format))
            }
        };
        if let Some(record) = record {
            // The record brings its text along; what is left in the map are those with problems.
            sources.truncate(sources.len() - 1);
            records.add(record, schema, today, &mut sources, &mut problems);
        }
    }
    if problems.has_errors() { Err((problems.into_sorted(), sources)) } else { Ok(records) }
}

fn record_of(file: &SourceFile, format: manifest::Format) -> Record {
    Record { text: file.text.to_string(), format, origin: file.origin.clone() }
}
