//! Paths through the shape of a manifest.

use crate::value::{FieldShape, FieldType, RecordId, Schema};

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
