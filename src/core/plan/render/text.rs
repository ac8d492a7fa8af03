//! A plan to read.

use super::super::{Block, Deadline, Plan, Standing, State, Step, Why, words};
use super::{everybody, heading, pick, said};
use crate::diagnostic::render::Page;
use crate::diagnostic::{CodeOf, Language};
use crate::eval::Outcome;
use unicode_width::UnicodeWidthStr;

fn padded(text: &str, width: usize) -> String {
    format!("{text}{}", " ".repeat(width.saturating_sub(text.width())))
}

/// `?` for a step that may not be part of the path, `*` for one on the critical path.
fn sign(step: &Step) -> &'static str {
    match (step.perhaps.is_empty(), step.is_critical) {
        (false, _) => "?",
        (true, true) => "*",
        _ => " ",
    }
}

/// Whether a block is shown with its step: what only waits for facts the path waits for as well is said once, below.
fn is_shown(block: &Block, path: &[String]) -> bool {
    block.outcome != Outcome::Undetermined || block.missing.iter().any(|m| !path.contains(m))
}

struct Writer<'p> {
    page: &'p mut Page,
    plan: &'p Plan,
    language: Language,
}

/// The whole plan.
pub fn text(page: &mut Page, plan: &Plan, language: Language) {
    let mut page = Writer { page, plan, language };
    page.head();
    if plan.not_required.is_none() {
        page.done();
        for (state, en, zh) in
            [(State::Blocked, "blocked now", "当前受阻"), (State::Now, "now", "现在可办"), (State::Lasting, "meanwhile", "期间须保持")]
        {
            page.detailed(state, pick(language, en, zh));
        }
        page.then();
        page.deadlines();
        page.foot();
    }
}

/// One line for each plan, the next deadline first.
pub fn several(page: &mut Page, plans: &[&Plan], language: Language) {
    let mut rows: Vec<(Option<crate::value::Date>, [String; 4])> = plans
        .iter()
        .map(|plan| {
            let next = plan.next_deadline();
            let day = next.and_then(|(_, d)| d.due.earliest.day());
            let due = match (&plan.not_required, next) {
                (Some(_), _) => pick(language, "not required", "无需备案").to_owned(),
                (None, Some((_, d))) => {
                    let more = d.due.exact().is_none();
                    let left = words::days_left(d.days_left.unwrap_or(0), more, language);
                    format!("{} ({left})", words::range(&d.due, language))
                }
                (None, None) => pick(language, "no deadline", "无期限").to_owned(),
            };
            let deadline = next.map_or(String::new(), |(s, _)| s.id.clone());
            let act = plan.in_state(State::Blocked).chain(plan.in_state(State::Now)).next().map(|i| &plan.steps[i]);
            let act = act.map_or(String::new(), |s| {
                let blocked = if s.state == State::Blocked { pick(language, ", blocked", "，受阻") } else { "" };
                format!("{} ({}{blocked})", s.id, everybody(s, language, false))
            });
            (day, [plan.manifest.clone(), due, deadline, act])
        })
        .collect();
    rows.sort_by(|a, b| (a.0.is_none(), a.0, &a.1[0]).cmp(&(b.0.is_none(), b.0, &b.1[0])));
    let head = match language {
        Language::En => ["filing", "next deadline", "of", "now"],
        Language::Zh => ["备案", "最近期限", "步骤", "当前"],
    };
    let width = |c: usize| rows.iter().map(|r| r.1[c].width()).chain([head[c].width()]).max().unwrap_or(0);
    let widths = [width(0), width(1), width(2)];
    let heads = head.map(str::to_owned);
    for row in std::iter::once(&heads).chain(rows.iter().map(|r| &r.1)) {
        let line: Vec<String> = row.iter().enumerate().map(|(i, t)| padded(t, widths.get(i).copied().unwrap_or(0))).collect();
        page.line(line.join("  ").trim_end());
    }
}

impl Writer<'_> {
    fn line(&mut self, indent: usize, text: &str) {
        self.page.indented(indent, text);
    }

    fn pick<'t>(&self, en: &'t str, zh: &'t str) -> &'t str {
        pick(self.language, en, zh)
    }

    fn head(&mut self) {
        let (plan, language) = (self.plan, self.language);
        self.line(0, &plan.manifest.clone());
        let authority = plan.region.as_ref().and_then(|r| r.2.as_ref()).map(|a| said(a, language));
        let authority = match (authority, language) {
            (Some(a), Language::En) => format!(" ({a})"),
            (Some(a), Language::Zh) => format!("（{a}）"),
            _ => String::new(),
        };
        let day = plan.moment.at.map_or_else(|| plan.moment.day.to_string(), |t| format!("{} {:02}:{:02}", t.date(), t.hour(), t.minute()));
        let text = format!("{}{authority}    {}{day}", heading(plan, language), self.pick("plan of ", "计划日期："));
        self.line(2, &text);
        if let Some(why) = &plan.not_required {
            let text = said(why, language);
            self.line(2, &text);
            return;
        }
        self.refusals();
        if let Some(r) = &plan.rework {
            let steps: Vec<&str> = r.again.iter().map(|i| plan.steps[*i].id.as_str()).collect();
            let fix = &plan.steps[r.step];
            let since = r.since.map_or(String::new(), |d| format!("{}{d}", self.pick(" on ", "，退回日 ")));
            let text = match language {
                Language::En => format!("returned{since}: {} first, then again {}", fix.id, steps.join(", ")),
                Language::Zh => format!("订单被退回{since}：先办理 {}，然后重新经过 {}", fix.id, steps.join("、")),
            };
            self.line(2, &text);
        }
        if let Some(goal) = plan.goal {
            let step = &plan.steps[goal];
            let reached = words::range(&step.finish, language);
            let text = match language {
                Language::En => format!("goal: {reached}  {} ({}), if nobody on the filer's side waits", step.id, step.title.en),
                Language::Zh => format!("目标：{reached}  {}（{}），以主办者一方不拖延为前提", step.id, step.title.get(language)),
            };
            self.line(2, &text);
            if let super::super::Bound::Unknown(why) = step.finish.latest {
                let text = format!("{}{}", self.pick("no latest day: ", "最晚日期未知："), said(&words::why(plan, why), language));
                self.line(2, &text);
            }
        }
    }

    /// What keeps the filing from being accepted and stands against no step that is shown.
    fn refusals(&mut self) {
        let (plan, language) = (self.plan, self.language);
        let (en, zh) = plan.verdict.words();
        let text = format!("{}{}", self.pick("as it stands: ", "目前结论："), pick(language, en, zh));
        self.line(2, &text);
        let path = plan.missing_facts();
        let shown = |rule: &String| {
            let steps = plan.steps.iter().filter(|s| s.state != State::Done);
            steps.flat_map(|s| &s.blocks).any(|b| b.rule == *rule && is_shown(b, &path))
        };
        for refusal in &plan.refusals {
            let finding = &refusal.finding;
            // The ids of a rule's finding are layers of one rule; missing facts of one table may be asked by several.
            let is_one = matches!(finding.code, CodeOf::Rule(_));
            let rest: Vec<&str> = refusal.rules.iter().filter(|r| !shown(r)).map(String::as_str).collect();
            let ids = match () {
                () if refusal.rules.is_empty() => finding.code.text(),
                () if rest.is_empty() || is_one && rest.len() < refusal.rules.len() => continue,
                () if is_one => finding.code.text(),
                () => rest.join(self.pick(", ", "、")),
            };
            let text = format!("{ids}: {}", said(&finding.message, language));
            self.line(4, &text);
            if let Some(help) = finding.help.first() {
                let text = format!("{}{}", self.pick("do: ", "处理："), said(help, language));
                self.line(6, &text);
            }
        }
    }

    fn done(&mut self) {
        let steps: Vec<&Step> = self.plan.in_state(State::Done).map(|i| &self.plan.steps[i]).collect();
        if steps.is_empty() {
            return;
        }
        let mut text = Vec::new();
        for s in steps {
            match s.finish.exact() {
                Some(day) => text.push(format!("{} {day}", s.id)),
                None => text.push(s.id.clone()),
            }
        }
        self.page.blank();
        let head = self.pick("done", "已完成").to_owned();
        self.line(0, &head);
        let mut line = String::new();
        for part in text {
            if line.width() + part.width() > 100 {
                let full = std::mem::take(&mut line);
                self.line(2, full.trim_end_matches(", "));
            }
            line.push_str(&part);
            line.push_str(", ");
        }
        self.line(2, line.trim_end_matches(", "));
    }

    fn detailed(&mut self, state: State, head: &str) {
        let steps: Vec<usize> = self.plan.in_state(state).collect();
        if steps.is_empty() {
            return;
        }
        self.page.blank();
        self.line(0, head);
        for i in steps {
            self.step(&self.plan.steps[i]);
        }
    }

    fn step(&mut self, step: &Step) {
        let language = self.language;
        let text = format!("{} {}  {}", sign(step), step.id, said(&step.title, language));
        self.line(0, &text);
        let who = everybody(step, language, true);
        let text = format!("{}{who}", self.pick("who: ", "办理："));
        self.line(6, &text);
        self.extras(step, 6);
        if step.state == State::Lasting {
            let end = step.until.map_or(String::new(), |u| format!(" {}", self.plan.steps[u].id));
            let text = format!("{}{end}, {}", self.pick("until", "至"), words::range(&step.finish, language));
            self.line(6, &text);
        } else if step.takes.is_some() || step.finish.exact() != Some(self.plan.moment.day) {
            let takes = step.takes.as_ref().map_or(String::new(), |t| format!(" ({})", said(t, language)));
            let text = format!("{}{}{takes}", self.pick("done by: ", "完成："), words::range(&step.finish, language));
            self.line(6, &text);
        }
        self.usual(step, 6);
        for d in &step.deadlines {
            self.deadline_line(d, 6);
        }
        for m in step.materials.iter().filter(|m| m.is_missing || m.is_given) {
            let state = if m.is_given { self.pick("there", "已有") } else { self.pick("missing", "缺少") };
            let limit = m.max_kb.map_or(String::new(), |kb| format!(", ≤ {kb} KB"));
            let text = format!("{}{} ({state}{limit})", self.pick("material: ", "材料："), said(&m.title, language));
            self.line(6, &text);
        }
        for advice in &step.advice {
            let text = format!("{}{}", self.pick("note: ", "提示："), said(advice, language));
            self.line(6, &text);
        }
    }

    /// What blocks a step, and what is not known of it.
    fn extras(&mut self, step: &Step, indent: usize) {
        let language = self.language;
        let path = self.plan.missing_facts();
        for b in step.blocks.iter().filter(|b| is_shown(b, &path)) {
            let word = match b.outcome {
                Outcome::Undetermined => self.pick("undecided", "无法判定"),
                _ => self.pick("blocked by", "受阻于"),
            };
            let text = format!("{word} {}: {}", b.rule, said(&b.why, language));
            self.line(indent, &text);
            if let Some(help) = &b.help {
                let text = format!("{}{}", self.pick("do: ", "处理："), said(help, language));
                self.line(indent + 2, &text);
            }
        }
        if let Some(since) = step.overdue_since {
            let text = match language {
                Language::En => format!("overdue: the longest time ended on {since}"),
                Language::Zh => format!("已超期：最长时间止于 {since}"),
            };
            self.line(indent, &text);
        }
        if !step.asks.is_empty() && step.perhaps.is_empty() {
            let text = format!("{}{}", self.pick("not known whether done: ", "是否完成取决于："), step.asks.join(", "));
            self.line(indent, &text);
        }
    }

    fn usual(&mut self, step: &Step, indent: usize) {
        let Some(usual) = &step.usual else { return };
        let by = usual.said_by.as_ref().map_or(String::new(), |(name, _)| format!(", {name}"));
        let time = said(&usual.time, self.language);
        let text = format!("{}{time}: {}{by}", self.pick("usually ", "通常 "), words::range(&usual.finish, self.language));
        self.line(indent, &text);
    }

    fn then(&mut self) {
        let language = self.language;
        let steps: Vec<&Step> = self.plan.in_state(State::Waiting).map(|i| &self.plan.steps[i]).collect();
        if steps.is_empty() {
            return;
        }
        self.page.blank();
        let head = self.pick("then (* critical path)", "然后（* 关键路径）").to_owned();
        self.line(0, &head);
        let range = |s: &Step| words::range(&s.finish, language);
        let slack = |s: &Step| match s.slack_days {
            Some(0) | None => String::new(),
            Some(n) if n >= super::super::schedule::MOST_SLACK => pick(language, "slack > 1 year", "浮动一年以上").to_owned(),
            Some(n) => match language {
                Language::En => format!("slack {n} d"),
                Language::Zh => format!("浮动 {n} 日"),
            },
        };
        let widest = |f: &dyn Fn(&Step) -> String| steps.iter().map(|s| f(s).width()).max().unwrap_or(0);
        let (ids, ranges) = (widest(&|s| s.id.clone()), widest(&range));
        let people = widest(&|s| everybody(s, language, false)).min(44);
        for s in &steps {
            let text = format!(
                "{} {}  {}  {}  {}  {}",
                sign(s),
                padded(&s.id, ids),
                padded(&range(s), ranges),
                padded(&everybody(s, language, false), people),
                said(&s.title, language),
                slack(s)
            );
            self.line(0, text.trim_end());
            self.extras(s, 6);
            self.usual(s, 6);
        }
    }

    fn deadline_line(&mut self, d: &Deadline, indent: usize) {
        let language = self.language;
        let due = d.at.map_or_else(|| words::range(&d.due, language), |t| format!("{} {:02}:{:02}", t.date(), t.hour(), t.minute()));
        let state = match d.standing {
            Standing::NotBegun => {
                let text = format!("{}{}", self.pick("deadline: ", "期限："), said(&d.words, language));
                return self.line(indent, &text);
            }
            Standing::Kept => self.pick("kept", "已按期").to_owned(),
            Standing::DoneUndated => self.pick("done", "已完成").to_owned(),
            Standing::Late(n) => words::late(n, language),
            Standing::Missed(_) | Standing::Open => words::days_left(d.days_left.unwrap_or(0), d.due.exact().is_none(), language),
        };
        let state = if d.due.earliest.day().is_none() { self.pick("not known yet", "尚未可知").to_owned() } else { state };
        let text = format!("{}{due} ({state}) {}", self.pick("deadline: ", "期限："), said(&d.words, language));
        self.line(indent, &text);
    }

    fn deadlines(&mut self) {
        let language = self.language;
        let shown: Vec<(&Step, &Deadline)> = self
            .plan
            .deadlines
            .iter()
            .map(|(s, d)| (&self.plan.steps[*s], &self.plan.steps[*s].deadlines[*d]))
            .filter(|(_, d)| !matches!(d.standing, Standing::Kept | Standing::DoneUndated))
            .collect();
        if shown.is_empty() {
            return;
        }
        self.page.blank();
        let head = self.pick("deadlines", "期限").to_owned();
        self.line(0, &head);
        let due = |d: &Deadline| match (d.standing, d.at) {
            (Standing::NotBegun, _) => pick(language, "not begun", "尚未起算").to_owned(),
            (_, Some(t)) => format!("{} {:02}:{:02}", t.date(), t.hour(), t.minute()),
            _ => words::range(&d.due, language),
        };
        let left = |d: &Deadline| match d.standing {
            Standing::NotBegun => String::new(),
            Standing::Late(n) => words::late(n, language),
            _ => d.days_left.map_or(String::new(), |n| words::days_left(n, d.due.exact().is_none(), language)),
        };
        let widest = |f: &dyn Fn(&(&Step, &Deadline)) -> usize| shown.iter().map(f).max().unwrap_or(0);
        let (a, b, c) = (widest(&|x| due(x.1).width()), widest(&|x| left(x.1).width()), widest(&|x| x.0.id.width()));
        for (s, d) in &shown {
            let mark = if d.standing.is_missed() { "!" } else { " " };
            let text =
                format!("{mark} {}  {}  {}  {}", padded(&due(d), a), padded(&left(d), b), padded(&s.id, c), said(&d.words, language));
            self.line(0, text.trim_end());
        }
    }

    fn foot(&mut self) {
        let language = self.language;
        let missing = self.plan.missing_facts();
        if missing.is_empty() && self.plan.missing_years.is_empty() {
            return;
        }
        self.page.blank();
        for year in &self.plan.missing_years {
            let text = said(&words::why(self.plan, Why::Calendar { year: *year, not_before: None }), language);
            let text = match language {
                Language::En => format!("? {text}: days that need it are given as the earliest they can be"),
                Language::Zh => format!("? {text}，涉及的日期只给出最早可能的一天"),
            };
            self.line(0, &text);
        }
        if !missing.is_empty() {
            let text =
                format!("? {}{}", self.pick("the path depends on missing facts: ", "办理路径取决于以下缺少的信息："), missing.join(", "));
            self.line(0, &text);
        }
    }
}
