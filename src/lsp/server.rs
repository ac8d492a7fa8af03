//! The loop of the server: messages in, answers out. What takes time is asked of the worker; what is asked meanwhile is answered from what is known.

use super::index::{self, Occurrence, Symbols};
use super::publish::rule_uri;
use super::rules::{Key, Ruleset};
use super::text::{Encoding, Text};
use super::worker::{Doc, Done, Filed, Job, Kind, Open, Worker};
use super::{Host, actions, complete, hints, hover, lens, names, outline, place};
use crate::diagnostic::{Diagnostics, Language};
use crate::regions;
use crate::source::{SourceId, SourceKind, SourceMap};
use crate::syntax::{self, ast};
use crossbeam_channel::{Receiver, Sender, select};
use lsp_server::{Connection, ErrorCode, Message, Notification, Request, RequestId, Response};
use lsp_types::notification::{
    DidChangeTextDocument, DidChangeWatchedFiles, DidCloseTextDocument, DidOpenTextDocument, DidSaveTextDocument, Notification as _,
    PublishDiagnostics,
};
use lsp_types::request::{self as ask, Request as _};
use lsp_types::{
    DidChangeTextDocumentParams, DidCloseTextDocumentParams, DidOpenTextDocumentParams, InitializeParams, Position,
    PublishDiagnosticsParams, Uri,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::path::{Path, PathBuf};
use std::sync::Arc;

type Fatal = Box<dyn Error + Send + Sync>;

/// An open rule file: its path, its text, the rules it is one of where they are known, its tree.
type OpenRules<'s> = (PathBuf, &'s Doc, Option<Arc<Ruleset>>, Arc<Parsed>);

/// Why a request is not answered, as the client shows it.
#[derive(Debug)]
pub struct Refusal(pub String);

/// What a handler gives.
pub type Answer<T> = Result<T, Refusal>;

/// A rule file as it is now, which may be newer than its ruleset.
#[derive(Debug)]
pub struct Parsed {
    /// Its version.
    version: i32,
    /// The number of the job that its symbols come from.
    serial: u64,
    /// Its tree.
    pub file: ast::File,
    /// Its names.
    pub names: Vec<Occurrence>,
}

/// A place in an open rule file.
pub struct At<'s> {
    /// The document.
    pub doc: &'s Doc,
    /// The byte.
    pub offset: usize,
    /// Its ruleset as it was last looked at.
    pub ruleset: Option<Arc<Ruleset>>,
    /// The file as it is now.
    pub parsed: Arc<Parsed>,
}

/// The state of the server.
pub struct Server<'c> {
    connection: &'c Connection,
    pub(super) host: Arc<dyn Host>,
    pub(super) language: Language,
    pub(super) encoding: Encoding,
    root: Option<PathBuf>,
    pub(super) open: Open,
    jobs: Sender<Job>,
    done: Receiver<Done>,
    /// The number of the newest job, and of the one that was answered last.
    serial: (u64, u64),
    pub(super) rulesets: Vec<Arc<Ruleset>>,
    keys: BTreeMap<PathBuf, Key>,
    pub(super) filings: BTreeMap<PathBuf, Arc<Filed>>,
    /// What the client was told last, by address.
    shown: BTreeMap<String, PublishDiagnosticsParams>,
    parsed: std::cell::RefCell<BTreeMap<PathBuf, Arc<Parsed>>>,
    /// Requests that wait for the worker.
    waiting: Vec<Request>,
    cancelled: BTreeSet<RequestId>,
    next_request: i32,
    pub(super) can_annotate: bool,
}

/// Serves until the client says goodbye.
pub fn run(
    connection: &Connection,
    params: &InitializeParams,
    host: Arc<dyn Host>,
    language: Language,
    encoding: Encoding,
) -> Result<(), Fatal> {
    let (jobs, todo) = crossbeam_channel::unbounded();
    let (told, done) = crossbeam_channel::unbounded();
    let worker = Worker::new(host.clone(), language, encoding);
    let thread = std::thread::Builder::new().name("worker".to_owned()).stack_size(16 << 20).spawn(move || worker.run(&todo, &told))?;
    let can_annotate = params
        .capabilities
        .workspace
        .as_ref()
        .and_then(|w| w.workspace_edit.as_ref())
        .is_some_and(|e| e.change_annotation_support.is_some());
    let mut server = Server {
        connection,
        host,
        language,
        encoding,
        root: root(params),
        open: Open::new(),
        jobs,
        done,
        serial: (0, 0),
        rulesets: Vec::new(),
        keys: BTreeMap::new(),
        filings: BTreeMap::new(),
        shown: BTreeMap::new(),
        parsed: std::cell::RefCell::default(),
        waiting: Vec::new(),
        cancelled: BTreeSet::new(),
        next_request: 0,
        can_annotate,
    };
    let ended = server.serve();
    drop(server);
    // The worker ends with the channel it is fed by.
    let _ = thread.join();
    ended
}

#[allow(deprecated)] // clients that know no workspace folders name a root
fn root(params: &InitializeParams) -> Option<PathBuf> {
    let folder = params.workspace_folders.as_ref().and_then(|f| f.first()).map(|f| &f.uri);
    folder.or(params.root_uri.as_ref()).map(place::path)
}

/// Requests that are about the whole ruleset wait until it is up to date.
fn waits(method: &str) -> bool {
    matches!(
        method,
        ask::GotoDefinition::METHOD
            | ask::References::METHOD
            | ask::Rename::METHOD
            | ask::PrepareRenameRequest::METHOD
            | ask::CodeActionRequest::METHOD
            | ask::ExecuteCommand::METHOD
            | ask::InlayHintRequest::METHOD
            | ask::WorkspaceSymbolRequest::METHOD
    )
}

impl Server<'_> {
    fn serve(&mut self) -> Result<(), Fatal> {
        loop {
            select! {
                recv(self.connection.receiver) -> message => match message {
                    Ok(Message::Request(request)) => {
                        if self.connection.handle_shutdown(&request)? {
                            return Ok(());
                        }
                        self.request(request)?;
                    }
                    Ok(Message::Notification(notification)) => self.notification(notification)?,
                    Ok(Message::Response(_)) => {}
                    // The client is gone.
                    Err(_) => return Ok(()),
                },
                recv(self.done) -> done => {
                    if let Ok(done) = done {
                        self.take(done)?;
                    }
                }
            }
        }
    }

    fn is_up_to_date(&self) -> bool {
        self.serial.0 == self.serial.1
    }

    fn request(&mut self, request: Request) -> Result<(), Fatal> {
        if waits(&request.method) && !self.is_up_to_date() {
            self.waiting.push(request);
            return Ok(());
        }
        self.answer(request)
    }

    fn answer(&mut self, request: Request) -> Result<(), Fatal> {
        let id = request.id.clone();
        if self.cancelled.remove(&id) {
            let response = Response::new_err(id, ErrorCode::RequestCanceled as i32, "cancelled".to_owned());
            return Ok(self.connection.sender.send(response.into())?);
        }
        let response = self.answered(request);
        Ok(self.connection.sender.send(response.into())?)
    }

    fn answered(&mut self, request: Request) -> Response {
        fn asked<R: ask::Request>(
            server: &mut Server<'_>,
            request: Request,
            handle: fn(&mut Server<'_>, R::Params) -> Answer<R::Result>,
        ) -> Response
        where
            R::Params: DeserializeOwned,
            R::Result: Serialize,
        {
            let id = request.id;
            match serde_json::from_value::<R::Params>(request.params) {
                Ok(params) => match handle(server, params) {
                    Ok(result) => match serde_json::to_value(result) {
                        Ok(value) => Response::new_ok(id, value),
                        Err(error) => Response::new_err(id, ErrorCode::InternalError as i32, error.to_string()),
                    },
                    Err(Refusal(why)) => Response::new_err(id, ErrorCode::RequestFailed as i32, why),
                },
                Err(error) => Response::new_err(id, ErrorCode::InvalidParams as i32, error.to_string()),
            }
        }
        match request.method.as_str() {
            ask::HoverRequest::METHOD => asked::<ask::HoverRequest>(self, request, hover::hover),
            ask::GotoDefinition::METHOD => asked::<ask::GotoDefinition>(self, request, names::definition),
            ask::References::METHOD => asked::<ask::References>(self, request, names::references),
            ask::DocumentHighlightRequest::METHOD => asked::<ask::DocumentHighlightRequest>(self, request, names::highlights),
            ask::PrepareRenameRequest::METHOD => asked::<ask::PrepareRenameRequest>(self, request, names::prepare_rename),
            ask::Rename::METHOD => asked::<ask::Rename>(self, request, names::rename),
            ask::SemanticTokensFullRequest::METHOD => asked::<ask::SemanticTokensFullRequest>(self, request, names::tokens),
            ask::DocumentSymbolRequest::METHOD => asked::<ask::DocumentSymbolRequest>(self, request, outline::symbols),
            ask::WorkspaceSymbolRequest::METHOD => asked::<ask::WorkspaceSymbolRequest>(self, request, outline::everywhere),
            ask::FoldingRangeRequest::METHOD => asked::<ask::FoldingRangeRequest>(self, request, outline::folds),
            ask::Formatting::METHOD => asked::<ask::Formatting>(self, request, outline::format),
            ask::Completion::METHOD => asked::<ask::Completion>(self, request, complete::complete),
            ask::CodeActionRequest::METHOD => asked::<ask::CodeActionRequest>(self, request, actions::actions),
            ask::ExecuteCommand::METHOD => asked::<ask::ExecuteCommand>(self, request, actions::execute),
            ask::CodeLensRequest::METHOD => asked::<ask::CodeLensRequest>(self, request, lens::lenses),
            ask::InlayHintRequest::METHOD => asked::<ask::InlayHintRequest>(self, request, hints::hints),
            BundledText::METHOD => asked::<BundledText>(self, request, bundled_text),
            other => Response::new_err(request.id.clone(), ErrorCode::MethodNotFound as i32, other.to_owned()),
        }
    }

    fn notification(&mut self, notification: Notification) -> Result<(), Fatal> {
        let params = notification.params;
        // What does not fit the protocol changes nothing: the client says the same again with its next message.
        match notification.method.as_str() {
            DidOpenTextDocument::METHOD => {
                if let Ok(DidOpenTextDocumentParams { text_document: t }) = serde_json::from_value(params) {
                    let path = place::path(&t.uri);
                    let kind = match t.language_id.as_str() {
                        "filing" => Some(Kind::Rules),
                        _ if crate::host::filing::is_rule_file(&path) => Some(Kind::Rules),
                        "toml" | "json" | "jsonc" => Some(Kind::Manifest),
                        _ => path.extension().is_some_and(|e| e == "toml" || e == "json").then_some(Kind::Manifest),
                    };
                    if let Some(kind) = kind {
                        self.open.insert(path, Doc { uri: t.uri, version: t.version, text: Text::new(&t.text), kind });
                        self.look()?;
                    }
                }
            }
            DidChangeTextDocument::METHOD => {
                if let Ok(params) = serde_json::from_value(params) {
                    self.change(params)?;
                }
            }
            DidCloseTextDocument::METHOD => {
                if let Ok(DidCloseTextDocumentParams { text_document: t }) = serde_json::from_value(params) {
                    let path = place::path(&t.uri);
                    if self.open.remove(&path).is_some() {
                        self.parsed.borrow_mut().remove(&path);
                        self.look()?;
                    }
                }
            }
            DidSaveTextDocument::METHOD | DidChangeWatchedFiles::METHOD => self.look()?,
            "$/cancelRequest" => {
                let id = params.get("id").and_then(|id| serde_json::from_value::<RequestId>(id.clone()).ok());
                if let Some(at) = self.waiting.iter().position(|r| Some(&r.id) == id.as_ref()) {
                    let request = self.waiting.remove(at);
                    self.cancelled.insert(request.id.clone());
                    self.answer(request)?;
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn change(&mut self, params: DidChangeTextDocumentParams) -> Result<(), Fatal> {
        let encoding = self.encoding;
        let Some(doc) = self.open.get_mut(&place::path(&params.text_document.uri)) else { return Ok(()) };
        for change in params.content_changes {
            doc.text = match change.range {
                None => Text::new(&change.text),
                Some(range) => {
                    let mut text = doc.text.as_str().to_owned();
                    text.replace_range(doc.text.bytes(range, encoding), &change.text);
                    Text::new(&text)
                }
            };
        }
        doc.version = params.text_document.version;
        self.look()
    }

    /// Asks the worker to look at what is open now.
    fn look(&mut self) -> Result<(), Fatal> {
        self.serial.0 += 1;
        let job = Job { serial: self.serial.0, open: self.open.clone(), root: self.root.clone() };
        Ok(self.jobs.send(job)?)
    }

    fn take(&mut self, done: Done) -> Result<(), Fatal> {
        match done {
            Done::Early(list) => {
                for params in list {
                    let doc = self.open.get(&place::path(&params.uri));
                    if doc.is_some_and(|d| Some(d.version) == params.version) {
                        self.show(params)?;
                    }
                }
            }
            Done::Whole { serial, rulesets, keys, filings, shown } => {
                self.serial.1 = serial;
                (self.rulesets, self.keys, self.filings) = (rulesets, keys, filings);
                let now: BTreeSet<String> = shown.iter().map(|p| p.uri.as_str().to_owned()).collect();
                let gone: Vec<Uri> = self.shown.values().map(|p| p.uri.clone()).filter(|uri| !now.contains(uri.as_str())).collect();
                for uri in gone {
                    self.show(PublishDiagnosticsParams { uri, diagnostics: Vec::new(), version: None })?;
                }
                for params in shown {
                    self.show(params)?;
                }
                self.shown.retain(|uri, p| now.contains(uri) && (!p.diagnostics.is_empty() || p.version.is_some()));
                if self.is_up_to_date() {
                    for request in std::mem::take(&mut self.waiting) {
                        self.answer(request)?;
                    }
                }
            }
        }
        Ok(())
    }

    /// Tells the client what is wrong with a file, unless it knows.
    fn show(&mut self, params: PublishDiagnosticsParams) -> Result<(), Fatal> {
        let key = params.uri.as_str().to_owned();
        let is_known = match self.shown.get(&key) {
            Some(before) => *before == params,
            None => params.diagnostics.is_empty() && params.version.is_none(),
        };
        if is_known {
            return Ok(());
        }
        let message = Notification::new(PublishDiagnostics::METHOD.to_owned(), &params);
        self.shown.insert(key, params);
        Ok(self.connection.sender.send(message.into())?)
    }

    /// Asks something of the client whose answer nobody waits for.
    pub(super) fn ask_client(&mut self, method: &str, params: impl Serialize) {
        self.next_request += 1;
        let request = Request::new(RequestId::from(self.next_request), method.to_owned(), params);
        // A client that is gone is noticed by the loop.
        let _ = self.connection.sender.send(request.into());
    }

    /// Tells the client something.
    pub(super) fn tell_client(&self, method: &str, params: impl Serialize) {
        let _ = self.connection.sender.send(Notification::new(method.to_owned(), params).into());
    }

    /// The ruleset of an open rule file.
    pub(super) fn ruleset(&self, path: &Path) -> Option<Arc<Ruleset>> {
        let key = self.keys.get(path)?;
        self.rulesets.iter().find(|r| r.key == *key).cloned()
    }

    /// An open rule file as it is now.
    pub(super) fn rules(&self, uri: &Uri) -> Option<OpenRules<'_>> {
        let path = place::path(uri);
        let doc = self.open.get(&path).filter(|d| d.kind == Kind::Rules)?;
        let ruleset = self.ruleset(&path);
        let parsed = self.parsed(&path, doc, ruleset.as_deref());
        Some((path, doc, ruleset, parsed))
    }

    fn parsed(&self, path: &Path, doc: &Doc, ruleset: Option<&Ruleset>) -> Arc<Parsed> {
        if let Some(known) = self.parsed.borrow().get(path)
            && (known.version, known.serial) == (doc.version, self.serial.1)
        {
            return known.clone();
        }
        let mut sources = SourceMap::default();
        let id = sources.add(path.display().to_string(), doc.text.as_str().to_owned(), SourceKind::Rules);
        let file = syntax::parse(&sources, id, &mut Diagnostics::new());
        let none = Symbols::default();
        let names = index::of_file(&file, ruleset.map_or(&none, |r| &r.index.symbols), &sources);
        let parsed = Arc::new(Parsed { version: doc.version, serial: self.serial.1, file, names });
        self.parsed.borrow_mut().insert(path.to_path_buf(), parsed.clone());
        parsed
    }

    /// A place in an open rule file.
    pub(super) fn at(&self, uri: &Uri, position: Position) -> Option<At<'_>> {
        let (_, doc, ruleset, parsed) = self.rules(uri)?;
        let offset = doc.text.offset(position, self.encoding);
        Some(At { doc, offset, ruleset, parsed })
    }

    /// The address of a text of a ruleset.
    pub(super) fn uri(&self, ruleset: &Ruleset, source: SourceId) -> Option<Uri> {
        let text = ruleset.texts.get(source.0 as usize)?;
        match self.open.get(&text.path).filter(|_| !text.is_bundled) {
            Some(doc) => Some(doc.uri.clone()),
            None => rule_uri(&text.path, text.is_bundled),
        }
    }
}

/// The text of a rule file that is part of the program, by its address.
pub enum BundledText {}

impl ask::Request for BundledText {
    type Params = lsp_types::TextDocumentIdentifier;
    type Result = Option<String>;
    const METHOD: &'static str = "filingc/bundledText";
}

fn bundled_text(_: &mut Server<'_>, params: lsp_types::TextDocumentIdentifier) -> Answer<Option<String>> {
    let Some(name) = place::bundled_name(params.uri.as_str()) else { return Ok(None) };
    let mut sources = SourceMap::default();
    regions::add_sources(&mut sources);
    Ok(sources.iter().find(|(_, file)| file.name == name).map(|(_, file)| file.text.to_string()))
}
