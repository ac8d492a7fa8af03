//! Deadlines of a plan: when they end, and how they stand.

use super::Builder;
use crate::diagnostic::{Bilingual, chinese, say};
use crate::eval::Tri;
use crate::hir::Length;
use crate::pack::{NodePath, StepDeadline, StepLimit};
use crate::plan::schedule::{self, Task};
use crate::plan::{Bound, Deadline, Plan, Range, Standing, Why, words};
use crate::value::{Date, DateTime, add_to_date, add_to_datetime, days_between};

impl Builder<'_> {
    pub(super) fn deadline(
        &mut self,
        d: &StepDeadline,
        p: usize,
        plan: &Plan,
        tasks: &[Task],
        position: &[Option<usize>],
    ) -> Option<Deadline> {
        if self.asker.holds(d.when).0 == Tri::False {
            return None;
        }
        let (mut from, mut at, mut begun) = (None, None, true);
        let unknown = Range { earliest: Bound::Unknown(Why::NotBegun), latest: Bound::Unknown(Why::NotBegun) };
        let old_until = self.marks[self.path[p]].old_until;
        let mut field = |this: &mut Self, path: &NodePath, shift: &dyn Fn(Date, Option<DateTime>) -> (Bound, Option<DateTime>)| {
            let first = this.dates(path).into_iter().filter(|f| old_until.is_none_or(|o| f.0 > o)).min_by_key(|f| (f.0, f.1));
            match first {
                Some((day, time, answer)) => {
                    from = Some((answer.path, answer.span));
                    let (due, exact) = shift(day, time);
                    at = exact;
                    (Range { earliest: due, latest: due }, this.asker.values(path).first().map(|a| a.path.clone()))
                }
                None => {
                    begun = false;
                    (unknown, this.asker.values(path).first().map(|a| a.path.clone()))
                }
            }
        };
        let calendar = self.calendar;
        let (due, words) = match &d.limit {
            StepLimit::WithinOf(length, path) => {
                let after = |day: Date, time: Option<DateTime>| {
                    let exact = match (length, time) {
                        (Length::Calendar(l), Some(t)) if l.hours > 0 => add_to_datetime(t, *l, 1),
                        _ => None,
                    };
                    (schedule::add(day, time, words::count(*length), *length, calendar), exact)
                };
                let (due, name) = field(self, path, &after);
                let (length, name) = (words::length(*length), name.unwrap_or_default());
                (due, Bilingual::new(format!("within {} of `{name}`", length.en), chinese(&[&format!("`{name}`"), "起", &length.zh, "内"])))
            }
            StepLimit::WithinStep(length, anchor) => {
                let i = *anchor as usize;
                let first = position.get(i).copied().flatten().and_then(|a| tasks[a].done.map(|done| (a, done)));
                let range = match (first, position.get(i).copied().flatten()) {
                    (Some((a, done)), _) => {
                        if let Some(e) = &self.marks[i].evidence {
                            from = Some((e.path.clone(), e.span));
                        }
                        done.map_or(
                            Range { earliest: Bound::Unknown(Why::NotStated(a)), latest: Bound::Unknown(Why::NotStated(a)) },
                            |(first, _)| Range::on(first),
                        )
                    }
                    (None, Some(a)) => plan.steps[a].finish,
                    (None, None) => return None,
                };
                let plus = |b: Bound| schedule::add_to(b, None, words::count(*length), *length, calendar);
                let due = Range { earliest: plus(range.earliest), latest: plus(range.latest) };
                let step = &self.step(i).title;
                let n = words::length(*length);
                let words = match words::count(*length) {
                    0 => Bilingual::new(format!("on the day of: {}", step.en), format!("“{}”当日", step.zh)),
                    _ => Bilingual::new(format!("within {} of: {}", n.en, step.en), chinese(&["“", &step.zh, "”后", &n.zh, "内"])),
                };
                (due, words)
            }
            StepLimit::Before(length, path) => {
                let back = |day: Date, _: Option<DateTime>| {
                    let due = match length {
                        Length::Business(n) => {
                            return (calendar.add_business_days(day, -n).map_or_else(|y| Bound::beyond(y, None), Bound::On), None);
                        }
                        Length::Calendar(l) => add_to_date(day, *l, -1),
                    };
                    (due.map_or(Bound::Unknown(Why::NotBegun), Bound::On), None)
                };
                let (due, name) = field(self, path, &back);
                let (n, name) = (words::length(*length), name.unwrap_or_default());
                (due, Bilingual::new(format!("{} before `{name}`", n.en), format!("`{name}` 之前 {}", n.zh)))
            }
            StepLimit::On(path) => {
                let (due, name) = field(self, path, &|day, time| (Bound::On(day), time));
                let name = name.unwrap_or_default();
                (due, say!("by `{name}`", "不晚于 `{name}`"))
            }
            StepLimit::Yearly(month, day) => {
                let (month, day) = (*month, *day);
                let last = self.marks[self.path[p]].dated.map(|(_, last)| last);
                let words = say!("every year by {month:02}-{day:02}", "每年 {month} 月 {day} 日前");
                (self.yearly(month, day, last, p, plan, tasks), words)
            }
        };
        let standing = self.standing(p, &due, at, begun, tasks, matches!(d.limit, StepLimit::Yearly(..)));
        let days_left = due.earliest.day().map(|day| days_between(self.moment.day, day));
        Some(Deadline { words, due, at, days_left, standing, should: d.should, missed: d.missed.clone(), from, span: d.span })
    }

    /// The day of the year that comes after the last time, or after the end of the steps before.
    fn yearly(&self, month: i8, day: i8, last: Option<Date>, p: usize, plan: &Plan, tasks: &[Task]) -> Range {
        let in_year = |year: i16| Date::new(year, month, day).map_or(Bound::Unknown(Why::NotBegun), Bound::On);
        if let Some(last) = last {
            let due = in_year(last.year() + 1);
            return Range { earliest: due, latest: due };
        }
        let next = |from: Bound| match from {
            Bound::On(d) => match in_year(d.year()) {
                Bound::On(due) if due < d => in_year(d.year() + 1),
                due => due,
            },
            other => other,
        };
        let undated = |b: &usize| tasks[*b].done == Some(None);
        let mut range = Range::on(self.moment.day);
        if !tasks[p].before.iter().any(undated) {
            range = plan.steps[p].start;
            let ends = tasks[p].before.iter().map(|b| plan.steps[*b].finish);
            if let Some(end) = ends.max_by_key(|f| f.earliest.day()) {
                range = end;
            }
        }
        Range { earliest: next(range.earliest), latest: next(range.latest) }
    }

    fn standing(&self, p: usize, due: &Range, at: Option<DateTime>, begun: bool, tasks: &[Task], is_yearly: bool) -> Standing {
        if !begun {
            return if tasks[p].done.is_some() { Standing::DoneUndated } else { Standing::NotBegun };
        }
        let mark = &self.marks[self.path[p]];
        if let Some(done) = tasks[p].done.filter(|_| !is_yearly) {
            let (Some((_, last)), Some(due)) = (done, due.exact()) else { return Standing::DoneUndated };
            let is_late = match (at, mark.at) {
                (Some(limit), Some(time)) => time > limit,
                _ => last > due,
            };
            return if is_late { Standing::Late(days_between(due, last)) } else { Standing::Kept };
        }
        let Some(last) = due.exact() else { return Standing::Open };
        let is_over = match (at, self.moment.at) {
            (Some(limit), Some(now)) => now > limit,
            _ => self.moment.day > last,
        };
        if is_over { Standing::Missed(days_between(last, self.moment.day)) } else { Standing::Open }
    }

    pub(super) fn sort(&self, plan: &mut Plan) {
        let steps = &plan.steps;
        let mut all: Vec<(usize, usize)> = (0..steps.len()).flat_map(|s| (0..steps[s].deadlines.len()).map(move |d| (s, d))).collect();
        let key = |(s, d): &(usize, usize)| {
            let due = &steps[*s].deadlines[*d];
            (due.due.earliest.day().is_none(), due.due.earliest.day(), due.at, due.due.latest.day(), *s, *d)
        };
        all.sort_by_key(key);
        let years = |r: &Range| {
            [r.earliest, r.latest].into_iter().filter_map(|b| match b {
                Bound::Unknown(Why::Calendar { year, .. }) => Some(year),
                _ => None,
            })
        };
        let mut missing: Vec<i16> =
            steps.iter().flat_map(|s| years(&s.finish).chain(s.deadlines.iter().flat_map(|d| years(&d.due)))).collect();
        missing.sort_unstable();
        missing.dedup();
        plan.deadlines = all;
        plan.missing_years = missing;
    }
}
