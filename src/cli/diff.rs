//! `filingc diff`: two rulesets side by side, and what the difference does to filings.

use super::json::{self, Texts};
use super::output::Written;
use super::ruleset::{self, Loaded};
use super::{Format, Global, check, config, load, output, rules};
use crate::compare::{self, ByForm, Difference, Effect, Entry, Excerpt, Ruleset, Side, Status, What};
use crate::diagnostic::render::{JsonDiagnostic, Page, Screen, Shown, Style, diagnostics_json};
use crate::diagnostic::{Diagnostic, Diagnostics, Language, Severity};
use crate::driver::{Options, Rulebook};
use crate::eval::Verdict;
use crate::host::documents::Documents;
use crate::host::filing;
use crate::line;
use crate::pack::Ruleset as Named;
use crate::source::{SourceMap, Span};
use crate::value::Date;
use clap::Args;
use serde::Serialize;
use std::fmt::Write;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(super) struct DiffArgs {
    /// The old rules: a folder, a file, a git revision such as `HEAD~1` (the path of the new rules there), or `REVISION:PATH`.
    old: String,
    /// The new rules, named like the old ones.
    new: String,
    /// Manifests whose findings are compared: files or folders.
    #[arg(value_name = "MANIFEST")]
    manifests: Vec<PathBuf>,
    /// Compares findings on this day, YYYY-MM-DD, and on every day on which the rules change.
    #[arg(long, value_name = "DATE", value_parser = check::date)]
    on: Option<Date>,
    /// Region, where a manifest states none.
    #[arg(long)]
    region: Option<String>,
    /// Weak sources (low confidence, unconfirmed) count like others.
    #[arg(long)]
    strict: bool,
    #[command(flatten)]
    documents: load::DocumentArgs,
}

/// A filing and its effects; the day is that of the check.
struct Filing {
    name: String,
    day: Date,
    effects: Vec<Effect>,
}

/// Most findings that one line lists.
const MAX_LISTED: usize = 6;

pub(super) fn run(args: &DiffArgs, global: &Global) -> u8 {
    let language = global.language();
    let mut sources = SourceMap::default();
    let mut problems = Diagnostics::new();
    let old = ruleset::load(&args.old, &args.new, &mut sources, &mut problems);
    let new = ruleset::load(&args.new, &args.old, &mut sources, &mut problems);
    let (Some(old), Some(new)) = (old, new) else {
        output::problems(global, &problems.into_sorted(), &sources, language);
        return 2;
    };
    let difference = {
        let (a, b) = (side(&old, &sources), side(&new, &sources));
        compare::compare(&a, &b, &ByForm)
    };
    let rulesets = (old.ruleset, new.ruleset);
    let (old, new) = (load::book_of(global, old.compiled, &sources), load::book_of(global, new.compiled, &sources));
    let (Some(old), Some(new)) = (old, new) else { return 2 };
    let books = (old, new);
    let Some(documents) = load::documents(&args.documents, false, global) else { return 2 };
    let Some(filings) = filings(args, global, &books, &documents, &difference, &mut sources, &mut problems) else {
        output::problems(global, &problems.into_sorted(), &sources, language);
        return 2;
    };
    let differs = !difference.entries.is_empty() || filings.iter().any(|f| !f.effects.is_empty());
    let unusable = problems.has_errors();
    let problems = problems.into_sorted();
    let text = match global.output_format {
        Some(Format::Json) => to_json(args, &rulesets, &difference, &filings, &problems, &sources),
        Some(Format::Concise) => Ok(concise(&difference, &filings, &sources, global)),
        _ => {
            let page = output::page(global, &sources);
            Ok(Told { page, sources: &sources, language }.all(&difference, &filings, global.quiet == 0))
        }
    };
    output::problems(global, &problems, &sources, language);
    let written = global.quiet > 1 || output::result(global, text);
    match (written && !unusable, differs) {
        (false, _) => 2,
        (_, true) => 1,
        _ => 0,
    }
}

fn side<'a>(loaded: &'a Loaded, sources: &'a SourceMap) -> Side<'a> {
    Side { program: &loaded.compiled.program, cases: &loaded.compiled.cases, files: &loaded.files, sources }
}

/// The filings a call names; `None` when the configuration cannot be used. A manifest that neither ruleset can use is reported.
fn filings(
    args: &DiffArgs,
    global: &Global,
    books: &(Rulebook, Rulebook),
    documents: &Documents,
    difference: &Difference,
    sources: &mut SourceMap,
    problems: &mut Diagnostics,
) -> Option<Vec<Filing>> {
    let Some(first) = args.manifests.first() else { return Some(vec![]) };
    let config = config::load(global, first, sources, problems);
    if problems.has_errors() {
        return None;
    }
    let today = check::today();
    let options = Options {
        region: args.region.clone().or(config.region),
        on: args.on,
        today,
        strict: args.strict || config.strict,
        require_look_ups: config.require_look_ups,
        detailed: false,
    };
    let mut out = Vec::new();
    let search = load::Search { schema: books.1.schema(), globs: config.files.as_ref(), kind: None };
    for path in load::manifest_paths(&args.manifests, &search, problems) {
        let Some(filing) = filing::Filing::open(&path, None, sources, problems) else { continue };
        let name = sources.get(filing.source).name.clone();
        let read = |book: &Rulebook| {
            let mut found = Diagnostics::new();
            let document = filing.read(&book.index.schema, today, documents, sources, &mut found);
            (document, found)
        };
        let documents = (read(&books.0), read(&books.1));
        if documents.0.1.has_errors() && documents.1.1.has_errors() {
            problems.append(documents.1.1);
            continue;
        }
        let old = Ruleset { book: &books.0, document: &documents.0 };
        let new = Ruleset { book: &books.1, document: &documents.1 };
        let (day, effects) = compare::impact(old, new, difference, sources, &options);
        out.push(Filing { name, day, effects });
    }
    Some(out)
}

fn pick<'t>(language: Language, (en, zh): (&'t str, &'t str)) -> &'t str {
    if language == Language::Zh { zh } else { en }
}

fn status_words(status: Status) -> (&'static str, &'static str) {
    match status {
        Status::Added => ("added", "新增"),
        Status::Removed => ("removed", "删除"),
        Status::Changed => ("changed", "修改"),
        Status::Renamed => ("renamed", "改名"),
    }
}

/// A path and a line, as editors open it.
fn place(sources: &SourceMap, span: Span) -> String {
    let file = sources.get(span.source);
    format!("{}:{}", file.name, file.line_column(span.start as usize).line)
}

fn severity_word(severity: Severity) -> (&'static str, &'static str) {
    match severity {
        Severity::Error => ("error", "错误"),
        Severity::Warning => ("warning", "警告"),
        Severity::Note => ("note", "注意"),
    }
}

/// The period that a reader asks for first: the one of the day of the check, else the next, else the last.
fn first_of(filing: &Filing) -> Option<&Effect> {
    let coming = |e: &&Effect| e.from.is_some_and(|f| f > filing.day);
    filing.effects.iter().find(|e| e.is_now).or_else(|| filing.effects.iter().find(coming)).or(filing.effects.last())
}

/// A filing in one line: what changes, from which day, by which findings.
fn filing_line(filing: &Filing, language: Language) -> Option<String> {
    let effect = first_of(filing)?;
    let state = &effect.state;
    let verdict = |v: Option<Verdict>| v.map_or(pick(language, ("not usable", "无法使用")), |v| pick(language, v.words()));
    let mut line = filing.name.clone();
    line.push_str(if language == Language::Zh { "：" } else { ": " });
    line.push_str(verdict(state.old));
    if state.old != state.new {
        let _ = write!(line, " → {}", verdict(state.new));
    }
    let when = match (effect.from, effect.until, language) {
        (None, None, Language::En) => "on every day".to_owned(),
        (None, None, Language::Zh) => "任何日期".to_owned(),
        (Some(from), None, Language::En) => format!("from {from} on"),
        (Some(from), None, Language::Zh) => format!("自 {from} 起"),
        (None, Some(until), Language::En) => format!("until {until}"),
        (None, Some(until), Language::Zh) => format!("至 {until}"),
        (Some(from), Some(until), Language::En) => format!("from {from} until {until}"),
        (Some(from), Some(until), Language::Zh) => format!("自 {from} 至 {until}"),
    };
    let _ = match language {
        Language::En => write!(line, ", {when}"),
        Language::Zh => write!(line, "，{when}"),
    };
    let show = |sign: char, (severity, code, path): &(Severity, String, String)| {
        let path = if path.is_empty() { String::new() } else { format!(" `{path}`") };
        format!("{sign} {}[{code}]{path}", pick(language, severity_word(*severity)))
    };
    let all: Vec<String> = state.lost.iter().map(|f| show('-', f)).chain(state.gained.iter().map(|f| show('+', f))).collect();
    if !all.is_empty() {
        let comma = pick(language, (", ", "，"));
        let _ = write!(line, "{}{}", pick(language, (": ", "：")), all[..all.len().min(MAX_LISTED)].join(comma));
        if all.len() > MAX_LISTED {
            let more = all.len() - MAX_LISTED;
            let _ = match language {
                Language::En => write!(line, ", {more} more"),
                Language::Zh => write!(line, "，另有 {more} 项"),
            };
        }
    }
    let others = filing.effects.len() - 1;
    if others > 0 {
        let _ = match language {
            Language::En => write!(line, "; {others} other {}", if others == 1 { "period" } else { "periods" }),
            Language::Zh => write!(line, "；另有 {others} 个时段"),
        };
    }
    Some(line)
}

fn summary(difference: &Difference, filings: &[Filing], language: Language) -> String {
    let n = |status| difference.count(status);
    let (a, r, c, m) = (n(Status::Added), n(Status::Removed), n(Status::Changed), n(Status::Renamed));
    let mut out = match (difference.entries.is_empty(), language) {
        (true, Language::En) => "the rules mean the same".to_owned(),
        (true, Language::Zh) => "两份规则含义相同".to_owned(),
        (false, Language::En) => format!("{a} added, {r} removed, {c} changed, {m} renamed"),
        (false, Language::Zh) => format!("新增 {a}，删除 {r}，修改 {c}，改名 {m}"),
    };
    if !filings.is_empty() {
        let (changed, all) = (filings.iter().filter(|f| !f.effects.is_empty()).count(), filings.len());
        out.push_str(&match language {
            Language::En => format!("; {changed} of {all} filings end differently"),
            Language::Zh => format!("；{all} 份备案中 {changed} 份结果不同"),
        });
    }
    out
}

/// `cn/a (2027-01-01 ..)`, and the old id in front.
fn name_of(entry: &Entry) -> String {
    let mut name = entry.was.as_ref().map_or(String::new(), |was| format!("{was} → "));
    name.push_str(&entry.name);
    if let Some(from) = entry.version {
        let _ = write!(name, " ({from} ..)");
    }
    name
}

fn concise(difference: &Difference, filings: &[Filing], sources: &SourceMap, global: &Global) -> Shown {
    let language = global.language();
    let mut page = output::page(global, sources);
    for e in &difference.entries {
        let Some(span) = e.new.or(e.old) else { continue };
        let parts: Vec<&str> = e.parts.iter().map(|p| pick(language, p.what.words())).collect();
        let parts = match (parts.is_empty(), language) {
            (true, _) => String::new(),
            (_, Language::En) => format!(": {}", parts.join(", ")),
            (_, Language::Zh) => format!("：{}", parts.join("、")),
        };
        let column = sources.get(span.source).line_column(span.start as usize).column;
        let (status, kind) = (pick(language, status_words(e.status)), pick(language, e.kind.words()));
        line!(page, "{}:{column}: {status} {kind} {}{parts}", place(sources, span), name_of(e));
    }
    for line in filings.iter().filter_map(|f| filing_line(f, language)) {
        page.line(line);
    }
    if global.quiet == 0 {
        page.line(summary(difference, filings, language));
    }
    page.finish()
}

struct Told<'a> {
    page: Page,
    sources: &'a SourceMap,
    language: Language,
}

impl Told<'_> {
    fn all(mut self, difference: &Difference, filings: &[Filing], with_summary: bool) -> Shown {
        let mut layer: Option<&str> = None;
        for entry in &difference.entries {
            if layer != Some(&entry.layer) {
                self.page.gap();
                layer = Some(&entry.layer);
                let title = difference.layers.get(&entry.layer).map_or("", |t| t.get(self.language));
                let head = match entry.layer.as_str() {
                    "" => pick(self.language, ("vocabulary", "词汇")).to_owned(),
                    id => format!("{id}  {title}"),
                };
                self.page.parts(&[(Style::Bold, &head)]);
            }
            self.entry(entry);
        }
        let changed: Vec<String> = filings.iter().filter_map(|f| filing_line(f, self.language)).collect();
        if !changed.is_empty() {
            self.page.gap();
            self.page.parts(&[(Style::Bold, pick(self.language, ("filings", "备案")))]);
            for line in changed {
                self.page.indented(2, line);
            }
            self.page.blank();
        }
        if with_summary {
            self.page.gap();
            self.page.line(summary(difference, filings, self.language));
        }
        self.page.finish()
    }

    fn entry(&mut self, e: &Entry) {
        let style = match e.status {
            Status::Added => Style::Green,
            Status::Removed => Style::Red,
            Status::Changed | Status::Renamed => Style::Yellow,
        };
        let kind = pick(self.language, e.kind.words());
        let title = match e.title.get(self.language) {
            title if title == e.name => String::new(),
            title => format!("  {title}"),
        };
        let places: Vec<String> = [e.old, e.new].into_iter().flatten().map(|s| place(self.sources, s)).collect();
        self.page.parts(&[
            (Style::Plain, "  "),
            (style, pick(self.language, status_words(e.status))),
            (Style::Plain, &format!(" {kind} ")),
            (Style::Bold, &name_of(e)),
            (Style::Plain, &format!("{title}  ")),
            (Style::Dim, &format!("({})", places.join(" → "))),
        ]);
        for part in &e.parts {
            self.page.indented(4, pick(self.language, part.what.words()));
            let is_joined = part.is_partial && matches!(part.what, What::Condition | What::Demand);
            let lead = if is_joined { "… and " } else { "" };
            let twins = match (part.old.as_slice(), part.new.as_slice()) {
                ([old], [new]) => Some(around_the_change(&old.text, &new.text)),
                _ => None,
            };
            for (sign, style, list) in [('-', Style::Red, &part.old), ('+', Style::Green, &part.new)] {
                for excerpt in list {
                    let text = match &twins {
                        Some((old, new)) => if sign == '-' { old } else { new }.as_str(),
                        None => &excerpt.text,
                    };
                    let at = self.sources.get(excerpt.span.source).line_column(excerpt.span.start as usize);
                    self.page.parts(&[
                        (Style::Plain, "      "),
                        (style, &format!("{sign} {lead}{text}")),
                        (Style::Plain, "  "),
                        (Style::Dim, &format!("({}:{})", at.line, at.column)),
                    ]);
                }
            }
        }
        if !e.parts.is_empty() {
            self.page.blank();
        }
    }
}

/// Widest text that is shown whole, in characters.
const MAX_WHOLE: usize = 90;
/// Words shown on each side of what differs in a longer one.
const WORDS_AROUND: usize = 6;

/// Two long texts cut to the words that differ and some around them.
fn around_the_change(old: &str, new: &str) -> (String, String) {
    if old.chars().count().max(new.chars().count()) <= MAX_WHOLE {
        return (old.to_owned(), new.to_owned());
    }
    let (a, b): (Vec<&str>, Vec<&str>) = (old.split(' ').collect(), new.split(' ').collect());
    let same = a.iter().zip(&b).take_while(|(x, y)| x == y).count();
    let rest = a.len().min(b.len()) - same;
    let tail = a.iter().rev().zip(b.iter().rev()).take(rest).take_while(|(x, y)| x == y).count();
    let cut = |words: &[&str]| {
        let from = same.saturating_sub(WORDS_AROUND);
        let until = (words.len() - tail + WORDS_AROUND).min(words.len());
        let shown = words[from..until].join(" ");
        format!("{}{shown}{}", if from > 0 { "… " } else { "" }, if until < words.len() { " …" } else { "" })
    };
    (cut(&a), cut(&b))
}

#[derive(Serialize)]
struct DiffOutput<'a> {
    /// The old rules; the new ones stand in the head.
    old_ruleset: &'a Named,
    old: String,
    new: String,
    same: bool,
    summary: Summary,
    changes: Vec<JsonEntry>,
    filings: Vec<JsonFiling>,
    diagnostics: Vec<JsonDiagnostic>,
}

#[derive(Serialize)]
struct Summary {
    added: usize,
    removed: usize,
    changed: usize,
    renamed: usize,
    filings: usize,
    filings_changed: usize,
}

#[derive(Serialize)]
struct JsonEntry {
    status: &'static str,
    kind: &'static str,
    layer: Option<String>,
    id: String,
    was: Option<String>,
    effective_from: Option<String>,
    title: Texts,
    old: Option<rules::Location>,
    new: Option<rules::Location>,
    parts: Vec<JsonPart>,
}

#[derive(Serialize)]
struct JsonPart {
    part: &'static str,
    /// Whether more stands in the part that both rulesets say.
    partial: bool,
    old: Vec<JsonExcerpt>,
    new: Vec<JsonExcerpt>,
}

#[derive(Serialize)]
struct JsonExcerpt {
    text: String,
    location: rules::Location,
}

#[derive(Serialize)]
struct JsonFiling {
    manifest: String,
    on: String,
    periods: Vec<JsonPeriod>,
}

#[derive(Serialize)]
struct JsonPeriod {
    from: Option<String>,
    until: Option<String>,
    now: bool,
    old_verdict: Option<&'static str>,
    new_verdict: Option<&'static str>,
    gained: Vec<JsonFinding>,
    lost: Vec<JsonFinding>,
}

#[derive(Serialize)]
struct JsonFinding {
    severity: &'static str,
    code: String,
    path: Option<String>,
}

fn to_json(
    args: &DiffArgs,
    rulesets: &(Named, Named),
    difference: &Difference,
    filings: &[Filing],
    problems: &[Diagnostic],
    sources: &SourceMap,
) -> Written {
    let excerpts = |list: &[Excerpt]| -> Vec<JsonExcerpt> {
        list.iter().map(|e| JsonExcerpt { text: e.text.clone(), location: rules::location(sources, e.span) }).collect()
    };
    let entry = |e: &Entry| JsonEntry {
        status: status_words(e.status).0,
        kind: e.kind.key(),
        layer: Some(e.layer.clone()).filter(|l| !l.is_empty()),
        id: e.name.clone(),
        was: e.was.clone(),
        effective_from: e.version.map(|d| d.to_string()),
        title: (&e.title).into(),
        old: e.old.map(|s| rules::location(sources, s)),
        new: e.new.map(|s| rules::location(sources, s)),
        parts: e
            .parts
            .iter()
            .map(|p| JsonPart { part: p.what.key(), partial: p.is_partial, old: excerpts(&p.old), new: excerpts(&p.new) })
            .collect(),
    };
    let findings = |list: &[(Severity, String, String)]| -> Vec<JsonFinding> {
        let one = |(severity, code, path): &(Severity, String, String)| JsonFinding {
            severity: severity_word(*severity).0,
            code: code.clone(),
            path: Some(path.clone()).filter(|p| !p.is_empty()),
        };
        list.iter().map(one).collect()
    };
    let filing = |f: &Filing| JsonFiling {
        manifest: f.name.clone(),
        on: f.day.to_string(),
        periods: f
            .effects
            .iter()
            .map(|e| JsonPeriod {
                from: e.from.map(|d| d.to_string()),
                until: e.until.map(|d| d.to_string()),
                now: e.is_now,
                old_verdict: e.state.old.map(Verdict::key),
                new_verdict: e.state.new.map(Verdict::key),
                gained: findings(&e.state.gained),
                lost: findings(&e.state.lost),
            })
            .collect(),
    };
    let n = |status| difference.count(status);
    let filings_changed = filings.iter().filter(|f| !f.effects.is_empty()).count();
    let output = DiffOutput {
        old_ruleset: &rulesets.0,
        old: args.old.clone(),
        new: args.new.clone(),
        same: difference.entries.is_empty() && filings_changed == 0,
        summary: Summary {
            added: n(Status::Added),
            removed: n(Status::Removed),
            changed: n(Status::Changed),
            renamed: n(Status::Renamed),
            filings: filings.len(),
            filings_changed,
        },
        changes: difference.entries.iter().map(entry).collect(),
        filings: filings.iter().map(filing).collect(),
        diagnostics: diagnostics_json(problems, sources),
    };
    json::document("diff", Some(&rulesets.1), &output, &Screen::of(sources))
}
