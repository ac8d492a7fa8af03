//! Proofs: the encoder against the evaluator, repairs replayed, validity against the daily sweep.

use crate::support::{bundled_book, root};
use filingc::driver::{self, Rulebook};
use filingc::eval::{Active, Machine, Outcome};
use filingc::manifest::{self, Document, Format};
use filingc::prove::{Encoder, Found, Solver, free};
use filingc::value::Date;
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
    std::env::var("FILINGC_PROOF_ROUNDS").ok().and_then(|n| n.parse().ok()).unwrap_or(25)
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
    assert!(n > 15_000 && n_violated > 500, "{n} {n_violated}");
}
