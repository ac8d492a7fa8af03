//! Cells to TOML values, as the field wants them.

use super::Cell;
use crate::diagnostic::{Bilingual, say};
use crate::value::{FieldType, PatternRule, Schema};

/// Whole numbers from here on are not exact where a spreadsheet keeps 15 digits.
const EXACT: f64 = 1e15;

/// A number as it is written out.
pub(super) fn number(n: f64) -> String {
    if n.fract() == 0.0 && n.abs() < EXACT { format!("{n:.0}") } else { format!("{n}") }
}

/// A TOML value, and why it cannot be relied on.
pub(super) type Written = (String, Option<(Bilingual, Option<Bilingual>)>);

/// A text in quotes.
pub(super) fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c.is_control() => out.push_str(&format!("\\u{:04X}", c as u32)),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// Whether a field holds a number.
fn is_numeric(ty: &FieldType, schema: &Schema) -> bool {
    match ty {
        FieldType::Integer | FieldType::Decimal | FieldType::BusinessDays | FieldType::Money => true,
        FieldType::Pattern(id) => matches!(schema.pattern(*id).rule, PatternRule::Between(..)),
        _ => false,
    }
}

/// Whether a text is a number as TOML and JSON both write it.
fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = digits.split_once('.').map_or((digits, None), |(w, f)| (w, Some(f)));
    let all = |t: &str| !t.is_empty() && t.len() <= 18 && t.bytes().all(|b| b.is_ascii_digit());
    all(whole) && (whole == "0" || !whole.starts_with('0')) && fraction.is_none_or(all)
}

/// Words for nothing in a list, which the reader of manifests knows.
const NOTHING: &[&str] = &["none", "无", "没有", "不涉及", "以上都不涉及", "n/a"];

/// What parts the items of a list in one cell.
fn parts(c: char) -> bool {
    matches!(c, '\n' | ';' | '；' | '、' | ',' | '，' | '|')
}

/// `1.10201E+17`: what a spreadsheet made of a long number.
fn is_shortened(text: &str) -> bool {
    let Some((mantissa, exponent)) = text.split_once(['E', 'e']) else { return false };
    let is_digits = |t: &str| !t.is_empty() && t.bytes().all(|b| b.is_ascii_digit());
    let mantissa = mantissa.replacen('.', "", 1);
    is_digits(&mantissa) && exponent.strip_prefix('+').is_some_and(is_digits)
}

fn lost() -> (Bilingual, Option<Bilingual>) {
    (
        say!("the cell holds a number of which a spreadsheet keeps 15 digits only", "该单元格存为数值，电子表格只保留前 15 位数字"),
        Some(say!("format the column as text and enter the number again", "将该列设为文本格式后重新录入")),
    )
}

/// What a cell says for a field; `None` where it says nothing.
pub(super) fn value(cell: &Cell, ty: &FieldType, schema: &Schema) -> Option<Written> {
    let text = match cell {
        Cell::Broken(shown, why) => return Some((quoted(shown), Some((why.clone(), None)))),
        Cell::Bool(b) => return Some((b.to_string(), None)),
        Cell::Date(day) => return Some((quoted(day), None)),
        Cell::Number(n) => {
            let text = number(*n);
            let is_plain = is_numeric(ty, schema) && is_number(&text);
            let is_exact = n.abs() < EXACT;
            let written = if is_plain { text } else { quoted(&text) };
            return Some((written, (!is_exact).then(lost)));
        }
        Cell::Text(text) => text.trim(),
    };
    if text.is_empty() {
        return None;
    }
    if let FieldType::List { item, .. } = ty
        && !matches!(**item, FieldType::Record(_))
        && !NOTHING.iter().any(|w| w.eq_ignore_ascii_case(text))
    {
        let items = text.split(parts).map(str::trim).filter(|t| !t.is_empty());
        let items: Vec<String> = items.map(|t| plain(t, item, schema)).collect();
        return Some((format!("[{}]", items.join(", ")), None));
    }
    let fault = match text {
        text if text.contains('\u{fffd}') => {
            Some((say!("the cell holds characters that cannot be read", "该单元格含有无法识别的字符"), None))
        }
        text if is_shortened(text) => Some(lost()),
        _ => None,
    };
    Some((plain(text, ty, schema), fault))
}

fn plain(text: &str, ty: &FieldType, schema: &Schema) -> String {
    match ty {
        FieldType::Boolean if text.eq_ignore_ascii_case("true") => "true".to_owned(),
        FieldType::Boolean if text.eq_ignore_ascii_case("false") => "false".to_owned(),
        ty if is_numeric(ty, schema) && is_number(text) => text.to_owned(),
        _ => quoted(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_say_what_the_field_wants() {
        let schema = Schema::default();
        let list = FieldType::List { item: Box::new(FieldType::Text), key: None };
        let check = |cell: Cell, ty: &FieldType, wanted: &str, is_faulty: bool| {
            let (text, fault) = value(&cell, ty, &schema).expect("the cell says something");
            assert_eq!((text.as_str(), fault.is_some()), (wanted, is_faulty), "{cell:?}");
        };
        let text = |t: &str| Cell::Text(t.to_owned());
        check(text("007"), &FieldType::Integer, "\"007\"", false);
        check(text("12.5"), &FieldType::Decimal, "12.5", false);
        check(text(" TRUE "), &FieldType::Boolean, "true", false);
        check(text("是"), &FieldType::Boolean, "\"是\"", false);
        check(text("a.cn；b.cn, c.cn"), &list, "[\"a.cn\", \"b.cn\", \"c.cn\"]", false);
        check(text("无"), &list, "\"无\"", false);
        check(text("say \"x\"\n\u{0}"), &FieldType::Text, "\"say \\\"x\\\"\\n\\u0000\"", false);
        check(Cell::Number(13_800_000_001.0), &FieldType::Text, "\"13800000001\"", false);
        check(Cell::Number(12.0), &FieldType::Integer, "12", false);
        check(Cell::Number(1.1e17), &FieldType::Text, "\"110000000000000000\"", true);
        check(text("1.10201E+17"), &FieldType::Text, "\"1.10201E+17\"", true);
        check(text("a\u{fffd}"), &FieldType::Text, "\"a\u{fffd}\"", true);
        assert_eq!(value(&text("  "), &FieldType::Text, &schema), None);
    }
}
