//! The reasons for which orders come back: each is shown by a filing that violates its rule, or said to be undecidable.

use crate::support::{assert_page, bundled_book, check, example, root};
use filingc::Rulebook;
use filingc::eval::Outcome;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fmt::Write;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    reason: Vec<Reason>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Reason {
    id: String,
    en: String,
    zh: String,
    remedy_en: String,
    remedy_zh: String,
    #[serde(default)]
    rules: Vec<String>,
    example: Option<String>,
    #[serde(default)]
    given: BTreeMap<String, serde_json::Value>,
    #[serde(default)]
    with: BTreeMap<String, serde_json::Value>,
    not_decidable_en: Option<String>,
    not_decidable_zh: Option<String>,
}

fn reasons() -> Vec<Reason> {
    let text = std::fs::read_to_string(root().join("tests/it/rejections.toml")).expect("the table is readable");
    toml::from_str::<Table>(&text).expect("the table is well-formed").reason
}

/// Puts a value at a path; tables on the way are made.
fn set(tree: &mut serde_json::Value, path: &str, value: &serde_json::Value) {
    let (head, rest) = path.split_once('.').map_or((path, None), |(head, rest)| (head, Some(rest)));
    match (head.parse::<usize>(), rest) {
        (Ok(n), Some(rest)) => set(&mut tree[n], rest, value),
        (Err(_), Some(rest)) => {
            let inside = tree.as_object_mut().expect("a table").entry(head).or_insert_with(|| serde_json::json!({}));
            set(inside, rest, value);
        }
        (_, None) if value == "missing" => {
            tree.as_object_mut().expect("a table").remove(head);
        }
        (_, None) => tree[head] = value.clone(),
    }
}

fn outcome(book: &Rulebook, texts: &[(String, String)], manifest: &serde_json::Value, rule: &str) -> Option<Outcome> {
    let checked = check(book, texts, manifest, jiff::civil::date(2026, 11, 23));
    let report = checked.report.unwrap_or_else(|| panic!("the manifest is usable: {:?}", checked.diagnostics));
    report.rules.iter().find(|r| r.name == rule || r.also.iter().any(|a| a == rule)).map(|r| r.outcome)
}

#[test]
fn every_reason_is_found_or_undecidable() {
    let (book, texts) = bundled_book();
    let mut wrong = Vec::new();
    for reason in reasons() {
        let Some(name) = &reason.example else {
            let says_why = reason.not_decidable_en.is_some() && reason.not_decidable_zh.is_some();
            if !says_why || !reason.rules.is_empty() {
                wrong.push(format!("{}: neither an example nor why none is possible", reason.id));
            }
            continue;
        };
        let mut before = example(name);
        for (path, value) in &reason.given {
            set(&mut before, path, value);
        }
        let mut after = before.clone();
        for (path, value) in &reason.with {
            set(&mut after, path, value);
        }
        for rule in &reason.rules {
            let (before, after) = (outcome(&book, &texts, &before, rule), outcome(&book, &texts, &after, rule));
            if after != Some(Outcome::Violated) {
                wrong.push(format!("{}: with the changes {rule} is {after:?}", reason.id));
            }
            if before == Some(Outcome::Violated) {
                wrong.push(format!("{}: {rule} is violated without the changes", reason.id));
            }
        }
        assert!(!reason.rules.is_empty(), "{} names a rule", reason.id);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn reasons_have_ids_of_their_own() {
    let reasons = reasons();
    assert_eq!(reasons.len(), 58);
    let mut ids: Vec<&str> = reasons.iter().map(|r| r.id.as_str()).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 58);
}

#[test]
fn the_page_of_the_reasons_is_current() {
    let mut out = String::from(
        "# Why orders come back · 驳回原因\n\n\
         The reasons that access providers and authorities give, and the rule that finds each before the submission.\n\
         `tests/it/rejections.toml` holds the table and, for each reason, a filing that shows it; this page is made from it.\n\n\
         接入商与管局常见的驳回原因，以及提交前即可发现它的规则。本页由 `tests/it/rejections.toml` 生成，表中每项均附可重现的例子。\n\n\
         | reason · 原因 | found by · 规则 | remedy · 处理 |\n|---|---|---|\n",
    );
    let reasons = reasons();
    for r in reasons.iter().filter(|r| !r.rules.is_empty()) {
        let rules: Vec<String> = r.rules.iter().map(|id| format!("`{id}`")).collect();
        let _ = writeln!(out, "| {}<br>{} | {} | {}<br>{} |", r.en, r.zh, rules.join(", "), r.remedy_en, r.remedy_zh);
    }
    out.push_str("\n## Not decidable from a manifest · 清单无法判断\n\n| reason · 原因 | why · 缘由 | remedy · 处理 |\n|---|---|---|\n");
    for r in &reasons {
        if let (Some(en), Some(zh)) = (&r.not_decidable_en, &r.not_decidable_zh) {
            let _ = writeln!(out, "| {}<br>{} | {en}<br>{zh} | {}<br>{} |", r.en, r.zh, r.remedy_en, r.remedy_zh);
        }
    }
    assert_page("docs/rulebook/rejections.md", &out);
}
