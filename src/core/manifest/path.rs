//! Places of a manifest back to the paths of what stands there, in the words of the vocabulary, whatever the format.

use super::{Document, SlotSpan};
use crate::diagnostic::render::quoted;
use crate::source::Span;
use crate::value::{FieldType, RecordId, Schema, Value};

/// The places of a document that something is written at.
#[derive(Clone, Debug)]
pub struct Places {
    entries: Vec<Entry>,
}

#[derive(Clone, Debug)]
struct Entry {
    at: SlotSpan,
    parent: Option<usize>,
    /// `name`, or `["key"]` and `[1]` of an item.
    name: String,
}

impl Places {
    /// Of a document.
    pub fn of(document: &Document, schema: &Schema) -> Self {
        let mut places = Places { entries: Vec::new() };
        if let Some(root) = schema.root {
            Walk { document, schema, entries: &mut places.entries }.record(root, 0, None);
        }
        places
    }

    /// The path of what a span lies in, the innermost: `domain["a.cn"].holder`. `None` for the manifest itself and for other texts.
    pub fn path(&self, span: Span) -> Option<String> {
        let holds = |outer: Span| !outer.is_empty() && outer.source == span.source && outer.start <= span.start && span.end <= outer.end;
        let size = |s: Span| s.end - s.start;
        let inner = |e: &Entry| [e.at.key, e.at.value].into_iter().filter(|s| holds(*s)).map(size).min();
        // Of places of one size the later one lies deeper.
        let found = self.entries.iter().enumerate().filter_map(|(i, e)| Some((inner(e)?, std::cmp::Reverse(i)))).min()?;
        let mut names = Vec::new();
        let mut at = Some(found.1.0);
        while let Some(i) = at {
            names.push(self.entries[i].name.as_str());
            at = self.entries[i].parent;
        }
        let mut path = String::new();
        for name in names.into_iter().rev() {
            if !path.is_empty() && !name.starts_with('[') {
                path.push('.');
            }
            path.push_str(name);
        }
        Some(path)
    }
}

struct Walk<'w> {
    document: &'w Document,
    schema: &'w Schema,
    entries: &'w mut Vec<Entry>,
}

impl Walk<'_> {
    fn enter(&mut self, at: SlotSpan, parent: Option<usize>, name: impl Into<String>) -> Option<usize> {
        if at.key.is_empty() && at.value.is_empty() {
            return None;
        }
        self.entries.push(Entry { at, parent, name: name.into() });
        Some(self.entries.len() - 1)
    }

    fn record(&mut self, id: RecordId, base: u32, parent: Option<usize>) {
        let schema = self.schema;
        for field in &schema.record(id).fields {
            let slot = base + field.slot;
            let value = self.document.slots.get(slot as usize);
            let at = self.enter(self.document.span(slot), parent, field.name.as_str());
            // A table that is written nowhere holds what records told.
            if let (None, FieldType::Record(inner), Some(Value::Present)) = (at, &field.ty, value) {
                self.entries.push(Entry { at: SlotSpan::default(), parent, name: field.name.clone() });
                self.record(*inner, slot + 1, Some(self.entries.len() - 1));
            }
            let Some(at) = at else { continue };
            match (&field.ty, value) {
                (FieldType::Record(inner), Some(Value::Present)) => self.record(*inner, slot + 1, Some(at)),
                // Documents are one thing: what is said of one stands in a table of its own or not, and in a list or not.
                (FieldType::List { item, key }, Some(Value::Rows { start, length })) => self.rows(item, *key, (*start, *length), at),
                (FieldType::List { .. }, Some(Value::List { start, length })) => {
                    for n in 0..*length {
                        self.enter(self.document.span(start + n), Some(at), format!("[{}]", n + 1));
                    }
                }
                _ => {}
            }
        }
    }

    fn rows(&mut self, item: &FieldType, key: Option<u16>, (start, length): (u32, u32), at: usize) {
        let FieldType::Record(id) = item else { return };
        let shape = self.schema.record(*id);
        for n in 0..length {
            let row = start + n * shape.n_slots;
            let key = key.and_then(|k| shape.fields.get(k as usize));
            let key = key.and_then(|f| match self.document.slots.get((row + f.slot) as usize) {
                Some(Value::Text(text)) => Some(quoted(self.document.str(*text)).replace('\\', "\\\\").replace('"', "\\\"")),
                _ => None,
            });
            let name = key.map_or_else(|| format!("[{}]", n + 1), |k| format!("[\"{k}\"]"));
            if let Some(inside) = self.enter(self.document.row_span(row), Some(at), name) {
                self.record(*id, row, Some(inside));
            }
        }
    }
}
