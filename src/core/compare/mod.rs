//! Two rulesets side by side: what was added, removed, renamed and changed, and what that does to filings.
//!
//! In: two compiled programs with their trees, all texts in one map; for filings their documents and a day. Out: `Difference`, `Impact`.
//! INVARIANT: comments, blanks, places and the order of declarations never make a difference; same input, same order.

mod facts;
mod impact;
mod meaning;
mod pair;
mod places;
mod steps;
mod words;

pub use impact::{Effect, Ruleset, State, impact};
pub use meaning::{ByForm, Equivalence, Relation};
pub use pair::compare;
pub use words::{Kind, What};

use crate::diagnostic::Bilingual;
use crate::hir::{LayerId, Program};
use crate::source::{SourceMap, Span};
use crate::syntax::ast;
use crate::value::Date;
use std::collections::BTreeMap;

/// One of the two rulesets.
#[derive(Clone, Copy, Debug)]
pub struct Side<'a> {
    /// The program, without errors.
    pub program: &'a Program,
    /// Its cases with the layer of their file.
    pub cases: &'a [(Option<LayerId>, ast::Case)],
    /// The trees it was compiled from.
    pub files: &'a [ast::File],
    /// All texts.
    pub sources: &'a SourceMap,
}

/// What became of a declaration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Only the new rules have it.
    Added,
    /// Only the old rules have it.
    Removed,
    /// Its parts differ.
    Changed,
    /// It has another name; its parts may differ too.
    Renamed,
}

/// A part of a declaration, or one item of it, as written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Excerpt {
    /// In one line, without comments.
    pub text: String,
    /// Where; the declaration's name where the part has no place of its own.
    pub span: Span,
}

/// A part that differs. Of lists and of conditions joined with `and` only the items that differ.
#[derive(Clone, Debug)]
pub struct Part {
    /// Which part.
    pub what: What,
    /// What the old rules say; empty where they say nothing.
    pub old: Vec<Excerpt>,
    /// What the new rules say.
    pub new: Vec<Excerpt>,
    /// Whether more stands in the part that both say.
    pub is_partial: bool,
}

/// A declaration that differs.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Its layer; empty for the vocabulary.
    pub layer: String,
    /// What it declares.
    pub kind: Kind,
    /// Its full id, `zj/domain-validity`, in the new rules unless it was removed.
    pub name: String,
    /// The first day of its version, where there are several.
    pub version: Option<Date>,
    /// Its title.
    pub title: Bilingual,
    /// What became of it.
    pub status: Status,
    /// Its old id, when it was renamed.
    pub was: Option<String>,
    /// Where the old rules name it.
    pub old: Option<Span>,
    /// Where the new rules name it.
    pub new: Option<Span>,
    /// The parts that differ, for changed and renamed ones.
    pub parts: Vec<Part>,
}

/// Everything that differs.
#[derive(Clone, Debug, Default)]
pub struct Difference {
    /// Declarations by layer, the vocabulary and the base first, then by kind and id.
    pub entries: Vec<Entry>,
    /// Titles of the layers.
    pub layers: BTreeMap<String, Bilingual>,
    /// Ids of rules and changes that have another name now.
    pub renamed: BTreeMap<String, String>,
}

impl Difference {
    /// How many declarations ended so.
    pub fn count(&self, status: Status) -> usize {
        self.entries.iter().filter(|e| e.status == status).count()
    }
}
