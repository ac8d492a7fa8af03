//! What may stand at a place of a text that is being written: the grammar is asked, as for messages.

use super::clauses::Line;
use super::declarations::{self, ITEM_WORDS};
use super::parse::{FilingParser, Rule};
use super::{keywords, recover, words};
use crate::diagnostic::Diagnostics;
use crate::source::SourceId;
use pest::Parser;
use pest::error::{ErrorVariant, InputLocation};

/// What a name, or more than a keyword, may be for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Want {
    /// A value or condition.
    Expression,
    /// A rule, or what a layer changes of one.
    Rule,
    /// A source.
    Source,
    /// A type.
    Type,
    /// A place of a manifest.
    Target,
    /// A value in a case.
    CaseValue,
    /// A name; the line or the declaration says of what.
    Name,
    /// A text with its twin.
    Text,
    /// A day.
    Date,
}

/// What may stand at a place.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Expected {
    /// First byte of the word that is being written; it may be empty.
    pub start: usize,
    /// First byte of the declaration the place lies in.
    pub item: usize,
    /// The word that declaration begins with; empty between declarations.
    pub keyword: String,
    /// The line of its block that the place lies in.
    pub line: Option<Line>,
    /// Keywords and marks that are legal here, as they are written.
    pub keywords: Vec<String>,
    /// What else is.
    pub wants: Vec<Want>,
}

/// A character that no rule of the grammar reads outside of texts.
const STOP: char = '\u{1}';

fn is_word(c: char) -> bool {
    c == '_' || c == '-' || c.is_alphanumeric()
}

fn want(rule: Rule) -> Option<Want> {
    Some(match rule {
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
        | Rule::list
        | Rule::decide => Want::Expression,
        Rule::rule_ref | Rule::gate | Rule::expected => Want::Rule,
        Rule::citation => Want::Source,
        Rule::field_type | Rule::plain_type | Rule::list_type => Want::Type,
        Rule::target | Rule::assignment => Want::Target,
        Rule::case_value => Want::CaseValue,
        Rule::ident | Rule::name | Rule::range | Rule::stated | Rule::actor => Want::Name,
        Rule::string | Rule::texts => Want::Text,
        Rule::date | Rule::date_from | Rule::date_until | Rule::effective_range | Rule::days => Want::Date,
        _ => return None,
    })
}

/// The words that a rule may begin with, where the grammar names it as a whole.
fn openings(rule: Rule) -> &'static [&'static str] {
    match rule {
        Rule::tail => &["is", "in", "not in", "contains", "starts with", "ends with", "matches", "within", "<", "<=", ">", ">="],
        Rule::expect_verdict => &["verdict", "strict"],
        Rule::expect_missing => &["missing"],
        Rule::expect_outcome => {
            &["violated", "satisfied", "undetermined", "waived", "blocked", "warned", "not applicable", "not in force", "only", "strict"]
        }
        _ => &[],
    }
}

/// What may stand at a byte of a text. `None` inside a text, a comment or a pattern, and where what stands before cannot be read.
pub fn expected(text: &str, offset: usize) -> Option<Expected> {
    let before = text.get(..offset)?;
    let start = before.trim_end_matches(is_word).len();
    let before = &before[..start];
    let cut = recover::cut(SourceId(0), before, &mut Diagnostics::new());
    let line_start = before.rfind('\n').map_or(0, |n| n + 1);
    let begins_line = before[line_start..].trim().is_empty();
    if before[line_start..].trim_start().starts_with("//") {
        return None;
    }
    let mut out = Expected { start, item: start, ..Expected::default() };
    let language = keywords::of_text(text);
    let items = || ITEM_WORDS.iter().map(|w| keywords::spoken(w, language));
    let Some((piece, declaration)) = cut.pieces.last().and_then(|p| Some((p, declarations::find(&p.keyword)?))) else {
        out.keywords.extend(items().filter(|_| begins_line));
        return (!out.keywords.is_empty()).then_some(out);
    };
    out.item = piece.range.start;
    let mut slice = cut.text.get(piece.range.start..before.len())?.to_owned();
    let end = slice.len();
    slice.push(STOP);
    let error = FilingParser::parse(declaration.rule, &slice).err()?;
    let (InputLocation::Pos(at) | InputLocation::Span((at, _))) = error.location;
    let ErrorVariant::ParsingError { positives, .. } = &error.variant else { return None };
    if words::skip_blanks(&slice, at) != end {
        return None;
    }
    out.keyword = piece.keyword.clone();
    let in_english = keywords::with_english(&slice[..end]);
    out.line = line_of(&in_english);
    let is_exception = matches!(piece.keyword.as_str(), "amend");
    let written = words::written_lines(&slice[..end]);
    for rule in positives {
        if let Some(want) = want(*rule) {
            // The grammar names the innermost rule: which name is meant, the line and what stands before say.
            let meant = (want == Want::Name).then(|| of_name(&in_english, &out.keyword, out.line)).flatten();
            out.wants.push(meant.unwrap_or(want));
            continue;
        }
        let openings = openings(*rule);
        if !openings.is_empty() {
            out.keywords.extend(openings.iter().map(|w| (*w).to_owned()));
            continue;
        }
        if *rule == Rule::EOI {
            out.keywords.extend(items().filter(|_| begins_line));
            continue;
        }
        let word = words::words(*rule).0;
        let lines: Vec<Line> = Line::ALL.iter().copied().filter(|l| l.words().split(' ').next() == Some(&word)).collect();
        match declaration.block.filter(|_| !lines.is_empty() && positives.contains(&Rule::rbrace)) {
            None => out.keywords.push(word),
            Some(block) => {
                let is_free = |l: &Line| l.repeats() || is_exception || !written.contains(&word);
                let held = lines.into_iter().filter(|l| block.lines().any(|b| b == *l)).filter(is_free);
                out.keywords.extend(held.map(|l| l.words().to_owned()));
            }
        }
    }
    // The grammar names the condition as a whole where one may begin.
    if positives.iter().any(|r| matches!(r, Rule::expr | Rule::conjunction | Rule::negation)) {
        out.keywords.push("not".to_owned());
    }
    // `must` stands for three words.
    if out.keywords.iter().any(|k| k == "must") {
        out.keywords.extend(["should", "note"].map(str::to_owned));
    }
    out.keywords.retain(|k| !k.is_empty());
    out.keywords.iter_mut().for_each(|k| *k = keywords::spoken(k, language));
    out.keywords.sort_unstable();
    out.keywords.dedup();
    out.wants.sort_unstable();
    out.wants.dedup();
    Some(out)
}

/// What a name at the end of a declaration is the name of, where it is of more than one kind of place.
fn of_name(before: &str, keyword: &str, line: Option<Line>) -> Option<Want> {
    let before = before.trim_end();
    let last_line = before.rsplit('\n').next().unwrap_or("").trim_start();
    match (keyword, line) {
        _ if before.ends_with('.') => None,
        (_, Some(Line::Source | Line::Reading)) => Some(Want::Source),
        (_, Some(Line::Needs | Line::Over | Line::GatedBy)) => Some(Want::Rule),
        ("amend" | "waive" | "replace" | "adopt" | "confirm", None) if before == keyword => Some(Want::Rule),
        ("advice", None) if before.ends_with(" on") => Some(Want::Rule),
        ("parameter" | "record" | "manifest", _) if before.ends_with(':') || before.ends_with("list of") => Some(Want::Type),
        ("case", _) if last_line.starts_with("expect") && !before.ends_with(" is") && !before.ends_with("verdict") => Some(Want::Rule),
        ("case", _) if before.ends_with(['=', '[']) => Some(Want::CaseValue),
        ("case", _) if !last_line.starts_with("expect") => Some(Want::Target),
        _ => None,
    }
}

/// The line of a block that a text ends in: the last one whose keywords begin a line of the text.
fn line_of(text: &str) -> Option<Line> {
    let begins = |line: &str| {
        let line = line.trim_start();
        let fits = |l: &&Line| {
            let rest = line.strip_prefix(l.words());
            rest.is_some_and(|r| !r.starts_with(is_word))
        };
        Line::ALL.iter().filter(fits).max_by_key(|l| l.words().len()).copied()
    };
    text.lines().skip(1).collect::<Vec<_>>().into_iter().rev().find_map(begins)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(marked: &str) -> Option<Expected> {
        let offset = marked.find('|').expect("the place is marked");
        expected(&marked.replacen('|', "", 1), offset)
    }

    #[track_caller]
    fn has(marked: &str, keywords: &[&str], wants: &[Want]) {
        let found = at(marked).unwrap_or_else(|| panic!("something is expected in {marked}"));
        for word in keywords {
            assert!(found.keywords.iter().any(|k| k == word), "{word} in {marked}: {found:?}");
        }
        for want in wants {
            assert!(found.wants.contains(want), "{want:?} in {marked}: {found:?}");
        }
    }

    #[test]
    fn declarations_begin_lines() {
        has("|", &["requirement", "set", "case"], &[]);
        has("part of cn\n\nre|", &["requirement", "replace", "region"], &[]);
        assert_eq!(at("part of cn\n// re|"), None);
    }

    #[test]
    fn lines_of_a_block_are_those_it_may_hold_and_does_not() {
        has("requirement a \"x\" {\n  |\n}", &["source", "for each", "when", "require", "filing types", "must", "should"], &[]);
        let found = at("requirement a \"x\" {\n  stage prepare\n  |\n}").expect("lines are expected");
        assert!(!found.keywords.iter().any(|k| k == "stage" || k == "max_kb"), "{found:?}");
        has("material m \"x\" {\n  ma|\n}", &["max_kb", "field"], &[]);
    }

    #[test]
    fn names_know_their_line() {
        has("requirement a \"x\" {\n  source |", &[], &[Want::Source]);
        has("requirement a \"x\" {\n  source b,\n    |", &[], &[Want::Source]);
        has("requirement a \"x\" {\n  needs |", &[], &[Want::Rule]);
        has("requirement a \"x\" {\n  when entity.|", &[], &[Want::Name]);
        has("requirement a \"x\" {\n  when a and |", &["not"], &[Want::Expression]);
        has("requirement a \"x\" {\n  when a |", &["is", "in", "and"], &[]);
        assert_eq!(at("requirement a \"x\" {\n  demand |").and_then(|e| e.line), Some(Line::Demand));
        has("amend |", &[], &[Want::Rule]);
        has("parameter a: |", &[], &[Want::Type]);
        has("case \"x\" {\n  with {\n    |", &[], &[Want::Target]);
        has("case \"x\" {\n  with {\n    filing.region = |", &[], &[Want::CaseValue]);
        has("case \"x\" {\n  expect |", &["violated", "verdict"], &[]);
    }

    #[test]
    fn texts_and_what_cannot_be_read_expect_nothing() {
        assert_eq!(at("requirement a \"x|"), None);
        assert_eq!(at("requirement a \"x\" {\n  when ) = |"), None);
    }
}
