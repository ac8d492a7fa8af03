//! Habits that the cutter meets before the grammar: comments of other languages, marks of a merge, files that are no rules.

use crate::syntax::declarations::ITEM_WORDS;
use crate::syntax::keywords::in_chinese;
use std::ops::Range;

/// Something that stands outside the language and is passed over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::syntax) enum Aside {
    /// A comment as another language writes it: its bytes, the sign that opens it, the one that closes it.
    Comment(Range<usize>, &'static str, &'static str),
    /// A mark of a conflict that a merge left. After the middle one the second side is passed over with it: the first is read.
    Mark(Range<usize>),
}

fn line_at(text: &str, at: usize) -> Range<usize> {
    let end = text[at..].find('\n').map_or(text.len(), |n| at + n);
    at..at + text[at..end].trim_end().len()
}

/// What begins here and is no part of the language, with the offset from which reading goes on.
pub(in crate::syntax) fn aside(text: &str, at: usize, is_line_start: bool, is_column_one: bool) -> Option<(Aside, usize)> {
    let rest = &text[at..];
    let line = line_at(text, at);
    let after_blank = is_line_start || text[..at].ends_with([' ', '\t', '{', '}', ')', ']', '"']);
    if rest.starts_with("/*") {
        let end = rest.find("*/").map_or(text.len(), |n| at + n + 2);
        return Some((Aside::Comment(at..end, "/*", "*/"), end));
    }
    if rest.starts_with("<!--") {
        let end = rest.find("-->").map_or(text.len(), |n| at + n + 3);
        return Some((Aside::Comment(at..end, "<!--", "-->"), end));
    }
    if rest.starts_with('#') && after_blank {
        return Some((Aside::Comment(line.clone(), "#", ""), line.end));
    }
    let after_dashes = rest.strip_prefix("--").and_then(|r| r.chars().next());
    if rest.starts_with("--") && after_blank && after_dashes.is_none_or(|c| c.is_whitespace() || !c.is_ascii_digit() && c != '-') {
        return Some((Aside::Comment(line.clone(), "--", ""), line.end));
    }
    let is_middle = &text[line.clone()] == "=======";
    let is_mark = ["<<<<<<<", ">>>>>>>", "|||||||"].iter().any(|m| rest.starts_with(m)) || is_middle;
    if !is_column_one || !is_mark {
        return None;
    }
    let closing = if is_middle { rest.find("\n>>>>>>>").map(|n| at + n) } else { None };
    let end = closing.unwrap_or(line.end);
    Some((Aside::Mark(line), end))
}

/// A comment of another language as one of this.
pub(in crate::syntax) fn comment(written: &str, sign: &str, closing: &str) -> String {
    let body = written.strip_prefix(sign).unwrap_or(written);
    let body = body.strip_suffix(closing).unwrap_or(body);
    let lines = body.lines().map(|line| format!("// {}", line.trim().trim_start_matches(['*', '#', '-']).trim()).trim_end().to_owned());
    lines.collect::<Vec<_>>().join("\n")
}

/// A kind of text that is no rule file at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::syntax) enum Foreign {
    Json,
    Yaml,
    Toml,
    Xml,
    Csv,
}

impl Foreign {
    /// Its name.
    pub(in crate::syntax) fn name(self) -> &'static str {
        match self {
            Foreign::Json => "JSON",
            Foreign::Yaml => "YAML",
            Foreign::Toml => "TOML",
            Foreign::Xml => "XML",
            Foreign::Csv => "CSV",
        }
    }
}

/// Whether a whole text is of another kind, with the bytes that show it.
pub(in crate::syntax) fn foreign(text: &str) -> Option<(Foreign, Range<usize>)> {
    let mut at = 0;
    let mut first: Option<Range<usize>> = None;
    let mut lines: Vec<&str> = Vec::new();
    for line in text.split_inclusive('\n') {
        let trimmed = line.trim();
        let is_comment = trimmed.is_empty() || trimmed.starts_with("//") || trimmed.starts_with('#') && !trimmed.starts_with("#!");
        if !is_comment {
            let start = at + line.len() - line.trim_start().len();
            first.get_or_insert(start..start + trimmed.len());
            lines.push(trimmed);
        }
        at += line.len();
        if lines.len() >= 4 {
            break;
        }
    }
    let span = first?;
    let line = lines[0];
    let is_key = |l: &str, sign: char| {
        l.split_once(sign).is_some_and(|(k, _)| !k.is_empty() && k.trim().chars().all(|c| c.is_alphanumeric() || "_-.".contains(c)))
    };
    // `region = "zj"` is a key of another language that is called like a declaration.
    let begins = |rest: &str| rest.starts_with(' ') && !rest.trim_start().starts_with(['=', ':']);
    let starts_item = |l: &str| {
        ITEM_WORDS
            .iter()
            .any(|w| l.strip_prefix(w).is_some_and(begins) || in_chinese(w).is_some_and(|zh| l.strip_prefix(zh).is_some_and(begins)))
    };
    if lines.iter().any(|l| starts_item(l)) {
        return None;
    }
    let kind = match line {
        "---" => Foreign::Yaml,
        l if l.starts_with("{") || l.starts_with("[{") || l == "[" || l.starts_with("[\"") => Foreign::Json,
        l if l.starts_with("<?xml") || l.starts_with("<!DOCTYPE") || l.starts_with("<html") => Foreign::Xml,
        l if l.starts_with('[') && l.ends_with(']') => Foreign::Toml,
        l if l.starts_with("- ") && l.contains(':') => Foreign::Yaml,
        l if is_key(l, ':') && (l.ends_with(':') || lines.iter().all(|l| l.contains(": ") || l.ends_with(':'))) => Foreign::Yaml,
        l if is_key(l, '=') && lines.iter().all(|l| l.contains('=') || l.starts_with('[')) => Foreign::Toml,
        l if l.matches(',').count() >= 2 && lines.iter().all(|x| x.matches(',').count() == l.matches(',').count()) && lines.len() > 1 => {
            Foreign::Csv
        }
        _ => return None,
    };
    Some((kind, span))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_of_files() {
        let kind = |text| foreign(text).map(|(k, _)| k);
        assert_eq!(kind("{\n  \"rules\": []\n}\n"), Some(Foreign::Json));
        assert_eq!(kind("---\nrule: x\n"), Some(Foreign::Yaml));
        assert_eq!(kind("rules:\n  - id: x\n"), Some(Foreign::Yaml));
        assert_eq!(kind("[filing]\nregion = \"zj\"\n"), Some(Foreign::Toml));
        assert_eq!(kind("id,title,source\na,b,c\n"), Some(Foreign::Csv));
        assert_eq!(kind("// a comment\nrequirement a \"b\" {\n"), None);
        assert_eq!(kind("reqirement a \"b\" zh \"c\" {\n"), None);
        assert_eq!(kind("define x = entity.name is given\n"), None);
    }
}
