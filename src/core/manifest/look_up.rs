//! What registers returned, joined into the facts of a filing that only a look-up tells.
//!
//! In: records as texts, the list that says which field of a record fills which fact, a document. Out: the document with those facts, each with its
//! place in the record. INVARIANT: what a filing states stays; where a record says otherwise both are told.

use super::diagnostics as say;
use super::{Document, Format, Read, Tree, TreeKind, fill};
use crate::diagnostic::{Diagnostic, Diagnostics, Severity};
use crate::source::{Origin, SourceId, SourceKind, SourceMap, Span};
use crate::value::choice::FactKind;
use crate::value::{Date, FieldShape, FieldType, RecordId, Schema, Value, parse_date, parse_datetime, scalar};
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::BTreeMap;
use std::ops::Range;

/// Which field of a record fills which fact: `look-ups.toml` beside the rules.
#[derive(Clone, Debug)]
pub struct LookUps {
    joins: Vec<Join>,
}

#[derive(Clone, Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    join: Vec<WrittenJoin>,
}

#[derive(Clone, Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenJoin {
    key: String,
    named: Vec<String>,
    #[serde(default)]
    same: BTreeMap<String, String>,
    facts: BTreeMap<String, Vec<String>>,
}

/// One way in which records are known to tell of a filing.
#[derive(Clone, Debug)]
struct Join {
    /// The field of a filing whose value a record names.
    key: Vec<String>,
    /// The fields of a record that may hold it.
    named: Vec<String>,
    /// Fields of a record that must say the same as a field of the filing.
    same: Vec<(Vec<Pick>, Vec<String>)>,
    /// Facts, each with where a record may hold it: the first that says something counts.
    facts: Vec<(Vec<String>, Vec<Choice>)>,
}

/// Where a record may hold a fact.
#[derive(Clone, Debug)]
struct Choice {
    /// As the list writes it.
    written: String,
    picks: Vec<Pick>,
    /// That something stands there is the fact, not what it is.
    is_presence: bool,
}

/// A step into a record.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Pick {
    /// The value of a key, or the item with a number, from 0.
    Name(String),
    /// The item of which a key, or the item with a number, is or holds a word.
    Where(String, String),
}

fn names(path: &str) -> Vec<String> {
    path.split('.').map(str::to_owned).collect()
}

/// `events[eventAction=expiration].eventDate`. Dots within brackets part nothing.
fn picks(written: &str) -> Option<Vec<Pick>> {
    let mut picks = Vec::new();
    let mut rest = written;
    while !rest.is_empty() {
        if let Some(inside) = rest.strip_prefix('[') {
            let (condition, after) = inside.split_once(']')?;
            let (key, word) = condition.split_once('=')?;
            picks.push(Pick::Where(key.to_owned(), word.to_owned()));
            rest = after.strip_prefix('.').unwrap_or(after);
        } else {
            let end = rest.find(['.', '[']).unwrap_or(rest.len());
            picks.push(Pick::Name(Some(&rest[..end]).filter(|name| !name.is_empty())?.to_owned()));
            rest = rest[end..].strip_prefix('.').unwrap_or(&rest[end..]);
        }
    }
    (!picks.is_empty()).then_some(picks)
}

fn child<'t>(tree: &'t Tree, name: &str) -> Option<&'t Tree> {
    match &tree.kind {
        TreeKind::Table(pairs) => pairs.iter().find(|(n, ..)| n == name).map(|(.., t)| t),
        TreeKind::Array(items) => items.get(name.parse::<usize>().ok()?),
        _ => None,
    }
}

fn says(tree: &Tree, word: &str) -> bool {
    match &tree.kind {
        TreeKind::Text(text) => text.eq_ignore_ascii_case(word),
        TreeKind::Array(items) => items.iter().any(|t| matches!(&t.kind, TreeKind::Text(text) if text.eq_ignore_ascii_case(word))),
        _ => false,
    }
}

/// What stands at the end of some steps, where it says something.
fn pick<'t>(tree: &'t Tree, picks: &[Pick]) -> Option<&'t Tree> {
    let found = picks.iter().try_fold(tree, |tree, step| match (step, &tree.kind) {
        (Pick::Name(name), _) => child(tree, name),
        (Pick::Where(key, word), TreeKind::Array(items)) => items.iter().find(|t| child(t, key).is_some_and(|v| says(v, word))),
        _ => None,
    })?;
    match &found.kind {
        TreeKind::Null | TreeKind::Reported => None,
        TreeKind::Text(text) if text.trim().is_empty() => None,
        _ => Some(found),
    }
}

impl LookUps {
    /// Reads the list.
    ///
    /// # Errors
    /// What is wrong with it, and where.
    pub fn parse(text: &str) -> Result<Self, (String, Option<Range<usize>>)> {
        let written: Written = toml::from_str(text).map_err(|e| (e.message().to_owned(), e.span()))?;
        let steps = |w: &str| picks(w).ok_or_else(|| (format!("`{w}` is no way into a record"), None));
        let mut joins = Vec::new();
        for join in written.join {
            let mut facts = Vec::new();
            for (path, choices) in &join.facts {
                let mut list = Vec::new();
                for written in choices {
                    let (is_presence, way) = written.strip_prefix('?').map_or((false, written.as_str()), |way| (true, way));
                    list.push(Choice { written: way.to_owned(), picks: steps(way)?, is_presence });
                }
                facts.push((names(path), list));
            }
            let mut same = Vec::new();
            for (way, path) in &join.same {
                same.push((steps(way)?, names(path)));
            }
            joins.push(Join { key: names(&join.key), named: join.named, same, facts });
        }
        Ok(LookUps { joins })
    }

    /// Paths of the list that a vocabulary does not have, or that no look-up tells.
    pub fn unknown(&self, schema: &Schema) -> Vec<String> {
        let mut unknown = Vec::new();
        for join in &self.joins {
            let fields = std::iter::once(&join.key).chain(join.same.iter().map(|(_, path)| path));
            unknown.extend(fields.filter(|path| shape(schema, path).is_none()).map(|path| path.join(".")));
            let facts = join.facts.iter().map(|(path, _)| path);
            let is_told = |path: &&Vec<String>| shape(schema, path).is_some_and(|(_, kind)| kind == FactKind::Register);
            unknown.extend(facts.filter(|path| !is_told(path)).map(|path| path.join(".")));
        }
        unknown
    }
}

/// The field at the end of a path, whatever lists it passes, and who knows it.
fn shape<'s>(schema: &'s Schema, path: &[String]) -> Option<(&'s FieldShape, FactKind)> {
    let (mut record, mut kind) = (schema.root?, FactKind::Stated);
    for (i, name) in path.iter().enumerate() {
        let field = schema.record(record).find(name)?;
        kind = kind.max(field.kind);
        if i + 1 == path.len() {
            return Some((field, kind));
        }
        record = inner(&field.ty)?;
    }
    None
}

/// What a field of the vocabulary holds, by its path.
pub fn field_type<'s>(schema: &'s Schema, path: &str) -> Option<&'s FieldType> {
    shape(schema, &names(path)).map(|(field, _)| &field.ty)
}

/// The record in a field or in the items of its list.
fn inner(ty: &FieldType) -> Option<RecordId> {
    match ty {
        FieldType::Record(id) => Some(*id),
        FieldType::List { item, .. } => inner(item),
        _ => None,
    }
}

/// An item of a list that a path passes: how many names lie before it, and its first slot.
type Item = (usize, u32);

/// A path with the items that it passed.
type Way<'w> = (&'w [String], &'w [Item]);

/// A place in a document that a path leads to.
#[derive(Clone, Debug)]
struct Spot<'s> {
    field: &'s FieldShape,
    /// The first slot of its record.
    base: u32,
    /// Presence of the records around it.
    around: Vec<u32>,
    /// The items passed.
    items: Vec<Item>,
    /// As a filer writes it.
    path: String,
}

impl Spot<'_> {
    fn slot(&self) -> u32 {
        self.base + self.field.slot
    }
}

/// Where a path leads: to each item of the lists it passes, or only to those passed before where it goes the same way.
fn spots<'s>(document: &Document, schema: &'s Schema, path: &[String], with: Option<Way<'_>>) -> Vec<Spot<'s>> {
    let Some(root) = schema.root else { return Vec::new() };
    let mut found = Vec::new();
    let mut open = vec![(root, 0u32, 0usize, Vec::new(), Vec::new(), String::new())];
    while let Some((record, base, n, around, items, way)) = open.pop() {
        let Some(field) = path.get(n).and_then(|name| schema.record(record).find(name)) else { continue };
        let way = if n == 0 { field.name.clone() } else { format!("{way}.{}", field.name) };
        if n + 1 == path.len() {
            found.push(Spot { field, base, around, items, path: way });
            continue;
        }
        let slot = base + field.slot;
        match &field.ty {
            FieldType::Record(id) => {
                let mut around: Vec<u32> = around;
                around.push(slot);
                open.push((*id, slot + 1, n + 1, around, items, way));
            }
            FieldType::List { item, key } => {
                let (FieldType::Record(id), Some(Value::Rows { start, length })) = (&**item, document.slots.get(slot as usize)) else {
                    continue;
                };
                let shape = schema.record(*id);
                let is_same_way = with.is_some_and(|(other, _)| other.get(..=n) == path.get(..=n));
                let wanted = with.filter(|_| is_same_way).and_then(|(_, passed)| passed.iter().find(|(at, _)| *at == n));
                // A list that the key does not lie in has no item that a record is about.
                if with.is_some() && wanted.is_none() {
                    continue;
                }
                for i in (0..*length).rev() {
                    let row = start + i * shape.n_slots;
                    if wanted.is_some_and(|(_, at)| *at != row) {
                        continue;
                    }
                    let named = key.and_then(|k| shape.fields.get(k as usize)).and_then(|f| text_at(document, row + f.slot));
                    let name = named.map_or_else(|| format!("[{}]", i + 1), |k| format!("[{:?}]", k));
                    let mut items: Vec<Item> = items.clone();
                    items.push((n, row));
                    open.push((*id, row, n + 1, around.clone(), items, format!("{way}{name}")));
                }
            }
            _ => {}
        }
    }
    found
}

fn text_at(document: &Document, slot: u32) -> Option<&str> {
    match document.slots.get(slot as usize) {
        Some(Value::Text(text)) => Some(document.str(*text)),
        _ => None,
    }
}

/// A value by which records are found, however it is written.
fn normal(field: &FieldShape, text: &str, today: Date) -> String {
    let text = text.trim();
    match &field.ty {
        FieldType::Scalar(kind) => scalar::check(*kind, text, today).map_or_else(|_| text.to_lowercase(), |accepted| accepted.value),
        _ => text.to_lowercase(),
    }
}

/// A fact that a record told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LookedUp {
    /// The fact.
    pub path: String,
    /// Where the record stands: a file with a line.
    pub record: String,
    /// The field of the record.
    pub field: String,
    slot: u32,
}

/// A record as it came.
#[derive(Clone, Debug)]
pub struct Record {
    /// Its text.
    pub text: String,
    /// The form of the text.
    pub format: Format,
    /// Where it lies in the file.
    pub origin: Origin,
}

/// What registers returned, found by what it is about.
#[derive(Debug)]
pub struct Records {
    name: String,
    look_ups: LookUps,
    list: Vec<Record>,
    by_key: FxHashMap<(usize, String), Vec<u32>>,
}

impl Records {
    /// None yet; `name` is what messages call the file.
    pub fn new(name: impl Into<String>, look_ups: LookUps) -> Self {
        Records { name: name.into(), look_ups, list: Vec::new(), by_key: FxHashMap::default() }
    }

    /// What messages call the file.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Adds a record. Reports F5 codes; the text of one with a problem stays in the map.
    pub fn add(&mut self, record: Record, schema: &Schema, today: Date, sources: &mut SourceMap, diagnostics: &mut Diagnostics) {
        let n_sources = sources.len();
        let source = sources.add_part(self.name.clone(), record.text.clone(), SourceKind::Manifest, record.origin.clone());
        let mut found = Diagnostics::new();
        let tree = self.tree(source, record.format, sources, &mut found);
        let has_failed = found.has_errors() || tree.is_none();
        diagnostics.append(found);
        let Some(tree) = tree.filter(|_| !has_failed) else { return };
        let number = self.list.len() as u32;
        let mut is_about = false;
        for (n, join) in self.look_ups.joins.iter().enumerate() {
            let Some((field, _)) = shape(schema, &join.key) else { continue };
            let values = join.named.iter().filter_map(|name| pick(&tree, &[Pick::Name(name.clone())])).filter_map(told);
            for value in values {
                let numbers = self.by_key.entry((n, normal(field, &value, today))).or_default();
                if numbers.last() != Some(&number) {
                    numbers.push(number);
                }
                is_about = true;
            }
        }
        if !is_about {
            let named: Vec<&str> = self.look_ups.joins.iter().flat_map(|j| &j.named).map(String::as_str).collect();
            diagnostics.report(say::record_about_nothing(Span { end: tree.span.start + 1, ..tree.span }, &named));
            return;
        }
        sources.truncate(n_sources);
        self.list.push(record);
    }

    fn tree(&self, source: SourceId, format: Format, sources: &SourceMap, diagnostics: &mut Diagnostics) -> Option<Tree> {
        let file = sources.get(source);
        if let Some(at) = super::too_deep(&file.text) {
            diagnostics.report(say::too_deep(Span::new(source, at..at + 1), super::MAX_DEPTH));
            return None;
        }
        let Read { tree, is_partial, .. } = match format {
            Format::Toml => super::toml::read(source, file, diagnostics),
            Format::Json => super::json::read(source, file, diagnostics)?,
        };
        (!is_partial).then_some(tree)
    }

    /// Joins what the records tell of a filing into its facts. Reports F5032, and what is wrong with values of records as warnings.
    pub fn join(&self, document: &mut Document, schema: &Schema, today: Date, sources: &mut SourceMap, diagnostics: &mut Diagnostics) {
        if document.flaw == Some(super::Flaw::Unreadable) {
            return;
        }
        let mut matched: Vec<(&Join, u32, Vec<Item>)> = Vec::new();
        for (n, join) in self.look_ups.joins.iter().enumerate() {
            for spot in spots(document, schema, &join.key, None) {
                let Some(value) = text_at(document, spot.slot()) else { continue };
                let numbers = self.by_key.get(&(n, normal(spot.field, value, today)));
                matched.extend(numbers.into_iter().flatten().map(|number| (join, *number, spot.items.clone())));
            }
        }
        let mut trees: FxHashMap<u32, Tree> = FxHashMap::default();
        for (_, number, _) in &matched {
            if trees.contains_key(number) {
                continue;
            }
            let record = &self.list[*number as usize];
            let source = sources.add_part(self.name.clone(), record.text.clone(), SourceKind::Manifest, record.origin.clone());
            // What could be said of its form was said when it was added.
            let tree = self.tree(source, record.format, sources, &mut Diagnostics::new());
            trees.extend(tree.map(|tree| (*number, tree)));
        }
        let mut joined = Joined { document, schema, sources, today, diagnostics, disputed: FxHashSet::default() };
        for (join, number, items) in &matched {
            let Some(tree) = trees.get(number) else { continue };
            let with = Some((&*join.key, &**items));
            let is_same = |(way, path): &(Vec<Pick>, Vec<String>)| {
                let said = pick(tree, way).and_then(told);
                let stated = spots(joined.document, schema, path, with);
                let stated = stated.first().and_then(|spot| text_at(joined.document, spot.slot()));
                said.zip(stated).is_some_and(|(said, stated)| said.trim() == stated.trim())
            };
            if !join.same.iter().all(is_same) {
                continue;
            }
            for (path, choices) in &join.facts {
                let chosen = choices.iter().find_map(|c| Some((c, pick(tree, &c.picks)?)));
                let Some((choice, value)) = chosen else { continue };
                let given = Tree { kind: TreeKind::Bool(true), ..value.clone() };
                joined.fact(path, with, if choice.is_presence { &given } else { value }, &choice.written);
            }
            let TreeKind::Table(pairs) = &tree.kind else { continue };
            for (name, _, value) in pairs {
                let path = names(name);
                let is_fact = path.len() > 1 && shape(schema, &path).is_some_and(|(_, kind)| kind == FactKind::Register);
                if is_fact && pick(value, &[]).is_some() {
                    joined.fact(&path, with, value, name);
                }
            }
        }
    }
}

/// What a value says as a text.
fn told(tree: &Tree) -> Option<String> {
    match &tree.kind {
        TreeKind::Text(text) => Some(text.clone()),
        TreeKind::Integer(n) => Some(n.to_string()),
        TreeKind::OddNumber(written) => Some(written.clone()),
        _ => None,
    }
}

/// A document while records are joined into it.
struct Joined<'j> {
    document: &'j mut Document,
    schema: &'j Schema,
    sources: &'j SourceMap,
    today: Date,
    diagnostics: &'j mut Diagnostics,
    /// Slots of which two records say different things.
    disputed: FxHashSet<u32>,
}

impl Joined<'_> {
    /// Puts what a record says into a fact that is open; compares where it is not.
    fn fact(&mut self, path: &[String], with: Option<Way<'_>>, value: &Tree, field: &str) {
        let schema = self.schema;
        for spot in spots(self.document, schema, path, with) {
            let slot = spot.slot();
            let is_plain = spot.field.ty.n_slots(&schema.records) == 1 && inner(&spot.field.ty).is_none();
            if !is_plain || self.document.is_unusable(slot) || self.disputed.contains(&slot) {
                continue;
            }
            let is_private = spot.field.is_private || matches!(&spot.field.ty, FieldType::Scalar(s) if s.is_private());
            if let (true, Some(text)) = (is_private, told(value)) {
                self.sources.keep_private(value.span, &text);
            }
            let before = self.document.slots[slot as usize];
            let (place, unusable) = (self.document.span(slot), self.document.unusable.get(&slot).copied());
            let now = self.filled(&spot, value);
            let is_open = before == Value::Unknown;
            match now {
                Some(_) if is_open => {
                    for around in &spot.around {
                        if self.document.slots[*around as usize] == Value::Unknown {
                            self.document.slots[*around as usize] = Value::Present;
                        }
                    }
                    let file = self.sources.get(value.span.source);
                    let record = format!("{}:{}", file.name, file.line_column(value.span.start as usize).line);
                    self.document.looked_up.push(LookedUp { path: spot.path.clone(), record, field: field.to_owned(), slot });
                }
                Some(now) => {
                    let is_same = self.is_same(before, now);
                    let found = self.document.span(slot);
                    self.document.slots[slot as usize] = before;
                    self.document.spans[slot as usize] = place;
                    let first = self.document.looked_up.iter().position(|l| l.slot == slot);
                    match first {
                        _ if is_same => {}
                        // Of two records neither is believed.
                        Some(first) => {
                            self.document.looked_up.remove(first);
                            self.document.slots[slot as usize] = Value::Unknown;
                            self.document.spans[slot as usize] = super::SlotSpan::default();
                            self.disputed.insert(slot);
                            self.diagnostics.report(say::records_differ(&spot.path, place.value, found.value, self.sources));
                        }
                        None => {
                            self.document.flaw = self.document.flaw.max(Some(super::Flaw::Form));
                            self.diagnostics.report(say::record_differs(&spot.path, place.value, found.value, self.sources));
                        }
                    }
                }
                None => {
                    self.document.slots[slot as usize] = before;
                    self.document.spans[slot as usize] = place;
                    match unusable {
                        Some(why) => self.document.unusable.insert(slot, why),
                        None => self.document.unusable.remove(&slot),
                    };
                }
            }
        }
    }

    /// Fills a slot, whatever stood there; `None` where the value tells nothing. What is wrong with it is no fault of the filing.
    fn filled(&mut self, spot: &Spot<'_>, value: &Tree) -> Option<Value> {
        let day = match (&spot.field.ty, &value.kind) {
            (FieldType::Date, TreeKind::Text(text)) if parse_date(text).is_none() => parse_datetime(text).map(|at| at.date()),
            (FieldType::Date, TreeKind::DateTime(at)) => Some(at.date()),
            _ => None,
        };
        let value = Tree { kind: day.map_or_else(|| value.kind.clone(), TreeKind::Date), ..value.clone() };
        let mut found = Diagnostics::new();
        fill::Filler::new(self.document, self.schema, self.sources, self.today, &mut found).overwrite(spot.field, spot.base, &value);
        let has_errors = found.has_errors();
        for d in found.into_sorted() {
            let severity = d.severity.max(Severity::Warning);
            self.diagnostics.report(Diagnostic { severity, ..d });
        }
        let now = self.document.slots[spot.slot() as usize];
        (!has_errors && now != Value::Unknown).then_some(now)
    }

    fn is_same(&self, a: Value, b: Value) -> bool {
        let document = &self.document;
        match (a, b) {
            (Value::Text(a), Value::Text(b)) => document.str(a) == document.str(b),
            (Value::List { start: a, length: n }, Value::List { start: b, length: m }) => {
                n == m && (0..n).all(|i| self.is_same(document.slots[(a + i) as usize], document.slots[(b + i) as usize]))
            }
            _ => a == b,
        }
    }
}
