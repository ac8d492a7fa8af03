//! Expressions: names to ids, a type for each.

use super::diagnostics as say;
use crate::builtin::{Builtin, Kind};
use crate::diagnostic::{Bilingual, Diagnostic, Diagnostics, nearest};
use crate::hir::*;
use crate::resolve::{NameKind, Names, diagnostics as words};
use crate::source::Span;
use crate::syntax::ast::{self, Literal};
use crate::value::{self, EnumId, FILE_FIELDS, FieldType, NoSum, Value, scalar};

/// A loop variable in scope.
#[derive(Clone, Debug)]
pub(super) struct Var {
    pub(super) name: String,
    pub(super) ty: Type,
    /// Who knows the list whose items it stands for.
    pub(super) kind: FactKind,
}

/// Checks expressions of one layer.
pub(super) struct Checker<'a> {
    pub(super) program: &'a mut Program,
    pub(super) names: &'a Names,
    pub(super) layer: LayerId,
    pub(super) vars: Vec<Var>,
    pub(super) diagnostics: &'a mut Diagnostics,
}

/// How a type is called in messages.
pub(super) fn type_words(program: &Program, ty: &Type) -> Bilingual {
    let named = |en: &str, zh: &str| Bilingual::new(en, zh);
    match ty {
        Type::Error => named("an error", "错误"),
        Type::Text => named("a text", "文本"),
        Type::Integer => named("a whole number", "整数"),
        Type::Decimal => named("a decimal number", "小数"),
        Type::Boolean => named("a condition", "条件"),
        Type::Date => named("a date", "日期"),
        Type::DateTime => named("a time", "时间"),
        Type::Duration => named("a duration", "期限"),
        Type::BusinessDays => named("business days", "工作日"),
        Type::Money => named("an amount of money", "金额"),
        Type::Scalar(s) => {
            let t = s.title();
            Bilingual::new(format!("`{}` ({})", s.name(), t.en), format!("`{}`（{}）", s.name(), t.zh))
        }
        Type::Enum(id) => {
            let name = &program.schema.enumeration(*id).name;
            Bilingual::new(format!("a value of `{name}`"), format!("`{name}` 的值"))
        }
        Type::Pattern(id, _) => {
            let name = &program.schema.pattern(*id).name;
            Bilingual::new(format!("`{name}`"), format!("`{name}`"))
        }
        Type::File => named("a document", "文件"),
        Type::Record(id) => {
            let name = &program.schema.record(*id).name;
            Bilingual::new(format!("a record `{name}`"), format!("记录 `{name}`"))
        }
        Type::List(item) => {
            let inner = type_words(program, item);
            let strip = inner.en.strip_prefix("a ").or(inner.en.strip_prefix("an ")).unwrap_or(&inner.en).to_owned();
            Bilingual::new(format!("a list of {strip}"), format!("{}列表", inner.zh))
        }
    }
}

fn is_text(ty: &Type) -> bool {
    matches!(ty, Type::Text | Type::Scalar(_) | Type::Pattern(_, true))
}

/// Whether a condition compares what stands on its left with something.
fn is_comparison(kind: &ast::ExprKind) -> bool {
    use ast::ExprKind as A;
    matches!(kind, A::Is { .. } | A::In { .. } | A::Ordered { .. } | A::Contains { .. } | A::Matches(..) | A::Within { .. })
}

fn is_integer(ty: &Type) -> bool {
    matches!(ty, Type::Integer | Type::Pattern(_, false))
}

fn has_unit(ty: &Type) -> bool {
    matches!(ty, Type::Date | Type::DateTime | Type::Duration | Type::BusinessDays | Type::Money)
}

/// Whether two values can be asked for equality.
pub(super) fn comparable(a: &Type, b: &Type) -> bool {
    match (a, b) {
        (Type::Error, _) | (_, Type::Error) => true,
        (Type::Scalar(x), Type::Scalar(y)) => x == y,
        (Type::List(x), Type::List(y)) => comparable(x, y),
        (Type::File | Type::Record(_), _) => false,
        _ => a == b || is_text(a) && is_text(b) || is_integer(a) && is_integer(b) || is_number(a) && is_number(b),
    }
}

fn is_number(ty: &Type) -> bool {
    is_integer(ty) || *ty == Type::Decimal
}

/// A constant that has sums, as a value.
fn number(constant: &Const) -> Option<Value> {
    Some(match constant {
        Const::Int(n) => Value::Int(*n),
        Const::Decimal(n) => Value::Decimal(*n),
        Const::Date(d) => Value::Date(*d),
        Const::DateTime(d) => Value::DateTime(*d),
        Const::Duration(d) => Value::Duration(*d),
        Const::BusinessDays(n) => Value::BusinessDays(*n),
        Const::Money(m) => Value::Money(*m),
        Const::Bool(_) | Const::Text(_) | Const::Enum(..) | Const::List(_) => return None,
    })
}

/// A sum as a constant.
fn constant(sum: Value) -> Option<Const> {
    Some(match sum {
        Value::Int(n) => Const::Int(n),
        Value::Decimal(n) => Const::Decimal(n),
        Value::Date(d) => Const::Date(d),
        Value::DateTime(d) => Const::DateTime(d),
        Value::Duration(d) => Const::Duration(d),
        Value::BusinessDays(n) => Const::BusinessDays(n),
        Value::Money(m) => Const::Money(m),
        _ => return None,
    })
}

impl Checker<'_> {
    pub(super) fn report(&mut self, d: Diagnostic) {
        self.diagnostics.report(d);
    }

    pub(super) fn words(&self, ty: &Type) -> Bilingual {
        type_words(self.program, ty)
    }

    pub(super) fn push(&mut self, kind: ExprKind, ty: Type, span: Span) -> ExprId {
        let id = ExprId(self.program.exprs.len() as u32);
        self.program.exprs.push(Expr { kind, ty, span });
        id
    }

    pub(super) fn error(&mut self, span: Span) -> ExprId {
        self.push(ExprKind::Error, Type::Error, span)
    }

    fn ty(&self, id: ExprId) -> Type {
        self.program.expr(id).ty.clone()
    }

    pub(super) fn field_type(&self, ty: &FieldType) -> Type {
        match ty {
            FieldType::Text => Type::Text,
            FieldType::Integer => Type::Integer,
            FieldType::Decimal => Type::Decimal,
            FieldType::Boolean => Type::Boolean,
            FieldType::Date => Type::Date,
            FieldType::DateTime => Type::DateTime,
            FieldType::Duration => Type::Duration,
            FieldType::BusinessDays => Type::BusinessDays,
            FieldType::Money => Type::Money,
            FieldType::Scalar(s) => Type::Scalar(*s),
            FieldType::Enum(id) => Type::Enum(*id),
            FieldType::Pattern(id) => {
                let is_text = matches!(self.program.schema.pattern(*id).rule, crate::value::PatternRule::Matching(_));
                Type::Pattern(*id, is_text)
            }
            FieldType::File => Type::File,
            FieldType::Record(id) => Type::Record(*id),
            FieldType::List { item, .. } => Type::List(Box::new(self.field_type(item))),
        }
    }

    /// A condition.
    pub(super) fn condition(&mut self, e: &ast::Expr) -> ExprId {
        let id = self.expr(e, Some(&Type::Boolean));
        let ty = self.ty(id);
        if !matches!(ty, Type::Boolean | Type::Error) {
            let words = self.words(&ty);
            let d = self.advise_condition(say::not_a_condition(e.span, &words), id);
            self.report(d);
            return self.error(e.span);
        }
        id
    }

    /// An expression; `expected` tells which enum a bare word is a value of.
    pub(super) fn expr(&mut self, e: &ast::Expr, expected: Option<&Type>) -> ExprId {
        use ast::ExprKind as A;
        let span = e.span;
        match &e.kind {
            A::Error(_) => self.error(span),
            A::Or(terms) => {
                let ids = terms.iter().map(|t| self.condition(t)).collect();
                self.push(ExprKind::Or(ids), Type::Boolean, span)
            }
            A::And(terms) => {
                let ids = terms.iter().map(|t| self.condition(t)).collect();
                self.push(ExprKind::And(ids), Type::Boolean, span)
            }
            A::Not(inner) => {
                let id = self.condition(inner);
                self.push(ExprKind::Not(id), Type::Boolean, span)
            }
            A::Is { negated, left, right } => {
                let id = self.equal(left, right, span);
                if *negated { self.push(ExprKind::Not(id), Type::Boolean, span) } else { id }
            }
            A::In { negated, item, list } => {
                let id = self.membership(item, list, span);
                if *negated { self.push(ExprKind::Not(id), Type::Boolean, span) } else { id }
            }
            A::Ordered { op, left, right } => self.ordered(*op, left, right, span),
            A::Given(inner) => self.presence(inner, span),
            A::Missing(inner) => {
                let id = self.presence(inner, span);
                self.push(ExprKind::Not(id), Type::Boolean, span)
            }
            A::GivenAs(inner, value) => {
                let given = self.presence(inner, inner.span);
                let equal = self.equal(inner, value, span);
                self.push(ExprKind::And(vec![given, equal]), Type::Boolean, span)
            }
            A::IsNone(inner) => {
                let id = self.expr(inner, None);
                self.push(ExprKind::IsNone(id), Type::Boolean, span)
            }
            A::Contains { part, any, whole, piece } => self.contains(*part, *any, whole, piece, span),
            A::Matches(inner, pattern) => {
                let id = self.expr(inner, Some(&Type::Text));
                self.demand_text(id);
                if let Err(error) = regex_lite::Regex::new(&pattern.value) {
                    self.report(words::bad_pattern(pattern.span, &error.to_string()));
                    return self.error(span);
                }
                self.push(ExprKind::Matches(id, pattern.value.clone()), Type::Boolean, span)
            }
            A::Within { left, limit, of } => {
                let (l, d, o) = (self.expr(left, None), self.expr(limit, None), self.expr(of, None));
                let (sum, _) = self.add(false, (o, self.known(o)), d, of.span.to(limit.span));
                self.compare(Ordering::LessOrEqual, l, sum, span)
            }
            A::Else(terms) => {
                let mut ids = Vec::with_capacity(terms.len());
                let mut ty = Type::Error;
                for term in terms {
                    let id = self.expr(term, if ty == Type::Error { expected } else { Some(&ty) }.cloned().as_ref());
                    let found = self.ty(id);
                    if ty == Type::Error {
                        ty = found;
                    } else if !comparable(&ty, &found) {
                        let (e, f) = (self.words(&ty), self.words(&found));
                        let d = self.advise(say::mismatch(term.span, &e, &f), &ty, id);
                        self.report(d);
                    }
                    ids.push(id);
                }
                self.push(ExprKind::Else(ids), ty, span)
            }
            A::Arithmetic { .. } => self.sum(e, expected),
            A::Quantified { kind, var, list, body } => {
                let Some(range) = self.range(var, list) else {
                    return self.error(span);
                };
                let body = self.condition(body);
                self.vars.pop();
                self.push(ExprKind::Quantified { kind: *kind, range: Box::new(range), body }, Type::Boolean, span)
            }
            A::CountOf(list, at) => {
                let name = ast::Name { text: String::new(), span: *at };
                let Some(range) = self.range(&name, list) else { return self.error(span) };
                self.vars.pop();
                self.push(ExprKind::Count { range: Box::new(range), body: None }, Type::Integer, span)
            }
            A::CountWhere { var, list, body } => {
                let Some(range) = self.range(var, list) else { return self.error(span) };
                let body = Some(self.condition(body));
                self.vars.pop();
                self.push(ExprKind::Count { range: Box::new(range), body }, Type::Integer, span)
            }
            A::SumOf { value, var, list } => {
                let Some(range) = self.range(var, list) else { return self.error(span) };
                let value = self.expr(value, None);
                self.vars.pop();
                let ty = self.ty(value);
                if !matches!(ty, Type::Integer | Type::Decimal | Type::Money | Type::Error | Type::Pattern(_, false)) {
                    let (e, f) = (Bilingual::new("a number", "数字"), self.words(&ty));
                    let at = self.program.expr(value).span;
                    self.report(say::mismatch(at, &e, &f));
                    return self.error(span);
                }
                self.push(ExprKind::Sum { range: Box::new(range), value }, ty, span)
            }
            A::Path(names) => self.path(names, span, expected),
            A::Call(name, arguments) => self.call(name, arguments, span),
            A::List(items) => {
                let inner = match expected {
                    Some(Type::List(inner)) => Some((**inner).clone()),
                    _ => None,
                };
                let mut ty = inner.clone().unwrap_or(Type::Error);
                let mut ids = Vec::with_capacity(items.len());
                for item in items {
                    // Of a list whose items were reported nothing is known; of a list that is not typed yet its first item tells.
                    let id = self.expr(item, (ty != Type::Error || inner.is_some()).then_some(&ty.clone()));
                    let found = self.ty(id);
                    if ty == Type::Error {
                        ty = found;
                    } else if !comparable(&ty, &found) {
                        let (e, f) = (self.words(&ty), self.words(&found));
                        let d = self.advise(say::mismatch(item.span, &e, &f), &ty, id);
                        self.report(d);
                    }
                    ids.push(id);
                }
                self.push(ExprKind::List(ids), Type::List(Box::new(ty)), span)
            }
            A::IfGiven(compared) => {
                let Some(left) = compared.kind.children().first().copied().filter(|_| is_comparison(&compared.kind)) else {
                    self.report(say::not_a_comparison(span));
                    return self.error(span);
                };
                let given = self.presence(left, left.span);
                let absent = self.push(ExprKind::Not(given), Type::Boolean, left.span);
                let holds = self.condition(compared);
                self.push(ExprKind::Or(vec![absent, holds]), Type::Boolean, span)
            }
            A::Listed { any, conditions } => {
                let ids = conditions.iter().map(|c| self.condition(c)).collect();
                self.push(if *any { ExprKind::Or(ids) } else { ExprKind::And(ids) }, Type::Boolean, span)
            }
            A::Literal(literal) => {
                let (value, ty) = match literal {
                    Literal::Bool(b) => (Const::Bool(*b), Type::Boolean),
                    Literal::Integer(n) if expected == Some(&Type::Decimal) => match n.checked_mul(1_000_000) {
                        Some(n) => (Const::Decimal(n), Type::Decimal),
                        None => {
                            let words = self.words(&Type::Decimal);
                            self.report(say::number_too_large(span, &words));
                            return self.error(span);
                        }
                    },
                    Literal::Integer(n) => (Const::Int(*n), Type::Integer),
                    Literal::Decimal(n) => (Const::Decimal(*n), Type::Decimal),
                    Literal::Date(d) => (Const::Date(*d), Type::Date),
                    Literal::DateTime(d) => (Const::DateTime(*d), Type::DateTime),
                    Literal::Text(t) => (Const::Text(t.clone()), Type::Text),
                    Literal::Duration(d) => (Const::Duration(*d), Type::Duration),
                    Literal::BusinessDays(n) => (Const::BusinessDays(*n), Type::BusinessDays),
                    Literal::Money(m) => (Const::Money(*m), Type::Money),
                };
                self.push(ExprKind::Const(value), ty, span)
            }
        }
    }

    fn demand_text(&mut self, id: ExprId) {
        let ty = self.ty(id);
        if !is_text(&ty) && ty != Type::Error {
            let (e, f) = (self.words(&Type::Text), self.words(&ty));
            let at = self.program.expr(id).span;
            let d = self.advise(say::mismatch(at, &e, &f), &Type::Text, id);
            self.report(d);
        }
    }

    /// Whether a bare word can only be the value of an enum.
    fn is_bare_word(&self, e: &ast::Expr) -> bool {
        match &e.kind {
            ast::ExprKind::Path(names) => names.len() == 1 && !self.is_known(&names[0].text),
            _ => false,
        }
    }

    fn is_known(&self, name: &str) -> bool {
        name == "submission_date"
            || self.vars.iter().any(|v| v.name == name)
            || self.program.schema.root.is_some_and(|r| self.program.schema.record(r).find(name).is_some())
            || Names::find(self.program, &self.names.defs, self.layer, name).is_some()
            || Names::find(self.program, &self.names.params, self.layer, name).is_some()
            || self.is_unread(name)
    }

    /// Whether a name is not known because what declares it could not be read, which was reported.
    pub(super) fn is_unread(&self, name: &str) -> bool {
        let is_field = self.program.schema.root.is_some_and(|root| self.names.unread.excuses_field(root, name));
        is_field || self.names.unread.excuses(NameKind::Value, name)
    }

    fn equal(&mut self, left: &ast::Expr, right: &ast::Expr, span: Span) -> ExprId {
        let (l, r) = if self.is_bare_word(left) && !self.is_bare_word(right) {
            let r = self.expr(right, None);
            let ty = self.ty(r);
            (self.expr(left, Some(&ty)), r)
        } else {
            let l = self.expr(left, None);
            let ty = self.ty(l);
            if ty == Type::Error && self.is_bare_word(right) {
                // The left side was reported; the word on the right has nothing to be a value of.
                return self.error(span);
            }
            (l, self.expr(right, Some(&ty)))
        };
        let (lt, rt) = (self.ty(l), self.ty(r));
        if !comparable(&lt, &rt) {
            let (lw, rw) = (self.words(&lt), self.words(&rt));
            let d = if has_unit(&lt) && has_unit(&rt) {
                say::units(left.span, right.span, &lw, &rw)
            } else {
                say::not_comparable(left.span, right.span, &lw, &rw)
            };
            let d = self.advise_pair(d, l, r);
            self.report(d);
            return self.error(span);
        }
        self.currencies(l, r);
        self.push(ExprKind::Equal(l, r), Type::Boolean, span)
    }

    /// Two amounts with known currencies must agree.
    fn currencies(&mut self, l: ExprId, r: ExprId) -> bool {
        let currency = |id: ExprId| match &self.program.expr(id).kind {
            ExprKind::Const(Const::Money(m)) => Some(m.currency),
            // Amounts in manifests are in CNY unless they say otherwise.
            ExprKind::Field(_) if self.program.expr(id).ty == Type::Money => Some(*b"CNY"),
            _ => None,
        };
        if let (Some(a), Some(b)) = (currency(l), currency(r))
            && a != b
        {
            let words = |c: [u8; 3]| {
                let c = String::from_utf8_lossy(&c).into_owned();
                Bilingual::new(format!("an amount in {c}"), format!("{c} 金额"))
            };
            let (ls, rs) = (self.program.expr(l).span, self.program.expr(r).span);
            self.report(say::units(ls, rs, &words(a), &words(b)));
            return false;
        }
        true
    }

    fn ordered(&mut self, op: Ordering, left: &ast::Expr, right: &ast::Expr, span: Span) -> ExprId {
        let l = self.expr(left, None);
        let lt = self.ty(l);
        let r = self.expr(right, Some(&lt));
        self.compare(op, l, r, span)
    }

    fn compare(&mut self, op: Ordering, l: ExprId, r: ExprId, span: Span) -> ExprId {
        let (lt, rt) = (self.ty(l), self.ty(r));
        let (ls, rs) = (self.program.expr(l).span, self.program.expr(r).span);
        if lt == Type::Error || rt == Type::Error {
            return self.error(span);
        }
        let ordered = |t: &Type| is_number(t) || has_unit(t);
        if !ordered(&lt) || !ordered(&rt) || !comparable(&lt, &rt) {
            let (lw, rw) = (self.words(&lt), self.words(&rt));
            let d = if has_unit(&lt) && has_unit(&rt) { say::units(ls, rs, &lw, &rw) } else { say::not_comparable(ls, rs, &lw, &rw) };
            let d = self.advise_pair(d, l, r);
            self.report(d);
            return self.error(span);
        }
        if !self.currencies(l, r) {
            return self.error(span);
        }
        self.push(ExprKind::Ordered(op, l, r), Type::Boolean, span)
    }

    fn membership(&mut self, item: &ast::Expr, list: &ast::Expr, span: Span) -> ExprId {
        let i = self.expr(item, None);
        let it = self.ty(i);
        let l = self.expr(list, Some(&Type::List(Box::new(it.clone()))));
        let lt = self.ty(l);
        match &lt {
            Type::Error => return self.error(span),
            Type::List(inner) if comparable(inner, &it) => {}
            Type::List(inner) => {
                let (a, b) = (self.words(&it), self.words(inner));
                let d = self.advise(say::not_comparable(item.span, list.span, &a, &b), inner, i);
                self.report(d);
                return self.error(span);
            }
            other => {
                let words = self.words(other);
                let d = super::advice::brackets(say::not_a_list(list.span, &words), list.span);
                self.report(d);
                return self.error(span);
            }
        }
        self.push(ExprKind::In(i, l), Type::Boolean, span)
    }

    fn presence(&mut self, inner: &ast::Expr, span: Span) -> ExprId {
        let id = self.expr(inner, None);
        self.push(ExprKind::Given(id), Type::Boolean, span)
    }

    fn contains(&mut self, part: Part, any: bool, whole: &ast::Expr, piece: &ast::Expr, span: Span) -> ExprId {
        let w = self.expr(whole, None);
        let wt = self.ty(w);
        match &wt {
            Type::Error => {
                return self.error(span);
            }
            Type::List(inner) if part == Part::Anywhere => {
                let expected = if any { wt.clone() } else { (**inner).clone() };
                let p = self.expr(piece, Some(&expected));
                let pt = self.ty(p);
                if !comparable(&pt, &expected) {
                    let (e, f) = (self.words(&expected), self.words(&pt));
                    let d = self.advise(say::mismatch(piece.span, &e, &f), &expected, p);
                    self.report(d);
                    return self.error(span);
                }
                return self.push(ExprKind::ListContains { any, list: w, item: p }, Type::Boolean, span);
            }
            t if is_text(t) => {}
            other => {
                let (e, f) = (Bilingual::new("a text or a list", "文本或列表"), self.words(other));
                self.report(say::mismatch(whole.span, &e, &f));
                return self.error(span);
            }
        }
        let expected = if any { Type::List(Box::new(Type::Text)) } else { Type::Text };
        let p = self.expr(piece, Some(&expected));
        let pt = self.ty(p);
        if !comparable(&pt, &expected) {
            let (e, f) = (self.words(&expected), self.words(&pt));
            let d = self.advise(say::mismatch(piece.span, &e, &f), &expected, p);
            self.report(d);
            return self.error(span);
        }
        self.push(ExprKind::TextContains { part, any, whole: w, piece: p }, Type::Boolean, span)
    }

    /// `a + b - c`, from the left; a sum of constants is known as far as it goes.
    fn sum(&mut self, e: &ast::Expr, expected: Option<&Type>) -> ExprId {
        let mut terms = Vec::new();
        let mut first = e;
        while let ast::ExprKind::Arithmetic { minus, left, right } = &first.kind {
            terms.push((*minus, right, first.span));
            first = left;
        }
        let id = self.expr(first, expected);
        let mut sum = (id, self.known(id));
        for (minus, right, span) in terms.into_iter().rev() {
            let right = self.expr(right, expected);
            sum = self.add(minus, sum, right, span);
        }
        sum.0
    }

    /// Adds to what is known of the left side; reports a sum of constants that is too large for its type.
    fn add(&mut self, minus: bool, (l, known): (ExprId, Option<Value>), r: ExprId, span: Span) -> (ExprId, Option<Value>) {
        let id = self.plus(minus, l, r, span);
        let (Some(a), Some(b)) = (known, self.known(r)) else { return (id, None) };
        let ty = self.ty(id);
        match value::add(minus, a, b, &self.program.calendar) {
            Ok(sum) => (id, Some(sum)),
            Err(NoSum::TooLarge) if ty != Type::Error => {
                let words = self.words(&ty);
                self.report(say::sum_too_large(span, &words));
                (self.error(span), None)
            }
            Err(_) => (id, None),
        }
    }

    /// The value of a constant number, day or time, and of a sum of such.
    fn known(&self, id: ExprId) -> Option<Value> {
        let mut terms = Vec::new();
        let mut first = id;
        while let ExprKind::Add { minus, left, right } = self.program.expr(first).kind {
            terms.push((minus, right));
            first = left;
        }
        let ExprKind::Const(constant) = &self.program.expr(first).kind else { return None };
        let start = number(constant)?;
        terms
            .into_iter()
            .rev()
            .try_fold(start, |sum, (minus, right)| value::add(minus, sum, self.known(right)?, &self.program.calendar).ok())
    }

    fn plus(&mut self, minus: bool, l: ExprId, r: ExprId, span: Span) -> ExprId {
        let (lt, rt) = (self.ty(l), self.ty(r));
        let ty = match (&lt, &rt) {
            (Type::Error, _) | (_, Type::Error) => return self.error(span),
            (Type::Date, Type::Duration) => {
                if let ExprKind::Const(Const::Duration(d)) = &self.program.expr(r).kind
                    && d.hours != 0
                {
                    let (ls, rs) = (self.program.expr(l).span, self.program.expr(r).span);
                    let (a, b) = (self.words(&lt), Bilingual::new("a duration in hours", "以小时计的期限"));
                    self.report(say::units(ls, rs, &a, &b));
                    return self.error(span);
                }
                Type::Date
            }
            (Type::Date, Type::BusinessDays) => Type::Date,
            (Type::DateTime, Type::Duration) => Type::DateTime,
            (Type::Duration, Type::Duration) => Type::Duration,
            (Type::BusinessDays, Type::BusinessDays) => Type::BusinessDays,
            (Type::Money, Type::Money) => {
                if !self.currencies(l, r) {
                    return self.error(span);
                }
                Type::Money
            }
            (a, b) if is_integer(a) && is_integer(b) => Type::Integer,
            (a, b) if is_number(a) && is_number(b) => Type::Decimal,
            _ => {
                let (ls, rs) = (self.program.expr(l).span, self.program.expr(r).span);
                let (a, b) = (self.words(&lt), self.words(&rt));
                let mut d = say::units(ls, rs, &a, &b);
                if lt == Type::Date && rt == Type::Date {
                    d = d.help(crate::say!(
                        "write `days_between(a, b)` for the days between two dates",
                        "两日期相隔的天数写作 `days_between(a, b)`"
                    ));
                }
                self.report(d);
                return self.error(span);
            }
        };
        self.push(ExprKind::Add { minus, left: l, right: r }, ty, span)
    }

    /// Opens a loop: resolves its list and puts its variable in scope.
    pub(super) fn range(&mut self, var: &ast::Name, list: &[ast::Name]) -> Option<Range> {
        let span = list.first().zip(list.last()).map_or(var.span, |(a, b)| a.span.to(b.span));
        let (path, ty) = self.field(list)?;
        let Type::List(item) = ty else {
            if ty != Type::Error {
                let words = self.words(&ty);
                self.report(say::not_a_list(span, &words));
            }
            return None;
        };
        if !var.text.is_empty() && self.vars.iter().any(|v| v.name == var.text) {
            self.report(say::variable_twice(var.span, &var.text));
            return None;
        }
        let depth = self.vars.len() as u8;
        self.vars.push(Var { name: var.text.clone(), ty: (*item).clone(), kind: path.kind });
        Some(Range { name: var.text.clone(), var: depth, list: path, item: *item, span })
    }

    fn path(&mut self, names: &[ast::Name], span: Span, expected: Option<&Type>) -> ExprId {
        let first = &names[0];
        if names.len() == 1 && expected == Some(&Type::Error) && !self.is_known(&first.text) {
            // It may be a value of what was reported.
            return self.error(span);
        }
        if names.len() == 1
            && let Some(Type::Enum(id)) = expected
        {
            let shape = self.program.schema.enumeration(*id);
            if let Some(value) = shape.find(&first.text) {
                return self.push(ExprKind::Const(Const::Enum(*id, value)), Type::Enum(*id), span);
            }
            if !self.is_known(&first.text) {
                let d = self.unknown_value(first, *id);
                self.report(d);
                return self.error(span);
            }
        }
        if names.len() == 1 && !self.vars.iter().any(|v| v.name == first.text) {
            if first.text == "submission_date" {
                return self.push(ExprKind::SubmissionDate, Type::Date, span);
            }
            if let Some(id) = Names::find(self.program, &self.names.defs, self.layer, &first.text) {
                let ty = self.program.defs[id.index()].ty.clone();
                return self.push(ExprKind::Def(id), ty, span);
            }
            if let Some(id) = Names::find(self.program, &self.names.params, self.layer, &first.text) {
                let ty = self.program.params[id.index()].ty.clone();
                return self.push(ExprKind::Param(id), ty, span);
            }
        }
        if names.len() == 1 && expected.is_some_and(is_text) && !self.is_known(&first.text) && crate::syntax::of_name(&first.text).is_none()
        {
            let d = say::word_for_text(first.span, &first.text);
            self.report(d);
            return self.error(span);
        }
        match self.field(names) {
            Some((path, ty)) => self.push(ExprKind::Field(path), ty, span),
            None => self.error(span),
        }
    }

    pub(super) fn unknown_value(&self, name: &ast::Name, id: EnumId) -> Diagnostic {
        say::unknown_value(name, self.program.schema.enumeration(id))
    }

    /// A place in the manifest; reports what does not exist.
    pub(super) fn field(&mut self, names: &[ast::Name]) -> Option<(FieldPath, Type)> {
        let first = &names[0];
        let (mut path, mut ty, rest) = match self.vars.iter().position(|v| v.name == first.text) {
            Some(i) => {
                let path = FieldPath { base: Base::Var(i as u8), names: vec![], slot: 0, field: None, kind: self.vars[i].kind };
                (path, self.vars[i].ty.clone(), &names[1..])
            }
            None => {
                let root = self.program.schema.root?;
                if self.program.schema.record(root).find(&first.text).is_none() {
                    if self.is_unread(&first.text) {
                        return None;
                    }
                    let fields = &self.program.schema.record(root).fields;
                    let mut known: Vec<&str> =
                        fields.iter().flat_map(|f| [f.name.as_str(), f.title.zh.as_str()]).filter(|n| !n.is_empty()).collect();
                    known.extend(Names::visible(self.program, &self.names.defs, self.layer));
                    known.extend(Names::visible(self.program, &self.names.params, self.layer));
                    known.extend(self.vars.iter().map(|v| v.name.as_str()));
                    known.push("submission_date");
                    let d = say::unknown_name(first.span, &first.text, nearest(&first.text, known));
                    self.report(d);
                    return None;
                }
                let path = FieldPath { base: Base::Root, names: vec![], slot: 0, field: None, kind: FactKind::Stated };
                (path, Type::Record(root), names)
            }
        };
        // Presence slots come before the block of a nested record, and before the properties of each document of a list.
        let mut in_block = ty != Type::File;
        for name in rest {
            if !in_block {
                path.slot += 1;
            }
            ty = self.step_into(&mut path, &ty, name)?;
            in_block = false;
        }
        Some((path, ty))
    }

    fn step_into(&mut self, path: &mut FieldPath, ty: &Type, name: &ast::Name) -> Option<Type> {
        match ty {
            Type::Record(id) => {
                let record = self.program.schema.record(*id);
                let Some(index) = record.fields.iter().position(|f| f.name == name.text || f.title.zh == name.text) else {
                    if self.names.unread.excuses_field(*id, &name.text) {
                        return None;
                    }
                    let known = record.fields.iter().flat_map(|f| [f.name.as_str(), f.title.zh.as_str()]).filter(|n| !n.is_empty());
                    let near = nearest(&name.text, known).map(str::to_owned);
                    let d = words::unknown_field(name.span, &name.text, &record.name, near.as_deref());
                    self.report(d);
                    return None;
                };
                let field = &record.fields[index];
                path.slot += field.slot;
                path.names.push(field.name.clone());
                path.field = Some((*id, index as u16));
                path.kind = path.kind.max(field.kind);
                let ty = field.ty.clone();
                Some(self.field_type(&ty))
            }
            Type::File => {
                let Some(index) = FILE_FIELDS.iter().position(|(n, ..)| *n == name.text) else {
                    let near = nearest(&name.text, FILE_FIELDS.iter().map(|f| f.0));
                    self.report(words::unknown_field(name.span, &name.text, "file", near));
                    return None;
                };
                path.slot += index as u32;
                path.names.push(name.text.clone());
                path.field = None;
                let ty = FILE_FIELDS[index].1.clone();
                Some(self.field_type(&ty))
            }
            Type::Error => None,
            other => {
                let is_list = matches!(other, Type::List(_));
                let words = self.words(other);
                self.report(say::not_a_record(name.span, &name.text, &words, is_list));
                None
            }
        }
    }

    fn call(&mut self, name: &ast::Name, arguments: &[ast::Expr], span: Span) -> ExprId {
        let Some(builtin) = Builtin::find(&name.text) else {
            let near = nearest(&name.text, Builtin::ALL.iter().map(|b| b.name()));
            self.report(say::unknown_function(name.span, &name.text, near));
            return self.error(span);
        };
        let parameters = builtin.parameters();
        if parameters.len() != arguments.len() {
            self.report(say::wrong_arguments(span, &name.text, parameters.len(), arguments.len()));
            return self.error(span);
        }
        let mut ids = Vec::with_capacity(arguments.len());
        for (kind, argument) in parameters.iter().zip(arguments) {
            let id = self.expr(argument, None);
            let ty = self.ty(id);
            let (fits, expected) = match kind {
                Kind::Text | Kind::Domain => (is_text(&ty), Type::Text),
                Kind::Integer => (is_integer(&ty), Type::Integer),
                Kind::Date => (ty == Type::Date, Type::Date),
                Kind::DateTime => (ty == Type::DateTime, Type::DateTime),
                Kind::Boolean => (ty == Type::Boolean, Type::Boolean),
                Kind::Format => {
                    let known =
                        matches!(&self.program.expr(id).kind, ExprKind::Const(Const::Text(t)) if scalar::FORMAT_IDS.contains(&t.as_str()));
                    if !known {
                        let choices = scalar::FORMAT_IDS.iter().map(|f| format!("`{f}`")).collect::<Vec<_>>().join(", ");
                        self.report(say::unknown_format(argument.span, &choices));
                        return self.error(span);
                    }
                    (true, Type::Text)
                }
            };
            if !fits && ty != Type::Error {
                let (e, f) = (self.words(&expected), self.words(&ty));
                let d = self.advise(say::mismatch(argument.span, &e, &f), &expected, id);
                self.report(d);
                return self.error(span);
            }
            ids.push(id);
        }
        let result = match builtin.result() {
            Kind::Text | Kind::Format => Type::Text,
            Kind::Domain => Type::Scalar(crate::value::Scalar::DomainName),
            Kind::Integer => Type::Integer,
            Kind::Date => Type::Date,
            Kind::DateTime => Type::DateTime,
            Kind::Boolean => Type::Boolean,
        };
        self.push(ExprKind::Call(builtin, ids), result, span)
    }

    /// The constant an expression stands for; reports what is none.
    pub(super) fn constant(&mut self, id: ExprId) -> Option<Const> {
        let expr = self.program.expr(id).clone();
        match expr.kind {
            ExprKind::Const(c) => Some(c),
            ExprKind::List(items) => items.into_iter().map(|i| self.constant(i)).collect::<Option<Vec<_>>>().map(Const::List),
            ExprKind::Add { minus, left, right } => {
                let Some((a, b)) = self.known(left).zip(self.known(right)) else {
                    // A part that is no constant is shown alone.
                    return self.constant(left).and(self.constant(right)).and(None);
                };
                match value::add(minus, a, b, &self.program.calendar) {
                    Ok(sum) => constant(sum),
                    Err(NoSum::Year(year)) => {
                        self.report(say::uncovered_year(expr.span, year));
                        None
                    }
                    // Said where the sum was typed.
                    Err(NoSum::TooLarge | NoSum::Unlike) => None,
                }
            }
            ExprKind::Error => None,
            _ => {
                self.report(say::not_constant(expr.span));
                None
            }
        }
    }
}
