//! The formats of plans, as independent programs read them.

use crate::plan::example;
use crate::support::{files, root};
use std::process::{Command, Output};

fn run(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_filingc"))
        .arg("plan")
        .args(arguments)
        .current_dir(root())
        .env("SOURCE_DATE_EPOCH", "1795392000")
        .env("FILINGC_LANG", "en")
        .output()
        .expect("the program runs")
}

fn text(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("output is UTF-8")
}

fn examples() -> Vec<String> {
    files(&root().join("examples"), &["toml"]).iter().map(|p| p.display().to_string()).collect()
}

fn with_examples<'a>(options: &[&'a str], examples: &'a [String]) -> Vec<&'a str> {
    options.iter().copied().chain(examples.iter().map(String::as_str)).collect()
}

#[test]
fn json_fits_its_schema() {
    let schema: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(root().join("docs/schema/plan.schema.json")).expect("the schema is readable"))
            .expect("the schema is JSON");
    let validator = jsonschema::validator_for(&schema).expect("the schema is a schema");
    let all = examples();
    let output = run(&with_examples(&["--format", "json", "missing.toml"], &all));
    assert_eq!(output.status.code(), Some(2), "one of the manifests is not there");
    let value: serde_json::Value = serde_json::from_str(&text(&output)).expect("standard output is JSON");
    assert_eq!(value["plans"].as_array().map(Vec::len), Some(all.len()), "the others are shown");
    let errors: Vec<String> = validator.iter_errors(&value).map(|e| format!("{}: {e}", e.instance_path)).collect();
    assert!(errors.is_empty(), "{}", errors.join("\n"));
    let same = run(&with_examples(&["--output-format", "json", "missing.toml"], &all));
    assert_eq!(text(&same), text(&output), "both options say the same");
}

#[test]
fn the_calendar_is_read_by_another_program() {
    let all = examples();
    for lang in ["en", "zh"] {
        let out = text(&run(&with_examples(&["--format", "ics", "--lang", lang, "--on", "2026-10-20"], &all)));
        for line in out.split("\r\n") {
            assert!(line.len() <= 75, "folded: {line}");
            assert!(!line.contains('\n'), "lines end in CRLF: {line}");
        }
        let calendars: Vec<_> =
            ical::IcalParser::new(std::io::Cursor::new(out.as_bytes())).collect::<Result<_, _>>().expect("the calendar is readable");
        assert_eq!(calendars.len(), 1);
        assert_eq!(calendars[0].timezones.len(), 1);
        let events = &calendars[0].events;
        assert!(events.len() > 10, "{} events", events.len());
        let mut ids = std::collections::BTreeSet::new();
        for event in events {
            let get = |name: &str| event.properties.iter().find(|p| p.name == name).and_then(|p| p.value.clone());
            assert!(ids.insert(get("UID").expect("an event has a UID")), "UIDs differ");
            for name in ["DTSTAMP", "DTSTART", "SUMMARY", "DESCRIPTION", "STATUS"] {
                assert!(get(name).is_some_and(|v| !v.is_empty()), "{name}");
            }
            if let Some(end) = get("DTEND") {
                assert!(end > get("DTSTART").expect("a start"), "an event ends after it starts");
            }
            assert!((1..=2).contains(&event.alarms.len()), "one reminder or two");
            let is_all_day = get("DTSTART").is_some_and(|v| v.len() == 8);
            for alarm in &event.alarms {
                let trigger = alarm.properties.iter().find(|p| p.name == "TRIGGER").expect("an alarm has a trigger");
                let value = trigger.value.clone().unwrap_or_default();
                if is_all_day {
                    assert!(value.ends_with("T010000Z") && value[..8] > *"20261020", "nine in Shanghai, still to come: {value}");
                    let params = trigger.params.clone().unwrap_or_default();
                    assert!(params.iter().any(|(k, v)| k == "VALUE" && v == &["DATE-TIME"]), "{params:?}");
                } else {
                    assert!(value.starts_with("-PT"), "{value}");
                }
            }
        }
    }
}

#[test]
fn a_limit_in_hours_is_an_appointment_in_shanghai() {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("plan-ics");
    std::fs::create_dir_all(&folder).expect("the folder is made");
    let file = folder.join("sms.toml");
    let manifest = crate::plan::with(&example("c01"), "filing", &["sms_sent_at = 2026-03-05T09:00:00"]);
    std::fs::write(&file, manifest).expect("the manifest is written");
    let out = text(&run(&["--format", "ics", "--on", "2026-03-05", &file.display().to_string()]));
    assert!(out.contains("DTSTART;TZID=Asia/Shanghai:20260306T090000\r\n"), "{out}");
}

#[test]
fn pictures_are_well_formed_in_both_languages() {
    for lang in ["en", "zh"] {
        for name in ["c01-company-complete", "c08-hong-kong-node", "c09-commercial", "c11-after-approval"] {
            let file = format!("examples/{name}.toml");
            let out = text(&run(&["--format", "svg", "--lang", lang, "--on", "2026-11-23", &file]));
            let document = roxmltree::Document::parse(&out).expect("the picture is XML");
            let svg = document.root_element();
            assert_eq!(svg.attribute("role"), Some("img"));
            let title = svg.children().find(|n| n.has_tag_name(("http://www.w3.org/2000/svg", "title"))).expect("a picture has a title");
            assert!(title.text().is_some_and(|t| t.contains(&file)));
            let view: Vec<f64> = svg.attribute("viewBox").expect("a size").split(' ').map(|n| n.parse().expect("a number")).collect();
            for node in document.descendants().filter(|n| n.is_element()) {
                let number = |name: &str| node.attribute(name).and_then(|v| v.parse::<f64>().ok());
                let (right, bottom) = (number("x").unwrap_or(0.0) + number("width").unwrap_or(0.0), number("y").unwrap_or(0.0));
                assert!(right <= view[2] + 0.1 && bottom <= view[3], "nothing lies outside: {node:?}");
            }
        }
    }
}

#[test]
fn names_cannot_break_a_picture_or_a_chart() {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("plan-names");
    std::fs::create_dir_all(&folder).expect("the folder is made");
    let file = folder.join("a & b;c.toml");
    let manifest = example("c01").replace("钱示例", "<script>&\\\"x:y;#z");
    std::fs::write(&file, manifest).expect("the manifest is written");
    let path = file.display().to_string();
    let svg = text(&run(&["--format", "svg", "--on", "2026-03-02", &path]));
    let document = roxmltree::Document::parse(&svg).expect("the picture is XML");
    assert!(document.descendants().all(|n| !n.has_tag_name("script")));
    let chart = text(&run(&["--format", "mermaid", "--on", "2026-03-02", &path]));
    assert!(chart.lines().skip(1).all(|l| !l.contains(';') && !l.contains('#')), "{chart}");
}

#[test]
fn a_chart_has_one_task_with_two_days_in_each_line() {
    let all = examples();
    for lang in ["en", "zh"] {
        let out = text(&run(&with_examples(&["--format", "mermaid", "--lang", lang, "--on", "2026-03-02"], &all)));
        assert!(out.starts_with("gantt\n"));
        let mut ids = std::collections::BTreeSet::new();
        for line in out.lines().filter(|l| l.starts_with("    ")) {
            let (_, data) = line.rsplit_once(" :").expect("a task has its data");
            let parts: Vec<&str> = data.split(", ").collect();
            assert!(ids.insert(parts[parts.len() - 3].to_owned()), "each task has a name of its own: {line}");
            let day = |t: &str| t.parse::<jiff::civil::Date>();
            let first = day(parts[parts.len() - 2]).expect("a day");
            match parts[parts.len() - 1] {
                "0d" => assert!(data.contains("milestone")),
                last => assert!(day(last).expect("a day") > first, "{line}"),
            }
        }
    }
}

#[test]
fn exit_codes_tell_missed_deadlines_from_input_that_cannot_be_used() {
    let code = |arguments: &[&str]| run(arguments).status.code();
    assert_eq!(code(&["examples/c05-add-access.toml", "--on", "2026-03-02"]), Some(1), "a filing that is refused");
    assert_eq!(code(&["examples/c05-add-access.toml", "--on", "2026-03-02", "--exit-zero"]), Some(0));
    assert_eq!(code(&["examples/c11-after-approval.toml", "--on", "2026-11-23"]), Some(1));
    assert_eq!(code(&["missing.toml"]), Some(2));
    assert_eq!(code(&["examples/c01-company-complete.toml", "--on", "2026-02-30"]), Some(2));
    let rules = Command::new(env!("CARGO_BIN_EXE_filingc")).args(["rules", "--output-format", "ics"]).output().expect("the program runs");
    assert_eq!(rules.status.code(), Some(2), "only plans are calendars");
}

#[test]
fn several_filings_are_sorted_by_their_next_deadline() {
    let out = text(&run(&[
        "examples/c01-company-complete.toml",
        "examples/c08-hong-kong-node.toml",
        "examples/c11-after-approval.toml",
        "--on",
        "2026-11-23",
    ]));
    let rows: Vec<&str> = out.lines().skip(1).take(3).collect();
    assert!(rows[0].starts_with("examples/c11") && rows[1].starts_with("examples/c01") && rows[2].starts_with("examples/c08"), "{out}");
}

#[test]
fn the_calendar_says_which_site_a_deadline_is_of() {
    let out = text(&run(&["--format", "ics", "--on", "2026-11-23", "examples/c10-website-and-app.toml"])).replace("\r\n ", "");
    let titles: Vec<&str> = out.split("\r\n").filter_map(|l| l.strip_prefix("SUMMARY:")).collect();
    assert!(titles.len() > 3);
    for title in titles {
        assert!(title.starts_with("川味示例餐饮\\, 川味点餐: "), "{title}");
    }
}

#[test]
fn a_plan_names_what_check_refuses_and_ends_as_check_does() {
    for path in examples() {
        let check = |arguments: &[&str]| {
            let mut command = Command::new(env!("CARGO_BIN_EXE_filingc"));
            command.arg("check").arg(&path).args(["--on", "2026-11-23"]).args(arguments).current_dir(root());
            command.env("SOURCE_DATE_EPOCH", "1795392000").output().expect("the program runs")
        };
        let checked = check(&["--output-format", "json"]);
        let report: serde_json::Value = serde_json::from_str(&text(&checked)).expect("JSON");
        let refusing: Vec<&str> = report["filings"][0]["rules"]
            .as_array()
            .expect("rules")
            .iter()
            .filter(|r| r["outcome"] == "violated" && r["weight"] == "decides")
            .filter_map(|r| r["id"].as_str())
            .collect();
        let plan = run(&[&path, "--on", "2026-11-23", "--output-format", "json"]);
        let plan_report: serde_json::Value = serde_json::from_str(&text(&plan)).expect("JSON");
        assert_eq!(plan_report["plans"][0]["verdict"], report["filings"][0]["verdict"], "{path}");
        for lang in ["en", "zh"] {
            let plan = run(&[&path, "--on", "2026-11-23", "--lang", lang]);
            let is_late = plan_report["plans"][0]["deadlines"].as_array().expect("a list").iter().any(|d| d["days_late"].is_i64());
            let expected = if is_late { Some(1) } else { checked.status.code() };
            assert_eq!(plan.status.code(), expected, "{path}");
            let said = text(&plan);
            for id in &refusing {
                assert!(said.contains(id), "{path} does not name {id}:\n{said}");
            }
        }
    }
}

#[test]
fn a_draft_fails_as_it_does_in_check() {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("plan-draft");
    std::fs::create_dir_all(&folder).expect("the folder is made");
    // `init` leaves a file alone that is there.
    let _ = std::fs::remove_file(folder.join("draft.toml"));
    let file = folder.join("draft.toml").display().to_string();
    let made = Command::new(env!("CARGO_BIN_EXE_filingc"))
        .args(["init", "--region", "zj", "--entity", "individual", "-o", &file])
        .output()
        .expect("the program runs");
    assert!(made.status.success());
    assert_eq!(run(&[&file]).status.code(), Some(1), "incomplete");
    assert_eq!(run(&[&file, "--allow-incomplete"]).status.code(), Some(0));
}
