//! The language server: rule files and filings while they are being written.
//!
//! In: messages of an editor, files as `Host` sees them. Out: answers, and diagnostics that say what `lint` and `check` say. One thread answers from
//! what is known; another compiles (`worker`). INVARIANT: no wording of a finding is made here; a text that is broken takes nothing else away.

mod actions;
mod complete;
mod hints;
mod hover;
pub mod index;
mod lens;
mod names;
mod outline;
mod place;
mod publish;
mod rules;
mod server;
mod text;
mod worker;

pub use text::Encoding;

use crate::diagnostic::{Diagnostic, Language};
use crate::lint::Settings;
use crate::source::SourceMap;
use crate::value::Date;
use lsp_server::Connection;
use lsp_types::{
    CodeActionKind, CodeActionOptions, CodeActionProviderCapability, CodeLensOptions, CompletionOptions, ExecuteCommandOptions,
    FoldingRangeProviderCapability, HoverProviderCapability, InitializeParams, OneOf, RenameOptions, SemanticTokensFullOptions,
    SemanticTokensLegend, SemanticTokensOptions, ServerCapabilities, TextDocumentSyncCapability, TextDocumentSyncKind,
    TextDocumentSyncOptions, TextDocumentSyncSaveOptions,
};
use std::error::Error;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What a configuration says of a file.
#[derive(Debug, Default)]
pub struct Configuration {
    /// The rules, where it names some.
    pub rules: Option<PathBuf>,
    /// The region of filings that state none.
    pub region: Option<String>,
    /// Weak sources count like others.
    pub strict: bool,
    /// Look-ups that were not made count like facts that are not stated.
    pub require_look_ups: bool,
    /// Documents that a filing names must be on the disk.
    pub require_files: bool,
    /// What is wrong with it.
    pub problems: (Vec<Diagnostic>, SourceMap),
}

/// The machine and the call that the server was started with.
pub trait Host: Send + Sync {
    /// The day of the run.
    fn today(&self) -> Date;
    /// What the configuration beside a file says.
    fn configuration(&self, file: &Path) -> Configuration;
    /// How lints run over some rules; `from` is where their configuration is looked for.
    fn lints(&self, from: &Path, rules: &[PathBuf]) -> Settings;
}

/// Runs this case.
pub const RUN_CASE: &str = "filingc.runCase";
/// Mends a filing in the cheapest way.
pub const REPAIR: &str = "filingc.repair";

/// Serves a client until it says goodbye. `language` is that of messages where the client does not say.
///
/// # Errors
/// A client that does not speak the protocol, or that hung up in the middle of it.
pub fn serve(connection: &Connection, host: Arc<dyn Host>, language: Language) -> Result<(), Box<dyn Error + Send + Sync>> {
    let (id, params) = match connection.initialize_start() {
        // A client that says nothing wants nothing.
        Err(why) if why.channel_is_disconnected() => return Ok(()),
        begun => begun?,
    };
    let params: InitializeParams = serde_json::from_value(params)?;
    let offered = params.capabilities.general.as_ref().and_then(|g| g.position_encodings.as_deref()).unwrap_or(&[]);
    let encoding = Encoding::of(offered);
    let answer = serde_json::json!({
        "capabilities": capabilities(encoding),
        "serverInfo": { "name": env!("CARGO_PKG_NAME"), "version": env!("CARGO_PKG_VERSION") },
    });
    connection.initialize_finish(id, answer)?;
    let language = language_of(&params).unwrap_or(language);
    server::run(connection, &params, host, language, encoding)
}

/// The language that a client asks for: an option, else its own.
fn language_of(params: &InitializeParams) -> Option<Language> {
    let option = params.initialization_options.as_ref().and_then(|o| o.get("language")).and_then(|l| l.as_str());
    let named = |text: &str| match text.split(['-', '_']).next().unwrap_or("").to_ascii_lowercase().as_str() {
        "zh" => Some(Language::Zh),
        "en" => Some(Language::En),
        _ => None,
    };
    option.and_then(named).or_else(|| params.locale.as_deref().and_then(named))
}

fn capabilities(encoding: Encoding) -> ServerCapabilities {
    ServerCapabilities {
        position_encoding: Some(encoding.kind()),
        text_document_sync: Some(TextDocumentSyncCapability::Options(TextDocumentSyncOptions {
            open_close: Some(true),
            change: Some(TextDocumentSyncKind::INCREMENTAL),
            save: Some(TextDocumentSyncSaveOptions::Supported(true)),
            ..TextDocumentSyncOptions::default()
        })),
        hover_provider: Some(HoverProviderCapability::Simple(true)),
        completion_provider: Some(CompletionOptions {
            trigger_characters: Some([".", "/", " ", ",", "[", "\"", "="].map(str::to_owned).to_vec()),
            ..CompletionOptions::default()
        }),
        definition_provider: Some(OneOf::Left(true)),
        references_provider: Some(OneOf::Left(true)),
        document_highlight_provider: Some(OneOf::Left(true)),
        document_symbol_provider: Some(OneOf::Left(true)),
        workspace_symbol_provider: Some(OneOf::Left(true)),
        code_action_provider: Some(CodeActionProviderCapability::Options(CodeActionOptions {
            code_action_kinds: Some(vec![CodeActionKind::QUICKFIX, CodeActionKind::REFACTOR]),
            ..CodeActionOptions::default()
        })),
        code_lens_provider: Some(CodeLensOptions { resolve_provider: Some(false) }),
        document_formatting_provider: Some(OneOf::Left(true)),
        rename_provider: Some(OneOf::Right(RenameOptions { prepare_provider: Some(true), work_done_progress_options: Default::default() })),
        folding_range_provider: Some(FoldingRangeProviderCapability::Simple(true)),
        execute_command_provider: Some(ExecuteCommandOptions {
            commands: vec![RUN_CASE.to_owned(), REPAIR.to_owned()],
            ..ExecuteCommandOptions::default()
        }),
        semantic_tokens_provider: Some(
            SemanticTokensOptions {
                legend: SemanticTokensLegend { token_types: names::TOKEN_TYPES.to_vec(), token_modifiers: names::TOKEN_MODIFIERS.to_vec() },
                full: Some(SemanticTokensFullOptions::Bool(true)),
                ..SemanticTokensOptions::default()
            }
            .into(),
        ),
        inlay_hint_provider: Some(OneOf::Left(true)),
        ..ServerCapabilities::default()
    }
}
