//! What is said of a violated rule and of a missing fact: places, values, layers, sources, what to do.

use super::diagnostics as say;
use super::machine::Tri;
use super::report::{Finding, MAX_UNDERLINED, Reporter};
use super::trace::{Trace, Tracer};
use super::{Outcome, Weight};
use crate::diagnostic::{Bilingual, CodeOf, Diagnostic, Language, Note, Severity, chinese};
use crate::hir::Ordering;
use crate::pack::{Constant, LoweredTemplate, LoweredVersion, NONE, Node, VersionDetails};
use crate::source::Span;

impl Reporter<'_, '_> {
    pub(super) fn item_name(&mut self, i: usize, env: &[u32]) -> String {
        self.enter(env);
        let loops = self.loops_of(i);
        let last = self.machine.version(i).loops.range().next_back();
        let tracer = Tracer { machine: &mut self.machine, details: Some(self.with.details), schema: self.with.schema, loops };
        last.map_or(String::new(), |l| {
            let var = tracer.machine.lowered.loops.at(l as u32).var as usize;
            tracer.loop_path(l as u32, Some(tracer.machine.env[var]))
        })
    }

    pub(super) fn fill(&mut self, template: &LoweredTemplate) -> Bilingual {
        let details = self.with.details;
        let mut side = |pieces: &[(String, u32)], language: Language| {
            let mut out = String::new();
            for (text, node) in pieces {
                let shown = (*node != NONE).then(|| self.machine.show_node(*node, details, self.with.schema));
                let shown = shown.as_ref().map_or("", |s| s.get(language));
                match language {
                    Language::Zh => out = chinese(&[&out, text, shown]),
                    Language::En => out.extend([text.as_str(), shown]),
                }
            }
            out
        };
        let en = side(&template.en, Language::En);
        let zh = side(&template.zh, Language::Zh);
        Bilingual { en, zh }
    }

    pub(super) fn violated(&mut self, i: usize, weight: Weight) -> Finding {
        let version = self.machine.version(i);
        let details: &VersionDetails = &self.with.details.versions[version.details as usize];
        let rule_name = self.machine.lowered.rule_name(self.machine.active.rules[i].rule);
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
        let mut rules = vec![rule_name.to_owned()];
        let mut code = rule_name.to_owned();
        if details.is_replacement || details.is_adoption {
            code.clone_from(&details.name);
        }
        let sets: Vec<(u32, u32)> = trace
            .params
            .iter()
            .map(|p| (*p, self.machine.parameter(*p).origin))
            .collect::<Vec<_>>()
            .into_iter()
            .filter(|(p, origin)| *origin != NONE && self.differs_from_base(*p))
            .collect();
        // A value that made the rule apply has a say too, but the demand is the base's.
        let asked = self.trace(i, |t, trace| {
            // What derives the filing type says nothing about the demand.
            trace.defs.push(t.machine.lowered.filing_type());
            if version.when != NONE {
                t.truth(version.when, trace);
            }
        });
        let mut shown_sets = sets.clone();
        for p in asked.params {
            let origin = self.machine.parameter(p).origin;
            if origin != NONE && self.differs_from_base(p) && !shown_sets.contains(&(p, origin)) {
                shown_sets.push((p, origin));
            }
        }
        // What a layer adopts goes by the name it has there, whatever value it reads.
        if let Some((_, origin)) = sets.first().filter(|_| !details.is_adoption) {
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
        d = d.arg("rule", rule_name.to_owned());
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
            let constant = self.machine.parameter(*param).constant;
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
        let has_layer_say = !shown_sets.is_empty() || defeated.is_some();
        if details.is_replacement || details.is_adoption {
            d = d.secondary(details.span, if details.is_adoption { say::adopts() } else { say::replaces() });
            if let Some(base) = self.own_versions(i).next() {
                let base = &self.with.details.versions[base.details as usize];
                d = d.secondary(base.span, say::base_rule(&base.name));
            }
        } else {
            d = d.secondary(details.span, if has_layer_say { say::base_rule(rule_name) } else { say::required_by() });
        }
        if let Some((_, unless)) = &defeated {
            origins.push(&self.with.details.changes[unless.details as usize].origin);
        }
        origins.push(&details.origin);
        for origin in origins.iter().take(2) {
            for source in self.with.details.source_notes(origin).take(3) {
                d = d.note_once(source);
            }
        }
        // Weak sources of the base are no news where a layer's good ones say the same.
        let is_lifted = self.machine.active.rules[i].is_firm && !version.is_firm;
        for origin in origins.iter().filter(|o| !is_lifted || !std::ptr::eq(**o, &details.origin)) {
            for note in self.with.details.doubt_notes(origin) {
                d = d.note_once(note);
            }
        }
        if n_items > 1 {
            let names: Vec<String> = items.iter().skip(1).map(|env| self.item_name(i, env)).collect();
            d = d.note(Note::AlsoAt { items: names, count: n_items - 1 });
        }
        let blocked = self.blocked(i);
        if !blocked.is_empty() {
            d = d.note(Note::Blocks { rules: blocked.iter().take(6).cloned().collect(), count: blocked.len() });
        }
        if let Some(help) = help {
            d = d.help(help);
        }
        self.enter(&first);
        for m in trace.absent.iter().take(2) {
            let (_, inside, line) = self.place_for(&m.path, m.slot);
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

    /// The versions that the layer of a rule itself gives it.
    pub(super) fn own_versions(&self, i: usize) -> impl Iterator<Item = LoweredVersion> + use<> {
        let lowered = self.machine.lowered;
        let own = lowered.rules.at(self.machine.active.rules[i].rule).versions;
        lowered.versions.slice(own).collect::<Vec<_>>().into_iter()
    }

    /// Whether a layer gave a parameter another value than its base: only then has it a say.
    pub(super) fn differs_from_base(&mut self, param: u32) -> bool {
        let lowered = self.machine.lowered;
        let chosen = self.machine.parameter(param).constant;
        let base = lowered.values.slice(lowered.params.at(param).own).last().map(|v| v.constant);
        base.is_none_or(|base| !self.same_constant(base, chosen))
    }

    pub(super) fn same_constant(&self, a: u32, b: u32) -> bool {
        let lowered = self.machine.lowered;
        let text = |start: u32, length: u32| lowered.text_in(start as usize..(start + length) as usize);
        match (lowered.constants.at(a), lowered.constants.at(b)) {
            (Constant::Text(s, n), Constant::Text(t, m)) => text(s, n) == text(t, m),
            (Constant::List(x), Constant::List(y)) => {
                x.length == y.length && x.range().zip(y.range()).all(|(i, j)| self.same_constant(i as u32, j as u32))
            }
            (x, y) => x == y,
        }
    }

    pub(super) fn constant_shown(&mut self, param: u32, constant: u32) -> Bilingual {
        let nodes = self.machine.lowered.nodes;
        match nodes.iter().position(|n| n == Node::Param(param)) {
            Some(node) => self.machine.show_node(node as u32, self.with.details, self.with.schema),
            None => Bilingual::same(constant.to_string()),
        }
    }

    pub(super) fn manifest_labels(
        &mut self,
        i: usize,
        mut d: Diagnostic,
        details: &VersionDetails,
        trace: &Trace,
        paths: &mut Vec<String>,
    ) -> Diagnostic {
        let mut values = self.compared(trace);
        // What a comparison says is said of what it compares, not of another fact that is wrong as well.
        let read = trace.compared.as_ref().map_or(0..0, |c| c.facts.clone());
        let is_of = |this: &Self, span: Span| read.clone().any(|n| this.span_of_slot(trace.present[n].slot) == Some(span));
        if let Some((span, path)) = self.primary_place(i, details, trace) {
            let absent = trace.absent.iter().any(|m| m.path == path);
            let is_another = trace.present.iter().any(|f| self.span_of_slot(f.slot) == Some(span)) && !read.is_empty();
            let label = match values {
                _ if absent => say::belongs_here(&path),
                Some(_) if is_another && !is_of(self, span) => Bilingual::default(),
                _ => values.take().unwrap_or_default(),
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
            let label = if is_of(self, span) { values.take() } else { None }.unwrap_or_else(|| say::found(&label));
            d = d.secondary(span, label);
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
    pub(super) fn compared(&self, trace: &Trace) -> Option<Bilingual> {
        let compared = trace.compared.as_ref()?;
        let (left, right) = (&compared.left, &compared.right);
        if left == right || left.en.is_empty() || right.en.is_empty() {
            return None;
        }
        let sign = match (self.machine.lowered.nodes.at(compared.node), compared.is_date) {
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
    pub(super) fn blocked(&self, i: usize) -> Vec<String> {
        let mut reached = vec![false; self.machine.active.rules.len()];
        reached[i] = true;
        let mut names = Vec::new();
        for j in i + 1..self.machine.active.rules.len() {
            let rule = &self.machine.active.rules[j];
            if self.scale.ended[j].outcome == Outcome::Blocked && rule.needs.iter().any(|n| reached[*n as usize]) {
                reached[j] = true;
                names.push(self.machine.lowered.rule_name(rule.rule).to_owned());
            }
        }
        names
    }
}
