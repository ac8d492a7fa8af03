//! One filing at a time, on any thread: read, checked, rendered and forgotten.

use super::super::{Format, json};
use super::baseline::{Baseline, News};
use super::filter::Filter;
use super::keys::{By, Field};
use super::tally::{Facts, slot};
use super::tell::Told;
use crate::answer::{self, Line, Mended};
use crate::diagnostic::render::{self, Page, Screen, Shown};
use crate::diagnostic::{Diagnostic, Diagnostics, Language, Severity};
use crate::driver::{self, Checked, Options, Rulebook};
#[cfg(feature = "xlsx")]
use crate::eval::Verdict;
use crate::host::documents::Documents;
use crate::host::filing::{self, Filing};
use crate::host::input::{Content, Item, Raw};
#[cfg(feature = "xlsx")]
use crate::host::table::write::{Filed, Tone};
use crate::html::report::{self, Section};
use crate::manifest::{Document, Places, Records};
use crate::plan::{self, Plan};
use crate::source::SourceMap;

/// How a run writes what it finds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// Pages for people.
    Page,
    /// Parts of one JSON document.
    Json,
    /// A line of JSON for each filing.
    Lines,
    /// Parts of a page for browsers.
    Report,
    /// Rows of a spreadsheet.
    #[cfg(feature = "xlsx")]
    Sheet,
    /// Nothing for each filing: counts, or only the exit code.
    Nothing,
}

/// What does not change from filing to filing.
pub(super) struct Run<'r> {
    pub(super) book: &'r Rulebook,
    pub(super) options: Options,
    pub(super) documents: &'r Documents,
    /// What registers returned.
    pub(super) records: Option<&'r Records>,
    pub(super) stdin_name: Option<&'r str>,
    pub(super) language: Language,
    pub(super) form: Form,
    pub(super) format: Format,
    pub(super) explain_all: bool,
    /// Most mends that are looked for.
    pub(super) n_repairs: usize,
    pub(super) quiet: u8,
    /// Whether there may be more than one filing.
    pub(super) is_many: bool,
    /// Whether a report holds the plan of each filing.
    pub(super) draws_plans: bool,
    pub(super) has_color: bool,
    pub(super) details: bool,
    pub(super) keys: Vec<By>,
    pub(super) id: Option<Field>,
    pub(super) filter: Filter,
    pub(super) baseline: Option<Baseline>,
    pub(super) writes_baseline: bool,
    pub(super) allow_incomplete: bool,
    pub(super) fails_on_warnings: bool,
}

/// What became of one item.
#[derive(Debug, Default)]
pub(super) struct Made {
    /// As `Form` wants it; empty where it is not shown.
    pub(super) shown: Shown,
    /// A filing of a JSON document, and the messages of one.
    pub(super) json: Option<(Option<String>, Vec<String>)>,
    /// A filing as a report holds it.
    pub(super) report: Option<Box<Section>>,
    /// A filing as a spreadsheet holds it, or the heads of a table.
    #[cfg(feature = "xlsx")]
    pub(super) sheet: Option<InSheet>,
    /// Its line of a baseline.
    pub(super) baseline: Option<Shown>,
    /// What counts of it; `None` where it is no filing.
    pub(super) facts: Option<Facts>,
    /// Errors, warnings and notes of what is no filing.
    pub(super) said: [usize; 3],
    /// What is told beside the result.
    pub(super) beside: Vec<Diagnostic>,
    /// Why it cannot be written.
    pub(super) failure: Option<Box<Diagnostic>>,
}

/// What goes into a spreadsheet.
#[cfg(feature = "xlsx")]
#[derive(Debug)]
pub(super) enum InSheet {
    Heads(String, Vec<(usize, String)>),
    Filing(Box<Filed>),
}

/// A thread's own part of a run.
pub(super) struct Worker<'w> {
    run: &'w Run<'w>,
    /// The rules, and the one filing at hand.
    sources: SourceMap,
    n_rules: usize,
}

/// A filing as it was read and checked.
struct Read {
    name: String,
    id: String,
    checked: Checked,
    mended: Option<Mended>,
    plan: Option<Plan>,
    places: Option<Places>,
    values: Vec<String>,
    /// The rows of the table it came from, where they are wanted.
    rows: Vec<Raw>,
}

impl<'w> Worker<'w> {
    pub(super) fn new(run: &'w Run<'w>, rules: &SourceMap) -> Self {
        Worker { run, sources: rules.clone(), n_rules: rules.len() }
    }

    /// Works on one item.
    pub(super) fn work(&mut self, item: Item) -> Made {
        self.sources.truncate(self.n_rules);
        let read = match item {
            Item::Told(name, list) => return self.told(&name, &list),
            #[cfg(feature = "xlsx")]
            Item::Heads(name, heads) => return Made { sheet: Some(InSheet::Heads(name.to_string(), heads)), ..Made::default() },
            other => self.read(other),
        };
        self.made(&read)
    }

    fn told_in(&self) -> Told<'w> {
        let Run { book, format, language, explain_all, quiet, is_many, .. } = *self.run;
        Told { book, format, language, explain_all, quiet, is_many }
    }

    /// What is said of a stream or a table.
    pub(super) fn told(&self, name: &str, list: &[Diagnostic]) -> Made {
        let mut made = Made::default();
        list.iter().for_each(|d| made.said[slot(d.severity)] += 1);
        let screen = Screen::of(&self.sources);
        match self.run.form {
            Form::Page => {
                let mut page = Page::new(screen, self.run.has_color);
                self.told_in().show(&mut page, list, &self.sources);
                made.shown = page.finish();
            }
            Form::Json => match self.messages(list, &screen) {
                Ok(messages) => made.json = Some((None, messages)),
                Err(why) => made.failure = Some(why),
            },
            Form::Lines if made.said[0] > 0 => {
                let checked = self.unread(list.to_vec());
                let line = Line::of((name, name), (self.run.book, &checked), None, &self.sources, &screen, self.run.language);
                self.put_line(&line, &screen, &mut made);
            }
            Form::Report => made.shown = report::told(list, &self.sources, &screen),
            Form::Lines | Form::Nothing => {}
            #[cfg(feature = "xlsx")]
            Form::Sheet => made.beside = list.to_vec(),
        }
        made
    }

    fn unread(&self, diagnostics: Vec<Diagnostic>) -> Checked {
        let on = self.run.options.on.unwrap_or(self.run.options.today);
        Checked::unusable(diagnostics, on)
    }

    fn read(&mut self, item: Item) -> Read {
        let (run, mut problems) = (self.run, Diagnostics::new());
        let (mut own_id, mut rows) = (None, Vec::new());
        let (name, filing) = match item {
            Item::Manifest(path, format) => {
                let filing = Filing::open(&path, run.stdin_name, &mut self.sources, &mut problems);
                (filing::name(&path, run.stdin_name), filing.map(|f| f.in_form(format)))
            }
            Item::Part(mut part) => {
                own_id = part.id.take();
                if let Content::Row(row) = &mut part.content {
                    rows = std::mem::take(&mut row.raw);
                }
                (part.name(), Filing::of_part(*part, &mut self.sources, &mut problems))
            }
            Item::Told(name, _) | Item::Heads(name, _) => (name.to_string(), None),
        };
        let schema = run.book.schema();
        let document =
            filing.as_ref().map(|f| f.read_with(run.records, schema, run.options.today, run.documents, &mut self.sources, &mut problems));
        let wants_mends = run.n_repairs > 0 && matches!(run.form, Form::Page | Form::Json | Form::Report);
        let mended = filing
            .as_ref()
            .zip(document.as_ref())
            .filter(|_| wants_mends)
            .map(|(f, d)| Mended::of(run.book, f.source, d, &self.sources, &run.options, run.n_repairs));
        let wants_places = run.form == Form::Lines || run.baseline.is_some() || run.writes_baseline;
        let places = document.as_ref().filter(|_| wants_places).map(|d| Places::of(d, schema));
        let values = self.values(document.as_ref());
        let id = match (&run.id, own_id) {
            (Some(field), _) => document.as_ref().map_or_else(|| name.clone(), |d| self.stated(field, d)),
            (None, Some(id)) => id,
            (None, None) => name.clone(),
        };
        let plan = document.as_ref().filter(|_| run.form == Form::Report && run.draws_plans).and_then(|d| {
            let day = driver::submission_date(schema, d, &run.options);
            plan::plan(run.book, &self.sources, &name, d.clone(), problems.clone(), &run.options, day.into()).0
        });
        let checked = match document {
            Some(document) => driver::check(run.book, &self.sources, document, problems, &run.options),
            None => self.unread(problems.into_sorted()),
        };
        Read { name, id, checked, mended, plan, places, values, rows }
    }

    /// What a filing states in a field, masked where it is private.
    fn stated(&self, field: &Field, document: &Document) -> String {
        let value = field.value(document, self.run.book.schema(), self.run.language);
        if field.is_private { Screen::of(&self.sources).masked(&value).into_owned() } else { value }
    }

    /// What the filing states for each key that is a field.
    fn values(&self, document: Option<&Document>) -> Vec<String> {
        let of = |key: &By| match (key, document) {
            (By::Field(field), Some(document)) => self.stated(field, document),
            (By::Field(_), None) => if self.run.language == Language::Zh { "（无法读取）" } else { "(not readable)" }.to_owned(),
            _ => String::new(),
        };
        self.run.keys.iter().map(of).collect()
    }

    fn made(&self, read: &Read) -> Made {
        let (run, Read { name, id, checked, .. }) = (self.run, read);
        let mut made = Made::default();
        let screen = Screen::of(&self.sources);
        let needs_line = run.form == Form::Lines || run.baseline.is_some() || run.writes_baseline;
        let line = || Line::of((id, name), (run.book, checked), read.places.as_ref(), &self.sources, &screen, run.language);
        let mut line = needs_line.then(line);
        if let (Some(line), true) = (&line, run.writes_baseline) {
            match render::json_line(line, &screen) {
                Ok(shown) => made.baseline = Some(shown),
                Err(e) => made.failure = Some(super::super::output::no_form("JSON", e)),
            }
        }
        let news = run.baseline.as_ref().zip(line.as_ref()).map(|(b, line)| b.news(line, checked, run.fails_on_warnings));
        let knows = |d: &Diagnostic| match (&run.baseline, &line) {
            (Some(baseline), Some(line)) => {
                let rule = d.code.text();
                let message = d.message.get(run.language);
                line.findings.iter().filter(|f| f.is_of(&rule, message)).all(|f| baseline.knows(id, &f.rule, f.path.as_deref()))
            }
            _ => false,
        };
        let is_plain = run.baseline.is_none() && run.filter.wants_all();
        let wanted: Vec<Diagnostic> =
            if is_plain { Vec::new() } else { checked.diagnostics.iter().filter(|d| run.filter.wants(d) && !knows(d)).cloned().collect() };
        let wanted: &[Diagnostic] = if is_plain { &checked.diagnostics } else { &wanted };
        let has_news = news.is_none_or(|n| n.is_worse || !wanted.is_empty());
        let is_shown = run.filter.wants_filing(checked) && has_news;
        made.facts = Some(self.facts(read, wanted, news, is_shown));
        if !is_shown {
            return made;
        }
        match run.form {
            Form::Nothing => {}
            Form::Page => {
                let mut page = Page::new(screen, run.has_color);
                self.told_in().filing(&mut page, name, checked, wanted, &self.sources);
                if let Some(mended) = &read.mended {
                    mended.tell(&mut page, run.book, &self.sources, run.language);
                }
                made.shown = page.finish();
            }
            Form::Report => {
                let (mended, plan) = (read.mended.as_ref(), read.plan.as_ref());
                let of = report::Of { book: run.book, sources: &self.sources, name, checked, wanted, mended, plan, is_many: run.is_many };
                made.report = Some(Box::new(Section::new(of, &screen)));
            }
            Form::Json => {
                let filing = json::part(&answer::filing(run.book, name, checked, read.mended.as_ref()), &screen);
                match filing.and_then(|f| Ok((f, self.messages(wanted, &screen)?))) {
                    Ok((filing, messages)) => made.json = Some((Some(filing), messages)),
                    Err(why) => made.failure = Some(why),
                }
            }
            #[cfg(feature = "xlsx")]
            Form::Sheet => made.sheet = Some(InSheet::Filing(Box::new(self.filed(read, wanted, &screen)))),
            Form::Lines => {
                if let Some(line) = &mut line {
                    if !is_plain {
                        let kept = |f: &answer::Finding| wanted.iter().any(|d| f.is_of(&d.code.text(), d.message.get(run.language)));
                        line.findings.retain(kept);
                    }
                    if run.details {
                        line.with_details(run.book, checked, &self.sources);
                    }
                    self.put_line(line, &screen, &mut made);
                }
            }
        }
        made
    }

    /// A filing as a spreadsheet holds it. Its own cells are as they came; what is said of them went through the screen.
    #[cfg(feature = "xlsx")]
    fn filed(&self, read: &Read, wanted: &[Diagnostic], screen: &Screen) -> Filed {
        let language = self.run.language;
        let report = read.checked.report.as_ref();
        let words = report.map_or(("not readable", "无法读取"), |r| r.verdict.words());
        let findings = || wanted.iter().filter(|d| d.severity != Severity::Note);
        let message = |d: &Diagnostic| screen.text(d.message.get(language));
        let help = findings().flat_map(|d| &d.help).map(|h| screen.text(h.get(language)));
        let mut help: Vec<String> = help.collect();
        help.dedup();
        let mut cells = Vec::new();
        for d in findings() {
            for label in d.labels.iter().filter(|l| l.is_primary && l.span.source.0 as usize >= self.n_rules) {
                let at = self.sources.get(label.span.source).line_column(label.span.start as usize);
                cells.push(((at.line, at.column), d.severity, message(d)));
            }
        }
        Filed {
            name: screen.text(&read.id),
            rows: read.rows.clone(),
            verdict: if language == Language::Zh { words.1 } else { words.0 }.to_owned(),
            tone: match report.map(|r| r.verdict) {
                Some(Verdict::Ready | Verdict::NotRequired) => Tone::Good,
                Some(Verdict::Incomplete) => Tone::Open,
                Some(Verdict::Rejected) | None => Tone::Bad,
            },
            findings: findings().map(message).collect::<Vec<_>>().join("\n"),
            help: help.join("\n"),
            cells,
        }
    }

    fn put_line(&self, line: &Line, screen: &Screen, made: &mut Made) {
        match render::json_line(line, screen) {
            Ok(shown) => made.shown = shown,
            Err(e) => made.failure = Some(super::super::output::no_form("JSON", e)),
        }
    }

    fn messages(&self, list: &[Diagnostic], screen: &Screen) -> Result<Vec<String>, Box<Diagnostic>> {
        render::diagnostics_json(list, &self.sources).iter().map(|d| json::part(d, screen)).collect()
    }

    fn facts(&self, read: &Read, wanted: &[Diagnostic], news: Option<News>, is_shown: bool) -> Facts {
        let (run, Read { id, checked, .. }) = (self.run, read);
        let mut said = [0; 3];
        checked.diagnostics.iter().for_each(|d| said[slot(d.severity)] += 1);
        let mut code = driver::exit_code(std::slice::from_ref(checked), run.allow_incomplete, run.fails_on_warnings);
        let mut left_out = super::super::json::LeftOutOf::default();
        if !is_shown {
            left_out.filings = 1;
        } else {
            left_out.findings = checked.diagnostics.len() - wanted.len();
        }
        if code == 1 && news.is_some_and(|n| !n.is_worse && !n.fails_anew) {
            code = 0;
            left_out.excused = 1;
        }
        let values = run.keys.iter().zip(&read.values).map(|(key, value)| self.hits(key, value, checked, wanted)).collect();
        let values = if is_shown { values } else { vec![Vec::new(); run.keys.len()] };
        Facts { id: id.clone(), verdict: checked.report.as_ref().map(|r| r.verdict), said, values, code, left_out }
    }

    /// The values of a key that a filing has, each with its findings.
    fn hits(&self, key: &By, value: &str, checked: &Checked, wanted: &[Diagnostic]) -> Vec<(String, usize)> {
        let findings = || wanted.iter().filter(|d| d.severity != Severity::Note);
        let n = findings().count();
        let zh = self.run.language == Language::Zh;
        let of = |d: &Diagnostic| match key {
            By::Rule => d.code.text(),
            _ => {
                let rules = checked.report.iter().flat_map(|r| &r.rules);
                let name = d.code.text();
                let stage = rules.filter(|r| r.name == name || r.also.contains(&name)).map(|r| r.stage.as_str()).find(|s| !s.is_empty());
                stage.unwrap_or(if zh { "（无阶段）" } else { "(no stage)" }).to_owned()
            }
        };
        match key {
            By::Rule | By::Stage => {
                let mut counts: std::collections::BTreeMap<String, usize> = std::collections::BTreeMap::new();
                findings().for_each(|d| *counts.entry(of(d)).or_default() += 1);
                counts.into_iter().collect()
            }
            By::Verdict => {
                let words = checked.report.as_ref().map_or(("unreadable", "无法读取"), |r| r.verdict.words());
                vec![(if zh { words.1 } else { words.0 }.to_owned(), n)]
            }
            By::Field(_) => vec![(value.to_owned(), n)],
        }
    }
}
