//! Choices of one word or sign: the tree as written and the program as typed share them.

#![allow(missing_docs)] // the language reference says what each means

/// What a replacement claims of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Claim {
    Stricter,
    Looser,
    Differently,
}

/// Which value of a parameter holds where several layers set it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Several {
    /// That of the layer that goes before the others; two that neither extends is a clash.
    #[default]
    Nearest,
    Lowest,
    Highest,
}

/// `must`, `should` or `note`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub enum Strength {
    Must,
    Should,
    Note,
}

/// How far sources are trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub enum Confidence {
    High,
    Medium,
    Low,
}

/// Comparison operators of ordered values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub enum Ordering {
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// Where a part of a text is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub enum Part {
    Anywhere,
    Start,
    End,
}

/// `every`, `some` or `no`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub enum Quantifier {
    Every,
    Some,
    No,
}

/// Who knows a fact. What is said of a record holds for what is in it; of several the last one of this order counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
pub enum FactKind {
    /// The filer knows it and states it.
    #[default]
    Stated,
    /// It follows from other facts; where it is stated as well it can be compared.
    Derived,
    /// It happens on a day: before that day nobody can state it, and its absence says that it has not happened.
    Event,
    /// Only a look-up in a register, a console or on the live page tells it.
    Register,
}

impl FactKind {
    /// All of them.
    pub const ALL: &'static [FactKind] = &[FactKind::Stated, FactKind::Derived, FactKind::Event, FactKind::Register];

    /// As written after the type of a field; nothing for what is stated.
    pub fn words(self) -> &'static str {
        match self {
            FactKind::Stated => "",
            FactKind::Derived => "derived",
            FactKind::Event => "event",
            FactKind::Register => "from register",
        }
    }
}
