//! Much work on all cores: items come in one by one, what is made of them goes out in their order, and only a few are held at a time.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::sync_channel;
use std::sync::{Condvar, Mutex, PoisonError};

/// Most items that one worker takes at a time.
const BATCH: usize = 32;
/// Most bytes of them: a larger item is taken alone.
const BATCH_BYTES: usize = 256 * 1024;
/// How many batches, for each worker, may be done before the first of them is handed on.
const AHEAD: u64 = 4;

/// Where items come from.
pub trait Items: Send {
    /// One of them.
    type Item: Send;

    /// The next one. May wait for input.
    fn next(&mut self) -> Option<Self::Item>;

    /// Whether `next` may have to wait, so that what there is should be worked on first.
    fn is_waiting(&self) -> bool {
        false
    }

    /// Bytes that an item holds.
    fn size(_: &Self::Item) -> usize {
        0
    }
}

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// All items are done.
    All,
    /// `stop` was set, or `consume` wanted no more.
    Early,
}

/// Works on all items with `jobs` threads, each with a worker of its own, and consumes what they make in the order of the items. Until the end at
/// most a few items for each thread are held, however many there are.
pub fn in_order<S: Items, O: Send, W: FnMut(S::Item) -> O>(
    jobs: usize,
    mut items: S,
    stop: &AtomicBool,
    worker: impl Fn() -> W + Sync,
    mut consume: impl FnMut(O) -> ControlFlow<()>,
) -> Ended {
    if jobs <= 1 {
        let mut work = worker();
        while let Some(item) = items.next() {
            if consume(work(item)).is_break() {
                return Ended::Early;
            }
            if stop.load(Ordering::Relaxed) {
                return Ended::Early;
            }
        }
        return Ended::All;
    }
    let line = Mutex::new(Line { items, next: 0, is_over: false });
    let window = Window { consumed: Mutex::new(0), moved: Condvar::new() };
    let is_over = AtomicBool::new(false);
    let (send, done) = sync_channel::<(u64, Vec<O>)>(jobs);
    let ended = std::thread::scope(|scope| {
        for _ in 0..jobs {
            let (line, window, is_over, worker, send) = (&line, &window, &is_over, &worker, send.clone());
            scope.spawn(move || {
                let mut work = worker();
                while !is_over.load(Ordering::Relaxed) && !stop.load(Ordering::Relaxed) {
                    let Some((number, batch)) = line.lock().unwrap_or_else(PoisonError::into_inner).batch() else { break };
                    // The batch that is consumed next never waits, so all others get their turn.
                    window.wait(number, AHEAD * jobs as u64, is_over);
                    if is_over.load(Ordering::Relaxed) {
                        break;
                    }
                    // Nobody listens any more only when the run has ended.
                    if send.send((number, batch.into_iter().map(&mut work).collect())).is_err() {
                        break;
                    }
                }
            });
        }
        drop(send);
        let mut early: BTreeMap<u64, Vec<O>> = BTreeMap::new();
        let mut next = 0;
        let mut ended = Ended::All;
        'run: while let Ok((number, made)) = done.recv() {
            early.insert(number, made);
            while let Some(made) = early.remove(&next) {
                for one in made {
                    if consume(one).is_break() {
                        ended = Ended::Early;
                        break 'run;
                    }
                }
                next += 1;
                window.moved_to(next);
            }
        }
        is_over.store(true, Ordering::Relaxed);
        window.moved_to(u64::MAX);
        // Workers that wait to hand something on find nobody there.
        drop(done);
        ended
    });
    if stop.load(Ordering::Relaxed) { Ended::Early } else { ended }
}

struct Line<S> {
    items: S,
    next: u64,
    is_over: bool,
}

impl<S: Items> Line<S> {
    fn batch(&mut self) -> Option<(u64, Vec<S::Item>)> {
        let (mut batch, mut bytes) = (Vec::new(), 0);
        while !self.is_over && batch.len() < BATCH && bytes < BATCH_BYTES && (batch.is_empty() || !self.items.is_waiting()) {
            match self.items.next() {
                Some(item) => {
                    bytes += S::size(&item);
                    batch.push(item);
                }
                None => self.is_over = true,
            }
        }
        if batch.is_empty() {
            return None;
        }
        self.next += 1;
        Some((self.next - 1, batch))
    }
}

/// How far what was made has been consumed.
struct Window {
    consumed: Mutex<u64>,
    moved: Condvar,
}

impl Window {
    fn wait(&self, number: u64, ahead: u64, is_over: &AtomicBool) {
        let mut consumed = self.consumed.lock().unwrap_or_else(PoisonError::into_inner);
        while number >= consumed.saturating_add(ahead) && !is_over.load(Ordering::Relaxed) {
            consumed = self.moved.wait(consumed).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn moved_to(&self, next: u64) {
        *self.consumed.lock().unwrap_or_else(PoisonError::into_inner) = next;
        self.moved.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Count(std::ops::Range<u32>);

    impl Items for Count {
        type Item = u32;

        fn next(&mut self) -> Option<u32> {
            self.0.next()
        }
    }

    fn check(jobs: usize, n: u32, until: Option<u32>) {
        let stop = AtomicBool::new(false);
        let mut seen = Vec::new();
        let ended = in_order(
            jobs,
            Count(0..n),
            &stop,
            || {
                |n: u32| {
                    std::hint::black_box((0..u64::from(n % 500)).sum::<u64>());
                    n
                }
            },
            |n| {
                seen.push(n);
                if Some(n) == until { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
            },
        );
        let wanted: Vec<u32> = (0..until.map_or(n, |u| u + 1)).collect();
        assert_eq!((seen, ended), (wanted, if until.is_some() { Ended::Early } else { Ended::All }), "{jobs} jobs");
    }

    #[test]
    fn what_is_made_comes_in_order() {
        for jobs in [1, 2, 3, 8] {
            for n in [0, 1, 31, 32, 33, 5000] {
                check(jobs, n, None);
            }
            check(jobs, 5000, Some(1234));
        }
    }

    #[test]
    fn a_run_that_is_stopped_ends_with_a_whole_begin() {
        for jobs in [1, 2, 4] {
            let stop = AtomicBool::new(false);
            let mut seen = Vec::new();
            let worker = || {
                |n: u32| {
                    if n == 3000 {
                        stop.store(true, Ordering::Relaxed);
                    }
                    n
                }
            };
            let ended = in_order(jobs, Count(0..1_000_000), &stop, worker, |n| {
                seen.push(n);
                ControlFlow::Continue(())
            });
            assert_eq!(ended, Ended::Early);
            assert!(seen.len() < 1_000_000 && seen.iter().enumerate().all(|(i, n)| i as u32 == *n), "{jobs} jobs: {}", seen.len());
        }
    }
}
