//! The language and the engine of filingc: rule texts and filings in, values and diagnostics out.
//!
//! Rule files are parsed, resolved, type-checked and lowered into a graph of requirements; manifests are read with a span on every value and
//! evaluated against it; diagnostics point into both. The phases are modules in pipeline order; `driver` alone puts them in sequence. No file,
//! clock, thread, environment or terminal is touched here.

pub mod answer;
pub mod builtin;
pub mod compare;
pub mod diagnostic;
pub mod driver;
pub mod eval;
pub mod graph;
pub mod hir;
pub mod html;
pub mod lint;
pub mod manifest;
pub mod pack;
pub mod picture;
pub mod plan;
pub mod prove;
pub mod resolve;
pub mod scaffold;
pub mod source;
pub mod suite;
pub mod syntax;
pub mod term;
pub mod typeck;
pub mod value;

pub use diagnostic::{Diagnostic, Diagnostics, Language, Severity};
pub use driver::{Checked, Compiled, Options, Rulebook, check, compile};
pub use source::{SourceId, SourceKind, SourceMap};
