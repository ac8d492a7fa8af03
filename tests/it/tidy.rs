//! Layers, libraries and words: what keeps the house in order.

use crate::support::{files, root};

/// What each layer may import, besides itself. No arrow leads up: a layer imports only layers that stand above it in this table.
const LAYERS: &[(&str, &[&str])] = &[
    ("source", &[]),
    ("diagnostic", &["source"]),
    ("value", &["diagnostic"]),
    ("builtin", &[]),
    ("syntax", &["source", "diagnostic", "value"]),
    ("manifest", &["source", "diagnostic", "value"]),
    ("hir", &["source", "diagnostic", "value", "builtin"]),
    ("term", &["value", "hir"]),
    ("resolve", &["source", "diagnostic", "value", "syntax", "hir"]),
    ("typeck", &["source", "diagnostic", "value", "syntax", "hir", "builtin", "term", "resolve"]),
    ("lint", &["source", "diagnostic", "value", "syntax", "hir", "term"]),
    ("graph", &["source", "diagnostic", "value", "hir", "builtin"]),
    ("pack", &["source", "diagnostic", "value", "builtin", "manifest", "hir"]),
    ("eval", &["source", "diagnostic", "value", "hir", "builtin", "pack", "manifest"]),
    ("picture", &["source", "diagnostic", "value", "hir", "graph", "eval"]),
    ("driver", &["source", "diagnostic", "value", "syntax", "manifest", "hir", "resolve", "typeck", "graph", "pack", "eval"]),
    // Beside the driver: what is found is checked again as a whole.
    ("prove", &["source", "diagnostic", "value", "builtin", "manifest", "hir", "pack", "eval", "driver"]),
    ("answer", &["source", "diagnostic", "value", "manifest", "pack", "eval", "driver", "prove"]),
    ("compare", &["source", "diagnostic", "value", "syntax", "manifest", "hir", "term", "eval", "driver"]),
    ("suite", &["source", "diagnostic", "value", "syntax", "manifest", "hir", "eval", "driver"]),
    ("scaffold", &["source", "diagnostic", "value", "manifest", "hir", "graph", "pack", "eval", "driver", "prove"]),
    ("regions", &["source", "pack", "driver"]),
    ("host", &["source", "diagnostic", "value", "manifest", "pack"]),
    // Beside the driver, not below it: a plan asks the outcome of a check.
    ("plan", &["source", "diagnostic", "value", "manifest", "hir", "pack", "eval", "driver"]),
    (
        "html",
        &[
            "source",
            "diagnostic",
            "value",
            "syntax",
            "manifest",
            "hir",
            "graph",
            "pack",
            "eval",
            "picture",
            "driver",
            "answer",
            "compare",
            "scaffold",
            "plan",
        ],
    ),
    ("api", &["source", "diagnostic", "value", "manifest", "pack", "eval", "driver", "prove", "answer", "regions", "plan"]),
    (
        "lsp",
        &[
            "source",
            "diagnostic",
            "value",
            "builtin",
            "syntax",
            "manifest",
            "resolve",
            "pack",
            "lint",
            "eval",
            "driver",
            "suite",
            "prove",
            "regions",
            "host",
        ],
    ),
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
            "pack",
            "lint",
            "eval",
            "driver",
            "compare",
            "suite",
            "prove",
            "answer",
            "regions",
            "plan",
            "picture",
            "scaffold",
            "html",
            "host",
            "lsp",
        ],
    ),
];

/// The only layers that may name a library.
const LIBRARIES: &[(&str, &[&str])] = &[
    ("pest", &["syntax"]),
    ("codespan_reporting", &["diagnostic"]),
    ("petgraph", &["hir", "graph", "pack", "typeck"]),
    ("clap", &["cli"]),
    ("clap_complete", &["cli"]),
    ("clap_mangen", &["cli"]),
    ("jsonc_parser", &["manifest"]),
    ("psl", &["value"]),
    ("idna", &["value"]),
    ("imagesize", &["manifest"]),
    ("email_address", &["value"]),
    ("batsat", &["prove"]),
    ("lz4_flex", &["pack"]),
    ("postcard", &["pack"]),
    ("blake3", &["pack"]),
    ("anstream", &["cli"]),
    ("calamine", &["host"]),
    ("csv_core", &["host"]),
    ("ctrlc", &["cli"]),
    ("encoding_rs", &["host"]),
    ("rust_xlsxwriter", &["host"]),
    ("zip", &["host"]),
    ("dialoguer", &["cli"]),
    ("ignore", &["host"]),
    ("libc", &["host"]),
    ("crossbeam_channel", &["lsp"]),
    ("lsp_server", &["lsp", "cli"]),
    ("lsp_types", &["lsp"]),
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

/// Layers of the names that the packages re-export at their roots: `Severity` is `diagnostic`'s.
fn root_names() -> Vec<(String, String)> {
    let mut names = Vec::new();
    for lib in ["src/lib.rs", "src/core/lib.rs"] {
        let text = std::fs::read_to_string(root().join(lib)).expect("a package has a root");
        for statement in code_lines(&text).collect::<Vec<_>>().join(" ").split(';') {
            let Some((layer, list)) = statement.trim().strip_prefix("pub use ").and_then(|s| s.split_once("::")) else { continue };
            let list = list.trim_matches(['{', '}']).split(',').map(str::trim).filter(|n| !n.is_empty() && *n != "*");
            names.extend(list.map(|n| (n.to_owned(), layer.to_owned())));
        }
    }
    // Macros stand at the root of their package, wherever they are written.
    names.push(("say".to_owned(), "diagnostic".to_owned()));
    names
}

/// The first names after each `crate::`, also those in braces.
fn crate_names(text: &str) -> Vec<String> {
    let name = |s: &str| s.trim_start().chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect::<String>();
    let mut names = Vec::new();
    for part in text.split("crate::").skip(1) {
        let Some(group) = part.strip_prefix('{') else {
            names.push(name(part));
            continue;
        };
        let mut depth = 1;
        let mut begins = true;
        for (at, c) in group.char_indices() {
            if begins && !c.is_whitespace() {
                names.push(name(&group[at..]));
                begins = false;
            }
            match c {
                '{' => depth += 1,
                '}' => depth -= 1,
                ',' => begins = depth == 1,
                _ => {}
            }
            if depth == 0 {
                break;
            }
        }
    }
    names.retain(|n| !n.is_empty());
    names
}

#[test]
fn names_after_the_root_are_found() {
    let text = "use crate::{Severity, source::{Span, SourceMap}, say};\nlet x = crate::hir::Type::Text;\nuse crate::{\n    eval,\n};";
    assert_eq!(crate_names(text), ["Severity", "source", "say", "hir", "eval"]);
    assert!(root_names().contains(&("Severity".to_owned(), "diagnostic".to_owned())));
}

#[test]
fn no_layer_imports_one_above() {
    for (at, (layer, imports)) in LAYERS.iter().enumerate() {
        assert_eq!(LAYERS.iter().filter(|(l, _)| l == layer).count(), 1, "{layer} stands once");
        for import in *imports {
            assert!(LAYERS[..at].iter().any(|(l, _)| l == import), "{layer} imports {import}, which does not stand before it");
        }
    }
}

#[test]
fn imports_follow_the_layers() {
    let mut wrong = Vec::new();
    let roots = root_names();
    for file in files(&root().join("src"), &["rs"]) {
        let layer = layer_of(&file);
        let Some((_, allowed)) = LAYERS.iter().find(|(l, _)| *l == layer) else { continue };
        let text = std::fs::read_to_string(&file).expect("a source file is readable");
        let code = code_lines(&text).collect::<Vec<_>>().join("\n");
        for name in crate_names(&code) {
            let home = roots.iter().find(|(n, _)| *n == name).map_or(name.as_str(), |(_, home)| home);
            let is_layer = LAYERS.iter().any(|(l, _)| *l == home);
            if is_layer && home != layer && !allowed.contains(&home) {
                wrong.push(format!("{}: {layer} imports {home}", file.display()));
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
fn only_the_host_touches_files() {
    let words = ["std::fs", "stdin().lock", "File::open", "read_dir", "canonicalize", ".is_dir()", ".is_file()", ".exists()", "symlink"];
    let mut wrong = Vec::new();
    for file in files(&root().join("src"), &["rs"]) {
        let inside = file.strip_prefix(root().join("src")).unwrap_or(&file);
        // The build script of the core reads the reference data of the package itself.
        if inside.starts_with("host") || inside.starts_with("core/build") {
            continue;
        }
        let text = std::fs::read_to_string(&file).expect("a source file is readable");
        for word in words {
            if code_lines(&text).any(|l| l.contains(word)) {
                wrong.push(format!("{}: {word}", inside.display()));
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

/// Files that may write texts as they are: the screen, the page and the one printer; formats with quotation of their own; texts that are no output.
const WRITERS: &[&str] = &[
    "cli/output.rs",
    "cli/test/coverage.rs",
    "core/diagnostic/render/html.rs",
    "core/diagnostic/render/json.rs",
    "core/picture/render/dot.rs",
    "core/picture/render/mermaid.rs",
    "core/picture/render/svg.rs",
    "core/plan/render/mermaid.rs",
    "core/plan/render/svg.rs",
    "host/fs/spool.rs",
    "host/fs/write.rs",
];

/// Layers whose texts end before a reader.
fn is_shown(inside: &std::path::Path) -> bool {
    ["cli", "core/diagnostic/render", "core/plan/render", "core/picture/render", "host"].iter().any(|f| inside.starts_with(f))
}

#[test]
fn nothing_is_printed_that_was_not_screened() {
    let mut wrong = Vec::new();
    for file in files(&root().join("src"), &["rs"]) {
        let inside = file.strip_prefix(root().join("src")).unwrap_or(&file).to_owned();
        let may = WRITERS.iter().any(|w| inside == std::path::Path::new(w));
        let text = std::fs::read_to_string(&file).expect("a source file is readable");
        for line in code_lines(&text) {
            let prints = ["println!(", "print!(", "eprintln!(", "eprint!(", "dbg!(", "io::stdout()", "io::stderr()"]
                .iter()
                .any(|w| line.contains(w));
            let is_asking = line.contains("is_terminal()") || line.contains("AutoStream::choice");
            if prints && !is_asking && !may && !inside.starts_with("core/build") {
                wrong.push(format!("{} prints: {}", inside.display(), line.trim()));
            }
            // A line for a reader is written on a page, which screens it.
            let writes = ["writeln!(out", "write!(out", "writeln!(self.out", "write!(self.out"].iter().any(|w| line.contains(w));
            if writes && is_shown(&inside) && !may {
                wrong.push(format!("{} writes past the page: {}", inside.display(), line.trim()));
            }
            // Only the screen makes a text that may be printed.
            if line.contains("Shown(") && !inside.starts_with("core/diagnostic/render") {
                wrong.push(format!("{} makes a `Shown`: {}", inside.display(), line.trim()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    // Formats of their own write out what nobody sees before they quote.
    for writer in WRITERS.iter().filter(|w| w.contains("/render/") || w.contains("coverage")) {
        let text = std::fs::read_to_string(root().join("src").join(writer)).expect("a source file is readable");
        assert!(["escaped", "screen", "xml"].iter().any(|w| text.contains(w)), "{writer} screens what it quotes");
    }
}
