//! The machine that filingc runs on: what is on its disk.
//!
//! In: paths. Out: bytes and texts, or a `Failure` that says which path could not be used and why.
//! INVARIANT: nothing else in the program opens, lists or writes a file (`tests/it/tidy.rs`), and no failure is dropped on the way.

pub mod address;
pub mod bulk;
pub mod cache;
mod diagnostics;
pub mod documents;
pub mod filing;
pub mod fs;
pub mod input;
pub mod lines;
pub mod records;
pub mod table;
