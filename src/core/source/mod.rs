//! The texts we read, and places in them.
//!
//! In: names and texts. Out: `SourceId`, `Span`, line and column.
//! INVARIANT: a span lies on character boundaries of its source; offsets are bytes.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

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
    /// A filing manifest: identity numbers in it are masked wherever it is shown.
    Manifest,
    /// Anything else, such as a configuration file.
    Other,
}

/// One text with its name.
#[derive(Clone, Debug)]
pub struct SourceFile {
    /// As shown to the user: a path, or `<stdin>`.
    pub name: String,
    /// The text without a byte order mark.
    pub text: Cow<'static, str>,
    /// What it holds.
    pub kind: SourceKind,
    line_starts: OnceLock<Vec<u32>>,
}

impl SourceFile {
    /// Byte offset of the first byte of each line.
    pub fn line_starts(&self) -> &[u32] {
        self.line_starts.get_or_init(|| {
            std::iter::once(0).chain(self.text.bytes().enumerate().filter(|(_, b)| *b == b'\n').map(|(i, _)| i as u32 + 1)).collect()
        })
    }

    /// Line and column of a byte offset; offsets past the end count as the end.
    pub fn line_column(&self, offset: usize) -> LineColumn {
        let offset = offset.min(self.text.len());
        let starts = self.line_starts();
        let line = starts.partition_point(|s| *s as usize <= offset).max(1);
        let mut from = starts[line - 1] as usize;
        let mut column = 1;
        while from < offset {
            let Some(c) = self.text[from..].chars().next() else { break };
            from += c.len_utf8();
            if from <= offset {
                column += 1;
            }
        }
        LineColumn { line, column }
    }
}

/// The table of all texts of one run. To clone it is to share its texts.
#[derive(Clone, Debug, Default)]
pub struct SourceMap {
    files: Vec<Arc<SourceFile>>,
}

impl SourceMap {
    /// Adds a text and names it.
    pub fn add(&mut self, name: impl Into<String>, text: impl Into<Cow<'static, str>>, kind: SourceKind) -> SourceId {
        let id = SourceId(self.files.len() as u32);
        self.files.push(Arc::new(SourceFile { name: name.into(), text: text.into(), kind, line_starts: OnceLock::new() }));
        id
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
