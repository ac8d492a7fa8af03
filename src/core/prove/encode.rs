//! Conditions and rules over a `Space` to clauses.
//!
//! A condition is a pair of literals: it is certainly true, it is certainly false; neither where it is unknown. Leaves are tables that the evaluator
//! fills. INVARIANT: the three readings of absence are those of the evaluator: a rule is violated where it is so as told and with left-out facts open.

use super::solver::{Batsat, Gates, Lit, Solver};
use super::space::{Reads, Space, item_slots, list_slot};
use crate::eval::{Absence, Active, ActiveException, Machine, Probe, Tri};
use crate::hir::{Ordering, Quantifier};
use crate::pack::{Constant, NONE, Node, Slice, View};
use crate::value::{Date, Value};
use rustc_hash::FxHashMap;
use std::collections::BTreeSet;

/// A condition: certainly true, certainly false.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Pair {
    pub(super) yes: Lit,
    pub(super) no: Lit,
}

impl std::ops::Not for Pair {
    type Output = Pair;
    fn not(self) -> Pair {
        Pair { yes: self.no, no: self.yes }
    }
}

/// Where a condition is asked.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct At {
    env: Vec<u32>,
    absence: Absence,
    absent_from: Option<u8>,
}

/// How a rule ends, each as a literal.
#[derive(Clone, Copy, Debug)]
pub struct RuleCode {
    /// Violated on its own, without waivers and needs.
    pub own_violated: Lit,
    /// Undetermined on its own.
    pub own_undetermined: Lit,
    /// It applies: it is met, violated or undetermined.
    pub applies: Lit,
    /// It applies and a layer lifts it.
    pub waived: Lit,
    /// Violated, unless a rule it needs stops it.
    pub violated: Lit,
    /// Undetermined, unless a rule it needs stops it.
    pub undetermined: Lit,
    /// A rule it needs stops it.
    pub blocked: Lit,
}

/// Most rows of one table; where more would be needed, facts are held as they are.
const MAX_ROWS: usize = 1024;
/// A condition with so few rows is one table, whatever it is made of.
const SMALL: usize = 24;

/// Conditions and rules as clauses over the candidates of a space.
pub struct Encoder<'a> {
    view: View<'a>,
    active: &'a Active,
    on: Date,
    /// The document and what varies of it.
    pub space: Space,
    /// The clauses.
    pub gates: Gates<Batsat>,
    /// For each varying fact a literal for each candidate.
    pub choices: Vec<Vec<Lit>>,
    /// Facts that were held as they are because a table would have been too large.
    pub held: BTreeSet<usize>,
    /// Facts that are held last.
    pub wanted: BTreeSet<usize>,
    /// Rows that the evaluator was asked for.
    pub n_rows: usize,
    reads: Reads,
    known: FxHashMap<(u32, At), Pair>,
    rules: FxHashMap<usize, RuleCode>,
    presence: FxHashMap<(u32, u32), Lit>,
    supports: FxHashMap<(u32, Vec<u32>), std::rc::Rc<Vec<usize>>>,
}

impl<'a> Encoder<'a> {
    /// An encoder for the rules in force.
    pub fn new(view: View<'a>, active: &'a Active, on: Date, space: Space) -> Self {
        let mut gates = Gates::new(Batsat::new());
        let mut choices = Vec::with_capacity(space.varying.len());
        for fact in &space.varying {
            let lits: Vec<Lit> = match fact.candidates.len() {
                2 => {
                    let other = gates.variable();
                    vec![!other, other]
                }
                n => {
                    let lits: Vec<Lit> = (0..n).map(|_| gates.variable()).collect();
                    gates.exactly_one(&lits);
                    lits
                }
            };
            choices.push(lits);
        }
        Encoder {
            view,
            active,
            on,
            space,
            gates,
            choices,
            held: BTreeSet::new(),
            wanted: BTreeSet::new(),
            n_rows: 0,
            reads: Reads::default(),
            known: FxHashMap::default(),
            rules: FxHashMap::default(),
            presence: FxHashMap::default(),
            supports: FxHashMap::default(),
        }
    }

    /// The literal of a fact that is as it is in the document.
    pub fn unchanged(&self, fact: usize) -> Lit {
        self.choices[fact][0]
    }

    /// The slots that a rule reads, as candidates may be chosen.
    pub fn reads_of_rule(&mut self, i: usize) -> BTreeSet<u32> {
        super::encode::reads_of_rule(self.view, self.active, &self.space, &mut self.reads, i)
    }

    /// How a rule in force ends.
    pub fn rule(&mut self, i: usize) -> RuleCode {
        if let Some(known) = self.rules.get(&i) {
            return *known;
        }
        let version = self.view.versions.at(self.active.rules[i].version);
        let told = |env: Vec<u32>, absent_from| At { env, absence: Absence::Told, absent_from };
        let (mut violated, mut open, mut met) = (Vec::new(), Vec::new(), Vec::new());
        for (present, is_known, env) in self.items(version.loops) {
            if !is_known {
                let from = version.loops.range().map(|l| self.view.loops.at(l as u32).var).find(|v| env[*v as usize] == NONE);
                let dropped = self.applies(i, version.when, &told(env, from)).no;
                open.push(self.gates.and([present, !dropped]));
                continue;
            }
            let when = self.applies(i, version.when, &told(env.clone(), None));
            let require = self.condition(version.require, &told(env.clone(), None));
            let excused = self.exceptions(i, &told(env.clone(), None));
            let refuses = self.gates.and([when.yes, require.no, excused.no]);
            let still = if refuses == Lit::FALSE {
                Lit::FALSE
            } else {
                let at = At { env, absence: Absence::FactsOpen, absent_from: None };
                let (when, require) = (self.applies(i, version.when, &at), self.condition(version.require, &at));
                let excused = self.exceptions(i, &at);
                self.gates.and([when.yes, require.no, excused.no])
            };
            let bad = self.gates.and([refuses, still]);
            let settled = self.gates.or([require.yes, excused.yes]);
            let good = self.gates.and([!when.no, settled]);
            violated.push(self.gates.and([present, bad]));
            met.push(self.gates.and([present, good]));
            open.push(self.gates.and([present, !when.no, !settled, !bad]));
        }
        let own_violated = self.gates.or(violated);
        let any_open = self.gates.or(open);
        let any_met = self.gates.or(met);
        let own_undetermined = self.gates.and([!own_violated, any_open]);
        let applies = self.gates.or([own_violated, any_open, any_met]);
        let (mut lifted, mut unclear) = (Lit::FALSE, Lit::FALSE);
        for n in 0..self.active.rules[i].waivers.len() {
            let when = self.active.rules[i].waivers[n].when;
            let waiver = if when == NONE { Pair { yes: Lit::TRUE, no: Lit::FALSE } } else { self.waiver(version.loops, when) };
            lifted = self.gates.or([lifted, waiver.yes]);
            let unknown = self.gates.and([!waiver.yes, !waiver.no]);
            unclear = self.gates.or([unclear, unknown]);
        }
        let mut stopped = Vec::new();
        for n in 0..self.active.rules[i].needs.len() {
            let need = self.active.rules[i].needs[n] as usize;
            let need = self.rule(need);
            stopped.push(self.gates.or([need.violated, need.undetermined, need.blocked]));
        }
        let stopped = self.gates.or(stopped);
        let blocked = self.gates.and([applies, stopped]);
        let violated = self.gates.and([own_violated, !lifted, !unclear]);
        let left_open = self.gates.and([own_violated, unclear]);
        let undetermined = self.gates.or([own_undetermined, left_open]);
        let undetermined = self.gates.and([undetermined, !lifted]);
        let waived = self.gates.and([applies, lifted]);
        let code = RuleCode { own_violated, own_undetermined, applies, waived, violated, undetermined, blocked };
        self.rules.insert(i, code);
        code
    }

    /// That a rule applies: its condition holds, and nothing that replaces it does.
    fn applies(&mut self, i: usize, when: u32, at: &At) -> Pair {
        let active = self.active;
        let mut parts: Vec<Pair> = active.rules[i].yields.iter().map(|scope| !self.condition(*scope, at)).collect();
        parts.push(if when == NONE { Pair { yes: Lit::TRUE, no: Lit::FALSE } } else { self.condition(when, at) });
        self.all(parts)
    }

    fn exceptions(&mut self, i: usize, at: &At) -> Pair {
        let active = self.active;
        self.any_exception(&active.rules[i].exceptions, at)
    }

    fn any_exception(&mut self, list: &[ActiveException], at: &At) -> Pair {
        let pairs: Vec<Pair> = list
            .iter()
            .map(|e| {
                let when = self.condition(e.when, at);
                let unless = self.any_exception(&e.unless, at);
                self.all([when, !unless])
            })
            .collect();
        !self.all(pairs.into_iter().map(|p| !p))
    }

    /// A waiver's condition must hold for every combination of items.
    fn waiver(&mut self, loops: Slice, when: u32) -> Pair {
        let mut pairs = Vec::new();
        for (present, _, env) in self.items(loops) {
            let pair = self.condition(when, &At { env, absence: Absence::Told, absent_from: None });
            pairs.push(Pair { yes: self.gates.or([!present, pair.yes]), no: self.gates.and([present, pair.no]) });
        }
        self.all(pairs)
    }

    fn all(&mut self, pairs: impl IntoIterator<Item = Pair>) -> Pair {
        let pairs: Vec<Pair> = pairs.into_iter().collect();
        Pair { yes: self.gates.and(pairs.iter().map(|p| p.yes)), no: self.gates.or(pairs.iter().map(|p| p.no)) }
    }

    /// Combinations of items of some loops: that they are there, whether they are known, and what stands for the variables.
    fn items(&mut self, loops: Slice) -> Vec<(Lit, bool, Vec<u32>)> {
        let mut open = vec![(Lit::TRUE, vec![0u32; self.view.n_variables()])];
        let mut out = Vec::new();
        for (n, index) in loops.range().enumerate() {
            let at = self.view.loops.at(index as u32);
            let mut next = Vec::new();
            for (present, env) in open {
                let list = list_slot(&at, &env);
                let absent = self.absent(list);
                if absent != Lit::FALSE {
                    let mut env = env.clone();
                    for rest in loops.range().skip(n) {
                        env[self.view.loops.at(rest as u32).var as usize] = NONE;
                    }
                    out.push((self.gates.and([present, absent]), false, env));
                }
                for start in item_slots(&self.space, list, at.stride) {
                    let is_there = self.present(list, start, at.stride);
                    let mut env = env.clone();
                    env[at.var as usize] = start;
                    next.push((self.gates.and([present, is_there]), env));
                }
            }
            open = next;
        }
        out.extend(open.into_iter().map(|(present, env)| (present, true, env)));
        out.retain(|(present, ..)| *present != Lit::FALSE);
        out
    }

    /// That a list is neither given nor declared not to exist.
    fn absent(&mut self, list: u32) -> Lit {
        self.where_list(list, |v| !matches!(v, Value::List { .. } | Value::Rows { .. } | Value::None))
    }

    fn present(&mut self, list: u32, item: u32, stride: u32) -> Lit {
        if let Some(known) = self.presence.get(&(list, item)) {
            return *known;
        }
        let holds = |v| match v {
            Value::List { start, length } | Value::Rows { start, length } => item >= start && item < start + length * stride,
            _ => false,
        };
        let found = self.where_list(list, holds);
        self.presence.insert((list, item), found);
        found
    }

    fn where_list(&mut self, list: u32, holds: impl Fn(Value) -> bool) -> Lit {
        match self.space.at(list) {
            Some(i) => {
                let chosen: Vec<Lit> =
                    self.space.varying[i].candidates.iter().zip(&self.choices[i]).filter(|(v, _)| holds(**v)).map(|(_, l)| *l).collect();
                if chosen.len() == self.choices[i].len() { Lit::TRUE } else { self.gates.or(chosen) }
            }
            None => Lit::of(holds(self.space.document.slots.get(list as usize).copied().unwrap_or(Value::Unknown))),
        }
    }

    /// A condition at a place.
    fn condition(&mut self, node: u32, at: &At) -> Pair {
        let reads_loop = self.reads.reads_loop(self.view, node);
        let at = if reads_loop { at.clone() } else { At { env: vec![0; at.env.len()], ..at.clone() } };
        let key = (node, at);
        if let Some(known) = self.known.get(&key) {
            return *known;
        }
        let pair = self.made(node, &key.1);
        self.known.insert(key, pair);
        pair
    }

    fn made(&mut self, node: u32, at: &At) -> Pair {
        let support = self.support(node, &at.env);
        if self.rows(&support) <= SMALL {
            return self.table(node, at, &support);
        }
        match self.view.nodes.at(node) {
            Node::And(slice) => self.parts(slice, at),
            Node::Or(slice) => {
                let parts: Vec<Pair> = self.view.operands.slice(slice).map(|n| !self.condition(n, at)).collect();
                !self.all(parts)
            }
            Node::Not(inner) => !self.condition(inner, at),
            Node::Quantified { kind, range, body } => self.quantified(kind, range, body, at),
            Node::Def(_) => {
                let (root, at) = self.opened(node, at);
                match self.view.nodes.at(root) {
                    Node::Decide(rows, otherwise) => self.decided(rows, otherwise, &[Value::Bool(true)], &at),
                    _ => self.condition(root, &at),
                }
            }
            Node::Equal(a, b) => match (self.constants(a), self.constants(b)) {
                (Some(values), None) => self.compared(node, b, &values, at),
                (None, Some(values)) => self.compared(node, a, &values, at),
                _ => self.table(node, at, &support),
            },
            Node::In(item, list) => match self.constants(list) {
                Some(values) => self.compared(node, item, &values, at),
                None => self.table(node, at, &support),
            },
            Node::Ordered(op, a, b) => match (self.number(a), self.number(b)) {
                (None, Some(n)) => self.counted(node, a, op, n, at, &support),
                (Some(n), None) => self.counted(node, b, turned(op), n, at, &support),
                _ => self.table(node, at, &support),
            },
            _ => self.table(node, at, &support),
        }
    }

    fn number(&self, node: u32) -> Option<i64> {
        let constant = match self.view.nodes.at(node) {
            Node::Const(c) => c,
            Node::Param(p) => self.active.params[p as usize].only().filter(|c| *c != NONE)?,
            _ => return None,
        };
        match self.view.constants.at(constant) {
            Constant::Int(n) => Some(n),
            _ => None,
        }
    }

    /// A number of items compared with a constant.
    fn counted(&mut self, node: u32, items: u32, op: Ordering, n: i64, at: &At, support: &[usize]) -> Pair {
        let (root, at_root) = self.opened(items, at);
        let Node::Count { range, body } = self.view.nodes.at(root) else { return self.table(node, at, support) };
        let looped = self.view.loops.at(range);
        let list = list_slot(&looped, &at_root.env);
        if list == NONE {
            return Pair { yes: Lit::FALSE, no: Lit::FALSE };
        }
        let absent = self.absent(list);
        let mut known = vec![!absent];
        let mut inputs = Vec::new();
        let mut inner = at_root;
        for start in item_slots(&self.space, list, looped.stride) {
            let present = self.present(list, start, looped.stride);
            inner.env[looped.var as usize] = start;
            let truth = if body == NONE { Pair { yes: Lit::TRUE, no: Lit::FALSE } } else { self.condition(body, &inner) };
            known.push(self.gates.or([!present, truth.yes, truth.no]));
            inputs.push(self.gates.and([present, truth.yes]));
        }
        let reached = self.gates.at_least(&inputs, inputs.len());
        // That the number is at least so many.
        let at_least = |m: i64| match m {
            m if m <= 0 => Lit::TRUE,
            m => reached.get(m as usize - 1).copied().unwrap_or(Lit::FALSE),
        };
        let holds = match op {
            Ordering::GreaterOrEqual => at_least(n),
            Ordering::Greater => at_least(n.saturating_add(1)),
            Ordering::Less => !at_least(n),
            Ordering::LessOrEqual => !at_least(n.saturating_add(1)),
        };
        let known = self.gates.and(known);
        Pair { yes: self.gates.and([known, holds]), no: self.gates.and([known, !holds]) }
    }

    fn parts(&mut self, slice: Slice, at: &At) -> Pair {
        let parts: Vec<Pair> = self.view.operands.slice(slice).map(|n| self.condition(n, at)).collect();
        self.all(parts)
    }

    /// What a chain of definitions stands for, and how absence is read there: the filing type is what the facts that are there make it.
    fn opened(&self, node: u32, at: &At) -> (u32, At) {
        let mut found = (node, at.clone());
        while let Node::Def(def) = self.view.nodes.at(found.0) {
            found.0 = self.view.defs.at(def).root;
            found.1.absent_from = None;
            found.1.env.iter_mut().for_each(|v| *v = 0);
            if def == self.view.filing_type() {
                found.1.absence = Absence::Told;
            }
        }
        found
    }

    /// Values of constants that compare by what they are.
    fn constants(&self, node: u32) -> Option<Vec<Value>> {
        let constant = match self.view.nodes.at(node) {
            Node::Const(c) => c,
            Node::Param(p) => self.active.params[p as usize].only().filter(|c| *c != NONE)?,
            _ => return None,
        };
        let list: Vec<Value> = match self.view.constants.at(constant) {
            Constant::List(slice) => slice.range().map(|c| self.view.constants.at(c as u32).value()).collect(),
            one => vec![one.value()],
        };
        list.iter().all(|v| matches!(v, Value::Enum(_) | Value::Bool(_))).then_some(list)
    }

    fn compared(&mut self, node: u32, item: u32, values: &[Value], at: &At) -> Pair {
        let (root, inner) = self.opened(item, at);
        match self.view.nodes.at(root) {
            Node::Decide(rows, otherwise) => self.decided(rows, otherwise, values, &inner),
            _ => {
                let support = self.support(node, &at.env);
                self.table(node, at, &support)
            }
        }
    }

    /// Whether a table comes out as one of some values. It is known where all rows that remain possible agree.
    fn decided(&mut self, rows: Slice, otherwise: u32, wanted: &[Value], at: &At) -> Pair {
        let mut possible: Vec<(Option<Value>, Lit)> = Vec::new();
        let mut before = Vec::new();
        for pair in rows.range().step_by(2) {
            let (condition, value) = (self.view.operands.at(pair as u32), self.view.operands.at(pair as u32 + 1));
            let truth = self.condition(condition, at);
            let reached = self.gates.and(before.iter().copied().chain([!truth.no]));
            possible.push((Some(self.view.constants.at(value).value()), reached));
            before.push(!truth.yes);
        }
        let rest = self.gates.and(before);
        possible.push(((otherwise != NONE).then(|| self.view.constants.at(otherwise).value()), rest));
        let mut values: Vec<Value> = Vec::new();
        for (value, _) in &possible {
            values.extend(value.filter(|v| !values.contains(v)));
        }
        let (mut yes, mut no) = (Vec::new(), Vec::new());
        for value in values {
            let others: Vec<Lit> = possible.iter().filter(|(v, _)| *v != Some(value)).map(|(_, l)| !*l).collect();
            let is_it = self.gates.and(others);
            if wanted.contains(&value) { yes.push(is_it) } else { no.push(is_it) }
        }
        Pair { yes: self.gates.or(yes), no: self.gates.or(no) }
    }

    fn quantified(&mut self, kind: Quantifier, range: u32, body: u32, at: &At) -> Pair {
        let looped = self.view.loops.at(range);
        let list = list_slot(&looped, &at.env);
        if list == NONE {
            return Pair { yes: Lit::FALSE, no: Lit::FALSE };
        }
        let known = !self.absent(list);
        let mut pairs = Vec::new();
        let mut inner = at.clone();
        for start in item_slots(&self.space, list, looped.stride) {
            let present = self.present(list, start, looped.stride);
            inner.env[looped.var as usize] = start;
            let truth = self.condition(body, &inner);
            let truth = if kind == Quantifier::Every { truth } else { !truth };
            pairs.push(Pair { yes: self.gates.or([!present, truth.yes]), no: self.gates.and([present, truth.no]) });
        }
        // `every` of the bodies, or of their opposites for `no` and `some`.
        let all = self.all(pairs);
        let all = if kind == Quantifier::Some { !all } else { all };
        Pair { yes: self.gates.and([known, all.yes]), no: self.gates.and([known, all.no]) }
    }

    /// The varying facts that a node reads.
    fn support(&mut self, node: u32, env: &[u32]) -> std::rc::Rc<Vec<usize>> {
        let key = (node, env.to_vec());
        if let Some(known) = self.supports.get(&key) {
            return known.clone();
        }
        let mut slots = BTreeSet::new();
        self.reads.of(self.view, &self.space, node, &mut env.to_vec(), &mut slots);
        let facts = std::rc::Rc::new(slots.into_iter().filter_map(|s| self.space.at(s)).collect::<Vec<_>>());
        self.supports.insert(key, facts.clone());
        facts
    }

    fn rows(&self, support: &[usize]) -> usize {
        let open = support.iter().filter(|f| !self.held.contains(f));
        open.fold(1usize, |n, f| n.saturating_mul(self.space.varying[*f].candidates.len()))
    }

    /// The truth of a node for every choice of the facts it reads, as the evaluator finds it.
    fn table(&mut self, node: u32, at: &At, support: &[usize]) -> Pair {
        let n = |e: &Self, f: &usize| e.space.varying[*f].candidates.len();
        while self.rows(support) > MAX_ROWS {
            let open = support.iter().copied().filter(|f| !self.held.contains(f));
            let largest = open.max_by_key(|f| (!self.wanted.contains(f), n(self, f)));
            let Some(largest) = largest else { break };
            self.held.insert(largest);
            let as_it_is = self.unchanged(largest);
            self.gates.clause(&[as_it_is]);
        }
        let facts: Vec<usize> = support.iter().copied().filter(|f| !self.held.contains(f)).collect();
        let sizes: Vec<usize> = facts.iter().map(|f| n(self, f)).collect();
        let total: usize = sizes.iter().product();
        self.n_rows += total;
        let mut column = Vec::with_capacity(total);
        let mut met_absence = false;
        let mut digits = vec![0usize; facts.len()];
        for _ in 0..total {
            let probe = Probe { node, env: &at.env, absence: at.absence, absent_from: at.absent_from };
            let (truth, met) = Machine::new(self.view, self.active, &self.space.document, self.on).probe(probe);
            column.push(truth);
            met_absence |= met;
            for place in (0..digits.len()).rev() {
                digits[place] += 1;
                if digits[place] == sizes[place] {
                    digits[place] = 0;
                }
                let fact = &self.space.varying[facts[place]];
                self.space.document.slots[fact.slot as usize] = fact.candidates[digits[place]];
                if digits[place] != 0 {
                    break;
                }
            }
        }
        let mut made = FxHashMap::default();
        let pair = self.split(&facts, &column, &mut made);
        if at.absence == Absence::Told && !met_absence {
            // No absence was met: every reading of it gives the same.
            self.known.insert((node, At { absence: Absence::FactsOpen, ..at.clone() }), pair);
        }
        pair
    }

    /// A table as literals: split on its first fact, equal columns together.
    fn split(&mut self, facts: &[usize], column: &[Tri], made: &mut FxHashMap<(usize, Vec<Tri>), Pair>) -> Pair {
        if column.iter().all(|t| *t == column[0]) {
            return Pair { yes: Lit::of(column[0] == Tri::True), no: Lit::of(column[0] == Tri::False) };
        }
        let key = (facts.len(), column.to_vec());
        if let Some(known) = made.get(&key) {
            return *known;
        }
        let fact = facts[0];
        let part = column.len() / self.choices[fact].len();
        let mut groups: Vec<(&[Tri], Vec<Lit>)> = Vec::new();
        for (i, inner) in column.chunks(part).enumerate() {
            match groups.iter_mut().find(|(known, _)| *known == inner) {
                Some((_, lits)) => lits.push(self.choices[fact][i]),
                None => groups.push((inner, vec![self.choices[fact][i]])),
            }
        }
        let (mut yes, mut no) = (Vec::new(), Vec::new());
        let is_whole = groups.len() == 1;
        for (inner, lits) in groups {
            let chosen = if is_whole { Lit::TRUE } else { self.gates.or(lits) };
            let pair = self.split(&facts[1..], inner, made);
            yes.push(self.gates.and([chosen, pair.yes]));
            no.push(self.gates.and([chosen, pair.no]));
        }
        let pair = Pair { yes: self.gates.or(yes), no: self.gates.or(no) };
        made.insert(key, pair);
        pair
    }

    /// Assumptions that choose a candidate of each fact.
    pub fn assume(&self, chosen: &[usize]) -> Vec<Lit> {
        self.choices.iter().zip(chosen).map(|(lits, n)| lits[*n]).collect()
    }

    /// Which candidate of each fact the last model chose.
    pub fn chosen(&self) -> Vec<usize> {
        let pick = |lits: &Vec<Lit>| lits.iter().position(|l| self.gates.solver.value(*l)).unwrap_or(0);
        self.choices.iter().map(pick).collect()
    }
}

/// The comparison with its sides exchanged.
fn turned(op: Ordering) -> Ordering {
    match op {
        Ordering::Less => Ordering::Greater,
        Ordering::LessOrEqual => Ordering::GreaterOrEqual,
        Ordering::Greater => Ordering::Less,
        Ordering::GreaterOrEqual => Ordering::LessOrEqual,
    }
}

/// The slots that a rule reads.
pub(super) fn reads_of_rule(view: View<'_>, active: &Active, space: &Space, reads: &mut Reads, i: usize) -> BTreeSet<u32> {
    let version = view.versions.at(active.rules[i].version);
    let mut out = BTreeSet::new();
    let mut nodes = vec![version.when, version.require];
    nodes.extend(&active.rules[i].yields);
    nodes.extend(active.rules[i].waivers.iter().map(|w| w.when));
    let mut open: Vec<&ActiveException> = active.rules[i].exceptions.iter().collect();
    while let Some(exception) = open.pop() {
        nodes.push(exception.when);
        open.extend(&exception.unless);
    }
    for env in combinations(view, space, version.loops, &mut out) {
        for node in &nodes {
            reads.of(view, space, *node, &mut env.clone(), &mut out);
        }
    }
    out
}

/// What stands for the variables of some loops, whichever candidates are chosen; the lists on the way are read too.
pub(super) fn combinations(view: View<'_>, space: &Space, loops: Slice, lists: &mut BTreeSet<u32>) -> Vec<Vec<u32>> {
    let mut open = vec![vec![0u32; view.n_variables()]];
    for index in loops.range() {
        let at = view.loops.at(index as u32);
        let mut next = Vec::new();
        for env in open {
            let list = list_slot(&at, &env);
            let mut starts = Vec::new();
            if list != NONE {
                lists.insert(list);
                starts = item_slots(space, list, at.stride);
            }
            // An absent list is read as well.
            starts.push(NONE);
            for start in starts {
                let mut env = env.clone();
                env[at.var as usize] = start;
                next.push(env);
            }
        }
        open = next;
    }
    open
}
