//! The pages of codes and lints: each is whole in both languages, and its examples are true. What stands under *Wrong* gives the code of the
//! page, what stands under *Right* does not.

use crate::guide::{Ran, blocks, run_blocks};
use crate::support::{bundled_book, compile, lines, root};
use filingc::diagnostic::{Code, lines_in};
use filingc::lint::LINTS;
use filingc::manifest::{self as reader, Format};
use filingc::value::parse_date;
use filingc::{Diagnostics, Language, Rulebook, SourceKind, SourceMap};

const HEADINGS: &[&str] = &["## Wrong", "## Right", "## Why", "## 中文", "### 为什么"];

/// Codes whose examples need more than a text or a command: nothing reports the first any more, the other changes rules at random.
const TOLD: &[&str] = &["F1016", "F2018", "F8005"];

/// Every page by its name, with both titles.
fn pages() -> Vec<(&'static str, (&'static str, &'static str), &'static str)> {
    let codes = Code::ALL.iter().map(|c| (c.id(), c.title(), c.page()));
    codes.chain(LINTS.iter().map(|l| (l.name, l.title, l.page))).collect()
}

/// The text below a heading, up to the next one.
fn section<'a>(page: &'a str, heading: &str) -> &'a str {
    let start = page.find(&format!("\n{heading}\n")).map_or(page.len(), |at| at + heading.len() + 2);
    let rest = &page[start..];
    let end = HEADINGS.iter().filter_map(|h| rest.find(&format!("\n{h}\n"))).min().unwrap_or(rest.len());
    rest[..end].trim()
}

/// What is said outside of the examples, as one line.
fn prose(text: &str) -> String {
    text.split("```").step_by(2).collect::<String>().replace('\n', " ")
}

/// Sentences without their stops and blanks.
fn sentences(text: &str) -> Vec<String> {
    prose(text).split(['。', '；', '!']).flat_map(|s| s.split(". ")).map(|s| s.trim().to_owned()).filter(|s| !s.is_empty()).collect()
}

#[test]
fn every_page_has_its_parts_in_order() {
    for (name, (en, _), page) in pages() {
        assert!(page.starts_with(&format!("# {name}: {en}\n\n")), "{name}: the page has the title of the catalog");
        let found: Vec<&str> = page.split("```").step_by(2).flat_map(str::lines).filter(|l| l.starts_with("##")).collect();
        assert_eq!(found, HEADINGS, "{name}");
        for heading in ["## Wrong", "## Right"] {
            assert!(!blocks(section(page, heading)).is_empty(), "{name}: an example below {heading}");
        }
    }
}

#[test]
fn every_page_says_what_and_why_in_whole_sentences() {
    for (name, (_, zh), page) in pages() {
        let meaning = page.split("\n## ").next().and_then(|s| s.split_once('\n')).map_or("", |(_, rest)| rest).trim();
        for (part, least) in [(meaning, 20), (section(page, "## Why"), 60)] {
            let text = prose(part);
            assert!(text.len() >= least && text.ends_with(['.', '|']), "{name}: {text}");
        }
        for (part, least) in [(section(page, "## 中文"), 7), (section(page, "### 为什么"), 14)] {
            let text = prose(part);
            let n_chinese = text.chars().filter(|c| ('\u{4e00}'..='\u{9fff}').contains(c)).count();
            assert!(n_chinese >= least && text.ends_with('。'), "{name}: {text}");
            let words: String = text.split('`').step_by(2).collect();
            assert!(!words.contains([',', ';', '?']), "{name}: full-width marks: {text}");
        }
        let chinese = [sentences(section(page, "## 中文")), sentences(section(page, "### 为什么"))].concat();
        let english = [sentences(meaning), sentences(section(page, "## Why"))].concat();
        for said in [chinese, english] {
            for (i, sentence) in said.iter().enumerate() {
                assert!(!said[..i].contains(sentence), "{name} says twice: {sentence}");
            }
            assert!(said[0] != zh, "{name}: the title is no sentence");
        }
    }
}

/// Examples of rules as files, with what they take for granted; the path of a block is the name of its file.
fn ruleset(part: &str) -> (Vec<(String, String)>, bool) {
    let read = |name: &str| std::fs::read_to_string(root().join("tests/it/lint").join(name)).expect("the context is readable");
    let mut files: Vec<(String, String)> =
        ["vocabulary.filing", "cn.filing", "ln.filing"].iter().map(|n| ((*n).to_owned(), read(n))).collect();
    let mut replaces = false;
    for (i, block) in blocks(part).into_iter().filter(|b| b.language == "filing").enumerate() {
        let words: Vec<&str> =
            block.text.lines().filter(|l| !l.starts_with([' ', '}', '/'])).filter_map(|l| l.split_whitespace().next()).collect();
        let vocabulary = ["enum", "open", "record", "type", "manifest", "role", "lookup"];
        let names_its_layer = words.iter().any(|w| ["part", "region", "provider"].contains(w));
        match block.path {
            Some(path) => {
                let n_before = files.len();
                files.retain(|f| f.0 != path);
                replaces |= files.len() < n_before;
                files.push((path, block.text));
            }
            None if names_its_layer || words.iter().all(|w| vocabulary.contains(w)) => {
                files.push((format!("example-{i}.filing"), block.text))
            }
            None => files.push((format!("example-{i}.filing"), format!("part of cn\n{}", block.text))),
        }
    }
    (files, replaces)
}

/// Codes that a manifest gets, in the order of its findings.
fn codes_of_manifests(part: &str, book: &Rulebook) -> Vec<String> {
    let on = parse_date("2026-11-23").expect("a date");
    let mut found = Vec::new();
    for block in blocks(part) {
        let format = if block.language == "json" { Format::Json } else { Format::Toml };
        let mut sources = SourceMap::default();
        let id = sources.add("manifest", block.text, SourceKind::Manifest);
        let mut problems = Diagnostics::new();
        let document = reader::read(&sources, id, format, &book.index.schema, on, &mut problems);
        let options = filingc::Options { region: None, on: Some(on), today: on, strict: false, require_look_ups: false, detailed: false };
        let checked = filingc::check(book, &sources, document, problems, &options);
        found.extend(checked.diagnostics.iter().map(|d| d.code.text().to_owned()));
    }
    found
}

#[test]
fn examples_of_rules_show_their_code() {
    let mut n = 0;
    for code in Code::ALL {
        let (wrong, right) = (section(code.page(), "## Wrong"), section(code.page(), "## Right"));
        if blocks(wrong).iter().any(|b| b.language != "filing") {
            continue;
        }
        let (_, found, sources) = compile(&ruleset(wrong).0);
        let listed = lines(&found, &sources);
        assert!(found.iter().any(|d| d.code.text() == code.id()), "{}: {listed}", code.id());
        let (files, replaces) = ruleset(right);
        let (_, found, sources) = compile(&files);
        let listed = lines(&found, &sources);
        assert!(found.iter().all(|d| d.code.text() != code.id()), "{}: {listed}", code.id());
        // Where the vocabulary of the examples is replaced, the rest of them has nothing to stand on.
        assert!(found.is_empty() || replaces, "{}: {listed}", code.id());
        n += 1;
    }
    assert!(n > 40, "{n} pages have examples of rules");
}

#[test]
fn examples_of_manifests_show_their_code() {
    let (book, _) = bundled_book();
    let mut n = 0;
    for code in Code::ALL {
        let (wrong, right) = (section(code.page(), "## Wrong"), section(code.page(), "## Right"));
        if blocks(wrong).iter().any(|b| !["toml", "json"].contains(&b.language.as_str()) || b.path.is_some()) {
            continue;
        }
        let found = codes_of_manifests(wrong, &book);
        assert!(found.iter().any(|c| c == code.id()), "{}: {found:?}", code.id());
        let found = codes_of_manifests(right, &book);
        assert!(found.iter().all(|c| c != code.id()), "{}: {found:?}", code.id());
        n += 1;
    }
    assert!(n > 15, "{n} pages have examples of manifests");
}

#[test]
fn examples_of_commands_show_their_code() {
    let mut n = 0;
    for code in Code::ALL {
        let (wrong, right) = (section(code.page(), "## Wrong"), section(code.page(), "## Right"));
        if blocks(wrong).iter().all(|b| b.language != "console") {
            continue;
        }
        let mark = format!("[{}]", code.id());
        let said = |part: &str, which: &str| -> String {
            run_blocks(&blocks(part), &format!("{}-{which}", code.id()), Language::En)
                .into_iter()
                .map(|Ran { out, err }| out + &err)
                .collect()
        };
        let found = said(wrong, "wrong");
        assert!(found.contains(&mark), "{}: {found}", code.id());
        let found = said(right, "right");
        assert!(!found.contains(&mark), "{}: {found}", code.id());
        n += 1;
    }
    assert!(n > 15, "{n} pages have commands");
}

#[test]
fn every_code_has_an_example_that_is_tried() {
    for code in Code::ALL {
        let tried = blocks(section(code.page(), "## Wrong")).iter().all(|b| b.language != "text");
        assert_eq!(tried, !TOLD.contains(&code.id()), "{}", code.id());
    }
}

#[test]
fn a_page_is_shown_in_one_language() {
    for (name, _, page) in pages() {
        let zh = lines_in(page, Language::Zh).join("\n");
        assert!(!zh.contains("## Why") && zh.contains("\n## 错误写法\n\n```") && zh.contains("\n## 正确写法\n\n```"), "{name}: {zh}");
        let en = lines_in(page, Language::En).join("\n");
        assert!(!en.contains("## 中文") && en.contains("\n## Wrong\n") && en.ends_with(section(page, "## Why")), "{name}: {en}");
    }
}
