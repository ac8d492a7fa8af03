//! Typed program to nodes over slots, for a set of layers.

mod origin;
mod steps;

use super::lowered::*;
use crate::hir::*;
use crate::source::Span;
use crate::value::{FieldType, RecordShape};
use petgraph::graph::DiGraph;
use rustc_hash::FxHashMap;

struct Lowering<'a> {
    program: &'a Program,
    out: Lowered,
    details: Details,
    def_index: FxHashMap<DefId, u32>,
    rule_index: FxHashMap<RuleId, u32>,
    texts: FxHashMap<String, (u32, u32)>,
    patterns: FxHashMap<String, u32>,
    sources: FxHashMap<SourceRef, u32>,
    /// Lists of the loops around the expression at hand.
    loop_paths: Vec<String>,
    /// Changes by what they change.
    by_param: Vec<Vec<ChangeId>>,
    by_rule: Vec<Vec<ChangeId>>,
}

fn days(effective: &Effective) -> Days {
    let number = |d: Option<crate::value::Date>| d.map_or(0, day_number);
    Days { from: number(effective.from), until: number(effective.until), axis: effective.axis.as_ref().map_or(NONE, |p| p.slot) }
}

/// Lowers the rules of some layers, base first; later layers win over earlier ones.
pub fn lower(program: &Program, layers: &[LayerId]) -> (Lowered, Details) {
    let mut this = Lowering::new(program);
    this.out.layers = layers.iter().map(|l| program.layer(*l).id.clone()).collect();
    this.definitions();
    this.params(layers);
    this.rules(layers);
    this.steps(layers);
    this.boundaries();
    this.finish()
}

/// Lowers the conditions under which layers apply.
pub fn lower_applies(program: &Program) -> LayerIndex {
    let mut this = Lowering::new(program);
    this.definitions();
    let all: Vec<LayerId> = (0..program.layers.len() as u32).map(LayerId).filter(|l| program.layer(*l).extends.is_none()).collect();
    this.params(&all);
    let mut layers = Vec::new();
    for layer in &program.layers {
        layers.push(LayerEntry {
            id: layer.id.clone(),
            title: layer.title.clone(),
            authority: layer.authority.clone(),
            is_provider: layer.is_provider,
            extends: layer.extends.map_or(NONE, |l| l.0),
            applies: layer.applies.map_or(NONE, |e| this.expr(e)),
            otherwise: layer.otherwise.clone(),
            span: layer.span,
        });
    }
    let (out, _) = this.finish();
    LayerIndex { schema: program.schema.clone(), layers, program: out }
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
                | ChangeKind::Confirm { rule } => {
                    by_rule[rule.index()].push(id);
                }
            }
        }
        Lowering {
            by_param,
            by_rule,
            program,
            out: Lowered { filing_type: NONE, ..Lowered::default() },
            details: Details::default(),
            def_index: FxHashMap::default(),
            rule_index: FxHashMap::default(),
            texts: FxHashMap::default(),
            patterns: FxHashMap::default(),
            sources: FxHashMap::default(),
            loop_paths: Vec::new(),
        }
    }

    fn finish(mut self) -> (Lowered, Details) {
        self.details.enums.sort_by_key(|(n, _)| *n);
        (self.out, self.details)
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
            let root = self.expr(program.defs[i].value);
            self.out.defs.push(root);
        }
        if let Some((def, of)) = program.filing_type {
            self.out.filing_type = self.def_index.get(&def).copied().unwrap_or(NONE);
            self.out.filing_types = Some(of);
        }
    }

    fn params(&mut self, layers: &[LayerId]) {
        let program = self.program;
        for (i, param) in program.params.iter().enumerate() {
            let mut values = Vec::new();
            for (effective, value, provenance, _) in &param.versions {
                let constant = self.constant(value);
                values.push(LoweredValue { days: days(effective), rank: 0, constant, is_firm: provenance.is_firm(), details: NONE });
            }
            for (rank, id) in self.ranked(layers, &self.by_param[i]) {
                let change = &program.changes[id.index()];
                let ChangeKind::Set { value, .. } = &change.kind else { continue };
                let constant = self.constant(value);
                let details = self.change(id);
                values.push(LoweredValue { days: days(&change.effective), rank, constant, is_firm: change.provenance.is_firm(), details });
            }
            self.out.params.push(values);
            self.details.params.push(&(param.name.clone(), param.span));
        }
    }

    /// The changes of the layers that fit, weakest first: base before what extends it, and a change before one that goes `over` it.
    fn ranked(&self, layers: &[LayerId], changes: &[ChangeId]) -> Vec<(u8, ChangeId)> {
        let program = self.program;
        let rank = |id: &ChangeId| layers.iter().position(|l| *l == program.changes[id.index()].layer);
        let mut found: Vec<(u8, ChangeId)> = changes.iter().filter_map(|id| rank(id).map(|r| (r as u8 + 1, *id))).collect();
        // `over` lifts a change above those it names.
        for i in 0..found.len() {
            let over = &program.changes[found[i].1.index()].over;
            if let Some(top) = found.iter().filter(|(_, id)| over.contains(id)).map(|(r, _)| *r).max()
                && top >= found[i].0
            {
                found[i].0 = top + 1;
            }
        }
        found.sort_by_key(|(rank, id)| (*rank, program.changes[id.index()].span));
        found
    }

    fn change(&mut self, id: ChangeId) -> u32 {
        let program = self.program;
        let change = &program.changes[id.index()];
        let details = ChangeDetails {
            name: self.program.change_name(id),
            span: change.span,
            title: change.title.clone(),
            origin: self.origin(&change.provenance),
        };
        self.details.changes.push(&details)
    }

    fn rules(&mut self, layers: &[LayerId]) {
        let program = self.program;
        let active: Vec<RuleId> =
            (0..program.rules.len() as u32).map(RuleId).filter(|r| layers.contains(&program.rules[r.index()].layer)).collect();
        let position: FxHashMap<RuleId, usize> = active.iter().enumerate().map(|(i, r)| (*r, i)).collect();
        // Rules others need come first; within that, the order of their ids, so that the order of files means nothing.
        let mut sorted = active.clone();
        sorted.sort_by_key(|r| program.rule_name(*r));
        let mut graph: DiGraph<usize, Span> = DiGraph::new();
        let mut nodes = vec![None; active.len()];
        for rule in sorted.iter().rev() {
            let i = position[rule];
            nodes[i] = Some(graph.add_node(i));
        }
        let by_rule = self.by_rule.clone();
        let replaced = |rule: RuleId| {
            by_rule[rule.index()].iter().map(|id| &program.changes[id.index()]).filter_map(|c| match &c.kind {
                ChangeKind::Replace { version, .. } if layers.contains(&c.layer) => Some(&**version),
                _ => None,
            })
        };
        for rule in &active {
            for version in program.rules[rule.index()].versions.iter().chain(replaced(*rule)) {
                for (need, span) in &version.needs {
                    if let (Some(j), i) = (position.get(need), position[rule])
                        && let (Some(from), Some(to)) = (nodes[*j], nodes[i])
                    {
                        graph.add_edge(from, to, *span);
                    }
                }
            }
        }
        let order: Vec<RuleId> = order(&graph).sorted.into_iter().map(|i| active[i]).collect();
        for (n, rule) in order.iter().enumerate() {
            self.rule_index.insert(*rule, n as u32);
        }
        for id in order {
            let lowered = self.rule(id, layers);
            self.out.rules.push(lowered);
        }
    }

    fn rule(&mut self, id: RuleId, layers: &[LayerId]) -> LoweredRule {
        let program = self.program;
        let rule = &program.rules[id.index()];
        let name = program.rule_name(id);
        let mut lowered = LoweredRule { name: name.clone(), versions: vec![], exceptions: vec![], waivers: vec![], confirmations: vec![] };
        for version in &rule.versions {
            let v = self.version(version, &version.effective, &version.provenance, 0, &name, false);
            lowered.versions.push(v);
        }
        for (rank, change_id) in self.ranked(layers, &self.by_rule[id.index()]) {
            let change = &program.changes[change_id.index()];
            match &change.kind {
                ChangeKind::Replace { version, .. } => {
                    let name = program.change_name(change_id);
                    let v = self.version(version, &change.effective, &change.provenance, rank, &name, true);
                    lowered.versions.push(v);
                }
                ChangeKind::Except { exception, .. } => {
                    let layer = program.layer(change.layer).id.clone();
                    self.enter_loops(id);
                    let e = self.exception(exception, &layer);
                    self.loop_paths.clear();
                    lowered.exceptions.push(e);
                }
                ChangeKind::Waive { when, .. } => {
                    let details = self.change(change_id);
                    self.enter_loops(id);
                    let when = when.map_or(NONE, |e| self.expr(e));
                    self.loop_paths.clear();
                    lowered.waivers.push(LoweredWaiver {
                        days: days(&change.effective),
                        when,
                        is_firm: change.provenance.is_firm(),
                        details,
                    });
                }
                ChangeKind::Confirm { .. } => {
                    let details = self.change(change_id);
                    let is_firm = change.provenance.is_firm();
                    lowered.confirmations.push(LoweredConfirmation { days: days(&change.effective), is_firm, details });
                }
                ChangeKind::Set { .. } => {}
            }
        }
        lowered
    }

    fn enter_loops(&mut self, id: RuleId) {
        self.loop_paths.clear();
        let program = self.program;
        for range in program.rules[id.index()].versions.last().iter().flat_map(|v| &v.ranges) {
            self.loop_paths.push(range.list.names.join("."));
        }
    }

    fn exception(&mut self, exception: &Exception, layer: &str) -> LoweredException {
        let when = self.expr(exception.when);
        let details = ChangeDetails {
            name: format!("{layer}/{}", exception.id),
            span: exception.span,
            title: exception.title.clone(),
            origin: self.origin(&exception.provenance),
        };
        let details = self.details.changes.push(&details);
        let unless = exception.unless.iter().map(|u| self.exception(u, layer)).collect();
        LoweredException { days: days(&exception.effective), when, is_firm: exception.provenance.is_firm(), unless, details }
    }

    fn version(
        &mut self,
        v: &Version,
        effective: &Effective,
        provenance: &Provenance,
        rank: u8,
        name: &str,
        is_replacement: bool,
    ) -> LoweredVersion {
        self.loop_paths.clear();
        let start = self.out.loops.len() as u32;
        for range in &v.ranges {
            self.range(range);
            self.loop_paths.push(range.list.names.join("."));
        }
        let loops = Slice { start, length: v.ranges.len() as u32 };
        let when = v.when.map_or(NONE, |e| self.expr(e));
        let require = self.expr(v.require);
        let (report_at, report) = match &v.report {
            Some((at, template)) => {
                let at = at.as_ref().map_or(NONE, |path| self.field(path));
                (at, Some(self.template(template)))
            }
            None => (NONE, None),
        };
        let help = v.help.as_ref().map(|t| self.template(t));
        let details = VersionDetails {
            name: name.to_owned(),
            span: v.span,
            title: v.title.clone(),
            stage: v.stage.clone().unwrap_or_default(),
            report_at,
            report,
            help,
            origin: self.origin(provenance),
            loop_paths: self.loop_paths.clone(),
            is_replacement,
        };
        self.loop_paths.clear();
        let details = self.details.versions.push(&details);
        let rule_index = &self.rule_index;
        LoweredVersion {
            days: days(effective),
            rank,
            loops,
            when,
            require,
            needs: v.needs.iter().filter_map(|(r, _)| rule_index.get(r).copied()).collect(),
            strength: v.strength,
            is_firm: provenance.is_firm(),
            even_if_not_required: v.even_if_not_required,
            is_provisional: self.is_provisional(v.require) || v.when.is_some_and(|w| self.is_provisional(w)),
            details,
        }
    }

    /// Whether an expression asks for absence, `no`, or a number of items: more facts may then change its answer.
    fn is_provisional(&self, id: ExprId) -> bool {
        let mut stack = vec![id];
        while let Some(id) = stack.pop() {
            match &self.program.expr(id).kind {
                ExprKind::Given(_) | ExprKind::Count { .. } | ExprKind::Quantified { kind: Quantifier::No, .. } => return true,
                ExprKind::Def(def) => stack.push(self.program.defs[def.index()].value),
                kind => stack.extend(kind.children()),
            }
        }
        false
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

    fn text(&mut self, text: &str) -> (u32, u32) {
        if let Some(found) = self.texts.get(text) {
            return *found;
        }
        let place = (self.out.text.len() as u32, text.len() as u32);
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
                let (start, length) = self.text(t);
                Constant::Text(start, length)
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
            Base::Root => Node::Root(path.slot),
            Base::Var(var) => Node::Item { var, offset: path.slot },
        };
        let node = self.push(node);
        self.details.field_nodes.push(node);
        self.details.fields.push(&FieldDetails { names: path.names.clone(), is_register: path.is_register });
        node
    }

    fn range(&mut self, range: &Range) -> u32 {
        let stride = match &range.item {
            Type::Record(id) => self.program.schema.record(*id).n_slots,
            Type::File => FieldType::File.n_slots(&[] as &[RecordShape]),
            _ => 1,
        };
        let base = match range.list.base {
            Base::Root => 255,
            Base::Var(v) => v,
        };
        self.out.loops.push(Loop { base, slot: range.list.slot, stride, var: range.var });
        self.details.loop_paths.push(&range.list.names);
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
                    self.out.patterns.push(pattern.clone());
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
        self.details.enums.push((node, id));
    }

    /// Days from which something changes.
    fn boundaries(&mut self) {
        let mut all: Vec<i32> = Vec::new();
        fn of_exception(e: &LoweredException, all: &mut Vec<i32>) {
            all.push(e.days.from);
            e.unless.iter().for_each(|u| of_exception(u, all));
        }
        for rule in &self.out.rules {
            all.extend(rule.versions.iter().map(|v| v.days.from));
            all.extend(rule.waivers.iter().map(|w| w.days.from));
            rule.exceptions.iter().for_each(|e| of_exception(e, &mut all));
        }
        all.extend(self.out.params.iter().flatten().map(|v| v.days.from));
        all.retain(|d| *d != 0);
        all.sort_unstable();
        all.dedup();
        self.out.boundaries = all;
    }
}
