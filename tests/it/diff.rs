//! `diff`: form never counts, meaning always does.

use crate::generate::{ruleset, tape};
use crate::support::{bundled_rules, root};
use filingc::compare::{ByForm, Difference, Side, Status, compare};
use filingc::syntax::{format, parse};
use filingc::{Compiled, Diagnostics, SourceId, SourceKind, SourceMap};
use proptest::prelude::*;
use std::process::Command;

type Files = Vec<(String, String)>;

/// Two rulesets in one map, compared; `None` when one has errors, which some generated ones have.
pub(crate) fn difference(old: &Files, new: &Files) -> Option<Difference> {
    let mut sources = SourceMap::default();
    let mut load = |files: &Files| -> Option<(Compiled, Vec<SourceId>)> {
        let ids: Vec<SourceId> = files.iter().map(|(n, t)| sources.add(n.clone(), t.clone(), SourceKind::Rules)).collect();
        let mut found = Diagnostics::new();
        let compiled = filingc::compile(&sources, &ids, &mut found);
        (!found.has_errors()).then_some((compiled, ids))
    };
    let ((a, a_ids), (b, b_ids)) = (load(old)?, load(new)?);
    let trees = |ids: &[SourceId]| ids.iter().map(|id| parse(&sources, *id, &mut Diagnostics::new())).collect::<Vec<_>>();
    let (a_files, b_files) = (trees(&a_ids), trees(&b_ids));
    let old = Side { program: &a.program, cases: &a.cases, files: &a_files, sources: &sources };
    let new = Side { program: &b.program, cases: &b.cases, files: &b_files, sources: &sources };
    Some(compare(&old, &new, &ByForm))
}

/// The entries, one line each.
pub(crate) fn lines(d: &Difference) -> Vec<String> {
    let parts = |e: &filingc::compare::Entry| e.parts.iter().map(|p| p.what.key()).collect::<Vec<_>>().join(" ");
    d.entries.iter().map(|e| format!("{:?} {} {}: {}", e.status, e.kind.key(), e.name, parts(e)).trim_end().to_owned()).collect()
}

/// The same declarations: files backwards, each in its canonical form with a comment on top.
fn reshaped(files: &Files) -> Files {
    let formatted = |text: &str| format(SourceId(0), text, None, &mut Diagnostics::new()).expect("a rule file has a form");
    files.iter().rev().map(|(n, t)| (format!("moved/{n}"), format!("// A comment.\n\n{}", formatted(t)))).collect()
}

#[test]
fn each_edit_of_the_rulebook_is_seen_and_nothing_of_its_form() {
    let rules = bundled_rules();
    let mut edited = reshaped(&rules);
    let edits = [
        ("set ind_min_age = 18 as ind-min-age", "set ind_min_age = 17 as ind-min-age", "gz", "Changed set gz/ind-min-age: value"),
        ("plate \"黔\"", "plate \"贵\"", "gz", "Changed layer gz: plate"),
    ];
    for (from, to, layer, _) in edits {
        let mut files = edited.iter_mut().filter(|(_, text)| text.contains(&format!("region {layer} ")) && text.contains(from));
        let (_, text) = files.next().expect("the text stands in the file of the layer");
        *text = text.replacen(from, to, 1);
    }
    let mut found = lines(&difference(&rules, &edited).expect("both compile"));
    let mut expected: Vec<&str> = edits.iter().map(|e| e.3).collect();
    found.sort();
    expected.sort_unstable();
    assert_eq!(found, expected);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn generated_rules_do_not_differ_from_their_form(numbers in tape(600)) {
        let files = ruleset(numbers).files();
        if let Some(found) = difference(&files, &reshaped(&files)) {
            prop_assert_eq!(lines(&found), Vec::<String>::new());
        }
    }

    /// What one direction adds the other removes, and what it changes is changed in both.
    #[test]
    fn both_directions_say_the_same(one in tape(400), two in tape(400)) {
        let (one, two) = (ruleset(one).files(), ruleset(two).files());
        let (Some(there), Some(back)) = (difference(&one, &two), difference(&two, &one)) else { return Ok(()) };
        let names = |d: &Difference, status: Status| {
            let mut names: Vec<String> = d.entries.iter().filter(|e| e.status == status).map(|e| format!("{} {}", e.layer, e.name)).collect();
            names.sort();
            names
        };
        prop_assert_eq!(names(&there, Status::Added), names(&back, Status::Removed));
        prop_assert_eq!(names(&there, Status::Removed), names(&back, Status::Added));
        prop_assert_eq!(names(&there, Status::Changed), names(&back, Status::Changed));
        prop_assert_eq!(there.count(Status::Renamed), back.count(Status::Renamed));
    }
}

#[test]
fn a_meaning_that_a_prover_knows_is_no_change() {
    use filingc::compare::{Equivalence, Relation};
    use filingc::hir::ExprId;
    struct Always;
    impl Equivalence for Always {
        fn relate(&self, _: (&Side<'_>, ExprId), _: (&Side<'_>, ExprId), _: (&str, &str)) -> Relation {
            Relation::Same
        }
    }
    let text = |demand: &str| {
        format!(
            "manifest {{ size: integer \"size\" zh \"规模\" }}\nregion cn \"China\" zh \"中国\" {{ authority \"a\" zh \"部\" }}\n\
             source s \"s\" zh \"源\" {{ read 2026-11-01 }}\nrequirement r \"r\" zh \"规则\" {{ source s  require {demand} }}\n"
        )
    };
    let mut sources = SourceMap::default();
    let ids = [text("size > 3"), text("not (size <= 3)")].map(|t| sources.add("a.filing", t, SourceKind::Rules));
    let compiled = ids.map(|id| filingc::compile(&sources, &[id], &mut Diagnostics::new()));
    let trees = ids.map(|id| vec![parse(&sources, id, &mut Diagnostics::new())]);
    let side = |i: usize| Side { program: &compiled[i].program, cases: &compiled[i].cases, files: &trees[i], sources: &sources };
    assert_eq!(compare(&side(0), &side(1), &ByForm).entries.len(), 1);
    assert!(compare(&side(0), &side(1), &Always).entries.is_empty());
}

#[test]
fn a_revision_of_a_repository_is_a_ruleset() {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("diff-repository");
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(folder.join("rules")).expect("the folder is made");
    let from = root().join("tests/cases/diff/renamed");
    let git = |arguments: &[&str]| {
        let identity = ["-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"];
        let done = Command::new("git").args(identity).args(arguments).current_dir(&folder).output().expect("git runs");
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    };
    let put = |name: &str| std::fs::copy(from.join(name), folder.join("rules/all.filing")).expect("the rules are copied");
    git(&["init", "-q"]);
    put("old.filing");
    git(&["add", "."]);
    git(&["commit", "-q", "-m", "old"]);
    put("new.filing");
    let run = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_filingc"));
        let output = command.args(["diff", "--output-format", "concise", "--lang", "en"]).args(arguments).current_dir(&folder).output();
        let output = output.expect("the program runs");
        (output.status.code(), String::from_utf8_lossy(&output.stdout).into_owned())
    };
    let (code, out) = run(&["HEAD", "rules"]);
    assert_eq!(code, Some(1), "{out}");
    assert!(out.contains("rules/all.filing:6:13: renamed requirement cn/positive → cn/size-positive: title"), "{out}");
    assert_eq!(run(&["HEAD:rules", "rules"]), (code, out.clone()));
    assert_eq!(run(&["HEAD", "rules/all.filing"]).0, Some(1));
    assert_eq!(run(&["HEAD:rules", "HEAD"]).0, Some(2), "a revision alone needs a path on the other side");
    assert_eq!(run(&["HEAD:rules", "HEAD:rules"]), (Some(0), "the rules mean the same\n".to_owned()));
    assert_eq!(run(&["HEAD:no", "rules"]).0, Some(2));
    let (_, removed) = run(&["rules", "HEAD:rules"]);
    assert!(removed.contains("HEAD:rules/all.filing:6:13: renamed requirement cn/size-positive → cn/positive"), "{removed}");
}

#[test]
fn the_output_fits_its_schema() {
    let text = std::fs::read_to_string(root().join("docs/schema/diff.schema.json")).expect("the schema is readable");
    let schema: serde_json::Value = serde_json::from_str(&text).expect("the schema is JSON");
    let validator = jsonschema::validator_for(&schema).expect("the schema is a schema");
    let valid = |arguments: &[&str]| -> serde_json::Value {
        let paths = arguments.iter().map(|a| root().join("tests/cases/diff").join(a));
        let mut command = Command::new(env!("CARGO_BIN_EXE_filingc"));
        let output = command.arg("diff").args(paths).args(["--output-format", "json"]).output().expect("the program runs");
        let value = serde_json::from_slice(&output.stdout).expect("standard output is JSON");
        let errors: Vec<String> = validator.iter_errors(&value).map(|e| format!("{}: {e}", e.instance_path)).collect();
        assert!(errors.is_empty(), "{}", errors.join("\n"));
        value
    };
    let whole = valid(&["every_part/old", "every_part/new"]);
    assert!(whole["changes"].as_array().is_some_and(|c| c.len() > 20));
    let filings = valid(&["filings/old.filing", "filings/new.filing", "filings/manifests"]);
    let periods = |f: &serde_json::Value| f["periods"].as_array().map_or(0, Vec::len);
    assert!(filings["filings"].as_array().is_some_and(|f| f.iter().any(|f| periods(f) > 1)));
    valid(&["renamed/old.filing", "renamed/new.filing"]);
}
