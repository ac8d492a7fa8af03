//! The help, the manual pages and the completions in Chinese: one table with a twin for every text of the command line.

use crate::diagnostic::Language;
use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgAction, Command};
use std::ffi::OsString;

macro_rules! texts {
    ($($en:literal $zh:literal;)*) => {
        /// Texts of commands, arguments and values.
        const TEXTS: &[(&str, &str)] = &[$(($en, $zh),)*];
    };
}

texts! {
    "Checks ICP filings against the rules of every province before they are submitted" "在提交之前，按各省的规则检查 ICP 备案";
    "Checks filing manifests" "检查备案清单";
    "Proposes which columns of a table hold what, for `check --columns`" "推测表格各列的含义，供 `check --columns` 使用";
    "Shows what to do next, by when, waiting for whom" "显示接下来做什么、何时之前、等待谁办理";
    "Stores rules in one file that starts without compiling" "把规则存为一个文件，使用时无须编译";
    "Lists requirements and amendments" "列出要求及各层级的改动";
    "Shows one rule with its layers, or the page of one diagnostic" "显示一条规则及各层级的规定，或一种消息的说明";
    "Compares two rulesets, and what the difference does to filings" "比较两套规则，以及其差异对备案的影响";
    "Puts rule files into their canonical form" "把规则文件改写成规范格式";
    "Finds what is likely wrong in rule files, and mends some of it" "找出规则文件中可能有误之处，并修正其中一部分";
    "Finds what is likely wrong in rule files, and mends some of it.\n\nExits with 0 when nothing is found, 1 with findings, 2 when the rules cannot be used"
        "找出规则文件中可能有误之处，并修正其中一部分。\n\n没有问题时退出码为 0，有问题时为 1，规则无法使用时为 2";
    "Shows what depends on what: a picture, a neighbourhood, a reason" "显示依赖关系：整图、局部或原因";
    "Writes a manifest with just the fields a kind of filing needs" "生成清单，只含该类备案所需的字段";
    "Asks for what a manifest does not state yet, and writes the answers into it" "询问清单尚未填写的内容，并把回答写入清单";
    "Prints the JSON Schema of manifests" "输出清单的 JSON Schema";
    "Runs the cases of the rules" "运行规则的用例";
    "Serves editors: diagnostics, completion and more while rules and manifests are written"
        "为编辑器提供服务：书写规则和清单时的消息、补全等";
    "Answers assistants, over the Model Context Protocol" "通过 MCP 协议回答智能助手的询问";
    "Prints the completion script of a shell" "输出 shell 的补全脚本";
    "Prints the manual page, or writes one per command" "输出手册页，或为每个命令写一页";
    "Print this message or the help of the given subcommand(s)" "显示本说明，或某个命令的说明";
    "Print help (see more with '--help')" "显示帮助（更多内容见 `--help`）";
    "Print help (see a summary with '-h')" "显示帮助（摘要见 `-h`）";
    "Print help" "显示帮助";
    "Print help for the subcommand(s)" "显示命令的帮助";
    "Print version" "显示版本";

    "Rule files instead of the bundled ones: a folder, or a file [env: FILINGC_RULES]" "使用其他规则而不用内置规则：文件夹或文件 [环境变量：FILINGC_RULES]";
    "Rule files instead of the bundled ones: a folder, or a file\n\n[env: FILINGC_RULES]" "使用其他规则而不用内置规则：文件夹或文件\n\n[环境变量：FILINGC_RULES]";
    "Language of the output; default from FILINGC_LANG, else the locale" "输出的语言；默认取自 FILINGC_LANG，其次为系统的语言设置";
    "Form of the output [env: FILINGC_OUTPUT_FORMAT]" "输出格式 [环境变量：FILINGC_OUTPUT_FORMAT]";
    "Form of the output\n\n[env: FILINGC_OUTPUT_FORMAT]" "输出格式\n\n[环境变量：FILINGC_OUTPUT_FORMAT]";
    "Writes the result to a file" "把结果写入文件";
    "Only diagnostics (-q), or nothing but the exit code (-qq)" "只输出消息（-q），或只给退出码（-qq）";
    "A configuration file instead of the nearest filingc.toml" "使用指定的配置文件，而不用最近的 filingc.toml";
    "Ignores configuration files" "不读取配置文件";
    "Compiles rules anew instead of taking them from the user's cache folder" "重新编译规则，不使用用户缓存文件夹中的结果";
    "Controls when to use color" "何时使用颜色";

    "Manifests: files, folders, streams, tables, or `-` for standard input" "清单：文件、文件夹、数据流、表格，`-` 表示标准输入";
    "Manifests: files, folders, or `-` for standard input" "清单：文件、文件夹，`-` 表示标准输入";
    "Manifests whose findings are compared: files or folders" "要比较其问题的清单：文件或文件夹";
    "Region, where the manifest states none" "地区，用于清单未填写地区时";
    "Region, where a manifest states none" "地区，用于清单未填写地区时";
    "Checks for this day, YYYY-MM-DD, instead of the manifest's or today" "按这一天（YYYY-MM-DD）检查，而不按清单中的日期或今天";
    "Asks for this day, YYYY-MM-DD, instead of the manifest's or today" "按这一天（YYYY-MM-DD）提问，而不按清单中的日期或今天";
    "Plans for this day, YYYY-MM-DD, or moment, YYYY-MM-DDTHH:MM, instead of today" "按这一天（YYYY-MM-DD）或时刻（YYYY-MM-DDTHH:MM）安排，而不按今天";
    "Compares findings on this day, YYYY-MM-DD, and on every day on which the rules change" "比较这一天（YYYY-MM-DD）以及规则变动各日的问题";
    "Only what is in force on this day, YYYY-MM-DD" "只看这一天（YYYY-MM-DD）施行的内容";
    "The day that ages and ends are counted to; default: today" "年龄与期限计算到这一天；默认为今天";
    "Weak sources (low confidence, unconfirmed) count like others" "依据较弱（可信度低、未证实）的规则与其他规则同等计算";
    "Look-ups that were not made count like facts that are not stated" "未作的查询按未填写的信息计算";
    "Fills facts of registers from what look-ups returned: JSON Lines or a table, by domain, credit code or mobile number"
        "用查询结果填入登记信息：JSON Lines 或表格，按域名、信用代码或手机号码对应";
    "Documents that a manifest names must be on the disk" "清单所列的材料必须在磁盘上";
    "A folder whose files manifests may name although it is not below theirs. Can be repeated" "清单可以引用其中文件的文件夹，虽然它不在清单所在文件夹之下。可以重复";
    "Name of standard input in messages; its ending tells the format" "消息中标准输入的名称；由扩展名判断格式";
    "Form of the input, where its name does not tell it" "输入的格式，用于无法由名称判断时";
    "Writes values in their normal form into the files (width, brackets, blanks, other names of values), after showing the edits"
        "显示改动之后，把值的规范写法（全半角、括号、空白、值的其他名称）写入文件";
    "Writes nothing and checks nothing; shows what `--fix` would change and exits with 1 if it would change anything"
        "不写入也不检查；显示 `--fix` 会作的改动，有改动时退出码为 1";
    "Writes nothing; shows what `--fix` would change and exits with 1 if it would change anything" "不写入；显示 `--fix` 会作的改动，有改动时退出码为 1";
    "Writes nothing; shows what would change and exits with 1 if anything would" "不写入；显示会作的改动，有改动时退出码为 1";
    "Writes nothing; lists the files that would change and exits with 1 if there are any" "不写入；列出会改动的文件，有这样的文件时退出码为 1";
    "Writes the keywords in this language, too; names, ids and values stay" "同时把关键字改写成这种语言；名称、编号和值不变";
    "Writes a file for `--baseline`" "写出供 `--baseline` 使用的文件";
    "Shows only what is new since this file was written" "只显示写出该文件之后新出现的问题";
    "Which mutants are tried: the same seed, the same ones" "决定试验哪些变异：种子相同，变异相同";
    "The shortest ways by which A depends on B" "A 依赖 B 的最短路径";
    "The shell" "shell 的名称";
    "The sheet that holds the filings, instead of the first visible one" "备案所在的工作表，而不是第一个可见的工作表";
    "The row of the heads, from 1, instead of the first that is not blank" "表头所在的行（从 1 数起），而不是第一个非空行";
    "The old rules: a folder, a file, a git revision such as `HEAD~1` (the path of the new rules there), or `REVISION:PATH`"
        "旧规则：文件夹、文件、git 版本（如 `HEAD~1`，取其中与新规则相同的路径）或 `版本:路径`";
    "The new rules, named like the old ones" "新规则，写法与旧规则相同";
    "The folder that gets one page per command; without it the page of the program is printed" "写入各命令手册页的文件夹；不写时输出程序的手册页";
    "The column whose value rows of one filing share" "同一备案的各行在该列的值相同";
    "Takes the answers from a file or `-`, one a line, instead of asking on the terminal" "从文件或 `-` 读取回答，每行一个，不在终端上提问";
    "Stops trying mutants after this many seconds" "超过这个秒数后不再试验变异";
    "Shows which meanings of the rules the cases reach" "显示用例涵盖了规则的哪些含义";
    "Shows what every other layer says of the rule in full" "完整显示其他各层级对该规则的规定";
    "Shows the rule as it is in this region, by its id or its name" "显示规则在该地区的内容，写地区的编号或名称";
    "Shows the cheapest mends of refused filings, each checked again: 3, or as many as asked for" "显示被驳回备案代价最小的修改办法，每种都经过复查：3 种，或所写的数目";
    "Shows only findings of these rules: ids, codes, or patterns with `*`. Can be repeated" "只显示这些规则的问题：编号、消息代码或带 `*` 的模式。可以重复";
    "Shows no findings of these rules. Can be repeated" "不显示这些规则的问题。可以重复";
    "Shows only filings with this verdict. Can be repeated" "只显示结论如此的备案。可以重复";
    "Shows no progress on a terminal" "不在终端上显示进度";
    "Shows every plan in full where there are several" "有多份计划时逐份完整显示";
    "Says which rules a notice of a returned order is about: a file with its text, or `-`" "说明退回通知涉及哪些规则：写有通知文字的文件，或 `-`";
    "Says which columns of a table hold what, a TOML file" "说明表格各列含义的 TOML 文件";
    "Runs again whenever a rule or a manifest changes" "规则或清单改动时重新运行";
    "Checks again whenever a manifest changes" "清单改动时重新检查";
    "Rules to store: a folder, or a file; default the rules of the run" "要存储的规则：文件夹或文件；默认为本次运行所用的规则";
    "Rule files or folders; `-` reads standard input and writes standard output. Default: the folder of the rules"
        "规则文件或文件夹；`-` 从标准输入读取、写到标准输出。默认为规则所在的文件夹";
    "Rule files or folders. Those inside the folder of the rules only choose what is shown; others are a ruleset of their own"
        "规则文件或文件夹。位于规则文件夹之内的只决定显示哪些内容，其他的自成一套规则";
    "Rows of a table that share a value of this column are one filing" "表格中该列值相同的各行为同一备案";
    "Rewrites expectations that fail to what was found, after showing the difference" "显示差异之后，把不成立的预期改写成实际结果";
    "Region to file in, by its id or its name" "备案地区，写编号或名称";
    "Overwrites an existing file" "覆盖已有的文件";
    "Only what this depends on and what depends on it: a rule, definition, parameter, field, material, step or layer. Can be repeated"
        "只看它所依赖的和依赖它的内容：规则、定义、参数、字段、材料、步骤或层级。可以重复";
    "Only the base and this region" "只看全国规则与该地区";
    "Only rules whose id or title contains this" "只列编号或标题含有该文字的规则";
    "Only requirements that end like this, and what they read" "只看结果如此的要求，以及它们读取的信息";
    "Only manifests for this region: fields that none of its rules reads are not offered" "只限该地区的清单：不列出其规则都不读取的字段";
    "Only cases whose title contains this" "只运行标题含有该文字的用例";
    "Nature of the filer, such as enterprise or individual" "主办者的性质，如 enterprise 或 individual";
    "Names filings by this field of the manifest" "用清单的该字段称呼备案";
    "Most mutants that are tried" "最多试验的变异数目";
    "Mends what can be mended without changing what the rules mean" "修正不影响规则含义的问题";
    "Lists the questions instead of asking them; exits with 1 when there are any" "列出问题而不提问；有问题时退出码为 1";
    "Lists the lints with their levels" "列出检查项及其级别";
    "Lists the codes and the lints" "列出消息代码与检查项";
    "Lists every rule with its outcome and why" "列出每条规则的结果及原因";
    "Kind of service; default: the first, a website" "服务类型；默认为第一种，即网站";
    "How many links away `--around` looks" "`--around` 看多少层关系";
    "Gives everything in each line of `jsonl`" "在 `jsonl` 的每行中给出全部内容";
    "From which severity on the exit code is 1" "从哪一级严重程度起退出码为 1";
    "Form of the plan; `--output-format` says the same" "计划的格式；与 `--output-format` 相同";
    "Form of the picture; default: words where a question is asked, else DOT" "图的格式；默认在提问时为文字，其他情况为 DOT";
    "Filing type; default: the first, an initial filing" "备案类型；默认为第一种，即首次备案";
    "Exits with 0 even with findings" "有问题时退出码仍为 0";
    "Everything that a field can influence" "一个字段可能影响的全部内容";
    "Domain of the service" "服务的域名";
    "Coverage and mutants of the rules of one layer only, such as `ln` or `cn`" "只看一个层级（如 `ln` 或 `cn`）规则的覆盖与变异";
    "Counts findings by rule instead of telling them" "按规则统计问题，不逐个说明";
    "Counts filings by `rule`, `stage`, `verdict`, or a field such as `region` or `account.id`. Can be repeated"
        "按 `rule`、`stage`、`verdict` 或字段（如 `region`、`account.id`）统计备案。可以重复";
    "Checks with this many threads; 0 takes all cores" "使用这么多线程检查；0 表示全部核心";
    "Changes rules a little and lists the changes that no case notices" "略微改动规则，列出没有用例察觉的改动";
    "Asks for look-ups too" "也询问需要查询的信息";
    "An incomplete filing does not fail" "信息不全的备案不算失败";
    "Writes the rules as pages for people, in both languages" "把规则写成供人阅读的网页，中英文各一套";
    "Rules to show: a folder, or a file; default the rules of the run" "要展示的规则：文件夹或文件；默认为本次运行所用的规则";
    "Shows what holds on this day, YYYY-MM-DD, instead of today" "展示这一天（YYYY-MM-DD）的规定，而不是今天的";
    "Accepted because editors give it: there is no other way to talk" "编辑器会给出该选项，因此接受；没有其他通信方式";
    "Incomplete filings, drafts among them, do not fail" "信息不全的备案（包括草稿）不算失败";
    "Ends with 0 although filings are refused or deadlines missed" "即使备案被驳回或期限已过，退出码仍为 0";
    "A page for browsers with everything in it, of `check` only" "供浏览器阅读的完整网页，只用于 `check`";
    "Access provider" "接入商";
    "A rule id such as cn/dom-not-expired, its part after the stroke, another name of the rules (a step, material, parameter, definition, source or `set`), a code such as F5005, or a lint such as double-negation"
        "规则编号（如 cn/dom-not-expired）、斜线之后的部分、规则中的其他名称（步骤、材料、参数、定义、来源或 `set`）、消息代码（如 F5005）或检查项（如 double-negation）";
    "A manifest: requirements show how they end for it" "一份清单：显示各要求对它的结果";
    "A manifest: TOML or JSON; `-` only with `--list`" "一份清单：TOML 或 JSON；`-` 只与 `--list` 同用";
    "A CSV file or a spreadsheet" "CSV 文件或电子表格";

    "Diagnostics with the text they are about" "消息及其所指的文字";
    "One line each" "每条一行";
    "JSON, described by the schemas in docs/schema" "JSON，结构见 docs/schema";
    "A line of JSON for each filing, of `check` only" "每份备案一行 JSON，只用于 `check`";
    "Counts as a table of texts, for `check --statistics`" "统计表，纯文本，用于 `check --statistics`";
    "Counts as tables of Markdown, for `check --statistics`" "统计表，Markdown，用于 `check --statistics`";
    "JUnit XML, for `check` and `test`" "JUnit XML，用于 `check` 与 `test`";
    "Workflow commands of GitHub, for `check`, `lint` and `test`" "GitHub 工作流命令，用于 `check`、`lint` 与 `test`";
    "SARIF 2.1.0, for `check`, `lint` and `test`" "SARIF 2.1.0，用于 `check`、`lint` 与 `test`";
    "A Gantt chart, of plans only" "甘特图，只用于计划";
    "A picture, of plans only" "图，只用于计划";
    "A calendar, of plans only" "日历，只用于计划";
    "A table of texts, a filing in a row" "纯文本表格，一行一份备案";
    "A spreadsheet, a filing in a row" "电子表格，一行一份备案";
    "A filing as JSON in each line" "每行一份 JSON 备案";
    "One filing as JSON" "一份 JSON 备案";
    "One filing as TOML" "一份 TOML 备案";
    "JSON" "JSON";
    "For Graphviz" "用于 Graphviz";
    "For Markdown" "用于 Markdown";
    "For other programs, described by docs/schema/graph.schema.json" "供其他程序使用，结构见 docs/schema/graph.schema.json";
    "JSON, described by docs/schema/plan.schema.json" "JSON，结构见 docs/schema/plan.schema.json";
    "A page with the rules and what was not reached in them" "网页：规则及其中未涵盖之处";
    "The tracefile that coverage viewers read" "覆盖率查看工具读取的文件";
    "A table and what was not reached" "表格及未涵盖之处";
    "A calendar of the deadlines, with reminders" "期限的日历，带提醒";
    "A Gantt chart for Mermaid" "Mermaid 甘特图";
    "A picture that any browser shows" "任何浏览器都能显示的图";
    "A picture" "图";
    "To read" "供阅读";
    "Words" "文字";
    "Something is missing" "信息不全";
    "Needs no filing" "无需备案";
    "Can be submitted" "可提交";
    "Would be rejected" "将被驳回";
    "Cannot be read" "无法读取";
    "English" "英文";
    "Chinese" "中文";
}

/// What the library writes around the texts.
const FRAME: &[(&str, &str)] = &[
    ("Usage:", "用法："),
    ("Commands:", "命令："),
    ("Arguments:", "参数："),
    ("Options:", "选项："),
    ("Streams and tables:", "数据流与表格："),
    ("Possible values:", "可选值："),
    ("[possible values: ", "[可选值："),
    ("[possible values:", "[可选值："),
    ("[default: ", "[默认值："),
    ("[aliases: ", "[别名："),
    ("[OPTIONS]", "[选项]"),
    ("<COMMAND>", "<命令>"),
    ("[COMMAND]", "[命令]"),
];

fn twin(text: &str) -> Option<&'static str> {
    let text = text.trim_end_matches('.');
    TEXTS.iter().find(|(en, _)| *en == text).map(|(_, zh)| *zh)
}

fn translated(text: Option<&clap::builder::StyledStr>) -> Option<&'static str> {
    twin(&text?.to_string())
}

/// The command line with its texts in Chinese.
pub(super) fn in_chinese(mut command: Command) -> Command {
    command.build();
    of_command(command)
}

fn of_command(mut command: Command) -> Command {
    if let Some(text) = translated(command.get_about()) {
        command = command.about(text);
    }
    if let Some(text) = translated(command.get_long_about()) {
        command = command.long_about(text);
    }
    command = command.mut_args(of_argument);
    command.mut_subcommands(of_command)
}

fn of_argument(mut arg: Arg) -> Arg {
    if let Some(text) = translated(arg.get_help()) {
        arg = arg.help(text);
    }
    if let Some(text) = translated(arg.get_long_help()) {
        arg = arg.long_help(text);
    }
    let values = arg.get_possible_values();
    if matches!(arg.get_action(), ArgAction::Set | ArgAction::Append) && values.iter().any(|v| v.get_help().is_some()) {
        let values: Vec<_> = values.into_iter().map(|v| translated(v.get_help()).map_or(v.clone(), |zh| v.help(zh))).collect();
        arg = arg.value_parser(PossibleValuesParser::new(values));
    }
    arg
}

/// Help as it is shown: what the library wrote around the texts is Chinese, too.
pub(super) fn framed(text: &str) -> String {
    FRAME.iter().fold(text.to_owned(), |text, (en, zh)| text.replace(en, zh))
}

/// Headings of a manual page, and what stands between its texts.
const PAGE: &[(&str, &str)] = &[
    (".SH NAME", ".SH 名称"),
    (".SH SYNOPSIS", ".SH 用法"),
    (".SH DESCRIPTION", ".SH 说明"),
    (".SH ARGUMENTS", ".SH 参数"),
    (".SH OPTIONS", ".SH 选项"),
    (".SH SUBCOMMANDS", ".SH 命令"),
    (".SH \"STREAMS AND TABLES\"", ".SH 数据流与表格"),
    (".SH VERSION", ".SH 版本"),
    ("\\fIPossible values:\\fR", "可选值："),
    ("[\\fIpossible values: \\fR", "[可选值："),
    ("[default: ", "[默认值："),
    ("[\\fISUBCOMMANDS\\fR]", "[命令]"),
    ("<\\fISUBCOMMANDS\\fR>", "<命令>"),
    ("[\\fIOPTIONS\\fR]", "[选项]"),
];

/// A manual page with Chinese headings.
pub(super) fn framed_page(text: &str) -> String {
    PAGE.iter().fold(text.to_owned(), |text, (en, zh)| text.replace(en, zh))
}

/// The language that a call asks for, before it is read.
pub(super) fn language(arguments: &[OsString]) -> Language {
    let texts: Vec<&str> = arguments.iter().filter_map(|a| a.to_str()).take_while(|a| *a != "--").collect();
    let joined = texts.iter().find_map(|a| a.strip_prefix("--lang="));
    let parted = || texts.windows(2).find(|w| w[0] == "--lang").map(|w| w[1]);
    match joined.or_else(parted) {
        Some("zh") => Language::Zh,
        Some("en") => Language::En,
        _ => super::environment::language(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::Cli;
    use super::*;
    use clap::CommandFactory;

    /// Every text of a command and of what lies below it.
    fn texts_of(command: &Command, out: &mut Vec<String>) {
        out.extend([command.get_about(), command.get_long_about()].into_iter().flatten().map(ToString::to_string));
        for arg in command.get_arguments() {
            out.extend([arg.get_help(), arg.get_long_help()].into_iter().flatten().map(ToString::to_string));
            out.extend(arg.get_possible_values().iter().filter_map(|v| v.get_help()).map(ToString::to_string));
        }
        command.get_subcommands().for_each(|c| texts_of(c, out));
    }

    #[test]
    fn every_text_of_the_command_line_has_a_twin_and_every_twin_a_text() {
        let mut command = Cli::command();
        command.build();
        let mut texts = Vec::new();
        texts_of(&command, &mut texts);
        let lacking: std::collections::BTreeSet<&String> = texts.iter().filter(|t| twin(t).is_none()).collect();
        assert!(lacking.is_empty(), "{lacking:#?}");
        let idle: Vec<&str> = TEXTS
            .iter()
            .map(|(en, _)| *en)
            .filter(|en| !en.starts_with("Print "))
            .filter(|en| !texts.iter().any(|t| t.trim_end_matches('.') == *en))
            .collect();
        assert!(idle.is_empty(), "{idle:#?}");
    }
}
