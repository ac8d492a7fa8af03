//! The lines of `with`: fields of a manifest set or taken away by a case.

use crate::diagnostic::{Bilingual, Diagnostics, say};
use crate::manifest::{self, Document, Tree};
use crate::source::{SourceMap, Span};
use crate::syntax::ast::{CaseValue, CaseValueKind, Literal, Target, TargetStep};
use crate::value::{FieldType, RecordId, Schema, Value, plain_path};
use std::fmt::Write;

pub(super) fn target_text(target: &Target) -> String {
    let mut out = String::new();
    for step in &target.steps {
        match step {
            TargetStep::Field(name) if out.is_empty() => out.push_str(&name.text),
            TargetStep::Field(name) => {
                let _ = write!(out, ".{}", name.text);
            }
            TargetStep::Key(key) => {
                let _ = write!(out, "[\"{}\"]", key.value);
            }
            TargetStep::Index(n, _) => {
                let _ = write!(out, "[{n}]");
            }
        }
    }
    out
}

/// Sets a field of a document as a case says; `None` takes it away.
pub(super) fn set(
    document: &mut Document,
    schema: &Schema,
    target: &Target,
    value: Option<&CaseValue>,
    today: crate::value::Date,
    sources: &SourceMap,
    problems: &mut Diagnostics,
) -> Result<(), Bilingual> {
    let mut record: RecordId = schema.root.ok_or_else(|| say!("the rules declare no manifest", "规则没有声明 manifest"))?;
    let mut base = 0u32;
    let mut steps = target.steps.iter().peekable();
    while let Some(step) = steps.next() {
        let TargetStep::Field(name) = step else { return Err(say!("`{}` names no field", "`{}` 不是字段", target_text(target))) };
        let Some(field) = schema.record(record).find(&name.text).cloned() else {
            // A property of a document.
            let near = crate::diagnostic::nearest(&name.text, schema.record(record).fields.iter().map(|f| f.name.as_str()));
            return Err(match near {
                Some(near) => say!(
                    "`{}` has no field `{}`; did you mean `{near}`?",
                    "`{}` 没有字段 `{}`，是否想写 `{near}`？",
                    schema.record(record).name,
                    name.text
                ),
                None => say!("`{}` has no field `{}`", "`{}` 没有字段 `{}`", schema.record(record).name, name.text),
            });
        };
        let slot = base + field.slot;
        let Some(next) = steps.peek() else {
            match value {
                Some(value) => manifest::fill_field(document, schema, &field, base, &tree(value, target.span), sources, today, problems),
                None => clear(document, schema, &field.ty, slot),
            }
            return Ok(());
        };
        match (&field.ty, next) {
            (FieldType::Record(inner), TargetStep::Field(_)) => {
                if document.slots[slot as usize] == Value::Unknown || document.slots[slot as usize] == Value::None {
                    document.slots[slot as usize] = Value::Present;
                }
                record = *inner;
                base = slot + 1;
            }
            (FieldType::File, TargetStep::Field(property)) => {
                let Some(index) = crate::value::FILE_FIELDS.iter().position(|f| f.0 == property.text) else {
                    return Err(say!("a document has no property `{}`", "文件没有属性 `{}`", property.text));
                };
                document.slots[slot as usize] = Value::Present;
                let field = crate::value::FieldShape {
                    name: property.text.clone(),
                    title: Bilingual::default(),
                    ty: crate::value::FILE_FIELDS[index].1.clone(),
                    is_optional: true,
                    kind: crate::value::choice::FactKind::Stated,
                    is_private: false,
                    slot: index as u32,
                };
                match value {
                    Some(value) => {
                        manifest::fill_field(document, schema, &field, slot + 1, &tree(value, target.span), sources, today, problems)
                    }
                    None => document.slots[slot as usize + 1 + index] = Value::Unknown,
                }
                return Ok(());
            }
            (FieldType::List { item, .. }, TargetStep::Key(_) | TargetStep::Index(..)) => {
                let FieldType::Record(inner) = **item else {
                    return Err(say!("`{}` has no items with fields", "`{}` 的列表项没有字段", name.text));
                };
                let (start, length) = match document.slots[slot as usize] {
                    Value::Rows { start, length } => (start, length),
                    _ => return Err(say!("`{}` has no items in this manifest", "`{}` 在该清单中没有列表项", name.text)),
                };
                let shape = schema.record(inner);
                let row = match steps.next() {
                    Some(TargetStep::Index(n, _)) if *n >= 1 && *n as u32 <= length => Some(start + (*n as u32 - 1) * shape.n_slots),
                    Some(TargetStep::Key(key)) => (0..length).map(|i| start + i * shape.n_slots).find(|row| {
                        shape
                            .fields
                            .iter()
                            .any(|f| matches!(document.slots[(row + f.slot) as usize], Value::Text(t) if document.str(t) == key.value))
                    }),
                    _ => None,
                };
                let Some(row) = row else {
                    return Err(say!("`{}` names no item of the manifest", "`{}` 在清单中没有对应的列表项", target_text(target)));
                };
                record = inner;
                base = row;
            }
            _ => return Err(say!("`{}` does not fit the manifest", "`{}` 与清单结构不符", target_text(target))),
        }
    }
    Ok(())
}

/// Whether a path of the manifest is the one a case names, or lies inside it. A key that the case names counts; a position does not.
pub fn paths_meet(path: &str, wanted: &str) -> bool {
    let (bare_path, bare_wanted) = (plain_path(path), plain_path(wanted));
    let inside = bare_path == bare_wanted || bare_path.starts_with(&format!("{bare_wanted}."));
    inside
        && keys(wanted)
            .iter()
            .zip(keys(path))
            .all(|(wanted, found)| !wanted.starts_with('"') || !found.starts_with('"') || *wanted == found)
}

/// What stands in the brackets of a path.
fn keys(path: &str) -> Vec<String> {
    path.split('[').skip(1).filter_map(|part| part.rsplit_once(']').map(|(key, _)| key.to_owned())).collect()
}

fn clear(document: &mut Document, schema: &Schema, ty: &FieldType, slot: u32) {
    for i in 0..ty.n_slots(&schema.records) {
        document.slots[(slot + i) as usize] = Value::Unknown;
    }
}

/// A value of a case as the manifest reader knows it.
fn tree(value: &CaseValue, key_span: Span) -> Tree {
    use crate::manifest::TreeKind as K;
    let kind = match &value.kind {
        CaseValueKind::Word(word) => K::Text(word.clone()),
        CaseValueKind::List(items) => K::Array(items.iter().map(|i| tree(i, i.span)).collect()),
        CaseValueKind::Table(pairs) => K::Table(pairs.iter().map(|(n, v)| (n.text.clone(), n.span, tree(v, n.span))).collect()),
        CaseValueKind::Literal(literal) => match literal {
            Literal::Bool(b) => K::Bool(*b),
            Literal::Integer(n) => K::Integer(*n),
            Literal::Decimal(n) => K::Decimal(*n),
            Literal::Date(d) => K::Date(*d),
            Literal::DateTime(d) => K::DateTime(*d),
            Literal::Text(t) => K::Text(t.clone()),
            Literal::Duration(_) | Literal::BusinessDays(_) | Literal::Money(_) => K::Text(String::new()),
        },
    };
    Tree { span: value.span, key_span, kind }
}
