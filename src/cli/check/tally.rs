//! Counts over many filings: verdicts, and how many filings each rule, region, account… has to do with.

use super::super::json::{LeftOutOf, Summary};
use super::keys::By;
use crate::diagnostic::render::{Page, Screen, escaped};
use crate::diagnostic::{Bilingual, Language, Severity, chinese, say};
use crate::eval::Verdict;
use crate::line;
use crate::value::Schema;
use serde::Serialize;
use std::collections::HashMap;
use unicode_width::UnicodeWidthStr;

/// Most values of one field that are counted each for itself.
const MAX_VALUES: usize = 10_000;

/// How the filings of a run end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs)]
pub(super) struct Counts {
    pub(super) filings: usize,
    pub(super) findings: usize,
    pub(super) ready: usize,
    pub(super) incomplete: usize,
    pub(super) rejected: usize,
    pub(super) not_required: usize,
    pub(super) unreadable: usize,
}

impl Counts {
    fn add(&mut self, verdict: Option<Verdict>, n_findings: usize) {
        self.filings += 1;
        self.findings += n_findings;
        *match verdict {
            Some(Verdict::Ready) => &mut self.ready,
            Some(Verdict::Incomplete) => &mut self.incomplete,
            Some(Verdict::Rejected) => &mut self.rejected,
            Some(Verdict::NotRequired) => &mut self.not_required,
            None => &mut self.unreadable,
        } += 1;
    }
}

/// What counts of one filing.
#[derive(Debug, Default)]
pub(super) struct Facts {
    /// What it is called.
    pub(super) id: String,
    /// Its verdict; `None` where it cannot be read.
    pub(super) verdict: Option<Verdict>,
    /// Errors, warnings and notes that were said of it.
    pub(super) said: [usize; 3],
    /// For each key its values, each with the number of findings that have it.
    pub(super) values: Vec<Vec<(String, usize)>>,
    /// What it alone would make the program end with.
    pub(super) code: u8,
    /// What is not shown of it.
    pub(super) left_out: LeftOutOf,
}

/// Where a severity is counted.
pub(super) fn slot(severity: Severity) -> usize {
    match severity {
        Severity::Error => 0,
        Severity::Warning => 1,
        Severity::Note => 2,
    }
}

#[derive(Debug, Default)]
struct Group {
    counts: Counts,
    example: String,
}

/// The counts of a run.
#[derive(Debug, Default)]
pub(super) struct Tally {
    pub(super) counts: Counts,
    /// Errors, warnings and notes.
    pub(super) said: [usize; 3],
    pub(super) left_out: LeftOutOf,
    /// What the program ends with, so far.
    pub(super) code: u8,
    groups: Vec<(By, HashMap<String, Group>, Group)>,
}

/// The counts of one value, as programs read them.
#[derive(Debug, Serialize)]
pub(super) struct Row {
    value: String,
    filings: usize,
    /// Of all filings, in millionths.
    #[serde(skip)]
    share: usize,
    findings: usize,
    ready: usize,
    incomplete: usize,
    rejected: usize,
    not_required: usize,
    unreadable: usize,
    /// One of the filings: the first.
    example: String,
}

/// The counts by one key.
#[derive(Debug, Serialize)]
pub(super) struct Table {
    by: String,
    /// The key for people.
    #[serde(skip)]
    title: String,
    /// Most filings first.
    rows: Vec<Row>,
}

impl Tally {
    pub(super) fn new(keys: &[By]) -> Self {
        let groups = keys.iter().map(|k| (k.clone(), HashMap::default(), Group::default())).collect();
        Tally { groups, ..Tally::default() }
    }

    /// Adds a filing.
    pub(super) fn add(&mut self, facts: &Facts) {
        let n_findings = facts.said[0] + facts.said[1];
        self.counts.add(facts.verdict, n_findings);
        self.add_messages(facts.said);
        self.code = self.code.max(facts.code);
        self.left_out.filings += facts.left_out.filings;
        self.left_out.findings += facts.left_out.findings;
        self.left_out.excused += facts.left_out.excused;
        for ((_, groups, others), values) in self.groups.iter_mut().zip(&facts.values) {
            for (value, n) in values {
                let is_full = groups.len() >= MAX_VALUES && !groups.contains_key(value);
                let group = if is_full { &mut *others } else { groups.entry(value.clone()).or_default() };
                if group.counts.filings == 0 {
                    group.example.clone_from(&facts.id);
                }
                group.counts.add(facts.verdict, *n);
            }
        }
    }

    /// Adds messages that belong to no filing.
    pub(super) fn add_messages(&mut self, said: [usize; 3]) {
        self.said.iter_mut().zip(said).for_each(|(all, n)| *all += n);
    }

    /// As JSON says it.
    pub(super) fn summary(&self) -> Summary {
        let c = &self.counts;
        Summary {
            filings: c.filings,
            ready: c.ready,
            incomplete: c.incomplete,
            rejected: c.rejected,
            not_required: c.not_required,
            unreadable: c.unreadable,
            errors: self.said[0],
            warnings: self.said[1],
            notes: self.said[2],
            left_out: self.left_out.clone(),
        }
    }

    /// The tables of all keys.
    pub(super) fn tables(&self, schema: &Schema, language: Language) -> Vec<Table> {
        let all = self.counts.filings.max(1);
        let row = |value: String, g: &Group| {
            let Counts { filings, findings, ready, incomplete, rejected, not_required, unreadable } = g.counts;
            let share = filings * 1_000_000 / all;
            Row { value, filings, share, findings, ready, incomplete, rejected, not_required, unreadable, example: g.example.clone() }
        };
        let table = |(by, groups, others): &(By, HashMap<String, Group>, Group)| {
            let mut rows: Vec<Row> = groups.iter().map(|(value, group)| row(value.clone(), group)).collect();
            rows.sort_by(|a, b| b.filings.cmp(&a.filings).then_with(|| a.value.cmp(&b.value)));
            if others.counts.filings > 0 {
                rows.push(row(say!("(all others)", "（其他）").get(language).to_owned(), others));
            }
            Table { by: by.name().to_owned(), title: by.title(schema, language), rows }
        };
        self.groups.iter().map(table).collect()
    }
}

impl Row {
    fn share(&self) -> String {
        format!("{}.{} %", self.share / 10_000, self.share / 1_000 % 10)
    }

    fn numbers(&self) -> [usize; 7] {
        [self.filings, self.findings, self.ready, self.incomplete, self.rejected, self.not_required, self.unreadable]
    }
}

/// Heads of the columns, as people read them.
fn heads(language: Language) -> Vec<String> {
    let all: [Bilingual; 10] = [
        say!("filings", "份数"),
        say!("share", "占比"),
        say!("findings", "问题"),
        say!("ready", "可提交"),
        say!("incomplete", "信息不全"),
        say!("rejected", "将被驳回"),
        say!("not required", "无需备案"),
        say!("unreadable", "无法读取"),
        say!("value", "取值"),
        say!("example", "示例"),
    ];
    all.iter().map(|b| b.get(language).to_owned()).collect()
}

/// For people: columns in line.
pub(super) fn text(page: &mut Page, tables: &[Table], language: Language) {
    for table in tables {
        page.gap();
        match language {
            Language::En => line!(page, "by {}", table.title),
            Language::Zh => page.line(chinese(&["按", &table.title, "统计"])),
        }
        let mut rows = vec![heads(language)];
        rows.extend(table.rows.iter().map(|row| {
            let [filings, findings, rest @ ..] = row.numbers();
            let mut cells = vec![filings.to_string(), row.share(), findings.to_string()];
            cells.extend(rest.map(|n| if n == 0 { "-".to_owned() } else { n.to_string() }));
            cells.extend([&row.value, &row.example].map(|t| page.screen().text(t)));
            cells
        }));
        let widths: Vec<usize> = (0..9).map(|i| rows.iter().map(|r| r[i].width()).max().unwrap_or(0)).collect();
        for row in rows {
            let mut out = String::from(" ");
            for (i, cell) in row.iter().enumerate() {
                let pad = " ".repeat(widths.get(i).map_or(0, |w| w - cell.width()));
                // Numbers end in line, texts begin in line; the last column needs nothing behind it.
                let text = if i < 8 {
                    format!(" {pad}{cell}")
                } else if i == 8 {
                    format!("  {cell}{pad}")
                } else {
                    format!("  {cell}")
                };
                out.push_str(&text);
            }
            page.line(out.trim_end());
        }
    }
}

/// A cell as Markdown: nothing in it is obeyed.
fn in_markdown(text: &str) -> String {
    let mut out = String::new();
    for c in escaped(text).chars() {
        if matches!(c, '|' | '\\' | '`' | '*' | '_' | '<' | '>' | '[' | ']' | '&' | '#') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

/// As tables of Markdown.
pub(super) fn markdown(page: &mut Page, tables: &[Table], language: Language) {
    for table in tables {
        page.gap();
        let mut heads = heads(language);
        let example = heads.pop().unwrap_or_default();
        heads.pop();
        line!(page, "| {} | {} | {example} |", in_markdown(&table.title), heads.join(" | "));
        line!(page, "|---|{}---|", "--:|".repeat(heads.len()));
        for row in &table.rows {
            let [filings, findings, rest @ ..] = row.numbers();
            let rest = rest.map(|n| n.to_string()).join(" | ");
            let (value, example) = (in_markdown(&row.value), in_markdown(&row.example));
            line!(page, "| {value} | {filings} | {} | {findings} | {rest} | {example} |", row.share());
        }
    }
}

/// A text in a cell that a spreadsheet must not take for a formula.
pub(super) fn in_cell(text: &str) -> String {
    let is_formula = text.trim_start().starts_with(['=', '+', '-', '@']) || text.starts_with(['\t', '\r', '\n']);
    if is_formula { format!("'{text}") } else { text.to_owned() }
}

/// As CSV, one table for all keys.
pub(super) fn csv(tables: &[Table], screen: &Screen) -> Result<String, csv::Error> {
    let mut out = csv::Writer::from_writer(Vec::new());
    out.write_record([
        "by",
        "value",
        "filings",
        "share",
        "findings",
        "ready",
        "incomplete",
        "rejected",
        "not_required",
        "unreadable",
        "example",
    ])?;
    for table in tables {
        for row in &table.rows {
            let [filings, findings, rest @ ..] = row.numbers().map(|n| n.to_string());
            let share = format!("{}.{:06}", row.share / 1_000_000, row.share % 1_000_000);
            let texts = [&table.by, &row.value, &row.example].map(|t| in_cell(&escaped(&screen.masked(t))));
            let [by, value, example] = texts;
            out.write_record([by, value, filings, share, findings].into_iter().chain(rest).chain([example]))?;
        }
    }
    let bytes = out.into_inner().map_err(|e| csv::Error::from(std::io::Error::other(e.to_string())))?;
    String::from_utf8(bytes).map_err(|e| csv::Error::from(std::io::Error::other(e)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filing(id: &str, verdict: Verdict, rules: &[(&str, usize)]) -> Facts {
        let values = vec![rules.iter().map(|(r, n)| ((*r).to_owned(), *n)).collect()];
        Facts { id: id.to_owned(), verdict: Some(verdict), said: [rules.iter().map(|r| r.1).sum(), 0, 0], values, ..Facts::default() }
    }

    #[test]
    fn filings_are_counted_by_what_they_have() {
        let mut tally = Tally::new(&[By::Rule]);
        tally.add(&filing("a", Verdict::Rejected, &[("zz/x", 2), ("zz/y", 1)]));
        tally.add(&filing("b", Verdict::Ready, &[]));
        tally.add(&filing("=c|", Verdict::Rejected, &[("zz/y", 1)]));
        assert_eq!(tally.counts, Counts { filings: 3, findings: 4, ready: 1, rejected: 2, ..Counts::default() });
        let tables = tally.tables(&crate::value::Schema::default(), Language::En);
        let csv = csv(&tables, &Screen::default()).expect("the tables are texts");
        assert_eq!(csv.lines().nth(1), Some("rule,zz/y,2,0.666666,2,0,0,2,0,0,a"));
        let mut page = Page::new(Screen::default(), false);
        markdown(&mut page, &tables, Language::En);
        assert!(page.finish().as_str().contains("| zz/x | 1 | 33.3 % | 2 | 0 | 0 | 1 | 0 | 0 | a |"));
    }

    #[test]
    fn a_cell_is_no_formula() {
        for text in ["=1+1", "+x", "-x", "@x", "\t=x", " =x"] {
            assert!(in_cell(text).starts_with('\''), "{text}");
        }
        assert_eq!(in_cell("a=b"), "a=b");
    }
}
