//! Search: an index beside the page, so that it is found from a folder too.

use super::Site;
use super::frame::page as framed;
use crate::diagnostic::render::{Html, Screen, Shown, json_line};
use crate::diagnostic::{Bilingual, Language, say};
use crate::hir::{ChangeKind, RuleId};

pub(super) fn page(language: Language) -> Shown {
    framed(language, "search.html", &say!("search", "搜索"), |page: &mut Html| {
        page.element_of(
            "p",
            &[("id", "no-script")],
            &say!(
                "searching needs the script of this site; the lists of rules and regions do not",
                "搜索需要运行本站脚本；规则列表和地区列表不需要"
            ),
        );
        page.open("form", &[("id", "search"), ("class", "filters"), ("role", "search"), ("hidden", "")]);
        page.open("label", &[])
            .both(&say!("words", "关键词"))
            .tag("input", &[("type", "search"), ("name", "q"), ("autocomplete", "off")])
            .close();
        page.own("<output><b id=\"n-found\">0</b> ").both(&say!("found", "条结果")).own("</output>").close();
        page.own("<ol id=\"found\"></ol>\n<script src=\"search.js\"></script>\n");
    })
}

/// What can be found: the page, the title in the language of the reader and in the other, the id, and what else is said.
pub(super) fn index(site: &Site<'_>, language: Language) -> Shown {
    let mut all: Vec<[String; 5]> = Vec::new();
    let mut add = |file: String, title: &Bilingual, id: String, more: String| {
        let (own, other) = match language {
            Language::Zh => (title.get(Language::Zh), title.get(Language::En)),
            Language::En => (title.get(Language::En), title.get(Language::Zh)),
        };
        all.push([file, own.to_owned(), other.to_owned(), id, more]);
    };
    for (i, rule) in site.program.rules.iter().enumerate() {
        let id = RuleId(i as u32);
        let docs: Vec<&str> = rule.versions.iter().map(|v| v.docs.as_str()).collect();
        let title = site.program.layer(rule.layer).title.get(language);
        add(site.rule_file(id), &site.title(id), site.program.rule_name(id), format!("{title} {}", docs.join(" ")));
    }
    for layer in site.layers() {
        let own = site.program.layer(layer);
        add(
            site.layer_file(layer),
            &own.title,
            own.id.clone(),
            own.authority.as_ref().map_or(String::new(), |a| a.get(language).to_owned()),
        );
    }
    for (i, change) in site.program.changes.iter().enumerate() {
        if matches!(change.kind, ChangeKind::Confirm { .. }) {
            continue;
        }
        let title = site.program.layer(change.layer).title.get(language).to_owned();
        let name = site.program.change_name(crate::hir::ChangeId(i as u32));
        add(format!("{}#different", site.layer_file(change.layer)), &change.title, name, title);
    }
    for (i, param) in site.program.params.iter().enumerate() {
        add(format!("parameters.html#{}", site.param_place(i)), &param.title, param.name.clone(), String::new());
    }
    for (i, source) in site.program.sources.iter().enumerate() {
        add(format!("sources.html#{}", site.source_place(i)), &source.title, source.name.clone(), String::new());
    }
    all.retain(|e| !e[1].is_empty());
    let json = json_line(&all, &Screen::default()).unwrap_or_default();
    Shown::script("ENTRIES", &json)
}
