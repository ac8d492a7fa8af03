//! Paths through the shape of a manifest.

use crate::value::{FieldShape, FieldType, RecordId, Schema};

/// A path without the items of lists: `domain.holder` for `domain["a.cn"].holder`.
pub fn plain_path(path: &str) -> String {
    let mut out = String::new();
    let mut inside = false;
    for c in path.chars() {
        match c {
            '[' => inside = true,
            ']' => inside = false,
            c if !inside => out.push(c),
            _ => {}
        }
    }
    out
}

/// The record below a type, itself or as the items of a list.
pub(super) fn record_of(ty: &FieldType) -> Option<RecordId> {
    match ty {
        FieldType::Record(id) => Some(*id),
        FieldType::List { item, .. } => record_of(item),
        _ => None,
    }
}

/// The field at a path without items of lists.
pub fn field_at<'s>(schema: &'s Schema, path: &str) -> Option<&'s FieldShape> {
    let mut record = schema.root;
    let mut found = None;
    for name in path.split('.') {
        let field = schema.record(record?).fields.iter().find(|f| f.name == name)?;
        record = record_of(&field.ty);
        found = Some(field);
    }
    found
}
