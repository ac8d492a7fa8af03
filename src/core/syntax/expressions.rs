//! Expressions and literals: pest's pairs to the tree.

use super::ast::*;
use super::parse::{Builder, Children, P, Rule};
use super::{diagnostics as words, keywords};
use crate::diagnostic::{Bilingual, Reported, say};
use crate::source::Span;
use crate::value::{self, Date, DateTime, Duration, Money};

impl Builder<'_> {
    fn make(kind: ExprKind, span: Span) -> Expr {
        Expr { kind, span }
    }

    /// An error node for what the grammar should not have given.
    fn impossible(&mut self, span: Span) -> Expr {
        let reported = self.unreadable(span);
        Self::make(ExprKind::Error(reported), span)
    }

    fn covering(kind: ExprKind, first: Span, last: Span) -> Expr {
        Expr { kind, span: first.to(last) }
    }

    pub(super) fn expr(&mut self, pair: P<'_>) -> Expr {
        let span = self.span(&pair);
        let parts: Vec<P<'_>> = Children::of(pair).all(Rule::conjunction).collect();
        let is_joined = |p: &P<'_>| p.clone().into_inner().any(|p| p.as_rule() == Rule::kw_and);
        let joined: Vec<bool> = if parts.len() > 1 { parts.iter().map(is_joined).collect() } else { Vec::new() };
        let terms: Vec<Expr> = parts.into_iter().map(|p| self.conjunction(p)).collect();
        let mixed: Vec<Span> = terms.iter().zip(&joined).filter(|(_, joined)| **joined).map(|(term, _)| term.span).collect();
        if !mixed.is_empty() {
            self.fail(words::mixed(&mixed));
        }
        self.chain(terms, ExprKind::Or, span)
    }

    /// One term as it is, several as a chain.
    fn chain(&mut self, mut terms: Vec<Expr>, kind: fn(Vec<Expr>) -> ExprKind, span: Span) -> Expr {
        match terms.len() {
            0 => self.impossible(span),
            1 => terms.remove(0),
            n => {
                let span = terms[0].span.to(terms[n - 1].span);
                Self::make(kind(terms), span)
            }
        }
    }

    fn conjunction(&mut self, pair: P<'_>) -> Expr {
        let span = self.span(&pair);
        let terms = Children::of(pair).all(Rule::negation).map(|p| self.negation(p)).collect();
        self.chain(terms, ExprKind::And, span)
    }

    fn negation(&mut self, pair: P<'_>) -> Expr {
        let (whole, mut negated, mut first) = (self.span(&pair), false, None);
        let mut c = Children::of(pair);
        while let Some(p) = c.eat(Rule::kw_not) {
            negated = !negated;
            first.get_or_insert(self.span(&p));
        }
        let inner = match c.find(Rule::comparison) {
            Some(p) => self.comparison(p),
            None => return self.impossible(whole),
        };
        let span = first.map_or(inner.span, |f| f.to(inner.span));
        // `not not x` is `x`: a doubled negation means what it says.
        if negated { Self::make(ExprKind::Not(Box::new(inner)), span) } else { Expr { span, ..inner } }
    }

    fn comparison(&mut self, pair: P<'_>) -> Expr {
        let span = self.span(&pair);
        let mut c = Children::of(pair);
        let Some(left) = c.eat(Rule::fallback).map(|p| self.fallback(p)) else { return self.impossible(span) };
        let compared = match c.eat(Rule::tail).and_then(|p| p.into_inner().next()) {
            Some(tail) => {
                let whole = left.span.to(self.span(&tail));
                match self.tail(left, tail, whole) {
                    Some(e) => e,
                    None => self.impossible(whole),
                }
            }
            None => left,
        };
        match c.eat(Rule::if_given).map(|p| self.span(&p)) {
            Some(last) => {
                let whole = compared.span.to(last);
                Self::make(ExprKind::IfGiven(Box::new(compared)), whole)
            }
            None => compared,
        }
    }

    /// What is asked of a value; `None` when a part is missing.
    fn tail(&mut self, left: Expr, tail: P<'_>, whole: Span) -> Option<Expr> {
        let rule = tail.as_rule();
        let left = Box::new(left);
        let mut t = Children::of(tail);
        match rule {
            Rule::matches_tail => {
                let pattern = t.find(Rule::pattern).map(|p| self.pattern(p))?;
                return Some(Self::make(ExprKind::Matches(left, pattern), whole));
            }
            Rule::within_tail => {
                let limit = t.find(Rule::additive).map(|p| self.additive(p))?;
                let of = t.find(Rule::fallback).map(|p| self.fallback(p))?;
                let span = left.span.to(of.span);
                return Some(Self::make(ExprKind::Within { left, limit: Box::new(limit), of: Box::new(of) }, span));
            }
            _ => {}
        }
        let op = match t.peek() {
            Some(Rule::le) => Ordering::LessOrEqual,
            Some(Rule::ge) => Ordering::GreaterOrEqual,
            Some(Rule::gt) => Ordering::Greater,
            _ => Ordering::Less,
        };
        let right = t.find(Rule::fallback).map(|p| self.fallback(p));
        match rule {
            Rule::is_missing => return Some(Self::make(ExprKind::Missing(left), whole)),
            Rule::is_none => return Some(Self::make(ExprKind::IsNone(left), whole)),
            Rule::is_given if right.is_none() => return Some(Self::make(ExprKind::Given(left), whole)),
            _ => {}
        }
        let right = Box::new(right?);
        let span = left.span.to(right.span);
        let contains = |part, any, whole, piece| ExprKind::Contains { part, any, whole, piece };
        let kind = match rule {
            Rule::is_given => ExprKind::GivenAs(left, right),
            Rule::is_not => ExprKind::Is { negated: true, left, right },
            Rule::is_value => ExprKind::Is { negated: false, left, right },
            Rule::not_in => ExprKind::In { negated: true, item: left, list: right },
            Rule::in_list => ExprKind::In { negated: false, item: left, list: right },
            Rule::contains_any => contains(Part::Anywhere, true, left, right),
            Rule::contains_one => contains(Part::Anywhere, false, left, right),
            Rule::starts_any => contains(Part::Start, true, left, right),
            Rule::starts_one => contains(Part::Start, false, left, right),
            Rule::ends_any => contains(Part::End, true, left, right),
            Rule::ends_one => contains(Part::End, false, left, right),
            _ => ExprKind::Ordered { op, left, right },
        };
        Some(Self::make(kind, span))
    }

    pub(super) fn fallback(&mut self, pair: P<'_>) -> Expr {
        let span = self.span(&pair);
        let terms = Children::of(pair).all(Rule::additive).map(|p| self.additive(p)).collect();
        self.chain(terms, ExprKind::Else, span)
    }

    fn additive(&mut self, pair: P<'_>) -> Expr {
        let span = self.span(&pair);
        let mut c = Children::of(pair);
        let Some(first) = c.eat(Rule::primary) else { return self.impossible(span) };
        let mut left = self.primary(first);
        while let Some(op) = c.next() {
            let minus = op.as_rule() == Rule::minus;
            let Some(right) = c.eat(Rule::primary).map(|p| self.primary(p)) else { return self.impossible(span) };
            let (first, last) = (left.span, right.span);
            left = Self::covering(ExprKind::Arithmetic { minus, left: Box::new(left), right: Box::new(right) }, first, last);
        }
        left
    }

    fn primary(&mut self, pair: P<'_>) -> Expr {
        let span = self.span(&pair);
        let inner = pair.into_inner().next();
        match inner.and_then(|inner| self.inner(inner, span)) {
            Some(e) => e,
            None => self.impossible(span),
        }
    }

    /// A value without operators; `None` when a part is missing.
    fn inner(&mut self, inner: P<'_>, span: Span) -> Option<Expr> {
        Some(match inner.as_rule() {
            Rule::parens => Expr { span, ..self.expr(Children::of(inner).find(Rule::expr)?) },
            Rule::literal => self.literal(inner)?,
            Rule::list => {
                let items = Children::of(inner).all(Rule::fallback).map(|p| self.fallback(p)).collect();
                Self::make(ExprKind::List(items), span)
            }
            Rule::path => {
                let path = self.path(inner);
                let span = path.first()?.span.to(path.last()?.span);
                Self::make(ExprKind::Path(path), span)
            }
            Rule::call => {
                let mut c = Children::of(inner);
                let name = self.name(c.eat(Rule::ident)?);
                let arguments = c.all(Rule::expr).map(|p| self.expr(p)).collect();
                Self::make(ExprKind::Call(name, arguments), span)
            }
            Rule::any_of | Rule::all_of => {
                let any = inner.as_rule() == Rule::any_of;
                let conditions = Children::of(Children::of(inner).find(Rule::conditions)?).all(Rule::expr).map(|p| self.expr(p)).collect();
                Self::make(ExprKind::Listed { any, conditions }, span)
            }
            Rule::quantified => self.quantified(inner)?,
            Rule::count_of => self.count_of(inner)?,
            _ => self.sum_of(inner)?,
        })
    }

    fn quantified(&mut self, pair: P<'_>) -> Option<Expr> {
        let head = self.span(&pair);
        let mut c = Children::of(pair);
        let kind = match c.next()?.as_rule() {
            Rule::kw_every => Quantifier::Every,
            Rule::kw_some => Quantifier::Some,
            _ => Quantifier::No,
        };
        let var = self.name(c.find(Rule::ident)?);
        let list = c.find(Rule::path).map(|p| self.path(p))?;
        let body = self.expr(c.find(Rule::expr)?);
        let last = body.span;
        Some(Self::covering(ExprKind::Quantified { kind, var, list, body: Box::new(body) }, head, last))
    }

    fn count_of(&mut self, pair: P<'_>) -> Option<Expr> {
        let span = self.span(&pair);
        let mut c = Children::of(pair);
        c.eat(Rule::kw_count);
        c.eat(Rule::kw_of);
        let var = c.eat(Rule::ident).map(|p| self.name(p));
        let path_pair = c.find(Rule::path)?;
        let path_span = self.span(&path_pair);
        let list = self.path(path_pair);
        let Some(var) = var else { return Some(Self::make(ExprKind::CountOf(list, path_span), span)) };
        let body = Box::new(self.expr(c.find(Rule::expr)?));
        Some(Self::make(ExprKind::CountWhere { var, list, body }, span))
    }

    fn sum_of(&mut self, pair: P<'_>) -> Option<Expr> {
        let span = self.span(&pair);
        let mut c = Children::of(pair);
        let value = Box::new(c.find(Rule::additive).map(|p| self.additive(p))?);
        let var = self.name(c.find(Rule::ident)?);
        let list = c.find(Rule::path).map(|p| self.path(p))?;
        Some(Self::make(ExprKind::SumOf { value, var, list }, span))
    }

    fn literal(&mut self, pair: P<'_>) -> Option<Expr> {
        let span = self.span(&pair);
        let kind = match self.literal_token(pair.into_inner().next()?) {
            Ok(value) => ExprKind::Literal(value),
            Err(reported) => ExprKind::Error(reported),
        };
        Some(Self::make(kind, span))
    }

    fn bad_literal(&mut self, pair: &P<'_>, why: Bilingual) -> Reported {
        let span = self.span(pair);
        self.fail(words::bad_literal(span, why))
    }

    /// A literal's token.
    pub(super) fn literal_token(&mut self, pair: P<'_>) -> Result<Literal, Reported> {
        Ok(match pair.as_rule() {
            Rule::kw_true => Literal::Bool(true),
            Rule::kw_false => Literal::Bool(false),
            Rule::string => Literal::Text(self.text(pair).value),
            Rule::integer => Literal::Integer(self.integer(&pair)?),
            Rule::decimal => Literal::Decimal(self.millionths(&pair)?),
            Rule::date => Literal::Date(self.date(&pair)?),
            Rule::datetime => Literal::DateTime(self.datetime(&pair)?),
            Rule::span_literal => self.span_literal(pair)?,
            Rule::longer_literal => match Children::of(pair.clone()).find(Rule::span_literal).map(|p| self.span_literal(p)) {
                Some(Ok(Literal::Duration(d))) => Literal::Duration(Duration { is_more: true, ..d }),
                Some(Err(reported)) => return Err(reported),
                _ => {
                    let why = say!(
                        "`more than` stands before days, months, years or hours, not before business days",
                        "`more than` 用于日、月、年或小时，不用于工作日"
                    );
                    return Err(self.bad_literal(&pair, why));
                }
            },
            Rule::money => Literal::Money(self.money(pair)?),
            _ => {
                let span = self.span(&pair);
                return Err(self.unreadable(span));
            }
        })
    }

    fn money(&mut self, pair: P<'_>) -> Result<Money, Reported> {
        let mut c = Children::of(pair.clone());
        let amount = c.next();
        let letters: Option<[u8; 3]> = c.find(Rule::currency).and_then(|p| p.as_str().as_bytes().try_into().ok());
        let (Some(amount), Some(letters)) = (amount, letters) else {
            let span = self.span(&pair);
            return Err(self.unreadable(span));
        };
        let millionths = self.millionths(&amount)?;
        if millionths % 10_000 != 0 {
            return Err(self.bad_literal(&pair, say!("an amount has at most two decimals", "金额最多两位小数")));
        }
        Ok(Money::new(letters, millionths / 10_000))
    }

    pub(super) fn integer(&mut self, pair: &P<'_>) -> Result<i64, Reported> {
        let value = pair.as_str().replace('_', "").parse();
        value.map_err(|_| self.bad_literal(pair, say!("number too large", "数字过大")))
    }

    fn millionths(&mut self, pair: &P<'_>) -> Result<i64, Reported> {
        let text = pair.as_str().replace('_', "");
        let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
        let value = (fraction.len() <= 6).then(|| format!("{whole}{fraction:0<6}").parse::<i64>().ok()).flatten();
        value.ok_or_else(|| self.bad_literal(pair, say!("number too large or with more than six decimals", "数字过大或小数超过六位")))
    }

    pub(super) fn span_literal(&mut self, pair: P<'_>) -> Result<Literal, Reported> {
        let whole = pair.clone();
        let mut c = Children::of(pair);
        let count = match c.eat(Rule::integer) {
            Some(p) => self.integer(&p)?,
            None => {
                let span = self.span(&whole);
                return Err(self.unreadable(span));
            }
        };
        let too_long = |this: &mut Self| this.bad_literal(&whole, say!("duration too long", "期限过长"));
        let count = i32::try_from(count).map_err(|_| too_long(self))?;
        let business = c.eats(Rule::kw_business);
        let unit = c.find(Rule::unit);
        let word = unit.as_ref().map_or("day", |p| keywords::unit(p.as_str()));
        if business {
            if word != "day" {
                return Err(self.bad_literal(&whole, say!("only days can be business days", "只有“日”可以是工作日")));
            }
            return Ok(Literal::BusinessDays(count));
        }
        let mut duration = Duration::default();
        match word {
            "month" => duration.months = count,
            "year" => duration.months = count.checked_mul(12).ok_or_else(|| too_long(self))?,
            "hour" => duration.hours = count,
            _ => duration.days = count,
        }
        Ok(Literal::Duration(duration))
    }

    pub(super) fn date(&mut self, pair: &P<'_>) -> Result<Date, Reported> {
        let date = value::parse_date(pair.as_str());
        date.ok_or_else(|| self.bad_literal(pair, say!("no such date; dates are written YYYY-MM-DD", "没有这个日期；日期写作 YYYY-MM-DD")))
    }

    fn datetime(&mut self, pair: &P<'_>) -> Result<DateTime, Reported> {
        let words = || say!("no such time; times are written YYYY-MM-DDThh:mm:ss", "没有这个时间；时间写作 YYYY-MM-DDThh:mm:ss");
        pair.as_str().parse().map_err(|_| self.bad_literal(pair, words()))
    }
}
