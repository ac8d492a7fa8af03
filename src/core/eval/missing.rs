//! What is said of facts that must be stated and are not: one finding for each table, with the lines to write.

use super::diagnostics as say;
use super::report::{Finding, Reporter};
use super::trace::Missing;
use crate::diagnostic::{Applicability, Bilingual, Code, Diagnostic, Edit, Fix, Language, Note};
use crate::hir::FactKind;
use crate::manifest::Unusable;
use crate::pack::NONE;
use crate::source::Span;

/// A fact that is missing, the line that states it, and the rules that ask for it.
struct Asked {
    missing: Missing,
    line: String,
    rules: Vec<usize>,
}

/// Facts that belong in one table.
struct Table {
    /// As a filer writes it, `service["shop"].principal`, or the header of a table that is not there yet.
    name: String,
    holder: Option<Span>,
    facts: Vec<Asked>,
}

impl Reporter<'_, '_> {
    /// In the order of the manifest; tables that are not there yet come last.
    pub(super) fn missing_facts(&mut self, missing: Vec<(Missing, Vec<usize>)>) -> Vec<Finding> {
        let mut tables: Vec<Table> = Vec::new();
        for (m, rules) in missing {
            // What is written and tells nothing was reported where it is written.
            if m.slot != NONE && self.machine.document.is_unusable(m.slot) {
                continue;
            }
            let (holder, name, line) = self.place_for(&m.path, m.slot);
            let asked = Asked { missing: m, line, rules };
            match tables.iter_mut().find(|t| t.name == name) {
                Some(table) => table.facts.push(asked),
                None => tables.push(Table { name, holder, facts: vec![asked] }),
            }
        }
        tables.sort_by_key(|t| (t.holder.is_none() || t.name.starts_with('['), t.holder.map_or(0, |h| h.start), t.name.clone()));
        tables.into_iter().map(|t| self.missing_in(t)).collect()
    }

    fn missing_in(&mut self, mut table: Table) -> Finding {
        table.facts.sort_by_key(|f| (f.missing.slot, f.missing.path.clone()));
        let is_looked_up = table.facts.iter().all(|f| f.missing.kind == FactKind::Register);
        let mut rules: Vec<usize> = table.facts.iter().flat_map(|f| f.rules.iter().copied()).collect();
        rules.sort_unstable();
        rules.dedup();
        let paths: Vec<String> = table.facts.iter().map(|f| f.missing.path.clone()).collect();
        let shown: Vec<&str> = paths.iter().map(String::as_str).collect();
        let message = say::missing_facts(&table.name, &shown, is_looked_up, self.is_blank(&table));
        let mut d = Diagnostic::new(if is_looked_up { Code::NotLookedUp } else { Code::MissingFact }, message);
        d = d.arg("path", paths.join(", "));
        for fact in &table.facts {
            let slot = fact.missing.slot;
            if let (Some(Unusable::Blank), Some(span)) = (self.machine.document.unusable.get(&slot), self.span_of_slot(slot)) {
                d = d.primary(span, crate::say!("nothing is stated here", "此处没有内容"));
            }
        }
        if d.labels.is_empty()
            && let Some(span) = table.holder.or_else(|| self.top())
        {
            d = d.primary(span, say::belong_here(&shown));
        }
        let mut names = Vec::new();
        for i in &rules {
            let version = self.machine.version(*i);
            let details = &self.with.details.versions[version.details as usize];
            if names.len() < 2 {
                d = d.secondary(details.span, say::asked_by(&details.name));
            }
            names.push(self.machine.lowered.rule_name(self.machine.active.rules[*i].rule).to_owned());
        }
        let list = names.iter().take(8).cloned().collect::<Vec<_>>().join(", ");
        let more = if names.len() > 8 { ", …" } else { "" };
        d = d.note(crate::say!("needed by {list}{more}", "以下规则需要：{list}{more}"));
        for i in rules.iter().filter(|i| self.machine.version(**i).is_facts).take(1) {
            let details = &self.with.details.versions[self.machine.version(*i).details as usize];
            for source in self.with.details.source_notes(&details.origin).take(3) {
                d = d.note_once(source);
            }
        }
        let mut places: Vec<(&Bilingual, Vec<&str>)> = Vec::new();
        for fact in table.facts.iter().filter(|f| f.missing.kind == FactKind::Register) {
            let Some(place) = self.with.schema.look_up_place(&fact.missing.path) else { continue };
            let name = fact.missing.path.rsplit('.').next().unwrap_or(&fact.missing.path);
            match places.iter_mut().find(|(p, _)| *p == place) {
                Some((_, names)) => names.push(name),
                None => places.push((place, vec![name])),
            }
        }
        for (place, names) in places {
            d = d.help(say::look_up(place.get(Language::En), place.get(Language::Zh), &names));
        }
        let lines: Vec<String> = table.facts.iter().map(|f| f.line.clone()).collect();
        let title = say::write_lines(&table.name);
        let header = table.holder.filter(|h| !table.name.starts_with('[') && self.with.sources.slice(*h).trim_start().starts_with('['));
        if let Some(header) = header.filter(|header| d.labels.iter().all(|l| !l.is_primary || l.span == *header)) {
            let file = self.with.sources.get(header.source);
            let end = file.text[header.end as usize..].find('\n').map_or(file.text.len(), |n| header.end as usize + n);
            let edits = vec![Edit { span: Span::new(header.source, end..end), replacement: format!("\n{}", lines.join("\n")) }];
            d.fixes.push(Fix { title: title.clone(), edits, applicability: Applicability::HasPlaceholders });
        }
        d = d.note(Note::Lines { title, lines });
        Finding { diagnostic: d, rules: names, paths }
    }

    fn is_blank(&self, table: &Table) -> bool {
        table.facts.iter().all(|f| self.machine.document.unusable.get(&f.missing.slot) == Some(&Unusable::Blank))
    }
}
