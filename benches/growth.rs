//! How the cost of a command grows with its input: one row for each thing a text can have many of.
//!
//! Every row runs the built program, so that it measures what a user waits for. `README.md` beside this file says how to read the table.

#![allow(missing_docs)]

#[cfg(unix)]
mod measure;
#[cfg(unix)]
#[path = "growth/rows.rs"]
mod rows;

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
    println!("{:<44} {:>8} {:>6}  {:<8} at each size", "row", "exponent", "last", "unit");
    let mut above = Vec::new();
    let mut is_sound = true;
    for row in rows::all().iter().filter(|r| wanted.is_empty() || wanted.iter().any(|w| r.name.contains(w.as_str()))) {
        let points = match table::measured(row) {
            Ok(points) => points,
            Err(why) => {
                println!("{why}");
                is_sound = false;
                continue;
            }
        };
        let exponent = table::exponent(&points);
        let last = table::exponent(&points[points.len().saturating_sub(2)..]);
        println!("{}", table::line(row, &points, exponent, last));
        if exponent.is_some_and(|e| e > row.bound) || last.is_some_and(|e| e > row.bound + 0.2) {
            above.push(row.name);
        }
    }
    println!("\nabove the bound ({}, or flat): {}", rows::BOUND, if above.is_empty() { "none".to_owned() } else { above.join(", ") });
    assert!(is_sound, "a row does not measure what it says");
}

#[cfg(unix)]
mod table {
    use super::measure::{self, Used};
    use super::rows::{Measure, Row};
    use std::fmt::Write;
    use std::path::PathBuf;
    use std::process::Command;

    /// Sizes after one that took longer than this are left out: what grows fast would not end.
    const LONG_SECONDS: f64 = 0.7;

    /// One size and what it cost, without what the least size costs.
    #[derive(Clone, Copy, Debug)]
    pub struct Point {
        size: usize,
        cost: f64,
        /// Whether there is more to see than noise.
        is_seen: bool,
    }

    fn folder(row: &Row, size: usize) -> PathBuf {
        let name: String = row.name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("growth").join(name).join(size.to_string());
        // What an earlier run left would be read too.
        let _ = std::fs::remove_dir_all(&folder);
        for (name, text) in (row.files)(size) {
            let file = folder.join(name);
            std::fs::create_dir_all(file.parent().expect("a file lies in a folder")).expect("the folder is made");
            std::fs::write(file, text).expect("the input is written");
        }
        folder
    }

    fn used(row: &Row, size: usize) -> Result<(Used, f64), String> {
        let folder = folder(row, size);
        let arguments: Vec<String> = row.run.split(' ').map(|a| a.replace("DIR", &folder.to_string_lossy())).collect();
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let program = env!("CARGO_BIN_EXE_filingc");
        let output = Command::new(program).args(&arguments).output().expect("the program runs");
        let code = output.status.code().unwrap_or(-1);
        if code != row.code {
            let said: String =
                String::from_utf8_lossy(&output.stderr).chars().chain(String::from_utf8_lossy(&output.stdout).chars()).take(600).collect();
            return Err(format!("{}: exit {code} instead of {} at size {size}: {said}", row.name, row.code));
        }
        let once = measure::program(program, &arguments, 1);
        let used = if once.seconds > 0.3 { once } else { measure::program(program, &arguments, 5) };
        let _ = std::fs::remove_dir_all(&folder);
        Ok((used, output.stdout.len() as f64))
    }

    /// What each size costs.
    ///
    /// # Errors
    /// When the program ends otherwise than it does where the input is what it is meant to be.
    pub fn measured(row: &Row) -> Result<Vec<Point>, String> {
        let cost = |(used, written): (Used, f64)| match row.measure {
            Measure::Seconds => used.seconds,
            Measure::Memory => used.peak_bytes as f64,
            Measure::Written => written,
        };
        let least = cost(used(row, row.least)?);
        let mut points = Vec::new();
        for size in row.sizes {
            let used = used(row, *size)?;
            let cost = cost(used) - least;
            points.push(Point { size: *size, cost, is_seen: cost >= row.measure.noise() });
            if used.0.seconds > LONG_SECONDS {
                break;
            }
        }
        Ok(points)
    }

    /// The slope of the line through the logarithms, by least squares; none where fewer than two sizes cost something.
    pub fn exponent(points: &[Point]) -> Option<f64> {
        let seen: Vec<(f64, f64)> = points.iter().filter(|p| p.is_seen).map(|p| ((p.size as f64).ln(), p.cost.ln())).collect();
        let n = seen.len() as f64;
        let (x, y) = (seen.iter().map(|p| p.0).sum::<f64>() / n, seen.iter().map(|p| p.1).sum::<f64>() / n);
        let (above, below) = seen.iter().fold((0.0, 0.0), |(a, b), p| (a + (p.0 - x) * (p.1 - y), b + (p.0 - x) * (p.0 - x)));
        (seen.len() > 1).then(|| above / below)
    }

    pub fn line(row: &Row, points: &[Point], exponent: Option<f64>, last: Option<f64>) -> String {
        let number = |e: Option<f64>| e.map_or("-".to_owned(), |e| format!("{e:.2}"));
        let mut out = format!("{:<44} {:>8} {:>6}  {:<8}", row.name, number(exponent), number(last), row.measure.unit());
        for point in points {
            let _ = write!(out, " {}: {}", point.size, row.measure.shown(point.cost));
        }
        if points.len() < row.sizes.len() {
            let _ = write!(out, " (stopped before {})", row.sizes[points.len()]);
        }
        out
    }
}
