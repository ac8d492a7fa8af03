//! Expected against found.

use super::diagnostics;
use super::with::{paths_meet, target_text};
use crate::diagnostic::{Bilingual, Diagnostic, say};
use crate::driver::Checked;
use crate::eval::{Finding, Outcome, Report, RuleReport, Weight};
use crate::source::Span;
use crate::syntax::ast::{Expect, ExpectKind, ExpectedOutcome, RuleRef, Target};

/// A message when the expectation fails.
pub fn judge(expect: &Expect, checked: &Checked) -> Option<Diagnostic> {
    let report = checked.report.as_ref()?;
    match &expect.kind {
        ExpectKind::Verdict(name) => verdict(expect, &name.text, report),
        ExpectKind::Missing(targets) => missing(expect, targets, report),
        ExpectKind::Value(name, value) => {
            // Only the filing type can be expected: the compiler saw to it.
            let actual = checked.filing_type.as_ref().map(|(id, _)| id.as_str());
            let found = actual.map_or(say!("not known", "未知"), Bilingual::same);
            let expected = say!("{} to be {}", "{} 为 {}", name.text, value.text);
            (actual != Some(value.text.as_str())).then(|| diagnostics::fails(expect.span, &expected, &found))
        }
        ExpectKind::Outcome { outcome, only, rules } => {
            let fault = rules.iter().find_map(|(rule, at)| one(*outcome, rule, at.as_ref(), report));
            fault.or_else(|| if *only { others(expect.span, *outcome, rules, report) } else { None })
        }
    }
}

fn verdict(expect: &Expect, expected: &str, report: &Report) -> Option<Diagnostic> {
    if report.verdict.key() == expected {
        return None;
    }
    let mut d = diagnostics::fails(
        expect.span,
        &say!("verdict {expected}", "结论 {expected}"),
        &Bilingual::new(report.verdict.key(), format!("{}（{}）", report.verdict.key(), report.verdict.words().1)),
    );
    let causes =
        report.rules.iter().filter(|r| matches!(r.outcome, Outcome::Violated | Outcome::Undetermined) && r.weight == Weight::Decides);
    for (n, rule) in causes.enumerate() {
        if n == MAX_CAUSES {
            break;
        }
        d = decided(d.note(described(rule)), rule, report);
    }
    Some(d)
}

/// Rules that are named as the cause of another verdict.
const MAX_CAUSES: usize = 5;

fn missing(expect: &Expect, targets: &[Target], report: &Report) -> Option<Diagnostic> {
    let missing: Vec<&String> = report.rules.iter().flat_map(|r| &r.missing).collect();
    let absent = targets.iter().map(target_text).find(|t| !missing.iter().any(|m| paths_meet(m, t)))?;
    let mut names: Vec<&str> = missing.iter().map(|m| m.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    let found =
        if names.is_empty() { say!("nothing missing", "没有缺失项") } else { say!("missing: {}", "缺失：{}", names.join(", ")) };
    Some(diagnostics::fails(expect.span, &say!("`{absent}` to be missing", "`{absent}` 缺失"), &found))
}

fn one(outcome: ExpectedOutcome, rule: &RuleRef, at: Option<&Target>, report: &Report) -> Option<Diagnostic> {
    let mut about: Vec<&RuleReport> = report.rules.iter().filter(|r| is_about(r, rule)).collect();
    // A rule of that very id goes before a base rule that only ends in the same words.
    let text = rule.text();
    if about.iter().any(|r| r.name == text) {
        about.retain(|r| r.name == text || r.also.contains(&text));
    }
    let expected = expected_words(&rule.text(), outcome);
    if outcome == ExpectedOutcome::NotInForce {
        // A base rule is in force also where what a layer makes of it is not: only the id itself counts.
        let is_it = |r: &&RuleReport| r.name == text || r.also.contains(&text) || r.elsewhere.contains(&text);
        let actual = report.rules.iter().find(is_it)?;
        let (en, zh) = actual.outcome.words();
        let d = diagnostics::fails(rule.span, &expected, &say!("it in force: {en}", "该规则有效，结果为{zh}"));
        return Some(decided(d.note(described(actual)), actual, report));
    }
    // A change that holds for other filings only does not apply to this one.
    let is_elsewhere = about.is_empty() && report.rules.iter().any(|r| r.elsewhere.contains(&text));
    if is_elsewhere && outcome == ExpectedOutcome::NotApplicable {
        return None;
    }
    let Some(found) = about.iter().find(|r| has(r, outcome)) else {
        if is_elsewhere {
            let (en, zh) = Outcome::NotApplicable.words();
            return Some(diagnostics::fails(rule.span, &expected, &Bilingual::new(en, zh)));
        }
        let Some(actual) = about.first() else {
            let d = diagnostics::fails(rule.span, &expected, &say!("no such rule in force here", "此处没有这条有效规则"));
            let d = d.help(say!(
                "write `expect not in force {text}` where the rule does not hold on the day of the case",
                "若该规则在用例当日未施行，写作 `expect not in force {text}`"
            ));
            return Some(d.help(say!("`filingc rules` lists the ids", "用 `filingc rules` 查看规则编号")));
        };
        let d = diagnostics::fails(rule.span, &expected, &Bilingual::new(actual.outcome.words().0, actual.outcome.words().1));
        return Some(decided(d.note(described(actual)), actual, report));
    };
    let at = target_text(at?);
    if found.paths.iter().chain(&found.missing).any(|p| paths_meet(p, &at)) {
        return None;
    }
    let list = found.paths.iter().chain(&found.missing).map(|p| format!("`{p}`")).collect::<Vec<_>>().join(", ");
    let d = diagnostics::fails(
        rule.span,
        &Bilingual::new(format!("{} at `{at}`", expected.en), format!("{}，位于 `{at}`", expected.zh)),
        &if list.is_empty() { say!("no place", "无位置") } else { say!("it at {list}", "位于 {list}") },
    );
    Some(decided(d, found, report))
}

fn others(span: Span, outcome: ExpectedOutcome, wanted: &[(RuleRef, Option<Target>)], report: &Report) -> Option<Diagnostic> {
    let more: Vec<&RuleReport> = report.rules.iter().filter(|r| has(r, outcome) && !wanted.iter().any(|(w, _)| is_about(r, w))).collect();
    if more.is_empty() {
        return None;
    }
    let names = more.iter().map(|r| r.name.as_str()).collect::<Vec<_>>().join(", ");
    let (en, zh) = words(outcome);
    let mut d = diagnostics::fails(span, &say!("no other rule to be {en}", "没有其他规则{zh}"), &Bilingual::same(names));
    for rule in more.into_iter().take(MAX_CAUSES) {
        d = decided(d.note(described(rule)), rule, report);
    }
    Some(d)
}

/// Adds the places that decided: the rule, and what its finding underlines in the manifest.
fn decided(mut d: Diagnostic, rule: &RuleReport, report: &Report) -> Diagnostic {
    let finding: Option<&Finding> = report.findings.iter().find(|f| f.rules.contains(&rule.name));
    match finding {
        Some(finding) => {
            // A case without a manifest has no place to show.
            for label in finding.diagnostic.labels.iter().filter(|l| l.is_primary && l.span.start > 0) {
                let said = if label.message.en.is_empty() { finding.diagnostic.message.clone() } else { label.message.clone() };
                d = d.secondary(label.span, said);
            }
        }
        None if !rule.span.is_empty() => d = d.secondary(rule.span, say!("the rule", "该规则")),
        None => {}
    }
    d
}

/// How a rule ended and why, in a line.
fn described(rule: &RuleReport) -> Bilingual {
    let (en, zh) = rule.outcome.words();
    let why = |text: &str, colon: &str| if text.is_empty() { String::new() } else { format!("{colon}{text}") };
    Bilingual::new(format!("{} is {en}{}", rule.name, why(&rule.why.en, ": ")), format!("{} {zh}{}", rule.name, why(&rule.why.zh, "：")))
}

/// Whether a rule of the report is the one a case names: the base rule, or any layer that had a say.
pub(super) fn is_about(rule: &RuleReport, reference: &RuleRef) -> bool {
    let text = reference.text();
    rule.name == text
        || rule.also.contains(&text)
        // `ln/prin-entity-principal`: the base rule as a layer sees it.
        || rule.name.split('/').nth(1) == Some(&reference.id.text)
}

pub(super) fn has(rule: &RuleReport, outcome: ExpectedOutcome) -> bool {
    let is = |o: Outcome| rule.outcome == o;
    match outcome {
        ExpectedOutcome::Violated => is(Outcome::Violated),
        ExpectedOutcome::Warned => is(Outcome::Violated) && rule.weight != Weight::Decides,
        ExpectedOutcome::Satisfied => is(Outcome::Satisfied),
        ExpectedOutcome::Undetermined => is(Outcome::Undetermined),
        ExpectedOutcome::NotApplicable => is(Outcome::NotApplicable),
        // What the report knows is in force.
        ExpectedOutcome::NotInForce => false,
        ExpectedOutcome::Waived => is(Outcome::Waived),
        ExpectedOutcome::Blocked => is(Outcome::Blocked),
    }
}

fn words(outcome: ExpectedOutcome) -> (&'static str, &'static str) {
    match outcome {
        ExpectedOutcome::Warned => ("violated with a warning", "不满足（警告）"),
        ExpectedOutcome::Violated => Outcome::Violated.words(),
        ExpectedOutcome::Satisfied => Outcome::Satisfied.words(),
        ExpectedOutcome::Undetermined => Outcome::Undetermined.words(),
        ExpectedOutcome::NotApplicable => Outcome::NotApplicable.words(),
        ExpectedOutcome::NotInForce => ("not in force", "尚未施行或已失效"),
        ExpectedOutcome::Waived => Outcome::Waived.words(),
        ExpectedOutcome::Blocked => Outcome::Blocked.words(),
    }
}

fn expected_words(rule: &str, outcome: ExpectedOutcome) -> Bilingual {
    let (en, zh) = words(outcome);
    say!("{rule} to be {en}", "{rule} {zh}")
}
