//! DOT, the language of Graphviz.

use super::Drawing;
use crate::diagnostic::render::{Shown, escaped};
use crate::eval::Outcome;
use crate::picture::words::wrap;
use crate::picture::{Kind, Mark, Relation};
use std::fmt::Write;

fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for (i, line) in text.split('\n').enumerate() {
        if i > 0 {
            out.push_str("\\n");
        }
        for c in escaped(line).chars() {
            match c {
                '"' => out.push_str("\\\""),
                '\\' => out.push_str("\\\\"),
                c => out.push(c),
            }
        }
    }
    out.push('"');
    out
}

fn shape(kind: Kind) -> &'static str {
    match kind {
        Kind::Field => "oval",
        Kind::Definition => "hexagon",
        Kind::Parameter => "diamond",
        Kind::Change => "note",
        Kind::Requirement => "box",
        Kind::Material => "folder",
        Kind::Step => "cds",
        Kind::Layer => "tab",
    }
}

fn look(mark: Mark) -> &'static str {
    match mark {
        Mark::Ended(Outcome::Violated) => ", style=\"filled,bold\", fillcolor=\"#fde7e7\", color=\"#b3261e\", penwidth=3",
        Mark::Ended(Outcome::Undetermined) | Mark::Missing => ", style=\"filled,dashed\", fillcolor=\"#fff4d6\", color=\"#8a6100\"",
        Mark::Ended(Outcome::Blocked) => ", style=\"filled,dashed\", fillcolor=\"#eee8f6\", color=\"#5b3f8c\"",
        Mark::Ended(Outcome::Waived) => ", style=\"filled,dotted\", fillcolor=\"#e4eefb\", color=\"#1f4e8c\"",
        Mark::Ended(Outcome::Satisfied) => ", style=filled, fillcolor=\"#e5f4e8\", color=\"#1f6b35\"",
        Mark::Ended(Outcome::NotApplicable) => ", style=filled, fillcolor=\"#f4f4f4\", color=\"#9a9a9a\", fontcolor=\"#6b6b6b\"",
    }
}

fn line(relation: Relation) -> &'static str {
    match relation {
        Relation::Reads | Relation::StandsFor => "solid",
        Relation::Needs | Relation::After => "bold",
        Relation::Gates | Relation::GatesByStage | Relation::Demands | Relation::Attaches => "dashed",
        Relation::Amends | Relation::OnReject | Relation::Holds | Relation::Extends => "dotted",
    }
}

/// The drawing in DOT.
pub fn dot(d: Drawing<'_>) -> Shown {
    let mut out = String::from("digraph filing {\n  rankdir=LR;\n  node [fontname=\"Noto Sans CJK SC, sans-serif\", fontsize=11];\n");
    out.push_str("  edge [fontname=\"Noto Sans CJK SC, sans-serif\", fontsize=9];\n");
    let _ = writeln!(out, "  label={}; labelloc=t;", quoted(d.title.get(d.language)));
    for i in &d.selection.nodes {
        let node = &d.model.nodes[*i];
        let mut lines = vec![node.id.clone()];
        if let Some(mark) = node.mark {
            lines.insert(0, d.mark_words(mark));
        }
        lines.extend(wrap(node.title.get(d.language), 22.0, 6));
        let _ = writeln!(
            out,
            "  {} [label={}, shape={}, tooltip={}{}];",
            quoted(&node.key()),
            quoted(&lines.join("\n")),
            shape(node.kind),
            quoted(&format!("{}: {}", d.kind_word(node), node.id)),
            node.mark.map_or("", look)
        );
    }
    for i in &d.selection.links {
        let link = &d.model.links[*i];
        let (from, to) = (&d.model.nodes[link.from], &d.model.nodes[link.to]);
        let label = if matches!(link.relation, Relation::Reads) {
            String::new()
        } else {
            format!("label={}, ", quoted(link.relation.verb().get(d.language).trim_end_matches('：')))
        };
        let _ = writeln!(out, "  {} -> {} [{label}style={}];", quoted(&from.key()), quoted(&to.key()), line(link.relation));
    }
    out.push_str("}\n");
    Shown::document(out)
}
