//! Messages with placeholders, and texts that want a twin.

use super::diagnostics as say;
use super::expressions::Checker;
use crate::diagnostic::Bilingual;
use crate::hir::*;
use crate::resolve::{diagnostics::missing_translation, is_untranslated, texts_of};
use crate::source::Span;
use crate::syntax::{ast, parse_path};

impl Checker<'_> {
    /// A text and its twin; a missing twin is a warning.
    pub(super) fn bilingual(&mut self, texts: &ast::Texts) -> Bilingual {
        if texts.zh.is_none() {
            self.report(missing_translation(texts.en.span));
        }
        texts_of(texts)
    }

    /// A text that may be nothing but a date, which needs no twin.
    pub(super) fn dated_text(&mut self, texts: &ast::Texts) -> Bilingual {
        if is_untranslated(texts) {
            self.report(missing_translation(texts.en.span));
        }
        texts_of(texts)
    }

    /// A text that need not be there.
    pub(super) fn bilingual_or(&mut self, texts: Option<&ast::Texts>, otherwise: &str) -> Bilingual {
        match texts {
            Some(t) => self.bilingual(t),
            None => Bilingual::same(otherwise.replace(['-', '_'], " ")),
        }
    }

    /// A message with placeholders in both languages.
    pub(super) fn template(&mut self, texts: &ast::Texts) -> Template {
        if texts.zh.is_none() {
            self.report(missing_translation(texts.en.span));
        }
        let en = self.pieces(&texts.en);
        let zh = texts.zh.as_ref().map(|t| self.pieces(t)).unwrap_or_default();
        Template { en, zh }
    }

    fn pieces(&mut self, text: &ast::Text) -> Vec<TemplatePiece> {
        let mut pieces = Vec::new();
        let mut plain = String::new();
        let value = text.value.as_str();
        let mut at = 0;
        while let Some(c) = value[at..].chars().next() {
            if value[at..].starts_with("{{") || value[at..].starts_with("}}") {
                plain.push(c);
                at += 2;
                continue;
            }
            if c != '{' {
                plain.push(c);
                at += c.len_utf8();
                continue;
            }
            let end = value[at..].find('}').map_or(value.len(), |n| at + n);
            let inner = &value[at + 1..end];
            // Offsets are those of the source as long as no escape comes before; the span then starts at the brace.
            let start = text.span.start as usize + 1 + at;
            let span = Span::new(text.span.source, start..(start + inner.len() + 2).min(text.span.end as usize));
            let offset = start + 1 + (inner.len() - inner.trim_start().len());
            match parse_path(text.span.source, offset, inner.trim()).filter(|p| !p.is_empty()) {
                Some(path) => {
                    let id = self.expr(&ast::Expr { kind: ast::ExprKind::Path(path), span }, None);
                    let ty = self.program.expr(id).ty.clone();
                    let item = if let Type::List(item) = &ty { item } else { &ty };
                    if matches!(item, Type::Record(_) | Type::File) {
                        let words = self.words(&ty);
                        self.report(say::not_showable(span, &words));
                    }
                    if !plain.is_empty() {
                        pieces.push(TemplatePiece::Text(std::mem::take(&mut plain)));
                    }
                    pieces.push(TemplatePiece::Value(id));
                }
                None => self.report(say::bad_placeholder(span, inner)),
            }
            at = (end + 1).min(value.len());
        }
        if !plain.is_empty() {
            pieces.push(TemplatePiece::Text(plain));
        }
        pieces
    }
}
