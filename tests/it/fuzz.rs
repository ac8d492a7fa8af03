//! Mutation fuzzing of rule text, manifest text and both together. Bounded here; `FILINGC_FUZZ_ROUNDS` asks for more.

use crate::support::{bundled_rules, files, root};
use filingc::manifest;
use filingc::{Diagnostics, Options, SourceKind, SourceMap};

/// A small generator of numbers: the same seed gives the same run.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }
    fn below(&mut self, n: usize) -> usize {
        (self.next() % n.max(1) as u64) as usize
    }
}

fn rounds(default: usize) -> usize {
    std::env::var("FILINGC_FUZZ_ROUNDS").ok().and_then(|t| t.parse().ok()).unwrap_or(default)
}

const SNIPPETS: &[&str] = &[
    "{",
    "}",
    "(",
    ")",
    "[",
    "]",
    "\"",
    "“",
    "；",
    "\u{202e}",
    "=",
    "..",
    "not ",
    "every x in domain satisfies ",
    "none",
    "2026-02-30",
    "99999999999999999999",
    "\0",
    "𠮷",
    "is given",
    "effective 2020-01-01 ..",
    "\r\n",
    "'''",
    "\"\"\"",
    "[[",
    "]]",
    "null",
    "-1",
    "é",
    "//",
    "#",
    "/",
    "\\",
    "source ",
    "CNY",
    "business days",
];

fn mutate(text: &str, other: &str, random: &mut Random) -> String {
    let mut out = text.to_owned();
    for _ in 0..=random.below(4) {
        let length = out.len();
        let at = out.floor_char_boundary(random.below(length + 1));
        let end = out.floor_char_boundary(at + random.below(40));
        match random.below(5) {
            0 => out.replace_range(at..end, ""),
            1 => out.insert_str(at, SNIPPETS[random.below(SNIPPETS.len())]),
            2 => {
                let piece = out[at..end].to_owned();
                let to = random.below(length.saturating_sub(end - at) + 1).min(out.len());
                let to = out.floor_char_boundary(to);
                out.insert_str(to, &piece);
            }
            3 => {
                let from = other.floor_char_boundary(random.below(other.len() + 1));
                let until = other.floor_char_boundary(from + random.below(200));
                out.insert_str(at, &other[from..until]);
            }
            _ => out.replace_range(at..end, SNIPPETS[random.below(SNIPPETS.len())]),
        }
    }
    out
}

fn manifests() -> Vec<String> {
    files(&root().join("examples"), &["toml"]).iter().map(|p| std::fs::read_to_string(p).expect("an example is readable")).collect()
}

#[test]
fn mutated_rules_never_panic() {
    let rules = bundled_rules();
    let vocabulary: Vec<(String, String)> = rules.iter().filter(|(n, _)| n.ends_with("vocabulary.filing")).cloned().collect();
    let mut random = Random(0x5eed_f00d);
    for _ in 0..rounds(60) {
        let (a, b) = (random.below(rules.len()), random.below(rules.len()));
        let mut set = vocabulary.clone();
        set.push(("a.filing".to_owned(), mutate(&rules[a].1, &rules[b].1, &mut random)));
        let (_, diagnostics, sources) = crate::support::compile(&set);
        for d in diagnostics.iter().flat_map(|d| &d.labels) {
            assert!(sources.get(d.span.source).text.get(d.span.range()).is_some(), "{d:?}");
        }
        crate::support::full(&diagnostics, &sources, filingc::Language::Zh);
    }
}

#[test]
fn mutated_rules_are_formatted_whole_or_left_alone() {
    let rules = bundled_rules();
    let mut random = Random(0xf0f0_1234);
    let mut formatted = 0;
    for _ in 0..rounds(60) {
        let (a, b) = (random.below(rules.len()), random.below(rules.len()));
        // A part of a file is enough, and quicker.
        let start = rules[a].1.char_indices().map(|(i, _)| i).nth(random.below(rules[a].1.chars().count())).unwrap_or(0);
        let part: String = rules[a].1[start..].split("\n\n").skip(1).take(3).collect::<Vec<_>>().join("\n\n");
        let text = mutate(&part, &rules[b].1, &mut random);
        let format = |text: &str| filingc::syntax::format(filingc::SourceId(0), text, None, &mut Diagnostics::new()).ok();
        let Some(once) = format(&text) else { continue };
        formatted += 1;
        let tokens = |text: &str| {
            let all = filingc::syntax::tokens(filingc::SourceId(0), text);
            all.map(|t| t.into_iter().filter(|t| t != ",").collect::<Vec<_>>())
        };
        assert_eq!(tokens(&text), tokens(&once), "nothing is lost\n{text}");
        assert_eq!(format(&once).as_deref(), Some(once.as_str()), "the form is stable\n{text}");
    }
    assert!(formatted > 0, "some mutants still parse");
}

#[test]
fn mutated_manifests_never_panic() {
    let rules = bundled_rules();
    let (compiled, ..) = crate::support::compile(&rules);
    let book = crate::support::book(compiled);
    let manifests = manifests();
    assert!(!manifests.is_empty());
    let mut random = Random(0xfeed_beef);
    for round in 0..rounds(150) {
        let (a, b) = (random.below(manifests.len()), random.below(manifests.len()));
        let text = mutate(&manifests[a], &manifests[b], &mut random);
        let mut sources = SourceMap::default();
        for (name, text) in &rules {
            sources.add(name.clone(), text.clone(), SourceKind::Rules);
        }
        let id = sources.add("m.toml", text, SourceKind::Manifest);
        let mut problems = Diagnostics::new();
        let today = jiff::civil::date(2026, 11, 23);
        let format = if round % 5 == 0 { manifest::Format::Json } else { manifest::Format::Toml };
        let document = manifest::read(&sources, id, format, &book.index.schema, today, &mut problems);
        let options = Options { region: None, on: None, today, strict: round % 2 == 0, require_look_ups: false, detailed: round % 3 == 0 };
        // Also documents with faults are evaluated: a faulty value stays unknown.
        let checked = filingc::check(&book, &sources, document, Diagnostics::new(), &options);
        crate::support::full(&checked.diagnostics, &sources, filingc::Language::En);
        filingc::diagnostic::render::diagnostics_json(&problems.into_sorted(), &sources);
    }
}
