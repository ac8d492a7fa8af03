//! Every expression and every text of a declaration.

use crate::hir::{ChangeKind, Exception, ExprId, Program, Version};
use crate::syntax::ast::{self, Expr, ExprKind, ItemKind, Texts};

/// What an expression is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// The demand of a requirement.
    Require,
    /// Anything else.
    Other,
}

fn of_clauses<'a>(c: &'a ast::Clauses, visit: &mut dyn FnMut(&'a Expr, Role)) {
    for e in [&c.when, &c.applies].into_iter().flatten() {
        visit(e, Role::Other);
    }
    if let Some(e) = &c.require {
        visit(e, Role::Require);
    }
    let parts = c.actors.iter().map(|a| &a.when).chain(c.usual.iter().map(|u| &u.1)).chain(c.deadlines.iter().map(|d| &d.when));
    for e in parts.chain([&c.done_when]).flatten() {
        visit(e, Role::Other);
    }
}

fn of_exception<'a>(e: &'a ast::Exception, visit: &mut dyn FnMut(&'a Expr, Role)) {
    visit(&e.when, Role::Other);
    of_clauses(&e.body, visit);
    e.unless.iter().for_each(|u| of_exception(u, visit));
}

/// The outermost expressions of a declaration.
pub(super) fn expressions<'a>(item: &'a ast::Item, visit: &mut dyn FnMut(&'a Expr, Role)) {
    match &item.kind {
        ItemKind::Define(d) => match &d.value {
            ast::DefineValue::Expr(e) => visit(e, Role::Other),
            ast::DefineValue::Decide(t) => t.rows.iter().for_each(|(_, e)| visit(e, Role::Other)),
        },
        ItemKind::Amend(a) => a.exceptions.iter().for_each(|e| of_exception(e, visit)),
        _ => {
            if let Some(c) = clauses(item) {
                of_clauses(c, visit);
            }
        }
    }
}

/// The lines of a declaration's block, where it has one.
pub(super) fn clauses(item: &ast::Item) -> Option<&ast::Clauses> {
    Some(match &item.kind {
        ItemKind::Layer(x) => &x.body,
        ItemKind::Source(x) => &x.body,
        ItemKind::Parameter(x) => &x.body,
        ItemKind::Set(x) => &x.body,
        ItemKind::Requirement(x) => &x.body,
        ItemKind::Material(x) => &x.body,
        ItemKind::Step(x) => &x.body,
        ItemKind::Waive(x) | ItemKind::Replace(x, _) | ItemKind::Confirm(x) => &x.body,
        ItemKind::Advice(x) => &x.body,
        _ => return None,
    })
}

/// An expression and all inside it, outermost first.
pub(super) fn inside<'a>(e: &'a Expr, visit: &mut dyn FnMut(&'a Expr)) {
    visit(e);
    match &e.kind {
        ExprKind::Or(l) | ExprKind::And(l) | ExprKind::Else(l) | ExprKind::List(l) | ExprKind::Call(_, l) => {
            l.iter().for_each(|e| inside(e, visit));
        }
        ExprKind::Not(a) | ExprKind::Given(a) | ExprKind::Missing(a) | ExprKind::IsNone(a) | ExprKind::Matches(a, _) => inside(a, visit),
        ExprKind::Is { left: a, right: b, .. }
        | ExprKind::Ordered { left: a, right: b, .. }
        | ExprKind::Arithmetic { left: a, right: b, .. }
        | ExprKind::GivenAs(a, b)
        | ExprKind::In { item: a, list: b, .. }
        | ExprKind::Contains { whole: a, piece: b, .. } => {
            inside(a, visit);
            inside(b, visit);
        }
        ExprKind::Within { left, limit, of } => [left, limit, of].into_iter().for_each(|e| inside(e, visit)),
        ExprKind::Quantified { body, .. } | ExprKind::CountWhere { body, .. } => inside(body, visit),
        ExprKind::SumOf { value, .. } => inside(value, visit),
        ExprKind::CountOf(..) | ExprKind::Path(_) | ExprKind::Literal(_) | ExprKind::Error(_) => {}
    }
}

fn texts_of_clauses<'a>(c: &'a ast::Clauses, visit: &mut dyn FnMut(&'a Texts)) {
    c.readings.iter().for_each(|r| visit(&r.texts));
    c.report.iter().for_each(|r| visit(&r.texts));
    c.advice.iter().for_each(&mut *visit);
    c.deadlines.iter().filter_map(|d| d.missed.as_ref()).for_each(&mut *visit);
    [&c.help, &c.produces, &c.authority, &c.otherwise].into_iter().flatten().for_each(visit);
}

fn texts_of_exception<'a>(e: &'a ast::Exception, visit: &mut dyn FnMut(&'a Texts)) {
    e.title.iter().for_each(&mut *visit);
    texts_of_clauses(&e.body, visit);
    e.unless.iter().for_each(|u| texts_of_exception(u, visit));
}

/// Titles and messages of a declaration; not the titles of sources, which are quotations.
pub(super) fn texts<'a>(item: &'a ast::Item, visit: &mut dyn FnMut(&'a Texts)) {
    let title: Option<&Texts> = match &item.kind {
        ItemKind::Layer(x) => Some(&x.title),
        ItemKind::Requirement(x) => Some(&x.title),
        ItemKind::Material(x) => Some(&x.title),
        ItemKind::Step(x) => Some(&x.title),
        ItemKind::Advice(x) => Some(&x.text),
        ItemKind::Enum(x) => x.title.as_ref(),
        ItemKind::Record(x) => x.title.as_ref(),
        ItemKind::Type(x) => x.title.as_ref(),
        ItemKind::Parameter(x) => x.title.as_ref(),
        ItemKind::Set(x) => x.title.as_ref(),
        ItemKind::Define(x) => x.title.as_ref(),
        ItemKind::Waive(x) | ItemKind::Replace(x, _) | ItemKind::Confirm(x) => x.title.as_ref(),
        _ => None,
    };
    title.into_iter().for_each(&mut *visit);
    match &item.kind {
        ItemKind::Source(_) => {}
        ItemKind::Enum(x) => x.values.iter().filter_map(|v| v.1.as_ref()).for_each(visit),
        ItemKind::Record(x) => x.fields.iter().filter_map(|f| f.title.as_ref()).for_each(visit),
        ItemKind::Manifest(fields, _) => fields.iter().filter_map(|f| f.title.as_ref()).for_each(visit),
        ItemKind::Amend(x) => x.exceptions.iter().for_each(|e| texts_of_exception(e, visit)),
        _ => {
            if let Some(c) = clauses(item) {
                texts_of_clauses(c, visit);
            }
        }
    }
}

/// Every version of every requirement, and what replaces one; with the replaced rule's name where it is one.
pub(super) fn versions(program: &Program) -> impl Iterator<Item = &Version> {
    let replaced = program.changes.iter().filter_map(|c| match &c.kind {
        ChangeKind::Replace { version, .. } => Some(&**version),
        _ => None,
    });
    program.rules.iter().flat_map(|r| &r.versions).chain(replaced)
}

/// Every exception, with what it is an exception to: the rule's condition and the conditions around it.
pub(super) fn exceptions(program: &Program) -> Vec<(&Exception, Vec<ExprId>)> {
    fn walk<'a>(e: &'a Exception, around: &[ExprId], out: &mut Vec<(&'a Exception, Vec<ExprId>)>) {
        out.push((e, around.to_vec()));
        let mut inner = around.to_vec();
        inner.push(e.when);
        e.unless.iter().for_each(|u| walk(u, &inner, out));
    }
    let mut out = Vec::new();
    for change in &program.changes {
        let ChangeKind::Except { rule, exception } = &change.kind else { continue };
        // A rule with several versions, or one that is replaced, may ask its condition differently.
        let is_replaced = program.changes.iter().any(|c| matches!(c.kind, ChangeKind::Replace { rule: r, .. } if r == *rule));
        let when: Vec<ExprId> = match program.rules[rule.index()].versions.as_slice() {
            [version] if !is_replaced => version.when.into_iter().collect(),
            _ => Vec::new(),
        };
        walk(exception, &when, &mut out);
    }
    out
}
