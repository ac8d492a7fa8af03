//! `filingc explain`: one rule with its layers, or the page of one diagnostic or lint.

mod notice;
mod other;

use super::json;
use super::{Format, Global, load, output, rules};
use crate::diagnostic::render::{Page, Screen, Shown};
use crate::diagnostic::{Code, Diagnostic, Language, lines_in, nearest, say};
use crate::graph::{Dependencies, DependencyNode};
use crate::hir::{ChangeId, ChangeKind, Exception, LayerId, Program, Provenance, RuleId};
use crate::line;
use crate::lint::LINTS;
use crate::source::{SourceMap, Span};
use clap::Args;
use serde::Serialize;
use unicode_width::UnicodeWidthStr;

#[derive(Debug, Args)]
pub(super) struct ExplainArgs {
    /// A rule id such as cn/dom-not-expired, its part after the stroke, another name of the rules (a step, material, parameter, definition, source or
    /// `set`), a code such as F5005, or a lint such as double-negation.
    #[arg(value_name = "ID|CODE|LINT")]
    what: Option<String>,
    /// Shows the rule as it is in this region, by its id or its name.
    #[arg(long)]
    region: Option<String>,
    /// Shows what every other layer says of the rule in full.
    #[arg(long)]
    all: bool,
    /// Says which rules a notice of a returned order is about: a file with its text, or `-`.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["what", "list", "region", "all"])]
    notice: Option<std::path::PathBuf>,
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

/// The rules as they are explained: the program, and what depends on what in it.
struct Rules {
    program: Program,
    dependencies: Dependencies,
}

impl Rules {
    fn load(global: &Global, sources: &mut SourceMap) -> Option<(Rules, crate::pack::Ruleset)> {
        let (book, ruleset) = load::rulebook(global, global.rules.as_deref(), sources)?;
        let program = load::program(global, &book)?.into_owned();
        let dependencies = Dependencies::build(&program);
        Some((Rules { program, dependencies }, ruleset))
    }
}

pub(super) fn run(args: &ExplainArgs, global: &Global) -> u8 {
    let language = global.language();
    if let Some(path) = &args.notice {
        let mut sources = SourceMap::default();
        let Some((compiled, ruleset)) = Rules::load(global, &mut sources) else { return 2 };
        return notice::run(path, &compiled, &ruleset, &mut sources, global);
    }
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
    let Some((compiled, ruleset)) = Rules::load(global, &mut sources) else { return 2 };
    let all = rules::rows(&compiled.program, &sources);
    let region = match args.region.as_deref().map(|name| region(&compiled.program, name)) {
        None => None,
        Some(Ok(layer)) => Some(layer),
        Some(Err(d)) => {
            output::problems(global, &[*d], &sources, language);
            return 2;
        }
    };
    let full = match full_id(&compiled.program, &all, what, region) {
        Ok(full) => full,
        Err(d) => {
            output::problems(global, &[*d], &sources, language);
            return 2;
        }
    };
    let Some(found) = find(&compiled.program, &all, &full) else {
        if let Some(other) = other::find(&compiled.program, &full) {
            let text = match global.output_format {
                Some(Format::Json) => {
                    json::document("explain", Some(&ruleset), &other.output(&compiled.program, &sources), &Screen::of(&sources))
                }
                _ => {
                    Ok(other.page(Writer { page: output::page(global, &sources), program: &compiled.program, sources: &sources, language }))
                }
            };
            return if output::result(global, text) { 0 } else { 2 };
        }
        let known = all.iter().map(|r| r.id.as_str()).chain(Code::ALL.iter().map(|c| c.id())).chain(LINTS.iter().map(|l| l.name));
        let message = say!(
            "nothing is called `{what}`: no rule, no other name of the rules, no code, no lint",
            "没有名为 `{what}` 的规则、其他声明、代码或检查项"
        );
        let mut d = Diagnostic::new(Code::NothingFound, message);
        match nearest(what, known) {
            Some(near) => d = d.help(say!("did you mean `{near}`?", "是否想写 `{near}`？")),
            None => d = d.help(say!("look for a word with `filingc rules WORD`", "用 `filingc rules 词语` 按词查找")),
        }
        output::problems(global, &[d], &sources, language);
        return 2;
    };
    // The layer that was asked about: the one of the id, or the region.
    let asked = full.split_once('/').and_then(|(layer, _)| compiled.program.find_layer(layer));
    let asked = region.or(asked).filter(|l| *l != compiled.program.rules[found.index()].layer);
    let text = match global.output_format {
        Some(Format::Json) => {
            let names = |nodes: Vec<(DependencyNode, crate::graph::Edge)>, kind| -> Vec<String> {
                nodes.into_iter().filter(|(_, e)| e.kind == kind).map(|(n, _)| compiled.dependencies.name(&compiled.program, &n)).collect()
            };
            let node = DependencyNode::Requirement(found);
            let deps = &compiled.dependencies;
            let name = compiled.program.rule_name(found);
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
        _ => {
            let writer = Writer { page: output::page(global, &sources), program: &compiled.program, sources: &sources, language };
            Ok(page(writer, &compiled, found, &Asked { id: &full, layer: asked, is_all: args.all }))
        }
    };
    if output::result(global, text) { 0 } else { 2 }
}

/// The layer of a region by its id or its name.
fn region(program: &Program, name: &str) -> Result<LayerId, Box<Diagnostic>> {
    let is_it = |l: &crate::hir::Layer| l.id == name || l.title.zh == name || l.title.en.eq_ignore_ascii_case(name);
    if let Some(at) = program.layers.iter().position(is_it) {
        return Ok(LayerId(at as u32));
    }
    let known = program.layers.iter().flat_map(|l| [l.id.as_str(), l.title.en.as_str(), l.title.zh.as_str()]);
    let near = nearest(name, known.filter(|n| !n.is_empty())).filter(|_| name.chars().count() > 2);
    let ids = |zh: bool| {
        let one = |l: &crate::hir::Layer| format!("{} {}", l.id, if zh { &l.title.zh } else { &l.title.en });
        program.layers.iter().map(one).collect::<Vec<_>>().join(if zh { "、" } else { ", " })
    };
    let (en, zh) = (ids(false), ids(true));
    let mut d = Diagnostic::new(Code::NothingFound, say!("no region is called `{name}`", "没有名为 `{name}` 的地区"))
        .note(say!("there are {en}", "可用的有：{zh}"));
    if let Some(near) = near {
        d = d.help(say!("did you mean `{near}`?", "是否想写 `{near}`？"));
    }
    Err(Box::new(d))
}

/// The full id of what was asked for: a part after the stroke is enough where one layer has it, where the region has it, or where a base does.
fn full_id(program: &Program, rows: &[rules::Row], what: &str, region: Option<LayerId>) -> Result<String, Box<Diagnostic>> {
    if what.contains('/') {
        return Ok(what.to_owned());
    }
    let mut ids: Vec<&str> =
        rows.iter().map(|r| r.id.as_str()).filter(|id| id.split_once('/').is_some_and(|(_, short)| short == what)).collect();
    ids.sort_unstable();
    ids.dedup();
    let layer_of = |id: &str| id.split_once('/').and_then(|(layer, _)| program.find_layer(layer));
    let of_region = ids.iter().find(|id| region.is_some() && layer_of(id) == region);
    let of_base = ids.iter().find(|id| layer_of(id).is_some_and(|l| program.layer(l).extends.is_none()));
    match (of_region.or(of_base), &ids[..]) {
        (Some(id), _) => Ok((*id).to_owned()),
        (None, []) => Ok(what.to_owned()),
        (None, [one]) => Ok((*one).to_owned()),
        (None, many) => {
            let list = |separator: &str| many.iter().map(|id| format!("`{id}`")).collect::<Vec<_>>().join(separator);
            let (n, en, zh) = (many.len(), list(", "), list("、"));
            Err(Box::new(
                Diagnostic::new(Code::NothingFound, say!("{n} layers have a rule `{what}`", "有 {n} 个层级的规则名为 `{what}`"))
                    .note(say!("they are {en}", "分别为 {zh}"))
                    .help(say!("name one of them, or the region with `--region`", "请写明其中之一，或用 `--region` 指明地区")),
            ))
        }
    }
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
            return (0..program.rules.len() as u32).map(RuleId).find(|r| program.params_read(*r).iter().any(|p| p.index() == param));
        }
        target = rows.iter().find(|r| r.id == target).and_then(|r| r.target.clone())?;
    }
    by_name(&target)
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
            let text = format!("{}: {}", self.pick("basis", "依据"), basis.get(self.language));
            self.line(indent, &text);
        }
        for c in &p.sources {
            let s = &self.program.sources[c.source.index()];
            let item = c.item.as_ref().map_or(String::new(), |i| format!(", {i}"));
            let dated = s.dated.as_ref().map_or(String::new(), |d| format!(" ({})", d.get(self.language)));
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
        let seen =
            p.last_seen.as_ref().map_or(String::new(), |s| format!(", {} {}", self.pick("last seen", "最近见于"), s.get(self.language)));
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

/// What was asked for: the id as it was meant, the layer it is about where that is not the layer of the rule, and whether all layers are shown in full.
struct Asked<'a> {
    id: &'a str,
    layer: Option<LayerId>,
    is_all: bool,
}

impl Writer<'_> {
    /// What is left of the rule in its own layer, in all its versions.
    fn rule(&mut self, id: RuleId) {
        let (program, language) = (self.program, self.language);
        let name = program.rule_name(id);
        for v in &program.rules[id.index()].versions {
            let text = format!("{name}: {}  ({})", v.title.get(language), self.place(v.span));
            self.line(0, &text);
            for line in v.docs.lines() {
                self.line(2, line);
            }
            if let Some(stage) = &v.stage {
                let text = format!("{}: {stage}", self.pick("stage", "阶段"));
                self.line(2, &text);
            }
            self.effective(2, &v.effective);
            self.provenance(2, &v.provenance);
        }
    }

    /// What a layer changes, in full.
    fn change(&mut self, indent: usize, id: ChangeId) {
        let program = self.program;
        let change = &program.changes[id.index()];
        if let ChangeKind::Except { exception, .. } = &change.kind {
            let layer = program.layer(change.layer).id.clone();
            self.exception(indent, &layer, exception, "except");
            return;
        }
        let (word, name) = (operation(&change.kind), program.change_name(id));
        let text = format!("{word} {name}: {}  ({})", change.title.get(self.language), self.place(change.span));
        self.line(indent, &text);
        self.effective(indent + 2, &change.effective);
        self.provenance(indent + 2, &change.provenance);
    }
}

fn operation(kind: &ChangeKind) -> &'static str {
    match kind {
        ChangeKind::Except { .. } => "except",
        ChangeKind::Set { .. } => "set",
        ChangeKind::Waive { .. } => "waive",
        ChangeKind::Replace { .. } => "replace",
        ChangeKind::Adopt { .. } => "adopt",
        ChangeKind::Confirm { .. } => "confirm",
    }
}

/// Names of what a change declares: its id, those of an exception and of what lies in it.
fn names_of(program: &Program, id: ChangeId) -> Vec<String> {
    fn of(layer: &str, e: &Exception, out: &mut Vec<String>) {
        out.push(format!("{layer}/{}", e.id));
        e.unless.iter().for_each(|u| of(layer, u, out));
    }
    let change = &program.changes[id.index()];
    let mut names = vec![program.change_name(id)];
    if let ChangeKind::Except { exception, .. } = &change.kind {
        of(&program.layer(change.layer).id, exception, &mut names);
    }
    names
}

/// The rule: first what the asked layer makes of it, then the rule itself, then a line for each other layer that differs.
fn page(mut p: Writer<'_>, compiled: &Rules, id: RuleId, asked: &Asked<'_>) -> Shown {
    let program = &compiled.program;
    let language = p.language;
    let name = program.rule_name(id);
    let changes = program.changes_of(id);
    let layer_of = |c: &ChangeId| program.changes[c.index()].layer;
    let (mut own, others): (Vec<ChangeId>, Vec<ChangeId>) =
        changes.into_iter().partition(|c| asked.layer.is_some_and(|l| program.chain(l).contains(&layer_of(c))));
    // What was asked for stands first.
    own.sort_by_key(|c| !names_of(program, *c).iter().any(|n| n == asked.id));
    if let Some(layer) = asked.layer {
        let title = program.layer(layer).title.get(language).to_owned();
        if own.is_empty() {
            let text = match language {
                Language::Zh => format!("{title}：与基础规则相同"),
                Language::En => format!("{title}: as in the base"),
            };
            p.line(0, &text);
        } else {
            let text = format!("{title}{}", p.pick(":", "："));
            p.line(0, &text);
            own.iter().for_each(|c| p.change(2, *c));
        }
        p.page.blank();
    }
    p.rule(id);
    if !others.is_empty() {
        p.page.blank();
        let (en, zh) = if asked.layer.is_some() { ("other layers:", "其他层级：") } else { ("layers:", "各层级：") };
        let text = p.pick(en, zh).to_owned();
        p.line(0, &text);
        if asked.is_all {
            others.iter().for_each(|c| p.change(2, *c));
        } else {
            let width = others.iter().map(|c| program.change_name(*c).width()).max().unwrap_or(0);
            for c in &others {
                let (change, name) = (&program.changes[c.index()], program.change_name(*c));
                let text =
                    format!("{:<7}  {name}{}  {}", operation(&change.kind), " ".repeat(width - name.width()), change.title.get(language));
                p.line(2, &text);
            }
            let text = p.pick("in full with `--all`, one region with `--region`", "全部内容用 `--all`，单个地区用 `--region`").to_owned();
            p.line(2, &text);
        }
    }
    let node = DependencyNode::Requirement(id);
    let deps = &compiled.dependencies;
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
