//! Expressions to terms.

use super::terms::{Op, Shape, TermId, Terms};
use crate::hir::{Base, Const, DefId, ExprId, ExprKind, FieldPath, Ordering, ParamId, Program, Quantifier, Range, Type};
use crate::value::FieldType;
use rustc_hash::FxHashMap;

/// What names stand for.
pub trait Naming {
    /// What a definition is called; `None` where its value stands for it.
    fn definition(&self, id: DefId) -> Option<String>;
    /// What a parameter is called.
    fn parameter(&self, id: ParamId) -> String;
    /// Whether fields of one name and two types differ, as those of loop variables in two rules do.
    fn tells_types(&self) -> bool;
}

/// The names of one program, for questions about it alone.
#[derive(Clone, Copy, Debug)]
pub struct Own {
    /// Whether the value of a definition stands for it.
    pub opens: bool,
}

impl Naming for Own {
    fn definition(&self, id: DefId) -> Option<String> {
        (!self.opens).then(|| id.0.to_string())
    }

    fn parameter(&self, id: ParamId) -> String {
        id.0.to_string()
    }

    fn tells_types(&self) -> bool {
        self.opens
    }
}

/// Reads the expressions of one program.
#[derive(Debug)]
pub struct Reader<'a, N> {
    program: &'a Program,
    naming: N,
    /// The terms read so far.
    pub terms: Terms,
    /// Types of the terms that are values.
    types: FxHashMap<TermId, Type>,
    defs: Vec<Option<TermId>>,
    /// Terms of opened definitions that nobody asked for yet, in an order in which what is read comes first.
    opened: Vec<TermId>,
}

impl<'a, N: Naming> Reader<'a, N> {
    /// A reader that has read nothing.
    pub fn new(program: &'a Program, naming: N) -> Self {
        let defs = vec![None; program.defs.len()];
        Reader { program, naming, terms: Terms::default(), types: FxHashMap::default(), defs, opened: Vec::new() }
    }

    /// The type of a value.
    pub(super) fn ty(&self, id: TermId) -> Option<&Type> {
        self.types.get(&id)
    }

    /// A fact about two values in either order.
    pub(super) fn pair(&mut self, op: Op, a: TermId, b: TermId, ty: &Type) -> TermId {
        let fact = self.terms.put(op, vec![a.min(b), a.max(b)]);
        self.types.entry(fact).or_insert_with(|| ty.clone());
        fact
    }

    /// The program.
    pub(super) fn program(&self) -> &'a Program {
        self.program
    }

    /// Definitions opened since this was asked last, those that are read before those that read them.
    pub(super) fn take_opened(&mut self) -> Vec<TermId> {
        std::mem::take(&mut self.opened)
    }

    /// The term of an expression.
    pub fn term(&mut self, id: ExprId) -> TermId {
        self.open(id);
        self.expr(id)
    }

    /// The term of a list of which neither order nor number of items counts.
    pub fn set(&mut self, id: ExprId) -> TermId {
        self.open(id);
        self.items(id)
    }

    /// A term that is equal for places of equal name.
    pub fn path(&mut self, path: &FieldPath, ty: &Type) -> TermId {
        let name = path.names.join(".");
        let name = match path.base {
            Base::Root => name,
            Base::Var(n) if name.is_empty() => format!("${n}"),
            Base::Var(n) => format!("${n}.{name}"),
        };
        let shape = self.naming.tells_types().then(|| Shape { ty: ty.clone(), is_always: is_always_declared(self.program, path) });
        self.terms.leaf(Op::Field(name, shape))
    }

    /// Reads the definitions an expression needs, each after those it reads itself: a long chain needs no stack. One on a ring, which is an
    /// error of its own, is like nothing else.
    fn open(&mut self, id: ExprId) {
        let mut stack: Vec<(DefId, bool)> = self.unread(id);
        let mut is_open = vec![false; if stack.is_empty() { 0 } else { self.defs.len() }];
        while let Some((def, is_ready)) = stack.pop() {
            if self.defs[def.index()].is_some() {
                continue;
            }
            let value = self.program.defs[def.index()].value;
            if is_ready || value.index() >= self.program.exprs.len() {
                let term = if value.index() < self.program.exprs.len() { self.expr(value) } else { self.broken(def) };
                self.defs[def.index()] = Some(term);
                self.opened.push(term);
            } else if !std::mem::replace(&mut is_open[def.index()], true) {
                stack.push((def, true));
                let next = self.unread(value);
                stack.extend(next.into_iter().filter(|(d, _)| !is_open[d.index()]));
            }
        }
    }

    fn broken(&mut self, def: DefId) -> TermId {
        self.terms.leaf(Op::Broken(u32::MAX - def.0))
    }

    /// Definitions in an expression that are to be opened and were not read.
    fn unread(&self, id: ExprId) -> Vec<(DefId, bool)> {
        let (mut found, mut stack) = (Vec::new(), vec![id]);
        while let Some(id) = stack.pop() {
            match &self.program.expr(id).kind {
                ExprKind::Def(d) if self.defs[d.index()].is_none() && self.naming.definition(*d).is_none() => found.push((*d, false)),
                kind => stack.extend(kind.children()),
            }
        }
        found
    }

    fn each(&mut self, list: &[ExprId]) -> Vec<TermId> {
        list.iter().map(|e| self.expr(*e)).collect()
    }

    /// The parts of nested `and`s or `or`s, as far as they are written in one expression.
    fn flat(&mut self, list: &[ExprId], is_and: bool, out: &mut Vec<TermId>) {
        for id in list {
            match &self.program.expr(*id).kind {
                ExprKind::And(inner) if is_and => self.flat(inner, is_and, out),
                ExprKind::Or(inner) if !is_and => self.flat(inner, is_and, out),
                _ => out.push(self.expr(*id)),
            }
        }
    }

    fn expr(&mut self, id: ExprId) -> TermId {
        let program = self.program;
        let expr = program.expr(id);
        let term = match &expr.kind {
            ExprKind::Error => self.terms.leaf(Op::Broken(id.0)),
            ExprKind::Const(c) => self.constant(c),
            ExprKind::Param(p) => {
                let name = self.naming.parameter(*p);
                self.terms.leaf(Op::Parameter(name))
            }
            ExprKind::Def(d) => match (self.naming.definition(*d), self.defs[d.index()]) {
                (Some(name), _) => self.terms.leaf(Op::Definition(name)),
                (None, Some(term)) => term,
                (None, None) => self.broken(*d),
            },
            ExprKind::Field(path) => self.path(path, &expr.ty),
            ExprKind::SubmissionDate => self.terms.leaf(Op::SubmissionDate),
            ExprKind::Or(list) | ExprKind::And(list) => {
                let is_and = matches!(expr.kind, ExprKind::And(_));
                let mut parts = Vec::new();
                self.flat(list, is_and, &mut parts);
                self.terms.put(if is_and { Op::And } else { Op::Or }, parts)
            }
            ExprKind::Not(a) => {
                let a = self.expr(*a);
                self.terms.not(a)
            }
            ExprKind::Equal(a, b) => self.binary(Op::Equal, *a, *b),
            ExprKind::Ordered(op, a, b) => match op {
                Ordering::Less => self.binary(Op::Less, *a, *b),
                Ordering::LessOrEqual => self.binary(Op::LessOrEqual, *a, *b),
                Ordering::Greater => self.binary(Op::Less, *b, *a),
                Ordering::GreaterOrEqual => self.binary(Op::LessOrEqual, *b, *a),
            },
            ExprKind::In(item, list) | ExprKind::ListContains { any: false, list, item } => {
                let parts = vec![self.expr(*item), self.items(*list)];
                self.terms.put(Op::In, parts)
            }
            ExprKind::ListContains { any: true, list, item } => {
                let mut parts = vec![self.items(*list), self.items(*item)];
                parts.sort_unstable();
                self.terms.put(Op::ContainsAny, parts)
            }
            ExprKind::Given(a) => {
                let a = self.expr(*a);
                self.terms.put(Op::Given, vec![a])
            }
            ExprKind::Stated { fact, may_be_empty } => {
                let fact = self.expr(*fact);
                self.terms.put(Op::Stated(*may_be_empty), vec![fact])
            }
            ExprKind::IsNone(a) => {
                let a = self.expr(*a);
                self.terms.put(Op::IsNone, vec![a])
            }
            ExprKind::TextContains { part, any, whole, piece } => {
                let parts = vec![self.expr(*whole), if *any { self.items(*piece) } else { self.expr(*piece) }];
                self.terms.put(Op::TextContains(*part, *any), parts)
            }
            ExprKind::Matches(a, pattern) => {
                let a = self.expr(*a);
                self.terms.put(Op::Matches(pattern.clone()), vec![a])
            }
            ExprKind::Else(list) => {
                let parts = self.each(list);
                self.terms.put(Op::Else, parts)
            }
            ExprKind::Add { .. } => self.sum(id),
            ExprKind::Quantified { kind, range, body } => {
                let list = self.list_of(range);
                let body = self.expr(*body);
                let body = if *kind == Quantifier::Every { self.terms.not(body) } else { body };
                let some = self.terms.put(Op::Some(range.var), vec![list, body]);
                if *kind == Quantifier::Some { some } else { self.terms.not(some) }
            }
            ExprKind::Count { range, body } => {
                let mut parts = vec![self.list_of(range)];
                if let Some(body) = body {
                    parts.push(self.expr(*body));
                }
                self.terms.put(Op::Count(range.var), parts)
            }
            ExprKind::Sum { range, value } => {
                let parts = vec![self.list_of(range), self.expr(*value)];
                self.terms.put(Op::Sum(range.var), parts)
            }
            ExprKind::Call(f, list) => {
                let parts = self.each(list);
                self.terms.put(Op::Call(f.name()), parts)
            }
            ExprKind::List(list) => {
                let parts = self.each(list);
                self.terms.put(Op::List, parts)
            }
            ExprKind::Decide { rows, otherwise } => {
                let value = |v: u16| match expr.ty {
                    Type::Enum(of) => program.schema.enumeration(of).values.get(v as usize).map_or(v.to_string(), |s| s.name.clone()),
                    _ => v.to_string(),
                };
                let values = rows.iter().map(|(_, v)| value(*v)).collect();
                let parts = rows.iter().map(|(c, _)| self.expr(*c)).collect();
                self.terms.put(Op::Decide(values, otherwise.map(value)), parts)
            }
        };
        self.types.entry(term).or_insert_with(|| expr.ty.clone());
        term
    }

    fn binary(&mut self, op: Op, a: ExprId, b: ExprId) -> TermId {
        let parts = vec![self.expr(a), self.expr(b)];
        self.terms.put(op, parts)
    }

    /// A sum from its left end.
    fn sum(&mut self, id: ExprId) -> TermId {
        let (mut terms, mut first) = (Vec::new(), id);
        while let ExprKind::Add { minus, left, right } = self.program.expr(first).kind {
            terms.push((minus, right, first));
            first = left;
        }
        let mut sum = self.expr(first);
        for (minus, right, id) in terms.into_iter().rev() {
            let right = self.expr(right);
            sum = self.terms.put(if minus { Op::Minus } else { Op::Add }, vec![sum, right]);
            self.types.entry(sum).or_insert_with(|| self.program.expr(id).ty.clone());
        }
        sum
    }

    fn list_of(&mut self, range: &Range) -> TermId {
        let ty = Type::List(Box::new(range.item.clone()));
        let term = self.path(&range.list, &ty);
        self.types.entry(term).or_insert(ty);
        term
    }

    /// A list of which neither order nor number of items counts.
    fn items(&mut self, id: ExprId) -> TermId {
        let program = self.program;
        let parts = match &program.expr(id).kind {
            ExprKind::Const(Const::List(items)) => items.iter().map(|c| self.constant(c)).collect(),
            ExprKind::List(items) => self.each(items),
            ExprKind::Else(lists) => {
                let parts = lists.iter().map(|l| self.items(*l)).collect();
                return self.terms.put(Op::Else, parts);
            }
            _ => {
                let term = self.expr(id);
                let list = self.terms.get(term);
                if list.op != Op::List {
                    return term;
                }
                list.parts.to_vec()
            }
        };
        self.terms.put(Op::Set, parts)
    }

    fn constant(&mut self, c: &Const) -> TermId {
        let op = match c {
            Const::List(items) => {
                let parts = items.iter().map(|i| self.constant(i)).collect();
                return self.terms.put(Op::List, parts);
            }
            Const::Bool(b) => Op::Bool(*b),
            Const::Int(n) => Op::Number(i128::from(*n) * 1_000_000),
            Const::Decimal(n) => Op::Number(i128::from(*n)),
            Const::Date(d) => Op::Date(*d),
            Const::DateTime(d) => Op::DateTime(*d),
            Const::Text(t) => Op::Text(t.clone()),
            Const::Enum(of, v) => {
                let shape = self.program.schema.enumeration(*of).values.get(*v as usize);
                Op::Value(shape.map_or(v.to_string(), |s| s.name.clone()))
            }
            Const::Duration(d) => Op::Duration(*d),
            Const::BusinessDays(n) => Op::BusinessDays(*n),
            Const::Money(m) => Op::Money(*m),
        };
        self.terms.leaf(op)
    }
}

/// Whether neither the field nor a record around it can be declared not to exist.
fn is_always_declared(program: &Program, path: &FieldPath) -> bool {
    let schema = &program.schema;
    let mut record = match (path.base, path.field, path.names.len()) {
        (Base::Root, ..) => schema.root,
        (Base::Var(_), Some((record, _)), 1) => Some(record),
        _ => None,
    };
    for name in &path.names {
        let Some(field) = record.and_then(|r| schema.record(r).fields.iter().find(|f| f.name == *name)) else { return false };
        if field.is_optional {
            return false;
        }
        record = match field.ty {
            FieldType::Record(inner) => Some(inner),
            _ => None,
        };
    }
    path.field.is_some()
}
