//! Which row: each column sorted by where its neighbours stand, back and forth, as long as lines cross less.

use super::Vertex;

/// Columns with their vertices from top to bottom.
pub(super) fn ordered(vertices: &[Vertex]) -> Vec<Vec<usize>> {
    let n_ranks = vertices.iter().map(|v| v.rank + 1).max().unwrap_or(0);
    let mut layers: Vec<Vec<usize>> = vec![Vec::new(); n_ranks];
    // Depth first from the left, so that what belongs together starts together.
    let mut seen = vec![false; vertices.len()];
    let mut starts: Vec<usize> = (0..vertices.len()).collect();
    starts.sort_by_key(|v| (vertices[*v].rank, *v));
    for start in starts {
        let mut stack = vec![start];
        while let Some(v) = stack.pop() {
            if std::mem::replace(&mut seen[v], true) {
                continue;
            }
            layers[vertices[v].rank].push(v);
            stack.extend(vertices[v].after.iter().rev().filter(|a| !seen[**a]));
            stack.extend(vertices[v].before.iter().rev().filter(|b| !seen[**b]));
        }
    }
    let rounds = if vertices.len() > 4000 { 6 } else { 24 };
    let mut best = layers.clone();
    let mut least = crossings(vertices, &layers);
    let mut idle = 0;
    for round in 0..rounds {
        if least == 0 || idle > 6 {
            break;
        }
        sweep(vertices, &mut layers, round % 2 == 0, round % 4 < 2);
        if vertices.len() <= 1500 {
            transpose(vertices, &mut layers);
        }
        let now = crossings(vertices, &layers);
        idle += 1;
        if now < least {
            (least, idle) = (now, 0);
            best.clone_from(&layers);
        }
    }
    best
}

fn positions(vertices: &[Vertex], layers: &[Vec<usize>]) -> Vec<usize> {
    let mut position = vec![0; vertices.len()];
    for layer in layers {
        for (i, v) in layer.iter().enumerate() {
            position[*v] = i;
        }
    }
    position
}

fn sweep(vertices: &[Vertex], layers: &mut [Vec<usize>], rightwards: bool, keep_ties: bool) {
    let mut position = positions(vertices, layers);
    let n = layers.len();
    let sequence: Vec<usize> = if rightwards { (1..n).collect() } else { (0..n.saturating_sub(1)).rev().collect() };
    for r in sequence {
        let mut keyed: Vec<(f64, usize, usize)> = Vec::with_capacity(layers[r].len());
        for (i, v) in layers[r].iter().enumerate() {
            let others = if rightwards { &vertices[*v].before } else { &vertices[*v].after };
            let centre =
                if others.is_empty() { i as f64 } else { others.iter().map(|o| position[*o] as f64).sum::<f64>() / others.len() as f64 };
            // Ties the other way round now and then: a way out of a standstill.
            keyed.push((centre, if keep_ties { i } else { usize::MAX - i }, *v));
        }
        keyed.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        layers[r] = keyed.into_iter().map(|k| k.2).collect();
        for (i, v) in layers[r].iter().enumerate() {
            position[*v] = i;
        }
    }
}

/// Swaps neighbours of a column while that saves crossings.
fn transpose(vertices: &[Vertex], layers: &mut [Vec<usize>]) {
    let mut position = positions(vertices, layers);
    for _ in 0..4 {
        let mut better = false;
        for layer in layers.iter_mut() {
            for i in 1..layer.len() {
                let (a, b) = (layer[i - 1], layer[i]);
                let (va, vb) = (&vertices[a], &vertices[b]);
                let now = pair(&va.before, &vb.before, &position) + pair(&va.after, &vb.after, &position);
                let then = pair(&vb.before, &va.before, &position) + pair(&vb.after, &va.after, &position);
                if then < now {
                    layer.swap(i - 1, i);
                    (position[a], position[b]) = (i, i - 1);
                    better = true;
                }
            }
        }
        if !better {
            break;
        }
    }
}

/// Crossings between the lines of two neighbours, the first above the second.
fn pair(upper: &[usize], lower: &[usize], position: &[usize]) -> usize {
    upper.iter().map(|u| lower.iter().filter(|l| position[**l] < position[*u]).count()).sum()
}

/// Number of crossings of all lines.
pub(super) fn crossings(vertices: &[Vertex], layers: &[Vec<usize>]) -> usize {
    let position = positions(vertices, layers);
    let mut total = 0;
    for pair in layers.windows(2) {
        let width = pair[1].len();
        // A Fenwick tree over the rows of the right column.
        let mut tree = vec![0usize; width + 1];
        let mut n = 0usize;
        for v in &pair[0] {
            let mut rows: Vec<usize> = vertices[*v].after.iter().map(|a| position[*a]).collect();
            rows.sort_unstable();
            for row in &rows {
                let (mut i, mut not_below) = (row + 1, 0);
                while i > 0 {
                    not_below += tree[i];
                    i &= i - 1;
                }
                total += n - not_below;
            }
            for row in rows {
                let mut i = row + 1;
                while i <= width {
                    tree[i] += 1;
                    i += i & i.wrapping_neg();
                }
                n += 1;
            }
        }
    }
    total
}
