//! Which declaration of the old rules is which of the new ones, and what differs between the two.

use super::facts::{Fact, Item, Piece, collect};
use super::meaning::{Equivalence, Ordered, Relation, Renames, find_ordered};
use super::places::Places;
use super::words::{Kind, What};
use super::{Difference, Entry, Excerpt, Part, Side, Status};
use std::collections::BTreeMap;

/// Most rounds of looking for renamed declarations: one may show only after one it uses was found.
const MAX_ROUNDS: usize = 8;

/// Compares two rulesets that compiled without errors.
pub fn compare(old: &Side<'_>, new: &Side<'_>, equivalence: &dyn Equivalence) -> Difference {
    let (old_places, new_places) = (Places::new(old.files), Places::new(new.files));
    let mut renames = Renames::new();
    let mut ordered = Ordered::new();
    [old.program, new.program].into_iter().for_each(|p| find_ordered(p, &mut ordered));
    let after = collect(new, &new_places, &Renames::new(), &ordered);
    let mut before = collect(old, &old_places, &renames, &ordered);
    let mut pairs = pair(&before, &after);
    for _ in 0..MAX_ROUNDS {
        let known = renames.len();
        for (o, n) in pairs.iter().filter_map(|p| Some((&before[p.0?], &after[p.1?]))) {
            if let (Some(space), true) = (o.space, o.id != n.id) {
                renames.insert((space, o.layer.clone(), o.id.clone()), n.id.clone());
            }
        }
        if renames.len() == known {
            break;
        }
        before = collect(old, &old_places, &renames, &ordered);
        pairs = pair(&before, &after);
    }
    let several = several(&before, &after);
    let mut result = Difference::default();
    for program in [old.program, new.program] {
        result.layers.extend(program.layers.iter().map(|l| (l.id.clone(), l.title.clone())));
    }
    for (o, n) in pairs {
        let (o, n) = (o.map(|i| &before[i]), n.map(|i| &after[i]));
        if let Some(entry) = entry(o, n, (old, new), equivalence, &several) {
            if let Some(was) = &entry.was {
                result.renamed.insert(was.clone(), entry.name.clone());
            }
            result.entries.push(entry);
        }
    }
    let rank = |layer: &str| -> (usize, String) {
        let extends = [new.program, old.program].iter().find_map(|p| p.find_layer(layer).map(|l| p.layer(l).extends.is_some()));
        (if layer.is_empty() { 0 } else { 1 + usize::from(extends == Some(true)) }, layer.to_owned())
    };
    result.entries.sort_by_cached_key(|e| (rank(&e.layer), e.kind, e.name.clone(), e.version, e.status as u8, e.new.or(e.old)));
    result
}

/// Declarations that share one space of names: `zj/phone-local` may be a requirement today and a replacement tomorrow.
fn class(kind: Kind) -> Kind {
    match kind {
        Kind::Set | Kind::Except | Kind::Unless | Kind::Waive | Kind::Replace | Kind::Adopt | Kind::Confirm | Kind::Advice => {
            Kind::Requirement
        }
        other => other,
    }
}

type Key<'f> = (Kind, &'f str, &'f str);

fn key(f: &Fact) -> Key<'_> {
    (class(f.kind), &f.layer, &f.id)
}

fn by_key<'f>(facts: &'f [Fact]) -> BTreeMap<Key<'f>, Vec<usize>> {
    let mut map: BTreeMap<Key<'f>, Vec<usize>> = BTreeMap::new();
    for (i, f) in facts.iter().enumerate() {
        map.entry(key(f)).or_default().push(i);
    }
    map
}

/// Names that stand for more than one dated declaration on a side.
fn several(old: &[Fact], new: &[Fact]) -> Vec<(Kind, String, String)> {
    let mut names: Vec<(Kind, String, String)> = Vec::new();
    for facts in [old, new] {
        for ((kind, layer, id), list) in by_key(facts) {
            if list.len() > 1 {
                names.push((kind, layer.to_owned(), id.to_owned()));
            }
        }
    }
    names.sort();
    names.dedup();
    names
}

/// Pairs of indices; one side is missing for what was added or removed.
fn pair(old: &[Fact], new: &[Fact]) -> Vec<(Option<usize>, Option<usize>)> {
    let (old_by, mut new_by) = (by_key(old), by_key(new));
    let mut pairs = Vec::new();
    let mut gone: Vec<usize> = Vec::new();
    let mut come: Vec<usize> = Vec::new();
    for (key, mut list) in old_by {
        let mut others = new_by.remove(&key).unwrap_or_default();
        let mut take = |fits: &dyn Fn(&Fact, &Fact) -> bool| {
            list.retain(|i| match others.iter().position(|j| fits(&old[*i], &new[*j])) {
                Some(at) => {
                    pairs.push((Some(*i), Some(others.remove(at))));
                    false
                }
                None => true,
            });
        };
        take(&|o, n| o.kind == n.kind && o.from == n.from && o.body() == n.body());
        take(&|o, n| o.kind == n.kind && o.from == n.from);
        take(&|o, n| o.kind == n.kind && !o.body().is_empty() && o.body() == n.body());
        if list.len() == 1 && others.len() == 1 {
            pairs.push((list.pop(), others.pop()));
        }
        gone.extend(list);
        come.extend(others);
    }
    come.extend(new_by.into_values().flatten());
    come.sort_unstable();
    gone.sort_unstable();
    // Renamed: another id in the same layer that neither side had before, the same body; the same title tells twins apart.
    let is_free = |o: &Fact, n: &Fact| !new.iter().any(|x| key(x) == key(o)) && !old.iter().any(|x| key(x) == key(n));
    for same_title in [true, false] {
        gone.retain(|i| {
            let o = &old[*i];
            let body = o.body();
            let fits = |j: &usize| {
                let n = &new[*j];
                o.kind == n.kind && o.layer == n.layer && body == n.body() && (!same_title || o.title == n.title) && is_free(o, n)
            };
            match come.iter().position(fits) {
                Some(at) if !body.is_empty() => {
                    pairs.push((Some(*i), Some(come.remove(at))));
                    false
                }
                _ => true,
            }
        });
    }
    pairs.extend(gone.into_iter().map(|i| (Some(i), None)));
    pairs.extend(come.into_iter().map(|j| (None, Some(j))));
    pairs
}

fn entry(
    old: Option<&Fact>,
    new: Option<&Fact>,
    sides: (&Side<'_>, &Side<'_>),
    equivalence: &dyn Equivalence,
    several: &[(Kind, String, String)],
) -> Option<Entry> {
    let fact = new.or(old)?;
    let (status, parts, was) = match (old, new) {
        (Some(o), Some(n)) => {
            let parts = parts(o, n, sides, equivalence);
            match (o.id != n.id, parts.is_empty()) {
                (true, _) => (Status::Renamed, parts, Some(o.name())),
                (false, false) => (Status::Changed, parts, None),
                (false, true) => return None,
            }
        }
        (None, _) => (Status::Added, vec![], None),
        (_, None) => (Status::Removed, vec![], None),
    };
    let is_one_of_several = |f: &Fact| several.contains(&(class(f.kind), f.layer.clone(), f.id.clone()));
    let version = if is_one_of_several(fact) || old.is_some_and(is_one_of_several) { fact.from } else { None };
    Some(Entry {
        layer: fact.layer.clone(),
        kind: fact.kind,
        name: fact.name(),
        version,
        title: fact.title.clone(),
        status,
        was,
        old: old.map(|o| o.span),
        new: new.map(|n| n.span),
        parts,
    })
}

fn parts(old: &Fact, new: &Fact, sides: (&Side<'_>, &Side<'_>), equivalence: &dyn Equivalence) -> Vec<Part> {
    let mut whats: Vec<What> = old.pieces.iter().chain(&new.pieces).map(|p| p.what).collect();
    whats.sort_unstable();
    whats.dedup();
    let find = |f: &'_ Fact, what| f.pieces.iter().position(|p| p.what == what);
    let mut out = Vec::new();
    for what in whats {
        let (o, n) = (find(old, what).map(|i| &old.pieces[i]), find(new, what).map(|i| &new.pieces[i]));
        let written = |p: Option<&Piece>| p.is_some_and(|p| p.is_written);
        // A replacement that leaves a part to its base is not changed when the base is.
        if !written(o) && !written(n) {
            continue;
        }
        let meaning = |p: Option<&Piece>| p.map_or(String::new(), |p| p.meaning.clone());
        let (a, b) = (meaning(o), meaning(n));
        if a == b {
            continue;
        }
        if let (Some(x), Some(y)) = (o.and_then(|p| p.expr), n.and_then(|p| p.expr))
            && equivalence.relate((sides.0, x), (sides.1, y), (&a, &b)) == Relation::Same
        {
            continue;
        }
        let (o, n) = (o.map_or(&[][..], |p| &p.items), n.map_or(&[][..], |p| &p.items));
        out.push(part(what, o, n));
    }
    // The materials of a requirement are a part of its demand: said once.
    if out.iter().any(|p| p.what == What::Demand) && new.kind != Kind::Step {
        out.retain(|p| p.what != What::Materials);
    }
    out
}

/// Only the items that differ; all of them where the order alone does.
fn part(what: What, old: &[Item], new: &[Item]) -> Part {
    let only = |list: &[Item], others: &[Item]| -> Vec<Excerpt> {
        let fresh = list.iter().filter(|i| !others.iter().any(|o| o.meaning == i.meaning));
        fresh.map(|i| Excerpt { text: i.text.clone(), span: i.span }).collect()
    };
    let all = |list: &[Item]| -> Vec<Excerpt> { list.iter().map(|i| Excerpt { text: i.text.clone(), span: i.span }).collect() };
    let (o, n) = (only(old, new), only(new, old));
    if o.is_empty() && n.is_empty() {
        return Part { what, old: all(old), new: all(new), is_partial: false };
    }
    let is_partial = o.len() < old.len() || n.len() < new.len();
    Part { what, old: o, new: n, is_partial }
}
