//! The rulebook as a site: for each language pages of regions, rules, comparisons, steps, words, sources and changes. Works from a folder.

mod compare;
mod frame;
mod law;
mod lists;
mod needs;
mod region;
mod rule;
mod search;

use crate::compare::Side;
use crate::diagnostic::render::{Html, Shown};
use crate::diagnostic::{Bilingual, Language};
use crate::driver::Rulebook;
use crate::graph::Dependencies;
use crate::hir::{ChangeId, ChangeKind, LayerId, Program, RuleId};
use crate::pack::Ruleset;
use crate::picture::{Model, Scope};
use crate::source::{SourceMap, Span};
use crate::value::Date;
use std::collections::BTreeMap;

/// What a site is made of.
#[derive(Clone, Copy, Debug)]
pub struct Given<'g> {
    /// The compiled rules with their texts.
    pub side: Side<'g>,
    /// The same, to be run.
    pub book: &'g Rulebook,
    /// What they are called.
    pub ruleset: &'g Ruleset,
    /// The day for which the site is made.
    pub on: Date,
}

/// Both languages, with the folder of each.
pub(super) const LANGUAGES: [(Language, &str); 2] = [(Language::Zh, "zh"), (Language::En, "en")];

/// The rules as pages look at them.
struct Site<'g> {
    given: Given<'g>,
    program: &'g Program,
    dependencies: Dependencies,
    model: Model,
    /// Changes of each rule, by its index.
    changes: Vec<Vec<ChangeId>>,
    /// Declarations of each text, by where they begin.
    declared: BTreeMap<u32, Vec<Span>>,
    /// Texts of the cases that expect something of a rule, by its index.
    cases: Vec<Vec<Span>>,
}

/// Writes all pages: each with its path below the folder of the site.
///
/// # Errors
/// Those of `write`.
pub fn write<E>(given: Given<'_>, write: &mut dyn FnMut(&str, &Shown) -> Result<(), E>) -> Result<(), E> {
    let site = Site::new(given);
    let needs = needs::Needs::of(&site);
    write("index.html", &frame::choice())?;
    write("style.css", &frame::style())?;
    write("site.js", &frame::script())?;
    for (language, folder) in LANGUAGES {
        let mut put = |name: &str, shown: &Shown| write(&format!("{folder}/{name}"), shown);
        put("index.html", &lists::index(&site, language))?;
        put("rules.html", &lists::rules(&site, language))?;
        put("regions.html", &lists::regions(&site, language))?;
        put("compare.html", &compare::page(&site, language))?;
        put("parameters.html", &lists::parameters(&site, language))?;
        put("glossary.html", &lists::glossary(&site, language))?;
        put("sources.html", &lists::sources(&site, language))?;
        put("changes.html", &lists::changes(&site, language))?;
        put("changes.xml", &lists::feed(&site, language))?;
        put("search.html", &search::page(language))?;
        put("search.js", &search::index(&site, language))?;
        for i in 0..site.program.rules.len() {
            put(&site.rule_file(RuleId(i as u32)), &rule::page(&site, RuleId(i as u32), language))?;
        }
        for layer in site.layers() {
            put(&site.layer_file(layer), &region::page(&site, layer, language))?;
        }
        needs.pages(&site, language, &mut put)?;
    }
    Ok(())
}

impl<'g> Site<'g> {
    fn new(given: Given<'g>) -> Self {
        let program = given.side.program;
        let changes = (0..program.rules.len()).map(|i| program.changes_of(RuleId(i as u32))).collect();
        let mut declared: BTreeMap<u32, Vec<Span>> = BTreeMap::new();
        for file in given.side.files {
            declared.entry(file.source.0).or_default().extend(file.items.iter().map(|i| i.span));
        }
        let model = Model::build(program, &Scope { layers: None, on: None });
        let mut site = Site { given, program, dependencies: Dependencies::build(program), model, changes, declared, cases: Vec::new() };
        site.cases = site.cases_by_rule();
        site
    }

    fn sources(&self) -> &'g SourceMap {
        self.given.side.sources
    }

    /// Regions and providers: all layers that extend another.
    fn layers(&self) -> Vec<LayerId> {
        (0..self.program.layers.len() as u32).map(LayerId).filter(|l| self.program.layer(*l).extends.is_some()).collect()
    }

    fn regions(&self) -> Vec<LayerId> {
        self.layers().into_iter().filter(|l| !self.program.layer(*l).is_provider).collect()
    }

    /// The whole declaration in which a name stands.
    fn declaration(&self, at: Span) -> Span {
        let all = self.declared.get(&at.source.0).map_or(&[][..], Vec::as_slice);
        let before = all.partition_point(|s| s.start <= at.start);
        before.checked_sub(1).map(|i| all[i]).filter(|s| at.start < s.end).unwrap_or(at)
    }

    fn cases_by_rule(&self) -> Vec<Vec<Span>> {
        let ids: BTreeMap<String, usize> = (0..self.program.rules.len()).map(|i| (self.program.rule_name(RuleId(i as u32)), i)).collect();
        let mut cases = vec![Vec::new(); self.program.rules.len()];
        for (layer, case) in self.given.side.cases {
            let mut named: Vec<usize> = Vec::new();
            for expect in &case.expect {
                let crate::syntax::ast::ExpectKind::Outcome { rules, .. } = &expect.kind else { continue };
                for (rule, _) in rules {
                    let own = layer.map(|l| format!("{}/{}", self.program.layer(l).id, rule.id.text));
                    let name = rule.layer.as_ref().map(|l| format!("{}/{}", l.text, rule.id.text)).or(own);
                    named.extend(name.and_then(|n| ids.get(&n).copied()));
                }
            }
            named.sort_unstable();
            named.dedup();
            let span = self.declaration(case.title.span);
            named.into_iter().for_each(|i| cases[i].push(span));
        }
        cases
    }

    /// The changes of a rule that a layer makes; confirmations change nothing.
    fn changes_by(&self, rule: RuleId, layer: LayerId) -> Vec<ChangeId> {
        let is_it = |c: &&ChangeId| {
            let change = &self.program.changes[c.index()];
            change.layer == layer && !matches!(change.kind, ChangeKind::Confirm { .. })
        };
        self.changes[rule.index()].iter().filter(is_it).copied().collect()
    }

    fn rule_file(&self, rule: RuleId) -> String {
        format!("rule-{}.html", file_name(&self.program.rule_name(rule)))
    }

    fn layer_file(&self, layer: LayerId) -> String {
        format!("region-{}.html", file_name(&self.program.layer(layer).id))
    }

    /// Where a parameter stands on the page of parameters: two layers may have one of the same name.
    fn param_place(&self, param: usize) -> String {
        let own = &self.program.params[param];
        file_name(&format!("{}/{}", self.program.layer(own.layer).id, own.name))
    }

    /// Where a source stands on the page of sources.
    fn source_place(&self, source: usize) -> String {
        let own = &self.program.sources[source];
        file_name(&format!("{}/{}", self.program.layer(own.layer).id, own.name))
    }

    /// The title of a rule as its newest version has it.
    fn title(&self, rule: RuleId) -> Bilingual {
        self.program.rules[rule.index()].versions.last().map(|v| v.title.clone()).unwrap_or_default()
    }

    fn rule_link(&self, page: &mut Html, rule: RuleId) {
        page.open("a", &[("href", &self.rule_file(rule))]).both(&self.title(rule)).close();
    }

    fn layer_link(&self, page: &mut Html, layer: LayerId) {
        page.open("a", &[("href", &self.layer_file(layer))]).both(&self.program.layer(layer).title).close();
    }
}

/// An id as a name of a file that every system and every address can hold. Different ids give different names.
fn file_name(id: &str) -> String {
    let mut out = String::new();
    for c in id.chars() {
        match c {
            'a'..='z' | '0'..='9' | '-' => out.push(c),
            '/' => out.push_str("--"),
            c => out.push_str(&format!("_{:x}_", u32::from(c))),
        }
    }
    out
}
