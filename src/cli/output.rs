//! What is printed: the result on standard output or in a file, all else on standard error. Only what went through the screen gets here.

use super::{Format, Global, exchange, json};
use crate::diagnostic::render::{self, Page, Screen, Shown};
use crate::diagnostic::{Code, Diagnostic, Language, say};
use crate::host::fs;
use crate::source::SourceMap;
use anstream::{AutoStream, ColorChoice};
use std::cell::{Cell, RefCell};
use std::fmt::Display;
use std::io::{IsTerminal, Write};
use std::path::Path;

/// A result as its format wants it, or why it cannot be written in it.
pub(super) type Written = Result<Shown, Box<Diagnostic>>;

/// What was told beside the result, and whether there was one: a call for a program is answered in its format whatever happened.
#[derive(Clone, Debug, Default)]
pub(super) struct Said {
    problems: RefCell<Vec<(Vec<Diagnostic>, SourceMap)>>,
    is_answered: Cell<bool>,
}

/// Whether standard output wants colour.
fn color_of_stdout(global: &Global) -> bool {
    global.output_file.is_none() && AutoStream::choice(&std::io::stdout()) != ColorChoice::Never
}

fn color_of_stderr() -> bool {
    AutoStream::choice(&std::io::stderr()) != ColorChoice::Never
}

/// An empty page for the result of a run.
pub(super) fn page(global: &Global, sources: &SourceMap) -> Page {
    Page::new(Screen::of(sources), color_of_stdout(global))
}

/// Writes a result; returns false when that failed, which is told. `-qq` wants none.
pub(super) fn result(global: &Global, text: Written) -> bool {
    match text {
        Ok(text) => written(global, text.as_str()),
        Err(why) => {
            problems(global, &[*why], &SourceMap::default(), global.language());
            false
        }
    }
}

/// Writes a file as it is: rules in canonical form, a manifest to begin with. On a terminal its hidden characters are shown.
pub(super) fn exact(global: &Global, text: &str) -> bool {
    let is_seen = global.output_file.is_none() && std::io::stdout().is_terminal();
    if is_seen { written(global, Shown::document(text.to_owned()).as_str()) } else { written(global, text) }
}

fn written(global: &Global, text: &str) -> bool {
    global.said.is_answered.set(true);
    let outcome = match &global.output_file {
        None => fs::standard_output("<stdout>", text),
        Some(path) => fs::write(path, text),
    };
    is_told(global, outcome)
}

/// Gives the document of a call that has none yet, because rules, input or the call could not be used: what was told is in it.
pub(super) fn answer(global: &Global, command: &str) {
    let Some(format) = global.output_format else { return };
    if global.said.is_answered.get() || global.quiet > 1 {
        return;
    }
    let problems = global.said.problems.take();
    let text = match format {
        Format::Json => json::refused(command, &problems),
        Format::Github | Format::Sarif | Format::Junit => exchange::refused(&problems, global),
        _ => return,
    };
    result(global, text);
}

/// Forgets what was told: for the next round of `--watch`.
pub(super) fn begin_again(global: &Global) {
    global.said.problems.take();
    global.said.is_answered.set(false);
}

/// Why a result cannot be written in a format.
pub(super) fn no_form(format: &str, error: impl Display) -> Box<Diagnostic> {
    let message = say!("the result cannot be written as {format}: {error}", "结果无法以 {format} 格式写出：{error}");
    Box::new(Diagnostic::new(Code::NotWritable, message))
}

/// Sends a message of a protocol, a line of JSON in which nothing is hidden; false where the other end is gone.
#[cfg(feature = "mcp")]
pub(super) fn line(text: &str) -> bool {
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes()).and_then(|()| out.flush()).is_ok()
}

/// Whether help or a version reached who asked for it; told when not.
pub(super) fn printed(outcome: std::io::Result<()>) -> bool {
    match outcome {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            let failure = fs::Failure { name: "<stdout>".to_owned(), why: error.into() };
            let mut page = Page::new(Screen::default(), color_of_stderr());
            render::full(&mut page, &[failure.unwritable()], &SourceMap::default(), super::environment::language());
            to_stderr(&page.finish());
            false
        }
        _ => true,
    }
}

/// Shows help that this program has the words of; returns false when that failed, which is told.
pub(super) fn help(text: &str) -> bool {
    printed(std::io::stdout().lock().write_all(text.as_bytes()))
}

/// Writes a file that is not the result of the call; returns false when that failed, which is told.
pub(super) fn file(global: &Global, path: &Path, text: &str) -> bool {
    is_told(global, fs::write(path, text))
}

/// Writes a file of bytes; returns false when that failed, which is told.
pub(super) fn bytes(global: &Global, path: &Path, bytes: &[u8]) -> bool {
    is_told(global, fs::write(path, bytes))
}

fn is_told(global: &Global, outcome: Result<(), fs::Failure>) -> bool {
    outcome.map_err(|failure| problems(global, &[failure.unwritable()], &SourceMap::default(), global.language())).is_ok()
}

// A standard error that is gone is no place to say so.
fn to_stderr(text: &Shown) {
    let _ = std::io::stderr().lock().write_all(text.as_str().as_bytes());
}

/// Writes a line to standard error.
pub(super) fn error(text: impl Display) {
    let mut page = Page::new(Screen::default(), false);
    page.line(text);
    to_stderr(&page.finish());
}

/// Writes a page to standard error.
pub(super) fn beside(page: Page) {
    to_stderr(&page.finish());
}

/// An empty screen, where somebody looks at one.
pub(super) fn clear() {
    if std::io::stdout().is_terminal() {
        let _ = std::io::stdout().lock().write_all(b"\x1b[2J\x1b[H");
    }
}

/// How many of some are done, on standard error, where the next count replaces it; nothing where nobody looks.
pub(super) fn progress(done: Option<(usize, usize)>) {
    let mut err = std::io::stderr().lock();
    if err.is_terminal() {
        let text = done.map_or(String::new(), |(n, all)| format!("{n}/{all}"));
        let _ = err.write_all(format!("\r\x1b[K{text}").as_bytes());
        let _ = err.flush();
    }
}

/// Whether somebody looks at what goes to standard error.
pub(super) fn is_watched() -> bool {
    std::io::stderr().is_terminal()
}

/// A line on standard error that the next one replaces.
pub(super) fn status(text: &str) {
    let mut err = std::io::stderr().lock();
    let _ = err.write_all(format!("\r\x1b[K{}", render::escaped(text)).as_bytes());
    let _ = err.flush();
}

/// Where an answer is waited for.
pub(super) fn prompt() {
    let mut err = std::io::stderr().lock();
    let _ = err.write_all(b"> ");
    let _ = err.flush();
}

/// Whether the result of a run has colours.
pub(super) fn has_color(global: &Global) -> bool {
    color_of_stdout(global)
}

/// Notes that the result goes out while it is made.
pub(super) fn is_answering(global: &Global) {
    global.said.is_answered.set(true);
}

/// Diagnostics that are not the result: of the rules, of the configuration.
pub(super) fn problems(global: &Global, diagnostics: &[Diagnostic], sources: &SourceMap, language: Language) {
    if global.quiet > 1 || diagnostics.is_empty() {
        return;
    }
    global.said.problems.borrow_mut().push((diagnostics.to_vec(), sources.clone()));
    let mut page = Page::new(Screen::of(sources), color_of_stderr());
    match global.output_format {
        Some(Format::Concise) => render::concise(&mut page, diagnostics, sources, language),
        _ => render::full(&mut page, diagnostics, sources, language),
    }
    beside(page);
}
