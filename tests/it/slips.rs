//! One mistake, one message: single slips planted in the real rules.

use crate::support::{bundled_rules, compile, lines};
use filingc::syntax::{parse, tokens};
use filingc::{Diagnostics, SourceId, SourceKind, SourceMap};

/// Most slips in one declaration.
const MOST: usize = 40;

const NAMES: &[&str] = &["vocabulary", "actors", "national", "zhejiang", "guangdong"];

/// The national rules and two regions: enough that whatever is broken is used somewhere.
fn rules() -> Vec<(String, String)> {
    let all = bundled_rules();
    all.into_iter().filter(|(name, _)| !name.contains("/cases/") && NAMES.iter().any(|part| name.contains(part))).collect()
}

/// The declaration that begins with these words, as its file and its bytes.
fn declaration(rules: &[(String, String)], head: &str) -> (usize, std::ops::Range<usize>) {
    for (i, (_, text)) in rules.iter().enumerate() {
        let Some(start) = text.match_indices(head).map(|(at, _)| at).find(|at| *at == 0 || text[..*at].ends_with('\n')) else { continue };
        let end = text[start..].find("\n\n").map_or(text.len(), |n| start + n);
        // A declaration on one line stands beside others.
        let line = text[start..].find('\n').map_or(text.len(), |n| start + n);
        let ends_here = text[line..].starts_with('\n') && !text[line + 1..].starts_with([' ', '}']);
        return (i, start..if ends_here { line } else { end });
    }
    panic!("the rules have a declaration `{head}`");
}

/// Where each token of a declaration stands in it; quotes of a text count one by one.
fn places(text: &str) -> Vec<std::ops::Range<usize>> {
    let mut found = Vec::new();
    let mut at = 0;
    for token in tokens(SourceId(0), text).expect("the declaration is readable") {
        at += text[at..].find(&token).expect("the token is in the text");
        let end = at + token.len();
        if token.starts_with('"') {
            found.extend([at..at + 1, end - 1..end]);
        } else if !token.starts_with("//") {
            found.push(at..end);
        }
        at = end;
    }
    found
}

/// Leaves out every token of a declaration in turn. What cannot be read any more is told once; no use of what it declares says more.
fn check(head: &str) {
    let rules = rules();
    let (file, range) = declaration(&rules, head);
    let text = &rules[file].1[range.clone()];
    let mut sources = SourceMap::default();
    let ids: Vec<SourceId> = rules.iter().map(|(name, text)| sources.add(name.clone(), text.clone(), SourceKind::Rules)).collect();
    let mut parsed = filingc::driver::parse(&sources, &ids, &mut Diagnostics::new());
    let mut planted = 0;
    let places = places(text);
    // Of a long declaration some of its tokens tell enough.
    let step = places.len() / MOST + 1;
    for place in places.into_iter().step_by(step) {
        let mut slipped = rules[file].1.clone();
        slipped.replace_range(range.start + place.start..range.start + place.end, "");
        let id = sources.add(rules[file].0.clone(), slipped, SourceKind::Rules);
        let mut found = Diagnostics::new();
        parsed[file] = parse(&sources, id, &mut found);
        if !found.has_errors() {
            // Still a text of the language.
            continue;
        }
        planted += 1;
        filingc::driver::compile_parsed(&parsed, &mut found);
        let found = found.into_sorted();
        let without = &sources.get(id).text[range.start..range.end - place.len()];
        assert_eq!(found.len(), 1, "{head} without `{}` at {}\n{}\n{without}", &text[place.clone()], place.start, lines(&found, &sources));
    }
    assert!(planted > 4, "{head}: {planted} slips");
}

macro_rules! slips {
    ($($name:ident $head:literal,)*) => {
        $(#[test]
        fn $name() {
            check($head);
        })*
    };
}

slips! {
    a_source "source huawei-after-approval",
    an_enum "enum entity_nature",
    an_open_enum "open enum certificate_type",
    a_record "record entity_certificate",
    the_manifest "manifest {",
    a_parameter "parameter domain_validity:",
    a_definition "define is_public_body",
    a_decision_table "define filing_type",
    a_requirement "requirement dom-not-expired",
    a_material "material entity_certificate",
    a_step "step s01-account",
    an_amendment "amend prin-entity-principal",
    a_replacement "replace mat-residence-permit",
    a_confirmation "confirm prin-foreign",
    a_waiver "waive proc-no-edit-while-adding-access",
    a_value_of_a_region "set ind_min_age",
    a_region "region zj",
    the_base "region cn",
}

#[test]
fn the_head_of_a_file() {
    for head in ["of cn\n", "part cn\n", "part of\n"] {
        let mut slipped = rules();
        let file = slipped.iter().position(|(name, _)| name.ends_with("national/people.filing")).expect("the rules have people");
        slipped[file].1 = slipped[file].1.replacen("part of cn\n", head, 1);
        let (_, found, sources) = compile(&slipped);
        assert_eq!(found.len(), 1, "{head}{}", lines(&found, &sources));
    }
}

#[test]
fn a_text_without_its_quote_costs_one_message_in_the_whole_rulebook() {
    let mut rules = bundled_rules();
    let (file, at) = rules
        .iter()
        .enumerate()
        .find_map(|(i, (_, text))| Some((i, text.find("source xiaosb-com-new-zhejiang \"")?)))
        .expect("the rules have the source");
    let quote = at + rules[file].1[at..].find('"').expect("the title begins");
    rules[file].1.remove(quote);
    let (_, found, sources) = compile(&rules);
    assert_eq!(lines(&found, &sources).lines().count(), 1, "{}", lines(&found, &sources));
}
