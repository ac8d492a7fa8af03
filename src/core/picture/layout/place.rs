//! How high: Brandes and Köpf, "Fast and simple horizontal coordinate assignment" (2001), on columns. Four packings, each as tight as its
//! bias allows, and the mean of the two middle ones; all four keep the distances, so the mean does too.

use super::{GAP, LANE_GAP, Vertex};
use std::collections::BTreeSet;

/// The middle of each vertex.
pub(super) fn heights(vertices: &[Vertex], layers: &[Vec<usize>]) -> Vec<f64> {
    if vertices.is_empty() {
        return Vec::new();
    }
    let conflicts = conflicts(vertices, layers);
    let mut results: Vec<(bool, Vec<f64>)> = Vec::with_capacity(4);
    for forwards in [true, false] {
        for downwards in [true, false] {
            let mut turned: Vec<Vec<usize>> = layers.to_vec();
            if !forwards {
                turned.reverse();
            }
            if !downwards {
                for layer in &mut turned {
                    layer.reverse();
                }
            }
            let root = aligned(vertices, &turned, &conflicts, forwards);
            let mut ys = compacted(vertices, &turned, &root);
            if !downwards {
                for y in &mut ys {
                    *y = -*y;
                }
            }
            results.push((downwards, ys));
        }
    }
    let span = |ys: &[f64]| {
        let low = ys.iter().zip(vertices).map(|(y, v)| y - v.height / 2.0).fold(f64::INFINITY, f64::min);
        let high = ys.iter().zip(vertices).map(|(y, v)| y + v.height / 2.0).fold(f64::NEG_INFINITY, f64::max);
        (low, high)
    };
    let tightest = results.iter().map(|(_, ys)| span(ys)).min_by(|a, b| (a.1 - a.0).total_cmp(&(b.1 - b.0))).unwrap_or((0.0, 0.0));
    for (downwards, ys) in &mut results {
        let (low, high) = span(ys);
        let shift = if *downwards { tightest.0 - low } else { tightest.1 - high };
        for y in ys {
            *y += shift;
        }
    }
    (0..vertices.len())
        .map(|v| {
            let mut four: Vec<f64> = results.iter().map(|(_, ys)| ys[v]).collect();
            four.sort_by(f64::total_cmp);
            f64::midpoint(four[1], four[2])
        })
        .collect()
}

/// Lines that cross a line between two lanes: lanes stay straight, the others give way.
fn conflicts(vertices: &[Vertex], layers: &[Vec<usize>]) -> BTreeSet<(usize, usize)> {
    let mut position = vec![0; vertices.len()];
    for layer in layers {
        for (i, v) in layer.iter().enumerate() {
            position[*v] = i;
        }
    }
    let mut found = BTreeSet::new();
    for pair in layers.windows(2) {
        let (mut low, mut scanned) = (0, 0);
        let last = pair[1].len().saturating_sub(1);
        for (i, v) in pair[1].iter().enumerate() {
            let inner = vertices[*v].is_lane.then(|| vertices[*v].before.iter().copied().find(|b| vertices[*b].is_lane)).flatten();
            if inner.is_none() && i != last {
                continue;
            }
            let high = inner.map_or(pair[0].len(), |w| position[w]);
            while scanned <= i {
                let s = pair[1][scanned];
                for b in &vertices[s].before {
                    let at = position[*b];
                    if (at < low || high < at) && !(vertices[*b].is_lane && vertices[s].is_lane) {
                        found.insert((*b.min(&s), *b.max(&s)));
                    }
                }
                scanned += 1;
            }
            low = high;
        }
    }
    found
}

/// Blocks of vertices that want one height: the root of each vertex.
fn aligned(vertices: &[Vertex], layers: &[Vec<usize>], conflicts: &BTreeSet<(usize, usize)>, forwards: bool) -> Vec<usize> {
    let mut position = vec![0; vertices.len()];
    for layer in layers {
        for (i, v) in layer.iter().enumerate() {
            position[*v] = i;
        }
    }
    let mut root: Vec<usize> = (0..vertices.len()).collect();
    let mut align = root.clone();
    for layer in layers {
        let mut bound: isize = -1;
        for v in layer {
            let mut others: Vec<usize> = if forwards { vertices[*v].before.clone() } else { vertices[*v].after.clone() };
            if others.is_empty() {
                continue;
            }
            others.sort_by_key(|o| position[*o]);
            let middle = others.len() - 1;
            for w in &others[middle / 2..=middle.div_ceil(2)] {
                let at = position[*w] as isize;
                if align[*v] == *v && bound < at && !conflicts.contains(&(*v.min(w), *v.max(w))) {
                    align[*w] = *v;
                    root[*v] = root[*w];
                    align[*v] = root[*v];
                    bound = at;
                }
            }
        }
    }
    root
}

fn distance(a: &Vertex, b: &Vertex) -> f64 {
    let gap = match (a.is_lane, b.is_lane) {
        (true, true) => LANE_GAP,
        (false, false) => GAP,
        _ => f64::midpoint(LANE_GAP, GAP),
    };
    a.height / 2.0 + gap + b.height / 2.0
}

/// Blocks as high as those above them allow, then down again as far as those below allow.
fn compacted(vertices: &[Vertex], layers: &[Vec<usize>], root: &[usize]) -> Vec<f64> {
    let n = vertices.len();
    let mut above: Vec<Vec<(usize, f64)>> = vec![Vec::new(); n];
    let mut below = above.clone();
    for layer in layers {
        for pair in layer.windows(2) {
            let (a, b) = (root[pair[0]], root[pair[1]]);
            let d = distance(&vertices[pair[0]], &vertices[pair[1]]);
            below[a].push((b, d));
            above[b].push((a, d));
        }
    }
    let mut open: Vec<usize> = above.iter().map(Vec::len).collect();
    let mut queue: Vec<usize> = (0..n).filter(|v| root[*v] == *v && open[*v] == 0).collect();
    let mut sorted = Vec::with_capacity(n);
    while let Some(v) = queue.pop() {
        sorted.push(v);
        for (b, _) in &below[v] {
            open[*b] -= 1;
            if open[*b] == 0 {
                queue.push(*b);
            }
        }
    }
    let mut y = vec![0.0; n];
    for v in &sorted {
        y[*v] = above[*v].iter().map(|(a, d)| y[*a] + d).fold(0.0, f64::max);
    }
    for v in sorted.iter().rev() {
        let limit = below[*v].iter().map(|(b, d)| y[*b] - d).fold(f64::INFINITY, f64::min);
        if limit.is_finite() {
            y[*v] = f64::max(y[*v], limit);
        }
    }
    (0..n).map(|v| y[root[v]]).collect()
}
