//! What a call of `check` may say.

use super::super::load;
use super::date;
use crate::host::input;
use crate::manifest;
use crate::value::Date;
use clap::{Args, ValueEnum};
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(crate) struct CheckArgs {
    /// Manifests: files, folders, streams, tables, or `-` for standard input.
    #[arg(value_name = "MANIFEST", default_value = ".")]
    pub(super) manifests: Vec<PathBuf>,
    /// Region, where the manifest states none.
    #[arg(long)]
    pub(super) region: Option<String>,
    /// Checks for this day, YYYY-MM-DD, instead of the manifest's or today.
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub(super) on: Option<Date>,
    /// Weak sources (low confidence, unconfirmed) count like others.
    #[arg(long)]
    pub(super) strict: bool,
    /// Look-ups that were not made count like facts that are not stated.
    #[arg(long)]
    pub(super) require_look_ups: bool,
    /// Fills facts of registers from what look-ups returned: JSON Lines or a table, by domain, credit code or mobile number.
    #[arg(long, value_name = "FILE", conflicts_with = "repair")]
    pub(super) records: Option<PathBuf>,
    /// Documents that a manifest names must be on the disk.
    #[arg(long)]
    pub(super) require_files: bool,
    #[command(flatten)]
    pub(super) documents: load::DocumentArgs,
    /// Shows the cheapest mends of refused filings, each checked again: 3, or as many as asked for.
    #[arg(long, value_name = "N", num_args = 0..=1, require_equals = true, default_missing_value = "3", value_parser = clap::value_parser!(u8).range(1..=20))]
    pub(super) repair: Option<u8>,
    /// Writes values in their normal form into the files (width, brackets, blanks, other names of values), after showing the edits.
    #[arg(long, conflicts_with = "diff")]
    pub(super) fix: bool,
    /// Writes nothing and checks nothing; shows what `--fix` would change and exits with 1 if it would change anything.
    #[arg(long)]
    pub(super) diff: bool,
    /// Checks again whenever a manifest changes.
    #[arg(long, conflicts_with_all = ["diff", "output_file"])]
    pub(super) watch: bool,
    /// Lists every rule with its outcome and why.
    #[arg(long)]
    pub(super) explain_all: bool,
    /// An incomplete filing does not fail.
    #[arg(long)]
    pub(super) allow_incomplete: bool,
    /// From which severity on the exit code is 1.
    #[arg(long, value_enum, default_value = "error")]
    pub(super) fail_level: FailLevel,
    /// Exits with 0 even with findings.
    #[arg(long)]
    pub(super) exit_zero: bool,
    /// Name of standard input in messages; its ending tells the format.
    #[arg(long, value_name = "NAME")]
    pub(super) stdin_filename: Option<String>,
    #[command(flatten)]
    pub(super) bulk: BulkArgs,
    #[command(flatten)]
    pub(super) triage: TriageArgs,
}

/// Many filings at a time.
#[derive(Debug, Args)]
#[command(next_help_heading = "Streams and tables")]
pub(crate) struct BulkArgs {
    /// Form of the input, where its name does not tell it.
    #[arg(long, value_enum, value_name = "FORMAT")]
    pub(super) input_format: Option<InputFormat>,
    /// Checks with this many threads; 0 takes all cores.
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(super) jobs: usize,
    /// Says which columns of a table hold what, a TOML file.
    #[arg(long, value_name = "FILE")]
    pub(super) columns: Option<PathBuf>,
    /// Rows of a table that share a value of this column are one filing.
    #[arg(long, value_name = "COLUMN")]
    pub(super) key: Option<String>,
    /// Names filings by this field of the manifest.
    #[arg(long, value_name = "FIELD")]
    pub(super) id: Option<String>,
    /// Gives everything in each line of `jsonl`.
    #[arg(long)]
    pub(super) details: bool,
    /// Shows no progress on a terminal.
    #[arg(long)]
    pub(super) no_progress: bool,
}

/// Which of many findings and filings are looked at.
#[derive(Debug, Args)]
#[command(next_help_heading = "Triage")]
pub(crate) struct TriageArgs {
    /// Counts findings by rule instead of telling them.
    #[arg(long)]
    pub(super) statistics: bool,
    /// Counts filings by `rule`, `stage`, `verdict`, or a field such as `region` or `account.id`. Can be repeated.
    #[arg(long, value_name = "FIELD")]
    pub(super) group_by: Vec<String>,
    /// Shows only findings of these rules: ids, codes, or patterns with `*`. Can be repeated.
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    pub(super) select: Vec<String>,
    /// Shows no findings of these rules. Can be repeated.
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    pub(super) ignore: Vec<String>,
    /// Shows only filings with this verdict. Can be repeated.
    #[arg(long, value_enum, value_name = "VERDICT", value_delimiter = ',')]
    pub(super) only: Vec<Only>,
    /// Shows only what is new since this file was written.
    #[arg(long, value_name = "FILE")]
    pub(super) baseline: Option<PathBuf>,
    /// Writes a file for `--baseline`.
    #[arg(long, value_name = "FILE")]
    pub(super) write_baseline: Option<PathBuf>,
}

/// A form in which filings come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum InputFormat {
    /// One filing as TOML.
    Toml,
    /// One filing as JSON.
    Json,
    /// A filing as JSON in each line.
    #[value(alias = "ndjson")]
    Jsonl,
    /// A table of texts, a filing in a row.
    Csv,
    /// A spreadsheet, a filing in a row.
    Xlsx,
}

impl InputFormat {
    pub(super) fn kind(self) -> input::Kind {
        match self {
            InputFormat::Toml => input::Kind::One(manifest::Format::Toml),
            InputFormat::Json => input::Kind::One(manifest::Format::Json),
            InputFormat::Jsonl => input::Kind::JsonLines,
            InputFormat::Csv => input::Kind::Csv,
            InputFormat::Xlsx => input::Kind::Xlsx,
        }
    }
}

/// A verdict, or that there is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Only {
    /// Would be rejected.
    Rejected,
    /// Something is missing.
    Incomplete,
    /// Can be submitted.
    Ready,
    /// Needs no filing.
    NotRequired,
    /// Cannot be read.
    Unreadable,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum FailLevel {
    Error,
    Warning,
}

impl CheckArgs {
    /// What is counted instead of told: keys as written; none where everything is told.
    pub(super) fn counted(&self) -> Vec<String> {
        match (self.triage.statistics, self.triage.group_by.is_empty()) {
            (true, true) => vec!["rule".to_owned()],
            _ => self.triage.group_by.clone(),
        }
    }
}
