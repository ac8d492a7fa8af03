//! What was found before: a file in the form of `jsonl`, of which ids, verdicts, rules and paths count.

use crate::answer::Line;
use crate::diagnostic::{Code, Diagnostic, say};
use crate::driver::Checked;
use crate::eval::Verdict;
use crate::host::fs;
use crate::host::lines::{self, Lines};
use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher, Hash, RandomState};
use std::path::Path;

/// Findings that are known: by their hashes, so that a million of them take a few dozen megabytes.
#[derive(Debug)]
pub(super) struct Baseline {
    keys: (RandomState, RandomState),
    findings: HashSet<u128>,
    /// How bad each filing was.
    filings: HashMap<u128, u8>,
}

/// What a baseline says of a filing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct News {
    /// Findings that were there before.
    pub(super) known: usize,
    /// Its verdict is worse than it was, or it was not there.
    pub(super) is_worse: bool,
    /// A finding at or above the fail level is new.
    pub(super) fails_anew: bool,
}

#[derive(serde::Deserialize)]
struct Stored {
    id: String,
    verdict: Option<String>,
    findings: Vec<StoredFinding>,
}

#[derive(serde::Deserialize)]
struct StoredFinding {
    rule: String,
    path: Option<String>,
}

/// The worse, the more.
fn rank(verdict: Option<&str>) -> u8 {
    match verdict {
        Some("ready" | "not-required") => 0,
        Some("incomplete") => 1,
        Some("rejected") => 2,
        _ => 3,
    }
}

impl Baseline {
    /// Reads a file.
    ///
    /// # Errors
    /// A file that cannot be read, or a line of it that is none of a baseline.
    pub(super) fn read(path: &Path) -> Result<Self, Box<Diagnostic>> {
        let unreadable = |failure: fs::Failure| Box::new(failure.unreadable(Code::Configuration));
        let name = path.display().to_string();
        let mut baseline =
            Baseline { keys: (RandomState::new(), RandomState::new()), findings: HashSet::default(), filings: HashMap::default() };
        let mut all = Lines::new(fs::stream(path).map_err(unreadable)?.0);
        while let Some((number, line)) = all.read_line().map_err(|e| unreadable(fs::Failure { name: name.clone(), why: e.into() }))? {
            let stored = match &line {
                lines::Line::Bytes(bytes) if bytes.iter().all(u8::is_ascii_whitespace) => continue,
                lines::Line::Bytes(bytes) => serde_json::from_slice::<Stored>(bytes).map_err(|e| e.to_string()),
                lines::Line::TooLong(n) => Err(format!("{n} bytes")),
            };
            let stored = stored.map_err(|why| {
                Box::new(
                    Diagnostic::new(
                        Code::Configuration,
                        say!("line {number} of `{name}` is none of a baseline: {why}", "`{name}` 第 {number} 行不是基线记录：{why}"),
                    )
                    .help(say!(
                        "`--write-baseline` makes one, as does `--output-format jsonl`",
                        "用 `--write-baseline` 或 `--output-format jsonl` 生成"
                    )),
                )
            })?;
            let verdict = rank(stored.verdict.as_deref());
            let filing = baseline.hash(&stored.id);
            let before = baseline.filings.entry(filing).or_insert(verdict);
            *before = (*before).max(verdict);
            for f in &stored.findings {
                let hash = baseline.hash(&(&stored.id, &f.rule, f.path.as_deref()));
                baseline.findings.insert(hash);
            }
        }
        Ok(baseline)
    }

    fn hash(&self, what: &(impl Hash + ?Sized)) -> u128 {
        let of = |state: &RandomState| u128::from(state.hash_one(what));
        of(&self.keys.0) << 64 | of(&self.keys.1)
    }

    /// Whether a finding was there before.
    pub(super) fn knows(&self, id: &str, rule: &str, path: Option<&str>) -> bool {
        self.findings.contains(&self.hash(&(id, rule, path)))
    }

    /// Compares a filing with what it was.
    pub(super) fn news(&self, line: &Line, checked: &Checked, fails_on_warnings: bool) -> News {
        let id = line.id.as_str();
        let mut news =
            News { is_worse: self.filings.get(&self.hash(id)).is_none_or(|before| rank(line.verdict) > *before), ..News::default() };
        for f in &line.findings {
            if self.knows(id, &f.rule, f.path.as_deref()) {
                news.known += 1;
            } else {
                news.fails_anew |= f.weight == "error" || fails_on_warnings && f.weight == "warning";
            }
        }
        // What makes a filing incomplete may be told as a warning.
        let is_incomplete = checked.report.as_ref().is_some_and(|r| r.verdict == Verdict::Incomplete);
        news.fails_anew |= is_incomplete && news.known < line.findings.iter().filter(|f| f.weight != "note").count();
        news
    }
}
