//! `filingc build`: rules to one file that starts without compiling.

use super::{Global, load, output};
use crate::diagnostic::{Code, Diagnostic, say};
use crate::pack::{Pack, Texts};
use crate::source::SourceMap;
use clap::Args;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(super) struct BuildArgs {
    /// Rules to store: a folder, or a file; default the rules of the run.
    #[arg(value_name = "RULES")]
    ruleset: Option<PathBuf>,
}

pub(super) fn run(args: &BuildArgs, global: &Global) -> u8 {
    let language = global.language();
    let mut sources = SourceMap::default();
    let Some(to) = &global.output_file else {
        let d = Diagnostic::new(Code::NotWritable, say!("no file is named for the stored rulebook", "没有指定要写入的文件"))
            .help(say!("name one with `-o rules.pack`", "用 `-o rules.pack` 指定"));
        output::problems(global, &[d], &sources, language);
        return 2;
    };
    let rules = args.ruleset.as_ref().or(global.rules.as_ref());
    let Some((compiled, _)) = load::compiled(global, rules.map(PathBuf::as_path), &mut sources) else { return 2 };
    let pack = match Pack::new(&compiled.program, &sources, Texts::Inside) {
        Ok(pack) => pack,
        Err(why) => {
            output::problems(global, &[load::pack_problem("the rules", &why)], &sources, language);
            return 2;
        }
    };
    if !output::bytes(global, to, pack.bytes()) {
        return 2;
    }
    if global.quiet == 0 {
        let (kb, hash, name) = (pack.bytes().len().div_ceil(1024), pack.hash(), to.display());
        output::error(say!("{name}: {kb} KB, ruleset {hash}", "{name}：{kb} KB，规则集 {hash}").get(language));
    }
    0
}
