//! Results that grow while a run goes on: kept in memory while they are small, on the disk beyond that, and put in their place when they are whole.

use super::write::write_from;
use super::{Failure, is_own_stream};
use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

/// Bytes that are kept in memory.
const IN_MEMORY: usize = 4 * 1024 * 1024;

/// Bytes that are read again when all are there.
#[derive(Debug, Default)]
pub struct Spool {
    memory: Vec<u8>,
    disk: Option<Disk>,
}

/// A file that only this process knows; it goes when the spool does.
#[derive(Debug)]
struct Disk {
    file: File,
    path: PathBuf,
}

impl Drop for Disk {
    fn drop(&mut self) {
        // Where the name went when the file was made, nothing is left to remove.
        let _ = std::fs::remove_file(&self.path);
    }
}

impl Disk {
    fn new() -> Result<Self, Failure> {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let mut tries = 0;
        loop {
            let name = format!("filingc-{}-{}.spool", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
            let path = std::env::temp_dir().join(name);
            let mut options = OpenOptions::new();
            options.read(true).write(true).create_new(true);
            #[cfg(unix)]
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
            match options.open(&path) {
                Ok(file) => return Ok(Disk { file, path }),
                // Left behind by a process of that number that was killed.
                Err(error) if error.kind() == ErrorKind::AlreadyExists && tries < 64 => tries += 1,
                Err(error) => return Err(Failure::new(&path, error)),
            }
        }
    }
}

impl Spool {
    /// Adds some bytes.
    ///
    /// # Errors
    /// When the disk takes no more.
    pub fn add(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        self.memory.extend_from_slice(bytes);
        if self.memory.len() <= IN_MEMORY {
            return Ok(());
        }
        let disk = match &mut self.disk {
            Some(disk) => disk,
            None => self.disk.insert(Disk::new()?),
        };
        disk.file.write_all(&self.memory).map_err(|e| Failure::new(&disk.path, e))?;
        self.memory.clear();
        Ok(())
    }

    /// Whether nothing was added.
    pub fn is_empty(&self) -> bool {
        self.memory.is_empty() && self.disk.is_none()
    }

    /// Gives all bytes piece by piece, from the first.
    ///
    /// # Errors
    /// When they cannot be read again, or what takes them fails.
    pub fn replay(&mut self, to: &mut dyn FnMut(&[u8]) -> Result<(), Failure>) -> Result<(), Failure> {
        if let Some(disk) = &mut self.disk {
            let mut piece = vec![0; 64 * 1024];
            disk.file.seek(SeekFrom::Start(0)).map_err(|e| Failure::new(&disk.path, e))?;
            loop {
                let n = disk.file.read(&mut piece).map_err(|e| Failure::new(&disk.path, e))?;
                if n == 0 {
                    break;
                }
                to(&piece[..n])?;
            }
        }
        to(&self.memory)
    }

    fn write_to(&mut self, to: &mut dyn Write) -> std::io::Result<()> {
        if let Some(disk) = &mut self.disk {
            disk.file.seek(SeekFrom::Start(0))?;
            std::io::copy(&mut disk.file, to)?;
        }
        to.write_all(&self.memory)
    }
}

/// Where a result goes while it is made: standard output at once, a file when the result is whole.
#[derive(Debug)]
pub struct Out {
    path: Option<PathBuf>,
    spool: Spool,
    /// The reader of standard output has gone away.
    is_gone: bool,
}

impl Out {
    /// To a file, or to standard output.
    pub fn new(path: Option<&Path>) -> Self {
        Out { path: path.map(Path::to_path_buf), spool: Spool::default(), is_gone: false }
    }

    /// Whether nobody reads any more.
    pub fn is_gone(&self) -> bool {
        self.is_gone
    }

    /// Adds a part of the result.
    ///
    /// # Errors
    /// When it cannot be written. A reader that has gone away is no failure.
    pub fn add(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        if self.path.as_deref().is_some_and(|p| !is_own_stream(p)) {
            return self.spool.add(bytes);
        }
        let out = |e: std::io::Error| Failure { name: "<stdout>".to_owned(), why: e.into() };
        match self.path.as_deref() {
            _ if self.is_gone => Ok(()),
            Some(path) => write_from(path, &mut |to| to.write_all(bytes)),
            None => match std::io::stdout().lock().write_all(bytes) {
                Err(error) if error.kind() == ErrorKind::BrokenPipe => {
                    self.is_gone = true;
                    Ok(())
                }
                other => other.map_err(out),
            },
        }
    }

    /// Ends the result: a file gets its place now, whole.
    ///
    /// # Errors
    /// When it cannot be written; the file that was there is then as it was.
    pub fn finish(mut self) -> Result<(), Failure> {
        match self.path.take() {
            Some(path) if !is_own_stream(&path) => write_from(&path, &mut |to| self.spool.write_to(to)),
            Some(_) => Ok(()),
            None => match std::io::stdout().lock().flush() {
                Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(Failure { name: "<stdout>".to_owned(), why: error.into() }),
                _ => Ok(()),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_added_comes_back() {
        let mut spool = Spool::default();
        assert!(spool.is_empty());
        let mut wanted = Vec::new();
        for n in 0..40u32 {
            let piece = vec![n as u8; 300_000];
            spool.add(&piece).expect("the piece is taken");
            wanted.extend(piece);
        }
        let path = spool.disk.as_ref().expect("beyond its memory it uses the disk").path.clone();
        for _ in 0..2 {
            let mut found = Vec::new();
            spool
                .replay(&mut |bytes| {
                    found.extend_from_slice(bytes);
                    Ok(())
                })
                .expect("the bytes are there");
            assert!(found == wanted);
        }
        drop(spool);
        assert!(!path.exists());
    }
}
