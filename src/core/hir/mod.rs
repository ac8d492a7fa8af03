//! The resolved and typed program, as data.
//!
//! In: nothing. Out: `Program` and its parts, named by ids.
//! INVARIANT: every id points into the program it came with; a field that lies in a broken declaration was reported before.

use crate::diagnostic::Bilingual;
use crate::source::Span;
pub use crate::syntax::ast::{Claim, Confidence, Ordering, Part, Quantifier, Strength};
use crate::value::{Date, DateTime, Duration, EnumId, Money, PatternId, RecordId, Scalar, Schema};

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident;)*) => {
        $($(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
        pub struct $name(pub u32);

        impl $name {
            /// As an index.
            pub fn index(self) -> usize {
                self.0 as usize
            }
        })*
    };
}

ids! {
    /// Names a layer.
    LayerId;
    /// Names a legal source.
    SourceRef;
    /// Names a parameter.
    ParamId;
    /// Names a definition.
    DefId;
    /// Names a requirement with all its versions.
    RuleId;
    /// Names a change a layer makes.
    ChangeId;
    /// Names a material.
    MaterialId;
    /// Names a step.
    StepId;
    /// Names an expression.
    ExprId;
}

/// The type of an expression.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
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
#[derive(Clone, Debug, PartialEq)]
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Base {
    /// The manifest.
    Root,
    /// The loop variable of this depth, counted from the outermost.
    Var(u8),
}

/// A place in the manifest relative to the manifest or to a loop variable.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct FieldPath {
    /// Where it starts.
    pub base: Base,
    /// Names of the fields passed.
    pub names: Vec<String>,
    /// Slot, from the start of the base's block.
    pub slot: u32,
    /// The record and the index of the last field; `None` for a loop variable itself and for properties of files.
    pub field: Option<(RecordId, u16)>,
    /// Whether only a look-up can give it.
    pub is_register: bool,
}

/// A loop over a list of the manifest.
#[derive(Clone, Debug)]
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
#[derive(Clone, Debug)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// Its type.
    pub ty: Type,
    /// Where it was written.
    pub span: Span,
}

/// The kinds of expressions.
#[derive(Clone, Debug)]
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

/// Days on which something is in force; both ends included.
#[derive(Clone, Debug, Default)]
pub struct Effective {
    /// First day.
    pub from: Option<Date>,
    /// Last day.
    pub until: Option<Date>,
    /// The end is final.
    pub ends: bool,
    /// The date that is counted, when it is not the submission date.
    pub axis: Option<FieldPath>,
    /// Where it was written; empty where it was left out.
    pub span: Span,
}

impl Effective {
    /// Whether a day lies in the range.
    pub fn contains(&self, day: Date) -> bool {
        self.from.is_none_or(|f| f <= day) && self.until.is_none_or(|u| day <= u)
    }
}

/// A citation of a legal source.
#[derive(Clone, Debug)]
pub struct Citation {
    /// The source.
    pub source: SourceRef,
    /// The place in it.
    pub item: Option<String>,
}

/// Where a rule comes from and how far that is trusted.
#[derive(Clone, Debug, Default)]
pub struct Provenance {
    /// The citations.
    pub sources: Vec<Citation>,
    /// The article of law.
    pub basis: Option<String>,
    /// How good the sources are.
    pub confidence: Option<Confidence>,
    /// Whether the sources are old.
    pub is_unconfirmed: bool,
    /// When it was last seen in force.
    pub last_seen: Option<String>,
    /// What other sources say.
    pub readings: Vec<(Bilingual, Vec<Citation>)>,
    /// Advice that cannot be checked.
    pub advice: Vec<Bilingual>,
}

impl Provenance {
    /// Whether a violation may decide the verdict without `--strict`.
    pub fn is_firm(&self) -> bool {
        !self.is_unconfirmed && self.confidence != Some(Confidence::Low)
    }
}

/// A message with values filled in.
#[derive(Clone, Debug, Default)]
pub struct Template {
    /// English pieces.
    pub en: Vec<TemplatePiece>,
    /// Chinese pieces; empty where there is no twin.
    pub zh: Vec<TemplatePiece>,
}

/// A piece of a message.
#[derive(Clone, Debug)]
pub enum TemplatePiece {
    /// Text as it is.
    Text(String),
    /// A value to be shown.
    Value(ExprId),
}

/// A layer: the national base, a region, a provider.
#[derive(Clone, Debug)]
pub struct Layer {
    /// Its id, `ln`.
    pub id: String,
    /// Where its id was declared.
    pub span: Span,
    /// Its title.
    pub title: Bilingual,
    /// Whether it is a provider's.
    pub is_provider: bool,
    /// What it extends.
    pub extends: Option<LayerId>,
    /// Its authority.
    pub authority: Option<Bilingual>,
    /// First character of filing numbers.
    pub plate: String,
    /// Division code.
    pub gb2260: String,
    /// When it applies.
    pub applies: Option<ExprId>,
    /// What is said when the base does not apply.
    pub otherwise: Option<Bilingual>,
}

/// A legal source.
#[derive(Clone, Debug)]
pub struct Source {
    /// Its name.
    pub name: String,
    /// Its title.
    pub title: Bilingual,
    /// Its address.
    pub url: Option<String>,
    /// The date printed on it.
    pub dated: Option<String>,
    /// The day it was read.
    pub read: Option<Date>,
    /// Where its name was declared.
    pub span: Span,
    /// The layer it belongs to.
    pub layer: LayerId,
}

/// A parameter of the base.
#[derive(Clone, Debug)]
pub struct Param {
    /// Its name.
    pub name: String,
    /// Its layer.
    pub layer: LayerId,
    /// Where its name was declared.
    pub span: Span,
    /// Its type.
    pub ty: Type,
    /// Its title.
    pub title: Bilingual,
    /// Its dated values, in order of their dates.
    pub versions: Vec<(Effective, Const, Provenance, Span)>,
}

/// A definition.
#[derive(Clone, Debug)]
pub struct Def {
    /// Its name.
    pub name: String,
    /// Its layer.
    pub layer: LayerId,
    /// Where its name was declared.
    pub span: Span,
    /// Its title.
    pub title: Bilingual,
    /// Its value.
    pub value: ExprId,
    /// Its type.
    pub ty: Type,
}

/// A requirement with its versions.
#[derive(Clone, Debug)]
pub struct Rule {
    /// Its layer.
    pub layer: LayerId,
    /// Its id within the layer.
    pub id: String,
    /// Its versions in order of their dates.
    pub versions: Vec<Version>,
}

/// What a requirement demands while a version is in force.
#[derive(Clone, Debug)]
pub struct Version {
    /// Where its id was declared.
    pub span: Span,
    /// Its title.
    pub title: Bilingual,
    /// Documentation comment.
    pub docs: String,
    /// When it is in force.
    pub effective: Effective,
    /// Where it comes from.
    pub provenance: Provenance,
    /// Stage of the process.
    pub stage: Option<String>,
    /// `must`, `should` or `note`.
    pub strength: Strength,
    /// Filing types it is about; empty: all.
    pub filing_types: Vec<u16>,
    /// Whether it holds when the base does not apply.
    pub even_if_not_required: bool,
    /// Rules without which it is pointless, with the place that says so.
    pub needs: Vec<(RuleId, Span)>,
    /// Loops, outermost first.
    pub ranges: Vec<Range>,
    /// Condition, together with the filing types.
    pub when: Option<ExprId>,
    /// Condition as written, without the filing types.
    pub own_when: Option<ExprId>,
    /// The demand.
    pub require: ExprId,
    /// Materials it demands.
    pub demands: Vec<(MaterialId, Span)>,
    /// Place and message of a violation.
    pub report: Option<(Option<FieldPath>, Template)>,
    /// What to do.
    pub help: Option<Template>,
}

/// A change a layer makes to its base.
#[derive(Clone, Debug)]
pub struct Change {
    /// The layer that makes it.
    pub layer: LayerId,
    /// Its id within the layer.
    pub id: String,
    /// Where its id, or what stands for it, was written.
    pub span: Span,
    /// Its title.
    pub title: Bilingual,
    /// When it is in force.
    pub effective: Effective,
    /// Where it comes from.
    pub provenance: Provenance,
    /// Changes of other layers it goes before.
    pub over: Vec<ChangeId>,
    /// What it changes.
    pub kind: ChangeKind,
}

/// What a change changes.
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub enum ChangeKind {
    Set {
        param: ParamId,
        value: Const,
    },
    /// An exception; those in `unless` take it back.
    Except {
        rule: RuleId,
        exception: Box<Exception>,
    },
    Waive {
        rule: RuleId,
        when: Option<ExprId>,
    },
    Replace {
        rule: RuleId,
        claim: Claim,
        version: Box<Version>,
    },
    Confirm {
        rule: RuleId,
    },
}

/// An exception with the exceptions to it.
#[derive(Clone, Debug)]
pub struct Exception {
    /// Its label.
    pub id: String,
    /// Where its label was written.
    pub span: Span,
    /// Its title.
    pub title: Bilingual,
    /// Its condition.
    pub when: ExprId,
    /// When it is in force.
    pub effective: Effective,
    /// Where it comes from.
    pub provenance: Provenance,
    /// What takes it back.
    pub unless: Vec<Exception>,
}

/// A material.
#[derive(Clone, Debug)]
pub struct Material {
    /// Its id.
    pub id: String,
    /// Its layer.
    pub layer: LayerId,
    /// Where its id was declared.
    pub span: Span,
    /// Its title.
    pub title: Bilingual,
    /// The field of the manifest that stands for it.
    pub field: Option<FieldPath>,
    /// Accepted formats.
    pub formats: Vec<String>,
    /// Largest size in KB.
    pub max_kb: Option<i64>,
    /// Where it comes from.
    pub provenance: Provenance,
}

/// A length of time of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Length {
    /// Calendar time.
    Calendar(Duration),
    /// Business days.
    Business(i32),
}

/// A field of the manifest, or of every item of a list of records.
#[derive(Clone, Debug)]
pub struct ListPath {
    /// The list, where there is one.
    pub range: Option<Range>,
    /// The field, from the manifest or from the item.
    pub path: FieldPath,
    /// Where it was written.
    pub span: Span,
}

/// Who acts in a step.
#[derive(Clone, Debug)]
pub struct Actor {
    /// The word for it.
    pub title: Bilingual,
    /// Its name in rules.
    pub id: String,
    /// Fields that name the person.
    pub named: Option<ListPath>,
    /// Fields that say how the person is reached.
    pub reached: Option<ListPath>,
    /// When it is this one.
    pub when: Option<ExprId>,
}

/// How long a step usually takes, where that is less than what it may take.
#[derive(Clone, Debug)]
pub enum Usual {
    /// Shortest count and longest time.
    Fixed(i64, Length),
    /// Two parameters, which regions set.
    Params(ParamId, ParamId),
}

/// What a deadline counts from.
#[derive(Clone, Debug)]
pub enum Anchor {
    /// A date of the manifest.
    Field(ListPath),
    /// The end of a step.
    Step(StepId),
}

/// How a deadline is counted.
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub enum Limit {
    Within(Length, Anchor),
    Before(Length, ListPath),
    On(ListPath),
    /// Month and day of every year.
    Yearly(i8, i8),
}

/// A deadline of a step.
#[derive(Clone, Debug)]
pub struct Deadline {
    /// How it is counted.
    pub limit: Limit,
    /// Missing it only warns.
    pub should: bool,
    /// When it counts.
    pub when: Option<ExprId>,
    /// What follows when it is missed.
    pub missed: Option<Bilingual>,
    /// Where it was written.
    pub span: Span,
}

/// What must hold before a step is done.
#[derive(Clone, Debug)]
pub enum Gate {
    /// A requirement.
    Rule(RuleId, Span),
    /// Every requirement of a stage.
    Stage(String),
}

/// A step of the process.
#[derive(Clone, Debug)]
pub struct Step {
    /// Its id.
    pub id: String,
    /// Its layer.
    pub layer: LayerId,
    /// Where its id was declared.
    pub span: Span,
    /// Its title.
    pub title: Bilingual,
    /// Who acts.
    pub actors: Vec<Actor>,
    /// Steps that come before, with the place that says so.
    pub after: Vec<(StepId, Span)>,
    /// Shortest count and longest time, with the place that says so.
    pub takes: Option<(i64, Length, Span)>,
    /// What it usually takes, the first whose condition holds.
    pub usual: Vec<(Usual, Option<ExprId>)>,
    /// The date on which it began, where that is not the end of the steps before.
    pub started_on: Option<ListPath>,
    /// A duty that lasts until this step is done.
    pub until: Option<StepId>,
    /// The step that is taken again after it.
    pub returns_to: Option<StepId>,
    /// What the filing is for.
    pub is_milestone: bool,
    /// Its deadlines.
    pub deadlines: Vec<Deadline>,
    /// The date that shows it done.
    pub done_on: Option<ListPath>,
    /// The condition that shows it done.
    pub done_when: Option<ExprId>,
    /// When it is part of the path.
    pub when: Option<ExprId>,
    /// Materials to attach.
    pub attach: Vec<(MaterialId, Span)>,
    /// What must hold.
    pub gated_by: Vec<Gate>,
    /// What it gives.
    pub produces: Option<Bilingual>,
    /// Where a refusal leads.
    pub on_reject: Option<StepId>,
    /// Where it comes from.
    pub provenance: Provenance,
}

impl Step {
    /// The conditions that are asked for it.
    pub fn conditions(&self) -> impl Iterator<Item = ExprId> {
        let own = [self.when, self.done_when].into_iter().flatten();
        let actors = self.actors.iter().filter_map(|a| a.when);
        own.chain(actors).chain(self.deadlines.iter().filter_map(|d| d.when)).chain(self.usual.iter().filter_map(|u| u.1))
    }

    /// The facts that date it, limit it or name who acts.
    pub fn facts(&self) -> impl Iterator<Item = &ListPath> {
        let dates = self.deadlines.iter().filter_map(|d| match &d.limit {
            Limit::Within(_, Anchor::Field(p)) | Limit::Before(_, p) | Limit::On(p) => Some(p),
            _ => None,
        });
        let people = self.actors.iter().flat_map(|a| a.named.iter().chain(&a.reached));
        self.done_on.iter().chain(&self.started_on).chain(dates).chain(people)
    }
}

/// Advice that no manifest can be checked against.
#[derive(Clone, Debug)]
pub struct Advice {
    /// Its layer.
    pub layer: LayerId,
    /// Its id.
    pub id: String,
    /// Where its id was declared.
    pub span: Span,
    /// The text.
    pub text: Bilingual,
    /// What it is about, as a full id.
    pub on: Option<String>,
    /// Where it comes from.
    pub provenance: Provenance,
}

/// The whole ruleset.
#[derive(Clone, Debug, Default)]
pub struct Program {
    /// The shape of manifests.
    pub schema: Schema,
    /// Where each field was declared: record, field.
    pub field_spans: Vec<Vec<Span>>,
    /// The enum of filing types and the definition that derives the type, where the rules have one.
    pub filing_type: Option<(DefId, EnumId)>,
    /// Layers by id.
    pub layers: Vec<Layer>,
    /// Sources by id.
    pub sources: Vec<Source>,
    /// Parameters by id.
    pub params: Vec<Param>,
    /// Definitions by id.
    pub defs: Vec<Def>,
    /// Requirements by id.
    pub rules: Vec<Rule>,
    /// Changes by id.
    pub changes: Vec<Change>,
    /// Materials by id.
    pub materials: Vec<Material>,
    /// Steps by id.
    pub steps: Vec<Step>,
    /// Advice.
    pub advice: Vec<Advice>,
    /// Cases with the layer of their file.
    pub cases: Vec<(Option<LayerId>, crate::syntax::ast::Case)>,
    /// Expressions by id.
    pub exprs: Vec<Expr>,
}

impl Program {
    /// An expression by its id.
    pub fn expr(&self, id: ExprId) -> &Expr {
        &self.exprs[id.index()]
    }

    /// A layer by its id.
    pub fn layer(&self, id: LayerId) -> &Layer {
        &self.layers[id.index()]
    }

    /// A layer by its name.
    pub fn find_layer(&self, name: &str) -> Option<LayerId> {
        self.layers.iter().position(|l| l.id == name).map(|i| LayerId(i as u32))
    }

    /// The full id of a requirement, `cn/dom-not-expired`.
    pub fn rule_name(&self, id: RuleId) -> String {
        let rule = &self.rules[id.index()];
        format!("{}/{}", self.layer(rule.layer).id, rule.id)
    }

    /// The full id of a change, `zj/domain-validity`.
    pub fn change_name(&self, id: ChangeId) -> String {
        let change = &self.changes[id.index()];
        format!("{}/{}", self.layer(change.layer).id, change.id)
    }

    /// The layer and the layers it extends, nearest first.
    pub fn chain(&self, layer: LayerId) -> Vec<LayerId> {
        let mut chain = vec![layer];
        while let Some(next) = self.layer(chain[chain.len() - 1]).extends {
            if chain.contains(&next) {
                break;
            }
            chain.push(next);
        }
        chain
    }
}
