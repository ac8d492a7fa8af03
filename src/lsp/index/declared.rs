//! What a ruleset declares.

use super::super::rules::layer;
use super::{Entity, Kind};
use crate::diagnostic::Bilingual;
use crate::source::Span;
use crate::syntax::ast::{self, Clauses, DefineValue, Expr, ExprKind, Item, ItemKind, Loop, Name, RuleRef, Texts};
use crate::value::Date;
use std::collections::HashMap;

/// A declaration.
#[derive(Clone, Debug)]
pub struct Declared {
    /// Its name in the text.
    pub name: Span,
    /// The whole of it.
    pub item: Span,
    /// Its title.
    pub title: Bilingual,
    /// The comment before it.
    pub docs: String,
    /// What it cites: the name of a source, and the place in it.
    pub cites: Vec<(String, Option<String>)>,
}

/// A value that a layer gives to a parameter.
#[derive(Clone, Debug)]
pub struct Given {
    /// The layer.
    pub layer: String,
    /// The value as written.
    pub value: Span,
    /// The days on which it holds.
    pub days: (Option<Date>, Option<Date>),
    /// Whether it holds for some filings only.
    pub is_partial: bool,
}

/// A source as it is cited.
#[derive(Clone, Debug, Default)]
pub struct SourceOf {
    /// Its address.
    pub url: Option<String>,
    /// The date printed on it.
    pub dated: Option<Bilingual>,
    /// The day it was read.
    pub read: Option<String>,
}

/// The type of a value, as far as it is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TypeOf {
    /// Its name, or that of its items.
    pub name: String,
    /// Whether it is a list.
    pub is_list: bool,
}

/// A field of a record.
#[derive(Clone, Debug)]
pub struct FieldOf {
    /// Its name.
    pub name: String,
    /// Its title; the Chinese one is another name.
    pub title: Bilingual,
    /// Its type.
    pub ty: TypeOf,
}

/// A value of an enum.
#[derive(Clone, Debug)]
pub struct EnumValue {
    /// Its name.
    pub name: String,
    /// Its title.
    pub title: Bilingual,
}

/// All that is declared.
#[derive(Debug, Default)]
pub struct Symbols {
    /// Layers with what they extend.
    pub layers: HashMap<String, Option<String>>,
    /// The layer of each file, by `SourceId`; empty for vocabulary.
    pub file_layers: Vec<String>,
    /// Declarations; a rule may have several versions.
    pub declared: HashMap<Entity, Vec<Declared>>,
    /// The fields of records.
    pub records: HashMap<String, Vec<FieldOf>>,
    /// The values of enums.
    pub enums: HashMap<String, Vec<EnumValue>>,
    /// The types of parameters and definitions.
    pub types: HashMap<Entity, TypeOf>,
    /// The loops of rules, which changes of them may read.
    pub loops: HashMap<Entity, Vec<Loop>>,
    /// The values of parameters, the base's own first.
    pub given: HashMap<Entity, Vec<Given>>,
    /// What changes a rule: the word it begins with, and the change.
    pub changed: HashMap<Entity, Vec<(&'static str, Entity)>>,
    /// What is known of sources.
    pub sources: HashMap<Entity, SourceOf>,
    /// Who plays what: `filing-type`, `actors`.
    pub roles: HashMap<String, String>,
}

/// The record of the whole manifest.
pub const ROOT: &str = "manifest";

/// A text with its twin.
pub fn bilingual(texts: Option<&Texts>) -> Bilingual {
    texts.map_or_else(Bilingual::default, |t| Bilingual::new(&t.en.value, t.zh.as_ref().map_or("", |z| &z.value)))
}

fn type_of(ty: &ast::TypeRef) -> TypeOf {
    TypeOf { name: ty.name.text.clone(), is_list: ty.is_list }
}

impl Symbols {
    pub(super) fn new(files: &[ast::File]) -> Symbols {
        let mut symbols = Symbols::default();
        for file in files {
            let at = file.source.0 as usize;
            if symbols.file_layers.len() <= at {
                symbols.file_layers.resize(at + 1, String::new());
            }
            symbols.file_layers[at] = layer(file).unwrap_or("").to_owned();
        }
        for file in files {
            let layer = symbols.file_layers[file.source.0 as usize].clone();
            file.items.iter().for_each(|item| symbols.item(item, &layer));
        }
        // What is changed is known when everything is declared.
        for file in files {
            let layer = symbols.file_layers[file.source.0 as usize].clone();
            file.items.iter().for_each(|item| symbols.changes(item, &layer));
        }
        symbols
    }

    fn declare(&mut self, entity: Entity, name: Span, item: Span, title: Bilingual) {
        self.declared.entry(entity).or_default().push(Declared { name, item, title, docs: String::new(), cites: Vec::new() });
    }

    fn one(&mut self, item: &Item, kind: Kind, scope: &str, name: &Name, title: Option<&Texts>) {
        self.declare(Entity::new(kind, scope, &name.text), name.span, item.span, bilingual(title));
    }

    /// What a declaration says beside its name and title.
    fn describe(&mut self, entity: &Entity, docs: &str, body: &Clauses) {
        let Some(last) = self.declared.get_mut(entity).and_then(|list| list.last_mut()) else { return };
        last.docs = docs.to_owned();
        last.cites = body.sources().map(|c| (c.source.text.clone(), c.item.as_ref().map(|i| i.value.clone()))).collect();
    }

    fn give(&mut self, parameter: Entity, layer: &str, value: &Expr, is_partial: bool, body: &Clauses) {
        let days = body.effective().map_or((None, None), |e| (e.from, e.until));
        let given = Given { layer: layer.to_owned(), value: value.span, days, is_partial };
        self.given.entry(parameter).or_default().push(given);
    }

    fn changes(&mut self, item: &Item, layer: &str) {
        let mut put = |target: &RuleRef, word: &'static str, id: &str| {
            if let Some(entity) = self.rule(layer, target) {
                self.changed.entry(entity).or_default().push((word, Entity::new(Kind::Change, layer, id)));
            }
        };
        match &item.kind {
            ItemKind::Waive(x) => put(&x.target, "waive", &x.change_id()),
            ItemKind::Adopt(x) => put(&x.target, "adopt", &x.change_id()),
            ItemKind::Confirm(x) => put(&x.target, "confirm", &x.change_id()),
            ItemKind::Replace(x) => put(&x.change.target, "replace", &x.change.change_id()),
            ItemKind::Amend(x) => x.exceptions.iter().for_each(|e| put(&x.target, "amend", &e.id.text)),
            ItemKind::Set(x) => {
                if let Some(parameter) = self.find(Kind::Parameter, layer, &x.name.text) {
                    self.give(parameter, layer, &x.value, x.when.is_some(), &x.body);
                }
            }
            _ => {}
        }
    }

    fn item(&mut self, item: &Item, layer: &str) {
        match &item.kind {
            ItemKind::Layer(x) => {
                self.one(item, Kind::Layer, "", &x.id, Some(&x.title));
                self.layers.insert(x.id.text.clone(), x.extends.as_ref().map(|e| e.text.clone()));
            }
            ItemKind::Enum(x) => {
                self.one(item, Kind::Type, "", &x.name, x.title.as_ref());
                x.values.iter().for_each(|(name, title)| self.one(item, Kind::Value, &x.name.text, name, title.as_ref()));
                let value = |(name, title): &(Name, Option<Texts>)| EnumValue { name: name.text.clone(), title: bilingual(title.as_ref()) };
                self.enums.insert(x.name.text.clone(), x.values.iter().map(value).collect());
            }
            ItemKind::Record(x) => {
                self.one(item, Kind::Type, "", &x.name, x.title.as_ref());
                self.fields(&x.name.text, &x.fields, item.span);
            }
            ItemKind::Manifest(x) => self.fields(ROOT, &x.fields, item.span),
            ItemKind::Type(x) => self.one(item, Kind::Type, "", &x.name, x.title.as_ref()),
            ItemKind::Role(x) => {
                let by = x.played_by.iter().map(|n| n.text.as_str()).collect::<Vec<_>>().join(".");
                self.roles.insert(x.name.text.clone(), by);
            }
            ItemKind::Source(x) => {
                self.one(item, Kind::Source, layer, &x.name, Some(&x.title));
                let source = SourceOf {
                    url: x.body.url().map(|t| t.value.clone()),
                    dated: x.body.dated().map(crate::resolve::texts_of),
                    read: x.body.read_on().map(ToString::to_string),
                };
                self.sources.insert(Entity::new(Kind::Source, layer, &x.name.text), source);
            }
            ItemKind::Parameter(x) => {
                self.one(item, Kind::Parameter, layer, &x.name, x.title.as_ref());
                let entity = Entity::new(Kind::Parameter, layer, &x.name.text);
                self.describe(&entity, &item.docs, &x.body);
                self.give(entity, layer, &x.value, false, &x.body);
                self.types.insert(Entity::new(Kind::Parameter, layer, &x.name.text), type_of(&x.ty));
            }
            ItemKind::Set(x) => {
                let entity = Entity::new(Kind::Change, layer, &x.change_id());
                let name = x.id.as_ref().map_or(x.name.span, |id| id.span);
                self.declare(entity.clone(), name, item.span, bilingual(x.title.as_ref()));
                self.describe(&entity, &item.docs, &x.body);
            }
            ItemKind::Define(x) => {
                self.one(item, Kind::Definition, layer, &x.name, x.title.as_ref());
                if let DefineValue::Decide(table) = &x.value {
                    let ty = TypeOf { name: table.of.text.clone(), is_list: false };
                    self.types.insert(Entity::new(Kind::Definition, layer, &x.name.text), ty);
                }
            }
            ItemKind::Requirement(x) => {
                self.one(item, Kind::Rule, layer, &x.id, Some(&x.title));
                self.describe(&Entity::new(Kind::Rule, layer, &x.id.text), &item.docs, &x.body);
                if !x.body.for_each().is_empty() {
                    self.loops.insert(Entity::new(Kind::Rule, layer, &x.id.text), x.body.for_each().to_vec());
                }
            }
            ItemKind::Advice(x) => {
                self.one(item, Kind::Rule, layer, &x.id, Some(&x.text));
                self.describe(&Entity::new(Kind::Rule, layer, &x.id.text), &item.docs, &x.body);
            }
            ItemKind::Material(x) => {
                self.one(item, Kind::Material, layer, &x.id, Some(&x.title));
                self.describe(&Entity::new(Kind::Material, layer, &x.id.text), &item.docs, &x.body);
            }
            ItemKind::Step(x) => {
                self.one(item, Kind::Step, layer, &x.id, Some(&x.title));
                self.describe(&Entity::new(Kind::Step, layer, &x.id.text), &item.docs, &x.body);
            }
            ItemKind::Amend(x) => self.exceptions(&x.exceptions, layer),
            ItemKind::Waive(x) | ItemKind::Adopt(x) | ItemKind::Confirm(x) => self.change(x, layer, item.span),
            ItemKind::Replace(x) => self.change(&x.change, layer, item.span),
            ItemKind::Part(_) | ItemKind::LookUp(_) | ItemKind::Calendar(_) | ItemKind::Case(_) | ItemKind::Unknown(_) => {}
        }
    }

    fn fields(&mut self, record: &str, fields: &[ast::Field], item: Span) {
        let mut list = Vec::new();
        for f in fields {
            let title = bilingual(f.title.as_ref());
            self.declare(Entity::new(Kind::Field, record, &f.name.text), f.name.span, item, title.clone());
            list.push(FieldOf { name: f.name.text.clone(), title, ty: type_of(&f.ty) });
        }
        self.records.insert(record.to_owned(), list);
    }

    fn exceptions(&mut self, list: &[ast::Exception], layer: &str) {
        for e in list {
            let item = if e.body.span.is_empty() { e.id.span } else { e.id.span.to(e.body.span) };
            let entity = Entity::new(Kind::Change, layer, &e.id.text);
            self.declare(entity.clone(), e.id.span, item, bilingual(e.title.as_ref()));
            self.describe(&entity, "", &e.body);
            self.exceptions(&e.unless, layer);
        }
    }

    fn change(&mut self, x: &ast::Change, layer: &str, item: Span) {
        let name = x.id.as_ref().map_or(x.target.id.span, |id| id.span);
        let entity = Entity::new(Kind::Change, layer, &x.change_id());
        self.declare(entity.clone(), name, item, bilingual(x.title.as_ref()));
        self.describe(&entity, "", &x.body);
    }

    /// The layer and the layers it extends, nearest first.
    pub fn chain<'a>(&'a self, layer: &'a str) -> Vec<&'a str> {
        let mut chain = vec![layer];
        while let Some(Some(next)) = self.layers.get(chain[chain.len() - 1]) {
            if chain.contains(&next.as_str()) {
                break;
            }
            chain.push(next);
        }
        chain
    }

    /// What a name of some kind stands for in a layer.
    pub fn find(&self, kind: Kind, layer: &str, name: &str) -> Option<Entity> {
        self.chain(layer).into_iter().map(|l| Entity::new(kind, l, name)).find(|e| self.declared.contains_key(e))
    }

    /// A rule, or what a layer changes of one, by a reference seen from a layer.
    pub fn rule(&self, from: &str, reference: &RuleRef) -> Option<Entity> {
        let name = &reference.id.text;
        match &reference.layer {
            Some(layer) => {
                let of = |kind| Entity::new(kind, &layer.text, name);
                [of(Kind::Rule), of(Kind::Change)].into_iter().find(|e| self.declared.contains_key(e))
            }
            None => self.find(Kind::Rule, from, name).or_else(|| self.find(Kind::Change, from, name)),
        }
    }

    /// A field of a record by its name or its Chinese title.
    pub fn field(&self, record: &str, name: &str) -> Option<&FieldOf> {
        let fields = self.records.get(record)?;
        fields.iter().find(|f| f.name == name).or_else(|| fields.iter().find(|f| f.title.zh == name))
    }

    /// A value of an enum by its name or its Chinese title.
    pub fn value(&self, of: &str, name: &str) -> Option<Entity> {
        let values = self.enums.get(of)?;
        let found = values.iter().find(|v| v.name == name).or_else(|| values.iter().find(|v| v.title.zh == name))?;
        Some(Entity::new(Kind::Value, of, &found.name))
    }

    /// The enum whose values derived filing types are.
    pub fn filing_types(&self) -> Option<&str> {
        let by = self.roles.get("filing-type")?;
        let of = |(entity, ty): (&Entity, &'_ TypeOf)| (entity.kind == Kind::Definition && entity.name == *by).then(|| ty.name.clone());
        let name = self.types.iter().find_map(of)?;
        self.enums.get_key_value(&name).map(|(n, _)| n.as_str())
    }

    /// The enum of those who act in steps.
    pub fn actors(&self) -> Option<&str> {
        self.roles.get("actors").map(String::as_str)
    }

    /// The first title of an entity.
    pub fn title(&self, entity: &Entity) -> Bilingual {
        self.declared.get(entity).into_iter().flatten().map(|d| &d.title).find(|t| !t.en.is_empty()).cloned().unwrap_or_default()
    }
}

/// The loops of a block.
pub(super) fn loops(body: &Clauses) -> &[Loop] {
    body.for_each()
}

/// The name that an expression is, where it is nothing else.
pub(super) fn single_name(e: &Expr) -> Option<&Name> {
    match &e.kind {
        ExprKind::Path(path) if path.len() == 1 => path.first(),
        _ => None,
    }
}
