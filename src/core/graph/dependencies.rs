//! What reads, needs, follows, amends and demands what.

use crate::hir::*;
use crate::source::Span;
use petgraph::graph::{DiGraph, NodeIndex};
use rustc_hash::FxHashMap;
use std::collections::BTreeSet;

/// A node of the requirement graph.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[allow(missing_docs)]
pub enum Node {
    /// A field of the manifest, `service.name`.
    Field(String),
    Definition(DefId),
    Parameter(ParamId),
    Requirement(RuleId),
    Material(MaterialId),
    Step(StepId),
}

/// Why an edge is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[allow(missing_docs)]
pub enum EdgeKind {
    Reads,
    Needs,
    After,
    Amends,
    Demands,
}

impl EdgeKind {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            EdgeKind::Reads => "reads",
            EdgeKind::Needs => "needs",
            EdgeKind::After => "after",
            EdgeKind::Amends => "amends",
            EdgeKind::Demands => "demands",
        }
    }
}

/// An edge, from what is used to what uses it, with the text that made it.
#[derive(Clone, Copy, Debug)]
pub struct Edge {
    /// Why.
    pub kind: EdgeKind,
    /// Where it was written.
    pub span: Span,
}

/// The requirement graph of a whole ruleset.
#[derive(Debug, Default)]
pub struct Dependencies {
    /// The graph.
    pub graph: DiGraph<Node, Edge>,
    index: FxHashMap<Node, NodeIndex>,
    seen: rustc_hash::FxHashSet<(NodeIndex, NodeIndex, EdgeKind)>,
}

/// The lists of loops, seen from the manifest, outermost first.
pub fn loop_lists(ranges: &[Range]) -> Vec<String> {
    let mut lists = Vec::new();
    for range in ranges {
        lists.push(full_path(&range.list, &lists));
    }
    lists
}

/// The field a path names, seen from the manifest: `service.name` for `s.name` in a loop over `service`.
pub fn full_path(path: &FieldPath, vars: &[String]) -> String {
    let mut names: Vec<&str> = Vec::new();
    if let Base::Var(v) = path.base
        && let Some(list) = vars.get(v as usize)
    {
        names.push(list);
    }
    names.extend(path.names.iter().map(String::as_str));
    names.join(".")
}

impl Dependencies {
    /// Builds the graph of a program.
    pub fn build(program: &Program) -> Self {
        let mut this = Dependencies::default();
        for (i, def) in program.defs.iter().enumerate() {
            let node = this.node(Node::Definition(DefId(i as u32)));
            this.reads(program, def.value, node, &mut Vec::new());
        }
        for (i, rule) in program.rules.iter().enumerate() {
            let id = RuleId(i as u32);
            for version in &rule.versions {
                this.version(program, id, version);
            }
        }
        for change in &program.changes {
            match &change.kind {
                ChangeKind::Set { param, when, .. } => {
                    let node = this.node(Node::Parameter(*param));
                    if let Some(when) = when {
                        this.reads(program, *when, node, &mut Vec::new());
                    }
                    this.edge(node, node, EdgeKind::Amends, change.span, false);
                }
                ChangeKind::Except { rule, exception } => {
                    let node = this.node(Node::Requirement(*rule));
                    let mut vars = loop_lists(&change.loops);
                    this.exception(program, exception, node, &mut vars);
                }
                ChangeKind::Waive { rule, when } => {
                    let node = this.node(Node::Requirement(*rule));
                    let mut vars = loop_lists(&change.loops);
                    if let Some(when) = when {
                        this.reads(program, *when, node, &mut vars);
                    }
                }
                ChangeKind::Replace { rule, version, .. } | ChangeKind::Adopt { rule, version } => this.version(program, *rule, version),
                ChangeKind::Confirm { .. } => {}
            }
        }
        for (i, step) in program.steps.iter().enumerate() {
            let node = this.node(Node::Step(StepId(i as u32)));
            for (before, span) in &step.after {
                let from = this.node(Node::Step(*before));
                this.edge(from, node, EdgeKind::After, *span, true);
            }
            for (material, span) in &step.attach {
                let from = this.node(Node::Material(*material));
                this.edge(from, node, EdgeKind::Demands, *span, true);
            }
            for gate in &step.gated_by {
                if let Gate::Rule(rule, span) = gate {
                    let from = this.node(Node::Requirement(*rule));
                    this.edge(from, node, EdgeKind::Needs, *span, true);
                }
            }
            for id in step.conditions() {
                this.reads(program, id, node, &mut Vec::new());
            }
            for path in step.facts() {
                let lists: Vec<String> = path.range.iter().map(|r| full_path(&r.list, &[])).collect();
                let from = this.node(Node::Field(full_path(&path.path, &lists)));
                this.edge(from, node, EdgeKind::Reads, path.span, false);
            }
        }
        this
    }

    fn exception(&mut self, program: &Program, exception: &Exception, node: NodeIndex, vars: &mut Vec<String>) {
        self.reads(program, exception.when, node, vars);
        for unless in &exception.unless {
            self.exception(program, unless, node, vars);
        }
    }

    fn version(&mut self, program: &Program, id: RuleId, version: &Version) {
        let node = self.node(Node::Requirement(id));
        let mut vars = Vec::new();
        for range in &version.ranges {
            let path = full_path(&range.list, &vars);
            let from = self.node(Node::Field(path.clone()));
            self.edge(from, node, EdgeKind::Reads, range.span, false);
            vars.push(path);
        }
        for id in version.when.into_iter().chain([version.require]) {
            self.reads(program, id, node, &mut vars);
        }
        for (need, span) in &version.needs {
            let from = self.node(Node::Requirement(*need));
            self.edge(from, node, EdgeKind::Needs, *span, true);
        }
        for (material, span) in &version.demands {
            let from = self.node(Node::Material(*material));
            self.edge(from, node, EdgeKind::Demands, *span, true);
        }
    }

    fn node(&mut self, node: Node) -> NodeIndex {
        if let Some(i) = self.index.get(&node) {
            return *i;
        }
        let i = self.graph.add_node(node.clone());
        self.index.insert(node, i);
        i
    }

    fn edge(&mut self, from: NodeIndex, to: NodeIndex, kind: EdgeKind, span: Span, always: bool) {
        if self.seen.insert((from, to, kind)) || always {
            self.graph.add_edge(from, to, Edge { kind, span });
        }
    }

    fn reads(&mut self, program: &Program, id: ExprId, to: NodeIndex, vars: &mut Vec<String>) {
        let expr = program.expr(id);
        let from = match &expr.kind {
            ExprKind::Field(path) => Some(Node::Field(full_path(path, vars))),
            ExprKind::Def(def) => Some(Node::Definition(*def)),
            ExprKind::Param(param) => Some(Node::Parameter(*param)),
            _ => None,
        };
        if let Some(from) = from {
            let from = self.node(from);
            self.edge(from, to, EdgeKind::Reads, expr.span, false);
        }
        let range = match &expr.kind {
            ExprKind::Quantified { range, .. } | ExprKind::Count { range, .. } | ExprKind::Sum { range, .. } => Some(range),
            _ => None,
        };
        if let Some(range) = range {
            let path = full_path(&range.list, vars);
            let from = self.node(Node::Field(path.clone()));
            self.edge(from, to, EdgeKind::Reads, range.span, false);
            vars.push(path);
        }
        for child in expr.kind.children() {
            self.reads(program, child, to, vars);
        }
        if range.is_some() {
            vars.pop();
        }
    }

    /// The node's index, where the graph has it.
    pub fn find(&self, node: &Node) -> Option<NodeIndex> {
        self.index.get(node).copied()
    }

    /// What a node uses directly, in order.
    pub fn uses(&self, node: &Node) -> Vec<(Node, Edge)> {
        self.neighbours(node, petgraph::Direction::Incoming)
    }

    /// What uses a node directly, in order.
    pub fn used_by(&self, node: &Node) -> Vec<(Node, Edge)> {
        self.neighbours(node, petgraph::Direction::Outgoing)
    }

    fn neighbours(&self, node: &Node, direction: petgraph::Direction) -> Vec<(Node, Edge)> {
        use petgraph::visit::EdgeRef;
        let Some(i) = self.find(node) else { return Vec::new() };
        let mut list: Vec<(Node, Edge)> = self
            .graph
            .edges_directed(i, direction)
            .map(|e| {
                let other = if direction == petgraph::Direction::Incoming { e.source() } else { e.target() };
                (self.graph[other].clone(), *e.weight())
            })
            .collect();
        list.sort_by(|a, b| (&a.0, a.1.kind, a.1.span).cmp(&(&b.0, b.1.kind, b.1.span)));
        list
    }

    /// Every field a node reads, also through definitions, in order.
    pub fn fields_read(&self, node: &Node) -> Vec<String> {
        let mut fields = BTreeSet::new();
        let mut seen = BTreeSet::new();
        let mut stack = vec![node.clone()];
        while let Some(node) = stack.pop() {
            for (used, edge) in self.uses(&node) {
                match &used {
                    Node::Field(path) => {
                        fields.insert(path.clone());
                    }
                    Node::Definition(_) if edge.kind == EdgeKind::Reads && seen.insert(used.clone()) => stack.push(used),
                    _ => {}
                }
            }
        }
        fields.into_iter().collect()
    }

    /// Rings of `needs` and of `after`, each member with the place where it names the next.
    pub fn rings(&self, program: &Program) -> Vec<Vec<(String, Span)>> {
        use petgraph::visit::EdgeRef;
        let mut rings = Vec::new();
        for kind in [EdgeKind::Needs, EdgeKind::After] {
            let mut graph: DiGraph<usize, Span> = DiGraph::new();
            let nodes: Vec<NodeIndex> = self.graph.node_indices().map(|n| graph.add_node(n.index())).collect();
            for edge in self.graph.edge_references().filter(|e| e.weight().kind == kind) {
                graph.add_edge(nodes[edge.source().index()], nodes[edge.target().index()], edge.weight().span);
            }
            for ring in order(&graph).rings {
                rings.push(ring.into_iter().map(|(i, span)| (self.name(program, &self.graph[NodeIndex::new(i)]), span)).collect());
            }
        }
        rings
    }

    /// How a node is called.
    pub fn name(&self, program: &Program, node: &Node) -> String {
        match node {
            Node::Field(path) => path.clone(),
            Node::Definition(id) => program.defs[id.index()].name.clone(),
            Node::Parameter(id) => program.params[id.index()].name.clone(),
            Node::Requirement(id) => program.rule_name(*id),
            Node::Material(id) => program.materials[id.index()].id.clone(),
            Node::Step(id) => program.steps[id.index()].id.clone(),
        }
    }
}
