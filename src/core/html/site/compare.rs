//! All questions that some region answers differently, with the answers of all regions side by side.

use super::frame::page as framed;
use super::{Site, file_name, law};
use crate::diagnostic::render::{Html, Shown};
use crate::diagnostic::{Language, say};
use crate::hir::{ChangeId, ChangeKind, LayerId, RuleId};

pub(super) fn page(site: &Site<'_>, language: Language) -> Shown {
    framed(language, "compare.html", &say!("regions compared", "地区对比"), |page| {
        let regions = site.regions();
        let is_direct = |c: &ChangeId| !matches!(site.program.changes[c.index()].kind, ChangeKind::Set { .. });
        let differs = |rule: &RuleId| {
            let layer = site.program.rules[rule.index()].layer;
            site.program.layer(layer).extends.is_none() && regions.iter().any(|l| site.changes_by(*rule, *l).iter().any(is_direct))
        };
        let rules: Vec<RuleId> = (0..site.program.rules.len() as u32).map(RuleId).filter(differs).collect();
        let sets = |param: usize, layer: LayerId| {
            let is_it = move |c: &ChangeId| {
                let change = &site.program.changes[c.index()];
                change.layer == layer && matches!(change.kind, ChangeKind::Set { param: p, .. } if p.index() == param)
            };
            (0..site.program.changes.len() as u32).map(ChangeId).filter(is_it).collect::<Vec<_>>()
        };
        let params: Vec<usize> = (0..site.program.params.len()).filter(|p| regions.iter().any(|l| !sets(*p, *l).is_empty())).collect();
        let n = rules.len() + params.len();
        page.element_of(
            "p",
            &[("class", "lead")],
            &say!(
                "{n} questions that some region answers in its own way; an empty cell is the answer of the base",
                "以下 {n} 个事项至少有一个地区另有规定；空白表示与基础规则相同"
            ),
        );
        choices(page, site, &regions);
        let label = say!("regions compared", "地区对比");
        page.open("div", &[("class", "wide tall"), ("tabindex", "0"), ("role", "region"), ("aria-label", label.get(language))]);
        page.open("table", &[("id", "matrix")]).open("thead", &[]).open("tr", &[]).element_of(
            "th",
            &[("scope", "col")],
            &say!("question", "事项"),
        );
        for layer in &regions {
            page.open("th", &[("scope", "col"), ("data-g", &site.program.layer(*layer).id)]);
            site.layer_link(page, *layer);
            page.close();
        }
        page.close().close().open("tbody", &[]).own("\n");
        for param in params {
            let own = &site.program.params[param];
            page.open("tr", &[]).open("th", &[("scope", "row")]);
            page.open("a", &[("href", &format!("parameters.html#{}", site.param_place(param)))]).both(&own.title).close();
            page.own(" ").element("code", &[], &own.name).close();
            for layer in &regions {
                cell(page, site, *layer, &sets(param, *layer), &site.layer_file(*layer));
            }
            page.close().own("\n");
        }
        for rule in rules {
            page.open("tr", &[]).open("th", &[("scope", "row")]);
            site.rule_link(page, rule);
            page.own(" ").element("code", &[], site.program.rule_name(rule)).close();
            for layer in &regions {
                let changes: Vec<ChangeId> = site.changes_by(rule, *layer).into_iter().filter(is_direct).collect();
                let href = format!("{}#in-{}", site.rule_file(rule), file_name(&site.program.layer(*layer).id));
                cell(page, site, *layer, &changes, &href);
            }
            page.close().own("\n");
        }
        page.close().close().close();
    })
}

/// Which regions and questions are shown; the script shows the choices.
fn choices(page: &mut Html, site: &Site<'_>, regions: &[LayerId]) {
    page.open("form", &[("id", "columns"), ("class", "filters"), ("hidden", "")]);
    page.open("label", &[]).both(&say!("questions with", "事项包含")).tag("input", &[("type", "search"), ("name", "q")]).close();
    page.open("fieldset", &[]).element_of("legend", &[], &say!("regions", "地区"));
    for layer in regions {
        let layer = site.program.layer(*layer);
        page.open("label", &[]).tag("input", &[("type", "checkbox"), ("name", "g"), ("value", &layer.id)]).both(&layer.title).close();
    }
    page.close().open("button", &[("type", "reset")]).both(&say!("all regions", "全部地区")).close().close();
}

fn cell(page: &mut Html, site: &Site<'_>, layer: LayerId, changes: &[ChangeId], href: &str) {
    page.open("td", &[("data-g", &site.program.layer(layer).id)]);
    for c in changes {
        page.open("a", &[("href", href)]).both(&law::operation(&site.program.changes[c.index()].kind)).close();
        page.own(" ").both(&law::change_title(site, *c)).own("<br/>");
    }
    page.close();
}
