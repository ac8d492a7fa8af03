//! From `init` to `ready`: a filer who answers only what `check` asks for gets there.
//! 31 walks, a sample in which every region, every nature and every filing type stands at least once.

use crate::support::{bundled_rules, compile};
use filingc::eval::{Outcome, Verdict, Weight};
use filingc::manifest::{self, Format};
use filingc::scaffold::{self, Question, Wishes, questions};
use filingc::value::{FieldType, Schema, plain_path};
use filingc::{Diagnostics, Language, Options, Rulebook, SourceKind, SourceMap};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

const TODAY: jiff::civil::Date = jiff::civil::date(2026, 11, 27);
/// Most rounds in which facts are asked for: an answer can raise a new question.
const MAX_ROUNDS: usize = 12;
/// Synthetic persons: one county code that was withdrawn before they were born.
const PERSON: &str = "110201199912310014";
const OTHER_PERSON: &str = "11020119991231009X";
/// Regions in which a site may move to another entity: elsewhere that order is refused.
const MIGRATING: [&str; 4] = ["bj", "gd", "he", "sn"];

/// A credit code with an empty body: both check characters are computed.
fn credit_code(category: &str, division: &str) -> String {
    const ALPHABET: &[u8] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";
    let body = format!("{category}{division}0000000000000");
    let index = |c: u8| ALPHABET.iter().position(|a| *a == c).expect("a character of the alphabet");
    let mut weight = 1;
    let mut sum = 0;
    for c in body.bytes() {
        sum += index(c) * weight;
        weight = weight * 3 % 31;
    }
    format!("{body}{}", ALPHABET[(31 - sum % 31) % 31] as char)
}

/// The certificate that each nature files with.
fn certificate(nature: &str, division: &str) -> (&'static str, String) {
    let credit_code = |category| credit_code(category, division);
    match nature {
        "individual" => ("resident-id", PERSON.to_owned()),
        "enterprise" => ("business-licence", credit_code("91")),
        "household-business" => ("business-licence", credit_code("92")),
        "government" => ("unified-code-certificate", credit_code("11")),
        "institution" => ("institution-certificate", credit_code("12")),
        "social-organization" => ("social-organization-registration", credit_code("51")),
        "private-non-enterprise" => ("private-non-enterprise-registration", credit_code("52")),
        "foundation" => ("foundation-registration", credit_code("53")),
        "law-firm" => ("law-firm-licence", credit_code("31")),
        "military" => ("military-unit-code", "示例00001".to_owned()),
        "foreign-representative-office" => ("representative-office-registration", credit_code("91")),
        "notary-office" => ("notary-licence", credit_code("32")),
        "forensic-institution" => ("forensic-licence", credit_code("34")),
        "arbitration-commission" => ("arbitration-registration", credit_code("35")),
        "grassroots-legal-service" => ("grassroots-legal-service", credit_code("33")),
        "religious-site" => ("religious-site-registration", credit_code("71")),
        "religious-school" => ("religious-school", credit_code("72")),
        "medical-institution" => ("institution-certificate", credit_code("12")),
        "private-school" => ("private-non-enterprise-registration", credit_code("52")),
        "rural-collective" => ("rural-collective-registration", credit_code("N2")),
        "foreign-cultural-centre" => ("foreign-cultural-centre", credit_code("41")),
        "foreign-tourism-office" => ("foreign-tourism-office", credit_code("61")),
        "foreign-news-office" => ("foreign-news-office", credit_code("21")),
        "overseas-ngo-office" => ("overseas-ngo-registration", credit_code("G1")),
        "trade-union" => ("trade-union-certificate", credit_code("81")),
        "mass-organization" => ("unified-code-certificate", credit_code("13")),
        "self-government" | "other" => ("unified-code-certificate", credit_code("59")),
        other => panic!("no certificate is known for {other}"),
    }
}

struct Filer<'f> {
    nature: &'f str,
    region: &'f str,
    division: &'f str,
    filing_type: &'f str,
}

impl Filer<'_> {
    fn name(&self) -> &'static str {
        match self.nature {
            "individual" => "赵示例",
            "household-business" => "示例茶叶经营部",
            "enterprise" => "示例茶业有限公司",
            "law-firm" => "示例律师事务所",
            "foundation" => "示例基金会",
            _ => "示例单位",
        }
    }

    /// What this filer knows of a fact: the state of a filing in order. What says nothing of its own goes by its type.
    fn answer(&self, path: &str, question: &Question, schema: &Schema) -> Value {
        let (kind, number) = certificate(self.nature, self.division);
        let (adds, is_first) = (self.filing_type.starts_with("add-service"), self.filing_type == "initial");
        // Tianjin wants two persons for the two roles.
        let has_two_persons = self.region == "tj" && path.starts_with("service.principal");
        match path {
            // Guangxi wants another body than the organization itself.
            "entity.superior_unit" if self.region == "gx" => json!("示例市示例主管局"),
            "entity.name" | "domain.holder" | "records.entity_name" | "records.service_entity" | "entity.superior_unit" => {
                json!(self.name())
            }
            "entity.certificate.type" => json!(kind),
            "entity.certificate.number" | "domain.holder_document.number" | "records.entity_certificate_number" => json!(number),
            "entity.certificate.region" | "entity.principal.document.region" => json!(self.region),
            "entity.address" | "entity.certificate.address" => json!("示例市示例区示例路1号2栋301室"),
            "entity.address_code" | "entity.certificate.address_code" => json!(format!("{}0100", self.division)),
            "entity.legal_representative.name" => json!("赵示例"),
            "records.entity_filed" => json!(!is_first),
            "records.service_filed" => json!(!is_first && !adds),
            "records.entity_at_provider" => json!(!is_first && !["add-access", "add-service-no-entity"].contains(&self.filing_type)),
            "records.service_at_provider" => json!(!is_first && self.filing_type != "add-access"),
            "change.target" => json!("service"),
            "change.fields" => json!(["service-name"]),
            "service.name" => json!("岚山茶业"),
            "service.remarks" => json!("个人学习笔记，记录茶叶知识"),
            "service.content_types" => json!([if self.nature == "individual" { "other" } else { "corporate-site" }]),
            "instance.region" => json!("cn-hangzhou"),
            "instance.product" => json!("ecs"),
            "instance.subscription_months" => json!(12),
            "account.id" | "instance.account_id" => json!("acct-1"),
            "entity.principal.legal_representative"
            | "entity.trade_name"
            | "entity.seal"
            | "domain.real_name_verified"
            | "instance.mainland"
            | "instance.public_ip" => json!(true),
            "service.principal.document.number" if has_two_persons => json!(OTHER_PERSON),
            "service.principal.name" if has_two_persons => json!("钱示例"),
            "service.principal.mobile" if has_two_persons => json!("13800000002"),
            "service.principal.email" if has_two_persons => json!("qian@example.com"),
            _ if path.ends_with("principal.name") => json!("赵示例"),
            _ if path.ends_with("document.type") => json!("resident-id"),
            _ if path.ends_with("document.number") => json!(PERSON),
            _ if path.ends_with("emergency_phone") => json!("13900000000"),
            _ if path.ends_with("expires_on") => json!("2036-03-14"),
            _ => Self::by_type(question, &question.ty, schema),
        }
    }

    fn by_type(question: &Question, ty: &FieldType, schema: &Schema) -> Value {
        match ty {
            FieldType::Integer => json!(1),
            FieldType::Boolean => json!(false),
            FieldType::Date => json!("2026-11-20"),
            FieldType::Scalar(scalar) => json!(scalar.example()),
            FieldType::Enum(_) => json!(question.choices(schema)[0].name),
            FieldType::File => json!({ "format": "jpg", "kb": 600, "original": true }),
            FieldType::List { item, .. } => json!([Self::by_type(question, item, schema)]),
            _ => json!("示例"),
        }
    }
}

/// Writes a value into a tree, at a path whose items of lists stand in brackets by key or by place.
fn put(schema: &Schema, tree: &mut Value, path: &str, value: Value) {
    let mut at = tree;
    let mut rest = path;
    loop {
        let end = rest.find(['.', '[']).unwrap_or(rest.len());
        let (name, after) = rest.split_at(end);
        if !at.is_object() {
            *at = Value::Object(Map::new());
        }
        let fields = at.as_object_mut().expect("it was made a table");
        at = fields.entry(name).or_insert(Value::Null);
        rest = after;
        if let Some(inside) = rest.strip_prefix('[') {
            let (item, after) = inside.split_once(']').expect("a bracket is closed");
            let rows = at.as_array_mut().expect("an item lies in a list");
            let place = match item.trim_matches('"') {
                key if item.starts_with('"') => {
                    rows.iter().position(|r| r.as_object().is_some_and(|o| o.values().any(|v| v == key))).expect("the item is there")
                }
                number => number.parse().expect("a place in the list"),
            };
            at = &mut rows[place];
            rest = after;
        }
        match rest.strip_prefix('.') {
            Some(next) => {
                let so_far = plain_path(&path[..path.len() - rest.len()]);
                let is_list = scaffold::field_at(schema, &so_far).is_some_and(|f| matches!(f.ty, FieldType::List { .. }));
                if is_list && at.is_null() {
                    *at = json!([{}]);
                    at = &mut at[0];
                }
                rest = next;
            }
            None => {
                *at = value;
                return;
            }
        }
    }
}

fn tree(text: &str) -> Value {
    fn plain(value: toml::Value) -> Value {
        match value {
            toml::Value::Datetime(d) => d.to_string().into(),
            toml::Value::Array(items) => items.into_iter().map(plain).collect(),
            toml::Value::Table(pairs) => pairs.into_iter().map(|(k, v)| (k, plain(v))).collect(),
            other => serde_json::to_value(other).expect("a plain value"),
        }
    }
    plain(toml::Value::Table(toml::from_str(text).expect("what init writes is TOML")))
}

/// What the program says of a manifest.
struct Seen {
    verdict: Verdict,
    /// What it asks for.
    asked: Vec<Question>,
    /// What is broken, by the rules and by the reader.
    broken: Vec<String>,
}

fn check(book: &Rulebook, sources: &mut SourceMap, filing: &Value) -> Seen {
    let id = sources.add("m.json", filing.to_string(), SourceKind::Manifest);
    let mut problems = Diagnostics::new();
    let document = manifest::read(sources, id, Format::Json, book.schema(), TODAY, &mut problems);
    let options = Options { region: None, on: Some(TODAY), today: TODAY, strict: false, require_look_ups: false, detailed: false };
    let mut broken: Vec<String> =
        problems.iter().filter(|d| d.severity == filingc::Severity::Error).map(|d| d.message.en.clone()).collect();
    let asked = questions(book, sources, &document, Diagnostics::new(), &options);
    let report = filingc::check(book, sources, document, problems, &options).report.expect("it can be checked");
    broken.extend(report.rules.iter().filter(|r| r.outcome == Outcome::Violated && r.weight == Weight::Decides).map(|r| r.name.clone()));
    Seen { verdict: report.verdict, asked: asked.into_iter().filter(|q| q.is_required).collect(), broken }
}

fn walk(book: &Rulebook, sources: &mut SourceMap, filer: &Filer<'_>) -> Result<(), String> {
    let wishes = Wishes {
        region: filer.region.to_owned(),
        nature: filer.nature.to_owned(),
        filing_type: filer.filing_type.to_owned(),
        provider: Some("alibaba".to_owned()),
        kind: Some("website".to_owned()),
        domain: Some("lanshan-tea-demo.cn".to_owned()),
        today: TODAY,
        language: Language::Zh,
    };
    let schema = book.schema();
    let mut filing = tree(&scaffold::write(book, sources, &wishes).text);
    let draft = check(book, sources, &filing);
    if draft.verdict != Verdict::Incomplete {
        return Err(format!("the draft is {:?}: {:?}", draft.verdict, draft.broken));
    }
    put(schema, &mut filing, "draft", json!(false));
    let mut answered = BTreeSet::new();
    for _ in 0..MAX_ROUNDS {
        let seen = check(book, sources, &filing);
        match seen.verdict {
            Verdict::Ready => return Ok(()),
            Verdict::Incomplete if !seen.asked.is_empty() => {}
            other => return Err(format!("{other:?}: {:?}", seen.broken)),
        }
        for question in seen.asked {
            if !answered.insert(question.path.clone()) {
                return Err(format!("{} is asked again", question.path));
            }
            let value = filer.answer(&plain_path(&question.path), &question, schema);
            // That there is none is said of the list itself.
            match question.path.strip_suffix(".preapprovals.category") {
                Some(service) => put(schema, &mut filing, &format!("{service}.preapprovals"), json!("none")),
                None => put(schema, &mut filing, &question.path, value),
            }
        }
    }
    Err("the questions do not end".to_owned())
}

/// The first figures of the divisions of a region, as its layer says.
fn division_of<'r>(rules: &'r [(String, String)], region: &str) -> &'r str {
    let layer = rules.iter().find(|(_, text)| text.starts_with(&format!("region {region} "))).map(|(_, text)| text.as_str());
    layer.and_then(|text| text.split("gb2260 \"").nth(1)?.split('"').next()).expect("the layer of a region names its division")
}

#[test]
fn who_answers_what_is_asked_is_ready_in_every_region() {
    let rules = bundled_rules();
    let book = crate::support::book(compile(&rules).0);
    let values = |path: &str| -> Vec<String> {
        match scaffold::field_at(book.schema(), path).map(|f| &f.ty) {
            Some(FieldType::Enum(id)) => book.schema().enumeration(*id).values.iter().map(|v| v.name.clone()).collect(),
            _ => panic!("{path} is an enum"),
        }
    };
    let (regions, types, natures) = (values("filing.region"), values("filing.type"), values("entity.nature"));
    let other_types: Vec<&String> = types.iter().filter(|t| *t != "migrate").collect();
    let mut sources = SourceMap::default();
    for (name, text) in &rules {
        sources.add(name.clone(), text.clone(), SourceKind::Rules);
    }
    let (mut stuck, mut met) = (Vec::new(), BTreeSet::new());
    for (i, region) in regions.iter().enumerate() {
        let filing_type = if MIGRATING.contains(&region.as_str()) { "migrate" } else { other_types[i % other_types.len()] };
        let nature = &natures[i % natures.len()];
        met.extend([nature.as_str(), filing_type]);
        let filer = Filer { nature, region, division: division_of(&rules, region), filing_type };
        if let Err(why) = walk(&book, &mut sources, &filer) {
            stuck.push(format!("{region} {nature} {filing_type}: {why}"));
        }
    }
    assert!(natures.iter().chain(&types).all(|x| met.contains(x.as_str())), "the sample leaves one out");
    assert!(stuck.is_empty(), "{} walks end on the way:\n{}", stuck.len(), stuck.join("\n"));
}
