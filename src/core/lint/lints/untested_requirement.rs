//! `untested-requirement`: a case that meets it and one that does not show what a requirement means.

use crate::diagnostic::say;
use crate::hir::{ChangeKind, Exception, Program};
use crate::lint::context::Context;
use crate::syntax::ast::{ExpectKind, ExpectedOutcome};
use std::collections::{BTreeMap, BTreeSet};

/// Ids of the exceptions inside one, itself included.
fn ids(layer: &str, e: &Exception, out: &mut Vec<String>) {
    out.push(format!("{layer}/{}", e.id));
    e.unless.iter().for_each(|u| ids(layer, u, out));
}

/// The full ids under which a case may speak of each requirement.
fn names(program: &Program) -> Vec<Vec<String>> {
    let mut out: Vec<Vec<String>> = (0..program.rules.len()).map(|i| vec![program.rule_name(crate::hir::RuleId(i as u32))]).collect();
    for change in &program.changes {
        let layer = &program.layer(change.layer).id;
        match &change.kind {
            ChangeKind::Except { rule, exception } => ids(layer, exception, &mut out[rule.index()]),
            ChangeKind::Waive { rule, .. }
            | ChangeKind::Replace { rule, .. }
            | ChangeKind::Adopt { rule, .. }
            | ChangeKind::Confirm { rule } => {
                out[rule.index()].push(format!("{layer}/{}", change.id));
            }
            ChangeKind::Set { .. } => {}
        }
    }
    out
}

pub(super) fn check(cx: &mut Context<'_>) {
    let program = cx.program;
    let mut expected: BTreeMap<bool, BTreeSet<String>> = BTreeMap::new();
    for (layer, case) in cx.cases {
        for expect in &case.expect {
            let ExpectKind::Outcome { outcome, rules, .. } = &expect.kind else { continue };
            let is_met = match outcome {
                ExpectedOutcome::Satisfied => true,
                ExpectedOutcome::Violated | ExpectedOutcome::Warned => false,
                _ => continue,
            };
            let set = expected.entry(is_met).or_default();
            for (reference, _) in rules {
                set.insert(reference.text());
                // A bare id is looked up along the layers; a layer may speak of its base's rule as its own.
                set.insert(format!("*/{}", reference.id.text));
                if let Some(layer) = layer {
                    set.insert(format!("{}/{}", program.layer(*layer).id, reference.id.text));
                }
            }
        }
    }
    for (rule, names) in program.rules.iter().zip(names(program)) {
        let Some(version) = rule.versions.last() else { continue };
        let has = |is_met: bool| {
            let known = expected.get(&is_met);
            known.is_some_and(|k| k.contains(&format!("*/{}", rule.id)) || names.iter().any(|n| k.contains(n)))
        };
        let (met, violated) = (has(true), has(false));
        if met && violated {
            continue;
        }
        let lacks = match (met, violated) {
            (false, false) => say!("no case meets it and none violates it", "没有满足它的用例，也没有违反它的用例"),
            (false, true) => say!("no case meets it", "没有满足它的用例"),
            _ => say!("no case violates it", "没有违反它的用例"),
        };
        let finding = cx
            .finding(version.span, say!("`{}` is not shown by cases on both sides", "`{}` 缺少正反两面的用例", names[0]), lacks)
            .help(say!("add a `case` that expects it", "添加相应的 `case`"));
        cx.report(finding);
    }
}
