//! Diagnostics in the formats of other programs: workflow commands of GitHub, SARIF.

use super::rules::Row;
use super::sarif::{self, SarifRule, SarifRun};
use super::{Format, Global, github};
use crate::diagnostic::{Bilingual, Diagnostic};
use crate::source::SourceMap;
use std::collections::BTreeMap;

/// What is known of the run that the diagnostics come from.
#[derive(Default)]
pub(super) struct Facts {
    /// What is known of rules and lints, by id.
    pub(super) rules: BTreeMap<String, SarifRule>,
    /// Whether the rules came with the program.
    pub(super) is_bundled: bool,
    /// Whether rules and input could be used.
    pub(super) is_successful: bool,
}

/// Diagnostics for another program; `None` where the format is for people or of one command.
pub(super) fn text(diagnostics: &[Diagnostic], sources: &SourceMap, global: &Global, facts: &Facts) -> Option<String> {
    match global.output_format? {
        Format::Github => Some(github::github(diagnostics, sources, global.language())),
        Format::Sarif => {
            let folder = std::env::current_dir().map(|d| d.display().to_string()).unwrap_or_default();
            let run = SarifRun {
                language: global.language(),
                rules: &facts.rules,
                folder: &folder,
                is_bundled: facts.is_bundled,
                is_successful: facts.is_successful,
            };
            Some(sarif::sarif(diagnostics, sources, &run))
        }
        _ => None,
    }
}

/// What SARIF says of rules: both titles, the address of the first source that has one, a page with the sources.
pub(super) fn described(rows: &[Row]) -> BTreeMap<String, SarifRule> {
    let mut out = BTreeMap::new();
    for row in rows {
        let title = Bilingual::new(row.title.en.clone(), row.title.zh.clone());
        let mut page = format!("{}\n\n{}\n", title.en, title.zh);
        for cited in &row.sources {
            let item = cited.item.as_ref().map_or(String::new(), |i| format!(", {i}"));
            let shown = cited.url.as_ref().map_or(cited.title.clone(), |url| format!("[{}]({url})", cited.title));
            page.push_str(&format!("\n- {shown}{item}"));
        }
        let url = row.sources.iter().find_map(|c| c.url.clone());
        // Of several dated versions the first is described.
        out.entry(row.id.clone()).or_insert(SarifRule { title, url, page: Some(page) });
    }
    out
}
