//! Outcomes to findings: what is wrong, where in the manifest, which rules had a say, what to do.

use super::diagnostics as say;
use super::gap::Inquiry;
use super::machine::{Machine, Tri};
use super::reach::Reach;
use super::trace::{Missing, Trace, Tracer};
use super::verdict::Scale;
use super::{Ended, Outcome, Verdict, Weight};
use crate::diagnostic::{Bilingual, CodeOf, Diagnostic, Language, Severity};
use crate::hir::FactKind;
use crate::pack::{Details, NONE};
use crate::source::{SourceMap, Span};
use crate::value::{Date, Schema, Value};
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
    /// Ids of changes that hold for other filings only, or for other items of this one.
    pub elsewhere: Vec<String>,
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
    /// Undetermined, it keeps the filing from being ready.
    pub keeps_incomplete: bool,
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
            elsewhere: vec![],
            title: Bilingual::default(),
            stage: String::new(),
            outcome: ended.outcome,
            own: ended.own,
            weight: Weight::Decides,
            missing: vec![],
            keeps_incomplete: false,
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
    /// What undetermined rules left open; the rest of the reach is found when it is asked for.
    pub(crate) begun: Reach,
}

pub(super) struct Reporter<'r, 'a> {
    pub(super) machine: Machine<'a>,
    pub(super) with: &'r Explained<'r>,
    /// How each active rule ends, and how much it counts.
    pub(super) scale: &'r Scale<'r>,
}

/// Turns an evaluation into a report. The machine may know what the one found out that evaluated.
pub fn explain<'r>(machine: Machine<'_>, scale: &'r Scale<'r>, with: &'r Explained<'r>) -> Report {
    Reporter { machine, with, scale }.run()
}

/// A count of business days that leaves the calendar: the rule that asks, the slot it counts from, the earliest day on which it can end.
type Count = (usize, Option<u32>, Option<Date>);

/// Adds how a rule ends. A rule that is in force in two parts, as the base has it and as it was replaced, ends as the worse of them.
fn push(rules: &mut Vec<RuleReport>, report: RuleReport) {
    let Some(last) = rules.pop_if(|last| last.name == report.name) else {
        rules.push(report);
        return;
    };
    let takes_over = last.outcome.worse(report.outcome) != last.outcome;
    let (mut kept, other) = if takes_over { (report, last) } else { (last, report) };
    // Who had no say here may still be asked for: it does not apply.
    let ids: Vec<String> = other.also.into_iter().filter(|id| !kept.also.contains(id)).collect();
    if other.outcome == Outcome::NotApplicable && kept.outcome != Outcome::NotApplicable {
        kept.elsewhere.extend(ids);
    } else {
        kept.also.extend(ids);
    }
    kept.missing.extend(other.missing);
    kept.keeps_incomplete |= other.keeps_incomplete;
    rules.push(kept);
}

/// How far the verdict of a report goes: what it did not look at.
pub fn reach<'r>(machine: Machine<'_>, scale: &'r Scale<'r>, with: &'r Explained<'r>, report: &Report) -> Reach {
    Reporter { machine, with, scale }.reach(report.begun.clone())
}

/// Most items of one finding that are underlined.
pub(super) const MAX_UNDERLINED: usize = 5;

impl<'m> Reporter<'_, 'm> {
    fn run(&mut self) -> Report {
        let n = self.scale.ended.len();
        let mut rules = Vec::with_capacity(n);
        let mut findings: Vec<Finding> = Vec::new();
        let mut missing: BTreeMap<String, (Missing, Vec<usize>)> = BTreeMap::new();
        let mut reach = Reach::default();
        let mut years: BTreeMap<i16, Vec<Count>> = BTreeMap::new();
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
            // Look-ups that count are asked for by whatever rests on them.
            if self.scale.asks_look_ups() {
                let left_out = self.left_out(i);
                let (look_ups, _) = self.split(left_out);
                for m in look_ups {
                    missing.entry(m.path.clone()).or_insert_with(|| (m, Vec::new())).1.push(i);
                }
            }
            if is_quiet && !self.with.detailed && !draft {
                push(&mut rules, RuleReport::quiet(rule_name.to_owned(), ended));
                continue;
            }
            let details = &self.with.details.versions[version.details as usize];
            let mut report = RuleReport {
                name: rule_name.to_owned(),
                also: vec![],
                elsewhere: vec![],
                title: details.title.clone(),
                stage: details.stage.clone(),
                outcome: ended.outcome,
                own: ended.own,
                weight: self.scale.weigh(i),
                missing: vec![],
                keeps_incomplete: false,
                why: Bilingual::default(),
                paths: vec![],
                span: details.span,
            };
            if details.is_replacement || details.is_adoption {
                report.also.push(details.name.clone());
            }
            report.also.extend(details.formerly.iter().cloned());
            let confirmations = &self.machine.active.rules[i].confirmations;
            report.also.extend(confirmations.iter().map(|c| self.with.details.changes[*c as usize].name.clone()));
            report.also.extend(self.had_a_say(i));
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
                    let trace = self.inquiry().undetermined(i);
                    report.missing = trace.missing.iter().map(|m| m.path.clone()).collect();
                    report.why = match (report.missing.as_slice(), self.machine.missing_years.as_slice()) {
                        ([], []) => say::not_computable(),
                        ([], years) => say::missing_year(years[0].0, years[0].1).message,
                        (paths, _) => Bilingual::new(format!("missing: {}", paths.join(", ")), format!("缺少：{}", paths.join("、"))),
                    };
                    for (year, earliest) in std::mem::take(&mut self.machine.missing_years) {
                        let asked = years.entry(year).or_default();
                        if asked.iter().all(|(rule, ..)| *rule != i) {
                            asked.push((i, trace.present.first().map(|p| p.slot), earliest));
                        }
                    }
                    report.keeps_incomplete = self.scale.keeps_incomplete(i);
                    if report.keeps_incomplete {
                        for m in trace.missing {
                            let entry = missing.entry(m.path.clone()).or_insert_with(|| (m, Vec::new()));
                            entry.1.push(i);
                        }
                    } else {
                        let (look_ups, others) = self.split(trace.missing);
                        reach.note(&self.machine, rule_name, others);
                        for m in look_ups {
                            missing.entry(m.path.clone()).or_insert_with(|| (m, Vec::new())).1.push(i);
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
            push(&mut rules, report);
        }
        let lacking = self.missing_facts(missing.into_values().collect());
        let n_missing = lacking.iter().map(|f| f.paths.len()).sum();
        findings.extend(lacking);
        for (year, asked) in years {
            reach.calendars.push(year);
            findings.push(self.missing_year(year, &asked));
        }
        if is_provisional {
            findings.push(Finding { diagnostic: say::provisional(&provisional_rules), rules: vec![], paths: vec![] });
        }
        findings.sort_by_key(|f| f.diagnostic.severity);
        let mut verdict = self.scale.verdict();
        if self.scale.asks_look_ups() && verdict == Verdict::Ready && n_missing > 0 {
            verdict = Verdict::Incomplete;
        }
        let n_errors =
            findings.iter().filter(|f| f.diagnostic.severity == Severity::Error && matches!(f.diagnostic.code, CodeOf::Rule(_))).count();
        let next_step = match (self.scale.held_back(), self.scale.flaw()) {
            (_, Some(flaw)) => say::next_step_of_flaw(flaw),
            (Some(hold), None) => say::next_step_of_files(hold),
            (None, None) if verdict == Verdict::NotRequired && findings.iter().any(|f| f.diagnostic.severity < Severity::Note) => {
                say::not_required_but()
            }
            (None, None) => say::next_step(verdict, n_errors, n_missing, self.scale.misses_region()),
        };
        Report { verdict, is_provisional, filing_type: self.filing_type(), rules, findings, next_step, begun: reach }
    }

    /// Facts on whose absence a rule rests that is met or does not apply.
    fn left_out(&mut self, i: usize) -> Vec<Missing> {
        if self.scale.is_fine(i) { self.inquiry().left_out(i) } else { Vec::new() }
    }

    /// How far the verdict goes, beyond what is already known.
    fn reach(&mut self, mut reach: Reach) -> Reach {
        for i in 0..self.scale.ended.len() {
            if !self.scale.is_asked(i) {
                continue;
            }
            let left_out = self.left_out(i);
            let (_, others) = self.split(left_out);
            if others.is_empty() {
                continue;
            }
            let rule = self.machine.lowered.rule_name(self.machine.active.rules[i].rule);
            reach.note(&self.machine, rule, others);
        }
        reach.finish(self.with.schema);
        reach
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

    pub(super) fn inquiry(&mut self) -> Inquiry<'_, 'm> {
        Inquiry { machine: &mut self.machine, details: Some(self.with.details), schema: self.with.schema, only_missing: false }
    }

    pub(super) fn items_with(&mut self, i: usize, outcome: Outcome) -> (Vec<Vec<u32>>, usize) {
        self.inquiry().items_with(i, outcome)
    }

    pub(super) fn enter(&mut self, env: &[u32]) {
        self.inquiry().enter(env);
    }

    pub(super) fn loops_of(&mut self, i: usize) -> Vec<u32> {
        self.inquiry().loops_of(i)
    }

    pub(super) fn trace(&mut self, i: usize, f: impl FnOnce(&mut Tracer<'_, '_>, &mut Trace)) -> Trace {
        self.inquiry().trace(i, f)
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

    /// Days of a year without a calendar: the rules that count them, and what they count from.
    fn missing_year(&self, year: i16, asked: &[Count]) -> Finding {
        let mut d = say::missing_year(year, asked.iter().find_map(|(.., earliest)| *earliest));
        let mut rules = Vec::new();
        for (i, slot, _) in asked {
            if let Some(span) = slot.and_then(|s| self.span_of_slot(s)).filter(|span| d.labels.iter().all(|l| l.span != *span)) {
                d = d.primary(span, crate::say!("counted with", "据此计算"));
            }
            let details = &self.with.details.versions[self.machine.version(*i).details as usize];
            if rules.len() < 3 {
                d = d.secondary(details.span, say::asked_by(&details.name));
            }
            rules.push(self.machine.lowered.rule_name(self.machine.active.rules[*i].rule).to_owned());
        }
        Finding { diagnostic: d, rules, paths: vec![] }
    }

    /// Facts that count because look-ups do, and the others.
    fn split(&self, missing: Vec<Missing>) -> (Vec<Missing>, Vec<Missing>) {
        let counts = self.scale.asks_look_ups();
        missing.into_iter().partition(|m| counts && m.kind == FactKind::Register && !m.is_part)
    }

    /// Ids of values that layers set and that a rule reads, and of exceptions that layers make to it.
    fn had_a_say(&self, i: usize) -> Vec<String> {
        let machine = &self.machine;
        let reads = machine.version(i).reads;
        let mut names: Vec<String> = Vec::new();
        let origins = machine.lowered.params_read(reads).into_iter().flat_map(|p| {
            let param = &machine.active.params[p as usize];
            param.conditional.iter().chain([&param.value]).map(|v| v.origin)
        });
        let mut changes: Vec<u32> = origins.filter(|o| *o != NONE).collect();
        let mut open: Vec<&super::slice::ActiveException> = machine.active.rules[i].exceptions.iter().collect();
        while let Some(exception) = open.pop() {
            changes.push(exception.details);
            open.extend(&exception.unless);
        }
        for change in changes {
            let change = &self.with.details.changes[change as usize];
            for name in [&change.name].into_iter().chain(&change.formerly) {
                if !names.contains(name) {
                    names.push(name.clone());
                }
            }
        }
        names
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
                    if !also.contains(&change.name) {
                        also.push(change.name.clone());
                    }
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
