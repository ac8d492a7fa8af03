//! Rule text to tree.
//!
//! In: one source. Out: `ast::File`, which holds every declaration; one that could not be read is there under its kind and name, with the proof
//! that its fault was reported, one message each.
//! INVARIANT: pest and its grammar rules stay in this folder.

pub mod ast;
mod clauses;
mod columns;
mod declarations;
mod diagnostics;
mod doc;
mod expected;
mod expressions;
mod habits;
pub mod keywords;
mod lines;
mod outline;
mod parse;
mod parts;
mod print;
mod recover;
mod words;

pub use clauses::{Block, Line};
pub use declarations::{ITEM_WORDS, declares};
pub use expected::{Expected, Want, expected};
pub use habits::{Instead, all as habits, of_name};
pub use parse::{parse, parse_path};
pub use print::{Unformatted, format, tokens};
