//! `missing-translation`: what the compiler warns of as F4009, with a level.

use crate::diagnostic::{Code, CodeOf, say};
use crate::lint::context::Context;

pub(super) fn check(cx: &mut Context<'_>) {
    for d in cx.warnings.iter().filter(|d| d.code == CodeOf::Catalog(Code::MissingTranslation)) {
        let Some(label) = d.labels.first() else { continue };
        let finding = cx
            .finding(label.span, d.message.clone(), say!("read by Chinese users too", "中文用户也会看到"))
            .help(say!("add `zh \"…\"` after it", "在其后添加 `zh \"…\"`"));
        cx.report(finding);
    }
}
