//! Deadlines as a calendar (RFC 5545), with reminders.
//!
//! A deadline with a range is one event over its whole range, marked tentative: no single day is made up.

use super::super::{Plan, Standing};
use super::{everybody, heading, pick, said};
use crate::diagnostic::Language;
use crate::diagnostic::render::{Screen, Shown};
use crate::value::Date;

/// Days before a deadline on which calendars remind of it.
const REMIND_DAYS: [usize; 2] = [7, 1];

/// Nine o'clock in Shanghai, in the time of the world: all-day events have no hour that a reminder could count from.
const NINE_IN_SHANGHAI: &str = "T010000Z";

/// Mornings on which to remind of what is due on a day. Those that are over when the plan is made are left out; where none is to come, the next morning.
fn mornings(due: Date, moment: Date) -> Vec<Date> {
    let before = |n: usize| (0..n).try_fold(due, |d, _| d.yesterday().ok());
    let to_come: Vec<Date> = REMIND_DAYS.iter().filter_map(|n| before(*n)).filter(|d| *d > moment).collect();
    if to_come.is_empty() { vec![moment.tomorrow().unwrap_or(moment)] } else { to_come }
}

/// What people call a filing, else the name of its file.
fn name(plan: &Plan, language: Language) -> String {
    if plan.names.is_empty() {
        return plan.manifest.rsplit(['/', '\\']).next().unwrap_or(&plan.manifest).to_owned();
    }
    plan.names.join(pick(language, ", ", "、"))
}

struct Calendar<'s> {
    out: String,
    screen: &'s Screen,
}

impl Calendar<'_> {
    /// A text as a value: each of its lines screened, what is special in a calendar escaped.
    fn said(&self, text: &str) -> String {
        escaped(&text.split('\n').map(|line| self.screen.text(line)).collect::<Vec<_>>().join("\n"))
    }

    /// One content line, folded at 75 bytes between characters.
    fn line(&mut self, text: &str) {
        let mut width = 0;
        for c in text.chars() {
            if width + c.len_utf8() > 75 {
                self.out.push_str("\r\n ");
                width = 1;
            }
            self.out.push(c);
            width += c.len_utf8();
        }
        self.out.push_str("\r\n");
    }
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' => out.push_str("\\\\"),
            ';' => out.push_str("\\;"),
            ',' => out.push_str("\\,"),
            '\n' => out.push_str("\\n"),
            '\r' => {}
            c => out.push(c),
        }
    }
    out
}

fn day(d: Date) -> String {
    format!("{:04}{:02}{:02}", d.year(), d.month(), d.day())
}

/// A name that stays the same for the same deadline of the same manifest.
fn uid(plan: &Plan, step: &str, n: usize) -> String {
    // FNV-1a: the name of a manifest may hold anything, a UID should not.
    let hash = plan.manifest.bytes().fold(0xcbf2_9ce4_8422_2325u64, |h, b| (h ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3));
    format!("{step}-{n}-{hash:016x}@filingc")
}

/// The deadlines of some plans that are not kept yet.
pub fn ics(plans: &[&Plan], screen: &Screen, language: Language) -> Shown {
    let mut c = Calendar { out: String::new(), screen };
    for line in [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//filingc//plan//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        "BEGIN:VTIMEZONE",
        "TZID:Asia/Shanghai",
        "BEGIN:STANDARD",
        "DTSTART:19910915T000000",
        "TZOFFSETFROM:+0800",
        "TZOFFSETTO:+0800",
        "TZNAME:CST",
        "END:STANDARD",
        "END:VTIMEZONE",
    ] {
        c.line(line);
    }
    for plan in plans {
        for (s, d) in &plan.deadlines {
            let step = &plan.steps[*s];
            let deadline = &step.deadlines[*d];
            let Some(first) = deadline.due.earliest.day() else { continue };
            if !matches!(deadline.standing, Standing::Open | Standing::Missed(_)) {
                continue;
            }
            let last = deadline.due.latest.day();
            let exact = deadline.due.exact().is_some();
            c.line("BEGIN:VEVENT");
            c.line(&format!("UID:{}", uid(plan, &step.id, *d)));
            c.line(&format!("DTSTAMP:{}T000000Z", day(plan.moment.day)));
            match deadline.at {
                Some(t) => {
                    c.line(&format!("DTSTART;TZID=Asia/Shanghai:{}T{:02}{:02}{:02}", day(t.date()), t.hour(), t.minute(), t.second()));
                }
                None => {
                    let end = last.unwrap_or(first);
                    c.line(&format!("DTSTART;VALUE=DATE:{}", day(first)));
                    c.line(&format!("DTEND;VALUE=DATE:{}", day(end.tomorrow().unwrap_or(end))));
                }
            }
            let expected = match (exact, last) {
                (true, _) => String::new(),
                (false, Some(_)) => pick(language, " (expected in this range)", "（预计在此期间）").to_owned(),
                (false, None) => pick(language, " (not before this day)", "（不早于此日）").to_owned(),
            };
            let title = format!("{}{}{}", name(plan, language), pick(language, ": ", "："), said(&step.title, language));
            let text = c.said(&format!("{title}{expected}"));
            c.line(&format!("SUMMARY:{text}"));
            let mut about =
                vec![plan.manifest.clone(), heading(plan, language), format!("{}: {}", step.name, said(&deadline.words, language))];
            about.push(format!("{}{}", pick(language, "who: ", "办理："), everybody(step, language, false)));
            if let Some(missed) = &deadline.missed {
                about.push(format!("{}{}", pick(language, "if missed: ", "逾期后果："), said(missed, language)));
            }
            let text = c.said(&about.join("\n"));
            c.line(&format!("DESCRIPTION:{text}"));
            c.line(if exact { "STATUS:CONFIRMED" } else { "STATUS:TENTATIVE" });
            c.line("TRANSP:TRANSPARENT");
            let triggers: Vec<String> = match deadline.at {
                Some(_) => vec!["TRIGGER:-PT12H".to_owned(), "TRIGGER:-PT2H".to_owned()],
                None => {
                    let at = |d: &Date| format!("TRIGGER;VALUE=DATE-TIME:{}{NINE_IN_SHANGHAI}", day(*d));
                    mornings(first, plan.moment.day).iter().map(at).collect()
                }
            };
            for trigger in triggers {
                c.line("BEGIN:VALARM");
                c.line("ACTION:DISPLAY");
                c.line(&trigger);
                let text = c.said(&title);
                c.line(&format!("DESCRIPTION:{text}"));
                c.line("END:VALARM");
            }
            c.line("END:VEVENT");
        }
    }
    c.line("END:VCALENDAR");
    Shown::document(c.out)
}
