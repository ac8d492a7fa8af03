//! Expectations rewritten to what was found, as edits for a person to look at.

use super::judge::{has, is_about};
use super::with::{paths_meet, target_text};
use crate::diagnostic::Edit;
use crate::driver::Checked;
use crate::eval::{Outcome, RuleReport, Weight};
use crate::source::Span;
use crate::syntax::ast::{Expect, ExpectKind, ExpectedOutcome};
use crate::syntax::keywords;

/// The text an expectation would have to be to hold; `None` where it holds or where nothing sensible can be written.
pub fn rewritten(expect: &Expect, checked: &Checked) -> Option<Edit> {
    let report = checked.report.as_ref()?;
    super::judge(expect, checked)?;
    let word = |words: &str| keywords::spoken(words, expect.keywords);
    let strict = if expect.strict { format!("{} ", word("strict")) } else { String::new() };
    let text = match &expect.kind {
        ExpectKind::Verdict(_) => format!("{strict}{} {}", word("verdict"), report.verdict.key()),
        ExpectKind::Value(name, _) => format!("{strict}{} {} {}", name.text, word("is"), checked.filing_type.as_ref()?.0),
        ExpectKind::Missing(targets) => {
            let known = |t: &String| report.rules.iter().flat_map(|r| &r.missing).any(|m| paths_meet(m, t));
            let kept: Vec<String> = targets.iter().map(target_text).filter(known).collect();
            if kept.is_empty() {
                return None;
            }
            format!("{strict}{} {}", word("missing"), kept.join(", "))
        }
        ExpectKind::Outcome { outcome, only: true, rules } => {
            let mut ids: Vec<String> = report.rules.iter().filter(|r| has(r, *outcome)).map(|r| r.name.clone()).collect();
            for (rule, _) in rules {
                if let Some(id) = report.rules.iter().find(|r| has(r, *outcome) && is_about(r, rule)).map(|r| &r.name)
                    && let Some(at) = ids.iter().position(|i| i == id)
                {
                    ids[at] = rule.text();
                }
            }
            if ids.is_empty() {
                return None;
            }
            format!("{strict}{} {} {}", word("only"), word(key(*outcome)), ids.join(", "))
        }
        ExpectKind::Outcome { outcome: wanted, rules, .. } => {
            let mut parts: Vec<(ExpectedOutcome, Vec<String>)> = Vec::new();
            for (rule, at) in rules {
                let id = rule.text();
                let Some(found) = report.rules.iter().find(|r| is_about(r, rule)) else {
                    // Nothing of it is in force: what was expected to be so stays, anything else is not known.
                    let (ExpectedOutcome::NotInForce, None) = (*wanted, at) else { return None };
                    push(&mut parts, ExpectedOutcome::NotInForce, id);
                    continue;
                };
                let outcome = actual(found);
                let place = at.as_ref().filter(|_| !found.paths.is_empty() || !found.missing.is_empty()).map(|t| {
                    let wanted = target_text(t);
                    let mut all = found.paths.iter().chain(&found.missing);
                    let same = all.clone().any(|p| paths_meet(p, &wanted));
                    if same { wanted } else { all.next().cloned().unwrap_or(wanted) }
                });
                let text = place.map_or(rule.text(), |p| format!("{} {} {p}", rule.text(), word("at")));
                push(&mut parts, outcome, text);
            }
            let lines: Vec<String> = parts.iter().map(|(o, list)| format!("{strict}{} {}", word(key(*o)), list.join(", "))).collect();
            lines.join(&format!("\n  {} ", word("expect")))
        }
    };
    Some(Edit { span: expect.span, replacement: text })
}

/// Adds a rule to the last line, where that expects the same, else to a new one.
fn push(parts: &mut Vec<(ExpectedOutcome, Vec<String>)>, outcome: ExpectedOutcome, text: String) {
    match parts.last_mut() {
        Some((o, list)) if *o == outcome => list.push(text),
        _ => parts.push((outcome, vec![text])),
    }
}

fn actual(rule: &RuleReport) -> ExpectedOutcome {
    match rule.outcome {
        Outcome::Violated if rule.weight != Weight::Decides => ExpectedOutcome::Warned,
        Outcome::Violated => ExpectedOutcome::Violated,
        Outcome::Satisfied => ExpectedOutcome::Satisfied,
        Outcome::Undetermined => ExpectedOutcome::Undetermined,
        Outcome::NotApplicable => ExpectedOutcome::NotApplicable,
        Outcome::Waived => ExpectedOutcome::Waived,
        Outcome::Blocked => ExpectedOutcome::Blocked,
    }
}

fn key(outcome: ExpectedOutcome) -> &'static str {
    match outcome {
        ExpectedOutcome::Violated => "violated",
        ExpectedOutcome::Warned => "warned",
        ExpectedOutcome::Satisfied => "satisfied",
        ExpectedOutcome::Undetermined => "undetermined",
        ExpectedOutcome::NotApplicable => "not applicable",
        ExpectedOutcome::NotInForce => "not in force",
        ExpectedOutcome::Waived => "waived",
        ExpectedOutcome::Blocked => "blocked",
    }
}

/// Texts with edits made; the edits of one text do not overlap.
pub fn apply(text: &str, edits: &[Edit]) -> String {
    let mut sorted: Vec<(Span, &str)> = edits.iter().map(|e| (e.span, e.replacement.as_str())).collect();
    sorted.sort_by_key(|(span, _)| span.start);
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for (span, replacement) in sorted {
        let (start, end) = (span.start as usize, span.end as usize);
        if start < at || end > text.len() {
            continue;
        }
        out.push_str(&text[at..start]);
        out.push_str(replacement);
        at = end;
    }
    out.push_str(&text[at..]);
    out
}
