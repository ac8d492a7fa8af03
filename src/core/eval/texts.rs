//! Texts of filings and of rules compared.

use super::machine::{Items, Machine, Tri};
use crate::hir::Part;
use crate::value::{TextRef, Value};

/// Whether two texts say the same: half-width brackets are like full-width ones, blanks between signs do not count, nor does the case of numbers
/// with letters in them.
pub(super) fn same_text(x: &str, y: &str) -> bool {
    x == y || !begin_apart(x.as_bytes(), y.as_bytes()) && plain_text(x).eq(plain_text(y))
}

/// Whether two texts begin with characters that tell them apart however they are written: letters, digits and ideographs are never left out.
pub(super) fn begin_apart(x: &[u8], y: &[u8]) -> bool {
    // First bytes of U+4000 to U+9FFF, which take three bytes each.
    let is_ideograph = |b: u8| (0xe4..=0xe9).contains(&b);
    match (x.first(), y.first()) {
        (Some(a), Some(b)) if a.is_ascii_alphanumeric() && b.is_ascii_alphanumeric() => !a.eq_ignore_ascii_case(b),
        (Some(a), Some(b)) if is_ideograph(*a) && is_ideograph(*b) => x.get(..3) != y.get(..3),
        (Some(a), Some(b)) => a.is_ascii_alphanumeric() && is_ideograph(*b) || is_ideograph(*a) && b.is_ascii_alphanumeric(),
        _ => false,
    }
}

/// The characters of a text that tell it from others.
pub(super) fn plain_text(text: &str) -> impl Iterator<Item = char> {
    let is_number = text.bytes().any(|b| b.is_ascii_digit()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b' ' | b'-'));
    let plain = move |c: char| match c {
        '（' => '(',
        '）' => ')',
        c if is_number => c.to_ascii_uppercase(),
        c => c,
    };
    text.chars().filter(|c| !c.is_whitespace()).map(plain)
}

impl Machine<'_> {
    pub(super) fn matches(&self, text: TextRef, pattern: u32) -> Tri {
        match self.lowered.pack().pattern(pattern) {
            Some(regex) => Tri::of(regex.is_match(self.str(text))),
            None => Tri::Unknown,
        }
    }

    pub(super) fn text_contains(&mut self, part: Part, any: bool, whole: u32, piece: u32) -> Tri {
        if any {
            let items = self.items(piece);
            // Of no pieces none is part of a text, whatever the text is.
            if !matches!(items, Items::Unknown) && self.n_items(items) == 0 {
                return Tri::False;
            }
        }
        let whole = self.value(whole);
        if whole == Value::None {
            return Tri::False;
        }
        let holds = |m: &Self, piece: TextRef| {
            let Value::Text(whole) = whole else { return Tri::Unknown };
            let (whole, piece) = (m.str(whole), m.str(piece));
            Tri::of(match part {
                Part::Anywhere => whole.contains(piece),
                Part::Start => whole.starts_with(piece),
                Part::End => whole.ends_with(piece),
            })
        };
        if !any {
            return match self.value(piece) {
                Value::Text(t) => holds(self, t),
                Value::Unknown => Tri::Unknown,
                _ => Tri::False,
            };
        }
        let items = self.items(piece);
        let mut result = if matches!(items, Items::Unknown) { Tri::Unknown } else { Tri::False };
        for n in 0..self.n_items(items) {
            match self.nth(items, n) {
                Value::Text(t) => match holds(self, t) {
                    Tri::True => return Tri::True,
                    Tri::Unknown => result = Tri::Unknown,
                    Tri::False => {}
                },
                Value::Unknown => result = Tri::Unknown,
                _ => {}
            }
        }
        result
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_that_begin_apart_are_never_the_same() {
        let texts = [
            "",
            "a",
            "A",
            "b",
            "1",
            "1a",
            "1A",
            " 1 a",
            "网站",
            "网 站",
            "网页",
            "（网）",
            "(网)",
            "\u{3000}网站",
            "é",
            "É",
            "ａ",
            "-1",
            "1-1",
            "1 - 1",
            "阿里",
            "（",
            "(",
            "a（",
            "x",
            "\u{4000}",
            "\u{9fff}",
        ];
        let by_characters = |x: &str, y: &str| plain_text(x).eq(plain_text(y));
        for x in texts {
            for y in texts {
                assert_eq!(same_text(x, y), x == y || by_characters(x, y), "{x:?} and {y:?}");
                if begin_apart(x.as_bytes(), y.as_bytes()) {
                    assert!(!by_characters(x, y), "{x:?} and {y:?} begin apart");
                }
            }
        }
        assert!(begin_apart("网站".as_bytes(), "页".as_bytes()) && begin_apart(b"a", b"b") && !begin_apart(b"a", b"A"));
    }
}
