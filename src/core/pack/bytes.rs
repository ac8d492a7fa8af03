//! The bytes of a rulebook, in the program itself or read from a file.

use std::sync::Arc;

/// Bytes that many readers share.
#[derive(Clone, Debug)]
pub enum Bytes {
    /// They are part of the program.
    Static(&'static [u8]),
    /// They were read or made while the program runs.
    Shared(Arc<[u8]>),
}

impl std::ops::Deref for Bytes {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match self {
            Bytes::Static(bytes) => bytes,
            Bytes::Shared(bytes) => bytes,
        }
    }
}
