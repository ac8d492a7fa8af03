//! Lists whose entries are made when they are asked for.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::ops::{Index, IndexMut};
use std::sync::{Arc, OnceLock};

type Reader<T> = Arc<dyn Fn(usize) -> Option<T> + Send + Sync>;

/// A list that was made whole, or one of a stored rulebook of which most checks need few entries.
pub struct Shelf<T> {
    entries: Vec<OnceLock<Box<T>>>,
    read: Option<Reader<T>>,
}

impl<T> Shelf<T> {
    /// `n` entries that are read when they are asked for. INVARIANT: all of them can be read.
    pub fn stored(n: usize, read: impl Fn(usize) -> Option<T> + Send + Sync + 'static) -> Self {
        let entries = std::iter::repeat_with(OnceLock::new).take(n).collect();
        Shelf { entries, read: Some(Arc::new(read)) }
    }

    /// Number of entries.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Adds an entry.
    pub fn push(&mut self, entry: T) {
        self.entries.push(OnceLock::from(Box::new(entry)));
    }

    /// The entry at an index.
    pub fn get(&self, index: usize) -> Option<&T> {
        let entry = self.entries.get(index)?;
        if let Some(made) = entry.get() {
            return Some(made);
        }
        let made = self.read.as_ref()?(index)?;
        Some(entry.get_or_init(|| Box::new(made)))
    }

    /// All entries, from both ends.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &T> + ExactSizeIterator {
        (0..self.len()).map(|i| &self[i])
    }
}

impl<T> Index<usize> for Shelf<T> {
    type Output = T;

    fn index(&self, index: usize) -> &T {
        self.get(index).expect("an index of a list in a rulebook has an entry: both are checked when it is opened")
    }
}

impl<T> IndexMut<usize> for Shelf<T> {
    fn index_mut(&mut self, index: usize) -> &mut T {
        if self.entries[index].get().is_none()
            && let Some(made) = self.read.as_ref().and_then(|read| read(index))
        {
            self.entries[index] = OnceLock::from(Box::new(made));
        }
        self.entries[index].get_mut().expect("an index of a list in a rulebook has an entry")
    }
}

impl<'s, T> IntoIterator for &'s Shelf<T> {
    type Item = &'s T;
    type IntoIter = Box<dyn Iterator<Item = &'s T> + 's>;

    fn into_iter(self) -> Self::IntoIter {
        Box::new(self.iter())
    }
}

impl<T> From<Vec<T>> for Shelf<T> {
    fn from(list: Vec<T>) -> Self {
        Shelf { entries: list.into_iter().map(|entry| OnceLock::from(Box::new(entry))).collect(), read: None }
    }
}

impl<T> FromIterator<T> for Shelf<T> {
    fn from_iter<I: IntoIterator<Item = T>>(list: I) -> Self {
        list.into_iter().collect::<Vec<T>>().into()
    }
}

impl<T> Default for Shelf<T> {
    fn default() -> Self {
        Shelf { entries: Vec::new(), read: None }
    }
}

impl<T: Clone> Clone for Shelf<T> {
    fn clone(&self) -> Self {
        Shelf { entries: self.entries.clone(), read: self.read.clone() }
    }
}

impl<T: fmt::Debug> fmt::Debug for Shelf<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

impl<T: Serialize> Serialize for Shelf<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Shelf<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Vec::deserialize(deserializer).map(Self::from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    #[test]
    fn an_entry_is_read_once_and_when_it_is_asked_for() {
        let read = Arc::new(AtomicUsize::new(0));
        let counted = read.clone();
        let mut shelf = Shelf::stored(3, move |i| {
            counted.fetch_add(1, Ordering::Relaxed);
            Some(i * 10)
        });
        assert_eq!((shelf.len(), read.load(Ordering::Relaxed)), (3, 0));
        assert_eq!((shelf[2], shelf[2], shelf.get(3)), (20, 20, None));
        assert_eq!(read.load(Ordering::Relaxed), 1);
        shelf[0] += 5;
        shelf.push(7);
        assert_eq!(shelf.iter().copied().collect::<Vec<_>>(), [5, 10, 20, 7]);
        assert_eq!(shelf.clone().iter().rev().copied().collect::<Vec<_>>(), [7, 20, 10, 5]);
    }
}
