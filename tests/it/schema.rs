//! The JSON Schema of manifests: what the reader accepts fits it, what the reader refuses for its shape does not.

use crate::support::{files, root};
use serde_json::{Value, json};
use std::process::Command;

fn schema(arguments: &[&str]) -> Value {
    let output = Command::new(env!("CARGO_BIN_EXE_filingc")).arg("schema").args(arguments).output().expect("the program runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("the schema is JSON")
}

fn validator(schema: &Value) -> jsonschema::Validator {
    jsonschema::meta::validate(schema).expect("the schema is a schema");
    jsonschema::validator_for(schema).expect("the schema can be used")
}

/// TOML as editors hand it to a validator: dates are texts.
fn as_json(value: &toml::Value) -> Value {
    match value {
        toml::Value::String(s) => json!(s),
        toml::Value::Integer(n) => json!(n),
        toml::Value::Float(n) => json!(n),
        toml::Value::Boolean(b) => json!(b),
        toml::Value::Datetime(d) => json!(d.to_string()),
        toml::Value::Array(list) => list.iter().map(as_json).collect(),
        toml::Value::Table(table) => Value::Object(table.iter().map(|(k, v)| (k.clone(), as_json(v))).collect()),
    }
}

fn manifests() -> Vec<(String, Value)> {
    let list = files(&root().join("examples"), &["toml"]);
    assert!(list.len() >= 12);
    list.into_iter()
        .filter(|path| path.file_name().is_some_and(|n| n != "filingc.toml"))
        .map(|path| {
            let text = std::fs::read_to_string(&path).expect("the example is readable");
            (path.display().to_string(), as_json(&toml::from_str(&text).expect("the example is TOML")))
        })
        .collect()
}

#[test]
fn the_published_schema_is_current() {
    let path = root().join("docs/schema/manifest.schema.json");
    let current = format!("{}\n", serde_json::to_string_pretty(&schema(&[])).expect("JSON"));
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, &current).expect("the schema is written");
    }
    let published = std::fs::read_to_string(&path).expect("the schema is readable");
    assert!(published == current, "docs/schema/manifest.schema.json: run UPDATE_DOCS=1 cargo test the_published_schema");
}

#[test]
fn every_example_fits_the_schema() {
    let validator = validator(&schema(&[]));
    for (name, manifest) in manifests() {
        let errors: Vec<String> = validator.iter_errors(&manifest).map(|e| format!("{}: {e}", e.instance_path)).collect();
        assert!(errors.is_empty(), "{name}: {}", errors.join("\n"));
    }
}

#[test]
fn broken_manifests_do_not_fit() {
    let validator = validator(&schema(&[]));
    let whole = manifests().into_iter().find(|(n, _)| n.ends_with("c01-company-complete.toml")).expect("the example is there").1;
    type Break = fn(&mut Value);
    let breaks: &[(&str, Break)] = &[
        ("an unknown table", |m| m["entitty"] = json!({})),
        ("an unknown field", |m| m["entity"]["nmae"] = json!("x")),
        ("a value that the enum lacks", |m| m["entity"]["nature"] = json!("company")),
        ("a number where a text is due", |m| m["entity"]["name"] = json!(5)),
        ("a text where a truth value is due", |m| m["entity"]["principal"]["legal_representative"] = json!("yes")),
        ("a day that is written otherwise", |m| m["domain"][0]["expires_on"] = json!("2028/05/01")),
        ("an item without its key", |m| m["domain"][0].as_object_mut().expect("a table").remove("name").map_or((), drop)),
        ("a table where a list of tables is due", |m| m["service"] = json!({ "id": "x" })),
        ("none where something must exist", |m| m["entity"]["principal"] = json!("none")),
        ("a half number of slots", |m| m["instance"]["used_slots"] = json!(1.5)),
        ("an unknown property of a document", |m| m["materials"]["entity_certificate"] = json!({ "sise": 3 })),
        ("an address without an at sign", |m| m["entity"]["principal"]["email"] = json!("nobody")),
        ("a region that is none", |m| m["filing"]["region"] = json!("xx")),
    ];
    assert!(validator.is_valid(&whole));
    for (what, change) in breaks {
        let mut broken = whole.clone();
        change(&mut broken);
        assert!(!validator.is_valid(&broken), "{what}");
    }
}

#[test]
fn chinese_names_none_and_bare_paths_fit() {
    let validator = validator(&schema(&[]));
    let manifest = json!({
        "备案订单": { "备案地区": "浙江", "接入商": "阿里云" },
        "entity": { "nature": "企业", "主办单位名称": "示例", "remarks": "none" },
        "materials": { "entity_certificate": "scan.jpg", "residence_permit": "none" },
        "instance": { "provider": "a provider that is not listed" },
    });
    let errors: Vec<String> = validator.iter_errors(&manifest).map(|e| format!("{}: {e}", e.instance_path)).collect();
    assert!(errors.is_empty(), "{}", errors.join("\n"));
}

#[test]
fn a_region_narrows_what_is_offered_and_asked() {
    let narrowed = schema(&["--region", "浙江"]);
    let validator = validator(&narrowed);
    let mut n = 0;
    for (name, manifest) in manifests().into_iter().filter(|(_, m)| m["filing"]["region"] == "zj") {
        // A node abroad needs no filing, so nothing is required of it.
        if name.contains("hong-kong") {
            continue;
        }
        n += 1;
        let errors: Vec<String> = validator.iter_errors(&manifest).map(|e| format!("{}: {e}", e.instance_path)).collect();
        assert!(errors.is_empty(), "{name}: {}", errors.join("\n"));
    }
    assert!(n >= 3, "{n} examples were tried");
    assert!(!validator.is_valid(&json!({ "filing": { "region": "gd" } })), "another region");
    let offered = |s: &Value, table: &str| s["properties"][table].to_string().matches("\"title\"").count();
    let properties = |s: &Value| s["properties"]["entity"]["properties"].as_object().map_or(0, serde_json::Map::len);
    let whole = schema(&[]);
    let all = whole["$defs"]["record.entity_record"]["properties"].as_object().map_or(0, serde_json::Map::len);
    assert!(properties(&narrowed) > 5 && properties(&narrowed) < all, "{} of {all} fields of the entity", properties(&narrowed));
    assert!(offered(&narrowed, "filing") > 0);
}

#[test]
fn every_field_has_both_languages() {
    let whole = schema(&[]);
    for (name, record) in whole["$defs"].as_object().expect("parts").iter().filter(|(n, _)| n.starts_with("record.")) {
        for (field, value) in record["properties"].as_object().expect("fields") {
            let title = value["title"].as_str().unwrap_or("");
            assert!(title.contains(" / ") || title.chars().any(|c| c as u32 > 0x3000), "{name}.{field}: {title}");
        }
    }
}
