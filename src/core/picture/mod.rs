//! The requirement graph as people look at it: a model of what depends on what, questions to it, and pictures.
//!
//! In: a typed `Program`, the layers and the day that count, outcomes where a filing was checked. Out: a `Model`, parts of it (`Selection`),
//! and texts in DOT, Mermaid, JSON, SVG or plain words. INVARIANT: the same rules give the same bytes; nothing here reads a file or a clock.

pub mod layout;
mod model;
mod query;
pub mod render;
pub mod words;

pub use model::{Kind, Link, Mark, Model, Node, Operation, Relation, Scope, field_of, field_paths};
pub use query::{Found, Impact, Selection, around, find, impact, paths, whole, with_marks};
