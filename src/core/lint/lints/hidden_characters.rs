//! `hidden-characters`: what a reviewer does not see may say something else to the program.

use crate::diagnostic::{Applicability, say};
use crate::lint::context::Context;
use crate::source::{Span, hidden};

pub(super) fn check(cx: &mut Context<'_>) {
    for file in cx.files {
        let text = &cx.sources.get(file.source).text;
        let mut characters = text.char_indices().peekable();
        while let Some((at, c)) = characters.next() {
            let ends_line = c == '\r' && characters.peek().is_some_and(|(_, next)| *next == '\n');
            let Some((en, zh)) = hidden(c).filter(|_| !ends_line) else { continue };
            let code = format!("U+{:04X}", u32::from(c));
            let span = Span::new(file.source, at..at + c.len_utf8());
            let finding = cx
                .finding(
                    span,
                    say!("hidden character {code}, {en}", "看不见的字符 {code}（{zh}）"),
                    say!("nobody sees it, the program reads it", "读者看不见，程序却会读取"),
                )
                .fix(say!("remove it", "删除该字符"), span, "", Applicability::Suggestion);
            cx.report(finding);
        }
    }
}
