//! What a plan has to say: missed deadlines, with the fact and the rule.

use super::build::Evidence;
use super::{Plan, Standing};
use crate::diagnostic::{Bilingual, CodeOf, Diagnostic, Severity, chinese, say};

/// Reports every missed deadline; several steps that one fact makes late are one finding.
pub(super) fn missed(plan: &mut Plan, evidence: &Evidence) {
    let mut findings: Vec<Diagnostic> = Vec::new();
    let mut seen: Vec<(Option<crate::source::Span>, Bilingual)> = Vec::new();
    for (s, d) in plan.deadlines.clone() {
        let step = &plan.steps[s];
        let deadline = &step.deadlines[d];
        if !deadline.standing.is_missed() {
            continue;
        }
        let done = evidence.done[s].as_ref();
        if let (Some(span), Some(at)) =
            (done.map(|a| a.span), seen.iter().position(|x| x.0.is_some() && *x == (done.map(|a| a.span), deadline.words.clone())))
            && !span.is_empty()
        {
            let also = say!("`{}` is late by the same fact", "同一日期也使 `{}` 逾期", step.id);
            findings[at].notes.insert(0, also.into());
            continue;
        }
        seen.push((done.map(|a| a.span), deadline.words.clone()));
        let due = deadline.at.map_or_else(|| deadline.due.earliest.day().map_or(String::new(), |d| d.to_string()), |t| shown(&t));
        let (en, zh) = (&step.title.en, &step.title.zh);
        let message = match deadline.standing {
            Standing::Late(days) => {
                let on =
                    evidence.done_at[s].map_or_else(|| step.finish.earliest.day().map_or(String::new(), |d| d.to_string()), |t| shown(&t));
                let n = late(days);
                Bilingual::new(
                    format!("due on {due}, done on {on}, {} late: {en}", n.en),
                    chinese(&[&format!("期限为 {due}，{on} 才完成，逾期"), &n.zh, "：", zh]),
                )
            }
            Standing::Missed(days) => {
                let n = late(days);
                Bilingual::new(format!("due on {due}, {} ago: {en}", n.en), chinese(&[&format!("期限为 {due}，已过"), &n.zh, "：", zh]))
            }
            _ => continue,
        };
        let severity = if deadline.should { Severity::Warning } else { Severity::Error };
        let mut finding = Diagnostic::with_code(CodeOf::Rule(step.name.clone()), severity, message);
        if let Some(answer) = done.filter(|a| !a.span.is_empty()) {
            finding = finding.primary(answer.span, say!("done", "完成日期"));
        }
        if let Some((_, span)) = deadline.from.as_ref().filter(|f| !f.1.is_empty()) {
            let label = say!("counted from here", "由此起算");
            finding = if finding.labels.is_empty() { finding.primary(*span, label) } else { finding.secondary(*span, label) };
        }
        finding = finding.secondary(deadline.span, deadline.words.clone());
        for source in step.sources.iter().take(2) {
            finding = finding.note(source.clone());
        }
        if let Some(missed) = &deadline.missed {
            finding = finding.note(Bilingual::new(format!("if missed: {}", missed.en), format!("逾期后果：{}", missed.zh)));
        }
        if let Standing::Missed(_) = deadline.standing {
            finding = finding.help(say!("do it at once", "立即办理"));
        }
        findings.push(finding);
    }
    findings.sort_by_key(|f| f.severity);
    plan.findings = findings;
}

fn shown(t: &crate::value::DateTime) -> String {
    format!("{} {:02}:{:02}", t.date(), t.hour(), t.minute())
}

fn late(days: i64) -> Bilingual {
    match days {
        0 => say!("less than a day", "不足一日"),
        1 => say!("1 day", " 1 日"),
        n => say!("{n} days", " {n} 日"),
    }
}
