//! A plan as a Mermaid Gantt chart.

use super::super::{Plan, Standing, State, Step};
use super::{bar, heading, pick, said};
use crate::diagnostic::Language;
use crate::diagnostic::render::{Screen, Shown};
use crate::value::Date;
use std::fmt::Write;

/// Text that Mermaid takes as it is: its own marks would end a task or a line.
fn plain(screen: &Screen, text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in screen.text(text).chars() {
        match c {
            ':' | '：' => out.push_str(" -"),
            ';' | '#' | '%' | ',' | '\n' | '"' | '`' | '{' | '}' | '[' | ']' | '<' | '>' => out.push(' '),
            c => out.push(c),
        }
    }
    out.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn next(day: Date) -> Date {
    day.tomorrow().unwrap_or(day)
}

/// The charts of several plans in one: a section for each state, named by manifest where there are several.
pub fn mermaid(plans: &[&Plan], screen: &Screen, language: Language) -> Shown {
    let mut out = String::from("gantt\n");
    let title = match plans {
        [plan] => format!("{} - {}", plan.manifest, heading(plan, language)),
        _ => pick(language, "filings", "备案计划").to_owned(),
    };
    let _ = writeln!(out, "  title {}", plain(screen, &title));
    out.push_str("  dateFormat YYYY-MM-DD\n  axisFormat %m-%d\n  todayMarker off\n");
    for (n, plan) in plans.iter().enumerate() {
        for (state, en, zh) in [
            (State::Done, "done", "已完成"),
            (State::Blocked, "blocked", "受阻"),
            (State::Now, "now", "现在"),
            (State::Lasting, "meanwhile", "期间"),
            (State::Waiting, "then", "然后"),
        ] {
            let steps: Vec<(usize, &Step)> = plan.steps.iter().enumerate().filter(|(_, s)| s.state == state && bar(s).is_some()).collect();
            if steps.is_empty() {
                continue;
            }
            let name = if plans.len() > 1 { format!("{} - ", plan.manifest) } else { String::new() };
            let _ = writeln!(out, "  section {}", plain(screen, &format!("{name}{}", pick(language, en, zh))));
            for (i, step) in steps {
                task(&mut out, n, i, step, screen, language);
            }
        }
        let due: Vec<_> = plan
            .deadlines
            .iter()
            .filter(|(s, d)| {
                let deadline = &plan.steps[*s].deadlines[*d];
                deadline.due.earliest.day().is_some() && !matches!(deadline.standing, Standing::Kept | Standing::DoneUndated)
            })
            .collect();
        if !due.is_empty() {
            let name = if plans.len() > 1 { format!("{} - ", plan.manifest) } else { String::new() };
            let _ = writeln!(out, "  section {}", plain(screen, &format!("{name}{}", pick(language, "deadlines", "期限"))));
        }
        for (s, d) in due {
            let (step, deadline) = (&plan.steps[*s], &plan.steps[*s].deadlines[*d]);
            let Some(first) = deadline.due.earliest.day() else { continue };
            let last = deadline.due.latest.day();
            let open = if last.is_none() { pick(language, " or later", " 或更晚") } else { "" };
            let label = plain(screen, &format!("{} {}{open}", step.id, pick(language, "due", "期限")));
            let crit = if deadline.standing.is_missed() { "crit, " } else { "" };
            let tag = format!("p{n}d{s}x{d}");
            let _ = match last.filter(|l| *l > first) {
                None => writeln!(out, "    {label} :{crit}milestone, {tag}, {first}, 0d"),
                Some(last) => writeln!(out, "    {label} :{crit}{tag}, {first}, {}", next(last)),
            };
        }
    }
    Shown::document(out)
}

fn task(out: &mut String, n: usize, i: usize, step: &Step, screen: &Screen, language: Language) {
    let Some((begin, end, latest)) = bar(step) else { return };
    let mut marks = String::new();
    if step.state == State::Done {
        marks.push_str("done, ");
    }
    if step.is_critical {
        marks.push_str("crit, ");
    }
    if matches!(step.state, State::Now | State::Blocked) {
        marks.push_str("active, ");
    }
    let open = if latest.is_none() { pick(language, " ends unknown", " 结束未知") } else { "" };
    let label = plain(screen, &format!("{} {}{open}", step.id, said(&step.title, language)));
    let last = latest.unwrap_or(end);
    let _ = writeln!(out, "    {label} :{marks}p{n}s{i}, {begin}, {}", next(last));
}
