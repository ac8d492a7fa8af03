//! What the manifest says of each step: whether it is part of the path, done, begun, or stopped by requirements.

use super::{Builder, date_of};
use crate::diagnostic::Bilingual;
use crate::eval::{Answer, Outcome, Tri, Weight};
use crate::pack::{NONE, StepGate, StepLimit};
use crate::plan::Block;
use crate::value::{Date, DateTime};

/// What the manifest says of a step.
#[derive(Clone, Debug, Default)]
pub(super) struct Mark {
    /// Part of the path.
    pub(super) on_path: Option<bool>,
    pub(super) perhaps: Vec<String>,
    /// First and last date that show it done, and the last date's place.
    pub(super) dated: Option<(Date, Date)>,
    pub(super) at: Option<DateTime>,
    pub(super) evidence: Option<Answer>,
    pub(super) planned: Option<Date>,
    /// Its condition: done, and whether like a fact.
    pub(super) met: Option<Tri>,
    pub(super) asks: Vec<String>,
    pub(super) is_fact: bool,
    pub(super) started: Option<Answer>,
    pub(super) blocks: Vec<Block>,
    /// Done, in the end.
    pub(super) done: bool,
    /// A date was set aside because the order came back after it.
    pub(super) is_repeated: bool,
    /// Dates up to this day belong to an order that came back.
    pub(super) old_until: Option<Date>,
}

impl Builder<'_> {
    pub(super) fn mark(&mut self, i: usize) -> Mark {
        let step = self.step(i);
        let mut mark = Mark::default();
        let (when, missing) = self.asker.holds(step.when);
        mark.on_path = Some(when != Tri::False);
        if when == Tri::Unknown {
            mark.perhaps = missing;
        }
        if when == Tri::False {
            return mark;
        }
        if let Some(path) = &step.done_on {
            mark.is_fact = true;
            let n = self.asker.values(path).len();
            let found = self.dates(path);
            let is_past = |d: Date, t: Option<DateTime>| match (t, self.moment.at) {
                (Some(t), Some(now)) => t <= now,
                _ => d <= self.moment.day,
            };
            if n > 0 && found.len() == n {
                let first = found.iter().map(|f| f.0).min().unwrap_or(self.moment.day);
                if let Some((last, at, answer)) = found.iter().max_by_key(|f| (f.0, f.1)).cloned() {
                    if is_past(last, at) {
                        (mark.dated, mark.at, mark.evidence) = (Some((first, last)), at, Some(answer));
                    } else {
                        mark.planned = Some(last);
                    }
                }
            }
        }
        if step.done_when != NONE {
            let (met, missing) = self.asker.holds(step.done_when);
            (mark.met, mark.asks) = (Some(met), missing);
        }
        if let Some(path) = &step.started_on {
            mark.started = self.dates(path).into_iter().max_by_key(|f| (f.0, f.1)).map(|f| f.2);
        }
        mark.blocks = self.blocks(&step.gates);
        mark
    }

    fn blocks(&self, gates: &[StepGate]) -> Vec<Block> {
        let mut blocks: Vec<Block> = Vec::new();
        for rule in &self.report.rules {
            let is_open = rule.outcome == Outcome::Undetermined && rule.keeps_incomplete;
            if !(rule.outcome == Outcome::Violated || is_open) || rule.title == Bilingual::default() {
                continue;
            }
            let named = gates.contains(&StepGate::Rule(rule.name.clone()));
            let by_stage = rule.weight == Weight::Decides && gates.contains(&StepGate::Stage(rule.stage.clone()));
            if (named && rule.weight != Weight::Notes) || by_stage {
                let finding = self.report.findings.iter().find(|f| f.rules.contains(&rule.name));
                blocks.push(Block {
                    rule: rule.name.clone(),
                    help: finding.and_then(|f| f.diagnostic.help.first().cloned()),
                    title: rule.title.clone(),
                    outcome: rule.outcome,
                    why: rule.why.clone(),
                    missing: rule.missing.clone(),
                });
            }
        }
        blocks
    }

    /// Positions of the steps before one, with those that are no part of the path replaced by the steps before them.
    pub(super) fn before(&self, i: usize) -> Vec<usize> {
        if self.step(i).returns_to != NONE {
            return vec![];
        }
        let mut found = Vec::new();
        let mut stack: Vec<usize> = self.step(i).after.iter().rev().map(|a| *a as usize).collect();
        let mut seen = vec![false; self.marks.len()];
        while let Some(at) = stack.pop() {
            if std::mem::replace(&mut seen[at], true) {
                continue;
            }
            let is_passed = self.marks[at].on_path != Some(true) || self.step(at).until != NONE;
            if is_passed { stack.extend(self.step(at).after.iter().rev().map(|a| *a as usize)) } else { found.push(at) }
        }
        for r in 0..self.marks.len() {
            if self.marks[r].on_path == Some(true) && self.step(r).returns_to == i as u32 {
                found.push(r);
            }
        }
        found.sort_unstable();
        found
    }

    /// Steps that are taken again after a return: from the one it leads back to, up to those that may refuse.
    pub(super) fn repeated(&self, r: usize) -> Vec<usize> {
        let n = self.marks.len();
        let reaches = |from: usize| {
            let mut reached = vec![false; n];
            reached[from] = true;
            for i in 0..n {
                if i != from && self.before(i).iter().any(|b| *b != r && reached[*b]) {
                    reached[i] = true;
                }
            }
            reached
        };
        let start = self.step(r).returns_to as usize;
        let after = reaches(start);
        (0..n)
            .filter(|i| after[*i] && self.marks[*i].on_path == Some(true))
            .filter(|i| {
                let on = reaches(*i);
                (0..n).any(|x| on[x] && self.step(x).on_reject == r as u32 && self.marks[x].on_path == Some(true))
            })
            .collect()
    }

    /// An order that came back: what was done until then does not count any more.
    pub(super) fn set_aside(&mut self) {
        for r in 0..self.marks.len() {
            if self.step(r).returns_to == NONE || self.marks[r].on_path != Some(true) {
                continue;
            }
            let since = self.marks[r].started.as_ref().and_then(|a| date_of(a.value)).map(|(d, _)| d);
            let back = self.marks[r].met != Some(Tri::True);
            for i in self.repeated(r) {
                let mark = &mut self.marks[i];
                mark.is_repeated = back;
                mark.old_until = since;
                let is_old = match (mark.dated, since) {
                    (Some((_, last)), Some(since)) => last <= since,
                    (Some(_), None) => back,
                    (None, _) => false,
                };
                if is_old && (back || mark.met != Some(Tri::True)) {
                    (mark.dated, mark.at, mark.evidence) = (None, None, None);
                }
                if back && mark.started.as_ref().and_then(|a| date_of(a.value)).is_some_and(|(d, _)| since.is_none_or(|s| d <= s)) {
                    mark.started = None;
                }
                if back && mark.met == Some(Tri::True) {
                    mark.met = Some(Tri::False);
                }
            }
        }
    }

    /// Steps of the path in order: those before first, then by position in the rules.
    pub(super) fn order(&mut self) {
        let all: Vec<usize> = (0..self.marks.len()).filter(|i| self.marks[*i].on_path == Some(true)).collect();
        let before: Vec<Vec<usize>> = (0..self.marks.len()).map(|i| self.before(i)).collect();
        let mut sorted: Vec<usize> = Vec::new();
        while sorted.len() < all.len() {
            let open = |i: &&usize| !sorted.contains(i);
            let free = |i: &&usize| before[**i].iter().all(|b| sorted.contains(b));
            let Some(next) = all.iter().filter(open).find(free).or_else(|| all.iter().find(open)).copied() else { break };
            sorted.push(next);
        }
        self.path = sorted;
    }

    /// Which steps are done: dated ones and those before them, then those whose condition, gates and steps before hold.
    pub(super) fn settle(&mut self) {
        for i in &self.path {
            let mark = &mut self.marks[*i];
            let is_yearly = self.details.steps[*i].deadlines.iter().any(|d| matches!(d.limit, StepLimit::Yearly(..)));
            mark.done = !is_yearly && (mark.dated.is_some() || mark.is_fact && mark.met == Some(Tri::True));
        }
        // An order that came back was submitted once: what comes before that was done.
        for r in self.path.clone() {
            let target = self.step(r).returns_to;
            if target != NONE && self.marks[target as usize].on_path == Some(true) {
                for b in self.before(target as usize).into_iter().filter(|b| *b != r) {
                    self.marks[b].done = true;
                }
            }
        }
        for i in self.path.clone().into_iter().rev() {
            if self.marks[i].done {
                for b in self.before(i) {
                    self.marks[b].done = true;
                }
            }
        }
        for i in self.path.clone() {
            let mark = &self.marks[i];
            let is_soft = !mark.is_fact && mark.met == Some(Tri::True) && mark.blocks.is_empty();
            if !mark.done && is_soft && self.before(i).iter().all(|b| self.marks[*b].done) {
                self.marks[i].done = true;
            }
        }
    }
}
