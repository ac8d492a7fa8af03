//! Rules that one answer rules out: most rules ask first for a region, a nature of the subject, a kind of service or of filing, and need not be
//! looked at for filings of another.

use super::machine::Machine;
use super::slice::ActiveRule;
use crate::pack::{Constant, NONE, Node, View};
use crate::value::Value;
use rustc_hash::FxHashMap;

/// What a rule asks first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Subject {
    /// A slot of the filing itself, not of an item.
    Slot(u32),
    /// The filing type.
    FilingType,
}

/// Rules by the value that they ask for.
type ByValue = FxHashMap<u32, Vec<u32>>;

/// Rules in force by what they ask first.
#[derive(Clone, Debug, Default)]
pub(super) struct Guards {
    /// For each subject the rules that ask for a value of it: for these values, and all of them.
    subjects: Vec<(Subject, ByValue, Vec<u32>)>,
    n_rules: usize,
}

impl Guards {
    pub(super) fn new(view: View<'_>, rules: &[ActiveRule]) -> Self {
        let mut at: FxHashMap<Subject, usize> = FxHashMap::default();
        let mut guards = Guards { subjects: Vec::new(), n_rules: rules.len() };
        for (i, rule) in (0u32..).zip(rules) {
            let Some((subject, values)) = guard(view, view.versions.at(rule.version).when) else { continue };
            let place = *at.entry(subject).or_insert_with(|| {
                guards.subjects.push((subject, FxHashMap::default(), Vec::new()));
                guards.subjects.len() - 1
            });
            let (_, by_value, all) = &mut guards.subjects[place];
            values.into_iter().for_each(|v| by_value.entry(v).or_default().push(i));
            all.push(i);
        }
        guards
    }

    /// For each rule whether it is ruled out. INVARIANT: its condition is then false, however absence is read.
    pub(super) fn ruled_out(&self, machine: &mut Machine<'_>) -> Vec<bool> {
        let mut out = vec![false; self.n_rules];
        for (subject, by_value, all) in &self.subjects {
            let value = match subject {
                Subject::Slot(slot) => machine.document.slots.get(*slot as usize).copied().unwrap_or(Value::Unknown),
                Subject::FilingType => machine.filing_type(),
            };
            if let Value::Enum(value) = value {
                all.iter().for_each(|i| out[*i as usize] = true);
                by_value.get(&value).into_iter().flatten().for_each(|i| out[*i as usize] = false);
            }
        }
        out
    }
}

/// A part of a condition without which it is false: one of some values of one subject.
fn guard(view: View<'_>, condition: u32) -> Option<(Subject, Vec<u32>)> {
    if condition == NONE {
        return None;
    }
    match view.nodes.at(condition) {
        Node::And(parts) => view.operands.slice(parts).find_map(|part| guard(view, part)),
        Node::Equal(a, b) => one(view, a, b).or_else(|| one(view, b, a)),
        Node::In(item, list) => {
            let subject = subject(view, item)?;
            let Node::Const(list) = view.nodes.at(list) else { return None };
            let Constant::List(items) = view.constants.at(list) else { return None };
            let values = view.constants.slice(items).map(number).collect::<Option<Vec<u32>>>()?;
            Some((subject, values))
        }
        _ => None,
    }
}

fn one(view: View<'_>, item: u32, constant: u32) -> Option<(Subject, Vec<u32>)> {
    let subject = subject(view, item)?;
    let Node::Const(constant) = view.nodes.at(constant) else { return None };
    Some((subject, vec![number(view.constants.at(constant))?]))
}

fn number(constant: Constant) -> Option<u32> {
    match constant {
        Constant::Enum(value) => Some(value.into()),
        _ => None,
    }
}

fn subject(view: View<'_>, mut node: u32) -> Option<Subject> {
    loop {
        match view.nodes.at(node) {
            Node::Root { slot, .. } => return Some(Subject::Slot(slot)),
            Node::Def(def) if def == view.filing_type() => return Some(Subject::FilingType),
            // Another name for a field.
            Node::Def(def) => node = view.defs.at(def).root,
            _ => return None,
        }
    }
}
