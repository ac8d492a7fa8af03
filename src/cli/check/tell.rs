//! A check for people: findings and a summary for each filing, one line for all.

use super::super::Format;
use super::tally::Counts;
use crate::diagnostic::render::{self, Page};
use crate::diagnostic::{Diagnostic, Language};
use crate::driver::{Checked, Rulebook};
use crate::eval::{LeftOut, Outcome, Reach, Verdict};
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

/// Most facts of one kind that a line names.
const MAX_NAMED: usize = 3;

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
        let Counts { filings, findings, ready, incomplete, rejected, not_required, unreadable } = *counts;
        match self.language {
            Language::En => line!(
                page,
                "{filings} filings checked, {findings} findings: {ready} ready, {incomplete} incomplete, {rejected} rejected, {not_required} not required, {unreadable} not readable"
            ),
            Language::Zh => line!(
                page,
                "共检查 {filings} 份，{findings} 处问题：可提交 {ready}，信息不全 {incomplete}，将被驳回 {rejected}，无需备案 {not_required}，无法读取 {unreadable}"
            ),
        }
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
        let Some(report) = &c.report else {
            match self.language {
                Language::En => line!(page, "{name}: not checked, the manifest cannot be used"),
                Language::Zh => line!(page, "{name}：未检查，清单无法使用"),
            }
            return;
        };
        let left_out = c.reach(self.book).unwrap_or_default();
        let mut parts = vec![self.verdict(report.verdict, report.is_provisional, &left_out)];
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

    fn verdict(&self, verdict: Verdict, is_provisional: bool, reach: &Reach) -> String {
        let (en, zh) = verdict.words();
        let is_bounded = matches!(verdict, Verdict::Ready | Verdict::NotRequired) && !reach.is_whole();
        match self.language {
            Language::En => {
                format!("{en}{}{}", if is_provisional { " (provisional)" } else { "" }, if is_bounded { ", as far as stated" } else { "" })
            }
            Language::Zh => {
                format!("{zh}{}{}", if is_provisional { "（暂定）" } else { "" }, if is_bounded { "（以所填内容为限）" } else { "" })
            }
        }
    }

    fn summary(&self, page: &mut Page, name: &str, c: &Checked) {
        let (language, book) = (self.language, self.book);
        let zh = language == Language::Zh;
        let Some(report) = &c.report else {
            match language {
                Language::En => line!(page, "{name}: not checked, the manifest cannot be used"),
                Language::Zh => line!(page, "{name}：未检查，清单无法使用"),
            }
            return;
        };
        let region = c.layers.iter().rev().map(|l| &book.index.layers[*l]).find(|l| !l.is_provider);
        let layers: Vec<&str> = c.layers.iter().map(|l| book.index.layers[*l].title.get(language)).collect();
        let filing_type = match &c.filing_type {
            Some((_, title)) => title.get(language).to_owned(),
            None => if zh { "未定" } else { "not known yet" }.to_owned(),
        };
        let reach = c.reach(book).unwrap_or_default();
        let verdict = self.verdict(report.verdict, report.is_provisional, &reach);
        if c.is_partial {
            match language {
                Language::En => line!(page, "{name}: parts of it cannot be read; only the rest was checked"),
                Language::Zh => line!(page, "{name}：部分内容无法读取，仅检查了其余部分"),
            }
        }
        let count = |o| c.count(o);
        let (v, u, s, n, w, b) = (
            count(Outcome::Violated),
            count(Outcome::Undetermined),
            count(Outcome::Satisfied),
            count(Outcome::NotApplicable),
            count(Outcome::Waived),
            count(Outcome::Blocked),
        );
        if zh {
            let authority = region.and_then(|r| r.authority.as_ref()).map_or(String::new(), |a| format!("（{}）", a.get(language)));
            line!(page, "{name}");
            line!(page, "  适用规则：{}{authority}", layers.join(" + "));
            line!(page, "  备案类型：{filing_type}    法律日期：{}", c.on);
            line!(page, "  不满足 {v}，无法判定 {u}，受阻 {b}，豁免 {w}，满足 {s}，不适用 {n}");
            line!(page, "  结论：{verdict}");
            self.reach(page, &reach);
            line!(page, "  下一步：{}", report.next_step.get(language));
        } else {
            let authority = region.and_then(|r| r.authority.as_ref()).map_or(String::new(), |a| format!(" ({})", a.get(language)));
            line!(page, "{name}");
            line!(page, "  rules: {}{authority}", layers.join(" + "));
            line!(page, "  filing type: {filing_type}    law of: {}", c.on);
            line!(page, "  {v} violated, {u} undetermined, {b} blocked, {w} waived, {s} satisfied, {n} not applicable");
            line!(page, "  verdict: {verdict}");
            self.reach(page, &reach);
            line!(page, "  next: {}", report.next_step.get(language));
        }
    }

    /// How far the verdict goes, a line for each kind of fact that was left out.
    fn reach(&self, page: &mut Page, reach: &Reach) {
        let zh = self.language == Language::Zh;
        let kinds: [(Vec<&LeftOut>, &str, &str, &str); 3] = [
            (reach.look_ups().collect(), "look-up was not made", "look-ups were not made", "项查询未作"),
            (reach.not_stated().collect(), "fact is not stated", "facts are not stated", "项信息未填写"),
            (reach.to_come().collect(), "event is not stated", "events are not stated", "项进展未填写"),
        ];
        for (facts, one, many, words) in kinds.into_iter().filter(|k| !k.0.is_empty()) {
            let n = facts.len();
            let rules = |k: usize| match (zh, k) {
                (true, _) => format!("{k} 条规则"),
                (false, 1) => "1 rule".to_owned(),
                (false, _) => format!("{k} rules"),
            };
            let colon = if zh { "：" } else { ": " };
            let named: Vec<String> = facts.iter().take(MAX_NAMED).map(|f| format!("{}{colon}{}", f.path, rules(f.rules.len()))).collect();
            let is_cut = n > MAX_NAMED;
            if zh {
                line!(page, "  范围：{n} {words}（{}{}）", named.join("；"), if is_cut { "……" } else { "" });
            } else {
                let words = if n == 1 { one } else { many };
                line!(page, "  reach: {n} {words} ({}{})", named.join(", "), if is_cut { ", …" } else { "" });
            }
        }
        if !reach.looked_up.is_empty() {
            let n = reach.looked_up.len();
            let colon = if zh { "：" } else { ": " };
            let named: Vec<String> = reach.looked_up.iter().take(MAX_NAMED).map(|f| format!("{}{colon}{}", f.path, f.record)).collect();
            let is_cut = n > MAX_NAMED;
            if zh {
                line!(page, "  范围：{n} 项信息取自查询记录（{}{}）", named.join("；"), if is_cut { "……" } else { "" });
            } else {
                let words = if n == 1 { "fact comes" } else { "facts come" };
                line!(page, "  reach: {n} {words} from records ({}{})", named.join(", "), if is_cut { ", …" } else { "" });
            }
        }
        for year in &reach.calendars {
            match self.language {
                Language::En => line!(page, "  reach: the calendar of {year} is not announced; business days in it were not counted"),
                Language::Zh => line!(page, "  范围：{year} 年节假日安排尚未公布，未计算其中的工作日"),
            }
        }
    }
}
