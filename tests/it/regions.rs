//! One filing in every region: a change of a national rule shows its effect on all of them in one diff.

use crate::support::{bundled_rules, compile, root};
use filingc::diagnostic::Severity;
use filingc::eval::Verdict;
use filingc::manifest::{self, Format};
use filingc::{Diagnostics, Options, Rulebook, SourceKind, SourceMap};
use std::fmt::Write;

fn in_every_region(example: &str, own_region: &str) -> String {
    let rules = bundled_rules();
    let book = Rulebook::new(compile(&rules).0);
    let text = std::fs::read_to_string(root().join("examples").join(example)).expect("the example is readable");
    let mut out = String::new();
    let regions: Vec<String> =
        book.index.layers.iter().filter(|l| !l.is_provider && l.extends != filingc::graph::NONE).map(|l| l.id.clone()).collect();
    for region in regions {
        let mut sources = SourceMap::default();
        for (name, text) in &rules {
            sources.add(name.clone(), text.clone(), SourceKind::Rules);
        }
        let text = text.replace(&format!("region = \"{own_region}\""), &format!("region = \"{region}\""));
        let id = sources.add("m.toml", text, SourceKind::Manifest);
        let on = jiff::civil::date(2026, 11, 27);
        let mut problems = Diagnostics::new();
        let document = manifest::read(&sources, id, Format::Toml, &book.index.schema, on, &mut problems);
        let options = Options { region: None, on: Some(on), today: on, strict: false, detailed: false };
        let checked = filingc::check(&book, &sources, document, problems, &options);
        let report = checked.report.expect("the manifest is usable");
        let _ = writeln!(out, "{region}: {}", report.verdict.key());
        for d in checked.diagnostics.iter().filter(|d| d.severity != Severity::Note) {
            let _ = writeln!(out, "    {:?} {} {}", d.severity, d.code.text(), d.message.en);
        }
        assert_ne!(report.verdict, Verdict::NotRequired);
    }
    out
}

#[test]
fn a_company_in_every_region() {
    let out = in_every_region("c01-company-complete.toml", "zj");
    assert_eq!(out.lines().filter(|l| !l.starts_with(' ')).count(), 31);
    insta::assert_snapshot!("company_in_every_region", out);
}

#[test]
fn an_individual_away_from_home_in_every_region() {
    insta::assert_snapshot!("individual_in_every_region", in_every_region("c03-individual-away-from-home.toml", "sc"));
}
