//! Folders of results: whole or not at all.

use super::{Failure, Kind, Why, kind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

/// Files of a folder while it is made.
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
    /// Where the files lie until all are there.
    beside: PathBuf,
    is_done: bool,
}

/// Whether a folder can be made at a path: nothing is there, or an empty folder.
///
/// # Errors
/// When that cannot be told, or something else than a folder is there.
pub fn is_free(path: &Path) -> Result<bool, Failure> {
    match kind(path)? {
        None => Ok(true),
        Some(Kind::Folder) => {
            let mut entries = std::fs::read_dir(path).map_err(|e| Failure::new(path, e))?;
            Ok(entries.next().is_none())
        }
        Some(other) => Err(Failure::new(path, Why::Kind(other))),
    }
}

impl Folder {
    /// Begins a folder that is to stand at a path.
    ///
    /// # Errors
    /// When the folder around it takes none.
    pub fn begin(path: &Path) -> Result<Self, Failure> {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let fail = |e: std::io::Error| Failure::new(path, e);
        let path = std::path::absolute(path).map_err(fail)?;
        let around = path.parent().unwrap_or(Path::new("/"));
        std::fs::create_dir_all(around).map_err(fail)?;
        let name = path.file_name().map_or_else(String::new, |n| n.to_string_lossy().into_owned());
        let beside = around.join(format!(".{name}.{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed)));
        std::fs::create_dir(&beside).map_err(fail)?;
        Ok(Folder { path, beside, is_done: false })
    }

    /// Adds a file; its name may lead through folders below.
    ///
    /// # Errors
    /// When the disk takes no more.
    pub fn add(&mut self, name: &str, text: &[u8]) -> Result<(), Failure> {
        let file = self.beside.join(name);
        let fail = |e: std::io::Error| Failure::new(&self.path.join(name), e);
        if let Some(around) = file.parent() {
            std::fs::create_dir_all(around).map_err(fail)?;
        }
        std::fs::write(&file, text).map_err(fail)
    }

    /// Puts the folder in its place.
    ///
    /// # Errors
    /// When something got there meanwhile.
    pub fn finish(mut self) -> Result<(), Failure> {
        // Where an empty folder stands it makes room.
        if kind(&self.path)? == Some(Kind::Folder) {
            std::fs::remove_dir(&self.path).map_err(|e| Failure::new(&self.path, e))?;
        }
        std::fs::rename(&self.beside, &self.path).map_err(|e| Failure::new(&self.path, e))?;
        self.is_done = true;
        Ok(())
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if !self.is_done {
            // What is left of a folder that was not finished is of no use to anybody.
            let _ = std::fs::remove_dir_all(&self.beside);
        }
    }
}
