//! The rules of one day for some layers: the only place where ranges of dates are looked at, and where it is decided which layer goes before
//! which.

use crate::manifest::Document;
use crate::pack::{Days, LoweredChange, LoweredException, LoweredKind, LoweredVersion, NONE, Slice, View, day_number, day_of_number};
use crate::value::{Date, Value};

/// The exceptions of a rule that are in force, with those that take them back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActiveException {
    /// Its condition.
    pub when: u32,
    /// Index into `Details::changes`.
    pub details: u32,
    /// Whether its sources may decide a verdict.
    pub is_firm: bool,
    /// What takes it back.
    pub unless: Vec<ActiveException>,
}

/// A waiver in force.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ActiveWaiver {
    /// Its condition or `NONE`.
    pub when: u32,
    /// Index into `Details::changes`.
    pub details: u32,
    /// Whether its sources may decide a verdict.
    pub is_firm: bool,
}

/// A rule in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActiveRule {
    /// Index of the rule.
    pub rule: u32,
    /// Index of its version.
    pub version: u32,
    /// Its exceptions.
    pub exceptions: Vec<ActiveException>,
    /// Its waivers.
    pub waivers: Vec<ActiveWaiver>,
    /// Details of the layers' confirmations.
    pub confirmations: Vec<u32>,
    /// Whether its sources, or those of a layer that confirms it, may decide a verdict.
    pub is_firm: bool,
    /// Positions in `Active::rules` of the rules it needs.
    pub needs: Vec<u32>,
}

/// The value of a parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ActiveParam {
    /// Its constant, or `NONE`: no value is in force.
    pub constant: u32,
    /// Where it comes from: index into `Details::changes`, or `NONE` for the base's own.
    pub origin: u32,
    /// Whether its sources may decide a verdict.
    pub is_firm: bool,
}

/// The rules of one day.
#[derive(Clone, Debug, Default)]
pub struct Active {
    /// Rules in force, those that others need first.
    pub rules: Vec<ActiveRule>,
    /// Values of the parameters.
    pub params: Vec<ActiveParam>,
    /// Rules that one answer of a filing rules out.
    pub(super) guards: super::guard::Guards,
    /// Whether anything left out or used has weak sources.
    pub has_weak: bool,
    /// Days on which something of these layers begins or has ended, with the rule, or none for a parameter; ascending, each once.
    pub turns: Vec<(Date, Option<u32>)>,
}

struct Calendar<'a> {
    view: View<'a>,
    document: &'a Document,
    submission: i32,
    firm_only: bool,
    has_weak: bool,
    /// The rule at hand; `NONE` for parameters.
    rule: u32,
    turns: Vec<(i32, u32)>,
}

/// The place of each layer among those chosen, from 1; 0 for the others.
fn ranks(view: View<'_>, layers: &[usize]) -> Vec<u8> {
    let mut rank_of_layer = vec![0u8; view.layers.len() as usize];
    layers.iter().zip(1u8..).for_each(|(layer, rank)| rank_of_layer[*layer] = rank);
    rank_of_layer
}

/// The values of the parameters for some layers, base first.
pub(super) fn parameters(view: View<'_>, layers: &[usize], document: &Document, submission: Date, firm_only: bool) -> Vec<ActiveParam> {
    Calendar::new(view, document, submission, firm_only).parameters(&ranks(view, layers))
}

impl<'a> Calendar<'a> {
    fn new(view: View<'a>, document: &'a Document, submission: Date, firm_only: bool) -> Self {
        Calendar { view, document, submission: day_number(submission), firm_only, has_weak: false, rule: NONE, turns: Vec::new() }
    }

    fn contains(&mut self, days: &Days) -> bool {
        let rule = self.rule;
        self.turns.extend(days.boundaries().map(|day| (day, rule)));
        // An axis that the manifest does not state yet counts as the day of submission.
        let day = match self.document.slots.get(days.axis as usize) {
            Some(Value::Date(d)) if days.axis != NONE => day_number(*d),
            _ => self.submission,
        };
        days.contains(day)
    }

    /// Whether something in force counts: with `firm_only` it must rest on good sources.
    fn counts(&mut self, is_firm: bool) -> bool {
        self.has_weak |= !is_firm;
        !self.firm_only || is_firm
    }

    fn parameters(&mut self, rank_of_layer: &[u8]) -> Vec<ActiveParam> {
        let view = self.view;
        let mut params = Vec::with_capacity(view.params.len() as usize);
        for param in view.params.iter() {
            let mut chosen = ActiveParam { constant: NONE, origin: NONE, is_firm: true };
            for value in view.values.slice(param.own) {
                if self.contains(&value.days) {
                    // The base's own value always counts.
                    self.has_weak |= !value.is_firm;
                    chosen = ActiveParam { constant: value.constant, origin: value.details, is_firm: value.is_firm };
                }
            }
            if param.changes.length > 0 {
                for change in ranked(view, rank_of_layer, param.changes) {
                    let value = view.values.at(change.at);
                    if self.contains(&value.days) && self.counts(value.is_firm) {
                        chosen = ActiveParam { constant: value.constant, origin: value.details, is_firm: value.is_firm };
                    }
                }
            }
            params.push(chosen);
        }
        params
    }

    /// The version of a rule that is in force, with what changes it; `needs` are indices of rules.
    fn in_force(&mut self, index: u32, rank_of_layer: &[u8]) -> Option<ActiveRule> {
        let view = self.view;
        let rule = view.rules.at(index);
        if rank_of_layer[rule.layer as usize] == 0 {
            return None;
        }
        self.rule = index;
        let changes = if rule.changes.length > 0 { ranked(view, rank_of_layer, rule.changes) } else { Vec::new() };
        let of = |kind: LoweredKind| changes.iter().filter(move |c| c.kind == kind);
        let mut confirmed = Vec::new();
        for change in of(LoweredKind::Confirm) {
            let confirmation = view.confirmations.at(change.at);
            if self.contains(&confirmation.days) {
                confirmed.push(confirmation);
            }
        }
        // What a layer confirms from good sources is as good as they are.
        let is_confirmed = confirmed.iter().any(|c| c.is_firm);
        let is_firm = |version: &LoweredVersion| version.is_firm || !version.is_replacement && is_confirmed;
        let mut chosen = None;
        for at in rule.versions.range().map(|at| at as u32).chain(of(LoweredKind::Replace).map(|c| c.at)) {
            let version = view.versions.at(at);
            if self.contains(&version.days) && self.counts(is_firm(&version)) {
                chosen = Some((at, version));
            }
        }
        let (at, version) = chosen?;
        let confirmations = if version.is_replacement { vec![] } else { confirmed.iter().map(|c| c.details).collect() };
        // The type checker refuses what does not fit the versions it meets. This keeps a slot from being read in another record should two
        // layers meet that never do.
        let mut waivers = Vec::new();
        for change in of(LoweredKind::Waive) {
            let waiver = view.waivers.at(change.at);
            if view.fits(waiver.when, waiver.loops, version.loops) && self.contains(&waiver.days) && self.counts(waiver.is_firm) {
                waivers.push(ActiveWaiver { when: waiver.when, details: waiver.details, is_firm: waiver.is_firm });
            }
        }
        let written = of(LoweredKind::Except).map(|change| view.exceptions.at(change.at));
        let exceptions = written.filter(|e| fits(view, e, &version)).filter_map(|e| self.exception(&e)).collect();
        Some(ActiveRule {
            rule: index,
            version: at,
            exceptions,
            waivers,
            confirmations,
            is_firm: is_firm(&version),
            needs: view.operands.slice(version.needs).collect(),
        })
    }

    fn exception(&mut self, e: &LoweredException) -> Option<ActiveException> {
        if !self.contains(&e.days) || !self.counts(e.is_firm) {
            return None;
        }
        let unless: Vec<LoweredException> = self.view.exceptions.slice(e.unless).collect();
        let unless = unless.iter().filter_map(|u| self.exception(u)).collect();
        Some(ActiveException { when: e.when, details: e.details, is_firm: e.is_firm, unless })
    }
}

/// Whether an exception, and what takes it back, can be asked in the loops of a version.
fn fits(view: View<'_>, exception: &LoweredException, version: &LoweredVersion) -> bool {
    let own = view.fits(exception.when, exception.loops, version.loops);
    own && view.exceptions.slice(exception.unless).all(|u| fits(view, &u, version))
}

/// The changes of the layers that fit, weakest first: base before what extends it, and a change before one that goes `over` it.
fn ranked(view: View<'_>, rank_of_layer: &[u8], changes: Slice) -> Vec<LoweredChange> {
    let rank = |change: &LoweredChange| rank_of_layer.get(change.layer as usize).copied().filter(|r| *r > 0);
    let mut found: Vec<(u8, LoweredChange)> = view.changes.slice(changes).filter_map(|c| rank(&c).map(|r| (r, c))).collect();
    // `over` lifts a change above those it names.
    for i in 0..found.len() {
        let mut over = view.operands.slice(found[i].1.over);
        if over.len() > 0
            && let Some(top) = {
                let named: Vec<u32> = over.by_ref().collect();
                found.iter().filter(|(_, c)| named.contains(&c.id)).map(|(r, _)| *r).max()
            }
            && top >= found[i].0
        {
            found[i].0 = top + 1;
        }
    }
    // Stable: within a rank, changes stay in the order in which they were written.
    found.sort_by_key(|(rank, _)| *rank);
    found.into_iter().map(|(_, change)| change).collect()
}

/// Picks the versions, values, exceptions and waivers in force for some layers, base first: later layers win over earlier ones. With `firm_only`,
/// what rests on weak sources is left out.
pub fn slice(view: View<'_>, layers: &[usize], document: &Document, submission: Date, firm_only: bool) -> Active {
    let mut calendar = Calendar::new(view, document, submission, firm_only);
    let rank_of_layer = ranks(view, layers);
    let params = calendar.parameters(&rank_of_layer);
    let mut active = Active { params, ..Active::default() };
    let mut position = vec![NONE; view.rules.len() as usize];
    for i in 0..view.rules.len() {
        if let Some(mut rule) = calendar.in_force(i, &rank_of_layer) {
            position[i as usize] = active.rules.len() as u32;
            rule.needs.retain_mut(|need| {
                *need = position[*need as usize];
                *need != NONE
            });
            active.rules.push(rule);
        }
    }
    active.has_weak |= calendar.has_weak;
    active.guards = super::guard::Guards::new(view, &active.rules);
    calendar.turns.sort_unstable();
    calendar.turns.dedup();
    let turn = |(day, rule): (i32, u32)| Some((day_of_number(day)?, (rule != NONE).then_some(rule)));
    active.turns = calendar.turns.into_iter().filter_map(turn).collect();
    active
}

/// One rule as it is in force on a day; `needs` are indices of rules.
pub(super) fn rule_on(
    view: View<'_>,
    rule: u32,
    layers: &[usize],
    document: &Document,
    submission: Date,
    firm_only: bool,
) -> Option<ActiveRule> {
    Calendar::new(view, document, submission, firm_only).in_force(rule, &ranks(view, layers))
}
