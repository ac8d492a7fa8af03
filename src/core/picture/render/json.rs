//! JSON for other programs, described by `docs/schema/graph.schema.json`.

use crate::diagnostic::Bilingual;
use crate::picture::{Model, Selection};
use crate::source::{SourceMap, Span};
use serde::Serialize;

/// A text in both languages.
#[derive(Serialize)]
pub struct TextJson {
    en: String,
    zh: String,
}

impl From<&Bilingual> for TextJson {
    fn from(b: &Bilingual) -> Self {
        TextJson { en: b.en.clone(), zh: b.zh.clone() }
    }
}

/// A place in a rule file.
#[derive(Serialize)]
pub struct PlaceJson {
    path: String,
    line: usize,
    column: usize,
}

/// A node.
#[derive(Serialize)]
pub struct NodeJson {
    key: String,
    kind: &'static str,
    id: String,
    title: TextJson,
    operation: Option<&'static str>,
    layer: Option<String>,
    mark: Option<&'static str>,
    location: Option<PlaceJson>,
}

/// A link.
#[derive(Serialize)]
pub struct LinkJson {
    from: String,
    to: String,
    relation: &'static str,
    location: PlaceJson,
}

/// Nodes and links.
#[derive(Serialize)]
pub struct GraphJson {
    nodes: Vec<NodeJson>,
    links: Vec<LinkJson>,
}

fn place(sources: &SourceMap, span: Span) -> PlaceJson {
    let file = sources.get(span.source);
    let at = file.line_column(span.start as usize);
    PlaceJson { path: file.name.clone(), line: at.line, column: at.column }
}

/// A selection as data.
pub fn graph_json(model: &Model, selection: &Selection, sources: &SourceMap) -> GraphJson {
    let nodes = selection.nodes.iter().map(|i| {
        let n = &model.nodes[*i];
        NodeJson {
            key: n.key(),
            kind: n.kind.key(),
            id: n.id.clone(),
            title: (&n.title).into(),
            operation: n.operation.map(|o| o.key()),
            layer: n.layer.clone(),
            mark: n.mark.map(|m| m.key()),
            location: n.span.map(|s| place(sources, s)),
        }
    });
    let links = selection.links.iter().map(|i| {
        let l = &model.links[*i];
        LinkJson {
            from: model.nodes[l.from].key(),
            to: model.nodes[l.to].key(),
            relation: l.relation.key(),
            location: place(sources, l.span),
        }
    });
    GraphJson { nodes: nodes.collect(), links: links.collect() }
}
