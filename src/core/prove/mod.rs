//! Proofs over real rules: what can be true of a filing, and the filing that shows it.
//!
//! In: a rulebook, a filing, a question. Out: answers as data, each with how far it goes (`Decided`). Every fact that may vary gets a finite list of
//! concrete values; the evaluator itself says how each leaf of a condition comes out for them; only `and`, `or`, `not`, quantifiers, decision tables,
//! exceptions and the lengths of lists become clauses. So a model is a filing, and what is found can be run.
//! INVARIANT: nothing is answered as found that the evaluator did not confirm on the whole filing.

mod candidates;
mod encode;
mod facts;

mod repair;
mod sample;
mod solver;
mod space;
mod until;
mod whole;
mod write;

pub use encode::{Encoder, RuleCode};
pub use facts::{Place, Places, places};
pub use repair::{Edit, EditKind, Repair, Repairs, Unmended, repair};
pub use solver::{Batsat, Found, Gates, Lit, Solver};
pub use space::{Space, Varying};
pub use until::{Bite, Until, until};
pub use whole::free;
pub use write::{Change, Writer, inserted, quoted};

use crate::diagnostic::Bilingual;

/// How far an answer goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Decided {
    /// Nothing was left out.
    Exact,
    /// Lists were looked at up to this number of items.
    Within(u32),
    /// Texts and lists were tried with the values that the rules and the filing name.
    KnownValues,
    /// The steps ran out.
    Not,
}

impl Decided {
    /// As written in JSON.
    pub fn key(self) -> String {
        match self {
            Decided::Exact => "exact".to_owned(),
            Decided::Within(k) => format!("within {k} items"),
            Decided::KnownValues => "known values only".to_owned(),
            Decided::Not => "not decided".to_owned(),
        }
    }

    /// As people read it.
    pub fn words(self) -> Bilingual {
        let zh = match self {
            Decided::Exact => "完全判定".to_owned(),
            Decided::Within(k) => format!("限 {k} 个列表项"),
            Decided::KnownValues => "仅限已知取值".to_owned(),
            Decided::Not => "未能判定".to_owned(),
        };
        Bilingual::new(self.key(), zh)
    }
}
