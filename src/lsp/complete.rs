//! What can be written next: keywords the grammar allows here, and names that stand for something here.

use super::hover::{kind_words, plain, title};
use super::index::{Entity, Kind, ROOT, Symbols, TypeOf};
use super::names::titles;
use super::server::{Answer, At, Server};
use crate::builtin::Builtin;
use crate::resolve::PLAIN_TYPES;
use crate::syntax::{self, Expected, Line, Want};
use crate::value::{FILE_FIELDS, Scalar};
use lsp_types::{
    CompletionItem, CompletionItemKind, CompletionItemLabelDetails, CompletionParams, CompletionResponse, CompletionTextEdit,
    Documentation, MarkupContent, MarkupKind, Range, TextEdit,
};
use std::collections::BTreeMap;

/// What the place says of itself.
struct Place<'a> {
    symbols: &'a Symbols,
    layer: &'a str,
    /// The declaration up to the word that is being written.
    before: &'a str,
    expected: &'a Expected,
}

/// A name to be offered.
struct Offered {
    entity: Entity,
    /// As it is written here.
    written: String,
}

pub(super) fn complete(server: &mut Server<'_>, params: CompletionParams) -> Answer<Option<CompletionResponse>> {
    let place = params.text_document_position;
    let Some(at) = server.at(&place.text_document.uri, place.position) else { return Ok(None) };
    let text = at.doc.text.as_str();
    let Some((expected, before)) = expectation(&at) else { return Ok(None) };
    let none = Symbols::default();
    let symbols = at.ruleset.as_ref().map_or(&none, |r| &r.index.symbols);
    let layer = super::rules::layer(&at.parsed.file).unwrap_or("");
    // Names are told by the words before them, whichever language those are in.
    let before = syntax::keywords::with_english(before);
    let here = Place { symbols, layer, before: &before, expected: &expected };
    let end =
        at.offset + text[at.offset..].find(|c: char| !(c == '_' || c == '-' || c.is_alphanumeric())).unwrap_or(text.len() - at.offset);
    let range = at.doc.text.range(expected.start..end, server.encoding);
    let mut items: Vec<CompletionItem> = Vec::new();
    for offered in here.names() {
        items.push(name_item(server, symbols, &offered, range));
    }
    for word in expected.keywords.iter().filter(|k| k.chars().all(|c| c == ' ' || c == '_' || c.is_alphanumeric())) {
        items.push(CompletionItem {
            label: word.clone(),
            kind: Some(CompletionItemKind::KEYWORD),
            text_edit: Some(CompletionTextEdit::Edit(TextEdit { range, new_text: word.clone() })),
            sort_text: Some(format!("5{word}")),
            ..CompletionItem::default()
        });
    }
    Ok(Some(CompletionResponse::Array(items)))
}

/// What is expected at a place, and the declaration before it. Inside of a placeholder a path is.
fn expectation<'a>(at: &'a At<'_>) -> Option<(Expected, &'a str)> {
    let text = at.doc.text.as_str();
    if let Some(expected) = syntax::expected(text, at.offset) {
        let before = &text[expected.item.min(expected.start)..expected.start];
        return Some((expected, before));
    }
    let line_start = text[..at.offset].rfind('\n').map_or(0, |n| n + 1);
    let line = &text[line_start..at.offset];
    let open = line.rfind('{').filter(|open| !line[*open..].contains(['}', '"', ' ']) && line.contains('"'))?;
    let item = at.parsed.file.items.iter().rfind(|i| (i.span.start as usize) < at.offset)?.span.start as usize;
    let start = text[..at.offset].trim_end_matches(|c: char| c == '_' || c == '-' || c.is_alphanumeric()).len().max(line_start + open + 1);
    let wants = vec![Want::Expression];
    Some((Expected { start, item, wants, ..Expected::default() }, &text[item..start]))
}

fn item_kind(kind: Kind) -> CompletionItemKind {
    match kind {
        Kind::Layer => CompletionItemKind::MODULE,
        Kind::Type => CompletionItemKind::ENUM,
        Kind::Parameter => CompletionItemKind::CONSTANT,
        Kind::Definition => CompletionItemKind::FUNCTION,
        Kind::Source => CompletionItemKind::FILE,
        Kind::Rule => CompletionItemKind::CLASS,
        Kind::Change => CompletionItemKind::METHOD,
        Kind::Material => CompletionItemKind::UNIT,
        Kind::Step => CompletionItemKind::EVENT,
        Kind::Field => CompletionItemKind::FIELD,
        Kind::Value => CompletionItemKind::ENUM_MEMBER,
        Kind::Variable => CompletionItemKind::VARIABLE,
        Kind::Function => CompletionItemKind::OPERATOR,
    }
}

/// A name with its titles. It is found by them, too: what is typed may be Chinese.
fn name_item(server: &Server<'_>, symbols: &Symbols, offered: &Offered, range: Range) -> CompletionItem {
    let title = title(symbols, &offered.entity);
    let words = titles(&title, server.language);
    let own = title.get(server.language).to_owned();
    let documentation =
        (!words.is_empty()).then(|| Documentation::MarkupContent(MarkupContent { kind: MarkupKind::Markdown, value: plain(&words) }));
    let is_call = offered.entity.kind == Kind::Function;
    let new_text = if is_call { format!("{}(", offered.written) } else { offered.written.clone() };
    let rank = match offered.entity.kind {
        Kind::Variable => 0,
        Kind::Value => 1,
        Kind::Field => 2,
        Kind::Function => 4,
        _ => 3,
    };
    CompletionItem {
        label: offered.written.clone(),
        label_details: Some(CompletionItemLabelDetails { detail: None, description: Some(own).filter(|t| !t.is_empty()) }),
        kind: Some(item_kind(offered.entity.kind)),
        detail: Some(kind_words(offered.entity.kind).get(server.language).to_owned()),
        documentation,
        filter_text: Some(format!("{} {} {}", offered.written, title.zh, title.en).trim_end().to_owned()),
        sort_text: Some(format!("{rank}{}", offered.written)),
        text_edit: Some(CompletionTextEdit::Edit(TextEdit { range, new_text })),
        ..CompletionItem::default()
    }
}

/// The path that a text ends in, name by name, without the name that is being written: `d.holder.` is `d`, `holder`.
fn path_before(before: &str) -> Option<Vec<&str>> {
    let path = before.strip_suffix('.')?;
    let start = path.trim_end_matches(|c: char| matches!(c, '.' | '_' | '-' | ']' | '[' | '"') || c.is_alphanumeric()).len();
    let names: Vec<&str> = path[start..].split('.').map(|n| n.split('[').next().unwrap_or(n)).collect();
    names.iter().all(|n| !n.is_empty()).then_some(names)
}

/// The path that a text ends in.
fn last_path(text: &str) -> Vec<&str> {
    let text = text.trim_end();
    let start = text.trim_end_matches(|c: char| matches!(c, '.' | '_' | '-' | ']' | '[' | '"') || c.is_alphanumeric()).len();
    text[start..].split('.').map(|n| n.split('[').next().unwrap_or(n)).collect()
}

impl Place<'_> {
    fn names(&self) -> Vec<Offered> {
        let mut found: BTreeMap<Entity, Offered> = BTreeMap::new();
        let mut put = |entity: Entity, written: String| {
            found.entry(entity.clone()).or_insert(Offered { entity, written });
        };
        if let Some(path) = path_before(self.before) {
            if let Some(ty) = self.type_of(&path) {
                self.fields(&ty.name, &mut put);
            }
            return found.into_values().collect();
        }
        if let Some((layer, "")) = self.before.rsplit_once('/') {
            let layer = last_path(layer).pop().unwrap_or("").to_owned();
            self.rules_of(&layer, false, &mut put);
            return found.into_values().collect();
        }
        for want in &self.expected.wants {
            match want {
                Want::Expression => self.expression(&mut put),
                Want::Rule => self.rules(&mut put),
                Want::Source => self.visible(Kind::Source, &mut put),
                Want::Type => self.types(&mut put),
                Want::Target => self.fields(ROOT, &mut put),
                Want::CaseValue => {
                    let path = last_path(self.before.trim_end().trim_end_matches(['=', '[', ',']));
                    self.values(self.type_of(&path), &mut put);
                }
                Want::Name => self.named(&mut put),
                Want::Text | Want::Date => {}
            }
        }
        found.into_values().collect()
    }

    /// Names by the line or the declaration they stand in.
    fn named(&self, put: &mut dyn FnMut(Entity, String)) {
        let last = self.before.split_whitespace().next_back().unwrap_or("");
        if matches!(last, "as" | "except" | "unless" | "every" | "some" | "no" | "each") {
            return;
        }
        match (self.expected.line, self.expected.keyword.as_str(), last) {
            (_, "part", _) | (None, "region" | "provider", "extends") => {
                for layer in self.symbols.layers.keys().map(String::as_str) {
                    put(Entity::new(Kind::Layer, "", layer), layer.to_owned());
                }
            }
            (None, "set", _) => self.visible(Kind::Parameter, put),
            (Some(Line::Demand | Line::Attach), ..) => self.visible(Kind::Material, put),
            (Some(Line::After | Line::Until | Line::ReturnsTo | Line::OnReject), ..) => self.visible(Kind::Step, put),
            (Some(Line::Usually), ..) => self.visible(Kind::Parameter, put),
            (Some(Line::FilingTypes), ..) => self.enum_values(self.symbols.filing_types(), put),
            (Some(Line::Actor), ..) => self.enum_values(self.symbols.actors(), put),
            (Some(Line::Source | Line::Reading), ..) => self.visible(Kind::Source, put),
            (Some(Line::State | Line::ForEach | Line::Field | Line::StartedOn | Line::DoneOn | Line::Report | Line::Deadline), ..) => {
                self.expression(put);
            }
            (_, "case", "verdict" | "expect") | (Some(Line::Formerly | Line::Formats | Line::Stage), ..) => {}
            (_, "case", "is") => {
                let path = last_path(self.before.trim_end().trim_end_matches("is"));
                self.values(self.type_of(&path), put);
            }
            (_, "case", _) => self.expression(put),
            _ => {}
        }
    }

    /// What a layer sees of a kind.
    fn visible(&self, kind: Kind, put: &mut dyn FnMut(Entity, String)) {
        let chain = self.symbols.chain(self.layer);
        for entity in self.symbols.declared.keys().filter(|e| e.kind == kind && chain.contains(&e.scope.as_str())) {
            put(entity.clone(), entity.name.clone());
        }
    }

    fn rules_of(&self, layer: &str, is_qualified: bool, put: &mut dyn FnMut(Entity, String)) {
        let wanted = |e: &&Entity| matches!(e.kind, Kind::Rule | Kind::Change) && e.scope == layer;
        for entity in self.symbols.declared.keys().filter(wanted) {
            let written = if is_qualified { entity.full_name() } else { entity.name.clone() };
            put(entity.clone(), written);
        }
    }

    /// Rules that are legal here: a change is made to what the layers below declare, an order is over the changes of others.
    fn rules(&self, put: &mut dyn FnMut(Entity, String)) {
        let chain = self.symbols.chain(self.layer);
        let head = self.before.split_whitespace().count() <= 1;
        match (self.expected.keyword.as_str(), self.expected.line) {
            ("amend" | "waive" | "replace" | "adopt" | "confirm", None) if head => {
                for layer in chain.iter().skip(1) {
                    let of_layer = |e: &&Entity| e.kind == Kind::Rule && e.scope == *layer;
                    for entity in self.symbols.declared.keys().filter(of_layer) {
                        put(entity.clone(), entity.name.clone());
                    }
                }
            }
            (_, Some(Line::Over)) => {
                let others = self.symbols.declared.keys().filter(|e| e.kind == Kind::Change && e.scope != self.layer);
                others.for_each(|e| put(e.clone(), e.full_name()));
            }
            ("case", _) => chain.iter().for_each(|layer| self.rules_of(layer, true, put)),
            _ => chain.iter().for_each(|layer| self.rules_of(layer, false, put)),
        }
    }

    fn types(&self, put: &mut dyn FnMut(Entity, String)) {
        for entity in self.symbols.declared.keys().filter(|e| e.kind == Kind::Type) {
            put(entity.clone(), entity.name.clone());
        }
        for scalar in Scalar::ALL {
            put(Entity::new(Kind::Type, "", scalar.name()), scalar.name().to_owned());
        }
        for name in PLAIN_TYPES {
            put(Entity::new(Kind::Type, "", name), (*name).to_owned());
        }
    }

    fn fields(&self, record: &str, put: &mut dyn FnMut(Entity, String)) {
        if record == "file" {
            FILE_FIELDS.iter().for_each(|f| put(Entity::new(Kind::Field, record, f.0), f.0.to_owned()));
        }
        for field in self.symbols.records.get(record).into_iter().flatten() {
            put(Entity::new(Kind::Field, record, &field.name), field.name.clone());
        }
    }

    fn enum_values(&self, of: Option<&str>, put: &mut dyn FnMut(Entity, String)) {
        let Some(of) = of else { return };
        for value in self.symbols.enums.get(of).into_iter().flatten() {
            put(Entity::new(Kind::Value, of, &value.name), value.name.clone());
        }
    }

    fn values(&self, ty: Option<TypeOf>, put: &mut dyn FnMut(Entity, String)) {
        if let Some(ty) = ty {
            self.enum_values(Some(&ty.name), put);
        }
    }

    /// A value or condition: the values of what it is compared with, variables, fields, definitions, parameters, functions.
    fn expression(&self, put: &mut dyn FnMut(Entity, String)) {
        self.values(self.compared(), put);
        for (name, _) in self.variables() {
            put(Entity::new(Kind::Variable, "", &name), name);
        }
        self.fields(ROOT, put);
        self.visible(Kind::Definition, put);
        self.visible(Kind::Parameter, put);
        for function in Builtin::ALL {
            put(Entity::new(Kind::Function, "", function.name()), function.name().to_owned());
        }
    }

    /// The type of what stands on the left of a comparison, or of the parameter that is set.
    fn compared(&self) -> Option<TypeOf> {
        let before = self.before.trim_end();
        // Inside of a list the items before this one are passed over.
        let outside = match before.rfind('[') {
            Some(open) if !before[open..].contains(']') => before[..open].trim_end(),
            _ => before,
        };
        let mut left = outside;
        for word in ["with", "of", "any", "not", "is", "in", "as", "given", "contains", "starts", "ends", ">=", "<=", ">", "<", "="] {
            if let Some(rest) = left.strip_suffix(word) {
                left = rest.trim_end();
            }
        }
        let words = ["not", "is", "in"];
        for word in words {
            left = left.strip_suffix(word).map_or(left, str::trim_end);
        }
        if left.len() == outside.len() {
            return None;
        }
        let path = last_path(left);
        self.type_of(&path).or_else(|| {
            // `parameter a: list of region = [`
            let declared = left.rsplit(':').next().filter(|_| self.expected.keyword == "parameter")?;
            Some(TypeOf { name: declared.split_whitespace().next_back()?.to_owned(), is_list: false })
        })
    }

    /// The variables of the loops before this place, and of the rule that is changed, each with the path of its list.
    fn variables(&self) -> Vec<(String, Vec<String>)> {
        let words: Vec<&str> = self.before.split(|c: char| c.is_whitespace() || c == ',' || c == '(').filter(|w| !w.is_empty()).collect();
        let path = |text: &str| text.split('.').map(str::to_owned).collect::<Vec<String>>();
        let mut found: Vec<(String, Vec<String>)> = words
            .windows(4)
            .filter(|w| matches!(w[0], "each" | "every" | "some" | "no" | "of") && w[2] == "in")
            .map(|w| (w[1].to_owned(), path(w[3])))
            .collect();
        // `for each s in service, p in s.platforms`: the comma is gone.
        let more = words.windows(3).filter(|w| w[1] == "in" && self.before.contains(&format!(", {} in {}", w[0], w[2])));
        found.extend(more.map(|w| (w[0].to_owned(), path(w[2]))));
        let target = words.get(1).filter(|_| matches!(self.expected.keyword.as_str(), "amend" | "waive" | "replace" | "adopt" | "confirm"));
        let rule = target.and_then(|id| self.symbols.find(Kind::Rule, self.layer, id));
        for l in rule.and_then(|r| self.symbols.loops.get(&r)).into_iter().flatten() {
            found.push((l.var.text.clone(), l.list.iter().map(|n| n.text.clone()).collect()));
        }
        found
    }

    /// The type of what a path leads to.
    fn type_of(&self, path: &[&str]) -> Option<TypeOf> {
        self.type_within(path, &self.variables(), 0)
    }

    fn type_within(&self, path: &[&str], variables: &[(String, Vec<String>)], depth: usize) -> Option<TypeOf> {
        let (first, rest) = path.split_first()?;
        if depth > 8 {
            return None;
        }
        let of_variable = variables.iter().rev().find(|(name, _)| name == first);
        let mut ty = match of_variable {
            Some((_, list)) => {
                let list: Vec<&str> = list.iter().map(String::as_str).collect();
                self.type_within(&list, variables, depth + 1)?
            }
            None => match self.symbols.field(ROOT, first) {
                Some(field) => field.ty.clone(),
                None => [Kind::Definition, Kind::Parameter]
                    .into_iter()
                    .find_map(|k| self.symbols.types.get(&self.symbols.find(k, self.layer, first)?).cloned())?,
            },
        };
        for name in rest {
            ty = self.symbols.field(&ty.name, name)?.ty.clone();
        }
        Some(ty)
    }
}
