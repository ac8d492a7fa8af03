//! The command line: the only place that prints, reads files, environment and clock, or exits.
//!
//! Results go to standard output, everything else to standard error. Exit codes: 0 nothing above the fail level, 1 findings, 2 the rules, the
//! input or the call cannot be used.

mod build;
mod check;
mod columns;
mod completions;
mod config;
mod diff;
mod environment;
mod exchange;
mod explain;
mod fill;
mod fmt;
mod github;
mod graph;
mod help;
mod init;
mod json;
mod junit;
mod lint;
mod load;
#[cfg(feature = "lsp")]
mod lsp;
#[cfg(feature = "mcp")]
mod mcp;
mod misread;
mod output;
mod plan;
mod rules;
mod ruleset;
mod sarif;
mod schema;
mod site;
mod test;
mod watch;

use crate::diagnostic::{Bilingual, Code, Diagnostic, Language, say};
use crate::source::SourceMap;
use clap::{Args, CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum};
use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

#[cfg(feature = "lsp")]
pub use lsp::serve as serve_editor;

/// Checks ICP filings against the rules of every province before they are submitted.
#[derive(Debug, Parser)]
#[command(name = "filingc", version, about, long_about = None, propagate_version = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    global: Global,
}

/// Options of every command.
#[derive(Clone, Debug, Args)]
pub(crate) struct Global {
    // Variables are read in `environment`, so the help names them itself.
    #[arg(
        long,
        global = true,
        value_name = "DIR",
        help = "Rule files instead of the bundled ones: a folder, or a file [env: FILINGC_RULES]",
        long_help = "Rule files instead of the bundled ones: a folder, or a file\n\n[env: FILINGC_RULES]"
    )]
    pub(crate) rules: Option<PathBuf>,
    /// Language of the output; default from FILINGC_LANG, else the locale.
    #[arg(long, global = true, value_enum)]
    pub(crate) lang: Option<Lang>,
    #[command(flatten)]
    pub(crate) color: colorchoice_clap::Color,
    #[arg(
        long,
        global = true,
        value_enum,
        help = "Form of the output [env: FILINGC_OUTPUT_FORMAT]",
        long_help = "Form of the output\n\n[env: FILINGC_OUTPUT_FORMAT]"
    )]
    pub(crate) output_format: Option<Format>,
    /// Writes the result to a file.
    #[arg(short = 'o', long, global = true, value_name = "FILE")]
    pub(crate) output_file: Option<PathBuf>,
    /// Only diagnostics (-q), or nothing but the exit code (-qq).
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub(crate) quiet: u8,
    /// A configuration file instead of the nearest filingc.toml.
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// Ignores configuration files.
    #[arg(long, global = true)]
    pub(crate) isolated: bool,
    /// Compiles rules anew instead of taking them from the user's cache folder.
    #[arg(long, global = true)]
    pub(crate) no_cache: bool,
    /// What was told beside the result.
    #[arg(skip)]
    said: output::Said,
}

/// Language of the output.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Lang {
    /// English
    En,
    /// Chinese
    Zh,
}

/// Form of the output.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// Diagnostics with the text they are about.
    #[value(alias = "text")]
    Full,
    /// One line each.
    #[value(alias = "short")]
    Concise,
    /// JSON, described by the schemas in docs/schema.
    Json,
    /// A line of JSON for each filing, of `check` only.
    #[value(alias = "ndjson")]
    Jsonl,
    /// Counts as a table of texts, for `check --statistics`.
    Csv,
    /// Counts as tables of Markdown, for `check --statistics`.
    #[value(alias = "md")]
    Markdown,
    /// JUnit XML, for `check` and `test`.
    Junit,
    /// Workflow commands of GitHub, for `check`, `lint` and `test`.
    Github,
    /// SARIF 2.1.0, for `check`, `lint` and `test`.
    Sarif,
    /// A page for browsers with everything in it, of `check` only.
    Html,
    /// A Gantt chart, of plans only.
    Mermaid,
    /// A picture, of plans only.
    Svg,
    /// A calendar, of plans only.
    Ics,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Checks filing manifests.
    Check(check::CheckArgs),
    /// Proposes which columns of a table hold what, for `check --columns`.
    Columns(columns::ColumnsArgs),
    /// Shows what to do next, by when, waiting for whom.
    Plan(plan::PlanArgs),
    /// Stores rules in one file that starts without compiling.
    Build(build::BuildArgs),
    /// Lists requirements and amendments.
    Rules(rules::RulesArgs),
    /// Shows one rule with its layers, or the page of one diagnostic.
    Explain(explain::ExplainArgs),
    /// Compares two rulesets, and what the difference does to filings.
    Diff(diff::DiffArgs),
    /// Puts rule files into their canonical form.
    Fmt(fmt::FmtArgs),
    /// Finds what is likely wrong in rule files, and mends some of it.
    ///
    /// Exits with 0 when nothing is found, 1 with findings, 2 when the rules cannot be used.
    Lint(lint::LintArgs),
    /// Shows what depends on what: a picture, a neighbourhood, a reason.
    Graph(graph::GraphArgs),
    /// Writes a manifest with just the fields a kind of filing needs.
    Init(init::InitArgs),
    /// Asks for what a manifest does not state yet, and writes the answers into it.
    Fill(fill::FillArgs),
    /// Prints the JSON Schema of manifests.
    Schema(schema::SchemaArgs),
    /// Writes the rules as pages for people, in both languages.
    Site(site::SiteArgs),
    /// Runs the cases of the rules.
    Test(test::TestArgs),
    /// Serves editors: diagnostics, completion and more while rules and manifests are written.
    #[cfg(feature = "lsp")]
    Lsp(lsp::LspArgs),
    /// Answers assistants, over the Model Context Protocol.
    #[cfg(feature = "mcp")]
    Mcp(mcp::McpArgs),
    /// Prints the completion script of a shell.
    #[command(hide = true)]
    Completions(completions::CompletionsArgs),
    /// Prints the manual page, or writes one per command.
    #[command(hide = true)]
    Man(completions::ManArgs),
}

impl Cli {
    /// The call read as one of the command it begins with; the other commands are not even built. `None` where that does not succeed: then the
    /// whole command line says why, or gives help.
    fn of_named_command(mut arguments: impl Iterator<Item = OsString>) -> Option<Self> {
        let program = arguments.next()?;
        let name = arguments.next()?.into_string().ok()?;
        let rest: Vec<OsString> = arguments.collect();
        fn read<A: Args>(program: OsString, rest: Vec<OsString>, make: fn(A) -> Command) -> Option<Cli> {
            let command = A::augment_args(clap::Command::new(env!("CARGO_PKG_NAME")));
            let command = Global::augment_args(command.version(env!("CARGO_PKG_VERSION")));
            let matches = command.try_get_matches_from(std::iter::once(program).chain(rest)).ok()?;
            let own = A::from_arg_matches(&matches).ok()?;
            let global = Global::from_arg_matches(&matches).ok()?;
            // The process ends soon: taking the parts apart would only take time.
            std::mem::forget(matches);
            Some(Cli { command: make(own), global })
        }
        match name.as_str() {
            "check" => read(program, rest, Command::Check),
            "plan" => read(program, rest, Command::Plan),
            "rules" => read(program, rest, Command::Rules),
            "explain" => read(program, rest, Command::Explain),
            "graph" => read(program, rest, Command::Graph),
            "test" => read(program, rest, Command::Test),
            _ => None,
        }
    }
}

impl Command {
    /// The forms its output may have.
    fn formats(&self) -> &'static [Format] {
        match self {
            Command::Lint(_) => &[Format::Full, Format::Concise, Format::Json, Format::Github, Format::Sarif],
            Command::Check(_) => &[
                Format::Full,
                Format::Concise,
                Format::Json,
                Format::Jsonl,
                Format::Csv,
                Format::Markdown,
                Format::Junit,
                Format::Github,
                Format::Sarif,
                Format::Html,
            ],
            Command::Test(_) => &[Format::Full, Format::Concise, Format::Json, Format::Junit, Format::Github, Format::Sarif],
            Command::Plan(_) => &[Format::Full, Format::Concise, Format::Json, Format::Mermaid, Format::Svg, Format::Ics],
            Command::Graph(_) => &[Format::Full, Format::Concise, Format::Json, Format::Mermaid, Format::Svg],
            Command::Schema(_) => &[Format::Full, Format::Json],
            #[cfg(feature = "lsp")]
            Command::Lsp(_) => &[Format::Full],
            #[cfg(feature = "mcp")]
            Command::Mcp(_) => &[Format::Full],
            Command::Build(_) | Command::Site(_) | Command::Columns(_) | Command::Init(_) | Command::Completions(_) | Command::Man(_) => {
                &[Format::Full]
            }
            _ => &[Format::Full, Format::Concise, Format::Json],
        }
    }

    /// As called, and as its JSON names it.
    fn name(&self) -> &'static str {
        match self {
            Command::Check(_) => "check",
            Command::Columns(_) => "columns",
            Command::Plan(_) => "plan",
            Command::Build(_) => "build",
            Command::Rules(_) => "rules",
            Command::Explain(_) => "explain",
            Command::Diff(_) => "diff",
            Command::Fmt(_) => "fmt",
            Command::Lint(_) => "lint",
            Command::Graph(_) => "graph",
            Command::Init(_) => "init",
            Command::Fill(_) => "fill",
            Command::Schema(_) => "schema",
            Command::Site(_) => "site",
            Command::Test(_) => "test",
            #[cfg(feature = "lsp")]
            Command::Lsp(_) => "lsp",
            #[cfg(feature = "mcp")]
            Command::Mcp(_) => "mcp",
            Command::Completions(_) => "completions",
            Command::Man(_) => "man",
        }
    }

    /// The form that an option of the command itself asks for, where a program reads it.
    fn own_format(&self) -> Option<Format> {
        match self {
            Command::Plan(args) => args.own_format(),
            Command::Graph(args) => args.own_format(),
            Command::Test(args) => args.own_format(),
            _ => None,
        }
    }

    fn no_such_format(&self, format: Format) -> Diagnostic {
        let name = |f: &Format| f.to_possible_value().map_or(String::new(), |v| v.get_name().to_owned());
        let (asked, all) = (name(&format), self.formats().iter().map(name).collect::<Vec<_>>());
        Diagnostic::new(Code::OutputFormat, say!("this command has no output format `{asked}`", "该命令没有输出格式 `{asked}`"))
            .help(Bilingual::new(format!("choose {}", all.join(", ")), format!("可选：{}", all.join("、"))))
    }
}

/// Runs the program and gives its exit code.
pub fn run() -> ExitCode {
    let mut cli = match Cli::of_named_command(std::env::args_os()).map_or_else(Cli::try_parse, Ok) {
        Ok(cli) => cli,
        Err(error) => return ExitCode::from(misread(&error)),
    };
    cli.global.color.write_global();
    let code = done(&mut cli);
    if code == 2 {
        output::answer(&cli.global, cli.command.name());
    }
    ExitCode::from(code)
}

/// What a call without a command to run gets: help, or what is wrong with it, in the form that it asks for.
fn misread(error: &clap::Error) -> u8 {
    if misread::is_help(error) {
        let code = if error.use_stderr() { 2 } else { 0 };
        let arguments: Vec<OsString> = std::env::args_os().collect();
        if help::language(&arguments) == Language::Zh {
            let told = help::in_chinese(Cli::command()).try_get_matches_from(arguments).err();
            let text = told.map_or(String::new(), |e| help::framed(&e.render().to_string()));
            return if output::help(&text) { code } else { 2 };
        }
        return if output::printed(error.print()) { code } else { 2 };
    }
    let Some(mut asked) = misread::Asked::of(std::env::args_os()) else {
        output::printed(error.print());
        return 2;
    };
    // A variable that cannot be understood is told by the call that can be.
    environment::stand_in(&mut asked.global);
    asked.global.color.write_global();
    output::problems(&asked.global, &[misread::told(error, &asked.command)], &SourceMap::default(), asked.global.language());
    output::answer(&asked.global, &asked.command);
    2
}

fn done(cli: &mut Cli) -> u8 {
    let problems = environment::stand_in(&mut cli.global);
    cli.global.output_format = cli.command.own_format().or(cli.global.output_format);
    let global = &cli.global;
    if !problems.is_empty() {
        output::problems(global, &problems, &SourceMap::default(), global.language());
        return 2;
    }
    if let Some(format) = global.output_format
        && !cli.command.formats().contains(&format)
    {
        output::problems(global, &[cli.command.no_such_format(format)], &SourceMap::default(), global.language());
        return 2;
    }
    match &cli.command {
        Command::Check(args) => check::run(args, global),
        Command::Columns(args) => columns::run(args, global),
        Command::Plan(args) => plan::run(args, global),
        Command::Build(args) => build::run(args, global),
        Command::Rules(args) => rules::run(args, global),
        Command::Explain(args) => explain::run(args, global),
        Command::Diff(args) => diff::run(args, global),
        Command::Fmt(args) => fmt::run(args, global),
        Command::Lint(args) => lint::run(args, global),
        Command::Init(args) => init::run(args, global),
        Command::Fill(args) => fill::run(args, global),
        Command::Schema(args) => schema::run(args, global),
        Command::Graph(args) => graph::run(args, global),
        Command::Site(args) => site::run(args, global),
        Command::Test(args) => test::run(args, global),
        #[cfg(feature = "lsp")]
        Command::Lsp(args) => lsp::run(args, global),
        #[cfg(feature = "mcp")]
        Command::Mcp(args) => mcp::run(args, global),
        Command::Completions(args) => completions::completions(args, global),
        Command::Man(args) => completions::man(args, global),
    }
}

impl Global {
    /// The language: flag, FILINGC_LANG, locale.
    pub(crate) fn language(&self) -> Language {
        match self.lang {
            Some(Lang::En) => Language::En,
            Some(Lang::Zh) => Language::Zh,
            None => environment::language(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_read_as_one_command_is_the_call_read_whole() {
        let calls = [
            "check",
            "check a.toml b.toml -qq --region zj --on 2026-11-23 --strict --output-format json",
            "check --rules r -o out.json --lang zh --color never -- -",
            "check --rules=r --no-cache --isolated --config c.toml --fail-level warning",
            "plan a.toml --lang en",
            "rules dom -q",
            "explain cn/dom-not-expired --output-format json",
            "graph --around dom-not-expired --depth 2",
            "test --rules regions --mutate --coverage=html",
        ];
        for call in calls {
            let arguments = || std::iter::once("filingc").chain(call.split(' ')).map(OsString::from);
            let whole = Cli::try_parse_from(arguments()).unwrap_or_else(|e| panic!("{call}: {e}"));
            let one = Cli::of_named_command(arguments()).unwrap_or_else(|| panic!("{call} is read"));
            assert_eq!(format!("{one:?}"), format!("{whole:?}"), "{call}");
        }
        for call in [
            "",
            "--version",
            "check --help",
            "check --version",
            "check --no-such-option",
            "help check",
            "fmt a.filing",
            "--lang zh check a",
        ] {
            let arguments = std::iter::once("filingc").chain(call.split(' ').filter(|a| !a.is_empty())).map(OsString::from);
            assert!(Cli::of_named_command(arguments).is_none(), "{call} is left to the whole command line");
        }
    }
}
