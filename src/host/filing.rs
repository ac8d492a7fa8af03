//! Filings: the one reader of a manifest and of the files that it names, for every command.

use super::documents::Documents;
use super::fs::{self, Failure};
use crate::diagnostic::{Code, Diagnostics};
use crate::manifest::{self, Document, files};
use crate::source::{SourceId, SourceKind, SourceMap};
use crate::value::{Date, Schema};
use std::path::{Path, PathBuf};

/// A filing as it lies on the disk, or came through standard input.
#[derive(Clone, Debug)]
pub struct Filing {
    /// Its text.
    pub source: SourceId,
    /// The folder that its paths begin in.
    folder: PathBuf,
}

/// What a filing is called: its path, or for `-` the name that stands for standard input.
pub fn name(path: &Path, stdin_name: Option<&str>) -> String {
    if path.as_os_str() == "-" { stdin_name.unwrap_or("<stdin>").to_owned() } else { path.display().to_string() }
}

impl Filing {
    /// Reads the text of a manifest into the map; `-` is standard input. Reports F5012 to F5014.
    pub fn open(path: &Path, stdin_name: Option<&str>, sources: &mut SourceMap, problems: &mut Diagnostics) -> Option<Filing> {
        let name = name(path, stdin_name);
        let (read, at) = match path.as_os_str() == "-" {
            true => (fs::standard_input(&name), Path::new(&name)),
            false => (fs::read(path), path),
        };
        let folder = at.parent().unwrap_or(Path::new("")).to_path_buf();
        let text = text(read, &name, Code::Unreadable, problems)?;
        Some(Filing { source: sources.add(name, text, SourceKind::Manifest), folder })
    }

    /// Reads the manifest for a day and looks at the files that it names. Reports F5 codes.
    pub fn read(&self, schema: &Schema, today: Date, documents: &Documents, sources: &SourceMap, problems: &mut Diagnostics) -> Document {
        let file = sources.get(self.source);
        let format = manifest::format_of(&file.name, &file.text);
        let mut document = manifest::read(sources, self.source, format, schema, today, problems);
        let seen = files::named(schema, &document).into_iter().map(|named| {
            let seen = documents.see(&named, &self.folder);
            (named, seen)
        });
        let seen = seen.collect();
        files::put(&mut document, seen, documents.is_required);
        document
    }
}

/// What was read, as a text; why it cannot be one is reported.
pub fn text(read: Result<Vec<u8>, Failure>, name: &str, code: Code, problems: &mut Diagnostics) -> Option<String> {
    match read {
        Ok(bytes) => manifest::decode(name, bytes, problems),
        Err(failure) => {
            problems.report(failure.unreadable(code));
            None
        }
    }
}
