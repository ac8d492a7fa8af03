//! A manifest as read: one slot per field, and where each was written.

use super::files::Findings;
use super::look_up::LookedUp;
use crate::source::{SourceId, Span};
use crate::value::{EnumId, FieldType, Pool, RecordId, Schema, TextRef, Value};
use rustc_hash::FxHashMap;

/// Where a slot was written. Empty spans: nowhere.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SlotSpan {
    /// The key, or the header of a table.
    pub key: Span,
    /// The value; for a table, from its header to the end of its last child.
    pub value: Span,
}

/// Why what is written tells nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unusable {
    /// It has a fault of form, which was reported.
    Fault,
    /// No list knows it, which was reported.
    Unlisted,
    /// It is empty, blank or a placeholder: it counts as not stated.
    Blank,
}

/// What is wrong with a manifest as a whole; the worse last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Flaw {
    /// Values, keys or tables have faults of form.
    Form,
    /// Parts of it could not be read.
    Partial,
    /// Nothing of it could be read.
    Unreadable,
}

/// A manifest as read. Slots are laid out as the `Schema` says; the items of lists lie behind the block of the root record.
#[derive(Clone, Debug)]
pub struct Document {
    /// The text it was read from.
    pub source: SourceId,
    /// Values by slot.
    pub slots: Vec<Value>,
    /// Places by slot; as long as `slots`, or empty when places were not asked for.
    pub spans: Vec<SlotSpan>,
    /// The bytes of its texts.
    pub text: String,
    /// Places of the items of record lists, by the first slot of each item, ascending.
    pub rows: Vec<(u32, SlotSpan)>,
    /// Unlisted values of open enums.
    pub unlisted: Unlisted,
    /// Slots that are written and tell nothing.
    pub unusable: FxHashMap<u32, Unusable>,
    /// What keeps the whole from being relied on.
    pub flaw: Option<Flaw>,
    /// What looking at the files that it names brought; nothing where nobody looked.
    pub files: Findings,
    /// Facts that records of registers told.
    pub looked_up: Vec<LookedUp>,
}

/// The unlisted values of open enums that a document holds, numbered on from the listed ones of each enum.
#[derive(Clone, Debug, Default)]
pub struct Unlisted {
    numbers: FxHashMap<EnumId, FxHashMap<String, u32>>,
    texts: FxHashMap<(EnumId, u32), String>,
}

impl Unlisted {
    /// The number of a text; the first one of an enum gets `n_listed`.
    pub fn number(&mut self, id: EnumId, text: &str, n_listed: usize) -> u32 {
        let of = self.numbers.entry(id).or_default();
        if let Some(number) = of.get(text) {
            return *number;
        }
        // INVARIANT: a manifest has fewer bytes than there are numbers, so none is given twice.
        let number = (n_listed + of.len()) as u32;
        of.insert(text.to_owned(), number);
        self.texts.insert((id, number), text.to_owned());
        number
    }

    /// The text of a number.
    pub fn text(&self, id: EnumId, number: u32) -> Option<&str> {
        self.texts.get(&(id, number)).map(String::as_str)
    }
}

impl Document {
    /// A document that states nothing.
    pub fn empty(source: SourceId, schema: &Schema) -> Self {
        let n = schema.n_root_slots() as usize;
        Document {
            source,
            slots: vec![Value::Unknown; n],
            spans: vec![SlotSpan::default(); n],
            text: String::new(),
            rows: Vec::new(),
            unlisted: Unlisted::default(),
            unusable: FxHashMap::default(),
            flaw: None,
            files: Findings::default(),
            looked_up: Vec::new(),
        }
    }

    /// Adds a text to the pool.
    pub fn intern(&mut self, text: &str) -> TextRef {
        let start = self.text.len() as u32;
        self.text.push_str(text);
        TextRef { start, length: text.len() as u32, pool: Pool::Document }
    }

    /// Adds `n` unknown slots and names the first.
    pub fn reserve(&mut self, n: usize) -> u32 {
        let start = self.slots.len();
        self.slots.resize(start + n, Value::Unknown);
        self.spans.resize(start + n, SlotSpan::default());
        start as u32
    }

    /// Takes back what stands at keys that are given twice.
    pub(super) fn forget(&mut self, keys: &[Span]) {
        if keys.is_empty() {
            return;
        }
        for slot in 0..self.slots.len() {
            if keys.contains(&self.spans[slot].key) {
                self.slots[slot] = Value::Unknown;
                self.unusable.insert(slot as u32, Unusable::Fault);
            }
        }
    }

    /// Whether a slot is written with a fault of form, or by a name that no list knows.
    pub fn is_unusable(&self, slot: u32) -> bool {
        !self.unusable.is_empty() && self.unusable.get(&slot).is_some_and(|why| *why != Unusable::Blank)
    }

    /// The text of a `TextRef` into this document's pool.
    pub fn str(&self, text: TextRef) -> &str {
        self.text.get(text.start as usize..(text.start + text.length) as usize).unwrap_or("")
    }

    /// The texts at a path of fields, through lists too, in their order; empty where nothing is stated.
    pub fn texts(&self, schema: &Schema, names: &[String]) -> Vec<&str> {
        let mut found = Vec::new();
        if let Some(root) = schema.root {
            self.texts_in(schema, root, 0, names, &mut found);
        }
        found
    }

    fn texts_in<'d>(&'d self, schema: &Schema, record: RecordId, base: u32, names: &[String], found: &mut Vec<&'d str>) {
        let shape = schema.record(record);
        let Some((field, rest)) = names.split_first().and_then(|(name, rest)| Some((shape.find(name)?, rest))) else { return };
        let slot = base + field.slot;
        match (&field.ty, self.slots.get(slot as usize)) {
            (_, Some(Value::Text(text))) if rest.is_empty() => found.push(self.str(*text)),
            (FieldType::Record(inner), Some(Value::Present)) => self.texts_in(schema, *inner, slot + 1, rest, found),
            (FieldType::List { item, .. }, Some(Value::Rows { start, length })) => {
                let FieldType::Record(id) = **item else { return };
                let n_slots = schema.record(id).n_slots;
                (0..*length).for_each(|n| self.texts_in(schema, id, start + n * n_slots, rest, found));
            }
            _ => {}
        }
    }

    /// Where a slot was written; empty spans where it was not.
    pub fn span(&self, slot: u32) -> SlotSpan {
        self.spans.get(slot as usize).copied().unwrap_or_default()
    }

    /// Where the item that begins at a slot was written.
    pub fn row_span(&self, start: u32) -> SlotSpan {
        self.rows.binary_search_by_key(&start, |(s, _)| *s).map(|i| self.rows[i].1).unwrap_or_default()
    }
}
