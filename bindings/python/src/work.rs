//! Work on many filings: on some threads, in order, with panics caught.

use filingc::api::Report;
use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};

/// Why there is no answer for a filing.
#[derive(Debug)]
pub enum Failure {
    /// What the library says.
    Told(Box<Report>),
    /// The library failed: which filing, and what it said.
    Panic(String, String),
}

impl From<Report> for Failure {
    fn from(report: Report) -> Self {
        Failure::Told(Box::new(report))
    }
}

/// Does something that may panic for a filing.
pub fn guarded<T>(place: impl Fn() -> String, work: impl FnOnce() -> Result<T, Failure>) -> Result<T, Failure> {
    let said = |panic: Box<dyn Any + Send>| {
        let text = panic.downcast_ref::<&str>().map(|s| (*s).to_owned());
        text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "a panic".to_owned())
    };
    // What the work left half-done belongs to this filing and is dropped with it: rulebooks do not change.
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|panic| Err(Failure::Panic(place(), said(panic))))
}

/// How many threads are meant: 0 is one for each core.
pub fn n_threads(jobs: usize) -> usize {
    match jobs {
        0 => std::thread::available_parallelism().map_or(1, usize::from),
        n => n.min(1024),
    }
}

/// What `work` makes of the numbers below `n`, in their order; ends early at a failure.
pub fn in_order<T: Send>(n: usize, jobs: usize, work: impl Fn(usize) -> Result<T, Failure> + Sync) -> Result<Vec<T>, Failure> {
    let n_threads = n_threads(jobs).min(n);
    if n_threads < 2 {
        return (0..n).map(work).collect();
    }
    let next = AtomicUsize::new(0);
    let part = || {
        let mut made = Vec::new();
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            if at >= n {
                return Ok(made);
            }
            match work(at) {
                Ok(one) => made.push((at, one)),
                Err(failure) => {
                    next.store(n, Ordering::Relaxed);
                    return Err(failure);
                }
            }
        }
    };
    let parts: Vec<Result<Vec<(usize, T)>, Failure>> = std::thread::scope(|scope| {
        let others: Vec<_> = (1..n_threads).map(|_| scope.spawn(part)).collect();
        let own = part();
        let joined = |thread: std::thread::ScopedJoinHandle<'_, _>| {
            thread.join().unwrap_or_else(|_| Err(Failure::Panic("a thread".to_owned(), "a panic".to_owned())))
        };
        std::iter::once(own).chain(others.into_iter().map(joined)).collect()
    });
    let mut all = Vec::with_capacity(n);
    for part in parts {
        all.append(&mut part?);
    }
    all.sort_unstable_by_key(|(at, _)| *at);
    Ok(all.into_iter().map(|(_, one)| one).collect())
}
