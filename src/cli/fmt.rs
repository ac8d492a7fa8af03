//! `filingc fmt`: rule files in their canonical form.

use super::json::{self, FORMAT_VERSION};
use super::{Format, Global, config, load, output};
use crate::diagnostic::{Diagnostics, Language};
use crate::host::fs;
use crate::source::{SourceKind, SourceMap};
use crate::syntax;
use clap::Args;
use serde::Serialize;
use similar::TextDiff;
use std::fmt::Write;
use std::path::{Path, PathBuf};

#[derive(Debug, Args)]
pub(super) struct FmtArgs {
    /// Rule files or folders; `-` reads standard input and writes standard output. Default: the folder of the rules.
    paths: Vec<PathBuf>,
    /// Writes nothing; lists the files that would change and exits with 1 if there are any.
    #[arg(long)]
    check: bool,
    /// Writes nothing; shows what would change and exits with 1 if anything would.
    #[arg(long)]
    diff: bool,
}

#[derive(Serialize)]
struct FmtOutput {
    format_version: &'static str,
    command: &'static str,
    files: Vec<FileState>,
}

#[derive(Serialize)]
struct FileState {
    path: String,
    state: &'static str,
}

/// In canonical form already.
const UNCHANGED: &str = "unchanged";
/// Not in canonical form; without `--check` and `--diff` it is now.
const CHANGED: &str = "changed";
/// Left alone because of syntax errors.
const BROKEN: &str = "broken";
/// Could not be read.
const UNREADABLE: &str = "unreadable";
/// Not in canonical form, and could not be written.
const NOT_WRITTEN: &str = "not-written";

pub(super) fn run(args: &FmtArgs, global: &Global) -> u8 {
    let mut sources = SourceMap::default();
    let mut problems = Diagnostics::new();
    if args.paths.iter().any(|p| p.as_os_str() == "-") {
        return standard_input(args, global, &mut sources);
    }
    let paths = config::rule_paths(global, &args.paths, &mut sources, &mut problems);
    let files = load::rule_files_of(&paths, &mut problems);
    let mut states = Vec::new();
    let mut shown = String::new();
    for path in files {
        let name = path.display().to_string();
        let state = match formatted(&path, &mut sources, &mut problems) {
            Err(state) => state,
            Ok((before, after)) if before == after => UNCHANGED,
            Ok((before, after)) if args.diff => {
                shown.push_str(&unified(&name, &before, &after));
                CHANGED
            }
            Ok(_) if args.check => CHANGED,
            Ok((_, after)) => match fs::rewrite(&path, after.as_bytes()) {
                Ok(()) => CHANGED,
                Err(failure) => {
                    problems.report(failure.unwritable());
                    NOT_WRITTEN
                }
            },
        };
        states.push(FileState { path: name, state });
    }
    let broken = states.iter().any(|s| s.state != CHANGED && s.state != UNCHANGED) || problems.has_errors();
    let changed = states.iter().filter(|s| s.state == CHANGED).count();
    output::problems(global, &problems.into_sorted(), &sources, global.language());
    let text = match global.output_format {
        Some(Format::Json) => json::pretty(&FmtOutput { format_version: FORMAT_VERSION, command: "fmt", files: states }),
        _ => summary(&states, args, global, &shown),
    };
    match (output::result(global, &text) && !broken, args.check || args.diff, changed) {
        (false, ..) => 2,
        (_, true, 1..) => 1,
        _ => 0,
    }
}

/// The text of a file and its canonical form, or the state of a file that has none.
fn formatted(path: &Path, sources: &mut SourceMap, problems: &mut Diagnostics) -> Result<(String, String), &'static str> {
    let source = load::rule_file(path, sources, problems).ok_or(UNREADABLE)?;
    let before = sources.get(source).text.clone().into_owned();
    let after = syntax::format(source, &before, problems).ok_or(BROKEN)?;
    Ok((before, after))
}

fn standard_input(args: &FmtArgs, global: &Global, sources: &mut SourceMap) -> u8 {
    let mut problems = Diagnostics::new();
    let text = load::standard_input("<stdin>", &mut problems);
    let result = text.and_then(|before| {
        let source = sources.add("<stdin>", before.clone(), SourceKind::Rules);
        syntax::format(source, &before, &mut problems).map(|after| (before, after))
    });
    output::problems(global, &problems.into_sorted(), sources, global.language());
    let Some((before, after)) = result else { return 2 };
    let text = match (args.diff, args.check) {
        (true, _) => unified("<stdin>", &before, &after),
        (_, true) => String::new(),
        _ => after.clone(),
    };
    match (output::result(global, &text), args.check || args.diff, before == after) {
        (false, ..) => 2,
        (_, true, false) => 1,
        _ => 0,
    }
}

/// What would change, as reviewers read it.
pub(super) fn unified(name: &str, before: &str, after: &str) -> String {
    TextDiff::from_lines(before, after).unified_diff().context_radius(3).header(name, name).to_string()
}

fn summary(states: &[FileState], args: &FmtArgs, global: &Global, shown: &str) -> String {
    let mut out = shown.to_owned();
    if global.quiet > 0 {
        return out;
    }
    let only_looks = args.check || args.diff;
    let language = global.language();
    for state in states.iter().filter(|s| s.state == CHANGED && !args.diff) {
        let _ = match (language, only_looks) {
            (Language::En, true) => writeln!(out, "would reformat: {}", state.path),
            (Language::En, false) => writeln!(out, "reformatted: {}", state.path),
            (Language::Zh, true) => writeln!(out, "需要格式化：{}", state.path),
            (Language::Zh, false) => writeln!(out, "已格式化：{}", state.path),
        };
    }
    let count = |wanted: &str| states.iter().filter(|s| s.state == wanted).count();
    let (changed, unchanged) = (count(CHANGED), count(UNCHANGED));
    let _ = match (language, only_looks) {
        (Language::En, true) => write!(out, "{changed} would be reformatted, {unchanged} in canonical form"),
        (Language::En, false) => write!(out, "{changed} reformatted, {unchanged} in canonical form"),
        (Language::Zh, true) => write!(out, "{changed} 个文件需要格式化，{unchanged} 个已是规范格式"),
        (Language::Zh, false) => write!(out, "{changed} 个文件已格式化，{unchanged} 个已是规范格式"),
    };
    for (state, en, zh) in [
        (BROKEN, "left alone because of syntax errors", "个因语法错误未改动"),
        (UNREADABLE, "could not be read", "个无法读取"),
        (NOT_WRITTEN, "could not be written", "个无法写入"),
    ] {
        let n = count(state);
        if n > 0 {
            let _ = match language {
                Language::En => write!(out, ", {n} {en}"),
                Language::Zh => write!(out, "，{n} {zh}"),
            };
        }
    }
    out.push('\n');
    out
}
