//! Messages to the user, as data.
//!
//! In: what a phase has to say. Out: `Diagnostics`, ordered and without repetition, which `render` turns into text or JSON.
//! INVARIANT: every text exists in English and in Chinese (`Bilingual`); an error node of a later phase can only be built from a `Reported`.

mod catalog;
mod note;
mod reading;
pub mod render;
mod suggest;
mod typeset;

pub use catalog::Code;
pub use note::{CitedSource, Doubt, Note};
pub use reading::lines_in;
pub use suggest::nearest;
pub use typeset::chinese;

use crate::source::Span;

/// A text in both languages.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
pub struct Bilingual {
    /// English.
    pub en: String,
    /// Chinese.
    pub zh: String,
}

impl Bilingual {
    /// Pairs the two texts.
    pub fn new(en: impl Into<String>, zh: impl Into<String>) -> Self {
        Bilingual { en: en.into(), zh: zh.into() }
    }

    /// The same text in both languages: names, numbers.
    pub fn same(text: impl Into<String>) -> Self {
        let en = text.into();
        Bilingual { zh: en.clone(), en }
    }

    /// The text in one language; the English one where the Chinese one is empty, and the other way round.
    pub fn get(&self, language: Language) -> &str {
        match language {
            Language::Zh if !self.zh.is_empty() => &self.zh,
            Language::En if self.en.is_empty() => &self.zh,
            _ => &self.en,
        }
    }
}

/// Builds a `Bilingual` from two format strings that may capture the same variables.
#[macro_export]
macro_rules! say {
    ($en:literal, $zh:literal $(, $arg:expr)* $(,)?) => {
        $crate::diagnostic::Bilingual { en: format!($en $(, $arg)*), zh: format!($zh $(, $arg)*) }
    };
}
pub use say;

/// The language of the output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// English.
    En,
    /// Simplified Chinese.
    Zh,
}

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
pub enum Severity {
    /// The rules cannot be used, or the filing would be refused.
    Error,
    /// Legal but likely wrong.
    Warning,
    /// Worth knowing.
    Note,
}

/// What a diagnostic is known by: an entry of the catalog, the id of the rule that asked, or the name of a lint.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CodeOf {
    /// An entry of the catalog, `F2003`.
    Catalog(Code),
    /// A rule, `zj/domain-validity`.
    Rule(String),
    /// A lint, `double-negation`.
    Lint(&'static str),
}

impl CodeOf {
    /// As printed in brackets.
    pub fn text(&self) -> String {
        match self {
            CodeOf::Catalog(code) => code.id().to_owned(),
            CodeOf::Rule(id) => id.clone(),
            CodeOf::Lint(name) => (*name).to_owned(),
        }
    }
}

impl From<Code> for CodeOf {
    fn from(code: Code) -> Self {
        CodeOf::Catalog(code)
    }
}

/// A place with what is to be said about it; an empty message only underlines.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Label {
    /// The place.
    pub span: Span,
    /// What is to be said.
    pub message: Bilingual,
    /// The place of the fault itself, as opposed to its cause.
    pub is_primary: bool,
}

/// One replacement in one source.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Edit {
    /// What is replaced; an empty span inserts.
    pub span: Span,
    /// The new text.
    pub replacement: String,
}

/// How sure a fix is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Applicability {
    /// May be applied without looking.
    Safe,
    /// A suggestion: a person decides.
    Suggestion,
    /// Has a place to be filled in.
    HasPlaceholders,
}

/// A change that would mend the fault.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fix {
    /// What it does, in the imperative.
    pub title: Bilingual,
    /// The edits, which do not overlap.
    pub edits: Vec<Edit>,
    /// How sure it is.
    pub applicability: Applicability,
}

/// A typed argument of a message, for machines.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Arg {
    /// A text.
    Text(String),
    /// A number.
    Int(i64),
    /// Several texts.
    List(Vec<String>),
}

/// One message to the user.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Diagnostic {
    /// Severity, code and message.
    pub severity: Severity,
    /// What it is known by.
    pub code: CodeOf,
    /// One phrase, whole without its labels.
    pub message: Bilingual,
    /// Places; the primary ones first.
    pub labels: Vec<Label>,
    /// Facts, sources, computed values.
    pub notes: Vec<Note>,
    /// What to do, one action each.
    pub help: Vec<Bilingual>,
    /// Edits that would mend it.
    pub fixes: Vec<Fix>,
    /// Arguments of the message, by name.
    pub args: Vec<(&'static str, Arg)>,
}

impl Diagnostic {
    /// A diagnostic of the catalog, with the severity of its entry.
    pub fn new(code: Code, message: Bilingual) -> Self {
        Self::with_code(code.into(), code.severity(), message)
    }

    /// A finding of a rule.
    pub fn with_code(code: CodeOf, severity: Severity, message: Bilingual) -> Self {
        Diagnostic { severity, code, message, labels: vec![], notes: vec![], help: vec![], fixes: vec![], args: vec![] }
    }

    /// Underlines the fault.
    pub fn primary(mut self, span: Span, message: Bilingual) -> Self {
        let at = self.labels.iter().take_while(|l| l.is_primary).count();
        self.labels.insert(at, Label { span, message, is_primary: true });
        self
    }

    /// Underlines a cause.
    pub fn secondary(mut self, span: Span, message: Bilingual) -> Self {
        self.labels.push(Label { span, message, is_primary: false });
        self
    }

    /// Adds a fact.
    pub fn note(mut self, note: impl Into<Note>) -> Self {
        self.notes.push(note.into());
        self
    }

    /// Adds a fact, unless one in the same words is there.
    pub fn note_once(self, note: Note) -> Self {
        let words = render::note_words(&note);
        if self.notes.iter().any(|n| render::note_words(n) == words) { self } else { self.note(note) }
    }

    /// Adds an action.
    pub fn help(mut self, text: Bilingual) -> Self {
        self.help.push(text);
        self
    }

    /// Adds an argument for machines.
    pub fn arg(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.args.push((name, Arg::Text(value.into())));
        self
    }

    /// Adds an edit as a fix with its title as help.
    pub fn fix(mut self, title: Bilingual, span: Span, replacement: impl Into<String>, applicability: Applicability) -> Self {
        self.help.push(title.clone());
        self.fixes.push(Fix { title, edits: vec![Edit { span, replacement: replacement.into() }], applicability });
        self
    }

    /// "did you mean", where there is a near name.
    pub fn suggest(self, span: Span, nearest: Option<&str>) -> Self {
        match nearest {
            Some(name) => self.fix(say!("did you mean `{name}`?", "是否想写 `{name}`？"), span, name, Applicability::Suggestion),
            None => self,
        }
    }

    fn place(&self) -> (Option<Span>, String) {
        (self.labels.first().map(|l| l.span), self.code.text())
    }
}

/// Proof that something was said to the user.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Reported(());

/// The sink of a run.
#[derive(Clone, Debug, Default)]
pub struct Diagnostics {
    list: Vec<Diagnostic>,
}

impl Diagnostics {
    /// An empty sink.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes a message and proves that it was taken.
    pub fn report(&mut self, diagnostic: Diagnostic) -> Reported {
        self.list.push(diagnostic);
        Reported(())
    }

    /// Whether there is an error among the messages.
    pub fn has_errors(&self) -> bool {
        self.list.iter().any(|d| d.severity == Severity::Error)
    }

    /// Number of messages so far.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Whether nothing was said.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Takes over the messages of another sink.
    pub fn append(&mut self, other: Diagnostics) {
        self.list.extend(other.list);
    }

    /// All messages, sorted by source, start and code, each once.
    pub fn into_sorted(mut self) -> Vec<Diagnostic> {
        self.list.sort_by(|a, b| a.place().cmp(&b.place()).then_with(|| a.cmp(b)));
        self.list.dedup();
        self.list
    }

    /// The messages in the order they came.
    pub fn iter(&self) -> impl Iterator<Item = &Diagnostic> {
        self.list.iter()
    }
}
