//! Roles: which field or enum of the vocabulary does what the engine needs.

use super::diagnostics as say;
use super::{NameKind, NamedType, Names};
use crate::diagnostic::{Diagnostics, nearest};
use crate::hir::Program;
use crate::source::Span;
use crate::syntax::ast::{self, ItemKind};
use crate::value::{FieldType, Place, RecordId, Role};
use rustc_hash::FxHashMap;

/// Fills `program.schema.roles`. The definition that plays a role is found by the type checker, which knows its type.
///
/// **Errors**: F2002, F2003, F2011, F2019, F3011.
pub(super) fn declare(files: &[ast::File], program: &mut Program, names: &mut Names, diagnostics: &mut Diagnostics) {
    let mut seen: FxHashMap<Role, Span> = FxHashMap::default();
    for item in files.iter().flat_map(|f| &f.items).filter(|i| i.fault.is_none()) {
        let ItemKind::Role(written) = &item.kind else { continue };
        let Some(role) = Role::from_name(&written.name.text) else {
            let near = nearest(&written.name.text, Role::ALL.iter().map(|r| r.name()));
            diagnostics.report(say::unknown_role(written.name.span, &written.name.text, near));
            continue;
        };
        if let Some(first) = seen.get(&role) {
            diagnostics.report(say::duplicate(written.name.span, *first, role.name()));
            continue;
        }
        seen.insert(role, written.name.span);
        let is_played = match role {
            Role::Actors => {
                program.schema.roles.actors = enumeration(written, names, diagnostics);
                program.schema.roles.actors.is_some()
            }
            Role::FilingType => true,
            Role::Name => name_of_filings(written, program, names, diagnostics),
            _ => field(role, written, program, names, diagnostics),
        };
        if !is_played {
            names.unread.roles.insert(role);
        }
    }
}

/// Fills `program.schema.look_ups`.
///
/// **Errors**: F2002, F2003.
pub(super) fn look_ups(files: &[ast::File], program: &mut Program, names: &Names, diagnostics: &mut Diagnostics) {
    for item in files.iter().flat_map(|f| &f.items).filter(|i| i.fault.is_none()) {
        let ItemKind::LookUp(written) = &item.kind else { continue };
        let place = super::vocabulary::title(Some(&written.place), "");
        for path in &written.fields {
            if let Some((fields, ..)) = fields_of(path, program, names, diagnostics) {
                program.schema.look_ups.push((fields, place.clone()));
            }
        }
    }
}

/// Whether what filings are called is a text; what it is not was reported. Each item of a list has a name of its own.
fn name_of_filings(written: &ast::Role, program: &mut Program, names: &Names, diagnostics: &mut Diagnostics) -> bool {
    let Some((fields, ty, declared)) = fields_of(&written.played_by, program, names, diagnostics) else { return false };
    if ty != FieldType::Text {
        diagnostics.report(say::unfit_role(ast::span_of(&written.played_by), Role::Name, &fields.join("."), Some(declared)));
        return false;
    }
    program.schema.roles.name = Some(fields);
    true
}

/// The fields that a path names, through lists too, the type of what stands there (of one item), and where it was declared.
fn fields_of(
    path: &[ast::Name],
    program: &Program,
    names: &Names,
    diagnostics: &mut Diagnostics,
) -> Option<(Vec<String>, FieldType, Span)> {
    let mut record = program.schema.root?;
    let mut passed = Vec::new();
    let mut last = None;
    for (i, name) in path.iter().enumerate() {
        let shape = program.schema.record(record);
        let Some(field) = shape.find(&name.text) else {
            if !names.unread.excuses_field(record, &name.text) {
                let near = nearest(&name.text, shape.fields.iter().map(|f| f.name.as_str())).map(str::to_owned);
                diagnostics.report(say::unknown_field(name.span, &name.text, &shape.name, near.as_deref()));
            }
            return None;
        };
        passed.push(field.name.clone());
        let inner = match &field.ty {
            FieldType::List { item, .. } => &**item,
            ty => ty,
        };
        let at = shape.fields.iter().position(|f| f.name == field.name);
        let declared = at.and_then(|at| program.field_spans.get(record.0 as usize)?.get(at)).copied().unwrap_or_default();
        last = Some((inner.clone(), declared));
        match inner {
            FieldType::Record(inner) => record = *inner,
            _ if i + 1 == path.len() => {}
            _ => {
                let next = &path[i + 1];
                diagnostics.report(say::unknown_field(next.span, &next.text, &field.name, None));
                return None;
            }
        }
    }
    last.map(|(ty, declared)| (passed, ty, declared))
}

fn enumeration(written: &ast::Role, names: &Names, diagnostics: &mut Diagnostics) -> Option<crate::value::EnumId> {
    let name = written.played_by.first()?;
    match names.types.get(&name.text) {
        Some((NamedType::Enum(id), _)) if written.played_by.len() == 1 => Some(*id),
        Some((_, declared)) => {
            diagnostics.report(say::unfit_role(ast::span_of(&written.played_by), Role::Actors, &name.text, Some(*declared)));
            None
        }
        None if names.unread.excuses(NameKind::Type, &name.text) => None,
        None => {
            let enums = names.types.iter().filter(|(_, (t, _))| matches!(t, NamedType::Enum(_))).map(|(n, _)| n.as_str());
            let mut known: Vec<&str> = enums.collect();
            known.sort_unstable();
            diagnostics.report(say::unknown_type(name.span, &name.text, nearest(&name.text, known)));
            None
        }
    }
}

/// Whether a field plays the role; what it is not was reported.
fn field(role: Role, written: &ast::Role, program: &mut Program, names: &Names, diagnostics: &mut Diagnostics) -> bool {
    let Some((place, ty, declared)) = place_of(&written.played_by, program, names, diagnostics) else { return false };
    let roles = &mut program.schema.roles;
    match (role, ty) {
        (Role::Region, FieldType::Enum(id)) => roles.region = Some((place, id)),
        (Role::SubmissionDay, FieldType::Date) => roles.submission_day = Some(place),
        (Role::Draft, FieldType::Boolean) => roles.draft = Some(place),
        (Role::Documents, FieldType::Record(_)) => roles.documents = Some(place),
        _ => {
            diagnostics.report(say::unfit_role(ast::span_of(&written.played_by), role, &place.path(), Some(declared)));
            return false;
        }
    }
    true
}

/// The one place in a manifest that a path names, the type of what stands there, and where it was declared.
fn place_of(path: &[ast::Name], program: &Program, names: &Names, diagnostics: &mut Diagnostics) -> Option<(Place, FieldType, Span)> {
    let schema = &program.schema;
    let mut record: RecordId = schema.root?;
    let (mut base, mut table) = (0, None);
    let mut passed: Vec<String> = Vec::new();
    for (i, name) in path.iter().enumerate() {
        let shape = schema.record(record);
        let Some(field) = shape.find(&name.text) else {
            if names.unread.excuses_field(record, &name.text) {
                return None;
            }
            let near = nearest(&name.text, shape.fields.iter().map(|f| f.name.as_str())).map(str::to_owned);
            diagnostics.report(say::unknown_field(name.span, &name.text, &shape.name, near.as_deref()));
            return None;
        };
        passed.push(field.name.clone());
        let slot = base + field.slot;
        if i + 1 == path.len() {
            let at = shape.fields.iter().position(|f| f.name == field.name);
            let declared = at.and_then(|at| program.field_spans.get(record.0 as usize)?.get(at)).copied().unwrap_or_default();
            return Some((Place { names: passed, slot, table }, field.ty.clone(), declared));
        }
        match field.ty {
            FieldType::Record(inner) => (record, base, table) = (inner, slot + 1, Some(slot)),
            FieldType::List { .. } => {
                diagnostics.report(say::many_places(ast::span_of(path), name.span, &name.text));
                return None;
            }
            _ => {
                let (next, inside) = (&path[i + 1], field.name.clone());
                diagnostics.report(say::unknown_field(next.span, &next.text, &inside, None));
                return None;
            }
        }
    }
    None
}
