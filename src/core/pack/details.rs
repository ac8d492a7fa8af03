//! What findings show of rules: names, texts, places, sources. Decoded one at a time, when a finding needs it.

use super::bytes::Bytes;
use super::origin::{LawSource, Origin};
use super::rows::Table;
use crate::diagnostic::Bilingual;
use crate::source::Span;
use crate::value::choice::FactKind;
use crate::value::{EnumId, Shelf};
use serde::{Deserialize, Serialize};

/// The shape of manifests, and what is shown of layers.
#[derive(Clone, Debug, Default)]
pub struct LayerIndex {
    /// The shape of manifests.
    pub schema: crate::value::Schema,
    /// The layers.
    pub layers: Shelf<LayerEntry>,
}

/// A layer and its condition.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct LayerEntry {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: Bilingual,
    /// Its authority.
    pub authority: Option<Bilingual>,
    /// Whether it is a provider's.
    pub is_provider: bool,
    /// Index of the layer it extends, or `NONE`.
    pub extends: u32,
    /// What is said when the base does not apply.
    pub otherwise: Option<Bilingual>,
    /// Where it was declared.
    pub span: Span,
}

/// A message with its values as nodes.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct LoweredTemplate {
    /// English: text and the node of the value after it, or `NONE`.
    pub en: Vec<(String, u32)>,
    /// Chinese.
    pub zh: Vec<(String, u32)>,
}

/// What a finding shows of a version.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct VersionDetails {
    /// Full id of the rule, or of the replacement.
    pub name: String,
    /// Where it was declared.
    pub span: Span,
    /// Its title.
    pub title: Bilingual,
    /// Stage of the process.
    pub stage: String,
    /// Place to underline: a node, or `NONE`.
    pub report_at: u32,
    /// Its message.
    pub report: Option<LoweredTemplate>,
    /// What to do.
    pub help: Option<LoweredTemplate>,
    /// Where it comes from.
    pub origin: Origin,
    /// The list of each loop, as a path from its base.
    pub loop_paths: Vec<String>,
    /// Whether it replaces another.
    pub is_replacement: bool,
    /// Whether it is a layer's adoption of what another offers.
    pub is_adoption: bool,
    /// Full ids under which the rule, or the change, was known.
    pub formerly: Vec<String>,
}

/// What a finding shows of a change.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct ChangeDetails {
    /// Full id.
    pub name: String,
    /// Where it was written.
    pub span: Span,
    /// Its title.
    pub title: Bilingual,
    /// Where it comes from.
    pub origin: Origin,
    /// Full ids under which it was known.
    pub formerly: Vec<String>,
}

/// What a finding shows of a field.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct FieldDetails {
    /// Names of the fields from the base on.
    pub names: Vec<String>,
    /// Who knows it.
    pub kind: FactKind,
}

/// Entries of any size, one after the other, as they are stored.
#[derive(Clone, Debug, Default)]
pub(super) struct Entries {
    /// The entries.
    pub(super) bytes: Vec<u8>,
    /// Where each ends.
    pub(super) ends: Vec<u32>,
}

impl Entries {
    /// Adds an entry and gives its index.
    ///
    /// # Errors
    /// An entry that cannot be stored.
    pub(super) fn push<T: Serialize>(&mut self, entry: &T) -> Result<u32, postcard::Error> {
        let index = self.ends.len() as u32;
        self.bytes = postcard::to_extend(entry, std::mem::take(&mut self.bytes))?;
        self.ends.push(self.bytes.len() as u32);
        Ok(index)
    }
}

/// A list whose entries are decoded when they are asked for: most checks need few of them or none.
#[derive(Debug)]
pub struct Packed<T> {
    all: Bytes,
    ends: std::ops::Range<usize>,
    entries: std::ops::Range<usize>,
    decoded: std::sync::OnceLock<Box<[std::sync::OnceLock<Box<T>>]>>,
}

impl<T: serde::de::DeserializeOwned> Packed<T> {
    pub(super) fn new(all: &Bytes, ends: std::ops::Range<usize>, entries: std::ops::Range<usize>) -> Self {
        Packed { all: all.clone(), ends, entries, decoded: std::sync::OnceLock::new() }
    }

    /// The same as a list of its own.
    pub(super) fn into_shelf(self) -> Shelf<T>
    where
        T: Send + Sync + 'static,
    {
        let n = self.len();
        Shelf::stored(n, move |i| self.read(i))
    }

    fn ends(&self) -> Table<'_, u32> {
        Table::new(&self.all[self.ends.clone()])
    }

    /// Number of entries.
    pub fn len(&self) -> usize {
        self.ends().len() as usize
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Decodes an entry; `None` where there is none or it does not decode.
    pub(super) fn read(&self, index: usize) -> Option<T> {
        let end = self.ends().get(index as u32)? as usize;
        let start = index.checked_sub(1).and_then(|i| self.ends().get(i as u32)).map_or(0, |e| e as usize);
        postcard::from_bytes(self.all[self.entries.clone()].get(start..end)?).ok()
    }

    /// The entry at an index.
    pub fn get(&self, index: usize) -> Option<&T> {
        let decoded = self.decoded.get_or_init(|| std::iter::repeat_with(std::sync::OnceLock::new).take(self.len()).collect());
        let slot = decoded.get(index)?;
        if let Some(entry) = slot.get() {
            return Some(entry);
        }
        let entry = self.read(index)?;
        Some(slot.get_or_init(|| Box::new(entry)))
    }
}

impl<T: serde::de::DeserializeOwned> std::ops::Index<usize> for Packed<T> {
    type Output = T;

    fn index(&self, index: usize) -> &T {
        self.get(index).expect("an index in a rulebook is one of its details: both are checked when it is opened")
    }
}

/// Everything a finding shows that evaluation does not need.
#[derive(Debug)]
pub struct Details {
    /// By `LoweredVersion::details`.
    pub versions: Packed<VersionDetails>,
    /// By the `details` of exceptions, waivers and values.
    pub changes: Packed<ChangeDetails>,
    /// Field of each node that reads one.
    pub fields: Packed<FieldDetails>,
    /// List of each loop, by loop.
    pub loop_paths: Packed<Vec<String>>,
    /// Legal sources that rules cite.
    pub sources: Packed<LawSource>,
    /// Name and place of each parameter.
    pub params: Packed<(String, Span)>,
    /// Steps of the process, those that come before first.
    pub steps: Packed<super::steps::StepDetails>,
    pub(super) all: Bytes,
    pub(super) field_nodes: std::ops::Range<usize>,
    pub(super) enums: std::ops::Range<usize>,
}

super::rows::row! {
    /// The enum of a node.
    NodeEnum {
        /// The node.
        node: u32,
        /// The number of its enum.
        of: u16,
    }
}

/// The index of the first entry with a key, in a table that is sorted by it.
fn search<R: super::Row>(table: Table<'_, R>, wanted: u32, key: impl Fn(R) -> u32) -> Option<u32> {
    let (mut low, mut high) = (0, table.len());
    while low < high {
        let middle = low + (high - low) / 2;
        if key(table.at(middle)) < wanted { low = middle + 1 } else { high = middle }
    }
    table.get(low).filter(|r| key(*r) == wanted).map(|_| low)
}

impl Details {
    /// The field of a node.
    pub fn field(&self, node: u32) -> Option<&FieldDetails> {
        let nodes: Table<'_, u32> = Table::new(&self.all[self.field_nodes.clone()]);
        search(nodes, node, |n| n).and_then(|i| self.fields.get(i as usize))
    }

    /// The enum of a node.
    pub fn enumeration(&self, node: u32) -> Option<EnumId> {
        let nodes: Table<'_, NodeEnum> = Table::new(&self.all[self.enums.clone()]);
        search(nodes, node, |n| n.node).map(|i| EnumId(nodes.at(i).of))
    }
}
