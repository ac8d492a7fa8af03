//! The report of a check: one page for one filing or thousands, made filing by filing.

use super::frame::{SCRIPT_OF_REPORTS, begin_report};
use crate::answer::{self, Mended, Summary};
use crate::diagnostic::render::{self, Html, Screen, Shown, severity_key, severity_words};
use crate::diagnostic::{Bilingual, Diagnostic, Language, Severity, say};
use crate::driver::{Checked, Rulebook};
use crate::eval::{Reach, Verdict};
use crate::pack::NONE;
use crate::plan::{self, Plan};
use crate::source::SourceMap;
use std::collections::BTreeMap;

/// A filing as the report holds it. What goes in front of both parts is its number, which only the whole knows.
#[derive(Clone, Debug, Default)]
pub struct Section {
    row: Shown,
    body: Shown,
    verdict: &'static str,
    is_open: bool,
    region: Option<(String, Bilingual)>,
    rules: BTreeMap<String, usize>,
}

/// What is known of a filing, and what of it is wanted.
#[derive(Clone, Copy, Debug)]
pub struct Of<'o> {
    /// The rules.
    pub book: &'o Rulebook,
    /// The texts.
    pub sources: &'o SourceMap,
    /// What it is called.
    pub name: &'o str,
    /// How it was checked.
    pub checked: &'o Checked,
    /// The findings that are shown.
    pub wanted: &'o [Diagnostic],
    /// Its mends, where they were asked for.
    pub mended: Option<&'o Mended>,
    /// Its plan, where it is drawn.
    pub plan: Option<&'o Plan>,
    /// Whether there may be other filings.
    pub is_many: bool,
}

const UNREADABLE: &str = "unreadable";

fn verdict_words(key: &str) -> Bilingual {
    let all = [Verdict::Rejected, Verdict::Incomplete, Verdict::Ready, Verdict::NotRequired];
    match all.into_iter().find(|v| v.key() == key) {
        Some(verdict) => Bilingual::new(verdict.words().0, verdict.words().1),
        None => say!("not readable", "无法读取"),
    }
}

impl Section {
    /// A filing as it was checked.
    pub fn new(of: Of<'_>, screen: &Screen) -> Section {
        let Of { book, checked, wanted, .. } = of;
        let verdict = checked.report.as_ref().map_or(UNREADABLE, |r| r.verdict.key());
        let region = checked.layers.iter().rev().map(|l| &book.index.layers[*l]).find(|l| !l.is_provider && l.extends != NONE);
        let region = region.map(|r| (r.id.clone(), r.title.clone()));
        let mut rules = BTreeMap::new();
        wanted.iter().for_each(|d| *rules.entry(d.code.text()).or_default() += 1);
        let mut row = Html::new(screen.clone());
        row.text(of.name).own("</a></td>");
        row.element_of("td", &[("class", &format!("v-{verdict}"))], &verdict_words(verdict));
        row.open("td", &[]).both(&region.as_ref().map(|r| r.1.clone()).unwrap_or_default()).close();
        row.open("td", &[]).both(&checked.filing_type.as_ref().map(|t| t.1.clone()).unwrap_or_default()).close();
        for severity in SEVERITIES {
            let n = wanted.iter().filter(|d| d.severity == severity).count();
            row.element("td", &[("class", "num")], n);
        }
        let mut body = Html::new(screen.clone());
        of.body(&mut body, verdict);
        Section { row: row.finish(), body: body.finish(), verdict, is_open: !of.is_many, region, rules }
    }
}

const SEVERITIES: [Severity; 3] = [Severity::Error, Severity::Warning, Severity::Note];

impl Of<'_> {
    fn body(&self, page: &mut Html, verdict: &str) {
        let class = format!("verdict v-{verdict}");
        match Summary::of(self.book, self.checked) {
            None => {
                page.element_of("p", &[("class", &class)], &answer::not_checked());
            }
            Some(summary) => {
                page.element_of("p", &[("class", &class)], &summary.verdict);
                page.open("ul", &[("class", "facts")]);
                page.open("li", &[("class", "next")]).both(&say!("next: ", "下一步：")).both(&summary.next).close();
                summary.partial.iter().for_each(|text| {
                    page.element_of("li", &[], text);
                });
                for line in summary.reach.iter().chain([&summary.kind, &summary.rules, &summary.outcomes]) {
                    page.element_of("li", &[], line);
                }
                page.close();
                self.checked.reach(self.book).iter().for_each(|reach| left_out(page, reach));
            }
        }
        for d in self.wanted {
            render::html(page, d, self.sources);
        }
        self.mends(page);
        let Some(plan) = self.plan else { return };
        page.element_of("h3", &[], &say!("plan", "办理计划"));
        for language in [Language::Zh, Language::En] {
            let label = if language == Language::Zh { "办理计划" } else { "plan" };
            page.open_for(language, "div");
            page.open("div", &[("class", "picture"), ("tabindex", "0"), ("role", "region"), ("aria-label", label)]);
            page.push(&plan::render::figure(plan, page.screen(), language)).close().close();
        }
    }

    fn mends(&self, page: &mut Html) {
        let Some(mended) = self.mended else { return };
        let words = mended.words(self.book, self.sources);
        if words.is_empty() {
            return;
        }
        page.element_of("h3", &[], &say!("repairs", "修改方案"));
        for mend in words {
            page.element_of("p", &[], &mend.head).open("ul", &[("class", "mends")]);
            for (edit, who) in &mend.edits {
                page.open("li", &[]).element_of("code", &[], edit).own("<br/>").both(who).close();
            }
            page.close();
        }
    }
}

/// All facts that a verdict did not look at.
fn left_out(page: &mut Html, reach: &Reach) {
    if reach.facts.is_empty() && reach.looked_up.is_empty() {
        return;
    }
    page.open("details", &[]).element_of("summary", &[], &say!("everything that the verdict did not look at", "结论未涉及的全部信息"));
    for (facts, one, many, zh) in answer::kinds(reach).into_iter().filter(|k| !k.0.is_empty()) {
        let n = facts.len();
        let en = if n == 1 { one } else { many };
        page.element_of("p", &[], &say!("{n} {en}", "{n} {zh}")).open("ul", &[]);
        for fact in facts {
            page.open("li", &[]).element("code", &[], &fact.path).own(" ");
            page.element("span", &[("class", "dim")], fact.rules.join(", "));
            if let Some(place) = &fact.place {
                page.own(" ").both(place);
            }
            page.close();
        }
        page.close();
    }
    if !reach.looked_up.is_empty() {
        page.open("ul", &[]);
        for fact in &reach.looked_up {
            page.open("li", &[]).element("code", &[], &fact.path).own(" ").text(format_args!("{} {}", fact.record, fact.field)).close();
        }
        page.close();
    }
    page.close();
}

/// Messages that belong to no filing.
pub fn told(list: &[Diagnostic], sources: &SourceMap, screen: &Screen) -> Shown {
    let mut page = Html::new(screen.clone());
    list.iter().for_each(|d| render::html(&mut page, d, sources));
    page.finish()
}

/// What is known when all filings are checked.
#[derive(Clone, Debug, Default)]
pub struct Whole {
    n: usize,
    verdicts: BTreeMap<&'static str, usize>,
    regions: BTreeMap<String, (Bilingual, usize)>,
    rules: BTreeMap<String, usize>,
}

impl Whole {
    /// Counts a filing and gives its row of the list and its part of the page.
    pub fn add(&mut self, filed: &Section) -> (Shown, Shown) {
        self.n += 1;
        *self.verdicts.entry(filed.verdict).or_default() += 1;
        if let Some((id, title)) = &filed.region {
            self.regions.entry(id.clone()).or_insert_with(|| (title.clone(), 0)).1 += 1;
        }
        for (rule, n) in &filed.rules {
            *self.rules.entry(rule.clone()).or_default() += n;
        }
        let place = format!("f{}", self.n);
        let mut row = Html::new(Screen::default());
        row.open("tr", &[]).open("td", &[]).open("a", &[("href", &format!("#{place}"))]).push(&filed.row).own("</tr>\n");
        let mut body = Html::new(Screen::default());
        let region = filed.region.as_ref().map_or("", |r| r.0.as_str());
        let mut attributes = vec![("class", "filing"), ("data-v", filed.verdict), ("data-g", region)];
        if filed.is_open {
            attributes.push(("open", ""));
        }
        body.open("details", &attributes).open("summary", &[]).open("h2", &[]).push(&filed.heading()).close();
        body.element_of("span", &[("class", &format!("v-{}", filed.verdict))], &verdict_words(filed.verdict)).close();
        body.open("div", &[("id", &place)]).push(&filed.body).close().close();
        (row.unfinished(), body.finish())
    }

    /// Whether the page begins with a list of filings.
    pub fn has_list(&self) -> bool {
        self.n > 1
    }

    /// Everything before what was told of no filing.
    pub fn head(&self, counts: &Bilingual, language: Language) -> Shown {
        let mut page = Html::new(Screen::default());
        begin_report(&mut page, &say!("Check of ICP filings", "备案检查报告"), language);
        page.element_of("p", &[("class", "lead")], counts).close();
        page.open("main", &[("id", "main")]).own("\n");
        page.unfinished()
    }

    /// Everything between that and the rows of the list.
    pub fn list(&self) -> Shown {
        let mut page = Html::new(Screen::default());
        if self.n > 0 {
            self.filters(&mut page);
        }
        if self.has_list() {
            page.open("div", &[("class", "wide"), ("tabindex", "0"), ("role", "region"), ("aria-labelledby", "list")]);
            page.open("table", &[("id", "index")]);
            page.own("<caption id=\"list\" class=\"dim\">").both(&say!("all filings", "全部备案")).own("</caption>");
            page.open("thead", &[]).open("tr", &[]);
            for text in [say!("filing", "备案"), say!("verdict", "结论"), say!("region", "地区"), say!("filing type", "备案类型")]
            {
                page.element_of("th", &[("scope", "col")], &text);
            }
            for severity in SEVERITIES {
                page.element_of("th", &[("scope", "col"), ("class", "num")], &severity_words(severity));
            }
            page.close().close().open("tbody", &[]).own("\n");
        }
        page.unfinished()
    }

    /// What stands between the list and the filings.
    pub fn between(&self) -> Shown {
        let mut page = Html::new(Screen::default());
        if self.has_list() {
            page.own("</tbody></table></div>\n");
        }
        page.finish()
    }

    /// Everything after the last filing.
    pub fn foot(&self, ruleset: &str) -> Shown {
        let mut page = Html::new(Screen::default());
        page.own("</main>\n").open("footer", &[]);
        page.open("p", &[]).both(&say!("rules: ", "规则：")).element("code", &[], ruleset).close().close();
        page.open("script", &[]).own(SCRIPT_OF_REPORTS).close().own("</body>\n</html>\n");
        page.finish()
    }

    /// Filters; the script shows them.
    fn filters(&self, page: &mut Html) {
        page.open("form", &[("id", "filters"), ("hidden", "")]);
        page.open("label", &[]).both(&say!("search", "搜索")).tag("input", &[("type", "search"), ("name", "q")]).close();
        let choice = |page: &mut Html, name: &'static str, title: Bilingual, values: Vec<(String, String)>| {
            page.open("label", &[]).both(&title).open("select", &[("name", name)]);
            page.own("<option value=\"\">全部 / all</option>");
            for (value, text) in values {
                page.element("option", &[("value", &value)], text);
            }
            page.close().close();
        };
        if self.n > 1 {
            let verdicts = self.verdicts.iter().map(|(key, n)| {
                let words = verdict_words(key);
                ((*key).to_owned(), format!("{} / {} ({n})", words.zh, words.en))
            });
            choice(page, "v", say!("verdict", "结论"), verdicts.collect());
            let regions = self.regions.iter().map(|(id, (title, n))| (id.clone(), format!("{} / {} ({n})", title.zh, title.en)));
            choice(page, "g", say!("region", "地区"), regions.collect());
        }
        choice(page, "r", say!("rule", "规则"), self.rules.iter().map(|(id, n)| (id.clone(), format!("{id} ({n})"))).collect());
        page.open("fieldset", &[]).element_of("legend", &[], &say!("weight", "级别"));
        for severity in SEVERITIES {
            let value = severity_key(severity);
            page.open("label", &[]).tag("input", &[("type", "checkbox"), ("name", "w"), ("value", value), ("checked", "")]);
            page.both(&severity_words(severity)).close();
        }
        page.close().open("button", &[("type", "reset")]).both(&say!("show all", "全部显示")).close();
        page.own("<output>").both(&say!("filings: ", "备案：")).own("<b id=\"n-filings\"></b> ").both(&say!("messages: ", "条目："));
        page.own("<b id=\"n-findings\"></b></output>").close();
    }
}

impl Section {
    /// The name, as the row holds it.
    fn heading(&self) -> Shown {
        self.row.until("</a>")
    }
}
