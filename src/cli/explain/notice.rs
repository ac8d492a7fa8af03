//! `filingc explain --notice`: what a returned order says, sentence by sentence, as the rules that ask for it.
//!
//! In: the text of a notice, the wordings in `rejections.toml` and the titles of the rules. Out: for each sentence the likeliest reasons, how sure that is,
//! the rule, its place in the manifest and what to do. Sentences are compared by pairs of characters, rare pairs counting more.

use super::{Writer, find, json, load, output, rules};
use crate::cli::{Format, Global};
use crate::diagnostic::render::{Screen, Shown};
use crate::diagnostic::{Bilingual, Code, Diagnostic, Diagnostics, Language, say};
use crate::graph::DependencyNode;
use crate::host::{filing, fs};
use crate::source::SourceMap;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// The bundled list.
const BUNDLED: &str = include_str!("../../../regions/rejections.toml");
/// Most reasons that are told of one sentence.
const MAX_TOLD: usize = 3;
/// From which likeness on a reason is likely, and from which on it is told at all.
const LIKELY: f64 = 0.45;
const POSSIBLE: f64 = 0.22;
/// Fewest characters of a sentence that says something.
const LEAST: usize = 4;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct List {
    reason: Vec<Reason>,
}

/// Why orders come back.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Reason {
    zh: String,
    en: String,
    #[serde(default)]
    wordings: Vec<String>,
    #[serde(default)]
    rules: Vec<String>,
    remedy_en: String,
    remedy_zh: String,
}

/// A wording with what it stands for: a reason of the list, or the title of a rule.
struct Wording {
    pairs: BTreeSet<[char; 2]>,
    of: usize,
    weight: f64,
}

/// What a sentence can be about.
struct Candidate {
    zh: String,
    en: String,
    rules: Vec<String>,
    remedy: Option<Bilingual>,
}

/// Everything a notice is compared with.
struct Known {
    candidates: Vec<Candidate>,
    wordings: Vec<Wording>,
    frequency: BTreeMap<[char; 2], usize>,
}

fn pairs(text: &str) -> BTreeSet<[char; 2]> {
    let letters: Vec<char> = text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    letters.windows(2).map(|w| [w[0], w[1]]).collect()
}

impl Known {
    fn new(reasons: Vec<Reason>, rows: &[rules::Row]) -> Known {
        let mut known = Known { candidates: Vec::new(), wordings: Vec::new(), frequency: BTreeMap::new() };
        for reason in reasons {
            let of = known.candidates.len();
            for text in std::iter::once(&reason.zh).chain(&reason.wordings) {
                known.add(text, of, 1.0);
            }
            let remedy = Some(Bilingual::new(reason.remedy_en, reason.remedy_zh));
            known.candidates.push(Candidate { zh: reason.zh, en: reason.en, rules: reason.rules, remedy });
        }
        let requirements = rows.iter().filter(|r| r.target.is_none());
        for row in requirements {
            let of = known.candidates.len();
            let (en, zh) = (row.title.en.as_str(), row.title.zh.as_str());
            known.add(zh, of, 0.75);
            known.candidates.push(Candidate { zh: zh.to_owned(), en: en.to_owned(), rules: vec![row.id.clone()], remedy: None });
        }
        known
    }

    fn add(&mut self, text: &str, of: usize, weight: f64) {
        let pairs = pairs(text);
        for pair in &pairs {
            *self.frequency.entry(*pair).or_default() += 1;
        }
        self.wordings.push(Wording { pairs, of, weight });
    }

    fn rarity(&self, pair: &[char; 2]) -> f64 {
        let seen = self.frequency.get(pair).copied().unwrap_or(0);
        (1.0 + self.wordings.len() as f64 / (seen as f64 + 1.0)).ln()
    }

    fn weight<'p>(&self, pairs: impl Iterator<Item = &'p [char; 2]>) -> f64 {
        pairs.map(|pair| self.rarity(pair)).sum()
    }

    /// What a sentence is like, the likeliest first; two that name the same rules are one.
    fn rank(&self, sentence: &str) -> Vec<(f64, usize)> {
        let asked = pairs(sentence);
        let known = self.weight(asked.iter().filter(|p| self.frequency.contains_key(*p)));
        let mut likeness: BTreeMap<&[String], (f64, f64, usize)> = BTreeMap::new();
        let mut alone: Vec<(f64, usize)> = Vec::new();
        for wording in &self.wordings {
            let shared = self.weight(wording.pairs.intersection(&asked));
            if shared == 0.0 {
                continue;
            }
            let own = self.weight(wording.pairs.iter());
            let likeness_here = wording.weight * shared / ((known + 4.0) * (own + 4.0)).sqrt();
            let names = &self.candidates[wording.of].rules[..];
            if names.is_empty() {
                alone.push((likeness_here, wording.of));
                continue;
            }
            // Several wordings of one rule that are alike add a little.
            let best = likeness.entry(names).or_insert((0.0, 0.0, wording.of));
            if likeness_here > best.0 {
                *best = (likeness_here, best.1 + best.0 * 0.15, wording.of);
            } else {
                best.1 += likeness_here * 0.15;
            }
        }
        let mut ranked: Vec<(f64, usize)> = likeness.into_values().map(|(best, rest, of)| (best + rest, of)).collect();
        alone.sort_by(|a, b| b.0.total_cmp(&a.0));
        let mut seen = BTreeSet::new();
        ranked.extend(alone.into_iter().filter(|(_, of)| seen.insert(*of)));
        ranked.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        ranked
    }
}

/// The sentences of a notice that say something, without the numbers of persons.
fn sentences(text: &str) -> Vec<String> {
    let parts = text.split(['\n', '。', '；', ';', '！', '!']);
    let cleaned = parts.map(|part| {
        let numbered = |c: char| c.is_ascii_digit() || c.is_whitespace() || "、.．)）(（-*•·①②③④⑤⑥⑦⑧⑨".contains(c);
        let part = part.trim().trim_start_matches(numbered).trim();
        // A long number may be that of a person.
        let mut out = String::new();
        let mut digits = String::new();
        for c in part.chars().chain(['\n']) {
            if c.is_ascii_digit() || c == 'X' && !digits.is_empty() {
                digits.push(c);
                continue;
            }
            out.push_str(if digits.len() >= 7 { "*" } else { &digits });
            digits.clear();
            if c != '\n' {
                out.push(c);
            }
        }
        out
    });
    cleaned.filter(|s| s.chars().filter(|c| c.is_alphanumeric()).count() >= LEAST).collect()
}

#[derive(Serialize)]
struct NoticeOutput {
    notice: Vec<Sentence>,
}

#[derive(Serialize)]
struct Sentence {
    text: String,
    reasons: Vec<Told>,
}

#[derive(Serialize)]
struct Told {
    sureness: &'static str,
    reason: json::Texts,
    rules: Vec<String>,
    fields: Vec<String>,
    remedy: Option<json::Texts>,
}

/// The list of the rules that are used: beside them, else the bundled one.
fn list(global: &Global, sources: &mut SourceMap, problems: &mut Diagnostics) -> Option<Vec<Reason>> {
    let (name, text) = match load::beside(global.rules.as_deref(), "rejections.toml") {
        Some(file) => {
            let name = file.display().to_string();
            let text = load::text(fs::read(&file), &name, Code::Configuration, problems)?;
            (name, text)
        }
        None => ("regions/rejections.toml".to_owned(), BUNDLED.to_owned()),
    };
    match toml::from_str::<List>(&text) {
        Ok(list) => Some(list.reason),
        Err(error) => {
            let id = sources.add(name, text, crate::source::SourceKind::Other);
            let span = crate::source::Span::new(id, error.span().unwrap_or(0..0));
            let d = Diagnostic::new(Code::Configuration, say!("list of reasons that cannot be read", "退回原因列表无法读取"));
            problems.report(d.primary(span, say!("in `rejections.toml`", "位于 `rejections.toml`")));
            None
        }
    }
}

/// Reads a notice and says what its sentences are about.
pub(super) fn run(path: &Path, compiled: &super::Rules, ruleset: &crate::pack::Ruleset, sources: &mut SourceMap, global: &Global) -> u8 {
    let language = global.language();
    let mut problems = Diagnostics::new();
    let is_standard = path == Path::new("-");
    let name = if is_standard { "<stdin>".to_owned() } else { path.display().to_string() };
    let bytes = if is_standard { fs::standard_input(&name) } else { fs::read(path) };
    let text = filing::text(bytes, &name, Code::Unreadable, &mut problems);
    let reasons = list(global, sources, &mut problems);
    let (Some(text), Some(reasons)) = (text, reasons) else {
        output::problems(global, &problems.into_sorted(), sources, language);
        return 2;
    };
    let sentences = sentences(&text);
    if sentences.is_empty() {
        let d = Diagnostic::new(Code::NothingFound, say!("`{name}` says nothing", "`{name}` 没有内容"))
            .help(say!("paste the text of the notice into it", "请把退回通知的文字粘贴进去"));
        output::problems(global, &[d], sources, language);
        return 2;
    }
    let rows = rules::rows(&compiled.program, sources);
    let known = Known::new(reasons, &rows);
    let told: Vec<(String, Vec<(f64, usize)>)> = sentences
        .into_iter()
        .map(|s| {
            let ranked = known.rank(&s).into_iter().filter(|(likeness, _)| *likeness >= POSSIBLE).take(MAX_TOLD).collect();
            (s, ranked)
        })
        .collect();
    let fields = |candidate: &Candidate| -> Vec<String> {
        let first = candidate.rules.first().and_then(|id| find(&compiled.program, &rows, id));
        first.map_or_else(Vec::new, |rule| compiled.dependencies.fields_read(&DependencyNode::Requirement(rule)))
    };
    let shown = match global.output_format {
        Some(Format::Json) => {
            let texts = |en: &str, zh: &str| json::Texts { en: en.to_owned(), zh: zh.to_owned() };
            let one = |(likeness, of): &(f64, usize)| {
                let c = &known.candidates[*of];
                Told {
                    sureness: if *likeness >= LIKELY { "likely" } else { "possible" },
                    reason: texts(&c.en, &c.zh),
                    rules: c.rules.clone(),
                    fields: fields(c),
                    remedy: c.remedy.as_ref().map(|r| texts(&r.en, &r.zh)),
                }
            };
            let notice =
                told.iter().map(|(text, ranked)| Sentence { text: text.clone(), reasons: ranked.iter().map(one).collect() }).collect();
            json::document("explain", Some(ruleset), &NoticeOutput { notice }, &Screen::of(sources))
        }
        _ => {
            Ok(page(Writer { page: output::page(global, sources), program: &compiled.program, sources, language }, &known, &told, &fields))
        }
    };
    if output::result(global, shown) { 0 } else { 2 }
}

/// Most fields that are named as the place of a reason.
const MAX_FIELDS: usize = 4;

fn page(mut p: Writer<'_>, known: &Known, told: &[(String, Vec<(f64, usize)>)], fields: &dyn Fn(&Candidate) -> Vec<String>) -> Shown {
    let is_zh = p.language == Language::Zh;
    for (n, (sentence, ranked)) in told.iter().enumerate() {
        if n > 0 {
            p.page.blank();
        }
        p.line(0, &if is_zh { format!("“{sentence}”") } else { format!("\"{sentence}\"") });
        if ranked.is_empty() {
            let text =
                p.pick("like no reason that is known; ask who sent the notice", "与已知原因都不相近，请向发出通知的一方询问").to_owned();
            p.line(2, &text);
        }
        for (likeness, of) in ranked {
            let c = &known.candidates[*of];
            let sure = if *likeness >= LIKELY { p.pick("likely", "很可能") } else { p.pick("possible", "可能") };
            let reason = if is_zh { &c.zh } else { &c.en };
            p.line(2, &if is_zh { format!("{sure}：{reason}") } else { format!("{sure}: {reason}") });
            let rules = c.rules.join(", ");
            let none = p.pick("no rule can see this before submission", "提交之前没有规则能够发现").to_owned();
            let text = if c.rules.is_empty() { none } else { format!("{} {rules}", p.pick("rule:", "规则：")) };
            p.line(4, &text);
            let places = fields(c);
            if !places.is_empty() {
                let more = if places.len() > MAX_FIELDS { ", …" } else { "" };
                let text =
                    format!("{} {}{more}", p.pick("in the manifest:", "清单中的位置："), places[..places.len().min(MAX_FIELDS)].join(", "));
                p.line(4, &text);
            }
            if let Some(remedy) = &c.remedy {
                let text = format!("{} {}", p.pick("do:", "处理："), remedy.get(p.language));
                p.line(4, &text);
            }
        }
    }
    p.page.finish()
}

#[cfg(test)]
mod tests {
    use super::sentences;

    #[test]
    fn a_notice_in_sentences() {
        let text = "1、域名未实名认证。\n2. 身份证110201199912310014有误；请核对\n";
        assert_eq!(sentences(text), ["域名未实名认证", "身份证*有误"]);
    }
}
