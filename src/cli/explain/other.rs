//! What rules are made of besides rules: parameters, definitions, sources, materials and steps, as `explain` shows them.

use super::{Writer, json, rules};
use crate::diagnostic::Bilingual;
use crate::diagnostic::render::Shown;
use crate::hir::{ChangeKind, LayerId, Program, Provenance};
use crate::source::{SourceMap, Span};
use serde::Serialize;

/// A kind of declaration, with its place in the program.
#[derive(Clone, Copy)]
enum Kind {
    Parameter(usize),
    Definition(usize),
    Source(usize),
    Material(usize),
    Step(usize),
}

/// A declaration that is no rule.
pub(super) struct Other {
    kind: Kind,
    name: String,
}

/// Such a declaration, for programs.
#[derive(Serialize)]
pub(super) struct Output {
    kind: &'static str,
    id: String,
    title: json::Texts,
    location: rules::Location,
}

/// The declaration of a name, written alone or after its layer.
pub(super) fn find(program: &Program, what: &str) -> Option<Other> {
    let (layer, name) = what.split_once('/').map_or((None, what), |(l, n)| (program.find_layer(l), n));
    if what.contains('/') && layer.is_none() {
        return None;
    }
    let fits = |of: LayerId, id: &str| id == name && layer.is_none_or(|l| l == of);
    let kind = None
        .or_else(|| program.params.iter().position(|x| fits(x.layer, &x.name)).map(Kind::Parameter))
        .or_else(|| program.defs.iter().position(|x| fits(x.layer, &x.name)).map(Kind::Definition))
        .or_else(|| program.materials.iter().position(|x| fits(x.layer, &x.id)).map(Kind::Material))
        .or_else(|| program.steps.iter().position(|x| fits(x.layer, &x.id)).map(Kind::Step))
        .or_else(|| program.sources.iter().position(|x| fits(x.layer, &x.name)).map(Kind::Source))?;
    Some(Other { kind, name: name.to_owned() })
}

impl Other {
    /// Its kind in three words, its layer, title and place.
    fn parts<'p>(&self, program: &'p Program) -> ((&'static str, &'static str), LayerId, &'p Bilingual, Span) {
        match self.kind {
            Kind::Parameter(i) => (("parameter", "参数"), program.params[i].layer, &program.params[i].title, program.params[i].span),
            Kind::Definition(i) => (("definition", "定义"), program.defs[i].layer, &program.defs[i].title, program.defs[i].span),
            Kind::Source(i) => (("source", "来源"), program.sources[i].layer, &program.sources[i].title, program.sources[i].span),
            Kind::Material(i) => (("material", "材料"), program.materials[i].layer, &program.materials[i].title, program.materials[i].span),
            Kind::Step(i) => (("step", "步骤"), program.steps[i].layer, &program.steps[i].title, program.steps[i].span),
        }
    }

    /// For programs.
    pub(super) fn output(&self, program: &Program, sources: &SourceMap) -> Output {
        let ((kind, _), layer, title, span) = self.parts(program);
        let id = format!("{}/{}", program.layer(layer).id, self.name);
        let title = json::Texts { en: title.en.clone(), zh: title.zh.clone() };
        Output { kind, id, title, location: rules::location(sources, span) }
    }

    /// For people.
    pub(super) fn page(&self, mut p: Writer<'_>) -> Shown {
        let program = p.program;
        let (kind, layer, title, span) = self.parts(program);
        let kind = p.pick(kind.0, kind.1);
        let title = Some(title.get(p.language)).filter(|t| !t.is_empty()).map_or(String::new(), |t| format!(": {t}"));
        let text = format!("{kind} {}/{}{title}  ({})", program.layer(layer).id, self.name, p.place(span));
        p.line(0, &text);
        match self.kind {
            Kind::Parameter(i) => parameter(&mut p, i),
            Kind::Definition(_) => {}
            Kind::Source(i) => source(&mut p, i),
            Kind::Material(i) => {
                let material = &program.materials[i];
                let rows = [
                    (("field", "字段"), material.field.as_ref().map(|f| f.names.join("."))),
                    (("formats", "格式"), Some(material.formats.join(", ")).filter(|f| !f.is_empty())),
                    (("largest size in KB", "最大（KB）"), material.max_kb.map(|n| n.to_string())),
                ];
                for ((en, zh), value) in rows {
                    let Some(value) = value else { continue };
                    let text = format!("{}: {value}", p.pick(en, zh));
                    p.line(2, &text);
                }
                p.provenance(2, &material.provenance);
            }
            Kind::Step(i) => p.provenance(2, &program.steps[i].provenance),
        }
        p.page.finish()
    }
}

fn parameter(p: &mut Writer<'_>, i: usize) {
    let program = p.program;
    for (effective, _, provenance, _) in &program.params[i].versions {
        p.effective(2, effective);
        p.provenance(2, provenance);
    }
    let sets = program.changes.iter().enumerate().filter(|(_, c)| matches!(&c.kind, ChangeKind::Set { param, .. } if param.index() == i));
    let sets: Vec<crate::hir::ChangeId> = sets.map(|(n, _)| crate::hir::ChangeId(n as u32)).collect();
    if sets.is_empty() {
        return;
    }
    p.page.blank();
    let text = p.pick("set by:", "由以下层级改写：").to_owned();
    p.line(0, &text);
    for id in sets {
        let text = format!("{}  {}", program.change_name(id), program.changes[id.index()].title.get(p.language));
        p.line(2, &text);
    }
}

fn source(p: &mut Writer<'_>, i: usize) {
    let program = p.program;
    let source = &program.sources[i];
    let rows = [
        (("dated", "标注日期"), source.dated.as_ref().map(|d| d.get(p.language).to_owned())),
        (("read", "查阅于"), source.read.map(|d| d.to_string())),
        (("address", "网址"), source.url.clone()),
    ];
    for ((en, zh), value) in rows {
        let Some(value) = value else { continue };
        let text = format!("{}: {value}", p.pick(en, zh));
        p.line(2, &text);
    }
    let rests = |p: &Provenance| p.sources.iter().any(|c| c.source.index() == i);
    let mut ids: Vec<String> = (0..program.rules.len() as u32)
        .map(crate::hir::RuleId)
        .filter(|r| program.rules[r.index()].versions.iter().any(|v| rests(&v.provenance)))
        .map(|r| program.rule_name(r))
        .collect();
    let changes = program.changes.iter().enumerate().filter(|(_, c)| rests(&c.provenance));
    ids.extend(changes.map(|(n, _)| program.change_name(crate::hir::ChangeId(n as u32))));
    ids.sort_unstable();
    ids.dedup();
    if ids.is_empty() {
        return;
    }
    p.page.blank();
    let text = p.pick("rules that name it:", "引用它的规则：").to_owned();
    p.line(0, &text);
    ids.iter().for_each(|id| p.line(2, id));
}
