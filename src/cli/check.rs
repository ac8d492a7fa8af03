//! `filingc check`: manifests against rules.

use super::exchange::{self, Facts};
use super::repair::Mended;
use super::{Format, Global, config, environment, json, junit, load, output, rules};
use crate::diagnostic::render::{Page, Shown};
use crate::diagnostic::{Diagnostic, Diagnostics, Language, Severity, render};
use crate::driver::{self, Checked, Options, Rulebook};
use crate::eval::{LeftOut, Outcome, Reach, Verdict};
use crate::host::documents::Documents;
use crate::host::filing::{self, Filing};
use crate::line;
use crate::manifest::Document;
use crate::source::SourceMap;
use crate::value::{Date, parse_date};
use clap::Args;
use std::collections::BTreeMap;
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
    /// Look-ups that were not made count like facts that are not stated.
    #[arg(long)]
    require_look_ups: bool,
    /// Documents that a manifest names must be on the disk.
    #[arg(long)]
    require_files: bool,
    #[command(flatten)]
    documents: load::DocumentArgs,
    /// Shows the cheapest mends of refused filings, each checked again: 3, or as many as asked for.
    #[arg(long, value_name = "N", num_args = 0..=1, require_equals = true, default_missing_value = "3", value_parser = clap::value_parser!(u8).range(1..=20))]
    repair: Option<u8>,
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
    check_with(book, path, stdin_name, options, documents, sources, &mut |_, _, _| {})
}

/// Reads and checks one manifest; `look` sees it before it is checked.
fn check_with(
    book: &Rulebook,
    path: &Path,
    stdin_name: Option<&str>,
    options: &Options,
    documents: &Documents,
    sources: &mut SourceMap,
    look: &mut dyn FnMut(&Filing, &Document, &SourceMap),
) -> (String, Checked) {
    let mut problems = Diagnostics::new();
    let shown = filing::name(path, stdin_name);
    let Some(filing) = Filing::open(path, stdin_name, sources, &mut problems) else {
        let on = options.on.unwrap_or(options.today);
        return (shown, Checked::unusable(problems.into_sorted(), on));
    };
    let document = filing.read(&book.index.schema, options.today, documents, sources, &mut problems);
    look(&filing, &document, sources);
    (shown, driver::check(book, sources, document, problems, options))
}

pub(super) fn run(args: &CheckArgs, global: &Global) -> u8 {
    let language = global.language();
    let mut sources = SourceMap::default();
    let Some(config) = config::of_manifests(global, &args.manifests) else { return 2 };
    let Some(documents) = load::documents(&args.documents, args.require_files || config.require_files, global) else { return 2 };
    let folder = global.rules.clone().or(config.rules);
    let Some((book, ruleset)) = load::rulebook(global, folder.as_deref(), &mut sources) else { return 2 };
    let options = Options {
        region: args.region.clone().or(config.region),
        on: args.on,
        today: today(),
        strict: args.strict || config.strict,
        require_look_ups: args.require_look_ups || config.require_look_ups,
        detailed: args.explain_all || global.output_format == Some(Format::Json),
    };
    let mut missing = Diagnostics::new();
    let paths = load::manifest_paths(&args.manifests, &mut missing);
    let mut mends: Vec<Option<Mended>> = Vec::new();
    let mut checked: Vec<(String, Checked)> = Vec::new();
    for path in &paths {
        let mut mended = None;
        checked.push(check_with(&book, path, args.stdin_filename.as_deref(), &options, &documents, &mut sources, &mut |f, d, s| {
            mended = args.repair.map(|n| Mended::of(&book, f, d, s, &options, n.into()));
        }));
        mends.push(mended);
    }
    let problems = missing.into_sorted();
    let unusable = !problems.is_empty();
    let text = match global.output_format.unwrap_or(Format::Full) {
        Format::Json => json::check(&book, &ruleset, &checked, &mends, &problems, &sources),
        Format::Junit => junit::check(&checked, &problems, &sources, language),
        Format::Github | Format::Sarif => {
            let all: Vec<Diagnostic> = problems.iter().chain(checked.iter().flat_map(|(_, c)| &c.diagnostics)).cloned().collect();
            // SARIF describes the rules; workflow commands do not.
            let rules = match global.output_format {
                Some(Format::Sarif) => {
                    let Some(program) = load::program(global, &book) else { return 2 };
                    exchange::described(&rules::rows(&program, &sources))
                }
                _ => BTreeMap::new(),
            };
            let is_successful = !unusable && checked.iter().all(|(_, c)| c.report.is_some());
            let facts = Facts { rules, ruleset: Some(ruleset), is_bundled: folder.is_none(), is_successful };
            exchange::text(&all, &sources, global, &facts)
        }
        format => {
            let page = output::page(global, &sources);
            Ok(Told { page, book: &book, sources: &sources, args, global, format, language }.all(&checked, &mends, &problems))
        }
    };
    let written = global.quiet > 1 || output::result(global, text);
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

/// A check for people.
struct Told<'t> {
    page: Page,
    book: &'t Rulebook,
    sources: &'t SourceMap,
    args: &'t CheckArgs,
    global: &'t Global,
    format: Format,
    language: Language,
}

impl Told<'_> {
    fn all(mut self, checked: &[(String, Checked)], mends: &[Option<Mended>], problems: &[Diagnostic]) -> Shown {
        self.show(problems);
        for ((name, c), mended) in checked.iter().zip(mends) {
            self.show(&c.diagnostics);
            if self.args.explain_all {
                self.explain_all(c);
            }
            if self.global.quiet == 0 {
                self.summary(name, c);
            }
            if let Some(mended) = mended {
                mended.tell(&mut self.page, self.book, self.sources, self.language);
            }
        }
        if checked.len() > 1 && self.global.quiet == 0 {
            let n = checked.iter().map(|(_, c)| c.diagnostics.iter().filter(|d| d.severity != Severity::Note).count()).sum::<usize>();
            let count = |v: Verdict| checked.iter().filter(|(_, c)| c.report.as_ref().is_some_and(|r| r.verdict == v)).count();
            let unusable = checked.iter().filter(|(_, c)| c.report.is_none()).count();
            let (r, i, j, x) = (count(Verdict::Ready), count(Verdict::Incomplete), count(Verdict::Rejected), count(Verdict::NotRequired));
            let all = checked.len();
            match self.language {
                Language::En => line!(
                    self.page,
                    "{all} filings checked, {n} findings: {r} ready, {i} incomplete, {j} rejected, {x} not required, {unusable} not readable"
                ),
                Language::Zh => line!(
                    self.page,
                    "共检查 {all} 份，{n} 处问题：可提交 {r}，信息不全 {i}，将被驳回 {j}，无需备案 {x}，无法读取 {unusable}"
                ),
            }
        }
        self.page.finish()
    }

    fn show(&mut self, list: &[Diagnostic]) {
        match self.format {
            Format::Concise => render::concise(&mut self.page, list, self.sources, self.language),
            _ => render::full(&mut self.page, list, self.sources, self.language),
        }
    }

    fn explain_all(&mut self, c: &Checked) {
        let Some(report) = &c.report else { return };
        for rule in &report.rules {
            let (en, zh) = rule.outcome.words();
            let word = if self.language == Language::Zh { zh } else { en };
            line!(self.page, "{word}  {}  {}", rule.name, rule.title.get(self.language));
            if !rule.why.get(self.language).is_empty() {
                self.page.indented(4, rule.why.get(self.language));
            }
        }
        if !report.rules.is_empty() {
            self.page.blank();
        }
    }

    fn summary(&mut self, name: &str, c: &Checked) {
        let (language, book) = (self.language, self.book);
        let zh = language == Language::Zh;
        let Some(report) = &c.report else {
            match language {
                Language::En => line!(self.page, "{name}: not checked, the manifest cannot be used"),
                Language::Zh => line!(self.page, "{name}：未检查，清单无法使用"),
            }
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
        let reach = c.reach(book).unwrap_or_default();
        let is_bounded = matches!(report.verdict, Verdict::Ready | Verdict::NotRequired) && !reach.is_whole();
        if c.is_partial {
            match language {
                Language::En => line!(self.page, "{name}: parts of it cannot be read; only the rest was checked"),
                Language::Zh => line!(self.page, "{name}：部分内容无法读取，仅检查了其余部分"),
            }
        }
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
            line!(self.page, "{name}");
            line!(self.page, "  适用规则：{}{authority}", layers.join(" + "));
            line!(self.page, "  备案类型：{filing_type}    法律日期：{}", c.on);
            line!(self.page, "  不满足 {v}，无法判定 {u}，受阻 {b}，豁免 {w}，满足 {s}，不适用 {n}");
            line!(self.page, "  结论：{v_zh}{provisional}{}", if is_bounded { "（以所填内容为限）" } else { "" });
            self.reach(&reach);
            line!(self.page, "  下一步：{}", report.next_step.get(language));
        } else {
            let authority = region.and_then(|r| r.authority.as_ref()).map_or(String::new(), |a| format!(" ({})", a.get(language)));
            line!(self.page, "{name}");
            line!(self.page, "  rules: {}{authority}", layers.join(" + "));
            line!(self.page, "  filing type: {filing_type}    law of: {}", c.on);
            line!(self.page, "  {v} violated, {u} undetermined, {b} blocked, {w} waived, {s} satisfied, {n} not applicable");
            line!(self.page, "  verdict: {v_en}{provisional}{}", if is_bounded { ", as far as stated" } else { "" });
            self.reach(&reach);
            line!(self.page, "  next: {}", report.next_step.get(language));
        }
    }

    /// How far the verdict goes, a line for each kind of fact that was left out.
    fn reach(&mut self, reach: &Reach) {
        let zh = self.language == Language::Zh;
        let kinds: [(Vec<&LeftOut>, &str, &str, &str); 3] = [
            (reach.look_ups().collect(), "look-up was not made", "look-ups were not made", "项查询未作"),
            (reach.not_stated().collect(), "fact is not stated", "facts are not stated", "项信息未填写"),
            (reach.to_come().collect(), "event is not stated", "events are not stated", "项进展未填写"),
        ];
        for (facts, one, many, words) in kinds.into_iter().filter(|k| !k.0.is_empty()) {
            let n = facts.len();
            let rules = |k: usize| match (zh, k) {
                (true, _) => format!("{k} 条规则"),
                (false, 1) => "1 rule".to_owned(),
                (false, _) => format!("{k} rules"),
            };
            let colon = if zh { "：" } else { ": " };
            let named: Vec<String> = facts.iter().take(MAX_NAMED).map(|f| format!("{}{colon}{}", f.path, rules(f.rules.len()))).collect();
            let is_cut = n > MAX_NAMED;
            if zh {
                line!(self.page, "  范围：{n} {words}（{}{}）", named.join("；"), if is_cut { "……" } else { "" });
            } else {
                let words = if n == 1 { one } else { many };
                line!(self.page, "  reach: {n} {words} ({}{})", named.join(", "), if is_cut { ", …" } else { "" });
            }
        }
        for year in &reach.calendars {
            match self.language {
                Language::En => line!(self.page, "  reach: the calendar of {year} is not announced; business days in it were not counted"),
                Language::Zh => line!(self.page, "  范围：{year} 年节假日安排尚未公布，未计算其中的工作日"),
            }
        }
    }
}

/// Most facts of one kind that a line names.
const MAX_NAMED: usize = 3;
