//! The evaluator against a naive one, and against itself on rules and manifests in another order or format.

use crate::generate::{self, Manifest, Tape};
use crate::naive;
use crate::support::lines;
use filingc::driver::{self, Options, Rulebook};
use filingc::eval::{self, Outcome};
use filingc::hir::LayerId;
use filingc::manifest::{self, Document, Format};
use filingc::pack::{Pack, Texts};
use filingc::term::{Answer, Prover, Reading};
use filingc::value::{Date, Schema};
use filingc::{Compiled, Diagnostic, Diagnostics, Severity, SourceKind, SourceMap};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::RngSeed;
use std::collections::BTreeMap;

type Outcomes = BTreeMap<String, Outcome>;
type Files = Vec<(String, String)>;

/// 256 cases, or as many as `PROPTEST_CASES` asks for.
fn config(seed: u64) -> ProptestConfig {
    ProptestConfig {
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(seed),
        max_shrink_iters: 1024,
        max_global_rejects: 65536,
        ..ProptestConfig::default()
    }
}

fn compile(files: &Files) -> (SourceMap, Result<Compiled, String>) {
    let mut sources = SourceMap::default();
    let ids: Vec<_> = files.iter().map(|(name, text)| sources.add(name.clone(), text.clone(), SourceKind::Rules)).collect();
    let mut diagnostics = Diagnostics::new();
    let compiled = driver::compile(&sources, &ids, &mut diagnostics);
    if diagnostics.has_errors() {
        let errors: Vec<_> = diagnostics.into_sorted().into_iter().filter(|d| d.severity == Severity::Error).collect();
        let text = lines(&errors, &sources);
        return (sources, Err(text));
    }
    (sources, Ok(compiled))
}

/// A made-up ruleset may hold an exception or a row that can never apply, or a condition that never holds; nothing else may be wrong with it.
fn is_unlucky(errors: &str) -> bool {
    errors.lines().all(|l| ["F4005", "F4006", "F4007", "F3008"].iter().any(|code| l.contains(code)))
}

fn read(sources: &mut SourceMap, schema: &Schema, text: &str, format: Format, on: Date) -> Document {
    let id = sources.add("manifest", text.to_owned(), SourceKind::Manifest);
    let mut diagnostics = Diagnostics::new();
    let document = manifest::read(sources, id, format, schema, on, &mut diagnostics);
    let list = diagnostics.into_sorted();
    assert!(!list.iter().any(|d| d.severity == Severity::Error), "{}\n{text}", lines(&list, sources));
    document
}

/// The base alone, with the region, with the provider, and with both.
fn layers(compiled: &Compiled) -> Vec<Vec<LayerId>> {
    let find = |names: &[&str]| names.iter().map(|n| compiled.program.find_layer(n).unwrap()).collect();
    vec![find(&["cn"]), find(&["cn", "ln"]), find(&["cn", "ali"]), find(&["cn", "ln", "ali"])]
}

fn outcomes(compiled: &Compiled, layers: &[LayerId], document: &Document, on: Date) -> Outcomes {
    let pack = Pack::new(&compiled.program, &SourceMap::default(), Texts::Outside).expect("the rules fit");
    let layers: Vec<usize> = layers.iter().map(|l| l.index()).collect();
    let active = eval::slice(pack.view(), &layers, document, on, false);
    let evaluation = eval::evaluate(pack.view(), &active, document, on);
    let mut out = Outcomes::new();
    for (rule, ended) in active.rules.iter().zip(&evaluation.ended) {
        // A rule may be in force in two parts: as the base has it, and as it was replaced for some filings.
        let outcome = out.entry(pack.view().rule_name(rule.rule).to_owned()).or_insert(Outcome::NotApplicable);
        *outcome = outcome.worse(ended.outcome);
    }
    out
}

fn difference(left: &Outcomes, right: &Outcomes) -> Vec<String> {
    let names: std::collections::BTreeSet<&String> = left.keys().chain(right.keys()).collect();
    names.into_iter().filter(|n| left.get(*n) != right.get(*n)).map(|n| format!("{n}: {:?} / {:?}", left.get(n), right.get(n))).collect()
}

fn show(files: &Files) -> String {
    files.iter().filter(|(name, _)| name != "vocabulary.filing").map(|(name, text)| format!("--- {name}\n{text}")).collect()
}

/// Outcomes, and what is said about a filing without places in rule files.
fn findings(book: &Rulebook, schema: &Schema, sources: &SourceMap, manifest: &str, on: Date) -> (Outcomes, Vec<String>) {
    let mut sources = sources.clone();
    let document = read(&mut sources, schema, manifest, Format::Toml, on);
    let options = Options { region: None, on: Some(on), today: on, strict: false, require_look_ups: false, detailed: true };
    let checked = driver::check(book, &sources, document, Diagnostics::new(), &options);
    let outcomes =
        checked.report.expect("a manifest without errors is reported on").rules.iter().map(|r| (r.name.clone(), r.outcome)).collect();
    let without_rules = |mut d: Diagnostic| {
        d.labels.retain(|l| sources.get(l.span.source).kind == SourceKind::Manifest);
        lines(&[d], &sources)
    };
    let mut lines: Vec<String> = checked.diagnostics.into_iter().map(without_rules).collect();
    lines.sort();
    (outcomes, lines)
}

fn manifests() -> impl Strategy<Value = Vec<Tape>> {
    prop::collection::vec(generate::tape(120), 1..4)
}

fn tape(length: usize) -> impl Strategy<Value = Tape> {
    generate::tape(length)
}

proptest! {
    #![proptest_config(config(1))]
    #[test]
    fn agrees_with_the_naive_evaluator(rules in tape(500), manifests in manifests(), mut other in tape(4)) {
        let files = generate::ruleset(rules).files();
        let (mut sources, compiled) = compile(&files);
        let compiled = match compiled {
            Ok(compiled) => compiled,
            Err(errors) => {
                prop_assert!(is_unlucky(&errors), "{errors}\n{}", show(&files));
                return Err(TestCaseError::reject("unlucky"));
            }
        };
        let on = generate::day(&mut other);
        for manifest in manifests.into_iter().map(generate::manifest) {
            let text = manifest.toml();
            let document = read(&mut sources, &compiled.program.schema, &text, Format::Toml, on);
            for layers in layers(&compiled) {
                let real = outcomes(&compiled, &layers, &document, on);
                let naive = naive::evaluate(&compiled.program, &layers, &document, on);
                let differs = difference(&real, &naive);
                prop_assert!(differs.is_empty(), "real / naive differ on {on} with {} layers: {differs:#?}\n{}--- manifest\n{text}", layers.len(), show(&files));
            }
        }
    }
}

proptest! {
    #![proptest_config(config(2))]
    #[test]
    fn the_order_of_declarations_means_nothing(rules in tape(500), manifests in manifests(), mut other in tape(100)) {
        let on = generate::day(&mut other);
        let ruleset = generate::ruleset(rules);
        let (files, shuffled) = (ruleset.files(), ruleset.shuffled(&mut other));
        let ((sources, compiled), (other_sources, other_compiled)) = (compile(&files), compile(&shuffled));
        let (compiled, other_compiled) = match (compiled, other_compiled) {
            (Ok(a), Ok(b)) => (a, b),
            (a, b) => {
                prop_assert!(a.is_err() && b.is_err(), "only one compiles: {:?} {:?}\n{}", a.err(), b.err(), show(&files));
                return Err(TestCaseError::reject("unlucky"));
            }
        };
        let (schema, other_schema) = (compiled.program.schema.clone(), other_compiled.program.schema.clone());
        let (book, other_book) = (crate::support::book(compiled), crate::support::book(other_compiled));
        for manifest in manifests.into_iter().map(generate::manifest) {
            let text = manifest.toml();
            let (left, said) = findings(&book, &schema, &sources, &text, on);
            let (right, said_too) = findings(&other_book, &other_schema, &other_sources, &text, on);
            let differs = difference(&left, &right);
            prop_assert!(differs.is_empty(), "on {on}: {differs:#?}\n{}--- shuffled\n{}--- manifest\n{text}", show(&files), show(&shuffled));
            prop_assert!(said == said_too, "on {on}: {said:#?}\n{said_too:#?}\n{}--- shuffled\n{}--- manifest\n{text}", show(&files), show(&shuffled));
        }
    }
}

proptest! {
    #![proptest_config(config(4))]
    /// Each filing is a proof that what is true, false and unknown of it can be so, all at once.
    #[test]
    fn what_happens_in_a_filing_is_never_proved_impossible(number in 0..12usize, manifests in manifests(), mut other in tape(4)) {
        let (files, sources, compiled) = &rulesets()[number];
        let on = generate::day(&mut other);
        let (mut exact, mut generous) = (Prover::new(&compiled.program, Reading::Exact), Prover::new(&compiled.program, Reading::Generous));
        for manifest in manifests.into_iter().map(generate::manifest) {
            let text = manifest.toml();
            let document = read(&mut sources.clone(), &compiled.program.schema, &text, Format::Toml, on);
            for layers in layers(compiled) {
                let truths = naive::conditions(&compiled.program, &layers, &document, on);
                let (mut all, mut roughly) = (Vec::new(), Vec::new());
                for (id, truth) in &truths {
                    let (yes, no) = (exact.surely(*id), exact.surely_not(*id));
                    let wanted = match truth {
                        Some(true) => vec![yes],
                        Some(false) => vec![no],
                        None => vec![!yes, !no],
                    };
                    let alone = exact.all(wanted.iter().copied());
                    prop_assert!(!exact.cannot(alone), "{:?} is {truth:?}\n{}--- manifest\n{text}", sources.slice(compiled.program.expr(*id).span), show(files));
                    all.extend(wanted);
                    roughly.extend(truth.map(|t| if t { generous.surely(*id) } else { generous.surely_not(*id) }));
                }
                let (all, roughly) = (exact.all(all), generous.all(roughly));
                prop_assert!(exact.can(all) != Answer::Cannot && generous.can(roughly) != Answer::Cannot, "on {on}\n{}--- manifest\n{text}", show(files));
            }
        }
    }
}

/// A few rulesets that compile; what a manifest comes to is asked with all of them.
fn rulesets() -> &'static [(Files, SourceMap, Compiled)] {
    static RULESETS: std::sync::LazyLock<Vec<(Files, SourceMap, Compiled)>> = std::sync::LazyLock::new(|| {
        let mut runner = proptest::test_runner::TestRunner::new(config(3));
        let next = || generate::ruleset(tape(500).new_tree(&mut runner).expect("a tape can always be made").current()).files();
        let compiling = std::iter::repeat_with(next).filter_map(|files| match compile(&files) {
            (sources, Ok(compiled)) => Some((files, sources, compiled)),
            _ => None,
        });
        compiling.take(12).collect()
    });
    &RULESETS
}

/// Checks that a manifest written in another way has the same outcomes.
fn check_written(which: usize, manifest: &Manifest, written: &str, format: Format, on: Date) -> Result<(), TestCaseError> {
    let rulesets = rulesets();
    let (files, sources, compiled) = &rulesets[which % rulesets.len()];
    let mut sources = sources.clone();
    let text = manifest.toml();
    let first = read(&mut sources, &compiled.program.schema, &text, Format::Toml, on);
    let second = read(&mut sources, &compiled.program.schema, written, format, on);
    for layers in layers(compiled) {
        let differs = difference(&outcomes(compiled, &layers, &first, on), &outcomes(compiled, &layers, &second, on));
        prop_assert!(differs.is_empty(), "on {on}: {differs:#?}\n{}--- manifest\n{text}--- again\n{written}", show(files));
    }
    Ok(())
}

proptest! {
    #![proptest_config(config(4))]
    #[test]
    fn the_order_of_keys_means_nothing(which in 0..12usize, manifest in tape(120), mut other in tape(100)) {
        let (manifest, on) = (generate::manifest(manifest), generate::day(&mut other));
        check_written(which, &manifest, &manifest.shuffled(&mut other), Format::Toml, on)?;
    }
}

proptest! {
    #![proptest_config(config(5))]
    #[test]
    fn toml_and_json_agree(which in 0..12usize, manifest in tape(120), mut other in tape(4)) {
        let (manifest, on) = (generate::manifest(manifest), generate::day(&mut other));
        check_written(which, &manifest, &manifest.json(), Format::Json, on)?;
    }
}

// ---- corners that made-up rulesets reach too seldom, or that were wrong once

const CORNERS: &str = r#"
region cn "c" zh "c" { authority "a" zh "a" }
source s "s" zh "s" { dated "undated" read 2026-01-01 }
"#;

/// How `cn/r` ends with these declarations, by the real evaluator and by the naive one.
fn corner(declarations: &str, manifest: &str, expected: Outcome) {
    let vocabulary = generate::ruleset(Tape::new(vec![])).files().swap_remove(0);
    let files = vec![vocabulary, ("cn.filing".to_owned(), format!("{CORNERS}{}", declarations.replace("SOURCE", "source s")))];
    let (mut sources, compiled) = compile(&files);
    let compiled = compiled.unwrap_or_else(|errors| panic!("{errors}\n{declarations}"));
    let on = filingc::value::parse_date("2025-01-15").unwrap();
    // A file that holds nothing is told as such.
    let manifest = if manifest.is_empty() { "tag = \"none\"" } else { manifest };
    let document = read(&mut sources, &compiled.program.schema, manifest, Format::Toml, on);
    let layers = [compiled.program.find_layer("cn").unwrap()];
    let naive = naive::evaluate(&compiled.program, &layers, &document, on);
    assert_eq!(naive["cn/r"], expected, "naive\n{declarations}");
    assert_eq!(outcomes(&compiled, &layers, &document, on)["cn/r"], expected, "real\n{declarations}");
}

fn requires(condition: &str, manifest: &str, expected: Outcome) {
    corner(&format!("requirement r \"r\" zh \"r\" {{ SOURCE require {condition} }}"), manifest, expected);
}

#[test]
fn an_absent_list_is_undetermined_whatever_is_asked_of_its_items() {
    for when in ["x.cost is given", "x.cost is missing", "not ((x.ready else false) is false)", "length(x.label) is given"] {
        let rule = format!("requirement r \"r\" zh \"r\" {{ SOURCE for each x in items when {when} require x.found }}");
        corner(&rule, "", Outcome::Undetermined);
    }
}

#[test]
fn an_item_is_there_whatever_its_first_field_is() {
    requires("(every x in items satisfies x is given)", "[[items]]\nfound = true", Outcome::Satisfied);
}

#[test]
fn a_list_of_constants_may_have_a_name() {
    let with = |define: &str, manifest: &str, expected| {
        corner(&format!("{define}\nrequirement r \"r\" zh \"r\" {{ SOURCE require remark in wanted }}"), manifest, expected);
    };
    let first = "define first_words = [\"a\"] \"w\" zh \"w\"";
    with(&format!("{first}\ndefine wanted = first_words \"w\" zh \"w\""), "remark = \"a\"", Outcome::Satisfied);
    with("define wanted = words else [\"a\"] \"w\" zh \"w\"", "remark = \"b\"", Outcome::Violated);
}

#[test]
fn a_list_declared_not_to_exist_is_not_given() {
    requires("(words else [\"a\"]) contains \"a\"", "words = \"none\"", Outcome::Satisfied);
}

#[test]
fn lists_are_compared_item_by_item() {
    requires("words is [\"a\", \"b\"]", "words = [\"a\", \"b\"]", Outcome::Satisfied);
    requires("([\"a\"] is [\"b\"])", "", Outcome::Violated);
}

#[test]
fn money_adds_up() {
    let sum = "(sum of x.price for x in extras) >= 3 CNY";
    requires(sum, "[[extras]]\nprice = \"none\"\n[[extras]]\nprice = 3\n[[extras]]\nprice = 1", Outcome::Satisfied);
    requires(sum, "extras = []", Outcome::Violated);
}

#[test]
fn nothing_is_part_of_a_text_that_is_not_stated() {
    requires("remark contains any of []", "", Outcome::Violated);
    requires("remark contains holder.name", "holder = \"none\"", Outcome::Violated);
}

#[test]
fn a_replacement_keeps_what_the_latest_version_says() {
    let early = "requirement r \"r\" zh \"r\" { source s effective .. 2024-12-31 when open require listed }\n";
    let late = "requirement r \"r\" zh \"r\" { source s effective 2025-01-01 .. when paid require listed }\n";
    let region = "region ln \"l\" zh \"l\" extends cn { authority \"l\" zh \"l\" }\nsource t \"t\" zh \"t\" { dated \"undated\" read 2026-01-01 }\nreplace r stricter as r-ln \"r\" zh \"r\" { source t require false }";
    let vocabulary = generate::ruleset(Tape::new(vec![])).files().swap_remove(0);
    let on = filingc::value::parse_date("2025-01-15").unwrap();
    for text in [format!("{CORNERS}{early}{late}"), format!("{CORNERS}{late}{early}")] {
        let files = vec![vocabulary.clone(), ("cn.filing".to_owned(), text), ("ln.filing".to_owned(), region.to_owned())];
        let (mut sources, compiled) = compile(&files);
        let compiled = compiled.unwrap_or_else(|errors| panic!("{errors}"));
        let document = read(&mut sources, &compiled.program.schema, "open = true\npaid = false", Format::Toml, on);
        let layers = ["cn", "ln"].map(|l| compiled.program.find_layer(l).unwrap());
        assert_eq!(outcomes(&compiled, &layers, &document, on)["cn/r"], Outcome::NotApplicable, "{}", files[1].1);
    }
}

/// How `cn/r` ends with a region's changes, by the real evaluator.
fn changed(base: &str, region: &str, manifest: &str) -> Outcome {
    let head =
        "region ln \"l\" zh \"l\" extends cn { authority \"l\" zh \"l\" }\nsource t \"t\" zh \"t\" { dated \"undated\" read 2026-01-01 }\n";
    let vocabulary = generate::ruleset(Tape::new(vec![])).files().swap_remove(0);
    let cn = format!(
        "{CORNERS}define filing_type = decide {{ initial when open otherwise transfer }} as filing_kind\nrole filing-type is filing_type\n{base}"
    );
    let files = vec![vocabulary, ("cn.filing".to_owned(), cn), ("ln.filing".to_owned(), format!("{head}{region}"))];
    let (mut sources, compiled) = compile(&files);
    let compiled = compiled.unwrap_or_else(|errors| panic!("{errors}"));
    let on = filingc::value::parse_date("2025-01-15").unwrap();
    let document = read(&mut sources, &compiled.program.schema, manifest, Format::Toml, on);
    let layers = ["cn", "ln"].map(|l| compiled.program.find_layer(l).unwrap());
    let real = outcomes(&compiled, &layers, &document, on)["cn/r"];
    assert_eq!(real, naive::evaluate(&compiled.program, &layers, &document, on)["cn/r"], "real / naive");
    real
}

#[test]
fn a_replacement_for_other_filing_types_keeps_the_condition() {
    let base = "requirement r \"r\" zh \"r\" { source s filing types transfer when paid require listed }";
    let region = "replace r differently as q \"r\" zh \"r\" { source t filing types initial require false }";
    assert_eq!(changed(base, region, "open = true\npaid = false"), Outcome::NotApplicable);
}

#[test]
fn an_exception_of_one_loop_reads_nothing_in_another() {
    let base = "requirement r \"r\" zh \"r\" { source s for each x in items require x.found }";
    let exception = "except e \"e\" zh \"e\" when x.owner.sort is given { source t effective .. 2024-12-31 }";
    let replaced = "replace r differently as q \"r\" zh \"r\" { source t effective 2025-01-01 .. for each x in extras require x.ready }";
    assert_ne!(changed(base, &format!("amend r {{ {exception} }}\n{replaced}"), "[[extras]]\nready = false"), Outcome::Satisfied);
}
