//! Laws: nothing panics, nothing overflows, cost grows with the input and not faster.

use crate::support::compile;
use filingc::diagnostic::{Code, CodeOf};
use filingc::manifest::{self, Format};
use filingc::value::Schema;
use filingc::{Diagnostics, Severity, SourceKind, SourceMap};
use proptest::prelude::*;

const VOCABULARY: &str = r#"
enum kind { a "a" zh "甲" b "b" zh "乙" }
record item { name: domain_name count: integer? tags: list of text? }
record head { kind: kind on: date? text: text? id: resident_id? paid: boolean? money: money? }
manifest { head: head items: list of item keyed by name file: file? }
"#;

fn schema() -> Schema {
    compile(&[("v.filing".to_owned(), VOCABULARY.to_owned())]).0.program.schema
}

fn read(text: &str, format: Format) -> Diagnostics {
    let mut sources = SourceMap::default();
    let id = sources.add("m", text.to_owned(), SourceKind::Manifest);
    let mut diagnostics = Diagnostics::new();
    let today = jiff::civil::date(2026, 11, 23);
    let document = manifest::read(&sources, id, format, &schema(), today, &mut diagnostics);
    assert_eq!(document.slots.len(), document.spans.len());
    // Every label lies in the text, on character boundaries.
    for d in diagnostics.iter() {
        for label in &d.labels {
            assert!(sources.get(label.span.source).text.get(label.span.range()).is_some(), "{d:?}");
        }
    }
    diagnostics
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn rule_text_never_panics(text in "\\PC{0,200}") {
        compile(&[("a.filing".to_owned(), text)]);
    }

    #[test]
    fn words_of_the_language_in_any_order_never_panic(words in prop::collection::vec(prop::sample::select(WORDS), 0..60)) {
        compile(&[("a.filing".to_owned(), words.join(" ")), ("v.filing".to_owned(), VOCABULARY.to_owned())]);
    }

    #[test]
    fn manifest_text_never_panics(text in "\\PC{0,200}") {
        read(&text, Format::Toml);
        read(&text, Format::Json);
    }
}

const WORDS: &[&str] = &[
    "requirement",
    "r",
    "\"t\"",
    "zh",
    "{",
    "}",
    "require",
    "when",
    "head",
    ".",
    "kind",
    "is",
    "a",
    "b",
    "not",
    "and",
    "or",
    "(",
    ")",
    "every",
    "i",
    "in",
    "items",
    "satisfies",
    "count",
    "of",
    "3",
    "months",
    "+",
    "2026-01-01",
    "source",
    "s",
    "amend",
    "except",
    "unless",
    "part",
    "of",
    "cn",
    "region",
    "define",
    "=",
    "decide",
    "as",
    "otherwise",
    "set",
    "parameter",
    ":",
    "integer",
    "effective",
    "..",
    "\n",
    "“",
    "；",
    "/x/",
    "matches",
    "[",
    "]",
    ",",
];

fn has(diagnostics: &[filingc::Diagnostic], code: Code) -> bool {
    diagnostics.iter().any(|d| d.code == CodeOf::Catalog(code))
}

#[test]
fn a_hundred_thousand_brackets_are_refused_without_overflow() {
    for bracket in ["(", "[", "{"] {
        let text = format!("part of cn\nrequirement r \"t\" {{ require {} }}\n", bracket.repeat(100_000));
        let (_, diagnostics, _) = compile(&[("a.filing".to_owned(), text)]);
        assert!(diagnostics.iter().any(|d| d.severity == Severity::Error));
        let manifest = format!("a = {}", bracket.repeat(100_000));
        assert!(has(&read(&manifest, Format::Toml).into_sorted(), Code::TooDeep) || bracket == "(");
        assert!(has(&read(&format!("{{\"a\":{}", bracket.repeat(100_000)), Format::Json).into_sorted(), Code::TooDeep) || bracket == "(");
    }
}

#[test]
fn long_chains_need_no_stack() {
    let not = format!("define x = {} head.paid\n", "not ".repeat(100_000));
    let and = format!("define y = {}\n", vec!["head.paid"; 20_000].join(" and "));
    let quantified = format!("define z = {} true\n", "every i in items satisfies ".repeat(50_000));
    let plus = format!("define w = {}\n", vec!["1"; 100_000].join(" + "));
    for text in [not, and, quantified, plus] {
        compile(&[
            ("a.filing".to_owned(), format!("region cn \"c\" zh \"中\" {{ }}\n{text}")),
            ("v.filing".to_owned(), VOCABULARY.to_owned()),
        ]);
    }
}

#[test]
fn a_long_chain_of_definitions_is_evaluated() {
    let mut text = String::from("region cn \"c\" zh \"中\" { }\nsource s \"s\" { }\ndefine d0 = head.paid\n");
    for i in 1..5_000 {
        text.push_str(&format!("define d{i} = not d{}\n", i - 1));
    }
    text.push_str("requirement r \"t\" zh \"题\" { source s require d4999 }\n");
    let (compiled, diagnostics, _) = compile(&[("a.filing".to_owned(), text), ("v.filing".to_owned(), VOCABULARY.to_owned())]);
    assert!(diagnostics.is_empty(), "{diagnostics:?}");
    let book = crate::support::book(compiled);
    let mut sources = SourceMap::default();
    let id = sources.add("m.toml", "[head]\nkind = \"a\"\npaid = false\n".to_owned(), SourceKind::Manifest);
    let mut problems = Diagnostics::new();
    let today = jiff::civil::date(2026, 11, 23);
    let document = manifest::read(&sources, id, Format::Toml, &book.index.schema, today, &mut problems);
    let options = filingc::Options { region: None, on: None, today, strict: false, require_look_ups: false, detailed: true };
    let checked = filingc::check(&book, &sources, document, problems, &options);
    let report = checked.report.expect("the manifest is fine");
    assert_eq!(report.rules[0].outcome, filingc::eval::Outcome::Satisfied);
}

#[test]
fn large_inputs_are_read() {
    let items = format!("[head]\nkind = \"a\"\n[[items]]\nname = \"a-demo.cn\"\ntags = [{}]\n", vec!["\"x\""; 1_000_000].join(","));
    assert!(read(&items, Format::Toml).is_empty());
    let long = format!("[head]\nkind = \"a\"\ntext = \"{}\"\n", "字".repeat(3_400_000));
    assert!(read(&long, Format::Toml).is_empty());
}

#[test]
fn rendering_ten_thousand_diagnostics_of_one_long_line_stays_small() {
    let line = format!("x = [{}]\n", vec!["1"; 200_000].join(","));
    let mut sources = SourceMap::default();
    let id = sources.add("m.toml", line, SourceKind::Manifest);
    let list: Vec<_> = (0..10_000u32)
        .map(|i| {
            let span = filingc::source::Span { source: id, start: 5 + 2 * i, end: 6 + 2 * i };
            filingc::Diagnostic::new(Code::WrongType, filingc::diagnostic::Bilingual::new("wrong", "错"))
                .primary(span, filingc::diagnostic::Bilingual::new("here", "此处"))
        })
        .collect();
    let text = crate::support::full(&list, &sources, filingc::Language::En);
    assert!(text.len() < 10_000 * 500, "{} bytes", text.len());
}
