//! Diagnostics as text and JSON.
//!
//! In: diagnostics and the texts they are about. Out: strings. INVARIANT: what is shown of a source is harmless and short: no control
//! characters, identity numbers of manifests masked, long lines clipped around what is underlined.

mod concise;
mod json;
mod note;
mod safe;
mod text;
mod xml;

pub use concise::concise;
pub use json::{JsonDiagnostic, JsonSpan, JsonTexts, diagnostics_json};
pub use note::{note_lines, note_words};
pub use safe::{masked, message as harmless, shown};
pub use text::full;
pub use xml::xml;

#[cfg(test)]
mod tests;
