//! Files that a manifest names, as they lie on this disk.
//!
//! A manifest may come from a stranger. It opens nothing outside of its own folder and of those that a call allows, and whoever reads what
//! the check says of it learns nothing of the rest of the disk: a path is followed part by part, and before a part outside would be looked at,
//! the answer is that it lies outside.

use super::fs::{self, Failure, Part};
use crate::manifest::files::{Content, Named, Outside, Seen, Shape, shape};
use std::collections::VecDeque;
use std::path::{Component, Path, PathBuf};

/// Most links on one path; systems stop there too.
const MAX_LINKS: usize = 40;

/// Which files of manifests are looked at, and what follows where they are not.
#[derive(Clone, Debug, Default)]
pub struct Documents {
    /// Folders besides that of the manifest.
    allowed: Vec<Root>,
    /// Whether a file that is not seen keeps a filing from being submitted.
    pub is_required: bool,
}

/// A folder that paths may lead into.
#[derive(Clone, Debug)]
struct Root {
    /// As it is called, from the root of the disk.
    called: PathBuf,
    /// Without links.
    real: PathBuf,
}

impl Root {
    fn of(folder: &Path) -> Result<Self, Failure> {
        Ok(Root { called: fs::tidy(&fs::absolute(folder)?), real: fs::real(folder) })
    }

    /// What remains of a whole path inside.
    fn inside<'p>(&self, path: &'p Path) -> Option<&'p Path> {
        path.strip_prefix(&self.real).or_else(|_| path.strip_prefix(&self.called)).ok()
    }
}

/// Where a path leads.
enum Place {
    At(PathBuf),
    Nowhere,
    Outside(Outside),
    Broken(Failure),
}

impl Documents {
    /// Allows these folders besides that of the manifest.
    ///
    /// # Errors
    /// Those that are no folders.
    pub fn new(allowed: &[PathBuf], is_required: bool) -> Result<Self, Vec<Failure>> {
        let mut documents = Documents { allowed: Vec::new(), is_required };
        let mut failures = Vec::new();
        for folder in allowed {
            match fs::expect_folder(folder).and_then(|()| Root::of(folder)) {
                Ok(root) => documents.allowed.push(root),
                Err(failure) => failures.push(failure),
            }
        }
        if failures.is_empty() { Ok(documents) } else { Err(failures) }
    }

    /// What lies where a manifest in `folder` says.
    pub fn see(&self, named: &Named, folder: &Path) -> Seen {
        match self.place(&named.path, folder) {
            Place::At(path) => match fs::sample(&path) {
                Ok(sample) => Seen::File(Content { n_bytes: sample.n_bytes, head: sample.head, tail: sample.tail }),
                Err(failure) => Seen::Unreadable(failure.why.reading()),
            },
            Place::Nowhere => Seen::Absent,
            Place::Outside(why) => Seen::Outside(why),
            Place::Broken(failure) => Seen::Unreadable(failure.why.reading()),
        }
    }

    fn place(&self, name: &str, folder: &Path) -> Place {
        let home = match Root::of(if folder.as_os_str().is_empty() { Path::new(".") } else { folder }) {
            Ok(home) => home,
            Err(failure) => return Place::Broken(failure),
        };
        // What the manifest itself writes may lead into a folder that the call allows, and nowhere else, not even back into its own.
        let allowed = |path: &Path| enter(&self.allowed, &fs::tidy(path));
        let start = match shape(name) {
            Shape::Below => Some((home.real.clone(), parts(Path::new(name)))),
            Shape::Above => allowed(&home.called.join(name)),
            Shape::Whole(_) => allowed(Path::new(name)),
        };
        let Some((at, rest)) = start else {
            return Place::Outside(match shape(name) {
                Shape::Whole(why) => why,
                _ => Outside::Up,
            });
        };
        let roots: Vec<Root> = self.allowed.iter().cloned().chain([home]).collect();
        follow(&roots, at, rest)
    }
}

fn parts(path: &Path) -> VecDeque<PathBuf> {
    path.components().map(|c| PathBuf::from(c.as_os_str())).collect()
}

/// The root that a whole path lies in, and the way from there.
fn enter(roots: &[Root], path: &Path) -> Option<(PathBuf, VecDeque<PathBuf>)> {
    roots.iter().find_map(|root| root.inside(path).map(|rest| (root.real.clone(), parts(rest))))
}

/// Follows a path from a folder inside one of the roots, link by link. Nothing outside of them is looked at.
fn follow(roots: &[Root], mut at: PathBuf, mut rest: VecDeque<PathBuf>) -> Place {
    let mut n_links = 0;
    while let Some(part) = rest.pop_front() {
        match part.components().next() {
            Some(Component::ParentDir) => {
                at.pop();
            }
            Some(Component::Normal(_)) => match fs::part(&at.join(&part)) {
                Ok(Part::Nothing) => return Place::Nowhere,
                Ok(Part::Other) => at.push(&part),
                Ok(Part::Link(_)) if n_links == MAX_LINKS => return Place::Broken(fs::too_many_links(&at.join(&part))),
                Ok(Part::Link(target)) => {
                    n_links += 1;
                    let mut way = parts(&target);
                    way.append(&mut rest);
                    rest = way;
                    if target.is_absolute() {
                        match enter(roots, &fs::tidy(&rest.iter().collect::<PathBuf>())) {
                            Some(inside) => (at, rest) = inside,
                            None => return Place::Outside(Outside::Link),
                        }
                    }
                }
                Err(failure) => return Place::Broken(failure),
            },
            _ => {}
        }
        if !roots.iter().any(|root| at.starts_with(&root.real)) {
            // The way may lead out of one root only to enter another.
            match enter(roots, &fs::tidy(&at.join(rest.iter().collect::<PathBuf>()))) {
                Some(inside) => (at, rest) = inside,
                None => return Place::Outside(Outside::Link),
            }
        }
    }
    Place::At(at)
}
