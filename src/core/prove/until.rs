//! Until when a filing stays as good as it is: what bites next, and which date to move.
//!
//! A filing is asked for as if it were submitted on a later day. Its outcomes can change on few days only: where the law turns, and where a condition
//! that reads the day comes out differently. A comparison of the day with other dates changes at most once, or stops being known, so it is bisected;
//! any other condition that reads the day is asked day by day. Each of these days is then checked as a whole.

use super::facts::{Place, places};
use super::space::{Reads, Space};
use crate::builtin::Builtin;
use crate::driver::{self, Options, Outcomes, Rulebook};
use crate::eval::{Absence, Machine, Outcome, Probe, Tri, Verdict, Weight};
use crate::manifest::Document;
use crate::pack::{NONE, Node, View};
use crate::value::{self, Date, Duration, Value, add_to_date};
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::BTreeSet;

/// A rule that ends differently from a day on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bite {
    /// The first day.
    pub day: Date,
    /// Full id of the rule.
    pub rule: String,
    /// How it ends the day before; nothing where it is not in force.
    pub before: Option<Outcome>,
    /// How it ends from that day on.
    pub after: Option<Outcome>,
    /// Dates that the filing states and that the rule reads, the next to come first.
    pub dates: Vec<(String, Date)>,
}

/// What happens to a filing that is submitted later.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Until {
    /// What becomes of it on the first day.
    pub verdict: Verdict,
    /// The first day on which it is refused; nothing where that does not happen.
    pub refused_from: Option<Date>,
    /// Rules that decide and end differently, in the order of the days.
    pub bites: Vec<Bite>,
    /// The last day that was asked about.
    pub until: Date,
    /// The last day that business days were counted for, where some are counted beyond it: what needs them is not decided from then on.
    pub calendar_ends: Option<Date>,
}

/// Most days that are asked about.
const MAX_DAYS: i64 = 366 * 10;

/// What happens to a filing if it is submitted on later days, up to and with `until`.
pub fn until(book: &Rulebook, document: &Document, options: &Options, until: Date) -> Until {
    let mut document = document.clone();
    driver::region_option(book.schema(), &mut document, options, &mut crate::diagnostic::Diagnostics::new());
    let on = driver::submission_date(book.schema(), &document, options);
    // Submitted on another day: what the filing says of that day is taken out.
    if let Some(place) = &book.schema().roles.submission_day {
        document.slots[place.slot as usize] = Value::Unknown;
    }
    let on = on.max(options.on.unwrap_or(options.today));
    let last = latest(on, until);
    let asked = |day: Date| driver::evaluate(book, &document, day, options.strict, options.require_look_ups);
    let mut before = asked(on);
    let verdict = before.verdict(book);
    let mut out =
        Until { verdict, refused_from: (verdict == Verdict::Rejected).then_some(on), bites: Vec::new(), until: last, calendar_ends: None };
    let (_, covered) = book.view().calendar().covered();
    let mut counts_beyond = false;
    let mut day = on;
    // The rules in force may change with the law: each stretch between two turns has its own conditions.
    while day < last {
        let turn = before.law.active.turns.iter().map(|(d, _)| *d).find(|d| *d > day).unwrap_or(last).min(last);
        let mut days = changes(book, &before, &document, day, turn);
        days.insert(turn);
        for next in days.into_iter().filter(|d| *d > day) {
            let after = asked(next);
            compare(book, &document, &before, &after, next, &mut out.bites);
            if after.verdict(book) == Verdict::Rejected {
                out.refused_from.get_or_insert(next);
            }
            counts_beyond |= next > covered || after.all.gaps.iter().any(|g| g.is_calendar);
            before = after;
        }
        day = turn;
    }
    out.calendar_ends = (counts_beyond && covered < last).then_some(covered);
    out
}

/// The last day that is asked about.
fn latest(on: Date, until: Date) -> Date {
    until.min(day_after(on, MAX_DAYS))
}

/// So many days after another; the last day there is where there is none.
fn day_after(day: Date, n: i64) -> Date {
    let days = Duration { days: i32::try_from(n).unwrap_or(i32::MAX), ..Duration::default() };
    add_to_date(day, days, 1).unwrap_or(Date::MAX)
}

/// How each rule in force ends where it decides, by its number.
fn decides(book: &Rulebook, outcomes: &Outcomes) -> FxHashMap<u32, Outcome> {
    let scale = outcomes.scale(book.view());
    let counts = |i: &usize| scale.is_asked(*i) && (scale.ended[*i].outcome != Outcome::Violated || scale.weigh(*i) == Weight::Decides);
    (0..scale.ended.len()).filter(counts).map(|i| (outcomes.law.active.rules[i].rule, scale.ended[i].outcome)).collect()
}

fn compare(book: &Rulebook, document: &Document, before: &Outcomes, after: &Outcomes, day: Date, out: &mut Vec<Bite>) {
    let (old, new) = (decides(book, before), decides(book, after));
    let mut rules: Vec<u32> = old.keys().chain(new.keys()).copied().collect();
    rules.sort_unstable();
    rules.dedup();
    let is_bad = |o: Option<&Outcome>| o == Some(&Outcome::Violated);
    for rule in rules {
        let (was, is) = (old.get(&rule), new.get(&rule));
        if is_bad(was) != is_bad(is) {
            let held = if is_bad(is) { after } else { before };
            let dates = dates_of(book, document, held, rule, day);
            let rule = book.view().rule_name(rule).to_owned();
            out.push(Bite { day, rule, before: was.copied(), after: is.copied(), dates });
        }
    }
}

/// The dates that a filing states and that a rule reads, the next to come first.
fn dates_of(book: &Rulebook, document: &Document, outcomes: &Outcomes, rule: u32, day: Date) -> Vec<(String, Date)> {
    let active = &outcomes.law.active;
    let Some(i) = active.rules.iter().position(|r| r.rule == rule) else { return Vec::new() };
    let slots = super::encode::reads_of_rule(book.view(), active, &Space::new(document.clone()), &mut Reads::default(), i);
    let places = places(book.schema(), document);
    let found = |p: &Place| match document.slots.get(p.slot as usize) {
        Some(Value::Date(d)) => Some((p.path.clone(), *d)),
        _ => None,
    };
    let mut dates: Vec<(String, Date)> = slots.iter().filter_map(|s| places.get(*s)).filter_map(found).collect();
    let day = |d: Date| value::days_between(day, d);
    dates.sort_by_key(|(path, d)| (day(*d) < -1, day(*d).abs(), path.clone()));
    dates.truncate(3);
    dates
}

struct Leaf {
    node: u32,
    env: Vec<u32>,
}

/// The days after one and up to another on which a condition that reads the day comes out differently.
fn changes(book: &Rulebook, outcomes: &Outcomes, document: &Document, from: Date, to: Date) -> BTreeSet<Date> {
    let view = book.view();
    let active = &outcomes.law.active;
    let space = Space::new(document.clone());
    let mut finder = Finder {
        view,
        space: &space,
        reads: Reads::default(),
        reads_day: FxHashMap::default(),
        seen: FxHashSet::default(),
        leaves: Vec::new(),
    };
    let mut nodes: Vec<(u32, Vec<u32>)> = view.layers.iter().map(|l| (l.applies, vec![0; view.n_variables()])).collect();
    for rule in &active.rules {
        let version = view.versions.at(rule.version);
        let mut own = vec![version.when, version.require];
        own.extend(rule.waivers.iter().map(|w| w.when));
        let mut open: Vec<_> = rule.exceptions.iter().collect();
        while let Some(exception) = open.pop() {
            own.push(exception.when);
            open.extend(&exception.unless);
        }
        for env in super::encode::combinations(view, &space, version.loops, &mut BTreeSet::new()) {
            nodes.extend(own.iter().map(|n| (*n, env.clone())));
        }
    }
    for (node, mut env) in nodes {
        finder.node(node, &mut env);
    }
    let n_days = value::days_between(from, to).max(0);
    let day = |n: i64| day_after(from, n);
    let mut out = BTreeSet::new();
    for leaf in std::mem::take(&mut finder.leaves) {
        for absence in [Absence::Told, Absence::FactsOpen] {
            let ask = |n: i64| {
                let probe = Probe { node: leaf.node, env: &leaf.env, absence, absent_from: None };
                Machine::new(view, active, document, day(n)).probe(probe).0
            };
            if finder.is_monotone(leaf.node) {
                split(&ask, 0, ask(0), n_days, ask(n_days), &mut |n| _ = out.insert(day(n)));
            } else {
                let mut before = ask(0);
                for n in 1..=n_days {
                    let now = ask(n);
                    if now != before {
                        out.insert(day(n));
                    }
                    before = now;
                }
            }
        }
    }
    out
}

/// The days on which something changes that takes each value on one stretch of days only.
fn split(ask: &dyn Fn(i64) -> Tri, low: i64, at_low: Tri, high: i64, at_high: Tri, found: &mut dyn FnMut(i64)) {
    if at_low == at_high {
        return;
    }
    if low + 1 == high {
        found(high);
        return;
    }
    let middle = low + (high - low) / 2;
    let at_middle = ask(middle);
    split(ask, low, at_low, middle, at_middle, found);
    split(ask, middle, at_middle, high, at_high, found);
}

struct Finder<'f> {
    view: View<'f>,
    space: &'f Space,
    reads: Reads,
    reads_day: FxHashMap<u32, bool>,
    seen: FxHashSet<(u32, Vec<u32>)>,
    leaves: Vec<Leaf>,
}

impl Finder<'_> {
    fn reads_day(&mut self, node: u32) -> bool {
        if let Some(known) = self.reads_day.get(&node) {
            return *known;
        }
        let found = match self.view.nodes.at(node) {
            Node::SubmissionDate => true,
            Node::Def(def) => self.reads_day(self.view.defs.at(def).root),
            // A scalar is judged by the day of the check.
            Node::Call(Builtin::IsValid, _) => true,
            _ => self.view.operands_of(node).into_iter().any(|n| self.reads_day(n)),
        };
        self.reads_day.insert(node, found);
        found
    }

    /// Whether a comparison has the day on one side only, in a form that grows or shrinks with it.
    fn is_monotone(&mut self, node: u32) -> bool {
        let Node::Ordered(_, a, b) = self.view.nodes.at(node) else { return false };
        matches!((self.grows(a), self.grows(b)), (Some(true), Some(false)) | (Some(false), Some(true)))
    }

    /// Whether an expression reads the day; nothing where it does so in another way than by growing or shrinking with it.
    fn grows(&mut self, node: u32) -> Option<bool> {
        // What does not read the day is not followed: definitions share what they read.
        if !self.reads_day(node) {
            return Some(false);
        }
        match self.view.nodes.at(node) {
            Node::SubmissionDate => Some(true),
            Node::Def(def) => self.grows(self.view.defs.at(def).root),
            Node::Add { left, right, .. } => match (self.grows(left)?, self.grows(right)?) {
                (true, true) => None,
                (a, b) => Some(a || b),
            },
            Node::Call(Builtin::DaysBetween | Builtin::YearsBetween | Builtin::BusinessDaysBetween, slice) => {
                let mut reading = 0;
                for argument in self.view.operands.slice(slice) {
                    reading += usize::from(self.grows(argument)?);
                }
                (reading == 1).then_some(true)
            }
            _ => None,
        }
    }

    fn node(&mut self, node: u32, env: &mut Vec<u32>) {
        if node == NONE || !self.reads_day(node) {
            return;
        }
        let key = (node, if self.reads.reads_loop(self.view, node) { env.clone() } else { Vec::new() });
        if !self.seen.insert(key) {
            return;
        }
        match self.view.nodes.at(node) {
            Node::And(_) | Node::Or(_) | Node::Not(_) => {
                for inner in self.view.operands_of(node) {
                    self.node(inner, env);
                }
            }
            Node::Def(def) => self.node(self.view.defs.at(def).root, &mut vec![0; self.view.n_variables()]),
            Node::Quantified { range, body, .. } => {
                let at = self.view.loops.at(range);
                let list = super::space::list_slot(&at, env);
                if list == NONE {
                    return;
                }
                let saved = env[at.var as usize];
                for start in super::space::item_slots(self.space, list, at.stride) {
                    env[at.var as usize] = start;
                    self.node(body, env);
                }
                env[at.var as usize] = saved;
            }
            _ => self.leaves.push(Leaf { node, env: env.clone() }),
        }
    }
}
