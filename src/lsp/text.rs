//! Places as editors count them.
//!
//! In: byte offsets. Out: lines and characters in the units that client and server agreed on, and back. INVARIANT: an offset that comes out lies on
//! a character boundary of the text; what lies outside counts as the end of its line or of the text.

use lsp_types::{Position, PositionEncodingKind, Range};
use std::ops;
use std::sync::Arc;

/// The units that characters of a line are counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// Bytes.
    Utf8,
    /// Halves of four bytes: what every client knows.
    Utf16,
    /// Unicode scalar values.
    Utf32,
}

impl Encoding {
    /// The best of those that a client offers.
    pub fn of(offered: &[PositionEncodingKind]) -> Encoding {
        if offered.contains(&PositionEncodingKind::UTF8) {
            Encoding::Utf8
        } else if offered.contains(&PositionEncodingKind::UTF32) && !offered.contains(&PositionEncodingKind::UTF16) {
            Encoding::Utf32
        } else {
            Encoding::Utf16
        }
    }

    /// As the protocol names it.
    pub fn kind(self) -> PositionEncodingKind {
        match self {
            Encoding::Utf8 => PositionEncodingKind::UTF8,
            Encoding::Utf16 => PositionEncodingKind::UTF16,
            Encoding::Utf32 => PositionEncodingKind::UTF32,
        }
    }

    fn width(self, c: char) -> usize {
        match self {
            Encoding::Utf8 => c.len_utf8(),
            Encoding::Utf16 => c.len_utf16(),
            Encoding::Utf32 => 1,
        }
    }

    /// How long a text is in these units.
    pub fn length(self, text: &str) -> u32 {
        let n = match self {
            Encoding::Utf8 => text.len(),
            _ => text.chars().map(|c| self.width(c)).sum(),
        };
        u32::try_from(n).unwrap_or(u32::MAX)
    }
}

/// A text with the places of its lines. To clone it is to share it.
#[derive(Clone, Debug)]
pub struct Text {
    text: Arc<str>,
    starts: Arc<[u32]>,
}

impl Text {
    /// Of a text as it is.
    pub fn new(text: &str) -> Text {
        let bytes = text.as_bytes();
        let ends = |(i, b): (usize, &u8)| match b {
            b'\n' => Some(i + 1),
            // `\r\n` is one line break, `\r` alone is one too.
            b'\r' if bytes.get(i + 1) != Some(&b'\n') => Some(i + 1),
            _ => None,
        };
        let starts = std::iter::once(0).chain(bytes.iter().enumerate().filter_map(ends));
        Text { text: text.into(), starts: starts.map(|n| u32::try_from(n).unwrap_or(u32::MAX)).collect() }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The bytes of a line without its break.
    fn line(&self, index: usize) -> ops::Range<usize> {
        let start = self.starts[index] as usize;
        let end = self.starts.get(index + 1).map_or(self.text.len(), |s| *s as usize);
        start..start + self.text[start..end].trim_end_matches(['\n', '\r']).len()
    }

    /// The index of the line that a byte lies in.
    pub fn line_of(&self, offset: usize) -> u32 {
        u32::try_from(self.starts.partition_point(|s| *s as usize <= offset).saturating_sub(1)).unwrap_or(u32::MAX)
    }

    /// The byte at a place.
    pub fn offset(&self, position: Position, encoding: Encoding) -> usize {
        let index = position.line as usize;
        if index >= self.starts.len() {
            return self.text.len();
        }
        let line = self.line(index);
        let (mut at, mut left) = (line.start, position.character as usize);
        for c in self.text[line].chars() {
            let width = encoding.width(c);
            if left < width {
                break;
            }
            left -= width;
            at += c.len_utf8();
        }
        at
    }

    /// The place of a byte.
    pub fn position(&self, offset: usize, encoding: Encoding) -> Position {
        let offset = self.text.floor_char_boundary(offset.min(self.text.len()));
        let line = self.line_of(offset);
        let start = self.starts[line as usize] as usize;
        Position { line, character: encoding.length(&self.text[start..offset]) }
    }

    /// The place of some bytes.
    pub fn range(&self, range: ops::Range<usize>, encoding: Encoding) -> Range {
        Range { start: self.position(range.start, encoding), end: self.position(range.end, encoding) }
    }

    /// The bytes between two places.
    pub fn bytes(&self, range: Range, encoding: Encoding) -> ops::Range<usize> {
        let (start, end) = (self.offset(range.start, encoding), self.offset(range.end, encoding));
        start..end.max(start)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_go_there_and_back_in_every_encoding() {
        let text = Text::new("要求 name\r\n𠮷x\n\nlast\rline");
        for encoding in [Encoding::Utf8, Encoding::Utf16, Encoding::Utf32] {
            for (at, _) in text.as_str().char_indices().filter(|(at, _)| !text.as_str()[..*at].ends_with('\r')) {
                assert_eq!(text.offset(text.position(at, encoding), encoding), at, "{encoding:?} at {at}");
            }
        }
        let at = text.as_str().find("name").expect("the word is there");
        assert_eq!(text.position(at, Encoding::Utf16), Position::new(0, 3));
        assert_eq!(text.position(at, Encoding::Utf8), Position::new(0, 7));
        let x = text.as_str().find('x').expect("the letter is there");
        assert_eq!(
            [Encoding::Utf8, Encoding::Utf16, Encoding::Utf32].map(|e| text.position(x, e)),
            [Position::new(1, 4), Position::new(1, 2), Position::new(1, 1)]
        );
    }

    #[test]
    fn places_outside_count_as_the_end() {
        let text = Text::new("ab\n𠮷");
        let of = |line, character| text.offset(Position::new(line, character), Encoding::Utf16);
        assert_eq!([of(0, 99), of(9, 0), of(1, 1), of(1, 2)], [2, 7, 3, 7]);
        assert_eq!(text.position(99, Encoding::Utf16), Position::new(1, 2));
        assert_eq!(text.position(4, Encoding::Utf16), Position::new(1, 0), "inside a character");
    }
}
