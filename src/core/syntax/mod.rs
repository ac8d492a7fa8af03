//! Rule text to tree.
//!
//! In: one source. Out: `ast::File`, which holds every declaration that could be read; the others were reported, one message each.
//! INVARIANT: pest and its grammar rules stay in this folder.

pub mod ast;
mod clauses;
mod columns;
mod diagnostics;
mod doc;
mod expressions;
mod parse;
mod print;
mod recover;
mod words;

pub use parse::{parse, parse_path};
pub use print::{format, tokens};
pub use recover::ITEM_WORDS;
