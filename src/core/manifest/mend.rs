//! Broken lines of TOML, told one by one: a line that cannot be read is put in order as far as its key or table goes, and the rest is read again, so that
//! one slip costs one message and hides nothing after it.

use super::lines::{LineFault, fault_of};
use ::toml::de::DeTable;
use std::ops::Range;

/// A text that is mended line by line; its offsets lead back to the text as written.
pub(super) struct Scratch {
    pub(super) text: String,
    /// Where something was inserted, and how much, in order.
    inserted: Vec<(usize, usize)>,
}

/// A line that could not be read, as written.
pub(super) struct Broken {
    /// Its bytes.
    pub(super) line: Range<usize>,
    /// What is wrong with it, where that is known; its range counts from the line.
    pub(super) fault: Option<LineFault>,
    /// What the reader of TOML says, and where.
    pub(super) error: (String, Range<usize>),
}

/// Most lines before an error that are searched for its cause.
const LOOK_BACK: usize = 60;

impl Scratch {
    pub(super) fn new(text: &str) -> Self {
        Scratch { text: text.to_owned(), inserted: Vec::new() }
    }

    /// The offset in the text as written.
    pub(super) fn original(&self, at: usize) -> usize {
        at - self.inserted.iter().take_while(|(place, _)| *place < at).map(|(place, n)| (*n).min(at - place)).sum::<usize>()
    }

    /// The line at an offset, without its end.
    pub(super) fn line_at(&self, at: usize) -> Range<usize> {
        let at = self.text.floor_char_boundary(at);
        let start = self.text[..at].rfind('\n').map_or(0, |n| n + 1);
        let end = self.text[at..].find('\n').map_or(self.text.len(), |n| at + n);
        start..start + self.text[start..end].trim_end_matches('\r').len()
    }

    /// Tells and mends lines until the text can be read, at most `most` of them; what is left is an error whose line shows no fault.
    pub(super) fn mend(&mut self, most: usize) -> Vec<Broken> {
        let mut told: Vec<Broken> = Vec::new();
        while told.len() < most {
            let errors: Vec<(Range<usize>, String)> = {
                let (_, errors) = DeTable::parse_recoverable(&self.text);
                let fresh = errors.iter().filter(|e| !is_duplicate(e.message()));
                fresh.map(|e| (e.span().unwrap_or(0..0), e.message().to_owned())).collect()
            };
            let mut lines = self.culprits(errors, most - told.len());
            if lines.is_empty() {
                break;
            }
            // From the end, so that the lines before keep their places.
            lines.sort_by_key(|(line, ..)| std::cmp::Reverse(line.start));
            let n_before = told.len();
            for (line, range, message) in lines {
                let written = self.text[line.clone()].to_owned();
                let original = self.original(line.start)..self.original(line.end);
                let error = (message, self.original(range.start)..self.original(range.end));
                let fault = fault_of(&written);
                self.replace(line, mended(&written, fault.as_ref()));
                told.push(Broken { line: original, fault, error });
            }
            told[n_before..].sort_by_key(|b| b.line.start);
        }
        told.sort_by_key(|b| b.line.start);
        told
    }

    /// The lines that are the cause of errors: those that cannot be read alone; for the first error also one before it that leaves something open.
    fn culprits(&self, mut errors: Vec<(Range<usize>, String)>, most: usize) -> Vec<(Range<usize>, Range<usize>, String)> {
        errors.sort_by_key(|(range, _)| range.start);
        let mut found: Vec<(Range<usize>, Range<usize>, String)> = Vec::new();
        for (range, message) in errors {
            if found.len() >= most {
                break;
            }
            let line = self.line_at(range.start);
            if found.iter().any(|(l, ..)| *l == line) {
                continue;
            }
            if stands_alone(&self.text[line.clone()]) {
                if found.is_empty() {
                    found.extend(self.open_before(line.start).map(|open| (open.clone(), open, message)));
                }
                // What follows may come of it.
                break;
            }
            found.push((line, range, message));
        }
        found
    }

    /// The nearest line before an offset that cannot be read alone and leaves open what is still open there.
    fn open_before(&self, end: usize) -> Option<Range<usize>> {
        let mut at = end;
        for _ in 0..LOOK_BACK {
            at = at.checked_sub(1)?;
            let line = self.line_at(at);
            if !stands_alone(&self.text[line.clone()]) && is_open(&self.text[line.start..end]) {
                return Some(line);
            }
            at = line.start;
        }
        None
    }

    /// Puts a line in the place of another; what is shorter is filled up with blanks, so that offsets stay where they can.
    fn replace(&mut self, line: Range<usize>, mut new: String) {
        let length = line.len();
        if new.len() < length {
            new.push_str(&" ".repeat(length - new.len()));
        }
        let n = new.len() - length;
        self.text.replace_range(line.clone(), &new);
        if n > 0 {
            for (place, _) in self.inserted.iter_mut().filter(|(place, _)| *place >= line.end) {
                *place += n;
            }
            let at = self.inserted.partition_point(|(place, _)| *place < line.end);
            self.inserted.insert(at, (line.end, n));
        }
    }
}

pub(super) fn is_duplicate(message: &str) -> bool {
    message.contains("duplicate key")
}

/// Whether more brackets are opened than closed, outside texts and comments.
fn is_open(text: &str) -> bool {
    let mut depth = 0i64;
    for line in text.lines() {
        let mut quote = None;
        for c in line.chars() {
            match (quote, c) {
                (Some(q), c) if c == q => quote = None,
                (None, '"' | '\'') => quote = Some(c),
                (None, '#') => break,
                (None, '[' | '{') => depth += 1,
                (None, ']' | '}') => depth -= 1,
                _ => {}
            }
        }
    }
    depth > 0
}

fn stands_alone(line: &str) -> bool {
    DeTable::parse(line).is_ok()
}

/// A line that can be read: the key with a value that says nothing, the table as it was meant, else blanks.
fn mended(line: &str, fault: Option<&LineFault>) -> String {
    let body = line.trim();
    if body.starts_with('[') || fault.is_some_and(|f| f.written.as_ref().is_some_and(|w| w.starts_with('['))) {
        let meant = fault.and_then(|f| f.written.clone()).filter(|w| w.starts_with('['));
        let name = body.trim_matches(['[', ']', ' ']);
        let brackets = if body.starts_with("[[") { ("[[", "]]") } else { ("[", "]") };
        let bare = || format!("{}{}{}", brackets.0, keyed(name), brackets.1);
        return [meant, Some(bare())].into_iter().flatten().find(|m| stands_alone(m)).unwrap_or_default();
    }
    let Some(sign) = body.find(['=', '＝', ':', '：']) else { return String::new() };
    let key = keyed(body[..sign].trim());
    let mended = format!("{key} = 0");
    if stands_alone(&mended) { mended } else { String::new() }
}

/// A key or the name of a table with quotes where TOML asks for them.
fn keyed(name: &str) -> String {
    let part = |p: &str| {
        let p = p.trim();
        if p.is_ascii() || p.starts_with(['"', '\'']) { p.to_owned() } else { format!("\"{p}\"") }
    };
    name.split('.').map(part).collect::<Vec<_>>().join(".")
}

#[cfg(test)]
mod tests {
    use super::Scratch;

    #[test]
    fn lines_are_told_once_and_offsets_lead_back() {
        let text = "[filing\nregion = zj\n[[domain]\nnames = [\"a\", \"b\"\nlast = \"x\"\n主体 = 甲\n";
        let mut scratch = Scratch::new(text);
        let told: Vec<&str> = scratch.mend(50).iter().map(|b| &text[b.line.clone()]).collect();
        assert_eq!(told, ["[filing", "region = zj", "[[domain]", "names = [\"a\", \"b\"", "主体 = 甲"]);
        assert!(::toml::de::DeTable::parse(&scratch.text).is_ok(), "{}", scratch.text);
        let at = scratch.text.find("last").expect("the line is there");
        assert_eq!(scratch.original(at), text.find("last").expect("the line is there"));
        assert_eq!(scratch.original(scratch.text.len()), text.len());
    }

    #[test]
    fn what_can_be_read_stays() {
        let text = "a = [\n  1,\n  2\n]\nb = \"\"\"\nx\n\"\"\"\n";
        let mut scratch = Scratch::new(text);
        assert!(scratch.mend(50).is_empty());
        assert_eq!(scratch.text, text);
    }
}
