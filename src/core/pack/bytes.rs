//! The bytes of a rulebook, in the program itself or read from a file.

use std::ops::Range;
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

/// A text that lies in the bytes of a rulebook.
#[derive(Clone, Debug)]
pub(super) enum Text {
    Static(&'static str),
    Shared(Arc<str>),
}

impl Text {
    /// The text in a range; `None` where the bytes are no UTF-8.
    pub(super) fn of(bytes: &Bytes, range: Range<usize>) -> Option<Self> {
        match bytes {
            Bytes::Static(all) => std::str::from_utf8(all.get(range)?).ok().map(Text::Static),
            Bytes::Shared(all) => std::str::from_utf8(all.get(range)?).ok().map(|t| Text::Shared(t.into())),
        }
    }

    pub(super) fn as_str(&self) -> &str {
        match self {
            Text::Static(text) => text,
            Text::Shared(text) => text,
        }
    }
}
