//! What to write in the place of a value of the wrong type.

use super::expressions::Checker;
use crate::diagnostic::{Applicability, Diagnostic, Edit, Fix, say};
use crate::hir::{Const, ExprId, ExprKind, Type};
use crate::source::Span;
use crate::value::parse_date;

/// The empty place at one end of a span.
fn before(span: Span) -> Span {
    Span { end: span.start, ..span }
}

fn after(span: Span) -> Span {
    Span { start: span.end, ..span }
}

impl Checker<'_> {
    /// Adds what to write where `expected` is due and `id` stands.
    pub(super) fn advise(&self, d: Diagnostic, expected: &Type, id: ExprId) -> Diagnostic {
        let expr = self.program.expr(id);
        let span = expr.span;
        let constant = match &expr.kind {
            ExprKind::Const(constant) => Some(constant),
            _ => None,
        };
        let suggestion = Applicability::Suggestion;
        match (expected, &expr.ty, constant) {
            (Type::Duration, _, Some(Const::Int(n))) => d.help(say!(
                "write the unit as well: `{n} days`, `{n} months` or `{n} years`",
                "写明单位：`{n} days`、`{n} months` 或 `{n} years`"
            )),
            (Type::BusinessDays, _, Some(Const::Int(n))) => {
                d.fix(say!("write `{n} business days`", "写作 `{n} business days`"), span, format!("{n} business days"), suggestion)
            }
            (Type::Money, _, Some(Const::Int(n))) => {
                d.fix(say!("write the currency as well: `{n} CNY`", "写明币种：`{n} CNY`"), after(span), " CNY", suggestion)
            }
            (Type::Date, Type::Duration | Type::BusinessDays, Some(constant)) => match length(constant) {
                Some(length) => d.fix(
                    say!("count from a day: write `submission_date + {length}`", "从某日算起：写作 `submission_date + {length}`"),
                    before(span),
                    "submission_date + ",
                    suggestion,
                ),
                None => d,
            },
            (Type::Date, Type::Duration | Type::BusinessDays, None) => d.fix(
                say!("count from a day: write `submission_date + …`", "从某日算起：写作 `submission_date + …`"),
                before(span),
                "submission_date + ",
                suggestion,
            ),
            (Type::Date, _, Some(Const::Text(text))) => match parse_date(text) {
                Some(day) => {
                    d.fix(say!("write a date without quotes: `{day}`", "日期不加引号：`{day}`"), span, day.to_string(), suggestion)
                }
                None => d.help(say!("write a date such as `2026-11-23`, without quotes", "写成日期，如 `2026-11-23`，不加引号")),
            },
            (Type::Date, _, Some(Const::Int(_))) => d.help(say!("write a date such as `2026-11-23`", "写成日期，如 `2026-11-23`")),
            (Type::Enum(of), _, Some(Const::Text(text))) => {
                let shape = self.program.schema.enumeration(*of);
                match shape.find(text).or_else(|| shape.find_loosely(text)) {
                    Some(value) => {
                        let name = shape.values[usize::from(value)].name.clone();
                        d.fix(say!("write the value without quotes: `{name}`", "值不加引号：`{name}`"), span, name, suggestion)
                    }
                    None => d.help(super::diagnostics::values_of(shape)),
                }
            }
            (Type::Integer, _, Some(Const::Text(text))) if text.parse::<i64>().is_ok() => {
                d.fix(say!("write the number without quotes: `{text}`", "数字不加引号：`{text}`"), span, text.clone(), suggestion)
            }
            (Type::Integer | Type::Decimal, Type::Duration | Type::BusinessDays, Some(_)) => {
                d.help(say!("write the number alone, without a unit", "只写数字，不写单位"))
            }
            (Type::Text, _, Some(Const::Int(n))) => {
                d.fix(say!("put it in quotes: `\"{n}\"`", "加上引号：`\"{n}\"`"), span, format!("\"{n}\""), suggestion)
            }
            (Type::List(inner), found, _) if !matches!(found, Type::List(_)) && **inner != Type::Error => brackets(d, span),
            (_, Type::List(_), _) if !matches!(expected, Type::List(_) | Type::Error) => d.help(say!(
                "ask with `in` whether a value is in a list, with `every` or `some` about its items",
                "判断值是否在列表中用 `in`，判断各项用 `every` 或 `some`"
            )),
            (Type::Date, Type::DateTime, _) => {
                d.help(say!("compare days with days, times with times", "日期只与日期比较，时间只与时间比较"))
            }
            (Type::DateTime, Type::Date, Some(_)) => {
                d.fix(say!("write the time as well: `…T00:00:00`", "写明时间：`…T00:00:00`"), after(span), "T00:00:00", suggestion)
            }
            _ => d,
        }
    }

    /// The same for two sides that do not fit each other: a constant is what is rewritten.
    pub(super) fn advise_pair(&self, d: Diagnostic, left: ExprId, right: ExprId) -> Diagnostic {
        let n_before = d.help.len();
        let (lt, rt) = (self.program.expr(left).ty.clone(), self.program.expr(right).ty.clone());
        let d = self.advise(d, &lt, right);
        if d.help.len() > n_before { d } else { self.advise(d, &rt, left) }
    }

    /// The same for a value where a condition is due.
    pub(super) fn advise_condition(&self, d: Diagnostic, id: ExprId) -> Diagnostic {
        let expr = self.program.expr(id);
        let span = expr.span;
        match (&expr.kind, &expr.ty) {
            (ExprKind::Const(_), _) => d.help(say!("compare it with a fact: `… is …`, `… >= …`", "与某项事实比较：`… is …`、`… >= …`")),
            (_, Type::List(_)) => d.help(say!(
                "ask about its items: `some x in … satisfies …`, `count of … >= 1`",
                "判断其中各项：`some x in … satisfies …`、`count of … >= 1`"
            )),
            (ExprKind::Field(_), _) => d.fix(
                say!("write `… is given`, or compare it: `… is …`", "写作 `… is given`，或与值比较：`… is …`"),
                after(span),
                " is given",
                Applicability::Suggestion,
            ),
            _ => d.help(say!("compare it: `… is …`, `… >= …`", "与值比较：`… is …`、`… >= …`")),
        }
    }
}

/// Brackets around a value make a list of it.
pub(super) fn brackets(mut d: Diagnostic, span: Span) -> Diagnostic {
    let title = say!("put it in brackets: `[…]`", "加上方括号：`[…]`");
    d.help.push(title.clone());
    let edit = |span, text: &str| Edit { span, replacement: text.to_owned() };
    d.fixes.push(Fix { title, edits: vec![edit(before(span), "["), edit(after(span), "]")], applicability: Applicability::Suggestion });
    d
}

/// A length of time as it is written in rules.
fn length(constant: &Const) -> Option<String> {
    let counted = |n: i32, unit: &str| format!("{n} {unit}{}", if n == 1 { "" } else { "s" });
    match constant {
        Const::BusinessDays(n) => Some(counted(*n, "business day")),
        Const::Duration(d) => match (d.months, d.days, d.hours) {
            (m, 0, 0) if m % 12 == 0 && m != 0 => Some(counted(m / 12, "year")),
            (m, 0, 0) => Some(counted(m, "month")),
            (0, n, 0) => Some(counted(n, "day")),
            (0, 0, n) => Some(counted(n, "hour")),
            _ => None,
        },
        _ => None,
    }
}
