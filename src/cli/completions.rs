//! `filingc completions` and `filingc man`: what packagers install beside the program.

use super::{Cli, Global, help, output};
use crate::diagnostic::Language;
use crate::host::fs;
use crate::source::SourceMap;
use clap::{Args, Command, CommandFactory};
use clap_complete::Shell;
use clap_mangen::Man;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(super) struct CompletionsArgs {
    /// The shell.
    shell: Shell,
}

#[derive(Debug, Args)]
pub(super) struct ManArgs {
    /// The folder that gets one page per command; without it the page of the program is printed.
    dir: Option<PathBuf>,
}

/// Prints the completion script of a shell.
pub(super) fn completions(args: &CompletionsArgs, global: &Global) -> u8 {
    let mut script = Vec::new();
    let mut command = command(global);
    let name = command.get_name().to_owned();
    clap_complete::generate(args.shell, &mut command, name, &mut script);
    if output::exact(global, &String::from_utf8_lossy(&script)) { 0 } else { 2 }
}

/// The command line with its texts in the language of the output.
fn command(global: &Global) -> Command {
    match global.language() {
        Language::En => Cli::command(),
        Language::Zh => help::in_chinese(Cli::command()),
    }
}

/// Prints or writes manual pages.
pub(super) fn man(args: &ManArgs, global: &Global) -> u8 {
    let pages = pages(command(global), global.language());
    let Some(folder) = &args.dir else {
        let (_, text) = &pages[0];
        return if output::exact(global, text) { 0 } else { 2 };
    };
    if let Err(failure) = fs::make_folder(folder) {
        output::problems(global, &[failure.unwritable()], &SourceMap::default(), global.language());
        return 2;
    }
    let is_written = pages.iter().all(|(name, text)| output::file(global, &folder.join(name), text));
    if is_written { 0 } else { 2 }
}

/// A page for the program, then one for each command that is listed in its help.
fn pages(mut program: Command, language: Language) -> Vec<(String, String)> {
    program.build();
    let mut out = vec![page(program.clone().disable_help_subcommand(true), language)];
    let listed = program.get_subcommands().filter(|c| !c.is_hide_set() && c.get_name() != "help");
    out.extend(listed.map(|c| page(c.clone(), language)));
    out
}

fn page(command: Command, language: Language) -> (String, String) {
    let name = command.get_display_name().unwrap_or(command.get_name()).to_owned();
    let mut text = Vec::new();
    // Nothing can fail while bytes are put into memory.
    let source = concat!(env!("CARGO_PKG_NAME"), " ", env!("CARGO_PKG_VERSION"));
    let _ = Man::new(command).source(source).render(&mut text);
    let text = String::from_utf8_lossy(&text);
    (format!("{name}.1"), if language == Language::Zh { help::framed_page(&text) } else { text.into_owned() })
}
