//! Single questions to one filing, beyond its requirements: conditions and dates of steps.

use super::machine::{Items, Machine, Tri};
use super::slice::Active;
use super::trace::{Trace, Tracer};
use crate::diagnostic::{Bilingual, Language};
use crate::manifest::Document;
use crate::pack::{Details, NONE, Node, NodePath, View};
use crate::source::Span;
use crate::value::{Date, Schema, Value};

/// A value of the manifest with its place.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The value; `Unknown` where it is not stated.
    pub value: Value,
    /// Where it was written; empty where it was not.
    pub span: Span,
    /// Its path.
    pub path: String,
    /// As people read it; a text as it was written.
    pub text: Bilingual,
}

/// Answers questions about one filing.
pub struct Asker<'a> {
    machine: Machine<'a>,
    details: &'a Details,
    schema: &'a Schema,
}

impl<'a> Asker<'a> {
    /// For the rules of one day and a document.
    pub fn new(
        lowered: View<'a>,
        active: &'a Active,
        details: &'a Details,
        schema: &'a Schema,
        document: &'a Document,
        submission: Date,
    ) -> Self {
        let machine = Machine::new(lowered, active, document, submission);
        Asker { machine, details, schema }
    }

    /// Whether a condition holds, and the facts that are missing where that is not known. No condition always holds.
    pub fn holds(&mut self, node: u32) -> (Tri, Vec<String>) {
        if node == NONE {
            return (Tri::True, vec![]);
        }
        let truth = self.machine.truth(node);
        if truth != Tri::Unknown {
            return (truth, vec![]);
        }
        let mut trace = Trace::default();
        let loops = vec![NONE; self.machine.env.len()];
        Tracer { machine: &mut self.machine, details: Some(self.details), schema: self.schema, loops }.truth(node, &mut trace);
        let mut missing: Vec<String> = trace.missing.into_iter().map(|m| m.path).collect();
        missing.sort();
        missing.dedup();
        (truth, missing)
    }

    /// The value of a field, or of the field of every item; an absent list gives one unknown value.
    pub fn values(&mut self, path: &NodePath) -> Vec<Answer> {
        let mut loops = vec![NONE; self.machine.env.len()];
        if path.range == NONE {
            return vec![self.answer(path.node, loops)];
        }
        let at = self.machine.lowered.loops.at(path.range);
        loops[at.var as usize] = path.range;
        let Items::Slots(start, length) = self.machine.items_of_loop(&at) else {
            let list =
                Tracer { machine: &mut self.machine, details: Some(self.details), schema: self.schema, loops }.loop_path(path.range, None);
            return vec![Answer { value: Value::Unknown, span: Span::default(), path: list, text: Bilingual::default() }];
        };
        (0..length)
            .map(|n| {
                self.machine.env[at.var as usize] = start + n * at.stride;
                self.answer(path.node, loops.clone())
            })
            .collect()
    }

    fn answer(&mut self, node: u32, loops: Vec<u32>) -> Answer {
        let value = self.machine.value(node);
        let slot = match self.machine.lowered.nodes.at(node) {
            Node::Root { slot, .. } => slot,
            Node::Item { var, offset, .. } => self.machine.env[var as usize].saturating_add(offset),
            _ => NONE,
        };
        let path = Tracer { machine: &mut self.machine, details: Some(self.details), schema: self.schema, loops }.path(node);
        let spans = self.machine.document.span(slot);
        let span = if spans.value.is_empty() { spans.key } else { spans.value };
        let of = self.details.enumeration(node);
        let text = match value {
            Value::Unknown => Bilingual::default(),
            Value::Text(t) => Bilingual::same(self.machine.str(t)),
            other => Bilingual {
                en: self.machine.show(other, of, self.schema, Language::En),
                zh: self.machine.show(other, of, self.schema, Language::Zh),
            },
        };
        Answer { value, span, path, text }
    }

    /// The value of a parameter, and the index into `Details::changes` of the layer's word for it, or `NONE`.
    pub fn parameter(&mut self, index: u32) -> (Value, u32) {
        if index as usize >= self.machine.active.params.len() {
            return (Value::Unknown, NONE);
        }
        let param = self.machine.parameter(index);
        let value = self.machine.lowered.constants.get(param.constant).map_or(Value::Unknown, |c| c.value());
        (value, param.origin)
    }
}
