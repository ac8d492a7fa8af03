//! What old or doubtful sources excuse.

use super::Outcome;
use super::diagnostics as say;
use super::machine::Tri;
use super::report::{Finding, Reporter};
use crate::diagnostic::{CodeOf, Diagnostic, Severity};
use crate::hir::Strength;
use crate::pack::NONE;

impl Reporter<'_, '_> {
    /// A rule that firm sources would violate and weak ones excuse: worth a warning.
    pub(super) fn weak_excuse(&mut self, i: usize, findings: &mut Vec<Finding>) {
        if self.machine.version(i).strength != Strength::Must || !self.scale.is_excused_weakly(i) {
            return;
        }
        let version = self.machine.version(i);
        let details = &self.with.details.versions[version.details as usize];
        let rule_name = self.machine.lowered.rule_name(self.machine.active.rules[i].rule);
        let (items, _) = self.items_with(i, self.scale.ended[i].own);
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
        let mut d = Diagnostic::with_code(CodeOf::Rule(name.clone()), Severity::Warning, say::weak_excuse(name, rule_name));
        let mut paths = Vec::new();
        if let Some((span, path)) = place {
            d = d.primary(span, crate::say!("excused here", "此处被豁免"));
            paths.extend((!path.is_empty()).then_some(path));
        }
        d = d.secondary(span, crate::say!("excuses it", "可豁免"));
        for note in self.with.details.source_notes(origin).take(2).chain(self.with.details.doubt_notes(origin)) {
            d = d.note(note);
        }
        let base = self.own_versions(i).map(|v| &self.with.details.versions[v.details as usize]).find(|v| v.name == rule_name);
        if let Some(base) = base.filter(|b| b.span != span) {
            d = d.secondary(base.span, say::base_rule(&base.name));
        }
        findings.push(Finding { diagnostic: d, rules: vec![], paths });
    }

    /// The weak waiver, exception or value that excuses a rule: index into `Details::changes`; none when a weak replacement does.
    pub(super) fn weak_change(&mut self, i: usize) -> Option<u32> {
        let active = self.machine.active.rules[i].clone();
        if let Some(waiver) = active.waivers.iter().find(|w| !w.is_firm) {
            return Some(waiver.details);
        }
        let version = self.machine.version(i);
        if !version.is_firm {
            return None;
        }
        let own = self.scale.ended[i].own;
        let (items, _) = self.items_with(i, own);
        for env in &items {
            self.enter(env);
            for e in active.exceptions.iter().filter(|e| !e.is_firm) {
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
                let value = self.machine.parameter(p);
                let origin = value.origin;
                if origin != NONE && !value.is_firm {
                    return Some(origin);
                }
            }
        }
        None
    }
}
