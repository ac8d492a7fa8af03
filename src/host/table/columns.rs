//! Columns to fields: by the names and titles of the vocabulary, or as a mapping says.

use super::text::quoted;
use crate::diagnostic::{Bilingual, Code, Diagnostic, Diagnostics, Language, say};
use crate::host::filing::text;
use crate::host::fs;
use crate::value::{FILE_FIELDS, FieldType, RecordId, Schema};
use std::collections::BTreeMap;
use std::path::Path;

/// How a house calls its columns: the file of `--columns`.
#[derive(Clone, Debug, Default, serde::Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Mapping {
    /// The column whose value rows of one filing share.
    #[serde(default)]
    pub key: Option<String>,
    /// The sheet that holds the filings, instead of the first visible one.
    #[serde(default)]
    pub sheet: Option<String>,
    /// The row of the heads, from 1, instead of the first that is not blank.
    #[serde(default)]
    pub head_row: Option<usize>,
    /// Whether rows are kept as they came, to be written back.
    #[serde(skip)]
    pub keeps_rows: bool,
    /// Fields by the heads of columns; an empty text leaves a column out.
    #[serde(default)]
    pub columns: BTreeMap<String, String>,
}

impl Mapping {
    /// Reads a file.
    ///
    /// # Errors
    /// A file that cannot be read, or says something else.
    pub fn read(path: &Path) -> Result<Self, Vec<Diagnostic>> {
        let name = path.display().to_string();
        let mut problems = Diagnostics::new();
        let Some(text) = text(fs::read(path), &name, Code::Configuration, &mut problems) else { return Err(problems.into_sorted()) };
        toml::from_str(&text).map_err(|error| {
            let why = error.message();
            vec![Diagnostic::new(Code::Configuration, say!("`{name}` does not map columns: {why}", "`{name}` 不是列映射文件：{why}"))]
        })
    }
}

/// One name on the way to a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Step {
    pub(super) name: String,
    pub(super) item: Which,
}

/// Which item of a list a column tells of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Which {
    /// It is no list.
    None,
    /// The one of the row.
    OfRow,
    /// The one with this number, from 1.
    Nth(usize),
}

/// A field that a column may hold.
#[derive(Clone, Debug)]
pub(super) struct Target {
    pub(super) steps: Vec<Step>,
    pub(super) ty: FieldType,
}

impl Target {
    /// As a mapping writes it.
    fn path(&self) -> String {
        let step = |s: &Step| match s.item {
            Which::Nth(n) => format!("{}[{n}]", s.name),
            _ => s.name.clone(),
        };
        self.steps.iter().map(step).collect::<Vec<_>>().join(".")
    }
}

/// What each column of a table holds.
#[derive(Clone, Debug)]
pub(super) struct Plan {
    pub(super) columns: Vec<(usize, Target)>,
    /// The column whose value rows of one filing share.
    pub(super) key: Option<usize>,
    /// Columns that have a head.
    pub(super) with_head: Vec<usize>,
}

/// What a head may mean.
#[derive(Clone, Debug)]
pub enum Meaning {
    /// The path of one field.
    Field(String),
    /// Several fields are called so.
    Several(Vec<String>),
    /// None is.
    Nothing,
}

impl Plan {
    pub(super) fn new(name: &str, heads: &[(usize, String)], mapping: &Mapping, schema: &Schema) -> Result<Self, Vec<Diagnostic>> {
        let known = known(schema);
        let mut plan = Plan { columns: Vec::new(), key: None, with_head: heads.iter().map(|(c, _)| *c).collect() };
        let mut problems = Vec::new();
        let mut taken: Vec<(String, &str)> = Vec::new();
        for (column, head) in heads {
            let head = head.trim();
            let is_key = mapping.key.as_deref() == Some(head);
            if is_key && plan.key.is_none() {
                plan.key = Some(*column);
            }
            let mapped = mapping.columns.get(head).map(|m| m.trim());
            if mapped == Some("") {
                continue;
            }
            match find(mapped.unwrap_or(head), &known) {
                Ok(target) => {
                    let path = target.path();
                    if let Some((_, other)) = taken.iter().find(|(p, _)| *p == path) {
                        let message = say!(
                            "the columns `{other}` and `{head}` of `{name}` are both `{path}`",
                            "`{name}` 的 `{other}` 列与 `{head}` 列都对应 `{path}`"
                        );
                        problems.push(Diagnostic::new(Code::UnknownColumn, message).help(leave_out(head)));
                    }
                    taken.push((path, head));
                    plan.columns.push((*column, target));
                }
                Err(_) if is_key => {}
                Err(several) => problems.push(unknown(name, head, mapped, &several)),
            }
        }
        for wanted in mapping.key.iter().chain(mapping.columns.keys()) {
            if !heads.iter().any(|(_, head)| head.trim() == wanted) {
                let message =
                    say!("`{name}` has no column `{wanted}`, which the mapping names", "`{name}` 没有映射文件所写的 `{wanted}` 列");
                problems.push(Diagnostic::new(Code::UnknownColumn, message));
            }
        }
        if problems.is_empty() { Ok(plan) } else { Err(problems) }
    }
}

fn leave_out(head: &str) -> Bilingual {
    say!("`\"{head}\" = \"\"` in the file of `--columns` leaves it out", "在 `--columns` 文件中写 `\"{head}\" = \"\"` 可忽略该列")
}

fn unknown(name: &str, head: &str, mapped: Option<&str>, several: &[String]) -> Diagnostic {
    let written = mapped.unwrap_or(head);
    let d = match several {
        [] => Diagnostic::new(
            Code::UnknownColumn,
            say!("the column `{head}` of `{name}` holds no field that is known", "`{name}` 的 `{head}` 列不对应任何已知字段"),
        ),
        several => {
            let list = several.iter().take(8).map(|p| format!("`{p}`")).collect::<Vec<_>>();
            let (en, zh) = (list.join(", "), list.join("、"));
            Diagnostic::new(
                Code::UnknownColumn,
                say!(
                    "several fields are called as the column `{written}` of `{name}`: {en}",
                    "`{name}` 的 `{written}` 列可能对应多个字段：{zh}"
                ),
            )
        }
    };
    d.help(say!(
        "say in a file for `--columns` what it holds; `filingc columns` proposes one",
        "在 `--columns` 文件中写明该列含义；`filingc columns` 可生成草稿"
    ))
    .help(leave_out(head))
}

/// What heads mean, for a proposal of a mapping.
pub fn meanings(heads: &[(usize, String)], schema: &Schema) -> Vec<Meaning> {
    let known = known(schema);
    let of = |(_, head): &(usize, String)| match find(head.trim(), &known) {
        Ok(target) => Meaning::Field(target.path()),
        Err(several) if several.is_empty() => Meaning::Nothing,
        Err(several) => Meaning::Several(several),
    };
    heads.iter().map(of).collect()
}

/// A mapping to begin with: what is sure stands there, what a person has to decide is a comment.
pub fn proposal(name: &str, heads: &[(usize, String)], mapping: &Mapping, schema: &Schema, language: Language) -> String {
    let words = |b: Bilingual| b.get(language).replace(['\n', '\r'], " ");
    let mut out = format!("# {}\n", words(say!("what the columns of `{name}` hold", "`{name}` 各列的含义")));
    for (key, value) in [("key", &mapping.key), ("sheet", &mapping.sheet)] {
        if let Some(value) = value {
            out.push_str(&format!("{key} = {}\n", quoted(value)));
        }
    }
    if let Some(n) = mapping.head_row {
        out.push_str(&format!("head-row = {n}\n"));
    }
    out.push_str("\n[columns]\n");
    for ((_, head), meaning) in heads.iter().zip(meanings(heads, schema)) {
        let head = quoted(head.trim());
        out.push_str(&match meaning {
            Meaning::Field(path) => format!("{head} = {}\n", quoted(&path)),
            Meaning::Several(all) => {
                let list = all.iter().take(8).map(String::as_str).collect::<Vec<_>>().join(", ");
                let why = words(say!("several fields are called so: {list}", "可能对应多个字段：{list}"));
                format!("# {head} = {} # {why}\n", quoted(&all[0]))
            }
            Meaning::Nothing => format!(
                "# {head} = \"\" # {}\n",
                words(say!("no field is called so; this leaves it out", "没有对应的字段，保留空文本即忽略该列"))
            ),
        });
    }
    out
}

/// A name on the way to a field, with its titles.
#[derive(Clone, Debug)]
struct Name {
    name: String,
    titles: [String; 2],
    is_list: bool,
}

struct Known {
    names: Vec<Name>,
    ty: FieldType,
}

impl Known {
    fn path(&self) -> String {
        self.names.iter().map(|n| n.name.as_str()).collect::<Vec<_>>().join(".")
    }
}

/// Deepest field that a column may hold.
const MAX_DEPTH: usize = 6;
/// Most fields that are looked through.
const MAX_KNOWN: usize = 50_000;

/// All fields, those near the top first.
fn known(schema: &Schema) -> Vec<Known> {
    let mut found = Vec::new();
    let mut queue: std::collections::VecDeque<(RecordId, Vec<Name>)> = schema.root.map(|r| (r, Vec::new())).into_iter().collect();
    while let Some((record, around)) = queue.pop_front() {
        for field in &schema.record(record).fields {
            let titles = [field.title.en.clone(), field.title.zh.clone()];
            let is_rows = |item: &FieldType| matches!(item, FieldType::Record(_) | FieldType::File);
            let is_list = matches!(&field.ty, FieldType::List { item, .. } if is_rows(item));
            let mut names = around.clone();
            names.push(Name { name: field.name.clone(), titles, is_list });
            let inner = match &field.ty {
                FieldType::List { item, .. } if is_rows(item) => &**item,
                other => other,
            };
            match inner {
                FieldType::Record(id) if names.len() < MAX_DEPTH && found.len() < MAX_KNOWN => queue.push_back((*id, names.clone())),
                FieldType::File => {
                    for (name, ty, en, zh) in FILE_FIELDS {
                        let mut inside = names.clone();
                        inside.push(Name { name: (*name).to_owned(), titles: [(*en).to_owned(), (*zh).to_owned()], is_list: false });
                        found.push(Known { names: inside, ty: ty.clone() });
                    }
                }
                _ => {}
            }
            // A list of tables as a whole can only be said not to exist.
            found.push(Known { names, ty: field.ty.clone() });
        }
    }
    found
}

/// A name without what people write differently.
fn loose(text: &str) -> String {
    let narrow = |c: char| match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        c => c,
    };
    text.chars().map(narrow).filter(|c| !c.is_whitespace() && !matches!(c, '_' | '*' | ':')).flat_map(char::to_lowercase).collect()
}

/// `domain[2]` as a name and a number.
fn split(part: &str) -> (String, Option<usize>) {
    let numbered = part.trim().strip_suffix(']').and_then(|p| p.split_once('[')).and_then(|(name, n)| Some((name, n.trim().parse().ok()?)));
    match numbered {
        Some((name, n)) if n > 0 => (loose(name), Some(n)),
        _ => (loose(part), None),
    }
}

/// The field that a head means; else those that it may mean.
fn find(head: &str, known: &[Known]) -> Result<Target, Vec<String>> {
    let is_parting = |c: char| matches!(c, '.' | '．' | '/' | '／' | '>' | '→');
    for parts in [vec![split(head)], head.split(is_parting).map(split).collect()] {
        if parts.iter().any(|(name, _)| name.is_empty()) {
            continue;
        }
        let is_called = |n: &Name, part: &str| loose(&n.name) == part || n.titles.iter().any(|t| !t.is_empty() && loose(t) == part);
        let ends = |k: &&Known| {
            k.names.len() >= parts.len()
                && k.names[k.names.len() - parts.len()..]
                    .iter()
                    .zip(&parts)
                    .all(|(n, (part, number))| is_called(n, part) && (number.is_none() || n.is_list))
        };
        let all: Vec<&Known> = known.iter().filter(ends).collect();
        // A whole path means itself, whatever else ends like it.
        let whole: Vec<&Known> = all.iter().copied().filter(|k| k.names.len() == parts.len()).collect();
        let best = if whole.len() == 1 { whole } else { all };
        match best[..] {
            [] => {}
            [one] => {
                let before = one.names.len() - parts.len();
                let item = |i: usize, n: &Name| match i.checked_sub(before).and_then(|i| parts[i].1) {
                    _ if !n.is_list => Which::None,
                    Some(number) => Which::Nth(number),
                    None => Which::OfRow,
                };
                let steps = one.names.iter().enumerate().map(|(i, n)| Step { name: n.name.clone(), item: item(i, n) }).collect();
                return Ok(Target { steps, ty: one.ty.clone() });
            }
            _ => return Err(best.iter().map(|k| k.path()).collect()),
        }
    }
    Err(Vec::new())
}
