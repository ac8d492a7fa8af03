//! Expressions: what they are, their types and constants.

use super::{DefId, ExprId, FactKind, Ordering, ParamId, Part, Quantifier};
use crate::source::Span;
use crate::value::{Date, DateTime, Duration, EnumId, Money, PatternId, RecordId, Scalar};

/// The type of an expression.
#[derive(Clone, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub enum Type {
    /// Already reported.
    Error,
    /// Any text.
    Text,
    /// A whole number.
    Integer,
    /// A decimal number.
    Decimal,
    /// A condition.
    Boolean,
    /// A civil date.
    Date,
    /// A civil date and time.
    DateTime,
    /// A calendar duration.
    Duration,
    /// A number of business days.
    BusinessDays,
    /// An amount.
    Money,
    /// A domain scalar.
    Scalar(Scalar),
    /// A value of an enum.
    Enum(EnumId),
    /// A declared type of texts (`true`) or of whole numbers.
    Pattern(PatternId, bool),
    /// A document.
    File,
    /// A record.
    Record(RecordId),
    /// A list.
    List(Box<Type>),
}

/// A constant of the rules.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub enum Const {
    /// True or false.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// In millionths.
    Decimal(i64),
    /// A date.
    Date(Date),
    /// A date and time.
    DateTime(DateTime),
    /// A text.
    Text(String),
    /// A value of an enum.
    Enum(EnumId, u16),
    /// A duration.
    Duration(Duration),
    /// Business days.
    BusinessDays(i32),
    /// An amount.
    Money(Money),
    /// A list of constants.
    List(Vec<Const>),
}

/// What a field path starts from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub enum Base {
    /// The manifest.
    Root,
    /// The loop variable of this depth, counted from the outermost.
    Var(u8),
}

/// A place in the manifest relative to the manifest or to a loop variable.
#[derive(Clone, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub struct FieldPath {
    /// Where it starts.
    pub base: Base,
    /// Names of the fields passed.
    pub names: Vec<String>,
    /// Slot, from the start of the base's block.
    pub slot: u32,
    /// The record and the index of the last field; `None` for a loop variable itself and for properties of files.
    pub field: Option<(RecordId, u16)>,
    /// Who knows it.
    pub kind: FactKind,
}

/// A loop over a list of the manifest.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub struct Range {
    /// Its variable, as written.
    pub name: String,
    /// Depth of its variable.
    pub var: u8,
    /// The list.
    pub list: FieldPath,
    /// Type of the items.
    pub item: Type,
    /// The list as written.
    pub span: Span,
}

/// An expression.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// Its type.
    pub ty: Type,
    /// Where it was written.
    pub span: Span,
}

/// The kinds of expressions.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
#[allow(missing_docs)] // the language reference says what each means
pub enum ExprKind {
    Error,
    Const(Const),
    Param(ParamId),
    Def(DefId),
    Field(FieldPath),
    SubmissionDate,
    Or(Vec<ExprId>),
    And(Vec<ExprId>),
    Not(ExprId),
    Equal(ExprId, ExprId),
    Ordered(Ordering, ExprId, ExprId),
    /// Item and list.
    In(ExprId, ExprId),
    Given(ExprId),
    IsNone(ExprId),
    /// A fact that must be stated; `may_be_empty`: a list without items is an answer.
    Stated {
        fact: ExprId,
        may_be_empty: bool,
    },
    /// A part of a text; `any`: the piece is a list of texts.
    TextContains {
        part: Part,
        any: bool,
        whole: ExprId,
        piece: ExprId,
    },
    /// A list holds an item, or any of a list.
    ListContains {
        any: bool,
        list: ExprId,
        item: ExprId,
    },
    Matches(ExprId, String),
    Else(Vec<ExprId>),
    Add {
        minus: bool,
        left: ExprId,
        right: ExprId,
    },
    Quantified {
        kind: Quantifier,
        range: Box<Range>,
        body: ExprId,
    },
    Count {
        range: Box<Range>,
        body: Option<ExprId>,
    },
    Sum {
        range: Box<Range>,
        value: ExprId,
    },
    Call(crate::builtin::Builtin, Vec<ExprId>),
    List(Vec<ExprId>),
    /// Rows of condition and value, tried in order, and the value of the rest.
    Decide {
        rows: Vec<(ExprId, u16)>,
        otherwise: Option<u16>,
    },
}

impl ExprKind {
    /// The expressions directly inside.
    pub fn children(&self) -> Vec<ExprId> {
        match self {
            ExprKind::Or(list) | ExprKind::And(list) | ExprKind::Else(list) | ExprKind::List(list) | ExprKind::Call(_, list) => {
                list.clone()
            }
            ExprKind::Not(a) | ExprKind::Given(a) | ExprKind::IsNone(a) | ExprKind::Stated { fact: a, .. } | ExprKind::Matches(a, _) => {
                vec![*a]
            }
            ExprKind::Equal(a, b) | ExprKind::Ordered(_, a, b) | ExprKind::In(a, b) => vec![*a, *b],
            ExprKind::TextContains { whole, piece, .. } => vec![*whole, *piece],
            ExprKind::ListContains { list, item, .. } => vec![*list, *item],
            ExprKind::Add { left, right, .. } => vec![*left, *right],
            ExprKind::Quantified { body, .. } => vec![*body],
            ExprKind::Count { body, .. } => body.iter().copied().collect(),
            ExprKind::Sum { value, .. } => vec![*value],
            ExprKind::Decide { rows, .. } => rows.iter().map(|(c, _)| *c).collect(),
            ExprKind::Error
            | ExprKind::Const(_)
            | ExprKind::Param(_)
            | ExprKind::Def(_)
            | ExprKind::Field(_)
            | ExprKind::SubmissionDate => {
                vec![]
            }
        }
    }
}
