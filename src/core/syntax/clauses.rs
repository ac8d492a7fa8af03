//! The lines of a block, and which block may hold which.

use super::ast::*;
use super::diagnostics as say;
use super::parse::{Builder, Children, P, Rule};
use crate::source::Span;
use crate::value::Date;

/// The lines a declaration may hold, by the word a user knows them by.
fn allowed(block: &str) -> &'static [&'static str] {
    const PROVENANCE: &[&str] = &["source", "basis", "confidence", "status", "last_seen", "reading", "effective", "advice"];
    const REQUIREMENT: &[&str] = &[
        "source",
        "basis",
        "confidence",
        "status",
        "last_seen",
        "reading",
        "effective",
        "advice",
        "stage",
        "must",
        "filing types",
        "needs",
        "for each",
        "when",
        "require",
        "demand",
        "report",
        "help",
        "even if not required",
    ];
    const REPLACE: &[&str] = &[
        "source",
        "basis",
        "confidence",
        "status",
        "last_seen",
        "reading",
        "effective",
        "advice",
        "stage",
        "must",
        "filing types",
        "needs",
        "for each",
        "when",
        "require",
        "demand",
        "report",
        "help",
        "even if not required",
        "over",
    ];
    match block {
        "requirement" => REQUIREMENT,
        "replace" => REPLACE,
        "region" | "provider" => &["authority", "plate", "gb2260", "applies when", "otherwise"],
        "source" => &["url", "dated", "read"],
        "parameter" | "confirm" | "advice" => PROVENANCE,
        "set" => &["source", "basis", "confidence", "status", "last_seen", "reading", "effective", "advice", "over"],
        "exception" => &["source", "basis", "confidence", "status", "last_seen", "reading", "effective", "advice", "over"],
        "waive" => {
            &["source", "basis", "confidence", "status", "last_seen", "reading", "effective", "advice", "when", "over", "filing types"]
        }
        "material" => &["source", "basis", "confidence", "status", "last_seen", "reading", "advice", "field", "formats", "max_kb"],
        _ => &[
            "source",
            "basis",
            "confidence",
            "status",
            "last_seen",
            "reading",
            "advice",
            "actor",
            "after",
            "takes",
            "usually",
            "started on",
            "until",
            "returns to",
            "milestone",
            "deadline",
            "done on",
            "done when",
            "attach",
            "gated by",
            "produces",
            "on reject",
            "when",
            "filing types",
        ],
    }
}

fn word_of(rule: Rule) -> &'static str {
    match rule {
        Rule::source_line => "source",
        Rule::basis_line => "basis",
        Rule::confidence_line => "confidence",
        Rule::status_line => "status",
        Rule::last_seen_line => "last_seen",
        Rule::reading_line => "reading",
        Rule::effective_line => "effective",
        Rule::stage_line => "stage",
        Rule::strength_line => "must",
        Rule::filing_types_line => "filing types",
        Rule::needs_line => "needs",
        Rule::for_each_line => "for each",
        Rule::when_line => "when",
        Rule::require_line => "require",
        Rule::demand_line => "demand",
        Rule::report_line => "report",
        Rule::help_line => "help",
        Rule::over_line => "over",
        Rule::advice_line => "advice",
        Rule::even_line => "even if not required",
        Rule::field_line => "field",
        Rule::formats_line => "formats",
        Rule::max_kb_line => "max_kb",
        Rule::actor_line => "actor",
        Rule::after_line => "after",
        Rule::takes_line => "takes",
        Rule::usually_line => "usually",
        Rule::started_line => "started on",
        Rule::until_line => "until",
        Rule::returns_line => "returns to",
        Rule::milestone_line => "milestone",
        Rule::deadline_line => "deadline",
        Rule::done_on_line => "done on",
        Rule::done_when_line => "done when",
        Rule::attach_line => "attach",
        Rule::gated_line => "gated by",
        Rule::produces_line => "produces",
        Rule::reject_line => "on reject",
        Rule::url_line => "url",
        Rule::dated_line => "dated",
        Rule::read_line => "read",
        Rule::authority_line => "authority",
        Rule::plate_line => "plate",
        Rule::gb2260_line => "gb2260",
        Rule::applies_line => "applies when",
        _ => "otherwise",
    }
}

/// Lines that may be given more than once.
fn repeats(word: &str) -> bool {
    matches!(
        word,
        "source" | "reading" | "advice" | "demand" | "needs" | "over" | "gated by" | "attach" | "after" | "actor" | "usually" | "deadline"
    )
}

impl Builder<'_> {
    pub(super) fn clauses(&mut self, pair: P<'_>, block: &'static str) -> Clauses {
        let mut clauses = Clauses { span: self.span(&pair), ..Clauses::default() };
        let mut seen: Vec<(&'static str, Span)> = Vec::new();
        for line in pair.into_inner() {
            self.line(line, block, &mut clauses, &mut seen);
        }
        clauses
    }

    pub(super) fn exception_block(&mut self, pair: P<'_>, unless: &mut Vec<Exception>) -> Clauses {
        let mut clauses = Clauses { span: self.span(&pair), ..Clauses::default() };
        let mut seen = Vec::new();
        for line in pair.into_inner() {
            if line.as_rule() == Rule::unless {
                unless.extend(self.exception(line));
            } else {
                self.line(line, "exception", &mut clauses, &mut seen);
            }
        }
        clauses
    }

    fn line(&mut self, pair: P<'_>, block: &'static str, to: &mut Clauses, seen: &mut Vec<(&'static str, Span)>) {
        let rule = pair.as_rule();
        if matches!(rule, Rule::lbrace | Rule::rbrace) {
            return;
        }
        let word = word_of(rule);
        let head = pair.clone().into_inner().next().map_or(self.span(&pair), |p| self.span(&p));
        if !allowed(block).contains(&word) {
            self.diagnostics.report(say::misplaced_line(head, word, block, allowed(block)));
            self.failed = true;
            return;
        }
        if !repeats(word) {
            if let Some((_, first)) = seen.iter().find(|(w, _)| *w == word) {
                self.diagnostics.report(say::repeated_line(head, *first, word));
                self.failed = true;
                return;
            }
            seen.push((word, head));
        }
        self.take(pair, rule, to);
    }

    fn take(&mut self, pair: P<'_>, rule: Rule, to: &mut Clauses) {
        let span = self.span(&pair);
        match rule {
            Rule::filing_types_line => return to.filing_types.extend(self.names_of(pair)),
            Rule::formats_line => return to.formats.extend(self.names_of(pair)),
            Rule::after_line => return to.after.extend(self.names_of(pair)),
            Rule::attach_line => return to.attach.extend(self.names_of(pair)),
            _ => {}
        }
        let mut c = Children::of(pair);
        match rule {
            Rule::source_line => to.sources.extend(c.all(Rule::citation).filter_map(|p| self.citation(p))),
            Rule::basis_line => to.basis = c.find(Rule::string).map(|p| self.text(p)),
            Rule::confidence_line => {
                c.next();
                to.confidence = Some(match c.peek() {
                    Some(Rule::kw_medium) => Confidence::Medium,
                    Some(Rule::kw_low) => Confidence::Low,
                    _ => Confidence::High,
                });
            }
            Rule::status_line => {
                c.next();
                to.is_unconfirmed = c.peek() == Some(Rule::kw_unconfirmed);
            }
            Rule::last_seen_line => to.last_seen = c.find(Rule::string).map(|p| self.text(p)),
            Rule::reading_line => {
                if let Some(texts) = c.find(Rule::texts).map(|p| self.texts(p)) {
                    let sources = c.all(Rule::citation).filter_map(|p| self.citation(p)).collect();
                    to.readings.push(Reading { texts, sources });
                }
            }
            Rule::effective_line => to.effective = self.effective(c, span),
            Rule::stage_line => to.stage = c.find(Rule::ident).map(|p| self.name(p)),
            Rule::strength_line => {
                to.strength = Some(match c.peek() {
                    Some(Rule::kw_should) => Strength::Should,
                    Some(Rule::kw_note) => Strength::Note,
                    _ => Strength::Must,
                });
            }
            Rule::needs_line => to.needs.extend(c.all(Rule::rule_ref).map(|p| self.rule_ref(p))),
            Rule::over_line => to.over.extend(c.all(Rule::rule_ref).map(|p| self.rule_ref(p))),
            Rule::gated_line => {
                for p in c.all(Rule::gate) {
                    let gate = p.into_inner().next().and_then(|inner| match inner.as_rule() {
                        Rule::gate_stage => Children::of(inner).find(Rule::ident).map(|n| Gate::Stage(self.name(n))),
                        _ => Some(Gate::Rule(self.rule_ref(inner))),
                    });
                    to.gated_by.extend(gate);
                }
            }
            Rule::for_each_line => {
                for p in c.all(Rule::range) {
                    let mut r = Children::of(p);
                    let var = r.eat(Rule::ident).map(|p| self.name(p));
                    let list = r.find(Rule::path).map(|p| self.path(p));
                    to.for_each.extend(var.zip(list));
                }
            }
            Rule::when_line => to.when = c.find(Rule::expr).map(|p| self.expr(p)),
            Rule::require_line => to.require = c.find(Rule::expr).map(|p| self.expr(p)),
            Rule::applies_line => to.applies = c.find(Rule::expr).map(|p| self.expr(p)),
            Rule::demand_line => to.demands.extend(c.find(Rule::ident).map(|p| self.name(p))),
            Rule::report_line => {
                let at = c.eat(Rule::kw_report).and_then(|_| c.eat(Rule::kw_at)).and_then(|_| c.eat(Rule::path)).map(|p| self.path(p));
                to.report = c.find(Rule::texts).map(|p| Report { at, texts: self.texts(p) });
            }
            Rule::help_line => to.help = c.find(Rule::texts).map(|p| self.texts(p)),
            Rule::advice_line => to.advice.extend(c.find(Rule::texts).map(|p| self.texts(p))),
            Rule::even_line => to.even_if_not_required = true,
            Rule::field_line => to.field = c.find(Rule::path).map(|p| self.path(p)),
            Rule::max_kb_line => to.max_kb = c.find(Rule::integer).map(|p| self.integer(&p)),
            Rule::takes_line => {
                c.next();
                to.takes = self.length(&mut c).map(|(low, high)| (low, high, span));
            }
            Rule::actor_line => {
                let (mut actors, mut when) = (Vec::new(), None);
                while let Some(p) = c.next() {
                    match p.as_rule() {
                        Rule::actor => actors.extend(self.actor(p)),
                        Rule::expr => when = Some(self.expr(p)),
                        _ => {}
                    }
                }
                to.actors.extend(actors.into_iter().map(|a| Actor { when: when.clone(), ..a }));
            }
            Rule::usually_line => {
                c.next();
                let usual = match c.eat(Rule::params) {
                    Some(p) => {
                        let mut names = Children::of(p);
                        let from = names.find(Rule::ident).map(|p| self.name(p));
                        let to = names.find(Rule::ident).map(|p| self.name(p));
                        from.zip(to).map(|(from, to)| Usual::Params(from, to))
                    }
                    None => self.length(&mut c).map(|(low, high)| Usual::Literal(low, high)),
                };
                let when = c.find(Rule::expr).map(|p| self.expr(p));
                to.usual.extend(usual.map(|u| (u, when)));
            }
            Rule::started_line => to.started_on = c.find(Rule::path).map(|p| self.path(p)),
            Rule::until_line => to.until = c.find(Rule::ident).map(|p| self.name(p)),
            Rule::returns_line => to.returns_to = c.find(Rule::ident).map(|p| self.name(p)),
            Rule::milestone_line => to.is_milestone = true,
            Rule::deadline_line => {
                c.next();
                let limit = c.next().and_then(|p| self.limit(p));
                let should = c.eats(Rule::kw_should);
                let when = if c.eats(Rule::kw_if) { c.eat(Rule::expr).map(|p| self.expr(p)) } else { None };
                let missed = c.find(Rule::texts).map(|p| self.texts(p));
                to.deadlines.extend(limit.map(|limit| Deadline { limit, should, when, missed, span }));
            }
            Rule::done_on_line => to.done_on = c.find(Rule::path).map(|p| self.path(p)),
            Rule::done_when_line => to.done_when = c.find(Rule::expr).map(|p| self.expr(p)),
            Rule::produces_line => to.produces = c.find(Rule::texts).map(|p| self.texts(p)),
            Rule::reject_line => to.on_reject = c.find(Rule::ident).map(|p| self.name(p)),
            Rule::url_line => to.url = c.find(Rule::string).map(|p| self.text(p)),
            Rule::dated_line => to.dated = c.find(Rule::string).map(|p| self.text(p)),
            Rule::read_line => to.read = c.find(Rule::date).and_then(|p| self.date(&p)),
            Rule::authority_line => to.authority = c.find(Rule::texts).map(|p| self.texts(p)),
            Rule::plate_line => to.plate = c.find(Rule::string).map(|p| self.text(p)),
            Rule::gb2260_line => to.gb2260 = c.find(Rule::string).map(|p| self.text(p)),
            Rule::otherwise_line => to.otherwise = c.find(Rule::texts).map(|p| self.texts(p)),
            _ => {}
        }
    }

    /// `1 .. 20 business days`: the least count and the longest time.
    fn length(&mut self, c: &mut Children<'_>) -> Option<(i64, Literal)> {
        let low = c.eat(Rule::integer).map(|p| (self.integer(&p), self.span(&p)));
        let p = c.find(Rule::span_literal)?;
        let span = self.span(&p);
        let high = self.span_literal(p);
        let upper = match &high {
            Literal::BusinessDays(n) => i64::from(*n),
            Literal::Duration(d) => i64::from(d.months.max(d.days).max(d.hours)),
            _ => 0,
        };
        if let Some((least, at)) = low.filter(|(n, _)| *n > upper) {
            self.diagnostics.report(say::backward_length(at, span, least));
            self.failed = true;
        }
        Some((low.map_or(upper, |(n, _)| n), high))
    }

    fn actor(&mut self, pair: P<'_>) -> Option<Actor> {
        let mut c = Children::of(pair);
        let name = self.name(c.eat(Rule::ident)?);
        let mut path = |c: &mut Children<'_>, rule| {
            let p = c.eat(rule)?;
            Children::of(p).find(Rule::path).map(|p| self.path(p))
        };
        let named = path(&mut c, Rule::actor_named);
        let reached = path(&mut c, Rule::actor_reached);
        Some(Actor { name, named, reached, when: None })
    }

    fn limit(&mut self, pair: P<'_>) -> Option<Limit> {
        let rule = pair.as_rule();
        let mut c = Children::of(pair);
        if rule == Rule::deadline_yearly {
            let p = c.find(Rule::month_day)?;
            let span = self.span(&p);
            let number = |t: &str| t.parse::<i8>().unwrap_or(0);
            let (month, day) = p.as_str().split_once('-').map_or((0, 0), |(m, d)| (number(m), number(d)));
            // 29 February is not a day of every year.
            if Date::new(2025, month, day).is_err() {
                self.diagnostics.report(say::not_a_day(span, p.as_str()));
                self.failed = true;
                return None;
            }
            return Some(Limit::Yearly(month, day));
        }
        let length = if rule == Rule::deadline_on { None } else { c.find(Rule::span_literal).map(|p| self.span_literal(p)) };
        let path = c.find(Rule::path).map(|p| self.path(p))?;
        match (rule, length) {
            (Rule::deadline_on, _) => Some(Limit::On(path)),
            (Rule::deadline_within, Some(l)) => Some(Limit::Within(l, path)),
            (_, Some(l)) => Some(Limit::Before(l, path)),
            _ => None,
        }
    }

    fn citation(&mut self, pair: P<'_>) -> Option<Citation> {
        let mut c = Children::of(pair);
        let source = self.name(c.eat(Rule::ident)?);
        Some(Citation { source, item: c.find(Rule::string).map(|p| self.text(p)) })
    }

    fn effective(&mut self, mut c: Children<'_>, span: Span) -> Option<Effective> {
        let mut effective = Effective { from: None, until: None, ends: false, axis: None, span };
        let range = c.find(Rule::effective_range)?;
        for p in range.into_inner() {
            let rule = p.as_rule();
            let date = p.into_inner().next().and_then(|d| self.date(&d));
            match rule {
                Rule::date_from => effective.from = date,
                Rule::date_until => effective.until = date,
                _ => {}
            }
        }
        effective.ends = c.eats(Rule::kw_ends);
        effective.axis = c.find(Rule::path).map(|p| self.path(p));
        if let (Some(from), Some(until)) = (effective.from, effective.until)
            && until < from
        {
            self.diagnostics.report(say::empty_range(span, from, until));
            self.failed = true;
        }
        Some(effective)
    }
}
