//! Plans as text, JSON, pictures and calendars, one file each. All are pure: text comes back, nothing is written.

mod ics;
mod json;
mod mermaid;
mod svg;
mod text;

pub use ics::ics;
pub use json::json;
pub use mermaid::mermaid;
pub use svg::{figure, svg};
pub use text::{several, text};

use super::{Bound, Plan, Step, Who};
use crate::diagnostic::{Bilingual, Language};
use crate::value::Date;

/// One of two texts.
fn pick<'t>(language: Language, en: &'t str, zh: &'t str) -> &'t str {
    if language == Language::Zh { zh } else { en }
}

/// The filing type and region of a plan, in one phrase.
fn heading(plan: &Plan, language: Language) -> String {
    let filing_type = match &plan.filing_type {
        Some((_, title)) => title.get(language).to_owned(),
        None => pick(language, "filing type not known yet", "备案类型未定").to_owned(),
    };
    match &plan.region {
        Some((_, title, _)) => format!("{filing_type}{}{}", pick(language, ", ", "，"), title.get(language)),
        None => filing_type,
    }
}

/// A role with its persons.
fn who(who: &Who, language: Language, with_reach: bool) -> String {
    let mut text = who.title.get(language).to_owned();
    let mut people = who.names.clone();
    if with_reach {
        people.extend(who.reach.iter().cloned());
    }
    if !people.is_empty() {
        text.push(' ');
        text.push_str(&people.join(" "));
    }
    text
}

/// Everybody who acts in a step.
fn everybody(step: &Step, language: Language, with_reach: bool) -> String {
    step.who.iter().map(|w| who(w, language, with_reach)).collect::<Vec<_>>().join(pick(language, ", ", "、"))
}

/// First and last day that a picture of a plan has to show.
fn span_of_days(plan: &Plan) -> (Date, Date) {
    let today = plan.moment.day;
    let mut days: Vec<Date> = vec![today];
    for step in &plan.steps {
        let bounds = [step.start.earliest, step.finish.earliest, step.finish.latest];
        let due = step.deadlines.iter().flat_map(|d| [d.due.earliest, d.due.latest]);
        days.extend(bounds.into_iter().chain(due).filter_map(Bound::day));
    }
    let (first, last) = (days.iter().min().copied().unwrap_or(today), days.iter().max().copied().unwrap_or(today));
    (first, last)
}

/// The range of a step that a picture draws: begin, certain end, latest end; `None` where no day is known.
fn bar(step: &Step) -> Option<(Date, Date, Option<Date>)> {
    let begin = step.start.earliest.day().or(step.finish.earliest.day())?;
    let end = step.finish.earliest.day().unwrap_or(begin).max(begin);
    Some((begin, end, step.finish.latest.day().map(|d| d.max(end))))
}

/// A bilingual text in one language, owned.
fn said(text: &Bilingual, language: Language) -> String {
    text.get(language).to_owned()
}
