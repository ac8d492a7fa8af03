//! Diagnostics as JSON, described by `docs/schema/check.schema.json`.

use super::note_words;
use super::screen::{Screen, Shown};
use crate::diagnostic::{Applicability, Arg, Bilingual, Diagnostic, Severity};
use crate::source::{self, SourceMap, Span};
use serde::Serialize;
use serde_json::ser::{CharEscape, CompactFormatter, Formatter, PrettyFormatter};
use std::collections::BTreeMap;
use std::io::{self, Write};

/// Longest text of a document, in characters: no value of a manifest, no page of the program reaches it.
const LONGEST: usize = 20_000;
/// Keys whose texts stay as they are: names of files, which programs open; hashes; pages of the program itself.
const LITERAL: &[&str] = &["built_from", "file", "filingc/v1", "formatted", "hash", "manifest", "markdown", "page", "path", "uri"];

/// The same in lines of a stream.
const LITERAL_IN_LINES: &[&str] = &["at", "built_from", "file", "hash", "id", "path", "uri"];

/// A JSON document with a line break at its end. Every text of it goes through the screen; hidden characters stay what they are and are written as
/// escapes of JSON.
///
/// # Errors
/// Values that cannot be written as JSON.
pub fn document(value: &impl Serialize, screen: &Screen) -> serde_json::Result<Shown> {
    written(value, screen, PrettyFormatter::new(), LITERAL)
}

/// The same in one line. `id`, which the house that sends filings gave them, stays as it is: whoever writes it masks what is private.
///
/// # Errors
/// As `document`.
pub fn json_line(value: &impl Serialize, screen: &Screen) -> serde_json::Result<Shown> {
    written(value, screen, CompactFormatter, LITERAL_IN_LINES)
}

fn written(value: &impl Serialize, screen: &Screen, inner: impl Formatter, literal: &'static [&'static str]) -> serde_json::Result<Shown> {
    let mut out = Vec::new();
    let formatter = Screened { inner, screen, literal, text: String::new(), key: None, is_key: false };
    value.serialize(&mut serde_json::Serializer::with_formatter(&mut out, formatter))?;
    out.push(b'\n');
    String::from_utf8(out).map(Shown).map_err(serde::ser::Error::custom)
}

/// Collects each text, screens it and writes it.
struct Screened<'s, F> {
    inner: F,
    screen: &'s Screen,
    literal: &'static [&'static str],
    text: String,
    /// The key whose value comes next.
    key: Option<String>,
    is_key: bool,
}

impl<F> Screened<'_, F> {
    fn write_text<W: ?Sized + Write>(&self, out: &mut W) -> io::Result<()> {
        let is_literal = self.is_key || self.key.as_deref().is_some_and(|k| self.literal.contains(&k));
        let text = if is_literal { self.text.as_str().into() } else { self.screen.masked(&self.text) };
        let text = match text.char_indices().nth(LONGEST) {
            Some((end, _)) if !is_literal => format!("{}… ({LONGEST}/{})", &text[..end], text.chars().count()).into(),
            _ => text,
        };
        let mut plain = 0;
        for (at, c) in text.char_indices() {
            let short = match c {
                '"' => "\\\"",
                '\\' => "\\\\",
                '\n' => "\\n",
                '\r' => "\\r",
                '\t' => "\\t",
                c if source::hidden(c).is_some() => "",
                _ => continue,
            };
            out.write_all(&text.as_bytes()[plain..at])?;
            plain = at + c.len_utf8();
            if short.is_empty() {
                for unit in c.encode_utf16(&mut [0; 2]) {
                    write!(out, "\\u{unit:04x}")?;
                }
            } else {
                out.write_all(short.as_bytes())?;
            }
        }
        out.write_all(&text.as_bytes()[plain..])
    }
}

impl<F: Formatter> Formatter for Screened<'_, F> {
    fn begin_string<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.text.clear();
        out.write_all(b"\"")
    }

    fn write_string_fragment<W: ?Sized + Write>(&mut self, _: &mut W, fragment: &str) -> io::Result<()> {
        self.text.push_str(fragment);
        Ok(())
    }

    fn write_char_escape<W: ?Sized + Write>(&mut self, _: &mut W, escape: CharEscape) -> io::Result<()> {
        self.text.push(match escape {
            CharEscape::Quote => '"',
            CharEscape::ReverseSolidus => '\\',
            CharEscape::Solidus => '/',
            CharEscape::Backspace => '\u{8}',
            CharEscape::FormFeed => '\u{c}',
            CharEscape::LineFeed => '\n',
            CharEscape::CarriageReturn => '\r',
            CharEscape::Tab => '\t',
            CharEscape::AsciiControl(byte) => char::from(byte),
        });
        Ok(())
    }

    fn end_string<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.write_text(out)?;
        if self.is_key {
            self.key = Some(std::mem::take(&mut self.text));
        }
        out.write_all(b"\"")
    }

    fn begin_object_key<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.is_key = true;
        self.inner.begin_object_key(out, first)
    }

    fn end_object_key<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.is_key = false;
        self.inner.end_object_key(out)
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.inner.begin_object_value(out)
    }

    fn end_object_value<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.inner.end_object_value(out)
    }

    fn begin_object<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.key = None;
        self.inner.begin_object(out)
    }

    fn end_object<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.inner.end_object(out)
    }

    fn begin_array<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.inner.begin_array(out)
    }

    fn end_array<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.inner.end_array(out)
    }

    fn begin_array_value<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.inner.begin_array_value(out, first)
    }

    fn end_array_value<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.inner.end_array_value(out)
    }
}

/// A text in both languages.
#[derive(Clone, Debug, Serialize)]
pub struct JsonTexts {
    /// English.
    pub en: String,
    /// Chinese.
    pub zh: String,
}

impl From<&Bilingual> for JsonTexts {
    fn from(b: &Bilingual) -> Self {
        JsonTexts { en: b.en.clone(), zh: b.zh.clone() }
    }
}

/// A place: bytes from 0, half-open; lines and columns from 1, columns in Unicode scalar values.
#[derive(Clone, Debug, Serialize)]
pub struct JsonSpan {
    path: String,
    start: usize,
    end: usize,
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
}

impl JsonSpan {
    /// The place of a span.
    pub fn new(span: Span, sources: &SourceMap) -> Self {
        let file = sources.get(span.source);
        let (start, end) = (file.line_column(span.start as usize), file.line_column(span.end as usize));
        JsonSpan {
            path: file.name.clone(),
            start: span.start as usize,
            end: span.end as usize,
            line: start.line,
            column: start.column,
            end_line: end.line,
            end_column: end.column,
        }
    }
}

#[derive(Clone, Debug, Serialize)]
struct JsonLabel {
    primary: bool,
    span: JsonSpan,
    message: JsonTexts,
}

#[derive(Clone, Debug, Serialize)]
struct JsonEdit {
    span: JsonSpan,
    replacement: String,
}

#[derive(Clone, Debug, Serialize)]
struct JsonFix {
    title: JsonTexts,
    applicability: &'static str,
    edits: Vec<JsonEdit>,
}

#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
enum JsonArg {
    Text(String),
    Int(i64),
    List(Vec<String>),
}

/// A diagnostic as written.
#[derive(Clone, Debug, Serialize)]
pub struct JsonDiagnostic {
    code: String,
    severity: &'static str,
    message: JsonTexts,
    labels: Vec<JsonLabel>,
    notes: Vec<JsonTexts>,
    help: Vec<JsonTexts>,
    fixes: Vec<JsonFix>,
    args: BTreeMap<&'static str, JsonArg>,
}

/// Diagnostics in the shape of the schema.
pub fn diagnostics_json(diagnostics: &[Diagnostic], sources: &SourceMap) -> Vec<JsonDiagnostic> {
    let screen = Screen::of(sources);
    diagnostics.iter().map(|d| one(d, sources, &screen)).collect()
}

fn one(d: &Diagnostic, sources: &SourceMap, screen: &Screen) -> JsonDiagnostic {
    JsonDiagnostic {
        code: d.code.text(),
        severity: match d.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "note",
        },
        message: (&d.message).into(),
        labels: d
            .labels
            .iter()
            .map(|l| JsonLabel { primary: l.is_primary, span: JsonSpan::new(l.span, sources), message: (&l.message).into() })
            .collect(),
        notes: d.notes.iter().map(|n| JsonTexts::from(&note_words(n))).collect(),
        help: d.help.iter().map(JsonTexts::from).collect(),
        fixes: d
            .fixes
            .iter()
            // An edit that is masked would write asterisks.
            .filter(|f| f.edits.iter().all(|e| screen.lets_through(&e.replacement)))
            .map(|f| JsonFix {
                title: (&f.title).into(),
                applicability: match f.applicability {
                    Applicability::Safe => "safe",
                    Applicability::Suggestion => "suggestion",
                    Applicability::HasPlaceholders => "has-placeholders",
                },
                edits: f
                    .edits
                    .iter()
                    .map(|e| JsonEdit { span: JsonSpan::new(e.span, sources), replacement: e.replacement.clone() })
                    .collect(),
            })
            .collect(),
        args: d
            .args
            .iter()
            .map(|(name, value)| {
                let value = match value {
                    Arg::Text(t) => JsonArg::Text(t.clone()),
                    Arg::Int(n) => JsonArg::Int(*n),
                    Arg::List(l) => JsonArg::List(l.clone()),
                };
                (*name, value)
            })
            .collect(),
    }
}
