//! Outcomes to findings: what is wrong, where in the manifest, which rules had a say, what to do.

use super::diagnostics as say;
use super::machine::{Machine, Tri};
use super::trace::{Missing, Trace, Tracer};
use super::verdict::Scale;
use super::{Ended, Outcome, Verdict, Weight};
use crate::diagnostic::{Bilingual, CodeOf, Diagnostic, Language, Severity};
use crate::pack::{Details, NONE};
use crate::source::{SourceMap, Span};
use crate::value::{Schema, Value};
use std::collections::BTreeMap;

/// What is needed to explain an evaluation.
pub struct Explained<'e> {
    /// The shape of the manifest.
    pub schema: &'e Schema,
    /// Texts and places of the rules.
    pub details: &'e Details,
    /// All texts, to find where a missing line belongs.
    pub sources: &'e SourceMap,
    /// Whether each rule's title and reason is wanted, or only findings.
    pub detailed: bool,
}

/// A finding and the rule it belongs to.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The message.
    pub diagnostic: Diagnostic,
    /// Full ids of the rule and of every layer that had a say; empty for missing facts.
    pub rules: Vec<String>,
    /// Paths in the manifest that decided.
    pub paths: Vec<String>,
}

/// One requirement in the report.
#[derive(Clone, Debug)]
pub struct RuleReport {
    /// Full id of the base rule.
    pub name: String,
    /// Ids it may also be asked for by: replacements, values, exceptions that had a say.
    pub also: Vec<String>,
    /// Its title.
    pub title: Bilingual,
    /// Stage of the process.
    pub stage: String,
    /// How it ends.
    pub outcome: Outcome,
    /// How it would end without waiver and needs.
    pub own: Outcome,
    /// How it counts.
    pub weight: Weight,
    /// Facts that are missing.
    pub missing: Vec<String>,
    /// Why.
    pub why: Bilingual,
    /// Paths in the manifest that decided, for violated rules.
    pub paths: Vec<String>,
    /// Where it was declared.
    pub span: Span,
}

impl RuleReport {
    /// A rule of which only its outcome is wanted.
    fn quiet(name: String, ended: Ended) -> Self {
        RuleReport {
            name,
            also: vec![],
            title: Bilingual::default(),
            stage: String::new(),
            outcome: ended.outcome,
            own: ended.own,
            weight: Weight::Decides,
            missing: vec![],
            why: Bilingual::default(),
            paths: vec![],
            span: Span::default(),
        }
    }
}

/// Everything `check` says of one filing.
#[derive(Clone, Debug)]
pub struct Report {
    /// What becomes of the filing.
    pub verdict: Verdict,
    /// Whether facts still to come may change it.
    pub is_provisional: bool,
    /// The derived filing type: its number, where it is known.
    pub filing_type: Option<u32>,
    /// Every active requirement.
    pub rules: Vec<RuleReport>,
    /// Findings in order: errors, then warnings, then notes.
    pub findings: Vec<Finding>,
    /// What to do next.
    pub next_step: Bilingual,
}

pub(super) struct Reporter<'r, 'a> {
    pub(super) machine: Machine<'a>,
    pub(super) with: &'r Explained<'r>,
    /// How each active rule ends, and how much it counts.
    pub(super) scale: &'r Scale<'r>,
}

/// Turns an evaluation into a report. The machine must be fresh.
pub fn explain<'r>(machine: Machine<'_>, scale: &'r Scale<'r>, with: &'r Explained<'r>) -> Report {
    Reporter { machine, with, scale }.run()
}

/// Most items of one finding that are listed, and most of them that are underlined.
pub(super) const MAX_LISTED: usize = 10;
pub(super) const MAX_UNDERLINED: usize = 5;

impl Reporter<'_, '_> {
    fn run(&mut self) -> Report {
        let n = self.scale.ended.len();
        let mut rules = Vec::with_capacity(n);
        let mut findings: Vec<Finding> = Vec::new();
        let mut missing: BTreeMap<String, (Missing, Vec<usize>, bool)> = BTreeMap::new();
        let mut is_provisional = false;
        let draft = self.is_draft();
        let mut provisional_rules = Vec::new();
        for i in 0..n {
            let ended = self.scale.ended[i];
            let version = self.machine.version(i);
            if !self.scale.is_asked(i) {
                continue;
            }
            let rule_name = self.machine.lowered.rule_name(self.machine.active.rules[i].rule);
            let is_quiet = matches!(ended.outcome, Outcome::Satisfied | Outcome::NotApplicable) && !self.scale.is_excused_weakly(i);
            if is_quiet && !self.with.detailed && !draft {
                rules.push(RuleReport::quiet(rule_name.to_owned(), ended));
                continue;
            }
            let details = &self.with.details.versions[version.details as usize];
            let mut report = RuleReport {
                name: rule_name.to_owned(),
                also: vec![],
                title: details.title.clone(),
                stage: details.stage.clone(),
                outcome: ended.outcome,
                own: ended.own,
                weight: self.scale.weigh(i),
                missing: vec![],
                why: Bilingual::default(),
                paths: vec![],
                span: details.span,
            };
            if details.is_replacement {
                report.also.push(details.name.clone());
            }
            let confirmations = &self.machine.active.rules[i].confirmations;
            report.also.extend(confirmations.iter().map(|c| self.with.details.changes[*c as usize].name.clone()));
            if draft && version.is_provisional && ended.outcome != Outcome::NotApplicable {
                is_provisional = true;
                provisional_rules.push(rule_name.to_owned());
            }
            match ended.outcome {
                Outcome::Violated => {
                    let finding = self.violated(i, report.weight);
                    report.also.extend(
                        finding.rules.iter().filter(|r| **r != report.name && !report.also.contains(r)).cloned().collect::<Vec<_>>(),
                    );
                    report.paths = finding.paths.clone();
                    report.why = finding.diagnostic.message.clone();
                    findings.push(finding);
                }
                Outcome::Undetermined => {
                    let trace = self.undetermined(i);
                    report.missing = trace.missing.iter().map(|m| m.path.clone()).collect();
                    report.why = match (report.missing.as_slice(), self.machine.missing_years.as_slice()) {
                        ([], []) => say::not_computable(),
                        ([], years) => say::missing_year(years[0]).message,
                        (paths, _) => Bilingual::new(format!("missing: {}", paths.join(", ")), format!("缺少：{}", paths.join("、"))),
                    };
                    if report.weight == Weight::Decides {
                        for m in trace.missing {
                            let entry = missing.entry(m.path.clone()).or_insert_with(|| (m, Vec::new(), false));
                            entry.1.push(i);
                        }
                    }
                }
                Outcome::Blocked => report.why = self.blocked_by(i),
                Outcome::Waived => {
                    let waivers: Vec<(String, Bilingual)> = self.machine.active.rules[i]
                        .waivers
                        .iter()
                        .map(|w| {
                            let c = &self.with.details.changes[w.details as usize];
                            (c.name.clone(), c.title.clone())
                        })
                        .collect();
                    report.also.extend(waivers.iter().map(|w| w.0.clone()));
                    let (name, title) = waivers.into_iter().next().unwrap_or_default();
                    let (en, zh) = ended.own.words();
                    report.why = Bilingual::new(
                        format!("waived by {name} ({}); without it: {en}", title.en),
                        format!("由 {name}（{}）豁免；否则：{zh}", title.get(Language::Zh)),
                    );
                    self.weak_excuse(i, &mut findings);
                }
                Outcome::Satisfied => {
                    report.why = self.satisfied(i, &mut report.also);
                    self.weak_excuse(i, &mut findings);
                }
                Outcome::NotApplicable => {
                    report.why = say::because(Outcome::NotApplicable, Bilingual::default());
                    self.weak_excuse(i, &mut findings);
                }
            }
            rules.push(report);
        }
        let n_missing = missing.len();
        let mut by_count: Vec<(Missing, Vec<usize>, bool)> = missing.into_values().collect();
        by_count.sort_by(|a, b| b.1.len().cmp(&a.1.len()).then_with(|| a.0.path.cmp(&b.0.path)));
        for (m, asked, _) in by_count {
            let finding = self.missing_fact(&m, &asked);
            findings.push(finding);
        }
        let mut years = std::mem::take(&mut self.machine.missing_years);
        years.sort_unstable();
        for year in years {
            findings.push(Finding { diagnostic: say::missing_year(year), rules: vec![], paths: vec![] });
        }
        if is_provisional {
            findings.push(Finding { diagnostic: say::provisional(&provisional_rules), rules: vec![], paths: vec![] });
        }
        findings.sort_by_key(|f| f.diagnostic.severity);
        let verdict = self.scale.verdict();
        let n_errors =
            findings.iter().filter(|f| f.diagnostic.severity == Severity::Error && matches!(f.diagnostic.code, CodeOf::Rule(_))).count();
        let next_step = match self.scale.held_back() {
            Some(hold) => say::next_step_of_files(hold),
            None => say::next_step(verdict, n_errors, n_missing, self.scale.misses_region()),
        };
        Report { verdict, is_provisional, filing_type: self.filing_type(), rules, findings, next_step }
    }

    fn filing_type(&mut self) -> Option<u32> {
        match self.machine.filing_type() {
            Value::Enum(v) => Some(v),
            _ => None,
        }
    }

    fn is_draft(&self) -> bool {
        let place = self.with.schema.roles.draft.as_ref();
        place.is_some_and(|p| self.machine.document.slots.get(p.slot as usize) == Some(&Value::Bool(true)))
    }

    /// Combinations of items for which a rule has an outcome, as values of the loop variables.
    pub(super) fn items_with(&mut self, i: usize, outcome: Outcome) -> (Vec<Vec<u32>>, usize) {
        let loops = self.machine.version(i).loops;
        let mut found = Vec::new();
        let mut n = 0;
        self.machine.each_item(loops, &mut |m, is_known| {
            if m.outcome_here(i, is_known) == outcome {
                n += 1;
                if found.len() < MAX_LISTED {
                    found.push(m.env.clone());
                }
            }
        });
        (found, n)
    }

    pub(super) fn enter(&mut self, env: &[u32]) {
        self.machine.env.clear();
        self.machine.env.extend_from_slice(env);
    }

    /// The loop of each variable of a rule's own loops.
    pub(super) fn loops_of(&self, i: usize) -> Vec<u32> {
        let loops = self.machine.version(i).loops;
        let mut out = vec![NONE; self.machine.env.len()];
        for index in loops.range() {
            out[self.machine.lowered.loops.at(index as u32).var as usize] = index as u32;
        }
        out
    }

    pub(super) fn trace(&mut self, i: usize, f: impl FnOnce(&mut Tracer<'_, '_>, &mut Trace)) -> Trace {
        let loops = self.loops_of(i);
        let mut trace = Trace::default();
        let mut tracer = Tracer { machine: &mut self.machine, details: self.with.details, schema: self.with.schema, loops };
        f(&mut tracer, &mut trace);
        trace
    }

    pub(super) fn undetermined(&mut self, i: usize) -> Trace {
        let version = self.machine.version(i);
        let (items, _) = self.items_with(i, Outcome::Undetermined);
        let mut whole = Trace::default();
        for env in items {
            self.enter(&env);
            let excused = self.machine.excused(i);
            let trace = self.trace(i, |t, trace| {
                // A list of the loops that is absent is what is missing.
                for index in version.loops.range() {
                    let at = t.machine.lowered.loops.at(index as u32);
                    if let super::machine::Items::Unknown = t.machine.items_of_loop(&at) {
                        let path = t.loop_path(index as u32, None);
                        let slot = match at.base {
                            255 => at.slot,
                            base => t.machine.env[base as usize].saturating_add(at.slot),
                        };
                        let is_register = t.list_is_register(index as u32);
                        trace.missing.push(Missing { path, slot, is_register });
                        return;
                    }
                }
                if version.when != NONE && t.machine.truth(version.when) == Tri::Unknown {
                    t.truth(version.when, trace);
                }
                if t.machine.truth(version.require) == Tri::Unknown {
                    t.truth(version.require, trace);
                }
            });
            merge(&mut whole, trace);
            if excused == Tri::Unknown {
                let exceptions = self.machine.active.rules[i].exceptions.clone();
                let trace = self.trace(i, |t, trace| {
                    for e in &exceptions {
                        if t.machine.exception(e) == Tri::Unknown {
                            follow_exception(t, e, trace);
                        }
                    }
                });
                merge(&mut whole, trace);
            }
        }
        let waivers = self.machine.active.rules[i].waivers.clone();
        for when in waivers.into_iter().map(|w| w.when).filter(|when| *when != NONE) {
            if self.machine.waiver_truth(i, when) == Tri::Unknown {
                let trace = self.trace(i, |t, trace| t.truth(when, trace));
                merge(&mut whole, trace);
            }
        }
        whole
    }

    pub(super) fn blocked_by(&self, i: usize) -> Bilingual {
        let rule = &self.machine.active.rules[i];
        let stopped =
            |n: &&u32| matches!(self.scale.ended[**n as usize].outcome, Outcome::Violated | Outcome::Undetermined | Outcome::Blocked);
        let names: Vec<String> = rule
            .needs
            .iter()
            .filter(stopped)
            .map(|n| self.machine.lowered.rule_name(self.machine.active.rules[*n as usize].rule).to_owned())
            .collect();
        Bilingual::new(format!("needs {}", names.join(", ")), format!("须先满足 {}", names.join("、")))
    }

    pub(super) fn satisfied(&mut self, i: usize, also: &mut Vec<String>) -> Bilingual {
        let (items, _) = self.items_with(i, Outcome::Satisfied);
        for env in items {
            self.enter(&env);
            if self.machine.truth(self.machine.version(i).require) == Tri::True {
                continue;
            }
            let exceptions = self.machine.active.rules[i].exceptions.clone();
            for e in &exceptions {
                if self.machine.exception(e) == Tri::True {
                    let change = &self.with.details.changes[e.details as usize];
                    also.push(change.name.clone());
                    return Bilingual::new(
                        format!("excused by {}: {}", change.name, change.title.en),
                        format!("由 {} 豁免：{}", change.name, change.title.get(Language::Zh)),
                    );
                }
            }
        }
        say::because(Outcome::Satisfied, Bilingual::default())
    }
}

fn follow_exception(t: &mut Tracer<'_, '_>, e: &super::slice::ActiveException, trace: &mut Trace) {
    if t.machine.truth(e.when) == Tri::Unknown {
        t.truth(e.when, trace);
    }
    for u in &e.unless {
        if t.machine.exception(u) == Tri::Unknown {
            follow_exception(t, u, trace);
        }
    }
}

fn merge(into: &mut Trace, from: Trace) {
    for m in from.missing {
        if !into.missing.iter().any(|x| x.path == m.path) {
            into.missing.push(m);
        }
    }
    into.present.extend(from.present);
    into.params.extend(from.params);
}
