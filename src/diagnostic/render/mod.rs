//! Diagnostics as text and JSON.
//!
//! In: diagnostics and the texts they are about. Out: strings. INVARIANT: what is shown of a source is harmless and short: no control
//! characters, identity numbers of manifests masked, long lines clipped around what is underlined.

mod concise;
mod json;
mod safe;
mod text;

pub use concise::concise;
pub use json::{JsonDiagnostic, JsonSpan, diagnostics_json};
pub use safe::{masked, message as harmless, shown};
pub use text::{full, is_headed};

#[cfg(test)]
mod tests;
