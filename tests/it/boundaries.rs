//! Limits of the bundled rules, on both sides, through the program's own library.

use crate::support::{bundled_rules, compile, root};
use filingc::eval::{Outcome, Verdict};
use filingc::manifest::{self, Format};
use filingc::{Checked, Diagnostics, Options, SourceKind, SourceMap};

/// Checks the complete example with lines replaced.
fn check(changes: &[(&str, &str)], on: &str) -> Checked {
    let (compiled, _, _) = compile(&bundled_rules());
    let book = crate::support::book(compiled);
    let mut text = std::fs::read_to_string(root().join("examples/c01-company-complete.toml")).expect("the example is readable");
    for (from, to) in changes {
        assert!(text.contains(from), "the example holds {from}");
        text = text.replace(from, to);
    }
    let mut sources = SourceMap::default();
    for (name, text) in bundled_rules() {
        sources.add(name, text, SourceKind::Rules);
    }
    let id = sources.add("m.toml", text, SourceKind::Manifest);
    let on = on.parse().expect("a date");
    let mut problems = Diagnostics::new();
    let document = manifest::read(&sources, id, Format::Toml, &book.index.schema, on, &mut problems);
    filingc::check(
        &book,
        &sources,
        document,
        problems,
        &Options { region: None, on: Some(on), today: on, strict: false, require_look_ups: false, detailed: true },
    )
}

fn outcome(checked: &Checked, rule: &str) -> Outcome {
    let report = checked.report.as_ref().unwrap_or_else(|| panic!("the manifest is usable: {:?}", checked.diagnostics));
    report.rules.iter().find(|r| r.name == rule).unwrap_or_else(|| panic!("{rule} is in force")).outcome
}

#[test]
fn more_than_three_months_means_more() {
    // Zhejiang: more than three months; Liaoning: at least three months.
    for (region, on_the_day, verdict) in [
        ("zj", "2028-02-01", Outcome::Violated),
        ("zj", "2028-01-31", Outcome::Satisfied),
        ("ln", "2028-02-01", Outcome::Satisfied),
        ("ln", "2028-02-02", Outcome::Violated),
    ] {
        let checked = check(&[("region = \"zj\"\nservices", &format!("region = \"{region}\"\nservices"))], on_the_day);
        assert_eq!(outcome(&checked, "cn/dom-not-expired"), verdict, "{region} {on_the_day}");
    }
}

#[test]
fn the_verdict_of_the_complete_filing_is_ready() {
    let checked = check(&[], "2026-11-23");
    assert_eq!(checked.report.map(|r| r.verdict), Some(Verdict::Ready));
    assert_eq!(checked.filing_type.map(|t| t.0).as_deref(), Some("initial"));
}

#[test]
fn three_months_of_subscription_are_enough() {
    for (months, expected) in [(3, Outcome::Satisfied), (2, Outcome::Violated)] {
        let checked = check(&[("subscription_months = 12", &format!("subscription_months = {months}"))], "2026-11-23");
        assert_eq!(outcome(&checked, "cn/inst-subscription-3-months"), expected);
    }
}

#[test]
fn the_real_name_settles_on_the_third_day() {
    for (on, expected) in [("2026-11-02", Outcome::Satisfied), ("2026-11-01", Outcome::Violated)] {
        assert_eq!(outcome(&check(&[], on), "cn/dom-real-name-settled"), expected, "{on}");
    }
}

#[test]
fn jiangsu_counts_the_letter_by_the_day_the_authority_receives_the_order() {
    for (received, expected) in [("2021-06-01", Some(Outcome::Undetermined)), ("2021-05-31", None)] {
        let filing = format!("region = \"js\"\nauthority_received_on = {received}\nservices");
        let checked = check(&[("region = \"zj\"\nservices", &filing)], "2026-11-23");
        let rules = &checked.report.as_ref().expect("it can be checked").rules;
        let found = rules.iter().find(|r| r.name == "js/letter-of-commitment-notice").map(|r| r.outcome);
        assert_eq!(found, expected, "{received}: the letter is not stated");
    }
}

#[test]
fn tianjin_wants_two_persons() {
    let same = [("region = \"zj\"\nservices", "region = \"tj\"\nservices")];
    let checked = check(&same, "2026-11-23");
    assert_eq!(outcome(&checked, "tj/org-principals-same-or-different"), Outcome::Satisfied);
}

#[test]
fn shanghai_counts_the_sites_already_filed() {
    for (filed, expected) in [(28, Outcome::Satisfied), (29, Outcome::Undetermined)] {
        let checked = check(
            &[
                ("region = \"zj\"\nservices", "region = \"sh\"\nservices"),
                ("open_orders = 0", &format!("open_orders = 0\nfiled_services_count = {filed}")),
            ],
            "2026-11-23",
        );
        assert_eq!(outcome(&checked, "sh/many-sites-plan-organization"), expected, "{filed}");
    }
}

#[test]
fn a_document_that_ends_today_is_still_valid_where_no_margin_is_asked() {
    for (on, expected) in [("2031-07-02", Outcome::Satisfied), ("2031-07-03", Outcome::Violated)] {
        let checked = check(&[("region = \"zj\"\nservices", "region = \"sx\"\nservices")], on);
        assert_eq!(outcome(&checked, "cn/prin-id-current"), expected, "{on}");
    }
}
