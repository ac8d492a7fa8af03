//! Writing: a regular file is replaced whole or not at all; a stream or a device is written through.

use super::{Failure, Kind, Why, is_link, is_own_stream, kind};
use std::fs::{File, Metadata, OpenOptions};
use std::io::{Error, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

/// Most links that are followed to where a file is to be made; systems stop there too.
const MAX_LINKS: usize = 40;

/// Writes to standard output. A reader that has gone away is no failure.
///
/// # Errors
/// When it cannot be written, such as to a disk that is full. The failure calls it `name`.
pub fn standard_output(name: &str, text: &str) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    ended(out.write_all(text.as_bytes()).and_then(|()| out.flush())).map_err(|e| Failure { name: name.to_owned(), why: e.into() })
}

/// Puts a text in the place of a file and waits until it is on the disk. A link stays a link: what it leads to is written, also where that does
/// not exist yet. An existing file keeps its permissions, its owner and its other names. Pipes and devices are written through in place.
///
/// # Errors
/// When the path leads to a folder, the file is read-only, the folder of a new file does not exist, or the system refuses. The file that was
/// there is then untouched, unless it is a stream, a device, or has several names or an owner that a new file could not be given.
pub fn write(path: &Path, text: impl AsRef<[u8]>) -> Result<(), Failure> {
    write_from(path, &mut |to| to.write_all(text.as_ref()))
}

/// Writes a content, from its begin each time it is asked to.
type Content<'c> = &'c mut dyn FnMut(&mut dyn Write) -> std::io::Result<()>;

/// As `write`, with a content that need not lie in memory.
///
/// # Errors
/// As `write`.
pub(super) fn write_from(path: &Path, text: Content<'_>) -> Result<(), Failure> {
    let fail = |why: Why| Failure::new(path, why);
    if is_own_stream(path) {
        return own_stream(path, text).map_err(|e| fail(e.into()));
    }
    let found = match kind(path) {
        Err(Failure { why: Why::Dangling, .. }) => None,
        other => other?,
    };
    match found {
        None => {
            let target = end_of_links(path).map_err(|e| fail(e.into()))?;
            let folder = folder_of(&target);
            if !matches!(kind(&folder), Ok(Some(Kind::Folder))) {
                return Err(fail(Why::NoFolder(folder)));
            }
            replace(&target, None, text).map_err(|e| fail(e.into()))
        }
        Some(Kind::File) => {
            let target = std::fs::canonicalize(path).map_err(|e| fail(e.into()))?;
            let before = std::fs::metadata(&target).map_err(|e| fail(e.into()))?;
            // A shell asks the same before it writes; who may do everything is asked here.
            if before.permissions().readonly() {
                return Err(fail(Why::ReadOnly));
            }
            existing(&target, &before, text).map_err(|e| fail(e.into()))
        }
        Some(Kind::Folder) => Err(fail(Why::Kind(Kind::Folder))),
        Some(Kind::Pipe | Kind::Socket | Kind::Device) => {
            let written = OpenOptions::new().write(true).open(path).and_then(|mut file| text(&mut file));
            ended(written).map_err(|e| fail(e.into()))
        }
    }
}

/// Puts a new text into a file that is there, as `write` does.
///
/// # Errors
/// As `write`, and when it is not there.
pub fn rewrite(path: &Path, text: &[u8]) -> Result<(), Failure> {
    if kind(path)?.is_none() {
        return Err(Failure::new(path, Error::from(ErrorKind::NotFound)));
    }
    write(path, text)
}

/// Makes a folder with those it lies in; one that is there is left alone.
///
/// # Errors
/// When it cannot be made.
pub fn make_folder(path: &Path) -> Result<(), Failure> {
    std::fs::create_dir_all(path).map_err(|e| Failure::new(path, e))
}

/// An empty folder of this process alone, which goes when it is dropped.
#[derive(Debug)]
pub struct Scratch(PathBuf);

impl Scratch {
    /// Makes one in the folder for temporary files.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn new(name: &str) -> Result<Self, Failure> {
        static LAST: AtomicU64 = AtomicU64::new(0);
        let mut builder = std::fs::DirBuilder::new();
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        loop {
            let path = std::env::temp_dir().join(format!("{name}-{}-{}", std::process::id(), LAST.fetch_add(1, Ordering::Relaxed)));
            match builder.create(&path) {
                Ok(()) => return Ok(Scratch(path)),
                // Somebody else's, who had the same number before.
                Err(e) if e.kind() == ErrorKind::AlreadyExists => {}
                Err(e) => return Err(Failure::new(&path, e)),
            }
        }
    }

    /// Where it lies.
    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // What somebody put into it is theirs.
        let _ = std::fs::remove_dir(&self.0);
    }
}

/// A reader that has seen enough closes its end.
fn ended(written: std::io::Result<()>) -> std::io::Result<()> {
    written.or_else(|e| if e.kind() == ErrorKind::BrokenPipe { Ok(()) } else { Err(e) })
}

/// A stream of this process is continued where it stands: to open it again would begin at the start of the file behind it.
fn own_stream(path: &Path, text: Content<'_>) -> std::io::Result<()> {
    let name = path.file_name().unwrap_or_default();
    ended(match name.to_str() {
        Some("1" | "stdout") => {
            let mut out = std::io::stdout().lock();
            text(&mut out).and_then(|()| out.flush())
        }
        Some("2" | "stderr") => text(&mut std::io::stderr().lock()),
        _ => OpenOptions::new().append(true).open(path).and_then(|mut file| text(&mut file)),
    })
}

/// Where a path leads whose last part does not exist.
fn end_of_links(path: &Path) -> std::io::Result<PathBuf> {
    let mut target = path.to_path_buf();
    for _ in 0..MAX_LINKS {
        if !is_link(&target) {
            return Ok(target);
        }
        let to = std::fs::read_link(&target)?;
        target = folder_of(&target).join(to);
    }
    Err(Error::other("too many links"))
}

fn folder_of(path: &Path) -> PathBuf {
    path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new(".")).to_path_buf()
}

fn existing(target: &Path, before: &Metadata, text: Content<'_>) -> std::io::Result<()> {
    if n_names(before) > 1 {
        return in_place(target, text);
    }
    replace(target, Some(before), &mut *text).or_else(|error| match error.kind() {
        // The folder takes no new file, or the file is a mount of its own, as in containers; the file itself may still be written.
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem | ErrorKind::ResourceBusy | ErrorKind::CrossesDevices => {
            in_place(target, text)
        }
        _ => Err(error),
    })
}

/// Writes under another name in the same folder, then moves that into place.
fn replace(target: &Path, before: Option<&Metadata>, text: Content<'_>) -> std::io::Result<()> {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    // Runs that write the same file at the same time must not share a name, and a long name must not become too long.
    let name = format!(".filingc-{}-{}.partial", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
    let folder = folder_of(target);
    let partial = folder.join(name);
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    if before.is_some() {
        // What others may read of it is settled below, before it has the name of the file.
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    }
    let mut file = options.open(&partial)?;
    let written = (|| {
        text(&mut file)?;
        if let Some(before) = before {
            keep_owner(&file, before)?;
            file.set_permissions(before.permissions())?;
        }
        file.sync_all()?;
        std::fs::rename(&partial, target)
    })();
    if let Err(error) = written {
        // The first failure is the one to tell.
        let _ = std::fs::remove_file(&partial);
        return Err(error);
    }
    // Not every system can wait for a folder; the file itself is on the disk.
    #[cfg(unix)]
    let _ = File::open(&folder).and_then(|folder| folder.sync_all());
    Ok(())
}

/// Writes over what a file holds, so that it stays the same file under all of its names.
fn in_place(target: &Path, text: Content<'_>) -> std::io::Result<()> {
    use std::io::Seek;
    let mut file = OpenOptions::new().write(true).open(target)?;
    text(&mut file)?;
    let end = file.stream_position()?;
    file.set_len(end)?;
    file.sync_all()
}

#[cfg(unix)]
fn n_names(file: &Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::nlink(file)
}

#[cfg(not(unix))]
fn n_names(_: &Metadata) -> u64 {
    1
}

/// Gives a new file the owner and the group of the one it replaces.
#[cfg(unix)]
fn keep_owner(file: &File, before: &Metadata) -> std::io::Result<()> {
    use std::os::unix::fs::MetadataExt;
    let new = file.metadata()?;
    if (new.uid(), new.gid()) == (before.uid(), before.gid()) {
        return Ok(());
    }
    std::os::unix::fs::fchown(file, Some(before.uid()), Some(before.gid()))
}

#[cfg(not(unix))]
fn keep_owner(_: &File, _: &Metadata) -> std::io::Result<()> {
    Ok(())
}
