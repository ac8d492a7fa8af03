//! Which files of a folder are manifests: recognised by what stands in them, or by what the configuration says.

use crate::support::root;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A folder with files, made anew.
fn folder(name: &str, files: &[(&str, &str)]) -> PathBuf {
    let at = Path::new(env!("CARGO_TARGET_TMPDIR")).join("recognised").join(name);
    let _ = std::fs::remove_dir_all(&at);
    for (file, text) in files {
        let file = at.join(file);
        std::fs::create_dir_all(file.parent().expect("a folder")).expect("the folder is made");
        std::fs::write(file, text).expect("the file is written");
    }
    at
}

fn check(at: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_filingc"));
    command.arg("check").args(arguments).args(["--on", "2026-11-23"]).current_dir(at);
    command.env("FILINGC_LANG", "en").env_remove("FILINGC_RULES").output().expect("the program runs")
}

/// Names of the filings that a check looked at.
fn checked(at: &Path, arguments: &[&str]) -> Vec<String> {
    let out = check(at, &[arguments, &["--output-format", "json"]].concat());
    let value: serde_json::Value = serde_json::from_slice(&out.stdout).expect("JSON");
    let filings = value["filings"].as_array().expect("a list").iter();
    filings.map(|f| f["manifest"].as_str().expect("a name").to_owned()).collect()
}

fn complete() -> String {
    std::fs::read_to_string(root().join("examples/c01-company-complete.toml")).expect("the example is readable")
}

#[test]
fn documents_of_other_programs_are_no_manifests() {
    let good = complete();
    let others = [
        ("pyproject.toml", "[project]\nname = \"x\"\n\n[tool.ruff]\nline-length = 100\n"),
        ("package.json", "{\"name\": \"x\", \"scripts\": {\"test\": \"true\"}, \"files\": []}"),
        ("composer.json", "{\"require\": {}}"),
        ("tsconfig.json", "{ // comments\n  \"compilerOptions\": {},\n}"),
        ("tsconfig.build.json", "{ // comments\n  \"compilerOptions\": {},\n}"),
        ("netlify.toml", "[build]\ncommand = \"make\"\n"),
        (".vscode/settings.json", "{\"editor.tabSize\": 2}"),
        ("renovate.json", "{\"extends\": [\"config:base\"]}"),
        ("locales/zh.json", "[\"甲\", \"乙\"]"),
        ("one.toml", "name = \"x\"\n"),
    ];
    let mut files = others.to_vec();
    files.push(("a.toml", &good));
    files.push(("b.toml", "draft = true\n"));
    files.push(("c.json", "{\"filing\": {\"region\": \"zj\"}}"));
    files.push(("d.toml", "[备案订单]\n备案地区 = \"浙江\"\n"));
    files.push(("e.toml", "[entty]\nnature = \"enterprise\"\n"));
    let at = folder("others", &files);
    assert_eq!(checked(&at, &["."]), ["./a.toml", "./b.toml", "./c.json", "./d.toml", "./e.toml"]);
    // Who names a file means it.
    assert_eq!(checked(&at, &["netlify.toml"]), ["netlify.toml"]);
    let only = folder("only-others", &others);
    let out = check(&only, &["."]);
    assert_eq!(out.status.code(), Some(2));
    let said = String::from_utf8(out.stdout).expect("UTF-8");
    assert!(said.contains("error[F7003]: no manifest in `.`") && said.contains("and 8 more have none of them"), "{said}");
}

#[test]
fn what_cannot_be_read_may_be_a_manifest() {
    let at = folder(
        "broken",
        &[
            ("a.toml", "[filing\nregion = \"zj\"\n"),
            ("b.json", "{\"filing\": {\"region\": \"zj\",}"),
            ("c.toml", "gibberish [[[\n"),
            ("d.json", "{\"name\": \"x\",}"),
        ],
    );
    assert_eq!(checked(&at, &["."]), ["./a.toml", "./b.json", "./c.toml"]);
    assert_eq!(check(&at, &["."]).status.code(), Some(2));
}

#[test]
fn the_configuration_includes_and_excludes() {
    let good = complete();
    let at = folder(
        "globs",
        &[
            ("filingc.toml", "include = [\"filings/\", \"!filings/notes/\"]\nexclude = [\"old-*.toml\"]\n"),
            ("filings/a.toml", &good),
            ("filings/old-a.toml", &good),
            ("filings/notes/a.toml", &good),
            ("filings/odd.toml", "name = \"x\"\n"),
            ("b.toml", &good),
        ],
    );
    assert_eq!(checked(&at, &["."]), ["./filings/a.toml", "./filings/odd.toml"]);
    assert_eq!(checked(&at, &["b.toml", "filings/old-a.toml"]), ["b.toml", "filings/old-a.toml"], "who names a file means it");
    let wrong = folder("globs-wrong", &[("filingc.toml", "include = \"filings\"\n"), ("a.toml", &good)]);
    let out = String::from_utf8(check(&wrong, &["."]).stderr).expect("UTF-8");
    assert!(out.contains("error[F7001]: `include` expects a list of patterns") && out.contains("filingc.toml:1:11"), "{out}");
    let wrong = folder("globs-pattern", &[("filingc.toml", "exclude = [\"a\", \"a{\"]\n"), ("a.toml", &good)]);
    let out = String::from_utf8(check(&wrong, &["."]).stderr).expect("UTF-8");
    assert!(out.contains("error[F7001]: a pattern that cannot be understood") && out.contains("filingc.toml:1:17"), "{out}");
}

#[test]
fn arguments_that_overlap_count_once() {
    let good = complete();
    let at = folder("overlap", &[("a.toml", &good), ("in/b.toml", &good)]);
    assert_eq!(checked(&at, &[".", "in", "in/b.toml", "./a.toml"]).len(), 2);
}

#[test]
fn files_of_another_kind_get_one_sentence() {
    let at = folder(
        "kinds",
        &[
            ("n.txt", "hi\n"),
            ("read.md", "# Filing\n\nSome words about a filing.\n"),
            ("cn.filing", "layer cn \"x\" zh \"x\" {}\n"),
            ("a.yaml", "filing:\n  region: zj\n"),
        ],
    );
    for (file, en, zh) in [
        ("n.txt", "this is plain text; a manifest is TOML or JSON", "这是普通文本；清单须为 TOML 或 JSON"),
        ("read.md", "this is plain text; a manifest is TOML or JSON", "这是普通文本；清单须为 TOML 或 JSON"),
        ("cn.filing", "this is a rule file, no manifest", "这是规则文件，不是清单"),
        ("a.yaml", "this is YAML; a manifest is TOML or JSON", "这是 YAML；清单须为 TOML 或 JSON"),
    ] {
        for (lang, words) in [("en", en), ("zh", zh)] {
            let out = check(&at, &[file, "--lang", lang]);
            let said = String::from_utf8(out.stdout).expect("UTF-8");
            assert_eq!(out.status.code(), Some(2), "{said}");
            assert!(said.contains(words), "{file}: {said}");
            assert_eq!(said.matches("[F").count(), 1, "one sentence: {said}");
        }
    }
}
