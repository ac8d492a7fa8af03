//! Declarations: pest's pairs to the tree.

use super::ast::*;
use super::declarations::{self, ITEM_WORDS};
use super::recover::{self, Piece};
use super::{diagnostics as say, habits, keywords, outline, words};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Language, Reported, nearest};
use crate::source::{SourceId, SourceMap, Span};
use pest::Parser;
use pest::iterators::{Pair, Pairs};

#[derive(pest_derive::Parser)]
#[grammar = "../../grammar/filing.pest"]
#[grammar = "../../grammar/keywords.pest"]
pub(super) struct FilingParser;

/// Reads one rule file. Reports F1 codes; a declaration with a fault stays in the tree under its kind and name, as far as they can be read.
pub fn parse(sources: &SourceMap, source: SourceId, diagnostics: &mut Diagnostics) -> File {
    parse_text(source, &sources.get(source).text, diagnostics)
}

/// Reads the text of one rule file.
pub(super) fn parse_text(source: SourceId, original: &str, diagnostics: &mut Diagnostics) -> File {
    let cut = recover::cut(source, original, diagnostics);
    let n_before = diagnostics.len();
    let first = cut.pieces.iter().find(|p| declarations::find(&p.keyword).is_some());
    let head = |p: &Piece| Span::new(source, p.range.start..p.range.start + p.head);
    let mut words = Words { language: first.map_or(Language::En, |p| keywords::language(&original[head(p).range()])), others: Vec::new() };
    let items = cut.pieces.iter().map(|piece| parse_piece(source, original, &cut.text, piece, &mut words, diagnostics)).collect();
    if let Some(first) = first.filter(|_| !words.others.is_empty()) {
        diagnostics.report(say::mixed_keywords(head(first), words.language, &words.others));
    }
    let habits: Vec<Span> = diagnostics
        .iter()
        .skip(n_before)
        .filter(|d| d.code == Code::ForeignWriting.into())
        .filter_map(|d| Some(d.labels.first()?.span))
        .collect();
    for (span, mark) in cut.marks {
        if !habits.iter().any(|h| h.start <= span.start && span.end <= h.end) {
            diagnostics.report(mark);
        }
    }
    File { source, items }
}

/// The keywords of a file.
struct Words {
    /// The language of the first of them, and so of all.
    language: Language,
    /// Those of the other language, with what is to be written instead.
    others: Vec<(Span, &'static str)>,
}

/// Reads the inside of a placeholder such as `d.name`; `None` when it is not a path.
pub fn parse_path(source: SourceId, offset: usize, text: &str) -> Option<Vec<Name>> {
    let pairs = FilingParser::parse(Rule::path, text).ok()?;
    let pair = pairs.into_iter().next()?;
    if pair.as_span().end() != text.trim_end().len() {
        return None;
    }
    let mut sink = Diagnostics::new();
    let mut builder = Builder { source, original: "", offset, language: Language::En, diagnostics: &mut sink, fault: None };
    Some(builder.path(pair))
}

/// A range widened to whole characters of a text; what lies outside, as for a path of its own without the text, stays.
pub(super) fn snap(text: &str, range: std::ops::Range<usize>) -> std::ops::Range<usize> {
    let inside = |at: usize| at < text.len();
    let start = if inside(range.start) { text.floor_char_boundary(range.start) } else { range.start };
    let end = if inside(range.end) { text.ceil_char_boundary(range.end) } else { range.end };
    start..end
}

fn parse_piece(source: SourceId, original: &str, text: &str, piece: &Piece, file_words: &mut Words, diagnostics: &mut Diagnostics) -> Item {
    let start = piece.range.start;
    let slice = text[piece.range.clone()].trim_end();
    let span = Span::new(source, snap(original, start..start + slice.len()));
    let item = |kind, fault| Item { kind, docs: piece.docs.clone(), span, fault };
    let broken = |reported| {
        let (kind, fault) = outline::of(source, start, slice, &piece.keyword, reported);
        item(kind, Some(fault))
    };
    if let Some(reported) = piece.fault {
        return broken(reported);
    }
    let Some(declaration) = declarations::find(&piece.keyword) else {
        let head = Span::new(source, start..start + piece.head);
        let language = file_words.language;
        let items = ITEM_WORDS.iter().map(|w| (*w, keywords::spoken(w, language))).collect::<Vec<_>>();
        let near = nearest(&piece.keyword, items.iter().map(|(_, w)| w.as_str()));
        let habit = habits::of_head(&piece.keyword);
        let said = match (near, habit) {
            (None, Some((right, en, zh))) => say::foreign_head(head, &piece.keyword, right, (en, zh)),
            _ => say::unknown_keyword(head, &piece.keyword, near, language),
        };
        let reported = diagnostics.report(said);
        // What it declares is known by the word that was meant.
        let meant = near.map(keywords::english).or(habit.map(|h| h.0)).unwrap_or(&piece.keyword);
        let (kind, fault) = outline::of(source, start, slice, meant, reported);
        return item(kind, Some(fault));
    };
    // What is wrong before a bracket that closes nothing may be the reason why it does.
    let readable = piece.unopened.as_ref().map_or(slice, |bracket| text[start..bracket.start].trim_end());
    match FilingParser::parse(declaration.rule, readable) {
        Ok(pairs) => {
            let mut builder = Builder { source, original, offset: start, language: file_words.language, diagnostics, fault: None };
            file_words.others.extend(pairs.clone().flatten().filter_map(|p| other_keyword(&builder, &p)));
            if let Some(bracket) = &piece.unopened {
                let sign = text[bracket.start..].chars().next().unwrap_or('}');
                builder.fail(say::unopened(Span::new(source, bracket.clone()), sign));
            }
            let kind = pairs.into_iter().next().and_then(|pair| builder.item(pair));
            match kind {
                Some(kind) => item(kind, builder.fault.map(|reported| outline::of_readable(slice, reported))),
                None => broken(builder.unreadable(span)),
            }
        }
        Err(error) => {
            let place = words::Declared { source, start, original, declaration, language: file_words.language };
            let mut said = words::explain(&place, readable, error).into_iter();
            let first = said.next().unwrap_or_else(|| say::unreadable(span));
            let reported = diagnostics.report(first);
            said.for_each(|d| {
                diagnostics.report(d);
            });
            broken(reported)
        }
    }
}

/// A keyword that is not of the language of its file, with its twin.
fn other_keyword(builder: &Builder<'_>, pair: &P<'_>) -> Option<(Span, &'static str)> {
    let written = pair.as_str().trim_end();
    let language = builder.language;
    // Keywords of an English file are ASCII as nearly all words are: the others are looked at.
    if language == Language::En && written.is_ascii() || language == Language::Zh && !written.is_ascii() {
        return None;
    }
    let twin = match pair.as_rule() {
        Rule::unit => keywords::unit_in(written, "2", language),
        rule => keywords::of(rule)?.get(language),
    };
    Some((builder.span(pair), twin))
}

/// The values of an enum with their titles, and for each its other names.
type EnumValues = (Vec<(Name, Option<Texts>)>, Vec<Vec<Text>>);

/// Turns pairs into tree nodes; what is wrong inside a declaration becomes an error node where there is one, and sets `fault`.
pub(super) struct Builder<'a> {
    pub(super) source: SourceId,
    /// The text as written: where a full-width mark was replaced, a span must still cover the whole of it.
    pub(super) original: &'a str,
    pub(super) offset: usize,
    /// The language of the keywords of the file.
    pub(super) language: Language,
    pub(super) diagnostics: &'a mut Diagnostics,
    pub(super) fault: Option<Reported>,
}

pub(super) type P<'i> = Pair<'i, Rule>;

/// The children of a pair, in order, without the end mark.
pub(super) struct Children<'i>(std::iter::Peekable<Pairs<'i, Rule>>);

impl<'i> Children<'i> {
    pub(super) fn of(pair: P<'i>) -> Self {
        Children(pair.into_inner().peekable())
    }
    pub(super) fn next(&mut self) -> Option<P<'i>> {
        self.0.next()
    }
    pub(super) fn peek(&mut self) -> Option<Rule> {
        self.0.peek().map(P::as_rule)
    }
    pub(super) fn eat(&mut self, rule: Rule) -> Option<P<'i>> {
        self.0.next_if(|p| p.as_rule() == rule)
    }
    pub(super) fn eats(&mut self, rule: Rule) -> bool {
        self.eat(rule).is_some()
    }
    /// Skips keywords and marks up to the next pair of this kind.
    pub(super) fn find(&mut self, rule: Rule) -> Option<P<'i>> {
        self.0.find(|p| p.as_rule() == rule)
    }
    pub(super) fn all(self, rule: Rule) -> impl Iterator<Item = P<'i>> {
        self.0.filter(move |p| p.as_rule() == rule)
    }
}

impl Builder<'_> {
    /// Reports a fault of the declaration.
    pub(super) fn fail(&mut self, diagnostic: Diagnostic) -> Reported {
        let reported = self.diagnostics.report(diagnostic);
        *self.fault.get_or_insert(reported)
    }

    /// The grammar gave pairs that no part of the tree is made of: a mistake of this program, said rather than guessed over.
    pub(super) fn unreadable(&mut self, span: Span) -> Reported {
        self.fail(say::unreadable(span))
    }

    pub(super) fn span(&self, pair: &P<'_>) -> Span {
        let span = pair.as_span();
        let text = span.as_str().trim_end();
        let start = self.offset + span.start();
        Span::new(self.source, snap(self.original, start..start + text.len()))
    }

    pub(super) fn name(&self, pair: P<'_>) -> Name {
        Name { text: pair.as_str().to_owned(), span: self.span(&pair) }
    }

    pub(super) fn text(&mut self, pair: P<'_>) -> Text {
        let span = self.span(&pair);
        let raw = pair.as_str();
        // The bytes that a wide opening quote leaves are no part of the text.
        let wide = self.original.get(span.start as usize..).is_some_and(|t| t.starts_with('“'));
        let inner = &raw[if wide { '“'.len_utf8() } else { 1 }..raw.len() - 1];
        if !inner.contains('\\') {
            return Text { value: inner.to_owned(), span };
        }
        let mut value = String::with_capacity(inner.len());
        let mut characters = inner.char_indices();
        while let Some((_, c)) = characters.next() {
            if c != '\\' {
                value.push(c);
                continue;
            }
            match characters.next() {
                Some((_, 'n')) => value.push('\n'),
                Some((_, 't')) => value.push('\t'),
                Some((_, c @ ('"' | '\\'))) => value.push(c),
                Some((at, c)) => {
                    let start = span.start as usize + 1 + at;
                    self.fail(say::unknown_escape(Span::new(self.source, start - 1..start + c.len_utf8()), c));
                }
                None => {}
            }
        }
        Text { value, span }
    }

    pub(super) fn pattern(&self, pair: P<'_>) -> Text {
        let raw = pair.as_str();
        Text { value: raw[1..raw.len() - 1].replace("\\/", "/"), span: self.span(&pair) }
    }

    pub(super) fn texts(&mut self, pair: P<'_>) -> Texts {
        let mut children = Children::of(pair);
        let en = children.eat(Rule::string).map(|p| self.text(p));
        let zh = children.find(Rule::string).map(|p| self.text(p));
        Texts { en: en.unwrap_or(Text::none(Span::default())), zh }
    }

    pub(super) fn path(&mut self, pair: P<'_>) -> Vec<Name> {
        pair.into_inner().filter(|p| matches!(p.as_rule(), Rule::name | Rule::ident)).map(|p| self.name(p)).collect()
    }

    pub(super) fn rule_ref(&self, pair: P<'_>) -> RuleRef {
        let span = self.span(&pair);
        let mut names: Vec<Name> = Children::of(pair).all(Rule::ident).map(|p| self.name(p)).collect();
        let id = names.pop().unwrap_or(Name::none(span));
        RuleRef { layer: names.pop(), id, span }
    }

    fn block(&mut self, children: &mut Children<'_>, block: Block) -> Clauses {
        children.find(Rule::block).map(|p| self.clauses(p, block)).unwrap_or_default()
    }

    fn item(&mut self, pair: P<'_>) -> Option<ItemKind> {
        let rule = pair.as_rule();
        let mut c = Children::of(pair);
        Some(match rule {
            Rule::part_item => ItemKind::Part(self.name(c.find(Rule::ident)?)),
            Rule::region_item => {
                let is_provider = c.peek() == Some(Rule::kw_provider);
                let id = self.name(c.find(Rule::ident)?);
                let title = self.texts(c.find(Rule::texts)?);
                let extends = c.eats(Rule::kw_extends).then(|| c.eat(Rule::ident)).flatten().map(|p| self.name(p));
                let body = self.block(&mut c, if is_provider { Block::Provider } else { Block::Region });
                ItemKind::Layer(Layer { is_provider, id, title, extends, body })
            }
            Rule::enum_item => {
                let is_open = c.eats(Rule::kw_open);
                let name = self.name(c.find(Rule::ident)?);
                let title = c.eat(Rule::texts).map(|p| self.texts(p));
                let others_differ = c.eats(Rule::kw_others);
                let (values, also) = self.enum_values(c);
                ItemKind::Enum(Enum { name, title, is_open, others_differ, values, also })
            }
            Rule::record_item => {
                let name = self.name(c.find(Rule::ident)?);
                let title = c.eat(Rule::texts).map(|p| self.texts(p));
                let fields = c.find(Rule::fields).map(|p| self.fields(p)).unwrap_or_default();
                ItemKind::Record(Record { name, title, fields })
            }
            Rule::manifest_item => {
                let name = self.name(c.find(Rule::kw_manifest)?);
                ItemKind::Manifest(Manifest { name, fields: c.find(Rule::fields).map(|p| self.fields(p)).unwrap_or_default() })
            }
            Rule::type_item => {
                let name = self.name(c.find(Rule::ident)?);
                let base = self.name(c.find(Rule::ident)?);
                let rule = if c.eats(Rule::kw_matching) {
                    TypeRule::Matching(self.pattern(c.eat(Rule::pattern)?))
                } else if c.eats(Rule::kw_from) {
                    let (low, high) = (c.find(Rule::signed)?, c.find(Rule::signed)?);
                    let span = self.span(&low).to(self.span(&high));
                    TypeRule::Between(self.signed(low), self.signed(high), span)
                } else {
                    TypeRule::Missing
                };
                ItemKind::Type(TypeItem { name, base, rule, title: c.find(Rule::texts).map(|p| self.texts(p)) })
            }
            Rule::role_item => {
                let name = self.name(c.find(Rule::ident)?);
                ItemKind::Role(Role { name, played_by: self.path(c.find(Rule::path)?) })
            }
            Rule::lookup_item => {
                let keyword = self.name(c.find(Rule::kw_lookup)?);
                let mut fields = Vec::new();
                loop {
                    match c.next()? {
                        p if p.as_rule() == Rule::path => fields.push(self.path(p)),
                        p if p.as_rule() == Rule::texts => {
                            let place = self.texts(p);
                            break ItemKind::LookUp(LookUp { keyword, fields, place });
                        }
                        _ => {}
                    }
                }
            }
            Rule::source_item => {
                let name = self.name(c.find(Rule::ident)?);
                let title = self.texts(c.find(Rule::texts)?);
                ItemKind::Source(SourceItem { name, title, body: self.block(&mut c, Block::Source) })
            }
            Rule::calendar_item => {
                let year = self.name(c.find(Rule::integer)?);
                let title = self.texts(c.find(Rule::texts)?);
                ItemKind::Calendar(Calendar { year, title, body: self.block(&mut c, Block::Calendar) })
            }
            Rule::parameter_item => {
                let name = self.name(c.find(Rule::ident)?);
                let ty = self.type_ref(c.find(Rule::field_type)?)?;
                let value = self.fallback(c.find(Rule::fallback)?);
                let title = c.eat(Rule::texts).map(|p| self.texts(p));
                ItemKind::Parameter(Parameter { name, ty, value, title, body: self.block(&mut c, Block::Parameter) })
            }
            Rule::set_item => {
                let name = self.name(c.find(Rule::ident)?);
                let value = self.fallback(c.find(Rule::fallback)?);
                let when = if c.eats(Rule::kw_when) { c.eat(Rule::expr).map(|p| self.expr(p)) } else { None };
                let id = self.as_id(&mut c);
                let title = c.eat(Rule::texts).map(|p| self.texts(p));
                ItemKind::Set(Set { name, value, when, id, title, body: self.block(&mut c, Block::Set) })
            }
            Rule::define_item => {
                let name = self.name(c.find(Rule::ident)?);
                c.eat(Rule::equals);
                let value = match c.next()? {
                    p if p.as_rule() == Rule::decide => DefineValue::Decide(self.decide(p)?),
                    p => DefineValue::Expr(self.expr(p)),
                };
                ItemKind::Define(Define { name, value, title: c.eat(Rule::texts).map(|p| self.texts(p)) })
            }
            Rule::requirement_item | Rule::facts_item | Rule::material_item | Rule::step_item => {
                let is_optional = c.eats(Rule::kw_optional);
                let id = self.name(c.find(Rule::ident)?);
                let title = self.texts(c.find(Rule::texts)?);
                match rule {
                    Rule::requirement_item | Rule::facts_item => {
                        let is_facts = rule == Rule::facts_item;
                        let body = self.block(&mut c, if is_facts { Block::Facts } else { Block::Requirement });
                        ItemKind::Requirement(Requirement { is_facts, is_optional, id, title, body })
                    }
                    Rule::material_item => ItemKind::Material(Material { id, title, body: self.block(&mut c, Block::Material) }),
                    _ => ItemKind::Step(Step { id, title, body: self.block(&mut c, Block::Step) }),
                }
            }
            Rule::amend_item => {
                let target = self.rule_ref(c.find(Rule::rule_ref)?);
                let exceptions = c.all(Rule::except).filter_map(|p| self.exception(p)).collect();
                ItemKind::Amend(Amend { target, exceptions })
            }
            Rule::waive_item | Rule::confirm_item | Rule::replace_item | Rule::adopt_item => {
                let target = self.rule_ref(c.find(Rule::rule_ref)?);
                let claim = match c.peek() {
                    Some(Rule::kw_stricter) => Some(Claim::Stricter),
                    Some(Rule::kw_looser) => Some(Claim::Looser),
                    Some(Rule::kw_differently) => Some(Claim::Differently),
                    _ => None,
                };
                if claim.is_some() {
                    c.next();
                }
                let is_instead = c.eats(Rule::kw_instead);
                let id = self.as_id(&mut c);
                let title = c.eat(Rule::texts).map(|p| self.texts(p));
                let block = match rule {
                    Rule::waive_item => Block::Waive,
                    Rule::confirm_item => Block::Confirm,
                    Rule::adopt_item => Block::Adopt,
                    _ => Block::Replace,
                };
                let change = Change { target, id, title, body: self.block(&mut c, block) };
                match (rule, claim) {
                    (Rule::waive_item, _) => ItemKind::Waive(change),
                    (Rule::confirm_item, _) => ItemKind::Confirm(change),
                    (Rule::adopt_item, _) => ItemKind::Adopt(change),
                    (_, claim) => ItemKind::Replace(Replacement { change, claim: claim?, is_instead }),
                }
            }
            Rule::advice_item => {
                let id = self.name(c.find(Rule::ident)?);
                let text = self.texts(c.find(Rule::texts)?);
                let on = c.eats(Rule::kw_on).then(|| c.eat(Rule::rule_ref)).flatten().map(|p| self.rule_ref(p));
                ItemKind::Advice(Advice { id, text, on, body: self.block(&mut c, Block::Advice) })
            }
            Rule::case_item => ItemKind::Case(self.case(c)?),
            _ => return None,
        })
    }

    fn as_id(&mut self, c: &mut Children<'_>) -> Option<Name> {
        c.eats(Rule::kw_as).then(|| c.eat(Rule::ident)).flatten().map(|p| self.name(p))
    }

    fn signed(&mut self, pair: P<'_>) -> i64 {
        let mut c = Children::of(pair);
        let minus = c.eats(Rule::minus);
        let value = c.eat(Rule::integer).and_then(|p| self.integer(&p).ok()).unwrap_or(0);
        if minus { -value } else { value }
    }

    fn enum_values(&mut self, children: Children<'_>) -> EnumValues {
        let mut values: Vec<(Name, Option<Texts>)> = Vec::new();
        let mut also = Vec::new();
        let mut comma = None;
        for p in children.all(Rule::enum_value) {
            let mut v = Children::of(p);
            let Some(name) = v.eat(Rule::ident).map(|p| self.name(p)) else { continue };
            let title = v.eat(Rule::texts).map(|p| self.texts(p));
            // Without the comma it would be the twin of the text before; commas mean nothing elsewhere, so they may mean nothing here.
            let has_single = values.last().and_then(|(_, t)| t.as_ref()).is_some_and(|t| t.zh.is_none());
            if let (Some(comma), "zh", true, true) = (comma, name.text.as_str(), title.is_some(), has_single) {
                self.fail(say::parted_twin(name.span, comma));
            }
            also.push(v.eat(Rule::also).map_or(Vec::new(), |p| Children::of(p).all(Rule::string).map(|p| self.text(p)).collect()));
            comma = v.eat(Rule::comma).map(|p| self.span(&p));
            values.push((name, title));
        }
        (values, also)
    }

    fn fields(&mut self, pair: P<'_>) -> Vec<Field> {
        Children::of(pair)
            .all(Rule::field_decl)
            .filter_map(|p| {
                let mut c = Children::of(p);
                let name = self.name(c.eat(Rule::ident)?);
                let ty = self.type_ref(c.find(Rule::field_type)?)?;
                let is_private = c.eats(Rule::kw_private);
                let kind = match c.peek() {
                    Some(Rule::kw_from) => FactKind::Register,
                    Some(Rule::kw_event) => FactKind::Event,
                    Some(Rule::kw_derived) => FactKind::Derived,
                    _ => FactKind::Stated,
                };
                Some(Field { name, ty, kind, is_private, title: c.find(Rule::texts).map(|p| self.texts(p)) })
            })
            .collect()
    }

    fn type_ref(&mut self, pair: P<'_>) -> Option<TypeRef> {
        let span = self.span(&pair);
        let inner = pair.into_inner().next()?;
        let is_list = inner.as_rule() == Rule::list_type;
        let mut c = Children::of(inner);
        if !is_list {
            let name = self.name(c.eat(Rule::ident)?);
            return Some(TypeRef { name, is_list, key: None, is_optional: c.eats(Rule::optional), span });
        }
        let mut item = Children::of(c.find(Rule::plain_type)?);
        let name = self.name(item.eat(Rule::ident)?);
        let inner_optional = item.eats(Rule::optional);
        let key = c.eats(Rule::kw_keyed).then(|| c.find(Rule::ident)).flatten().map(|p| self.name(p));
        Some(TypeRef { name, is_list, key, is_optional: inner_optional | c.eats(Rule::optional), span })
    }

    fn decide(&mut self, pair: P<'_>) -> Option<Decide> {
        let span = self.span(&pair);
        let mut decide = Decide { rows: vec![], otherwise: None, of: Name::none(span), title: None, span };
        for p in pair.into_inner() {
            match p.as_rule() {
                Rule::kw_decide => decide.span = self.span(&p),
                Rule::texts => decide.title = Some(self.texts(p)),
                Rule::row => {
                    let mut c = Children::of(p);
                    let name = self.name(c.eat(Rule::ident)?);
                    decide.rows.push((name, self.expr(c.find(Rule::expr)?)));
                }
                Rule::otherwise_row => decide.otherwise = Some(self.name(Children::of(p).find(Rule::ident)?)),
                Rule::ident => decide.of = self.name(p),
                _ => {}
            }
        }
        Some(decide)
    }

    pub(super) fn exception(&mut self, pair: P<'_>) -> Option<Exception> {
        let mut c = Children::of(pair);
        let id = self.name(c.find(Rule::ident)?);
        let title = c.eat(Rule::texts).map(|p| self.texts(p));
        let when = self.expr(c.find(Rule::expr)?);
        let mut unless = Vec::new();
        let mut body = Clauses::default();
        while let Some(p) = c.next() {
            match p.as_rule() {
                Rule::exception_block => body = self.exception_block(p, &mut unless),
                Rule::unless => unless.extend(self.exception(p)),
                _ => {}
            }
        }
        Some(Exception { id, title, when, body, unless })
    }

    fn case(&mut self, mut c: Children<'_>) -> Option<Case> {
        let title = self.text(c.find(Rule::string)?);
        let mut case = Case { title, manifest: None, with: vec![], on: None, expect: vec![] };
        while let Some(p) = c.next() {
            let rule = p.as_rule();
            let mut line = Children::of(p);
            match rule {
                Rule::case_manifest => case.manifest = line.find(Rule::string).map(|p| self.text(p)),
                Rule::case_on => case.on = line.find(Rule::date).and_then(|p| self.date(&p).ok()),
                Rule::case_with => {
                    for p in line.all(Rule::assignment) {
                        let mut a = Children::of(p);
                        let target = self.target(a.find(Rule::target)?);
                        let value = a.find(Rule::case_value).map(|p| self.case_value(p));
                        case.with.push((target, value));
                    }
                }
                Rule::case_expect => {
                    let expect = line.0.find(|p| p.as_rule() != Rule::kw_expect)?;
                    case.expect.push(self.expect(expect)?);
                }
                _ => {}
            }
        }
        Some(case)
    }

    fn target(&mut self, pair: P<'_>) -> Target {
        let span = self.span(&pair);
        let mut steps = Vec::new();
        for p in pair.into_inner() {
            match p.as_rule() {
                Rule::ident => steps.push(TargetStep::Field(self.name(p))),
                Rule::step_into => {
                    for q in p.into_inner() {
                        match q.as_rule() {
                            Rule::ident => steps.push(TargetStep::Field(self.name(q))),
                            Rule::string => steps.push(TargetStep::Key(self.text(q))),
                            Rule::integer => {
                                let span = self.span(&q);
                                steps.extend(self.integer(&q).map(|n| TargetStep::Index(n as usize, span)));
                            }
                            _ => {}
                        }
                    }
                }
                _ => {}
            }
        }
        Target { steps, span }
    }

    fn case_value(&mut self, pair: P<'_>) -> CaseValue {
        let span = self.span(&pair);
        let mut minus = false;
        let mut kind = CaseValueKind::Word(String::new());
        for p in pair.into_inner() {
            kind = match p.as_rule() {
                Rule::minus => {
                    minus = true;
                    continue;
                }
                Rule::ident => CaseValueKind::Word(p.as_str().to_owned()),
                Rule::case_list => CaseValueKind::List(Children::of(p).all(Rule::case_value).map(|p| self.case_value(p)).collect()),
                Rule::case_table => CaseValueKind::Table(
                    Children::of(p)
                        .all(Rule::case_pair)
                        .filter_map(|p| {
                            let mut c = Children::of(p);
                            Some((self.name(c.find(Rule::ident)?), self.case_value(c.find(Rule::case_value)?)))
                        })
                        .collect(),
                ),
                _ => match self.literal_token(p) {
                    Ok(Literal::Integer(n)) if minus => CaseValueKind::Literal(Literal::Integer(-n)),
                    Ok(literal) => CaseValueKind::Literal(literal),
                    Err(_) => continue,
                },
            };
        }
        CaseValue { kind, span }
    }

    fn expect(&mut self, pair: P<'_>) -> Option<Expect> {
        let span = self.span(&pair);
        let rule = pair.as_rule();
        let mut c = Children::of(pair);
        let strict = c.eats(Rule::kw_strict);
        let kind = match rule {
            Rule::expect_verdict => ExpectKind::Verdict(self.name(c.find(Rule::ident)?)),
            Rule::expect_missing => ExpectKind::Missing(c.all(Rule::target).map(|p| self.target(p)).collect()),
            Rule::expect_value => {
                let name = self.name(c.find(Rule::name)?);
                ExpectKind::Value(name, self.name(c.find(Rule::ident)?))
            }
            _ => {
                let only = c.eats(Rule::kw_only);
                let outcome = match c.next()?.as_rule() {
                    Rule::kw_violated => ExpectedOutcome::Violated,
                    Rule::kw_warned => ExpectedOutcome::Warned,
                    Rule::kw_satisfied => ExpectedOutcome::Satisfied,
                    Rule::kw_undetermined => ExpectedOutcome::Undetermined,
                    Rule::kw_waived => ExpectedOutcome::Waived,
                    Rule::kw_blocked => ExpectedOutcome::Blocked,
                    Rule::not_in_force => ExpectedOutcome::NotInForce,
                    _ => ExpectedOutcome::NotApplicable,
                };
                let rules = c
                    .all(Rule::expected)
                    .filter_map(|p| {
                        let mut e = Children::of(p);
                        let rule = self.rule_ref(e.find(Rule::rule_ref)?);
                        Some((rule, e.find(Rule::target).map(|p| self.target(p))))
                    })
                    .collect();
                ExpectKind::Outcome { outcome, only, rules }
            }
        };
        Some(Expect { kind, strict, keywords: self.language, span })
    }
}
