//! Steps to `StepDetails`: conditions and fields become nodes, steps are named by their position.

use super::*;
use crate::pack::steps::*;
use std::collections::BTreeSet;

impl Lowering<'_> {
    /// All steps, those that come before first; within that, by id.
    pub(super) fn steps(&mut self) {
        let program = self.program;
        let mut by_id: Vec<StepId> = (0..program.steps.len() as u32).map(StepId).collect();
        by_id.sort_by_key(|s| (&program.steps[s.index()].id, program.steps[s.index()].layer));
        let mut rank = vec![0; by_id.len()];
        by_id.iter().enumerate().for_each(|(i, s)| rank[s.index()] = i);
        // How many steps before it are not placed yet, and the steps after it.
        let mut open: Vec<usize> = program.steps.iter().map(|s| s.after.len()).collect();
        let mut followers: Vec<Vec<StepId>> = vec![Vec::new(); by_id.len()];
        for (i, step) in program.steps.iter().enumerate() {
            step.after.iter().for_each(|(before, _)| followers[before.index()].push(StepId(i as u32)));
        }
        let mut free: BTreeSet<usize> = by_id.iter().filter(|s| open[s.index()] == 0).map(|s| rank[s.index()]).collect();
        let mut position: FxHashMap<StepId, u32> = FxHashMap::default();
        let mut sorted = Vec::with_capacity(by_id.len());
        // Rings were reported; a program with one is never run.
        while let Some(next) = free.pop_first() {
            let step = by_id[next];
            position.insert(step, sorted.len() as u32);
            sorted.push(step);
            for follower in &followers[step.index()] {
                open[follower.index()] -= 1;
                if open[follower.index()] == 0 {
                    free.insert(rank[follower.index()]);
                }
            }
        }
        for id in &sorted {
            let details = self.step(&program.steps[id.index()], &position);
            self.store(|d| &mut d.steps, &details);
            self.out.step_layers.push(program.steps[id.index()].layer.0);
        }
    }

    fn condition(&mut self, e: Option<ExprId>) -> u32 {
        e.map_or(NONE, |e| self.expr(e))
    }

    fn node_path(&mut self, path: &ListPath) -> NodePath {
        let range = path.range.as_ref().map_or(NONE, |r| self.range(r));
        NodePath { range, node: self.field_of(path) }
    }

    fn field_of(&mut self, path: &ListPath) -> u32 {
        let node = self.field(&path.path);
        if let Some((record, field)) = path.path.field
            && let Some(FieldType::Enum(id)) = self.program.schema.record(record).fields.get(field as usize).map(|f| &f.ty)
        {
            self.details.enums.push(NodeEnum { node, of: id.0 });
        }
        node
    }

    fn step(&mut self, step: &Step, position: &FxHashMap<StepId, u32>) -> StepDetails {
        let program = self.program;
        let at = |s: &StepId| position.get(s).copied().unwrap_or(NONE);
        let layer = &program.layer(step.layer).id;
        let name = format!("{layer}/{}", step.id);
        let actors = step
            .actors
            .iter()
            .map(|a| StepActor {
                id: a.id.clone(),
                title: a.title.clone(),
                named: a.named.as_ref().map(|p| self.node_path(p)),
                reached: a.reached.as_ref().map(|p| self.node_path(p)),
                when: self.condition(a.when),
            })
            .collect();
        let deadlines = step
            .deadlines
            .iter()
            .map(|d| StepDeadline {
                limit: match &d.limit {
                    Limit::Within(l, Anchor::Field(p)) => StepLimit::WithinOf(*l, self.node_path(p)),
                    Limit::Within(l, Anchor::Step(s)) => StepLimit::WithinStep(*l, at(s)),
                    Limit::Before(l, p) => StepLimit::Before(*l, self.node_path(p)),
                    Limit::On(p) => StepLimit::On(self.node_path(p)),
                    Limit::Yearly(m, d) => StepLimit::Yearly(*m, *d),
                },
                should: d.should,
                when: self.condition(d.when),
                missed: d.missed.clone(),
                span: d.span,
            })
            .collect();
        let usual = step
            .usual
            .iter()
            .map(|(usual, when)| {
                let usual = match usual {
                    Usual::Fixed(low, high) => StepUsual::Fixed(*low, *high),
                    Usual::Params(from, to) => StepUsual::Params(from.0, to.0),
                };
                (usual, self.condition(*when))
            })
            .collect();
        let attach = step
            .attach
            .iter()
            .map(|(id, span)| {
                let m = &program.materials[id.index()];
                let list_path = |path: &FieldPath| ListPath { range: None, path: path.clone(), span: *span };
                StepMaterial {
                    id: m.id.clone(),
                    title: m.title.clone(),
                    field: m.field.as_ref().map(|p| self.node_path(&list_path(p))),
                    path: m.field.as_ref().map_or(String::new(), |p| p.names.join(".")),
                    formats: m.formats.clone(),
                    max_kb: m.max_kb,
                }
            })
            .collect();
        let mut advice = step.provenance.advice.clone();
        advice.extend(program.advice.iter().filter(|a| a.on.as_deref() == Some(&step.id)).map(|a| a.text.clone()));
        StepDetails {
            id: step.id.clone(),
            name,
            span: step.span,
            title: step.title.clone(),
            actors,
            after: step.after.iter().map(|(s, _)| at(s)).filter(|s| *s != NONE).collect(),
            takes: step.takes.map(|(low, high, _)| (low, high)),
            usual,
            started_on: step.started_on.as_ref().map(|p| self.node_path(p)),
            until: step.until.as_ref().map_or(NONE, at),
            returns_to: step.returns_to.as_ref().map_or(NONE, at),
            is_milestone: step.is_milestone,
            deadlines,
            done_on: step.done_on.as_ref().map(|p| self.node_path(p)),
            done_when: self.condition(step.done_when),
            when: self.condition(step.when),
            attach,
            gates: step
                .gated_by
                .iter()
                .map(|g| match g {
                    Gate::Rule(rule, _) => StepGate::Rule(program.rule_name(*rule)),
                    Gate::Stage(stage) => StepGate::Stage(stage.clone()),
                })
                .collect(),
            produces: step.produces.clone(),
            on_reject: step.on_reject.as_ref().map_or(NONE, at),
            advice,
            origin: self.origin(&step.provenance),
        }
    }
}
