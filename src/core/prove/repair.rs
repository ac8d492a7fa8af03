//! The cheapest mends of a refused filing.
//!
//! Facts that violated rules read may vary; every deciding rule that reads one of them must not be violated, and what was decided stays decided.
//! Events, look-ups and what a filing is filed as stay as they are; dates move only to later days. Each mend is checked again before it is told.

use super::Decided;
use super::candidates::{Collector, Maker};
use super::encode::{Encoder, reads_of_rule};
use super::facts::{Place, Places, places};
use super::solver::{Found, Lit, Solver};
use super::space::{Reads, Space};
use super::write::{Change, Writer};
use crate::diagnostic::{Bilingual, Diagnostics};
use crate::driver::{self, Options, Outcomes, Rulebook};
use crate::eval::{Active, Evaluation, Outcome, Verdict};
use crate::hir::{FactKind, Strength};
use crate::manifest::{self, Document, Format, Unusable};
use crate::pack::{NONE, View};
use crate::say;
use crate::source::{SourceKind, SourceMap};
use crate::value::{Date, FieldType, Value};
use std::collections::BTreeSet;

/// What kind of change an edit is: who can make it, and how long it takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EditKind {
    /// A value is corrected or stated: at once.
    Typing,
    /// A document is obtained, taken again or attached: days.
    Document,
    /// Something that runs out is renewed: days.
    Renewal,
    /// Something else is filed.
    Choice,
}

impl EditKind {
    /// As written in JSON.
    pub fn key(self) -> &'static str {
        match self {
            EditKind::Typing => "typing",
            EditKind::Document => "document",
            EditKind::Renewal => "renewal",
            EditKind::Choice => "choice",
        }
    }

    /// Who must act and how long it takes.
    pub fn who(self) -> Bilingual {
        match self {
            EditKind::Typing => say!("the filer, at once", "填报人，即时可改"),
            EditKind::Document => say!("the filer obtains and attaches the document, days", "填报人取得并上传文件，需数日"),
            EditKind::Renewal => say!("the filer renews it with who issued it, days", "填报人向签发方办理续期，需数日"),
            EditKind::Choice => say!("the filer decides to file something else", "由填报人决定改报其他内容"),
        }
    }
}

/// One change of a mend.
#[derive(Clone, Debug)]
pub struct Edit {
    /// Where.
    pub path: String,
    /// Its slot in the filing as it was read.
    pub slot: u32,
    /// The value before.
    pub from: Value,
    /// The value after; where only the filer knows it, one that stands for it.
    pub to: Value,
    /// What a value must meet that only the filer knows.
    pub demand: Option<Bilingual>,
    /// What kind of change it is.
    pub kind: EditKind,
}

/// A mend.
#[derive(Clone, Debug)]
pub struct Repair {
    /// What it costs; only the order counts.
    pub cost: usize,
    /// Its changes, in the order of the filing.
    pub edits: Vec<Edit>,
    /// What becomes of the filing then.
    pub verdict_after: Verdict,
    /// Whether it files something else.
    pub is_choice: bool,
    /// How far it is certain that nothing cheaper mends the filing.
    pub decided: Decided,
    /// The filing as mended.
    pub document: Document,
    /// Its text as mended, where it was read from a text in which every change can be written.
    pub text: Option<String>,
}

/// Why a refused filing was not mended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unmended {
    /// Faults of form come first.
    Form,
    /// Files that it names refuse it.
    Files,
    /// No known values of facts that may be edited meet these rules: what they read and nobody may edit.
    NoValues(Vec<(String, Vec<String>)>),
    /// The steps ran out.
    Steps,
}

impl Unmended {
    /// As people read it.
    pub fn words(&self) -> Bilingual {
        match self {
            Unmended::Form => say!("mend the faults of form first", "请先改正格式错误"),
            Unmended::Files => say!("replace the files that cannot be used first", "请先更换无法使用的文件"),
            Unmended::NoValues(rules) => {
                let list: Vec<String> = rules
                    .iter()
                    .map(|(rule, facts)| if facts.is_empty() { rule.clone() } else { format!("{rule} ({})", facts.join(", ")) })
                    .collect();
                let (en, zh) = (list.join("; "), list.join("；"));
                say!("no known values of facts that may be edited meet {en}", "可改的事实在已知取值中均无法满足 {zh}")
            }
            Unmended::Steps => say!("the search took too many steps", "查找步数已达上限"),
        }
    }
}

/// The mends of a filing.
#[derive(Clone, Debug, Default)]
pub struct Repairs {
    /// The cheapest first; those that file something else last.
    pub list: Vec<Repair>,
    /// Why there is none, for a refused filing.
    pub why_not: Option<Unmended>,
}

/// Most conflicts of one question.
const STEPS: u64 = 20_000;
/// Most that a mend costs.
const MAX_COST: usize = 14;
/// Mends that did not stand when they were checked again, at most.
const MAX_MISSES: usize = 12;

/// The mends of a refused filing, at most `n`; where nothing else mends it, one that files something else. `text` is what it was read from.
pub fn repair(book: &Rulebook, document: &Document, text: Option<(&str, Format)>, options: &Options, n: usize) -> Repairs {
    let mut document = document.clone();
    driver::region_option(book.schema(), &mut document, options, &mut Diagnostics::new());
    let on = driver::submission_date(book.schema(), &document, options);
    let outcomes = driver::evaluate(book, &document, on, options.strict, options.require_look_ups);
    if outcomes.verdict(book) != Verdict::Rejected || n == 0 {
        return Repairs::default();
    }
    if document.flaw.is_some() {
        return Repairs { list: vec![], why_not: Some(Unmended::Form) };
    }
    let (active, ended): (&Active, &Evaluation) = match (&outcomes.law.firm, &outcomes.firm) {
        (Some(law), Some(firm)) if !options.strict => (&law.active, firm),
        _ => (&outcomes.law.active, &outcomes.all),
    };
    let Some(problem) = Problem::new(book, &document, text, on, &outcomes, active, ended) else {
        return Repairs { list: vec![], why_not: Some(Unmended::Files) };
    };
    let plain = problem.solve(options, n, false);
    if !plain.list.is_empty() {
        return plain;
    }
    // Only where nothing else mends it: something else to file.
    let other = problem.solve(options, 1, true);
    if other.list.is_empty() { plain } else { other }
}

struct Problem<'p> {
    book: &'p Rulebook,
    view: View<'p>,
    document: &'p Document,
    text: Option<(&'p str, Format)>,
    on: Date,
    active: &'p Active,
    ended: &'p Evaluation,
    /// Deciding rules that are violated, also behind others.
    bad: Vec<usize>,
    places: Places,
}

/// A fact that may be edited, in the order of the space.
struct Editable {
    place: usize,
    kind: EditKind,
    is_made_up: Vec<bool>,
    /// What each candidate costs.
    costs: Vec<usize>,
}

impl<'p> Problem<'p> {
    fn new(
        book: &'p Rulebook,
        document: &'p Document,
        text: Option<(&'p str, Format)>,
        on: Date,
        outcomes: &'p Outcomes,
        active: &'p Active,
        ended: &'p Evaluation,
    ) -> Option<Self> {
        let view = book.view();
        let scale = outcomes.scale(view);
        let all = &outcomes.law.active;
        // Rules that are violated and decide, by their number in the rulebook.
        let refusing: BTreeSet<u32> = (0..all.rules.len())
            .filter(|i| scale.is_asked(*i) && scale.weigh(*i) == crate::eval::Weight::Decides)
            .filter(|i| scale.ended[*i].outcome == Outcome::Violated)
            .map(|i| all.rules[i].rule)
            .collect();
        let is_bad = |(i, e): &(usize, &crate::eval::Ended)| {
            let version = view.versions.at(active.rules[*i].version);
            let is_hidden = e.outcome == Outcome::Blocked && e.own == Outcome::Violated && version.strength == Strength::Must;
            refusing.contains(&active.rules[*i].rule) || is_hidden
        };
        let bad: Vec<usize> = ended.ended.iter().enumerate().filter(is_bad).map(|(i, _)| i).collect();
        if refusing.is_empty() {
            return None;
        }
        Some(Problem { book, view, document, text, on, active, ended, bad, places: places(book.schema(), document) })
    }

    /// Slots that say which law counts, and how the filing is read: they stay.
    fn fixed(&self, reads: &mut Reads, space: &Space) -> BTreeSet<u32> {
        let mut out = BTreeSet::new();
        for layer in self.view.layers.iter().filter(|l| l.applies != NONE) {
            reads.of(self.view, space, layer.applies, &mut vec![0; self.view.n_variables()], &mut out);
        }
        let roles = &self.book.schema().roles;
        out.extend(roles.submission_day.iter().chain(roles.draft.iter()).map(|p| p.slot));
        for rule in &self.active.rules {
            out.insert(self.view.versions.at(rule.version).days.axis);
        }
        out
    }

    fn edit_kind(&self, place: &Place) -> Option<EditKind> {
        if matches!(place.kind, FactKind::Event | FactKind::Register) || place.is_key {
            return None;
        }
        Some(match &place.ty {
            FieldType::Date if place.is_property => EditKind::Document,
            FieldType::Date => EditKind::Renewal,
            FieldType::File => EditKind::Document,
            _ if place.is_property => EditKind::Document,
            FieldType::Enum(_) | FieldType::List { .. } => EditKind::Choice,
            FieldType::Record(_) => EditKind::Typing,
            FieldType::DateTime | FieldType::Duration | FieldType::BusinessDays => return None,
            _ => EditKind::Typing,
        })
    }

    fn solve(&self, options: &Options, n: usize, with_choices: bool) -> Repairs {
        let view = self.view;
        let mut space = Space::new(self.document.clone());
        let mut reads = Reads::default();
        let fixed = self.fixed(&mut reads, &space);
        let mut cone: BTreeSet<u32> = BTreeSet::new();
        for i in &self.bad {
            cone.extend(reads_of_rule(view, self.active, &space, &mut reads, *i));
        }
        cone.retain(|slot| !fixed.contains(slot));
        // Records and documents that are absent come with what lies in them.
        let mut wanted: BTreeSet<usize> = cone.iter().filter_map(|s| self.places.at(*s)).collect();
        for at in wanted.clone() {
            let mut at = self.places.list[at].parent;
            while let Some(parent) = at {
                wanted.insert(parent);
                at = self.places.list[parent].parent;
            }
        }
        let free: BTreeSet<u32> = wanted.iter().map(|p| self.places.list[*p].slot).collect();
        let touched: Vec<usize> = (0..self.active.rules.len())
            .filter(|i| {
                let is_must = view.versions.at(self.active.rules[*i].version).strength == Strength::Must;
                is_must && (self.bad.contains(i) || !reads_of_rule(view, self.active, &space, &mut reads, *i).is_disjoint(&free))
            })
            .collect();
        let mut collector = Collector::new(view, self.active, &space, &mut reads);
        touched.iter().for_each(|i| collector.rule(*i));
        let hints = collector.hints;
        let maker = Maker { view, schema: self.book.schema(), places: &self.places, hints: &hints, on: self.on };
        let mut editable: Vec<Editable> = Vec::new();
        for at in wanted {
            if let Some(edit) = self.editable(at, with_choices, &maker, &mut space) {
                editable.push(edit);
            }
        }
        let is_exact = space.varying.iter().all(|f| f.is_exact);
        let mut encoder = Encoder::new(view, self.active, self.on, space);
        let mut guards: Vec<(Lit, usize)> = Vec::new();
        for i in &touched {
            let code = encoder.rule(*i);
            let before = self.ended.ended[*i];
            let guard = encoder.gates.variable();
            encoder.gates.clause(&[!guard, !code.violated]);
            // What was decided stays decided, and what is mended does not end in doubt.
            if before.own != Outcome::Undetermined && before.outcome != Outcome::Undetermined {
                encoder.gates.clause(&[!guard, !code.undetermined]);
            }
            guards.push((guard, *i));
        }
        self.hold_together(&mut encoder, &editable);
        self.search(encoder, &editable, &guards, options, n, is_exact)
    }

    /// Lets a fact vary where it may be edited.
    fn editable(&self, at: usize, with_choices: bool, maker: &Maker<'_>, space: &mut Space) -> Option<Editable> {
        let place = &self.places.list[at];
        let kind = self.edit_kind(place)?;
        let now = space.document.slots[place.slot as usize];
        // What something is filed as is no fact to fill in.
        if kind == EditKind::Choice && (!with_choices || now == Value::Unknown) {
            return None;
        }
        let is_unusable = space.document.unusable.get(&place.slot).is_some_and(|why| *why != Unusable::Blank);
        if is_unusable || matches!(place.ty, FieldType::Record(_) | FieldType::File) && now != Value::Unknown && now != Value::None {
            return None;
        }
        let mut found = maker.candidates(place, &mut space.document);
        if let FieldType::Date = place.ty {
            let is_later = |v: &Value| matches!((v, now), (Value::Date(d), Value::Date(n)) if *d > n) || !matches!(now, Value::Date(_));
            let on = self.on;
            found.values.retain(|v| matches!(v, Value::Date(d) if *d >= on) && is_later(v));
        } else if matches!(place.ty, FieldType::Record(_) | FieldType::File) {
            found.values.retain(|v| *v == Value::Present);
        }
        let made_up = |v: &Value| found.values.iter().position(|x| x == v).and_then(|i| found.is_made_up.get(i)).copied().unwrap_or(false);
        space.vary(place.slot, &found.values, found.is_exact);
        let varying = &space.varying[space.at(place.slot)?];
        let is_made_up: Vec<bool> = varying.candidates.iter().map(|v| place.ty != FieldType::Date && made_up(v)).collect();
        let cost = |i: usize, v: &Value| match (kind, &place.ty) {
            _ if i == 0 => 0,
            (_, FieldType::Record(_)) => 1,
            (EditKind::Choice, _) => 4,
            _ if *v == Value::None => 4,
            _ if is_made_up[i] => 3,
            _ => 2,
        };
        let costs: Vec<usize> = varying.candidates.iter().enumerate().map(|(i, v)| cost(i, v)).collect();
        Some(Editable { place: at, kind, is_made_up, costs })
    }

    /// What lies in a record or document is stated only where that is there.
    fn hold_together(&self, encoder: &mut Encoder<'_>, editable: &[Editable]) {
        for (fact, edit) in editable.iter().enumerate() {
            let Some(parent) = self.places.list[edit.place].parent else { continue };
            let parent = &self.places.list[parent];
            let there = match encoder.space.at(parent.slot) {
                Some(at) => {
                    let present = encoder.space.varying[at].candidates.iter().position(|v| *v == Value::Present);
                    present.map_or(Lit::FALSE, |n| encoder.choices[at][n])
                }
                None => Lit::of(encoder.space.document.slots[parent.slot as usize] == Value::Present),
            };
            let unchanged = encoder.unchanged(fact);
            encoder.gates.clause(&[unchanged, there]);
        }
    }

    fn search(
        &self,
        mut encoder: Encoder<'_>,
        editable: &[Editable],
        guards: &[(Lit, usize)],
        options: &Options,
        n: usize,
        is_exact: bool,
    ) -> Repairs {
        let mut inputs = Vec::new();
        for (fact, edit) in editable.iter().enumerate() {
            let most = edit.costs.iter().copied().max().unwrap_or(0);
            for level in 1..=most {
                let at_least: Vec<Lit> =
                    edit.costs.iter().zip(&encoder.choices[fact]).filter(|(c, _)| **c >= level).map(|(_, l)| *l).collect();
                inputs.push(encoder.gates.or(at_least));
            }
        }
        let costs = encoder.gates.at_least(&inputs, MAX_COST + 1);
        let mut list: Vec<Repair> = Vec::new();
        let mut ran_out = false;
        let (mut misses, mut cost) = (0, 1);
        while list.len() < n && misses < MAX_MISSES && cost <= MAX_COST {
            let mut assumptions: Vec<Lit> = guards.iter().map(|(guard, _)| *guard).collect();
            assumptions.push(!costs[cost]);
            match encoder.gates.solver.solve(&assumptions, STEPS) {
                Found::Nothing => {
                    cost += 1;
                    continue;
                }
                Found::Undecided => {
                    ran_out = true;
                    break;
                }
                Found::Model => {}
            }
            let chosen = encoder.chosen();
            let changed: Vec<usize> = (0..chosen.len()).filter(|f| chosen[*f] != 0).collect();
            // The next one leaves one of these facts as it is.
            let block: Vec<Lit> = changed.iter().map(|f| encoder.unchanged(*f)).collect();
            match self.replayed(&encoder, editable, &chosen, options) {
                Some((verdict_after, document, text)) => {
                    let cost = changed.iter().map(|f| editable[*f].costs[chosen[*f]]).sum();
                    let edits = self.edits(&encoder, editable, &chosen);
                    let decided = if is_exact && encoder.held.is_empty() && misses == 0 { Decided::Exact } else { Decided::KnownValues };
                    let is_choice = edits.iter().any(|e| e.kind == EditKind::Choice);
                    list.push(Repair { cost, edits, verdict_after, is_choice, decided, document, text });
                    encoder.gates.clause(&block);
                }
                None => {
                    misses += 1;
                    let exactly: Vec<Lit> = chosen.iter().enumerate().map(|(f, c)| !encoder.choices[f][*c]).collect();
                    encoder.gates.clause(&exactly);
                }
            }
        }
        list.sort_by_key(|r| (r.is_choice, r.cost));
        let why_not = match (list.is_empty(), ran_out) {
            (false, _) => None,
            (true, true) => Some(Unmended::Steps),
            (true, false) => {
                // Which rules cannot be met together, whatever it costs.
                let all: Vec<Lit> = guards.iter().map(|(guard, _)| *guard).collect();
                let rules = match encoder.gates.solver.solve(&all, STEPS) {
                    Found::Nothing => {
                        let core = encoder.gates.solver.core();
                        guards.iter().filter(|(guard, _)| core.contains(guard)).map(|(_, i)| *i).collect()
                    }
                    _ => self.bad.clone(),
                };
                Some(Unmended::NoValues(self.blamed(&rules)))
            }
        };
        Repairs { list, why_not }
    }

    /// Rules with what they read and nobody may edit.
    fn blamed(&self, rules: &[usize]) -> Vec<(String, Vec<String>)> {
        let space = Space::new(self.document.clone());
        let mut reads = Reads::default();
        let mut out = Vec::new();
        for i in rules {
            let slots = reads_of_rule(self.view, self.active, &space, &mut reads, *i);
            let is_kept = |p: &&Place| matches!(p.kind, FactKind::Event | FactKind::Register);
            let facts = slots.iter().filter_map(|s| self.places.get(*s)).filter(is_kept).map(|p| p.path.clone()).take(3).collect();
            out.push((self.view.rule_name(self.active.rules[*i].rule).to_owned(), facts));
        }
        out
    }

    /// What becomes of the filing with the chosen values; nothing where it is still refused.
    fn replayed(
        &self,
        encoder: &Encoder<'_>,
        editable: &[Editable],
        chosen: &[usize],
        options: &Options,
    ) -> Option<(Verdict, Document, Option<String>)> {
        let mut document = encoder.space.document.clone();
        for (fact, choice) in chosen.iter().enumerate().filter(|(_, c)| **c != 0) {
            let varying = &encoder.space.varying[fact];
            let value = varying.candidates[*choice];
            document.slots[varying.slot as usize] = value;
            document.unusable.remove(&varying.slot);
            let place = &self.places.list[editable[fact].place];
            if value == Value::None {
                for i in 0..place.ty.n_slots(&self.book.schema().records) {
                    document.slots[(varying.slot + i) as usize] = Value::None;
                }
            }
        }
        let verdict = self.verdict(&document, options);
        if !matches!(verdict, Verdict::Ready | Verdict::Incomplete) {
            return None;
        }
        let text = match self.text {
            Some((text, format)) => {
                let written = self.written(encoder, editable, chosen, text, format);
                match &written {
                    // What the mended text says must come out as what was found.
                    Some(written) if self.verdict_of_text(written, format, options) != Some(verdict) => return None,
                    _ => written,
                }
            }
            None => None,
        };
        Some((verdict, document, text))
    }

    fn verdict(&self, document: &Document, options: &Options) -> Verdict {
        let on = driver::submission_date(self.book.schema(), document, options);
        driver::evaluate(self.book, document, on, options.strict, options.require_look_ups).verdict(self.book)
    }

    /// The text with the chosen values.
    fn written(&self, encoder: &Encoder<'_>, editable: &[Editable], chosen: &[usize], text: &str, format: Format) -> Option<String> {
        let writer = Writer { view: self.view, schema: self.book.schema(), document: &encoder.space.document, format };
        let edits = self.edits(encoder, editable, chosen);
        let changes: Vec<Change> = edits.iter().map(|e| Change { slot: e.slot, value: e.to }).collect();
        writer.apply(text, self.document, &self.places, &changes)
    }

    /// What becomes of a filing that is read from a text; nothing where it has faults of form.
    fn verdict_of_text(&self, text: &str, format: Format, options: &Options) -> Option<Verdict> {
        let mut sources = SourceMap::default();
        let id = sources.add("mended", text.to_owned(), SourceKind::Manifest);
        let mut problems = Diagnostics::new();
        let mut document = manifest::read(&sources, id, format, self.book.schema(), options.today, &mut problems);
        driver::region_option(self.book.schema(), &mut document, options, &mut problems);
        document.files.hold = self.document.files.hold;
        (!problems.has_errors()).then(|| self.verdict(&document, options))
    }

    fn edits(&self, encoder: &Encoder<'_>, editable: &[Editable], chosen: &[usize]) -> Vec<Edit> {
        let mut out = Vec::new();
        for (fact, choice) in chosen.iter().enumerate().filter(|(_, c)| **c != 0) {
            let varying = &encoder.space.varying[fact];
            let edit = &editable[fact];
            let place = &self.places.list[edit.place];
            // A table is there when something in it is.
            let is_within = |other: &usize| {
                let mut at = self.places.list[editable[*other].place].parent;
                while let Some(parent) = at {
                    if parent == edit.place {
                        return true;
                    }
                    at = self.places.list[parent].parent;
                }
                false
            };
            let mut others = (0..chosen.len()).filter(|f| chosen[*f] != 0 && *f != fact);
            if matches!(place.ty, FieldType::Record(_) | FieldType::File) && others.any(|f| is_within(&f)) {
                continue;
            }
            let is_demand = edit.is_made_up[*choice] || matches!(place.ty, FieldType::Record(_) | FieldType::File);
            out.push(Edit {
                path: place.path.clone(),
                slot: varying.slot,
                from: varying.candidates[0],
                to: varying.candidates[*choice],
                demand: is_demand.then(|| self.demand(varying.slot, &encoder.space)),
                kind: edit.kind,
            });
        }
        out.sort_by_key(|e| e.slot);
        out
    }

    /// What a value must meet: the violated rules that read the fact.
    fn demand(&self, slot: u32, space: &Space) -> Bilingual {
        let mut reads = Reads::default();
        let (mut en, mut zh) = (Vec::new(), Vec::new());
        for i in &self.bad {
            if reads_of_rule(self.view, self.active, space, &mut reads, *i).contains(&slot) {
                let version = self.view.versions.at(self.active.rules[*i].version);
                let details = &self.book.details.versions[version.details as usize];
                let name = self.view.rule_name(self.active.rules[*i].rule);
                en.push(format!("{name} ({})", details.title.en));
                zh.push(format!("{name}（{}）", details.title.get(crate::diagnostic::Language::Zh)));
            }
        }
        Bilingual::new(format!("one that meets {}", en.join(", ")), format!("须满足 {}", zh.join("、")))
    }
}
