//! The tree as written: one item per declaration, every part with its span.
#![allow(missing_docs)] // the fields are the parts of the construct that the language reference describes

use crate::diagnostic::Reported;
use crate::source::{SourceId, Span};
pub use crate::value::choice::{Claim, Confidence, Ordering, Part, Quantifier, Strength};
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

/// A text with its escapes resolved; the span includes the quotes.
#[derive(Clone, Debug)]
pub struct Text {
    /// The text.
    pub value: String,
    /// Where.
    pub span: Span,
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
}

/// The kinds of declarations.
#[derive(Clone, Debug)]
#[allow(missing_docs)] // each variant is the keyword of the language
pub enum ItemKind {
    Part(Name),
    Layer(Layer),
    Enum(Enum),
    Record(Record),
    Manifest(Vec<Field>, Span),
    Type(TypeItem),
    Role(Role),
    Source(SourceItem),
    Parameter(Parameter),
    Set(Set),
    Define(Define),
    Requirement(Requirement),
    Material(Material),
    Step(Step),
    Amend(Amend),
    Waive(Change),
    Replace(Change, Claim),
    Confirm(Change),
    Advice(Advice),
    Case(Case),
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
    pub values: Vec<(Name, Option<Texts>)>,
}

#[derive(Clone, Debug)]
pub struct Record {
    pub name: Name,
    pub title: Option<Texts>,
    pub fields: Vec<Field>,
}

#[derive(Clone, Debug)]
pub struct Field {
    pub name: Name,
    pub ty: TypeRef,
    pub is_register: bool,
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
    pub played_by: Vec<Name>,
}

#[derive(Clone, Debug)]
pub struct SourceItem {
    pub name: Name,
    pub title: Texts,
    pub body: Clauses,
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
    pub id: Option<Name>,
    pub title: Option<Texts>,
    pub body: Clauses,
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

#[derive(Clone, Debug)]
pub struct Requirement {
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

/// `waive`, `replace` or `confirm`.
#[derive(Clone, Debug)]
pub struct Change {
    pub target: RuleRef,
    pub id: Option<Name>,
    pub title: Option<Texts>,
    pub body: Clauses,
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
    pub axis: Option<Vec<Name>>,
    pub span: Span,
}

#[derive(Clone, Debug)]
pub struct Report {
    pub at: Option<Vec<Name>>,
    pub texts: Texts,
}

/// Who acts: `service-principal named service.principal.name reached at service.principal.mobile`.
#[derive(Clone, Debug)]
pub struct Actor {
    pub name: Name,
    pub named: Option<Vec<Name>>,
    pub reached: Option<Vec<Name>>,
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
    Within(Literal, Vec<Name>),
    Before(Literal, Vec<Name>),
    On(Vec<Name>),
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

/// The lines of a block; which of them a declaration may hold is checked where the block is parsed.
#[derive(Clone, Debug, Default)]
pub struct Clauses {
    pub span: Span,
    pub sources: Vec<Citation>,
    pub basis: Option<Text>,
    pub confidence: Option<Confidence>,
    pub is_unconfirmed: bool,
    pub last_seen: Option<Text>,
    pub readings: Vec<Reading>,
    pub effective: Option<Effective>,
    pub stage: Option<Name>,
    pub strength: Option<Strength>,
    pub filing_types: Vec<Name>,
    pub needs: Vec<RuleRef>,
    pub for_each: Vec<(Name, Vec<Name>)>,
    pub when: Option<Expr>,
    pub require: Option<Expr>,
    pub demands: Vec<Name>,
    pub report: Option<Report>,
    pub help: Option<Texts>,
    pub over: Vec<RuleRef>,
    pub advice: Vec<Texts>,
    pub even_if_not_required: bool,
    pub field: Option<Vec<Name>>,
    pub formats: Vec<Name>,
    pub max_kb: Option<i64>,
    pub actors: Vec<Actor>,
    pub after: Vec<Name>,
    pub takes: Option<(i64, Literal, Span)>,
    pub usual: Vec<(Usual, Option<Expr>)>,
    pub started_on: Option<Vec<Name>>,
    pub until: Option<Name>,
    pub returns_to: Option<Name>,
    pub is_milestone: bool,
    pub deadlines: Vec<Deadline>,
    pub done_on: Option<Vec<Name>>,
    pub done_when: Option<Expr>,
    pub attach: Vec<Name>,
    pub gated_by: Vec<Gate>,
    pub produces: Option<Texts>,
    pub on_reject: Option<Name>,
    pub url: Option<Text>,
    pub dated: Option<Text>,
    pub read: Option<Date>,
    pub authority: Option<Texts>,
    pub plate: Option<Text>,
    pub gb2260: Option<Text>,
    pub applies: Option<Expr>,
    pub otherwise: Option<Texts>,
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
    Is { negated: bool, left: Box<Expr>, right: Box<Expr> },
    In { negated: bool, item: Box<Expr>, list: Box<Expr> },
    Ordered { op: Ordering, left: Box<Expr>, right: Box<Expr> },
    Given(Box<Expr>),
    GivenAs(Box<Expr>, Box<Expr>),
    Missing(Box<Expr>),
    IsNone(Box<Expr>),
    Contains { part: Part, any: bool, whole: Box<Expr>, piece: Box<Expr> },
    Matches(Box<Expr>, Text),
    Within { left: Box<Expr>, limit: Box<Expr>, of: Box<Expr> },
    Else(Vec<Expr>),
    Arithmetic { minus: bool, left: Box<Expr>, right: Box<Expr> },
    Quantified { kind: Quantifier, var: Name, list: Vec<Name>, body: Box<Expr> },
    CountOf(Vec<Name>, Span),
    CountWhere { var: Name, list: Vec<Name>, body: Box<Expr> },
    SumOf { value: Box<Expr>, var: Name, list: Vec<Name> },
    Path(Vec<Name>),
    Call(Name, Vec<Expr>),
    List(Vec<Expr>),
    Literal(Literal),
    Error(Reported),
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
    Waived,
    Blocked,
}
