//! What could not be read, so that its uses need not be reported as well.
//!
//! In: the declarations that have a fault. Out: the names that they declare, or may declare. INVARIANT: whatever is excused here was reported.

use crate::hir::RuleId;
use crate::source::SourceId;
use crate::syntax::ast::{self, Item, ItemKind, NameKind};
use crate::syntax::declares;
use crate::value::{RecordId, Role};
use rustc_hash::FxHashSet;

/// What could not be read.
#[derive(Clone, Debug, Default)]
pub struct Unread {
    /// Whether there is anything.
    pub any: bool,
    /// Names that declarations with a fault declare or may declare.
    words: FxHashSet<String>,
    /// Words that occur in declarations with a fault.
    mentions: FxHashSet<String>,
    /// Kinds of which a declaration's name could not be told.
    nameless: FxHashSet<NameKind>,
    /// Files whose layer cannot be told: what they declare belongs nowhere.
    files: FxHashSet<SourceId>,
    /// Fields whose type could not be told.
    pub(super) fields: FxHashSet<(RecordId, String)>,
    /// Roles of which it cannot be told who plays them.
    pub(crate) roles: FxHashSet<Role>,
    /// Requirements of which a version could not be read.
    pub(super) rules: FxHashSet<RuleId>,
}

impl Unread {
    /// What has a fault in these files.
    pub(super) fn of(files: &[ast::File]) -> Self {
        let mut unread = Unread::default();
        for item in files.iter().flat_map(|f| &f.items) {
            let Some(fault) = &item.fault else { continue };
            unread.any = true;
            unread.words.extend(fault.declares.iter().cloned());
            unread.mentions.extend(fault.mentions.iter().cloned());
            unread.words.extend(names_of(item));
            if let ItemKind::Unknown(word) = &item.kind {
                unread.nameless.extend(declares(crate::syntax::keywords::english(&word.text)));
            }
        }
        unread.lose_files(files);
        unread
    }

    /// Finds the files whose layer cannot be told, or what their layer extends: they see too little for anything to be said of them.
    fn lose_files(&mut self, files: &[ast::File]) {
        if !self.any {
            return;
        }
        let layers = |file: &ast::File| -> Vec<String> {
            let ids = file.items.iter().filter_map(|i| if let ItemKind::Layer(l) = &i.kind { Some(l.id.text.clone()) } else { None });
            ids.collect()
        };
        let known: FxHashSet<String> = files.iter().flat_map(layers).collect();
        let mut lost: FxHashSet<String> = FxHashSet::default();
        loop {
            let is_lost =
                |name: &ast::Name| lost.contains(&name.text) || !known.contains(&name.text) && self.excuses(NameKind::Layer, &name.text);
            let rests_on_lost = |file: &ast::File| {
                file.items.iter().any(|i| match &i.kind {
                    ItemKind::Part(name) => is_lost(name),
                    ItemKind::Layer(layer) => layer.extends.as_ref().is_some_and(is_lost),
                    _ => false,
                })
            };
            let more: Vec<&ast::File> =
                files.iter().filter(|f| !self.files.contains(&f.source) && (has_no_layer(f) || rests_on_lost(f))).collect();
            if more.is_empty() {
                return;
            }
            for file in more {
                self.files.insert(file.source);
                lost.extend(layers(file));
                self.words.extend(file.items.iter().flat_map(names_of));
            }
        }
    }

    /// Whether nothing is to be said of a name that is not known: something that could not be read may declare it.
    pub fn excuses(&self, kind: NameKind, name: &str) -> bool {
        self.any && (self.words.contains(name) || self.nameless.contains(&kind))
    }

    /// Whether nothing is to be said of a reference to a rule or a change.
    pub fn excuses_rule(&self, kind: NameKind, reference: &ast::RuleRef) -> bool {
        let layer = reference.layer.as_ref().is_some_and(|l| self.excuses(NameKind::Layer, &l.text));
        layer || self.excuses(kind, &reference.id.text) || self.excuses(NameKind::Rule, &reference.id.text)
    }

    /// Whether something that could not be read may use a name.
    pub fn may_use(&self, name: &str) -> bool {
        !self.files.is_empty() || self.mentions.contains(name)
    }

    /// Whether the layer of a file cannot be told.
    pub fn is_lost(&self, file: SourceId) -> bool {
        self.files.contains(&file)
    }

    /// Whether nothing is to be said of a field: its type was reported.
    pub fn excuses_field(&self, record: RecordId, name: &str) -> bool {
        self.fields.contains(&(record, name.to_owned()))
    }

    /// Whether nothing is to be said of a role that nothing plays.
    pub fn excuses_role(&self, role: Role) -> bool {
        self.roles.contains(&role) || self.excuses(NameKind::Role, role.name())
    }

    /// Whether changes of a requirement cannot be checked.
    pub fn has_rule(&self, rule: RuleId) -> bool {
        self.rules.contains(&rule)
    }
}

/// A file whose head has a fault: which layer it belongs to, or what that layer extends, is not known.
fn has_no_layer(file: &ast::File) -> bool {
    let mut has_head = false;
    for item in &file.items {
        match &item.kind {
            ItemKind::Part(_) => has_head = true,
            ItemKind::Layer(layer) if item.fault.is_some() && layer.extends.is_none() => return true,
            ItemKind::Layer(_) => has_head = true,
            _ => {}
        }
    }
    !has_head && file.items.iter().any(|i| matches!(&i.kind, ItemKind::Unknown(_)))
}

/// The names that a declaration brings into the world.
fn names_of(item: &Item) -> Vec<String> {
    match &item.kind {
        ItemKind::Set(x) => vec![x.change_id()],
        _ => item.declared().iter().map(|d| d.name.text.clone()).collect(),
    }
}
