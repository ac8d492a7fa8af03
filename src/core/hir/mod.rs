//! The resolved and typed program, as data.
//!
//! In: nothing. Out: `Program` and its parts, named by ids, and `order`, which puts what depends on each other in order.
//! INVARIANT: every id points into the program it came with; a field that lies in a broken declaration was reported before.

mod expr;
mod order;
mod program;
mod rule;
mod step;

pub use crate::value::choice::{Claim, Confidence, FactKind, Ordering, Part, Quantifier, Several, Strength};
pub use expr::{Base, Const, Expr, ExprKind, FieldPath, Range, Type};
pub use order::{Order, order};
pub use program::{CalendarYear, Def, Layer, Param, Program, Source};
pub use rule::{Advice, Change, ChangeKind, Citation, Effective, Exception, Provenance, Rule, Template, TemplatePiece, Trust, Version};
pub use step::{Actor, Anchor, Deadline, Gate, Length, Limit, ListPath, Material, Step, Usual};

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident;)*) => {
        $($(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
        pub struct $name(pub u32);

        impl $name {
            /// As an index.
            pub fn index(self) -> usize {
                self.0 as usize
            }
        })*
    };
}

ids! {
    /// Names a layer.
    LayerId;
    /// Names a legal source.
    SourceRef;
    /// Names a parameter.
    ParamId;
    /// Names a definition.
    DefId;
    /// Names a requirement with all its versions.
    RuleId;
    /// Names a change a layer makes.
    ChangeId;
    /// Names a material.
    MaterialId;
    /// Names a step.
    StepId;
    /// Names an expression.
    ExprId;
}
