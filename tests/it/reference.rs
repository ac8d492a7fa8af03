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
        // Examples with Chinese keywords stand in a file of their own, as files hold one language.
        let is_chinese = words.first().is_some_and(|w| filingc::syntax::keywords::english(w) != *w);
        let changes = ["set", "amend", "waive", "replace", "adopt", "confirm", "advice"];
        let vocabulary = ["enum", "open", "record", "type", "manifest", "role", "lookup"];
        let head = if words.iter().any(|w| ["region", "provider", "part"].contains(w)) || words.iter().all(|w| vocabulary.contains(w)) {
            ""
        } else if words.iter().any(|w| changes.contains(w)) {
            "part of ln\n"
        } else if is_chinese {
            "部分 之 cn\n"
        } else {
            "part of cn\n"
        };
        out.push((format!("example-{}.filing", i + 1), format!("{head}{block}")));
    }
    out
}

/// The language reference in both languages, with what its tables begin with.
struct Reference {
    page: &'static str,
    scalars: &'static str,
    lines: &'static str,
    /// What stands before and after the list of lines that a block may repeat.
    repeated: (&'static str, &'static str),
}

const REFERENCES: &[Reference] = &[
    Reference {
        page: "docs/language.md",
        scalars: "| scalar | is | 中文 |\n|---|---|---|\n",
        lines: "| block | lines |\n|---|---|\n",
        repeated: ("each line once, but ", " as often"),
    },
    Reference {
        page: "docs/language.zh.md",
        scalars: "| 标量 | 英文 | 中文 |\n|---|---|---|\n",
        lines: "| 声明 | 语句 |\n|---|---|\n",
        repeated: ("可以写多次的有", "。"),
    },
];

impl Reference {
    fn text(&self) -> String {
        std::fs::read_to_string(root().join(self.page)).expect("the reference is readable")
    }

    /// The text before a table below its head, and the text after it.
    fn around<'a>(&self, text: &'a str, head: &str) -> (&'a str, &'a str) {
        let start = text.find(head).unwrap_or_else(|| panic!("{} has a table: {head}", self.page)) + head.len();
        let end = start + text[start..].find("\n\n").expect("the table ends") + 1;
        (&text[..start], &text[end..])
    }
}

#[test]
fn the_examples_of_the_language_reference_compile() {
    let prelude = std::fs::read_to_string(root().join("tests/it/prelude.filing")).expect("the prelude is readable");
    for reference in REFERENCES {
        let blocks = examples(&reference.text());
        assert!(blocks.len() >= 12, "{} has examples", reference.page);
        let (_, diagnostics, sources) = compile(&as_ruleset(&blocks, &prelude));
        let errors: Vec<_> = diagnostics.into_iter().filter(|d| d.severity == Severity::Error).collect();
        assert!(errors.is_empty(), "{}: {}", reference.page, lines(&errors, &sources));
    }
}

#[test]
fn the_examples_of_both_references_are_the_same_but_for_comments() {
    let plain = |text: &str| -> Vec<String> {
        let code = |l: &str| l.split("//").next().unwrap_or("").trim_end().to_owned();
        examples(text).iter().map(|e| e.lines().filter(|l| !l.starts_with("case ")).map(code).collect::<Vec<_>>().join("\n")).collect()
    };
    let urls = |text: String| text.replace("https://", "");
    assert_eq!(plain(&urls(REFERENCES[0].text())), plain(&urls(REFERENCES[1].text())));
}

#[test]
fn the_language_reference_lists_every_function() {
    for reference in REFERENCES {
        let text = reference.text();
        for builtin in Builtin::ALL {
            assert!(text.contains(&format!("`{}(", builtin.name())), "{}: {} is documented", reference.page, builtin.name());
        }
    }
}

#[test]
fn the_language_reference_lists_every_scalar() {
    let row = |s: &Scalar| format!("| `{}` | {} | {} |\n", s.name(), s.title().en, s.title().zh);
    let table: String = Scalar::ALL.iter().map(row).collect();
    for reference in REFERENCES {
        let text = reference.text();
        let (before, after) = reference.around(&text, reference.scalars);
        assert_page(reference.page, &format!("{before}{table}{after}"));
    }
}

#[test]
fn the_language_reference_lists_the_lines_of_every_block() {
    let row = |block: &Block| {
        let lines: Vec<String> = block.lines().map(|l| format!("`{}`", l.words())).collect();
        format!("| `{}` | {} |\n", block.name(), lines.join(" "))
    };
    let table: String = Block::ALL.iter().map(row).collect();
    for reference in REFERENCES {
        let text = reference.text();
        let (before, after) = reference.around(&text, reference.lines);
        let (head, tail) = reference.repeated;
        let repeated = after.split_once(head).and_then(|(_, rest)| rest.split_once(tail)).map_or("", |(list, _)| list);
        for line in Line::ALL {
            assert_eq!(repeated.contains(&format!("`{}`", line.words())), line.repeats(), "{}: `{}`", reference.page, line.words());
        }
        assert_page(reference.page, &format!("{before}{table}{after}"));
    }
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
