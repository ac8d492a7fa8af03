//! From the steps of the rules and the facts of one manifest to a plan.

use super::schedule::{self, Task};
use super::{Block, Bound, Deadline, Material, Moment, Plan, Range, Rework, Standing, State, Step, Usual, Who, Why, diagnostics, words};
use crate::diagnostic::{Bilingual, Diagnostics, say};
use crate::driver::{self, Checked, Options, Rulebook};
use crate::eval::{self, Answer, Asker, Outcome, Tri, Verdict, Weight};
use crate::graph::{Details, NONE, NodePath, StepDeadline, StepDetails, StepGate, StepLimit, StepUsual};
use crate::hir::Length;
use crate::manifest::Document;
use crate::source::SourceMap;
use crate::value::calendar::{self, Calendar};
use crate::value::{Date, DateTime, Value, add_to_date, add_to_datetime, days_between};

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
    let mut plan = Plan {
        manifest: manifest.to_owned(),
        moment,
        filing_type: checked.filing_type.clone(),
        region,
        verdict: report.verdict,
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
    let rules = book.rules(&checked.layers);
    let active = eval::slice(&rules.lowered, &document, moment.day, false);
    let details = rules.details();
    let asker = Asker::new(&rules.lowered, &active, details, &book.index.schema, &document, moment.day);
    let mut builder = Builder { asker, details, report, moment, calendar: calendar::builtin(), marks: vec![], path: vec![] };
    let evidence = builder.fill(&mut plan);
    diagnostics::missed(&mut plan, &evidence);
    (Some(plan), checked)
}

/// What the manifest says of a step.
#[derive(Clone, Debug, Default)]
struct Mark {
    /// Part of the path.
    on_path: Option<bool>,
    perhaps: Vec<String>,
    /// First and last date that show it done, and the last date's place.
    dated: Option<(Date, Date)>,
    at: Option<DateTime>,
    evidence: Option<Answer>,
    planned: Option<Date>,
    /// Its condition: done, and whether like a fact.
    met: Option<Tri>,
    asks: Vec<String>,
    is_fact: bool,
    started: Option<Answer>,
    blocks: Vec<Block>,
    /// Done, in the end.
    done: bool,
    /// A date was set aside because the order came back after it.
    is_repeated: bool,
    /// Dates up to this day belong to an order that came back.
    old_until: Option<Date>,
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
    report: &'a eval::Report,
    moment: Moment,
    calendar: &'static Calendar,
    marks: Vec<Mark>,
    /// Positions in `Details::steps` of the steps of the path, in order.
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
        &self.details.steps[i]
    }

    fn fill(&mut self, plan: &mut Plan) -> Evidence {
        self.marks = (0..self.details.steps.len()).map(|i| self.mark(i)).collect();
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

    fn mark(&mut self, i: usize) -> Mark {
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
            if !matches!(rule.outcome, Outcome::Violated | Outcome::Undetermined) || rule.title == Bilingual::default() {
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
    fn before(&self, i: usize) -> Vec<usize> {
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
    fn repeated(&self, r: usize) -> Vec<usize> {
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
    fn set_aside(&mut self) {
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
    fn order(&mut self) {
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
    fn settle(&mut self) {
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
            sources: details.origin.sources.clone(),
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
            (change.name.clone(), change.origin.sources.iter().chain(&change.origin.notes).cloned().collect())
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

    fn deadline(&mut self, d: &StepDeadline, p: usize, plan: &Plan, tasks: &[Task], position: &[Option<usize>]) -> Option<Deadline> {
        if self.asker.holds(d.when).0 == Tri::False {
            return None;
        }
        let (mut from, mut at, mut begun) = (None, None, true);
        let unknown = Range { earliest: Bound::Unknown(Why::NotBegun), latest: Bound::Unknown(Why::NotBegun) };
        let old_until = self.marks[self.path[p]].old_until;
        let mut field = |this: &mut Self, path: &NodePath, shift: &dyn Fn(Date, Option<DateTime>) -> (Bound, Option<DateTime>)| {
            let first = this.dates(path).into_iter().filter(|f| old_until.is_none_or(|o| f.0 > o)).min_by_key(|f| (f.0, f.1));
            match first {
                Some((day, time, answer)) => {
                    from = Some((answer.path, answer.span));
                    let (due, exact) = shift(day, time);
                    at = exact;
                    (Range { earliest: due, latest: due }, this.asker.values(path).first().map(|a| a.path.clone()))
                }
                None => {
                    begun = false;
                    (unknown, this.asker.values(path).first().map(|a| a.path.clone()))
                }
            }
        };
        let calendar = self.calendar;
        let (due, words) = match &d.limit {
            StepLimit::WithinOf(length, path) => {
                let after = |day: Date, time: Option<DateTime>| {
                    let exact = match (length, time) {
                        (Length::Calendar(l), Some(t)) if l.hours > 0 => add_to_datetime(t, *l, 1),
                        _ => None,
                    };
                    (schedule::add(day, time, words::count(*length), *length, calendar), exact)
                };
                let (due, name) = field(self, path, &after);
                let (length, name) = (words::length(*length), name.unwrap_or_default());
                (due, Bilingual::new(format!("within {} of `{name}`", length.en), format!("`{name}` 起 {}内", length.zh)))
            }
            StepLimit::WithinStep(length, anchor) => {
                let i = *anchor as usize;
                let first = position.get(i).copied().flatten().and_then(|a| tasks[a].done.map(|done| (a, done)));
                let range = match (first, position.get(i).copied().flatten()) {
                    (Some((a, done)), _) => {
                        if let Some(e) = &self.marks[i].evidence {
                            from = Some((e.path.clone(), e.span));
                        }
                        done.map_or(
                            Range { earliest: Bound::Unknown(Why::NotStated(a)), latest: Bound::Unknown(Why::NotStated(a)) },
                            |(first, _)| Range::on(first),
                        )
                    }
                    (None, Some(a)) => plan.steps[a].finish,
                    (None, None) => return None,
                };
                let plus = |b: Bound| match b {
                    Bound::On(day) => schedule::add(day, None, words::count(*length), *length, calendar),
                    other => other,
                };
                let due = Range { earliest: plus(range.earliest), latest: plus(range.latest) };
                let step = &self.step(i).title;
                let n = words::length(*length);
                let words = match words::count(*length) {
                    0 => Bilingual::new(format!("on the day of: {}", step.en), format!("“{}”当日", step.zh)),
                    _ => Bilingual::new(format!("within {} of: {}", n.en, step.en), format!("“{}”后 {}内", step.zh, n.zh)),
                };
                (due, words)
            }
            StepLimit::Before(length, path) => {
                let back = |day: Date, _: Option<DateTime>| {
                    let due = match length {
                        Length::Business(n) => {
                            return (
                                calendar.add_business_days(day, -n).map_or_else(|y| Bound::Unknown(Why::Calendar(y)), Bound::On),
                                None,
                            );
                        }
                        Length::Calendar(l) => add_to_date(day, *l, -1),
                    };
                    (due.map_or(Bound::Unknown(Why::NotBegun), Bound::On), None)
                };
                let (due, name) = field(self, path, &back);
                let (n, name) = (words::length(*length), name.unwrap_or_default());
                (due, Bilingual::new(format!("{} before `{name}`", n.en), format!("`{name}` 之前 {}", n.zh)))
            }
            StepLimit::On(path) => {
                let (due, name) = field(self, path, &|day, time| (Bound::On(day), time));
                let name = name.unwrap_or_default();
                (due, say!("by `{name}`", "不晚于 `{name}`"))
            }
            StepLimit::Yearly(month, day) => {
                let (month, day) = (*month, *day);
                let last = self.marks[self.path[p]].dated.map(|(_, last)| last);
                let words = say!("every year by {month:02}-{day:02}", "每年 {month} 月 {day} 日前");
                (self.yearly(month, day, last, p, plan, tasks), words)
            }
        };
        let standing = self.standing(p, &due, at, begun, tasks, matches!(d.limit, StepLimit::Yearly(..)));
        let days_left = due.earliest.day().map(|day| days_between(self.moment.day, day));
        Some(Deadline { words, due, at, days_left, standing, should: d.should, missed: d.missed.clone(), from, span: d.span })
    }

    /// The day of the year that comes after the last time, or after the end of the steps before.
    fn yearly(&self, month: i8, day: i8, last: Option<Date>, p: usize, plan: &Plan, tasks: &[Task]) -> Range {
        let in_year = |year: i16| Date::new(year, month, day).map_or(Bound::Unknown(Why::NotBegun), Bound::On);
        if let Some(last) = last {
            let due = in_year(last.year() + 1);
            return Range { earliest: due, latest: due };
        }
        let next = |from: Bound| match from {
            Bound::On(d) => match in_year(d.year()) {
                Bound::On(due) if due < d => in_year(d.year() + 1),
                due => due,
            },
            other => other,
        };
        let undated = |b: &usize| tasks[*b].done == Some(None);
        let mut range = Range::on(self.moment.day);
        if !tasks[p].before.iter().any(undated) {
            range = plan.steps[p].start;
            let ends = tasks[p].before.iter().map(|b| plan.steps[*b].finish);
            if let Some(end) = ends.max_by_key(|f| f.earliest.day()) {
                range = end;
            }
        }
        Range { earliest: next(range.earliest), latest: next(range.latest) }
    }

    fn standing(&self, p: usize, due: &Range, at: Option<DateTime>, begun: bool, tasks: &[Task], is_yearly: bool) -> Standing {
        if !begun {
            return if tasks[p].done.is_some() { Standing::DoneUndated } else { Standing::NotBegun };
        }
        let mark = &self.marks[self.path[p]];
        if let Some(done) = tasks[p].done.filter(|_| !is_yearly) {
            let (Some((_, last)), Some(due)) = (done, due.exact()) else { return Standing::DoneUndated };
            let is_late = match (at, mark.at) {
                (Some(limit), Some(time)) => time > limit,
                _ => last > due,
            };
            return if is_late { Standing::Late(days_between(due, last)) } else { Standing::Kept };
        }
        let Some(last) = due.exact() else { return Standing::Open };
        let is_over = match (at, self.moment.at) {
            (Some(limit), Some(now)) => now > limit,
            _ => self.moment.day > last,
        };
        if is_over { Standing::Missed(days_between(last, self.moment.day)) } else { Standing::Open }
    }

    fn rework(&self, position: &[Option<usize>]) -> Option<Rework> {
        let r = (0..self.marks.len())
            .find(|r| self.step(*r).returns_to != NONE && self.marks[*r].on_path == Some(true) && !self.marks[*r].done)?;
        let since = self.marks[r].started.as_ref().and_then(|a| date_of(a.value)).map(|(d, _)| d);
        Some(Rework { step: position[r]?, since, again: self.repeated(r).into_iter().filter_map(|i| position[i]).collect() })
    }

    fn sort(&self, plan: &mut Plan) {
        let steps = &plan.steps;
        let mut all: Vec<(usize, usize)> = (0..steps.len()).flat_map(|s| (0..steps[s].deadlines.len()).map(move |d| (s, d))).collect();
        let key = |(s, d): &(usize, usize)| {
            let due = &steps[*s].deadlines[*d];
            (due.due.earliest.day().is_none(), due.due.earliest.day(), due.at, due.due.latest.day(), *s, *d)
        };
        all.sort_by_key(key);
        let years = |r: &Range| {
            [r.earliest, r.latest].into_iter().filter_map(|b| match b {
                Bound::Unknown(Why::Calendar(year)) => Some(year),
                _ => None,
            })
        };
        let mut missing: Vec<i16> =
            steps.iter().flat_map(|s| years(&s.finish).chain(s.deadlines.iter().flat_map(|d| years(&d.due)))).collect();
        missing.sort_unstable();
        missing.dedup();
        plan.deadlines = all;
        plan.missing_years = missing;
    }
}
