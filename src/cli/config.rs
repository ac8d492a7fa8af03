//! `filingc.toml`: the nearest one upward from a file, never merged; it stops at the root of the repository.

use super::Global;
use crate::diagnostic::{Bilingual, Code, Diagnostic, Diagnostics, nearest, say};
use crate::source::{SourceKind, SourceMap, Span};
use std::path::{Path, PathBuf};

/// What a configuration file may say.
#[derive(Clone, Debug, Default)]
pub(super) struct Config {
    /// Folder of the rules, relative to the file.
    pub(super) rules: Option<PathBuf>,
    /// Weak sources count like others.
    pub(super) strict: bool,
    /// Region of manifests that do not state one.
    pub(super) region: Option<String>,
}

const KEYS: &[&str] = &["region", "rules", "strict"];

fn find(from: &Path) -> Option<PathBuf> {
    let start = std::path::absolute(from).ok()?;
    let mut folder = if start.is_dir() { Some(start.as_path()) } else { start.parent() };
    while let Some(at) = folder {
        let file = at.join("filingc.toml");
        if file.is_file() {
            return Some(file);
        }
        if at.join(".git").exists() {
            return None;
        }
        folder = at.parent();
    }
    None
}

/// The configuration for a path. Reports F7001.
pub(super) fn load(global: &Global, from: &Path, sources: &mut SourceMap, diagnostics: &mut Diagnostics) -> Config {
    if global.isolated {
        return Config::default();
    }
    let Some(path) = global.config.clone().or_else(|| find(from)) else { return Config::default() };
    let name = path.display().to_string();
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) => {
            diagnostics
                .report(Diagnostic::new(Code::Configuration, say!("`{name}` cannot be read: {error}", "无法读取 `{name}`：{error}")));
            return Config::default();
        }
    };
    let source = sources.add(name, text.clone(), SourceKind::Other);
    let mut config = Config::default();
    let table = match toml::de::DeTable::parse(&text) {
        Ok(table) => table,
        Err(error) => {
            let span = Span::new(source, error.span().unwrap_or(0..0));
            diagnostics.report(
                Diagnostic::new(Code::Configuration, Bilingual::same(error.message().to_owned())).primary(span, Bilingual::default()),
            );
            return config;
        }
    };
    let folder = path.parent().map_or_else(PathBuf::new, Path::to_path_buf);
    for (key, value) in table.get_ref() {
        let span = Span::new(source, key.span());
        let wrong = |expected: (&str, &str)| {
            Diagnostic::new(
                Code::Configuration,
                Bilingual::new(format!("`{}` expects {}", key.get_ref(), expected.0), format!("`{}` 应为{}", key.get_ref(), expected.1)),
            )
            .primary(Span::new(source, value.span()), say!("found here", "写在这里"))
        };
        match (key.get_ref().as_ref(), value.get_ref().as_str(), value.get_ref().as_bool()) {
            ("rules", Some(text), _) => config.rules = Some(folder.join(text)),
            ("region", Some(text), _) => config.region = Some(text.to_owned()),
            ("strict", _, Some(b)) => config.strict = b,
            ("rules" | "region", ..) => {
                diagnostics.report(wrong(("a text", "文本")));
            }
            ("strict", ..) => {
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
    config
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
    let usual = || PathBuf::from(if Path::new("regions").is_dir() { "regions" } else { "." });
    global.rules.clone().or_else(configured).unwrap_or_else(usual)
}
