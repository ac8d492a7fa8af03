//! Every expression and every text of a declaration.

use crate::hir::{ChangeKind, Exception, ExprId, Program, Version};
use crate::syntax::ast::{self, Clauses, Expr, Line, NameKind, Texts, Visitor};

/// What an expression is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// The demand of a requirement.
    Require,
    /// Anything else.
    Other,
}

/// The outermost expressions of a declaration.
pub(super) fn expressions<'a>(item: &'a ast::Item, visit: &mut dyn FnMut(&'a Expr, Role)) {
    struct Expressions<'v, 'a>(&'v mut dyn FnMut(&'a Expr, Role), Role);
    impl<'a> Visitor<'a> for Expressions<'_, 'a> {
        fn expr(&mut self, e: &'a Expr) {
            (self.0)(e, self.1);
        }
    }
    for declared in item.declared() {
        declared.visit_head(&mut Expressions(visit, Role::Other));
        for (clause, _) in declared.body.into_iter().flat_map(Clauses::lines) {
            let role = if clause.line() == Line::Require { Role::Require } else { Role::Other };
            clause.visit(&mut Expressions(visit, role));
        }
    }
}

/// An expression and all inside it, outermost first.
pub(super) fn inside<'a>(e: &'a Expr, visit: &mut dyn FnMut(&'a Expr)) {
    let mut open = vec![e];
    while let Some(e) = open.pop() {
        visit(e);
        open.extend(e.kind.children().into_iter().rev());
    }
}

/// Titles and messages of a declaration; not the titles of sources, which are quotations.
pub(super) fn texts<'a>(item: &'a ast::Item, visit: &mut dyn FnMut(&'a Texts)) {
    struct Said<'v, 'a>(&'v mut dyn FnMut(&'a Texts));
    impl<'a> Visitor<'a> for Said<'_, 'a> {
        fn texts(&mut self, texts: &'a Texts) {
            (self.0)(texts);
        }
    }
    for declared in item.declared().iter().filter(|d| d.kind != NameKind::Source) {
        declared.visit_head(&mut Said(visit));
        declared.body.into_iter().flat_map(Clauses::lines).for_each(|(clause, _)| clause.visit(&mut Said(visit)));
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
