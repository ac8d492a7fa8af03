//! Writings of other languages, of prose and of spreadsheets, recognised where the grammar stops and answered with the right form.
//!
//! In: the text of a declaration and where pest stopped in it. Out: the habit, its place, the right form. `rows.rs` is the table; a new habit is a row there.

mod make;
mod rows;
mod scan;

pub(super) use scan::{Aside, aside, comment, foreign};

use super::parse::Rule;
use rows::{HABITS, HEADS, NAMES};
use std::ops::Range;
use std::sync::OnceLock;

/// What the grammar was waiting for where it stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// What may follow a value: a comparison, `and`.
    Tail,
    /// A value or condition.
    Value,
    /// Another line of a block.
    Line,
    /// The days after `effective`.
    Range,
    /// A date.
    Day,
    /// A text in quotes.
    Text,
    /// The Chinese twin of a text.
    Zh,
    /// A name.
    Name,
    /// `each` after `for`.
    Each,
    /// `satisfies`.
    Satisfies,
    /// `where`.
    Where,
    /// `:` before a type.
    Colon,
}

impl Place {
    fn is_told_by(self, positives: &[Rule]) -> bool {
        let any = |test: fn(Rule) -> bool| positives.iter().any(|r| test(*r));
        match self {
            Place::Tail => any(|r| matches!(r, Rule::kw_is | Rule::tail | Rule::kw_and | Rule::is_given)),
            Place::Value => any(|r| {
                matches!(
                    r,
                    Rule::expr
                        | Rule::conjunction
                        | Rule::negation
                        | Rule::comparison
                        | Rule::fallback
                        | Rule::additive
                        | Rule::primary
                        | Rule::literal
                        | Rule::path
                        | Rule::name
                        | Rule::kw_not
                )
            }),
            Place::Line => any(|r| r == Rule::rbrace),
            Place::Range => any(|r| matches!(r, Rule::effective_range | Rule::date_from | Rule::dots | Rule::date_until)),
            Place::Day => any(|r| {
                matches!(
                    r,
                    Rule::effective_range
                        | Rule::date_from
                        | Rule::date_until
                        | Rule::dots
                        | Rule::date
                        | Rule::month_day
                        | Rule::span_literal
                )
            }),
            Place::Text => any(|r| matches!(r, Rule::string | Rule::texts)),
            Place::Zh => any(|r| r == Rule::kw_zh),
            Place::Name => any(|r| matches!(r, Rule::ident | Rule::name | Rule::path | Rule::citation | Rule::rule_ref)),
            Place::Each => any(|r| r == Rule::kw_each),
            Place::Satisfies => any(|r| r == Rule::kw_satisfies),
            Place::Where => any(|r| r == Rule::kw_where),
            Place::Colon => any(|r| r == Rule::colon),
        }
    }
}

/// The right form of a habit.
#[derive(Clone, Copy)]
pub(super) enum Right {
    /// Written in the place of the habit; `$1` is a group of the pattern.
    Write(&'static str),
    /// Computed from the groups of the pattern.
    Make(fn(&make::Groups<'_>) -> Option<String>),
    /// A form that is shown; what is to be written depends on what is meant.
    Say(&'static str),
    /// Only told in words.
    Tell,
}

/// A row of the table.
pub(super) struct Habit {
    pub(super) name: &'static str,
    /// Where it counts; nowhere told: everywhere.
    places: &'static [Place],
    pattern: &'static str,
    right: Right,
    is_sure: bool,
    /// An example, and how it is written rightly.
    pub(super) wrong: &'static str,
    pub(super) example: &'static str,
    /// What the right form does, in English and Chinese.
    pub(super) why: (&'static str, &'static str),
}

/// A habit that was found.
pub(super) struct Found {
    pub(super) habit: &'static Habit,
    /// Its bytes.
    pub(super) range: Range<usize>,
    /// The right form as it is shown.
    pub(super) shown: String,
    /// What to write in its place, where that is known.
    pub(super) written: Option<String>,
    /// Whether it may be written without looking.
    pub(super) is_sure: bool,
}

/// Stands for the place of the fault while a pattern is looked for.
const HERE: char = '\u{1}';

fn patterns() -> &'static [Option<regex_lite::Regex>] {
    static PATTERNS: OnceLock<Vec<Option<regex_lite::Regex>>> = OnceLock::new();
    PATTERNS.get_or_init(|| HABITS.iter().map(|h| regex_lite::Regex::new(&h.pattern.replace('¦', "\u{1}")).ok()).collect())
}

/// Most bytes of a line that are looked at on each side of the fault.
const AROUND: usize = 200;

/// The habit at a place where the grammar stopped.
pub(super) fn find(text: &str, at: usize, positives: &[Rule]) -> Option<Found> {
    let line_start = text[..at].rfind('\n').map_or(0, |n| n + 1).max(at.saturating_sub(AROUND));
    let start = (line_start..=at).find(|i| text.is_char_boundary(*i))?;
    let line_end = text[at..].find('\n').map_or(text.len(), |n| at + n).min(at + AROUND);
    let end = (at..=line_end).rev().find(|i| text.is_char_boundary(*i))?;
    if text[start..end].contains(HERE) {
        return None;
    }
    let plain = &text[start..end];
    let marked = format!("{}{HERE}{}", &text[start..at], &text[at..end]);
    let here = at - start;
    HABITS.iter().zip(patterns()).find_map(|(habit, pattern)| {
        let pattern = pattern.as_ref()?;
        if !habit.places.is_empty() && !habit.places.iter().any(|p| p.is_told_by(positives)) {
            return None;
        }
        let is_marked = habit.pattern.contains('¦');
        let hay: &str = if is_marked { &marked } else { plain };
        let captures = pattern.captures_iter(hay).find(|c| {
            let all = c.get(0).map_or(0..0, |m| m.range());
            all.start <= here && if is_marked { here < all.end } else { here <= all.end }
        })?;
        let all = captures.get(0)?.range();
        let groups: Vec<&str> = captures.iter().skip(1).flatten().map(|m| m.as_str()).collect();
        let is_blank = |g: &&str| !g.is_empty();
        let (shown, written) = match habit.right {
            Right::Write(template) => {
                let mut out = String::new();
                captures.expand(template, &mut out);
                (out.clone(), Some(out))
            }
            Right::Make(make) => {
                let made = make(&groups.iter().copied().filter(is_blank).collect::<Vec<_>>())?;
                (made.clone(), Some(made))
            }
            Right::Say(form) => (form.to_owned(), None),
            Right::Tell => (String::new(), None),
        };
        // The mark is no byte of the text.
        let mut range = start + all.start..start + all.end - usize::from(is_marked);
        let mut written = written.map(|w| w.replace(HERE, ""));
        let was = &text[range.clone()];
        if written.as_deref().is_some_and(|w| w.trim() == was.trim() && !was.trim().is_empty()) {
            return None;
        }
        // Blanks at the ends stay as they are.
        let trimmed = was.trim_end();
        if !trimmed.is_empty() && written.as_deref() != Some("") {
            let lead = was.len() - was.trim_start().len();
            range = range.start + lead..range.start + trimmed.len();
            written = written.map(|w| w.trim().to_owned());
        }
        // A word that stands directly before or after stays a word of its own.
        if let Some(w) = written.as_mut() {
            let joins = |c: Option<char>| c.is_some_and(|c| c == '_' || c.is_alphanumeric());
            if joins(text[..range.start].chars().next_back()) && joins(w.chars().next()) {
                w.insert(0, ' ');
            }
            if joins(text[range.end..].chars().next()) && joins(w.chars().next_back()) {
                w.push(' ');
            }
            let is_word = w.chars().next_back().is_some_and(|c| c.is_alphanumeric());
            if is_word && text[range.end..].starts_with(['"', '[']) {
                w.push(' ');
            }
        }
        Some(Found { habit, range, shown: shown.replace(HERE, "").trim().to_owned(), written, is_sure: habit.is_sure })
    })
}

/// What is written instead of a word that people use where a name is due, and the words that say so.
pub struct Instead {
    /// The right form.
    pub right: String,
    /// What to do, in English and Chinese.
    pub help: (String, String),
    /// Whether the form can stand in the place of the word.
    pub fits: bool,
}

/// The right form for a word that names nothing, where it is known as a habit.
pub fn of_name(word: &str) -> Option<Instead> {
    if let Some(length) = make::chinese_length(word) {
        let help = (format!("write `{length}` for a length of time"), format!("期限写作 `{length}`"));
        return Some(Instead { right: length, help, fits: true });
    }
    let (_, right, en, zh) = NAMES.iter().find(|(words, ..)| words.contains(&word))?;
    let fits =
        matches!(*right, "true" | "false" | "submission_date" | "length" | "days_between" | "years_between" | "business_days_between");
    Some(Instead { right: (*right).to_owned(), help: ((*en).to_owned(), (*zh).to_owned()), fits })
}

/// The word of the language for one that people begin a declaration with, and what it does.
pub(super) fn of_head(word: &str) -> Option<(&'static str, &'static str, &'static str)> {
    HEADS.iter().find(|(words, ..)| words.contains(&word)).map(|(_, right, en, zh)| (*right, *en, *zh))
}

/// All habits as the page and the tests show them: name, wrong, right, what for in English and Chinese.
pub fn all() -> impl Iterator<Item = (&'static str, &'static str, &'static str, &'static str, &'static str)> {
    HABITS.iter().map(|h| (h.name, h.wrong, h.example, h.why.0, h.why.1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pattern_can_be_read() {
        for habit in HABITS {
            let pattern = regex_lite::Regex::new(&habit.pattern.replace('¦', "\u{1}"));
            assert!(pattern.is_ok(), "{}: {:?}", habit.name, pattern.err());
        }
        assert!(HABITS.len() >= 25);
    }
}
