//! `discouraged-term`: one thing has one name. The words are in `terms.toml` beside the rules.

use crate::diagnostic::{Applicability, say};
use crate::lint::context::{Context, Term};
use crate::lint::walk;
use crate::syntax::ast;

/// The text with quotations, placeholders and the longer words of a term blanked out, byte for byte as long.
fn plain(text: &str, term: &Term) -> String {
    let mut out = text.to_owned();
    for except in &term.except {
        out = out.replace(except.as_str(), &" ".repeat(except.len()));
    }
    let mut plain = String::with_capacity(out.len());
    let mut close: Option<char> = None;
    for c in out.chars() {
        let end = match c {
            '“' => Some('”'),
            '《' => Some('》'),
            '「' => Some('」'),
            '{' => Some('}'),
            '`' => Some('`'),
            _ => None,
        };
        match close {
            None if end.is_none() => plain.push(c),
            None => {
                close = end;
                plain.push_str(&" ".repeat(c.len_utf8()));
            }
            Some(wanted) => {
                if c == wanted {
                    close = None;
                }
                plain.push_str(&" ".repeat(c.len_utf8()));
            }
        }
    }
    plain
}

/// Where a word stands; an English one as a whole word, small and capital letters alike.
fn places(text: &str, word: &str, is_chinese: bool) -> Vec<usize> {
    if is_chinese {
        return text.match_indices(word).map(|(i, _)| i).collect();
    }
    let (text, word) = (text.to_ascii_lowercase(), word.to_ascii_lowercase());
    let is_letter = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '-');
    text.match_indices(&word)
        .map(|(i, _)| i)
        .filter(|i| !is_letter(text[..*i].chars().next_back()) && !is_letter(text[i + word.len()..].chars().next()))
        .collect()
}

pub(super) fn check(cx: &mut Context<'_>) {
    let mut texts: Vec<&ast::Texts> = Vec::new();
    for item in cx.items() {
        walk::texts(item, &mut |t| texts.push(t));
    }
    for t in texts {
        for (text, is_chinese) in [(Some(&t.en), false), (t.zh.as_ref(), true)] {
            let Some(text) = text else { continue };
            let raw = cx.text(text.span);
            for term in cx.settings.terms.iter().filter(|t| t.is_chinese == is_chinese) {
                if !term.not.iter().any(|n| !places(raw, n, is_chinese).is_empty()) {
                    continue;
                }
                let shown = plain(raw, term);
                for word in &term.not {
                    for at in places(&shown, word, is_chinese) {
                        let start = text.span.start as usize + at;
                        let span = crate::source::Span::new(text.span.source, start..start + word.len());
                        let good = &term.use_word;
                        let finding = cx
                            .finding(
                                span,
                                say!("`{word}` is called `{good}`", "“{word}”应称“{good}”"),
                                say!("not the word of the glossary", "不是术语表的用词"),
                            )
                            .fix(say!("write `{good}`", "写作“{good}”"), span, good, Applicability::Suggestion);
                        cx.report(finding);
                    }
                }
            }
        }
    }
}
