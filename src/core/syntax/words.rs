//! pest's errors in our words: what was found, and what would have been right.

use super::clauses::Line;
use super::declarations::Declaration;
use super::parse::{FilingParser, Rule, snap};
use super::{diagnostics as say, habits, keywords};
use crate::diagnostic::render::quoted;
use crate::diagnostic::{Bilingual, Diagnostic, Language, nearest};
use crate::source::{SourceId, Span};
use pest::Parser;
use pest::error::{Error, ErrorVariant, InputLocation};
use std::ops::Range;

/// How a user knows a grammar rule: a keyword or mark as written, or a description.
pub(super) fn words(rule: Rule) -> (String, Option<(&'static str, &'static str)>) {
    let described = match rule {
        Rule::ident | Rule::name => Some(("a name", "名称")),
        Rule::string | Rule::texts => Some(("a text in quotes", "引号中的文本")),
        Rule::pattern => Some(("a pattern such as `/[0-9]+/`", "模式，如 `/[0-9]+/`")),
        Rule::date | Rule::date_from | Rule::date_until => Some(("a date such as `2026-11-23`", "日期，如 `2026-11-23`")),
        Rule::datetime => Some(("a time such as `2026-11-23T10:00:00`", "时间，如 `2026-11-23T10:00:00`")),
        Rule::month_day => Some(("month and day such as `03-31`", "月和日，如 `03-31`")),
        Rule::integer | Rule::decimal | Rule::signed => Some(("a number", "数字")),
        Rule::unit | Rule::span_literal => {
            Some(("a duration such as `3 months` or `20 business days`", "期限，如 `3 months`、`20 business days`"))
        }
        Rule::currency | Rule::money => Some(("a currency such as `CNY`", "币种，如 `CNY`")),
        Rule::rule_ref | Rule::gate => Some(("the id of a rule", "规则编号")),
        Rule::expr
        | Rule::conjunction
        | Rule::negation
        | Rule::comparison
        | Rule::fallback
        | Rule::additive
        | Rule::primary
        | Rule::path
        | Rule::literal
        | Rule::call
        | Rule::parens
        | Rule::list => Some(("a value or condition", "值或条件")),
        Rule::field_type | Rule::plain_type | Rule::list_type => Some(("a type", "类型")),
        Rule::effective_range => Some((
            "days such as `2026-01-01 ..`, `.. 2026-12-31` or `2026-01-01 .. 2026-12-31`",
            "起止日期，如 `2026-01-01 ..`、`.. 2026-12-31` 或 `2026-01-01 .. 2026-12-31`",
        )),
        Rule::block | Rule::exception_block => Some(("a block in braces", "花括号中的内容")),
        Rule::fields | Rule::field_decl => Some(("a field such as `name: text`", "字段，如 `name: text`")),
        Rule::enum_value => Some(("a value such as `initial \"…\" zh \"…\"`", "可选值，如 `initial \"…\" zh \"…\"`")),
        Rule::range => Some(("a loop such as `d in domain`", "循环，如 `d in domain`")),
        Rule::target | Rule::assignment => Some(("a field such as `filing.region`", "字段，如 `filing.region`")),
        Rule::expected | Rule::stated => Some(("a name", "名称")),
        Rule::decide => Some(("a value or condition", "值或条件")),
        Rule::actor => Some(("who acts", "由谁办理")),
        Rule::citation => Some(("the name of a source", "来源名称")),
        Rule::case_value => Some(("a value", "值")),
        Rule::EOI => Some(("the end of the declaration", "声明结束")),
        _ => None,
    };
    let mark = match rule {
        Rule::lbrace => "{",
        Rule::rbrace => "}",
        Rule::lparen => "(",
        Rule::rparen => ")",
        Rule::lbrack => "[",
        Rule::rbrack => "]",
        Rule::comma => ",",
        Rule::dot => ".",
        Rule::colon => ":",
        Rule::equals => "=",
        Rule::plus => "+",
        Rule::minus => "-",
        Rule::optional => "?",
        Rule::dots => "..",
        Rule::slash => "/",
        Rule::le => "<=",
        Rule::ge => ">=",
        Rule::lt => "<",
        Rule::gt => ">",
        _ => "",
    };
    if !mark.is_empty() {
        return (mark.to_owned(), None);
    }
    if described.is_some() {
        return (String::new(), described);
    }
    if let Some(line) = Line::of(rule) {
        return (line.words().split(' ').next().unwrap_or("").to_owned(), None);
    }
    let debug = format!("{rule:?}");
    let keyword = debug.strip_prefix("kw_").unwrap_or(match debug.as_str() {
        "row" => "when",
        other => other.split('_').next().unwrap_or(""),
    });
    (keyword.to_owned(), None)
}

/// Words that may stand for many continuations and would only fill the list.
fn is_noise(rule: Rule) -> bool {
    matches!(
        rule,
        Rule::kw_and
            | Rule::kw_or
            | Rule::plus
            | Rule::minus
            | Rule::kw_else
            | Rule::tail
            | Rule::COMMENT
            | Rule::is_given
            | Rule::ordered
            | Rule::le
            | Rule::ge
            | Rule::lt
            | Rule::gt
            | Rule::kw_in
            | Rule::kw_contains
            | Rule::kw_starts
            | Rule::kw_ends
            | Rule::kw_matches
            | Rule::kw_within
            | Rule::kw_is
            | Rule::dot
            | Rule::in_list
            | Rule::not_in
    )
}

/// A declaration that pest could not read.
pub(super) struct Declared<'t> {
    pub(super) source: SourceId,
    /// Its offset in the source.
    pub(super) start: usize,
    /// The whole text as written: spans cover whole characters of it.
    pub(super) original: &'t str,
    pub(super) declaration: &'static Declaration,
    /// The language of the keywords of the file.
    pub(super) language: Language,
}

impl Declared<'_> {
    fn span(&self, range: Range<usize>) -> Span {
        Span::new(self.source, snap(self.original, self.start + range.start..self.start + range.end))
    }
}

/// Most habits that are told of one declaration.
const MAX_HABITS: usize = 30;

/// Says what pest found wrong in a declaration. Where it is a habit whose right form is known, reading goes on as though it stood there, so that all of
/// them are told at once; anything else that follows may come of them.
#[cold]
pub(super) fn explain(of: &Declared<'_>, text: &str, error: Error<Rule>) -> Vec<Diagnostic> {
    let mut said = Vec::new();
    let mut scratch = text.to_owned();
    let mut error = error;
    // What was mended: its bytes in `scratch` and the end of what it stands for in `text`.
    let mut mended: Option<(usize, usize)> = None;
    let back = |at: usize, mended: Option<(usize, usize)>| match mended {
        None => Some(at),
        Some((end, was)) => at.checked_sub(end).map(|rest| was + rest),
    };
    while said.len() < MAX_HABITS {
        let raw = match error.location {
            InputLocation::Pos(at) => at,
            InputLocation::Span((at, _)) => at,
        }
        .min(scratch.len());
        let ErrorVariant::ParsingError { positives, .. } = &error.variant else {
            if said.is_empty() {
                said.push(say::too_complex(of.span(0..text.lines().next().map_or(0, str::len))));
            }
            break;
        };
        // pest stops before blanks and comments; the fault is the next thing that is written.
        let at = skip_blanks(&scratch, raw);
        // Days without `..` show on the line before.
        let line_before = scratch[..at].trim_end().len();
        let is_range = positives.contains(&Rule::dots) && scratch[line_before..at].contains('\n');
        let found =
            habits::find(&scratch, at, positives).or_else(|| is_range.then(|| habits::find(&scratch, line_before, positives)).flatten());
        let Some(found) = found else {
            if said.is_empty() {
                said.push(unexpected(of, &scratch, at, positives));
            }
            break;
        };
        let (Some(start), Some(end)) = (back(found.range.start, mended), back(found.range.end, mended)) else { break };
        let written = text.get(start..end).unwrap_or("").trim();
        said.push(say::foreign_writing(of.span(start..end), &quoted(written), &found));
        let Some(new) = &found.written else { break };
        scratch.replace_range(found.range.clone(), new);
        mended = Some((found.range.start + new.len(), end));
        match FilingParser::parse(of.declaration.rule, &scratch) {
            Ok(_) => break,
            Err(next) => error = next,
        }
    }
    said
}

/// Most continuations that a message names.
const MAX_EXPECTED: usize = 5;

fn unexpected(of: &Declared<'_>, text: &str, at: usize, positives: &[Rule]) -> Diagnostic {
    let rest = &text[at..];
    let found = first_token(rest);
    let span = if found.is_empty() {
        let last = text.char_indices().next_back().map_or(0, |(i, _)| i);
        of.span(last..text.len())
    } else {
        of.span(at..at + found.len())
    };
    let mut keywords: Vec<String> = Vec::new();
    let mut described: Vec<(&str, &str)> = Vec::new();
    // After a value on the same line a comparison is likelier than the next line.
    let line_start = text[..at].rfind('\n').map_or(0, |n| n + 1);
    let goes_on = !text[line_start..at].trim().is_empty();
    let compares = positives.contains(&Rule::kw_is) || positives.contains(&Rule::tail);
    let may_end = positives.contains(&Rule::rbrace);
    let joins = positives.iter().any(|r| matches!(r, Rule::kw_and | Rule::kw_or));
    let is_tail = goes_on && (compares || joins);
    if is_tail && compares {
        keywords.extend(["is", ">=", "in", "contains"].map(str::to_owned));
    }
    if is_tail && joins {
        keywords.push("and".to_owned());
    }
    let only_noise = positives.iter().all(|r| is_noise(*r));
    let written = written_lines(&text[..at]);
    for rule in positives.iter().filter(|r| only_noise || !is_noise(**r)) {
        match words(*rule) {
            (_, Some(d)) if !described.contains(&d) => described.push(d),
            (word, None) if !word.is_empty() && !keywords.contains(&word) => keywords.push(word),
            _ => {}
        }
    }
    // At the end of a line only what the block may hold is right; what it lacks comes first.
    if may_end && let Some(block) = of.declaration.block {
        let lines: Vec<Line> = block.lines().collect();
        let starts = |line: &Line| line.words().split(' ').next().unwrap_or("");
        keywords.retain(|k| lines.iter().any(|l| starts(l) == k) || !Line::ALL.iter().any(|l| starts(l) == k));
        keywords.retain(|k| !lines.iter().any(|l| starts(l) == k && !l.repeats() && written.contains(k)));
        let rank = |k: &String| match lines.iter().position(|l| starts(l) == k) {
            _ if is_tail && ["is", ">=", "in", "contains", "and"].contains(&k.as_str()) => 0,
            Some(n) if is_needed(k) => 100 + n,
            Some(n) => 200 + n,
            None if k == "}" => 190,
            None => 400,
        };
        keywords.sort_by_key(rank);
    }
    // Every word that may stand here can be the one that was meant, also one that the message would leave out.
    let hidden = positives.iter().filter(|r| is_noise(**r)).map(|r| words(*r).0).filter(|w| !w.is_empty());
    let spoken = |words: &str| keywords::spoken(words, of.language);
    let candidates: Vec<String> = keywords.iter().cloned().chain(hidden).map(|w| spoken(&w)).collect();
    let keywords: Vec<String> = keywords.iter().map(|w| spoken(w)).collect();
    let near = nearest(found, candidates.iter().map(String::as_str)).map(str::to_owned);
    let mut en: Vec<String> = described.iter().map(|d| d.0.to_owned()).collect();
    let mut zh: Vec<String> = described.iter().map(|d| d.1.to_owned()).collect();
    let room = MAX_EXPECTED.saturating_sub(en.len()).max(1);
    let listed: Vec<&String> = match &near {
        Some(word) => vec![word],
        None => keywords.iter().take(room).collect(),
    };
    let listed: Vec<String> = listed.into_iter().map(|k| format!("`{k}`")).collect();
    let is_cut = near.is_none() && keywords.len() > room;
    if near.is_some() {
        (en, zh) = (listed.clone(), listed);
    } else {
        en.extend(listed.iter().cloned());
        zh.extend(listed);
    }
    let expected =
        if en.is_empty() { Bilingual::new("the end of the line", "行尾") } else { Bilingual::new(join(&en, " or "), join(&zh, "或")) };
    let mut diagnostic = say::unexpected(span, found, expected);
    if is_cut
        && may_end
        && !is_tail
        && let Some(block) = of.declaration.block
    {
        diagnostic = diagnostic.note(say::lines_of(block, of.language));
    }
    match near {
        Some(word) => diagnostic.suggest(span, Some(&word)),
        None => diagnostic,
    }
}

/// Lines that nearly every block of rules has.
fn is_needed(word: &str) -> bool {
    matches!(word, "source" | "require" | "report" | "when" | "state" | "actor" | "url" | "read")
}

/// The first words of the lines of a block so far.
pub(super) fn written_lines(text: &str) -> Vec<String> {
    let first =
        |line: &str| line.trim_start().split(|c: char| !(c == '_' || c.is_alphanumeric())).next().map_or("", keywords::english).to_owned();
    text.lines().skip(1).map(first).filter(|w| !w.is_empty()).collect()
}

fn join(parts: &[String], last: &str) -> String {
    match parts {
        [] => String::new(),
        [one] => one.clone(),
        [rest @ .., end] if last == "或" => {
            let blank = |is_code: bool| if is_code { " " } else { "" };
            let (before, after) = (blank(rest.last().is_some_and(|r| r.ends_with('`'))), blank(end.starts_with('`')));
            format!("{}{before}或{after}{end}", rest.join("、"))
        }
        [rest @ .., end] => format!("{}{last}{end}", rest.join(", ")),
    }
}

pub(super) fn skip_blanks(text: &str, mut at: usize) -> usize {
    loop {
        let rest = &text[at..];
        let trimmed = rest.trim_start_matches([' ', '\t', '\r', '\n', ';']);
        at += rest.len() - trimmed.len();
        if !trimmed.starts_with("//") {
            return at;
        }
        at += trimmed.find('\n').unwrap_or(trimmed.len());
    }
}

/// The word, number, text or mark that begins a rest of text.
fn first_token(rest: &str) -> &str {
    let Some(first) = rest.chars().next() else { return "" };
    let word = |c: char| c == '_' || c == '-' || c.is_alphanumeric();
    let length = if first == '"' {
        rest[1..].find(['"', '\n']).map_or(rest.len(), |n| n + 2).min(rest.len())
    } else if word(first) {
        rest.find(|c| !word(c)).unwrap_or(rest.len())
    } else {
        first.len_utf8()
    };
    let length = rest.floor_char_boundary(length.min(60));
    rest[..length.max(first.len_utf8())].trim_end()
}
