//! What to do next, by when, waiting for whom: the steps of the process for one filing.
//!
//! In: a `Rulebook`, a `Document`, the moment of the plan. Out: a `Plan`: every step of the path with its state, its earliest and latest
//! day, what blocks it and its deadlines, and the missed deadlines as findings. INVARIANT: no day is earlier than what makes it possible,
//! earliest never after latest; what the calendar does not cover or nobody can know is `Bound::Unknown`, never a guess.

mod build;
mod diagnostics;
pub mod render;
mod schedule;
#[cfg(test)]
mod tests;
mod words;

pub use build::plan;

use crate::diagnostic::{Bilingual, Code, CodeOf, Diagnostic, Note, Severity};
use crate::eval::{Outcome, Verdict};
use crate::source::Span;
use crate::value::{Date, DateTime};

/// Messages about the manifest itself: what the rules find is shown by the step it stands against.
pub fn about_manifest(list: &[Diagnostic]) -> impl Iterator<Item = &Diagnostic> {
    list.iter().filter(|d| match &d.code {
        CodeOf::Catalog(Code::NoRegion | Code::RegionDiffers) => true,
        CodeOf::Catalog(code) => code.id().starts_with("F5") && d.severity != Severity::Note || code.id().starts_with("F7"),
        CodeOf::Rule(_) | CodeOf::Lint(_) => false,
    })
}

/// The moment a plan is made for, in Asia/Shanghai.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// The day.
    pub day: Date,
    /// The time of the day, where it is known; else a limit of that day is not over yet.
    pub at: Option<DateTime>,
}

impl From<Date> for Moment {
    fn from(day: Date) -> Self {
        Moment { day, at: None }
    }
}

/// Why a day is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// No calendar was announced for a year: the day does not come before `not_before`, where that can be told.
    Calendar {
        /// The year.
        year: i16,
        /// The earliest day it can be.
        not_before: Option<Date>,
    },
    /// The longest time of a step is over, and it is not done.
    Overdue(usize),
    /// A step is done, and its day is not stated.
    NotStated(usize),
    /// Nothing of the manifest says when it began.
    NotBegun,
}

/// One end of a range of days.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bound {
    /// A day.
    On(Date),
    /// Not known.
    Unknown(Why),
}

impl Bound {
    /// A day in a year without a calendar.
    pub(crate) fn beyond(year: i16, not_before: Option<Date>) -> Self {
        Bound::Unknown(Why::Calendar { year, not_before })
    }

    /// The earliest day it can be: the day itself, or what can be told of one beyond the calendar.
    pub fn not_before(self) -> Option<Date> {
        match self {
            Bound::On(day) => Some(day),
            Bound::Unknown(Why::Calendar { not_before, .. }) => not_before,
            Bound::Unknown(_) => None,
        }
    }

    /// The day, where it is known.
    pub fn day(self) -> Option<Date> {
        match self {
            Bound::On(day) => Some(day),
            Bound::Unknown(_) => None,
        }
    }
}

/// The earliest and the latest day of something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range {
    /// Not before.
    pub earliest: Bound,
    /// Not after.
    pub latest: Bound,
}

impl Range {
    /// One known day.
    pub fn on(day: Date) -> Self {
        Range { earliest: Bound::On(day), latest: Bound::On(day) }
    }

    /// The day, where there is only one.
    pub fn exact(&self) -> Option<Date> {
        self.earliest.day().filter(|d| self.latest == Bound::On(*d))
    }
}

/// How far a step is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Done.
    Done,
    /// It can be done, or is being done.
    Now,
    /// It could be done, and something stands against it.
    Blocked,
    /// Steps before it are not done.
    Waiting,
    /// A duty that lasts until another step is done.
    Lasting,
}

impl State {
    /// As written in JSON.
    pub fn key(self) -> &'static str {
        match self {
            State::Done => "done",
            State::Now => "now",
            State::Blocked => "blocked",
            State::Waiting => "waiting",
            State::Lasting => "lasting",
        }
    }
}

/// Somebody who acts.
#[derive(Clone, Debug)]
pub struct Who {
    /// The role by its name in rules.
    pub id: String,
    /// The role.
    pub title: Bilingual,
    /// Names of the persons.
    pub names: Vec<String>,
    /// How they are reached.
    pub reach: Vec<String>,
}

/// A requirement that stands against a step.
#[derive(Clone, Debug)]
pub struct Block {
    /// Its full id.
    pub rule: String,
    /// Its title.
    pub title: Bilingual,
    /// Violated or undetermined.
    pub outcome: Outcome,
    /// What is wrong, or what is missing.
    pub why: Bilingual,
    /// What to do.
    pub help: Option<Bilingual>,
    /// Facts that are missing.
    pub missing: Vec<String>,
}

/// A material of a step.
#[derive(Clone, Debug)]
pub struct Material {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: Bilingual,
    /// Where the manifest states it.
    pub path: String,
    /// Whether it is there.
    pub is_given: bool,
    /// Whether a requirement asks for it and it is not there.
    pub is_missing: bool,
    /// Accepted formats.
    pub formats: Vec<String>,
    /// Largest size in KB.
    pub max_kb: Option<i64>,
}

/// How long a step usually takes.
#[derive(Clone, Debug)]
pub struct Usual {
    /// The time in words.
    pub time: Bilingual,
    /// When it would end.
    pub finish: Range,
    /// Who says so, where a layer does: title and sources.
    pub said_by: Option<(String, Vec<Note>)>,
}

/// How a deadline stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Still to come.
    Open,
    /// What it counts from has not happened yet.
    NotBegun,
    /// Kept.
    Kept,
    /// Done, and the day is not stated.
    DoneUndated,
    /// Done so many days after it; 0 on the day, at a later time.
    Late(i64),
    /// Over for so many days, and not done.
    Missed(i64),
}

impl Standing {
    /// As written in JSON.
    pub fn key(self) -> &'static str {
        match self {
            Standing::Open => "open",
            Standing::NotBegun => "not-begun",
            Standing::Kept => "kept",
            Standing::DoneUndated => "done",
            Standing::Late(_) => "late",
            Standing::Missed(_) => "missed",
        }
    }

    /// Whether it is over and was not kept.
    pub fn is_missed(self) -> bool {
        matches!(self, Standing::Late(_) | Standing::Missed(_))
    }
}

/// A deadline of a step.
#[derive(Clone, Debug)]
pub struct Deadline {
    /// How it is counted, in words.
    pub words: Bilingual,
    /// When it ends.
    pub due: Range,
    /// The time of that day, where it is counted in hours.
    pub at: Option<DateTime>,
    /// Days from the moment of the plan to its earliest end; negative when it is over.
    pub days_left: Option<i64>,
    /// How it stands.
    pub standing: Standing,
    /// Missing it only warns.
    pub should: bool,
    /// What follows when it is missed.
    pub missed: Option<Bilingual>,
    /// Fact of the manifest it counts from: path and place.
    pub from: Option<(String, Span)>,
    /// Where the rules declare it.
    pub span: Span,
}

/// A step of the path.
#[derive(Clone, Debug)]
pub struct Step {
    /// Its id within the layer, `s12-submit`.
    pub id: String,
    /// Its full id.
    pub name: String,
    /// Its title.
    pub title: Bilingual,
    /// How far it is.
    pub state: State,
    /// Who acts.
    pub who: Vec<Who>,
    /// Positions of the steps before it.
    pub after: Vec<usize>,
    /// When it can begin.
    pub start: Range,
    /// When it ends, or ended.
    pub finish: Range,
    /// How long it takes, in words.
    pub takes: Option<Bilingual>,
    /// What is usual, where that is less.
    pub usual: Option<Usual>,
    /// The day its longest time was over, when it is not done.
    pub overdue_since: Option<Date>,
    /// Materials it needs.
    pub materials: Vec<Material>,
    /// What stands against it.
    pub blocks: Vec<Block>,
    /// Its deadlines.
    pub deadlines: Vec<Deadline>,
    /// Days it may wait without moving the end of the filing; `None` where it does not lie on the way there.
    pub slack_days: Option<i64>,
    /// Whether it is on the critical path.
    pub is_critical: bool,
    /// Whether the filing is for this.
    pub is_milestone: bool,
    /// It is done again after a return.
    pub is_repeated: bool,
    /// Facts that decide whether it is part of the path.
    pub perhaps: Vec<String>,
    /// Facts that would tell whether it is done.
    pub asks: Vec<String>,
    /// Position of the step that ends this duty.
    pub until: Option<usize>,
    /// What it gives.
    pub produces: Option<Bilingual>,
    /// Position of the step a refusal leads to, and of the one that is then taken again.
    pub rework: Option<(String, Option<usize>)>,
    /// Hints.
    pub advice: Vec<Bilingual>,
    /// Where it comes from.
    pub sources: Vec<Note>,
    /// Where the rules declare it.
    pub span: Span,
}

/// The way back of an order that was returned.
#[derive(Clone, Debug)]
pub struct Rework {
    /// Position of the step that mends it.
    pub step: usize,
    /// The day it was returned, where that is stated.
    pub since: Option<Date>,
    /// Positions of the steps that start again.
    pub again: Vec<usize>,
}

/// Something that keeps the filing from being accepted, as `check` says it.
#[derive(Clone, Debug)]
pub struct Refusal {
    /// Full ids of the rules that ask.
    pub rules: Vec<String>,
    /// The finding.
    pub finding: Diagnostic,
}

/// The plan of one filing.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The manifest's name.
    pub manifest: String,
    /// What people call the filing: names of its sites and Apps, where they are stated.
    pub names: Vec<String>,
    /// When it was made for.
    pub moment: Moment,
    /// The filing type by name and title, where it is known.
    pub filing_type: Option<(String, Bilingual)>,
    /// Id and title of the region, and its authority.
    pub region: Option<(String, Bilingual, Option<Bilingual>)>,
    /// What becomes of the filing as it is.
    pub verdict: Verdict,
    /// What keeps it from being accepted as it is.
    pub refusals: Vec<Refusal>,
    /// Why nothing is to be done, where nothing is.
    pub not_required: Option<Bilingual>,
    /// Steps of the path in order.
    pub steps: Vec<Step>,
    /// Step and deadline, by date.
    pub deadlines: Vec<(usize, usize)>,
    /// Position of the step the critical path leads to.
    pub goal: Option<usize>,
    /// The way back of an order that was returned.
    pub rework: Option<Rework>,
    /// Years that the calendar does not cover and the plan would need.
    pub missing_years: Vec<i16>,
    /// Missed deadlines.
    pub findings: Vec<Diagnostic>,
}

impl Plan {
    /// Positions of the steps in one state.
    pub fn in_state(&self, state: State) -> impl Iterator<Item = usize> {
        self.steps.iter().enumerate().filter(move |(_, s)| s.state == state).map(|(i, _)| i)
    }

    /// Facts that are missing to know the path or how far it is.
    pub fn missing_facts(&self) -> Vec<String> {
        let mut all: Vec<String> = self.steps.iter().flat_map(|s| s.perhaps.iter().chain(&s.asks)).cloned().collect();
        all.sort();
        all.dedup();
        all
    }

    /// What is told beside the plan: what keeps the filing from being accepted, then missed deadlines.
    pub fn told(&self) -> impl Iterator<Item = &Diagnostic> {
        self.refusals.iter().map(|r| &r.finding).chain(&self.findings)
    }

    /// The next deadline with a certain day that is not kept yet, missed ones first; where there is none, the next that is expected.
    pub fn next_deadline(&self) -> Option<(&Step, &Deadline)> {
        let all = || {
            let of = |(s, d): &(usize, usize)| (&self.steps[*s], &self.steps[*s].deadlines[*d]);
            self.deadlines.iter().map(of).filter(|(_, d)| matches!(d.standing, Standing::Open | Standing::Missed(_)))
        };
        all().find(|(_, d)| d.due.exact().is_some()).or_else(|| all().find(|(_, d)| d.due.earliest.day().is_some()))
    }

    /// Whether a deadline that must be kept was missed.
    pub fn has_missed(&self) -> bool {
        self.steps.iter().flat_map(|s| &s.deadlines).any(|d| d.standing.is_missed() && !d.should)
    }
}
