//! The bundled rules: the texts of `regions/` and what the build script lowered from them.

use crate::pack::unfold;
use crate::source::{SourceId, SourceKind, SourceMap, Text};

include!(concat!(env!("OUT_DIR"), "/bundled_rules.rs"));

/// Which field of a record of a register fills which fact, where the rules that are used bring no list of their own.
pub const LOOK_UPS: &str = include_str!("../regions/look-ups.toml");

/// Adds the bundled rule files to a map, in the order in which they were lowered. The map must be empty: spans count on it.
pub fn add_sources(sources: &mut SourceMap) -> Vec<SourceId> {
    FILES.iter().map(|(name, folded)| sources.add_text(*name, Text::folded(|| text(folded)), SourceKind::Rules)).collect()
}

fn text(folded: &[u8]) -> String {
    let bytes = unfold(folded).expect("the build script folded it");
    String::from_utf8(bytes).expect("the build script read it as a text")
}

/// The rules as they were stored at build time; `None` when the rule files had errors then.
pub fn bundle() -> Option<&'static [u8]> {
    (!PACK.is_empty()).then_some(PACK)
}
