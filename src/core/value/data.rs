//! Reference data: divisions, characters of filing numbers, area codes, holidays.
//!
//! In: codes as written. Out: what they stand for. The tables are made by `src/core/build/data.rs` from `regions/data`.
//! INVARIANT: tables are static, sorted by their first field, and grow old: what is not listed is suspicious, and wrong only where the
//! list cannot be short (provinces).

include!(concat!(env!("OUT_DIR"), "/reference_data.rs"));

/// A province, municipality, autonomous region or special administrative region.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Province {
    /// First two digits of its division codes.
    pub prefix: u8,
    /// Full Chinese name.
    pub name: &'static str,
    /// English name.
    pub name_en: &'static str,
}

/// A mainland region with the characters of its filing authority and its police.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Region {
    /// Two letters, as in `bj.cn`.
    pub id: &'static str,
    /// First two digits of its division codes.
    pub prefix: u8,
    /// Short Chinese name.
    pub name: &'static str,
    /// English name.
    pub name_en: &'static str,
    /// First character of ICP filing and licence numbers.
    pub icp: char,
    /// Characters written in its place.
    pub icp_alias: &'static [char],
    /// First character of public security numbers.
    pub psb: char,
    /// Characters written in its place.
    pub psb_alias: &'static [char],
    /// First two digits of its postal codes.
    pub postal: &'static [u8],
}

/// An area code of the telephone network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AreaCode {
    /// With its leading 0.
    pub code: &'static str,
    /// The province, as the first two digits of its division codes.
    pub prefix: u8,
    /// Division codes of the prefectures it serves; some are counties run by the province.
    pub prefectures: &'static [u32],
    /// Admitted lengths of the subscriber number.
    pub digits: &'static [u8],
}

/// An area code that is no longer dialled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RetiredAreaCode {
    /// With its leading 0.
    pub code: &'static str,
    /// The place it served.
    pub was: &'static str,
    /// The codes that took over.
    pub now: &'static [&'static str],
}

/// What a division code stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Division {
    /// A province.
    Province,
    /// A prefecture-level city or its like.
    Prefecture,
    /// A county-level division.
    County,
    /// A code that names no place but is the parent of counties.
    Placeholder,
    /// A code that was withdrawn; still met in numbers that were given before.
    Former,
    /// Not listed.
    Unknown,
}

/// A province by the first two digits of its codes, Hong Kong, Macao and Taiwan included.
pub fn province(prefix: u8) -> Option<&'static Province> {
    PROVINCES.binary_search_by_key(&prefix, |p| p.prefix).ok().map(|i| &PROVINCES[i])
}

/// A mainland region by the first two digits of its codes.
pub fn region(prefix: u8) -> Option<&'static Region> {
    REGIONS.binary_search_by_key(&prefix, |r| r.prefix).ok().map(|i| &REGIONS[i])
}

/// The region whose ICP numbers begin with a character, and whether the character is only an alias.
pub fn region_of_icp(character: char) -> Option<(&'static Region, bool)> {
    by_character(character, |r| r.icp, |r| r.icp_alias)
}

/// The region whose public security numbers begin with a character, and whether the character is only an alias.
pub fn region_of_psb(character: char) -> Option<(&'static Region, bool)> {
    by_character(character, |r| r.psb, |r| r.psb_alias)
}

/// The region of a postal code by its first two digits.
pub fn region_of_postal(prefix: u8) -> Option<&'static Region> {
    REGIONS.iter().find(|r| r.postal.contains(&prefix))
}

/// What a six-digit division code stands for.
///
/// **Source:** GB/T 2260-2007 with Amendment 1, as kept by mumuy/data_location, read 2026-11-23.
pub fn division(code: u32) -> Division {
    if COUNTIES.binary_search(&code).is_ok() {
        Division::County
    } else if FORMER_DIVISIONS.binary_search(&code).is_ok() {
        Division::Former
    } else if prefecture(code).is_some() {
        Division::Prefecture
    } else if code.is_multiple_of(10_000) && u8::try_from(code / 10_000).is_ok_and(|p| province(p).is_some()) {
        Division::Province
    } else if PLACEHOLDERS.binary_search(&code).is_ok() {
        Division::Placeholder
    } else {
        Division::Unknown
    }
}

/// The Chinese name of a prefecture.
pub fn prefecture(code: u32) -> Option<&'static str> {
    PREFECTURES.binary_search_by_key(&code, |p| p.0).ok().map(|i| PREFECTURES[i].1)
}

/// An area code in use, `0571`.
///
/// **Source:** libphonenumber 9.0.43, metadata and geocoding, read 2026-11-23.
pub fn area_code(code: &str) -> Option<&'static AreaCode> {
    AREA_CODES.binary_search_by(|a| a.code.cmp(code)).ok().map(|i| &AREA_CODES[i])
}

/// An area code that is no longer dialled, `0378`.
pub fn retired_area_code(code: &str) -> Option<&'static RetiredAreaCode> {
    RETIRED_AREA_CODES.binary_search_by(|a| a.code.cmp(code)).ok().map(|i| &RETIRED_AREA_CODES[i])
}

fn by_character(character: char, own: fn(&Region) -> char, alias: fn(&Region) -> &'static [char]) -> Option<(&'static Region, bool)> {
    let is_own = REGIONS.iter().find(|r| own(r) == character).map(|r| (r, false));
    is_own.or_else(|| REGIONS.iter().find(|r| alias(r).contains(&character)).map(|r| (r, true)))
}
