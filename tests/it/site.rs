//! The site of a rulebook: well-formed, in both languages, every link leads somewhere, and it says what the rules say.

use crate::support::{Ran, root, run_with};
use crate::web::{faults, parsed, text_of};
use roxmltree::Node;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

fn run(arguments: &[&str]) -> Ran {
    let mut command = Command::new(env!("CARGO_BIN_EXE_filingc"));
    command
        .args(arguments)
        .current_dir(root())
        .env_remove("FILINGC_RULES")
        .env("SOURCE_DATE_EPOCH", "1795392000")
        .env("FILINGC_LANG", "en");
    let output = command.output().expect("the program runs");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("output is UTF-8");
    Ran { out: text(output.stdout), err: text(output.stderr), code: output.status.code().expect("it ends by itself") }
}

fn read(folder: &Path) -> BTreeMap<String, String> {
    fn walk(folder: &Path, below: &str, out: &mut BTreeMap<String, String>) {
        for entry in std::fs::read_dir(folder).expect("the folder is readable") {
            let entry = entry.expect("an entry is readable");
            let name = format!("{below}{}", entry.file_name().to_string_lossy());
            if entry.path().is_dir() {
                walk(&entry.path(), &format!("{name}/"), out);
            } else {
                out.insert(name, std::fs::read_to_string(entry.path()).expect("a page is a text"));
            }
        }
    }
    let mut out = BTreeMap::new();
    walk(folder, "", &mut out);
    out
}

/// The site of the bundled rules, made once.
fn bundled() -> &'static BTreeMap<String, String> {
    static SITE: OnceLock<BTreeMap<String, String>> = OnceLock::new();
    SITE.get_or_init(|| {
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("site_of_the_bundle");
        let _ = std::fs::remove_dir_all(&folder);
        let ran = run(&["site", "-o", folder.to_str().expect("a path is a text"), "--on", "2026-11-23"]);
        assert_eq!((ran.code, ran.out.as_str()), (0, ""), "{}", ran.err);
        read(&folder)
    })
}

fn pages() -> impl Iterator<Item = (&'static String, &'static String)> {
    bundled().iter().filter(|(name, _)| name.ends_with(".html"))
}

fn ids(page: &str) -> BTreeSet<String> {
    parsed(page, |d| d.descendants().filter_map(|n| n.attribute("id")).map(str::to_owned).collect())
}

#[test]
fn every_link_of_the_site_leads_somewhere() {
    let places: BTreeMap<&String, BTreeSet<String>> = pages().map(|(name, page)| (name, ids(page))).collect();
    let (mut wrong, mut n) = (Vec::new(), 0);
    for (name, page) in pages() {
        let folder = name.rsplit_once('/').map_or("", |(folder, _)| folder);
        parsed(page, |document| {
            for node in document.descendants() {
                let Some(href) = node.attribute("href").or_else(|| node.attribute("src")) else { continue };
                if href.starts_with("https://") || href.starts_with("http://") {
                    continue;
                }
                n += 1;
                let (file, place) = href.split_once('#').map_or((href, None), |(f, p)| (f, Some(p)));
                let target = match file.strip_prefix("../") {
                    _ if file.is_empty() => name.clone(),
                    Some(up) => up.to_owned(),
                    None if folder.is_empty() => file.to_owned(),
                    None => format!("{folder}/{file}"),
                };
                let is_there = match place {
                    None => bundled().contains_key(&target),
                    Some(place) => places.get(&target).is_some_and(|ids| ids.contains(place)),
                };
                if !is_there {
                    wrong.push(format!("{name}: {href}"));
                }
            }
        });
    }
    for index in ["zh/search.js", "en/search.js"] {
        for entry in entries(index) {
            let (file, place) = entry[0].split_once('#').map_or((entry[0].as_str(), None), |(f, p)| (f, Some(p)));
            let target = format!("{}/{file}", &index[..2]);
            let is_there = places.get(&target).is_some_and(|ids| place.is_none_or(|p| ids.contains(p)));
            if !is_there {
                wrong.push(format!("{index}: {}", entry[0]));
            }
        }
    }
    wrong.truncate(20);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(n > 20_000, "{n} links");
}

fn entries(index: &str) -> Vec<Vec<String>> {
    let json = bundled()[index].strip_prefix("const ENTRIES = ").and_then(|t| t.trim_end().strip_suffix(';')).expect("it is a script");
    serde_json::from_str(json).expect("it is JSON")
}

#[test]
fn every_page_is_well_formed_and_has_a_twin() {
    for (name, page) in pages() {
        assert_eq!(faults(page), Vec::<String>::new(), "{name}");
        let twin = match name.split_once('/') {
            Some(("zh", rest)) => format!("en/{rest}"),
            Some((_, rest)) => format!("zh/{rest}"),
            None => continue,
        };
        assert!(bundled().contains_key(&twin), "{name} has a twin");
        let lang = if name.starts_with("zh/") { "zh-Hans" } else { "en" };
        parsed(page, |d| assert_eq!(d.root_element().attribute("lang"), Some(lang), "{name}"));
        assert!(!page.contains("src=\"http") && !page.contains("url(http"), "{name} asks no network");
    }
}

fn rows<'a>(document: &'a roxmltree::Document<'_>) -> Vec<Node<'a, 'a>> {
    document.descendants().filter(|n| n.has_tag_name("tr") && n.attribute("id").is_some_and(|id| id.starts_with("in-"))).collect()
}

#[test]
fn a_question_has_the_answers_of_all_regions_side_by_side() {
    let rules: serde_json::Value = serde_json::from_str(&run(&["rules", "--output-format", "json"]).out).expect("it is JSON");
    let all = rules["rules"].as_array().expect("a list");
    let target = "cn/dom-holder-individual";
    let changes: Vec<&serde_json::Value> = all.iter().filter(|r| r["target"] == target && r["operation"] != "advice").collect();
    assert!(changes.len() > 20, "{} layers have to do with it", changes.len());
    for (language, page) in [("zh", "zh/rule-cn--dom-holder-individual.html"), ("en", "en/rule-cn--dom-holder-individual.html")] {
        parsed(&bundled()[page], |document| {
            let rows = rows(document);
            assert!(rows.len() >= 31, "{} regions", rows.len());
            for change in changes.iter().filter(|c| !matches!(c["operation"].as_str(), Some("confirm" | "unless"))) {
                let layer = change["layer"].as_str().expect("a layer");
                let row = rows.iter().find(|r| r.attribute("id") == Some(&format!("in-{layer}"))).expect("the region has a row");
                let text = text_of(*row, language);
                for said in [change["title"][language].as_str(), change["id"].as_str()] {
                    assert!(text.contains(said.expect("a text")), "{layer} says {said:?}: {text}");
                }
            }
            let same = if language == "zh" { "与基础规则相同" } else { "as in the base" };
            assert!(rows.iter().any(|r| text_of(*r, language).contains(same)));
            assert!(document.descendants().any(|n| n.tag_name().name() == "svg"), "there is a picture");
        });
    }
}

#[test]
fn every_rule_and_region_has_its_page_with_sources() {
    let rules: serde_json::Value = serde_json::from_str(&run(&["rules", "--output-format", "json"]).out).expect("it is JSON");
    for row in rules["rules"].as_array().expect("a list") {
        let id = row["id"].as_str().expect("an id");
        if row["operation"] == "requirement" {
            let file = format!("rule-{}.html", id.replace('/', "--"));
            let page = &bundled()[&format!("en/{file}")];
            parsed(page, |document| {
                let text = text_of(document.root_element(), "en");
                assert!(text.contains(row["title"]["en"].as_str().expect("a title")), "{id} has its title");
                for source in row["sources"].as_array().expect("a list") {
                    assert!(text.contains(source["title"].as_str().expect("a title")), "{id} names {source}");
                }
            });
        } else if row["operation"] != "advice" && row["operation"] != "unless" {
            let page = &bundled()[&format!("en/region-{}.html", row["layer"].as_str().expect("a layer"))];
            assert!(row["operation"] == "confirm" || page.contains(id), "{id} stands on the page of its region");
        }
    }
}

#[test]
fn search_finds_chinese_and_ids() {
    let all = entries("zh/search.js");
    let found = |word: &str| all.iter().filter(|e| e[1..].iter().any(|t| t.contains(word))).count();
    assert!(found("域名") > 20 && found("居住证") > 3 && found("cn/dom-not-expired") == 1, "{} entries", all.len());
    // The same entries in both languages, each with its own title first.
    let english = entries("en/search.js");
    assert_eq!(all.iter().map(|e| &e[0]).collect::<Vec<_>>(), english.iter().map(|e| &e[0]).collect::<Vec<_>>());
    let rule = |list: &[Vec<String>]| list.iter().find(|e| e[3] == "cn/dom-not-expired").expect("it is there").clone();
    assert_eq!((&rule(&all)[1], &rule(&all)[2]), (&rule(&english)[2], &rule(&english)[1]));
}

#[test]
fn what_is_needed_differs_by_nature() {
    parsed(&bundled()["en/needs-initial.html"], |document| {
        let rows: Vec<String> = document.descendants().filter(|n| n.has_tag_name("tr")).map(|n| text_of(n, "en")).collect();
        let of = |nature: &str| rows.iter().find(|r| r.starts_with(nature)).unwrap_or_else(|| panic!("{nature} has a row")).clone();
        assert!(of("enterprise").contains("yes"), "{}", of("enterprise"));
        assert_ne!(of("individual").trim_start_matches("individual"), of("enterprise").trim_start_matches("enterprise"));
        let steps = document.descendants().find(|n| n.attribute("class") == Some("steps")).expect("steps are listed");
        assert!(steps.children().filter(Node::is_element).count() > 10);
    });
    let kinds = pages().filter(|(name, _)| name.starts_with("zh/needs-")).count();
    assert!(kinds > 5, "{kinds} filing types");
}

#[test]
fn the_feed_is_one() {
    for language in ["zh", "en"] {
        let text = &bundled()[&format!("{language}/changes.xml")];
        let document = roxmltree::Document::parse(text).expect("it is XML");
        let atom = |name: &'static str| move |n: &Node<'_, '_>| n.has_tag_name(("http://www.w3.org/2005/Atom", name));
        let entries: Vec<Node<'_, '_>> = document.descendants().filter(atom("entry")).collect();
        assert!(entries.len() > 10, "{} entries", entries.len());
        let mut seen = BTreeSet::new();
        for entry in &entries {
            let id = entry.children().find(atom("id")).and_then(|n| n.text()).expect("an entry has an id");
            assert!(seen.insert(id), "{id} stands once");
            let updated = entry.children().find(atom("updated")).and_then(|n| n.text()).expect("an entry has a moment");
            updated.parse::<jiff::Timestamp>().expect("it is a moment");
        }
    }
}

const HOSTILE: &str = r#"
manifest { name: text "<script>alert(1)</script>" zh "名称" }
region cn "base </title><script>alert(2)</script>" zh "基础" { authority "a <b>ministry</b>" zh "部" }
source s "javascript source \" onclick=\"x" zh "来源" { url "javascript:alert(3)" }
requirement named "<img src=x onerror=alert(4)> & HIDDEN" zh "名称</h1>" {
  source s
  require name is given
}
"#;

#[test]
fn no_text_of_a_rule_is_markup() {
    let ran = run_with("site_hostile", &[("r.filing", &HOSTILE.replace("HIDDEN", "\u{202e}"))], &["site", "r.filing", "-o", "out"]);
    if ran.code != 0 {
        panic!("{}", ran.err);
    }
    let site = read(&PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("site_hostile/out"));
    assert!(site.len() > 20, "{:?}", site.keys());
    for (name, page) in &site {
        if name.ends_with(".html") {
            assert_eq!(faults(page), Vec::<String>::new(), "{name}");
            assert!(!page.contains("<script>"), "{name}");
        }
        assert!(page.chars().all(|c| c == '\n' || filingc::source::hidden(c).is_none()), "nothing hidden is in {name}");
    }
}

#[test]
fn a_folder_that_holds_something_is_left_alone() {
    let files = [("r.filing", "manifest { name: text }"), ("out/kept.txt", "kept"), ("a-file", "kept"), ("broken.filing", "requirement {")];
    for (to, rules) in [("out", "r.filing"), ("a-file", "r.filing"), ("new", "broken.filing")] {
        let ran = run_with("site_kept", &files, &["site", rules, "-o", to]);
        assert_eq!(ran.code, 2, "{to}: {}", ran.err);
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("site_kept");
        let names: Vec<String> = read(&folder).into_keys().collect();
        assert_eq!(names, ["a-file", "broken.filing", "out/kept.txt", "r.filing"], "{to}: nothing was written");
        assert_eq!(std::fs::read_to_string(folder.join("a-file")).expect("it is there"), "kept");
    }
    let ran = run_with("site_kept", &files, &["site", "r.filing"]);
    assert!(ran.code == 2 && ran.err.contains("no folder is named"), "{}", ran.err);
}
