//! `filingc check`: manifests against rules, one or a million.

mod args;
mod baseline;
mod collect;
mod filter;
mod fix;
mod keys;
mod page;
mod progress;
mod tally;
mod tell;
mod work;

pub(super) use args::CheckArgs;

use super::{Format, Global, config, environment, json, load, output};
use crate::diagnostic::render::{Page, Screen, Shown};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Language, say};
use crate::driver::{self, Checked, Options, Rulebook};
use crate::host::bulk::{self, Ended};
use crate::host::documents::Documents;
use crate::host::filing::{self, Filing};
use crate::host::fs::{self, Out};
use crate::host::input::Inputs;
use crate::host::table;
use crate::host::table::columns::Mapping;
#[cfg(feature = "xlsx")]
use crate::host::table::write::Sheets;
use crate::line;
use crate::pack::Ruleset;
use crate::source::SourceMap;
use crate::value::{Date, Schema, parse_date};
use args::FailLevel;
use baseline::Baseline;
use filter::Filter;
use keys::{By, Field};
use progress::ShownProgress;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tally::Tally;
#[cfg(feature = "xlsx")]
use work::InSheet;
use work::{Form, Made, Run, Worker};

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
        return (shown, Checked::unusable(problems.into_sorted(), on));
    };
    let document = filing.read(&book.index.schema, options.today, documents, sources, &mut problems);
    (shown, driver::check(book, sources, document, problems, options))
}

/// Whether somebody wants a long run to end.
static INTERRUPTED: AtomicBool = AtomicBool::new(false);

/// Most filings whose plans a report draws: a picture is as long as all the rest that is said of a filing.
const MAX_PLANS: usize = 20;

/// What a run that was interrupted ends with, as shells expect.
const CODE_OF_INTERRUPT: u8 = 130;

pub(super) fn run(args: &CheckArgs, global: &Global) -> u8 {
    if args.watch {
        const ENDINGS: &[&str] = &["toml", "json", "jsonl", "csv", "xlsx", "filing"];
        let rules = global.rules.iter().cloned();
        let watched: Vec<_> = args.manifests.iter().filter(|p| p.as_os_str() != "-").cloned().chain(rules).collect();
        return super::watch::forever(&watched, ENDINGS, global, &mut || {
            output::begin_again(global);
            once(args, global)
        });
    }
    once(args, global)
}

fn once(args: &CheckArgs, global: &Global) -> u8 {
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
        detailed: args.explain_all || args.details() || global.output_format == Some(Format::Json),
    };
    let read = |path| load::records(path, folder.as_deref(), book.schema(), options.today, global);
    let records = match args.records.as_deref().map(read) {
        Some(None) => return 2,
        records => records.flatten(),
    };
    let mut run = match set_up(args, global, &book, options, &documents) {
        Ok(run) => Run { records: records.as_ref(), ..run },
        Err(problems) => {
            output::problems(global, &problems, &SourceMap::default(), global.language());
            return 2;
        }
    };
    let mut missing = Diagnostics::new();
    let kind = args.bulk.input_format.map(args::InputFormat::kind);
    let paths =
        load::manifest_paths(&args.manifests, &load::Search { schema: book.schema(), globs: config.files.as_ref(), kind }, &mut missing);
    if args.fix || args.diff {
        match fix::run(&book, &paths, run.options.today, args.diff, global) {
            None => return 2,
            Some(has_edits) if args.diff => {
                if !has_edits {
                    fix::nothing(global);
                }
                return u8::from(has_edits);
            }
            Some(_) => {}
        }
    }
    let n_paths = paths.len();
    let book_of = &book;
    let mut mapping = match args.bulk.columns.as_deref().map_or_else(|| Ok(Mapping::default()), Mapping::read) {
        Ok(mapping) => mapping,
        Err(problems) => {
            output::problems(global, &problems, &SourceMap::default(), global.language());
            return 2;
        }
    };
    mapping.key = args.bulk.key.clone().or(mapping.key);
    mapping.keeps_rows = is_spreadsheet(global);
    let schema: std::cell::OnceCell<Arc<Schema>> = std::cell::OnceCell::new();
    let inputs = Inputs::new(
        paths,
        kind,
        args.stdin_filename.as_deref(),
        Box::new(move |opened, kind| {
            let schema = schema.get_or_init(|| Arc::new(book_of.schema().clone()));
            table::open(opened, kind, &mapping, schema)
        }),
    );
    run.is_many = n_paths > 1 || inputs.is_many();
    run.draws_plans = n_paths <= MAX_PLANS && !inputs.is_many();
    let problems = missing.into_sorted();
    let code = match global.output_format {
        Some(Format::Junit | Format::Github | Format::Sarif) => {
            collect::run(&run, inputs, &problems, sources, (&ruleset, folder.is_none()), args, global)
        }
        _ => Streamed { run: &run, args, global, ruleset: &ruleset }.all(inputs, &problems, &sources),
    };
    drop(run);
    // The process ends here: giving the memory of the rules back piece by piece would only take time.
    std::mem::forget(book);
    match code {
        1 if args.exit_zero => 0,
        code => code,
    }
}

/// Whether findings are written back into a spreadsheet: the name of the result says so, and no format something else.
fn is_spreadsheet(global: &Global) -> bool {
    let is_named = global.output_file.as_deref().and_then(|p| p.extension()).is_some_and(|e| e.eq_ignore_ascii_case("xlsx"));
    cfg!(feature = "xlsx") && is_named && matches!(global.output_format, None | Some(Format::Full))
}

/// What a call asks for, looked up in the vocabulary and the rules.
fn set_up<'r>(
    args: &'r CheckArgs,
    global: &Global,
    book: &'r Rulebook,
    options: Options,
    documents: &'r Documents,
) -> Result<Run<'r>, Vec<Diagnostic>> {
    let schema = book.schema();
    let mut problems = Vec::new();
    let keys: Vec<By> = args.counted().iter().filter_map(|k| By::of(k, schema).map_err(|why| problems.push(*why)).ok()).collect();
    let id = args.bulk.id.as_deref().map(|written| Field::of(written, schema).map_err(|why| problems.push(*why)));
    let filter = Filter::of(&args.triage, book).unwrap_or_else(|mut found| {
        problems.append(&mut found);
        Filter::default()
    });
    let baseline = args.triage.baseline.as_deref().map(|path| Baseline::read(path).map_err(|why| problems.push(*why)));
    let format = global.output_format.unwrap_or(Format::Full);
    let is_counted = !args.counted().is_empty();
    if matches!(format, Format::Csv | Format::Markdown) && !is_counted {
        let message = say!("tables hold counts, and nothing is counted", "表格用于统计结果，而当前没有统计");
        problems.push(
            Diagnostic::new(Code::OutputFormat, message)
                .help(say!("add `--statistics` or `--group-by`", "加上 `--statistics` 或 `--group-by`")),
        );
    }
    if format == Format::Html && is_counted {
        let message = say!("a report holds filings and no counts by rule or field", "报告列出各份备案，不含按规则或字段的统计");
        problems.push(
            Diagnostic::new(Code::OutputFormat, message)
                .help(say!("leave out `--statistics` and `--group-by`", "去掉 `--statistics` 和 `--group-by`")),
        );
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    Ok(Run {
        book,
        options,
        documents,
        records: None,
        stdin_name: args.stdin_filename.as_deref(),
        language: global.language(),
        form: match format {
            _ if global.quiet > 1 || is_counted => Form::Nothing,
            #[cfg(feature = "xlsx")]
            _ if is_spreadsheet(global) => Form::Sheet,
            Format::Json => Form::Json,
            Format::Jsonl => Form::Lines,
            Format::Html => Form::Report,
            _ => Form::Page,
        },
        format,
        explain_all: args.explain_all,
        n_repairs: args.repair.map_or(0, usize::from),
        quiet: global.quiet,
        is_many: false,
        draws_plans: false,
        has_color: output::has_color(global),
        details: args.bulk.details,
        keys,
        id: id.and_then(Result::ok),
        filter,
        baseline: baseline.and_then(Result::ok),
        writes_baseline: args.triage.write_baseline.is_some(),
        allow_incomplete: args.allow_incomplete,
        fails_on_warnings: args.fail_level == FailLevel::Warning,
    })
}

/// A check whose results go out while it runs.
struct Streamed<'s> {
    run: &'s Run<'s>,
    args: &'s CheckArgs,
    global: &'s Global,
    ruleset: &'s Ruleset,
}

/// Where the results of a run go.
struct Results {
    out: Out,
    lists: json::CheckLists,
    report: page::Parts,
    baseline: Option<Out>,
    #[cfg(feature = "xlsx")]
    sheets: Option<Sheets>,
    tally: Tally,
    /// Whether something could not be written, which was told.
    has_failed: bool,
}

impl Streamed<'_> {
    fn all(&self, inputs: Inputs<'_>, problems: &[Diagnostic], sources: &SourceMap) -> u8 {
        let (args, global) = (self.args, self.global);
        let is_long = self.run.is_many;
        let mut results = Results {
            out: Out::new(global.output_file.as_deref()),
            lists: json::CheckLists::default(),
            report: page::Parts::default(),
            baseline: args.triage.write_baseline.as_deref().map(|path| Out::new(Some(path))),
            #[cfg(feature = "xlsx")]
            sheets: (self.run.form == Form::Sheet).then(|| Sheets::new(self.run.language)),
            tally: Tally::new(&self.run.keys),
            has_failed: false,
        };
        output::is_answering(global);
        if !problems.is_empty() {
            results.tally.code = 2;
            let made = Worker::new(self.run, sources).told("", problems);
            self.take(made, &mut results);
        }
        if is_long {
            // A system that tells nothing of interrupts ends the run as it always did.
            let _ = ctrlc::set_handler(|| {
                // Who asks twice does not wait for input that does not come.
                if INTERRUPTED.swap(true, Ordering::Relaxed) {
                    std::process::exit(CODE_OF_INTERRUPT.into());
                }
            });
        }
        let mut progress = ShownProgress::new(is_long && !args.bulk.no_progress && global.quiet == 0, inputs.progress());
        let jobs = if is_long { jobs(args.bulk.jobs) } else { 1 };
        let ended = bulk::in_order(
            jobs,
            inputs,
            &INTERRUPTED,
            || {
                let mut worker = Worker::new(self.run, sources);
                move |item| worker.work(item)
            },
            |made| {
                self.take(made, &mut results);
                progress.at(results.tally.counts.filings);
                if results.has_failed || results.out.is_gone() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
            },
        );
        progress.end();
        self.end(results, ended)
    }

    /// Takes what became of one item.
    fn take(&self, made: Made, results: &mut Results) {
        match &made.facts {
            Some(facts) => results.tally.add(facts),
            None => {
                results.tally.add_messages(made.said);
                if made.said[0] > 0 {
                    results.tally.code = 2;
                }
            }
        }
        let mut written = made.failure.map_or(Ok(()), Err);
        let told = |failure: fs::Failure| Box::new(failure.unwritable());
        if written.is_ok() && !made.shown.as_str().is_empty() {
            written = match self.run.form {
                Form::Report => results.report.tell(&made.shown),
                _ => results.out.add(made.shown.as_str().as_bytes()),
            }
            .map_err(told);
        }
        if let (true, Some((filing, messages))) = (written.is_ok(), &made.json) {
            written = results.lists.add(filing.as_deref(), messages).map_err(told);
        }
        if let (true, Some(filed)) = (written.is_ok(), &made.report) {
            written = results.report.add(filed).map_err(told);
        }
        #[cfg(feature = "xlsx")]
        if let (true, Some(sheets), Some(part)) = (written.is_ok(), &mut results.sheets, &made.sheet) {
            written = match part {
                InSheet::Heads(name, heads) => sheets.begin(name, heads),
                InSheet::Filing(filed) => sheets.add(filed),
            };
        }
        output::problems(self.global, &made.beside, &SourceMap::default(), self.run.language);
        if let (true, Some(line), Some(out)) = (written.is_ok(), &made.baseline, &mut results.baseline) {
            written = out.add(line.as_str().as_bytes()).map_err(told);
        }
        if let Err(why) = written {
            self.fail(&why, results);
        }
    }

    fn fail(&self, why: &Diagnostic, results: &mut Results) {
        if !results.has_failed {
            output::problems(self.global, std::slice::from_ref(why), &SourceMap::default(), self.run.language);
        }
        results.has_failed = true;
    }

    /// Writes what stands at the end, and says what the program ends with.
    fn end(&self, mut results: Results, ended: Ended) -> u8 {
        let is_interrupted = ended == Ended::Early && INTERRUPTED.load(Ordering::Relaxed);
        let last = self.last_page(&results.tally);
        let mut written: Result<(), Box<Diagnostic>> = Ok(());
        let told = |failure: fs::Failure| Box::new(failure.unwritable());
        // What was interrupted is no document, and takes no file's place.
        if !results.has_failed && !is_interrupted {
            let out = &mut results.out;
            written = match last {
                Ok(last) => out.add(last.as_str().as_bytes()).map_err(told),
                Err(why) => Err(why),
            };
            if written.is_ok() && self.run.form == Form::Json {
                let mut lists = std::mem::take(&mut results.lists);
                lists.summary = results.tally.summary();
                written = lists.write(self.ruleset, &mut |bytes| out.add(bytes));
            }
            if written.is_ok() && self.run.form == Form::Report {
                let (parts, counts) = (std::mem::take(&mut results.report), tell::counted(&results.tally.counts));
                written = parts.write(&counts, &self.ruleset.hash, self.run.language, &mut |bytes| out.add(bytes)).map_err(told);
            }
        }
        #[cfg(feature = "xlsx")]
        if let (true, Some(sheets)) = (written.is_ok() && !results.has_failed && !is_interrupted, results.sheets.take()) {
            written = sheets.finish().and_then(|bytes| results.out.add(&bytes).map_err(told));
        }
        if let Err(why) = written {
            self.fail(&why, &mut results);
        }
        let is_whole = !results.has_failed && !is_interrupted;
        let Results { out, baseline, tally, mut has_failed, .. } = results;
        if is_whole && self.global.quiet < 2 {
            let finished = out.finish().map_err(told);
            if let Err(why) = finished {
                output::problems(self.global, &[*why], &SourceMap::default(), self.run.language);
                has_failed = true;
            }
        }
        if let (true, Some(out)) = (is_whole && !has_failed, baseline)
            && let Err(failure) = out.finish()
        {
            output::problems(self.global, &[failure.unwritable()], &SourceMap::default(), self.run.language);
            has_failed = true;
        }
        self.beside(&tally, is_interrupted);
        match () {
            () if is_interrupted => CODE_OF_INTERRUPT,
            () if has_failed => 2,
            () => tally.code,
        }
    }

    /// What stands behind all filings in the result itself.
    fn last_page(&self, tally: &Tally) -> output::Written {
        let (run, global) = (self.run, self.global);
        let mut page = Page::new(Screen::default(), run.has_color);
        if global.quiet > 1 {
            return Ok(page.finish());
        }
        let told = tell::Told {
            book: run.book,
            format: run.format,
            language: run.language,
            explain_all: false,
            quiet: global.quiet,
            is_many: true,
        };
        if run.keys.is_empty() {
            if run.form == Form::Page && tally.counts.filings > 1 && global.quiet == 0 {
                told.all(&mut page, &tally.counts);
            }
            return Ok(page.finish());
        }
        let tables = tally.tables(run.book.schema(), run.language);
        match run.format {
            Format::Json => {
                let counted = Counted { summary: tally.summary(), statistics: &tables };
                return json::document("check", Some(self.ruleset), &counted, &Screen::default());
            }
            Format::Jsonl => {
                let lines = tables.iter().map(|t| crate::diagnostic::render::json_line(t, &Screen::default()));
                for line in lines {
                    page.push(&line.map_err(|e| output::no_form("JSON", e))?);
                }
            }
            Format::Csv => {
                let text = tally::csv(&tables, &Screen::default()).map_err(|e| output::no_form("CSV", e))?;
                return Ok(Shown::document(text));
            }
            Format::Markdown => tally::markdown(&mut page, &tables, run.language),
            _ => {
                if global.quiet == 0 {
                    told.all(&mut page, &tally.counts);
                }
                tally::text(&mut page, &tables, run.language);
            }
        }
        Ok(page.finish())
    }

    /// What is told beside the result: what filters left out, how far an interrupted run came, the counts of a stream.
    fn beside(&self, tally: &Tally, is_interrupted: bool) {
        let run = self.run;
        if self.global.quiet > 1 {
            return;
        }
        let mut page = Page::new(Screen::default(), false);
        let is_zh = run.language == Language::Zh;
        let left = &tally.left_out;
        let mut say = |en: String, zh: String| line!(page, "{}", if is_zh { zh } else { en });
        let s = |n: usize| if n == 1 { "" } else { "s" };
        if is_interrupted {
            let n = tally.counts.filings;
            say(
                format!("interrupted: {n} filing{} checked, the rest was not; nothing was written to a file", s(n)),
                format!("已中断：检查了 {n} 份，其余未检查；未写入任何文件"),
            );
        }
        if left.filings > 0 {
            let n = left.filings;
            let (is, count) = if n == 1 { ("is", "counts") } else { ("are", "count") };
            say(
                format!("{n} filing{} {is} not shown because of filters; the exit code {count} them all the same", s(n))
                    .replace(" count them", " counts them"),
                format!("按筛选条件未显示 {n} 份；退出码仍将其计入"),
            );
        }
        if left.findings > 0 {
            let n = left.findings;
            say(
                format!(
                    "{n} finding{} {} not shown because of filters; verdicts count them all the same",
                    s(n),
                    if n == 1 { "is" } else { "are" }
                ),
                format!("按筛选条件未显示 {n} 处问题；结论仍将其计入"),
            );
        }
        if left.excused > 0 {
            let n = left.excused;
            say(
                format!(
                    "{n} filing{} {} as in the baseline and {} not count for the exit code",
                    s(n),
                    if n == 1 { "fails" } else { "fail" },
                    if n == 1 { "does" } else { "do" }
                ),
                format!("有 {n} 份与基线相同、仍不通过，不计入退出码"),
            );
        }
        #[cfg(feature = "xlsx")]
        let is_told_aside = matches!(run.form, Form::Lines | Form::Sheet);
        #[cfg(not(feature = "xlsx"))]
        let is_told_aside = run.form == Form::Lines;
        let is_counted_aside = is_interrupted || is_told_aside && self.global.quiet == 0;
        if is_counted_aside && tally.counts.filings > 0 {
            let told =
                tell::Told { book: run.book, format: run.format, language: run.language, explain_all: false, quiet: 0, is_many: true };
            told.all(&mut page, &tally.counts);
        }
        if !page.is_empty() {
            output::beside(page);
        }
    }
}

/// The JSON of counts, described by `docs/schema/statistics.schema.json`.
#[derive(serde::Serialize)]
struct Counted<'c> {
    summary: json::Summary,
    statistics: &'c [tally::Table],
}

/// How many threads work.
fn jobs(asked: usize) -> usize {
    let cores = || std::thread::available_parallelism().map_or(1, usize::from);
    if asked == 0 { cores() } else { asked.min(1024) }
}

impl CheckArgs {
    fn details(&self) -> bool {
        self.bulk.details
    }
}
