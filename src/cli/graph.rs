//! `filingc graph`: what depends on what, as a picture or in words.

use super::json;
use super::output::Written;
use super::{Format, Global, check, config, load, output};
use crate::diagnostic::render::{Page, Screen, Shown, escaped};
use crate::diagnostic::{Bilingual, Code, Diagnostic, Diagnostics, Language, nearest, say};
use crate::driver::Options;
use crate::eval::Outcome;
use crate::hir::{LayerId, Program};
use crate::pack::Ruleset;
use crate::picture::render::{self, Drawing, GraphJson, Words, graph_json};
use crate::picture::{self, Found, Kind, Model, Scope, Selection};
use crate::source::SourceMap;
use crate::value::Date;
use clap::Args;
use serde::Serialize;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

#[derive(Debug, Args)]
pub(super) struct GraphArgs {
    /// A manifest: requirements show how they end for it.
    #[arg(value_name = "MANIFEST")]
    manifest: Option<PathBuf>,
    #[command(flatten)]
    documents: load::DocumentArgs,
    /// Form of the picture; default: words where a question is asked, else DOT.
    #[arg(long, value_enum)]
    format: Option<PictureFormat>,
    /// Only what this depends on and what depends on it: a rule, definition, parameter, field, material, step or layer. Can be repeated.
    #[arg(long, value_name = "ID", conflicts_with_all = ["why", "impact"])]
    around: Vec<String>,
    /// How many links away `--around` looks.
    #[arg(long, value_name = "N", default_value_t = 1, requires = "around")]
    depth: usize,
    /// The shortest ways by which A depends on B.
    #[arg(long, num_args = 2, value_names = ["A", "B"], conflicts_with = "impact")]
    why: Vec<String>,
    /// Everything that a field can influence.
    #[arg(long, value_name = "FIELD")]
    impact: Option<String>,
    /// Only requirements that end like this, and what they read.
    #[arg(long, value_name = "OUTCOME", value_enum, value_delimiter = ',', requires = "manifest", conflicts_with_all = ["around", "why", "impact"])]
    outcome: Vec<Ended>,
    /// Only the base and this region.
    #[arg(long)]
    region: Option<String>,
    /// Only what is in force on this day, YYYY-MM-DD.
    #[arg(long, value_name = "DATE", value_parser = check::date)]
    on: Option<Date>,
}

impl GraphArgs {
    /// JSON, where an option of this command asks for it.
    pub(super) fn own_format(&self) -> Option<Format> {
        (self.format == Some(PictureFormat::Json)).then_some(Format::Json)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum PictureFormat {
    /// Words.
    Text,
    /// For Graphviz.
    Dot,
    /// For Markdown.
    Mermaid,
    /// For other programs, described by docs/schema/graph.schema.json.
    Json,
    /// A picture that any browser shows.
    Svg,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Ended {
    Violated,
    Undetermined,
    Blocked,
    Waived,
    Satisfied,
    NotApplicable,
}

impl Ended {
    fn outcome(self) -> Outcome {
        match self {
            Ended::Violated => Outcome::Violated,
            Ended::Undetermined => Outcome::Undetermined,
            Ended::Blocked => Outcome::Blocked,
            Ended::Waived => Outcome::Waived,
            Ended::Satisfied => Outcome::Satisfied,
            Ended::NotApplicable => Outcome::NotApplicable,
        }
    }
}

#[derive(Serialize)]
struct GraphOutput {
    title: json::Texts,
    focus: Vec<String>,
    #[serde(flatten)]
    graph: GraphJson,
    paths: Vec<Vec<Step>>,
    influenced: Vec<Influenced>,
}

#[derive(Serialize)]
struct Step {
    from: String,
    to: String,
    says: json::Texts,
}

#[derive(Serialize)]
struct Influenced {
    key: String,
    links_away: usize,
}

/// What was asked, answered.
struct Answer {
    title: Bilingual,
    selection: Selection,
    text: Shown,
    paths: Vec<Vec<usize>>,
    reached: Vec<(usize, usize)>,
    code: u8,
}

fn nothing(what: Bilingual, near: Option<&str>) -> Diagnostic {
    let d = Diagnostic::new(Code::NothingFound, what);
    match near {
        Some(near) => d.help(say!("did you mean `{near}`?", "是否想写 `{near}`？")),
        None => d,
    }
}

/// The layers of a region by its id or its name.
pub(super) fn layers_of(program: &Program, region: &str) -> Result<BTreeSet<usize>, Box<Diagnostic>> {
    let is = |l: &crate::hir::Layer| l.id == region || l.title.zh == region || l.title.en.eq_ignore_ascii_case(region);
    let Some(at) = program.layers.iter().position(is) else {
        let known = program.layers.iter().filter(|l| l.extends.is_some()).flat_map(|l| [l.id.as_str(), l.title.en.as_str(), &l.title.zh]);
        return Err(nothing(say!("there is no region `{region}`", "没有地区 `{region}`"), nearest(region, known)).into());
    };
    Ok(program.chain(LayerId(at as u32)).iter().map(|l| l.index()).collect())
}

pub(super) fn run(args: &GraphArgs, global: &Global) -> u8 {
    let language = global.language();
    let mut sources = SourceMap::default();
    let mut problems = Diagnostics::new();
    let mut config_sources = SourceMap::default();
    let from = args.manifest.as_deref().filter(|p| p.as_os_str() != "-").unwrap_or(Path::new("."));
    let config = config::load(global, from, &mut config_sources, &mut problems);
    if problems.has_errors() {
        output::problems(global, &problems.into_sorted(), &config_sources, language);
        return 2;
    }
    let Some(documents) = load::documents(&args.documents, false, global) else { return 2 };
    let rules = global.rules.clone().or(config.rules);
    let Some((book, ruleset)) = load::rulebook(global, rules.as_deref(), &mut sources) else { return 2 };
    let Some(program) = load::program(global, &book) else { return 2 };
    let mut scope = Scope { layers: None, on: args.on };
    if let Some(region) = &args.region {
        match layers_of(&program, region) {
            Ok(layers) => scope.layers = Some(layers),
            Err(d) => {
                output::problems(global, &[*d], &sources, language);
                return 2;
            }
        }
    }
    let mut reports = Vec::new();
    if let Some(path) = &args.manifest {
        let options = Options {
            region: args.region.clone().or(config.region),
            on: args.on,
            today: check::today(),
            strict: config.strict,
            require_look_ups: config.require_look_ups,
            detailed: true,
        };
        let (_, checked) = check::check_one(&book, path, None, &options, &documents, &mut sources);
        let Some(report) = checked.report else {
            output::problems(global, &checked.diagnostics, &sources, language);
            return 2;
        };
        // The picture shows the rules that were asked about this filing, on its day.
        scope = Scope { layers: Some(checked.layers.iter().copied().collect()), on: Some(checked.on) };
        reports = report.rules;
    }
    let mut model = Model::build(&program, &scope);
    picture::with_marks(&mut model, &reports);
    let answer = match answer(args, &mut model, &program, &sources, output::page(global, &sources), language) {
        Ok(answer) => answer,
        Err(d) => {
            output::problems(global, &[*d], &sources, language);
            return 2;
        }
    };
    let asked = !args.around.is_empty() || !args.why.is_empty() || args.impact.is_some();
    let format = args.format.unwrap_or(match global.output_format {
        Some(Format::Json) => PictureFormat::Json,
        Some(Format::Mermaid) => PictureFormat::Mermaid,
        Some(Format::Svg) => PictureFormat::Svg,
        _ if asked => PictureFormat::Text,
        _ => PictureFormat::Dot,
    });
    let drawing = Drawing { model: &model, selection: &answer.selection, title: &answer.title, language };
    let text = match format {
        PictureFormat::Text => Ok(answer.text.clone()),
        PictureFormat::Dot => Ok(render::dot(drawing)),
        PictureFormat::Mermaid => Ok(render::mermaid(drawing)),
        PictureFormat::Svg => Ok(render::svg(drawing)),
        PictureFormat::Json => as_json(&model, &answer, &ruleset, &sources),
    };
    if output::result(global, text) { answer.code } else { 2 }
}

/// One node for a name, or why there is none.
fn node(model: &mut Model, program: &Program, text: &str) -> Result<usize, Box<Diagnostic>> {
    match picture::find(model, &program.schema, text) {
        Found::One(i) => Ok(i),
        Found::Several(keys) => {
            let list = keys.iter().map(|k| format!("`{k}`")).collect::<Vec<_>>().join(", ");
            let d = Diagnostic::new(Code::NothingFound, say!("`{text}` has several meanings", "`{text}` 有多种含义"));
            Err(d.help(say!("name one of {list}", "请从中选择：{list}")).into())
        }
        Found::Nothing(near) => Err(nothing(
            say!(
                "no rule, definition, parameter, field, material or step is called `{text}`",
                "没有名为 `{text}` 的规则、定义、参数、字段、材料或步骤"
            ),
            near.as_deref(),
        )
        .into()),
    }
}

fn answer(
    args: &GraphArgs,
    model: &mut Model,
    program: &Program,
    sources: &SourceMap,
    mut page: Page,
    language: Language,
) -> Result<Answer, Box<Diagnostic>> {
    let (where_en, where_zh) = scope_words(args);
    let plain = |title: Bilingual, selection, text, code| Answer { title, selection, text, paths: vec![], reached: vec![], code };
    if let [a, b] = args.why.as_slice() {
        let (a, b) = (node(model, program, a)?, node(model, program, b)?);
        let words = Words { model, sources, language };
        let paths = picture::paths(model, a, b);
        let (ia, ib) = (&model.nodes[a].id, &model.nodes[b].id);
        let title = say!("why {ia} depends on {ib}{where_en}", "{ia} 为何依赖 {ib}{where_zh}");
        if paths.is_empty() {
            let is_reverse = !picture::paths(model, b, a).is_empty();
            let title = say!("{ia} does not depend on {ib}{where_en}", "{ia} 不依赖 {ib}{where_zh}");
            let selection = Selection::of_paths(model, &[], &ends(a, b));
            words.why_not(&mut page, a, b, is_reverse);
            return Ok(plain(title, selection, page.finish(), 1));
        }
        let selection = Selection::of_paths(model, &paths, &ends(a, b).into_iter().filter(|n| tied(model, &paths, *n)).collect::<Vec<_>>());
        words.why(&mut page, a, b, &paths);
        return Ok(Answer { title, selection, text: page.finish(), paths, reached: vec![], code: 0 });
    }
    if let Some(field) = &args.impact {
        let node = node(model, program, field)?;
        let impact = picture::impact(model, &program.schema, node);
        let id = &model.nodes[node].id;
        let title = say!("what {id} can influence{where_en}", "{id} 可影响的内容{where_zh}");
        Words { model, sources, language }.impact(&mut page, node, &impact);
        return Ok(Answer { title, selection: impact.selection, text: page.finish(), paths: vec![], reached: impact.reached, code: 0 });
    }
    if !args.around.is_empty() {
        let focus = args.around.iter().map(|text| node(model, program, text)).collect::<Result<Vec<_>, _>>()?;
        let selection = picture::around(model, &focus, args.depth);
        let ids = focus.iter().map(|f| model.nodes[*f].id.as_str()).collect::<Vec<_>>().join(", ");
        let title = say!("around {ids}{where_en}", "{ids} 的关联{where_zh}");
        Words { model, sources, language }.around(&mut page, &selection);
        return Ok(plain(title, selection, page.finish(), 0));
    }
    let selection = if args.outcome.is_empty() {
        picture::whole(model)
    } else {
        let outcomes: Vec<Outcome> = args.outcome.iter().map(|o| o.outcome()).collect();
        Selection::ended(model, &outcomes)
    };
    Words { model, sources, language }.whole(&mut page, &selection);
    Ok(plain(say!("requirement graph{where_en}", "要求关系图{where_zh}"), selection, page.finish(), 0))
}

fn ends(a: usize, b: usize) -> Vec<usize> {
    if a == b { vec![a] } else { vec![a, b] }
}

/// Whether a node lies on one of the paths; a field may be reached by a part of it only.
fn tied(model: &Model, paths: &[Vec<usize>], node: usize) -> bool {
    paths.iter().flatten().any(|l| model.links[*l].from == node || model.links[*l].to == node)
}

/// Region, day and manifest for the title.
fn scope_words(args: &GraphArgs) -> (String, String) {
    let mut parts: Vec<String> = Vec::new();
    parts.extend(args.manifest.as_ref().map(|m| escaped(&m.display().to_string()).into_owned()));
    parts.extend(args.region.clone());
    parts.extend(args.on.map(|d| d.to_string()));
    if parts.is_empty() {
        return (String::new(), String::new());
    }
    (format!(" ({})", parts.join(", ")), format!("（{}）", parts.join("，")))
}

fn as_json(model: &Model, answer: &Answer, ruleset: &Ruleset, sources: &SourceMap) -> Written {
    let step = |l: &usize| {
        let link = &model.links[*l];
        Step { from: model.nodes[link.from].key(), to: model.nodes[link.to].key(), says: (&Selection::sentence(model, *l)).into() }
    };
    let is_listed = |n: &usize| model.nodes[*n].kind != Kind::Layer || answer.selection.nodes.contains(n);
    let output = GraphOutput {
        title: (&answer.title).into(),
        focus: answer.selection.focus.iter().filter(|n| is_listed(n)).map(|n| model.nodes[*n].key()).collect(),
        graph: graph_json(model, &answer.selection, sources),
        paths: answer.paths.iter().map(|p| p.iter().map(step).collect()).collect(),
        influenced: answer.reached.iter().map(|(n, d)| Influenced { key: model.nodes[*n].key(), links_away: *d }).collect(),
    };
    json::document("graph", Some(ruleset), &output, &Screen::of(sources))
}
