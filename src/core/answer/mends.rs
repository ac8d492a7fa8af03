//! The mends of refused filings, for people and for programs.

use crate::diagnostic::Language;
use crate::diagnostic::render::{JsonTexts as Texts, Page};
use crate::driver::{self, Rulebook};
use crate::line;
use crate::manifest::{Document, Format, format_of};
use crate::prove::{self, Places, Repairs, Writer};
use crate::source::{SourceId, SourceMap};
use crate::value::Value;
use serde::Serialize;

/// The mends of one filing, with what is needed to show them.
#[derive(Debug)]
pub struct Mended {
    repairs: Repairs,
    places: Places,
    format: Format,
    source: SourceId,
}

impl Mended {
    /// Looks for the mends of a filing as it was read.
    pub fn of(book: &Rulebook, source: SourceId, document: &Document, sources: &SourceMap, options: &driver::Options, n: usize) -> Self {
        let file = sources.get(source);
        let format = format_of(&file.name, &file.text);
        let repairs = prove::repair(book, document, Some((&file.text, format)), options, n);
        Mended { repairs, places: prove::places(book.schema(), document), format, source }
    }

    fn shown(&self, book: &Rulebook, document: &Document, slot: u32, value: Value) -> Option<String> {
        let writer = Writer { view: book.view(), schema: book.schema(), document, format: self.format };
        writer.value(&self.places.get(slot)?.ty, value)
    }

    /// As text, below the summary of the filing.
    pub fn tell(&self, page: &mut Page, book: &Rulebook, sources: &SourceMap, language: Language) {
        let zh = language == Language::Zh;
        if let Some(why) = &self.repairs.why_not {
            let why = why.words();
            if zh {
                line!(page, "  修改：未找到，{}", why.zh)
            } else {
                line!(page, "  repair: none found, {}", why.en)
            }
            return;
        }
        for (n, repair) in self.repairs.list.iter().enumerate() {
            let (en, zh_verdict) = repair.verdict_after.words();
            let decided = repair.decided.words();
            match (zh, repair.is_choice) {
                (false, false) => line!(page, "  repair {}, then {en} ({}):", n + 1, decided.en),
                (false, true) => line!(page, "  or file something else, then {en} ({}):", decided.en),
                (true, false) => line!(page, "  修改方案 {}，修改后{zh_verdict}（{}）：", n + 1, decided.zh),
                (true, true) => line!(page, "  或改报其他内容，修改后{zh_verdict}（{}）：", decided.zh),
            }
            for edit in &repair.edits {
                let span = self.places.get(edit.slot).map(|_| repair.document.span(edit.slot).value).filter(|s| !s.is_empty());
                let at = span.map(|s| sources.get(self.source).line_column(s.start as usize).line);
                let from = self.shown(book, &repair.document, edit.slot, edit.from);
                let to = self.shown(book, &repair.document, edit.slot, edit.to).unwrap_or_default();
                let who = edit.kind.who();
                let at = match (at, zh) {
                    (Some(line), true) => format!("第 {line} 行 "),
                    (Some(line), false) => format!("line {line}: "),
                    (None, _) => String::new(),
                };
                let from = match (from, zh) {
                    (Some(from), true) => format!("（原为 {from}）"),
                    (Some(from), false) => format!(" instead of {from}"),
                    (None, true) => "（新增）".to_owned(),
                    (None, false) => " (new)".to_owned(),
                };
                match (&edit.demand, zh) {
                    (None, _) => line!(page, "    {at}{} = {to}{from}", edit.path),
                    (Some(demand), false) => line!(page, "    {at}{} = …{from}: {}", edit.path, demand.en),
                    (Some(demand), true) => line!(page, "    {at}{} = ……{from}：{}", edit.path, demand.zh),
                }
                line!(page, "      {}", who.get(language));
            }
        }
    }

    /// Alone.
    pub fn answer(&self, book: &Rulebook) -> Mends {
        let (repairs, unrepaired) = self.json(book);
        Mends { repairs, unrepaired }
    }

    /// For programs.
    pub fn json(&self, book: &Rulebook) -> (Vec<JsonRepair>, Option<Texts>) {
        let edit = |e: &prove::Edit, d: &Document| JsonEdit {
            path: e.path.clone(),
            from: self.shown(book, d, e.slot, e.from),
            to: if e.demand.is_none() { self.shown(book, d, e.slot, e.to) } else { None },
            demand: e.demand.as_ref().map(Texts::from),
            kind: e.kind.key(),
            who: (&e.kind.who()).into(),
        };
        let list = self.repairs.list.iter().map(|r| JsonRepair {
            cost: r.cost,
            files_something_else: r.is_choice,
            edits: r.edits.iter().map(|e| edit(e, &r.document)).collect(),
            verdict_after: r.verdict_after.key(),
            decided: r.decided.key(),
        });
        (list.collect(), self.repairs.why_not.as_ref().map(|why| (&why.words()).into()))
    }
}

/// The mends of one filing.
#[derive(Debug, Serialize)]
pub struct Mends {
    repairs: Vec<JsonRepair>,
    /// Why a refused filing has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    unrepaired: Option<Texts>,
}

/// A mend.
#[derive(Debug, Serialize)]
pub struct JsonRepair {
    cost: usize,
    files_something_else: bool,
    edits: Vec<JsonEdit>,
    verdict_after: &'static str,
    decided: String,
}

/// One change of a mend: values as a manifest writes them.
#[derive(Debug, Serialize)]
struct JsonEdit {
    path: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    to: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    demand: Option<Texts>,
    kind: &'static str,
    who: Texts,
}
