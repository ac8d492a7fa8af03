//! `--watch`: runs again when a file changes.

use super::{Global, output};
use crate::diagnostic::{Code, Diagnostic, say};
use crate::host::fs;
use crate::source::SourceMap;
use notify::{EventKind, RecursiveMode, Watcher};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;

/// Files are saved in several steps: the run waits until nothing has changed for this long.
const QUIET: Duration = Duration::from_millis(60);

/// Runs once, then again after every change of a file with one of the endings below the paths. Returns only when nothing can be watched.
pub(super) fn forever(paths: &[PathBuf], endings: &[&str], global: &Global, run: &mut dyn FnMut() -> u8) -> u8 {
    let (send, changes) = channel();
    let watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
        let change = match event {
            Ok(event) if matches!(event.kind, EventKind::Access(_)) => return,
            Ok(event) => Ok(event.paths),
            Err(error) => Err(error),
        };
        // Nobody listens any more only when the run has ended.
        let _ = send.send(change);
    });
    let told = |path: &Path, error: &notify::Error| {
        let name = path.display();
        let d =
            Diagnostic::new(Code::Unreadable, say!("changes of `{name}` cannot be watched: {error}", "无法监视 `{name}` 的改动：{error}"));
        output::problems(global, &[d], &SourceMap::default(), global.language());
    };
    let first = paths.first().map_or(Path::new("."), PathBuf::as_path);
    let mut watcher = match watcher {
        Ok(watcher) => watcher,
        Err(error) => {
            told(first, &error);
            return 2;
        }
    };
    for path in paths.iter().filter(|p| !matches!(fs::kind(p), Ok(None))) {
        if let Err(error) = watcher.watch(path, RecursiveMode::Recursive) {
            told(path, &error);
            return 2;
        }
    }
    let mut code = run();
    loop {
        let Ok(change) = changes.recv() else { return code };
        let mut changed = vec![change];
        loop {
            match changes.recv_timeout(QUIET) {
                Ok(more) => changed.push(more),
                Err(RecvTimeoutError::Timeout) => break,
                Err(RecvTimeoutError::Disconnected) => return code,
            }
        }
        let counts = |p: &PathBuf| p.extension().is_some_and(|e| endings.iter().any(|x| e == *x));
        // Where changes were lost, one of them may have been of interest.
        let is_wanted = changed.iter().any(|c| c.as_ref().map_or(true, |paths| paths.iter().any(counts)));
        if is_wanted {
            output::clear();
            changed.iter().filter_map(|c| c.as_ref().err()).for_each(|error| told(first, error));
            code = run();
        }
    }
}
