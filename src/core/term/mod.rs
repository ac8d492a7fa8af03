//! What expressions mean: one normal form, in which equal form is equal meaning, and exact answers about conditions.
//!
//! In: `hir::Program` and expressions of it. Out: `TermId`s that are equal for expressions that say the same, their texts, and `Answer`s: whether a
//! filing can be made of which a statement holds, for exact reasons or not at all.
//! INVARIANT: a term is stored once, and a definition is one term however often it is used: no walk follows the ways through definitions one by
//! one. Two terms with one id decide alike in every filing; the reverse is not claimed.

mod answer;
mod fact;
mod from_hir;
mod goal;
mod prover;
mod search;
mod terms;

pub use answer::{Answer, Witness};
pub use fact::{State, Unit};
pub use from_hir::{Naming, Own, Reader};
pub use goal::Goal;
pub use prover::{Prover, Reading};
pub use terms::{Op, Shape, Term, TermId, Terms};
