//! What other rules do to a filing, day by day.

use super::Difference;
use crate::diagnostic::{Arg, CodeOf, Diagnostic, Diagnostics, Severity};
use crate::driver::{self, Checked, Options, Rulebook};
use crate::eval::Verdict;
use crate::hir::{ChangeKind, Effective, Exception, LayerId, Program};
use crate::manifest::Document;
use crate::source::SourceMap;
use crate::value::Date;
use std::collections::{BTreeMap, BTreeSet};

/// A ruleset that filings can be checked with.
#[derive(Clone, Copy, Debug)]
pub struct Ruleset<'a> {
    /// Its rules.
    pub book: &'a Rulebook,
    /// The manifest as its vocabulary reads it, with the messages of reading.
    pub document: &'a (Document, Diagnostics),
}

/// A filing on some days: what becomes of it under both rulesets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State {
    /// The verdict under the old rules; `None` when the manifest cannot be used.
    pub old: Option<Verdict>,
    /// The verdict under the new rules.
    pub new: Option<Verdict>,
    /// Findings that only the new rules make: severity, code or rule id, and the missing fact where one is.
    pub gained: Vec<(Severity, String, String)>,
    /// Findings that only the old rules make.
    pub lost: Vec<(Severity, String, String)>,
}

impl State {
    /// Whether both rulesets say the same.
    pub fn is_same(&self) -> bool {
        self.old == self.new && self.gained.is_empty() && self.lost.is_empty()
    }
}

/// Days in a row on which both rulesets differ in one way.
#[derive(Clone, Debug)]
pub struct Effect {
    /// The first of the days; `None` when nothing is known of an earlier one.
    pub from: Option<Date>,
    /// The last of the days; `None` when there is no end in sight.
    pub until: Option<Date>,
    /// Whether the day of the check is one of them.
    pub is_now: bool,
    /// The difference.
    pub state: State,
}

/// Checks a filing with both rulesets on the day of the check and on every day on which one of them changes.
pub fn impact(old: Ruleset<'_>, new: Ruleset<'_>, difference: &Difference, sources: &SourceMap, options: &Options) -> (Date, Vec<Effect>) {
    let day = driver::submission_date(&new.book.index.schema, &new.document.0, options);
    let mut days = BTreeSet::from([day]);
    for side in [old, new] {
        let checked = run(side, sources, options, day);
        if let Some(compiled) = side.book.compiled() {
            days.extend(boundaries(&compiled.program, &checked.layers));
        }
    }
    let days: Vec<Date> = days.into_iter().collect();
    let mut effects: Vec<Effect> = Vec::new();
    let mut open = false;
    for (i, at) in days.iter().enumerate() {
        let state = state(&run(old, sources, options, *at), &run(new, sources, options, *at), &difference.renamed);
        if open && effects.last().is_some_and(|e| e.state == state) {
            if let Some(last) = effects.last_mut() {
                last.is_now |= *at == day;
            }
            continue;
        }
        if let (true, Some(last)) = (open, effects.last_mut()) {
            last.until = at.yesterday().ok();
        }
        open = !state.is_same();
        if open {
            effects.push(Effect { from: (i > 0).then_some(*at), until: None, is_now: *at == day, state });
        }
    }
    (day, effects)
}

fn run(side: Ruleset<'_>, sources: &SourceMap, options: &Options, day: Date) -> Checked {
    let (document, problems) = side.document;
    let options = Options { on: Some(day), ..options.clone() };
    driver::check(side.book, sources, document.clone(), problems.clone(), &options)
}

/// Days on which the rules of some layers change.
fn boundaries(program: &Program, layers: &[usize]) -> Vec<Date> {
    let mut out = Vec::new();
    let mut add = |e: &Effective| {
        out.extend(e.from);
        out.extend(e.until.and_then(|d| d.tomorrow().ok()));
    };
    fn exception(e: &Exception, add: &mut dyn FnMut(&Effective)) {
        add(&e.effective);
        e.unless.iter().for_each(|u| exception(u, add));
    }
    let applies = |l: LayerId| layers.contains(&l.index());
    for rule in program.rules.iter().filter(|r| applies(r.layer)) {
        rule.versions.iter().for_each(|v| add(&v.effective));
    }
    for param in program.params.iter().filter(|p| applies(p.layer)) {
        param.versions.iter().for_each(|(e, ..)| add(e));
    }
    for change in program.changes.iter().filter(|c| applies(c.layer)) {
        add(&change.effective);
        if let ChangeKind::Except { exception: e, .. } = &change.kind {
            exception(e, &mut add);
        }
    }
    out
}

fn state(old: &Checked, new: &Checked, renamed: &BTreeMap<String, String>) -> State {
    let none = BTreeMap::new();
    let (before, after) = (findings(&old.diagnostics, renamed), findings(&new.diagnostics, &none));
    State {
        old: old.report.as_ref().map(|r| r.verdict),
        new: new.report.as_ref().map(|r| r.verdict),
        gained: after.difference(&before).cloned().collect(),
        lost: before.difference(&after).cloned().collect(),
    }
}

/// Findings by what they are about. Notes of the catalog only comment.
fn findings(diagnostics: &[Diagnostic], renamed: &BTreeMap<String, String>) -> BTreeSet<(Severity, String, String)> {
    let counts = |d: &&Diagnostic| d.severity != Severity::Note || matches!(d.code, CodeOf::Rule(_));
    let path = |d: &Diagnostic| match d.args.iter().find(|(name, _)| *name == "path") {
        Some((_, Arg::Text(path))) => path.clone(),
        _ => String::new(),
    };
    let code = |d: &Diagnostic| {
        let text = d.code.text();
        renamed.get(&text).cloned().unwrap_or(text)
    };
    diagnostics.iter().filter(counts).map(|d| (d.severity, code(d), path(d))).collect()
}
