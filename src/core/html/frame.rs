//! What all pages share: head, style, the switch between the languages.

use crate::diagnostic::render::Html;
use crate::diagnostic::{Bilingual, Language, say};

pub(super) const STYLE: &str = include_str!("style.css");

/// The script of a report: filters and search.
pub const SCRIPT_OF_REPORTS: &str = include_str!("report.js");
/// Its SHA-256, by which a browser knows it: no other script of the page runs.
const HASH_OF_SCRIPT: &str = "w6g+snl8ii6CbBXWav2hrvTQM1L8CXRFox/ifEMVIek=";

/// What a browser may do with a report: show it and run its one script.
pub fn policy() -> String {
    format!("default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{HASH_OF_SCRIPT}'; base-uri 'none'; form-action 'none'")
}

/// Language of a page, as HTML names it.
pub(super) fn language_tag(language: Language) -> &'static str {
    match language {
        Language::Zh => "zh-Hans",
        Language::En => "en",
    }
}

/// Everything up to the content of a page that holds both languages and all it needs.
pub(super) fn begin_report(page: &mut Html, title: &Bilingual, language: Language) {
    page.own("<!DOCTYPE html>\n").open("html", &[("lang", language_tag(language))]).own("\n");
    page.open("head", &[]).own("\n<meta charset=\"utf-8\"/>\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n");
    page.tag("meta", &[("http-equiv", "Content-Security-Policy"), ("content", &policy())]).own("\n");
    page.element("title", &[], title.get(language));
    page.open("style", &[]).own(STYLE).close().close();
    page.open("body", &[]).own("\n");
    page.element_of("a", &[("class", "skip"), ("href", "#main")], &say!("to the content", "跳到正文"));
    page.open("header", &[]);
    switch(page, language);
    page.element_of("h1", &[], title);
}

/// The choice of a language; it works without a script.
fn switch(page: &mut Html, language: Language) {
    page.open("fieldset", &[("class", "switch")]).element_of("legend", &[], &say!("language", "语言"));
    for (key, of, name) in [("zh", Language::Zh, "中文"), ("en", Language::En, "English")] {
        let mut attributes = vec![("type", "radio"), ("name", "language"), ("id", key)];
        if of == language {
            attributes.push(("checked", ""));
        }
        page.open("label", &[("lang", language_tag(of))]).tag("input", &attributes).text(name).close();
    }
    page.close();
}
