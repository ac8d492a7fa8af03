//! The guide is true: every command on its pages is run, in order, in a copy of what it talks about, and its output compared.
//!
//! A fenced block with a path after its language is added to that file (`diff` is applied to it); in a `console` block each line after `$ ` is
//! run, `# exit N` names the exit code, and the lines below must come in that order, with `…` for anything.

use crate::support::{files, root};
use std::path::{Path, PathBuf};
use std::process::Command;

struct Block {
    language: String,
    path: Option<String>,
    text: String,
}

fn blocks(page: &str) -> Vec<Block> {
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

fn copy_of_the_repository(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("guide").join(name);
    let _ = std::fs::remove_dir_all(&folder);
    let rules = files(&root().join("regions"), &["filing", "toml"]);
    for from in rules.into_iter().chain(files(&root().join("examples"), &["toml"])) {
        let to = folder.join(from.strip_prefix(root()).expect("a file of the package"));
        std::fs::create_dir_all(to.parent().expect("a folder")).expect("the folder is made");
        std::fs::copy(&from, &to).expect("the file is copied");
    }
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

fn run_page(page: &Path) -> usize {
    let name = page.file_stem().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    let text = std::fs::read_to_string(page).expect("the page is readable");
    let folder = copy_of_the_repository(&name);
    let program = Path::new(env!("CARGO_BIN_EXE_filingc")).parent().expect("a folder");
    let path = format!("{}:{}", program.display(), std::env::var("PATH").unwrap_or_default());
    let mut n = 0;
    for block in blocks(&text) {
        if let Some(target) = &block.path {
            let target = folder.join(target);
            std::fs::create_dir_all(target.parent().expect("a folder")).expect("the folder is made");
            let before = std::fs::read_to_string(&target).unwrap_or_default();
            let after = match block.language.as_str() {
                "diff" => apply(&before, &block.text, &name),
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
                .current_dir(&folder)
                .env("PATH", &path)
                .env("FILINGC_LANG", "en")
                .env("NO_COLOR", "1")
                .env("SOURCE_DATE_EPOCH", "1795392000")
                .output()
                .expect("a shell runs");
            let out = String::from_utf8_lossy(&output.stdout).into_owned();
            let err = String::from_utf8_lossy(&output.stderr).into_owned();
            assert_eq!(output.status.code(), Some(code), "{name}: {command}\n{out}{err}");
            let found: Vec<&str> = out.trim_end().lines().collect();
            let pattern: Vec<&str> = expected.trim_end().lines().collect();
            if !pattern.is_empty() {
                assert!(fits(&found, &pattern), "{name}: {command}\nexpected:\n{expected}\nfound:\n{out}{err}");
            }
            n += 1;
        }
    }
    n
}

/// Runs one page.
fn follow(name: &str) {
    let page = root().join(format!("docs/guide/{name}.md"));
    assert!(run_page(&page) >= 5, "{name} has commands");
    let text = std::fs::read_to_string(&page).expect("the page is readable");
    assert!(text.contains("\n## 中文\n"), "{name} has a Chinese section");
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
    assert_eq!(names, ["add-a-region", "change-a-rule", "check-in-ci", "review-a-rule-change"]);
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
    assert!(run_page(&root().join("docs/guide/volume.zh.md")) >= 5, "the Chinese page has commands");
}
