//! The phases in sequence: rule texts to a `Rulebook`, a manifest and a day to a `Checked`.
//!
//! In: texts, the day, options. Out: values and diagnostics. No file, no clock, no environment is touched here.

use crate::diagnostic::{Diagnostic, Diagnostics, Severity};
use crate::eval::{self, Circumstances, Evaluation, Explained, Law, Machine, Memory, Outcome, Reach, Report, Scale, Tri, Verdict, Weight};
use crate::graph::Dependencies;
use crate::hir::{LayerId, Program};
use crate::manifest::{Document, Flaw, Unusable};
use crate::pack::{Broken, Bytes, LoweredLayer, NONE, Pack, Texts, View};
use crate::resolve::{self, Names};
use crate::source::{SourceId, SourceMap, Span};
use crate::syntax;
use crate::typeck;
use crate::value::{Date, Schema, Value};
use rustc_hash::FxHashMap;
use std::borrow::Cow;
use std::sync::{Arc, Mutex, PoisonError};

/// A compiled ruleset with its names.
#[derive(Debug)]
pub struct Compiled {
    /// The program.
    pub program: Program,
    /// Its names.
    pub names: Names,
    /// Its requirement graph.
    pub dependencies: Dependencies,
    /// Its cases with the layer of their file.
    pub cases: Vec<(Option<LayerId>, syntax::ast::Case)>,
}

/// Compiles rule texts. With errors among the diagnostics the program must not be run.
pub fn compile(sources: &SourceMap, files: &[SourceId], diagnostics: &mut Diagnostics) -> Compiled {
    compile_parsed(&parse(sources, files, diagnostics), diagnostics)
}

/// Parses rule texts.
pub fn parse(sources: &SourceMap, files: &[SourceId], diagnostics: &mut Diagnostics) -> Vec<syntax::ast::File> {
    files.iter().map(|id| syntax::parse(sources, *id, diagnostics)).collect()
}

/// Compiles parsed rule files.
pub fn compile_parsed(parsed: &[syntax::ast::File], diagnostics: &mut Diagnostics) -> Compiled {
    let (program, names) = resolve::declare(parsed, diagnostics);
    let (program, names) = typeck::check(parsed, program, &names, diagnostics);
    let dependencies = Dependencies::build(&program);
    for ring in dependencies.rings(&program) {
        diagnostics.report(typeck::diagnostics::cycle(&ring));
    }
    let cases = names.cases(parsed);
    Compiled { program, names, dependencies, cases }
}

/// All rules of a run: shared by all threads.
#[derive(Debug)]
pub struct Rulebook {
    pack: Pack,
    compiled: Option<Box<Compiled>>,
    laws: Mutex<FxHashMap<LawKey, Arc<Law>>>,
}

/// What the law of a filing depends on: its layers, and for each date that is counted the interval between two changes it lies in.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct LawKey {
    layers: Vec<usize>,
    intervals: Vec<u32>,
}

/// Most laws that are kept: a rulebook has a few for each region.
const MAX_LAWS: usize = 1024;

impl std::ops::Deref for Rulebook {
    type Target = Pack;

    fn deref(&self) -> &Pack {
        &self.pack
    }
}

impl Rulebook {
    /// From a compiled ruleset without errors and the texts it was compiled from.
    ///
    /// # Errors
    /// Rules that do not fit into 4 GiB.
    pub fn new(compiled: Compiled, sources: &SourceMap) -> Result<Self, Broken> {
        let pack = Pack::new(&compiled.program, sources, Texts::Outside)?;
        Ok(Rulebook { pack, compiled: Some(Box::new(compiled)), laws: Mutex::default() })
    }

    /// From a compiled ruleset that is run and not stored.
    ///
    /// # Errors
    /// Rules that do not fit into 4 GiB.
    pub fn to_run(compiled: Compiled) -> Result<Self, Broken> {
        let pack = Pack::to_run(&compiled.program, &SourceMap::default())?;
        Ok(Rulebook { pack, compiled: Some(Box::new(compiled)), laws: Mutex::default() })
    }

    /// From a stored rulebook.
    pub fn of_pack(pack: Pack) -> Self {
        Rulebook { pack, compiled: None, laws: Mutex::default() }
    }

    /// From a stored rulebook that is part of the program.
    ///
    /// # Errors
    /// Bytes that are no rulebook of this version.
    pub fn bundled(bytes: &'static [u8]) -> Result<Self, Broken> {
        Pack::open(Bytes::Static(bytes)).map(Self::of_pack)
    }

    /// The program, where the rules were compiled in this run.
    pub fn compiled(&self) -> Option<&Compiled> {
        self.compiled.as_deref()
    }

    /// The program the rules were compiled from: that of this run, or the stored one.
    ///
    /// # Errors
    /// A stored rulebook that holds none.
    pub fn program(&self) -> Result<Cow<'_, Program>, Broken> {
        match &self.compiled {
            Some(compiled) => Ok(Cow::Borrowed(&compiled.program)),
            None => self.pack.program().map(Cow::Owned),
        }
    }

    /// Gives the compiled ruleset back, to be changed and run again.
    pub fn into_compiled(self) -> Option<Compiled> {
        self.compiled.map(|c| *c)
    }

    /// The law of a day for some layers, base first. It is made once for all filings it is the same for.
    pub fn law(&self, layers: Vec<usize>, document: &Document, on: Date) -> Arc<Law> {
        let key = LawKey { intervals: self.pack.intervals(document, on), layers };
        // A thread that died while it held the lock left a table of whole entries behind.
        if let Some(law) = self.laws.lock().unwrap_or_else(PoisonError::into_inner).get(&key) {
            return law.clone();
        }
        let law = Arc::new(Law::new(self.pack.view(), key.layers.clone(), document, on));
        let mut laws = self.laws.lock().unwrap_or_else(PoisonError::into_inner);
        if laws.len() >= MAX_LAWS {
            laws.clear();
        }
        laws.insert(key, law.clone());
        law
    }
}

/// Layers base first, a region before a provider, each once.
fn in_order(layers_of: &[LoweredLayer], mut layers: Vec<usize>) -> Vec<usize> {
    let depth = |mut l: usize| {
        let mut n = 0;
        while layers_of[l].extends != NONE && n < layers_of.len() {
            l = layers_of[l].extends as usize;
            n += 1;
        }
        n
    };
    layers.sort_by_key(|l| (depth(*l), layers_of[*l].is_provider, *l));
    layers.dedup();
    layers
}

/// How a filing is to be checked.
#[derive(Clone, Debug)]
pub struct Options {
    /// The region where the manifest is silent.
    pub region: Option<String>,
    /// The day of law and of submission, instead of the manifest's.
    pub on: Option<Date>,
    /// The day of the run.
    pub today: Date,
    /// Weak sources count like others.
    pub strict: bool,
    /// Look-ups that were not made count like facts that are not stated.
    pub require_look_ups: bool,
    /// Whether each rule's title and reason is wanted, or only findings.
    pub detailed: bool,
}

/// What came of checking one filing.
#[derive(Debug)]
pub struct Checked {
    /// The report; `None` when the manifest cannot be used.
    pub report: Option<Report>,
    /// Messages about the manifest and notes that belong to no rule, then findings.
    pub diagnostics: Vec<Diagnostic>,
    /// Indices of the layers that applied, base first.
    pub layers: Vec<usize>,
    /// The day of law.
    pub on: Date,
    /// The derived filing type by name and title, where it is known.
    pub filing_type: Option<(String, crate::diagnostic::Bilingual)>,
    /// Parts of the manifest could not be read: the report is about the rest.
    pub is_partial: bool,
    /// What the reach is found out from.
    kept: Option<Box<(Document, Outcomes)>>,
}

impl Checked {
    /// Of a filing that could not be checked: what is wrong with it, errors first.
    pub fn unusable(diagnostics: Vec<Diagnostic>, on: Date) -> Self {
        Checked { report: None, diagnostics, layers: vec![], on, filing_type: None, is_partial: false, kept: None }
    }

    /// How far the verdict goes, found out when it is asked for; `book` is the one the filing was checked with.
    pub fn reach(&self, book: &Rulebook) -> Option<Reach> {
        let (report, kept) = (self.report.as_ref()?, self.kept.as_ref()?);
        let (document, outcomes) = &**kept;
        let view = book.view();
        // Names are enough: no place in a text is looked for.
        let sources = SourceMap::default();
        let with = Explained { schema: book.schema(), details: &book.details, sources: &sources, detailed: false };
        let machine = Machine::new(view, &outcomes.law.active, document, self.on);
        let mut reach = eval::reach(machine, &outcomes.scale(view), &with, report);
        reach.looked_up.clone_from(&document.looked_up);
        Some(reach)
    }

    /// Number of outcomes of each kind among the rules that apply.
    pub fn count(&self, outcome: Outcome) -> usize {
        self.report.as_ref().map_or(0, |r| r.rules.iter().filter(|x| x.outcome == outcome).count())
    }
}

/// The day a filing is checked for: the option, else what the manifest states, else the day of the run.
pub fn submission_date(schema: &Schema, document: &Document, options: &Options) -> Date {
    if let Some(on) = options.on {
        return on;
    }
    match schema.roles.submission_day.as_ref().and_then(|place| document.slots.get(place.slot as usize)) {
        Some(Value::Date(d)) => *d,
        _ => options.today,
    }
}

/// How the rules of its layers end for one filing: numbers only, no texts.
#[derive(Debug)]
pub struct Outcomes {
    /// The day of law.
    pub on: Date,
    /// The law of that day for the layers that apply.
    pub law: Arc<Law>,
    /// How every rule ends.
    pub all: Evaluation,
    /// How every rule ends without weak sources, where there are any.
    pub firm: Option<Evaluation>,
    circumstances: Circumstances,
}

impl Outcomes {
    /// How the outcomes count.
    pub fn scale<'a>(&'a self, view: View<'a>) -> Scale<'a> {
        Scale::new(view, &self.law, &self.all, self.firm.as_ref(), self.circumstances)
    }

    /// What becomes of the filing.
    pub fn verdict(&self, book: &Rulebook) -> Verdict {
        self.scale(book.view()).verdict()
    }
}

/// Evaluates one document.
pub fn evaluate(book: &Rulebook, document: &Document, on: Date, strict: bool, require_look_ups: bool) -> Outcomes {
    evaluated(book, document, on, strict, require_look_ups).0
}

/// The outcomes of one document, and what was found out on the way to them.
fn evaluated(book: &Rulebook, document: &Document, on: Date, strict: bool, require_look_ups: bool) -> (Outcomes, Memory) {
    let view = book.view();
    let applies = eval::evaluate_applies(view, document, on);
    let all_layers: Vec<LoweredLayer> = view.layers.iter().collect();
    let layers = applicable(&all_layers, &applies);
    let is_region = |layer: &LoweredLayer| !layer.is_provider && layer.extends != NONE;
    let base_applies = all_layers.iter().zip(&applies).filter(|(l, _)| l.extends == NONE).fold(Tri::True, |all, (_, t)| match (all, *t) {
        (_, Tri::False) | (Tri::False, _) => Tri::False,
        (Tri::True, t) => t,
        (t, _) => t,
    });
    let misses_region = base_applies != Tri::False
        && book.schema().roles.region.is_some()
        && all_layers.iter().any(is_region)
        && !layers.iter().any(|l| is_region(&all_layers[*l]));
    let law = book.law(layers, document, on);
    let (all, memory) = law.evaluate(view, document, on);
    let firm = law.evaluate_firm(view, document, on, &all);
    let circumstances =
        Circumstances { strict, base_applies, misses_region, hold: document.files.hold, flaw: document.flaw, look_ups: require_look_ups };
    (Outcomes { on, law, all, firm, circumstances }, memory)
}

/// Checks one document. `problems` are the messages of reading it; with an error among them there is no report.
pub fn check(book: &Rulebook, sources: &SourceMap, mut document: Document, problems: Diagnostics, options: &Options) -> Checked {
    let schema = book.schema();
    let mut diagnostics = problems;
    let mut chosen = Diagnostics::new();
    region_option(schema, &mut document, options, &mut chosen);
    let is_region_known = !chosen.has_errors();
    diagnostics.append(chosen);
    let on = submission_date(schema, &document, options);
    if document.flaw == Some(Flaw::Unreadable) || !is_region_known {
        let mut list = diagnostics.into_sorted();
        list.append(&mut document.files.diagnostics);
        return Checked::unusable(list, on);
    }
    let (outcomes, memory) = evaluated(book, &document, on, options.strict, options.require_look_ups);
    let view = book.view();
    let scale = outcomes.scale(view);
    let with = Explained { schema, details: &book.details, sources, detailed: options.detailed };
    let machine = Machine::new(view, &outcomes.law.active, &document, on).with_memory(memory);
    let report = eval::explain(machine, &scale, &with);
    if let (Some((place, _)), true) = (&schema.roles.region, scale.misses_region()) {
        let header = place.table.map(|slot| document.span(slot).key).filter(|s| !s.is_empty());
        diagnostics.report(eval::diagnostics::no_region(place, header));
    }
    if outcomes.circumstances.base_applies != Tri::False {
        for d in coming(book, &document, &outcomes) {
            diagnostics.report(d);
        }
    }
    let filing_type = report.filing_type.zip(book.filing_types).and_then(|(v, id)| {
        let value = schema.enumeration(id).values.get(v as usize)?;
        Some((value.name.clone(), value.title.clone()))
    });
    let told: Vec<Span> = report.findings.iter().flat_map(|f| &f.diagnostic.labels).map(|l| l.span).collect();
    let mut blanks: Vec<Span> = document
        .unusable
        .iter()
        .filter(|(_, why)| **why == Unusable::Blank)
        .map(|(slot, _)| document.span(*slot).value)
        .filter(|span| !told.contains(span))
        .collect();
    blanks.sort_unstable();
    for span in blanks {
        diagnostics.report(crate::manifest::blank_value(span));
    }
    let is_partial = document.flaw == Some(Flaw::Partial);
    let mut list = diagnostics.into_sorted();
    list.extend(report.findings.iter().map(|f| f.diagnostic.clone()));
    list.append(&mut document.files.diagnostics);
    list.sort_by_key(|d| d.severity);
    let layers = outcomes.law.layers.clone();
    Checked { report: Some(report), diagnostics: list, layers, on, filing_type, is_partial, kept: Some(Box::new((document, outcomes))) }
}

/// What checking one document sees: conditions by the number of their expression, the rest by where it was declared.
pub fn observe(book: &Rulebook, document: &Document, on: Date, see: &mut dyn FnMut(eval::Seen, Option<Span>)) {
    let outcomes = evaluate(book, document, on, false, false);
    let machine = Machine::new(book.view(), &outcomes.law.active, document, on);
    let is_base_asked = outcomes.circumstances.base_applies != Tri::False;
    eval::observe(machine, &outcomes.all, is_base_asked, &mut |seen| {
        let span = match seen {
            eval::Seen::Outcome { details, .. } => Some(book.details.versions[details as usize].span),
            eval::Seen::Exception { details, .. } | eval::Seen::Waiver { details, .. } | eval::Seen::Value { details } => {
                Some(book.details.changes[details as usize].span)
            }
            _ => None,
        };
        see(seen, span);
    });
}

/// Layers whose conditions hold, with those they extend. A base always counts.
fn applicable(layers: &[LoweredLayer], applies: &[Tri]) -> Vec<usize> {
    let mut chosen = Vec::new();
    for (i, layer) in layers.iter().enumerate() {
        if layer.extends == NONE {
            chosen.push(i);
        } else if applies[i] == Tri::True {
            let mut at = i;
            while !chosen.contains(&at) {
                chosen.push(at);
                if layers[at].extends == NONE {
                    break;
                }
                at = layers[at].extends as usize;
            }
        }
    }
    in_order(layers, chosen)
}

/// `--region`, where the manifest is silent.
pub fn region_option(schema: &Schema, document: &mut Document, options: &Options, diagnostics: &mut Diagnostics) {
    let Some(region) = &options.region else { return };
    let Some((place, id)) = &schema.roles.region else { return };
    let slot = place.slot;
    let Some(value) = schema.enumeration(*id).find(region) else {
        let known = schema.enumeration(*id).values.iter().map(|v| v.name.as_str());
        let near = crate::diagnostic::nearest(region, known).map(str::to_owned);
        let mut d =
            Diagnostic::new(crate::diagnostic::Code::NothingFound, crate::say!("there is no region `{region}`", "没有地区 `{region}`"));
        if let Some(near) = near {
            d = d.help(crate::say!("did you mean `{near}`?", "是否想写 `{near}`？"));
        }
        diagnostics.report(d);
        return;
    };
    let value = u32::from(value);
    match document.slots[slot as usize] {
        Value::Unknown => document.slots[slot as usize] = Value::Enum(value),
        Value::Enum(stated) if stated != value => {
            let span = document.span(slot).value;
            let d = Diagnostic::new(
                crate::diagnostic::Code::RegionDiffers,
                crate::say!("`--region {region}` differs from the region of the manifest", "`--region {region}` 与清单中的地区不一致"),
            )
            .primary(span, crate::say!("the manifest states this one", "清单写的是该地区"))
            .help(crate::say!("leave `--region` out", "去掉 `--region`"));
            diagnostics.report(d);
        }
        _ => {}
    }
}

/// Notes on rules that this filing meets today and will not meet on a later day, because something begins or ends.
fn coming(book: &Rulebook, document: &Document, outcomes: &Outcomes) -> Vec<Diagnostic> {
    let (view, details) = (book.view(), &book.details);
    // The law of that day, asked about a filing submitted today: what merely runs out until then is no change of the law.
    let found = outcomes.law.coming(view, document, outcomes.on, &outcomes.all, outcomes.firm.as_ref());
    let decides = |c: &eval::Coming| eval::weight(view.versions.at(c.version).strength, false) == Weight::Decides;
    let say = |c: eval::Coming| {
        let version = &details.versions[view.versions.at(c.version).details as usize];
        let day = c.day;
        let d = eval::diagnostics::coming(&day.to_string(), view.rule_name(c.rule), &version.title);
        match c.ended {
            Some(change) => {
                let change = &details.changes[change as usize];
                d.secondary(change.span, crate::say!("excuses it only before {day}", "仅在 {day} 之前可豁免"))
                    .secondary(version.span, crate::say!("required by this rule", "由该规则要求"))
            }
            None => d.secondary(version.span, crate::say!("in force from {day} on", "自 {day} 起施行")),
        }
    };
    found.into_iter().filter(decides).map(say).collect()
}

/// The worst of several verdicts as an exit code: 0 when all are ready or not required, or incomplete ones are let pass.
pub fn exit_code(checked: &[Checked], allow_incomplete: bool, fail_on_warnings: bool) -> u8 {
    if checked.iter().any(|c| c.report.is_none() || c.is_partial) {
        return 2;
    }
    let fails = |c: &Checked| match c.report.as_ref().map(|r| r.verdict) {
        Some(Verdict::Rejected) => true,
        Some(Verdict::Incomplete) => !allow_incomplete,
        _ => false,
    };
    let warns = |c: &Checked| fail_on_warnings && c.diagnostics.iter().any(|d| d.severity <= Severity::Warning);
    u8::from(checked.iter().any(|c| fails(c) || warns(c)))
}
