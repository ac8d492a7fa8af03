//! The requirement graph: what depends on what, in which order it is evaluated, and the form the evaluator runs.
//!
//! In: a typed `Program`. Out: `Dependencies` (a petgraph graph whose edges remember the text that made them), `Lowered` (slots and nodes, no
//! names, no spans) and its `Details` (everything a finding shows). INVARIANT: the order is the same for the same rules, whatever the order of files.

mod dependencies;
mod lower;
mod lowered;
mod origin;
mod steps;

pub use dependencies::{Dependencies, Edge, EdgeKind, Node as DependencyNode, full_path};
pub use lower::{lower, lower_applies};
pub use lowered::*;
pub use origin::{Cited, LawSource, Origin};
pub use steps::{NodePath, StepActor, StepDeadline, StepDetails, StepGate, StepLimit, StepMaterial, StepUsual};
