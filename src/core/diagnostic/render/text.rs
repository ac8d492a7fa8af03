//! Diagnostics with the text they are about. codespan draws; what it draws from is a small excerpt of each source, made here.

use super::{note_lines, safe};
use crate::diagnostic::{Diagnostic, Language, Severity};
use crate::source::{SourceMap, Span};
use codespan_reporting::diagnostic as cs;
use codespan_reporting::files::{Error, Files};
use codespan_reporting::term::{self, Config, StylesWriter, termcolor};
use std::fmt::Write as _;
use std::ops::Range;

/// Widest piece of a line that is shown, in bytes.
const MAX_LINE: usize = 160;
/// Bytes shown before the first underlined byte of a clipped line.
const BEFORE: usize = 40;

/// The word for a severity.
pub(super) fn severity_word(severity: Severity, language: Language) -> &'static str {
    match (severity, language) {
        (Severity::Error, Language::En) => "error",
        (Severity::Warning, Language::En) => "warning",
        (Severity::Note, Language::En) => "note",
        (Severity::Error, Language::Zh) => "错误",
        (Severity::Warning, Language::Zh) => "警告",
        (Severity::Note, Language::Zh) => "注意",
    }
}

/// One shown line of an excerpt.
struct Line {
    /// Number in the source, from 1; 0 for the filler between distant lines.
    number: usize,
    /// Bytes in the excerpt, without the line break.
    range: Range<usize>,
    /// Columns cut off before the shown part.
    hidden_columns: usize,
}

/// The lines of one source that one diagnostic shows.
struct Excerpt {
    source: u32,
    name: String,
    text: String,
    lines: Vec<Line>,
}

struct Excerpts(Vec<Excerpt>);

impl<'a> Files<'a> for Excerpts {
    type FileId = usize;
    type Name = &'a str;
    type Source = &'a str;

    fn name(&'a self, id: usize) -> Result<&'a str, Error> {
        self.0.get(id).map(|e| e.name.as_str()).ok_or(Error::FileMissing)
    }

    fn source(&'a self, id: usize) -> Result<&'a str, Error> {
        self.0.get(id).map(|e| e.text.as_str()).ok_or(Error::FileMissing)
    }

    fn line_index(&'a self, id: usize, byte: usize) -> Result<usize, Error> {
        let excerpt = self.0.get(id).ok_or(Error::FileMissing)?;
        Ok(excerpt.lines.partition_point(|l| l.range.start <= byte).saturating_sub(1))
    }

    fn line_number(&'a self, id: usize, line: usize) -> Result<usize, Error> {
        let excerpt = self.0.get(id).ok_or(Error::FileMissing)?;
        Ok(excerpt.lines.get(line).map_or(1, |l| l.number))
    }

    fn column_number(&'a self, id: usize, line: usize, byte: usize) -> Result<usize, Error> {
        let excerpt = self.0.get(id).ok_or(Error::FileMissing)?;
        let shown = excerpt.lines.get(line).ok_or(Error::FileMissing)?;
        let end = byte.clamp(shown.range.start, shown.range.end);
        let columns = excerpt.text.get(shown.range.start..end).map_or(0, |t| t.chars().count());
        Ok(shown.hidden_columns + columns + 1)
    }

    fn line_range(&'a self, id: usize, line: usize) -> Result<Range<usize>, Error> {
        let excerpt = self.0.get(id).ok_or(Error::FileMissing)?;
        let start = excerpt.lines.get(line).ok_or(Error::FileMissing)?.range.start;
        let end = excerpt.lines.get(line + 1).map_or(excerpt.text.len(), |l| l.range.start);
        Ok(start..end)
    }
}

fn floor(text: &str, mut at: usize) -> usize {
    at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// A label cut to the first line of its span, with that line.
struct Placed {
    excerpt: usize,
    line: usize,
    range: Range<usize>,
}

fn place(spans: &[Span], sources: &SourceMap) -> (Excerpts, Vec<Range<usize>>, Vec<usize>) {
    let mut excerpts: Vec<Excerpt> = Vec::new();
    let mut placed: Vec<Placed> = Vec::new();
    for span in spans {
        let file = sources.get(span.source);
        let excerpt = match excerpts.iter().position(|e| e.source == span.source.0) {
            Some(i) => i,
            None => {
                excerpts.push(Excerpt { source: span.source.0, name: safe::message(&file.name), text: String::new(), lines: vec![] });
                excerpts.len() - 1
            }
        };
        let start = floor(&file.text, span.start as usize);
        let (line, bytes) = file.line_at(start);
        let start = start.min(bytes.end);
        let end = floor(&file.text, span.end as usize).clamp(start, bytes.end.max(start));
        placed.push(Placed { excerpt, line, range: start..end });
    }
    let mut ranges = vec![0..0; placed.len()];
    for (e, excerpt) in excerpts.iter_mut().enumerate() {
        let file = sources.get(crate::source::SourceId(excerpt.source));
        let mut lines: Vec<usize> = placed.iter().filter(|p| p.excerpt == e).map(|p| p.line).collect();
        lines.sort_unstable();
        lines.dedup();
        let mut previous: Option<usize> = None;
        for line in lines {
            // codespan marks a gap where line indices are apart: two empty lines make one.
            if previous.is_some_and(|p| line > p + 1) {
                for _ in 0..2 {
                    let at = excerpt.text.len();
                    excerpt.text.push('\n');
                    excerpt.lines.push(Line { number: 0, range: at..at, hidden_columns: 0 });
                }
            }
            previous = Some(line);
            let (_, bytes) = file.line_at(file.line_starts()[line] as usize);
            let first = placed.iter().filter(|p| p.excerpt == e && p.line == line).map(|p| p.range.start).min().unwrap_or(bytes.start);
            let (mut from, mut until) = (bytes.start, bytes.end);
            if bytes.len() > MAX_LINE {
                from = floor(&file.text, first.saturating_sub(BEFORE).max(bytes.start));
                until = floor(&file.text, (from + MAX_LINE).min(bytes.end));
            }
            let at = excerpt.text.len();
            let mut hidden_columns = 0;
            if from > bytes.start {
                hidden_columns = file.text[bytes.start..from].chars().count().saturating_sub(1);
                excerpt.text.push('…');
            }
            let body = excerpt.text.len();
            // Masking looks at whole words, so it sees a little more than what is shown.
            let around = floor(&file.text, from.saturating_sub(20).max(bytes.start))..floor(&file.text, (until + 20).min(bytes.end));
            let safe = safe::shown(&file.text[around.clone()], file.kind);
            excerpt.text.push_str(safe.get(from - around.start..until - around.start).unwrap_or(""));
            if until < bytes.end {
                excerpt.text.push('…');
            }
            excerpt.lines.push(Line { number: line + 1, range: at..excerpt.text.len(), hidden_columns });
            excerpt.text.push('\n');
            for (p, range) in placed.iter().zip(&mut ranges).filter(|(p, _)| p.excerpt == e && p.line == line) {
                let shift = |byte: usize| body + byte.clamp(from, until) - from;
                *range = shift(p.range.start)..shift(p.range.end);
                if range.start == range.end {
                    let next = excerpt.text[range.start..].chars().next().map_or(0, char::len_utf8);
                    range.end = range.start + next;
                }
            }
        }
    }
    let ids = placed.iter().map(|p| p.excerpt).collect();
    (Excerpts(excerpts), ranges, ids)
}

/// Diagnostics with excerpts of their sources, a blank line after each.
pub fn full(diagnostics: &[Diagnostic], sources: &SourceMap, language: Language, color: bool) -> String {
    let config = Config::default();
    let mut out = String::new();
    for d in diagnostics {
        one(&mut out, d, sources, language, color, &config);
    }
    out
}

fn one(out: &mut String, d: &Diagnostic, sources: &SourceMap, language: Language, color: bool, config: &Config) {
    let word = severity_word(d.severity, language);
    let code = d.code.text();
    let message = safe::message(d.message.get(language));
    let _ = match (color, d.severity) {
        (false, _) => writeln!(out, "{word}[{code}]: {message}"),
        (true, Severity::Error) => writeln!(out, "\u{1b}[1;31m{word}[{code}]\u{1b}[0m\u{1b}[1m: {message}\u{1b}[0m"),
        (true, Severity::Warning) => writeln!(out, "\u{1b}[1;33m{word}[{code}]\u{1b}[0m\u{1b}[1m: {message}\u{1b}[0m"),
        (true, Severity::Note) => writeln!(out, "\u{1b}[1;32m{word}[{code}]\u{1b}[0m\u{1b}[1m: {message}\u{1b}[0m"),
    };
    let spans: Vec<Span> = d.labels.iter().map(|l| l.span).collect();
    let (excerpts, ranges, ids) = place(&spans, sources);
    let labels = d
        .labels
        .iter()
        .zip(ranges.into_iter().zip(ids))
        .map(|(l, (range, id))| {
            let style = if l.is_primary { cs::LabelStyle::Primary } else { cs::LabelStyle::Secondary };
            cs::Label::new(style, id, range).with_message(safe::message(l.message.get(language)))
        })
        .collect();
    let severity = match d.severity {
        Severity::Error => cs::Severity::Error,
        Severity::Warning => cs::Severity::Warning,
        Severity::Note => cs::Severity::Note,
    };
    let drawn = cs::Diagnostic::new(severity).with_labels(labels).with_notes(note_lines(d, language));
    let text = if color {
        let mut buffer = termcolor::Buffer::ansi();
        let styles = term::Styles::default();
        let done = term::emit_to_write_style(&mut StylesWriter::new(&mut buffer, &styles), config, &excerpts, &drawn);
        done.ok().and_then(|()| String::from_utf8(buffer.into_inner()).ok())
    } else {
        term::emit_into_string(config, &excerpts, &drawn).ok()
    };
    // codespan's own head line is in English; ours stands above.
    if let Some((_, body)) = text.as_deref().and_then(|t| t.split_once('\n')) {
        out.push_str(body);
    }
    if !out.ends_with("\n\n") {
        out.push('\n');
    }
}
