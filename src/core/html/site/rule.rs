//! The page of a rule: its text, where it comes from, what each region makes of it, cases, a picture.

use super::frame::{page as framed, table};
use super::{Site, law};
use crate::diagnostic::render::{Html, Shown};
use crate::diagnostic::{Bilingual, Language, say};
use crate::graph::{DependencyNode, Edge, EdgeKind};
use crate::hir::{ChangeKind, LayerId, RuleId, Strength, Version};
use crate::picture::render::{Drawing, svg};
use crate::picture::{Kind, around};

/// Most cases that are shown with their texts.
const MAX_CASES: usize = 12;

pub(super) fn strength(s: Strength) -> Bilingual {
    match s {
        Strength::Must => say!("must", "必须"),
        Strength::Should => say!("should", "宜"),
        Strength::Note => say!("note", "提示"),
    }
}

pub(super) fn page(site: &Site<'_>, rule: RuleId, language: Language) -> Shown {
    let name = site.program.rule_name(rule);
    framed(language, &site.rule_file(rule), &site.title(rule), |page| {
        let own = &site.program.rules[rule.index()];
        page.open("p", &[("class", "lead")]).element("code", &[], &name).own(" ");
        if site.program.layer(own.layer).extends.is_some() {
            site.layer_link(page, own.layer);
        } else {
            page.both(&site.program.layer(own.layer).title);
        }
        page.close();
        for version in own.versions.iter().rev() {
            one_version(page, site, version);
        }
        if site.program.layer(own.layer).extends.is_none() {
            regions(page, site, rule, language);
        }
        depends(page, site, rule);
        cases(page, site, rule);
        advice(page, site, &name);
        picture(page, site, &name, language);
    })
}

fn one_version(page: &mut Html, site: &Site<'_>, version: &Version) {
    page.open("section", &[]).open("p", &[]).element_of("b", &[], &strength(version.strength));
    if let Some(stage) = &version.stage {
        page.own(" · ").both(&say!("stage: ", "阶段：")).text(stage);
    }
    if let Some(text) = law::in_force(&version.effective) {
        page.own(" · ").both(&text);
    }
    if version.is_optional {
        page.own(" · ").both(&say!("only where a layer adopts it", "采用后施行"));
    }
    page.close();
    law::provenance(page, site, &version.provenance);
    law::text(page, site, version.span);
    page.close();
}

/// What each region makes of a base rule, side by side.
fn regions(page: &mut Html, site: &Site<'_>, rule: RuleId, language: Language) {
    let regions = site.regions();
    if regions.is_empty() {
        return;
    }
    let differ = regions.iter().filter(|l| !site.changes_by(rule, **l).is_empty()).count();
    let all = regions.len();
    let title = say!("regions side by side", "各地区对照");
    page.element_of("h2", &[("id", "regions")], &title);
    page.element_of(
        "p",
        &[("class", "dim")],
        &say!("{differ} of {all} differ from the base", "{all} 个地区中有 {differ} 个与基础规则不同"),
    );
    let heads = [say!("region", "地区"), say!("what holds there", "当地规定")];
    let providers = site.layers().into_iter().filter(|l| site.program.layer(*l).is_provider && !site.changes_by(rule, *l).is_empty());
    table(page, language, &title, &heads, |page| {
        for layer in regions.iter().copied().chain(providers) {
            row(page, site, rule, layer);
        }
    });
}

fn row(page: &mut Html, site: &Site<'_>, rule: RuleId, layer: LayerId) {
    let changes = site.changes_by(rule, layer);
    page.open("tr", &[("id", &format!("in-{}", super::file_name(&site.program.layer(layer).id)))]);
    page.open("th", &[("scope", "row")]);
    site.layer_link(page, layer);
    page.close().open("td", &[]);
    if changes.is_empty() {
        let is_confirmed = site.changes[rule.index()].iter().any(|c| {
            let change = &site.program.changes[c.index()];
            change.layer == layer && matches!(change.kind, ChangeKind::Confirm { .. })
        });
        let text = if is_confirmed {
            say!("as in the base, confirmed", "与基础规则相同（已确认）")
        } else {
            say!("as in the base", "与基础规则相同")
        };
        page.element_of("span", &[("class", "dim")], &text);
    }
    changes.iter().for_each(|c| law::change(page, site, *c));
    page.close().close().own("\n");
}

fn depends(page: &mut Html, site: &Site<'_>, rule: RuleId) {
    let node = DependencyNode::Requirement(rule);
    let deps = &site.dependencies;
    let of = |nodes: Vec<(DependencyNode, Edge)>, kind| -> Vec<DependencyNode> {
        nodes.into_iter().filter(|(_, e)| e.kind == kind).map(|(n, _)| n).collect()
    };
    let fields = deps.fields_read(&node);
    let groups = [
        (say!("needs", "须先满足"), of(deps.uses(&node), EdgeKind::Needs)),
        (say!("blocks", "阻断"), of(deps.used_by(&node), EdgeKind::Needs)),
        (say!("demands", "须附材料"), of(deps.uses(&node), EdgeKind::Demands)),
    ];
    page.element_of("h2", &[], &say!("depends on", "依赖关系")).open("dl", &[]);
    if !fields.is_empty() {
        page.element_of("dt", &[], &say!("reads", "读取")).open("dd", &[]);
        for (i, field) in fields.iter().enumerate() {
            page.own(if i > 0 { " " } else { "" }).element("code", &[], field);
        }
        page.close();
    }
    for (title, mut nodes) in groups {
        nodes.sort();
        nodes.dedup();
        if nodes.is_empty() {
            continue;
        }
        page.element_of("dt", &[], &title).open("dd", &[]).open("ul", &[]);
        for node in nodes {
            page.open("li", &[]);
            match node {
                DependencyNode::Requirement(r) => site.rule_link(page, r),
                DependencyNode::Material(m) => {
                    page.both(&site.program.materials[m.index()].title);
                }
                other => {
                    page.text(deps.name(site.program, &other));
                }
            }
            page.close();
        }
        page.close().close();
    }
    page.close();
}

fn cases(page: &mut Html, site: &Site<'_>, rule: RuleId) {
    let cases = &site.cases[rule.index()];
    if cases.is_empty() {
        return;
    }
    let n = cases.len();
    page.element_of("h2", &[], &say!("cases ({n})", "用例（{n}）"));
    for case in cases.iter().take(MAX_CASES) {
        let title = site.sources().slice(*case).trim_start_matches("case").trim_start();
        let title = title.strip_prefix('"').and_then(|t| t.split_once('"')).map_or("", |t| t.0);
        page.open("details", &[]).element("summary", &[], title);
        law::text(page, site, *case);
        page.close();
    }
}

fn advice(page: &mut Html, site: &Site<'_>, name: &str) {
    let mut all = site.program.advice.iter().filter(|a| a.on.as_deref() == Some(name)).peekable();
    if all.peek().is_none() {
        return;
    }
    page.element_of("h2", &[], &say!("advice", "提示")).open("ul", &[]);
    for a in all {
        page.open("li", &[]).both(&site.program.layer(a.layer).title).both(&say!(": ", "：")).both(&a.text);
        law::provenance(page, site, &a.provenance);
        page.close();
    }
    page.close();
}

fn picture(page: &mut Html, site: &Site<'_>, name: &str, language: Language) {
    let Some(node) = site.model.get(Kind::Requirement, name) else { return };
    let selection = around(&site.model, &[node], 1);
    let title = say!("around {name}", "{name} 的上下游");
    let heading = say!("picture", "关系图");
    page.open("details", &[]).open("summary", &[]).element_of("h2", &[], &heading).close();
    page.open("div", &[("class", "picture whole"), ("tabindex", "0"), ("role", "region"), ("aria-label", heading.get(language))]);
    page.push(&svg(Drawing { model: &site.model, selection: &selection, title: &title, language })).close().close();
}
