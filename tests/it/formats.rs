//! Output formats: the table in `docs/output.md` is true, SARIF is SARIF.

use crate::support::root;
use std::collections::BTreeMap;
use std::process::Command;

const FORMATS: [&str; 9] = ["full", "concise", "json", "junit", "github", "sarif", "mermaid", "svg", "ics"];

struct Ran {
    code: i32,
    out: String,
}

fn run(arguments: &[&str]) -> Ran {
    let mut command = Command::new(env!("CARGO_BIN_EXE_filingc"));
    command.args(arguments).current_dir(root()).env_remove("FILINGC_OUTPUT_FORMAT").env_remove("FILINGC_RULES");
    let output = command.env("SOURCE_DATE_EPOCH", "1795392000").env("FILINGC_LANG", "en").output().expect("the program runs");
    Ran { code: output.status.code().unwrap_or(-1), out: String::from_utf8(output.stdout).expect("output is UTF-8") }
}

/// Rows of a table of the page: the cells of each.
fn rows(page: &str, heading: &str) -> Vec<Vec<String>> {
    let section = page.split(&format!("## {heading}\n")).nth(1).expect("the section is there").split("\n## ").next().unwrap_or("");
    let lines = section.lines().filter(|l| l.starts_with("| `"));
    lines.map(|l| l.trim_matches('|').split('|').map(|c| c.trim().trim_matches('`').to_owned()).collect()).collect()
}

fn page() -> String {
    std::fs::read_to_string(root().join("docs/output.md")).expect("the page is readable")
}

/// Calls of each command that end with each code; every one is run.
fn calls() -> Vec<(&'static str, i32, Vec<&'static str>)> {
    let broken = "tests/cases/diff/broken_rules/new.filing";
    let (old, new) = ("tests/cases/diff/renamed/old.filing", "tests/cases/diff/renamed/new.filing");
    let small = "tests/cases/cli/sarif/rules.filing";
    let failing = "tests/cases/test/expected_against_found/rules";
    let passing = "tests/cases/test/mutants_that_survive/rules";
    vec![
        ("check", 0, vec!["examples/c01-company-complete.toml"]),
        ("check", 1, vec!["examples/c11-after-approval.toml"]),
        ("check", 2, vec!["no-such-manifest.toml"]),
        ("plan", 0, vec!["examples/c01-company-complete.toml"]),
        ("plan", 1, vec!["examples/c11-after-approval.toml"]),
        ("plan", 2, vec!["no-such-manifest.toml"]),
        ("rules", 0, vec!["--rules", small]),
        ("rules", 1, vec!["no-such-rule", "--rules", small]),
        ("rules", 2, vec!["--rules", broken]),
        ("explain", 0, vec!["F5005"]),
        ("explain", 2, vec!["no-such-rule", "--rules", small]),
        ("diff", 0, vec![old, old]),
        ("diff", 1, vec![old, new]),
        ("diff", 2, vec![old, broken]),
        ("fmt", 0, vec!["--check", small]),
        ("fmt", 1, vec!["--check", "tests/cases/fmt/check_lists_files"]),
        ("fmt", 2, vec!["--check", "no-such-folder"]),
        ("lint", 0, vec!["tests/cases/lint/clean/rules"]),
        ("lint", 1, vec!["tests/cases/lint/what_is_found/rules"]),
        ("lint", 2, vec![broken]),
        ("graph", 0, vec!["--around", "at-most", "--rules", small]),
        ("graph", 1, vec!["--why", "entity.name", "dom-not-expired", "--rules", "tests/cases/graph/rules"]),
        ("graph", 2, vec!["--around", "no-such-rule", "--rules", small]),
        ("init", 0, vec!["--region", "zj", "--entity", "individual"]),
        ("init", 2, vec!["--region", "no-such-region", "--entity", "individual"]),
        ("schema", 0, vec!["--rules", small]),
        ("schema", 2, vec!["--rules", broken]),
        ("test", 0, vec!["--rules", passing]),
        ("test", 1, vec!["--rules", failing]),
        ("test", 2, vec!["--rules", broken]),
        ("completions", 0, vec!["bash"]),
        ("man", 0, vec![]),
    ]
}

/// Whether a text is what its format promises.
fn fits(command: &str, format: &str, text: &str) -> bool {
    match format {
        "json" if command == "schema" => serde_json::from_str(text).is_ok_and(|v| jsonschema::meta::is_valid(&v)),
        "json" => serde_json::from_str::<serde_json::Value>(text).is_ok_and(|v| v["format_version"] == "1.0"),
        "sarif" => sarif_faults(text).is_empty(),
        "github" => text.lines().all(|l| ["::error ", "::warning ", "::notice "].iter().any(|c| l.starts_with(c))),
        "junit" => text.starts_with("<?xml"),
        "mermaid" => ["gantt", "flowchart"].iter().any(|w| text.lines().any(|l| l.starts_with(w))),
        "svg" => roxmltree::Document::parse(text).is_ok_and(|d| d.root_element().has_tag_name(("http://www.w3.org/2000/svg", "svg"))),
        "ics" => text.starts_with("BEGIN:VCALENDAR\r\n"),
        _ => true,
    }
}

#[test]
fn every_command_has_the_formats_and_exit_codes_of_the_table() {
    let page = page();
    let formats: BTreeMap<String, Vec<String>> = rows(&page, "Formats").into_iter().map(|mut r| (r.remove(0), r)).collect();
    let codes: BTreeMap<String, Vec<String>> = rows(&page, "Exit codes").into_iter().map(|mut r| (r.remove(0), r)).collect();
    let mut wrong = Vec::new();
    let mut seen: BTreeMap<&str, Vec<i32>> = BTreeMap::new();
    for (command, code, arguments) in calls() {
        seen.entry(command).or_default().push(code);
        let cells = formats.get(command).unwrap_or_else(|| panic!("`{command}` stands in the table of formats"));
        for (format, cell) in FORMATS.iter().zip(cells) {
            // One call shows that a format is refused; the others need not be repeated.
            if cell == "–" && code != 0 {
                continue;
            }
            let mut all = vec![command];
            all.extend(&arguments);
            all.extend(["--output-format", format]);
            let ran = run(&all);
            let expected = if cell == "–" { 2 } else { code };
            if ran.code != expected {
                wrong.push(format!("{}: exit {}, expected {expected}", all.join(" "), ran.code));
            }
            // Rules that cannot be used leave nothing to say in the format.
            if ran.code != 2 && !fits(command, format, &ran.out) {
                wrong.push(format!("{}: not {format}: {}", all.join(" "), ran.out.chars().take(200).collect::<String>()));
            }
            if cell == "–" && !ran.out.is_empty() {
                wrong.push(format!("{}: refused, and yet says something", all.join(" ")));
            }
        }
    }
    for (command, cells) in &codes {
        let named: Vec<i32> = (0..3).filter(|i| cells[*i as usize] != "–").collect();
        let mut tried = seen.get(command.as_str()).cloned().unwrap_or_default();
        tried.sort_unstable();
        if tried != named {
            wrong.push(format!("{command}: the table names exit codes {named:?}, the calls of this test show {tried:?}"));
        }
    }
    assert_eq!(formats.keys().collect::<Vec<_>>(), codes.keys().collect::<Vec<_>>());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_table_names_every_command_of_the_help() {
    let help = run(&["--help"]).out;
    let listed = help.split("Commands:\n").nth(1).expect("the help lists commands").lines().take_while(|l| !l.is_empty());
    let listed: Vec<&str> = listed.filter_map(|l| l.split_whitespace().next()).filter(|c| *c != "help").collect();
    let page = page();
    let in_table: Vec<String> = rows(&page, "Formats").into_iter().map(|r| r[0].clone()).collect();
    let missing: Vec<&&str> = listed.iter().filter(|c| !in_table.contains(&(**c).to_owned())).collect();
    assert!(missing.is_empty() && listed.len() > 5, "not in docs/output.md: {missing:?}");
}

/// The schema of SARIF 2.1.0 that the crate of its types was generated from.
fn sarif_schema() -> &'static jsonschema::Validator {
    static SCHEMA: std::sync::OnceLock<jsonschema::Validator> = std::sync::OnceLock::new();
    SCHEMA.get_or_init(|| {
        let asked = Command::new("rustc").arg("-vV").output().expect("rustc runs").stdout;
        let asked = String::from_utf8(asked).expect("the answer is UTF-8");
        let host = asked.lines().find_map(|l| l.strip_prefix("host: ")).expect("rustc names its host");
        let cargo = std::env::var("CARGO").unwrap_or("cargo".to_owned());
        // Without its platform cargo would ask the network for what other platforms need.
        let arguments = ["metadata", "--offline", "--format-version", "1", "--filter-platform", host];
        let output = Command::new(cargo).args(arguments).current_dir(root()).output();
        let metadata: serde_json::Value = serde_json::from_slice(&output.expect("cargo runs").stdout).expect("metadata is JSON");
        let packages = metadata["packages"].as_array().expect("a list");
        let package = packages.iter().find(|p| p["name"] == "serde-sarif").expect("the crate is a dependency");
        let manifest = std::path::Path::new(package["manifest_path"].as_str().expect("a path"));
        let text = std::fs::read_to_string(manifest.with_file_name("src").join("schema.json")).expect("the schema is readable");
        let schema: serde_json::Value = serde_json::from_str(&text).expect("the schema is JSON");
        assert_eq!(schema["$id"], "https://raw.githubusercontent.com/oasis-tcs/sarif-spec/master/Schemata/sarif-schema-2.1.0.json");
        jsonschema::validator_for(&schema).expect("the schema is a schema")
    })
}

/// What is wrong with a log: by the official schema, and by types that lose nothing of it.
fn sarif_faults(text: &str) -> Vec<String> {
    let Ok(value) = serde_json::from_str::<serde_json::Value>(text) else { return vec!["not JSON".to_owned()] };
    let mut faults: Vec<String> = sarif_schema().iter_errors(&value).map(|e| format!("{}: {e}", e.instance_path)).collect();
    match serde_json::from_value::<serde_sarif::sarif::Sarif>(value.clone()) {
        Ok(log) => {
            let again = serde_json::to_value(&log).expect("a log is JSON");
            if again != value {
                faults.push("the types of SARIF do not know all of it".to_owned());
            }
        }
        Err(e) => faults.push(e.to_string()),
    }
    faults
}

fn sarif(arguments: &[&str]) -> serde_json::Value {
    let ran = run(arguments);
    let faults = sarif_faults(&ran.out);
    assert!(faults.is_empty(), "{}: {}", arguments.join(" "), faults.join("\n"));
    serde_json::from_str(&ran.out).expect("SARIF is JSON")
}

#[test]
fn what_is_no_sarif_is_found() {
    assert!(!sarif_faults("{}").is_empty());
    assert!(!sarif_faults(r#"{ "version": "2.1.0", "runs": [{ "tool": { "driver": {} } }] }"#).is_empty(), "the name is missing");
}

#[test]
fn sarif_of_all_examples_holds_together() {
    let log = sarif(&["check", "examples", "tests/cases/check/all_faults_at_once/manifest.toml", "--output-format", "sarif"]);
    let run = &log["runs"][0];
    assert_eq!(run["columnKind"], "unicodeCodePoints");
    let rules = run["tool"]["driver"]["rules"].as_array().expect("a list");
    let artifacts = run["artifacts"].as_array().expect("a list");
    let results = run["results"].as_array().expect("a list");
    assert!(results.len() > 20 && rules.len() > 10);
    let mut prints = Vec::new();
    for result in results {
        let rule = &rules[result["ruleIndex"].as_u64().expect("a number") as usize];
        assert_eq!(rule["id"], result["ruleId"]);
        assert!(rule["shortDescription"]["text"].as_str().is_some_and(|t| !t.is_empty()), "{rule}");
        for language in ["en", "zh"] {
            assert!(rule["properties"]["title"][language].as_str().is_some_and(|t| !t.is_empty()), "{rule}");
            assert!(result["properties"]["message"][language].as_str().is_some_and(|t| !t.is_empty()), "{result}");
        }
        let places = [&result["locations"], &result["relatedLocations"]];
        for place in places.iter().filter_map(|l| l.as_array()).flatten() {
            let location = &place["physicalLocation"]["artifactLocation"];
            let artifact = &artifacts[location["index"].as_u64().expect("a number") as usize]["location"];
            assert_eq!((&location["uri"], &location["uriBaseId"]), (&artifact["uri"], &artifact["uriBaseId"]));
            let base = location["uriBaseId"].as_str().expect("paths are relative");
            assert!(run["originalUriBaseIds"][base].is_object());
            let is_rule = location["uri"].as_str().is_some_and(|u| u.ends_with(".filing"));
            assert_eq!(base == "FILINGC_RULES", is_rule, "the bundled rules are no files of the run");
        }
        prints.push(result["partialFingerprints"]["filingc/v1"].as_str().expect("a text").to_owned());
    }
    let of_rules = rules.iter().filter(|r| r["id"].as_str().is_some_and(|id| id.contains('/')));
    assert!(of_rules.clone().any(|r| r["helpUri"].as_str().is_some_and(|u| u.starts_with("https://"))));
    assert!(of_rules.count() > 5);
    let n = prints.len();
    prints.sort();
    prints.dedup();
    assert_eq!(prints.len(), n, "fingerprints tell findings apart");
}

#[test]
fn fingerprints_stay_when_lines_move() {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("fingerprints");
    std::fs::create_dir_all(&folder).expect("the folder is made");
    let text = std::fs::read_to_string(root().join("examples/c11-after-approval.toml")).expect("the example is readable");
    let prints = |text: &str| -> Vec<String> {
        let file = folder.join("manifest.toml");
        std::fs::write(&file, text).expect("the manifest is written");
        let log = sarif(&["check", &file.display().to_string(), "--output-format", "sarif"]);
        let results = log["runs"][0]["results"].as_array().expect("a list").iter();
        results.map(|r| r["partialFingerprints"]["filingc/v1"].to_string()).collect()
    };
    let before = prints(&text);
    assert!(before.len() > 3);
    assert_eq!(prints(&format!("# one\n# two\n\n{text}")), before);
    let other = text.replace("submitted_on = 2026-11-22", "submitted_on = 2026-11-21");
    assert_ne!(other, text);
    let changed = prints(&other).iter().zip(&before).filter(|(a, b)| a != b).count();
    assert_eq!(changed, 1, "another value is another finding");
}

#[test]
fn columns_count_characters() {
    let log = sarif(&[
        "check",
        "tests/cases/cli/sarif/manifest.toml",
        "--rules",
        "tests/cases/cli/sarif/rules.filing",
        "--output-format",
        "sarif",
    ]);
    let text = std::fs::read_to_string(root().join("tests/cases/cli/sarif/manifest.toml")).expect("the manifest is readable");
    let region = &log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["region"];
    let column = |name: &str| region[name].as_u64().expect("a number") as usize - 1;
    let line: Vec<char> = text.lines().nth(column("startLine")).expect("a line").chars().collect();
    assert_eq!(line[column("startColumn")..column("endColumn")].iter().collect::<String>(), "12");
}

#[test]
fn identity_numbers_stay_hidden() {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("hidden");
    std::fs::create_dir_all(&folder).expect("the folder is made");
    let text = std::fs::read_to_string(root().join("examples/c03-individual-away-from-home.toml")).expect("the example is readable");
    let number = text.split('"').find(|t| t.len() == 18 && t[..17].bytes().all(|b| b.is_ascii_digit())).expect("a number").to_owned();
    let wrong = format!("{}{}", &number[..17], if number.ends_with('0') { "1" } else { "0" });
    let file = folder.join("manifest.toml");
    std::fs::write(&file, text.replace(&number, &wrong)).expect("the manifest is written");
    for format in ["github", "sarif"] {
        let out = run(&["check", &file.display().to_string(), "--output-format", format]).out;
        assert!(!out.is_empty() && !out.contains(&wrong), "{format} shows an identity number");
    }
}
