//! The lines of a block, and which block may hold which.

use super::ast::*;
use super::diagnostics as say;
use super::parse::{Builder, Children, P, Rule};
use crate::source::Span;

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
            "deadline",
            "done",
            "attach",
            "gated by",
            "produces",
            "on reject",
            "when",
            "filing types",
            "effective",
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
        Rule::deadline_line => "deadline",
        Rule::done_line => "done",
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
    matches!(word, "source" | "reading" | "advice" | "demand" | "needs" | "over" | "gated by" | "attach" | "after")
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
            Rule::actor_line => return to.actors.extend(self.names_of(pair)),
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
            Rule::gated_line => to.gated_by.extend(c.all(Rule::rule_ref).map(|p| self.rule_ref(p))),
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
                let low = c.eat(Rule::integer).map(|p| self.integer(&p));
                if let Some(p) = c.find(Rule::span_literal) {
                    let high = self.span_literal(p);
                    let upper = match &high {
                        Literal::BusinessDays(n) => i64::from(*n),
                        Literal::Duration(d) => i64::from(d.months.max(d.days).max(d.hours)),
                        _ => 0,
                    };
                    to.takes = Some((low.unwrap_or(upper), high, span));
                }
            }
            Rule::deadline_line => {
                let limit = c.find(Rule::span_literal).map(|p| self.span_literal(p));
                let of = c.find(Rule::path).map(|p| self.path(p));
                to.deadline = limit.zip(of).map(|(l, o)| (l, o, span));
            }
            Rule::done_line => {
                c.next();
                to.done = match c.next().map(|p| p.as_rule()) {
                    Some(Rule::kw_on) => c.find(Rule::path).map(|p| Done::On(self.path(p))),
                    _ => c.find(Rule::expr).map(|p| Done::When(self.expr(p))),
                };
            }
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
