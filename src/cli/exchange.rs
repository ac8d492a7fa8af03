//! Diagnostics in the formats of other programs: workflow commands of GitHub, SARIF, JUnit.

use super::output::{Written, no_form};
use super::rules::Row;
use super::sarif::{self, SarifRule, SarifRun};
use super::{Format, Global, github, junit};
use crate::diagnostic::render::{Page, Screen};
use crate::diagnostic::{Bilingual, Diagnostic};
use crate::pack::Ruleset;
use crate::source::SourceMap;
use std::collections::BTreeMap;

/// What is known of the run that the diagnostics come from.
#[derive(Default)]
pub(super) struct Facts {
    /// What is known of rules and lints, by id.
    pub(super) rules: BTreeMap<String, SarifRule>,
    /// Which rules were used, where there were any.
    pub(super) ruleset: Option<Ruleset>,
    /// Whether the rules came with the program.
    pub(super) is_bundled: bool,
    /// Whether rules and input could be used.
    pub(super) is_successful: bool,
}

/// The folder of the run.
fn here() -> Result<String, Box<Diagnostic>> {
    std::env::current_dir().map(|d| d.display().to_string()).map_err(|e| no_form("SARIF", e))
}

/// Diagnostics as workflow commands or as SARIF.
pub(super) fn text(diagnostics: &[Diagnostic], sources: &SourceMap, global: &Global, facts: &Facts) -> Written {
    match global.output_format {
        Some(Format::Sarif) => {
            let run = SarifRun {
                language: global.language(),
                rules: &facts.rules,
                ruleset: facts.ruleset.as_ref(),
                folder: &here()?,
                is_bundled: facts.is_bundled,
                is_successful: facts.is_successful,
            };
            sarif::sarif(&[(diagnostics, sources)], &run)
        }
        _ => Ok(github::github(diagnostics, sources, global.language())),
    }
}

/// What was told of a call that could not be done.
pub(super) fn refused(problems: &[(Vec<Diagnostic>, SourceMap)], global: &Global) -> Written {
    match global.output_format {
        Some(Format::Sarif) => {
            // Without a folder the paths stay as the call names them.
            let (rules, folder) = (BTreeMap::new(), here().unwrap_or_else(|_| String::new()));
            let run = SarifRun {
                language: global.language(),
                rules: &rules,
                ruleset: None,
                folder: &folder,
                is_bundled: false,
                is_successful: false,
            };
            let mut parts: Vec<(&[Diagnostic], &SourceMap)> = problems.iter().map(|(list, sources)| (list.as_slice(), sources)).collect();
            let nothing = SourceMap::default();
            if parts.is_empty() {
                parts.push((&[], &nothing));
            }
            sarif::sarif(&parts, &run)
        }
        Some(Format::Junit) => junit::refused(problems, global.language()),
        _ => {
            let mut page = Page::new(Screen::default(), false);
            problems.iter().for_each(|(list, sources)| page.push(&github::github(list, sources, global.language())));
            Ok(page.finish())
        }
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
