//! The words of findings.

use super::{Outcome, Verdict};
use crate::diagnostic::{Bilingual, Code, Diagnostic, say};
use crate::manifest::Hold;
use crate::source::Span;
use crate::value::Place;

#[cold]
pub(super) fn missing_fact(path: &str, n_rules: usize, is_register: bool) -> Diagnostic {
    let rules = if n_rules == 1 { "1 rule".to_owned() } else { format!("{n_rules} rules") };
    if is_register {
        Diagnostic::new(
            Code::NotLookedUp,
            say!("`{path}` was not looked up: {rules} cannot be decided", "未查询 `{path}`：{n_rules} 条规则无法判定"),
        )
    } else {
        Diagnostic::new(
            Code::MissingFact,
            say!("`{path}` is not stated: {rules} cannot be decided", "缺少 `{path}`：{n_rules} 条规则无法判定"),
        )
    }
    .arg("path", path)
}

#[cold]
pub(super) fn missing_year(year: i16) -> Diagnostic {
    Diagnostic::new(
        Code::CalendarYear,
        say!("the calendar does not cover {year}: business days cannot be counted", "日历未涵盖 {year} 年：无法计算工作日"),
    )
    .note(say!("the official holidays of {year} are not part of the rules yet", "规则尚未收录 {year} 年的法定节假日"))
    .arg("year", year.to_string())
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
    Bilingual::new(format!("expected {}{}, found {}", sign.0, right.en, left.en), format!("应{}{}，实为{}", sign.1, right.zh, left.zh))
}

pub(super) fn found(value: &Bilingual) -> Bilingual {
    Bilingual::new(format!("here {}", value.en), format!("此处为{}", value.zh))
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

pub(super) fn sets(name: &str, value: &Bilingual) -> Bilingual {
    Bilingual::new(format!("sets `{name}` to {}", value.en), format!("将 `{name}` 设为 {}", value.zh))
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
        Verdict::Incomplete if n_missing == 0 => say!("check by hand what could not be computed", "人工核对无法计算的项目"),
        Verdict::Incomplete if n_missing == 1 => say!("state the missing fact", "补充缺少的 1 项信息"),
        Verdict::Incomplete => say!("state the {n_missing} missing facts", "补充缺少的 {n_missing} 项信息"),
        Verdict::Rejected if n_errors == 1 => say!("mend the error, then check again", "修正 1 处错误后重新检查"),
        Verdict::Rejected => say!("mend the {n_errors} errors, then check again", "修正 {n_errors} 处错误后重新检查"),
    }
}

/// What to do next, where files keep the filing from going further.
pub(super) fn next_step_of_files(hold: Hold) -> Bilingual {
    match hold {
        Hold::Missing => say!("supply the documents that are missing", "补齐缺失的文件"),
        Hold::Damaged => say!("replace the document that cannot be opened", "更换无法打开的文件"),
    }
}
