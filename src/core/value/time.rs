//! Days, times and durations as texts: the one reader of each.

use super::{Date, DateTime, Duration};
use jiff::civil::Time;

/// Minutes that the clock of mainland China is ahead of UTC, all year.
const CHINA_MINUTES: i64 = 480;

/// Reads `YYYY-MM-DD` and nothing else.
pub fn parse_date(text: &str) -> Option<Date> {
    let (year, rest) = digits(text, 4)?;
    let (month, rest) = digits(rest.strip_prefix('-')?, 2)?;
    let (day, rest) = digits(rest.strip_prefix('-')?, 2)?;
    rest.is_empty().then(|| Date::new(year as i16, month as i8, day as i8).ok()).flatten()
}

/// Reads a day with a time of day, `2026-11-23T10:00:00`, and nothing else.
///
/// A blank may stand for the `T`. Seconds may be left out, and may have up to nine decimals. An offset (`Z`, `+08:00`) may follow: the time is
/// then moved to the clock of mainland China.
pub fn parse_datetime(text: &str) -> Option<DateTime> {
    let date = parse_date(text.get(..10)?)?;
    let rest = text[10..].strip_prefix(['T', ' '])?;
    let (hour, rest) = digits(rest, 2)?;
    let (minute, mut rest) = digits(rest.strip_prefix(':')?, 2)?;
    let (mut second, mut nanosecond) = (0, 0);
    if let Some(after) = rest.strip_prefix(':') {
        (second, rest) = digits(after, 2)?;
        if let Some(after) = rest.strip_prefix('.') {
            let n = after.bytes().take_while(u8::is_ascii_digit).count();
            nanosecond = digits(after, n).filter(|_| (1..=9).contains(&n))?.0 * 10u32.pow(9 - n as u32);
            rest = &after[n..];
        }
    }
    let at = datetime(date, hour as i8, minute as i8, second as i8, nanosecond as i32)?;
    if rest.is_empty() { Some(at) } else { in_china(at, offset(rest)?) }
}

/// A day with a time of day; the 60th second, which is there once in years, counts as the 59th.
pub fn datetime(date: Date, hour: i8, minute: i8, second: i8, nanosecond: i32) -> Option<DateTime> {
    let second = if second == 60 { 59 } else { second };
    Time::new(hour, minute, second, nanosecond).ok().map(|time| DateTime::from_parts(date, time))
}

/// A time on a clock that is `minutes` ahead of UTC, on the clock of mainland China; `None` beyond the years a date can hold.
pub fn in_china(at: DateTime, minutes: i64) -> Option<DateTime> {
    at.checked_add(jiff::Span::new().try_minutes(CHINA_MINUTES - minutes).ok()?).ok()
}

/// Minutes ahead of UTC: `Z`, `+08:00`.
fn offset(text: &str) -> Option<i64> {
    if matches!(text, "Z" | "z") {
        return Some(0);
    }
    let (sign, rest) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text.strip_prefix('+')?),
    };
    let (hours, rest) = digits(rest, 2)?;
    let (minutes, rest) = digits(rest.strip_prefix(':')?, 2)?;
    (rest.is_empty() && hours < 24 && minutes < 60).then(|| sign * i64::from(hours * 60 + minutes))
}

/// Reads a duration as rules and manifests write it: `3 months`.
pub fn parse_duration(text: &str) -> Option<Duration> {
    let (count, unit) = text.split_once(' ')?;
    if !count.trim_start_matches('-').bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let count: i32 = count.parse().ok()?;
    let mut duration = Duration::default();
    match unit {
        "day" | "days" => duration.days = count,
        "month" | "months" => duration.months = count,
        "year" | "years" => duration.months = count.checked_mul(12)?,
        "hour" | "hours" => duration.hours = count,
        _ => return None,
    }
    Some(duration)
}

/// The value of the first `n` characters, at most nine ASCII digits, and what follows them.
fn digits(text: &str, n: usize) -> Option<(u32, &str)> {
    let (head, rest) = (text.get(..n)?, text.get(n..)?);
    let value = head.bytes().try_fold(0u32, |all, b| b.is_ascii_digit().then(|| all * 10 + u32::from(b - b'0')))?;
    Some((value, rest))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(text: &str, expected: Option<&str>) {
        assert_eq!(parse_datetime(text).map(|d| d.to_string()).as_deref(), expected, "{text}");
    }

    #[test]
    fn times_are_read_whole_or_not_at_all() {
        check("2026-01-01T07:00:00", Some("2026-01-01T07:00:00"));
        check("2026-01-01 07:00", Some("2026-01-01T07:00:00"));
        check("2026-01-01T07:00:00Z", Some("2026-01-01T15:00:00"));
        check("2026-01-01T07:00+05:30", Some("2026-01-01T09:30:00"));
        check("2026-01-01T07:00:10.25", Some("2026-01-01T07:00:10.25"));
        check("2026-12-31T23:59:60", Some("2026-12-31T23:59:59"));
        for text in [
            "2026-01-01T07:00:00Z08:00",
            "2026-01-01T07:00:10.oops",
            "2026-01-01T07:00:10.",
            "2026-01-01T07:00:10.1234567890",
            "2026-01-01T07:00:00+8:00",
            "2026-01-01T07:00:00+08:00Z",
            "2026-01-01T07:00:00 +08:00",
            "2026-01-01T07:00:00+24:00",
            "2026-01-01T07:00:00+08:60",
            "2026-01-01T+7:00",
            "2026-01-01T7:00",
            "2026-01-01T24:00",
            "2026-01-01T07:60",
            "2026-01-01T07:00:61",
            "2026-01-01T07",
            "2026-01-01T07:00:00:00",
            "2026-01-01  07:00",
            "2026-02-30T07:00",
            "2026-01-01",
            "２026-01-01T07:00",
            "",
        ] {
            check(text, None);
        }
    }

    #[test]
    fn durations_have_a_count_and_a_unit() {
        assert_eq!(parse_duration("1 year"), Some(Duration { months: 12, ..Duration::default() }));
        assert_eq!(parse_duration("-2 days"), Some(Duration { days: -2, ..Duration::default() }));
        for text in ["3", "3 dayss", "+3 days", "3  days", "-- days", "3 weeks", "99999999999 days"] {
            assert_eq!(parse_duration(text), None, "{text}");
        }
    }

    prop_compose! {
        fn any_time()(year in 1i16..=9998, month in 1i8..=12, day in 1i8..=28, hour in 0i8..24, minute in 0i8..60, second in 0i8..60, nano in 0i32..1_000_000_000) -> DateTime {
            DateTime::new(year, month, day, hour, minute, second, nano).expect("a time")
        }
    }

    proptest! {
        #[test]
        fn what_is_printed_is_read(at in any_time(), offset in -1439i64..1440) {
            prop_assert_eq!(parse_datetime(&at.to_string()), Some(at));
            prop_assert_eq!(parse_date(&at.date().to_string()), Some(at.date()));
            let sign = if offset < 0 { '-' } else { '+' };
            let text = format!("{at}{sign}{:02}:{:02}", offset.abs() / 60, offset.abs() % 60);
            prop_assert_eq!(parse_datetime(&text), in_china(at, offset));
        }

        #[test]
        fn what_is_read_has_nothing_beside_it(text in "2026-0[1-3]-[0-3][0-9][T ][0-2][0-9]:[0-6][0-9](:[0-6][0-9](\\.[0-9a-z]{0,3})?)?[Zz+:0-9 -]{0,7}") {
            if parse_datetime(&text).is_some() {
                for more in ["0", "Z", " ", ":00", "x"] {
                    let longer = format!("{text}{more}");
                    // Only a further decimal or an offset may follow.
                    let may_follow = more == "Z" && !text.ends_with(['Z', 'z']) && !text[19.min(text.len())..].contains(['+', '-'])
                        || more == "0" && text.contains('.') || more == ":00" && text.len() == 16;
                    prop_assert!(may_follow || parse_datetime(&longer).is_none(), "{}", longer);
                }
            }
        }

        #[test]
        fn any_text_is_answered(text in "\\PC{0,40}") {
            let _ = (parse_date(&text), parse_datetime(&text), parse_duration(&text));
        }
    }
}
