//! Clauses and their solver. The library stays behind `Solver`; what asks knows literals, gates and a limit of steps.

use batsat::{Callbacks, ClauseKind, SolverInterface, lbool};
use rustc_hash::FxHashMap;

/// A variable or its opposite.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Lit(u32);

impl Lit {
    /// What is always true.
    pub const TRUE: Lit = Lit(0);
    /// What is never true.
    pub const FALSE: Lit = Lit(1);

    /// One of both constants.
    pub fn of(b: bool) -> Lit {
        if b { Lit::TRUE } else { Lit::FALSE }
    }
}

impl std::ops::Not for Lit {
    type Output = Lit;
    fn not(self) -> Lit {
        Lit(self.0 ^ 1)
    }
}

/// What a solver found out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// There is a model.
    Model,
    /// There is none.
    Nothing,
    /// The steps ran out.
    Undecided,
}

/// A solver of clauses that can be asked again under other assumptions.
pub trait Solver {
    /// A new variable.
    fn variable(&mut self) -> Lit;
    /// Demands that one of some literals holds.
    fn clause(&mut self, literals: &[Lit]);
    /// Looks for a model in which the assumptions hold, for at most so many conflicts.
    fn solve(&mut self, assumptions: &[Lit], steps: u64) -> Found;
    /// The value of a literal in the last model.
    fn value(&self, literal: Lit) -> bool;
    /// After `Found::Nothing`: assumptions that cannot hold together.
    fn core(&self) -> Vec<Lit>;
}

/// Counts conflicts, and stops when there are too many.
#[derive(Default)]
struct Steps {
    done: u64,
    limit: u64,
}

impl Callbacks for Steps {
    fn on_new_clause(&mut self, _: &[batsat::Lit], kind: ClauseKind) {
        if matches!(kind, ClauseKind::Learnt) {
            self.done += 1;
        }
    }

    fn stop(&self) -> bool {
        self.done >= self.limit
    }
}

/// `batsat` as a `Solver`.
pub struct Batsat {
    inner: batsat::Solver<Steps>,
    assumed: Vec<Lit>,
}

impl Batsat {
    /// A solver without clauses.
    pub fn new() -> Self {
        let mut inner = batsat::Solver::new(batsat::SolverOpts::default(), Steps { done: 0, limit: u64::MAX });
        // INVARIANT: the first variable is the constant true.
        let constant = batsat::Lit::new(inner.new_var_default(), true);
        inner.add_clause_reuse(&mut vec![constant]);
        Batsat { inner, assumed: Vec::new() }
    }

    fn own(literal: Lit) -> batsat::Lit {
        batsat::Lit::new(batsat::Var::unsafe_from_idx(literal.0 >> 1), literal.0 & 1 == 0)
    }
}

impl Default for Batsat {
    fn default() -> Self {
        Self::new()
    }
}

impl Solver for Batsat {
    fn variable(&mut self) -> Lit {
        Lit(self.inner.new_var_default().idx() << 1)
    }

    fn clause(&mut self, literals: &[Lit]) {
        let mut clause: Vec<batsat::Lit> = literals.iter().map(|l| Self::own(*l)).collect();
        self.inner.add_clause_reuse(&mut clause);
    }

    fn solve(&mut self, assumptions: &[Lit], steps: u64) -> Found {
        let own: Vec<batsat::Lit> = assumptions.iter().map(|l| Self::own(*l)).collect();
        self.assumed = assumptions.to_vec();
        let limit = self.inner.cb().done.saturating_add(steps);
        self.inner.cb_mut().limit = limit;
        let found = self.inner.solve_limited(&own);
        if found == lbool::TRUE {
            Found::Model
        } else if found == lbool::FALSE {
            Found::Nothing
        } else {
            Found::Undecided
        }
    }

    fn value(&self, literal: Lit) -> bool {
        self.inner.value_lit(Self::own(literal)) == lbool::TRUE
    }

    fn core(&self) -> Vec<Lit> {
        // The library tells the opposites of the assumptions.
        self.assumed.iter().copied().filter(|l| self.inner.unsat_core_contains_var(Self::own(*l).var())).collect()
    }
}

/// Gates over a solver: the same gate is made once.
pub struct Gates<S = Batsat> {
    /// The solver.
    pub solver: S,
    ands: FxHashMap<Box<[Lit]>, Lit>,
    /// Variables and clauses so far.
    pub size: (usize, usize),
}

impl<S: Solver> Gates<S> {
    /// Gates over a fresh solver.
    pub fn new(solver: S) -> Self {
        Gates { solver, ands: FxHashMap::default(), size: (1, 1) }
    }

    /// A new variable.
    pub fn variable(&mut self) -> Lit {
        self.size.0 += 1;
        self.solver.variable()
    }

    /// Demands that one of some literals holds.
    pub fn clause(&mut self, literals: &[Lit]) {
        self.size.1 += 1;
        self.solver.clause(literals);
    }

    /// True where all are.
    pub fn and(&mut self, literals: impl IntoIterator<Item = Lit>) -> Lit {
        let mut parts: Vec<Lit> = literals.into_iter().filter(|l| *l != Lit::TRUE).collect();
        parts.sort_unstable();
        parts.dedup();
        if parts.contains(&Lit::FALSE) || parts.windows(2).any(|w| w[0] == !w[1]) {
            return Lit::FALSE;
        }
        match parts[..] {
            [] => return Lit::TRUE,
            [one] => return one,
            _ => {}
        }
        if let Some(known) = self.ands.get(&parts[..]) {
            return *known;
        }
        let gate = self.variable();
        for part in &parts {
            self.clause(&[!gate, *part]);
        }
        let mut whole: Vec<Lit> = parts.iter().map(|p| !*p).collect();
        whole.push(gate);
        self.clause(&whole);
        self.ands.insert(parts.into_boxed_slice(), gate);
        gate
    }

    /// True where one is.
    pub fn or(&mut self, literals: impl IntoIterator<Item = Lit>) -> Lit {
        !self.and(literals.into_iter().map(|l| !l).collect::<Vec<_>>())
    }

    /// Demands that exactly one holds: a ladder where there are many.
    pub fn exactly_one(&mut self, literals: &[Lit]) {
        self.clause(literals);
        if literals.len() <= 6 {
            for (i, a) in literals.iter().enumerate() {
                for b in &literals[i + 1..] {
                    self.clause(&[!*a, !*b]);
                }
            }
            return;
        }
        let mut before: Option<Lit> = None;
        for literal in literals {
            let so_far = self.variable();
            self.clause(&[!*literal, so_far]);
            if let Some(before) = before {
                self.clause(&[!before, so_far]);
                self.clause(&[!before, !*literal]);
            }
            before = Some(so_far);
        }
    }

    /// For each number from 1 to `most` a literal that holds where at least so many of the inputs do; an input may be there more than once.
    pub fn at_least(&mut self, inputs: &[Lit], most: usize) -> Vec<Lit> {
        let mut counted: Vec<Lit> = vec![Lit::FALSE; most];
        for input in inputs {
            for n in (0..most).rev() {
                let below = if n == 0 { Lit::TRUE } else { counted[n - 1] };
                let raised = self.and([*input, below]);
                counted[n] = self.or([counted[n], raised]);
            }
        }
        counted
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gates_count_and_the_core_names_assumptions() {
        let mut gates = Gates::new(Batsat::new());
        let inputs: Vec<Lit> = (0..9).map(|_| gates.variable()).collect();
        gates.exactly_one(&inputs);
        let pairs: Vec<Lit> = inputs.iter().flat_map(|l| [*l, *l]).collect();
        let counted = gates.at_least(&pairs, 3);
        assert_eq!(gates.solver.solve(&[counted[1]], 1000), Found::Model);
        assert_eq!(inputs.iter().filter(|l| gates.solver.value(**l)).count(), 1);
        assert_eq!(gates.solver.solve(&[counted[2]], 1000), Found::Nothing);
        let free = gates.variable();
        assert_eq!(gates.solver.solve(&[free, inputs[0], inputs[1]], 1000), Found::Nothing);
        let mut core = gates.solver.core();
        core.sort();
        assert_eq!(core, [inputs[0], inputs[1]]);
    }

    #[test]
    fn steps_run_out() {
        // Nine pigeons in eight holes.
        let mut gates = Gates::new(Batsat::new());
        let sits: Vec<Vec<Lit>> = (0..9).map(|_| (0..8).map(|_| gates.variable()).collect()).collect();
        for pigeon in &sits {
            gates.clause(pigeon);
        }
        for (a, pigeon) in sits.iter().enumerate() {
            for other in &sits[a + 1..] {
                pigeon.iter().zip(other).for_each(|(x, y)| gates.clause(&[!*x, !*y]));
            }
        }
        assert_eq!(gates.solver.solve(&[], 10), Found::Undecided);
    }
}
