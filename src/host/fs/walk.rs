//! Walking folders: each real file once, whatever links lead to it.

use super::{Failure, Kind, Why, kind, real};
use std::collections::{BTreeSet, VecDeque};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// What is looked for below the folders that a call names.
pub struct Wanted<'w> {
    /// Whether a file is wanted, by its path.
    pub is_wanted: &'w dyn Fn(&Path) -> bool,
    /// Whether `.gitignore` and its kin leave files out.
    pub obeys_gitignore: bool,
}

/// Which files of the folders below one are wanted, by patterns as `.gitignore` has them.
#[derive(Clone, Debug)]
pub struct Globs {
    /// The folder that the patterns count from, as an absolute path.
    home: PathBuf,
    include: Option<ignore::gitignore::Gitignore>,
    exclude: Option<ignore::gitignore::Gitignore>,
}

/// What patterns say of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Said {
    /// It is wanted.
    Included,
    /// It is not.
    Excluded,
    /// Nothing.
    Nothing,
}

impl Globs {
    /// From two lists of patterns, the first `None` where everything may be wanted.
    ///
    /// # Errors
    /// The pattern that cannot be understood, and why: the list (0 or 1), its position in it.
    pub fn new(home: &Path, include: Option<&[String]>, exclude: &[String]) -> Result<Self, (usize, usize, String)> {
        let matcher = |list: &[String], which: usize| {
            // Paths are compared as they are called from the folder, so the patterns have no folder of their own.
            let mut builder = ignore::gitignore::GitignoreBuilder::new("");
            for (n, glob) in list.iter().enumerate() {
                builder.add_line(None, glob).map_err(|why| (which, n, why.to_string()))?;
            }
            builder.build().map_err(|why| (which, 0, why.to_string()))
        };
        let include = include.map(|list| matcher(list, 0)).transpose()?;
        let exclude = (!exclude.is_empty()).then(|| matcher(exclude, 1)).transpose()?;
        Ok(Globs { home: real(home), include, exclude })
    }

    /// What they say of a file; of files elsewhere, nothing.
    pub fn say(&self, path: &Path) -> Said {
        let at = real(path);
        let Ok(called) = at.strip_prefix(&self.home) else { return Said::Nothing };
        let holds = |matcher: &ignore::gitignore::Gitignore| matcher.matched_path_or_any_parents(called, false).is_ignore();
        match (&self.include, &self.exclude) {
            (_, Some(exclude)) if holds(exclude) => Said::Excluded,
            (Some(include), _) if holds(include) => Said::Included,
            (Some(_), _) => Said::Excluded,
            _ => Said::Nothing,
        }
    }
}

/// What was found.
#[derive(Debug, Default)]
pub struct Found {
    /// The files, each once: in the order of the paths that lead to them, below each of these by name. A file that is named itself counts
    /// whatever its name is, and also where nothing is there: reading it says so.
    pub files: Vec<PathBuf>,
    /// What could not be looked at.
    pub failures: Vec<Failure>,
    /// Folders that were named and hold nothing that is wanted.
    pub empty: Vec<PathBuf>,
}

/// Folders that were entered, by their real paths.
type Entered = Arc<Mutex<BTreeSet<PathBuf>>>;

/// Finds files: those named, and the wanted ones below the folders named. Names that begin with a dot are left out, except where a call names
/// them. Links are followed after everything else, so that a file is called by its own name wherever it has one here.
pub fn find(paths: &[PathBuf], wanted: &Wanted<'_>) -> Found {
    let mut walk = Walk { wanted, entered: Entered::default(), files: BTreeSet::new(), found: Found::default() };
    for path in paths {
        match kind(path) {
            Ok(Some(Kind::Folder)) => walk.named_folder(path),
            // What cannot be looked at is named again by whoever reads it.
            _ => walk.file(path, real(path)),
        }
    }
    walk.found
}

struct Walk<'w> {
    wanted: &'w Wanted<'w>,
    entered: Entered,
    /// Files by their real paths.
    files: BTreeSet<PathBuf>,
    found: Found,
}

impl Walk<'_> {
    fn file(&mut self, path: &Path, real: PathBuf) {
        if self.files.insert(real) {
            self.found.files.push(path.to_path_buf());
        }
    }

    fn named_folder(&mut self, path: &Path) {
        let (first, failures) = (self.found.files.len(), self.found.failures.len());
        let mut links = VecDeque::new();
        let mut is_empty = self.folder(path, &mut links);
        while let Some(link) = links.pop_front() {
            is_empty &= self.link(&link, &mut links);
        }
        self.found.files[first..].sort();
        if is_empty && self.found.failures.len() == failures {
            self.found.empty.push(path.to_path_buf());
        }
    }

    /// Walks a folder without following links, which are put aside. Tells whether nothing that is wanted lies in it.
    fn folder(&mut self, folder: &Path, links: &mut VecDeque<PathBuf>) -> bool {
        let home = real(folder);
        if !enter(&self.entered, &home) {
            return false;
        }
        let mut is_empty = true;
        let skipped = Arc::new(Mutex::new(false));
        let real_of = |home: &Path, path: &Path| path.strip_prefix(folder).map_or_else(|_| real(path), |inside| home.join(inside));
        let filter = {
            let (entered, skipped, home, folder) = (self.entered.clone(), skipped.clone(), home.clone(), folder.to_path_buf());
            move |entry: &ignore::DirEntry| {
                if !entry.file_type().is_some_and(|t| t.is_dir()) {
                    return true;
                }
                let path = entry.path();
                let is_new = enter(&entered, &path.strip_prefix(&folder).map_or_else(|_| real(path), |inside| home.join(inside)));
                if !is_new {
                    *skipped.lock().unwrap_or_else(PoisonError::into_inner) = true;
                }
                is_new
            }
        };
        let mut builder = ignore::WalkBuilder::new(folder);
        builder.standard_filters(self.wanted.obeys_gitignore).hidden(true).require_git(false).follow_links(false);
        for entry in builder.filter_entry(filter).sort_by_file_name(Ord::cmp).build() {
            let entry = match entry {
                Ok(entry) => entry,
                Err(error) => {
                    self.found.failures.push(failure(folder, error));
                    continue;
                }
            };
            let (path, Some(kind)) = (entry.path(), entry.file_type()) else { continue };
            match () {
                () if entry.depth() == 0 || kind.is_dir() => {}
                () if kind.is_symlink() => links.push_back(path.to_path_buf()),
                () if !(self.wanted.is_wanted)(path) => {}
                () if kind.is_file() => {
                    is_empty = false;
                    self.file(path, real_of(&home, path));
                }
                () => self.found.failures.push(Failure::new(path, Why::Kind(Kind::of(kind)))),
            }
        }
        let skipped = *skipped.lock().unwrap_or_else(PoisonError::into_inner);
        is_empty && !skipped
    }

    /// Follows a link. Tells whether it leads to nothing that is wanted.
    fn link(&mut self, link: &Path, links: &mut VecDeque<PathBuf>) -> bool {
        match kind(link) {
            Ok(Some(Kind::Folder)) => self.folder(link, links),
            Ok(_) if !(self.wanted.is_wanted)(link) => true,
            Ok(Some(Kind::File)) => {
                self.file(link, real(link));
                false
            }
            Ok(Some(other)) => {
                self.found.failures.push(Failure::new(link, Why::Kind(other)));
                false
            }
            // Removed since its folder was listed.
            Ok(None) => true,
            Err(failure) => {
                self.found.failures.push(failure);
                false
            }
        }
    }
}

/// Notes that a folder is entered; `false` where that happened before.
fn enter(entered: &Entered, home: &Path) -> bool {
    entered.lock().unwrap_or_else(PoisonError::into_inner).insert(home.to_path_buf())
}

/// What the walker could not do, with the path it was about.
fn failure(folder: &Path, error: ignore::Error) -> Failure {
    fn path_of(error: &ignore::Error) -> Option<&Path> {
        match error {
            ignore::Error::WithPath { path, .. } => Some(path),
            ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => path_of(err),
            ignore::Error::Loop { child, .. } => Some(child),
            _ => None,
        }
    }
    let path = path_of(&error).unwrap_or(folder).to_path_buf();
    let words = error.to_string();
    Failure::new(&path, error.into_io_error().unwrap_or_else(|| std::io::Error::other(words)))
}
