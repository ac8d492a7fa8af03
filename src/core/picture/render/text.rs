//! The answers in words, for a terminal.

use crate::diagnostic::Language;
use crate::diagnostic::render::Page;
use crate::line;
use crate::picture::{Impact, Kind, Model, Relation, Selection};
use crate::source::{SourceMap, Span};
use unicode_width::UnicodeWidthStr;

/// What the words are about.
#[derive(Clone, Copy, Debug)]
pub struct Words<'w> {
    /// The graph.
    pub model: &'w Model,
    /// The texts it was made from.
    pub sources: &'w SourceMap,
    /// The language.
    pub language: Language,
}

impl Words<'_> {
    fn pick<'t>(&self, en: &'t str, zh: &'t str) -> &'t str {
        if self.language == Language::Zh { zh } else { en }
    }

    fn place(&self, span: Span) -> String {
        let file = self.sources.get(span.source);
        format!("{}:{}", file.name, file.line_column(span.start as usize).line)
    }

    /// `requirement cn/x "title"`.
    fn named(&self, node: usize) -> String {
        let n = &self.model.nodes[node];
        let title = n.title.get(self.language);
        let word = n.noun();
        let word = word.get(self.language);
        match (title.is_empty(), self.language) {
            (true, _) => format!("{word} {}", n.id),
            (_, Language::Zh) => format!("{word} {}“{title}”", n.id),
            (_, Language::En) => format!("{word} {} \"{title}\"", n.id),
        }
    }

    fn mark(&self, node: usize) -> String {
        self.model.nodes[node].mark.map_or(String::new(), |m| format!("  [{} {}]", m.sign(), m.word().get(self.language)))
    }

    /// Why one node depends on another, way by way.
    pub fn why(&self, page: &mut Page, a: usize, b: usize, paths: &[Vec<usize>]) {
        let n = paths.first().map_or(0, Vec::len);
        match self.language {
            Language::En if n == 1 => line!(page, "{} depends on {} directly", self.named(a), self.named(b)),
            Language::En => line!(page, "{} depends on {} through {n} links", self.named(a), self.named(b)),
            Language::Zh if n == 1 => line!(page, "{}直接依赖{}", self.named(a), self.named(b)),
            Language::Zh => line!(page, "{}经 {n} 层关系依赖{}", self.named(a), self.named(b)),
        }
        for (i, path) in paths.iter().enumerate() {
            if paths.len() > 1 {
                page.blank();
                line!(page, "{}{}", self.pick("way ", "路径 "), i + 1);
            }
            for link in path {
                let l = &self.model.links[*link];
                let sentence = Selection::sentence(self.model, *link);
                line!(page, "  {}  ({})", sentence.get(self.language), self.place(l.span));
                let title = self.model.nodes[l.from].title.get(self.language);
                if !title.is_empty() {
                    line!(page, "      {}: {title}", self.model.nodes[l.from].id);
                }
            }
        }
    }

    /// That one node does not depend on another.
    pub fn why_not(&self, page: &mut Page, a: usize, b: usize, is_reverse: bool) {
        match self.language {
            Language::En => line!(page, "{} does not depend on {}", self.named(a), self.named(b)),
            Language::Zh => line!(page, "{}不依赖{}", self.named(a), self.named(b)),
        };
        if is_reverse {
            let (x, y) = (&self.model.nodes[b].id, &self.model.nodes[a].id);
            match self.language {
                Language::En => line!(page, "it is the other way round: filingc graph --why {x} {y}"),
                Language::Zh => line!(page, "方向相反：filingc graph --why {x} {y}"),
            };
        }
    }

    /// Rows of ids and titles, sorted by id.
    fn rows(&self, page: &mut Page, mut nodes: Vec<(usize, String)>) {
        nodes.sort_by(|a, b| self.model.nodes[a.0].id.cmp(&self.model.nodes[b.0].id));
        let wide = nodes.iter().map(|(n, _)| self.model.nodes[*n].id.width()).max().unwrap_or(0);
        for (n, how) in nodes {
            let node = &self.model.nodes[n];
            let pad = " ".repeat(wide - node.id.width());
            let line = format!("  {}{pad}  {how}{}{}", node.id, node.title.get(self.language), self.mark(n));
            line!(page, "{}", line.trim_end());
        }
    }

    /// What a field can influence, kind by kind.
    pub fn impact(&self, page: &mut Page, node: usize, impact: &Impact) {
        page.line(self.named(node));
        let of = |kind: Kind| impact.reached.iter().filter(move |(n, _)| self.model.nodes[*n].kind == kind);
        let total = |kind: Kind| self.model.nodes.iter().filter(|n| n.kind == kind).count();
        let (r, s, m) = (of(Kind::Requirement).count(), of(Kind::Step).count(), of(Kind::Material).count());
        let (tr, ts, tm) = (total(Kind::Requirement), total(Kind::Step), total(Kind::Material));
        match self.language {
            Language::En => line!(page, "can influence {r} of {tr} requirements, {s} of {ts} steps, {m} of {tm} materials"),
            Language::Zh => line!(page, "可影响 {tr} 条要求中的 {r} 条、{ts} 个步骤中的 {s} 个、{tm} 项材料中的 {m} 项"),
        };
        if !impact.layers.is_empty() {
            let names: Vec<String> = impact
                .layers
                .iter()
                .map(|l| format!("{} ({})", self.model.nodes[*l].title.get(self.language), self.model.nodes[*l].id))
                .collect();
            match self.language {
                Language::En => line!(page, "decides whether these layers apply, with all their rules: {}", names.join(", ")),
                Language::Zh => line!(page, "决定下列层级及其全部规则是否适用：{}", names.join("、")),
            };
        }
        for kind in [Kind::Requirement, Kind::Step, Kind::Material, Kind::Change, Kind::Definition] {
            let nodes: Vec<(usize, String)> = of(kind)
                .map(|(n, d)| {
                    let how = match (d, self.language) {
                        (1, Language::En) => "directly     ".to_owned(),
                        (1, Language::Zh) => "直接      ".to_owned(),
                        (d, Language::En) => format!("{d:>2} links away"),
                        (d, Language::Zh) => format!("相隔 {d:>2} 层"),
                    };
                    (*n, format!("{how}  "))
                })
                .collect();
            if !nodes.is_empty() {
                let word = kind.word();
                let plural = if self.language == Language::En { "s" } else { "" };
                page.blank();
                line!(page, "{}{plural} ({})", word.get(self.language), nodes.len());
                self.rows(page, nodes);
            }
        }
    }

    /// What some nodes use and what uses them.
    pub fn around(&self, page: &mut Page, selection: &Selection) {
        let mut focus = selection.focus.clone();
        for layer in selection.focus.iter().filter(|n| self.model.nodes[**n].kind == Kind::Layer) {
            focus.extend(self.model.links.iter().filter(|l| l.relation == Relation::Holds && l.from == *layer).map(|l| l.to));
        }
        for node in focus {
            let n = &self.model.nodes[node];
            if !page.is_empty() {
                page.blank();
            }
            let place = n.span.map_or(String::new(), |s| format!("  ({})", self.place(s)));
            line!(page, "{}{}{place}", self.named(node), self.mark(node));
            for upstream in [true, false] {
                for i in &selection.links {
                    let l = &self.model.links[*i];
                    let (own, other) = if upstream { (l.to, l.from) } else { (l.from, l.to) };
                    if own != node {
                        continue;
                    }
                    let verb = l.relation.verb();
                    let verb = verb.get(self.language).trim_end_matches('：');
                    let line = match (upstream, self.language) {
                        (true, _) => format!("{verb} {}", self.named(other)),
                        (false, Language::En) => format!("<- {} {verb} it", self.named(other)),
                        (false, Language::Zh) => format!("<- {}：{verb}", self.named(other)),
                    };
                    line!(page, "  {line}{}", self.mark(other));
                }
            }
        }
    }

    /// How much there is of everything, and what most depends on.
    pub fn whole(&self, page: &mut Page, selection: &Selection) {
        for kind in Kind::ALL {
            let n = selection.nodes.iter().filter(|i| self.model.nodes[**i].kind == kind).count();
            if n > 0 {
                let word = kind.word();
                let plural = if self.language == Language::En { "s" } else { "" };
                line!(page, "{n:>6}  {}{plural}", word.get(self.language));
            }
        }
        for relation in Relation::ALL {
            let n = selection.links.iter().filter(|i| self.model.links[**i].relation == relation).count();
            if n > 0 {
                let verb = relation.verb();
                line!(page, "{n:>6}  … {} …", verb.get(self.language).trim_end_matches('：'));
            }
        }
    }
}
