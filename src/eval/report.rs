//! Outcomes to findings: what is wrong, where in the manifest, which rules had a say, what to do.

use super::diagnostics as say;
use super::machine::{Machine, Tri};
use super::trace::{Missing, Trace, Tracer};
use super::{Active, Ended, Evaluation, Outcome, Verdict, Weight, weight};
use crate::diagnostic::{Applicability, Bilingual, CodeOf, Diagnostic, Language, Severity};
use crate::graph::{Constant, Details, LoweredTemplate, LoweredVersion, NONE, Node, VersionDetails};
use crate::hir::{Ordering, Strength};
use crate::source::{SourceMap, Span};
use crate::value::{Schema, Value};
use std::collections::BTreeMap;

/// What is needed to explain an evaluation.
pub struct Explained<'e> {
    /// The shape of the manifest.
    pub schema: &'e Schema,
    /// Texts and places of the rules.
    pub details: &'e Details,
    /// The evaluation without what rests on weak sources, where there is any.
    pub firm: Option<(&'e Active, &'e Evaluation)>,
    /// Weak sources count like others.
    pub strict: bool,
    /// All texts, to find where a missing line belongs.
    pub sources: &'e SourceMap,
    /// Whether each rule's title and reason is wanted, or only findings.
    pub detailed: bool,
    /// Whether the base applies: otherwise only rules that say so are asked, and only warn.
    pub base_applies: Tri,
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
    pub filing_type: Option<u16>,
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
    /// How each active rule ends.
    ended: Vec<Ended>,
    /// How each rule ends without what rests on weak sources, and how strong it then is.
    firm_by_rule: Option<Vec<Option<(Ended, Strength)>>>,
}

/// Turns an evaluation into a report. The machine must be fresh.
pub fn explain(mut machine: Machine<'_>, evaluation: &Evaluation, with: &Explained<'_>) -> Report {
    machine.prepare();
    let firm_by_rule = with.firm.map(|(active, evaluation)| {
        let mut by_rule = vec![None; machine.lowered.rules.len()];
        for (rule, ended) in active.rules.iter().zip(&evaluation.ended) {
            let strength = machine.lowered.rules[rule.rule as usize].versions[rule.version as usize].strength;
            by_rule[rule.rule as usize] = Some((*ended, strength));
        }
        by_rule
    });
    let mut reporter = Reporter { machine, with, ended: evaluation.ended.clone(), firm_by_rule };
    reporter.unblock();
    reporter.run()
}

/// Most items of one finding that are listed, and most of them that are underlined.
const MAX_LISTED: usize = 10;
const MAX_UNDERLINED: usize = 5;

impl Reporter<'_, '_> {
    fn run(&mut self) -> Report {
        let n = self.ended.len();
        let mut rules = Vec::with_capacity(n);
        let mut findings: Vec<Finding> = Vec::new();
        let mut missing: BTreeMap<String, (Missing, Vec<usize>, bool)> = BTreeMap::new();
        let applies = self.with.base_applies != Tri::False;
        let mut worst = Verdict::Ready;
        let mut is_provisional = false;
        let draft = self.is_draft();
        let mut provisional_rules = Vec::new();
        for i in 0..n {
            let ended = self.ended[i];
            let version = self.machine.version(i);
            if !applies && !version.even_if_not_required {
                continue;
            }
            let lowered = &self.machine.lowered.rules[self.machine.active.rules[i].rule as usize];
            let is_quiet = matches!(ended.outcome, Outcome::Satisfied | Outcome::NotApplicable) && !self.is_excused_weakly(i);
            if is_quiet && !self.with.detailed && !draft {
                rules.push(RuleReport::quiet(lowered.name.clone(), ended));
                continue;
            }
            let details = &self.with.details.versions[version.details as usize];
            let mut report = RuleReport {
                name: lowered.name.clone(),
                also: vec![],
                title: details.title.clone(),
                stage: details.stage.clone(),
                outcome: ended.outcome,
                own: ended.own,
                weight: self.weigh(i, version, applies),
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
                provisional_rules.push(lowered.name.clone());
            }
            match ended.outcome {
                Outcome::Violated => {
                    let finding = self.violated(i, report.weight);
                    report.also.extend(
                        finding.rules.iter().filter(|r| **r != report.name && !report.also.contains(r)).cloned().collect::<Vec<_>>(),
                    );
                    report.paths = finding.paths.clone();
                    report.why = finding.diagnostic.message.clone();
                    if report.weight == Weight::Decides {
                        worst = Verdict::Rejected;
                    }
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
                        worst = worst.max(Verdict::Incomplete);
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
                        .map(|(_, d)| {
                            let c = &self.with.details.changes[*d as usize];
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
        let verdict = if applies { worst } else { Verdict::NotRequired };
        let n_errors =
            findings.iter().filter(|f| f.diagnostic.severity == Severity::Error && matches!(f.diagnostic.code, CodeOf::Rule(_))).count();
        let next_step = say::next_step(verdict, n_errors, n_missing);
        Report { verdict, is_provisional, filing_type: self.filing_type(), rules, findings, next_step }
    }

    fn filing_type(&mut self) -> Option<u16> {
        match self.machine.defs.get(self.machine.lowered.filing_type as usize) {
            Some(Value::Enum(v)) => Some(*v),
            _ => None,
        }
    }

    fn is_draft(&self) -> bool {
        let field = self.with.schema.root.and_then(|r| self.with.schema.record(r).find("draft"));
        field.is_some_and(|f| self.machine.document.slots.get(f.slot as usize) == Some(&Value::Bool(true)))
    }

    /// A demand of good sources is not hidden behind one of weak sources.
    fn unblock(&mut self) {
        for i in 0..self.ended.len() {
            let ended = self.ended[i];
            if ended.outcome == Outcome::Blocked
                && ended.own == Outcome::Violated
                && matches!(self.firm(i), Some(Some((firm, _))) if firm.outcome == Outcome::Violated)
                && !self.with.strict
            {
                self.ended[i].outcome = Outcome::Violated;
            }
        }
    }

    fn firm(&self, i: usize) -> Option<Option<(Ended, Strength)>> {
        let rule = self.machine.active.rules[i].rule as usize;
        self.firm_by_rule.as_ref().map(|f| f[rule])
    }

    /// A violation or gap that weak sources alone bring about only warns; where good sources bring it about too, they say how much it counts.
    fn weigh(&self, i: usize, version: &LoweredVersion, applies: bool) -> Weight {
        let bad = |o: Outcome| matches!(o, Outcome::Violated | Outcome::Undetermined | Outcome::Blocked);
        let outcome = self.ended[i].outcome;
        let weighed = match self.firm(i) {
            None => weight(version.strength, false),
            Some(_) if self.with.strict => weight(version.strength, false),
            Some(None) => weight(version.strength, true),
            Some(Some((firm, strength))) => {
                let is_same = if outcome == Outcome::Violated { firm.own == Outcome::Violated } else { !bad(outcome) || bad(firm.outcome) };
                let own = weight(version.strength, !is_same || !self.machine.active.rules[i].is_firm);
                // Weights go from what decides to what is noted.
                if is_same { own.min(weight(strength, false)) } else { own }
            }
        };
        if weighed == Weight::Decides && !applies { Weight::Warns } else { weighed }
    }

    /// Combinations of items for which a rule has an outcome, as values of the loop variables.
    fn items_with(&mut self, i: usize, outcome: Outcome) -> (Vec<Vec<u32>>, usize) {
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

    fn enter(&mut self, env: &[u32]) {
        self.machine.env.clear();
        self.machine.env.extend_from_slice(env);
    }

    /// The loop of each variable of a rule's own loops.
    pub(super) fn loops_of(&self, i: usize) -> Vec<u32> {
        let loops = self.machine.version(i).loops;
        let mut out = vec![NONE; self.machine.env.len()];
        for index in loops.range() {
            out[self.machine.lowered.loops[index].var as usize] = index as u32;
        }
        out
    }

    fn trace(&mut self, i: usize, f: impl FnOnce(&mut Tracer<'_, '_>, &mut Trace)) -> Trace {
        let loops = self.loops_of(i);
        let mut trace = Trace::default();
        let mut tracer = Tracer { machine: &mut self.machine, details: self.with.details, schema: self.with.schema, loops };
        f(&mut tracer, &mut trace);
        trace
    }

    fn item_name(&mut self, i: usize, env: &[u32]) -> String {
        self.enter(env);
        let loops = self.loops_of(i);
        let last = self.machine.version(i).loops.range().next_back();
        let tracer = Tracer { machine: &mut self.machine, details: self.with.details, schema: self.with.schema, loops };
        last.map_or(String::new(), |l| {
            let var = tracer.machine.lowered.loops[l].var as usize;
            tracer.loop_path(l as u32, Some(tracer.machine.env[var]))
        })
    }

    fn undetermined(&mut self, i: usize) -> Trace {
        let version = self.machine.version(i);
        let (items, _) = self.items_with(i, Outcome::Undetermined);
        let mut whole = Trace::default();
        for env in items {
            self.enter(&env);
            let excused = self.machine.excused(i);
            let trace = self.trace(i, |t, trace| {
                // A list of the loops that is absent is what is missing.
                for index in version.loops.range() {
                    let at = t.machine.lowered.loops[index];
                    if let super::machine::Items::Unknown = t.machine.items_of_loop(&at) {
                        let path = t.loop_path(index as u32, None);
                        let slot = match at.base {
                            255 => at.slot,
                            base => t.machine.env[base as usize].saturating_add(at.slot),
                        };
                        let is_register = path.starts_with("records");
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
        for (when, _) in waivers.into_iter().filter(|(w, _)| *w != NONE) {
            if self.machine.waiver_truth(i, when) == Tri::Unknown {
                let trace = self.trace(i, |t, trace| t.truth(when, trace));
                merge(&mut whole, trace);
            }
        }
        whole
    }

    fn fill(&mut self, template: &LoweredTemplate) -> Bilingual {
        let details = self.with.details;
        let mut side = |pieces: &[(String, u32)], language: Language| {
            let mut out = String::new();
            for (text, node) in pieces {
                out.push_str(text);
                if *node != NONE {
                    let shown = self.machine.show_node(*node, details, self.with.schema);
                    out.push_str(shown.get(language));
                }
            }
            out
        };
        let en = side(&template.en, Language::En);
        let zh = side(&template.zh, Language::Zh);
        Bilingual { en, zh }
    }

    fn missing_fact(&mut self, m: &Missing, asked: &[usize]) -> Finding {
        let mut d = say::missing_fact(&m.path, asked.len(), m.is_register);
        let (holder, inside, line) = self.place_for(&m.path);
        if let Some(span) = self.span_of_slot(m.slot).or(holder) {
            d = d.primary(span, say::belongs_here(&m.path));
        } else if let Some(span) = self.top() {
            d = d.primary(span, say::belongs_here(&m.path));
        }
        let mut names = Vec::new();
        for i in asked {
            let version = self.machine.version(*i);
            let details = &self.with.details.versions[version.details as usize];
            if names.len() < 3 {
                d = d.secondary(details.span, say::asked_by(&details.name));
            }
            names.push(self.machine.lowered.rules[self.machine.active.rules[*i].rule as usize].name.clone());
        }
        let list = names.iter().take(8).cloned().collect::<Vec<_>>().join(", ");
        let more = if names.len() > 8 { ", …" } else { "" };
        d = d.note(crate::say!("needed by {list}{more}", "以下规则需要：{list}{more}"));
        let title = if inside.is_empty() {
            crate::say!("add `{line}`", "添加 `{line}`")
        } else {
            crate::say!("add `{line}` to `{inside}`", "在 `{inside}` 中添加 `{line}`")
        };
        let header = holder.filter(|h| self.with.sources.slice(*h).trim_start().starts_with('['));
        d = match header {
            Some(header) => {
                let file = self.with.sources.get(header.source);
                let end = file.text[header.end as usize..].find('\n').map_or(file.text.len(), |n| header.end as usize + n);
                let at = Span::new(header.source, end..end);
                d.fix(title, at, format!("\n{line}"), Applicability::HasPlaceholders)
            }
            None => d.help(title),
        };
        Finding { diagnostic: d, rules: names, paths: vec![m.path.clone()] }
    }

    fn violated(&mut self, i: usize, weight: Weight) -> Finding {
        let version = self.machine.version(i);
        let details: &VersionDetails = &self.with.details.versions[version.details as usize];
        let lowered = &self.machine.lowered.rules[self.machine.active.rules[i].rule as usize];
        let (items, n_items) = self.items_with(i, Outcome::Violated);
        let first = items.first().cloned().unwrap_or_default();
        self.enter(&first);
        let message = match &details.report {
            Some(template) => self.fill(template),
            None => say::not_met(&details.title),
        };
        let help = details.help.as_ref().map(|t| self.fill(t));
        let severity = match weight {
            Weight::Decides => Severity::Error,
            Weight::Warns => Severity::Warning,
            Weight::Notes => Severity::Note,
        };
        let trace = self.trace(i, |t, trace| {
            t.truth(version.require, trace);
        });
        // The exception that would have excused it, and what took it back.
        let exceptions = self.machine.active.rules[i].exceptions.clone();
        let mut defeated = None;
        for e in &exceptions {
            if self.machine.truth(e.when) == Tri::True
                && let Some(unless) = e.unless.iter().find(|u| self.machine.exception(u) == Tri::True)
            {
                defeated = Some((e.clone(), unless.clone()));
                break;
            }
        }
        let mut rules = vec![lowered.name.clone()];
        let mut code = lowered.name.clone();
        if details.is_replacement {
            code.clone_from(&details.name);
        }
        let sets: Vec<(u32, u32)> = trace
            .params
            .iter()
            .map(|p| (*p, self.machine.active.param_origin[*p as usize]))
            .filter(|(p, origin)| *origin != NONE && self.differs_from_base(*p))
            .collect();
        // A value that made the rule apply has a say too, but the demand is the base's.
        let asked = self.trace(i, |t, trace| {
            // What derives the filing type says nothing about the demand.
            trace.defs.push(t.machine.lowered.filing_type);
            if version.when != NONE {
                t.truth(version.when, trace);
            }
        });
        let mut shown_sets = sets.clone();
        for p in asked.params {
            let origin = self.machine.active.param_origin[p as usize];
            if origin != NONE && self.differs_from_base(p) && !shown_sets.contains(&(p, origin)) {
                shown_sets.push((p, origin));
            }
        }
        if let Some((_, origin)) = sets.first() {
            code.clone_from(&self.with.details.changes[*origin as usize].name);
        }
        if let Some((_, unless)) = &defeated {
            code.clone_from(&self.with.details.changes[unless.details as usize].name);
        }
        rules.push(code.clone());
        rules.push(details.name.clone());
        // What took the exception back is what the filer has to know.
        let (message, base_message) = match &defeated {
            Some((_, unless)) => (self.with.details.changes[unless.details as usize].title.clone(), Some(message)),
            None => (message, None),
        };
        let mut d = Diagnostic::with_code(CodeOf::Rule(code), severity, message);
        if let Some(base) = base_message {
            d = d.note(base);
        }
        d = d.arg("rule", lowered.name.clone());
        let mut paths = Vec::new();
        d = self.manifest_labels(i, d, details, &trace, &mut paths);
        for env in items.iter().skip(1).take(MAX_UNDERLINED - 1) {
            self.enter(env);
            let other = self.trace(i, |t, trace| t.truth(version.require, trace));
            if let Some((span, _)) = self.primary_place(i, details, &other)
                && !d.labels.iter().any(|l| l.span == span)
            {
                d = d.primary(span, crate::say!("here too", "此处同样"));
            }
        }
        if let Some((e, unless)) = &defeated {
            self.enter(&first);
            let why = self.trace(i, |t, trace| t.truth(unless.when, trace));
            let label = &self.with.details.changes[e.details as usize];
            for fact in why.present.iter().take(3) {
                if let Some(span) = self.span_of_slot(fact.slot)
                    && !d.labels.iter().any(|l| l.span == span)
                {
                    d = d.secondary(
                        span,
                        crate::say!("makes `{}` apply", "使 `{}` 适用", self.with.details.changes[unless.details as usize].name),
                    );
                }
            }
            let back = &self.with.details.changes[unless.details as usize];
            d = d.secondary(back.span, say::taken_back(label.name.rsplit('/').next().unwrap_or("")));
            d = d.secondary(label.span, say::excused_unless());
            rules.push(label.name.clone());
            rules.push(back.name.clone());
        }
        let mut origins = Vec::new();
        for (param, origin) in &shown_sets {
            let change = &self.with.details.changes[*origin as usize];
            let name = &self.with.details.params[*param as usize].0;
            let constant = self.machine.active.params[*param as usize];
            let value = self.constant_shown(*param, constant);
            d = d.secondary(change.span, say::sets(name, &value));
            rules.push(change.name.clone());
            origins.push(&change.origin);
        }
        for confirmation in &self.machine.active.rules[i].confirmations {
            let change = &self.with.details.changes[*confirmation as usize];
            d = d.secondary(change.span, say::confirmed());
            rules.push(change.name.clone());
            origins.push(&change.origin);
        }
        let has_layer_say = !shown_sets.is_empty() || defeated.is_some() || details.is_replacement;
        if details.is_replacement {
            d = d.secondary(details.span, say::replaces());
            if let Some(base) = lowered.versions.iter().find(|v| v.rank == 0) {
                let base = &self.with.details.versions[base.details as usize];
                d = d.secondary(base.span, say::base_rule(&base.name));
            }
        } else {
            d = d.secondary(details.span, if has_layer_say { say::base_rule(&lowered.name) } else { say::required_by() });
        }
        if let Some((_, unless)) = &defeated {
            origins.push(&self.with.details.changes[unless.details as usize].origin);
        }
        origins.push(&details.origin);
        for origin in origins.iter().take(2) {
            for source in origin.sources.iter().take(3) {
                if !d.notes.contains(source) {
                    d = d.note(source.clone());
                }
            }
        }
        // Weak sources of the base are no news where a layer's good ones say the same.
        let is_lifted = self.machine.active.rules[i].is_firm && !version.is_firm;
        for origin in origins.iter().filter(|o| !is_lifted || !std::ptr::eq(**o, &details.origin)) {
            for note in &origin.notes {
                if !d.notes.contains(note) {
                    d = d.note(note.clone());
                }
            }
        }
        if n_items > 1 {
            let names: Vec<String> = items.iter().skip(1).map(|env| self.item_name(i, env)).collect();
            d = d.note(say::also_at(&names, n_items - 1));
        }
        let blocked = self.blocked(i);
        if !blocked.is_empty() {
            let shown: Vec<String> = blocked.iter().take(6).cloned().collect();
            d = d.note(say::blocks(&shown, blocked.len()));
        }
        if let Some(help) = help {
            d = d.help(help);
        }
        self.enter(&first);
        for m in trace.absent.iter().take(2) {
            let (_, inside, line) = self.place_for(&m.path);
            if !m.path.is_empty() && d.help.is_empty() {
                d = d.help(if inside.is_empty() {
                    crate::say!("add `{line}`", "添加 `{line}`")
                } else {
                    crate::say!("add `{line}` to `{inside}`", "在 `{inside}` 中添加 `{line}`")
                });
            }
        }
        rules.sort();
        rules.dedup();
        Finding { diagnostic: d, rules, paths }
    }

    /// Whether a layer gave a parameter another value than its base: only then has it a say.
    fn differs_from_base(&self, param: u32) -> bool {
        let chosen = self.machine.active.params[param as usize];
        let base = self.machine.lowered.params[param as usize].iter().filter(|v| v.rank == 0).map(|v| v.constant).next_back();
        base.is_none_or(|base| !self.same_constant(base, chosen))
    }

    fn same_constant(&self, a: u32, b: u32) -> bool {
        let lowered = self.machine.lowered;
        let text = |start: u32, length: u32| lowered.text.get(start as usize..(start + length) as usize);
        match (lowered.constants[a as usize], lowered.constants[b as usize]) {
            (Constant::Text(s, n), Constant::Text(t, m)) => text(s, n) == text(t, m),
            (Constant::List(x), Constant::List(y)) => {
                x.length == y.length && x.range().zip(y.range()).all(|(i, j)| self.same_constant(i as u32, j as u32))
            }
            (x, y) => x == y,
        }
    }

    fn constant_shown(&mut self, param: u32, constant: u32) -> Bilingual {
        let nodes = &self.machine.lowered.nodes;
        match nodes.iter().position(|n| *n == Node::Param(param)) {
            Some(node) => self.machine.show_node(node as u32, self.with.details, self.with.schema),
            None => Bilingual::same(constant.to_string()),
        }
    }

    fn manifest_labels(
        &mut self,
        i: usize,
        mut d: Diagnostic,
        details: &VersionDetails,
        trace: &Trace,
        paths: &mut Vec<String>,
    ) -> Diagnostic {
        let values = self.compared(trace);
        if let Some((span, path)) = self.primary_place(i, details, trace) {
            let absent = trace.absent.iter().any(|m| m.path == path);
            let label = match values {
                _ if absent => say::belongs_here(&path),
                Some(values) => values,
                None => Bilingual::default(),
            };
            d = d.primary(span, label);
            if !path.is_empty() {
                paths.push(path);
            }
        }
        let mut shown = 0;
        for fact in &trace.present {
            if !paths.contains(&fact.path) {
                paths.push(fact.path.clone());
            }
            let Some(span) = self.span_of_slot(fact.slot) else { continue };
            let covers = |a: Span, b: Span| a.source == b.source && a.start <= b.start && b.end <= a.end;
            if shown == 4 || d.labels.iter().any(|l| covers(l.span, span) || covers(span, l.span)) {
                continue;
            }
            let value = self.machine.document.slots[fact.slot as usize];
            let of = if fact.node == NONE { None } else { self.with.details.enumeration(fact.node) };
            let label = Bilingual {
                en: self.machine.show(value, of, self.with.schema, Language::En),
                zh: self.machine.show(value, of, self.with.schema, Language::Zh),
            };
            d = d.secondary(span, say::found(&label));
            shown += 1;
        }
        for m in &trace.absent {
            if !paths.contains(&m.path) {
                paths.push(m.path.clone());
            }
        }
        d
    }

    /// Both sides of the first comparison that failed.
    fn compared(&self, trace: &Trace) -> Option<Bilingual> {
        let compared = trace.compared.as_ref()?;
        let (left, right) = (&compared.left, &compared.right);
        if left == right || left.en.is_empty() || right.en.is_empty() {
            return None;
        }
        let sign = match (self.machine.lowered.nodes[compared.node as usize], compared.is_date) {
            (Node::Ordered(Ordering::Less, ..), true) => ("before ", "早于"),
            (Node::Ordered(Ordering::LessOrEqual, ..), true) => ("no later than ", "不晚于"),
            (Node::Ordered(Ordering::Greater, ..), true) => ("after ", "晚于"),
            (Node::Ordered(Ordering::GreaterOrEqual, ..), true) => ("no earlier than ", "不早于"),
            (Node::Ordered(Ordering::Less, ..), false) => ("less than ", "小于"),
            (Node::Ordered(Ordering::LessOrEqual, ..), false) => ("at most ", "不超过"),
            (Node::Ordered(Ordering::Greater, ..), false) => ("more than ", "大于"),
            (Node::Ordered(Ordering::GreaterOrEqual, ..), false) => ("at least ", "不少于"),
            _ => ("", "为"),
        };
        Some(say::expected(sign, right, left))
    }

    /// Rules that are blocked because of this one, also through others.
    fn blocked(&self, i: usize) -> Vec<String> {
        let mut reached = vec![false; self.machine.active.rules.len()];
        reached[i] = true;
        let mut names = Vec::new();
        for j in i + 1..self.machine.active.rules.len() {
            let rule = &self.machine.active.rules[j];
            if self.ended[j].outcome == Outcome::Blocked && rule.needs.iter().any(|n| reached[*n as usize]) {
                reached[j] = true;
                names.push(self.machine.lowered.rules[rule.rule as usize].name.clone());
            }
        }
        names
    }

    fn blocked_by(&self, i: usize) -> Bilingual {
        let rule = &self.machine.active.rules[i];
        let stopped = |n: &&u32| matches!(self.ended[**n as usize].outcome, Outcome::Violated | Outcome::Undetermined | Outcome::Blocked);
        let names: Vec<String> = rule
            .needs
            .iter()
            .filter(stopped)
            .map(|n| self.machine.lowered.rules[self.machine.active.rules[*n as usize].rule as usize].name.clone())
            .collect();
        Bilingual::new(format!("needs {}", names.join(", ")), format!("须先满足 {}", names.join("、")))
    }

    fn satisfied(&mut self, i: usize, also: &mut Vec<String>) -> Bilingual {
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

    fn is_excused_weakly(&self, i: usize) -> bool {
        !self.with.strict && matches!(self.firm(i), Some(Some((firm, _))) if firm.outcome == Outcome::Violated)
    }

    /// A rule that firm sources would violate and weak ones excuse: worth a warning.
    fn weak_excuse(&mut self, i: usize, findings: &mut Vec<Finding>) {
        if self.with.strict || self.machine.version(i).strength != Strength::Must {
            return;
        }
        let Some(Some((firm, _))) = self.firm(i) else { return };
        if firm.outcome != Outcome::Violated {
            return;
        }
        let version = self.machine.version(i);
        let details = &self.with.details.versions[version.details as usize];
        let lowered = &self.machine.lowered.rules[self.machine.active.rules[i].rule as usize];
        let (items, _) = self.items_with(i, self.ended[i].own);
        if let Some(env) = items.first() {
            self.enter(env);
        }
        let asked = self.trace(i, |t, trace| t.truth(version.require, trace));
        let place = self.primary_place(i, details, &asked);
        let change = self.weak_change(i).map(|d| &self.with.details.changes[d as usize]);
        let (name, span, origin) = match change {
            Some(c) => (&c.name, c.span, &c.origin),
            None => (&details.name, details.span, &details.origin),
        };
        let mut d = Diagnostic::with_code(CodeOf::Rule(name.clone()), Severity::Warning, say::weak_excuse(name, &lowered.name));
        let mut paths = Vec::new();
        if let Some((span, path)) = place {
            d = d.primary(span, crate::say!("excused here", "此处被豁免"));
            paths.extend((!path.is_empty()).then_some(path));
        }
        d = d.secondary(span, crate::say!("excuses it", "可豁免"));
        for text in origin.sources.iter().take(2).chain(&origin.notes) {
            d = d.note(text.clone());
        }
        let base = lowered.versions.iter().map(|v| &self.with.details.versions[v.details as usize]).find(|v| v.name == lowered.name);
        if let Some(base) = base.filter(|b| b.span != span) {
            d = d.secondary(base.span, say::base_rule(&base.name));
        }
        findings.push(Finding { diagnostic: d, rules: vec![], paths });
    }

    /// The weak waiver, exception or value that excuses a rule: index into `Details::changes`; none when a weak replacement does.
    fn weak_change(&mut self, i: usize) -> Option<u32> {
        let lowered = self.machine.lowered;
        let active = self.machine.active.rules[i].clone();
        let rule = &lowered.rules[active.rule as usize];
        let is_weak_waiver = |details: u32| rule.waivers.iter().any(|w| w.details == details && !w.is_firm);
        if let Some((_, details)) = active.waivers.iter().find(|w| is_weak_waiver(w.1)) {
            return Some(*details);
        }
        let version = self.machine.version(i);
        if !version.is_firm {
            return None;
        }
        let is_weak_exception = |details: u32| rule.exceptions.iter().any(|e| e.details == details && !e.is_firm);
        let own = self.ended[i].own;
        let (items, _) = self.items_with(i, own);
        for env in &items {
            self.enter(env);
            for e in active.exceptions.iter().filter(|e| is_weak_exception(e.details)) {
                if self.machine.exception(e) == Tri::True {
                    return Some(e.details);
                }
            }
        }
        for env in &items {
            self.enter(env);
            let asked = self.trace(i, |t, trace| match own {
                Outcome::NotApplicable if version.when != NONE => t.truth(version.when, trace),
                _ => t.truth(version.require, trace),
            });
            for p in asked.params {
                let origin = self.machine.active.param_origin[p as usize];
                if origin != NONE && lowered.params[p as usize].iter().any(|v| v.details == origin && !v.is_firm) {
                    return Some(origin);
                }
            }
        }
        None
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
