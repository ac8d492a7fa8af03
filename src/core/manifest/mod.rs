//! Filing manifests, with a place for every key and value.
//!
//! In: a text, the `Schema`, the day. Out: a `Document`; all faults are reported in one run, and a faulty value stays unknown.
//! INVARIANT: the readers of TOML and JSON stay in this folder; identity numbers never reach a message in full.

mod diagnostics;
mod document;
pub mod files;
mod fill;
mod identity;
mod json;
mod toml;

pub use document::{Document, SlotSpan, Unlisted};
pub use files::Hold;

use crate::diagnostic::Diagnostics;
use crate::source::{SourceId, SourceMap, Span};
use crate::value::{Date, DateTime, FieldShape, Schema};
use diagnostics as say;

/// Deepest nesting of a manifest.
const MAX_DEPTH: usize = 64;

/// A form manifests are written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// TOML.
    Toml,
    /// JSON.
    Json,
}

/// The format of a manifest: by its ending, else JSON when it begins with a brace.
pub fn format_of(path: &str, text: &str) -> Format {
    match path.rsplit('.').next() {
        Some("json") => Format::Json,
        Some("toml") => Format::Toml,
        _ if text.trim_start().starts_with('{') => Format::Json,
        _ => Format::Toml,
    }
}

/// A value as written, whatever the format.
#[derive(Clone, Debug)]
pub struct Tree {
    /// The value; for a table, from its header to the end of its last child.
    pub span: Span,
    /// The key, or the header of a table.
    pub key_span: Span,
    /// The value itself.
    pub kind: TreeKind,
}

/// The kinds of values.
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub enum TreeKind {
    Text(String),
    Integer(i64),
    /// In millionths.
    Decimal(i64),
    /// A number that fits none of the types, as written.
    OddNumber(String),
    Bool(bool),
    Date(Date),
    DateTime(DateTime),
    /// JSON's null.
    Null,
    /// Could not be read, and was reported.
    Reported,
    Array(Vec<Tree>),
    /// Name, place of the name, value.
    Table(Vec<(String, Span, Tree)>),
}

/// Reads a manifest. Reports F5 codes.
pub fn read(
    sources: &SourceMap,
    source: SourceId,
    format: Format,
    schema: &Schema,
    today: Date,
    diagnostics: &mut Diagnostics,
) -> Document {
    let file = sources.get(source);
    let text = &file.text;
    let mut document = Document::empty(source, schema);
    if let Some(at) = too_deep(text) {
        diagnostics.report(say::too_deep(Span::new(source, at..at + 1), MAX_DEPTH));
        return document;
    }
    let tree = match format {
        Format::Toml => toml::read(source, file, diagnostics),
        Format::Json => json::read(source, text, diagnostics),
    };
    let Some(tree) = tree else { return document };
    let Some(root) = schema.root else { return document };
    let mut filler = fill::Filler::new(&mut document, schema, sources, today, diagnostics);
    if let TreeKind::Table(pairs) = &tree.kind {
        filler.record(root, 0, pairs);
    } else {
        filler.wrong_shape(&tree);
    }
    document.rows.sort_unstable_by_key(|(slot, _)| *slot);
    document
}

/// Overwrites one field of a document; `base` is the first slot of the field's record.
#[expect(clippy::too_many_arguments, reason = "the reader's whole surroundings")]
pub fn fill_field(
    document: &mut Document,
    schema: &Schema,
    field: &FieldShape,
    base: u32,
    tree: &Tree,
    sources: &SourceMap,
    today: Date,
    diagnostics: &mut Diagnostics,
) {
    fill::Filler::new(document, schema, sources, today, diagnostics).overwrite(field, base, tree);
    document.rows.sort_unstable_by_key(|(slot, _)| *slot);
}

/// The offset of the first bracket that is nested too deep; texts and comments do not count.
fn too_deep(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut depth = 0usize;
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            quote @ (b'"' | b'\'') => {
                let triple = bytes[at..].starts_with(&[quote; 3]);
                at += if triple { 3 } else { 1 };
                while at < bytes.len() {
                    if bytes[at] == b'\\' && quote == b'"' {
                        at += 2;
                        continue;
                    }
                    if triple && bytes[at..].starts_with(&[quote; 3]) {
                        at += 2;
                        break;
                    }
                    if !triple && (bytes[at] == quote || bytes[at] == b'\n') {
                        break;
                    }
                    at += 1;
                }
            }
            b'#' => {
                while at < bytes.len() && bytes[at] != b'\n' {
                    at += 1;
                }
            }
            b'[' | b'{' => {
                depth += 1;
                if depth > MAX_DEPTH {
                    return Some(at);
                }
            }
            b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        at += 1;
    }
    // Dotted keys nest as well: `a.b.c…` on one line before its `=`.
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let key = &line[..line.find(['=', '"', '\'', '#']).unwrap_or(line.len())];
        if key.bytes().filter(|b| *b == b'.').count() > MAX_DEPTH {
            return Some(start);
        }
        start += line.len();
    }
    None
}

/// Bytes to text: without a byte order mark; other encodings are named with the command that converts them. Reports F5012.
pub fn decode(name: &str, mut bytes: Vec<u8>, diagnostics: &mut Diagnostics) -> Option<String> {
    if bytes.starts_with(&[0xef, 0xbb, 0xbf]) {
        bytes.drain(..3);
    }
    match String::from_utf8(bytes) {
        Ok(text) if !text.contains('\0') => Some(text),
        Ok(_) => {
            diagnostics.report(say::not_utf8(name, "UTF-16"));
            None
        }
        Err(error) => {
            let bytes = error.as_bytes();
            let encoding = match bytes {
                [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => "UTF-16",
                _ if looks_like_gbk(bytes) => "GB18030",
                _ => "",
            };
            diagnostics.report(say::not_utf8(name, encoding));
            None
        }
    }
}

/// Whether every byte above ASCII begins a pair of GBK.
fn looks_like_gbk(bytes: &[u8]) -> bool {
    let mut at = 0;
    while at < bytes.len() {
        match (bytes[at], bytes.get(at + 1)) {
            (0..=0x7f, _) => at += 1,
            (0x81..=0xfe, Some(0x40..=0xfe)) => at += 2,
            _ => return false,
        }
    }
    true
}
