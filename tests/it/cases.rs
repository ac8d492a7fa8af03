//! Data-driven cases: a folder with `case.toml`, a manifest, perhaps rules, and `output.snap`: what the user sees.

use serde::Deserialize;
use std::path::Path;
use std::process::{Command, Stdio};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    /// What the case shows.
    about: String,
    /// Arguments of the program.
    run: Vec<String>,
    /// The day of the run.
    today: Option<toml::value::Datetime>,
    /// What standard input holds.
    stdin: Option<String>,
}

#[test]
fn cases() {
    insta::glob!("../cases", "*/*/case.toml", |path| {
        let folder = path.parent().expect("a case lies in a folder");
        let case: Case = toml::from_str(&std::fs::read_to_string(path).expect("case.toml is readable")).expect("case.toml is well-formed");
        assert!(!case.about.is_empty(), "{} says what it shows", path.display());
        let output = run(folder, &case);
        let mut settings = insta::Settings::clone_current();
        settings.set_snapshot_path(folder);
        settings.set_prepend_module_to_snapshot(false);
        settings.set_snapshot_suffix("");
        settings.set_omit_expression(true);
        settings.remove_input_file();
        settings.bind(|| insta::assert_snapshot!("output", output));
    });
}

fn run(folder: &Path, case: &Case) -> String {
    let day = case.today.map_or("2026-11-23".to_owned(), |d| d.to_string());
    let date: jiff::civil::Date = day.parse().expect("today is a date");
    let epoch = date.duration_since(jiff::civil::date(1970, 1, 1)).as_secs();
    let mut command = Command::new(env!("CARGO_BIN_EXE_filingc"));
    command
        .args(&case.run)
        .current_dir(folder)
        .env_clear()
        .env("SOURCE_DATE_EPOCH", epoch.to_string())
        .env("FILINGC_LANG", "en")
        .env("NO_COLOR", "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().expect("the program starts");
    {
        use std::io::Write;
        let mut stdin = child.stdin.take().expect("standard input is piped");
        // A program that never reads its input closes the pipe early.
        let _ = stdin.write_all(case.stdin.as_deref().unwrap_or("").as_bytes());
    }
    let output = child.wait_with_output().expect("the program ends");
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("output is UTF-8");
    format!("exit: {}\n--- stdout\n{}--- stderr\n{}", output.status.code().unwrap_or(-1), text(&output.stdout), text(&output.stderr))
}
