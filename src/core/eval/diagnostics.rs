//! The words of findings.

use super::{Outcome, Verdict};
use crate::diagnostic::{Bilingual, Code, Diagnostic, chinese, say};
use crate::manifest::{Flaw, Hold};
use crate::source::Span;
use crate::value::{Date, Place};

/// Facts of one table that are not stated.
pub(super) fn missing_facts(table: &str, paths: &[&str], is_looked_up: bool, is_blank: bool) -> Bilingual {
    let n = paths.len();
    let names = |separator: &str| {
        let all: Vec<String> = paths.iter().map(|p| format!("`{}`", p.strip_prefix(&format!("{table}.")).unwrap_or(p))).collect();
        all.join(separator)
    };
    let (list, list_zh) = (names(", "), names("、"));
    match (paths, is_looked_up, is_blank) {
        ([path], true, _) => say!("`{path}` was not looked up", "未查询 `{path}`"),
        ([path], _, true) => say!("`{path}` is empty", "`{path}` 为空"),
        ([path], ..) => say!("`{path}` is not stated", "缺少 `{path}`"),
        (_, true, _) if table.is_empty() => {
            Bilingual::new(format!("{n} facts were not looked up: {list}"), format!("{n} 项信息未查询：{list_zh}"))
        }
        _ if table.is_empty() => Bilingual::new(format!("{n} facts are not stated: {list}"), format!("缺少 {n} 项信息：{list_zh}")),
        (_, true, _) => Bilingual::new(
            format!("{n} facts of `{table}` were not looked up: {list}"),
            format!("`{table}` 有 {n} 项信息未查询：{list_zh}"),
        ),
        _ => Bilingual::new(format!("{n} facts of `{table}` are not stated: {list}"), format!("`{table}` 缺少 {n} 项信息：{list_zh}")),
    }
}

/// Where facts belong.
pub(super) fn belong_here(paths: &[&str]) -> Bilingual {
    match paths {
        [path] => belongs_here(path),
        _ => say!("they belong in here", "应写在这里"),
    }
}

/// Where to look facts up.
pub(super) fn look_up(place: &str, place_zh: &str, names: &[&str]) -> Bilingual {
    let list = names.iter().map(|n| format!("`{n}`")).collect::<Vec<_>>();
    Bilingual::new(
        format!("look up {}: {place}; state what it says", list.join(", ")),
        format!("查询 {}：{place_zh}；照查得的内容填写", list.join("、")),
    )
}

/// Where lines are to be written.
pub(super) fn write_lines(table: &str) -> Bilingual {
    match table {
        "" => say!("add at the top", "在文件开头添加"),
        table if table.starts_with('[') => say!("add the table `{table}`", "添加表 `{table}`"),
        table => say!("add to `{table}`", "在 `{table}` 中添加"),
    }
}

#[cold]
pub(super) fn missing_year(year: i16, earliest: Option<Date>) -> Diagnostic {
    let d = Diagnostic::new(
        Code::CalendarYear,
        say!("the calendar does not cover {year}: business days cannot be counted", "日历未涵盖 {year} 年：无法计算工作日"),
    )
    .note(say!("the official holidays of {year} are not part of the rules yet", "规则尚未收录 {year} 年的法定节假日"))
    .arg("year", year.to_string());
    match earliest {
        Some(day) => d.note(say!("the count ends on {day} at the earliest", "该期限最早于 {day} 届满")),
        None => d,
    }
}

pub(super) fn not_computable() -> Bilingual {
    say!("a value in it is too large to be computed", "其中的数值过大，无法计算")
}

pub(super) fn asked_by(span_of_rule: &str) -> Bilingual {
    say!("asked by {span_of_rule}", "由 {span_of_rule} 要求")
}

pub(super) fn not_met(title: &Bilingual) -> Bilingual {
    Bilingual::new(format!("not met: {}", title.en), format!("不满足：{}", title.get(crate::diagnostic::Language::Zh)))
}

pub(super) fn expected(sign: (&str, &str), right: &Bilingual, left: &Bilingual) -> Bilingual {
    Bilingual::new(format!("expected {}{}, found {}", sign.0, right.en, left.en), chinese(&["应", sign.1, &right.zh, "，实为", &left.zh]))
}

pub(super) fn found(value: &Bilingual) -> Bilingual {
    Bilingual::new(format!("here {}", value.en), chinese(&["此处为", &value.zh]))
}

pub(super) fn belongs_here(path: &str) -> Bilingual {
    say!("`{path}` belongs in here", "`{path}` 应写在这里")
}

pub(super) fn required_by() -> Bilingual {
    say!("required by this rule", "由该规则要求")
}

pub(super) fn confirmed() -> Bilingual {
    say!("asks the same", "要求相同")
}

pub(super) fn base_rule(name: &str) -> Bilingual {
    say!("base rule {name}", "基础规则 {name}")
}

pub(super) fn replaces() -> Bilingual {
    say!("takes its place here", "在本地取代基础规则")
}

pub(super) fn adopts() -> Bilingual {
    say!("adopted here", "本地采用")
}

pub(super) fn sets(name: &str, value: &Bilingual) -> Bilingual {
    Bilingual::new(format!("sets `{name}` to {}", value.en), chinese(&["将 ", &format!("`{name}`"), "设为", &value.zh]))
}

pub(super) fn taken_back(label: &str) -> Bilingual {
    say!("the exception to `{label}`: it does not hold here", "`{label}` 的例外：在此不适用")
}

pub(super) fn excused_unless() -> Bilingual {
    say!("this exception would excuse it", "该例外可豁免")
}

pub(super) fn weak_excuse(id: &str, base: &str) -> Bilingual {
    say!("`{base}` is not met; `{id}` excuses it, but its sources are weak", "未满足 `{base}`；`{id}` 可豁免，但其来源不足")
}

#[cold]
pub(crate) fn no_region(place: &Place, span: Option<Span>) -> Diagnostic {
    let path = place.path();
    let help = match path.rsplit_once('.') {
        Some((table, name)) => {
            say!("state `{name} = \"…\"` under `[{table}]`, or give `--region`", "在 `[{table}]` 中写 `{name} = \"…\"`，或使用 `--region`")
        }
        None => say!("state `{path} = \"…\"`, or give `--region`", "写明 `{path} = \"…\"`，或使用 `--region`"),
    };
    let message = say!("no region: only the national rules were checked", "没有备案地区：只检查了全国规则");
    let d = Diagnostic::new(Code::NoRegion, message).help(help);
    match span {
        Some(span) => d.primary(span, say!("`{path}` belongs in here", "`{path}` 应写在这里")),
        None => d,
    }
}

#[cold]
pub(crate) fn coming(day: &str, name: &str, title: &Bilingual) -> Diagnostic {
    let message = Bilingual::new(
        format!("from {day} on this will be rejected by {name}: {}", title.en),
        format!("自 {day} 起将因 {name} 被驳回：{}", title.get(crate::diagnostic::Language::Zh)),
    );
    Diagnostic::new(Code::ComingRule, message).arg("rule", name).arg("from", day)
}

#[cold]
pub(crate) fn provisional(names: &[String]) -> Diagnostic {
    let list = names.iter().take(6).cloned().collect::<Vec<_>>().join(", ");
    Diagnostic::new(Code::Provisional, say!("the manifest is a draft: the outcome is provisional", "清单为草稿：结论是暂定的"))
        .note(say!("facts still to come may change {list}", "后续补充的信息可能改变 {list}"))
}

/// Why a rule ended as it did, for `--explain-all`.
pub(super) fn because(outcome: Outcome, detail: Bilingual) -> Bilingual {
    match outcome {
        Outcome::Satisfied if detail.en.is_empty() => say!("its demand is met", "要求已满足"),
        Outcome::NotApplicable if detail.en.is_empty() => say!("its condition does not hold", "条件不成立"),
        _ => detail,
    }
}

/// What to do next, by verdict.
pub(super) fn next_step(verdict: Verdict, n_errors: usize, n_missing: usize, misses_region: bool) -> Bilingual {
    match verdict {
        Verdict::Incomplete if n_missing == 0 && misses_region => say!("state the region of the filing", "写明备案地区"),
        Verdict::NotRequired => say!("nothing to file", "无需提交备案"),
        Verdict::Ready => say!("submit the order", "提交备案订单"),
        Verdict::Incomplete if n_missing == 0 => say!("clear up what the messages above do not know", "弄清上述提示中尚不能确定的内容"),
        Verdict::Incomplete if n_missing == 1 => say!("state the missing fact", "补充缺少的 1 项信息"),
        Verdict::Incomplete => say!("state the {n_missing} missing facts", "补充缺少的 {n_missing} 项信息"),
        Verdict::Rejected if n_errors == 1 => say!("mend the error, then check again", "修正 1 处错误后重新检查"),
        Verdict::Rejected => say!("mend the {n_errors} errors, then check again", "修正 {n_errors} 处错误后重新检查"),
    }
}

/// What to do next, where nothing is to be filed and something still warns.
pub(super) fn not_required_but() -> Bilingual {
    say!("nothing to file; see to the warnings above", "无需提交备案；请处理上述警告")
}

/// What to do next, where the manifest as a whole cannot be relied on.
pub(super) fn next_step_of_flaw(flaw: Flaw) -> Bilingual {
    match flaw {
        Flaw::Form => say!("mend the values and names that have faults of form, then check again", "修正格式有误的值和名称后重新检查"),
        Flaw::Partial | Flaw::Unreadable => say!(
            "mend what cannot be read, then check again: only the rest was checked",
            "修正无法读取的部分后重新检查：目前只检查了其余内容"
        ),
    }
}

/// What to do next, where files keep the filing from going further.
pub(super) fn next_step_of_files(hold: Hold) -> Bilingual {
    match hold {
        Hold::Missing => say!("supply the documents that are missing", "补齐缺失的文件"),
        Hold::Damaged => say!("replace the document that cannot be opened", "更换无法打开的文件"),
    }
}
