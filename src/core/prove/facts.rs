//! The places of a document: every fact that a filing states or could state, with its path, its type and who knows it.

use crate::hir::FactKind;
use crate::manifest::Document;
use crate::value::{FILE_FIELDS, FieldType, Pool, RecordId, Schema, Value};
use rustc_hash::FxHashMap;

/// A place of a document.
#[derive(Clone, Debug)]
pub struct Place {
    /// Its slot.
    pub slot: u32,
    /// As a filer writes it: `service["shop"].principal.phone`.
    pub path: String,
    /// The name of its field.
    pub name: String,
    /// Its type; a property of a document has the type of the property.
    pub ty: FieldType,
    /// Who knows it; what is said of a record holds for what is in it.
    pub kind: FactKind,
    /// Whether it may be declared not to exist.
    pub is_optional: bool,
    /// Whether its values belong to a person.
    pub is_private: bool,
    /// Whether it is a property of a document.
    pub is_property: bool,
    /// Whether it is an item of a list of plain values.
    pub is_item: bool,
    /// Whether it names the items of its list.
    pub is_key: bool,
    /// The place of the record or document it lies in.
    pub parent: Option<usize>,
    /// First slot of the item of a list it lies in, not deeper in a record: where it would be written.
    pub row: Option<u32>,
}

/// All places of a document, by slot.
#[derive(Clone, Debug, Default)]
pub struct Places {
    /// The places; parents come before what lies in them.
    pub list: Vec<Place>,
    by_slot: FxHashMap<u32, usize>,
}

struct Around {
    path: String,
    kind: FactKind,
    is_private: bool,
    parent: Option<usize>,
    row: Option<u32>,
    depth: usize,
}

/// Deepest nesting of records that is looked at; the reader of manifests allows no more.
const MAX_DEPTH: usize = 64;

/// All places of a document.
pub fn places(schema: &Schema, document: &Document) -> Places {
    let mut out = Places::default();
    if let Some(root) = schema.root {
        let around = Around { path: String::new(), kind: FactKind::Stated, is_private: false, parent: None, row: None, depth: 0 };
        out.record(schema, document, root, 0, None, &around);
    }
    out
}

impl Places {
    /// The index of the place of a slot.
    pub fn at(&self, slot: u32) -> Option<usize> {
        self.by_slot.get(&slot).copied()
    }

    /// The place of a slot.
    pub fn get(&self, slot: u32) -> Option<&Place> {
        self.at(slot).map(|i| &self.list[i])
    }

    fn record(&mut self, schema: &Schema, document: &Document, record: RecordId, base: u32, key: Option<u16>, around: &Around) {
        if around.depth > MAX_DEPTH {
            return;
        }
        for (i, field) in schema.record(record).fields.iter().enumerate() {
            let slot = base + field.slot;
            let path = if around.path.is_empty() { field.name.clone() } else { format!("{}.{}", around.path, field.name) };
            let kind = around.kind.max(field.kind);
            let is_private = around.is_private || field.is_private || matches!(&field.ty, FieldType::Scalar(scalar) if scalar.is_private());
            let place = Place {
                slot,
                path: path.clone(),
                name: field.name.clone(),
                ty: field.ty.clone(),
                kind,
                is_optional: field.is_optional,
                is_private,
                is_property: false,
                is_item: false,
                is_key: key == u16::try_from(i).ok() && key.is_some(),
                parent: around.parent,
                row: around.row,
            };
            let index = self.add(place.clone());
            match &field.ty {
                FieldType::Record(inner) => {
                    let within = Around { path, kind, is_private, parent: Some(index), row: None, depth: around.depth + 1 };
                    self.record(schema, document, *inner, slot + 1, None, &within);
                }
                FieldType::File => {
                    for (n, (name, ty, ..)) in (1u32..).zip(FILE_FIELDS) {
                        self.add(Place {
                            slot: slot + n,
                            path: format!("{path}.{name}"),
                            name: (*name).to_owned(),
                            ty: ty.clone(),
                            is_optional: true,
                            is_property: true,
                            is_key: false,
                            parent: Some(index),
                            row: None,
                            ..place.clone()
                        });
                    }
                }
                FieldType::List { item, key } => {
                    if let (FieldType::Record(inner), Value::Rows { start, length }) = (&**item, document.slots[slot as usize]) {
                        for n in 0..length {
                            let row = start + n * schema.record(*inner).n_slots;
                            let name = item_name(schema, document, *inner, *key, row).unwrap_or_else(|| format!("[{}]", n + 1));
                            let path = format!("{path}{name}");
                            let depth = around.depth + 1;
                            let within = Around { path, kind, is_private, parent: around.parent, row: Some(row), depth };
                            self.record(schema, document, *inner, row, *key, &within);
                        }
                    }
                }
                _ => {}
            }
            if let (FieldType::List { item, .. }, Value::List { start, length }) = (&field.ty, document.slots[slot as usize]) {
                for n in 0..length {
                    let path = format!("{}[{}]", place.path, n + 1);
                    let item = (**item).clone();
                    self.add(Place { slot: start + n, path, ty: item, is_optional: false, is_item: true, ..place.clone() });
                }
            }
        }
    }

    fn add(&mut self, place: Place) -> usize {
        let index = self.list.len();
        self.by_slot.insert(place.slot, index);
        self.list.push(place);
        index
    }
}

/// The key of an item as paths write it.
fn item_name(schema: &Schema, document: &Document, record: RecordId, key: Option<u16>, row: u32) -> Option<String> {
    let field = schema.record(record).fields.get(usize::from(key?))?;
    match document.slots.get((row + field.slot) as usize)? {
        Value::Text(text) if text.pool == Pool::Document => {
            Some(format!("[\"{}\"]", document.str(*text).replace('\\', "\\\\").replace('"', "\\\"")))
        }
        _ => None,
    }
}
