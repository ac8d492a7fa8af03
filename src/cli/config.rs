//! `filingc.toml`: the nearest one upward from a file, never merged; it stops at the root of the repository.

use super::{Global, load, output};
use crate::diagnostic::{Bilingual, Code, CodeOf, Diagnostic, Diagnostics, nearest, say};
use crate::host::fs::{self, Failure, Globs};
use crate::lint::{self, Level};
use crate::manifest;
use crate::source::{SourceId, SourceKind, SourceMap, Span};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// A text with its place in the file.
type Placed = (String, std::ops::Range<usize>);

/// What a configuration file may say.
#[derive(Clone, Debug, Default)]
pub(super) struct Config {
    /// Folder of the rules, relative to the file.
    pub(super) rules: Option<PathBuf>,
    /// Weak sources count like others.
    pub(super) strict: bool,
    /// Look-ups that were not made count like facts that are not stated.
    pub(super) require_look_ups: bool,
    /// Region of manifests that do not state one.
    pub(super) region: Option<String>,
    /// Levels and limits of lints.
    pub(super) lints: Lints,
    /// Documents that a manifest names must be on the disk.
    pub(super) require_files: bool,
    /// Which files of folders are manifests, by patterns.
    pub(super) files: Option<Globs>,
}

/// What `[lints]` says.
#[derive(Clone, Debug, Default)]
pub(super) struct Lints {
    /// Levels by the name of the lint.
    pub(super) levels: BTreeMap<String, Level>,
    /// `months` of `old-source`.
    pub(super) old_months: Option<i32>,
    /// `days` of `version-ends`.
    pub(super) ends_days: Option<i32>,
}

const KEYS: &[&str] = &["exclude", "include", "lints", "region", "require-files", "require-look-ups", "rules", "strict"];

fn find(from: &Path) -> Result<Option<PathBuf>, Failure> {
    // Below this folder, files are called as a user would call them from here.
    let here = std::env::current_dir().ok();
    let called = |file: PathBuf| here.as_ref().and_then(|h| file.strip_prefix(h).ok()).map(Path::to_path_buf).unwrap_or(file);
    let start = fs::absolute(from)?;
    let mut folder = if fs::is_folder(&start) { Some(start.as_path()) } else { start.parent() };
    while let Some(at) = folder {
        let file = at.join("filingc.toml");
        // Whatever has this name was meant: reading it says what is wrong with it.
        if fs::kind(&file)?.is_some() {
            return Ok(Some(called(file)));
        }
        if matches!(fs::kind(&at.join(".git")), Ok(Some(_))) {
            return Ok(None);
        }
        folder = at.parent();
    }
    Ok(None)
}

/// The configuration for a path. Reports F7001.
pub(super) fn load(global: &Global, from: &Path, sources: &mut SourceMap, diagnostics: &mut Diagnostics) -> Config {
    if global.isolated {
        return Config::default();
    }
    let path = match global.config.clone().map_or_else(|| find(from), |named| Ok(Some(named))) {
        Ok(Some(path)) => path,
        Ok(None) => return Config::default(),
        Err(failure) => {
            let help = say!("`--isolated` ignores configuration files", "`--isolated` 忽略配置文件");
            diagnostics.report(failure.unreadable(Code::Configuration).help(help));
            return Config::default();
        }
    };
    let name = path.display().to_string();
    let Some(text) = load::text(fs::read(&path), &name, Code::Configuration, diagnostics) else { return Config::default() };
    let source = sources.add(name, text.clone(), SourceKind::Other);
    let mut config = Config::default();
    let table = match toml::de::DeTable::parse(&text) {
        Ok(table) => table,
        Err(error) => {
            let mut faults = manifest::toml_faults(sources, source);
            if faults.is_empty() {
                let span = Span::new(source, error.span().unwrap_or(0..0));
                let message = say!("the configuration is no TOML", "配置不是 TOML");
                let d = Diagnostic::new(Code::Configuration, message).primary(span, say!("here", "此处"));
                faults.push(d.arg("reader", error.message().lines().next().unwrap_or("")));
            }
            for fault in faults {
                diagnostics.report(Diagnostic { code: CodeOf::Catalog(Code::Configuration), ..fault });
            }
            return config;
        }
    };
    let folder = path.parent().map_or_else(PathBuf::new, Path::to_path_buf);
    // Patterns of `include` and `exclude`, with their places.
    let mut patterns: [Option<Vec<Placed>>; 2] = [None, None];
    for (key, value) in table.get_ref() {
        let span = Span::new(source, key.span());
        let wrong = |expected: (&str, &str)| {
            Diagnostic::new(
                Code::Configuration,
                Bilingual::new(format!("`{}` expects {}", key.get_ref(), expected.0), format!("`{}` 应为{}", key.get_ref(), expected.1)),
            )
            .primary(Span::new(source, value.span()), say!("found here", "写在这里"))
        };
        if key.get_ref() == "lints" {
            match value.get_ref().as_table() {
                Some(table) => lints(table, source, &mut config.lints, diagnostics),
                None => {
                    diagnostics.report(wrong(("a table", "表")));
                }
            }
            continue;
        }
        if let Some(which) = ["include", "exclude"].iter().position(|k| *k == key.get_ref().as_ref()) {
            let texts = value.get_ref().as_array().map(|list| list.iter().map(|v| v.get_ref().as_str().map(|t| (t.to_owned(), v.span()))));
            match texts.and_then(|list| list.collect::<Option<Vec<_>>>()) {
                Some(list) => patterns[which] = Some(list),
                None => {
                    diagnostics.report(wrong(("a list of patterns", "通配模式的列表")));
                }
            }
            continue;
        }
        match (key.get_ref().as_ref(), value.get_ref().as_str(), value.get_ref().as_bool()) {
            ("rules", Some(text), _) => config.rules = Some(folder.join(text)),
            ("region", Some(text), _) => config.region = Some(text.to_owned()),
            ("strict", _, Some(b)) => config.strict = b,
            ("require-files", _, Some(b)) => config.require_files = b,
            ("require-look-ups", _, Some(b)) => config.require_look_ups = b,
            ("rules" | "region", ..) => {
                diagnostics.report(wrong(("a text", "文本")));
            }
            ("strict" | "require-files" | "require-look-ups", ..) => {
                diagnostics.report(wrong(("true or false", "true 或 false")));
            }
            (other, ..) => {
                let near = nearest(other, KEYS.iter().copied());
                let d =
                    Diagnostic::new(Code::Configuration, say!("unknown key `{other}` in the configuration", "配置中有未知键 `{other}`"));
                diagnostics.report(d.primary(span, say!("not a key of filingc.toml", "不是 filingc.toml 的键")).suggest(span, near));
            }
        }
    }
    if patterns.iter().any(Option::is_some) {
        let texts = |list: &Option<Vec<(String, _)>>| list.as_ref().map(|l| l.iter().map(|(t, _)| t.clone()).collect::<Vec<_>>());
        let (include, exclude) = (texts(&patterns[0]), texts(&patterns[1]).unwrap_or_default());
        match Globs::new(if folder.as_os_str().is_empty() { Path::new(".") } else { &folder }, include.as_deref(), &exclude) {
            Ok(globs) => config.files = Some(globs),
            Err((which, n, why)) => {
                let place = patterns[which].as_ref().and_then(|list| list.get(n)).map_or(0..0, |(_, place)| place.clone());
                let message = say!("a pattern that cannot be understood", "无法理解的通配模式");
                let d = Diagnostic::new(Code::Configuration, message).primary(Span::new(source, place), say!("found here", "写在这里"));
                let help =
                    say!("patterns are those of `.gitignore`, such as `filings/*.toml`", "写法与 `.gitignore` 相同，如 `filings/*.toml`");
                diagnostics.report(d.help(help).arg("reader", why));
            }
        }
    }
    config
}

/// `restated-base-rule = "allow"`, `old-source = { level = "deny", months = 12 }`.
fn lints(table: &toml::de::DeTable<'_>, source: SourceId, into: &mut Lints, diagnostics: &mut Diagnostics) {
    let report = |message: Bilingual, span: std::ops::Range<usize>, label: Bilingual| {
        Diagnostic::new(Code::Configuration, message).primary(Span::new(source, span), label)
    };
    for (key, value) in table {
        let name = key.get_ref().as_ref();
        let Some(lint) = lint::find(name) else {
            let near = nearest(name, lint::LINTS.iter().map(|l| l.name));
            let d = report(
                say!("there is no lint `{name}`", "没有检查项 `{name}`"),
                key.span(),
                say!("not the name of a lint", "不是检查项名称"),
            );
            diagnostics.report(d.suggest(Span::new(source, key.span()), near));
            continue;
        };
        let mut level_of = |value: &toml::Spanned<toml::de::DeValue<'_>>, diagnostics: &mut Diagnostics| match value
            .get_ref()
            .as_str()
            .and_then(Level::from_key)
        {
            Some(level) => {
                into.levels.insert(lint.name.to_owned(), level);
            }
            None => {
                let message = say!("`{name}` expects `allow`, `warn` or `deny`", "`{name}` 应为 `allow`、`warn` 或 `deny`");
                diagnostics.report(report(message, value.span(), say!("found here", "写在这里")));
            }
        };
        let Some(inner) = value.get_ref().as_table() else {
            level_of(value, diagnostics);
            continue;
        };
        for (key, value) in inner {
            let number = || {
                value
                    .get_ref()
                    .as_integer()
                    .and_then(|n| i32::from_str_radix(n.as_str(), n.radix()).ok())
                    .filter(|n| (0..=12_000).contains(n))
            };
            match (name, key.get_ref().as_ref(), number()) {
                (_, "level", _) => level_of(value, diagnostics),
                ("old-source", "months", Some(n)) => into.old_months = Some(n),
                ("version-ends", "days", Some(n)) => into.ends_days = Some(n),
                ("old-source", "months", None) | ("version-ends", "days", None) => {
                    let message = say!("`{}` expects a whole number up to 12000", "`{}` 应为不超过 12000 的整数", key.get_ref());
                    diagnostics.report(report(message, value.span(), say!("found here", "写在这里")));
                }
                (_, other, _) => {
                    let known: &[&str] = match name {
                        "old-source" => &["level", "months"],
                        "version-ends" => &["days", "level"],
                        _ => &["level"],
                    };
                    let span = Span::new(source, key.span());
                    let message = say!("lint `{name}` has no setting `{other}`", "检查项 `{name}` 没有设置 `{other}`");
                    let d = report(message, key.span(), say!("its settings are {}", "可用设置：{}", known.join(", ")));
                    diagnostics.report(d.suggest(span, nearest(other, known.iter().copied())));
                }
            }
        }
    }
}

/// The configuration beside the first manifest of a call; `None` when it cannot be used, which is printed.
pub(super) fn of_manifests(global: &Global, manifests: &[PathBuf]) -> Option<Config> {
    let first = manifests.first().map_or(Path::new("."), PathBuf::as_path);
    let from = if first.as_os_str() == "-" { Path::new(".") } else { first };
    // Bundled rules come first in the map of a run, so the configuration is read into one of its own.
    let mut sources = SourceMap::default();
    let mut problems = Diagnostics::new();
    let config = load(global, from, &mut sources, &mut problems);
    if problems.has_errors() {
        output::problems(global, &problems.into_sorted(), &sources, global.language());
        return None;
    }
    Some(config)
}

/// The rule files or folders a call is about: those it names, else `--rules`, else the configuration's, else `regions` or this folder.
pub(super) fn rule_paths(global: &Global, named: &[PathBuf], sources: &mut SourceMap, diagnostics: &mut Diagnostics) -> Vec<PathBuf> {
    if !named.is_empty() {
        return named.to_vec();
    }
    vec![rules_folder(global, sources, diagnostics)]
}

/// The folder of the rules of a call: `--rules`, else the configuration's, else `regions` or this folder.
pub(super) fn rules_folder(global: &Global, sources: &mut SourceMap, diagnostics: &mut Diagnostics) -> PathBuf {
    let configured = || load(global, Path::new("."), sources, diagnostics).rules;
    global.rules.clone().or_else(configured).unwrap_or_else(usual_folder)
}

/// The folder of the rules where nobody names one.
pub(super) fn usual_folder() -> PathBuf {
    PathBuf::from(if fs::is_folder(Path::new("regions")) { "regions" } else { "." })
}
