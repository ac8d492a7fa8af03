//! Enums, records, declared types and the manifest: the shape of what a filing states.

use super::diagnostics as say;
use super::{NameKind, NamedType, Names};
use crate::diagnostic::{Bilingual, Diagnostics, nearest};
use crate::hir::Program;
use crate::source::Span;
use crate::syntax::ast::{self, ItemKind, TypeRule};
use crate::value::{EnumId, EnumShape, FieldShape, FieldType, PatternId, PatternRule, PatternShape, RecordId, RecordShape, Scalar};
use rustc_hash::FxHashMap;

/// Names of the types that need no declaration.
pub const PLAIN_TYPES: &[&str] =
    &["text", "integer", "decimal", "boolean", "date", "datetime", "duration", "business_days", "money", "file"];

pub(super) fn title(texts: Option<&ast::Texts>, name: &str) -> Bilingual {
    match texts {
        Some(t) => texts_of(t),
        None => Bilingual::new(name.replace(['_', '-'], " "), String::new()),
    }
}

/// A text as it is written.
pub fn texts_of(texts: &ast::Texts) -> Bilingual {
    Bilingual::new(texts.en.value.clone(), texts.zh.as_ref().map_or(String::new(), |z| z.value.clone()))
}

/// Whether a text that may be nothing but a date has words that a Chinese reader would meet in English.
pub(crate) fn is_untranslated(texts: &ast::Texts) -> bool {
    texts.zh.is_none() && texts.en.value.contains(|c: char| c.is_ascii_alphabetic())
}

/// Fills `program.schema`.
pub(super) fn declare(files: &[ast::File], program: &mut Program, names: &mut Names, diagnostics: &mut Diagnostics) {
    // What could not be read has no shape; its name is among those that `Unread` excuses.
    let items = || files.iter().flat_map(|f| &f.items).filter(|i| i.fault.is_none());
    // Names first, so that the order of declarations means nothing.
    for item in items() {
        let (name, ty) = match &item.kind {
            ItemKind::Enum(e) => (&e.name, NamedType::Enum(EnumId(program.schema.enums.len() as u16))),
            ItemKind::Record(r) => (&r.name, NamedType::Record(RecordId(program.schema.records.len() as u16))),
            ItemKind::Type(t) => (&t.name, NamedType::Pattern(PatternId(program.schema.patterns.len() as u16))),
            _ => continue,
        };
        if PLAIN_TYPES.contains(&name.text.as_str()) || Scalar::from_name(&name.text).is_some() {
            diagnostics.report(say::built_in_type(name.span, &name.text));
            continue;
        }
        if let Some((_, first)) = names.types.get(&name.text) {
            diagnostics.report(say::duplicate(name.span, *first, &name.text));
            continue;
        }
        names.types.insert(name.text.clone(), (ty, name.span));
        match &item.kind {
            ItemKind::Enum(e) => {
                let shape = enumeration(e, diagnostics);
                program.schema.enums.push(shape);
            }
            ItemKind::Record(r) => {
                program.schema.records.push(RecordShape {
                    name: r.name.text.clone(),
                    title: title(r.title.as_ref(), &r.name.text),
                    fields: Vec::new(),
                    n_slots: 0,
                });
                program.field_spans.push(Vec::new());
            }
            ItemKind::Type(t) => {
                let shape = pattern(t, diagnostics);
                program.schema.patterns.push(shape);
            }
            _ => {}
        }
    }
    let mut manifest: Option<Span> = None;
    for item in items() {
        match &item.kind {
            ItemKind::Record(r) => {
                if let Some((NamedType::Record(id), at)) = names.types.get(&r.name.text).copied()
                    && at == r.name.span
                {
                    fields(id, &r.fields, program, names, diagnostics);
                }
            }
            ItemKind::Manifest(m) => {
                if let Some(first) = manifest {
                    diagnostics.report(say::duplicate(m.name.span, first, &m.name.text));
                    continue;
                }
                manifest = Some(m.name.span);
                let id = RecordId(program.schema.records.len() as u16);
                program.schema.root = Some(id);
                program.schema.records.push(RecordShape {
                    name: "manifest".to_owned(),
                    title: Bilingual::new("manifest", "清单"),
                    fields: Vec::new(),
                    n_slots: 0,
                });
                program.field_spans.push(Vec::new());
                fields(id, &m.fields, program, names, diagnostics);
            }
            _ => {}
        }
    }
    lay_out(program, diagnostics);
}

fn enumeration(e: &ast::Enum, diagnostics: &mut Diagnostics) -> EnumShape {
    let mut seen: FxHashMap<&str, Span> = FxHashMap::default();
    let mut values = Vec::with_capacity(e.values.len());
    for (i, (name, texts)) in e.values.iter().enumerate() {
        let zh = texts.as_ref().and_then(|t| t.zh.as_ref());
        if let Some(first) = seen.get(name.text.as_str()) {
            diagnostics.report(say::duplicate(name.span, *first, &name.text));
            continue;
        }
        if let Some(zh) = zh
            && let Some(first) = seen.insert(&zh.value, zh.span)
        {
            diagnostics.report(say::duplicate(zh.span, first, &zh.value));
        }
        seen.insert(&name.text, name.span);
        let title = title(texts.as_ref(), &name.text);
        let mut also = Vec::new();
        for other in e.also.get(i).into_iter().flatten() {
            if let Some(first) = seen.insert(&other.value, other.span) {
                diagnostics.report(say::duplicate(other.span, first, &other.value));
            }
            also.push(other.value.clone());
        }
        values.push(crate::value::EnumValueShape { name: name.text.clone(), title, also });
    }
    EnumShape {
        name: e.name.text.clone(),
        title: title(e.title.as_ref(), &e.name.text),
        values,
        is_open: e.is_open,
        others_differ: e.others_differ,
    }
}

fn pattern(t: &ast::TypeItem, diagnostics: &mut Diagnostics) -> PatternShape {
    let rule = match &t.rule {
        TypeRule::Matching(regex) if t.base.text == "text" => {
            if let Err(error) = regex_lite::Regex::new(&regex.value) {
                diagnostics.report(say::bad_pattern(regex.span, &error.to_string()));
            }
            PatternRule::Matching(regex.value.clone())
        }
        TypeRule::Between(low, high, span) if t.base.text == "integer" => {
            if low > high {
                diagnostics.report(say::empty_bounds(*span, *low, *high));
            }
            PatternRule::Between(*low, *high)
        }
        _ => {
            diagnostics.report(say::bad_type_declaration(t.base.span, &t.base.text));
            PatternRule::Matching(String::new())
        }
    };
    PatternShape { name: t.name.text.clone(), title: title(t.title.as_ref(), &t.name.text), rule }
}

/// The type a name stands for; reports an unknown one, unless what declares it was reported.
pub(crate) fn plain_type(name: &ast::Name, names: &Names, diagnostics: &mut Diagnostics) -> Option<FieldType> {
    Some(match name.text.as_str() {
        "text" => FieldType::Text,
        "integer" => FieldType::Integer,
        "decimal" => FieldType::Decimal,
        "boolean" => FieldType::Boolean,
        "date" => FieldType::Date,
        "datetime" => FieldType::DateTime,
        "duration" => FieldType::Duration,
        "business_days" => FieldType::BusinessDays,
        "money" => FieldType::Money,
        "file" => FieldType::File,
        other => match (Scalar::from_name(other), names.types.get(other)) {
            (Some(scalar), _) => FieldType::Scalar(scalar),
            (_, Some((NamedType::Enum(id), _))) => FieldType::Enum(*id),
            (_, Some((NamedType::Record(id), _))) => FieldType::Record(*id),
            (_, Some((NamedType::Pattern(id), _))) => FieldType::Pattern(*id),
            _ if names.unread.excuses(NameKind::Type, other) => return None,
            _ => {
                let mut known: Vec<&str> = names.types.keys().map(String::as_str).collect();
                known.extend(PLAIN_TYPES);
                known.extend(Scalar::ALL.iter().map(|s| s.name()));
                known.sort_unstable();
                diagnostics.report(say::unknown_type(name.span, other, nearest(other, known)));
                return None;
            }
        },
    })
}

fn fields(id: RecordId, list: &[ast::Field], program: &mut Program, names: &mut Names, diagnostics: &mut Diagnostics) {
    let mut seen: FxHashMap<String, Span> = FxHashMap::default();
    let mut shapes = Vec::with_capacity(list.len());
    let mut spans = Vec::with_capacity(list.len());
    for field in list {
        if let Some(first) = seen.get(&field.name.text) {
            diagnostics.report(say::duplicate(field.name.span, *first, &field.name.text));
            continue;
        }
        seen.insert(field.name.text.clone(), field.name.span);
        let Some(mut ty) = plain_type(&field.ty.name, names, diagnostics) else {
            let zh = field.title.as_ref().and_then(|t| t.zh.as_ref()).map(|t| t.value.clone());
            names.unread.fields.extend(zh.into_iter().chain([field.name.text.clone()]).map(|name| (id, name)));
            continue;
        };
        if field.ty.is_list {
            if let (Some(key), false) = (&field.ty.key, matches!(ty, FieldType::Record(_))) {
                diagnostics.report(say::key_of_plain_list(key.span));
            }
            // The key is resolved by `keys`, when the fields of every record are known.
            ty = FieldType::List { item: Box::new(ty), key: None };
        }
        shapes.push(FieldShape {
            name: field.name.text.clone(),
            title: title(field.title.as_ref(), &field.name.text),
            ty,
            is_optional: field.ty.is_optional,
            kind: field.kind,
            is_private: field.is_private,
            slot: 0,
        });
        spans.push(field.name.span);
    }
    program.schema.records[id.0 as usize].fields = shapes;
    program.field_spans[id.0 as usize] = spans;
}

/// Gives every field its slot. A record that contains itself is refused: its layout would not end.
fn lay_out(program: &mut Program, diagnostics: &mut Diagnostics) {
    let n = program.schema.records.len();
    let mut done = vec![false; n];
    for start in 0..n {
        let mut path = Vec::new();
        lay_out_record(start, program, &mut done, &mut path, diagnostics);
    }
}

fn lay_out_record(id: usize, program: &mut Program, done: &mut [bool], path: &mut Vec<usize>, diagnostics: &mut Diagnostics) {
    if done[id] {
        return;
    }
    path.push(id);
    let mut slot = 0;
    for i in 0..program.schema.records[id].fields.len() {
        let inner = match &program.schema.records[id].fields[i].ty {
            FieldType::Record(inner) => Some(inner.0 as usize),
            FieldType::List { item, .. } => match **item {
                FieldType::Record(inner) => Some(inner.0 as usize),
                _ => None,
            },
            _ => None,
        };
        if let Some(inner) = inner {
            if path.contains(&inner) {
                let names: Vec<String> = path.iter().map(|r| program.schema.records[*r].name.clone()).collect();
                diagnostics.report(say::endless_record(program.field_spans[id][i], &names));
                program.schema.records[id].fields[i].ty = FieldType::Text;
            } else {
                lay_out_record(inner, program, done, path, diagnostics);
            }
        }
        let width = program.schema.records[id].fields[i].ty.n_slots(&program.schema.records);
        program.schema.records[id].fields[i].slot = slot;
        slot += width;
    }
    program.schema.records[id].n_slots = slot;
    done[id] = true;
    path.pop();
}

/// Resolves the keys of keyed lists, which need the fields of every record.
pub(super) fn keys(files: &[ast::File], program: &mut Program, names: &Names, diagnostics: &mut Diagnostics) {
    let root = program.schema.root;
    for item in files.iter().flat_map(|f| &f.items).filter(|i| i.fault.is_none()) {
        let (id, list) = match &item.kind {
            ItemKind::Record(r) => match names.types.get(&r.name.text) {
                Some((NamedType::Record(id), at)) if *at == r.name.span => (*id, &r.fields),
                _ => continue,
            },
            ItemKind::Manifest(m) => match root {
                Some(id) => (id, &m.fields),
                None => continue,
            },
            _ => continue,
        };
        for field in list {
            let Some(key) = &field.ty.key else { continue };
            let Some(index) = program.schema.records[id.0 as usize].fields.iter().position(|f| f.name == field.name.text) else { continue };
            let FieldType::List { item, .. } = program.schema.records[id.0 as usize].fields[index].ty.clone() else { continue };
            let FieldType::Record(inner) = *item else { continue };
            let record = program.schema.record(inner);
            let found = record.fields.iter().position(|f| f.name == key.text).map(|i| i as u16);
            if found.is_none() && !names.unread.excuses_field(inner, &key.text) {
                let near = nearest(&key.text, record.fields.iter().map(|f| f.name.as_str())).map(str::to_owned);
                diagnostics.report(say::unknown_field(key.span, &key.text, &record.name, near.as_deref()));
            }
            program.schema.records[id.0 as usize].fields[index].ty =
                FieldType::List { item: Box::new(FieldType::Record(inner)), key: found };
        }
    }
}
