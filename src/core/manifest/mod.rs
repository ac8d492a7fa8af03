//! Filing manifests, with a place for every key and value.
//!
//! In: a text, the `Schema`, the day. Out: a `Document`; all faults are reported in one run, and a faulty value stays unknown.
//! INVARIANT: the readers of TOML and JSON stay in this folder; what a private field holds is marked in the source before anything is said of it.

mod diagnostics;
mod document;
pub mod files;
mod fill;
mod identity;
mod json;
mod kinds;
mod lines;
mod look_up;
mod mend;
mod path;
mod toml;

pub use document::{Document, Flaw, SlotSpan, Unlisted, Unusable};
pub use files::Hold;
pub use look_up::{LookUps, LookedUp, Record, Records, field_type};
pub use path::Places;

use crate::diagnostic::{Bilingual, Diagnostics, Severity};
use crate::source::{Origin, SourceFile, SourceId, SourceKind, SourceMap, Span, hidden};
use crate::value::{Date, DateTime, FieldShape, Schema};
use diagnostics as say;

/// Deepest nesting of a manifest.
const MAX_DEPTH: usize = 64;

/// Longest line of a stream that is taken, in bytes: filings have a few thousand.
pub const MAX_LINE: usize = 4 * 1024 * 1024;

/// Takes the line break from a line of a stream, and from the first one the byte order mark.
pub fn trim_line(number: usize, bytes: &mut Vec<u8>) {
    if bytes.last() == Some(&b'\n') {
        bytes.pop();
    }
    if bytes.last() == Some(&b'\r') {
        bytes.pop();
    }
    if number == 1 && bytes.starts_with(&[0xef, 0xbb, 0xbf]) {
        bytes.drain(..3);
    }
}

/// Takes a line of a stream into the map. Reports F5012 and F5014.
pub fn open_line(file: &str, line: usize, bytes: Vec<u8>, sources: &mut SourceMap, diagnostics: &mut Diagnostics) -> Option<SourceId> {
    if bytes.len() > MAX_LINE {
        line_too_long(file, line, bytes.len() as u64, sources, diagnostics);
        return None;
    }
    let (text, why) = match String::from_utf8(bytes) {
        Ok(text) if !text.contains('\0') => (text, None),
        Ok(_) => (String::new(), Some(say::nul_in_line())),
        Err(_) => (String::new(), Some(say::line_not_utf8())),
    };
    let id = sources.add_part(file.to_owned(), text, SourceKind::Manifest, Origin::Line(line));
    match why {
        Some(why) => {
            diagnostics.report(why.primary(Span::new(id, 0..0), Bilingual::default()));
            None
        }
        None => Some(id),
    }
}

/// Says of a line that it is longer than `MAX_LINE`. Reports F5014.
pub fn line_too_long(file: &str, line: usize, n_bytes: u64, sources: &mut SourceMap, diagnostics: &mut Diagnostics) {
    let id = sources.add_part(file.to_owned(), "", SourceKind::Manifest, Origin::Line(line));
    diagnostics.report(say::line_too_long(n_bytes, MAX_LINE).primary(Span::new(id, 0..0), Bilingual::default()));
}

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

/// What a reader made of a text.
struct Read {
    tree: Tree,
    /// Parts of the text could not be read.
    is_partial: bool,
    /// First places of keys that are given twice: nothing is known of their values.
    duplicates: Vec<Span>,
}

/// Reads a manifest. Reports F5 codes; what has a fault of form is unknown, what else is there is read all the same.
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
    document.flaw = Some(Flaw::Unreadable);
    if let Some(at) = too_deep(text) {
        diagnostics.report(say::too_deep(Span::new(source, at..at + 1), MAX_DEPTH));
        return document;
    }
    // Records of streams and rows of tables are what their file says they are.
    let is_whole = file.origin == crate::source::Origin::Whole;
    if let Some((kind, place)) = kinds::of_text(text, format).filter(|_| is_whole) {
        hide_numbers_in(file, 0..text.len());
        diagnostics.report(say::other_kind(Span::new(source, place), kind));
        return document;
    }
    let read = match format {
        Format::Toml => Some(toml::read(source, file, diagnostics)),
        Format::Json => json::read(source, file, diagnostics),
    };
    hidden_characters(source, text, read.as_ref().map(|r| &r.tree), diagnostics);
    let Some(Read { tree, is_partial, duplicates }) = read else { return document };
    let Some(root) = schema.root else { return document };
    if let Some(kind) = kinds::of_tree(&tree, schema).filter(|_| !is_partial && is_whole) {
        hide_numbers_in(file, 0..text.len());
        let first = match &tree.kind {
            TreeKind::Table(pairs) => pairs.first().map_or(tree.span, |p| p.1),
            _ => Span { end: tree.span.start + 1, ..tree.span },
        };
        diagnostics.report(say::other_kind(first, kind));
        return document;
    }
    let TreeKind::Table(pairs) = &tree.kind else {
        fill::Filler::new(&mut document, schema, sources, today, diagnostics).wrong_shape(&tree);
        return document;
    };
    let n_before = diagnostics.len();
    fill::Filler::new(&mut document, schema, sources, today, diagnostics).record(root, 0, pairs);
    let has_faults = !duplicates.is_empty() || diagnostics.iter().skip(n_before).any(|d| d.severity == Severity::Error);
    document.forget(&duplicates);
    document.rows.sort_unstable_by_key(|(slot, _)| *slot);
    let is_nothing = || document.spans.iter().all(|s| s.key.is_empty() && s.value.is_empty());
    document.flaw = match (is_partial, has_faults) {
        (true, _) if is_nothing() => Some(Flaw::Unreadable),
        (true, _) => Some(Flaw::Partial),
        (false, true) => Some(Flaw::Form),
        (false, false) => None,
    };
    document
}

/// A value that says nothing and that nobody asks for.
pub(crate) fn blank_value(span: Span) -> crate::diagnostic::Diagnostic {
    say::blank_value(span)
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
    let n_before = diagnostics.len();
    fill::Filler::new(document, schema, sources, today, diagnostics).overwrite(field, base, tree);
    if diagnostics.iter().skip(n_before).any(|d| d.severity == Severity::Error) {
        document.flaw = document.flaw.max(Some(Flaw::Form));
    }
    document.rows.sort_unstable_by_key(|(slot, _)| *slot);
}

/// Most hidden characters of a manifest that are told one by one.
const MAX_HIDDEN: usize = 20;

/// Reports characters that nobody sees: as they stand, and those that a value writes as escapes.
fn hidden_characters(source: SourceId, text: &str, tree: Option<&Tree>, diagnostics: &mut Diagnostics) {
    let mut found: Vec<(Span, char)> = Vec::new();
    let is_plain = |b: &u8| matches!(b, b' '..=b'~' | b'\t' | b'\n' | b'\r');
    if !text.bytes().all(|b| is_plain(&b)) || text.contains('\r') {
        let is_odd = |(at, c): &(usize, char)| hidden(*c).is_some() && !(*c == '\r' && text[at + 1..].starts_with('\n'));
        found.extend(text.char_indices().filter(is_odd).map(|(at, c)| (Span::new(source, at..at + c.len_utf8()), c)));
    }
    if let Some(tree) = tree {
        escaped_characters(text, tree, &mut found);
    }
    found.sort_by_key(|(span, _)| span.start);
    let n_more = found.len().saturating_sub(MAX_HIDDEN);
    for (i, (span, c)) in found.iter().take(MAX_HIDDEN).enumerate() {
        if let Some(name) = hidden(*c) {
            diagnostics.report(say::hidden_character(*span, *c, name, if i + 1 == MAX_HIDDEN { n_more } else { 0 }));
        }
    }
}

fn escaped_characters(text: &str, tree: &Tree, found: &mut Vec<(Span, char)>) {
    match &tree.kind {
        TreeKind::Table(pairs) => pairs.iter().for_each(|(.., t)| escaped_characters(text, t, found)),
        TreeKind::Array(items) => items.iter().for_each(|t| escaped_characters(text, t, found)),
        TreeKind::Text(value) => {
            let written = text.get(tree.span.range()).unwrap_or("");
            // One that stands there as itself was found.
            let escaped = value.chars().find(|c| hidden(*c).is_some() && !written.contains(*c));
            found.extend(escaped.map(|c| (tree.span, c)));
        }
        _ => {}
    }
}

/// Fewest digits of a number that is kept private where nobody knows what it is: in a line that cannot be read, under an unknown key.
const DIGITS_OF_PRIVATE: usize = 7;

/// Marks long numbers in a value of which nothing is known.
fn hide_numbers(sources: &SourceMap, tree: &Tree) {
    match &tree.kind {
        TreeKind::Table(pairs) => pairs.iter().for_each(|(.., t)| hide_numbers(sources, t)),
        TreeKind::Array(items) => items.iter().for_each(|t| hide_numbers(sources, t)),
        _ => hide_numbers_in(sources.get(tree.span.source), tree.span.range()),
    }
}

/// Marks long numbers in a part of a text.
fn hide_numbers_in(file: &SourceFile, part: std::ops::Range<usize>) {
    let text = file.text.get(part.clone()).unwrap_or("");
    for word in text.split(|c| !crate::source::is_word(c)) {
        let is_number = word.bytes().filter(u8::is_ascii_digit).count() >= DIGITS_OF_PRIVATE;
        if is_number && !crate::source::is_organisation(word) {
            let start = part.start + (word.as_ptr() as usize - text.as_ptr() as usize);
            file.private().add(start..start + word.len(), word);
        }
    }
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
    if let Some(kind) = kinds::of_bytes(&bytes) {
        diagnostics.report(say::no_text(name, kind));
        return None;
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
