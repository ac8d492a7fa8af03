//! `identical-requirements`: two requirements of one layer that ask the same of the same filings.

use crate::diagnostic::say;
use crate::hir::{LayerId, Version};
use crate::lint::context::Context;
use crate::source::Span;
use crate::term::{Own, Reader};
use std::collections::BTreeMap;

/// What a version asks, of what, and how; without its words and sources.
pub(super) fn demand(reader: &mut Reader<'_, Own>, v: &Version) -> String {
    let mut terms: Vec<_> = v.ranges.iter().map(|r| reader.path(&r.list, &r.item)).collect();
    terms.extend(v.when.into_iter().chain([v.require]).map(|e| reader.term(e)));
    format!("{terms:?} {} {:?} {:?} {:?}", v.when.is_some(), v.stage, v.strength, v.even_if_not_required)
}

pub(super) fn check(cx: &mut Context<'_>) {
    let program = cx.program;
    let mut reader = Reader::new(program, Own { opens: false });
    let mut seen: BTreeMap<(LayerId, String), (usize, Span)> = BTreeMap::new();
    for (i, rule) in program.rules.iter().enumerate() {
        for v in &rule.versions {
            let text = format!("{} {:?} {:?}", demand(&mut reader, v), v.effective.from, v.effective.until);
            let (first, span) = *seen.entry((rule.layer, text)).or_insert((i, v.span));
            if first == i {
                continue;
            }
            let other = &program.rules[first].id;
            let finding = cx
                .finding(
                    v.span,
                    say!("`{}` demands what `{other}` demands", "`{}` 与 `{other}` 要求相同", rule.id),
                    say!("the same demand of the same filings", "对相同备案提出相同要求"),
                )
                .secondary(span, say!("demanded here", "此处已要求"))
                .help(say!("keep one and name the sources of both in it", "保留其一，并列出两者的来源"));
            cx.report(finding);
        }
    }
}
