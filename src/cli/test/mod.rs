//! `filingc test`: the cases of the rules, what they cover, and the mutants they kill.

mod coverage;
mod folders;
mod mutation;
mod report;
mod rewrite;

use super::exchange::{self, Facts};
use super::{Format, Global, check, config, junit, load, output, watch};
use crate::diagnostic::{Diagnostic, Diagnostics, Severity, say};
use crate::driver::{self, Checked, Rulebook};
use crate::host::documents::Documents;
use crate::host::filing::Filing;
use crate::host::fs;
use crate::pack::Ruleset;
use crate::source::SourceMap;
use crate::suite::{self, Manifests, Prepared, Start, coverage::Coverage};
use crate::syntax::ast::Case;
use crate::value::Date;
use clap::{Args, ValueEnum};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

#[derive(Debug, Args)]
pub(super) struct TestArgs {
    /// Only cases whose title contains this.
    filter: Option<String>,
    /// Rewrites expectations that fail to what was found, after showing the difference.
    #[arg(long, conflicts_with_all = ["coverage", "mutate"])]
    update: bool,
    /// Shows which meanings of the rules the cases reach.
    #[arg(long, num_args = 0..=1, require_equals = true, default_missing_value = "text", value_name = "FORM")]
    coverage: Option<CoverageForm>,
    /// Changes rules a little and lists the changes that no case notices.
    #[arg(long)]
    mutate: bool,
    /// Coverage and mutants of the rules of one layer only, such as `ln` or `cn`.
    #[arg(long, value_name = "LAYER")]
    layer: Option<String>,
    /// Most mutants that are tried.
    #[arg(long, value_name = "N", default_value_t = 200, requires = "mutate")]
    sample: usize,
    /// Which mutants are tried: the same seed, the same ones.
    #[arg(long, value_name = "N", default_value_t = 1, requires = "mutate")]
    seed: u64,
    /// Stops trying mutants after this many seconds.
    #[arg(long, value_name = "SECONDS", default_value_t = 60, requires = "mutate")]
    time: u64,
    #[command(flatten)]
    documents: load::DocumentArgs,
    /// Runs again whenever a rule or a manifest changes.
    #[arg(long, conflicts_with = "update")]
    watch: bool,
}

impl TestArgs {
    /// JSON, where an option of this command asks for it.
    pub(super) fn own_format(&self) -> Option<Format> {
        (self.coverage == Some(CoverageForm::Json)).then_some(Format::Json)
    }
}

/// Form of the coverage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum CoverageForm {
    /// A table and what was not reached.
    Text,
    /// A page with the rules and what was not reached in them.
    Html,
    /// JSON.
    Json,
    /// The tracefile that coverage viewers read.
    Lcov,
}

pub(super) fn run(args: &TestArgs, global: &Global) -> u8 {
    if !args.watch {
        return once(args, global);
    }
    let mut sources = SourceMap::default();
    let rules = config::rules_folder(global, &mut sources, &mut Diagnostics::new());
    watch::forever(&[rules.clone(), folders::beside(&rules)], &["filing", "toml", "json", "txt"], global, &mut || {
        output::begin_again(global);
        once(args, global)
    })
}

/// One case, of a rule file or of a folder, with what came of it.
pub(super) struct Outcome {
    /// Its title, or the name of its folder.
    pub(super) title: String,
    /// The file it is written in.
    pub(super) file: String,
    /// Its line, from 1.
    pub(super) line: usize,
    /// Why it fails; empty when it passes.
    pub(super) faults: Vec<Diagnostic>,
}

/// The manifests that cases name, by their paths.
type Texts = BTreeMap<PathBuf, Result<Filing, Vec<Diagnostic>>>;

/// A run of the suite.
struct Run<'r> {
    args: &'r TestArgs,
    global: &'r Global,
    sources: SourceMap,
    ruleset: Ruleset,
    rules: PathBuf,
    book: Rulebook,
    documents: Documents,
    cases: Vec<Case>,
    today: Date,
}

fn once(args: &TestArgs, global: &Global) -> u8 {
    let mut sources = SourceMap::default();
    let mut problems = Diagnostics::new();
    let rules = config::rules_folder(global, &mut sources, &mut problems);
    let failed = problems.has_errors();
    output::problems(global, &problems.into_sorted(), &sources, global.language());
    if failed {
        return 2;
    }
    let Some(documents) = load::documents(&args.documents, false, global) else { return 2 };
    let Some((compiled, ruleset)) = load::compiled(global, Some(&rules), &mut sources) else { return 2 };
    let cases = compiled.cases.iter().map(|(_, c)| c.clone()).collect();
    let Some(book) = load::book_of(global, compiled, &sources) else { return 2 };
    let run = Run { args, global, sources, ruleset, rules, book, documents, cases, today: check::today() };
    run.all()
}

impl Run<'_> {
    fn all(mut self) -> u8 {
        if let Some(layer) = &self.args.layer
            && !self.book.index.layers.iter().any(|l| l.id == *layer)
        {
            let near = crate::diagnostic::nearest(layer, self.book.index.layers.iter().map(|l| l.id.as_str()));
            let mut d = Diagnostic::new(crate::diagnostic::Code::NothingFound, say!("there is no layer `{layer}`", "没有层级 `{layer}`"));
            if let Some(near) = near {
                d = d.help(say!("did you mean `{near}`?", "是否想写 `{near}`？"));
            }
            output::problems(self.global, &[d], &self.sources, self.global.language());
            return 2;
        }
        let filter = self.args.filter.as_deref().unwrap_or("");
        let chosen: Vec<usize> = (0..self.cases.len()).filter(|i| self.cases[*i].title.value.contains(filter)).collect();
        let mut problems = Diagnostics::new();
        let folders = folders::find(&self.rules, filter, &mut problems);
        if problems.has_errors() {
            output::problems(self.global, &problems.into_sorted(), &self.sources, self.global.language());
            return 2;
        }
        if chosen.is_empty() && folders.is_empty() {
            let d = Diagnostic::new(crate::diagnostic::Code::NothingFound, say!("no case matches", "没有匹配的用例"));
            output::problems(self.global, &[d], &self.sources, self.global.language());
            return 2;
        }
        let texts = self.manifests(&chosen);
        let mut suite = Suite::default();
        for index in chosen {
            self.case(index, &texts, &mut suite);
        }
        for folder in &folders {
            let outcome = folders::run(folder, &self.book, &self.documents, &mut self.sources, self.today, &mut suite.rewrites);
            suite.outcomes.push(outcome);
        }
        if self.args.update {
            return rewrite::all(&suite, self.global, &self.sources);
        }
        self.finish(&suite)
    }

    /// Reads each manifest that the cases name, once.
    fn manifests(&mut self, chosen: &[usize]) -> Texts {
        let mut texts = BTreeMap::new();
        for index in chosen {
            let Some(full) = self.path_of(*index) else { continue };
            texts.entry(full).or_insert_with_key(|full| {
                let mut problems = Diagnostics::new();
                let filing = Filing::open(full, None, &mut self.sources, &mut problems);
                filing.ok_or_else(|| problems.into_sorted())
            });
        }
        texts
    }

    fn path_of(&self, index: usize) -> Option<PathBuf> {
        let path = self.cases[index].manifest.as_ref()?;
        let folder = Path::new(&self.sources.get(path.span.source).name).parent().unwrap_or(Path::new(""));
        Some(fs::tidy(&folder.join(&path.value)))
    }

    fn case(&self, index: usize, texts: &Texts, suite: &mut Suite) {
        let case = &self.cases[index];
        let file = self.sources.get(case.title.span.source);
        let mut outcome = Outcome {
            title: case.title.value.clone(),
            file: file.name.clone(),
            line: file.line_column(case.title.span.start as usize).line,
            faults: Vec::new(),
        };
        let filing = match self.path_of(index).and_then(|p| texts.get(&p)) {
            Some(Err(problems)) => {
                let at = case.manifest.as_ref().map_or(case.title.span, |m| m.span);
                outcome.faults.extend(problems.iter().cloned().map(|d| d.secondary(at, say!("named here", "在此引用"))));
                suite.outcomes.push(outcome);
                suite.beyond += 1;
                return;
            }
            Some(Ok(filing)) => Some(filing),
            None => None,
        };
        let schema = &self.book.index.schema;
        let read = filing.map(|filing| {
            let read = |day, problems: &mut Diagnostics| filing.read(schema, day, &self.documents, &self.sources, problems);
            (filing.source, read)
        });
        let start = read.as_ref().map(|(source, read)| Start { source: *source, read });
        match suite.manifests.prepare(index, case, &self.book, start, &self.sources, self.today) {
            Err(fault) => {
                outcome.faults.push(*fault);
                suite.beyond += 1;
            }
            Ok(prepared) => {
                let ran = suite::run(case, &prepared, &self.book, &self.sources);
                outcome.faults = ran.faults;
                suite.rewrite(case, &ran.checked, &outcome);
                if outcome.faults.is_empty() {
                    suite.passed.push((prepared, ran.layers));
                }
            }
        }
        suite.outcomes.push(outcome);
    }

    fn finish(self, suite: &Suite) -> u8 {
        let failed = suite.outcomes.iter().filter(|o| !o.faults.is_empty()).count();
        let coverage = self.args.coverage.is_some().then(|| self.coverage(suite));
        let mut parts = report::Parts { outcomes: &suite.outcomes, coverage: None, mutation: None };
        let layer = self.args.layer.clone();
        let titles: Vec<String> = self.cases.iter().map(|c| c.title.value.clone()).collect();
        if let Some(coverage) = &coverage {
            let compiled = self.book.compiled().expect("the rules were compiled in this run");
            let told = coverage::Told::new(coverage, &compiled.program, &self.sources, &titles, layer.as_deref());
            match self.args.coverage {
                // These forms are files for other programs: the result of the cases goes beside them.
                Some(CoverageForm::Html | CoverageForm::Json | CoverageForm::Lcov) => {
                    let text = told.as_file(self.args.coverage.unwrap_or(CoverageForm::Json), &self.ruleset, self.global.language());
                    output::beside(report::text(&parts, &self.sources, self.global));
                    return code(output::result(self.global, text), failed);
                }
                _ => {
                    let mut page = output::page(self.global, &self.sources);
                    told.text(&mut page, self.global.language(), layer.is_some());
                    parts.coverage = Some(page.finish().into());
                }
            }
            parts.coverage_numbers(&told);
        }
        let mutation = (self.args.mutate && failed == 0).then(|| mutation::run(self.args, &self.sources, &self.cases, suite));
        parts.mutation = mutation.as_ref();
        let text = match self.global.output_format {
            Some(Format::Json) => report::json(&parts, &self.ruleset, &self.sources),
            Some(Format::Github | Format::Sarif) => {
                let survivors = mutation.as_ref().map_or(&[][..], |m| &m.survivors);
                let all: Vec<Diagnostic> = suite.outcomes.iter().flat_map(|o| &o.faults).chain(survivors).cloned().collect();
                let facts = Facts { is_successful: true, ruleset: Some(self.ruleset), ..Facts::default() };
                exchange::text(&all, &self.sources, self.global, &facts)
            }
            Some(Format::Junit) => junit::cases(parts.outcomes, &self.sources, self.global.language()),
            _ => Ok(report::text(&parts, &self.sources, self.global).finish()),
        };
        code(output::result(self.global, text), failed)
    }

    fn coverage(&self, suite: &Suite) -> Coverage {
        let compiled = self.book.compiled().expect("the rules were compiled in this run");
        let mut coverage = Coverage::of(&compiled.program);
        for (prepared, _) in &suite.passed {
            let options = driver::Options {
                region: None,
                on: self.cases[prepared.case].on,
                today: prepared.today,
                strict: false,
                require_look_ups: false,
                detailed: false,
            };
            let on = driver::submission_date(&self.book.index.schema, &prepared.document, &options);
            driver::observe(&self.book, &prepared.document, on, &mut |seen, span| coverage.see(prepared.case, seen, span));
        }
        coverage
    }
}

/// What the run of a suite leaves behind.
#[derive(Default)]
pub(super) struct Suite {
    manifests: Manifests,
    pub(super) outcomes: Vec<Outcome>,
    /// Cases that passed, with the layers they ran in.
    pub(super) passed: Vec<(Prepared, Vec<usize>)>,
    /// What would make failing expectations hold.
    pub(super) rewrites: Vec<rewrite::Rewrite>,
    /// Cases that fail for another reason than their expectations.
    pub(super) beyond: usize,
}

impl Suite {
    fn rewrite(&mut self, case: &Case, failed: &[(usize, Checked)], outcome: &Outcome) {
        let before = self.rewrites.len();
        for (_, checked) in failed {
            let is_strict =
                |e: &crate::syntax::ast::Expect| failed.iter().any(|(i, c)| std::ptr::eq(c, checked) && case.expect[*i].strict == e.strict);
            for expect in case.expect.iter().filter(|e| is_strict(e)) {
                if let Some(edit) = suite::update::rewritten(expect, checked) {
                    self.rewrites.push(rewrite::Rewrite::Edit(outcome.file.clone(), edit));
                }
            }
        }
        self.beyond += usize::from(!outcome.faults.is_empty() && self.rewrites.len() == before);
    }
}

/// 0 when all cases passed, 1 when one failed, 2 when the result could not be written.
fn code(written: bool, failed: usize) -> u8 {
    match (written, failed) {
        (false, _) => 2,
        (_, 0) => 0,
        _ => 1,
    }
}

/// Whether a diagnostic makes a case fail.
pub(super) fn is_fault(d: &Diagnostic) -> bool {
    d.severity == Severity::Error
}
