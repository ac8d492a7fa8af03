//! Where in the manifest something stands, or would stand if it were stated.

use super::report::Reporter;
use super::trace::{Trace, Tracer, in_brackets};
use crate::diagnostic::render::quoted;
use crate::pack::{NONE, Node, VersionDetails};
use crate::source::Span;
use crate::value::{FieldType, RecordId, Value};

/// Most values of an enum that a line to write names.
const MAX_CHOICES: usize = 12;

impl Reporter<'_, '_> {
    pub(super) fn span_of_slot(&self, slot: u32) -> Option<Span> {
        let span = self.machine.document.span(slot);
        let best = if span.value.is_empty() { span.key } else { span.value };
        (!best.is_empty()).then_some(best)
    }

    /// The header of the deepest table that is there and holds the path, and the line that states the fact. `wanted` is the slot of the fact: it tells
    /// which items of the lists on the way are meant.
    pub(super) fn place_for(&self, path: &str, wanted: u32) -> (Option<Span>, String, String) {
        let mut record = self.with.schema.root;
        let mut base = 0u32;
        let mut holder: Option<Span> = None;
        let mut inside = String::new();
        let mut rest: Vec<&str> = Vec::new();
        let mut gone = false;
        let mut line_type: Option<FieldType> = None;
        for part in split_path(path) {
            if part.starts_with('[') {
                continue;
            }
            let Some(field) = record.and_then(|r| self.with.schema.record(r).find(part)) else {
                rest.push(part);
                line_type = crate::value::FILE_FIELDS.iter().find(|f| f.0 == part).map(|f| f.1.clone());
                continue;
            };
            line_type = Some(field.ty.clone());
            match &field.ty {
                FieldType::Record(inner) => {
                    record = Some(*inner);
                    let slot = base + field.slot;
                    if !gone && self.machine.document.slots.get(slot as usize) == Some(&Value::Present) {
                        let span = self.machine.document.span(slot);
                        holder = Some(if span.key.is_empty() { span.value } else { span.key }).filter(|s| !s.is_empty()).or(holder);
                        inside = if inside.is_empty() { part.to_owned() } else { format!("{inside}.{part}") };
                        rest.clear();
                        base = slot + 1;
                    } else {
                        gone = true;
                        rest.push(part);
                    }
                }
                FieldType::List { item, key } => {
                    rest.push(part);
                    let slot = base + field.slot;
                    if let FieldType::Record(inner) = **item {
                        record = Some(inner);
                        // The key of the item follows the part.
                        let at = part.as_ptr() as usize - path.as_ptr() as usize + part.len();
                        if let (false, Some((row, name))) = (gone, self.row(slot, inner, *key, at, path, wanted)) {
                            base = row;
                            let span = self.machine.document.row_span(row);
                            holder = Some(if span.key.is_empty() { span.value } else { span.key }).filter(|s| !s.is_empty()).or(holder);
                            inside = name;
                            rest.clear();
                        } else {
                            gone = true;
                        }
                    }
                }
                _ => rest.push(part),
            }
        }
        let value = line_type.as_ref().map_or("\"…\"".to_owned(), |t| format!("{}{}", self.placeholder(t), self.choices(t)));
        let (last, tables) = rest.split_last().map_or(("", &[][..]), |(l, t)| (*l, t));
        // A list of records that is not there yet: the table of its first item, with its key.
        if let (Some(FieldType::List { item, key }), true) = (&line_type, inside.is_empty())
            && let FieldType::Record(record) = **item
        {
            let key = key.and_then(|k| self.with.schema.record(record).fields.get(k as usize)).map_or("…", |f| f.name.as_str());
            return (holder, format!("[[{}]]", rest.join(".")), format!("{key} = \"…\""));
        }
        if inside.is_empty() && !tables.is_empty() {
            // A table that is not there yet gets a header of its own.
            return (holder, format!("[{}]", tables.join(".")), format!("{last} = {value}"));
        }
        (holder, inside, format!("{} = {value}", rest.join(".")))
    }

    /// The item of a list in which a slot lies, with the path up to it; where the fact has no slot, the item whose key the path names.
    fn row(&self, slot: u32, record: RecordId, key: Option<u16>, at: usize, path: &str, wanted: u32) -> Option<(u32, String)> {
        let rest = path.get(at..).filter(|r| r.starts_with('['))?;
        let end = at + bracket_end(rest)?;
        let (inner, name) = (&path[at + 1..end - 1], path[..end].to_owned());
        let Value::Rows { start, length } = *self.machine.document.slots.get(slot as usize)? else { return None };
        let shape = self.with.schema.record(record);
        let rows = || (0..length).map(|n| start + n * shape.n_slots);
        if wanted != NONE
            && let Some(row) = rows().find(|row| self.holds(record, *row, wanted))
        {
            return Some((row, name));
        }
        if let Ok(n) = inner.parse::<u32>() {
            return rows().nth(n.checked_sub(1)? as usize).map(|row| (row, name));
        }
        let field = shape.fields.get(key? as usize)?;
        let is_meant = |row: &u32| match self.machine.document.slots.get((row + field.slot) as usize) {
            Some(Value::Text(t)) => in_brackets(&quoted(self.machine.str(*t))) == path[at..end],
            _ => false,
        };
        rows().find(is_meant).map(|row| (row, name))
    }

    /// Whether a slot lies in the block of a record, or in an item of a list of it.
    fn holds(&self, record: RecordId, base: u32, wanted: u32) -> bool {
        let shape = self.with.schema.record(record);
        if (base..base + shape.n_slots).contains(&wanted) {
            return true;
        }
        shape.fields.iter().any(|field| match &field.ty {
            FieldType::Record(inner) => self.holds(*inner, base + field.slot + 1, wanted),
            FieldType::List { item, .. } => match (&**item, self.machine.document.slots.get((base + field.slot) as usize)) {
                (FieldType::Record(inner), Some(Value::Rows { start, length })) => {
                    let stride = self.with.schema.record(*inner).n_slots;
                    (0..*length).any(|n| self.holds(*inner, start + n * stride, wanted))
                }
                _ => false,
            },
            _ => false,
        })
    }

    /// What stands for a value that only the filer knows: it states nothing until somebody replaces it.
    pub(super) fn placeholder(&self, ty: &FieldType) -> String {
        match ty {
            FieldType::List { item, .. } if matches!(**item, FieldType::Record(_)) => "[{ … }]".to_owned(),
            FieldType::List { .. } => "[\"…\"]".to_owned(),
            FieldType::File => "{ path = \"…\" }".to_owned(),
            FieldType::Record(_) => "{ … }".to_owned(),
            _ => "\"…\"".to_owned(),
        }
    }

    /// What may stand in place of a placeholder, as a comment.
    pub(super) fn choices(&self, ty: &FieldType) -> String {
        match ty {
            FieldType::Boolean => "  # true / false".to_owned(),
            FieldType::Date => "  # YYYY-MM-DD".to_owned(),
            FieldType::DateTime => "  # YYYY-MM-DDThh:mm:ss".to_owned(),
            FieldType::Integer | FieldType::Decimal | FieldType::Money | FieldType::BusinessDays => "  # 0".to_owned(),
            FieldType::Enum(id) => {
                let values = &self.with.schema.enumeration(*id).values;
                let named: Vec<&str> = values.iter().take(MAX_CHOICES).map(|v| v.name.as_str()).collect();
                format!("  # {}{}", named.join(", "), if values.len() > MAX_CHOICES { ", …" } else { "" })
            }
            FieldType::List { item, .. } => self.choices(item),
            _ => String::new(),
        }
    }

    /// The first character of the manifest, for what belongs at its top.
    pub(super) fn top(&self) -> Option<Span> {
        let source = self.machine.document.source;
        let text = &self.with.sources.get(source).text;
        let width = text.chars().next().map_or(0, char::len_utf8);
        Some(Span::new(source, 0..width))
    }

    /// The place a violation is reported at, and its path.
    pub(super) fn primary_place(&mut self, i: usize, details: &VersionDetails, trace: &Trace) -> Option<(Span, String)> {
        if details.report_at != NONE {
            let node = details.report_at;
            let path = {
                let loops = self.loops_of(i);
                let tracer = Tracer { machine: &mut self.machine, details: Some(self.with.details), schema: self.with.schema, loops };
                tracer.path(node)
            };
            let slot = match self.machine.lowered.nodes.at(node) {
                Node::Root { slot, .. } => slot,
                Node::Item { var, offset, .. } => self.machine.env[var as usize].saturating_add(offset),
                _ => NONE,
            };
            if let Some(span) = self.span_of_slot(slot) {
                return Some((span, path));
            }
            let (holder, ..) = self.place_for(&path, slot);
            if let Some(span) = holder.or_else(|| self.row_of_item(i)) {
                return Some((span, path));
            }
        }
        for fact in &trace.present {
            if let Some(span) = self.span_of_slot(fact.slot) {
                return Some((span, fact.path.clone()));
            }
        }
        if let Some(m) = trace.absent.first() {
            let (holder, ..) = self.place_for(&m.path, m.slot);
            if let Some(span) = holder.or_else(|| self.top()) {
                return Some((span, m.path.clone()));
            }
        }
        self.row_of_item(i).map(|s| (s, String::new()))
    }

    pub(super) fn row_of_item(&self, i: usize) -> Option<Span> {
        let last = self.machine.version(i).loops.range().next_back()?;
        let row = self.machine.env[self.machine.lowered.loops.at(last as u32).var as usize];
        let span = self.machine.document.row_span(row);
        let span = if span.key.is_empty() { self.machine.document.span(row).value } else { span.key };
        (!span.is_empty()).then_some(span)
    }
}

/// The length of `["x"]` at the begin of a text; a bracket inside quotes does not end it.
fn bracket_end(text: &str) -> Option<usize> {
    if !text.starts_with("[\"") {
        return text.find(']').map(|n| n + 1);
    }
    let mut characters = text.char_indices().skip(2);
    while let Some((at, c)) = characters.next() {
        match c {
            '\\' => {
                characters.next();
            }
            '"' => return Some((at + 2).min(text.len())),
            _ => {}
        }
    }
    None
}

/// Parts of `service["x"].kind`: `service`, `["x"]`, `kind`; dots inside brackets do not part.
fn split_path(path: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut start, mut at) = (0, 0);
    while let Some(c) = path[at..].chars().next() {
        match c {
            '[' | '.' => {
                parts.push(&path[start..at]);
                let end = if c == '[' { bracket_end(&path[at..]).map_or(path.len(), |n| at + n) } else { at };
                if c == '[' {
                    parts.push(&path[at..end]);
                }
                at = if path[end..].starts_with('.') { end + 1 } else { end };
                start = at;
            }
            c => at += c.len_utf8(),
        }
    }
    parts.push(&path[start..]);
    parts.retain(|p| !p.is_empty());
    parts
}

#[cfg(test)]
mod tests {
    use super::split_path;

    #[test]
    fn a_path_is_parted_at_dots_and_brackets_outside_of_keys() {
        assert_eq!(split_path("a.b[2].c"), ["a", "b", "[2]", "c"]);
        assert_eq!(split_path("domain[\"a].b[\"].holder.name"), ["domain", "[\"a].b[\"]", "holder", "name"]);
        assert_eq!(split_path(r#"d["a\"].b\\"].c"#), ["d", r#"["a\"].b\\"]"#, "c"]);
        assert_eq!(split_path("s[1].p[\"x.y\"]"), ["s", "[1]", "p", "[\"x.y\"]"]);
        assert_eq!(split_path("a"), ["a"]);
    }
}
