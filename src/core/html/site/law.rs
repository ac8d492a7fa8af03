//! Parts of a rule on a page: where it comes from, when it is in force, its text, what a layer makes of it.

use super::Site;
use crate::diagnostic::render::{Html, note_words};
use crate::diagnostic::{Bilingual, CitedSource, Doubt, Note, say};
use crate::hir::{ChangeId, ChangeKind, Citation, Claim, Confidence, Effective, Exception, Program, Provenance};
use crate::source::Span;

/// A source as findings cite it.
pub(super) fn cited(program: &Program, citation: &Citation) -> CitedSource {
    let s = &program.sources[citation.source.index()];
    CitedSource {
        title: s.title.clone(),
        item: citation.item.clone(),
        dated: s.dated.clone(),
        read: s.read.map(|d| d.to_string()),
        url: s.url.clone(),
    }
}

/// Basis, sources, doubts and other readings, as findings note them.
fn notes(program: &Program, p: &Provenance) -> Vec<Note> {
    let doubt = match (p.confidence, p.is_unconfirmed) {
        (Some(Confidence::Low), _) => Some(Doubt::Low),
        (_, true) => Some(Doubt::Unconfirmed),
        (Some(Confidence::Medium), _) => Some(Doubt::Medium),
        _ => None,
    };
    let title = |c: &Citation| program.sources[c.source.index()].title.clone();
    let mut notes: Vec<Note> = p.basis.iter().map(|b| Note::Basis(b.clone())).collect();
    notes.extend(p.sources.iter().map(|c| Note::Source(cited(program, c))));
    notes.extend(doubt.map(|doubt| Note::Weak { doubt, last_seen: p.last_seen.clone() }));
    notes.extend(p.readings.iter().map(|(text, by)| Note::Reading { text: text.clone(), by: by.iter().map(title).collect() }));
    notes.extend(p.advice.iter().map(|a| Note::Plain(a.clone())));
    notes
}

pub(super) fn provenance(page: &mut Html, site: &Site<'_>, p: &Provenance) {
    let notes = notes(site.program, p);
    if notes.is_empty() {
        return;
    }
    page.open("ul", &[("class", "notes")]);
    for note in notes {
        page.open("li", &[]);
        match &note {
            Note::Source(CitedSource { url: Some(url), .. }) => page.link_out(url, &note_words(&note)),
            note => page.both(&note_words(note)),
        };
        page.close();
    }
    page.close();
}

/// The days on which something is in force, where they are limited.
pub(super) fn in_force(e: &Effective) -> Option<Bilingual> {
    Some(match (e.from, e.until) {
        (None, None) => return None,
        (Some(from), None) => say!("in force from {from}", "自 {from} 起施行"),
        (None, Some(until)) => say!("in force until {until}", "施行至 {until}"),
        (Some(from), Some(until)) => say!("in force from {from} until {until}", "自 {from} 起施行，至 {until} 止"),
    })
}

/// The text of a declaration as it is written, with its place.
pub(super) fn text(page: &mut Html, site: &Site<'_>, at: Span) {
    let span = site.declaration(at);
    let file = site.sources().get(span.source);
    let line = file.line_column(span.start as usize).line;
    page.open("figure", &[]).element("figcaption", &[], format_args!("{}:{line}", file.name)).open("pre", &[("tabindex", "0")]);
    for (i, text) in site.sources().slice(span).trim_end().lines().enumerate() {
        page.element("span", &[("class", "n")], line + i).own(" ").text(text).own("\n");
    }
    page.close().close();
}

/// What a change does.
pub(super) fn operation(kind: &ChangeKind) -> Bilingual {
    match kind {
        ChangeKind::Set { .. } => say!("other value", "取值不同"),
        ChangeKind::Except { .. } => say!("exception", "设例外"),
        ChangeKind::Waive { .. } => say!("waived", "豁免"),
        ChangeKind::Replace { claim: Claim::Stricter, .. } => say!("stricter", "更严"),
        ChangeKind::Replace { claim: Claim::Looser, .. } => say!("looser", "更宽"),
        ChangeKind::Replace { claim: Claim::Differently, .. } => say!("different", "另有规定"),
        ChangeKind::Adopt { .. } => say!("adopted", "采用"),
        ChangeKind::Confirm { .. } => say!("confirmed", "确认适用"),
    }
}

/// What a change says, with what it is called where it has no title.
pub(super) fn change_title(site: &Site<'_>, id: ChangeId) -> Bilingual {
    let change = &site.program.changes[id.index()];
    if change.title.en.is_empty() && change.title.zh.is_empty() {
        Bilingual::same(site.program.change_name(id))
    } else {
        change.title.clone()
    }
}

/// A change in a cell: what it does, when, by which sources, and its text folded.
pub(super) fn change(page: &mut Html, site: &Site<'_>, id: ChangeId) {
    let change = &site.program.changes[id.index()];
    page.open("div", &[("class", "change")]);
    page.element_of("b", &[], &operation(&change.kind)).own(" ").both(&change_title(site, id));
    if let Some(text) = in_force(&change.effective) {
        page.own(" ").element_of("span", &[("class", "dim")], &text);
    }
    provenance(page, site, &change.provenance);
    if let ChangeKind::Except { exception, .. } = &change.kind {
        unless(page, site, &exception.unless);
    }
    page.open("details", &[]).element("summary", &[], site.program.change_name(id));
    text(page, site, change.span);
    page.close().close();
}

fn unless(page: &mut Html, site: &Site<'_>, list: &[Exception]) {
    for u in list {
        page.open("div", &[("class", "change")]).both(&say!("unless: ", "但：")).both(&u.title);
        provenance(page, site, &u.provenance);
        unless(page, site, &u.unless);
        page.close();
    }
}
