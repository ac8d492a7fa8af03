//! Exceptions and waivers beside several versions of their rule: each is asked of the version it was written for, or refused.

use crate::support::{book, check, compile, lines};
use filingc::Severity;
use filingc::eval::Outcome;
use jiff::civil::date;
use serde_json::json;

const VOCABULARY: &str = r#"
enum place "place" zh "地区" { zj "Zhejiang" zh "浙江" }
record head "head" zh "抬头" { region: place "region" zh "地区" }
record item "item" zh "项" { ok: boolean "ok" zh "可" old: boolean "old" zh "旧" }
record person "person" zh "人" { vip: boolean "vip" zh "贵宾" ok: boolean "ok" zh "可" }
manifest { filing: head "filing" zh "备案" open: boolean "open" zh "开放" items: list of item "items" zh "项目" people: list of person "people" zh "人员" }
"#;

/// A base with one rule, a region with one amendment.
fn rules(rule: &str, change: &str) -> Vec<(String, String)> {
    let base =
        format!("region cn \"China\" zh \"中国\" {{ authority \"a\" zh \"部\" }}\nsource s \"s\" zh \"源\" {{ read 2026-11-01 }}\n{rule}");
    let region = format!(
        "region zj \"Zhejiang\" zh \"浙江\" extends cn {{ authority \"a\" zh \"局\" plate \"浙\" gb2260 \"33\" applies when filing.region is zj }}\n\
         source n \"n\" zh \"文\" {{ read 2026-11-01 }}\n{change}"
    );
    vec![("v.filing".to_owned(), VOCABULARY.to_owned()), ("cn.filing".to_owned(), base), ("zj.filing".to_owned(), region)]
}

fn errors(files: &[(String, String)]) -> String {
    let (_, mut diagnostics, sources) = compile(files);
    diagnostics.retain(|d| d.severity == Severity::Error);
    lines(&diagnostics, &sources)
}

fn outcome(files: &[(String, String)], manifest: &serde_json::Value, year: i16) -> Outcome {
    assert_eq!(errors(files), "");
    let book = book(compile(files).0);
    let checked = check(&book, files, manifest, date(year, 6, 1));
    let report = checked.report.unwrap_or_else(|| panic!("the manifest is usable: {:?}", checked.diagnostics));
    report.rules.iter().find(|r| r.name == "cn/fine").expect("the rule is in force").outcome
}

const GROWN: &str = "requirement fine \"t\" zh \"题\" { source s effective .. 2025-12-31 require open }\n\
                     requirement fine \"t\" zh \"题\" { source s effective 2026-01-01 .. for each i in items require i.ok }\n";
const MOVED: &str = "requirement fine \"t\" zh \"题\" { source s effective .. 2025-12-31 for each i in items require not i.ok }\n\
                     requirement fine \"t\" zh \"题\" { source s effective 2026-01-01 .. for each p in people require p.ok }\n";

fn filing(ok: bool, old: bool, vip: bool) -> serde_json::Value {
    json!({ "filing": { "region": "zj" }, "open": false, "items": [{ "ok": ok, "old": old }], "people": [{ "vip": vip, "ok": false }] })
}

#[test]
fn one_that_reads_an_item_does_not_fit_a_version_without_the_loop() {
    let everywhere = rules(GROWN, "amend fine { except grown \"g\" zh \"长\" when i.old is true { source n } }");
    let found = errors(&everywhere);
    assert!(found.contains("zj.filing:3:43: error[F4011] `zj/grown` does not fit a version of `cn/fine` that it excuses"), "{found}");
    let limited = rules(GROWN, "amend fine { except grown \"g\" zh \"长\" when i.old is true { source n effective 2026-01-01 .. } }");
    assert_eq!(outcome(&limited, &filing(false, true, false), 2026), Outcome::Satisfied);
    assert_eq!(outcome(&limited, &filing(false, false, false), 2026), Outcome::Violated);
    assert_eq!(outcome(&limited, &filing(false, true, false), 2025), Outcome::Violated);
}

#[test]
fn one_for_the_loop_of_another_version_is_never_asked_of_this_one() {
    let newest = rules(MOVED, "amend fine { except vips \"v\" zh \"贵\" when p.vip is true { source n } }");
    assert!(errors(&newest).contains("error[F4011]"), "{}", errors(&newest));
    let limited = rules(MOVED, "amend fine { except vips \"v\" zh \"贵\" when p.vip is true { source n effective 2026-01-01 .. } }");
    assert_eq!(outcome(&limited, &filing(true, true, true), 2025), Outcome::Violated);
    assert_eq!(outcome(&limited, &filing(true, true, true), 2026), Outcome::Satisfied);
}

#[test]
fn one_for_an_older_version_reads_the_items_of_that_version() {
    let older = rules(MOVED, "amend fine { except olds \"o\" zh \"旧\" when i.old is true { source n effective .. 2025-12-31 } }");
    assert_eq!(outcome(&older, &filing(true, true, false), 2025), Outcome::Satisfied);
    assert_eq!(outcome(&older, &filing(true, false, true), 2025), Outcome::Violated);
    assert_eq!(outcome(&older, &filing(true, true, false), 2026), Outcome::Violated);
}

#[test]
fn one_that_reads_no_item_fits_every_version() {
    let whole =
        rules(MOVED, "amend fine { except shut \"s\" zh \"关\" when open is false and (some q in people satisfies q.vip) { source n } }");
    for year in [2025, 2026] {
        assert_eq!(outcome(&whole, &filing(true, false, true), year), Outcome::Satisfied);
        assert_eq!(outcome(&whole, &filing(true, false, false), year), Outcome::Violated);
    }
}

#[test]
fn what_takes_an_exception_back_must_fit_too() {
    let taken = rules(
        GROWN,
        "amend fine { except shut \"s\" zh \"关\" when open is false { source n }\n unless aged \"a\" zh \"旧\" when i.old { source n } }",
    );
    let found = errors(&taken);
    assert!(found.contains("error[F4011] `zj/shut` does not fit"), "{found}");
}

#[test]
fn a_waiver_must_fit_too() {
    let everywhere = rules(GROWN, "waive fine as free \"f\" zh \"免\" { source n when i.old }");
    assert!(errors(&everywhere).contains("error[F4011] `zj/free` does not fit"), "{}", errors(&everywhere));
    let limited = rules(GROWN, "waive fine as free \"f\" zh \"免\" { source n effective 2026-01-01 .. when i.old }");
    assert_eq!(outcome(&limited, &filing(false, true, false), 2026), Outcome::Waived);
    assert_eq!(outcome(&limited, &filing(false, true, false), 2025), Outcome::Violated);
}

#[test]
fn what_a_layer_puts_in_place_of_the_rule_counts_as_a_version() {
    let one = "requirement fine \"t\" zh \"题\" { source s for each i in items require i.ok }\n";
    let amend = "amend fine { except grown \"g\" zh \"长\" when i.old { source n } }\n";
    let same = "replace fine differently as ours \"o\" zh \"我\" { source n require not i.ok }\n";
    let other = "replace fine differently as ours \"o\" zh \"我\" { source n for each p in people require p.ok }\n";
    assert_eq!(outcome(&rules(one, &format!("{amend}{same}")), &filing(true, true, false), 2026), Outcome::Satisfied);
    let found = errors(&rules(one, &format!("{amend}{other}")));
    assert!(found.contains("error[F4011] `zj/grown` does not fit"), "{found}");
}

#[test]
fn one_that_meets_no_version_is_refused() {
    let late = "requirement fine \"t\" zh \"题\" { source s effective 2024-01-01 .. require open }\n";
    let early = rules(late, "amend fine { except once \"o\" zh \"曾\" when not open { source n effective .. 2023-12-31 } }");
    assert!(errors(&early).contains("error[F4005]"), "{}", errors(&early));
}
