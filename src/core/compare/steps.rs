//! The steps of a program as declarations with their parts.

use super::facts::{Collector, Item, fact, item, title_text};
use super::meaning::{Space, duration};
use super::places::{one_line, texts_span};
use super::words::{Kind, What};
use crate::hir::*;
use crate::source::Span;
use crate::syntax::ast;

fn length_text(length: Length) -> String {
    match length {
        Length::Calendar(d) => duration(d),
        Length::Business(n) => format!("{n} business days"),
    }
}

impl Collector<'_> {
    pub(super) fn steps(&mut self) {
        let mut out = Vec::new();
        for s in &self.program.steps {
            let at = s.span;
            let body = self.written(at).map(|w| w.body);
            let mut f = fact(Kind::Step, self.layer_id(s.layer), &s.id, &s.title, at, Some(Space::Step));
            self.title(&mut f, at);
            f.pieces.iter_mut().for_each(|p| p.in_body = true);
            let place = |n: Option<&ast::Name>| n.map_or(at, |n| n.span);
            let actors = s.actors.iter().enumerate().map(|(i, a)| {
                let mut parts = vec![a.id.clone()];
                parts.extend(a.named.as_ref().map(|p| format!("named {}", self.list_path(p))));
                parts.extend(a.reached.as_ref().map(|p| format!("reached at {}", self.list_path(p))));
                let span = place(body.and_then(|b| b.actors().nth(i)).map(|a| &a.name));
                self.when(Item { meaning: parts.join(" "), text: parts.join(" "), span }, a.when)
            });
            f.put(What::Actors, actors.collect()).body();
            let named = |meaning: String, text: &str, span: Span| Item { meaning, text: text.to_owned(), span };
            let step = |i: StepId, span: Span| named(self.meaning.step(i), &self.program.steps[i.index()].id, span);
            f.put(What::After, s.after.iter().map(|(i, span)| step(*i, *span)).collect());
            let takes = s.takes.map(|(low, high, span)| item(format!("{low} .. {}", length_text(high)), span));
            f.put(What::Takes, takes.into_iter().collect()).body();
            let usual = s.usual.iter().map(|(usual, when)| {
                let text = match usual {
                    Usual::Fixed(low, high) => format!("{low} .. {}", length_text(*high)),
                    Usual::Params(low, high) => format!("{} .. {}", self.meaning.param(*low), self.meaning.param(*high)),
                };
                self.when(item(text, at), *when)
            });
            f.put(What::Usual, usual.collect());
            let deadlines = s.deadlines.iter().map(|d| self.deadline(d));
            f.put(What::Deadline, deadlines.collect()).body();
            f.put(What::StartedOn, s.started_on.iter().map(|p| item(self.list_path(p), p.span)).collect());
            f.put(What::DoneOn, s.done_on.iter().map(|p| item(self.list_path(p), p.span)).collect()).body();
            self.condition(&mut f, What::DoneWhen, s.done_when, &[]).body();
            let types = self.types_of(body);
            self.filing_types(&mut f, &types, at, body).body();
            let when = self.own_condition(!types.is_empty(), s.when, at);
            self.condition(&mut f, What::Condition, when, &[]).body();
            let attach = s.attach.iter().map(|(m, span)| named(self.meaning.material(*m), &self.program.materials[m.index()].id, *span));
            f.put(What::Materials, attach.collect());
            let gates = s.gated_by.iter().map(|g| match g {
                Gate::Rule(r, span) => named(self.meaning.rule(*r), &self.program.rule_name(*r), *span),
                Gate::Stage(stage) => item(format!("stage {stage}"), at),
            });
            f.put(What::GatedBy, gates.collect());
            f.put(What::Until, s.until.map(|i| step(i, place(body.and_then(|b| b.until())))).into_iter().collect());
            let produces = body.and_then(|b| b.produces()).map_or(at, texts_span);
            f.optional(What::Produces, s.produces.as_ref().map(title_text), produces);
            let reject = s.on_reject.map(|i| step(i, place(body.and_then(|b| b.on_reject()))));
            f.put(What::OnReject, reject.into_iter().collect());
            let returns = s.returns_to.map(|i| step(i, place(body.and_then(|b| b.returns_to()))));
            f.put(What::ReturnsTo, returns.into_iter().collect());
            f.one(What::Milestone, if s.is_milestone { "yes" } else { "no" }, at);
            self.provenance(&mut f, &s.provenance, at);
            out.push(f);
        }
        self.out.extend(out);
    }

    /// A path, or the path in every item of a list.
    fn list_path(&self, p: &ListPath) -> String {
        match &p.range {
            Some(range) => format!("{}.{}", range.list.names.join("."), p.path.names.join(".")),
            None => p.path.names.join("."),
        }
    }

    fn when(&self, mut of: Item, when: Option<ExprId>) -> Item {
        if let Some(when) = when {
            of.meaning.push_str(&format!(" when {}", self.meaning.expr(when)));
            of.text.push_str(&format!(" when {}", one_line(self.side.sources, self.program.expr(when).span)));
        }
        of
    }

    fn deadline(&self, d: &Deadline) -> Item {
        let anchor = |a: &Anchor| match a {
            Anchor::Field(p) => (self.list_path(p), self.list_path(p)),
            Anchor::Step(s) => (self.meaning.step(*s), self.program.steps[s.index()].id.clone()),
        };
        let (mut meaning, mut text) = match &d.limit {
            Limit::Within(length, a) => {
                let (meaning, text) = anchor(a);
                let length = length_text(*length);
                (format!("within {length} of {meaning}"), format!("within {length} of {text}"))
            }
            limit => {
                let text = match limit {
                    Limit::Before(length, p) => format!("{} before {}", length_text(*length), self.list_path(p)),
                    Limit::On(p) => format!("on {}", self.list_path(p)),
                    Limit::Yearly(month, day) => format!("yearly by {month:02}-{day:02}"),
                    Limit::Within(..) => String::new(),
                };
                (text.clone(), text)
            }
        };
        for side in [&mut meaning, &mut text] {
            if d.should {
                side.push_str(" should");
            }
            if let Some(missed) = &d.missed {
                side.push_str(&format!(" missed {}", title_text(missed)));
            }
        }
        self.when(Item { meaning, text, span: d.span }, d.when)
    }
}
