//! What mends a finding: the fixes that come with it, and the cheapest mend of a filing that is refused.

use super::outline::changed;
use super::server::{Answer, Refusal, Server};
use super::text::Text;
use super::worker::{Filed, Kind};
use super::{REPAIR, RUN_CASE, lens, place};
use crate::diagnostic::render::Screen;
use crate::diagnostic::{Applicability, Diagnostic, Fix, say};
use crate::eval::Verdict;
use crate::manifest;
use crate::prove;
use crate::source::{SourceId, SourceMap};
use lsp_types::{
    ApplyWorkspaceEditParams, CodeAction, CodeActionKind, CodeActionOrCommand, CodeActionParams, Command, ExecuteCommandParams,
    MessageType, NumberOrString, ShowMessageParams, TextEdit, Uri, WorkspaceEdit,
};
use std::collections::HashMap;

pub(super) fn actions(server: &mut Server<'_>, params: CodeActionParams) -> Answer<Option<Vec<CodeActionOrCommand>>> {
    let path = place::path(&params.text_document.uri);
    let Some(doc) = server.open.get(&path) else { return Ok(None) };
    let is_wanted = |kind: &CodeActionKind| {
        let only = params.context.only.as_ref();
        only.is_none_or(|list| list.iter().any(|k| kind.as_str().starts_with(k.as_str())))
    };
    let at = doc.text.bytes(params.range, server.encoding);
    let mut list = Vec::new();
    if is_wanted(&CodeActionKind::QUICKFIX) {
        match doc.kind {
            Kind::Rules => {
                if let Some(ruleset) = server.ruleset(&path)
                    && let Some(file) = ruleset.file(&path)
                {
                    let source = SourceId(file as u32);
                    let uri = |id: SourceId| server.uri(&ruleset, id).filter(|_| !ruleset.texts[id.0 as usize].is_bundled);
                    let found = fixes(server, &ruleset.diagnostics, &ruleset.sources, source, &at, &uri, &params);
                    list.extend(found);
                }
            }
            Kind::Manifest => {
                if let Some(filed) = server.filings.get(&path) {
                    let uri = |id: SourceId| (id == filed.source).then(|| doc.uri.clone());
                    list.extend(fixes(server, &filed.diagnostics, &filed.sources, filed.source, &at, &uri, &params));
                    list.extend(repair_action(server, filed, &doc.uri));
                }
            }
        }
    }
    Ok(Some(list))
}

/// The fixes of what is said of a place.
fn fixes(
    server: &Server<'_>,
    diagnostics: &[Diagnostic],
    sources: &SourceMap,
    source: SourceId,
    at: &std::ops::Range<usize>,
    uri: &dyn Fn(SourceId) -> Option<Uri>,
    params: &CodeActionParams,
) -> Vec<CodeActionOrCommand> {
    let touches = |d: &&Diagnostic| {
        let here =
            |l: &crate::diagnostic::Label| l.span.source == source && l.span.range().start <= at.end && at.start <= l.span.range().end;
        d.labels.iter().any(here)
    };
    let mut list = Vec::new();
    for d in diagnostics.iter().filter(touches) {
        let code = NumberOrString::String(d.code.text());
        let told: Vec<lsp_types::Diagnostic> =
            params.context.diagnostics.iter().filter(|t| t.code.as_ref() == Some(&code)).cloned().collect();
        for fix in &d.fixes {
            let Some(edit) = edit_of(server, fix, sources, uri) else { continue };
            list.push(CodeActionOrCommand::CodeAction(CodeAction {
                title: Screen::of(sources).text(fix.title.get(server.language)),
                kind: Some(CodeActionKind::QUICKFIX),
                diagnostics: (!told.is_empty()).then(|| told.clone()),
                edit: Some(edit),
                is_preferred: Some(fix.applicability == Applicability::Safe),
                ..CodeAction::default()
            }));
        }
    }
    list
}

/// A fix as a client applies it; `None` where a part of it lies in a text that is not the user's.
fn edit_of(server: &Server<'_>, fix: &Fix, sources: &SourceMap, uri: &dyn Fn(SourceId) -> Option<Uri>) -> Option<WorkspaceEdit> {
    #[allow(clippy::mutable_key_type)] // the keys of the protocol's own type
    let mut changes: HashMap<Uri, Vec<TextEdit>> = HashMap::new();
    for edit in &fix.edits {
        let text = Text::new(&sources.get(edit.span.source).text);
        let new = TextEdit { range: text.range(edit.span.range(), server.encoding), new_text: edit.replacement.clone() };
        changes.entry(uri(edit.span.source)?).or_default().push(new);
    }
    Some(WorkspaceEdit { changes: Some(changes), ..WorkspaceEdit::default() })
}

/// A refused filing can be mended; how is found out when somebody asks for it.
fn repair_action(server: &Server<'_>, filed: &Filed, uri: &Uri) -> Option<CodeActionOrCommand> {
    if filed.verdict != Some(Verdict::Rejected) {
        return None;
    }
    let title = say!("mend this filing: the cheapest repair", "修改该备案：成本最低的方案").get(server.language).to_owned();
    let command = Command { title: title.clone(), command: REPAIR.to_owned(), arguments: Some(vec![serde_json::json!(uri.as_str())]) };
    Some(CodeActionOrCommand::CodeAction(CodeAction {
        title,
        kind: Some(CodeActionKind::QUICKFIX),
        command: Some(command),
        ..CodeAction::default()
    }))
}

pub(super) fn execute(server: &mut Server<'_>, params: ExecuteCommandParams) -> Answer<Option<serde_json::Value>> {
    let argument = |n: usize| params.arguments.get(n).and_then(|a| a.as_str());
    let uri = argument(0).and_then(|text| text.parse::<Uri>().ok());
    let refuse = |text: crate::diagnostic::Bilingual| Err(Refusal(text.get(server.language).to_owned()));
    let Some(uri) = uri else {
        return refuse(say!("the command names no document", "命令未指明文档"));
    };
    let path = place::path(&uri);
    match params.command.as_str() {
        RUN_CASE => {
            let title = argument(1).unwrap_or("");
            let ran = server.ruleset(&path).and_then(|r| lens::run(&r, &path, title, server.host.today(), server.language));
            let Some(lines) = ran else {
                return refuse(say!("the rules do not compile, or the case is gone", "规则无法编译，或该用例已不存在"));
            };
            let title = Screen::default().text(title);
            let (typ, message) = match lines.is_empty() {
                true => (MessageType::INFO, say!("`{title}` passes", "“{title}”通过").get(server.language).to_owned()),
                false => {
                    let head = say!("`{title}` fails:", "“{title}”未通过：").get(server.language).to_owned();
                    (MessageType::WARNING, format!("{head}\n{}", lines.join("\n")))
                }
            };
            server.tell_client("window/showMessage", ShowMessageParams { typ, message });
            Ok(Some(serde_json::json!({ "passed": lines.is_empty(), "lines": lines })))
        }
        REPAIR => repair(server, &path),
        other => refuse(say!("there is no command `{other}`", "没有命令 `{other}`")),
    }
}

/// Applies the cheapest mend of a filing.
fn repair(server: &mut Server<'_>, path: &std::path::Path) -> Answer<Option<serde_json::Value>> {
    let refuse = |text: crate::diagnostic::Bilingual| Err(Refusal(text.get(server.language).to_owned()));
    let (Some(filed), Some(doc)) = (server.filings.get(path).cloned(), server.open.get(path)) else {
        return refuse(say!("this is no filing that can be checked", "这不是可检查的备案清单"));
    };
    let file = filed.sources.get(filed.source);
    let format = manifest::format_of(&file.name, &file.text);
    let repairs = prove::repair(&filed.good.book, &filed.document, Some((&file.text, format)), &filed.options, 1);
    if let Some(why) = &repairs.why_not {
        return Err(Refusal(why.words().get(server.language).to_owned()));
    }
    let Some(first) = repairs.list.first() else {
        return refuse(say!("this filing is not refused", "该备案未被拒绝"));
    };
    let Some(edit) = first.text.as_ref().and_then(|text| changed(&doc.text, text, server.encoding)) else {
        return refuse(say!("the mend cannot be written into this text", "无法将修改写入该文本"));
    };
    #[allow(clippy::mutable_key_type)] // the keys of the protocol's own type
    let changes: HashMap<Uri, Vec<TextEdit>> = [(doc.uri.clone(), vec![edit])].into_iter().collect();
    let edit = WorkspaceEdit { changes: Some(changes), ..WorkspaceEdit::default() };
    let paths: Vec<String> = first.edits.iter().map(|e| e.path.clone()).collect();
    let label = Some(say!("mend this filing", "修改该备案").get(server.language).to_owned());
    server.ask_client("workspace/applyEdit", ApplyWorkspaceEditParams { label, edit });
    Ok(Some(serde_json::json!({ "paths": paths })))
}
