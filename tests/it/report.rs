//! The report of a check: it says what the other formats say, to anybody, and obeys nobody.

use crate::support::{Ran, root, run_with};
use crate::web::{blanks, faults, parsed, text_of, without_scripts};
use roxmltree::Node;
use serde_json::Value;
use std::process::Command;

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

fn is_filing(node: &Node<'_, '_>) -> bool {
    node.has_tag_name("details") && node.attribute("class") == Some("filing")
}

/// What JSON says of one filing and the report does not, in both languages.
fn missing(filing: &Value, all: &Value, shown: Node<'_, '_>) -> Vec<String> {
    let mut wrong = Vec::new();
    let numbers = filing["diagnostics"].as_array().expect("a list");
    let articles: Vec<Node<'_, '_>> = shown.descendants().filter(|n| n.has_tag_name("article")).collect();
    if articles.len() != numbers.len() {
        wrong.push(format!("{} findings for {}", articles.len(), numbers.len()));
    }
    for (number, article) in numbers.iter().zip(&articles) {
        let d = &all[number.as_u64().expect("a number") as usize];
        let codes: Vec<&str> = article.descendants().filter(|n| n.has_tag_name("code")).filter_map(|n| n.text()).collect();
        if article.attribute("data-w") != d["severity"].as_str() || !codes.contains(&d["code"].as_str().expect("a code")) {
            wrong.push(format!("{} is {:?} with {codes:?}", d["code"], article.attribute("data-w")));
        }
        for language in ["en", "zh"] {
            let text = text_of(*article, language);
            let mut wanted: Vec<String> = vec![d["message"][language].as_str().expect("a message").to_owned()];
            for part in ["notes", "help"] {
                let lines = d[part].as_array().expect("a list").iter().flat_map(|t| t[language].as_str().expect("a text").lines());
                // The colon before lines to write belongs to forms that are one text.
                wanted.extend(lines.map(|l| l.trim_end_matches([':', '：']).to_owned()));
            }
            wanted.extend(
                d["labels"].as_array().expect("a list").iter().map(|l| l["message"][language].as_str().expect("a text").to_owned()),
            );
            wrong.extend(wanted.iter().filter(|w| !text.contains(&blanks(w))).map(|w| format!("{language} lacks {w:?} in {text:?}")));
        }
    }
    for language in ["en", "zh"] {
        let next = blanks(filing["next_step"][language].as_str().unwrap_or(""));
        if !text_of(shown, language).contains(&next) {
            wrong.push(format!("{language} lacks {next}"));
        }
    }
    wrong
}

#[test]
fn a_report_says_what_the_json_of_the_same_check_says() {
    let call = ["check", "examples", "--on", "2026-11-23", "--repair"];
    let ran = |more: &[&str]| run(&[&call, more].concat());
    let (json, html) = (ran(&["--output-format", "json"]), ran(&["--output-format", "html"]));
    assert_eq!((json.code, html.code), (1, 1));
    let value: Value = serde_json::from_str(&json.out).expect("it is JSON");
    let filings = value["filings"].as_array().expect("a list");
    assert_eq!(faults(&html.out), Vec::<String>::new());
    let texts = [ran(&["--lang", "en"]).out, ran(&["--lang", "zh"]).out];
    parsed(&html.out, |page| {
        let shown: Vec<Node<'_, '_>> = page.descendants().filter(is_filing).collect();
        assert_eq!(shown.len(), filings.len());
        let mut wrong: Vec<String> = Vec::new();
        for (filing, shown) in filings.iter().zip(&shown) {
            wrong.extend(missing(filing, &value["diagnostics"], *shown).into_iter().map(|w| format!("{}: {w}", filing["manifest"])));
            // In text the same lines stand below the findings, mends too.
            for (language, text) in ["en", "zh"].iter().zip(&texts) {
                let name = filing["manifest"].as_str().expect("a name");
                let below: Vec<&str> = text.lines().skip_while(|l| *l != name).skip(1).take_while(|l| l.starts_with("  ")).collect();
                assert!(below.len() >= 5, "{name} is summed up");
                let read = text_of(*shown, language);
                let value = |l: &str| blanks(l.trim_start().trim_start_matches("verdict: ").trim_start_matches("结论："));
                wrong.extend(below.iter().map(|l| value(l)).filter(|l| !read.contains(l)).map(|l| format!("{name}: {language} lacks {l}")));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    });
}

#[test]
fn a_report_begins_with_the_verdict_and_leads_to_each_filing() {
    let ran = run(&[
        "check",
        "examples/c03-individual-away-from-home.toml",
        "examples/c01-company-complete.toml",
        "--output-format",
        "html",
        "--lang",
        "zh",
    ]);
    parsed(&ran.out, |page| {
        let root = page.root_element();
        assert_eq!(root.attribute("lang"), Some("zh-Hans"));
        let checked = page.descendants().filter(|n| n.attribute("checked").is_some() && n.attribute("type") == Some("radio"));
        assert_eq!(checked.map(|n| n.attribute("id")).collect::<Vec<_>>(), [Some("zh")]);
        for filing in page.descendants().filter(is_filing) {
            let inside = filing.children().find(|n| n.has_tag_name("div")).expect("it has a body");
            let first = inside.children().find(Node::is_element).expect("it has a beginning");
            assert!(first.attribute("class").is_some_and(|c| c.starts_with("verdict ")), "{first:?}");
            let id = format!("#{}", inside.attribute("id").expect("it has a place"));
            assert!(page.descendants().any(|n| n.has_tag_name("a") && n.attribute("href") == Some(&id)), "{id} is in the list");
        }
        let links = page.descendants().filter(|n| n.has_tag_name("a") && n.attribute("href").is_some_and(|h| h.starts_with("https://")));
        assert!(links.count() > 2, "sources are links");
        assert!(page.descendants().any(|n| n.tag_name().name() == "svg"), "plans are drawn");
    });
    // No address is asked by the page itself.
    let page = without_scripts(&ran.out);
    assert!(
        !page.contains("<link") && !page.contains("<img") && !page.contains("@import") && !page.contains("url(h"),
        "the page needs no network"
    );
}

#[test]
fn the_policy_of_a_report_lets_its_own_script_run_and_no_other() {
    use sha2::Digest;
    let ran = run(&["check", "examples/c01-company-complete.toml", "--output-format", "html"]);
    let scripts: Vec<&str> = ran.out.split("<script>").skip(1).filter_map(|s| s.split_once("</script>")).map(|s| s.0).collect();
    let [script] = scripts.as_slice() else { panic!("{} scripts", scripts.len()) };
    let hash = format!("'sha256-{}'", base64::Engine::encode(&base64::prelude::BASE64_STANDARD, sha2::Sha256::digest(script)));
    parsed(&ran.out, |page| {
        let policy = page.descendants().find(|n| n.attribute("http-equiv") == Some("Content-Security-Policy")).expect("there is a policy");
        let policy = policy.attribute("content").expect("it says something");
        assert!(policy.starts_with("default-src 'none';"), "{policy}");
        let allowed = policy.split("script-src ").nth(1).and_then(|s| s.split(';').next());
        assert_eq!(allowed, Some(hash.as_str()), "the hash of src/core/html/report.js stands in frame.rs");
    });
}

const EVIL: &str = "</code></pre><script>alert(1)</script><img src=x onerror=alert(2)>\" onclick=\"alert(3)\u{202e}&lt;";

#[test]
fn no_text_of_a_filing_is_markup() {
    let example = std::fs::read_to_string(root().join("examples/c03-individual-away-from-home.toml")).expect("the example is readable");
    let quoted = EVIL.replace('"', "\\\"").replace('\u{202e}', "\\u202e");
    let text = example
        .replace("id = \"sunsun-note\"", &format!("id = \"{quoted}\""))
        .replace("name = \"孙示例\"", &format!("name = \"{quoted}\""))
        .replace("kind = \"website\"", &format!("kind = \"{quoted}\"\n\"{quoted}\" = 1"));
    let name = "a<script>alert(4)<\u{202e}&\".toml";
    let long = example.replace("remarks = \"\"", &format!("remarks = \"{}\"\nnote_ = \"{0}\"", "<b>".repeat(350_000)));
    let broken = format!("a = \"{EVIL}\n");
    let files = [(name, text.as_str()), ("long.toml", long.as_str()), ("broken.toml", broken.as_str())];
    assert!(long.len() > 2_000_000);
    let ran = run_with(
        "report_hostile",
        &files,
        &["check", name, "long.toml", "broken.toml", "no-such.toml", "--repair", "--output-format", "html"],
    );
    assert_eq!(ran.code, 2, "{}", ran.err);
    assert!(ran.out.len() < 600_000, "{} bytes: long lines are clipped", ran.out.len());
    assert_eq!(ran.out.matches("<script").count(), 1);
    assert_eq!(faults(&ran.out), Vec::<String>::new());
    assert!(ran.out.chars().all(|c| c == '\n' || filingc::source::hidden(c).is_none()), "nothing hidden is in it");
    parsed(&ran.out, |page| {
        let text = text_of(page.root_element(), "en");
        assert!(text.contains("<script>alert(1)</script>") && text.contains("\\u{202e}"), "what stands there is shown");
        assert_eq!(page.descendants().filter(is_filing).count(), 4, "also the one that is not there");
    });
}

#[test]
fn ten_thousand_findings_are_all_shown() {
    let faults_of_form: String = (0..10_000).map(|n| format!("key_{n} = \"<i>{n}\"\n")).collect();
    let ran =
        run_with("report_many", &[("m.toml", &format!("[entity]\n{faults_of_form}"))], &["check", "m.toml", "--output-format", "html"]);
    assert!(ran.out.matches("<article").count() >= 10_000, "{}", ran.err);
    assert!(ran.out.contains("key_9999") && !ran.out.contains("<i>"));
    assert_eq!(faults(&ran.out), Vec::<String>::new());
}

#[test]
fn a_report_holds_filings_and_no_counts() {
    let ran = run(&["check", "examples", "--statistics", "--output-format", "html"]);
    assert_eq!((ran.code, ran.out.as_str()), (2, ""));
    assert!(ran.err.contains("leave out `--statistics`"), "{}", ran.err);
}

#[test]
fn what_filters_leave_out_is_not_in_the_report() {
    let ran =
        run(&["check", "examples", "--only", "rejected", "--select", "cn/foot-icp-link", "--output-format", "html", "--on", "2026-11-23"]);
    parsed(&ran.out, |page| {
        let verdicts: Vec<_> = page.descendants().filter(is_filing).map(|n| n.attribute("data-v").unwrap_or("")).collect();
        assert!(verdicts.len() > 3 && verdicts.iter().all(|v| *v == "rejected"), "{verdicts:?}");
        let rules: Vec<_> = page.descendants().filter_map(|n| n.attribute("data-r")).collect();
        assert_eq!(rules, ["cn/foot-icp-link"]);
    });
    assert!(ran.err.contains("not shown because of filters"), "{}", ran.err);
}
