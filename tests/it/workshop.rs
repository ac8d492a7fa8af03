//! What authors of rules rely on: mutants are real changes, shares never round up, watching notices a change.

use crate::support::{bundled_rules, compile, root};
use filingc::hir::LayerId;
use filingc::suite::coverage::permille;
use filingc::suite::mutate;
use std::io::Read;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

#[test]
fn a_share_is_whole_only_when_it_is() {
    assert_eq!(permille((99_999, 100_000)), 999);
    assert_eq!(permille((100_000, 100_000)), 1000);
    assert_eq!(permille((0, 7)), 0);
}

/// A folder with the rules and the manifest of a case.
fn copied(name: &str, case: &str) -> std::path::PathBuf {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&folder);
    let from = root().join("tests/cases/test").join(case);
    for file in crate::support::files(&from, &["filing", "toml"]) {
        let to = folder.join(file.strip_prefix(&from).expect("a file of the case"));
        std::fs::create_dir_all(to.parent().expect("a folder")).expect("the folder is made");
        std::fs::copy(&file, to).expect("the file is copied");
    }
    folder
}

#[test]
fn a_mutant_is_shown_where_it_is_also_beside_a_configuration() {
    let folder = copied("mutants", "mutants_that_survive");
    let run = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_filingc"));
        command.args(["test", "--mutate", "--output-format", "concise"]).args(arguments).current_dir(&folder).env("FILINGC_LANG", "en");
        String::from_utf8(command.output().expect("the program runs").stdout).expect("output is UTF-8")
    };
    let named = run(&["--rules", "rules"]);
    assert!(named.contains("rules/cn.filing:") && named.contains("no case notices"), "{named}");
    std::fs::write(folder.join("filingc.toml"), "rules = \"rules\"\n").expect("the configuration is written");
    assert_eq!(run(&[]), named);
}

#[test]
fn a_sample_is_the_same_for_the_same_seed() {
    let one = mutate::sample(10_000, 50, 7);
    assert_eq!(one, mutate::sample(10_000, 50, 7));
    assert_ne!(one, mutate::sample(10_000, 50, 8));
    assert_eq!(one.len(), 50);
    assert!(one.windows(2).all(|w| w[0] < w[1]), "each mutant once, in order: {one:?}");
    assert_eq!(mutate::sample(3, 50, 7), vec![0, 1, 2]);
}

#[test]
fn every_layer_with_rules_has_mutants_with_a_place() {
    let rules = bundled_rules();
    let (compiled, _, sources) = compile(&rules);
    for (i, layer) in compiled.program.layers.iter().enumerate().filter(|(_, l)| !l.is_provider) {
        let mutants = mutate::mutants(&compiled.program, &|l: LayerId| l.index() == i);
        assert!(!mutants.is_empty(), "{}", layer.id);
        for mutant in mutants {
            assert!(!sources.slice(mutant.span).is_empty(), "{}: {}", mutant.owner, mutant.what.en);
        }
    }
}

/// Reads until a text was seen often enough, or the time is over.
fn wait_for(output: &mut impl Read, wanted: &str, times: usize) -> String {
    let until = Instant::now() + Duration::from_secs(60);
    let mut seen = String::new();
    let mut buffer = [0u8; 4096];
    while seen.matches(wanted).count() < times && Instant::now() < until {
        match output.read(&mut buffer) {
            Ok(0) | Err(_) => break,
            Ok(n) => seen.push_str(&String::from_utf8_lossy(&buffer[..n])),
        }
    }
    seen
}

#[test]
fn watching_runs_again_after_a_change() {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("watched");
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(folder.join("rules")).expect("the folder is made");
    let from = root().join("tests/cases/test/mutants_that_survive");
    std::fs::copy(from.join("filing.toml"), folder.join("filing.toml")).expect("the manifest is copied");
    for name in ["cn", "ln", "voc", "cases"] {
        let file = format!("rules/{name}.filing");
        std::fs::copy(from.join(&file), folder.join(&file)).expect("the rules are copied");
    }
    let mut child = Command::new(env!("CARGO_BIN_EXE_filingc"))
        .args(["test", "--rules", "rules", "--watch"])
        .current_dir(&folder)
        .stdout(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut output = child.stdout.take().expect("standard output is piped");
    let first = wait_for(&mut output, "passed", 1);
    let cases = std::fs::read_to_string(folder.join("rules/cases.filing")).expect("the cases are readable");
    std::fs::write(folder.join("rules/cases.filing"), cases.replace("verdict rejected", "verdict ready")).expect("the cases are written");
    let second = wait_for(&mut output, "passed", 1);
    child.kill().expect("the program is stopped");
    child.wait().expect("the program ends");
    assert!(first.contains("2 passed, 0 failed"), "{first}");
    assert!(second.contains("expected verdict ready, found rejected") && second.contains("1 passed, 1 failed"), "{second}");
}
