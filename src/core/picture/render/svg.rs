//! SVG, drawn without other programs. What colour says is also said by a sign, a word or the kind of line.

use super::Drawing;
use crate::diagnostic::render::{Shown, xml as escaped};
use crate::eval::Outcome;
use crate::picture::layout::{Join, Rect, Route, Size, layout};
use crate::picture::words::{width, wrap};
use crate::picture::{Kind, Mark, Node, Relation};
use std::fmt::Write;

/// Width of a box, and of the text in it.
const BOX: f64 = 236.0;
const PAD: f64 = 11.0;
/// Font sizes of the line above, the id and the title, and the heights of their lines.
const SMALL: (f64, f64) = (10.5, 15.0);
const ID: (f64, f64) = (11.5, 15.0);
const TITLE: (f64, f64) = (13.0, 17.0);
const MARGIN: f64 = 28.0;
const HEAD: f64 = 46.0;
const FONTS: &str = "'Noto Sans CJK SC','Noto Sans SC','PingFang SC','Microsoft YaHei','Segoe UI',sans-serif";

/// Colour of the line, filling, how the line is broken, its width.
struct Look {
    stroke: &'static str,
    fill: &'static str,
    dashes: &'static str,
    line: f64,
}

fn look(node: &Node) -> Look {
    let of = |stroke, fill, dashes, line| Look { stroke, fill, dashes, line };
    match (node.mark, node.kind) {
        (Some(Mark::Ended(Outcome::Violated)), _) => of("#b3261e", "#fde7e7", "", 3.0),
        (Some(Mark::Ended(Outcome::Undetermined) | Mark::Missing), _) => of("#8a6100", "#fff4d6", "7 4", 2.0),
        (Some(Mark::Ended(Outcome::Blocked)), _) => of("#5b3f8c", "#eee8f6", "11 3 2 3", 2.0),
        (Some(Mark::Ended(Outcome::Waived)), _) => of("#1f4e8c", "#e4eefb", "2 3", 2.0),
        (Some(Mark::Ended(Outcome::Satisfied)), _) => of("#1f6b35", "#e5f4e8", "", 1.6),
        (Some(Mark::Ended(Outcome::NotApplicable)), _) => of("#9a9a9a", "#f6f6f6", "", 1.0),
        (None, Kind::Field) => of("#66758a", "#f3f6fa", "", 1.2),
        (None, Kind::Definition) => of("#2f6f73", "#e9f5f5", "", 1.2),
        (None, Kind::Parameter) => of("#7a5c00", "#fbf5e3", "", 1.2),
        (None, Kind::Change) => of("#7b2d8b", "#f8ecfa", "", 1.2),
        (None, Kind::Requirement) => of("#1f4e8c", "#ffffff", "", 1.6),
        (None, Kind::Material) => of("#8a4b12", "#fcf1e6", "", 1.2),
        (None, Kind::Step) => of("#24406b", "#e6ecf7", "", 1.6),
        (None, Kind::Layer) => of("#444444", "#eeeeee", "", 1.2),
    }
}

fn ink(relation: Relation) -> (&'static str, &'static str, f64) {
    match relation {
        Relation::Reads => ("#8492a6", "", 1.2),
        Relation::Needs => ("#b3261e", "", 2.2),
        Relation::Gates => ("#b3261e", "7 4", 1.6),
        Relation::GatesByStage => ("#b3261e", "2 5", 1.2),
        Relation::After => ("#24406b", "", 2.6),
        Relation::Demands => ("#8a4b12", "2 4", 1.8),
        Relation::Attaches => ("#8a4b12", "", 1.4),
        Relation::StandsFor => ("#8a4b12", "10 4", 1.2),
        Relation::Amends => ("#7b2d8b", "5 4", 1.6),
        Relation::OnReject => ("#24406b", "2 4", 1.6),
        Relation::Holds | Relation::Extends => ("#444444", "1 4", 1.4),
    }
}

struct Box {
    head: String,
    id: Vec<String>,
    title: Vec<String>,
}

impl Box {
    fn new(d: Drawing<'_>, node: &Node) -> Self {
        let room = BOX - 2.0 * PAD;
        Box { head: d.kind_word(node), id: wrap(&node.id, room / ID.0, 3), title: wrap(node.title.get(d.language), room / TITLE.0, 4) }
    }

    fn height(&self) -> f64 {
        let lines = SMALL.1 + self.id.len() as f64 * ID.1 + self.title.len() as f64 * TITLE.1;
        (lines + 13.0).round()
    }
}

/// The drawing in SVG.
pub fn svg(d: Drawing<'_>) -> Shown {
    let nodes: Vec<&Node> = d.selection.nodes.iter().map(|i| &d.model.nodes[*i]).collect();
    let at = |i: usize| d.selection.nodes.binary_search(&i).unwrap_or(0);
    let boxes: Vec<Box> = nodes.iter().map(|n| Box::new(d, n)).collect();
    let sizes: Vec<Size> = boxes.iter().map(|b| Size { width: BOX, height: b.height() }).collect();
    let joins: Vec<Join> = d
        .selection
        .links
        .iter()
        .map(|l| &d.model.links[*l])
        .map(|l| Join { from: at(l.from), to: at(l.to), bundle: l.relation as u32 })
        .collect();
    let plan = layout(&sizes, &joins);
    let legend = legend(d, &nodes);
    let title = d.title.get(d.language);
    let inner = plan.width.max(width(title) * 17.0).max(420.0);
    let legend_rows = rows(&legend, inner);
    let (w, h) = (inner + 2.0 * MARGIN, HEAD + plan.height + 2.0 * MARGIN + legend_rows.len() as f64 * 22.0 + 6.0);
    let mut out = String::new();
    let _ = writeln!(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{w:.0}\" height=\"{h:.0}\" viewBox=\"0 0 {w:.0} {h:.0}\" role=\"img\" \
         aria-labelledby=\"title desc\" font-family=\"{FONTS}\">"
    );
    let _ = writeln!(out, "<title id=\"title\">{}</title>", escaped(title));
    let (n, m) = (nodes.len(), joins.len());
    let count = match d.language {
        crate::diagnostic::Language::Zh => format!("{n} 个节点，{m} 条关系；箭头从被依赖者指向依赖者"),
        crate::diagnostic::Language::En => format!("{n} nodes, {m} links; arrows lead from what is used to what depends on it"),
    };
    let _ = writeln!(out, "<desc id=\"desc\">{}</desc>", escaped(&count));
    out.push_str("<defs>\n");
    for relation in Relation::ALL.into_iter().filter(|r| joins.iter().any(|j| j.bundle == *r as u32)) {
        let (color, ..) = ink(relation);
        let _ = writeln!(
            out,
            "<marker id=\"a-{}\" viewBox=\"0 0 10 10\" refX=\"9\" refY=\"5\" markerWidth=\"8\" markerHeight=\"8\" \
             markerUnits=\"userSpaceOnUse\" orient=\"auto\"><path d=\"M0 1L10 5L0 9z\" fill=\"{color}\"/></marker>",
            relation.key()
        );
    }
    out.push_str("</defs>\n");
    let _ = writeln!(out, "<rect width=\"{w:.0}\" height=\"{h:.0}\" fill=\"#ffffff\"/>");
    let _ = writeln!(out, "<text x=\"{MARGIN}\" y=\"36\" font-size=\"17\" font-weight=\"600\" fill=\"#1b1f24\">{}</text>", escaped(title));
    let _ = writeln!(out, "<text x=\"{MARGIN}\" y=\"55\" font-size=\"11\" fill=\"#57606a\">{}</text>", escaped(&count));
    let _ = writeln!(out, "<g transform=\"translate({MARGIN} {})\">", HEAD + MARGIN);
    out.push_str("<g fill=\"none\">\n");
    // What matters most is drawn last, on top.
    let mut sequence: Vec<usize> = (0..joins.len()).collect();
    sequence.sort_by_key(|j| (d.model.links[d.selection.links[*j]].relation != Relation::Reads, *j));
    for j in sequence {
        let number = d.selection.links[j];
        let link = &d.model.links[number];
        path(&mut out, &plan.routes[j], link.relation, crate::picture::Selection::sentence(d.model, number).get(d.language));
    }
    out.push_str("</g>\n");
    for (i, node) in nodes.iter().enumerate() {
        let is_focus = d.selection.focus.contains(&d.selection.nodes[i]);
        draw(&mut out, d, node, &boxes[i], plan.boxes[i], is_focus);
    }
    out.push_str("</g>\n");
    draw_legend(&mut out, &legend_rows, HEAD + plan.height + 2.0 * MARGIN + 8.0);
    out.push_str("</svg>\n");
    Shown::document(out)
}

fn path(out: &mut String, route: &Route, relation: Relation, says: &str) {
    let Some((x, y)) = route.points.first() else { return };
    let mut data = format!("M{x:.1} {y:.1}");
    for pair in route.points.windows(2) {
        let ((x1, y1), (x2, y2)) = (pair[0], pair[1]);
        if (y1 - y2).abs() < 0.05 {
            let _ = write!(data, "H{x2:.1}");
        } else {
            let mid = f64::midpoint(x1, x2);
            let _ = write!(data, "C{mid:.1} {y1:.1} {mid:.1} {y2:.1} {x2:.1} {y2:.1}");
        }
    }
    let (color, dashes, line) = ink(relation);
    let dashes = if dashes.is_empty() { String::new() } else { format!(" stroke-dasharray=\"{dashes}\"") };
    let _ = writeln!(
        out,
        "<path d=\"{data}\" stroke=\"{color}\" stroke-width=\"{line}\"{dashes} marker-end=\"url(#a-{})\"><title>{}</title></path>",
        relation.key(),
        escaped(says)
    );
}

fn outline(out: &mut String, kind: Kind, r: Rect, look: &Look, is_focus: bool) {
    let Rect { x, y, width: w, height: h } = r;
    let dashes = if look.dashes.is_empty() { String::new() } else { format!(" stroke-dasharray=\"{}\"", look.dashes) };
    let style = format!("fill=\"{}\" stroke=\"{}\" stroke-width=\"{}\"{dashes}", look.fill, look.stroke, look.line);
    if is_focus {
        let _ = writeln!(
            out,
            "<rect x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{:.1}\" rx=\"13\" fill=\"none\" stroke=\"#1b1f24\" stroke-width=\"1.5\"/>",
            x - 5.0,
            y - 5.0,
            w + 10.0,
            h + 10.0
        );
    }
    let (right, bottom) = (x + w, y + h);
    let _ = match kind {
        Kind::Field => writeln!(out, "<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{w:.1}\" height=\"{h:.1}\" rx=\"18\" {style}/>"),
        Kind::Definition => writeln!(
            out,
            "<path d=\"M{:.1} {y:.1}H{:.1}L{right:.1} {:.1}V{:.1}L{:.1} {bottom:.1}H{:.1}L{x:.1} {:.1}V{:.1}z\" {style}/>",
            x + 8.0,
            right - 8.0,
            y + 8.0,
            bottom - 8.0,
            right - 8.0,
            x + 8.0,
            bottom - 8.0,
            y + 8.0
        ),
        Kind::Change | Kind::Material => writeln!(
            out,
            "<path d=\"M{x:.1} {y:.1}H{:.1}L{right:.1} {:.1}V{bottom:.1}H{x:.1}zM{:.1} {y:.1}V{:.1}H{right:.1}\" {style}/>",
            right - 14.0,
            y + 14.0,
            right - 14.0,
            y + 14.0
        ),
        Kind::Step => writeln!(
            out,
            "<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{w:.1}\" height=\"{h:.1}\" {style}/><path d=\"M{:.1} {y:.1}V{bottom:.1}\" stroke=\"{}\" stroke-width=\"4\"/>",
            x + 3.0,
            look.stroke
        ),
        _ => writeln!(out, "<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{w:.1}\" height=\"{h:.1}\" rx=\"5\" {style}/>"),
    };
}

fn draw(out: &mut String, d: Drawing<'_>, node: &Node, text: &Box, r: Rect, is_focus: bool) {
    let look = look(node);
    let tip = format!("{} {}\n{}\n{}", d.kind_word(node), node.id, node.title.en, node.title.zh);
    // Line breaks in a tooltip are wanted; other control characters are not.
    let tip = tip.lines().map(escaped).collect::<Vec<_>>().join("\n");
    let _ = writeln!(out, "<g><title>{tip}</title>");
    outline(out, node.kind, r, &look, is_focus);
    let dim = matches!(node.mark, Some(Mark::Ended(Outcome::NotApplicable)));
    let (x, mut y) = (r.x + PAD, r.y + 4.0 + SMALL.1 - 3.0);
    let _ =
        writeln!(out, "<text x=\"{x:.1}\" y=\"{y:.1}\" font-size=\"{}\" fill=\"{}\">{}</text>", SMALL.0, look.stroke, escaped(&text.head));
    if let Some(mark) = node.mark {
        let _ = writeln!(
            out,
            "<text x=\"{:.1}\" y=\"{y:.1}\" font-size=\"11.5\" font-weight=\"700\" text-anchor=\"end\" fill=\"{}\">{}</text>",
            r.x + r.width - PAD - if matches!(node.kind, Kind::Change | Kind::Material) { 8.0 } else { 0.0 },
            if dim { "#6b6b6b" } else { look.stroke },
            escaped(&d.mark_words(mark))
        );
    }
    for line in &text.id {
        y += ID.1;
        let _ = writeln!(
            out,
            "<text x=\"{x:.1}\" y=\"{y:.1}\" font-size=\"{}\" font-weight=\"600\" fill=\"{}\">{}</text>",
            ID.0,
            if dim { "#6b6b6b" } else { "#1b1f24" },
            escaped(line)
        );
    }
    for line in &text.title {
        y += TITLE.1;
        let _ = writeln!(
            out,
            "<text x=\"{x:.1}\" y=\"{y:.1}\" font-size=\"{}\" fill=\"{}\">{}</text>",
            TITLE.0,
            if dim { "#6b6b6b" } else { "#24292f" },
            escaped(line)
        );
    }
    out.push_str("</g>\n");
}

/// A line of the legend: what it looks like and what it means.
struct Entry {
    line: (&'static str, &'static str, f64),
    is_box: bool,
    text: String,
}

/// Only what occurs.
fn legend(d: Drawing<'_>, nodes: &[&Node]) -> Vec<Entry> {
    let mut out = Vec::new();
    for relation in Relation::ALL {
        if d.selection.links.iter().any(|l| d.model.links[*l].relation == relation) {
            let verb = relation.verb();
            let verb = verb.get(d.language).trim_end_matches('：');
            let (a, b) = (d.pick("B", "乙"), d.pick("A", "甲"));
            let text = match d.language {
                crate::diagnostic::Language::Zh => format!("{b} → {a}：{a}{verb}{b}"),
                crate::diagnostic::Language::En => format!("{b} → {a}: {a} {verb} {b}"),
            };
            out.push(Entry { line: ink(relation), is_box: false, text });
        }
    }
    let mut marks: Vec<Mark> = nodes.iter().filter_map(|n| n.mark).collect();
    marks.sort_unstable();
    marks.dedup();
    for mark in marks {
        let sample = Node {
            kind: Kind::Requirement,
            id: String::new(),
            title: Default::default(),
            operation: None,
            layer: None,
            span: None,
            mark: Some(mark),
        };
        let l = look(&sample);
        out.push(Entry { line: (l.stroke, l.dashes, l.line), is_box: true, text: d.mark_words(mark) });
    }
    out
}

fn rows(legend: &[Entry], most: f64) -> Vec<Vec<(f64, &Entry)>> {
    let mut out: Vec<Vec<(f64, &Entry)>> = Vec::new();
    let mut x = 0.0;
    for entry in legend {
        let w = 44.0 + width(&entry.text) * 11.5 + 22.0;
        if out.is_empty() || x + w > most {
            out.push(Vec::new());
            x = 0.0;
        }
        if let Some(row) = out.last_mut() {
            row.push((x, entry));
        }
        x += w;
    }
    out
}

fn draw_legend(out: &mut String, rows: &[Vec<(f64, &Entry)>], top: f64) {
    for (i, row) in rows.iter().enumerate() {
        let y = top + i as f64 * 22.0;
        for (x, entry) in row {
            let x = MARGIN + x;
            let (color, dashes, line) = entry.line;
            let dashes = if dashes.is_empty() { String::new() } else { format!(" stroke-dasharray=\"{dashes}\"") };
            let style = format!("stroke=\"{color}\" stroke-width=\"{line}\"{dashes} fill=\"none\"");
            let _ = if entry.is_box {
                writeln!(out, "<rect x=\"{:.1}\" y=\"{:.1}\" width=\"32\" height=\"13\" rx=\"3\" {style}/>", x + 2.0, y - 6.0)
            } else {
                writeln!(out, "<path d=\"M{x:.1} {y:.1}H{:.1}\" {style}/>", x + 36.0)
            };
            let _ = writeln!(
                out,
                "<text x=\"{:.1}\" y=\"{:.1}\" font-size=\"11.5\" fill=\"#24292f\">{}</text>",
                x + 44.0,
                y + 4.0,
                escaped(&entry.text)
            );
        }
    }
}
