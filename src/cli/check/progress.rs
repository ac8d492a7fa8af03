//! How far a check of many filings is, on a terminal.

use super::super::output;
use crate::host::input::Progress;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

/// How far a long run is, where somebody looks at a terminal.
pub(super) struct ShownProgress {
    is_on: bool,
    progress: Arc<Progress>,
    begin: Instant,
    told: Instant,
}

impl ShownProgress {
    /// How often it is told.
    const EVERY: Duration = Duration::from_millis(200);

    pub(super) fn new(is_wanted: bool, progress: Arc<Progress>) -> Self {
        let now = Instant::now();
        ShownProgress { is_on: is_wanted && output::is_watched(), progress, begin: now, told: now }
    }

    pub(super) fn at(&mut self, n: usize) {
        if !self.is_on || self.told.elapsed() < Self::EVERY {
            return;
        }
        self.told = Instant::now();
        let seconds = self.begin.elapsed().as_secs_f64();
        let (done, all) = (self.progress.done.load(Ordering::Relaxed), self.progress.all.load(Ordering::Relaxed));
        let rate = n as f64 / seconds.max(0.001);
        let left = if all > 0 && done > 0 {
            let left = seconds * (all.saturating_sub(done)) as f64 / done as f64;
            format!("  {} %  {left:.0} s", done * 100 / all)
        } else {
            String::new()
        };
        output::status(&format!("{n}  {rate:.0}/s{left}"));
    }

    pub(super) fn end(&mut self) {
        if self.is_on {
            output::status("");
        }
    }
}
