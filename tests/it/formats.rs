//! Output formats: the table in `docs/output.md` is true.

use crate::support::root;
use std::collections::BTreeMap;
use std::process::Command;

const FORMATS: [&str; 13] =
    ["full", "concise", "json", "jsonl", "junit", "github", "sarif", "html", "csv", "markdown", "mermaid", "svg", "ics"];

/// Formats in which every call is answered.
const ANSWERED: [&str; 4] = ["json", "junit", "github", "sarif"];

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

/// A folder that a call makes.
const SITE: &str = concat!(env!("CARGO_TARGET_TMPDIR"), "/site_of_formats");

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
        ("columns", 0, vec!["tests/cases/check/table_of_orders/orders.csv"]),
        ("columns", 2, vec!["no-such-table.csv"]),
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
        ("build", 0, vec![small, "-o", "/dev/null"]),
        ("build", 2, vec![small]),
        ("site", 0, vec![small, "-o", SITE]),
        ("site", 2, vec![small]),
        ("init", 0, vec!["--region", "zj", "--entity", "individual"]),
        ("init", 2, vec!["--region", "no-such-region", "--entity", "individual"]),
        ("fill", 0, vec!["examples/c01-company-complete.toml", "--list"]),
        ("fill", 1, vec!["examples/c06-foreign-invested.toml", "--list"]),
        ("fill", 2, vec!["no-such-manifest.toml", "--list"]),
        ("schema", 0, vec!["--rules", small]),
        ("schema", 2, vec!["--rules", broken]),
        ("test", 0, vec!["--rules", passing]),
        ("test", 1, vec!["--rules", failing]),
        ("test", 2, vec!["--rules", broken]),
        ("completions", 0, vec!["bash"]),
        ("man", 0, vec![]),
        ("lsp", 0, vec![]),
        ("lsp", 2, vec!["--rules", "no-such-folder"]),
        ("mcp", 0, vec![]),
        ("mcp", 2, vec!["--rules", "no-such-folder"]),
    ]
}

/// Whether a text is what its format promises.
fn fits(command: &str, format: &str, text: &str) -> bool {
    match format {
        "json" if command == "schema" => serde_json::from_str(text).is_ok_and(|v| jsonschema::meta::is_valid(&v)),
        "json" => serde_json::from_str::<serde_json::Value>(text).is_ok_and(|v| v["format_version"] == "1.1"),
        "jsonl" => text.lines().all(|l| serde_json::from_str::<serde_json::Value>(l).is_ok_and(|v| v["id"].is_string())),
        "sarif" => crate::sarif::faults(text).is_empty(),
        "github" => text.lines().all(|l| ["::error ", "::warning ", "::notice "].iter().any(|c| l.starts_with(c))),
        "junit" => text.starts_with("<?xml"),
        "html" => crate::web::faults(text).is_empty(),
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
    let _ = std::fs::remove_dir_all(SITE);
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
            // A program that asked gets its document whatever happened; rules that cannot be used leave nothing to draw and nothing to read.
            let is_elsewhere = arguments.contains(&"-o");
            let is_answered = ran.code != 2 || ANSWERED.contains(format) && !is_elsewhere;
            let name = if ran.code == 2 { "refused" } else { command };
            if is_answered && !(fits(name, format, &ran.out) && (ran.code != 2 || !ran.out.is_empty())) {
                wrong.push(format!("{}: not {format}: {}", all.join(" "), ran.out.chars().take(200).collect::<String>()));
            }
            if cell == "–" && !is_answered && !ran.out.is_empty() {
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

/// Whatever is wrong with a call, who reads its output as a program gets a document.
#[test]
fn a_call_that_cannot_be_understood_is_answered_in_its_form() {
    for wrong in [
        &["check", "--bogus"][..],
        &["check", "--on", "2026-13-40"],
        &["check", "--jobs", "many"],
        &["test", "--coverage=nothing"],
        &["lint", "--bogus"],
        &["init", "--region"],
        &["no-such-command"],
        &["plan", "--format", "poem"],
    ] {
        for format in ANSWERED {
            for call in [[wrong, &["--output-format", format]].concat(), [&["--output-format", format], wrong].concat()] {
                // An option that lacks its value takes the next word for it.
                if wrong == ["init", "--region"] && call[0] == "init" {
                    continue;
                }
                let ran = run(&call);
                assert_eq!(ran.code, 2, "{call:?}");
                assert!(ran.out.contains("F7007"), "{call:?} gives a document that says why: {}", ran.out);
                match format {
                    "json" | "sarif" => drop(serde_json::from_str::<serde_json::Value>(&ran.out).expect("JSON")),
                    "junit" => drop(roxmltree::Document::parse(&ran.out).expect("XML")),
                    _ => assert!(ran.out.starts_with("::error "), "{}", ran.out),
                }
            }
        }
    }
    let refused = run(&["check", "--bogus", "--output-format", "json"]);
    let value: serde_json::Value = serde_json::from_str(&refused.out).expect("JSON");
    assert_eq!(value["command"], "check");
    assert_eq!(value["diagnostics"][0]["message"]["zh"], "没有选项 `--bogus`");
    assert_eq!(run(&["check", "--bogus"]).out, "", "who reads it gets words beside");
}
