//! What name resolution has to say.

use crate::diagnostic::{Code, Diagnostic, say};
use crate::source::Span;
use crate::value::Role;

fn here() -> crate::diagnostic::Bilingual {
    say!("not known here", "此处未知")
}

#[cold]
pub(crate) fn missing_translation(span: Span) -> Diagnostic {
    Diagnostic::new(Code::MissingTranslation, say!("text without its Chinese twin", "文本缺少中文"))
        .primary(span, say!("add `zh \"…\"` after it", "在其后添加 `zh \"…\"`"))
}

#[cold]
pub(crate) fn duplicate(span: Span, first: Span, name: &str) -> Diagnostic {
    Diagnostic::new(Code::DuplicateName, say!("`{name}` is declared twice", "`{name}` 重复声明"))
        .primary(span, say!("declared again here", "此处再次声明"))
        .secondary(first, say!("first declared here", "首次声明在这里"))
        .arg("name", name)
        .help(say!(
            "rename one, or give both an `effective` range when they are versions of one rule",
            "改名；若是同一规则的不同版本，则各写 `effective` 有效期"
        ))
}

#[cold]
pub(crate) fn built_in_type(span: Span, name: &str) -> Diagnostic {
    Diagnostic::new(Code::DuplicateName, say!("`{name}` is a type of the language", "`{name}` 是语言自带的类型"))
        .primary(span, say!("declared again here", "此处再次声明"))
}

#[cold]
pub(crate) fn unknown_type(span: Span, name: &str, near: Option<&str>) -> Diagnostic {
    Diagnostic::new(Code::UnknownType, say!("unknown type `{name}`", "未知类型 `{name}`"))
        .primary(span, here())
        .arg("name", name)
        .suggest(span, near)
}

#[cold]
pub(crate) fn unknown_field(span: Span, name: &str, record: &str, near: Option<&str>) -> Diagnostic {
    Diagnostic::new(Code::UnknownField, say!("unknown field `{name}` of `{record}`", "`{record}` 没有字段 `{name}`"))
        .primary(span, say!("not a field of `{record}`", "不是 `{record}` 的字段"))
        .arg("name", name)
        .arg("record", record)
        .suggest(span, near)
}

#[cold]
pub(crate) fn unknown_role(span: Span, name: &str, near: Option<&str>) -> Diagnostic {
    let known = |one: fn(Role) -> String| Role::ALL.iter().map(|r| one(*r)).collect::<Vec<_>>();
    let en = known(|r| format!("`{}` ({})", r.name(), r.purpose().en)).join(", ");
    let zh = known(|r| format!("`{}`（{}）", r.name(), r.purpose().zh)).join("、");
    Diagnostic::new(Code::UnknownRole, say!("unknown role `{name}`", "未知角色 `{name}`"))
        .primary(span, say!("nothing asks for this role", "没有用到该角色之处"))
        .arg("name", name)
        .note(say!("the roles are {en}", "可用的角色：{zh}"))
        .suggest(span, near)
}

/// Something plays a role that it cannot; `declared` is where it is declared.
#[cold]
pub(crate) fn unfit_role(span: Span, role: Role, name: &str, declared: Option<Span>) -> Diagnostic {
    let (role, expected) = (role.name(), role.expected());
    let (en, zh) = (&expected.en, &expected.zh);
    let d = Diagnostic::new(Code::UnfitRole, say!("`{name}` cannot play the role `{role}`", "`{name}` 不能承担角色 `{role}`"))
        .primary(span, say!("expected {en}", "应为{zh}"))
        .arg("name", name)
        .arg("role", role);
    match declared.filter(|s| !s.is_empty()) {
        Some(declared) => d.secondary(declared, say!("declared here", "声明在这里")),
        None => d,
    }
}

#[cold]
pub(crate) fn many_places(span: Span, list: Span, name: &str) -> Diagnostic {
    Diagnostic::new(Code::UnfitRole, say!("a manifest may hold this field many times", "清单中该字段可出现多次"))
        .primary(span, say!("a role is played by a field that stands in one place", "承担角色的字段只能有一处"))
        .secondary(list, say!("`{name}` is a list", "`{name}` 是列表"))
}

#[cold]
pub(crate) fn key_of_plain_list(span: Span) -> Diagnostic {
    Diagnostic::new(Code::TypeMismatch, say!("only a list of records can be keyed", "只有记录列表可以指定键"))
        .primary(span, say!("the items have no fields", "列表项没有字段"))
}

#[cold]
pub(crate) fn endless_record(span: Span, names: &[String]) -> Diagnostic {
    let ring = names.join(" → ");
    Diagnostic::new(Code::EndlessRecord, say!("a record contains itself", "记录包含自身"))
        .primary(span, say!("this field leads back", "该字段绕回原记录"))
        .note(say!("the ring is {ring}", "循环为 {ring}"))
}

#[cold]
pub(crate) fn empty_bounds(span: Span, low: i64, high: i64) -> Diagnostic {
    Diagnostic::new(Code::EmptyRange, say!("no number lies from {low} to {high}", "{low} 到 {high} 之间没有数"))
        .primary(span, say!("the bounds", "上下限"))
}

#[cold]
pub(crate) fn bad_type_declaration(span: Span, base: &str) -> Diagnostic {
    Diagnostic::new(Code::TypeMismatch, say!("`{base}` cannot be narrowed like this", "`{base}` 不能这样限定"))
        .primary(span, say!("expected `text matching /…/` or `integer from A to B`", "应为 `text matching /…/` 或 `integer from A to B`"))
}

#[cold]
pub(crate) fn no_manifest(span: Span) -> Diagnostic {
    Diagnostic::new(Code::NoManifest, say!("no file declares the `manifest`", "没有文件声明 `manifest`"))
        .primary(span, say!("rules need the shape of a manifest", "规则需要清单的结构"))
        .help(say!("declare `manifest {{ … }}` in a vocabulary file", "在词汇文件中声明 `manifest {{ … }}`"))
}

#[cold]
pub(crate) fn misplaced(span: Span, what: &str, has_layer: bool) -> Diagnostic {
    let d = Diagnostic::new(Code::MisplacedDeclaration, say!("`{what}` does not belong in this file", "`{what}` 不应出现在该文件中"));
    if has_layer {
        d.primary(span, say!("this file belongs to a layer already", "该文件已属于某个层级"))
            .help(say!("declare each layer in a file of its own", "每个层级单独一个文件"))
    } else {
        d.primary(span, say!("this file belongs to no layer", "该文件不属于任何层级")).help(say!(
            "begin the file with `part of cn`, or with a `region` or `provider`",
            "文件开头写 `part of cn`，或声明 `region`、`provider`"
        ))
    }
}

#[cold]
pub(crate) fn unknown_layer(span: Span, name: &str, near: Option<&str>) -> Diagnostic {
    Diagnostic::new(Code::UnknownLayer, say!("unknown layer `{name}`", "未知层级 `{name}`"))
        .primary(span, here())
        .arg("name", name)
        .suggest(span, near)
}

#[cold]
pub(crate) fn layer_ring(spans: &[Span]) -> Diagnostic {
    let mut d = Diagnostic::new(Code::Cycle, say!("layers that extend each other in a circle", "层级循环继承"));
    for (i, span) in spans.iter().enumerate() {
        d = if i == 0 {
            d.primary(*span, say!("extends the next", "继承下一个"))
        } else {
            d.secondary(*span, say!("extends the next", "继承下一个"))
        };
    }
    d
}

#[cold]
pub(crate) fn unknown_source(span: Span, name: &str, near: Option<&str>) -> Diagnostic {
    Diagnostic::new(Code::UnknownSource, say!("unknown source `{name}`", "未知来源 `{name}`"))
        .primary(span, say!("no `source {name}` in this layer or its base", "本层级及其基础中没有 `source {name}`"))
        .arg("name", name)
        .suggest(span, near)
}

#[cold]
pub(crate) fn missing_source(span: Span, what: &str) -> Diagnostic {
    Diagnostic::new(Code::MissingSource, say!("`{what}` names no source", "`{what}` 没有注明来源"))
        .primary(span, say!("every rule and every change says where it comes from", "每条规则和每处修改都须注明来源"))
        .help(say!("add a line `source <name> item \"…\"`", "添加一行 `source <名称> item \"…\"`"))
        .arg("name", what)
}

#[cold]
pub(crate) fn unknown_rule(span: Span, name: &str, near: Option<&str>) -> Diagnostic {
    Diagnostic::new(Code::UnknownRule, say!("unknown rule `{name}`", "未知规则 `{name}`"))
        .primary(span, here())
        .arg("name", name)
        .suggest(span, near)
}

#[cold]
pub(crate) fn nothing_to_amend(span: Span, name: &str, near: Option<&str>) -> Diagnostic {
    Diagnostic::new(Code::NothingToAmend, say!("there is no rule `{name}` to change", "没有可修改的规则 `{name}`"))
        .primary(span, say!("not a rule of the layers this one extends", "所继承的层级中没有该规则"))
        .arg("name", name)
        .suggest(span, near)
}

/// A change names a rule of a layer that the changing one does not extend.
#[cold]
pub(crate) fn rule_elsewhere(span: Span, name: &str, declared: Option<Span>, of: &str, layer: &str) -> Diagnostic {
    let d = Diagnostic::new(
        Code::NothingToAmend,
        say!("`{name}` is a rule of `{of}`, which `{layer}` does not extend", "`{name}` 是 `{of}` 的规则，而 `{layer}` 并不继承 `{of}`"),
    )
    .primary(span, say!("not a rule of the layers this one extends", "所继承的层级中没有该规则"))
    .arg("name", name)
    .help(say!(
        "change it in a file of `{of}`, or change a rule of the base that both extend",
        "在 `{of}` 的文件中修改，或修改两者共同继承的基础规则"
    ));
    match declared {
        Some(declared) => d.secondary(declared, say!("declared here", "声明在这里")),
        None => d,
    }
}

#[cold]
pub(crate) fn nothing_to_adopt(span: Span, name: &str, declared: Option<Span>) -> Diagnostic {
    let message = say!("`{name}` is in force without being adopted", "`{name}` 无须采用即已施行");
    let d = Diagnostic::new(Code::NotAdopted, message).primary(span, say!("not an optional requirement", "不是可选规则"));
    declared_here(d, declared).help(say!(
        "write `confirm {name}` to say that this layer asks the same, or `replace {name} …` to change it",
        "若本层级要求相同，写 `confirm {name}`；若要修改，写 `replace {name} …`"
    ))
}

#[cold]
pub(crate) fn only_offered(span: Span, name: &str, declared: Option<Span>) -> Diagnostic {
    let message =
        say!("`{name}` is optional: there is nothing to confirm before a layer adopts it", "`{name}` 是可选规则，采用之前没有可确认的内容");
    let d = Diagnostic::new(Code::NotAdopted, message).primary(span, say!("not in force here", "此处未施行"));
    declared_here(d, declared).help(say!("write `adopt {name}`", "写 `adopt {name}`"))
}

fn declared_here(d: Diagnostic, declared: Option<Span>) -> Diagnostic {
    match declared {
        Some(span) => d.secondary(span, say!("declared here", "声明在这里")),
        None => d,
    }
}

#[cold]
pub(crate) fn own_rule(span: Span, name: &str, declared: Span) -> Diagnostic {
    Diagnostic::new(Code::NothingToAmend, say!("`{name}` is a rule of this layer itself", "`{name}` 是本层级自己的规则"))
        .primary(span, say!("a layer changes the rules it extends", "层级只能修改所继承的规则"))
        .secondary(declared, say!("declared here", "声明在这里"))
        .help(say!("change the requirement itself", "直接修改该规则"))
}

#[cold]
pub(crate) fn unknown_parameter(span: Span, name: &str, near: Option<&str>) -> Diagnostic {
    Diagnostic::new(Code::UnknownParameter, say!("unknown parameter `{name}`", "未知参数 `{name}`"))
        .primary(span, say!("not a parameter of the layers this one extends", "所继承的层级中没有该参数"))
        .arg("name", name)
        .suggest(span, near)
}

#[cold]
pub(crate) fn unknown_material(span: Span, name: &str, near: Option<&str>) -> Diagnostic {
    Diagnostic::new(Code::UnknownMaterial, say!("unknown material `{name}`", "未知材料 `{name}`"))
        .primary(span, here())
        .arg("name", name)
        .suggest(span, near)
}

#[cold]
pub(crate) fn unknown_step(span: Span, name: &str, near: Option<&str>) -> Diagnostic {
    Diagnostic::new(Code::UnknownStep, say!("unknown step `{name}`", "未知步骤 `{name}`"))
        .primary(span, here())
        .arg("name", name)
        .suggest(span, near)
}

#[cold]
pub(crate) fn bad_pattern(span: Span, error: &str) -> Diagnostic {
    let error = error.lines().last().unwrap_or("").trim();
    Diagnostic::new(Code::BadPattern, say!("pattern that cannot be read", "模式无法识别")).primary(span, say!("{error}", "{error}"))
}
