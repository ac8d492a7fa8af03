//! The lints, one file each, and the list of them.

mod constant_condition;
mod discouraged_term;
mod double_negation;
mod hidden_characters;
mod identical_requirements;
mod missing_translation;
mod negated_quantifier;
mod old_source;
mod restated_base_rule;
mod seeks_fault;
mod text_comparison;
mod unfillable_placeholder;
mod unreachable_exception;
mod untested_requirement;
mod unused_definition;
mod unused_field;
mod unused_parameter;
mod unused_source;
mod version_ends;

use super::context::Context;
use super::{Level, Lint};

macro_rules! lints {
    ($($name:literal $level:ident $fix:ident $check:path, $en:literal $zh:literal;)*) => {
        /// All lints by name. The page of each is compiled in: without it the crate does not build.
        pub static LINTS: &[Lint] = &[$(Lint {
            name: $name,
            title: ($en, $zh),
            level: Level::$level,
            is_fixable: lints!(@$fix),
            page: include_str!(concat!("../../../../docs/lints/", $name, ".md")),
            check: $check,
        },)*];
    };
    (@fix) => { true };
    (@look) => { false };
}

/// What is found while comments are read.
fn from_comments(_: &mut Context<'_>) {}

lints! {
    "constant-condition" Warn look constant_condition::check, "condition that always comes out the same" "恒真或恒假的条件";
    "discouraged-term" Warn look discouraged_term::check, "word that the glossary replaces by another" "术语表不建议使用的用词";
    "double-negation" Warn fix double_negation::check, "negation of a negation" "双重否定";
    "hidden-characters" Deny look hidden_characters::check, "character that nobody sees" "看不见的字符";
    "identical-requirements" Warn look identical_requirements::check, "two requirements that demand the same" "两条要求内容相同";
    "invalid-allow" Deny look from_comments, "allow that names no lint, gives no reason or stands elsewhere" "无效的 allow 注释";
    "missing-translation" Warn look missing_translation::check, "text without its Chinese twin" "文本缺少中文";
    "negated-quantifier" Warn fix negated_quantifier::check, "quantifier over a negation" "量词之下的否定";
    "old-source" Warn look old_source::check, "source that was read long ago" "来源查阅已久";
    "restated-base-rule" Warn fix restated_base_rule::check, "layer that says again what its base says" "层级重述了基础规则";
    "seeks-fault" Warn fix seeks_fault::check, "requirement that looks for the fault" "以查错方式书写的要求";
    "text-comparison" Warn look text_comparison::check, "free text compared with a literal" "自由文本与字面值比较";
    "unfillable-placeholder" Warn look unfillable_placeholder::check, "placeholder whose value is missing whenever it is shown" "显示时必然缺失的占位值";
    "unreachable-exception" Warn look unreachable_exception::check, "exception that changes nothing" "不起作用的例外";
    "untested-requirement" Allow look untested_requirement::check, "requirement without a case on each side" "要求缺少正反用例";
    "unused-allow" Warn fix from_comments, "allow that silences nothing" "没有作用的 allow 注释";
    "unused-definition" Warn fix unused_definition::check, "definition that is never used" "未使用的定义";
    "unused-field" Allow look unused_field::check, "field that no rule reads" "没有规则读取的字段";
    "unused-parameter" Warn fix unused_parameter::check, "parameter that is never used" "未使用的参数";
    "unused-source" Warn fix unused_source::check, "source that is never cited" "未被引用的来源";
    "version-ends" Warn look version_ends::check, "version that ends soon, or leaves a gap" "即将失效或留有空档的版本";
}
