//! Texts with fixes applied.

use crate::diagnostic::{Applicability, Diagnostic, Edit};
use crate::source::{SourceId, SourceMap, Span};
use std::collections::BTreeMap;

/// What came of applying fixes.
#[derive(Clone, Debug, Default)]
pub struct Fixed {
    /// New texts of the sources that changed.
    pub texts: BTreeMap<SourceId, String>,
    /// Number of findings that were mended.
    pub count: usize,
}

/// Applies the first safe fix of each finding. Of fixes that overlap the first is taken; a later run sees the others.
pub fn apply(sources: &SourceMap, findings: &[Diagnostic]) -> Fixed {
    let mut chosen: Vec<&Edit> = Vec::new();
    let mut fixed = Fixed::default();
    for finding in findings {
        let Some(fix) = finding.fixes.iter().find(|f| f.applicability == Applicability::Safe) else { continue };
        let clashes =
            |e: &Edit| chosen.iter().any(|c| c.span.source == e.span.source && c.span.start <= e.span.end && e.span.start <= c.span.end);
        if fix.edits.iter().any(clashes) {
            continue;
        }
        chosen.extend(&fix.edits);
        fixed.count += 1;
    }
    chosen.sort_by_key(|e| (e.span.source, std::cmp::Reverse(e.span.start)));
    for edit in chosen {
        let text = fixed.texts.entry(edit.span.source).or_insert_with(|| sources.get(edit.span.source).text.to_string());
        text.replace_range(edit.span.range(), &edit.replacement);
    }
    fixed
}

/// A declaration without the comments that follow it.
pub(super) fn extent(sources: &SourceMap, item: Span) -> Span {
    let text = sources.slice(item);
    let mut end = text.len();
    while let Some(line) = text[..end].trim_end().rfind('\n') {
        if !text[line + 1..end].trim_start().starts_with("//") {
            break;
        }
        end = line;
    }
    Span { end: item.start + text[..end].trim_end().len() as u32, ..item }
}

/// The place of a declaration with its documentation, and the line breaks that would stay behind.
pub(super) fn declaration(sources: &SourceMap, item: Span) -> Span {
    let item = extent(sources, item);
    let text = &sources.get(item.source).text;
    let mut start = text[..item.start as usize].rfind('\n').map_or(0, |n| n + 1);
    while start > 0 {
        let above = text[..start - 1].rfind('\n').map_or(0, |n| n + 1);
        let line = text[above..start].trim_start();
        if !(line.starts_with("///") || line.starts_with("// allow(")) {
            break;
        }
        start = above;
    }
    let mut end = text[item.end as usize..].find('\n').map_or(text.len(), |n| item.end as usize + n + 1);
    let blank_before = start == 0 || text[..start].ends_with("\n\n");
    if blank_before && text[end..].starts_with('\n') {
        end += 1;
    }
    Span::new(item.source, start..end)
}
