//! Variables of the environment, all in one place: an empty one counts as unset, as build servers set them; one that cannot be understood is told.

use super::{Format, Global};
use crate::diagnostic::{Bilingual, Code, Diagnostic, Language, nearest, say};
use clap::ValueEnum;
use std::ffi::OsString;
use std::path::PathBuf;

/// Stands in for `--rules`.
pub(super) const RULES: &str = "FILINGC_RULES";
/// Stands in for `--output-format`.
pub(super) const OUTPUT_FORMAT: &str = "FILINGC_OUTPUT_FORMAT";
/// Stands in for `--lang`.
pub(super) const LANG: &str = "FILINGC_LANG";
/// The moment of the run in seconds since 1970, so that output can be repeated.
const EPOCH: &str = "SOURCE_DATE_EPOCH";

fn value(name: &str) -> Option<OsString> {
    std::env::var_os(name).filter(|v| !v.is_empty())
}

fn text(name: &str) -> Option<String> {
    value(name).map(|v| v.to_string_lossy().into_owned())
}

/// Puts variables in the place of options that were not given. Reports F7006 for each that cannot be understood.
pub(super) fn stand_in(global: &mut Global) -> Vec<Diagnostic> {
    let mut problems = Vec::new();
    if global.rules.is_none() {
        global.rules = value(RULES).map(PathBuf::from);
    }
    if let (None, Some(given)) = (global.output_format, text(OUTPUT_FORMAT)) {
        match Format::from_str(&given, false) {
            Ok(format) => global.output_format = Some(format),
            Err(_) => {
                let known = Format::value_variants().iter().filter_map(Format::to_possible_value);
                let names: Vec<String> = known.map(|v| v.get_name().to_owned()).collect();
                problems.push(unknown(OUTPUT_FORMAT, &given, &names.iter().map(String::as_str).collect::<Vec<_>>()));
            }
        }
    }
    if let (None, Some(given)) = (global.lang, text(LANG))
        && language_of(&given).is_none()
    {
        problems.push(unknown(LANG, &given, &["en", "zh"]));
    }
    if let Some(given) = text(EPOCH)
        && given.parse::<i64>().is_err()
    {
        let message =
            say!("`{EPOCH}` expects whole seconds since 1970, found `{given}`", "`{EPOCH}` 应为自 1970 年起的整秒数，实为 `{given}`");
        problems.push(Diagnostic::new(Code::Environment, message).arg("variable", EPOCH));
    }
    problems
}

fn unknown(name: &'static str, given: &str, known: &[&str]) -> Diagnostic {
    let d = Diagnostic::new(Code::Environment, say!("`{name}` does not know `{given}`", "`{name}` 没有 `{given}` 这一选项"));
    let d = d.arg("variable", name);
    match nearest(given, known.iter().copied()) {
        Some(near) => d.help(say!("did you mean `{near}`?", "是否想写 `{near}`？")),
        None => d.help(Bilingual::new(format!("choose {}", known.join(", ")), format!("可选：{}", known.join("、")))),
    }
}

/// `zh`, `zh-CN`, `zh_CN.UTF-8`.
fn language_of(text: &str) -> Option<Language> {
    match text.split(['-', '_', '.', '@']).next().unwrap_or("").to_ascii_lowercase().as_str() {
        "en" => Some(Language::En),
        "zh" => Some(Language::Zh),
        _ => None,
    }
}

/// The language where no option says: `FILINGC_LANG`, else the locale, which may be any; English is for all that is not Chinese.
pub(super) fn language() -> Language {
    [LANG, "LC_ALL", "LC_MESSAGES", "LANG"].iter().find_map(|name| text(name)).and_then(|t| language_of(&t)).unwrap_or(Language::En)
}

/// The moment of the run in seconds since 1970.
pub(super) fn now() -> i64 {
    let clock = || std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(0, |d| d.as_secs() as i64);
    text(EPOCH).and_then(|t| t.parse().ok()).unwrap_or_else(clock)
}
