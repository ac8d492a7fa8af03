//! What is private in texts: places and values that a reader marked, and long numbers wherever they stand.

use std::collections::BTreeSet;
use std::ops::Range;

/// Shorter values would hide ordinary words of messages that quote nothing.
const SHORTEST: usize = 4;
/// Longest value that is looked for in other texts, in characters: longer ones are cut where they are quoted.
pub const LONGEST: usize = 200;
/// Fewest digits of a number that is private wherever it stands.
const DIGITS: usize = 15;

/// The private parts of one text.
#[derive(Clone, Debug, Default)]
pub struct Private {
    places: BTreeSet<(usize, usize)>,
    values: BTreeSet<String>,
}

impl Private {
    /// Adds a place and the value that stands there.
    pub fn add(&mut self, place: Range<usize>, value: &str) {
        if !place.is_empty() {
            self.places.insert((place.start, place.end));
        }
        let short = match value.char_indices().nth(LONGEST) {
            Some((end, _)) => &value[..end],
            None => value,
        };
        let word = short.trim_matches(|c| !is_word(c));
        let word = if word.is_empty() { short.trim() } else { word };
        if word.chars().count() >= SHORTEST {
            self.values.insert(word.to_owned());
        }
    }

    /// The places that touch a part of the text, in their order.
    pub fn places(&self, part: &Range<usize>) -> Vec<Range<usize>> {
        // Places do not lie inside each other: from the last one back to the first that ends before the part.
        let mut found: Vec<_> =
            self.places.range(..(part.end, 0)).rev().map(|(start, end)| *start..*end).take_while(|p| p.end > part.start).collect();
        found.reverse();
        found
    }

    /// The values.
    pub fn values(&self) -> impl Iterator<Item = &str> {
        self.values.iter().map(String::as_str)
    }
}

/// Letters and digits of which numbers are made: Latin, also of full width.
pub(crate) fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '０'..='９' | 'Ａ'..='Ｚ' | 'ａ'..='ｚ')
}

fn is_digit(c: char) -> bool {
    matches!(c, '0'..='9' | '０'..='９')
}

fn is_x(c: char) -> bool {
    matches!(c, 'x' | 'X' | 'ｘ' | 'Ｘ')
}

/// What people write between the parts of a number.
fn parts_groups(c: char) -> bool {
    matches!(c, ' ' | '\u{a0}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{3000}' | '-' | '\u{2010}'..='\u{2015}' | '−' | '－' | '_' | '＿')
}

/// How many characters of a private value stay at its begin and at its end.
fn ends(n: usize) -> (usize, usize) {
    if n >= DIGITS { (6, 2) } else { (n / 4, n / 8) }
}

/// A private value with only its first and last characters left; less of a short one.
pub fn masked(text: &str) -> String {
    let n = text.chars().count();
    let (first, last) = ends(n);
    text.chars().enumerate().map(|(at, c)| if at < first || at + last >= n { c } else { '*' }).collect()
}

/// The part of a private value that is hidden, in bytes from its begin. Quotes around it are no part of it.
pub(crate) fn middle(text: &str) -> Range<usize> {
    let is_edge = |c: char| c == '"' || c == '\'' || c.is_whitespace();
    let inner = text.trim_matches(is_edge);
    let skipped = text.len() - text.trim_start_matches(is_edge).len();
    let n = inner.chars().count();
    let (first, last) = ends(n);
    let at = |i: usize| inner.char_indices().nth(i).map_or(inner.len(), |(at, _)| at);
    skipped + at(first)..skipped + at(n - last)
}

/// Numbers of 15 digits and more in a text, also with X, blanks, hyphens and hidden characters inside, and words that are such a number but for a
/// letter or two. `most_parting` is how many blanks or hyphens may stand in a row. Codes of organisations and days of the calendar are none.
pub(crate) fn numbers(text: &str, most_parting: usize) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    let n_digits = text.bytes().filter(u8::is_ascii_digit).count() + if text.is_ascii() { 0 } else { text.matches(is_full_digit).count() };
    if n_digits < DIGITS {
        return found;
    }
    let mut from = 0;
    while let Some(at) = text[from..].find(is_digit).map(|n| from + n) {
        let run = run(&text[at..], most_parting);
        let whole = at..at + run;
        if is_long(&text[whole.clone()]) && !is_organisation(word_around(text, &whole)) {
            found.push(whole.clone());
        }
        from = whole.end;
    }
    for word in text.split(|c| !is_word(c)) {
        let at = word.as_ptr() as usize - text.as_ptr() as usize;
        let n = word.chars().count();
        let n_digits = word.chars().filter(|c| is_digit(*c)).count();
        let is_near = (17..=19).contains(&n) && n_digits >= DIGITS && n - n_digits <= 3;
        if is_near && !is_organisation(word) && !found.iter().any(|f| f.start <= at && at + word.len() <= f.end) {
            found.retain(|f| f.end <= at || at + word.len() <= f.start);
            found.push(at..at + word.len());
        }
    }
    found.sort_by_key(|f| f.start);
    found
}

fn is_full_digit(c: char) -> bool {
    matches!(c, '０'..='９')
}

/// The length of the number at the begin of a text, up to its last digit or X.
fn run(text: &str, most_parting: usize) -> usize {
    let (mut end, mut n_parting) = (0, 0);
    for (at, c) in text.char_indices() {
        if is_digit(c) || is_x(c) {
            (end, n_parting) = (at + c.len_utf8(), 0);
        } else if parts_groups(c) {
            n_parting += 1;
            if n_parting > most_parting {
                break;
            }
        } else if super::hidden(c).is_none() {
            break;
        }
    }
    end
}

/// Whether a run has the digits of a private number and is no row of days.
fn is_long(run: &str) -> bool {
    let n = run.chars().filter(|c| is_digit(*c)).count();
    if n < DIGITS {
        return false;
    }
    // The digits of `2026-11-23`: a day between other digits may be a birth date.
    let in_days = run.split(|c| !(is_digit(c) || c == '-')).filter(|g| is_day(g)).count() * 8;
    in_days == 0 || n - in_days >= 6
}

fn is_day(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() == 10 && bytes.iter().enumerate().all(|(i, b)| if i == 4 || i == 7 { *b == b'-' } else { b.is_ascii_digit() })
}

fn word_around<'t>(text: &'t str, part: &Range<usize>) -> &'t str {
    let start = text[..part.start].trim_end_matches(is_word).len();
    let end = text.len() - text[part.end..].trim_start_matches(is_word).len();
    &text[start..end]
}

/// Whether a word has the form of a unified social credit code with a letter, and no birth date where an identity number has one.
pub fn is_organisation(word: &str) -> bool {
    let bytes = word.as_bytes();
    let is_code = |b: &u8| b.is_ascii_digit() || b.is_ascii_uppercase() && !b"IOSVZ".contains(b);
    let has_letter = bytes.iter().enumerate().any(|(i, b)| b.is_ascii_uppercase() && !(i + 1 == bytes.len() && *b == b'X'));
    bytes.len() == 18 && bytes.iter().all(is_code) && has_letter && !(5..=7).any(|at| shows_birth(bytes, at))
}

fn shows_birth(bytes: &[u8], at: usize) -> bool {
    let part = |from: usize, to: usize| bytes.get(from..to).and_then(|p| std::str::from_utf8(p).ok()).and_then(|t| t.parse::<u32>().ok());
    matches!(part(at, at + 2), Some(18..=20))
        && matches!(part(at + 4, at + 6), Some(1..=12))
        && matches!(part(at + 6, at + 8), Some(1..=31))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[&str]) {
        let found: Vec<&str> = numbers(text, 1).into_iter().map(|r| &text[r]).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn long_numbers_are_found_however_they_are_written() {
        check("number = \"110201199912310014\"", &["110201199912310014"]);
        check("11020119991231001", &["11020119991231001"]);
        check("110201991231001,", &["110201991231001"]);
        check("ID110201199912310014号", &["110201199912310014"]);
        check("n_110201 19991231 001X", &["110201 19991231 001X"]);
        check("110201-1999-12-31-0014", &["110201-1999-12-31-0014"]);
        check("１１０２０１１９９９１２３１００１４", &["１１０２０１１９９９１２３１００１４"]);
        check("110201\u{200b}19991231\u{202e}0014", &["110201\u{200b}19991231\u{202e}0014"]);
        check("1102O1199912310014", &["1102O1199912310014"]);
        check("11020119991231OO14", &["11020119991231OO14"]);
        check("110201199912310014 and 110201199912310022", &["110201199912310014", "110201199912310022"]);
    }

    #[test]
    fn other_numbers_are_left() {
        check("13800138000", &[]);
        check("91110000000000000E", &[]);
        check("91110108MA01ABCD2X", &[]);
        check("京公网安备 11010102000000号", &[]);
        check("2026-11-23 2026-12-01 2026-12-24", &[]);
        check("2026-11-23 .. 2026-12-01", &[]);
        check("20261123T093000", &[]);
        check("regions/a.filing:1234:56789", &[]);
        check("d41d8cd98f00b204e9800998ecf8427e", &[]);
    }

    #[test]
    fn the_middle_of_a_value_lies_inside_its_quotes() {
        let of = |text: &'static str| &text[middle(text)];
        assert_eq!(of("\"13800138000\""), "800138 00".replace(' ', ""));
        assert_eq!(of("'110201199912310014'"), "1999123100");
        assert_eq!(of("7"), "7");
        assert_eq!(masked("13800138000"), "13********0");
        assert_eq!(masked("110201199912310014"), "110201**********14");
    }
}
