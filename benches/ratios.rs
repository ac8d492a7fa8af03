//! What filingc costs beside the least that could be done, as ratios taken in one run: the two sides in turn, so that a busy machine slows both.
//!
//! `README.md` beside this file says how to read the table.

#![allow(missing_docs)]

#[cfg(unix)]
mod measure;
#[cfg(unix)]
#[path = "ratios/processes.rs"]
mod processes;
#[cfg(unix)]
#[path = "ratios/warm.rs"]
mod warm;

#[cfg(not(unix))]
fn main() {
    eprintln!("this benchmark asks the system what a child process used, which it can on Unix only");
}

#[cfg(unix)]
fn main() {
    if measure::is_starter() {
        return;
    }
    let wanted: Vec<String> = std::env::args().skip(1).filter(|a| !a.starts_with("--")).collect();
    let is_wanted = |name: &str| wanted.is_empty() || wanted.iter().any(|w| name.contains(w.as_str()));
    type Part = (&'static str, fn());
    let parts: [Part; 7] = [
        ("start", processes::start),
        ("commands", processes::commands),
        ("memory", processes::memory),
        ("mutate", processes::mutate),
        ("verdict", warm::verdict),
        ("rules", warm::rules),
        ("threads", warm::threads),
    ];
    for (name, run) in parts.iter().filter(|(name, _)| is_wanted(name)) {
        println!("{name}");
        run();
    }
}
