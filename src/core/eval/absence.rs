//! What the absence of a fact says, and the readings in which it says something else.

use super::Outcome;
use super::machine::Machine;
use crate::hir::FactKind;
use crate::pack::{NONE, Node, View};
use crate::value::{Date, Value};
use rustc_hash::{FxHashMap, FxHashSet};

/// What the absence of a fact says where a rule asks `is given`, `is missing` or `else`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Absence {
    /// As the rule asks: it is not given.
    #[default]
    Told,
    /// Nothing, unless the fact is an event, of which absence says that it did not happen, or follows from others. So nothing is violated because
    /// a fact is left out.
    FactsOpen,
    /// Nothing. What then is not decided rests on facts that are left out.
    Open,
}

/// What was found out while absence said the same.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// Values of the definitions, as far as they were asked for, and whether they rest on absence.
    pub(super) defs: Vec<Option<(Value, bool)>>,
    pub(super) joins: super::join::Joins,
    /// Calendar years that definitions asked for and that are not covered: who reads such a definition asks for them too.
    pub(super) years: FxHashMap<u32, Vec<(i16, Option<Date>)>>,
}

impl Found {
    pub(super) fn new(view: View<'_>) -> Self {
        Found { defs: vec![None; view.defs.len() as usize], ..Found::default() }
    }
}

/// What a machine found out about one filing, for another machine with the same rules, filing and day.
#[derive(Debug, Default)]
pub struct Memory {
    readings: [Found; 3],
    /// Texts that definitions have as their values.
    texts: String,
}

impl Machine<'_> {
    /// What was found out so far.
    pub fn into_memory(mut self) -> Memory {
        self.read_absence(Absence::Told);
        self.scratch.truncate(self.scratch_mark);
        let mut readings = self.aside;
        readings[Absence::Told as usize] = self.found;
        Memory { readings, texts: self.scratch }
    }

    /// Goes on where another machine with the same rules, filing and day ended.
    #[must_use]
    pub fn with_memory(mut self, memory: Memory) -> Self {
        let Memory { mut readings, texts } = memory;
        let told = std::mem::take(&mut readings[Absence::Told as usize]);
        if told.defs.len() == self.found.defs.len() {
            (self.found, self.aside) = (told, readings);
            (self.scratch_mark, self.scratch) = (texts.len(), texts);
        }
        self
    }

    /// Reads absence in another way from now on; gives the way in which it was read.
    pub(super) fn read_absence(&mut self, absence: Absence) -> Absence {
        let before = std::mem::replace(&mut self.absence, absence);
        if before != absence {
            let mut found = std::mem::take(&mut self.aside[absence as usize]);
            if found.defs.is_empty() {
                found = Found::new(self.lowered);
            }
            self.aside[before as usize] = std::mem::replace(&mut self.found, found);
        }
        before
    }

    /// How absence is read.
    pub(super) fn absence(&self) -> Absence {
        self.absence
    }

    /// Whether a rule is violated for the items at hand as it reads absence.
    pub(super) fn is_violated_as_read(&mut self, i: usize) -> bool {
        let loops = self.version(i).loops;
        let is_known = loops.range().all(|l| self.env[self.lowered.loops.at(l as u32).var as usize] != NONE);
        is_known && self.item_as_read(i) == Outcome::Violated
    }

    /// Something under another reading of absence.
    pub(super) fn under<T>(&mut self, absence: Absence, f: impl FnOnce(&mut Self) -> T) -> T {
        let before = self.read_absence(absence);
        let out = f(self);
        self.read_absence(before);
        out
    }

    /// Whether the absence of what a node reads says nothing here. INVARIANT: the value of the node is unknown.
    pub(super) fn is_open(&mut self, node: u32) -> bool {
        self.met_absence = true;
        match self.absence {
            Absence::Told => false,
            Absence::FactsOpen => self.lacks(node, |kind| matches!(kind, FactKind::Stated | FactKind::Register)),
            Absence::Open => self.lacks(node, |_| true),
        }
    }

    /// Whether an expression reads a fact of some kinds that is not known.
    fn lacks(&mut self, node: u32, of: fn(FactKind) -> bool) -> bool {
        let view = self.lowered;
        let mut stack = vec![node];
        let mut defs = FxHashSet::default();
        while let Some(node) = stack.pop() {
            match view.nodes.at(node) {
                Node::Root { kind, .. } | Node::Item { kind, .. } => {
                    if of(kind) && self.value(node) == Value::Unknown {
                        return true;
                    }
                }
                // A definition is looked at once, however often it is read.
                Node::Def(def) => {
                    if defs.insert(def) {
                        stack.push(view.defs.at(def).root);
                    }
                }
                _ => stack.extend(view.operands_of(node)),
            }
        }
        false
    }
}
