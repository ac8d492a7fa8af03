//! Keywords in both languages: the table of grammar/keywords.pest, as everything that reads or writes words asks it.

use super::parse::Rule;
use crate::diagnostic::Language;
use std::collections::HashMap;
use std::sync::LazyLock;

/// A keyword and its twin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Keyword {
    /// The English word.
    pub en: &'static str,
    /// The Chinese word.
    pub zh: &'static str,
}

impl Keyword {
    /// The word of a language.
    pub fn get(self, language: Language) -> &'static str {
        match language {
            Language::En => self.en,
            Language::Zh => self.zh,
        }
    }
}

/// A unit of time: one, several, in Chinese.
type Unit = [&'static str; 3];

struct Tables {
    keywords: Vec<Keyword>,
    /// By the number of the rule of the grammar.
    of_rule: HashMap<usize, Keyword>,
    by_zh: HashMap<&'static str, Keyword>,
    by_en: HashMap<&'static str, Keyword>,
    units: Vec<Unit>,
}

/// The words in quotes on a line of the grammar.
fn quoted(line: &'static str) -> Vec<&'static str> {
    line.split('"').skip(1).step_by(2).collect()
}

static TABLES: LazyLock<Tables> = LazyLock::new(|| {
    let grammar: &'static str = include_str!("../../../grammar/keywords.pest");
    let mut tables =
        Tables { keywords: Vec::new(), of_rule: HashMap::new(), by_zh: HashMap::new(), by_en: HashMap::new(), units: Vec::new() };
    let rules: HashMap<String, usize> = Rule::all_rules().iter().map(|r| (format!("{r:?}"), *r as usize)).collect();
    for line in grammar.lines() {
        let rule = line.split(' ').next().unwrap_or("");
        match quoted(line)[..] {
            [en, zh, ..] if rule.starts_with("kw_") => {
                let keyword = Keyword { en, zh };
                tables.keywords.push(keyword);
                tables.by_zh.insert(zh, keyword);
                tables.by_en.insert(en, keyword);
                if let Some(number) = rules.get(rule) {
                    tables.of_rule.insert(*number, keyword);
                }
            }
            [several, one, zh] if rule.starts_with("unit_") => tables.units.push([one, several, zh]),
            _ => {}
        }
    }
    tables
});

/// All keywords, by their English words.
pub fn all() -> &'static [Keyword] {
    &TABLES.keywords
}

/// The units of time: one, several, in Chinese.
pub fn units() -> &'static [[&'static str; 3]] {
    &TABLES.units
}

/// The keyword that a rule of the grammar is.
pub(super) fn of(rule: Rule) -> Option<Keyword> {
    TABLES.of_rule.get(&(rule as usize)).copied()
}

/// A word as its English keyword, where it is a Chinese one; any other word stays.
pub fn english(word: &str) -> &str {
    if word.is_ascii() { word } else { TABLES.by_zh.get(word).map_or(word, |k| k.en) }
}

/// The Chinese twin of a keyword.
pub(super) fn in_chinese(word: &str) -> Option<&'static str> {
    TABLES.by_en.get(word).map(|k| k.zh)
}

/// A text with English keywords: words outside of quotes and comments that are Chinese keywords are replaced.
pub fn with_english(text: &str) -> std::borrow::Cow<'_, str> {
    if text.is_ascii() {
        return text.into();
    }
    let is_word = |c: char| c == '_' || c.is_alphanumeric();
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let line_end = rest.find('\n').unwrap_or(rest.len());
        let length = if c == '"' {
            rest[1..line_end].find('"').map_or(line_end, |n| n + 2)
        } else if rest.starts_with("//") {
            line_end
        } else if is_word(c) {
            rest.find(|c| !is_word(c)).unwrap_or(rest.len())
        } else {
            c.len_utf8()
        };
        let (word, more) = rest.split_at(length.max(1));
        out.push_str(english(word));
        rest = more;
    }
    out.into()
}

/// Words such as `for each` in a language: each keyword as its twin, anything else as it is.
pub fn spoken(words: &str, language: Language) -> String {
    let one = |word| TABLES.by_en.get(word).map_or(word, |k: &Keyword| k.get(language));
    words.split(' ').map(one).collect::<Vec<_>>().join(" ")
}

/// The language of a keyword as it is written.
pub(super) fn language(written: &str) -> Language {
    if written.is_ascii() { Language::En } else { Language::Zh }
}

/// A unit as the English word for one of it.
pub(super) fn unit(written: &str) -> &'static str {
    TABLES.units.iter().find(|u| u.contains(&written)).map_or("day", |u| u[0])
}

/// A unit in a language, after a number.
pub(super) fn unit_in(written: &str, count: &str, language: Language) -> &'static str {
    let Some([one, several, zh]) = TABLES.units.iter().find(|u| u.contains(&written)) else { return "days" };
    match language {
        Language::Zh => zh,
        Language::En if count == "1" => one,
        Language::En => several,
    }
}

/// The language in which a text writes its keywords: that of the first one outside of texts and comments.
pub fn of_text(text: &str) -> Language {
    let code = text.lines().map(|l| l.trim_start()).find(|l| !l.is_empty() && !l.starts_with("//")).unwrap_or("");
    let word = code.split(|c: char| !(c == '_' || c.is_alphanumeric())).next().unwrap_or("");
    if word != english(word) { Language::Zh } else { Language::En }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::ITEM_WORDS;

    #[test]
    fn every_keyword_has_one_twin_of_its_own() {
        let keywords = Rule::all_rules().iter().filter(|r| format!("{r:?}").starts_with("kw_"));
        for rule in keywords {
            let keyword = of(*rule).unwrap_or_else(|| panic!("{rule:?} has a row"));
            assert_eq!(english(keyword.zh), keyword.en);
            assert!(keyword.zh.chars().all(|c| !c.is_ascii()), "{}", keyword.zh);
        }
        assert_eq!(TABLES.by_zh.len(), all().len());
        assert_eq!(TABLES.by_en.len(), all().len());
        assert_eq!(units().len(), 4);
        assert!(ITEM_WORDS.iter().all(|w| TABLES.by_en.contains_key(w)));
    }
}
