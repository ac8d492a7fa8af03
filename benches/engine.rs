//! What the compiler and the evaluator cost, against the least that could be done.

#![allow(missing_docs)] // what pest derives has no documentation

use criterion::{BatchSize, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use filingc::eval;
use filingc::manifest::{self, Format};
use filingc::pack::{Pack, Texts};
use filingc::{Diagnostics, SourceKind, SourceMap};
use std::fmt::Write;
use std::hint::black_box;

#[derive(pest_derive::Parser)]
#[grammar = "../grammar/filing.pest"]
#[grammar = "../grammar/keywords.pest"]
struct OnlyPest;

const VOCABULARY: &str = r#"
enum kind { enterprise "enterprise" zh "企业" individual "individual" zh "个人" other "other" zh "其他" }
record entity { name: text nature: kind paid: boolean capital: integer opened: date }
record domain { name: domain_name holder: text expires_on: date }
manifest { entity: entity domain: list of domain keyed by name }
"#;

/// `n` requirements of five kinds.
fn rules(n: usize) -> String {
    let mut text = String::from("region cn \"c\" zh \"中\" { }\nsource s \"s\" { read 2026-11-23 }\n");
    for i in 0..n {
        let body = match i % 5 {
            0 => format!("when entity.nature is enterprise\n  require entity.capital >= {i}"),
            1 => "require entity.nature is not individual or not entity.paid".to_owned(),
            2 => "for each d in domain\n  require d.holder is entity.name".to_owned(),
            3 => "for each d in domain\n  require d.expires_on >= submission_date + 3 months".to_owned(),
            _ => "require entity.opened <= submission_date and entity.nature in [enterprise, other]".to_owned(),
        };
        let _ = write!(
            text,
            "requirement r{i} \"rule {i}\" zh \"规则\" {{\n  source s item \"{i}\"\n  stage prepare\n  {body}\n  help \"mend it\" zh \"修正\"\n}}\n"
        );
    }
    text
}

const MANIFEST: &str = "[entity]\nname = \"甲\"\nnature = \"enterprise\"\npaid = false\ncapital = 1000000\nopened = 2020-01-01\n\
    [[domain]]\nname = \"a-demo.cn\"\nholder = \"甲\"\nexpires_on = 2028-01-01\n";

fn compile(text: &str) -> filingc::Compiled {
    let mut sources = SourceMap::default();
    let ids = [sources.add("v.filing", VOCABULARY, SourceKind::Rules), sources.add("r.filing", text.to_owned(), SourceKind::Rules)];
    let mut diagnostics = Diagnostics::new();
    let compiled = filingc::compile(&sources, &ids, &mut diagnostics);
    assert!(!diagnostics.has_errors());
    compiled
}

fn compiling(c: &mut Criterion) {
    let mut group = c.benchmark_group("compile");
    group.sample_size(10);
    for n in [40, 400, 4_000, 40_000] {
        let text = rules(n);
        group.throughput(Throughput::Elements(n as u64));
        group.bench_with_input(BenchmarkId::new("pest alone", n), &text, |b, text| {
            b.iter(|| {
                use pest::Parser;
                for part in text.split("requirement r").skip(1) {
                    black_box(OnlyPest::parse(Rule::requirement_item, black_box(&format!("requirement r{}", part.trim_end()))).is_ok());
                }
            });
        });
        group.bench_with_input(BenchmarkId::new("whole compiler", n), &text, |b, text| b.iter(|| black_box(compile(text))));
    }
    group.finish();
}

struct Entity<'a> {
    name: &'a str,
    nature: u8,
    paid: bool,
    capital: i64,
    opened: jiff::civil::Date,
}
struct Domain<'a> {
    holder: &'a str,
    expires_on: jiff::civil::Date,
}

/// The same fifty checks by hand.
fn by_hand(e: &Entity<'_>, domains: &[Domain<'_>], on: jiff::civil::Date, limits: &[i64; 10]) -> u32 {
    let mut met = 0;
    for limit in limits {
        met += u32::from(e.nature != 0 || e.capital >= *limit);
        met += u32::from(e.nature != 1 || !e.paid);
        met += u32::from(domains.iter().all(|d| d.holder == e.name));
        met += u32::from(domains.iter().all(|d| {
            filingc::value::add_to_date(on, filingc::value::Duration { months: 3, ..Default::default() }, 1)
                .is_some_and(|l| d.expires_on >= l)
        }));
        met += u32::from(e.opened <= on && (e.nature == 0 || e.nature == 2));
    }
    met
}

fn evaluating(c: &mut Criterion) {
    let compiled = compile(&rules(50));
    let pack = Pack::new(&compiled.program, &SourceMap::default(), Texts::Outside).expect("the rules fit");
    let mut sources = SourceMap::default();
    let id = sources.add("m.toml", MANIFEST, SourceKind::Manifest);
    let on = jiff::civil::date(2026, 11, 23);
    let mut problems = Diagnostics::new();
    let document = manifest::read(&sources, id, Format::Toml, &compiled.program.schema, on, &mut problems);
    assert!(problems.is_empty());
    let active = eval::slice(pack.view(), &[0], &document, on, false);
    let mut group = c.benchmark_group("evaluate 50 requirements");
    let entity = Entity { name: "甲", nature: 0, paid: false, capital: 1_000_000, opened: jiff::civil::date(2020, 1, 1) };
    let domains = [Domain { holder: "甲", expires_on: jiff::civil::date(2028, 1, 1) }];
    let limits: [i64; 10] = std::array::from_fn(|i| 5 * i as i64);
    group.bench_function("by hand", |b| b.iter(|| by_hand(black_box(&entity), black_box(&domains), black_box(on), black_box(&limits))));
    group.bench_function("sliced rules", |b| b.iter(|| eval::evaluate(pack.view(), &active, black_box(&document), on)));
    group.bench_function("slice and evaluate", |b| {
        b.iter(|| {
            let active = eval::slice(pack.view(), &[0], black_box(&document), on, false);
            eval::evaluate(pack.view(), &active, &document, on)
        });
    });
    group.finish();
}

fn reading(c: &mut Criterion) {
    let schema = compile("region cn \"c\" zh \"中\" { }\n").program.schema;
    let today = jiff::civil::date(2026, 11, 23);
    let json = r#"{"entity":{"name":"甲","nature":"enterprise","paid":false,"capital":1000000,"opened":"2020-01-01"},"domain":[{"name":"a-demo.cn","holder":"甲","expires_on":"2028-01-01"}]}"#;
    let mut group = c.benchmark_group("read");
    for (name, text, format) in [("toml", MANIFEST, Format::Toml), ("json", json, Format::Json)] {
        group.bench_function(name, |b| {
            b.iter_batched(
                || {
                    let mut sources = SourceMap::default();
                    let id = sources.add("m", text, SourceKind::Manifest);
                    (sources, id)
                },
                |(sources, id)| manifest::read(&sources, id, format, &schema, today, &mut Diagnostics::new()),
                BatchSize::SmallInput,
            );
        });
    }
    group.bench_function("toml crate alone", |b| b.iter(|| toml::de::DeTable::parse(black_box(MANIFEST)).map(|t| t.get_ref().len())));
    group.finish();
}

criterion_group!(benches, compiling, evaluating, reading);
criterion_main!(benches);
