//! JSON of plans, described by `docs/schema/plan.schema.json`.

use super::super::{Bound, Deadline, Plan, Range, Standing, Step, Why, words};
use crate::diagnostic::render::JsonTexts as Texts;
use crate::diagnostic::{Bilingual, Diagnostic, Note, render};
use crate::source::SourceMap;
use serde::Serialize;

#[derive(Serialize)]
struct Output {
    plans: Vec<Filing>,
    diagnostics: Vec<render::JsonDiagnostic>,
}

#[derive(Serialize)]
struct Filing {
    manifest: String,
    names: Vec<String>,
    on: String,
    filing_type: Option<Titled>,
    region: Option<Titled>,
    authority: Option<Texts>,
    verdict: &'static str,
    refused_by: Vec<String>,
    not_required: Option<Texts>,
    goal: Option<String>,
    critical_path: Vec<String>,
    rework: Option<ReworkOut>,
    steps: Vec<StepOut>,
    deadlines: Vec<DeadlineOut>,
    next_deadline: Option<DeadlineOut>,
    missing_facts: Vec<String>,
    missing_years: Vec<i16>,
}

#[derive(Serialize)]
struct Titled {
    id: String,
    title: Texts,
}

#[derive(Serialize)]
struct ReworkOut {
    by: String,
    since: Option<String>,
    again: Vec<String>,
}

#[derive(Serialize)]
struct RangeOut {
    earliest: Option<String>,
    latest: Option<String>,
    /// Why an end is not known.
    unknown: Option<Unknown>,
}

#[derive(Serialize)]
struct Unknown {
    reason: &'static str,
    step: Option<String>,
    year: Option<i16>,
    /// The earliest day that the latest one can be.
    not_before: Option<String>,
    text: Texts,
}

#[derive(Serialize)]
struct WhoOut {
    role: String,
    title: Texts,
    names: Vec<String>,
    reached_at: Vec<String>,
}

#[derive(Serialize)]
struct UsualOut {
    time: Texts,
    finish: RangeOut,
    said_by: Option<String>,
    sources: Vec<Texts>,
}

#[derive(Serialize)]
struct BlockOut {
    rule: String,
    outcome: &'static str,
    title: Texts,
    why: Texts,
    help: Option<Texts>,
    missing: Vec<String>,
}

#[derive(Serialize)]
struct MaterialOut {
    id: String,
    title: Texts,
    path: String,
    state: &'static str,
    formats: Vec<String>,
    max_kb: Option<i64>,
}

#[derive(Serialize)]
struct StepOut {
    id: String,
    name: String,
    title: Texts,
    state: &'static str,
    who: Vec<WhoOut>,
    after: Vec<String>,
    start: RangeOut,
    finish: RangeOut,
    takes: Option<Texts>,
    usual: Option<UsualOut>,
    overdue_since: Option<String>,
    materials: Vec<MaterialOut>,
    blocked_by: Vec<BlockOut>,
    slack_days: Option<i64>,
    critical: bool,
    milestone: bool,
    again: bool,
    on_reject: Option<String>,
    until: Option<String>,
    only_if_known: Vec<String>,
    done_if_known: Vec<String>,
    produces: Option<Texts>,
    advice: Vec<Texts>,
    sources: Vec<Texts>,
}

#[derive(Serialize)]
struct DeadlineOut {
    step: String,
    due: RangeOut,
    at: Option<String>,
    days_left: Option<i64>,
    state: &'static str,
    days_late: Option<i64>,
    must: bool,
    words: Texts,
    if_missed: Option<Texts>,
    counted_from: Option<String>,
}

fn range(plan: &Plan, r: &Range) -> RangeOut {
    let reason = [r.earliest, r.latest].into_iter().find_map(|b| match b {
        Bound::Unknown(why) => Some(why),
        Bound::On(_) => None,
    });
    let unknown = reason.map(|why| {
        let (reason, step, year) = match why {
            Why::Calendar { year, .. } => ("calendar", None, Some(year)),
            Why::Overdue(s) => ("overdue", Some(s), None),
            Why::NotStated(s) => ("not-stated", Some(s), None),
            Why::NotBegun => ("not-begun", None, None),
        };
        let not_before = if let Why::Calendar { .. } = why { r.latest.not_before().map(|d| d.to_string()) } else { None };
        Unknown { reason, step: step.map(|s| plan.steps[s].id.clone()), year, not_before, text: (&words::why(plan, why)).into() }
    });
    let day = |b: Bound| b.day().map(|d| d.to_string());
    RangeOut { earliest: day(r.earliest), latest: day(r.latest), unknown }
}

fn texts(list: &[Bilingual]) -> Vec<Texts> {
    list.iter().map(Texts::from).collect()
}

fn note_texts(list: &[Note]) -> Vec<Texts> {
    list.iter().map(|n| (&render::note_words(n)).into()).collect()
}

fn step(plan: &Plan, s: &Step) -> StepOut {
    let id = |i: usize| plan.steps[i].id.clone();
    StepOut {
        id: s.id.clone(),
        name: s.name.clone(),
        title: (&s.title).into(),
        state: s.state.key(),
        who: s
            .who
            .iter()
            .map(|w| WhoOut { role: w.id.clone(), title: (&w.title).into(), names: w.names.clone(), reached_at: w.reach.clone() })
            .collect(),
        after: s.after.iter().map(|i| id(*i)).collect(),
        start: range(plan, &s.start),
        finish: range(plan, &s.finish),
        takes: s.takes.as_ref().map(Texts::from),
        usual: s.usual.as_ref().map(|u| UsualOut {
            time: (&u.time).into(),
            finish: range(plan, &u.finish),
            said_by: u.said_by.as_ref().map(|(name, _)| name.clone()),
            sources: u.said_by.as_ref().map_or(vec![], |(_, list)| note_texts(list)),
        }),
        overdue_since: s.overdue_since.map(|d| d.to_string()),
        materials: s
            .materials
            .iter()
            .map(|m| MaterialOut {
                id: m.id.clone(),
                title: (&m.title).into(),
                path: m.path.clone(),
                state: match (m.is_given, m.is_missing) {
                    (true, _) => "given",
                    (_, true) => "missing",
                    _ => "not-asked",
                },
                formats: m.formats.clone(),
                max_kb: m.max_kb,
            })
            .collect(),
        blocked_by: s
            .blocks
            .iter()
            .map(|b| BlockOut {
                rule: b.rule.clone(),
                outcome: b.outcome.key(),
                title: (&b.title).into(),
                why: (&b.why).into(),
                help: b.help.as_ref().map(Texts::from),
                missing: b.missing.clone(),
            })
            .collect(),
        slack_days: s.slack_days,
        critical: s.is_critical,
        milestone: s.is_milestone,
        again: s.is_repeated,
        on_reject: s.rework.as_ref().map(|(to, _)| to.clone()),
        until: s.until.map(id),
        only_if_known: s.perhaps.clone(),
        done_if_known: s.asks.clone(),
        produces: s.produces.as_ref().map(Texts::from),
        advice: texts(&s.advice),
        sources: note_texts(&s.sources),
    }
}

fn deadline(plan: &Plan, s: &Step, d: &Deadline) -> DeadlineOut {
    DeadlineOut {
        step: s.id.clone(),
        due: range(plan, &d.due),
        at: d.at.map(|t| format!("{}T{:02}:{:02}:{:02}+08:00", t.date(), t.hour(), t.minute(), t.second())),
        days_left: d.days_left,
        state: d.standing.key(),
        days_late: match d.standing {
            Standing::Late(n) | Standing::Missed(n) => Some(n),
            _ => None,
        },
        must: !d.should,
        words: (&d.words).into(),
        if_missed: d.missed.as_ref().map(Texts::from),
        counted_from: d.from.as_ref().map(|(path, _)| path.clone()),
    }
}

/// Each rule once, in the order in which the findings name them.
fn refused_by(plan: &Plan) -> Vec<String> {
    let mut ids: Vec<String> = Vec::new();
    for rule in plan.refusals.iter().flat_map(|r| &r.rules) {
        if !ids.contains(rule) {
            ids.push(rule.clone());
        }
    }
    ids
}

fn filing(plan: &Plan) -> Filing {
    let id = |i: usize| plan.steps[i].id.clone();
    Filing {
        manifest: plan.manifest.clone(),
        names: plan.names.clone(),
        on: plan.moment.day.to_string(),
        filing_type: plan.filing_type.as_ref().map(|(id, title)| Titled { id: id.clone(), title: title.into() }),
        region: plan.region.as_ref().map(|(id, title, _)| Titled { id: id.clone(), title: title.into() }),
        authority: plan.region.as_ref().and_then(|r| r.2.as_ref()).map(Texts::from),
        verdict: plan.verdict.key(),
        refused_by: refused_by(plan),
        not_required: plan.not_required.as_ref().map(Texts::from),
        goal: plan.goal.map(id),
        critical_path: plan.steps.iter().filter(|s| s.is_critical).map(|s| s.id.clone()).collect(),
        rework: plan.rework.as_ref().map(|r| ReworkOut {
            by: id(r.step),
            since: r.since.map(|d| d.to_string()),
            again: r.again.iter().map(|i| id(*i)).collect(),
        }),
        steps: plan.steps.iter().map(|s| step(plan, s)).collect(),
        deadlines: plan.deadlines.iter().map(|(s, d)| deadline(plan, &plan.steps[*s], &plan.steps[*s].deadlines[*d])).collect(),
        next_deadline: plan.next_deadline().map(|(s, d)| deadline(plan, s, d)),
        missing_facts: plan.missing_facts(),
        missing_years: plan.missing_years.clone(),
    }
}

/// What `plan` says beside the head of every JSON output: plans in the order of the call, and all diagnostics.
pub fn json(plans: &[&Plan], diagnostics: &[Diagnostic], sources: &SourceMap) -> impl Serialize + use<> {
    Output { plans: plans.iter().map(|p| filing(p)).collect(), diagnostics: render::diagnostics_json(diagnostics, sources) }
}
