//! A program as a list of declarations with their parts, each part with its meaning and its text.

use super::Side;
use super::meaning::{Meaning, Ordered, Renames, Space, sorted};
use super::places::{Places, Written, bare, one_line, texts, texts_span};
use super::words::{Kind, What};
use crate::diagnostic::Bilingual;
use crate::hir::*;
use crate::source::Span;
use crate::syntax::{ast, keywords};
use crate::value::{Date, FieldType, PatternRule, Role};
use std::collections::BTreeMap;

/// One item of a part.
#[derive(Clone, Debug)]
pub(super) struct Item {
    pub(super) meaning: String,
    pub(super) text: String,
    pub(super) span: Span,
}

/// A part of a declaration.
#[derive(Clone, Debug)]
pub(super) struct Piece {
    pub(super) what: What,
    pub(super) meaning: String,
    pub(super) items: Vec<Item>,
    /// The condition, for a prover.
    pub(super) expr: Option<ExprId>,
    /// Whether it belongs to what a renamed declaration keeps.
    pub(super) in_body: bool,
    /// Whether the declaration itself says it, and not the rule it replaces.
    pub(super) is_written: bool,
}

/// A declaration.
#[derive(Clone, Debug)]
pub(super) struct Fact {
    pub(super) kind: Kind,
    pub(super) layer: String,
    pub(super) id: String,
    pub(super) from: Option<Date>,
    pub(super) title: Bilingual,
    pub(super) span: Span,
    pub(super) pieces: Vec<Piece>,
    /// What names of this kind are called by, and whose a name in it is.
    pub(super) space: Option<Space>,
}

impl Fact {
    /// The name as users write it.
    pub(super) fn name(&self) -> String {
        match self.kind {
            Kind::Requirement
            | Kind::Set
            | Kind::Except
            | Kind::Unless
            | Kind::Waive
            | Kind::Replace
            | Kind::Adopt
            | Kind::Confirm
            | Kind::Advice => {
                format!("{}/{}", self.layer, self.id)
            }
            _ => self.id.clone(),
        }
    }

    /// What a renamed declaration keeps; empty where nothing tells one from another.
    pub(super) fn body(&self) -> String {
        let parts = self.pieces.iter().filter(|p| p.in_body && !p.meaning.is_empty());
        parts.map(|p| format!("{}={}\n", p.what.key(), p.meaning)).collect()
    }

    pub(super) fn put(&mut self, what: What, items: Vec<Item>) -> &mut Piece {
        let meaning = sorted(items.iter().map(|i| i.meaning.clone()).collect());
        self.pieces.push(Piece { what, meaning, items, expr: None, in_body: false, is_written: true });
        let last = self.pieces.len() - 1;
        &mut self.pieces[last]
    }

    pub(super) fn one(&mut self, what: What, text: impl Into<String>, span: Span) -> &mut Piece {
        let text = text.into();
        self.put(what, vec![Item { meaning: text.clone(), text, span }])
    }

    pub(super) fn optional(&mut self, what: What, text: Option<String>, span: Span) -> &mut Piece {
        let items = text.map(|text| Item { meaning: text.clone(), text, span });
        self.put(what, items.into_iter().collect())
    }
}

impl Piece {
    pub(super) fn body(&mut self) -> &mut Self {
        self.in_body = true;
        self
    }

    fn written(&mut self, is_written: bool) {
        self.is_written = is_written;
    }
}

pub(super) fn item(meaning: impl Into<String>, span: Span) -> Item {
    let meaning = meaning.into();
    Item { text: meaning.clone(), meaning, span }
}

/// Every declaration of a side, with old names replaced.
pub(super) fn collect(side: &Side<'_>, places: &Places<'_>, renames: &Renames, ordered: &Ordered) -> Vec<Fact> {
    let mut this =
        Collector { side, program: side.program, meaning: Meaning::new(side.program, renames, ordered), places, out: Vec::new() };
    this.vocabulary();
    this.layers();
    this.sources();
    this.calendars();
    this.params();
    this.defs();
    this.rules();
    this.changes();
    this.materials();
    this.steps();
    this.advice();
    this.cases();
    this.out
}

pub(super) struct Collector<'a> {
    pub(super) side: &'a Side<'a>,
    pub(super) program: &'a Program,
    pub(super) meaning: Meaning<'a>,
    places: &'a Places<'a>,
    pub(super) out: Vec<Fact>,
}

pub(super) fn fact(kind: Kind, layer: &str, id: &str, title: &Bilingual, span: Span, space: Option<Space>) -> Fact {
    Fact { kind, layer: layer.to_owned(), id: id.to_owned(), from: None, title: title.clone(), span, pieces: Vec::new(), space }
}

pub(super) fn title_text(title: &Bilingual) -> String {
    if title.zh.is_empty() || title.zh == title.en { format!("{:?}", title.en) } else { format!("{:?} zh {:?}", title.en, title.zh) }
}

/// A text that is mostly a date and then has no twin.
fn dated_text(text: &Bilingual) -> String {
    if text.zh.is_empty() { text.en.clone() } else { title_text(text) }
}

/// A range of days, as written in rules.
fn effective_text(e: &Effective, m: &Meaning<'_>) -> Option<String> {
    if e.from.is_none() && e.until.is_none() {
        return None;
    }
    let day = |d: Option<Date>| d.map_or(String::new(), |d| d.to_string());
    let mut text = format!("{} .. {}", day(e.from), day(e.until)).trim().to_owned();
    if e.ends {
        text.push_str(" ends");
    }
    if let Some(axis) = &e.axis {
        text.push_str(&format!(" by {}", m.path(axis)));
    }
    Some(text)
}

impl Collector<'_> {
    pub(super) fn layer_id(&self, id: LayerId) -> &str {
        &self.program.layer(id).id
    }

    pub(super) fn written(&self, at: Span) -> Option<Written<'_>> {
        self.places.get(at)
    }

    pub(super) fn title(&self, f: &mut Fact, at: Span) {
        if let Some(t) = self.written(at).and_then(|w| w.title) {
            f.one(What::Title, texts(t), texts_span(t));
        }
    }

    /// The parts of a condition.
    pub(super) fn condition<'f>(&self, f: &'f mut Fact, what: What, id: Option<ExprId>, demands: &[(MaterialId, Span)]) -> &'f mut Piece {
        let mut items = Vec::new();
        if let Some(id) = id {
            self.conjuncts(id, demands, &mut items);
        }
        let piece = f.put(what, items);
        piece.meaning = id.map_or(String::new(), |id| self.meaning.expr(id));
        piece.expr = id;
        piece
    }

    fn conjuncts(&self, id: ExprId, demands: &[(MaterialId, Span)], out: &mut Vec<Item>) {
        let expr = self.program.expr(id);
        match &expr.kind {
            ExprKind::And(list) => list.iter().for_each(|e| self.conjuncts(*e, demands, out)),
            ExprKind::Decide { rows, otherwise } => {
                let Type::Enum(of) = expr.ty else { return };
                let value = |v: u16| self.program.schema.enumeration(of).values.get(v as usize).map_or("?", |s| s.name.as_str());
                for (condition, v) in rows {
                    let span = self.program.expr(*condition).span;
                    let text = format!("{} when {}", value(*v), one_line(self.side.sources, span));
                    out.push(Item { meaning: format!("{} when {}", value(*v), self.meaning.expr(*condition)), text, span });
                }
                out.extend(otherwise.map(|v| item(format!("otherwise {}", value(v)), expr.span)));
            }
            _ => {
                let demanded = demands.iter().find(|(_, span)| *span == expr.span);
                let text = match demanded {
                    Some(_) => format!("demand {}", one_line(self.side.sources, expr.span)),
                    None => one_line(self.side.sources, expr.span),
                };
                out.push(Item { meaning: self.meaning.expr(id), text, span: expr.span });
            }
        }
    }

    /// The filing types that a body names.
    pub(super) fn types_of(&self, body: Option<&ast::Clauses>) -> Vec<u16> {
        let of = self.program.filing_type.map(|(_, of)| self.program.schema.enumeration(of));
        body.map_or(&[][..], |b| b.filing_types()).iter().filter_map(|n| of.and_then(|e| e.find(&n.text))).collect()
    }

    /// A condition without the filing types that the compiler joined to it.
    pub(super) fn own_condition(&self, has_types: bool, when: Option<ExprId>, at: Span) -> Option<ExprId> {
        if !has_types {
            return when;
        }
        match &self.program.expr(when?).kind {
            ExprKind::And(list) if self.program.expr(when?).span == at => list.get(1).copied(),
            _ => None,
        }
    }

    pub(super) fn filing_types<'f>(&self, f: &'f mut Fact, types: &[u16], at: Span, body: Option<&ast::Clauses>) -> &'f mut Piece {
        let values = self.program.filing_type.map(|(_, of)| &self.program.schema.enumeration(of).values);
        let items = types.iter().map(|t| {
            let name = values.and_then(|v| v.get(*t as usize)).map_or("?", |v| v.name.as_str());
            let written = body.and_then(|b| b.filing_types().iter().find(|n| n.text == name));
            item(name, written.map_or(at, |n| n.span))
        });
        f.put(What::FilingTypes, items.collect())
    }

    fn effective(&self, f: &mut Fact, e: &Effective, at: Span) {
        f.from = e.from;
        let span = if e.span.is_empty() { at } else { e.span };
        f.optional(What::Effective, effective_text(e, &self.meaning), span);
    }

    fn citations(&self, list: &[Citation], written: &[&ast::Citation], at: Span) -> Vec<Item> {
        let one = |(i, c): (usize, &Citation)| {
            let name = self.meaning.source(c.source);
            let shown = &self.program.sources[c.source.index()].name;
            let place = c.item.as_ref().map_or(String::new(), |t| format!(" item {t:?}"));
            let span = written.get(i).map_or(at, |w| w.item.as_ref().map_or(w.source.span, |t| w.source.span.to(t.span)));
            Item { meaning: format!("{name}{place}"), text: format!("{shown}{place}"), span }
        };
        list.iter().enumerate().map(one).collect()
    }

    fn trust(&self, f: &mut Fact, confidence: Option<Confidence>, is_unconfirmed: bool, last_seen: Option<&Bilingual>, at: Span) {
        let confidence = match confidence {
            Some(Confidence::Low) => "low",
            Some(Confidence::Medium) => "medium",
            _ => "high",
        };
        f.one(What::Confidence, confidence, at);
        f.one(What::Status, if is_unconfirmed { "unconfirmed" } else { "current" }, at);
        let written = self.written(at).and_then(|w| w.body.last_seen());
        f.optional(What::LastSeen, last_seen.map(dated_text), written.map_or(at, texts_span));
    }

    pub(super) fn provenance(&self, f: &mut Fact, p: &Provenance, at: Span) {
        let body = self.written(at).map(|w| w.body);
        let written: Vec<&ast::Citation> = body.into_iter().flat_map(|b| b.sources()).collect();
        let sources = self.citations(&p.sources, &written, at);
        f.put(What::Sources, sources);
        f.optional(What::Basis, p.basis.as_ref().map(dated_text), body.and_then(|b| b.basis()).map_or(at, texts_span));
        self.trust(f, p.confidence, p.is_unconfirmed, p.last_seen.as_ref(), at);
        let readings = p.readings.iter().enumerate().map(|(i, (text, sources))| {
            let cited = self.citations(sources, &[], at);
            let names = |of: fn(&Item) -> &String| cited.iter().map(|c| of(c).as_str()).collect::<Vec<_>>().join(", ");
            let span = body.and_then(|b| b.readings().nth(i)).map_or(at, |r| texts_span(&r.texts));
            let said = title_text(text);
            Item {
                meaning: format!("{said} source {}", names(|c| &c.meaning)),
                text: format!("{said} source {}", names(|c| &c.text)),
                span,
            }
        });
        f.put(What::Readings, readings.collect());
        let advice = p
            .advice
            .iter()
            .enumerate()
            .map(|(i, text)| item(title_text(text), body.and_then(|b| b.advice().nth(i)).map_or(at, texts_span)));
        f.put(What::Advice, advice.collect());
    }

    fn vocabulary(&mut self) {
        let schema = &self.program.schema;
        let mut out = Vec::new();
        let at = |name: &str| self.places.types.get(name).copied().unwrap_or_default();
        for e in &schema.enums {
            let span = at(&e.name);
            let mut f = fact(Kind::Enum, "", &e.name, &e.title, span, None);
            f.one(What::Title, title_text(&e.title), span);
            let kind = match (e.is_open, e.others_differ) {
                (true, true) => "open enum, others differ",
                (true, false) => "open enum",
                _ => "enum",
            };
            f.one(What::Type, kind, span);
            f.put(
                What::Values,
                e.values
                    .iter()
                    .map(|v| {
                        item(
                            format!(
                                "{} {}{}",
                                v.name,
                                title_text(&v.title),
                                v.also.iter().map(|a| format!(" also {a:?}")).collect::<String>()
                            ),
                            span,
                        )
                    })
                    .collect(),
            )
            .body();
            out.push(f);
        }
        for (i, r) in schema.records.iter().enumerate() {
            let span = at(&r.name);
            let mut f = fact(Kind::Record, "", &r.name, &r.title, span, None);
            f.one(What::Title, title_text(&r.title), span);
            let fields = r.fields.iter().enumerate().map(|(n, field)| {
                let optional = if field.is_optional { "?" } else { "" };
                let register = match field.kind.words() {
                    "" => String::new(),
                    words => format!(" {words}"),
                };
                let private = if field.is_private { " private" } else { "" };
                let text =
                    format!("{}: {}{optional}{private}{register} {}", field.name, self.field_type(&field.ty), title_text(&field.title));
                item(text, self.program.field_spans.get(i).and_then(|s| s.get(n)).copied().unwrap_or(span))
            });
            f.put(What::Fields, fields.collect()).body();
            out.push(f);
        }
        for p in &schema.patterns {
            let span = at(&p.name);
            let mut f = fact(Kind::Type, "", &p.name, &p.title, span, None);
            f.one(What::Title, title_text(&p.title), span);
            let rule = match &p.rule {
                PatternRule::Matching(regex) => format!("matching /{regex}/"),
                PatternRule::Between(low, high) => format!("from {low} to {high}"),
            };
            f.one(What::Value, rule, span).body();
            out.push(f);
        }
        for role in &self.places.roles {
            let title = Role::from_name(&role.name.text).map_or(Bilingual::same(role.name.text.clone()), Role::purpose);
            let mut f = fact(Kind::Role, "", &role.name.text, &title, role.name.span, None);
            let path: Vec<&str> = role.played_by.iter().map(|n| n.text.as_str()).collect();
            f.one(What::PlayedBy, path.join("."), ast::span_of(&role.played_by)).body();
            out.push(f);
        }
        self.out.extend(out);
    }

    fn field_type(&self, ty: &FieldType) -> String {
        let schema = &self.program.schema;
        match ty {
            FieldType::Scalar(s) => s.name().to_owned(),
            FieldType::Enum(e) => schema.enumeration(*e).name.clone(),
            FieldType::Pattern(p) => schema.pattern(*p).name.clone(),
            FieldType::Record(r) => schema.record(*r).name.clone(),
            FieldType::BusinessDays => "business_days".to_owned(),
            FieldType::List { item, key } => {
                let key = match (&**item, key) {
                    (FieldType::Record(r), Some(k)) => {
                        schema.record(*r).fields.get(*k as usize).map_or(String::new(), |f| format!(" keyed by {}", f.name))
                    }
                    _ => String::new(),
                };
                format!("list of {}{key}", self.field_type(item))
            }
            other => format!("{other:?}").to_lowercase(),
        }
    }

    fn layers(&mut self) {
        let mut out = Vec::new();
        for layer in &self.program.layers {
            let at = layer.span;
            let body = self.written(at).map(|w| w.body);
            let mut f = fact(Kind::Layer, &layer.id, &layer.id, &layer.title, at, None);
            self.title(&mut f, at);
            f.one(What::Type, if layer.is_provider { "provider" } else { "region" }, at);
            f.optional(What::Extends, layer.extends.map(|l| self.layer_id(l).to_owned()), at);
            let place = |t: Option<&ast::Texts>| t.map_or(at, texts_span);
            f.optional(What::Authority, layer.authority.as_ref().map(title_text), place(body.and_then(|b| b.authority())));
            f.one(What::Plate, &layer.plate, body.and_then(|b| b.plate()).map_or(at, |t| t.span));
            f.one(What::Gb2260, &layer.gb2260, body.and_then(|b| b.gb2260()).map_or(at, |t| t.span));
            self.condition(&mut f, What::Condition, layer.applies, &[]);
            f.optional(What::Otherwise, layer.otherwise.as_ref().map(title_text), place(body.and_then(|b| b.otherwise())));
            out.push(f);
        }
        self.out.extend(out);
    }

    fn sources(&mut self) {
        let mut out = Vec::new();
        for s in &self.program.sources {
            let at = s.span;
            let body = self.written(at).map(|w| w.body);
            let mut f = fact(Kind::Source, self.layer_id(s.layer), &s.name, &s.title, at, Some(Space::Source));
            self.title(&mut f, at);
            let url = f.optional(What::Url, s.url.clone(), body.and_then(|b| b.url()).map_or(at, |t| t.span));
            url.in_body = s.url.is_some();
            if s.url.is_none() {
                f.pieces.iter_mut().for_each(|p| p.in_body = true);
            }
            f.optional(What::Dated, s.dated.as_ref().map(dated_text), body.and_then(|b| b.dated()).map_or(at, texts_span));
            f.optional(What::Read, s.read.map(|d| d.to_string()), at);
            self.trust(&mut f, s.trust.confidence, s.trust.is_unconfirmed, s.trust.last_seen.as_ref(), at);
            out.push(f);
        }
        self.out.extend(out);
    }

    fn calendars(&mut self) {
        let mut out = Vec::new();
        for year in &self.program.years {
            let at = year.span;
            let mut f = fact(Kind::Calendar, self.layer_id(year.layer), &year.year.to_string(), &year.title, at, None);
            self.title(&mut f, at);
            for (what, days) in [(What::DaysOff, &year.off), (What::DaysWorked, &year.work)] {
                f.put(what, days.iter().map(|day| item(day.to_string(), at)).collect()).body();
            }
            self.provenance(&mut f, &year.provenance, at);
            out.push(f);
        }
        self.out.extend(out);
    }

    fn params(&mut self) {
        let mut out = Vec::new();
        for (i, p) in self.program.params.iter().enumerate() {
            for (effective, value, provenance, at) in &p.versions {
                let mut f = fact(Kind::Parameter, self.layer_id(p.layer), &p.name, &p.title, *at, Some(Space::Param));
                self.title(&mut f, *at);
                f.one(What::Type, self.meaning.ty(&p.ty), *at).body();
                self.value(&mut f, ParamId(i as u32), value, *at);
                let several = match p.several {
                    Several::Nearest => None,
                    Several::Lowest => Some("lowest".to_owned()),
                    Several::Highest => Some("highest".to_owned()),
                };
                f.optional(What::Several, several, *at);
                self.effective(&mut f, effective, *at);
                self.provenance(&mut f, provenance, *at);
                out.push(f);
            }
        }
        self.out.extend(out);
    }

    fn value(&self, f: &mut Fact, of: ParamId, value: &Const, at: Span) {
        let at = self.written(at).and_then(|w| w.value).unwrap_or(at);
        let items: Vec<Item> = self.meaning.constant_items(value).into_iter().map(|t| item(t, at)).collect();
        let in_order = items.iter().map(|i| i.meaning.as_str()).collect::<Vec<_>>().join(", ");
        let piece = f.put(What::Value, items).body();
        let param = &self.program.params[of.index()];
        if self.meaning.is_ordered(Space::Param, param.layer, &param.name) {
            piece.meaning = in_order;
        }
    }

    fn defs(&mut self) {
        let mut out = Vec::new();
        for (i, d) in self.program.defs.iter().enumerate() {
            let mut f = fact(Kind::Definition, self.layer_id(d.layer), &d.name, &d.title, d.span, Some(Space::Def));
            f.one(What::Title, title_text(&d.title), d.span);
            f.one(What::Type, self.meaning.ty(&d.ty), d.span);
            self.condition(&mut f, What::Value, Some(d.value), &[]).body().meaning = self.meaning.value(DefId(i as u32));
            out.push(f);
        }
        self.out.extend(out);
    }

    fn rules(&mut self) {
        let mut out = Vec::new();
        for rule in &self.program.rules {
            for v in &rule.versions {
                let mut f = fact(Kind::Requirement, self.layer_id(rule.layer), &rule.id, &v.title, v.span, Some(Space::Rule));
                f.one(What::Operation, Kind::Requirement.key(), v.span).body();
                self.title(&mut f, v.span);
                self.effective(&mut f, &v.effective, v.span);
                f.optional(What::Optional, v.is_optional.then(|| "yes".to_owned()), v.span).body();
                self.formerly(&mut f, &rule.formerly, v.span);
                self.version(&mut f, v, false);
                self.provenance(&mut f, &v.provenance, v.span);
                out.push(f);
            }
        }
        self.out.extend(out);
    }

    fn formerly(&self, f: &mut Fact, ids: &[String], at: Span) {
        f.put(What::Formerly, ids.iter().map(|id| item(id.as_str(), at)).collect());
    }

    /// The parts of a requirement or, with `inherits`, of a replacement, which may leave parts to the rule it replaces.
    fn version(&self, f: &mut Fact, v: &Version, inherits: bool) {
        let at = v.span;
        let body = self.written(at).map(|w| w.body);
        let own = |says: fn(&ast::Clauses) -> bool| !inherits || body.is_some_and(says);
        let ranges: Vec<Item> = match v.ranges.as_slice() {
            [] => vec![],
            list => {
                let text = list.iter().map(|r| format!("{} in {}", r.name, r.list.names.join("."))).collect::<Vec<_>>().join(", ");
                vec![Item { meaning: self.meaning.ranges(list), text, span: list[0].span }]
            }
        };
        f.put(What::Loop, ranges).body().written(own(|b| !b.for_each().is_empty()));
        self.filing_types(f, &v.filing_types, at, body).body().written(own(|b| !b.filing_types().is_empty()));
        self.condition(f, What::Condition, v.own_when, &[]).body().written(own(|b| b.when().is_some()));
        self.condition(f, What::Demand, Some(v.require), &v.demands)
            .body()
            .written(own(|b| b.require().is_some() || b.demands().next().is_some() || b.stated().next().is_some()));
        let materials = v.demands.iter().map(|(m, span)| {
            let shown = self.program.materials[m.index()].id.clone();
            Item { meaning: self.meaning.material(*m), text: shown, span: *span }
        });
        f.put(What::Materials, materials.collect()).written(own(|b| b.demands().next().is_some()));
        let strength = match v.strength {
            Strength::Must => "must",
            Strength::Should => "should",
            Strength::Note => "note",
        };
        f.one(What::Strength, strength, at).body().written(own(|b| b.strength().is_some()));
        let stage = body.and_then(|b| b.stage()).map_or(at, |n| n.span);
        f.optional(What::Stage, v.stage.clone(), stage).written(own(|b| b.stage().is_some()));
        let needs = v.needs.iter().map(|(r, span)| Item { meaning: self.meaning.rule(*r), text: self.program.rule_name(*r), span: *span });
        f.put(What::Needs, needs.collect()).written(own(|b| b.needs().next().is_some()));
        f.one(What::EvenIfNotRequired, if v.even_if_not_required { "yes" } else { "no" }, at)
            .written(own(ast::Clauses::even_if_not_required));
        let report = body.and_then(|b| b.report());
        let place = v.report.as_ref().and_then(|(at, _)| at.as_ref());
        let items = place.map(|path| {
            let text = report
                .and_then(|r| r.at.as_ref())
                .map_or(String::new(), |n| n.iter().map(|n| n.text.as_str()).collect::<Vec<_>>().join("."));
            let span = report.and_then(|r| r.at.as_ref()).and_then(|n| n.first()).map_or(at, |n| n.span);
            Item { meaning: self.meaning.path(path), text, span }
        });
        f.put(What::Place, items.into_iter().collect());
        let message = v.report.as_ref().map(|(_, t)| (t, report.map(|r| &r.texts)));
        f.put(What::Message, message.map(|(t, w)| self.template(t, w, at)).into_iter().collect());
        let help = v.help.as_ref().map(|t| self.template(t, body.and_then(|b| b.help()), at));
        f.put(What::Help, help.into_iter().collect()).written(own(|b| b.help().is_some()));
    }

    fn template(&self, t: &Template, written: Option<&ast::Texts>, at: Span) -> Item {
        let side = |pieces: &[TemplatePiece]| -> String {
            pieces
                .iter()
                .map(|p| match p {
                    TemplatePiece::Text(t) => t.clone(),
                    TemplatePiece::Value(e) => format!("{{{}}}", self.meaning.expr(*e)),
                })
                .collect()
        };
        let meaning = format!("{:?} zh {:?}", side(&t.en), side(&t.zh));
        Item { text: written.map_or(meaning.clone(), texts), meaning, span: written.map_or(at, texts_span) }
    }

    fn changes(&mut self) {
        let mut out = Vec::new();
        for change in &self.program.changes {
            let (kind, target) = match &change.kind {
                ChangeKind::Set { param, .. } => (Kind::Set, (self.meaning.param(*param), self.program.params[param.index()].name.clone())),
                ChangeKind::Except { rule, .. } => (Kind::Except, self.about(*rule)),
                ChangeKind::Waive { rule, .. } => (Kind::Waive, self.about(*rule)),
                ChangeKind::Replace { rule, .. } => (Kind::Replace, self.about(*rule)),
                ChangeKind::Adopt { rule, .. } => (Kind::Adopt, self.about(*rule)),
                ChangeKind::Confirm { rule } => (Kind::Confirm, self.about(*rule)),
            };
            let layer = self.layer_id(change.layer).to_owned();
            let at = change.span;
            let mut f = fact(kind, &layer, &change.id, &change.title, at, Some(Space::Change));
            f.one(What::Operation, kind.key(), at).body();
            self.title(&mut f, at);
            f.put(What::Target, vec![Item { meaning: target.0, text: target.1, span: at }]).body();
            self.effective(&mut f, &change.effective, at);
            let body = self.written(at).map(|w| w.body);
            match &change.kind {
                ChangeKind::Set { param, value, when } => {
                    self.value(&mut f, *param, value, at);
                    if when.is_some() {
                        self.condition(&mut f, What::Condition, *when, &[]).body();
                    }
                }
                ChangeKind::Except { exception, .. } => {
                    self.condition(&mut f, What::Condition, Some(exception.when), &[]).body();
                    for unless in &exception.unless {
                        self.unless(unless, change.layer, &exception.id, &mut out);
                    }
                }
                ChangeKind::Waive { when, .. } => {
                    let types = self.types_of(body);
                    self.filing_types(&mut f, &types, at, body).body();
                    let when = self.own_condition(!types.is_empty(), *when, at);
                    self.condition(&mut f, What::Condition, when, &[]).body();
                }
                ChangeKind::Replace { claim, version, is_instead, .. } => {
                    let claim = match claim {
                        Claim::Stricter => "stricter",
                        Claim::Looser => "looser",
                        Claim::Differently => "differently",
                    };
                    f.one(What::Claim, if *is_instead { format!("{claim} instead") } else { claim.to_owned() }, at);
                    self.version(&mut f, version, true);
                }
                ChangeKind::Adopt { version, .. } => self.version(&mut f, version, true),
                ChangeKind::Confirm { .. } => {}
            }
            self.formerly(&mut f, &change.formerly, at);
            let over = change.over.iter().map(|c| Item {
                meaning: self.meaning.change(*c),
                text: self.program.change_name(*c),
                span: body.and_then(|b| b.over().next()).map_or(at, |r| r.span),
            });
            f.put(What::Over, over.collect());
            self.provenance(&mut f, &change.provenance, at);
            out.push(f);
        }
        self.out.extend(out);
    }

    fn about(&self, rule: RuleId) -> (String, String) {
        (self.meaning.rule(rule), self.program.rule_name(rule))
    }

    fn unless(&self, e: &Exception, layer_id: LayerId, parent: &str, out: &mut Vec<Fact>) {
        let layer = self.layer_id(layer_id);
        let mut f = fact(Kind::Unless, layer, &e.id, &e.title, e.span, Some(Space::Change));
        f.one(What::Operation, Kind::Unless.key(), e.span).body();
        self.title(&mut f, e.span);
        let meaning = self.meaning.name(Space::Change, layer_id, parent);
        f.put(What::Target, vec![Item { meaning, text: format!("{layer}/{parent}"), span: e.span }]);
        self.effective(&mut f, &e.effective, e.span);
        self.condition(&mut f, What::Condition, Some(e.when), &[]).body();
        self.provenance(&mut f, &e.provenance, e.span);
        out.push(f);
        for unless in &e.unless {
            self.unless(unless, layer_id, &e.id, out);
        }
    }

    fn materials(&mut self) {
        let mut out = Vec::new();
        for m in &self.program.materials {
            let at = m.span;
            let mut f = fact(Kind::Material, self.layer_id(m.layer), &m.id, &m.title, at, Some(Space::Material));
            self.title(&mut f, at);
            f.optional(What::Field, m.field.as_ref().map(|p| self.meaning.path(p)), at).body();
            f.put(What::Formats, m.formats.iter().map(|t| item(t, at)).collect());
            f.optional(What::MaxKb, m.max_kb.map(|n| n.to_string()), at);
            self.provenance(&mut f, &m.provenance, at);
            out.push(f);
        }
        self.out.extend(out);
    }

    fn advice(&mut self) {
        let mut out = Vec::new();
        let rules: BTreeMap<String, RuleId> =
            (0..self.program.rules.len() as u32).map(RuleId).map(|r| (self.program.rule_name(r), r)).collect();
        for a in &self.program.advice {
            let at = a.span;
            let written = self.written(at).and_then(|w| w.title);
            let mut f = fact(Kind::Advice, self.layer_id(a.layer), &a.id, &a.text, at, None);
            f.one(What::Operation, Kind::Advice.key(), at).body();
            f.one(What::Text, title_text(&a.text), written.map_or(at, texts_span)).body();
            let on = a.on.as_ref().map(|on| {
                let meaning = rules.get(on).map_or(on.clone(), |r| self.meaning.rule(*r));
                Item { meaning, text: on.clone(), span: at }
            });
            f.put(What::Target, on.into_iter().collect()).body();
            self.provenance(&mut f, &a.provenance, at);
            out.push(f);
        }
        self.out.extend(out);
    }

    fn cases(&mut self) {
        let mut out = Vec::new();
        for (layer, case) in self.side.cases {
            let at = case.title.span;
            let layer = layer.map_or("", |l| self.layer_id(l));
            let title = Bilingual::same(case.title.value.clone());
            let mut f = fact(Kind::Case, layer, &case.title.value, &title, at, None);
            let manifest = case.manifest.as_ref();
            f.optional(What::Manifest, manifest.map(|t| format!("{:?}", t.value)), manifest.map_or(at, |t| t.span)).body();
            let written = |text: String, span: Span| Item { meaning: bare(&text), text, span };
            // The language of keywords says nothing.
            let spoken = |span: Span| keywords::with_english(&one_line(self.side.sources, span)).into_owned();
            let with = case.with.iter().map(|(target, value)| {
                let value = value.as_ref().map_or("missing".to_owned(), |v| spoken(v.span));
                written(format!("{} = {value}", spoken(target.span)), target.span)
            });
            f.put(What::With, with.collect()).body();
            f.optional(What::On, case.on.map(|d| d.to_string()), at).body();
            let expect = case.expect.iter().map(|e| written(spoken(e.span), e.span));
            f.put(What::Expect, expect.collect()).body();
            out.push(f);
        }
        self.out.extend(out);
    }
}
