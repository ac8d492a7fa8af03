//! The lists of the rulebook, value by value: each counts as what the list says it is, in every way of writing it, and changing a list changes the answer.

use crate::support::{bundled_book, bundled_rules, example, root, run_with};
use filingc::driver;
use filingc::eval::{Outcome, Verdict};
use filingc::manifest::{self, Document, Format};
use filingc::value::FieldType;
use filingc::{Diagnostics, Rulebook, SourceKind, SourceMap};
use serde_json::{Value, json};

const DAY: jiff::civil::Date = jiff::civil::date(2026, 11, 23);

/// A filing in order, changed at some places.
fn filing(changes: &[(&str, Value)]) -> Value {
    let mut tree = example("c01-company-complete.toml");
    for (pointer, value) in changes {
        match tree.pointer_mut(pointer) {
            Some(at) => *at = value.clone(),
            None => {
                let (table, name) = pointer.rsplit_once('/').expect("a place in a table");
                let table = tree.pointer_mut(table).and_then(Value::as_object_mut).expect("the table is there");
                table.insert(name.to_owned(), value.clone());
            }
        }
    }
    tree
}

fn read(book: &Rulebook, tree: &Value) -> (Document, Diagnostics) {
    let mut sources = SourceMap::default();
    let id = sources.add("m.json", tree.to_string(), SourceKind::Manifest);
    let mut problems = Diagnostics::new();
    (manifest::read(&sources, id, Format::Json, book.schema(), DAY, &mut problems), problems)
}

/// How rules end for a filing, and the verdict.
fn ends(book: &Rulebook, tree: &Value, rules: &[&str]) -> (Vec<Option<Outcome>>, Verdict) {
    let (document, _) = read(book, tree);
    let outcomes = driver::evaluate(book, &document, DAY, false, false);
    let view = book.view();
    let of = |name: &&str| {
        let of_rule = |r: u32| view.rule_name(r) == *name;
        outcomes.law.active.rules.iter().zip(&outcomes.all.ended).find(|(r, _)| of_rule(r.rule)).map(|(_, e)| e.outcome)
    };
    (rules.iter().map(of).collect(), outcomes.verdict(book))
}

/// The texts of a list that a rule file writes after some words.
fn list(file: &str, after: &str) -> Vec<String> {
    let text = std::fs::read_to_string(root().join("regions/national").join(file)).expect("the file is readable");
    let rest = text.split_once(after).unwrap_or_else(|| panic!("{file} holds {after}")).1;
    let inside = rest.split_once('[').expect("a list begins").1.split_once(']').expect("a list ends").0;
    inside.split(',').map(|x| x.trim().trim_matches('"').to_owned()).filter(|x| !x.is_empty()).collect()
}

/// A text in full-width letters.
fn full_width(text: &str) -> String {
    text.chars().map(|c| if c.is_ascii_graphic() { char::from_u32(c as u32 + 0xFEE0).expect("a full-width twin") } else { c }).collect()
}

#[test]
fn every_suffix_is_taken_or_refused_as_its_list_says() {
    let (book, _) = bundled_book();
    let (approved, refused) =
        (list("suffixes.filing", "parameter approved_suffixes"), list("suffixes.filing", "parameter refused_suffixes"));
    assert!(approved.len() > 140 && refused.len() > 800, "{} and {}", approved.len(), refused.len());
    let rules = ["cn/dom-approved-suffix", "cn/dom-approved-suffix-unlisted"];
    let with = |name: String| {
        let changes = [("/domain/0/name", json!(name)), ("/service/0/domains", json!([name]))];
        ends(&book, &filing(&changes), &rules).0
    };
    for suffix in &approved {
        for name in [format!("lanshan-demo.{suffix}"), format!("LANSHAN-DEMO.{}", suffix.to_uppercase())] {
            assert_eq!(with(name), [Some(Outcome::Satisfied), Some(Outcome::Satisfied)], "{suffix} is approved");
        }
    }
    let mut judged = 0;
    for suffix in &refused {
        // Below some, such as `ck` and `za`, names are registered one level further down, and some exist no longer: a name directly below is none.
        let names = ["", "com.", "co."].map(|below| format!("lanshan-demo.{below}{suffix}"));
        let is_name = |name: &&String| !read(&book, &filing(&[("/domain/0/name", json!(name))])).1.has_errors();
        if let Some(name) = names.iter().find(is_name) {
            assert_eq!(with(name.clone())[0], Some(Outcome::Violated), "{suffix} is refused");
            judged += 1;
        }
    }
    assert!(judged > 750, "{judged} of {} refused suffixes exist", refused.len());
    // Near misses are no names at all.
    for suffix in ["cnn", "comm", "topp", "xyzz"] {
        let (_, problems) = read(&book, &filing(&[("/domain/0/name", json!(format!("lanshan-demo.{suffix}")))]));
        assert!(problems.has_errors(), "{suffix} does not exist");
    }
    // Some stand in neither list.
    for suffix in ["aero", "museum", "music", "kids"] {
        let found = with(format!("lanshan-demo.{suffix}"));
        assert_eq!(found, [Some(Outcome::Satisfied), Some(Outcome::Violated)], "{suffix} is not known");
    }
}

#[test]
fn every_node_lies_where_its_provider_has_it() {
    let (book, _) = bundled_book();
    let text = std::fs::read_to_string(root().join("regions/national/nodes.filing")).expect("the file is readable");
    let providers = text.match_indices("node_provider in [").map(|(i, m)| text[i + m.len()..].split_once(']').expect("a list ends").0);
    let providers: std::collections::BTreeSet<&str> = providers.flat_map(|p| p.split(", ")).collect();
    assert!(providers.len() >= 15, "{providers:?}");
    let mut n = 0;
    for provider in providers {
        let name = provider.replace('-', "_");
        for (place, is_outside) in [("mainland", false), ("outside", true)] {
            let head = format!("define {name}_{place} = ");
            let Some((_, body)) = text.split_once(head.as_str()) else { continue };
            let body = body.split_once("\n\n").map_or(body, |(b, _)| b);
            let Some((_, nodes)) = body.split_once("instance.region in [") else { continue };
            let nodes = nodes.split_once(']').expect("a list ends").0;
            for node in nodes.split(',').map(|x| x.trim().trim_matches('"')).filter(|x| !x.is_empty()) {
                let mut ways = vec![node.to_owned(), node.to_uppercase(), format!(" {node} ")];
                ways.dedup();
                for way in ways {
                    n += 1;
                    let changes =
                        [("/instance/provider", json!(provider)), ("/filing/provider", json!(provider)), ("/instance/region", json!(way))];
                    let (_, verdict) = ends(&book, &filing(&changes), &[]);
                    assert_eq!(verdict == Verdict::NotRequired, is_outside, "{provider}: `{way}` is {place}, found {verdict:?}");
                }
            }
        }
    }
    assert!(n > 1_000, "{n} names of nodes");
}

#[test]
fn a_registrar_is_known_in_every_way_of_writing_it() {
    let (book, _) = bundled_book();
    let field = filingc::scaffold::field_at(book.schema(), "domain.registrar").expect("the field is there");
    let FieldType::Enum(id) = field.ty else { panic!("an enum") };
    let values = book.schema().enumeration(id).values.clone();
    assert!(values.len() > 60, "{}", values.len());
    let places = |tree: &Value| {
        let (document, problems) = read(&book, tree);
        let unlisted = problems.iter().any(|d| d.code.text() == "F5016");
        let slot = filingc::prove::places(book.schema(), &document).list.iter().find(|p| p.path.ends_with(".registrar")).map(|p| p.slot);
        (document.slots[slot.expect("a registrar") as usize], unlisted)
    };
    for (i, value) in values.iter().enumerate() {
        let ways =
            [value.name.clone(), value.title.zh.clone(), value.title.en.clone(), value.title.en.to_uppercase(), full_width(&value.name)];
        for way in ways.into_iter().chain(value.also.clone()) {
            let (found, unlisted) = places(&filing(&[("/domain/0/registrar", json!(way))]));
            let is_it = matches!(found, filingc::value::Value::Enum(n) if usize::try_from(n).expect("it fits") == i);
            assert!(is_it && !unlisted, "`{way}` is {}: {found:?}", value.name);
        }
        // A near miss is no other registrar.
        let (_, unlisted) = places(&filing(&[("/domain/0/registrar", json!(format!("{} Wrong", value.title.en)))]));
        assert!(unlisted, "`{} Wrong` is nobody", value.title.en);
    }
}

#[test]
fn a_ruleset_folder_with_another_calendar_and_another_node_answers_otherwise() {
    let example = std::fs::read_to_string(root().join("examples/c01-company-complete.toml")).expect("the example is readable");
    assert!(example.contains("\"cn-hangzhou\""));
    let manifest = example.replace("\"cn-hangzhou\"", "\"cn-kunming\"");
    let mut rules = bundled_rules();
    let answer = |folder: &str, rules: &[(String, String)], arguments: &[&str]| {
        let mut files: Vec<(&str, &str)> = rules.iter().map(|(n, t)| (n.as_str(), t.as_str())).collect();
        files.push(("m.toml", &manifest));
        run_with(folder, &files, arguments).out
    };
    let check = ["check", "m.toml", "--rules", "regions", "--no-cache", "--lang", "en"];
    let before = answer("verdict/before", &rules, &check);
    assert!(
        before.contains("verdict: incomplete") && before.contains("`instance.mainland` is not stated"),
        "no list knows the node: {before}"
    );
    for (name, text) in &mut rules {
        if name.ends_with("nodes.filing") {
            *text = text.replacen("\"cn-qingdao\", ", "\"cn-qingdao\", \"cn-kunming\", ", 1);
        }
        if name.ends_with("calendar.filing") {
            text.push_str(
                "\nsource test-2027 \"synthetic notice\" zh \"虚构的通知\" { read 2026-11-23 }\n\ncalendar 2027 \"working days of 2027\" zh \"2027年工作日\" {\n  source test-2027\n  off 2027-01-01 .. 2027-01-03\n}\n",
            );
        }
    }
    let after = answer("verdict/after", &rules, &check);
    assert!(after.contains("verdict: ready"), "the folder knows the node: {after}");
    let plan = ["plan", "m.toml", "--rules", "regions", "--no-cache", "--lang", "en", "--on", "2026-12-28"];
    let (early, late) = (answer("verdict/before", &bundled_rules(), &plan), answer("verdict/after", &rules, &plan));
    let is_open = "the calendar of 2027 is not announced";
    assert!(early.contains(is_open) && late.contains("goal: ") && !late.contains(is_open), "{early}\n{late}");
}
