//! From the steps of the rules and the facts of one manifest to a plan.

mod dues;
mod marks;

use super::schedule::{self, Task};
use super::{Bound, Deadline, Material, Moment, Plan, Range, Refusal, Rework, State, Step, Usual, Who, diagnostics, words};
use crate::diagnostic::{Diagnostics, Severity, say};
use crate::driver::{self, Checked, Options, Rulebook};
use crate::eval::{self, Answer, Asker, Outcome, Tri, Verdict, Weight};
use crate::hir::Length;
use crate::manifest::Document;
use crate::pack::{Details, NONE, NodePath, StepDetails, StepLimit, StepUsual};
use crate::source::SourceMap;
use crate::value::Calendar;
use crate::value::{Date, DateTime, Value};
use marks::Mark;

/// The plan of one filing at a moment, and the messages of reading it. No plan where the manifest cannot be used.
///
/// The rules are those of the day of the plan.
pub fn plan(
    book: &Rulebook,
    sources: &SourceMap,
    manifest: &str,
    mut document: Document,
    problems: Diagnostics,
    options: &Options,
    moment: Moment,
) -> (Option<Plan>, Checked) {
    let options = Options { on: Some(moment.day), ..options.clone() };
    driver::region_option(&book.index.schema, &mut document, &options, &mut Diagnostics::new());
    let checked = driver::check(book, sources, document.clone(), problems, &options);
    let Some(report) = &checked.report else { return (None, checked) };
    let layers: Vec<_> = checked.layers.iter().map(|l| &book.index.layers[*l]).collect();
    let region =
        layers.iter().rev().find(|l| !l.is_provider && l.extends != NONE).map(|l| (l.id.clone(), l.title.clone(), l.authority.clone()));
    let names = book.schema().roles.name.as_ref().map_or(vec![], |path| document.texts(book.schema(), path));
    let refusing = report.findings.iter().filter(|f| f.diagnostic.severity == Severity::Error);
    let mut plan = Plan {
        manifest: manifest.to_owned(),
        names: names.into_iter().map(str::to_owned).collect(),
        moment,
        filing_type: checked.filing_type.clone(),
        region,
        verdict: report.verdict,
        refusals: refusing.map(|f| Refusal { rules: f.rules.clone(), finding: f.diagnostic.clone() }).collect(),
        not_required: None,
        steps: vec![],
        deadlines: vec![],
        goal: None,
        rework: None,
        missing_years: vec![],
        findings: vec![],
    };
    if report.verdict == Verdict::NotRequired {
        let base = layers.iter().find(|l| l.extends == NONE).and_then(|l| l.otherwise.clone());
        plan.not_required = Some(base.unwrap_or_else(|| say!("no filing is required", "无需备案")));
        return (Some(plan), checked);
    }
    let law = book.law(checked.layers.clone(), &document, moment.day);
    let (details, steps) = (&book.details, book.steps(&checked.layers));
    let asker = Asker::new(book.view(), &law.active, details, book.schema(), &document, moment.day);
    let mut builder =
        Builder { asker, details, steps: &steps, report, moment, calendar: book.view().calendar(), marks: vec![], path: vec![] };
    let evidence = builder.fill(&mut plan);
    diagnostics::missed(&mut plan, &evidence);
    (Some(plan), checked)
}

/// Facts behind the deadlines of a plan, by step.
pub(super) struct Evidence {
    /// What shows each step done.
    pub(super) done: Vec<Option<Answer>>,
    /// The time it was done, where it is stated.
    pub(super) done_at: Vec<Option<DateTime>>,
}

struct Builder<'a> {
    asker: Asker<'a>,
    details: &'a Details,
    /// The steps of the layers that apply, those that come before first.
    steps: &'a [StepDetails],
    report: &'a eval::Report,
    moment: Moment,
    calendar: &'a Calendar,
    marks: Vec<Mark>,
    /// Positions in `steps` of the steps of the path, in order.
    path: Vec<usize>,
}

fn date_of(value: Value) -> Option<(Date, Option<DateTime>)> {
    match value {
        Value::Date(d) => Some((d, None)),
        Value::DateTime(t) => Some((t.date(), Some(t))),
        _ => None,
    }
}

impl<'a> Builder<'a> {
    fn step(&self, i: usize) -> &'a StepDetails {
        &self.steps[i]
    }

    fn fill(&mut self, plan: &mut Plan) -> Evidence {
        self.marks = (0..self.steps.len()).map(|i| self.mark(i)).collect();
        self.set_aside();
        self.order();
        self.settle();
        let position: Vec<Option<usize>> = (0..self.marks.len()).map(|i| self.path.iter().position(|p| *p == i)).collect();
        let tasks: Vec<Task> = self.path.iter().map(|i| self.task(*i, &position)).collect();
        let days = schedule::forward(&tasks, self.moment.day, self.calendar, None);
        plan.goal = self.goal(&tasks);
        let (slack, critical) = match plan.goal {
            Some(goal) => (schedule::slack(&tasks, goal, self.moment.day, self.calendar), schedule::critical(&tasks, &days, goal)),
            None => (vec![None; tasks.len()], vec![false; tasks.len()]),
        };
        for (p, i) in self.path.clone().into_iter().enumerate() {
            let step = self.planned(p, i, &tasks, &days, &position);
            plan.steps.push(Step { slack_days: slack[p], is_critical: critical[p], ..step });
        }
        self.lasting(plan);
        for p in 0..plan.steps.len() {
            let i = self.path[p];
            let deadlines: Vec<Deadline> =
                self.step(i).deadlines.iter().filter_map(|d| self.deadline(d, p, plan, &tasks, &position)).collect();
            // What comes every year may be done until its day.
            let yearly = self.step(i).deadlines.iter().any(|d| matches!(d.limit, StepLimit::Yearly(..)));
            if let Some(due) = deadlines.first().filter(|_| yearly) {
                let finish = plan.steps[p].finish;
                let latest = match (due.due.latest, finish.earliest) {
                    (Bound::On(due), Bound::On(first)) => Bound::On(due.max(first)),
                    (due, _) => due,
                };
                plan.steps[p].finish.latest = latest;
            }
            plan.steps[p].deadlines = deadlines;
        }
        plan.rework = self.rework(&position);
        self.sort(plan);
        Evidence {
            done: self.path.iter().map(|i| self.marks[*i].evidence.clone().filter(|_| self.marks[*i].dated.is_some())).collect(),
            done_at: self.path.iter().map(|i| self.marks[*i].at).collect(),
        }
    }

    fn dates(&mut self, path: &NodePath) -> Vec<(Date, Option<DateTime>, Answer)> {
        self.asker.values(path).into_iter().filter_map(|a| date_of(a.value).map(|(d, t)| (d, t, a.clone()))).collect()
    }

    fn task(&self, i: usize, position: &[Option<usize>]) -> Task {
        let mark = &self.marks[i];
        let step = self.step(i);
        let started = mark.started.as_ref().and_then(|a| date_of(a.value)).map(|(d, t)| t.unwrap_or_else(|| d.at(0, 0, 0, 0)));
        // All but the steps before it is there: then it takes no time of its own.
        let is_prepared = !mark.is_fact && mark.met == Some(Tri::True);
        Task {
            done: mark.done.then_some(mark.dated),
            planned: mark.planned,
            // A time to come is no beginning yet.
            started: started.filter(|t| t.date() <= self.moment.day && !is_prepared),
            takes: if step.until == NONE && !is_prepared { step.takes } else { None },
            before: self.before(i).into_iter().filter_map(|b| position[b]).collect(),
            is_perhaps: !mark.perhaps.is_empty(),
            asks: mark.met == Some(Tri::Unknown),
        }
    }

    /// The last milestone that is not done, else the last step that is not.
    fn goal(&self, tasks: &[Task]) -> Option<usize> {
        let open = |p: &usize| {
            let step = self.step(self.path[*p]);
            tasks[*p].done.is_none() && step.until == NONE && !step.deadlines.iter().any(|d| matches!(d.limit, StepLimit::Yearly(..)))
        };
        let all: Vec<usize> = (0..tasks.len()).filter(open).collect();
        all.iter().rev().find(|p| self.step(self.path[**p]).is_milestone).or(all.last()).copied()
    }

    fn planned(&mut self, p: usize, i: usize, tasks: &[Task], days: &[schedule::Days], position: &[Option<usize>]) -> Step {
        let details = self.step(i);
        let mark = self.marks[i].clone();
        let ready = tasks[p].before.iter().all(|b| tasks[*b].done.is_some());
        let state = match () {
            () if details.until != NONE => State::Lasting,
            () if tasks[p].done.is_some() => State::Done,
            () if !ready => State::Waiting,
            () if !mark.blocks.is_empty() => State::Blocked,
            () => State::Now,
        };
        Step {
            id: details.id.clone(),
            name: details.name.clone(),
            title: details.title.clone(),
            state,
            who: self.who(details),
            after: tasks[p].before.clone(),
            start: days[p].start,
            finish: days[p].finish,
            takes: details.takes.map(|(n, l)| words::takes(n, l)),
            usual: if state == State::Done { None } else { self.usual(details, p, tasks) },
            overdue_since: days[p].overdue_since,
            materials: self.materials(details),
            blocks: if state == State::Done { vec![] } else { mark.blocks },
            deadlines: vec![],
            slack_days: None,
            is_critical: false,
            is_milestone: details.is_milestone,
            is_repeated: mark.is_repeated && tasks[p].done.is_none(),
            perhaps: mark.perhaps,
            asks: if state == State::Done || mark.met != Some(Tri::Unknown) { vec![] } else { mark.asks },
            until: position.get(details.until as usize).copied().flatten(),
            produces: details.produces.clone(),
            rework: (details.on_reject != NONE).then(|| {
                let to = details.on_reject as usize;
                (self.step(to).id.clone(), position.get(self.step(to).returns_to as usize).copied().flatten())
            }),
            advice: details.advice.clone(),
            sources: self.details.source_notes(&details.origin).collect(),
            span: details.span,
        }
    }

    fn who(&mut self, step: &StepDetails) -> Vec<Who> {
        let mut all = Vec::new();
        for actor in &step.actors {
            if self.asker.holds(actor.when).0 == Tri::False {
                continue;
            }
            let mut texts = |path: &Option<NodePath>| {
                let mut list: Vec<String> = Vec::new();
                for answer in path.iter().flat_map(|p| self.asker.values(p)) {
                    if !answer.text.en.is_empty() && !matches!(answer.value, Value::None) && !list.contains(&answer.text.en) {
                        list.push(answer.text.en);
                    }
                }
                list
            };
            let (names, reach) = (texts(&actor.named), texts(&actor.reached));
            all.push(Who { id: actor.id.clone(), title: actor.title.clone(), names, reach });
        }
        all
    }

    fn usual(&mut self, step: &StepDetails, p: usize, tasks: &[Task]) -> Option<Usual> {
        let mut found = None;
        for (usual, when) in &step.usual {
            if self.asker.holds(*when).0 == Tri::True {
                found = Some(usual.clone());
                break;
            }
        }
        let (least, most, origins) = match found? {
            StepUsual::Fixed(least, most) => (least, most, vec![]),
            StepUsual::Params(from, to) => {
                let length = |v: Value| match v {
                    Value::BusinessDays(n) => Some(Length::Business(n)),
                    Value::Duration(d) => Some(Length::Calendar(d)),
                    _ => None,
                };
                let ((a, said_a), (b, said_b)) = (self.asker.parameter(from), self.asker.parameter(to));
                (words::count(length(a)?), length(b)?, vec![said_a, said_b])
            }
        };
        if step.takes == Some((least, most)) {
            return None;
        }
        let said_by = origins.into_iter().find(|o| *o != NONE).map(|o| {
            let change = &self.details.changes[o as usize];
            let notes = self.details.source_notes(&change.origin).chain(self.details.doubt_notes(&change.origin));
            (change.name.clone(), notes.collect())
        });
        let mut tasks = tasks.to_vec();
        tasks[p].takes = Some((least, most));
        let finish = schedule::forward(&tasks, self.moment.day, self.calendar, None)[p].finish;
        Some(Usual { time: words::takes(least, most), finish, said_by })
    }

    fn materials(&mut self, step: &StepDetails) -> Vec<Material> {
        let mut all = Vec::new();
        for m in &step.attach {
            let given =
                m.field.as_ref().is_some_and(|f| self.asker.values(f).iter().any(|a| !matches!(a.value, Value::Unknown | Value::None)));
            let asked = |r: &&eval::RuleReport| {
                r.weight == Weight::Decides
                    && matches!(r.outcome, Outcome::Violated | Outcome::Undetermined)
                    && r.missing.iter().chain(&r.paths).any(|x| !m.path.is_empty() && *x == m.path)
            };
            all.push(Material {
                id: m.id.clone(),
                title: m.title.clone(),
                path: m.path.clone(),
                is_given: given,
                is_missing: !given && self.report.rules.iter().any(|r| asked(&r)),
                formats: m.formats.clone(),
                max_kb: m.max_kb,
            });
        }
        all
    }

    /// A lasting duty ends with its step; where that is no part of the path, with the goal.
    fn lasting(&self, plan: &mut Plan) {
        for p in 0..plan.steps.len() {
            if plan.steps[p].state != State::Lasting {
                continue;
            }
            let until = plan.steps[p].until.or(plan.goal);
            let (finish, is_done) = match until {
                Some(u) => (plan.steps[u].finish, plan.steps[u].state == State::Done),
                None => (Range::on(self.moment.day), true),
            };
            let step = &mut plan.steps[p];
            step.start = Range::on(self.moment.day);
            step.finish = finish;
            step.until = until;
            step.overdue_since = None;
            (step.slack_days, step.is_critical) = (None, false);
            if is_done {
                step.state = State::Done;
                step.start = finish;
                step.blocks.clear();
            }
        }
    }

    fn rework(&self, position: &[Option<usize>]) -> Option<Rework> {
        let r = (0..self.marks.len())
            .find(|r| self.step(*r).returns_to != NONE && self.marks[*r].on_path == Some(true) && !self.marks[*r].done)?;
        let since = self.marks[r].started.as_ref().and_then(|a| date_of(a.value)).map(|(d, _)| d);
        Some(Rework { step: position[r]?, since, again: self.repeated(r).into_iter().filter_map(|i| position[i]).collect() })
    }
}
