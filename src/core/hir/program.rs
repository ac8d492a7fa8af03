//! The whole ruleset, and the layers, sources, parameters and definitions it is made of.

use super::*;
use crate::diagnostic::Bilingual;
use crate::source::Span;
use crate::value::{Calendar, Date, EnumId, Schema};
use std::collections::BTreeSet;

/// A layer: the national base, a region, a provider.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub struct Layer {
    /// Its id, `ln`.
    pub id: String,
    /// Where its id was declared.
    pub span: Span,
    /// Its title.
    pub title: Bilingual,
    /// Whether it is a provider's.
    pub is_provider: bool,
    /// What it extends.
    pub extends: Option<LayerId>,
    /// Its authority.
    pub authority: Option<Bilingual>,
    /// First character of filing numbers.
    pub plate: String,
    /// Division code.
    pub gb2260: String,
    /// When it applies.
    pub applies: Option<ExprId>,
    /// What is said when the base does not apply.
    pub otherwise: Option<Bilingual>,
}

/// A legal source.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub struct Source {
    /// Its name.
    pub name: String,
    /// Its title.
    pub title: Bilingual,
    /// Its address.
    pub url: Option<String>,
    /// The date printed on it.
    pub dated: Option<Bilingual>,
    /// The day it was read.
    pub read: Option<Date>,
    /// How far it is trusted.
    pub trust: Trust,
    /// Where its name was declared.
    pub span: Span,
    /// The layer it belongs to.
    pub layer: LayerId,
}

/// The working days of a year.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub struct CalendarYear {
    /// The year.
    pub year: i16,
    /// Its layer.
    pub layer: LayerId,
    /// Where the year was written.
    pub span: Span,
    /// Its title.
    pub title: Bilingual,
    /// Days off; a notice may reach into the year before or after.
    pub off: Vec<Date>,
    /// Saturdays and Sundays that are worked.
    pub work: Vec<Date>,
    /// Where it comes from.
    pub provenance: Provenance,
}

/// A parameter of the base.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub struct Param {
    /// Its name.
    pub name: String,
    /// Its layer.
    pub layer: LayerId,
    /// Where its name was declared.
    pub span: Span,
    /// Its type.
    pub ty: Type,
    /// Its title.
    pub title: Bilingual,
    /// Which value holds where several layers set it.
    pub several: Several,
    /// Its dated values, in order of their dates.
    pub versions: Vec<(Effective, Const, Provenance, Span)>,
}

/// A definition.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub struct Def {
    /// Its name.
    pub name: String,
    /// Its layer.
    pub layer: LayerId,
    /// Where its name was declared.
    pub span: Span,
    /// Its title.
    pub title: Bilingual,
    /// Its value.
    pub value: ExprId,
    /// Its type.
    pub ty: Type,
}

/// The whole ruleset.
#[derive(Clone, Debug, Default, serde::Serialize, serde::Deserialize)]
pub struct Program {
    /// The shape of manifests.
    pub schema: Schema,
    /// Where each field was declared: record, field.
    pub field_spans: Vec<Vec<Span>>,
    /// The enum of filing types and the definition that derives the type, where the rules have one.
    pub filing_type: Option<(DefId, EnumId)>,
    /// Layers by id.
    pub layers: Vec<Layer>,
    /// Years whose working days are announced.
    pub years: Vec<CalendarYear>,
    /// The same, to be counted with.
    pub calendar: Calendar,
    /// Sources by id.
    pub sources: Vec<Source>,
    /// Parameters by id.
    pub params: Vec<Param>,
    /// Definitions by id.
    pub defs: Vec<Def>,
    /// Requirements by id.
    pub rules: Vec<Rule>,
    /// Changes by id.
    pub changes: Vec<Change>,
    /// Materials by id.
    pub materials: Vec<Material>,
    /// Steps by id.
    pub steps: Vec<Step>,
    /// Advice.
    pub advice: Vec<Advice>,
    /// Expressions by id.
    pub exprs: Vec<Expr>,
}

impl Program {
    /// An expression by its id.
    pub fn expr(&self, id: ExprId) -> &Expr {
        &self.exprs[id.index()]
    }

    /// A layer by its id.
    pub fn layer(&self, id: LayerId) -> &Layer {
        &self.layers[id.index()]
    }

    /// A layer by its name.
    pub fn find_layer(&self, name: &str) -> Option<LayerId> {
        self.layers.iter().position(|l| l.id == name).map(|i| LayerId(i as u32))
    }

    /// The full id of a requirement, `cn/dom-not-expired`.
    pub fn rule_name(&self, id: RuleId) -> String {
        let rule = &self.rules[id.index()];
        format!("{}/{}", self.layer(rule.layer).id, rule.id)
    }

    /// The full id of a change, `zj/domain-validity`.
    pub fn change_name(&self, id: ChangeId) -> String {
        let change = &self.changes[id.index()];
        format!("{}/{}", self.layer(change.layer).id, change.id)
    }

    /// The full ids under which a change was known.
    pub fn former_names(&self, change: &Change) -> Vec<String> {
        change.formerly.iter().map(|old| format!("{}/{old}", self.layer(change.layer).id)).collect()
    }

    /// Parameters that the versions of a requirement read, also through definitions; not those that only decide what is a filing of its types.
    pub fn params_read(&self, rule: RuleId) -> BTreeSet<ParamId> {
        let conditions = |v: &Version| v.own_when.into_iter().chain([v.require]).collect::<Vec<_>>();
        let mut stack: Vec<ExprId> = self.rules[rule.index()].versions.iter().flat_map(conditions).collect();
        let (mut seen, mut found) = (vec![false; self.defs.len()], BTreeSet::new());
        while let Some(id) = stack.pop() {
            match &self.expr(id).kind {
                ExprKind::Param(p) => {
                    found.insert(*p);
                }
                ExprKind::Def(d) if !std::mem::replace(&mut seen[d.index()], true) => stack.push(self.defs[d.index()].value),
                kind => stack.extend(kind.children()),
            }
        }
        found
    }

    /// What layers make of a requirement: changes of it, and values of the parameters that it reads.
    pub fn changes_of(&self, rule: RuleId) -> Vec<ChangeId> {
        let params = self.params_read(rule);
        let is_own = |kind: &ChangeKind| match kind {
            ChangeKind::Except { rule: r, .. }
            | ChangeKind::Waive { rule: r, .. }
            | ChangeKind::Replace { rule: r, .. }
            | ChangeKind::Adopt { rule: r, .. }
            | ChangeKind::Confirm { rule: r } => *r == rule,
            ChangeKind::Set { param, .. } => params.contains(param),
        };
        (0..self.changes.len()).filter(|i| is_own(&self.changes[*i].kind)).map(|i| ChangeId(i as u32)).collect()
    }

    /// Whether two layers can apply to one filing: one extends the other, or they are a region and a provider; two regions never do.
    pub fn can_meet(&self, a: LayerId, b: LayerId) -> bool {
        self.layer(a).is_provider != self.layer(b).is_provider || self.chain(a).contains(&b) || self.chain(b).contains(&a)
    }

    /// The layer and the layers it extends, nearest first.
    pub fn chain(&self, layer: LayerId) -> Vec<LayerId> {
        let mut chain = vec![layer];
        while let Some(next) = self.layer(chain[chain.len() - 1]).extends {
            if chain.contains(&next) {
                break;
            }
            chain.push(next);
        }
        chain
    }
}
