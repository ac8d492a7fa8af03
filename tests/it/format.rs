//! The canonical form: stable, and nothing but blanks, breaks and marks differs from what was written.

use crate::generate::{Tape, ruleset, tape};
use crate::support::{bundled_rules, files, lines, root};
use filingc::syntax::{ITEM_WORDS, format, tokens};
use filingc::{Diagnostics, SourceId, SourceKind, SourceMap};
use proptest::prelude::*;

fn formatted(text: &str) -> Option<String> {
    format(SourceId(0), text, None, &mut Diagnostics::new()).ok()
}

/// The laws of a formatter on one text that parses.
fn check(name: &str, text: &str) {
    let mut sources = SourceMap::default();
    let id = sources.add(name, text.to_owned(), SourceKind::Rules);
    let mut faults = Diagnostics::new();
    let once = format(id, text, None, &mut faults);
    let once = once.unwrap_or_else(|_| panic!("{name} parses: {}", lines(&faults.into_sorted(), &sources)));
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
        &once[once.floor_char_boundary(once.len().saturating_sub(80))..]
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
    let (mut last, mut before) = (String::new(), String::new());
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
            // The last name of a path may be such a word too.
            && (!ITEM_WORDS.contains(&last.as_str()) || before == ".")
            && !matches!(last.as_str(), "." | ":" | "of");
        out.push_str(if depth == 0 { if starts_item { "\n" } else { " " } } else { gap });
        depth += i32::from(token == "{") - i32::from(token == "}");
        out.push_str(&token);
        before = std::mem::replace(&mut last, token);
    }
    out
}

/// The tokens of a text on one line, with commas wherever the language lets them stand, and one text made longer.
fn with_commas(text: &str, tape: &mut Tape) -> String {
    let mut tokens: Vec<String> =
        tokens(SourceId(0), text).expect("the text parses").into_iter().filter(|t| !t.starts_with("//")).collect();
    let texts: Vec<usize> = (0..tokens.len()).filter(|i| tokens[*i].starts_with('"')).collect();
    if formatted(&tokens.join(" ")).is_none() {
        // Several declarations do not stand on one line.
        return text.to_owned();
    }
    if !texts.is_empty() {
        let at = texts[tape.below(texts.len())];
        tokens[at].insert_str(1, &"长 ".repeat(tape.below(60)));
    }
    for at in (1..tokens.len()).rev().filter(|_| tape.below(4) == 0).collect::<Vec<_>>() {
        if tokens[at] == "," {
            continue;
        }
        tokens.insert(at, ",".to_owned());
        if formatted(&tokens.join(" ")).is_none() {
            tokens.remove(at);
        }
    }
    tokens.join(" ")
}

#[test]
fn a_comma_between_a_text_and_its_twin_is_refused() {
    let long = "公".repeat(60);
    let mut faults = Diagnostics::new();
    let text = format!("enum k {{ firm \"firm\" ,zh \"{long}\" }}\n");
    assert_eq!(format(SourceId(0), &text, None, &mut faults), Err(filingc::syntax::Unformatted::Broken));
    let faults = faults.into_sorted();
    assert_eq!(faults.len(), 1, "{faults:?}");
    assert_eq!(faults[0].message.en, "a comma parts `zh` from its text");
    let edit = &faults[0].fixes[0].edits[0];
    let mended = format!("{}{}{}", &text[..edit.span.start as usize], edit.replacement, &text[edit.span.end as usize..]);
    check("mended", &mended);
    for fine in ["enum languages { zh \"中文\", en \"English\" }\n", "enum languages { en \"English\", zh, fr \"French\" }\n"] {
        check("a value may be called zh", fine);
    }
}

#[test]
fn a_chain_of_twenty_thousand_terms_has_a_form() {
    let chain = vec!["x is 1"; 20_000].join(" and ");
    let once = formatted(&format!("define d = {chain}\n")).expect("the text parses");
    assert_eq!(once.lines().count(), 20_000);
    assert_eq!(formatted(&once).as_deref(), Some(once.as_str()));
}

#[test]
fn the_name_of_a_role_may_stand_on_a_line_of_its_own() {
    let text = "role // who decides\n  region is filing.region\nrole\ndraft is draft\n";
    assert_eq!(formatted(text).map(|t| t.matches("role").count()), Some(2));
    check("roles", text);
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
    fn commas_anywhere(pick in 0usize..1000, at in 0usize..100_000, mut numbers in tape(400)) {
        let rules = bundled_rules();
        let (name, text) = &rules[pick % rules.len()];
        let parts: Vec<&str> = text.split("\n\n").filter(|part| formatted(part).is_some_and(|form| !form.starts_with("//"))).collect();
        let sprinkled = with_commas(parts[at % parts.len()], &mut numbers);
        check(name, &sprinkled);
    }

    #[test]
    fn blanks_and_comments_anywhere(pick in 0usize..1000, mut numbers in tape(4000)) {
        let rules = bundled_rules();
        let (name, text) = &rules[pick % rules.len()];
        let spaced = respaced(text, &mut numbers);
        check(name, &spaced);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4, failure_persistence: None, ..ProptestConfig::default() })]

    /// Other names of values stand in lists of their own, which no other file has.
    #[test]
    fn blanks_and_comments_anywhere_in_the_vocabulary(mut numbers in tape(4000)) {
        let rules = bundled_rules();
        let (name, text) = rules.iter().find(|(name, _)| name.ends_with("vocabulary.filing")).expect("the vocabulary is bundled");
        let spaced = respaced(text, &mut numbers);
        check(name, &spaced);
    }
}
