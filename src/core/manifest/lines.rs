//! What is wrong with a line of TOML, in our words: the slips that people make, looked for in the text of the line.
//!
//! The reader of TOML says only that a line cannot be read; the words that lead to the fix come from here.

use crate::diagnostic::{Bilingual, say};
use crate::value::parse_date;
use std::ops::Range;

/// What is wrong with a line.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct LineFault {
    /// The bytes of the line that show it.
    pub(super) range: Range<usize>,
    /// What is wrong, a phrase.
    pub(super) message: Bilingual,
    /// What to do.
    pub(super) help: Bilingual,
    /// What to write in the place of `range`, where that is known.
    pub(super) written: Option<String>,
}

fn fault(range: Range<usize>, message: Bilingual, help: Bilingual, written: Option<String>) -> Option<LineFault> {
    Some(LineFault { range, message, help, written })
}

/// A text as TOML writes it.
fn in_quotes(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// The part of a line before a comment.
fn code(line: &str) -> &str {
    let mut quote = None;
    let mut escaped = false;
    for (at, c) in line.char_indices() {
        match (quote, c) {
            (Some('"'), '\\') if !escaped => {
                escaped = true;
                continue;
            }
            (Some(q), c) if c == q && !escaped => quote = None,
            (None, '"' | '\'') => quote = Some(c),
            (None, '#') => return &line[..at],
            _ => {}
        }
        escaped = false;
    }
    line
}

/// What is wrong with a line that could not be read; `line` has no end of line.
pub(super) fn fault_of(line: &str) -> Option<LineFault> {
    let code = code(line).trim_end();
    let lead = code.len() - code.trim_start().len();
    let body = &code[lead..];
    let whole = lead..code.len();
    if let Some(at) = code.find(['\u{a0}', '\u{3000}']).filter(|at| !code[..*at].contains(['"', '\''])) {
        let c = code[at..].chars().next()?;
        let name = if c == '\u{a0}' { ("no-break", "不间断") } else { ("full-width", "全角") };
        let (en, zh) = name;
        let replaced = Some(" ".to_owned());
        return fault(
            at..at + c.len_utf8(),
            say!("a {en} space outside a text", "文本之外有{zh}空格"),
            say!("write an ordinary space", "改为普通空格"),
            replaced,
        );
    }
    for sign in ["//", "--", "/*", "<!--", ";"] {
        if body.starts_with(sign) {
            return fault(
                lead..lead + sign.len(),
                say!("`{sign}` begins no comment in TOML", "`{sign}` 在 TOML 中不表示注释"),
                say!("write `#` before a comment", "注释写在 `#` 之后"),
                (sign != "/*" && sign != "<!--").then(|| "#".to_owned()),
            );
        }
    }
    if ["<<<<<<<", "=======", ">>>>>>>", "|||||||"].iter().any(|m| line.starts_with(m)) {
        return fault(
            whole,
            say!("a merge left a conflict in this file", "文件中留有未解决的合并冲突"),
            say!("choose between the two sides, then remove the marks", "在两边之中取舍，再删去冲突标记"),
            None,
        );
    }
    if body.starts_with(['[', '【', '［']) && !body.contains('=') {
        return header(body, lead);
    }
    let sign = body.find(['=', '＝', ':', '：', '→']);
    let Some(sign) = sign else {
        return fault(
            whole,
            say!("a line without `=`", "该行没有 `=`"),
            say!("write `key = value`, or `#` before a remark", "写作 `键 = 值`；说明文字写在 `#` 之后"),
            None,
        );
    };
    let c = body[sign..].chars().next()?;
    let (key, value) = (body[..sign].trim_end(), body[sign + c.len_utf8()..].trim_start());
    let value_at = lead + body.len() - value.len();
    let sign_range = lead + sign..lead + sign + c.len_utf8();
    if c != '=' && !key.contains(['"', '\'']) {
        let same = if c == ':' && value.starts_with('=') { Some(String::new()) } else { Some(" =".to_owned()) };
        return fault(
            sign_range,
            say!("`{c}` where `=` is expected", "此处应为 `=`，实为 `{c}`"),
            say!("write `{key} = …`", "写作 `{key} = …`"),
            same,
        );
    }
    if key.is_empty() {
        return fault(sign_range, say!("a value without a key", "有值而没有键"), say!("write `key = value`", "写作 `键 = 值`"), None);
    }
    if value.starts_with('=') {
        let range = sign_range.start..value_at + 1;
        return fault(
            range,
            say!("`==` where `=` is expected", "此处应为 `=`，实为 `==`"),
            say!("write one `=`", "只写一个 `=`"),
            Some("=".to_owned()),
        );
    }
    if key.contains(char::is_whitespace) && !key.contains(['"', '\'', '.']) {
        let joined = key.split_whitespace().collect::<Vec<_>>().join("_");
        return fault(
            lead..lead + key.len(),
            say!("a key with a space", "键中有空格"),
            say!("write the key as one word, such as `{joined}`", "键须是一个词，如 `{joined}`"),
            None,
        );
    }
    value_fault(value, value_at)
}

fn header(body: &str, lead: usize) -> Option<LineFault> {
    let whole = lead..lead + body.len();
    let name: String = body.chars().filter(|c| !"[]【】［］".contains(*c)).collect();
    let name = name.trim();
    let (open, close) = (body.matches('[').count(), body.matches(']').count());
    let is_wide = body.contains(['【', '】', '［', '］']);
    let n = if is_wide { 1 } else { open.clamp(1, 2) };
    let right = format!("{}{name}{}", "[".repeat(n), "]".repeat(n));
    if is_wide || open != close || !body.ends_with(']') {
        let message = if is_wide {
            say!("full-width brackets around the name of a table", "表名使用了全角方括号")
        } else {
            say!("the name of a table without its closing bracket", "表名缺少结束方括号")
        };
        return fault(whole, message, say!("write `{right}`", "写作 `{right}`"), Some(right));
    }
    if name.is_empty() {
        return fault(
            whole,
            say!("a table without a name", "表没有名称"),
            say!("write a name such as `[filing]`", "写明表名，如 `[filing]`"),
            None,
        );
    }
    let quoted = in_quotes(name);
    name.contains(char::is_whitespace).then(|| LineFault {
        range: whole,
        message: say!("the name of a table with a space", "表名中有空格"),
        help: say!("write it as one word, or in quotes: `[{quoted}]`", "表名须是一个词，或加引号：`[{quoted}]`"),
        written: None,
    })
}

fn value_fault(value: &str, at: usize) -> Option<LineFault> {
    let whole = at..at + value.len();
    let text = value.trim_end_matches([',', ';', '，', '；', '。']).trim_end();
    let ending = &value[text.len()..];
    if value.is_empty() {
        return fault(
            at.saturating_sub(1)..at,
            say!("a key without a value", "有键而没有值"),
            say!("state the value, or remove the line", "填写值，或删去此行"),
            None,
        );
    }
    let first = value.chars().next()?;
    if let Some(closing) =
        [('“', '”'), ('”', '”'), ('‘', '’'), ('「', '」'), ('＂', '＂'), ('„', '“')].iter().find(|(o, _)| *o == first).map(|(_, c)| *c)
    {
        let inner = text.trim_start_matches(first).trim_end_matches(closing).trim_end_matches(['"', '”']);
        let right = in_quotes(inner);
        return fault(
            whole,
            say!("`{first}` is no quote of TOML", "`{first}` 不是 TOML 的引号"),
            say!("write the text in straight quotes: `{right}`", "改用半角引号：`{right}`"),
            Some(right),
        );
    }
    if first == '"' || first == '\'' {
        return quoted(value, text, ending, at, first);
    }
    if first == '[' || first == '{' {
        let (open, close) = if first == '[' { ('[', ']') } else { ('{', '}') };
        if value.contains(['，', '、', '“', '”', '】', '；']) {
            return fault(
                whole,
                say!("full-width punctuation in a list or table", "列表或表中有全角标点"),
                say!("write `,`, `\"` and `]` in half width", "`,`、`\"`、`]` 均用半角"),
                None,
            );
        }
        if value.matches(open).count() > value.matches(close).count() {
            return fault(
                at..at + 1,
                say!("`{open}` is never closed", "`{open}` 没有关闭"),
                say!("add `{close}` at the end of the line", "在行末加上 `{close}`"),
                None,
            );
        }
        return fault(
            whole,
            say!("a list or table that cannot be read", "列表或表无法读取"),
            say!("write each text in quotes, with a comma between two: `[\"a\", \"b\"]`", "每个文本加引号，之间用逗号：`[\"a\", \"b\"]`"),
            None,
        );
    }
    if !ending.is_empty() && (text.starts_with(|c: char| c.is_ascii_digit()) || matches!(text, "true" | "false")) {
        let end = at + value.len();
        return fault(
            at + text.len()..end,
            say!("`{ending}` after the value", "值之后有 `{ending}`"),
            say!("end the line after the value", "值之后不写标点"),
            Some(String::new()),
        );
    }
    bare(text, whole)
}

/// A value that begins with a quote.
fn quoted(value: &str, text: &str, ending: &str, at: usize, quote: char) -> Option<LineFault> {
    let whole = at..at + value.len();
    let count = text.matches(quote).count();
    if text.ends_with(['”', '＂', '’']) && count % 2 == 1 {
        let inner = &text[1..text.len() - text.chars().next_back().map_or(0, char::len_utf8)];
        let right = in_quotes(inner);
        return fault(
            whole,
            say!("a text that ends with another quote", "文本的结束引号不是半角引号"),
            say!("write `{right}`", "写作 `{right}`"),
            Some(right),
        );
    }
    if count == 1 {
        let right = in_quotes(&text[1..]);
        return fault(
            whole,
            say!("a text without its closing quote", "文本缺少结束引号"),
            say!("close the text: `{right}`", "补上结束引号：`{right}`"),
            Some(right),
        );
    }
    if text.ends_with(quote) && !ending.is_empty() && count == 2 {
        return fault(
            at + text.len()..at + value.len(),
            say!("`{ending}` after the value", "值之后有 `{ending}`"),
            say!("end the line after the value", "值之后不写标点"),
            Some(String::new()),
        );
    }
    if text.ends_with(quote) && count > 2 {
        let right = in_quotes(&text[1..text.len() - 1]);
        return fault(
            whole,
            say!("quotes inside a text", "文本之内有引号"),
            say!("write `\\\"` or `“ ”` for them: `{right}`", "改写为 `\\\"` 或 `“ ”`：`{right}`"),
            Some(right),
        );
    }
    if text.contains('\\') && quote == '"' {
        let inner = text[1..].trim_end_matches(quote);
        if !inner.contains('\'') {
            return fault(
                whole,
                say!("`\\` in a text begins an escape that TOML does not have", "文本中的 `\\` 表示转义，此处的转义不存在"),
                say!("write `'{inner}'` in single quotes, or `\\\\` for each `\\`", "改用单引号 `'{inner}'`，或把每个 `\\` 写作 `\\\\`"),
                Some(format!("'{inner}'")),
            );
        }
    }
    let rest = text[1..].find(quote).map(|n| (n + 2, text[n + 2..].trim()))?;
    (!rest.1.is_empty()).then(|| LineFault {
        range: at + rest.0..at + text.len(),
        message: say!("something follows the value on its line", "值之后还有内容"),
        help: say!("write one `key = value` a line, and remarks after `#`", "每行只写一个 `键 = 值`，说明写在 `#` 之后"),
        written: None,
    })
}

/// A value without quotes.
fn bare(text: &str, whole: Range<usize>) -> Option<LineFault> {
    let lower = text.to_lowercase();
    let parts: Vec<&str> = text.split(['-', '/', '.', '年', '月', '日']).filter(|p| !p.is_empty()).collect();
    let is_digits = |p: &&str| p.bytes().all(|b| b.is_ascii_digit());
    let replace = |right: String, message: Bilingual| {
        let help = say!("write `{right}`", "写作 `{right}`");
        fault(whole.clone(), message, help, Some(right))
    };
    match lower.as_str() {
        "yes" | "是" | "有" | "on" => return replace("true".to_owned(), say!("`{text}` is no value of TOML", "`{text}` 不是 TOML 的值")),
        "no" | "否" | "无" | "off" => {
            return replace("false".to_owned(), say!("`{text}` is no value of TOML", "`{text}` 不是 TOML 的值"));
        }
        "true" | "false" => return replace(lower.clone(), say!("`{text}` is written in small letters", "`{text}` 须用小写")),
        "null" | "none" | "nil" | "undefined" | "~" | "n/a" => {
            return fault(
                whole,
                say!("`{text}` is no value of TOML", "`{text}` 不是 TOML 的值"),
                say!("remove the line, or write `\"none\"` where there is none", "删去此行；确实没有的写 `\"none\"`"),
                None,
            );
        }
        _ => {}
    }
    if parts.len() == 3 && parts.iter().all(is_digits) && parts[0].len() == 4 {
        let written = format!("{}-{:0>2}-{:0>2}", parts[0], parts[1], parts[2]);
        return match parse_date(&written) {
            Some(day) => replace(day.to_string(), say!("`{text}` is no date of TOML", "`{text}` 不是 TOML 的日期写法")),
            None => fault(
                whole,
                say!("`{text}` is no day of the calendar", "日历上没有 `{text}`"),
                say!("write a day that there is, such as `2026-11-23`", "写一个存在的日期，如 `2026-11-23`"),
                None,
            ),
        };
    }
    if text.starts_with(|c: char| c.is_ascii_digit() || c == '+') {
        let right = in_quotes(text);
        let is_number = text.bytes().all(|b| b.is_ascii_digit() || b == b'_');
        let message = if is_number && text.starts_with('0') {
            say!("a number that begins with 0", "以 0 开头的数字")
        } else if is_number {
            say!("a number too large for TOML", "数字超出 TOML 的范围")
        } else {
            say!("a text without quotes", "文本没有加引号")
        };
        return fault(
            whole,
            message,
            say!("put numbers of documents and telephones in quotes: `{right}`", "证件号码、电话等须加引号：`{right}`"),
            Some(right),
        );
    }
    let right = in_quotes(text.trim_end_matches(['”', '"', '\'']));
    fault(whole, say!("a text without quotes", "文本没有加引号"), say!("put it in quotes: `{right}`", "加上引号：`{right}`"), Some(right))
}

#[cfg(test)]
mod tests {
    use super::fault_of;

    fn check(line: &str, en: &str, mended: Option<&str>) {
        let fault = fault_of(line).unwrap_or_else(|| panic!("{line}: a fault is found"));
        let said = format!("{}; {}", fault.message.en, fault.help.en);
        assert!(said.contains(en), "{line}: {said}");
        assert!(!fault.message.zh.is_empty() && !fault.help.zh.is_empty());
        let fixed = fault.written.map(|w| format!("{}{w}{}", &line[..fault.range.start], &line[fault.range.end..]));
        assert_eq!(fixed.as_deref(), mended, "{line}");
    }

    #[test]
    fn slips_of_lines() {
        check("name = 甲公司", "without quotes", Some("name = \"甲公司\""));
        check("name = \"甲公司", "closing quote", Some("name = \"甲公司\""));
        check("name = “甲公司”", "straight quotes", Some("name = \"甲公司\""));
        check("name = \"甲公司”", "another quote", Some("name = \"甲公司\""));
        check("name : \"x\"", "where `=`", Some("name  = \"x\""));
        check("name：\"x\"", "where `=`", Some("name =\"x\""));
        check("name = \"x\",", "after the value", Some("name = \"x\""));
        check("paid = True", "small letters", Some("paid = true"));
        check("paid = yes", "`true`", Some("paid = true"));
        check("phone = 057188880000", "begins with 0", Some("phone = \"057188880000\""));
        check("phone = 0571-88880000", "in quotes", Some("phone = \"0571-88880000\""));
        check("day = 2026/1/5", "`2026-01-05`", Some("day = 2026-01-05"));
        check("day = 2026-02-30", "no day", None);
        check("name =", "without a value", None);
        check("[filing", "closing bracket", Some("[filing]"));
        check("[[domain]", "closing bracket", Some("[[domain]]"));
        check("【filing】", "full-width", Some("[filing]"));
        check("// remark", "`#`", Some("# remark"));
        check("name = null", "\"none\"", None);
        check("name == \"x\"", "one `=`", Some("name = \"x\""));
        check("my name = \"x\"", "one word", None);
        check("types = [\"a\", \"b\"", "never closed", None);
        check("types = [\"a\"，\"b\"]", "full-width", None);
        check("just words", "without `=`", None);
        check("path = \"C:\\docs\\x.jpg\"", "escape", Some("path = 'C:\\docs\\x.jpg'"));
        check("name = \"say \"x\" there\"", "inside a text", Some("name = \"say \\\"x\\\" there\""));
    }
}
