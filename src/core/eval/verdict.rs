//! What outcomes mean for the filing: how much each counts, with and without weak sources, and the verdict. Decided here and nowhere else.

use super::gap::Gaps;
use super::law::Law;
use super::machine::Tri;
use super::slice::Active;
use super::{Ended, Evaluation, Outcome, Verdict, Weight, weight};
use crate::hir::Strength;
use crate::manifest::{Flaw, Hold};
use crate::pack::View;

/// How the outcomes of one filing count.
#[derive(Clone, Debug)]
pub struct Scale<'a> {
    view: View<'a>,
    active: &'a Active,
    /// How each active rule ends; what good sources refuse is not hidden behind a rule of weak ones.
    pub ended: Vec<Ended>,
    /// For each rule how it ends without what rests on weak sources, and how strong it then is; `None` where there are no weak sources.
    firm: Option<Vec<(u32, u32, Ended, Strength)>>,
    strict: bool,
    base_applies: Tri,
    misses_region: bool,
    hold: Option<Hold>,
    flaw: Option<Flaw>,
    look_ups: bool,
    gaps: Gaps,
    met_absence: Vec<bool>,
}

/// What is known beside the outcomes.
#[derive(Clone, Copy, Debug)]
pub struct Circumstances {
    /// Weak sources count like others.
    pub strict: bool,
    /// Whether the base applies: otherwise only rules that say so are asked, and only warn.
    pub base_applies: Tri,
    /// Whether rules of a region would be needed and none apply.
    pub misses_region: bool,
    /// What files that the filing names keep it from.
    pub hold: Option<Hold>,
    /// What is wrong with the manifest as a whole.
    pub flaw: Option<Flaw>,
    /// Look-ups that were not made count like facts that are not stated.
    pub look_ups: bool,
}

impl<'a> Scale<'a> {
    /// Of the outcomes of all rules, and of those without weak sources.
    pub fn new(view: View<'a>, law: &'a Law, all: &Evaluation, firm: Option<&Evaluation>, with: Circumstances) -> Self {
        let firm = law.firm.as_ref().zip(firm).filter(|_| !with.strict).map(|(law, firm)| {
            let parts = law.active.rules.iter().zip(&firm.ended);
            parts.map(|(rule, ended)| (rule.rule, rule.version, *ended, view.versions.at(rule.version).strength)).collect()
        });
        let Circumstances { strict, base_applies, misses_region, hold, flaw, look_ups } = with;
        let gaps = Gaps::new(all.gaps.clone());
        let mut scale = Scale {
            view,
            active: &law.active,
            ended: all.ended.clone(),
            firm,
            strict,
            base_applies,
            misses_region,
            hold,
            flaw,
            look_ups,
            gaps,
            met_absence: all.met_absence.clone(),
        };
        // A demand of good sources is not hidden behind one of weak sources.
        for i in 0..scale.ended.len() {
            let ended = scale.ended[i];
            if ended.outcome == Outcome::Blocked
                && ended.own == Outcome::Violated
                && matches!(scale.firm(i), Some(Some((firm, _))) if firm.outcome == Outcome::Violated)
            {
                scale.ended[i].outcome = Outcome::Violated;
            }
        }
        scale
    }

    /// Whether weak sources count like others.
    pub fn is_strict(&self) -> bool {
        self.strict
    }

    /// Whether rules of a region would be needed and none apply.
    pub fn misses_region(&self) -> bool {
        self.misses_region
    }

    /// How a rule ends without what rests on weak sources: `None` where nothing does, `Some(None)` where the rule is then not in force.
    pub(super) fn firm(&self, i: usize) -> Option<Option<(Ended, Strength)>> {
        let rule = &self.active.rules[i];
        let firm = self.firm.as_ref()?;
        let start = firm.partition_point(|(of, ..)| *of < rule.rule);
        let parts = || firm[start..].iter().take_while(|(of, ..)| *of == rule.rule);
        // Where the same version is in force without weak sources, it; else the part that ends worst.
        let same = parts().find(|(_, version, ..)| *version == rule.version);
        let worst = || parts().reduce(|a, b| if a.2.outcome.worse(b.2.outcome) == a.2.outcome { a } else { b });
        Some(same.or_else(worst).map(|(_, _, ended, strength)| (*ended, *strength)))
    }

    /// Whether a rule is asked at all.
    pub fn is_asked(&self, i: usize) -> bool {
        self.base_applies != Tri::False || self.view.versions.at(self.active.rules[i].version).even_if_not_required
    }

    /// A violation or gap that weak sources alone bring about only warns; where good sources bring it about too, they say how much it counts.
    pub fn weigh(&self, i: usize) -> Weight {
        let bad = |o: Outcome| matches!(o, Outcome::Violated | Outcome::Undetermined | Outcome::Blocked);
        let strength = self.view.versions.at(self.active.rules[i].version).strength;
        let outcome = self.ended[i].outcome;
        let weighed = match self.firm(i) {
            None => weight(strength, false),
            Some(None) => weight(strength, true),
            Some(Some((firm, firm_strength))) => {
                let is_same = if outcome == Outcome::Violated { firm.own == Outcome::Violated } else { !bad(outcome) || bad(firm.outcome) };
                let own = weight(strength, !is_same || !self.active.rules[i].is_firm);
                // Weights go from what decides to what is noted.
                if is_same { own.min(weight(firm_strength, false)) } else { own }
            }
        };
        if weighed == Weight::Decides && self.base_applies == Tri::False { Weight::Warns } else { weighed }
    }

    /// Whether good sources refuse what weak ones excuse.
    pub(super) fn is_excused_weakly(&self, i: usize) -> bool {
        matches!(self.firm(i), Some(Some((firm, _))) if firm.outcome == Outcome::Violated)
    }

    /// What becomes of the filing.
    pub fn verdict(&self) -> Verdict {
        let found = self.held_back().map_or_else(|| self.by_rules(), verdict_of);
        match self.flaw {
            Some(Flaw::Form) => found.max(Verdict::Rejected),
            Some(Flaw::Partial | Flaw::Unreadable) => found.max(Verdict::Incomplete),
            None => found,
        }
    }

    /// What is wrong with the manifest as a whole, where parts of it cannot be read or it alone keeps the filing from going further.
    pub(super) fn flaw(&self) -> Option<Flaw> {
        let alone = || self.held_back().map_or_else(|| self.by_rules(), verdict_of) < self.verdict();
        self.flaw.filter(|flaw| *flaw == Flaw::Partial || alone())
    }

    /// Whether an undetermined rule keeps the filing from being ready, and with it the facts it lacks.
    pub(super) fn keeps_incomplete(&self, i: usize) -> bool {
        self.weigh(i) == Weight::Decides && self.gaps.counts(self.view, self.active.rules[i].version, i, self.look_ups)
    }

    /// Whether a rule is met or does not apply, and facts were absent where it asks for absence.
    pub(super) fn is_fine(&self, i: usize) -> bool {
        let ended = &self.ended[i];
        matches!(ended.own, Outcome::Satisfied | Outcome::NotApplicable)
            && ended.outcome == ended.own
            && self.met_absence.get(i).copied().unwrap_or(true)
    }

    /// Whether look-ups that were not made count.
    pub(super) fn asks_look_ups(&self) -> bool {
        self.look_ups
    }

    /// What its files keep the filing from, where the rules let it go further.
    pub(super) fn held_back(&self) -> Option<Hold> {
        let hold = self.hold?;
        let by_rules = self.by_rules();
        (by_rules != Verdict::NotRequired && by_rules < verdict_of(hold)).then_some(hold)
    }

    fn by_rules(&self) -> Verdict {
        if self.base_applies == Tri::False {
            return Verdict::NotRequired;
        }
        let mut worst = if self.misses_region { Verdict::Incomplete } else { Verdict::Ready };
        for (i, ended) in self.ended.iter().enumerate() {
            let found = match ended.outcome {
                Outcome::Violated => Verdict::Rejected,
                Outcome::Undetermined => Verdict::Incomplete,
                _ => continue,
            };
            let decides = || match found {
                Verdict::Incomplete => self.keeps_incomplete(i),
                _ => self.weigh(i) == Weight::Decides,
            };
            if found > worst && decides() {
                worst = found;
            }
        }
        worst
    }
}

fn verdict_of(hold: Hold) -> Verdict {
    match hold {
        Hold::Missing => Verdict::Incomplete,
        Hold::Damaged => Verdict::Rejected,
    }
}
