//! The `filingc` program.

use std::process::ExitCode;

fn main() -> ExitCode {
    filingc::cli::run()
}
