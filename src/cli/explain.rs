//! `filingc explain`: one rule with its layers, or the page of one diagnostic or lint.

use super::json;
use super::{Format, Global, load, output, rules};
use crate::diagnostic::render::{Page, Screen, Shown};
use crate::diagnostic::{Code, Diagnostic, Language, lines_in, nearest, say};
use crate::graph::{Dependencies, DependencyNode};
use crate::hir::{ChangeKind, Exception, Program, Provenance, RuleId};
use crate::line;
use crate::lint::LINTS;
use crate::source::{SourceMap, Span};
use clap::Args;
use serde::Serialize;

#[derive(Debug, Args)]
pub(super) struct ExplainArgs {
    /// A rule id such as cn/dom-not-expired, a code such as F5005, or a lint such as double-negation.
    #[arg(value_name = "ID|CODE|LINT")]
    what: Option<String>,
    /// Lists the codes and the lints.
    #[arg(long)]
    list: bool,
}

#[derive(Serialize)]
struct CodeOutput {
    code: &'static str,
    title: json::Texts,
    page: &'static str,
}

#[derive(Serialize)]
struct RuleOutput {
    rules: Vec<rules::Row>,
    reads: Vec<String>,
    needs: Vec<String>,
    blocks: Vec<String>,
    demands: Vec<String>,
}

pub(super) fn run(args: &ExplainArgs, global: &Global) -> u8 {
    let language = global.language();
    if args.list || args.what.is_none() {
        let mut page = output::page(global, &SourceMap::default());
        for code in Code::ALL {
            let (en, zh) = code.title();
            line!(page, "{}  {}", code.id(), if language == Language::Zh { zh } else { en });
        }
        for lint in LINTS {
            line!(page, "{}  {}", lint.name, if language == Language::Zh { lint.title.1 } else { lint.title.0 });
        }
        return if output::result(global, Ok(page.finish())) { 0 } else { 2 };
    }
    let what = args.what.as_deref().unwrap_or("");
    let known = Code::from_id(what).map(|c| (c.id(), c.title(), c.page()));
    let lint = || crate::lint::find(what).map(|l| (l.name, l.title, l.page));
    if let Some((code, (en, zh), page)) = known.or_else(lint) {
        let text = match global.output_format {
            Some(Format::Json) => {
                let title = json::Texts { en: en.to_owned(), zh: zh.to_owned() };
                json::document("explain", None, &CodeOutput { code, title, page }, &Screen::default())
            }
            _ => {
                let mut shown = output::page(global, &SourceMap::default());
                match language {
                    Language::En => line!(shown, "# {code}: {en}"),
                    Language::Zh => line!(shown, "# {code}：{zh}"),
                }
                lines_in(page, language).into_iter().for_each(|l| shown.own(l));
                Ok(shown.finish())
            }
        };
        return if output::result(global, text) { 0 } else { 2 };
    }
    let mut sources = SourceMap::default();
    let Some((book, ruleset)) = load::rulebook(global, global.rules.as_deref(), &mut sources) else { return 2 };
    let Some(program) = load::program(global, &book) else { return 2 };
    let all = rules::rows(&program, &sources);
    let Some(found) = find(&program, &all, what) else {
        let known = all.iter().map(|r| r.id.as_str()).chain(Code::ALL.iter().map(|c| c.id())).chain(LINTS.iter().map(|l| l.name));
        let message = say!("no rule, no code and no lint is called `{what}`", "没有名为 `{what}` 的规则、代码或检查项");
        let mut d = Diagnostic::new(Code::NothingFound, message);
        if let Some(near) = nearest(what, known) {
            d = d.help(say!("did you mean `{near}`?", "是否想写 `{near}`？"));
        }
        output::problems(global, &[d], &sources, language);
        return 2;
    };
    let deps = Dependencies::build(&program);
    let text = match global.output_format {
        Some(Format::Json) => {
            let names = |nodes: Vec<(DependencyNode, crate::graph::Edge)>, kind| -> Vec<String> {
                nodes.into_iter().filter(|(_, e)| e.kind == kind).map(|(n, _)| deps.name(&program, &n)).collect()
            };
            let node = DependencyNode::Requirement(found);
            let name = program.rule_name(found);
            let mine = |r: &rules::Row| r.id == name || r.target.as_deref() == Some(&name);
            let output = RuleOutput {
                rules: all.into_iter().filter(mine).collect(),
                reads: deps.fields_read(&node),
                needs: names(deps.uses(&node), crate::graph::EdgeKind::Needs),
                blocks: names(deps.used_by(&node), crate::graph::EdgeKind::Needs),
                demands: names(deps.uses(&node), crate::graph::EdgeKind::Demands),
            };
            json::document("explain", Some(&ruleset), &output, &Screen::of(&sources))
        }
        _ => Ok(page(output::page(global, &sources), (&program, &deps), &sources, found, language)),
    };
    if output::result(global, text) { 0 } else { 2 }
}

/// The base rule an id leads to: its own, or the one a change of that id is about.
fn find(program: &Program, rows: &[rules::Row], what: &str) -> Option<RuleId> {
    let by_name = |name: &str| (0..program.rules.len() as u32).map(RuleId).find(|r| program.rule_name(*r) == name);
    if let Some(rule) = by_name(what) {
        return Some(rule);
    }
    let mut target = rows.iter().find(|r| r.id == what).and_then(|r| r.target.clone())?;
    // An `unless` leads to its exception, that to the rule; a `set` leads to a rule that reads the parameter.
    for _ in 0..2 {
        if let Some(rule) = by_name(&target) {
            return Some(rule);
        }
        if let Some(param) = program.params.iter().position(|p| p.name == target) {
            return (0..program.rules.len() as u32).map(RuleId).find(|r| reads_param(program, *r, param));
        }
        target = rows.iter().find(|r| r.id == target).and_then(|r| r.target.clone())?;
    }
    by_name(&target)
}

fn reads_param(program: &Program, rule: RuleId, param: usize) -> bool {
    let mut stack: Vec<crate::hir::ExprId> =
        program.rules[rule.index()].versions.iter().flat_map(|v| v.when.into_iter().chain([v.require])).collect();
    let mut seen = vec![false; program.defs.len()];
    while let Some(id) = stack.pop() {
        match &program.expr(id).kind {
            crate::hir::ExprKind::Param(p) if p.index() == param => return true,
            crate::hir::ExprKind::Def(d) if !std::mem::replace(&mut seen[d.index()], true) => stack.push(program.defs[d.index()].value),
            kind => stack.extend(kind.children()),
        }
    }
    false
}

struct Writer<'a> {
    page: Page,
    program: &'a Program,
    sources: &'a SourceMap,
    language: Language,
}

impl Writer<'_> {
    fn line(&mut self, indent: usize, text: &str) {
        self.page.indented(indent, text);
    }

    fn pick<'t>(&self, en: &'t str, zh: &'t str) -> &'t str {
        if self.language == Language::Zh { zh } else { en }
    }

    fn place(&self, span: Span) -> String {
        let file = self.sources.get(span.source);
        format!("{}:{}", file.name, file.line_column(span.start as usize).line)
    }

    fn provenance(&mut self, indent: usize, p: &Provenance) {
        if let Some(basis) = &p.basis {
            let text = format!("{}: {basis}", self.pick("basis", "依据"));
            self.line(indent, &text);
        }
        for c in &p.sources {
            let s = &self.program.sources[c.source.index()];
            let item = c.item.as_ref().map_or(String::new(), |i| format!(", {i}"));
            let dated = s.dated.as_ref().map_or(String::new(), |d| format!(" ({d})"));
            let read = s.read.map_or(String::new(), |d| format!(", {} {d}", self.pick("read", "查阅于")));
            let text = format!("{}: {}{item}{dated}{read}", self.pick("source", "来源"), s.title.get(self.language));
            self.line(indent, &text);
            if let Some(url) = &s.url {
                self.line(indent + 2, url);
            }
        }
        let confidence = match p.confidence {
            Some(crate::hir::Confidence::Low) => self.pick("low", "低"),
            Some(crate::hir::Confidence::Medium) => self.pick("medium", "中"),
            _ => self.pick("high", "高"),
        };
        let status = if p.is_unconfirmed { self.pick("unconfirmed", "未确认") } else { self.pick("current", "现行") };
        let seen = p.last_seen.as_ref().map_or(String::new(), |s| format!(", {} {s}", self.pick("last seen", "最近见于")));
        let text = format!("{}: {confidence}, {status}{seen}", self.pick("confidence", "可信度"));
        self.line(indent, &text);
        for (reading, _) in &p.readings {
            let text = format!("{}: {}", self.pick("another reading", "另一种说法"), reading.get(self.language));
            self.line(indent, &text);
        }
        for advice in &p.advice {
            let text = format!("{}: {}", self.pick("advice", "提示"), advice.get(self.language));
            self.line(indent, &text);
        }
    }

    fn effective(&mut self, indent: usize, e: &crate::hir::Effective) {
        if e.from.is_some() || e.until.is_some() {
            let day = |d: Option<crate::value::Date>| d.map_or(String::new(), |d| d.to_string());
            let text = format!("{}: {} .. {}", self.pick("in force", "有效期"), day(e.from), day(e.until));
            self.line(indent, &text);
        }
    }

    fn exception(&mut self, indent: usize, layer: &str, e: &Exception, word: &str) {
        let text = format!("{word} {layer}/{}: {}  ({})", e.id, e.title.get(self.language), self.place(e.span));
        self.line(indent, &text);
        self.effective(indent + 2, &e.effective);
        self.provenance(indent + 2, &e.provenance);
        for u in &e.unless {
            self.exception(indent + 2, layer, u, "unless");
        }
    }
}

fn page(page: Page, (program, deps): (&Program, &Dependencies), sources: &SourceMap, id: RuleId, language: Language) -> Shown {
    let rule = &program.rules[id.index()];
    let mut p = Writer { page, program, sources, language };
    let name = program.rule_name(id);
    for v in &rule.versions {
        let text = format!("{name}: {}  ({})", v.title.get(language), p.place(v.span));
        p.line(0, &text);
        if !v.docs.is_empty() {
            for line in v.docs.lines() {
                p.line(2, line);
            }
        }
        if let Some(stage) = &v.stage {
            let text = format!("{}: {stage}", p.pick("stage", "阶段"));
            p.line(2, &text);
        }
        p.effective(2, &v.effective);
        p.provenance(2, &v.provenance);
    }
    let mut any = false;
    for (i, change) in program.changes.iter().enumerate() {
        let own = match &change.kind {
            ChangeKind::Except { rule, .. }
            | ChangeKind::Waive { rule, .. }
            | ChangeKind::Replace { rule, .. }
            | ChangeKind::Adopt { rule, .. }
            | ChangeKind::Confirm { rule } => *rule == id,
            ChangeKind::Set { param, .. } => reads_param(program, id, param.index()),
        };
        if !own {
            continue;
        }
        if !any {
            p.page.blank();
            let text = p.pick("layers:", "各层级：").to_owned();
            p.line(0, &text);
            any = true;
        }
        let layer = program.layer(change.layer).id.clone();
        if let ChangeKind::Except { exception, .. } = &change.kind {
            p.exception(2, &layer, exception, "except");
            continue;
        }
        let word = match &change.kind {
            ChangeKind::Set { .. } => "set",
            ChangeKind::Waive { .. } => "waive",
            ChangeKind::Replace { .. } => "replace",
            ChangeKind::Adopt { .. } => "adopt",
            _ => "confirm",
        };
        let text = format!(
            "{word} {}: {}  ({})",
            program.change_name(crate::hir::ChangeId(i as u32)),
            change.title.get(language),
            p.place(change.span)
        );
        p.line(2, &text);
        p.effective(4, &change.effective);
        p.provenance(4, &change.provenance);
    }
    let node = DependencyNode::Requirement(id);
    let list = |nodes: Vec<(DependencyNode, crate::graph::Edge)>, kind| -> Vec<String> {
        nodes.into_iter().filter(|(_, e)| e.kind == kind).map(|(n, _)| deps.name(program, &n)).collect()
    };
    let rows = [
        (("reads", "读取"), deps.fields_read(&node)),
        (("needs", "须先满足"), list(deps.uses(&node), crate::graph::EdgeKind::Needs)),
        (("blocks", "阻断"), list(deps.used_by(&node), crate::graph::EdgeKind::Needs)),
        (("demands", "须附材料"), list(deps.uses(&node), crate::graph::EdgeKind::Demands)),
    ];
    p.page.blank();
    for ((en, zh), names) in rows {
        if !names.is_empty() {
            let text = format!("{}: {}", p.pick(en, zh), names.join(", "));
            p.line(0, &text);
        }
    }
    for advice in program.advice.iter().filter(|a| a.on.as_deref() == Some(&name)) {
        let text = format!("{} {}/{}: {}", p.pick("advice", "提示"), program.layer(advice.layer).id, advice.id, advice.text.get(language));
        p.line(0, &text);
    }
    p.page.finish()
}
