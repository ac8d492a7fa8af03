//! Where boxes and lines go: layers from left to right, few crossings, no line through a box (Sugiyama's method).
//!
//! Cycles are broken by turning links around, every node gets a rank, a link that spans several ranks gets a lane in each between, ranks are
//! ordered to cross little, heights follow Brandes and Köpf. Links from one node that look alike share their lanes. Lines are level inside a
//! rank and bend only in the channels between ranks, where there are no boxes.

mod order;
mod place;
mod rank;

/// A box to be placed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Size {
    /// From left to right.
    pub width: f64,
    /// From top to bottom.
    pub height: f64,
}

/// A link to be drawn; links of one node with the same bundle share lanes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Join {
    /// Index of the box where it starts.
    pub from: usize,
    /// Index of the box where it ends.
    pub to: usize,
    /// What it looks like.
    pub bundle: u32,
}

/// A box in its place.
#[derive(Clone, Copy, Debug, PartialEq)]
#[allow(missing_docs)]
pub struct Rect {
    pub x: f64,
    pub y: f64,
    pub width: f64,
    pub height: f64,
}

/// A line: between two neighbouring points it leaves and arrives level.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Route {
    /// Points from start to end; empty for a link from a box to itself.
    pub points: Vec<(f64, f64)>,
}

/// Everything in its place, from the origin on.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Layout {
    /// By the index of the box.
    pub boxes: Vec<Rect>,
    /// By the index of the link.
    pub routes: Vec<Route>,
    /// Width of the whole.
    pub width: f64,
    /// Height of the whole.
    pub height: f64,
}

/// Distance between two boxes of a rank, between two lanes, and between parts that nothing joins.
const GAP: f64 = 16.0;
const LANE_GAP: f64 = 7.0;
const PART_GAP: f64 = 40.0;
/// Width of a channel: at least, for each line, at most.
const CHANNEL: (f64, f64, f64) = (70.0, 2.0, 190.0);
/// Height that a lane is taken to have.
const LANE: f64 = 2.0;

/// A box or a lane of one rank.
#[derive(Clone, Debug, Default)]
struct Vertex {
    rank: usize,
    width: f64,
    height: f64,
    is_lane: bool,
    /// Neighbours in the rank before and in the rank after.
    before: Vec<usize>,
    after: Vec<usize>,
}

/// A point of a line.
impl Route {
    /// Points along the line, `n` for each of its pieces.
    pub fn samples(&self, n: usize) -> Vec<(f64, f64)> {
        let mut out = Vec::new();
        for pair in self.points.windows(2) {
            let ((x1, y1), (x2, y2)) = (pair[0], pair[1]);
            let mid = f64::midpoint(x1, x2);
            for i in 0..=n {
                let t = i as f64 / n as f64;
                let (a, b, c, d) = ((1.0 - t).powi(3), 3.0 * t * (1.0 - t).powi(2), 3.0 * t * t * (1.0 - t), t.powi(3));
                out.push((a * x1 + b * mid + c * mid + d * x2, a * y1 + b * y1 + c * y2 + d * y2));
            }
        }
        out
    }
}

/// Places boxes and links.
pub fn layout(sizes: &[Size], joins: &[Join]) -> Layout {
    let mut parts: Vec<(Vec<usize>, Layout, Vec<usize>)> = Vec::new();
    for nodes in components(sizes.len(), joins) {
        let mut index = vec![usize::MAX; sizes.len()];
        for (i, n) in nodes.iter().enumerate() {
            index[*n] = i;
        }
        let own: Vec<usize> = (0..joins.len()).filter(|j| index[joins[*j].from] != usize::MAX).collect();
        let inner: Vec<Join> =
            own.iter().map(|j| Join { from: index[joins[*j].from], to: index[joins[*j].to], bundle: joins[*j].bundle }).collect();
        let inner_sizes: Vec<Size> = nodes.iter().map(|n| sizes[*n]).collect();
        parts.push((nodes, one(&inner_sizes, &inner), own));
    }
    packed(sizes.len(), joins.len(), parts)
}

/// Sets of boxes that links hold together, each in ascending order.
fn components(n: usize, joins: &[Join]) -> Vec<Vec<usize>> {
    let mut root: Vec<usize> = (0..n).collect();
    fn find(root: &mut [usize], mut i: usize) -> usize {
        while root[i] != i {
            root[i] = root[root[i]];
            i = root[i];
        }
        i
    }
    for join in joins {
        let (a, b) = (find(&mut root, join.from), find(&mut root, join.to));
        root[a.max(b)] = a.min(b);
    }
    let mut sets: std::collections::BTreeMap<usize, Vec<usize>> = std::collections::BTreeMap::new();
    for i in 0..n {
        let r = find(&mut root, i);
        sets.entry(r).or_default().push(i);
    }
    sets.into_values().collect()
}

/// Parts side by side in rows, the tallest first, about as wide as three parts to two parts high.
fn packed(n_boxes: usize, n_joins: usize, mut parts: Vec<(Vec<usize>, Layout, Vec<usize>)>) -> Layout {
    parts.sort_by(|a, b| b.1.height.total_cmp(&a.1.height).then(a.0.cmp(&b.0)));
    let area: f64 = parts.iter().map(|p| (p.1.width + PART_GAP) * (p.1.height + PART_GAP)).sum();
    let widest = parts.iter().map(|p| p.1.width).fold(0.0, f64::max);
    let limit = widest.max((area * 1.5).sqrt());
    let mut whole = Layout {
        boxes: vec![Rect { x: 0.0, y: 0.0, width: 0.0, height: 0.0 }; n_boxes],
        routes: vec![Route::default(); n_joins],
        width: 0.0,
        height: 0.0,
    };
    let (mut x, mut y, mut row) = (0.0, 0.0, 0.0_f64);
    for (nodes, part, joins) in parts {
        if x > 0.0 && x + part.width > limit {
            (x, y, row) = (0.0, y + row + PART_GAP, 0.0);
        }
        for (i, n) in nodes.iter().enumerate() {
            let b = part.boxes[i];
            whole.boxes[*n] = Rect { x: b.x + x, y: b.y + y, ..b };
        }
        for (i, j) in joins.iter().enumerate() {
            whole.routes[*j] = Route { points: part.routes[i].points.iter().map(|(px, py)| (px + x, py + y)).collect() };
        }
        whole.width = whole.width.max(x + part.width);
        whole.height = whole.height.max(y + part.height);
        row = row.max(part.height);
        x += part.width + PART_GAP;
    }
    whole
}

/// One set of boxes that links hold together.
fn one(sizes: &[Size], joins: &[Join]) -> Layout {
    let turned = rank::turned(sizes.len(), joins);
    let ends: Vec<(usize, usize)> = joins.iter().zip(&turned).map(|(j, t)| if *t { (j.to, j.from) } else { (j.from, j.to) }).collect();
    let ranks = rank::ranks(sizes, &ends);
    let mut vertices: Vec<Vertex> =
        sizes.iter().zip(&ranks).map(|(s, r)| Vertex { rank: *r, width: s.width, height: s.height, ..Vertex::default() }).collect();
    let mut chains: Vec<Vec<usize>> = Vec::with_capacity(joins.len());
    // Lanes of a box: by where they start, how they look and the rank.
    let mut lanes: std::collections::BTreeMap<(usize, u32, bool, usize), usize> = std::collections::BTreeMap::new();
    for (i, (from, to)) in ends.iter().copied().enumerate() {
        let mut chain = vec![from];
        if from != to {
            for r in ranks[from] + 1..ranks[to] {
                let last = chain[chain.len() - 1];
                let lane = *lanes.entry((from, joins[i].bundle, turned[i], r)).or_insert_with(|| {
                    vertices.push(Vertex { rank: r, height: LANE, is_lane: true, ..Vertex::default() });
                    vertices.len() - 1
                });
                tie(&mut vertices, last, lane);
                chain.push(lane);
            }
            tie(&mut vertices, chain[chain.len() - 1], to);
            chain.push(to);
        }
        chains.push(chain);
    }
    let layers = order::ordered(&vertices);
    let middle = place::heights(&vertices, &layers);
    finish(sizes.len(), &vertices, &layers, &middle, &chains, &turned)
}

fn tie(vertices: &mut [Vertex], a: usize, b: usize) {
    if !vertices[a].after.contains(&b) {
        vertices[a].after.push(b);
        vertices[b].before.push(a);
    }
}

/// Columns, doors and lines.
fn finish(n: usize, vertices: &[Vertex], layers: &[Vec<usize>], middle: &[f64], chains: &[Vec<usize>], turned: &[bool]) -> Layout {
    let top = (0..vertices.len()).map(|v| middle[v] - vertices[v].height / 2.0).fold(f64::INFINITY, f64::min);
    let top = if top.is_finite() { top } else { 0.0 };
    let mut columns: Vec<(f64, f64)> = Vec::with_capacity(layers.len());
    let mut x = 0.0;
    for layer in layers {
        let width = layer.iter().map(|v| vertices[*v].width).fold(0.0, f64::max);
        columns.push((x, x + width));
        let lines: usize = layer.iter().map(|v| vertices[*v].after.len()).sum();
        x += width + (CHANNEL.0 + CHANNEL.1 * lines as f64).min(CHANNEL.2);
    }
    let boxes: Vec<Rect> = (0..n)
        .map(|v| Rect {
            x: columns[vertices[v].rank].0,
            y: middle[v] - vertices[v].height / 2.0 - top,
            width: vertices[v].width,
            height: vertices[v].height,
        })
        .collect();
    // Doors: where a line leaves or enters a box, in the order of what it leads to.
    let door = |v: usize, other: usize, others: &[usize]| -> f64 {
        if vertices[v].is_lane || others.len() < 2 {
            return middle[v] - top;
        }
        let mut sorted: Vec<usize> = others.to_vec();
        sorted.sort_by(|a, b| middle[*a].total_cmp(&middle[*b]).then(a.cmp(b)));
        let at = sorted.iter().position(|o| *o == other).unwrap_or(0) as f64;
        let room = (vertices[v].height - 12.0).max(0.0);
        let step = (room / (others.len() - 1) as f64).min(9.0);
        middle[v] - top + (at - (others.len() - 1) as f64 / 2.0) * step
    };
    let mut routes = Vec::with_capacity(chains.len());
    for (chain, turned) in chains.iter().zip(turned) {
        let mut points: Vec<(f64, f64)> = Vec::new();
        for pair in chain.windows(2) {
            let (a, b) = (pair[0], pair[1]);
            let (ya, yb) = (door(a, b, &vertices[a].after), door(b, a, &vertices[b].before));
            let (ra, rb) = (vertices[a].rank, vertices[b].rank);
            if !vertices[a].is_lane {
                points.push((columns[ra].0 + vertices[a].width, ya));
            }
            points.push((columns[ra].1, ya));
            points.push((columns[rb].0, yb));
        }
        points.dedup();
        if *turned {
            points.reverse();
        }
        routes.push(Route { points });
    }
    let width = columns.last().map_or(0.0, |c| c.1);
    let height = (0..vertices.len()).map(|v| middle[v] + vertices[v].height / 2.0 - top).fold(0.0, f64::max);
    Layout { boxes, routes, width, height }
}
