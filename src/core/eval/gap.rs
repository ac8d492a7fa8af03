//! What keeps a rule from being decided: the facts that are missing, who knows them, and the part of the condition that asks.

use super::absence::Absence;
use super::machine::{Items, Machine, Tri};
use super::slice::ActiveException;
use super::trace::{Missing, Trace, Tracer};
use super::{Evaluation, Outcome};
use crate::hir::{FactKind, Strength};
use crate::pack::{Details, NONE, View};
use crate::value::Schema;
use rustc_hash::FxHashSet;

/// Most items of one rule that are looked at, or listed.
pub(super) const MAX_LISTED: usize = 10;

/// What keeps one rule undetermined.
#[derive(Clone, Debug, Default)]
pub struct Gap {
    /// Its place among the rules in force.
    pub rule: usize,
    /// Slots that are not known, and who knows them; `NONE` for what would lie in a list that is itself missing.
    pub missing: Vec<(u32, FactKind)>,
    /// The facts are only recommended, or it is not known whether they are due.
    pub is_optional: bool,
    /// Business days were counted beyond the calendar.
    pub is_calendar: bool,
    /// As the rule reads absence it is violated: whatever is left out decides, recommended or not.
    pub is_violated_as_read: bool,
}

/// Asks a machine why a rule is undetermined.
pub(super) struct Inquiry<'m, 'a> {
    pub(super) machine: &'m mut Machine<'a>,
    /// Names and words; without them only slots are told.
    pub(super) details: Option<&'m Details>,
    pub(super) schema: &'m Schema,
    /// Only what is missing is wanted, not what is there.
    pub(super) only_missing: bool,
}

impl Inquiry<'_, '_> {
    /// Combinations of items for which a rule has an outcome, as values of the loop variables, and their number.
    pub(super) fn items_with(&mut self, i: usize, outcome: Outcome) -> (Vec<Vec<u32>>, usize) {
        let loops = self.machine.version(i).loops;
        let mut found = Vec::new();
        let mut n = 0;
        self.machine.each_item(loops, &mut |m, is_known| {
            if m.outcome_here(i, is_known) == outcome {
                n += 1;
                if found.len() < MAX_LISTED {
                    found.push(m.env.clone());
                }
            }
        });
        (found, n)
    }

    /// The loop of each variable of a rule's own loops.
    pub(super) fn loops_of(&self, i: usize) -> Vec<u32> {
        let loops = self.machine.version(i).loops;
        let mut out = vec![NONE; self.machine.env.len()];
        for index in loops.range() {
            out[self.machine.lowered.loops.at(index as u32).var as usize] = index as u32;
        }
        out
    }

    pub(super) fn trace(&mut self, i: usize, f: impl FnOnce(&mut Tracer<'_, '_>, &mut Trace)) -> Trace {
        let loops = self.loops_of(i);
        let mut trace = Trace::default();
        trace.only_missing = self.only_missing;
        let mut tracer = Tracer { machine: self.machine, details: self.details, schema: self.schema, loops };
        f(&mut tracer, &mut trace);
        trace
    }

    /// The facts without which a rule is undetermined. With facts left open, also those whose absence lets it be met or not apply.
    pub(super) fn undetermined(&mut self, i: usize) -> Trace {
        let (items, _) = self.items_with(i, Outcome::Undetermined);
        let mut whole = Trace::default();
        for env in items {
            self.enter(&env);
            // What is violated as the rule reads absence is undetermined because facts are left out: then these are what is missing.
            // Under another reading than the rule's own, an undetermined item is undetermined as it is read.
            let absence = match self.machine.absence() {
                Absence::Told if self.machine.is_violated_as_read(i) => Absence::FactsOpen,
                absence => absence,
            };
            let before = self.machine.read_absence(absence);
            let trace = self.undetermined_item(i);
            self.machine.read_absence(before);
            merge(&mut whole, trace);
        }
        let waivers = self.machine.active.rules[i].waivers.clone();
        for when in waivers.into_iter().map(|w| w.when).filter(|when| *when != NONE) {
            if self.machine.waiver_truth(i, when) == Tri::Unknown {
                let trace = self.trace(i, |t, trace| t.truth(when, trace));
                merge(&mut whole, trace);
            }
        }
        whole
    }

    /// Facts on whose absence a rule rests that is met or does not apply.
    pub(super) fn left_out(&mut self, i: usize) -> Vec<Missing> {
        let before = self.machine.read_absence(Absence::Open);
        let is_open = self.machine.own_end(i) == Outcome::Undetermined;
        self.only_missing = true;
        let trace = if is_open { self.undetermined(i) } else { Trace::default() };
        self.only_missing = false;
        self.machine.read_absence(before);
        trace.missing
    }

    fn undetermined_item(&mut self, i: usize) -> Trace {
        let version = self.machine.version(i);
        let excused = self.machine.excused(i);
        let mut whole = self.trace(i, |t, trace| {
            // A list of the loops that is absent is what is missing.
            for index in version.loops.range() {
                let at = t.machine.lowered.loops.at(index as u32);
                if let Items::Unknown = t.machine.items_of_loop(&at) {
                    let path = t.loop_path(index as u32, None);
                    let slot = match at.base {
                        255 => at.slot,
                        base => t.machine.env[base as usize].saturating_add(at.slot),
                    };
                    trace.missing.push(Missing { path, slot, kind: at.kind, is_part: false });
                    return;
                }
            }
            let active = t.machine.active;
            for condition in active.rules[i].yields.iter().copied().chain((version.when != NONE).then_some(version.when)) {
                if t.machine.truth(condition) == Tri::Unknown {
                    t.truth(condition, trace);
                }
            }
            if t.machine.truth(version.require) == Tri::Unknown {
                t.truth(version.require, trace);
            }
        });
        if excused == Tri::Unknown {
            let exceptions = self.machine.active.rules[i].exceptions.clone();
            let trace = self.trace(i, |t, trace| {
                for e in &exceptions {
                    if t.machine.exception(e) == Tri::Unknown {
                        follow_exception(t, e, trace);
                    }
                }
            });
            merge(&mut whole, trace);
        }
        whole
    }

    pub(super) fn enter(&mut self, env: &[u32]) {
        self.machine.env.clear();
        self.machine.env.extend_from_slice(env);
    }
}

fn follow_exception(t: &mut Tracer<'_, '_>, e: &ActiveException, trace: &mut Trace) {
    if t.machine.truth(e.when) == Tri::Unknown {
        t.truth(e.when, trace);
    }
    for u in &e.unless {
        if t.machine.exception(u) == Tri::Unknown {
            follow_exception(t, u, trace);
        }
    }
}

pub(super) fn merge(into: &mut Trace, from: Trace) {
    for m in from.missing {
        match into.missing.iter_mut().find(|x| x.path == m.path && x.slot == m.slot) {
            Some(known) => known.is_part &= m.is_part,
            None => into.missing.push(m),
        }
    }
    into.present.extend(from.present);
    into.params.extend(from.params);
}

/// What keeps each undetermined rule from being decided, in the order of the rules. The machine must be fresh.
pub(super) fn gaps(view: View<'_>, machine: &mut Machine<'_>, evaluation: &Evaluation) -> Vec<Gap> {
    let schema = view.pack().schema();
    let mut out = Vec::new();
    for (i, ended) in evaluation.ended.iter().enumerate() {
        if ended.outcome != Outcome::Undetermined {
            continue;
        }
        let version = machine.version(i);
        machine.missing_years.clear();
        let mut inquiry = Inquiry { machine, details: None, schema, only_missing: true };
        let is_due = !version.is_facts || inquiry.is_known_to_be_due(i);
        let trace = inquiry.undetermined(i);
        let is_violated_as_read = inquiry.is_violated_as_read(i);
        out.push(Gap {
            rule: i,
            missing: trace.missing.iter().map(|m| (m.slot, m.kind)).collect(),
            is_optional: version.is_facts && (version.strength != Strength::Must || !is_due),
            is_calendar: !machine.missing_years.is_empty(),
            is_violated_as_read,
        });
    }
    machine.missing_years.clear();
    out
}

impl Inquiry<'_, '_> {
    /// Whether a rule is violated as it reads absence for one of the items for which it is undetermined.
    fn is_violated_as_read(&mut self, i: usize) -> bool {
        let (items, _) = self.items_with(i, Outcome::Undetermined);
        items.iter().any(|env| {
            self.enter(env);
            self.machine.is_violated_as_read(i)
        })
    }

    /// Whether the condition of a rule holds for one of the items for which it is undetermined.
    fn is_known_to_be_due(&mut self, i: usize) -> bool {
        let version = self.machine.version(i);
        let (items, _) = self.items_with(i, Outcome::Undetermined);
        items.iter().any(|env| {
            self.enter(env);
            self.machine.applies(i, version.when) == Tri::True
        })
    }
}

/// Whether undetermined rules keep a filing from being ready.
#[derive(Clone, Debug, Default)]
pub(super) struct Gaps {
    list: Vec<Gap>,
    /// Slots that nobody has to state.
    optional: FxHashSet<u32>,
}

impl Gaps {
    pub(super) fn new(list: Vec<Gap>) -> Self {
        let optional =
            list.iter().filter(|g| g.is_optional).flat_map(|g| &g.missing).map(|(slot, _)| *slot).filter(|s| *s != NONE).collect();
        Gaps { list, optional }
    }

    /// Whether an undetermined rule keeps the filing incomplete: a fact is missing that the filer must state, or what is missing cannot be told.
    /// Look-ups that were not made, what has not happened yet, what is only recommended, and days beyond the calendar do not.
    pub(super) fn counts(&self, view: View<'_>, version: u32, i: usize, look_ups: bool) -> bool {
        let Ok(at) = self.list.binary_search_by_key(&i, |g| g.rule) else { return true };
        let gap = &self.list[at];
        if view.versions.at(version).is_facts {
            return !gap.is_optional;
        }
        if gap.missing.is_empty() {
            return !gap.is_calendar;
        }
        gap.missing.iter().any(|(slot, kind)| match kind {
            FactKind::Stated | FactKind::Derived => gap.is_violated_as_read || !self.optional.contains(slot),
            FactKind::Register => look_ups,
            FactKind::Event => false,
        })
    }
}
