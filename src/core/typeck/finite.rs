//! Small exact questions about conditions: can it hold at all, do rows of a table leave a gap?
//!
//! A condition is a Boolean formula over atoms. Facts with few values (enums, yes or no) are one variable each, so that `x is a` and `x is b`
//! exclude each other; every other comparison is a variable of its own. All assignments are tried, up to a bound; beyond it the answer is
//! "may hold", which never leads to a message.

use crate::hir::{Const, Expr, ExprId, ExprKind, FieldPath, Program, Type};
use std::collections::BTreeMap;

const MAX_ASSIGNMENTS: usize = 1 << 14;

/// The variables of some conditions.
#[derive(Default)]
pub(super) struct Atoms {
    keys: BTreeMap<String, usize>,
    /// Number of values of each variable, and how its values are shown.
    domains: Vec<(usize, String, Vec<String>)>,
}

/// A Boolean formula over variables.
pub(super) enum Formula {
    True,
    False,
    /// The variable has one of these values.
    Is(usize, Vec<usize>),
    And(Vec<Formula>),
    Or(Vec<Formula>),
    Not(Box<Formula>),
}

fn path_key(path: &FieldPath) -> String {
    format!("{:?}.{}", path.base, path.names.join("."))
}

/// A text that is equal for equal expressions.
pub(super) fn key(program: &Program, id: ExprId) -> String {
    let expr = program.expr(id);
    let part = |id: &ExprId| key(program, *id);
    let parts = |ids: &[ExprId]| ids.iter().map(part).collect::<Vec<_>>().join(",");
    match &expr.kind {
        ExprKind::Field(path) => path_key(path),
        ExprKind::Param(id) => format!("param{}", id.0),
        ExprKind::Def(id) => format!("def{}", id.0),
        ExprKind::Const(c) => format!("{c:?}"),
        ExprKind::Or(l) => format!("or({})", parts(l)),
        ExprKind::And(l) => format!("and({})", parts(l)),
        ExprKind::Quantified { kind, range, body } => format!("{kind:?}({},{})", path_key(&range.list), part(body)),
        ExprKind::Count { range, body } => format!("count({},{})", path_key(&range.list), body.as_ref().map_or(String::new(), part)),
        ExprKind::Sum { range, value } => format!("sum({},{})", path_key(&range.list), part(value)),
        ExprKind::Call(b, l) => format!("{}({})", b.name(), parts(l)),
        ExprKind::Matches(a, p) => format!("{} matches {p}", part(a)),
        ExprKind::Ordered(op, a, b) => format!("{op:?}({},{})", part(a), part(b)),
        ExprKind::TextContains { part: p, any, whole, piece } => format!("{p:?}{any}({},{})", part(whole), part(piece)),
        ExprKind::ListContains { any, list, item } => format!("lc{any}({},{})", part(list), part(item)),
        ExprKind::Add { minus, left, right } => format!("add{minus}({},{})", part(left), part(right)),
        ExprKind::Decide { .. } => format!("decide{}", id.0),
        kind => format!("{}({})", discriminant(kind), parts(&kind.children())),
    }
}

fn discriminant(kind: &ExprKind) -> &'static str {
    match kind {
        ExprKind::Not(_) => "not",
        ExprKind::Given(_) => "given",
        ExprKind::IsNone(_) => "none",
        ExprKind::Equal(..) => "equal",
        ExprKind::In(..) => "in",
        ExprKind::Else(_) => "else",
        ExprKind::List(_) => "list",
        ExprKind::SubmissionDate => "submission_date",
        _ => "other",
    }
}

impl Atoms {
    fn variable(&mut self, key: String, n: usize, name: impl FnOnce() -> (String, Vec<String>)) -> usize {
        if let Some(i) = self.keys.get(&key) {
            return *i;
        }
        let i = self.domains.len();
        let (name, values) = name();
        self.domains.push((n, name, values));
        self.keys.insert(key, i);
        i
    }

    fn enum_fact(&mut self, program: &Program, fact: ExprId) -> Option<usize> {
        let expr = program.expr(fact);
        let Type::Enum(id) = expr.ty else { return None };
        if matches!(expr.kind, ExprKind::Const(_) | ExprKind::Param(_)) {
            return None;
        }
        let shape = program.schema.enumeration(id);
        // One more value: declared not to exist, or not listed.
        let n = shape.values.len() + 1;
        let names: Vec<String> = shape.values.iter().map(|v| v.name.clone()).chain(["none of them".to_owned()]).collect();
        Some(self.variable(key(program, fact), n, || (show(expr), names)))
    }

    /// The formula of a condition; definitions are opened.
    pub(super) fn formula(&mut self, program: &Program, id: ExprId, depth: usize) -> Formula {
        let expr = program.expr(id);
        match &expr.kind {
            ExprKind::Const(Const::Bool(true)) => return Formula::True,
            ExprKind::Const(Const::Bool(false)) => return Formula::False,
            ExprKind::And(l) => return Formula::And(l.iter().map(|e| self.formula(program, *e, depth)).collect()),
            ExprKind::Or(l) => return Formula::Or(l.iter().map(|e| self.formula(program, *e, depth)).collect()),
            ExprKind::Not(a) => return Formula::Not(Box::new(self.formula(program, *a, depth))),
            ExprKind::Def(def) if depth < 16 && program.defs[def.index()].value.index() < program.exprs.len() => {
                return self.formula(program, program.defs[def.index()].value, depth + 1);
            }
            ExprKind::Equal(a, b) => {
                for (fact, other) in [(*a, *b), (*b, *a)] {
                    if let ExprKind::Const(Const::Enum(_, v)) = program.expr(other).kind
                        && let Some(var) = self.enum_fact(program, fact)
                    {
                        return Formula::Is(var, vec![v as usize]);
                    }
                    if let ExprKind::Const(Const::Bool(v)) = program.expr(other).kind {
                        let inner = self.formula(program, fact, depth);
                        return if v { inner } else { Formula::Not(Box::new(inner)) };
                    }
                }
            }
            ExprKind::In(item, list) => {
                let values = match &program.expr(*list).kind {
                    ExprKind::Const(Const::List(l)) => {
                        l.iter().map(|c| if let Const::Enum(_, v) = c { Some(*v as usize) } else { None }).collect()
                    }
                    ExprKind::List(l) => l
                        .iter()
                        .map(|e| if let ExprKind::Const(Const::Enum(_, v)) = program.expr(*e).kind { Some(v as usize) } else { None })
                        .collect::<Option<Vec<_>>>(),
                    _ => None,
                };
                if let Some(values) = values
                    && let Some(var) = self.enum_fact(program, *item)
                {
                    return Formula::Is(var, values);
                }
            }
            _ => {}
        }
        let var = self.variable(key(program, id), 2, || (show(expr), vec!["no".to_owned(), "yes".to_owned()]));
        Formula::Is(var, vec![1])
    }

    /// An assignment under which the formula holds, in words; `Err` when the question is too large.
    pub(super) fn satisfy(&self, formula: &Formula) -> Result<Option<String>, ()> {
        let total = self.domains.iter().try_fold(1usize, |n, d| n.checked_mul(d.0).filter(|n| *n <= MAX_ASSIGNMENTS)).ok_or(())?;
        let mut values = vec![0usize; self.domains.len()];
        for number in 0..total {
            let mut rest = number;
            for (value, domain) in values.iter_mut().zip(&self.domains) {
                *value = rest % domain.0;
                rest /= domain.0;
            }
            if holds(formula, &values) {
                let words = values.iter().zip(&self.domains).map(|(v, d)| format!("{} is {}", d.1, d.2[*v])).collect::<Vec<_>>();
                return Ok(Some(words.join(", ")));
            }
        }
        Ok(None)
    }
}

fn holds(formula: &Formula, values: &[usize]) -> bool {
    match formula {
        Formula::True => true,
        Formula::False => false,
        Formula::Is(var, allowed) => allowed.contains(&values[*var]),
        Formula::And(l) => l.iter().all(|f| holds(f, values)),
        Formula::Or(l) => l.iter().any(|f| holds(f, values)),
        Formula::Not(f) => !holds(f, values),
    }
}

/// How a fact or a comparison is called.
fn show(expr: &Expr) -> String {
    match &expr.kind {
        ExprKind::Field(path) => format!("`{}`", path.names.join(".")),
        _ => "another condition".to_owned(),
    }
}
