//! `check --fix` and `--diff`: what is read in another form anyway is written that way, after it was shown; nothing else changes.

use crate::support::{Ran, root, run_with};

fn example() -> String {
    std::fs::read_to_string(root().join("examples/c01-company-complete.toml")).expect("the example is readable")
}

/// The example with the region by its full name and an address in full width, beside a comment; and as it should be.
fn untidy() -> (String, String) {
    let tidy = example();
    let untidy = tidy.replacen("region = \"zj\"", "region = \"浙江省\"  # 所在地", 1);
    assert_ne!(tidy, untidy);
    let tidy = tidy.replacen("region = \"zj\"", "region = \"zj\"  # 所在地", 1);
    (untidy, tidy)
}

fn after(folder: &str, file: &str) -> String {
    std::fs::read_to_string(std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(folder).join(file)).expect("the file is readable")
}

#[test]
fn diff_shows_and_writes_nothing() {
    let (untidy, _) = untidy();
    let Ran { out, code, .. } = run_with("fix/diff", &[("a.toml", &untidy)], &["check", "a.toml", "--diff"]);
    assert_eq!(code, 1);
    assert!(
        out.contains("--- a.toml") && out.contains("-region = \"浙江省\"  # 所在地") && out.contains("+region = \"zj\"  # 所在地"),
        "{out}"
    );
    assert!(!out.contains("verdict"), "{out}");
    assert_eq!(after("fix/diff", "a.toml"), untidy);
    let Ran { out, err, code } = run_with("fix/none", &[("a.toml", &example())], &["check", "a.toml", "--diff"]);
    assert_eq!((code, out.as_str()), (0, ""), "{err}");
}

#[test]
fn fix_shows_what_it_writes_and_then_checks() {
    let (untidy, tidy) = untidy();
    let Ran { out, err, code } = run_with("fix/fix", &[("a.toml", &untidy)], &["check", "a.toml", "--fix", "--on", "2026-11-23"]);
    assert_eq!(code, 0, "{out}{err}");
    assert!(err.contains("+region = \"zj\"  # 所在地") && err.contains("1 edit in 1 file written"), "{err}");
    assert!(out.contains("verdict: ready") && !out.contains("F5007"), "{out}");
    assert_eq!(after("fix/fix", "a.toml"), tidy);
}

#[test]
fn what_belongs_to_a_person_is_neither_shown_nor_changed() {
    let text = example();
    let line = text.lines().find(|l| l.starts_with("mobile = ")).expect("a mobile is stated");
    let number = line.split('"').nth(1).expect("a number");
    let spaced = format!("{} {} {}", &number[..3], &number[3..7], &number[7..]);
    let untidy = untidy().0.replacen(number, &spaced, 1);
    let Ran { out, err, .. } = run_with("fix/private", &[("a.toml", &untidy)], &["check", "a.toml", "--fix"]);
    for shown in [&out, &err] {
        assert!(!shown.contains(&spaced) && !shown.contains(number), "{shown}");
    }
    assert!(after("fix/private", "a.toml").contains(&spaced));
}

#[test]
fn a_file_that_cannot_be_written_is_told_and_streams_are_left_alone() {
    let (untidy, _) = untidy();
    let line = "{\"filing\": {\"region\": \"浙江省\"}}\n";
    let files = [("a.toml", untidy.as_str()), ("b.jsonl", line)];
    let Ran { out, .. } = run_with("fix/stream", &files, &["check", "b.jsonl", "--diff"]);
    assert_eq!((out.as_str(), after("fix/stream", "b.jsonl").as_str()), ("", line));
    let file = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("fix/stream/a.toml");
    let mut permissions = std::fs::metadata(&file).expect("the file is there").permissions();
    permissions.set_readonly(true);
    std::fs::set_permissions(&file, permissions).expect("the file is made read-only");
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_filingc"))
        .args(["check", "a.toml", "--fix", "--lang", "en"])
        .current_dir(file.parent().expect("a folder"))
        .output()
        .expect("the program runs");
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("F7004"), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(after("fix/stream", "a.toml"), untidy);
}

#[test]
fn keys_of_counts_have_chinese_names() {
    let files = [("a.toml", example())];
    let files: Vec<(&str, &str)> = files.iter().map(|(n, t)| (*n, t.as_str())).collect();
    let arguments =
        ["check", "a.toml", "--statistics", "--group-by", "stage", "--group-by", "verdict", "--group-by", "region", "--lang", "zh"];
    let out = run_with("fix/keys", &files, &arguments).out;
    for heading in ["按阶段统计", "按结论统计", "（filing.region）统计"] {
        assert!(out.contains(heading), "{heading}: {out}");
    }
    let out = run_with("fix/keys", &files, &["check", "a.toml", "--statistics", "--lang", "zh"]).out;
    assert!(out.contains("按规则统计"), "{out}");
}
