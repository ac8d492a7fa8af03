//! How far a verdict goes: look-ups that were not made, facts that are not stated, what has not happened yet, days beyond the calendar.

use super::machine::Machine;
use super::trace::Missing;
use crate::diagnostic::Bilingual;
use crate::hir::FactKind;
use crate::manifest::LookedUp;
use crate::pack::NONE;
use crate::value::Schema;
use std::collections::BTreeMap;

/// What a verdict did not look at.
#[derive(Clone, Debug, Default)]
pub struct Reach {
    /// Facts that are left out and that rules ask for, by path. The rules are undetermined, or are met or do not apply only because of that.
    pub facts: Vec<LeftOut>,
    /// Years for which business days cannot be counted.
    pub calendars: Vec<i16>,
    /// Facts that records of registers told.
    pub looked_up: Vec<LookedUp>,
    found: BTreeMap<String, LeftOut>,
}

/// A fact that is left out.
#[derive(Clone, Debug)]
pub struct LeftOut {
    /// Its path, `records.open_orders`.
    pub path: String,
    /// Who knows it.
    pub kind: FactKind,
    /// Full ids of the rules that ask for it.
    pub rules: Vec<String>,
    /// Where it is looked up, where that is told.
    pub place: Option<Bilingual>,
}

impl Reach {
    pub(super) fn note(&mut self, machine: &Machine<'_>, rule: &str, missing: Vec<Missing>) {
        for m in missing {
            // What is written and tells nothing was said; of a document that is not there nothing more is left out.
            if m.slot != NONE && machine.document.is_unusable(m.slot) || m.is_part {
                continue;
            }
            let left_out = || LeftOut { path: m.path.clone(), kind: m.kind, rules: Vec::new(), place: None };
            let rules = &mut self.found.entry(m.path.clone()).or_insert_with(left_out).rules;
            if !rules.iter().any(|r| r == rule) {
                rules.push(rule.to_owned());
            }
        }
    }

    pub(super) fn finish(&mut self, schema: &Schema) {
        self.facts = std::mem::take(&mut self.found).into_values().collect();
        for fact in &mut self.facts {
            fact.rules.sort();
            fact.place = if fact.kind == FactKind::Register { schema.look_up_place(&fact.path).cloned() } else { None };
        }
    }

    /// Look-ups that were not made, those that most rules ask for first.
    pub fn look_ups(&self) -> impl Iterator<Item = &LeftOut> {
        self.of(|k| k == FactKind::Register)
    }

    /// Facts that the filer may state and did not, those that most rules ask for first.
    pub fn not_stated(&self) -> impl Iterator<Item = &LeftOut> {
        self.of(|k| matches!(k, FactKind::Stated | FactKind::Derived))
    }

    /// What has not happened yet, or was not written down.
    pub fn to_come(&self) -> impl Iterator<Item = &LeftOut> {
        self.of(|k| k == FactKind::Event)
    }

    fn of(&self, kind: fn(FactKind) -> bool) -> impl Iterator<Item = &LeftOut> {
        let mut list: Vec<&LeftOut> = self.facts.iter().filter(|f| kind(f.kind)).collect();
        list.sort_by(|a, b| b.rules.len().cmp(&a.rules.len()).then_with(|| a.path.cmp(&b.path)));
        list.into_iter()
    }

    /// Whether nothing was left out.
    pub fn is_whole(&self) -> bool {
        self.facts.is_empty() && self.calendars.is_empty()
    }
}
