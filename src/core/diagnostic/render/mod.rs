//! Diagnostics as text, JSON and HTML.
//!
//! In: diagnostics and the texts they are about. Out: `Shown`. INVARIANT: what is shown of a text went through the `Screen`: private values and long
//! numbers masked, hidden characters shown, long lines clipped around what is underlined.

mod concise;
mod html;
mod json;
mod note;
mod page;
mod screen;
mod text;
mod xml;

pub use concise::concise;
pub use html::{Html, html, is_web, severity_key, severity_words};
pub use json::{JsonDiagnostic, JsonSpan, JsonTexts, diagnostics_json, document, json_line};
pub use note::{note_lines, note_words};
pub use page::{Page, Style};
pub use screen::{Screen, Shown, escaped, quoted};
pub use text::full;
pub use xml::xml;

#[cfg(test)]
mod tests;
