//! `// allow(lint-name) "reason"`: a comment line before a declaration that silences one lint in it.

use super::context::{Input, Settings, finding};
use super::{LINTS, Level, find};
use crate::diagnostic::{Applicability, CodeOf, Diagnostic, nearest, say};
use crate::source::{SourceId, Span};

const INVALID: &str = "invalid-allow";
const UNUSED: &str = "unused-allow";

/// One comment as written.
struct Allow {
    name: String,
    name_span: Span,
    has_reason: bool,
    /// The whole line with its line break.
    line: Span,
    comment: Span,
    /// The declaration it stands before.
    scope: Option<Span>,
}

/// Whether a character stands for this mark.
fn is_mark(c: char, marks: [char; 2]) -> bool {
    marks.contains(&c)
}

/// The name and whether a reason follows, of a comment's text after `//`; `None` when it is no such comment.
fn read_comment(text: &str) -> Option<(std::ops::Range<usize>, bool)> {
    let start = text.len() - text.trim_start().len();
    let rest = text[start..].strip_prefix("allow")?;
    let at = text.len() - rest.len();
    let open = rest.trim_start().chars().next().filter(|c| is_mark(*c, ['(', '（']))?;
    let name_start = at + rest.find(open)? + open.len_utf8();
    let inner = &text[name_start..];
    let close = inner.char_indices().find(|(_, c)| is_mark(*c, [')', '）']));
    let (name_end, after) = close.map_or((inner.len(), ""), |(i, c)| (i, &inner[i + c.len_utf8()..]));
    let name = inner[..name_end].trim();
    let name_at = name_start + inner[..name_end].find(name).unwrap_or(0);
    let reason = after.trim().trim_matches(['"', '“', '”', '＂', ':', '：']).trim();
    Some((name_at..name_at + name.len(), !reason.is_empty()))
}

fn read(input: &Input<'_>) -> Vec<Allow> {
    let mut out = Vec::new();
    for file in input.files {
        let text = &input.sources.get(file.source).text;
        if !text.contains("allow") {
            continue;
        }
        let mut starts: Vec<(usize, Span)> = file.items.iter().map(|i| (i.span.start as usize, i.span)).collect();
        starts.sort_by_key(|s| s.0);
        let mut pending: Vec<Allow> = Vec::new();
        let mut offset = 0;
        for line in text.split_inclusive('\n') {
            let (start, end) = (offset, offset + line.len());
            offset = end;
            let trimmed = line.trim_start();
            let at = start + line.len() - trimmed.len();
            let span = |range: std::ops::Range<usize>| Span::new(file.source, range);
            if let Some(comment) = trimmed.strip_prefix("//").filter(|c| !c.starts_with('/')) {
                if let Some((name, has_reason)) = read_comment(comment) {
                    pending.push(Allow {
                        name: comment[name.clone()].to_owned(),
                        name_span: span(at + 2 + name.start..at + 2 + name.end),
                        has_reason,
                        line: span(start..end),
                        comment: span(at..at + trimmed.trim_end().len()),
                        scope: None,
                    });
                }
            } else if !trimmed.starts_with("//") {
                let scope = starts.binary_search_by_key(&at, |s| s.0).ok().map(|i| starts[i].1);
                out.extend(pending.drain(..).map(|a| Allow { scope, ..a }));
            }
        }
        out.append(&mut pending);
    }
    out
}

/// Leaves out what is allowed, and adds what is wrong with the allows themselves.
pub(super) fn filter(input: &Input<'_>, settings: &Settings, found: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let allows = read(input);
    let mut used = vec![false; allows.len()];
    let place = |d: &Diagnostic| d.labels.first().map_or((SourceId::default(), 0), |l| (l.span.source, l.span.start));
    let mut list: Vec<Diagnostic> = found
        .into_iter()
        .filter(|d| {
            let CodeOf::Lint(name) = d.code else { return true };
            let (source, at) = place(d);
            let covers = |s: &Span| s.source == source && (s.start..s.end).contains(&at);
            match allows.iter().position(|a| a.name == name && a.has_reason && a.scope.as_ref().is_some_and(covers)) {
                Some(i) => {
                    used[i] = true;
                    false
                }
                None => true,
            }
        })
        .collect();
    let runs = |name: &str| find(name).is_some_and(|l| settings.level(l) != Level::Allow);
    for (allow, used) in allows.iter().zip(used) {
        let known = find(&allow.name);
        let message = match known {
            None => {
                let names = LINTS.iter().map(|l| l.name);
                let near = nearest(&allow.name, names);
                let d = finding(
                    INVALID,
                    allow.name_span,
                    say!("there is no lint `{}`", "没有检查项 `{}`", allow.name),
                    say!("not the name of a lint", "不是检查项名称"),
                );
                Some(d.suggest(allow.name_span, near))
            }
            Some(_) if !allow.has_reason => Some(
                finding(
                    INVALID,
                    allow.comment,
                    say!("an allow gives its reason", "allow 须写明理由"),
                    say!("no reason after it", "其后没有理由"),
                )
                .help(say!("write `// allow({}) \"why\"`", "写作 `// allow({}) \"理由\"`", allow.name)),
            ),
            Some(_) if allow.scope.is_none() => Some(
                finding(
                    INVALID,
                    allow.comment,
                    say!("an allow stands before a declaration", "allow 须写在声明之前"),
                    say!("no declaration begins below it", "其下一行不是声明的开头"),
                )
                .help(say!("move it to the line above the declaration", "移到该声明的上一行")),
            ),
            Some(lint) if !used && runs(lint.name) => Some(
                finding(
                    UNUSED,
                    allow.comment,
                    say!("this allow silences nothing", "该 allow 没有作用"),
                    say!("`{}` finds nothing in the declaration below", "`{}` 在其下的声明中没有发现", lint.name),
                )
                .fix(say!("remove the line", "删除该行"), allow.line, "", Applicability::Safe),
            ),
            Some(_) => None,
        };
        let Some(d) = message else { continue };
        if let CodeOf::Lint(name) = d.code
            && runs(name)
        {
            list.push(d);
        }
    }
    list.sort_by_key(place);
    list
}
