//! The shape of a manifest: what the vocabulary declares, laid out in slots.
//!
//! A record is a fixed block of slots. A plain field takes one slot, a list one (its items lie elsewhere), a nested record one slot for
//! its presence followed by its own block, a file one slot for its presence followed by its properties.

use super::choice::FactKind;
use super::{Roles, Scalar, Shelf};
use crate::diagnostic::Bilingual;

/// Names an enum of a `Schema`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub struct EnumId(pub u16);
/// Names a record of a `Schema`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub struct RecordId(pub u16);
/// Names a declared type of a `Schema`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub struct PatternId(pub u16);

/// Everything a manifest may hold.
#[derive(Clone, Debug, Default, serde::Serialize, serde::Deserialize)]
pub struct Schema {
    /// Enums by `EnumId`.
    pub enums: Shelf<EnumShape>,
    /// Records by `RecordId`.
    pub records: Shelf<RecordShape>,
    /// Declared types by `PatternId`.
    pub patterns: Vec<PatternShape>,
    /// The record of the whole manifest; `None` when the rules declare no manifest.
    pub root: Option<RecordId>,
    /// Who plays what for the engine.
    pub roles: Roles,
    /// Where facts are looked up: the path of a field, and the place; it holds for all that lies in the field.
    pub look_ups: Vec<(Vec<String>, Bilingual)>,
}

/// An enum with its values.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub struct EnumShape {
    /// Its name.
    pub name: String,
    /// Its title.
    pub title: Bilingual,
    /// Name, title and alias of each value.
    pub values: Vec<EnumValueShape>,
    /// Whether a manifest may hold values that are not listed.
    pub is_open: bool,
    /// Whether a value that is not listed is none of the listed ones; else nothing is known of it.
    pub others_differ: bool,
}

/// A value of an enum.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub struct EnumValueShape {
    /// Its name.
    pub name: String,
    /// Its title; the Chinese one is an alias.
    pub title: Bilingual,
    /// Other ways of writing it in a manifest.
    pub also: Vec<String>,
}

/// A record with its fields.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub struct RecordShape {
    /// Its name.
    pub name: String,
    /// Its title.
    pub title: Bilingual,
    /// Its fields in the order they were declared.
    pub fields: Vec<FieldShape>,
    /// Slots one record takes.
    pub n_slots: u32,
}

/// A field of a record.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub struct FieldShape {
    /// Its name.
    pub name: String,
    /// Its title; the Chinese one is an alias when no other field of the record has it.
    pub title: Bilingual,
    /// Its type.
    pub ty: FieldType,
    /// Whether it may be declared not to exist.
    pub is_optional: bool,
    /// Who knows it.
    pub kind: FactKind,
    /// Whether its values belong to a person and are shown masked.
    pub is_private: bool,
    /// Slot within the record's block; for records and files the slot of their presence.
    pub slot: u32,
}

/// The type of a field.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum FieldType {
    /// Any text.
    Text,
    /// A whole number.
    Integer,
    /// A decimal number.
    Decimal,
    /// True or false.
    Boolean,
    /// A civil date.
    Date,
    /// A civil date and time.
    DateTime,
    /// A calendar duration, written as in rules: `3 months`.
    Duration,
    /// A number of business days.
    BusinessDays,
    /// An amount of money.
    Money,
    /// A domain scalar.
    Scalar(Scalar),
    /// A value of an enum.
    Enum(EnumId),
    /// A declared type.
    Pattern(PatternId),
    /// A document: its properties are `FILE_FIELDS`.
    File,
    /// A nested record.
    Record(RecordId),
    /// A list, keyed by a field of its records where one is named.
    List {
        /// Type of the items.
        item: Box<FieldType>,
        /// Index of the key among the record's fields.
        key: Option<u16>,
    },
}

/// A type declared with `type`.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub struct PatternShape {
    /// Its name.
    pub name: String,
    /// Its title.
    pub title: Bilingual,
    /// What it demands.
    pub rule: PatternRule,
}

/// What a declared type demands.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub enum PatternRule {
    /// A text that matches as a whole.
    Matching(String),
    /// A whole number within bounds, both included.
    Between(i64, i64),
}

/// Properties of a document, in the order of their slots after the presence slot.
pub const FILE_FIELDS: &[(&str, FieldType, &str, &str)] = &[
    ("path", FieldType::Text, "path", "路径"),
    ("format", FieldType::Text, "format", "格式"),
    ("kb", FieldType::Integer, "size in KB", "大小（KB）"),
    ("original", FieldType::Boolean, "taken from the original", "原件"),
    ("duplicate", FieldType::Boolean, "taken from the duplicate of a licence", "副本"),
    ("clear", FieldType::Boolean, "can be read without doubt", "清晰"),
    ("complete", FieldType::Boolean, "shows the whole document with all four corners", "完整"),
    ("unobscured", FieldType::Boolean, "nothing covers the document", "无遮挡"),
    ("electronic", FieldType::Boolean, "electronic document", "电子证照"),
    ("seal", FieldType::Text, "seal", "印章"),
    ("signed_on", FieldType::Date, "day of the signature", "签署日期"),
    ("expires_on", FieldType::Date, "last day of validity", "有效期至"),
    ("template", FieldType::Text, "template", "模板"),
    ("fingerprint", FieldType::Boolean, "carries a fingerprint", "指印"),
    ("months", FieldType::Integer, "months covered", "月数"),
    ("region", FieldType::Text, "region", "地区"),
    ("city", FieldType::Text, "city", "城市"),
    ("address", FieldType::Text, "address", "地址"),
    ("category", FieldType::Text, "category", "类别"),
    ("width_px", FieldType::Integer, "width in pixels", "宽度（像素）"),
    ("height_px", FieldType::Integer, "height in pixels", "高度（像素）"),
];

impl FieldType {
    /// Slots a field of this type takes in its record.
    pub fn n_slots(&self, records: &Shelf<RecordShape>) -> u32 {
        match self {
            FieldType::Record(id) => 1 + records[id.0 as usize].n_slots,
            FieldType::File => 1 + FILE_FIELDS.len() as u32,
            _ => 1,
        }
    }
}

impl Schema {
    /// An enum by its id.
    pub fn enumeration(&self, id: EnumId) -> &EnumShape {
        &self.enums[id.0 as usize]
    }

    /// A record by its id.
    pub fn record(&self, id: RecordId) -> &RecordShape {
        &self.records[id.0 as usize]
    }

    /// A declared type by its id.
    pub fn pattern(&self, id: PatternId) -> &PatternShape {
        &self.patterns[id.0 as usize]
    }

    /// Who knows what lies at the end of a path from a record.
    pub fn kind_of(&self, mut record: RecordId, names: &[String]) -> FactKind {
        let mut kind = FactKind::Stated;
        for name in names {
            let Some(field) = self.record(record).find(name) else { break };
            kind = kind.max(field.kind);
            let FieldType::Record(inner) = field.ty else { break };
            record = inner;
        }
        kind
    }

    /// Where the fact at a path, `domain["a.cn"].holder`, is looked up.
    pub fn look_up_place(&self, path: &str) -> Option<&Bilingual> {
        let plain = plain_path(path);
        let is_around = |names: &[String]| {
            let around = names.join(".");
            plain.strip_prefix(&around).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        self.look_ups.iter().filter(|(names, _)| is_around(names)).max_by_key(|(names, _)| names.len()).map(|(_, place)| place)
    }

    /// Slots of the whole manifest without the items of its lists.
    pub fn n_root_slots(&self) -> u32 {
        self.root.map_or(0, |r| self.record(r).n_slots)
    }
}

/// A name without what people write differently: case, blanks, full width, dots, commas and brackets.
fn loose(name: &str) -> String {
    let narrow = |c: char| match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        c => c,
    };
    let is_sign = |c: &char| c.is_whitespace() || matches!(c, '.' | ',' | '(' | ')' | '·' | '、' | '。' | '-' | '_' | '\'' | '"');
    name.chars().map(narrow).filter(|c| !is_sign(c)).flat_map(char::to_lowercase).collect()
}

impl EnumShape {
    /// The number of a value by any of the ways in which people write it: its name, its titles and its other names, whatever the case, blanks and
    /// signs; `None` where none or more than one fits.
    pub fn find_loosely(&self, written: &str) -> Option<u16> {
        let wanted = loose(written);
        let fits = |v: &&EnumValueShape| {
            [&v.name, &v.title.en, &v.title.zh].into_iter().chain(&v.also).any(|n| !n.is_empty() && loose(n) == wanted)
        };
        let mut found = self.values.iter().enumerate().filter(|(_, v)| fits(v));
        match (found.next(), found.next()) {
            (Some((i, _)), None) if !wanted.is_empty() => u16::try_from(i).ok(),
            _ => None,
        }
    }

    /// The number of a value by its name or its Chinese alias.
    pub fn find(&self, name: &str) -> Option<u16> {
        self.values.iter().position(|v| v.name == name || v.title.zh == name).and_then(|i| u16::try_from(i).ok())
    }
}

impl RecordShape {
    /// A field by its name or its Chinese alias.
    pub fn find(&self, name: &str) -> Option<&FieldShape> {
        self.fields.iter().find(|f| f.name == name).or_else(|| self.fields.iter().find(|f| f.title.zh == name))
    }
}

/// A path without the items of lists: `domain.holder` for `domain["a.cn"].holder`.
pub fn plain_path(path: &str) -> String {
    let mut out = String::new();
    let mut inside = false;
    for c in path.chars() {
        match c {
            '[' => inside = true,
            ']' => inside = false,
            c if !inside => out.push(c),
            _ => {}
        }
    }
    out
}
