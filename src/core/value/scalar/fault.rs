//! What a check has to say about a value, and the state it carries while it looks.

use std::ops::Range;

use jiff::civil::Date;

use crate::diagnostic::Bilingual;

/// What is wrong or odd with a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The family it belongs to.
    pub kind: FaultKind,
    /// Bytes in the text as it was given, on character boundaries.
    pub range: Range<usize>,
    /// One phrase.
    pub message: Bilingual,
    /// At most three whole values in normal form that would be fine. They are as confidential as the value itself.
    pub candidates: Vec<String>,
}

/// A value that was accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accepted {
    /// The value in normal form.
    pub value: String,
    /// Whether the normal form differs from the text.
    pub changed: bool,
    /// What is likely wrong but cannot be decided from the value alone.
    pub suspicious: Vec<Fault>,
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident $name:literal,)*) => {
        /// Families of faults.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum FaultKind {
            $($(#[$doc])* $kind,)*
        }

        impl FaultKind {
            /// The kind as machines read it.
            pub fn name(self) -> &'static str {
                match self {
                    $(FaultKind::$kind => $name,)*
                }
            }
        }
    };
}

kinds! {
    /// The usual character of another system.
    Alias "alias",
    /// A character that the format does not use.
    Alphabet "alphabet",
    /// Out of bounds.
    Amount "amount",
    /// A category or class that does not exist.
    Category "category",
    /// The check character does not match.
    Check "check",
    /// A day that does not exist or cannot be.
    Date "date",
    /// A division code that does not exist or does not fit.
    Division "division",
    /// Letters that look like others.
    Homograph "homograph",
    /// Too short or too long.
    Length "length",
    /// A form that is no longer given out.
    Outdated "outdated",
    /// Begins with something that does not occur there.
    Prefix "prefix",
    /// An address that is not reachable from outside.
    Private "private",
    /// A code that was withdrawn.
    Retired "retired",
    /// An order number that does not occur.
    Serial "serial",
    /// A service number.
    Service "service",
    /// Not built as the format asks.
    Shape "shape",
    /// A domain suffix under which nothing can be registered.
    Suffix "suffix",
    /// A range that is not assigned.
    Unassigned "unassigned",
    /// A year that cannot be.
    Year "year",
}

impl Fault {
    /// Adds a value that may be what was meant; it is dropped later when it is not fine itself.
    pub(super) fn candidate(mut self, i: &Inspection, value: impl FnOnce() -> String) -> Self {
        if !i.is_quick {
            self.candidates.push(value());
        }
        self
    }
}

/// The state of one check. Ranges in it are bytes of the cleaned text.
pub(super) struct Inspection {
    /// The day of the check; later days are in the future.
    pub(super) today: Date,
    /// The normal form where it is not the cleaned text itself.
    pub(super) rewritten: Option<String>,
    /// Odd things found so far.
    pub(super) suspicious: Vec<Fault>,
    // A quick check only asks "fine or not": it stops at the first odd thing and builds no texts.
    is_quick: bool,
}

impl Inspection {
    pub(super) fn thorough(today: Date) -> Self {
        Inspection { today, rewritten: None, suspicious: vec![], is_quick: false }
    }

    pub(super) fn quick(today: Date) -> Self {
        Inspection { is_quick: true, ..Inspection::thorough(today) }
    }

    pub(super) fn is_quick(&self) -> bool {
        self.is_quick
    }

    /// A fault whose message is only built when somebody will read it.
    pub(super) fn fault(&self, kind: FaultKind, range: Range<usize>, message: impl FnOnce() -> Bilingual) -> Fault {
        let message = if self.is_quick { Bilingual::default() } else { message() };
        Fault { kind, range, message, candidates: vec![] }
    }

    /// Notes something odd; a quick check ends here.
    pub(super) fn odd(&mut self, fault: Fault) -> Result<(), Fault> {
        if self.is_quick {
            return Err(fault);
        }
        self.suspicious.push(fault);
        Ok(())
    }

    /// Sets the normal form; a quick check ends here, since the text is not in it.
    pub(super) fn rewrite(&mut self, value: impl FnOnce() -> String) -> Result<(), Fault> {
        if self.is_quick {
            return Err(self.fault(FaultKind::Shape, 0..0, Bilingual::default));
        }
        self.rewritten = Some(value());
        Ok(())
    }
}
