//! A type for every expression, and every declaration in its final form.
//!
//! In: `ast::File`s and the `Names` of `resolve`. Out: a complete `Program`. Reports F3 codes, and F2 where a name inside a body is unknown.
//! INVARIANT: an expression of type `Error` was reported; later phases skip it.

mod advice;
mod calendars;
mod core;
mod declarations;
pub mod diagnostics;
mod expressions;
mod fits;
mod steps;
mod tables;
mod templates;
mod versions;

pub use core::{Core, classify};
pub use declarations::check;
