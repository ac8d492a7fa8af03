//! All questions that some region answers differently, with the answers of all regions side by side.

use super::frame::page as framed;
use super::{Site, law};
use crate::diagnostic::render::{Html, Shown};
use crate::diagnostic::{Language, say};
use crate::hir::{LayerId, RuleId};

pub(super) fn page(site: &Site<'_>, language: Language) -> Shown {
    framed(language, "compare.html", &say!("regions compared", "地区对比"), |page| {
        let regions = site.regions();
        let differs = |rule: &RuleId| {
            let layer = site.program.rules[rule.index()].layer;
            site.program.layer(layer).extends.is_none() && regions.iter().any(|l| !site.changes_by(*rule, *l).is_empty())
        };
        let questions: Vec<RuleId> = (0..site.program.rules.len() as u32).map(RuleId).filter(differs).collect();
        let n = questions.len();
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
        for rule in questions {
            row(page, site, rule, &regions);
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

fn row(page: &mut Html, site: &Site<'_>, rule: RuleId, regions: &[LayerId]) {
    page.open("tr", &[]).open("th", &[("scope", "row")]);
    site.rule_link(page, rule);
    page.own(" ").element("code", &[], site.program.rule_name(rule)).close();
    for layer in regions {
        let id = &site.program.layer(*layer).id;
        page.open("td", &[("data-g", id)]);
        for c in site.changes_by(rule, *layer) {
            let change = &site.program.changes[c.index()];
            let href = format!("{}#in-{}", site.rule_file(rule), super::file_name(id));
            page.open("a", &[("href", &href)]).both(&law::operation(&change.kind)).close();
            page.own(" ").both(&law::change_title(site, c)).own("<br/>");
        }
        page.close();
    }
    page.close().own("\n");
}
