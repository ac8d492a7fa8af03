//! A check for people: findings and a summary for each filing, one line for all.

use super::super::Format;
use super::tally::Counts;
use crate::answer::{self, Summary};
use crate::diagnostic::render::{self, Page};
use crate::diagnostic::{Bilingual, Diagnostic, Language, say};
use crate::driver::{Checked, Rulebook};
use crate::line;
use crate::source::SourceMap;

/// What does not change from filing to filing.
#[derive(Clone, Copy)]
pub(super) struct Told<'t> {
    pub(super) book: &'t Rulebook,
    pub(super) format: Format,
    pub(super) language: Language,
    pub(super) explain_all: bool,
    pub(super) quiet: u8,
    /// Whether there may be other filings.
    pub(super) is_many: bool,
}

impl Told<'_> {
    /// Messages.
    pub(super) fn show(&self, page: &mut Page, list: &[Diagnostic], sources: &SourceMap) {
        match self.format {
            Format::Concise => render::concise(page, list, sources, self.language),
            _ => render::full(page, list, sources, self.language),
        }
    }

    /// A filing, with those of its findings that are wanted.
    pub(super) fn filing(&self, page: &mut Page, name: &str, c: &Checked, wanted: &[Diagnostic], sources: &SourceMap) {
        self.show(page, wanted, sources);
        if self.explain_all {
            self.explain_rules(page, c);
        }
        match self.format {
            _ if self.quiet > 0 => {}
            Format::Concise if self.is_many => self.in_one_line(page, name, c),
            _ => self.summary(page, name, c),
        }
    }

    /// All of them.
    pub(super) fn all(&self, page: &mut Page, counts: &Counts) {
        page.line(counted(counts).get(self.language));
    }

    fn explain_rules(&self, page: &mut Page, c: &Checked) {
        let Some(report) = &c.report else { return };
        for rule in &report.rules {
            let (en, zh) = rule.outcome.words();
            let word = if self.language == Language::Zh { zh } else { en };
            line!(page, "{word}  {}  {}", rule.name, rule.title.get(self.language));
            if !rule.why.get(self.language).is_empty() {
                page.indented(4, rule.why.get(self.language));
            }
        }
        if !report.rules.is_empty() {
            page.blank();
        }
    }

    fn in_one_line(&self, page: &mut Page, name: &str, c: &Checked) {
        let is_zh = self.language == Language::Zh;
        let Some(report) = &c.report else { return self.not_checked(page, name) };
        let left_out = c.reach(self.book).unwrap_or_default();
        let mut parts = vec![answer::verdict(report, &left_out).get(self.language).to_owned()];
        if c.is_partial {
            parts.push(if is_zh { "仅检查了能读取的部分" } else { "only what can be read was checked" }.to_owned());
        }
        let count = |severity| c.diagnostics.iter().filter(|d| d.severity == severity).count();
        let (e, w) = (count(crate::diagnostic::Severity::Error), count(crate::diagnostic::Severity::Warning));
        let reach = [
            (left_out.look_ups().count(), "look-ups not made", "项查询未作"),
            (left_out.not_stated().count(), "facts not stated", "项信息未填写"),
            (left_out.to_come().count(), "events not stated", "项进展未填写"),
        ];
        match self.language {
            Language::En => {
                let s = |n: usize| if n == 1 { "" } else { "s" };
                parts.push(format!("{e} error{}, {w} warning{}", s(e), s(w)));
                parts.extend(reach.iter().filter(|(n, ..)| *n > 0).map(|(n, en, _)| format!("{n} {en}")));
                line!(page, "{name}: {}", parts.join("; "));
            }
            Language::Zh => {
                parts.push(format!("错误 {e}，警告 {w}"));
                parts.extend(reach.iter().filter(|(n, ..)| *n > 0).map(|(n, _, zh)| format!("{n} {zh}")));
                line!(page, "{name}：{}", parts.join("；"));
            }
        }
    }

    fn not_checked(&self, page: &mut Page, name: &str) {
        let colon = if self.language == Language::Zh { "：" } else { ": " };
        line!(page, "{name}{colon}{}", answer::not_checked().get(self.language));
    }

    fn summary(&self, page: &mut Page, name: &str, c: &Checked) {
        let Some(summary) = Summary::of(self.book, c) else { return self.not_checked(page, name) };
        let (is_zh, language) = (self.language == Language::Zh, self.language);
        let headed = |en: &str, zh: &str, text: &Bilingual| format!("  {}{}", if is_zh { zh } else { en }, text.get(language));
        if let Some(partial) = &summary.partial {
            line!(page, "{name}{}{}", if is_zh { "：" } else { ": " }, partial.get(language));
        }
        line!(page, "{name}");
        page.line(headed("", "", &summary.rules));
        page.line(headed("", "", &summary.kind));
        page.line(headed("", "", &summary.outcomes));
        page.line(headed("verdict: ", "结论：", &summary.verdict));
        summary.reach.iter().for_each(|l| page.line(headed("", "", l)));
        page.line(headed("next: ", "下一步：", &summary.next));
    }
}

/// How many filings end how.
pub(super) fn counted(counts: &Counts) -> Bilingual {
    let Counts { filings, findings, ready, incomplete, rejected, not_required, unreadable } = *counts;
    say!(
        "{filings} filings checked, {findings} findings: {ready} ready, {incomplete} incomplete, {rejected} rejected, {not_required} not required, {unreadable} not readable",
        "共检查 {filings} 份，{findings} 处问题：可提交 {ready}，信息不全 {incomplete}，将被驳回 {rejected}，无需备案 {not_required}，无法读取 {unreadable}"
    )
}
