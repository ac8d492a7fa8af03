//! Turns the reference data of `regions/data` into tables, and gives the form of stored rulebooks a number that no other state of the compiler has.

mod data;

use std::path::{Path, PathBuf};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let package = PathBuf::from(std::env::var("CARGO_MANIFEST_DIR")?);
    let (data, grammar) = (package.join("../../regions/data"), package.join("../../grammar"));
    for watched in [&package, &data, &grammar] {
        println!("cargo::rerun-if-changed={}", watched.display());
    }
    data::generate(&data, &PathBuf::from(std::env::var("OUT_DIR")?))?;
    // What is stored, and what its numbers mean, is told by all of the compiler's sources: a rulebook is read by the compiler that wrote it.
    let mut files = Vec::new();
    sources(&package, &mut files)?;
    sources(&grammar, &mut files)?;
    files.sort();
    let mut hash = 0x811c_9dc5u32;
    for file in files {
        for byte in std::fs::read(file)? {
            hash = (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193);
        }
    }
    println!("cargo::rustc-env=FILINGC_FORM={hash}");
    Ok(())
}

fn sources(folder: &Path, files: &mut Vec<PathBuf>) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            sources(&path, files)?;
        } else if path.extension().is_some_and(|e| e == "rs" || e == "pest") {
            files.push(path);
        }
    }
    Ok(())
}
