//! The same filings in every region: a change of a national rule shows its effect on all of them in one diff.

mod pages;

use crate::support::{bundled_book, check, example};
use filingc::diagnostic::Severity;
use filingc::eval::Verdict;
use std::fmt::Write;

/// The filings: an example, and whether the certificate is of the region too.
const FILINGS: &[(&str, &str, bool)] = &[
    ("a company's first website", "c01-company-complete.toml", true),
    ("an individual of the region", "c03-individual-away-from-home.toml", true),
    ("an individual of Shanghai", "c03-individual-away-from-home.toml", false),
    ("access added to a filed website", "c05-add-access.toml", true),
    ("a commercial service", "c09-commercial.toml", true),
    ("a website and an App", "c10-website-and-app.toml", true),
    ("a shell", "c12-shell.toml", true),
];

#[test]
fn findings_in_every_region() {
    let (book, texts) = bundled_book();
    let regions: Vec<&str> =
        book.index.layers.iter().filter(|l| !l.is_provider && l.extends != filingc::pack::NONE).map(|l| l.id.as_str()).collect();
    assert_eq!(regions.len(), 31);
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("snapshots/regions");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    for region in regions {
        let mut out = String::new();
        for (title, name, is_local) in FILINGS {
            let mut manifest = example(name);
            manifest["filing"]["region"] = region.into();
            if *is_local {
                manifest["entity"]["certificate"]["region"] = region.into();
            }
            let checked = check(&book, &texts, &manifest, jiff::civil::date(2026, 11, 23));
            let report = checked.report.expect("the manifest is usable");
            assert_ne!(report.verdict, Verdict::NotRequired);
            let _ = writeln!(out, "{title}: {}", report.verdict.key());
            for finding in &report.findings {
                let severity = match finding.diagnostic.severity {
                    Severity::Error => "error",
                    Severity::Warning => "warning",
                    Severity::Note => "note",
                };
                let at = if finding.paths.is_empty() { String::new() } else { format!(" at {}", finding.paths.join(", ")) };
                let _ = writeln!(out, "  {severity} {}{at}", finding.diagnostic.code.text());
            }
        }
        settings.bind(|| insta::assert_snapshot!(region, out));
    }
}
