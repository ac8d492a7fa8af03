//! Where a rule comes from, as it is stored: sources once, citations as their indices.

use super::details::Details;
use crate::diagnostic::{Bilingual, CitedSource, Doubt, Note};
use crate::hir::Confidence;
use serde::{Deserialize, Serialize};

/// A legal source.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LawSource {
    /// Its title.
    pub title: Bilingual,
    /// The date printed on it.
    pub dated: Option<Bilingual>,
    /// The day it was read, `YYYY-MM-DD`.
    pub read: Option<String>,
    /// Its address.
    pub url: Option<String>,
}

/// A citation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cited {
    /// Index into `Details::sources`.
    pub source: u32,
    /// The place in it.
    pub item: Option<String>,
}

/// Where a rule comes from and how far that is trusted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// The article of law.
    pub basis: Option<Bilingual>,
    /// The citations.
    pub sources: Vec<Cited>,
    /// How good the sources are.
    pub confidence: Option<Confidence>,
    /// Whether the sources are old.
    pub is_unconfirmed: bool,
    /// When the rule was last seen in force, as written.
    pub last_seen: Option<Bilingual>,
    /// What other sources say, and which: indices into `Details::sources`.
    pub readings: Vec<(Bilingual, Vec<u32>)>,
}

impl Details {
    /// A source as it is cited.
    pub fn cited(&self, cited: &Cited) -> CitedSource {
        let LawSource { title, dated, read, url } = self.sources[cited.source as usize].clone();
        CitedSource { title, item: cited.item.clone(), dated, read, url }
    }

    /// The basis and the sources of a rule.
    pub fn source_notes(&self, origin: &Origin) -> impl Iterator<Item = Note> {
        let basis = origin.basis.iter().map(|b| Note::Basis(b.clone()));
        basis.chain(origin.sources.iter().map(|c| Note::Source(self.cited(c))))
    }

    /// What tells against the sources of a rule: doubt, other readings.
    pub fn doubt_notes(&self, origin: &Origin) -> impl Iterator<Item = Note> {
        let doubt = match (origin.confidence, origin.is_unconfirmed) {
            (Some(Confidence::Low), _) => Some(Doubt::Low),
            (_, true) => Some(Doubt::Unconfirmed),
            (Some(Confidence::Medium), _) => Some(Doubt::Medium),
            _ => None,
        };
        let title = |s: &u32| self.sources[*s as usize].title.clone();
        let readings =
            origin.readings.iter().map(move |(text, by)| Note::Reading { text: text.clone(), by: by.iter().map(title).collect() });
        doubt.map(|doubt| Note::Weak { doubt, last_seen: origin.last_seen.clone() }).into_iter().chain(readings)
    }
}
