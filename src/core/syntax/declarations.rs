//! The kinds of declarations: one table of the words that begin them and of what goes with each.

use super::clauses::Block;
use super::parse::Rule;
use super::parts::NameKind;

/// A kind of declaration.
#[derive(Clone, Copy, Debug)]
pub(super) struct Declaration {
    /// The word it begins with.
    pub(super) keyword: &'static str,
    /// Its rule of the grammar.
    pub(super) rule: Rule,
    /// What the names that it declares stand for.
    pub(super) declares: Option<NameKind>,
    /// The block that it, or each exception in it, holds.
    pub(super) block: Option<Block>,
    /// Whether the canonical form leaves its block on one line where it was written so.
    pub(super) is_short: bool,
}

macro_rules! declarations {
    ($($keyword:literal $rule:ident [$($declares:ident)?] [$($block:ident)?] $size:ident;)*) => {
        /// Words that begin a declaration.
        pub const ITEM_WORDS: &[&str] = &[$($keyword),*];

        pub(super) const DECLARATIONS: &[Declaration] = &[$(Declaration {
            keyword: $keyword,
            rule: Rule::$rule,
            declares: [$(Some(NameKind::$declares),)? None][0],
            block: [$(Some(Block::$block),)? None][0],
            is_short: matches!(stringify!($size).as_bytes(), b"short"),
        },)*];
    };
}

// The word, its rule of the grammar, what it declares, its block, whether it may stand on one line. A new kind has beside its row its rule in
// grammar/filing.pest, its part of the tree (ast.rs, parse.rs) and its line in parts.rs, where all who look at declarations find it.
declarations! {
    "adopt" adopt_item [Change] [Adopt] short;
    "advice" advice_item [Rule] [Advice] short;
    "amend" amend_item [Change] [Exception] long;
    "calendar" calendar_item [] [Calendar] long;
    "case" case_item [] [] long;
    "confirm" confirm_item [Change] [Confirm] short;
    "define" define_item [Value] [] long;
    "enum" enum_item [Type] [] short;
    "facts" facts_item [Rule] [Facts] long;
    "lookup" lookup_item [] [] short;
    "manifest" manifest_item [Type] [] long;
    "material" material_item [Material] [Material] long;
    "open" enum_item [Type] [] short;
    "optional" requirement_item [Rule] [Requirement] long;
    "parameter" parameter_item [Value] [Parameter] short;
    "part" part_item [Layer] [] long;
    "provider" region_item [Layer] [Provider] long;
    "record" record_item [Type] [] long;
    "region" region_item [Layer] [Region] long;
    "replace" replace_item [Change] [Replace] long;
    "requirement" requirement_item [Rule] [Requirement] long;
    "role" role_item [Role] [] long;
    "set" set_item [Change] [Set] short;
    "source" source_item [Source] [Source] short;
    "step" step_item [Step] [Step] long;
    "type" type_item [Type] [] long;
    "waive" waive_item [Change] [Waive] short;
}

/// The kind of declaration that begins with a word.
pub(super) fn find(keyword: &str) -> Option<&'static Declaration> {
    DECLARATIONS.iter().find(|d| d.keyword == keyword)
}

/// What a declaration that begins with this word declares.
pub fn declares(keyword: &str) -> Option<NameKind> {
    find(keyword)?.declares
}
