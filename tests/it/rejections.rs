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

/// Paths of the values of a tree, as keys and positions.
fn leaves(tree: &serde_json::Value, path: &mut Vec<String>, out: &mut Vec<Vec<String>>) {
    let mut inside = |key: String, value: &serde_json::Value, out: &mut Vec<Vec<String>>| {
        path.push(key);
        leaves(value, path, out);
        path.pop();
    };
    match tree {
        serde_json::Value::Object(map) if !map.is_empty() => map.iter().for_each(|(k, v)| inside(k.clone(), v, out)),
        serde_json::Value::Array(list) if list.iter().any(serde_json::Value::is_object) => {
            list.iter().enumerate().for_each(|(n, v)| inside(n.to_string(), v, out));
        }
        _ => out.push(path.clone()),
    }
}

/// A tree without the value at a path; tables that are empty then go too.
fn without(tree: &serde_json::Value, path: &[String]) -> serde_json::Value {
    let mut tree = tree.clone();
    let Some((head, rest)) = path.split_first() else { return tree };
    let is_last = rest.is_empty();
    match &mut tree {
        serde_json::Value::Object(map) => {
            if is_last {
                map.remove(head);
            } else if let Some(inner) = map.get(head) {
                let inner = without(inner, rest);
                map.insert(head.clone(), inner);
            }
        }
        serde_json::Value::Array(list) => {
            let at: usize = head.parse().expect("a position");
            list[at] = without(&list[at], rest);
        }
        _ => {}
    }
    tree
}

/// The facts that the reach of a verdict names, without the items of lists.
fn named(book: &filingc::Rulebook, checked: &filingc::Checked) -> Vec<String> {
    let reach = checked.reach(book).expect("it can be checked");
    reach.facts.iter().map(|f| filingc::value::plain_path(&f.path)).collect()
}

#[test]
fn a_refused_filing_is_never_ready_because_a_fact_is_left_out() {
    let (book, texts) = bundled_book();
    let on = jiff::civil::date(2026, 11, 23);
    let (mut n_filings, mut n_omissions, mut silent) = (0, 0, Vec::new());
    for reason in reasons() {
        let Some(name) = &reason.example else { continue };
        let mut filing = example(name);
        for (path, value) in reason.given.iter().chain(&reason.with) {
            set(&mut filing, path, value);
        }
        let verdict = |tree: &serde_json::Value| {
            let checked = check(&book, &texts, tree, on);
            (checked.report.as_ref().map(|r| r.verdict), checked)
        };
        if verdict(&filing).0 != Some(filingc::eval::Verdict::Rejected) {
            continue;
        }
        n_filings += 1;
        let mut paths = Vec::new();
        leaves(&filing, &mut Vec::new(), &mut paths);
        for path in paths {
            n_omissions += 1;
            let (verdict, checked) = verdict(&without(&filing, &path));
            let plain: Vec<&str> = path.iter().map(String::as_str).filter(|p| p.parse::<usize>().is_err()).collect();
            let plain = plain.join(".");
            let is_named =
                |fact: &String| *fact == plain || plain.starts_with(&format!("{fact}.")) || fact.starts_with(&format!("{plain}."));
            if matches!(verdict, Some(filingc::eval::Verdict::Ready | filingc::eval::Verdict::NotRequired))
                && !named(&book, &checked).iter().any(is_named)
            {
                silent.push(format!("{}: {verdict:?} without {plain}", reason.id));
            }
        }
    }
    assert!(n_filings > 30 && n_omissions > 2_000, "{n_filings} refused filings, {n_omissions} omissions");
    assert!(silent.is_empty(), "of {n_omissions} omissions {} are silent:\n{}", silent.len(), silent.join("\n"));
}
