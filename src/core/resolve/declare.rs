//! The first pass: every declared name gets its id.

use super::diagnostics as say;
use super::unread::Unread;
use super::vocabulary::{self, is_untranslated, texts_of, title};
use super::{NameKind, Names, roles};
use crate::diagnostic::{Bilingual, Diagnostics, nearest};
use crate::hir::{
    Def, DefId, ExprId, Layer, LayerId, Material, MaterialId, Param, ParamId, Program, Provenance, Rule, RuleId, Source, SourceRef, Step,
    StepId, Trust, Type,
};
use crate::source::Span;
use crate::syntax::ast::{self, ItemKind};
use rustc_hash::FxHashMap;
use std::collections::hash_map::Entry;

/// Declares everything the files hold. Reports F2 codes and F1011.
pub fn declare(files: &[ast::File], diagnostics: &mut Diagnostics) -> (Program, Names) {
    let mut program = Program::default();
    let mut names = Names { unread: Unread::of(files), ..Names::default() };
    vocabulary::declare(files, &mut program, &mut names, diagnostics);
    vocabulary::keys(files, &mut program, &names, diagnostics);
    roles::declare(files, &mut program, &mut names, diagnostics);
    roles::look_ups(files, &mut program, &names, diagnostics);
    layers(files, &mut program, &mut names, diagnostics);
    // What could not be read may be the manifest; without it no field is known and none is reported.
    if program.schema.root.is_none()
        && !names.unread.any
        && let Some(item) = files.iter().flat_map(|f| &f.items).next()
    {
        diagnostics.report(say::no_manifest(Span { end: item.span.start + 1, ..item.span }));
    }
    for (file, layer) in files.iter().zip(names.file_layers.clone()) {
        if names.unread.is_lost(file.source) {
            continue;
        }
        for item in &file.items {
            // A file without a layer is one mistake, however many rules it holds.
            if !declare_item(item, layer, &mut program, &mut names, diagnostics) {
                break;
            }
        }
    }
    former_names(files, &program, &mut names, diagnostics);
    no_shadowing(&program, &names, diagnostics);
    (program, names)
}

fn layers(files: &[ast::File], program: &mut Program, names: &mut Names, diagnostics: &mut Diagnostics) {
    for item in files.iter().flat_map(|f| &f.items) {
        let ItemKind::Layer(layer) = &item.kind else { continue };
        if let Some(first) = names.layers.get(&layer.id.text) {
            diagnostics.report(say::duplicate(layer.id.span, program.layer(*first).span, &layer.id.text));
            continue;
        }
        names.layers.insert(layer.id.text.clone(), LayerId(program.layers.len() as u32));
        let text = |t: Option<&ast::Text>| t.map_or(String::new(), |t| t.value.clone());
        program.layers.push(Layer {
            id: layer.id.text.clone(),
            span: layer.id.span,
            title: title(Some(&layer.title), &layer.id.text),
            is_provider: layer.is_provider,
            extends: None,
            authority: layer.body.authority().map(|t| title(Some(t), "")),
            plate: text(layer.body.plate()),
            gb2260: text(layer.body.gb2260()),
            applies: None,
            otherwise: layer.body.otherwise().map(|t| title(Some(t), "")),
        });
    }
    let known: Vec<String> = program.layers.iter().map(|l| l.id.clone()).collect();
    let find = |name: &ast::Name, names: &Names, diagnostics: &mut Diagnostics| {
        let found = names.layers.get(&name.text).copied();
        if found.is_none() && !names.unread.excuses(NameKind::Layer, &name.text) {
            diagnostics.report(say::unknown_layer(name.span, &name.text, nearest(&name.text, known.iter().map(String::as_str))));
        }
        found
    };
    for file in files {
        let mut own: Option<LayerId> = None;
        let mut has_head = false;
        for item in &file.items {
            let (id, span) = match &item.kind {
                ItemKind::Layer(layer) => (names.layers.get(&layer.id.text).copied(), layer.id.span),
                ItemKind::Part(name) => (find(name, names, diagnostics), name.span),
                _ => continue,
            };
            let is_twice = matches!(&item.kind, ItemKind::Layer(l) if id.is_some_and(|id| program.layer(id).span != l.id.span));
            if is_twice {
                // Declared twice was said; that it stands in a file of its own is the same mistake.
                own = own.or(id);
                has_head = true;
                continue;
            }
            if has_head {
                diagnostics.report(say::misplaced(span, if matches!(item.kind, ItemKind::Part(_)) { "part of" } else { "region" }, true));
                continue;
            }
            has_head = true;
            own = id;
        }
        names.file_layers.push(own.filter(|_| !names.unread.is_lost(file.source)));
    }
    for item in files.iter().flat_map(|f| &f.items) {
        let ItemKind::Layer(layer) = &item.kind else { continue };
        if let Some(base) = &layer.extends
            && let (Some(id), Some(base)) = (names.layers.get(&layer.id.text).copied(), find(base, names, diagnostics))
        {
            program.layers[id.index()].extends = Some(base);
        }
    }
    for i in 0..program.layers.len() {
        let start = LayerId(i as u32);
        let chain = program.chain(start);
        if let Some(last) = chain.last()
            && program.layer(*last).extends == Some(start)
            && chain.iter().min() == Some(&start)
        {
            let spans: Vec<Span> = chain.iter().map(|l| program.layer(*l).span).collect();
            diagnostics.report(say::layer_ring(&spans));
            program.layers[i].extends = None;
        }
    }
}

fn claim<T: Copy>(
    table: &mut FxHashMap<(LayerId, String), T>,
    spans: impl Fn(T) -> Span,
    layer: LayerId,
    name: &ast::Name,
    id: T,
    diagnostics: &mut Diagnostics,
) -> bool {
    let key = (layer, name.text.clone());
    if let Some(first) = table.get(&key) {
        diagnostics.report(say::duplicate(name.span, spans(*first), &name.text));
        return false;
    }
    table.insert(key, id);
    true
}

fn declare_item(item: &ast::Item, layer: Option<LayerId>, program: &mut Program, names: &mut Names, diagnostics: &mut Diagnostics) -> bool {
    let (what, name) = match &item.kind {
        ItemKind::Source(s) => ("source", &s.name),
        ItemKind::Parameter(p) => ("parameter", &p.name),
        ItemKind::Set(s) => ("set", &s.name),
        ItemKind::Define(d) => ("define", &d.name),
        ItemKind::Requirement(r) => ("requirement", &r.id),
        ItemKind::Material(m) => ("material", &m.id),
        ItemKind::Step(s) => ("step", &s.id),
        ItemKind::Amend(a) => ("amend", &a.target.id),
        ItemKind::Waive(c) => ("waive", &c.target.id),
        ItemKind::Replace(r) => ("replace", &r.change.target.id),
        ItemKind::Adopt(c) => ("adopt", &c.target.id),
        ItemKind::Confirm(c) => ("confirm", &c.target.id),
        ItemKind::Advice(a) => ("advice", &a.id),
        _ => return true,
    };
    let Some(layer) = layer else {
        diagnostics.report(say::misplaced(name.span, what, false));
        return false;
    };
    let no_expr = ExprId(u32::MAX);
    match &item.kind {
        ItemKind::Source(s) => {
            let id = SourceRef(program.sources.len() as u32);
            let sources = &program.sources;
            if claim(&mut names.sources, |i| sources[i.index()].span, layer, &s.name, id, diagnostics) {
                for texts in s.body.dated().into_iter().chain(s.body.last_seen()).filter(|t| is_untranslated(t)) {
                    diagnostics.report(say::missing_translation(texts.en.span));
                }
                program.sources.push(Source {
                    name: s.name.text.clone(),
                    title: title(Some(&s.title), &s.name.text),
                    url: s.body.url().map(|t| t.value.clone()),
                    dated: s.body.dated().map(texts_of),
                    read: s.body.read_on().copied(),
                    trust: Trust {
                        confidence: s.body.confidence().copied(),
                        is_unconfirmed: s.body.is_unconfirmed(),
                        last_seen: s.body.last_seen().map(texts_of),
                    },
                    span: s.name.span,
                    layer,
                });
            }
        }
        ItemKind::Parameter(p) => {
            // A second declaration is another dated value.
            if let Entry::Vacant(entry) = names.params.entry((layer, p.name.text.clone())) {
                entry.insert(ParamId(program.params.len() as u32));
                program.params.push(Param {
                    name: p.name.text.clone(),
                    layer,
                    span: p.name.span,
                    ty: Type::Error,
                    title: title(p.title.as_ref(), &p.name.text),
                    several: p.body.several().copied().unwrap_or_default(),
                    versions: Vec::new(),
                });
            }
        }
        ItemKind::Define(d) => {
            let id = DefId(program.defs.len() as u32);
            let defs = &program.defs;
            if claim(&mut names.defs, |i| defs[i.index()].span, layer, &d.name, id, diagnostics) {
                let texts = match &d.value {
                    ast::DefineValue::Decide(t) => t.title.as_ref().or(d.title.as_ref()),
                    ast::DefineValue::Expr(_) => d.title.as_ref(),
                };
                let title: Bilingual = title(texts, &d.name.text);
                program.defs.push(Def { name: d.name.text.clone(), layer, span: d.name.span, title, value: no_expr, ty: Type::Error });
            }
        }
        ItemKind::Requirement(r) => {
            let id = *names.rules.entry((layer, r.id.text.clone())).or_insert(RuleId(program.rules.len() as u32));
            if id.index() == program.rules.len() {
                program.rules.push(Rule { layer, id: r.id.text.clone(), versions: Vec::new(), formerly: Vec::new() });
            }
            for old in r.body.formerly() {
                if !program.rules[id.index()].formerly.contains(&old.text) {
                    program.rules[id.index()].formerly.push(old.text.clone());
                }
            }
            if item.fault.is_some() {
                names.unread.rules.insert(id);
            }
        }
        ItemKind::Advice(a) => {
            claim(&mut names.advice, |span| span, layer, &a.id, a.id.span, diagnostics);
        }
        ItemKind::Material(m) => {
            let id = MaterialId(program.materials.len() as u32);
            let materials = &program.materials;
            if claim(&mut names.materials, |i| materials[i.index()].span, layer, &m.id, id, diagnostics) {
                program.materials.push(Material {
                    id: m.id.text.clone(),
                    layer,
                    span: m.id.span,
                    title: title(Some(&m.title), &m.id.text),
                    field: None,
                    formats: m.body.formats().iter().map(|f| f.text.clone()).collect(),
                    max_kb: m.body.max_kb().copied(),
                    provenance: Provenance::default(),
                });
            }
        }
        ItemKind::Step(s) => {
            let id = StepId(program.steps.len() as u32);
            let steps = &program.steps;
            if claim(&mut names.steps, |i| steps[i.index()].span, layer, &s.id, id, diagnostics) {
                program.steps.push(Step {
                    id: s.id.text.clone(),
                    layer,
                    span: s.id.span,
                    title: title(Some(&s.title), &s.id.text),
                    actors: Vec::new(),
                    after: Vec::new(),
                    takes: None,
                    usual: Vec::new(),
                    started_on: None,
                    until: None,
                    returns_to: None,
                    is_milestone: s.body.is_milestone(),
                    deadlines: Vec::new(),
                    done_on: None,
                    done_when: None,
                    when: None,
                    attach: Vec::new(),
                    gated_by: Vec::new(),
                    produces: s.body.produces().map(|t| title(Some(t), "")),
                    on_reject: None,
                    provenance: Provenance::default(),
                });
            }
        }
        _ => {}
    }
    true
}

/// The ids under which rules were known name them still.
fn former_names(files: &[ast::File], program: &Program, names: &mut Names, diagnostics: &mut Diagnostics) {
    for (file, layer) in files.iter().zip(names.file_layers.clone()) {
        let Some(layer) = layer else { continue };
        for item in &file.items {
            let ItemKind::Requirement(r) = &item.kind else { continue };
            let Some(id) = names.rules.get(&(layer, r.id.text.clone())).copied() else { continue };
            for old in r.body.formerly() {
                match names.rules.entry((layer, old.text.clone())) {
                    Entry::Vacant(entry) => _ = entry.insert(id),
                    // Every dated version may say what the rule was called.
                    Entry::Occupied(entry) if *entry.get() == id && program.rules[id.index()].id != old.text => {}
                    Entry::Occupied(entry) => {
                        let first = program.rules[entry.get().index()].versions.first().map_or(r.id.span, |v| v.span);
                        diagnostics.report(say::duplicate(old.span, first, &old.text));
                    }
                }
            }
        }
    }
}

/// A layer may not declare again what a layer it extends declares: nothing shadows.
fn no_shadowing(program: &Program, names: &Names, diagnostics: &mut Diagnostics) {
    fn check<T: Copy>(program: &Program, table: &FxHashMap<(LayerId, String), T>, span: impl Fn(T) -> Span, diagnostics: &mut Diagnostics) {
        for ((layer, name), id) in table {
            for base in program.chain(*layer).into_iter().skip(1) {
                if let Some(first) = table.get(&(base, name.clone())) {
                    diagnostics.report(say::duplicate(span(*id), span(*first), name));
                }
            }
        }
    }
    check(program, &names.params, |i| program.params[i.index()].span, diagnostics);
    check(program, &names.defs, |i| program.defs[i.index()].span, diagnostics);
    check(program, &names.sources, |i| program.sources[i.index()].span, diagnostics);
    // A definition and a parameter share one space of names in expressions.
    for ((layer, name), id) in &names.defs {
        for base in program.chain(*layer) {
            if let Some(param) = names.params.get(&(base, name.clone())) {
                diagnostics.report(say::duplicate(program.defs[id.index()].span, program.params[param.index()].span, name));
            }
        }
    }
}
