//! What takes time: rules compiled and filings checked, on a thread of its own. Of several changes that wait only the newest counts.

use super::Host;
use super::place;
use super::publish::{Shelf, rule_uri};
use super::rules::{self, Bundled, Good, Kept, Key, RuleText, Ruleset};
use super::text::{Encoding, Text};
use crate::diagnostic::render::Screen;
use crate::diagnostic::{Diagnostic, Diagnostics, Language};
use crate::driver::{self, Options};
use crate::host::documents::Documents;
use crate::host::filing::{self, Filing};
use crate::host::fs;
use crate::manifest::{self, Document};
use crate::source::{SourceId, SourceKind, SourceMap};
use crate::value::{FieldType, Schema};
use crossbeam_channel::{Receiver, Sender};
use lsp_types::{PublishDiagnosticsParams, Uri};
use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Which of the two kinds of text a document is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A rule file.
    Rules,
    /// A filing, or what may be one.
    Manifest,
}

/// An open document.
#[derive(Clone, Debug)]
pub struct Doc {
    /// As the client calls it.
    pub uri: Uri,
    /// Its version.
    pub version: i32,
    /// What it says.
    pub text: Text,
    /// What it is.
    pub kind: Kind,
}

/// Everything that is open.
pub type Open = BTreeMap<PathBuf, Doc>;

/// What is to be looked at.
#[derive(Debug)]
pub struct Job {
    /// Counts up: what comes of it bears the same number.
    pub serial: u64,
    /// What is open.
    pub open: Open,
    /// The folder of the client.
    pub root: Option<PathBuf>,
}

/// A filing that was checked.
#[derive(Debug)]
pub struct Filed {
    /// Its text, and those of the rules.
    pub sources: SourceMap,
    /// Its text among them.
    pub source: SourceId,
    /// The filing.
    pub document: Document,
    /// The rules.
    pub good: Arc<Good>,
    /// How it was checked.
    pub options: Options,
    /// What was said.
    pub diagnostics: Vec<Diagnostic>,
    /// The verdict, where there is one.
    pub verdict: Option<crate::eval::Verdict>,
}

/// What came of a job.
#[derive(Debug)]
pub enum Done {
    /// What parsing alone says of some files, long before the rest is known.
    Early(Vec<PublishDiagnosticsParams>),
    /// All of it.
    Whole {
        /// The number of the job.
        serial: u64,
        /// The rulesets of the open rule files.
        rulesets: Vec<Arc<Ruleset>>,
        /// Which ruleset each open rule file belongs to.
        keys: BTreeMap<PathBuf, Key>,
        /// The open filings.
        filings: BTreeMap<PathBuf, Arc<Filed>>,
        /// What is to be shown, file by file, all of it.
        shown: Vec<PublishDiagnosticsParams>,
    },
}

/// The thread's own part.
pub struct Worker {
    host: Arc<dyn Host>,
    language: Language,
    encoding: Encoding,
    bundled: Option<Bundled>,
    kept: BTreeMap<Key, Kept>,
    of_program: Option<Arc<Good>>,
}

impl Worker {
    /// With nothing looked at yet.
    pub fn new(host: Arc<dyn Host>, language: Language, encoding: Encoding) -> Worker {
        Worker { host, language, encoding, bundled: None, kept: BTreeMap::new(), of_program: None }
    }

    /// Works until nobody asks any more.
    pub fn run(mut self, jobs: &Receiver<Job>, done: &Sender<Done>) {
        while let Ok(mut job) = jobs.recv() {
            while let Ok(newer) = jobs.try_recv() {
                job = newer;
            }
            let is_stale = || !jobs.is_empty();
            if let Some(whole) = self.work(&job, &is_stale, done)
                && done.send(whole).is_err()
            {
                return;
            }
        }
    }

    fn work(&mut self, job: &Job, is_stale: &dyn Fn() -> bool, done: &Sender<Done>) -> Option<Done> {
        let texts: HashMap<PathBuf, Text> =
            job.open.iter().filter(|(_, d)| d.kind == Kind::Rules).map(|(p, d)| (p.clone(), d.text.clone())).collect();
        let mut collected = Collected::default();
        let mut keys = BTreeMap::new();
        for path in texts.keys() {
            keys.insert(path.clone(), self.key(path, job.root.as_deref(), &mut collected));
        }
        let mut wanted: Vec<Key> = keys.values().cloned().collect();
        wanted.sort_unstable();
        wanted.dedup();
        self.kept.retain(|key, _| wanted.contains(key) || matches!(key, Key::Folder(_)));
        let mut rulesets = Vec::new();
        for key in &wanted {
            let ruleset = Arc::new(self.ruleset(key, &texts, job, is_stale, done, &mut collected)?);
            self.tell_rules(&ruleset, job, &mut collected);
            rulesets.push(ruleset);
        }
        let mut filings = BTreeMap::new();
        for (path, doc) in job.open.iter().filter(|(_, d)| d.kind == Kind::Manifest) {
            if is_stale() {
                return None;
            }
            collected.of(&doc.uri, Some(doc.version));
            if let Some(filed) = self.filing(path, doc, job, &texts, &rulesets, &mut collected) {
                filings.insert(path.clone(), Arc::new(filed));
            }
        }
        let shown = collected.shown;
        Some(Done::Whole { serial: job.serial, rulesets, keys, filings, shown })
    }

    /// The ruleset that a rule file belongs to: the folder that is named, where it lies in it.
    fn key(&self, path: &Path, root: Option<&Path>, collected: &mut Collected) -> Key {
        if !path.is_absolute() {
            return Key::Alone(path.to_path_buf());
        }
        let configured = self.configuration(path, collected).rules;
        let usual = || {
            let root = root?;
            let regions = root.join("regions");
            Some(if fs::is_folder(&regions) { regions } else { root.to_path_buf() })
        };
        match configured.or_else(usual) {
            Some(folder) if fs::real(path).starts_with(fs::real(&folder)) => Key::Folder(folder),
            _ => Key::Alone(path.to_path_buf()),
        }
    }

    fn configuration(&self, path: &Path, collected: &mut Collected) -> super::Configuration {
        let configuration = self.host.configuration(path);
        let (problems, sources) = &configuration.problems;
        if !problems.is_empty() && !collected.configured {
            collected.configured = true;
            let uri = |id: SourceId| place::uri(&absolute(Path::new(&sources.get(id).name)));
            self.put(problems, sources, &uri, SourceId(0), &|_| true, collected);
        }
        configuration
    }

    fn ruleset(
        &mut self,
        key: &Key,
        open: &HashMap<PathBuf, Text>,
        job: &Job,
        is_stale: &dyn Fn() -> bool,
        done: &Sender<Done>,
        collected: &mut Collected,
    ) -> Option<Ruleset> {
        let mut told = Vec::new();
        let texts = rules::texts(key, open, &mut self.bundled, &mut told);
        for (path, d) in told {
            if let Some(uri) = place::uri(&path) {
                let sources = SourceMap::default();
                let shelf = self.shelf(&sources, &|_| None);
                let (_, shown) = shelf.diagnostic(&d, &Screen::default(), SourceId(0), &|_| false);
                collected.of(&uri, None).push(shown);
            }
        }
        let (Key::Folder(at) | Key::Alone(at)) = key;
        let host = self.host.clone();
        let settings = || host.lints(at, std::slice::from_ref(at));
        let (language, encoding) = (self.language, self.encoding);
        let mut early = |texts: &[RuleText], sources: &SourceMap, said: &[Diagnostics]| {
            let uri = |id: SourceId| uri_of(&texts[id.0 as usize], &job.open);
            let shelf = Shelf { sources, uri: &uri, language, encoding, lines: std::cell::RefCell::default() };
            let screen = Screen::default();
            let mut shown = Vec::new();
            for (at, (text, said)) in texts.iter().zip(said).enumerate() {
                let Some(doc) = job.open.get(&text.path).filter(|_| said.has_errors() && !text.is_bundled) else { continue };
                let id = SourceId(at as u32);
                let list = said.clone().into_sorted().iter().map(|d| shelf.diagnostic(d, &screen, id, &|s| s == id).1).collect();
                shown.push(PublishDiagnosticsParams { uri: doc.uri.clone(), diagnostics: list, version: Some(doc.version) });
            }
            // Whoever hung up wants nothing more.
            let _ = done.send(Done::Early(shown));
        };
        let mut stages = rules::Stages { is_stale, parsed: &mut early };
        self.kept.entry(key.clone()).or_default().look(key, texts, &settings, &mut stages)
    }

    fn shelf<'s>(&self, sources: &'s SourceMap, uri: &'s dyn Fn(SourceId) -> Option<Uri>) -> Shelf<'s> {
        Shelf { sources, uri, language: self.language, encoding: self.encoding, lines: std::cell::RefCell::default() }
    }

    fn put(
        &self,
        diagnostics: &[Diagnostic],
        sources: &SourceMap,
        uri: &dyn Fn(SourceId) -> Option<Uri>,
        home: SourceId,
        is_wanted: &dyn Fn(SourceId) -> bool,
        collected: &mut Collected,
    ) {
        let (shelf, screen) = (self.shelf(sources, uri), Screen::of(sources));
        for d in diagnostics {
            let (source, shown) = shelf.diagnostic(d, &screen, home, is_wanted);
            if let Some(uri) = uri(source) {
                collected.of(&uri, None).push(shown);
            }
        }
    }

    fn tell_rules(&self, ruleset: &Ruleset, job: &Job, collected: &mut Collected) {
        let own = |id: SourceId| ruleset.texts.get(id.0 as usize).is_some_and(|t| !t.is_bundled);
        let uri = |id: SourceId| uri_of(&ruleset.texts[id.0 as usize], &job.open);
        for text in ruleset.texts.iter().filter(|t| !t.is_bundled) {
            if let (Some(uri), doc) = (uri_of(text, &job.open), job.open.get(&text.path)) {
                collected.of(&uri, doc.map(|d| d.version));
            }
        }
        // What is said of the ruleset as a whole stands in a file that is open.
        let is_open = |t: &&RuleText| !t.is_bundled && job.open.contains_key(&t.path);
        let home = ruleset.texts.iter().position(|t| is_open(&t)).unwrap_or(0);
        // Faults that lie in the program's own rules are none of the user's.
        let is_ours = |d: &&Diagnostic| d.labels.is_empty() || d.labels.iter().any(|l| own(l.span.source));
        let list: Vec<Diagnostic> = ruleset.diagnostics.iter().filter(is_ours).cloned().collect();
        self.put(&list, &ruleset.sources, &uri, SourceId(home as u32), &own, collected);
    }

    /// The rules that filings in a folder are checked with.
    fn rules_of_filings(
        &mut self,
        rules: Option<&Path>,
        job: &Job,
        open: &HashMap<PathBuf, Text>,
        rulesets: &[Arc<Ruleset>],
        collected: &mut Collected,
    ) -> Option<Arc<Good>> {
        let Some(folder) = rules else {
            if self.of_program.is_none() {
                self.of_program = rules::bundled();
            }
            return self.of_program.clone();
        };
        if fs::is_file(folder) && !filing::is_rule_file(folder) {
            return rules::stored(folder);
        }
        let key = Key::Folder(folder.to_path_buf());
        if let Some(ruleset) = rulesets.iter().find(|r| r.key == key) {
            return ruleset.good.clone();
        }
        let (sink, _) = crossbeam_channel::unbounded();
        let ruleset = self.ruleset(&key, open, job, &|| false, &sink, &mut Collected::default())?;
        if ruleset.good.is_none() {
            self.tell_rules(&ruleset, job, collected);
        }
        ruleset.good
    }

    fn filing(
        &mut self,
        path: &Path,
        doc: &Doc,
        job: &Job,
        open: &HashMap<PathBuf, Text>,
        rulesets: &[Arc<Ruleset>],
        collected: &mut Collected,
    ) -> Option<Filed> {
        let configuration = self.configuration(path, collected);
        let good = self.rules_of_filings(configuration.rules.as_deref(), job, open, rulesets, collected)?;
        let schema = good.book.schema();
        if !is_filing(doc.text.as_str(), path, schema) {
            return None;
        }
        let mut sources = good.sources.clone();
        let source = sources.add(path.display().to_string(), doc.text.as_str().to_owned(), SourceKind::Manifest);
        let options = Options {
            region: configuration.region,
            on: None,
            today: self.host.today(),
            strict: configuration.strict,
            require_look_ups: configuration.require_look_ups,
            detailed: false,
        };
        let documents = Documents::new(&[], configuration.require_files).ok()?;
        let mut problems = Diagnostics::new();
        let folder = path.parent().unwrap_or(Path::new(""));
        let document = Filing::of_text(source, folder).read(schema, options.today, &documents, &sources, &mut problems);
        let checked = driver::check(&good.book, &sources, document.clone(), problems, &options);
        let verdict = checked.report.as_ref().map(|r| r.verdict);
        let n_rules = good.sources.len();
        let is_bundled = configuration.rules.is_none();
        let uri = |id: SourceId| match id == source {
            true => Some(doc.uri.clone()),
            false if (id.0 as usize) < n_rules => rule_uri(Path::new(&sources.get(id).name), is_bundled),
            false => None,
        };
        self.put(&checked.diagnostics, &sources, &uri, source, &|id| id == source, collected);
        Some(Filed { sources, source, document, good, options, diagnostics: checked.diagnostics, verdict })
    }
}

/// Whether a TOML or JSON text is a filing: it has a table of one, or says by its schema that it is one.
fn is_filing(text: &str, path: &Path, schema: &Schema) -> bool {
    if !filing::is_manifest_name(path) {
        return false;
    }
    let Some(root) = schema.root else { return false };
    let names_schema = text.lines().take(3).any(|l| l.starts_with("#:schema") && l.contains("filing"));
    let is_table = |name: &str| {
        let key = |quoted: &str| text.contains(quoted);
        let toml = text.lines().any(|l| {
            let l = l.trim_start().trim_start_matches('[').trim_start_matches(['"', '\'']);
            l.strip_prefix(name).is_some_and(|rest| rest.starts_with([']', '.', ' ', '=', '"', '\'']))
        });
        match manifest::format_of(&path.display().to_string(), text) {
            manifest::Format::Json => key(&format!("\"{name}\"")),
            _ => toml,
        }
    };
    let is_wide = |ty: &FieldType| matches!(ty, FieldType::Record(_) | FieldType::List { .. });
    let fields = schema.record(root).fields.iter().filter(|f| is_wide(&f.ty));
    names_schema || fields.flat_map(|f| [&f.name, &f.title.zh]).any(|name| !name.is_empty() && is_table(name))
}

/// The address of a rule text: as the client calls it, where it is open.
fn uri_of(text: &RuleText, open: &Open) -> Option<Uri> {
    match open.get(&text.path).filter(|_| !text.is_bundled) {
        Some(doc) => Some(doc.uri.clone()),
        None => rule_uri(&text.path, text.is_bundled),
    }
}

fn absolute(path: &Path) -> PathBuf {
    fs::absolute(path).unwrap_or_else(|_| path.to_path_buf())
}

/// What is shown, file by file.
#[derive(Default)]
struct Collected {
    shown: Vec<PublishDiagnosticsParams>,
    configured: bool,
}

impl Collected {
    fn of(&mut self, uri: &Uri, version: Option<i32>) -> &mut Vec<lsp_types::Diagnostic> {
        let at = self.shown.iter().position(|p| p.uri == *uri).unwrap_or_else(|| {
            self.shown.push(PublishDiagnosticsParams { uri: uri.clone(), diagnostics: Vec::new(), version: None });
            self.shown.len() - 1
        });
        let found = &mut self.shown[at];
        found.version = version.or(found.version);
        &mut found.diagnostics
    }
}
