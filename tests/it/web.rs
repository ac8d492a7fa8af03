//! Pages for browsers as an independent reader sees them: an XML parser, which knows nothing of how they are written.

use roxmltree::{Document, Node, ParsingOptions};

/// Elements that a page may have, beside those of pictures.
const ELEMENTS: &[&str] = &[
    "html",
    "head",
    "meta",
    "title",
    "style",
    "link",
    "body",
    "a",
    "header",
    "nav",
    "main",
    "footer",
    "fieldset",
    "legend",
    "label",
    "input",
    "h1",
    "h2",
    "h3",
    "p",
    "ul",
    "ol",
    "li",
    "dl",
    "dt",
    "dd",
    "div",
    "span",
    "table",
    "caption",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
    "details",
    "summary",
    "article",
    "section",
    "figure",
    "figcaption",
    "pre",
    "code",
    "mark",
    "form",
    "select",
    "option",
    "button",
    "output",
    "b",
    "br",
    "script",
    "time",
];
const PICTURES: &[&str] = &[
    "svg", "title", "desc", "defs", "marker", "style", "g", "rect", "path", "line", "text", "tspan", "circle", "ellipse", "polygon",
    "polyline", "a",
];

/// A page without its scripts, as the parser wants it.
pub fn without_scripts(page: &str) -> String {
    let mut out = String::new();
    let mut rest = page;
    while let Some((before, script)) = rest.split_once("<script>") {
        out.push_str(before);
        rest = script.split_once("</script>").expect("a script ends").1;
    }
    out + rest
}

/// Runs a check on a parsed page.
pub fn parsed<T>(page: &str, look: impl FnOnce(&Document<'_>) -> T) -> T {
    let text = without_scripts(page);
    let options = ParsingOptions { allow_dtd: true, ..ParsingOptions::default() };
    let document = Document::parse_with_options(&text, options).unwrap_or_else(|e| panic!("a page is well-formed: {e}"));
    look(&document)
}

/// What a reader of one language reads in an element: `en` or `zh`. Blanks are one blank.
pub fn text_of(node: Node<'_, '_>, language: &str) -> String {
    fn collect(node: Node<'_, '_>, other: &str, out: &mut String) {
        for child in node.children() {
            if child.is_text() {
                out.push_str(child.text().unwrap_or(""));
            } else if child.is_element()
                && child.attribute("class") != Some(other)
                && !matches!(child.tag_name().name(), "style" | "script")
            {
                collect(child, other, out);
                if !matches!(child.tag_name().name(), "span" | "code" | "a" | "b" | "mark") {
                    out.push(' ');
                }
            }
        }
    }
    let mut out = String::new();
    collect(node, if language == "en" { "zh" } else { "en" }, &mut out);
    blanks(&out)
}

/// A text with each run of blanks as one.
pub fn blanks(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What is wrong with the markup of a page: elements and attributes that no page has, addresses that a browser would run, ids that stand twice.
pub fn faults(page: &str) -> Vec<String> {
    parsed(page, |document| {
        let mut wrong = Vec::new();
        let mut ids = std::collections::BTreeSet::new();
        for node in document.descendants().filter(Node::is_element) {
            let (name, space) = (node.tag_name().name(), node.tag_name().namespace());
            let known = if space.is_some() { PICTURES } else { ELEMENTS };
            if !known.contains(&name) {
                wrong.push(format!("element {name}"));
            }
            for attribute in node.attributes() {
                let (key, value) = (attribute.name(), attribute.value());
                if key.starts_with("on")
                    || matches!(key, "src" | "srcdoc" | "action" | "formaction" | "style") && space.is_none() && key != "src"
                {
                    wrong.push(format!("attribute {key} of {name}"));
                }
                let is_local = !value.contains(':') || value.starts_with("data:image/svg+xml");
                if matches!(key, "href" | "src") && !value.starts_with("https://") && !value.starts_with("http://") && !is_local {
                    wrong.push(format!("address {value}"));
                }
                if key == "id" && !ids.insert(value.to_owned()) {
                    wrong.push(format!("id {value} stands twice"));
                }
                if matches!(key, "aria-labelledby" | "for") {
                    let is_there = |id: &str| document.descendants().any(|n| n.attribute("id") == Some(id));
                    wrong.extend(value.split(' ').filter(|id| !is_there(id)).map(|id| format!("{key} names {id}, which is not there")));
                }
            }
        }
        wrong
    })
}
