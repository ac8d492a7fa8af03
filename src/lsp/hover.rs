//! What is shown of a name that the mouse rests on: titles in both languages, where it comes from, and who differs.

use super::index::{Entity, Given, Kind, ROOT, Symbols};
use super::names::{entity_at, titles};
use super::rules::Ruleset;
use super::server::{Answer, Server};
use crate::builtin::Builtin;
use crate::diagnostic::render::note_words;
use crate::diagnostic::{Bilingual, CitedSource, Language, Note, say};
use crate::value::{Date, FILE_FIELDS};
use lsp_types::{Hover, HoverContents, HoverParams, MarkupContent, MarkupKind};

/// What a kind of thing is called.
pub(super) fn kind_words(kind: Kind) -> Bilingual {
    let (en, zh) = match kind {
        Kind::Layer => ("layer", "层级"),
        Kind::Type => ("type", "类型"),
        Kind::Parameter => ("parameter", "参数"),
        Kind::Definition => ("definition", "定义"),
        Kind::Source => ("source", "来源"),
        Kind::Rule => ("rule", "规则"),
        Kind::Change => ("change", "变更"),
        Kind::Material => ("material", "材料"),
        Kind::Step => ("step", "步骤"),
        Kind::Field => ("field", "字段"),
        Kind::Value => ("value", "可选值"),
        Kind::Variable => ("variable", "循环变量"),
        Kind::Function => ("function", "函数"),
    };
    Bilingual::new(en, zh)
}

pub(super) fn hover(server: &mut Server<'_>, params: HoverParams) -> Answer<Option<Hover>> {
    let place = params.text_document_position_params;
    let Some((entity, found)) = entity_at(server, &place) else { return Ok(None) };
    let Some(at) = server.at(&place.text_document.uri, place.position) else { return Ok(None) };
    let Some(ruleset) = &at.ruleset else { return Ok(None) };
    let value = page(&entity, ruleset, server.language, server.host.today());
    let range = at.doc.text.range(found.start as usize..found.end as usize, server.encoding);
    let contents = HoverContents::Markup(MarkupContent { kind: MarkupKind::Markdown, value });
    Ok(Some(Hover { contents, range: Some(range) }))
}

/// The page of an entity, in Markdown.
pub(super) fn page(entity: &Entity, ruleset: &Ruleset, language: Language, today: Date) -> String {
    let symbols = &ruleset.index.symbols;
    let mut parts = vec![format!("**{}** · {}", plain(&entity.full_name()), kind_words(entity.kind).get(language))];
    let title = title(symbols, entity);
    if !title.en.is_empty() || !title.zh.is_empty() {
        parts.push(plain(&titles(&title, language)));
    }
    let declared = symbols.declared.get(entity).map_or(&[][..], Vec::as_slice);
    for docs in declared.iter().map(|d| d.docs.trim()).filter(|d| !d.is_empty()) {
        parts.push(plain(docs));
    }
    match entity.kind {
        Kind::Parameter => parts.extend(values(entity, ruleset, language, today)),
        Kind::Field => parts.extend(field_type(symbols, entity, language)),
        Kind::Type => parts.extend(enum_values(symbols, entity, language)),
        Kind::Source => parts.extend(source(symbols, entity, None, language)),
        _ => {}
    }
    if let Some(list) = symbols.changed.get(entity) {
        let one = |(word, change): &(&str, Entity)| {
            let title = title_or(symbols, change, &symbols.title(entity));
            format!("- `{word}` {}: {}", plain(&change.full_name()), plain(title.get(language)))
        };
        let heading = say!("differs in:", "各地不同：").get(language).to_owned();
        let lines: Vec<String> = list.iter().map(one).collect();
        parts.push(format!("{heading}\n{}", lines.join("\n")));
    }
    let mut cited: Vec<String> = Vec::new();
    for (name, item) in declared.iter().flat_map(|d| &d.cites) {
        let Some(of) = symbols.find(Kind::Source, &entity.scope, name) else { continue };
        let line = source(symbols, &of, item.as_deref(), language).map(|l| format!("- {l}"));
        cited.extend(line.filter(|l| !cited.contains(l)));
    }
    if !cited.is_empty() {
        parts.push(cited.join("\n"));
    }
    parts.join("\n\n")
}

/// The title of an entity, also of what no text declares.
pub(super) fn title(symbols: &Symbols, entity: &Entity) -> Bilingual {
    match entity.kind {
        Kind::Function => Builtin::find(&entity.name).map_or_else(Bilingual::default, |b| Bilingual::new(b.title().0, b.title().1)),
        Kind::Field if entity.scope == "file" => {
            FILE_FIELDS.iter().find(|f| f.0 == entity.name).map_or_else(Bilingual::default, |f| Bilingual::new(f.2, f.3))
        }
        _ => symbols.title(entity),
    }
}

fn title_or(symbols: &Symbols, entity: &Entity, other: &Bilingual) -> Bilingual {
    let own = symbols.title(entity);
    if own.en.is_empty() && own.zh.is_empty() { other.clone() } else { own }
}

/// A text that Markdown takes as it is.
pub(super) fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '\\' | '`' | '*' | '_' | '{' | '}' | '[' | ']' | '<' | '>' | '#' | '|' | '&') {
            out.push('\\');
        }
        match crate::source::hidden(c).is_some() && c != '\n' {
            true => out.push_str(&crate::source::written(c)),
            false => out.push(c),
        }
    }
    out
}

/// A source with its dates and its address.
fn source(symbols: &Symbols, entity: &Entity, item: Option<&str>, language: Language) -> Option<String> {
    let of = symbols.sources.get(entity)?;
    let cited = CitedSource {
        title: symbols.title(entity),
        item: item.map(str::to_owned),
        dated: of.dated.clone(),
        read: of.read.clone(),
        url: of.url.clone(),
    };
    let words = plain(note_words(&Note::Source(cited)).get(language));
    let is_address = |url: &&String| url.starts_with("https://") || url.starts_with("http://");
    Some(match of.url.as_ref().filter(is_address) {
        Some(url) => format!("{words} <{}>", url.replace(['<', '>', ' ', '\n'], "")),
        None => words,
    })
}

/// Whether a value holds on a day.
pub(super) fn holds(given: &Given, day: Date) -> bool {
    given.days.0.is_none_or(|from| from <= day) && given.days.1.is_none_or(|until| day <= until)
}

/// The value of a parameter today, in the base and wherever it differs.
fn values(entity: &Entity, ruleset: &Ruleset, language: Language, today: Date) -> Option<String> {
    let symbols = &ruleset.index.symbols;
    let one = |g: &Given| {
        let layer = symbols.title(&Entity::new(Kind::Layer, "", &g.layer));
        let title = layer.get(language);
        let name = if title.is_empty() { g.layer.clone() } else { format!("{} {title}", g.layer) };
        let part = if g.is_partial { say!(" (for some filings)", "（部分备案）").get(language).to_owned() } else { String::new() };
        format!("- {}: `{}`{part}", plain(&name), ruleset.sources.slice(g.value).replace('`', "'"))
    };
    let list: Vec<String> = symbols.given.get(entity)?.iter().filter(|g| holds(g, today)).map(one).collect();
    let heading = say!("value on {today}:", "{today} 的取值：").get(language).to_owned();
    (!list.is_empty()).then(|| format!("{heading}\n{}", list.join("\n")))
}

fn field_type(symbols: &Symbols, entity: &Entity, language: Language) -> Option<String> {
    let record = if entity.scope == ROOT { ROOT } else { &entity.scope };
    let ty = &symbols.field(record, &entity.name)?.ty;
    let list = if ty.is_list { "list of " } else { "" };
    let words = say!("type: `{list}{0}`", "类型：`{list}{0}`", ty.name).get(language).to_owned();
    Some(match enum_values(symbols, &Entity::new(Kind::Type, "", &ty.name), language) {
        Some(values) => format!("{words}\n\n{values}"),
        None => words,
    })
}

/// Most values that are listed.
const MAX_VALUES: usize = 40;

fn enum_values(symbols: &Symbols, entity: &Entity, language: Language) -> Option<String> {
    let values = symbols.enums.get(&entity.name)?;
    let one = |v: &super::index::EnumValue| format!("- `{}` {}", v.name, plain(&titles(&v.title, language)));
    let mut lines: Vec<String> = values.iter().take(MAX_VALUES).map(one).collect();
    if values.len() > MAX_VALUES {
        lines.push(format!("- … ({MAX_VALUES}/{})", values.len()));
    }
    Some(lines.join("\n"))
}
