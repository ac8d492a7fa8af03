//! Where in the manifest something stands, or would stand if it were stated.

use super::report::Reporter;
use super::trace::{Trace, Tracer};
use crate::pack::{NONE, Node, VersionDetails};
use crate::source::Span;
use crate::value::{FieldType, Value};

impl Reporter<'_, '_> {
    pub(super) fn span_of_slot(&self, slot: u32) -> Option<Span> {
        let span = self.machine.document.span(slot);
        let best = if span.value.is_empty() { span.key } else { span.value };
        (!best.is_empty()).then_some(best)
    }

    /// The header of the deepest table that is there and holds the path, and the line that states the fact.
    pub(super) fn place_for(&self, path: &str) -> (Option<Span>, String, String) {
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
                FieldType::List { item, .. } => {
                    rest.push(part);
                    let slot = base + field.slot;
                    if let FieldType::Record(inner) = **item {
                        record = Some(inner);
                        if let (false, Some((row, name))) = (gone, self.row(slot, inner, path, part)) {
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
        let value = line_type.map_or("…".to_owned(), |t| self.placeholder(&t));
        let (last, tables) = rest.split_last().map_or(("", &[][..]), |(l, t)| (*l, t));
        if inside.is_empty() && !tables.is_empty() {
            // A table that is not there yet gets a header of its own.
            return (holder, format!("[{}]", tables.join(".")), format!("{last} = {value}"));
        }
        (holder, inside, format!("{} = {value}", rest.join(".")))
    }

    /// The row a path such as `service["x"].kind` names.
    pub(super) fn row(&self, slot: u32, record: crate::value::RecordId, path: &str, part: &str) -> Option<(u32, String)> {
        let at = path.find(&format!("{part}["))? + part.len();
        let end = at + path[at..].find(']')? + 1;
        let inner = &path[at + 1..end - 1];
        let Value::Rows { start, length } = *self.machine.document.slots.get(slot as usize)? else { return None };
        let shape = self.with.schema.record(record);
        let stride = shape.n_slots;
        let name = path[..end].to_owned();
        if let Ok(n) = inner.parse::<u32>() {
            return (n >= 1 && n <= length).then(|| (start + (n - 1) * stride, name));
        }
        let key = inner.trim_matches('"');
        (0..length)
            .map(|n| start + n * stride)
            .find(|row| {
                shape.fields.iter().any(|f| match self.machine.document.slots.get((*row + f.slot) as usize) {
                    Some(Value::Text(t)) => self.machine.str(*t) == key || super::show::masked(self.machine.str(*t)) == key,
                    _ => false,
                })
            })
            .map(|row| (row, name))
    }

    pub(super) fn placeholder(&self, ty: &FieldType) -> String {
        match ty {
            FieldType::Boolean => "true".to_owned(),
            FieldType::Date => "2026-01-01".to_owned(),
            FieldType::DateTime => "2026-01-01T10:00:00".to_owned(),
            FieldType::Integer | FieldType::Decimal | FieldType::Money | FieldType::BusinessDays => "0".to_owned(),
            FieldType::Enum(id) => {
                let shape = self.with.schema.enumeration(*id);
                shape.values.first().map_or("\"…\"".to_owned(), |v| format!("\"{}\"", v.name))
            }
            FieldType::List { .. } => "[…]".to_owned(),
            FieldType::File => "{ path = \"…\" }".to_owned(),
            FieldType::Record(_) => "{ … }".to_owned(),
            _ => "\"…\"".to_owned(),
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
                let tracer = Tracer { machine: &mut self.machine, details: self.with.details, schema: self.with.schema, loops };
                tracer.path(node).0
            };
            let slot = match self.machine.lowered.nodes.at(node) {
                Node::Root(slot) => slot,
                Node::Item { var, offset } => self.machine.env[var as usize].saturating_add(offset),
                _ => NONE,
            };
            if let Some(span) = self.span_of_slot(slot) {
                return Some((span, path));
            }
            let (holder, ..) = self.place_for(&path);
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
            let (holder, ..) = self.place_for(&m.path);
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

/// Parts of `service["x"].kind`: `service`, `["x"]`, `kind`; dots inside brackets do not part.
fn split_path(path: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut start = 0;
    let mut depth = 0;
    for (i, c) in path.char_indices() {
        match c {
            '[' => {
                if depth == 0 && start < i {
                    parts.push(&path[start..i]);
                    start = i;
                }
                depth += 1;
            }
            ']' => depth -= 1,
            '.' if depth == 0 => {
                if start < i {
                    parts.push(&path[start..i]);
                }
                start = i + 1;
            }
            _ => {}
        }
    }
    if start < path.len() {
        parts.push(&path[start..]);
    }
    parts
}
