//! What several test modules need.

use filingc::diagnostic::render::{self, Page, Screen};
use filingc::host::fs::{self, Wanted};
use filingc::{Compiled, Diagnostic, Diagnostics, Language, Options, Rulebook, SourceKind, SourceMap};
use std::path::{Path, PathBuf};

/// The folder of the package.
pub fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Every file below a folder with one of these endings, in order, as the program itself finds files.
pub fn files(folder: &Path, endings: &[&str]) -> Vec<PathBuf> {
    let is_wanted = |path: &Path| path.extension().is_some_and(|e| endings.iter().any(|w| e == *w));
    let found = fs::find(&[folder.to_path_buf()], &Wanted { is_wanted: &is_wanted, obeys_gitignore: false });
    assert!(found.failures.is_empty(), "{:?}", found.failures);
    found.files
}

/// Compiles rule texts given by name.
pub fn compile(files: &[(String, String)]) -> (Compiled, Vec<Diagnostic>, SourceMap) {
    let mut sources = SourceMap::default();
    let ids: Vec<_> = files.iter().map(|(name, text)| sources.add(name.clone(), text.clone(), SourceKind::Rules)).collect();
    let mut diagnostics = Diagnostics::new();
    let compiled = filingc::compile(&sources, &ids, &mut diagnostics);
    (compiled, diagnostics.into_sorted(), sources)
}

/// Diagnostics, one line each.
pub fn lines(diagnostics: &[Diagnostic], sources: &SourceMap) -> String {
    let mut page = Page::new(Screen::of(sources), false);
    render::concise(&mut page, diagnostics, sources, Language::En);
    page.finish().into_string()
}

/// Diagnostics with the text they are about.
pub fn full(diagnostics: &[Diagnostic], sources: &SourceMap, language: Language) -> String {
    let mut page = Page::new(Screen::of(sources), false);
    render::full(&mut page, diagnostics, sources, language);
    page.finish().into_string()
}

/// All rule files of the bundled rulebook.
pub fn bundled_rules() -> Vec<(String, String)> {
    files(&root().join("regions"), &["filing"])
        .into_iter()
        .map(|p| {
            let name = p.strip_prefix(root()).unwrap_or(&p).display().to_string();
            (name, std::fs::read_to_string(&p).expect("a rule file is readable"))
        })
        .collect()
}

/// A rulebook of compiled rules.
pub fn book(compiled: Compiled) -> Rulebook {
    Rulebook::new(compiled, &SourceMap::default()).expect("the rules fit")
}

/// The bundled rulebook, compiled, and its texts.
pub fn bundled_book() -> (Rulebook, Vec<(String, String)>) {
    let rules = bundled_rules();
    (book(compile(&rules).0), rules)
}

/// An example manifest as a tree; days are texts.
pub fn example(name: &str) -> serde_json::Value {
    fn plain(value: toml::Value) -> serde_json::Value {
        match value {
            toml::Value::String(t) => t.into(),
            toml::Value::Integer(n) => n.into(),
            toml::Value::Float(n) => n.into(),
            toml::Value::Boolean(b) => b.into(),
            toml::Value::Datetime(d) => d.to_string().into(),
            toml::Value::Array(items) => items.into_iter().map(plain).collect(),
            toml::Value::Table(pairs) => pairs.into_iter().map(|(k, v)| (k, plain(v))).collect(),
        }
    }
    let text = std::fs::read_to_string(root().join("examples").join(name)).expect("the example is readable");
    plain(toml::Value::Table(toml::from_str(&text).expect("the example is TOML")))
}

/// What the rules say of a manifest on a day.
pub fn check(book: &Rulebook, rules: &[(String, String)], manifest: &serde_json::Value, on: jiff::civil::Date) -> filingc::Checked {
    let mut sources = SourceMap::default();
    for (name, text) in rules {
        sources.add(name.clone(), text.clone(), SourceKind::Rules);
    }
    let id = sources.add("m.json", manifest.to_string(), SourceKind::Manifest);
    let mut problems = Diagnostics::new();
    let document = filingc::manifest::read(&sources, id, filingc::manifest::Format::Json, &book.index.schema, on, &mut problems);
    let options = Options { region: None, on: Some(on), today: on, strict: false, require_look_ups: false, detailed: false };
    filingc::check(book, &sources, document, problems, &options)
}

/// What the program wrote, and how it ended.
pub struct Ran {
    pub out: String,
    pub err: String,
    pub code: i32,
}

/// Runs the program in a folder of its own with some files in it, for 2026-11-23.
pub fn run_with(folder: &str, files: &[(&str, &str)], arguments: &[&str]) -> Ran {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(folder);
    let _ = std::fs::remove_dir_all(&folder);
    for (name, text) in files {
        let file = folder.join(name);
        std::fs::create_dir_all(file.parent().expect("a file lies in a folder")).expect("the folder is made");
        std::fs::write(file, text).expect("the file is written");
    }
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_filingc"))
        .args(arguments)
        .current_dir(&folder)
        .env("SOURCE_DATE_EPOCH", "1795392000")
        .env("FILINGC_LANG", "en")
        .env("NO_COLOR", "1")
        .output()
        .expect("the program runs");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("the output is UTF-8");
    Ran { out: text(output.stdout), err: text(output.stderr), code: output.status.code().expect("the program ends by itself") }
}

/// Compares a generated page with the one in the repository; `UPDATE_DOCS=1 cargo test` writes it, as does `INSTA_UPDATE=always`.
pub fn assert_page(path: &str, text: &str) {
    let file = root().join(path);
    let is_wanted = std::env::var("UPDATE_DOCS").is_ok_and(|v| v == "1") || std::env::var("INSTA_UPDATE").is_ok_and(|v| v == "always");
    if is_wanted {
        std::fs::write(&file, text).expect("the page is written");
    }
    let found = std::fs::read_to_string(&file).unwrap_or_default();
    if found != text {
        let line = found.lines().zip(text.lines()).take_while(|(a, b)| a == b).count() + 1;
        panic!("{path} is out of date from line {line}: UPDATE_DOCS=1 cargo test writes it anew");
    }
}
