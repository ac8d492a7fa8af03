//! Days of steps, on numbers alone.

use super::schedule::{Task, add, critical, forward, slack};
use super::{Bound, Range, Why};
use crate::hir::Length;
use crate::value::calendar::announced;
use crate::value::{Date, Duration};
use jiff::civil::date;

const MONTHS: fn(i32) -> Length = |n| Length::Calendar(Duration { months: n, ..ZERO });
const DAYS: fn(i32) -> Length = |n| Length::Calendar(Duration { days: n, ..ZERO });
const ZERO: Duration = Duration { months: 0, days: 0, hours: 0, is_more: false };

fn check_add(day: Date, length: Length, expected: Date) {
    assert_eq!(add(day, None, super::words::count(length), length, &announced()), Bound::On(expected), "{day} + {length:?}");
}

fn range(earliest: Date, latest: Date) -> Range {
    Range { earliest: Bound::On(earliest), latest: Bound::On(latest) }
}

#[test]
fn month_ends_clamp() {
    check_add(date(2026, 1, 31), MONTHS(1), date(2026, 2, 28));
    check_add(date(2024, 1, 31), MONTHS(1), date(2024, 2, 29));
    check_add(date(2026, 3, 31), MONTHS(1), date(2026, 4, 30));
    check_add(date(2026, 12, 31), MONTHS(2), date(2027, 2, 28));
    check_add(date(2026, 1, 30), DAYS(30), date(2026, 3, 1));
    check_add(date(2026, 1, 31), DAYS(30), date(2026, 3, 2));
    check_add(date(2024, 1, 30), DAYS(30), date(2024, 2, 29));
}

#[test]
fn hours_count_from_the_time() {
    let day = Length::Calendar(Duration { hours: 24, ..ZERO });
    let at = date(2026, 2, 28).at(10, 0, 0, 0);
    assert_eq!(add(at.date(), Some(at), 24, day, &announced()), Bound::On(date(2026, 3, 1)));
    assert_eq!(add(at.date(), None, 24, day, &announced()), Bound::On(date(2026, 3, 1)));
}

fn task(takes: Option<(i64, Length)>, before: &[usize]) -> Task {
    Task { takes, before: before.to_vec(), ..Task::default() }
}

#[test]
fn ranges_add_up_along_the_path() {
    let review = Some((1, Length::Business(2)));
    let tasks = [task(None, &[]), task(review, &[0]), task(Some((1, Length::Business(3))), &[1])];
    let days = forward(&tasks, date(2026, 3, 2), &announced(), None);
    assert_eq!(days[0].finish, Range::on(date(2026, 3, 2)));
    assert_eq!(days[1].finish, range(date(2026, 3, 3), date(2026, 3, 4)));
    assert_eq!(days[2].finish, range(date(2026, 3, 4), date(2026, 3, 9)));
}

#[test]
fn a_longest_time_that_is_over_leaves_the_end_open() {
    let done = Task { done: Some(Some((date(2026, 3, 2), date(2026, 3, 2)))), ..Task::default() };
    let tasks = [done, task(Some((1, Length::Business(2))), &[0])];
    let days = |today| forward(&tasks, today, &announced(), None)[1];
    assert_eq!(days(date(2026, 3, 4)).finish, Range::on(date(2026, 3, 4)));
    assert_eq!(days(date(2026, 3, 4)).overdue_since, None);
    let over = days(date(2026, 3, 5));
    assert_eq!(over.overdue_since, Some(date(2026, 3, 4)));
    assert_eq!(over.finish, Range { earliest: Bound::On(date(2026, 3, 5)), latest: Bound::Unknown(Why::Overdue(1)) });
}

#[test]
fn a_year_without_calendar_is_unknown() {
    let tasks = [task(Some((1, Length::Business(20))), &[])];
    let days = forward(&tasks, date(2026, 12, 10), &announced(), None)[0];
    assert_eq!(days.finish, Range { earliest: Bound::On(date(2026, 12, 11)), latest: Bound::Unknown(Why::Calendar(2027)) });
}

#[test]
fn a_step_done_on_an_unknown_day_began_by_today_at_the_latest() {
    let done = Task { done: Some(None), ..Task::default() };
    let tasks = [done, task(Some((2, DAYS(5))), &[0])];
    assert_eq!(forward(&tasks, date(2026, 3, 2), &announced(), None)[1].finish, range(date(2026, 3, 2), date(2026, 3, 7)));
}

#[test]
fn slack_is_what_the_longer_branch_leaves() {
    // Two branches of 3 and 10 days meet.
    let tasks = [task(Some((3, DAYS(3))), &[]), task(Some((10, DAYS(10))), &[]), task(None, &[0, 1])];
    let today = date(2026, 3, 2);
    let days = forward(&tasks, today, &announced(), None);
    assert_eq!(slack(&tasks, 2, today, &announced()), [Some(7), Some(0), Some(0)]);
    assert_eq!(critical(&tasks, &days, 2), [false, true, true]);
}

#[test]
fn a_weekend_gives_slack_to_what_waits_for_business_days() {
    // Friday: whatever is handed in over the weekend is looked at on Monday.
    let tasks = [task(None, &[]), task(Some((1, Length::Business(1))), &[0])];
    assert_eq!(slack(&tasks, 1, date(2026, 3, 6), &announced()), [Some(2), Some(0)]);
}
