//! `filingc test`: the cases of the rules.

use super::{Global, check, load, output};
use crate::diagnostic::{Bilingual, Diagnostics, Language, render};
use crate::driver::{self, Checked, Options, Rulebook};
use crate::eval::{Outcome, RuleReport, Weight};
use crate::manifest::{self, Document, Tree};
use crate::source::{SourceId, SourceMap, Span};
use crate::syntax::ast::{Case, CaseValue, CaseValueKind, Expect, ExpectKind, ExpectedOutcome, Literal, RuleRef, Target, TargetStep};
use crate::value::{FieldType, RecordId, Schema, Value};
use clap::Args;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::{Path, PathBuf};

#[derive(Debug, Args)]
pub(super) struct TestArgs {
    /// Only cases whose title contains this.
    filter: Option<String>,
}

pub(super) fn run(args: &TestArgs, global: &Global) -> u8 {
    let language = global.language();
    let mut sources = SourceMap::default();
    let rules = global.rules.clone().unwrap_or_else(|| PathBuf::from("regions"));
    let Some(compiled) = load::compiled(global, Some(&rules), &mut sources) else { return 2 };
    let cases: Vec<Case> = compiled.program.cases.iter().map(|(_, c)| c.clone()).collect();
    let book = Rulebook::new(compiled);
    let mut manifests: BTreeMap<PathBuf, Option<SourceId>> = BTreeMap::new();
    let (mut passed, mut failed) = (0usize, 0usize);
    let mut out = String::new();
    let filter = args.filter.as_deref().unwrap_or("");
    for case in cases.iter().filter(|c| c.title.value.contains(filter)) {
        let faults = run_case(case, &book, &mut sources, &mut manifests, language);
        if faults.is_empty() {
            passed += 1;
            continue;
        }
        failed += 1;
        let file = sources.get(case.title.span.source);
        let line = file.line_column(case.title.span.start as usize).line;
        let _ = writeln!(out, "FAILED {}:{line} {:?}", file.name, case.title.value);
        for fault in faults {
            for line in fault.lines() {
                let _ = writeln!(out, "    {line}");
            }
        }
    }
    // Read by tools that count tests.
    let _ = writeln!(out, "{passed} passed, {failed} failed");
    if passed + failed == 0 {
        output::error("no case matches");
    }
    let written = output::result(global, &out);
    match (written, passed + failed, failed) {
        (false, ..) | (_, 0, _) => 2,
        (_, _, 0) => 0,
        _ => 1,
    }
}

fn run_case(
    case: &Case,
    book: &Rulebook,
    sources: &mut SourceMap,
    manifests: &mut BTreeMap<PathBuf, Option<SourceId>>,
    language: Language,
) -> Vec<String> {
    let mut problems = Diagnostics::new();
    let schema = &book.index.schema;
    let today = case.on.unwrap_or_else(check::today);
    let mut document = match &case.manifest {
        None => Document::empty(case.title.span.source, schema),
        Some(path) => {
            let folder = Path::new(&sources.get(path.span.source).name).parent().unwrap_or(Path::new("")).to_path_buf();
            let full = folder.join(&path.value);
            let source = *manifests.entry(full.clone()).or_insert_with(|| load::manifest(&full, None, sources, &mut problems));
            let Some(source) = source else {
                return vec![format!("the manifest `{}` cannot be read", full.display())];
            };
            let format = manifest::format_of(&path.value, &sources.get(source).text);
            manifest::read(sources, source, format, schema, today, &mut problems)
        }
    };
    for (target, value) in &case.with {
        if let Err(why) = set(&mut document, schema, target, value.as_ref(), today, sources, &mut problems) {
            return vec![why];
        }
    }
    let mut faults = Vec::new();
    let mut results: [Option<Checked>; 2] = [None, None];
    for expect in &case.expect {
        let index = usize::from(expect.strict);
        if results[index].is_none() {
            let options = Options { region: None, on: case.on, today, strict: expect.strict, detailed: true };
            results[index] = Some(driver::check(book, sources, document.clone(), problems.clone(), &options));
        }
        let Some(checked) = &results[index] else { continue };
        let Some(report) = &checked.report else {
            faults.push("the manifest of the case has errors:".to_owned());
            faults.push(render::concise(&checked.diagnostics, sources, language));
            return faults;
        };
        if let Some(fault) = judge(expect, checked, &report.rules) {
            faults.push(fault);
        }
    }
    faults
}

fn is_about(rule: &RuleReport, reference: &RuleRef) -> bool {
    let text = reference.text();
    rule.name == text
        || rule.also.contains(&text)
        // `ln/prin-entity-principal`: the base rule as a layer sees it.
        || rule.name.split('/').nth(1) == Some(&reference.id.text)
}

fn judge(expect: &Expect, checked: &Checked, rules: &[RuleReport]) -> Option<String> {
    let report = checked.report.as_ref()?;
    let describe = |r: &RuleReport| {
        let why = if r.why.en.is_empty() { String::new() } else { format!(" ({})", r.why.en) };
        format!("{}{why}", r.outcome.key())
    };
    match &expect.kind {
        ExpectKind::Verdict(name) => {
            let actual = report.verdict.key();
            (name.text != actual).then(|| {
                let causes: Vec<String> = rules
                    .iter()
                    .filter(|r| matches!(r.outcome, Outcome::Violated | Outcome::Undetermined) && r.weight == Weight::Decides)
                    .map(|r| format!("\n  {}: {}", r.name, describe(r)))
                    .collect();
                format!("expected verdict {}, found {actual}{}", name.text, causes.concat())
            })
        }
        ExpectKind::Missing(targets) => {
            let missing: Vec<&String> = rules.iter().flat_map(|r| &r.missing).collect();
            targets
                .iter()
                .map(target_text)
                .find(|t| !missing.iter().any(|m| plain(m) == plain(t)))
                .map(|t| format!("expected `{t}` to be missing; missing are {missing:?}"))
        }
        ExpectKind::Value(name, value) => {
            let actual = (name.text == "filing_type").then(|| checked.filing_type.as_ref().map(|(id, _)| id.clone())).flatten();
            (actual.as_deref() != Some(value.text.as_str()))
                .then(|| format!("expected {} to be {}, found {}", name.text, value.text, actual.unwrap_or("not known".to_owned())))
        }
        ExpectKind::Outcome { outcome, only, rules: wanted } => {
            for (reference, at) in wanted {
                let found: Vec<&RuleReport> = rules.iter().filter(|r| is_about(r, reference)).collect();
                let fits = |r: &&&RuleReport| has(r, *outcome);
                let text = reference.text();
                let word = expected_word(*outcome);
                match found.iter().find(fits) {
                    None if found.is_empty() => return Some(format!("expected {text} to be {word}, but no such rule is in force here")),
                    None => {
                        let actual = found.iter().map(|r| describe(r)).collect::<Vec<_>>().join("; ");
                        return Some(format!("expected {text} to be {word}, found {actual}"));
                    }
                    Some(rule) => {
                        if let Some(at) = at {
                            let wanted = plain(&target_text(at));
                            let inside = |p: &String| plain(p) == wanted || plain(p).starts_with(&format!("{wanted}."));
                            if !rule.paths.iter().any(inside) && !rule.missing.iter().any(inside) {
                                return Some(format!("expected {text} at {}, found it at {:?}", target_text(at), rule.paths));
                            }
                        }
                    }
                }
            }
            if *only {
                let others: Vec<String> = rules
                    .iter()
                    .filter(|r| has(r, *outcome) && !wanted.iter().any(|(w, _)| is_about(r, w)))
                    .map(|r| format!("{} ({})", r.name, r.why.en))
                    .collect();
                if !others.is_empty() {
                    return Some(format!("expected no other rule to be {}, found {}", expected_word(*outcome), others.join(", ")));
                }
            }
            None
        }
    }
}

fn has(rule: &RuleReport, outcome: ExpectedOutcome) -> bool {
    match outcome {
        ExpectedOutcome::Violated => rule.outcome == Outcome::Violated,
        ExpectedOutcome::Warned => rule.outcome == Outcome::Violated && rule.weight != Weight::Decides,
        ExpectedOutcome::Satisfied => rule.outcome == Outcome::Satisfied,
        ExpectedOutcome::Undetermined => rule.outcome == Outcome::Undetermined,
        ExpectedOutcome::NotApplicable => rule.outcome == Outcome::NotApplicable,
        ExpectedOutcome::Waived => rule.outcome == Outcome::Waived,
        ExpectedOutcome::Blocked => rule.outcome == Outcome::Blocked,
    }
}

fn expected_word(outcome: ExpectedOutcome) -> &'static str {
    match outcome {
        ExpectedOutcome::Violated => "violated",
        ExpectedOutcome::Warned => "warned about",
        ExpectedOutcome::Satisfied => "satisfied",
        ExpectedOutcome::Undetermined => "undetermined",
        ExpectedOutcome::NotApplicable => "not applicable",
        ExpectedOutcome::Waived => "waived",
        ExpectedOutcome::Blocked => "blocked",
    }
}

fn target_text(target: &Target) -> String {
    let mut out = String::new();
    for step in &target.steps {
        match step {
            TargetStep::Field(name) if out.is_empty() => out.push_str(&name.text),
            TargetStep::Field(name) => {
                let _ = write!(out, ".{}", name.text);
            }
            TargetStep::Key(key) => {
                let _ = write!(out, "[\"{}\"]", key.value);
            }
            TargetStep::Index(n, _) => {
                let _ = write!(out, "[{n}]");
            }
        }
    }
    out
}

/// A path without its item keys.
fn plain(path: &str) -> String {
    let mut out = String::new();
    let mut depth = 0;
    for c in path.chars() {
        match c {
            '[' => depth += 1,
            ']' => depth -= 1,
            c if depth == 0 => out.push(c),
            _ => {}
        }
    }
    out
}

/// Sets a field of a document as a case says; `None` takes it away.
fn set(
    document: &mut Document,
    schema: &Schema,
    target: &Target,
    value: Option<&CaseValue>,
    today: crate::value::Date,
    sources: &SourceMap,
    problems: &mut Diagnostics,
) -> Result<(), String> {
    let mut record: RecordId = schema.root.ok_or("the rules declare no manifest")?;
    let mut base = 0u32;
    let mut steps = target.steps.iter().peekable();
    while let Some(step) = steps.next() {
        let TargetStep::Field(name) = step else { return Err(format!("`{}` names no field", target_text(target))) };
        let Some(field) = schema.record(record).find(&name.text).cloned() else {
            // A property of a document.
            return Err(format!("`{}` has no field `{}`", schema.record(record).name, name.text));
        };
        let slot = base + field.slot;
        let Some(next) = steps.peek() else {
            match value {
                Some(value) => manifest::fill_field(document, schema, &field, base, &tree(value, target.span), sources, today, problems),
                None => clear(document, schema, &field.ty, slot),
            }
            return Ok(());
        };
        match (&field.ty, next) {
            (FieldType::Record(inner), TargetStep::Field(_)) => {
                if document.slots[slot as usize] == Value::Unknown || document.slots[slot as usize] == Value::None {
                    document.slots[slot as usize] = Value::Present;
                }
                record = *inner;
                base = slot + 1;
            }
            (FieldType::File, TargetStep::Field(property)) => {
                let Some(index) = crate::value::FILE_FIELDS.iter().position(|f| f.0 == property.text) else {
                    return Err(format!("a document has no property `{}`", property.text));
                };
                document.slots[slot as usize] = Value::Present;
                let field = crate::value::FieldShape {
                    name: property.text.clone(),
                    title: Bilingual::default(),
                    ty: crate::value::FILE_FIELDS[index].1.clone(),
                    is_optional: true,
                    is_register: false,
                    slot: index as u32,
                };
                match value {
                    Some(value) => {
                        manifest::fill_field(document, schema, &field, slot + 1, &tree(value, target.span), sources, today, problems)
                    }
                    None => document.slots[slot as usize + 1 + index] = Value::Unknown,
                }
                return Ok(());
            }
            (FieldType::List { item, .. }, TargetStep::Key(_) | TargetStep::Index(..)) => {
                let FieldType::Record(inner) = **item else { return Err(format!("`{}` has no items with fields", name.text)) };
                let (start, length) = match document.slots[slot as usize] {
                    Value::Rows { start, length } => (start, length),
                    _ => return Err(format!("`{}` has no items in this manifest", name.text)),
                };
                let shape = schema.record(inner);
                let row = match steps.next() {
                    Some(TargetStep::Index(n, _)) if *n >= 1 && *n as u32 <= length => Some(start + (*n as u32 - 1) * shape.n_slots),
                    Some(TargetStep::Key(key)) => (0..length).map(|i| start + i * shape.n_slots).find(|row| {
                        shape
                            .fields
                            .iter()
                            .any(|f| matches!(document.slots[(row + f.slot) as usize], Value::Text(t) if document.str(t) == key.value))
                    }),
                    _ => None,
                };
                let Some(row) = row else { return Err(format!("`{}` names no item of the manifest", target_text(target))) };
                record = inner;
                base = row;
            }
            _ => return Err(format!("`{}` does not fit the manifest", target_text(target))),
        }
    }
    Ok(())
}

fn clear(document: &mut Document, schema: &Schema, ty: &FieldType, slot: u32) {
    for i in 0..ty.n_slots(&schema.records) {
        document.slots[(slot + i) as usize] = Value::Unknown;
    }
}

/// A value of a case as the manifest reader knows it.
fn tree(value: &CaseValue, key_span: Span) -> Tree {
    use crate::manifest::TreeKind as K;
    let kind = match &value.kind {
        CaseValueKind::Word(word) => K::Text(word.clone()),
        CaseValueKind::List(items) => K::Array(items.iter().map(|i| tree(i, i.span)).collect()),
        CaseValueKind::Table(pairs) => K::Table(pairs.iter().map(|(n, v)| (n.text.clone(), n.span, tree(v, n.span))).collect()),
        CaseValueKind::Literal(literal) => match literal {
            Literal::Bool(b) => K::Bool(*b),
            Literal::Integer(n) => K::Integer(*n),
            Literal::Decimal(n) => K::Decimal(*n),
            Literal::Date(d) => K::Date(*d),
            Literal::DateTime(d) => K::DateTime(*d),
            Literal::Text(t) => K::Text(t.clone()),
            Literal::Duration(_) | Literal::BusinessDays(_) | Literal::Money(_) => K::Text(String::new()),
        },
    };
    Tree { span: value.span, key_span, kind }
}
