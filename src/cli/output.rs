//! Writing: in one piece, a closed pipe is no error, files through a temporary name.

use super::{Format, Global};
use crate::diagnostic::{Diagnostic, Language, render};
use crate::source::SourceMap;
use anstream::{AutoStream, ColorChoice};
use std::io::Write;
use std::path::{Path, PathBuf};

/// Whether standard output wants colour.
pub(super) fn color_of_stdout(global: &Global) -> bool {
    global.output_file.is_none() && AutoStream::choice(&std::io::stdout()) != ColorChoice::Never
}

fn color_of_stderr() -> bool {
    AutoStream::choice(&std::io::stderr()) != ColorChoice::Never
}

/// Writes a result; returns false when that failed.
pub(super) fn result(global: &Global, text: &str) -> bool {
    let outcome = match &global.output_file {
        None => std::io::stdout().lock().write_all(text.as_bytes()).and_then(|()| std::io::stdout().lock().flush()),
        Some(path) => replace(path, text),
    };
    match outcome {
        Ok(()) => true,
        Err(e) if e.kind() == std::io::ErrorKind::BrokenPipe => true,
        Err(e) => {
            error(&format!("{e}"));
            false
        }
    }
}

/// Puts a text in the place of a file, whole or not at all; an existing file keeps its permissions.
pub(super) fn replace(path: &Path, text: &str) -> std::io::Result<()> {
    // A link stays a link: what it points to is replaced.
    let target = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
    let mut name = target.as_os_str().to_owned();
    // Two runs that write the same file at the same time must not share a temporary one.
    name.push(format!(".{}.partial", std::process::id()));
    let partial = PathBuf::from(name);
    let written = std::fs::write(&partial, text).and_then(|()| {
        if let Ok(existing) = std::fs::metadata(&target) {
            std::fs::set_permissions(&partial, existing.permissions())?;
        }
        std::fs::rename(&partial, &target)
    });
    written.inspect_err(|_| {
        let _ = std::fs::remove_file(&partial);
    })
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
