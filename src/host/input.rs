//! What a call names as input, filing by filing: manifests, and streams and tables that hold many.

use super::bulk::Items;
use super::fs::{self, Failure};
use super::lines::{Line, Lines};
use crate::diagnostic::{Bilingual, Code, Diagnostic, Diagnostics};
use crate::manifest::{self, Format};
use crate::source::{LineColumn, Origin, SourceId, SourceKind, SourceMap, Span};
use std::collections::VecDeque;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// A form in which filings come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// One filing as TOML or JSON.
    One(Format),
    /// A filing as JSON in each line.
    JsonLines,
    /// A table of texts, a filing in a row.
    Csv,
    /// A spreadsheet, a filing in a row.
    Xlsx,
}

impl Kind {
    /// What the name of a file tells of its form.
    pub fn of(name: &Path) -> Option<Kind> {
        let ending = name.extension()?.to_string_lossy().to_ascii_lowercase();
        match ending.as_str() {
            "toml" => Some(Kind::One(Format::Toml)),
            "json" => Some(Kind::One(Format::Json)),
            "jsonl" | "ndjson" => Some(Kind::JsonLines),
            "csv" | "tsv" => Some(Kind::Csv),
            "xlsx" | "xlsm" => Some(Kind::Xlsx),
            _ => None,
        }
    }

    /// Whether it holds many filings.
    pub fn is_many(self) -> bool {
        !matches!(self, Kind::One(_))
    }
}

/// One filing, or something to be told between two.
#[derive(Debug)]
pub enum Item {
    /// A manifest of its own; the form where the call says it.
    Manifest(PathBuf, Option<Format>),
    /// A part of a stream or of a table.
    Part(Box<Part>),
    /// A table begins: its name and the heads of its columns, where rows are kept as they came.
    Heads(Arc<str>, Vec<(usize, String)>),
    /// What is to be said of a stream or a table, which is called so.
    Told(Arc<str>, Vec<Diagnostic>),
}

/// A filing that is a part of something.
#[derive(Debug)]
pub struct Part {
    /// The file, as messages call it.
    pub file: Arc<str>,
    /// The folder that its paths begin in.
    pub folder: Arc<Path>,
    /// The line or row that it begins in, from 1.
    pub line: usize,
    /// What its house calls it.
    pub id: Option<String>,
    /// What stands there.
    pub content: Content,
}

/// What stands in a line or a row.
#[derive(Debug)]
pub enum Content {
    /// JSON, as it came.
    Line(Vec<u8>),
    /// More than is taken.
    TooLong(u64),
    /// A row, written as TOML.
    Row(Row),
}

/// A row as it came: its number, and what its cells show, by column from 0.
pub type Raw = (usize, Vec<(usize, String)>);

/// A row of a table as a manifest.
#[derive(Debug, Default)]
pub struct Row {
    /// The manifest.
    pub text: String,
    /// Which cell each part of it comes from.
    pub cells: Vec<(usize, LineColumn)>,
    /// What is wrong with cells: the bytes of the text that tell of them, and the words.
    pub faults: Vec<(std::ops::Range<usize>, Code, Bilingual, Option<Bilingual>)>,
    /// The rows as they came, where that is wanted.
    pub raw: Vec<Raw>,
}

impl Part {
    /// What it is called where its house gives it no name.
    pub fn name(&self) -> String {
        format!("{}:{}", self.file, self.line)
    }

    /// Its text in the map with its form, and what is wrong with it so far. Reports F5012 and F5014.
    pub fn open(self, sources: &mut SourceMap, problems: &mut Diagnostics) -> Option<(SourceId, Format)> {
        let Part { file, line, content, .. } = self;
        match content {
            // A row that could not be read to its end says nothing of what it left out.
            Content::Row(row) if row.faults.iter().any(|(_, code, ..)| matches!(code, Code::BrokenTable | Code::TooLarge)) => {
                let id = sources.add_part(&*file, "", SourceKind::Manifest, Origin::Line(line));
                for (_, code, message, _) in
                    row.faults.into_iter().filter(|(_, code, ..)| matches!(code, Code::BrokenTable | Code::TooLarge))
                {
                    problems.report(Diagnostic::new(code, message).primary(Span::new(id, 0..0), Bilingual::default()));
                }
                return None;
            }
            Content::Row(row) => {
                let id = sources.add_part(&*file, row.text, SourceKind::Manifest, Origin::Row(row.cells));
                for (range, code, message, help) in row.faults {
                    let d = Diagnostic::new(code, message).primary(Span::new(id, range), Bilingual::default());
                    problems.report(help.into_iter().fold(d, Diagnostic::help));
                }
                return Some((id, Format::Toml));
            }
            Content::Line(bytes) => return manifest::open_line(&file, line, bytes, sources, problems).map(|id| (id, Format::Json)),
            Content::TooLong(n) => manifest::line_too_long(&file, line, n, sources, problems),
        }
        None
    }
}

/// How far the input has been read.
#[derive(Debug, Default)]
pub struct Progress {
    /// Bytes of streams, files of manifests.
    pub done: AtomicU64,
    /// How many there are, or 0 where nobody knows.
    pub all: AtomicU64,
}

/// Something that gives filings one after the other.
pub trait Stream: Send {
    /// The next one; `None` at the end.
    fn next(&mut self) -> Option<Item>;

    /// Whether that may have to wait.
    fn is_waiting(&self) -> bool {
        false
    }

    /// Bytes read so far.
    fn n_bytes(&self) -> u64;
}

/// Opens a table for `Inputs`: its name, its form, its bytes.
pub type OpenTable<'t> = dyn Fn(Opened, Kind) -> Result<Box<dyn Stream>, Vec<Diagnostic>> + Send + 't;

/// A stream or a table that was opened.
pub struct Opened {
    /// As messages call it.
    pub name: Arc<str>,
    /// The folder that its paths begin in.
    pub folder: Arc<Path>,
    /// Its bytes.
    pub from: Box<dyn Read + Send>,
}

/// All filings of a call.
pub struct Inputs<'t> {
    paths: VecDeque<PathBuf>,
    /// The form of all that is named, where the call says it.
    kind: Option<Kind>,
    stdin_name: Option<String>,
    current: Option<Box<dyn Stream>>,
    open_table: Box<OpenTable<'t>>,
    progress: Arc<Progress>,
    read_before: u64,
}

impl<'t> Inputs<'t> {
    /// Of some paths; `-` is standard input.
    pub fn new(paths: Vec<PathBuf>, kind: Option<Kind>, stdin_name: Option<&str>, open_table: Box<OpenTable<'t>>) -> Self {
        let progress = Arc::new(Progress::default());
        let mut inputs = Inputs {
            paths: paths.into(),
            kind,
            stdin_name: stdin_name.map(str::to_owned),
            current: None,
            open_table,
            progress: progress.clone(),
            read_before: 0,
        };
        if !inputs.is_many() {
            progress.all.store(inputs.paths.len() as u64, Ordering::Relaxed);
        } else if let [one] = inputs.paths.make_contiguous() {
            let size = fs::stream(one).ok().and_then(|(_, size)| size).filter(|_| one.as_os_str() != "-");
            progress.all.store(size.unwrap_or(0), Ordering::Relaxed);
        }
        inputs
    }

    /// Whether streams or tables are among them.
    pub fn is_many(&self) -> bool {
        self.paths.iter().any(|p| self.kind_of(p).is_some_and(Kind::is_many))
    }

    /// How far they have been read.
    pub fn progress(&self) -> Arc<Progress> {
        self.progress.clone()
    }

    fn kind_of(&self, path: &Path) -> Option<Kind> {
        let named = if path.as_os_str() == "-" { self.stdin_name.as_deref().map(Path::new) } else { Some(path) };
        self.kind.or_else(|| named.and_then(Kind::of))
    }

    fn opened(&self, path: &Path) -> Result<Opened, Failure> {
        let name = super::filing::name(path, self.stdin_name.as_deref());
        let (from, at) = match path.as_os_str() == "-" {
            true => (fs::standard_stream(), Path::new(&name)),
            false => (fs::stream(path)?.0, path),
        };
        let folder = at.parent().unwrap_or(Path::new("")).into();
        Ok(Opened { name: name.as_str().into(), folder, from })
    }

    fn begin(&mut self, path: &Path, kind: Kind) -> Option<Item> {
        match self.opened(path) {
            Err(failure) => {
                let name = failure.name.as_str().into();
                return Some(Item::Told(name, vec![failure.unreadable(Code::Unreadable)]));
            }
            Ok(opened) if kind == Kind::JsonLines => self.current = Some(Box::new(JsonLines::new(opened))),
            Ok(opened) => {
                let name = opened.name.clone();
                match (self.open_table)(opened, kind) {
                    Ok(table) => self.current = Some(table),
                    Err(problems) => return Some(Item::Told(name, problems)),
                }
            }
        }
        None
    }
}

impl Items for Inputs<'_> {
    type Item = Item;

    fn next(&mut self) -> Option<Item> {
        loop {
            if let Some(stream) = &mut self.current {
                let item = stream.next();
                self.progress.done.store(self.read_before + stream.n_bytes(), Ordering::Relaxed);
                if item.is_some() {
                    return item;
                }
                self.read_before += stream.n_bytes();
                self.current = None;
            }
            let path = self.paths.pop_front()?;
            match self.kind_of(&path).filter(|k| k.is_many() || self.kind.is_some()) {
                Some(Kind::One(format)) => return Some(Item::Manifest(path, Some(format))),
                Some(kind) => {
                    if let Some(told) = self.begin(&path, kind) {
                        return Some(told);
                    }
                }
                None => {
                    self.progress.done.fetch_add(1, Ordering::Relaxed);
                    return Some(Item::Manifest(path, None));
                }
            }
        }
    }

    fn is_waiting(&self) -> bool {
        self.current.as_ref().is_some_and(|c| c.is_waiting())
    }

    fn size(item: &Item) -> usize {
        match item {
            Item::Part(part) => match &part.content {
                Content::Line(bytes) => bytes.len(),
                Content::Row(row) => row.text.len() * if row.raw.is_empty() { 1 } else { 2 },
                Content::TooLong(_) => 0,
            },
            _ => 0,
        }
    }
}

/// A filing in each line.
struct JsonLines {
    name: Arc<str>,
    folder: Arc<Path>,
    lines: Option<Lines<Box<dyn Read + Send>>>,
    n_bytes: u64,
}

impl JsonLines {
    fn new(opened: Opened) -> Self {
        JsonLines { name: opened.name, folder: opened.folder, lines: Some(Lines::new(opened.from)), n_bytes: 0 }
    }

    fn part(&self, line: usize, content: Content) -> Item {
        Item::Part(Box::new(Part { file: self.name.clone(), folder: self.folder.clone(), line, id: None, content }))
    }
}

impl Stream for JsonLines {
    fn next(&mut self) -> Option<Item> {
        loop {
            let lines = self.lines.as_mut()?;
            let next = lines.read_line();
            self.n_bytes = lines.n_bytes;
            match next {
                Ok(Some((line, Line::Bytes(bytes)))) if !bytes.iter().all(u8::is_ascii_whitespace) => {
                    return Some(self.part(line, Content::Line(bytes)));
                }
                Ok(Some((_, Line::Bytes(_)))) => {}
                Ok(Some((line, Line::TooLong(n)))) => return Some(self.part(line, Content::TooLong(n))),
                Ok(None) => {
                    self.lines = None;
                    return None;
                }
                Err(error) => {
                    self.lines = None;
                    let failure = Failure { name: self.name.to_string(), why: error.into() };
                    return Some(Item::Told(self.name.clone(), vec![failure.unreadable(Code::Unreadable)]));
                }
            }
        }
    }

    fn is_waiting(&self) -> bool {
        self.lines.as_ref().is_some_and(Lines::is_waiting)
    }

    fn n_bytes(&self) -> u64 {
        self.n_bytes
    }
}
