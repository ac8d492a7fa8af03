//! What a filer starts with: the JSON Schema of manifests, and a manifest with just the fields a kind of filing needs.
//!
//! In: the shape of manifests, a `Rulebook`, wishes. Out: JSON and TOML texts. INVARIANT: no rule, region or filing type is known here; which
//! fields are needed is asked of the rules by checking what has been written so far.

mod manifest;
pub mod needs;
mod schema;
mod shape;

pub use manifest::{Wishes, Written, write};
pub use schema::{Narrowed, json_schema, unavoidable};
pub use shape::field_at;
