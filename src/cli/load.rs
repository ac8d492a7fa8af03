//! Files: rules and manifests from disk, from standard input, or bundled.

use super::Global;
use super::output;
use crate::diagnostic::{Bilingual, Code, Diagnostic, Diagnostics, say};
use crate::driver::{self, Compiled, Rulebook};
use crate::manifest;
use crate::regions;
use crate::source::{SourceId, SourceKind, SourceMap};
use std::io::Read;
use std::path::{Component, Path, PathBuf};

/// Largest file that is read, in bytes.
const MAX_BYTES: u64 = 64 * 1024 * 1024;

/// Why a file could not be read, as a diagnostic without a place.
pub(super) fn unreadable(code: Code, name: &str, error: &std::io::Error) -> Diagnostic {
    let (en, zh) = match error.kind() {
        std::io::ErrorKind::NotFound => ("no such file".to_owned(), "没有该文件".to_owned()),
        std::io::ErrorKind::PermissionDenied => ("permission denied".to_owned(), "没有读取权限".to_owned()),
        std::io::ErrorKind::IsADirectory => ("it is a folder".to_owned(), "这是文件夹".to_owned()),
        _ => (error.to_string(), error.to_string()),
    };
    Diagnostic::new(code, Bilingual::new(format!("`{name}` cannot be read: {en}"), format!("无法读取 `{name}`：{zh}"))).arg("path", name)
}

/// Why a file could not be written.
pub(super) fn unwritable(name: &str, error: &std::io::Error) -> Diagnostic {
    Diagnostic::new(Code::NotWritable, say!("`{name}` cannot be written: {error}", "无法写入 `{name}`：{error}")).arg("path", name)
}

/// The bytes of a file, at most `MAX_BYTES`.
fn bytes_of(path: &Path, code: Code, diagnostics: &mut Diagnostics) -> Option<Vec<u8>> {
    let name = path.display().to_string();
    let mut bytes = Vec::new();
    let read = std::fs::File::open(path).and_then(|f| f.take(MAX_BYTES + 1).read_to_end(&mut bytes));
    if let Err(error) = read {
        diagnostics.report(unreadable(code, &name, &error));
        return None;
    }
    if bytes.len() as u64 > MAX_BYTES {
        let d = Diagnostic::new(Code::TooLarge, say!("`{name}` is larger than 64 MiB", "`{name}` 超过 64 MiB")).arg("path", name);
        diagnostics.report(d);
        return None;
    }
    Some(bytes)
}

fn rule_files(path: &Path, diagnostics: &mut Diagnostics) -> Vec<PathBuf> {
    if path.is_file() {
        return vec![path.to_path_buf()];
    }
    let mut files = Vec::new();
    let mut folders = vec![path.to_path_buf()];
    while let Some(folder) = folders.pop() {
        let entries = match std::fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(error) => {
                diagnostics.report(unreadable(Code::UnreadableRules, &folder.display().to_string(), &error));
                continue;
            }
        };
        for entry in entries.flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "filing") {
                files.push(path);
            }
        }
    }
    files.sort();
    if files.is_empty() && !diagnostics.has_errors() {
        let name = path.display().to_string();
        let d = Diagnostic::new(Code::UnreadableRules, say!("no rule files in `{name}`", "`{name}` 中没有规则文件"));
        diagnostics.report(d.help(say!("rule files end in `.filing`", "规则文件以 `.filing` 结尾")));
    }
    files
}

/// The rule files below several paths, each once.
pub(super) fn rule_files_of(paths: &[PathBuf], diagnostics: &mut Diagnostics) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = paths.iter().flat_map(|p| rule_files(p, diagnostics)).collect();
    let mut seen = std::collections::BTreeSet::new();
    found.retain(|f| seen.insert(f.clone()));
    found
}

/// Reads one rule file into the map.
pub(super) fn rule_file(path: &Path, sources: &mut SourceMap, diagnostics: &mut Diagnostics) -> Option<SourceId> {
    let bytes = bytes_of(path, Code::UnreadableRules, diagnostics)?;
    let name = path.display().to_string();
    let text = manifest::decode(&name, bytes, diagnostics)?;
    Some(sources.add(name, text, SourceKind::Rules))
}

/// All of standard input, at most 64 MiB.
pub(super) fn standard_input(name: &str, diagnostics: &mut Diagnostics) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    if let Err(error) = std::io::stdin().lock().take(MAX_BYTES + 1).read_to_end(&mut bytes) {
        diagnostics.report(unreadable(Code::Unreadable, name, &error));
        return None;
    }
    Some(bytes)
}

/// Compiles rules from disk, or the bundled texts; with `None` the bundled ones.
pub(super) fn compile(path: Option<&Path>, sources: &mut SourceMap, diagnostics: &mut Diagnostics) -> Compiled {
    let ids: Vec<SourceId> = match path {
        None => regions::add_sources(sources),
        Some(path) => rule_files(path, diagnostics).into_iter().filter_map(|file| rule_file(&file, sources, diagnostics)).collect(),
    };
    driver::compile(sources, &ids, diagnostics)
}

/// The rules of a run: bundled ones as they were lowered at build time, others compiled. `None` when they have errors, which are printed.
pub(super) fn rulebook(global: &Global, rules: Option<&Path>, sources: &mut SourceMap) -> Option<Rulebook> {
    if rules.is_none()
        && let Some(book) = regions::bundle().and_then(Rulebook::bundled)
    {
        regions::add_sources(sources);
        return Some(book);
    }
    compiled(global, rules, sources).map(Rulebook::new)
}

/// Rules compiled in this run. `None` when they have errors, which are printed.
pub(super) fn compiled(global: &Global, rules: Option<&Path>, sources: &mut SourceMap) -> Option<Compiled> {
    let mut diagnostics = Diagnostics::new();
    let compiled = compile(rules, sources, &mut diagnostics);
    let failed = diagnostics.has_errors();
    output::problems(global, &diagnostics.into_sorted(), sources, global.language());
    (!failed).then_some(compiled)
}

/// The manifests a call names: files, folders walked with `.gitignore`, `-` for standard input.
pub(super) fn manifest_paths(paths: &[PathBuf], diagnostics: &mut Diagnostics) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for path in paths {
        if !path.is_dir() {
            found.push(path.clone());
            continue;
        }
        let mut inside: Vec<PathBuf> = ignore::WalkBuilder::new(path)
            .require_git(false)
            .build()
            .flatten()
            .map(ignore::DirEntry::into_path)
            .filter(|p| p.is_file() && p.extension().is_some_and(|e| e == "toml" || e == "json") && is_manifest_name(p))
            .collect();
        inside.sort();
        if inside.is_empty() {
            let name = path.display().to_string();
            let d = Diagnostic::new(Code::NoManifests, say!("no manifest in `{name}`", "`{name}` 中没有清单"));
            diagnostics.report(d.help(say!("manifests end in `.toml` or `.json`", "清单以 `.toml` 或 `.json` 结尾")));
        }
        found.extend(inside);
    }
    found
}

fn is_manifest_name(path: &Path) -> bool {
    let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    !matches!(name.as_str(), "filingc.toml" | "Cargo.toml" | "case.toml") && !name.ends_with(".schema.json")
}

/// Reads one manifest text into the map. `stdin_name` names standard input.
pub(super) fn manifest(path: &Path, stdin_name: Option<&str>, sources: &mut SourceMap, diagnostics: &mut Diagnostics) -> Option<SourceId> {
    let (name, bytes) = if path.as_os_str() == "-" {
        let name = stdin_name.unwrap_or("<stdin>").to_owned();
        let bytes = standard_input(&name, diagnostics)?;
        (name, bytes)
    } else {
        (path.display().to_string(), bytes_of(path, Code::Unreadable, diagnostics)?)
    };
    let text = manifest::decode(&name, bytes, diagnostics)?;
    Some(sources.add(name, text, SourceKind::Manifest))
}

/// A path without the steps up that follow a step down: `regions/../examples` is `examples`.
pub(super) fn tidy(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir if matches!(out.components().next_back(), Some(Component::Normal(_))) => {
                out.pop();
            }
            Component::CurDir => {}
            other => out.push(other),
        }
    }
    out
}
