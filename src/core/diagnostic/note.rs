//! What is to be known beside a message: told apart by what it is, turned into words by `render`.

use super::Bilingual;

/// A note of a diagnostic.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Note {
    /// A fact in words.
    Plain(Bilingual),
    /// The article of law that a rule stands on.
    Basis(Bilingual),
    /// A legal source that a rule cites.
    Source(CitedSource),
    /// How far the sources of a rule are trusted, where that is not fully.
    Weak {
        /// What is wrong with them.
        doubt: Doubt,
        /// When they were last seen in force, as written in the rule.
        last_seen: Option<Bilingual>,
    },
    /// What other sources say.
    Reading {
        /// What they say.
        text: Bilingual,
        /// Titles of those sources.
        by: Vec<Bilingual>,
    },
    /// Requirements that cannot be met because of this one.
    Blocks {
        /// The first of them.
        rules: Vec<String>,
        /// How many there are.
        count: usize,
    },
    /// Lines to write into a manifest.
    Lines {
        /// What to do with them.
        title: Bilingual,
        /// The lines, as they are to be written.
        lines: Vec<String>,
    },
    /// The same fault in other items.
    AlsoAt {
        /// The first of them, as they are called.
        items: Vec<String>,
        /// How many there are.
        count: usize,
    },
}

/// A legal source as it is cited.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CitedSource {
    /// Its title.
    pub title: Bilingual,
    /// The place in it.
    pub item: Option<String>,
    /// The date printed on it.
    pub dated: Option<Bilingual>,
    /// The day it was read, `YYYY-MM-DD`.
    pub read: Option<String>,
    /// Its address.
    pub url: Option<String>,
}

/// Why sources count less; only of `Medium` ones a violation decides the verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Doubt {
    /// Confidence in them is low.
    Low,
    /// Nobody has confirmed that they still hold.
    Unconfirmed,
    /// Confidence in them is medium.
    Medium,
}

impl From<Bilingual> for Note {
    fn from(text: Bilingual) -> Self {
        Note::Plain(text)
    }
}
