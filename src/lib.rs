//! filingc: checks ICP filings against the rules of every province before they are submitted.
//!
//! Rule files are parsed, resolved, type-checked and lowered into a graph of requirements; manifests are read with a span on every value and
//! evaluated against it; diagnostics point into both. The phases are modules in pipeline order; `driver` alone puts them in sequence, `host`
//! alone touches files, `cli` alone the environment and the clock.
//!
//! ```
//! use filingc::{Diagnostics, SourceKind, SourceMap};
//!
//! let mut sources = SourceMap::default();
//! let file = sources.add("a.filing", "manifest { name: text \"name\" zh \"名称\" }", SourceKind::Rules);
//! let mut diagnostics = Diagnostics::new();
//! filingc::compile(&sources, &[file], &mut diagnostics);
//! assert!(!diagnostics.has_errors());
//! ```

pub mod regions;

pub mod cli;
pub mod host;

pub use filingc_core::*;
