//! `filingc site`: the rulebook as pages for people.

use super::{Global, check, load, output};
use crate::compare::Side;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, say};
use crate::driver;
use crate::host::fs::{self, Failure, Folder};
use crate::html::site;
use crate::source::{SourceId, SourceMap};
use crate::value::Date;
use clap::Args;
use std::path::{Path, PathBuf};

#[derive(Debug, Args)]
pub(super) struct SiteArgs {
    /// Rules to show: a folder, or a file; default the rules of the run.
    #[arg(value_name = "RULES")]
    ruleset: Option<PathBuf>,
    /// Shows what holds on this day, YYYY-MM-DD, instead of today.
    #[arg(long, value_name = "DATE", value_parser = check::date)]
    on: Option<Date>,
}

pub(super) fn run(args: &SiteArgs, global: &Global) -> u8 {
    let language = global.language();
    let mut sources = SourceMap::default();
    let fail = |d: Diagnostic| {
        output::problems(global, &[d], &SourceMap::default(), language);
        2
    };
    let Some(to) = &global.output_file else {
        let d = Diagnostic::new(Code::NotWritable, say!("no folder is named for the site", "没有指定站点的文件夹"));
        return fail(d.help(say!("name one with `-o site`", "用 `-o site` 指定")));
    };
    match fs::is_free(to) {
        Ok(true) => {}
        Ok(false) => {
            let d = Diagnostic::new(Code::NotWritable, say!("`{}` is not empty", "`{}` 不是空文件夹", to.display()));
            return fail(d.help(say!("name a new folder, or empty this one", "请指定新文件夹，或先清空该文件夹")));
        }
        Err(failure) => return fail(failure.unwritable()),
    }
    let rules = args.ruleset.as_deref().or(global.rules.as_deref());
    let Some((compiled, ruleset)) = load::compiled(global, rules, &mut sources) else { return 2 };
    let ids: Vec<SourceId> = sources.iter().map(|(id, _)| id).collect();
    let files = driver::parse(&sources, &ids, &mut Diagnostics::new());
    let (program, cases) = (compiled.program.clone(), compiled.cases.clone());
    let Some(book) = load::book_of(global, compiled, &sources) else { return 2 };
    let side = Side { program: &program, cases: &cases, files: &files, sources: &sources };
    let given = site::Given { side, book: &book, ruleset: &ruleset, on: args.on.unwrap_or_else(check::today) };
    match written(to, given) {
        Err(failure) => fail(failure.unwritable()),
        Ok(n) => {
            if global.quiet == 0 {
                let name = to.display();
                output::error(say!("{name}: {n} files; begin with index.html", "{name}：{n} 个文件，从 index.html 开始").get(language));
            }
            0
        }
    }
}

fn written(to: &Path, given: site::Given<'_>) -> Result<usize, Failure> {
    let mut folder = Folder::begin(to)?;
    let mut n = 0;
    site::write(given, &mut |name, shown| {
        n += 1;
        folder.add(name, shown.as_str().as_bytes())
    })?;
    folder.finish()?;
    Ok(n)
}
