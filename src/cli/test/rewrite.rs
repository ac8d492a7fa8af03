//! `--update`: expectations that failed, rewritten to what was found.

use super::Suite;
use crate::cli::{Global, fmt, output};
use crate::diagnostic::{Edit, Language};
use crate::line;
use crate::source::SourceMap;
use crate::suite::update;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// One change that makes an expectation hold.
#[derive(Clone, Debug)]
pub(in crate::cli) enum Rewrite {
    /// In a rule file.
    Edit(String, Edit),
    /// A whole file; `before` is empty where there is none yet.
    File { path: PathBuf, before: String, after: String },
}

/// Writes what makes them hold and shows the difference. 0 when everything holds afterwards, 1 when something could not be rewritten.
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
        let before = sources.get(first.span.source).text.to_string();
        let after = update::apply(&before, &edits);
        texts.insert(PathBuf::from(file), (before, after));
    }
    let mut page = output::page(global, sources);
    for (path, (before, after)) in &texts {
        fmt::unified(&mut page, &path.display().to_string(), before, after);
    }
    let failing = suite.outcomes.iter().filter(|o| !o.faults.is_empty()).count();
    // Only what is on the disk counts as rewritten.
    let rewritten: Vec<&PathBuf> =
        texts.iter().filter(|(path, (_, after))| output::file(global, path, after)).map(|(path, _)| path).collect();
    let file_of = |rewrite: &Rewrite| match rewrite {
        Rewrite::Edit(file, _) => PathBuf::from(file),
        Rewrite::File { path, .. } => path.clone(),
    };
    let n = suite.rewrites.iter().filter(|r| rewritten.contains(&&file_of(r))).count();
    let files = rewritten.len();
    match global.language() {
        Language::En => line!(page, "{n} expectations rewritten in {files} files; {failing} cases failed before"),
        Language::Zh => line!(page, "已改写 {files} 个文件中的 {n} 条预期；此前 {failing} 个用例失败"),
    }
    let is_told = output::result(global, Ok(page.finish()));
    if !is_told || files < texts.len() {
        return 2;
    }
    u8::from(suite.beyond > 0)
}
