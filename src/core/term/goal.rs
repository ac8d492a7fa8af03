//! Statements about a filing that hold or do not, each stored once.

use super::fact::Test;
use super::terms::TermId;
use rustc_hash::FxHashMap;

/// A statement that holds of a filing or does not. Its negation is the neighbour of its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Goal(u32);

impl Goal {
    /// Holds of every filing.
    pub const ALWAYS: Goal = Goal(0);
    /// Holds of no filing.
    pub const NEVER: Goal = Goal(1);

    pub(super) fn of(b: bool) -> Goal {
        if b { Goal::ALWAYS } else { Goal::NEVER }
    }

    pub(super) fn node(self) -> usize {
        (self.0 >> 1) as usize
    }

    pub(super) fn is_negated(self) -> bool {
        self.0 & 1 == 1
    }
}

impl std::ops::Not for Goal {
    type Output = Goal;
    fn not(self) -> Goal {
        Goal(self.0 ^ 1)
    }
}

/// What a statement says.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Gate {
    /// Nothing.
    Always,
    /// Something about one fact.
    Test(TermId, Test),
    /// All of these.
    All(Box<[Goal]>),
}

/// A store of statements.
#[derive(Debug)]
pub(super) struct Goals {
    gates: Vec<Gate>,
    index: FxHashMap<Gate, Goal>,
}

impl Default for Goals {
    fn default() -> Self {
        Goals { gates: vec![Gate::Always], index: FxHashMap::default() }
    }
}

impl Goals {
    pub(super) fn gate(&self, node: usize) -> &Gate {
        &self.gates[node]
    }

    fn put(&mut self, gate: Gate) -> Goal {
        if let Some(goal) = self.index.get(&gate) {
            return *goal;
        }
        let goal = Goal((self.gates.len() as u32) << 1);
        self.gates.push(gate.clone());
        self.index.insert(gate, goal);
        goal
    }

    pub(super) fn test(&mut self, fact: TermId, test: Test) -> Goal {
        self.put(Gate::Test(fact, test))
    }

    /// All of some statements.
    pub(super) fn all(&mut self, parts: impl IntoIterator<Item = Goal>) -> Goal {
        let mut parts: Vec<Goal> = parts.into_iter().filter(|g| *g != Goal::ALWAYS).collect();
        parts.sort_unstable();
        parts.dedup();
        // A statement and its negation stand beside each other.
        if parts.contains(&Goal::NEVER) || parts.windows(2).any(|w| w[0] == !w[1]) {
            return Goal::NEVER;
        }
        match parts[..] {
            [] => Goal::ALWAYS,
            [one] => one,
            _ => self.put(Gate::All(parts.into())),
        }
    }

    /// Any of some statements.
    pub(super) fn any(&mut self, parts: impl IntoIterator<Item = Goal>) -> Goal {
        !self.all(parts.into_iter().map(|g| !g))
    }
}
