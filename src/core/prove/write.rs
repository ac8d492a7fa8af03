//! Values as a manifest writes them, and changes written into its text.

use super::facts::{Place, Places};
use crate::manifest::{Document, Format};
use crate::pack::View;
use crate::value::{EnumId, FieldType, Pool, Schema, Value};
use std::ops::Range;

/// A value for a place.
#[derive(Clone, Debug)]
pub struct Change {
    /// The slot of the place.
    pub slot: u32,
    /// The value.
    pub value: Value,
}

/// What is needed to write values.
#[derive(Clone, Copy)]
pub struct Writer<'w> {
    /// The rules, which hold texts of constants.
    pub view: View<'w>,
    /// The shape of the manifest.
    pub schema: &'w Schema,
    /// The document that holds the values.
    pub document: &'w Document,
    /// TOML or JSON.
    pub format: Format,
}

/// A document that is attached, where nobody knows its name.
const A_FILE: &str = "document.jpg";

impl Writer<'_> {
    fn enumeration(&self, id: EnumId, number: u32) -> String {
        match self.schema.enumeration(id).values.get(number as usize) {
            Some(value) => value.name.clone(),
            None => self.document.unlisted.text(id, number).unwrap_or_default().to_owned(),
        }
    }

    /// A value as a manifest writes it; nothing for what is not stated.
    pub fn value(&self, ty: &FieldType, value: Value) -> Option<String> {
        let in_format = |text: String| match self.format {
            Format::Toml => text,
            Format::Json => quoted(&text),
        };
        Some(match value {
            Value::Unknown => return None,
            Value::None => quoted("none"),
            Value::Bool(b) => b.to_string(),
            Value::Int(n) => n.to_string(),
            Value::Decimal(n) => {
                let sign = if n < 0 { "-" } else { "" };
                let text = format!("{sign}{}.{:06}", n.unsigned_abs() / 1_000_000, n.unsigned_abs() % 1_000_000);
                let text = text.trim_end_matches('0');
                if text.ends_with('.') { format!("{text}0") } else { text.to_owned() }
            }
            Value::Date(day) => in_format(day.to_string()),
            Value::DateTime(moment) => in_format(moment.to_string()),
            Value::Text(text) => {
                let range = text.start as usize..(text.start + text.length) as usize;
                quoted(match text.pool {
                    Pool::Document => self.document.str(text),
                    Pool::Rules => self.view.text_in(range),
                    Pool::Scratch => return None,
                })
            }
            Value::Enum(number) => match ty {
                FieldType::Enum(id) => quoted(&self.enumeration(*id, number)),
                _ => return None,
            },
            Value::Money(amount) => {
                let cents = amount.cents();
                quoted(&format!("{} {}.{:02}", amount.currency_code(), cents / 100, cents.unsigned_abs() % 100))
            }
            Value::Duration(_) | Value::BusinessDays(_) => return None,
            Value::Present => match ty {
                FieldType::File => quoted(A_FILE),
                _ => "{}".to_owned(),
            },
            Value::List { start, length } => {
                let FieldType::List { item, .. } = ty else { return None };
                let items: Option<Vec<String>> =
                    (start..start + length).map(|slot| self.value(item, *self.document.slots.get(slot as usize)?)).collect();
                format!("[{}]", items?.join(", "))
            }
            Value::Rows { .. } => return None,
        })
    }

    /// The text with some changes; nothing where one of them cannot be written there.
    pub fn apply(&self, text: &str, read: &Document, places: &Places, changes: &[Change]) -> Option<String> {
        let mut edits: Vec<(Range<usize>, String)> = Vec::new();
        for change in changes {
            let place = places.get(change.slot)?;
            let value = self.value(&place.ty, change.value)?;
            let span = read.span(change.slot).value;
            if !span.is_empty() {
                edits.push((span.range(), value));
                continue;
            }
            edits.push(inserted(self.format, text, read, places, place, &value)?);
        }
        edits.sort_by_key(|(range, _)| (range.start, range.end));
        if edits.windows(2).any(|w| w[0].0.end > w[1].0.start) {
            return None;
        }
        let mut out = text.to_owned();
        for (range, new) in edits.into_iter().rev() {
            out.get(range.clone())?;
            out.replace_range(range, &new);
        }
        Some(out)
    }
}

/// The edit that writes a value where nothing is written yet: into the table it belongs to, else into the nearest around it.
pub fn inserted(
    format: Format,
    text: &str,
    read: &Document,
    places: &Places,
    place: &Place,
    value: &str,
) -> Option<(Range<usize>, String)> {
    let mut names = vec![place.name.as_str()];
    let mut at = place;
    loop {
        let (span, next) = match (at.row, at.parent) {
            (Some(row), _) => (Some(read.row_span(row)), None),
            (None, Some(parent)) => (Some(read.span(places.list[parent].slot)), Some(&places.list[parent])),
            (None, None) => (None, None),
        };
        let Some(span) = span else {
            let start = if format == Format::Json { text.find('{')? + 1 } else { 0 };
            return Some(line(format, text, start, &names, value, format == Format::Json));
        };
        let header = text.get(span.key.range()).unwrap_or("");
        if format == Format::Toml && header.starts_with('[') {
            let end = text[span.key.range().end..].find('\n').map_or(text.len(), |n| span.key.range().end + n + 1);
            return Some(line(format, text, end, &names, value, false));
        }
        if text.get(span.value.range()).is_some_and(|t| t.starts_with('{')) {
            return Some(line(format, text, span.value.range().start + 1, &names, value, true));
        }
        let next = next?;
        names.insert(0, next.name.as_str());
        at = next;
    }
}

/// A text as both formats write it.
pub fn quoted(text: &str) -> String {
    // JSON's escapes are TOML's too.
    serde_json::Value::from(text).to_string()
}

fn pair(format: Format, names: &[&str], value: &str) -> String {
    match format {
        Format::Toml => format!("{} = {value}", names.join(".")),
        Format::Json => {
            let inner = names.iter().rev().fold(value.to_owned(), |inner, name| format!("{{{}: {inner}}}", quoted(name)));
            inner[1..inner.len() - 1].to_owned()
        }
    }
}

fn line(format: Format, text: &str, at: usize, names: &[&str], value: &str, is_inline: bool) -> (Range<usize>, String) {
    let pair = pair(format, names, value);
    let new = if is_inline {
        let is_last = text[at..].trim_start().starts_with('}');
        if is_last { format!(" {pair} ") } else { format!(" {pair},") }
    } else if at > 0 && !text[..at].ends_with('\n') {
        format!("\n{pair}\n")
    } else {
        format!("{pair}\n")
    };
    (at..at, new)
}
