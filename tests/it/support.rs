//! What several test modules need.

use filingc::diagnostic::render;
use filingc::{Compiled, Diagnostic, Diagnostics, Language, SourceKind, SourceMap};
use std::path::{Path, PathBuf};

/// The folder of the package.
pub fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Every file below a folder with one of these endings, in order.
pub fn files(folder: &Path, endings: &[&str]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut stack = vec![folder.to_path_buf()];
    while let Some(at) = stack.pop() {
        for entry in std::fs::read_dir(&at).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                stack.push(path);
            } else if path.extension().is_some_and(|e| endings.iter().any(|w| e == *w)) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// Compiles rule texts given by name.
pub fn compile(files: &[(String, String)]) -> (Compiled, Vec<Diagnostic>, SourceMap) {
    let mut sources = SourceMap::default();
    let ids: Vec<_> = files.iter().map(|(name, text)| sources.add(name.clone(), text.clone(), SourceKind::Rules)).collect();
    let mut diagnostics = Diagnostics::new();
    let compiled = filingc::compile(&sources, &ids, &mut diagnostics);
    (compiled, diagnostics.into_sorted(), sources)
}

/// Diagnostics, one line each.
pub fn lines(diagnostics: &[Diagnostic], sources: &SourceMap) -> String {
    render::concise(diagnostics, sources, Language::En)
}

/// All rule files of the bundled rulebook.
pub fn bundled_rules() -> Vec<(String, String)> {
    files(&root().join("regions"), &["filing"])
        .into_iter()
        .map(|p| {
            let name = p.strip_prefix(root()).unwrap_or(&p).display().to_string();
            (name, std::fs::read_to_string(&p).expect("a rule file is readable"))
        })
        .collect()
}
