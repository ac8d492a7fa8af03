//! `check --fix`: what the reader of manifests brings into normal form anyway is written that way into the file, after it was shown.

use super::super::{Global, fmt, output};
use crate::diagnostic::render::{Page, Screen};
use crate::diagnostic::{Diagnostic, Diagnostics, Language, Severity, say};
use crate::driver::Rulebook;
use crate::host::fs;
use crate::host::input::Kind;
use crate::lint;
use crate::manifest;
use crate::source::{SourceKind, SourceMap};
use crate::value::Date;
use std::path::{Path, PathBuf};

/// Most rounds: of edits that overlap the first is made, a later round makes the others.
const MAX_ROUNDS: usize = 10;

/// A manifest before and after its safe edits.
struct Mended {
    before: String,
    after: String,
    count: usize,
    /// Both texts, so that what is private in either is masked.
    sources: SourceMap,
}

/// Shows the safe edits of the manifests and, unless they are only to be shown, writes them. What is left is whether anything would change, or `None`
/// where a file could not be written, which was told. Streams, tables and standard input are not edited.
pub(super) fn run(book: &Rulebook, paths: &[PathBuf], today: Date, only_shows: bool, global: &Global) -> Option<bool> {
    let mut has_edits = false;
    let mut failed: Vec<Diagnostic> = Vec::new();
    let mut shown = output::page(global, &SourceMap::default());
    let (mut n_edits, mut n_files) = (0, 0);
    for path in paths.iter().filter(|p| p.as_os_str() != "-" && Kind::of(p).is_none_or(|k| !k.is_many())) {
        let name = path.display().to_string();
        // What cannot be read is told by the check itself.
        let Some(mended) = mended(book, path, &name, today) else { continue };
        has_edits = true;
        let mut page = output::page(global, &mended.sources);
        fmt::unified(&mut page, &name, &mended.before, &mended.after);
        shown.push(&page.finish());
        if only_shows {
            continue;
        }
        match fs::rewrite(path, mended.after.as_bytes()) {
            Ok(()) => (n_edits, n_files) = (n_edits + mended.count, n_files + 1),
            Err(failure) => failed.push(failure.unwritable()),
        }
    }
    if only_shows {
        return output::result(global, Ok(shown.finish())).then_some(has_edits);
    }
    if global.quiet == 0 && has_edits {
        let mut page = Page::new(Screen::default(), false);
        page.push(&shown.finish());
        let (s, files) = (if n_edits == 1 { "" } else { "s" }, if n_files == 1 { "" } else { "s" });
        let text = say!("{n_edits} edit{s} in {n_files} file{files} written", "已改写 {n_files} 个文件中的 {n_edits} 处");
        page.line(text.get(global.language()));
        output::beside(page);
    }
    output::problems(global, &failed, &SourceMap::default(), global.language());
    failed.is_empty().then_some(has_edits)
}

/// `None` where nothing is to be edited.
fn mended(book: &Rulebook, path: &Path, name: &str, today: Date) -> Option<Mended> {
    let before = manifest::decode(name, fs::read(path).ok()?, &mut Diagnostics::new())?;
    let format = manifest::format_of(name, &before);
    let mut mended = Mended { after: before.clone(), before, count: 0, sources: SourceMap::default() };
    let mut n_errors = usize::MAX;
    for _ in 0..=MAX_ROUNDS {
        let id = mended.sources.add(name, mended.after.clone(), SourceKind::Manifest);
        let mut problems = Diagnostics::new();
        manifest::read(&mended.sources, id, format, book.schema(), today, &mut problems);
        let found = problems.into_sorted();
        let errors = found.iter().filter(|d| d.severity == Severity::Error).count();
        // An edit that makes it worse is none.
        if errors > n_errors {
            return None;
        }
        n_errors = errors;
        let fixed = lint::apply(&mended.sources, &found);
        let Some(text) = fixed.texts.get(&id) else { break };
        mended.after.clone_from(text);
        mended.count += fixed.count;
    }
    (mended.before != mended.after).then_some(mended)
}

/// What `--diff` without anything to show still says to people.
pub(super) fn nothing(global: &Global) {
    if global.quiet == 0 {
        let text = say!("nothing to mend without asking", "没有可直接改写之处");
        output::error(match global.language() {
            Language::En => &text.en,
            Language::Zh => &text.zh,
        });
    }
}
