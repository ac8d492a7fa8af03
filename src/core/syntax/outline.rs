//! What is still known of a declaration that cannot be read: its kind, its name, the words it may declare.
//!
//! In: the text of one declaration and the proof that its fault was reported. Out: the declaration with error nodes for all that its head does
//! not say. Only words are looked at: quotes and brackets may be what is wrong.

use super::ast::*;
use super::declarations::ITEM_WORDS;
use super::keywords::english;
use crate::diagnostic::Reported;
use crate::source::{SourceId, Span};

/// A word outside texts and comments.
struct Word<'t> {
    text: &'t str,
    at: usize,
    /// It begins its line.
    is_first: bool,
    /// Only blanks stand between the word before and this one.
    follows: bool,
}

struct Outline<'t> {
    source: SourceId,
    start: usize,
    slice: &'t str,
    words: Vec<Word<'t>>,
    reported: Reported,
}

/// A declaration as far as it can be told, and what is known of its fault.
pub(super) fn of(source: SourceId, start: usize, slice: &str, keyword: &str, reported: Reported) -> (ItemKind, Fault) {
    let outline = Outline { source, start, slice, words: words(slice), reported };
    let kind = outline.kind(keyword).unwrap_or(ItemKind::Unknown(outline.name(0).unwrap_or(Name::none(outline.head()))));
    (kind, Fault { reported, declares: outline.declared(), mentions: mentions(&outline.words) })
}

/// The fault of a declaration whose tree is whole.
pub(super) fn of_readable(slice: &str, reported: Reported) -> Fault {
    Fault { reported, declares: Vec::new(), mentions: mentions(&words(slice)) }
}

fn mentions(words: &[Word<'_>]) -> Vec<String> {
    words.iter().map(|w| w.text.to_owned()).collect()
}

fn words(slice: &str) -> Vec<Word<'_>> {
    let is_word = |c: char| c == '_' || c.is_alphanumeric();
    let mut found = Vec::new();
    let (mut at, mut end, mut is_first) = (0, 0, true);
    while let Some(c) = slice[at..].chars().next() {
        let rest = &slice[at..];
        let line_end = rest.find('\n').unwrap_or(rest.len());
        if rest.starts_with("//") {
            at += line_end;
        } else if c == '"' {
            // A text that is not closed runs to the end of its line.
            at += rest[1..line_end].find('"').map_or(line_end, |n| n + 2);
        } else if is_word(c) {
            let length = rest
                .char_indices()
                .find(|(i, c)| !(is_word(*c) || *c == '-' && rest[i + 1..].starts_with(is_word)))
                .map_or(rest.len(), |(i, _)| i);
            let follows = slice[end..at].chars().all(char::is_whitespace);
            found.push(Word { text: &rest[..length], at, is_first, follows });
            at += length;
            (end, is_first) = (at, false);
        } else {
            is_first = c == '\n' || is_first && c.is_whitespace();
            at += c.len_utf8();
        }
    }
    found
}

impl Outline<'_> {
    fn head(&self) -> Span {
        let length = self.words.first().map_or(0, |w| w.text.len());
        Span::new(self.source, self.start..self.start + length)
    }

    fn name(&self, index: usize) -> Option<Name> {
        let word = self.words.get(index)?;
        let start = self.start + word.at;
        Some(Name { text: word.text.to_owned(), span: Span::new(self.source, start..start + word.text.len()) })
    }

    /// The name that stands directly after the words of the head.
    fn named(&self, index: usize) -> Option<Name> {
        self.words.get(index).filter(|w| w.follows)?;
        self.name(index)
    }

    /// The word after the first `word` there is.
    fn after(&self, word: &str) -> Option<Name> {
        let at = self.words.iter().position(|w| english(w.text) == word)?;
        self.named(at + 1)
    }

    fn error(&self) -> Expr {
        Expr { kind: ExprKind::Error(self.reported), span: self.head() }
    }

    fn texts(&self) -> Texts {
        Texts { en: Text::none(self.head()), zh: None }
    }

    fn rule_ref(&self) -> Option<RuleRef> {
        let first = self.named(1)?;
        let rest = &self.slice[first.span.end as usize - self.start..];
        match self.name(2).filter(|_| rest.starts_with('/')) {
            Some(id) => Some(RuleRef { span: first.span.to(id.span), layer: Some(first), id }),
            None => Some(RuleRef { span: first.span, layer: None, id: first }),
        }
    }

    fn change(&self) -> Option<Change> {
        Some(Change { target: self.rule_ref()?, id: self.after("as"), title: None, body: Clauses::default() })
    }

    fn exceptions(&self) -> Vec<Exception> {
        let ids =
            (0..self.words.len()).filter(|i| matches!(english(self.words[*i].text), "except" | "unless")).filter_map(|i| self.named(i + 1));
        ids.map(|id| Exception { id, title: None, when: self.error(), body: Clauses::default(), unless: Vec::new() }).collect()
    }

    fn kind(&self, keyword: &str) -> Option<ItemKind> {
        let body = Clauses::default();
        let title = self.texts();
        let second = self.words.get(1).map_or("", |w| english(w.text));
        Some(match keyword {
            "part" => ItemKind::Part(self.named(if second == "of" { 2 } else { 1 })?),
            "region" | "provider" => {
                let is_provider = keyword == "provider";
                ItemKind::Layer(Layer { is_provider, id: self.named(1)?, title, extends: self.after("extends"), body })
            }
            "enum" | "open" => {
                let name = self.named(if second == "enum" { 2 } else { 1 })?;
                ItemKind::Enum(Enum {
                    name,
                    title: None,
                    is_open: keyword == "open",
                    others_differ: false,
                    values: Vec::new(),
                    also: Vec::new(),
                })
            }
            "record" => ItemKind::Record(Record { name: self.named(1)?, title: None, fields: Vec::new() }),
            "manifest" => ItemKind::Manifest(Manifest { name: self.name(0)?, fields: Vec::new() }),
            "type" => {
                ItemKind::Type(TypeItem { name: self.named(1)?, base: Name::none(self.head()), title: None, rule: TypeRule::Missing })
            }
            "role" => ItemKind::Role(Role { name: self.named(1)?, played_by: Vec::new() }),
            "source" => ItemKind::Source(SourceItem { name: self.named(1)?, title, body }),
            "calendar" => ItemKind::Calendar(Calendar { year: self.named(1)?, title, body }),
            "parameter" => {
                let span = self.head();
                let ty = TypeRef { name: Name::none(span), is_list: false, key: None, is_optional: false, span };
                ItemKind::Parameter(Parameter { name: self.named(1)?, ty, value: self.error(), title: None, body })
            }
            "set" => ItemKind::Set(Set { name: self.named(1)?, value: self.error(), when: None, id: self.after("as"), title: None, body }),
            "define" => ItemKind::Define(Define { name: self.named(1)?, value: DefineValue::Expr(self.error()), title: None }),
            "requirement" | "facts" | "optional" => {
                let is_optional = keyword == "optional";
                let id = self.named(if is_optional && second == "requirement" { 2 } else { 1 })?;
                ItemKind::Requirement(Requirement { is_facts: keyword == "facts", is_optional, id, title, body })
            }
            "lookup" => ItemKind::LookUp(LookUp { keyword: self.name(0)?, fields: Vec::new(), place: title }),
            "material" => ItemKind::Material(Material { id: self.named(1)?, title, body }),
            "step" => ItemKind::Step(Step { id: self.named(1)?, title, body }),
            "amend" => ItemKind::Amend(Amend { target: self.rule_ref()?, exceptions: self.exceptions() }),
            "waive" => ItemKind::Waive(self.change()?),
            "replace" => ItemKind::Replace(Replacement { change: self.change()?, claim: Claim::Differently, is_instead: false }),
            "adopt" => ItemKind::Adopt(self.change()?),
            "confirm" => ItemKind::Confirm(self.change()?),
            "advice" => ItemKind::Advice(Advice { id: self.named(1)?, text: title, on: None, body }),
            "case" => ItemKind::Case(Case { title: title.en, manifest: None, with: Vec::new(), on: None, expect: Vec::new() }),
            _ => return None,
        })
    }

    /// Words that stand where names of declarations stand: after a word that begins one, and first on a line, where such a word may be missing.
    fn declared(&self) -> Vec<String> {
        let begins = |w: &Word<'_>| w.is_first && ITEM_WORDS.contains(&english(w.text));
        let names = |w: &Word<'_>| begins(w) || matches!(english(w.text), "except" | "unless" | "as" | "enum");
        let after = self.words.windows(2).filter(|pair| names(&pair[0])).map(|pair| &pair[1]);
        after.chain(self.words.iter().filter(|w| w.is_first && !begins(w))).map(|w| w.text.to_owned()).collect()
    }
}
