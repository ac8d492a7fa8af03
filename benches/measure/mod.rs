//! Processor time, page faults and memory of a program that a benchmark starts.
//!
//! The system counts these for all children of a process together. So the benchmark starts itself once more, and that copy starts the program:
//! its children are the runs of that program and nothing else.

use nix::sys::resource::{UsageWho, getrusage};
use std::process::{Command, Stdio};

/// The word that makes a benchmark a starter of programs.
const STARTER: &str = "--start";

/// What some runs of a program took.
#[derive(Clone, Copy, Debug, Default)]
pub struct Used {
    /// Least seconds of processor time of one run, in the program and in the system.
    pub seconds: f64,
    /// Pages that had to be mapped in one run.
    pub faults: u64,
    /// Largest memory of a run, in bytes.
    pub peak_bytes: u64,
}

/// Where this process was started to start another: does it, prints what it took and returns true. Call it first.
pub fn is_starter() -> bool {
    let mut arguments = std::env::args().skip(1);
    if arguments.next().as_deref() != Some(STARTER) {
        return false;
    }
    let runs: usize = arguments.next().and_then(|n| n.parse().ok()).expect("the number of runs");
    let program = arguments.next().expect("a program");
    let arguments: Vec<String> = arguments.collect();
    let mut times = Vec::with_capacity(runs);
    for _ in 0..runs {
        let before = children();
        let mut command = Command::new(&program);
        command.args(&arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command.status().expect("the program starts");
        let after = children();
        times.push((after.seconds - before.seconds, after.faults - before.faults));
    }
    times.sort_by(|a, b| a.0.total_cmp(&b.0));
    let faults = times.iter().map(|t| t.1).min().unwrap_or(0);
    println!("{} {faults} {}", times[0].0, children().peak_bytes);
    true
}

/// What all children of this process took so far.
fn children() -> Used {
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN).expect("the system counts what children use");
    let seconds = |t: nix::sys::time::TimeVal| t.tv_sec() as f64 + t.tv_usec() as f64 / 1e6;
    // Linux counts memory in units of 1,024 bytes, macOS in bytes.
    let unit = if cfg!(target_os = "macos") { 1 } else { 1024 };
    Used {
        seconds: seconds(usage.user_time()) + seconds(usage.system_time()),
        faults: usage.minor_page_faults() as u64,
        peak_bytes: usage.max_rss() as u64 * unit,
    }
}

/// Runs a program and says what one run takes.
pub fn program(program: &str, arguments: &[&str], runs: usize) -> Used {
    let own = std::env::current_exe().expect("the benchmark knows its own path");
    let output =
        Command::new(own).args([STARTER, &runs.to_string(), program]).args(arguments).output().expect("the benchmark starts again");
    let text = String::from_utf8(output.stdout).expect("numbers are UTF-8");
    let numbers: Vec<f64> = text.split_whitespace().filter_map(|n| n.parse().ok()).collect();
    let [seconds, faults, peak] = numbers[..] else {
        panic!("`{program} {}` could not be measured: {}", arguments.join(" "), String::from_utf8_lossy(&output.stderr))
    };
    Used { seconds, faults: faults as u64, peak_bytes: peak as u64 }
}
