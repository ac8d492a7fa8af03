//! Times and limits in words.

use super::{Bound, Plan, Range, Why};
use crate::diagnostic::{Bilingual, Language, say};
use crate::hir::Length;

fn unit(n: i64, length: Length) -> Bilingual {
    let (en, zh) = match length {
        Length::Business(_) => ("business day", "个工作日"),
        Length::Calendar(d) if d.months > 0 && d.months % 12 == 0 && i64::from(d.months) == n => {
            let years = n / 12;
            let s = if years == 1 { "" } else { "s" };
            return Bilingual::new(format!("{years} year{s}"), format!("{years} 年"));
        }
        Length::Calendar(d) if d.months > 0 => ("month", "个月"),
        Length::Calendar(d) if d.days > 0 || d.hours == 0 => ("day", "日"),
        Length::Calendar(_) => ("hour", "小时"),
    };
    let s = if n == 1 { "" } else { "s" };
    Bilingual::new(format!("{n} {en}{s}"), format!("{n} {zh}"))
}

/// The count of a length in its own unit.
pub(super) fn count(length: Length) -> i64 {
    match length {
        Length::Business(n) => i64::from(n),
        Length::Calendar(d) => i64::from(d.months.max(d.days).max(d.hours)),
    }
}

/// `20 business days`.
pub(super) fn length(length: Length) -> Bilingual {
    unit(count(length), length)
}

/// `1 to 20 business days`.
pub(super) fn takes(least: i64, most: Length) -> Bilingual {
    let n = count(most);
    let whole = unit(n, most);
    match least {
        _ if least == n => whole,
        0 => Bilingual::new(format!("up to {}", whole.en), format!("至多 {}", whole.zh)),
        _ => Bilingual::new(format!("{least} to {}", whole.en), format!("{least}～{}", whole.zh)),
    }
}

/// Why a day is not known.
pub(super) fn why(plan: &Plan, why: Why) -> Bilingual {
    match why {
        Why::Calendar { year, .. } => say!("the calendar of {year} is not announced", "{year} 年放假安排尚未公布"),
        Why::Overdue(step) => {
            let step = &plan.steps[step];
            let since = step.overdue_since.map_or(String::new(), |d| d.to_string());
            say!("`{}` should have ended by {since}", "`{}` 应于 {since} 前完成", step.id)
        }
        Why::NotStated(step) => say!("the day of `{}` is not stated", "未填写 `{}` 的日期", plan.steps[step].id),
        Why::NotBegun => say!("not begun", "尚未起算"),
    }
}

/// `2026-03-04`, `2026-03-04 .. 2026-03-09`, `2026-12-30 .. 2027-01-06 or later`, or `?`.
pub(super) fn range(range: &Range, language: Language) -> String {
    let zh = language == Language::Zh;
    let later = if zh { " 或更晚" } else { " or later" };
    match (range.earliest, range.latest) {
        (Bound::On(a), Bound::On(b)) if a == b => a.to_string(),
        // A count that leaves the announced calendars ends no sooner than on a day.
        (a, b @ Bound::Unknown(Why::Calendar { not_before: Some(end), .. })) => match a.not_before() {
            Some(start) if start != end => format!("{start} .. {end}{later}"),
            _ if a == b || a.not_before() == Some(end) => format!("{end}{later}"),
            _ => format!("? .. {end}{later}"),
        },
        (Bound::On(a), Bound::On(b)) => format!("{a} .. {b}"),
        (Bound::On(a), Bound::Unknown(_)) => format!("{a} .. ?"),
        (Bound::Unknown(_), Bound::On(b)) => format!("? .. {b}"),
        _ => if zh { "未知" } else { "unknown" }.to_owned(),
    }
}

/// `12 days left`, `today`, `11 days over`.
pub(super) fn days_left(days: i64, more: bool, language: Language) -> String {
    let zh = language == Language::Zh;
    let s = if days.abs() == 1 { "" } else { "s" };
    match (days, zh) {
        (0, false) => if more { "today or later" } else { "today" }.to_owned(),
        (0, true) => if more { "今日或更晚" } else { "今日" }.to_owned(),
        (d, false) if d < 0 => format!("{} day{s} over", -d),
        (d, true) if d < 0 => format!("已过 {} 日", -d),
        (d, false) => format!("{d} day{s} left{}", if more { " or more" } else { "" }),
        (d, true) => format!("剩 {d} 日{}", if more { "以上" } else { "" }),
    }
}

/// `11 days late`; 0 is later on the same day, or before a whole day is over.
pub(super) fn late(days: i64, language: Language) -> String {
    match (days, language) {
        (0, Language::En) => "less than a day late".to_owned(),
        (1, Language::En) => "1 day late".to_owned(),
        (n, Language::En) => format!("{n} days late"),
        (0, Language::Zh) => "逾期不足 1 日".to_owned(),
        (n, Language::Zh) => format!("逾期 {n} 日"),
    }
}
