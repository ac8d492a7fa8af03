//! The report of a check while it is made: its parts lie beside each other until all filings are counted.

use crate::diagnostic::render::Shown;
use crate::diagnostic::{Bilingual, Language};
use crate::host::fs::{Failure, Spool};
use crate::html::report::{Section, Whole};

/// The parts of a report so far.
#[derive(Default)]
pub(super) struct Parts {
    whole: Whole,
    told: Spool,
    rows: Spool,
    bodies: Spool,
}

impl Parts {
    /// Adds what was told of no filing.
    pub(super) fn tell(&mut self, shown: &Shown) -> Result<(), Failure> {
        self.told.add(shown.as_str().as_bytes())
    }

    /// Adds a filing.
    pub(super) fn add(&mut self, filed: &Section) -> Result<(), Failure> {
        let (row, body) = self.whole.add(filed);
        self.rows.add(row.as_str().as_bytes())?;
        self.bodies.add(body.as_str().as_bytes())
    }

    /// The whole page, piece by piece.
    pub(super) fn write(
        mut self,
        counts: &Bilingual,
        ruleset: &str,
        language: Language,
        to: &mut dyn FnMut(&[u8]) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        to(self.whole.head(counts, language).as_str().as_bytes())?;
        self.told.replay(to)?;
        to(self.whole.list().as_str().as_bytes())?;
        if self.whole.has_list() {
            self.rows.replay(to)?;
        }
        to(self.whole.between().as_str().as_bytes())?;
        self.bodies.replay(to)?;
        to(self.whole.foot(ruleset).as_str().as_bytes())
    }
}
