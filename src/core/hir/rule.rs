//! Requirements, what layers change of them, and what both rest on.

use super::{ChangeId, Claim, Confidence, Const, ExprId, FieldPath, LayerId, MaterialId, ParamId, Range, RuleId, SourceRef, Strength};
use crate::diagnostic::Bilingual;
use crate::source::Span;
use crate::value::Date;

/// Days on which something is in force; both ends included.
#[derive(Clone, Debug, Default, serde::Serialize, serde::Deserialize)]
pub struct Effective {
    /// First day.
    pub from: Option<Date>,
    /// Last day.
    pub until: Option<Date>,
    /// The end is final.
    pub ends: bool,
    /// The date that is counted, when it is not the submission date.
    pub axis: Option<FieldPath>,
    /// Where it was written; empty where it was left out.
    pub span: Span,
}

impl Effective {
    /// Whether a day lies in the range.
    pub fn contains(&self, day: Date) -> bool {
        self.from.is_none_or(|f| f <= day) && self.until.is_none_or(|u| day <= u)
    }

    /// Whether both can be in force for one filing. Ranges that count different dates can.
    pub fn can_meet(&self, other: &Effective) -> bool {
        let is_before = |a: &Effective, b: &Effective| matches!((a.until, b.from), (Some(until), Some(from)) if until < from);
        self.axis != other.axis || !is_before(self, other) && !is_before(other, self)
    }
}

/// A citation of a legal source.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub struct Citation {
    /// The source.
    pub source: SourceRef,
    /// The place in it.
    pub item: Option<String>,
}

/// How far a source is trusted.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Trust {
    /// How good it is.
    pub confidence: Option<Confidence>,
    /// Whether it is old.
    pub is_unconfirmed: bool,
    /// When what it says was last seen in force.
    pub last_seen: Option<Bilingual>,
}

impl Trust {
    /// What several sources of one rule are worth together: as much as the best of them, a current one before an old one, seen as late as the latest.
    pub fn best<'a>(sources: impl Iterator<Item = &'a Trust> + Clone) -> Trust {
        let rank = |t: &&Trust| (t.is_unconfirmed, t.confidence.unwrap_or(Confidence::High));
        let seen = sources.clone().filter_map(|t| t.last_seen.as_ref());
        // Of equally late ones the first.
        let latest = seen.reduce(|a, b| if latest_day(&b.en) > latest_day(&a.en) { b } else { a }).cloned();
        sources.min_by_key(rank).map_or_else(Trust::default, |best| Trust { last_seen: latest, ..best.clone() })
    }
}

/// The latest year and month that a text names, `2024-04` before `2024-05`.
fn latest_day(text: &str) -> (u16, u8) {
    let digits = |part: &str, n: usize| part.get(..n).filter(|p| p.bytes().all(|b| b.is_ascii_digit())).map(str::to_owned);
    let mut latest = (0, 0);
    for (at, _) in text.char_indices().filter(|(i, c)| c.is_ascii_digit() && !text[..*i].ends_with(|c: char| c.is_ascii_digit())) {
        let Some(year) = digits(&text[at..], 4).and_then(|y| y.parse().ok()) else { continue };
        let month = text[at + 4..].strip_prefix('-').and_then(|rest| digits(rest, 2)).and_then(|m| m.parse().ok()).unwrap_or(0);
        latest = latest.max((year, month));
    }
    latest
}

/// Where a rule comes from and how far that is trusted.
#[derive(Clone, Debug, Default, serde::Serialize, serde::Deserialize)]
pub struct Provenance {
    /// The citations.
    pub sources: Vec<Citation>,
    /// The article of law.
    pub basis: Option<Bilingual>,
    /// How good the sources are.
    pub confidence: Option<Confidence>,
    /// Whether the sources are old.
    pub is_unconfirmed: bool,
    /// When it was last seen in force.
    pub last_seen: Option<Bilingual>,
    /// What other sources say.
    pub readings: Vec<(Bilingual, Vec<Citation>)>,
    /// Advice that cannot be checked.
    pub advice: Vec<Bilingual>,
}

impl Provenance {
    /// Whether a violation may decide the verdict without `--strict`.
    pub fn is_firm(&self) -> bool {
        !self.is_unconfirmed && self.confidence != Some(Confidence::Low)
    }
}

/// A message with values filled in.
#[derive(Clone, Debug, Default, serde::Serialize, serde::Deserialize)]
pub struct Template {
    /// English pieces.
    pub en: Vec<TemplatePiece>,
    /// Chinese pieces; empty where there is no twin.
    pub zh: Vec<TemplatePiece>,
}

/// A piece of a message.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub enum TemplatePiece {
    /// Text as it is.
    Text(String),
    /// A value to be shown.
    Value(ExprId),
}

/// A requirement with its versions.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub struct Rule {
    /// Its layer.
    pub layer: LayerId,
    /// Its id within the layer.
    pub id: String,
    /// Its versions in order of their dates.
    pub versions: Vec<Version>,
    /// Ids within the layer under which it was known.
    pub formerly: Vec<String>,
}

/// What a requirement demands while a version is in force.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub struct Version {
    /// Where its id was declared.
    pub span: Span,
    /// Its title.
    pub title: Bilingual,
    /// Documentation comment.
    pub docs: String,
    /// When it is in force.
    pub effective: Effective,
    /// Where it comes from.
    pub provenance: Provenance,
    /// Stage of the process.
    pub stage: Option<String>,
    /// `must`, `should` or `note`.
    pub strength: Strength,
    /// Filing types it is about; empty: all.
    pub filing_types: Vec<u16>,
    /// Whether it demands that facts are stated.
    pub is_facts: bool,
    /// Whether it is in force only where a layer adopts it.
    pub is_optional: bool,
    /// Whether it holds when the base does not apply.
    pub even_if_not_required: bool,
    /// Rules without which it is pointless, with the place that says so.
    pub needs: Vec<(RuleId, Span)>,
    /// Loops, outermost first.
    pub ranges: Vec<Range>,
    /// Condition, together with the filing types.
    pub when: Option<ExprId>,
    /// Condition as written, without the filing types.
    pub own_when: Option<ExprId>,
    /// The demand.
    pub require: ExprId,
    /// Materials it demands.
    pub demands: Vec<(MaterialId, Span)>,
    /// Place and message of a violation.
    pub report: Option<(Option<FieldPath>, Template)>,
    /// What to do.
    pub help: Option<Template>,
}

/// A change a layer makes to its base.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub struct Change {
    /// The layer that makes it.
    pub layer: LayerId,
    /// Its id within the layer.
    pub id: String,
    /// Where its id, or what stands for it, was written.
    pub span: Span,
    /// Its title.
    pub title: Bilingual,
    /// When it is in force.
    pub effective: Effective,
    /// Where it comes from.
    pub provenance: Provenance,
    /// Changes of other layers it goes before.
    pub over: Vec<ChangeId>,
    /// The loops whose variables the condition of an exception or a waiver, or the scope of a replacement, may read: those of the version it
    /// was written for.
    pub loops: Vec<Range>,
    /// Ids within the layer under which it was known.
    pub formerly: Vec<String>,
    /// What it changes.
    pub kind: ChangeKind,
}

/// What a change changes.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
#[allow(missing_docs)]
pub enum ChangeKind {
    Set {
        param: ParamId,
        value: Const,
        /// The filings for which it holds.
        when: Option<ExprId>,
    },
    /// An exception; those in `unless` take it back.
    Except {
        rule: RuleId,
        exception: Box<Exception>,
    },
    Waive {
        rule: RuleId,
        when: Option<ExprId>,
    },
    Replace {
        rule: RuleId,
        claim: Claim,
        version: Box<Version>,
        /// Whether it says that nothing of the base is left where its own scope does not hold.
        is_instead: bool,
        /// Where it holds; elsewhere the base does. `None`: nothing of the base is left.
        scope: Option<ExprId>,
    },
    /// What the base only offers is in force.
    Adopt {
        rule: RuleId,
        version: Box<Version>,
    },
    Confirm {
        rule: RuleId,
    },
}

/// An exception with the exceptions to it.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub struct Exception {
    /// Its label.
    pub id: String,
    /// Where its label was written.
    pub span: Span,
    /// Its title.
    pub title: Bilingual,
    /// Its condition.
    pub when: ExprId,
    /// When it is in force.
    pub effective: Effective,
    /// Where it comes from.
    pub provenance: Provenance,
    /// Ids within the layer under which it was known.
    pub formerly: Vec<String>,
    /// What takes it back.
    pub unless: Vec<Exception>,
}

/// Advice that no manifest can be checked against.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub struct Advice {
    /// Its layer.
    pub layer: LayerId,
    /// Its id.
    pub id: String,
    /// Where its id was declared.
    pub span: Span,
    /// The text.
    pub text: Bilingual,
    /// What it is about, as a full id.
    pub on: Option<String>,
    /// Where it comes from.
    pub provenance: Provenance,
}
