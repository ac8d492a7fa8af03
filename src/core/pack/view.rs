//! The tables of a rulebook, to be read by evaluation.

use super::lowered::*;
use super::rows::Table;
use super::store::Pack;
use crate::hir::FactKind;

/// The tables of a rulebook. Indices are those of `Lowered`.
#[derive(Clone, Copy, Debug)]
#[allow(missing_docs)] // each as in `Lowered`
pub struct View<'a> {
    pub nodes: Table<'a, Node>,
    pub operands: Table<'a, u32>,
    pub constants: Table<'a, Constant>,
    pub text: &'a [u8],
    pub loops: Table<'a, Loop>,
    pub params: Table<'a, LoweredParam>,
    pub values: Table<'a, LoweredValue>,
    pub defs: Table<'a, LoweredDef>,
    pub rules: Table<'a, LoweredRule>,
    pub versions: Table<'a, LoweredVersion>,
    pub changes: Table<'a, LoweredChange>,
    pub exceptions: Table<'a, LoweredException>,
    pub waivers: Table<'a, LoweredWaiver>,
    pub confirmations: Table<'a, LoweredConfirmation>,
    pub layers: Table<'a, LoweredLayer>,
    pub(super) pack: &'a Pack,
}

impl<'a> View<'a> {
    /// The rulebook it looks at.
    pub fn pack(&self) -> &'a Pack {
        self.pack
    }

    /// The working days that the rules announce.
    pub fn calendar(&self) -> &'a crate::value::Calendar {
        self.pack.calendar()
    }

    /// A text of the rules.
    pub fn str(&self, place: Slice) -> &'a str {
        self.text_in(place.range())
    }

    /// A text of the rules by its bytes. Only what is asked for is looked at.
    pub fn text_in(&self, range: std::ops::Range<usize>) -> &'a str {
        self.text.get(range).and_then(|bytes| std::str::from_utf8(bytes).ok()).unwrap_or("")
    }

    /// Full id of a rule.
    pub fn rule_name(&self, rule: u32) -> &'a str {
        self.str(self.rules.at(rule).name)
    }

    /// The definition that derives the filing type, or `NONE`.
    pub fn filing_type(&self) -> u32 {
        self.pack.filing_type
    }

    /// Most loop variables that stand for items at one time.
    pub fn n_variables(&self) -> usize {
        self.pack.n_variables as usize
    }

    /// The expression a node was made from, or `NONE`; known only where the rules were compiled in this run.
    pub fn origin(&self, node: u32) -> u32 {
        self.pack.origins.get(node as usize).copied().unwrap_or(NONE)
    }

    /// Whether an expression reads the variable of a loop or of one inside it.
    pub fn reads_loop(&self, node: u32, var: u8) -> bool {
        let own = match self.nodes.at(node) {
            Node::Item { var: v, .. } => v >= var,
            Node::Quantified { range, .. } | Node::Count { range, .. } | Node::Sum { range, .. } => {
                let base = self.loops.at(range).base;
                base != 255 && base >= var
            }
            _ => false,
        };
        own || self.operands_of(node).any(|n| self.reads_loop(n, var))
    }

    /// Whether what was written for some loops can be asked in others: it reads only variables of loops that are the same in both.
    pub fn fits(&self, node: u32, written_for: Slice, loops: Slice) -> bool {
        let same = self.loops.slice(written_for).zip(self.loops.slice(loops)).take_while(|(a, b)| a == b).count() as u32;
        same == written_for.length || node == NONE || !self.reads_variable(node, same as u8, written_for.length as u8)
    }

    /// Whether an expression reads a variable from `from` on and before `until`.
    fn reads_variable(&self, node: u32, from: u8, until: u8) -> bool {
        let is_one = |var: u8| (from..until).contains(&var);
        let own = match self.nodes.at(node) {
            Node::Item { var, .. } => is_one(var),
            Node::Quantified { range, .. } | Node::Count { range, .. } | Node::Sum { range, .. } => is_one(self.loops.at(range).base),
            _ => false,
        };
        own || self.operands_of(node).any(|n| self.reads_variable(n, from, until))
    }

    /// Parameters that an expression reads, also through definitions, each once.
    pub fn params_read(&self, reads: Reads) -> Vec<u32> {
        let mut params: Vec<u32> = self.operands.slice(reads.params).collect();
        let mut defs: Vec<u32> = self.operands.slice(reads.defs).collect();
        let mut at = 0;
        while at < defs.len() {
            let inner = self.defs.at(defs[at]).reads;
            params.extend(self.operands.slice(inner.params));
            for def in self.operands.slice(inner.defs) {
                if !defs.contains(&def) {
                    defs.push(def);
                }
            }
            at += 1;
        }
        params.sort_unstable();
        params.dedup();
        params
    }

    /// Who knows the fact that a node reads; what is computed counts as stated.
    pub fn kind_of(&self, node: u32) -> FactKind {
        match self.nodes.at(node) {
            Node::Root { kind, .. } | Node::Item { kind, .. } => kind,
            _ => FactKind::Stated,
        }
    }

    /// The nodes directly inside one; definitions are not opened.
    pub fn operands_of(&self, node: u32) -> impl Iterator<Item = u32> + use<'a> {
        const NO_SLICE: Slice = Slice { start: 0, length: 0 };
        let (slice, step, few, n) = match self.nodes.at(node) {
            Node::Or(s) | Node::And(s) | Node::Else(s) | Node::List(s) | Node::Call(_, s) => (s, 1, [NONE; 2], 0),
            Node::Decide(s, _) => (s, 2, [NONE; 2], 0),
            Node::Not(a) | Node::Given(a) | Node::IsNone(a) | Node::Stated { fact: a, .. } | Node::Matches(a, _) => {
                (NO_SLICE, 1, [a, NONE], 1)
            }
            Node::Equal(a, b)
            | Node::SameList(a, b)
            | Node::Ordered(_, a, b)
            | Node::In(a, b)
            | Node::TextContains { whole: a, piece: b, .. }
            | Node::ListContains { list: a, item: b, .. }
            | Node::Add { left: a, right: b, .. } => (NO_SLICE, 1, [a, b], 2),
            Node::Quantified { body, .. } | Node::Sum { value: body, .. } => (NO_SLICE, 1, [body, NONE], 1),
            Node::Count { body, .. } if body != NONE => (NO_SLICE, 1, [body, NONE], 1),
            _ => (NO_SLICE, 1, [NONE; 2], 0),
        };
        self.operands.slice(slice).step_by(step).chain(few.into_iter().take(n))
    }
}
