//! Rules in the form the evaluator runs: nodes over slots, and beside them the details that only findings need.
//!
//! Both are plain data that can be stored: the bundled rules are lowered when the program is built.

use super::origin::{LawSource, Origin};
use crate::builtin::Builtin;
use crate::diagnostic::Bilingual;
use crate::hir::{Ordering, Part, Quantifier, Strength};
use crate::source::Span;
use crate::value::{Date, DateTime, Duration, EnumId, Money, Pool, TextRef, Value};
use serde::{Deserialize, Serialize};

/// No node, no slot.
pub const NONE: u32 = u32::MAX;

/// An index range into one of the tables of `Lowered`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Slice {
    /// First index.
    pub start: u32,
    /// Number of entries.
    pub length: u32,
}

impl Slice {
    /// As a range of indices.
    pub fn range(self) -> std::ops::Range<usize> {
        self.start as usize..(self.start + self.length) as usize
    }
}

/// An expression; operands are indices of nodes.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs)] // the same constructs as `hir::ExprKind`
pub enum Node {
    Const(u32),
    Param(u32),
    Def(u32),
    /// A slot of the manifest.
    Root(u32),
    /// A slot of the item a loop variable stands for.
    Item {
        var: u8,
        offset: u32,
    },
    SubmissionDate,
    Or(Slice),
    And(Slice),
    Not(u32),
    Equal(u32, u32),
    Ordered(Ordering, u32, u32),
    In(u32, u32),
    Given(u32),
    IsNone(u32),
    TextContains {
        part: Part,
        any: bool,
        whole: u32,
        piece: u32,
    },
    ListContains {
        any: bool,
        list: u32,
        item: u32,
    },
    Matches(u32, u32),
    Else(Slice),
    Add {
        minus: bool,
        left: u32,
        right: u32,
    },
    Quantified {
        kind: Quantifier,
        range: u32,
        body: u32,
    },
    Count {
        range: u32,
        body: u32,
    },
    Sum {
        range: u32,
        value: u32,
        zero: Zero,
    },
    SameList(u32, u32),
    Call(Builtin, Slice),
    List(Slice),
    /// Pairs of condition and constant, then the constant of the rest or `NONE`.
    Decide(Slice, u32),
}

/// What the sum of no items is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub enum Zero {
    Integer,
    Decimal,
    Money,
}

/// A constant; texts lie in `Lowered::text`, lists in `Lowered::constants`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub enum Constant {
    Bool(bool),
    Int(i64),
    Decimal(i64),
    Date(i16, i8, i8),
    DateTime(i16, i8, i8, i8, i8, i8),
    Text(u32, u32),
    Enum(u16),
    Duration(Duration),
    BusinessDays(i32),
    Money(Money),
    List(Slice),
}

impl Constant {
    /// Packs a date.
    pub fn date(d: Date) -> Self {
        Constant::Date(d.year(), d.month(), d.day())
    }

    /// As a value; a list is `Value::Present`.
    fn value(self) -> Value {
        match self {
            Constant::Bool(b) => Value::Bool(b),
            Constant::Int(n) => Value::Int(n),
            Constant::Decimal(n) => Value::Decimal(n),
            Constant::Date(y, m, d) => Date::new(y, m, d).map_or(Value::Unknown, Value::Date),
            Constant::DateTime(y, mo, d, h, mi, s) => DateTime::new(y, mo, d, h, mi, s, 0).map_or(Value::Unknown, Value::DateTime),
            Constant::Text(start, length) => Value::Text(TextRef { start, length, pool: Pool::Rules }),
            Constant::Enum(v) => Value::Enum(v),
            Constant::Duration(d) => Value::Duration(d),
            Constant::BusinessDays(n) => Value::BusinessDays(n),
            Constant::Money(m) => Value::Money(m),
            Constant::List(_) => Value::Present,
        }
    }

    /// Packs a date and time.
    pub fn datetime(d: DateTime) -> Self {
        Constant::DateTime(d.year(), d.month(), d.day(), d.hour(), d.minute(), d.second())
    }
}

/// A loop: where its list is, and how wide an item is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Loop {
    /// Loop variable the list belongs to; 255 for the manifest.
    pub base: u8,
    /// Slot of the list.
    pub slot: u32,
    /// Slots of one item.
    pub stride: u32,
    /// The variable of this loop.
    pub var: u8,
}

/// Days on which something is in force, as numbers `yyyymmdd`; 0 means open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Days {
    /// First day.
    pub from: i32,
    /// Last day.
    pub until: i32,
    /// Slot of the date that is counted; `NONE` for the submission date.
    pub axis: u32,
}

/// A day as the number `yyyymmdd`.
pub fn day_number(d: Date) -> i32 {
    i32::from(d.year()) * 10_000 + i32::from(d.month()) * 100 + i32::from(d.day())
}

impl Days {
    /// Whether a day lies in the range.
    pub fn contains(&self, day: i32) -> bool {
        self.from <= day && (self.until == 0 || day <= self.until)
    }
}

/// A requirement with everything that may change it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct LoweredRule {
    /// Full id.
    pub name: String,
    /// Its versions and replacements; those of later layers come later and win.
    pub versions: Vec<LoweredVersion>,
    /// Its exceptions.
    pub exceptions: Vec<LoweredException>,
    /// Its waivers.
    pub waivers: Vec<LoweredWaiver>,
    /// What layers say the same.
    pub confirmations: Vec<LoweredConfirmation>,
}

/// A version or replacement of a requirement.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct LoweredVersion {
    /// When it is in force.
    pub days: Days,
    /// 0 for the rule's own versions, then by layer.
    pub rank: u8,
    /// Its loops.
    pub loops: Slice,
    /// Its condition or `NONE`.
    pub when: u32,
    /// Its demand.
    pub require: u32,
    /// Indices of the rules it needs.
    pub needs: Vec<u32>,
    /// `must`, `should` or `note`.
    pub strength: Strength,
    /// Whether its sources may decide a verdict.
    pub is_firm: bool,
    /// Whether it holds when the base does not apply.
    pub even_if_not_required: bool,
    /// Whether the demand asks for absence, or for a number of items.
    pub is_provisional: bool,
    /// Index into `Details::versions`.
    pub details: u32,
}

/// An exception with those that take it back.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct LoweredException {
    /// When it is in force.
    pub days: Days,
    /// Its condition.
    pub when: u32,
    /// Whether its sources may decide a verdict.
    pub is_firm: bool,
    /// What takes it back.
    pub unless: Vec<LoweredException>,
    /// Index into `Details::changes`.
    pub details: u32,
}

/// A waiver.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct LoweredWaiver {
    /// When it is in force.
    pub days: Days,
    /// Its condition or `NONE`.
    pub when: u32,
    /// Whether its sources may decide a verdict.
    pub is_firm: bool,
    /// Index into `Details::changes`.
    pub details: u32,
}

/// A layer's word that it asks the same as its base.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct LoweredConfirmation {
    /// When it is in force.
    pub days: Days,
    /// Whether its sources may decide a verdict.
    pub is_firm: bool,
    /// Index into `Details::changes`.
    pub details: u32,
}

/// A value of a parameter.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct LoweredValue {
    /// When it is in force.
    pub days: Days,
    /// 0 for the base's own values, then by layer.
    pub rank: u8,
    /// The constant.
    pub constant: u32,
    /// Whether its sources may decide a verdict.
    pub is_firm: bool,
    /// Index into `Details::changes`, or `NONE` for the base's own.
    pub details: u32,
}

/// The rules of some layers, ready to run.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Lowered {
    /// Expressions.
    pub nodes: Vec<Node>,
    /// The expression each node was made from, or `NONE`; empty in rules that were lowered when the program was built.
    #[serde(skip)]
    pub origins: Vec<u32>,
    /// Operand lists.
    pub operands: Vec<u32>,
    /// Constants; lists are ranges of them.
    pub constants: Vec<Constant>,
    /// Texts of the constants.
    pub text: String,
    /// Patterns of `matches`.
    pub patterns: Vec<String>,
    /// Loops.
    pub loops: Vec<Loop>,
    /// Values of each parameter, weakest first.
    pub params: Vec<Vec<LoweredValue>>,
    /// Roots of the definitions, dependencies first.
    pub defs: Vec<u32>,
    /// The definition that derives the filing type, or `NONE`, and its enum.
    pub filing_type: u32,
    /// The enum of filing types.
    pub filing_types: Option<EnumId>,
    /// Requirements, those that others need first.
    pub rules: Vec<LoweredRule>,
    /// Names of the layers, base first.
    pub layers: Vec<String>,
    /// Days on which something changes, `yyyymmdd`, ascending.
    pub boundaries: Vec<i32>,
    /// The constants as values, made once.
    #[serde(skip)]
    pub(super) values: std::cell::OnceCell<Vec<Value>>,
}

impl Lowered {
    /// The constants as values, by their index; lists are `Value::Present`.
    pub fn values(&self) -> &[Value] {
        self.values.get_or_init(|| self.constants.iter().map(|c| c.value()).collect())
    }

    /// Whether an expression reads the variable of a loop or of one inside it.
    pub fn reads_loop(&self, node: u32, var: u8) -> bool {
        let own = match self.nodes[node as usize] {
            Node::Item { var: v, .. } => v >= var,
            Node::Quantified { range, .. } | Node::Count { range, .. } | Node::Sum { range, .. } => {
                let base = self.loops[range as usize].base;
                base != 255 && base >= var
            }
            _ => false,
        };
        own || self.operands_of(node).into_iter().any(|n| self.reads_loop(n, var))
    }

    /// Whether two versions loop over the same lists.
    pub fn same_loops(&self, a: &LoweredVersion, b: &LoweredVersion) -> bool {
        self.loops[a.loops.range()] == self.loops[b.loops.range()]
    }

    /// The nodes directly inside one; definitions are not opened.
    pub fn operands_of(&self, node: u32) -> Vec<u32> {
        match self.nodes[node as usize] {
            Node::Or(s) | Node::And(s) | Node::Else(s) | Node::List(s) | Node::Call(_, s) => self.operands[s.range()].to_vec(),
            Node::Decide(s, _) => self.operands[s.range()].iter().copied().step_by(2).collect(),
            Node::Not(a) | Node::Given(a) | Node::IsNone(a) | Node::Matches(a, _) => vec![a],
            Node::Equal(a, b) | Node::SameList(a, b) | Node::Ordered(_, a, b) | Node::In(a, b) => vec![a, b],
            Node::TextContains { whole: a, piece: b, .. }
            | Node::ListContains { list: a, item: b, .. }
            | Node::Add { left: a, right: b, .. } => {
                vec![a, b]
            }
            Node::Quantified { body, .. } | Node::Sum { value: body, .. } => vec![body],
            Node::Count { body, .. } if body != NONE => vec![body],
            _ => vec![],
        }
    }
}

/// The conditions under which layers apply, and the shape of manifests.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct LayerIndex {
    /// The shape of manifests.
    pub schema: crate::value::Schema,
    /// The layers.
    pub layers: Vec<LayerEntry>,
    /// The conditions, as nodes of a program without rules.
    pub program: Lowered,
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
    /// Its condition, or `NONE`: always.
    pub applies: u32,
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
}

/// What a finding shows of a field.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct FieldDetails {
    /// Names of the fields from the base on.
    pub names: Vec<String>,
    /// Whether only a look-up can give it.
    pub is_register: bool,
}

/// A list whose entries are decoded when they are asked for: most checks need few of them or none.
#[derive(Clone, Debug)]
pub struct Packed<T> {
    bytes: Vec<u8>,
    ends: Vec<u32>,
    decoded: Vec<std::cell::OnceCell<Box<T>>>,
}

impl<T> Default for Packed<T> {
    fn default() -> Self {
        Packed { bytes: Vec::new(), ends: Vec::new(), decoded: Vec::new() }
    }
}

impl<T: Serialize + serde::de::DeserializeOwned + Default> Packed<T> {
    /// Adds an entry and gives its index.
    pub fn push(&mut self, entry: &T) -> u32 {
        self.bytes.extend(postcard::to_allocvec(entry).unwrap_or_default());
        self.ends.push(self.bytes.len() as u32);
        self.decoded.push(std::cell::OnceCell::new());
        self.ends.len() as u32 - 1
    }

    /// Number of entries.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The entry at an index; an empty one where there is none.
    pub fn get(&self, index: usize) -> Option<&T> {
        let end = *self.ends.get(index)? as usize;
        let start = index.checked_sub(1).map_or(0, |i| self.ends[i] as usize);
        Some(self.decoded[index].get_or_init(|| Box::new(postcard::from_bytes(&self.bytes[start..end]).unwrap_or_default())))
    }
}

impl<T: Serialize + serde::de::DeserializeOwned + Default> std::ops::Index<usize> for Packed<T> {
    type Output = T;

    fn index(&self, index: usize) -> &T {
        self.get(index).expect("an index of lowered rules is one of their details")
    }
}

impl<T> Serialize for Packed<T> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // Ends are stored as bytes too: the whole list is two copies of memory to read.
        let mut all: Vec<u8> = (self.ends.len() as u32).to_le_bytes().to_vec();
        all.extend(self.ends.iter().flat_map(|e| e.to_le_bytes()));
        all.extend(&self.bytes);
        serializer.serialize_bytes(&all)
    }
}

impl<'de, T> Deserialize<'de> for Packed<T> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl serde::de::Visitor<'_> for Visitor {
            type Value = Vec<u8>;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("bytes")
            }
            fn visit_bytes<E: serde::de::Error>(self, bytes: &[u8]) -> Result<Vec<u8>, E> {
                Ok(bytes.to_vec())
            }
        }
        let all = deserializer.deserialize_bytes(Visitor)?;
        let short = || serde::de::Error::custom("a packed list is cut off");
        let number = |at: usize| all.get(at..at + 4).and_then(|b| b.try_into().ok()).map(u32::from_le_bytes);
        let n = number(0).ok_or_else(short)? as usize;
        let ends: Option<Vec<u32>> = (0..n).map(|i| number(4 + 4 * i)).collect();
        let ends = ends.ok_or_else(short)?;
        let mut decoded = Vec::with_capacity(n);
        decoded.resize_with(n, std::cell::OnceCell::new);
        Ok(Packed { bytes: all.get(4 + 4 * n..).ok_or_else(short)?.to_vec(), ends, decoded })
    }
}

/// Everything a finding shows that evaluation does not need.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Details {
    /// By `LoweredVersion::details`.
    pub versions: Packed<VersionDetails>,
    /// By the `details` of exceptions, waivers and values.
    pub changes: Packed<ChangeDetails>,
    /// `Root` and `Item` nodes, ascending.
    pub field_nodes: Vec<u32>,
    /// Field of each of them.
    pub fields: Packed<FieldDetails>,
    /// Enum of each node that has one, by node.
    pub enums: Vec<(u32, EnumId)>,
    /// List of each loop, by loop.
    pub loop_paths: Packed<Vec<String>>,
    /// Legal sources that rules cite.
    pub sources: Packed<LawSource>,
    /// Name and place of each parameter.
    pub params: Packed<(String, Span)>,
    /// Steps of the process, those that come before first.
    pub steps: Packed<super::steps::StepDetails>,
}

impl Details {
    /// The field of a node.
    pub fn field(&self, node: u32) -> Option<&FieldDetails> {
        self.field_nodes.binary_search(&node).ok().and_then(|i| self.fields.get(i))
    }

    /// The enum of a node.
    pub fn enumeration(&self, node: u32) -> Option<EnumId> {
        self.enums.binary_search_by_key(&node, |(n, _)| *n).ok().map(|i| self.enums[i].1)
    }
}
