//! Rules and manifests from disk, from standard input, or bundled.

use super::Global;
use super::output;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, say};
use crate::driver::{self, Compiled, Rulebook};
use crate::hir::Program;
use crate::host::cache;
use crate::host::documents::Documents;
use crate::host::filing;
pub(super) use crate::host::filing::text;
use crate::host::fs::{self, Failure, Globs, Said, Wanted};
use crate::host::input::Kind;
use crate::manifest::{LookUps, Records};
use crate::pack::{Broken, Pack, Ruleset};
use crate::regions;
use crate::source::{SourceId, SourceKind, SourceMap, Span};
use crate::value::{Date, Schema};
use clap::Args;
use std::borrow::Cow;
use std::path::{Path, PathBuf};

use crate::host::filing::is_rule_file;

/// The rule files below several paths, each once. Reports F1012.
pub(super) fn rule_files_of(paths: &[PathBuf], diagnostics: &mut Diagnostics) -> Vec<PathBuf> {
    let found = fs::find(paths, &Wanted { is_wanted: &is_rule_file, obeys_gitignore: false });
    for failure in &found.failures {
        diagnostics.report(failure.unreadable(Code::UnreadableRules));
    }
    for folder in &found.empty {
        let name = folder.display().to_string();
        let d = Diagnostic::new(Code::UnreadableRules, say!("no rule files in `{name}`", "`{name}` 中没有规则文件"));
        diagnostics.report(d.help(say!("rule files end in `.filing`", "规则文件以 `.filing` 结尾")));
    }
    found.files
}

/// Reads one rule file into the map.
pub(super) fn rule_file(path: &Path, sources: &mut SourceMap, diagnostics: &mut Diagnostics) -> Option<SourceId> {
    let name = path.display().to_string();
    let text = text(fs::read(path), &name, Code::UnreadableRules, diagnostics)?;
    Some(sources.add(name, text, SourceKind::Rules))
}

/// All of standard input as a text.
pub(super) fn standard_input(name: &str, diagnostics: &mut Diagnostics) -> Option<String> {
    text(fs::standard_input(name), name, Code::Unreadable, diagnostics)
}

/// Where the files that manifests name may lie. `None` when the call names a folder that is none, which is told.
pub(super) fn documents(args: &DocumentArgs, is_required: bool, global: &Global) -> Option<Documents> {
    let failed = |failures: Vec<Failure>| {
        let problems: Vec<Diagnostic> = failures.iter().map(|f| f.unreadable(Code::Unreadable)).collect();
        output::problems(global, &problems, &SourceMap::default(), global.language());
    };
    Documents::new(&args.allow_outside, is_required).map_err(failed).ok()
}

/// Options of every command that reads filings.
#[derive(Debug, Args)]
pub(super) struct DocumentArgs {
    /// A folder whose files manifests may name although it is not below theirs. Can be repeated.
    #[arg(long, value_name = "DIR")]
    allow_outside: Vec<PathBuf>,
}

/// A file of the rules that are used: in their folder, or in that of their file; `None` where they bring none.
pub(super) fn beside(rules: Option<&Path>, name: &str) -> Option<PathBuf> {
    let folder = rules.map(|path| if fs::is_folder(path) { path } else { path.parent().unwrap_or(Path::new("")) })?;
    Some(folder.join(name)).filter(|file| fs::is_file(file))
}

/// The records of registers in a file, read as the list of the rules that are used says. `None` when they cannot be used, which is told.
pub(super) fn records(path: &Path, rules: Option<&Path>, schema: &Schema, today: Date, global: &Global) -> Option<Records> {
    let language = global.language();
    let (mut sources, mut problems) = (SourceMap::default(), Diagnostics::new());
    let own = beside(rules, "look-ups.toml");
    let (name, written) = match &own {
        Some(file) => {
            let name = file.display().to_string();
            let written = text(fs::read(file), &name, Code::Configuration, &mut problems);
            (name, written)
        }
        None => ("regions/look-ups.toml".to_owned(), Some(regions::LOOK_UPS.to_owned())),
    };
    let look_ups = written.and_then(|written| match LookUps::parse(&written) {
        Ok(look_ups) => {
            // The bundled list fits the bundled vocabulary; of another one it serves what that has.
            let unknown = if own.is_some() { look_ups.unknown(schema) } else { Vec::new() };
            for path in &unknown {
                let message = say!("`{name}`: `{path}` is no fact that a look-up tells", "`{name}`：`{path}` 不是可查询得到的信息");
                problems.report(Diagnostic::new(Code::Configuration, message));
            }
            unknown.is_empty().then_some(look_ups)
        }
        Err((why, range)) => {
            let id = sources.add(name.clone(), written, SourceKind::Other);
            let d = Diagnostic::new(Code::Configuration, say!("`{name}` is no list of look-ups: {why}", "`{name}` 不是查询对照表：{why}"));
            problems.report(d.primary(Span::new(id, range.unwrap_or(0..0)), say!("here", "此处")));
            None
        }
    });
    let Some(look_ups) = look_ups else {
        output::problems(global, &problems.into_sorted(), &sources, language);
        return None;
    };
    crate::host::records::read(path, look_ups, schema, today)
        .map_err(|(problems, sources)| output::problems(global, &problems, &sources, language))
        .ok()
}

/// Adds the texts of rules to a map: those of a folder, a file or a stored rulebook; with `None` the bundled ones.
fn rule_texts(path: Option<&Path>, sources: &mut SourceMap, diagnostics: &mut Diagnostics) -> Vec<SourceId> {
    let Some(path) = path else { return regions::add_sources(sources) };
    match stored(path) {
        Some(Ok(pack)) => {
            let first = sources.iter().count();
            if !pack.add_sources(sources) {
                diagnostics
                    .report(Diagnostic::new(Code::BrokenPack, say!("`{}` holds no rule texts", "`{}` 不含规则文本", path.display())));
            }
            sources.iter().map(|(id, _)| id).skip(first).collect()
        }
        Some(Err(problem)) => {
            diagnostics.report(*problem);
            vec![]
        }
        None => {
            let files = rule_files_of(&[path.to_path_buf()], diagnostics);
            files.iter().filter_map(|file| rule_file(file, sources, diagnostics)).collect()
        }
    }
}

/// The stored rulebook in a file; `None` where the path names something else.
fn stored(path: &Path) -> Option<Result<Pack, Box<Diagnostic>>> {
    let is_named_so = path.extension().is_some_and(|e| e == "pack");
    if !fs::is_file(path) || is_rule_file(path) && !is_named_so {
        return None;
    }
    let name = path.display().to_string();
    match fs::read(path) {
        Ok(bytes) if is_named_so || Pack::is_one(&bytes) => {
            Some(Pack::check(bytes.into()).map_err(|why| Box::new(pack_problem(&format!("`{name}`"), &why))))
        }
        Ok(_) => None,
        Err(failure) => Some(Err(Box::new(failure.unreadable(Code::UnreadableRules)))),
    }
}

/// What a ruleset was built from, as outputs for programs say it.
fn built_from(rules: Option<&Path>) -> String {
    rules.map_or("bundled".to_owned(), |path| path.display().to_string())
}

/// Names the rules whose texts stand in a map.
pub(super) fn ruleset(ids: &[SourceId], sources: &SourceMap, built_from: impl Into<String>) -> Ruleset {
    Ruleset::of(ids.iter().map(|id| &*sources.get(*id).text), built_from)
}

/// The rules of a run: bundled ones and those of `build` as they were stored, others compiled, or taken from the cache where they were compiled
/// before. `None` when they have errors, which are printed.
pub(super) fn rulebook(global: &Global, rules: Option<&Path>, sources: &mut SourceMap) -> Option<(Rulebook, Ruleset)> {
    let named = |book: Rulebook, built_from: String| {
        let ruleset = Ruleset { hash: book.hash(), built_from };
        (book, ruleset)
    };
    if let (None, Some(bytes)) = (rules, regions::bundle()) {
        regions::add_sources(sources);
        let book = Rulebook::bundled(bytes).map_err(|why| broken(global, "the bundled rules", &why)).ok()?;
        return Some(named(book, built_from(None)));
    }
    let mut diagnostics = Diagnostics::new();
    if let Some(Ok(pack)) = rules.and_then(stored)
        && pack.add_sources(sources)
    {
        return Some(named(Rulebook::of_pack(pack), built_from(rules)));
    }
    let ids = rule_texts(rules, sources, &mut diagnostics);
    let cache = (!global.no_cache && !diagnostics.has_errors()).then(|| cache::file(&crate::pack::cache_key(sources))).flatten();
    if let Some(pack) = cache.as_deref().and_then(cache::read) {
        return Some(named(Rulebook::of_pack(pack), format!("cache of {}", built_from(rules))));
    }
    let compiled = driver::compile(sources, &ids, &mut diagnostics);
    let failed = diagnostics.has_errors();
    // What there is to say about rules is said each time: only rules without a word are kept.
    let is_quiet = diagnostics.is_empty();
    output::problems(global, &diagnostics.into_sorted(), sources, global.language());
    if failed {
        return None;
    }
    let book = book_of(global, compiled, sources)?;
    if let (true, Some(cache)) = (is_quiet, &cache) {
        cache::write(cache, book.bytes());
    }
    Some(named(book, built_from(rules)))
}

/// The program of a rulebook. `None` when it holds none, which is printed.
pub(super) fn program<'b>(global: &Global, book: &'b Rulebook) -> Option<Cow<'b, Program>> {
    book.program().map_err(|why| broken(global, "the rules", &why)).ok()
}

/// A rulebook of rules that compiled. `None` when they do not fit, which is printed.
pub(super) fn book_of(global: &Global, compiled: Compiled, sources: &SourceMap) -> Option<Rulebook> {
    Rulebook::new(compiled, sources).map_err(|why| broken(global, "the rules", &why)).ok()
}

/// Says why a stored rulebook cannot be used.
fn broken(global: &Global, name: &str, why: &Broken) {
    output::problems(global, &[pack_problem(name, why)], &SourceMap::default(), global.language());
}

pub(super) fn pack_problem(name: &str, why: &Broken) -> Diagnostic {
    why.diagnostic(name)
}

/// Rules compiled in this run: those of a path, or the bundled texts. `None` when they have errors, which are printed.
pub(super) fn compiled(global: &Global, rules: Option<&Path>, sources: &mut SourceMap) -> Option<(Compiled, Ruleset)> {
    let mut diagnostics = Diagnostics::new();
    let ids = rule_texts(rules, sources, &mut diagnostics);
    let compiled = driver::compile(sources, &ids, &mut diagnostics);
    let failed = diagnostics.has_errors();
    output::problems(global, &diagnostics.into_sorted(), sources, global.language());
    let ruleset = ruleset(&ids, sources, built_from(rules));
    (!failed).then_some((compiled, ruleset))
}

/// Where the manifests of a call are looked for beside the files that it names.
pub(super) struct Search<'s> {
    /// The vocabulary that shows whether a file of a folder is one.
    pub(super) schema: &'s Schema,
    /// What the configuration says of files in folders.
    pub(super) globs: Option<&'s Globs>,
    /// The form of the input, where the call says it: of streams and tables in folders only those of that form are taken.
    pub(super) kind: Option<Kind>,
}

/// The manifests a call names, each once: files, folders walked with `.gitignore`, `-` for standard input. Of files in folders those are taken that look like
/// manifests, or that the configuration includes. Reports F5013 and F7003.
pub(super) fn manifest_paths(paths: &[PathBuf], search: &Search<'_>, diagnostics: &mut Diagnostics) -> Vec<PathBuf> {
    let has_ending = |path: &Path| match search.kind.filter(|k| k.is_many()) {
        Some(kind) => Kind::of(path) == Some(kind),
        None => path.extension().is_some_and(|e| e == "toml" || e == "json"),
    };
    let others = std::cell::RefCell::new(Vec::new());
    let is_wanted = |path: &Path| match search.globs.map_or(Said::Nothing, |g| g.say(path)) {
        Said::Included => has_ending(path),
        Said::Excluded => false,
        Said::Nothing if search.kind.is_some_and(Kind::is_many) => has_ending(path),
        Said::Nothing => {
            let is_manifest = has_ending(path) && filing::is_manifest_name(path) && filing::may_be_manifest(path, search.schema);
            if !is_manifest && has_ending(path) {
                others.borrow_mut().push(path.display().to_string());
            }
            is_manifest
        }
    };
    let found = fs::find(paths, &Wanted { is_wanted: &is_wanted, obeys_gitignore: true });
    for failure in &found.failures {
        diagnostics.report(failure.unreadable(Code::Unreadable));
    }
    let others = others.into_inner();
    for folder in &found.empty {
        let name = folder.display().to_string();
        let d = Diagnostic::new(Code::NoManifests, say!("no manifest in `{name}`", "`{name}` 中没有清单"));
        let d = d.help(say!(
            "manifests end in `.toml` or `.json` and have tables of a filing, such as `[filing]`",
            "清单以 `.toml` 或 `.json` 结尾，并含有备案的表，如 `[filing]`"
        ));
        let here: Vec<&String> = others.iter().filter(|o| Path::new(o).starts_with(folder)).collect();
        diagnostics.report(match here.first() {
            Some(first) if here.len() == 1 => d.note(say!("`{first}` has none of them", "`{first}` 不含这些表")),
            Some(first) => d.note(say!("`{first}` and {} more have none of them", "`{first}` 等 {} 个文件不含这些表", here.len() - 1)),
            None => d,
        });
    }
    found.files
}
