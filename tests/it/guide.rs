//! The guide is true: every command on its pages is run, in order, in a copy of what it talks about, and its output compared.
//!
//! A fenced block with a path after its language is added to that file (`diff` is applied to it); in a `console` block each line after `$ ` is
//! run, `# exit N` names the exit code, and the lines below must come in that order, with `…` for anything. Each page has a Chinese twin,
//! `name.zh.md`, of the same structure, which is run with the program speaking Chinese. The tutorial is followed in an empty folder.

use crate::support::{files, root};
use filingc::Language;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A fenced block of a page.
pub struct Block {
    pub language: String,
    /// The file that the text is added to, as a diff or as it is.
    pub path: Option<String>,
    pub text: String,
}

/// What a command wrote.
pub struct Ran {
    pub out: String,
    pub err: String,
}

pub fn blocks(page: &str) -> Vec<Block> {
    let mut found = Vec::new();
    let mut open: Option<Block> = None;
    for line in page.lines() {
        match (&mut open, line.strip_prefix("```")) {
            (None, Some(info)) => {
                let mut words = info.split_whitespace();
                let language = words.next().unwrap_or("").to_owned();
                open = Some(Block { language, path: words.next().map(str::to_owned), text: String::new() });
            }
            (Some(_), Some(_)) => found.extend(open.take()),
            (Some(block), None) => {
                block.text.push_str(line);
                block.text.push('\n');
            }
            (None, None) => {}
        }
    }
    found
}

/// An empty folder.
fn empty_folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("guide").join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).expect("the folder is made");
    folder
}

/// A folder with the rules and the examples of this repository, and a small ruleset in `rules` with its `company.toml`.
fn copy_of_the_repository(name: &str) -> PathBuf {
    let folder = empty_folder(name);
    let copy = |from: &Path, to: PathBuf| {
        std::fs::create_dir_all(to.parent().expect("a folder")).expect("the folder is made");
        std::fs::copy(from, to).expect("the file is copied");
    };
    let rules = files(&root().join("regions"), &["filing", "toml"]);
    for from in rules.into_iter().chain(files(&root().join("examples"), &["toml"])) {
        copy(&from, folder.join(from.strip_prefix(root()).expect("a file of the package")));
    }
    let small = root().join("tests/it/lint");
    for from in files(&small, &["filing"]) {
        copy(&from, folder.join("rules").join(from.strip_prefix(&small).expect("a file of the folder")));
    }
    copy(&small.join("company.toml"), folder.join("company.toml"));
    folder
}

/// Puts the `+` lines of a diff in the place of its `-` lines; the lines around must be found once.
fn apply(file: &str, diff: &str, what: &str) -> String {
    let side = |drop: char| -> String {
        diff.lines().filter(|l| !l.starts_with(drop)).map(|l| l.get(1..).unwrap_or("")).collect::<Vec<_>>().join("\n")
    };
    let (old, new) = (side('+'), side('-'));
    assert_eq!(file.matches(&old).count(), 1, "{what}: the diff fits in one place:\n{old}");
    file.replace(&old, &new)
}

/// Whether lines come as a pattern says.
fn fits(found: &[&str], pattern: &[&str]) -> bool {
    let line_fits = |line: &str, pattern: &str| {
        let mut rest = line;
        let parts: Vec<&str> = pattern.split('…').collect();
        for (i, part) in parts.iter().enumerate() {
            match rest.find(part) {
                Some(at) if i > 0 || at == 0 => rest = &rest[at + part.len()..],
                _ => return false,
            }
        }
        parts.len() > 1 || rest.is_empty()
    };
    match pattern.split_first() {
        None => found.is_empty(),
        Some((first, rest)) if first.trim() == "…" => (0..=found.len()).any(|n| fits(&found[n..], rest)),
        Some((first, rest)) => found.split_first().is_some_and(|(line, more)| line_fits(line, first) && fits(more, rest)),
    }
}

/// Follows blocks in a copy of the repository, and says what each command wrote.
pub fn run_blocks(blocks: &[Block], name: &str, language: Language) -> Vec<Ran> {
    run_in(&copy_of_the_repository(name), blocks, name, language)
}

fn run_in(folder: &Path, blocks: &[Block], name: &str, language: Language) -> Vec<Ran> {
    let program = Path::new(env!("CARGO_BIN_EXE_filingc")).parent().expect("a folder");
    let path = format!("{}:{}", program.display(), std::env::var("PATH").unwrap_or_default());
    let mut ran = Vec::new();
    for block in blocks {
        if let Some(target) = &block.path {
            let target = folder.join(target);
            std::fs::create_dir_all(target.parent().expect("a folder")).expect("the folder is made");
            let before = std::fs::read_to_string(&target).unwrap_or_default();
            let after = match block.language.as_str() {
                "diff" => apply(&before, &block.text, name),
                _ if before.is_empty() => block.text.clone(),
                _ => format!("{before}\n{}", block.text),
            };
            std::fs::write(&target, after).expect("the file is written");
        }
        if block.language != "console" {
            continue;
        }
        for part in format!("\n{}", block.text).split("\n$ ").skip(1) {
            let (command, expected) = part.split_once('\n').unwrap_or((part, ""));
            let (command, code) = match command.split_once("  # exit ") {
                Some((command, code)) => (command, code.trim().parse::<i32>().expect("an exit code")),
                None => (command, 0),
            };
            let output = Command::new("sh")
                .args(["-c", command])
                .current_dir(folder)
                .env("PATH", &path)
                .env("FILINGC_LANG", if language == Language::Zh { "zh" } else { "en" })
                .env("NO_COLOR", "1")
                .env("SOURCE_DATE_EPOCH", "1795392000")
                .output()
                .expect("a shell runs");
            let out = String::from_utf8_lossy(&output.stdout).into_owned();
            let err = String::from_utf8_lossy(&output.stderr).into_owned();
            assert_eq!(output.status.code(), Some(code), "{name}: {command}\n{out}{err}");
            // What is refused says so on standard error alone.
            let said = if out.is_empty() { &err } else { &out };
            let found: Vec<&str> = said.trim_end().lines().collect();
            let pattern: Vec<&str> = expected.trim_end().lines().collect();
            if !pattern.is_empty() {
                assert!(fits(&found, &pattern), "{name}: {command}\nexpected:\n{expected}\nfound:\n{out}{err}");
            }
            ran.push(Ran { out, err });
        }
    }
    ran
}

fn read(page: &str) -> String {
    std::fs::read_to_string(root().join(page)).expect("the page is readable")
}

/// Runs one page in both languages.
fn follow(name: &str) {
    for (ending, language) in [("md", Language::En), ("zh.md", Language::Zh)] {
        let name = format!("{name}.{ending}");
        let ran = run_blocks(&blocks(&read(&format!("docs/guide/{name}"))), &name, language);
        assert!(ran.len() >= 5, "{name} has commands");
    }
}

/// What a page is made of: its headings by their depth, its tables by their rows with the cells that are no prose, its points, its examples by
/// what they are.
fn structure(page: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (i, part) in page.split("\n```").enumerate() {
        if i % 2 == 1 {
            found.push(format!("example of {}", part.lines().next().unwrap_or("")));
            continue;
        }
        for line in part.lines() {
            let depth = line.chars().take_while(|c| *c == '#').count();
            if depth > 0 {
                found.push(format!("heading {depth}"));
            } else if line.starts_with('|') {
                let line = line.replace("\\|", "/");
                let is_code = |c: &str| c.len() > 2 && c.starts_with('`') && c.ends_with('`') && c.matches('`').count() == 2;
                let cells = line.trim_matches('|').split('|').map(str::trim);
                let kept: Vec<&str> = cells.map(|c| if is_code(c) || ["✓", "–", "---"].contains(&c) { c } else { "…" }).collect();
                found.push(format!("row {}", kept.join(" ")));
            } else if line.starts_with("- ") {
                found.push("point".to_owned());
            }
        }
    }
    found
}

#[test]
fn pages_have_a_chinese_twin_of_the_same_structure() {
    let guides =
        files(&root().join("docs/guide"), &["md"]).into_iter().map(|p| format!("docs/guide/{}", p.file_name().expect("a name").display()));
    let others = ["README.md", "docs/language.md", "docs/output.md", "docs/plan.md", "docs/tutorial.md"].map(str::to_owned);
    for page in guides.chain(others).filter(|p| !p.ends_with(".zh.md")) {
        let twin = page.replace(".md", ".zh.md");
        let (en, zh) = (read(&page), read(&twin));
        let names = [&page, &twin].map(|p| p.rsplit('/').next().unwrap_or(p).to_owned());
        assert!(en.lines().take(3).any(|l| l.contains(&format!("[中文]({})", names[1]))), "{page} leads to {twin}");
        assert!(zh.lines().take(3).any(|l| l.contains(&format!("[English]({})", names[0]))), "{twin} leads to {page}");
        let (ours, theirs) = (structure(&en), structure(&zh));
        for (i, (one, other)) in ours.iter().zip(&theirs).enumerate() {
            assert_eq!(one, other, "{page} and {twin} differ from part {i} on: {:?} and {:?}", &ours[i..], &theirs[i..]);
        }
        assert_eq!(ours.len(), theirs.len(), "{page} and {twin} have as many parts");
        assert!(ours.len() > 5, "{page} has parts");
    }
}

#[test]
fn the_readme_shows_what_the_program_says() {
    for (page, language) in [("README.md", Language::En), ("README.zh.md", Language::Zh)] {
        let blocks = blocks(&read(page));
        let shown = blocks.iter().find(|b| b.language == "text").expect("the page shows an output");
        let command = "console\n$ filingc check examples/c11-after-approval.toml --on 2026-11-23  # exit 1\n";
        let block = self::blocks(&format!("```{command}{}```\n", shown.text));
        assert_eq!(run_blocks(&block, page, language).len(), 1);
    }
}

#[test]
fn the_tutorial_is_followed_from_an_empty_folder() {
    for (page, language) in [("tutorial.md", Language::En), ("tutorial.zh.md", Language::Zh)] {
        let ran = run_in(&empty_folder(page), &blocks(&read(&format!("docs/{page}"))), page, language);
        assert!(ran.len() >= 8, "{page} has commands");
    }
}

#[test]
fn a_rule_can_be_changed_as_the_guide_says() {
    follow("change-a-rule");
}

#[test]
fn a_region_can_be_added_as_the_guide_says() {
    follow("add-a-region");
}

#[test]
fn a_change_can_be_reviewed_as_the_guide_says() {
    follow("review-a-rule-change");
}

#[test]
fn filings_can_be_checked_in_ci_as_the_guide_says() {
    follow("check-in-ci");
}

#[test]
fn every_page_is_followed() {
    let names: Vec<String> =
        files(&root().join("docs/guide"), &["md"]).iter().filter_map(|p| p.file_stem()).map(|n| n.to_string_lossy().into_owned()).collect();
    let pages = ["add-a-region", "assistants", "change-a-rule", "check-in-ci", "editors", "review-a-rule-change", "volume"];
    assert_eq!(names, pages.iter().flat_map(|n| [(*n).to_owned(), format!("{n}.zh")]).collect::<Vec<_>>());
}

#[test]
fn a_pattern_asks_for_its_lines_in_order() {
    assert!(fits(&["a", "b", "c"], &["a", "…", "c"]));
    assert!(fits(&["a b c"], &["a … c"]));
    assert!(!fits(&["a", "c"], &["a", "b", "…"]));
    assert!(!fits(&["a", "b"], &["a"]));
}

#[test]
fn many_filings_can_be_checked_as_the_guide_says() {
    follow("volume");
}
