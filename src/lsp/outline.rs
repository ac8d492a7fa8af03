//! The shape of a text: its declarations, what can be folded, its canonical form.

use super::hover::title;
use super::index::{Entity, Kind};
use super::names::{location, titles};
use super::server::{Answer, Server};
use super::text::Text;
use crate::diagnostic::Diagnostics;
use crate::source::{SourceId, Span};
use crate::syntax::{self, ast};
use lsp_types::{
    DocumentFormattingParams, DocumentSymbol, DocumentSymbolParams, DocumentSymbolResponse, FoldingRange, FoldingRangeKind,
    FoldingRangeParams, SymbolInformation, SymbolKind, TextEdit, WorkspaceSymbolParams, WorkspaceSymbolResponse,
};

/// As what an editor lists a kind of thing.
fn symbol_kind(kind: Kind) -> SymbolKind {
    match kind {
        Kind::Layer => SymbolKind::NAMESPACE,
        Kind::Type => SymbolKind::ENUM,
        Kind::Parameter => SymbolKind::CONSTANT,
        Kind::Definition => SymbolKind::FUNCTION,
        Kind::Source => SymbolKind::FILE,
        Kind::Rule => SymbolKind::CLASS,
        Kind::Change => SymbolKind::METHOD,
        Kind::Material => SymbolKind::OBJECT,
        Kind::Step => SymbolKind::EVENT,
        Kind::Field => SymbolKind::FIELD,
        Kind::Value => SymbolKind::ENUM_MEMBER,
        Kind::Variable => SymbolKind::VARIABLE,
        Kind::Function => SymbolKind::OPERATOR,
    }
}

pub(super) fn symbols(server: &mut Server<'_>, params: DocumentSymbolParams) -> Answer<Option<DocumentSymbolResponse>> {
    let Some((_, doc, _, parsed)) = server.rules(&params.text_document.uri) else { return Ok(None) };
    let encoding = server.encoding;
    #[allow(deprecated)] // the protocol's own type has the old field
    let symbol = |name: &str, detail: String, kind: SymbolKind, whole: Span, at: Span| {
        // A client refuses a name that lies outside of what it names.
        let whole = if whole.start <= at.start && at.end <= whole.end { whole } else { whole.to(at) };
        DocumentSymbol {
            name: if name.is_empty() { "…".to_owned() } else { name.to_owned() },
            detail: (!detail.is_empty()).then_some(detail),
            kind,
            tags: None,
            deprecated: None,
            range: doc.text.range(whole.range(), encoding),
            selection_range: doc.text.range(at.range(), encoding),
            children: None,
        }
    };
    let mut list = Vec::new();
    for item in &parsed.file.items {
        let head = Span { end: item.span.start, ..item.span };
        match &item.kind {
            ast::ItemKind::Case(case) => {
                list.push(symbol(&case.title.value, String::new(), SymbolKind::BOOLEAN, item.span, case.title.span))
            }
            ast::ItemKind::Part(name) => list.push(symbol(&name.text, String::new(), SymbolKind::NAMESPACE, item.span, name.span)),
            ast::ItemKind::Amend(x) => {
                let mut one = symbol(&x.target.text(), String::new(), SymbolKind::METHOD, item.span, x.target.span);
                let inner = item.declared().into_iter().map(|d| {
                    let title = super::index::bilingual(d.title);
                    symbol(&d.name.text, titles(&title, server.language), SymbolKind::METHOD, d.name.span, d.name.span)
                });
                one.children = Some(inner.collect());
                list.push(one);
            }
            ast::ItemKind::LookUp(_) | ast::ItemKind::Unknown(_) => list.push(symbol("", String::new(), SymbolKind::NULL, item.span, head)),
            _ => {
                for d in item.declared() {
                    let title = super::index::bilingual(d.title);
                    let mut one = symbol(&d.name.text, titles(&title, server.language), kind_of(&d), item.span, d.name.span);
                    let fields = d.fields.iter().map(|f| {
                        let title = super::index::bilingual(f.title.as_ref());
                        symbol(&f.name.text, titles(&title, server.language), SymbolKind::FIELD, f.name.span, f.name.span)
                    });
                    let values = d.values.iter().map(|(name, title)| {
                        let title = super::index::bilingual(title.as_ref());
                        symbol(&name.text, titles(&title, server.language), SymbolKind::ENUM_MEMBER, name.span, name.span)
                    });
                    one.children = Some(fields.chain(values).collect());
                    list.push(one);
                }
            }
        }
    }
    Ok(Some(DocumentSymbolResponse::Nested(list)))
}

fn kind_of(d: &ast::Declared<'_>) -> SymbolKind {
    use ast::NameKind as K;
    match d.kind {
        K::Layer => SymbolKind::NAMESPACE,
        K::Type if d.fields.is_empty() => SymbolKind::ENUM,
        K::Type => SymbolKind::STRUCT,
        K::Role => SymbolKind::KEY,
        K::Value if d.constant.is_some() => SymbolKind::CONSTANT,
        K::Value => SymbolKind::FUNCTION,
        K::Source => SymbolKind::FILE,
        K::Rule => SymbolKind::CLASS,
        K::Change => SymbolKind::METHOD,
        K::Material => SymbolKind::OBJECT,
        K::Step => SymbolKind::EVENT,
    }
}

/// Most symbols that a search gives.
const MAX_FOUND: usize = 200;

pub(super) fn everywhere(server: &mut Server<'_>, params: WorkspaceSymbolParams) -> Answer<Option<WorkspaceSymbolResponse>> {
    let wanted = params.query.to_lowercase();
    let mut list = Vec::new();
    for ruleset in &server.rulesets {
        let symbols = &ruleset.index.symbols;
        let mut entities: Vec<&Entity> = symbols.declared.keys().collect();
        entities.sort_unstable();
        for entity in entities {
            let title = title(symbols, entity);
            let is_it = |t: &str| t.to_lowercase().contains(&wanted);
            if list.len() >= MAX_FOUND || !(is_it(&entity.full_name()) || is_it(&title.en) || is_it(&title.zh)) {
                continue;
            }
            let Some(at) = symbols.declared[entity].first().and_then(|d| location(server, ruleset, d.name)) else { continue };
            #[allow(deprecated)] // the protocol's own type has the old field
            list.push(SymbolInformation {
                name: entity.full_name(),
                kind: symbol_kind(entity.kind),
                tags: None,
                deprecated: None,
                location: at,
                container_name: Some(titles(&title, server.language)).filter(|t| !t.is_empty()),
            });
        }
    }
    Ok(Some(WorkspaceSymbolResponse::Flat(list)))
}

pub(super) fn folds(server: &mut Server<'_>, params: FoldingRangeParams) -> Answer<Option<Vec<FoldingRange>>> {
    let Some((_, doc, _, parsed)) = server.rules(&params.text_document.uri) else { return Ok(None) };
    let mut list: Vec<FoldingRange> = Vec::new();
    let mut put = |first: u32, last: u32, kind: Option<FoldingRangeKind>| {
        if last > first {
            list.push(FoldingRange { start_line: first, end_line: last, kind, ..FoldingRange::default() });
        }
    };
    for item in &parsed.file.items {
        put(doc.text.line_of(item.span.start as usize), doc.text.line_of((item.span.end as usize).saturating_sub(1)), None);
    }
    // Comments over several lines.
    let mut begun: Option<u32> = None;
    let mut n: u32 = 0;
    for line in doc.text.as_str().lines() {
        match (line.trim_start().starts_with("//"), begun) {
            (true, None) => begun = Some(n),
            (false, Some(first)) => {
                put(first, n.saturating_sub(1), Some(FoldingRangeKind::Comment));
                begun = None;
            }
            _ => {}
        }
        n += 1;
    }
    if let Some(first) = begun {
        put(first, n.saturating_sub(1), Some(FoldingRangeKind::Comment));
    }
    Ok(Some(list))
}

/// The canonical form, as one edit of the lines that differ. A text with faults stays as it is: its diagnostics say why.
pub(super) fn format(server: &mut Server<'_>, params: DocumentFormattingParams) -> Answer<Option<Vec<TextEdit>>> {
    let Some((_, doc, _, _)) = server.rules(&params.text_document.uri) else { return Ok(None) };
    let before = doc.text.as_str();
    let Ok(after) = syntax::format(SourceId(0), before, None, &mut Diagnostics::new()) else { return Ok(None) };
    Ok(Some(changed(&doc.text, &after, server.encoding).into_iter().collect()))
}

/// The one edit that makes a text another; nothing where they are the same.
pub(super) fn changed(before: &Text, after: &str, encoding: super::text::Encoding) -> Option<TextEdit> {
    let old = before.as_str();
    if old == after {
        return None;
    }
    let same = old.bytes().zip(after.bytes()).take_while(|(a, b)| a == b).count();
    // Whole lines: an edit that begins in the middle of a word is hard to read.
    let start = old[..old.floor_char_boundary(same)].rfind('\n').map_or(0, |n| n + 1);
    let rest = old[start..].bytes().rev().zip(after[start..].bytes().rev()).take_while(|(a, b)| a == b).count();
    let tail = old.ceil_char_boundary(old.len() - rest);
    let end = match old[tail..].find('\n') {
        _ if tail == 0 || old[..tail].ends_with('\n') => tail,
        Some(n) => tail + n + 1,
        None => old.len(),
    };
    let end = end.max(start);
    let new_end = after.len() - (old.len() - end);
    Some(TextEdit { range: before.range(start..end, encoding), new_text: after[start..new_end.max(start)].to_owned() })
}
