//! A document of which some facts may vary, and what conditions read of it.

use crate::manifest::Document;
use crate::pack::{NONE, Node, View};
use crate::value::Value;
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::BTreeSet;
use std::rc::Rc;

/// A fact that may vary.
#[derive(Clone, Debug)]
pub struct Varying {
    /// Its slot.
    pub slot: u32,
    /// What it may be; as it is comes first.
    pub candidates: Vec<Value>,
    /// Whether no other value could come out differently.
    pub is_exact: bool,
}

/// A document of which some facts may vary.
#[derive(Clone, Debug)]
pub struct Space {
    /// The document as it is, with the texts and items of all candidates.
    pub document: Document,
    /// The facts that may vary.
    pub varying: Vec<Varying>,
    by_slot: FxHashMap<u32, usize>,
}

impl Space {
    /// A document of which nothing varies yet.
    pub fn new(document: Document) -> Self {
        Space { document, varying: Vec::new(), by_slot: FxHashMap::default() }
    }

    /// Lets a fact vary. What it is now is added in front where it is not among the candidates.
    pub fn vary(&mut self, slot: u32, candidates: &[Value], is_exact: bool) {
        let current = self.document.slots[slot as usize];
        let mut list = vec![current];
        for candidate in candidates {
            if !list.iter().any(|known| self.is_same(*known, *candidate)) {
                list.push(*candidate);
            }
        }
        if list.len() > 1 && !self.by_slot.contains_key(&slot) {
            self.by_slot.insert(slot, self.varying.len());
            self.varying.push(Varying { slot, candidates: list, is_exact });
        }
    }

    /// The varying fact of a slot.
    pub fn at(&self, slot: u32) -> Option<usize> {
        self.by_slot.get(&slot).copied()
    }

    /// What a slot may be.
    pub fn candidates(&self, slot: u32) -> &[Value] {
        match self.at(slot) {
            Some(i) => &self.varying[i].candidates,
            None => self.document.slots.get(slot as usize).map_or(&[], std::slice::from_ref),
        }
    }

    fn is_same(&self, a: Value, b: Value) -> bool {
        match (a, b) {
            (Value::Text(x), Value::Text(y)) if x.pool == y.pool => x == y || self.document.str(x) == self.document.str(y),
            _ => a == b,
        }
    }
}

/// Slots that conditions read, found once for each definition.
#[derive(Default)]
pub struct Reads {
    defs: FxHashMap<u32, Rc<BTreeSet<u32>>>,
    loops: FxHashMap<u32, bool>,
}

/// What lies behind a list: the slots where its items may begin.
pub fn item_slots(space: &Space, list: u32, stride: u32) -> Vec<u32> {
    let mut out = Vec::new();
    for value in space.candidates(list) {
        if let Value::List { start, length } | Value::Rows { start, length } = value {
            out.extend((0..*length).map(|n| start + n * stride));
        }
    }
    out.sort_unstable();
    out.dedup();
    out
}

/// The slot of a loop's list for the items at hand; `NONE` where it lies in an item of an absent list.
pub fn list_slot(at: &crate::pack::Loop, env: &[u32]) -> u32 {
    match at.base {
        255 => at.slot,
        base => match env[base as usize] {
            NONE => NONE,
            start => start + at.slot,
        },
    }
}

impl Reads {
    /// Whether a node reads the variable of any loop around it.
    pub fn reads_loop(&mut self, view: View<'_>, node: u32) -> bool {
        if let Some(known) = self.loops.get(&node) {
            return *known;
        }
        let found = view.reads_loop(node, 0);
        self.loops.insert(node, found);
        found
    }

    /// The slots that a node reads, whichever candidates are chosen.
    pub fn of(&mut self, view: View<'_>, space: &Space, node: u32, env: &mut Vec<u32>, out: &mut BTreeSet<u32>) {
        if node == NONE {
            return;
        }
        match view.nodes.at(node) {
            Node::Root { slot, .. } => {
                out.insert(slot);
                self.items_behind(space, slot, out);
            }
            Node::Item { var, offset, .. } => {
                if env[var as usize] != NONE {
                    let slot = env[var as usize] + offset;
                    out.insert(slot);
                    self.items_behind(space, slot, out);
                }
            }
            Node::Def(def) => out.extend(self.definition(view, space, def).iter()),
            Node::Quantified { range, body, .. } | Node::Sum { range, value: body, .. } | Node::Count { range, body } => {
                let at = view.loops.at(range);
                let list = list_slot(&at, env);
                if list == NONE {
                    return;
                }
                out.insert(list);
                if body != NONE {
                    let saved = env[at.var as usize];
                    for start in item_slots(space, list, at.stride) {
                        env[at.var as usize] = start;
                        self.of(view, space, body, env, out);
                    }
                    env[at.var as usize] = saved;
                }
            }
            // Which of its values a parameter has is told by their conditions.
            Node::Param(p) => {
                for change in view.changes.slice(view.params.at(p).changes) {
                    self.of(view, space, view.values.at(change.at).when, env, out);
                }
            }
            _ => {
                for operand in view.operands_of(node) {
                    self.of(view, space, operand, env, out);
                }
            }
        }
    }

    /// Items of a list of plain values that is read as a whole.
    fn items_behind(&self, space: &Space, slot: u32, out: &mut BTreeSet<u32>) {
        for value in space.candidates(slot) {
            if let Value::List { start, length } = value {
                out.extend(*start..*start + *length);
            }
        }
    }

    /// The slots that a definition reads.
    pub fn definition(&mut self, view: View<'_>, space: &Space, def: u32) -> Rc<BTreeSet<u32>> {
        if let Some(known) = self.defs.get(&def) {
            return known.clone();
        }
        // Definitions are numbered so that those that others read come first: no chain of calls gets deep.
        let mut wanted = vec![def];
        let mut seen: FxHashSet<u32> = FxHashSet::from_iter([def]);
        let mut at = 0;
        while at < wanted.len() {
            for read in view.operands.slice(view.defs.at(wanted[at]).reads.defs) {
                if !self.defs.contains_key(&read) && seen.insert(read) {
                    wanted.push(read);
                }
            }
            at += 1;
        }
        wanted.sort_unstable();
        for at in wanted {
            let mut out = BTreeSet::new();
            let mut env = vec![0; view.n_variables()];
            self.of(view, space, view.defs.at(at).root, &mut env, &mut out);
            self.defs.insert(at, Rc::new(out));
        }
        self.defs.get(&def).cloned().unwrap_or_default()
    }
}
