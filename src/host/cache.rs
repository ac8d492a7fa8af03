//! Compiled rules in the user's cache folder, so that the second run starts without compiling.
//!
//! A cache is only ever a shortcut: what cannot be read is compiled, what cannot be written is left out, and every file is checked byte for byte.

use super::fs;
use crate::pack::Pack;
use std::path::{Path, PathBuf};

/// Where rules with this key are kept; `None` where the user has no cache folder.
pub fn file(key: &str) -> Option<PathBuf> {
    let set = |name: &str| std::env::var_os(name).filter(|v| !v.is_empty()).map(PathBuf::from).filter(|p| p.is_absolute());
    let folder = set("XDG_CACHE_HOME").or_else(|| set("LOCALAPPDATA")).or_else(|| set("HOME").map(|home| home.join(".cache")))?;
    Some(folder.join("filingc").join(format!("{key}.pack")))
}

/// The rules in a file of the cache; `None` where there are none that can be used.
pub fn read(path: &Path) -> Option<Pack> {
    if !fs::is_file(path) {
        return None;
    }
    Pack::check(fs::read(path).ok()?.into()).ok()
}

/// Most rulesets that are kept; the one that was written first goes.
const MAX_KEPT: usize = 16;

/// Keeps rules. Where that is not possible the next run compiles them again.
pub fn write(path: &Path, bytes: &[u8]) {
    let Some(folder) = path.parent() else { return };
    if fs::make_folder(folder).is_ok() && fs::write(path, bytes).is_ok() {
        tidy(folder);
    }
}

fn tidy(folder: &Path) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    let mut kept: Vec<_> = entries
        .filter_map(Result::ok)
        .filter(|e| e.path().extension().is_some_and(|x| x == "pack"))
        .filter_map(|e| Some((e.metadata().and_then(|m| m.modified()).ok()?, e.path())))
        .collect();
    kept.sort();
    let surplus = kept.len().saturating_sub(MAX_KEPT);
    for (_, path) in kept.drain(..surplus) {
        let _ = std::fs::remove_file(path);
    }
}
