//! What a filer starts with: the JSON Schema of manifests, a manifest with just the fields a kind of filing needs, and the questions that are left.
//!
//! In: the shape of manifests, a `Rulebook`, wishes. Out: JSON and TOML texts. INVARIANT: no rule, region or filing type is known here; which
//! fields are needed is asked of the rules by checking what has been written so far.

mod answer;
mod manifest;
pub mod needs;
mod question;
mod schema;
mod shape;

pub use answer::{Refused, answered};
pub use manifest::{Wishes, Written, beginnings, write};
pub use question::{Question, questions};
pub use schema::{Narrowed, json_schema, unavoidable};
pub use shape::field_at;
