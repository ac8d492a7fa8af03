//! Layers, libraries and words: what keeps the house in order.

use crate::support::{files, root};

/// What each layer may import, besides itself. A layer may stand in several rows.
const LAYERS: &[(&str, &[&str])] = &[
    ("source", &[]),
    ("diagnostic", &["source"]),
    ("value", &["diagnostic"]),
    ("syntax", &["source", "diagnostic", "value"]),
    ("manifest", &["source", "diagnostic", "value"]),
    ("builtin", &[]),
    ("hir", &["source", "diagnostic", "value", "syntax", "builtin"]),
    ("resolve", &["source", "diagnostic", "value", "syntax", "hir", "typeck"]),
    ("typeck", &["source", "diagnostic", "value", "syntax", "hir", "builtin", "resolve", "graph"]),
    ("graph", &["source", "diagnostic", "value", "hir", "builtin", "typeck"]),
    ("lint", &["source", "diagnostic", "value", "syntax", "hir", "builtin", "typeck"]),
    ("eval", &["source", "diagnostic", "value", "hir", "builtin", "graph", "manifest"]),
    ("picture", &["source", "diagnostic", "value", "hir", "typeck", "graph", "eval"]),
    ("driver", &["source", "diagnostic", "value", "syntax", "manifest", "hir", "resolve", "typeck", "graph", "eval"]),
    ("compare", &["source", "diagnostic", "value", "syntax", "manifest", "hir", "eval", "driver"]),
    ("cli", &["compare"]),
    ("suite", &["source", "diagnostic", "value", "syntax", "manifest", "hir", "typeck", "eval", "driver"]),
    ("scaffold", &["source", "diagnostic", "value", "manifest", "hir", "typeck", "graph", "eval", "driver"]),
    ("regions", &["source", "driver"]),
    // Above the driver: a plan asks the outcome of a check, and the build script, which runs the driver, needs no plan.
    ("plan", &["source", "diagnostic", "value", "manifest", "hir", "graph", "eval", "driver"]),
    (
        "cli",
        &[
            "source",
            "diagnostic",
            "value",
            "syntax",
            "manifest",
            "hir",
            "typeck",
            "graph",
            "lint",
            "eval",
            "driver",
            "suite",
            "regions",
            "plan",
            "picture",
            "scaffold",
        ],
    ),
];

/// The only layers that may name a library.
const LIBRARIES: &[(&str, &[&str])] = &[
    ("pest", &["syntax"]),
    ("codespan_reporting", &["diagnostic"]),
    ("petgraph", &["graph", "typeck"]),
    ("clap", &["cli"]),
    ("clap_complete", &["cli"]),
    ("clap_mangen", &["cli"]),
    ("jsonc_parser", &["manifest"]),
    ("psl", &["value"]),
    ("idna", &["value"]),
    ("imagesize", &["cli"]),
    ("email_address", &["value"]),
    ("postcard", &["driver", "graph"]),
    ("anstream", &["cli"]),
    ("dialoguer", &["cli"]),
    ("ignore", &["cli"]),
    ("notify", &["cli"]),
    ("quick_junit", &["cli"]),
];

fn layer_of(path: &std::path::Path) -> String {
    let source = root().join("src");
    let inside = path.strip_prefix(source.join("core")).or_else(|_| path.strip_prefix(&source)).unwrap_or(path);
    let first = inside.components().next().map(|c| c.as_os_str().to_string_lossy().into_owned()).unwrap_or_default();
    first.trim_end_matches(".rs").to_owned()
}

fn code_lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter(|l| !l.trim_start().starts_with("//"))
}

#[test]
fn imports_follow_the_layers() {
    let mut wrong = Vec::new();
    for file in files(&root().join("src"), &["rs"]) {
        let layer = layer_of(&file);
        let allowed: Vec<&str> = LAYERS.iter().filter(|(l, _)| *l == layer).flat_map(|(_, a)| a.iter().copied()).collect();
        if !LAYERS.iter().any(|(l, _)| *l == layer) {
            continue;
        }
        let text = std::fs::read_to_string(&file).expect("a source file is readable");
        for line in code_lines(&text) {
            for part in line.split("crate::").skip(1) {
                let name: String = part.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
                let is_layer = LAYERS.iter().any(|(l, _)| *l == name);
                if is_layer && name != layer && !allowed.contains(&name.as_str()) {
                    wrong.push(format!("{}: {layer} imports {name}", file.display()));
                }
            }
        }
    }
    wrong.dedup();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn libraries_stay_in_their_layers() {
    let mut wrong = Vec::new();
    for file in files(&root().join("src"), &["rs"]) {
        let layer = layer_of(&file);
        let text = std::fs::read_to_string(&file).expect("a source file is readable");
        for (library, layers) in LIBRARIES {
            let named = code_lines(&text).any(|l| l.contains(&format!("{library}::")));
            if named && !layers.contains(&layer.as_str()) {
                wrong.push(format!("{}: {library} in {layer}", file.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_layer_says_what_it_does() {
    for (layer, _) in LAYERS {
        let homes = ["src/core", "src"].map(|home| root().join(home));
        let candidates = homes.iter().flat_map(|home| [home.join(layer).join("mod.rs"), home.join(format!("{layer}.rs"))]);
        let file = candidates.into_iter().find(|f| f.exists()).expect("a layer has a home");
        let text = std::fs::read_to_string(&file).expect("a layer has a module file");
        assert!(text.starts_with("//! "), "{layer} begins with a module doc");
        assert!(text.contains("In: ") || *layer == "cli" || *layer == "regions", "{layer} says what comes in");
    }
}

#[test]
fn no_rule_lives_in_the_program() {
    // Region ids in quotes would be law in Rust.
    for file in files(&root().join("src"), &["rs"]) {
        if file.to_string_lossy().contains("tests.rs") || file.to_string_lossy().contains("value") {
            continue;
        }
        let text = std::fs::read_to_string(&file).expect("a source file is readable");
        for id in ["\"zj\"", "\"gd\"", "\"ln\"", "\"bj\"", "\"alibaba\"", "\"cn/"] {
            assert!(!code_lines(&text).any(|l| l.contains(id)), "{} names {id}", file.display());
        }
    }
}

#[test]
fn messages_keep_to_the_house_style() {
    let mut wrong = Vec::new();
    for file in files(&root().join("src"), &["rs"]) {
        let text = std::fs::read_to_string(&file).expect("a source file is readable");
        for (i, rest) in text.split("say!(\"").enumerate().skip(1) {
            let en = rest.split("\", \"").next().unwrap_or("");
            let lower = en.to_lowercase().replace("did you mean", "");
            for word in [" you ", "please", "oops", "illegal", " bad "] {
                if format!(" {lower} ").contains(word) {
                    wrong.push(format!("{} message {i}: {en}", file.display()));
                }
            }
            if en.ends_with('.') {
                wrong.push(format!("{} message {i} ends with a stop: {en}", file.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
