//! `filingc fill`: asks for what a manifest does not state yet, the fact that decides most first, and writes each answer into the file.

use super::{Format, Global, check, config, json, load, output};
use crate::diagnostic::render::{Page, Screen};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Language, say};
use crate::driver::{Options, Rulebook};
use crate::host::documents::Documents;
use crate::host::filing::{self, Filing};
use crate::host::fs;
use crate::line;
use crate::manifest::Flaw;
use crate::pack::Ruleset;
use crate::scaffold::{self, Question};
use crate::source::SourceMap;
use crate::value::{Date, Schema};
use clap::Args;
use serde::Serialize;
use std::collections::BTreeSet;
use std::io::{BufRead, IsTerminal};
use std::path::{Path, PathBuf};

#[derive(Debug, Args)]
pub(super) struct FillArgs {
    /// A manifest: TOML or JSON; `-` only with `--list`.
    #[arg(value_name = "MANIFEST")]
    manifest: PathBuf,
    /// Lists the questions instead of asking them; exits with 1 when there are any.
    #[arg(long)]
    list: bool,
    /// Takes the answers from a file or `-`, one a line, instead of asking on the terminal.
    #[arg(long, value_name = "FILE", conflicts_with = "list")]
    answers: Option<PathBuf>,
    /// Region, where the manifest states none.
    #[arg(long)]
    region: Option<String>,
    /// Asks for this day, YYYY-MM-DD, instead of the manifest's or today.
    #[arg(long, value_name = "DATE", value_parser = check::date)]
    on: Option<Date>,
    /// Asks for look-ups too.
    #[arg(long)]
    require_look_ups: bool,
    #[command(flatten)]
    documents: load::DocumentArgs,
}

/// Most rules that a question names by itself.
const MAX_NAMED: usize = 2;
/// Most choices that a question lists.
const MAX_CHOICES: usize = 40;

/// What is asked of one file.
struct Interview<'i> {
    book: &'i Rulebook,
    path: &'i Path,
    options: Options,
    documents: &'i Documents,
    language: Language,
}

/// How it was left.
#[derive(Default)]
struct Left {
    written: usize,
    open: usize,
}

pub(super) fn run(args: &FillArgs, global: &Global) -> u8 {
    let language = global.language();
    let path = args.manifest.as_path();
    let is_stdin = path.as_os_str() == "-";
    let refuse = |d: Diagnostic| {
        output::problems(global, &[d], &SourceMap::default(), language);
        2
    };
    if is_stdin && !args.list {
        let message = say!("answers are written into a file, and `-` is none", "答案须写入文件，而 `-` 不是文件");
        let help = say!("name the file, or list the questions with `--list`", "请给出文件，或用 `--list` 列出问题");
        return refuse(Diagnostic::new(Code::NothingFound, message).help(help));
    }
    let is_asked = !args.list && args.answers.is_none();
    if is_asked && !(std::io::stdin().is_terminal() && std::io::stderr().is_terminal()) {
        let message = say!("nobody can be asked: this is no terminal", "无法提问：当前不是终端");
        let help = say!(
            "list the questions with `--list`, or give answers with `--answers FILE`, one a line",
            "用 `--list` 列出问题，或用 `--answers 文件` 给出答案，每行一个"
        );
        return refuse(Diagnostic::new(Code::NothingFound, message).help(help));
    }
    let Some(config) = config::of_manifests(global, std::slice::from_ref(&args.manifest)) else { return 2 };
    let Some(documents) = load::documents(&args.documents, false, global) else { return 2 };
    let mut sources = SourceMap::default();
    let folder = global.rules.clone().or(config.rules);
    let Some((book, ruleset)) = load::rulebook(global, folder.as_deref(), &mut sources) else { return 2 };
    let options = Options {
        region: args.region.clone().or(config.region),
        on: args.on,
        today: check::today(),
        strict: config.strict,
        require_look_ups: args.require_look_ups || config.require_look_ups,
        detailed: false,
    };
    let interview = Interview { book: &book, path, options, documents: &documents, language };
    if args.list {
        return match interview.questions(&sources) {
            Ok(asked) => listed(&interview, &asked, &ruleset, global),
            Err((problems, texts)) => {
                output::problems(global, &problems, &texts, language);
                2
            }
        };
    }
    let answers: Box<dyn BufRead> = match args.answers.as_deref() {
        Some(from) if from.as_os_str() != "-" => match fs::stream(from) {
            Ok((from, _)) => Box::new(std::io::BufReader::new(from)),
            Err(failure) => return refuse(failure.unreadable(Code::Unreadable)),
        },
        _ => Box::new(std::io::BufReader::new(fs::standard_stream())),
    };
    match interview.held(answers, &sources, global) {
        Ok(left) => {
            interview.tell_end(&left, global);
            u8::from(left.open > 0)
        }
        Err(code) => code,
    }
}

type Unusable = (Vec<Diagnostic>, SourceMap);

impl Interview<'_> {
    /// What is still to be asked, as the file is now.
    fn questions(&self, rules: &SourceMap) -> Result<Vec<Question>, Unusable> {
        let mut sources = rules.clone();
        let mut problems = Diagnostics::new();
        let Some(filing) = Filing::open(self.path, None, &mut sources, &mut problems) else {
            return Err((problems.into_sorted(), sources));
        };
        let document = filing.read(self.book.schema(), self.options.today, self.documents, &sources, &mut problems);
        // Into a text that cannot be read nothing can be written.
        if document.flaw >= Some(Flaw::Partial) {
            return Err((problems.into_sorted(), sources));
        }
        Ok(scaffold::questions(self.book, &sources, &document, problems, &self.options))
    }

    /// Asks until nothing is left to ask, or nobody answers any more.
    fn held(&self, mut answers: Box<dyn BufRead>, rules: &SourceMap, global: &Global) -> Result<Left, u8> {
        let schema = self.book.schema();
        let mut later: BTreeSet<String> = BTreeSet::new();
        let mut left = Left::default();
        let told = |(problems, texts): Unusable| {
            output::problems(global, &problems, &texts, self.language);
            2
        };
        loop {
            let asked = self.questions(rules).map_err(told)?;
            left.open = asked.len();
            let Some(question) = asked.iter().find(|q| !later.contains(&q.path)) else { return Ok(left) };
            if global.quiet == 0 {
                let mut page = Page::new(Screen::default(), false);
                tell(&mut page, question, schema, self.language, MAX_NAMED, Some(asked.len() - later.len()));
                output::beside(page);
            }
            loop {
                if global.quiet == 0 {
                    output::prompt();
                }
                let mut answer = String::new();
                match answers.read_line(&mut answer) {
                    Ok(0) => return Ok(left),
                    Ok(_) => {}
                    Err(e) => {
                        let d = Diagnostic::new(Code::Unreadable, say!("the answer cannot be read: {e}", "无法读取答案：{e}"));
                        return Err(told((vec![d], SourceMap::default())));
                    }
                }
                match answer.trim() {
                    "" => {
                        later.insert(question.path.clone());
                        break;
                    }
                    "q" | "quit" | "退出" => return Ok(left),
                    "?" | "？" => {
                        let mut page = Page::new(Screen::default(), false);
                        tell(&mut page, question, schema, self.language, usize::MAX, None);
                        output::beside(page);
                    }
                    answer => {
                        if self.write(question, answer, global)? {
                            left.written += 1;
                            left.open -= 1;
                            break;
                        }
                    }
                }
            }
        }
    }

    /// Writes an answer into the file; false where its form is wrong, which is told.
    fn write(&self, question: &Question, answer: &str, global: &Global) -> Result<bool, u8> {
        let fail = |d: Diagnostic| {
            output::problems(global, &[d], &SourceMap::default(), self.language);
            2
        };
        let name = filing::name(self.path, None);
        // As it is now: somebody may have saved it in an editor meanwhile.
        let mut problems = Diagnostics::new();
        let Some(text) = filing::text(fs::read(self.path), &name, Code::Unreadable, &mut problems) else {
            output::problems(global, &problems.into_sorted(), &SourceMap::default(), self.language);
            return Err(2);
        };
        match scaffold::answered(self.book, &name, &text, self.options.today, question, answer) {
            Ok(new) => fs::rewrite(self.path, new.as_bytes()).map(|()| true).map_err(|failure| fail(failure.unwritable())),
            Err(refused) => {
                let mut page = Page::new(Screen::of(&refused.sources), false);
                for d in &refused.diagnostics {
                    line!(page, "  {}", d.message.get(self.language));
                    let labels = d.labels.iter().filter(|l| l.is_primary).map(|l| l.message.get(self.language));
                    labels.filter(|t| !t.is_empty()).for_each(|text| line!(page, "    {text}"));
                    d.help.iter().take(3).for_each(|h| line!(page, "    {}", h.get(self.language)));
                }
                output::beside(page);
                Ok(false)
            }
        }
    }

    fn tell_end(&self, left: &Left, global: &Global) {
        if global.quiet > 0 {
            return;
        }
        let (name, Left { written, open }) = (filing::name(self.path, None), left);
        let text = match open {
            0 => say!(
                "{name}: {written} written, nothing is missing any more; `filingc check {name}` says what comes next",
                "{name}：已写入 {written} 项，不再缺少信息；运行 `filingc check {name}` 查看下一步"
            ),
            _ => say!(
                "{name}: {written} written, {open} still missing; `filingc fill {name}` goes on",
                "{name}：已写入 {written} 项，仍缺 {open} 项；运行 `filingc fill {name}` 继续"
            ),
        };
        output::error(text.get(self.language));
    }
}

/// A question with why it is asked and what an answer looks like.
fn tell(page: &mut Page, q: &Question, schema: &Schema, language: Language, n_rules: usize, left: Option<usize>) {
    let zh = language == Language::Zh;
    let title = q.title.get(language);
    match (left, zh) {
        (Some(n), false) => line!(page, "{}: {title}  ({n} left)", q.path),
        (Some(n), true) => line!(page, "{}：{title}（还剩 {n} 项）", q.path),
        (None, false) => line!(page, "{}: {title}", q.path),
        (None, true) => line!(page, "{}：{title}", q.path),
    }
    let n = q.rules.len();
    match (n, zh) {
        (0, false) => line!(page, "  why: it says which rules apply"),
        (0, true) => line!(page, "  原因：据此确定适用哪些规则"),
        (1, false) => line!(page, "  why: 1 rule cannot be decided without it"),
        (_, false) => line!(page, "  why: {n} rules cannot be decided without it"),
        (_, true) => line!(page, "  原因：缺少该项，{n} 条规则无法判定"),
    }
    for (name, title) in q.rules.iter().take(n_rules) {
        line!(page, "    {name}  {}", title.get(language));
    }
    if n > n_rules {
        let more = n - n_rules;
        if zh { line!(page, "    另有 {more} 条（输入 ? 查看）") } else { line!(page, "    {more} more (`?` shows them)") }
    }
    if let Some(place) = q.look_up.as_ref().map(|p| p.get(language)) {
        match (zh, place.is_empty()) {
            (false, true) => line!(page, "  look it up, and state what it says"),
            (true, true) => line!(page, "  请查询后按查询结果填写"),
            (false, false) => line!(page, "  look it up: {place}; state what it says"),
            (true, false) => line!(page, "  请查询：{place}；按查询结果填写"),
        }
    }
    let form = q.form(schema);
    let none = match (q.may_be_none, zh) {
        (false, _) => "",
        (true, false) => "; `none` where there is none",
        (true, true) => "；没有则填 none",
    };
    if zh {
        line!(page, "  答案：{}{none}", form.zh)
    } else {
        line!(page, "  answer: {}{none}", form.en)
    }
    let choices = q.choices(schema);
    for (i, value) in choices.iter().take(MAX_CHOICES).enumerate() {
        match value.title.get(language) {
            title if title.is_empty() || title == value.name => line!(page, "    {:>2}  {}", i + 1, value.name),
            title => line!(page, "    {:>2}  {}  {title}", i + 1, value.name),
        }
    }
    if choices.len() > MAX_CHOICES {
        let more = choices.len() - MAX_CHOICES;
        if zh { line!(page, "    另有 {more} 个取值") } else { line!(page, "    {more} more values") }
    }
    if left.is_some() {
        if zh {
            line!(page, "  回车留待以后，? 查看全部规则，q 退出")
        } else {
            line!(page, "  Enter leaves it for later, ? shows all rules, q leaves")
        }
    }
}

#[derive(Serialize)]
struct FillOutput<'q> {
    manifest: String,
    questions: Vec<JsonQuestion<'q>>,
}

#[derive(Serialize)]
struct JsonQuestion<'q> {
    path: &'q str,
    title: json::Texts,
    answer: json::Texts,
    required: bool,
    may_be_none: bool,
    private: bool,
    choices: Vec<JsonChoice<'q>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    look_up: Option<json::Texts>,
    rules: Vec<&'q str>,
}

#[derive(Serialize)]
struct JsonChoice<'q> {
    value: &'q str,
    title: json::Texts,
}

/// The questions as a list; 1 when there are any.
fn listed(interview: &Interview<'_>, asked: &[Question], ruleset: &Ruleset, global: &Global) -> u8 {
    let (schema, language) = (interview.book.schema(), interview.language);
    let name = filing::name(interview.path, None);
    let text = match global.output_format {
        Some(Format::Json) => {
            let choice = |v: &'_ crate::value::EnumValueShape| -> json::Texts { (&v.title).into() };
            let questions = asked.iter().map(|q| JsonQuestion {
                path: &q.path,
                title: (&q.title).into(),
                answer: (&q.form(schema)).into(),
                required: q.is_required,
                may_be_none: q.may_be_none,
                private: q.is_private,
                choices: q.choices(schema).iter().map(|v| JsonChoice { value: &v.name, title: choice(v) }).collect(),
                look_up: q.look_up.as_ref().map(Into::into),
                rules: q.rules.iter().map(|(name, _)| name.as_str()).collect(),
            });
            let body = FillOutput { manifest: name, questions: questions.collect() };
            json::document("fill", Some(ruleset), &body, &Screen::default())
        }
        format => {
            let mut page = output::page(global, &SourceMap::default());
            for q in asked {
                match format {
                    Some(Format::Concise) => line!(page, "{}: {}", q.path, q.title.get(language)),
                    _ => {
                        tell(&mut page, q, schema, language, MAX_NAMED, None);
                        page.blank();
                    }
                }
            }
            let n = asked.len();
            match (global.quiet, language) {
                (0, Language::En) => line!(page, "{name}: {n} question{}", if n == 1 { "" } else { "s" }),
                (0, Language::Zh) => line!(page, "{name}：{n} 个问题"),
                _ => {}
            }
            Ok(page.finish())
        }
    };
    let written = global.quiet > 1 || output::result(global, text);
    if written { u8::from(!asked.is_empty()) } else { 2 }
}
