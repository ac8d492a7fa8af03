//! `--watch`: runs again when a file changes.

use super::output;
use notify::{EventKind, RecursiveMode, Watcher};
use std::path::PathBuf;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;

/// Files are saved in several steps: the run waits until nothing has changed for this long.
const QUIET: Duration = Duration::from_millis(60);

/// Runs once, then again after every change of a file with one of the endings below the paths. Returns only when nothing can be watched.
pub(super) fn forever(paths: &[PathBuf], endings: &[&str], run: &mut dyn FnMut() -> u8) -> u8 {
    let (send, changes) = channel();
    let watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
        if let Ok(event) = event
            && !matches!(event.kind, EventKind::Access(_))
        {
            let _ = send.send(event.paths);
        }
    });
    let mut watcher = match watcher {
        Ok(watcher) => watcher,
        Err(error) => {
            output::error(&error.to_string());
            return 2;
        }
    };
    for path in paths.iter().filter(|p| p.exists()) {
        if let Err(error) = watcher.watch(path, RecursiveMode::Recursive) {
            output::error(&error.to_string());
            return 2;
        }
    }
    let mut code = run();
    loop {
        let Ok(mut changed) = changes.recv() else { return code };
        loop {
            match changes.recv_timeout(QUIET) {
                Ok(more) => changed.extend(more),
                Err(RecvTimeoutError::Timeout) => break,
                Err(RecvTimeoutError::Disconnected) => return code,
            }
        }
        let counts = |p: &PathBuf| p.extension().is_some_and(|e| endings.iter().any(|x| e == *x));
        if changed.iter().any(counts) {
            output::clear();
            code = run();
        }
    }
}
