//! The phases in sequence: rule texts to a `Rulebook`, a manifest and a day to a `Checked`.
//!
//! In: texts, the day, options. Out: values and diagnostics. No file, no clock, no environment is touched here.

use crate::diagnostic::{Diagnostic, Diagnostics, Severity};
use crate::eval::{self, Active, Explained, Machine, Outcome, Report, Tri, Verdict, Weight};
use crate::graph::{self, Dependencies, Details, LayerIndex, Lowered, NONE, day_number};
use crate::hir::{LayerId, Program};
use crate::manifest::Document;
use crate::resolve::{self, Names};
use crate::source::{SourceId, SourceMap, Span};
use crate::syntax;
use crate::typeck;
use crate::value::{Date, FieldType, Schema, Value};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

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

/// The rules of some layers, ready to run. Details are made when a finding needs them.
#[derive(Debug)]
pub struct Rules {
    /// What the evaluator runs.
    pub lowered: Lowered,
    details: std::cell::OnceCell<Details>,
    make: DetailsFrom,
}

#[derive(Debug)]
enum DetailsFrom {
    Bytes(&'static [u8]),
    Nothing,
}

impl Rules {
    /// Texts and places of the rules.
    pub fn details(&self) -> &Details {
        self.details.get_or_init(|| match self.make {
            DetailsFrom::Bytes(bytes) => postcard::from_bytes(bytes).unwrap_or_default(),
            DetailsFrom::Nothing => Details::default(),
        })
    }
}

/// Rules that were lowered when the program was built.
#[derive(Clone, Copy, Debug)]
pub struct Bundle {
    /// The index of layers.
    pub index: &'static [u8],
    /// For each set of layers, base first and joined with `+`: nodes and details.
    pub sets: &'static [(&'static str, &'static [u8], &'static [u8])],
}

#[derive(Debug)]
enum Origin {
    Compiled(Box<Compiled>),
    Bundled(Bundle),
}

/// All rules of a run.
#[derive(Debug)]
pub struct Rulebook {
    /// Layers and the shape of manifests.
    pub index: LayerIndex,
    origin: Origin,
    cache: RefCell<BTreeMap<String, Rc<Rules>>>,
}

impl Rulebook {
    /// From a compiled ruleset without errors.
    pub fn new(compiled: Compiled) -> Self {
        let index = graph::lower_applies(&compiled.program);
        Rulebook { index, origin: Origin::Compiled(Box::new(compiled)), cache: RefCell::default() }
    }

    /// From rules lowered at build time; `None` when they cannot be read.
    pub fn bundled(bundle: Bundle) -> Option<Self> {
        let index = postcard::from_bytes(bundle.index).ok()?;
        Some(Rulebook { index, origin: Origin::Bundled(bundle), cache: RefCell::default() })
    }

    /// The program, where the rules were compiled in this run.
    pub fn compiled(&self) -> Option<&Compiled> {
        match &self.origin {
            Origin::Compiled(c) => Some(c),
            Origin::Bundled(_) => None,
        }
    }

    /// Gives the compiled ruleset back, to be changed and run again.
    pub fn into_compiled(self) -> Option<Compiled> {
        match self.origin {
            Origin::Compiled(c) => Some(*c),
            Origin::Bundled(_) => None,
        }
    }

    /// The rules of some layers, base first.
    pub fn rules(&self, layers: &[usize]) -> Rc<Rules> {
        let key = layers.iter().map(|l| self.index.layers[*l].id.as_str()).collect::<Vec<_>>().join("+");
        if let Some(found) = self.cache.borrow().get(&key) {
            return found.clone();
        }
        let rules = match &self.origin {
            Origin::Compiled(compiled) => {
                let ids: Vec<LayerId> = layers.iter().map(|l| LayerId(*l as u32)).collect();
                let (lowered, details) = graph::lower(&compiled.program, &ids);
                Rules { lowered, details: details.into(), make: DetailsFrom::Nothing }
            }
            Origin::Bundled(bundle) => {
                let set = bundle.sets.iter().find(|(name, ..)| *name == key);
                let (lowered, details) = set.map_or((&[][..], &[][..]), |(_, l, d)| (l, d));
                Rules {
                    lowered: postcard::from_bytes(lowered).unwrap_or_default(),
                    details: Default::default(),
                    make: DetailsFrom::Bytes(details),
                }
            }
        };
        let rules = Rc::new(rules);
        self.cache.borrow_mut().insert(key, rules.clone());
        rules
    }
}

/// A set of layers as stored: its name, its nodes, its details.
pub type StoredSet = (String, Vec<u8>, Vec<u8>);

/// Lowers every set of layers that can apply to one filing, for the build script: index, then name, nodes and details of each set.
pub fn bundle(compiled: &Compiled) -> (Vec<u8>, Vec<StoredSet>) {
    let program = &compiled.program;
    let pack = |v: Result<Vec<u8>, postcard::Error>| v.unwrap_or_default();
    let index = graph::lower_applies(program);
    let mut sets = Vec::new();
    let ids = |provider: bool| -> Vec<Option<LayerId>> {
        let of = |i: &u32| program.layers[*i as usize].extends.is_some() && program.layers[*i as usize].is_provider == provider;
        std::iter::once(None).chain((0..program.layers.len() as u32).filter(of).map(|i| Some(LayerId(i)))).collect()
    };
    for region in ids(false) {
        for provider in ids(true) {
            let mut chosen: Vec<usize> = Vec::new();
            for layer in [region, provider].into_iter().flatten() {
                chosen.extend(program.chain(layer).iter().map(|l| l.index()));
            }
            chosen.extend((0..program.layers.len()).filter(|i| program.layers[*i].extends.is_none()));
            let layers = in_order(&index, chosen);
            let ids: Vec<LayerId> = layers.iter().map(|l| LayerId(*l as u32)).collect();
            let name = layers.iter().map(|l| program.layers[*l].id.as_str()).collect::<Vec<_>>().join("+");
            let (lowered, details) = graph::lower(program, &ids);
            sets.push((name, pack(postcard::to_allocvec(&lowered)), pack(postcard::to_allocvec(&details))));
        }
    }
    (pack(postcard::to_allocvec(&index)), sets)
}

/// Layers base first, a region before a provider, each once.
fn in_order(index: &LayerIndex, mut layers: Vec<usize>) -> Vec<usize> {
    let depth = |mut l: usize| {
        let mut n = 0;
        while index.layers[l].extends != NONE && n < index.layers.len() {
            l = index.layers[l].extends as usize;
            n += 1;
        }
        n
    };
    layers.sort_by_key(|l| (depth(*l), index.layers[*l].is_provider, *l));
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
}

impl Checked {
    /// Number of outcomes of each kind among the rules that apply.
    pub fn count(&self, outcome: Outcome) -> usize {
        self.report.as_ref().map_or(0, |r| r.rules.iter().filter(|x| x.outcome == outcome).count())
    }
}

/// The slot of a field below the root, by its names.
pub fn slot_of(schema: &Schema, names: &[&str]) -> Option<(u32, FieldType)> {
    let mut record = schema.root?;
    let mut base = 0;
    for (i, name) in names.iter().enumerate() {
        let field = schema.record(record).find(name)?;
        let slot = base + field.slot;
        if i + 1 == names.len() {
            return Some((slot, field.ty.clone()));
        }
        let FieldType::Record(inner) = field.ty else { return None };
        record = inner;
        base = slot + 1;
    }
    None
}

/// The day a filing is checked for: the option, else what the manifest states, else the day of the run.
pub fn submission_date(schema: &Schema, document: &Document, options: &Options) -> Date {
    if let Some(on) = options.on {
        return on;
    }
    match slot_of(schema, &["filing", "submitted_on"]).and_then(|(slot, _)| document.slots.get(slot as usize)) {
        Some(Value::Date(d)) => *d,
        _ => options.today,
    }
}

/// Checks one document. `problems` are the messages of reading it; with an error among them there is no report.
pub fn check(book: &Rulebook, sources: &SourceMap, mut document: Document, problems: Diagnostics, options: &Options) -> Checked {
    let schema = &book.index.schema;
    let mut diagnostics = problems;
    region_option(schema, &mut document, options, &mut diagnostics);
    let on = submission_date(schema, &document, options);
    if diagnostics.has_errors() {
        return Checked { report: None, diagnostics: diagnostics.into_sorted(), layers: vec![], on, filing_type: None };
    }
    let applies = eval::evaluate_applies(&book.index, &document, on);
    let layers = applicable(&book.index, &applies);
    let rules = book.rules(&layers);
    let base_applies =
        book.index.layers.iter().zip(&applies).filter(|(l, _)| l.extends == NONE).fold(Tri::True, |all, (_, t)| match (all, *t) {
            (_, Tri::False) | (Tri::False, _) => Tri::False,
            (Tri::True, t) => t,
            (t, _) => t,
        });
    let active = eval::slice(&rules.lowered, &document, on, false);
    let evaluation = eval::evaluate(&rules.lowered, &active, &document, on);
    let firm_active = (active.has_weak && !options.strict).then(|| eval::slice(&rules.lowered, &document, on, true));
    let firm = firm_active.as_ref().map(|a| (a, eval::evaluate(&rules.lowered, a, &document, on)));
    let with = Explained {
        schema,
        details: rules.details(),
        firm: firm.as_ref().map(|(a, e)| (*a, e)),
        strict: options.strict,
        detailed: options.detailed,
        sources,
        base_applies,
    };
    let machine = Machine::new(&rules.lowered, &active, &document, on);
    let mut report = eval::explain(machine, &evaluation, &with);
    if base_applies != Tri::False {
        let has_regions = book.index.layers.iter().any(|l| !l.is_provider && l.extends != NONE);
        if has_regions && !layers.iter().any(|l| !book.index.layers[*l].is_provider && book.index.layers[*l].extends != NONE) {
            let header = slot_of(schema, &["filing"]).map(|(slot, _)| document.span(slot).key).filter(|s| !s.is_empty());
            diagnostics.report(eval::diagnostics::no_region(header));
            report.verdict = report.verdict.max(Verdict::Incomplete);
        }
        for d in coming(&rules, &document, on, &active, &evaluation) {
            diagnostics.report(d);
        }
    }
    let filing_type = report.filing_type.zip(rules.lowered.filing_types).and_then(|(v, id)| {
        let value = schema.enumeration(id).values.get(v as usize)?;
        Some((value.name.clone(), value.title.clone()))
    });
    let mut list = diagnostics.into_sorted();
    list.extend(report.findings.iter().map(|f| f.diagnostic.clone()));
    list.sort_by_key(|d| d.severity);
    Checked { report: Some(report), diagnostics: list, layers, on, filing_type }
}

/// What checking one document sees: conditions by the number of their expression, the rest by where it was declared.
pub fn observe(book: &Rulebook, document: &Document, on: Date, see: &mut dyn FnMut(eval::Seen, Option<Span>)) {
    let applies = eval::evaluate_applies(&book.index, document, on);
    let base_applies = !book.index.layers.iter().zip(&applies).any(|(l, t)| l.extends == NONE && *t == Tri::False);
    let layers = applicable(&book.index, &applies);
    let rules = book.rules(&layers);
    let active = eval::slice(&rules.lowered, document, on, false);
    let evaluation = eval::evaluate(&rules.lowered, &active, document, on);
    let machine = Machine::new(&rules.lowered, &active, document, on);
    eval::observe(machine, &evaluation, base_applies, &mut |seen| {
        let span = match seen {
            eval::Seen::Outcome { details, .. } => Some(rules.details().versions[details as usize].span),
            eval::Seen::Exception { details, .. } | eval::Seen::Waiver { details, .. } | eval::Seen::Value { details } => {
                Some(rules.details().changes[details as usize].span)
            }
            _ => None,
        };
        see(seen, span);
    });
}

/// Layers whose conditions hold, with those they extend. A base always counts.
fn applicable(index: &LayerIndex, applies: &[Tri]) -> Vec<usize> {
    let mut chosen = Vec::new();
    for (i, layer) in index.layers.iter().enumerate() {
        if layer.extends == NONE {
            chosen.push(i);
        } else if applies[i] == Tri::True {
            let mut at = i;
            while !chosen.contains(&at) {
                chosen.push(at);
                if index.layers[at].extends == NONE {
                    break;
                }
                at = index.layers[at].extends as usize;
            }
        }
    }
    in_order(index, chosen)
}

/// `--region`, where the manifest is silent.
pub(crate) fn region_option(schema: &Schema, document: &mut Document, options: &Options, diagnostics: &mut Diagnostics) {
    let Some(region) = &options.region else { return };
    let Some((slot, FieldType::Enum(id))) = slot_of(schema, &["filing", "region"]) else { return };
    let Some(value) = schema.enumeration(id).find(region) else {
        let known = schema.enumeration(id).values.iter().map(|v| v.name.as_str());
        let near = crate::diagnostic::nearest(region, known).map(str::to_owned);
        let mut d =
            Diagnostic::new(crate::diagnostic::Code::NothingFound, crate::say!("there is no region `{region}`", "没有地区 `{region}`"));
        if let Some(near) = near {
            d = d.help(crate::say!("did you mean `{near}`?", "是否想写 `{near}`？"));
        }
        diagnostics.report(d);
        return;
    };
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

/// Notes on rules that come into force after the day of the check and that this filing would not meet.
fn coming(rules: &Rules, document: &Document, on: Date, active: &Active, evaluation: &eval::Evaluation) -> Vec<Diagnostic> {
    let lowered = &rules.lowered;
    let mut out = Vec::new();
    let mut known: Vec<u32> =
        active.rules.iter().zip(&evaluation.ended).filter(|(_, e)| e.outcome == Outcome::Violated).map(|(r, _)| r.rule).collect();
    for boundary in lowered.boundaries.iter().filter(|b| **b > day_number(on)) {
        let Ok(day) = Date::new((boundary / 10_000) as i16, (boundary / 100 % 100) as i8, (boundary % 100) as i8) else { continue };
        let then = eval::slice(lowered, document, day, true);
        // The law of that day, asked about a filing submitted today: what merely runs out until then is no change of the law.
        let result = eval::evaluate(lowered, &then, document, on);
        for (rule, ended) in then.rules.iter().zip(&result.ended) {
            if ended.outcome != Outcome::Violated || known.contains(&rule.rule) {
                continue;
            }
            let version = &lowered.rules[rule.rule as usize].versions[rule.version as usize];
            if eval::weight(version.strength, false) != Weight::Decides {
                continue;
            }
            known.push(rule.rule);
            let details = &rules.details().versions[version.details as usize];
            out.push(
                eval::diagnostics::coming(&day.to_string(), &lowered.rules[rule.rule as usize].name, &details.title)
                    .secondary(details.span, crate::say!("in force from {day} on", "自 {day} 起施行")),
            );
        }
    }
    out
}

/// The worst of several verdicts as an exit code: 0 when all are ready or not required, or incomplete ones are let pass.
pub fn exit_code(checked: &[Checked], allow_incomplete: bool, fail_on_warnings: bool) -> u8 {
    if checked.iter().any(|c| c.report.is_none()) {
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
