//! What is said of cases.

use crate::diagnostic::{Bilingual, Code, Diagnostic, Severity, chinese, say};
use crate::source::Span;

/// F8001.
pub(super) fn fails(span: Span, expected: &Bilingual, found: &Bilingual) -> Diagnostic {
    let message =
        Bilingual::new(format!("expected {}, found {}", expected.en, found.en), chinese(&["预期", &expected.zh, "，实际", &found.zh]));
    Diagnostic::new(Code::CaseFails, message).primary(span, say!("expected here", "此处的预期"))
}

/// F8002.
pub(super) fn unusable(title: Span, causes: &[Diagnostic]) -> Diagnostic {
    let mut d = Diagnostic::new(Code::CaseManifest, say!("the manifest of this case cannot be used", "该用例的清单无法使用"))
        .primary(title, say!("this case", "该用例"));
    for cause in causes.iter().filter(|c| c.severity == Severity::Error) {
        if let Some(label) = cause.labels.first() {
            d = d.secondary(label.span, cause.message.clone());
        } else {
            d = d.note(cause.message.clone());
        }
    }
    d
}

/// F8003.
pub(super) fn unfit(span: Span, why: &Bilingual) -> Diagnostic {
    Diagnostic::new(Code::CaseField, why.clone()).primary(span, say!("this line does not fit the manifest", "该行与清单不符"))
}
