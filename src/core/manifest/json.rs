//! JSON to `Tree`, strictly: no comments, no trailing commas, no loose names.

use super::diagnostics as say;
use super::toml::millionths;
use super::{Read, Tree, TreeKind};
use crate::diagnostic::{Bilingual, Diagnostics, say};
use crate::source::{SourceFile, SourceId, Span};
use jsonc_parser::ast::{ObjectPropName, Value};
use jsonc_parser::common::Ranged;
use jsonc_parser::errors::ParseErrorKind;
use jsonc_parser::{CollectOptions, ParseOptions};

pub(super) fn read(source: SourceId, file: &SourceFile, diagnostics: &mut Diagnostics) -> Option<Read> {
    let text = &*file.text;
    let options = ParseOptions {
        allow_comments: false,
        allow_loose_object_property_names: false,
        allow_trailing_commas: false,
        allow_missing_commas: false,
        allow_single_quoted_strings: false,
        allow_hexadecimal_numbers: false,
        allow_unary_plus_numbers: false,
        allow_bare_decimal_point_numbers: false,
        allow_non_finite_numbers: false,
        allow_extended_string_escapes: false,
    };
    match jsonc_parser::parse_to_ast(text, &CollectOptions::default(), &options) {
        Ok(result) => match result.value {
            Some(value) => {
                let mut duplicates = Vec::new();
                let tree = tree((source, file), &value, None, &mut duplicates, diagnostics);
                Some(Read { tree, is_partial: false, duplicates })
            }
            None => {
                let message = say!("the text is empty", "文件为空");
                diagnostics.report(say::json_syntax(Span::new(source, 0..0), message));
                None
            }
        },
        Err(error) => {
            let range = error.range();
            let start = range.start.min(text.len());
            let width = text[start..].chars().next().map_or(0, char::len_utf8);
            let end = range.end.clamp(start, text.len()).max(start + width);
            super::hide_numbers_in(file, 0..text.len());
            let (message, help) = words(error.kind(), text, start);
            diagnostics.report(say::json_syntax(Span::new(source, start..end), message).help(help));
            None
        }
    }
}

/// What is wrong with JSON and what to do, in our words.
fn words(kind: &ParseErrorKind, text: &str, at: usize) -> (Bilingual, Bilingual) {
    use ParseErrorKind as K;
    let found = text[at..].chars().next();
    let before = text[..at].trim_end();
    match (kind, found) {
        (_, Some(c @ ('“' | '”' | '‘' | '’'))) => {
            (say!("`{c}` is no quote of JSON", "`{c}` 不是 JSON 的引号"), say!("write `\"` around texts and keys", "文本和键都用半角 `\"`"))
        }
        (_, Some(c @ ('，' | '：' | '｛' | '｝' | '【' | '】'))) => {
            (say!("full-width `{c}` outside a text", "文本之外有全角 `{c}`"), say!("write punctuation in half width", "标点改用半角"))
        }
        (K::CommentsNotAllowed | K::UnterminatedCommentBlock, _) => (
            say!("JSON has no comments", "JSON 没有注释"),
            say!("remove the comment, or write the manifest in TOML", "删去注释，或改用 TOML 书写清单"),
        ),
        (K::SingleQuotedStringsNotAllowed, _) => {
            (say!("a text in single quotes", "文本使用了单引号"), say!("write texts and keys in double quotes", "文本和键都用双引号"))
        }
        (K::TrailingCommasNotAllowed, _) => (
            say!("a comma after the last item", "最后一项之后有逗号"),
            say!("remove the comma before the closing bracket", "删去结束括号前的逗号"),
        ),
        (K::ExpectedComma, _) => (
            say!("a comma is missing between two items", "两项之间缺少逗号"),
            say!("add `,` after the item before", "在前一项之后加上 `,`"),
        ),
        (K::ExpectedColonAfterObjectKey, _) => {
            (say!("`:` is missing after a key", "键之后缺少 `:`"), say!("write `\"key\": value`", "写作 `\"键\": 值`"))
        }
        (K::ExpectedObjectValue, _) => {
            (say!("a key without a value", "有键而没有值"), say!("state the value, or remove the key", "填写值，或删去该键"))
        }
        (K::ExpectedStringObjectProperty, _) => {
            (say!("a key without quotes", "键没有加引号"), say!("write keys in double quotes: `\"key\"`", "键用双引号：`\"键\"`"))
        }
        (K::UnexpectedWord | K::UnexpectedToken | K::UnexpectedTokenInObject, Some(c)) if c.is_alphabetic() => {
            let word: String = text[at..].chars().take_while(|c| c.is_alphanumeric() || *c == '_').take(40).collect();
            match word.to_lowercase().as_str() {
                lower @ ("true" | "false" | "null") => {
                    (say!("`{word}` is written in small letters", "`{word}` 须用小写"), say!("write `{lower}`", "写作 `{lower}`"))
                }
                "none" | "nil" | "undefined" | "nan" => (
                    say!("`{word}` is no value of JSON", "`{word}` 不是 JSON 的值"),
                    say!("leave the key out, or write `\"none\"` where there is none", "删去该键；确实没有的写 `\"none\"`"),
                ),
                "yes" | "no" | "on" | "off" => (
                    say!("`{word}` is no value of JSON", "`{word}` 不是 JSON 的值"),
                    say!("write `true` or `false`", "写作 `true` 或 `false`"),
                ),
                _ => (say!("a text without quotes", "文本没有加引号"), say!("write texts and keys in double quotes", "文本和键都用双引号")),
            }
        }
        (K::UnterminatedArray, _) => {
            (say!("`[` is never closed", "`[` 没有关闭"), say!("add `]` after the last item", "在最后一项之后加上 `]`"))
        }
        (K::UnterminatedObject, _) => {
            (say!("`{{` is never closed", "`{{` 没有关闭"), say!("add `}}` after the last item", "在最后一项之后加上 `}}`"))
        }
        (K::UnexpectedCloseBrace | K::UnexpectedCloseBracket, _) => (
            say!("a closing bracket without its opening one", "有结束括号而没有开始括号"),
            say!("remove it, or open the bracket before", "删去它，或补上开始括号"),
        ),
        (K::UnexpectedComma, _) => (say!("a comma without an item before it", "逗号之前没有内容"), say!("remove the comma", "删去逗号")),
        (K::UnexpectedColon, _) => {
            (say!("a colon without a key before it", "冒号之前没有键"), say!("write `\"key\": value`", "写作 `\"键\": 值`"))
        }
        (K::MultipleRootJsonValues, _) => (
            say!("something follows the document", "文档之后还有内容"),
            say!("write one filing a file, in one pair of braces", "每个文件只写一份备案，放在一对花括号中"),
        ),
        (K::String(_), _) => (
            say!("a text that cannot be read", "文本无法读取"),
            say!(
                "close it on its line, and write `\\\\` for `\\` and `\\\"` for `\"` inside it",
                "在同一行结束文本；其中的 `\\` 写作 `\\\\`，`\"` 写作 `\\\"`"
            ),
        ),
        (
            K::ExpectedDigit
            | K::ExpectedDigitFollowingNegativeSign
            | K::ExpectedPlusMinusOrDigitInNumberLiteral
            | K::HexadecimalNumbersNotAllowed
            | K::BareDecimalPointNumbersNotAllowed
            | K::NonFiniteNumbersNotAllowed
            | K::UnaryPlusNumbersNotAllowed,
            _,
        ) => (
            say!("a number that cannot be read", "数字无法读取"),
            say!("write a plain number, and numbers of documents and telephones in quotes", "只写普通数字；证件号码、电话等须加引号"),
        ),
        (_, None) if !before.is_empty() => {
            (say!("the document ends too early", "文档提前结束"), say!("close what is open", "补上未关闭的括号"))
        }
        _ => (
            say!("a sign that does not belong here", "此处出现意外的字符"),
            say!("write `\"key\": value`, with a comma between two", "写作 `\"键\": 值`，两项之间用逗号"),
        ),
    }
}

fn tree(
    at: (SourceId, &SourceFile),
    value: &Value<'_>,
    key: Option<Span>,
    duplicates: &mut Vec<Span>,
    diagnostics: &mut Diagnostics,
) -> Tree {
    let (source, file) = at;
    let range = value.range();
    let span = Span::new(source, range.start..range.end);
    let kind = match value {
        Value::StringLit(s) => TreeKind::Text(s.value.to_string()),
        Value::NumberLit(n) => match (n.value.parse::<i64>(), millionths(n.value)) {
            (Ok(n), _) => TreeKind::Integer(n),
            (_, Some(n)) => TreeKind::Decimal(n),
            _ => TreeKind::OddNumber(n.value.to_owned()),
        },
        Value::BooleanLit(b) => TreeKind::Bool(b.value),
        Value::NullKeyword(_) => TreeKind::Null,
        Value::Array(items) => TreeKind::Array(items.elements.iter().map(|i| tree(at, i, None, duplicates, diagnostics)).collect()),
        Value::Object(object) => {
            let mut pairs: Vec<(String, Span, Tree)> = Vec::with_capacity(object.properties.len());
            let mut seen: rustc_hash::FxHashMap<String, Span> = rustc_hash::FxHashMap::default();
            for property in &object.properties {
                let (name, range) = match &property.name {
                    ObjectPropName::String(s) => (s.value.to_string(), s.range),
                    ObjectPropName::Word(w) => (w.value.to_owned(), w.range),
                };
                let key_span = Span::new(source, range.start..range.end);
                if let Some(first) = seen.get(&name) {
                    duplicates.push(*first);
                    let range = property.value.range();
                    super::hide_numbers_in(file, range.start..range.end);
                    diagnostics.report(say::duplicate_key(key_span, Some(*first), &name));
                    continue;
                }
                seen.insert(name.clone(), key_span);
                pairs.push((name, key_span, tree(at, &property.value, Some(key_span), duplicates, diagnostics)));
            }
            TreeKind::Table(pairs)
        }
    };
    Tree { span, key_span: key.unwrap_or(Span { end: span.start + 1, ..span }), kind }
}
