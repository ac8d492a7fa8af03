//! Files as editors name them.

use lsp_types::Uri;
use std::path::{Path, PathBuf};

/// The scheme under which texts that are part of the program can be asked for.
pub const BUNDLED: &str = "filingc";

/// The path that an address of a client stands for. What is no file, such as a text that was never saved, is called by its address.
pub fn path(uri: &Uri) -> PathBuf {
    let text = uri.as_str();
    let Some(rest) = text.strip_prefix("file://") else { return PathBuf::from(text) };
    // An authority, as in `file://server/share`, is part of the path.
    let decoded = decoded(rest);
    let is_drive = |t: &str| t.as_bytes().first() == Some(&b'/') && t.as_bytes().get(2) == Some(&b':');
    if is_drive(&decoded) { PathBuf::from(&decoded[1..]) } else { PathBuf::from(decoded) }
}

/// The address of a path.
pub fn uri(path: &Path) -> Option<Uri> {
    let text = path.display().to_string();
    if !path.is_absolute() && text.contains(':') {
        return text.parse().ok();
    }
    let text = if cfg!(windows) { format!("/{}", text.replace('\\', "/")) } else { text };
    format!("file://{}", encoded(&text)).parse().ok()
}

/// The address of a text that is part of the program.
pub fn bundled(name: &str) -> Option<Uri> {
    format!("{BUNDLED}:/{}", encoded(name)).parse().ok()
}

/// The name of a text that is part of the program, from its address.
pub fn bundled_name(uri: &str) -> Option<String> {
    Some(decoded(uri.strip_prefix(BUNDLED)?.strip_prefix(":/")?))
}

fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'-' | b'.' | b'_' | b'~' => out.push(byte as char),
            other => out.push_str(&format!("%{other:02X}")),
        }
    }
    out
}

fn decoded(text: &str) -> String {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_and_paths_go_there_and_back() {
        for name in ["/r/浙江 rules/zj.filing", "/a%b#c?.toml", "untitled:Untitled-1"] {
            let address = uri(Path::new(name)).unwrap_or_else(|| panic!("{name} has an address"));
            assert_eq!(path(&address), PathBuf::from(name));
        }
        assert_eq!(path(&"file:///c%3A/r/a.filing".parse().expect("an address")), PathBuf::from("c:/r/a.filing"));
        let inside = bundled("regions/national/people.filing").expect("an address");
        assert_eq!(bundled_name(inside.as_str()).as_deref(), Some("regions/national/people.filing"));
        assert_eq!(bundled_name("file:///x"), None);
    }
}
