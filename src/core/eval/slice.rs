//! The rules of one day: the only place where ranges of dates are looked at.

use crate::graph::{Days, Lowered, LoweredException, LoweredVersion, NONE, day_number};
use crate::manifest::Document;
use crate::value::{Date, Value};

/// The exceptions of a rule that are in force, with those that take them back.
#[derive(Clone, Debug)]
pub struct ActiveException {
    /// Its condition.
    pub when: u32,
    /// Index into `Details::changes`.
    pub details: u32,
    /// What takes it back.
    pub unless: Vec<ActiveException>,
}

/// A rule in force.
#[derive(Clone, Debug)]
pub struct ActiveRule {
    /// Index into `Lowered::rules`.
    pub rule: u32,
    /// Index of its version.
    pub version: u32,
    /// Its exceptions.
    pub exceptions: Vec<ActiveException>,
    /// Its waivers: condition or `NONE`, and details.
    pub waivers: Vec<(u32, u32)>,
    /// Details of the layers' confirmations.
    pub confirmations: Vec<u32>,
    /// Whether its sources, or those of a layer that confirms it, may decide a verdict.
    pub is_firm: bool,
    /// Positions in `Active::rules` of the rules it needs.
    pub needs: Vec<u32>,
}

/// The rules of one day.
#[derive(Clone, Debug, Default)]
pub struct Active {
    /// Rules in force, those that others need first.
    pub rules: Vec<ActiveRule>,
    /// Constant of each parameter.
    pub params: Vec<u32>,
    /// Where each parameter's value comes from: index into `Details::changes`, or `NONE`.
    pub param_origin: Vec<u32>,
    /// Whether anything left out or used has weak sources.
    pub has_weak: bool,
}

struct Calendar<'a> {
    document: &'a Document,
    submission: i32,
}

impl Calendar<'_> {
    fn contains(&self, days: &Days) -> bool {
        // An axis that the manifest does not state yet counts as the day of submission.
        let day = match self.document.slots.get(days.axis as usize) {
            Some(Value::Date(d)) if days.axis != NONE => day_number(*d),
            _ => self.submission,
        };
        days.contains(day)
    }

    fn exceptions(&self, list: &[LoweredException], firm_only: bool, has_weak: &mut bool) -> Vec<ActiveException> {
        let mut out = Vec::new();
        for e in list.iter().filter(|e| self.contains(&e.days)) {
            *has_weak |= !e.is_firm;
            if firm_only && !e.is_firm {
                continue;
            }
            out.push(ActiveException { when: e.when, details: e.details, unless: self.exceptions(&e.unless, firm_only, has_weak) });
        }
        out
    }
}

/// Picks the versions, values, exceptions and waivers in force. With `firm_only`, what rests on weak sources is left out.
pub fn slice(lowered: &Lowered, document: &Document, submission: Date, firm_only: bool) -> Active {
    let calendar = Calendar { document, submission: day_number(submission) };
    let mut active = Active::default();
    for values in &lowered.params {
        let mut chosen = None;
        for value in values.iter().filter(|v| calendar.contains(&v.days)) {
            active.has_weak |= !value.is_firm;
            // INVARIANT: values are sorted by rank, so a later one comes from a layer that goes before; the base's own always counts.
            if !firm_only || value.is_firm || value.rank == 0 {
                chosen = Some(value);
            }
        }
        active.params.push(chosen.map_or(NONE, |v| v.constant));
        active.param_origin.push(chosen.map_or(NONE, |v| v.details));
    }
    let mut position = vec![NONE; lowered.rules.len()];
    for (i, rule) in lowered.rules.iter().enumerate() {
        let confirmed: Vec<_> = rule.confirmations.iter().filter(|c| calendar.contains(&c.days)).collect();
        // What a layer confirms from good sources is as good as they are.
        let is_firm = |version: &LoweredVersion| version.is_firm || version.rank == 0 && confirmed.iter().any(|c| c.is_firm);
        let mut chosen = None;
        for (n, version) in rule.versions.iter().enumerate().filter(|(_, v)| calendar.contains(&v.days)) {
            active.has_weak |= !is_firm(version);
            if !firm_only || is_firm(version) {
                chosen = Some((n, version));
            }
        }
        let Some((n, version)) = chosen else { continue };
        let confirmations = if version.rank == 0 { confirmed.iter().map(|c| c.details).collect() } else { vec![] };
        // What was written for the loops of the base says nothing about a replacement with other loops.
        let fits = |when: u32| {
            when == NONE || rule.versions.first().is_none_or(|base| lowered.same_loops(base, version)) || !lowered.reads_loop(when, 0)
        };
        let mut waivers = Vec::new();
        for waiver in rule.waivers.iter().filter(|w| calendar.contains(&w.days) && fits(w.when)) {
            active.has_weak |= !waiver.is_firm;
            if !firm_only || waiver.is_firm {
                waivers.push((waiver.when, waiver.details));
            }
        }
        let mut exceptions = calendar.exceptions(&rule.exceptions, firm_only, &mut active.has_weak);
        exceptions.retain(|e| fits(e.when) && e.unless.iter().all(|u| fits(u.when)));
        position[i] = active.rules.len() as u32;
        let needs = version.needs.iter().map(|r| position[*r as usize]).filter(|p| *p != NONE).collect();
        let is_firm = is_firm(version);
        active.rules.push(ActiveRule { rule: i as u32, version: n as u32, exceptions, waivers, confirmations, is_firm, needs });
    }
    active
}
