//! Bundles `regions/`: collects the rule files and stores what the compiler makes of them.

use filingc_core::pack::{Pack, Texts, fold};
use filingc_core::{Diagnostics, SourceKind, SourceMap, driver};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo::rerun-if-changed=regions");
    println!("cargo::rerun-if-changed=build.rs");
    link_closely();
    let root = PathBuf::from(std::env::var("CARGO_MANIFEST_DIR")?);
    let out = PathBuf::from(std::env::var("OUT_DIR")?);
    let mut files = Vec::new();
    collect(&root.join("regions"), &mut files)?;
    files.sort();
    let mut sources = SourceMap::default();
    let mut text = String::from("const FILES: &[(&str, &[u8])] = &[\n");
    let mut ids = Vec::new();
    for path in &files {
        let name = path.strip_prefix(&root)?.to_string_lossy().replace('\\', "/");
        let written = std::fs::read_to_string(path)?;
        let folded = format!("{}.folded", ids.len());
        std::fs::write(out.join(&folded), fold(written.as_bytes()))?;
        writeln!(text, "    ({name:?}, include_bytes!(concat!(env!(\"OUT_DIR\"), \"/{folded}\"))),")?;
        ids.push(sources.add(name, written, SourceKind::Rules));
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

/// On Linux the program lies at a fixed address and brings the library for unwinding along: a start then has eleven thousand addresses less to
/// adjust and a file less to load. `.ci/release` builds a program that needs no other file at all.
fn link_closely() {
    let is = |name: &str, value: &str| std::env::var(name).is_ok_and(|v| v == value);
    let is_static = std::env::var("CARGO_CFG_TARGET_FEATURE").is_ok_and(|f| f.split(',').any(|f| f == "crt-static"));
    let is_native = std::env::var("HOST").is_ok_and(|host| is("TARGET", &host));
    if !is("CARGO_CFG_TARGET_OS", "linux") || !is("CARGO_CFG_TARGET_ENV", "gnu") || !is("PROFILE", "release") || is_static || !is_native {
        return;
    }
    println!("cargo::rustc-link-arg-bins=-no-pie");
    // A compiler that knows no such library answers with its bare name.
    let asked = std::process::Command::new("cc").arg("-print-file-name=libgcc_eh.a").output();
    let found = asked.ok().and_then(|out| String::from_utf8(out.stdout).ok()).map(|name| PathBuf::from(name.trim()));
    if let Some(folder) = found.as_deref().filter(|file| file.is_file()).and_then(Path::parent) {
        println!("cargo::rustc-link-search=native={}", folder.display());
        println!("cargo::rustc-link-lib=static:-bundle,+verbatim=libgcc_eh.a");
    }
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
