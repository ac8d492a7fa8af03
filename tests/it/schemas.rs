//! Real output fits the published schemas, as an independent validator sees it.

use crate::support::{files, root};
use std::process::Command;

fn validator(name: &str) -> jsonschema::Validator {
    let text = std::fs::read_to_string(root().join(format!("docs/schema/{name}.schema.json"))).expect("the schema is readable");
    let schema: serde_json::Value = serde_json::from_str(&text).expect("the schema is JSON");
    jsonschema::validator_for(&schema).expect("the schema is a schema")
}

fn output(arguments: &[&str]) -> serde_json::Value {
    let output = Command::new(env!("CARGO_BIN_EXE_filingc"))
        .args(arguments)
        .args(["--output-format", "json"])
        .current_dir(root())
        .env("SOURCE_DATE_EPOCH", "1795392000")
        .output()
        .expect("the program runs");
    serde_json::from_slice(&output.stdout).expect("standard output is JSON")
}

fn assert_valid(name: &str, value: &serde_json::Value) {
    let errors: Vec<String> = validator(name).iter_errors(value).map(|e| format!("{}: {e}", e.instance_path)).collect();
    assert!(errors.is_empty(), "{name}: {}", errors.join("\n"));
}

#[test]
fn check_output_fits_its_schema() {
    let examples: Vec<String> = files(&root().join("examples"), &["toml"]).iter().map(|p| p.display().to_string()).collect();
    let mut arguments = vec!["check"];
    arguments.extend(examples.iter().map(String::as_str));
    arguments.push("missing.toml");
    let value = output(&arguments);
    assert_eq!(value["filings"].as_array().map(Vec::len), Some(examples.len() + 1));
    assert_valid("check", &value);
    assert_valid("check", &output(&["check", "tests/cases/check/all_faults_at_once/manifest.toml"]));
}

#[test]
fn every_message_exists_in_both_languages() {
    let examples: Vec<String> = files(&root().join("examples"), &["toml"]).iter().map(|p| p.display().to_string()).collect();
    let mut arguments = vec!["check", "tests/cases/check/all_faults_at_once/manifest.toml"];
    arguments.extend(examples.iter().map(String::as_str));
    for d in output(&arguments)["diagnostics"].as_array().expect("a list") {
        let text = |language: &str| d["message"][language].as_str().unwrap_or("").to_owned();
        assert!(!text("en").is_empty() && text("zh").chars().any(|c| c as u32 > 0x3000), "{d}");
    }
}

#[test]
fn rules_output_fits_its_schema() {
    let value = output(&["rules"]);
    assert_valid("rules", &value);
    let layers: std::collections::BTreeSet<&str> =
        value["rules"].as_array().expect("a list").iter().filter_map(|r| r["layer"].as_str()).collect();
    assert_eq!(layers.len(), 37, "the base, 31 regions and five providers: {layers:?}");
}

#[test]
fn explain_output_fits_its_schema() {
    assert_valid("explain", &output(&["explain", "F5005"]));
    assert_valid("explain", &output(&["explain", "cn/dom-not-expired"]));
}

#[test]
fn lint_output_fits_its_schema() {
    let value = output(&["lint", "tests/cases/lint/what_is_found/rules"]);
    assert!(value["diagnostics"].as_array().is_some_and(|l| l.len() > 5), "{value}");
    assert_valid("lint", &value);
    let value = output(&["lint", "--list"]);
    assert_eq!(value["lints"].as_array().map(Vec::len), Some(filingc::lint::LINTS.len()));
    assert_valid("lint", &value);
    assert_valid("explain", &output(&["explain", "double-negation"]));
    assert_valid("explain", &output(&["explain", "domain_validity"]));
    assert_valid("explain", &output(&["explain", "cn/entity_certificate"]));
}

#[test]
fn rules_lack_no_chinese_text() {
    for rule in output(&["rules"])["rules"].as_array().expect("a list") {
        let zh = rule["title"]["zh"].as_str().unwrap_or("");
        let is_bare_confirmation = rule["operation"] == "advice" && rule["title"]["en"] == "";
        assert!(!zh.is_empty() || is_bare_confirmation, "{rule}");
    }
}

#[test]
fn test_output_fits_its_schemas() {
    let rules = "tests/cases/test/mutants_that_survive/rules";
    let value = output(&["test", "--rules", rules, "--coverage", "--mutate"]);
    assert_valid("test", &value);
    assert_eq!(value["failed"], 0);
    let mutation = &value["mutation"];
    assert_eq!(mutation["tried"], mutation["mutants"], "a small ruleset is tried whole: {mutation}");
    assert_valid("test", &output(&["test", "--rules", "tests/cases/test/expected_against_found/rules"]));
    let coverage = output(&["test", "--rules", rules, "--coverage=json"]);
    assert_valid("coverage", &coverage);
    let parts = coverage["items"].as_array().expect("a list").iter().flat_map(|i| i["parts"].as_array().expect("a list"));
    let (covered, total) = parts.fold((0, 0), |(c, t), p| (c + u64::from(!p["case"].is_null()), t + 1));
    assert_eq!((coverage["covered"].as_u64(), coverage["total"].as_u64()), (Some(covered), Some(total)));
}

#[test]
fn fill_output_fits_its_schema() {
    let value = output(&["fill", "examples/c06-foreign-invested.toml", "--list"]);
    assert!(value["questions"].as_array().is_some_and(|q| q.len() > 3), "{value}");
    assert_valid("fill", &value);
}

#[test]
fn a_call_that_is_refused_fits_the_schemas() {
    let broken = ["--rules", "tests/cases/diff/broken_rules/new.filing"];
    for command in
        [vec!["check", "examples"], vec!["plan", "examples"], vec!["rules"], vec!["graph"], vec!["lint", "no-such-folder"], vec!["test"]]
    {
        let value = output(&command.iter().chain(&broken).copied().collect::<Vec<_>>());
        assert_valid("refused", &value);
        assert!(value["diagnostics"].as_array().is_some_and(|l| !l.is_empty()), "{command:?}: {value}");
        if ["check", "plan"].contains(&command[0]) {
            assert_valid(command[0], &value);
        }
    }
    assert_valid("fmt", &output(&["fmt", "--check", "tests/cases/fmt/check_lists_files"]));
    let (old, new) = ("tests/cases/diff/renamed/old.filing", "tests/cases/diff/renamed/new.filing");
    assert_valid("diff", &output(&["diff", old, new, "examples/c01-company-complete.toml"]));
    assert_valid("graph", &output(&["graph", "--rules", "tests/cases/graph/rules"]));
}
