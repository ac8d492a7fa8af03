//! Addresses of files, as editors and other clients write them.

use std::path::{Path, PathBuf};

/// The path that an address stands for; `None` where it is no address of a file.
pub fn path(address: &str) -> Option<PathBuf> {
    // An authority, as in `file://server/share`, is part of the path.
    let decoded = decoded(address.strip_prefix("file://")?);
    let is_drive = |t: &str| t.as_bytes().first() == Some(&b'/') && t.as_bytes().get(2) == Some(&b':');
    Some(PathBuf::from(if is_drive(&decoded) { &decoded[1..] } else { &decoded[..] }))
}

/// The address of a whole path.
pub fn of(path: &Path) -> String {
    let text = path.display().to_string();
    let text = if cfg!(windows) { format!("/{}", text.replace('\\', "/")) } else { text };
    format!("file://{}", encoded(&text))
}

/// A text as it stands in the path of an address.
pub fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'-' | b'.' | b'_' | b'~' => out.push(byte as char),
            other => out.push_str(&format!("%{other:02X}")),
        }
    }
    out
}

/// The text that stands in the path of an address.
pub fn decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let hex = |at: usize| bytes.get(at).and_then(|b| (*b as char).to_digit(16));
    let (mut out, mut at) = (Vec::with_capacity(bytes.len()), 0);
    while at < bytes.len() {
        match (bytes[at], hex(at + 1), hex(at + 2)) {
            (b'%', Some(high), Some(low)) => {
                out.push((high * 16 + low) as u8);
                at += 3;
            }
            (byte, ..) => {
                out.push(byte);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}
