//! The texts we read, and places in them.
//!
//! In: names and texts. Out: `SourceId`, `Span`, line and column, and which parts of a text are private.
//! INVARIANT: a span lies on character boundaries of its source; offsets are bytes.

mod hidden;
mod private;
mod text;

pub use hidden::{hidden, written};
pub use private::{LONGEST, Private, is_organisation, masked};
pub(crate) use private::{is_word, middle, numbers};
pub use text::Text;

use std::borrow::Cow;
use std::ops::Range;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

/// Names one text of a `SourceMap`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub struct SourceId(pub u32);

/// Half-open byte range in one source.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub struct Span {
    /// The text the range lies in.
    pub source: SourceId,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// A span of `range` in `source`; offsets beyond 4 GiB are cut off.
    pub fn new(source: SourceId, range: Range<usize>) -> Self {
        let clamp = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Span { source, start: clamp(range.start), end: clamp(range.end) }
    }

    /// The byte range.
    pub fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }

    /// From the start of `self` to the end of `other`, both in one source.
    pub fn to(self, other: Span) -> Span {
        Span { source: self.source, start: self.start.min(other.start), end: self.end.max(other.end) }
    }

    /// Whether the span stands for no place at all.
    pub fn is_empty(self) -> bool {
        self.start == self.end
    }
}

/// A value with the place it was written at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spanned<T> {
    /// The value.
    pub value: T,
    /// Where it stands.
    pub span: Span,
}

impl<T> Spanned<T> {
    /// Pairs a value with its place.
    pub fn new(value: T, span: Span) -> Self {
        Spanned { value, span }
    }
}

/// Line and column of a byte offset, both counted from 1; columns are Unicode scalar values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LineColumn {
    /// Line, from 1.
    pub line: usize,
    /// Column in Unicode scalar values, from 1.
    pub column: usize,
}

/// What kind of text a source is; manifests hold personal data, rules do not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SourceKind {
    /// A rule file.
    Rules,
    /// A filing manifest: what its fields keep private is masked wherever it is shown.
    Manifest,
    /// Anything else, such as a configuration file.
    Other,
}

/// Where a text lies in the file that its name says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Origin {
    /// It is the whole file.
    #[default]
    Whole,
    /// Its first line is a later line of the file, counted from 1: a record of a stream.
    Line(usize),
    /// It was written out of a row of a table: from each of these bytes on it tells what stands in a cell. Ascending.
    Row(Vec<(usize, LineColumn)>),
}

/// One text with its name.
#[derive(Debug)]
pub struct SourceFile {
    /// As shown to the user: a path, or `<stdin>`.
    pub name: String,
    /// The text without a byte order mark.
    pub text: Text,
    /// What it holds.
    pub kind: SourceKind,
    /// Where it lies in the file of its name.
    pub origin: Origin,
    line_starts: OnceLock<Vec<u32>>,
    /// Characters before every `STRIDE`th byte: asked for only in long lines.
    character_counts: OnceLock<Vec<u32>>,
    /// What the reader of the text found to be private; it knows the fields, whoever shows the text does not.
    private: Mutex<Private>,
}

impl SourceFile {
    /// What is private in it.
    pub fn private(&self) -> MutexGuard<'_, Private> {
        // A set that a thread left behind half-way still holds whole entries.
        self.private.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Byte offset of the first byte of each line.
    pub fn line_starts(&self) -> &[u32] {
        self.line_starts.get_or_init(|| {
            std::iter::once(0).chain(self.text.bytes().enumerate().filter(|(_, b)| *b == b'\n').map(|(i, _)| i as u32 + 1)).collect()
        })
    }

    /// The line a byte lies in: its index from 0, and its bytes without the line break. Offsets past the end count as the end.
    pub fn line_at(&self, offset: usize) -> (usize, Range<usize>) {
        let starts = self.line_starts();
        let index = starts.partition_point(|s| *s as usize <= offset).saturating_sub(1);
        let start = starts[index] as usize;
        let end = starts.get(index + 1).map_or(self.text.len(), |s| *s as usize);
        (index, start..start + self.text[start..end].trim_end_matches(['\n', '\r']).len())
    }

    /// The number in its file of a line of the text, by its index from 0.
    pub fn line_number(&self, index: usize) -> usize {
        match &self.origin {
            Origin::Whole => index + 1,
            Origin::Line(first) => first + index,
            Origin::Row(_) => self.line_column(self.line_starts().get(index).map_or(self.text.len(), |s| *s as usize)).line,
        }
    }

    /// Line and column of a byte offset; offsets past the end count as the end. In a row of a table these are the row and the column of the cell.
    pub fn line_column(&self, offset: usize) -> LineColumn {
        let at = self.place_in_text(offset);
        match &self.origin {
            Origin::Whole => at,
            Origin::Line(first) => LineColumn { line: first + at.line - 1, ..at },
            Origin::Row(cells) => {
                let cell =
                    cells.partition_point(|(start, _)| *start <= offset).checked_sub(1).or(if cells.is_empty() { None } else { Some(0) });
                cell.map_or(at, |i| cells[i].1)
            }
        }
    }

    fn place_in_text(&self, offset: usize) -> LineColumn {
        let offset = self.text.floor_char_boundary(offset);
        let starts = self.line_starts();
        let line = starts.partition_point(|s| *s as usize <= offset).max(1);
        let start = starts[line - 1] as usize;
        let column = if offset - start <= STRIDE {
            n_characters(&self.text.as_bytes()[start..offset])
        } else {
            self.characters_before(offset) - self.characters_before(start)
        };
        LineColumn { line, column: column + 1 }
    }

    /// Characters that begin before a byte, counted from the nearest remembered place before it.
    fn characters_before(&self, offset: usize) -> usize {
        let bytes = self.text.as_bytes();
        let counts = self.character_counts.get_or_init(|| {
            let mut sum = 0;
            let whole = bytes.chunks_exact(STRIDE).map(|chunk| {
                sum += n_characters(chunk);
                sum as u32
            });
            std::iter::once(0).chain(whole).collect()
        });
        let at = offset / STRIDE;
        counts[at] as usize + n_characters(&bytes[at * STRIDE..offset])
    }
}

/// Bytes between the places at which the number of characters before is remembered.
const STRIDE: usize = 1024;

/// Characters that begin in some bytes of a text.
fn n_characters(bytes: &[u8]) -> usize {
    bytes.iter().filter(|b| **b & 0xc0 != 0x80).count()
}

/// The table of all texts of one run. To clone it is to share its texts.
#[derive(Clone, Debug, Default)]
pub struct SourceMap {
    files: Vec<Arc<SourceFile>>,
}

impl SourceMap {
    /// Adds a text and names it.
    pub fn add(&mut self, name: impl Into<String>, text: impl Into<Cow<'static, str>>, kind: SourceKind) -> SourceId {
        self.add_part(name, text, kind, Origin::Whole)
    }

    /// Adds a part of a file, or what was written out of it, and names it.
    pub fn add_part(&mut self, name: impl Into<String>, text: impl Into<Cow<'static, str>>, kind: SourceKind, origin: Origin) -> SourceId {
        self.put(name.into(), Text::from(text.into()), kind, origin)
    }

    /// Adds a text that may lie folded up.
    pub fn add_text(&mut self, name: impl Into<String>, text: Text, kind: SourceKind) -> SourceId {
        self.put(name.into(), text, kind, Origin::Whole)
    }

    fn put(&mut self, name: String, text: Text, kind: SourceKind, origin: Origin) -> SourceId {
        let id = SourceId(self.files.len() as u32);
        let (line_starts, character_counts) = (OnceLock::new(), OnceLock::new());
        let private = Mutex::default();
        self.files.push(Arc::new(SourceFile { name, text, kind, origin, line_starts, character_counts, private }));
        id
    }

    /// Number of texts.
    pub fn len(&self) -> usize {
        self.files.len()
    }

    /// Whether there is no text.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// Forgets all texts but the first `n`. Spans into the others must not be shown any more.
    pub fn truncate(&mut self, n: usize) {
        self.files.truncate(n);
    }

    /// Marks the place of a private value, and the value itself, which other texts may quote.
    pub fn keep_private(&self, span: Span, value: &str) {
        if let Some(file) = self.files.get(span.source.0 as usize) {
            file.private().add(span.range(), value);
        }
    }

    /// The text with its name.
    ///
    /// **Panics** when the id comes from another map.
    pub fn get(&self, id: SourceId) -> &SourceFile {
        &self.files[id.0 as usize]
    }

    /// All texts with their ids, in the order they were added.
    pub fn iter(&self) -> impl Iterator<Item = (SourceId, &SourceFile)> {
        self.files.iter().enumerate().map(|(i, f)| (SourceId(i as u32), &**f))
    }

    /// The text a span covers; empty where the span does not fit.
    pub fn slice(&self, span: Span) -> &str {
        self.files.get(span.source.0 as usize).and_then(|f| f.text.get(span.range())).unwrap_or("")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the tables answer, counted by hand.
    fn check(text: &str) {
        let mut sources = SourceMap::default();
        let id = sources.add("m.toml", text.to_owned(), SourceKind::Manifest);
        let (mut line, mut column) = (1, 1);
        for (at, c) in text.char_indices() {
            for inside in 0..c.len_utf8() {
                assert_eq!(
                    sources.get(id).line_column(at + inside),
                    LineColumn { line, column },
                    "byte {} of {} bytes",
                    at + inside,
                    text.len()
                );
            }
            (line, column) = if c == '\n' { (line + 1, 1) } else { (line, column + 1) };
        }
        assert_eq!(sources.get(id).line_column(text.len() + 7), LineColumn { line, column });
    }

    #[test]
    fn parts_of_files_are_placed_in_them() {
        let mut sources = SourceMap::default();
        let line = sources.add_part("o.jsonl", "{\n\"a\": 1}", SourceKind::Manifest, Origin::Line(17));
        assert_eq!(sources.get(line).line_column(2), LineColumn { line: 18, column: 1 });
        assert_eq!(sources.get(line).line_number(0), 17);
        let cell = |line, column| LineColumn { line, column };
        let cells = vec![(6, cell(3, 2)), (12, cell(4, 9))];
        let row = sources.add_part("o.csv", "a = 1\nb = 22\n", SourceKind::Manifest, Origin::Row(cells));
        let of = |at| sources.get(row).line_column(at);
        assert_eq!([of(0), of(6), of(11), of(12), of(99)], [cell(3, 2), cell(3, 2), cell(3, 2), cell(4, 9), cell(4, 9)]);
        assert_eq!(sources.get(row).line_number(1), 3);
        sources.truncate(1);
        assert_eq!(sources.len(), 1);
    }

    #[test]
    fn columns_are_characters_in_lines_of_any_length() {
        check("");
        check("a\nbc\n\nd");
        check("网站 = \"é\"\r\n𠮷x");
        for n in [1, 300, 1023, 1024, 1025, 5000] {
            check(&"网a".repeat(n));
            check(&format!("{}\n{}\n𠮷", "x".repeat(n), "é𠮷-".repeat(n)));
        }
    }
}
