//! What syntax has to say.

use super::clauses::{Block, Line};
use super::habits::Found;
use super::keywords::spoken;
use crate::diagnostic::{Applicability, Bilingual, Code, Diagnostic, Edit, Fix, Language, chinese, say};
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
pub(super) fn unknown_keyword(span: Span, word: &str, near: Option<&str>, language: Language) -> Diagnostic {
    let [a, b, c] = ["requirement", "define", "amend"].map(|w| spoken(w, language));
    Diagnostic::new(Code::UnknownKeyword, say!("no declaration begins with `{word}`", "没有以 `{word}` 开头的声明"))
        .primary(span, say!("expected a word such as `{a}`, `{b}` or `{c}`", "应为 `{a}`、`{b}`、`{c}` 等关键字"))
        .arg("word", word)
        .suggest(span, near)
}

/// A writing of another language, with the right form.
#[cold]
pub(super) fn foreign_writing(span: Span, written: &str, found: &Found) -> Diagnostic {
    let (right, (en, zh)) = (&found.shown, found.habit.why);
    let d = Diagnostic::new(Code::ForeignWriting, say!("`{written}` is not how rules are written", "规则中没有 `{written}` 这种写法"))
        .arg("found", written)
        .arg("habit", found.habit.name);
    if right.is_empty() {
        return match &found.written {
            Some(new) => d.primary(span, say!("does not belong here", "不应出现在这里")).fix(
                say!("remove it: {en}", "删去：{zh}"),
                span,
                new.clone(),
                sure(found),
            ),
            None => d.primary(span, say!("expected {en}", "应改写")).help(say!("write {en}", "{zh}")),
        };
    }
    let d = d.primary(span, say!("expected `{right}`", "应为 `{right}`"));
    let help = say!("write `{right}` {en}", "写作 `{right}`，{zh}");
    match &found.written {
        Some(new) => d.fix(help, span, new.clone(), sure(found)),
        None => d.help(help),
    }
}

fn sure(found: &Found) -> Applicability {
    if found.is_sure { Applicability::Safe } else { Applicability::Suggestion }
}

#[cold]
pub(super) fn foreign_head(span: Span, word: &str, right: &str, why: (&str, &str)) -> Diagnostic {
    let (en, zh) = why;
    Diagnostic::new(Code::UnknownKeyword, say!("no declaration begins with `{word}`", "没有以 `{word}` 开头的声明"))
        .primary(span, say!("expected `{right}`", "应为 `{right}`"))
        .arg("word", word)
        .fix(say!("write `{right}`, which {en}", "写作 `{right}`，用来{zh}"), span, right, Applicability::Suggestion)
}

#[cold]
pub(super) fn foreign_file(span: Span, kind: &str) -> Diagnostic {
    Diagnostic::new(Code::ForeignWriting, say!("this file is {kind}, not rules", "该文件是 {kind}，不是规则"))
        .primary(
            span,
            say!(
                "rules begin with a word such as `region`, `part of` or `requirement`",
                "规则以 `region`、`part of`、`requirement` 等词开头"
            ),
        )
        .help(say!(
            "write rules as in docs/guide, or give a manifest to `filingc check` under a name that ends in .toml or .json",
            "按 docs/guide 书写规则；若是清单，文件名应以 .toml 或 .json 结尾，并用 `filingc check` 检查"
        ))
        .arg("kind", kind)
}

/// Comments of another language; `edits` holds them all, with what to write instead.
#[cold]
pub(super) fn foreign_comment(opening: Span, sign: &str, edits: Vec<(Span, String)>) -> Diagnostic {
    let n = edits.len();
    let mut d = Diagnostic::new(Code::ForeignWriting, say!("`{sign}` begins no comment here", "`{sign}` 在此不表示注释"))
        .primary(opening, say!("expected `//`", "应为 `//`"))
        .arg("found", sign);
    if n > 1 {
        d = d.note(say!("{n} comments of this file begin with it", "该文件有 {n} 处注释以此开头"));
    }
    let title = say!("write `//` before a comment, on each of its lines", "注释写在 `//` 之后，每行都写");
    d.help.push(title.clone());
    let edits = edits.into_iter().map(|(span, replacement)| Edit { span, replacement }).collect();
    d.fixes.push(Fix { title, edits, applicability: Applicability::Safe });
    d
}

#[cold]
pub(super) fn merge_conflict(first: Span, rest: &[Span]) -> Diagnostic {
    let d = Diagnostic::new(Code::ForeignWriting, say!("a merge left a conflict in this file", "文件中留有未解决的合并冲突"))
        .primary(first, say!("mark of the conflict", "冲突标记"))
        .help(say!(
            "choose between the two sides, then remove the lines with `<<<<<<<`, `=======` and `>>>>>>>`",
            "在两边之中取舍，再删去带有 `<<<<<<<`、`=======`、`>>>>>>>` 的各行"
        ));
    rest.iter().take(2).fold(d, |d, at| d.secondary(*at, say!("and this", "同上")))
}

#[cold]
pub(super) fn single_quotes(span: Span, opening: char, written: &str) -> Diagnostic {
    Diagnostic::new(Code::ForeignWriting, say!("a text in `{opening}`", "文本使用了引号 `{opening}`"))
        .primary(span, say!("expected a text in double quotes", "应为双引号中的文本"))
        .fix(say!("write `{written}`", "写作 `{written}`"), span, written, Applicability::Safe)
}

#[cold]
pub(super) fn unexpected(span: Span, found: &str, expected: Bilingual) -> Diagnostic {
    let message = match found {
        "" => say!("the declaration ends too early", "声明提前结束"),
        found => say!("`{found}` does not belong here", "`{found}` 不应出现在这里"),
    };
    let label = Bilingual::new(format!("expected {}", expected.en), chinese(&["应为", &expected.zh]));
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

/// The lines that a block may hold.
pub(super) fn lines_of(block: Block, language: Language) -> Bilingual {
    let list = block.lines().map(|l| format!("`{}`", spoken(l.words(), language))).collect::<Vec<_>>();
    let (block, en, zh) = (spoken(block.name(), language), list.join(", "), list.join("、"));
    say!("`{block}` may hold {en}", "`{block}` 可含 {zh}")
}

#[cold]
pub(super) fn misplaced_line(span: Span, line: Line, block: Block, language: Language) -> Diagnostic {
    let list = lines_of(block, language);
    let homes =
        Block::ALL.iter().filter(|b| b.lines().any(|l| l == line)).map(|b| format!("`{}`", spoken(b.name(), language))).collect::<Vec<_>>();
    let (en, zh) = (homes.join(", "), homes.join("、"));
    let (word, block) = (spoken(line.words(), language), spoken(block.name(), language));
    Diagnostic::new(Code::UnexpectedText, say!("`{word}` does not belong in `{block}`", "`{word}` 不应出现在 `{block}` 中"))
        .primary(span, say!("a line of {en}", "{zh} 的语句"))
        .note(list)
}

#[cold]
pub(super) fn repeated_line(span: Span, first: Span, word: &str) -> Diagnostic {
    Diagnostic::new(Code::RepeatedClause, say!("`{word}` given twice", "`{word}` 重复"))
        .primary(span, say!("given again here", "此处重复"))
        .secondary(first, say!("first given here", "首次出现在这里"))
        .help(say!("join the two with `and`, or remove one", "用 `and` 合并，或删除其中一处"))
}

/// Keywords of the other language than the first of the file, all of them with their twins.
#[cold]
pub(super) fn mixed_keywords(head: Span, language: Language, others: &[(Span, &'static str)]) -> Diagnostic {
    let (en, zh) = match language {
        Language::En => ("English", "英文"),
        Language::Zh => ("Chinese", "中文"),
    };
    let key = match language {
        Language::En => "en",
        Language::Zh => "zh",
    };
    let mut d = Diagnostic::new(Code::MixedKeywords, say!("keywords of two languages in one file", "同一文件中混用了两种语言的关键字"));
    if let Some((span, twin)) = others.first() {
        d = d.primary(*span, say!("expected `{twin}`", "应为 `{twin}`"));
    }
    d = d.secondary(head, say!("the keywords of this file are {en}", "该文件使用{zh}关键字"));
    if others.len() > 1 {
        let n = others.len();
        d = d.note(say!("{n} keywords of this file are of the other language", "该文件有 {n} 个关键字属于另一种语言"));
    }
    let title = say!(
        "write all keywords in {en}; `filingc fmt --keywords {key}` does so for whole files",
        "关键字统一写成{zh}；`filingc fmt --keywords {key}` 可转换整个文件"
    );
    d.help.push(title.clone());
    let edits = others.iter().map(|(span, twin)| Edit { span: *span, replacement: (*twin).to_owned() }).collect();
    d.fixes.push(Fix { title, edits, applicability: Applicability::Safe });
    d
}

/// A text whose canonical form would read as something else.
#[cold]
pub(super) fn unsafe_format(span: Span) -> Diagnostic {
    Diagnostic::new(Code::UnsafeFormat, say!("formatting would change what this file says", "格式化会改变该文件的含义"))
        .primary(
            span,
            say!(
                "from here on the canonical form reads otherwise; the file is left as it is",
                "从这里起，规范格式的含义与原文不同；文件保持原样"
            ),
        )
        .help(say!("write this declaration by hand, and tell the authors of filingc", "请手工书写该声明，并告知 filingc 的作者"))
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
