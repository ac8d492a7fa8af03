//! Pages that list: the first page, rules, regions, parameters, words, sources, changes by date.

use super::frame::{page as framed, table};
use super::{Site, law};
use crate::diagnostic::render::{Html, Screen, Shown, xml};
use crate::diagnostic::{Bilingual, Language, say};
use crate::hir::{ChangeId, ChangeKind, Effective, LayerId, RuleId};
use crate::value::Date;

pub(super) fn index(site: &Site<'_>, language: Language) -> Shown {
    framed(language, "index.html", &say!("ICP filing rules", "备案规则手册"), |page| {
        let (on, rules, regions, sources) = (site.given.on, site.program.rules.len(), site.regions().len(), site.program.sources.len());
        page.element_of(
            "p",
            &[("class", "lead")],
            &say!(
                "{rules} rules, {regions} regions, {sources} sources; made for {on}",
                "规则 {rules} 条，地区 {regions} 个，来源 {sources} 个；按 {on} 生成"
            ),
        );
        page.open("p", &[("class", "dim")]).both(&say!("rules: ", "规则集：")).element("code", &[], &site.given.ruleset.hash).close();
        for (title, is_provider) in [(say!("regions", "地区"), false), (say!("access providers", "接入商"), true)] {
            let layers: Vec<LayerId> = site.layers().into_iter().filter(|l| site.program.layer(*l).is_provider == is_provider).collect();
            if layers.is_empty() {
                continue;
            }
            page.element_of("h2", &[], &title).open("ul", &[("class", "grid")]);
            for layer in layers {
                page.open("li", &[]);
                site.layer_link(page, layer);
                page.close();
            }
            page.close();
        }
    })
}

/// A form that narrows a list; the script shows it.
fn narrow(page: &mut Html, rows: &str) {
    page.open("form", &[("class", "filters"), ("data-narrows", rows), ("hidden", "")]);
    page.open("label", &[]).both(&say!("with the words", "包含关键词")).tag("input", &[("type", "search"), ("name", "q")]).close().close();
}

pub(super) fn rules(site: &Site<'_>, language: Language) -> Shown {
    let title = say!("rules", "规则");
    framed(language, "rules.html", &title, |page| {
        narrow(page, "tbody tr");
        let heads = [
            title.clone(),
            say!("id", "编号"),
            say!("weight", "力度"),
            say!("stage", "阶段"),
            say!("regions that differ", "另有规定的地区"),
        ];
        let regions = site.regions();
        table(page, language, &title, &heads, |page| {
            for i in 0..site.program.rules.len() as u32 {
                let (id, rule) = (RuleId(i), &site.program.rules[i as usize]);
                let Some(version) = rule.versions.last() else { continue };
                page.open("tr", &[]).open("th", &[("scope", "row")]);
                site.rule_link(page, id);
                page.close().open("td", &[]).element("code", &[], site.program.rule_name(id)).close();
                page.element_of("td", &[], &super::rule::strength(version.strength));
                page.element("td", &[], version.stage.as_deref().unwrap_or(""));
                let n = regions.iter().filter(|l| !site.changes_by(id, **l).is_empty()).count();
                page.element("td", &[("class", "num")], n).close().own("\n");
            }
        });
    })
}

pub(super) fn regions(site: &Site<'_>, language: Language) -> Shown {
    let title = say!("regions and access providers", "各地区与接入商");
    framed(language, "regions.html", &title, |page| {
        let heads =
            [say!("region", "地区"), say!("authority", "主管部门"), say!("differences", "不同之处"), say!("rules of its own", "自有规则")];
        table(page, language, &title, &heads, |page| {
            for layer in site.layers() {
                let own = site.program.layer(layer);
                let is_change = |c: &&crate::hir::Change| c.layer == layer && !matches!(c.kind, ChangeKind::Confirm { .. });
                page.open("tr", &[]).open("th", &[("scope", "row")]);
                site.layer_link(page, layer);
                page.close().element_of("td", &[], &own.authority.clone().unwrap_or_default());
                page.element("td", &[("class", "num")], site.program.changes.iter().filter(is_change).count());
                page.element("td", &[("class", "num")], site.program.rules.iter().filter(|r| r.layer == layer).count()).close().own("\n");
            }
        });
    })
}

pub(super) fn parameters(site: &Site<'_>, language: Language) -> Shown {
    framed(language, "parameters.html", &say!("parameters", "参数"), |page| {
        page.element_of(
            "p",
            &[("class", "lead")],
            &say!("values of the base that regions set for themselves", "基础规则给出、各地区可以改设的取值"),
        );
        for (i, param) in site.program.params.iter().enumerate() {
            page.open("section", &[("id", &site.param_place(i))]).open("h2", &[]).both(&param.title).own(" ");
            page.element("code", &[], &param.name).close();
            let is_it = |c: &ChangeId| matches!(&site.program.changes[c.index()].kind, ChangeKind::Set { param, .. } if param.index() == i);
            let sets: Vec<ChangeId> = (0..site.program.changes.len() as u32).map(ChangeId).filter(is_it).collect();
            law::text(page, site, param.span);
            for (effective, _, provenance, _) in &param.versions {
                if let Some(text) = law::in_force(effective) {
                    page.element_of("p", &[], &text);
                }
                law::provenance(page, site, provenance);
            }
            if !sets.is_empty() {
                let n = sets.len();
                page.open("details", &[]).element_of("summary", &[], &say!("set by {n} layers", "{n} 处另设"));
                table(page, language, &param.title, &[say!("region", "地区"), say!("what holds there", "当地规定")], |page| {
                    for c in sets {
                        page.open("tr", &[]).open("th", &[("scope", "row")]);
                        site.layer_link(page, site.program.changes[c.index()].layer);
                        page.close().open("td", &[]);
                        law::change(page, site, c);
                        page.close().close().own("\n");
                    }
                });
                page.close();
            }
            page.close();
        }
    })
}

pub(super) fn glossary(site: &Site<'_>, language: Language) -> Shown {
    let title = say!("words", "术语");
    framed(language, "glossary.html", &title, |page| {
        narrow(page, "tbody tr");
        let schema = &site.program.schema;
        let heads = [say!("Chinese", "中文"), say!("English", "英文"), say!("in manifests", "清单中的写法"), say!("also", "其他写法")];
        let row = |page: &mut Html, title: &Bilingual, name: &str, also: &[String]| {
            page.open("tr", &[]).open("th", &[("scope", "row"), ("lang", "zh-Hans")]).text(title.get(Language::Zh)).close();
            page.element("td", &[("lang", "en")], title.get(Language::En)).open("td", &[]).element("code", &[], name).close();
            page.element("td", &[], also.join(if language == Language::Zh { "、" } else { ", " })).close().own("\n");
        };
        for i in 0..schema.enums.len() {
            let shape = &schema.enums[i];
            page.element_of("h2", &[], &shape.title);
            table(page, language, &shape.title, &heads, |page| shape.values.iter().for_each(|v| row(page, &v.title, &v.name, &v.also)));
        }
        for i in 0..schema.records.len() {
            let shape = &schema.records[i];
            let title = if shape.title.en.is_empty() { Bilingual::same(shape.name.clone()) } else { shape.title.clone() };
            page.element_of("h2", &[], &title);
            table(page, language, &title, &heads, |page| shape.fields.iter().for_each(|f| row(page, &f.title, &f.name, &[])));
        }
    })
}

pub(super) fn sources(site: &Site<'_>, language: Language) -> Shown {
    let title = say!("sources", "来源");
    framed(language, "sources.html", &title, |page| {
        narrow(page, "tbody tr");
        let mut cited: Vec<Vec<RuleId>> = vec![Vec::new(); site.program.sources.len()];
        for (i, rule) in site.program.rules.iter().enumerate() {
            for citation in rule.versions.iter().flat_map(|v| &v.provenance.sources) {
                let list = &mut cited[citation.source.index()];
                if list.last() != Some(&RuleId(i as u32)) {
                    list.push(RuleId(i as u32));
                }
            }
        }
        let heads = [
            title.clone(),
            say!("dated", "标注日期"),
            say!("read", "查阅日期"),
            say!("layer", "层级"),
            say!("rules that name it", "引用它的规则"),
        ];
        table(page, language, &title, &heads, |page| {
            for (i, (source, rules)) in site.program.sources.iter().zip(&cited).enumerate() {
                page.open("tr", &[("id", &site.source_place(i))]).open("th", &[("scope", "row")]);
                match &source.url {
                    Some(url) => page.link_out(url, &source.title),
                    None => page.both(&source.title),
                };
                page.close();
                page.element_of("td", &[], &source.dated.clone().unwrap_or_default());
                page.element("td", &[], source.read.map_or(String::new(), |d| d.to_string()));
                page.element_of("td", &[], &site.program.layer(source.layer).title).open("td", &[]);
                if !rules.is_empty() {
                    page.open("details", &[]).element("summary", &[], rules.len()).open("ul", &[]);
                    for rule in rules {
                        page.open("li", &[]);
                        site.rule_link(page, *rule);
                        page.close();
                    }
                    page.close().close();
                }
                page.close().close().own("\n");
            }
        });
    })
}

/// Something that begins or ends on a day.
struct Event {
    day: Date,
    begins: bool,
    name: String,
    title: Bilingual,
    layer: LayerId,
    file: String,
}

/// What begins or ends on which day, the latest first.
fn events(site: &Site<'_>) -> Vec<Event> {
    let mut all = Vec::new();
    let mut add = |e: &Effective, name: &str, title: &Bilingual, layer: LayerId, file: &str| {
        let ends = e.until.filter(|_| e.ends).and_then(|d| d.tomorrow().ok());
        for (day, begins) in e.from.map(|d| (d, true)).into_iter().chain(ends.map(|d| (d, false))) {
            all.push(Event { day, begins, name: name.to_owned(), title: title.clone(), layer, file: file.to_owned() });
        }
    };
    for (i, rule) in site.program.rules.iter().enumerate() {
        let id = RuleId(i as u32);
        rule.versions.iter().for_each(|v| add(&v.effective, &site.program.rule_name(id), &v.title, rule.layer, &site.rule_file(id)));
    }
    for (i, change) in site.program.changes.iter().enumerate() {
        let id = ChangeId(i as u32);
        let file = format!("{}#different", site.layer_file(change.layer));
        add(&change.effective, &site.program.change_name(id), &law::change_title(site, id), change.layer, &file);
    }
    for (i, param) in site.program.params.iter().enumerate() {
        let file = format!("parameters.html#{}", site.param_place(i));
        let name = format!("{}/{}", site.program.layer(param.layer).id, param.name);
        param.versions.iter().for_each(|v| add(&v.0, &name, &param.title, param.layer, &file));
    }
    all.sort_by(|a, b| b.day.cmp(&a.day).then_with(|| a.name.cmp(&b.name)).then(a.begins.cmp(&b.begins)));
    all.dedup_by(|a, b| a.day == b.day && a.name == b.name && a.begins == b.begins);
    all
}

impl Event {
    fn what(&self) -> Bilingual {
        if self.begins { say!("begins", "开始施行") } else { say!("has ended", "不再施行") }
    }
}

pub(super) fn changes(site: &Site<'_>, language: Language) -> Shown {
    let title = say!("changes by date", "按日期排列的变更");
    framed(language, "changes.html", &title, |page| {
        page.open("p", &[])
            .element_of("a", &[("href", "changes.xml"), ("type", "application/atom+xml")], &say!("as an Atom feed", "Atom 订阅源"))
            .close();
        let heads = [say!("day", "日期"), say!("region", "地区"), say!("what", "事项"), say!("how", "变化")];
        table(page, language, &title, &heads, |page| {
            for e in events(site) {
                page.open("tr", &[]).element("td", &[], e.day).element_of("td", &[], &site.program.layer(e.layer).title);
                page.open("th", &[("scope", "row")]).open("a", &[("href", &e.file)]).both(&e.title).close();
                page.own(" ").element("code", &[], &e.name).close().element_of("td", &[], &e.what()).close().own("\n");
            }
        });
    })
}

/// The same as an Atom feed; its addresses are relative, for the site may stand anywhere.
pub(super) fn feed(site: &Site<'_>, language: Language) -> Shown {
    let screen = Screen::default();
    let quoted = |text: &str| xml(&screen.text(text));
    let all = events(site);
    let latest = all.first().map_or(site.given.on, |e| e.day);
    let title = say!("changes of the ICP filing rules", "备案规则变更");
    let hash = quoted(&site.given.ruleset.hash);
    let mut out = format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"{}\">\n<title>{}</title>\n<id>urn:filingc:{hash}</id>\n<updated>{latest}T00:00:00+08:00</updated>\n<author><name>filingc</name></author>\n<link rel=\"alternate\" href=\"changes.html\"/>\n",
        super::super::frame::language_tag(language),
        title.get(language),
    );
    for e in all {
        let title = format!("{} {}", e.title.get(language), e.what().get(language));
        out.push_str(&format!(
            "<entry><title>{}</title><id>urn:filingc:{}:{}:{}</id><updated>{}T00:00:00+08:00</updated><link href=\"{}\"/><summary>{}</summary></entry>\n",
            quoted(&title),
            quoted(&e.name),
            e.day,
            if e.begins { "begins" } else { "ends" },
            e.day,
            quoted(&e.file),
            quoted(site.program.layer(e.layer).title.get(language)),
        ));
    }
    out.push_str("</feed>\n");
    Shown::document(out)
}
