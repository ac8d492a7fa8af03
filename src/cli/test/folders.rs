//! Case folders: a `manifest.toml` below the rules with its `expected.txt`, what `check` says of it.

use super::rewrite::Rewrite;
use super::{Outcome, is_fault};
use crate::cli::load;
use crate::diagnostic::render::{self, Page, Screen};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Language, say};
use crate::driver::{self, Options, Rulebook};
use crate::host::documents::Documents;
use crate::host::filing::Filing;
use crate::host::fs::{self, Wanted};
use crate::line;
use crate::source::{SourceMap, Span};
use crate::value::{Date, Value};
use similar::{ChangeTag, TextDiff};
use std::path::{Path, PathBuf};

const MANIFEST: &str = "manifest.toml";
const EXPECTED: &str = "expected.txt";

/// The case folders below the rules whose path contains a text, in order. What cannot be looked at is reported.
pub(super) fn find(rules: &Path, filter: &str, problems: &mut Diagnostics) -> Vec<PathBuf> {
    let is_wanted = |path: &Path| path.file_name().is_some_and(|n| n == MANIFEST);
    let found = fs::find(&[rules.to_path_buf()], &Wanted { is_wanted: &is_wanted, obeys_gitignore: false });
    for failure in &found.failures {
        problems.report(failure.unreadable(Code::UnreadableRules));
    }
    let folders = found.files.iter().filter(|f| is_wanted(f)).filter_map(|f| f.parent());
    let mut chosen: Vec<PathBuf> = folders.filter(|f| f.display().to_string().contains(filter)).map(Path::to_path_buf).collect();
    chosen.sort();
    chosen
}

/// The folder that manifests of cases usually lie in.
pub(super) fn beside(rules: &Path) -> PathBuf {
    rules.parent().unwrap_or(Path::new("")).join("examples")
}

/// Checks the manifest of a folder and compares.
pub(super) fn run(
    folder: &Path,
    book: &Rulebook,
    documents: &Documents,
    sources: &mut SourceMap,
    today: Date,
    rewrites: &mut Vec<Rewrite>,
) -> Outcome {
    let path = folder.join(MANIFEST);
    let name = path.display().to_string();
    let mut outcome = Outcome { title: folder.display().to_string(), file: name.clone(), line: 1, faults: Vec::new() };
    let mut problems = Diagnostics::new();
    let Some(filing) = Filing::open(&path, None, sources, &mut problems) else {
        outcome.faults = problems.into_sorted();
        return outcome;
    };
    let schema = &book.index.schema;
    let document = filing.read(schema, today, documents, sources, &mut problems);
    if let Some(place) = &schema.roles.submission_day
        && !matches!(document.slots[place.slot as usize], Value::Date(_))
    {
        let path = place.path();
        let message = say!("the manifest of a case states `{path}`", "用例清单须写明 `{path}`");
        let why = say!("without it the result depends on the day of the run", "否则结果随运行日期而变");
        outcome.faults.push(
            Diagnostic::new(Code::CaseSnapshot, message).primary(Span::new(filing.source, 0..0), say!("this manifest", "该清单")).note(why),
        );
        return outcome;
    }
    let options = Options { region: None, on: None, today, strict: false, require_look_ups: false, detailed: false };
    let checked = driver::check(book, sources, document, problems, &options);
    let verdict = checked.report.as_ref().map_or("unusable", |r| r.verdict.key());
    let kind = checked.filing_type.as_ref().map_or("not known", |(id, _)| id.as_str());
    let mut page = Page::new(Screen::of(sources), false);
    line!(page, "verdict: {verdict}");
    line!(page, "filing type: {kind}");
    render::concise(&mut page, &checked.diagnostics, sources, Language::En);
    let found = page.finish().into_string();
    let found = found.replace(&format!("{}/", folder.display()), "");
    let expected = folder.join(EXPECTED);
    let before = match fs::read(&expected) {
        Err(failure) if failure.is_absence() => None,
        read => {
            let mut problems = Diagnostics::new();
            let text = load::text(read, &expected.display().to_string(), Code::CaseSnapshot, &mut problems);
            if text.is_none() {
                outcome.faults = problems.into_sorted();
                return outcome;
            }
            text
        }
    };
    if before.as_deref() == Some(found.as_str()) {
        return outcome;
    }
    let mut fault = match &before {
        None => Diagnostic::new(Code::CaseSnapshot, say!("`{}` has no `{EXPECTED}`", "`{}` 没有 `{EXPECTED}`", folder.display())),
        Some(_) => Diagnostic::new(Code::CaseSnapshot, say!("`{}` differs from what was found", "`{}` 与结果不同", expected.display())),
    };
    for line in TextDiff::from_lines(before.as_deref().unwrap_or(""), &found).iter_all_changes() {
        let sign = match line.tag() {
            ChangeTag::Delete => "expected",
            ChangeTag::Insert => "found",
            ChangeTag::Equal => continue,
        };
        let text = line.value().trim_end();
        let zh = if sign == "found" { "实际" } else { "预期" };
        fault = fault.note(say!("{sign}: {text}", "{zh}：{text}"));
    }
    // Places in the manifest that decided, so that the message shows them.
    for label in checked.diagnostics.iter().filter(|d| is_fault(d)).flat_map(|d| d.labels.iter().filter(|l| l.is_primary).take(1)).take(3) {
        fault = fault.secondary(label.span, label.message.clone());
    }
    fault = fault.help(say!("`filingc test --update` writes what was found", "用 `filingc test --update` 写入结果"));
    let before = before.unwrap_or_default();
    outcome.faults.push(fault);
    rewrites.push(Rewrite::File { path: expected, before, after: found });
    outcome
}
