//! Bundles `regions/`: collects the rule files and stores what the compiler makes of them.

use filingc_core::pack::{Pack, Texts};
use filingc_core::{Diagnostics, SourceKind, SourceMap, driver};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo::rerun-if-changed=regions");
    println!("cargo::rerun-if-changed=build.rs");
    let root = PathBuf::from(std::env::var("CARGO_MANIFEST_DIR")?);
    let out = PathBuf::from(std::env::var("OUT_DIR")?);
    let mut files = Vec::new();
    collect(&root.join("regions"), &mut files)?;
    files.sort();
    let mut sources = SourceMap::default();
    let mut text = String::from("const FILES: &[(&str, &str)] = &[\n");
    let mut ids = Vec::new();
    for path in &files {
        let name = path.strip_prefix(&root)?.to_string_lossy().replace('\\', "/");
        writeln!(text, "    ({name:?}, include_str!({:?})),", path.to_string_lossy())?;
        ids.push(sources.add(name, std::fs::read_to_string(path)?, SourceKind::Rules));
    }
    text.push_str("];\n");
    let mut diagnostics = Diagnostics::new();
    let compiled = driver::compile(&sources, &ids, &mut diagnostics);
    // Rules with errors are compiled again when the program runs, which then shows what is wrong.
    let is_usable = !diagnostics.has_errors() && !ids.is_empty();
    let pack = is_usable.then(|| Pack::new(&compiled.program, &sources, Texts::Outside)).transpose().map_err(|why| format!("{why:?}"))?;
    std::fs::write(out.join("rulebook.pack"), pack.as_ref().map_or(&[][..], |p| p.bytes()))?;
    text.push_str("const PACK: &[u8] = include_bytes!(concat!(env!(\"OUT_DIR\"), \"/rulebook.pack\"));\n");
    std::fs::write(out.join("bundled_rules.rs"), text)?;
    Ok(())
}

/// The rule files below a folder. The program's own walker is part of the package that this script is built for, so it cannot be used here; the
/// folder is the package's own and holds no links.
fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else if path.extension().is_some_and(|e| e == "filing") {
            files.push(path);
        }
    }
    Ok(())
}
