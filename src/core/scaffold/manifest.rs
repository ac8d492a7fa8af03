//! A manifest to start with: what is known as lines, what the rules still want as lines behind `#`.

use super::shape::record_of;
use super::{field_at, needs};
use crate::diagnostic::Language;
use crate::driver::Rulebook;
use crate::graph::DependencyNode;
use crate::hir::ExprKind;
use crate::source::SourceMap;
use crate::value::{Date, FieldShape, FieldType, PatternRule, RecordId, Schema};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

/// What is known of a filing that is to be prepared. Enum values by their names.
#[derive(Clone, Debug)]
pub struct Wishes {
    /// Region to file in.
    pub region: String,
    /// Nature of the filer.
    pub nature: String,
    /// Filing type.
    pub filing_type: String,
    /// Access provider.
    pub provider: Option<String>,
    /// Kind of service.
    pub kind: Option<String>,
    /// A domain.
    pub domain: Option<String>,
    /// The day of the law.
    pub today: Date,
    /// Language of the comments.
    pub language: Language,
}

/// A manifest and what is left to be filled in.
#[derive(Clone, Debug)]
pub struct Written {
    /// The text.
    pub text: String,
    /// Paths of the lines behind `#`.
    pub open: BTreeSet<String>,
    /// Those of them on which the filing type hangs: empty where the facts written lead to it.
    pub decides_type: BTreeSet<String>,
}

/// A value as TOML, and whether it only stands in for what the filer knows.
#[derive(Clone, Debug)]
struct Fact {
    value: String,
    is_probe: bool,
    is_look_up: bool,
}

type Facts = BTreeMap<String, Fact>;

fn fact(value: impl Into<String>) -> Fact {
    Fact { value: value.into(), is_probe: false, is_look_up: false }
}

/// Most facts that are combined to reach a filing type.
const MAX_FACTS: usize = 4;
/// Most values of an enum that are listed.
const MAX_CHOICES: usize = 12;
/// Most rounds in which the rules are asked again.
const MAX_ROUNDS: usize = 6;

/// Writes a manifest. `sources` holds the texts of the rules.
pub fn write(book: &Rulebook, sources: &mut SourceMap, wishes: &Wishes) -> Written {
    let schema = &book.index.schema;
    let mut facts = Facts::new();
    let state = |facts: &mut Facts, path: &str, value: &str| {
        if field_at(schema, path).is_some() {
            facts.insert(path.to_owned(), fact(quoted(value)));
        }
    };
    // It stays a draft until somebody has filled it in.
    if let Some(draft) = &schema.roles.draft {
        facts.insert(draft.names.join("."), fact("true"));
    }
    state(&mut facts, "filing.region", &wishes.region);
    state(&mut facts, "entity.nature", &wishes.nature);
    if let Some(provider) = &wishes.provider {
        state(&mut facts, "filing.provider", provider);
    }
    if let Some(kind) = &wishes.kind {
        state(&mut facts, "service.id", kind);
        state(&mut facts, "service.kind", kind);
        if field_at(schema, "filing.services").is_some() {
            facts.insert("filing.services".to_owned(), fact(format!("[{}]", quoted(kind))));
        }
    }
    if let Some(domain) = &wishes.domain {
        state(&mut facts, "domain.name", domain);
        // The service that the domain leads to names it.
        if wishes.kind.is_some() && field_at(schema, "service.domains").is_some_and(|f| matches!(f.ty, FieldType::List { .. })) {
            facts.insert("service.domains".to_owned(), fact(format!("[{}]", quoted(domain))));
        }
    }
    let added = facts_for_type(book, sources, &facts, wishes);
    facts.extend(added.unwrap_or_default());
    // Asked again and again: a block that is there asks for what stands in it.
    let mut open: BTreeSet<String> = facts.iter().filter(|(_, f)| f.is_probe).map(|(p, _)| p.clone()).collect();
    let fixed = open.clone();
    for _ in 0..MAX_ROUNDS {
        probe_keys(schema, &mut facts, &open);
        let text = Page { schema, facts: &facts, open: &open, wishes, is_probing: true }.text(wishes.language);
        let mut wanted = needs::of_text(book, sources, &text, wishes.today).missing;
        wanted.extend(fixed.iter().cloned());
        wanted.extend(facts.iter().filter(|(_, f)| f.is_probe).map(|(p, _)| p.clone()));
        if wanted == open {
            break;
        }
        open = wanted;
    }
    let text = Page { schema, facts: &facts, open: &open, wishes, is_probing: false }.text(wishes.language);
    let open = open.into_iter().filter(|p| is_line(schema, p)).collect();
    Written { text, open, decides_type: fixed }
}

/// A manifest for each nature of filer with the fewest facts that lead to a filing type, and nothing else; empty where none lead to it.
pub fn beginnings(book: &Rulebook, sources: &mut SourceMap, wishes: &Wishes, natures: &[String]) -> Vec<String> {
    let schema = &book.index.schema;
    let with = |nature: &str| {
        let is_there = field_at(schema, "entity.nature").is_some();
        is_there.then(|| ("entity.nature".to_owned(), fact(quoted(nature)))).into_iter().collect::<Facts>()
    };
    let Some(added) = facts_for_type(book, sources, &with(&wishes.nature), wishes) else { return Vec::new() };
    let none = BTreeSet::new();
    let text = |nature: &String| {
        let mut facts = with(nature);
        facts.extend(added.clone());
        Page { schema, facts: &facts, open: &none, wishes, is_probing: true }.text(wishes.language)
    };
    natures.iter().map(text).collect()
}

/// Whether a path is a line of its own, not a table.
fn is_line(schema: &Schema, path: &str) -> bool {
    field_at(schema, path).is_none_or(|f| match &f.ty {
        FieldType::Record(_) => false,
        FieldType::List { key, .. } => key.is_none(),
        _ => true,
    })
}

/// Gives every wanted list of keyed records one item, so that its fields are asked about.
fn probe_keys(schema: &Schema, facts: &mut Facts, open: &BTreeSet<String>) {
    for path in open {
        let parts: Vec<&str> = path.split('.').collect();
        for n in 1..=parts.len() {
            let list = parts[..n].join(".");
            let Some(FieldType::List { item, key: Some(key) }) = field_at(schema, &list).map(|f| &f.ty) else { continue };
            let FieldType::Record(record) = **item else { continue };
            let Some(field) = schema.record(record).fields.get(*key as usize) else { continue };
            let sample = match field.ty {
                FieldType::Scalar(scalar) => scalar.example(),
                _ => "item",
            };
            let is_probe = !matches!(field.ty, FieldType::Text);
            facts.entry(format!("{list}.{}", field.name)).or_insert(Fact { value: quoted(sample), is_probe, is_look_up: false });
        }
    }
}

/// The fewest facts that make the rules derive the wanted type.
fn facts_for_type(book: &Rulebook, sources: &mut SourceMap, known: &Facts, wishes: &Wishes) -> Option<Facts> {
    let program = book.program().ok()?;
    let (definition, _) = program.filing_type?;
    let dependencies = crate::graph::Dependencies::build(&program);
    let schema = &book.index.schema;
    // Each choice states some facts together.
    let mut choices: Vec<Vec<(String, Fact)>> = Vec::new();
    for path in dependencies.fields_read(&DependencyNode::Definition(definition)) {
        let Some(field) = field_at(schema, &path) else { continue };
        match &field.ty {
            FieldType::Boolean => {
                for value in ["false", "true"] {
                    choices.push(vec![(
                        path.clone(),
                        Fact {
                            value: value.to_owned(),
                            is_probe: false,
                            is_look_up: field.kind == crate::value::choice::FactKind::Register,
                        },
                    )]);
                }
            }
            FieldType::Enum(id) if !known.contains_key(&path) && schema.enumeration(*id).find(&wishes.filing_type).is_some() => {
                choices.push(vec![(path.clone(), fact(quoted(&wishes.filing_type)))]);
            }
            _ => {}
        }
    }
    for (a, b) in equal_texts(&program, definition) {
        let probe = || Fact { value: quoted("x"), is_probe: true, is_look_up: false };
        choices.push(vec![(a, probe()), (b, probe())]);
    }
    let mut seen: BTreeSet<Vec<usize>> = BTreeSet::new();
    let mut edge: Vec<Vec<usize>> = vec![vec![]];
    for _ in 0..=MAX_FACTS {
        let mut next = Vec::new();
        for chosen in edge {
            let added: Facts = chosen.iter().flat_map(|c| choices[*c].clone()).collect();
            let mut facts = known.clone();
            facts.extend(added.clone());
            let none = BTreeSet::new();
            let text = Page { schema, facts: &facts, open: &none, wishes, is_probing: true }.text(wishes.language);
            if needs::filing_type(book, sources, &text, wishes.today).as_deref() == Some(wishes.filing_type.as_str()) {
                return Some(added);
            }
            for c in chosen.last().map_or(0, |l| l + 1)..choices.len() {
                let clashes = chosen.iter().any(|o| choices[*o].iter().any(|(p, _)| choices[c].iter().any(|(q, _)| p == q)));
                let mut longer = chosen.clone();
                longer.push(c);
                if !clashes && seen.insert(longer.clone()) {
                    next.push(longer);
                }
            }
        }
        edge = next;
    }
    None
}

/// Pairs of text fields that a definition compares.
fn equal_texts(program: &crate::hir::Program, definition: crate::hir::DefId) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut seen = BTreeSet::new();
    let mut stack = vec![program.defs[definition.index()].value];
    while let Some(id) = stack.pop() {
        match &program.expr(id).kind {
            ExprKind::Equal(a, b) => {
                if let (ExprKind::Field(a), ExprKind::Field(b)) = (&program.expr(*a).kind, &program.expr(*b).kind)
                    && program.expr(id).ty == crate::hir::Type::Boolean
                {
                    found.push((a.names.join("."), b.names.join(".")));
                }
            }
            ExprKind::Def(d) if seen.insert(*d) => stack.push(program.defs[d.index()].value),
            kind => stack.extend(kind.children()),
        }
    }
    found
}

fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            c if c.is_control() => {
                let _ = write!(out, "\\u{:04X}", c as u32);
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

struct Page<'p> {
    schema: &'p Schema,
    facts: &'p Facts,
    open: &'p BTreeSet<String>,
    wishes: &'p Wishes,
    /// Stand-ins are written as facts, so that the rules see them.
    is_probing: bool,
}

impl Page<'_> {
    fn text(&self, language: Language) -> String {
        let mut out = String::new();
        if !self.is_probing {
            self.head(&mut out, language);
        }
        if let Some(root) = self.schema.root {
            self.record(&mut out, root, "", false, language);
        }
        out
    }

    fn head(&self, out: &mut String, language: Language) {
        let w = self.wishes;
        let title = |path: &str, value: &str| -> String {
            let Some(FieldType::Enum(id)) = field_at(self.schema, path).map(|f| &f.ty) else { return value.to_owned() };
            let shape = self.schema.enumeration(*id);
            shape.find(value).map_or(value.to_owned(), |v| shape.values[v as usize].title.get(language).to_owned())
        };
        let mut parts = vec![title("filing.region", &w.region), title("entity.nature", &w.nature), title("filing.type", &w.filing_type)];
        parts.extend(w.provider.iter().map(|p| title("filing.provider", p)));
        parts.extend(w.kind.iter().map(|k| title("service.kind", k)));
        match language {
            Language::En => {
                let _ = writeln!(out, "# ICP filing: {}.", parts.join(", "));
                out.push_str("# Lines behind `#` are what the rules still want to know: fill them in and take the `#` away. What does not exist is \"none\".\n");
                out.push_str(
                    "# `filingc check` says what is missing next. For completion in an editor: `filingc schema -o manifest.schema.json`,\n",
                );
                out.push_str("# then `#:schema ./manifest.schema.json` as the first line.\n");
            }
            Language::Zh => {
                let _ = writeln!(out, "# ICP 备案：{}。", parts.join("，"));
                out.push_str("# 以 `#` 开头的行是规则尚需的信息：填写后去掉 `#`。不存在的内容写 \"none\"。\n");
                out.push_str("# `filingc check` 会说明还缺什么。编辑器补全：先运行 `filingc schema -o manifest.schema.json`，\n");
                out.push_str("# 再将第一行写为 `#:schema ./manifest.schema.json`。\n");
            }
        }
    }

    fn is_below(path: &str, table: &str) -> bool {
        table.is_empty() || path == table || path.strip_prefix(table).is_some_and(|r| r.starts_with('.'))
    }

    /// Whether a table holds a fact that is written as one.
    fn holds_fact(&self, table: &str) -> bool {
        self.facts.iter().any(|(p, f)| (self.is_probing || !f.is_probe) && p != table && Self::is_below(p, table))
    }

    fn is_wanted(&self, table: &str) -> bool {
        self.holds_fact(table) || self.facts.keys().chain(self.open).any(|p| Self::is_below(p, table))
    }

    /// The lines of a table, then the tables below it. `is_off`: the table itself stands behind `#`.
    fn record(&self, out: &mut String, id: RecordId, at: &str, is_off: bool, language: Language) {
        let shape = self.schema.record(id);
        let path_of = |f: &FieldShape| if at.is_empty() { f.name.clone() } else { format!("{at}.{}", f.name) };
        let is_table = |f: &FieldShape| match &f.ty {
            FieldType::Record(_) => true,
            FieldType::List { item, key } => key.is_some() && record_of(item).is_some(),
            _ => false,
        };
        for field in shape.fields.iter().filter(|f| !is_table(f)) {
            let path = path_of(field);
            match self.facts.get(&path) {
                Some(f) if self.is_probing || !f.is_probe => {
                    let off = if is_off { "# " } else { "" };
                    let look_up = match (f.is_look_up && !self.is_probing, language) {
                        (false, _) => "",
                        (true, Language::En) => ", to be confirmed by a look-up",
                        (true, Language::Zh) => "，须以查询结果为准",
                    };
                    let _ = writeln!(out, "{off}{} = {}  # {}{look_up}", field.name, f.value, field.title.get(language));
                }
                _ if self.open.contains(&path) || self.open.iter().any(|o| Self::is_below(o, &path)) => {
                    let _ = writeln!(out, "# {} = {}  # {}", field.name, self.blank(field), self.hint(field, language));
                }
                _ => {}
            }
        }
        for field in shape.fields.iter().filter(|f| is_table(f)) {
            let path = path_of(field);
            let Some(inner) = record_of(&field.ty).filter(|_| self.is_wanted(&path)) else { continue };
            let is_list = matches!(field.ty, FieldType::List { .. });
            // An optional table that is only there as a header would be a statement.
            let off = is_off || ((is_list || field.is_optional) && !self.holds_fact(&path));
            let (open, close) = if is_list { ("[[", "]]") } else { ("[", "]") };
            let _ = writeln!(out, "\n{}{open}{path}{close}  # {}", if off { "# " } else { "" }, field.title.get(language));
            self.record(out, inner, &path, off, language);
        }
    }

    /// What stands in for a value in a line behind `#`.
    fn blank(&self, field: &FieldShape) -> String {
        match &field.ty {
            FieldType::Boolean => "true".to_owned(),
            FieldType::Integer | FieldType::Decimal | FieldType::BusinessDays | FieldType::Money => "0".to_owned(),
            FieldType::Date => "YYYY-MM-DD".to_owned(),
            FieldType::DateTime => "YYYY-MM-DDThh:mm:ss".to_owned(),
            FieldType::List { .. } => "[]".to_owned(),
            FieldType::File => "{ path = \"\", format = \"\", kb = 0, original = true }".to_owned(),
            FieldType::Pattern(id) if matches!(self.schema.pattern(*id).rule, PatternRule::Between(..)) => "0".to_owned(),
            _ => "\"\"".to_owned(),
        }
    }

    fn hint(&self, field: &FieldShape, language: Language) -> String {
        let mut hint = field.title.get(language).to_owned();
        if let FieldType::Enum(id) = &field.ty {
            let shape = self.schema.enumeration(*id);
            let named = |v: &crate::value::EnumValueShape| match language {
                Language::En => v.name.clone(),
                Language::Zh => format!("{}（{}）", v.name, v.title.zh),
            };
            let list: Vec<String> = shape.values.iter().take(MAX_CHOICES).map(named).collect();
            let more = if shape.values.len() > MAX_CHOICES { ", …" } else { "" };
            let colon = if language == Language::Zh { "：" } else { ": " };
            let _ = write!(hint, "{colon}{}{more}", list.join(", "));
        }
        if matches!(field.ty, FieldType::Boolean) {
            hint.push_str(if language == Language::Zh { "（true 或 false）" } else { " (true or false)" });
        }
        if field.is_optional {
            hint.push_str(if language == Language::Zh { "；没有则写 \"none\"" } else { "; \"none\" where there is none" });
        }
        if field.kind == crate::value::choice::FactKind::Register {
            hint.push_str(if language == Language::Zh { "；来自查询" } else { "; from a look-up" });
        }
        hint
    }
}
