//! The text of a source, which may lie folded up until somebody reads it.

use std::borrow::Cow;
use std::fmt;
use std::ops::Deref;
use std::sync::OnceLock;

/// The text of a source.
pub struct Text {
    whole: OnceLock<Cow<'static, str>>,
    unfold: Option<Box<dyn Fn() -> String + Send + Sync>>,
}

impl Text {
    /// A text that is made when it is first read.
    pub fn folded(unfold: impl Fn() -> String + Send + Sync + 'static) -> Self {
        Text { whole: OnceLock::new(), unfold: Some(Box::new(unfold)) }
    }
}

impl Deref for Text {
    type Target = str;

    fn deref(&self) -> &str {
        self.whole.get_or_init(|| self.unfold.as_ref().map_or(Cow::Borrowed(""), |unfold| Cow::Owned(unfold())))
    }
}

impl From<Cow<'static, str>> for Text {
    fn from(text: Cow<'static, str>) -> Self {
        Text { whole: OnceLock::from(text), unfold: None }
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&**self, f)
    }
}
