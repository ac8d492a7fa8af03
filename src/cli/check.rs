//! `filingc check`: manifests against rules.

use super::exchange::{self, Facts};
use super::{Format, Global, config, environment, json, load, output, rules};
use crate::diagnostic::{Diagnostic, Diagnostics, Language, Severity, render};
use crate::driver::{self, Checked, Options, Rulebook};
use crate::eval::{Outcome, Verdict};
use crate::host::documents::Documents;
use crate::host::filing::{self, Filing};
use crate::source::SourceMap;
use crate::value::{Date, parse_date};
use clap::Args;
use std::fmt::Write;
use std::path::{Path, PathBuf};

#[derive(Debug, Args)]
pub(super) struct CheckArgs {
    /// Manifests: files, folders, or `-` for standard input.
    #[arg(value_name = "MANIFEST", default_value = ".")]
    manifests: Vec<PathBuf>,
    /// Region, where the manifest states none.
    #[arg(long)]
    region: Option<String>,
    /// Checks for this day, YYYY-MM-DD, instead of the manifest's or today.
    #[arg(long, value_name = "DATE", value_parser = date)]
    on: Option<Date>,
    /// Weak sources (low confidence, unconfirmed) count like others.
    #[arg(long)]
    strict: bool,
    /// Documents that a manifest names must be on the disk.
    #[arg(long)]
    require_files: bool,
    #[command(flatten)]
    documents: load::DocumentArgs,
    /// Lists every rule with its outcome and why.
    #[arg(long)]
    explain_all: bool,
    /// An incomplete filing does not fail.
    #[arg(long)]
    allow_incomplete: bool,
    /// From which severity on the exit code is 1.
    #[arg(long, value_enum, default_value = "error")]
    fail_level: FailLevel,
    /// Exits with 0 even with findings.
    #[arg(long)]
    exit_zero: bool,
    /// Name of standard input in messages; its ending tells the format.
    #[arg(long, value_name = "NAME")]
    stdin_filename: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum FailLevel {
    Error,
    Warning,
}

/// A date as an argument.
pub(super) fn date(text: &str) -> Result<Date, String> {
    parse_date(text).ok_or_else(|| "expected a date such as 2026-11-23 / 应为日期，如 2026-11-23".to_owned())
}

/// The day of the run in Asia/Shanghai; `SOURCE_DATE_EPOCH` wins, so that output can be repeated.
pub(super) fn today() -> Date {
    crate::value::day_in_china(environment::now())
}

/// Reads and checks one manifest.
pub(super) fn check_one(
    book: &Rulebook,
    path: &Path,
    stdin_name: Option<&str>,
    options: &Options,
    documents: &Documents,
    sources: &mut SourceMap,
) -> (String, Checked) {
    let mut problems = Diagnostics::new();
    let shown = filing::name(path, stdin_name);
    let Some(filing) = Filing::open(path, stdin_name, sources, &mut problems) else {
        let on = options.on.unwrap_or(options.today);
        return (shown, Checked { report: None, diagnostics: problems.into_sorted(), layers: vec![], on, filing_type: None });
    };
    let document = filing.read(&book.index.schema, options.today, documents, sources, &mut problems);
    (shown, driver::check(book, sources, document, problems, options))
}

pub(super) fn run(args: &CheckArgs, global: &Global) -> u8 {
    let language = global.language();
    let mut sources = SourceMap::default();
    let Some(config) = config::of_manifests(global, &args.manifests) else { return 2 };
    let Some(documents) = load::documents(&args.documents, args.require_files || config.require_files, global) else { return 2 };
    let folder = global.rules.clone().or(config.rules);
    // SARIF names the addresses of sources, which the rules lowered at build time leave out.
    let book = match global.output_format {
        Some(Format::Sarif) => {
            load::compiled(global, folder.as_deref(), &mut sources).and_then(|compiled| load::book_of(global, compiled, &sources))
        }
        _ => load::rulebook(global, folder.as_deref(), &mut sources),
    };
    let Some(book) = book else { return 2 };
    let options = Options {
        region: args.region.clone().or(config.region),
        on: args.on,
        today: today(),
        strict: args.strict || config.strict,
        detailed: args.explain_all || global.output_format == Some(Format::Json),
    };
    let mut missing = Diagnostics::new();
    let paths = load::manifest_paths(&args.manifests, &mut missing);
    let checked: Vec<(String, Checked)> =
        paths.iter().map(|p| check_one(&book, p, args.stdin_filename.as_deref(), &options, &documents, &mut sources)).collect();
    let problems = missing.into_sorted();
    let unusable = !problems.is_empty();
    let text = match global.output_format.unwrap_or(Format::Full) {
        Format::Json => json::check(&book, &checked, &problems, &sources),
        Format::Github | Format::Sarif => {
            let all: Vec<Diagnostic> = problems.iter().chain(checked.iter().flat_map(|(_, c)| &c.diagnostics)).cloned().collect();
            let described = book.compiled().map(|c| exchange::described(&rules::rows(&c.program, &sources)));
            let is_successful = !unusable && checked.iter().all(|(_, c)| c.report.is_some());
            let facts = Facts { rules: described.unwrap_or_default(), is_bundled: folder.is_none(), is_successful };
            exchange::text(&all, &sources, global, &facts).unwrap_or_default()
        }
        format => {
            let color = output::color_of_stdout(global);
            written(&book, &checked, &problems, &sources, args, global, format, language, color)
        }
    };
    let written = global.quiet > 1 || output::result(global, &text);
    let list: Vec<Checked> = checked.into_iter().map(|(_, c)| c).collect();
    // The process ends here: giving the memory of the rules back piece by piece would only take time.
    std::mem::forget((book, sources));
    let code = driver::exit_code(&list, args.allow_incomplete, args.fail_level == FailLevel::Warning);
    match code {
        _ if unusable || !written => 2,
        1 if args.exit_zero => 0,
        code => code,
    }
}

#[expect(clippy::too_many_arguments, reason = "one call, and every part of the output is named")]
fn written(
    book: &Rulebook,
    checked: &[(String, Checked)],
    problems: &[Diagnostic],
    sources: &SourceMap,
    args: &CheckArgs,
    global: &Global,
    format: Format,
    language: Language,
    color: bool,
) -> String {
    let mut out = String::new();
    let show = |list: &[Diagnostic]| match format {
        Format::Concise => render::concise(list, sources, language),
        _ => render::full(list, sources, language, color),
    };
    out.push_str(&show(problems));
    for (name, c) in checked {
        out.push_str(&show(&c.diagnostics));
        if args.explain_all {
            explain_all(&mut out, c, language);
        }
        if global.quiet == 0 {
            summary(&mut out, book, name, c, language);
        }
    }
    if checked.len() > 1 && global.quiet == 0 {
        let n = checked.iter().map(|(_, c)| c.diagnostics.iter().filter(|d| d.severity != Severity::Note).count()).sum::<usize>();
        let count = |v: Verdict| checked.iter().filter(|(_, c)| c.report.as_ref().is_some_and(|r| r.verdict == v)).count();
        let unusable = checked.iter().filter(|(_, c)| c.report.is_none()).count();
        let (r, i, j, x) = (count(Verdict::Ready), count(Verdict::Incomplete), count(Verdict::Rejected), count(Verdict::NotRequired));
        let _ = match language {
            Language::En => writeln!(
                out,
                "{} filings checked, {n} findings: {r} ready, {i} incomplete, {j} rejected, {x} not required, {unusable} not readable",
                checked.len()
            ),
            Language::Zh => writeln!(
                out,
                "共检查 {} 份，{n} 处问题：可提交 {r}，信息不全 {i}，将被驳回 {j}，无需备案 {x}，无法读取 {unusable}",
                checked.len()
            ),
        };
    }
    out
}

fn explain_all(out: &mut String, c: &Checked, language: Language) {
    let Some(report) = &c.report else { return };
    for rule in &report.rules {
        let (en, zh) = rule.outcome.words();
        let word = if language == Language::Zh { zh } else { en };
        let _ = writeln!(out, "{word}  {}  {}", rule.name, rule.title.get(language));
        if !rule.why.get(language).is_empty() {
            let _ = writeln!(out, "    {}", rule.why.get(language));
        }
    }
    if !report.rules.is_empty() {
        out.push('\n');
    }
}

fn summary(out: &mut String, book: &Rulebook, name: &str, c: &Checked, language: Language) {
    let zh = language == Language::Zh;
    let Some(report) = &c.report else {
        let _ = match language {
            Language::En => writeln!(out, "{name}: not checked, the manifest cannot be used"),
            Language::Zh => writeln!(out, "{name}：未检查，清单无法使用"),
        };
        return;
    };
    let region = c.layers.iter().rev().map(|l| &book.index.layers[*l]).find(|l| !l.is_provider);
    let layers: Vec<&str> = c.layers.iter().map(|l| book.index.layers[*l].title.get(language)).collect();
    let filing_type = match &c.filing_type {
        Some((_, title)) => title.get(language).to_owned(),
        None => if zh { "未定" } else { "not known yet" }.to_owned(),
    };
    let (v_en, v_zh) = report.verdict.words();
    let provisional = match (report.is_provisional, zh) {
        (true, true) => "（暂定）",
        (true, false) => " (provisional)",
        _ => "",
    };
    let count = |o| c.count(o);
    let (v, u, s, n, w, b) = (
        count(Outcome::Violated),
        count(Outcome::Undetermined),
        count(Outcome::Satisfied),
        count(Outcome::NotApplicable),
        count(Outcome::Waived),
        count(Outcome::Blocked),
    );
    if zh {
        let authority = region.and_then(|r| r.authority.as_ref()).map_or(String::new(), |a| format!("（{}）", a.get(language)));
        let _ = writeln!(out, "{name}");
        let _ = writeln!(out, "  适用规则：{}{authority}", layers.join(" + "));
        let _ = writeln!(out, "  备案类型：{filing_type}    法律日期：{}", c.on);
        let _ = writeln!(out, "  不满足 {v}，无法判定 {u}，受阻 {b}，豁免 {w}，满足 {s}，不适用 {n}");
        let _ = writeln!(out, "  结论：{v_zh}{provisional}");
        let _ = writeln!(out, "  下一步：{}", report.next_step.get(language));
    } else {
        let authority = region.and_then(|r| r.authority.as_ref()).map_or(String::new(), |a| format!(" ({})", a.get(language)));
        let _ = writeln!(out, "{name}");
        let _ = writeln!(out, "  rules: {}{authority}", layers.join(" + "));
        let _ = writeln!(out, "  filing type: {filing_type}    law of: {}", c.on);
        let _ = writeln!(out, "  {v} violated, {u} undetermined, {b} blocked, {w} waived, {s} satisfied, {n} not applicable");
        let _ = writeln!(out, "  verdict: {v_en}{provisional}");
        let _ = writeln!(out, "  next: {}", report.next_step.get(language));
    }
}
