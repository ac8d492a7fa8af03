//! The mends of refused filings, for people and for programs.

use crate::diagnostic::render::{JsonTexts as Texts, Page};
use crate::diagnostic::{Bilingual, Language, say};
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

/// A mend in words.
#[derive(Clone, Debug)]
pub struct MendWords {
    /// What becomes of the filing then; or why there is no mend.
    pub head: Bilingual,
    /// Each edit, and who acts.
    pub edits: Vec<(Bilingual, Bilingual)>,
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
        for mend in self.words(book, sources) {
            line!(page, "  {}", mend.head.get(language));
            for (edit, who) in &mend.edits {
                line!(page, "    {}", edit.get(language));
                line!(page, "      {}", who.get(language));
            }
        }
    }

    /// In words.
    pub fn words(&self, book: &Rulebook, sources: &SourceMap) -> Vec<MendWords> {
        if let Some(why) = &self.repairs.why_not {
            let why = why.words();
            let head = Bilingual::new(format!("repair: none found, {}", why.en), format!("修改：未找到，{}", why.zh));
            return vec![MendWords { head, edits: Vec::new() }];
        }
        let numbered = self.repairs.list.iter().enumerate();
        numbered
            .map(|(n, repair)| {
                let (en, zh) = repair.verdict_after.words();
                let (n, decided) = (n + 1, repair.decided.words());
                let head = if repair.is_choice {
                    Bilingual::new(
                        format!("or file something else, then {en} ({}):", decided.en),
                        format!("或改报其他内容，修改后{zh}（{}）：", decided.zh),
                    )
                } else {
                    Bilingual::new(
                        format!("repair {n}, then {en} ({}):", decided.en),
                        format!("修改方案 {n}，修改后{zh}（{}）：", decided.zh),
                    )
                };
                MendWords { head, edits: repair.edits.iter().map(|e| (self.edit(e, repair, book, sources), e.kind.who())).collect() }
            })
            .collect()
    }

    fn edit(&self, edit: &prove::Edit, repair: &prove::Repair, book: &Rulebook, sources: &SourceMap) -> Bilingual {
        let span = self.places.get(edit.slot).map(|_| repair.document.span(edit.slot).value).filter(|s| !s.is_empty());
        let at = span.map(|s| sources.get(self.source).line_column(s.start as usize).line);
        let at = at.map_or_else(Bilingual::default, |line| say!("line {line}: ", "第 {line} 行 "));
        let from = match self.shown(book, &repair.document, edit.slot, edit.from) {
            Some(from) => say!(" instead of {from}", "（原为 {from}）"),
            None => say!(" (new)", "（新增）"),
        };
        let (path, to) = (&edit.path, self.shown(book, &repair.document, edit.slot, edit.to).unwrap_or_default());
        match &edit.demand {
            None => Bilingual::new(format!("{}{path} = {to}{}", at.en, from.en), format!("{}{path} = {to}{}", at.zh, from.zh)),
            Some(demand) => Bilingual::new(
                format!("{}{path} = …{}: {}", at.en, from.en, demand.en),
                format!("{}{path} = ……{}：{}", at.zh, from.zh, demand.zh),
            ),
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
