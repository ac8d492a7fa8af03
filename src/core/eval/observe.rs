//! What an evaluation saw: the truth of every condition, exception and row, without the shortcuts of a plain run.

use super::machine::{Items, Machine, Tri};
use super::slice::ActiveException;
use super::{Evaluation, Outcome};
use crate::pack::{NONE, Node, Slice};

/// One thing an evaluation saw. `details` are indices into `Details::versions` or `Details::changes`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs)]
pub enum Seen {
    /// A version of a requirement ended like this.
    Outcome { details: u32, outcome: Outcome },
    /// A condition, by the number of its expression.
    Condition { expr: u32, truth: Tri },
    /// A row of a decision table; the row after the last is what holds otherwise.
    Row { expr: u32, row: u32 },
    /// An exception.
    Exception { details: u32, truth: Tri },
    /// A waiver.
    Waiver { details: u32, truth: Tri },
    /// A layer's value of a parameter was in force.
    Value { details: u32 },
}

/// Looks at everything that is in force for one document; where the base does not apply, only at what holds all the same. The machine must be
/// fresh.
pub fn observe(machine: Machine<'_>, evaluation: &Evaluation, base_applies: bool, see: &mut dyn FnMut(Seen)) {
    let mut observer = Observer { machine, see };
    observer.run(evaluation, base_applies);
}

struct Observer<'m, 's> {
    machine: Machine<'m>,
    see: &'s mut dyn FnMut(Seen),
}

impl Observer<'_, '_> {
    fn run(&mut self, evaluation: &Evaluation, base_applies: bool) {
        let active = self.machine.active;
        for (p, param) in active.params.iter().enumerate() {
            for value in &param.conditional {
                self.condition(value.when);
            }
            let value = self.machine.parameter(p as u32);
            if value.origin != NONE && value.constant != NONE {
                (self.see)(Seen::Value { details: value.origin });
            }
        }
        for i in 0..self.machine.lowered.defs.len() {
            self.condition(self.machine.lowered.defs.at(i).root);
        }
        for (i, ended) in evaluation.ended.iter().enumerate() {
            let version = self.machine.version(i);
            if !base_applies && !version.even_if_not_required {
                continue;
            }
            (self.see)(Seen::Outcome { details: version.details, outcome: ended.outcome });
            for waiver in &active.rules[i].waivers {
                let truth = if waiver.when == NONE { Tri::True } else { self.machine.waiver_truth(i, waiver.when) };
                (self.see)(Seen::Waiver { details: waiver.details, truth });
            }
            self.items(i, version.loops);
        }
    }

    /// The conditions of a rule for each item of its loops.
    fn items(&mut self, i: usize, loops: Slice) {
        let mut items: Vec<(Vec<u32>, bool)> = Vec::new();
        self.machine.each_item(loops, &mut |m, is_known| items.push((m.env.clone(), is_known)));
        for (env, is_known) in items {
            self.machine.env = env;
            if is_known {
                self.item(i);
            }
        }
    }

    fn item(&mut self, i: usize) {
        let version = self.machine.version(i);
        if version.when != NONE {
            self.condition(version.when);
        }
        if self.machine.applies(i, version.when) == Tri::False {
            return;
        }
        self.condition(version.require);
        let active = self.machine.active;
        for exception in &active.rules[i].exceptions {
            self.exception(exception);
        }
    }

    fn exception(&mut self, exception: &ActiveException) {
        self.condition(exception.when);
        let truth = self.machine.exception(exception);
        (self.see)(Seen::Exception { details: exception.details, truth });
        if self.machine.truth(exception.when) != Tri::False {
            for unless in &exception.unless {
                self.exception(unless);
            }
        }
    }

    /// The truth of a condition and of all conditions inside it.
    fn condition(&mut self, node: u32) {
        let lowered = self.machine.lowered;
        let expr = lowered.origin(node);
        match lowered.nodes.at(node) {
            Node::Decide(slice, _) => return self.table(expr, slice),
            Node::And(slice) | Node::Or(slice) => {
                for at in slice.range() {
                    self.condition(self.machine.operand(at));
                }
            }
            Node::Not(inner) => self.condition(inner),
            Node::Quantified { range, body, .. } | Node::Count { range, body } if body != NONE => self.each(range, body),
            _ => {}
        }
        if expr != NONE {
            let truth = self.machine.truth(node);
            (self.see)(Seen::Condition { expr, truth });
        }
    }

    fn each(&mut self, range: u32, body: u32) {
        let at = self.machine.lowered.loops.at(range);
        let Items::Slots(start, length) = self.machine.items_of_loop(&at) else { return };
        let saved = self.machine.env[at.var as usize];
        for n in 0..length {
            self.machine.env[at.var as usize] = start + n * at.stride;
            self.condition(body);
        }
        self.machine.env[at.var as usize] = saved;
    }

    fn table(&mut self, expr: u32, rows: Slice) {
        let mut hit = None;
        for (row, at) in rows.range().step_by(2).enumerate() {
            let condition = self.machine.operand(at);
            self.condition(condition);
            match self.machine.truth(condition) {
                Tri::True if hit.is_none() => hit = Some(Some(row as u32)),
                Tri::Unknown if hit.is_none() => hit = Some(None),
                _ => {}
            }
        }
        let row = hit.unwrap_or(Some(rows.length / 2));
        if let (Some(row), true) = (row, expr != NONE) {
            (self.see)(Seen::Row { expr, row });
        }
    }
}
