//! Diagnostics as SARIF 2.1.0, which code scanning services and editors read.

use super::github;
use super::output::{Written, no_form};
use crate::diagnostic::render::{JsonTexts as Texts, Screen};
use crate::diagnostic::{Applicability, Bilingual, CodeOf, Diagnostic, Fix, Language, Severity, render};
use crate::host::address::encoded;
use crate::lint;
use crate::pack::Ruleset;
use crate::source::{SourceId, SourceKind, SourceMap, Span};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// What is known of a rule or a lint beside its findings.
#[derive(Clone, Debug, Default)]
pub(super) struct SarifRule {
    /// Its title.
    pub(super) title: Bilingual,
    /// The address of its source.
    pub(super) url: Option<String>,
    /// A page about it in Markdown.
    pub(super) page: Option<String>,
}

/// What a SARIF log says of the run itself.
#[derive(Clone, Debug)]
pub(super) struct SarifRun<'a> {
    /// Language of the texts; the other one stands in the properties.
    pub(super) language: Language,
    /// Rules by id; those without an entry show their id.
    pub(super) rules: &'a BTreeMap<String, SarifRule>,
    /// Which rules were used.
    pub(super) ruleset: Option<&'a Ruleset>,
    /// The folder of the run, absolute: paths in it are written relative to it.
    pub(super) folder: &'a str,
    /// Whether the rules came with the program, so that their files are not those of the run.
    pub(super) is_bundled: bool,
    /// Whether rules and manifests could be used.
    pub(super) is_successful: bool,
}

const FILES: &str = "%SRCROOT%";
const BUNDLED: &str = "FILINGC_RULES";

struct Writer<'a> {
    sources: &'a SourceMap,
    screen: Screen,
    run: &'a SarifRun<'a>,
    /// Sources that are named, in the order of `artifacts`.
    artifacts: Vec<SourceId>,
}

/// A whole log: a run for each list of diagnostics with its texts.
pub(super) fn sarif(parts: &[(&[Diagnostic], &SourceMap)], run: &SarifRun<'_>) -> Written {
    let log = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": parts.iter().map(|(diagnostics, sources)| one(diagnostics, sources, run)).collect::<Vec<_>>(),
    });
    render::document(&log, &Screen::of_all(parts.iter().map(|(_, sources)| *sources))).map_err(|e| no_form("SARIF", e))
}

fn one(diagnostics: &[Diagnostic], sources: &SourceMap, run: &SarifRun<'_>) -> Value {
    let ids: Vec<String> = diagnostics.iter().map(|d| d.code.text()).collect::<BTreeSet<_>>().into_iter().collect();
    let artifacts: BTreeSet<SourceId> = diagnostics.iter().flat_map(spans).map(|s| s.source).collect();
    let writer = Writer { sources, screen: Screen::of(sources), run, artifacts: artifacts.into_iter().collect() };
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let rules: Vec<Value> = ids.iter().map(|id| writer.rule(id, diagnostics)).collect();
    let results: Vec<Value> = diagnostics
        .iter()
        .map(|d| {
            let index = ids.binary_search(&d.code.text()).unwrap_or(0);
            writer.result(d, index, &mut seen)
        })
        .collect();
    let mut bases = Map::new();
    let base = |en: &str, zh: &str| json!({ "description": { "text": pick(run.language, en, zh) } });
    bases.insert(FILES.to_owned(), base("the folder of the run", "运行所在文件夹"));
    if run.is_bundled {
        bases.insert(BUNDLED.to_owned(), base("the rules that came with filingc", "filingc 自带的规则"));
    }
    let language = pick(run.language, "en", "zh-CN");
    json!({
        "tool": { "driver": {
            "name": env!("CARGO_PKG_NAME"),
            "version": env!("CARGO_PKG_VERSION"),
            "semanticVersion": env!("CARGO_PKG_VERSION"),
            "language": language,
            "rules": rules,
        } },
        "language": language,
        "columnKind": "unicodeCodePoints",
        "invocations": [{ "executionSuccessful": run.is_successful }],
        "originalUriBaseIds": bases,
        "artifacts": writer.artifacts.iter().map(|id| json!({ "location": writer.artifact(*id, false) })).collect::<Vec<_>>(),
        "results": results,
        "properties": { "ruleset": run.ruleset },
    })
}

fn pick<'t>(language: Language, en: &'t str, zh: &'t str) -> &'t str {
    if language == Language::Zh { zh } else { en }
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    }
}

fn spans(d: &Diagnostic) -> Vec<Span> {
    let edits = d.fixes.iter().filter(|f| is_offered(f.applicability)).flat_map(|f| &f.edits).map(|e| e.span);
    d.labels.iter().map(|l| l.span).chain(edits).collect()
}

/// A fix with a gap to be filled in is no replacement that a service could apply.
fn is_offered(applicability: Applicability) -> bool {
    applicability != Applicability::HasPlaceholders
}

impl Writer<'_> {
    fn rule(&self, id: &str, diagnostics: &[Diagnostic]) -> Value {
        let language = self.run.language;
        let of = diagnostics.iter().find(|d| d.code.text() == id);
        let known = match of.map(|d| &d.code) {
            Some(CodeOf::Catalog(code)) => {
                let (en, zh) = code.title();
                Some(SarifRule { title: Bilingual::new(en, zh), url: None, page: Some(code.page().to_owned()) })
            }
            Some(CodeOf::Lint(name)) => lint::find(name).map(|l| SarifRule {
                title: Bilingual::new(l.title.0, l.title.1),
                url: None,
                page: Some(l.page.to_owned()),
            }),
            _ => self.run.rules.get(id).cloned(),
        };
        let mut rule = Map::new();
        rule.insert("id".to_owned(), json!(id));
        if let Some(known) = known {
            rule.insert("shortDescription".to_owned(), json!({ "text": known.title.get(language) }));
            if let Some(url) = known.url {
                rule.insert("helpUri".to_owned(), json!(ascii(&url)));
            }
            if let Some(page) = known.page {
                rule.insert("help".to_owned(), json!({ "text": page, "markdown": page }));
            }
            rule.insert("properties".to_owned(), json!({ "title": Texts::from(&known.title) }));
        }
        if let Some(d) = of {
            // A rule may warn in one filing and fail another: the level of the gravest finding.
            let gravest = diagnostics.iter().filter(|x| x.code == d.code).map(|x| x.severity).min().unwrap_or(d.severity);
            rule.insert("defaultConfiguration".to_owned(), json!({ "level": level(gravest) }));
        }
        Value::Object(rule)
    }

    fn result(&self, d: &Diagnostic, index: usize, seen: &mut BTreeMap<String, usize>) -> Value {
        let language = self.run.language;
        let mut result = Map::new();
        let mut put = |name: &str, value: Value| {
            result.insert(name.to_owned(), value);
        };
        put("ruleId", json!(d.code.text()));
        put("ruleIndex", json!(index));
        put("level", json!(level(d.severity)));
        put("message", json!({ "text": github::text(d, &self.screen, language) }));
        let mut labels = d.labels.iter();
        if let Some(label) = labels.next() {
            put("locations", json!([{ "physicalLocation": self.place(label.span) }]));
        }
        let related: Vec<Value> = labels
            .enumerate()
            .map(|(i, l)| {
                let mut location = json!({ "id": i + 1, "physicalLocation": self.place(l.span) });
                if !l.message.get(language).is_empty() {
                    location["message"] = json!({ "text": l.message.get(language) });
                }
                location
            })
            .collect();
        if !related.is_empty() {
            put("relatedLocations", Value::Array(related));
        }
        put("partialFingerprints", json!({ "filingc/v1": self.fingerprint(d, seen) }));
        // An edit that is masked would write asterisks.
        let is_whole = |f: &&Fix| f.edits.iter().all(|e| self.screen.lets_through(&e.replacement));
        let offered = d.fixes.iter().filter(|f| is_offered(f.applicability)).filter(is_whole);
        let fixes: Vec<Value> = offered.map(|f| self.fix(f)).collect();
        if !fixes.is_empty() {
            put("fixes", Value::Array(fixes));
        }
        let help: Vec<Texts> = d.help.iter().map(Texts::from).collect();
        put("properties", json!({ "message": Texts::from(&d.message), "help": help }));
        Value::Object(result)
    }

    fn fix(&self, fix: &Fix) -> Value {
        let mut by_source: BTreeMap<SourceId, Vec<Value>> = BTreeMap::new();
        for edit in &fix.edits {
            by_source.entry(edit.span.source).or_default().push(json!({
                "deletedRegion": self.region(edit.span),
                "insertedContent": { "text": edit.replacement },
            }));
        }
        let changes: Vec<Value> = by_source
            .into_iter()
            .map(|(id, replacements)| json!({ "artifactLocation": self.artifact(id, true), "replacements": replacements }))
            .collect();
        json!({ "description": { "text": fix.title.get(self.run.language) }, "artifactChanges": changes })
    }

    fn place(&self, span: Span) -> Value {
        json!({ "artifactLocation": self.artifact(span.source, true), "region": self.region(span) })
    }

    fn region(&self, span: Span) -> Value {
        let file = self.sources.get(span.source);
        let (start, end) = (file.line_column(span.start as usize), file.line_column(span.end as usize));
        json!({ "startLine": start.line, "startColumn": start.column, "endLine": end.line, "endColumn": end.column })
    }

    fn artifact(&self, id: SourceId, with_index: bool) -> Value {
        let file = self.sources.get(id);
        let name = file.name.replace('\\', "/");
        let folder = self.run.folder.replace('\\', "/");
        let inside = name.strip_prefix(&folder).and_then(|n| n.strip_prefix('/')).unwrap_or(&name);
        let inside = inside.strip_prefix("./").unwrap_or(inside);
        let is_absolute = inside.starts_with('/') || inside.get(1..3) == Some(":/");
        let mut location = if is_absolute {
            json!({ "uri": format!("file:///{}", encoded(inside.trim_start_matches('/'))) })
        } else {
            let base = if self.run.is_bundled && file.kind == SourceKind::Rules { BUNDLED } else { FILES };
            json!({ "uri": encoded(inside), "uriBaseId": base })
        };
        if with_index && let Ok(index) = self.artifacts.binary_search(&id) {
            location["index"] = json!(index);
        }
        location
    }

    /// What tells a finding from others though lines move: code, file, the underlined line without blanks, and its number among equal ones.
    fn fingerprint(&self, d: &Diagnostic, seen: &mut BTreeMap<String, usize>) -> String {
        let mut text = d.code.text();
        match d.labels.first() {
            Some(label) => {
                let file = self.sources.get(label.span.source);
                let shown = self.screen.line(file, label.span.start as usize);
                let line = shown.split_whitespace().collect::<Vec<_>>().join(" ");
                text.push_str(&format!("\n{}\n{line}", self.artifact(label.span.source, false)["uri"]));
            }
            None => text.push_str(&format!("\n{}", self.screen.text(&d.message.en))),
        }
        let n = seen.entry(text.clone()).and_modify(|n| *n += 1).or_insert(1);
        format!("{:016x}:{n}", fnv(text.as_bytes()))
    }
}

/// FNV-1a: the same on every machine and in every version.
fn fnv(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, b| (hash ^ u64::from(*b)).wrapping_mul(0x0000_0100_0000_01b3))
}

/// An address as a URI, which has ASCII only; what is encoded already stays.
fn ascii(url: &str) -> String {
    let mut out = String::with_capacity(url.len());
    for b in url.bytes() {
        match b {
            b'!'..=b'~' if !b"\"<>\\^`{|}".contains(&b) => out.push(b as char),
            _ => out.push_str(&format!("%{b:02X}")),
        }
    }
    out
}
