//! Steps of the process over nodes: what the plan of one filing is made from.

use super::lowered::NONE;
use super::origin::Origin;
use crate::diagnostic::Bilingual;
use crate::hir::Length;
use crate::source::Span;
use serde::{Deserialize, Serialize};

/// A field of the manifest, or of every item of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NodePath {
    /// Index of the loop over the list, or `NONE`.
    pub range: u32,
    /// The field.
    pub node: u32,
}

/// Who acts in a step.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct StepActor {
    /// Its name in rules.
    pub id: String,
    /// The word for it.
    pub title: Bilingual,
    /// Fields that name the person.
    pub named: Option<NodePath>,
    /// Fields that say how the person is reached.
    pub reached: Option<NodePath>,
    /// Its condition, or `NONE`.
    pub when: u32,
}

/// How long a step usually takes.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[allow(missing_docs)]
pub enum StepUsual {
    Fixed(i64, Length),
    /// Two parameters.
    Params(u32, u32),
}

/// How a deadline is counted.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[allow(missing_docs)]
pub enum StepLimit {
    WithinOf(Length, NodePath),
    /// After the end of a step.
    WithinStep(Length, u32),
    Before(Length, NodePath),
    On(NodePath),
    Yearly(i8, i8),
}

/// A deadline of a step.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct StepDeadline {
    /// How it is counted.
    pub limit: StepLimit,
    /// Missing it only warns.
    pub should: bool,
    /// Its condition, or `NONE`.
    pub when: u32,
    /// What follows when it is missed.
    pub missed: Option<Bilingual>,
    /// Where it was written.
    pub span: Span,
}

/// What must hold before a step is done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub enum StepGate {
    /// Full id of a requirement.
    Rule(String),
    Stage(String),
}

/// A material a step attaches.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct StepMaterial {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: Bilingual,
    /// The field that stands for it.
    pub field: Option<NodePath>,
    /// That field as a path.
    pub path: String,
    /// Accepted formats.
    pub formats: Vec<String>,
    /// Largest size in KB.
    pub max_kb: Option<i64>,
}

/// A step, with steps named by their position in `Details::steps`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct StepDetails {
    /// Its id within the layer.
    pub id: String,
    /// Full id.
    pub name: String,
    /// Where its id was declared.
    pub span: Span,
    /// Its title.
    pub title: Bilingual,
    /// Who acts.
    pub actors: Vec<StepActor>,
    /// Steps before it.
    pub after: Vec<u32>,
    /// Shortest count and longest time.
    pub takes: Option<(i64, Length)>,
    /// Usual times with their conditions.
    pub usual: Vec<(StepUsual, u32)>,
    /// The date it began on.
    pub started_on: Option<NodePath>,
    /// The step that ends this duty, or `NONE`.
    pub until: u32,
    /// The step that is taken again after it, or `NONE`.
    pub returns_to: u32,
    /// What the filing is for.
    pub is_milestone: bool,
    /// Its deadlines.
    pub deadlines: Vec<StepDeadline>,
    /// The date that shows it done.
    pub done_on: Option<NodePath>,
    /// The condition that shows it done, or `NONE`.
    pub done_when: u32,
    /// Its condition, or `NONE`.
    pub when: u32,
    /// Materials it attaches.
    pub attach: Vec<StepMaterial>,
    /// What must hold.
    pub gates: Vec<StepGate>,
    /// What it gives.
    pub produces: Option<Bilingual>,
    /// Where a refusal leads, or `NONE`.
    pub on_reject: u32,
    /// Advice.
    pub advice: Vec<Bilingual>,
    /// Where it comes from.
    pub origin: Origin,
}

impl StepDetails {
    /// The step with every step it names renumbered; those without a number are left out.
    pub(super) fn renumbered(&self, number: impl Fn(u32) -> Option<u32>) -> Self {
        let mut step = self.clone();
        step.after = self.after.iter().filter_map(|s| number(*s)).collect();
        for one in [&mut step.until, &mut step.returns_to, &mut step.on_reject] {
            *one = number(*one).unwrap_or(NONE);
        }
        for deadline in &mut step.deadlines {
            if let StepLimit::WithinStep(_, at) = &mut deadline.limit {
                *at = number(*at).unwrap_or(NONE);
            }
        }
        step
    }
}

impl Default for StepDetails {
    fn default() -> Self {
        StepDetails {
            id: String::new(),
            name: String::new(),
            span: Span::default(),
            title: Bilingual::default(),
            actors: vec![],
            after: vec![],
            takes: None,
            usual: vec![],
            started_on: None,
            until: NONE,
            returns_to: NONE,
            is_milestone: false,
            deadlines: vec![],
            done_on: None,
            done_when: NONE,
            when: NONE,
            attach: vec![],
            gates: vec![],
            produces: None,
            on_reject: NONE,
            advice: vec![],
            origin: Origin::default(),
        }
    }
}
