//! Rules and a manifest to an outcome.
//!
//! In: `Lowered` rules, a `Document`, the day. Out: `Evaluation`, one outcome per requirement and the verdict, and, where something is to be said,
//! findings with the trace that explains each. INVARIANT: the rules are sliced by date once, in `slice`; after that no date range is seen.

mod absence;
mod arithmetic;
mod ask;
pub mod diagnostics;
mod finding;
mod gap;
mod guard;
mod join;
mod law;
mod machine;
mod missing;
mod observe;
mod place;
mod probe;
mod reach;
mod report;
mod show;
mod slice;
mod texts;
mod trace;
mod verdict;
mod weak;

pub use absence::{Absence, Memory};
pub use ask::{Answer, Asker};
pub use gap::Gap;
pub use law::{Coming, Firm, Law};
pub use machine::{Machine, Tri, evaluate_applies};
pub use observe::{Seen, observe};
pub use probe::Probe;
pub use reach::{LeftOut, Reach};
pub use report::{Explained, Finding, Report, RuleReport, explain, reach};
pub use slice::{Active, ActiveException, ActiveParam, ActiveRule, ActiveValue, ActiveWaiver, slice};
pub use verdict::{Circumstances, Scale};

use crate::hir::Strength;
use crate::manifest::Document;
use crate::pack::View;
use crate::value::Date;

/// How a requirement ends for one filing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outcome {
    /// Its demand is met, or an exception excuses it.
    Satisfied,
    /// Its condition or scope is false, or its list is empty.
    NotApplicable,
    /// A layer lifts it.
    Waived,
    /// A requirement it needs is violated or undetermined.
    Blocked,
    /// Facts are missing.
    Undetermined,
    /// Its demand is not met.
    Violated,
}

impl Outcome {
    /// The word for it, in English and Chinese.
    pub fn words(self) -> (&'static str, &'static str) {
        match self {
            Outcome::Satisfied => ("satisfied", "满足"),
            Outcome::NotApplicable => ("not applicable", "不适用"),
            Outcome::Waived => ("waived", "豁免"),
            Outcome::Blocked => ("blocked", "受阻"),
            Outcome::Undetermined => ("undetermined", "无法判定"),
            Outcome::Violated => ("violated", "不满足"),
        }
    }

    /// How a rule ends of which two parts end like this: a part that applies goes before one that does not.
    pub fn worse(self, other: Outcome) -> Outcome {
        match (self, other) {
            (Outcome::NotApplicable, o) | (o, Outcome::NotApplicable) => o,
            (a, b) => a.max(b),
        }
    }

    /// As written in JSON and in cases.
    pub fn key(self) -> &'static str {
        match self {
            Outcome::NotApplicable => "not-applicable",
            other => other.words().0,
        }
    }
}

/// What becomes of the filing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// No filing is required.
    NotRequired,
    /// Nothing stands against it.
    Ready,
    /// Nothing is violated, something is undetermined.
    Incomplete,
    /// A requirement is violated.
    Rejected,
}

impl Verdict {
    /// The word for it, in English and Chinese.
    pub fn words(self) -> (&'static str, &'static str) {
        match self {
            Verdict::NotRequired => ("not required", "无需备案"),
            Verdict::Ready => ("ready", "可提交"),
            Verdict::Incomplete => ("incomplete", "信息不全"),
            Verdict::Rejected => ("rejected", "将被驳回"),
        }
    }

    /// As written in JSON and in cases.
    pub fn key(self) -> &'static str {
        match self {
            Verdict::NotRequired => "not-required",
            other => other.words().0,
        }
    }
}

/// The outcome of one active requirement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ended {
    /// How it ends.
    pub outcome: Outcome,
    /// How it would end if it were not waived or blocked.
    pub own: Outcome,
}

/// The outcome of every active requirement, in the order of `Active::rules`.
#[derive(Clone, Debug, Default)]
pub struct Evaluation {
    /// Outcomes.
    pub ended: Vec<Ended>,
    /// What keeps the undetermined ones from being decided, in the order of the rules.
    pub gaps: Vec<Gap>,
    /// For each rule whether facts were absent where it asks for absence; empty where that was not looked at.
    pub met_absence: Vec<bool>,
}

/// How an undecided or violated requirement counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weight {
    /// It decides the verdict.
    Decides,
    /// It is worth a warning: `should`, or weak sources.
    Warns,
    /// It is worth a note.
    Notes,
}

/// The weight of a demand; one that rests on weak sources does not decide.
pub fn weight(strength: Strength, rests_on_weak: bool) -> Weight {
    match strength {
        Strength::Must if rests_on_weak => Weight::Warns,
        Strength::Must => Weight::Decides,
        Strength::Should => Weight::Warns,
        Strength::Note => Weight::Notes,
    }
}

/// Evaluates every active rule.
pub fn evaluate(view: View<'_>, active: &Active, document: &Document, submission: Date) -> Evaluation {
    Machine::new(view, active, document, submission).run()
}
