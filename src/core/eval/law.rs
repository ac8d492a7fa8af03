//! The law of one day for some layers: what is in force with and without weak sources, what of it can differ, and what comes later.
//!
//! It depends on the filing only through its layers and the intervals its dates lie in, so many filings share one.

use super::slice::{self, Active, ActiveParam, ActiveRule};
use super::{Ended, Evaluation, Machine, Memory, Outcome};
use crate::manifest::Document;
use crate::pack::{NONE, View};
use crate::value::Date;
use rustc_hash::FxHashSet;
use std::ops::Range;
use std::sync::OnceLock;

/// The law of one day for some layers.
#[derive(Debug)]
pub struct Law {
    /// Indices of the layers, base first.
    pub layers: Vec<usize>,
    /// What is in force.
    pub active: Active,
    /// What is in force when weak sources are left out, where there are any.
    pub firm: Option<Firm>,
    later: OnceLock<Vec<Later>>,
}

/// What is in force when weak sources are left out.
#[derive(Debug)]
pub struct Firm {
    /// The rules.
    pub active: Active,
    /// For each of them its place among all rules in force where weak sources change nothing of it.
    same: Vec<Option<u32>>,
}

/// Rules that are in force on later days and differ from those of the day of law; parameters are the same for all of them.
#[derive(Debug)]
struct Later {
    active: Active,
    days: Vec<(Date, Range<usize>)>,
}

/// A rule that will be violated from a day on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Coming {
    /// The day.
    pub day: Date,
    /// Index of the rule.
    pub rule: u32,
    /// Index of the version that is then in force.
    pub version: u32,
    /// Details of a waiver or exception that has ended by then, where the version is that of today.
    pub ended: Option<u32>,
}

impl Law {
    /// The law of the day `on` for some layers, base first.
    pub fn new(view: View<'_>, layers: Vec<usize>, document: &Document, on: Date) -> Self {
        let active = slice::slice(view, &layers, document, on, false);
        let firm = active.has_weak.then(|| {
            let firm = slice::slice(view, &layers, document, on, true);
            let same = same_rules(view, &active, &firm);
            Firm { active: firm, same }
        });
        Law { layers, active, firm, later: OnceLock::new() }
    }

    /// How every rule in force ends.
    pub fn evaluate(&self, view: View<'_>, document: &Document, submission: Date) -> (Evaluation, Memory) {
        let mut machine = Machine::new(view, &self.active, document, submission);
        let evaluation = machine.run();
        (evaluation, machine.into_memory())
    }

    /// How every rule ends when weak sources are left out; rules that they do not touch are not evaluated again.
    pub fn evaluate_firm(&self, view: View<'_>, document: &Document, submission: Date, all: &Evaluation) -> Option<Evaluation> {
        let firm = self.firm.as_ref()?;
        let mut machine = Machine::new(view, &firm.active, document, submission);
        let mut ended: Vec<Ended> = Vec::with_capacity(firm.same.len());
        for (i, same) in firm.same.iter().enumerate() {
            let own = match same {
                Some(at) => all.ended[*at as usize],
                None => machine.end(i, &ended),
            };
            ended.push(own);
        }
        Some(Evaluation { ended, gaps: Vec::new(), met_absence: Vec::new() })
    }

    /// Rules with good sources that this filing, submitted on the day of law, would violate on a later day and does not today.
    pub fn coming(&self, view: View<'_>, document: &Document, on: Date, today: &Evaluation, firm: Option<&Evaluation>) -> Vec<Coming> {
        let later = self.later.get_or_init(|| self.look_ahead(view, document, on));
        if later.is_empty() {
            return Vec::new();
        }
        let is_violated = |(_, e): &(&ActiveRule, &Ended)| e.outcome == Outcome::Violated;
        let mut known: FxHashSet<u32> = self.active.rules.iter().zip(&today.ended).filter(is_violated).map(|(rule, _)| rule.rule).collect();
        let (now, ended) = match (&self.firm, firm) {
            (Some(own), Some(firm)) => (&own.active, firm),
            _ => (&self.active, today),
        };
        // How each rule ends as far as the days were gone through.
        let mut state = vec![Outcome::NotApplicable; view.rules.len() as usize];
        for (rule, e) in now.rules.iter().zip(&ended.ended) {
            state[rule.rule as usize] = state[rule.rule as usize].worse(e.outcome);
        }
        let mut out = Vec::new();
        for part in later {
            let mut machine = Machine::new(view, &part.active, document, on);
            for (day, rules) in &part.days {
                for i in rules.clone() {
                    let rule = &part.active.rules[i];
                    if i == rules.start || part.active.rules[i - 1].rule != rule.rule {
                        state[rule.rule as usize] = Outcome::NotApplicable;
                    }
                    let stopped =
                        |need: &u32| matches!(state[*need as usize], Outcome::Violated | Outcome::Undetermined | Outcome::Blocked);
                    let outcome = match machine.own_end(i) {
                        Outcome::NotApplicable => Outcome::NotApplicable,
                        _ if rule.needs.iter().any(stopped) => Outcome::Blocked,
                        own => machine.waived(i, own),
                    };
                    state[rule.rule as usize] = state[rule.rule as usize].worse(outcome);
                    if outcome == Outcome::Violated && known.insert(rule.rule) {
                        let before = now.rules.iter().find(|r| r.rule == rule.rule && r.version == rule.version);
                        let gone = before.and_then(|before| {
                            let waiver = before.waivers.iter().map(|w| w.details).find(|d| rule.waivers.iter().all(|w| w.details != *d));
                            let exceptions = || before.exceptions.iter().map(|e| e.details);
                            waiver.or_else(|| exceptions().find(|d| rule.exceptions.iter().all(|e| e.details != *d)))
                        });
                        out.push(Coming { day: *day, rule: rule.rule, version: rule.version, ended: gone });
                    }
                }
            }
        }
        out
    }

    /// Rules of later days, in the order of the days, without weak sources.
    fn look_ahead(&self, view: View<'_>, document: &Document, on: Date) -> Vec<Later> {
        let turns: Vec<(Date, Option<u32>)> = self.active.turns.iter().filter(|(day, _)| *day > on).copied().collect();
        let mut out: Vec<Later> = Vec::new();
        if turns.is_empty() {
            return out;
        }
        let followers = followers(view);
        let mut params = self.firm.as_ref().map_or(&self.active, |f| &f.active).params.clone();
        let mut at = 0;
        while at < turns.len() {
            let day = turns[at].0;
            let mut changed: FxHashSet<u32> = FxHashSet::default();
            let mut has_params = false;
            while at < turns.len() && turns[at].0 == day {
                match turns[at].1 {
                    Some(rule) => _ = changed.insert(rule),
                    None => has_params = true,
                }
                at += 1;
            }
            if has_params {
                let new = slice::parameters(view, &self.layers, document, day, true);
                let differs = differing(&params, &new);
                params = new;
                let touched = Touched::new(view, &differs);
                for rule in 0..view.rules.len() {
                    if slice::rule_on(view, rule, &self.layers, document, day, true).iter().any(|active| touched.rule(view, active)) {
                        changed.insert(rule);
                    }
                }
            }
            let mut stack: Vec<u32> = changed.iter().copied().collect();
            while let Some(rule) = stack.pop() {
                stack.extend(followers[rule as usize].iter().filter(|f| changed.insert(**f)));
            }
            let mut rules: Vec<u32> = changed.into_iter().collect();
            rules.sort_unstable();
            if has_params || out.is_empty() {
                out.push(Later { active: Active { params: params.clone(), ..Active::default() }, days: Vec::new() });
            }
            let Some(part) = out.last_mut() else { continue };
            let start = part.active.rules.len();
            part.active.rules.extend(rules.iter().flat_map(|r| slice::rule_on(view, *r, &self.layers, document, day, true)));
            part.days.push((day, start..part.active.rules.len()));
        }
        out
    }
}

/// For each rule those that need it.
fn followers(view: View<'_>) -> Vec<Vec<u32>> {
    let mut out = vec![Vec::new(); view.rules.len() as usize];
    for (i, rule) in view.rules.iter().enumerate() {
        let replaced = view.changes.slice(rule.changes).filter(|c| c.kind == crate::pack::LoweredKind::Replace).map(|c| c.at);
        for version in rule.versions.range().map(|v| v as u32).chain(replaced) {
            view.operands.slice(view.versions.at(version).needs).for_each(|need| out[need as usize].push(i as u32));
        }
    }
    out.iter_mut().for_each(|list| {
        list.sort_unstable();
        list.dedup();
    });
    out
}

/// What reads a parameter that has another value.
struct Touched<'d> {
    params: &'d [bool],
    defs: Vec<bool>,
    any: bool,
}

impl<'d> Touched<'d> {
    fn new(view: View<'_>, params: &'d [bool]) -> Self {
        let any = params.contains(&true);
        let mut touched = Touched { params, defs: Vec::new(), any };
        if any {
            // Definitions are numbered so that those that others read come first.
            for def in view.defs.iter() {
                let own = touched.reads(view, def.reads);
                touched.defs.push(own);
            }
        }
        touched
    }

    fn reads(&self, view: View<'_>, reads: crate::pack::Reads) -> bool {
        self.any
            && (view.operands.slice(reads.params).any(|p| self.params[p as usize])
                || view.operands.slice(reads.defs).any(|d| self.defs[d as usize]))
    }

    fn rule(&self, view: View<'_>, rule: &ActiveRule) -> bool {
        self.any && {
            let lowered = view.rules.at(rule.rule);
            self.reads(view, view.versions.at(rule.version).reads)
                || view.changes.slice(lowered.changes).any(|change| match change.kind {
                    crate::pack::LoweredKind::Waive => self.reads(view, view.waivers.at(change.at).reads),
                    crate::pack::LoweredKind::Except => self.exception(view, change.at),
                    crate::pack::LoweredKind::Replace => self.reads(view, view.versions.at(change.at).reads),
                    _ => false,
                })
        }
    }

    fn exception(&self, view: View<'_>, at: u32) -> bool {
        let exception = view.exceptions.at(at);
        self.reads(view, exception.reads) || exception.unless.range().any(|u| self.exception(view, u as u32))
    }
}

/// For each parameter whether it may have another value.
fn differing(a: &[ActiveParam], b: &[ActiveParam]) -> Vec<bool> {
    a.iter().zip(b).map(|(a, b)| a.value.constant != b.value.constant || !a.conditional.is_empty() || !b.conditional.is_empty()).collect()
}

/// For each rule of `firm` its place in `all`, where both say the same and so do all rules it needs.
fn same_rules(view: View<'_>, all: &Active, firm: &Active) -> Vec<Option<u32>> {
    let differs = differing(&all.params, &firm.params);
    let touched = Touched::new(view, &differs);
    let mut place = vec![NONE; view.rules.len() as usize];
    all.rules.iter().enumerate().rev().for_each(|(i, rule)| place[rule.rule as usize] = i as u32);
    let mut same: Vec<Option<u32>> = Vec::with_capacity(firm.rules.len());
    for rule in &firm.rules {
        let parts =
            (place[rule.rule as usize]..).map_while(|at| all.rules.get(at as usize).filter(|o| o.rule == rule.rule).map(|o| (at, o)));
        let other = parts.into_iter().find(|(_, other)| other.version == rule.version);
        let is_same = other.is_some_and(|(_, other)| {
            other.yields == rule.yields
                && other.exceptions == rule.exceptions
                && other.waivers == rule.waivers
                && other.needs.len() == rule.needs.len()
                && rule.needs.iter().all(|need| same[*need as usize].is_some())
                && !touched.rule(view, rule)
        });
        same.push(other.map(|(at, _)| at).filter(|_| is_same));
    }
    same
}
