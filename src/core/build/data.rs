//! Turns `regions/data/*.toml` into static tables, so that looking something up costs nothing at start-up.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use serde::Deserialize;
use serde::de::DeserializeOwned;

/// Writes `OUT_DIR/reference_data.rs`, the tables that `src/value/data.rs` includes.
///
/// **Errors**: a file that cannot be read or written, that is not of the expected shape, or whose codes do not fit together.
pub fn generate(regions_data_dir: &Path, out_dir: &Path) -> Result<(), String> {
    let mut out = String::from("// Made by build/data.rs from regions/data.\n\n");
    divisions(regions_data_dir, &mut out)?;
    plates(regions_data_dir, &mut out)?;
    area_codes(regions_data_dir, &mut out)?;
    let path = out_dir.join("reference_data.rs");
    std::fs::write(&path, out).map_err(|e| format!("{}: {e}", path.display()))
}

#[derive(Deserialize)]
struct Divisions {
    placeholder: Vec<u32>,
    province: BTreeMap<String, Province>,
    prefecture: BTreeMap<String, String>,
}

#[derive(Deserialize)]
struct Province {
    name: String,
    name_en: String,
}

#[derive(Deserialize)]
struct Counties {
    current: Vec<u32>,
    former: Vec<u32>,
}

#[derive(Deserialize)]
struct Plates {
    region: Vec<Region>,
}

#[derive(Deserialize)]
struct Region {
    id: String,
    gb2260: u8,
    name: String,
    name_en: String,
    icp: char,
    icp_alias: Vec<char>,
    psb: char,
    psb_alias: Vec<char>,
    postal: Vec<String>,
}

#[derive(Deserialize)]
struct AreaCodes {
    area_code: BTreeMap<String, AreaCode>,
    retired: BTreeMap<String, RetiredAreaCode>,
}

#[derive(Deserialize)]
struct AreaCode {
    province: u8,
    prefectures: Vec<u32>,
    digits: Vec<u8>,
}

#[derive(Deserialize)]
struct RetiredAreaCode {
    was: String,
    now: Vec<String>,
}

fn read<T: DeserializeOwned>(dir: &Path, name: &str) -> Result<T, String> {
    let path = dir.join(name);
    let text = std::fs::read_to_string(&path).map_err(|e| format!("{}: {e}", path.display()))?;
    toml::from_str(&text).map_err(|e| format!("{}: {e}", path.display()))
}

fn divisions(dir: &Path, out: &mut String) -> Result<(), String> {
    let file: Divisions = read(dir, "gb2260.toml")?;
    let rows: Result<Vec<_>, String> = file
        .province
        .iter()
        .map(|(code, p)| {
            let prefix = division(code)? / 10_000;
            Ok(format!("Province {{ prefix: {prefix}, name: {:?}, name_en: {:?} }}", p.name, p.name_en))
        })
        .collect();
    slice(out, "Provinces by prefix.", "PROVINCES", "Province", &rows?);
    let rows: Result<Vec<_>, String> = file.prefecture.iter().map(|(code, name)| Ok(format!("({}, {name:?})", division(code)?))).collect();
    slice(out, "Prefectures by code.", "PREFECTURES", "(u32, &str)", &rows?);
    codes(out, "Codes that only group counties.", "PLACEHOLDERS", file.placeholder)?;

    let file: Counties = read(dir, "gb2260-counties.toml")?;
    if let Some(both) = file.current.iter().find(|c| file.former.contains(c)) {
        return Err(format!("gb2260-counties.toml: {both} is both current and former"));
    }
    codes(out, "Current county codes.", "COUNTIES", file.current)?;
    codes(out, "Withdrawn codes of any level.", "FORMER_DIVISIONS", file.former)
}

fn plates(dir: &Path, out: &mut String) -> Result<(), String> {
    let mut file: Plates = read(dir, "plates.toml")?;
    file.region.sort_by_key(|r| r.gb2260);
    let mut rows = vec![];
    for r in &file.region {
        let postal: Result<Vec<u8>, _> = r.postal.iter().map(|p| p.parse::<u8>()).collect();
        let postal = postal.map_err(|e| format!("plates.toml: {}: {e}", r.id))?;
        rows.push(format!(
            "Region {{ id: {:?}, prefix: {}, name: {:?}, name_en: {:?}, icp: {:?}, icp_alias: &{:?}, psb: {:?}, psb_alias: &{:?}, postal: &{:?} }}",
            r.id, r.gb2260, r.name, r.name_en, r.icp, r.icp_alias, r.psb, r.psb_alias, postal
        ));
    }
    slice(out, "Mainland regions by prefix.", "REGIONS", "Region", &rows);
    Ok(())
}

fn area_codes(dir: &Path, out: &mut String) -> Result<(), String> {
    let file: AreaCodes = read(dir, "landline-area-codes.toml")?;
    let mut rows = vec![];
    for (code, a) in &file.area_code {
        area_code(code)?;
        rows.push(format!(
            "AreaCode {{ code: {code:?}, prefix: {}, prefectures: &{:?}, digits: &{:?} }}",
            a.province, a.prefectures, a.digits
        ));
    }
    slice(out, "Area codes in use.", "AREA_CODES", "AreaCode", &rows);
    let mut rows = vec![];
    for (code, r) in &file.retired {
        area_code(code)?;
        if let Some(unknown) = r.now.iter().find(|n| !file.area_code.contains_key(*n)) {
            return Err(format!("landline-area-codes.toml: {code} was replaced by {unknown}, which is not listed"));
        }
        rows.push(format!("RetiredAreaCode {{ code: {code:?}, was: {:?}, now: &{:?} }}", r.was, r.now));
    }
    slice(out, "Area codes that are no longer dialled.", "RETIRED_AREA_CODES", "RetiredAreaCode", &rows);
    Ok(())
}

fn division(code: &str) -> Result<u32, String> {
    let is_code = code.len() == 6 && code.bytes().all(|b| b.is_ascii_digit());
    code.parse().ok().filter(|_| is_code).ok_or_else(|| format!("gb2260.toml: `{code}` is not a division code"))
}

fn area_code(code: &str) -> Result<(), String> {
    let is_code = matches!(code.len(), 3 | 4) && code.starts_with('0') && code.bytes().all(|b| b.is_ascii_digit());
    if is_code { Ok(()) } else { Err(format!("landline-area-codes.toml: `{code}` is not an area code")) }
}

fn codes(out: &mut String, doc: &str, name: &str, mut codes: Vec<u32>) -> Result<(), String> {
    codes.sort_unstable();
    if let Some(code) = codes.iter().find(|c| !(100_000..1_000_000).contains(*c)) {
        return Err(format!("{name}: {code} is not a division code"));
    }
    if let Some(pair) = codes.windows(2).find(|w| w[0] == w[1]) {
        return Err(format!("{name}: {} is listed twice", pair[0]));
    }
    let rows: Vec<String> = codes.chunks(16).map(|line| line.iter().map(u32::to_string).collect::<Vec<_>>().join(", ")).collect();
    slice(out, doc, name, "u32", &rows);
    Ok(())
}

fn slice(out: &mut String, doc: &str, name: &str, of: &str, rows: &[String]) {
    let _ = write!(out, "/// {doc}\npub static {name}: &[{of}] = &[\n");
    for row in rows {
        let _ = writeln!(out, "    {row},");
    }
    out.push_str("];\n\n");
}
