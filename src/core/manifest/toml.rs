//! TOML to `Tree`.

use super::diagnostics as say;
use super::{Tree, TreeKind};
use crate::diagnostic::Diagnostics;
use crate::source::{SourceId, Span};
use crate::value::{Date, DateTime};
use ::toml::de::{DeTable, DeValue};
use ::toml::value::{Datetime, Offset};

struct Reader<'t, 'd> {
    source: SourceId,
    text: &'t str,
    diagnostics: &'d mut Diagnostics,
    /// Lines with a syntax error, as bytes.
    broken: Vec<std::ops::Range<usize>>,
}

pub(super) fn read(source: SourceId, text: &str, diagnostics: &mut Diagnostics) -> Option<Tree> {
    let (table, errors) = DeTable::parse_recoverable(text);
    let mut reader = Reader { source, text, diagnostics, broken: Vec::new() };
    let mut lines_seen: Vec<usize> = Vec::new();
    for error in &errors {
        let range = error.span().unwrap_or(0..0);
        // One fault often gives two errors on its line: the first tells.
        let line = text[..range.start.min(text.len())].bytes().filter(|b| *b == b'\n').count();
        if lines_seen.contains(&line) {
            continue;
        }
        lines_seen.push(line);
        let start = text[..range.start.min(text.len())].rfind('\n').map_or(0, |n| n + 1);
        let end = text[start..].find('\n').map_or(text.len(), |n| start + n);
        reader.broken.push(start..end);
        reader.syntax_error(error.message(), range, table.get_ref());
    }
    let pairs = reader.table(table.get_ref());
    let span = Span::new(source, 0..text.len());
    Some(Tree { span, key_span: Span { end: 0, ..span }, kind: TreeKind::Table(pairs) })
}

impl Reader<'_, '_> {
    fn span(&self, range: std::ops::Range<usize>) -> Span {
        Span::new(self.source, range)
    }

    fn syntax_error(&mut self, message: &str, range: std::ops::Range<usize>, table: &DeTable<'_>) {
        let start = range.start.min(self.text.len());
        let end = range.end.clamp(start, self.text.len());
        let written = &self.text[start..end];
        if message.contains("duplicate key") {
            let name = written.trim().trim_matches(['"', '\'']).to_owned();
            let mut first = None;
            find_key(table, &name, start, &mut first);
            let first = first.or_else(|| self.same_header(start)).map(|r| self.span(r));
            let span = self.span(start..end);
            self.diagnostics.report(say::duplicate_key(span, first, &name));
            return;
        }
        // A bare Chinese key: the characters of the line before `=` or between the brackets of a header.
        let line_start = self.text[..start].rfind('\n').map_or(0, |n| n + 1);
        let line = self.text[line_start..].lines().next().unwrap_or("");
        let key_part = line.split('=').next().unwrap_or("").trim().trim_matches(['[', ']']).trim();
        let bare: Option<&str> =
            key_part.split('.').map(str::trim).find(|k| !k.is_empty() && !k.is_ascii() && !k.starts_with(['"', '\'', '#']));
        if let Some(key) = bare
            && let Some(at) = line.find(key)
        {
            let span = self.span(line_start + at..line_start + at + key.len());
            self.diagnostics.report(say::bare_chinese_key(span, key));
            return;
        }
        let width = self.text[start..].chars().next().map_or(0, char::len_utf8);
        let span = if end > start { self.span(start..end) } else { self.span(start..start + width) };
        self.diagnostics.report(say::toml_syntax(span, message));
    }

    /// An earlier line with the header that stands at `at`.
    fn same_header(&self, at: usize) -> Option<std::ops::Range<usize>> {
        let line_start = self.text[..at].rfind('\n').map_or(0, |n| n + 1);
        let header = self.text[line_start..].lines().next()?.trim();
        let mut offset = 0;
        for line in self.text[..line_start].split_inclusive('\n') {
            if line.trim() == header {
                return Some(offset..offset + line.trim_end().len());
            }
            offset += line.len();
        }
        None
    }

    fn table(&mut self, table: &DeTable<'_>) -> Vec<(String, Span, Tree)> {
        // The crate sorts keys; people read them in the order of the text.
        let mut entries: Vec<_> = table.iter().collect();
        entries.sort_by_key(|(k, _)| k.span().start);
        entries
            .into_iter()
            .map(|(key, value)| {
                let key_span = self.span(key.span());
                let at = key.span().start;
                let is_plain = !matches!(value.get_ref(), DeValue::Table(_) | DeValue::Array(_));
                if is_plain && self.broken.iter().any(|b| b.contains(&at)) {
                    let tree = Tree { span: self.span(value.span()), key_span, kind: TreeKind::Reported };
                    return (key.get_ref().to_string(), key_span, tree);
                }
                (key.get_ref().to_string(), key_span, self.value(value.get_ref(), value.span(), key_span))
            })
            .collect()
    }

    fn value(&mut self, value: &DeValue<'_>, range: std::ops::Range<usize>, key_span: Span) -> Tree {
        let mut span = self.span(range.clone());
        let mut key_span = key_span;
        let kind = match value {
            DeValue::String(text) => TreeKind::Text(if text.contains('\r') { text.replace("\r\n", "\n") } else { text.to_string() }),
            DeValue::Integer(n) => match i64::from_str_radix(&n.as_str().replace('_', ""), n.radix()) {
                Ok(n) => TreeKind::Integer(n),
                Err(_) => TreeKind::OddNumber(n.as_str().to_owned()),
            },
            DeValue::Float(n) => millionths(n.as_str()).map_or_else(|| TreeKind::OddNumber(n.as_str().to_owned()), TreeKind::Decimal),
            DeValue::Boolean(b) => TreeKind::Bool(*b),
            DeValue::Datetime(d) => self.datetime(d, span),
            DeValue::Array(items) => {
                let trees: Vec<Tree> = items.iter().map(|i| self.value(i.get_ref(), i.span(), self.span(i.span()))).collect();
                // The span of an array of tables is that of its first header.
                if let Some(last) = trees.last() {
                    span = span.to(last.span);
                }
                TreeKind::Array(trees)
            }
            DeValue::Table(table) => {
                let pairs = self.table(table);
                // The span of a table with a header is the header.
                if self.text.get(range.clone()).is_some_and(|t| t.starts_with('[')) {
                    key_span = self.span(range);
                }
                if let Some(last) = pairs.iter().map(|p| p.2.span).max_by_key(|s| s.end) {
                    span = span.to(last);
                }
                TreeKind::Table(pairs)
            }
        };
        Tree { span, key_span, kind }
    }

    fn datetime(&mut self, d: &Datetime, span: Span) -> TreeKind {
        let date = d.date.and_then(|x| Date::new(x.year as i16, x.month as i8, x.day as i8).ok());
        match (date, d.time) {
            (Some(date), None) => TreeKind::Date(date),
            (Some(date), Some(time)) => {
                if time.second.is_none() {
                    self.diagnostics.report(say::toml_version(span));
                }
                let nanos = time.nanosecond.unwrap_or(0) as i32;
                let at = jiff::civil::Time::new(time.hour as i8, time.minute as i8, time.second.unwrap_or(0).min(59) as i8, nanos);
                let Ok(at) = at else { return TreeKind::OddNumber(d.to_string()) };
                let local = DateTime::from_parts(date, at);
                let minutes = match d.offset {
                    None => return TreeKind::DateTime(local),
                    Some(Offset::Z) => 0,
                    Some(Offset::Custom { minutes }) => i64::from(minutes),
                };
                shifted(local, 480 - minutes).map_or_else(|| TreeKind::OddNumber(d.to_string()), TreeKind::DateTime)
            }
            _ => TreeKind::OddNumber(d.to_string()),
        }
    }
}

/// A time moved by minutes.
pub(super) fn shifted(at: DateTime, minutes: i64) -> Option<DateTime> {
    at.checked_add(jiff::Span::new().try_minutes(minutes).ok()?).ok()
}

/// A decimal number in millionths; `None` when it has an exponent, more than six decimals, or does not fit.
pub(super) fn millionths(text: &str) -> Option<i64> {
    let text = text.replace('_', "");
    let (sign, digits) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text.strip_prefix('+').unwrap_or(&text)),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let fraction = fraction.trim_end_matches('0');
    let all_digits = |t: &str| t.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || fraction.len() > 6 || !all_digits(whole) || !all_digits(fraction) {
        return None;
    }
    format!("{whole}{fraction:0<6}").parse::<i64>().ok().map(|n| n * sign)
}

/// The last key of this name before an offset.
fn find_key(table: &DeTable<'_>, name: &str, before: usize, found: &mut Option<std::ops::Range<usize>>) {
    fn in_value(value: &DeValue<'_>, name: &str, before: usize, found: &mut Option<std::ops::Range<usize>>) {
        match value {
            DeValue::Table(t) => find_key(t, name, before, found),
            DeValue::Array(items) => items.iter().for_each(|i| in_value(i.get_ref(), name, before, found)),
            _ => {}
        }
    }
    for (key, value) in table {
        let span = key.span();
        if key.get_ref() == name && span.start < before && found.as_ref().is_none_or(|f| f.start < span.start) {
            *found = Some(span);
        }
        in_value(value.get_ref(), name, before, found);
    }
}
