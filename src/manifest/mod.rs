//! temporary
mod document;
pub use document::{Document, SlotSpan};
