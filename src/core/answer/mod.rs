//! A checked filing as programs read it, the same for every host: as a part of the document of `check`, as a line of a stream, with its mends.
//!
//! In: a `Checked` and the texts that it is about. Out: what `render::document` and `render::json_line` write.

mod filing;
mod line;
mod mends;
mod words;

pub use filing::{Filing, filing};
pub use line::{Details, Finding, Line};
pub use mends::{JsonRepair, Mended, Mends};
pub use words::{Summary, kinds, not_checked, verdict};
