//! `--mutate`: rules changed a little, and the changes that no case notices.

use super::{Suite, TestArgs};
use crate::cli::output;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, say};
use crate::driver;
use crate::hir::LayerId;
use crate::source::{SourceId, SourceKind, SourceMap};
use crate::suite::Prepared;
use crate::suite::mutate::{self, Fate, Mutant, Tried};
use crate::syntax::ast::Case;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// What the mutants showed.
pub(super) struct Score {
    /// Mutants that were tried.
    pub(super) tried: usize,
    /// Of them, those a case noticed.
    pub(super) killed: usize,
    /// Mutants in all.
    pub(super) all: usize,
    /// One message for each that no case noticed.
    pub(super) survivors: Vec<Diagnostic>,
    /// Whether the time was over before all of the sample were tried.
    pub(super) is_cut: bool,
}

impl Score {
    /// Tenths of a percent of those tried that were killed, rounded down.
    pub(super) fn permille(&self) -> usize {
        crate::suite::coverage::permille((self.killed, self.tried))
    }
}

pub(super) fn run(args: &TestArgs, sources: &SourceMap, cases: &[Case], suite: &Suite) -> Score {
    let prepared: Vec<Prepared> = suite.passed.iter().map(|(p, _)| p.clone()).collect();
    let layers: Vec<Vec<usize>> = suite.passed.iter().map(|(_, l)| l.clone()).collect();
    let tried = Tried { cases, prepared: &prepared, layers: &layers, sources };
    let until = Instant::now() + Duration::from_secs(args.time);
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let texts: Vec<SourceId> = sources.iter().filter(|(_, f)| f.kind == SourceKind::Rules).map(|(id, _)| id).collect();
    let next = AtomicUsize::new(0);
    let fates: Mutex<Vec<Fate>> = Mutex::new(Vec::new());
    let found: Mutex<Option<(Vec<Mutant>, usize)>> = Mutex::new(None);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                // Each thread compiles a program of its own from the texts that were read, and that had no errors then.
                let mut compiled = driver::compile(sources, &texts, &mut Diagnostics::new());
                let wanted = args.layer.as_ref().and_then(|l| compiled.program.find_layer(l));
                let in_layer = |l: LayerId| wanted.is_none_or(|w| w == l);
                let mutants = mutate::mutants(&compiled.program, &in_layer);
                let chosen = mutate::sample(mutants.len(), args.sample, args.seed);
                loop {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    if at >= chosen.len() || Instant::now() > until {
                        break;
                    }
                    let (restored, fate) = tried.try_one(compiled, chosen[at], &mutants[chosen[at]]);
                    compiled = restored;
                    if let Ok(mut fates) = fates.lock() {
                        fates.push(fate);
                        output::progress(Some((fates.len(), chosen.len())));
                    }
                }
                if let Ok(mut found) = found.lock() {
                    *found = Some((mutants, chosen.len()));
                }
            });
        }
    });
    output::progress(None);
    // A thread that panics ends the run, so no lock is ever poisoned here.
    let (mutants, chosen) = found.into_inner().unwrap_or_else(PoisonError::into_inner).unwrap_or_default();
    let mut fates = fates.into_inner().unwrap_or_else(PoisonError::into_inner);
    fates.sort_by_key(|f| f.mutant);
    let survivors = fates.iter().filter(|f| f.killed_by.is_none()).map(|f| survivor(&mutants[f.mutant])).collect();
    let killed = fates.iter().filter(|f| f.killed_by.is_some()).count();
    Score { tried: fates.len(), killed, all: mutants.len(), survivors, is_cut: fates.len() < chosen }
}

fn survivor(mutant: &Mutant) -> Diagnostic {
    let owner = &mutant.owner;
    let (en, zh) = (&mutant.what.en, &mutant.what.zh);
    let message = say!("no case notices in `{owner}`: {en}", "没有用例发现 `{owner}` 的改动：{zh}");
    Diagnostic::new(Code::MutantSurvives, message).primary(mutant.span, mutant.what.clone())
}
