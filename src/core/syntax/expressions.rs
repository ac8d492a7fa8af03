//! Expressions and literals: pest's pairs to the tree.

use super::ast::*;
use super::diagnostics as say;
use super::parse::{Builder, Children, P, Rule};
use crate::source::Span;
use crate::value::{self, Date, DateTime, Duration, Money};

impl Builder<'_> {
    fn make(kind: ExprKind, span: Span) -> Expr {
        Expr { kind, span }
    }

    fn covering(kind: ExprKind, first: Span, last: Span) -> Expr {
        Expr { kind, span: first.to(last) }
    }

    pub(super) fn expr(&mut self, pair: P<'_>) -> Expr {
        let mut terms: Vec<Expr> = Children::of(pair).all(Rule::conjunction).map(|p| self.conjunction(p)).collect();
        if terms.len() == 1 {
            return terms.remove(0);
        }
        let span = terms[0].span.to(terms[terms.len() - 1].span);
        Self::make(ExprKind::Or(terms), span)
    }

    fn conjunction(&mut self, pair: P<'_>) -> Expr {
        let mut terms: Vec<Expr> = Children::of(pair).all(Rule::negation).map(|p| self.negation(p)).collect();
        if terms.len() == 1 {
            return terms.remove(0);
        }
        let span = terms[0].span.to(terms[terms.len() - 1].span);
        Self::make(ExprKind::And(terms), span)
    }

    fn negation(&mut self, pair: P<'_>) -> Expr {
        let mut negated = false;
        let mut first = None;
        let mut c = Children::of(pair);
        while let Some(p) = c.eat(Rule::kw_not) {
            negated = !negated;
            first.get_or_insert(self.span(&p));
        }
        let inner = match c.find(Rule::comparison) {
            Some(p) => self.comparison(p),
            None => return Self::make(ExprKind::List(vec![]), Span::default()),
        };
        let span = first.map_or(inner.span, |f| f.to(inner.span));
        // `not not x` is `x`: a doubled negation means what it says.
        if negated { Self::make(ExprKind::Not(Box::new(inner)), span) } else { Expr { span, ..inner } }
    }

    fn comparison(&mut self, pair: P<'_>) -> Expr {
        let mut c = Children::of(pair);
        let Some(left) = c.eat(Rule::fallback).map(|p| self.fallback(p)) else {
            return Self::make(ExprKind::List(vec![]), Span::default());
        };
        let Some(tail) = c.eat(Rule::tail).and_then(|p| p.into_inner().next()) else { return left };
        let whole = left.span.to(self.span(&tail));
        let rule = tail.as_rule();
        let left = Box::new(left);
        let mut t = Children::of(tail);
        if rule == Rule::matches_tail {
            let Some(pattern) = t.find(Rule::pattern).map(|p| self.pattern(p)) else { return *left };
            return Self::make(ExprKind::Matches(left, pattern), whole);
        }
        if rule == Rule::within_tail {
            let limit = t.find(Rule::additive).map(|p| self.additive(p));
            let of = t.find(Rule::fallback).map(|p| self.fallback(p));
            let (Some(limit), Some(of)) = (limit, of) else { return *left };
            let span = left.span.to(of.span);
            return Self::make(ExprKind::Within { left, limit: Box::new(limit), of: Box::new(of) }, span);
        }
        let op = match t.peek() {
            Some(Rule::le) => Ordering::LessOrEqual,
            Some(Rule::ge) => Ordering::GreaterOrEqual,
            Some(Rule::gt) => Ordering::Greater,
            _ => Ordering::Less,
        };
        let right = t.find(Rule::fallback).map(|p| self.fallback(p));
        match rule {
            Rule::is_missing => return Self::make(ExprKind::Missing(left), whole),
            Rule::is_none => return Self::make(ExprKind::IsNone(left), whole),
            Rule::is_given if right.is_none() => return Self::make(ExprKind::Given(left), whole),
            _ => {}
        }
        let Some(right) = right else { return *left };
        let span = left.span.to(right.span);
        let right = Box::new(right);
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
        Self::make(kind, span)
    }

    pub(super) fn fallback(&mut self, pair: P<'_>) -> Expr {
        let mut terms: Vec<Expr> = Children::of(pair).all(Rule::additive).map(|p| self.additive(p)).collect();
        if terms.len() == 1 {
            return terms.remove(0);
        }
        let span = terms[0].span.to(terms[terms.len() - 1].span);
        Self::make(ExprKind::Else(terms), span)
    }

    fn additive(&mut self, pair: P<'_>) -> Expr {
        let mut c = Children::of(pair);
        let Some(first) = c.eat(Rule::primary) else { return Self::make(ExprKind::List(vec![]), Span::default()) };
        let mut left = self.primary(first);
        while let Some(op) = c.next() {
            let minus = op.as_rule() == Rule::minus;
            let Some(right) = c.eat(Rule::primary).map(|p| self.primary(p)) else { break };
            let (first, last) = (left.span, right.span);
            left = Self::covering(ExprKind::Arithmetic { minus, left: Box::new(left), right: Box::new(right) }, first, last);
        }
        left
    }

    fn primary(&mut self, pair: P<'_>) -> Expr {
        let span = self.span(&pair);
        let Some(inner) = pair.into_inner().next() else { return Self::make(ExprKind::List(vec![]), span) };
        match inner.as_rule() {
            Rule::parens => match Children::of(inner).find(Rule::expr) {
                Some(p) => Expr { span, ..self.expr(p) },
                None => Self::make(ExprKind::List(vec![]), span),
            },
            Rule::literal => self.literal(inner),
            Rule::list => {
                let items = Children::of(inner).all(Rule::fallback).map(|p| self.fallback(p)).collect();
                Self::make(ExprKind::List(items), span)
            }
            Rule::path => {
                let path = self.path(inner);
                let span = path.first().zip(path.last()).map_or(span, |(a, b)| a.span.to(b.span));
                Self::make(ExprKind::Path(path), span)
            }
            Rule::call => {
                let mut c = Children::of(inner);
                let name = c.eat(Rule::ident).map(|p| self.name(p));
                let arguments = c.all(Rule::expr).map(|p| self.expr(p)).collect();
                match name {
                    Some(name) => Self::make(ExprKind::Call(name, arguments), span),
                    None => Self::make(ExprKind::List(vec![]), span),
                }
            }
            Rule::quantified => self.quantified(inner).unwrap_or(Self::make(ExprKind::List(vec![]), span)),
            Rule::count_of => self.count_of(inner).unwrap_or(Self::make(ExprKind::List(vec![]), span)),
            _ => self.sum_of(inner).unwrap_or(Self::make(ExprKind::List(vec![]), span)),
        }
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

    fn literal(&mut self, pair: P<'_>) -> Expr {
        let span = self.span(&pair);
        let value = pair.into_inner().next().and_then(|p| self.literal_token(p));
        match value {
            Some(value) => Self::make(ExprKind::Literal(value), span),
            None => Self::make(ExprKind::Literal(Literal::Bool(false)), span),
        }
    }

    fn bad_literal(&mut self, pair: &P<'_>, why: crate::diagnostic::Bilingual) {
        let span = self.span(pair);
        self.diagnostics.report(say::bad_literal(span, why));
        self.failed = true;
    }

    /// A literal's token; `None` when the pair is no literal.
    pub(super) fn literal_token(&mut self, pair: P<'_>) -> Option<Literal> {
        Some(match pair.as_rule() {
            Rule::kw_true => Literal::Bool(true),
            Rule::kw_false => Literal::Bool(false),
            Rule::string => Literal::Text(self.text(pair).value),
            Rule::integer => Literal::Integer(self.integer(&pair)),
            Rule::decimal => Literal::Decimal(self.millionths(&pair)),
            Rule::date => self.date(&pair).map_or(Literal::Bool(false), Literal::Date),
            Rule::datetime => self.datetime(&pair).map_or(Literal::Bool(false), Literal::DateTime),
            Rule::span_literal => self.span_literal(pair),
            Rule::money => {
                let span_pair = pair.clone();
                let mut c = Children::of(pair);
                let amount = c.next()?;
                let cents = self.millionths(&amount) / 10_000;
                let currency = c.find(Rule::currency)?;
                let letters: [u8; 3] = currency.as_str().as_bytes().try_into().ok()?;
                if self.millionths(&amount) % 10_000 != 0 {
                    self.bad_literal(&span_pair, crate::say!("an amount has at most two decimals", "金额最多两位小数"));
                }
                Literal::Money(Money::new(letters, cents))
            }
            _ => return None,
        })
    }

    pub(super) fn integer(&mut self, pair: &P<'_>) -> i64 {
        match pair.as_str().replace('_', "").parse() {
            Ok(n) => n,
            Err(_) => {
                self.bad_literal(pair, crate::say!("number too large", "数字过大"));
                0
            }
        }
    }

    fn millionths(&mut self, pair: &P<'_>) -> i64 {
        let text = pair.as_str().replace('_', "");
        let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
        let value = (fraction.len() <= 6).then(|| format!("{whole}{fraction:0<6}").parse::<i64>().ok()).flatten();
        match value {
            Some(n) => n,
            None => {
                self.bad_literal(pair, crate::say!("number too large or with more than six decimals", "数字过大或小数超过六位"));
                0
            }
        }
    }

    pub(super) fn span_literal(&mut self, pair: P<'_>) -> Literal {
        let whole = pair.clone();
        let mut c = Children::of(pair);
        let count = c.eat(Rule::integer).map_or(0, |p| self.integer(&p));
        let Ok(count) = i32::try_from(count) else {
            self.bad_literal(&whole, crate::say!("duration too long", "期限过长"));
            return Literal::BusinessDays(0);
        };
        let business = c.eats(Rule::kw_business);
        let unit = c.find(Rule::unit);
        let word = unit.as_ref().map_or("days", |p| p.as_str()).trim_end_matches('s');
        if business {
            if word != "day" {
                self.bad_literal(&whole, crate::say!("only days can be business days", "只有“日”可以是工作日"));
            }
            return Literal::BusinessDays(count);
        }
        let mut duration = Duration::default();
        match word {
            "month" => duration.months = count,
            "year" => match count.checked_mul(12) {
                Some(months) => duration.months = months,
                None => self.bad_literal(&whole, crate::say!("duration too long", "期限过长")),
            },
            "hour" => duration.hours = count,
            _ => duration.days = count,
        }
        Literal::Duration(duration)
    }

    pub(super) fn date(&mut self, pair: &P<'_>) -> Option<Date> {
        let date = value::parse_date(pair.as_str());
        if date.is_none() {
            self.bad_literal(pair, crate::say!("no such date; dates are written YYYY-MM-DD", "没有这个日期；日期写作 YYYY-MM-DD"));
        }
        date
    }

    fn datetime(&mut self, pair: &P<'_>) -> Option<DateTime> {
        let at = pair.as_str().parse().ok();
        if at.is_none() {
            self.bad_literal(
                pair,
                crate::say!("no such time; times are written YYYY-MM-DDThh:mm:ss", "没有这个时间；时间写作 YYYY-MM-DDThh:mm:ss"),
            );
        }
        at
    }
}
