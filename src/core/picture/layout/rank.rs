//! Which column: cycles turned around, each node right of all it depends on, close to what it is tied to, no column too full.

use super::{Join, Size};

/// For each link whether it is turned around so that no cycle remains.
pub(super) fn turned(n: usize, joins: &[Join]) -> Vec<bool> {
    let mut out: Vec<Vec<usize>> = vec![Vec::new(); n];
    for (i, j) in joins.iter().enumerate().filter(|(_, j)| j.from != j.to) {
        out[j.from].push(i);
    }
    let mut turned = vec![false; joins.len()];
    // 0 not seen, 1 on the way, 2 done. Nodes that nothing leads to come first.
    let mut state = vec![0u8; n];
    let mut incoming = vec![0usize; n];
    for j in joins {
        incoming[j.to] += 1;
    }
    let mut starts: Vec<usize> = (0..n).collect();
    starts.sort_by_key(|v| (incoming[*v] > 0, *v));
    for start in starts {
        if state[start] != 0 {
            continue;
        }
        state[start] = 1;
        let mut stack = vec![(start, 0usize)];
        while let Some((v, at)) = stack.pop() {
            let Some(edge) = out[v].get(at) else {
                state[v] = 2;
                continue;
            };
            stack.push((v, at + 1));
            let to = joins[*edge].to;
            match state[to] {
                0 => {
                    state[to] = 1;
                    stack.push((to, 0));
                }
                1 => turned[*edge] = true,
                _ => {}
            }
        }
    }
    turned
}

/// Columns from 0 on for links without cycles.
pub(super) fn ranks(sizes: &[Size], ends: &[(usize, usize)]) -> Vec<usize> {
    let n = sizes.len();
    let (mut before, mut after) = (vec![Vec::new(); n], vec![Vec::new(); n]);
    for (from, to) in ends.iter().filter(|(f, t)| f != t) {
        after[*from].push(*to);
        before[*to].push(*from);
    }
    let sorted = topological(&before, &after);
    let mut rank = vec![0i64; n];
    for v in &sorted {
        rank[*v] = before[*v].iter().map(|b| rank[*b] + 1).max().unwrap_or(0);
    }
    // Shorter links: a node goes to the side where more links pull.
    for _ in 0..4 {
        for v in sorted.iter().rev() {
            if let Some(limit) = after[*v].iter().map(|a| rank[*a] - 1).min()
                && after[*v].len() >= before[*v].len()
            {
                rank[*v] = limit;
            }
        }
        for v in &sorted {
            if let Some(limit) = before[*v].iter().map(|b| rank[*b] + 1).max()
                && before[*v].len() > after[*v].len()
            {
                rank[*v] = limit;
            }
        }
    }
    spread(sizes, &before, &after, &mut rank);
    // Columns that nobody stands in any more are left out.
    let mut used: Vec<i64> = rank.clone();
    used.sort_unstable();
    used.dedup();
    rank.iter().map(|r| used.binary_search(r).unwrap_or(0)).collect()
}

fn topological(before: &[Vec<usize>], after: &[Vec<usize>]) -> Vec<usize> {
    let mut open: Vec<usize> = before.iter().map(Vec::len).collect();
    let mut ready: std::collections::BTreeSet<usize> = (0..open.len()).filter(|v| open[*v] == 0).collect();
    let mut sorted = Vec::with_capacity(open.len());
    while let Some(v) = ready.pop_first() {
        sorted.push(v);
        for a in &after[v] {
            open[*a] -= 1;
            if open[*a] == 0 {
                ready.insert(*a);
            }
        }
    }
    sorted
}

/// Moves ends of overfull columns outwards: what nothing follows to the right, what nothing precedes to the left.
fn spread(sizes: &[Size], before: &[Vec<usize>], after: &[Vec<usize>], rank: &mut [i64]) {
    let n = sizes.len();
    if n == 0 {
        return;
    }
    let (width, height) = sizes.iter().fold((0.0, 0.0), |(w, h), s| (w + s.width, h + s.height));
    let (width, height) = (width / n as f64 + super::CHANNEL.0, height / n as f64 + super::GAP);
    let most = ((n as f64 * width / (1.5 * height)).sqrt().ceil() as usize).max(14);
    for rightwards in [true, false] {
        let ends: Vec<usize> = (0..n).filter(|v| if rightwards { after[*v].is_empty() } else { before[*v].is_empty() }).collect();
        let step = if rightwards { 1 } else { -1 };
        let mut count: std::collections::BTreeMap<i64, usize> = std::collections::BTreeMap::new();
        for r in rank.iter() {
            *count.entry(*r).or_default() += 1;
        }
        let mut queue: std::collections::BTreeMap<i64, Vec<usize>> = std::collections::BTreeMap::new();
        for v in ends {
            queue.entry(rank[v] * step).or_default().push(v);
        }
        while let Some((at, mut movable)) = queue.pop_first() {
            let r = at * step;
            while count.get(&r).copied().unwrap_or(0) > most
                && let Some(v) = movable.pop()
            {
                rank[v] = r + step;
                *count.entry(r).or_default() -= 1;
                *count.entry(r + step).or_default() += 1;
                queue.entry((r + step) * step).or_default().push(v);
            }
        }
    }
}
