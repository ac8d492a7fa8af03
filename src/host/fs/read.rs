//! Reading: whole, bounded, and never from something that may keep the reader waiting.

use super::{Failure, Kind, Why, is_own_stream, kind};
use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Read, Seek, SeekFrom};
use std::path::Path;

/// Largest file that is read, in bytes.
pub const MAX_BYTES: u64 = 64 * 1024 * 1024;

/// The bytes of a file, at most `MAX_BYTES`.
///
/// # Errors
/// When it is not there, is no file, may not be read, or is larger.
pub fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    let fail = |why: Why| Failure::new(path, why);
    match kind(path)? {
        None => return Err(fail(std::io::Error::from(ErrorKind::NotFound).into())),
        Some(Kind::File) => {}
        Some(Kind::Folder) => return Err(fail(Why::Kind(Kind::Folder))),
        // Where it is asked for, the empty file of every system is one.
        Some(Kind::Device) if cfg!(unix) && path == Path::new("/dev/null") => return Ok(Vec::new()),
        Some(_) if is_own_stream(path) => {}
        Some(other) => return Err(fail(Why::Kind(other))),
    }
    all(open(path).map_err(|e| fail(e.into()))?).map_err(fail)
}

/// Opens a file of any size to be read piece by piece; also its size, where it has one.
///
/// # Errors
/// As `read`, but for the size.
pub fn stream(path: &Path) -> Result<(Box<dyn Read + Send>, Option<u64>), Failure> {
    match kind(path)? {
        None => return Err(Failure::new(path, std::io::Error::from(ErrorKind::NotFound))),
        Some(Kind::File) => {}
        Some(Kind::Folder) => return Err(Failure::new(path, Why::Kind(Kind::Folder))),
        Some(_) if is_own_stream(path) => {}
        Some(other) => return Err(Failure::new(path, Why::Kind(other))),
    }
    let file = open(path).map_err(|e| Failure::new(path, e))?;
    let size = file.metadata().ok().filter(std::fs::Metadata::is_file).map(|m| m.len());
    Ok((Box::new(file), size))
}

/// Standard input, to be read piece by piece.
pub fn standard_stream() -> Box<dyn Read + Send> {
    Box::new(std::io::stdin())
}

/// A part of a file: all of it where it is small.
#[derive(Debug)]
pub struct Sample {
    /// The size of the file in bytes.
    pub n_bytes: u64,
    /// Its first bytes.
    pub head: Vec<u8>,
    /// Its last bytes, where `head` does not hold all of them.
    pub tail: Option<Vec<u8>>,
}

/// Largest file that a sample holds whole, in bytes: twice what any document of a filing may have.
const WHOLE_BYTES: u64 = 8 * 1024 * 1024;
/// What a sample holds of the begin of a larger one: the headers of pictures lie there.
const HEAD_BYTES: u64 = 1024 * 1024;
/// And of its end.
const TAIL_BYTES: u64 = 64 * 1024;

/// Looks into a file without reading more than `WHOLE_BYTES`. A file that calls itself empty is not opened: files of the system that do so may
/// wait for what is still to come.
///
/// # Errors
/// When it is not there, is no regular file, or may not be read.
pub fn sample(path: &Path) -> Result<Sample, Failure> {
    let fail = |e: std::io::Error| Failure::new(path, e);
    let found = std::fs::metadata(path).map_err(fail)?;
    match Kind::of(found.file_type()) {
        Kind::File => {}
        other => return Err(Failure::new(path, Why::Kind(other))),
    }
    let n_bytes = found.len();
    if n_bytes == 0 {
        return Ok(Sample { n_bytes, head: Vec::new(), tail: None });
    }
    let mut file = open(path).map_err(fail)?;
    let mut part = |from: u64, limit: u64| {
        let mut bytes = Vec::new();
        file.seek(SeekFrom::Start(from)).and_then(|_| (&file).take(limit).read_to_end(&mut bytes)).map(|_| bytes).map_err(fail)
    };
    if n_bytes <= WHOLE_BYTES {
        return Ok(Sample { n_bytes, head: part(0, n_bytes)?, tail: None });
    }
    Ok(Sample { n_bytes, head: part(0, HEAD_BYTES)?, tail: Some(part(n_bytes - TAIL_BYTES, TAIL_BYTES)?) })
}

/// All of standard input, at most `MAX_BYTES`. `name` is what messages call it.
///
/// # Errors
/// When it cannot be read, or holds more.
pub fn standard_input(name: &str) -> Result<Vec<u8>, Failure> {
    all(std::io::stdin().lock()).map_err(|why| Failure { name: name.to_owned(), why })
}

fn all(from: impl Read) -> Result<Vec<u8>, Why> {
    let mut bytes = Vec::new();
    from.take(MAX_BYTES + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MAX_BYTES { Err(Why::TooLarge) } else { Ok(bytes) }
}

/// Opens for reading. Some files of the system, such as the log of the kernel, look regular and wait for what is still to come: asked this way
/// they answer at once.
fn open(path: &Path) -> std::io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    if !is_own_stream(path) {
        use std::os::unix::fs::OpenOptionsExt;
        options.custom_flags(libc::O_NONBLOCK);
    }
    options.open(path)
}
