//! The canonical form of a rule file.
//!
//! In: a text. Out: the same declarations, comments and groups of lines with canonical blanks, breaks and marks. Nothing is reordered.
//! INVARIANT: the tokens of the result, commas and `;` apart, are those of the input; a text with a syntax error has no canonical form.

use super::clauses::{Layout, Line};
use super::columns::Rows;
use super::declarations;
use super::doc::{Doc, lay_out};
use super::parse::{FilingParser, P, Rule, snap};
use super::{diagnostics as say, keywords, recover};
use crate::diagnostic::{Diagnostics, Language};
use crate::source::{SourceId, Span};
use pest::Parser;

/// Why a text has no canonical form; the reason is reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unformatted {
    /// It cannot be read.
    Broken,
    /// Its canonical form would read as something else.
    Unsafe,
}

/// The canonical form of a rule file, with its keywords in a language where one is named.
///
/// # Errors
///
/// Reports F1 codes, without those that formatting mends, and F1016 where the form would not read as what was written.
pub fn format(source: SourceId, text: &str, keywords: Option<Language>, diagnostics: &mut Diagnostics) -> Result<String, Unformatted> {
    let mut found = Diagnostics::new();
    let Some(printed) = print(source, text, keywords, &mut found) else {
        diagnostics.append(found);
        return Err(Unformatted::Broken);
    };
    if printed == text {
        return Ok(printed);
    }
    // A formatter that changes a meaning is worse than none: what was printed must read as what was written.
    match changed(source, text, &printed) {
        None => Ok(printed),
        Some(at) => {
            diagnostics.report(say::unsafe_format(at));
            Err(Unformatted::Unsafe)
        }
    }
}

/// The first token of a text that another text does not have; commas and the language of keywords count for nothing.
fn changed(source: SourceId, before: &str, after: &str) -> Option<Span> {
    let whole = Span::new(source, 0..before.len());
    let read = |text| placed_tokens(source, text).map(|t| t.into_iter().filter(|(t, _)| t != ",").collect::<Vec<_>>());
    let (Some(old), Some(new)) = (read(before), read(after)) else { return Some(whole) };
    let differs = old.iter().zip(&new).find(|((a, _), (b, _))| a != b).map(|((_, at), _)| *at);
    differs.or_else(|| (old.len() != new.len()).then(|| old.get(new.len()).map_or(whole, |(_, at)| *at)))
}

fn print(source: SourceId, text: &str, keywords: Option<Language>, diagnostics: &mut Diagnostics) -> Option<String> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    super::parse::parse_text(source, text, diagnostics);
    if diagnostics.has_errors() {
        return None;
    }
    let cut = recover::cut(source, text, &mut Diagnostics::new());
    let mut printer = Printer { original: text, text: &cut.text, base: 0, done: 0, keywords };
    let mut out = String::new();
    let mut previous_lines = 0;
    for piece in &cut.pieces {
        let slice = cut.text[piece.range.clone()].trim_end();
        let declaration = declarations::find(&piece.keyword)?;
        let pair = FilingParser::parse(declaration.rule, slice).ok()?.next()?;
        printer.base = piece.range.start;
        let gap_has_blank = printer.blank_ahead(printer.done, piece.range.start);
        let printed = lay_out(&printer.item(pair, declaration.is_short));
        let lines = printed.lines().filter(|l| !l.trim_start().starts_with("//")).count();
        if !out.is_empty() {
            out.push('\n');
            if gap_has_blank || lines > 1 || previous_lines > 1 {
                out.push('\n');
            }
        }
        out.push_str(&printed);
        previous_lines = lines;
    }
    let rest_has_blank = printer.blank_ahead(printer.done, cut.text.len());
    let rest = lay_out(&Doc::Concat(printer.comments_until(cut.text.len())));
    if !rest.is_empty() {
        if !out.is_empty() {
            out.push('\n');
            if rest_has_blank {
                out.push('\n');
            }
        }
        out.push_str(&rest);
    }
    if !out.is_empty() {
        out.push('\n');
    }
    Some(out)
}

/// Every token and comment of a text in order, keywords in English; `None` when it cannot be parsed.
pub fn tokens(source: SourceId, text: &str) -> Option<Vec<String>> {
    Some(placed_tokens(source, text)?.into_iter().map(|(token, _)| token).collect())
}

fn placed_tokens(source: SourceId, text: &str) -> Option<Vec<(String, Span)>> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let cut = recover::cut(source, text, &mut Diagnostics::new());
    let mut printer = Printer { original: text, text: &cut.text, base: 0, done: 0, keywords: Some(Language::En) };
    let mut out = Vec::new();
    let comment = |c: Comment| (c.text, Span::new(source, c.start..c.end));
    for piece in &cut.pieces {
        let slice = cut.text[piece.range.clone()].trim_end();
        let pairs = FilingParser::parse(declarations::find(&piece.keyword)?.rule, slice).ok()?;
        printer.base = piece.range.start;
        for pair in pairs.flatten() {
            if pair.as_rule() == Rule::EOI || !is_token(&pair) {
                continue;
            }
            let (start, end) = printer.place(&pair);
            out.extend(comments_in(&cut.text, printer.done, start).into_iter().map(comment));
            out.push((printer.token_text(&pair), Span::new(source, snap(text, start..end))));
            printer.done = end;
        }
    }
    out.extend(comments_in(&cut.text, printer.done, cut.text.len()).into_iter().map(comment));
    Some(out)
}

/// Whether a pair is a token: everything in it was written without blanks.
pub(super) fn is_token(pair: &P<'_>) -> bool {
    pair.clone().into_inner().next().is_none()
        && !matches!(pair.as_rule(), Rule::fields | Rule::block | Rule::list | Rule::effective_range | Rule::case_list | Rule::case_table)
}

pub(super) struct Comment {
    start: usize,
    end: usize,
    text: String,
}

/// Comments between two tokens; only blanks, `;`, commas and comments stand there.
pub(super) fn comments_in(text: &str, from: usize, to: usize) -> Vec<Comment> {
    let mut found = Vec::new();
    let mut at = from;
    while at < to {
        let Some(start) = text[at..to].find("//").map(|i| at + i) else { break };
        let end = text[start..].find('\n').map_or(text.len(), |n| start + n);
        found.push(Comment { start, end, text: text[start..end].trim_end().to_owned() });
        at = end;
    }
    found
}

pub(super) struct Printer<'a> {
    pub(super) original: &'a str,
    /// The text with ASCII marks, byte for byte as long.
    pub(super) text: &'a str,
    /// Where the current declaration begins.
    pub(super) base: usize,
    /// End of the last token or comment that was taken.
    pub(super) done: usize,
    /// The language that keywords are written in, where it is not the one they have.
    pub(super) keywords: Option<Language>,
}

impl Printer<'_> {
    pub(super) fn place(&self, pair: &P<'_>) -> (usize, usize) {
        let span = pair.as_span();
        (self.base + span.start(), self.base + span.start() + span.as_str().trim_end().len())
    }

    pub(super) fn token_text(&self, pair: &P<'_>) -> String {
        let (start, end) = self.place(pair);
        let text = pair.as_str().trim_end();
        match pair.as_rule() {
            Rule::string if self.original[start..].starts_with('“') => format!("\"{}\"", &self.original[start + '“'.len_utf8()..end - 1]),
            Rule::date | Rule::date_from | Rule::date_until => crate::value::parse_date(text).map_or(text.to_owned(), |d| d.to_string()),
            rule => match self.keywords {
                None => text.to_owned(),
                Some(language) if rule == Rule::unit => keywords::unit_in(text, self.count_before(start), language).to_owned(),
                Some(language) => keywords::of(rule).map_or(text, |k| k.get(language)).to_owned(),
            },
        }
    }

    /// The number that a unit at a place belongs to.
    fn count_before(&self, start: usize) -> &str {
        let business = keywords::all().iter().find(|k| k.en == "business").copied();
        let before = self.text[..start].trim_end();
        let rest = business.and_then(|k| before.strip_suffix(k.en).or_else(|| before.strip_suffix(k.zh))).unwrap_or(before).trim_end();
        &rest[rest.trim_end_matches(|c: char| c.is_ascii_digit() || c == '_').len()..]
    }

    /// `20 business days`, `20 工作日`.
    fn span_literal(&mut self, pair: P<'_>) -> Doc {
        let mut docs = Vec::new();
        let mut is_joined = true;
        for child in Self::children(pair) {
            let is_business = child.as_rule() == Rule::kw_business;
            if !is_joined {
                docs.push(Doc::Space);
            }
            let doc = self.token(&child);
            // The Chinese word for a business day is one.
            is_joined = is_business && matches!(&doc, Doc::Text(t) if !t.is_ascii());
            docs.push(doc);
        }
        Doc::Concat(docs)
    }

    /// Whether an empty line stands between two places, before any comment.
    pub(super) fn blank_ahead(&self, from: usize, to: usize) -> bool {
        let gap = &self.text[from.min(to)..to];
        let gap = &gap[..gap.find("//").unwrap_or(gap.len())];
        gap.matches('\n').count() > 1
    }

    /// The comments up to a place, each on its own line.
    pub(super) fn comments_until(&mut self, to: usize) -> Vec<Doc> {
        let mut docs = Vec::new();
        for comment in comments_in(self.text, self.done, to) {
            if !docs.is_empty() && self.blank_ahead(self.done, comment.start) {
                docs.push(Doc::Blank);
            }
            docs.push(Doc::Own(comment.text));
            self.done = comment.end;
        }
        if !docs.is_empty() && self.blank_ahead(self.done, to) {
            docs.push(Doc::Blank);
        }
        docs
    }

    /// One token with the comments before it and the one that ends its line.
    pub(super) fn token(&mut self, pair: &P<'_>) -> Doc {
        let (start, end) = self.place(pair);
        let mut docs = self.comments_until(start);
        docs.push(Doc::Text(self.token_text(pair)));
        // A comment beyond the comma after the last token may have been taken already.
        if self.done > end {
            return Doc::Concat(docs);
        }
        self.done = end;
        // Only marks and blanks part a token from the comment of its line; a search to the end of the line would read a long line over and over.
        let rest = &self.text[end..];
        let after = rest.trim_start_matches(|c: char| c != '\n' && (c.is_whitespace() || matches!(c, ';' | ',')));
        if after.starts_with("//") {
            let length = after.find('\n').unwrap_or(after.len());
            docs.push(Doc::Suffix(after[..length].trim_end().to_owned()));
            self.done = end + rest.len() - after.len() + length;
        }
        if docs.len() == 1 { docs.remove(0) } else { Doc::Concat(docs) }
    }

    pub(super) fn children<'i>(pair: P<'i>) -> impl Iterator<Item = P<'i>> {
        pair.into_inner().filter(|p| p.as_rule() != Rule::EOI)
    }

    /// A declaration: its head fills lines, its block follows.
    fn item(&mut self, pair: P<'_>, one_line: bool) -> Doc {
        let rule = pair.as_rule();
        let mut head = Head::default();
        let mut after = Head::default();
        let mut body = Vec::new();
        let mut inside: Vec<P<'_>> = Vec::new();
        let mut open: Option<P<'_>> = None;
        for child in Self::children(pair) {
            match child.as_rule() {
                Rule::block => {
                    let (first, rest) = self.block(child, one_line);
                    head.glue(first);
                    body.push(rest);
                }
                Rule::fields => {
                    let (first, rest) = self.fields(child, head.width());
                    head.glue(first);
                    body.push(rest);
                }
                // Blocks whose braces stand in the declaration itself.
                Rule::lbrace => open = Some(child),
                Rule::rbrace => {
                    if let Some(open) = open.take() {
                        let (first, rest) =
                            self.braces(&open, std::mem::take(&mut inside), &child, one_line, Self::row_of(rule), head.width());
                        head.glue(first);
                        body.push(rest);
                    }
                }
                _ if open.is_some() => inside.push(child),
                Rule::decide => {
                    let rest = self.decide(child, &mut head);
                    body.push(rest);
                }
                _ if body.is_empty() => self.head_part(child, &mut head),
                _ => self.head_part(child, &mut after),
            }
        }
        if !after.pieces.is_empty() {
            body.push(Doc::Space);
            body.push(Doc::Hang(after.pieces));
        }
        let mut docs = vec![Doc::Hang(head.pieces)];
        docs.extend(body);
        Doc::Concat(docs)
    }

    fn row_of(rule: Rule) -> Rows {
        match rule {
            Rule::enum_item => Rows::Columns,
            _ => Rows::Plain,
        }
    }

    /// One part of a head: values are glued to the mark before them, texts and `as id` may go to a new line.
    fn head_part(&mut self, child: P<'_>, head: &mut Head) {
        match child.as_rule() {
            Rule::texts => {
                for text in self.texts(child) {
                    head.piece(text);
                }
            }
            Rule::kw_as | Rule::kw_extends | Rule::kw_on | Rule::kw_matching => {
                let token = self.token(&child);
                head.piece(token);
                head.glued = true;
            }
            Rule::colon => {
                let token = self.token(&child);
                head.attach(token);
            }
            _ => {
                let doc = self.doc(child);
                head.glue(doc);
            }
        }
    }

    /// A title and its twin, each one piece.
    pub(super) fn texts(&mut self, pair: P<'_>) -> Vec<Doc> {
        let mut out = Vec::new();
        let mut zh = None;
        for child in Self::children(pair) {
            let token = self.token(&child);
            match (child.as_rule(), zh.take()) {
                (Rule::kw_zh, _) => zh = Some(token),
                (_, Some(word)) => out.push(Doc::Concat(vec![word, Doc::Space, token])),
                _ => out.push(token),
            }
        }
        out
    }

    /// A block as its opening brace and what follows it. Written on one line it stays there while it fits, if `one_line`.
    fn block(&mut self, pair: P<'_>, one_line: bool) -> (Doc, Doc) {
        let mut inside: Vec<P<'_>> = Self::children(pair).collect();
        let close = inside.pop();
        let open = if inside.is_empty() { None } else { Some(inside.remove(0)) };
        match (open, close) {
            (Some(open), Some(close)) => self.braces(&open, inside, &close, one_line, Rows::Plain, 0),
            _ => (Doc::text("{"), Doc::text("}")),
        }
    }

    /// Parts that may hold a comma-separated list after their keywords: it fills lines.
    fn listed(&mut self, pair: P<'_>) -> Doc {
        let mut pieces: Vec<Doc> = Vec::new();
        let mut glue = true;
        let mut is_keyword = true;
        for child in Self::children(pair) {
            if child.as_rule() == Rule::comma {
                if let Some(last) = pieces.last_mut() {
                    *last = Doc::Concat(vec![std::mem::replace(last, Doc::Space), Doc::text(",")]);
                }
                glue = false;
                continue;
            }
            let doc = self.doc(child);
            match pieces.last_mut() {
                Some(last) if glue || is_keyword => *last = Doc::Concat(vec![std::mem::replace(last, Doc::Space), Doc::Space, doc]),
                _ => pieces.push(doc),
            }
            glue = true;
            is_keyword = false;
        }
        Doc::Hang(pieces)
    }

    /// Keywords and values, then texts that may each go to a new line.
    fn worded(&mut self, pair: P<'_>) -> Doc {
        let mut head = Head::default();
        for (i, child) in Self::children(pair).enumerate() {
            match child.as_rule() {
                Rule::texts => {
                    // A text stays beside its keyword.
                    head.glued = i == 1;
                    for text in self.texts(child) {
                        head.piece(text);
                    }
                }
                Rule::kw_source => {
                    let token = self.token(&child);
                    head.piece(token);
                    head.glued = true;
                }
                Rule::comma => head.attach(Doc::text(",")),
                _ => {
                    let doc = self.doc(child);
                    head.glue(doc);
                }
            }
        }
        Doc::Hang(head.pieces)
    }

    /// A chain of `and` or `or`: on one line, or each part on its own.
    fn chain(&mut self, pair: P<'_>) -> Doc {
        let mut docs = Vec::new();
        let mut operators = false;
        for child in Self::children(pair) {
            let is_operator = matches!(child.as_rule(), Rule::kw_or | Rule::kw_and);
            if is_operator {
                docs.push(Doc::Line);
                operators = true;
            }
            docs.push(self.doc(child));
            if is_operator {
                docs.push(Doc::Space);
            }
        }
        let whole = Doc::Concat(docs);
        if operators { whole.indent().group() } else { whole }
    }

    fn list(&mut self, pair: P<'_>) -> Doc {
        let mut inside: Vec<P<'_>> = Self::children(pair).collect();
        let close = inside.pop();
        let open = if inside.is_empty() { None } else { Some(inside.remove(0)) };
        let (Some(open), Some(close)) = (open, close) else { return Doc::text("[]") };
        let first = self.token(&open);
        let mut pieces: Vec<Doc> = Vec::new();
        let n = inside.iter().filter(|p| p.as_rule() != Rule::comma).count();
        for child in inside.into_iter().filter(|p| p.as_rule() != Rule::comma) {
            let doc = self.doc(child);
            let is_last = pieces.len() + 1 == n;
            pieces.push(if is_last { doc } else { Doc::Concat(vec![doc, Doc::text(",")]) });
        }
        let dangling = self.comments_until(self.place(&close).0);
        let last = self.token(&close);
        let mut body = vec![Doc::Soft, Doc::Fill(pieces)];
        body.extend(dangling);
        Doc::Concat(vec![first, Doc::Concat(body).indent(), Doc::Soft, last]).group()
    }

    /// `{ a, b }`: on one line, or each condition on its own.
    fn conditions(&mut self, pair: P<'_>) -> Doc {
        let mut inside: Vec<P<'_>> = Self::children(pair).filter(|p| p.as_rule() != Rule::comma).collect();
        let close = inside.pop();
        let open = if inside.is_empty() { None } else { Some(inside.remove(0)) };
        let (Some(open), Some(close)) = (open, close) else { return Doc::text("{}") };
        let first = self.token(&open);
        let n = inside.len();
        let mut body = Vec::new();
        for (i, child) in inside.into_iter().enumerate() {
            let doc = self.doc(child);
            body.push(Doc::Line);
            body.push(if i + 1 == n { doc } else { Doc::Concat(vec![doc, Doc::text(",")]) });
        }
        body.extend(self.comments_until(self.place(&close).0));
        let last = self.token(&close);
        Doc::Concat(vec![first, Doc::Concat(body).indent(), Doc::Line, last]).group()
    }

    /// Tokens without blanks between them.
    fn tight(&mut self, pair: P<'_>) -> Doc {
        let docs = Self::children(pair).map(|child| self.doc(child)).collect();
        Doc::Concat(docs)
    }

    /// `name(a, b)` and `(a)`.
    fn call(&mut self, pair: P<'_>) -> Doc {
        let mut docs = Vec::new();
        let mut children = Self::children(pair).peekable();
        while let Some(child) = children.next() {
            if child.as_rule() == Rule::comma {
                if children.peek().is_some_and(|p| p.as_rule() != Rule::rparen) {
                    docs.push(Doc::text(","));
                    docs.push(Doc::Space);
                }
                continue;
            }
            docs.push(self.doc(child));
        }
        Doc::Concat(docs)
    }

    fn spaced(&mut self, pair: P<'_>) -> Doc {
        let mut docs = Vec::new();
        for child in Self::children(pair) {
            if child.as_rule() == Rule::comma {
                continue;
            }
            if !docs.is_empty() {
                docs.push(Doc::Space);
            }
            docs.push(self.doc(child));
        }
        Doc::Concat(docs)
    }

    fn quantified(&mut self, pair: P<'_>) -> Doc {
        let mut head = Vec::new();
        let mut body = Doc::Concat(vec![]);
        for child in Self::children(pair) {
            if child.as_rule() == Rule::expr {
                body = self.doc(child);
                continue;
            }
            if !head.is_empty() {
                head.push(Doc::Space);
            }
            head.push(self.doc(child));
        }
        head.push(Doc::Concat(vec![Doc::Line, body]).indent());
        Doc::Concat(head).group()
    }

    fn exception(&mut self, pair: P<'_>) -> Doc {
        let mut head = Head::default();
        let mut body = Vec::new();
        for child in Self::children(pair) {
            match child.as_rule() {
                Rule::texts => {
                    for text in self.texts(child) {
                        head.piece(text);
                    }
                }
                Rule::kw_when => {
                    let token = self.token(&child);
                    head.piece(token);
                    head.glued = true;
                }
                Rule::exception_block => {
                    let (first, rest) = self.block(child, true);
                    head.glue(first);
                    body.push(rest);
                }
                Rule::unless => {
                    let doc = self.exception(child);
                    body.push(Doc::Concat(vec![Doc::Hard, doc]).indent());
                }
                _ => {
                    let doc = self.doc(child);
                    head.glue(doc);
                }
            }
        }
        let mut docs = vec![Doc::Hang(head.pieces)];
        docs.extend(body);
        Doc::Concat(docs)
    }

    fn case_block(&mut self, pair: P<'_>) -> Doc {
        let mut inside: Vec<P<'_>> = Self::children(pair).collect();
        let close = inside.pop();
        if inside.len() < 2 {
            return Doc::text("with {}");
        }
        let with = inside.remove(0);
        let open = inside.remove(0);
        let word = self.token(&with);
        let Some(close) = close else { return word };
        let (first, rest) = self.braces(&open, inside, &close, true, Rows::Assignments, 0);
        Doc::Concat(vec![word, Doc::Space, first, rest])
    }

    pub(super) fn doc(&mut self, pair: P<'_>) -> Doc {
        if is_token(&pair) {
            return self.token(&pair);
        }
        match pair.as_rule() {
            Rule::expr | Rule::conjunction => self.chain(pair),
            Rule::list | Rule::case_list => self.list(pair),
            Rule::conditions => self.conditions(pair),
            Rule::path | Rule::rule_ref | Rule::target | Rule::step_into | Rule::signed => self.tight(pair),
            Rule::call | Rule::parens => self.call(pair),
            Rule::plain_type => self.tight(pair),
            Rule::list_type | Rule::field_decl => {
                let docs = self.spaced(pair);
                tighten(docs)
            }
            Rule::quantified => self.quantified(pair),
            Rule::span_literal => self.span_literal(pair),
            Rule::except | Rule::unless => self.exception(pair),
            Rule::case_with => self.case_block(pair),
            Rule::case_table => self.case_table(pair),
            Rule::case_value => self.tight(pair),
            Rule::expect_missing | Rule::expect_outcome | Rule::also => self.listed(pair),
            rule => match Line::of(rule).map_or(Layout::Spaced, Line::layout) {
                Layout::Listed => self.listed(pair),
                Layout::Worded => self.worded(pair),
                Layout::Spaced => self.spaced(pair),
            },
        }
    }

    fn case_table(&mut self, pair: P<'_>) -> Doc {
        let mut docs = Vec::new();
        let inside: Vec<P<'_>> = Self::children(pair).filter(|p| p.as_rule() != Rule::comma).collect();
        let n = inside.len();
        for (i, child) in inside.into_iter().enumerate() {
            if i > 1 && i + 1 < n {
                docs.push(Doc::text(","));
            }
            if i > 0 && n > 2 {
                docs.push(Doc::Line);
            }
            let doc = self.doc(child);
            docs.push(if i > 0 && i + 1 < n { doc.indent() } else { doc });
        }
        Doc::Concat(docs).group()
    }
}

/// The pieces of a head, each of which may begin a line.
#[derive(Default)]
pub(super) struct Head {
    pieces: Vec<Doc>,
    /// The next piece stays on the line of the last one.
    glued: bool,
}

impl Head {
    /// Columns on one line.
    pub(super) fn width(&self) -> usize {
        self.pieces.iter().map(|p| p.flat_width() + 1).sum()
    }

    pub(super) fn piece(&mut self, doc: Doc) {
        if std::mem::take(&mut self.glued) {
            self.glue(doc);
        } else {
            self.pieces.push(doc);
        }
    }

    /// After a space on the same line.
    pub(super) fn glue(&mut self, doc: Doc) {
        self.glued = false;
        match self.pieces.last_mut() {
            Some(last) => *last = Doc::Concat(vec![std::mem::replace(last, Doc::Space), Doc::Space, doc]),
            None => self.pieces.push(doc),
        }
    }

    /// Without a space.
    pub(super) fn attach(&mut self, doc: Doc) {
        match self.pieces.last_mut() {
            Some(last) => *last = Doc::Concat(vec![std::mem::replace(last, Doc::Space), doc]),
            None => self.pieces.push(doc),
        }
    }
}

/// No space before `?` and `:`.
fn tighten(doc: Doc) -> Doc {
    let Doc::Concat(list) = doc else { return doc };
    let mut out: Vec<Doc> = Vec::new();
    for doc in list {
        if matches!(&doc, Doc::Text(t) if t == "?" || t == ":") && matches!(out.last(), Some(Doc::Space)) {
            out.pop();
        }
        out.push(doc);
    }
    Doc::Concat(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_that_says_something_else_is_noticed_at_its_place() {
        let source = SourceId(0);
        let text = "part of cn\n\ndefine a = b is given // c\n";
        let at = |after: &str| changed(source, text, after).map(|s| &text[s.range()]);
        assert_eq!(at("part of cn\ndefine a = b   is given // c"), None);
        assert_eq!(at("部分 之 cn\n定义 a = b 为 已填 // c\n"), None);
        assert_eq!(at("part of cn\n\ndefine a = b is missing // c\n"), Some("given"));
        assert_eq!(at("part of cn\n\ndefine a = b is given\n"), Some("// c"));
        assert_eq!(at("part of cn\n\ndefine a = = b\n"), Some(text));
    }
}
