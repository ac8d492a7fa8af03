//! A selection as DOT, Mermaid, JSON or SVG: one file per format.

mod dot;
mod json;
mod mermaid;
mod svg;
mod text;

pub use dot::dot;
pub use json::{GraphJson, LinkJson, NodeJson, graph_json};
pub use mermaid::mermaid;
pub use svg::svg;
pub use text::Words;

use super::{Mark, Model, Node, Selection};
use crate::diagnostic::{Bilingual, Language};

/// What is drawn, and how.
#[derive(Clone, Copy, Debug)]
pub struct Drawing<'d> {
    /// The whole graph.
    pub model: &'d Model,
    /// The part of it.
    pub selection: &'d Selection,
    /// What it shows.
    pub title: &'d Bilingual,
    /// The language of the words.
    pub language: Language,
}

impl Drawing<'_> {
    fn pick<'t>(&self, en: &'t str, zh: &'t str) -> &'t str {
        if self.language == Language::Zh { zh } else { en }
    }

    /// What a node is: `requirement`, `change: waive`.
    fn kind_word(&self, node: &Node) -> String {
        let word = node.kind.word();
        let word = word.get(self.language);
        match node.operation {
            Some(operation) => format!("{word} · {}", operation.word().get(self.language)),
            None => word.to_owned(),
        }
    }

    /// The sign and the word of a mark.
    fn mark_words(&self, mark: Mark) -> String {
        format!("{} {}", mark.sign(), mark.word().get(self.language))
    }
}
