//! Loops that look for items with a certain key say of long lists what they say of short ones.

use filingc::eval::Outcome;
use filingc::manifest::{self, Format};
use filingc::{Diagnostics, Options, Rulebook, SourceKind, SourceMap, driver};
use proptest::prelude::*;

const RULES: &str = r#"
record item { id: text  key: text?  other: text }
manifest { item: list of item keyed by id  names: list of text }
region cn "base" zh "基础" {
}
source law "The law" zh "法律" { read 2026-01-01 }
requirement alone "no other item has its key" zh "键唯一" {
  source law
  for each d in item
  require no e in item satisfies e.key is d.key and e.id is not d.id
}
requirement found "an item with the other's key is there" zh "有对应项" {
  source law
  for each d in item
  require some e in item satisfies d.other is e.key
}
requirement few "at most two items have one key" zh "至多两项" {
  source law
  for each d in item
  require count of e in item where e.key is d.key <= 2
}
requirement listed "its other is in the list" zh "在列表中" {
  source law
  for each d in item
  require d.other in names
}
"#;

/// Three-valued: `None` is not known.
fn or(parts: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let parts: Vec<Option<bool>> = parts.collect();
    if parts.contains(&Some(true)) {
        Some(true)
    } else if parts.contains(&None) {
        None
    } else {
        Some(false)
    }
}

/// What a demand that every item must meet comes to.
fn ended(items: impl ExactSizeIterator<Item = Option<bool>>) -> Outcome {
    if items.len() == 0 {
        return Outcome::NotApplicable;
    }
    items.fold(Outcome::Satisfied, |worst, met| match (worst, met) {
        (Outcome::Violated, _) | (_, Some(false)) => Outcome::Violated,
        (_, None) => Outcome::Undetermined,
        (w, Some(true)) => w,
    })
}

/// Equality with `none` for what was declared not to exist and `None` for what is not stated.
fn equal(a: &Option<&str>, b: &Option<&str>) -> Option<bool> {
    match (a, b) {
        (Some("none"), _) | (_, Some("none")) => Some(false),
        (Some(a), Some(b)) => Some(a == b),
        _ => None,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn long_lists_are_like_short_ones(
        keys in prop::collection::vec((prop::sample::select(vec![None, Some("none"), Some("a"), Some("b"), Some("c"), Some("d")]),
            prop::option::of(prop::sample::select(vec!["a", "b", "x"]))), 0..48),
        names in prop::collection::vec(prop::sample::select(vec!["a", "b", "y", "z"]), 0..40),
        spread in any::<bool>(),
    ) {
        let mut sources = SourceMap::default();
        let rules = sources.add("rules.filing", RULES, SourceKind::Rules);
        let mut diagnostics = Diagnostics::new();
        let compiled = driver::compile(&sources, &[rules], &mut diagnostics);
        prop_assert!(!diagnostics.has_errors(), "{:?}", diagnostics.into_sorted());
        let book = Rulebook::new(compiled, &sources).expect("the rules fit");
        // Many keys of their own, so that most questions are about few of many items.
        let own: Vec<String> = (0..keys.len()).map(|i| format!("k{i}")).collect();
        let keys: Vec<(Option<&str>, Option<&str>)> = keys.iter().enumerate()
            .map(|(i, (key, other))| (if spread && i % 3 != 0 { Some(own[i].as_str()) } else { *key }, *other)).collect();
        let mut text = format!("names = {names:?}\n");
        if keys.is_empty() {
            text.push_str("item = []\n");
        }
        for (i, (key, other)) in keys.iter().enumerate() {
            text.push_str(&format!("[[item]]\nid = \"{i}\"\n"));
            key.iter().for_each(|k| text.push_str(&format!("key = {k:?}\n")));
            other.iter().for_each(|o| text.push_str(&format!("other = {o:?}\n")));
        }
        let id = sources.add("m.toml", text, SourceKind::Manifest);
        let today = jiff::civil::date(2026, 1, 2);
        let mut problems = Diagnostics::new();
        let document = manifest::read(&sources, id, Format::Toml, book.schema(), today, &mut problems);
        let options = Options { region: None, on: Some(today), today, strict: false, require_look_ups: false, detailed: true };
        let checked = driver::check(&book, &sources, document, problems, &options);
        let report = checked.report.expect("the manifest can be used");
        let outcome = |name: &str| report.rules.iter().find(|r| r.name == name).map(|r| r.outcome);
        let and = |a: Option<bool>, b: bool| if b { a } else { Some(false) };
        let alone = keys.iter().enumerate().map(|(i, d)| {
            or(keys.iter().enumerate().map(|(j, e)| and(equal(&e.0, &d.0), i != j))).map(|x| !x)
        });
        let found = keys.iter().map(|d| or(keys.iter().map(|e| equal(&d.1, &e.0))));
        let few = keys.iter().map(|d| {
            let all: Option<Vec<bool>> = keys.iter().map(|e| equal(&e.0, &d.0)).collect();
            all.map(|all| all.into_iter().filter(|x| *x).count() <= 2)
        });
        let listed = keys.iter().map(|d| d.1.map_or(if names.is_empty() { Some(false) } else { None }, |o| Some(names.contains(&o))));
        prop_assert_eq!(outcome("cn/alone"), Some(ended(alone.collect::<Vec<_>>().into_iter())));
        prop_assert_eq!(outcome("cn/found"), Some(ended(found.collect::<Vec<_>>().into_iter())));
        prop_assert_eq!(outcome("cn/few"), Some(ended(few.collect::<Vec<_>>().into_iter())));
        prop_assert_eq!(outcome("cn/listed"), Some(ended(listed.collect::<Vec<_>>().into_iter())));
    }
}
