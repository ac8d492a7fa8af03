//! Business days of mainland China.
//!
//! In: the days off and make-up days that the State Council's office announces for a year, as the `calendar` declarations of a ruleset state
//! them. Out: business days counted from a date.
//! INVARIANT: a day in a year without a notice is unknown; nothing is ever guessed from the weekday alone.

use jiff::civil::{Date, Weekday, date};

/// Which days are worked, for the years that have a notice.
#[derive(Clone, Debug, Default, serde::Serialize, serde::Deserialize)]
pub struct Calendar {
    // INVARIANT: each list is sorted and without repetition, so that look-ups can search by halves.
    years: Vec<i16>,
    off: Vec<Date>,
    work: Vec<Date>,
}

impl Calendar {
    /// A calendar from the years that have a notice, the days off and the make-up working days.
    pub fn new(years: Vec<i16>, off: Vec<Date>, work: Vec<Date>) -> Self {
        Calendar { years: sorted(years), off: sorted(off), work: sorted(work) }
    }

    /// Whether a day is worked; `None` in a year without a notice.
    ///
    /// A make-up day is worked; else Monday to Friday are, unless they are days off.
    pub fn is_business_day(&self, day: Date) -> Option<bool> {
        self.missing_year(day).is_none().then(|| {
            let is_weekday = !matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday);
            self.work.binary_search(&day).is_ok() || is_weekday && self.off.binary_search(&day).is_err()
        })
    }

    /// The year of a day when it has no notice.
    pub fn missing_year(&self, day: Date) -> Option<i16> {
        self.years.binary_search(&day.year()).is_err().then(|| day.year())
    }

    /// The `n`-th business day after `from`, which is not counted itself; before it when `n` is negative; `from` when `n` is 0.
    ///
    /// **Errors**: the year without a notice that the count runs into.
    pub fn add_business_days(&self, from: Date, n: i32) -> Result<Date, i16> {
        let mut day = from;
        let mut left = n.unsigned_abs();
        while left > 0 {
            day = step(day, n > 0)?;
            left -= u32::from(self.worked(day)?);
        }
        Ok(day)
    }

    /// The earliest day that the `n`-th business day after `from` can be, where the count runs into years without a notice: there every day may
    /// turn out to be worked. `None` for a count backwards, or beyond the years a date can hold.
    pub fn earliest(&self, from: Date, n: i32) -> Option<Date> {
        let mut day = from;
        let mut left = u32::try_from(n).ok()?;
        while left > 0 {
            day = day.tomorrow().ok()?;
            left -= u32::from(self.is_business_day(day).unwrap_or(true));
        }
        Some(day)
    }

    /// The years that have a notice, with the days off and the make-up working days.
    pub fn parts(&self) -> (&[i16], &[Date], &[Date]) {
        (&self.years, &self.off, &self.work)
    }

    /// Business days after `a` up to and including `b`; for an earlier `b` the business days before `a` down to and including `b`, negative.
    ///
    /// For every `n`, `business_days_between(a, add_business_days(a, n))` is `n`.
    ///
    /// **Errors**: the first year without a notice on the way from `a` to `b`.
    pub fn business_days_between(&self, a: Date, b: Date) -> Result<i64, i16> {
        let is_forward = a < b;
        let mut day = a;
        let mut count = 0;
        while day != b {
            day = step(day, is_forward)?;
            count += i64::from(self.worked(day)?);
        }
        Ok(if is_forward { count } else { -count })
    }

    /// First and last day of the first unbroken run of years that have a notice; an empty calendar gives an empty range.
    pub fn covered(&self) -> (Date, Date) {
        let Some(&first) = self.years.first() else {
            return (date(1, 1, 2), date(1, 1, 1));
        };
        let last = self.years.windows(2).find(|w| w[1].saturating_sub(w[0]) > 1).map_or(self.years[self.years.len() - 1], |w| w[0]);
        (Date::new(first, 1, 1).unwrap_or(Date::MIN), Date::new(last, 12, 31).unwrap_or(Date::MAX))
    }

    fn worked(&self, day: Date) -> Result<bool, i16> {
        self.is_business_day(day).ok_or(day.year())
    }
}

fn step(day: Date, is_forward: bool) -> Result<Date, i16> {
    let next = if is_forward { day.tomorrow() } else { day.yesterday() };
    next.map_err(|_| day.year())
}

fn sorted<T: Ord>(mut list: Vec<T>) -> Vec<T> {
    list.sort_unstable();
    list.dedup();
    list
}

/// The calendar of the rulebook that comes with the program, for unit tests: read from its text without the compiler.
#[cfg(test)]
pub fn announced() -> Calendar {
    let text = include_str!("../../../regions/national/calendar.filing");
    let (mut years, mut off, mut work) = (Vec::new(), Vec::new(), Vec::new());
    let mut is_off = true;
    for line in text.lines().map(str::trim) {
        let mut words = line.split_whitespace().peekable();
        match words.peek() {
            Some(&"calendar") => years.extend(words.nth(1).and_then(|year| year.parse::<i16>().ok())),
            Some(&"off") => is_off = true,
            Some(&"work") => is_off = false,
            _ => {}
        }
        let mut from = None;
        let mut is_range = false;
        for word in line.split([' ', ',']) {
            match super::parse_date(word) {
                Some(day) if is_range => {
                    let start: Date = from.unwrap_or(day);
                    let all = start.series(jiff::Span::new().days(1)).take_while(|d| *d <= day);
                    (if is_off { &mut off } else { &mut work }).extend(all);
                    is_range = false;
                }
                Some(day) => {
                    (if is_off { &mut off } else { &mut work }).push(day);
                    from = Some(day);
                }
                None => is_range |= word == "..",
            }
        }
    }
    Calendar::new(years, off, work)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_add(from: Date, n: i32, expected: Result<Date, i16>) {
        assert_eq!(announced().add_business_days(from, n), expected, "{from} + {n}");
        if let Ok(day) = expected {
            assert_eq!(announced().business_days_between(from, day), Ok(i64::from(n)), "{from} to {day}");
        }
    }

    #[test]
    fn counts_forward() {
        check_add(date(2026, 2, 13), 1, Ok(date(2026, 2, 14)));
        check_add(date(2026, 2, 13), 2, Ok(date(2026, 2, 24)));
        check_add(date(2026, 9, 18), 1, Ok(date(2026, 9, 20)));
        check_add(date(2026, 9, 30), 3, Ok(date(2026, 10, 10)));
        check_add(date(2025, 1, 24), 3, Ok(date(2025, 2, 5)));
        check_add(date(2023, 9, 28), 2, Ok(date(2023, 10, 8)));
        check_add(date(2026, 11, 23), 20, Ok(date(2026, 12, 21)));
        check_add(date(2026, 12, 30), 1, Ok(date(2026, 12, 31)));
        check_add(date(2026, 10, 3), 0, Ok(date(2026, 10, 3)));
    }

    #[test]
    fn counts_back() {
        check_add(date(2026, 2, 24), -1, Ok(date(2026, 2, 14)));
        check_add(date(2026, 2, 22), -1, Ok(date(2026, 2, 14)));
        check_add(date(2026, 12, 21), -20, Ok(date(2026, 11, 23)));
    }

    #[test]
    fn names_the_missing_year() {
        check_add(date(2026, 12, 30), 2, Err(2027));
        check_add(date(2026, 12, 30), i32::MAX, Err(2027));
        check_add(date(2023, 1, 4), -2, Err(2022));
        check_add(date(2023, 1, 4), i32::MIN, Err(2022));
        check_add(Date::MAX, 1, Err(9999));
        check_add(Date::MIN, -1, Err(-9999));
        assert_eq!(announced().business_days_between(date(2026, 12, 30), date(2029, 1, 1)), Err(2027));
        assert_eq!(announced().business_days_between(date(2029, 1, 1), date(2026, 12, 30)), Err(2028));
        assert_eq!(announced().is_business_day(date(2027, 3, 1)), None);
        assert_eq!(announced().is_business_day(date(2022, 12, 31)), None);
        assert_eq!(announced().missing_year(date(2026, 3, 1)), None);
    }

    #[test]
    fn has_the_announced_number_of_days() {
        assert_eq!(announced().covered(), (date(2023, 1, 1), date(2026, 12, 31)));
        for (year, expected) in [(2023, 249), (2024, 251), (2025, 248), (2026, 248)] {
            let mut day = date(year, 1, 1);
            let mut count = 0;
            while day.year() == year {
                count += i32::from(announced().is_business_day(day) == Some(true));
                day = day.tomorrow().unwrap();
            }
            assert_eq!(count, expected, "{year}");
        }
    }

    #[test]
    fn takes_other_years() {
        let calendar = Calendar::new(vec![2031, 2030, 2030], vec![date(2030, 1, 1)], vec![date(2030, 1, 5)]);
        assert_eq!(calendar.covered(), (date(2030, 1, 1), date(2031, 12, 31)));
        assert_eq!(calendar.add_business_days(date(2030, 1, 1), 4), Ok(date(2030, 1, 5)));
        let empty = Calendar::new(vec![], vec![], vec![]);
        assert!(empty.covered().0 > empty.covered().1);
        assert_eq!(empty.add_business_days(date(2026, 1, 1), 1), Err(2026));
    }
}
