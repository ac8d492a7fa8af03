//! `filingc lsp`: the language server over standard input and output.

use super::{Global, check, config, lint, output};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Language, say};
use crate::host::fs;
use crate::lint::Settings;
use crate::lsp::{self, Configuration, Host};
use crate::source::SourceMap;
use crate::value::Date;
use clap::Args;
use lsp_server::Connection;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

#[derive(Debug, Args)]
pub(super) struct LspArgs {
    /// Accepted because editors give it: there is no other way to talk.
    #[arg(long, hide = true)]
    stdio: bool,
}

/// This machine, as the options of the call say.
struct Machine {
    /// What was told beside a result lies in it, which is of one thread at a time.
    global: Mutex<Global>,
    today: Option<Date>,
}

impl Machine {
    fn global(&self) -> MutexGuard<'_, Global> {
        self.global.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn config(&self, from: &Path) -> (config::Config, Diagnostics, SourceMap) {
        let (mut sources, mut problems) = (SourceMap::default(), Diagnostics::new());
        let config = config::load(&self.global(), from, &mut sources, &mut problems);
        (config, problems, sources)
    }
}

impl Host for Machine {
    fn today(&self) -> Date {
        self.today.unwrap_or_else(check::today)
    }

    fn configuration(&self, file: &Path) -> Configuration {
        let (config, problems, sources) = self.config(file);
        let rules = self.global().rules.clone().or(config.rules);
        Configuration {
            rules: rules.map(|r| fs::absolute(&r).map_or(r, |whole| fs::tidy(&whole))),
            region: config.region,
            strict: config.strict,
            require_look_ups: config.require_look_ups,
            require_files: config.require_files,
            problems: (problems.into_sorted(), sources),
        }
    }

    fn lints(&self, from: &Path, rules: &[PathBuf]) -> Settings {
        let (config, ..) = self.config(from);
        let mut settings = lint::settings_of(config.lints, self.today());
        // What is wrong with the list of terms is told by `lint`; the server goes on with those that can be read.
        settings.terms = lint::terms(rules, &mut SourceMap::default(), &mut Diagnostics::new());
        settings
    }
}

pub(super) fn run(_: &LspArgs, global: &Global) -> u8 {
    if let Some(rules) = global.rules.as_deref().filter(|r| !fs::is_file(r))
        && let Err(failure) = fs::expect_folder(rules)
    {
        output::problems(global, &[failure.unreadable(Code::UnreadableRules)], &SourceMap::default(), global.language());
        return 2;
    }
    let (connection, threads) = Connection::stdio();
    let served = over(&connection, global, None);
    drop(connection);
    let closed = threads.join();
    match served.and(closed.map_err(Into::into)) {
        Ok(()) => 0,
        Err(why) => {
            let d = Diagnostic::new(Code::Unreadable, say!("the editor cannot be understood: {why}", "无法理解编辑器的消息：{why}"));
            let d = d.help(say!(
                "an editor starts this command; it speaks the Language Server Protocol",
                "该命令由编辑器启动，使用语言服务器协议"
            ));
            output::problems(global, &[d], &SourceMap::default(), global.language());
            2
        }
    }
}

fn over(connection: &Connection, global: &Global, today: Option<Date>) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let language: Language = global.language();
    lsp::serve(connection, Arc::new(Machine { global: Mutex::new(global.clone()), today }), language)
}

/// The server of `filingc lsp` with some options, over any connection, on any day.
///
/// # Errors
/// A client that does not speak the protocol.
pub fn serve(connection: &Connection, options: &[&str], today: Date) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    use clap::FromArgMatches;
    let command = Global::augment_args(clap::Command::new(env!("CARGO_PKG_NAME")));
    let matches = command.try_get_matches_from(std::iter::once(env!("CARGO_PKG_NAME")).chain(options.iter().copied()))?;
    over(connection, &Global::from_arg_matches(&matches)?, Some(today))
}
