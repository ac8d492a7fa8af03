//! Order of a dependency graph, and its rings.

use crate::source::Span;
use petgraph::Direction;
use petgraph::graph::{DiGraph, NodeIndex};
use petgraph::visit::EdgeRef;
use std::collections::{BTreeMap, VecDeque};

/// A graph in order: what does not lie on a ring, dependencies first, and each ring once.
#[derive(Debug, Default)]
pub struct Order {
    /// Node weights, dependencies before those that use them.
    pub sorted: Vec<usize>,
    /// Rings: each member with the place where it names the next.
    pub rings: Vec<Vec<(usize, Span)>>,
}

/// Orders a graph whose edges lead from what is used to what uses it.
pub fn order(graph: &DiGraph<usize, Span>) -> Order {
    let mut result = Order::default();
    // Iterative, unlike Tarjan's: long chains do not overflow the stack. Components come in reverse order.
    let mut components = petgraph::algo::kosaraju_scc(graph);
    components.reverse();
    for component in components {
        let alone = component.len() == 1 && graph.find_edge(component[0], component[0]).is_none();
        if alone {
            result.sorted.push(graph[component[0]]);
        } else {
            result.rings.push(ring(graph, &component));
        }
    }
    result.rings.sort_by_key(|r| r.first().map(|(_, s)| *s));
    result
}

/// The shortest ring through the component's smallest node.
fn ring(graph: &DiGraph<usize, Span>, component: &[NodeIndex]) -> Vec<(usize, Span)> {
    let Some(start) = component.iter().copied().min_by_key(|n| graph[*n]) else { return Vec::new() };
    let mut came_from: BTreeMap<NodeIndex, (NodeIndex, Span)> = BTreeMap::new();
    let mut queue = VecDeque::from([start]);
    while let Some(node) = queue.pop_front() {
        let mut edges: Vec<(Span, NodeIndex)> =
            graph.edges_directed(node, Direction::Incoming).map(|e| (*e.weight(), e.source())).collect();
        edges.sort_by_key(|(span, n)| (graph[*n], *span));
        for (span, used) in edges {
            if used == start {
                let mut ring = vec![(graph[node], span)];
                let mut at = node;
                while at != start {
                    let (previous, span) = came_from[&at];
                    ring.push((graph[previous], span));
                    at = previous;
                }
                ring.reverse();
                return ring;
            }
            if component.contains(&used) && !came_from.contains_key(&used) {
                came_from.insert(used, (node, span));
                queue.push_back(used);
            }
        }
    }
    Vec::new()
}
