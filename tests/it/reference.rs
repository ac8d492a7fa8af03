//! The documentation is true: its examples compile, and generated tables are current.

use crate::support::{assert_page, compile, files, lines, root};
use filingc::Severity;
use filingc::builtin::Builtin;
use filingc::diagnostic::Code;
use filingc::syntax::{Block, Line};
use filingc::value::Scalar;

/// The `filing` examples of a page.
fn examples(text: &str) -> Vec<String> {
    text.split("```filing\n").skip(1).filter_map(|rest| rest.split("```").next().map(str::to_owned)).collect()
}

fn first_words(text: &str) -> Vec<&str> {
    text.lines().filter(|l| !l.starts_with([' ', '}', '/'])).filter_map(|l| l.split_whitespace().next()).collect()
}

/// A page's examples as one ruleset: vocabulary as it is, what changes a base into `ln`, all else into `cn`.
fn as_ruleset(blocks: &[String], prelude: &str) -> Vec<(String, String)> {
    let mut out = vec![("prelude.filing".to_owned(), prelude.to_owned())];
    for (i, block) in blocks.iter().enumerate() {
        let words = first_words(block);
        let changes = ["set", "amend", "waive", "replace", "adopt", "confirm", "advice"];
        let vocabulary = ["enum", "open", "record", "type", "manifest", "role", "lookup"];
        let head = if words.iter().any(|w| ["region", "provider", "part"].contains(w)) || words.iter().all(|w| vocabulary.contains(w)) {
            ""
        } else if words.iter().any(|w| changes.contains(w)) {
            "part of ln\n"
        } else {
            "part of cn\n"
        };
        out.push((format!("example-{}.filing", i + 1), format!("{head}{block}")));
    }
    out
}

#[test]
fn the_examples_of_the_language_reference_compile() {
    let text = std::fs::read_to_string(root().join("docs/language.md")).expect("the reference is readable");
    let blocks = examples(&text);
    assert!(blocks.len() >= 12, "the reference has examples");
    let prelude = std::fs::read_to_string(root().join("tests/it/prelude.filing")).expect("the prelude is readable");
    let (_, diagnostics, sources) = compile(&as_ruleset(&blocks, &prelude));
    let errors: Vec<_> = diagnostics.into_iter().filter(|d| d.severity == Severity::Error).collect();
    assert!(errors.is_empty(), "{}", lines(&errors, &sources));
}

#[test]
fn the_language_reference_lists_every_function() {
    let text = std::fs::read_to_string(root().join("docs/language.md")).expect("the reference is readable");
    for builtin in Builtin::ALL {
        assert!(
            text.contains(&format!("`{}(", builtin.name())) || text.contains(&format!(" `{}(", builtin.name())),
            "{} is documented",
            builtin.name()
        );
    }
}

#[test]
fn the_language_reference_lists_every_scalar() {
    let text = std::fs::read_to_string(root().join("docs/language.md")).expect("the reference is readable");
    let head = "| scalar | is | 中文 |\n|---|---|---|\n";
    let start = text.find(head).expect("the reference has a table of scalars") + head.len();
    let end = start + text[start..].find("\n\n").expect("the table ends") + 1;
    let row = |s: &Scalar| format!("| `{}` | {} | {} |\n", s.name(), s.title().en, s.title().zh);
    let table: String = Scalar::ALL.iter().map(row).collect();
    assert_page("docs/language.md", &format!("{}{table}{}", &text[..start], &text[end..]));
}

#[test]
fn the_language_reference_lists_the_lines_of_every_block() {
    let text = std::fs::read_to_string(root().join("docs/language.md")).expect("the reference is readable");
    let head = "| block | lines |\n|---|---|\n";
    let start = text.find(head).expect("the reference has a table of lines") + head.len();
    let end = start + text[start..].find("\n\n").expect("the table ends") + 1;
    let row = |block: &Block| {
        let lines: Vec<String> = block.lines().map(|l| format!("`{}`", l.words())).collect();
        format!("| `{}` | {} |\n", block.name(), lines.join(" "))
    };
    let table: String = Block::ALL.iter().map(row).collect();
    let repeated =
        text[end..].split_once("each line once, but ").and_then(|(_, rest)| rest.split_once(" as often")).map_or("", |(list, _)| list);
    for line in Line::ALL {
        assert_eq!(repeated.contains(&format!("`{}`", line.words())), line.repeats(), "`{}`", line.words());
    }
    assert_page("docs/language.md", &format!("{}{table}{}", &text[..start], &text[end..]));
}

#[test]
fn every_code_has_a_page_with_both_languages() {
    for code in Code::ALL {
        let page = code.page();
        assert!(page.starts_with(&format!("# {}", code.id())), "{} has a page", code.id());
        assert!(page.contains("中文"), "{} is explained in Chinese", code.id());
        let (en, zh) = code.title();
        assert!(!en.is_empty() && !zh.is_empty() && !zh.is_ascii());
    }
    let known: Vec<String> = Code::ALL.iter().map(|c| format!("{}.md", c.id())).collect();
    for file in files(&root().join("docs/diagnostics"), &["md"]) {
        let name = file.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        assert!(known.contains(&name), "{name} belongs to a code");
    }
}

#[test]
fn the_tutorial_works_as_written() {
    let text = std::fs::read_to_string(root().join("docs/tutorial.md")).expect("the tutorial is readable");
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("tutorial");
    let _ = std::fs::remove_dir_all(&folder);
    for from in files(&root().join("regions"), &["filing"]).into_iter().chain(files(&root().join("examples"), &["toml"])) {
        let inside = from.strip_prefix(root()).expect("a file of the package");
        let to = folder.join(inside.strip_prefix("regions").map_or(inside.to_owned(), |rest| std::path::Path::new("my-rules").join(rest)));
        std::fs::create_dir_all(to.parent().expect("a folder")).expect("the folder is made");
        std::fs::copy(&from, &to).expect("the file is copied");
    }
    let region = folder.join("my-rules/zhejiang.filing");
    let mut rules = std::fs::read_to_string(&region).expect("the region is readable");
    // The last block sets a parameter that Zhejiang sets already: a reader would replace that line.
    for block in examples(&text).iter().filter(|b| !b.starts_with("set ")) {
        rules.push_str(block);
    }
    std::fs::write(&region, rules).expect("the region is written");
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_filingc"))
        .args(["test", "remark of site", "--rules", "my-rules"])
        .current_dir(&folder)
        .output()
        .expect("the program runs");
    let out = String::from_utf8_lossy(&output.stdout);
    assert!(out.contains("2 passed, 0 failed"), "{out}{}", String::from_utf8_lossy(&output.stderr));
}
