//! Calls of the library in a process that has its rules already.

use filingc::manifest::{self, Format};
use filingc::{Diagnostics, Options, Rulebook, SourceKind, SourceMap};
use serde::Deserialize;
use std::fmt::Write;
use std::hint::black_box;
use std::time::Instant;

/// Least seconds of one call, of calls in groups of ten.
fn least(groups: usize, call: &mut dyn FnMut()) -> f64 {
    let mut best = f64::MAX;
    for _ in 0..groups {
        let start = Instant::now();
        for _ in 0..10 {
            call();
        }
        best = best.min(start.elapsed().as_secs_f64() / 10.0);
    }
    best
}

/// The fields of the first example, as a program would declare them that knows nothing but this filing.
#[derive(Deserialize)]
#[allow(dead_code, reason = "what is parsed is what is measured")]
struct Filing {
    filing: Order,
    records: Records,
    account: Account,
    entity: Entity,
    service: Vec<Service>,
    domain: Vec<Domain>,
    instance: Instance,
    materials: Materials,
}
#[derive(Deserialize)]
#[allow(dead_code, reason = "see `Filing`")]
struct Order {
    provider: String,
    region: String,
    services: Vec<String>,
}
#[derive(Deserialize)]
#[allow(dead_code, reason = "see `Filing`")]
struct Records {
    entity_filed: bool,
    service_filed: bool,
    open_orders: u32,
    domain_in_registry: bool,
    domain_resolving: bool,
}
#[derive(Deserialize)]
#[allow(dead_code, reason = "see `Filing`")]
struct Account {
    id: String,
}
#[derive(Deserialize)]
#[allow(dead_code, reason = "see `Filing`")]
struct Certificate {
    #[serde(rename = "type")]
    kind: String,
    number: String,
    region: Option<String>,
    expires_on: Option<String>,
}
#[derive(Deserialize)]
#[allow(dead_code, reason = "see `Filing`")]
struct Entity {
    nature: String,
    name: String,
    certificate: Certificate,
    address: String,
    principal: Person,
}
#[derive(Deserialize)]
#[allow(dead_code, reason = "see `Filing`")]
struct Person {
    name: String,
    legal_representative: Option<bool>,
    document: Certificate,
    mobile: String,
    emergency_phone: String,
    email: String,
}
#[derive(Deserialize)]
#[allow(dead_code, reason = "see `Filing`")]
struct Service {
    id: String,
    kind: String,
    name: String,
    domains: Vec<String>,
    content_types: Vec<String>,
    preapprovals: String,
    paid: bool,
    principal: Person,
}
#[derive(Deserialize)]
#[allow(dead_code, reason = "see `Filing`")]
struct Domain {
    name: String,
    holder: String,
    registrar: String,
    real_name_verified_on: String,
    expires_on: String,
}
#[derive(Deserialize)]
#[allow(dead_code, reason = "see `Filing`")]
struct Instance {
    provider: String,
    product: String,
    region: String,
    billing: String,
    subscription_months: u32,
    expires_on: String,
    public_ip: bool,
    used_slots: u32,
    account_id: String,
}
#[derive(Deserialize)]
#[allow(dead_code, reason = "see `Filing`")]
struct File {
    format: String,
    kb: u32,
    original: bool,
}
#[derive(Deserialize)]
#[allow(dead_code, reason = "see `Filing`")]
struct Materials {
    entity_certificate: File,
    entity_principal_id: File,
    service_principal_id: File,
    service_authorization_letter: File,
}

/// The first example as JSON.
fn json() -> String {
    fn plain(value: toml::Value) -> serde_json::Value {
        match value {
            toml::Value::String(t) => t.into(),
            toml::Value::Integer(n) => n.into(),
            toml::Value::Float(n) => n.into(),
            toml::Value::Boolean(b) => b.into(),
            toml::Value::Datetime(d) => d.to_string().into(),
            toml::Value::Array(items) => items.into_iter().map(plain).collect(),
            toml::Value::Table(pairs) => pairs.into_iter().map(|(k, v)| (k, plain(v))).collect(),
        }
    }
    let text = include_str!("../../examples/c01-company-complete.toml");
    plain(toml::Value::Table(toml::from_str(text).expect("the example is TOML"))).to_string()
}

fn checked(book: &Rulebook, text: &str) -> filingc::Checked {
    let today = jiff::civil::date(2026, 11, 23);
    let mut sources = SourceMap::default();
    let id = sources.add("m.json", text.to_owned(), SourceKind::Manifest);
    let mut problems = Diagnostics::new();
    let document = manifest::read(&sources, id, Format::Json, book.schema(), today, &mut problems);
    let options = Options { region: None, on: Some(today), today, strict: false, require_look_ups: false, detailed: false };
    filingc::check(book, &sources, document, problems, &options)
}

fn bundled() -> Rulebook {
    let bytes = filingc::regions::bundle().expect("the rules were stored at build time");
    Rulebook::bundled(bytes).expect("the stored rules are of this version")
}

/// From the text of a filing to its verdict, beside a parser that knows the fields.
pub fn verdict() {
    let text = json();
    let book = bundled();
    assert!(checked(&book, &text).report.is_some_and(|r| r.verdict == filingc::eval::Verdict::Ready), "the example is complete");
    let (mut typed, mut all) = (f64::MAX, f64::MAX);
    for _ in 0..20 {
        typed = typed.min(least(20, &mut || drop(black_box(serde_json::from_str::<Filing>(black_box(&text)).expect("the fields fit")))));
        all = all.min(least(5, &mut || drop(black_box(checked(&book, black_box(&text))))));
    }
    println!("  {:<34} {:>8.2} µs", "typed parse alone", typed * 1e6);
    println!("  {:<34} {:>8.2} µs  {:>5.1}x", "text to verdict", all * 1e6, all / typed);
}

/// Two threads that share one rulebook, beside one that does the work of both.
pub fn threads() {
    const FILINGS: usize = 1_000;
    let text = json();
    let book = bundled();
    let all = |n: usize| (0..n).for_each(|_| drop(black_box(checked(&book, black_box(&text)))));
    all(FILINGS);
    let (mut one, mut two) = (f64::MAX, f64::MAX);
    for _ in 0..10 {
        let start = Instant::now();
        all(FILINGS);
        one = one.min(start.elapsed().as_secs_f64());
        let start = Instant::now();
        std::thread::scope(|scope| {
            scope.spawn(|| all(FILINGS / 2));
            scope.spawn(|| all(FILINGS / 2));
        });
        two = two.min(start.elapsed().as_secs_f64());
    }
    println!("  {:<34} {:>8.2} ms", format!("{FILINGS} filings, one thread"), one * 1e3);
    println!("  {:<34} {:>8.2} ms  {:>5.2}x of the clock", "two threads", two * 1e3, two / one);
}

/// What a filing costs with few and with many rules in one layer.
pub fn rules() {
    const VOCABULARY: &str = "enum kind \"k\" zh \"类\" { enterprise \"e\" zh \"企业\" individual \"i\" zh \"个人\" }\n\
        record entity \"e\" zh \"主体\" { name: text kind: kind capital: integer }\nmanifest { entity: entity }\n";
    let text = r#"{"entity":{"name":"甲","kind":"enterprise","capital":100000}}"#;
    let books: Vec<(usize, Rulebook)> = [40, 400, 4_000].into_iter().map(|n| (n, book(VOCABULARY, n))).collect();
    let mut best = vec![f64::MAX; books.len()];
    for _ in 0..10 {
        for ((_, book), best) in books.iter().zip(&mut best) {
            *best = best.min(least(3, &mut || drop(black_box(checked(book, black_box(text))))));
        }
    }
    for ((n, _), seconds) in books.iter().zip(&best) {
        println!("  {:<34} {:>8.2} µs  {:>5.1}x", format!("a filing with {n} rules"), seconds * 1e6, seconds / best[0]);
    }
}

/// Half of the rules concern enterprises, half individuals.
fn book(vocabulary: &str, n: usize) -> Rulebook {
    let mut text = String::from("region cn \"c\" zh \"中\" { }\nsource s \"s\" { read 2026-11-23 }\n");
    for i in 0..n {
        let kind = if i % 2 == 0 { "enterprise" } else { "individual" };
        let _ = write!(
            text,
            "requirement r{i} \"t\" zh \"题\" {{\n  source s\n  stage prepare\n  when entity.kind is {kind}\n  require entity.capital >= {i}\n}}\n"
        );
    }
    let mut sources = SourceMap::default();
    let ids = [sources.add("v.filing", vocabulary.to_owned(), SourceKind::Rules), sources.add("r.filing", text, SourceKind::Rules)];
    let mut diagnostics = Diagnostics::new();
    let compiled = filingc::compile(&sources, &ids, &mut diagnostics);
    assert!(!diagnostics.has_errors());
    let book = Rulebook::new(compiled, &sources).expect("the rules fit");
    // The first check makes the law of the day.
    assert!(checked(&book, r#"{"entity":{"name":"甲","kind":"enterprise","capital":100000}}"#).report.is_some());
    book
}
