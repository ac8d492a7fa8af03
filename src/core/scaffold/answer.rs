//! An answer written into the text of a manifest: checked by the one reader of manifests, beside the comments that stand there.

use super::question::{Question, Target};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Severity, say};
use crate::driver::Rulebook;
use crate::manifest::{self, Document, Flaw, Format, Unusable};
use crate::prove::{self, Place, Places, quoted};
use crate::source::{SourceId, SourceKind, SourceMap, Span};
use crate::value::{Date, FieldType, PatternRule, Schema, parse_date, plain_path};
use std::ops::Range;

/// Why an answer is not written: what the reader of manifests says of it, with the text it is about.
#[derive(Debug)]
pub struct Refused {
    /// The messages.
    pub diagnostics: Vec<Diagnostic>,
    /// Their texts.
    pub sources: SourceMap,
}

/// A change of a text: what is replaced, by what.
type Edit = (Range<usize>, String);

struct Writing<'w> {
    schema: &'w Schema,
    format: Format,
    today: Date,
    name: &'w str,
    text: &'w str,
    read: Document,
    places: Places,
}

/// The text of a manifest with an answer in it.
///
/// # Errors
/// An answer whose form is wrong, with what the reader says of it.
pub fn answered(book: &Rulebook, name: &str, text: &str, today: Date, question: &Question, answer: &str) -> Result<String, Box<Refused>> {
    let schema = book.schema();
    let format = manifest::format_of(name, text);
    let (read, ..) = read(schema, name, text, format, today);
    let places = prove::places(schema, &read);
    let writing = Writing { schema, format, today, name, text, read, places };
    let value = writing.literal(&question.ty, question.may_be_none, answer.trim(), question.choices(schema).len());
    writing.written(question, &value)
}

fn read(schema: &Schema, name: &str, text: &str, format: Format, today: Date) -> (Document, Diagnostics, SourceMap, SourceId) {
    let mut sources = SourceMap::default();
    let id = sources.add(name, text.to_owned(), SourceKind::Manifest);
    let mut problems = Diagnostics::new();
    let document = manifest::read(&sources, id, format, schema, today, &mut problems);
    (document, problems, sources, id)
}

/// Ways of saying that there is none.
const NONE_WORDS: &[&str] = &["none", "无", "没有", "不适用"];
const YES_WORDS: &[&str] = &["y", "yes", "true", "是", "有"];
const NO_WORDS: &[&str] = &["n", "no", "false", "否", "不是", "没有", "无"];

impl Writing<'_> {
    /// An answer as the format writes it. What has another form than its type stays a text, for the reader to say so.
    fn literal(&self, ty: &FieldType, may_be_none: bool, answer: &str, n_choices: usize) -> String {
        let is_one_of = |words: &[&str]| words.iter().any(|w| answer.eq_ignore_ascii_case(w));
        if may_be_none && is_one_of(NONE_WORDS) {
            return quoted("none");
        }
        match ty {
            FieldType::Boolean if is_one_of(YES_WORDS) => "true".to_owned(),
            FieldType::Boolean if is_one_of(NO_WORDS) => "false".to_owned(),
            FieldType::Integer | FieldType::BusinessDays if answer.parse::<i64>().is_ok() => answer.trim_start_matches('+').to_owned(),
            FieldType::Pattern(id)
                if matches!(self.schema.pattern(*id).rule, PatternRule::Between(..)) && answer.parse::<i64>().is_ok() =>
            {
                answer.trim_start_matches('+').to_owned()
            }
            FieldType::Date if self.format == Format::Toml && parse_date(answer).is_some_and(|d| d.to_string() == answer) => {
                answer.to_owned()
            }
            FieldType::Enum(id) => {
                let values = &self.schema.enumeration(*id).values;
                let numbered = answer.parse::<usize>().ok().filter(|_| n_choices > 0).and_then(|n| values.get(n.checked_sub(1)?));
                // A value that is itself a number is meant before a place in the list.
                let is_value = values.iter().any(|v| v.name == answer || v.also.iter().any(|a| a == answer));
                quoted(numbered.filter(|_| !is_value).map_or(answer, |v| &v.name))
            }
            FieldType::File => match self.format {
                Format::Toml => format!("{{ path = {} }}", quoted(answer)),
                Format::Json => format!("{{\"path\": {}}}", quoted(answer)),
            },
            FieldType::List { item, .. } => {
                let parts = answer.split([',', '，', '、']).map(str::trim).filter(|p| !p.is_empty());
                let items: Vec<String> = parts.map(|p| self.literal(item, false, p, n_choices)).collect();
                format!("[{}]", items.join(", "))
            }
            _ => quoted(answer),
        }
    }

    /// The first way of writing the value that the reader takes.
    fn written(&self, question: &Question, value: &str) -> Result<String, Box<Refused>> {
        let ways = match &question.target {
            Target::Place(n) => self.ways_to_place(&self.places.list[*n], value),
            Target::NewRow(n, field) => self.ways_to_row(&self.places.list[*n], field, value),
        };
        let mut refused = None;
        for edits in ways {
            let Some(text) = applied(self.text, edits) else { continue };
            match self.tried(&text, question) {
                Ok(()) => return Ok(text),
                Err(why) => refused = refused.or(why),
            }
        }
        Err(refused.unwrap_or_else(|| {
            let path = &question.path;
            let message = say!("`{path}` cannot be written into this manifest by itself", "无法自动将 `{path}` 写入该清单");
            let help = say!("write the line into the file yourself", "请自行在文件中填写");
            let diagnostics = vec![Diagnostic::new(Code::NotWritable, message).help(help)];
            Box::new(Refused { diagnostics, sources: SourceMap::default() })
        }))
    }

    /// Reads the text anew. An error without a refusal: the value does not stand where it belongs.
    fn tried(&self, text: &str, question: &Question) -> Result<(), Option<Box<Refused>>> {
        let (document, problems, sources, id) = read(self.schema, self.name, text, self.format, self.today);
        if document.flaw >= Some(Flaw::Partial) && document.flaw > self.read.flaw {
            return Err(None);
        }
        let places = prove::places(self.schema, &document);
        let wanted = plain_path(&question.path);
        let before = |p: &Place| self.places.list.iter().any(|b| b.path == p.path && !self.read.span(b.slot).value.is_empty());
        let is_it = |p: &&Place| match &question.target {
            Target::Place(_) => p.path == question.path,
            Target::NewRow(..) => plain_path(&p.path) == wanted && !before(p),
        };
        let Some(place) = places.list.iter().find(is_it) else { return Err(None) };
        let span = document.span(place.slot).value;
        if span.is_empty() {
            return Err(None);
        }
        let touches = |s: Span| s.source == id && s.start < span.end && span.start < s.end.max(s.start + 1);
        let is_about = |d: &&Diagnostic| d.severity == Severity::Error && d.labels.iter().any(|l| l.is_primary && touches(l.span));
        let found: Vec<Diagnostic> = problems.iter().filter(is_about).cloned().collect();
        if !found.is_empty() {
            return Err(Some(Box::new(Refused { diagnostics: found, sources })));
        }
        if document.unusable.get(&place.slot) == Some(&Unusable::Blank) {
            return Err(Some(Box::new(Refused { diagnostics: vec![manifest::blank_value(span)], sources })));
        }
        Ok(())
    }

    fn ways_to_place(&self, place: &Place, value: &str) -> Vec<Vec<Edit>> {
        let span = self.read.span(place.slot).value;
        if !span.is_empty() {
            return vec![vec![(span.range(), value.to_owned())]];
        }
        let mut ways = Vec::new();
        if self.format == Format::Toml {
            let plain = plain_path(&place.path);
            let region = self.region(place);
            if let Some((table, name)) = plain.rsplit_once('.') {
                ways.extend(offered(self.text, region.clone(), Some(table), name, value));
                let is_missing =
                    place.row.is_none() && place.parent.is_some_and(|p| self.read.span(self.places.list[p].slot).value.is_empty());
                if is_missing {
                    ways.push(vec![(region.end..region.end, block(self.text, region.end, &format!("[{table}]"), name, value))]);
                }
            } else {
                ways.extend(offered(self.text, 0..self.text.len(), None, &plain, value));
            }
        }
        ways.extend(prove::inserted(self.format, self.text, &self.read, &self.places, place, value).map(|edit| vec![edit]));
        ways
    }

    fn ways_to_row(&self, list: &Place, field: &str, value: &str) -> Vec<Vec<Edit>> {
        let mut ways = Vec::new();
        if self.format == Format::Toml {
            let (plain, region) = (plain_path(&list.path), self.region(list));
            ways.extend(offered(self.text, region.clone(), Some(&plain), field, value));
            ways.push(vec![(region.end..region.end, block(self.text, region.end, &format!("[[{plain}]]"), field, value))]);
        }
        let row = match self.format {
            Format::Toml => format!("[{{ {field} = {value} }}]"),
            Format::Json => format!("[{{{}: {value}}}]", quoted(field)),
        };
        let span = self.read.span(list.slot).value;
        ways.extend(match span.is_empty() {
            true => prove::inserted(self.format, self.text, &self.read, &self.places, list, &row).map(|edit| vec![edit]),
            false => Some(vec![(span.range(), row)]),
        });
        ways
    }

    /// Where lines about a place may stand: from the header of the item it lies in to the next item, or the whole text.
    fn region(&self, place: &Place) -> Range<usize> {
        let mut at = place;
        let row = loop {
            match (at.row, at.parent) {
                (Some(row), _) => break row,
                (None, Some(parent)) => at = &self.places.list[parent],
                (None, None) => return 0..self.text.len(),
            }
        };
        let header = self.read.row_span(row).key.range();
        let name = self.text.get(header.clone()).unwrap_or("");
        if !name.starts_with("[[") {
            return 0..self.text.len();
        }
        let after = &self.text[header.end..];
        let inside = name.trim_matches(['[', ']']).trim();
        let mut end = header.end;
        for line in after.split_inclusive('\n') {
            let other = line.trim_start().strip_prefix("[").map(|l| l.trim_start_matches('['));
            let is_inside = other.is_none_or(|o| o.trim_start().starts_with(&format!("{inside}.")));
            if !is_inside && end > header.end {
                break;
            }
            end += line.len();
        }
        header.start..end
    }
}

/// A table of its own, parted from what stands before.
fn block(text: &str, at: usize, header: &str, name: &str, value: &str) -> String {
    let before = &text[..at];
    let gap = match () {
        () if before.is_empty() || before.ends_with("\n\n") => "",
        () if before.ends_with('\n') => "\n",
        () => "\n\n",
    };
    let after = if text[at..].is_empty() { "" } else { "\n" };
    format!("{gap}{header}\n{name} = {value}\n{after}")
}

/// The header of a line, also of one behind `#`: whether it is behind, how long the way to it is, and the name of the table.
fn header_of(line: &str) -> Option<(bool, usize, String)> {
    let blank = line.len() - line.trim_start().len();
    let body = &line[blank..];
    let (is_off, body) = body.strip_prefix('#').map_or((false, body), |b| (true, b.trim_start()));
    let inner = body.strip_prefix('[')?.trim_start_matches('[');
    let (name, rest) = inner.split_once(']')?;
    let rest = rest.trim_start_matches(']').trim_start();
    let is_name = !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | ' ' | '"'));
    let parts: Vec<&str> = name.split('.').map(|p| p.trim().trim_matches('"')).collect();
    let begin = line.len() - body.len();
    (is_name && (rest.is_empty() || rest.starts_with('#'))).then(|| (is_off, begin, parts.join(".")))
}

/// A line behind `#` that waits for a fact, turned into one that states it, together with the header of its table.
fn offered(text: &str, region: Range<usize>, table: Option<&str>, name: &str, value: &str) -> Option<Vec<Edit>> {
    let mut at = region.start;
    // The table of the lines that follow, and what takes its header from behind `#`.
    let mut current: Option<(String, Option<Edit>)> = None;
    for line in text.get(region)?.split_inclusive('\n') {
        let start = at;
        at += line.len();
        if let Some((is_off, begin, header)) = header_of(line.trim_end()) {
            current = Some((header, is_off.then(|| (start..start + begin, String::new()))));
            continue;
        }
        if current.as_ref().map(|(header, _)| header.as_str()) != table {
            continue;
        }
        let Some(body) = line.trim_start().strip_prefix('#').map(str::trim_start) else { continue };
        let Some((key, rest)) = body.split_once('=') else { continue };
        if key.trim() != name {
            continue;
        }
        // What `init` says of the field stays beside it.
        let comment = rest.trim_end().find("  #").map_or("", |n| &rest.trim_end()[n..]);
        let end = start + line.trim_end().len();
        let mut edits: Vec<Edit> = current.and_then(|(_, on)| on).into_iter().collect();
        edits.push((start..end, format!("{name} = {value}{comment}")));
        return Some(edits);
    }
    None
}

fn applied(text: &str, mut edits: Vec<Edit>) -> Option<String> {
    edits.sort_by_key(|(range, _)| range.start);
    let mut out = text.to_owned();
    for (range, new) in edits.into_iter().rev() {
        out.get(range.clone())?;
        out.replace_range(range, &new);
    }
    Some(out)
}
