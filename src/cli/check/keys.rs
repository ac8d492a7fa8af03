//! What filings are counted by: their rules, their verdict, or any field that a manifest holds once.

use crate::diagnostic::{Bilingual, Code, Diagnostic, Language, nearest, say};
use crate::manifest::Document;
use crate::value::{FieldShape, FieldType, RecordId, Role, Schema, Value};
use std::collections::VecDeque;

/// What filings are counted by.
#[derive(Clone, Debug)]
pub(super) enum By {
    /// The rule or code of a finding.
    Rule,
    /// The stage of the rule.
    Stage,
    /// What becomes of the filing.
    Verdict,
    /// A field of the manifest.
    Field(Field),
}

/// A field that a manifest holds once.
#[derive(Clone, Debug)]
pub(super) struct Field {
    /// Its path.
    pub(super) path: String,
    /// Whether what it holds is masked wherever it is shown.
    pub(super) is_private: bool,
    slot: u32,
    ty: FieldType,
}

/// Words that are no fields.
const WORDS: &[&str] = &["rule", "stage", "verdict"];

impl By {
    /// What a call names.
    pub(super) fn of(written: &str, schema: &Schema) -> Result<By, Box<Diagnostic>> {
        match written {
            "rule" => Ok(By::Rule),
            "stage" => Ok(By::Stage),
            "verdict" => Ok(By::Verdict),
            _ => Field::of(written, schema).map(By::Field),
        }
    }

    /// As a heading for people.
    pub(super) fn title(&self, schema: &Schema, language: Language) -> String {
        match (self, language) {
            (By::Rule, Language::Zh) => "规则".to_owned(),
            (By::Stage, Language::Zh) => "阶段".to_owned(),
            (By::Verdict, Language::Zh) => "结论".to_owned(),
            (By::Field(field), Language::Zh) => {
                let title = crate::scaffold::field_at(schema, &field.path).map_or("", |f| f.title.zh.as_str());
                if title.is_empty() { field.path.clone() } else { format!("{title}（{}）", field.path) }
            }
            (by, Language::En) => by.name().to_owned(),
        }
    }

    /// As programs call it.
    pub(super) fn name(&self) -> &str {
        match self {
            By::Rule => "rule",
            By::Stage => "stage",
            By::Verdict => "verdict",
            By::Field(field) => &field.path,
        }
    }
}

impl Field {
    /// The field that a path, a role or a name means: of several fields with one name the one that lies nearest to the top. A table stands for the
    /// first field in it.
    pub(super) fn of(written: &str, schema: &Schema) -> Result<Field, Box<Diagnostic>> {
        let role = Role::from_name(written).and_then(|role| match role {
            Role::Region => schema.roles.region.as_ref().map(|(place, _)| place.path()),
            Role::SubmissionDay => schema.roles.submission_day.as_ref().map(|place| place.path()),
            Role::Draft => schema.roles.draft.as_ref().map(|place| place.path()),
            _ => None,
        });
        let wanted = role.unwrap_or_else(|| written.to_owned());
        let all = fields(schema);
        let is_meant = |path: &str| path == wanted || !wanted.contains('.') && path.rsplit('.').next() == Some(&wanted);
        let exact = all.iter().find(|f| f.path == wanted).or_else(|| all.iter().find(|f| is_meant(&f.path)));
        match exact {
            Some(Field { path, ty: FieldType::Record(_), .. }) => {
                let inside = format!("{path}.");
                let first = all.iter().find(|f| f.path.starts_with(&inside) && !matches!(f.ty, FieldType::Record(_)));
                first.cloned().ok_or_else(|| unknown(written, &all))
            }
            Some(field) => Ok(field.clone()),
            None => Err(unknown(written, &all)),
        }
    }

    /// What a filing states there.
    pub(super) fn value(&self, document: &Document, schema: &Schema, language: Language) -> String {
        let words = |b: Bilingual| b.get(language).to_owned();
        match document.slots.get(self.slot as usize) {
            None | Some(Value::Unknown) => words(say!("(not stated)", "（未填写）")),
            Some(Value::None) => words(say!("(none)", "（无）")),
            Some(Value::Text(text)) => document.str(*text).to_owned(),
            Some(Value::Enum(n)) => match &self.ty {
                FieldType::Enum(id) => match schema.enumeration(*id).values.get(*n as usize) {
                    Some(value) if language == Language::Zh && !value.title.zh.is_empty() => value.title.zh.clone(),
                    Some(value) => value.name.clone(),
                    None => document.unlisted.text(*id, *n).unwrap_or_default().to_owned(),
                },
                _ => n.to_string(),
            },
            Some(Value::Bool(b)) => b.to_string(),
            Some(Value::Int(n)) => n.to_string(),
            Some(Value::Date(day)) => day.to_string(),
            Some(Value::DateTime(at)) => at.to_string(),
            Some(Value::BusinessDays(n)) => n.to_string(),
            Some(Value::Decimal(n)) => format!("{}.{:06}", n / 1_000_000, (n % 1_000_000).abs()),
            Some(Value::Money(m)) => format!("{}.{:02} {}", m.cents() / 100, (m.cents() % 100).abs(), m.currency_code()),
            Some(Value::Duration(d)) => format!("{} months {} days {} hours", d.months, d.days, d.hours),
            Some(Value::Present) => words(say!("(given)", "（已填写）")),
            Some(Value::List { length, .. } | Value::Rows { length, .. }) => words(say!("{length} items", "{length} 项")),
        }
    }
}

fn unknown(written: &str, all: &[Field]) -> Box<Diagnostic> {
    let d =
        Diagnostic::new(Code::NothingFound, say!("filings have no field `{written}` to count by", "清单没有可供统计的字段 `{written}`"));
    let known = all.iter().map(|f| f.path.as_str()).chain(WORDS.iter().copied());
    Box::new(match nearest(written, known) {
        Some(near) => d.help(say!("did you mean `{near}`?", "是否想写 `{near}`？")),
        None => d.help(say!(
            "name a field that a filing holds once, such as `filing.region`, or `rule`, `stage` or `verdict`",
            "写出每份清单只有一处的字段，如 `filing.region`，或写 `rule`、`stage`、`verdict`"
        )),
    })
}

/// All fields that are not in a list, breadth first.
fn fields(schema: &Schema) -> Vec<Field> {
    let mut found = Vec::new();
    let mut queue: VecDeque<(RecordId, u32, String)> = schema.root.map(|root| (root, 0, String::new())).into_iter().collect();
    while let Some((record, base, around)) = queue.pop_front() {
        for FieldShape { name, ty, slot, is_private, .. } in &schema.record(record).fields {
            let path = if around.is_empty() { name.clone() } else { format!("{around}.{name}") };
            let slot = base + slot;
            if let FieldType::Record(inner) = ty {
                queue.push_back((*inner, slot + 1, path.clone()));
            }
            let is_private = *is_private || matches!(ty, FieldType::Scalar(scalar) if scalar.is_private());
            found.push(Field { path, is_private, slot, ty: ty.clone() });
        }
    }
    found
}
