//! What syntax has to say.

use super::clauses::{Block, Line};
use crate::diagnostic::{Applicability, Bilingual, Code, Diagnostic, Edit, Fix, say};
use crate::source::Span;
use crate::value::Date;

#[cold]
pub(super) fn full_width(span: Span, c: char, twin: &str) -> Diagnostic {
    let shown = if twin.is_empty() { " " } else { twin };
    Diagnostic::new(Code::FullWidthPunctuation, say!("full-width `{c}` outside a text", "文本之外的全角 `{c}`"))
        .primary(span, say!("read as `{shown}`", "按 `{shown}` 处理"))
        .fix(say!("write `{shown}`", "改写为 `{shown}`"), span, shown, Applicability::Safe)
}

#[cold]
pub(super) fn unterminated_text(span: Span) -> Diagnostic {
    Diagnostic::new(Code::UnterminatedText, say!("text without its closing quote", "文本缺少结束引号"))
        .primary(span, say!("the text begins here and the line ends inside it", "文本从这里开始，到行尾仍未结束"))
        .help(say!("close the text with `\"` on the same line", "在同一行用 `\"` 结束文本"))
}

#[cold]
pub(super) fn unknown_escape(span: Span, c: char) -> Diagnostic {
    Diagnostic::new(Code::UnknownEscape, say!("unknown escape `\\{c}`", "未知转义 `\\{c}`"))
        .primary(span, say!("expected `\\\"`, `\\\\`, `\\n` or `\\t`", "应为 `\\\"`、`\\\\`、`\\n` 或 `\\t`"))
}

#[cold]
pub(super) fn too_deep(span: Span, limit: usize) -> Diagnostic {
    Diagnostic::new(Code::NestingTooDeep, say!("more than {limit} levels inside each other", "嵌套超过 {limit} 层"))
        .primary(span, say!("this level is one too many", "此处超出上限"))
        .help(say!("give a part of the expression a name with `define`", "用 `define` 为其中一部分命名"))
}

#[cold]
pub(super) fn unopened(span: Span, bracket: char) -> Diagnostic {
    Diagnostic::new(Code::UnclosedBlock, say!("`{bracket}` closes nothing", "`{bracket}` 没有对应的开括号"))
        .primary(span, say!("no open bracket before it", "之前没有开括号"))
}

#[cold]
pub(super) fn unclosed(open: Span, head: Span, bracket: char) -> Diagnostic {
    Diagnostic::new(Code::UnclosedBlock, say!("`{bracket}` is never closed", "`{bracket}` 没有关闭"))
        .primary(open, say!("opened here", "从这里打开"))
        .secondary(head, say!("in this declaration", "位于该声明"))
}

#[cold]
pub(super) fn unknown_keyword(span: Span, word: &str, near: Option<&str>) -> Diagnostic {
    Diagnostic::new(Code::UnknownKeyword, say!("no declaration begins with `{word}`", "没有以 `{word}` 开头的声明"))
        .primary(span, say!("expected a word such as `requirement`, `define` or `amend`", "应为 `requirement`、`define`、`amend` 等关键字"))
        .arg("word", word)
        .suggest(span, near)
}

#[cold]
pub(super) fn unexpected(span: Span, found: &str, expected: Bilingual) -> Diagnostic {
    let message = match found {
        "" => say!("the declaration ends too early", "声明提前结束"),
        found => say!("`{found}` does not belong here", "`{found}` 不应出现在这里"),
    };
    let label = Bilingual::new(format!("expected {}", expected.en), format!("应为{}", expected.zh));
    Diagnostic::new(Code::UnexpectedText, message).primary(span, label).arg("found", found)
}

#[cold]
pub(super) fn unreadable(span: Span) -> Diagnostic {
    Diagnostic::new(Code::UnexpectedText, say!("this cannot be read", "此处无法解析"))
        .primary(span, say!("no part of the language", "不是语言的一部分"))
}

#[cold]
pub(super) fn parted_twin(span: Span, comma: Span) -> Diagnostic {
    Diagnostic::new(Code::UnexpectedText, say!("a comma parts `zh` from its text", "逗号把 `zh` 与所属文本分开了"))
        .primary(span, say!("read as a value with the name `zh`", "被读作名为 `zh` 的值"))
        .fix(say!("remove the comma", "删去逗号"), comma, "", Applicability::Suggestion)
}

#[cold]
pub(super) fn too_complex(span: Span) -> Diagnostic {
    Diagnostic::new(Code::NestingTooDeep, say!("declaration too complex to read", "声明过于复杂，无法解析"))
        .primary(span, say!("this declaration", "该声明"))
        .help(say!("give a part of it a name with `define`", "用 `define` 为其中一部分命名"))
}

#[cold]
pub(super) fn bad_literal(span: Span, why: Bilingual) -> Diagnostic {
    Diagnostic::new(Code::BadLiteral, why).primary(span, say!("written here", "写在这里"))
}

#[cold]
pub(super) fn misplaced_line(span: Span, line: Line, block: Block) -> Diagnostic {
    let list = block.lines().map(|l| format!("`{}`", l.words())).collect::<Vec<_>>().join(", ");
    let (word, block) = (line.words(), block.name());
    Diagnostic::new(Code::UnexpectedText, say!("`{word}` does not belong in `{block}`", "`{word}` 不应出现在 `{block}` 中"))
        .primary(span, say!("this line", "此行"))
        .note(say!("`{block}` may hold {list}", "`{block}` 可含 {list}"))
}

#[cold]
pub(super) fn repeated_line(span: Span, first: Span, word: &str) -> Diagnostic {
    Diagnostic::new(Code::RepeatedClause, say!("`{word}` given twice", "`{word}` 重复"))
        .primary(span, say!("given again here", "此处重复"))
        .secondary(first, say!("first given here", "首次出现在这里"))
        .help(say!("join the two with `and`, or remove one", "用 `and` 合并，或删除其中一处"))
}

/// Parts of an `or` that are joined with `and` and have no brackets.
#[cold]
pub(super) fn mixed(parts: &[Span]) -> Diagnostic {
    let mut d = Diagnostic::new(Code::MixedConditions, say!("`and` and `or` side by side", "`and` 与 `or` 并列"));
    for part in parts {
        d = d.primary(*part, say!("does this belong together?", "这些是否为一组？"));
    }
    let at = |offset: u32| move |span: &Span| Span { start: offset, end: offset, ..*span };
    let edits = parts.iter().flat_map(|part| {
        let (open, close) = (at(part.start)(part), at(part.end)(part));
        [Edit { span: open, replacement: "(".to_owned() }, Edit { span: close, replacement: ")".to_owned() }]
    });
    let title = say!("put brackets around what belongs together", "用括号标明哪些部分是一组");
    d.help.push(title.clone());
    d.fixes.push(Fix { title, edits: edits.collect(), applicability: Applicability::Safe });
    d
}

#[cold]
pub(super) fn empty_range(span: Span, from: Date, until: Date) -> Diagnostic {
    Diagnostic::new(
        Code::EmptyRange,
        say!("the range ends on {until}, before it starts on {from}", "有效期止于 {until}，早于起始日 {from}"),
    )
    .primary(span, say!("no day lies in it", "其中没有任何一天"))
}

#[cold]
pub(super) fn backward_length(span: Span, whole: Span, least: i64) -> Diagnostic {
    Diagnostic::new(Code::EmptyRange, say!("the least time {least} is more than the longest", "最短时间 {least} 超过最长时间"))
        .primary(span, say!("more than the other end", "大于另一端"))
        .secondary(whole, say!("the range", "该范围"))
}

#[cold]
pub(super) fn not_a_day(span: Span, text: &str) -> Diagnostic {
    Diagnostic::new(Code::BadLiteral, say!("`{text}` is not a day of every year", "`{text}` 不是每年都有的日期"))
        .primary(span, say!("expected month and day, such as `03-31`", "应为月和日，如 `03-31`"))
}
