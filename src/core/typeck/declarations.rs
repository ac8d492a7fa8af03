//! The second pass: bodies of declarations.

use super::diagnostics as say;
use super::expressions::{Checker, comparable};
use super::{fits, steps, tables, versions};
use crate::diagnostic::{Bilingual, Diagnostics, nearest};
use crate::hir::*;
use crate::resolve::{NameKind, Names, diagnostics as words};
use crate::source::Span;
use crate::syntax::ast::{self, ItemKind};
use crate::value::{EnumId, Role};

/// Completes the program. Reports F2, F3 and F4 codes.
pub fn check(files: &[ast::File], mut program: Program, names: &Names, diagnostics: &mut Diagnostics) -> (Program, Names) {
    let mut names = names.clone();
    let items: Vec<(Option<LayerId>, &ast::Item)> =
        files.iter().zip(&names.file_layers).flat_map(|(f, l)| f.items.iter().map(move |i| (*l, i))).collect();
    super::calendars::check(&items, &mut program, &names, diagnostics);
    parameters(&items, &mut program, &names, diagnostics);
    definitions(&items, &mut program, &names, diagnostics);
    find_filing_type(&items, &mut program, &mut names, diagnostics);
    // Materials first: a requirement that demands one reads its field.
    // Of what could not be read only the names count.
    let readable = || items.iter().filter(|(_, item)| item.fault.is_none());
    for (layer, item) in readable() {
        let (Some(layer), ItemKind::Material(_)) = (*layer, &item.kind) else { continue };
        Checker { program: &mut program, names: &names, layer, vars: Vec::new(), diagnostics }.material_item(item);
    }
    for (layer, item) in readable() {
        let Some(layer) = *layer else { continue };
        let mut checker = Checker { program: &mut program, names: &names, layer, vars: Vec::new(), diagnostics };
        checker.layer_body(item);
        checker.requirement_item(item);
    }
    for rule in &mut program.rules {
        rule.versions.sort_by_key(|v| v.effective.from);
    }
    // Changes point at requirements, materials and steps of any file, so they come last.
    let mut changes: Vec<(LayerId, String, ChangeId)> = Vec::new();
    let mut overs: Vec<(LayerId, ChangeId, Vec<ast::RuleRef>)> = Vec::new();
    for (layer, item) in readable() {
        let Some(layer) = *layer else { continue };
        let mut checker = Checker { program: &mut program, names: &names, layer, vars: Vec::new(), diagnostics };
        checker.change_item(item, &mut changes, &mut overs);
        checker.other_item(item);
    }
    // A change whose target is unknown was reported; to go before it is no second mistake.
    for (layer, item) in &items {
        let Some(layer) = *layer else { continue };
        let ids = match &item.kind {
            ItemKind::Set(s) => vec![s.change_id()],
            ItemKind::Amend(a) => a.exceptions.iter().map(|e| e.id.text.clone()).collect(),
            ItemKind::Waive(c) | ItemKind::Replace(ast::Replacement { change: c, .. }) | ItemKind::Adopt(c) | ItemKind::Confirm(c) => {
                vec![c.change_id()]
            }
            _ => continue,
        };
        for id in ids {
            names.changes.entry((layer, id)).or_default();
        }
    }
    for (layer, id, change) in changes {
        for old in program.changes[change.index()].formerly.clone() {
            names.changes.entry((layer, old)).or_default().push(change);
        }
        names.changes.entry((layer, id)).or_default().push(change);
    }
    for (layer, change, refs) in overs {
        for reference in refs {
            let target = match &reference.layer {
                Some(l) => names.layers.get(&l.text).copied(),
                None => Some(layer),
            };
            let found = target.and_then(|l| names.changes.get(&(l, reference.id.text.clone()))).cloned();
            match found {
                Some(ids) => program.changes[change.index()].over.extend(ids),
                None if names.unread.excuses_rule(NameKind::Change, &reference) => {}
                None => {
                    let known: Vec<String> = (0..program.changes.len()).map(|i| program.change_name(ChangeId(i as u32))).collect();
                    let text = reference.text();
                    let near = nearest(&text, known.iter().map(String::as_str));
                    diagnostics.report(words::unknown_rule(reference.span, &text, near));
                }
            }
        }
    }
    for (_, item) in readable() {
        if let ItemKind::Case(case) = &item.kind {
            if case.expect.is_empty() {
                diagnostics.report(say::case_without_expectation(case.title.span));
            }
            expected_types(case, &program, &names, diagnostics);
            expected_absences(case, &program, &names, diagnostics);
        }
    }
    fits::check(&program, &names.unread, diagnostics);
    versions::check(&mut program, &names.unread, diagnostics);
    steps::check(&program, diagnostics);
    if !names.unread.any {
        unused_parameters(&program, &names, diagnostics);
    }
    (program, names)
}

fn parameters(items: &[(Option<LayerId>, &ast::Item)], program: &mut Program, names: &Names, diagnostics: &mut Diagnostics) {
    for (layer, item) in items {
        let (Some(layer), ItemKind::Parameter(p)) = (*layer, &item.kind) else { continue };
        let Some(id) = names.params.get(&(layer, p.name.text.clone())).copied() else { continue };
        if p.ty.name.text.is_empty() {
            continue;
        }
        let mut checker = Checker { program, names, layer, vars: Vec::new(), diagnostics };
        let Some(field) = crate::resolve::plain_type(&p.ty.name, names, checker.diagnostics) else { continue };
        let mut ty = checker.field_type(&field);
        if p.ty.is_list {
            ty = Type::List(Box::new(ty));
        }
        checker.program.params[id.index()].ty = ty.clone();
        if item.fault.is_some() {
            continue;
        }
        let Some(value) = checker.constant_of(&p.value, &ty) else { continue };
        let effective = checker.effective(p.body.effective());
        let provenance = checker.provenance(&p.body);
        let span = p.name.span;
        checker.program.params[id.index()].versions.push((effective, value, provenance, span));
    }
}

/// Definitions are checked in the order of their dependencies, so that each knows the types of those it uses.
fn definitions(items: &[(Option<LayerId>, &ast::Item)], program: &mut Program, names: &Names, diagnostics: &mut Diagnostics) {
    let defines: Vec<(LayerId, &ast::Define, DefId)> = items
        .iter()
        .filter_map(|(layer, item)| match (&item.kind, layer) {
            (ItemKind::Define(d), Some(layer)) => {
                let id = *names.defs.get(&(*layer, d.name.text.clone()))?;
                (program.defs[id.index()].span == d.name.span).then_some((*layer, d, id))
            }
            _ => None,
        })
        .collect();
    let position: std::collections::HashMap<DefId, usize> = defines.iter().enumerate().map(|(i, (.., id))| (*id, i)).collect();
    let mut graph = petgraph::graph::DiGraph::<usize, Span>::new();
    let nodes: Vec<_> = (0..defines.len()).map(|i| graph.add_node(i)).collect();
    for (i, (layer, define, _)) in defines.iter().enumerate() {
        let mut used = Vec::new();
        match &define.value {
            ast::DefineValue::Expr(e) => bare_names(e, &mut used),
            ast::DefineValue::Decide(t) => t.rows.iter().for_each(|(_, e)| bare_names(e, &mut used)),
        }
        for name in used {
            if let Some(id) = Names::find(program, &names.defs, *layer, &name.text)
                && let Some(j) = position.get(&id)
            {
                graph.add_edge(nodes[*j], nodes[i], name.span);
            }
        }
    }
    let order = order(&graph);
    for ring in order.rings {
        let ring: Vec<(String, Span)> = ring.into_iter().map(|(i, span)| (defines[i].1.name.text.clone(), span)).collect();
        diagnostics.report(say::cycle(&ring));
    }
    for i in order.sorted {
        let (layer, define, id) = &defines[i];
        let mut checker = Checker { program, names, layer: *layer, vars: Vec::new(), diagnostics };
        let (value, ty) = match &define.value {
            ast::DefineValue::Expr(e) => {
                let value = checker.expr(e, None);
                (value, checker.program.expr(value).ty.clone())
            }
            ast::DefineValue::Decide(table) => checker.decide(table),
        };
        checker.program.defs[id.index()].value = value;
        checker.program.defs[id.index()].ty = ty;
    }
    for def in &mut program.defs {
        if def.value == ExprId(u32::MAX) {
            def.value = ExprId(program.exprs.len() as u32);
            program.exprs.push(Expr { kind: ExprKind::Error, ty: Type::Error, span: def.span });
        }
    }
    let tables: Vec<(DefId, &ast::Decide)> = defines
        .iter()
        .filter_map(|(_, define, id)| if let ast::DefineValue::Decide(table) = &define.value { Some((*id, table)) } else { None })
        .collect();
    tables::check(program, &tables, diagnostics);
}

/// First names of all paths in an expression.
fn bare_names<'a>(e: &'a ast::Expr, out: &mut Vec<&'a ast::Name>) {
    let mut open = vec![e];
    while let Some(e) = open.pop() {
        if let ast::ExprKind::Path(names) = &e.kind {
            out.extend(names.first());
        }
        open.extend(e.kind.children().into_iter().rev());
    }
}

/// The definition of a base layer that plays the role `filing-type`.
fn find_filing_type(items: &[(Option<LayerId>, &ast::Item)], program: &mut Program, names: &mut Names, diagnostics: &mut Diagnostics) {
    let Some(written) = items.iter().find_map(|(_, item)| match &item.kind {
        ItemKind::Role(r) if item.fault.is_none() && r.name.text == Role::FilingType.name() => Some(r),
        _ => None,
    }) else {
        return;
    };
    // Until it is found nothing is to be said of filing types: why it is not is said here.
    names.unread.roles.insert(Role::FilingType);
    let Some(name) = written.played_by.first() else { return };
    let span = ast::span_of(&written.played_by);
    let bases = || (0..program.layers.len()).filter(|i| program.layers[*i].extends.is_none()).map(|i| LayerId(i as u32));
    let found = bases().find_map(|layer| names.defs.get(&(layer, name.text.clone())).copied());
    let Some(id) = found.filter(|_| written.played_by.len() == 1) else {
        let mut known: Vec<&str> = bases().flat_map(|l| Names::visible(program, &names.defs, l)).collect();
        known.sort_unstable();
        let near = nearest(&name.text, known).map(str::to_owned);
        if !names.unread.excuses(NameKind::Value, &name.text) {
            diagnostics.report(say::unknown_definition(span, &name.text, near.as_deref()));
        }
        return;
    };
    let def = &program.defs[id.index()];
    match def.ty {
        Type::Enum(of) => program.filing_type = Some((id, of)),
        Type::Error => {}
        _ => {
            diagnostics.report(words::unfit_role(span, Role::FilingType, &def.name, Some(def.span)));
        }
    }
}

/// `expect filing_type is initial` names the definition of the filing type and a value of its enum.
fn expected_types(case: &ast::Case, program: &Program, names: &Names, diagnostics: &mut Diagnostics) {
    for expect in &case.expect {
        let ast::ExpectKind::Value(name, value) = &expect.kind else { continue };
        let Some((def, of)) = program.filing_type else {
            if !names.unread.excuses_role(Role::FilingType) {
                diagnostics.report(say::no_filing_types(name.span));
            }
            continue;
        };
        let known = program.defs[def.index()].name.as_str();
        if name.text != known {
            diagnostics.report(say::unknown_definition(name.span, &name.text, Some(known)));
        }
        let shape = program.schema.enumeration(of);
        if shape.find(&value.text).is_none() {
            diagnostics.report(say::unknown_value(value, shape));
        }
    }
}

/// Rules that are expected not to be in force: a name that nothing has would always be right.
fn expected_absences(case: &ast::Case, program: &Program, names: &Names, diagnostics: &mut Diagnostics) {
    for expect in &case.expect {
        let ast::ExpectKind::Outcome { outcome: ast::ExpectedOutcome::NotInForce, rules, .. } = &expect.kind else { continue };
        for (reference, _) in rules {
            let layer = reference.layer.as_ref().and_then(|l| names.layers.get(&l.text).copied());
            let is_known = layer.is_some_and(|l| {
                let key = (l, reference.id.text.clone());
                names.rules.contains_key(&key) || names.changes.contains_key(&key)
            });
            let is_excused = [NameKind::Rule, NameKind::Change].into_iter().any(|kind| names.unread.excuses_rule(kind, reference));
            if !is_known && !is_excused {
                let layer_of = |rule: &crate::hir::Rule| program.layer(rule.layer).id.clone();
                let rules = program.rules.iter().map(|r| format!("{}/{}", layer_of(r), r.id));
                let known: Vec<String> = rules.chain((0..program.changes.len()).map(|i| program.change_name(ChangeId(i as u32)))).collect();
                let text = reference.text();
                let near = nearest(&text, known.iter().map(String::as_str));
                diagnostics.report(words::unknown_rule(reference.span, &text, near));
            }
        }
    }
}

/// The ids under which a change was known.
fn former(body: &ast::Clauses) -> Vec<String> {
    body.formerly().map(|n| n.text.clone()).collect()
}

fn unused_parameters(program: &Program, names: &Names, diagnostics: &mut Diagnostics) {
    let mut used = vec![false; program.params.len()];
    for expr in &program.exprs {
        if let ExprKind::Param(id) = expr.kind {
            used[id.index()] = true;
        }
    }
    for step in &program.steps {
        for (usual, _) in &step.usual {
            if let Usual::Params(from, to) = usual {
                (used[from.index()], used[to.index()]) = (true, true);
            }
        }
    }
    for (param, _) in program.params.iter().zip(&used).filter(|(p, used)| !**used && !names.unread.may_use(&p.name)) {
        diagnostics.report(say::unused_parameter(param.span, &param.name));
    }
}

impl Checker<'_> {
    fn constant_of(&mut self, value: &ast::Expr, ty: &Type) -> Option<Const> {
        let id = self.expr(value, Some(ty));
        let found = self.program.expr(id).ty.clone();
        let empty_list = matches!((&found, ty), (Type::List(inner), Type::List(_)) if **inner == Type::Error);
        if found != Type::Error && !empty_list && !comparable(&found, ty) {
            let (e, f) = (self.words(ty), self.words(&found));
            let d = self.advise(say::mismatch(value.span, &e, &f), ty, id);
            self.report(d);
            return None;
        }
        self.constant(id)
    }

    fn decide(&mut self, table: &ast::Decide) -> (ExprId, Type) {
        let Some((crate::resolve::NamedType::Enum(of), _)) = self.names.types.get(&table.of.text).copied() else {
            let known: Vec<&str> = self.program.schema.enums.iter().map(|e| e.name.as_str()).collect();
            let near = nearest(&table.of.text, known);
            if !self.names.unread.excuses(NameKind::Type, &table.of.text) {
                self.report(words::unknown_type(table.of.span, &table.of.text, near));
            }
            return (self.error(table.span), Type::Error);
        };
        let mut rows = Vec::new();
        let mut failed = false;
        for (name, condition) in &table.rows {
            let condition = self.condition(condition);
            match self.enum_value(name, of) {
                Some(v) => rows.push((condition, v)),
                None => failed = true,
            }
        }
        let otherwise = table.otherwise.as_ref().map(|name| self.enum_value(name, of));
        if failed || otherwise == Some(None) {
            return (self.error(table.span), Type::Error);
        }
        let otherwise = otherwise.flatten();
        (self.push(ExprKind::Decide { rows, otherwise }, Type::Enum(of), table.span), Type::Enum(of))
    }

    pub(super) fn enum_value(&mut self, name: &ast::Name, of: EnumId) -> Option<u16> {
        let found = self.program.schema.enumeration(of).find(&name.text);
        if found.is_none() {
            let d = self.unknown_value(name, of);
            self.report(d);
        }
        found
    }

    fn layer_body(&mut self, item: &ast::Item) {
        let ItemKind::Layer(layer) = &item.kind else { return };
        if self.program.layer(self.layer).span != layer.id.span {
            return;
        }
        self.bilingual(&layer.title);
        if let Some(e) = layer.body.applies() {
            let id = self.condition(e);
            self.program.layers[self.layer.index()].applies = Some(id);
        }
    }

    pub(super) fn effective(&mut self, written: Option<&ast::Effective>) -> Effective {
        let Some(e) = written else { return Effective::default() };
        let axis = e.axis.as_ref().and_then(|names| {
            let span = names.first().zip(names.last()).map_or(e.span, |(a, b)| a.span.to(b.span));
            let (path, ty) = self.field(names)?;
            if ty != Type::Date {
                let (x, y) = (self.words(&Type::Date), self.words(&ty));
                self.report(say::mismatch(span, &x, &y));
                return None;
            }
            Some(path)
        });
        Effective { from: e.from, until: e.until, ends: e.ends, axis, span: e.span }
    }

    fn citation(&mut self, c: &ast::Citation) -> Option<Citation> {
        match Names::find(self.program, &self.names.sources, self.layer, &c.source.text) {
            Some(source) => Some(Citation { source, item: c.item.as_ref().map(|t| t.value.clone()) }),
            None if self.names.unread.excuses(NameKind::Source, &c.source.text) => None,
            None => {
                let known = Names::visible(self.program, &self.names.sources, self.layer);
                let near = nearest(&c.source.text, known).map(str::to_owned);
                self.report(words::unknown_source(c.source.span, &c.source.text, near.as_deref()));
                None
            }
        }
    }

    pub(super) fn provenance(&mut self, body: &ast::Clauses) -> Provenance {
        let sources: Vec<Citation> = body.sources().filter_map(|c| self.citation(c)).collect();
        // What the rule does not say of its trust, its sources do.
        let lent = Trust::best(sources.iter().map(|c| &self.program.sources[c.source.index()].trust));
        let readings = body
            .readings()
            .map(|r| {
                let text = self.bilingual(&r.texts);
                let sources = r.sources.iter().filter_map(|c| self.citation(c)).collect();
                (text, sources)
            })
            .collect();
        let advice = body.advice().map(|t| self.bilingual(t)).collect();
        Provenance {
            sources,
            basis: body.basis().map(|t| self.dated_text(t)),
            confidence: body.confidence().copied().or(lent.confidence),
            is_unconfirmed: body.status().map_or(lent.is_unconfirmed, |_| body.is_unconfirmed()),
            last_seen: body.last_seen().map(|t| self.dated_text(t)).or(lent.last_seen),
            readings,
            advice,
        }
    }

    /// A rule or change must name a source; an unknown one was reported and counts.
    pub(super) fn demand_source(&mut self, span: Span, what: &str, body: &ast::Clauses) {
        if body.sources().next().is_none() {
            self.report(words::missing_source(span, what));
        }
    }

    fn requirement_item(&mut self, item: &ast::Item) {
        let ItemKind::Requirement(r) = &item.kind else { return };
        let Some(id) = self.names.rules.get(&(self.layer, r.id.text.clone())).copied() else { return };
        // What is only offered rests on the sources of those who adopt it.
        if !r.is_optional {
            self.demand_source(r.id.span, &r.id.text, &r.body);
        }
        let title = self.bilingual(&r.title);
        let Some(mut version) = self.version(r.id.span, &r.id.text, title, &r.body, None, r.is_facts) else { return };
        version.docs = item.docs.clone();
        version.is_optional = r.is_optional;
        self.program.rules[id.index()].versions.push(version);
    }

    /// The body of a requirement, or of a replacement of `base`, which lends what the body leaves out.
    fn version(
        &mut self,
        span: Span,
        id: &str,
        title: Bilingual,
        body: &ast::Clauses,
        base: Option<&Version>,
        is_facts: bool,
    ) -> Option<Version> {
        let is_adoption = base.is_some_and(|b| b.is_optional) && body.require().is_none() && body.demands().next().is_none();
        self.vars.clear();
        let mut ranges = Vec::new();
        match base {
            Some(base) if body.for_each().is_empty() => {
                self.enter(&base.ranges);
                ranges = base.ranges.clone();
            }
            _ => {
                for each in body.for_each() {
                    ranges.push(self.range(&each.var, &each.list)?);
                }
            }
        }
        let filing_types = match (base, body.filing_types().is_empty()) {
            (Some(base), true) => base.filing_types.clone(),
            _ => self.filing_types(body.filing_types()),
        };
        let lent = base.and_then(|b| b.own_when);
        let own_when = match (body.when().map(|e| self.condition(e)), lent) {
            // What is adopted keeps its condition; a further one narrows it.
            (Some(own), Some(lent)) if is_adoption => Some(self.push(ExprKind::And(vec![lent, own]), Type::Boolean, span)),
            (own, lent) => own.or(lent),
        };
        let when = self.scope(&filing_types, own_when, span);
        let mut parts: Vec<ExprId> = body.require().into_iter().map(|e| self.condition(e)).collect();
        for stated in body.stated() {
            parts.extend(self.stated(stated));
        }
        let mut demands = Vec::new();
        for name in body.demands() {
            if let Some(material) = self.material(name) {
                demands.push((material, name.span));
                parts.extend(self.material_given(name, material));
            }
        }
        let require = match parts.len() {
            0 => match base {
                Some(base) => base.require,
                None => {
                    if body.demands().next().is_none() && body.stated().next().is_none() {
                        self.report(say::missing_clause(span, id, if is_facts { "state" } else { "require" }));
                    }
                    return None;
                }
            },
            1 => parts[0],
            _ => self.push(ExprKind::And(parts), Type::Boolean, span),
        };
        let report = match body.report() {
            Some(report) => {
                let at = report.at.as_ref().and_then(|names| self.field(names)).map(|(path, _)| path);
                Some((at, self.template(&report.texts)))
            }
            None if is_adoption => base.and_then(|b| b.report.clone()),
            None => None,
        };
        let help = body.help().map(|t| self.template(t)).or(base.and_then(|b| b.help.clone()));
        let needs = match (base, body.needs().next()) {
            (Some(base), None) => base.needs.clone(),
            _ => self.needs(body),
        };
        let effective = self.effective(body.effective());
        let provenance = self.provenance(body);
        self.vars.clear();
        Some(Version {
            span,
            title,
            docs: String::new(),
            effective,
            provenance,
            stage: body.stage().map(|s| s.text.clone()).or(base.and_then(|b| b.stage.clone())),
            strength: body.strength().copied().unwrap_or(base.map_or(Strength::Must, |b| b.strength)),
            filing_types,
            is_optional: false,
            is_facts: is_facts || base.is_some_and(|b| b.is_facts && body.require().is_none()),
            even_if_not_required: body.even_if_not_required() || base.is_some_and(|b| b.even_if_not_required),
            needs,
            ranges,
            when,
            own_when,
            require,
            demands,
            report,
            help,
        })
    }

    /// A fact that must be stated.
    fn stated(&mut self, stated: &ast::Stated) -> Option<ExprId> {
        let span = ast::span_of(&stated.path);
        let (path, ty) = self.field(&stated.path)?;
        let fact = self.push(ExprKind::Field(path), ty, span);
        Some(self.push(ExprKind::Stated { fact, may_be_empty: stated.may_be_empty }, Type::Boolean, span))
    }

    pub(super) fn filing_types(&mut self, names: &[ast::Name]) -> Vec<u16> {
        let Some((_, of)) = self.program.filing_type else {
            if let Some(first) = names.first().filter(|_| !self.names.unread.excuses_role(Role::FilingType)) {
                self.report(say::no_filing_types(first.span));
            }
            return Vec::new();
        };
        let mut types = Vec::new();
        for name in names {
            let found = match self.listed_types(name, of) {
                Some(listed) => listed,
                None => self.enum_value(name, of).into_iter().collect(),
            };
            for value in found {
                if !types.contains(&value) {
                    types.push(value);
                }
            }
        }
        types
    }

    /// The filing types that a definition lists; `None` where the name is no such definition.
    fn listed_types(&self, name: &ast::Name, of: EnumId) -> Option<Vec<u16>> {
        if self.program.schema.enumeration(of).find(&name.text).is_some() {
            return None;
        }
        let def = Names::find(self.program, &self.names.defs, self.layer, &name.text)?;
        let of_types = |e: &ExprId| match &self.program.expr(*e).kind {
            ExprKind::Const(Const::Enum(id, value)) if *id == of => Some(*value),
            _ => None,
        };
        match &self.program.expr(self.program.defs[def.index()].value).kind {
            ExprKind::List(items) => items.iter().map(of_types).collect(),
            ExprKind::Const(Const::List(items)) => {
                items.iter().map(|c| if let Const::Enum(id, value) = c { (*id == of).then_some(*value) } else { None }).collect()
            }
            _ => None,
        }
    }

    /// The filing types and the written condition, as one.
    pub(super) fn scope(&mut self, types: &[u16], when: Option<ExprId>, span: Span) -> Option<ExprId> {
        let (Some((def, of)), false) = (self.program.filing_type, types.is_empty()) else { return when };
        let ty = Type::Enum(of);
        let value = self.push(ExprKind::Def(def), ty.clone(), span);
        let list = Const::List(types.iter().map(|t| Const::Enum(of, *t)).collect());
        let list = self.push(ExprKind::Const(list), Type::List(Box::new(ty)), span);
        let scope = self.push(ExprKind::In(value, list), Type::Boolean, span);
        Some(match when {
            Some(when) => self.push(ExprKind::And(vec![scope, when]), Type::Boolean, span),
            None => scope,
        })
    }

    fn needs(&mut self, body: &ast::Clauses) -> Vec<(RuleId, Span)> {
        body.needs().filter_map(|r| self.rule(r).map(|id| (id, r.span))).collect()
    }

    pub(super) fn rule(&mut self, reference: &ast::RuleRef) -> Option<RuleId> {
        let found = self.names.rule(self.program, self.layer, reference);
        if found.is_none() && !self.names.unread.excuses_rule(NameKind::Rule, reference) {
            let text = reference.text();
            let known = self.known_rules(reference.layer.is_some());
            let near = nearest(&text, known.iter().map(String::as_str)).map(str::to_owned);
            self.report(words::unknown_rule(reference.span, &text, near.as_deref()));
        }
        found
    }

    fn known_rules(&self, full: bool) -> Vec<String> {
        let mut known: Vec<String> = (0..self.program.rules.len())
            .map(|i| if full { self.program.rule_name(RuleId(i as u32)) } else { self.program.rules[i].id.clone() })
            .collect();
        known.sort();
        known
    }

    pub(super) fn material(&mut self, name: &ast::Name) -> Option<MaterialId> {
        let found = Names::find(self.program, &self.names.materials, self.layer, &name.text);
        if found.is_none() && !self.names.unread.excuses(NameKind::Material, &name.text) {
            let known = Names::visible(self.program, &self.names.materials, self.layer);
            let near = nearest(&name.text, known).map(str::to_owned);
            self.report(words::unknown_material(name.span, &name.text, near.as_deref()));
        }
        found
    }

    /// `not (materials.x is none)` for a demanded material.
    fn material_given(&mut self, name: &ast::Name, material: MaterialId) -> Option<ExprId> {
        if self.names.unread.excuses(NameKind::Material, &self.program.materials[material.index()].id) {
            return None;
        }
        let declared = self.program.materials[material.index()].field.clone();
        let path = match declared {
            Some(path) => path,
            None => {
                let Some(documents) = self.program.schema.roles.documents.clone() else {
                    if !self.names.unread.excuses_role(Role::Documents) {
                        self.report(say::no_documents(name.span));
                    }
                    return None;
                };
                let way = documents.names.into_iter().chain([name.text.clone()]);
                let names: Vec<ast::Name> = way.map(|text| ast::Name { text, span: name.span }).collect();
                self.field(&names)?.0
            }
        };
        // What is not stated is not known; what is declared not to exist is not there.
        let field = self.push(ExprKind::Field(path), Type::File, name.span);
        let none = self.push(ExprKind::IsNone(field), Type::Boolean, name.span);
        Some(self.push(ExprKind::Not(none), Type::Boolean, name.span))
    }

    pub(super) fn step(&mut self, name: &ast::Name) -> Option<StepId> {
        let found = Names::find(self.program, &self.names.steps, self.layer, &name.text);
        if found.is_none() && !self.names.unread.excuses(NameKind::Step, &name.text) {
            let known = Names::visible(self.program, &self.names.steps, self.layer);
            let near = nearest(&name.text, known).map(str::to_owned);
            self.report(words::unknown_step(name.span, &name.text, near.as_deref()));
        }
        found
    }

    fn change_item(
        &mut self,
        item: &ast::Item,
        changes: &mut Vec<(LayerId, String, ChangeId)>,
        overs: &mut Vec<(LayerId, ChangeId, Vec<ast::RuleRef>)>,
    ) {
        let mut add = |this: &mut Self, change: Change, body: &ast::Clauses| {
            let id = ChangeId(this.program.changes.len() as u32);
            changes.push((this.layer, change.id.clone(), id));
            overs.push((this.layer, id, body.over().cloned().collect()));
            this.program.changes.push(change);
        };
        match &item.kind {
            ItemKind::Set(s) => {
                let id = s.change_id();
                self.demand_source(s.name.span, &id, &s.body);
                let base = self.program.layer(self.layer).extends;
                let Some(param) = base.and_then(|b| Names::find(self.program, &self.names.params, b, &s.name.text)) else {
                    let known = Names::visible(self.program, &self.names.params, self.layer);
                    let near = nearest(&s.name.text, known).map(str::to_owned);
                    if !self.names.unread.excuses(NameKind::Value, &s.name.text) {
                        self.report(words::unknown_parameter(s.name.span, &s.name.text, near.as_deref()));
                    }
                    return;
                };
                let ty = self.program.params[param.index()].ty.clone();
                let Some(value) = self.constant_of(&s.value, &ty) else { return };
                let fallback = self.program.params[param.index()].title.clone();
                let title = s.title.as_ref().map_or(fallback, |t| self.bilingual(t));
                let (effective, provenance) = (self.effective(s.body.effective()), self.provenance(&s.body));
                let span = s.id.as_ref().map_or(s.name.span, |i| i.span);
                self.vars.clear();
                let when = s.when.as_ref().map(|e| self.condition(e));
                let kind = ChangeKind::Set { param, value, when };
                let (over, loops, formerly) = (vec![], vec![], former(&s.body));
                add(self, Change { layer: self.layer, id, span, title, effective, provenance, over, loops, formerly, kind }, &s.body);
            }
            ItemKind::Amend(a) => {
                let Some(rule) = self.target(&a.target) else { return };
                for exception in &a.exceptions {
                    let loops = self.excused_loops(rule, exception.body.effective(), &fits::conditions(exception));
                    self.enter(&loops);
                    let checked = self.exception(exception);
                    self.vars.clear();
                    let change = Change {
                        layer: self.layer,
                        id: exception.id.text.clone(),
                        span: exception.id.span,
                        title: checked.title.clone(),
                        effective: checked.effective.clone(),
                        provenance: checked.provenance.clone(),
                        over: vec![],
                        loops,
                        formerly: former(&exception.body),
                        kind: ChangeKind::Except { rule, exception: Box::new(checked) },
                    };
                    add(self, change, &exception.body);
                }
            }
            ItemKind::Waive(c) | ItemKind::Replace(ast::Replacement { change: c, .. }) | ItemKind::Adopt(c) | ItemKind::Confirm(c) => {
                let id = c.change_id();
                let span = c.id.as_ref().map_or(c.target.id.span, |i| i.span);
                self.demand_source(span, &id, &c.body);
                if matches!(item.kind, ItemKind::Confirm(_))
                    && let Some(on) = self.advice(&c.target)
                {
                    // Advice is confirmed by further advice: there is nothing to evaluate.
                    let text = c.title.as_ref().map_or(Bilingual::default(), |t| self.bilingual(t));
                    let provenance = self.provenance(&c.body);
                    self.program.advice.push(Advice { layer: self.layer, id, span, text, on: Some(on), provenance });
                    return;
                }
                let Some(rule) = self.target(&c.target) else { return };
                let base = self.program.rules[rule.index()].versions.last().cloned();
                let is_offered = base.as_ref().is_some_and(|b| b.is_optional);
                match &item.kind {
                    ItemKind::Adopt(_) if !is_offered && base.is_some() => {
                        self.report(words::nothing_to_adopt(c.target.span, &c.target.text(), base.as_ref().map(|b| b.span)));
                        return;
                    }
                    ItemKind::Confirm(_) if is_offered => {
                        self.report(words::only_offered(c.target.span, &c.target.text(), base.as_ref().map(|b| b.span)));
                        return;
                    }
                    _ => {}
                }
                let base_title = base.as_ref().map_or(Bilingual::default(), |b| b.title.clone());
                let title = c.title.as_ref().map_or(base_title, |t| self.bilingual(t));
                let mut loops = Vec::new();
                let kind = match &item.kind {
                    ItemKind::Waive(_) => {
                        loops = self.excused_loops(rule, c.body.effective(), &c.body.when().into_iter().collect::<Vec<_>>());
                        self.enter(&loops);
                        let types = self.filing_types(c.body.filing_types());
                        let when = c.body.when().map(|e| self.condition(e));
                        let when = self.scope(&types, when, span);
                        self.vars.clear();
                        ChangeKind::Waive { rule, when }
                    }
                    ItemKind::Replace(replacement) => {
                        let Some(version) = self.version(span, &id, title.clone(), &c.body, base.as_ref(), false) else { return };
                        let is_instead = replacement.is_instead;
                        let scope = if is_instead { None } else { self.own_scope(&c.body, &version, base.as_ref(), &mut loops) };
                        ChangeKind::Replace { rule, claim: replacement.claim, version: Box::new(version), is_instead, scope }
                    }
                    ItemKind::Adopt(_) => {
                        let Some(version) = self.version(span, &id, title.clone(), &c.body, base.as_ref(), false) else { return };
                        ChangeKind::Adopt { rule, version: Box::new(version) }
                    }
                    _ => ChangeKind::Confirm { rule },
                };
                let (effective, provenance) = (self.effective(c.body.effective()), self.provenance(&c.body));
                let (over, formerly) = (vec![], former(&c.body));
                add(self, Change { layer: self.layer, id, span, title, effective, provenance, over, loops, formerly, kind }, &c.body);
            }
            _ => {}
        }
    }

    /// Where a replacement holds, asked in the loops of its base: elsewhere the base does. `None` where it holds wherever the base would.
    /// `loops` becomes those whose variables the answer reads.
    fn own_scope(&mut self, body: &ast::Clauses, version: &Version, base: Option<&Version>, loops: &mut Vec<Range>) -> Option<ExprId> {
        if body.when().is_none() && body.filing_types().is_empty() {
            return None;
        }
        let (when, base) = (version.when?, base?);
        let is_inside = version.ranges.len() <= base.ranges.len()
            && version.ranges.iter().zip(&base.ranges).all(|(own, of_base)| own.list == of_base.list && own.item == of_base.item);
        if is_inside {
            loops.clone_from(&version.ranges);
            return Some(when);
        }
        // Other loops than those of the base: it holds for the filing as a whole as soon as it holds for one of its items.
        Some(version.ranges.iter().rev().fold(when, |body, range| {
            let kind = ExprKind::Quantified { kind: Quantifier::Some, range: Box::new(range.clone()), body };
            self.push(kind, Type::Boolean, range.span)
        }))
    }

    /// The base rule a change is about.
    fn target(&mut self, reference: &ast::RuleRef) -> Option<RuleId> {
        let found = self.names.rule(self.program, self.layer, reference);
        let text = reference.text();
        match found {
            Some(rule) if self.program.rules[rule.index()].layer != self.layer => {
                let of = self.program.rules[rule.index()].layer;
                if !self.program.chain(self.layer).contains(&of) {
                    let declared = self.program.rules[rule.index()].versions.first().map(|v| v.span);
                    let layers = (self.program.layer(of).id.clone(), self.program.layer(self.layer).id.clone());
                    self.report(words::rule_elsewhere(reference.span, &text, declared, &layers.0, &layers.1));
                    return None;
                }
                // What is not known of a requirement was reported with it: its loops may name the variables of the change.
                let is_known = !self.names.unread.has_rule(rule) && !self.program.rules[rule.index()].versions.is_empty();
                is_known.then_some(rule)
            }
            Some(rule) => {
                let declared = self.program.rules[rule.index()].versions.first().map_or(reference.span, |v| v.span);
                self.report(words::own_rule(reference.span, &text, declared));
                None
            }
            None if self.names.unread.excuses_rule(NameKind::Rule, reference) => None,
            None => {
                let known = self.known_rules(reference.layer.is_some());
                let near = nearest(&text, known.iter().map(String::as_str)).map(str::to_owned);
                self.report(words::nothing_to_amend(reference.span, &text, near.as_deref()));
                None
            }
        }
    }

    fn exception(&mut self, e: &ast::Exception) -> Exception {
        self.demand_source(e.id.span, &e.id.text, &e.body);
        let title = self.bilingual_or(e.title.as_ref(), &e.id.text);
        let when = self.condition(&e.when);
        let (effective, provenance) = (self.effective(e.body.effective()), self.provenance(&e.body));
        let unless = e.unless.iter().map(|u| self.exception(u)).collect();
        Exception { id: e.id.text.clone(), span: e.id.span, title, when, effective, provenance, formerly: former(&e.body), unless }
    }

    fn material_item(&mut self, item: &ast::Item) {
        let ItemKind::Material(m) = &item.kind else { return };
        let Some(id) = self.names.materials.get(&(self.layer, m.id.text.clone())).copied() else { return };
        self.demand_source(m.id.span, &m.id.text, &m.body);
        self.bilingual(&m.title);
        let field = m.body.field().and_then(|names| self.field(names)).map(|(path, _)| path);
        let provenance = self.provenance(&m.body);
        let material = &mut self.program.materials[id.index()];
        (material.field, material.provenance) = (field, provenance);
    }

    fn other_item(&mut self, item: &ast::Item) {
        match &item.kind {
            ItemKind::Step(s) => self.step_item(s),
            ItemKind::Advice(a) => {
                self.demand_source(a.id.span, &a.id.text, &a.body);
                let text = self.bilingual(&a.text);
                let on = a.on.as_ref().and_then(|reference| self.about(reference));
                let provenance = self.provenance(&a.body);
                let advice = Advice { layer: self.layer, id: a.id.text.clone(), span: a.id.span, text, on, provenance };
                self.program.advice.push(advice);
            }
            _ => {}
        }
    }

    /// The full id of advice a reference names.
    fn advice(&self, reference: &ast::RuleRef) -> Option<String> {
        let layers = match &reference.layer {
            Some(layer) => vec![*self.names.layers.get(&layer.text)?],
            None => self.program.chain(self.layer),
        };
        layers
            .into_iter()
            .find(|l| self.names.advice.contains_key(&(*l, reference.id.text.clone())))
            .map(|l| format!("{}/{}", self.program.layer(l).id, reference.id.text))
    }

    /// What advice is about: a rule, a step, a material or other advice.
    fn about(&mut self, reference: &ast::RuleRef) -> Option<String> {
        if let Some(rule) = self.names.rule(self.program, self.layer, reference) {
            return Some(self.program.rule_name(rule));
        }
        if let Some(advice) = self.advice(reference) {
            return Some(advice);
        }
        if reference.layer.is_none() {
            let name = &reference.id.text;
            if let Some(step) = Names::find(self.program, &self.names.steps, self.layer, name) {
                return Some(self.program.steps[step.index()].id.clone());
            }
            if let Some(material) = Names::find(self.program, &self.names.materials, self.layer, name) {
                return Some(self.program.materials[material.index()].id.clone());
            }
        }
        self.rule(reference).map(|r| self.program.rule_name(r))
    }
}
