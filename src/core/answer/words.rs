//! A checked filing in words: what stands below its findings, the same in every form for people.

use crate::diagnostic::{Bilingual, Language, say};
use crate::driver::{Checked, Rulebook};
use crate::eval::{LeftOut, Outcome, Reach, Report, Verdict};

/// Most facts of one kind that a line names.
const MAX_NAMED: usize = 3;

/// A filing without its findings.
#[derive(Clone, Debug)]
pub struct Summary {
    /// That parts of it could not be read.
    pub partial: Option<Bilingual>,
    /// Which layers applied, and who decides.
    pub rules: Bilingual,
    /// The filing type and the day of law.
    pub kind: Bilingual,
    /// How many rules end how.
    pub outcomes: Bilingual,
    /// The verdict.
    pub verdict: Bilingual,
    /// How far it goes, a line for each kind of fact that was left out.
    pub reach: Vec<Bilingual>,
    /// What to do.
    pub next: Bilingual,
}

/// That a filing could not be checked.
pub fn not_checked() -> Bilingual {
    say!("not checked, the manifest cannot be used", "未检查，清单无法使用")
}

impl Summary {
    /// Of a filing that could be checked.
    pub fn of(book: &Rulebook, c: &Checked) -> Option<Summary> {
        let report = c.report.as_ref()?;
        let region = c.layers.iter().rev().map(|l| &book.index.layers[*l]).find(|l| !l.is_provider);
        let layers = |language| c.layers.iter().map(|l| book.index.layers[*l].title.get(language)).collect::<Vec<_>>().join(" + ");
        let mut rules = Bilingual::new(format!("rules: {}", layers(Language::En)), format!("适用规则：{}", layers(Language::Zh)));
        if let Some(authority) = region.and_then(|r| r.authority.as_ref()) {
            rules.en.push_str(&format!(" ({})", authority.get(Language::En)));
            rules.zh.push_str(&format!("（{}）", authority.get(Language::Zh)));
        }
        let filing_type = c.filing_type.as_ref().map_or_else(|| say!("not known yet", "未定"), |(_, title)| title.clone());
        let reach = c.reach(book).unwrap_or_default();
        let count = |o| c.count(o);
        let (v, u, s, n, w, b) = (
            count(Outcome::Violated),
            count(Outcome::Undetermined),
            count(Outcome::Satisfied),
            count(Outcome::NotApplicable),
            count(Outcome::Waived),
            count(Outcome::Blocked),
        );
        Some(Summary {
            partial: c
                .is_partial
                .then(|| say!("parts of it cannot be read; only the rest was checked", "部分内容无法读取，仅检查了其余部分")),
            rules,
            kind: Bilingual::new(
                format!("filing type: {}    law of: {}", filing_type.get(Language::En), c.on),
                format!("备案类型：{}    法律日期：{}", filing_type.get(Language::Zh), c.on),
            ),
            outcomes: say!(
                "{v} violated, {u} undetermined, {b} blocked, {w} waived, {s} satisfied, {n} not applicable",
                "不满足 {v}，无法判定 {u}，受阻 {b}，豁免 {w}，满足 {s}，不适用 {n}"
            ),
            verdict: verdict(report, &reach),
            reach: reach_lines(&reach),
            next: report.next_step.clone(),
        })
    }
}

/// A verdict, and whether it goes only as far as what is stated.
pub fn verdict(report: &Report, reach: &Reach) -> Bilingual {
    let (en, zh) = report.verdict.words();
    let mut words = Bilingual::new(en, zh);
    if report.is_provisional {
        words.en.push_str(" (provisional)");
        words.zh.push_str("（暂定）");
    }
    if matches!(report.verdict, Verdict::Ready | Verdict::NotRequired) && !reach.is_whole() {
        words.en.push_str(", as far as stated");
        words.zh.push_str("（以所填内容为限）");
    }
    words
}

/// How far a verdict goes.
fn reach_lines(reach: &Reach) -> Vec<Bilingual> {
    let mut lines = Vec::new();
    let named = |list: Vec<(&str, Bilingual)>| {
        let shown = |language, colon: &str| {
            let parts = list.iter().take(MAX_NAMED).map(|(path, what)| format!("{path}{colon}{}", what.get(language)));
            parts.collect::<Vec<_>>().join(if language == Language::Zh { "；" } else { ", " })
        };
        let is_cut = list.len() > MAX_NAMED;
        let (en, zh) = if is_cut { (", …", "……") } else { ("", "") };
        Bilingual::new(format!("({}{en})", shown(Language::En, ": ")), format!("（{}{zh}）", shown(Language::Zh, "：")))
    };
    for (facts, one, many, words) in kinds(reach).into_iter().filter(|k| !k.0.is_empty()) {
        let n = facts.len();
        let all = named(facts.iter().map(|f| (f.path.as_str(), n_rules(f.rules.len()))).collect());
        let word = if n == 1 { one } else { many };
        lines.push(Bilingual::new(format!("reach: {n} {word} {}", all.en), format!("范围：{n} {words}{}", all.zh)));
    }
    if !reach.looked_up.is_empty() {
        let n = reach.looked_up.len();
        let all = named(reach.looked_up.iter().map(|f| (f.path.as_str(), Bilingual::same(f.record.clone()))).collect());
        let word = if n == 1 { "fact comes" } else { "facts come" };
        lines.push(Bilingual::new(format!("reach: {n} {word} from records {}", all.en), format!("范围：{n} 项信息取自查询记录{}", all.zh)));
    }
    for year in &reach.calendars {
        lines.push(say!(
            "reach: the calendar of {year} is not announced; business days in it were not counted",
            "范围：{year} 年节假日安排尚未公布，未计算其中的工作日"
        ));
    }
    lines
}

/// Facts that were left out by who knows them: with the words for one and for many, and the Chinese ones.
pub fn kinds(reach: &Reach) -> [(Vec<&LeftOut>, &'static str, &'static str, &'static str); 3] {
    [
        (reach.look_ups().collect(), "look-up was not made", "look-ups were not made", "项查询未作"),
        (reach.not_stated().collect(), "fact is not stated", "facts are not stated", "项信息未填写"),
        (reach.to_come().collect(), "event is not stated", "events are not stated", "项进展未填写"),
    ]
}

fn n_rules(k: usize) -> Bilingual {
    Bilingual::new(if k == 1 { "1 rule".to_owned() } else { format!("{k} rules") }, format!("{k} 条规则"))
}
