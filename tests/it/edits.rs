//! Edits that a finding offers land where the fact belongs.

use crate::support::run_with;
use serde_json::Value;

const VOCABULARY: &str = r#"
record permit_r { number: text "number" zh "编号"  note: text? "note" zh "备注" }
record site_r {
  name:    text                  "name"    zh "名称"
  note:    text?                 "note"    zh "备注"
  kind:    text                  "kind"    zh "类型"
  permits: list of permit_r?     "permits" zh "许可"
}
manifest { site: list of site_r keyed by name "sites" zh "网站"  subsite: list of site_r? "parts" zh "子站" }
region cn "National" zh "全国" { }
"#;

const RULES: &str = r#"part of cn
source s "S" zh "来源" { read 2026-11-01 }
requirement has-kind "a kind" zh "类型" { source s  for each x in site  require x.kind is "shop" }
requirement numbered "a number" zh "编号" { source s  for each x in site, p in x.permits  require p.number is "1" }
requirement parts "a kind of parts" zh "子站类型" { source s  for each x in subsite  require x.kind is "shop" }
"#;

/// The manifest after the edits that are offered, with a value in the place of each gap.
fn mended(folder: &str, manifest: &str, value: &dyn Fn(&str) -> &'static str) -> (String, Vec<String>) {
    let files = [("rules/v.filing", VOCABULARY), ("rules/r.filing", RULES), ("m.toml", manifest)];
    let ran = run_with(folder, &files, &["check", "m.toml", "--rules", "rules", "--no-cache", "--output-format", "json"]);
    let output: Value = serde_json::from_str(&ran.out).unwrap_or_else(|e| panic!("{e}: {}", ran.err));
    let missing: Vec<&Value> = output["diagnostics"].as_array().expect("a list").iter().filter(|d| d["code"] == "F6001").collect();
    let paths = missing.iter().map(|d| d["args"]["path"].as_str().unwrap_or("").to_owned()).collect();
    let mut edits: Vec<(usize, usize, String)> = Vec::new();
    for edit in missing.iter().flat_map(|d| d["fixes"].as_array().expect("a list")).flat_map(|f| f["edits"].as_array().expect("a list")) {
        let at = |end: &str| edit["span"][end].as_u64().expect("a place") as usize;
        let text = edit["replacement"].as_str().expect("a text");
        edits.push((at("start"), at("end"), text.replace("…", value(text))));
    }
    edits.sort();
    let mut out = manifest.to_owned();
    for (start, end, text) in edits.iter().rev() {
        out.replace_range(start..end, text);
    }
    (out, paths)
}

#[test]
fn a_missing_fact_is_added_to_the_item_that_lacks_it() {
    let value = |text: &str| if text.contains("kind") { "shop" } else { "1" };
    let manifest = r#"
[[site]]
name = "a"
note = "b"
kind = "shop"

[[site.permits]]
number = "1"
note = "b"

[[site]]
name = "b"
note = "a"

[[site.permits]]
number = "1"

[[site.permits]]
note = "2"

[[subsite]]
name = "b"
"#;
    let (text, mut paths) = mended("edits-land", manifest, &value);
    paths.sort();
    assert_eq!(paths, ["site[\"b\"].kind", "site[\"b\"].permits[2].number", "subsite[1].kind"]);
    let wanted = manifest
        .replace("[[site]]\nname = \"b\"", "[[site]]\nkind = \"shop\"\nname = \"b\"")
        .replace("[[site.permits]]\nnote = \"2\"", "[[site.permits]]\nnumber = \"1\"\nnote = \"2\"")
        .replace("[[subsite]]\n", "[[subsite]]\nkind = \"shop\"\n");
    assert_eq!(text, wanted);
    assert!(mended("edits-land", &text, &value).1.is_empty(), "nothing is missing any more");
}

#[test]
fn an_item_is_found_whatever_its_key_holds() {
    for key in ["x].kind", "a.b[1]", "[", "1", "c\\\"]d"] {
        let manifest = format!(
            "[[site]]\nname = \"other\"\nnote = \"{key}\"\nkind = \"shop\"\npermits = []\n\n[[site]]\nname = \"{key}\"\npermits = []\n"
        );
        let manifest = format!("subsite = []\n{manifest}");
        let (text, paths) = mended("edits-keys", &manifest, &|_| "shop");
        assert_eq!(paths.len(), 1, "{key}: {paths:?}");
        assert_eq!(
            text,
            manifest
                .replace("[[site]]\nname = \"other\"", "FIRST")
                .replace("[[site]]\n", "[[site]]\nkind = \"shop\"\n")
                .replace("FIRST", "[[site]]\nname = \"other\""),
            "{key}"
        );
    }
}
