//! A plan as a picture: one row for each step, days from left to right.

use super::super::{Plan, State, Step};
use super::{bar, everybody, heading, pick, said, span_of_days};
use crate::diagnostic::Language;
use crate::diagnostic::render::{Screen, Shown, xml};
use crate::value::{Date, days_between};
use std::fmt::Write;
use unicode_width::UnicodeWidthChar;

const ROW: f64 = 24.0;
const LABEL: f64 = 470.0;
const CHART: f64 = 820.0;
const MARGIN: f64 = 20.0;
/// Width of a half-width character of the label font.
const LETTER: f64 = 6.4;

/// Colours by state: certain part, possible part.
fn colours(step: &Step) -> (&'static str, &'static str) {
    match step.state {
        State::Done => ("#8a949e", "#c8ced4"),
        State::Blocked => ("#c62828", "#f4b6b6"),
        State::Lasting => ("#7b6aa8", "#cfc6e6"),
        _ if step.is_critical => ("#c75b12", "#f6cfae"),
        State::Now => ("#2e7d32", "#b7dcb9"),
        State::Waiting => ("#1f5fa8", "#bcd4ee"),
    }
}

/// A text cut to so many half-width characters.
fn cut(text: &str, width: usize) -> String {
    let mut used = 0;
    let mut out = String::new();
    for c in text.chars() {
        let w = c.width().unwrap_or(0);
        if used + w > width.saturating_sub(1) {
            out.push('…');
            return out;
        }
        used += w;
        out.push(c);
    }
    out
}

struct Picture<'s> {
    screen: &'s Screen,
    out: String,
    y: f64,
    first: Date,
    days: i64,
}

impl Picture<'_> {
    fn x(&self, day: Date) -> f64 {
        MARGIN + LABEL + CHART * days_between(self.first, day) as f64 / self.days as f64
    }

    fn text(&mut self, x: f64, y: f64, class: &str, text: &str) {
        let _ = writeln!(self.out, "<text x=\"{x:.1}\" y=\"{y:.1}\" class=\"{class}\">{}</text>", xml(&self.screen.text(text)));
    }

    fn block(&mut self, from: f64, to: f64, y: f64, height: f64, fill: &str) {
        let width = (to - from).max(2.0);
        let _ =
            writeln!(self.out, "<rect x=\"{from:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{height:.1}\" rx=\"2\" fill=\"{fill}\"/>");
    }
}

/// One picture with all plans below each other.
pub fn svg(plans: &[&Plan], screen: &Screen, language: Language) -> Shown {
    picture(plans, screen, language, false)
}

/// The picture of one plan as a part of a page, where its names could be those of another part: it has none.
pub fn figure(plan: &Plan, screen: &Screen, language: Language) -> Shown {
    picture(&[plan], screen, language, true)
}

fn picture(plans: &[&Plan], screen: &Screen, language: Language, is_part: bool) -> Shown {
    let mut bodies = String::new();
    let mut y = MARGIN;
    for plan in plans {
        let (body, end) = one(plan, screen, language, y);
        bodies.push_str(&body);
        y = end + MARGIN;
    }
    let (width, height) = (2.0 * MARGIN + LABEL + CHART + 10.0, y + 8.0);
    let title = match plans {
        [plan] => format!("{}: {}", plan.manifest, heading(plan, language)),
        _ => pick(language, "plans of several filings", "多项备案的计划").to_owned(),
    };
    let mut out = String::new();
    let title = xml(&screen.text(&title));
    let (label, id) = match is_part {
        true => (format!("aria-label=\"{title}\""), ""),
        false => ("aria-labelledby=\"plan-title\"".to_owned(), " id=\"plan-title\""),
    };
    let _ = writeln!(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"filing-plan\" role=\"img\" {label} lang=\"{}\" viewBox=\"0 0 {width:.0} {height:.0}\" width=\"{width:.0}\" height=\"{height:.0}\">",
        pick(language, "en", "zh-Hans")
    );
    let _ = writeln!(out, "<title{id}>{title}</title>");
    out.push_str(
        "<style>.filing-plan text{font-family:'Noto Sans CJK SC','Noto Sans SC','PingFang SC','Microsoft YaHei',sans-serif;font-size:12px;fill:#1c2024}\
         .filing-plan .h{font-size:16px;font-weight:bold}.filing-plan .s{font-size:12px;fill:#4a525a}.filing-plan .t{font-size:11px;fill:#5b636b}.filing-plan .b{fill:#b71c1c}.filing-plan .d{fill:#6b747c}\
         .filing-plan .c{font-weight:bold}.filing-plan .i{fill:#7a838b;font-weight:normal}</style>\n",
    );
    let _ = writeln!(out, "<rect width=\"{width:.0}\" height=\"{height:.0}\" fill=\"#ffffff\"/>");
    out.push_str(&bodies);
    out.push_str("</svg>\n");
    Shown::document(out)
}

fn one(plan: &Plan, screen: &Screen, language: Language, top: f64) -> (String, f64) {
    let (first, last) = span_of_days(plan);
    // A long past would press what is to come into a corner.
    let oldest = plan.moment.day.checked_sub(jiff::Span::new().days(60)).unwrap_or(first);
    let first = first.max(oldest);
    let days = (days_between(first, last) + 2).max(14);
    let mut p = Picture { screen, out: String::new(), y: top, first, days };
    p.y += 16.0;
    p.text(MARGIN, p.y, "h", &heading(plan, language));
    p.y += 20.0;
    let goal = plan.goal.map(|g| {
        let step = &plan.steps[g];
        format!(" · {} {} {}", pick(language, "goal", "目标"), step.id, super::super::words::range(&step.finish, language))
    });
    let day = plan.moment.day;
    let head = format!("{} · {}{day}{}", plan.manifest, pick(language, "plan of ", "计划日期："), goal.unwrap_or_default());
    p.text(MARGIN, p.y, "s", &head);
    if let Some(why) = &plan.not_required {
        p.y += 22.0;
        p.text(MARGIN, p.y, "", &said(why, language));
        return (p.out, p.y);
    }
    let rows: Vec<&Step> = plan.steps.iter().filter(|s| !(s.state == State::Done && is_before(s, first))).collect();
    let hidden: Vec<&str> = plan.steps.iter().filter(|s| s.state == State::Done && is_before(s, first)).map(|s| s.id.as_str()).collect();
    if !hidden.is_empty() {
        p.y += 18.0;
        let text = format!("{}{}", pick(language, "done: ", "已完成："), hidden.join(" "));
        p.text(MARGIN, p.y, "t", &cut(&text, 200));
    }
    p.y += 26.0;
    let axis = p.y;
    let bottom = axis + 8.0 + ROW * rows.len() as f64;
    grid(&mut p, axis, bottom);
    let today = p.x(plan.moment.day);
    let _ = writeln!(
        p.out,
        "<line x1=\"{today:.1}\" y1=\"{axis:.1}\" x2=\"{today:.1}\" y2=\"{bottom:.1}\" stroke=\"#1c2024\" stroke-width=\"1.5\" stroke-dasharray=\"3 2\"/>"
    );
    p.text(today + 3.0, bottom + 13.0, "t", pick(language, "today", "今日"));
    p.y = axis + 8.0;
    for step in rows {
        row(&mut p, step, language);
        p.y += ROW;
    }
    p.y = bottom + 30.0;
    legend(&mut p, language);
    (p.out, p.y)
}

/// Whether a done step has no day in the picture.
fn is_before(step: &Step, first: Date) -> bool {
    step.finish.exact().is_none_or(|d| d < first)
}

fn grid(p: &mut Picture<'_>, axis: f64, bottom: f64) {
    let every = [1, 7, 14, 31, 62, 184].into_iter().find(|n| p.days / n <= 14).unwrap_or(365);
    let mut at = 0;
    while at <= p.days {
        let day = p.first.checked_add(jiff::Span::new().days(at)).unwrap_or(p.first);
        let x = p.x(day);
        let _ = writeln!(p.out, "<line x1=\"{x:.1}\" y1=\"{axis:.1}\" x2=\"{x:.1}\" y2=\"{bottom:.1}\" stroke=\"#e3e7ea\"/>");
        let text = if at == 0 || day.year() != p.first.year() { day.to_string() } else { format!("{:02}-{:02}", day.month(), day.day()) };
        // The first label is centred on the axis; others on their line.
        let half = text.len() as f64 * 3.1;
        p.text(x - half, axis - 5.0, "t", &text);
        at += every;
    }
}

fn row(p: &mut Picture<'_>, step: &Step, language: Language) {
    let middle = p.y + ROW / 2.0;
    let sign = match step.state {
        State::Done => "✓ ",
        State::Blocked => "✗ ",
        State::Now => "▶ ",
        _ => "",
    };
    let room = (LABEL / LETTER) as usize - sign.chars().count() - step.id.len() - 2;
    let title = cut(&said(&step.title, language), room);
    let class = match step.state {
        State::Done => "d",
        State::Blocked => "b",
        _ if step.is_critical => "c",
        _ => "",
    };
    let _ = writeln!(
        p.out,
        "<text x=\"{MARGIN:.1}\" y=\"{:.1}\" class=\"{class}\">{sign}<tspan class=\"i\">{}</tspan> {}</text>",
        middle + 4.0,
        xml(&p.screen.text(&step.id)),
        xml(&p.screen.text(&title))
    );
    let (dark, light) = colours(step);
    let mut right = 0.0f64;
    if let Some((begin, end, latest)) = bar(step) {
        let begin = begin.max(p.first);
        let from = p.x(begin);
        let certain = p.x(end.tomorrow().unwrap_or(end).max(begin));
        let to = latest.map_or(p.x(p.first) + CHART, |l| p.x(l.tomorrow().unwrap_or(l)));
        let fill = if latest.is_none() { "#eeeeee" } else { light };
        p.block(from, to, middle - 6.0, 12.0, fill);
        p.block(from, certain, middle - 6.0, 12.0, dark);
        right = to;
        if latest.is_none() {
            p.text(to - 12.0, middle + 4.0, "t", "?");
        }
    }
    for d in &step.deadlines {
        let Some(first) = d.due.earliest.day().filter(|d| *d >= p.first) else { continue };
        let colour = if d.standing.is_missed() { "#c62828" } else { "#6a1b9a" };
        let x = p.x(first.tomorrow().unwrap_or(first));
        if let Some(last) = d.due.latest.day().filter(|l| *l > first) {
            let end = p.x(last.tomorrow().unwrap_or(last));
            let _ = writeln!(
                p.out,
                "<line x1=\"{x:.1}\" y1=\"{middle:.1}\" x2=\"{end:.1}\" y2=\"{middle:.1}\" stroke=\"{colour}\" stroke-width=\"2\" stroke-dasharray=\"2 2\"/>"
            );
            diamond(p, end, middle, colour);
            right = right.max(end + 6.0);
        }
        diamond(p, x, middle, colour);
        right = right.max(x + 6.0);
    }
    let people = cut(&everybody(step, language, false), 40);
    // Beside the bar where there is room, else left of it.
    let limit = MARGIN + LABEL + CHART;
    if right > 0.0 && right + people.chars().filter_map(UnicodeWidthChar::width).sum::<usize>() as f64 * 5.8 + 6.0 < limit {
        p.text(right + 6.0, middle + 4.0, "t", &people);
    }
}

fn diamond(p: &mut Picture<'_>, x: f64, y: f64, colour: &str) {
    let _ = writeln!(
        p.out,
        "<path d=\"M{x:.1} {:.1}L{:.1} {y:.1}L{x:.1} {:.1}L{:.1} {y:.1}Z\" fill=\"{colour}\"/>",
        y - 6.0,
        x + 5.0,
        y + 6.0,
        x - 5.0
    );
}

fn legend(p: &mut Picture<'_>, language: Language) {
    let mut x = MARGIN;
    let y = p.y;
    for (dark, light, en, zh) in [
        ("#2e7d32", "#b7dcb9", "now", "现在可办"),
        ("#c75b12", "#f6cfae", "critical path", "关键路径"),
        ("#1f5fa8", "#bcd4ee", "then", "然后"),
        ("#c62828", "#f4b6b6", "blocked", "受阻"),
        ("#7b6aa8", "#cfc6e6", "meanwhile", "期间须保持"),
        ("#8a949e", "#c8ced4", "done", "已完成"),
    ] {
        p.block(x, x + 12.0, y - 10.0, 12.0, dark);
        p.block(x + 12.0, x + 28.0, y - 10.0, 12.0, light);
        p.text(x + 34.0, y, "t", pick(language, en, zh));
        x += 120.0;
    }
    diamond(p, x + 6.0, y - 4.0, "#6a1b9a");
    p.text(x + 18.0, y, "t", pick(language, "deadline", "期限"));
    x += 90.0;
    p.text(x, y, "t", pick(language, "dark: up to the earliest end, light: up to the latest", "深色：至最早完成日，浅色：至最晚完成日"));
}
