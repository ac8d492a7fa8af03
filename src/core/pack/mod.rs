//! Rules as stored: nodes over slots for evaluation, and beside them the details that only findings need.
//!
//! In: a typed `Program`, or bytes. Out: a `Pack`, read in place: layers are chosen when a filing asks, entries of the details are decoded when
//! a finding needs them. INVARIANT: bytes that were not checked are never read.

mod bytes;
mod details;
mod diagnostics;
mod fold;
mod lower;
mod lowered;
mod origin;
mod rows;
mod steps;
mod store;
mod view;

pub use bytes::Bytes;
pub use details::*;
pub use fold::{fold, unfold};
pub use lowered::*;
pub use origin::{Cited, LawSource, Origin};
pub use rows::{Row, Table};
pub use steps::{NodePath, StepActor, StepDeadline, StepDetails, StepGate, StepLimit, StepMaterial, StepUsual};
pub use store::{Broken, Pack, Ruleset, Texts, cache_key};
pub use view::View;
