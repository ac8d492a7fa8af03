//! Trees to slots: names, types and formats against the schema. Shared by all formats.

use super::diagnostics as say;
use super::{Document, SlotSpan, Tree, TreeKind, Unusable, identity};
use crate::diagnostic::render::quoted;
use crate::diagnostic::{Applicability, Bilingual, Diagnostics, nearest};
use crate::source::{SourceMap, Span};
use crate::value::{
    Date, EnumId, FILE_FIELDS, FieldShape, FieldType, Money, PatternId, PatternRule, RecordId, RecordShape, Scalar, Schema, Value,
    parse_date, parse_datetime, parse_duration, scalar,
};
use rustc_hash::FxHashMap;

pub(super) struct Filler<'a> {
    document: &'a mut Document,
    schema: &'a Schema,
    sources: &'a SourceMap,
    today: Date,
    diagnostics: &'a mut Diagnostics,
    /// Names on the way to the value at hand.
    path: Vec<String>,
    patterns: FxHashMap<u16, Option<regex_lite::Regex>>,
    /// Why the value at hand tells nothing, where it does.
    why: Unusable,
    /// Whether the field at hand is private: what it holds is masked wherever it is shown, however it is written.
    is_private: bool,
}

impl<'a> Filler<'a> {
    pub(super) fn new(
        document: &'a mut Document,
        schema: &'a Schema,
        sources: &'a SourceMap,
        today: Date,
        diagnostics: &'a mut Diagnostics,
    ) -> Self {
        Filler {
            document,
            schema,
            sources,
            today,
            diagnostics,
            path: Vec::new(),
            patterns: FxHashMap::default(),
            why: Unusable::Fault,
            is_private: false,
        }
    }

    fn path(&self) -> String {
        self.path.join(".").replace(".[", "[")
    }

    pub(super) fn wrong_shape(&mut self, tree: &Tree) {
        self.diagnostics.report(say::wrong_type(tree.span, "manifest", ("a table", "表"), found(&tree.kind)));
    }

    pub(super) fn overwrite(&mut self, field: &FieldShape, base: u32, tree: &Tree) {
        for i in 0..field.ty.n_slots(&self.schema.records) {
            self.document.slots[(base + field.slot + i) as usize] = Value::Unknown;
            self.document.unusable.remove(&(base + field.slot + i));
        }
        self.field(field, base, tree, None);
    }

    /// Fills the block of a record.
    pub(super) fn record(&mut self, id: RecordId, base: u32, pairs: &[(String, Span, Tree)]) {
        let schema = self.schema;
        let shape = schema.record(id);
        let mut seen: Vec<(u32, Span)> = Vec::new();
        let kind = self.kind(shape, pairs);
        let kind = kind.as_deref();
        for (name, key_span, tree) in pairs {
            let is_private = shape.find(name).is_some_and(|f| is_private(f) && !kind.is_some_and(identity::is_public));
            if is_private {
                self.hide(tree);
            }
            // A key in a line that could not be read was reported with that line.
            if matches!(tree.kind, TreeKind::Reported) {
                if let Some(field) = shape.find(name) {
                    self.document.spans[(base + field.slot) as usize] = SlotSpan { key: *key_span, value: tree.span };
                }
                continue;
            }
            let Some(field) = shape.find(name) else {
                super::hide_numbers(self.sources, tree);
                self.unknown_key(id, name, *key_span);
                continue;
            };
            // The name and its Chinese alias are one key.
            if let Some((_, first)) = seen.iter().find(|(slot, _)| *slot == field.slot) {
                self.diagnostics.report(say::duplicate_key(*key_span, Some(*first), name));
                for slot in base + field.slot..base + field.slot + field.ty.n_slots(&schema.records) {
                    self.document.slots[slot as usize] = Value::Unknown;
                }
                self.document.unusable.insert(base + field.slot, Unusable::Fault);
                continue;
            }
            seen.push((field.slot, *key_span));
            let outer = std::mem::replace(&mut self.is_private, is_private);
            self.field(field, base, tree, kind);
            self.is_private = outer;
        }
    }

    /// The kind of document that a record states beside its number.
    fn kind(&self, shape: &RecordShape, pairs: &[(String, Span, Tree)]) -> Option<String> {
        let is_type = |f: &&FieldShape| f.name == "type";
        let (field, tree) = pairs.iter().find_map(|(n, _, t)| shape.find(n).filter(is_type).map(|f| (f, t)))?;
        let TreeKind::Text(text) = &tree.kind else { return None };
        let FieldType::Enum(id) = &field.ty else { return Some(text.clone()) };
        let shape = self.schema.enumeration(*id);
        Some(shape.find(text).map_or(text, |v| &shape.values[usize::from(v)].name).clone())
    }

    /// Marks what stands in a private field. A code that shows itself to be that of an organisation is public.
    fn hide(&self, tree: &Tree) {
        match &tree.kind {
            TreeKind::Table(pairs) => pairs.iter().for_each(|(.., t)| self.hide(t)),
            TreeKind::Array(items) => items.iter().for_each(|t| self.hide(t)),
            TreeKind::Text(text) if crate::source::is_organisation(text) => {}
            TreeKind::Text(text) => self.sources.keep_private(tree.span, text),
            TreeKind::Bool(_) | TreeKind::Null => {}
            _ => self.sources.keep_private(tree.span, self.sources.slice(tree.span)),
        }
    }

    fn unknown_key(&mut self, id: RecordId, name: &str, span: Span) {
        let schema = self.schema;
        let shape = schema.record(id);
        let known = shape.fields.iter().flat_map(|f| [f.name.as_str(), f.title.zh.as_str()]).filter(|n| !n.is_empty());
        let near = nearest(name, known).map(str::to_owned);
        // A name that exactly one other table has may have been written in the wrong place.
        let mut holders = schema.records.iter().enumerate().filter(|(_, r)| r.find(name).is_some());
        let elsewhere = match (holders.next(), holders.next()) {
            (Some((i, _)), None) => self.path_of(RecordId(i as u16)),
            _ => None,
        };
        let here = if self.path.is_empty() { "manifest".to_owned() } else { self.path() };
        let known: Vec<(&str, &str)> = shape.fields.iter().map(|f| (f.name.as_str(), f.title.zh.as_str())).collect();
        self.diagnostics.report(say::unknown_key(span, &quoted(name), &here, near.as_deref(), elsewhere.as_deref(), say::keys(&known)));
    }

    /// A path that leads to a record, breadth first.
    fn path_of(&self, wanted: RecordId) -> Option<String> {
        let mut queue = std::collections::VecDeque::from([(self.schema.root?, String::new())]);
        let mut steps = 0;
        while let Some((id, path)) = queue.pop_front() {
            steps += 1;
            if steps > 500 {
                return None;
            }
            if id == wanted {
                return Some(path).filter(|p| !p.is_empty());
            }
            for field in &self.schema.record(id).fields {
                let inner = match &field.ty {
                    FieldType::Record(inner) => *inner,
                    FieldType::List { item, .. } => match **item {
                        FieldType::Record(inner) => inner,
                        _ => continue,
                    },
                    _ => continue,
                };
                let next = if path.is_empty() { field.name.clone() } else { format!("{path}.{}", field.name) };
                queue.push_back((inner, next));
            }
        }
        None
    }

    fn field(&mut self, field: &FieldShape, base: u32, tree: &Tree, kind: Option<&str>) {
        let slot = base + field.slot;
        self.path.push(field.name.clone());
        self.document.spans[slot as usize] = SlotSpan { key: tree.key_span, value: tree.span };
        let says_none = field.is_optional && self.says_none(&field.ty, tree);
        let is_none = matches!(&tree.kind, TreeKind::Text(t) if t == "none") || matches!(tree.kind, TreeKind::Null) || says_none;
        let has_value_none = matches!(&field.ty, FieldType::Enum(id) if self.schema.enumeration(*id).find("none").is_some());
        if is_none && !has_value_none {
            if field.is_optional {
                self.declare_none(&field.ty, slot, SlotSpan { key: tree.key_span, value: tree.span });
            } else {
                let path = self.path();
                self.document.unusable.insert(slot, Unusable::Fault);
                self.diagnostics.report(say::not_declarable(tree.span, &path));
            }
        } else {
            self.typed(&field.ty, slot, tree, kind, field.name == "number");
        }
        self.path.pop();
    }

    /// Whether a value says in other words that there is none: a date without end, a list of nothing.
    fn says_none(&mut self, ty: &FieldType, tree: &Tree) -> bool {
        const ENDLESS: &[&str] = &["长期", "长期有效", "长久", "永久", "无固定期限", "long-term", "long term", "permanent", "indefinite"];
        const NOTHING: &[&str] = &["无", "没有", "不涉及", "以上都不涉及", "n/a"];
        let last = crate::value::parse_date("9999-12-31");
        let is_one = |words: &[&str], text: &str| words.iter().any(|w| w.eq_ignore_ascii_case(text.trim()));
        let says = match (ty, &tree.kind) {
            (FieldType::Date, TreeKind::Text(text)) => is_one(ENDLESS, text) || last.is_some() && parse_date(text) == last,
            (FieldType::Date, TreeKind::Date(day)) => Some(*day) == last,
            (FieldType::List { .. }, TreeKind::Text(text)) => is_one(NOTHING, text),
            _ => false,
        };
        if says {
            let path = self.path();
            self.diagnostics.report(say::normalised(tree.span, &path, "none", true));
        }
        says
    }

    /// Declared not to exist, with everything inside.
    fn declare_none(&mut self, ty: &FieldType, slot: u32, span: SlotSpan) {
        for i in 0..ty.n_slots(&self.schema.records) {
            self.document.slots[(slot + i) as usize] = Value::None;
            self.document.spans[(slot + i) as usize] = span;
        }
    }

    fn typed(&mut self, ty: &FieldType, slot: u32, tree: &Tree, kind: Option<&str>, is_number: bool) {
        if matches!(&tree.kind, TreeKind::Text(text) if is_blank(text)) {
            self.document.unusable.insert(slot, Unusable::Blank);
            return;
        }
        self.why = Unusable::Fault;
        self.filled(ty, slot, tree, kind, is_number);
        if self.document.slots[slot as usize] == Value::Unknown {
            self.document.unusable.insert(slot, self.why);
        }
    }

    fn filled(&mut self, ty: &FieldType, slot: u32, tree: &Tree, kind: Option<&str>, is_number: bool) {
        match ty {
            FieldType::Record(id) => match &tree.kind {
                TreeKind::Table(pairs) => {
                    self.document.slots[slot as usize] = Value::Present;
                    self.record(*id, slot + 1, pairs);
                }
                other => self.wrong(tree, ("a table", "表"), found(other)),
            },
            FieldType::File => self.file(slot, tree),
            FieldType::List { item, key } => self.list(item, *key, slot, tree),
            plain => {
                if let Some(value) = self.plain(plain, tree, kind, is_number) {
                    self.document.slots[slot as usize] = value;
                }
            }
        }
    }

    fn file(&mut self, slot: u32, tree: &Tree) {
        let pairs = match &tree.kind {
            TreeKind::Text(path) => {
                self.document.slots[slot as usize] = Value::Present;
                let text = self.document.intern(path);
                self.document.slots[slot as usize + 1] = Value::Text(text);
                self.document.spans[slot as usize + 1] = SlotSpan { key: tree.key_span, value: tree.span };
                return;
            }
            TreeKind::Table(pairs) => pairs,
            other => return self.wrong(tree, ("a document (a table or its path)", "文件（表或路径）"), found(other)),
        };
        self.document.slots[slot as usize] = Value::Present;
        for (name, key_span, value) in pairs {
            let Some(index) = FILE_FIELDS.iter().position(|f| f.0 == name || f.3 == name) else {
                let near = nearest(name, FILE_FIELDS.iter().map(|f| f.0));
                let path = self.path();
                let known: Vec<(&str, &str)> = FILE_FIELDS.iter().map(|f| (f.0, f.3)).collect();
                self.diagnostics.report(say::unknown_key(*key_span, &quoted(name), &path, near, None, say::keys(&known)));
                continue;
            };
            self.path.push(name.clone());
            let at = slot + 1 + index as u32;
            self.document.spans[at as usize] = SlotSpan { key: *key_span, value: value.span };
            if matches!(&value.kind, TreeKind::Text(t) if t == "none") {
                self.document.slots[at as usize] = Value::None;
            } else {
                self.typed(&FILE_FIELDS[index].1, at, value, None, false);
            }
            self.path.pop();
        }
    }

    fn list(&mut self, item: &FieldType, key: Option<u16>, slot: u32, tree: &Tree) {
        let single;
        let items: &[Tree] = match (&tree.kind, item) {
            (TreeKind::Array(items), _) => items,
            // One table where a list of records is due: `[domain]` instead of `[[domain]]`; one document where several may be given.
            (TreeKind::Table(_) | TreeKind::Text(_), FieldType::File) => {
                single = [tree.clone()];
                &single
            }
            (other, FieldType::Record(_)) => {
                let path = self.path();
                let d = say::wrong_type(tree.span, &path, ("a list of tables", "表的列表"), found(other));
                let header = self.sources.slice(tree.key_span).trim();
                let is_header = header.starts_with('[') && !header.starts_with("[[") && header.ends_with(']');
                let d = if is_header {
                    let right = format!("[{header}]");
                    d.fix(crate::say!("write `{right}`", "写作 `{right}`"), tree.key_span, right.clone(), Applicability::Safe)
                } else {
                    d.help(crate::say!("write `[[{path}]]` before each of its tables", "在每个表之前写 `[[{path}]]`"))
                };
                self.diagnostics.report(d);
                return;
            }
            (other, _) => {
                let (words, span) = (found(other), tree.span);
                let path = self.path();
                let mut d = say::wrong_type(span, &path, ("a list", "列表"), words);
                let written = self.sources.slice(span);
                if !written.is_empty() && !matches!(other, TreeKind::Table(_)) {
                    let fixed = format!("[{written}]");
                    d = d.fix(crate::say!("put it in brackets", "加上方括号"), span, fixed, Applicability::Suggestion);
                }
                self.diagnostics.report(d);
                return;
            }
        };
        let stride = match item {
            FieldType::Record(id) => self.schema.record(*id).n_slots,
            other => other.n_slots(&self.schema.records),
        };
        let start = self.document.reserve(items.len() * stride as usize);
        let length = items.len() as u32;
        let is_block = matches!(item, FieldType::Record(_) | FieldType::File);
        self.document.slots[slot as usize] = if is_block { Value::Rows { start, length } } else { Value::List { start, length } };
        for (i, tree) in items.iter().enumerate() {
            let row = start + i as u32 * stride;
            self.path.push(format!("[{}]", i + 1));
            match item {
                FieldType::Record(id) => match &tree.kind {
                    TreeKind::Table(pairs) => {
                        self.document.rows.push((row, SlotSpan { key: tree.key_span, value: tree.span }));
                        self.record(*id, row, pairs);
                    }
                    other => self.wrong(tree, ("a table", "表"), found(other)),
                },
                _ => {
                    self.document.spans[row as usize] = SlotSpan { key: tree.span, value: tree.span };
                    self.typed(item, row, tree, None, false);
                }
            }
            self.path.pop();
        }
        if let (FieldType::Record(id), Some(key)) = (item, key) {
            self.keys(*id, key, start, length, items);
        }
    }

    fn keys(&mut self, id: RecordId, key: u16, start: u32, length: u32, items: &[Tree]) {
        let shape = self.schema.record(id);
        let Some(field) = shape.fields.get(key as usize) else { return };
        let list = self.path();
        let mut seen: FxHashMap<String, Span> = FxHashMap::default();
        for i in 0..length {
            let slot = (start + i * shape.n_slots + field.slot) as usize;
            let span = self.document.spans[slot].value;
            match self.document.slots[slot] {
                Value::Text(text) => {
                    let text = self.document.str(text).to_owned();
                    if let Some(first) = seen.get(&text) {
                        let d = say::duplicate_item(span, *first, &list, &quoted(&text));
                        self.diagnostics.report(d);
                    } else {
                        seen.insert(text, span);
                    }
                }
                // A faulty key was reported.
                Value::Unknown if span.is_empty() => {
                    let d = say::missing_item_key(items[i as usize].key_span, &list, &field.name);
                    self.diagnostics.report(d);
                }
                _ => {}
            }
        }
    }

    fn wrong(&mut self, tree: &Tree, expected: say::Words, found: say::Words) {
        let path = self.path();
        self.diagnostics.report(say::wrong_type(tree.span, &path, expected, found));
    }

    fn plain(&mut self, ty: &FieldType, tree: &Tree, kind: Option<&str>, is_number: bool) -> Option<Value> {
        let span = tree.span;
        match (ty, &tree.kind) {
            (FieldType::Text, TreeKind::Text(text)) => {
                if let (true, Some(kind)) = (is_number, kind) {
                    return self.numbered(kind, text, span);
                }
                Some(Value::Text(self.document.intern(text)))
            }
            (FieldType::Integer, TreeKind::Integer(n)) => Some(Value::Int(*n)),
            (FieldType::Decimal, TreeKind::Integer(n)) => match n.checked_mul(1_000_000) {
                Some(n) => Some(Value::Decimal(n)),
                None => {
                    self.wrong(tree, ("a smaller number", "较小的数"), found(&tree.kind));
                    None
                }
            },
            (FieldType::Decimal, TreeKind::Decimal(n)) => Some(Value::Decimal(*n)),
            (FieldType::Boolean, TreeKind::Bool(b)) => Some(Value::Bool(*b)),
            (FieldType::Boolean, TreeKind::Text(text)) if yes_or_no(text).is_some() => {
                let answer = yes_or_no(text)?;
                let path = self.path();
                let d = say::normalised(span, &path, if answer { "true" } else { "false" }, false);
                self.diagnostics.report(d);
                Some(Value::Bool(answer))
            }
            (FieldType::Date, TreeKind::Date(d)) => Some(Value::Date(*d)),
            (FieldType::Date, TreeKind::Text(text)) => match parse_date(text) {
                Some(d) => Some(Value::Date(d)),
                None => {
                    let path = self.path();
                    self.diagnostics.report(say::bad_date(span, &path, &quoted(text)));
                    None
                }
            },
            (FieldType::DateTime, TreeKind::DateTime(d)) => Some(Value::DateTime(*d)),
            (FieldType::DateTime, TreeKind::Text(text)) => match parse_datetime(text) {
                Some(d) => Some(Value::DateTime(d)),
                None => {
                    let path = self.path();
                    self.diagnostics.report(say::bad_date(span, &path, &quoted(text)));
                    None
                }
            },
            (FieldType::BusinessDays, TreeKind::Integer(n)) if i32::try_from(*n).is_ok() => Some(Value::BusinessDays(*n as i32)),
            (FieldType::Duration, TreeKind::Text(text)) if parse_duration(text).is_some() => parse_duration(text).map(Value::Duration),
            (FieldType::Money, _) => self.money(tree),
            (FieldType::Scalar(scalar), TreeKind::Text(text)) => self.scalar(*scalar, text, span),
            (FieldType::Enum(id), TreeKind::Text(text)) => self.enumeration(*id, text, span),
            (FieldType::Pattern(id), _) => self.pattern(*id, tree),
            (ty, other) => {
                let expected = expected(ty);
                self.wrong(tree, expected, found(other));
                None
            }
        }
    }

    /// A document number, checked as the kind of document asks.
    fn numbered(&mut self, kind: &str, text: &str, span: Span) -> Option<Value> {
        let (formats, only_suspicious) = identity::formats(kind, text);
        let mut fault = None;
        let mut accepted = None;
        for id in formats {
            match scalar::check_format(id, text, self.today) {
                Some(Ok(a)) => {
                    accepted = Some(a);
                    break;
                }
                Some(Err(f)) => fault = fault.or(Some(f)),
                None => {}
            }
        }
        if accepted.is_none()
            && let Some(fault) = fault
        {
            self.fault(&fault, text, span, &Bilingual::new("document number", "证件号码"), only_suspicious);
            if !only_suspicious {
                return None;
            }
        }
        match accepted {
            Some(a) => Some(self.accepted(a, text, span)),
            None => Some(Value::Text(self.document.intern(text))),
        }
    }

    fn scalar(&mut self, kind: Scalar, text: &str, span: Span) -> Option<Value> {
        if scalar::is_normal(kind, text) {
            return Some(Value::Text(self.document.intern(text)));
        }
        match scalar::check(kind, text, self.today) {
            Ok(accepted) => Some(self.accepted(accepted, text, span)),
            Err(fault) => {
                self.fault(&fault, text, span, &kind.title(), false);
                None
            }
        }
    }

    fn accepted(&mut self, accepted: scalar::Accepted, text: &str, span: Span) -> Value {
        let path = self.path();
        for fault in &accepted.suspicious {
            let place = self.inside(span, text, &fault.range);
            self.diagnostics.report(say::suspicious(place, &path, &fault.message));
        }
        if accepted.changed {
            // A number that is never shown whole cannot be put into a fix.
            let is_private = self.is_private || scalar::looks_like_identity(&accepted.value);
            if is_private {
                self.sources.keep_private(span, &accepted.value);
            }
            self.diagnostics.report(say::normalised(span, &path, &quoted(&accepted.value), !is_private));
        }
        Value::Text(self.document.intern(&accepted.value))
    }

    fn fault(&mut self, fault: &scalar::Fault, text: &str, span: Span, what: &Bilingual, only_suspicious: bool) {
        let path = self.path();
        let place = self.inside(span, text, &fault.range);
        let mut d =
            if only_suspicious { say::suspicious(place, &path, &fault.message) } else { say::invalid(place, &path, what, &fault.message) };
        d = d.arg("fault", fault.kind.name());
        for candidate in &fault.candidates {
            // Private numbers are never printed whole, so a candidate names only what would change.
            if self.is_private || scalar::looks_like_identity(candidate) || scalar::looks_like_identity(text) {
                d = d.help(change_words(text, candidate));
            } else {
                d = d.fix(
                    crate::say!("did you mean `{candidate}`?", "是否想写 `{candidate}`？"),
                    span,
                    format!("\"{candidate}\""),
                    Applicability::Suggestion,
                );
            }
        }
        self.diagnostics.report(d);
    }

    /// The part of a value, where the value stands in the source as it is.
    fn inside(&self, span: Span, text: &str, range: &std::ops::Range<usize>) -> Span {
        let raw = self.sources.slice(span);
        match raw.find(text) {
            Some(at) if range.end > range.start && range.end <= text.len() && !text.is_empty() => {
                let start = span.start as usize + at + range.start;
                Span::new(span.source, start..start + range.len())
            }
            _ => span,
        }
    }

    fn enumeration(&mut self, id: EnumId, text: &str, span: Span) -> Option<Value> {
        let schema = self.schema;
        let shape = schema.enumeration(id);
        if let Some(value) = shape.find(text) {
            return Some(Value::Enum(value.into()));
        }
        let path = self.path();
        if let Some(value) = shape.find_loosely(text) {
            let name = &shape.values[value as usize].name;
            self.diagnostics.report(say::normalised(span, &path, name, true));
            return Some(Value::Enum(value.into()));
        }
        let named =
            shape.values.iter().flat_map(|v| [v.name.as_str(), v.title.zh.as_str()].into_iter().chain(v.also.iter().map(String::as_str)));
        // Of two letters one tells nothing; a name in other letters is another name.
        let is_short = text.chars().count() <= 2;
        let near = nearest(text, named.filter(|n| !n.is_empty() && !is_short && n.is_ascii() == text.is_ascii()));
        if shape.is_open {
            let d = say::unlisted_value(span, &path, &quoted(text), shape.others_differ);
            let d = if shape.others_differ { d } else { d.note(say::choices(shape)) };
            let d = match near {
                Some(near) => d.fix(
                    crate::say!("did you mean `{near}`?", "是否想写 `{near}`？"),
                    span,
                    format!("\"{near}\""),
                    Applicability::Suggestion,
                ),
                None => d,
            };
            self.diagnostics.report(d);
            if !shape.others_differ {
                // Nothing is known of it; it is not one of the others, and not none of them.
                self.why = Unusable::Unlisted;
                return None;
            }
            let number = self.document.unlisted.number(id, text, shape.values.len());
            return Some(Value::Enum(number));
        }
        self.diagnostics.report(say::unknown_enum_value(span, &path, &quoted(text), say::choices(shape), near));
        None
    }

    fn pattern(&mut self, id: PatternId, tree: &Tree) -> Option<Value> {
        let schema = self.schema;
        let shape = schema.pattern(id);
        match (&shape.rule, &tree.kind) {
            (PatternRule::Matching(pattern), TreeKind::Text(text)) => {
                let regex = self.patterns.entry(id.0).or_insert_with(|| regex_lite::Regex::new(&format!("^(?:{pattern})$")).ok());
                if regex.as_ref().is_some_and(|r| !r.is_match(text)) {
                    let path = self.path();
                    self.diagnostics.report(say::pattern_mismatch(tree.span, &path, &shape.name, &format!("`{pattern}`")));
                    return None;
                }
                Some(Value::Text(self.document.intern(text)))
            }
            (PatternRule::Between(low, high), TreeKind::Integer(n)) => {
                if n < low || n > high {
                    let path = self.path();
                    self.diagnostics.report(say::pattern_mismatch(tree.span, &path, &shape.name, &format!("{low} .. {high}")));
                    return None;
                }
                Some(Value::Int(*n))
            }
            (PatternRule::Matching(_), other) => {
                self.wrong(tree, ("a text", "文本"), found(other));
                None
            }
            (PatternRule::Between(..), other) => {
                self.wrong(tree, ("a whole number", "整数"), found(other));
                None
            }
        }
    }

    fn money(&mut self, tree: &Tree) -> Option<Value> {
        let cents = |kind: &TreeKind| match kind {
            TreeKind::Integer(n) => n.checked_mul(100),
            TreeKind::Decimal(n) if n % 10_000 == 0 => Some(n / 10_000),
            _ => None,
        };
        let code = |text: &str| <[u8; 3]>::try_from(text.as_bytes()).ok().filter(|c| c.iter().all(u8::is_ascii_uppercase));
        let value = match &tree.kind {
            TreeKind::Table(pairs) => {
                let get = |name: &str| pairs.iter().find(|(n, ..)| n == name).map(|(.., t)| &t.kind);
                let currency = match get("currency") {
                    Some(TreeKind::Text(t)) => code(t),
                    None => Some(*b"CNY"),
                    _ => None,
                };
                get("amount").and_then(cents).zip(currency)
            }
            TreeKind::Text(text) => text.split_once(' ').and_then(|(n, c)| {
                let n = super::toml::millionths(n).filter(|n| n % 10_000 == 0)?;
                Some((n / 10_000, code(c)?))
            }),
            other => cents(other).map(|c| (c, *b"CNY")),
        };
        match value {
            Some((cents, currency)) => Some(Value::Money(Money::new(currency, cents))),
            None => {
                self.wrong(tree, ("an amount of money in yuan with at most two decimals", "以元计、最多两位小数的金额"), found(&tree.kind));
                None
            }
        }
    }
}

/// Yes or no, as people write it.
fn yes_or_no(text: &str) -> Option<bool> {
    match text.trim().to_lowercase().as_str() {
        "是" | "有" | "yes" | "true" => Some(true),
        "否" | "无" | "没有" | "no" | "false" => Some(false),
        _ => None,
    }
}

/// Whether a text says nothing: blanks, or signs and words that keep a place.
fn is_blank(text: &str) -> bool {
    const HOLDERS: &[&str] = &["TODO", "TBD", "待填", "待填写", "待补充", "待定"];
    let text = text.trim();
    text.chars()
        .all(|c| c.is_whitespace() || matches!(c, '.' | '…' | '。' | '?' | '？' | '_' | '-' | '—' | '*' | '/' | '\u{200b}' | '\u{feff}'))
        || HOLDERS.iter().any(|h| text.eq_ignore_ascii_case(h))
}

/// Whether a field is marked as private, or holds what always is.
fn is_private(field: &FieldShape) -> bool {
    let of = |ty: &FieldType| matches!(ty, FieldType::Scalar(scalar) if scalar.is_private());
    field.is_private || of(&field.ty) || matches!(&field.ty, FieldType::List { item, .. } if of(item))
}

/// What would change between a number and a candidate, without showing either.
fn change_words(text: &str, candidate: &str) -> Bilingual {
    let (a, b): (Vec<char>, Vec<char>) = (text.chars().collect(), candidate.chars().collect());
    let differing: Vec<usize> = (0..a.len().min(b.len())).filter(|i| a[*i] != b[*i]).collect();
    match differing[..] {
        [i] if a.len() == b.len() => {
            let (n, was, is) = (i + 1, a[i], b[i]);
            crate::say!("character {n} may be `{is}` instead of `{was}`", "第 {n} 位可能是 `{is}` 而不是 `{was}`")
        }
        [i, j] if a.len() == b.len() => crate::say!("characters {} and {} may be swapped", "第 {} 位与第 {} 位可能颠倒", i + 1, j + 1),
        _ => crate::say!("a character may be missing or superfluous", "可能多写或少写了一位"),
    }
}

fn found(kind: &TreeKind) -> say::Words {
    match kind {
        TreeKind::Text(_) => ("a text", "文本"),
        TreeKind::Integer(_) => ("a whole number", "整数"),
        TreeKind::Decimal(_) => ("a decimal number", "小数"),
        TreeKind::OddNumber(_) => ("a number or time that does not fit", "超出范围的数或时间"),
        TreeKind::Bool(_) => ("true or false", "真假值"),
        TreeKind::Date(_) => ("a date", "日期"),
        TreeKind::DateTime(_) => ("a date and time", "日期时间"),
        TreeKind::Null | TreeKind::Reported => ("null", "空值"),
        TreeKind::Array(_) => ("a list", "列表"),
        TreeKind::Table(_) => ("a table", "表"),
    }
}

fn expected(ty: &FieldType) -> say::Words {
    match ty {
        FieldType::Integer => ("a whole number", "整数"),
        FieldType::Decimal => ("a number with at most six decimals", "最多六位小数的数"),
        FieldType::Boolean => ("true or false", "true 或 false"),
        FieldType::Date => ("a date, written 2026-11-23", "日期，写作 2026-11-23"),
        FieldType::DateTime => ("a date and time, written 2026-11-23T10:00:00", "日期时间，写作 2026-11-23T10:00:00"),
        FieldType::Duration => ("a duration such as \"3 months\"", "期限，如 \"3 months\""),
        FieldType::BusinessDays => ("a number of business days", "工作日数"),
        _ => ("a text", "文本"),
    }
}
