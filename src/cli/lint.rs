//! `filingc lint`: what compiles and is likely not what was meant.

use super::exchange::{self, Facts};
use super::{Format, Global, check, config, fmt, json, load, output};
use crate::diagnostic::render::Screen;
use crate::diagnostic::{Applicability, Bilingual, Code, Diagnostic, Diagnostics, Language, Severity, render, say};
use crate::host::fs;
use crate::line;
use crate::lint::{self, Input, LINTS, Settings, Term};
use crate::source::{SourceId, SourceKind, SourceMap, Span};
use crate::value::Date;
use crate::{driver, syntax};
use clap::Args;
use serde::Serialize;
use std::path::{Path, PathBuf};

/// Most rounds of fixes: a fix can make room for the next.
const MAX_ROUNDS: usize = 10;

#[derive(Debug, Args)]
pub(super) struct LintArgs {
    /// Rule files or folders. Those inside the folder of the rules only choose what is shown; others are a ruleset of their own.
    paths: Vec<PathBuf>,
    /// Mends what can be mended without changing what the rules mean.
    #[arg(long)]
    fix: bool,
    /// Writes nothing; shows what `--fix` would change and exits with 1 if it would change anything.
    #[arg(long)]
    diff: bool,
    /// Lists the lints with their levels.
    #[arg(long)]
    list: bool,
    /// The day that ages and ends are counted to; default: today.
    #[arg(long, value_name = "DATE", value_parser = parse_day)]
    on: Option<Date>,
}

fn parse_day(text: &str) -> Result<Date, String> {
    crate::value::parse_date(text).ok_or_else(|| "no such date; dates are written YYYY-MM-DD".to_owned())
}

#[derive(Serialize)]
struct LintOutput {
    summary: Summary,
    diagnostics: Vec<render::JsonDiagnostic>,
}

#[derive(Serialize)]
struct Summary {
    files: usize,
    errors: usize,
    warnings: usize,
    fixable: usize,
    fixed: usize,
}

#[derive(Serialize)]
struct ListOutput {
    lints: Vec<Listed>,
}

#[derive(Serialize)]
struct Listed {
    name: &'static str,
    title: json::Texts,
    level: &'static str,
    default_level: &'static str,
    fixable: bool,
}

/// The rule files as they are now, with what was found in them.
struct Linted {
    sources: SourceMap,
    ids: Vec<SourceId>,
    findings: Vec<Diagnostic>,
    /// The paths they come from.
    built_from: String,
}

pub(super) fn run(args: &LintArgs, global: &Global) -> u8 {
    let mut sources = SourceMap::default();
    let mut problems = Diagnostics::new();
    let config = config::load(global, Path::new("."), &mut sources, &mut problems);
    let folder = global.rules.clone().or(config.rules).unwrap_or_else(config::usual_folder);
    let mut settings = settings_of(config.lints, args.on.unwrap_or_else(check::today));
    if problems.has_errors() {
        output::problems(global, &problems.into_sorted(), &sources, global.language());
        return 2;
    }
    if args.list {
        return list(&settings, global);
    }
    let (ruleset, shown) = ruleset(&args.paths, folder);
    settings.terms = terms(&ruleset, &mut sources, &mut problems);
    let before: Vec<(String, String)> = load::rule_files_of(&ruleset, &mut problems)
        .iter()
        .filter_map(|path| {
            let id = load::rule_file(path, &mut sources, &mut problems)?;
            let file = sources.get(id);
            Some((file.name.clone(), file.text.to_string()))
        })
        .collect();
    if problems.has_errors() {
        output::problems(global, &problems.into_sorted(), &sources, global.language());
        return 2;
    }
    let built_from = ruleset.iter().map(|p| p.display().to_string()).collect::<Vec<_>>().join(", ");
    let first = match look(&before, &settings, &shown) {
        Ok(linted) => Linted { built_from: built_from.clone(), ..linted },
        Err((diagnostics, sources)) => {
            output::problems(global, &diagnostics, &sources, global.language());
            return 2;
        }
    };
    if !args.fix && !args.diff {
        return result(&first, before.len(), 0, global);
    }
    let (after, linted, fixed) = mended(&before, first, &settings, &shown);
    let linted = Linted { built_from, ..linted };
    if args.diff {
        let mut page = output::page(global, &linted.sources);
        let changed = before.iter().zip(&after).filter(|(b, a)| b.1 != a.1);
        changed.for_each(|((name, b), (_, a))| fmt::unified(&mut page, name, b, a));
        let is_same = page.is_empty();
        return if !output::result(global, Ok(page.finish())) { 2 } else { u8::from(!is_same) };
    }
    let mut failed = Diagnostics::new();
    let mut on_disk = after;
    for ((name, b), (_, a)) in before.iter().zip(&mut on_disk).filter(|(b, a)| b.1 != a.1) {
        if let Err(failure) = fs::rewrite(Path::new(name), a.as_bytes()) {
            failed.report(failure.unwritable());
            a.clone_from(b);
        }
    }
    if failed.is_empty() {
        return result(&linted, before.len(), fixed, global);
    }
    output::problems(global, &failed.into_sorted(), &linted.sources, global.language());
    // What is told is what the files say now: those that could not be written say what they said before.
    match look(&on_disk, &settings, &shown) {
        Ok(now) => {
            let now = Linted { built_from: linted.built_from, ..now };
            result(&now, before.len(), fixed.saturating_sub(now.findings.len().saturating_sub(linted.findings.len())), global);
        }
        Err((diagnostics, sources)) => output::problems(global, &diagnostics, &sources, global.language()),
    }
    2
}

/// The files that are compiled together, and those whose findings are shown; empty: all.
fn ruleset(named: &[PathBuf], folder: PathBuf) -> (Vec<PathBuf>, Vec<PathBuf>) {
    let inside = |p: &PathBuf| fs::real(p).starts_with(fs::real(&folder));
    if named.is_empty() || named.iter().all(inside) && folder != Path::new(".") {
        let shown = named.iter().map(|p| fs::real(p)).collect();
        return (vec![folder], shown);
    }
    (named.to_vec(), Vec::new())
}

/// Compiles texts and looks at them. With errors in them: what is wrong.
fn look(files: &[(String, String)], settings: &Settings, shown: &[PathBuf]) -> Result<Linted, (Vec<Diagnostic>, SourceMap)> {
    let mut sources = SourceMap::default();
    let ids: Vec<SourceId> = files.iter().map(|(name, text)| sources.add(name.clone(), text.clone(), SourceKind::Rules)).collect();
    let mut diagnostics = Diagnostics::new();
    let parsed = driver::parse(&sources, &ids, &mut diagnostics);
    let compiled = driver::compile_parsed(&parsed, &mut diagnostics);
    let failed = diagnostics.has_errors();
    let warnings = diagnostics.into_sorted();
    if failed {
        return Err((warnings, sources));
    }
    let input = Input { sources: &sources, files: &parsed, program: &compiled.program, cases: &compiled.cases, warnings: &warnings };
    let mut findings = lint::findings(&input, settings);
    if !shown.is_empty() {
        let is_shown = |id: SourceId| {
            let real = fs::real(Path::new(&sources.get(id).name));
            shown.iter().any(|s| real.starts_with(s))
        };
        let visible: Vec<bool> = ids.iter().map(|id| is_shown(*id)).collect();
        findings.retain(|d| d.labels.first().is_none_or(|l| visible.get(l.span.source.0 as usize).copied().unwrap_or(true)));
    }
    Ok(Linted { sources, ids, findings, built_from: String::new() })
}

/// The texts with every safe fix applied, what is still found in them, and the number of findings that went. Texts that would no longer compile are
/// not kept.
fn mended(before: &[(String, String)], first: Linted, settings: &Settings, shown: &[PathBuf]) -> (Vec<(String, String)>, Linted, usize) {
    let mut texts = before.to_vec();
    let (mut linted, mut count) = (first, 0);
    for _ in 0..MAX_ROUNDS {
        let fixed = lint::apply(&linted.sources, &linted.findings);
        if fixed.count == 0 {
            break;
        }
        let mut next = texts.clone();
        for (id, text) in &fixed.texts {
            let Some(i) = linted.ids.iter().position(|x| x == id) else { continue };
            let was_canonical = canonical(&texts[i].1).is_some_and(|c| c == texts[i].1);
            next[i].1 = if was_canonical { canonical(text).unwrap_or_else(|| text.clone()) } else { text.clone() };
        }
        match look(&next, settings, shown) {
            Ok(better) => (texts, linted, count) = (next, better, count + fixed.count),
            Err(_) => break,
        }
    }
    (texts, linted, count)
}

fn canonical(text: &str) -> Option<String> {
    syntax::format(SourceId(0), text, None, &mut Diagnostics::new()).ok()
}

fn is_fixable(d: &Diagnostic) -> bool {
    d.fixes.iter().any(|f| f.applicability == Applicability::Safe)
}

fn result(linted: &Linted, files: usize, fixed: usize, global: &Global) -> u8 {
    let Linted { sources, findings, .. } = linted;
    let count = |s: Severity| findings.iter().filter(|d| d.severity == s).count();
    let summary = Summary {
        files,
        errors: count(Severity::Error),
        warnings: count(Severity::Warning),
        fixable: findings.iter().filter(|d| is_fixable(d)).count(),
        fixed,
    };
    let language = global.language();
    let ruleset = load::ruleset(&linted.ids, sources, linted.built_from.clone());
    let mut page = output::page(global, sources);
    let text = match global.output_format {
        Some(Format::Json) => {
            let output = LintOutput { summary, diagnostics: render::diagnostics_json(findings, sources) };
            json::document("lint", Some(&ruleset), &output, &Screen::of(sources))
        }
        Some(Format::Github | Format::Sarif) => {
            let facts = Facts { is_successful: true, ruleset: Some(ruleset), ..Facts::default() };
            exchange::text(findings, sources, global, &facts)
        }
        format => {
            match format {
                Some(Format::Concise) => render::concise(&mut page, findings, sources, language),
                _ => render::full(&mut page, findings, sources, language),
            }
            if global.quiet == 0 {
                page.line(last_line(&summary, language));
            }
            Ok(page.finish())
        }
    };
    match (global.quiet > 1 || output::result(global, text), findings.is_empty()) {
        (false, _) => 2,
        (_, true) => 0,
        _ => 1,
    }
}

fn last_line(s: &Summary, language: Language) -> String {
    let many = |n: usize, one: &str| if n == 1 { format!("{n} {one}") } else { format!("{n} {one}s") };
    match language {
        Language::En => {
            let fixed = if s.fixed > 0 { format!("{} fixed, ", s.fixed) } else { String::new() };
            let fixable = if s.fixable > 0 { format!("; `--fix` mends {}", s.fixable) } else { String::new() };
            let found = format!("{}, {}", many(s.errors, "error"), many(s.warnings, "warning"));
            format!("{fixed}{found} in {}{fixable}", many(s.files, "file"))
        }
        Language::Zh => {
            let fixed = if s.fixed > 0 { format!("已修正 {} 处，", s.fixed) } else { String::new() };
            let fixable = if s.fixable > 0 { format!("；`--fix` 可修正 {} 处", s.fixable) } else { String::new() };
            format!("{} 个文件，{fixed}{} 个错误，{} 个警告{fixable}", s.files, s.errors, s.warnings)
        }
    }
}

fn list(settings: &Settings, global: &Global) -> u8 {
    let language = global.language();
    let text = match global.output_format {
        Some(Format::Json) => {
            let listed = |l: &lint::Lint| Listed {
                name: l.name,
                title: json::Texts { en: l.title.0.to_owned(), zh: l.title.1.to_owned() },
                level: settings.level(l).key(),
                default_level: l.level.key(),
                fixable: l.is_fixable,
            };
            json::document("lint", None, &ListOutput { lints: LINTS.iter().map(listed).collect() }, &Screen::default())
        }
        _ => {
            let mut page = output::page(global, &SourceMap::default());
            let width = LINTS.iter().map(|l| l.name.len()).max().unwrap_or(0);
            for l in LINTS {
                let fix = match (l.is_fixable, language) {
                    (true, Language::En) => "fix ",
                    (true, Language::Zh) => "可修",
                    _ => "    ",
                };
                let title = if language == Language::Zh { l.title.1 } else { l.title.0 };
                line!(page, "{:<width$}  {:<5}  {fix}  {title}", l.name, settings.level(l).key());
            }
            Ok(page.finish())
        }
    };
    if output::result(global, text) { 0 } else { 2 }
}

/// How lints run where a configuration says so.
pub(super) fn settings_of(lints: config::Lints, on: Date) -> Settings {
    let mut settings = Settings::new(on);
    settings.levels = lints.levels;
    settings.old_months = lints.old_months.unwrap_or(settings.old_months);
    settings.ends_days = lints.ends_days.unwrap_or(settings.ends_days);
    settings
}

/// The words of `discouraged-term`: `terms.toml` in a folder of the rules.
pub(super) fn terms(ruleset: &[PathBuf], sources: &mut SourceMap, problems: &mut Diagnostics) -> Vec<Term> {
    let mut out = Vec::new();
    for path in ruleset {
        let folder = if fs::is_folder(path) { path.as_path() } else { path.parent().unwrap_or(Path::new("")) };
        let file = folder.join("terms.toml");
        let name = file.display().to_string();
        let text = match fs::read(&file) {
            Err(failure) if failure.is_absence() => continue,
            read => load::text(read, &name, Code::Configuration, problems),
        };
        let Some(text) = text else { continue };
        let id = sources.add(name, text.clone(), SourceKind::Other);
        match toml::from_str::<TermFile>(&text) {
            Ok(read) => out.extend(read.term.into_iter().flat_map(WrittenTerm::terms)),
            Err(error) => {
                let span = Span::new(id, error.span().unwrap_or(0..0));
                let d = Diagnostic::new(Code::Configuration, Bilingual::same(error.message().to_owned()));
                problems.report(d.primary(span, say!("in the list of terms", "位于用词表")));
            }
        }
    }
    out
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct TermFile {
    #[serde(default)]
    term: Vec<WrittenTerm>,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenTerm {
    en: Option<WrittenWords>,
    zh: Option<WrittenWords>,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenWords {
    r#use: String,
    not: Vec<String>,
    #[serde(default)]
    except: Vec<String>,
}

impl WrittenTerm {
    fn terms(self) -> Vec<Term> {
        let of = |w: Option<WrittenWords>, is_chinese| w.map(|w| Term { use_word: w.r#use, not: w.not, except: w.except, is_chinese });
        [of(self.en, false), of(self.zh, true)].into_iter().flatten().collect()
    }
}
