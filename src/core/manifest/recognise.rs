//! Whether a text that lies in a folder is a manifest: by what stands in it, not by its name.

use super::{Format, format_of};
use crate::diagnostic::nearest;
use crate::value::Schema;
use ::toml::de::DeTable;
use jsonc_parser::ast::{Object, Value};
use jsonc_parser::common::Ranged;

/// Whether a text may be meant as a manifest: one of its keys at the top is of the vocabulary, or nearly; or it cannot be read, and nothing shows that it is
/// something else. What is empty may become one.
pub fn may_be_manifest(name: &str, text: &str, schema: &Schema) -> bool {
    let Some(root) = schema.root.map(|root| schema.record(root)) else { return true };
    let names = || root.fields.iter().flat_map(|f| [f.name.as_str(), f.title.zh.as_str()]).filter(|n| !n.is_empty());
    let is_ours = |key: &str| root.find(key).is_some() || nearest(key, names()).is_some();
    if text.trim().is_empty() {
        return true;
    }
    match format_of(name, text) {
        Format::Toml => {
            // Most manifests show it by a line, without being read as a whole.
            text.lines().filter_map(key_of_line).any(|key| root.find(key).is_some())
                || DeTable::parse(text).map_or(true, |table| table.get_ref().keys().any(|key| is_ours(key.get_ref())))
        }
        Format::Json => match jsonc_parser::parse_to_ast(text, &Default::default(), &Default::default()) {
            Ok(read) => {
                let is_filing = |object: &Object<'_>| object.properties.iter().any(|p| is_ours(p.name.as_str()));
                match read.value {
                    Some(Value::Object(object)) => is_filing(&object),
                    // A list of filings is told to be one.
                    Some(Value::Array(list)) => list.elements.iter().any(|v| matches!(v, Value::Object(o) if is_filing(o))),
                    Some(other) => other.range().start > text.len(),
                    None => true,
                }
            }
            Err(_) => text.split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| names().any(|n| n == word)),
        },
    }
}

/// The first part of the key that a line of TOML begins with: of a header or of a pair.
fn key_of_line(line: &str) -> Option<&str> {
    let line = line.trim();
    let key = match line.strip_prefix('[') {
        Some(header) => header.trim_start_matches('[').split([']', '.']).next()?,
        None => line.split_once('=')?.0.split('.').next()?,
    };
    Some(key.trim().trim_matches(['"', '\'']))
}

#[cfg(test)]
mod tests {
    use super::key_of_line;

    #[test]
    fn keys_of_lines() {
        for (line, key) in [
            ("[filing]", Some("filing")),
            ("  [[service]] # one", Some("service")),
            ("[entity.principal]", Some("entity")),
            ("[\"主体\"]", Some("主体")),
            ("draft = true", Some("draft")),
            ("filing.region = \"zj\"", Some("filing")),
            ("# [filing]", Some("# [filing]").filter(|_| false)),
            ("words", None),
        ] {
            assert_eq!(key_of_line(line), key, "{line}");
        }
    }
}
