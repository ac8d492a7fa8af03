//! What can be done with a declaration, shown above it: run this case.

use super::RUN_CASE;
use super::rules::{Good, Ruleset};
use super::server::{Answer, Server};
use crate::diagnostic::render::{Screen, note_lines};
use crate::diagnostic::{Diagnostic, Diagnostics, Language, say};
use crate::host::documents::Documents;
use crate::host::filing::Filing;
use crate::host::fs;
use crate::source::SourceMap;
use crate::suite::{self, Manifests, Start};
use crate::syntax::ast::{Case, ItemKind};
use crate::value::Date;
use lsp_types::{CodeLens, CodeLensParams, Command};
use std::path::Path;

pub(super) fn lenses(server: &mut Server<'_>, params: CodeLensParams) -> Answer<Option<Vec<CodeLens>>> {
    let Some((_, doc, _, parsed)) = server.rules(&params.text_document.uri) else { return Ok(None) };
    let title = say!("run this case", "运行此用例").get(server.language).to_owned();
    let mut list = Vec::new();
    for item in &parsed.file.items {
        let ItemKind::Case(case) = &item.kind else { continue };
        if item.fault.is_some() {
            continue;
        }
        let arguments = vec![serde_json::json!(doc.uri.as_str()), serde_json::json!(case.title.value)];
        list.push(CodeLens {
            range: doc.text.range(case.title.span.range(), server.encoding),
            command: Some(Command { title: title.clone(), command: RUN_CASE.to_owned(), arguments: Some(arguments) }),
            data: None,
        });
    }
    Ok(Some(list))
}

/// Runs a case of a file by its title: what failed, nothing where it passes. `None` where there is no such case in rules that compile.
pub(super) fn run(ruleset: &Ruleset, path: &Path, title: &str, today: Date, language: Language) -> Option<Vec<String>> {
    let good = ruleset.good.as_ref()?;
    let name = path.display().to_string();
    let cases = &good.book.compiled()?.cases;
    let is_it = |case: &Case| case.title.value == title && good.sources.get(case.title.span.source).name == name;
    let (index, (_, case)) = cases.iter().enumerate().find(|(_, (_, case))| is_it(case))?;
    let (faults, sources) = faults(good, index, case, path, today);
    let screen = Screen::of(&sources);
    let mut lines = Vec::new();
    for d in &faults {
        lines.push(screen.text(d.message.get(language)));
        lines.extend(d.labels.iter().map(|l| screen.text(l.message.get(language))).filter(|t| !t.is_empty()));
        lines.extend(note_lines(d, language).iter().flatten().map(|line| screen.text(line)));
    }
    Some(lines)
}

fn faults(good: &Good, index: usize, case: &Case, path: &Path, today: Date) -> (Vec<Diagnostic>, SourceMap) {
    let mut sources = good.sources.clone();
    let mut problems = Diagnostics::new();
    let filing = match &case.manifest {
        None => None,
        Some(named) => {
            let file = fs::tidy(&path.parent().unwrap_or(Path::new("")).join(&named.value));
            match Filing::open(&file, None, &mut sources, &mut problems) {
                Some(filing) => Some(filing),
                None => return (problems.into_sorted(), sources),
            }
        }
    };
    let Ok(documents) = Documents::new(&[], false) else { return (Vec::new(), sources) };
    let schema = good.book.schema();
    let read = filing.as_ref().map(|filing| {
        let read = |day, problems: &mut Diagnostics| filing.read(schema, day, &documents, &sources, problems);
        (filing.source, read)
    });
    let start = read.as_ref().map(|(source, read)| Start { source: *source, read });
    let faults = match Manifests::default().prepare(index, case, &good.book, start, &sources, today) {
        Ok(prepared) => suite::run(case, &prepared, &good.book, &sources).faults,
        Err(why) => vec![*why],
    };
    (faults, sources)
}
