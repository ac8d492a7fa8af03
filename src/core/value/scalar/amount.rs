//! Registered capital and dates, as they are written in forms.

use std::borrow::Cow;

use super::Format;
use super::fault::{Fault, FaultKind, Inspection};
use super::text::{Clean, n_digits, shown, stray};
use crate::diagnostic::say;
use crate::value::parse_date;

/// An amount in units of 10,000 yuan.
pub(super) static CAPITAL: Format = Format { clean: Clean::WIDE, inspect: capital, slips: b"" };

/// A day as `YYYY-MM-DD`.
pub(super) static DATE: Format = Format { clean: Clean::WIDE, inspect: day, slips: b"" };

// One millionth of 10,000 yuan is one fen.
const MOST_DECIMALS: usize = 6;
// More than any company has, and far from the end of the integers that amounts are computed with.
const MOST_DIGITS: usize = 12;

fn capital(text: &str, i: &mut Inspection) -> Result<(), Fault> {
    if let Some((at, c)) = text.char_indices().find(|(_, c)| !c.is_ascii_digit() && *c != '.') {
        return Err(match c {
            '+' | '-' => i.fault(FaultKind::Shape, at..at + 1, || say!("amount with a sign", "金额不能带正负号")),
            ',' | '\'' | ' ' => i
                .fault(FaultKind::Shape, at..at + 1, || say!("amount with a separator `{c}`", "金额不能带分隔符 `{c}`"))
                .candidate(i, || text.replace(c, "")),
            'e' | 'E' => i.fault(FaultKind::Shape, at..at + 1, || say!("amount with an exponent", "金额不能用科学计数法")),
            '万' | '元' | '亿' => i
                .fault(FaultKind::Shape, at..text.len(), || {
                    say!("amount with its unit, a number is expected", "金额中不能含单位，应为数字")
                })
                .candidate(i, || {
                    if &text[at..] == "万" || &text[at..] == "万元" { text[..at].trim_end().to_owned() } else { String::new() }
                }),
            c => stray(i, text, at, c),
        });
    }
    let whole = n_digits(text);
    let decimals = text[whole..].strip_prefix('.');
    if whole == 0 || decimals.is_some_and(|d| d.is_empty() || n_digits(d) != d.len()) {
        return Err(i.fault(FaultKind::Shape, 0..text.len(), || {
            let text = shown(text);
            say!("decimal number expected, found `{text}`", "应为十进制数，实为 `{text}`")
        }));
    }
    if whole > 1 && text.starts_with('0') {
        return Err(i
            .fault(FaultKind::Shape, 0..1, || say!("amount with a leading zero", "金额不能有前导零"))
            .candidate(i, || text.trim_start_matches('0').to_owned()));
    }
    if whole > MOST_DIGITS {
        return Err(i.fault(FaultKind::Amount, 0..whole, || {
            say!("at most {MOST_DIGITS} digits before the point expected, {whole} found", "整数部分最多 {MOST_DIGITS} 位，实为 {whole} 位")
        }));
    }
    let n_decimals = decimals.map_or(0, str::len);
    if n_decimals > MOST_DECIMALS {
        return Err(i.fault(FaultKind::Amount, whole + 1..text.len(), || {
            say!("at most {MOST_DECIMALS} decimals expected, {n_decimals} found", "小数最多 {MOST_DECIMALS} 位，实为 {n_decimals} 位")
        }));
    }
    if text.bytes().all(|b| matches!(b, b'0' | b'.')) {
        return Err(i.fault(FaultKind::Amount, 0..text.len(), || say!("amount is zero", "金额为零")));
    }
    Ok(())
}

fn day(text: &str, i: &mut Inspection) -> Result<(), Fault> {
    let Some(normal) = normal(text) else {
        return Err(i
            .fault(FaultKind::Shape, 0..text.len(), || match text {
                "长期" => say!("a word for no last day, expected a day as `YYYY-MM-DD`", "“长期”不是日期，应为 YYYY-MM-DD"),
                _ => {
                    let text = shown(text);
                    say!("expected a day as `YYYY-MM-DD`, found `{text}`", "应为 YYYY-MM-DD 形式的日期，实为 `{text}`")
                }
            })
            .candidate(i, || padded(text).unwrap_or_default()));
    };
    if parse_date(&normal).is_none_or(|d| d.year() == 0) {
        return Err(i.fault(FaultKind::Date, 0..text.len(), || say!("`{text}` is not a day of the calendar", "`{text}` 不是有效日期")));
    }
    if normal == text { Ok(()) } else { i.rewrite(|| normal.into_owned()) }
}

// The normal form of what has digits at the places of a day: 2026-01-01, 2026/01/01, 20260101.
fn normal(text: &str) -> Option<Cow<'_, str>> {
    let is_like = |form: &str| {
        text.len() == form.len() && text.bytes().zip(form.bytes()).all(|(b, f)| if f == b'#' { b.is_ascii_digit() } else { b == f })
    };
    if is_like("####-##-##") {
        Some(text.into())
    } else if is_like("####/##/##") {
        Some(text.replace('/', "-").into())
    } else if is_like("########") {
        Some(format!("{}-{}-{}", &text[..4], &text[4..6], &text[6..]).into())
    } else {
        None
    }
}

// 2026-1-1, 2026.1.1 and 2026年1月1日 with their zeros.
fn padded(text: &str) -> Option<String> {
    let mut parts = text.trim_end_matches(['日', '号']).split(['-', '/', '.', '年', '月']).map(str::trim);
    let mut part = |n: std::ops::RangeInclusive<usize>| parts.next().filter(|p| n.contains(&p.len()) && n_digits(p) == p.len());
    let (year, month, day) = (part(4..=4)?, part(1..=2)?, part(1..=2)?);
    parts.next().is_none().then(|| format!("{year}-{month:0>2}-{day:0>2}"))
}
