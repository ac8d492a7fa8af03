//! The page of a region or a provider: what is different there.

use super::frame::{page as framed, table};
use super::{Site, law};
use crate::diagnostic::render::{Html, Shown};
use crate::diagnostic::{Language, say};
use crate::hir::{ChangeId, ChangeKind, LayerId, RuleId};

/// What a change is of: a rule or a parameter.
fn target(page: &mut Html, site: &Site<'_>, kind: &ChangeKind) {
    match kind {
        ChangeKind::Set { param, .. } => {
            let href = format!("parameters.html#{}", site.param_place(param.index()));
            page.open("a", &[("href", &href)]).both(&site.program.params[param.index()].title).close();
        }
        ChangeKind::Except { rule, .. }
        | ChangeKind::Waive { rule, .. }
        | ChangeKind::Replace { rule, .. }
        | ChangeKind::Adopt { rule, .. }
        | ChangeKind::Confirm { rule } => site.rule_link(page, *rule),
    }
}

pub(super) fn page(site: &Site<'_>, id: LayerId, language: Language) -> Shown {
    let layer = site.program.layer(id);
    framed(language, &site.layer_file(id), &layer.title, |page| {
        page.open("dl", &[("class", "short")]);
        let rows = [
            (say!("authority", "主管部门"), layer.authority.as_ref().map_or(String::new(), |a| a.get(language).to_owned())),
            (say!("numbers begin with", "备案号简称"), layer.plate.clone()),
            (say!("division code", "区划代码"), layer.gb2260.clone()),
        ];
        for (title, value) in rows.iter().filter(|r| !r.1.is_empty()) {
            page.element_of("dt", &[], title).element("dd", &[], value);
        }
        page.close();
        let all = || (0..site.program.changes.len() as u32).map(ChangeId).filter(|c| site.program.changes[c.index()].layer == id);
        let is_confirmation = |c: &ChangeId| matches!(site.program.changes[c.index()].kind, ChangeKind::Confirm { .. });
        let (confirmed, changes): (Vec<ChangeId>, Vec<ChangeId>) = all().partition(is_confirmation);
        let title = say!("what is different here", "与基础规则不同之处");
        page.element_of("h2", &[("id", "different")], &title);
        if changes.is_empty() {
            page.element_of("p", &[], &say!("nothing", "无"));
        } else {
            let heads = [say!("question", "事项"), say!("what holds here", "本地规定")];
            table(page, language, &title, &heads, |page| {
                for c in &changes {
                    page.open("tr", &[]).open("th", &[("scope", "row")]);
                    target(page, site, &site.program.changes[c.index()].kind);
                    page.close().open("td", &[]);
                    law::change(page, site, *c);
                    page.close().close().own("\n");
                }
            });
        }
        let own: Vec<RuleId> =
            (0..site.program.rules.len() as u32).map(RuleId).filter(|r| site.program.rules[r.index()].layer == id).collect();
        if !own.is_empty() {
            page.element_of("h2", &[], &say!("rules of its own", "本地自有规则")).open("ul", &[]);
            for rule in own {
                page.open("li", &[]);
                site.rule_link(page, rule);
                page.own(" ").element("code", &[], site.program.rule_name(rule));
                page.close();
            }
            page.close();
        }
        if !confirmed.is_empty() {
            let n = confirmed.len();
            page.open("details", &[]);
            page.element_of("summary", &[], &say!("confirmed to hold as in the base ({n})", "确认与基础规则相同（{n}）")).open("ul", &[]);
            for c in &confirmed {
                page.open("li", &[]);
                target(page, site, &site.program.changes[c.index()].kind);
                law::provenance(page, site, &site.program.changes[c.index()].provenance);
                page.close();
            }
            page.close().close();
        }
        let advice: Vec<_> = site.program.advice.iter().filter(|a| a.layer == id).collect();
        if !advice.is_empty() {
            page.element_of("h2", &[], &say!("advice", "提示")).open("ul", &[]);
            for a in advice {
                page.open("li", &[]).both(&a.text);
                law::provenance(page, site, &a.provenance);
                page.close();
            }
            page.close();
        }
    })
}
