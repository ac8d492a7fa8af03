//! `filingc init`: a manifest to start with, by flags or by questions on a terminal.

use super::{Global, check, load, output};
use crate::diagnostic::{Bilingual, Code, Diagnostic, Language, nearest, say};
use crate::host::fs;
use crate::scaffold::{self, Wishes, field_at};
use crate::source::SourceMap;
use crate::value::{EnumShape, FieldType, Schema, scalar};
use clap::Args;
use std::io::IsTerminal;

#[derive(Debug, Args)]
pub(super) struct InitArgs {
    /// Region to file in, by its id or its name.
    #[arg(long)]
    region: Option<String>,
    /// Nature of the filer, such as enterprise or individual.
    #[arg(long, value_name = "NATURE")]
    entity: Option<String>,
    /// Filing type; default: the first, an initial filing.
    #[arg(long = "type", value_name = "TYPE")]
    filing_type: Option<String>,
    /// Access provider.
    #[arg(long)]
    provider: Option<String>,
    /// Kind of service; default: the first, a website.
    #[arg(long)]
    kind: Option<String>,
    /// Domain of the service.
    #[arg(long)]
    domain: Option<String>,
    /// Overwrites an existing file.
    #[arg(long)]
    force: bool,
}

/// Where each wish stands in a manifest, and its flag.
const REGION: (&str, &str) = ("filing.region", "--region");
const NATURE: (&str, &str) = ("entity.nature", "--entity");
const TYPE: (&str, &str) = ("filing.type", "--type");
const PROVIDER: (&str, &str) = ("filing.provider", "--provider");
const KIND: (&str, &str) = ("service.kind", "--kind");

struct Asker<'a> {
    schema: &'a Schema,
    language: Language,
    is_interactive: bool,
}

type Answer<T> = Result<T, Box<Diagnostic>>;

pub(super) fn run(args: &InitArgs, global: &Global) -> u8 {
    let language = global.language();
    let mut sources = SourceMap::default();
    let refuse = |d: Diagnostic, sources: &SourceMap| {
        output::problems(global, &[d], sources, language);
        2
    };
    if let Some(path) = global.output_file.as_ref().filter(|p| fs::is_file(p) && !args.force) {
        let name = path.display().to_string();
        let d = Diagnostic::new(Code::NotWritable, say!("`{name}` exists already", "`{name}` 已存在"));
        return refuse(d.help(say!("overwrite it with `--force`, or name another file", "用 `--force` 覆盖，或换一个文件名")), &sources);
    }
    let Some((book, _)) = load::rulebook(global, global.rules.as_deref(), &mut sources) else { return 2 };
    let is_interactive = std::io::stdin().is_terminal() && std::io::stderr().is_terminal() && global.quiet == 0;
    let asker = Asker { schema: &book.index.schema, language, is_interactive };
    match wishes(args, &asker) {
        Ok(wishes) => {
            let written = scaffold::write(&book, &mut sources, &wishes);
            // Who was asked on a terminal and looks at it wants a file, not a screen full of text.
            let saved = (is_interactive && global.output_file.is_none() && std::io::stdout().is_terminal())
                .then(|| Global { output_file: Some(free_name()), ..global.clone() });
            let global = saved.as_ref().unwrap_or(global);
            if !output::exact(global, &written.text) {
                return 2;
            }
            if let (Some(path), 0) = (&global.output_file, global.quiet) {
                let (name, n) = (path.display().to_string(), written.open.len());
                let text = say!(
                    "{name}: {n} facts to fill in, then `filingc check {name}`",
                    "{name}：待填 {n} 项，之后运行 `filingc check {name}`"
                );
                output::error(text.get(language));
            }
            0
        }
        Err(d) => refuse(*d, &sources),
    }
}

fn wishes(args: &InitArgs, asker: &Asker<'_>) -> Answer<Wishes> {
    let required = |given: &Option<String>, field| asker.required(given.as_deref(), field);
    let region = required(&args.region, REGION)?;
    let nature = required(&args.entity, NATURE)?;
    let filing_type = asker.or_first(args.filing_type.as_deref(), TYPE)?;
    let provider = asker.optional(args.provider.as_deref(), PROVIDER)?;
    let kind = asker.or_first(args.kind.as_deref(), KIND)?;
    let domain = asker.domain(args.domain.as_deref())?;
    Ok(Wishes {
        region: region.unwrap_or_default(),
        nature: nature.unwrap_or_default(),
        filing_type: filing_type.unwrap_or_default(),
        provider,
        kind,
        domain,
        today: check::today(),
        language: asker.language,
    })
}

/// All values with their titles.
fn listed(shape: &EnumShape) -> Bilingual {
    let list = |zh: bool| {
        let one = |v: &crate::value::EnumValueShape| match if zh { &v.title.zh } else { &v.title.en } {
            title if title.is_empty() || *title == v.name => format!("`{}`", v.name),
            title if zh => format!("`{}`（{title}）", v.name),
            title => format!("`{}` ({title})", v.name),
        };
        shape.values.iter().map(one).collect::<Vec<_>>().join(if zh { "、" } else { ", " })
    };
    let (en, zh) = (list(false), list(true));
    say!("one of {en}", "可选：{zh}")
}

/// Where a manifest is saved when nobody said: `filing.toml`, or the first name with a number that is free.
fn free_name() -> std::path::PathBuf {
    let names = std::iter::once("filing.toml".to_owned()).chain((2..).map(|n| format!("filing-{n}.toml")));
    names.map(std::path::PathBuf::from).find(|p| !fs::is_file(p)).unwrap_or_else(|| "filing.toml".into())
}

impl Asker<'_> {
    fn shape(&self, path: &str) -> Option<&EnumShape> {
        match field_at(self.schema, path).map(|f| &f.ty) {
            Some(FieldType::Enum(id)) => Some(self.schema.enumeration(*id)),
            _ => None,
        }
    }

    /// A value by its name or its title.
    fn value(&self, given: &str, (path, flag): (&str, &str)) -> Answer<Option<String>> {
        let Some(shape) = self.shape(path) else { return Ok(None) };
        let by_title = || shape.values.iter().position(|v| v.title.en.eq_ignore_ascii_case(given)).map(|i| i as u16);
        if let Some(v) = shape.find(given).or_else(by_title) {
            return Ok(Some(shape.values[v as usize].name.clone()));
        }
        // A list that is known to be incomplete still says what the rules can be asked with.
        let known = shape.values.iter().flat_map(|v| [v.name.as_str(), v.title.en.as_str(), v.title.zh.as_str()]);
        let near = nearest(given, known.filter(|n| !n.is_empty())).map(str::to_owned);
        let d = Diagnostic::new(Code::NothingFound, say!("`{flag}` does not know `{given}`", "`{flag}` 没有 `{given}` 这一选项"));
        let d = match near.filter(|_| given.chars().count() > 2) {
            Some(near) => d.help(say!("did you mean `{near}`?", "是否想写 `{near}`？")),
            None => d.help(listed(shape)),
        };
        let d = if shape.is_open {
            d.note(say!("leave `{flag}` out and state another value in the manifest itself", "其他取值请省去 `{flag}`，在清单中填写"))
        } else {
            d
        };
        Err(d.into())
    }

    fn required(&self, given: Option<&str>, field: (&str, &str)) -> Answer<Option<String>> {
        match given {
            Some(given) => self.value(given, field),
            None if self.shape(field.0).is_none() => Ok(None),
            None if self.is_interactive => self.choose(field.0, false),
            None => {
                let flag = field.1;
                let d = Diagnostic::new(
                    Code::NothingFound,
                    say!("`{flag}` is required where nobody can be asked", "无法提问时须给出 `{flag}`"),
                );
                Err(self.shape(field.0).map_or(d.clone(), |shape| d.help(listed(shape))).into())
            }
        }
    }

    fn or_first(&self, given: Option<&str>, field: (&str, &str)) -> Answer<Option<String>> {
        match given {
            Some(given) => self.value(given, field),
            None if self.is_interactive && self.shape(field.0).is_some() => self.choose(field.0, false),
            None => Ok(self.shape(field.0).and_then(|s| s.values.first()).map(|v| v.name.clone())),
        }
    }

    fn optional(&self, given: Option<&str>, field: (&str, &str)) -> Answer<Option<String>> {
        match given {
            Some(given) => self.value(given, field),
            None if self.is_interactive && self.shape(field.0).is_some() => self.choose(field.0, true),
            None => Ok(None),
        }
    }

    fn domain(&self, given: Option<&str>) -> Answer<Option<String>> {
        let Some(given) = given else { return Ok(None) };
        match scalar::check(crate::value::Scalar::DomainName, given, check::today()) {
            Ok(accepted) => Ok(Some(accepted.value)),
            Err(fault) => {
                let m = fault.message;
                let text = Bilingual::new(format!("`--domain {given}`: {}", m.en), format!("`--domain {given}`：{}", m.zh));
                Err(Diagnostic::new(Code::NothingFound, text).into())
            }
        }
    }

    /// Asks on the terminal.
    fn choose(&self, path: &str, may_skip: bool) -> Answer<Option<String>> {
        let Some(shape) = self.shape(path) else { return Ok(None) };
        let mut items: Vec<String> = shape.values.iter().map(|v| format!("{}  {}", v.name, v.title.get(self.language))).collect();
        if may_skip {
            items.push(if self.language == Language::Zh { "（以后再填）" } else { "(later)" }.to_owned());
        }
        let title = field_at(self.schema, path).map_or(String::new(), |f| f.title.get(self.language).to_owned());
        let picked = dialoguer::FuzzySelect::new().with_prompt(title).items(&items).default(0).interact_opt();
        match picked {
            Ok(Some(i)) => Ok(shape.values.get(i).map(|v| v.name.clone())),
            Ok(None) => Err(Diagnostic::new(Code::NothingFound, say!("left without an answer", "未作选择，已退出")).into()),
            Err(e) => Err(Diagnostic::new(Code::NothingFound, say!("the terminal cannot be asked: {e}", "无法在终端提问：{e}")).into()),
        }
    }
}
