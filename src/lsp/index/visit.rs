//! Every name of a text with what it stands for.

use super::declared::{ROOT, loops, single_name};
use super::{Entity, Kind, Occurrence, Symbols, TypeOf};
use crate::builtin::Builtin;
use crate::source::Span;
use crate::syntax;
use crate::syntax::ast::*;

/// A variable with the type of what it runs over.
struct Variable<'a> {
    name: &'a str,
    span: Span,
    ty: Option<TypeOf>,
}

struct Names<'a> {
    symbols: &'a Symbols,
    layer: &'a str,
    text: &'a str,
    variables: Vec<Variable<'a>>,
    found: Vec<Occurrence>,
}

/// The names of a file.
pub(super) fn names<'a>(file: &'a File, symbols: &'a Symbols, text: &'a str) -> Vec<Occurrence> {
    let own = super::super::rules::layer(file).unwrap_or("");
    let mut names = Names { symbols, layer: own, text, variables: Vec::new(), found: Vec::new() };
    file.items.iter().for_each(|item| names.item(item));
    names.found
}

impl<'a> Names<'a> {
    fn put(&mut self, span: Span, entity: Entity, is_declaration: bool) {
        if !span.is_empty() {
            self.found.push(Occurrence { start: span.start, end: span.end, entity, is_declaration });
        }
    }

    fn declares(&mut self, kind: Kind, scope: &str, name: &Name) {
        self.put(name.span, Entity::new(kind, scope, &name.text), true);
    }

    fn uses(&mut self, span: Span, entity: Option<Entity>) {
        if let Some(entity) = entity {
            self.put(span, entity, false);
        }
    }

    fn uses_name(&mut self, kind: Kind, name: &Name) {
        self.uses(name.span, self.symbols.find(kind, self.layer, &name.text));
    }

    fn uses_type(&mut self, name: &Name) {
        let entity = Entity::new(Kind::Type, "", &name.text);
        self.uses(name.span, self.symbols.declared.contains_key(&entity).then_some(entity));
    }

    fn uses_layer(&mut self, name: &Name) {
        let entity = Entity::new(Kind::Layer, "", &name.text);
        self.uses(name.span, self.symbols.declared.contains_key(&entity).then_some(entity));
    }

    fn uses_value(&mut self, of: Option<&str>, name: &Name) {
        let entity = of.and_then(|of| self.symbols.value(of, &name.text));
        self.uses(name.span, entity);
    }

    fn rule(&mut self, reference: &RuleRef) {
        if let Some(layer) = &reference.layer {
            self.uses_layer(layer);
        }
        self.uses(reference.id.span, self.symbols.rule(self.layer, reference));
    }

    fn item(&mut self, item: &'a Item) {
        self.variables.clear();
        let layer = self.layer;
        match &item.kind {
            ItemKind::Part(name) => self.uses_layer(name),
            ItemKind::Layer(x) => {
                self.declares(Kind::Layer, "", &x.id);
                x.extends.iter().for_each(|e| self.uses_layer(e));
                self.block(&x.body);
            }
            ItemKind::Enum(x) => {
                self.declares(Kind::Type, "", &x.name);
                x.values.iter().for_each(|(name, _)| self.declares(Kind::Value, &x.name.text, name));
            }
            ItemKind::Record(x) => {
                self.declares(Kind::Type, "", &x.name);
                self.fields(&x.name.text, &x.fields);
            }
            ItemKind::Manifest(x) => self.fields(ROOT, &x.fields),
            ItemKind::Type(x) => {
                self.declares(Kind::Type, "", &x.name);
                self.uses_type(&x.base);
            }
            ItemKind::Role(x) => match &x.played_by[..] {
                [one] if self.symbols.enums.contains_key(&one.text) => self.uses_type(one),
                // Who plays a role is looked for in every layer: the vocabulary names a definition of the base.
                [one] => {
                    let kinds = [Kind::Definition, Kind::Parameter];
                    let of = |kind| self.symbols.layers.keys().find_map(|l| self.symbols.find(kind, l, &one.text));
                    let found = kinds.into_iter().find_map(of);
                    match found {
                        Some(entity) => self.put(one.span, entity, false),
                        None => self.path_plain(&x.played_by),
                    }
                }
                path => self.path_plain(path),
            },
            ItemKind::LookUp(x) => x.fields.iter().for_each(|path| self.path_plain(path)),
            ItemKind::Source(x) => {
                self.declares(Kind::Source, layer, &x.name);
                self.block(&x.body);
            }
            ItemKind::Calendar(x) => self.block(&x.body),
            ItemKind::Parameter(x) => {
                self.declares(Kind::Parameter, layer, &x.name);
                self.uses_type(&x.ty.name);
                self.expr(&x.value, Some(&x.ty.name.text));
                self.block(&x.body);
            }
            ItemKind::Set(x) => {
                self.uses_name(Kind::Parameter, &x.name);
                x.id.iter().for_each(|id| self.declares(Kind::Change, layer, id));
                let ty = self.symbols.find(Kind::Parameter, layer, &x.name.text).and_then(|e| self.symbols.types.get(&e));
                self.expr(&x.value, ty.map(|t| t.name.as_str()));
                x.when.iter().for_each(|e| self.expr(e, None));
                self.block(&x.body);
            }
            ItemKind::Define(x) => {
                self.declares(Kind::Definition, layer, &x.name);
                match &x.value {
                    DefineValue::Expr(e) => self.expr(e, None),
                    DefineValue::Decide(table) => {
                        self.uses_type(&table.of);
                        for (name, when) in &table.rows {
                            self.uses_value(Some(&table.of.text), name);
                            self.expr(when, None);
                        }
                        table.otherwise.iter().for_each(|name| self.uses_value(Some(&table.of.text), name));
                    }
                }
            }
            ItemKind::Requirement(x) => {
                self.declares(Kind::Rule, layer, &x.id);
                self.block(&x.body);
            }
            ItemKind::Advice(x) => {
                self.declares(Kind::Rule, layer, &x.id);
                x.on.iter().for_each(|r| self.rule(r));
                self.block(&x.body);
            }
            ItemKind::Material(x) => {
                self.declares(Kind::Material, layer, &x.id);
                self.block(&x.body);
            }
            ItemKind::Step(x) => {
                self.declares(Kind::Step, layer, &x.id);
                self.block(&x.body);
            }
            ItemKind::Amend(x) => {
                self.rule(&x.target);
                self.loops_of(&x.target);
                self.exceptions(&x.exceptions);
            }
            ItemKind::Waive(x) | ItemKind::Adopt(x) | ItemKind::Confirm(x) => self.change(x),
            ItemKind::Replace(x) => self.change(&x.change),
            ItemKind::Case(x) => self.case(x),
            ItemKind::Unknown(_) => {}
        }
    }

    fn fields(&mut self, record: &str, fields: &[Field]) {
        for f in fields {
            self.declares(Kind::Field, record, &f.name);
            self.uses_type(&f.ty.name);
            if let Some(key) = &f.ty.key {
                let entity = self.symbols.field(&f.ty.name.text, &key.text).map(|k| Entity::new(Kind::Field, &f.ty.name.text, &k.name));
                self.uses(key.span, entity);
            }
        }
    }

    fn change(&mut self, x: &'a Change) {
        self.rule(&x.target);
        x.id.iter().for_each(|id| self.declares(Kind::Change, self.layer, id));
        if x.body.for_each().is_empty() {
            self.loops_of(&x.target);
        }
        self.block(&x.body);
    }

    /// The variables of the rule that a change is about.
    fn loops_of(&mut self, target: &RuleRef) {
        let symbols = self.symbols;
        let Some(loops) = symbols.rule(self.layer, target).and_then(|e| symbols.loops.get(&e)) else { return };
        for l in loops {
            let ty = self.type_of(&l.list);
            self.variables.push(Variable { name: &l.var.text, span: l.var.span, ty });
        }
    }

    fn exceptions(&mut self, list: &'a [Exception]) {
        for e in list {
            self.declares(Kind::Change, self.layer, &e.id);
            self.expr(&e.when, None);
            self.block(&e.body);
            self.exceptions(&e.unless);
        }
    }

    fn block(&mut self, body: &'a Clauses) {
        for l in loops(body) {
            self.path_plain(&l.list);
            self.enter(&l.var, &l.list);
        }
        for (clause, _) in body.lines() {
            self.clause(clause);
        }
    }

    /// A variable begins; it is known until the declaration, or the expression, ends.
    fn enter(&mut self, var: &'a Name, list: &[Name]) {
        let ty = self.type_of(list).map(|t| TypeOf { is_list: false, ..t });
        self.put(var.span, variable(var.span, &var.text), true);
        self.variables.push(Variable { name: &var.text, span: var.span, ty });
    }

    fn clause(&mut self, clause: &'a Clause) {
        match clause {
            Clause::Source(list) => list.iter().for_each(|c| self.uses_name(Kind::Source, &c.source)),
            Clause::Reading(r) => r.sources.iter().for_each(|c| self.uses_name(Kind::Source, &c.source)),
            Clause::Effective(e) => e.axis.iter().for_each(|p| self.path_plain(p)),
            Clause::FilingTypes(list) => {
                let of = self.symbols.filing_types();
                list.iter().for_each(|name| self.uses_value(of, name));
            }
            Clause::Needs(list) | Clause::Over(list) => list.iter().for_each(|r| self.rule(r)),
            Clause::Demand(name) => self.uses_name(Kind::Material, name),
            Clause::Attach(list) => list.iter().for_each(|name| self.uses_name(Kind::Material, name)),
            Clause::State(list) => list.iter().for_each(|s| self.path_plain(&s.path)),
            Clause::Field(path) | Clause::StartedOn(path) | Clause::DoneOn(path) => self.path_plain(path),
            Clause::Actor(list) => {
                for actor in list {
                    self.uses_value(self.symbols.actors(), &actor.name);
                    actor.named.iter().chain(&actor.reached).for_each(|p| self.path_plain(p));
                }
            }
            Clause::After(list) => list.iter().for_each(|name| self.uses_name(Kind::Step, name)),
            Clause::Until(name) | Clause::ReturnsTo(name) | Clause::OnReject(name) => self.uses_name(Kind::Step, name),
            Clause::GatedBy(list) => {
                for gate in list {
                    if let Gate::Rule(r) = gate {
                        self.rule(r);
                    }
                }
            }
            Clause::Usually(u) => {
                if let Usual::Params(a, b) = &u.time {
                    [a, b].into_iter().for_each(|name| self.uses_name(Kind::Parameter, name));
                }
            }
            Clause::Deadline(d) => {
                if let Limit::Within(_, path) | Limit::Before(_, path) | Limit::On(path) = &d.limit {
                    self.path_plain(path);
                }
            }
            Clause::Report(r) => r.at.iter().for_each(|p| self.path_plain(p)),
            _ => {}
        }
        // Conditions and texts of every kind of line.
        struct Parts<'v, 'a>(&'v mut Names<'a>);
        impl<'a> Visitor<'a> for Parts<'_, 'a> {
            fn expr(&mut self, e: &'a Expr) {
                self.0.expr(e, None);
            }
            fn texts(&mut self, texts: &'a Texts) {
                self.0.placeholders(&texts.en);
                texts.zh.iter().for_each(|zh| self.0.placeholders(zh));
            }
        }
        clause.visit(&mut Parts(self));
    }

    /// The paths in a text: `{d.name}`.
    fn placeholders(&mut self, text: &Text) {
        let Some(raw) = self.text.get(text.span.range()) else { return };
        let mut at = 0;
        while let Some(open) = raw[at..].find('{').map(|n| at + n + 1) {
            let Some(close) = raw[open..].find('}').map(|n| open + n) else { break };
            let offset = text.span.start as usize + open;
            if let Some(path) = syntax::parse_path(text.span.source, offset, &raw[open..close]) {
                self.path_plain(&path);
            }
            at = close + 1;
        }
    }

    fn case(&mut self, case: &Case) {
        for (target, value) in &case.with {
            let ty = self.target(target);
            if let Some(value) = value {
                self.case_value(value, ty.as_ref());
            }
        }
        for expect in &case.expect {
            match &expect.kind {
                ExpectKind::Outcome { rules, .. } => {
                    for (rule, at) in rules {
                        self.rule(rule);
                        at.iter().for_each(|t| {
                            self.target(t);
                        });
                    }
                }
                ExpectKind::Missing(list) => list.iter().for_each(|t| {
                    self.target(t);
                }),
                ExpectKind::Value(name, value) => {
                    let ty = self.value_of(name);
                    self.uses_value(ty.as_ref().map(|t| t.name.as_str()), value);
                }
                ExpectKind::Verdict(_) => {}
            }
        }
    }

    /// A place of a manifest; its type.
    fn target(&mut self, target: &Target) -> Option<TypeOf> {
        let mut ty = TypeOf { name: ROOT.to_owned(), is_list: false };
        for step in &target.steps {
            match step {
                TargetStep::Field(name) => {
                    let field = self.symbols.field(&ty.name, &name.text)?;
                    self.put(name.span, Entity::new(Kind::Field, &ty.name, &field.name), false);
                    ty = field.ty.clone();
                }
                TargetStep::Key(_) | TargetStep::Index(..) => ty.is_list = false,
            }
        }
        Some(ty)
    }

    fn case_value(&mut self, value: &CaseValue, ty: Option<&TypeOf>) {
        match &value.kind {
            CaseValueKind::Word(word) => {
                let entity = ty.and_then(|t| self.symbols.value(&t.name, word));
                self.uses(value.span, entity);
            }
            CaseValueKind::List(items) => items.iter().for_each(|v| self.case_value(v, ty)),
            CaseValueKind::Table(pairs) => {
                for (name, value) in pairs {
                    let field = ty.and_then(|t| Some((t.name.clone(), self.symbols.field(&t.name, &name.text)?)));
                    if let Some((record, field)) = &field {
                        self.put(name.span, Entity::new(Kind::Field, record, &field.name), false);
                    }
                    self.case_value(value, field.as_ref().map(|(_, f)| &f.ty));
                }
            }
            CaseValueKind::Literal(_) => {}
        }
    }

    /// A definition or a parameter; its type.
    fn value_of(&mut self, name: &Name) -> Option<TypeOf> {
        let entity = [Kind::Definition, Kind::Parameter].into_iter().find_map(|k| self.symbols.find(k, self.layer, &name.text))?;
        let ty = self.symbols.types.get(&entity).cloned();
        self.put(name.span, entity, false);
        ty
    }

    fn path_plain(&mut self, path: &[Name]) {
        self.path(path, None);
    }

    /// The type of what a path leads to, without noting its names.
    fn type_of(&mut self, path: &[Name]) -> Option<TypeOf> {
        let before = self.found.len();
        let ty = self.path(path, None);
        self.found.truncate(before);
        ty
    }

    /// Notes the names of a path; its type. Alone, a name may be a value of the enum that is expected.
    fn path(&mut self, path: &[Name], expected: Option<&str>) -> Option<TypeOf> {
        let (first, rest) = path.split_first()?;
        let mut ty = match self.variables.iter().rev().find(|v| v.name == first.text) {
            Some(v) => {
                let (entity, ty) = (variable(v.span, v.name), v.ty.clone());
                self.put(first.span, entity, false);
                ty
            }
            None => match (rest, expected.and_then(|of| self.symbols.value(of, &first.text))) {
                ([], Some(value)) => {
                    self.put(first.span, value, false);
                    return None;
                }
                _ => match self.symbols.field(ROOT, &first.text) {
                    Some(field) => {
                        self.put(first.span, Entity::new(Kind::Field, ROOT, &field.name), false);
                        Some(field.ty.clone())
                    }
                    None => self.value_of(first),
                },
            },
        };
        for name in rest {
            let record = ty.as_ref()?.name.clone();
            let field = self.symbols.field(&record, &name.text)?;
            self.put(name.span, Entity::new(Kind::Field, &record, &field.name), false);
            ty = Some(field.ty.clone());
        }
        ty
    }

    /// Notes the names of an expression; `expected` is the enum whose values its bare names may be.
    fn expr(&mut self, e: &'a Expr, expected: Option<&str>) {
        match &e.kind {
            ExprKind::Path(path) => {
                self.path(path, expected);
            }
            ExprKind::Is { left, right, .. } | ExprKind::GivenAs(left, right) => self.compared(left, right),
            ExprKind::In { item, list, .. } => self.compared(item, list),
            ExprKind::Ordered { left, right, .. } => self.compared(left, right),
            ExprKind::Contains { whole, piece, .. } => self.compared(whole, piece),
            ExprKind::Call(name, arguments) => {
                if Builtin::find(&name.text).is_some() {
                    self.put(name.span, Entity::new(Kind::Function, "", &name.text), false);
                }
                arguments.iter().for_each(|a| self.expr(a, None));
            }
            ExprKind::Quantified { var, list, body, .. } | ExprKind::CountWhere { var, list, body } => self.within(var, list, body),
            ExprKind::SumOf { value, var, list } => self.within(var, list, value),
            ExprKind::CountOf(list, _) => self.path_plain(list),
            kind => kind.children().into_iter().for_each(|inner| self.expr(inner, expected)),
        }
    }

    fn within(&mut self, var: &'a Name, list: &[Name], body: &'a Expr) {
        self.path_plain(list);
        let before = self.variables.len();
        self.enter(var, list);
        self.expr(body, None);
        self.variables.truncate(before);
    }

    /// Two sides of a comparison: what one is says which values the other may name.
    fn compared(&mut self, left: &'a Expr, right: &'a Expr) {
        let of = |names: &mut Self, e: &Expr| match &e.kind {
            ExprKind::Path(path) => names.type_of(path).map(|t| t.name),
            ExprKind::Else(list) => list.first().and_then(|first| match &first.kind {
                ExprKind::Path(path) => names.type_of(path).map(|t| t.name),
                _ => None,
            }),
            _ => None,
        };
        let (l, r) = (of(self, left), of(self, right));
        let is_enum = |name: &Option<String>| name.as_ref().is_some_and(|n| self.symbols.enums.contains_key(n));
        let (l, r) = (l.clone().filter(|_| is_enum(&l)), r.clone().filter(|_| is_enum(&r)));
        // A bare name on the left is a value only where the right side says of what.
        let of_left = if single_name(left).is_some() && l.is_some() { None } else { r.as_deref() };
        self.expr(left, of_left);
        self.expr(right, l.as_deref());
    }
}

fn variable(span: Span, name: &str) -> Entity {
    Entity::new(Kind::Variable, &format!("{}:{}", span.source.0, span.start), name)
}
