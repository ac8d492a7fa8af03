//! JSON Schema (2020-12) of a manifest, for editors and for other programs that write manifests.
//!
//! It accepts what the reader accepts, also Chinese names of fields and values; only the English ones are offered. Check digits and the like
//! stay with the reader.

use super::shape::record_of;
use crate::diagnostic::Bilingual;
use crate::hir::{ChangeKind, DefId, ExprId, ExprKind, Program, Strength};
use crate::value::choice::FactKind;
use crate::value::{FILE_FIELDS, FieldShape, FieldType, PatternRule, RecordId, Scalar, Schema};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// What is known of the manifests that are to be written.
#[derive(Clone, Debug)]
pub struct Narrowed {
    /// The only region.
    pub region: String,
    /// Its title.
    pub title: Bilingual,
    /// Fields that its rules read: only they are offered.
    pub read: BTreeSet<String>,
    /// Fields without which no verdict is possible.
    pub required: BTreeSet<String>,
}

/// The schema of manifests, perhaps for one region.
pub fn json_schema(schema: &Schema, narrowed: Option<&Narrowed>) -> Value {
    let writer = Writer { schema, narrowed };
    let mut out = Map::new();
    out.insert("$schema".into(), json!("https://json-schema.org/draft/2020-12/schema"));
    let (en, zh) = narrowed.map_or((String::new(), String::new()), |n| (format!(", {}", n.title.en), format!("（{}）", n.title.zh)));
    out.insert("title".into(), json!(format!("ICP filing manifest{en} / ICP 备案清单{zh}")));
    if let Some(root) = schema.root {
        out.extend(writer.record(root, ""));
    }
    // A narrowed schema knows fields by their place, so it has no shared parts but formats.
    let mut shared = Map::new();
    if narrowed.is_none() {
        for (i, shape) in schema.records.iter().enumerate().filter(|(i, _)| schema.root.is_none_or(|r| r.0 as usize != *i)) {
            shared.insert(format!("record.{}", shape.name), Value::Object(writer.record(RecordId(i as u16), "")));
        }
    }
    for shape in &schema.enums {
        shared.insert(format!("enum.{}", shape.name), enumeration(shape));
    }
    shared.insert("file".into(), writer.file());
    shared.insert("none".into(), json!({ "enum": ["none", null], "title": "does not exist / 不存在" }));
    out.insert("$defs".into(), Value::Object(shared));
    Value::Object(out)
}

struct Writer<'w> {
    schema: &'w Schema,
    narrowed: Option<&'w Narrowed>,
}

fn words(title: &Bilingual) -> String {
    if title.zh.is_empty() || title.zh == title.en { title.en.clone() } else { format!("{} / {}", title.en, title.zh) }
}

/// A text as a pattern that matches only it.
fn exactly(text: &str) -> String {
    let mut out = String::from("^");
    for c in text.chars() {
        if "\\^$.|?*+()[]{}/-".contains(c) {
            out.push('\\');
        }
        out.push(c);
    }
    out.push('$');
    // `-` needs no escape outside brackets, and `u` patterns refuse one.
    out.replace("\\-", "-").replace("\\/", "/")
}

fn enumeration(shape: &crate::value::EnumShape) -> Value {
    let names: Vec<&str> = shape.values.iter().map(|v| v.name.as_str()).collect();
    let docs: Vec<String> = shape.values.iter().map(|v| words(&v.title)).collect();
    let aliases: BTreeSet<&str> =
        shape.values.iter().map(|v| v.title.zh.as_str()).filter(|zh| !zh.is_empty() && !names.contains(zh)).collect();
    let mut ways = vec![json!({ "enum": names, "x-taplo": { "docs": { "enumValues": docs } } })];
    if !aliases.is_empty() {
        ways.push(json!({ "enum": aliases }));
    }
    if shape.is_open {
        ways.push(json!({ "type": "string", "not": { "const": "" } }));
    }
    let list = shape.values.iter().map(|v| format!("{}: {}", v.name, words(&v.title))).collect::<Vec<_>>().join("\n");
    json!({ "title": words(&shape.title), "description": list, "anyOf": ways })
}

/// What the reader makes a scalar of, before its check digits: shapes that it would refuse outright are refused here.
fn scalar(scalar: Scalar) -> Value {
    json!({ "type": "string", "title": words(&scalar.title()), "pattern": scalar.shape() })
}

impl Writer<'_> {
    fn is_read(&self, path: &str) -> bool {
        self.narrowed.is_none_or(|n| {
            let below = format!("{path}.");
            n.read.iter().any(|r| r == path || r.starts_with(&below))
        })
    }

    fn is_region(&self, path: &str) -> bool {
        self.schema.roles.region.as_ref().is_some_and(|(place, _)| place.path() == path)
    }

    fn record(&self, id: RecordId, at: &str) -> Map<String, Value> {
        let shape = self.schema.record(id);
        let (mut offered, mut accepted, mut required) = (Map::new(), Map::new(), Vec::new());
        for field in &shape.fields {
            let path = if at.is_empty() { field.name.clone() } else { format!("{at}.{}", field.name) };
            let value = self.field(field, &path);
            // The Chinese name is read as well, where no other field has it.
            let zh = &field.title.zh;
            if !zh.is_empty() && *zh != field.name && shape.find(zh).is_some_and(|f| f.name == field.name) {
                let alias = if self.narrowed.is_none() {
                    json!({ "$ref": format!("#/$defs/record.{}/properties/{}", shape.name, field.name) })
                } else {
                    value.clone()
                };
                let is_root = self.schema.root == Some(id);
                let alias =
                    if is_root && self.narrowed.is_none() { json!({ "$ref": format!("#/properties/{}", field.name) }) } else { alias };
                accepted.insert(exactly(zh), alias);
            }
            // What no rule of the region reads may be written, but is not offered.
            if self.is_read(&path) || at.is_empty() {
                offered.insert(field.name.clone(), value);
            } else {
                accepted.insert(exactly(&field.name), value);
            }
            if self.narrowed.is_some_and(|n| n.required.contains(&path)) {
                required.push(field.name.clone());
            }
        }
        let mut out = Map::new();
        out.insert("type".into(), json!("object"));
        out.insert("properties".into(), Value::Object(offered));
        if !accepted.is_empty() {
            out.insert("patternProperties".into(), Value::Object(accepted));
        }
        out.insert("additionalProperties".into(), json!(false));
        self.require(&mut out, shape, required);
        out
    }

    /// Required under its name or under its Chinese name.
    fn require(&self, out: &mut Map<String, Value>, shape: &crate::value::RecordShape, required: Vec<String>) {
        let mut all = Vec::new();
        for name in required {
            let zh = shape.find(&name).map(|f| f.title.zh.clone()).filter(|zh| !zh.is_empty());
            match zh {
                Some(zh) => all.push(json!({ "anyOf": [{ "required": [name] }, { "required": [zh] }] })),
                None => all.push(json!({ "required": [name] })),
            }
        }
        if !all.is_empty() {
            out.insert("allOf".into(), Value::Array(all));
        }
    }

    fn field(&self, field: &FieldShape, path: &str) -> Value {
        let mut value = self.typed(&field.ty, path);
        let mut notes = Vec::new();
        if field.kind == FactKind::Register {
            notes.push("known only from a look-up in the register / 仅可由登记数据查询得知");
        }
        if field.is_private {
            notes.push("private: masked in every output / 个人信息，输出时遮盖");
        }
        if let (Some(_), false) = (self.narrowed, self.is_read(path)) {
            notes.push("no rule of this region reads it / 本地区规则不读取");
        }
        if field.is_optional {
            notes.push("\"none\": does not exist / 写 \"none\" 表示不存在");
            value = json!({ "anyOf": [value, { "$ref": "#/$defs/none" }] });
        }
        if value.get("$ref").is_some() {
            // Words beside a reference are allowed, but not every editor shows them.
            value = json!({ "allOf": [value] });
        }
        if let Value::Object(map) = &mut value {
            map.insert("title".into(), json!(words(&field.title)));
            if !notes.is_empty() {
                map.insert("description".into(), json!(notes.join("\n")));
            }
        }
        value
    }

    fn typed(&self, ty: &FieldType, path: &str) -> Value {
        match ty {
            FieldType::Text => json!({ "type": "string" }),
            FieldType::Integer => json!({ "type": "integer" }),
            FieldType::BusinessDays => json!({ "type": "integer", "minimum": i32::MIN, "maximum": i32::MAX }),
            FieldType::Decimal => json!({ "type": "number" }),
            FieldType::Boolean => json!({ "type": "boolean" }),
            FieldType::Date => json!({ "type": "string", "format": "date", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$" }),
            FieldType::DateTime => json!({
                "type": "string",
                "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]+)?)?([Zz]|[+-][0-9]{2}:[0-9]{2})?$"
            }),
            FieldType::Duration => json!({ "type": "string", "pattern": "^[+-]?[0-9]+ (day|month|year|hour)s*$" }),
            FieldType::Money => json!({ "anyOf": [
                { "type": "number" },
                { "type": "string", "pattern": "^[+-]?[0-9.]+ [A-Z]{3}$" },
                { "type": "object", "required": ["amount"], "properties": {
                    "amount": { "type": "number" }, "currency": { "type": "string", "pattern": "^[A-Z]{3}$" } } }
            ] }),
            FieldType::Scalar(s) => scalar(*s),
            FieldType::Enum(id) => match self.narrowed.filter(|_| self.is_region(path)) {
                Some(n) => json!({ "enum": [n.region.clone(), n.title.zh.clone()] }),
                None => json!({ "$ref": format!("#/$defs/enum.{}", self.schema.enumeration(*id).name) }),
            },
            FieldType::Pattern(id) => match &self.schema.pattern(*id).rule {
                PatternRule::Matching(pattern) => json!({ "type": "string", "pattern": format!("^(?:{pattern})$") }),
                PatternRule::Between(low, high) => json!({ "type": "integer", "minimum": low, "maximum": high }),
            },
            FieldType::File => json!({ "$ref": "#/$defs/file" }),
            FieldType::Record(id) if self.narrowed.is_some() => Value::Object(self.record(*id, path)),
            FieldType::Record(id) => json!({ "$ref": format!("#/$defs/record.{}", self.schema.record(*id).name) }),
            FieldType::List { item, key } => {
                let mut items = self.typed(item, path);
                if let (Some(key), Some(record)) = (key, record_of(item))
                    && let Some(field) = self.schema.record(record).fields.get(*key as usize)
                {
                    let required = [field.name.clone(), field.title.zh.clone()].into_iter().filter(|n| !n.is_empty());
                    let ways: Vec<Value> = required.map(|n| json!({ "required": [n] })).collect();
                    items = json!({ "allOf": [items, { "anyOf": ways }] });
                }
                let list = json!({ "type": "array", "items": items });
                // One document may stand where several are due.
                if matches!(**item, FieldType::File) { json!({ "anyOf": [list, items] }) } else { list }
            }
        }
    }

    fn file(&self) -> Value {
        let (mut offered, mut accepted) = (Map::new(), Map::new());
        for (name, ty, en, zh) in FILE_FIELDS {
            let mut value = json!({ "anyOf": [self.typed(ty, ""), { "const": "none" }] });
            if let Value::Object(map) = &mut value {
                map.insert("title".into(), json!(format!("{en} / {zh}")));
            }
            accepted.insert(exactly(zh), value.clone());
            offered.insert((*name).to_owned(), value);
        }
        json!({
            "title": "a document: its path, or what is known of it / 文件：路径或其属性",
            "anyOf": [
                { "type": "string" },
                { "type": "object", "properties": offered, "patternProperties": accepted, "additionalProperties": false }
            ]
        })
    }
}

/// Fields of the manifest without which some firm requirement of these layers can never be decided, whatever else is stated.
pub fn unavoidable(program: &Program, layers: &BTreeSet<usize>) -> BTreeSet<String> {
    let changed: BTreeSet<usize> = program
        .changes
        .iter()
        .filter_map(|c| match &c.kind {
            ChangeKind::Except { rule, .. }
            | ChangeKind::Waive { rule, .. }
            | ChangeKind::Replace { rule, .. }
            | ChangeKind::Adopt { rule, .. } => Some(rule.index()),
            ChangeKind::Set { .. } | ChangeKind::Confirm { .. } => None,
        })
        .collect();
    let (mut out, mut known) = (BTreeSet::new(), BTreeMap::new());
    for (i, rule) in program.rules.iter().enumerate() {
        let [version] = rule.versions.as_slice() else { continue };
        let is_plain = version.effective.from.is_none() && version.effective.until.is_none() && version.needs.is_empty();
        let decides = version.strength == Strength::Must && version.provenance.is_firm();
        if !layers.contains(&rule.layer.index()) || changed.contains(&i) || !is_plain || !decides {
            continue;
        }
        let required = of_expression(program, version.require, &mut known);
        match version.when {
            None => out.extend(required),
            Some(when) => out.extend(of_expression(program, when, &mut known).intersection(&required).cloned()),
        }
    }
    out
}

/// Fields of the root that must be known for an expression to be known; `known` are those of the definitions met before.
fn of_expression(program: &Program, id: ExprId, known: &mut BTreeMap<DefId, BTreeSet<String>>) -> BTreeSet<String> {
    let mut each = |list: &[ExprId]| -> Vec<BTreeSet<String>> { list.iter().map(|e| of_expression(program, *e, known)).collect() };
    match &program.expr(id).kind {
        ExprKind::Field(path) if path.base == crate::hir::Base::Root => BTreeSet::from([path.names.join(".")]),
        ExprKind::Def(def) => {
            if let Some(found) = known.get(def) {
                return found.clone();
            }
            let found = of_expression(program, program.defs[def.index()].value, known);
            known.insert(*def, found.clone());
            found
        }
        // One known part can decide these; absence is an answer to the last two; tables fall through.
        ExprKind::And(list) | ExprKind::Or(list) | ExprKind::Else(list) => {
            each(list).into_iter().reduce(|a, b| a.intersection(&b).cloned().collect()).unwrap_or_default()
        }
        ExprKind::Given(_) | ExprKind::IsNone(_) | ExprKind::Decide { .. } | ExprKind::Quantified { .. } => BTreeSet::new(),
        ExprKind::Count { .. } | ExprKind::Sum { .. } | ExprKind::Call(..) => BTreeSet::new(),
        kind => each(&kind.children()).into_iter().flatten().collect(),
    }
}
