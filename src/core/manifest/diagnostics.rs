//! What the manifest reader has to say.

use super::kinds::Kind;
use super::lines::LineFault;
use crate::diagnostic::render::quoted;
use crate::diagnostic::{Applicability, Bilingual, Code, Diagnostic, Severity, chinese, say};
use crate::source::{SourceMap, Span};
use crate::value::{EnumShape, EnumValueShape};

/// What was expected or found, in words.
pub(super) type Words = (&'static str, &'static str);

#[cold]
pub(super) fn too_deep(span: Span, limit: usize) -> Diagnostic {
    Diagnostic::new(Code::TooDeep, say!("more than {limit} levels inside each other", "嵌套超过 {limit} 层"))
        .primary(span, say!("one level too many", "超出上限"))
}

#[cold]
pub(super) fn not_utf8(name: &str, encoding: &str) -> Diagnostic {
    let d = Diagnostic::new(Code::NotUtf8, say!("`{name}` is not UTF-8", "`{name}` 不是 UTF-8 编码")).arg("path", name);
    if encoding.is_empty() {
        return d.note(say!("it looks like no text at all", "看起来不是文本文件"));
    }
    d.note(say!("it looks like {encoding}", "看起来是 {encoding}"))
        .help(say!("convert it: `iconv -f {encoding} -t UTF-8 {name}`", "转换编码：`iconv -f {encoding} -t UTF-8 {name}`"))
}

/// A line whose fault has no words of its own; what the reader of TOML says of it goes to machines.
#[cold]
pub(super) fn toml_syntax(span: Span, message: &str) -> Diagnostic {
    let message = message.lines().next().unwrap_or("").trim();
    Diagnostic::new(Code::TomlSyntax, say!("a line that is no TOML", "该行不是 TOML"))
        .primary(span, say!("here", "此处"))
        .help(say!("write `key = value`, with texts in double quotes", "写作 `键 = 值`，文本用双引号"))
        .arg("reader", message)
}

/// A line with a slip that is known.
#[cold]
pub(super) fn toml_line(span: Span, fault: LineFault) -> Diagnostic {
    let (en, zh) = (&fault.message.en, &fault.message.zh);
    let d = Diagnostic::new(Code::TomlSyntax, say!("TOML that cannot be read: {en}", "TOML 无法读取：{zh}"))
        .primary(span, say!("here", "此处"));
    match fault.written {
        Some(written) => d.fix(fault.help, span, written, Applicability::Suggestion),
        None => d.help(fault.help),
    }
}

/// A text that is no manifest: one sentence and the command that helps.
#[cold]
pub(super) fn other_kind(span: Span, kind: Kind) -> Diagnostic {
    let begin = || say!("begin a manifest with `filingc init -o filing.toml`", "用 `filingc init -o filing.toml` 新建清单");
    let (code, message, help) = match kind {
        Kind::Empty => (Code::TomlSyntax, say!("the file is empty", "文件为空"), begin()),
        Kind::Yaml => (Code::TomlSyntax, say!("this is YAML; a manifest is TOML or JSON", "这是 YAML；清单须为 TOML 或 JSON"), begin()),
        Kind::Csv => (
            Code::TomlSyntax,
            say!(
                "this is a table (CSV); a manifest is TOML or JSON, one file for each filing",
                "这是表格（CSV）；清单须为 TOML 或 JSON，每份备案一个文件"
            ),
            begin(),
        ),
        Kind::Markup => {
            (Code::TomlSyntax, say!("this is XML or HTML; a manifest is TOML or JSON", "这是 XML 或 HTML；清单须为 TOML 或 JSON"), begin())
        }
        Kind::JsonNamedToml => (
            Code::TomlSyntax,
            say!("this is JSON under the name of a TOML file", "内容是 JSON，文件名却是 TOML"),
            say!("rename the file so that it ends in `.json`", "把文件名改为以 `.json` 结尾"),
        ),
        Kind::TomlNamedJson => (
            Code::JsonSyntax,
            say!("this is TOML under the name of a JSON file", "内容是 TOML，文件名却是 JSON"),
            say!("rename the file so that it ends in `.toml`", "把文件名改为以 `.toml` 结尾"),
        ),
        Kind::JsonLines(n) => (
            Code::JsonSyntax,
            say!(
                "this is JSON Lines with {n} documents; a manifest holds one filing",
                "这是含 {n} 份文档的 JSON Lines；一个清单只含一份备案"
            ),
            say!(
                "write each into a file of its own that ends in `.json`, then `filingc check FOLDER`",
                "每份各写成一个 `.json` 文件，再运行 `filingc check 文件夹`"
            ),
        ),
        Kind::JsonList(n) => (
            Code::WrongType,
            say!("this is a list of {n}; a manifest is one filing", "这是含 {n} 项的列表；一个清单只含一份备案"),
            say!("write each into a file of its own, then `filingc check FOLDER`", "每份各写成一个文件，再运行 `filingc check 文件夹`"),
        ),
        Kind::Rules => (
            Code::TomlSyntax,
            say!("this is a rule file, no manifest", "这是规则文件，不是清单"),
            say!("check rules with `filingc lint` and `filingc test`", "用 `filingc lint` 与 `filingc test` 检查规则"),
        ),
        Kind::Words => {
            (Code::TomlSyntax, say!("this is plain text; a manifest is TOML or JSON", "这是普通文本；清单须为 TOML 或 JSON"), begin())
        }
        Kind::OtherDocument => (
            Code::UnknownKey,
            say!("this is no manifest: it has none of the tables of a filing", "这不是清单：其中没有任何备案的表"),
            say!(
                "name the manifest itself, or begin one with `filingc init -o filing.toml`",
                "请指明清单文件，或用 `filingc init -o filing.toml` 新建"
            ),
        ),
    };
    Diagnostic::new(code, message).primary(span, say!("it begins here", "从这里开始")).help(help)
}

/// Bytes that are known not to be a text.
#[cold]
pub(super) fn no_text(name: &str, kind: Words) -> Diagnostic {
    let (en, zh) = kind;
    Diagnostic::new(Code::NotUtf8, say!("`{name}` is no text but {en}", "`{name}` 不是文本，而是{zh}")).arg("path", name).help(say!(
        "begin a manifest with `filingc init -o filing.toml` and copy the facts into it",
        "用 `filingc init -o filing.toml` 新建清单，再填入其中的信息"
    ))
}

#[cold]
pub(super) fn more_broken_lines(span: Span, n: usize) -> Diagnostic {
    let lines = if n == 1 { "1 more line".to_owned() } else { format!("{n} more lines") };
    Diagnostic::new(Code::TomlSyntax, say!("{lines} of TOML that cannot be read", "另有 {n} 行 TOML 语法错误"))
        .primary(span, say!("the last of them", "其中最后一行"))
        .help(say!(
            "mend the lines named above first: one fault often breaks the lines after it",
            "先修正以上各行：一处错误常使后面的行也无法读取"
        ))
}

#[cold]
pub(super) fn json_syntax(span: Span, message: Bilingual) -> Diagnostic {
    let (en, zh) = (&message.en, &message.zh);
    Diagnostic::new(Code::JsonSyntax, say!("JSON that cannot be read: {en}", "JSON 无法读取：{zh}")).primary(span, say!("here", "此处"))
}

#[cold]
pub(super) fn duplicate_key(span: Span, first: Option<Span>, name: &str) -> Diagnostic {
    let d = Diagnostic::new(Code::DuplicateKey, say!("`{name}` is given twice", "`{name}` 重复"))
        .primary(span, say!("given again here", "此处重复"))
        .arg("key", name);
    match first {
        Some(first) => d.secondary(first, say!("first given here", "首次出现在这里")),
        None => d,
    }
}

#[cold]
pub(super) fn hidden_character(span: Span, c: char, (en, zh): Words, n_more: usize) -> Diagnostic {
    let code = format!("U+{:04X}", u32::from(c));
    let d = Diagnostic::new(Code::HiddenCharacter, say!("hidden character {code}, {en}", "看不见的字符 {code}（{zh}）"))
        .primary(span, Bilingual::new(format!("{en} in here"), format!("此处有{zh}")))
        .help(say!("remove it", "删除该字符"))
        .arg("character", code);
    match n_more {
        0 => d,
        1 => d.note(say!("1 more follows", "其后还有 1 个")),
        n => d.note(say!("{n} more follow", "其后还有 {n} 个")),
    }
}

#[cold]
pub(super) fn bare_chinese_key(span: Span, key: &str) -> Diagnostic {
    Diagnostic::new(
        Code::BareChineseKey,
        say!("`{key}` needs quotes: TOML has no bare Chinese keys", "`{key}` 须加引号：TOML 不允许裸写中文键"),
    )
    .primary(span, say!("written without quotes", "未加引号"))
    .fix(say!("write `\"{key}\"`", "写作 `\"{key}\"`"), span, format!("\"{key}\""), Applicability::Safe)
}

#[cold]
pub(super) fn toml_version(span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::TomlVersion,
        say!("a time without seconds is TOML 1.1: older programs refuse it", "省略秒的时间是 TOML 1.1 写法，旧版程序不接受"),
    )
    .primary(span, say!("add the seconds", "请补上秒"))
}

#[cold]
pub(super) fn unknown_key(
    span: Span,
    name: &str,
    record: &str,
    near: Option<&str>,
    elsewhere: Option<&str>,
    known: Bilingual,
) -> Diagnostic {
    let d = Diagnostic::new(Code::UnknownKey, say!("unknown key `{name}` in `{record}`", "`{record}` 中有未知键 `{name}`"))
        .primary(span, say!("no field of this name", "没有该字段"))
        .note(known)
        .arg("key", name)
        .suggest(span, near);
    match (near, elsewhere) {
        (None, Some(path)) => d.help(say!("`{name}` is a field of `{path}`", "`{name}` 是 `{path}` 的字段")),
        _ => d,
    }
}

#[cold]
pub(super) fn wrong_type(span: Span, path: &str, expected: Words, found: Words) -> Diagnostic {
    let message = Bilingual::new(
        format!("`{path}`: expected {}, found {}", expected.0, found.0),
        chinese(&[&format!("`{path}`：应为"), expected.1, "，实为", found.1]),
    );
    Diagnostic::new(Code::WrongType, message)
        .primary(span, Bilingual::new(format!("this is {}", found.0), chinese(&["此处为", found.1])))
        .arg("field", path)
}

#[cold]
pub(super) fn bad_date(span: Span, path: &str, text: &str) -> Diagnostic {
    Diagnostic::new(Code::InvalidValue, say!("`{path}`: `{text}` is no date", "`{path}`：`{text}` 不是有效日期"))
        .primary(span, say!("expected a date of the calendar, written YYYY-MM-DD", "应为日历上存在的日期，写作 YYYY-MM-DD"))
        .arg("field", path)
}

#[cold]
pub(super) fn invalid(span: Span, path: &str, what: &Bilingual, message: &Bilingual) -> Diagnostic {
    let text = Bilingual::new(
        format!("`{path}` is no valid {}: {}", what.en, message.en),
        chinese(&[&format!("`{path}` 不是有效的"), &what.zh, "：", &message.zh]),
    );
    Diagnostic::new(Code::InvalidValue, text).primary(span, message.clone()).arg("field", path)
}

#[cold]
pub(super) fn suspicious(span: Span, path: &str, message: &Bilingual) -> Diagnostic {
    let text = Bilingual::new(format!("`{path}` is probably wrong: {}", message.en), format!("`{path}` 可疑：{}", message.zh));
    Diagnostic::new(Code::SuspiciousValue, text).primary(span, message.clone()).arg("field", path)
}

#[cold]
pub(super) fn normalised(span: Span, path: &str, value: &str, fixable: bool) -> Diagnostic {
    let d = Diagnostic::new(Code::NormalisedValue, say!("`{path}` is read as `{value}`", "`{path}` 按 `{value}` 处理"))
        .primary(span, say!("written differently", "写法不同"))
        .arg("field", path);
    if fixable { d.fix(say!("write `{value}`", "改写为 `{value}`"), span, format!("\"{value}\""), Applicability::Safe) } else { d }
}

#[cold]
pub(super) fn pattern_mismatch(span: Span, path: &str, name: &str, demand: &str) -> Diagnostic {
    Diagnostic::new(Code::InvalidValue, say!("`{path}` is no `{name}`", "`{path}` 不符合 `{name}`"))
        .primary(span, say!("expected {demand}", "应为 {demand}"))
        .arg("field", path)
}

#[cold]
pub(super) fn unknown_enum_value(span: Span, path: &str, value: &str, choices: Bilingual, near: Option<&str>) -> Diagnostic {
    let d = Diagnostic::new(
        Code::UnknownEnumValue,
        say!("`{value}` is not among the choices of `{path}`", "`{value}` 不在 `{path}` 的可选范围内"),
    )
    .primary(span, say!("not a choice", "不是可选值"))
    .note(choices)
    .arg("field", path);
    match near {
        Some(near) => d.fix(say!("did you mean `{near}`?", "是否想写 `{near}`？"), span, format!("\"{near}\""), Applicability::Suggestion),
        None => d,
    }
}

/// The choices of a field with their titles: all of them, or the first and how to list the rest.
pub(super) fn choices(shape: &EnumShape) -> Bilingual {
    let list = |zh: bool| {
        let one = |v: &EnumValueShape| match if zh { &v.title.zh } else { &v.title.en } {
            title if title.is_empty() || *title == v.name => format!("`{}`", v.name),
            title if zh => format!("`{}`（{title}）", v.name),
            title => format!("`{}` ({title})", v.name),
        };
        let shown: Vec<String> = shape.values.iter().take(MAX_CHOICES).map(one).collect();
        (shape.values.len() - shown.len(), shown.join(if zh { "、" } else { ", " }))
    };
    let ((more, en), (_, zh)) = (list(false), list(true));
    match more {
        0 => say!("the choices are {en}", "可选值有 {zh}"),
        n => say!("the choices are {en} and {n} more, listed by `filingc schema`", "可选值有 {zh}，另有 {n} 个，见 `filingc schema`"),
    }
}

/// Most choices that a message lists.
const MAX_CHOICES: usize = 40;

/// The keys of a record.
pub(super) fn keys(names: &[(&str, &str)]) -> Bilingual {
    let one = |zh: bool, (name, title): &(&str, &str)| {
        if zh && !title.is_empty() { format!("`{name}`（{title}）") } else { format!("`{name}`") }
    };
    let list = |zh: bool| names.iter().take(MAX_CHOICES).map(|n| one(zh, n)).collect::<Vec<_>>().join(if zh { "、" } else { ", " });
    let (en, zh) = (list(false), list(true));
    match names.len().saturating_sub(MAX_CHOICES) {
        0 => say!("the keys here are {en}", "此处的键有 {zh}"),
        n => say!("the keys here are {en} and {n} more, listed by `filingc schema`", "此处的键有 {zh}，另有 {n} 个，见 `filingc schema`"),
    }
}

#[cold]
pub(super) fn unlisted_value(span: Span, path: &str, value: &str, differs: bool) -> Diagnostic {
    let message = if differs {
        say!("`{value}` is not listed for `{path}`: rules treat it as another value", "`{path}` 未列出 `{value}`：规则将其视为其他值")
    } else {
        say!("`{value}` is not listed for `{path}`: nothing is known of it", "`{path}` 未列出 `{value}`：无法判断其属于哪一类")
    };
    let severity = if differs { Severity::Note } else { Severity::Warning };
    Diagnostic::with_code(Code::UnlistedValue.into(), severity, message).arg("field", path).primary(span, say!("not listed", "未列出"))
}

#[cold]
pub(super) fn blank_value(span: Span) -> Diagnostic {
    Diagnostic::new(Code::BlankValue, say!("a value that says nothing counts as not stated", "没有内容的值视为未填写"))
        .primary(span, say!("nothing is stated here", "此处没有内容"))
        .help(say!("state it, or leave the line out", "填写内容，或删去此行"))
}

#[cold]
pub(super) fn not_declarable(span: Span, path: &str) -> Diagnostic {
    Diagnostic::new(Code::NotDeclarable, say!("`{path}` cannot be \"none\"", "`{path}` 不能写 \"none\""))
        .primary(span, say!("every filing has one", "每份备案都应有该项"))
        .arg("field", path)
}

#[cold]
pub(super) fn missing_item_key(span: Span, list: &str, key: &str) -> Diagnostic {
    Diagnostic::new(Code::MissingItemKey, say!("an item of `{list}` lacks its `{key}`", "`{list}` 中有一项缺少 `{key}`"))
        .primary(span, say!("this item", "该项"))
        .help(say!("add `{key} = \"…\"`", "添加 `{key} = \"…\"`"))
}

#[cold]
pub(super) fn duplicate_item(span: Span, first: Span, list: &str, key: &str) -> Diagnostic {
    Diagnostic::new(Code::DuplicateItem, say!("`{list}` has two items `{key}`", "`{list}` 中有两项 `{key}`"))
        .primary(span, say!("again here", "此处重复"))
        .secondary(first, say!("first here", "首次出现在这里"))
}

/// A record that nobody can find.
#[cold]
pub(super) fn record_about_nothing(span: Span, named: &[&str]) -> Diagnostic {
    let list = named.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>();
    let (en, zh) = (list.join(", "), list.join("、"));
    Diagnostic::new(Code::UnknownRecord, say!("the record does not say what it is about", "查询记录未写明对象"))
        .primary(span, say!("this record", "该记录"))
        .help(say!("name a domain, an entity or a number in one of {en}", "用下列任一字段写明域名、主体或号码：{zh}"))
}

/// What stands at a place, as a message quotes it.
fn written(span: Span, sources: &SourceMap) -> String {
    quoted(sources.slice(span).trim_matches(['"', '\''])).into_owned()
}

/// What a filing states, and what a register says.
#[cold]
pub(super) fn record_differs(path: &str, stated: Span, found: Span, sources: &SourceMap) -> Diagnostic {
    let (here, there) = (written(stated, sources), written(found, sources));
    Diagnostic::new(
        Code::RecordDiffers,
        say!("`{path}` is stated as `{here}`, and the look-up says `{there}`", "`{path}` 填写为 `{here}`，而查询结果为 `{there}`"),
    )
    .primary(stated, say!("stated here", "此处填写"))
    .secondary(found, say!("the look-up says this", "查询结果"))
    .help(say!("state what the register has, or look it up again", "按登记内容填写，或重新查询"))
    .arg("path", path)
}

/// What two records say.
#[cold]
pub(super) fn records_differ(path: &str, first: Span, second: Span, sources: &SourceMap) -> Diagnostic {
    let (here, there) = (written(first, sources), written(second, sources));
    let message = say!(
        "two look-ups of `{path}` say `{here}` and `{there}`: neither is used",
        "`{path}` 的两条查询结果分别为 `{here}` 和 `{there}`：均不采用"
    );
    Diagnostic::with_code(Code::RecordDiffers.into(), Severity::Warning, message)
        .primary(second, say!("one look-up", "一条查询结果"))
        .secondary(first, say!("another look-up", "另一条查询结果"))
        .help(say!("look it up again and leave the older record out", "重新查询，并删去较旧的记录"))
        .arg("path", path)
}

/// A line of a stream that is no text.
#[cold]
pub(super) fn line_not_utf8() -> Diagnostic {
    Diagnostic::new(Code::NotUtf8, say!("the line is not UTF-8", "该行不是 UTF-8 编码"))
}

/// A line of a stream with a character that no text has.
#[cold]
pub(super) fn nul_in_line() -> Diagnostic {
    Diagnostic::new(Code::NotUtf8, say!("the line holds the character NUL", "该行含有 NUL 字符"))
}

/// A line of a stream that is not taken.
#[cold]
pub(super) fn line_too_long(n: u64, most: usize) -> Diagnostic {
    let most = most / 1024 / 1024;
    Diagnostic::new(Code::TooLarge, say!("the line has {n} bytes, more than {most} MiB", "该行有 {n} 字节，超过 {most} MiB"))
}
