//! What depends on what, with everything a reader wants to see: titles, places, layers, the text that made each link.

use crate::diagnostic::Bilingual;
use crate::eval::Outcome;
use crate::graph::{full_path, loop_lists};
use crate::hir::*;
use crate::source::Span;
use crate::value::{Date, FILE_FIELDS, FieldType, RecordId, Schema, plain_path};
use std::collections::{BTreeMap, BTreeSet};

/// What a node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs)]
pub enum Kind {
    Field,
    Definition,
    Parameter,
    Change,
    Requirement,
    Material,
    Step,
    Layer,
}

impl Kind {
    /// All kinds in the order in which they are listed.
    pub const ALL: [Kind; 8] =
        [Kind::Field, Kind::Definition, Kind::Parameter, Kind::Change, Kind::Requirement, Kind::Material, Kind::Step, Kind::Layer];

    /// The word for it, also in JSON.
    pub fn key(self) -> &'static str {
        match self {
            Kind::Field => "field",
            Kind::Definition => "definition",
            Kind::Parameter => "parameter",
            Kind::Change => "change",
            Kind::Requirement => "requirement",
            Kind::Material => "material",
            Kind::Step => "step",
            Kind::Layer => "layer",
        }
    }

    /// The word for it in both languages.
    pub fn word(self) -> Bilingual {
        let zh = match self {
            Kind::Field => "字段",
            Kind::Definition => "定义",
            Kind::Parameter => "参数",
            Kind::Change => "修改",
            Kind::Requirement => "要求",
            Kind::Material => "材料",
            Kind::Step => "步骤",
            Kind::Layer => "层级",
        };
        Bilingual::new(self.key(), zh)
    }
}

/// Why one node depends on another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs)]
pub enum Relation {
    Reads,
    Needs,
    Gates,
    GatesByStage,
    After,
    Demands,
    Attaches,
    StandsFor,
    Amends,
    OnReject,
    Holds,
    Extends,
}

impl Relation {
    /// All relations in the order of the legend.
    pub const ALL: [Relation; 12] = [
        Relation::Reads,
        Relation::Needs,
        Relation::Gates,
        Relation::GatesByStage,
        Relation::After,
        Relation::Demands,
        Relation::Attaches,
        Relation::StandsFor,
        Relation::Amends,
        Relation::OnReject,
        Relation::Holds,
        Relation::Extends,
    ];

    /// The word for it in JSON.
    pub fn key(self) -> &'static str {
        match self {
            Relation::Reads => "reads",
            Relation::Needs => "needs",
            Relation::Gates => "gated-by",
            Relation::GatesByStage => "gated-by-stage",
            Relation::After => "after",
            Relation::Demands => "demanded-by",
            Relation::Attaches => "attaches",
            Relation::StandsFor => "given-in",
            Relation::Amends => "changed-by",
            Relation::OnReject => "on-reject-of",
            Relation::Holds => "belongs-to",
            Relation::Extends => "extends",
        }
    }

    /// The verb between the node that depends and the one it depends on.
    pub fn verb(self) -> Bilingual {
        let (en, zh) = match self {
            Relation::Reads => ("reads", "读取"),
            Relation::Needs => ("needs", "须先满足"),
            Relation::Gates => ("is gated by", "须待其满足："),
            Relation::GatesByStage => ("is gated, with its whole stage, by", "须待同阶段各项满足，其中："),
            Relation::After => ("comes after", "后于"),
            Relation::Demands => ("is demanded by", "的要求来自"),
            Relation::Attaches => ("attaches", "须附"),
            Relation::StandsFor => ("is given in", "填写于"),
            Relation::Amends => ("is changed by", "被其修改："),
            Relation::OnReject => ("follows a refusal of", "承接其驳回："),
            Relation::Holds => ("belongs to", "属于"),
            Relation::Extends => ("extends", "扩展"),
        };
        Bilingual::new(en, zh)
    }

    /// Whether it is left out of pictures: it would tie every rule to its layer.
    pub fn is_of_layers(self) -> bool {
        matches!(self, Relation::Holds | Relation::Extends)
    }

    /// Whether it is left out of pictures of the whole and of steps: it would tie a step to every rule of a stage.
    pub fn is_of_stages(self) -> bool {
        self == Relation::GatesByStage
    }

    /// Whether a change of the one can change the other. A refusal leads back, it decides nothing.
    pub fn carries(self) -> bool {
        self != Relation::OnReject
    }
}

/// How a node stands for the filing that was checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mark {
    /// A requirement ended like this.
    Ended(Outcome),
    /// A field is missing.
    Missing,
}

impl Mark {
    /// The word for it in both languages.
    pub fn word(self) -> Bilingual {
        match self {
            Mark::Ended(outcome) => {
                let (en, zh) = outcome.words();
                Bilingual::new(en, zh)
            }
            Mark::Missing => Bilingual::new("missing", "缺少"),
        }
    }

    /// The word for it in JSON.
    pub fn key(self) -> &'static str {
        match self {
            Mark::Ended(outcome) => outcome.key(),
            Mark::Missing => "missing",
        }
    }

    /// A sign that tells it apart without colour.
    pub fn sign(self) -> &'static str {
        match self {
            Mark::Ended(Outcome::Satisfied) => "✓",
            Mark::Ended(Outcome::NotApplicable) => "–",
            Mark::Ended(Outcome::Waived) => "~",
            Mark::Ended(Outcome::Blocked) => "‖",
            Mark::Ended(Outcome::Undetermined) => "?",
            Mark::Ended(Outcome::Violated) => "✗",
            Mark::Missing => "?",
        }
    }
}

/// What a change does to its base.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Operation {
    Set,
    Except,
    Unless,
    Waive,
    Replace,
    Adopt,
}

impl Operation {
    /// The word for it, as in rules and in JSON.
    pub fn key(self) -> &'static str {
        match self {
            Operation::Set => "set",
            Operation::Except => "except",
            Operation::Unless => "unless",
            Operation::Waive => "waive",
            Operation::Replace => "replace",
            Operation::Adopt => "adopt",
        }
    }

    /// What it is called in a sentence.
    pub fn noun(self) -> Bilingual {
        let en = match self {
            Operation::Set => "value",
            Operation::Except => "exception",
            Operation::Unless => "limit of an exception",
            Operation::Waive => "waiver",
            Operation::Replace => "replacement",
            Operation::Adopt => "adoption",
        };
        Bilingual::new(en, self.word().zh)
    }

    /// The word for it in both languages.
    pub fn word(self) -> Bilingual {
        let zh = match self {
            Operation::Set => "设值",
            Operation::Except => "例外",
            Operation::Unless => "例外的限制",
            Operation::Waive => "豁免",
            Operation::Replace => "替换",
            Operation::Adopt => "采用",
        };
        Bilingual::new(self.key(), zh)
    }
}

/// A node.
#[derive(Clone, Debug)]
pub struct Node {
    /// What it is.
    pub kind: Kind,
    /// Its id: a path for fields, the layer's id for layers, `layer/name` for all else.
    pub id: String,
    /// Its title.
    pub title: Bilingual,
    /// What a change does.
    pub operation: Option<Operation>,
    /// Its layer.
    pub layer: Option<String>,
    /// Where it was declared.
    pub span: Option<Span>,
    /// How it stands for a filing.
    pub mark: Option<Mark>,
}

impl Node {
    /// What it is called in a sentence.
    pub fn noun(&self) -> Bilingual {
        self.operation.map_or_else(|| self.kind.word(), Operation::noun)
    }

    /// Its id among nodes of all kinds.
    pub fn key(&self) -> String {
        format!("{}:{}", self.kind.key(), self.id)
    }
}

/// A link from what is used to what uses it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Link {
    /// Index of what is used.
    pub from: usize,
    /// Index of what depends on it.
    pub to: usize,
    /// Why.
    pub relation: Relation,
    /// The text that made it.
    pub span: Span,
}

/// Which declarations count.
#[derive(Clone, Debug, Default)]
pub struct Scope {
    /// Only these layers; `None`: all.
    pub layers: Option<BTreeSet<usize>>,
    /// Only what is in force on this day; `None`: all versions.
    pub on: Option<Date>,
}

impl Scope {
    fn has(&self, layer: LayerId) -> bool {
        self.layers.as_ref().is_none_or(|l| l.contains(&layer.index()))
    }

    fn is_in_force(&self, effective: &Effective) -> bool {
        // Where another date than the submission counts, the day says nothing.
        effective.axis.is_some() || self.on.is_none_or(|day| effective.contains(day))
    }
}

/// The graph.
#[derive(Clone, Debug, Default)]
pub struct Model {
    /// Nodes.
    pub nodes: Vec<Node>,
    /// Links, each pair and relation once.
    pub links: Vec<Link>,
    index: BTreeMap<(Kind, String), usize>,
}

/// The canonical path and the title of a field, by its names or Chinese aliases. List items are not written: `service.name`.
pub fn field_of(schema: &Schema, text: &str) -> Option<(String, Bilingual)> {
    let mut record = schema.root;
    let mut file = false;
    let mut names: Vec<String> = Vec::new();
    let mut title = Bilingual::default();
    let text = plain_path(text);
    for part in text.split('.') {
        let part = part.trim();
        if part.is_empty() {
            return None;
        }
        if file {
            let (name, _, en, zh) = FILE_FIELDS.iter().find(|f| f.0 == part || f.3 == part)?;
            names.push((*name).to_owned());
            title = Bilingual::new(*en, *zh);
            (record, file) = (None, false);
            continue;
        }
        let field = schema.record(record?).find(part)?;
        names.push(field.name.clone());
        title = field.title.clone();
        (record, file) = below(&field.ty);
    }
    Some((names.join("."), title))
}

fn below(ty: &FieldType) -> (Option<RecordId>, bool) {
    match ty {
        FieldType::Record(id) => (Some(*id), false),
        FieldType::File => (None, true),
        FieldType::List { item, .. } => below(item),
        _ => (None, false),
    }
}

/// Every path of a manifest, documents without their properties.
pub fn field_paths(schema: &Schema) -> Vec<String> {
    fn walk(schema: &Schema, record: RecordId, before: &str, depth: usize, out: &mut Vec<String>) {
        for field in &schema.record(record).fields {
            let path = if before.is_empty() { field.name.clone() } else { format!("{before}.{}", field.name) };
            out.push(path.clone());
            if let (Some(inner), true) = (below(&field.ty).0, depth < 16) {
                walk(schema, inner, &path, depth + 1, out);
            }
        }
    }
    let mut out = Vec::new();
    if let Some(root) = schema.root {
        walk(schema, root, "", 0, &mut out);
    }
    out
}

impl Model {
    /// The graph of a program, as far as the scope goes.
    pub fn build(program: &Program, scope: &Scope) -> Self {
        let mut builder = Builder { program, scope, model: Model::default(), seen: BTreeSet::new(), opened: BTreeSet::new() };
        builder.run();
        builder.model
    }

    /// A node by kind and id.
    pub fn get(&self, kind: Kind, id: &str) -> Option<usize> {
        self.index.get(&(kind, id.to_owned())).copied()
    }

    /// Adds a node that nothing refers to, or gives the one that is there.
    pub fn add(&mut self, node: Node) -> usize {
        let key = (node.kind, node.id.clone());
        if let Some(at) = self.index.get(&key) {
            return *at;
        }
        self.nodes.push(node);
        self.index.insert(key, self.nodes.len() - 1);
        self.nodes.len() - 1
    }
}

struct Builder<'p> {
    program: &'p Program,
    scope: &'p Scope,
    model: Model,
    seen: BTreeSet<(usize, usize, Relation)>,
    opened: BTreeSet<usize>,
}

impl Builder<'_> {
    fn run(&mut self) {
        let program = self.program;
        for (i, layer) in program.layers.iter().enumerate().filter(|(i, _)| self.scope.has(LayerId(*i as u32))) {
            let node = self.layer(LayerId(i as u32));
            if let Some(base) = layer.extends {
                let base = self.layer(base);
                self.link(base, node, Relation::Extends, layer.span);
            }
            if let Some(applies) = layer.applies {
                self.reads(applies, node, &mut Vec::new());
            }
        }
        for (i, rule) in program.rules.iter().enumerate().filter(|(_, r)| self.scope.has(r.layer)) {
            if rule.versions.iter().any(|v| self.scope.is_in_force(&v.effective)) {
                self.rule(RuleId(i as u32));
            }
        }
        for (i, change) in program.changes.iter().enumerate() {
            if self.scope.has(change.layer) && self.scope.is_in_force(&change.effective) {
                self.change(ChangeId(i as u32));
            }
        }
        for i in 0..program.steps.len() {
            if self.scope.has(program.steps[i].layer) {
                self.step(StepId(i as u32));
            }
        }
    }

    fn node(&mut self, kind: Kind, layer: LayerId, name: &str, title: &Bilingual, span: Span) -> usize {
        let layer = self.program.layer(layer).id.clone();
        let id = format!("{layer}/{name}");
        self.model.add(Node { kind, id, title: title.clone(), operation: None, layer: Some(layer), span: Some(span), mark: None })
    }

    fn layer(&mut self, id: LayerId) -> usize {
        let l = self.program.layer(id);
        let node = Node {
            kind: Kind::Layer,
            id: l.id.clone(),
            title: l.title.clone(),
            operation: None,
            layer: Some(l.id.clone()),
            span: Some(l.span),
            mark: None,
        };
        self.model.add(node)
    }

    fn link(&mut self, from: usize, to: usize, relation: Relation, span: Span) {
        if from != to && self.seen.insert((from, to, relation)) {
            self.model.links.push(Link { from, to, relation, span });
        }
    }

    fn held(&mut self, node: usize, layer: LayerId, span: Span) {
        let layer = self.layer(layer);
        self.link(layer, node, Relation::Holds, span);
    }

    fn field(&mut self, path: &str) -> usize {
        let title = field_of(&self.program.schema, path).map(|(_, t)| t).unwrap_or_default();
        let span = self.field_span(path);
        self.model.add(Node { kind: Kind::Field, id: path.to_owned(), title, operation: None, layer: None, span, mark: None })
    }

    /// Where a field was declared.
    fn field_span(&self, path: &str) -> Option<Span> {
        let schema = &self.program.schema;
        let mut record = schema.root;
        let mut span = None;
        for name in path.split('.') {
            // Properties of documents are not declared.
            let Some(id) = record else { break };
            let shape = schema.record(id);
            let at = shape.fields.iter().position(|f| f.name == name)?;
            span = self.program.field_spans.get(id.0 as usize).and_then(|s| s.get(at)).copied();
            record = below(&shape.fields[at].ty).0;
        }
        span
    }

    fn rule(&mut self, id: RuleId) -> usize {
        let rule = &self.program.rules[id.index()];
        let latest = rule.versions.iter().rev().find(|v| self.scope.is_in_force(&v.effective)).or(rule.versions.last());
        let (title, span) = latest.map(|v| (v.title.clone(), v.span)).unwrap_or_default();
        let node = self.node(Kind::Requirement, rule.layer, &rule.id, &title, span);
        if self.opened.insert(node) {
            self.held(node, rule.layer, span);
            for version in rule.versions.iter().filter(|v| self.scope.is_in_force(&v.effective)) {
                self.version(version, node);
            }
        }
        node
    }

    fn version(&mut self, version: &Version, node: usize) {
        let mut vars = Vec::new();
        self.axis(&version.effective, node);
        for range in &version.ranges {
            let path = full_path(&range.list, &vars);
            let from = self.field(&path);
            self.link(from, node, Relation::Reads, range.span);
            vars.push(path);
        }
        for id in version.when.into_iter().chain([version.require]) {
            self.reads(id, node, &mut vars);
        }
        for (need, span) in &version.needs {
            let from = self.rule(*need);
            self.link(from, node, Relation::Needs, *span);
        }
        for (material, span) in &version.demands {
            let to = self.material(*material);
            self.link(node, to, Relation::Demands, *span);
        }
    }

    fn axis(&mut self, effective: &Effective, node: usize) {
        if let Some(path) = &effective.axis {
            let from = self.field(&path.names.join("."));
            self.link(from, node, Relation::Reads, effective.span);
        }
    }

    fn material(&mut self, id: MaterialId) -> usize {
        let m = &self.program.materials[id.index()];
        let node = self.node(Kind::Material, m.layer, &m.id, &m.title, m.span);
        if let (Some(path), true) = (&m.field, self.opened.insert(node)) {
            let from = self.field(&path.names.join("."));
            self.link(from, node, Relation::StandsFor, m.span);
        }
        node
    }

    fn param(&mut self, id: ParamId) -> usize {
        let p = &self.program.params[id.index()];
        self.node(Kind::Parameter, p.layer, &p.name, &p.title, p.span)
    }

    fn def(&mut self, id: DefId) -> usize {
        let d = &self.program.defs[id.index()];
        let node = self.node(Kind::Definition, d.layer, &d.name, &d.title, d.span);
        if self.opened.insert(node) {
            self.reads(d.value, node, &mut Vec::new());
        }
        node
    }

    fn change(&mut self, id: ChangeId) {
        let change = &self.program.changes[id.index()];
        // A confirmation is one source more: nothing depends on it.
        let operation = match &change.kind {
            ChangeKind::Set { .. } => Operation::Set,
            ChangeKind::Except { .. } => Operation::Except,
            ChangeKind::Waive { .. } => Operation::Waive,
            ChangeKind::Replace { .. } => Operation::Replace,
            ChangeKind::Adopt { .. } => Operation::Adopt,
            ChangeKind::Confirm { .. } => return,
        };
        let node = self.node(Kind::Change, change.layer, &change.id, &change.title, change.span);
        self.model.nodes[node].operation = Some(operation);
        self.held(node, change.layer, change.span);
        self.axis(&change.effective, node);
        let target = match &change.kind {
            ChangeKind::Set { param, when, .. } => {
                if let Some(when) = when {
                    self.reads(*when, node, &mut Vec::new());
                }
                self.param(*param)
            }
            ChangeKind::Except { rule, exception } => {
                let mut vars = loop_lists(&change.loops);
                self.exception(exception, node, change.layer, &mut vars);
                self.rule(*rule)
            }
            ChangeKind::Waive { rule, when } => {
                let mut vars = loop_lists(&change.loops);
                if let Some(when) = when {
                    self.reads(*when, node, &mut vars);
                }
                self.rule(*rule)
            }
            ChangeKind::Replace { rule, version, .. } | ChangeKind::Adopt { rule, version } => {
                self.version(version, node);
                self.rule(*rule)
            }
            ChangeKind::Confirm { .. } => return,
        };
        self.link(node, target, Relation::Amends, change.span);
    }

    fn exception(&mut self, exception: &Exception, node: usize, layer: LayerId, vars: &mut Vec<String>) {
        self.reads(exception.when, node, vars);
        for unless in exception.unless.iter().filter(|u| self.scope.is_in_force(&u.effective)) {
            let inner = self.node(Kind::Change, layer, &unless.id, &unless.title, unless.span);
            self.model.nodes[inner].operation = Some(Operation::Unless);
            self.held(inner, layer, unless.span);
            self.exception(unless, inner, layer, vars);
            self.link(inner, node, Relation::Amends, unless.span);
        }
    }

    fn step(&mut self, id: StepId) -> usize {
        let step = &self.program.steps[id.index()];
        let node = self.node(Kind::Step, step.layer, &step.id, &step.title, step.span);
        if !self.opened.insert(node) {
            return node;
        }
        self.held(node, step.layer, step.span);
        for (before, span) in &step.after {
            let from = self.step(*before);
            self.link(from, node, Relation::After, *span);
        }
        for (material, span) in &step.attach {
            let from = self.material(*material);
            self.link(from, node, Relation::Attaches, *span);
        }
        for gate in &step.gated_by {
            match gate {
                Gate::Rule(rule, span) => {
                    let from = self.rule(*rule);
                    self.link(from, node, Relation::Gates, *span);
                }
                Gate::Stage(stage) => self.stage(stage, node, step.span),
            }
        }
        for id in step.conditions() {
            self.reads(id, node, &mut Vec::new());
        }
        for path in step.facts() {
            let lists: Vec<String> = path.range.iter().map(|r| full_path(&r.list, &[])).collect();
            let from = self.field(&full_path(&path.path, &lists));
            self.link(from, node, Relation::Reads, path.span);
        }
        if let Some(next) = step.on_reject {
            let to = self.step(next);
            self.link(node, to, Relation::OnReject, step.span);
        }
        node
    }

    /// Every requirement of a stage.
    fn stage(&mut self, stage: &str, node: usize, span: Span) {
        for i in 0..self.program.rules.len() as u32 {
            let rule = &self.program.rules[i as usize];
            let is_meant = |v: &Version| v.stage.as_deref() == Some(stage) && self.scope.is_in_force(&v.effective);
            if self.scope.has(rule.layer) && rule.versions.iter().any(is_meant) {
                let from = self.rule(RuleId(i));
                self.link(from, node, Relation::GatesByStage, span);
            }
        }
    }

    fn reads(&mut self, id: ExprId, to: usize, vars: &mut Vec<String>) {
        let program = self.program;
        let expr = program.expr(id);
        let from = match &expr.kind {
            ExprKind::Field(path) => {
                let path = full_path(path, vars);
                (!path.is_empty()).then(|| self.field(&path))
            }
            ExprKind::Def(def) => Some(self.def(*def)),
            ExprKind::Param(param) => Some(self.param(*param)),
            // The day of submission is a field where the vocabulary has it.
            ExprKind::SubmissionDate => program.schema.roles.submission_day.as_ref().map(|place| self.field(&place.path())),
            _ => None,
        };
        if let Some(from) = from {
            self.link(from, to, Relation::Reads, expr.span);
        }
        let range = match &expr.kind {
            ExprKind::Quantified { range, .. } | ExprKind::Count { range, .. } | ExprKind::Sum { range, .. } => Some(range),
            _ => None,
        };
        if let Some(range) = range {
            let path = full_path(&range.list, vars);
            let from = self.field(&path);
            self.link(from, to, Relation::Reads, range.span);
            vars.push(path);
        }
        for child in expr.kind.children() {
            self.reads(child, to, vars);
        }
        if range.is_some() {
            vars.pop();
        }
    }
}
