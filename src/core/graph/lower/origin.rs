//! Provenance to what is stored of it.

use super::Lowering;
use crate::graph::origin::{Cited, LawSource, Origin};
use crate::hir::{Provenance, SourceRef};

impl Lowering<'_> {
    pub(super) fn origin(&mut self, p: &Provenance) -> Origin {
        Origin {
            basis: p.basis.clone(),
            sources: p.sources.iter().map(|c| Cited { source: self.source(c.source), item: c.item.clone() }).collect(),
            confidence: p.confidence,
            is_unconfirmed: p.is_unconfirmed,
            last_seen: p.last_seen.clone(),
            readings: p.readings.iter().map(|(text, by)| (text.clone(), by.iter().map(|c| self.source(c.source)).collect())).collect(),
        }
    }

    /// The index of a source among those that are stored.
    fn source(&mut self, id: SourceRef) -> u32 {
        let source = &self.program.sources[id.index()];
        let stored = &mut self.details.sources;
        *self.sources.entry(id).or_insert_with(|| {
            stored.push(&LawSource {
                title: source.title.clone(),
                dated: source.dated.clone(),
                read: source.read.map(|d| d.to_string()),
                url: source.url.clone(),
            })
        })
    }
}
