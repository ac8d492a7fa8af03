//! Steps of the process: their paths, actors, limits; and limits that no order can keep.

use super::diagnostics as say;
use super::expressions::{Checker, Var};
use crate::diagnostic::{Bilingual, Diagnostics, nearest};
use crate::hir::*;
use crate::resolve::{NameKind, Names, diagnostics as words};
use crate::source::Span;
use crate::syntax::ast::{self, Literal, span_of};
use crate::value::FieldType;

fn length(literal: &Literal) -> Length {
    match literal {
        Literal::BusinessDays(n) => Length::Business(*n),
        Literal::Duration(d) => Length::Calendar(*d),
        _ => Length::Business(0),
    }
}

impl Checker<'_> {
    pub(super) fn step_item(&mut self, s: &ast::Step) {
        let Some(id) = self.names.steps.get(&(self.layer, s.id.text.clone())).copied() else { return };
        self.demand_source(s.id.span, &s.id.text, &s.body);
        self.bilingual(&s.title);
        if s.body.actors().next().is_none() {
            self.report(say::missing_clause(s.id.span, &s.id.text, "actor"));
        }
        let actors: Vec<Actor> = s.body.actors().filter_map(|a| self.actor(a)).collect();
        let after = s.body.after().filter_map(|n| self.step(n).map(|i| (i, n.span))).collect();
        let attach = s.body.attach().filter_map(|n| self.material(n).map(|i| (i, n.span))).collect();
        let gated_by = s.body.gated_by().filter_map(|g| self.gate(g)).collect();
        let [on_reject, until, returns_to] =
            [s.body.on_reject(), s.body.until(), s.body.returns_to()].map(|n| n.and_then(|n| self.step(n)));
        let filing_types = self.filing_types(s.body.filing_types());
        let when = s.body.when().map(|e| self.condition(e));
        let when = self.scope(&filing_types, when, s.id.span);
        let done_on = s.body.done_on().and_then(|names| self.date_path(names));
        let done_when = s.body.done_when().map(|e| self.condition(e));
        let started_on = s.body.started_on().and_then(|names| self.date_path(names));
        let deadlines = s.body.deadlines().filter_map(|d| self.deadline(d)).collect();
        let usual = s.body.usual().filter_map(|u| self.usual(&u.time, u.when.as_ref())).collect();
        let takes = s.body.takes().map(|t| (t.least, length(&t.longest), t.span));
        let provenance = self.provenance(&s.body);
        let step = &mut self.program.steps[id.index()];
        (step.actors, step.after, step.attach, step.gated_by) = (actors, after, attach, gated_by);
        (step.on_reject, step.until, step.returns_to) = (on_reject, until, returns_to);
        (step.when, step.done_on, step.done_when, step.started_on) = (when, done_on, done_when, started_on);
        (step.deadlines, step.usual, step.takes, step.provenance) = (deadlines, usual, takes, provenance);
    }

    fn actor(&mut self, a: &ast::Actor) -> Option<Actor> {
        let title = match self.program.schema.roles.actors {
            None => Bilingual::same(a.name.text.clone()),
            Some(of) => match self.program.schema.enumeration(of).find(&a.name.text) {
                Some(v) => self.program.schema.enumeration(of).values[v as usize].title.clone(),
                None => {
                    let d = self.unknown_value(&a.name, of);
                    self.report(d);
                    return None;
                }
            },
        };
        let named = a.named.as_ref().and_then(|names| self.list_path(names)).map(|(p, _)| p);
        let reached = a.reached.as_ref().and_then(|names| self.list_path(names)).map(|(p, _)| p);
        let when = a.when.as_ref().map(|e| self.condition(e));
        Some(Actor { title, id: a.name.text.clone(), named, reached, when })
    }

    fn gate(&mut self, gate: &ast::Gate) -> Option<Gate> {
        match gate {
            ast::Gate::Rule(reference) => self.rule(reference).map(|id| Gate::Rule(id, reference.span)),
            ast::Gate::Stage(name) => {
                let known: Vec<String> = self.program.rules.iter().flat_map(|r| &r.versions).filter_map(|v| v.stage.clone()).collect();
                if known.contains(&name.text) {
                    return Some(Gate::Stage(name.text.clone()));
                }
                if self.names.unread.any {
                    return None;
                }
                let near = nearest(&name.text, known.iter().map(String::as_str)).map(str::to_owned);
                self.report(say::unknown_stage(name.span, &name.text, near.as_deref()));
                None
            }
        }
    }

    /// A field, or a field of every item of one list of records: `service.opened_on`.
    fn list_path(&mut self, names: &[ast::Name]) -> Option<(ListPath, Type)> {
        let span = span_of(names);
        let Some(at) = self.list_prefix(names) else {
            let (path, ty) = self.field(names)?;
            return Some((ListPath { range: None, path, span }, ty));
        };
        let (list, ty) = self.field(&names[..at])?;
        let Type::List(item) = ty else { return None };
        let range = Range { name: names[at - 1].text.clone(), var: 0, list, item: (*item).clone(), span };
        // The name of the variable cannot be written in rules, so it hides no field.
        let variable = ast::Name { text: "*".to_owned(), span: names[at].span };
        let kind = range.list.kind;
        self.vars.push(Var { name: variable.text.clone(), ty: *item, kind });
        let inner: Vec<ast::Name> = std::iter::once(variable).chain(names[at..].iter().cloned()).collect();
        let found = self.field(&inner);
        self.vars.pop();
        let (path, ty) = found?;
        Some((ListPath { range: Some(range), path, span }, ty))
    }

    /// How many names lead to a list of records, where more names follow.
    fn list_prefix(&self, names: &[ast::Name]) -> Option<usize> {
        let mut record = self.program.schema.root?;
        for (i, name) in names.iter().enumerate() {
            match &self.program.schema.record(record).find(&name.text)?.ty {
                FieldType::Record(inner) => record = *inner,
                FieldType::List { item, .. } if matches!(**item, FieldType::Record(_)) && i + 1 < names.len() => return Some(i + 1),
                _ => return None,
            }
        }
        None
    }

    fn date_path(&mut self, names: &[ast::Name]) -> Option<ListPath> {
        let (path, ty) = self.list_path(names)?;
        if !matches!(ty, Type::Date | Type::DateTime) {
            let (e, f) = (self.words(&Type::Date), self.words(&ty));
            self.report(say::mismatch(path.span, &e, &f));
            return None;
        }
        Some(path)
    }

    fn deadline(&mut self, d: &ast::Deadline) -> Option<Deadline> {
        let limit = match &d.limit {
            ast::Limit::Within(l, names) => Limit::Within(length(l), self.anchor(names)?),
            ast::Limit::Before(l, names) => Limit::Before(length(l), self.date_path(names)?),
            ast::Limit::On(names) => Limit::On(self.date_path(names)?),
            ast::Limit::Yearly(month, day) => Limit::Yearly(*month, *day),
        };
        let when = d.when.as_ref().map(|e| self.condition(e));
        let missed = d.missed.as_ref().map(|t| self.bilingual(t));
        Some(Deadline { limit, should: d.should, when, missed, span: d.span })
    }

    /// A single name that is no field of the manifest is a step.
    fn anchor(&mut self, names: &[ast::Name]) -> Option<Anchor> {
        if let [name] = names {
            let is_field = self.program.schema.root.is_some_and(|r| self.program.schema.record(r).find(&name.text).is_some());
            if !is_field {
                return self.step(name).map(Anchor::Step);
            }
        }
        self.date_path(names).map(Anchor::Field)
    }

    fn usual(&mut self, usual: &ast::Usual, when: Option<&ast::Expr>) -> Option<(Usual, Option<ExprId>)> {
        let usual = match usual {
            ast::Usual::Literal(low, high) => Usual::Fixed(*low, length(high)),
            ast::Usual::Params(from, to) => {
                let first = self.length_param(from, None)?;
                let ty = self.program.params[first.index()].ty.clone();
                Usual::Params(first, self.length_param(to, Some(&ty))?)
            }
        };
        let when = when.map(|e| self.condition(e));
        Some((usual, when))
    }

    fn length_param(&mut self, name: &ast::Name, like: Option<&Type>) -> Option<ParamId> {
        let Some(id) = Names::find(self.program, &self.names.params, self.layer, &name.text) else {
            let known = Names::visible(self.program, &self.names.params, self.layer);
            let near = nearest(&name.text, known).map(str::to_owned);
            if !self.names.unread.excuses(NameKind::Value, &name.text) {
                self.report(words::unknown_parameter(name.span, &name.text, near.as_deref()));
            }
            return None;
        };
        let ty = self.program.params[id.index()].ty.clone();
        if ty == Type::Error {
            return None;
        }
        let fits = match like {
            Some(like) => ty == *like,
            None => matches!(ty, Type::BusinessDays | Type::Duration),
        };
        if !fits {
            let (e, f) = (self.words(like.unwrap_or(&Type::BusinessDays)), self.words(&ty));
            self.report(say::mismatch(name.span, &e, &f));
            return None;
        }
        Some(id)
    }
}

/// Days that a time lasts for sure, and days that it never exceeds.
///
/// Business days last at least as many days; no run of days off among the covered years is longer than a fortnight, so that
/// three days for each business day and a fortnight more are never exceeded.
fn least_days(count: i64, length: Length) -> i64 {
    match length {
        Length::Business(_) => count,
        Length::Calendar(d) if d.months > 0 => count.saturating_mul(28),
        Length::Calendar(d) if d.days > 0 => count,
        Length::Calendar(_) => count / 24,
    }
}

fn most_days(length: Length) -> i64 {
    match length {
        Length::Business(n) => 3 * i64::from(n) + 14,
        Length::Calendar(d) => 31 * i64::from(d.months) + i64::from(d.days) + (i64::from(d.hours) + 23) / 24,
    }
}

/// Reports deadlines that the steps on the way to them cannot keep, whatever the filing.
pub(super) fn check(program: &Program, diagnostics: &mut Diagnostics) {
    for (i, step) in program.steps.iter().enumerate() {
        let id = StepId(i as u32);
        for deadline in &step.deadlines {
            let Limit::Within(limit, anchor) = &deadline.limit else { continue };
            let from = match anchor {
                Anchor::Step(from) => Some(*from),
                // A date of the manifest stands for the step it shows done.
                Anchor::Field(path) => (0..program.steps.len() as u32).map(StepId).find(|s| {
                    let shown = program.steps[s.index()].done_on.as_ref();
                    *s != id && shown.is_some_and(|d| d.path.slot == path.path.slot && d.range.is_some() == path.range.is_some())
                }),
            };
            let Some(from) = from else { continue };
            let Some(Way { days: needed, cause, business: least }) = way(program, from, id) else { continue };
            let business = match (limit, cause) {
                (Length::Business(n), Some(_)) => least.map(|least| (least, i64::from(*n))),
                _ => None,
            };
            let (needed, allowed) = business.unwrap_or((needed, most_days(*limit)));
            if let Some(cause) = cause.filter(|_| needed > allowed) {
                diagnostics.report(say::impossible_deadline(deadline.span, cause, &step.id, needed, allowed));
            }
        }
    }
}

/// The longest way from the end of one step to the end of another, where every step takes its shortest time.
#[derive(Clone, Copy, Default)]
struct Way {
    days: i64,
    /// The step time that says most of them.
    cause: Option<Span>,
    /// Business days of the longest way whose times are all in business days.
    business: Option<i64>,
}

/// The longest way between two steps, if one leads to the other.
fn way(program: &Program, from: StepId, to: StepId) -> Option<Way> {
    let mut known: Vec<Option<Option<Way>>> = vec![None; program.steps.len()];
    known[from.index()] = Some(Some(Way { business: Some(0), ..Way::default() }));
    // What lies before a step is looked at before it; on a ring, which is an error of its own, what is still open leads nowhere.
    let mut is_open = vec![false; program.steps.len()];
    let mut stack = vec![to];
    while let Some(at) = stack.last().copied() {
        if known[at.index()].is_some() {
            stack.pop();
            continue;
        }
        let step = &program.steps[at.index()];
        if !std::mem::replace(&mut is_open[at.index()], true) {
            stack.extend(step.after.iter().map(|(s, _)| *s).filter(|s| known[s.index()].is_none() && !is_open[s.index()]));
            continue;
        }
        stack.pop();
        let (own, cause) = step.takes.map_or((0, None), |(least, length, span)| (least_days(least, length), Some(span)));
        // A step with a condition may be left out of the path: it counts only as the last one.
        let counts = at == to || step.when.is_none();
        let before = || step.after.iter().filter_map(|(s, _)| known[s.index()].flatten());
        let best = before().max_by_key(|w| w.days).map(|w| {
            let business = match step.takes {
                Some((_, Length::Calendar(_), _)) => None,
                takes => {
                    before().filter_map(|w| w.business).max().map(|n| if counts { n.saturating_add(takes.map_or(0, |t| t.0)) } else { n })
                }
            };
            if counts && own > 0 {
                Way { days: w.days.saturating_add(own), cause: cause.or(w.cause), business }
            } else {
                Way { business, ..w }
            }
        });
        known[at.index()] = Some(best);
    }
    known[to.index()].flatten()
}
