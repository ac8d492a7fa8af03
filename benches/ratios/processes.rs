//! Whole processes: starts, memory, the size of the program.

use super::measure::{self, Used};
use std::path::{Path, PathBuf};

const PROGRAM: &str = env!("CARGO_BIN_EXE_filingc");
const CLEAN: &str = "examples/c01-company-complete.toml";
const FAULTY: &str = "examples/c11-after-approval.toml";

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn path(name: &str) -> String {
    root().join(name).to_string_lossy().into_owned()
}

/// The program that only reads and parses a manifest, built beside this benchmark.
fn minimal() -> Option<String> {
    let folder = Path::new(PROGRAM).parent().expect("the program lies in a folder");
    let file = folder.join("examples").join("minimal");
    file.is_file().then(|| file.to_string_lossy().into_owned())
}

fn show(name: &str, used: &Used, least: &Used) {
    println!(
        "  {name:<34} {:>8.2} ms  {:>5.2}x  {:>5} faults  {:>6.1} MB peak",
        used.seconds * 1e3,
        used.seconds / least.seconds,
        used.faults,
        used.peak_bytes as f64 / 1e6
    );
}

/// Runs of several programs in turn; the least that one run of each took.
fn in_turn(calls: &[(&str, Vec<&str>)], rounds: usize) -> Vec<Used> {
    let mut least: Vec<Option<Used>> = vec![None; calls.len()];
    for _ in 0..rounds {
        for ((program, arguments), best) in calls.iter().zip(&mut least) {
            let used = measure::program(program, arguments, 10);
            if best.is_none_or(|b| used.seconds < b.seconds) {
                *best = Some(used);
            }
        }
    }
    least.into_iter().flatten().collect()
}

pub fn start() {
    let size = std::fs::metadata(PROGRAM).map_or(0, |m| m.len());
    println!("  {:<34} {:>8.2} MB", "size of the program", size as f64 / 1e6);
    let Some(minimal) = minimal() else {
        println!("  `cargo build --release --example minimal` first: the start is compared with it");
        return;
    };
    let (clean, faulty) = (path(CLEAN), path(FAULTY));
    let calls = [
        (minimal.as_str(), vec![clean.as_str()]),
        (PROGRAM, vec!["check", &clean]),
        (PROGRAM, vec!["check", &faulty]),
        (PROGRAM, vec!["check", &clean, "--output-format", "json"]),
        (PROGRAM, vec!["--version"]),
    ];
    let used = in_turn(&calls, 20);
    for (name, one) in ["minimal", "check, nothing wrong", "check, faults", "check, nothing wrong, JSON", "--version"].iter().zip(&used) {
        show(name, one, &used[0]);
    }
}

/// Commands about the bundled rules, beside a check.
pub fn commands() {
    let clean = path(CLEAN);
    let named: [(&str, Vec<&str>); 7] = [
        ("check", vec!["check", &clean]),
        ("check, SARIF", vec!["check", &clean, "--output-format", "sarif"]),
        ("rules", vec!["rules"]),
        ("explain a rule", vec!["explain", "cn/dom-not-expired"]),
        ("explain a code", vec!["explain", "F5005"]),
        ("plan", vec!["plan", &clean]),
        ("graph --around", vec!["graph", "--around", "dom-not-expired"]),
    ];
    let calls: Vec<(&str, Vec<&str>)> = named.iter().map(|(_, arguments)| (PROGRAM, arguments.clone())).collect();
    let used = in_turn(&calls, 5);
    for ((name, _), one) in named.iter().zip(&used) {
        show(name, one, &used[0]);
    }
}

/// Memory of a check over many filings.
pub fn memory() {
    let example = std::fs::read_to_string(root().join(CLEAN)).expect("the example is readable");
    let mut first: Option<Used> = None;
    for n in [1, 100, 1_000, 10_000] {
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("ratios").join(n.to_string());
        std::fs::create_dir_all(&folder).expect("the folder is made");
        for i in 0..n {
            std::fs::write(folder.join(format!("{i:05}.toml")), &example).expect("a manifest is written");
        }
        let used = measure::program(PROGRAM, &["check", &folder.to_string_lossy()], 1);
        let _ = std::fs::remove_dir_all(&folder);
        let of = *first.get_or_insert(used);
        println!(
            "  {:<34} {:>8.1} MB peak  {:>6.2} KB a filing  {:>8.3} ms a filing",
            format!("check of {n} filings"),
            used.peak_bytes as f64 / 1e6,
            (used.peak_bytes.saturating_sub(of.peak_bytes)) as f64 / 1e3 / n as f64,
            (used.seconds - of.seconds).max(0.0) * 1e3 / n as f64
        );
    }
}

/// The cases of the rulebook, and a sample of mutants.
pub fn mutate() {
    let rules = path("regions");
    let plain = measure::program(PROGRAM, &["test", "--rules", &rules], 3);
    let mutate = measure::program(PROGRAM, &["test", "--rules", &rules, "--mutate", "--time", "10000"], 1);
    show("test", &plain, &plain);
    show("test --mutate", &mutate, &plain);
}
