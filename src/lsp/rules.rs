//! Rulesets as they are being written: the files on the disk below what is open in the editor, compiled once for each change.

use super::index::Index;
use super::text::Text;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::driver::{self, Compiled, Rulebook};
use crate::host::filing::{self, is_rule_file};
use crate::host::fs::{self, Wanted};
use crate::lint::{self, Input, Settings};
use crate::pack::Pack;
use crate::regions;
use crate::source::{SourceId, SourceKind, SourceMap};
use crate::syntax::{self, ast};
use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Rule files that are compiled together.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Key {
    /// Those below a folder, or in a file, that the configuration names.
    Folder(PathBuf),
    /// One file that lies outside them.
    Alone(PathBuf),
}

/// A text of a ruleset.
#[derive(Clone, Debug)]
pub struct RuleText {
    /// Its path; of a text that is part of the program, its name.
    pub path: PathBuf,
    /// Whether it is part of the program.
    pub is_bundled: bool,
    /// What it says.
    pub text: Text,
}

/// Rules that compiled.
#[derive(Debug)]
pub struct Good {
    /// Their texts.
    pub sources: SourceMap,
    /// The rulebook.
    pub book: Rulebook,
}

/// A ruleset as it was looked at last.
#[derive(Debug)]
pub struct Ruleset {
    /// Which it is.
    pub key: Key,
    /// Its texts by `SourceId`.
    pub texts: Vec<RuleText>,
    /// The same as a map.
    pub sources: SourceMap,
    /// Who declares and who uses what.
    pub index: Index,
    /// What is to be said of it, as `lint` says it.
    pub diagnostics: Vec<Diagnostic>,
    /// The rules when they last compiled.
    pub good: Option<Arc<Good>>,
}

impl Ruleset {
    /// The number of a file of its own.
    pub fn file(&self, path: &Path) -> Option<usize> {
        self.texts.iter().position(|t| !t.is_bundled && t.path == path)
    }
}

/// What is kept of a ruleset between two changes.
#[derive(Debug, Default)]
pub struct Kept {
    paths: Vec<(PathBuf, bool)>,
    texts: Vec<Text>,
    parsed: Vec<ast::File>,
    /// What parsing each file said.
    said: Vec<Diagnostics>,
    good: Option<Arc<Good>>,
}

/// Hears what parsing the files said.
pub type OnParsed<'s> = dyn FnMut(&[RuleText], &SourceMap, &[Diagnostics]) + 's;

/// A compile that goes on to what comes after it, or does not because something newer waits.
pub struct Stages<'s> {
    /// Whether to give up.
    pub is_stale: &'s dyn Fn() -> bool,
    /// What parsing the files said, before anything else is known.
    pub parsed: &'s mut OnParsed<'s>,
}

/// The rules that are part of the program, with their texts and their trees.
#[derive(Debug)]
pub struct Bundled {
    files: Vec<(String, Text, ast::File)>,
}

impl Bundled {
    /// Reads them.
    pub fn new() -> Bundled {
        let mut sources = SourceMap::default();
        let ids = regions::add_sources(&mut sources);
        let parsed = driver::parse(&sources, &ids, &mut Diagnostics::new());
        let of = |(id, file): (&SourceId, ast::File)| (sources.get(*id).name.clone(), Text::new(&sources.get(*id).text), file);
        Bundled { files: ids.iter().zip(parsed).map(of).collect() }
    }

    /// Those that files of one's own stand on: all but the ones that these take the place of.
    fn below(&self, own: &[(PathBuf, ast::File)]) -> Vec<RuleText> {
        let declared: HashSet<&str> = own.iter().filter_map(|(_, file)| declared_layer(file)).collect();
        let is_replaced = |name: &str, file: &ast::File| {
            let is_of_own_layer = layer(file).is_some_and(|l| declared.contains(l));
            let bundled = Path::new(name);
            let is_same = |(path, own): &(PathBuf, ast::File)| path.file_name() == bundled.file_name() && layer(own) == layer(file);
            is_of_own_layer || own.iter().any(is_same)
        };
        let kept = self.files.iter().filter(|(name, _, file)| !is_replaced(name, file));
        kept.map(|(name, text, _)| RuleText { path: PathBuf::from(name), is_bundled: true, text: text.clone() }).collect()
    }
}

impl Default for Bundled {
    fn default() -> Self {
        Self::new()
    }
}

/// The layer that a file declares.
fn declared_layer(file: &ast::File) -> Option<&str> {
    file.items.iter().find_map(|i| if let ast::ItemKind::Layer(l) = &i.kind { Some(l.id.text.as_str()) } else { None })
}

/// The layer that a file belongs to.
pub fn layer(file: &ast::File) -> Option<&str> {
    let part = || file.items.iter().find_map(|i| if let ast::ItemKind::Part(n) = &i.kind { Some(n.text.as_str()) } else { None });
    declared_layer(file).or_else(part)
}

/// The texts of a ruleset: what is open goes before what is on the disk. What cannot be read is told.
pub fn texts(
    key: &Key,
    open: &HashMap<PathBuf, Text>,
    bundled: &mut Option<Bundled>,
    told: &mut Vec<(PathBuf, Diagnostic)>,
) -> Vec<RuleText> {
    let mut own: Vec<RuleText> = Vec::new();
    match key {
        Key::Alone(path) => {
            let text = open.get(path).cloned().unwrap_or_else(|| Text::new(""));
            own.push(RuleText { path: path.clone(), is_bundled: false, text });
        }
        Key::Folder(folder) => {
            let found = fs::find(std::slice::from_ref(folder), &Wanted { is_wanted: &is_rule_file, obeys_gitignore: false });
            told.extend(found.failures.iter().map(|f| (PathBuf::from(&f.name), f.unreadable(Code::UnreadableRules))));
            let real = fs::real(folder);
            let new = open.keys().filter(|p| is_rule_file(p) && fs::real(p).starts_with(&real) && !found.files.iter().any(|f| f == *p));
            let mut paths: Vec<&PathBuf> = found.files.iter().chain(new).collect();
            paths.sort_unstable();
            for path in paths {
                let text = open.get(path).cloned().or_else(|| {
                    let mut problems = Diagnostics::new();
                    let read = filing::text(fs::read(path), &path.display().to_string(), Code::UnreadableRules, &mut problems);
                    told.extend(problems.into_sorted().into_iter().map(|d| (path.clone(), d)));
                    Some(Text::new(&read?))
                });
                own.extend(text.map(|text| RuleText { path: path.clone(), is_bundled: false, text }));
            }
        }
    }
    if own.iter().any(|t| t.text.as_str().lines().any(|line| line.starts_with("manifest"))) {
        return own;
    }
    let parsed: Vec<(PathBuf, ast::File)> = own
        .iter()
        .map(|t| {
            let mut sources = SourceMap::default();
            let id = sources.add("", t.text.as_str().to_owned(), SourceKind::Rules);
            (t.path.clone(), heads(&sources, id))
        })
        .collect();
    let mut all = bundled.get_or_insert_with(Bundled::new).below(&parsed);
    all.append(&mut own);
    all
}

/// What a file says of itself.
fn heads(sources: &SourceMap, id: SourceId) -> ast::File {
    syntax::parse(sources, id, &mut Diagnostics::new())
}

impl Kept {
    /// Looks at the texts of a ruleset. `None` where something newer waits.
    pub fn look(&mut self, key: &Key, texts: Vec<RuleText>, settings: &dyn Fn() -> Settings, stages: &mut Stages<'_>) -> Option<Ruleset> {
        let mut sources = SourceMap::default();
        let ids: Vec<SourceId> =
            texts.iter().map(|t| sources.add(t.path.display().to_string(), t.text.as_str().to_owned(), SourceKind::Rules)).collect();
        let is_same_list =
            self.paths.len() == texts.len() && self.paths.iter().zip(&texts).all(|((p, b), t)| *p == t.path && *b == t.is_bundled);
        if !is_same_list {
            (self.parsed, self.said, self.texts) = (Vec::new(), Vec::new(), Vec::new());
            self.paths = texts.iter().map(|t| (t.path.clone(), t.is_bundled)).collect();
        }
        for (at, id) in ids.iter().enumerate() {
            if self.texts.get(at).is_some_and(|t| t.as_str() == texts[at].text.as_str()) {
                continue;
            }
            let mut said = Diagnostics::new();
            let parsed = syntax::parse(&sources, *id, &mut said);
            let text = texts[at].text.clone();
            if at < self.parsed.len() {
                (self.parsed[at], self.said[at], self.texts[at]) = (parsed, said, text);
            } else {
                self.parsed.push(parsed);
                self.said.push(said);
                self.texts.push(text);
            }
        }
        (stages.parsed)(&texts, &sources, &self.said);
        if (stages.is_stale)() {
            return None;
        }
        let index = Index::new(&self.parsed, &sources);
        let mut found = Diagnostics::new();
        self.said.iter().for_each(|said| found.append(said.clone()));
        let compiled = driver::compile_parsed(&self.parsed, &mut found);
        if (stages.is_stale)() {
            return None;
        }
        let failed = found.has_errors();
        let mut diagnostics = found.into_sorted();
        if !failed {
            let (program, cases) = (&compiled.program, &compiled.cases);
            let input = Input { sources: &sources, files: &self.parsed, program, cases, warnings: &diagnostics };
            diagnostics = lint::findings(&input, &settings());
            self.good = good(compiled, &sources).or(self.good.take());
        }
        Some(Ruleset { key: key.clone(), texts, sources, index, diagnostics, good: self.good.clone() })
    }
}

fn good(compiled: Compiled, sources: &SourceMap) -> Option<Arc<Good>> {
    let book = Rulebook::new(compiled, sources).ok()?;
    Some(Arc::new(Good { sources: sources.clone(), book }))
}

/// The rules that are part of the program, as filings are checked with them.
pub fn bundled() -> Option<Arc<Good>> {
    let mut sources = SourceMap::default();
    regions::add_sources(&mut sources);
    let book = Rulebook::bundled(regions::bundle()?).ok()?;
    Some(Arc::new(Good { sources, book }))
}

/// The rules of a stored rulebook.
pub fn stored(path: &Path) -> Option<Arc<Good>> {
    let pack = Pack::check(fs::read(path).ok()?.into()).ok()?;
    let mut sources = SourceMap::default();
    pack.add_sources(&mut sources).then(|| Arc::new(Good { sources, book: Rulebook::of_pack(pack) }))
}
