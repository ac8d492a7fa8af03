//! Where the parts of a declaration were written: the tree, found by the place of the declaration's name.

use crate::source::{SourceMap, Span};
use crate::syntax::ast::{self, Clauses, ItemKind, Texts};
use std::collections::BTreeMap;

/// A declaration as written.
#[derive(Clone, Copy)]
pub(super) struct Written<'a> {
    pub(super) body: &'a Clauses,
    pub(super) title: Option<&'a Texts>,
    /// The value of a parameter.
    pub(super) value: Option<Span>,
}

/// The declarations of a ruleset by the place of their names.
pub(super) struct Places<'a> {
    written: BTreeMap<Span, Written<'a>>,
    /// Places of the names of types: enums, records, patterns, the manifest.
    pub(super) types: BTreeMap<&'a str, Span>,
    /// Roles with who plays them.
    pub(super) roles: Vec<&'a ast::Role>,
}

impl<'a> Places<'a> {
    pub(super) fn new(files: &'a [ast::File]) -> Self {
        let mut this = Places { written: BTreeMap::new(), types: BTreeMap::new(), roles: Vec::new() };
        for item in files.iter().flat_map(|f| &f.items) {
            this.item(item);
        }
        this
    }

    fn item(&mut self, item: &'a ast::Item) {
        match &item.kind {
            ItemKind::Layer(x) => self.put(x.id.span, &x.body, Some(&x.title)),
            ItemKind::Enum(x) => self.name(&x.name.text, x.name.span),
            ItemKind::Record(x) => self.name(&x.name.text, x.name.span),
            ItemKind::Type(x) => self.name(&x.name.text, x.name.span),
            ItemKind::Role(x) => self.roles.push(x),
            ItemKind::Manifest(_, span) => self.name("manifest", *span),
            ItemKind::Source(x) => self.put(x.name.span, &x.body, Some(&x.title)),
            ItemKind::Parameter(x) => self.valued(x.name.span, &x.body, x.title.as_ref(), x.value.span),
            ItemKind::Set(x) => self.valued(x.id.as_ref().map_or(x.name.span, |i| i.span), &x.body, x.title.as_ref(), x.value.span),
            ItemKind::Requirement(x) => self.put(x.id.span, &x.body, Some(&x.title)),
            ItemKind::Material(x) => self.put(x.id.span, &x.body, Some(&x.title)),
            ItemKind::Step(x) => self.put(x.id.span, &x.body, Some(&x.title)),
            ItemKind::Amend(x) => x.exceptions.iter().for_each(|e| self.exception(e)),
            ItemKind::Waive(x) | ItemKind::Replace(x, _) | ItemKind::Confirm(x) => {
                self.put(x.id.as_ref().map_or(x.target.id.span, |i| i.span), &x.body, x.title.as_ref());
            }
            ItemKind::Advice(x) => self.put(x.id.span, &x.body, Some(&x.text)),
            ItemKind::Part(_) | ItemKind::Define(_) | ItemKind::Case(_) => {}
        }
    }

    fn exception(&mut self, e: &'a ast::Exception) {
        self.put(e.id.span, &e.body, e.title.as_ref());
        e.unless.iter().for_each(|u| self.exception(u));
    }

    fn put(&mut self, at: Span, body: &'a Clauses, title: Option<&'a Texts>) {
        self.written.insert(at, Written { body, title, value: None });
    }

    fn valued(&mut self, at: Span, body: &'a Clauses, title: Option<&'a Texts>, value: Span) {
        self.written.insert(at, Written { body, title, value: Some(value) });
    }

    fn name(&mut self, name: &'a str, at: Span) {
        self.types.entry(name).or_insert(at);
    }

    pub(super) fn get(&self, at: Span) -> Option<Written<'a>> {
        self.written.get(&at).copied()
    }
}

/// A piece of a rule file in one line, without comments.
pub(super) fn one_line(sources: &SourceMap, span: Span) -> String {
    let text = sources.slice(span);
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    let mut in_text = false;
    while let Some(c) = chars.next() {
        match c {
            '\\' if in_text => {
                out.push(c);
                out.extend(chars.next());
            }
            '"' | '“' | '”' => {
                in_text = !in_text;
                out.push(c);
            }
            '/' if !in_text && chars.peek() == Some(&'/') => {
                while chars.peek().is_some_and(|c| *c != '\n') {
                    chars.next();
                }
            }
            c if c.is_whitespace() && !in_text => {
                if !out.ends_with(' ') {
                    out.push(' ');
                }
            }
            c => out.push(c),
        }
    }
    out.trim().to_owned()
}

/// A line without what may stand or not: commas, and blanks at brackets and signs.
pub(super) fn bare(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut in_text = false;
    let mut escaped = false;
    for c in line.chars() {
        let was_in_text = in_text;
        in_text ^= c == '"' && !escaped;
        escaped = c == '\\' && !escaped;
        match c {
            ' ' | ',' | ';' if !was_in_text => {
                if !out.ends_with([' ', '[', '{', '=']) {
                    out.push(' ');
                }
            }
            ']' | '}' | '[' | '{' | '=' if !was_in_text => {
                out.truncate(out.trim_end_matches(' ').len());
                out.push(c);
            }
            c => out.push(c),
        }
    }
    out
}

/// A text with its twin, as written.
pub(super) fn texts(texts: &Texts) -> String {
    match &texts.zh {
        Some(zh) => format!("{:?} zh {:?}", texts.en.value, zh.value),
        None => format!("{:?}", texts.en.value),
    }
}

/// Where a text with its twin was written.
pub(super) fn texts_span(texts: &Texts) -> Span {
    texts.zh.as_ref().map_or(texts.en.span, |zh| texts.en.span.to(zh.span))
}
