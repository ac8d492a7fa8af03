//! Names: where they are declared, where they are used, what they are coloured as, and how they are renamed.

use super::index::{self, Entity, Kind, Occurrence};
use super::rules::Ruleset;
use super::server::{Answer, Refusal, Server};
use crate::diagnostic::{Language, say};
use crate::source::{SourceId, Span};
use crate::syntax::{self, Line};
use lsp_types::{
    AnnotatedTextEdit, ChangeAnnotation, DocumentChangeOperation, DocumentChanges, DocumentHighlight, DocumentHighlightKind,
    DocumentHighlightParams, GotoDefinitionParams, GotoDefinitionResponse, Location, OneOf, OptionalVersionedTextDocumentIdentifier,
    PrepareRenameResponse, Range, ReferenceParams, RenameParams, SemanticToken, SemanticTokenModifier, SemanticTokenType, SemanticTokens,
    SemanticTokensParams, SemanticTokensResult, TextDocumentEdit, TextDocumentPositionParams, TextEdit, WorkspaceEdit,
};
use std::collections::{BTreeMap, HashMap};

/// What names are coloured as, by their place in this list.
pub const TOKEN_TYPES: [SemanticTokenType; 9] = [
    SemanticTokenType::NAMESPACE,
    SemanticTokenType::TYPE,
    SemanticTokenType::VARIABLE,
    SemanticTokenType::CLASS,
    SemanticTokenType::PROPERTY,
    SemanticTokenType::ENUM_MEMBER,
    SemanticTokenType::PARAMETER,
    SemanticTokenType::FUNCTION,
    SemanticTokenType::EVENT,
];

/// What is said of them beside.
pub const TOKEN_MODIFIERS: [SemanticTokenModifier; 1] = [SemanticTokenModifier::DECLARATION];

fn token_type(kind: Kind) -> u32 {
    match kind {
        Kind::Layer | Kind::Source => 0,
        Kind::Type => 1,
        Kind::Parameter | Kind::Definition => 2,
        Kind::Rule | Kind::Change | Kind::Material => 3,
        Kind::Field => 4,
        Kind::Value => 5,
        Kind::Variable => 6,
        Kind::Function => 7,
        Kind::Step => 8,
    }
}

/// What a name under the cursor stands for.
pub(super) fn entity_at(server: &Server<'_>, params: &TextDocumentPositionParams) -> Option<(Entity, Occurrence)> {
    let at = server.at(&params.text_document.uri, params.position)?;
    let found = index::at(&at.parsed.names, at.offset)?.clone();
    Some((found.entity.clone(), found))
}

pub(super) fn definition(server: &mut Server<'_>, params: GotoDefinitionParams) -> Answer<Option<GotoDefinitionResponse>> {
    let place = params.text_document_position_params;
    let Some((entity, _)) = entity_at(server, &place) else { return Ok(None) };
    if entity.kind == Kind::Variable {
        let own = own_places(server, &place, &entity, true);
        return Ok((!own.is_empty()).then_some(GotoDefinitionResponse::Array(own)));
    }
    let Some(ruleset) = server.at(&place.text_document.uri, place.position).and_then(|at| at.ruleset) else { return Ok(None) };
    let declared = ruleset.index.symbols.declared.get(&entity).map_or(&[][..], Vec::as_slice);
    let list: Vec<Location> = declared.iter().filter_map(|d| location(server, &ruleset, d.name)).collect();
    Ok((!list.is_empty()).then_some(GotoDefinitionResponse::Array(list)))
}

/// A place in a ruleset.
pub(super) fn location(server: &Server<'_>, ruleset: &Ruleset, span: Span) -> Option<Location> {
    let text = &ruleset.texts.get(span.source.0 as usize)?.text;
    Some(Location { uri: server.uri(ruleset, span.source)?, range: text.range(span.range(), server.encoding) })
}

/// Places of something that is known in its file only.
fn own_places(server: &Server<'_>, place: &TextDocumentPositionParams, entity: &Entity, declared_only: bool) -> Vec<Location> {
    let Some((_, doc, _, parsed)) = server.rules(&place.text_document.uri) else { return Vec::new() };
    let wanted = parsed.names.iter().filter(|o| o.entity == *entity && (o.is_declaration || !declared_only));
    wanted.map(|o| Location { uri: doc.uri.clone(), range: doc.text.range(range(o), server.encoding) }).collect()
}

fn range(o: &Occurrence) -> std::ops::Range<usize> {
    o.start as usize..o.end as usize
}

/// Every place of an entity.
fn places(server: &Server<'_>, place: &TextDocumentPositionParams, entity: &Entity) -> Vec<(Location, bool)> {
    let Some(ruleset) = server.at(&place.text_document.uri, place.position).and_then(|at| at.ruleset) else { return Vec::new() };
    if entity.kind == Kind::Variable {
        return own_places(server, place, entity, false).into_iter().map(|l| (l, false)).collect();
    }
    let of = |(file, o): (usize, &Occurrence)| {
        let span = Span::new(SourceId(file as u32), range(o));
        Some((location(server, &ruleset, span)?, o.is_declaration))
    };
    ruleset.index.places(entity).filter_map(of).collect()
}

pub(super) fn references(server: &mut Server<'_>, params: ReferenceParams) -> Answer<Option<Vec<Location>>> {
    let Some((entity, _)) = entity_at(server, &params.text_document_position) else { return Ok(None) };
    let all = places(server, &params.text_document_position, &entity).into_iter();
    let list: Vec<Location> =
        all.filter(|(_, is_declaration)| params.context.include_declaration || !is_declaration).map(|(l, _)| l).collect();
    Ok(Some(list))
}

pub(super) fn highlights(server: &mut Server<'_>, params: DocumentHighlightParams) -> Answer<Option<Vec<DocumentHighlight>>> {
    let place = params.text_document_position_params;
    let Some((entity, _)) = entity_at(server, &place) else { return Ok(None) };
    let Some((_, doc, _, parsed)) = server.rules(&place.text_document.uri) else { return Ok(None) };
    let kind = |o: &Occurrence| if o.is_declaration { DocumentHighlightKind::WRITE } else { DocumentHighlightKind::READ };
    let same = parsed.names.iter().filter(|o| o.entity == entity);
    Ok(Some(same.map(|o| DocumentHighlight { range: doc.text.range(range(o), server.encoding), kind: Some(kind(o)) }).collect()))
}

pub(super) fn tokens(server: &mut Server<'_>, params: SemanticTokensParams) -> Answer<Option<SemanticTokensResult>> {
    let Some((_, doc, _, parsed)) = server.rules(&params.text_document.uri) else { return Ok(None) };
    let (mut data, mut line, mut character, mut end) = (Vec::new(), 0, 0, 0);
    for o in &parsed.names {
        let at = doc.text.range(range(o), server.encoding);
        // Names do not overlap and do not run over lines; whatever does is left to the grammar.
        if o.start < end || at.start.line != at.end.line {
            continue;
        }
        end = o.end;
        let delta_line = at.start.line - line;
        let delta_start = if delta_line == 0 { at.start.character - character } else { at.start.character };
        (line, character) = (at.start.line, at.start.character);
        data.push(SemanticToken {
            delta_line,
            delta_start,
            length: at.end.character - at.start.character,
            token_type: token_type(o.entity.kind),
            token_modifiers_bitset: u32::from(o.is_declaration),
        });
    }
    Ok(Some(SemanticTokensResult::Tokens(SemanticTokens { result_id: None, data })))
}

/// Why a name cannot be changed here; nothing where it can.
fn fixed(server: &Server<'_>, ruleset: &Ruleset, entity: &Entity) -> Option<Refusal> {
    let say = |text: crate::diagnostic::Bilingual| Some(Refusal(text.get(server.language).to_owned()));
    match entity.kind {
        Kind::Field | Kind::Value => {
            return say(say!("filings write `{0}` too: it is not renamed here", "备案清单中也会写 `{0}`，此处不予重命名", entity.name));
        }
        Kind::Function => return say(say!("`{0}` is a function of the language", "`{0}` 是语言内置函数", entity.name)),
        Kind::Layer => {
            return say(say!(
                "filings and outputs name the layer `{0}`: it is not renamed here",
                "备案清单和输出结果会写明层级 `{0}`，此处不予重命名",
                entity.name
            ));
        }
        _ => {}
    }
    let is_bundled = |(file, _): (usize, &Occurrence)| ruleset.texts.get(file).is_some_and(|t| t.is_bundled);
    if ruleset.index.places(entity).any(is_bundled) {
        return say(say!("`{0}` stands in the rules that are part of the program", "`{0}` 出现在程序内置的规则中", entity.full_name()));
    }
    None
}

pub(super) fn prepare_rename(server: &mut Server<'_>, place: TextDocumentPositionParams) -> Answer<Option<PrepareRenameResponse>> {
    let Some((entity, found)) = entity_at(server, &place) else { return Ok(None) };
    let Some(at) = server.at(&place.text_document.uri, place.position) else { return Ok(None) };
    let Some(ruleset) = &at.ruleset else { return Ok(None) };
    if let Some(refusal) = fixed(server, ruleset, &entity) {
        return Err(refusal);
    }
    let range = at.doc.text.range(range(&found), server.encoding);
    Ok(Some(PrepareRenameResponse::RangeWithPlaceholder { range, placeholder: entity.name }))
}

/// Whether a text is a name of the language.
fn is_name(text: &str) -> bool {
    let is_part = |p: &str| !p.is_empty() && p.chars().all(|c| c == '_' || c.is_alphanumeric());
    text.chars().next().is_some_and(|c| c == '_' || c.is_alphabetic()) && text.split('-').all(is_part)
}

pub(super) fn rename(server: &mut Server<'_>, params: RenameParams) -> Answer<Option<WorkspaceEdit>> {
    let place = params.text_document_position;
    let Some((entity, _)) = entity_at(server, &place) else { return Ok(None) };
    let Some(ruleset) = server.at(&place.text_document.uri, place.position).and_then(|at| at.ruleset) else { return Ok(None) };
    let new = params.new_name;
    let refuse = |text: crate::diagnostic::Bilingual| Err(Refusal(text.get(server.language).to_owned()));
    if let Some(refusal) = fixed(server, &ruleset, &entity) {
        return Err(refusal);
    }
    if !is_name(&new) {
        return refuse(say!("`{new}` is no name", "`{new}` 不是合法的名称"));
    }
    let taken = Entity { name: new.clone(), ..entity.clone() };
    if entity.kind != Kind::Variable && new != entity.name && ruleset.index.symbols.declared.contains_key(&taken) {
        return refuse(say!("`{0}` is declared already", "`{0}` 已有声明", taken.full_name()));
    }
    let mut edits: BTreeMap<String, (lsp_types::Uri, Vec<TextEdit>)> = BTreeMap::new();
    let mut put = |uri: lsp_types::Uri, range: Range, new_text: String| {
        edits.entry(uri.as_str().to_owned()).or_insert_with(|| (uri, Vec::new())).1.push(TextEdit { range, new_text });
    };
    for (at, _) in places(server, &place, &entity) {
        put(at.uri, at.range, new.clone());
    }
    let formerly = former(server, &ruleset, &entity);
    if !server.can_annotate {
        for (at, line) in formerly {
            put(at.uri, at.range, line);
        }
        #[allow(clippy::mutable_key_type)] // the keys of the protocol's own type
        let changes: HashMap<lsp_types::Uri, Vec<TextEdit>> = edits.into_values().collect();
        return Ok(Some(WorkspaceEdit { changes: Some(changes), ..WorkspaceEdit::default() }));
    }
    let version = |uri: &lsp_types::Uri| server.open.values().find(|d| d.uri == *uri).map(|d| d.version);
    let mut documents: Vec<TextDocumentEdit> = Vec::new();
    for (uri, list) in edits.into_values() {
        let lines = formerly.iter().filter(|(at, _)| at.uri == uri).map(|(at, line)| {
            let text_edit = TextEdit { range: at.range, new_text: line.clone() };
            OneOf::Right(AnnotatedTextEdit { text_edit, annotation_id: FORMERLY.to_owned() })
        });
        let edits = list.into_iter().map(OneOf::Left).chain(lines).collect();
        documents.push(TextDocumentEdit { text_document: OptionalVersionedTextDocumentIdentifier { version: version(&uri), uri }, edits });
    }
    let label = say!("keep the old name as `formerly`", "用 `formerly` 保留旧名称").get(server.language).to_owned();
    let note = ChangeAnnotation { label, needs_confirmation: Some(true), description: None };
    let annotations = (!formerly.is_empty()).then(|| [(FORMERLY.to_owned(), note)].into_iter().collect());
    let operations = documents.into_iter().map(DocumentChangeOperation::Edit).collect();
    let document_changes = Some(DocumentChanges::Operations(operations));
    Ok(Some(WorkspaceEdit { changes: None, document_changes, change_annotations: annotations }))
}

/// The annotation of a line that keeps an old name.
const FORMERLY: &str = "formerly";

/// The lines that keep the old name of what is renamed: old findings, reports and exceptions of others know it by that.
fn former(server: &Server<'_>, ruleset: &Ruleset, entity: &Entity) -> Vec<(Location, String)> {
    if !matches!(entity.kind, Kind::Rule | Kind::Change) {
        return Vec::new();
    }
    let declared = ruleset.index.symbols.declared.get(entity).map_or(&[][..], Vec::as_slice);
    let mut out = Vec::new();
    for d in declared {
        let Some(text) = ruleset.texts.get(d.item.source.0 as usize) else { continue };
        let whole = text.text.as_str();
        let Some(item) = whole.get(d.item.range()) else { continue };
        let keyword = syntax::keywords::english(item.split_whitespace().next().unwrap_or(""));
        let can_hold = match entity.kind {
            Kind::Rule => !matches!(keyword, "advice"),
            _ => true,
        };
        // A declaration that ends in its block: the line goes before the brace that closes it.
        if !can_hold || !item.ends_with('}') || syntax::keywords::with_english(item).contains(Line::Formerly.words()) {
            continue;
        }
        let brace = d.item.range().end - 1;
        let line_start = whole[..brace].rfind('\n').map_or(0, |n| n + 1);
        let indent = &whole[line_start..brace];
        let word = syntax::keywords::spoken(Line::Formerly.words(), syntax::keywords::of_text(item));
        let (at, line) = match indent.trim().is_empty() {
            true => (line_start, format!("{indent}  {word} {}\n", entity.name)),
            false => (brace, format!("\n  {word} {}\n", entity.name)),
        };
        let span = Span::new(d.item.source, at..at);
        out.extend(location(server, ruleset, span).map(|l| (l, line)));
    }
    out
}

/// The title of an entity in a language, the other one behind it.
pub(super) fn titles(title: &crate::diagnostic::Bilingual, language: Language) -> String {
    let (first, second) = match language {
        Language::Zh => (&title.zh, &title.en),
        Language::En => (&title.en, &title.zh),
    };
    match (first.is_empty(), second.is_empty()) {
        (false, false) if first != second => format!("{first} · {second}"),
        (true, _) => second.clone(),
        _ => first.clone(),
    }
}
