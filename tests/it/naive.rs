//! A second evaluator that walks the typed tree as it is: no lowering, no order of rules, nothing remembered.
//!
//! It is written from `docs/language.md`. Fields are found by their names in the `Schema`, so it also judges the layout of slots.

use filingc::builtin::Builtin;
use filingc::eval::Outcome;
use filingc::hir::*;
use filingc::manifest::Document;
use filingc::value::{self, Date, DateTime, Duration, FILE_FIELDS, FieldType, Money, Pool, RecordId, Value};
use std::cmp::Ordering as Cmp;
use std::collections::BTreeMap;

/// True, false, or not known.
type Truth = Option<bool>;

/// A value with its texts inside.
#[derive(Clone, Debug, PartialEq)]
enum V {
    Unknown,
    /// Declared not to exist.
    None,
    Bool(bool),
    Int(i64),
    Decimal(i64),
    Date(Date),
    DateTime(DateTime),
    Text(String),
    Enum(u32),
    Duration(Duration),
    BusinessDays(i32),
    Money(Money),
    /// The sum of nothing: nought of any unit.
    Nought,
    /// A record or a file that is there.
    Present,
    List(Vec<V>),
}

/// An item a loop variable stands for.
#[derive(Clone, Debug)]
struct Row {
    ty: FieldType,
    slot: u32,
}

/// The loop variables; `None` stands for an item of a list that is absent.
type Env = Vec<Option<Row>>;

struct Naive<'a> {
    program: &'a Program,
    layers: &'a [LayerId],
    document: &'a Document,
    on: Date,
    /// Absence says nothing of what is stated or looked up.
    open: bool,
}

/// How every requirement in force ends, by full id.
pub fn evaluate(program: &Program, layers: &[LayerId], document: &Document, on: Date) -> BTreeMap<String, Outcome> {
    let naive = Naive { program, layers, document, on, open: false };
    let ids = (0..program.rules.len() as u32).map(RuleId);
    ids.filter_map(|id| naive.outcome(id).map(|o| (program.rule_name(id), o))).collect()
}

/// How every condition comes out that is part of a definition or of a requirement without loops, and reads no loop variable.
pub fn conditions(program: &Program, layers: &[LayerId], document: &Document, on: Date) -> Vec<(ExprId, Option<bool>)> {
    let naive = Naive { program, layers, document, on, open: false };
    let versions = program.rules.iter().flat_map(|r| &r.versions).filter(|v| v.ranges.is_empty());
    let mut open: Vec<ExprId> =
        program.defs.iter().map(|d| d.value).chain(versions.flat_map(|v| v.when.into_iter().chain([v.require]))).collect();
    let mut found = Vec::new();
    while let Some(id) = open.pop() {
        let expr = program.expr(id);
        if expr.ty == Type::Boolean {
            found.push((id, naive.truth(id, &Env::new())));
        }
        if !matches!(expr.kind, ExprKind::Quantified { .. } | ExprKind::Count { .. } | ExprKind::Sum { .. }) {
            open.extend(expr.kind.children());
        }
    }
    found
}

fn or(all: impl IntoIterator<Item = Truth>) -> Truth {
    let mut result = Some(false);
    for truth in all {
        match truth {
            Some(true) => return Some(true),
            None => result = None,
            Some(false) => {}
        }
    }
    result
}

fn not(truth: Truth) -> Truth {
    truth.map(|t| !t)
}

fn and(all: impl IntoIterator<Item = Truth>) -> Truth {
    not(or(all.into_iter().map(not)))
}

fn truth_of(value: &V) -> Truth {
    match value {
        V::Bool(b) => Some(*b),
        V::None => Some(false),
        _ => None,
    }
}

fn of_truth(truth: Truth) -> V {
    truth.map_or(V::Unknown, V::Bool)
}

impl Naive<'_> {
    // ---- what is in force

    fn applies(&self, layer: LayerId) -> bool {
        self.layers.contains(&layer)
    }

    fn in_force(&self, effective: &Effective) -> bool {
        let counted = effective.axis.as_ref().map(|axis| self.field(axis, &Env::new()));
        let day = if let Some(V::Date(day)) = counted { day } else { self.on };
        effective.contains(day)
    }

    /// The changes of the layers that apply and are in force.
    fn changes(&self, mut fits: impl FnMut(&ChangeKind) -> bool) -> Vec<ChangeId> {
        let all = (0..self.program.changes.len() as u32).map(ChangeId);
        all.filter(|id| {
            let change = &self.program.changes[id.index()];
            self.applies(change.layer) && fits(&change.kind) && self.in_force(&change.effective)
        })
        .collect()
    }

    /// Of changes to one thing, the one no other goes before.
    fn strongest(&self, ids: &[ChangeId]) -> Option<ChangeId> {
        let beats = |a: ChangeId, b: ChangeId| {
            let (x, y) = (&self.program.changes[a.index()], &self.program.changes[b.index()]);
            let place = |l: LayerId| self.layers.iter().position(|m| *m == l);
            x.over.contains(&b) || !y.over.contains(&a) && place(x.layer) > place(y.layer)
        };
        ids.iter().copied().find(|a| !ids.iter().any(|b| a != b && beats(*b, *a)))
    }

    fn param(&self, id: ParamId) -> V {
        let several = self.program.params[id.index()].several;
        let mut chosen: Option<V> = None;
        for set in self.strongest_first(self.changes(|k| matches!(k, ChangeKind::Set { param, .. } if *param == id))) {
            let ChangeKind::Set { value, when, .. } = &self.program.changes[set.index()].kind else { continue };
            let value = constant(value);
            match when.map_or(Some(true), |when| self.truth(when, &Env::new())) {
                Some(false) => continue,
                None => return V::Unknown,
                Some(true) if several == Several::Nearest => return value,
                Some(true) => {}
            }
            let wanted = if several == Several::Lowest { std::cmp::Ordering::Less } else { std::cmp::Ordering::Greater };
            chosen = match chosen {
                Some(so_far) if compare(&value, &so_far) != Some(wanted) => Some(so_far),
                _ => Some(value),
            };
        }
        if let Some(value) = chosen {
            return value;
        }
        let versions = &self.program.params[id.index()].versions;
        versions.iter().find(|(e, ..)| self.in_force(e)).map_or(V::Unknown, |(_, c, ..)| constant(c))
    }

    /// Changes of one thing, each before those it goes before.
    fn strongest_first(&self, mut ids: Vec<ChangeId>) -> Vec<ChangeId> {
        let mut out = Vec::new();
        while let Some(strongest) = self.strongest(&ids) {
            ids.retain(|id| *id != strongest);
            out.push(strongest);
        }
        out
    }

    /// The versions in force, each with the scopes of what replaces it for other filings and the changes it goes before.
    fn parts(&self, id: RuleId) -> Vec<(&Version, Vec<ExprId>, &[ChangeId])> {
        let rule = &self.program.rules[id.index()];
        if !self.applies(rule.layer) {
            return Vec::new();
        }
        let mut out = Vec::new();
        let mut scopes = Vec::new();
        for change in self.strongest_first(
            self.changes(|k| matches!(k, ChangeKind::Replace { rule, .. } | ChangeKind::Adopt { rule, .. } if *rule == id)),
        ) {
            let change = &self.program.changes[change.index()];
            let (version, scope) = match &change.kind {
                ChangeKind::Replace { version, scope, .. } => (version, *scope),
                ChangeKind::Adopt { version, .. } => (version, None),
                _ => continue,
            };
            out.push((&**version, scopes.clone(), change.over.as_slice()));
            match scope {
                Some(scope) => scopes.push(scope),
                None => return out,
            }
        }
        let own = rule.versions.iter().find(|v| !v.is_optional && self.in_force(&v.effective));
        out.extend(own.map(|v| (v, scopes, [].as_slice())));
        out
    }

    // ---- outcomes

    fn outcome(&self, id: RuleId) -> Option<Outcome> {
        self.parts(id).into_iter().map(|part| self.outcome_of(id, &part)).reduce(Outcome::worse)
    }

    fn outcome_of(&self, id: RuleId, part: &(&Version, Vec<ExprId>, &[ChangeId])) -> Outcome {
        let (version, scopes, goes_before) = part;
        let version = *version;
        let own = self.own(id, version, scopes);
        if own == Outcome::NotApplicable {
            return own;
        }
        let stops = |need: RuleId| matches!(self.outcome(need), Some(Outcome::Violated | Outcome::Undetermined | Outcome::Blocked));
        if version.needs.iter().any(|(need, _)| stops(*need)) {
            return Outcome::Blocked;
        }
        let waivers = self.changes(|k| matches!(k, ChangeKind::Waive { rule, .. } if *rule == id));
        let waived = or(waivers.iter().filter(|w| !goes_before.contains(w)).map(|w| {
            let ChangeKind::Waive { when: Some(when), .. } = self.program.changes[w.index()].kind else { return Some(true) };
            // A condition about items must hold for every item.
            and(self.items(&version.ranges).iter().map(|(env, _)| self.truth(when, env)))
        }));
        match (waived, own) {
            (Some(true), _) => Outcome::Waived,
            (None, Outcome::Violated) => Outcome::Undetermined,
            _ => own,
        }
    }

    /// Every combination of items, and whether all its lists are there. Where a list is absent one combination stands for what it may hold.
    fn items(&self, ranges: &[Range]) -> Vec<(Env, bool)> {
        let mut all = vec![(Env::new(), true)];
        for range in ranges {
            let mut longer = Vec::new();
            for (env, known) in all {
                // Behind an absent list nothing is asked any more, even where an inner list is empty.
                match self.rows(range, &env).filter(|_| known) {
                    None => longer.push(([env, vec![None]].concat(), false)),
                    Some(rows) => longer.extend(rows.into_iter().map(|row| ([env.clone(), vec![Some(row)]].concat(), true))),
                }
            }
            all = longer;
        }
        all
    }

    fn own(&self, id: RuleId, version: &Version, scopes: &[ExprId]) -> Outcome {
        let items = self.items(&version.ranges);
        let outcomes: Vec<Outcome> = items.iter().map(|(env, known)| self.item(id, (version, scopes), env, *known)).collect();
        let worst_first = [Outcome::Violated, Outcome::Undetermined, Outcome::Satisfied];
        worst_first.into_iter().find(|o| outcomes.contains(o)).unwrap_or(Outcome::NotApplicable)
    }

    /// Absence never violates: what is violated only because facts are left out is undetermined.
    fn item(&self, id: RuleId, version: (&Version, &[ExprId]), env: &Env, known: bool) -> Outcome {
        let open = Naive { open: true, ..*self };
        match self.item_as_read(id, version, env, known) {
            Outcome::Violated if open.item_as_read(id, version, env, known) != Outcome::Violated => Outcome::Undetermined,
            outcome => outcome,
        }
    }

    fn item_as_read(&self, id: RuleId, (version, scopes): (&Version, &[ExprId]), env: &Env, known: bool) -> Outcome {
        let own = version.when.map_or(Some(true), |e| self.truth(e, env));
        let when = and(scopes.iter().map(|scope| not(self.truth(*scope, env))).chain([own]));
        if when == Some(false) {
            return Outcome::NotApplicable;
        }
        if !known {
            return Outcome::Undetermined;
        }
        let require = self.truth(version.require, env);
        let mut exceptions = Vec::new();
        for change in &self.program.changes {
            if let ChangeKind::Except { rule, exception } = &change.kind
                && *rule == id
                && self.applies(change.layer)
            {
                exceptions.push(self.exception(exception, env));
            }
        }
        let met = or([require, or(exceptions)]);
        match (when, met) {
            (_, Some(true)) => Outcome::Satisfied,
            (Some(true), Some(false)) => Outcome::Violated,
            _ => Outcome::Undetermined,
        }
    }

    fn exception(&self, exception: &Exception, env: &Env) -> Truth {
        if !self.in_force(&exception.effective) {
            return Some(false);
        }
        let taken_back = or(exception.unless.iter().map(|u| self.exception(u, env)));
        and([self.truth(exception.when, env), not(taken_back)])
    }

    fn is_record_item(&self, id: ExprId) -> bool {
        let expr = self.program.expr(id);
        matches!((&expr.kind, &expr.ty), (ExprKind::Field(path), Type::Record(_)) if path.names.is_empty())
    }

    /// The first day on which a count of business days can end that runs into years without a calendar.
    fn soonest(&self, id: ExprId, env: &Env) -> Option<Date> {
        let ExprKind::Add { minus: false, left, right } = &self.program.expr(id).kind else { return None };
        let (V::Date(from), V::BusinessDays(n)) = (self.value(*left, env), self.value(*right, env)) else { return None };
        let (mut day, mut left) = (from, n);
        while left > 0 {
            day = day.tomorrow().ok()?;
            left -= i32::from(self.program.calendar.is_business_day(day) != Some(false));
        }
        (n >= 0).then_some(day)
    }

    // ---- the manifest

    /// Type and first slot of a field; `None` where its item is not known.
    fn find(&self, path: &FieldPath, env: &Env) -> Option<(FieldType, u32)> {
        let (mut ty, mut slot) = match path.base {
            Base::Root => (FieldType::Record(self.program.schema.root?), 0),
            Base::Var(var) => {
                let row = env.get(var as usize)?.as_ref()?;
                (row.ty.clone(), row.slot)
            }
        };
        // The manifest and the items of lists have no slot of presence, a nested record and a file have one.
        let mut has_presence = matches!(ty, FieldType::File);
        for name in &path.names {
            let block = slot + u32::from(has_presence);
            (ty, slot) = match ty {
                FieldType::Record(id) => {
                    let field = self.program.schema.record(id).find(name)?;
                    (field.ty.clone(), block + field.slot)
                }
                FieldType::File => {
                    let index = FILE_FIELDS.iter().position(|f| f.0 == name)?;
                    (FILE_FIELDS[index].1.clone(), block + index as u32)
                }
                _ => return None,
            };
            has_presence = matches!(ty, FieldType::Record(_) | FieldType::File);
        }
        Some((ty, slot))
    }

    fn field(&self, path: &FieldPath, env: &Env) -> V {
        let Some((ty, slot)) = self.find(path, env) else { return V::Unknown };
        // An item of a list is there.
        if path.names.is_empty() && matches!(ty, FieldType::Record(_) | FieldType::File) { V::Present } else { self.read(slot) }
    }

    fn read(&self, slot: u32) -> V {
        match self.document.slots[slot as usize] {
            Value::Unknown => V::Unknown,
            Value::None => V::None,
            Value::Bool(b) => V::Bool(b),
            Value::Int(n) => V::Int(n),
            Value::Decimal(n) => V::Decimal(n),
            Value::Date(d) => V::Date(d),
            Value::DateTime(d) => V::DateTime(d),
            Value::Text(text) => {
                assert_eq!(text.pool, Pool::Document);
                V::Text(self.document.str(text).to_owned())
            }
            Value::Enum(v) => V::Enum(v),
            Value::Duration(d) => V::Duration(d),
            Value::BusinessDays(n) => V::BusinessDays(n),
            Value::Money(m) => V::Money(m),
            Value::Present | Value::Rows { .. } => V::Present,
            Value::List { start, length } => V::List((start..start + length).map(|s| self.read(s)).collect()),
        }
    }

    /// The items of a list of the manifest; `None` when it is absent.
    fn rows(&self, range: &Range, env: &Env) -> Option<Vec<Row>> {
        let (ty, slot) = self.find(&range.list, env)?;
        let FieldType::List { item, .. } = ty else { return None };
        let stride = match &*item {
            FieldType::Record(id) => self.record_slots(*id),
            other => other.n_slots(&self.program.schema.records),
        };
        match self.document.slots[slot as usize] {
            Value::None => Some(vec![]),
            Value::List { start, length } | Value::Rows { start, length } => {
                Some((0..length).map(|n| Row { ty: (*item).clone(), slot: start + n * stride }).collect())
            }
            _ => None,
        }
    }

    fn is_empty_list(&self, id: ExprId, env: &Env) -> bool {
        let ExprKind::Field(path) = &self.program.expr(id).kind else { return false };
        let found = self.find(path, env).map(|(_, slot)| self.document.slots[slot as usize]);
        matches!(found, Some(Value::Rows { length: 0, .. }))
    }

    fn record_slots(&self, id: RecordId) -> u32 {
        self.program.schema.record(id).n_slots
    }

    // ---- expressions

    fn truth(&self, id: ExprId, env: &Env) -> Truth {
        truth_of(&self.value(id, env))
    }

    /// Whether an expression reads an item of a list that is absent.
    fn reads_absent_item(&self, id: ExprId, env: &Env) -> bool {
        let expr = self.program.expr(id);
        let is_absent = |path: &FieldPath| matches!(path.base, Base::Var(v) if env.get(v as usize).is_some_and(Option::is_none));
        let path = match &expr.kind {
            ExprKind::Field(path) => is_absent(path),
            ExprKind::Quantified { range, .. } | ExprKind::Count { range, .. } | ExprKind::Sum { range, .. } => is_absent(&range.list),
            _ => false,
        };
        path || expr.kind.children().into_iter().any(|child| self.reads_absent_item(child, env))
    }

    /// Whether a value is given; two-valued, unless it belongs to an item that nobody knows.
    fn given(&self, id: ExprId, env: &Env) -> Truth {
        match self.value(id, env) {
            V::None => Some(false),
            V::Unknown if self.reads_absent_item(id, env) || self.is_unusable(id, env) => None,
            V::Unknown if self.open && self.lacks(id, env) => None,
            V::Unknown => Some(false),
            _ => Some(true),
        }
    }

    /// Whether a field is written and tells nothing.
    fn is_unusable(&self, id: ExprId, env: &Env) -> bool {
        match &self.program.expr(id).kind {
            ExprKind::Field(path) => self.find(path, env).is_some_and(|(_, slot)| self.document.is_unusable(slot)),
            ExprKind::Def(d) => self.is_unusable(self.program.defs[d.index()].value, &Env::new()),
            _ => false,
        }
    }

    /// Whether an expression reads a fact that is not known and that somebody could state or look up.
    fn lacks(&self, id: ExprId, env: &Env) -> bool {
        let expr = self.program.expr(id);
        match &expr.kind {
            ExprKind::Field(path) => matches!(path.kind, FactKind::Stated | FactKind::Register) && self.field(path, env) == V::Unknown,
            ExprKind::Def(d) => self.lacks(self.program.defs[d.index()].value, &Env::new()),
            kind => kind.children().into_iter().any(|child| self.lacks(child, env)),
        }
    }

    /// Calls `f` with every item of a list bound; `None` when the list is absent.
    fn each<T>(&self, range: &Range, env: &Env, f: impl FnMut(Env) -> T) -> Option<Vec<T>> {
        let mut outer = env.clone();
        outer.resize_with(range.var as usize, || None);
        let rows = self.rows(range, env)?;
        Some(rows.into_iter().map(|row| [outer.clone(), vec![Some(row)]].concat()).map(f).collect())
    }

    fn value(&self, id: ExprId, env: &Env) -> V {
        let expr = self.program.expr(id);
        match &expr.kind {
            ExprKind::Error => panic!("a program with errors is never run"),
            ExprKind::Const(c) => constant(c),
            ExprKind::Param(p) => self.param(*p),
            // The filing type is what the facts that are there make it.
            ExprKind::Def(d) if self.open && self.program.filing_type.is_some_and(|(def, _)| def == *d) => {
                Naive { open: false, ..*self }.value(id, env)
            }
            ExprKind::Def(d) => self.value(self.program.defs[d.index()].value, &Env::new()),
            ExprKind::Field(path) => self.field(path, env),
            ExprKind::SubmissionDate => V::Date(self.on),
            ExprKind::Or(l) => of_truth(or(l.iter().map(|e| self.truth(*e, env)))),
            ExprKind::And(l) => of_truth(and(l.iter().map(|e| self.truth(*e, env)))),
            ExprKind::Not(e) => of_truth(not(self.truth(*e, env))),
            ExprKind::Equal(a, b) => of_truth(equal(&self.value(*a, env), &self.value(*b, env))),
            ExprKind::Ordered(op, a, b) => {
                let (left, right) = (self.value(*a, env), self.value(*b, env));
                let known = ordered(*op, &left, &right);
                // Days are not counted in years without a calendar, but a count cannot end before the day on which it would end if all were worked.
                let soonest = |side: &ExprId| self.soonest(*side, env);
                of_truth(known.or_else(|| match (&left, &right, op) {
                    (V::Date(day), V::Unknown, Ordering::Less) => soonest(b).filter(|s| day < s).map(|_| true),
                    (V::Date(day), V::Unknown, Ordering::LessOrEqual) => soonest(b).filter(|s| day <= s).map(|_| true),
                    (V::Date(day), V::Unknown, Ordering::Greater) => soonest(b).filter(|s| day <= s).map(|_| false),
                    (V::Date(day), V::Unknown, Ordering::GreaterOrEqual) => soonest(b).filter(|s| day < s).map(|_| false),
                    (V::Unknown, V::Date(day), Ordering::Less) => soonest(a).filter(|s| s >= day).map(|_| false),
                    (V::Unknown, V::Date(day), Ordering::LessOrEqual) => soonest(a).filter(|s| s > day).map(|_| false),
                    (V::Unknown, V::Date(day), Ordering::Greater) => soonest(a).filter(|s| s > day).map(|_| true),
                    (V::Unknown, V::Date(day), Ordering::GreaterOrEqual) => soonest(a).filter(|s| s >= day).map(|_| true),
                    _ => None,
                }))
            }
            ExprKind::In(item, list) | ExprKind::ListContains { any: false, list, item } => {
                of_truth(member(&self.value(*item, env), &self.value(*list, env)))
            }
            ExprKind::ListContains { any: true, list, item } => {
                let (list, wanted) = (self.value(*list, env), self.value(*item, env));
                of_truth(match (&list, &wanted) {
                    (V::None, _) | (_, V::None) => Some(false),
                    (V::List(l), _) | (_, V::List(l)) if l.is_empty() => Some(false),
                    (V::List(l), w) => or(l.iter().map(|v| member(v, w))),
                    _ => None,
                })
            }
            // Whatever the items of a list of records are, each is there.
            ExprKind::Given(e) if self.is_record_item(*e) => V::Bool(true),
            ExprKind::Given(e) => of_truth(self.given(*e, env)),
            ExprKind::Stated { fact, may_be_empty } => match self.value(*fact, env) {
                V::Unknown => V::Unknown,
                V::List(items) if items.is_empty() && !may_be_empty => V::Unknown,
                V::Present if !may_be_empty && self.is_empty_list(*fact, env) => V::Unknown,
                _ => V::Bool(true),
            },
            ExprKind::IsNone(e) => match self.value(*e, env) {
                V::Unknown => V::Unknown,
                v => V::Bool(v == V::None),
            },
            ExprKind::TextContains { part, any, whole, piece } => {
                let (whole, piece) = (self.value(*whole, env), self.value(*piece, env));
                let one = |piece: &V| match (&whole, piece) {
                    (V::None, _) | (_, V::None) => Some(false),
                    (V::Text(w), V::Text(p)) => Some(match part {
                        Part::Anywhere => w.contains(p.as_str()),
                        Part::Start => w.starts_with(p.as_str()),
                        Part::End => w.ends_with(p.as_str()),
                    }),
                    _ => None,
                };
                of_truth(match &piece {
                    V::List(pieces) if *any => or(pieces.iter().map(one)),
                    piece => one(piece),
                })
            }
            ExprKind::Matches(e, pattern) => match self.value(*e, env) {
                V::Text(t) => V::Bool(regex_lite::Regex::new(&format!("^(?:{pattern})$")).unwrap().is_match(&t)),
                V::None => V::Bool(false),
                _ => V::Unknown,
            },
            ExprKind::Else(l) => {
                for e in &l[..l.len() - 1] {
                    // What stands for an absent fact is written in the rule.
                    match (Naive { open: false, ..*self }).given(*e, env) {
                        Some(true) => return self.value(*e, env),
                        Some(false) => {}
                        None => return V::Unknown,
                    }
                }
                self.value(l[l.len() - 1], env)
            }
            ExprKind::Add { minus, left, right } => add(*minus, &self.value(*left, env), &self.value(*right, env), &self.program.calendar),
            ExprKind::Quantified { kind, range, body } => {
                let Some(truths) = self.each(range, env, |env| self.truth(*body, &env)) else { return V::Unknown };
                of_truth(match kind {
                    Quantifier::Every => and(truths),
                    Quantifier::Some => or(truths),
                    Quantifier::No => not(or(truths)),
                })
            }
            ExprKind::Count { range, body } => {
                let truths = self.each(range, env, |env| body.map_or(Some(true), |b| self.truth(b, &env)));
                let Some(truths) = truths.and_then(|l| l.into_iter().collect::<Option<Vec<bool>>>()) else { return V::Unknown };
                V::Int(truths.iter().filter(|t| **t).count() as i64)
            }
            ExprKind::Sum { range, value } => {
                let Some(values) = self.each(range, env, |env| self.value(*value, &env)) else { return V::Unknown };
                // What was declared not to exist adds nothing.
                values.iter().filter(|v| **v != V::None).fold(V::Nought, |total, v| add(false, &total, v, &self.program.calendar))
            }
            ExprKind::Call(builtin, l) => self.call(*builtin, &l.iter().map(|e| self.value(*e, env)).collect::<Vec<_>>()),
            ExprKind::List(l) => V::List(l.iter().map(|e| self.value(*e, env)).collect()),
            ExprKind::Decide { rows, otherwise } => {
                let mut possible = Vec::new();
                let mut is_decided = false;
                for (condition, value) in rows {
                    let truth = self.truth(*condition, env);
                    if truth != Some(false) {
                        possible.push(*value);
                    }
                    if truth == Some(true) {
                        is_decided = true;
                        break;
                    }
                }
                if !is_decided {
                    let Some(otherwise) = otherwise else { return V::Unknown };
                    possible.push(*otherwise);
                }
                if possible.iter().all(|v| *v == possible[0]) { V::Enum(possible[0].into()) } else { V::Unknown }
            }
        }
    }

    fn call(&self, builtin: Builtin, arguments: &[V]) -> V {
        if arguments.contains(&V::Unknown) {
            return V::Unknown;
        }
        if arguments.contains(&V::None) {
            return V::None;
        }
        let part = |t: &str, n: i64, last: bool| {
            let chars: Vec<char> = t.chars().collect();
            let n = (n.max(0) as usize).min(chars.len());
            V::Text(if last { chars[chars.len() - n..].iter().collect() } else { chars[..n].iter().collect() })
        };
        match (builtin, arguments) {
            (Builtin::Length, [V::Text(t)]) => V::Int(t.chars().count() as i64),
            (Builtin::First, [V::Text(t), V::Int(n)]) => part(t, *n, false),
            (Builtin::Last, [V::Text(t), V::Int(n)]) => part(t, *n, true),
            (Builtin::Digits, [V::Text(t)]) => V::Text(t.chars().filter(char::is_ascii_digit).collect()),
            (Builtin::DaysBetween, [V::Date(a), V::Date(b)]) => V::Int(b.since((jiff::Unit::Day, *a)).unwrap().get_days().into()),
            (Builtin::YearsBetween, [V::Date(a), V::Date(b)]) => V::Int(value::years_between(*a, *b)),
            (Builtin::BusinessDaysBetween, [V::Date(a), V::Date(b)]) => {
                self.program.calendar.business_days_between(*a, *b).map_or(V::Unknown, V::Int)
            }
            _ => panic!("the naive evaluator does not know {builtin:?} of {arguments:?}"),
        }
    }
}

fn constant(c: &Const) -> V {
    match c {
        Const::Bool(b) => V::Bool(*b),
        Const::Int(n) => V::Int(*n),
        Const::Decimal(n) => V::Decimal(*n),
        Const::Date(d) => V::Date(*d),
        Const::DateTime(d) => V::DateTime(*d),
        Const::Text(t) => V::Text(t.clone()),
        Const::Enum(_, v) => V::Enum((*v).into()),
        Const::Duration(d) => V::Duration(*d),
        Const::BusinessDays(n) => V::BusinessDays(*n),
        Const::Money(m) => V::Money(*m),
        Const::List(l) => V::List(l.iter().map(constant).collect()),
    }
}

/// Equality; with what was declared not to exist it is false.
fn equal(a: &V, b: &V) -> Truth {
    match (a, b) {
        (V::None, _) | (_, V::None) => Some(false),
        (V::Unknown, _) | (_, V::Unknown) => None,
        (V::List(a), V::List(b)) if a.len() != b.len() => Some(false),
        (V::List(a), V::List(b)) => and(a.iter().zip(b).map(|(a, b)| equal(a, b))),
        _ => Some(compare(a, b).map_or(a == b, Cmp::is_eq)),
    }
}

fn member(item: &V, list: &V) -> Truth {
    match (item, list) {
        (V::None, _) | (_, V::None) => Some(false),
        (item, V::List(list)) => or(list.iter().map(|v| equal(item, v))),
        _ => None,
    }
}

fn ordered(op: Ordering, a: &V, b: &V) -> Truth {
    match (a, b) {
        (V::None, _) | (_, V::None) => Some(false),
        _ => compare(a, b).map(|found| match op {
            Ordering::Less => found.is_lt(),
            Ordering::LessOrEqual => found.is_le(),
            Ordering::Greater => found.is_gt(),
            Ordering::GreaterOrEqual => found.is_ge(),
        }),
    }
}

fn compare(a: &V, b: &V) -> Option<Cmp> {
    Some(match (a, b) {
        (V::Int(a), V::Int(b)) => a.cmp(b),
        (V::Int(_) | V::Decimal(_), V::Int(_) | V::Decimal(_)) => millionths(a)?.cmp(&millionths(b)?),
        (V::Date(a), V::Date(b)) => a.cmp(b),
        (V::DateTime(a), V::DateTime(b)) => a.cmp(b),
        (V::BusinessDays(a), V::BusinessDays(b)) => a.cmp(b),
        (V::Money(a), V::Money(b)) if a.currency == b.currency => a.cents().cmp(&b.cents()),
        (V::Nought, V::Nought) => Cmp::Equal,
        (V::Nought, V::Int(n) | V::Decimal(n)) => 0.cmp(n),
        (V::Nought, V::Money(m)) => 0.cmp(&m.cents()),
        (_, V::Nought) => compare(b, a)?.reverse(),
        (V::Duration(a), V::Duration(b)) => {
            let unit = |d: &Duration| (d.months != 0, d.days != 0, d.hours != 0);
            let of_one = [(true, false, false), (false, true, false), (false, false, true), (false, false, false)];
            let zero = Duration::default();
            if a != &zero && b != &zero && unit(a) != unit(b) || !of_one.contains(&unit(a)) || !of_one.contains(&unit(b)) {
                return None;
            }
            (a.months, a.days, a.hours, a.is_more).cmp(&(b.months, b.days, b.hours, b.is_more))
        }
        _ => return None,
    })
}

fn millionths(v: &V) -> Option<i128> {
    match v {
        V::Int(n) => Some(i128::from(*n) * 1_000_000),
        V::Decimal(n) => Some(i128::from(*n)),
        _ => None,
    }
}

fn add(minus: bool, a: &V, b: &V, calendar: &value::Calendar) -> V {
    let sign = if minus { -1 } else { 1 };
    match (a, b) {
        (V::Unknown, _) | (_, V::Unknown) => V::Unknown,
        (V::None, _) | (_, V::None) => V::None,
        (V::Nought, b) if !minus => b.clone(),
        (a, V::Nought) => a.clone(),
        (V::Nought, V::Int(n)) => V::Int(-n),
        (V::Nought, V::Money(m)) => V::Money(Money::new(m.currency, -m.cents())),
        (V::Int(a), V::Int(b)) => V::Int(a + i64::from(sign) * b),
        (V::Money(a), V::Money(b)) if a.currency == b.currency => V::Money(Money::new(a.currency, a.cents() + i64::from(sign) * b.cents())),
        (V::Date(d), V::Duration(x)) => value::add_to_date(*d, *x, sign).map_or(V::Unknown, V::Date),
        (V::DateTime(d), V::Duration(x)) => value::add_to_datetime(*d, *x, sign).map_or(V::Unknown, V::DateTime),
        (V::Date(d), V::BusinessDays(n)) => calendar.add_business_days(*d, sign * n).map_or(V::Unknown, V::Date),
        (V::Int(_) | V::Decimal(_), V::Int(_) | V::Decimal(_)) => {
            let sum = millionths(a).zip(millionths(b)).map(|(a, b)| a + i128::from(sign) * b);
            sum.and_then(|n| i64::try_from(n).ok()).map_or(V::Unknown, V::Decimal)
        }
        _ => V::Unknown,
    }
}
