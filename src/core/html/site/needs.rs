//! What is needed: materials by filing type and nature of the filer, steps by filing type. The rules are asked about an order that states only these.

use super::frame::{page as framed, table};
use super::{Site, file_name, law};
use crate::diagnostic::render::{Html, Shown};
use crate::diagnostic::{Bilingual, Diagnostics, Language, say};
use crate::driver::{self, Options};
use crate::eval::Outcome;
use crate::hir::MaterialId;
use crate::manifest::{self, Format};
use crate::plan::{self, Plan};
use crate::scaffold::{self, Wishes, field_at};
use crate::source::SourceKind;
use crate::value::{EnumShape, FieldType};
use std::collections::BTreeMap;

/// Whether a material is asked for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Asked {
    /// It hangs on facts that the order does not state.
    Perhaps,
    Yes,
}

impl Asked {
    fn words(self) -> Bilingual {
        match self {
            Asked::Perhaps => say!("depends", "视情况"),
            Asked::Yes => say!("yes", "需要"),
        }
    }
}

/// A filing type with what an order of it needs.
struct Kind {
    name: String,
    title: Bilingual,
    /// Materials that are asked for, for each nature.
    natures: Vec<(Bilingual, BTreeMap<MaterialId, Asked>)>,
    plan: Option<Plan>,
}

pub(super) struct Needs {
    kinds: Vec<Kind>,
}

impl Needs {
    /// Asks the rules; nothing where they know no filing types or natures.
    pub(super) fn of(site: &Site<'_>) -> Needs {
        let schema = site.given.book.schema();
        let natures = match field_at(schema, "entity.nature").map(|f| &f.ty) {
            Some(FieldType::Enum(id)) => Some(schema.enumeration(*id)),
            _ => None,
        };
        let types = site.program.filing_type.and_then(|_| match field_at(schema, "filing.type").map(|f| &f.ty) {
            Some(FieldType::Enum(id)) => Some(schema.enumeration(*id)),
            _ => None,
        });
        let kinds = match (types, natures) {
            (Some(types), Some(natures)) => types.values.iter().filter_map(|t| kind(site, (&t.name, &t.title), natures)).collect(),
            _ => Vec::new(),
        };
        Needs { kinds }
    }

    pub(super) fn pages<E>(
        &self,
        site: &Site<'_>,
        language: Language,
        put: &mut dyn FnMut(&str, &Shown) -> Result<(), E>,
    ) -> Result<(), E> {
        put("needs.html", &self.index(language))?;
        self.kinds.iter().try_for_each(|kind| put(&file(kind), &kind.page(site, language)))
    }

    fn index(&self, language: Language) -> Shown {
        framed(language, "needs.html", &say!("what is needed", "办理步骤与所需材料"), |page| {
            page.element_of("p", &[("class", "lead")], &say!("steps and materials by filing type", "按备案类型列出步骤与材料"))
                .open("ul", &[]);
            for kind in &self.kinds {
                page.open("li", &[]).open("a", &[("href", &file(kind))]).both(&kind.title).close().close();
            }
            page.close();
        })
    }
}

fn file(kind: &Kind) -> String {
    format!("needs-{}.html", file_name(&kind.name))
}

fn kind(site: &Site<'_>, (name, title): (&str, &Bilingual), natures: &EnumShape) -> Option<Kind> {
    let book = site.given.book;
    let names: Vec<String> = natures.values.iter().map(|v| v.name.clone()).collect();
    let wishes = Wishes {
        region: String::new(),
        nature: names.first().cloned().unwrap_or_default(),
        filing_type: name.to_owned(),
        provider: None,
        kind: None,
        domain: None,
        today: site.given.on,
        language: Language::En,
    };
    let mut sources = site.sources().clone();
    let texts = scaffold::beginnings(book, &mut sources, &wishes, &names);
    let on = site.given.on;
    let options = Options { region: None, on: Some(on), today: on, strict: false, require_look_ups: false, detailed: false };
    let mut kind = Kind { name: name.to_owned(), title: title.clone(), natures: Vec::new(), plan: None };
    for (nature, text) in natures.values.iter().zip(texts) {
        let mut sources = site.sources().clone();
        let id = sources.add("order.toml", text, SourceKind::Manifest);
        let mut problems = Diagnostics::new();
        let document = manifest::read(&sources, id, Format::Toml, book.schema(), on, &mut problems);
        if kind.plan.is_none() {
            kind.plan = plan::plan(book, &sources, "order.toml", document.clone(), Diagnostics::new(), &options, on.into()).0;
        }
        let checked = driver::check(book, &sources, document, Diagnostics::new(), &options);
        kind.natures.push((nature.title.clone(), asked(site, checked.report.as_ref()?)));
    }
    (!kind.natures.is_empty()).then_some(kind)
}

/// The materials that some rule in force asks for.
fn asked(site: &Site<'_>, report: &crate::eval::Report) -> BTreeMap<MaterialId, Asked> {
    let mut found: BTreeMap<MaterialId, Asked> = BTreeMap::new();
    for (i, rule) in site.program.rules.iter().enumerate() {
        let Some(version) = rule.versions.iter().find(|v| v.effective.contains(site.given.on)) else { continue };
        if version.demands.is_empty() {
            continue;
        }
        let name = site.program.rule_name(crate::hir::RuleId(i as u32));
        let Some(ended) = report.rules.iter().find(|r| r.name == name) else { continue };
        for (material, _) in &version.demands {
            let field = site.program.materials[material.index()].field.as_ref().map(|f| f.names.join("."));
            let hangs_on_it_alone = || field.as_ref().is_some_and(|f| ended.missing.iter().all(|m| m.starts_with(f.as_str())));
            let is_asked = match ended.own {
                Outcome::Violated | Outcome::Satisfied => Asked::Yes,
                Outcome::Undetermined if hangs_on_it_alone() => Asked::Yes,
                Outcome::Undetermined => Asked::Perhaps,
                _ => continue,
            };
            let known = found.entry(*material).or_insert(is_asked);
            *known = (*known).max(is_asked);
        }
    }
    found
}

impl Kind {
    fn page(&self, site: &Site<'_>, language: Language) -> Shown {
        framed(language, &file(self), &self.title, |page| {
            self.materials(page, site, language);
            if let Some(plan) = &self.plan {
                steps(page, site, plan);
            }
        })
    }

    fn materials(&self, page: &mut Html, site: &Site<'_>, language: Language) {
        let title = say!("materials", "材料");
        page.element_of("h2", &[], &title);
        let mut all: Vec<MaterialId> = self.natures.iter().flat_map(|n| n.1.keys().copied()).collect();
        all.sort_unstable();
        all.dedup();
        if all.is_empty() {
            page.element_of("p", &[], &say!("none", "无"));
            return;
        }
        page.element_of(
            "p",
            &[("class", "dim")],
            &say!(
                "by the national rules; what a region adds stands on its page; “depends” hangs on facts of the single order",
                "按基础规则；各地区另有要求的见该地区页面；“视情况”取决于具体备案的信息"
            ),
        );
        let mut heads = vec![say!("nature of the filer", "主办单位性质")];
        heads.extend(all.iter().map(|m| site.program.materials[m.index()].title.clone()));
        table(page, language, &title, &heads, |page| {
            for (nature, asked) in &self.natures {
                page.open("tr", &[]).element_of("th", &[("scope", "row")], nature);
                for id in &all {
                    match asked.get(id) {
                        Some(asked) => {
                            page.element_of("td", &[("class", if *asked == Asked::Yes { "yes" } else { "dim" })], &asked.words())
                        }
                        None => page.element("td", &[("class", "dim")], "–"),
                    };
                }
                page.close().own("\n");
            }
        });
        page.open("ul", &[("class", "notes")]);
        for id in all {
            let material = &site.program.materials[id.index()];
            page.open("li", &[]).both(&material.title);
            if !material.formats.is_empty() {
                page.own(" ").text(material.formats.join("/"));
            }
            if let Some(kb) = material.max_kb {
                page.own(" ").text(format_args!("≤ {kb} KB"));
            }
            law::provenance(page, site, &material.provenance);
            page.close();
        }
        page.close();
    }
}

fn steps(page: &mut Html, site: &Site<'_>, plan: &Plan) {
    page.element_of("h2", &[], &say!("steps", "步骤")).open("ol", &[("class", "steps")]);
    for step in &plan.steps {
        page.open("li", &[]).element_of("b", &[], &step.title);
        if !step.perhaps.is_empty() {
            page.own(" ").element_of("span", &[("class", "dim")], &Asked::Perhaps.words());
        }
        page.own("<br/>");
        for who in &step.who {
            page.both(&who.title).own(" ");
        }
        if let Some(takes) = &step.takes {
            page.own("· ").both(takes);
        }
        if let Some(own) = site.program.steps.iter().find(|s| format!("{}/{}", site.program.layer(s.layer).id, s.id) == step.name) {
            if let Some(gives) = &own.produces {
                page.own(" → ").both(gives);
            }
            let materials: Vec<_> = own.attach.iter().map(|(m, _)| &site.program.materials[m.index()].title).collect();
            if !materials.is_empty() {
                page.open("ul", &[]);
                for material in materials {
                    page.element_of("li", &[], material);
                }
                page.close();
            }
            for deadline in &step.deadlines {
                page.open("p", &[("class", "help")]).both(&deadline.words);
                if let Some(missed) = &deadline.missed {
                    page.both(&say!("; missed: ", "；逾期：")).both(missed);
                }
                page.close();
            }
            law::provenance(page, site, &own.provenance);
        }
        page.close();
    }
    page.close();
}
