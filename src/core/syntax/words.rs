//! pest's errors in our words: what was found, and what would have been right.

use super::clauses::{Block, Line};
use super::diagnostics as say;
use super::parse::Rule;
use crate::diagnostic::{Bilingual, Diagnostic, nearest};
use crate::source::{SourceId, Span};
use pest::error::{Error, ErrorVariant, InputLocation};

/// How a user knows a grammar rule: a keyword or mark as written, or a description.
fn words(rule: Rule) -> (String, Option<(&'static str, &'static str)>) {
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

/// Says what pest found wrong in a declaration. Of lines only those are named that its block may hold.
#[cold]
pub(super) fn explain(source: SourceId, offset: usize, text: &str, block: Option<Block>, error: &Error<Rule>) -> Diagnostic {
    let at = match error.location {
        InputLocation::Pos(at) => at,
        InputLocation::Span((at, _)) => at,
    }
    .min(text.len());
    // pest stops before blanks and comments; the fault is the next thing that is written.
    let at = skip_blanks(text, at);
    let rest = &text[at..];
    let found = first_token(rest);
    let ErrorVariant::ParsingError { positives, .. } = &error.variant else {
        return say::too_complex(Span::new(source, offset..offset + text.lines().next().map_or(0, str::len)));
    };
    let span = if found.is_empty() {
        let end = text.len();
        let last = text.char_indices().next_back().map_or(0, |(i, _)| i);
        Span::new(source, offset + last..offset + end)
    } else {
        Span::new(source, offset + at..offset + at + found.len())
    };
    let mut keywords: Vec<String> = Vec::new();
    let mut described: Vec<(&str, &str)> = Vec::new();
    let only_noise = positives.iter().all(|r| is_noise(*r));
    let fits = |rule: Rule| block.is_none_or(|block| Line::of(rule).is_none_or(|line| block.lines().any(|l| l == line)));
    for rule in positives.iter().filter(|r| (only_noise || !is_noise(**r)) && fits(**r)) {
        match words(*rule) {
            (_, Some(d)) if !described.contains(&d) => described.push(d),
            (word, None) if !word.is_empty() && !keywords.contains(&word) => keywords.push(word),
            _ => {}
        }
    }
    keywords.sort();
    let near = nearest(found, keywords.iter().map(String::as_str)).map(str::to_owned);
    let shown = 8;
    let mut en: Vec<String> = described.iter().map(|d| d.0.to_owned()).collect();
    let mut zh: Vec<String> = described.iter().map(|d| d.1.to_owned()).collect();
    let listed: Vec<&String> = match &near {
        Some(word) => vec![word],
        None => keywords.iter().take(shown).collect(),
    };
    en.extend(listed.iter().map(|k| format!("`{k}`")));
    zh.extend(listed.iter().map(|k| format!("`{k}`")));
    if near.is_none() && keywords.len() > shown {
        en.push("another line of this block".to_owned());
        zh.push("该声明的其他语句".to_owned());
    }
    let expected =
        if en.is_empty() { Bilingual::new("the end of the line", "行尾") } else { Bilingual::new(join(&en, " or "), join(&zh, "或")) };
    let diagnostic = say::unexpected(span, found, expected);
    match near {
        Some(word) => diagnostic.suggest(span, Some(&word)),
        None => diagnostic,
    }
}

fn join(parts: &[String], last: &str) -> String {
    match parts {
        [] => String::new(),
        [one] => one.clone(),
        [rest @ .., end] => format!("{}{last}{end}", rest.join(if last == "或" { "、" } else { ", " })),
    }
}

fn skip_blanks(text: &str, mut at: usize) -> usize {
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
    let length = (0..=length.min(60)).rev().find(|n| rest.is_char_boundary(*n)).unwrap_or(0);
    rest[..length.max(first.len_utf8())].trim_end()
}
