//! Data-driven cases: a folder with `case.toml`, a manifest, perhaps rules, and `output.snap`: what the user sees.

use serde::Deserialize;
use std::collections::BTreeMap;
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
    /// Runs in a copy of the folder and shows the files that the program wrote or changed.
    #[serde(default)]
    writes: bool,
}

#[test]
fn cases() {
    insta::glob!("../cases", "*/*/case.toml", |path| {
        let folder = path.parent().expect("a case lies in a folder");
        let case: Case = toml::from_str(&std::fs::read_to_string(path).expect("case.toml is readable")).expect("case.toml is well-formed");
        assert!(!case.about.is_empty(), "{} says what it shows", path.display());
        let output = if case.writes { run_in_copy(folder, &case) } else { run(folder, &case) };
        let mut settings = insta::Settings::clone_current();
        settings.set_snapshot_path(folder);
        settings.set_prepend_module_to_snapshot(false);
        settings.set_snapshot_suffix("");
        settings.set_omit_expression(true);
        // What the bundled rules hash to changes with every edit of them.
        settings.add_filter(r#""hash": "[0-9a-f]{64}""#, r#""hash": "[hash]""#);
        settings.remove_input_file();
        settings.bind(|| insta::assert_snapshot!("output", output));
    });
}

/// Every file of a folder by its relative name.
fn contents(folder: &Path) -> BTreeMap<String, String> {
    let all = crate::support::files(folder, &["filing", "toml", "json", "md", "svg", "html", "snap", "info", "xml", "txt"]);
    let name = |p: &Path| p.strip_prefix(folder).unwrap_or(p).to_string_lossy().replace('\\', "/");
    all.iter().map(|p| (name(p), std::fs::read_to_string(p).expect("a file of a case is readable"))).collect()
}

fn run_in_copy(folder: &Path, case: &Case) -> String {
    let copy =
        std::env::temp_dir().join(format!("filingc-case-{}-{}", std::process::id(), folder.file_name().unwrap_or_default().display()));
    for (name, text) in contents(folder) {
        let to = copy.join(&name);
        std::fs::create_dir_all(to.parent().expect("a file lies in a folder")).expect("the copy can be made");
        std::fs::write(to, text).expect("the copy can be written");
    }
    let before = contents(&copy);
    let mut output = run(&copy, case);
    let after = contents(&copy);
    std::fs::remove_dir_all(&copy).expect("the copy can be removed");
    for (name, text) in after.iter().filter(|(name, text)| before.get(*name) != Some(text)) {
        output.push_str(&format!("--- {name}\n{text}"));
    }
    for name in before.keys().filter(|name| !after.contains_key(*name)) {
        output.push_str(&format!("--- {name}: removed\n"));
    }
    output
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
