//! What is shown of texts from outside: private values masked, hidden characters visible, huge values cut, in every output.

use crate::support::{Ran, root, run_with};
use std::collections::BTreeMap;

const EXAMPLE: &str = "examples/c03-individual-away-from-home.toml";

fn example() -> String {
    std::fs::read_to_string(root().join(EXAMPLE)).expect("the example is readable")
}

/// The example with the first occurrence of a text replaced.
fn with(from: &str, to: &str) -> String {
    let text = example();
    assert!(text.contains(from), "{from} stands in the example");
    text.replacen(from, to, 1)
}

/// Ways to have a filing checked or planned, each with what its output is called.
const CALLS: &[&[&str]] = &[
    &["check"],
    &["check", "--lang", "zh"],
    &["check", "--explain-all"],
    &["check", "--output-format", "concise"],
    &["check", "--output-format", "json"],
    &["check", "--output-format", "sarif"],
    &["check", "--output-format", "github"],
    &["check", "--output-format", "junit"],
    &["check", "--output-format", "html", "--repair"],
    &["plan", "--expand"],
    &["plan", "--output-format", "concise"],
    &["plan", "--format", "json"],
    &["plan", "--format", "mermaid"],
    &["plan", "--format", "svg"],
    &["plan", "--format", "ics"],
];

fn call(folder: &str, files: &[(&str, &str)], arguments: &[&str], paths: &[&str]) -> Ran {
    let all: Vec<&str> = arguments.iter().chain(["--on", "2026-11-23"].iter()).chain(paths).copied().collect();
    run_with(folder, files, &all)
}

/// Manifests with a private value in each, by file name.
fn mistyped() -> BTreeMap<String, (String, String)> {
    let number = "number = \"110201199912310014\", expires_on";
    let document = |kind: &str, value: &str| (format!("type = \"{kind}\", number = {value}, expires_on"), value.to_owned());
    let mut all: Vec<(String, String)> = Vec::new();
    let forms = [
        "11020119991231001",
        "1102011999123100145",
        "110201991231001",
        "11020119991231OO14",
        "1102O1199912310014",
        "110201 19991231 0014",
        "110201-19991231-0014",
        "１１０２０１１９９９１２３１００１４",
        "ID110201199912310014",
        "110201_199912310014",
        "110201199912310014",
        "一一〇二〇一一九九九",
    ];
    for form in forms {
        let (to, value) = document("resident-id", &format!("\"{form}\""));
        all.push((with(&format!("type = \"resident-id\", {number}"), &to), value));
    }
    for (kind, value) in [
        ("resident-id", "110201199912310014"),
        ("passport", "\"E1234 5678\""),
        ("passport", "\"EA12345678x\""),
        ("hk-macao-travel-permit", "\"H0123456789x\""),
        ("taiwan-travel-permit", "\"0123 4567\""),
        ("foreign-permanent-resident-card", "\"ABC11019912310\""),
        ("no-such-kind", "\"Q87654321\""),
    ] {
        let (to, value) = document(kind, value);
        all.push((with(&format!("type = \"resident-id\", {number}"), &to), value));
    }
    for value in
        ["\"1380000 0004\"", "\"13800000O04\"", "\"+86 138-0000-00041\"", "13800000004", "[\"13800000004\"]", "\"１３８０００００００４\""]
    {
        all.push((with("mobile = \"13800000004\"", &format!("mobile = {value}")), value.to_owned()));
    }
    for (to, value) in [
        ("emergency_phone = \"0571 8765 4321 9\"", "0571 8765 4321 9"),
        ("landline = \"0571-87654321-9\"", "0571-87654321-9"),
        ("emergency_phon = \"13876543210\"", "13876543210"),
        ("emergency_phone = \"13876543210", "13876543210"),
        ("emergency_phone = \"1\"\nemergency_phone = \"13876543210\"", "13876543210"),
    ] {
        all.push((with("emergency_phone = \"13800000014\"", to), value.to_owned()));
    }
    all.push((
        with("holder_document = { number = \"110201199912310014\" }", "holder_document = { number = \"H8765 43210\" }"),
        "H8765 43210".to_owned(),
    ));
    all.push((with("remarks = \"\"", "remarks = \"call 1102 0119 9912 3100 14\""), "1102 0119 9912 3100 14".to_owned()));
    // The same in JSON, as one line.
    let json = crate::support::example("c03-individual-away-from-home.toml").to_string();
    let json = json.replacen("\"mobile\":\"13800000004\"", "\"mobile\":\"1387654321\"", 1);
    let name = |i: usize, text: &str| format!("m{i:02}.{}", if text.starts_with('{') { "json" } else { "toml" });
    all.push((json, "1387654321".to_owned()));
    let trimmed = |value: String| value.trim_matches(['"', '[', ']']).to_owned();
    all.into_iter().enumerate().map(|(i, (text, value))| (name(i, &text), (text, trimmed(value)))).collect()
}

#[test]
fn private_values_are_masked_in_every_output() {
    let all = mistyped();
    let files: Vec<(&str, &str)> = all.iter().map(|(name, (text, _))| (name.as_str(), text.as_str())).collect();
    let paths: Vec<&str> = all.keys().map(String::as_str).collect();
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    let mut wrong = Vec::new();
    for arguments in CALLS {
        let ran = call("masked", &files, arguments, &paths);
        assert!(ran.out.len() + ran.err.len() > 1000, "{arguments:?}: {}", ran.err);
        for text in [&ran.out, &ran.err] {
            for (name, (_, value)) in &all {
                let whole = digits(value);
                if text.contains(value.as_str()) || whole.len() > 8 && text.contains(&whole) {
                    let line = text.lines().find(|l| l.contains(value.as_str()) || l.contains(&whole)).unwrap_or("");
                    wrong.push(format!("{arguments:?} shows {value} of {name}: {line}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let out = call("masked", &files, &["check"], &paths).out;
    assert!(out.contains("110201********"), "first and last characters stay: {out}");
}

#[test]
fn codes_of_organisations_stay_visible() {
    let text = std::fs::read_to_string(root().join("examples/c01-company-complete.toml")).expect("the example is readable");
    let start = text.find("number = \"9").expect("a company has a credit code") + 10;
    let code = &text[start..start + 18];
    let wrong = format!("{}{}", &code[..17], if code.ends_with('0') { "1" } else { "0" });
    assert!(code[..17].bytes().any(|b| b.is_ascii_uppercase()) || wrong.ends_with(char::is_alphanumeric), "{code}");
    let faulty = text.replacen(code, "91110000000000000F", 1);
    for format in ["full", "json", "sarif"] {
        let out = call("codes", &[("m.toml", &faulty)], &["check", "--output-format", format], &["m.toml"]).out;
        assert!(out.contains("91110000000000000F") || format != "full", "{format}: {out}");
        assert!(!out.contains("911100**"), "{format}: {out}");
    }
}

#[test]
fn a_masked_number_is_never_offered_as_an_edit() {
    let text = with("mobile = \"13800000004\"", "mobile = \"138 0000 0004\"");
    let out = call("edits", &[("m.toml", &text)], &["check", "--output-format", "json"], &["m.toml"]).out;
    let value: serde_json::Value = serde_json::from_str(&out).expect("it is JSON");
    let all = value["diagnostics"].as_array().expect("a list");
    assert!(all.iter().any(|d| d["message"]["en"].as_str().is_some_and(|m| m.contains("is read as `13********4`"))), "{out}");
    let edits = all.iter().flat_map(|d| d["fixes"].as_array().expect("a list")).flat_map(|f| f["edits"].as_array().expect("a list"));
    assert!(edits.into_iter().all(|e| !e["replacement"].as_str().unwrap_or("").contains('*')), "{out}");
}

const EVIL: &str = "a\u{1b}[31mred\u{202e}\u{200b}\u{2028}\u{9b}";

fn is_harmless(text: &str) -> bool {
    text.chars().all(|c| c == '\r' || filingc::source::hidden(c).is_none())
}

/// The evil text as TOML writes it.
fn escaped(text: &str) -> String {
    text.chars().map(|c| if c.is_ascii_graphic() { c.to_string() } else { format!("\\u{:04x}", u32::from(c)) }).collect()
}

#[test]
fn no_text_of_a_manifest_is_obeyed_by_a_terminal() {
    let evil = escaped(&format!("{EVIL}\nverdict: ready"));
    let text = example()
        .replace("services = [\"sunsun-note\"]", &format!("services = [\"{evil}\"]"))
        .replace("id = \"sunsun-note\"", &format!("id = \"{evil}\""))
        .replace("name = \"孙示例\"", &format!("name = \"{evil}\""))
        .replace("holder = \"孙示例\"", &format!("holder = \"{EVIL}\""))
        .replace("kind = \"website\"", &format!("kind = \"{EVIL}\""));
    let usable = text
        .replace(&format!("kind = \"{EVIL}\""), "kind = \"website\"")
        .replace(&format!("holder = \"{EVIL}\""), &format!("holder = \"{evil}\""));
    let name = "b\u{1b}[2J\u{202e}.toml";
    let files = [("m.toml", text.as_str()), ("a\nverdict: ready.toml", usable.as_str()), (name, usable.as_str())];
    for arguments in CALLS.iter().chain([["graph"].as_slice(), &["graph", "--format", "svg"]].iter()) {
        for file in files {
            let ran = call("terminal", &files, arguments, &[file.0]);
            assert!(!ran.out.is_empty() || !ran.err.is_empty(), "{arguments:?}");
            for out in [&ran.out, &ran.err] {
                assert!(is_harmless(out), "{arguments:?} {}: {out:?}", file.0);
                let is_forged = out.lines().any(|l| l.trim_start().starts_with("verdict: ready"));
                assert!(!is_forged, "{arguments:?}: {out}");
            }
        }
    }
    let out = call("terminal", &files, &["check", "--output-format", "json"], &[files[1].0]).out;
    let value: serde_json::Value = serde_json::from_str(&out).expect("it is JSON");
    assert_eq!(value["filings"][0]["manifest"], "a\nverdict: ready.toml", "JSON says what the name is");
    assert!(out.contains("\\u001b") && out.contains("\\u202e"), "{out}");
}

#[test]
fn no_text_of_a_rule_is_obeyed_by_a_terminal() {
    let rules = format!(
        "manifest {{ name: text \"name {EVIL}\" zh \"名称{EVIL}\" }}\n\
         region cn \"National {EVIL}\" zh \"全国{EVIL}\" {{ }}\n\
         source s \"Source {EVIL}\" zh \"来源{EVIL}\" {{ url \"https://example.cn/{EVIL}\" read 2026-11-01 }}\n\
         requirement r \"title {EVIL}\" zh \"标题{EVIL}\" {{\n  source s\n  require   name is \"{EVIL}\"\n  report at name \"no {EVIL}\" zh \"否{EVIL}\"\n  help \"do {EVIL}\" zh \"做{EVIL}\"\n}}\n\
         case \"case {EVIL}\" {{\n  with {{ name = \"x\" }}\n  expect satisfied cn/r\n}}\n"
    );
    let (vocabulary, rest) = rules.split_at(rules.find("source s").expect("it is there"));
    let rest = format!("part of cn\n{rest}");
    let old = rest.replace("title", "old title").replace("no a", "not a");
    let files = [
        ("rules/v.filing", vocabulary),
        ("rules/r.filing", &rest),
        ("old/v.filing", vocabulary),
        ("old/r.filing", &old),
        ("m.toml", "name = \"y\"\n"),
    ];
    let calls: &[&[&str]] = &[
        &["check", "m.toml"],
        &["check", "m.toml", "--output-format", "json"],
        &["check", "m.toml", "--output-format", "sarif"],
        &["check", "m.toml", "--explain-all"],
        &["rules"],
        &["rules", "--output-format", "json"],
        &["explain", "cn/r"],
        &["graph", "--format", "dot"],
        &["graph", "--format", "mermaid"],
        &["graph", "--format", "svg"],
        &["graph", "--around", "r"],
        &["lint"],
        &["test"],
        &["test", "--output-format", "junit"],
        &["test", "--coverage=html"],
        &["test", "--coverage=lcov"],
        &["diff", "old", "rules"],
        &["fmt", "--diff", "rules"],
    ];
    for arguments in calls {
        let all: Vec<&str> = arguments.iter().copied().chain(["--rules", "rules", "--no-cache"]).collect();
        let ran = run_with("rule-texts", &files, &all);
        assert!(ran.code != 2, "{arguments:?}: the rules can be used: {} {}", ran.out, ran.err);
        let is_written = ["\\u{202e}", "\\u202e"].iter().any(|w| ran.out.contains(w)) || arguments.contains(&"--coverage=lcov");
        assert!(is_written, "{arguments:?}: {}", ran.out);
        assert!(is_harmless(&ran.out) && is_harmless(&ran.err), "{arguments:?}: {:?} {:?}", ran.out, ran.err);
    }
}

#[test]
fn no_argument_is_obeyed_by_a_terminal() {
    for arguments in [
        vec!["check", EVIL],
        vec!["check", "--rules", EVIL],
        vec!["check", "--region", EVIL, "m.toml"],
        vec!["explain", EVIL],
        vec!["diff", EVIL, "HEAD"],
        vec!["lint", EVIL],
        vec!["init", "--region", EVIL, "--entity", "individual"],
        vec!["graph", "--around", EVIL],
        vec!["check", "--output-format", "github", EVIL],
    ] {
        let ran = run_with("arguments", &[("m.toml", &example())], &arguments);
        assert_eq!(ran.code, 2, "{arguments:?}: {}", ran.err);
        assert!(is_harmless(&ran.out) && is_harmless(&ran.err), "{arguments:?}: {:?} {:?}", ran.out, ran.err);
        assert!((ran.err + &ran.out).contains("\\u{202e}"), "{arguments:?}");
    }
}

#[test]
fn a_huge_value_is_shown_cut() {
    let huge = "长".repeat(300_000);
    let text = example()
        .replace("billing = \"", &format!("billing = \"{huge}"))
        .replace("real_name_verified_on = 2026-11-21", &format!("real_name_verified_on = \"{huge}\""))
        .replace("product = \"", &format!("product = \"{huge}"))
        .replace("holder = \"孙示例\"", &format!("holder = \"{huge}\"\n{huge} = 1\n\"{huge}\" = 2"));
    let usable = example().replace("holder = \"孙示例\"", &format!("holder = \"{huge}\"")).replace("sunsun-note\"", &format!("{huge}\""));
    for (name, text) in [("broken.toml", &text), ("usable.toml", &usable)] {
        for arguments in CALLS.iter().filter(|c| c.len() > 1 || c[0] == "check") {
            let ran = call("huge", &[(name, text)], arguments, &[name]);
            assert!(ran.out.len() + ran.err.len() < 1_000_000, "{name} {arguments:?}: {} bytes", ran.out.len() + ran.err.len());
            let longest = ran.out.lines().chain(ran.err.lines()).map(|l| l.chars().count()).max().unwrap_or(0);
            assert!(longest < 30_000, "{name} {arguments:?}: a line of {longest}");
        }
        let out = call("huge", &[(name, text)], &["check"], &[name]).out;
        assert!(out.contains("… (200/300000"), "{name}: the length is told: {}", out.chars().take(3000).collect::<String>());
    }
}

#[test]
fn one_long_line_costs_what_it_is_long() {
    let line = |n: usize| {
        let items: Vec<String> = (0..n).map(|i| format!("{{\"name\":\"d{i}.cn\",\"holdr\":\"x\"}}")).collect();
        format!("{{\"domain\":[{}]}}", items.join(","))
    };
    // Eight times the line with eight times the faults: a scan of the line for each would take 64 times as long.
    let time = |n: usize, format: &str| {
        let text = line(n);
        let begin = std::time::Instant::now();
        let ran = call("long-line", &[("m.json", &text)], &["check", "--output-format", format], &["m.json"]);
        assert_eq!(ran.code, 1);
        assert!(ran.out.matches("holdr").count() >= n, "{format}");
        begin.elapsed().as_secs_f64()
    };
    for format in ["concise", "json", "sarif", "full"] {
        let (small, large) = (time(1_000, format), time(8_000, format));
        assert!(large < 30.0 * small.max(0.05), "{format}: {small:.2} s, then {large:.2} s");
    }
}

#[test]
fn every_json_names_its_ruleset() {
    let small = ("rules/r.filing", "manifest { name: text }\nregion cn \"National\" zh \"全国\" { }\n");
    let part = (
        "rules/p.filing",
        "part of cn\nsource s \"S\" zh \"来源\" { read 2026-11-01 }\nrequirement r \"r\" zh \"规则\" { source s require name is given }\n",
    );
    let files = [small, part, ("m.toml", "name = \"x\"\n")];
    let run = |arguments: &[&str], format: &str| {
        let all: Vec<&str> = arguments.iter().copied().chain(["--no-cache", "--output-format", format]).collect();
        let ran = run_with("rulesets", &files, &all);
        serde_json::from_str::<serde_json::Value>(&ran.out).unwrap_or_else(|e| panic!("{arguments:?}: {e}: {} {}", ran.out, ran.err))
    };
    let texts = [small, part].map(|(n, t)| (n.to_owned(), t.to_owned()));
    let hash = filingc::api::Rulebook::compile(texts.iter().map(|(n, t)| (n.as_str(), t.as_str()))).expect("they compile").hash();
    for arguments in [
        vec!["check", "m.toml"],
        vec!["plan", "m.toml"],
        vec!["rules"],
        vec!["explain", "cn/r"],
        vec!["graph"],
        vec!["lint"],
        vec!["diff", "rules", "rules"],
    ] {
        let with_rules: Vec<&str> = arguments.iter().copied().chain(["--rules", "rules"]).collect();
        let value = run(&with_rules, "json");
        assert_eq!(value["ruleset"], serde_json::json!({ "hash": hash, "built_from": "rules" }), "{arguments:?}");
        assert_eq!(value["format_version"], "1.1");
    }
    assert_eq!(run(&["explain", "F5005"], "json")["ruleset"], serde_json::Value::Null);
    assert_eq!(run(&["diff", "rules", "rules"], "json")["old_ruleset"]["hash"], hash.as_str());
    assert_eq!(run(&["check", "m.toml", "--rules", "rules"], "sarif")["runs"][0]["properties"]["ruleset"]["hash"], hash.as_str());
    let bundled = run(&["check", "m.toml"], "json");
    assert_eq!(bundled["ruleset"]["built_from"], "bundled");
    assert_eq!(bundled["ruleset"]["hash"], run(&["rules"], "json")["ruleset"]["hash"], "stored rules and their texts have one name");
}

#[test]
fn every_call_for_a_program_is_answered_in_its_format() {
    let broken = [("bad.filing", "manifest { name: nonsense }\n"), ("m.toml", "name = \"x\"\n")];
    for arguments in [
        vec!["check", "m.toml", "--rules", "bad.filing"],
        vec!["check", "m.toml", "--rules", "no-such-folder"],
        vec!["check", "no-such-manifest.toml"],
        vec!["check", "--config", "no-such-config.toml", "m.toml"],
        vec!["lint", "bad.filing"],
        vec!["test", "--rules", "bad.filing"],
    ] {
        for format in ["json", "sarif", "github", "junit"] {
            if format == "junit" && arguments[0] == "lint" {
                continue;
            }
            let all: Vec<&str> = arguments.iter().copied().chain(["--output-format", format]).collect();
            let ran = run_with("answers", &broken, &all);
            assert_eq!(ran.code, 2, "{all:?}");
            let out = &ran.out;
            let said = match format {
                "json" => serde_json::from_str::<serde_json::Value>(out).expect("it is JSON")["diagnostics"].as_array().map_or(0, Vec::len),
                "sarif" => {
                    assert!(crate::sarif::faults(out).is_empty(), "{all:?}: {out}");
                    let log: serde_json::Value = serde_json::from_str(out).expect("it is JSON");
                    assert_eq!(log["runs"][0]["invocations"][0]["executionSuccessful"], false);
                    log["runs"].as_array().expect("a list").iter().map(|r| r["results"].as_array().map_or(0, Vec::len)).sum()
                }
                "github" => out.lines().filter(|l| l.starts_with("::error ")).count(),
                _ => roxmltree::Document::parse(out).expect("it is XML").descendants().filter(|n| n.has_tag_name("error")).count(),
            };
            assert!(said > 0, "{all:?}: what is wrong stands in the document: {out}");
        }
    }
    let ran = run_with("answers", &broken, &["plan", "m.toml", "--format", "json", "--rules", "bad.filing"]);
    assert!(ran.code == 2 && ran.out.contains("\"plans\": []") && ran.out.contains("\"diagnostics\": [\n"), "{}", ran.out);
    let ran = run_with("answers", &broken, &["check", "m.toml", "--rules", "bad.filing", "-qq", "--output-format", "json"]);
    assert!(ran.out.is_empty() && ran.err.is_empty(), "-qq wants the exit code alone");
}

#[test]
fn a_check_as_junit_fails_where_the_filing_does() {
    let ready = std::fs::read_to_string(root().join("examples/c01-company-complete.toml")).expect("the example is readable");
    let files = [("ready.toml", ready.as_str()), ("not.toml", &example()), ("broken.toml", "x = \n")];
    let ran = call("junit", &files, &["check", "--output-format", "junit"], &["ready.toml", "not.toml", "broken.toml"]);
    let document = roxmltree::Document::parse(&ran.out).expect("it is XML");
    let suites: Vec<_> = document.descendants().filter(|n| n.has_tag_name("testsuite")).collect();
    let count = |suite: &roxmltree::Node<'_, '_>, name: &str| suite.attribute(name).and_then(|n| n.parse::<usize>().ok()).unwrap_or(0);
    let of = |name: &str| *suites.iter().find(|s| s.attribute("name") == Some(name)).unwrap_or_else(|| panic!("{name}: {}", ran.out));
    assert_eq!((count(&of("ready.toml"), "failures"), count(&of("ready.toml"), "errors")), (0, 0), "{}", ran.out);
    assert!(count(&of("not.toml"), "failures") > 1, "{}", ran.out);
    assert!(count(&of("broken.toml"), "errors") > 0, "{}", ran.out);
    let verdict = of("not.toml").descendants().find(|n| n.attribute("name") == Some("verdict")).expect("the verdict is a case");
    assert!(verdict.descendants().any(|n| n.has_tag_name("failure")), "{}", ran.out);
}

#[cfg(unix)]
#[test]
fn what_could_not_be_written_is_not_told_as_done() {
    use std::os::unix::fs::PermissionsExt;
    let rules = "part of cn\nsource s \"S\" zh \"来源\" { read 2026-11-01 }\ndefine f = name is given \"f\" zh \"甲\"\n\
                 requirement r \"r\" zh \"规则\" {\n  source s\n  require not not f\n}\n\
                 case \"c\" {\n  with { name = \"x\" }\n  expect violated cn/r\n}\n";
    let vocabulary = "manifest { name: text }\nregion cn \"National\" zh \"全国\" { }\n";
    let files = [("rules/v.filing", vocabulary), ("rules/r.filing", rules)];
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("read-only");
    for (arguments, claims) in [
        (vec!["lint", "--fix"], "1 fixed"),
        (vec!["test", "--update"], "1 expectations rewritten"),
        (vec!["fmt", "rules"], "reformatted: rules/r"),
    ] {
        let all: Vec<&str> = arguments.iter().copied().chain(["--rules", "rules"]).collect();
        let done = run_with("writable", &files, &all);
        assert!(done.out.contains(claims) || arguments[0] == "fmt", "{arguments:?}: {} {}", done.out, done.err);
        let _ = run_with("read-only", &files, &["rules", "--rules", "rules"]);
        for (name, _) in files {
            std::fs::set_permissions(folder.join(name), std::fs::Permissions::from_mode(0o444)).expect("the file is made read-only");
        }
        let ran = std::process::Command::new(env!("CARGO_BIN_EXE_filingc"))
            .args(&all)
            .current_dir(&folder)
            .envs([("FILINGC_LANG", "en"), ("NO_COLOR", "1"), ("SOURCE_DATE_EPOCH", "1795392000")])
            .output()
            .expect("the program runs");
        let (out, err) = (String::from_utf8_lossy(&ran.stdout).into_owned(), String::from_utf8_lossy(&ran.stderr).into_owned());
        assert!(ran.status.code() == Some(2) && err.contains("F7004"), "{arguments:?}: {out} {err}");
        assert!(!out.contains(claims), "{arguments:?}: {out}");
        assert_eq!(std::fs::read_to_string(folder.join("rules/r.filing")).expect("it is there"), rules);
    }
}
