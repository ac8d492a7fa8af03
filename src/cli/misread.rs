//! Calls that cannot be understood: what is wrong with them in our words, and the form in which it is to be said all the same.

use super::{Cli, Format, Global};
use crate::diagnostic::{Bilingual, Code, Diagnostic, say};
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Args, CommandFactory, FromArgMatches, ValueEnum};
use std::ffi::OsString;

/// What a call asks for beside its command, as far as that can be seen: the form of the output, where it goes, in which language.
pub(super) struct Asked {
    /// The options that could be read.
    pub(super) global: Global,
    /// The command, where one is named.
    pub(super) command: String,
}

/// The options that say how something is told; each takes a value.
const TOLD_BY: &[&str] = &["--output-format", "--output-file", "--lang", "--color", "-o", "--format"];

impl Asked {
    /// Looked for among the arguments of a call, whatever else stands there. `None` where even that cannot be read.
    pub(super) fn of(arguments: impl Iterator<Item = OsString>) -> Option<Asked> {
        let arguments: Vec<String> = arguments.skip(1).map(|a| a.to_string_lossy().into_owned()).collect();
        let known = Cli::command();
        let command = arguments.iter().find(|a| known.get_subcommands().any(|c| c.get_name() == *a)).cloned();
        let mut kept = vec![known.get_name().to_owned()];
        let mut rest = arguments.iter().take_while(|a| *a != "--");
        while let Some(argument) = rest.next() {
            let (name, value) = match argument.split_once('=') {
                Some((name, value)) => (name, Some(value.to_owned())),
                None => (argument.as_str(), None),
            };
            if name == "--quiet" || name.strip_prefix('-').is_some_and(|q| !q.is_empty() && q.bytes().all(|b| b == b'q')) {
                kept.push(name.to_owned());
            }
            if !TOLD_BY.contains(&name) {
                continue;
            }
            let Some(value) = value.or_else(|| rest.next().cloned()) else { continue };
            // Pictures and the like have options of their own that say what `--output-format` says.
            let name = if name == "--format" { "--output-format" } else { name };
            if name != "--output-format" || Format::from_str(&value, false).is_ok() {
                kept.push(name.to_owned());
                kept.push(value);
            }
        }
        let parser = Global::augment_args(clap::Command::new("filingc")).args_override_self(true);
        let matches = parser.try_get_matches_from(kept).ok()?;
        Some(Asked { global: Global::from_arg_matches(&matches).ok()?, command: command.unwrap_or_else(|| known.get_name().to_owned()) })
    }
}

/// Whether what clap has to say is no error but help or a version; help for a call without a command is one as well.
pub(super) fn is_help(error: &clap::Error) -> bool {
    !error.use_stderr() || error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand
}

/// What is wrong with a call. F7007.
pub(super) fn told(error: &clap::Error, command: &str) -> Diagnostic {
    let text = |kind: ContextKind| match error.get(kind) {
        Some(ContextValue::String(text)) => Some(text.clone()),
        Some(ContextValue::Strings(list)) => Some(list.join(", ")),
        Some(ContextValue::Number(n)) => Some(n.to_string()),
        Some(ContextValue::StyledStr(text)) => Some(text.to_string()),
        _ => None,
    };
    let list = |kind: ContextKind| match error.get(kind) {
        Some(ContextValue::Strings(list)) => list.clone(),
        Some(ContextValue::String(one)) => vec![one.clone()],
        _ => vec![],
    };
    let argument = text(ContextKind::InvalidArg).unwrap_or_default();
    let argument = argument.split(" <").next().unwrap_or_default();
    let value = text(ContextKind::InvalidValue).unwrap_or_default();
    let message = match error.kind() {
        ErrorKind::UnknownArgument if argument.starts_with('-') => say!("there is no option `{argument}`", "没有选项 `{argument}`"),
        ErrorKind::UnknownArgument => say!("nothing is expected where `{argument}` stands", "`{argument}` 处不应再有参数"),
        ErrorKind::InvalidSubcommand => {
            let name = text(ContextKind::InvalidSubcommand).unwrap_or_default();
            say!("there is no command `{name}`", "没有命令 `{name}`")
        }
        ErrorKind::InvalidValue if value.is_empty() => say!("`{argument}` expects a value", "`{argument}` 需要一个值"),
        ErrorKind::InvalidValue => say!("`{argument}` has no value `{value}`", "`{argument}` 没有可选值 `{value}`"),
        ErrorKind::ValueValidation => {
            let why = std::error::Error::source(error).map_or(String::new(), ToString::to_string);
            let (en, zh) = why.split_once(" / ").unwrap_or((&why, &why));
            say!("`{value}` is no value of `{argument}`: {en}", "`{value}` 不能作为 `{argument}` 的值：{zh}")
        }
        ErrorKind::MissingRequiredArgument => {
            let missing = list(ContextKind::InvalidArg);
            Bilingual::new(format!("{} is required", quoted(&missing, ", ")), format!("缺少 {}", quoted(&missing, "、")))
        }
        ErrorKind::MissingSubcommand => say!("a command is required", "缺少命令"),
        ErrorKind::ArgumentConflict => {
            let others = list(ContextKind::PriorArg);
            match others.iter().all(|o| o.split(" <").next() == Some(argument)) {
                true => say!("`{argument}` is given twice", "`{argument}` 给出了两次"),
                false => Bilingual::new(
                    format!("`{argument}` cannot stand with {}", quoted(&others, ", ")),
                    format!("`{argument}` 不能与 {} 同时使用", quoted(&others, "、")),
                ),
            }
        }
        ErrorKind::NoEquals => say!("`{argument}` expects its value behind `=`", "`{argument}` 的值应写在 `=` 之后"),
        ErrorKind::TooManyValues => say!("`{argument}` has no place for `{value}`", "`{argument}` 不能再接受 `{value}`"),
        ErrorKind::TooFewValues | ErrorKind::WrongNumberOfValues => {
            say!("`{argument}` has another number of values", "`{argument}` 的值的个数不对")
        }
        ErrorKind::InvalidUtf8 => say!("an argument is not UTF-8", "有参数不是 UTF-8"),
        _ => say!("the call cannot be understood", "无法理解该命令调用"),
    };
    let mut diagnostic = Diagnostic::new(Code::Call, message);
    let near =
        [ContextKind::SuggestedArg, ContextKind::SuggestedValue, ContextKind::SuggestedSubcommand].into_iter().find_map(|k| list(k).pop());
    let choices = list(ContextKind::ValidValue);
    if let Some(near) = near {
        diagnostic = diagnostic.help(say!("did you mean `{near}`?", "是否想写 `{near}`？"));
    } else if !choices.is_empty() {
        diagnostic = diagnostic.help(Bilingual::new(format!("choose {}", choices.join(", ")), format!("可选：{}", choices.join("、"))));
    }
    let asked = if command == "filingc" { "filingc --help".to_owned() } else { format!("filingc {command} --help") };
    diagnostic.help(say!("`{asked}` shows what there is", "`{asked}` 列出可用的选项"))
}

fn quoted(list: &[String], between: &str) -> String {
    list.iter().map(|one| format!("`{one}`")).collect::<Vec<_>>().join(between)
}
