//! Whether a filing of which a statement holds can be made.

use super::fact::{Question, State, Test, answer};
use super::goal::{Gate, Goal, Goals};
use super::prover::Prover;
use super::search::{Found, Literal, Search};
use super::terms::{Op, TermId, Terms};
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::BTreeMap;

/// Most statements, and most pairs of a state and a question about it, in one search.
const MAX_STATEMENTS: usize = 40_000;
const MAX_PAIRS: usize = 400_000;
/// Most filings that are kept for later questions.
const MAX_SAMPLES: usize = 16;

/// Whether a filing of which a statement holds can be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// One in which facts are in these states; as far as the decidable core goes, and facts outside it are free.
    Can(Witness),
    /// None.
    Cannot,
    /// It was not found out.
    Undecided,
}

/// Facts and their states, in the order in which the facts were read.
pub type Witness = Vec<(TermId, State)>;

/// A filing, and which statements hold of it.
#[derive(Debug, Default)]
pub(super) struct Sample {
    states: FxHashMap<TermId, State>,
    holds: Vec<Option<bool>>,
}

impl Prover<'_> {
    /// Whether a filing of which a statement holds can be made.
    pub fn can(&self, goal: Goal) -> Answer {
        if goal == Goal::NEVER {
            return Answer::Cannot;
        }
        // The statements that it is made of.
        let mut variables: FxHashMap<usize, u32> = FxHashMap::default();
        let mut gates: Vec<usize> = Vec::new();
        let mut tests: BTreeMap<TermId, Vec<(u32, &Test)>> = BTreeMap::new();
        let mut stack = vec![goal.node()];
        while let Some(node) = stack.pop() {
            if variables.contains_key(&node) {
                continue;
            }
            let variable = gates.len() as u32;
            variables.insert(node, variable);
            gates.push(node);
            match self.goals.gate(node) {
                Gate::Always => {}
                Gate::Test(fact, test) => tests.entry(*fact).or_default().push((variable, test)),
                Gate::All(parts) => stack.extend(parts.iter().map(|p| p.node())),
            }
            if gates.len() > MAX_STATEMENTS {
                return Answer::Undecided;
            }
        }
        let literal = |goal: Goal| -> Literal { variables[&goal.node()] << 1 | u32::from(goal.is_negated()) };
        // The states of each fact, as far as its tests tell them apart.
        let mut n_variables = gates.len() as u32;
        let mut states: Vec<(TermId, Vec<(u32, State)>)> = Vec::new();
        let mut clauses: Vec<Vec<Literal>> = Vec::new();
        let mut n_pairs = 0;
        for (fact, tests) in &tests {
            let questions: Vec<&Question> = tests.iter().map(|(_, t)| &t.question).collect();
            let all = self.facts().states(*fact, self.reader.ty(*fact), &questions);
            n_pairs += all.len() * tests.len();
            if n_pairs > MAX_PAIRS {
                return Answer::Undecided;
            }
            let mut seen: FxHashSet<Vec<bool>> = FxHashSet::default();
            let mut own: Vec<(u32, State)> = Vec::new();
            for state in all {
                let holds: Vec<bool> = tests.iter().map(|(_, t)| answer(&t.question, &state) == Some(t.wanted)).collect();
                if !seen.insert(holds.clone()) {
                    continue;
                }
                clauses.extend(tests.iter().zip(holds).map(|((v, _), holds)| vec![n_variables << 1 | 1, v << 1 | u32::from(!holds)]));
                own.push((n_variables, state));
                n_variables += 1;
            }
            clauses.push(own.iter().map(|(v, _)| v << 1).collect());
            states.push((*fact, own));
        }
        let mut search = Search::new(n_variables as usize);
        for (variable, node) in gates.iter().enumerate() {
            let own = (variable as u32) << 1;
            match self.goals.gate(*node) {
                Gate::Always => search.clause(vec![own]),
                Gate::Test(..) => {}
                Gate::All(parts) => {
                    parts.iter().for_each(|p| search.clause(vec![own | 1, literal(*p)]));
                    search.clause(parts.iter().map(|p| literal(*p) ^ 1).chain([own]).collect());
                }
            }
        }
        clauses.into_iter().for_each(|c| search.clause(c));
        search.clause(vec![literal(goal)]);
        let order: Vec<Literal> = states.iter().rev().flat_map(|(_, own)| own.iter().map(|(v, _)| v << 1)).collect();
        match search.run(&order) {
            Found::Nothing => Answer::Cannot,
            Found::GivenUp => Answer::Undecided,
            Found::Assignment(_) if states.iter().any(|(fact, _)| matches!(self.op(*fact), Op::Deep(_))) => Answer::Undecided,
            Found::Assignment(values) => {
                let state = |own: Vec<(u32, State)>| own.into_iter().find(|(v, _)| values[*v as usize]).map(|(_, s)| s);
                Answer::Can(states.into_iter().filter_map(|(fact, own)| Some((fact, state(own)?))).collect())
            }
        }
    }

    /// Whether no filing makes a statement hold, as far as that was found out. Filings that were found before are tried first, so that many questions
    /// about conditions that are made of each other cost little more than one.
    pub fn cannot(&mut self, goal: Goal) -> bool {
        let terms = &self.reader.terms;
        if let Some(n) = self.samples.iter_mut().position(|s| s.holds(goal, &self.goals, terms)) {
            self.samples[..=n].rotate_right(1);
            return false;
        }
        match self.can(goal) {
            Answer::Cannot => true,
            Answer::Undecided => false,
            Answer::Can(witness) => {
                // That a fact is there says too little for later questions about it.
                let states = witness.into_iter().filter(|(_, state)| *state != State::Present).collect();
                self.samples.truncate(MAX_SAMPLES - 1);
                self.samples.insert(0, Sample { states, holds: Vec::new() });
                false
            }
        }
    }
}

impl Sample {
    /// Whether a statement holds; only what it is made of is looked at, and once.
    fn holds(&mut self, goal: Goal, goals: &Goals, terms: &Terms) -> bool {
        self.holds.resize(self.holds.len().max(goal.node() + 1), None);
        let mut stack = vec![goal.node()];
        while let Some(node) = stack.last().copied() {
            let holds = match goals.gate(node) {
                Gate::Always => Some(true),
                Gate::Test(fact, test) => {
                    let state = self.states.entry(*fact).or_insert_with(|| State::unasked(terms.op(*fact)));
                    Some(answer(&test.question, state) == Some(test.wanted))
                }
                Gate::All(parts) => {
                    let open = parts.iter().find(|p| self.holds[p.node()] != Some(!p.is_negated()));
                    match open.map(|p| (p.node(), self.holds[p.node()])) {
                        None => Some(true),
                        Some((_, Some(_))) => Some(false),
                        Some((part, None)) => {
                            stack.push(part);
                            None
                        }
                    }
                }
            };
            if holds.is_some() {
                self.holds[node] = holds;
                stack.pop();
            }
        }
        self.holds[goal.node()] == Some(!goal.is_negated())
    }
}
