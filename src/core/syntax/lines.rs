//! Each line of a block from its pair: the functions that the table of clauses names. `None` where a part is missing or was reported.

use super::ast::*;
use super::diagnostics as say;
use super::parse::{Builder, Children, P, Rule};
use crate::value::Date;

type B<'a, 'b> = &'a mut Builder<'b>;

pub(super) fn said(_: B<'_, '_>, _: P<'_>) -> Option<Said> {
    Some(Said)
}

pub(super) fn string(b: B<'_, '_>, pair: P<'_>) -> Option<Text> {
    Children::of(pair).find(Rule::string).map(|p| b.text(p))
}

pub(super) fn texts(b: B<'_, '_>, pair: P<'_>) -> Option<Texts> {
    Children::of(pair).find(Rule::texts).map(|p| b.texts(p))
}

pub(super) fn expr(b: B<'_, '_>, pair: P<'_>) -> Option<Expr> {
    Children::of(pair).find(Rule::expr).map(|p| b.expr(p))
}

pub(super) fn path(b: B<'_, '_>, pair: P<'_>) -> Option<Path> {
    Children::of(pair).find(Rule::path).map(|p| b.path(p))
}

pub(super) fn stated(b: B<'_, '_>, pair: P<'_>) -> Option<Vec<Stated>> {
    let one = |p| {
        let mut c = Children::of(p);
        let path = b.path(c.eat(Rule::path)?);
        Some(Stated { path, may_be_empty: c.eats(Rule::kw_may) })
    };
    Children::of(pair).all(Rule::stated).map(one).collect()
}

pub(super) fn name(b: B<'_, '_>, pair: P<'_>) -> Option<Name> {
    Children::of(pair).find(Rule::ident).map(|p| b.name(p))
}

pub(super) fn names(b: B<'_, '_>, pair: P<'_>) -> Option<Vec<Name>> {
    Some(Children::of(pair).all(Rule::ident).map(|p| b.name(p)).collect())
}

pub(super) fn rules(b: B<'_, '_>, pair: P<'_>) -> Option<Vec<RuleRef>> {
    Some(Children::of(pair).all(Rule::rule_ref).map(|p| b.rule_ref(p)).collect())
}

pub(super) fn integer(b: B<'_, '_>, pair: P<'_>) -> Option<i64> {
    Children::of(pair).find(Rule::integer).and_then(|p| b.integer(&p).ok())
}

pub(super) fn date(b: B<'_, '_>, pair: P<'_>) -> Option<Date> {
    Children::of(pair).find(Rule::date).and_then(|p| b.date(&p).ok())
}

pub(super) fn days(b: B<'_, '_>, pair: P<'_>) -> Option<Vec<Days>> {
    let one = |p: P<'_>| {
        let span = b.span(&p);
        let mut c = Children::of(p);
        let from = c.eat(Rule::date).and_then(|p| b.date(&p).ok())?;
        let until = match c.find(Rule::date) {
            Some(p) => b.date(&p).ok()?,
            None => from,
        };
        if until < from {
            b.fail(say::empty_range(span, from, until));
        }
        Some(Days { from, until, span })
    };
    Children::of(pair).all(Rule::days).map(one).collect()
}

pub(super) fn citations(b: B<'_, '_>, pair: P<'_>) -> Option<Vec<Citation>> {
    Children::of(pair).all(Rule::citation).map(|p| citation(b, p)).collect()
}

fn citation(b: B<'_, '_>, pair: P<'_>) -> Option<Citation> {
    let mut c = Children::of(pair);
    let source = b.name(c.eat(Rule::ident)?);
    Some(Citation { source, item: c.find(Rule::string).map(|p| b.text(p)) })
}

pub(super) fn confidence(_: B<'_, '_>, pair: P<'_>) -> Option<Confidence> {
    Some(match pair.into_inner().nth(1)?.as_rule() {
        Rule::kw_medium => Confidence::Medium,
        Rule::kw_low => Confidence::Low,
        _ => Confidence::High,
    })
}

pub(super) fn status(_: B<'_, '_>, pair: P<'_>) -> Option<Status> {
    Some(match pair.into_inner().nth(1)?.as_rule() {
        Rule::kw_unconfirmed => Status::Unconfirmed,
        _ => Status::Current,
    })
}

pub(super) fn strength(_: B<'_, '_>, pair: P<'_>) -> Option<Strength> {
    Some(match pair.into_inner().next()?.as_rule() {
        Rule::kw_should => Strength::Should,
        Rule::kw_note => Strength::Note,
        _ => Strength::Must,
    })
}

pub(super) fn several(_: B<'_, '_>, pair: P<'_>) -> Option<Several> {
    Some(match pair.into_inner().next_back()?.as_rule() {
        Rule::kw_highest => Several::Highest,
        _ => Several::Lowest,
    })
}

pub(super) fn reading(b: B<'_, '_>, pair: P<'_>) -> Option<Reading> {
    let mut c = Children::of(pair);
    let texts = c.find(Rule::texts).map(|p| b.texts(p))?;
    let sources = c.all(Rule::citation).map(|p| citation(b, p)).collect::<Option<_>>()?;
    Some(Reading { texts, sources })
}

pub(super) fn loops(b: B<'_, '_>, pair: P<'_>) -> Option<Vec<Loop>> {
    let one = |p| {
        let mut range = Children::of(p);
        let var = b.name(range.eat(Rule::ident)?);
        Some(Loop { var, list: range.find(Rule::path).map(|p| b.path(p))? })
    };
    Children::of(pair).all(Rule::range).map(one).collect()
}

pub(super) fn report(b: B<'_, '_>, pair: P<'_>) -> Option<Report> {
    let mut c = Children::of(pair);
    let mut at = None;
    while let Some(p) = c.next() {
        match p.as_rule() {
            Rule::path => at = Some(b.path(p)),
            Rule::texts => return Some(Report { at, texts: b.texts(p) }),
            _ => {}
        }
    }
    None
}

pub(super) fn gates(b: B<'_, '_>, pair: P<'_>) -> Option<Vec<Gate>> {
    let one = |p: P<'_>| {
        let inner = p.into_inner().next()?;
        match inner.as_rule() {
            Rule::gate_stage => Children::of(inner).find(Rule::ident).map(|n| Gate::Stage(b.name(n))),
            _ => Some(Gate::Rule(b.rule_ref(inner))),
        }
    };
    Children::of(pair).all(Rule::gate).map(one).collect()
}

pub(super) fn effective(b: B<'_, '_>, pair: P<'_>) -> Option<Effective> {
    let span = b.span(&pair);
    let mut c = Children::of(pair);
    let mut effective = Effective { from: None, until: None, ends: false, axis: None, span };
    for p in c.find(Rule::effective_range)?.into_inner() {
        let rule = p.as_rule();
        let date = p.into_inner().next().and_then(|d| b.date(&d).ok());
        match rule {
            Rule::date_from => effective.from = date,
            Rule::date_until => effective.until = date,
            _ => {}
        }
    }
    effective.ends = c.eats(Rule::kw_ends);
    effective.axis = c.find(Rule::path).map(|p| b.path(p));
    if let (Some(from), Some(until)) = (effective.from, effective.until)
        && until < from
    {
        b.fail(say::empty_range(span, from, until));
    }
    Some(effective)
}

/// `1 .. 20 business days`: the least count and the longest time.
fn length(b: B<'_, '_>, c: &mut Children<'_>) -> Option<(i64, Literal)> {
    let low = match c.eat(Rule::integer) {
        Some(p) => Some((b.integer(&p).ok()?, b.span(&p))),
        None => None,
    };
    let p = c.find(Rule::span_literal)?;
    let span = b.span(&p);
    let high = b.span_literal(p).ok()?;
    let upper = match &high {
        Literal::BusinessDays(n) => i64::from(*n),
        Literal::Duration(d) => i64::from(d.months.max(d.days).max(d.hours)),
        _ => 0,
    };
    if let Some((least, at)) = low.filter(|(n, _)| *n > upper) {
        b.fail(say::backward_length(at, span, least));
    }
    Some((low.map_or(upper, |(n, _)| n), high))
}

pub(super) fn takes(b: B<'_, '_>, pair: P<'_>) -> Option<Takes> {
    let span = b.span(&pair);
    let mut c = Children::of(pair);
    c.next();
    let (least, longest) = length(b, &mut c)?;
    Some(Takes { least, longest, span })
}

pub(super) fn usually(b: B<'_, '_>, pair: P<'_>) -> Option<Usually> {
    let mut c = Children::of(pair);
    c.next();
    let time = match c.eat(Rule::params) {
        Some(p) => {
            let mut names = Children::of(p);
            let from = b.name(names.find(Rule::ident)?);
            Usual::Params(from, b.name(names.find(Rule::ident)?))
        }
        None => {
            let (least, longest) = length(b, &mut c)?;
            Usual::Literal(least, longest)
        }
    };
    Some(Usually { time, when: c.find(Rule::expr).map(|p| b.expr(p)) })
}

/// The condition at the end of the line is that of each of its actors.
pub(super) fn actors(b: B<'_, '_>, pair: P<'_>) -> Option<Vec<Actor>> {
    let (mut actors, mut when) = (Vec::new(), None);
    for p in pair.into_inner() {
        match p.as_rule() {
            Rule::actor => actors.push(actor(b, p)?),
            Rule::expr => when = Some(b.expr(p)),
            _ => {}
        }
    }
    Some(actors.into_iter().map(|a| Actor { when: when.clone(), ..a }).collect())
}

fn actor(b: B<'_, '_>, pair: P<'_>) -> Option<Actor> {
    let mut c = Children::of(pair);
    let name = b.name(c.eat(Rule::ident)?);
    let mut path = |c: &mut Children<'_>, rule| {
        let p = c.eat(rule)?;
        Children::of(p).find(Rule::path).map(|p| b.path(p))
    };
    let named = path(&mut c, Rule::actor_named);
    let reached = path(&mut c, Rule::actor_reached);
    Some(Actor { name, named, reached, when: None })
}

pub(super) fn deadline(b: B<'_, '_>, pair: P<'_>) -> Option<Deadline> {
    let span = b.span(&pair);
    let mut c = Children::of(pair);
    c.next();
    let limit = c.next().and_then(|p| limit(b, p))?;
    let should = c.eats(Rule::kw_should);
    let when = if c.eats(Rule::kw_if) { c.eat(Rule::expr).map(|p| b.expr(p)) } else { None };
    let missed = c.find(Rule::texts).map(|p| b.texts(p));
    Some(Deadline { limit, should, when, missed, span })
}

fn limit(b: B<'_, '_>, pair: P<'_>) -> Option<Limit> {
    let rule = pair.as_rule();
    let mut c = Children::of(pair);
    if rule == Rule::deadline_yearly {
        let p = c.find(Rule::month_day)?;
        let (month, day) = p.as_str().split_once('-').and_then(|(m, d)| Some((m.parse().ok()?, d.parse().ok()?)))?;
        // 29 February is not a day of every year.
        if Date::new(2025, month, day).is_err() {
            let span = b.span(&p);
            b.fail(say::not_a_day(span, p.as_str()));
            return None;
        }
        return Some(Limit::Yearly(month, day));
    }
    let length = match rule {
        Rule::deadline_on => None,
        _ => Some(b.span_literal(c.find(Rule::span_literal)?).ok()?),
    };
    let path = c.find(Rule::path).map(|p| b.path(p))?;
    Some(match (rule, length) {
        (Rule::deadline_within, Some(length)) => Limit::Within(length, path),
        (_, Some(length)) => Limit::Before(length, path),
        (_, None) => Limit::On(path),
    })
}
