//! What a host needs: a rulebook, filings, checks, plans and reports.
//!
//! In: rule texts or the bytes of a stored rulebook, filings as texts. Out: verdicts, outcomes by rule id, and on demand reports in words.
//! INVARIANT: everything here is `Send + Sync`; nothing touches a file, the environment or the clock.

use crate::answer::{Line, Mended};
use crate::diagnostic::render::{self, Page, Screen, Shown};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Language, say};
use crate::driver::{self, Outcomes};
use crate::eval::{Outcome, Verdict};
use crate::manifest::{self, Document, Places};
use crate::pack::{Broken, Pack, Texts};
use crate::regions;
use crate::source::{SourceId, SourceKind, SourceMap};

use std::fmt;
use std::sync::Arc;

/// Form of a filing: TOML or JSON.
pub use crate::manifest::Format;
/// The moment of a plan: a day, and the time of it where that counts.
pub use crate::plan::Moment;
/// Days and moments as texts, and the day of a moment on the clock of mainland China.
pub use crate::value::{Date, day_in_china, parse_date, parse_datetime};

/// The rules of a run. To clone it is to share it; all methods take `&self`, from any thread.
///
/// ```
/// use filingc::api::{Format, Options, Rulebook};
///
/// let book = Rulebook::bundled()?;
/// let options = Options::on(jiff::civil::date(2026, 11, 23));
/// let text = r#"{"filing": {"region": "zj"}, "entity": {"name": "示例科技（杭州）有限公司"}}"#;
/// let filing = book.read("order-1.json", text, Format::Json, &options);
/// let check = book.check(&filing);
/// assert_ne!(check.verdict(), Some(filingc::eval::Verdict::Ready));
/// println!("{}", check.explain());
/// # Ok::<(), filingc::api::Report>(())
/// ```
///
/// A thousand filings on four threads, over one rulebook:
///
/// ```
/// use filingc::api::{Format, Options, Rulebook};
/// use std::sync::atomic::{AtomicUsize, Ordering};
///
/// let book = Rulebook::bundled()?;
/// let options = Options::on(jiff::civil::date(2026, 11, 23));
/// let text = r#"{"filing": {"region": "zj", "type": "initial"}}"#;
/// let checked = AtomicUsize::new(0);
/// std::thread::scope(|scope| {
///     for thread in 0..4 {
///         let (book, options, checked) = (&book, &options, &checked);
///         scope.spawn(move || {
///             for n in 0..250 {
///                 let filing = book.read(&format!("order-{thread}-{n}.json"), text, Format::Json, options);
///                 book.check(&filing);
///                 checked.fetch_add(1, Ordering::Relaxed);
///             }
///         });
///     }
/// });
/// assert_eq!(checked.into_inner(), 1000);
/// # Ok::<(), filingc::api::Report>(())
/// ```
#[derive(Clone, Debug)]
pub struct Rulebook {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    book: driver::Rulebook,
    sources: SourceMap,
}

/// How filings are read and checked.
#[derive(Clone, Debug)]
pub struct Options {
    /// The region where a filing states none: an id of the vocabulary, such as `zj`.
    pub region: Option<String>,
    /// The day of law and of submission, instead of what a filing states.
    pub on: Option<Date>,
    /// The day of the run, in mainland China.
    pub today: Date,
    /// Weak sources (low confidence, unconfirmed) count like others.
    pub strict: bool,
    /// Look-ups that were not made count like facts that are not stated: the filing is incomplete without them.
    pub require_look_ups: bool,
}

impl Options {
    /// A check for one day, which is also the day of the run.
    pub fn on(day: Date) -> Self {
        Options { region: None, on: Some(day), today: day, strict: false, require_look_ups: false }
    }

    fn of_driver(&self, detailed: bool) -> driver::Options {
        driver::Options {
            region: self.region.clone(),
            on: self.on,
            today: self.today,
            strict: self.strict,
            require_look_ups: self.require_look_ups,
            detailed,
        }
    }
}

/// A filing as read: values by slot, each with its place, and what was wrong with its form.
#[derive(Clone, Debug)]
pub struct Filing {
    name: String,
    document: Document,
    problems: Diagnostics,
    sources: SourceMap,
    options: Options,
}

impl Filing {
    /// Whether its form lets it be checked at all.
    pub fn is_usable(&self) -> bool {
        self.document.flaw != Some(manifest::Flaw::Unreadable)
    }
}

/// How every rule ends for one filing. Texts are made by [`Check::explain`] only.
#[derive(Debug)]
pub struct Check<'f> {
    book: Rulebook,
    filing: &'f Filing,
    outcomes: Option<Outcomes>,
}

/// Messages with the texts they are about. It is also what a call that fails gives.
#[derive(Clone, Debug)]
pub struct Report {
    /// The messages: errors, then warnings, then notes.
    pub diagnostics: Vec<Diagnostic>,
    sources: SourceMap,
}

/// The steps of one filing, by when and waiting for whom.
pub use crate::plan::Plan;
/// The mends of a filing.
pub use crate::prove::Repairs;

impl Rulebook {
    /// The rules that are part of the program. Nothing is compiled.
    ///
    /// # Errors
    /// A program that was built from rules with errors.
    pub fn bundled() -> Result<Self, Report> {
        let mut sources = SourceMap::default();
        let ids = regions::add_sources(&mut sources);
        match regions::bundle() {
            Some(bytes) => match driver::Rulebook::bundled(bytes) {
                Ok(book) => Ok(Rulebook { shared: Arc::new(Shared { book, sources }) }),
                Err(why) => Err(Report::broken(&why)),
            },
            None => Self::compiled(sources, &ids),
        }
    }

    /// Compiles rule texts, given by name.
    ///
    /// # Errors
    /// The errors in the texts, each with its place.
    ///
    /// ```
    /// use filingc::api::Rulebook;
    ///
    /// let report = Rulebook::compile([("rules.filing", "requirement {")]).unwrap_err();
    /// assert!(report.to_string().contains("rules.filing:1"));
    /// ```
    pub fn compile<'t>(texts: impl IntoIterator<Item = (&'t str, &'t str)>) -> Result<Self, Report> {
        let mut sources = SourceMap::default();
        let ids: Vec<_> = texts.into_iter().map(|(name, text)| sources.add(name, text.to_owned(), SourceKind::Rules)).collect();
        Self::compiled(sources, &ids)
    }

    fn compiled(sources: SourceMap, ids: &[crate::source::SourceId]) -> Result<Self, Report> {
        let mut diagnostics = Diagnostics::new();
        let compiled = driver::compile(&sources, ids, &mut diagnostics);
        if diagnostics.has_errors() {
            return Err(Report { diagnostics: diagnostics.into_sorted(), sources });
        }
        let book = driver::Rulebook::new(compiled, &sources).map_err(|why| Report::broken(&why))?;
        Ok(Rulebook { shared: Arc::new(Shared { book, sources }) })
    }

    /// A rulebook from the bytes that [`Rulebook::to_pack`] or `filingc build` made. Every byte is compared with its checksum.
    ///
    /// # Errors
    /// Bytes that are cut off, changed, or of another version.
    ///
    /// ```
    /// use filingc::api::Rulebook;
    ///
    /// let book = Rulebook::compile([("rules.filing", "manifest { name: text }")])?;
    /// let pack = book.to_pack()?;
    /// assert_eq!(Rulebook::from_pack(pack.clone())?.hash(), book.hash());
    /// assert!(Rulebook::from_pack(pack[1..].to_vec()).is_err());
    /// # Ok::<(), filingc::api::Report>(())
    /// ```
    pub fn from_pack(bytes: Vec<u8>) -> Result<Self, Report> {
        let pack = Pack::check(bytes.into()).map_err(|why| Report::broken(&why))?;
        let mut sources = SourceMap::default();
        pack.add_sources(&mut sources);
        Ok(Rulebook { shared: Arc::new(Shared { book: driver::Rulebook::of_pack(pack), sources }) })
    }

    /// The rulebook with its texts as bytes that start without compiling.
    ///
    /// # Errors
    /// Rules of more than 4 GiB.
    pub fn to_pack(&self) -> Result<Vec<u8>, Report> {
        let sources = &self.shared.sources;
        let ids: Vec<_> = sources.iter().map(|(id, _)| id).collect();
        let compiled = driver::compile(sources, &ids, &mut Diagnostics::new());
        let pack = Pack::new(&compiled.program, sources, Texts::Inside).map_err(|why| Report::broken(&why))?;
        Ok(pack.bytes().to_vec())
    }

    /// The hash of the rule texts, as 64 hexadecimal digits: it names the ruleset.
    pub fn hash(&self) -> String {
        self.shared.book.hash()
    }

    /// Reads a filing. Faults of its form are kept with it and told by [`Check::explain`].
    pub fn read(&self, name: &str, text: &str, format: Format, options: &Options) -> Filing {
        let mut sources = self.shared.sources.clone();
        let id = sources.add(name, text.to_owned(), SourceKind::Manifest);
        self.read_source(name.to_owned(), Some((id, format)), sources, Diagnostics::new(), options)
    }

    /// Reads a filing as its bytes: TOML, or JSON where the name or the text says so. What is no text is a fault of the filing.
    pub fn read_bytes(&self, name: &str, bytes: Vec<u8>, options: &Options) -> Filing {
        let (mut sources, mut problems) = (self.shared.sources.clone(), Diagnostics::new());
        let opened = manifest::decode(name, bytes, &mut problems).map(|text| {
            let format = manifest::format_of(name, &text);
            (sources.add(name, text, SourceKind::Manifest), format)
        });
        self.read_source(name.to_owned(), opened, sources, problems, options)
    }

    /// Reads a filing that is a line of a stream, as JSON; places in messages are those of the stream. Its line break may be there. What is
    /// no text is a fault of the filing.
    ///
    /// ```
    /// use filingc::api::{Options, Rulebook};
    ///
    /// let book = Rulebook::bundled()?;
    /// let options = Options::on(jiff::civil::date(2026, 11, 23));
    /// let filing = book.read_line("orders.jsonl", 7, b"{\"filing\": {\"region\": \"zj\"}}".to_vec(), &options);
    /// let line = book.line(&filing, Some("order-7"), filingc::Language::En, false)?;
    /// assert!(line.starts_with("{\"id\":\"order-7\",\"at\":\"orders.jsonl:7\",\"verdict\":\"incomplete\","));
    /// # Ok::<(), filingc::api::Report>(())
    /// ```
    pub fn read_line(&self, name: &str, line: usize, mut bytes: Vec<u8>, options: &Options) -> Filing {
        manifest::trim_line(line, &mut bytes);
        let (mut sources, mut problems) = (self.shared.sources.clone(), Diagnostics::new());
        let opened = manifest::open_line(name, line, bytes, &mut sources, &mut problems);
        self.read_source(format!("{name}:{line}"), opened.map(|id| (id, Format::Json)), sources, problems, options)
    }

    /// A host without a disk sees none of the documents that a filing names.
    fn read_source(
        &self,
        name: String,
        source: Option<(SourceId, Format)>,
        sources: SourceMap,
        mut problems: Diagnostics,
        options: &Options,
    ) -> Filing {
        let schema = self.shared.book.schema();
        let document = match source {
            Some((id, format)) => {
                let mut document = manifest::read(&sources, id, format, schema, options.today, &mut problems);
                manifest::files::unseen(&mut document, schema);
                document
            }
            None => {
                let mut document = Document::empty(SourceId(sources.len().saturating_sub(1) as u32), schema);
                document.flaw = Some(manifest::Flaw::Unreadable);
                document
            }
        };
        Filing { name, document, problems, sources, options: options.clone() }
    }

    /// What `filingc check --output-format jsonl` writes of a filing, with `details` what it writes with `--details`; the line break included. `id` is
    /// what its house calls the filing.
    ///
    /// # Errors
    /// Values that cannot be written as JSON.
    pub fn line(&self, filing: &Filing, id: Option<&str>, language: Language, details: bool) -> Result<String, Report> {
        let (book, sources) = (&self.shared.book, &filing.sources);
        let places = Places::of(&filing.document, book.schema());
        let options = filing.options.of_driver(details);
        let checked = driver::check(book, sources, filing.document.clone(), filing.problems.clone(), &options);
        let screen = Screen::of(sources);
        let names = (id.unwrap_or(&filing.name), filing.name.as_str());
        let mut line = Line::of(names, (book, &checked), Some(&places), sources, &screen, language);
        if details {
            line.with_details(book, &checked, sources);
        }
        written(render::json_line(&line, &screen))
    }

    /// Checks a filing against the rules of its region, provider and day.
    pub fn check<'f>(&self, filing: &'f Filing) -> Check<'f> {
        let book = &self.shared.book;
        let outcomes = filing.is_usable().then(|| {
            let options = filing.options.of_driver(false);
            let mut document = filing.document.clone();
            driver::region_option(book.schema(), &mut document, &options, &mut Diagnostics::new());
            let on = driver::submission_date(book.schema(), &document, &options);
            driver::evaluate(book, &document, on, options.strict, options.require_look_ups)
        });
        Check { book: self.clone(), filing, outcomes }
    }

    /// The cheapest mends of a refused filing, at most `n`, each checked again; an empty list for a filing that is not refused.
    ///
    /// ```
    /// use filingc::api::{Format, Options, Rulebook};
    ///
    /// let book = Rulebook::bundled()?;
    /// let text = std::fs::read_to_string("examples/c10-website-and-app.toml").unwrap();
    /// let filing = book.read("order.toml", &text, Format::Toml, &Options::on(jiff::civil::date(2026, 11, 23)));
    /// let repairs = book.repair(&filing, 3);
    /// assert_eq!(repairs.list[0].edits[0].path, "materials.app_icon.kb");
    /// assert_eq!(repairs.list[0].text, Some(text.replace("kb = 180", "kb = 100")));
    /// # Ok::<(), filingc::api::Report>(())
    /// ```
    pub fn repair(&self, filing: &Filing, n: usize) -> Repairs {
        let file = filing.sources.get(filing.document.source);
        let format = manifest::format_of(&file.name, &file.text);
        let options = filing.options.of_driver(false);
        crate::prove::repair(&self.shared.book, &filing.document, Some((&file.text, format)), &options, n)
    }

    /// The mends as JSON: `repairs`, and `unrepaired` where a refused filing has none, as `filingc check --repair --output-format json` has them.
    ///
    /// # Errors
    /// Values that cannot be written as JSON.
    pub fn repair_json(&self, filing: &Filing, n: usize) -> Result<String, Report> {
        let (book, sources) = (&self.shared.book, &filing.sources);
        let mended = Mended::of(book, filing.document.source, &filing.document, sources, &filing.options.of_driver(false), n);
        written(render::json_line(&mended.answer(book), &Screen::of(sources)))
    }

    /// The plan as JSON: `plans` and `diagnostics`, as `filingc plan --output-format json` has them; no plan where the filing cannot be used.
    ///
    /// # Errors
    /// Values that cannot be written as JSON.
    pub fn plan_json(&self, filing: &Filing, moment: impl Into<Moment>) -> Result<String, Report> {
        let (document, problems) = (filing.document.clone(), filing.problems.clone());
        let (book, sources, options) = (&self.shared.book, &filing.sources, filing.options.of_driver(false));
        let (plan, checked) = crate::plan::plan(book, sources, &filing.name, document, problems, &options, moment.into());
        let said: Vec<Diagnostic> = match &plan {
            Some(plan) => crate::plan::about_manifest(&checked.diagnostics).chain(&plan.findings).cloned().collect(),
            None => checked.diagnostics,
        };
        let plans: Vec<&Plan> = plan.iter().collect();
        written(render::document(&crate::plan::render::json(&plans, &said, sources), &Screen::of(sources)))
    }

    /// The plan of a filing at a moment; `None` where the filing cannot be used.
    pub fn plan(&self, filing: &Filing, moment: impl Into<Moment>) -> Option<Plan> {
        let (document, problems) = (filing.document.clone(), filing.problems.clone());
        let options = filing.options.of_driver(false);
        crate::plan::plan(&self.shared.book, &filing.sources, &filing.name, document, problems, &options, moment.into()).0
    }
}

impl Check<'_> {
    /// What becomes of the filing; `None` where its form does not let it be checked.
    pub fn verdict(&self) -> Option<Verdict> {
        self.outcomes.as_ref().map(|o| o.verdict(&self.book.shared.book))
    }

    /// Full id of every rule in force with how it ends for this filing.
    pub fn rules(&self) -> impl Iterator<Item = (&str, Outcome)> {
        let view = self.book.shared.book.view();
        let pairs = self.outcomes.iter().flat_map(|o| o.law.active.rules.iter().zip(&o.all.ended));
        pairs.map(move |(rule, ended)| (view.rule_name(rule.rule), ended.outcome))
    }

    /// What is to be said: faults of form, findings with the places that decided, the rules and their sources.
    pub fn explain(&self) -> Report {
        let filing = self.filing;
        let options = filing.options.of_driver(false);
        let (document, problems) = (filing.document.clone(), filing.problems.clone());
        let checked = driver::check(&self.book.shared.book, &filing.sources, document, problems, &options);
        Report { diagnostics: checked.diagnostics, sources: filing.sources.clone() }
    }
}

fn written(shown: Result<Shown, impl fmt::Display>) -> Result<String, Report> {
    shown.map(Shown::into_string).map_err(|error| {
        let d = Diagnostic::new(Code::OutputFormat, say!("no JSON could be made: {error}", "无法生成 JSON：{error}"));
        Report { diagnostics: vec![d], sources: SourceMap::default() }
    })
}

impl Report {
    /// As JSON, the list `diagnostics` of every document of the program.
    ///
    /// # Errors
    /// Values that cannot be written as JSON.
    pub fn json(&self) -> Result<String, Report> {
        written(render::document(&render::diagnostics_json(&self.diagnostics, &self.sources), &Screen::of(&self.sources)))
    }

    fn broken(why: &Broken) -> Self {
        Report { diagnostics: vec![why.diagnostic("the stored rulebook")], sources: SourceMap::default() }
    }

    /// As text, with excerpts.
    pub fn text(&self, language: Language) -> String {
        let mut page = Page::new(Screen::of(&self.sources), false);
        render::full(&mut page, &self.diagnostics, &self.sources, language);
        page.finish().into_string()
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text(Language::En))
    }
}

impl std::error::Error for Report {}

const _: () = {
    const fn is_shared<T: Send + Sync>() {}
    is_shared::<Rulebook>();
    is_shared::<Filing>();
    is_shared::<Check<'static>>();
    is_shared::<Report>();
    is_shared::<Plan>();
};
