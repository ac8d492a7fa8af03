//! What the engine asks of a vocabulary: fields, enums and definitions by the part they play, never by their names.
//!
//! A vocabulary declares who plays a role; where nobody does, what the role is for is simply not there.

use super::EnumId;
use crate::diagnostic::Bilingual;

macro_rules! roles {
    ($($(#[$doc:meta])* $role:ident $name:literal: $expected_en:literal $expected_zh:literal, $use_en:literal $use_zh:literal;)*) => {
        /// A part that something of a vocabulary plays for the engine.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Role { $($(#[$doc])* $role,)* }

        impl Role {
            /// All of them, in the order the reference lists them.
            pub const ALL: &'static [Role] = &[$(Role::$role,)*];

            /// As written in rules.
            pub fn name(self) -> &'static str {
                match self { $(Role::$role => $name,)* }
            }

            /// What may play it.
            pub fn expected(self) -> Bilingual {
                match self { $(Role::$role => Bilingual::new($expected_en, $expected_zh),)* }
            }

            /// What it is for.
            pub fn purpose(self) -> Bilingual {
                match self { $(Role::$role => Bilingual::new($use_en, $use_zh),)* }
            }
        }
    };
}

roles! {
    /// Where a filing is made.
    Region "region": "a field whose values are those of an enum" "取值为枚举的字段", "where a filing is made" "备案所在地区";
    /// The day whose law counts.
    SubmissionDay "submission-day": "a field that holds a date" "日期字段", "the day whose law counts" "据以适用规则的日期";
    /// Whether a filing is unfinished.
    Draft "draft": "a field that is true or false" "真假字段", "whether a filing is unfinished" "备案是否尚未完成";
    /// The record that holds the documents.
    Documents "documents": "a field that holds a record" "值为记录的字段", "the documents of a filing" "备案所附文件";
    /// What the facts amount to.
    FilingType "filing-type": "a definition whose result is a value of an enum" "结果为枚举值的定义", "what kind of filing the facts amount to" "由事实推导出的备案类型";
    /// What people call a filing.
    Name "name": "a field that holds a text" "文本字段", "what people call a filing" "备案的称呼";
    /// Who acts in steps.
    Actors "actors": "an enum" "枚举", "who acts in the steps" "步骤的办理方";
}

impl Role {
    /// A role by its name in rules.
    pub fn from_name(name: &str) -> Option<Role> {
        Role::ALL.iter().copied().find(|r| r.name() == name)
    }
}

/// A field that a manifest holds once: no list lies on the way to it.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Place {
    /// Names of the fields passed, from the manifest on.
    pub names: Vec<String>,
    /// Its slot in a document.
    pub slot: u32,
    /// Slot of the table it stands in; `None` for a field of the manifest itself.
    pub table: Option<u32>,
}

impl Place {
    /// As a filer writes it.
    pub fn path(&self) -> String {
        self.names.join(".")
    }
}

/// Who plays what in a vocabulary, found once when it is compiled.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Roles {
    /// `Role::Region`, with its enum.
    pub region: Option<(Place, EnumId)>,
    /// `Role::SubmissionDay`.
    pub submission_day: Option<Place>,
    /// `Role::Draft`.
    pub draft: Option<Place>,
    /// `Role::Documents`.
    pub documents: Option<Place>,
    /// `Role::Name`: names of the fields passed, through lists too.
    pub name: Option<Vec<String>>,
    /// `Role::Actors`.
    pub actors: Option<EnumId>,
}
