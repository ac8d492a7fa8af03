//! The working days of years: what `calendar` declarations announce.

use super::diagnostics as say;
use super::expressions::Checker;
use crate::diagnostic::Diagnostics;
use crate::hir::{CalendarYear, LayerId, Program};
use crate::resolve::{Names, diagnostics as words};
use crate::syntax::ast::{self, ItemKind};
use crate::value::{Calendar, Date};

/// Reads all calendars, before anything is counted with them.
pub(super) fn check(items: &[(Option<LayerId>, &ast::Item)], program: &mut Program, names: &Names, diagnostics: &mut Diagnostics) {
    for (layer, item) in items.iter().filter(|(_, item)| item.fault.is_none()) {
        let ItemKind::Calendar(calendar) = &item.kind else { continue };
        let Some(layer) = *layer else {
            if names.unread.is_lost(calendar.year.span.source) {
                continue;
            }
            diagnostics.report(words::misplaced(calendar.year.span, "calendar", false));
            continue;
        };
        let mut checker = Checker { program, names, layer, vars: Vec::new(), diagnostics };
        checker.calendar(calendar);
    }
    let all = |days: fn(&CalendarYear) -> &Vec<Date>| program.years.iter().flat_map(days).copied().collect();
    let years = program.years.iter().map(|y| y.year).collect();
    program.calendar = Calendar::new(years, all(|y| &y.off), all(|y| &y.work));
}

/// Most days that one range may span: a notice is about one year.
const LONGEST: usize = 366;

impl Checker<'_> {
    fn calendar(&mut self, written: &ast::Calendar) {
        let span = written.year.span;
        self.demand_source(span, &written.year.text, &written.body);
        let title = self.bilingual(&written.title);
        let year = written.year.text.replace('_', "").parse::<i16>().ok().filter(|y| (1900..=2999).contains(y));
        let Some(year) = year else {
            self.report(say::not_a_year(span, &written.year.text));
            return;
        };
        if let Some(first) = self.program.years.iter().find(|y| y.year == year) {
            let first = first.span;
            self.report(words::duplicate(span, first, &written.year.text));
            return;
        }
        let off = self.days(year, written.body.off());
        let work = self.days(year, written.body.work());
        if let Some((day, at)) = work.iter().find(|(day, _)| off.iter().any(|(other, _)| other == day)) {
            self.report(say::off_and_worked(*at, *day));
        }
        let provenance = self.provenance(&written.body);
        let only = |days: Vec<(Date, crate::source::Span)>| days.into_iter().map(|(day, _)| day).collect();
        let layer = self.layer;
        self.program.years.push(CalendarYear { year, layer, span, title, off: only(off), work: only(work), provenance });
    }

    /// The days of some ranges; a notice may reach into the last month of the year before.
    fn days<'a>(&mut self, year: i16, ranges: impl Iterator<Item = &'a ast::Days>) -> Vec<(Date, crate::source::Span)> {
        let mut out = Vec::new();
        for range in ranges {
            let is_of_year = |day: Date| day.year() == year || day.year() == year - 1 && day.month() == 12;
            if !is_of_year(range.from) || !is_of_year(range.until) {
                self.report(say::not_of_the_year(range.span, year));
                continue;
            }
            let mut day = range.from;
            while day <= range.until && out.len() < LONGEST {
                out.push((day, range.span));
                let Ok(next) = day.tomorrow() else { break };
                day = next;
            }
        }
        out
    }
}
