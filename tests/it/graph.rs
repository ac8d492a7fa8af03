//! The requirement graph as people see it: no line through a box, no question answered wrongly.

use crate::support::{bundled_rules, compile, root};
use filingc::graph::DependencyNode;
use filingc::hir::RuleId;
use filingc::picture::layout::{Join, Layout, Size, layout};
use filingc::picture::{self, Kind, Model, Scope};
use proptest::prelude::*;
use std::collections::BTreeSet;
use std::process::Command;

fn run(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_filingc"))
        .arg("graph")
        .args(arguments)
        .current_dir(root())
        .env("SOURCE_DATE_EPOCH", "1795392000")
        .env("FILINGC_LANG", "en")
        .output()
        .expect("the program runs");
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("output is UTF-8")
}

/// What must hold of every picture.
fn assert_legible(sizes: &[Size], joins: &[Join], l: &Layout) {
    let eps = 0.01;
    for (i, a) in l.boxes.iter().enumerate() {
        assert_eq!((a.width, a.height), (sizes[i].width, sizes[i].height));
        assert!(a.x >= -eps && a.y >= -eps && a.x + a.width <= l.width + eps && a.y + a.height <= l.height + eps, "box {i} inside");
        for (j, b) in l.boxes.iter().enumerate().skip(i + 1) {
            let apart = a.x + a.width < b.x || b.x + b.width < a.x || a.y + a.height + 4.0 < b.y || b.y + b.height + 4.0 < a.y;
            assert!(apart, "boxes {i} and {j} overlap: {a:?} {b:?}");
        }
    }
    for (k, (join, route)) in joins.iter().zip(&l.routes).enumerate() {
        if join.from == join.to {
            continue;
        }
        let (from, to) = (l.boxes[join.from], l.boxes[join.to]);
        let (first, last) = (route.points[0], route.points[route.points.len() - 1]);
        for (p, r) in [(first, from), (last, to)] {
            let at_side = (p.0 - r.x).abs() < eps || (p.0 - r.x - r.width).abs() < eps;
            assert!(at_side && p.1 > r.y && p.1 < r.y + r.height, "line {k} ends at its box: {p:?} {r:?}");
        }
        for (x, y) in route.samples(24) {
            for (i, b) in l.boxes.iter().enumerate() {
                let is_end = i == join.from || i == join.to;
                let margin = if is_end { eps } else { -1.0 };
                let inside = x > b.x + margin && x < b.x + b.width - margin && y > b.y + margin && y < b.y + b.height - margin;
                assert!(!inside, "line {k} runs through box {i} at {x:.1}, {y:.1}: {b:?}");
            }
        }
    }
}

fn graphs() -> impl Strategy<Value = (Vec<Size>, Vec<Join>)> {
    (1usize..40).prop_flat_map(|n| {
        let size = (80.0f64..260.0, 24.0f64..120.0).prop_map(|(width, height)| Size { width, height });
        let join = (0..n, 0..n, 0u32..3).prop_map(|(from, to, bundle)| Join { from, to, bundle });
        (prop::collection::vec(size, n), prop::collection::vec(join, 0..90))
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn boxes_never_overlap_and_lines_never_cross_boxes((sizes, joins) in graphs()) {
        let l = layout(&sizes, &joins);
        assert_legible(&sizes, &joins, &l);
        prop_assert_eq!(l, layout(&sizes, &joins));
    }
}

#[test]
fn a_chain_runs_from_left_to_right_in_a_straight_line() {
    let sizes = vec![Size { width: 100.0, height: 40.0 }; 4];
    let joins: Vec<Join> = (0..3).map(|i| Join { from: i, to: i + 1, bundle: 0 }).collect();
    let l = layout(&sizes, &joins);
    for pair in l.boxes.windows(2) {
        assert!(pair[0].x + pair[0].width < pair[1].x);
        assert!((pair[0].y - pair[1].y).abs() < 0.01);
    }
    assert!(l.height < 41.0);
}

fn bundled() -> filingc::Compiled {
    compile(&bundled_rules()).0
}

#[test]
fn every_neighbourhood_of_the_rulebook_is_legible() {
    let compiled = bundled();
    let model = Model::build(&compiled.program, &Scope::default());
    let mut largest = 0;
    for at in (0..model.nodes.len()).step_by(7) {
        let selection = picture::around(&model, &[at], 1);
        if selection.nodes.len() > 90 {
            continue;
        }
        largest = largest.max(selection.nodes.len());
        let index = |n: usize| selection.nodes.binary_search(&n).expect("links join nodes of the selection");
        let sizes: Vec<Size> = selection.nodes.iter().map(|n| Size { width: 236.0, height: 40.0 + (n % 4) as f64 * 17.0 }).collect();
        let joins: Vec<Join> = selection
            .links
            .iter()
            .map(|l| &model.links[*l])
            .map(|l| Join { from: index(l.from), to: index(l.to), bundle: l.relation as u32 })
            .collect();
        assert_legible(&sizes, &joins, &layout(&sizes, &joins));
    }
    assert!(largest >= 30, "a neighbourhood of some size was among them: {largest}");
}

#[test]
fn impact_knows_every_rule_that_reads_a_field() {
    let compiled = bundled();
    let program = &compiled.program;
    let mut model = Model::build(program, &Scope::default());
    let mut pairs = 0;
    let mut by_field: std::collections::BTreeMap<String, Vec<String>> = std::collections::BTreeMap::new();
    for i in 0..program.rules.len() as u32 {
        for field in compiled.dependencies.fields_read(&DependencyNode::Requirement(RuleId(i))) {
            by_field.entry(field).or_default().push(program.rule_name(RuleId(i)));
        }
    }
    for (field, rules) in by_field {
        let picture::Found::One(node) = picture::find(&mut model, &program.schema, &field) else { panic!("{field} is a field") };
        let impact = picture::impact(&model, &program.schema, node);
        let reached: BTreeSet<&str> = impact.reached.iter().map(|(n, _)| model.nodes[*n].id.as_str()).collect();
        for rule in rules {
            pairs += 1;
            assert!(reached.contains(rule.as_str()), "{field} influences {rule}");
            let to = model.get(Kind::Requirement, &rule).expect("a rule is a node");
            assert!(!picture::paths(&model, to, node).is_empty(), "{rule} depends on {field}");
        }
    }
    assert!(pairs > 500, "{pairs} pairs were compared");
}

#[test]
fn a_shortest_way_is_a_way() {
    let compiled = bundled();
    let model = Model::build(&compiled.program, &Scope::default());
    let goal = model.get(Kind::Field, "entity.nature").expect("the field is read");
    for at in (0..model.nodes.len()).filter(|n| model.nodes[*n].kind == Kind::Requirement) {
        let ways = picture::paths(&model, at, goal);
        for way in &ways {
            assert_eq!(way.len(), ways[0].len(), "all ways are equally short");
            let mut here = at;
            for link in way {
                assert_eq!(model.links[*link].to, here);
                here = model.links[*link].from;
            }
            assert_eq!(here, goal);
        }
    }
}

#[test]
fn pictures_are_well_formed_and_name_everything() {
    // The last of them is the whole rulebook.
    for arguments in [
        &["--around", "zj", "--format", "svg", "--lang", "zh"][..],
        &["--impact", "domain.holder", "--format", "svg", "--lang", "en"],
        &["--format", "svg", "--lang", "zh"],
    ] {
        let mut all = arguments.to_vec();
        let text = run(&all);
        let document = roxmltree::Document::parse(&text).expect("the picture is XML");
        let picture = document.root_element();
        assert_eq!(picture.attribute("role"), Some("img"));
        let groups = document.descendants().filter(|n| n.has_tag_name("g")).count();
        all.extend(["--output-format", "json"]);
        all.retain(|a| *a != "svg" && *a != "--format");
        let json: serde_json::Value = serde_json::from_str(&run(&all)).expect("JSON");
        let nodes = json["nodes"].as_array().expect("a list").len();
        assert_eq!(groups, nodes + 2, "one group for each node, one for all, one for the lines: {arguments:?}");
        let lines = document.descendants().filter(|n| n.has_tag_name("path") && n.attribute("marker-end").is_some()).count();
        assert_eq!(lines, json["links"].as_array().expect("a list").len());
    }
}

#[test]
fn outcomes_can_be_told_apart_without_colour() {
    let text = run(&["examples/c11-after-approval.toml", "--format", "mermaid"]);
    for sign in ["✓ satisfied", "✗ violated", "‖ blocked", "– not applicable"] {
        assert!(text.contains(sign), "{sign}");
    }
}

#[test]
fn json_fits_its_schema() {
    let text = std::fs::read_to_string(root().join("docs/schema/graph.schema.json")).expect("the schema is readable");
    let schema: serde_json::Value = serde_json::from_str(&text).expect("the schema is JSON");
    let validator = jsonschema::validator_for(&schema).expect("the schema is a schema");
    for arguments in [
        &["--format", "json"][..],
        &["--format", "json", "--around", "ln", "--depth", "2"],
        &["--format", "json", "--impact", "filing.region"],
        &["--format", "json", "--why", "cn/ent-province-individual", "entity.nature"],
        &["examples/c10-website-and-app.toml", "--format", "json"],
    ] {
        let value: serde_json::Value = serde_json::from_str(&run(arguments)).expect("JSON");
        let errors: Vec<String> = validator.iter_errors(&value).map(|e| format!("{}: {e}", e.instance_path)).collect();
        assert!(errors.is_empty(), "{arguments:?}: {}", errors.join("\n"));
        let keys: BTreeSet<&str> = value["nodes"].as_array().expect("a list").iter().filter_map(|n| n["key"].as_str()).collect();
        for link in value["links"].as_array().expect("a list") {
            assert!(keys.contains(link["from"].as_str().unwrap_or("")) && keys.contains(link["to"].as_str().unwrap_or("")), "{link}");
        }
    }
}
