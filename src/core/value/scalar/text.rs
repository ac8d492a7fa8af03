//! Cleaning: what people type and copy, in the spelling the checks expect, with the way back to the bytes that were given.

use std::borrow::Cow;
use std::ops::Range;

use super::fault::{Fault, FaultKind, Inspection};
use crate::diagnostic::say;

/// What a format forgives. Blanks around a value and invisible characters are always dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Clean {
    /// Full-width letters, digits and marks stand for ASCII ones, and any dash for a hyphen.
    pub(super) maps_wide: bool,
    /// Small letters stand for capitals.
    pub(super) raises_case: bool,
    /// Blanks and hyphens inside are dropped.
    pub(super) drops_separators: bool,
}

/// A text after cleaning.
pub(super) struct Cleaned<'a> {
    pub(super) text: Cow<'a, str>,
    // Start in `text` and bytes in the original, one entry for each character; empty where `text` is a part of the original.
    pieces: Vec<(usize, Range<usize>)>,
    lead: usize,
    original: &'a str,
}

impl Clean {
    /// Only what every format forgives.
    pub(super) const EXACT: Clean = Clean { maps_wide: false, raises_case: false, drops_separators: false };
    /// Full-width characters.
    pub(super) const WIDE: Clean = Clean { maps_wide: true, ..Clean::EXACT };
    /// Full-width characters and small letters.
    pub(super) const CODE: Clean = Clean { raises_case: true, ..Clean::WIDE };
    /// Full-width characters, small letters, blanks and hyphens.
    pub(super) const GROUPED: Clean = Clean { drops_separators: true, ..Clean::CODE };
    /// Small letters, blanks and hyphens, but nothing full-width: the digits of persons are taken as they are written.
    pub(super) const PERSONAL: Clean = Clean { maps_wide: false, ..Clean::GROUPED };

    /// Whether cleaning would leave the text as it is.
    pub(super) fn is_clean(self, text: &str) -> bool {
        trim(text).len() == text.len() && text.chars().all(|c| self.map(c) == Some(c))
    }

    pub(super) fn read(self, original: &str) -> Cleaned<'_> {
        let trimmed = trim(original);
        let lead = original.len() - original.trim_start_matches(is_blank).len();
        if self.is_clean(trimmed) {
            return Cleaned { text: Cow::Borrowed(trimmed), pieces: vec![], lead, original };
        }
        let mut text = String::with_capacity(trimmed.len());
        let mut pieces = vec![];
        for (at, c) in trimmed.char_indices() {
            if let Some(mapped) = self.map(c) {
                pieces.push((text.len(), lead + at..lead + at + c.len_utf8()));
                text.push(mapped);
            }
        }
        Cleaned { text: Cow::Owned(text), pieces, lead, original }
    }

    fn map(self, c: char) -> Option<char> {
        if c.is_ascii_digit() {
            return Some(c); // by far the most frequent one
        }
        if is_invisible(c) || self.drops_separators && (c.is_whitespace() || is_dash(c)) {
            return None;
        }
        let c = if self.maps_wide { narrow(c) } else { c };
        Some(if self.raises_case { c.to_ascii_uppercase() } else { c })
    }
}

impl Cleaned<'_> {
    /// The bytes of the original that a range of the cleaned text came from, on character boundaries.
    pub(super) fn origin(&self, range: Range<usize>) -> Range<usize> {
        let (start, end) = match &self.text {
            Cow::Borrowed(_) => (self.lead + range.start, self.lead + range.end),
            Cow::Owned(_) => {
                let piece = |at: usize| self.pieces.get(self.pieces.partition_point(|p| p.0 <= at).wrapping_sub(1));
                let past = self.pieces.last().map_or(self.lead, |p| p.1.end);
                let is_inside = range.start < self.text.len();
                let start = piece(range.start).filter(|_| is_inside).map_or(past, |p| p.1.start);
                let end = if range.is_empty() { start } else { piece(range.end - 1).map_or(past, |p| p.1.end) };
                (start, end)
            }
        };
        let start = self.original.floor_char_boundary(start);
        start..self.original.ceil_char_boundary(end).max(start)
    }
}

/// The ASCII form of full-width characters, dashes and ideographic full stops.
pub(super) fn narrow(c: char) -> char {
    match c {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
        '\u{3000}' | '\u{A0}' => ' ',
        '。' | '｡' => '.',
        c if is_dash(c) => '-',
        c => c,
    }
}

/// Exactly `n` characters of the allowed ones, which are ASCII; the bytes of the text.
pub(super) fn exact<'a>(i: &Inspection, text: &'a str, n: usize, allowed: impl Fn(usize, char) -> bool) -> Result<&'a [u8], Fault> {
    let found = text.chars().count();
    if found != n {
        return Err(
            i.fault(FaultKind::Length, 0..text.len(), || say!("{n} characters expected, {found} found", "应为 {n} 位，实为 {found} 位"))
        );
    }
    for (position, (at, c)) in text.char_indices().enumerate() {
        if !c.is_ascii() || !allowed(position, c) {
            return Err(stray(i, text, at, c));
        }
    }
    Ok(text.as_bytes())
}

/// A character that the format does not use.
pub(super) fn stray(i: &Inspection, text: &str, at: usize, c: char) -> Fault {
    let range = at..at + c.len_utf8();
    if narrow(c) != c {
        return i
            .fault(FaultKind::Alphabet, range, || {
                say!("full-width `{c}` where an ASCII character is expected", "应使用半角字符，发现全角字符 `{c}`")
            })
            .candidate(i, || text.chars().map(narrow).collect());
    }
    i.fault(FaultKind::Alphabet, range, || {
        let c = shown(&text[at..at + c.len_utf8()]);
        say!("`{c}` is not used in this format", "此格式不使用字符 `{c}`")
    })
}

/// A part of the text for a message: at most 40 characters, none of which a terminal would obey.
pub(super) fn shown(text: &str) -> String {
    const MOST: usize = 40;
    let mut out: String = text.chars().take(MOST).map(|c| if c.is_control() || is_invisible(c) { '\u{FFFD}' } else { c }).collect();
    if text.chars().nth(MOST).is_some() {
        out.push('…');
    }
    out
}

/// The value of ASCII digits, at most nine of them; other bytes count as 0.
pub(super) fn number(digits: &[u8]) -> u32 {
    digits.iter().take(9).fold(0, |n, d| n * 10 + digit(*d))
}

/// The value of an ASCII digit; other bytes count as 0.
pub(super) fn digit(byte: u8) -> u32 {
    if byte.is_ascii_digit() { u32::from(byte - b'0') } else { 0 }
}

/// The number of ASCII digits a text begins with.
pub(super) fn n_digits(text: &str) -> usize {
    text.bytes().take_while(u8::is_ascii_digit).count()
}

fn trim(text: &str) -> &str {
    text.trim_matches(is_blank)
}

fn is_blank(c: char) -> bool {
    c.is_whitespace() || is_invisible(c)
}

fn is_dash(c: char) -> bool {
    matches!(c, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{FF0D}' | '\u{FE63}')
}

// Copied along with text from pages and messages; nobody sees them.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}')
}
