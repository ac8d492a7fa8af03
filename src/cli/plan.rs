//! `filingc plan`: what to do next, by when, waiting for whom.

use super::{Format, Global, check, config, json, load, output};
use crate::diagnostic::render::{Screen, Shown, concise, full};
use crate::diagnostic::{Diagnostic, Diagnostics, Language};
use crate::driver::{self, Options, Rulebook};
use crate::host::documents::Documents;
use crate::host::filing::{self, Filing};
use crate::host::fs::Globs;
use crate::manifest::Records;
use crate::plan::{self, Moment, Plan, render};
use crate::source::SourceMap;
use crate::value::{parse_date, parse_datetime};
use clap::Args;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(super) struct PlanArgs {
    /// Manifests: files, folders, or `-` for standard input.
    #[arg(value_name = "MANIFEST", default_value = ".")]
    manifests: Vec<PathBuf>,
    /// Plans for this day, YYYY-MM-DD, or moment, YYYY-MM-DDTHH:MM, instead of today.
    #[arg(long, value_name = "DATE", value_parser = moment)]
    on: Option<Moment>,
    /// Form of the plan; `--output-format` says the same.
    #[arg(long, value_enum)]
    format: Option<PlanFormat>,
    /// Shows every plan in full where there are several.
    #[arg(long)]
    expand: bool,
    /// Incomplete filings, drafts among them, do not fail.
    #[arg(long)]
    allow_incomplete: bool,
    /// Ends with 0 although filings are refused or deadlines missed.
    #[arg(long)]
    exit_zero: bool,
    /// Region, where the manifest states none.
    #[arg(long)]
    region: Option<String>,
    /// Weak sources (low confidence, unconfirmed) count like others.
    #[arg(long)]
    strict: bool,
    /// Fills facts of registers from what look-ups returned: JSON Lines or a table, by domain, credit code or mobile number.
    #[arg(long, value_name = "FILE")]
    records: Option<PathBuf>,
    /// Documents that a manifest names must be on the disk.
    #[arg(long)]
    require_files: bool,
    #[command(flatten)]
    documents: load::DocumentArgs,
    /// Name of standard input in messages; its ending tells the format.
    #[arg(long, value_name = "NAME")]
    stdin_filename: Option<String>,
}

impl PlanArgs {
    /// JSON, where an option of this command asks for it.
    pub(super) fn own_format(&self) -> Option<Format> {
        (self.format == Some(PlanFormat::Json)).then_some(Format::Json)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum PlanFormat {
    /// To read.
    Text,
    /// JSON, described by docs/schema/plan.schema.json.
    Json,
    /// A Gantt chart for Mermaid.
    Mermaid,
    /// A picture.
    Svg,
    /// A calendar of the deadlines, with reminders.
    Ics,
}

fn moment(text: &str) -> Result<Moment, String> {
    let at = parse_datetime(text);
    match parse_date(text).or(at.map(|t| t.date())) {
        Some(day) => Ok(Moment { day, at }),
        None => Err("expected a date such as 2026-11-23 or a moment such as 2026-11-23T09:30 / 应为日期，如 2026-11-23，或时刻，如 2026-11-23T09:30".to_owned()),
    }
}

struct Read {
    plans: Vec<Plan>,
    /// Messages about manifests, readable or not.
    problems: Vec<Diagnostic>,
    /// What the program ends with: what `check` ends with.
    code: u8,
}

fn read(
    args: &PlanArgs,
    globs: Option<&Globs>,
    book: &Rulebook,
    (documents, records): (&Documents, Option<&Records>),
    options: &Options,
    moment: Moment,
    sources: &mut SourceMap,
) -> Read {
    let mut missing = Diagnostics::new();
    let paths = load::manifest_paths(&args.manifests, &load::Search { schema: book.schema(), globs, kind: None }, &mut missing);
    let mut problems = missing.into_sorted();
    let mut code = if problems.is_empty() { 0 } else { 2 };
    let mut plans = Vec::new();
    for path in &paths {
        let mut found = Diagnostics::new();
        let stdin_name = args.stdin_filename.as_deref();
        let shown = filing::name(path, stdin_name);
        let Some(filing) = Filing::open(path, stdin_name, sources, &mut found) else {
            problems.extend(found.into_sorted());
            code = 2;
            continue;
        };
        let document = filing.read_with(records, &book.index.schema, options.today, documents, sources, &mut found);
        let (plan, checked) = plan::plan(book, sources, &shown, document, found, options, moment);
        code = code.max(driver::exit_code(std::slice::from_ref(&checked), args.allow_incomplete, false));
        let is_read = plan.is_some();
        match is_read {
            true => problems.extend(plan::about_manifest(&checked.diagnostics).cloned()),
            false => problems.extend(checked.diagnostics),
        }
        plans.extend(plan);
    }
    Read { plans, problems, code }
}

pub(super) fn run(args: &PlanArgs, global: &Global) -> u8 {
    let language = global.language();
    let mut sources = SourceMap::default();
    let Some(config) = config::of_manifests(global, &args.manifests) else { return 2 };
    let Some(documents) = load::documents(&args.documents, args.require_files || config.require_files, global) else { return 2 };
    let rules = global.rules.clone().or(config.rules);
    let Some((book, ruleset)) = load::rulebook(global, rules.as_deref(), &mut sources) else { return 2 };
    let today = check::today();
    let moment = args.on.unwrap_or(today.into());
    let options = Options {
        region: args.region.clone().or(config.region),
        on: Some(moment.day),
        today: moment.day,
        strict: args.strict || config.strict,
        require_look_ups: config.require_look_ups,
        detailed: false,
    };
    let looked_up = |path| load::records(path, rules.as_deref(), book.schema(), options.today, global);
    let records = match args.records.as_deref().map(looked_up) {
        Some(None) => return 2,
        records => records.flatten(),
    };
    let read = read(args, config.files.as_ref(), &book, (&documents, records.as_ref()), &options, moment, &mut sources);
    let format = args.format.unwrap_or(match global.output_format {
        Some(Format::Json) => PlanFormat::Json,
        Some(Format::Mermaid) => PlanFormat::Mermaid,
        Some(Format::Svg) => PlanFormat::Svg,
        Some(Format::Ics) => PlanFormat::Ics,
        _ => PlanFormat::Text,
    });
    let told: Vec<Diagnostic> = read.plans.iter().flat_map(Plan::told).cloned().collect();
    let plans: Vec<&Plan> = read.plans.iter().collect();
    let screen = Screen::of(&sources);
    let text = match format {
        PlanFormat::Json => {
            let all: Vec<Diagnostic> = read.problems.iter().chain(&told).cloned().collect();
            json::document("plan", Some(&ruleset), &render::json(&plans, &all, &sources), &screen)
        }
        PlanFormat::Mermaid => Ok(render::mermaid(&plans, &screen, language)),
        PlanFormat::Svg => Ok(render::svg(&plans, &screen, language)),
        PlanFormat::Ics => Ok(render::ics(&plans, &screen, language)),
        PlanFormat::Text => Ok(written(&read, args, global, &sources, language)),
    };
    let on_the_side: Vec<Diagnostic> = match format {
        PlanFormat::Json => vec![],
        PlanFormat::Text => read.problems.clone(),
        _ => read.problems.iter().chain(&told).cloned().collect(),
    };
    output::problems(global, &on_the_side, &sources, language);
    let is_written = global.quiet > 1 || output::result(global, text);
    let code = read.code.max(u8::from(read.plans.iter().any(Plan::has_missed)));
    match code {
        _ if !is_written => 2,
        1 if args.exit_zero => 0,
        code => code,
    }
}

fn written(read: &Read, args: &PlanArgs, global: &Global, sources: &SourceMap, language: Language) -> Shown {
    let plans: Vec<&Plan> = read.plans.iter().collect();
    let several = args.manifests.len() > 1 || plans.len() > 1;
    let mut page = output::page(global, sources);
    if several && !plans.is_empty() {
        render::several(&mut page, &plans, language);
    }
    if !several || args.expand {
        for plan in &plans {
            if !page.is_empty() {
                page.blank();
            }
            render::text(&mut page, plan, language);
            if !plan.findings.is_empty() {
                page.blank();
                full(&mut page, &plan.findings, sources, language);
            }
        }
    } else {
        let told: Vec<Diagnostic> = plans.iter().flat_map(|p| p.told()).cloned().collect();
        if !told.is_empty() {
            page.blank();
            concise(&mut page, &told, sources, language);
        }
    }
    page.finish()
}
