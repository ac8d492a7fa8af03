//! `fill`: the questions are what `check` misses, an answer is checked before it is written, and what stands in the file stays.

use crate::support::{Ran, root, run_with};
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};

fn folder(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("fill").join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).expect("the folder is made");
    folder
}

/// Runs `fill` in a folder with some answers on standard input.
fn fill(folder: &std::path::Path, arguments: &[&str], answers: &str) -> Ran {
    let mut child = Command::new(env!("CARGO_BIN_EXE_filingc"))
        .arg("fill")
        .args(arguments)
        .current_dir(folder)
        .env("SOURCE_DATE_EPOCH", "1795392000")
        .env("FILINGC_LANG", "en")
        .env("NO_COLOR", "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    // A call that is refused reads nothing.
    let _ = child.stdin.take().expect("it has an input").write_all(answers.as_bytes());
    let output = child.wait_with_output().expect("the program runs");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("the output is UTF-8");
    Ran { out: text(output.stdout), err: text(output.stderr), code: output.status.code().expect("it ends by itself") }
}

fn questions(folder: &std::path::Path, file: &str) -> Vec<serde_json::Value> {
    let ran = fill(folder, &[file, "--list", "--output-format", "json"], "");
    let value: serde_json::Value = serde_json::from_str(&ran.out).unwrap_or_else(|e| panic!("{e}: {}{}", ran.out, ran.err));
    value["questions"].as_array().expect("a list").clone()
}

fn draft(name: &str) -> PathBuf {
    let folder = folder(name);
    let arguments =
        ["init", "--region", "zj", "--entity", "enterprise", "--provider", "alibaba", "--domain", "example.cn", "-o", "filing.toml"];
    let output = Command::new(env!("CARGO_BIN_EXE_filingc"))
        .args(arguments)
        .current_dir(&folder)
        .env("SOURCE_DATE_EPOCH", "1795392000")
        .env("FILINGC_LANG", "en")
        .output()
        .expect("the program runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    folder
}

#[test]
fn the_fact_that_decides_most_is_asked_first_with_rule_and_form() {
    let folder = draft("first");
    let asked = questions(&folder, "filing.toml");
    assert!(asked.len() > 10, "{asked:?}");
    let n = |q: &serde_json::Value| q["rules"].as_array().map_or(0, Vec::len);
    let is_required = |q: &serde_json::Value| q["required"] == true;
    assert!(asked.windows(2).all(|w| (is_required(&w[0]), n(&w[0])) >= (is_required(&w[1]), n(&w[1]))), "most rules first");
    let ran = fill(&folder, &["filing.toml", "--answers", "-"], "q\n");
    let first = asked[0]["path"].as_str().expect("a path");
    assert!(ran.err.starts_with(&format!("{first}: ")), "{}", ran.err);
    assert!(ran.err.contains("rules cannot be decided without it") && ran.err.contains("    cn/"), "{}", ran.err);
    assert!(ran.err.contains("  answer: "), "{}", ran.err);
    assert_eq!(ran.code, 1, "something is still missing");
}

#[test]
fn a_missing_region_comes_before_everything_else() {
    let ran = run_with(
        "fill/region",
        &[("filing.toml", "[filing]\nprovider = \"alibaba\"\n")],
        &["fill", "filing.toml", "--list", "--output-format", "concise"],
    );
    assert!(ran.out.starts_with("filing.region: "), "{}{}", ran.out, ran.err);
}

#[test]
fn an_answer_takes_the_line_that_waits_for_it_and_everything_else_stays() {
    let folder = draft("line");
    let file = folder.join("filing.toml");
    let before = std::fs::read_to_string(&file).expect("the draft is readable");
    let path = |q: &serde_json::Value| q["path"].as_str().unwrap_or("").to_owned();
    let place = questions(&folder, "filing.toml").iter().position(|q| path(q) == "entity.name").expect("the name is asked");
    let answers = format!("{}示例科技（杭州）有限公司\n", "\n".repeat(place));
    let ran = fill(&folder, &["filing.toml", "--answers", "-"], &answers);
    let after = std::fs::read_to_string(&file).expect("the manifest is readable");
    assert!(ran.err.contains("1 written"), "{}", ran.err);
    let line = "name = \"示例科技（杭州）有限公司\"  # name as on the certificate";
    assert_eq!(after, before.replacen("# name = \"\"  # name as on the certificate", line, 1));
    assert!(questions(&folder, "filing.toml").iter().all(|q| path(q) != "entity.name"));
}

#[test]
fn an_answer_of_the_wrong_form_is_refused_at_once_and_asked_again() {
    let folder = folder("form");
    let file = folder.join("filing.toml");
    let text = std::fs::read_to_string(root().join("examples/c01-company-complete.toml")).expect("the example is readable");
    let line = text.lines().find(|l| l.starts_with("mobile = ")).expect("a mobile is stated").to_owned();
    std::fs::write(&file, text.replacen(&format!("{line}\n"), "", 1)).expect("the manifest is written");
    let asked = questions(&folder, "filing.toml");
    let place = asked.iter().position(|q| q["path"].as_str().is_some_and(|p| p.ends_with(".mobile"))).expect("the mobile is asked");
    assert_eq!(asked[place]["private"], true);
    let skip = "\n".repeat(place);
    let refused = fill(&folder, &["filing.toml", "--answers", "-"], &format!("{skip}1300\n"));
    assert!(refused.err.contains("is no valid mobile number"), "{}", refused.err);
    assert!(!std::fs::read_to_string(&file).expect("readable").contains("1300\""), "nothing was written");
    let ran = fill(&folder, &["filing.toml", "--answers", "-"], &format!("{skip}1300\n13000000001\n"));
    assert!(ran.err.contains("1 written"), "{}", ran.err);
    assert!(!ran.err.contains("13000000001"), "an answer that belongs to a person is not shown");
    let after = std::fs::read_to_string(&file).expect("readable");
    assert!(after.contains("mobile = \"13000000001\""), "{after}");
    for comment in text.lines().filter(|l| l.starts_with('#')) {
        assert!(after.contains(comment), "{comment}");
    }
}

#[test]
fn json_is_filled_too() {
    let folder = folder("json");
    let file = folder.join("filing.json");
    std::fs::write(&file, "{\n  \"filing\": {\"region\": \"zj\"},\n  \"entity\": {\n    \"name\": \"示例\"\n  }\n}\n").expect("written");
    let asked = questions(&folder, "filing.json");
    let place = asked.iter().position(|q| q["path"] == "entity.nature").expect("the nature is asked");
    assert!(asked[place]["choices"].as_array().is_some_and(|c| c.iter().any(|v| v["value"] == "enterprise")));
    let ran = fill(&folder, &["filing.json", "--answers", "-"], &format!("{}企业\n", "\n".repeat(place)));
    let after = std::fs::read_to_string(&file).expect("readable");
    let value: serde_json::Value = serde_json::from_str(&after).unwrap_or_else(|e| panic!("{e}: {after}"));
    assert!(value["entity"]["nature"].is_string() && value["entity"]["name"] == "示例", "{after}{}", ran.err);
    assert!(after.contains("    \"name\": \"示例\""), "what stood there stays: {after}");
}

#[test]
fn a_draft_can_be_filled_to_its_end() {
    let folder = draft("whole");
    let mut rounds = 0;
    loop {
        let asked = questions(&folder, "filing.toml");
        let Some(question) = asked.first() else { break };
        rounds += 1;
        assert!(rounds < 120, "it ends: {question}");
        let path = question["path"].as_str().expect("a path");
        let choices = question["choices"].as_array().expect("a list");
        let form = question["answer"]["en"].as_str().expect("a form");
        let answer = match (choices.first(), path.rsplit('.').next().unwrap_or("")) {
            (_, "region") if path.starts_with("instance") => "cn-hangzhou".to_owned(),
            (Some(_), _) => "1".to_owned(),
            _ if form.starts_with("a date") => "2030-01-01".to_owned(),
            _ if form.starts_with("yes") => "yes".to_owned(),
            _ if form.contains(" such as ") => {
                form.split(" such as ").nth(1).unwrap_or("").split(';').next().unwrap_or("").trim().to_owned()
            }
            (_, "number") if path.starts_with("entity.certificate") => "913301000000000082".to_owned(),
            (_, "number") => "110201199912310014".to_owned(),
            (_, "emergency_phone") => "13000000002".to_owned(),
            _ if question["may_be_none"] == true => "none".to_owned(),
            _ if form.contains("number") => "1".to_owned(),
            _ => "示例".to_owned(),
        };
        let before = std::fs::read_to_string(folder.join("filing.toml")).expect("readable");
        let ran = fill(&folder, &["filing.toml", "--answers", "-"], &format!("{answer}\nq\n"));
        let after = std::fs::read_to_string(folder.join("filing.toml")).expect("readable");
        assert_ne!(before, after, "{path} = {answer}: {}", ran.err);
        assert!(toml::from_str::<toml::Table>(&after).is_ok(), "{path}: {after}");
    }
    assert!(rounds > 10, "{rounds}");
    let ran = fill(&folder, &["filing.toml", "--answers", "-"], "");
    assert!(ran.err.contains("nothing is missing any more"), "{}", ran.err);
    assert_eq!(ran.code, 0);
}

#[test]
fn who_cannot_be_asked_is_told_how_to_answer() {
    let folder = draft("nobody");
    let ran = fill(&folder, &["filing.toml"], "");
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("nobody can be asked") && ran.err.contains("--list") && ran.err.contains("--answers"), "{}", ran.err);
    let ran = fill(&folder, &["-"], "");
    assert_eq!((ran.code, ran.err.contains("`-` is none")), (2, true), "{}", ran.err);
    let ran = fill(&folder, &["no-such-file.toml", "--list"], "");
    assert_eq!((ran.code, ran.err.contains("no-such-file.toml")), (2, true), "{}", ran.err);
}

#[test]
fn a_manifest_that_cannot_be_read_is_told_and_left_alone() {
    let text = "[filing\nregion = \n";
    let ran = run_with("fill/broken", &[("filing.toml", text)], &["fill", "filing.toml", "--list"]);
    assert_eq!(ran.code, 2, "{}", ran.out);
    assert!(ran.err.contains("filing.toml:1"), "{}", ran.err);
}
