//! TOML to `Tree`.

use super::diagnostics as say;
use super::mend::{Broken, Scratch, is_duplicate};
use super::{Read, Tree, TreeKind};
use crate::diagnostic::Diagnostics;
use crate::source::{SourceFile, SourceId, Span};
use crate::value::{self, Date};
use ::toml::de::{DeTable, DeValue};
use ::toml::value::{Datetime, Offset};
use rustc_hash::{FxHashMap, FxHashSet};

/// Most lines that cannot be read whose faults are told one by one.
const MAX_BROKEN: usize = 50;

struct Reader<'t, 'd> {
    source: SourceId,
    file: &'t SourceFile,
    /// The text with its broken lines mended, which is what is read.
    scratch: &'t Scratch,
    diagnostics: &'d mut Diagnostics,
    /// Lines with a syntax error, as bytes of the text as written, in their order.
    broken: Vec<std::ops::Range<usize>>,
    /// Keys and headers by name, made when one is given twice.
    names: Option<Names<'t>>,
    /// Lines could not be read.
    is_partial: bool,
    /// First places of keys that are given twice.
    duplicates: Vec<Span>,
}

/// Where names stand in a text, each in its order.
struct Names<'t> {
    keys: FxHashMap<String, Vec<std::ops::Range<usize>>>,
    /// Lines without the blanks around them: their first place.
    lines: FxHashMap<&'t str, std::ops::Range<usize>>,
}

pub(super) fn read(source: SourceId, file: &SourceFile, diagnostics: &mut Diagnostics) -> Read {
    let text = &*file.text;
    let mut scratch = Scratch::new(text);
    let told = scratch.mend(MAX_BROKEN);
    let (table, errors) = DeTable::parse_recoverable(&scratch.text);
    let mut reader = Reader {
        source,
        file,
        scratch: &scratch,
        diagnostics,
        broken: Vec::new(),
        names: None,
        is_partial: !told.is_empty(),
        duplicates: Vec::new(),
    };
    let is_full = told.len() >= MAX_BROKEN;
    for broken in told {
        super::hide_numbers_in(file, broken.line.clone());
        reader.broken.push(broken.line.clone());
        reader.broken_line(broken);
    }
    let mut lines_seen = FxHashSet::default();
    let (mut n_more, mut last) = (0, 0);
    for error in &errors {
        let range = error.span().unwrap_or(0..0);
        let (line, bytes) = file.line_at(scratch.original(range.start));
        // One fault often gives two errors on its line: the first tells.
        if !lines_seen.insert(line) {
            continue;
        }
        super::hide_numbers_in(file, bytes.clone());
        reader.broken.push(bytes);
        if is_duplicate(error.message()) {
            reader.duplicate(range, table.get_ref());
        } else if is_full {
            (n_more, last) = (n_more + 1, line.max(last));
        } else {
            reader.is_partial = true;
            let span = reader.shown(range);
            reader.diagnostics.report(say::toml_syntax(span, error.message()));
        }
    }
    if n_more > 0 {
        let span = Span::new(source, file.line_at(file.line_starts()[last] as usize).1);
        reader.diagnostics.report(say::more_broken_lines(span, n_more));
    }
    reader.broken.sort_by_key(|b| b.start);
    let pairs = reader.table(table.get_ref());
    let span = Span::new(source, 0..text.len());
    let tree = Tree { span, key_span: Span { end: 0, ..span }, kind: TreeKind::Table(pairs) };
    Read { tree, is_partial: reader.is_partial || n_more > 0, duplicates: reader.duplicates }
}

impl<'t> Reader<'t, '_> {
    /// A place in the text as written, of whole characters: what was mended is not byte for byte what was written.
    fn span(&self, range: std::ops::Range<usize>) -> Span {
        let text = &self.file.text;
        let start = text.floor_char_boundary(self.scratch.original(range.start));
        let end = text.ceil_char_boundary(self.scratch.original(range.end));
        Span::new(self.source, start..end.max(start))
    }

    /// A place that shows at least one character.
    fn shown(&self, range: std::ops::Range<usize>) -> Span {
        let span = self.span(range);
        let start = span.start as usize;
        let width = self.file.text[start..].chars().next().map_or(0, char::len_utf8);
        Span::new(self.source, start..(span.end as usize).max(start + width))
    }

    fn broken_line(&mut self, broken: Broken) {
        let line = &self.file.text[broken.line.clone()];
        let start = broken.line.start;
        // A bare Chinese key: the characters of the line before `=` or between the brackets of a header.
        let is_header = line.trim_start().starts_with('[');
        let key_part = line.split('=').next().unwrap_or("").trim().trim_matches(['[', ']']).trim();
        let is_key = |k: &&str| !k.is_empty() && !k.is_ascii() && k.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '-');
        if (is_header || line.contains('='))
            && let Some(key) = key_part.split('.').map(str::trim).find(is_key)
            && let Some(at) = line.find(key)
        {
            let span = Span::new(self.source, start + at..start + at + key.len());
            self.diagnostics.report(say::bare_chinese_key(span, key));
            return;
        }
        let (message, range) = broken.error;
        let d = match broken.fault {
            Some(fault) => say::toml_line(Span::new(self.source, start + fault.range.start..start + fault.range.end), fault),
            None => {
                let text = &self.file.text;
                let start = text.floor_char_boundary(range.start);
                let width = text[start..].chars().next().map_or(0, char::len_utf8);
                say::toml_syntax(Span::new(self.source, start..text.ceil_char_boundary(range.end).max(start + width)), &message)
            }
        };
        self.diagnostics.report(d);
    }

    fn duplicate(&mut self, range: std::ops::Range<usize>, table: &DeTable<'_>) {
        let text = &self.scratch.text;
        let name = text.get(range.clone()).unwrap_or("").trim().trim_matches(['"', '\'']).to_owned();
        let first = self.first_given(&name, range.start, table).map(|r| self.span(r));
        let span = self.span(range);
        self.duplicates.extend(first);
        self.diagnostics.report(say::duplicate_key(span, first, &name));
    }

    /// The last key of a name before an offset, else the first line that is the same as the one at the offset.
    fn first_given(&mut self, name: &str, before: usize, table: &DeTable<'_>) -> Option<std::ops::Range<usize>> {
        let scratch = self.scratch;
        let names = self.names.get_or_insert_with(|| Names::of(&scratch.text, table));
        let keys = names.keys.get(name).map_or(&[][..], Vec::as_slice);
        if let Some(last) = keys.partition_point(|k| k.start < before).checked_sub(1) {
            return Some(keys[last].clone());
        }
        let line = scratch.line_at(before);
        names.lines.get(scratch.text[line.clone()].trim()).filter(|first| first.start < line.start).cloned()
    }

    fn is_broken(&self, at: usize) -> bool {
        self.broken.partition_point(|b| b.start <= at).checked_sub(1).is_some_and(|last| self.broken[last].contains(&at))
    }

    fn table(&mut self, table: &DeTable<'_>) -> Vec<(String, Span, Tree)> {
        // The crate sorts keys; people read them in the order of the text.
        let mut entries: Vec<_> = table.iter().collect();
        entries.sort_by_key(|(k, _)| k.span().start);
        entries
            .into_iter()
            .map(|(key, value)| {
                let key_span = self.span(key.span());
                let at = self.scratch.original(key.span().start);
                let is_plain = !matches!(value.get_ref(), DeValue::Table(_) | DeValue::Array(_));
                if is_plain && self.is_broken(at) {
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
                if self.scratch.text.get(range.clone()).is_some_and(|t| t.starts_with('[')) {
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
                let (hour, minute, second) = (time.hour as i8, time.minute as i8, time.second.unwrap_or(0) as i8);
                let local = value::datetime(date, hour, minute, second, time.nanosecond.unwrap_or(0) as i32);
                let at = match d.offset {
                    None => local,
                    Some(Offset::Z) => local.and_then(|l| value::in_china(l, 0)),
                    Some(Offset::Custom { minutes }) => local.and_then(|l| value::in_china(l, minutes.into())),
                };
                at.map_or_else(|| TreeKind::OddNumber(d.to_string()), TreeKind::DateTime)
            }
            _ => TreeKind::OddNumber(d.to_string()),
        }
    }
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

impl<'t> Names<'t> {
    fn of(text: &'t str, table: &DeTable<'_>) -> Self {
        let mut names = Names { keys: FxHashMap::default(), lines: FxHashMap::default() };
        names.table(table);
        names.keys.values_mut().for_each(|places| places.sort_by_key(|p| p.start));
        let mut start = 0;
        for line in text.split_inclusive('\n') {
            names.lines.entry(line.trim()).or_insert(start..start + line.trim_end().len());
            start += line.len();
        }
        names
    }

    fn table(&mut self, table: &DeTable<'_>) {
        for (key, value) in table {
            self.keys.entry(key.get_ref().to_string()).or_default().push(key.span());
            self.value(value.get_ref());
        }
    }

    fn value(&mut self, value: &DeValue<'_>) {
        match value {
            DeValue::Table(table) => self.table(table),
            DeValue::Array(items) => items.iter().for_each(|i| self.value(i.get_ref())),
            _ => {}
        }
    }
}
