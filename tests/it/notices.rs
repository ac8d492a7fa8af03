//! Notices of returned orders: the rule that is meant is among the first three that `explain --notice` names.

use crate::support::{root, run_with};

#[derive(serde::Deserialize)]
struct Notices {
    notice: Vec<Notice>,
}

#[derive(serde::Deserialize)]
struct Notice {
    text: String,
    rule: String,
}

/// The rules that are named for each line, the likeliest reasons first.
fn named(folder: &str, lines: &[String]) -> Vec<Vec<String>> {
    let ran = run_with(folder, &[("notice.txt", &lines.join("\n"))], &["explain", "--notice", "notice.txt", "--output-format", "json"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let output: serde_json::Value = serde_json::from_str(&ran.out).expect("the output is JSON");
    let list = output["notice"].as_array().expect("a list of sentences");
    assert_eq!(list.len(), lines.len(), "each line is one sentence");
    let texts = |value: &serde_json::Value| -> Vec<String> {
        value.as_array().expect("a list").iter().map(|v| v.as_str().expect("a text").to_owned()).collect()
    };
    list.iter().map(|s| s["reasons"].as_array().expect("a list").iter().flat_map(|r| texts(&r["rules"])).collect()).collect()
}

#[test]
fn unseen_wordings_lead_to_their_rules() {
    let text = std::fs::read_to_string(root().join("tests/it/notices.toml")).expect("the notices are readable");
    let notices = toml::from_str::<Notices>(&text).expect("the notices are well-formed").notice;
    assert!(notices.len() >= 40);
    let lines: Vec<String> = notices.iter().map(|n| n.text.trim_end_matches('。').to_owned()).collect();
    let named = named("notices-unseen", &lines);
    let missed: Vec<String> = notices
        .iter()
        .zip(&named)
        .filter(|(n, rules)| !rules.contains(&n.rule))
        .map(|(n, rules)| format!("{}: {} not in {rules:?}", n.text, n.rule))
        .collect();
    assert!(missed.len() * 10 <= notices.len(), "{} of {} missed\n{}", missed.len(), notices.len(), missed.join("\n"));
}

#[test]
fn every_reason_that_is_listed_leads_to_its_rules() {
    let read = |name: &str| {
        let text = std::fs::read_to_string(root().join(name)).expect("the list is readable");
        toml::from_str::<toml::Table>(&text).expect("the list is TOML")["reason"].as_array().expect("a list of reasons").clone()
    };
    let (planted, listed) = (read("tests/it/rejections.toml"), read("regions/rejections.toml"));
    let zh = |r: &toml::Value| r["zh"].as_str().expect("a text").to_owned();
    assert_eq!(planted.iter().map(zh).collect::<Vec<_>>(), listed.iter().map(zh).collect::<Vec<_>>(), "both lists have the same reasons");
    let named = named("notices-listed", &planted.iter().map(zh).collect::<Vec<_>>());
    for (reason, rules) in planted.iter().zip(named) {
        let Some(wanted) = reason.get("rules").and_then(toml::Value::as_array) else { continue };
        let is_named = wanted.iter().any(|w| rules.iter().any(|r| Some(r.as_str()) == w.as_str()));
        assert!(is_named, "{}: {wanted:?} not in {rules:?}", zh(reason));
    }
}

#[test]
fn what_is_like_nothing_is_said_to_be_so() {
    let ran = run_with("notices-nothing", &[("notice.txt", "qwerty zxcvb\n")], &["explain", "--notice", "notice.txt"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.out.contains("like no reason that is known"), "{}", ran.out);
    let ran = run_with("notices-empty", &[("notice.txt", " \n")], &["explain", "--notice", "notice.txt"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("says nothing"), "{}", ran.err);
}

#[test]
fn numbers_of_persons_are_not_repeated() {
    let ran = run_with(
        "notices-numbers",
        &[("notice.txt", "负责人证件号码110201199912310014重复\n")],
        &["explain", "--notice", "notice.txt", "--lang", "zh"],
    );
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(!ran.out.contains("110201199912310014"), "{}", ran.out);
    assert!(ran.out.contains("规则："), "{}", ran.out);
}
