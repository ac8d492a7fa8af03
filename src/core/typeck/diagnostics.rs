//! What the type checker has to say.

use crate::diagnostic::{Applicability, Bilingual, Code, Diagnostic, chinese, nearest, say};
use crate::source::Span;
use crate::syntax::ast::Name;
use crate::value::{Date, EnumShape, Role};

#[cold]
pub(crate) fn mismatch(span: Span, expected: &Bilingual, found: &Bilingual) -> Diagnostic {
    let (e, f) = (expected, found);
    let message = Bilingual::new(format!("expected {}, found {}", e.en, f.en), chinese(&["应为", &e.zh, "，实为", &f.zh]));
    let label = Bilingual::new(format!("this is {}", f.en), chinese(&["此处为", &f.zh]));
    Diagnostic::new(Code::TypeMismatch, message).primary(span, label)
}

#[cold]
pub(crate) fn units(left: Span, right: Span, l: &Bilingual, r: &Bilingual) -> Diagnostic {
    let message = Bilingual::new(format!("{} and {} do not mix", l.en, r.en), chinese(&[&l.zh, "与", &r.zh, "不能混用"]));
    Diagnostic::new(Code::UnitMismatch, message)
        .primary(right, Bilingual::new(format!("this is {}", r.en), chinese(&["此处为", &r.zh])))
        .secondary(left, Bilingual::new(format!("this is {}", l.en), chinese(&["此处为", &l.zh])))
}

#[cold]
pub(crate) fn not_comparable(left: Span, right: Span, l: &Bilingual, r: &Bilingual) -> Diagnostic {
    let message = Bilingual::new(format!("{} cannot be compared with {}", l.en, r.en), chinese(&[&l.zh, "无法与", &r.zh, "比较"]));
    Diagnostic::new(Code::NotComparable, message)
        .primary(right, Bilingual::new(format!("this is {}", r.en), chinese(&["此处为", &r.zh])))
        .secondary(left, Bilingual::new(format!("this is {}", l.en), chinese(&["此处为", &l.zh])))
}

#[cold]
pub(crate) fn not_a_condition(span: Span, found: &Bilingual) -> Diagnostic {
    Diagnostic::new(
        Code::NotACondition,
        Bilingual::new(format!("expected a condition, found {}", found.en), chinese(&["应为条件，实为", &found.zh])),
    )
    .primary(span, say!("neither true nor false", "没有真假之分"))
}

#[cold]
pub(crate) fn not_a_comparison(span: Span) -> Diagnostic {
    Diagnostic::new(Code::NotACondition, say!("`if given` follows a comparison", "`if given` 须跟在比较之后"))
        .primary(span, say!("no comparison whose left side may be left out", "没有左侧可以省略的比较"))
        .help(say!("write it as in `d.expires_on >= submission_date if given`", "写法如 `d.expires_on >= submission_date if given`"))
}

#[cold]
pub(crate) fn not_a_list(span: Span, found: &Bilingual) -> Diagnostic {
    Diagnostic::new(Code::NotAList, Bilingual::new(format!("expected a list, found {}", found.en), chinese(&["应为列表，实为", &found.zh])))
        .primary(span, say!("not a list of the manifest", "不是清单中的列表"))
}

#[cold]
pub(crate) fn not_a_record(span: Span, name: &str, found: &Bilingual, is_list: bool) -> Diagnostic {
    let message = Bilingual::new(format!("{} has no field `{name}`", found.en), chinese(&[&found.zh, "没有字段", &format!("`{name}`")]));
    let d = Diagnostic::new(Code::NotARecord, message).primary(span, say!("no field of this name here", "此处没有该字段"));
    if is_list {
        d.help(say!(
            "ask about its items with `every`, `some`, `no`, `count` or `for each`",
            "用 `every`、`some`、`no`、`count` 或 `for each` 逐项判断"
        ))
    } else {
        d
    }
}

#[cold]
pub(crate) fn unknown_name(span: Span, name: &str, near: Option<&str>) -> Diagnostic {
    let d = Diagnostic::new(Code::UnknownName, say!("unknown name `{name}`", "未知名称 `{name}`"))
        .primary(span, say!("neither a field, nor a definition, nor a parameter", "既不是字段，也不是定义或参数"))
        .arg("name", name);
    instead(d, span, name, near)
}

/// Adds the right form of a word that people bring from other languages, else the nearest name.
fn instead(d: Diagnostic, span: Span, name: &str, near: Option<&str>) -> Diagnostic {
    let Some(form) = crate::syntax::of_name(name) else { return d.suggest(span, near) };
    let help = Bilingual::new(form.help.0, form.help.1);
    if form.fits { d.fix(help, span, form.right, Applicability::Suggestion) } else { d.help(help) }
}

/// A bare word where a text is due.
#[cold]
pub(crate) fn word_for_text(span: Span, name: &str) -> Diagnostic {
    Diagnostic::new(Code::UnknownName, say!("unknown name `{name}`", "未知名称 `{name}`"))
        .primary(span, say!("a text is compared here, and stands in quotes", "此处应为文本，须加引号"))
        .arg("name", name)
        .fix(say!("write `\"{name}\"`", "写作 `\"{name}\"`"), span, format!("\"{name}\""), Applicability::Suggestion)
}

/// All values of an enum, with what they stand for.
pub(crate) fn values_of(shape: &EnumShape) -> Bilingual {
    let list = |zh: bool| {
        let one = |v: &crate::value::EnumValueShape| match if zh { &v.title.zh } else { &v.title.en } {
            title if title.is_empty() || *title == v.name => format!("`{}`", v.name),
            title if zh => format!("`{}`（{title}）", v.name),
            title => format!("`{}` ({title})", v.name),
        };
        let shown = shape.values.iter().take(MAX_VALUES).map(one).collect::<Vec<_>>();
        let more = shape.values.len() - shown.len();
        let list = shown.join(if zh { "、" } else { ", " });
        match (more, zh) {
            (0, _) => list,
            (n, true) => format!("{list}，另有 {n} 个，见其声明 `enum {}`", shape.name),
            (n, false) => format!("{list} and {n} more, in its declaration `enum {}`", shape.name),
        }
    };
    let (en, zh) = (list(false), list(true));
    say!("the values are {en}", "可用的值有 {zh}")
}

/// Most values that a message lists.
const MAX_VALUES: usize = 40;

#[cold]
pub(crate) fn unknown_definition(span: Span, name: &str, near: Option<&str>) -> Diagnostic {
    Diagnostic::new(Code::UnknownName, say!("unknown definition `{name}`", "未知定义 `{name}`"))
        .primary(span, say!("no base layer defines it", "基础层级没有该定义"))
        .arg("name", name)
        .suggest(span, near)
}

/// A filing type is named where nothing derives one.
#[cold]
pub(crate) fn no_filing_types(span: Span) -> Diagnostic {
    undeclared_role(span, Role::FilingType, "these rules have no filing types", "这些规则没有备案类型")
}

/// A demanded material names no field, and no record holds the documents.
#[cold]
pub(crate) fn no_documents(span: Span) -> Diagnostic {
    undeclared_role(span, Role::Documents, "this material stands in no field of the manifest", "该材料在清单中没有对应字段")
}

fn undeclared_role(span: Span, role: Role, en: &str, zh: &str) -> Diagnostic {
    let expected = role.expected();
    let (role, en_expected, zh_expected) = (role.name(), expected.en, expected.zh);
    Diagnostic::new(Code::UnknownRole, Bilingual::new(en, zh))
        .primary(span, say!("nothing plays the role `{role}`", "没有声明角色 `{role}`"))
        .help(say!("declare `role {role} is …`, naming {en_expected}", "声明 `role {role} is …`，写明{zh_expected}"))
}

#[cold]
pub(crate) fn unknown_value(written: &Name, shape: &EnumShape) -> Diagnostic {
    let (span, name, of) = (written.span, written.text.as_str(), shape.name.as_str());
    let meant = shape.find_loosely(name).map(|v| shape.values[usize::from(v)].name.as_str());
    let titles = shape.values.iter().flat_map(|v| [v.name.as_str(), v.title.zh.as_str()]).filter(|n| !n.is_empty());
    let near = meant.or_else(|| nearest(name, titles));
    let d = Diagnostic::new(Code::UnknownValue, say!("`{of}` has no value `{name}`", "`{of}` 没有值 `{name}`"))
        .primary(span, say!("not a value of `{of}`", "不是 `{of}` 的值"))
        .note(values_of(shape))
        .arg("name", name)
        .arg("enum", of);
    instead(d, span, name, near)
}

#[cold]
pub(crate) fn unknown_function(span: Span, name: &str, near: Option<&str>) -> Diagnostic {
    let d = Diagnostic::new(Code::UnknownFunction, say!("unknown function `{name}`", "未知函数 `{name}`"))
        .primary(span, say!("not a function of the language", "不是语言的函数"))
        .arg("name", name);
    instead(d, span, name, near)
}

#[cold]
pub(crate) fn wrong_arguments(span: Span, name: &str, expected: usize, found: usize) -> Diagnostic {
    Diagnostic::new(
        Code::WrongArguments,
        say!("`{name}` takes {expected} arguments, found {found}", "`{name}` 需要 {expected} 个参数，实为 {found} 个"),
    )
    .primary(span, say!("this call", "此处调用"))
}

#[cold]
pub(crate) fn unknown_format(span: Span, choices: &str) -> Diagnostic {
    Diagnostic::new(Code::WrongArguments, say!("expected the name of a format in quotes", "应为引号中的格式名称"))
        .primary(span, say!("not the name of a format", "不是格式名称"))
        .note(say!("the formats are {choices}", "可用格式有 {choices}"))
}

/// `reads`: where a variable is read, its name, its list; `of`: where a version is declared, its days, the lists it loops over.
#[cold]
pub(crate) fn does_not_fit(name: &str, rule: &str, reads: (Span, &str, String), of: (Span, Bilingual, String)) -> Diagnostic {
    let (span, variable, list) = reads;
    let (version, days, lists) = of;
    let loops = if lists.is_empty() {
        Bilingual::new(format!("{}, loops over nothing", days.en), format!("{}，没有循环", days.zh))
    } else {
        Bilingual::new(format!("{}, loops over {lists}", days.en), format!("{}，循环 {lists}", days.zh))
    };
    Diagnostic::new(
        Code::DoesNotFit,
        say!("`{name}` does not fit a version of `{rule}` that it excuses", "`{name}` 与其所例外的 `{rule}` 的一个版本不符"),
    )
    .primary(span, say!("`{variable}` is an item of `{list}`", "`{variable}` 是 `{list}` 中的一项"))
    .secondary(version, loops)
    .help(say!(
        "limit it with `effective` to the versions it fits, and write another for the rest",
        "用 `effective` 把它限定在相符的版本，其余版本另写一条"
    ))
}

#[cold]
pub(crate) fn excuses_nothing(span: Span, is_waiver: bool, rule: Span) -> Diagnostic {
    let message = if is_waiver {
        say!("waiver that can never apply", "永不适用的豁免")
    } else {
        say!("exception that can never apply", "永不适用的例外")
    };
    Diagnostic::new(Code::UnreachableException, message)
        .primary(span, say!("no version of the rule is in force while it is", "它有效期间规则没有任何有效版本"))
        .secondary(rule, say!("the rule", "该规则"))
}

#[cold]
pub(crate) fn never_holds(span: Span) -> Diagnostic {
    Diagnostic::new(Code::NeverHolds, say!("condition that can never hold", "条件永不成立"))
        .primary(span, say!("no filing can meet all parts of it", "没有备案能同时满足各部分"))
}

#[cold]
pub(crate) fn not_constant(span: Span) -> Diagnostic {
    Diagnostic::new(Code::TypeMismatch, say!("a parameter's value is a constant", "参数的值须为常量"))
        .primary(span, say!("not known before a filing is", "须待清单给出才能确定"))
}

#[cold]
pub(crate) fn sum_too_large(span: Span, ty: &Bilingual) -> Diagnostic {
    Diagnostic::new(Code::BadLiteral, say!("sum of constants that is too large", "常量的运算结果过大")).primary(span, out_of_range(ty))
}

#[cold]
pub(crate) fn number_too_large(span: Span, ty: &Bilingual) -> Diagnostic {
    Diagnostic::new(Code::BadLiteral, say!("number too large", "数字过大")).primary(span, out_of_range(ty))
}

fn out_of_range(ty: &Bilingual) -> Bilingual {
    Bilingual::new(format!("out of the range of {}", ty.en), chinese(&["超出", &ty.zh, "的范围"]))
}

#[cold]
pub(crate) fn uncovered_year(span: Span, year: i16) -> Diagnostic {
    Diagnostic::new(
        Code::CalendarYear,
        say!("the calendar does not cover {year}: business days cannot be counted", "日历未涵盖 {year} 年：无法计算工作日"),
    )
    .primary(span, say!("runs into {year}", "延续到 {year} 年"))
    .arg("year", year.to_string())
}

#[cold]
pub(crate) fn not_showable(span: Span, found: &Bilingual) -> Diagnostic {
    Diagnostic::new(Code::NotShowable, Bilingual::new(format!("a message cannot show {}", found.en), chinese(&["消息无法显示", &found.zh])))
        .primary(span, say!("name one of its fields", "请指明其中的字段"))
}

#[cold]
pub(crate) fn bad_placeholder(span: Span, text: &str) -> Diagnostic {
    Diagnostic::new(Code::NotShowable, say!("`{{{text}}}` names no value", "`{{{text}}}` 不是值的名称"))
        .primary(span, say!("expected a name such as `{{entity.name}}`", "应为名称，如 `{{entity.name}}`"))
        .help(say!("write `{{{{` for a brace as it is", "需要花括号本身时写 `{{{{`"))
}

#[cold]
pub(crate) fn missing_clause(span: Span, what: &str, line: &str) -> Diagnostic {
    Diagnostic::new(Code::MissingClause, say!("`{what}` lacks `{line}`", "`{what}` 缺少 `{line}`"))
        .primary(span, say!("in this declaration", "位于该声明"))
        .help(say!("add a line `{line} …`", "添加一行 `{line} …`"))
}

#[cold]
pub(crate) fn two_versions(first: Span, second: Span, name: &str, day: &str) -> Diagnostic {
    Diagnostic::new(Code::TwoActiveVersions, say!("two versions of `{name}` are in force on {day}", "{day} 有两个 `{name}` 版本同时有效"))
        .primary(second, say!("this version", "该版本"))
        .secondary(first, say!("and this one", "与该版本"))
        .arg("name", name)
        .help(say!("end the older one the day before the newer one begins", "让旧版本在新版本生效前一日终止"))
}

#[cold]
pub(crate) fn version_gap(first: Span, second: Option<Span>, name: &str, from: Date, until: Option<Date>) -> Diagnostic {
    let d = match until {
        Some(until) => Diagnostic::new(
            Code::VersionGap,
            say!("no version of `{name}` is in force from {from} to {until}", "{from} 至 {until} 没有有效的 `{name}` 版本"),
        ),
        None => Diagnostic::new(
            Code::VersionGap,
            say!("no version of `{name}` is in force from {from} on", "自 {from} 起没有有效的 `{name}` 版本"),
        ),
    };
    let d = d.primary(first, say!("this version ends before", "该版本在此之前终止")).arg("name", name);
    let d = match second {
        Some(second) => d.secondary(second, say!("the next one begins after", "下一版本在此之后生效")),
        None => d,
    };
    d.help(say!("write `ends` after the range when nothing follows", "若不再有后续版本，在有效期后写 `ends`"))
}

#[cold]
pub(crate) fn layer_clash(first: Span, second: Span, what: &str, one: &str, other: &str) -> Diagnostic {
    Diagnostic::new(Code::LayerClash, say!("`{one}` and `{other}` both change `{what}`", "`{one}` 与 `{other}` 都修改了 `{what}`"))
        .primary(second, say!("changed here", "此处修改"))
        .secondary(first, say!("and here, in a layer that can apply to the same filing", "另一可同时适用的层级也在此修改"))
        .help(say!("write `over {one}` in the one that goes first", "在优先的一方写 `over {one}`"))
}

#[cold]
pub(crate) fn not_a_year(span: Span, text: &str) -> Diagnostic {
    Diagnostic::new(Code::BadLiteral, say!("`{text}` is no year", "`{text}` 不是年份"))
        .primary(span, say!("expected a year such as `2027`", "应为年份，如 `2027`"))
}

#[cold]
pub(crate) fn not_of_the_year(span: Span, year: i16) -> Diagnostic {
    Diagnostic::new(Code::BadLiteral, say!("days that are not of {year}", "这些日期不属于 {year} 年"))
        .primary(span, say!("not in {year}, nor in the December before", "不在 {year} 年，也不在前一年 12 月"))
        .help(say!("write them in the calendar of their own year", "写入其所属年份的日历"))
}

#[cold]
pub(crate) fn off_and_worked(span: Span, day: Date) -> Diagnostic {
    Diagnostic::new(Code::DuplicateName, say!("{day} is both off and worked", "{day} 既为休息日又为工作日"))
        .primary(span, say!("worked here, off above", "此处为上班，前面为休息"))
        .help(say!("keep it in the list the notice has it in", "按通知只保留在其中一处"))
}

#[cold]
pub(crate) fn without_order(waiver: Span, replacement: Span, what: &str, names: (String, String)) -> Diagnostic {
    let (one, other) = names;
    let message = say!("this layer both waives and replaces `{what}`", "本层级对 `{what}` 既豁免又取代");
    Diagnostic::new(Code::UnorderedChanges, message)
        .primary(waiver, say!("waived here", "此处豁免"))
        .secondary(replacement, say!("replaced here", "此处取代"))
        .help(say!(
            "write `over {one}` in `{other}`, or the other way round, to say which goes first",
            "在 `{other}` 中写 `over {one}`，或反过来，以说明先后"
        ))
}

#[cold]
pub(crate) fn value_asks_values(condition: Span, name: &str, other: &str) -> Diagnostic {
    let message = say!(
        "the condition of a value of `{name}` reads `{other}`, whose value has a condition itself",
        "`{name}` 取值的条件读取了 `{other}`，而后者的取值也带条件"
    );
    Diagnostic::new(Code::Cycle, message)
        .primary(condition, say!("this condition", "该条件"))
        .help(say!("ask about facts of the filing instead", "改为判断备案清单中的事实"))
}

#[cold]
pub(crate) fn unreachable_exception(span: Span, why: Bilingual) -> Diagnostic {
    Diagnostic::new(Code::UnreachableException, say!("exception that can never apply", "永不适用的例外")).primary(span, why)
}

#[cold]
pub(crate) fn table_gap(span: Span, example: &str) -> Diagnostic {
    Diagnostic::new(Code::TableGap, say!("no row of the table applies when {example}", "{example} 时没有适用的行"))
        .primary(span, say!("this table can fall through", "该表有缺口"))
        .help(say!("add a row for it, or `otherwise <value>`", "为其添加一行，或写 `otherwise <值>`"))
}

#[cold]
pub(crate) fn unreachable_row(span: Span) -> Diagnostic {
    Diagnostic::new(Code::UnreachableRow, say!("row that is never reached", "永不到达的行"))
        .primary(span, say!("earlier rows cover every filing it could apply to", "之前的行已涵盖其全部情形"))
}

#[cold]
pub(crate) fn unused_parameter(span: Span, name: &str) -> Diagnostic {
    Diagnostic::new(Code::UnusedParameter, say!("parameter `{name}` is never used", "参数 `{name}` 从未使用"))
        .primary(span, say!("declared here", "声明在这里"))
        .arg("name", name)
}

#[cold]
pub(crate) fn cycle(ring: &[(String, Span)]) -> Diagnostic {
    let names = ring.iter().map(|(n, _)| format!("`{n}`")).collect::<Vec<_>>().join(" → ");
    let first = ring.first().map_or(String::new(), |(n, _)| n.clone());
    let mut d = Diagnostic::new(Code::Cycle, say!("{names} → `{first}` depend on each other", "{names} → `{first}` 循环依赖"));
    for (i, (name, span)) in ring.iter().enumerate() {
        let next = &ring[(i + 1) % ring.len()].0;
        let label = say!("`{name}` depends on `{next}` here", "`{name}` 在此依赖 `{next}`");
        d = if i == 0 { d.primary(*span, label) } else { d.secondary(*span, label) };
    }
    d
}

#[cold]
pub(crate) fn case_without_expectation(span: Span) -> Diagnostic {
    Diagnostic::new(Code::CaseWithoutExpectation, say!("case that expects nothing", "用例没有预期"))
        .primary(span, say!("a case without `expect` cannot fail", "没有 `expect` 的用例不会失败"))
        .help(say!("add a line such as `expect verdict ready`", "添加一行，如 `expect verdict ready`"))
}

#[cold]
pub(crate) fn variable_twice(span: Span, name: &str) -> Diagnostic {
    Diagnostic::new(Code::DuplicateName, say!("`{name}` names two things here", "`{name}` 在此有两种含义"))
        .primary(span, say!("choose another name for this item", "请为列表项另取名称"))
        .arg("name", name)
}

#[cold]
pub(crate) fn unknown_stage(span: Span, name: &str, near: Option<&str>) -> Diagnostic {
    Diagnostic::new(Code::UnknownName, say!("no requirement belongs to the stage `{name}`", "没有规则属于阶段 `{name}`"))
        .primary(span, say!("named here", "写在这里"))
        .arg("name", name)
        .suggest(span, near)
}

#[cold]
pub(crate) fn impossible_deadline(deadline: Span, cause: Span, step: &str, needed: i64, allowed: i64) -> Diagnostic {
    Diagnostic::new(
        Code::ImpossibleDeadline,
        say!(
            "the deadline of `{step}` cannot be kept: the way there takes at least {needed} days, it leaves at most {allowed}",
            "`{step}` 的期限无法满足：所需至少 {needed} 日，期限最多 {allowed} 日"
        ),
    )
    .primary(deadline, say!("leaves at most {allowed} days", "最多 {allowed} 日"))
    .secondary(cause, say!("adds to at least {needed} days", "合计至少 {needed} 日"))
    .help(say!("give the deadline more time, or the steps before it less", "放宽该期限，或缩短之前步骤的用时"))
}
