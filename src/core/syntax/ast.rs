//! The tree as written: one item per declaration, every part with its span.
#![allow(missing_docs)] // the fields are the parts of the construct that the language reference describes

pub use super::clauses::{Block, Clause, Clauses, Line};
pub use super::parts::{Declared, NameKind, Visitor};
use crate::diagnostic::{Language, Reported};
use crate::source::{SourceId, Span};
pub use crate::value::choice::{Claim, Confidence, FactKind, Ordering, Part, Quantifier, Several, Strength};
use crate::value::{Date, DateTime, Duration, Money};

/// A name as written.
#[derive(Clone, Debug)]
pub struct Name {
    /// The name.
    pub text: String,
    /// Where.
    pub span: Span,
}

/// From the first to the last of some names.
pub fn span_of(names: &[Name]) -> Span {
    let (first, last) = (names.first().map_or(Span::default(), |n| n.span), names.last().map_or(Span::default(), |n| n.span));
    Span { end: last.end, ..first }
}

impl Name {
    /// What stands for a name that cannot be read; no name is empty.
    pub fn none(span: Span) -> Self {
        Name { text: String::new(), span }
    }
}

/// A place of a manifest, name by name.
pub type Path = Vec<Name>;

/// A text with its escapes resolved; the span includes the quotes.
#[derive(Clone, Debug)]
pub struct Text {
    /// The text.
    pub value: String,
    /// Where.
    pub span: Span,
}

impl Text {
    /// What stands for a text that cannot be read.
    pub fn none(span: Span) -> Self {
        Text { value: String::new(), span }
    }
}

/// A text and its Chinese twin.
#[derive(Clone, Debug)]
pub struct Texts {
    /// English.
    pub en: Text,
    /// Chinese, where written.
    pub zh: Option<Text>,
}

/// `ln/phone-local` or `phone-local`.
#[derive(Clone, Debug)]
pub struct RuleRef {
    /// The layer, where written.
    pub layer: Option<Name>,
    /// The rule.
    pub id: Name,
    /// The whole reference.
    pub span: Span,
}

impl RuleRef {
    /// As written.
    pub fn text(&self) -> String {
        match &self.layer {
            Some(layer) => format!("{}/{}", layer.text, self.id.text),
            None => self.id.text.clone(),
        }
    }
}

/// One rule file.
#[derive(Clone, Debug)]
pub struct File {
    /// The text.
    pub source: SourceId,
    /// Its declarations in order.
    pub items: Vec<Item>,
}

/// A declaration with its documentation comment and the place of its head.
#[derive(Clone, Debug)]
pub struct Item {
    /// What it declares.
    pub kind: ItemKind,
    /// `///` lines before it.
    pub docs: String,
    /// The whole declaration.
    pub span: Span,
    /// What is wrong with it. Its kind and name can be relied on; what else it says was not read, or not to the end.
    pub fault: Option<Fault>,
}

/// A fault in a declaration.
#[derive(Clone, Debug)]
pub struct Fault {
    /// That it was said.
    pub reported: Reported,
    /// Words that the declaration may declare beside its name, where it could not be read.
    pub declares: Vec<String>,
    /// All its words: what it may use.
    pub mentions: Vec<String>,
}

/// The kinds of declarations.
#[derive(Clone, Debug)]
#[allow(missing_docs)] // each variant is the keyword of the language
pub enum ItemKind {
    Part(Name),
    Layer(Layer),
    Enum(Enum),
    Record(Record),
    Manifest(Manifest),
    Type(TypeItem),
    Role(Role),
    LookUp(LookUp),
    Source(SourceItem),
    Calendar(Calendar),
    Parameter(Parameter),
    Set(Set),
    Define(Define),
    Requirement(Requirement),
    Material(Material),
    Step(Step),
    Amend(Amend),
    Waive(Change),
    Replace(Replacement),
    Adopt(Change),
    Confirm(Change),
    Advice(Advice),
    Case(Case),
    /// Its kind or its name cannot be told; the word it begins with.
    Unknown(Name),
}

/// `region` or `provider`.
#[derive(Clone, Debug)]
pub struct Layer {
    pub is_provider: bool,
    pub id: Name,
    pub title: Texts,
    pub extends: Option<Name>,
    pub body: Clauses,
}

#[derive(Clone, Debug)]
pub struct Enum {
    pub name: Name,
    pub title: Option<Texts>,
    pub is_open: bool,
    /// What is not listed is none of the values; else nothing is known of it.
    pub others_differ: bool,
    pub values: Vec<(Name, Option<Texts>)>,
    /// For each value other ways of writing it.
    pub also: Vec<Vec<Text>>,
}

#[derive(Clone, Debug)]
pub struct Record {
    pub name: Name,
    pub title: Option<Texts>,
    pub fields: Vec<Field>,
}

/// The shape of a manifest; its name is its keyword.
#[derive(Clone, Debug)]
pub struct Manifest {
    pub name: Name,
    pub fields: Vec<Field>,
}

#[derive(Clone, Debug)]
pub struct Field {
    pub name: Name,
    pub ty: TypeRef,
    pub kind: FactKind,
    /// Whether its values belong to a person.
    pub is_private: bool,
    pub title: Option<Texts>,
}

/// `list of domain keyed by name?`
#[derive(Clone, Debug)]
pub struct TypeRef {
    pub name: Name,
    pub is_list: bool,
    pub key: Option<Name>,
    pub is_optional: bool,
    pub span: Span,
}

#[derive(Clone, Debug)]
pub struct TypeItem {
    pub name: Name,
    pub base: Name,
    pub title: Option<Texts>,
    pub rule: TypeRule,
}

#[derive(Clone, Debug)]
pub enum TypeRule {
    Matching(Text),
    Between(i64, i64, Span),
    Missing,
}

/// `role region is filing.region`
#[derive(Clone, Debug)]
pub struct Role {
    pub name: Name,
    /// The field, enum or definition that plays it.
    pub played_by: Path,
}

/// Where facts are looked up.
#[derive(Clone, Debug)]
pub struct LookUp {
    /// The keyword: it declares no name.
    pub keyword: Name,
    pub fields: Vec<Path>,
    pub place: Texts,
}

#[derive(Clone, Debug)]
pub struct SourceItem {
    pub name: Name,
    pub title: Texts,
    pub body: Clauses,
}

/// The working days of a year.
#[derive(Clone, Debug)]
pub struct Calendar {
    /// The year as written.
    pub year: Name,
    pub title: Texts,
    pub body: Clauses,
}

/// `2026-01-01 .. 2026-01-03`; both days included.
#[derive(Clone, Debug)]
pub struct Days {
    pub from: Date,
    pub until: Date,
    pub span: Span,
}

#[derive(Clone, Debug)]
pub struct Parameter {
    pub name: Name,
    pub ty: TypeRef,
    pub value: Expr,
    pub title: Option<Texts>,
    pub body: Clauses,
}

#[derive(Clone, Debug)]
pub struct Set {
    pub name: Name,
    pub value: Expr,
    /// The filings for which it holds; all where none is written.
    pub when: Option<Expr>,
    pub id: Option<Name>,
    pub title: Option<Texts>,
    pub body: Clauses,
}

impl Set {
    /// The id under which the change is known.
    pub fn change_id(&self) -> String {
        self.id.as_ref().map_or(self.name.text.replace('_', "-"), |i| i.text.clone())
    }
}

#[derive(Clone, Debug)]
pub struct Define {
    pub name: Name,
    pub value: DefineValue,
    pub title: Option<Texts>,
}

#[derive(Clone, Debug)]
pub enum DefineValue {
    Expr(Expr),
    Decide(Decide),
}

#[derive(Clone, Debug)]
pub struct Decide {
    pub rows: Vec<(Name, Expr)>,
    pub otherwise: Option<Name>,
    pub of: Name,
    pub title: Option<Texts>,
    pub span: Span,
}

/// A fact that must be stated.
#[derive(Clone, Debug)]
pub struct Stated {
    pub path: Path,
    /// A list without items is an answer.
    pub may_be_empty: bool,
}

/// `requirement` or `facts`.
#[derive(Clone, Debug)]
pub struct Requirement {
    /// What it demands is that facts are stated.
    pub is_facts: bool,
    /// It is in force only where a layer adopts it.
    pub is_optional: bool,
    pub id: Name,
    pub title: Texts,
    pub body: Clauses,
}

#[derive(Clone, Debug)]
pub struct Material {
    pub id: Name,
    pub title: Texts,
    pub body: Clauses,
}

#[derive(Clone, Debug)]
pub struct Step {
    pub id: Name,
    pub title: Texts,
    pub body: Clauses,
}

#[derive(Clone, Debug)]
pub struct Amend {
    pub target: RuleRef,
    pub exceptions: Vec<Exception>,
}

/// `except` or `unless`.
#[derive(Clone, Debug)]
pub struct Exception {
    pub id: Name,
    pub title: Option<Texts>,
    pub when: Expr,
    pub body: Clauses,
    pub unless: Vec<Exception>,
}

/// `replace`: what it says, how it compares, and whether nothing of the base is left where its own scope does not hold.
#[derive(Clone, Debug)]
pub struct Replacement {
    pub change: Change,
    pub claim: Claim,
    pub is_instead: bool,
}

/// `waive`, `replace`, `adopt` or `confirm`.
#[derive(Clone, Debug)]
pub struct Change {
    pub target: RuleRef,
    pub id: Option<Name>,
    pub title: Option<Texts>,
    pub body: Clauses,
}

impl Change {
    /// The id under which the change is known.
    pub fn change_id(&self) -> String {
        self.id.as_ref().map_or(self.target.id.text.clone(), |i| i.text.clone())
    }
}

#[derive(Clone, Debug)]
pub struct Advice {
    pub id: Name,
    pub text: Texts,
    pub on: Option<RuleRef>,
    pub body: Clauses,
}

/// `order-292 item "art. 4"`.
#[derive(Clone, Debug)]
pub struct Citation {
    pub source: Name,
    pub item: Option<Text>,
}

#[derive(Clone, Debug)]
pub struct Reading {
    pub texts: Texts,
    pub sources: Vec<Citation>,
}

/// `effective A .. B ends by path`; both days included.
#[derive(Clone, Debug)]
pub struct Effective {
    pub from: Option<Date>,
    pub until: Option<Date>,
    pub ends: bool,
    pub axis: Option<Path>,
    pub span: Span,
}

#[derive(Clone, Debug)]
pub struct Report {
    pub at: Option<Path>,
    pub texts: Texts,
}

/// Who acts: `service-principal named service.principal.name reached at service.principal.mobile`.
#[derive(Clone, Debug)]
pub struct Actor {
    pub name: Name,
    pub named: Option<Path>,
    pub reached: Option<Path>,
    pub when: Option<Expr>,
}

/// `1 .. 20 business days`: the least count and the longest time.
#[derive(Clone, Debug)]
pub struct Takes {
    pub least: i64,
    pub longest: Literal,
    pub span: Span,
}

/// What is usual, and when.
#[derive(Clone, Debug)]
pub struct Usually {
    pub time: Usual,
    pub when: Option<Expr>,
}

/// `1 .. 5 business days`, or two parameters.
#[derive(Clone, Debug)]
pub enum Usual {
    Literal(i64, Literal),
    Params(Name, Name),
}

/// What a limit counts from, and which way.
#[derive(Clone, Debug)]
pub enum Limit {
    Within(Literal, Path),
    Before(Literal, Path),
    On(Path),
    /// Month and day.
    Yearly(i8, i8),
}

#[derive(Clone, Debug)]
pub struct Deadline {
    pub limit: Limit,
    pub should: bool,
    pub when: Option<Expr>,
    pub missed: Option<Texts>,
    pub span: Span,
}

/// What must hold before a step: a rule, or every rule of a stage.
#[derive(Clone, Debug)]
pub enum Gate {
    Rule(RuleRef),
    Stage(Name),
}

/// A line that says all with its keywords.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Said;

/// `current` or `unconfirmed`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    Current,
    Unconfirmed,
}

/// `s in service`.
#[derive(Clone, Debug)]
pub struct Loop {
    pub var: Name,
    pub list: Path,
}

/// An expression with its place.
#[derive(Clone, Debug)]
pub struct Expr {
    pub kind: ExprKind,
    pub span: Span,
}

#[derive(Clone, Debug)]
pub enum ExprKind {
    Or(Vec<Expr>),
    And(Vec<Expr>),
    Not(Box<Expr>),
    Is {
        negated: bool,
        left: Box<Expr>,
        right: Box<Expr>,
    },
    In {
        negated: bool,
        item: Box<Expr>,
        list: Box<Expr>,
    },
    Ordered {
        op: Ordering,
        left: Box<Expr>,
        right: Box<Expr>,
    },
    Given(Box<Expr>),
    GivenAs(Box<Expr>, Box<Expr>),
    Missing(Box<Expr>),
    IsNone(Box<Expr>),
    Contains {
        part: Part,
        any: bool,
        whole: Box<Expr>,
        piece: Box<Expr>,
    },
    Matches(Box<Expr>, Text),
    /// A comparison that holds where what stands on its left is not stated.
    IfGiven(Box<Expr>),
    /// `any of { … }`, `all of { … }`: one condition on a line.
    Listed {
        any: bool,
        conditions: Vec<Expr>,
    },
    Within {
        left: Box<Expr>,
        limit: Box<Expr>,
        of: Box<Expr>,
    },
    Else(Vec<Expr>),
    Arithmetic {
        minus: bool,
        left: Box<Expr>,
        right: Box<Expr>,
    },
    Quantified {
        kind: Quantifier,
        var: Name,
        list: Path,
        body: Box<Expr>,
    },
    CountOf(Path, Span),
    CountWhere {
        var: Name,
        list: Path,
        body: Box<Expr>,
    },
    SumOf {
        value: Box<Expr>,
        var: Name,
        list: Path,
    },
    Path(Path),
    Call(Name, Vec<Expr>),
    List(Vec<Expr>),
    Literal(Literal),
    Error(Reported),
}

impl ExprKind {
    /// The expressions directly inside, as written from left to right.
    pub fn children(&self) -> Vec<&Expr> {
        match self {
            ExprKind::Or(l)
            | ExprKind::And(l)
            | ExprKind::Else(l)
            | ExprKind::List(l)
            | ExprKind::Call(_, l)
            | ExprKind::Listed { conditions: l, .. } => l.iter().collect(),
            ExprKind::Not(a)
            | ExprKind::Given(a)
            | ExprKind::Missing(a)
            | ExprKind::IsNone(a)
            | ExprKind::IfGiven(a)
            | ExprKind::Matches(a, _) => vec![a],
            ExprKind::Is { left: a, right: b, .. }
            | ExprKind::Ordered { left: a, right: b, .. }
            | ExprKind::Arithmetic { left: a, right: b, .. }
            | ExprKind::GivenAs(a, b)
            | ExprKind::In { item: a, list: b, .. }
            | ExprKind::Contains { whole: a, piece: b, .. } => vec![a, b],
            ExprKind::Within { left, limit, of } => vec![left, limit, of],
            ExprKind::Quantified { body, .. } | ExprKind::CountWhere { body, .. } => vec![body],
            ExprKind::SumOf { value, .. } => vec![value],
            ExprKind::CountOf(..) | ExprKind::Path(_) | ExprKind::Literal(_) | ExprKind::Error(_) => vec![],
        }
    }

    /// The list that is looped over.
    pub fn list(&self) -> Option<&[Name]> {
        match self {
            ExprKind::Quantified { list, .. }
            | ExprKind::CountOf(list, _)
            | ExprKind::CountWhere { list, .. }
            | ExprKind::SumOf { list, .. } => Some(list),
            _ => None,
        }
    }
}

/// A literal value.
#[derive(Clone, Debug, PartialEq)]
pub enum Literal {
    Bool(bool),
    Integer(i64),
    /// In millionths.
    Decimal(i64),
    Date(Date),
    DateTime(DateTime),
    Text(String),
    Duration(Duration),
    BusinessDays(i32),
    Money(Money),
}

/// A case: a filing and what must come out.
#[derive(Clone, Debug)]
pub struct Case {
    pub title: Text,
    pub manifest: Option<Text>,
    pub with: Vec<(Target, Option<CaseValue>)>,
    pub on: Option<Date>,
    pub expect: Vec<Expect>,
}

/// A place in a manifest: `domain["a.cn"].expires_on`.
#[derive(Clone, Debug)]
pub struct Target {
    pub steps: Vec<TargetStep>,
    pub span: Span,
}

#[derive(Clone, Debug)]
pub enum TargetStep {
    Field(Name),
    Key(Text),
    Index(usize, Span),
}

#[derive(Clone, Debug)]
pub struct CaseValue {
    pub kind: CaseValueKind,
    pub span: Span,
}

#[derive(Clone, Debug)]
pub enum CaseValueKind {
    Literal(Literal),
    Word(String),
    List(Vec<CaseValue>),
    Table(Vec<(Name, CaseValue)>),
}

#[derive(Clone, Debug)]
pub struct Expect {
    pub kind: ExpectKind,
    pub strict: bool,
    /// The language of its keywords.
    pub keywords: Language,
    pub span: Span,
}

#[derive(Clone, Debug)]
pub enum ExpectKind {
    Verdict(Name),
    Missing(Vec<Target>),
    Outcome { outcome: ExpectedOutcome, only: bool, rules: Vec<(RuleRef, Option<Target>)> },
    Value(Name, Name),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExpectedOutcome {
    Violated,
    Warned,
    Satisfied,
    Undetermined,
    NotApplicable,
    /// No rule of this id counts on the day.
    NotInForce,
    Waived,
    Blocked,
}
