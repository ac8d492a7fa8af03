//! `filingc columns`: what the columns of a table hold, as a file for `check --columns`.

use super::{Global, load, output};
use crate::diagnostic::{Code, Diagnostic, say};
use crate::host::fs;
use crate::host::input::{Kind, Opened};
use crate::host::table::columns::{Mapping, proposal};
use crate::host::table::heads_of;
use crate::source::SourceMap;
use clap::Args;
use std::path::{Path, PathBuf};

#[derive(Debug, Args)]
pub(super) struct ColumnsArgs {
    /// A CSV file or a spreadsheet.
    #[arg(value_name = "FILE")]
    table: PathBuf,
    /// The column whose value rows of one filing share.
    #[arg(long, value_name = "COLUMN")]
    key: Option<String>,
    /// The sheet that holds the filings, instead of the first visible one.
    #[arg(long, value_name = "NAME")]
    sheet: Option<String>,
    /// The row of the heads, from 1, instead of the first that is not blank.
    #[arg(long, value_name = "N")]
    head_row: Option<usize>,
}

pub(super) fn run(args: &ColumnsArgs, global: &Global) -> u8 {
    let mut sources = SourceMap::default();
    let Some((book, _)) = load::rulebook(global, global.rules.as_deref(), &mut sources) else { return 2 };
    let mapping = Mapping { key: args.key.clone(), sheet: args.sheet.clone(), head_row: args.head_row, ..Mapping::default() };
    let name = args.table.display().to_string();
    let opened = match (Kind::of(&args.table).filter(|k| matches!(k, Kind::Csv | Kind::Xlsx)), fs::stream(&args.table)) {
        (_, Err(failure)) => Err(vec![failure.unreadable(Code::Unreadable)]),
        (None, _) => {
            let d = Diagnostic::new(Code::BrokenTable, say!("`{name}` is no table by its name", "从名称看 `{name}` 不是表格"));
            Err(vec![d.help(say!("tables end in `.csv`, `.tsv` or `.xlsx`", "表格文件以 `.csv`、`.tsv` 或 `.xlsx` 结尾"))])
        }
        (Some(kind), Ok((from, _))) => {
            let folder = args.table.parent().unwrap_or(Path::new("")).into();
            heads_of(Opened { name: name.as_str().into(), folder, from }, kind, &mapping)
        }
    };
    match opened {
        Ok(heads) => {
            let text = proposal(&name, &heads, &mapping, book.schema(), global.language());
            if output::exact(global, &text) { 0 } else { 2 }
        }
        Err(problems) => {
            output::problems(global, &problems, &SourceMap::default(), global.language());
            2
        }
    }
}
