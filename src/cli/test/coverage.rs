//! Coverage as people and programs read it.

use super::CoverageForm;
use crate::cli::json::{self, Texts};
use crate::cli::output::Written;
use crate::diagnostic::Language;
use crate::diagnostic::render::{Page, Screen, Shown, escaped, xml as escape};
use crate::hir::{LayerId, Program};
use crate::line;
use crate::pack::Ruleset;
use crate::source::{SourceId, SourceMap};
use crate::suite::coverage::{Coverage, Item, Kind, permille};
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt::Write;

/// Parts that were not reached and are listed when no layer is asked for.
const MAX_LISTED: usize = 30;

/// Coverage with what is needed to tell it.
pub(super) struct Told<'c> {
    coverage: &'c Coverage,
    program: &'c Program,
    sources: &'c SourceMap,
    /// Titles of the cases by their index.
    titles: &'c [String],
    layer: Option<LayerId>,
}

#[derive(Serialize)]
struct CoverageOutput<'a> {
    covered: usize,
    total: usize,
    /// In tenths of a percent, rounded down.
    permille: usize,
    kinds: Vec<Count>,
    layers: Vec<Count>,
    items: Vec<ItemOutput<'a>>,
}

/// How much of something was reached.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Count {
    id: String,
    covered: usize,
    total: usize,
    permille: usize,
}

#[derive(Serialize)]
struct ItemOutput<'a> {
    kind: &'static str,
    owner: &'a str,
    layer: &'a str,
    file: &'a str,
    line: usize,
    column: usize,
    parts: Vec<PartOutput<'a>>,
}

#[derive(Serialize)]
struct PartOutput<'a> {
    title: Texts,
    /// The first case that showed it.
    case: Option<&'a str>,
}

/// A share as it is shown; never more than it is.
fn percent(counted: (usize, usize)) -> String {
    let permille = permille(counted);
    if counted.1 == 0 { "-".to_owned() } else { format!("{}.{} %", permille / 10, permille % 10) }
}

impl<'c> Told<'c> {
    pub(super) fn new(
        coverage: &'c Coverage,
        program: &'c Program,
        sources: &'c SourceMap,
        titles: &'c [String],
        layer: Option<&str>,
    ) -> Self {
        Told { coverage, program, sources, titles, layer: layer.and_then(|l| program.find_layer(l)) }
    }

    fn is_asked(&self, layer: LayerId) -> bool {
        self.layer.is_none_or(|l| l == layer)
    }

    fn items(&self) -> impl Iterator<Item = &Item> {
        self.coverage.items.iter().filter(|i| self.is_asked(i.layer))
    }

    fn count(&self, kind: Option<Kind>) -> (usize, usize) {
        self.coverage.count(kind, &|l| self.is_asked(l))
    }

    /// Covered and all parts, of everything and of each kind.
    pub(super) fn counts(&self) -> Vec<Count> {
        let of =
            |id: &str, (covered, total): (usize, usize)| Count { id: id.to_owned(), covered, total, permille: permille((covered, total)) };
        std::iter::once(of("all", self.count(None))).chain(Kind::ALL.iter().map(|k| of(k.key(), self.count(Some(*k))))).collect()
    }

    fn layers(&self) -> Vec<Count> {
        let layers = (0..self.program.layers.len() as u32).map(LayerId).filter(|l| self.is_asked(*l));
        layers
            .map(|layer| {
                let counted = self.coverage.count(None, &|l| l == layer);
                Count { id: self.program.layer(layer).id.clone(), covered: counted.0, total: counted.1, permille: permille(counted) }
            })
            .collect()
    }

    fn place(&self, item: &Item) -> (&str, usize, usize) {
        let file = self.sources.get(item.span.source);
        let at = file.line_column(item.span.start as usize);
        (&file.name, at.line, at.column)
    }

    /// A table, and what was not reached; everything of it where one layer is asked for.
    pub(super) fn text(&self, page: &mut Page, language: Language, all: bool) {
        let zh = language == Language::Zh;
        line!(page, "{}", if zh { "规则含义的覆盖" } else { "coverage of meaning" });
        let row = |page: &mut Page, (covered, total): (usize, usize), title: &str| {
            line!(page, "  {:>7}  {covered:>5}/{total:<5}  {title}", percent((covered, total)));
        };
        for kind in Kind::ALL {
            row(page, self.count(Some(kind)), kind.title().get(language));
        }
        row(page, self.count(None), if zh { "合计" } else { "in all" });
        if self.layer.is_none() {
            line!(page, "{}", if zh { "各层级" } else { "by layer" });
            for count in self.layers() {
                let title = self.program.find_layer(&count.id).map_or("", |l| self.program.layer(l).title.get(language));
                row(page, (count.covered, count.total), &format!("{} {title}", count.id));
            }
        }
        let mut open: Vec<String> = Vec::new();
        for item in self.items() {
            let missing: Vec<&str> = item.parts.iter().filter(|p| p.1.is_none()).map(|p| p.0.get(language)).collect();
            if missing.is_empty() || !all && item.kind == Kind::Condition {
                continue;
            }
            let (file, at, column) = self.place(item);
            let what = if zh {
                format!("{} 未见：{}", item.owner, missing.join("、"))
            } else {
                format!("{} never {}", item.owner, missing.join(", "))
            };
            open.push(format!("{file}:{at}:{column}: {what}"));
        }
        let shown = if all { open.len() } else { open.len().min(MAX_LISTED) };
        for text in &open[..shown] {
            line!(page, "{text}");
        }
        let rest = open.len() - shown;
        if rest > 0 {
            if zh {
                line!(page, "另有 {rest} 处；`--layer` 列出一个层级的全部，`--coverage=html` 列出所有")
            } else {
                line!(page, "and {rest} more: `--layer` lists all of one layer, `--coverage=html` everything")
            }
        }
    }

    /// Coverage as a file for another program.
    pub(super) fn as_file(&self, form: CoverageForm, ruleset: &Ruleset, language: Language) -> Written {
        match form {
            CoverageForm::Html => Ok(Shown::document(self.html(language))),
            CoverageForm::Lcov => Ok(Shown::document(self.lcov())),
            CoverageForm::Json | CoverageForm::Text => self.json(ruleset),
        }
    }

    fn json(&self, ruleset: &Ruleset) -> Written {
        let (covered, total) = self.count(None);
        let items = self.items().map(|item| {
            let (file, line, column) = self.place(item);
            let parts =
                item.parts.iter().map(|(title, case)| PartOutput { title: title.into(), case: case.map(|c| self.titles[c].as_str()) });
            ItemOutput {
                kind: item.kind.key(),
                owner: &item.owner,
                layer: &self.program.layer(item.layer).id,
                file,
                line,
                column,
                parts: parts.collect(),
            }
        });
        let output = CoverageOutput {
            covered,
            total,
            permille: permille((covered, total)),
            kinds: self.counts().split_off(1),
            layers: self.layers(),
            items: items.collect(),
        };
        json::document("coverage", Some(ruleset), &output, &Screen::of(self.sources))
    }

    /// Items by file and line.
    fn by_file(&self) -> BTreeMap<&str, (SourceId, BTreeMap<usize, Vec<&Item>>)> {
        let mut files: BTreeMap<&str, (SourceId, BTreeMap<usize, Vec<&Item>>)> = BTreeMap::new();
        for item in self.items() {
            let (file, line, _) = self.place(item);
            files.entry(file).or_insert_with(|| (item.span.source, BTreeMap::new())).1.entry(line).or_default().push(item);
        }
        files
    }

    /// The format of geninfo: a requirement is a function, an item a branch, its parts the ways it can go.
    fn lcov(&self) -> String {
        let mut out = String::new();
        for (file, (_, lines)) in self.by_file() {
            let _ = writeln!(out, "TN:filingc\nSF:{}", escaped(file));
            let all: Vec<(usize, &Item)> = lines.iter().flat_map(|(line, items)| items.iter().map(|i| (*line, *i))).collect();
            let functions: Vec<&(usize, &Item)> = all.iter().filter(|(_, i)| i.kind == Kind::Requirement).collect();
            let is_hit = |item: &Item| item.parts.iter().any(|p| p.1.is_some());
            for (line, item) in &functions {
                let _ = writeln!(out, "FN:{line},{}", item.owner);
            }
            for (_, item) in &functions {
                let _ = writeln!(out, "FNDA:{},{}", usize::from(is_hit(item)), item.owner);
            }
            let _ = writeln!(out, "FNF:{}\nFNH:{}", functions.len(), functions.iter().filter(|(_, i)| is_hit(i)).count());
            let (mut found, mut hit) = (0, 0);
            for (block, (line, item)) in all.iter().enumerate() {
                for (branch, (_, case)) in item.parts.iter().enumerate() {
                    found += 1;
                    hit += usize::from(case.is_some());
                    let taken = match case {
                        Some(_) => "1",
                        None if is_hit(item) => "0",
                        None => "-",
                    };
                    let _ = writeln!(out, "BRDA:{line},{block},{branch},{taken}");
                }
            }
            let _ = writeln!(out, "BRF:{found}\nBRH:{hit}");
            for (line, items) in &lines {
                let _ = writeln!(out, "DA:{line},{}", usize::from(items.iter().any(|i| is_hit(i))));
            }
            let n_hit = lines.values().filter(|items| items.iter().any(|i| is_hit(i))).count();
            let _ = writeln!(out, "LF:{}\nLH:{n_hit}\nend_of_record", lines.len());
        }
        out
    }

    fn html(&self, language: Language) -> String {
        let zh = language == Language::Zh;
        let title = if zh { "规则含义的覆盖" } else { "Coverage of the rules" };
        let mut out = String::new();
        let _ = write!(
            out,
            "<!doctype html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width\">\n<title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<h1>{title}</h1>\n<table>\n",
            if zh { "zh" } else { "en" }
        );
        let row = |out: &mut String, (covered, total): (usize, usize), name: &str| {
            let _ = writeln!(
                out,
                "<tr><th scope=\"row\">{}</th><td>{covered}/{total}</td><td>{}</td></tr>",
                escape(name),
                percent((covered, total))
            );
        };
        row(&mut out, self.count(None), if zh { "合计" } else { "in all" });
        for kind in Kind::ALL {
            row(&mut out, self.count(Some(kind)), kind.title().get(language));
        }
        out.push_str("</table>\n");
        for (file, (source, lines)) in self.by_file() {
            let items = lines
                .values()
                .flatten()
                .fold((0, 0), |(seen, all), i| (seen + i.parts.iter().filter(|p| p.1.is_some()).count(), all + i.parts.len()));
            let open = if self.layer.is_some() { " open" } else { "" };
            let _ = writeln!(
                out,
                "<details{open}>\n<summary>{} <span>{} ({}/{})</span></summary>\n<pre>",
                escape(file),
                percent(items),
                items.0,
                items.1
            );
            for (n, text) in self.sources.get(source).text.lines().enumerate() {
                let (class, note) = lines.get(&(n + 1)).map_or(("", String::new()), |items| self.line(items, language));
                let _ = writeln!(out, "<span class=\"n\">{:>4}</span> <span class=\"{class}\">{}</span>{note}", n + 1, escape(text));
            }
            out.push_str("</pre>\n</details>\n");
        }
        out.push_str("</body>\n</html>\n");
        out
    }

    /// The class of a line and what is said behind it.
    fn line(&self, items: &[&Item], language: Language) -> (&'static str, String) {
        let zh = language == Language::Zh;
        let mut missing = Vec::new();
        let mut shown = Vec::new();
        for item in items {
            for (title, case) in &item.parts {
                let part = format!("{}: {}", item.owner, title.get(language));
                match case {
                    Some(case) => shown.push(format!("{part} — {}", self.titles[*case])),
                    None => missing.push(part),
                }
            }
        }
        let class = if missing.is_empty() {
            "all"
        } else if shown.is_empty() {
            "none"
        } else {
            "some"
        };
        let says = |list: &[String]| escape(&list.join("\n"));
        let note = if missing.is_empty() {
            format!(" <span class=\"ok\" title=\"{}\">✓</span>", says(&shown))
        } else {
            let word = if zh { "未见" } else { "never" };
            let names = missing.iter().filter_map(|m| m.rsplit(": ").next()).collect::<Vec<_>>().join(if zh { "、" } else { ", " });
            format!(" <span class=\"gap\" title=\"{}\">{word} {}</span>", says(&missing), escape(&names))
        };
        (class, note)
    }
}

const STYLE: &str = "body{font:15px/1.5 system-ui,\"Noto Sans CJK SC\",sans-serif;margin:2rem;color:#1c1c1c}\
table{border-collapse:collapse}th{text-align:left;font-weight:normal;padding-right:2rem}td{text-align:right;padding-left:1rem}\
details{margin:.4rem 0}summary{cursor:pointer}summary span{color:#555}\
pre{font:13px/1.5 ui-monospace,\"Noto Sans Mono CJK SC\",monospace;overflow-x:auto}\
.n{color:#888}.some{background:#fff3cd}.none{background:#f8d7da}.gap{color:#8a1c1c;font-style:italic}.ok{color:#2c6e2c}";
