//! Business days of mainland China.
//!
//! In: the days off and make-up days that the State Council's office announces for a year. Out: business days counted from a date.
//! INVARIANT: a day in a year without a notice is unknown; nothing is ever guessed from the weekday alone.

use std::borrow::Cow;

use jiff::civil::{Date, Weekday, date};

use super::data;

/// Which days are worked, for the years that have a notice.
///
/// **Source:** yearly notices of the General Office of the State Council on public holidays (国务院办公厅关于部分节假日安排的通知), 2023 to 2026,
/// as kept by NateScarlet/holiday-cn, read 2026-11-23.
#[derive(Clone, Debug)]
pub struct Calendar {
    // INVARIANT: each list is sorted and without repetition, so that look-ups can search by halves.
    years: Cow<'static, [i16]>,
    off: Cow<'static, [Date]>,
    work: Cow<'static, [Date]>,
}

static BUILTIN: Calendar =
    Calendar { years: Cow::Borrowed(data::CALENDAR_YEARS), off: Cow::Borrowed(data::DAYS_OFF), work: Cow::Borrowed(data::MAKE_UP_DAYS) };

/// The calendar that comes with the program. Years without a notice, 2027 among them, are not covered.
pub fn builtin() -> &'static Calendar {
    &BUILTIN
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

fn sorted<T: Ord + Clone>(mut list: Vec<T>) -> Cow<'static, [T]> {
    list.sort_unstable();
    list.dedup();
    Cow::Owned(list)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_add(from: Date, n: i32, expected: Result<Date, i16>) {
        assert_eq!(builtin().add_business_days(from, n), expected, "{from} + {n}");
        if let Ok(day) = expected {
            assert_eq!(builtin().business_days_between(from, day), Ok(i64::from(n)), "{from} to {day}");
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
        assert_eq!(builtin().business_days_between(date(2026, 12, 30), date(2029, 1, 1)), Err(2027));
        assert_eq!(builtin().business_days_between(date(2029, 1, 1), date(2026, 12, 30)), Err(2028));
        assert_eq!(builtin().is_business_day(date(2027, 3, 1)), None);
        assert_eq!(builtin().is_business_day(date(2022, 12, 31)), None);
        assert_eq!(builtin().missing_year(date(2026, 3, 1)), None);
    }

    #[test]
    fn has_the_announced_number_of_days() {
        assert_eq!(builtin().covered(), (date(2023, 1, 1), date(2026, 12, 31)));
        for (year, expected) in [(2023, 249), (2024, 251), (2025, 248), (2026, 248)] {
            let mut day = date(year, 1, 1);
            let mut count = 0;
            while day.year() == year {
                count += i32::from(builtin().is_business_day(day) == Some(true));
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
