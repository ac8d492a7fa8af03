//! Who declares what, and who uses it.
//!
//! In: the trees of a ruleset. Out: `Index`: every name of the texts with what it stands for. It is read off the trees, not off the typed program, so
//! that it is there while something is broken; names are looked up as `resolve` does: in the layer, then along the layers it extends.

mod declared;
mod visit;

pub use declared::{Declared, EnumValue, FieldOf, Given, ROOT, SourceOf, Symbols, TypeOf, bilingual};

use crate::source::SourceMap;
use crate::syntax::ast;

/// What a name can stand for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// A region, a provider, the base.
    Layer,
    /// An enum, a record, a declared type.
    Type,
    /// A parameter.
    Parameter,
    /// A definition.
    Definition,
    /// A source.
    Source,
    /// A requirement, or advice.
    Rule,
    /// What a layer changes of its base.
    Change,
    /// A material.
    Material,
    /// A step.
    Step,
    /// A field of a record.
    Field,
    /// A value of an enum.
    Value,
    /// A variable of a loop.
    Variable,
    /// A function.
    Function,
}

/// What a name stands for.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Entity {
    /// Of which kind it is.
    pub kind: Kind,
    /// Its layer, its record, its enum; of a variable the place of its loop.
    pub scope: String,
    /// Its name.
    pub name: String,
}

impl Entity {
    /// Of a kind, in a scope.
    pub fn new(kind: Kind, scope: &str, name: &str) -> Self {
        Entity { kind, scope: scope.to_owned(), name: name.to_owned() }
    }

    /// As users write it: `zj/domain-validity`, `entity.name`, `zj`.
    pub fn full_name(&self) -> String {
        match self.kind {
            Kind::Rule | Kind::Change | Kind::Material | Kind::Step | Kind::Source | Kind::Parameter | Kind::Definition
                if !self.scope.is_empty() =>
            {
                format!("{}/{}", self.scope, self.name)
            }
            Kind::Field | Kind::Value => format!("{}.{}", self.scope, self.name),
            _ => self.name.clone(),
        }
    }
}

/// A name in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Occurrence {
    /// Its first byte.
    pub start: u32,
    /// One past its last byte.
    pub end: u32,
    /// What it stands for.
    pub entity: Entity,
    /// Whether it declares it.
    pub is_declaration: bool,
}

/// The names of a ruleset.
#[derive(Debug, Default)]
pub struct Index {
    /// What is declared.
    pub symbols: Symbols,
    /// The names in each text, by `SourceId`, in order.
    pub files: Vec<Vec<Occurrence>>,
}

impl Index {
    /// Reads the trees of a ruleset.
    pub fn new(files: &[ast::File], sources: &SourceMap) -> Index {
        let symbols = Symbols::new(files);
        let files = files.iter().map(|file| of_file(file, &symbols, sources)).collect();
        Index { symbols, files }
    }

    /// Every place of an entity: the text, and the name in it.
    pub fn places<'a>(&'a self, entity: &'a Entity) -> impl Iterator<Item = (usize, &'a Occurrence)> {
        let of_file =
            move |(file, list): (usize, &'a Vec<Occurrence>)| list.iter().filter(move |o| o.entity == *entity).map(move |o| (file, o));
        self.files.iter().enumerate().flat_map(of_file)
    }
}

/// The names in one text, which may be newer than the symbols.
pub fn of_file(file: &ast::File, symbols: &Symbols, sources: &SourceMap) -> Vec<Occurrence> {
    let mut found = visit::names(file, symbols, &sources.get(file.source).text);
    found.sort_by_key(|o| (o.start, o.end, !o.is_declaration));
    found.dedup_by_key(|o| (o.start, o.end));
    found
}

/// The name at a byte, or directly before it.
pub fn at(list: &[Occurrence], offset: usize) -> Option<&Occurrence> {
    let offset = u32::try_from(offset).ok()?;
    let holds = |o: &&Occurrence| o.start <= offset && offset <= o.end;
    // Between two names the one that begins here is meant.
    list.iter().rfind(|o| holds(o) && offset < o.end).or_else(|| list.iter().rfind(holds))
}
