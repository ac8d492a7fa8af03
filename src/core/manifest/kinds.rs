//! Texts that are no manifests: other formats, other files, several filings in one.

use super::{Format, Tree, TreeKind};
use crate::diagnostic::nearest;
use crate::value::Schema;
use std::ops::Range;

/// What a text is instead of a manifest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Nothing but blanks and comments.
    Empty,
    Yaml,
    Csv,
    Markup,
    /// JSON whose name ends in `.toml`.
    JsonNamedToml,
    /// TOML whose name ends in `.json`.
    TomlNamedJson,
    /// One JSON document on each line.
    JsonLines(usize),
    /// A JSON list of filings.
    JsonList(usize),
    /// Rules in the filing language.
    Rules,
    /// Words: nothing in it looks like a line of TOML.
    Words,
    /// A document of another program, such as `pyproject.toml`.
    OtherDocument,
}

/// Lines that say something, with their places; comments say nothing.
fn lines(text: &str) -> impl Iterator<Item = (Range<usize>, &str)> {
    let mut at = 0;
    text.split_inclusive('\n').filter_map(move |line| {
        let start = at + line.len() - line.trim_start().len();
        at += line.len();
        let trimmed = line.trim();
        (!trimmed.is_empty() && !trimmed.starts_with('#')).then_some((start..start + trimmed.len(), trimmed))
    })
}

/// Whether a line reads `key: value` or `- item`, as in YAML, also with a Chinese colon.
fn is_yaml(line: &str) -> bool {
    let key = |k: &str| !k.is_empty() && k.chars().all(|c| c.is_alphanumeric() || "_-. ".contains(c));
    line == "---"
        || line.starts_with("- ")
        || line == "-"
        || [": ", "："].iter().any(|sign| line.split_once(sign).is_some_and(|(k, _)| key(k.trim_start_matches("- "))))
        || line.strip_suffix(':').is_some_and(key)
}

/// Most lines that are looked at.
const SAMPLE: usize = 200;

/// What a text is, where it is no manifest, with the place that shows it.
pub(super) fn of_text(text: &str, name: &str, format: Format) -> Option<(Kind, Range<usize>)> {
    let sample: Vec<(Range<usize>, &str)> = lines(text).take(SAMPLE).collect();
    let Some((place, first)) = sample.first().cloned() else { return Some((Kind::Empty, 0..0)) };
    let all = |test: &dyn Fn(&str) -> bool| sample.iter().all(|(_, l)| test(l));
    let is_object = |l: &str| l.starts_with('{') && l.trim_end_matches(',').ends_with('}');
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    let kind = if ending == "filing" {
        Kind::Rules
    } else if sample.len() > 1 && all(&is_object) {
        Kind::JsonLines(lines(text).count())
    } else if format == Format::Toml && first.starts_with('{') && text.contains('"') && text.trim_end().ends_with('}') {
        Kind::JsonNamedToml
    } else if first.starts_with("<?xml") || first.starts_with("<!") || first.starts_with("<html") || first.starts_with("<filing") {
        Kind::Markup
    } else if format == Format::Json {
        let is_toml = |l: &str| l.starts_with('[') && l.ends_with(']') && !l.contains('"') && !l.contains(',') && l.len() > 2;
        let is_pair = |l: &str| {
            l.split_once('=').is_some_and(|(k, _)| !k.is_empty() && k.trim().chars().all(|c| c.is_alphanumeric() || "_-.\"".contains(c)))
        };
        if (is_toml(first) || is_pair(first)) && sample.iter().any(|(_, l)| is_pair(l)) {
            Kind::TomlNamedJson
        } else if !first.starts_with(['{', '[', '"']) && sample.iter().filter(|(_, l)| is_yaml(l)).count() * 2 > sample.len() {
            Kind::Yaml
        } else {
            return None;
        }
    } else {
        let is_toml = |l: &str| l.contains('=') || l.starts_with('[');
        let n_yaml = sample.iter().filter(|(_, l)| is_yaml(l)).count();
        let n_toml = sample.iter().filter(|(_, l)| is_toml(l)).count();
        let cells = |l: &str| l.matches([',', '，']).count().max(l.matches('\t').count()).max(l.matches(';').count());
        if n_yaml * 2 > sample.len() && n_toml * 4 < n_yaml {
            Kind::Yaml
        } else if n_toml == 0
            && n_yaml == 0
            && cells(first) >= 1
            && (sample.len() == 1 && cells(first) >= 2 || sample.len() > 1 && sample.iter().take(20).all(|(_, l)| cells(l) >= 1))
        {
            Kind::Csv
        } else if n_toml == 0 && ending != "toml" {
            Kind::Words
        } else {
            return None;
        }
    };
    Some((kind, place))
}

/// What a document is, where none of it is of a filing.
pub(super) fn of_tree(tree: &Tree, schema: &Schema) -> Option<Kind> {
    let pairs = match &tree.kind {
        TreeKind::Array(items) => return Some(Kind::JsonList(items.len())),
        TreeKind::Table(pairs) if !pairs.is_empty() => pairs,
        _ => return None,
    };
    let root = schema.record(schema.root?);
    let names = || root.fields.iter().flat_map(|f| [f.name.as_str(), f.title.zh.as_str()]).filter(|n| !n.is_empty());
    let is_ours = |name: &str| root.find(name).is_some() || nearest(name, names()).is_some();
    // One odd key may be a slip; tables of which none is known are another document.
    let tables = pairs.iter().filter(|(.., t)| matches!(t.kind, TreeKind::Table(_) | TreeKind::Array(_))).count();
    (!pairs.iter().any(|(name, ..)| is_ours(name)) && (tables > 0 && pairs.len() > 1 || tables > 1 || is_of_a_package(pairs)))
        .then_some(Kind::OtherDocument)
}

/// Whether the keys are those of programs that build, package or configure.
fn is_of_a_package(pairs: &[(String, crate::source::Span, Tree)]) -> bool {
    const KEYS: &[&str] =
        &["package", "project", "tool", "build-system", "dependencies", "workspace", "scripts", "lints", "rules", "hooks", "theme"];
    pairs.iter().any(|(name, ..)| KEYS.contains(&name.as_str()))
}

/// What bytes are that are no text, by the signature they begin with.
pub(super) fn of_bytes(bytes: &[u8]) -> Option<(&'static str, &'static str)> {
    const SIGNATURES: &[(&[u8], &str, &str)] = &[
        (b"PK\x03\x04", "a spreadsheet, a document or another archive (xlsx, docx, zip)", "表格、文档或压缩包（xlsx、docx、zip）"),
        (b"\xd0\xcf\x11\xe0", "an old spreadsheet or document (xls, doc)", "旧格式的表格或文档（xls、doc）"),
        (b"%PDF", "a PDF", "PDF 文件"),
        (b"\x89PNG", "a picture (png)", "图片（png）"),
        (b"\xff\xd8\xff", "a picture (jpg)", "图片（jpg）"),
        (b"GIF8", "a picture (gif)", "图片（gif）"),
        (b"\x1f\x8b", "an archive (gz)", "压缩包（gz）"),
        (b"Rar!", "an archive (rar)", "压缩包（rar）"),
        (b"7z\xbc\xaf", "an archive (7z)", "压缩包（7z）"),
        (b"SQLite format 3", "a database", "数据库文件"),
    ];
    SIGNATURES.iter().find(|(s, ..)| bytes.starts_with(s)).map(|(_, en, zh)| (*en, *zh))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds() {
        let kind = |text, format| of_text(text, "a.toml", format).map(|(k, _)| k);
        assert_eq!(kind("  \n# nothing\n", Format::Toml), Some(Kind::Empty));
        assert_eq!(kind("filing:\n  region: zj\n  provider: x\n", Format::Toml), Some(Kind::Yaml));
        assert_eq!(kind("主体：\n  名称：甲公司\n", Format::Toml), Some(Kind::Yaml));
        assert_eq!(kind("name,region\n甲公司,zj\n", Format::Toml), Some(Kind::Csv));
        assert_eq!(kind("{\"a\": 1}\n{\"a\": 2}\n", Format::Json), Some(Kind::JsonLines(2)));
        assert_eq!(kind("{\"a\": 1}\n", Format::Toml), Some(Kind::JsonNamedToml));
        assert_eq!(kind("[filing]\nregion = \"zj\"\n", Format::Json), Some(Kind::TomlNamedJson));
        assert_eq!(of_text("hi\n", "n.txt", Format::Toml).map(|(k, _)| k), Some(Kind::Words));
        assert_eq!(of_text("filing = {}\n", "n.txt", Format::Toml), None);
        assert_eq!(of_text("layer cn \"x\" {}\n", "cn.filing", Format::Toml).map(|(k, _)| k), Some(Kind::Rules));
        for toml in ["[filing]\nregion = \"zj\"\nprovider: \"x\"\n", "a = 1\nb: 2\n", "[filing\nregion = \"zj\"\n", "x\n"] {
            assert_eq!(kind(toml, Format::Toml), None, "{toml}");
        }
        for json in ["{\n  \"a\": 1\n}\n", "[\n  {}\n]\n", "{\"a\": 1,}\n", "{\n  a: 1\n}\n"] {
            assert_eq!(kind(json, Format::Json), None, "{json}");
        }
    }
}
