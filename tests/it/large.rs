//! Large and broken input: what is counted, capped and kept apart however much there is of it.

use crate::support::run_with;
use std::fmt::Write;

const RULES: &str = r#"region cn "Chinese mainland" zh "中国大陆" {
  authority "Ministry" zh "工信部"
}

source notice "Notice" zh "通知" {
  read 2026-11-23
}

open enum colour "colour" zh "颜色" others differ {
  forbidden "forbidden" zh "禁用"
  red       "red"       zh "红"
}

manifest {
  colours: list of colour? "colours" zh "颜色"
  at:      datetime?       "time" zh "时间"
}

requirement no-forbidden "no colour is forbidden" zh "无禁用颜色" {
  source notice
  when colours is given
  require not colours contains forbidden
}

requirement in-time "it happens in the morning" zh "须在上午" {
  source notice
  when at is given
  require at < 2026-01-01T12:00:00
}
"#;

#[test]
fn unlisted_values_never_become_listed_ones() {
    let mut manifest = "colours = [".to_owned();
    for n in 0..65_540 {
        let _ = write!(manifest, "\"c{n}\",");
    }
    manifest.push(']');
    let ran = run_with("large_enum", &[("r.filing", RULES), ("m.toml", &manifest)], &["check", "m.toml", "--rules", "r.filing", "-qq"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
}

#[test]
fn broken_lines_are_counted_not_listed_without_end() {
    let mut manifest = String::new();
    for n in 0..20_000 {
        let _ = writeln!(manifest, "k{n} = = 1");
    }
    let run = |lang| {
        run_with(
            "large_broken",
            &[("r.filing", RULES), ("m.toml", &manifest)],
            &["check", "m.toml", "--rules", "r.filing", "--output-format", "concise", "--lang", lang],
        )
    };
    let ran = run("en");
    assert_eq!(ran.code, 2);
    let lines: Vec<&str> = ran.out.lines().filter(|l| l.contains("[F5001]")).collect();
    assert_eq!(lines.len(), 51, "{}", ran.out);
    assert!(lines[0].starts_with("m.toml:1:") && lines[49].starts_with("m.toml:50:"), "{}", ran.out);
    assert_eq!(lines[50], "m.toml:20000:1: error[F5001] 19950 more lines of TOML that cannot be read");
    assert!(run("zh").out.contains("另有 19950 行 TOML 语法错误"));
}

#[test]
fn the_first_of_many_equal_keys_is_named() {
    let mut manifest = String::new();
    for n in 0..40 {
        let _ = writeln!(manifest, "[t{n}]\na = 1\nb = 2\na = 3\n[t{n}]");
    }
    let ran = run_with(
        "large_twice",
        &[("r.filing", RULES), ("m.toml", &manifest)],
        &["check", "m.toml", "--rules", "r.filing", "--output-format", "json"],
    );
    let output: serde_json::Value = serde_json::from_str(&ran.out).expect("the output is JSON");
    let twice: Vec<_> = output["diagnostics"].as_array().expect("a list").iter().filter(|d| d["code"] == "F5008").collect();
    assert!(twice.len() > 20, "{}", ran.out);
    for d in twice {
        let line = |n: usize| d["labels"][n]["span"]["line"].as_u64().expect("a line");
        // A key stands two lines after the first one, a header four.
        let apart = if d["args"]["key"] == "a" { 2 } else { 4 };
        assert_eq!(line(0) - line(1), apart, "{d}");
    }
}

#[test]
fn columns_of_one_long_line_are_right() {
    let mut manifest = "{ \"colours\": [".to_owned();
    let mut columns = Vec::new();
    for n in 0..3_000 {
        columns.push(manifest.chars().count() + 1);
        let _ = write!(manifest, "\"色{n}\", ");
    }
    manifest.truncate(manifest.len() - 2);
    manifest.push_str("] }");
    let ran = run_with(
        "large_line",
        &[("r.filing", RULES), ("m.json", &manifest)],
        &["check", "m.json", "--rules", "r.filing", "--output-format", "concise"],
    );
    let found: Vec<usize> = ran.out.lines().filter(|l| l.contains("[F5016]")).filter_map(|l| l.split(':').nth(2)?.parse().ok()).collect();
    assert_eq!(found, columns, "{}", ran.out.lines().next().unwrap_or(""));
}

#[test]
fn times_are_read_alike_from_texts_and_from_toml() {
    let check = |at: &str| {
        let manifest = format!("at = {at}\n");
        run_with("large_times", &[("r.filing", RULES), ("m.toml", &manifest)], &["check", "m.toml", "--rules", "r.filing", "-qq"]).code
    };
    for (at, code) in [
        ("2026-01-01T07:00:00+08:00", 0),
        ("2026-01-01T07:00:00Z", 1),
        ("2026-01-01T11:59:59.5", 0),
        ("2025-12-31T23:59:60", 0),
        ("2026-01-01T12:00:00", 1),
    ] {
        assert_eq!((check(at), check(&format!("\"{at}\""))), (code, code), "{at}");
    }
    for at in ["2026-01-01T07:00:00Z08:00", "2026-01-01T07:00:10.oops", "2026-01-01T07:00:10.", "2026-01-01T07:00+8:00"] {
        assert_eq!(check(&format!("\"{at}\"")), 1, "{at}");
    }
}
