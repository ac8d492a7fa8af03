//! Typed program to nodes over slots.

mod origin;
mod steps;

use super::details::*;
use super::lowered::*;
use crate::hir::*;
use crate::source::Span;
use crate::value::{FieldType, Shelf};
use petgraph::graph::DiGraph;
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::BinaryHeap;

/// Everything findings show, as it is made.
#[derive(Debug, Default)]
pub(super) struct Shown {
    pub(super) versions: Entries,
    pub(super) changes: Entries,
    pub(super) field_nodes: Vec<u32>,
    pub(super) fields: Entries,
    pub(super) enums: Vec<NodeEnum>,
    pub(super) loop_paths: Entries,
    pub(super) sources: Entries,
    pub(super) params: Entries,
    pub(super) steps: Entries,
}

pub(super) struct Lowering<'a> {
    program: &'a Program,
    pub(super) out: Lowered,
    pub(super) details: Shown,
    def_index: FxHashMap<DefId, u32>,
    rule_index: FxHashMap<RuleId, u32>,
    texts: FxHashMap<String, Slice>,
    patterns: FxHashMap<String, u32>,
    sources: FxHashMap<SourceRef, u32>,
    /// Lists of the loops around the expression at hand.
    loop_paths: Vec<String>,
    /// Changes by what they change, in the order in which they were written.
    by_param: Vec<Vec<ChangeId>>,
    by_rule: Vec<Vec<ChangeId>>,
    /// Definitions that ask for absence or a number of items, themselves or through others.
    provisional: FxHashSet<DefId>,
    /// The first entry that could not be stored.
    pub(super) failed: Option<postcard::Error>,
}

fn days(effective: &Effective) -> Days {
    let number = |d: Option<crate::value::Date>| d.map_or(0, day_number);
    Days { from: number(effective.from), until: number(effective.until), axis: effective.axis.as_ref().map_or(NONE, |p| p.slot) }
}

/// Lowers all rules of a program.
pub(super) fn lower(program: &Program) -> Lowering<'_> {
    let mut this = Lowering::new(program);
    this.definitions();
    this.params();
    this.rules();
    this.steps();
    this.layers();
    this.details.enums.sort_by_key(|e| e.node);
    this
}

impl<'a> Lowering<'a> {
    fn new(program: &'a Program) -> Self {
        let mut by_param = vec![Vec::new(); program.params.len()];
        let mut by_rule = vec![Vec::new(); program.rules.len()];
        for (i, change) in program.changes.iter().enumerate() {
            let id = ChangeId(i as u32);
            match &change.kind {
                ChangeKind::Set { param, .. } => by_param[param.index()].push(id),
                ChangeKind::Except { rule, .. }
                | ChangeKind::Waive { rule, .. }
                | ChangeKind::Replace { rule, .. }
                | ChangeKind::Adopt { rule, .. }
                | ChangeKind::Confirm { rule } => {
                    by_rule[rule.index()].push(id);
                }
            }
        }
        by_param.iter_mut().chain(&mut by_rule).for_each(|list| list.sort_by_key(|id| program.changes[id.index()].span));
        Lowering {
            by_param,
            by_rule,
            program,
            out: Lowered { filing_type: NONE, ..Lowered::default() },
            details: Shown::default(),
            def_index: FxHashMap::default(),
            rule_index: FxHashMap::default(),
            texts: FxHashMap::default(),
            patterns: FxHashMap::default(),
            sources: FxHashMap::default(),
            loop_paths: Vec::new(),
            provisional: FxHashSet::default(),
            failed: None,
        }
    }

    /// Stores an entry of the details and gives its index.
    fn store<T: serde::Serialize>(&mut self, list: fn(&mut Shown) -> &mut Entries, entry: &T) -> u32 {
        list(&mut self.details).push(entry).unwrap_or_else(|error| {
            self.failed.get_or_insert(error);
            NONE
        })
    }

    fn layers(&mut self) {
        let program = self.program;
        for layer in &program.layers {
            let applies = layer.applies.map_or(NONE, |e| self.expr(e));
            self.out.layers.push(LoweredLayer { is_provider: layer.is_provider, extends: layer.extends.map_or(NONE, |l| l.0), applies });
        }
    }

    /// Definitions and parameters that some expressions read directly.
    fn reads(&mut self, expressions: impl IntoIterator<Item = ExprId>) -> Reads {
        let program = self.program;
        let (mut defs, mut params) = (Vec::new(), Vec::new());
        let mut stack: Vec<ExprId> = expressions.into_iter().collect();
        while let Some(id) = stack.pop() {
            match &program.expr(id).kind {
                ExprKind::Def(def) => defs.extend(self.def_index.get(def).copied()),
                ExprKind::Param(param) => params.push(param.0),
                kind => stack.extend(kind.children()),
            }
        }
        let mut list = |mut ids: Vec<u32>| {
            ids.sort_unstable();
            ids.dedup();
            self.indices(ids)
        };
        Reads { defs: list(defs), params: list(params) }
    }

    /// A list of indices.
    fn indices(&mut self, ids: Vec<u32>) -> Slice {
        let slice = Slice { start: self.out.operands.len() as u32, length: ids.len() as u32 };
        self.out.operands.extend(ids);
        slice
    }

    /// All definitions, dependencies first. Those of layers that do not apply are never read.
    fn definitions(&mut self) {
        let program = self.program;
        let mut graph: DiGraph<usize, Span> = DiGraph::new();
        let nodes: Vec<_> = (0..program.defs.len()).map(|i| graph.add_node(i)).collect();
        for (i, def) in program.defs.iter().enumerate() {
            let mut stack = vec![def.value];
            while let Some(id) = stack.pop() {
                let expr = program.expr(id);
                if let ExprKind::Def(used) = expr.kind {
                    graph.add_edge(nodes[used.index()], nodes[i], expr.span);
                }
                stack.extend(expr.kind.children());
            }
        }
        let order = order(&graph).sorted;
        for (n, i) in order.iter().enumerate() {
            self.def_index.insert(DefId(*i as u32), n as u32);
        }
        for i in order {
            let value = program.defs[i].value;
            let root = self.expr(value);
            let reads = self.reads([value]);
            self.out.defs.push(LoweredDef { root, reads });
            if self.is_provisional(value) {
                self.provisional.insert(DefId(i as u32));
            }
        }
        if let Some((def, of)) = program.filing_type {
            self.out.filing_type = self.def_index.get(&def).copied().unwrap_or(NONE);
            self.out.filing_types = Some(of);
        }
    }

    fn params(&mut self) {
        let program = self.program;
        for (i, param) in program.params.iter().enumerate() {
            let start = self.out.values.len() as u32;
            for (effective, value, provenance, _) in &param.versions {
                let constant = self.constant(value);
                self.out.values.push(LoweredValue {
                    days: days(effective),
                    constant,
                    when: NONE,
                    is_firm: provenance.is_firm(),
                    details: NONE,
                });
            }
            let own = Slice { start, length: self.out.values.len() as u32 - start };
            let changes = self.by_param[i].clone();
            let changes = self.changes(&changes, |this, id| {
                let change = &program.changes[id.index()];
                let ChangeKind::Set { value, when, .. } = &change.kind else { return None };
                let constant = this.constant(value);
                let when = when.map_or(NONE, |e| this.expr(e));
                let details = this.change(id);
                let is_firm = change.provenance.is_firm();
                this.out.values.push(LoweredValue { days: days(&change.effective), constant, when, is_firm, details });
                Some((LoweredKind::Set, this.out.values.len() as u32 - 1))
            });
            self.out.params.push(LoweredParam { own, changes, several: param.several });
            self.store(|d| &mut d.params, &(param.name.clone(), param.span));
        }
    }

    /// Stores changes one after the other; `lower` stores what each says.
    fn changes(&mut self, ids: &[ChangeId], mut lower: impl FnMut(&mut Self, ChangeId) -> Option<(LoweredKind, u32)>) -> Slice {
        let program = self.program;
        let mut rows = Vec::new();
        for id in ids {
            if let Some((kind, at)) = lower(self, *id) {
                let change = &program.changes[id.index()];
                let over = self.indices(change.over.iter().map(|c| c.0).collect());
                rows.push(LoweredChange { kind, layer: change.layer.0, id: id.0, over, at });
            }
        }
        let slice = Slice { start: self.out.changes.len() as u32, length: rows.len() as u32 };
        self.out.changes.extend(rows);
        slice
    }

    fn change(&mut self, id: ChangeId) -> u32 {
        let program = self.program;
        let change = &program.changes[id.index()];
        let details = ChangeDetails {
            name: self.program.change_name(id),
            span: change.span,
            title: change.title.clone(),
            origin: self.origin(&change.provenance),
            formerly: program.former_names(change),
        };
        self.store(|d| &mut d.changes, &details)
    }

    fn rules(&mut self) {
        let order = self.rule_order();
        for (n, rule) in order.iter().enumerate() {
            self.rule_index.insert(*rule, n as u32);
        }
        for id in order {
            let lowered = self.rule(id);
            self.out.rules.push(lowered);
        }
    }

    /// Rules others need come first; within that, the order of their ids backwards, so that neither the order of files nor rules of other layers
    /// mean anything.
    fn rule_order(&self) -> Vec<RuleId> {
        let program = self.program;
        let mut by_name: Vec<RuleId> = (0..program.rules.len() as u32).map(RuleId).collect();
        by_name.sort_by_key(|r| program.rule_name(*r));
        let mut rank = vec![0; by_name.len()];
        by_name.iter().enumerate().for_each(|(i, r)| rank[r.index()] = i);
        let mut open = vec![0usize; by_name.len()];
        let mut followers: Vec<Vec<RuleId>> = vec![Vec::new(); by_name.len()];
        for rule in &by_name {
            let replaced = self.by_rule[rule.index()].iter().filter_map(|id| match &program.changes[id.index()].kind {
                ChangeKind::Replace { version, .. } | ChangeKind::Adopt { version, .. } => Some(&**version),
                _ => None,
            });
            for version in program.rules[rule.index()].versions.iter().chain(replaced) {
                for (need, _) in &version.needs {
                    open[rule.index()] += 1;
                    followers[need.index()].push(*rule);
                }
            }
        }
        let mut free: BinaryHeap<usize> = by_name.iter().filter(|r| open[r.index()] == 0).map(|r| rank[r.index()]).collect();
        let mut sorted = Vec::with_capacity(by_name.len());
        // Rings were reported; a program with one is never run.
        while let Some(next) = free.pop() {
            let rule = by_name[next];
            sorted.push(rule);
            for follower in &followers[rule.index()] {
                open[follower.index()] -= 1;
                if open[follower.index()] == 0 {
                    free.push(rank[follower.index()]);
                }
            }
        }
        sorted
    }

    fn rule(&mut self, id: RuleId) -> LoweredRule {
        let program = self.program;
        let rule = &program.rules[id.index()];
        let name = program.rule_name(id);
        let start = self.out.versions.len() as u32;
        for version in &rule.versions {
            let formerly = rule.formerly.iter().map(|old| format!("{}/{old}", program.layer(rule.layer).id)).collect();
            let details = VersionDetails { name: name.clone(), formerly, ..VersionDetails::default() };
            let v = self.version(version, &version.effective, &version.provenance, details);
            self.out.versions.push(v);
        }
        let versions = Slice { start, length: self.out.versions.len() as u32 - start };
        let changes = self.by_rule[id.index()].clone();
        let changes = self.changes(&changes, |this, change_id| {
            let change = &program.changes[change_id.index()];
            let days = days(&change.effective);
            let is_firm = change.provenance.is_firm();
            match &change.kind {
                ChangeKind::Replace { version, .. } | ChangeKind::Adopt { version, .. } => {
                    let is_adoption = matches!(change.kind, ChangeKind::Adopt { .. });
                    let (name, formerly) = (program.change_name(change_id), program.former_names(change));
                    let details = VersionDetails { name, formerly, is_replacement: !is_adoption, is_adoption, ..VersionDetails::default() };
                    let mut v = this.version(version, &change.effective, &change.provenance, details);
                    if let ChangeKind::Replace { scope: Some(scope), .. } = &change.kind {
                        v.scope_loops = this.enter_loops(&change.loops);
                        v.scope = this.expr(*scope);
                        this.loop_paths.clear();
                    }
                    this.out.versions.push(v);
                    Some((LoweredKind::Replace, this.out.versions.len() as u32 - 1))
                }
                ChangeKind::Except { exception, .. } => {
                    let layer = program.layer(change.layer).id.clone();
                    let loops = this.enter_loops(&change.loops);
                    let e = this.exception(exception, loops, &layer);
                    this.loop_paths.clear();
                    this.out.exceptions.push(e);
                    Some((LoweredKind::Except, this.out.exceptions.len() as u32 - 1))
                }
                ChangeKind::Waive { when, .. } => {
                    let details = this.change(change_id);
                    let loops = this.enter_loops(&change.loops);
                    let reads = this.reads(*when);
                    let when = when.map_or(NONE, |e| this.expr(e));
                    this.loop_paths.clear();
                    this.out.waivers.push(LoweredWaiver { days, loops, when, reads, is_firm, details });
                    Some((LoweredKind::Waive, this.out.waivers.len() as u32 - 1))
                }
                ChangeKind::Confirm { .. } => {
                    let details = this.change(change_id);
                    this.out.confirmations.push(LoweredConfirmation { days, is_firm, details });
                    Some((LoweredKind::Confirm, this.out.confirmations.len() as u32 - 1))
                }
                ChangeKind::Set { .. } => None,
            }
        });
        let name = self.text(&name);
        LoweredRule { name, layer: rule.layer.0, versions, changes }
    }

    fn enter_loops(&mut self, ranges: &[Range]) -> Slice {
        self.loop_paths.clear();
        let start = self.out.loops.len() as u32;
        for range in ranges {
            self.range(range);
            self.loop_paths.push(range.list.names.join("."));
        }
        Slice { start, length: ranges.len() as u32 }
    }

    fn exception(&mut self, exception: &Exception, loops: Slice, layer: &str) -> LoweredException {
        let when = self.expr(exception.when);
        let reads = self.reads([exception.when]);
        let details = ChangeDetails {
            name: format!("{layer}/{}", exception.id),
            span: exception.span,
            title: exception.title.clone(),
            origin: self.origin(&exception.provenance),
            formerly: exception.formerly.iter().map(|old| format!("{layer}/{old}")).collect(),
        };
        let details = self.store(|d| &mut d.changes, &details);
        let unless: Vec<LoweredException> = exception.unless.iter().map(|u| self.exception(u, loops, layer)).collect();
        let slice = Slice { start: self.out.exceptions.len() as u32, length: unless.len() as u32 };
        self.out.exceptions.extend(unless);
        LoweredException {
            days: days(&exception.effective),
            loops,
            when,
            reads,
            is_firm: exception.provenance.is_firm(),
            unless: slice,
            details,
        }
    }

    /// `details` hold what is known beside the version itself.
    fn version(&mut self, v: &Version, effective: &Effective, provenance: &Provenance, details: VersionDetails) -> LoweredVersion {
        // An adoption stands where a replacement does: in a layer that changes what another says.
        let is_replacement = details.is_replacement || details.is_adoption;
        let loops = self.enter_loops(&v.ranges);
        let when = v.when.map_or(NONE, |e| self.expr(e));
        let require = self.expr(v.require);
        let reads = self.reads(v.when.into_iter().chain([v.require]));
        let (report_at, report) = match &v.report {
            Some((at, template)) => {
                let at = at.as_ref().map_or(NONE, |path| self.field(path));
                (at, Some(self.template(template)))
            }
            None => (NONE, None),
        };
        let help = v.help.as_ref().map(|t| self.template(t));
        let details = VersionDetails {
            span: v.span,
            title: v.title.clone(),
            stage: v.stage.clone().unwrap_or_default(),
            report_at,
            report,
            help,
            origin: self.origin(provenance),
            loop_paths: self.loop_paths.clone(),
            ..details
        };
        self.loop_paths.clear();
        let details = self.store(|d| &mut d.versions, &details);
        let needs: Vec<u32> = v.needs.iter().filter_map(|(r, _)| self.rule_index.get(r).copied()).collect();
        let needs = self.indices(needs);
        LoweredVersion {
            days: days(effective),
            loops,
            when,
            require,
            needs,
            reads,
            strength: v.strength,
            is_firm: provenance.is_firm(),
            is_replacement,
            is_optional: v.is_optional,
            scope: NONE,
            scope_loops: Slice { start: 0, length: 0 },
            is_facts: v.is_facts,
            even_if_not_required: v.even_if_not_required,
            is_provisional: self.is_provisional(v.require) || v.when.is_some_and(|w| self.is_provisional(w)),
            details,
        }
    }

    /// Whether an expression asks for absence, `no`, or a number of items: more facts may then change its answer.
    fn is_provisional(&self, id: ExprId) -> bool {
        let (asks, defs) = self.asks_absence(id);
        asks || defs.iter().any(|def| self.provisional.contains(def))
    }

    /// Whether an expression itself asks for absence, and the definitions it reads.
    fn asks_absence(&self, id: ExprId) -> (bool, Vec<DefId>) {
        let mut stack = vec![id];
        let (mut asks, mut defs) = (false, Vec::new());
        while let Some(id) = stack.pop() {
            match &self.program.expr(id).kind {
                ExprKind::Given(_) | ExprKind::Count { .. } | ExprKind::Quantified { kind: Quantifier::No, .. } => asks = true,
                ExprKind::Def(def) => defs.push(*def),
                kind => stack.extend(kind.children()),
            }
        }
        (asks, defs)
    }

    fn template(&mut self, t: &Template) -> LoweredTemplate {
        let mut side = |pieces: &[TemplatePiece]| {
            let mut out: Vec<(String, u32)> = Vec::new();
            let mut text = String::new();
            for piece in pieces {
                match piece {
                    TemplatePiece::Text(t) => text.push_str(t),
                    TemplatePiece::Value(e) => {
                        let node = self.expr(*e);
                        out.push((std::mem::take(&mut text), node));
                    }
                }
            }
            if !text.is_empty() {
                out.push((text, NONE));
            }
            out
        };
        LoweredTemplate { en: side(&t.en), zh: side(&t.zh) }
    }

    fn text(&mut self, text: &str) -> Slice {
        if let Some(found) = self.texts.get(text) {
            return *found;
        }
        let place = Slice { start: self.out.text.len() as u32, length: text.len() as u32 };
        self.out.text.push_str(text);
        self.texts.insert(text.to_owned(), place);
        place
    }

    fn constant_value(&mut self, c: &Const) -> Constant {
        match c {
            Const::Bool(b) => Constant::Bool(*b),
            Const::Int(n) => Constant::Int(*n),
            Const::Decimal(n) => Constant::Decimal(*n),
            Const::Date(d) => Constant::date(*d),
            Const::DateTime(d) => Constant::datetime(*d),
            Const::Text(t) => {
                let place = self.text(t);
                Constant::Text(place.start, place.length)
            }
            Const::Enum(_, v) => Constant::Enum(*v),
            Const::Duration(d) => Constant::Duration(*d),
            Const::BusinessDays(n) => Constant::BusinessDays(*n),
            Const::Money(m) => Constant::Money(*m),
            Const::List(items) => {
                let items: Vec<Constant> = items.iter().map(|i| self.constant_value(i)).collect();
                let slice = Slice { start: self.out.constants.len() as u32, length: items.len() as u32 };
                self.out.constants.extend(items);
                Constant::List(slice)
            }
        }
    }

    fn constant(&mut self, c: &Const) -> u32 {
        let value = self.constant_value(c);
        self.out.constants.push(value);
        self.out.constants.len() as u32 - 1
    }

    fn push(&mut self, node: Node) -> u32 {
        self.out.nodes.push(node);
        self.out.origins.push(NONE);
        self.out.nodes.len() as u32 - 1
    }

    fn operands(&mut self, ids: &[ExprId]) -> Slice {
        let nodes: Vec<u32> = ids.iter().map(|e| self.expr(*e)).collect();
        let slice = Slice { start: self.out.operands.len() as u32, length: nodes.len() as u32 };
        self.out.operands.extend(nodes);
        slice
    }

    fn field(&mut self, path: &FieldPath) -> u32 {
        let node = match path.base {
            Base::Root => Node::Root { slot: path.slot, kind: path.kind },
            Base::Var(var) => Node::Item { var, offset: path.slot, kind: path.kind },
        };
        let node = self.push(node);
        self.details.field_nodes.push(node);
        self.store(|d| &mut d.fields, &FieldDetails { names: path.names.clone(), kind: path.kind });
        node
    }

    fn range(&mut self, range: &Range) -> u32 {
        let stride = match &range.item {
            Type::Record(id) => self.program.schema.record(*id).n_slots,
            Type::File => FieldType::File.n_slots(&Shelf::default()),
            _ => 1,
        };
        let base = match range.list.base {
            Base::Root => 255,
            Base::Var(v) => v,
        };
        self.out.loops.push(Loop { base, slot: range.list.slot, stride, var: range.var, kind: range.list.kind });
        self.store(|d| &mut d.loop_paths, &range.list.names);
        self.out.loops.len() as u32 - 1
    }

    fn expr(&mut self, id: ExprId) -> u32 {
        let program = self.program;
        let expr = program.expr(id);
        let node = match &expr.kind {
            // Programs with errors are never run.
            ExprKind::Error => {
                let c = self.constant(&Const::Bool(false));
                Node::Const(c)
            }
            ExprKind::Const(c) => {
                let c = self.constant(c);
                Node::Const(c)
            }
            ExprKind::Param(p) => Node::Param(p.0),
            ExprKind::Def(d) => Node::Def(self.def_index.get(d).copied().unwrap_or(NONE)),
            ExprKind::Field(path) => {
                let node = self.field(path);
                self.out.origins[node as usize] = id.0;
                self.note_enum(node, &expr.ty);
                return node;
            }
            ExprKind::SubmissionDate => Node::SubmissionDate,
            ExprKind::Or(l) => Node::Or(self.operands(l)),
            ExprKind::And(l) => Node::And(self.operands(l)),
            ExprKind::Not(a) => Node::Not(self.expr(*a)),
            ExprKind::Equal(a, b) if matches!(program.expr(*a).ty, Type::List(_)) => {
                let (a, b) = (self.expr(*a), self.expr(*b));
                Node::SameList(a, b)
            }
            ExprKind::Equal(a, b) => {
                let (a, b) = (self.expr(*a), self.expr(*b));
                Node::Equal(a, b)
            }
            ExprKind::Ordered(op, a, b) => {
                let (a, b) = (self.expr(*a), self.expr(*b));
                Node::Ordered(*op, a, b)
            }
            ExprKind::In(a, b) => {
                let (a, b) = (self.expr(*a), self.expr(*b));
                Node::In(a, b)
            }
            // An item of a list of records is there, whatever its first field is.
            ExprKind::Given(a) if matches!((&program.expr(*a).kind, &program.expr(*a).ty), (ExprKind::Field(p), Type::Record(_)) if p.names.is_empty()) =>
            {
                let c = self.constant(&Const::Bool(true));
                Node::Const(c)
            }
            ExprKind::Given(a) => Node::Given(self.expr(*a)),
            ExprKind::IsNone(a) => Node::IsNone(self.expr(*a)),
            ExprKind::Stated { fact, may_be_empty } => Node::Stated { may_be_empty: *may_be_empty, fact: self.expr(*fact) },
            ExprKind::TextContains { part, any, whole, piece } => {
                let (whole, piece) = (self.expr(*whole), self.expr(*piece));
                Node::TextContains { part: *part, any: *any, whole, piece }
            }
            ExprKind::ListContains { any, list, item } => {
                let (list, item) = (self.expr(*list), self.expr(*item));
                Node::ListContains { any: *any, list, item }
            }
            ExprKind::Matches(a, pattern) => {
                let a = self.expr(*a);
                let next = self.patterns.len() as u32;
                let index = *self.patterns.entry(pattern.clone()).or_insert(next);
                if index == next {
                    let place = self.text(pattern);
                    self.out.patterns.push(place);
                }
                Node::Matches(a, index)
            }
            ExprKind::Else(l) => Node::Else(self.operands(l)),
            ExprKind::Add { minus, left, right } => {
                let (left, right) = (self.expr(*left), self.expr(*right));
                Node::Add { minus: *minus, left, right }
            }
            ExprKind::Quantified { kind, range, body } => {
                let index = self.range(range);
                let body = self.expr(*body);
                Node::Quantified { kind: *kind, range: index, body }
            }
            ExprKind::Count { range, body } => {
                let index = self.range(range);
                let body = body.map_or(NONE, |b| self.expr(b));
                Node::Count { range: index, body }
            }
            ExprKind::Sum { range, value } => {
                let index = self.range(range);
                let zero = match program.expr(*value).ty {
                    Type::Money => Zero::Money,
                    Type::Decimal => Zero::Decimal,
                    _ => Zero::Integer,
                };
                let value = self.expr(*value);
                Node::Sum { range: index, value, zero }
            }
            ExprKind::Call(b, l) => Node::Call(*b, self.operands(l)),
            ExprKind::List(l) => {
                let constants: Option<Vec<Const>> =
                    l.iter().map(|e| if let ExprKind::Const(c) = &program.expr(*e).kind { Some(c.clone()) } else { None }).collect();
                match constants {
                    Some(items) => {
                        let c = self.constant(&Const::List(items));
                        Node::Const(c)
                    }
                    None => Node::List(self.operands(l)),
                }
            }
            ExprKind::Decide { rows, otherwise } => {
                let mut pairs = Vec::with_capacity(rows.len() * 2);
                for (condition, value) in rows {
                    let condition = self.expr(*condition);
                    self.out.constants.push(Constant::Enum(*value));
                    pairs.extend([condition, self.out.constants.len() as u32 - 1]);
                }
                let rest = otherwise.map_or(NONE, |v| {
                    self.out.constants.push(Constant::Enum(v));
                    self.out.constants.len() as u32 - 1
                });
                let slice = Slice { start: self.out.operands.len() as u32, length: pairs.len() as u32 };
                self.out.operands.extend(pairs);
                Node::Decide(slice, rest)
            }
        };
        let node = self.push(node);
        self.out.origins[node as usize] = id.0;
        self.note_enum(node, &expr.ty);
        node
    }

    fn note_enum(&mut self, node: u32, ty: &Type) {
        let id = match ty {
            Type::Enum(id) => *id,
            Type::List(inner) => match **inner {
                Type::Enum(id) => id,
                _ => return,
            },
            _ => return,
        };
        self.details.enums.push(NodeEnum { node, of: id.0 });
    }
}
