//! Mermaid, which forges and many editors draw inside Markdown.

use super::Drawing;
use crate::diagnostic::render::{Shown, escaped as seen};
use crate::eval::Outcome;
use crate::picture::{Kind, Mark, Relation};
use std::fmt::Write;

/// Text inside quotes: Mermaid reads entities written with `#`.
fn escaped(text: &str) -> String {
    let mut out = String::new();
    for c in seen(&text.replace('\n', " ")).chars() {
        match c {
            '#' => out.push_str("#35;"),
            '"' => out.push_str("#quot;"),
            '<' => out.push_str("#lt;"),
            '>' => out.push_str("#gt;"),
            '&' => out.push_str("#amp;"),
            '`' => out.push_str("#96;"),
            c => out.push(c),
        }
    }
    out
}

fn brackets(kind: Kind) -> (&'static str, &'static str) {
    match kind {
        Kind::Field => ("([", "])"),
        Kind::Definition => ("{{", "}}"),
        Kind::Parameter => ("[/", "/]"),
        Kind::Change => (">", "]"),
        Kind::Requirement => ("[", "]"),
        Kind::Material => ("[(", ")]"),
        Kind::Step => ("[[", "]]"),
        Kind::Layer => ("(", ")"),
    }
}

fn class(mark: Mark) -> &'static str {
    match mark {
        Mark::Ended(Outcome::Violated) => "violated",
        Mark::Ended(Outcome::Undetermined) | Mark::Missing => "undetermined",
        Mark::Ended(Outcome::Blocked) => "blocked",
        Mark::Ended(Outcome::Waived) => "waived",
        Mark::Ended(Outcome::Satisfied) => "satisfied",
        Mark::Ended(Outcome::NotApplicable) => "not_applicable",
    }
}

const CLASSES: &[(&str, &str)] = &[
    ("violated", "fill:#fde7e7,stroke:#b3261e,stroke-width:4px"),
    ("undetermined", "fill:#fff4d6,stroke:#8a6100,stroke-dasharray:6 4"),
    ("blocked", "fill:#eee8f6,stroke:#5b3f8c,stroke-dasharray:10 3 2 3"),
    ("waived", "fill:#e4eefb,stroke:#1f4e8c,stroke-dasharray:2 3"),
    ("satisfied", "fill:#e5f4e8,stroke:#1f6b35"),
    ("not_applicable", "fill:#f4f4f4,stroke:#9a9a9a,color:#6b6b6b"),
];

/// The drawing in Mermaid.
pub fn mermaid(d: Drawing<'_>) -> Shown {
    let mut out = format!("%% {}\nflowchart LR\n", d.title.get(d.language).replace('\n', " "));
    let mut names = std::collections::BTreeMap::new();
    let mut used = std::collections::BTreeSet::new();
    for (n, i) in d.selection.nodes.iter().enumerate() {
        let node = &d.model.nodes[*i];
        names.insert(*i, n);
        let (open, close) = brackets(node.kind);
        let mark = node.mark.map_or(String::new(), |m| format!("{}<br/>", escaped(&d.mark_words(m))));
        let class = node.mark.map(class);
        used.extend(class);
        let class = class.map_or(String::new(), |c| format!(":::{c}"));
        let title = escaped(node.title.get(d.language));
        let title = if title.is_empty() { title } else { format!("<br/>{title}") };
        let _ = writeln!(out, "  n{n}{open}\"{mark}{}{title}\"{close}{class}", escaped(&node.id));
    }
    for i in &d.selection.links {
        let link = &d.model.links[*i];
        let (from, to) = (names[&link.from], names[&link.to]);
        let verb = link.relation.verb();
        let word = escaped(verb.get(d.language).trim_end_matches('：'));
        let _ = match link.relation {
            Relation::Reads => writeln!(out, "  n{from} --> n{to}"),
            Relation::Needs | Relation::After => writeln!(out, "  n{from} ==>|\"{word}\"| n{to}"),
            _ => writeln!(out, "  n{from} -.->|\"{word}\"| n{to}"),
        };
    }
    for (class, style) in CLASSES.iter().filter(|(c, _)| used.contains(c)) {
        let _ = writeln!(out, "  classDef {class} {style}");
    }
    Shown::document(out)
}
