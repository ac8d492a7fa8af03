//! One condition on its own, for given items and under a given reading of absence.

use super::absence::Absence;
use super::machine::{Machine, Tri};
use crate::value::Value;

/// A condition, or another expression, with what stands for its variables.
#[derive(Clone, Copy, Debug)]
pub struct Probe<'p> {
    /// The node.
    pub node: u32,
    /// First slot of the item each loop variable stands for; `NONE` for an item of an absent list.
    pub env: &'p [u32],
    /// How absence is read.
    pub absence: Absence,
    /// Loop variables from here on stand for items of an absent list.
    pub absent_from: Option<u8>,
}

impl Machine<'_> {
    /// The truth of a condition, and whether facts were absent where it asks for absence.
    pub fn probe(&mut self, probe: Probe<'_>) -> (Tri, bool) {
        self.placed(probe, |m| m.truth(probe.node))
    }

    /// The value of an expression.
    pub fn probe_value(&mut self, probe: Probe<'_>) -> Value {
        self.placed(probe, |m| m.value(probe.node)).0
    }

    fn placed<T>(&mut self, probe: Probe<'_>, f: impl FnOnce(&mut Self) -> T) -> (T, bool) {
        self.env.clear();
        self.env.extend_from_slice(probe.env);
        self.absent_from = probe.absent_from;
        self.met_absence = false;
        let found = self.under(probe.absence, f);
        self.absent_from = None;
        (found, self.met_absence)
    }
}
