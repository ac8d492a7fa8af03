//! Rows in braces: fields and values of a vocabulary in columns, decision tables, lines of a block.

use super::doc::{Doc, WIDTH};
use super::parse::{P, Rule};
use super::print::{Head, Printer, comments_in, is_token};
use unicode_width::UnicodeWidthStr;

/// Widest cell that columns of a vocabulary are aligned for.
const WIDEST_CELL: usize = 40;

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Rows {
    Plain,
    Columns,
    Assignments,
}

struct Row {
    separator: Option<Doc>,
    lead: Vec<Doc>,
    cells: Vec<String>,
    tail: Option<Doc>,
}

/// Rows with their cells in columns.
fn aligned(rows: Vec<Row>) -> Doc {
    let columns = rows.iter().map(|r| r.cells.len()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..columns)
        .map(|c| rows.iter().filter(|r| r.cells.len() > c + 1).map(|r| r.cells[c].width()).filter(|w| *w <= WIDEST_CELL).max().unwrap_or(0))
        .collect();
    let mut docs = Vec::new();
    for row in rows {
        docs.extend(row.separator);
        docs.extend(row.lead);
        let mut line = String::new();
        for (c, cell) in row.cells.iter().enumerate() {
            line.push_str(cell);
            if c + 1 < row.cells.len() {
                line.push_str(&" ".repeat(widths[c].saturating_sub(cell.width()) + 1));
            }
        }
        docs.push(Doc::Text(line));
        docs.extend(row.tail);
    }
    Doc::Concat(docs)
}

fn row_name(row: &P<'_>) -> usize {
    row.clone().into_inner().find(|p| p.as_rule() == Rule::ident).map_or(0, |p| p.as_str().width())
}

impl Printer<'_> {
    /// The tokens of a type on one line.
    fn flat(&self, pair: &P<'_>) -> String {
        let mut out = String::new();
        for token in pair.clone().into_inner().flatten().filter(is_token) {
            if !out.is_empty() && token.as_rule() != Rule::optional {
                out.push(' ');
            }
            out.push_str(&self.token_text(&token));
        }
        out
    }

    pub(super) fn fields(&mut self, pair: P<'_>, head_width: usize) -> (Doc, Doc) {
        let mut inside: Vec<P<'_>> = Self::children(pair).collect();
        let close = inside.pop();
        let open = if inside.is_empty() { None } else { Some(inside.remove(0)) };
        match (open, close) {
            (Some(open), Some(close)) => self.braces(&open, inside, &close, true, Rows::Columns, head_width),
            _ => (Doc::text("{"), Doc::text("}")),
        }
    }

    pub(super) fn braces(
        &mut self,
        open: &P<'_>,
        rows: Vec<P<'_>>,
        close: &P<'_>,
        one_line: bool,
        kind: Rows,
        head_width: usize,
    ) -> (Doc, Doc) {
        let first = self.token(open);
        let (start, end) = (self.place(open).1, self.place(close).0);
        let mut stays = one_line && !self.text[start..end].contains('\n');
        if stays && kind == Rows::Columns {
            // Whether rows are aligned has to be known before they are laid out.
            let done = self.done;
            let width: usize = rows.iter().map(|r| self.doc(r.clone()).flat_width() + 2).sum();
            self.done = done;
            stays = head_width + width + 4 <= WIDTH;
        }
        if rows.is_empty() && comments_in(self.text, self.done, end).is_empty() {
            return (first, self.token(close));
        }
        let mut body = Vec::new();
        let mut table: Vec<Row> = Vec::new();
        for (i, row) in rows.into_iter().enumerate() {
            let (row_start, _) = self.place(&row);
            let blank = i > 0 && self.blank_ahead(self.done, row_start);
            let alone = i == 0 || comments_in(self.text, self.done, row_start).is_empty();
            let separator = match (i, blank) {
                (0, _) => None,
                (_, true) => Some(Doc::Blank),
                _ => Some(Doc::Line),
            };
            if kind == Rows::Columns && !stays {
                if let Some(cells) = self.cells(&row) {
                    if blank || !alone {
                        body.push(aligned(std::mem::take(&mut table)));
                    }
                    let lead = self.comments_until(row_start);
                    let tail = self.skip(row);
                    table.push(Row { separator, lead, cells, tail });
                    continue;
                }
                body.push(aligned(std::mem::take(&mut table)));
            }
            body.extend(separator);
            let doc = self.doc(row);
            body.push(doc);
            if kind != Rows::Plain {
                body.push(Doc::IfFlat(","));
            }
        }
        if matches!(body.last(), Some(Doc::IfFlat(_))) {
            body.pop();
        }
        body.push(aligned(table));
        let dangling = self.comments_until(end);
        if !dangling.is_empty() {
            body.push(Doc::Hard);
            body.extend(dangling);
        }
        let last = self.token(close);
        let edge = || if stays { Doc::Line } else { Doc::Hard };
        let rest = Doc::Concat(vec![Doc::Concat(vec![edge(), Doc::Concat(body)]).indent(), edge(), last]);
        (first, rest.group())
    }

    /// The columns of a row of a vocabulary; `None` when a comment stands inside it.
    fn cells(&self, row: &P<'_>) -> Option<Vec<String>> {
        let (start, mut end) = self.place(row);
        // A comment that follows the last token does not stand inside.
        if let Some(last) = row.clone().into_inner().flatten().filter(is_token).last() {
            end = self.place(&last).1;
        }
        if self.text[start..end].contains('\n') && !comments_in(self.text, start, end).is_empty() {
            return None;
        }
        let mut cells = vec![String::new()];
        for child in Self::children(row.clone()) {
            match child.as_rule() {
                Rule::comma => {}
                Rule::texts => {
                    let mut zh = false;
                    for part in Self::children(child) {
                        match part.as_rule() {
                            Rule::kw_zh => {
                                cells.push(format!("{} ", self.token_text(&part)));
                                zh = true;
                            }
                            _ if zh => {
                                if let Some(last) = cells.last_mut() {
                                    last.push_str(&self.token_text(&part));
                                }
                            }
                            _ => cells.push(self.token_text(&part)),
                        }
                    }
                }
                Rule::also => {
                    let word = child.clone().into_inner().next().map_or(String::new(), |p| self.token_text(&p));
                    let mut last = format!("{word} ");
                    for (i, part) in Self::children(child).filter(|p| p.as_rule() == Rule::string).enumerate() {
                        last.push_str(if i > 0 { ", " } else { "" });
                        last.push_str(&self.token_text(&part));
                    }
                    cells.push(last);
                }
                Rule::colon => cells[0].push(':'),
                Rule::field_type => cells.push(self.flat(&child)),
                Rule::kw_private | Rule::kw_from | Rule::kw_register | Rule::kw_event | Rule::kw_derived => {
                    if let Some(last) = cells.last_mut() {
                        last.push(' ');
                        last.push_str(&self.token_text(&child));
                    }
                }
                _ => {
                    if let Some(last) = cells.last_mut() {
                        last.push_str(&self.token_text(&child));
                    }
                }
            }
        }
        Some(cells)
    }

    /// Takes the tokens of a row that was read as cells; the comment that ends its line is returned.
    fn skip(&mut self, row: P<'_>) -> Option<Doc> {
        let mut tail = None;
        for pair in row.into_inner().flatten() {
            if is_token(&pair)
                && let Doc::Concat(mut docs) = self.token(&pair)
                && matches!(docs.last(), Some(Doc::Suffix(_)))
            {
                tail = docs.pop();
            }
        }
        tail
    }

    /// A decision table: its opening goes to the head; the rows, with their conditions in one column, and the end are returned.
    pub(super) fn decide(&mut self, pair: P<'_>, head: &mut Head) -> Doc {
        let mut rows: Vec<P<'_>> = Vec::new();
        let mut open: Option<P<'_>> = None;
        let mut body = Vec::new();
        for child in Self::children(pair) {
            match child.as_rule() {
                Rule::lbrace => open = Some(child),
                Rule::rbrace => {
                    let Some(open) = open.take() else { continue };
                    let width = rows.iter().filter(|r| r.as_rule() == Rule::row).map(row_name).max().unwrap_or(0);
                    let first = self.token(&open);
                    head.glue(first);
                    let mut docs = Vec::new();
                    for (i, row) in std::mem::take(&mut rows).into_iter().enumerate() {
                        let start = self.place(&row).0;
                        docs.push(if i > 0 && self.blank_ahead(self.done, start) { Doc::Blank } else { Doc::Hard });
                        docs.push(self.table_row(row, width));
                    }
                    let end = self.place(&child).0;
                    docs.push(Doc::Hard);
                    docs.extend(self.comments_until(end));
                    let last = self.token(&child);
                    body = vec![Doc::Concat(docs).indent(), Doc::Hard, last];
                }
                _ if open.is_some() => rows.push(child),
                Rule::texts => {
                    for text in self.texts(child) {
                        head.piece(text);
                    }
                }
                _ if body.is_empty() => {
                    let doc = self.doc(child);
                    head.glue(doc);
                }
                _ => {
                    body.push(Doc::Space);
                    let doc = self.doc(child);
                    body.push(doc);
                }
            }
        }
        Doc::Concat(body)
    }

    fn table_row(&mut self, row: P<'_>, width: usize) -> Doc {
        let mut docs = Vec::new();
        let name = row_name(&row);
        let is_row = row.as_rule() == Rule::row;
        for (i, child) in Self::children(row).enumerate() {
            if i > 0 {
                docs.push(Doc::Space);
            }
            if i == 1 && is_row {
                docs.push(Doc::Pad(width - name));
            }
            docs.push(self.doc(child));
        }
        Doc::Concat(docs).indent()
    }
}
