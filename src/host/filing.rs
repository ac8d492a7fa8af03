//! Filings: the one reader of a manifest and of the files that it names, for every command.

use super::documents::Documents;
use super::fs::{self, Failure};
use super::input::Part;
use crate::diagnostic::{Code, Diagnostics, Severity};
use crate::manifest::{self, Document, Flaw, Format, Records, files};
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
    /// The form it is written in, where that is known.
    format: Option<Format>,
}

/// What a filing is called: its path, or for `-` the name that stands for standard input.
pub fn name(path: &Path, stdin_name: Option<&str>) -> String {
    if path.as_os_str() == "-" { stdin_name.unwrap_or("<stdin>").to_owned() } else { path.display().to_string() }
}

/// What rule files are called.
pub fn is_rule_file(path: &Path) -> bool {
    path.extension().is_some_and(|e| e == "filing")
}

/// Files of this program and of others that lie beside manifests and are none, whatever stands in them. Other files show by their keys what they are.
const OTHER_FILES: &[&str] =
    &["Cargo.toml", "case.toml", "composer.json", "filingc.toml", "package-lock.json", "package.json", "pyproject.toml", "tsconfig.json"];

/// Whether the name of a TOML or JSON file lets it be a manifest.
pub fn is_manifest_name(path: &Path) -> bool {
    let name = path.file_name().map_or_else(String::new, |n| n.to_string_lossy().into_owned());
    !OTHER_FILES.contains(&name.as_str()) && !name.ends_with(".schema.json")
}

/// Whether what stands in a file of a folder lets it be a manifest. What cannot be read may be one: reading it says why.
pub fn may_be_manifest(path: &Path, schema: &Schema) -> bool {
    match fs::read(path).map(String::from_utf8) {
        Ok(Ok(text)) => manifest::may_be_manifest(&path.to_string_lossy(), text.trim_start_matches('\u{feff}'), schema),
        _ => true,
    }
}

impl Filing {
    /// A filing whose text is in the map already; its paths begin in `folder`.
    pub fn of_text(source: SourceId, folder: &Path) -> Filing {
        Filing { source, folder: folder.to_path_buf(), format: None }
    }

    /// Reads the text of a manifest into the map; `-` is standard input. Reports F5012 to F5014.
    pub fn open(path: &Path, stdin_name: Option<&str>, sources: &mut SourceMap, problems: &mut Diagnostics) -> Option<Filing> {
        let name = name(path, stdin_name);
        let (read, at) = match path.as_os_str() == "-" {
            true => (fs::standard_input(&name), Path::new(&name)),
            false => (fs::read(path), path),
        };
        let folder = at.parent().unwrap_or(Path::new("")).to_path_buf();
        let text = text(read, &name, Code::Unreadable, problems)?;
        Some(Filing { source: sources.add(name, text, SourceKind::Manifest), folder, format: None })
    }

    /// The same filing, read in one form whatever its name is.
    pub fn in_form(self, format: Option<Format>) -> Self {
        Filing { format, ..self }
    }

    /// Takes a part of a stream or a table into the map. Reports F5 codes.
    pub fn of_part(part: Part, sources: &mut SourceMap, problems: &mut Diagnostics) -> Option<Filing> {
        let folder = part.folder.to_path_buf();
        let (source, format) = part.open(sources, problems)?;
        Some(Filing { source, folder, format: Some(format) })
    }

    /// Reads the manifest for a day and looks at the files that it names. Reports F5 codes.
    pub fn read(&self, schema: &Schema, today: Date, documents: &Documents, sources: &SourceMap, problems: &mut Diagnostics) -> Document {
        let file = sources.get(self.source);
        let format = self.format.unwrap_or_else(|| manifest::format_of(&file.name, &file.text));
        // What is wrong with the cells of a row was found before its text was read.
        let has_faults = problems.iter().any(|d| d.severity == Severity::Error);
        let mut document = manifest::read(sources, self.source, format, schema, today, problems);
        if has_faults {
            document.flaw = document.flaw.max(Some(Flaw::Form));
        }
        let seen = files::named(schema, &document).into_iter().map(|named| {
            let seen = documents.see(&named, &self.folder);
            (named, seen)
        });
        let seen = seen.collect();
        files::put(&mut document, seen, documents.is_required);
        document
    }
}

impl Filing {
    /// The same, with what records of registers tell of it. Reports F5 codes.
    pub fn read_with(
        &self,
        records: Option<&Records>,
        schema: &Schema,
        today: Date,
        documents: &Documents,
        sources: &mut SourceMap,
        problems: &mut Diagnostics,
    ) -> Document {
        let mut document = self.read(schema, today, documents, sources, problems);
        if let Some(records) = records {
            records.join(&mut document, schema, today, sources, problems);
        }
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
