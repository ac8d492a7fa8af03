//! A search for an assignment of yes-or-no variables that meets clauses: conflict-driven, with variables tried in a given order, so that the
//! assignment that is found is the first in that order.

/// Most clauses looked at, and most conflicts, before a search gives up.
const MAX_STEPS: u64 = 4_000_000;
const MAX_CONFLICTS: u32 = 20_000;

/// A variable, or its negation with the lowest bit.
pub(super) type Literal = u32;

/// What a search finds.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// An assignment: for each variable whether it is true.
    Assignment(Vec<bool>),
    /// There is none.
    Nothing,
    /// It would take too long to know.
    GivenUp,
}

const OPEN: u8 = 2;

#[derive(Debug, Default)]
pub(super) struct Search {
    clauses: Vec<Vec<Literal>>,
    /// Clauses to look at when a literal becomes false.
    watches: Vec<Vec<u32>>,
    values: Vec<u8>,
    levels: Vec<u32>,
    reasons: Vec<Option<u32>>,
    trail: Vec<Literal>,
    /// Length of the trail, and place in the order, at each decision.
    decisions: Vec<(usize, usize)>,
    looked_at: usize,
    is_broken: bool,
    steps: u64,
}

impl Search {
    pub(super) fn new(n_variables: usize) -> Self {
        Search {
            watches: vec![Vec::new(); 2 * n_variables],
            values: vec![OPEN; n_variables],
            levels: vec![0; n_variables],
            reasons: vec![None; n_variables],
            ..Search::default()
        }
    }

    /// 1 for true, 0 for false, `OPEN`.
    fn value(&self, literal: Literal) -> u8 {
        match self.values[(literal >> 1) as usize] {
            OPEN => OPEN,
            value => value ^ (literal & 1) as u8,
        }
    }

    /// Adds a clause before the search.
    pub(super) fn clause(&mut self, mut literals: Vec<Literal>) {
        literals.sort_unstable();
        literals.dedup();
        if literals.windows(2).any(|w| w[0] ^ 1 == w[1]) {
            return;
        }
        literals.retain(|l| self.value(*l) != 0);
        match literals[..] {
            [] => self.is_broken = true,
            [one] if self.value(one) == OPEN => self.assign(one, None),
            [_] => {}
            _ => {
                self.watch(literals);
            }
        }
    }

    fn watch(&mut self, literals: Vec<Literal>) -> u32 {
        let at = self.clauses.len() as u32;
        self.watches[(literals[0] ^ 1) as usize].push(at);
        self.watches[(literals[1] ^ 1) as usize].push(at);
        self.clauses.push(literals);
        at
    }

    fn assign(&mut self, literal: Literal, reason: Option<u32>) {
        let variable = (literal >> 1) as usize;
        self.values[variable] = 1 - (literal & 1) as u8;
        self.levels[variable] = self.decisions.len() as u32;
        self.reasons[variable] = reason;
        self.trail.push(literal);
    }

    /// Draws what follows; the clause that cannot be met, if there is one.
    fn propagate(&mut self) -> Option<u32> {
        while let Some(literal) = self.trail.get(self.looked_at).copied() {
            self.looked_at += 1;
            let watching = std::mem::take(&mut self.watches[literal as usize]);
            let mut kept = Vec::with_capacity(watching.len());
            for (n, at) in watching.iter().copied().enumerate() {
                self.steps += 1;
                let mut clause = std::mem::take(&mut self.clauses[at as usize]);
                if clause[0] == literal ^ 1 {
                    clause.swap(0, 1);
                }
                if self.value(clause[0]) == 1 {
                    kept.push(at);
                } else if let Some(other) = (2..clause.len()).find(|i| self.value(clause[*i]) != 0) {
                    clause.swap(1, other);
                    self.watches[(clause[1] ^ 1) as usize].push(at);
                } else {
                    kept.push(at);
                    if self.value(clause[0]) == 0 {
                        self.clauses[at as usize] = clause;
                        kept.extend(&watching[n + 1..]);
                        self.watches[literal as usize] = kept;
                        return Some(at);
                    }
                    self.assign(clause[0], Some(at));
                }
                self.clauses[at as usize] = clause;
            }
            self.watches[literal as usize] = kept;
        }
        None
    }

    /// What a conflict teaches: a clause whose first literal is the only one of the last level, and the level to go back to.
    fn learn(&self, conflict: u32) -> (Vec<Literal>, u32) {
        let level = self.decisions.len() as u32;
        let mut is_seen = vec![false; self.values.len()];
        let (mut learned, mut n_open, mut at) = (vec![0], 0, self.trail.len());
        let mut clause = conflict;
        loop {
            for literal in &self.clauses[clause as usize] {
                let variable = (literal >> 1) as usize;
                // What the clause was the reason of is true; the others are false.
                if self.value(*literal) == 1 || self.levels[variable] == 0 || std::mem::replace(&mut is_seen[variable], true) {
                    continue;
                }
                if self.levels[variable] == level { n_open += 1 } else { learned.push(*literal) }
            }
            let literal = loop {
                at -= 1;
                if is_seen[(self.trail[at] >> 1) as usize] {
                    break self.trail[at];
                }
            };
            n_open -= 1;
            match self.reasons[(literal >> 1) as usize] {
                Some(reason) if n_open > 0 => clause = reason,
                _ => {
                    learned[0] = literal ^ 1;
                    break;
                }
            }
        }
        let back = (1..learned.len()).max_by_key(|i| self.levels[(learned[*i] >> 1) as usize]);
        let level = back.map_or(0, |i| self.levels[(learned[i] >> 1) as usize]);
        if let Some(i) = back {
            learned.swap(1, i);
        }
        (learned, level)
    }

    fn back_to(&mut self, level: u32) -> usize {
        let (length, place) = self.decisions[level as usize];
        for literal in self.trail.drain(length..) {
            self.values[(literal >> 1) as usize] = OPEN;
        }
        self.decisions.truncate(level as usize);
        self.looked_at = length;
        place
    }

    /// Searches, trying the literals of `order` first to last. Every variable must follow from those in `order`.
    pub(super) fn run(mut self, order: &[Literal]) -> Found {
        if self.is_broken {
            return Found::Nothing;
        }
        let (mut place, mut conflicts) = (0, 0);
        loop {
            if let Some(conflict) = self.propagate() {
                if self.decisions.is_empty() {
                    return Found::Nothing;
                }
                conflicts += 1;
                let (learned, level) = self.learn(conflict);
                place = self.back_to(level);
                let first = learned[0];
                let reason = (learned.len() > 1).then(|| self.watch(learned));
                self.assign(first, reason);
                continue;
            }
            if self.steps > MAX_STEPS || conflicts > MAX_CONFLICTS {
                return Found::GivenUp;
            }
            while order.get(place).is_some_and(|l| self.value(*l) != OPEN) {
                place += 1;
            }
            let Some(next) = order.get(place) else {
                return Found::Assignment(self.values.iter().map(|v| *v == 1).collect());
            };
            self.decisions.push((self.trail.len(), place));
            self.assign(*next, None);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn search(n: usize, clauses: &[Vec<Literal>]) -> Found {
        let mut search = Search::new(n);
        clauses.iter().for_each(|c| search.clause(c.clone()));
        search.run(&(0..n as u32).map(|v| v << 1).collect::<Vec<_>>())
    }

    fn meets(assignment: &[bool], clauses: &[Vec<Literal>]) -> bool {
        clauses.iter().all(|c| c.iter().any(|l| assignment[(l >> 1) as usize] == (l & 1 == 0)))
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

        /// The assignment that is found is the first of all, where true comes before false.
        #[test]
        fn finds_the_first_assignment_or_none(clauses in prop::collection::vec(prop::collection::vec(0u32..16, 1..4), 1..40)) {
            let all = (0..256u32).map(|n| (0..8).map(|v| n >> (7 - v) & 1 == 0).collect::<Vec<bool>>());
            let expected = all.into_iter().find(|a| meets(a, &clauses)).map_or(Found::Nothing, Found::Assignment);
            prop_assert_eq!(search(8, &clauses), expected);
        }
    }

    /// Eleven pigeons in ten holes: too hard for this search, which says so.
    #[test]
    fn what_takes_too_long_is_given_up() {
        let at = |pigeon: u32, hole: u32| (pigeon * 10 + hole) << 1;
        let mut clauses: Vec<Vec<Literal>> = (0..11).map(|p| (0..10).map(|h| at(p, h)).collect()).collect();
        for hole in 0..10 {
            for p in 0..11 {
                clauses.extend((0..p).map(|q| vec![at(p, hole) ^ 1, at(q, hole) ^ 1]));
            }
        }
        assert_eq!(search(110, &clauses), Found::GivenUp);
    }
}
