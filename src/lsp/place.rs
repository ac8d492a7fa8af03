//! Files as editors name them.

use crate::host::address::{self, decoded, encoded};
use lsp_types::Uri;
use std::path::{Path, PathBuf};

/// The scheme under which texts that are part of the program can be asked for.
pub const BUNDLED: &str = "filingc";

/// The path that an address of a client stands for. What is no file, such as a text that was never saved, is called by its address.
pub fn path(uri: &Uri) -> PathBuf {
    let text = uri.as_str();
    address::path(text).unwrap_or_else(|| PathBuf::from(text))
}

/// The address of a path.
pub fn uri(path: &Path) -> Option<Uri> {
    let text = path.display().to_string();
    if !path.is_absolute() && text.contains(':') {
        return text.parse().ok();
    }
    address::of(path).parse().ok()
}

/// The address of a text that is part of the program.
pub fn bundled(name: &str) -> Option<Uri> {
    format!("{BUNDLED}:/{}", encoded(name)).parse().ok()
}

/// The name of a text that is part of the program, from its address.
pub fn bundled_name(uri: &str) -> Option<String> {
    Some(decoded(uri.strip_prefix(BUNDLED)?.strip_prefix(":/")?))
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
