//! A filing as it was checked, described by `docs/schema/check.schema.json`.

use super::mends::{JsonRepair, Mended};
use crate::diagnostic::render::JsonTexts as Texts;
use crate::driver::{Checked, Rulebook};
use crate::eval::{self, Outcome, Weight};
use crate::manifest::LookedUp;
use crate::pack::NONE;
use serde::Serialize;

/// A filing as it was checked.
#[derive(Debug, Serialize)]
pub struct Filing {
    manifest: String,
    verdict: Option<&'static str>,
    provisional: bool,
    on: String,
    layers: Vec<String>,
    region: Option<String>,
    filing_type: Option<FilingType>,
    counts: Counts,
    rules: Vec<Rule>,
    next_step: Option<Texts>,
    /// Parts of the manifest could not be read.
    partial: bool,
    reach: Option<Reach>,
    /// The cheapest mends, where they were asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    repairs: Option<Vec<JsonRepair>>,
    /// Why a refused filing has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    unrepaired: Option<Texts>,
    /// Indices into `diagnostics` of the whole output.
    diagnostics: Vec<usize>,
}

/// How far the verdict goes.
#[derive(Debug, Serialize)]
struct Reach {
    look_ups: Vec<LeftOut>,
    not_stated: Vec<LeftOut>,
    to_come: Vec<LeftOut>,
    calendars: Vec<i16>,
    /// Facts that records of registers told.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    from_records: Vec<FromRecord>,
}

#[derive(Debug, Serialize)]
struct FromRecord {
    path: String,
    record: String,
    field: String,
}

#[derive(Debug, Serialize)]
struct LeftOut {
    path: String,
    rules: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<Texts>,
}

impl Reach {
    fn of(reach: &eval::Reach) -> Self {
        fn list<'a>(of: impl Iterator<Item = &'a eval::LeftOut>) -> Vec<LeftOut> {
            of.map(|f| LeftOut { path: f.path.clone(), rules: f.rules.clone(), place: f.place.as_ref().map(Texts::from) }).collect()
        }
        Reach {
            look_ups: list(reach.look_ups()),
            not_stated: list(reach.not_stated()),
            to_come: list(reach.to_come()),
            calendars: reach.calendars.clone(),
            from_records: reach.looked_up.iter().map(FromRecord::of).collect(),
        }
    }
}

impl FromRecord {
    fn of(fact: &LookedUp) -> Self {
        FromRecord { path: fact.path.clone(), record: fact.record.clone(), field: fact.field.clone() }
    }
}

#[derive(Debug, Serialize)]
struct FilingType {
    id: String,
    title: Texts,
}

#[derive(Debug, Serialize, Default)]
struct Counts {
    violated: usize,
    undetermined: usize,
    blocked: usize,
    waived: usize,
    satisfied: usize,
    not_applicable: usize,
}

#[derive(Debug, Serialize)]
struct Rule {
    id: String,
    also: Vec<String>,
    outcome: &'static str,
    own_outcome: &'static str,
    level: &'static str,
    stage: String,
    title: Texts,
    why: Texts,
    missing: Vec<String>,
    paths: Vec<String>,
}

/// A filing without its messages, which the whole document holds.
pub fn filing(book: &Rulebook, name: &str, c: &Checked, mended: Option<&Mended>) -> Filing {
    let (repairs, unrepaired) = mended.map(|m| m.json(book)).map_or((None, None), |(list, why)| (Some(list), why));
    let region = c.layers.iter().rev().map(|l| &book.index.layers[*l]).find(|l| !l.is_provider && l.extends != NONE);
    Filing {
        manifest: name.to_owned(),
        verdict: c.report.as_ref().map(|r| r.verdict.key()),
        provisional: c.report.as_ref().is_some_and(|r| r.is_provisional),
        on: c.on.to_string(),
        layers: c.layers.iter().map(|l| book.index.layers[*l].id.clone()).collect(),
        region: region.map(|r| r.id.clone()),
        filing_type: c.filing_type.as_ref().map(|(id, title)| FilingType { id: id.clone(), title: title.into() }),
        counts: Counts {
            violated: c.count(Outcome::Violated),
            undetermined: c.count(Outcome::Undetermined),
            blocked: c.count(Outcome::Blocked),
            waived: c.count(Outcome::Waived),
            satisfied: c.count(Outcome::Satisfied),
            not_applicable: c.count(Outcome::NotApplicable),
        },
        rules: c.report.iter().flat_map(|r| &r.rules).map(rule).collect(),
        next_step: c.report.as_ref().map(|r| (&r.next_step).into()),
        partial: c.is_partial,
        reach: c.reach(book).as_ref().map(Reach::of),
        repairs,
        unrepaired,
        diagnostics: Vec::new(),
    }
}

fn rule(r: &eval::RuleReport) -> Rule {
    Rule {
        id: r.name.clone(),
        also: r.also.clone(),
        outcome: r.outcome.key(),
        own_outcome: r.own.key(),
        level: match r.weight {
            Weight::Decides => "error",
            Weight::Warns => "warning",
            Weight::Notes => "note",
        },
        stage: r.stage.clone(),
        title: (&r.title).into(),
        why: (&r.why).into(),
        missing: r.missing.clone(),
        paths: r.paths.clone(),
    }
}
