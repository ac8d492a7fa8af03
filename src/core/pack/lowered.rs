//! Rules in the form the evaluator runs: nodes over slots, and tables of what is in force when, for all layers of a rulebook at once.
//!
//! Rows refer to each other by index; a set of layers is only a choice among them, made when a filing asks.

use super::rows::{Row, byte_row, row};
use crate::builtin::Builtin;
use crate::hir::{FactKind, Ordering, Part, Quantifier, Several, Strength};
use crate::value::{Date, DateTime, Duration, EnumId, Money, Pool, TextRef, Value};

/// No node, no slot.
pub const NONE: u32 = u32::MAX;

row! {
    /// A range of indices into a table.
    Slice {
        /// First index.
        start: u32,
        /// Number of entries.
        length: u32,
    }
}

impl Slice {
    /// As a range of indices.
    pub fn range(self) -> std::ops::Range<usize> {
        self.start as usize..(self.start + self.length) as usize
    }
}

/// An expression; operands are indices of nodes.
#[derive(Clone, Copy, Debug, PartialEq)]
#[allow(missing_docs)] // the same constructs as `hir::ExprKind`
pub enum Node {
    Const(u32),
    Param(u32),
    Def(u32),
    /// A slot of the manifest.
    Root {
        slot: u32,
        kind: FactKind,
    },
    /// A slot of the item a loop variable stands for.
    Item {
        var: u8,
        offset: u32,
        kind: FactKind,
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
    /// True where a fact is stated, else unknown.
    Stated {
        may_be_empty: bool,
        fact: u32,
    },
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
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Zero {
    Integer,
    Decimal,
    Money,
}

/// A constant; texts lie in the text of the rulebook, lists in its constants.
#[derive(Clone, Copy, Debug, PartialEq)]
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
    pub fn value(self) -> Value {
        match self {
            Constant::Bool(b) => Value::Bool(b),
            Constant::Int(n) => Value::Int(n),
            Constant::Decimal(n) => Value::Decimal(n),
            Constant::Date(y, m, d) => Date::new(y, m, d).map_or(Value::Unknown, Value::Date),
            Constant::DateTime(y, mo, d, h, mi, s) => DateTime::new(y, mo, d, h, mi, s, 0).map_or(Value::Unknown, Value::DateTime),
            Constant::Text(start, length) => Value::Text(TextRef { start, length, pool: Pool::Rules }),
            Constant::Enum(v) => Value::Enum(v.into()),
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

row! {
    /// A loop: where its list is, and how wide an item is.
    Loop {
        /// Loop variable the list belongs to; 255 for the manifest.
        base: u8,
        /// The variable of this loop.
        var: u8,
        /// Slot of the list.
        slot: u32,
        /// Slots of one item.
        stride: u32,
        /// Who knows the list.
        kind: FactKind,
    }
}

row! {
    /// Days on which something is in force, as numbers `yyyymmdd`; 0 means open.
    Days {
        /// First day.
        from: i32,
        /// Last day.
        until: i32,
        /// Slot of the date that is counted; `NONE` for the submission date.
        axis: u32,
    }
}

/// A day as the number `yyyymmdd`.
pub fn day_number(d: Date) -> i32 {
    i32::from(d.year()) * 10_000 + i32::from(d.month()) * 100 + i32::from(d.day())
}

/// The day of a number `yyyymmdd`.
pub fn day_of_number(n: i32) -> Option<Date> {
    Date::new((n / 10_000) as i16, (n / 100 % 100) as i8, (n % 100) as i8).ok()
}

impl Days {
    /// Whether a day lies in the range.
    pub fn contains(&self, day: i32) -> bool {
        self.from <= day && (self.until == 0 || day <= self.until)
    }

    /// The days on which it begins to be in force and on which it is so no longer.
    pub fn boundaries(&self) -> impl Iterator<Item = i32> {
        let after = day_of_number(self.until).and_then(|d| d.tomorrow().ok()).map(day_number);
        [(self.from != 0).then_some(self.from), after.filter(|_| self.until != 0)].into_iter().flatten()
    }
}

byte_row! {
    Strength { Must Should Note }
    FactKind { Stated Derived Event Register }
    Several { Nearest Lowest Highest }
}

row! {
    /// What an expression reads directly: indices in `Lowered::operands` of definitions and of parameters.
    Reads {
        /// Definitions.
        defs: Slice,
        /// Parameters.
        params: Slice,
    }
}

row! {
    /// A definition; those it reads come before it.
    LoweredDef {
        /// Its expression.
        root: u32,
        /// What it reads.
        reads: Reads,
    }
}

row! {
    /// A parameter.
    LoweredParam {
        /// The base's own values, in order of their dates: indices of `Lowered::values`.
        own: Slice,
        /// What layers set: indices of `Lowered::changes`.
        changes: Slice,
        /// Which value holds where several layers set it.
        several: Several,
    }
}

row! {
    /// A value of a parameter.
    LoweredValue {
        /// When it is in force.
        days: Days,
        /// The constant.
        constant: u32,
        /// The filings for which it holds, or `NONE`: all.
        when: u32,
        /// Whether its sources may decide a verdict.
        is_firm: bool,
        /// Index into `Details::changes`, or `NONE` for the base's own.
        details: u32,
    }
}

row! {
    /// A requirement with everything that may change it.
    LoweredRule {
        /// Full id, in the text of the rulebook.
        name: Slice,
        /// Its layer.
        layer: u32,
        /// Its own versions, in order of their dates.
        versions: Slice,
        /// What layers change, in the order in which it was written.
        changes: Slice,
    }
}

/// What a change changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LoweredKind {
    /// The value of a parameter: `at` is an index of `Lowered::values`.
    Set,
    /// An exception: `at` is an index of `Lowered::exceptions`.
    Except,
    /// A waiver: `at` is an index of `Lowered::waivers`.
    Waive,
    /// A replacement: `at` is an index of `Lowered::versions`.
    Replace,
    /// A confirmation: `at` is an index of `Lowered::confirmations`.
    Confirm,
}
byte_row! {
    LoweredKind { Set Except Waive Replace Confirm }
}

row! {
    /// What a layer says of a parameter or requirement of another.
    LoweredChange {
        /// What it is.
        kind: LoweredKind,
        /// The layer that says it.
        layer: u32,
        /// Its number among all changes.
        id: u32,
        /// Numbers of the changes it goes before: indices of `Lowered::operands`.
        over: Slice,
        /// Where it is stored.
        at: u32,
    }
}

row! {
    /// A version or replacement of a requirement.
    LoweredVersion {
        /// When it is in force.
        days: Days,
        /// Its loops.
        loops: Slice,
        /// Its condition or `NONE`.
        when: u32,
        /// Its demand.
        require: u32,
        /// The rules it needs: indices of `Lowered::operands`.
        needs: Slice,
        /// What it reads.
        reads: Reads,
        /// `must`, `should` or `note`.
        strength: Strength,
        /// Whether its sources may decide a verdict.
        is_firm: bool,
        /// Whether it replaces a version of another layer.
        is_replacement: bool,
        /// Whether it is in force only where a layer adopts it.
        is_optional: bool,
        /// Of a replacement, where it holds: elsewhere the base does. `NONE`: nothing of the base is left.
        scope: u32,
        /// The loops whose variables that condition may read.
        scope_loops: Slice,
        /// Whether it demands that facts are stated.
        is_facts: bool,
        /// Whether it holds when the base does not apply.
        even_if_not_required: bool,
        /// Whether the demand asks for absence, or for a number of items.
        is_provisional: bool,
        /// Index into `Details::versions`.
        details: u32,
    }
}

row! {
    /// An exception with those that take it back.
    LoweredException {
        /// When it is in force.
        days: Days,
        /// The loops whose variables its condition may read.
        loops: Slice,
        /// Its condition.
        when: u32,
        /// What its condition reads.
        reads: Reads,
        /// Whether its sources may decide a verdict.
        is_firm: bool,
        /// What takes it back: indices of `Lowered::exceptions`.
        unless: Slice,
        /// Index into `Details::changes`.
        details: u32,
    }
}

row! {
    /// A waiver.
    LoweredWaiver {
        /// When it is in force.
        days: Days,
        /// The loops whose variables its condition may read.
        loops: Slice,
        /// Its condition or `NONE`.
        when: u32,
        /// What its condition reads.
        reads: Reads,
        /// Whether its sources may decide a verdict.
        is_firm: bool,
        /// Index into `Details::changes`.
        details: u32,
    }
}

row! {
    /// A layer's word that it asks the same as its base.
    LoweredConfirmation {
        /// When it is in force.
        days: Days,
        /// Whether its sources may decide a verdict.
        is_firm: bool,
        /// Index into `Details::changes`.
        details: u32,
    }
}

row! {
    /// A layer.
    LoweredLayer {
        /// Whether it is a provider's.
        is_provider: bool,
        /// The layer it extends, or `NONE`.
        extends: u32,
        /// Its condition, or `NONE`: always.
        applies: u32,
    }
}

/// All rules of a rulebook, as the compiler makes them.
#[derive(Clone, Debug, Default)]
pub struct Lowered {
    /// Expressions; operands come before what uses them.
    pub nodes: Vec<Node>,
    /// The expression each node was made from, or `NONE`. Not stored.
    pub origins: Vec<u32>,
    /// Lists of indices.
    pub operands: Vec<u32>,
    /// Constants; lists are ranges of them.
    pub constants: Vec<Constant>,
    /// Texts of constants, patterns and names.
    pub text: String,
    /// Patterns of `matches`, in the text.
    pub patterns: Vec<Slice>,
    /// Loops.
    pub loops: Vec<Loop>,
    /// Parameters.
    pub params: Vec<LoweredParam>,
    /// Their values.
    pub values: Vec<LoweredValue>,
    /// Definitions.
    pub defs: Vec<LoweredDef>,
    /// The definition that derives the filing type, or `NONE`.
    pub filing_type: u32,
    /// The enum of filing types.
    pub filing_types: Option<EnumId>,
    /// Requirements, those that others need first.
    pub rules: Vec<LoweredRule>,
    /// Their versions and replacements.
    pub versions: Vec<LoweredVersion>,
    /// What layers change.
    pub changes: Vec<LoweredChange>,
    /// Exceptions.
    pub exceptions: Vec<LoweredException>,
    /// Waivers.
    pub waivers: Vec<LoweredWaiver>,
    /// Confirmations.
    pub confirmations: Vec<LoweredConfirmation>,
    /// Layers, in the order of the program.
    pub layers: Vec<LoweredLayer>,
    /// Layers of the steps, in the order of `Details::steps`.
    pub step_layers: Vec<u32>,
}

const QUANTIFIERS: [Quantifier; 3] = [Quantifier::Every, Quantifier::Some, Quantifier::No];
const ORDERINGS: [Ordering; 4] = [Ordering::Less, Ordering::LessOrEqual, Ordering::Greater, Ordering::GreaterOrEqual];
const PARTS: [Part; 3] = [Part::Anywhere, Part::Start, Part::End];
const ZEROS: [Zero; 3] = [Zero::Integer, Zero::Decimal, Zero::Money];

/// The number of a variant in the list of all.
fn number<T: PartialEq>(all: &[T], one: &T) -> u8 {
    all.iter().position(|x| x == one).map_or(u8::MAX, |i| i as u8)
}

impl Row for Node {
    const WIDTH: usize = 16;

    fn write(&self, out: &mut Vec<u8>) {
        let (tag, x, y, a, b, c): (u8, u8, u8, u32, u32, u32) = match *self {
            Node::Const(a) => (0, 0, 0, a, 0, 0),
            Node::Param(a) => (1, 0, 0, a, 0, 0),
            Node::Def(a) => (2, 0, 0, a, 0, 0),
            Node::Root { slot, kind } => (3, number(FactKind::ALL, &kind), 0, slot, 0, 0),
            Node::Item { var, offset, kind } => (4, var, 0, offset, number(FactKind::ALL, &kind).into(), 0),
            Node::SubmissionDate => (5, 0, 0, 0, 0, 0),
            Node::Or(s) => (6, 0, 0, s.start, s.length, 0),
            Node::And(s) => (7, 0, 0, s.start, s.length, 0),
            Node::Not(a) => (8, 0, 0, a, 0, 0),
            Node::Equal(a, b) => (9, 0, 0, a, b, 0),
            Node::Ordered(op, a, b) => (10, number(&ORDERINGS, &op), 0, a, b, 0),
            Node::In(a, b) => (11, 0, 0, a, b, 0),
            Node::Given(a) => (12, 0, 0, a, 0, 0),
            Node::IsNone(a) => (13, 0, 0, a, 0, 0),
            Node::TextContains { part, any, whole, piece } => (14, number(&PARTS, &part), u8::from(any), whole, piece, 0),
            Node::ListContains { any, list, item } => (15, 0, u8::from(any), list, item, 0),
            Node::Matches(a, b) => (16, 0, 0, a, b, 0),
            Node::Else(s) => (17, 0, 0, s.start, s.length, 0),
            Node::Add { minus, left, right } => (18, 0, u8::from(minus), left, right, 0),
            Node::Quantified { kind, range, body } => (19, number(&QUANTIFIERS, &kind), 0, range, body, 0),
            Node::Count { range, body } => (20, 0, 0, range, body, 0),
            Node::Sum { range, value, zero } => (21, number(&ZEROS, &zero), 0, range, value, 0),
            Node::SameList(a, b) => (22, 0, 0, a, b, 0),
            Node::Call(builtin, s) => (23, number(Builtin::ALL, &builtin), 0, s.start, s.length, 0),
            Node::List(s) => (24, 0, 0, s.start, s.length, 0),
            Node::Decide(s, rest) => (25, 0, 0, s.start, s.length, rest),
            Node::Stated { may_be_empty, fact } => (26, 0, u8::from(may_be_empty), fact, 0, 0),
        };
        out.extend_from_slice(&[tag, x, y, 0]);
        [a, b, c].iter().for_each(|n| n.write(out));
    }

    #[inline]
    fn read(bytes: &[u8]) -> Self {
        let bytes = &bytes[..16];
        let (x, y) = (bytes[1], bytes[2] != 0);
        let (a, b, c) = (u32::read(&bytes[4..]), u32::read(&bytes[8..]), u32::read(&bytes[12..]));
        let slice = Slice { start: a, length: b };
        match bytes[0] {
            0 => Node::Const(a),
            1 => Node::Param(a),
            2 => Node::Def(a),
            3 => Node::Root { slot: a, kind: FactKind::ALL[x as usize] },
            4 => Node::Item { var: x, offset: a, kind: FactKind::ALL[b as usize] },
            5 => Node::SubmissionDate,
            6 => Node::Or(slice),
            7 => Node::And(slice),
            8 => Node::Not(a),
            9 => Node::Equal(a, b),
            10 => Node::Ordered(ORDERINGS[x as usize], a, b),
            11 => Node::In(a, b),
            12 => Node::Given(a),
            13 => Node::IsNone(a),
            14 => Node::TextContains { part: PARTS[x as usize], any: y, whole: a, piece: b },
            15 => Node::ListContains { any: y, list: a, item: b },
            16 => Node::Matches(a, b),
            17 => Node::Else(slice),
            18 => Node::Add { minus: y, left: a, right: b },
            19 => Node::Quantified { kind: QUANTIFIERS[x as usize], range: a, body: b },
            20 => Node::Count { range: a, body: b },
            21 => Node::Sum { range: a, value: b, zero: ZEROS[x as usize] },
            22 => Node::SameList(a, b),
            23 => Node::Call(Builtin::ALL[x as usize], slice),
            24 => Node::List(slice),
            25 => Node::Decide(slice, c),
            26 => Node::Stated { may_be_empty: y, fact: a },
            // INVARIANT: a rulebook is checked when it is opened; there is no other tag.
            _ => Node::Const(NONE),
        }
    }
}

impl Row for Constant {
    const WIDTH: usize = 16;

    fn write(&self, out: &mut Vec<u8>) {
        let from = out.len();
        match *self {
            Constant::Bool(b) => {
                out.push(0);
                b.write(out);
            }
            Constant::Int(n) => {
                out.extend_from_slice(&[1, 0, 0, 0]);
                n.write(out);
            }
            Constant::Decimal(n) => {
                out.extend_from_slice(&[2, 0, 0, 0]);
                n.write(out);
            }
            Constant::Date(y, m, d) => {
                out.extend_from_slice(&[3, m as u8, d as u8, 0]);
                i32::from(y).write(out);
            }
            Constant::DateTime(y, mo, d, h, mi, s) => {
                out.extend_from_slice(&[4, mo as u8, d as u8, h as u8]);
                i32::from(y).write(out);
                out.extend_from_slice(&[mi as u8, s as u8]);
            }
            Constant::Text(start, length) => {
                out.extend_from_slice(&[5, 0, 0, 0]);
                Slice { start, length }.write(out);
            }
            Constant::Enum(n) => {
                out.extend_from_slice(&[6, 0, 0, 0]);
                u32::from(n).write(out);
            }
            Constant::Duration(d) => {
                out.extend_from_slice(&[7, d.is_more.into(), 0, 0]);
                [d.months, d.days, d.hours].iter().for_each(|n| n.write(out));
            }
            Constant::BusinessDays(n) => {
                out.extend_from_slice(&[8, 0, 0, 0]);
                n.write(out);
            }
            Constant::Money(m) => {
                out.push(9);
                out.extend_from_slice(&m.currency);
                m.cents().write(out);
            }
            Constant::List(s) => {
                out.extend_from_slice(&[10, 0, 0, 0]);
                s.write(out);
            }
        }
        out.resize(from + Self::WIDTH, 0);
    }

    #[inline]
    fn read(bytes: &[u8]) -> Self {
        let bytes = &bytes[..16];
        let int = |at: usize| i32::read(&bytes[at..]);
        let year = || int(4) as i16;
        match bytes[0] {
            0 => Constant::Bool(bytes[1] != 0),
            1 => Constant::Int(i64::read(&bytes[4..])),
            2 => Constant::Decimal(i64::read(&bytes[4..])),
            3 => Constant::Date(year(), bytes[1] as i8, bytes[2] as i8),
            4 => Constant::DateTime(year(), bytes[1] as i8, bytes[2] as i8, bytes[3] as i8, bytes[8] as i8, bytes[9] as i8),
            5 => Constant::Text(u32::read(&bytes[4..]), u32::read(&bytes[8..])),
            6 => Constant::Enum(u32::read(&bytes[4..]) as u16),
            7 => Constant::Duration(Duration { months: int(4), days: int(8), hours: int(12), is_more: bytes[1] != 0 }),
            8 => Constant::BusinessDays(int(4)),
            9 => Constant::Money(Money::new([bytes[1], bytes[2], bytes[3]], i64::read(&bytes[4..]))),
            _ => Constant::List(Slice::read(&bytes[4..])),
        }
    }
}
