//! One of two rulesets to compare: a path, or a revision of a git repository.

use super::load;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, say};
use crate::driver::{self, Compiled};
use crate::host::fs;
use crate::manifest;
use crate::pack::Ruleset;
use crate::source::{SourceId, SourceKind, SourceMap};
use crate::syntax::ast;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A compiled ruleset with the trees it was compiled from.
pub(super) struct Loaded {
    pub(super) compiled: Compiled,
    pub(super) files: Vec<ast::File>,
    pub(super) ruleset: Ruleset,
}

/// Reads and compiles what a call names: a file, a folder, `REVISION`, which means the path `other` there, or `REVISION:PATH`. Warnings are dropped.
pub(super) fn load(spec: &str, other: &str, sources: &mut SourceMap, problems: &mut Diagnostics) -> Option<Loaded> {
    let mut found = Diagnostics::new();
    let ids = match fs::kind(Path::new(spec)) {
        Ok(None) => of_revision(spec, other, sources, &mut found),
        // What is there and cannot be looked at says so when it is read.
        Ok(Some(_)) | Err(_) => {
            let files = load::rule_files_of(&[PathBuf::from(spec)], &mut found);
            files.iter().filter_map(|f| load::rule_file(f, sources, &mut found)).collect()
        }
    };
    let files = driver::parse(sources, &ids, &mut found);
    let compiled = driver::compile_parsed(&files, &mut found);
    if found.has_errors() {
        let errors = found.into_sorted().into_iter().filter(|d| d.severity == crate::Severity::Error);
        errors.for_each(|d| {
            problems.report(d);
        });
        return None;
    }
    let ruleset = load::ruleset(&ids, sources, spec);
    Some(Loaded { compiled, files, ruleset })
}

/// Why git gave nothing.
enum Git {
    /// It ran and refused.
    Refused(String),
    /// It could not be run.
    Absent(std::io::Error),
}

/// What git prints.
fn git(folder: &Path, arguments: &[&str]) -> Result<Vec<u8>, Git> {
    let output = Command::new("git").arg("-C").arg(folder).args(arguments).output().map_err(Git::Absent)?;
    if output.status.success() {
        return Ok(output.stdout);
    }
    let told = String::from_utf8_lossy(&output.stderr);
    Err(Git::Refused(told.lines().next().unwrap_or("").trim_start_matches("fatal: ").to_owned()))
}

/// What git was asked for and did not give.
fn not_given(what: &str, why: Git) -> Diagnostic {
    match why {
        Git::Absent(error) => {
            Diagnostic::new(Code::UnreadableRules, say!("git cannot be run for `{what}`: {error}", "无法为 `{what}` 运行 git：{error}"))
        }
        Git::Refused(told) => {
            let d = Diagnostic::new(Code::UnreadableRules, say!("git does not give `{what}`", "git 未能给出 `{what}`"));
            if told.is_empty() { d } else { d.note(say!("git says: {told}", "git 的说明：{told}")) }
        }
    }
    .arg("path", what)
}

fn of_revision(spec: &str, other: &str, sources: &mut SourceMap, problems: &mut Diagnostics) -> Vec<SourceId> {
    let neither = |told: String| {
        let d = Diagnostic::new(
            Code::UnreadableRules,
            say!("`{spec}` is neither a path nor a git revision", "`{spec}` 既不是路径也不是 git 版本"),
        );
        let d = if told.is_empty() { d } else { d.note(say!("git says: {told}", "git 的说明：{told}")) };
        d.help(say!("rules are a folder, a file, `HEAD~1` or `HEAD~1:regions`", "规则可以是文件夹、文件、`HEAD~1` 或 `HEAD~1:regions`"))
            .arg("path", spec)
    };
    let (revision, path) = spec.split_once(':').unwrap_or((spec, ""));
    let (folder, inside) = match path {
        "" if fs::is_file(Path::new(other)) => {
            let at = Path::new(other);
            let folder = at.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
            (folder.to_path_buf(), at.file_name().map_or(String::new(), |n| n.to_string_lossy().into_owned()))
        }
        "" => (PathBuf::from(other), ".".to_owned()),
        path => (PathBuf::from("."), path.to_owned()),
    };
    let asked = ["rev-parse", "--verify", "--quiet", "--end-of-options", &format!("{revision}^{{commit}}")];
    let commit = match git(&folder, &asked) {
        Ok(printed) => String::from_utf8_lossy(&printed).trim().to_owned(),
        Err(why) => {
            problems.report(match why {
                Git::Refused(told) => neither(told),
                absent => not_given(spec, absent),
            });
            return vec![];
        }
    };
    let names = match git(&folder, &["ls-tree", "-r", "-z", "--name-only", &commit, "--", &inside]) {
        Ok(names) => String::from_utf8_lossy(&names).into_owned(),
        Err(why) => {
            problems.report(not_given(spec, why));
            return vec![];
        }
    };
    let mut ids = Vec::new();
    for name in names.split('\0').filter(|n| n.ends_with(".filing")) {
        let shown = format!("{revision}:{}", if path.is_empty() { folder.join(name) } else { PathBuf::from(name) }.display());
        match git(&folder, &["show", &format!("{commit}:./{name}")]) {
            Ok(bytes) => ids.extend(manifest::decode(&shown, bytes, problems).map(|text| sources.add(shown, text, SourceKind::Rules))),
            Err(why) => {
                problems.report(not_given(&shown, why));
            }
        }
    }
    if ids.is_empty() && !problems.has_errors() {
        problems.report(Diagnostic::new(Code::UnreadableRules, say!("no rule files in `{spec}`", "`{spec}` 中没有规则文件")));
    }
    ids
}
