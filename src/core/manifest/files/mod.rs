//! Files that a manifest names: what was found in them goes before what is said of them.
//!
//! In: a document and, for each file that it names, what was seen of it. Out: facts in the document's slots, and `Findings`. No disk is touched
//! here; whoever has one asks `named` and answers `put`.

mod content;
mod diagnostics;

pub use content::Content;

use super::Document;
use crate::diagnostic::{Bilingual, Diagnostic};
use crate::source::Span;
use crate::value::{FILE_FIELDS, FieldType, RecordId, Schema, Value};
use content::{Damage, KNOWN, Kind, spelling};
use diagnostics as say;
use std::path::{Component, Path};

/// A file that a manifest names by a path.
#[derive(Clone, Debug)]
pub struct Named {
    /// The path as written.
    pub path: String,
    /// Where it is written.
    pub span: Span,
    /// The slot of the file's presence.
    slot: u32,
}

/// What was seen where a path leads.
#[derive(Clone, Debug)]
pub enum Seen {
    /// A file.
    File(Content),
    /// Nothing.
    Absent,
    /// It was not looked at, because it may not be.
    Outside(Outside),
    /// Something that cannot be read, and why.
    Unreadable(Bilingual),
}

/// Why a path leads outside of where a manifest may look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outside {
    /// It does not begin in the folder of the manifest.
    Absolute,
    /// It names another machine.
    Network,
    /// It steps up too far.
    Up,
    /// A link on its way leads out.
    Link,
}

/// How a path is written, whatever the system: a manifest means the same on all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Downward from the folder of the manifest.
    Below,
    /// Above that folder.
    Above,
    /// From elsewhere.
    Whole(Outside),
}

/// How a path is written.
pub fn shape(name: &str) -> Shape {
    let bytes = name.as_bytes();
    match bytes {
        [b'/' | b'\\', b'/' | b'\\', ..] => return Shape::Whole(Outside::Network),
        [b'/' | b'\\', ..] => return Shape::Whole(Outside::Absolute),
        [drive, b':', ..] if drive.is_ascii_alphabetic() => return Shape::Whole(Outside::Absolute),
        _ => {}
    }
    let mut depth = 0usize;
    for part in Path::new(name).components() {
        match part {
            Component::Normal(_) => depth += 1,
            Component::CurDir => {}
            Component::ParentDir if depth == 0 => return Shape::Above,
            Component::ParentDir => depth -= 1,
            Component::RootDir | Component::Prefix(_) => return Shape::Whole(Outside::Absolute),
        }
    }
    Shape::Below
}

/// What a host without a disk sees: nothing, and no path that leads elsewhere.
pub fn unseen(document: &mut Document, schema: &Schema) {
    let seen = named(schema, document).into_iter().map(|named| {
        let seen = match shape(&named.path) {
            Shape::Below => Seen::Absent,
            Shape::Above => Seen::Outside(Outside::Up),
            Shape::Whole(why) => Seen::Outside(why),
        };
        (named, seen)
    });
    let seen = seen.collect();
    put(document, seen, false);
}

/// What looking at the files of a manifest brought.
#[derive(Clone, Debug, Default)]
pub struct Findings {
    /// Messages, in the order of the files.
    pub diagnostics: Vec<Diagnostic>,
    /// What keeps the filing from being submitted.
    pub hold: Option<Hold>,
}

/// What keeps a filing from being submitted, the worse one last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Hold {
    /// A file is required and was not seen.
    Missing,
    /// A file cannot be opened.
    Damaged,
}

/// The files that a document names by paths; addresses are left to whoever fetches them.
pub fn named(schema: &Schema, document: &Document) -> Vec<Named> {
    let mut slots = Vec::new();
    if let Some(root) = schema.root {
        slots_of(schema, document, root, 0, &mut slots);
    }
    let mut out = Vec::new();
    for slot in slots {
        let at = slot + 1 + index_of("path");
        let Some(Value::Text(text)) = document.slots.get(at as usize).copied() else { continue };
        let path = document.str(text).to_owned();
        if !path.contains("://") {
            out.push(Named { path, span: document.span(at).value, slot });
        }
    }
    out
}

/// Puts what was seen into a document. With `is_required`, files that were not seen keep the filing from being submitted. Reports F5020 to F5024.
pub fn put(document: &mut Document, seen: Vec<(Named, Seen)>, is_required: bool) {
    let mut found = Findings::default();
    let mut absent = Vec::new();
    for (named, seen) in seen {
        match seen {
            Seen::File(content) => file(document, &named, &content, &mut found),
            Seen::Absent => absent.push(named),
            Seen::Outside(why) => {
                found.diagnostics.push(say::outside(&named, why, is_required));
                found.hold = found.hold.max(is_required.then_some(Hold::Missing));
            }
            Seen::Unreadable(why) => found.damaged(say::unreadable(&named, &why)),
        }
    }
    if is_required && !absent.is_empty() {
        found.diagnostics.extend(absent.iter().map(say::missing));
        found.hold = found.hold.max(Some(Hold::Missing));
    } else if let Some((first, rest)) = absent.split_first() {
        found.diagnostics.push(say::absent(first, rest));
    }
    document.files = found;
}

impl Findings {
    fn damaged(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
        self.hold = Some(Hold::Damaged);
    }
}

fn index_of(field: &str) -> u32 {
    FILE_FIELDS.iter().position(|f| f.0 == field).map_or(0, |i| i as u32)
}

/// The slots of all files inside a record whose fields begin at `base`.
fn slots_of(schema: &Schema, document: &Document, record: RecordId, base: u32, out: &mut Vec<u32>) {
    for field in &schema.record(record).fields {
        let slot = base + field.slot;
        let value = document.slots.get(slot as usize).copied();
        match (&field.ty, value) {
            (FieldType::File, Some(Value::Present)) => out.push(slot),
            (FieldType::Record(inner), Some(Value::Present)) => slots_of(schema, document, *inner, slot + 1, out),
            (FieldType::List { item, .. }, Some(Value::Rows { start, length })) => match **item {
                FieldType::Record(inner) => {
                    let stride = schema.record(inner).n_slots;
                    (0..length).for_each(|i| slots_of(schema, document, inner, start + i * stride, out));
                }
                FieldType::File => out.extend((0..length).map(|i| start + i * FieldType::File.n_slots(&schema.records))),
                _ => {}
            },
            _ => {}
        }
    }
}

fn file(document: &mut Document, named: &Named, content: &Content, found: &mut Findings) {
    let kb = content.kb();
    let said = stated(document, named.slot, "kb");
    found.diagnostics.extend(match said {
        Value::Int(n) if n != kb => Some(say::other_size(named, place(document, named.slot, "kb"), kb, n)),
        _ => None,
    });
    fill(document, named.slot, "kb", Value::Int(kb));
    if content.n_bytes == 0 {
        return found.damaged(say::damaged(named, Damage::Empty));
    }
    let ending = Path::new(&named.path).extension().map(|e| spelling(&e.to_string_lossy()));
    let kind = content.kind();
    let format = match kind {
        Kind::Picture(format) => format,
        Kind::Pdf => "pdf",
        // A name that promises a picture or a PDF is all there is to go by; other types are left to the rules.
        Kind::Unknown => {
            if ending.as_deref().is_some_and(|e| KNOWN.contains(&e)) {
                found.damaged(say::damaged(named, Damage::OtherType));
            }
            return;
        }
    };
    if !content.has_end(kind) {
        found.damaged(say::damaged(named, Damage::NoEnd));
    }
    if let Kind::Picture(_) = kind {
        match content.pixels() {
            Ok(Some((width, height))) => {
                fill(document, named.slot, "width_px", Value::Int(width));
                fill(document, named.slot, "height_px", Value::Int(height));
            }
            Ok(None) => {}
            Err(damage) => found.damaged(say::damaged(named, damage)),
        }
    }
    if let Some(ending) = ending.filter(|e| e != format) {
        found.diagnostics.push(say::other_ending(named, format, &ending));
    }
    if let Value::Text(said) = stated(document, named.slot, "format")
        && let said = document.str(said)
        && spelling(said) != format
    {
        found.diagnostics.push(say::other_format(named, place(document, named.slot, "format"), format, said));
    }
    let text = document.intern(format);
    fill(document, named.slot, "format", Value::Text(text));
}

fn stated(document: &Document, slot: u32, field: &str) -> Value {
    document.slots[(slot + 1 + index_of(field)) as usize]
}

/// Where a property is stated, else where the file is named.
fn place(document: &Document, slot: u32, field: &str) -> Span {
    let own = document.span(slot + 1 + index_of(field)).value;
    if own.is_empty() { document.span(slot + 1 + index_of("path")).value } else { own }
}

/// Puts in a property that the file gives. It is found where the manifest states it, else where the file is named.
fn fill(document: &mut Document, slot: u32, field: &str, value: Value) {
    let (at, path) = ((slot + 1 + index_of(field)) as usize, document.span(slot + 1 + index_of("path")));
    document.slots[at] = value;
    if document.spans[at].value.is_empty() {
        document.spans[at] = path;
    }
}
