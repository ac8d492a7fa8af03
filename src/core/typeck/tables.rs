//! Decision tables: every filing finds a row, and every row is there for a filing.

use super::diagnostics as say;
use crate::diagnostic::Diagnostics;
use crate::hir::{DefId, ExprId, ExprKind, Program, Type};
use crate::syntax::ast;
use crate::term::{Answer, Goal, Op, Prover, Reading, State, TermId, Witness};

/// Reports gaps and rows that are never reached.
pub(super) fn check(program: &Program, tables: &[(DefId, &ast::Decide)], diagnostics: &mut Diagnostics) {
    let exact = &mut Prover::new(program, Reading::Exact);
    let generous = &mut Prover::new(program, Reading::Generous);
    for (def, table) in tables {
        let ExprKind::Decide { rows, otherwise } = &program.expr(program.defs[def.index()].value).kind else { continue };
        if rows.iter().any(|(c, _)| program.expr(*c).ty == Type::Error) {
            continue;
        }
        // A row is reached where no row before it surely applies.
        let mut before: Vec<Goal> = Vec::new();
        for ((condition, _), (name, _)) in rows.iter().zip(&table.rows) {
            let own = generous.surely(*condition);
            let goal = generous.all(before.iter().map(|g| !*g).chain([own]));
            if generous.cannot(goal) {
                diagnostics.report(say::unreachable_row(name.span));
            }
            before.push(own);
        }
        let misses: Vec<ExprId> = rows.iter().map(|(c, _)| *c).collect();
        match (&table.otherwise, otherwise) {
            (Some(name), Some(_)) => {
                let none: Vec<Goal> = misses.iter().map(|c| generous.surely_not(*c)).collect();
                let none = generous.all(none);
                if generous.cannot(none) {
                    diagnostics.report(say::unreachable_row(name.span));
                }
            }
            _ => {
                if gap(exact, &misses).is_some() {
                    // The example depends on the table alone.
                    let alone = &mut Prover::new(program, Reading::Exact);
                    let example = gap(alone, &misses).map_or(String::new(), |witness| in_words(alone, &witness));
                    let example = if example.is_empty() { "none of the conditions holds" } else { &example };
                    diagnostics.report(say::table_gap(table.span, example));
                }
            }
        }
    }
}

/// A filing for which no row of a table applies.
fn gap(prover: &mut Prover<'_>, conditions: &[ExprId]) -> Option<Witness> {
    let none: Vec<Goal> = conditions.iter().map(|c| prover.surely_not(*c)).collect();
    let none = prover.all(none);
    match prover.can(none) {
        Answer::Can(witness) => Some(witness),
        Answer::Cannot | Answer::Undecided => None,
    }
}

/// A filing, as far as it matters, in words.
fn in_words(prover: &Prover<'_>, witness: &[(TermId, State)]) -> String {
    let named = |fact| prover.field(fact).map(|name| format!("`{name}`"));
    let one = |(fact, state): &(TermId, State)| {
        if let (Op::Order | Op::Same, [a, b]) = (prover.op(*fact), prover.parts_of(*fact)) {
            let relation = match (prover.op(*fact), state) {
                (Op::Same, State::Nth(0)) => "is not",
                (Op::Order, State::Nth(0)) => "is less than",
                (Op::Order, State::Nth(2)) => "is more than",
                (Op::Order, State::Nth(3)) => "has no order with",
                _ => "is",
            };
            return Some(format!("{} {relation} {}", named(*a)?, named(*b)?));
        }
        let name = named(*fact).unwrap_or_else(|| "another condition".to_owned());
        Some(format!("{name} is {}", state_in_words(prover, *fact, state)))
    };
    // That two facts are there goes without saying where they are compared.
    let is_compared = |fact: &TermId| {
        witness.iter().any(|(other, _)| matches!(prover.op(*other), Op::Order | Op::Same) && prover.parts_of(*other).contains(fact))
    };
    let said = witness.iter().filter(|(fact, state)| *state != State::Present || !is_compared(fact));
    said.filter_map(one).collect::<Vec<_>>().join(", ")
}

fn state_in_words(prover: &Prover<'_>, fact: TermId, state: &State) -> String {
    match state {
        State::Missing => "missing".to_owned(),
        State::Absent | State::Other if matches!(prover.ty(fact), Some(Type::Enum(_))) => "none of them".to_owned(),
        State::Absent => "none".to_owned(),
        State::Bool(b) => if *b { "yes" } else { "no" }.to_owned(),
        State::Constant(constant) => match prover.op(*constant) {
            Op::Text(text) => format!("{text:?}"),
            Op::Value(name) => name.clone(),
            _ => "another one".to_owned(),
        },
        State::Listed(n, _) => match prover.ty(fact) {
            Some(Type::Enum(of)) => prover.value_name(*of, *n).to_owned(),
            _ => "another one".to_owned(),
        },
        State::Other | State::Unlike => "another one".to_owned(),
        State::Number(n, unit) => prover.number(*n, *unit),
        State::Present => "given".to_owned(),
        State::Nth(0) => "no".to_owned(),
        State::Nth(1) => "yes".to_owned(),
        State::Nth(_) => "unknown".to_owned(),
    }
}
