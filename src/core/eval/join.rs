//! Loops over long lists of a filing that look for the items with a certain key: the items are gone through once, not once for each question.

use super::machine::{Machine, Tri};
use crate::pack::{Loop, NONE, Node, View};
use crate::value::Value;
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// Lists up to this length are gone through as they are.
pub(super) const SHORT: u32 = 16;

/// A value that can be looked up.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Key {
    Text(Box<str>),
    Number(i64),
    Enum(u64),
}

/// The items of a list by their key, as offsets from its first slot.
#[derive(Debug, Default)]
pub(super) struct Keyed {
    by_key: FxHashMap<Key, Vec<u32>>,
    /// Items whose key is not known: they may be any.
    unknown: Vec<u32>,
}

/// What was found out about loops and lists of one filing.
#[derive(Debug, Default)]
pub(super) struct Joins {
    /// For the body of a loop: the comparison that picks items, as the side that reads the item and the other side.
    sides: FxHashMap<u32, Option<(u32, u32)>>,
    /// Items by the node of their key and the first slot of the list; `None` where a key cannot be looked up.
    keyed: FxHashMap<(u32, u32), Option<Arc<Keyed>>>,
}

impl Machine<'_> {
    fn key(&self, value: Value) -> Option<Key> {
        match value {
            Value::Text(text) => Some(Key::Text(super::texts::plain_text(self.str(text)).collect::<String>().into())),
            Value::Int(n) => Some(Key::Number(n)),
            Value::Enum(n) => Some(Key::Enum(n.into())),
            _ => None,
        }
    }

    /// First slots of the items for which the body of a loop may not be false; `None` where all have to be looked at.
    pub(super) fn candidates(&mut self, at: &Loop, body: u32, start: u32, length: u32) -> Option<Vec<u32>> {
        if length <= SHORT || body == NONE {
            return None;
        }
        let view = self.lowered;
        let (item, other) = *self.found.joins.sides.entry(body).or_insert_with(|| sides(view, at.var, body)).as_ref()?;
        let wanted = self.value(other);
        if wanted == Value::None {
            // Nothing is equal to what was declared not to exist.
            return Some(Vec::new());
        }
        let wanted = self.key(wanted)?;
        let keyed = match self.found.joins.keyed.get(&(item, start)) {
            Some(known) => known.clone(),
            None => {
                let made = self.by_key(at, item, start, length).map(Arc::new);
                self.found.joins.keyed.insert((item, start), made.clone());
                made
            }
        }?;
        let mut found = keyed.by_key.get(&wanted).cloned().unwrap_or_else(Vec::new);
        found.extend(&keyed.unknown);
        Some(found)
    }

    fn by_key(&mut self, at: &Loop, item: u32, start: u32, length: u32) -> Option<Keyed> {
        let saved = self.env[at.var as usize];
        let mut keyed = Keyed::default();
        let mut is_usable = true;
        for row in (0..length).map(|n| start + n * at.stride) {
            self.env[at.var as usize] = row;
            match self.value(item) {
                Value::Unknown => keyed.unknown.push(row),
                Value::None => {}
                value => match self.key(value) {
                    Some(key) => keyed.by_key.entry(key).or_default().push(row),
                    None => is_usable = false,
                },
            }
        }
        self.env[at.var as usize] = saved;
        is_usable.then_some(keyed)
    }

    /// Whether a value is in a long list of plain values of the filing; `None` where the list has to be gone through.
    pub(super) fn is_member(&mut self, value: Value, start: u32, length: u32) -> Option<Tri> {
        if length <= SHORT {
            return None;
        }
        let wanted = self.key(value)?;
        let keyed = match self.found.joins.keyed.get(&(NONE, start)) {
            Some(known) => known.clone(),
            None => {
                let mut keyed = Keyed::default();
                let mut is_usable = true;
                for slot in start..start + length {
                    match self.document.slots[slot as usize] {
                        Value::Unknown => keyed.unknown.push(slot),
                        Value::None => {}
                        value => match self.key(value) {
                            Some(key) => keyed.by_key.entry(key).or_default().push(slot),
                            None => is_usable = false,
                        },
                    }
                }
                let made = is_usable.then(|| Arc::new(keyed));
                self.found.joins.keyed.insert((NONE, start), made.clone());
                made
            }
        }?;
        Some(match (keyed.by_key.contains_key(&wanted), keyed.unknown.is_empty()) {
            (true, _) => Tri::True,
            (false, true) => Tri::False,
            (false, false) => Tri::Unknown,
        })
    }
}

/// The two sides of an equality that every item must meet for the body of a loop to be true: one reads the item alone, the other does not read it.
fn sides(view: View<'_>, var: u8, body: u32) -> Option<(u32, u32)> {
    let parts: Vec<u32> = match view.nodes.at(body) {
        Node::And(slice) => view.operands.slice(slice).collect(),
        Node::Equal(..) => vec![body],
        _ => return None,
    };
    parts.into_iter().find_map(|part| {
        let Node::Equal(a, b) = view.nodes.at(part) else { return None };
        let ((a_item, a_other), (b_item, b_other)) = (variables(view, var, a)?, variables(view, var, b)?);
        match (a_item && !a_other, b_item && !b_other) {
            (true, false) if !b_item => Some((a, b)),
            (false, true) if !a_item => Some((b, a)),
            _ => None,
        }
    })
}

/// Whether an expression reads an item of a loop, and whether it reads items of others; `None` for one with a loop of its own.
fn variables(view: View<'_>, var: u8, node: u32) -> Option<(bool, bool)> {
    match view.nodes.at(node) {
        Node::Item { var: own, .. } => Some((own == var, own != var)),
        Node::Quantified { .. } | Node::Count { .. } | Node::Sum { .. } => None,
        _ => view.operands_of(node).try_fold((false, false), |(item, other), n| {
            let (i, o) = variables(view, var, n)?;
            Some((item || i, other || o))
        }),
    }
}
