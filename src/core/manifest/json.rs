//! JSON to `Tree`, strictly: no comments, no trailing commas, no loose names.

use super::diagnostics as say;
use super::toml::millionths;
use super::{Read, Tree, TreeKind};
use crate::diagnostic::Diagnostics;
use crate::source::{SourceFile, SourceId, Span};
use jsonc_parser::ast::{ObjectPropName, Value};
use jsonc_parser::common::Ranged;
use jsonc_parser::{CollectOptions, ParseOptions};

pub(super) fn read(source: SourceId, file: &SourceFile, diagnostics: &mut Diagnostics) -> Option<Read> {
    let text = &*file.text;
    let options = ParseOptions {
        allow_comments: false,
        allow_loose_object_property_names: false,
        allow_trailing_commas: false,
        allow_missing_commas: false,
        allow_single_quoted_strings: false,
        allow_hexadecimal_numbers: false,
        allow_unary_plus_numbers: false,
        allow_bare_decimal_point_numbers: false,
        allow_non_finite_numbers: false,
        allow_extended_string_escapes: false,
    };
    match jsonc_parser::parse_to_ast(text, &CollectOptions::default(), &options) {
        Ok(result) => match result.value {
            Some(value) => {
                let mut duplicates = Vec::new();
                let tree = tree((source, file), &value, None, &mut duplicates, diagnostics);
                Some(Read { tree, is_partial: false, duplicates })
            }
            None => {
                diagnostics.report(say::json_syntax(Span::new(source, 0..0), "the text is empty"));
                None
            }
        },
        Err(error) => {
            let range = error.range();
            let start = range.start.min(text.len());
            let width = text[start..].chars().next().map_or(0, char::len_utf8);
            let end = range.end.clamp(start, text.len()).max(start + width);
            let message = error.kind().to_string();
            super::hide_numbers_in(file, 0..text.len());
            diagnostics.report(say::json_syntax(Span::new(source, start..end), &message));
            None
        }
    }
}

fn tree(
    at: (SourceId, &SourceFile),
    value: &Value<'_>,
    key: Option<Span>,
    duplicates: &mut Vec<Span>,
    diagnostics: &mut Diagnostics,
) -> Tree {
    let (source, file) = at;
    let range = value.range();
    let span = Span::new(source, range.start..range.end);
    let kind = match value {
        Value::StringLit(s) => TreeKind::Text(s.value.to_string()),
        Value::NumberLit(n) => match (n.value.parse::<i64>(), millionths(n.value)) {
            (Ok(n), _) => TreeKind::Integer(n),
            (_, Some(n)) => TreeKind::Decimal(n),
            _ => TreeKind::OddNumber(n.value.to_owned()),
        },
        Value::BooleanLit(b) => TreeKind::Bool(b.value),
        Value::NullKeyword(_) => TreeKind::Null,
        Value::Array(items) => TreeKind::Array(items.elements.iter().map(|i| tree(at, i, None, duplicates, diagnostics)).collect()),
        Value::Object(object) => {
            let mut pairs: Vec<(String, Span, Tree)> = Vec::with_capacity(object.properties.len());
            let mut seen: rustc_hash::FxHashMap<String, Span> = rustc_hash::FxHashMap::default();
            for property in &object.properties {
                let (name, range) = match &property.name {
                    ObjectPropName::String(s) => (s.value.to_string(), s.range),
                    ObjectPropName::Word(w) => (w.value.to_owned(), w.range),
                };
                let key_span = Span::new(source, range.start..range.end);
                if let Some(first) = seen.get(&name) {
                    duplicates.push(*first);
                    let range = property.value.range();
                    super::hide_numbers_in(file, range.start..range.end);
                    diagnostics.report(say::duplicate_key(key_span, Some(*first), &name));
                    continue;
                }
                seen.insert(name.clone(), key_span);
                pairs.push((name, key_span, tree(at, &property.value, Some(key_span), duplicates, diagnostics)));
            }
            TreeKind::Table(pairs)
        }
    };
    Tree { span, key_span: key.unwrap_or(Span { end: span.start + 1, ..span }), kind }
}
