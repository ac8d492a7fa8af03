//! What is still to be stated of a filing, as questions: the fact that decides most comes first.

use super::shape::record_of;
use crate::diagnostic::{Bilingual, Code, CodeOf, Diagnostics, say};
use crate::driver::{self, Options, Rulebook};
use crate::hir::FactKind;
use crate::manifest::Document;
use crate::prove::{Place, Places};
use crate::source::SourceMap;
use crate::value::{EnumValueShape, FieldShape, FieldType, PatternRule, Schema, Value, plain_path};

/// A fact that nobody has stated yet and that the rules ask for.
#[derive(Clone, Debug)]
pub struct Question {
    /// The place as a filer writes it; of a list that has no items yet, the key of its first.
    pub path: String,
    /// What it is called.
    pub title: Bilingual,
    /// What an answer is.
    pub ty: FieldType,
    /// Whether it may be said that there is none.
    pub may_be_none: bool,
    /// Whether an answer belongs to a person.
    pub is_private: bool,
    /// The filing is incomplete without it.
    pub is_required: bool,
    /// Where it is looked up, for what a register knows.
    pub look_up: Option<Bilingual>,
    /// The rules that it keeps open, by id, with their titles.
    pub rules: Vec<(String, Bilingual)>,
    /// Where the answer goes.
    pub(super) target: Target,
}

/// Where an answer goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Target {
    /// The place of this number.
    Place(usize),
    /// The first item of the list at the place of this number, by the name of the field.
    NewRow(usize, String),
}

/// What is still to be asked of a filing.
pub fn questions(book: &Rulebook, sources: &SourceMap, document: &Document, problems: Diagnostics, options: &Options) -> Vec<Question> {
    let schema = book.schema();
    let places = crate::prove::places(schema, document);
    let checked = driver::check(book, sources, document.clone(), problems, options);
    let mut found: Vec<Question> = Vec::new();
    let region = schema.roles.region.as_ref().map(|(place, _)| place.path());
    let is_open = |path: &str| places.list.iter().any(|p| p.path == path && document.slots.get(p.slot as usize) == Some(&Value::Unknown));
    if let Some(path) = region.as_ref().filter(|path| options.region.is_none() && is_open(path)) {
        note(&mut found, schema, &places, document, path, true, None);
    }
    let Some(report) = &checked.report else { return found };
    let is_asked = |code: &CodeOf| matches!(code, CodeOf::Catalog(Code::MissingFact | Code::NotLookedUp));
    let asked = report.findings.iter().filter(|f| is_asked(&f.diagnostic.code)).flat_map(|f| &f.paths);
    for path in asked {
        for rule in report.rules.iter().filter(|r| r.missing.contains(path)) {
            let by = Some((rule.name.clone(), rule.title.clone()));
            note(&mut found, schema, &places, document, path, rule.keeps_incomplete, by);
        }
    }
    let at = |q: &Question| match q.target {
        Target::Place(n) | Target::NewRow(n, _) => n,
    };
    found.sort_by_key(|q| {
        let is_first = region.as_ref() == Some(&q.path);
        (!is_first, !q.is_required, std::cmp::Reverse(q.rules.len()), at(q))
    });
    found
}

fn note(
    found: &mut Vec<Question>,
    schema: &Schema,
    places: &Places,
    document: &Document,
    path: &str,
    is_required: bool,
    by: Option<(String, Bilingual)>,
) {
    let Some(mut question) = question(schema, places, document, path) else { return };
    let question = match found.iter_mut().find(|q| q.target == question.target) {
        Some(known) => known,
        None => {
            question.is_required = is_required;
            found.push(question);
            let last = found.len() - 1;
            &mut found[last]
        }
    };
    question.is_required |= is_required;
    question.rules.extend(by.filter(|(name, _)| question.rules.iter().all(|(known, _)| known != name)));
}

/// The question about a path; `None` where the place holds what says nothing, which was reported.
fn question(schema: &Schema, places: &Places, document: &Document, path: &str) -> Option<Question> {
    let holds = |p: &Place| path.strip_prefix(p.path.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']));
    let (mut index, mut place) = places.list.iter().enumerate().filter(|(_, p)| holds(p)).max_by_key(|(_, p)| p.path.len())?;
    // Of a table the first field is asked.
    while let FieldType::Record(_) = place.ty {
        let inside = |p: &&Place| p.parent == Some(index) && p.row.is_none();
        place = places.list[index + 1..].iter().find(inside)?;
        index = places.at(place.slot)?;
    }
    let plain = plain_path(&place.path);
    let field = super::field_at(schema, &plain);
    let row = match (&place.ty, document.slots.get(place.slot as usize)) {
        (FieldType::List { key, .. }, Some(Value::Unknown)) => record_of(&place.ty).map(|record| (record, *key)),
        _ => None,
    };
    let (path, field, target) = match row {
        Some((record, key)) => {
            let fields = &schema.record(record).fields;
            let field: &FieldShape = key.and_then(|k| fields.get(usize::from(k))).or_else(|| fields.first())?;
            (format!("{}.{}", place.path, field.name), Some(field), Target::NewRow(index, field.name.clone()))
        }
        None if document.is_unusable(place.slot) => return None,
        None => (place.path.clone(), field, Target::Place(index)),
    };
    let is_new = matches!(target, Target::NewRow(..));
    Some(Question {
        title: field.map_or_else(|| Bilingual::same(place.name.clone()), |f| f.title.clone()),
        ty: if is_new { field?.ty.clone() } else { place.ty.clone() },
        may_be_none: if is_new { field?.is_optional } else { place.is_optional },
        is_private: place.is_private,
        is_required: false,
        look_up: (place.kind == FactKind::Register).then(|| schema.look_up_place(&path).cloned().unwrap_or_default()),
        rules: Vec::new(),
        path,
        target,
    })
}

impl Question {
    /// The values to choose from; none where an answer is free.
    pub fn choices<'s>(&self, schema: &'s Schema) -> &'s [EnumValueShape] {
        let of = |ty: &FieldType| match ty {
            FieldType::Enum(id) => Some(*id),
            _ => None,
        };
        let id = match &self.ty {
            FieldType::List { item, .. } => of(item),
            ty => of(ty),
        };
        id.map_or(&[], |id| &schema.enumeration(id).values)
    }

    /// What an answer looks like.
    pub fn form(&self, schema: &Schema) -> Bilingual {
        form(&self.ty, schema)
    }
}

fn form(ty: &FieldType, schema: &Schema) -> Bilingual {
    match ty {
        FieldType::Text | FieldType::Record(_) => say!("a text", "文本"),
        FieldType::Integer => say!("a whole number", "整数"),
        FieldType::Decimal => say!("a number", "数字"),
        FieldType::Boolean => say!("yes or no", "是或否"),
        FieldType::Date => say!("a date such as 2026-11-23", "日期，如 2026-11-23"),
        FieldType::DateTime => say!("date and time such as 2026-11-23T09:30:00", "日期和时间，如 2026-11-23T09:30:00"),
        FieldType::Duration => say!("a duration such as 3 months", "期间，如 3 months"),
        FieldType::BusinessDays => say!("a number of business days", "工作日天数"),
        FieldType::Money => say!("an amount such as 1000000 CNY", "金额，如 1000000 CNY"),
        FieldType::Scalar(scalar) => {
            let (title, example) = (scalar.title(), scalar.example());
            Bilingual::new(format!("{} such as {example}", title.en), format!("{}，如 {example}", title.zh))
        }
        FieldType::Enum(_) => say!("one of the choices, by number, name or title", "从选项中选择，可填序号、名称或标题"),
        FieldType::Pattern(id) => {
            let pattern = schema.pattern(*id);
            match pattern.rule {
                PatternRule::Between(..) => say!("a number: {}", "数字：{}", pattern.title.get(crate::diagnostic::Language::En)),
                _ => pattern.title.clone(),
            }
        }
        FieldType::File => say!("the path of a file", "文件路径"),
        FieldType::List { item, .. } => {
            let item = form(item, schema);
            Bilingual::new(format!("{}; several are parted by commas", item.en), format!("{}；多项用逗号分隔", item.zh))
        }
    }
}
