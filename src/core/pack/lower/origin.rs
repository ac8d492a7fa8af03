//! Provenance to what is stored of it.

use super::Lowering;
use crate::hir::{Provenance, SourceRef};
use crate::pack::origin::{Cited, LawSource, Origin};

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
        if let Some(known) = self.sources.get(&id) {
            return *known;
        }
        let source = &self.program.sources[id.index()];
        let stored = LawSource {
            title: source.title.clone(),
            dated: source.dated.clone(),
            read: source.read.map(|d| d.to_string()),
            url: source.url.clone(),
        };
        let index = self.store(|d| &mut d.sources, &stored);
        self.sources.insert(id, index);
        index
    }
}
