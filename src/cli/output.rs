//! What is printed: the result on standard output or in a file, all else on standard error.

use super::{Format, Global};
use crate::diagnostic::{Diagnostic, Language, render};
use crate::host::fs;
use crate::source::SourceMap;
use anstream::{AutoStream, ColorChoice};
use std::io::Write;
use std::path::Path;

/// Whether standard output wants colour.
pub(super) fn color_of_stdout(global: &Global) -> bool {
    global.output_file.is_none() && AutoStream::choice(&std::io::stdout()) != ColorChoice::Never
}

fn color_of_stderr() -> bool {
    AutoStream::choice(&std::io::stderr()) != ColorChoice::Never
}

/// Writes a result; returns false when that failed, which is told.
pub(super) fn result(global: &Global, text: &str) -> bool {
    let outcome = match &global.output_file {
        None => fs::standard_output("<stdout>", text),
        Some(path) => fs::write(path, text),
    };
    is_told(global, outcome)
}

/// Whether help or a version reached who asked for it; told when not.
pub(super) fn printed(outcome: std::io::Result<()>) -> bool {
    match outcome {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            let failure = fs::Failure { name: "<stdout>".to_owned(), why: error.into() };
            let text = render::full(&[failure.unwritable()], &SourceMap::default(), super::environment::language(), color_of_stderr());
            let _ = std::io::stderr().lock().write_all(text.as_bytes());
            false
        }
        _ => true,
    }
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

/// Writes a line to standard error.
pub(super) fn error(text: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{text}");
}

/// An empty screen, where somebody looks at one.
pub(super) fn clear() {
    use std::io::IsTerminal;
    if std::io::stdout().is_terminal() {
        let _ = std::io::stdout().lock().write_all(b"\x1b[2J\x1b[H");
    }
}

/// A line of progress on standard error, which the next one replaces; nothing where nobody looks.
pub(super) fn progress(text: &str) {
    use std::io::IsTerminal;
    let mut err = std::io::stderr().lock();
    if err.is_terminal() {
        let _ = write!(err, "\r\x1b[K{text}");
        let _ = err.flush();
    }
}

/// Diagnostics that are not the result: of the rules, of the configuration.
pub(super) fn problems(global: &Global, diagnostics: &[Diagnostic], sources: &SourceMap, language: Language) {
    if global.quiet > 1 || diagnostics.is_empty() {
        return;
    }
    let text = match global.output_format {
        Some(Format::Concise) => render::concise(diagnostics, sources, language),
        Some(Format::Github) => super::github::github(diagnostics, sources, language),
        _ => render::full(diagnostics, sources, language, color_of_stderr()),
    };
    let _ = std::io::stderr().lock().write_all(text.as_bytes());
}
