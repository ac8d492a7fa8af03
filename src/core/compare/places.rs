//! Where the parts of a declaration were written: the tree, found by the place of the declaration's name.

use crate::source::{SourceMap, Span};
use crate::syntax::ast::{self, Clauses, ItemKind, NameKind, Texts};
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
            if let ItemKind::Role(role) = &item.kind {
                this.roles.push(role);
            }
            for declared in item.declared() {
                if declared.kind == NameKind::Type {
                    this.types.entry(&declared.name.text).or_insert(declared.name.span);
                }
                if let Some(body) = declared.body {
                    let written = Written { body, title: declared.title, value: declared.constant.map(|e| e.span) };
                    this.written.insert(declared.name.span, written);
                }
            }
        }
        this
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
