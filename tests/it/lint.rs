//! Lints fire where they should, at the right place, and stay silent beside it; fixes keep the meaning.

use crate::generate::{day, manifest, ruleset, tape};
use crate::support::{bundled_rules, files, lines, root};
use filingc::driver::{self, Checked, Options, Rulebook};
use filingc::lint::{self, Input, LINTS, Level, Settings, Term};
use filingc::manifest::{self as reader, Format};
use filingc::value::{Date, parse_date};
use filingc::{Diagnostic, Diagnostics, Severity, SourceId, SourceKind, SourceMap};
use proptest::prelude::*;
use std::collections::BTreeMap;

fn settings() -> Settings {
    let mut settings = Settings::new(parse_date("2026-11-23").expect("a date"));
    // Every lint runs, also those that are off by default.
    settings.levels = LINTS.iter().map(|l| (l.name.to_owned(), Level::Warn)).collect();
    let term = |use_word: &str, not: &[&str], is_chinese| Term {
        use_word: use_word.to_owned(),
        not: not.iter().map(|t| (*t).to_owned()).collect(),
        except: vec![],
        is_chinese,
    };
    settings.terms = vec![term("access provider", &["hosting company"], false), term("接入商", &["接入服务商"], true)];
    settings
}

/// What is found in texts that compile.
fn lint(files: &[(String, String)]) -> (Vec<Diagnostic>, SourceMap) {
    let mut sources = SourceMap::default();
    let ids: Vec<SourceId> = files.iter().map(|(n, t)| sources.add(n.clone(), t.clone(), SourceKind::Rules)).collect();
    let mut diagnostics = Diagnostics::new();
    let parsed = driver::parse(&sources, &ids, &mut diagnostics);
    let compiled = driver::compile_parsed(&parsed, &mut diagnostics);
    let warnings = diagnostics.into_sorted();
    let errors: Vec<Diagnostic> = warnings.iter().filter(|d| d.severity == Severity::Error).cloned().collect();
    assert!(errors.is_empty(), "{}\n{}", lines(&errors, &sources), files.iter().map(|f| f.1.as_str()).collect::<String>());
    let input = Input { sources: &sources, files: &parsed, program: &compiled.program, cases: &compiled.cases, warnings: &warnings };
    let found = lint::run(&input, &settings());
    (found, sources)
}

/// Examples with what they take for granted.
fn in_context(blocks: &[String]) -> Vec<(String, String)> {
    let read = |name: &str| std::fs::read_to_string(root().join("tests/it/lint").join(name)).expect("the context is readable");
    let mut vocabulary = read("vocabulary.filing");
    if blocks.iter().any(|b| b.contains("record shop_record")) {
        vocabulary = vocabulary.replace("  domain: list", "  shop: list of shop_record? \"shops\" zh \"店铺\"\n  domain: list");
    }
    let mut files = vec![
        ("vocabulary.filing".to_owned(), vocabulary),
        ("cn.filing".to_owned(), read("cn.filing")),
        ("ln.filing".to_owned(), read("ln.filing")),
    ];
    for (i, block) in blocks.iter().enumerate() {
        // Vocabulary belongs to no layer.
        let at = block.find("\nrequirement").map_or(0, |n| n + 1);
        let (head, rest) = if block.starts_with("record") {
            block.split_at(at.max(if block.contains("\nrequirement") { 0 } else { block.len() }))
        } else {
            ("", block.as_str())
        };
        if !head.is_empty() {
            files.push((format!("vocabulary-{i}.filing"), head.to_owned()));
        }
        let layer = if rest.starts_with("part of") { "" } else { "part of cn\n" };
        files.push((format!("example-{i}.filing"), format!("{layer}{rest}")));
    }
    files
}

/// Findings of one lint in the examples themselves.
fn found_in(name: &str, files: &[(String, String)]) -> (Vec<Diagnostic>, SourceMap) {
    let (found, sources) = lint(files);
    let own = |d: &Diagnostic| d.labels.first().is_some_and(|l| l.span.source.0 >= 3);
    (found.into_iter().filter(|d| d.code.text() == name && own(d)).collect(), sources)
}

fn blocks(section: &str) -> Vec<String> {
    section.split("```filing\n").skip(1).filter_map(|rest| rest.split("```").next().map(str::to_owned)).collect()
}

fn section<'a>(page: &'a str, title: &str) -> &'a str {
    page.split("\n## ").find(|s| s.starts_with(title)).unwrap_or("")
}

#[test]
fn every_page_shows_its_lint_and_what_to_write() {
    for lint in LINTS {
        let name = lint.name;
        assert!(lint.page.starts_with(&format!("# {name}: {}\n", lint.title.0)), "{name}: the page has the title of the lint");
        assert!(section(lint.page, "中文").chars().any(|c| c as u32 > 0x3000), "{name} is explained in Chinese");
        assert!(section(lint.page, "Why").len() > 20, "{name} says why");
        assert!(!lint.title.1.is_ascii(), "{name} has a Chinese title");
        let (wrong, right) = (blocks(section(lint.page, "Wrong")), blocks(section(lint.page, "Right")));
        assert!(!wrong.is_empty() && !right.is_empty(), "{name} has examples");
        let (found, _) = found_in(name, &in_context(&wrong));
        assert!(!found.is_empty(), "{name} is not found in the wrong example");
        let (found, sources) = found_in(name, &in_context(&right));
        assert!(found.is_empty(), "{name} is found in the right example: {}", lines(&found, &sources));
        let text = wrong.concat() + &right.concat();
        assert!(!lint.is_fixable || lint.page.contains("`--fix`"), "{name} says what --fix does: {text}");
    }
    let known: Vec<String> = LINTS.iter().map(|l| format!("{}.md", l.name)).collect();
    for file in files(&root().join("docs/lints"), &["md"]) {
        let name = file.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        assert!(known.contains(&name), "{name} belongs to a lint");
    }
    assert!(LINTS.windows(2).all(|w| w[0].name < w[1].name), "lints are sorted by name");
}

/// What a lint says of a text in which `«` and `»` stand around the place it is to underline; without them it is to be silent.
fn assert_found(name: &str, marked: &[&str]) {
    let plain: Vec<String> = marked.iter().map(|m| m.replace(['«', '»'], "")).collect();
    let files = in_context(&plain);
    let (found, sources) = found_in(name, &files);
    let mut expected = Vec::new();
    for (i, text) in marked.iter().enumerate() {
        let file = files.iter().position(|f| f.0 == format!("example-{i}.filing")).expect("the example is a file");
        let head = files[file].1.len() - plain[i].len();
        let (mut at, mut start) = (head, 0);
        for c in text.chars() {
            match c {
                '«' => start = at,
                '»' => expected.push((file, start..at)),
                c => at += c.len_utf8(),
            }
        }
    }
    let places: Vec<_> = found.iter().map(|d| (d.labels[0].span.source.0 as usize, d.labels[0].span.range())).collect();
    let shown: Vec<String> = found.iter().map(|d| format!("{} at `{}`", d.message.en, sources.slice(d.labels[0].span))).collect();
    assert_eq!(places, expected, "{name} in {plain:?}: {shown:?}");
}

/// A requirement with a condition and a demand.
fn rule(when: &str, require: &str) -> String {
    let when = if when.is_empty() { String::new() } else { format!("  when {when}\n") };
    format!("requirement r \"a rule\" zh \"规则\" {{\n  source notice\n{when}  require {require}\n}}\n")
}

#[test]
fn constant_conditions() {
    let at = |when: &str, require: &str| assert_found("constant-condition", &[&rule(when, require)]);
    at("", "«entity.people <= 5 and entity.people >= 10»");
    at("", "entity.people <= 10 and entity.people >= 10");
    at("", "«entity.people < 6 and entity.people > 5»");
    at("", "«entity.people < 6 or entity.people > 5»");
    at("", "«entity.nature is enterprise and entity.nature is individual»");
    at("", "entity.nature is enterprise or (entity.nature is individual and entity.people > 3)");
    at("", "entity.name is given and «true»");
    at("", "«entity.remarks is given or entity.remarks is missing»");
    at("is_individual", "«entity.nature is individual»");
    at("is_individual", "«entity.nature is enterprise»");
    at("is_individual", "false");
    at("", "«false»");
    at("entity.founded >= 2020-01-01", "«entity.founded > 2019-12-31»");
    at("entity.founded >= 2020-01-01", "entity.founded > 2020-01-01");
    // A fact that is declared not to exist answers every comparison with no.
    at("", "entity.founded < 2020-01-01 or entity.founded >= 2020-01-01");
    at("", "no d in domain satisfies «d.holder is other and d.holder is entity»");
    at("", "«count of domain < 0»");
    at("", "count of domain > 0");
    at("«count of domain >= 0»", "entity.people > 3");
}

#[test]
fn double_negations() {
    let at = |require: &str| assert_found("double-negation", &[&rule("", require)]);
    at("«not (entity.remarks is missing)»");
    at("«not (entity.nature is not individual)»");
    at("«not entity.nature is not individual»");
    at("«not not is_individual»");
    at("«not (not is_individual)»");
    at("«(not (entity.remarks is missing))» is true");
    at("«(not not is_individual)» or entity.people > 3");
    at("entity.people > 3 and «not (entity.nature not in [individual])»");
    at("«not (no d in domain satisfies d.holder is other)»");
    at("not (entity.remarks is given)");
    at("not (entity.people > 3 and entity.remarks is missing)");
    at("not is_individual");
}

#[test]
fn negated_quantifiers() {
    let at = |require: &str| assert_found("negated-quantifier", &[&rule("", require)]);
    at("«every» d in domain satisfies d.holder is not other");
    at("(«no» d in domain satisfies d.holder is not entity) and is_individual");
    at("«every» d in domain satisfies d.holder not in [other]");
    at("some d in domain satisfies d.holder is not other");
    at("every d in domain satisfies d.holder is not other and d.name is given");
    at("no d in domain satisfies d.holder is other");
}

#[test]
fn demands_that_seek_faults() {
    let at = |when: &str, require: &str| assert_found("seeks-fault", &[&rule(when, require)]);
    at("", "«not (some d in domain satisfies d.holder is other)»");
    at("", "is_individual and «not (some d in domain satisfies d.holder is other)»");
    at("", "«(count of d in domain where d.holder is other) is 0»");
    at("not (some d in domain satisfies d.holder is other)", "is_individual");
    at("", "(count of d in domain where d.holder is entity) is 1");
    at("", "entity.remarks is missing");
}

#[test]
fn comparisons_of_free_text() {
    let at = |require: &str| assert_found("text-comparison", &[&rule("", require)]);
    at("entity.remarks is «\"no\"»");
    at("entity.remarks in «[\"no\", \"1\"]»");
    at("«\"no\"» is not entity.remarks");
    at("entity.remarks is not \"\"");
    at("entity.remarks is \"110000\"");
    at("entity.remarks is \"CN\"");
    at("entity.remarks in «[\"CN\", \"China\"]»");
    at("entity.remarks is entity.name");
    at("entity.remarks contains \"no\"");
    at("entity.nature is individual");
}

#[test]
fn characters_that_nobody_sees() {
    for c in ["\u{202e}", "\u{2066}", "\u{200b}", "\u{feff}", "\u{2028}", "\u{e0041}", "\u{ad}"] {
        assert_found("hidden-characters", &[&format!("// why«{c}»\ndefine d = is_individual \"d\" zh \"甲«{c}»乙\"\n")]);
    }
    assert_found("hidden-characters", &["define d = is_individual \"tab\there\" zh \"甲\"\r\n"]);
    let (found, _) = lint(&in_context(&["// \u{202e}\ndefine d = is_individual\n".to_owned()]));
    let d = found.iter().find(|d| d.code.text() == "hidden-characters").expect("it is found");
    assert_eq!(
        (d.message.en.as_str(), d.message.zh.as_str()),
        ("hidden character U+202E, right-to-left override", "看不见的字符 U+202E（从右到左覆盖）")
    );
}

#[test]
fn placeholders_without_a_value() {
    let at = |require: &str, report: &str| {
        let text = format!(
            "requirement r \"a rule\" zh \"规则\" {{\n  source notice\n  require {require}\n  report at entity.remarks \"is {report}\" zh \"无\"\n}}\n"
        );
        assert_found("unfillable-placeholder", &[&text]);
    };
    at("entity.remarks is given", "«{entity.remarks}»");
    at("entity.remarks is given and entity.remarks is not entity.name", "{entity.remarks}");
    at("entity.remarks is given", "{entity.name}");
    at("entity.remarks is given or is_individual", "«{entity.remarks}»");
    at("entity.remarks is missing", "{entity.remarks}");
}

#[test]
fn exceptions_that_change_nothing() {
    let base =
        "requirement few \"few\" zh \"少\" {\n  source notice\n  when entity.people > 3\n  require entity.people <= 5 or entity.local\n}\n";
    let at = |exceptions: &str| {
        let amend = format!("part of ln\namend few {{\n{exceptions}}}\n");
        assert_found("unreachable-exception", &[base, &amend]);
    };
    at("  except a \"a\" zh \"甲\" when «entity.people < 2» { source ln-notice }\n");
    at("  except a \"a\" zh \"甲\" when entity.people > 100 { source ln-notice }\n");
    at("  except «a» \"a\" zh \"甲\" when entity.people is 4 { source ln-notice }\n");
    at("  except «a» \"a\" zh \"甲\" when entity.local { source ln-notice }\n");
    at(
        "  except a \"a\" zh \"甲\" when entity.people > 8 { source ln-notice }\n  except «b» \"b\" zh \"乙\" when entity.people > 9 { source ln-notice }\n",
    );
    at(
        "  except a \"a\" zh \"甲\" when entity.people > 9 { source ln-notice }\n  except b \"b\" zh \"乙\" when entity.people < 9 { source ln-notice }\n",
    );
    // An exception that another takes back, or of a weak source, covers nothing.
    at(
        "  except a \"a\" zh \"甲\" when entity.people > 8 { source ln-notice confidence low }\n  except b \"b\" zh \"乙\" when entity.people > 9 { source ln-notice }\n",
    );
}

#[test]
fn layers_that_repeat_their_base() {
    let base = rule("is_individual and entity.people > 3", "entity.remarks is given");
    let own = |id: &str, when: &str, require: &str| {
        format!("part of ln\nrequirement {id} \"own\" zh \"自有\" {{\n  source ln-notice\n  when {when}\n  require {require}\n}}\n")
    };
    let at = |own: String| assert_found("restated-base-rule", &[&base, &own]);
    at(own("«own»", "is_individual and entity.people > 3", "entity.remarks is given"));
    at(own("«own»", "entity.people > 3 and is_individual", "entity.remarks is given"));
    at(own("own", "is_individual", "entity.remarks is given"));
    at(own("own", "is_individual and entity.people > 3", "entity.remarks is given and entity.name is given"));
    let limit = "parameter limit: integer = 3 \"limit\" zh \"上限\" { source notice }\nrequirement r \"r\" zh \"规则\" { source notice require count of domain <= limit }\n";
    assert_found("restated-base-rule", &[limit, "part of ln\nset «limit» = 3 { source ln-notice }\n"]);
    assert_found("restated-base-rule", &[limit, "part of ln\nset limit = 4 { source ln-notice }\n"]);
}

#[test]
fn things_that_nothing_uses() {
    assert_found("unused-definition", &["define «a» = is_individual\n"]);
    assert_found("unused-definition", &["define «b» = a\ndefine a = is_individual\n"]);
    assert_found("unused-source", &["source «s» \"S\" { read 2026-11-23 }\n"]);
    let cited =
        "source s \"S\" { read 2026-11-23 }\nadvice a \"advice\" zh \"提示\" { source notice reading \"other\" zh \"另\" source s }\n";
    assert_found("unused-source", &[cited]);
    assert_found("unused-parameter", &["parameter «p»: integer = 3 \"p\" zh \"参数\" { source notice }\n"]);
}

#[test]
fn the_same_demand_twice() {
    let two = |second: &str| format!("{}requirement {second}\n}}\n", rule("is_individual", "entity.remarks is given"));
    let at = |second: &str| assert_found("identical-requirements", &[&two(second)]);
    at("«s» \"other words\" zh \"其他\" {\n  source other-notice\n  when is_individual\n  require entity.remarks is given");
    at("s \"other\" zh \"其他\" {\n  source other-notice\n  require entity.remarks is given");
    at("s \"other\" zh \"其他\" {\n  source other-notice\n  should\n  when is_individual\n  require entity.remarks is given");
}

#[test]
fn ages_and_ends() {
    assert_found("old-source", &["source «s» \"S\" { read 2024-11-22 }\n"]);
    assert_found("old-source", &["source s \"S\" { read 2024-11-23 }\n"]);
    let until = |range: &str| {
        let text = format!("requirement r \"r\" zh \"规则\" {{\n  source notice\n  {range}\n  require is_individual\n}}\n");
        assert_found("version-ends", &[&text]);
    };
    until("«effective 2020-01-01 .. 2027-01-22 ends»");
    until("«effective 2020-01-01 .. 2026-11-23 ends»");
    until("effective 2020-01-01 .. 2027-01-23 ends");
    until("effective 2020-01-01 .. 2026-11-22 ends");
    let two = |first: &str| {
        let r = |e: &str| format!("requirement r \"r\" zh \"规则\" {{\n  source notice\n  {e}\n  require is_individual\n}}\n");
        assert_found("version-ends", &[&(r(first) + &r("effective 2022-01-01 .."))]);
    };
    two("«effective 2020-01-01 .. 2020-12-31 ends»");
    two("effective 2020-01-01 .. 2021-12-31 ends");
}

#[test]
fn words_of_the_glossary() {
    let at = |en: &str, zh: &str| {
        assert_found("discouraged-term", &[&format!("define d = is_individual \"{en}\" zh \"{zh}\"\n")]);
    };
    at("the «hosting company»", "主办者");
    at("the co-hosting company", "接入商");
    at("its «Hosting company» is", "由«接入服务商»提交");
    at("the hosting companyx", "“接入服务商”是引文");
}

// ---- fixes

type Files = Vec<(String, String)>;

/// The texts with every safe fix applied, and how many there were.
fn mended(files: &Files) -> (Files, usize) {
    let (mut now, mut count) = (files.clone(), 0);
    for _ in 0..10 {
        let (found, sources) = lint(&now);
        let fixed = lint::apply(&sources, &found);
        if fixed.count == 0 {
            return (now, count);
        }
        count += fixed.count;
        for (id, text) in fixed.texts {
            now[id.0 as usize].1 = text;
        }
    }
    panic!("fixes come to an end");
}

fn compiled(files: &Files) -> Option<Rulebook> {
    let mut sources = SourceMap::default();
    let ids: Vec<SourceId> = files.iter().map(|(n, t)| sources.add(n.clone(), t.clone(), SourceKind::Rules)).collect();
    let mut diagnostics = Diagnostics::new();
    let compiled = driver::compile(&sources, &ids, &mut diagnostics);
    (!diagnostics.has_errors()).then(|| crate::support::book(compiled))
}

fn checked(book: &Rulebook, text: &str, on: Date) -> Checked {
    let mut sources = SourceMap::default();
    let id = sources.add("manifest.toml", text.to_owned(), SourceKind::Manifest);
    let mut problems = Diagnostics::new();
    let document = reader::read(&sources, id, Format::Toml, &book.index.schema, on, &mut problems);
    let options = Options { region: None, on: Some(on), today: on, strict: false, require_look_ups: false, detailed: true };
    driver::check(book, &sources, document, problems, &options)
}

/// How each requirement ends and the verdict.
fn ends(checked: &Checked) -> (BTreeMap<String, String>, String) {
    let report = checked.report.as_ref().expect("the manifest is readable");
    let rules = report.rules.iter().map(|r| (r.name.clone(), format!("{:?}", r.outcome))).collect();
    (rules, report.verdict.key().to_owned())
}

/// Rules that were written with two negations where one word would do; texts and comments stay.
fn with_double_negations(files: &Files) -> Files {
    let given = regex_lite::Regex::new(r"(^|[ (])([a-z][a-z_0-9.]*) is given( as)?").expect("a pattern");
    let line = |l: &str| {
        if l.trim_start().starts_with("//") || l.matches('"').count() % 2 == 1 {
            return l.to_owned();
        }
        let parts = l.split('"').enumerate().map(|(i, part)| {
            if i % 2 == 1 {
                return part.to_owned();
            }
            let twice = |c: &regex_lite::Captures<'_>| match c.get(3) {
                Some(_) => c[0].to_owned(),
                None => format!("{}not ({} is missing)", &c[1], &c[2]),
            };
            given.replace_all(part, twice).into_owned()
        });
        parts.collect::<Vec<_>>().join("\"")
    };
    files.iter().map(|(n, t)| (n.clone(), t.lines().map(|l| line(l) + "\n").collect())).collect()
}

#[test]
fn fixes_of_the_rulebook_keep_every_outcome() {
    let original = bundled_rules();
    let twisted = with_double_negations(&original);
    let (fixed, count) = mended(&twisted);
    assert!(count > 100, "{count} fixes");
    let after: String = fixed.iter().map(|f| f.1.as_str()).collect();
    assert!(!after.contains("is missing)\n  require not ("), "nothing is left to mend");
    let books = [&original, &twisted, &fixed].map(|f| compiled(f).expect("the rules compile"));
    let on = parse_date("2026-11-23").expect("a date");
    // One of three: the whole set takes long without optimisation.
    for example in files(&root().join("examples"), &["toml"]).into_iter().step_by(3) {
        let text = std::fs::read_to_string(&example).expect("an example is readable");
        let [a, b, c] = books.each_ref().map(|book| ends(&checked(book, &text, on)));
        assert_eq!(a, b, "{}: two negations mean what none means", example.display());
        assert_eq!(a, c, "{}: fixes keep the meaning", example.display());
    }
}

#[test]
fn fixes_of_the_pages_keep_every_verdict() {
    let on = parse_date("2026-11-23").expect("a date");
    for lint in LINTS.iter().filter(|l| l.is_fixable) {
        let before = in_context(&blocks(section(lint.page, "Wrong")));
        let (after, count) = mended(&before);
        assert!(count > 0 && !found_in(lint.name, &before).0.is_empty(), "{}: its example is mended", lint.name);
        assert!(found_in(lint.name, &after).0.is_empty(), "{}: nothing is left", lint.name);
        let books = [&before, &after].map(|f| compiled(f).expect("the rules compile"));
        for manifest in all_manifests().iter().step_by(41) {
            let text = format!("[filing]\nregion = \"ln\"\n{manifest}[[domain]]\nname = \"a.cn\"\nholder = \"other\"\n");
            let [a, b] = books.each_ref().map(|book| ends(&checked(book, &text, on)));
            assert_eq!(a.1, b.1, "{}: {text}", lint.name);
            for (name, end) in &b.0 {
                assert_eq!(a.0.get(name), Some(end), "{}: {name} of {text}", lint.name);
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn fixes_of_generated_rules_keep_every_outcome(rules in tape(400), manifests in prop::collection::vec(tape(120), 4), mut days in tape(4)) {
        let before: Files = with_double_negations(&ruleset(rules).files());
        let book = compiled(&before);
        prop_assume!(book.is_some());
        let book = book.expect("the rules compile");
        let (after, _) = mended(&before);
        let mended = compiled(&after).expect("mended rules compile");
        for tape in manifests {
            let (text, on) = (manifest(tape).toml(), day(&mut days));
            let (a, b) = (ends(&checked(&book, &text, on)), ends(&checked(&mended, &text, on)));
            prop_assert_eq!(&a.1, &b.1);
            for (name, end) in &b.0 {
                prop_assert_eq!(a.0.get(name), Some(end), "{}", name);
            }
        }
    }
}

/// A condition over a few facts, and what it is made of.
fn condition(next: &mut impl FnMut(usize) -> usize, depth: usize) -> String {
    const ATOMS: &[&str] = &[
        "entity.people < 1",
        "entity.people <= 1",
        "entity.people is 2",
        "entity.people > 2",
        "entity.people >= 1",
        "entity.people is not 1",
        "is_individual",
        "entity.nature is enterprise",
        "entity.nature in [individual, enterprise]",
        "entity.nature is not individual",
        "entity.remarks is given",
        "entity.remarks is missing",
        "entity.remarks is none",
        "entity.remarks is \"a\"",
        "entity.remarks is given as \"b\"",
        "entity.founded < 2020-01-01",
        "entity.founded >= 2020-01-01",
        "entity.founded <= 2021-01-01",
        "entity.founded is given",
        "entity.local",
        "entity.local is false",
        "entity.local is given",
    ];
    match next(if depth == 0 { 1 } else { 4 }) {
        0 => ATOMS[next(ATOMS.len())].to_owned(),
        1 => format!("not ({})", condition(next, depth - 1)),
        n => {
            let word = if n == 2 { "and" } else { "or" };
            let parts: Vec<String> = (0..2 + next(2)).map(|_| format!("({})", condition(next, depth - 1))).collect();
            parts.join(&format!(" {word} "))
        }
    }
}

/// Every manifest that the conditions can tell apart.
fn all_manifests() -> Vec<String> {
    let line = |name: &str, values: &[&str]| {
        values.iter().map(|v| if v.is_empty() { String::new() } else { format!("{name} = {v}\n") }).collect::<Vec<_>>()
    };
    let fields = [
        line("people", &["", "0", "1", "2", "3"]),
        line("nature", &["", "\"individual\"", "\"enterprise\""]),
        line("remarks", &["", "\"none\"", "\"a\"", "\"b\"", "\"c\""]),
        line("founded", &["", "\"none\"", "2019-05-05", "2020-01-01", "2020-05-05", "2021-01-01", "2022-05-05"]),
        line("local", &["", "\"none\"", "true", "false"]),
    ];
    fields.iter().fold(vec!["[entity]\n".to_owned()], |all, field| {
        all.iter().flat_map(|head| field.iter().map(move |f| format!("{head}{f}"))).collect()
    })
}

#[test]
fn what_is_always_so_is_found_and_nothing_else() {
    let mut state = 20261123u64;
    let mut next = |n: usize| {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (state >> 33) as usize % n
    };
    let conditions: Vec<String> = (0..150).map(|_| condition(&mut next, 2)).collect();
    let rules: String = conditions
        .iter()
        .enumerate()
        .map(|(i, c)| format!("requirement r{i} \"rule\" zh \"规则\" {{\n  source notice\n  require {c}\n}}\n"))
        .collect();
    let files = in_context(&[rules]);
    let (found, sources) = found_in("constant-condition", &files);
    let mut claimed = vec![None; conditions.len()];
    for d in &found {
        let span = d.labels[0].span;
        let text = &sources.get(span.source).text;
        let head = text[..span.start as usize].rfind("requirement r").expect("a finding lies in a rule");
        let id: usize = text[head + 13..].split(' ').next().and_then(|t| t.parse().ok()).expect("a rule has a number");
        if sources.slice(span) == conditions[id] {
            claimed[id] = Some(d.message.en.contains("true"));
        }
    }
    let (mut ever_met, mut ever_violated) = (vec![false; conditions.len()], vec![false; conditions.len()]);
    let book = compiled(&files).expect("the rules compile");
    let on = parse_date("2026-11-23").expect("a date");
    for manifest in all_manifests() {
        let (ends, _) = ends(&checked(&book, &manifest, on));
        for (i, _) in conditions.iter().enumerate() {
            let end = ends[&format!("cn/r{i}")].as_str();
            ever_met[i] |= end == "Satisfied";
            ever_violated[i] |= end == "Violated";
        }
    }
    let mut n_claims = 0;
    for (i, condition) in conditions.iter().enumerate() {
        let truth = match (ever_met[i], ever_violated[i]) {
            (true, false) => Some(true),
            (false, _) => Some(false),
            _ => None,
        };
        assert_eq!(claimed[i], truth, "{condition}");
        n_claims += usize::from(truth.is_some());
    }
    assert!(n_claims > 5, "{n_claims} conditions come out one way");
}

#[test]
fn terms_are_those_of_the_glossary() {
    let read = |name: &str| std::fs::read_to_string(root().join(name)).expect("the file is readable");
    let (table, glossary) = (read("regions/terms.toml"), read("docs/glossary.md"));
    let words: Vec<&str> = table.split("use = \"").skip(1).filter_map(|t| t.split('"').next()).collect();
    assert!(words.len() > 8, "{words:?}");
    for word in words {
        assert!(glossary.contains(word), "`{word}` is in the glossary");
    }
}

#[test]
fn the_rulebook_is_clean() {
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_filingc"))
        .args(["lint", "--on", "2026-11-23", "--output-format", "concise"])
        .current_dir(root())
        .output()
        .expect("the program runs");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert_eq!(output.status.code(), Some(0), "{}{}", text(&output.stdout), text(&output.stderr));
}
