//! What a fact might be: the values that its type lists, and those that conditions which read it tell apart.

use super::facts::{Place, Places};
use super::space::{Reads, Space, item_slots, list_slot};
use crate::eval::Active;
use crate::manifest::Document;
use crate::pack::{Constant, NONE, Node, View};
use crate::value::{self, Date, Duration, FieldType, Money, PatternRule, Pool, Schema, Value};
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::BTreeSet;

/// What one leaf says of the facts in it.
#[derive(Clone, Debug, Default)]
struct Leaf {
    slots: BTreeSet<u32>,
    constants: Vec<Value>,
    /// It asks for parts of texts.
    asks_parts: bool,
    /// It asks a function.
    asks_function: bool,
    /// Patterns that texts are compared with.
    patterns: Vec<u32>,
    /// It asks whether something was declared not to exist.
    asks_none: bool,
    reads_day: bool,
}

/// What conditions say of facts, by slot.
#[derive(Clone, Debug, Default)]
pub(super) struct Hints {
    leaves: Vec<Leaf>,
    by_slot: FxHashMap<u32, Vec<usize>>,
}

/// Candidates of a fact.
#[derive(Clone, Debug, Default)]
pub(super) struct Candidates {
    /// Values, the likely ones first.
    pub(super) values: Vec<Value>,
    /// For each of them: nobody but the filer knows what is to be written there, and this only stands for it.
    pub(super) is_made_up: Vec<bool>,
    /// No other value could come out differently.
    pub(super) is_exact: bool,
}

impl Candidates {
    fn add(&mut self, value: Value, is_made_up: bool) {
        if !self.values.contains(&value) {
            self.values.push(value);
            self.is_made_up.push(is_made_up);
        }
    }
}

/// Most candidates of one fact.
const MAX_CANDIDATES: usize = 32;

/// Most texts of a fact that others say, and most that only stand for something.
const MAX_TEXTS: usize = 8;

/// Collects what conditions say of facts.
pub(super) struct Collector<'a, 'r> {
    pub(super) view: View<'a>,
    pub(super) active: &'a Active,
    pub(super) space: &'r Space,
    pub(super) reads: &'r mut Reads,
    pub(super) hints: Hints,
    seen: FxHashSet<(u32, Vec<u32>)>,
}

impl<'a, 'r> Collector<'a, 'r> {
    pub(super) fn new(view: View<'a>, active: &'a Active, space: &'r Space, reads: &'r mut Reads) -> Self {
        Collector { view, active, space, reads, hints: Hints::default(), seen: FxHashSet::default() }
    }

    /// All conditions of a rule in force.
    pub(super) fn rule(&mut self, i: usize) {
        let version = self.view.versions.at(self.active.rules[i].version);
        let mut nodes = vec![version.when, version.require];
        nodes.extend(&self.active.rules[i].yields);
        nodes.extend(self.active.rules[i].waivers.iter().map(|w| w.when));
        let mut open: Vec<_> = self.active.rules[i].exceptions.iter().collect();
        while let Some(exception) = open.pop() {
            nodes.push(exception.when);
            open.extend(&exception.unless);
        }
        for env in super::encode::combinations(self.view, self.space, version.loops, &mut BTreeSet::new()) {
            for node in &nodes {
                self.node(*node, &mut env.clone());
            }
        }
    }

    fn node(&mut self, node: u32, env: &mut Vec<u32>) {
        if node == NONE {
            return;
        }
        let key = (node, if self.reads.reads_loop(self.view, node) { env.clone() } else { Vec::new() });
        if !self.seen.insert(key) {
            return;
        }
        match self.view.nodes.at(node) {
            Node::And(_) | Node::Or(_) | Node::Not(_) | Node::Decide(..) => {
                for inner in self.view.operands_of(node) {
                    self.node(inner, env);
                }
            }
            Node::Def(def) => self.node(self.view.defs.at(def).root, &mut vec![0; self.view.n_variables()]),
            Node::Quantified { range, body, .. } | Node::Count { range, body } | Node::Sum { range, value: body, .. } => {
                let at = self.view.loops.at(range);
                let list = list_slot(&at, env);
                if list == NONE || body == NONE {
                    return;
                }
                let saved = env[at.var as usize];
                for start in item_slots(self.space, list, at.stride) {
                    env[at.var as usize] = start;
                    self.node(body, env);
                }
                env[at.var as usize] = saved;
            }
            _ => {
                let mut leaf = Leaf::default();
                self.leaf(node, env, &mut leaf);
                let n = self.hints.leaves.len();
                for slot in &leaf.slots {
                    self.hints.by_slot.entry(*slot).or_default().push(n);
                }
                self.hints.leaves.push(leaf);
            }
        }
    }

    fn leaf(&mut self, node: u32, env: &mut Vec<u32>, leaf: &mut Leaf) {
        if node == NONE {
            return;
        }
        match self.view.nodes.at(node) {
            Node::Const(c) => self.constant(c, leaf),
            Node::Param(p) => {
                let active = self.active;
                let param = &active.params[p as usize];
                for value in param.conditional.iter().chain([&param.value]) {
                    self.node(value.when, &mut vec![0; self.view.n_variables()]);
                    if value.constant != NONE {
                        self.constant(value.constant, leaf);
                    }
                }
            }
            Node::Root { .. } | Node::Item { .. } => self.reads.of(self.view, self.space, node, env, &mut leaf.slots),
            Node::SubmissionDate => leaf.reads_day = true,
            Node::Def(def) => {
                // What the definition tells apart counts for those who compare it.
                self.node(self.view.defs.at(def).root, &mut vec![0; self.view.n_variables()]);
                let root = self.view.defs.at(def).root;
                if !matches!(
                    self.view.nodes.at(root),
                    Node::And(_) | Node::Or(_) | Node::Not(_) | Node::Decide(..) | Node::Quantified { .. }
                ) {
                    self.leaf(root, &mut vec![0; self.view.n_variables()], leaf);
                }
            }
            Node::Quantified { .. } | Node::And(_) | Node::Or(_) | Node::Not(_) | Node::Decide(..) => self.node(node, env),
            Node::Count { range, body } | Node::Sum { range, value: body, .. } => {
                self.node(node, env);
                let at = self.view.loops.at(range);
                let list = list_slot(&at, env);
                if list == NONE || body == NONE {
                    return;
                }
                let saved = env[at.var as usize];
                for start in item_slots(self.space, list, at.stride) {
                    env[at.var as usize] = start;
                    self.leaf(body, env, leaf);
                }
                env[at.var as usize] = saved;
            }
            shape => {
                leaf.asks_parts |= matches!(shape, Node::TextContains { .. } | Node::Call(..));
                leaf.asks_function |= matches!(shape, Node::Call(..));
                if let Node::Matches(_, pattern) = shape {
                    leaf.patterns.push(pattern);
                }
                leaf.asks_none |= matches!(shape, Node::IsNone(_) | Node::Given(_));
                for inner in self.view.operands_of(node) {
                    self.leaf(inner, env, leaf);
                }
            }
        }
    }

    fn constant(&self, c: u32, leaf: &mut Leaf) {
        match self.view.constants.at(c) {
            Constant::List(slice) => slice.range().for_each(|c| leaf.constants.push(self.view.constants.at(c as u32).value())),
            one => leaf.constants.push(one.value()),
        }
    }
}

/// What makes candidates of a fact.
pub(super) struct Maker<'m> {
    pub(super) view: View<'m>,
    pub(super) schema: &'m Schema,
    pub(super) places: &'m Places,
    pub(super) hints: &'m Hints,
    pub(super) on: Date,
}

impl Maker<'_> {
    /// What the fact of a place might be beside what it is. Texts and lists of candidates are added to the document.
    pub(super) fn candidates(&self, place: &Place, document: &mut Document) -> Candidates {
        let mut out = Candidates { is_exact: true, ..Candidates::default() };
        let leaves: Vec<&Leaf> = self.hints.by_slot.get(&place.slot).into_iter().flatten().map(|l| &self.hints.leaves[*l]).collect();
        match &place.ty {
            FieldType::Boolean => [true, false].iter().for_each(|b| out.add(Value::Bool(*b), false)),
            FieldType::Enum(id) => {
                let n = self.schema.enumeration(*id).values.len() as u32;
                let named = leaves.iter().flat_map(|l| &l.constants).filter(|v| matches!(v, Value::Enum(_)));
                named.for_each(|v| out.add(*v, false));
                (0..n).for_each(|v| out.add(Value::Enum(v), false));
            }
            FieldType::Date => self.dates(&leaves, document, &mut out),
            FieldType::Integer | FieldType::Decimal => self.numbers(&leaves, document, &mut out),
            FieldType::Money => {
                for value in leaves.iter().flat_map(|l| &l.constants) {
                    if let Value::Money(m) = value {
                        for cents in [m.cents(), m.cents() - 1, m.cents() + 1] {
                            out.add(Value::Money(Money::new(m.currency, cents)), false);
                        }
                    }
                }
            }
            FieldType::Record(_) | FieldType::File => out.add(Value::Present, false),
            FieldType::List { item, .. } => self.lists(place, item, &leaves, document, &mut out),
            FieldType::DateTime | FieldType::Duration | FieldType::BusinessDays => out.is_exact = false,
            FieldType::Text | FieldType::Scalar(_) | FieldType::Pattern(_) => self.texts(place, &leaves, document, &mut out),
        }
        if place.is_optional && leaves.iter().any(|l| l.asks_none) {
            out.add(Value::None, false);
        }
        if out.values.len() > MAX_CANDIDATES {
            out.is_exact = false;
            out.values.truncate(MAX_CANDIDATES);
            out.is_made_up.truncate(MAX_CANDIDATES);
        }
        out
    }

    fn dates(&self, leaves: &[&Leaf], document: &Document, out: &mut Candidates) {
        let mut bases = BTreeSet::from([self.on]);
        let mut offsets: Vec<Value> = Vec::new();
        for leaf in leaves {
            for value in &leaf.constants {
                match *value {
                    Value::Date(day) => _ = bases.insert(day),
                    Value::DateTime(moment) => _ = bases.insert(moment.date()),
                    Value::Duration(_) | Value::BusinessDays(_) => offsets.push(*value),
                    // Years or days that a function counts.
                    Value::Int(n) if (1..=400).contains(&n) => {
                        offsets.push(Value::Duration(Duration { days: n as i32, ..Duration::default() }));
                        if n <= 120 {
                            offsets.push(Value::Duration(Duration { months: n as i32 * 12, ..Duration::default() }));
                        }
                    }
                    _ => {}
                }
            }
            for slot in &leaf.slots {
                match document.slots.get(*slot as usize) {
                    Some(Value::Date(day)) => _ = bases.insert(*day),
                    Some(Value::DateTime(moment)) => _ = bases.insert(moment.date()),
                    _ => {}
                }
            }
        }
        let mut found: BTreeSet<Date> = bases.clone();
        for base in &bases {
            for offset in &offsets {
                for minus in [false, true] {
                    if let Ok(Value::Date(day)) = value::add(minus, Value::Date(*base), *offset, self.view.calendar()) {
                        found.insert(day);
                    }
                }
            }
        }
        let mut near = BTreeSet::new();
        for day in found {
            near.extend([day.yesterday().ok(), Some(day), day.tomorrow().ok()].into_iter().flatten());
        }
        // What is to come first: dates that run out are renewed.
        let (later, earlier): (Vec<Date>, Vec<Date>) = near.into_iter().partition(|d| *d >= self.on);
        later.into_iter().chain(earlier.into_iter().rev()).for_each(|d| out.add(Value::Date(d), false));
    }

    fn numbers(&self, leaves: &[&Leaf], document: &Document, out: &mut Candidates) {
        for leaf in leaves {
            let others = leaf.slots.iter().filter_map(|s| document.slots.get(*s as usize));
            for value in leaf.constants.iter().chain(others) {
                match *value {
                    Value::Int(n) => [n, n.saturating_sub(1), n.saturating_add(1)].iter().for_each(|n| out.add(Value::Int(*n), false)),
                    Value::Decimal(n) => [n, n - 1, n + 1].iter().for_each(|n| out.add(Value::Decimal(*n), false)),
                    _ => {}
                }
            }
        }
        // Nobody counts below nothing.
        let keep: Vec<bool> = out.values.iter().map(|v| !matches!(v, Value::Int(n) if *n < 0)).collect();
        let mut at = keep.iter();
        out.values.retain(|_| *at.next().unwrap_or(&true));
        let mut at = keep.iter();
        out.is_made_up.retain(|_| *at.next().unwrap_or(&true));
    }

    fn text(&self, value: Value, document: &Document) -> Option<String> {
        let Value::Text(text) = value else { return None };
        Some(match text.pool {
            Pool::Document => document.str(text).to_owned(),
            Pool::Rules => self.view.text_in(text.start as usize..(text.start + text.length) as usize).to_owned(),
            Pool::Scratch => return None,
        })
    }

    fn texts(&self, place: &Place, leaves: &[&Leaf], document: &mut Document, out: &mut Candidates) {
        out.is_exact = false;
        let now = document.slots.get(place.slot as usize).copied().unwrap_or(Value::Unknown);
        let own = self.text(now, document);
        let is_free = place.ty == FieldType::Text;
        let mut said: Vec<(String, bool)> = Vec::new();
        match &place.ty {
            FieldType::Scalar(scalar) => said.push((scalar.example().to_owned(), true)),
            FieldType::Text => said.extend(MADE_UP.iter().map(|text| ((*text).to_owned(), true))),
            _ => {}
        }
        for leaf in leaves {
            // What another fact of the filing says, where both are compared.
            for slot in leaf.slots.iter().filter(|s| **s != place.slot) {
                let is_like = self.places.get(*slot).is_some_and(|other| other.ty == place.ty || is_free);
                if is_like && let Some(text) = document.slots.get(*slot as usize).and_then(|v| self.text(*v, document)) {
                    said.push((text, false));
                }
            }
            for text in leaf.constants.iter().filter_map(|v| self.text(*v, document)) {
                if leaf.asks_parts {
                    // A part of a text: only the filer knows the whole.
                    if let Some(own) = &own {
                        said.push((own.replace(&text, ""), true));
                        said.push((format!("{text}{own}"), true));
                        said.push((format!("{own}{text}"), true));
                        let (n, n_own) = (text.chars().count(), own.chars().count());
                        if n < n_own {
                            said.push((text.chars().chain(own.chars().skip(n)).collect(), true));
                            said.push((own.chars().take(n_own - n).chain(text.chars()).collect(), true));
                        }
                    }
                    said.push((text, true));
                } else {
                    said.push((text, is_free && !place.is_property));
                }
            }
        }
        let patterns: Vec<u32> = leaves.iter().flat_map(|l| l.patterns.iter().copied()).collect();
        let formed: BTreeSet<String> = patterns
            .iter()
            .filter_map(|p| super::sample::near(self.view.pack().pattern(*p)?.as_str(), own.as_deref().unwrap_or("")))
            .collect();
        let formats: BTreeSet<String> =
            leaves.iter().filter(|l| l.asks_function).flat_map(|l| &l.constants).filter_map(|v| self.text(*v, document)).collect();
        for text in formed.into_iter().take(MAX_TEXTS) {
            // A format may end in a character that the others decide.
            let fault = formats.iter().find_map(|f| value::scalar::check_format(f, &text, self.on)?.err());
            said.extend(fault.into_iter().flat_map(|f| f.candidates).take(3).map(|t| (t, true)));
            said.push((text, true));
        }
        if is_free && leaves.iter().any(|l| l.asks_function) {
            said.extend(value::Scalar::ALL.iter().map(|s| (s.example().to_owned(), true)));
        }
        if let FieldType::Pattern(id) = &place.ty
            && let PatternRule::Between(low, high) = self.schema.pattern(*id).rule
        {
            out.add(Value::Int(low), true);
            out.add(Value::Int(high), true);
            for value in leaves.iter().flat_map(|l| &l.constants) {
                if let Value::Int(n) = *value {
                    [n - 1, n, n + 1].iter().filter(|n| (low..=high).contains(n)).for_each(|n| out.add(Value::Int(*n), false));
                }
            }
        }
        if let Some(own) = &own
            && is_free
        {
            let plain: String = own.chars().filter(|c| c.is_alphanumeric()).collect();
            said.push((plain, true));
            said.push((own.chars().filter(|c| !c.is_ascii()).collect(), true));
        }
        let mut seen: Vec<String> = own.into_iter().collect();
        // What others say goes before what stands for something.
        said.sort_by_key(|(_, is_made_up)| *is_made_up);
        let mut left = [MAX_TEXTS; 2];
        for (text, is_made_up) in said {
            if !text.trim().is_empty() && !seen.contains(&text) && left[usize::from(is_made_up)] > 0 {
                left[usize::from(is_made_up)] -= 1;
                let made = Value::Text(document.intern(&text));
                out.add(made, is_made_up);
                seen.push(text);
            }
        }
    }

    fn lists(&self, place: &Place, item: &FieldType, leaves: &[&Leaf], document: &mut Document, out: &mut Candidates) {
        out.is_exact = false;
        let FieldType::Enum(_) = item else { return };
        let now = match document.slots.get(place.slot as usize) {
            Some(Value::List { start, length }) => document.slots[*start as usize..(*start + *length) as usize].to_vec(),
            Some(Value::Unknown | Value::None) => Vec::new(),
            _ => return,
        };
        let mut named: Vec<Value> = Vec::new();
        for value in leaves.iter().flat_map(|l| &l.constants) {
            if matches!(value, Value::Enum(_)) && !named.contains(value) {
                named.push(*value);
            }
        }
        let mut wanted: Vec<Vec<Value>> = Vec::new();
        for n in 0..now.len() {
            wanted.push(now.iter().enumerate().filter(|(i, _)| *i != n).map(|(_, v)| *v).collect());
        }
        wanted.push(now.iter().filter(|v| !named.contains(v)).copied().collect());
        for value in named.into_iter().filter(|v| !now.contains(v)).take(12) {
            wanted.push(now.iter().copied().chain([value]).collect());
        }
        for items in wanted.into_iter().filter(|w| !w.is_empty()) {
            let start = document.reserve(items.len());
            document.slots[start as usize..start as usize + items.len()].copy_from_slice(&items);
            out.add(Value::List { start, length: items.len() as u32 }, false);
        }
    }
}

/// Stand for a text that only the filer knows: words of several lengths that say nothing.
const MADE_UP: &[&str] = &["示例", "山间小记", "青石板上的雨声", "山间小记与青石板上的雨声：一段没有含义的文字，仅用于占位"];
