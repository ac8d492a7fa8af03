//! Pages for people with a browser: the report of a check, the rulebook as a site.
//!
//! In: checked filings, rulebooks, what other layers say of them. Out: `Shown`, whole pages or parts of one. INVARIANT: every text comes from a
//! diagnostic, a rule or `answer`, in the words of the other formats; a page asks no network, and can be read without its script.

mod frame;
pub mod report;
pub mod site;

pub use frame::{SCRIPT_OF_REPORTS, policy};
