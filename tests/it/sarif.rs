//! SARIF is SARIF: read by the types of another crate, and held against what version 2.1.0 asks of the members that we write.

use crate::support::root;
use serde_json::Value;
use std::collections::BTreeSet;
use std::process::Command;

/// What is wrong with a log.
pub fn faults(text: &str) -> Vec<String> {
    let Ok(value) = serde_json::from_str::<Value>(text) else { return vec!["not JSON".to_owned()] };
    // Types that were made from the schema: they ask for what it requires and drop what it does not know.
    match serde_json::from_value::<serde_sarif::sarif::Sarif>(value.clone()) {
        Ok(log) if serde_json::to_value(&log).is_ok_and(|again| again == value) => {}
        Ok(_) => return vec!["the types of SARIF do not know all of it".to_owned()],
        Err(e) => return vec![e.to_string()],
    }
    let mut reader = Reader { run: &Value::Null, faults: Vec::new() };
    reader.log(&value);
    reader.faults
}

/// Looks at a log that has the members of SARIF; what the types leave open is decided here.
struct Reader<'v> {
    run: &'v Value,
    faults: Vec<String>,
}

const LEVELS: [&str; 4] = ["none", "note", "warning", "error"];

fn items(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], |list| list)
}

fn number(value: &Value) -> Option<usize> {
    value.as_u64().and_then(|n| usize::try_from(n).ok())
}

impl<'v> Reader<'v> {
    fn expect(&mut self, holds: bool, what: &str, at: &Value) {
        if !holds {
            self.faults.push(format!("{what}: {at}"));
        }
    }

    fn unique(&mut self, list: &Value, what: &str) {
        let different: BTreeSet<String> = items(list).iter().map(Value::to_string).collect();
        self.expect(different.len() == items(list).len(), what, list);
    }

    fn one_of(&mut self, value: &Value, allowed: &[&str], what: &str) {
        self.expect(value.is_null() || value.as_str().is_some_and(|v| allowed.contains(&v)), what, value);
    }

    fn log(&mut self, log: &'v Value) {
        self.expect(log["version"] == "2.1.0", "version", &log["version"]);
        self.expect(log["$schema"].as_str().is_some_and(is_uri), "the address of the schema", &log["$schema"]);
        for run in items(&log["runs"]) {
            self.run = run;
            self.one_run(run);
        }
    }

    fn one_run(&mut self, run: &'v Value) {
        let driver = &run["tool"]["driver"];
        for language in [&run["language"], &driver["language"]] {
            self.expect(language.as_str().is_some_and(is_language), "language", language);
        }
        self.one_of(&run["columnKind"], &["utf16CodeUnits", "unicodeCodePoints"], "kind of columns");
        self.expect(driver["name"].as_str().is_some_and(|n| !n.is_empty()), "name of the tool", driver);
        let version = driver["semanticVersion"].as_str().unwrap_or("");
        let is_version = version.split('.').count() == 3 && version.split('.').all(|part| part.parse::<u32>().is_ok());
        self.expect(is_version, "semantic version", &driver["semanticVersion"]);
        self.unique(&driver["rules"], "rules are different");
        let ids: BTreeSet<&str> = items(&driver["rules"]).iter().filter_map(|r| r["id"].as_str()).collect();
        self.expect(ids.len() == items(&driver["rules"]).len(), "ids of rules are different", &driver["rules"]);
        for rule in items(&driver["rules"]) {
            self.rule(rule);
        }
        for (_, base) in run["originalUriBaseIds"].as_object().into_iter().flatten() {
            self.message(&base["description"]);
            // A base without an address is one that the reader of the log knows.
            self.expect(base["uri"].is_null() || base["uri"].as_str().is_some_and(|u| is_uri(u) && u.ends_with('/')), "base", base);
        }
        self.unique(&run["artifacts"], "artifacts are different");
        for artifact in items(&run["artifacts"]) {
            self.artifact_location(&artifact["location"]);
        }
        for result in items(&run["results"]) {
            self.result(result);
        }
    }

    fn rule(&mut self, rule: &Value) {
        self.one_of(&rule["defaultConfiguration"]["level"], &LEVELS, "level of a rule");
        self.expect(rule["helpUri"].is_null() || rule["helpUri"].as_str().is_some_and(is_uri), "address of help", rule);
        for text in [&rule["shortDescription"], &rule["help"]] {
            self.expect(text.is_null() || text["text"].as_str().is_some_and(|t| !t.is_empty()), "text of a rule", rule);
        }
        self.properties(rule);
    }

    fn result(&mut self, result: &Value) {
        self.message(&result["message"]);
        self.one_of(&result["level"], &LEVELS, "level of a result");
        let rules = &self.run["tool"]["driver"]["rules"];
        let rule = number(&result["ruleIndex"]).and_then(|i| rules.get(i));
        self.expect(rule.is_some_and(|r| r["id"] == result["ruleId"]), "the number of a rule leads to its id", result);
        let prints = result["partialFingerprints"].as_object();
        self.expect(prints.is_none_or(|p| p.values().all(|v| v.as_str().is_some_and(|t| !t.is_empty()))), "fingerprints", result);
        self.unique(&result["relatedLocations"], "related locations are different");
        let mut ids = BTreeSet::new();
        for location in items(&result["locations"]).iter().chain(items(&result["relatedLocations"])) {
            self.expect(location["id"].is_null() || ids.insert(location["id"].as_u64()), "ids of locations are different", location);
            self.expect(location["id"].is_null() || location["id"].as_u64().is_some(), "id of a location", location);
            if !location["message"].is_null() {
                self.message(&location["message"]);
            }
            let place = &location["physicalLocation"];
            self.expect(place["artifactLocation"].is_object(), "a place names its file", location);
            self.artifact_location(&place["artifactLocation"]);
            self.region(&place["region"]);
        }
        self.unique(&result["fixes"], "fixes are different");
        for fix in items(&result["fixes"]) {
            self.fix(fix);
        }
        self.properties(result);
    }

    fn fix(&mut self, fix: &Value) {
        self.message(&fix["description"]);
        self.unique(&fix["artifactChanges"], "changes are different");
        self.expect(!items(&fix["artifactChanges"]).is_empty(), "a fix changes something", fix);
        for change in items(&fix["artifactChanges"]) {
            self.artifact_location(&change["artifactLocation"]);
            self.expect(!items(&change["replacements"]).is_empty(), "a change replaces something", change);
            for replacement in items(&change["replacements"]) {
                self.region(&replacement["deletedRegion"]);
                self.expect(replacement["insertedContent"]["text"].is_string(), "what is inserted", replacement);
            }
        }
    }

    fn message(&mut self, message: &Value) {
        self.expect(message["text"].as_str().is_some_and(|t| !t.is_empty()), "text of a message", message);
    }

    /// A bag holds what it likes, but tags are different texts.
    fn properties(&mut self, of: &Value) {
        let tags = &of["properties"]["tags"];
        self.expect(tags.is_null() || items(tags).iter().all(Value::is_string), "tags", of);
        self.unique(tags, "tags are different");
    }

    fn artifact_location(&mut self, location: &Value) {
        let uri = location["uri"].as_str().unwrap_or("");
        match location["uriBaseId"].as_str() {
            Some(base) => {
                self.expect(self.run["originalUriBaseIds"][base].is_object(), "the base is one of the run", location);
                self.expect(is_relative(uri), "a path below its base", location);
            }
            None => self.expect(is_uri(uri), "an address", location),
        }
        if !location["index"].is_null() {
            let artifact = number(&location["index"]).and_then(|i| self.run["artifacts"].get(i));
            let is_same = |a: &Value| (&a["location"]["uri"], &a["location"]["uriBaseId"]) == (&location["uri"], &location["uriBaseId"]);
            self.expect(artifact.is_some_and(is_same), "the number of a file leads to it", location);
        }
    }

    /// Lines and columns count from 1, and the end does not come before the start.
    fn region(&mut self, region: &Value) {
        let of = |name: &str| region[name].as_u64().filter(|n| *n >= 1);
        let (start, end) = ((of("startLine"), of("startColumn")), (of("endLine"), of("endColumn")));
        let is_whole = [start.0, start.1, end.0, end.1].iter().all(Option::is_some);
        self.expect(is_whole && start <= end, "region", region);
    }
}

/// `en` or `zh-CN`.
fn is_language(text: &str) -> bool {
    let is_part = |part: &str| part.len() == 2 && part.bytes().all(|b| b.is_ascii_alphabetic());
    let mut parts = text.split('-');
    parts.next().is_some_and(is_part) && parts.next().is_none_or(is_part) && parts.next().is_none()
}

/// Only characters of RFC 3986, with `%` before two hexadecimal digits.
fn is_encoded(text: &str) -> bool {
    let bytes = text.as_bytes();
    let is_plain = |b: u8| b.is_ascii_alphanumeric() || b"-._~:/?#[]@!$&'()*+,;=".contains(&b);
    let is_escape = |i: usize| bytes.get(i + 1..i + 3).is_some_and(|two| two.iter().all(u8::is_ascii_hexdigit));
    bytes.iter().enumerate().all(|(i, b)| if *b == b'%' { is_escape(i) } else { is_plain(*b) }) && text.matches('#').count() < 2
}

/// A URI with a scheme.
fn is_uri(text: &str) -> bool {
    let scheme =
        |s: &str| s.starts_with(|c: char| c.is_ascii_alphabetic()) && s.bytes().all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b));
    is_encoded(text) && text.split_once(':').is_some_and(|(before, after)| scheme(before) && !after.is_empty())
}

/// A path that is neither absolute nor could be read as a scheme.
fn is_relative(text: &str) -> bool {
    is_encoded(text) && !text.is_empty() && !text.starts_with('/') && !text.split('/').next().is_some_and(|first| first.contains(':'))
}

fn ran(arguments: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_filingc"));
    command.args(arguments).current_dir(root()).env_remove("FILINGC_OUTPUT_FORMAT").env_remove("FILINGC_RULES");
    let output = command.env("SOURCE_DATE_EPOCH", "1795392000").env("FILINGC_LANG", "en").output().expect("the program runs");
    String::from_utf8(output.stdout).expect("output is UTF-8")
}

fn sarif(arguments: &[&str]) -> Value {
    let text = ran(arguments);
    let faults = faults(&text);
    assert!(faults.is_empty(), "{}: {}", arguments.join(" "), faults.join("\n"));
    serde_json::from_str(&text).expect("SARIF is JSON")
}

/// A log that uses every member we write: findings with several places, fixes, bases of both kinds.
fn full_log() -> Value {
    sarif(&["check", "examples", "tests/cases/check/all_faults_at_once/manifest.toml", "--output-format", "sarif"])
}

#[test]
fn what_is_no_sarif_is_found() {
    assert!(!faults("").is_empty());
    assert!(!faults("{}").is_empty());
    assert!(!faults(r#"{ "version": "2.1.0", "runs": [{ "tool": { "driver": {} } }] }"#).is_empty(), "the name is missing");
    let log = full_log();
    let results = items(&log["runs"][0]["results"]);
    let with = |what: &str| results.iter().position(|r| !items(&r[what]).is_empty()).unwrap_or_else(|| panic!("a result with {what}"));
    let (placed, related, fixed) = (with("locations"), with("relatedLocations"), with("fixes"));
    let at = |result: usize, rest: &str| format!("/runs/0/results/{result}/{rest}");
    let place = |rest: &str| at(placed, &format!("locations/0/physicalLocation/{rest}"));
    let change = |rest: &str| at(fixed, &format!("fixes/0/artifactChanges/0/{rest}"));
    let doubled = |pointer: &str| {
        let list = log.pointer(pointer).and_then(Value::as_array).expect("a list");
        (pointer.to_owned(), list.iter().chain(list.first()).cloned().collect::<Value>())
    };
    let faulty: Vec<(String, Value)> = vec![
        ("/version".into(), "2.0.0".into()),
        ("/$schema".into(), "sarif-2.1.0.json".into()),
        ("/runs/0/unheard".into(), 1.into()),
        ("/runs/0/columnKind".into(), "bytes".into()),
        ("/runs/0/language".into(), "english".into()),
        ("/runs/0/invocations/0/executionSuccessful".into(), "yes".into()),
        ("/runs/0/tool/driver/name".into(), "".into()),
        ("/runs/0/tool/driver/language".into(), "zh_CN".into()),
        ("/runs/0/tool/driver/semanticVersion".into(), "1".into()),
        ("/runs/0/tool/driver/rules/0/id".into(), log["runs"][0]["tool"]["driver"]["rules"][1]["id"].clone()),
        ("/runs/0/tool/driver/rules/0/helpUri".into(), "页.html".into()),
        ("/runs/0/tool/driver/rules/0/shortDescription/text".into(), "".into()),
        ("/runs/0/tool/driver/rules/0/defaultConfiguration/level".into(), "fatal".into()),
        ("/runs/0/tool/driver/rules/0/properties/tags".into(), vec!["a", "a"].into()),
        ("/runs/0/artifacts/0/location/uri".into(), "a file.toml".into()),
        ("/runs/0/artifacts/0/location/uri".into(), "/etc/manifest.toml".into()),
        ("/runs/0/artifacts/0/location/uriBaseId".into(), "NOWHERE".into()),
        ("/runs/0/originalUriBaseIds/%SRCROOT%/description/text".into(), "".into()),
        ("/runs/0/originalUriBaseIds/%SRCROOT%/uri".into(), "file:///no-slash-at-its-end".into()),
        doubled("/runs/0/artifacts"),
        doubled("/runs/0/tool/driver/rules"),
        doubled(&at(related, "relatedLocations")),
        doubled(&at(fixed, "fixes")),
        doubled(&change("replacements").replace("/0/replacements", "")),
        (at(placed, "message/text"), "".into()),
        (at(placed, "level"), "fatal".into()),
        (at(placed, "ruleId"), "no-such-rule".into()),
        (at(placed, "ruleIndex"), 100_000.into()),
        (at(placed, "ruleIndex"), (-1).into()),
        (at(placed, "partialFingerprints/filingc~1v1"), "".into()),
        (at(related, "relatedLocations/0/id"), (-2).into()),
        (at(related, "relatedLocations/0/message"), serde_json::json!({ "text": "" })),
        (place("artifactLocation"), Value::Null),
        (place("artifactLocation/index"), 100_000.into()),
        (place("artifactLocation/uri"), "100%.toml".into()),
        (place("artifactLocation/uri"), "other.toml".into()),
        (place("region/startLine"), 0.into()),
        (place("region/startColumn"), 0.into()),
        (place("region/endLine"), 0.into()),
        (place("region/endColumn"), 0.into()),
        (place("region/startLine"), 1_000_000.into()),
        (at(fixed, "fixes/0/description/text"), "".into()),
        (at(fixed, "fixes/0/artifactChanges"), Value::Array(vec![])),
        (change("replacements"), Value::Array(vec![])),
        (change("replacements/0/deletedRegion/startLine"), 0.into()),
        (change("replacements/0/insertedContent/text"), Value::Null),
        (change("artifactLocation/index"), 100_000.into()),
    ];
    for (pointer, value) in faulty {
        let mut wrong = log.clone();
        let (parent, name) = pointer.rsplit_once('/').expect("a member of something");
        let name = name.replace("~1", "/");
        match wrong.pointer_mut(parent) {
            Some(Value::Object(members)) => drop(members.insert(name, value.clone())),
            _ => panic!("{pointer} leads nowhere"),
        }
        assert!(!faults(&wrong.to_string()).is_empty(), "{pointer} = {value} passes");
    }
}

#[test]
fn sarif_of_all_examples_holds_together() {
    let log = full_log();
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
