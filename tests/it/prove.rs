//! Proofs: the encoder against the evaluator, repairs replayed, validity against the daily sweep.

use crate::support::{bundled_book, root};
use filingc::driver::Options;
use filingc::driver::{self, Rulebook};
use filingc::eval::{Active, Machine, Outcome, Verdict};
use filingc::hir::FactKind;
use filingc::manifest::{self, Document, Format};
use filingc::prove::{self, EditKind, Encoder, Found, Repairs, Solver, Unmended, free};
use filingc::value::{Date, Value};
use filingc::{Diagnostics, SourceKind, SourceMap};
use jiff::civil::date;

const ON: Date = date(2026, 11, 23);

fn read(book: &Rulebook, text: &str, sources: &mut SourceMap) -> (Document, Diagnostics) {
    let id = sources.add("manifest.toml", text.to_owned(), SourceKind::Manifest);
    let mut problems = Diagnostics::new();
    let document = manifest::read(sources, id, Format::Toml, book.schema(), ON, &mut problems);
    (document, problems)
}

fn example(name: &str) -> String {
    std::fs::read_to_string(root().join("examples").join(name)).expect("the example is readable")
}

/// Numbers that look random and are the same in every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % sides
    }
}

/// Compares all outcomes of random filings; gives how many were compared and how many of them were violated.
fn agree(book: &Rulebook, active: &Active, document: Document, rounds: usize, seed: u64) -> (usize, usize) {
    let view = book.view();
    let space = free(view, active, book.schema(), document, ON, &|_| false);
    let mut filing = space.document.clone();
    let mut encoder = Encoder::new(view, active, ON, space);
    let codes: Vec<_> = (0..active.rules.len()).map(|i| encoder.rule(i)).collect();
    let facts = encoder.space.varying.clone();
    let mut dice = Dice(seed);
    let (mut n, mut n_violated) = (0, 0);
    let mut wrong: std::collections::BTreeMap<&str, (usize, String)> = Default::default();
    for _ in 0..rounds {
        let near = dice.roll(4);
        let pick = |i: usize, dice: &mut Dice| match near {
            _ if encoder.held.contains(&i) => 0,
            // Some filings are near the one they come from, some far from it.
            0 if dice.roll(8) > 0 => 0,
            1 if dice.roll(2) > 0 => 0,
            _ => dice.roll(facts[i].candidates.len()),
        };
        let chosen: Vec<usize> = (0..facts.len()).map(|i| pick(i, &mut dice)).collect();
        for (fact, choice) in facts.iter().zip(&chosen) {
            filing.slots[fact.slot as usize] = fact.candidates[*choice];
        }
        let evaluation = Machine::new(view, active, &filing, ON).run();
        let assumptions = encoder.assume(&chosen);
        assert_eq!(encoder.gates.solver.solve(&assumptions, u64::MAX / 2), Found::Model);
        for (i, (code, ended)) in codes.iter().zip(&evaluation.ended).enumerate() {
            let holds = |l| encoder.gates.solver.value(l);
            let found = match () {
                () if !holds(code.applies) => Outcome::NotApplicable,
                () if holds(code.blocked) => Outcome::Blocked,
                () if holds(code.waived) => Outcome::Waived,
                () if holds(code.violated) => Outcome::Violated,
                () if holds(code.undetermined) => Outcome::Undetermined,
                () => Outcome::Satisfied,
            };
            n += 1;
            n_violated += usize::from(ended.outcome == Outcome::Violated);
            if found != ended.outcome {
                let rule = view.rule_name(active.rules[i].rule);
                let entry = wrong.entry(rule).or_insert_with(|| (0, format!("encoder {found:?}, evaluator {:?}", ended.outcome)));
                entry.0 += 1;
            }
        }
    }
    assert!(wrong.is_empty(), "{} facts, {} held: {wrong:#?}", facts.len(), encoder.held.len());
    (n, n_violated)
}

/// Rounds for each filing; `FILINGC_PROOF_ROUNDS` asks for more.
fn rounds() -> usize {
    std::env::var("FILINGC_PROOF_ROUNDS").ok().and_then(|n| n.parse().ok()).unwrap_or(6)
}

#[test]
fn encoder_and_evaluator_agree_on_random_filings() {
    let (book, _) = bundled_book();
    let (mut n, mut n_violated) = (0, 0);
    for (name, region, seed) in [
        ("c01-company-complete.toml", "zj", 1),
        ("c03-individual-away-from-home.toml", "gd", 2),
        ("c10-website-and-app.toml", "bj", 3),
        ("c09-commercial.toml", "sh", 4),
        ("c05-add-access.toml", "xz", 5),
    ] {
        let text = example(name);
        let text = text.lines().map(|l| if l.starts_with("region = ") { format!("region = \"{region}\"") } else { l.to_owned() });
        let text = text.collect::<Vec<_>>().join("\n");
        let mut sources = SourceMap::default();
        let (document, _) = read(&book, &text, &mut sources);
        let outcomes = driver::evaluate(&book, &document, ON, false, false);
        let (a, b) = agree(&book, &outcomes.law.active, document, rounds(), seed);
        n += a;
        n_violated += b;
    }
    println!("{n} outcomes compared, {n_violated} violated");
    assert!(n > 4_000 && n_violated > 100, "{n} {n_violated}");
}

fn options() -> Options {
    Options { region: None, on: Some(ON), today: ON, strict: false, require_look_ups: false, detailed: false }
}

/// The mends of a filing; each is written into its text and checked by the whole program.
fn mends(book: &Rulebook, text: &str) -> Repairs {
    let mut sources = SourceMap::default();
    let (document, problems) = read(book, text, &mut sources);
    assert!(!problems.has_errors(), "{text}");
    let places = prove::places(book.schema(), &document);
    let repairs = prove::repair(book, &document, Some((text, Format::Toml)), &options(), 3);
    for repair in &repairs.list {
        let mended = repair.text.as_ref().expect("every change can be written");
        let mut sources = SourceMap::default();
        let (document, problems) = read(book, mended, &mut sources);
        assert!(!problems.has_errors(), "{mended}");
        let checked = driver::check(book, &sources, document, problems, &options());
        let report = checked.report.expect("the mended filing is usable");
        assert_eq!(report.verdict, repair.verdict_after, "{mended}");
        assert_ne!(report.verdict, Verdict::Rejected, "{mended}");
        for edit in &repair.edits {
            let place = places.get(edit.slot).expect("an edit has a place");
            assert!(!matches!(place.kind, FactKind::Event | FactKind::Register), "{} is no fact to edit", edit.path);
            if let Value::Date(day) = edit.to {
                assert!(day >= ON, "{} moves to the past", edit.path);
                assert!(!matches!(edit.from, Value::Date(before) if before >= day), "{} moves back", edit.path);
            }
        }
    }
    repairs
}

fn paths(repairs: &Repairs) -> Vec<Vec<&str>> {
    repairs.list.iter().map(|r| r.edits.iter().map(|e| e.path.as_str()).collect()).collect()
}

#[test]
fn refused_filings_are_mended_and_every_mend_is_checked_again() {
    let (book, _) = bundled_book();
    // A number that is too large: the largest that is allowed.
    let text = example("c10-website-and-app.toml");
    let repairs = mends(&book, &text);
    assert_eq!(paths(&repairs), [["materials.app_icon.kb"]]);
    assert_eq!(repairs.list[0].text, Some(text.replace("kb = 180", "kb = 100")));
    assert_eq!(repairs.list[0].verdict_after, Verdict::Ready);
    // What another fact of the filing says.
    let repairs = mends(&book, &example("c07-service-code.toml"));
    assert_eq!(paths(&repairs), [["instance.account_id"], ["account.id"]]);
    // A text that only the filer knows: the demand.
    let repairs = mends(&book, &example("c03-individual-away-from-home.toml"));
    let edit = &repairs.list[0].edits[0];
    assert_eq!((edit.path.as_str(), edit.kind), ("service[\"sunsun-note\"].name", EditKind::Typing));
    assert!(edit.demand.as_ref().is_some_and(|d| d.en.contains("cn/site-name-individual")), "{:?}", edit.demand);
    // A document that runs out is renewed, and nothing else.
    let text = example("c01-company-complete.toml").replace("2031-07-02", "2026-10-02");
    let repairs = mends(&book, &text);
    assert!(repairs.list.iter().any(|r| r.edits.iter().all(|e| e.kind == EditKind::Renewal)), "{:?}", paths(&repairs));
    // A filing that is not refused has no mends and needs none.
    let repairs = mends(&book, &example("c01-company-complete.toml"));
    assert!(repairs.list.is_empty() && repairs.why_not.is_none());
}

#[test]
fn what_happened_and_what_was_looked_up_stays_and_that_is_said() {
    let (book, _) = bundled_book();
    let repairs = mends(&book, &example("c11-after-approval.toml"));
    assert!(repairs.list.is_empty());
    let Some(Unmended::NoValues(rules)) = repairs.why_not else { panic!("{:?}", repairs.why_not) };
    assert!(rules.iter().any(|(rule, facts)| rule == "cn/sms-24-hours" && facts.iter().any(|f| f == "filing.sms_sent_at")), "{rules:?}");
}

#[test]
fn validity_is_what_asking_day_by_day_gives() {
    let (book, _) = bundled_book();
    let text = example("c01-company-complete.toml").replace("2028-05-01", "2027-03-01");
    let mut sources = SourceMap::default();
    let (document, _) = read(&book, &text, &mut sources);
    let last = date(2027, 3, 1);
    let found = prove::until(&book, &document, &options(), last);
    let refuses = |day: Date| driver::evaluate(&book, &document, day, false, false).verdict(&book) == Verdict::Rejected;
    let mut day = ON;
    while day <= last && !refuses(day) {
        day = day.tomorrow().expect("the calendar goes on");
    }
    assert!(day > ON && day <= last, "{day}");
    assert_eq!(found.refused_from, Some(day));
    assert_eq!(found.bites.first().map(|b| b.day), Some(day));
    assert!(found.bites[0].dates.iter().any(|(path, _)| path.ends_with("expires_on")), "{:?}", found.bites);
}
