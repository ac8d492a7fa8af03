//! filingc: checks ICP filings against the rules of every province before they are submitted.
//!
//! Rule files are parsed, resolved, type-checked and lowered into a graph of requirements; manifests are read with a span on every value and
//! evaluated against it; diagnostics point into both. The phases are modules in pipeline order; `driver` alone puts them in sequence, `host`
//! alone touches files, `cli` alone the environment and the clock.
//!
//! Hosts use [`api`]; everything else is there for the program itself and may change.

pub mod api;
#[doc(hidden)]
pub mod regions;

#[cfg(feature = "cli")]
#[doc(hidden)]
pub mod cli;
#[cfg(feature = "cli")]
#[doc(hidden)]
pub mod host;
#[cfg(feature = "lsp")]
#[doc(hidden)]
pub mod lsp;

#[doc(hidden)]
pub use filingc_core::*;
