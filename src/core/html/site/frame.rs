//! What all pages of a site share.

use super::super::frame::{STYLE, language_tag};
use crate::diagnostic::render::{Html, Screen, Shown};
use crate::diagnostic::{Bilingual, Language, say};

const SCRIPT: &str = include_str!("site.js");

pub(super) fn style() -> Shown {
    Shown::own(STYLE)
}

pub(super) fn script() -> Shown {
    Shown::own(SCRIPT)
}

/// The pages that every page leads to.
fn places() -> [(&'static str, Bilingual); 9] {
    [
        ("regions.html", say!("regions", "各地区")),
        ("rules.html", say!("rules", "规则")),
        ("compare.html", say!("compare regions", "地区对比")),
        ("needs.html", say!("what is needed", "办理与材料")),
        ("parameters.html", say!("parameters", "参数")),
        ("glossary.html", say!("words", "术语")),
        ("sources.html", say!("sources", "来源")),
        ("changes.html", say!("changes", "变更记录")),
        ("search.html", say!("search", "搜索")),
    ]
}

fn head(page: &mut Html, language: Language, title: &str, to_root: &'static str) {
    page.own("<!DOCTYPE html>\n").open("html", &[("lang", language_tag(language))]).own("\n");
    page.open("head", &[]).own("\n<meta charset=\"utf-8\"/>\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n");
    page.element("title", &[], title);
    page.tag("link", &[("rel", "stylesheet"), ("href", &format!("{to_root}style.css"))]).own("\n");
}

/// The page of the folder itself, which leads to the languages.
pub(super) fn choice() -> Shown {
    let mut page = Html::new(Screen::default());
    head(&mut page, Language::Zh, "备案规则手册 / ICP filing rules", "");
    page.close().open("body", &[]).open("main", &[("id", "main")]).element("h1", &[], "备案规则手册 / ICP filing rules").open("ul", &[]);
    for (href, lang, name) in [("zh/index.html", "zh-Hans", "中文"), ("en/index.html", "en", "English")] {
        page.open("li", &[]).element("a", &[("href", href), ("lang", lang), ("hreflang", lang)], name).close();
    }
    page.finish()
}

/// A page in one language. `file` is its name in the folder of each language.
pub(super) fn page(language: Language, file: &str, title: &Bilingual, body: impl FnOnce(&mut Html)) -> Shown {
    let mut page = Html::only(Screen::default(), language);
    let site = say!("ICP filing rules", "备案规则手册");
    head(&mut page, language, &format!("{} – {}", title.get(language), site.get(language)), "../");
    let (other, folder, name) = match language {
        Language::Zh => ("en", "../en/", "English"),
        Language::En => ("zh-Hans", "../zh/", "中文"),
    };
    let twin = format!("{folder}{file}");
    page.tag("link", &[("rel", "alternate"), ("hreflang", other), ("href", &twin)]).own("\n");
    page.tag("link", &[("rel", "alternate"), ("type", "application/atom+xml"), ("href", "changes.xml")]).own("\n").close();
    page.open("body", &[("class", "site")]).own("\n");
    page.element_of("a", &[("class", "skip"), ("href", "#main")], &say!("to the content", "跳到正文"));
    page.open("header", &[]);
    page.element("a", &[("class", "switch"), ("href", &twin), ("lang", other), ("hreflang", other)], name);
    page.open("a", &[("class", "home"), ("href", "index.html")]).both(&site).close();
    page.open("nav", &[("aria-label", say!("site", "全站").get(language))]).open("ul", &[]);
    for (href, text) in places() {
        let mut attributes = vec![("href", href)];
        if href == file {
            attributes.push(("aria-current", "page"));
        }
        page.open("li", &[]).element_of("a", &attributes, &text).close();
    }
    page.close().close().close();
    page.open("main", &[("id", "main")]).element_of("h1", &[], title);
    body(&mut page);
    page.close();
    page.own("<script src=\"../site.js\"></script>\n");
    page.finish()
}

/// A table that may be wider than the page.
pub(super) fn table(page: &mut Html, language: Language, label: &Bilingual, heads: &[Bilingual], rows: impl FnOnce(&mut Html)) {
    page.open("div", &[("class", "wide"), ("tabindex", "0"), ("role", "region"), ("aria-label", label.get(language))]);
    page.open("table", &[]).open("thead", &[]).open("tr", &[]);
    for text in heads {
        page.element_of("th", &[("scope", "col")], text);
    }
    page.close().close().open("tbody", &[]).own("\n");
    rows(page);
    page.close().close().close();
}
