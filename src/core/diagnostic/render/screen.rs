//! What stands between texts from outside and whoever reads them: private values masked, hidden characters shown, endless values cut.
//!
//! Every renderer asks here. `Shown` is a text that went through; only this folder makes one, and only such texts are printed.

use crate::source::{self, SourceFile, SourceMap};
use rustc_hash::FxHashSet;
use std::borrow::Cow;
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

/// Longest message, in characters; values in it are cut before, where they are quoted.
const LONGEST: usize = 2000;
/// Bytes beside a shown part that are looked at, so that a number is known as one though it is cut.
const BESIDE: usize = 256;

/// A text that may be printed: nothing in it is obeyed by a terminal but the colours that the program itself put there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shown(pub(super) String);

impl Shown {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The text, owned.
    pub fn into_string(self) -> String {
        self.0
    }

    /// A JSON document as a script that gives it a name.
    pub fn script(name: &'static str, json: &Shown) -> Self {
        Shown(format!("const {name} = {};\n", json.0.trim_end()))
    }

    /// A text of the program itself.
    pub fn own(text: &'static str) -> Self {
        Shown(text.to_owned())
    }

    /// The part before some markup of the program.
    pub fn until(&self, markup: &'static str) -> Self {
        Shown(self.0.split(markup).next().unwrap_or("").to_owned())
    }

    /// A document in a format that other programs read. What its format let stand raw is shown all the same, but for the breaks of lines.
    pub fn document(text: String) -> Self {
        let has_hidden = |line: &str| line.trim_end_matches('\r').chars().any(|c| source::hidden(c).is_some());
        if !text.split('\n').any(has_hidden) {
            return Shown(text);
        }
        let lines = text.split('\n').map(|line| match line.strip_suffix('\r') {
            Some(line) => escaped(line).into_owned() + "\r",
            None => escaped(line).into_owned(),
        });
        Shown(lines.collect::<Vec<_>>().join("\n"))
    }
}

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Hidden characters written as `\u{202e}`, line breaks too.
pub fn escaped(text: &str) -> Cow<'_, str> {
    let is_odd = |c: char| c == '\n' || source::hidden(c).is_some();
    if !text.chars().any(is_odd) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if is_odd(c) { out.push_str(&source::written(c)) } else { out.push(c) }
    }
    Cow::Owned(out)
}

/// A text of at most so many characters; how long it was stands behind a longer one.
fn cut(text: &str, most: usize) -> Cow<'_, str> {
    match text.char_indices().nth(most) {
        Some((end, _)) => Cow::Owned(format!("{}… ({most}/{})", &text[..end], text.chars().count())),
        None => Cow::Borrowed(text),
    }
}

/// A value as a message quotes it: the begin of a very long one, and how long it is.
pub fn quoted(text: &str) -> Cow<'_, str> {
    cut(text, source::LONGEST)
}

/// What is private in the texts of one run.
#[derive(Clone, Debug, Default)]
pub struct Screen(Arc<Secrets>);

#[derive(Debug, Default)]
struct Secrets {
    values: FxHashSet<String>,
    /// Lengths of the values in bytes, ascending.
    lengths: Vec<usize>,
    /// The first bytes of each, to pass most words by.
    begins: FxHashSet<[u8; 4]>,
}

fn begin(text: &str) -> Option<[u8; 4]> {
    text.as_bytes().first_chunk().copied()
}

impl Screen {
    /// The screen of a run: what the readers of its texts found to be private.
    pub fn of(sources: &SourceMap) -> Self {
        Self::of_all([sources])
    }

    /// The screen of several runs.
    pub fn of_all<'s>(all: impl IntoIterator<Item = &'s SourceMap>) -> Self {
        let mut values = FxHashSet::default();
        for (_, file) in all.into_iter().flat_map(SourceMap::iter) {
            values.extend(file.private().values().map(str::to_owned));
        }
        let mut lengths: Vec<usize> = values.iter().map(String::len).collect();
        lengths.sort_unstable();
        lengths.dedup();
        let begins = values.iter().filter_map(|v| begin(v)).collect();
        Screen(Arc::new(Secrets { values, lengths, begins }))
    }

    /// Private values and long numbers masked, all else as it is: for formats that can hold every character.
    pub fn masked<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let mut hidden = self.secrets(text);
        hidden.extend(
            source::numbers(text, 1).into_iter().filter(|n| !hidden.iter().any(|h| h.start < n.end && n.start < h.end)).collect::<Vec<_>>(),
        );
        if hidden.is_empty() {
            return Cow::Borrowed(text);
        }
        hidden.sort_by_key(|h| h.start);
        let (mut out, mut at) = (String::with_capacity(text.len()), 0);
        for part in hidden {
            out.push_str(&text[at..part.start]);
            out.push_str(&source::masked(&text[part.clone()]));
            at = part.end;
        }
        out.push_str(&text[at..]);
        Cow::Owned(out)
    }

    /// Whether nothing of a text would be masked.
    pub fn lets_through(&self, text: &str) -> bool {
        matches!(self.masked(text), Cow::Borrowed(_))
    }

    /// A text as part of a line: masked, cut, hidden characters shown.
    pub fn text(&self, text: &str) -> String {
        let cut = cut(text, LONGEST);
        escaped(&self.masked(&cut)).into_owned()
    }

    /// Where private values stand as words of their own.
    fn secrets(&self, text: &str) -> Vec<Range<usize>> {
        let mut found = Vec::new();
        if self.0.lengths.is_empty() {
            return found;
        }
        let (mut at, mut before) = (0, None);
        while let Some(c) = text[at..].chars().next() {
            let is_begin = !(source::is_word(c) && before.is_some_and(source::is_word))
                && begin(&text[at..]).is_some_and(|b| self.0.begins.contains(&b));
            let whole = |length: &usize| {
                let value = text.get(at..at + length)?;
                let (last, next) = (value.chars().next_back()?, text[at + length..].chars().next());
                let is_end = !(source::is_word(last) && next.is_some_and(source::is_word));
                (is_end && self.0.values.contains(value)).then_some(at + length)
            };
            // The longest one wins: `138 0000 0000` before `138`.
            if let Some(end) = is_begin.then(|| self.0.lengths.iter().rev().find_map(whole)).flatten() {
                found.push(at..end);
                before = text[at..end].chars().next_back();
                at = end;
            } else {
                before = Some(c);
                at += c.len_utf8();
            }
        }
        found
    }

    /// The line of a source that a byte lies in, as it is shown; of a very long one the part around the byte.
    pub fn line(&self, file: &SourceFile, byte: usize) -> String {
        let (_, mut line) = file.line_at(byte);
        if line.len() > LONGEST {
            let at = byte.clamp(line.start, line.end);
            line = file.text.floor_char_boundary(at.saturating_sub(BESIDE).max(line.start))
                ..file.text.floor_char_boundary((at + BESIDE).min(line.end));
        }
        self.excerpt(file, line).text
    }

    /// A part of one line of a source as it is shown.
    pub(super) fn excerpt(&self, file: &SourceFile, part: Range<usize>) -> Excerpt {
        let around = file.text.floor_char_boundary(part.start.saturating_sub(BESIDE))
            ..file.text.floor_char_boundary((part.end + BESIDE).min(file.text.len()));
        let beside = &file.text[around.clone()];
        let mut hidden: Vec<Range<usize>> = Vec::new();
        let middle = |value: Range<usize>| {
            let middle = source::middle(&file.text[value.clone()]);
            value.start + middle.start..value.start + middle.end
        };
        hidden.extend(file.private().places(&part).into_iter().filter(|p| file.text.get(p.clone()).is_some()).map(middle));
        for number in source::numbers(beside, 3).into_iter().chain(self.secrets(beside)) {
            let number = around.start + number.start..around.start + number.end;
            // A place that the reader of the manifest marked says better where the value ends.
            if !file.private().places(&number).iter().any(|p| p.start <= number.start && number.end <= p.end) {
                hidden.push(middle(number));
            }
        }
        let mut out = Excerpt { text: String::with_capacity(part.len()), moved: Vec::new() };
        for (at, c) in file.text[part.clone()].char_indices() {
            let (from, to) = (part.start + at, out.text.len());
            if hidden.iter().any(|h| h.contains(&from)) {
                out.text.push('*');
            } else if source::hidden(c).is_some() {
                out.text.push_str(&source::written(c));
            } else {
                out.text.push(c);
            }
            if out.text.len() - to != c.len_utf8() {
                out.moved.push((from + c.len_utf8(), out.text.len()));
            }
        }
        out.moved.insert(0, (part.start, 0));
        out
    }
}

/// A part of a source as it is shown, and where its bytes went.
pub(super) struct Excerpt {
    pub(super) text: String,
    /// Bytes of the source with their places in the text; between two of them nothing moved.
    moved: Vec<(usize, usize)>,
}

impl Excerpt {
    /// Where a byte of the source stands in the shown text.
    pub(super) fn place(&self, byte: usize) -> usize {
        let last = self.moved.partition_point(|(from, _)| *from <= byte).saturating_sub(1);
        let (from, to) = self.moved[last];
        self.text.floor_char_boundary(to + byte.saturating_sub(from))
    }
}
