//! Weak sources: how much a rule counts, and what old or doubtful sources excuse.

use super::diagnostics as say;
use super::machine::Tri;
use super::report::{Finding, Reporter};
use super::{Ended, Outcome, Weight, weight};
use crate::diagnostic::{CodeOf, Diagnostic, Severity};
use crate::graph::{LoweredVersion, NONE};
use crate::hir::Strength;

impl Reporter<'_, '_> {
    /// A demand of good sources is not hidden behind one of weak sources.
    pub(super) fn unblock(&mut self) {
        for i in 0..self.ended.len() {
            let ended = self.ended[i];
            if ended.outcome == Outcome::Blocked
                && ended.own == Outcome::Violated
                && matches!(self.firm(i), Some(Some((firm, _))) if firm.outcome == Outcome::Violated)
                && !self.with.strict
            {
                self.ended[i].outcome = Outcome::Violated;
            }
        }
    }

    pub(super) fn firm(&self, i: usize) -> Option<Option<(Ended, Strength)>> {
        let rule = self.machine.active.rules[i].rule as usize;
        self.firm_by_rule.as_ref().map(|f| f[rule])
    }

    /// A violation or gap that weak sources alone bring about only warns; where good sources bring it about too, they say how much it counts.
    pub(super) fn weigh(&self, i: usize, version: &LoweredVersion, applies: bool) -> Weight {
        let bad = |o: Outcome| matches!(o, Outcome::Violated | Outcome::Undetermined | Outcome::Blocked);
        let outcome = self.ended[i].outcome;
        let weighed = match self.firm(i) {
            None => weight(version.strength, false),
            Some(_) if self.with.strict => weight(version.strength, false),
            Some(None) => weight(version.strength, true),
            Some(Some((firm, strength))) => {
                let is_same = if outcome == Outcome::Violated { firm.own == Outcome::Violated } else { !bad(outcome) || bad(firm.outcome) };
                let own = weight(version.strength, !is_same || !self.machine.active.rules[i].is_firm);
                // Weights go from what decides to what is noted.
                if is_same { own.min(weight(strength, false)) } else { own }
            }
        };
        if weighed == Weight::Decides && !applies { Weight::Warns } else { weighed }
    }

    pub(super) fn is_excused_weakly(&self, i: usize) -> bool {
        !self.with.strict && matches!(self.firm(i), Some(Some((firm, _))) if firm.outcome == Outcome::Violated)
    }

    /// A rule that firm sources would violate and weak ones excuse: worth a warning.
    pub(super) fn weak_excuse(&mut self, i: usize, findings: &mut Vec<Finding>) {
        if self.with.strict || self.machine.version(i).strength != Strength::Must {
            return;
        }
        let Some(Some((firm, _))) = self.firm(i) else { return };
        if firm.outcome != Outcome::Violated {
            return;
        }
        let version = self.machine.version(i);
        let details = &self.with.details.versions[version.details as usize];
        let lowered = &self.machine.lowered.rules[self.machine.active.rules[i].rule as usize];
        let (items, _) = self.items_with(i, self.ended[i].own);
        if let Some(env) = items.first() {
            self.enter(env);
        }
        let asked = self.trace(i, |t, trace| t.truth(version.require, trace));
        let place = self.primary_place(i, details, &asked);
        let change = self.weak_change(i).map(|d| &self.with.details.changes[d as usize]);
        let (name, span, origin) = match change {
            Some(c) => (&c.name, c.span, &c.origin),
            None => (&details.name, details.span, &details.origin),
        };
        let mut d = Diagnostic::with_code(CodeOf::Rule(name.clone()), Severity::Warning, say::weak_excuse(name, &lowered.name));
        let mut paths = Vec::new();
        if let Some((span, path)) = place {
            d = d.primary(span, crate::say!("excused here", "此处被豁免"));
            paths.extend((!path.is_empty()).then_some(path));
        }
        d = d.secondary(span, crate::say!("excuses it", "可豁免"));
        for note in self.with.details.source_notes(origin).take(2).chain(self.with.details.doubt_notes(origin)) {
            d = d.note(note);
        }
        let base = lowered.versions.iter().map(|v| &self.with.details.versions[v.details as usize]).find(|v| v.name == lowered.name);
        if let Some(base) = base.filter(|b| b.span != span) {
            d = d.secondary(base.span, say::base_rule(&base.name));
        }
        findings.push(Finding { diagnostic: d, rules: vec![], paths });
    }

    /// The weak waiver, exception or value that excuses a rule: index into `Details::changes`; none when a weak replacement does.
    pub(super) fn weak_change(&mut self, i: usize) -> Option<u32> {
        let lowered = self.machine.lowered;
        let active = self.machine.active.rules[i].clone();
        let rule = &lowered.rules[active.rule as usize];
        let is_weak_waiver = |details: u32| rule.waivers.iter().any(|w| w.details == details && !w.is_firm);
        if let Some((_, details)) = active.waivers.iter().find(|w| is_weak_waiver(w.1)) {
            return Some(*details);
        }
        let version = self.machine.version(i);
        if !version.is_firm {
            return None;
        }
        let is_weak_exception = |details: u32| rule.exceptions.iter().any(|e| e.details == details && !e.is_firm);
        let own = self.ended[i].own;
        let (items, _) = self.items_with(i, own);
        for env in &items {
            self.enter(env);
            for e in active.exceptions.iter().filter(|e| is_weak_exception(e.details)) {
                if self.machine.exception(e) == Tri::True {
                    return Some(e.details);
                }
            }
        }
        for env in &items {
            self.enter(env);
            let asked = self.trace(i, |t, trace| match own {
                Outcome::NotApplicable if version.when != NONE => t.truth(version.when, trace),
                _ => t.truth(version.require, trace),
            });
            for p in asked.params {
                let origin = self.machine.active.param_origin[p as usize];
                if origin != NONE && lowered.params[p as usize].iter().any(|v| v.details == origin && !v.is_firm) {
                    return Some(origin);
                }
            }
        }
        None
    }
}
