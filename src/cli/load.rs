//! Rules and manifests from disk, from standard input, or bundled.

use super::Global;
use super::output;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, say};
use crate::driver::{self, Compiled, Rulebook};
use crate::host::fs::{self, Failure, Wanted};
use crate::manifest;
use crate::pack::Broken;
use crate::regions;
use crate::source::{SourceId, SourceKind, SourceMap};
use std::path::{Path, PathBuf};

/// What rule files are called.
pub(super) fn is_rule_file(path: &Path) -> bool {
    path.extension().is_some_and(|e| e == "filing")
}

/// The rule files below several paths, each once. Reports F1012.
pub(super) fn rule_files_of(paths: &[PathBuf], diagnostics: &mut Diagnostics) -> Vec<PathBuf> {
    let found = fs::find(paths, &Wanted { is_wanted: &is_rule_file, obeys_gitignore: false });
    for failure in &found.failures {
        diagnostics.report(failure.unreadable(Code::UnreadableRules));
    }
    for folder in &found.empty {
        let name = folder.display().to_string();
        let d = Diagnostic::new(Code::UnreadableRules, say!("no rule files in `{name}`", "`{name}` 中没有规则文件"));
        diagnostics.report(d.help(say!("rule files end in `.filing`", "规则文件以 `.filing` 结尾")));
    }
    found.files
}

/// Reads one rule file into the map.
pub(super) fn rule_file(path: &Path, sources: &mut SourceMap, diagnostics: &mut Diagnostics) -> Option<SourceId> {
    let name = path.display().to_string();
    let text = text(fs::read(path), &name, Code::UnreadableRules, diagnostics)?;
    Some(sources.add(name, text, SourceKind::Rules))
}

/// All of standard input as a text.
pub(super) fn standard_input(name: &str, diagnostics: &mut Diagnostics) -> Option<String> {
    text(fs::standard_input(name), name, Code::Unreadable, diagnostics)
}

/// What was read, as a text; why it cannot be one is reported.
pub(super) fn text(read: Result<Vec<u8>, Failure>, name: &str, code: Code, diagnostics: &mut Diagnostics) -> Option<String> {
    match read {
        Ok(bytes) => manifest::decode(name, bytes, diagnostics),
        Err(failure) => {
            diagnostics.report(failure.unreadable(code));
            None
        }
    }
}

/// Compiles rules from disk, or the bundled texts; with `None` the bundled ones.
pub(super) fn compile(path: Option<&Path>, sources: &mut SourceMap, diagnostics: &mut Diagnostics) -> Compiled {
    let ids: Vec<SourceId> = match path {
        None => regions::add_sources(sources),
        Some(path) => {
            let files = rule_files_of(&[path.to_path_buf()], diagnostics);
            files.iter().filter_map(|file| rule_file(file, sources, diagnostics)).collect()
        }
    };
    driver::compile(sources, &ids, diagnostics)
}

/// The rules of a run: bundled ones as they were lowered at build time, others compiled. `None` when they have errors, which are printed.
pub(super) fn rulebook(global: &Global, rules: Option<&Path>, sources: &mut SourceMap) -> Option<Rulebook> {
    if let (None, Some(bytes)) = (rules, regions::bundle()) {
        regions::add_sources(sources);
        return Rulebook::bundled(bytes).map_err(|why| broken(global, "the bundled rules", &why)).ok();
    }
    let compiled = compiled(global, rules, sources)?;
    book_of(global, compiled, sources)
}

/// A rulebook of rules that compiled. `None` when they do not fit, which is printed.
pub(super) fn book_of(global: &Global, compiled: Compiled, sources: &SourceMap) -> Option<Rulebook> {
    Rulebook::new(compiled, sources).map_err(|why| broken(global, "the rules", &why)).ok()
}

/// Says why a stored rulebook cannot be used.
fn broken(global: &Global, name: &str, why: &Broken) {
    output::problems(global, &[pack_problem(name, why)], &SourceMap::default(), global.language());
}

fn pack_problem(name: &str, why: &Broken) -> Diagnostic {
    let (en, zh) = match why {
        Broken::NotAPack => ("is no stored rulebook".to_owned(), "不是已编译的规则文件".to_owned()),
        Broken::Version { found, expected } => (
            format!("is a stored rulebook of form {found}; this program reads form {expected}"),
            format!("是第 {found} 版格式的已编译规则文件，本程序只能读取第 {expected} 版"),
        ),
        Broken::Damaged => {
            ("is damaged: it is cut off, or was changed after it was written".to_owned(), "已损坏：内容不完整或被改动过".to_owned())
        }
        Broken::TooLarge => ("are too large to be stored: more than 4 GiB".to_owned(), "过大，无法存储：超过 4 GiB".to_owned()),
    };
    Diagnostic::new(Code::UnreadableRules, crate::diagnostic::Bilingual::new(format!("{name} {en}"), format!("{name} {zh}")))
        .arg("path", name)
}

/// Rules compiled in this run. `None` when they have errors, which are printed.
pub(super) fn compiled(global: &Global, rules: Option<&Path>, sources: &mut SourceMap) -> Option<Compiled> {
    let mut diagnostics = Diagnostics::new();
    let compiled = compile(rules, sources, &mut diagnostics);
    let failed = diagnostics.has_errors();
    output::problems(global, &diagnostics.into_sorted(), sources, global.language());
    (!failed).then_some(compiled)
}

/// The manifests a call names, each once: files, folders walked with `.gitignore`, `-` for standard input. Reports F5013 and F7003.
pub(super) fn manifest_paths(paths: &[PathBuf], diagnostics: &mut Diagnostics) -> Vec<PathBuf> {
    let is_wanted = |path: &Path| path.extension().is_some_and(|e| e == "toml" || e == "json") && is_manifest_name(path);
    let found = fs::find(paths, &Wanted { is_wanted: &is_wanted, obeys_gitignore: true });
    for failure in &found.failures {
        diagnostics.report(failure.unreadable(Code::Unreadable));
    }
    for folder in &found.empty {
        let name = folder.display().to_string();
        let d = Diagnostic::new(Code::NoManifests, say!("no manifest in `{name}`", "`{name}` 中没有清单"));
        diagnostics.report(d.help(say!("manifests end in `.toml` or `.json`", "清单以 `.toml` 或 `.json` 结尾")));
    }
    found.files
}

fn is_manifest_name(path: &Path) -> bool {
    let name = path.file_name().map_or_else(String::new, |n| n.to_string_lossy().into_owned());
    !matches!(name.as_str(), "filingc.toml" | "Cargo.toml" | "case.toml") && !name.ends_with(".schema.json")
}

/// Reads one manifest text into the map. `stdin_name` names standard input.
pub(super) fn manifest(path: &Path, stdin_name: Option<&str>, sources: &mut SourceMap, diagnostics: &mut Diagnostics) -> Option<SourceId> {
    let (name, text) = if path.as_os_str() == "-" {
        let name = stdin_name.unwrap_or("<stdin>").to_owned();
        let text = standard_input(&name, diagnostics)?;
        (name, text)
    } else {
        let name = path.display().to_string();
        let text = text(fs::read(path), &name, Code::Unreadable, diagnostics)?;
        (name, text)
    };
    Some(sources.add(name, text, SourceKind::Manifest))
}
