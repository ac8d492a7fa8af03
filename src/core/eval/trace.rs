//! Why a condition came out as it did: the facts whose change could change it, and the facts that are missing.

use super::machine::{Items, Machine, Tri};
use crate::diagnostic::Bilingual;
use crate::hir::{FactKind, Quantifier};
use crate::pack::{Details, NONE, Node};
use crate::value::{FieldType, RecordId, Schema, Value};

/// A fact that is not stated.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Missing {
    /// Its path, `service["lanshan-site"].kind`.
    pub(super) path: String,
    /// Its slot; `NONE` where it lies in a list that is itself missing.
    pub(super) slot: u32,
    /// Who knows it.
    pub(super) kind: FactKind,
    /// It was asked for only as a part of it: of a document that is not there nothing else is missing.
    pub(super) is_part: bool,
}

/// A fact that is stated and was read.
#[derive(Clone, Debug)]
pub(super) struct Present {
    /// Its slot.
    pub(super) slot: u32,
    /// The node that read it; `NONE` for a list as a whole.
    pub(super) node: u32,
    /// Its path, `service["lanshan-site"].kind`.
    pub(super) path: String,
}

/// A comparison that came out false, with its values as they were for the items at hand.
#[derive(Clone, Debug)]
pub(super) struct Compared {
    /// The comparison.
    pub(super) node: u32,
    /// What was compared.
    pub(super) left: Bilingual,
    /// With what.
    pub(super) right: Bilingual,
    /// Whether they are days or times.
    pub(super) is_date: bool,
    /// The facts it read, as places in `Trace::present`.
    pub(super) facts: std::ops::Range<usize>,
}

/// What decided a condition.
#[derive(Clone, Debug, Default)]
pub(super) struct Trace {
    /// Facts that are stated, in order of reading.
    pub(super) present: Vec<Present>,
    /// Facts that are not stated.
    pub(super) missing: Vec<Missing>,
    /// Facts whose absence decided (`is given` was asked).
    pub(super) absent: Vec<Missing>,
    /// Parameters that were read.
    pub(super) params: Vec<u32>,
    /// The first comparison that came out false.
    pub(super) compared: Option<Compared>,
    /// Definitions that were followed, or are not to be.
    pub(super) defs: Vec<u32>,
    /// Only `missing` is wanted.
    pub(super) only_missing: bool,
    /// Definitions to be followed, and whether their parameters decided.
    pending: Vec<(u32, bool)>,
    /// Something beside what is followed decided already: the parameters inside did not.
    is_guarded: bool,
}

impl Trace {
    /// Notes a fact that is missing, once.
    fn lacks(&mut self, missing: Missing) {
        match self.missing.iter_mut().find(|m| m.slot == missing.slot && m.path == missing.path) {
            Some(known) => known.is_part &= missing.is_part,
            None => self.missing.push(missing),
        }
    }
}

/// Most items of one list that are followed.
const MAX_ITEMS: u32 = 50;

pub(super) struct Tracer<'m, 'a> {
    pub(super) machine: &'m mut Machine<'a>,
    /// Names and words; without them only slots are told.
    pub(super) details: Option<&'m Details>,
    pub(super) schema: &'m Schema,
    /// The loop each variable stands in.
    pub(super) loops: Vec<u32>,
}

impl Tracer<'_, '_> {
    /// Follows a condition that came out as it is.
    pub(super) fn truth(&mut self, node: u32, trace: &mut Trace) {
        self.follow(node, trace);
        // Definitions are followed one after the other: a long chain of them needs no stack.
        while let Some((def, is_guarded)) = trace.pending.pop() {
            trace.is_guarded = is_guarded;
            self.follow(self.machine.lowered.defs.at(def).root, trace);
        }
        trace.is_guarded = false;
    }

    /// Whether an expression reads a parameter, also through definitions.
    fn reads_param(&self, node: u32) -> bool {
        let lowered = self.machine.lowered;
        let mut stack = vec![node];
        let mut defs: Vec<u32> = Vec::new();
        while let Some(node) = stack.pop() {
            match lowered.nodes.at(node) {
                Node::Param(_) => return true,
                Node::Def(def) if !defs.contains(&def) => {
                    defs.push(def);
                    stack.push(lowered.defs.at(def).root);
                }
                _ => stack.extend(lowered.operands_of(node)),
            }
        }
        false
    }

    /// The parts of a condition that came out as the whole; those beside a part that decides without parameters did not need theirs.
    fn parts(&mut self, parts: &[u32], trace: &mut Trace) {
        let has_guard = !trace.only_missing && parts.len() > 1 && parts.iter().any(|p| !self.reads_param(*p));
        let before = trace.is_guarded;
        for part in parts {
            trace.is_guarded = before || has_guard && self.reads_param(*part);
            self.follow(*part, trace);
        }
        trace.is_guarded = before;
    }

    fn follow(&mut self, node: u32, trace: &mut Trace) {
        let lowered = self.machine.lowered;
        match lowered.nodes.at(node) {
            Node::And(slice) | Node::Or(slice) => {
                let is_and = matches!(lowered.nodes.at(node), Node::And(_));
                let whole = self.machine.truth(node);
                if whole == Tri::of(is_and) {
                    for at in slice.range() {
                        self.follow(lowered.operands.at(at as u32), trace);
                    }
                } else if whole == Tri::of(!is_and) {
                    let parts: Vec<u32> =
                        slice.range().map(|at| lowered.operands.at(at as u32)).filter(|p| self.machine.truth(*p) == whole).collect();
                    self.parts(&parts, trace);
                } else {
                    for at in slice.range() {
                        let part = lowered.operands.at(at as u32);
                        if self.machine.truth(part) == whole {
                            self.follow(part, trace);
                        }
                    }
                }
            }
            Node::Not(a) => self.follow(a, trace),
            Node::Given(a) => self.presence(a, false, trace),
            // What is stated does not keep it open; what is not stated does.
            Node::Stated { fact, .. } if self.machine.truth(node) == Tri::Unknown => self.presence(fact, true, trace),
            Node::Stated { fact, .. } => self.presence(fact, false, trace),
            Node::Equal(a, b) | Node::Ordered(_, a, b) => match self.machine.truth(node) {
                Tri::Unknown => self.unknown_parts(&[a, b], trace),
                truth => {
                    let before = trace.present.len();
                    let mut is_first = false;
                    if let (Tri::False, None, Some(details), false) = (truth, &trace.compared, self.details, trace.only_missing) {
                        let left = self.machine.show_node(a, details, self.schema);
                        let right = self.machine.show_node(b, details, self.schema);
                        let is_date = matches!(self.machine.value(a), Value::Date(_) | Value::DateTime(_));
                        trace.compared = Some(Compared { node, left, right, is_date, facts: before..before });
                        is_first = true;
                    }
                    self.follow(a, trace);
                    self.follow(b, trace);
                    let after = trace.present.len();
                    if let (true, Some(compared)) = (is_first, &mut trace.compared) {
                        compared.facts = before..after;
                    }
                }
            },
            Node::In(a, b)
            | Node::SameList(a, b)
            | Node::ListContains { list: b, item: a, .. }
            | Node::TextContains { whole: a, piece: b, .. } => {
                if self.machine.truth(node) == Tri::Unknown {
                    self.unknown_parts(&[a, b], trace);
                } else {
                    self.follow(a, trace);
                    self.follow(b, trace);
                }
            }
            Node::IsNone(a) | Node::Matches(a, _) => self.follow(a, trace),
            Node::Quantified { kind, range, body } => {
                let whole = self.machine.truth(node);
                // A false `every` rests on its false items, a true `some` and a false `no` on the true ones; else all items count.
                let telling = match (kind, whole) {
                    (_, Tri::Unknown) => Some(Tri::Unknown),
                    (Quantifier::Every, Tri::False) => Some(Tri::False),
                    (Quantifier::Some, Tri::True) | (Quantifier::No, Tri::False) => Some(Tri::True),
                    _ => None,
                };
                self.items(range, body, trace, telling);
            }
            Node::Count { range, body } | Node::Sum { range, value: body, .. } => self.items(range, body, trace, None),
            Node::Add { left, right, .. } => {
                self.follow(left, trace);
                self.follow(right, trace);
            }
            Node::Call(_, slice) | Node::List(slice) => {
                for at in slice.range() {
                    self.follow(lowered.operands.at(at as u32), trace);
                }
            }
            Node::Else(slice) => {
                for at in slice.range() {
                    let part = lowered.operands.at(at as u32);
                    self.follow(part, trace);
                    if !matches!(self.machine.value(part), Value::Unknown | Value::None) {
                        break;
                    }
                }
            }
            Node::Decide(rows, _) => {
                let known = self.machine.value(node) != Value::Unknown;
                for pair in rows.range().step_by(2) {
                    let condition = lowered.operands.at(pair as u32);
                    let truth = self.machine.truth(condition);
                    if known || truth == Tri::Unknown {
                        self.follow(condition, trace);
                    }
                    if truth == Tri::True {
                        break;
                    }
                }
            }
            Node::Def(def) => {
                if !trace.defs.contains(&def) {
                    trace.defs.push(def);
                    trace.pending.push((def, trace.is_guarded));
                }
            }
            Node::Param(p) => {
                if trace.params.contains(&p) {
                    return;
                }
                if !trace.is_guarded {
                    trace.params.push(p);
                }
                // Which of several values it has is told by their conditions.
                let active = self.machine.active;
                for value in &active.params[p as usize].conditional {
                    let truth = self.machine.truth(value.when);
                    if truth != Tri::False {
                        self.follow(value.when, trace);
                        break;
                    }
                }
            }
            Node::Root { .. } | Node::Item { .. } => self.fact(node, trace),
            Node::Const(_) | Node::SubmissionDate => {}
        }
    }

    fn unknown_parts(&mut self, parts: &[u32], trace: &mut Trace) {
        for part in parts {
            let is_list = !matches!(self.machine.items(*part), Items::Unknown);
            if !is_list && self.machine.value(*part) == Value::Unknown {
                self.follow(*part, trace);
            }
        }
    }

    /// Follows the items of a loop whose bodies count, and the list itself where it is missing or empty.
    fn items(&mut self, range: u32, body: u32, trace: &mut Trace, telling: Option<Tri>) {
        let at = self.machine.lowered.loops.at(range);
        let Items::Slots(start, length) = self.machine.items_of_loop(&at) else {
            let path = self.loop_path(range, None);
            let slot = if at.base == 255 { at.slot } else { self.machine.env[at.base as usize].saturating_add(at.slot) };
            self.missing(path, slot, at.kind, trace);
            return;
        };
        let list_slot = if at.base == 255 { at.slot } else { self.machine.env[at.base as usize] + at.slot };
        if (length == 0 || body == NONE) && !trace.only_missing {
            let path = self.loop_path(range, None);
            note_present(list_slot, NONE, path, trace);
        }
        if body == NONE {
            return;
        }
        let var = at.var as usize;
        let saved = self.machine.env[var];
        if self.loops.len() <= var {
            self.loops.resize(var + 1, NONE);
        }
        let saved_loop = std::mem::replace(&mut self.loops[var], range);
        let mut followed = 0;
        for n in 0..length {
            self.machine.env[var] = start + n * at.stride;
            let truth = self.machine.truth(body);
            if followed < MAX_ITEMS && telling.is_none_or(|t| t == truth) {
                self.follow(body, trace);
                followed += 1;
            }
        }
        self.machine.env[var] = saved;
        self.loops[var] = saved_loop;
    }

    fn missing(&mut self, path: String, slot: u32, kind: FactKind, trace: &mut Trace) {
        let asked = slot;
        let (path, slot, is_part) = match self.absent_document(&path) {
            Some((document, slot)) => (document, slot, true),
            None => (path, slot, false),
        };
        let missing = Missing { path, slot, kind, is_part };
        if trace.only_missing && asked != NONE {
            self.machine.left_out.insert(asked, missing.clone());
        }
        trace.lacks(missing);
    }

    /// Notes what is missing at a slot, where it was called by its path before.
    fn is_known_missing(&mut self, slot: u32, trace: &mut Trace) -> bool {
        let known = self.machine.left_out.get(&slot).cloned();
        known.map(|missing| trace.lacks(missing)).is_some()
    }

    /// The document that a path leads into, with its slot, where it is not stated.
    fn absent_document(&self, path: &str) -> Option<(String, u32)> {
        let mut record = self.schema.root?;
        let (mut base, mut passed) = (0, 0);
        for name in path.split('.') {
            let field = self.schema.record(record).find(name)?;
            let slot = base + field.slot;
            passed += name.len();
            match field.ty {
                FieldType::Record(inner) => (record, base) = (inner, slot + 1),
                FieldType::File if passed < path.len() => {
                    let is_absent = self.machine.document.slots.get(slot as usize) == Some(&Value::Unknown);
                    return is_absent.then(|| (path[..passed].to_owned(), slot));
                }
                _ => return None,
            }
            passed += 1;
        }
        None
    }

    fn slot_of(&self, node: u32) -> u32 {
        match self.machine.lowered.nodes.at(node) {
            Node::Root { slot, .. } => slot,
            Node::Item { var, offset, .. } => match self.machine.env[var as usize] {
                NONE => NONE,
                start => start + offset,
            },
            _ => NONE,
        }
    }

    fn fact(&mut self, node: u32, trace: &mut Trace) {
        let slot = self.slot_of(node);
        let value = if slot == NONE { Value::Unknown } else { self.machine.document.slots[slot as usize] };
        if value == Value::Unknown {
            if trace.only_missing && self.is_known_missing(slot, trace) {
                return;
            }
            let path = self.path(node);
            self.missing(path, slot, self.machine.lowered.kind_of(node), trace);
        } else if !trace.only_missing {
            let path = self.path(node);
            note_present(slot, node, path, trace);
        }
    }

    /// `is given`: what is there counts as present, what is not as absent.
    fn presence(&mut self, node: u32, is_stated: bool, trace: &mut Trace) {
        match self.machine.lowered.nodes.at(node) {
            Node::Root { .. } | Node::Item { .. } => {
                let slot = self.slot_of(node);
                let value = if slot == NONE { Value::Unknown } else { self.machine.document.slots[slot as usize] };
                let kind = self.machine.lowered.kind_of(node);
                let is_empty = is_stated && matches!(value, Value::List { length: 0, .. } | Value::Rows { length: 0, .. });
                if value == Value::Unknown && (is_stated || self.machine.is_unusable(node) || self.machine.is_open(node)) || is_empty {
                    if trace.only_missing && self.is_known_missing(slot, trace) {
                        return;
                    }
                    let path = self.path(node);
                    self.missing(path, slot, kind, trace);
                } else if trace.only_missing {
                    // What is there, and what is absent as the rule asks, is not wanted.
                } else if value == Value::Unknown {
                    let path = self.path(node);
                    if !trace.absent.iter().any(|m| m.path == path) {
                        trace.absent.push(Missing { path, slot, kind, is_part: false });
                    }
                } else {
                    let path = self.path(node);
                    note_present(slot, node, path, trace);
                }
            }
            _ => self.follow(node, trace),
        }
    }

    /// The path of a field node as a filer writes it.
    pub(super) fn path(&self, node: u32) -> String {
        let Some(field) = self.details.and_then(|d| d.field(node)) else { return String::new() };
        let names = field.names.join(".");
        let base = match self.machine.lowered.nodes.at(node) {
            Node::Item { var, .. } => {
                self.loops.get(var as usize).filter(|l| **l != NONE).map(|l| self.loop_path(*l, Some(self.machine.env[var as usize])))
            }
            _ => None,
        };
        match base {
            Some(base) if names.is_empty() => base,
            Some(base) => format!("{base}.{names}"),
            None => names,
        }
    }

    /// The path of a loop's list, or of one of its items.
    pub(super) fn loop_path(&self, range: u32, item: Option<u32>) -> String {
        let Some(details) = self.details else { return String::new() };
        let at = self.machine.lowered.loops.at(range);
        let empty = Vec::new();
        let names = details.loop_paths.get(range as usize).unwrap_or(&empty);
        let own = names.join(".");
        let mut path = match self.loops.get(at.base as usize).filter(|l| at.base != 255 && **l != NONE) {
            Some(outer) => format!("{}.{own}", self.loop_path(*outer, Some(self.machine.env[at.base as usize]))),
            None => own,
        };
        let Some(item) = item else { return path };
        if item == NONE {
            path.push_str("[]");
            return path;
        }
        let Items::Slots(start, _) = self.machine.items_of_loop(&at) else { return path };
        let n = item.saturating_sub(start) / at.stride.max(1);
        match self.item_key(range, item) {
            Some(key) => path.push_str(&in_brackets(&key)),
            None => path.push_str(&format!("[{}]", n + 1)),
        }
        path
    }

    /// The key of an item of a keyed list.
    fn item_key(&self, range: u32, item: u32) -> Option<String> {
        let (record, key) = self.list_of(range)?;
        let field = self.schema.record(record).fields.get(key? as usize)?;
        match self.machine.document.slots.get((item + field.slot) as usize)? {
            Value::Text(t) => Some(crate::diagnostic::render::quoted(self.machine.str(*t)).into_owned()),
            _ => None,
        }
    }

    fn list_of(&self, range: u32) -> Option<(RecordId, Option<u16>)> {
        let at = self.machine.lowered.loops.at(range);
        let names = self.details?.loop_paths.get(range as usize)?;
        let mut record = match self.loops.get(at.base as usize).filter(|l| at.base != 255 && **l != NONE) {
            Some(outer) => self.list_of(*outer)?.0,
            None => self.schema.root?,
        };
        for (i, name) in names.iter().enumerate() {
            match &self.schema.record(record).find(name)?.ty {
                FieldType::Record(inner) => record = *inner,
                FieldType::List { item, key } if i + 1 == names.len() => match **item {
                    FieldType::Record(inner) => return Some((inner, *key)),
                    _ => return None,
                },
                _ => return None,
            }
        }
        None
    }
}

/// The key of an item as paths write it.
pub(super) fn in_brackets(key: &str) -> String {
    format!("[\"{}\"]", key.replace('\\', "\\\\").replace('"', "\\\""))
}

fn note_present(slot: u32, node: u32, path: String, trace: &mut Trace) {
    if !trace.present.iter().any(|p| p.slot == slot) {
        trace.present.push(Present { slot, node, path });
    }
}
