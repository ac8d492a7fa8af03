//! The functions of the language: name, parameters, result, and what each is for.
//!
//! In: nothing. Out: `Builtin` and its signature; the bodies are in `eval`, which owns the texts they work on.

/// What a parameter or a result may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Any text or domain scalar.
    Text,
    /// A whole number.
    Integer,
    /// A date.
    Date,
    /// A date and time.
    DateTime,
    /// A condition.
    Boolean,
    /// A text that must be a literal naming a format.
    Format,
    /// A domain name.
    Domain,
}

macro_rules! builtins {
    ($($variant:ident $name:literal ($($kind:ident),*) -> $result:ident $en:literal $zh:literal;)*) => {
        /// A function of the language.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
        #[allow(missing_docs)] // the table below documents each
        pub enum Builtin { $($variant,)* }

        impl Builtin {
            /// All functions.
            pub const ALL: &'static [Builtin] = &[$(Builtin::$variant,)*];

            /// Its name in rules.
            pub fn name(self) -> &'static str {
                match self { $(Builtin::$variant => $name,)* }
            }

            /// Its parameters.
            pub fn parameters(self) -> &'static [Kind] {
                match self { $(Builtin::$variant => &[$(Kind::$kind,)*],)* }
            }

            /// Its result.
            pub fn result(self) -> Kind {
                match self { $(Builtin::$variant => Kind::$result,)* }
            }

            /// What it gives, in English and Chinese.
            pub fn title(self) -> (&'static str, &'static str) {
                match self { $(Builtin::$variant => ($en, $zh),)* }
            }
        }
    };
}

builtins! {
    Length "length" (Text) -> Integer "number of characters" "字符数";
    First "first" (Text, Integer) -> Text "the first characters" "前若干字符";
    Last "last" (Text, Integer) -> Text "the last characters" "后若干字符";
    DaysBetween "days_between" (Date, Date) -> Integer "days from the first to the second" "相隔天数";
    YearsBetween "years_between" (Date, Date) -> Integer "completed years from the first to the second" "相隔周年数";
    HoursBetween "hours_between" (DateTime, DateTime) -> Integer "whole hours from the first to the second" "相隔小时数";
    BusinessDaysBetween "business_days_between" (Date, Date) -> Integer "business days after the first up to the second" "相隔工作日数";
    BirthDate "birth_date" (Text) -> Date "day of birth in a resident identity number" "身份证号码中的出生日期";
    SexOf "sex_of" (Text) -> Text "male or female from a resident identity number" "身份证号码中的性别";
    Registrable "registrable" (Text) -> Domain "the domain that is registered" "可注册域名";
    Suffix "suffix" (Text) -> Text "the public suffix of a domain" "域名公共后缀";
    Label "label" (Text) -> Text "the label before the public suffix" "公共后缀前的标签";
    TopLevel "top_level" (Text) -> Text "the last label of a domain" "顶级域";
    Digits "digits" (Text) -> Text "the ASCII digits of a text" "文本中的数字";
    IsPublicIp "is_public_ip" (Text) -> Boolean "the address is not private or reserved" "公网地址";
    IsValid "is_valid" (Text, Format) -> Boolean "the text passes the check of a format" "符合格式";
}

impl Builtin {
    /// A function by its name.
    pub fn find(name: &str) -> Option<Builtin> {
        Builtin::ALL.iter().copied().find(|b| b.name() == name)
    }
}
