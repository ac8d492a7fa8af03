//! The bundled rules: the texts of `regions/` and what the build script lowered from them.

use crate::source::{SourceId, SourceKind, SourceMap};

include!(concat!(env!("OUT_DIR"), "/bundled_rules.rs"));

/// Adds the bundled rule files to a map, in the order in which they were lowered. The map must be empty: spans count on it.
pub fn add_sources(sources: &mut SourceMap) -> Vec<SourceId> {
    FILES.iter().map(|(name, text)| sources.add(*name, *text, SourceKind::Rules)).collect()
}

/// The rules as they were stored at build time; `None` when the rule files had errors then.
pub fn bundle() -> Option<&'static [u8]> {
    (!PACK.is_empty()).then_some(PACK)
}
