//! Right forms that are computed from what is written: dates, lengths of time, amounts.

use crate::value::parse_date;

/// The groups of a pattern that took part, in order.
pub(super) type Groups<'t> = [&'t str];

fn narrow_digits(text: &str) -> String {
    text.chars()
        .map(|c| if ('\u{ff01}'..='\u{ff5e}').contains(&c) { char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c) } else { c })
        .collect()
}

fn number(text: &str) -> Option<u64> {
    narrow_digits(text).replace(['_', ','], "").parse().ok()
}

fn with_groups(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::new();
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push('_');
        }
        out.push(c);
    }
    out
}

/// A date from year, month and day.
fn date(text: &str) -> Option<String> {
    let parts: Vec<&str> = text.split(|c: char| !c.is_ascii_digit()).filter(|p| !p.is_empty()).collect();
    let [year, month, day] = parts[..] else { return None };
    parse_date(&format!("{year:0>4}-{month:0>2}-{day:0>2}")).map(|d| d.to_string())
}

pub(super) fn day(groups: &Groups<'_>) -> Option<String> {
    date(&groups.join("-"))
}

pub(super) fn range(groups: &Groups<'_>) -> Option<String> {
    let [from, until] = groups[..] else { return None };
    Some(format!("{} .. {}", date(from)?, date(until)?))
}

pub(super) fn from(groups: &Groups<'_>) -> Option<String> {
    Some(format!("{} ..", date(groups.first()?)?))
}

pub(super) fn until(groups: &Groups<'_>) -> Option<String> {
    Some(format!(".. {}", date(groups.first()?)?))
}

pub(super) fn grouped(groups: &Groups<'_>) -> Option<String> {
    let [first, rest] = groups[..] else { return None };
    Some(format!("{first}{}", rest.replace([',', '，'], "_")))
}

pub(super) fn yuan(groups: &Groups<'_>) -> Option<String> {
    let (written, unit) = (groups.first()?, groups.get(1).copied().unwrap_or(""));
    let written = narrow_digits(written).replace(['_', ','], "");
    let mut factor: u64 = 1;
    for c in unit.chars() {
        let by = match c {
            '百' => 100,
            '千' => 1_000,
            '万' => 10_000,
            '亿' => 100_000_000,
            _ => 1,
        };
        factor = factor.checked_mul(by)?;
    }
    let (whole, part) = written.split_once('.').unwrap_or((&written, ""));
    let part = part.trim_end_matches('0');
    let scale = 10u64.checked_pow(part.len().try_into().ok()?)?;
    let all = format!("{whole}{part}").parse::<u64>().ok()?.checked_mul(factor)?;
    let (yuan, rest) = (all / scale, all % scale);
    if rest == 0 {
        return Some(format!("{} CNY", with_groups(yuan)));
    }
    let decimals = format!("{rest:0width$}", width = part.len());
    Some(format!("{}.{} CNY", with_groups(yuan), decimals.trim_end_matches('0')))
}

fn unit_of(written: &str) -> Option<&'static str> {
    Some(match written.to_lowercase().as_str() {
        "天" | "日" | "d" | "day" | "days" => "day",
        "月" | "mo" | "m" | "month" | "months" => "month",
        "年" | "周年" | "y" | "yr" | "yrs" | "year" | "years" => "year",
        "小时" | "h" | "hr" | "hrs" | "hour" | "hours" => "hour",
        "工作日" | "business day" | "business days" => "business day",
        _ => return None,
    })
}

fn counted(n: u64, unit: &str) -> String {
    format!("{n} {unit}{}", if n == 1 { "" } else { "s" })
}

pub(super) fn length(groups: &Groups<'_>) -> Option<String> {
    let [n, unit] = groups[..] else { return None };
    Some(counted(number(n)?, unit_of(unit)?))
}

pub(super) fn business_days(groups: &Groups<'_>) -> Option<String> {
    Some(counted(number(groups.first()?)?, "business day"))
}

pub(super) fn weeks(groups: &Groups<'_>) -> Option<String> {
    Some(counted(number(groups.first()?)?.checked_mul(7)?, "day"))
}

pub(super) fn quarters(groups: &Groups<'_>) -> Option<String> {
    Some(counted(number(groups.first()?)?.checked_mul(3)?, "month"))
}

pub(super) fn words(groups: &Groups<'_>) -> Option<String> {
    const WORDS: &[(&str, u64)] = &[
        ("one", 1),
        ("two", 2),
        ("three", 3),
        ("four", 4),
        ("five", 5),
        ("six", 6),
        ("seven", 7),
        ("eight", 8),
        ("nine", 9),
        ("ten", 10),
        ("twelve", 12),
        ("thirty", 30),
        ("sixty", 60),
        ("ninety", 90),
    ];
    let [n, unit] = groups[..] else { return None };
    let n = WORDS.iter().find(|(w, _)| *w == n)?.1;
    let unit: Vec<&str> = unit.split_whitespace().collect();
    Some(counted(n, unit_of(&unit.join(" "))?))
}

/// A size in KB.
pub(super) fn size(groups: &Groups<'_>) -> Option<String> {
    let [n, unit] = groups[..] else { return None };
    let factor = match unit.to_lowercase().as_str() {
        "kb" | "k" => 1,
        "mb" | "m" => 1024,
        _ => 1024 * 1024,
    };
    let (whole, part) = n.split_once('.').unwrap_or((n, ""));
    let scale = 10u64.checked_pow(part.len().try_into().ok()?)?;
    let all = format!("{whole}{part}").parse::<u64>().ok()?.checked_mul(factor)?;
    (all % scale == 0).then(|| (all / scale).to_string())
}

pub(super) fn narrow(groups: &Groups<'_>) -> Option<String> {
    groups.first().map(|t| narrow_digits(t))
}

/// A number in Chinese characters, up to 999.
fn chinese_number(text: &str) -> Option<u64> {
    if text == "半" {
        return None;
    }
    let (mut sum, mut digit) = (0u64, None);
    for c in text.chars() {
        let value = match c {
            '零' | '〇' => 0,
            '一' | '壹' => 1,
            '二' | '两' | '贰' => 2,
            '三' | '叁' => 3,
            '四' | '肆' => 4,
            '五' | '伍' => 5,
            '六' | '陆' => 6,
            '七' | '柒' => 7,
            '八' | '捌' => 8,
            '九' | '玖' => 9,
            '十' | '拾' => {
                sum += digit.take().unwrap_or(1) * 10;
                continue;
            }
            '百' | '佰' => {
                sum += digit.take()? * 100;
                continue;
            }
            _ => return None,
        };
        digit = Some(value);
    }
    Some(sum + digit.unwrap_or(0)).filter(|n| *n > 0)
}

/// A length of time in Chinese words: `六个月`, `半年`, `十五个工作日`.
pub(super) fn chinese_length(word: &str) -> Option<String> {
    if word == "半年" {
        return Some("6 months".to_owned());
    }
    for (ending, unit, times) in [
        ("工作日", "business day", 1),
        ("小时", "hour", 1),
        ("季度", "month", 3),
        ("星期", "day", 7),
        ("周年", "year", 1),
        ("周", "day", 7),
    ]
    .into_iter()
    .chain([("月", "month", 1), ("年", "year", 1), ("天", "day", 1), ("日", "day", 1)])
    {
        if let Some(n) = word.strip_suffix(ending) {
            return Some(counted(chinese_number(n.strip_suffix('个').unwrap_or(n))? * times, unit));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_lengths_and_days() {
        assert_eq!(yuan(&["100", "万元"]).as_deref(), Some("1_000_000 CNY"));
        assert_eq!(yuan(&["1.5", "亿"]).as_deref(), Some("150_000_000 CNY"));
        assert_eq!(yuan(&["12.50", "元"]).as_deref(), Some("12.5 CNY"));
        assert_eq!(length(&["１５", "天"]).as_deref(), Some("15 days"));
        assert_eq!(day(&["2027", "2", "30"]), None);
        assert_eq!(range(&["2027年1月1日", "2027/12/31"]).as_deref(), Some("2027-01-01 .. 2027-12-31"));
        assert_eq!(chinese_length("六个月").as_deref(), Some("6 months"));
        assert_eq!(chinese_length("二十个工作日").as_deref(), Some("20 business days"));
        assert_eq!(chinese_length("一年").as_deref(), Some("1 year"));
        assert_eq!(chinese_length("三十五天").as_deref(), Some("35 days"));
        assert_eq!(chinese_length("去年"), None);
        assert_eq!(size(&["1.5", "MB"]).as_deref(), Some("1536"));
    }
}
