//! Days of steps: forwards for the range of each, once more with a delay for the slack of each. Pure numbers, no manifest.

use super::{Bound, Range, Why};
use crate::hir::Length;
use crate::value::calendar::Calendar;
use crate::value::{Date, DateTime, Duration, add_to_date, add_to_datetime, days_between};

/// Most days a step may wait that are told apart; beyond it nobody plans.
pub(super) const MOST_SLACK: i64 = 400;

/// One step as far as days are concerned. Steps before it have lower positions.
#[derive(Clone, Debug, Default)]
pub(super) struct Task {
    /// Done, and the first and last day on which its items were, where stated.
    pub(super) done: Option<Option<(Date, Date)>>,
    /// A day to come that is stated for it.
    pub(super) planned: Option<Date>,
    /// When it began, where that is stated.
    pub(super) started: Option<DateTime>,
    /// Shortest count and longest time.
    pub(super) takes: Option<(i64, Length)>,
    /// Steps before it.
    pub(super) before: Vec<usize>,
    /// It may not be part of the path.
    pub(super) is_perhaps: bool,
    /// Nobody knows whether it is done: then it is not called overdue.
    pub(super) asks: bool,
}

/// The days of one step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Days {
    pub(super) start: Range,
    pub(super) finish: Range,
    pub(super) overdue_since: Option<Date>,
}

/// `n` units of a length after a day, or after a time of that day.
pub(super) fn add(day: Date, at: Option<DateTime>, n: i64, unit: Length, calendar: &Calendar) -> Bound {
    let n = i32::try_from(n).unwrap_or(i32::MAX);
    let day = match unit {
        Length::Business(_) => {
            return calendar.add_business_days(day, n).map_or_else(|year| Bound::beyond(year, calendar.earliest(day, n)), Bound::On);
        }
        Length::Calendar(d) if d.months > 0 => add_to_date(day, Duration { months: n, ..Duration::default() }, 1),
        Length::Calendar(d) if d.days > 0 || d.hours == 0 => add_to_date(day, Duration { days: n, ..Duration::default() }, 1),
        Length::Calendar(_) => {
            let from = at.unwrap_or_else(|| day.at(0, 0, 0, 0));
            add_to_datetime(from, Duration { hours: n, ..Duration::default() }, 1).map(|t| t.date())
        }
    };
    day.map_or(Bound::Unknown(Why::NotBegun), Bound::On)
}

/// The same after an end of which only the earliest day may be known.
pub(super) fn add_to(from: Bound, at: Option<DateTime>, n: i64, unit: Length, calendar: &Calendar) -> Bound {
    match from {
        Bound::On(day) => add(day, at, n, unit, calendar),
        Bound::Unknown(Why::Calendar { year, not_before: Some(day) }) => {
            Bound::beyond(year, add(day, None, n, unit, calendar).not_before())
        }
        unknown => unknown,
    }
}

/// The later of two ends; what is not known stays so.
fn later(a: Bound, b: Bound) -> Bound {
    match (a, b) {
        (Bound::Unknown(Why::Calendar { year, not_before: Some(x) }), Bound::On(y))
        | (Bound::On(y), Bound::Unknown(Why::Calendar { year, not_before: Some(x) })) => Bound::beyond(year, Some(x.max(y))),
        (Bound::Unknown(Why::Calendar { year, not_before: Some(x) }), Bound::Unknown(Why::Calendar { not_before: Some(y), .. })) => {
            Bound::beyond(year, Some(x.max(y)))
        }
        (Bound::On(x), Bound::On(y)) => Bound::On(x.max(y)),
        (Bound::Unknown(_), _) => a,
        (_, Bound::Unknown(_)) => b,
    }
}

/// The days of every step. `delay` lets one step end later by some days.
pub(super) fn forward(tasks: &[Task], today: Date, calendar: &Calendar, delay: Option<(usize, i64)>) -> Vec<Days> {
    let mut days: Vec<Days> = Vec::with_capacity(tasks.len());
    for (i, task) in tasks.iter().enumerate() {
        if let Some(done) = task.done {
            let finish = done
                .map_or(Range { earliest: Bound::Unknown(Why::NotStated(i)), latest: Bound::Unknown(Why::NotStated(i)) }, |(_, last)| {
                    Range::on(last)
                });
            days.push(Days { start: finish, finish, overdue_since: None });
            continue;
        }
        days.push(open(i, task, tasks, &days, today, calendar));
        if let Some((_, n)) = delay.filter(|(at, _)| *at == i)
            && let Bound::On(day) = days[i].finish.latest
        {
            days[i].finish.latest = add(day, None, n, Length::Calendar(Duration { days: 1, ..Duration::default() }), calendar);
        }
    }
    days
}

fn open(i: usize, task: &Task, tasks: &[Task], days: &[Days], today: Date, calendar: &Calendar) -> Days {
    let now = Bound::On(today);
    // No end of a step before it is stated: it began in the past, at the latest today.
    let (mut earliest, mut latest): (Option<Bound>, Option<Bound>) = (None, None);
    for before in &task.before {
        let finish = match tasks[*before].done {
            Some(None) => {
                latest = Some(latest.map_or(now, |l| later(l, now)));
                continue;
            }
            _ => days[*before].finish,
        };
        earliest = Some(earliest.map_or(finish.earliest, |e| later(e, finish.earliest)));
        latest = Some(latest.map_or(finish.latest, |l| later(l, finish.latest)));
    }
    if task.before.is_empty() {
        (earliest, latest) = (Some(now), Some(now));
    }
    if let Some(at) = task.started {
        (earliest, latest) = (Some(Bound::On(at.date())), Some(Bound::On(at.date())));
    }
    let (least, most) = task.takes.map_or((None, None), |(n, l)| (Some((n, l)), Some((super::words::count(l), l))));
    let plus = |from: Bound, time: Option<(i64, Length)>| match (from, time) {
        (from, Some((n, unit))) => add_to(from, task.started, n, unit, calendar),
        (from, None) => from,
    };
    let soonest = match earliest {
        Some(from) if !task.is_perhaps => later(plus(from, least), now),
        Some(from) => later(from, now),
        None => now,
    };
    let mut end = plus(latest.unwrap_or(now), most);
    if task.takes.is_none() {
        end = later(end, now);
    }
    let mut overdue_since = None;
    if let Bound::On(day) = end
        && day < today
    {
        if task.asks {
            end = now;
        } else {
            overdue_since = Some(day);
            end = Bound::Unknown(Why::Overdue(i));
        }
    }
    let mut finish = Range { earliest: soonest, latest: end };
    if let Some(day) = task.planned {
        finish = Range { earliest: later(finish.earliest, Bound::On(day)), latest: later(finish.latest, Bound::On(day)) };
    }
    // With nothing to wait for and no time of its own, a step begins when it is possible: today.
    let start = Range { earliest: earliest.unwrap_or(now), latest: latest.unwrap_or(now) };
    let start = if task.takes.is_none() { finish } else { start };
    Days { start, finish, overdue_since }
}

/// Steps on some way to the goal, the goal included, that are not done.
pub(super) fn leads_to(tasks: &[Task], goal: usize) -> Vec<bool> {
    let mut leads = vec![false; tasks.len()];
    leads[goal] = true;
    for i in (0..=goal).rev() {
        if leads[i] && tasks[i].done.is_none() {
            for before in &tasks[i].before {
                leads[*before] = true;
            }
        }
    }
    for (i, task) in tasks.iter().enumerate() {
        leads[i] &= task.done.is_none();
    }
    leads
}

/// The chain of steps that sets the end of the goal: of the steps before each, those that end last.
pub(super) fn critical(tasks: &[Task], days: &[Days], goal: usize) -> Vec<bool> {
    let mut on = vec![false; tasks.len()];
    on[goal] = tasks[goal].done.is_none();
    // An end that is not known counts as later than any; among such, the earliest day decides.
    let key = |i: &usize| {
        let f = days[*i].finish;
        (f.latest.day().is_none(), f.latest.day(), f.earliest.day().is_none(), f.earliest.day())
    };
    for i in (0..=goal).rev() {
        if !on[i] || tasks[i].started.is_some() {
            continue;
        }
        let open: Vec<usize> = tasks[i].before.iter().copied().filter(|b| tasks[*b].done.is_none()).collect();
        let Some(last) = open.iter().map(key).max() else { continue };
        for b in open {
            on[b] |= key(&b) == last;
        }
    }
    on
}

/// Days each step may end later than its latest day without moving the latest day of the goal; `None` beside the way, and where days are
/// not known.
pub(super) fn slack(tasks: &[Task], goal: usize, today: Date, calendar: &Calendar) -> Vec<Option<i64>> {
    let end = |delay| forward(tasks, today, calendar, delay)[goal].finish.latest;
    let Bound::On(last) = end(None) else { return vec![None; tasks.len()] };
    leads_to(tasks, goal)
        .into_iter()
        .enumerate()
        .map(|(i, leads)| {
            if !leads {
                return None;
            }
            let moves = |n: i64| match end(Some((i, n))) {
                Bound::On(day) => days_between(last, day) > 0,
                Bound::Unknown(_) => true,
            };
            let (mut fits, mut over) = (0, MOST_SLACK + 1);
            while over - fits > 1 {
                let middle = (fits + over) / 2;
                if moves(middle) { over = middle } else { fits = middle }
            }
            Some(fits)
        })
        .collect()
}
