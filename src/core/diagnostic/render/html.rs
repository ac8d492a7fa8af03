//! Pages for browsers: elements whose texts and attributes went through the screen, and diagnostics with their excerpts.

use super::note::note_words;
use super::screen::{Screen, Shown};
use super::text::{place, severity_word};
use super::xml::xml;
use crate::diagnostic::{Bilingual, Diagnostic, Language, Note, Severity, say};
use crate::source::{SourceKind, SourceMap, Span};
use std::fmt::Display;

/// A page, or a part of one, while it is written. Markup is the program's own; everything else is screened and quoted, so nothing in it is obeyed.
#[derive(Clone, Debug)]
pub struct Html {
    out: String,
    screen: Screen,
    open: Vec<&'static str>,
    /// The one language of its reader, where there are pages for each.
    only: Option<Language>,
}

/// A text in one of the two languages, as elements mark it.
const LANGUAGES: [(Language, &str, &str); 2] = [(Language::Zh, "zh", "zh-Hans"), (Language::En, "en", "en")];

impl Html {
    /// An empty part.
    pub fn new(screen: Screen) -> Self {
        Html { out: String::new(), screen, open: Vec::new(), only: None }
    }

    /// An empty page in one language.
    pub fn only(screen: Screen, language: Language) -> Self {
        Html { only: Some(language), ..Html::new(screen) }
    }

    /// What it is screened by.
    pub fn screen(&self) -> &Screen {
        &self.screen
    }

    /// Markup of the program itself.
    pub fn own(&mut self, markup: &'static str) -> &mut Self {
        self.out.push_str(markup);
        self
    }

    /// Begins an element.
    pub fn open(&mut self, tag: &'static str, attributes: &[(&'static str, &str)]) -> &mut Self {
        self.begin(tag, attributes);
        self.out.push('>');
        self.open.push(tag);
        self
    }

    /// Ends the element that was begun last.
    pub fn close(&mut self) -> &mut Self {
        if let Some(tag) = self.open.pop() {
            self.out.extend(["</", tag, ">"]);
            if !matches!(tag, "a" | "b" | "code" | "mark" | "span" | "td" | "th" | "time") {
                self.out.push('\n');
            }
        }
        self
    }

    /// An element without content.
    pub fn tag(&mut self, tag: &'static str, attributes: &[(&'static str, &str)]) -> &mut Self {
        self.begin(tag, attributes);
        self.out.push_str("/>");
        self
    }

    fn begin(&mut self, tag: &'static str, attributes: &[(&'static str, &str)]) {
        self.out.extend(["<", tag]);
        for (name, value) in attributes {
            let value = if name.starts_with("href") { xml(value) } else { xml(&self.screen.text(value)) };
            self.out.extend([" ", name, "=\"", &value, "\""]);
        }
    }

    /// A text.
    pub fn text(&mut self, text: impl Display) -> &mut Self {
        let shown = xml(&self.screen.text(&text.to_string()));
        self.out.push_str(&shown);
        self
    }

    /// An element with a text.
    pub fn element(&mut self, tag: &'static str, attributes: &[(&'static str, &str)], text: impl Display) -> &mut Self {
        self.open(tag, attributes).text(text).close()
    }

    /// A text in both languages, of which the reader sees one; once where they are the same.
    pub fn both(&mut self, text: &Bilingual) -> &mut Self {
        if let Some(language) = self.only {
            return self.text(text.get(language));
        }
        let shown = |language| xml(&self.screen.text(text.get(language)));
        let [zh, en] = [shown(Language::Zh), shown(Language::En)];
        if zh == en {
            self.out.push_str(&zh);
            return self;
        }
        for ((_, class, language), text) in LANGUAGES.iter().zip([zh, en]) {
            self.out.extend(["<span class=\"", class, "\" lang=\"", language, "\">", &text, "</span>"]);
        }
        self
    }

    /// An element with a text in both languages.
    pub fn element_of(&mut self, tag: &'static str, attributes: &[(&'static str, &str)], text: &Bilingual) -> &mut Self {
        self.open(tag, attributes).both(text).close()
    }

    /// The part that only readers of one language see.
    pub fn open_for(&mut self, language: Language, tag: &'static str) -> &mut Self {
        let (class, of) = LANGUAGES.iter().find(|l| l.0 == language).map_or(("en", "en"), |l| (l.1, l.2));
        self.open(tag, &[("class", class), ("lang", of)])
    }

    /// A link to a page outside, where the address is one of the web; else only its text.
    pub fn link_out(&mut self, url: &str, text: &Bilingual) -> &mut Self {
        if is_web(url) { self.open("a", &[("href", url), ("rel", "noreferrer")]).both(text).close() } else { self.both(text) }
    }

    /// What was screened before.
    pub fn push(&mut self, shown: &Shown) -> &mut Self {
        self.out.push_str(&shown.0);
        self
    }

    /// How many bytes it has.
    pub fn len(&self) -> usize {
        self.out.len()
    }

    /// Whether nothing is in it.
    pub fn is_empty(&self) -> bool {
        self.out.is_empty()
    }

    /// The part as it is written; what was begun is ended.
    pub fn finish(mut self) -> Shown {
        while !self.open.is_empty() {
            self.close();
        }
        Shown(self.out)
    }

    /// The part with its elements left open, for a page that is written piece by piece.
    pub fn unfinished(self) -> Shown {
        Shown(self.out)
    }
}

/// Whether an address leads to a page of the web, and to nothing that a browser would run.
pub fn is_web(url: &str) -> bool {
    let is_plain = |c: char| c.is_ascii_graphic() && !matches!(c, '"' | '<' | '>' | '\\' | '^' | '`' | '{' | '|' | '}') || !c.is_ascii();
    ["https://", "http://"].iter().any(|scheme| url.starts_with(scheme))
        && url.chars().all(|c| is_plain(c) && crate::source::hidden(c).is_none())
}

/// As classes and attributes name a severity.
pub fn severity_key(severity: Severity) -> &'static str {
    severity_word(severity, Language::En)
}

/// A severity in both languages.
pub fn severity_words(severity: Severity) -> Bilingual {
    Bilingual::new(severity_word(severity, Language::En), severity_word(severity, Language::Zh))
}

/// A diagnostic: what is wrong, where, why, what to do. The rule layers that it points to lie folded below it.
pub fn html(page: &mut Html, d: &Diagnostic, sources: &SourceMap) {
    let key = severity_key(d.severity);
    let code = d.code.text();
    page.open("article", &[("class", key), ("data-w", key), ("data-r", &code)]);
    page.open("h3", &[]);
    page.element_of("span", &[("class", "weight")], &severity_words(d.severity));
    page.own(" ").both(&d.message).own(" ").element("code", &[], &code).close();
    let is_rules = |s: Span| sources.get(s.source).kind == SourceKind::Rules;
    let own: Vec<_> = d.labels.iter().filter(|l| !is_rules(l.span)).collect();
    let layers: Vec<_> = d.labels.iter().filter(|l| is_rules(l.span)).collect();
    excerpts(page, &own, sources);
    let (lines, notes): (Vec<&Note>, Vec<&Note>) = d.notes.iter().partition(|n| matches!(n, Note::Lines { .. }));
    if !notes.is_empty() {
        page.open("ul", &[("class", "notes")]);
        for n in notes {
            page.open("li", &[]);
            match n {
                Note::Source(source) if source.url.as_deref().is_some_and(is_web) => {
                    page.link_out(source.url.as_deref().unwrap_or(""), &note_words(n));
                }
                n => {
                    page.both(&note_words(n));
                }
            }
            page.close();
        }
        page.close();
    }
    for n in lines {
        let Note::Lines { title, lines } = n else { continue };
        page.open("div", &[("class", "help")]).both(title);
        page.open("pre", &[("tabindex", "0")]);
        for line in lines {
            page.text(line).own("\n");
        }
        page.close().close();
    }
    for help in &d.help {
        page.element_of("p", &[("class", "help")], help);
    }
    if !layers.is_empty() {
        page.open("details", &[]).element_of("summary", &[], &say!("the rules behind it", "相关规则原文"));
        excerpts(page, &layers, sources);
        page.close();
    }
    page.close();
}

/// The lines that labels point to, each with what is said of it.
fn excerpts(page: &mut Html, labels: &[&crate::diagnostic::Label], sources: &SourceMap) {
    if labels.is_empty() {
        return;
    }
    let spans: Vec<Span> = labels.iter().map(|l| l.span).collect();
    let screen = page.screen().clone();
    let (excerpts, ranges, placed) = place(&spans, sources, &screen);
    for (e, excerpt) in excerpts.iter().enumerate() {
        let own: Vec<usize> = (0..labels.len()).filter(|i| placed[*i].excerpt == e).collect();
        let Some(first) = own.first() else { continue };
        let at = sources.get(labels[*first].span.source).line_column(labels[*first].span.start as usize);
        page.open("figure", &[]);
        page.element("figcaption", &[], format_args!("{}:{}:{}", excerpt.name(), at.line, at.column));
        page.open("pre", &[("tabindex", "0")]);
        for (number, line) in excerpt.lines() {
            if number == 0 {
                continue;
            }
            page.element("span", &[("class", "n")], number).own(" ");
            marked(
                page,
                excerpt.text(),
                line.clone(),
                &own.iter().map(|i| (ranges[*i].clone(), labels[*i].is_primary)).collect::<Vec<_>>(),
            );
            page.own("\n");
            for i in own.iter().filter(|i| placed_in(&ranges[**i], &line)) {
                if !labels[*i].message.en.is_empty() {
                    page.element_of("span", &[("class", if labels[*i].is_primary { "said" } else { "said cause" })], &labels[*i].message);
                    page.own("\n");
                }
            }
        }
        page.close().close();
    }
}

fn placed_in(range: &std::ops::Range<usize>, line: &std::ops::Range<usize>) -> bool {
    line.start <= range.start && range.start <= line.end
}

/// A line that was screened, with what labels point to marked.
fn marked(page: &mut Html, text: &str, line: std::ops::Range<usize>, marks: &[(std::ops::Range<usize>, bool)]) {
    let mut marks: Vec<_> = marks.iter().filter(|(r, _)| placed_in(r, &line)).cloned().collect();
    marks.sort_by_key(|(r, is_primary)| (r.start, r.end, *is_primary));
    let mut at = line.start;
    for (range, is_primary) in marks {
        let (start, end) = (range.start.max(at), range.end.min(line.end));
        if start >= end {
            continue;
        }
        let shown = |part: std::ops::Range<usize>| xml(text.get(part).unwrap_or(""));
        let (before, mark) = (shown(at..start), shown(start..end));
        let class = if is_primary { "<mark>" } else { "<mark class=\"cause\">" };
        page.out.extend([&before, class, &mark, "</mark>"]);
        at = end;
    }
    page.out.push_str(&xml(text.get(at..line.end).unwrap_or("")));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_a_text_is_markup() {
        let mut page = Html::new(Screen::default());
        let evil = "\"><script>alert(1)</script>\u{202e}'&";
        page.element("p", &[("title", evil)], evil).link_out("javascript:alert(1)", &Bilingual::same(evil));
        page.link_out("https://example.org/a\"onclick=\"x", &Bilingual::same("b"));
        page.link_out("https://example.org/国", &Bilingual::new("c", "丙"));
        let out = page.finish().into_string();
        let inside = out.replace("<p title=\"", "").replace("</p>", "").replace("</span>", "").replace("</a>", "");
        assert!(!out.contains("<script") && !out.contains('\u{202e}') && !inside.contains("javascript:"), "{out}");
        assert!(!out.contains("onclick"), "{out}");
        assert!(out.ends_with(
            "b<a href=\"https://example.org/国\" rel=\"noreferrer\"><span class=\"zh\" lang=\"zh-Hans\">丙</span><span class=\"en\" lang=\"en\">c</span></a>"
        ), "{out}");
    }

    #[test]
    fn what_was_begun_is_ended() {
        let mut page = Html::new(Screen::default());
        page.open("ul", &[]).open("li", &[]).text("a < b");
        assert_eq!(page.finish().as_str(), "<ul><li>a &lt; b</li>\n</ul>\n");
    }
}
