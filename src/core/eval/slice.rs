//! The rules of one day for some layers: the only place where ranges of dates are looked at, and where it is decided which layer goes before
//! which.

use crate::hir::Several;
use crate::manifest::Document;
use crate::pack::{
    Days, LoweredChange, LoweredException, LoweredKind, LoweredValue, LoweredVersion, NONE, Slice, View, day_number, day_of_number,
};
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

/// A rule in force. Where a replacement holds for a part of the filings only, the rule is in force twice: as the base has it, which yields where the
/// replacement holds, and as it was replaced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActiveRule {
    /// Index of the rule.
    pub rule: u32,
    /// Index of its version.
    pub version: u32,
    /// Conditions under which it does not apply, because what replaces it does.
    pub yields: Vec<u32>,
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

/// A value that a parameter has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ActiveValue {
    /// Its constant, or `NONE`: no value is in force.
    pub constant: u32,
    /// Where it comes from: index into `Details::changes`, or `NONE` for the base's own.
    pub origin: u32,
    /// Whether its sources may decide a verdict.
    pub is_firm: bool,
    /// The filings for which it holds, or `NONE`: all.
    pub when: u32,
}

impl ActiveValue {
    fn new(value: &LoweredValue) -> Self {
        ActiveValue { constant: value.constant, origin: value.details, is_firm: value.is_firm, when: value.when }
    }
}

/// The value of a parameter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActiveParam {
    /// Its value where no condition of another holds.
    pub value: ActiveValue,
    /// Values for some filings only, strongest first.
    pub conditional: Vec<ActiveValue>,
    /// Which of several holds.
    pub several: Several,
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

impl ActiveParam {
    /// Its constant, where it is the same for every filing of these layers and this day.
    pub fn only(&self) -> Option<u32> {
        self.conditional.is_empty().then_some(self.value.constant)
    }
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
            let mut chosen = ActiveValue { constant: NONE, origin: NONE, is_firm: true, when: NONE };
            for value in view.values.slice(param.own) {
                if self.contains(&value.days) {
                    // The base's own value always counts.
                    self.has_weak |= !value.is_firm;
                    chosen = ActiveValue::new(&value);
                }
            }
            let mut conditional: Vec<ActiveValue> = Vec::new();
            if param.changes.length > 0 {
                for change in ranked(view, rank_of_layer, param.changes) {
                    let value = view.values.at(change.at);
                    if !self.contains(&value.days) || !self.counts(value.is_firm) {
                        continue;
                    }
                    let value = ActiveValue::new(&value);
                    match (value.when, param.several) {
                        (NONE, Several::Nearest) => {
                            // What stands above goes before what was set for some filings only.
                            conditional.clear();
                            chosen = value;
                        }
                        // The base's own value holds only where no layer sets one.
                        (NONE, _) if chosen.origin == NONE => chosen = value,
                        (NONE, several) => chosen = picked(view, several, chosen, value),
                        _ => conditional.insert(0, value),
                    }
                }
            }
            params.push(ActiveParam { value: chosen, conditional, several: param.several });
        }
        params
    }

    /// The versions of a rule that are in force, the base's own first, with what changes them; `needs` are indices of rules.
    fn in_force(&mut self, index: u32, rank_of_layer: &[u8]) -> Vec<ActiveRule> {
        let view = self.view;
        let rule = view.rules.at(index);
        if rank_of_layer[rule.layer as usize] == 0 {
            return Vec::new();
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
        // Each with the changes it goes before. What goes before holds for all filings unless it has a scope of its own.
        let mut chosen: Vec<(u32, LoweredVersion, Slice)> = Vec::new();
        let nothing = Slice { start: 0, length: 0 };
        let own = rule.versions.range().map(|at| (at as u32, nothing));
        for (at, over) in own.chain(of(LoweredKind::Replace).map(|c| (c.at, c.over))) {
            let version = view.versions.at(at);
            if !version.is_optional && self.contains(&version.days) && self.counts(is_firm(&version)) {
                let keeps = |weaker: &LoweredVersion| version.scope != NONE && view.fits(version.scope, version.scope_loops, weaker.loops);
                chosen.retain(|(_, weaker, _)| keeps(weaker));
                chosen.push((at, version, over));
            }
        }
        let mut out = Vec::with_capacity(chosen.len());
        for (n, (at, version, over)) in chosen.iter().enumerate() {
            let yields = chosen[n + 1..].iter().map(|(_, stronger, _)| stronger.scope).collect();
            let goes_before: Vec<u32> = view.operands.slice(*over).collect();
            let part = self.part(index, *at, version, &changes, &goes_before);
            let confirmations = if version.is_replacement { vec![] } else { confirmed.iter().map(|c| c.details).collect() };
            out.push(ActiveRule { yields, confirmations, is_firm: is_firm(version), ..part });
        }
        out
    }

    /// One version in force, with its exceptions and waivers.
    fn part(&mut self, index: u32, at: u32, version: &LoweredVersion, changes: &[LoweredChange], goes_before: &[u32]) -> ActiveRule {
        let view = self.view;
        let of = |kind: LoweredKind| changes.iter().filter(move |c| c.kind == kind);
        // The type checker refuses what does not fit the versions it meets. This keeps a slot from being read in another record should two
        // layers meet that never do.
        let mut waivers = Vec::new();
        // What goes before a waiver is not lifted by it.
        for change in of(LoweredKind::Waive).filter(|c| !goes_before.contains(&c.id)) {
            let waiver = view.waivers.at(change.at);
            if view.fits(waiver.when, waiver.loops, version.loops) && self.contains(&waiver.days) && self.counts(waiver.is_firm) {
                waivers.push(ActiveWaiver { when: waiver.when, details: waiver.details, is_firm: waiver.is_firm });
            }
        }
        let written = of(LoweredKind::Except).map(|change| view.exceptions.at(change.at));
        let exceptions = written.filter(|e| fits(view, e, version)).filter_map(|e| self.exception(&e)).collect();
        ActiveRule {
            rule: index,
            version: at,
            yields: Vec::new(),
            exceptions,
            waivers,
            confirmations: Vec::new(),
            is_firm: version.is_firm,
            needs: view.operands.slice(version.needs).collect(),
        }
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

/// The lower or the higher of two values; the nearer one where they cannot be ordered.
pub(super) fn picked(view: View<'_>, several: Several, a: ActiveValue, b: ActiveValue) -> ActiveValue {
    use std::cmp::Ordering as Cmp;
    let value = |v: ActiveValue| view.constants.get(v.constant).map_or(Value::Unknown, |c| c.value());
    match (super::arithmetic::order(value(a), value(b)), several) {
        (Some(Cmp::Less), Several::Lowest) | (Some(Cmp::Greater), Several::Highest) => a,
        _ => b,
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
    // Where each rule lies among those in force.
    let mut position = vec![0..0; view.rules.len() as usize];
    for i in 0..view.rules.len() {
        let start = active.rules.len() as u32;
        for mut rule in calendar.in_force(i, &rank_of_layer) {
            rule.needs = rule.needs.iter().flat_map(|need| position[*need as usize].clone()).collect();
            active.rules.push(rule);
        }
        position[i as usize] = start..active.rules.len() as u32;
    }
    active.has_weak |= calendar.has_weak;
    active.guards = super::guard::Guards::new(view, &active.rules);
    calendar.turns.sort_unstable();
    calendar.turns.dedup();
    let turn = |(day, rule): (i32, u32)| Some((day_of_number(day)?, (rule != NONE).then_some(rule)));
    active.turns = calendar.turns.into_iter().filter_map(turn).collect();
    active
}

/// A rule as it is in force on a day; `needs` are indices of rules.
pub(super) fn rule_on(
    view: View<'_>,
    rule: u32,
    layers: &[usize],
    document: &Document,
    submission: Date,
    firm_only: bool,
) -> Vec<ActiveRule> {
    Calendar::new(view, document, submission, firm_only).in_force(rule, &ranks(view, layers))
}
