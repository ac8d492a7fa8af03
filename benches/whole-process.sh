#!/usr/bin/env bash
# Start-up of `check` on one manifest against a program that only reads and parses it, in turn. Needs hyperfine.
set -euo pipefail
cd "$(dirname "$0")/.."
cargo build --release --quiet
cargo build --release --quiet --example minimal
manifest="${1:-examples/c01-company-complete.toml}"
hyperfine --shell=none --warmup 20 --runs 300 --ignore-failure \
  "target/release/examples/minimal $manifest" \
  "target/release/filingc check $manifest"
