//! `filingc fmt`: rule files in their canonical form.

use super::output::Written;
use super::{Format, Global, Lang, config, json, load, output};
use crate::diagnostic::render::{JsonDiagnostic, Page, Screen, Shown, diagnostics_json};
use crate::diagnostic::{Diagnostic, Diagnostics, Language};
use crate::host::fs;
use crate::line;
use crate::source::{SourceKind, SourceMap};
use crate::syntax::{self, Unformatted};
use clap::Args;
use serde::Serialize;
use similar::TextDiff;
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
    /// Writes the keywords in this language, too; names, ids and values stay.
    #[arg(long, value_name = "LANGUAGE", value_enum)]
    keywords: Option<Lang>,
}

impl FmtArgs {
    fn language(&self) -> Option<Language> {
        self.keywords.map(|lang| match lang {
            Lang::En => Language::En,
            Lang::Zh => Language::Zh,
        })
    }
}

#[derive(Serialize)]
struct FmtOutput {
    files: Vec<FileState>,
    diagnostics: Vec<JsonDiagnostic>,
}

#[derive(Serialize)]
struct FileState {
    path: String,
    state: &'static str,
    /// The canonical form of what came through standard input.
    #[serde(skip_serializing_if = "Option::is_none")]
    formatted: Option<String>,
}

/// In canonical form already.
const UNCHANGED: &str = "unchanged";
/// Not in canonical form; without `--check` and `--diff` it is now.
const CHANGED: &str = "changed";
/// Left alone because of syntax errors.
const BROKEN: &str = "broken";
/// Left alone because its canonical form would read as something else.
const UNSAFE: &str = "unsafe";
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
    let mut changes: Vec<(String, String, String)> = Vec::new();
    for path in files {
        let name = path.display().to_string();
        let state = match formatted(&path, args.language(), &mut sources, &mut problems) {
            Err(state) => state,
            Ok((before, after)) if before == after => UNCHANGED,
            Ok((before, after)) if args.diff => {
                changes.push((name.clone(), before, after));
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
        states.push(FileState { path: name, state, formatted: None });
    }
    let broken = states.iter().any(|s| s.state != CHANGED && s.state != UNCHANGED) || problems.has_errors();
    let changed = states.iter().filter(|s| s.state == CHANGED).count();
    let problems = problems.into_sorted();
    output::problems(global, &problems, &sources, global.language());
    let text = match global.output_format {
        Some(Format::Json) => as_json(states, &problems, &sources),
        _ => {
            let mut page = output::page(global, &sources);
            changes.iter().for_each(|(name, before, after)| unified(&mut page, name, before, after));
            Ok(summary(page, &states, args, global))
        }
    };
    match (output::result(global, text) && !broken, args.check || args.diff, changed) {
        (false, ..) => 2,
        (_, true, 1..) => 1,
        _ => 0,
    }
}

fn as_json(files: Vec<FileState>, problems: &[Diagnostic], sources: &SourceMap) -> Written {
    let output = FmtOutput { files, diagnostics: diagnostics_json(problems, sources) };
    json::document("fmt", None, &output, &Screen::of(sources))
}

/// The text of a file and its canonical form, or the state of a file that has none.
fn formatted(
    path: &Path,
    keywords: Option<Language>,
    sources: &mut SourceMap,
    problems: &mut Diagnostics,
) -> Result<(String, String), &'static str> {
    let source = load::rule_file(path, sources, problems).ok_or(UNREADABLE)?;
    let before = sources.get(source).text.to_string();
    let after = syntax::format(source, &before, keywords, problems).map_err(|why| match why {
        Unformatted::Broken => BROKEN,
        Unformatted::Unsafe => UNSAFE,
    })?;
    Ok((before, after))
}

fn standard_input(args: &FmtArgs, global: &Global, sources: &mut SourceMap) -> u8 {
    let mut problems = Diagnostics::new();
    let text = load::standard_input("<stdin>", &mut problems);
    let result = text.and_then(|before| {
        let source = sources.add("<stdin>", before.clone(), SourceKind::Rules);
        syntax::format(source, &before, args.language(), &mut problems).ok().map(|after| (before, after))
    });
    let problems = problems.into_sorted();
    output::problems(global, &problems, sources, global.language());
    let Some((before, after)) = result else { return 2 };
    let is_same = before == after;
    let is_written = match (global.output_format, args.diff, args.check) {
        (Some(Format::Json), ..) => {
            let state = if is_same { UNCHANGED } else { CHANGED };
            let formatted = (!args.diff && !args.check).then_some(after);
            let state = FileState { path: "<stdin>".to_owned(), state, formatted };
            output::result(global, as_json(vec![state], &problems, sources))
        }
        (_, true, _) => {
            let mut page = output::page(global, sources);
            unified(&mut page, "<stdin>", &before, &after);
            output::result(global, Ok(page.finish()))
        }
        (_, _, true) => output::exact(global, ""),
        _ => output::exact(global, &after),
    };
    match (is_written, args.check || args.diff, is_same) {
        (false, ..) => 2,
        (_, true, false) => 1,
        _ => 0,
    }
}

/// What would change, as reviewers read it.
pub(super) fn unified(page: &mut Page, name: &str, before: &str, after: &str) {
    let name = crate::diagnostic::render::escaped(name);
    page.lines(&TextDiff::from_lines(before, after).unified_diff().context_radius(3).header(&name, &name).to_string());
}

fn summary(mut page: Page, states: &[FileState], args: &FmtArgs, global: &Global) -> Shown {
    if global.quiet > 0 {
        return page.finish();
    }
    let only_looks = args.check || args.diff;
    let language = global.language();
    for state in states.iter().filter(|s| s.state == CHANGED && !args.diff) {
        match (language, only_looks) {
            (Language::En, true) => line!(page, "would reformat: {}", state.path),
            (Language::En, false) => line!(page, "reformatted: {}", state.path),
            (Language::Zh, true) => line!(page, "需要格式化：{}", state.path),
            (Language::Zh, false) => line!(page, "已格式化：{}", state.path),
        }
    }
    let count = |wanted: &str| states.iter().filter(|s| s.state == wanted).count();
    let (changed, unchanged) = (count(CHANGED), count(UNCHANGED));
    let mut last = match (language, only_looks) {
        (Language::En, true) => format!("{changed} would be reformatted, {unchanged} in canonical form"),
        (Language::En, false) => format!("{changed} reformatted, {unchanged} in canonical form"),
        (Language::Zh, true) => format!("{changed} 个文件需要格式化，{unchanged} 个已是规范格式"),
        (Language::Zh, false) => format!("{changed} 个文件已格式化，{unchanged} 个已是规范格式"),
    };
    for (state, en, zh) in [
        (BROKEN, "left alone because of syntax errors", "个因语法错误未改动"),
        (UNSAFE, "left alone because their canonical form would say something else", "个因规范格式会改变含义而未改动"),
        (UNREADABLE, "could not be read", "个无法读取"),
        (NOT_WRITTEN, "could not be written", "个无法写入"),
    ] {
        let n = count(state);
        if n > 0 {
            last.push_str(&match language {
                Language::En => format!(", {n} {en}"),
                Language::Zh => format!("，{n} {zh}"),
            });
        }
    }
    page.line(last);
    page.finish()
}
