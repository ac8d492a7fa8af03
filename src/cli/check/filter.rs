//! Which findings and filings are shown. What is left out is counted, and counts for verdicts and exit codes all the same.

use super::args::{Only, TriageArgs};
use crate::diagnostic::{Code, Diagnostic, nearest, say};
use crate::driver::{Checked, Rulebook};
use crate::eval::Verdict;

/// What a call wants to see.
#[derive(Clone, Debug, Default)]
pub(super) struct Filter {
    select: Vec<String>,
    ignore: Vec<String>,
    only: Vec<Only>,
}

impl Filter {
    /// What a call asks for. A name that no rule and no code has is told, so that a slip does not hide everything.
    pub(super) fn of(args: &TriageArgs, book: &Rulebook) -> Result<Filter, Vec<Diagnostic>> {
        let filter = Filter { select: args.select.clone(), ignore: args.ignore.clone(), only: args.only.clone() };
        let patterns = || filter.select.iter().chain(&filter.ignore);
        if patterns().next().is_none() {
            return Ok(filter);
        }
        let view = book.view();
        let changes = (0..book.details.changes.len()).map(|i| book.details.changes[i].name.as_str());
        let rules = (0..view.rules.len()).map(|rule| view.rule_name(rule));
        let known: Vec<&str> = rules.chain(changes).chain(Code::ALL.iter().map(|c| c.id())).collect();
        let problems: Vec<Diagnostic> = patterns().filter(|p| !known.iter().any(|k| fits(p, k))).map(|p| unknown(p, &known)).collect();
        if problems.is_empty() { Ok(filter) } else { Err(problems) }
    }

    /// Whether all findings are shown.
    pub(super) fn wants_all(&self) -> bool {
        self.select.is_empty() && self.ignore.is_empty()
    }

    /// Whether a finding is shown.
    pub(super) fn wants(&self, d: &Diagnostic) -> bool {
        if self.wants_all() {
            return true;
        }
        let code = d.code.text();
        let is_in = |list: &[String]| list.iter().any(|p| fits(p, &code));
        (self.select.is_empty() || is_in(&self.select)) && !is_in(&self.ignore)
    }

    /// Whether a filing is shown.
    pub(super) fn wants_filing(&self, checked: &Checked) -> bool {
        let verdict = match checked.report.as_ref().map(|r| r.verdict) {
            Some(Verdict::Ready) => Only::Ready,
            Some(Verdict::Incomplete) => Only::Incomplete,
            Some(Verdict::Rejected) => Only::Rejected,
            Some(Verdict::NotRequired) => Only::NotRequired,
            None => Only::Unreadable,
        };
        self.only.is_empty() || self.only.contains(&verdict)
    }
}

/// Whether a pattern means an id: `*` stands for anything, `xx/` for a whole layer.
fn fits(pattern: &str, id: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or("");
    let Some(mut rest) = id.strip_prefix(first) else { return false };
    let mut parts: Vec<&str> = parts.collect();
    let Some(last) = parts.pop() else { return rest.is_empty() || pattern.ends_with('/') };
    for part in parts {
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    rest.ends_with(last)
}

fn unknown(pattern: &str, known: &[&str]) -> Diagnostic {
    let d = Diagnostic::new(Code::NothingFound, say!("no rule and no code is called `{pattern}`", "没有名为 `{pattern}` 的规则或代码"));
    match nearest(pattern, known.iter().copied()) {
        Some(near) => d.help(say!("did you mean `{near}`?", "是否想写 `{near}`？")),
        None => d.help(say!("`filingc rules` lists all rules", "`filingc rules` 列出全部规则")),
    }
}

#[cfg(test)]
mod tests {
    use super::fits;

    #[test]
    fn patterns_mean_ids() {
        for (pattern, id) in [
            ("xx/a", "xx/a"),
            ("xx/*", "xx/a"),
            ("xx/", "xx/a"),
            ("*-id", "yy/prin-id"),
            ("F50*", "F5005"),
            ("*", "x"),
            ("a*b*c", "a-b-b-c"),
        ] {
            assert!(fits(pattern, id), "{pattern} means {id}");
        }
        for (pattern, id) in [("xx/a", "xx/ab"), ("cn", "xx/a"), ("*-id", "xx/id-x"), ("a*b*c", "a-c"), ("", "xx/a"), ("ab*ba", "aba")] {
            assert!(!fits(pattern, id), "{pattern} does not mean {id}");
        }
    }
}
