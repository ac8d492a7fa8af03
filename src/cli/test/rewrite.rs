//! `--update`: expectations that failed, rewritten to what was found.

use super::Suite;
use crate::cli::{Global, fmt, output};
use crate::diagnostic::{Edit, Language};
use crate::source::SourceMap;
use crate::suite::update;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::PathBuf;

/// One change that makes an expectation hold.
#[derive(Clone, Debug)]
pub(in crate::cli) enum Rewrite {
    /// In a rule file.
    Edit(String, Edit),
    /// A whole file; `before` is empty where there is none yet.
    File { path: PathBuf, before: String, after: String },
}

/// Shows the difference and writes it. 0 when everything holds afterwards, 1 when something could not be rewritten.
pub(super) fn all(suite: &Suite, global: &Global, sources: &SourceMap) -> u8 {
    let mut edits: BTreeMap<String, Vec<Edit>> = BTreeMap::new();
    let mut texts: BTreeMap<PathBuf, (String, String)> = BTreeMap::new();
    for rewrite in &suite.rewrites {
        match rewrite {
            Rewrite::Edit(file, edit) => edits.entry(file.clone()).or_default().push(edit.clone()),
            Rewrite::File { path, before, after: text } => {
                texts.insert(path.clone(), (before.clone(), text.clone()));
            }
        }
    }
    for (file, edits) in edits {
        let Some(first) = edits.first() else { continue };
        let before = sources.get(first.span.source).text.clone().into_owned();
        let after = update::apply(&before, &edits);
        texts.insert(PathBuf::from(file), (before, after));
    }
    let mut out = String::new();
    for (path, (before, after)) in &texts {
        out.push_str(&fmt::unified(&path.display().to_string(), before, after));
    }
    let failing = suite.outcomes.iter().filter(|o| !o.faults.is_empty()).count();
    let n = suite.rewrites.len();
    let files = texts.len();
    let _ = match global.language() {
        Language::En => writeln!(out, "{n} expectations rewritten in {files} files; {failing} cases failed before"),
        Language::Zh => writeln!(out, "已改写 {files} 个文件中的 {n} 条预期；此前 {failing} 个用例失败"),
    };
    // The difference is shown before anything is written.
    let mut written = output::result(global, &out);
    for (path, (_, after)) in &texts {
        written &= output::file(global, path, after);
    }
    if !written {
        return 2;
    }
    u8::from(suite.beyond > 0)
}
