//! Turns the reference data of `regions/data` into tables.

mod data;

use std::path::PathBuf;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let package = PathBuf::from(std::env::var("CARGO_MANIFEST_DIR")?);
    let data = package.join("../../regions/data");
    println!("cargo::rerun-if-changed=build");
    println!("cargo::rerun-if-changed={}", data.display());
    data::generate(&data, &PathBuf::from(std::env::var("OUT_DIR")?))?;
    Ok(())
}
