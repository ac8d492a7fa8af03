//! Steps of the process and the materials they ask for.

use super::{ExprId, FieldPath, LayerId, MaterialId, ParamId, Provenance, Range, RuleId, StepId};
use crate::diagnostic::Bilingual;
use crate::source::Span;
use crate::value::Duration;

/// A material.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
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
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub struct ListPath {
    /// The list, where there is one.
    pub range: Option<Range>,
    /// The field, from the manifest or from the item.
    pub path: FieldPath,
    /// Where it was written.
    pub span: Span,
}

/// Who acts in a step.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
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
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub enum Usual {
    /// Shortest count and longest time.
    Fixed(i64, Length),
    /// Two parameters, which regions set.
    Params(ParamId, ParamId),
}

/// What a deadline counts from.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub enum Anchor {
    /// A date of the manifest.
    Field(ListPath),
    /// The end of a step.
    Step(StepId),
}

/// How a deadline is counted.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
#[allow(missing_docs)]
pub enum Limit {
    Within(Length, Anchor),
    Before(Length, ListPath),
    On(ListPath),
    /// Month and day of every year.
    Yearly(i8, i8),
}

/// A deadline of a step.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
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
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub enum Gate {
    /// A requirement.
    Rule(RuleId, Span),
    /// Every requirement of a stage.
    Stage(String),
}

/// A step of the process.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
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
