//! The parts of a declaration: what it declares, with name, title, value and lines, and everything that is written in it.
//!
//! In: an item. Out: `Declared`s, and visits of every expression and text. Whoever looks at all declarations alike asks here: a new kind of
//! declaration or line is then seen by all of them.

use super::ast::*;
use crate::value::Date;

/// Something that looks at what declarations hold.
pub trait Visitor<'a> {
    /// An outermost expression.
    fn expr(&mut self, _: &'a Expr) {}
    /// A text with its twin.
    fn texts(&mut self, _: &'a Texts) {}
}

/// What a visitor finds in a part.
pub(super) trait Visit {
    fn visit<'a>(&'a self, visitor: &mut dyn Visitor<'a>);
}

macro_rules! hold_nothing {
    ($($ty:ty,)*) => {
        $(impl Visit for $ty {
            fn visit<'a>(&'a self, _: &mut dyn Visitor<'a>) {}
        })*
    };
}

hold_nothing! {
    Citation,
    Confidence,
    Date,
    Days,
    Effective,
    Gate,
    Loop,
    Name,
    RuleRef,
    Said,
    Stated,
    Status,
    Several,
    Strength,
    Takes,
    Text,
    i64,
}

impl<T: Visit> Visit for Vec<T> {
    fn visit<'a>(&'a self, visitor: &mut dyn Visitor<'a>) {
        self.iter().for_each(|part| part.visit(visitor));
    }
}

impl<T: Visit> Visit for Option<T> {
    fn visit<'a>(&'a self, visitor: &mut dyn Visitor<'a>) {
        self.iter().for_each(|part| part.visit(visitor));
    }
}

impl Visit for Expr {
    fn visit<'a>(&'a self, visitor: &mut dyn Visitor<'a>) {
        visitor.expr(self);
    }
}

impl Visit for Texts {
    fn visit<'a>(&'a self, visitor: &mut dyn Visitor<'a>) {
        visitor.texts(self);
    }
}

impl Visit for Reading {
    fn visit<'a>(&'a self, visitor: &mut dyn Visitor<'a>) {
        self.texts.visit(visitor);
    }
}

impl Visit for Report {
    fn visit<'a>(&'a self, visitor: &mut dyn Visitor<'a>) {
        self.texts.visit(visitor);
    }
}

impl Visit for Actor {
    fn visit<'a>(&'a self, visitor: &mut dyn Visitor<'a>) {
        self.when.visit(visitor);
    }
}

impl Visit for Usually {
    fn visit<'a>(&'a self, visitor: &mut dyn Visitor<'a>) {
        self.when.visit(visitor);
    }
}

impl Visit for Deadline {
    fn visit<'a>(&'a self, visitor: &mut dyn Visitor<'a>) {
        self.when.visit(visitor);
        self.missed.visit(visitor);
    }
}

/// What a name may stand for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum NameKind {
    Layer,
    /// An enum, a record, a declared type, the manifest.
    Type,
    /// What the engine asks the vocabulary for.
    Role,
    /// A definition or a parameter; in expressions also a field of the manifest.
    Value,
    Source,
    /// A requirement or advice.
    Rule,
    /// What a layer changes of its base.
    Change,
    Material,
    Step,
}

/// One thing that an item declares.
#[derive(Clone, Copy, Debug)]
pub struct Declared<'a> {
    /// What its name stands for.
    pub kind: NameKind,
    /// Its name; of a change without an id, the name of what it changes.
    pub name: &'a Name,
    /// Its title.
    pub title: Option<&'a Texts>,
    /// The constant it gives to a parameter.
    pub constant: Option<&'a Expr>,
    /// Its condition or value, where it stands outside the block.
    pub value: Option<&'a Expr>,
    /// The rows of a table, beside its value.
    pub rows: &'a [(Name, Expr)],
    /// Further texts: of the values of an enum, of the fields of a record.
    pub values: &'a [(Name, Option<Texts>)],
    /// The fields of a record.
    pub fields: &'a [Field],
    /// Its lines.
    pub body: Option<&'a Clauses>,
}

impl<'a> Declared<'a> {
    fn new(kind: NameKind, name: &'a Name, title: Option<&'a Texts>) -> Self {
        Declared { kind, name, title, constant: None, value: None, rows: &[], values: &[], fields: &[], body: None }
    }

    fn with(kind: NameKind, name: &'a Name, title: Option<&'a Texts>, body: &'a Clauses) -> Self {
        Declared { body: Some(body), ..Self::new(kind, name, title) }
    }

    /// Visits what it holds outside its block, constants of parameters apart.
    pub fn visit_head(&self, visitor: &mut dyn Visitor<'a>) {
        self.title.into_iter().for_each(|t| visitor.texts(t));
        self.value.into_iter().for_each(|e| visitor.expr(e));
        self.rows.iter().for_each(|(_, e)| visitor.expr(e));
        self.values.iter().for_each(|(_, texts)| texts.visit(visitor));
        self.fields.iter().for_each(|f| f.title.visit(visitor));
    }
}

impl Item {
    /// What it declares, an exception before the limits inside it. A case and a part of a layer declare nothing.
    pub fn declared(&self) -> Vec<Declared<'_>> {
        use NameKind as K;
        fn exceptions<'a>(list: &'a [Exception], out: &mut Vec<Declared<'a>>) {
            for e in list {
                out.push(Declared { value: Some(&e.when), ..Declared::with(K::Change, &e.id, e.title.as_ref(), &e.body) });
                exceptions(&e.unless, out);
            }
        }
        let one = match &self.kind {
            ItemKind::Layer(x) => Declared::with(K::Layer, &x.id, Some(&x.title), &x.body),
            ItemKind::Enum(x) => Declared { values: &x.values, ..Declared::new(K::Type, &x.name, x.title.as_ref()) },
            ItemKind::Record(x) => Declared { fields: &x.fields, ..Declared::new(K::Type, &x.name, x.title.as_ref()) },
            ItemKind::Manifest(x) => Declared { fields: &x.fields, ..Declared::new(K::Type, &x.name, None) },
            ItemKind::Type(x) => Declared::new(K::Type, &x.name, x.title.as_ref()),
            ItemKind::Role(x) => Declared::new(K::Role, &x.name, None),
            ItemKind::Source(x) => Declared::with(K::Source, &x.name, Some(&x.title), &x.body),
            ItemKind::Parameter(x) => Declared { constant: Some(&x.value), ..Declared::with(K::Value, &x.name, x.title.as_ref(), &x.body) },
            ItemKind::Set(x) => {
                let name = x.id.as_ref().unwrap_or(&x.name);
                let value = x.when.as_ref();
                Declared { constant: Some(&x.value), value, ..Declared::with(K::Change, name, x.title.as_ref(), &x.body) }
            }
            ItemKind::Define(x) => match &x.value {
                DefineValue::Expr(e) => Declared { value: Some(e), ..Declared::new(K::Value, &x.name, x.title.as_ref()) },
                DefineValue::Decide(t) => {
                    Declared { rows: &t.rows, ..Declared::new(K::Value, &x.name, t.title.as_ref().or(x.title.as_ref())) }
                }
            },
            ItemKind::Requirement(x) => Declared::with(K::Rule, &x.id, Some(&x.title), &x.body),
            ItemKind::Material(x) => Declared::with(K::Material, &x.id, Some(&x.title), &x.body),
            ItemKind::Step(x) => Declared::with(K::Step, &x.id, Some(&x.title), &x.body),
            ItemKind::Waive(x) | ItemKind::Replace(Replacement { change: x, .. }) | ItemKind::Adopt(x) | ItemKind::Confirm(x) => {
                Declared::with(K::Change, x.id.as_ref().unwrap_or(&x.target.id), x.title.as_ref(), &x.body)
            }
            ItemKind::Advice(x) => Declared::with(K::Rule, &x.id, Some(&x.text), &x.body),
            ItemKind::Amend(x) => {
                let mut out = Vec::new();
                exceptions(&x.exceptions, &mut out);
                return out;
            }
            ItemKind::Calendar(x) => Declared::with(K::Value, &x.year, Some(&x.title), &x.body),
            ItemKind::Part(_) | ItemKind::LookUp(_) | ItemKind::Case(_) | ItemKind::Unknown(_) => return Vec::new(),
        };
        vec![one]
    }
}
