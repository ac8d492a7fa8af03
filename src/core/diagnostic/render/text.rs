//! Diagnostics with the text they are about. codespan draws; what it draws from is a small excerpt of each source, made here.

use super::note_lines;
use super::page::{Page, Style};
use super::screen::Screen;
use crate::diagnostic::{Diagnostic, Language, Severity};
use crate::source::{SourceMap, Span};
use codespan_reporting::diagnostic as cs;
use codespan_reporting::files::{Error, Files};
use codespan_reporting::term::{self, Config, StylesWriter, termcolor};
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
}

/// The lines of one source that one diagnostic shows.
pub(super) struct Excerpt {
    source: u32,
    name: String,
    text: String,
    lines: Vec<Line>,
    /// Columns in the source of the bytes at which a label begins.
    columns: Vec<(usize, usize)>,
}

pub(super) struct Excerpts(Vec<Excerpt>);

impl Excerpts {
    /// One for each source, in the order in which labels name them.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Excerpt> {
        self.0.iter()
    }
}

impl Excerpt {
    /// The name of the source, as it is shown.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// The lines, as they are shown.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// Each line by its number in the source and its bytes in `text`; 0 stands between lines that are apart.
    pub(super) fn lines(&self) -> impl Iterator<Item = (usize, Range<usize>)> {
        self.lines.iter().map(|l| (l.number, l.range.clone()))
    }
}

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
        // Only the begin of a label is asked for.
        if let Some((_, column)) = excerpt.columns.iter().find(|(at, _)| *at == byte) {
            return Ok(*column);
        }
        let shown = excerpt.lines.get(line).ok_or(Error::FileMissing)?;
        let end = byte.clamp(shown.range.start, shown.range.end);
        Ok(excerpt.text.get(shown.range.start..end).map_or(0, |t| t.chars().count()) + 1)
    }

    fn line_range(&'a self, id: usize, line: usize) -> Result<Range<usize>, Error> {
        let excerpt = self.0.get(id).ok_or(Error::FileMissing)?;
        let start = excerpt.lines.get(line).ok_or(Error::FileMissing)?.range.start;
        let end = excerpt.lines.get(line + 1).map_or(excerpt.text.len(), |l| l.range.start);
        Ok(start..end)
    }
}

/// A label cut to the first line of its span, with that line.
pub(super) struct Placed {
    /// The excerpt that it lies in.
    pub(super) excerpt: usize,
    line: usize,
    range: Range<usize>,
}

/// Excerpts for some labels, and for each its bytes in the text of its excerpt and which that is.
pub(super) fn place(spans: &[Span], sources: &SourceMap, screen: &Screen) -> (Excerpts, Vec<Range<usize>>, Vec<Placed>) {
    let mut excerpts: Vec<Excerpt> = Vec::new();
    let mut placed: Vec<Placed> = Vec::new();
    for span in spans {
        let file = sources.get(span.source);
        let excerpt = match excerpts.iter().position(|e| e.source == span.source.0) {
            Some(i) => i,
            None => {
                excerpts.push(Excerpt {
                    source: span.source.0,
                    name: screen.text(&file.name),
                    text: String::new(),
                    lines: vec![],
                    columns: vec![],
                });
                excerpts.len() - 1
            }
        };
        let start = file.text.floor_char_boundary(span.start as usize);
        let (line, bytes) = file.line_at(start);
        let start = start.min(bytes.end);
        let end = file.text.floor_char_boundary(span.end as usize).clamp(start, bytes.end.max(start));
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
                    excerpt.lines.push(Line { number: 0, range: at..at });
                }
            }
            previous = Some(line);
            let (_, bytes) = file.line_at(file.line_starts()[line] as usize);
            let first = placed.iter().filter(|p| p.excerpt == e && p.line == line).map(|p| p.range.start).min().unwrap_or(bytes.start);
            let (mut from, mut until) = (bytes.start, bytes.end);
            if bytes.len() > MAX_LINE {
                from = file.text.floor_char_boundary(first.saturating_sub(BEFORE).max(bytes.start));
                until = file.text.floor_char_boundary((from + MAX_LINE).min(bytes.end));
            }
            let at = excerpt.text.len();
            if from > bytes.start {
                excerpt.text.push('…');
            }
            let body = excerpt.text.len();
            let shown = screen.excerpt(file, from..until);
            excerpt.text.push_str(&shown.text);
            if until < bytes.end {
                excerpt.text.push('…');
            }
            excerpt.lines.push(Line { number: file.line_number(line), range: at..excerpt.text.len() });
            excerpt.text.push('\n');
            for (p, range) in placed.iter().zip(&mut ranges).filter(|(p, _)| p.excerpt == e && p.line == line) {
                let shift = |byte: usize| body + shown.place(byte.clamp(from, until));
                *range = shift(p.range.start)..shift(p.range.end);
                if range.start == range.end {
                    // The end of a line stays on it: the line after may be part of a gap, which has no number.
                    let next = excerpt.text[range.start..].chars().next().filter(|c| *c != '\n').map_or(0, char::len_utf8);
                    range.end = range.start + next;
                }
                excerpt.columns.push((range.start, file.line_column(p.range.start).column));
            }
        }
    }
    (Excerpts(excerpts), ranges, placed)
}

/// Diagnostics with excerpts of their sources, a blank line after each.
pub fn full(page: &mut Page, diagnostics: &[Diagnostic], sources: &SourceMap, language: Language) {
    let config = Config::default();
    for d in diagnostics {
        one(page, d, sources, language, &config);
    }
}

fn one(page: &mut Page, d: &Diagnostic, sources: &SourceMap, language: Language, config: &Config) {
    let head = format!("{}[{}]", severity_word(d.severity, language), d.code.text());
    let style = match d.severity {
        Severity::Error => Style::BoldRed,
        Severity::Warning => Style::BoldYellow,
        Severity::Note => Style::BoldGreen,
    };
    page.parts(&[(style, &head), (Style::Bold, &format!(": {}", d.message.get(language)))]);
    let screen = page.screen().clone();
    let spans: Vec<Span> = d.labels.iter().map(|l| l.span).collect();
    let (excerpts, ranges, placed) = place(&spans, sources, &screen);
    let labels = d
        .labels
        .iter()
        .zip(ranges.into_iter().zip(placed))
        .map(|(l, (range, placed))| {
            let style = if l.is_primary { cs::LabelStyle::Primary } else { cs::LabelStyle::Secondary };
            cs::Label::new(style, placed.excerpt, range).with_message(screen.text(l.message.get(language)))
        })
        .collect();
    let severity = match d.severity {
        Severity::Error => cs::Severity::Error,
        Severity::Warning => cs::Severity::Warning,
        Severity::Note => cs::Severity::Note,
    };
    let notes = note_lines(d, language).iter().map(|n| n.iter().map(|line| screen.text(line)).collect::<Vec<_>>().join("\n")).collect();
    let drawn = cs::Diagnostic::new(severity).with_labels(labels).with_notes(notes);
    let text = if page.has_color() {
        let mut buffer = termcolor::Buffer::ansi();
        let styles = term::Styles::default();
        let done = term::emit_to_write_style(&mut StylesWriter::new(&mut buffer, &styles), config, &excerpts, &drawn);
        done.ok().and_then(|()| String::from_utf8(buffer.into_inner()).ok())
    } else {
        term::emit_into_string(config, &excerpts, &drawn).ok()
    };
    // codespan's own head line is in English; ours stands above.
    if let Some((_, body)) = text.as_deref().and_then(|t| t.split_once('\n')) {
        page.drawn(body);
    }
    page.close();
}
