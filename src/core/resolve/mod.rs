//! Names to ids: layers, vocabulary, and what every layer declares.
//!
//! In: `ast::File`s. Out: `Names`, the tables in which later phases look names up, and a `Program` whose shapes are filled but whose
//! expressions are not. INVARIANT: a name is looked up in its layer first, then along the layers it extends; nothing shadows. A declaration
//! that could not be read declares its name all the same, and `Unread` tells which unknown names are owed to it.

mod declare;
pub mod diagnostics;
mod roles;
mod unread;
mod vocabulary;

pub use vocabulary::{PLAIN_TYPES, texts_of};
pub(crate) use vocabulary::{is_untranslated, plain_type};

pub use declare::declare;
pub use unread::Unread;

pub use crate::syntax::ast::NameKind;

use crate::hir::{ChangeId, DefId, LayerId, MaterialId, ParamId, Program, RuleId, SourceRef, StepId};
use crate::source::Span;
use crate::syntax::ast;
use crate::value::{EnumId, PatternId, RecordId};
use rustc_hash::FxHashMap;

/// A declared type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NamedType {
    /// An enum.
    Enum(EnumId),
    /// A record.
    Record(RecordId),
    /// A declared type.
    Pattern(PatternId),
}

/// The tables of names.
#[derive(Clone, Debug, Default)]
pub struct Names {
    /// Layers by id.
    pub layers: FxHashMap<String, LayerId>,
    /// Types by name, with the place of their declaration.
    pub types: FxHashMap<String, (NamedType, Span)>,
    /// Parameters of a layer.
    pub params: FxHashMap<(LayerId, String), ParamId>,
    /// Definitions of a layer.
    pub defs: FxHashMap<(LayerId, String), DefId>,
    /// Sources of a layer.
    pub sources: FxHashMap<(LayerId, String), SourceRef>,
    /// Requirements of a layer.
    pub rules: FxHashMap<(LayerId, String), RuleId>,
    /// Changes of a layer; an id may stand for several versions.
    pub changes: FxHashMap<(LayerId, String), Vec<ChangeId>>,
    /// Materials of a layer.
    pub materials: FxHashMap<(LayerId, String), MaterialId>,
    /// Steps of a layer.
    pub steps: FxHashMap<(LayerId, String), StepId>,
    /// Advice of a layer, with its place.
    pub advice: FxHashMap<(LayerId, String), Span>,
    /// The layer of each file, in the order of files; `None` for vocabulary.
    pub file_layers: Vec<Option<LayerId>>,
    /// What could not be read.
    pub unread: Unread,
}

impl Names {
    /// Looks a name up in a layer and the layers it extends.
    pub fn find<T: Copy>(program: &Program, table: &FxHashMap<(LayerId, String), T>, layer: LayerId, name: &str) -> Option<T> {
        let mut key = (layer, name.to_owned());
        for id in program.chain(layer) {
            key.0 = id;
            if let Some(found) = table.get(&key) {
                return Some(*found);
            }
        }
        None
    }

    /// The names of a table that a layer sees, in order.
    pub fn visible<'a, T>(program: &Program, table: &'a FxHashMap<(LayerId, String), T>, layer: LayerId) -> Vec<&'a str> {
        let chain = program.chain(layer);
        let mut names: Vec<&str> = table.keys().filter(|(l, _)| chain.contains(l)).map(|(_, n)| n.as_str()).collect();
        names.sort_unstable();
        names
    }

    /// The cases of the files these names were made from, each with the layer of its file.
    pub fn cases(&self, files: &[ast::File]) -> Vec<(Option<LayerId>, ast::Case)> {
        let items = files.iter().zip(&self.file_layers).flat_map(|(file, layer)| file.items.iter().map(move |item| (*layer, item)));
        items
            .filter_map(|(layer, item)| match &item.kind {
                ast::ItemKind::Case(case) => Some((layer, case.clone())),
                _ => None,
            })
            .collect()
    }

    /// A requirement by a reference seen from a layer.
    pub fn rule(&self, program: &Program, from: LayerId, reference: &ast::RuleRef) -> Option<RuleId> {
        match &reference.layer {
            Some(layer) => {
                let layer = *self.layers.get(&layer.text)?;
                self.rules.get(&(layer, reference.id.text.clone())).copied()
            }
            None => Self::find(program, &self.rules, from, &reference.id.text),
        }
    }
}
