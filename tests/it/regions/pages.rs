//! Pages about the rulebook that are made from it: what it rests on, what it leaves to people, what came into force when.

use crate::support::{assert_page, bundled_rules, compile, root};
use filingc::Language;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::process::Command;

/// Where the generated part of a page begins.
const MARK: &str = "<!-- from here on made by the tests: UPDATE_DOCS=1 cargo test -->\n";

/// What `filingc rules` lists.
fn rules() -> Vec<serde_json::Value> {
    let output = Command::new(env!("CARGO_BIN_EXE_filingc"))
        .args(["rules", "--output-format", "json", "--rules", "regions", "--isolated"])
        .current_dir(root())
        .output()
        .expect("the program runs");
    let value: serde_json::Value = serde_json::from_slice(&output.stdout).expect("standard output is JSON");
    value["rules"].as_array().expect("a list").clone()
}

fn text<'a>(value: &'a serde_json::Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_default()
}

fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}

/// A page whose head is written by hand.
fn assert_tail(path: &str, tail: &str) {
    let page = std::fs::read_to_string(root().join(path)).expect("the page is readable");
    let (head, _) = page.split_once(MARK).unwrap_or_else(|| panic!("{path} has the line {MARK}"));
    assert_page(path, &format!("{head}{MARK}{tail}"));
}

#[test]
fn sources_page_is_current() {
    let compiled = compile(&bundled_rules()).0;
    let mut used: BTreeMap<(String, String), BTreeSet<String>> = BTreeMap::new();
    for rule in rules() {
        for source in rule["sources"].as_array().into_iter().flatten() {
            let key = (text(source, "title").to_owned(), text(source, "url").to_owned());
            used.entry(key).or_default().insert(text(&rule, "id").to_owned());
        }
    }
    // Title and address; what is printed on it, when it was read, who cites it.
    let mut rows: BTreeMap<(String, String), [BTreeSet<String>; 3]> = BTreeMap::new();
    for source in &compiled.program.sources {
        let key = (source.title.get(Language::En).to_owned(), source.url.clone().unwrap_or_default());
        let row = rows.entry(key).or_default();
        row[0].insert(source.dated.as_ref().map_or_else(String::new, |d| d.get(Language::En).to_owned()));
        row[1].insert(source.read.map_or_else(String::new, |d| d.to_string()));
        row[2].insert(compiled.program.layer(source.layer).id.clone());
    }
    let mut out = String::from(
        "# Sources of the rulebook · 规则来源\n\n\
         What the rules were read from: the date printed on it, the day it was read, the layers that cite it, and how many of their rules and\n\
         changes rest on it. Sources without rules are cited by steps, materials or other readings. `UPDATE_DOCS=1 cargo test` writes this page.\n\n\
         规则所依据的来源：其上所印日期、阅读日期、引用它的层级以及所支持的规则与修改数量。无规则的来源由步骤、材料或不同说法引用。\n\n\
         | source · 来源 | dated · 所印日期 | read · 阅读日期 | layers · 层级 | rules · 规则 |\n|---|---|---|---|---|\n",
    );
    for ((title, url), [dated, read, layers]) in &rows {
        let n = used.get(&(title.clone(), url.clone())).map_or(0, BTreeSet::len);
        let join = |set: &BTreeSet<String>| set.iter().filter(|t| !t.is_empty()).cloned().collect::<Vec<_>>().join(", ");
        let name = if url.is_empty() { cell(title) } else { format!("[{}](<{}>)", cell(title), cell(url)) };
        let _ = writeln!(out, "| {name} | {} | {} | {} | {n} |", cell(&join(dated)), join(read), join(layers));
    }
    assert!(rows.len() > 100, "the rulebook cites many sources");
    assert_page("regions/SOURCES.md", &out);
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    fact: Vec<Fact>,
}

/// A fact that is no rule, and why.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Fact {
    id: String,
    what_en: String,
    what_zh: String,
    why_en: String,
    why_zh: String,
}

#[test]
fn not_rules_page_is_current() {
    let table = std::fs::read_to_string(root().join("tests/it/not_rules.toml")).expect("the table is readable");
    let facts = toml::from_str::<Table>(&table).expect("the table is well-formed").fact;
    let rules = rules();
    let mut out = String::from(
        "\n## Facts without a rule · 未写成规则的事实\n\n| fact · 事实 | what it says · 内容 | why it is no rule · 原因 |\n|---|---|---|\n",
    );
    for fact in &facts {
        let is_rule = rules.iter().any(|r| text(r, "id") == fact.id && text(r, "operation") != "advice");
        assert!(!is_rule, "{} is a rule of the rulebook: take it out of tests/it/not_rules.toml", fact.id);
        let _ = writeln!(
            out,
            "| `{}` | {}<br>{} | {}<br>{} |",
            fact.id,
            cell(&fact.what_en),
            cell(&fact.what_zh),
            cell(&fact.why_en),
            cell(&fact.why_zh)
        );
    }
    out.push_str(
        "\n## Advice · 提示\n\nWhat `explain` and the plan show and no check decides: a person attests it, or nothing in a manifest can break it.\n\n\
         由人确认或清单无从违反的内容，仅在 `explain` 与办理计划中显示。\n\n| id | advice · 提示 |\n|---|---|\n",
    );
    let mut advice: Vec<&serde_json::Value> =
        rules.iter().filter(|r| text(r, "operation") == "advice" && !text(&r["title"], "en").is_empty()).collect();
    advice.sort_by_key(|r| (text(r, "layer") != "cn", text(r, "id").to_owned()));
    for rule in advice {
        let _ = writeln!(out, "| `{}` | {}<br>{} |", text(rule, "id"), cell(text(&rule["title"], "en")), cell(text(&rule["title"], "zh")));
    }
    assert_tail("docs/rulebook/not-rules.md", &out);
}

#[test]
fn dates_of_the_changelog_are_current() {
    let mut days: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for rule in rules() {
        for (key, en, zh) in [("from", "begins", "生效"), ("until", "last day", "最后一日")] {
            let day = text(&rule["effective"], key);
            if !day.is_empty() {
                let line = format!(
                    "| `{}` {en} {zh} | {}<br>{} |",
                    text(&rule, "id"),
                    cell(text(&rule["title"], "en")),
                    cell(text(&rule["title"], "zh"))
                );
                days.entry(day.to_owned()).or_default().insert(line);
            }
        }
    }
    let mut out = String::from("\n## By effective date · 按生效日期\n");
    for (day, lines) in days.iter().rev() {
        let _ = writeln!(out, "\n### {day}\n\n| rule · 规则 | what it says · 内容 |\n|---|---|");
        for line in lines {
            let _ = writeln!(out, "{line}");
        }
    }
    assert!(days.contains_key("2020-08-17"), "the day of the national text message is listed");
    assert_tail("docs/rulebook/CHANGELOG.md", &out);
}
