//! The canonical form: stable, and nothing but blanks, breaks and marks differs from what was written.

use crate::generate::{Tape, ruleset, tape};
use crate::support::{bundled_rules, files, lines, root};
use filingc::syntax::{ITEM_WORDS, format, tokens};
use filingc::{Diagnostics, SourceId, SourceKind, SourceMap};
use proptest::prelude::*;

fn formatted(text: &str) -> Option<String> {
    format(SourceId(0), text, &mut Diagnostics::new())
}

/// The laws of a formatter on one text that parses.
fn check(name: &str, text: &str) {
    let mut sources = SourceMap::default();
    let id = sources.add(name, text.to_owned(), SourceKind::Rules);
    let mut faults = Diagnostics::new();
    let once = format(id, text, &mut faults);
    let once = once.unwrap_or_else(|| panic!("{name} parses: {}", lines(&faults.into_sorted(), &sources)));
    // Commas between the items of a list may stand or not.
    let meaning = |text: &str| tokens(SourceId(0), text).map(|t| t.into_iter().filter(|t| t != ",").collect::<Vec<_>>());
    assert_eq!(meaning(text), meaning(&once), "{name}: the tokens stay");
    let twice = formatted(&once).unwrap_or_else(|| panic!("{name}: the form parses"));
    let moved = once.lines().zip(twice.lines()).enumerate().find(|(_, (a, b))| a != b);
    if let Some((line, _)) = moved {
        let around = |text: &str| text.lines().skip(line.saturating_sub(4)).take(8).collect::<Vec<_>>().join("\n");
        panic!("{name}: the form is not stable\n{}\n---- becomes\n{}", around(&once), around(&twice));
    }
    assert_eq!(once, twice, "{name}: the form is stable");
    assert_eq!(once.lines().find(|l| l.ends_with(' ')), None, "{name}: no line ends with a blank");
    assert!(
        once.is_empty() || once.ends_with('\n') && !once.ends_with("\n\n"),
        "{name}: ends with one line break: {:?}",
        &once[once.len().saturating_sub(80)..]
    );
}

#[test]
fn every_rule_file_has_a_stable_form() {
    for (name, text) in bundled_rules() {
        check(&name, &text);
    }
    for file in files(&root().join("tests/cases"), &["filing"]) {
        let text = std::fs::read_to_string(&file).expect("a rule file is readable");
        if formatted(&text).is_some() {
            check(&file.display().to_string(), &text);
        }
    }
}

/// The tokens of a text with other blanks, breaks and comments between them.
fn respaced(text: &str, tape: &mut Tape) -> String {
    let mut out = String::new();
    let mut depth = 0;
    let mut last = String::new();
    for token in tokens(SourceId(0), text).expect("the text parses") {
        if token.starts_with("//") {
            continue;
        }
        let gap = match tape.below(8) {
            0 => "\n",
            1 => "\n\n\n",
            2 => "  \t",
            3 => " // a comment, 中文\n",
            4 => "\n// its own line\n\n",
            5 => "\r\n",
            _ => " ",
        };
        // Outside braces a line break may begin a declaration.
        let starts_item = depth == 0
            && ITEM_WORDS.contains(&token.as_str())
            && !ITEM_WORDS.contains(&last.as_str())
            && !matches!(last.as_str(), "." | ":" | "of");
        out.push_str(if depth == 0 { if starts_item { "\n" } else { " " } } else { gap });
        depth += i32::from(token == "{") - i32::from(token == "}");
        out.push_str(&token);
        last = token;
    }
    out
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn generated_rules_have_a_stable_form(numbers in tape(400)) {
        for (name, text) in ruleset(numbers).files() {
            check(&name, &text);
        }
    }

    #[test]
    fn blanks_and_comments_anywhere(pick in 0usize..1000, mut numbers in tape(4000)) {
        let rules = bundled_rules();
        let (name, text) = &rules[pick % rules.len()];
        let spaced = respaced(text, &mut numbers);
        check(name, &spaced);
    }
}
