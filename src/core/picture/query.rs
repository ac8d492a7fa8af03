//! Questions to the graph: a node by what somebody typed, its neighbourhood, why it depends on another, what a field can influence.

use super::model::{Kind, Link, Mark, Model, Node, Relation, field_of, field_paths};
use crate::diagnostic::{Bilingual, nearest};
use crate::eval::{Outcome, RuleReport};
use crate::value::{Schema, plain_path};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// Most shortest paths that are told.
const MAX_PATHS: usize = 6;

/// A part of a model.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    /// Indices of nodes, ascending.
    pub nodes: Vec<usize>,
    /// Indices of links between them.
    pub links: Vec<usize>,
    /// The nodes that were asked about.
    pub focus: Vec<usize>,
}

/// What a name leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// One node.
    One(usize),
    /// Several nodes, by their keys.
    Several(Vec<String>),
    /// None; perhaps a near name.
    Nothing(Option<String>),
}

/// The node that a name means: a key `kind:id`, an id, the part after `layer/`, a path or alias of a field, a title.
///
/// A field that nothing reads is added, so that it can be said that nothing reads it.
pub fn find(model: &mut Model, schema: &Schema, text: &str) -> Found {
    let text = text.trim();
    if text.is_empty() {
        return Found::Nothing(None);
    }
    let unique = |list: Vec<usize>, model: &Model| match list[..] {
        [one] => Some(Found::One(one)),
        [] => None,
        _ => Some(Found::Several(list.iter().map(|i| model.nodes[*i].key()).collect())),
    };
    let those = |model: &Model, is: &dyn Fn(&Node) -> bool| (0..model.nodes.len()).filter(|i| is(&model.nodes[*i])).collect::<Vec<_>>();
    let exact = those(model, &|n| n.key() == text || n.id == text);
    if let Some(found) = unique(exact, model) {
        return found;
    }
    let path = text.strip_prefix("field:").unwrap_or(text);
    if let Some((id, title)) = field_of(schema, path) {
        let node = Node { kind: Kind::Field, id, title, operation: None, layer: None, span: None, mark: None };
        return Found::One(model.add(node));
    }
    let bare = those(model, &|n| n.kind != Kind::Field && n.id.split('/').nth(1) == Some(text));
    if let Some(found) = unique(bare, model) {
        return found;
    }
    let titled = those(model, &|n| n.title.zh == text || n.title.en.eq_ignore_ascii_case(text));
    if let Some(found) = unique(titled, model) {
        return found;
    }
    let paths = field_paths(schema);
    let known = model.nodes.iter().map(|n| n.id.as_str()).chain(paths.iter().map(String::as_str));
    let near = nearest(text, known).map(str::to_owned).or_else(|| {
        // A name without its layer is compared with the parts after it.
        let bare = nearest(text, model.nodes.iter().filter_map(|n| n.id.split('/').nth(1)))?;
        model.nodes.iter().find(|n| n.id.split('/').nth(1) == Some(bare)).map(|n| n.id.clone())
    });
    Found::Nothing(near)
}

/// Marks requirements and missing fields with what came out for a filing.
pub fn with_marks(model: &mut Model, rules: &[RuleReport]) {
    for rule in rules {
        let missing = if rule.outcome == Outcome::Undetermined { &rule.missing[..] } else { &[] };
        for path in missing {
            let path = plain_path(path);
            if let Some(i) = model.get(Kind::Field, &path) {
                model.nodes[i].mark = Some(Mark::Missing);
            }
        }
        if let Some(i) = model.get(Kind::Requirement, &rule.name) {
            model.nodes[i].mark = Some(Mark::Ended(rule.outcome));
        }
    }
}

/// Everything but the layers, which would tie all rules together.
pub fn whole(model: &Model) -> Selection {
    let mut whole = select(model, (0..model.nodes.len()).filter(|i| model.nodes[*i].kind != Kind::Layer).collect(), vec![], false);
    whole.links.retain(|l| !model.links[*l].relation.is_of_stages());
    whole
}

fn select(model: &Model, nodes: BTreeSet<usize>, focus: Vec<usize>, with_layers: bool) -> Selection {
    let inside = |l: &Link| nodes.contains(&l.from) && nodes.contains(&l.to) && (with_layers || !l.relation.is_of_layers());
    let links = (0..model.links.len()).filter(|i| inside(&model.links[*i])).collect();
    Selection { nodes: nodes.into_iter().collect(), links, focus }
}

/// Links by the node they lead to, or come from.
fn adjacency(model: &Model, of: impl Fn(&Link) -> usize, keep: impl Fn(&Link) -> bool) -> Vec<Vec<usize>> {
    let mut list = vec![Vec::new(); model.nodes.len()];
    for (i, link) in model.links.iter().enumerate().filter(|(_, l)| keep(l)) {
        list[of(link)].push(i);
    }
    list
}

/// What some nodes depend on and what depends on them, each up to `depth` links away. A layer stands for all that it holds.
pub fn around(model: &Model, focus: &[usize], depth: usize) -> Selection {
    let mut start: BTreeSet<usize> = focus.iter().copied().collect();
    for link in model.links.iter().filter(|l| l.relation == Relation::Holds && focus.contains(&l.from)) {
        start.insert(link.to);
    }
    let mut nodes = start.clone();
    for upstream in [true, false] {
        let next = adjacency(
            model,
            |l| if upstream { l.to } else { l.from },
            |l| !(l.relation.is_of_layers() || upstream && l.relation.is_of_stages()),
        );
        let mut edge = start.clone();
        for _ in 0..depth {
            let reached: BTreeSet<usize> = edge
                .iter()
                .flat_map(|n| &next[*n])
                .map(|l| if upstream { model.links[*l].from } else { model.links[*l].to })
                .filter(|n| model.nodes[*n].kind != Kind::Layer && !nodes.contains(n))
                .collect();
            nodes.extend(&reached);
            edge = reached;
        }
    }
    let mut selection = select(model, nodes, focus.to_vec(), false);
    let is_asked = |l: &Link| !l.relation.is_of_stages() || start.contains(&l.from);
    selection.links.retain(|l| is_asked(&model.links[*l]));
    if depth <= 1 {
        // Only what is tied to the nodes asked about: two neighbours that also know each other would hide the answer.
        selection.links.retain(|l| start.contains(&model.links[*l].from) || start.contains(&model.links[*l].to));
    }
    selection
}

/// A node with all it stands for: a field with the fields below it, a layer with what it holds.
fn with_parts(model: &Model, node: usize) -> BTreeSet<usize> {
    let n = &model.nodes[node];
    let below = format!("{}.", n.id);
    let mut parts: BTreeSet<usize> = match n.kind {
        Kind::Field => {
            (0..model.nodes.len()).filter(|i| model.nodes[*i].kind == Kind::Field && model.nodes[*i].id.starts_with(&below)).collect()
        }
        Kind::Layer => model.links.iter().filter(|l| l.relation == Relation::Holds && l.from == node).map(|l| l.to).collect(),
        _ => BTreeSet::new(),
    };
    parts.insert(node);
    parts
}

/// The shortest ways by which `a` depends on `b`, each as links from `a` on. Ways through layers only where there is no other.
pub fn paths(model: &Model, a: usize, b: usize) -> Vec<Vec<usize>> {
    let goals = with_parts(model, b);
    for with_layers in [false, true] {
        let found = shortest(model, a, &goals, with_layers);
        if !found.is_empty() {
            return found;
        }
    }
    Vec::new()
}

fn shortest(model: &Model, a: usize, goals: &BTreeSet<usize>, with_layers: bool) -> Vec<Vec<usize>> {
    let uses = adjacency(model, |l| l.to, |l| l.relation.carries() && (with_layers || !l.relation.is_of_layers()));
    let mut distance: BTreeMap<usize, usize> = BTreeMap::from([(a, 0)]);
    let mut came: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    let mut queue = VecDeque::from([a]);
    let mut best: Option<usize> = None;
    while let Some(n) = queue.pop_front() {
        let d = distance[&n];
        if goals.contains(&n) && n != a {
            best = best.or(Some(d));
            continue;
        }
        if best.is_some_and(|b| d >= b) {
            continue;
        }
        for link in &uses[n] {
            let next = model.links[*link].from;
            match distance.get(&next) {
                None => {
                    distance.insert(next, d + 1);
                    came.insert(next, vec![*link]);
                    queue.push_back(next);
                }
                Some(known) if *known == d + 1 => came.entry(next).or_default().push(*link),
                Some(_) => {}
            }
        }
    }
    let Some(best) = best else { return Vec::new() };
    let mut out: Vec<Vec<usize>> = Vec::new();
    for goal in goals.iter().filter(|g| distance.get(g) == Some(&best)) {
        let mut stack: Vec<(usize, Vec<usize>)> = vec![(*goal, Vec::new())];
        while let Some((n, way)) = stack.pop() {
            if n == a {
                if out.len() < MAX_PATHS {
                    out.push(way.into_iter().rev().collect());
                }
                continue;
            }
            for link in came.get(&n).into_iter().flatten().rev() {
                let mut way = way.clone();
                way.push(*link);
                stack.push((model.links[*link].to, way));
            }
        }
    }
    out
}

/// What a field can influence.
#[derive(Clone, Debug, Default)]
pub struct Impact {
    /// The nodes that it can change, in the order of the model, with the number of links to the nearest.
    pub reached: Vec<(usize, usize)>,
    /// Layers that it can switch on and off, with all their rules.
    pub layers: Vec<usize>,
    /// Nodes and links to draw.
    pub selection: Selection,
}

/// What a change of a node can change: along all that reads it, and the tables that exist because it does.
pub fn impact(model: &Model, schema: &Schema, node: usize) -> Impact {
    let mut start = with_parts(model, node);
    if model.nodes[node].kind == Kind::Field {
        // To state a field is to state the table it stands in; whether that is given can matter.
        let id = model.nodes[node].id.clone();
        for (at, _) in id.match_indices('.') {
            let parent = &id[..at];
            if let (false, Some(i)) = (is_list(schema, parent), model.get(Kind::Field, parent)) {
                start.insert(i);
            }
        }
    }
    let users = adjacency(model, |l| l.from, |l| l.relation.carries() && !l.relation.is_of_layers());
    let mut distance: BTreeMap<usize, usize> = start.iter().map(|n| (*n, 0)).collect();
    let mut queue: VecDeque<usize> = start.iter().copied().collect();
    let mut links: BTreeSet<usize> = BTreeSet::new();
    let mut layers = Vec::new();
    while let Some(n) = queue.pop_front() {
        for link in &users[n] {
            let to = model.links[*link].to;
            links.insert(*link);
            if model.nodes[to].kind == Kind::Layer {
                // All its rules would be an answer that says nothing: the layer is named instead.
                if !layers.contains(&to) {
                    layers.push(to);
                }
                continue;
            }
            if !distance.contains_key(&to) {
                distance.insert(to, distance[&n] + 1);
                queue.push_back(to);
            }
        }
    }
    layers.sort_unstable();
    let reached: Vec<(usize, usize)> = distance.iter().filter(|(n, _)| !start.contains(n)).map(|(n, d)| (*n, *d)).collect();
    // A table or part that nothing reads is no part of the picture.
    let tied: BTreeSet<usize> = links.iter().flat_map(|l| [model.links[*l].from, model.links[*l].to]).collect();
    let nodes = distance.keys().copied().chain(layers.iter().copied()).filter(|n| *n == node || tied.contains(n)).collect();
    Impact { reached, layers, selection: Selection { nodes, links: links.into_iter().collect(), focus: vec![node] } }
}

fn is_list(schema: &Schema, path: &str) -> bool {
    let mut record = schema.root;
    let mut list = false;
    for name in path.split('.') {
        let Some(field) = record.and_then(|r| schema.record(r).find(name)) else { return false };
        list = matches!(field.ty, crate::value::FieldType::List { .. });
        record = match &field.ty {
            crate::value::FieldType::Record(id) => Some(*id),
            crate::value::FieldType::List { item, .. } => match **item {
                crate::value::FieldType::Record(id) => Some(id),
                _ => None,
            },
            _ => None,
        };
    }
    list
}

impl Selection {
    /// Requirements that ended in one of these ways, with what they read directly and what leads to them.
    pub fn ended(model: &Model, outcomes: &[Outcome]) -> Selection {
        let is = |n: &Node| matches!(n.mark, Some(Mark::Ended(o)) if outcomes.contains(&o));
        let focus: Vec<usize> = (0..model.nodes.len()).filter(|i| is(&model.nodes[*i])).collect();
        let mut nodes: BTreeSet<usize> = focus.iter().copied().collect();
        let mut edge = focus.clone();
        let uses = adjacency(model, |l| l.to, |l| !l.relation.is_of_layers() && l.relation.carries());
        while let Some(n) = edge.pop() {
            for link in &uses[n] {
                let from = model.links[*link].from;
                // Definitions are opened down to the fields; a needed rule is shown, not what it reads in turn.
                if nodes.insert(from) && matches!(model.nodes[from].kind, Kind::Definition) {
                    edge.push(from);
                }
            }
        }
        select(model, nodes, vec![], false)
    }

    /// The nodes and links of some paths.
    pub fn of_paths(model: &Model, paths: &[Vec<usize>], ends: &[usize]) -> Selection {
        let links: BTreeSet<usize> = paths.iter().flatten().copied().collect();
        let mut nodes: BTreeSet<usize> = links.iter().flat_map(|l| [model.links[*l].from, model.links[*l].to]).collect();
        nodes.extend(ends);
        Selection { nodes: nodes.into_iter().collect(), links: links.into_iter().collect(), focus: ends.to_vec() }
    }

    /// A link in words: who depends on whom.
    pub fn sentence(model: &Model, link: usize) -> Bilingual {
        let l = &model.links[link];
        let verb = l.relation.verb();
        let (from, to) = (&model.nodes[l.from], &model.nodes[l.to]);
        let (f, t) = (from.noun(), to.noun());
        Bilingual::new(
            format!("{} {} {} {} {}", t.en, to.id, verb.en, f.en, from.id),
            format!("{} {} {}{} {}", t.zh, to.id, verb.zh, f.zh, from.id),
        )
    }
}
