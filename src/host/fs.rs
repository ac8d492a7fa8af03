//! Files: the one place that walks folders, reads files and writes results.
//!
//! Only regular files are opened. A pipe, a socket or a device that lies about in a folder could keep a reader waiting for ever; streams that
//! this process was started with (`/dev/stdin`, `/dev/fd/63` of a shell) are read and written like standard input and output.

mod folder;
mod read;
mod spool;
mod walk;
mod write;

pub use folder::{Folder, is_free};
pub use read::{MAX_BYTES, Sample, read, sample, standard_input, standard_stream, stream};
pub use spool::{Out, Spool};
pub use walk::{Found, Globs, Said, Wanted, find};
pub use write::{Scratch, make_folder, rewrite, standard_output, write};

use std::io::{Error, ErrorKind};
use std::path::{Component, Path, PathBuf};

/// A path that could not be used, and why.
#[derive(Debug)]
pub struct Failure {
    /// As the user would call it: a path, or the name of a stream.
    pub name: String,
    /// Why not.
    pub why: Why,
}

/// Why a path could not be used.
#[derive(Debug)]
pub enum Why {
    /// What the system answered.
    System(Error),
    /// It leads to something that is no file.
    Kind(Kind),
    /// It holds more than `MAX_BYTES`.
    TooLarge,
    /// A link that leads nowhere.
    Dangling,
    /// Links that lead to each other.
    Circle,
    /// Nobody may write to the file.
    ReadOnly,
    /// The folder that a new file would lie in does not exist.
    NoFolder(PathBuf),
}

/// What a path leads to, links followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A regular file.
    File,
    /// A folder.
    Folder,
    /// A pipe with a name, or one between two programs.
    Pipe,
    /// A socket.
    Socket,
    /// A device, such as a terminal or a disk.
    Device,
}

impl Failure {
    fn new(path: &Path, why: impl Into<Why>) -> Self {
        Failure { name: path.display().to_string(), why: why.into() }
    }

    /// Whether nothing is there at all.
    pub fn is_absence(&self) -> bool {
        matches!(&self.why, Why::System(error) if error.kind() == ErrorKind::NotFound)
    }
}

impl From<Error> for Why {
    fn from(error: Error) -> Self {
        Why::System(error)
    }
}

impl Kind {
    fn of(kind: std::fs::FileType) -> Self {
        #[cfg(unix)]
        {
            use std::os::unix::fs::FileTypeExt;
            if kind.is_fifo() {
                return Kind::Pipe;
            }
            if kind.is_socket() {
                return Kind::Socket;
            }
        }
        match () {
            () if kind.is_file() => Kind::File,
            () if kind.is_dir() => Kind::Folder,
            () => Kind::Device,
        }
    }
}

/// What a path leads to; `None` where nothing is there.
///
/// # Errors
/// When that cannot be told: a link that leads nowhere or in a circle, a folder that may not be entered, a name that is too long.
pub fn kind(path: &Path) -> Result<Option<Kind>, Failure> {
    match std::fs::metadata(path) {
        Ok(found) => Ok(Some(Kind::of(found.file_type()))),
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => match is_link(path) {
            true => Err(Failure::new(path, Why::Dangling)),
            false => Ok(None),
        },
        Err(error) => Err(Failure::new(path, error)),
    }
}

/// Whether a path is a folder; what cannot be looked at is none, and says so when it is read.
pub fn is_folder(path: &Path) -> bool {
    matches!(kind(path), Ok(Some(Kind::Folder)))
}

/// Whether a path is a file; what cannot be looked at is none, and says so when it is read.
pub fn is_file(path: &Path) -> bool {
    matches!(kind(path), Ok(Some(Kind::File)))
}

/// One part of a path, not followed any further.
pub(super) enum Part {
    Nothing,
    /// A link, and what it says.
    Link(PathBuf),
    Other,
}

/// What lies under the last part of a path.
pub(super) fn part(path: &Path) -> Result<Part, Failure> {
    match std::fs::symlink_metadata(path) {
        Ok(found) if found.is_symlink() => std::fs::read_link(path).map(Part::Link).map_err(|e| Failure::new(path, e)),
        Ok(_) => Ok(Part::Other),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(Part::Nothing),
        Err(error) => Err(Failure::new(path, error)),
    }
}

/// A path whose links have no end.
pub(super) fn too_many_links(path: &Path) -> Failure {
    Failure::new(path, Why::Circle)
}

/// Nothing where a path is a folder.
///
/// # Errors
/// When it is none.
pub fn expect_folder(path: &Path) -> Result<(), Failure> {
    match kind(path)? {
        Some(Kind::Folder) => Ok(()),
        Some(other) => Err(Failure::new(path, Why::Kind(other))),
        None => Err(Failure::new(path, Error::from(ErrorKind::NotFound))),
    }
}

/// The path without links and steps up. What is not there has none, and is told apart by its name.
pub fn real(path: &Path) -> PathBuf {
    std::fs::canonicalize(path).unwrap_or_else(|_| tidy(path))
}

/// A path without the steps up that follow a step down: `regions/../examples` is `examples`.
pub fn tidy(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir if matches!(out.components().next_back(), Some(Component::Normal(_))) => {
                out.pop();
            }
            Component::CurDir => {}
            other => out.push(other),
        }
    }
    out
}

/// The whole path of something below the current folder, links and steps up as they are.
///
/// # Errors
/// When there is no current folder any more.
pub fn absolute(path: &Path) -> Result<PathBuf, Failure> {
    std::path::absolute(path).map_err(|e| Failure::new(path, e))
}

fn is_link(path: &Path) -> bool {
    std::fs::symlink_metadata(path).is_ok_and(|found| found.is_symlink())
}

/// Whether a path names a stream that this process was started with, whatever is at its other end.
fn is_own_stream(path: &Path) -> bool {
    let names_one = |folder: &str| path.strip_prefix(folder).is_ok_and(|rest| rest.components().count() == 1);
    cfg!(unix)
        && (["/dev/stdin", "/dev/stdout", "/dev/stderr"].iter().any(|own| path == Path::new(own))
            || names_one("/dev/fd")
            || names_one("/proc/self/fd"))
}
