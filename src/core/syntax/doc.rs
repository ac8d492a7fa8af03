//! A document of texts and places where a line may break, and how it is laid out in a width.
//!
//! The classic algebra of pretty printing (Wadler, "A prettier printer"), with comments: one that ends a line waits for the next break, one that
//! stands alone makes its own line. Blanks and breaks are only written when text follows, so no line ends with a space.

use unicode_width::UnicodeWidthStr;

/// Columns of a line; a Chinese character takes two.
pub(super) const WIDTH: usize = 120;
const STEP: usize = 2;

/// A piece of a document.
#[derive(Clone, Debug)]
pub(super) enum Doc {
    /// Text without a line break.
    Text(String),
    /// A space that never breaks.
    Space,
    /// More spaces after a space, for columns; a break takes their place.
    Pad(usize),
    /// A space, or a break where the group does not fit.
    Line,
    /// Nothing, or a break where the group does not fit.
    Soft,
    /// Text only where the group is on one line.
    IfFlat(&'static str),
    /// A break.
    Hard,
    /// A break and an empty line.
    Blank,
    /// A comment after code: the rest of the line is its own.
    Suffix(String),
    /// A comment on a line of its own.
    Own(String),
    /// One after the other.
    Concat(Vec<Doc>),
    /// Breaks everywhere or nowhere.
    Group(Box<Doc>),
    /// Lines that begin inside are indented.
    Indent(Box<Doc>),
    /// Pieces with spaces between them, which break only where the next piece does not fit.
    Fill(Vec<Doc>),
    /// The same, with the lines after the first piece indented.
    Hang(Vec<Doc>),
}

impl Doc {
    pub(super) fn text(text: impl Into<String>) -> Doc {
        Doc::Text(text.into())
    }

    pub(super) fn group(self) -> Doc {
        Doc::Group(Box::new(self))
    }

    pub(super) fn indent(self) -> Doc {
        Doc::Indent(Box::new(self))
    }

    /// Whether it can never stand on one line.
    fn must_break(&self) -> bool {
        match self {
            Doc::Hard | Doc::Blank | Doc::Suffix(_) | Doc::Own(_) => true,
            Doc::Concat(list) | Doc::Fill(list) | Doc::Hang(list) => list.iter().any(Doc::must_break),
            Doc::Group(inner) | Doc::Indent(inner) => inner.must_break(),
            _ => false,
        }
    }

    /// Columns on one line.
    pub(super) fn flat_width(&self) -> usize {
        match self {
            Doc::Text(text) => text.width(),
            Doc::IfFlat(text) => text.width(),
            Doc::Space | Doc::Line => 1,
            Doc::Pad(more) => *more,
            Doc::Concat(list) => list.iter().map(Doc::flat_width).sum(),
            Doc::Fill(list) | Doc::Hang(list) => list.iter().map(Doc::flat_width).sum::<usize>() + list.len().saturating_sub(1),
            Doc::Group(inner) | Doc::Indent(inner) => inner.flat_width(),
            _ => 0,
        }
    }
}

#[derive(Clone, Copy)]
enum Gap {
    Nothing,
    Spaces(usize),
    /// A break; the next line is indented by this many columns.
    Break(usize),
    Blank(usize),
}

struct Layout {
    out: String,
    column: usize,
    gap: Gap,
    suffix: Option<String>,
    /// Columns the current line is indented by.
    line_indent: usize,
}

#[derive(Clone, Copy)]
struct At<'a> {
    indent: usize,
    flat: bool,
    doc: &'a Doc,
}

/// The document as text, without a final line break.
pub(super) fn lay_out(doc: &Doc) -> String {
    let mut layout = Layout { out: String::new(), column: 0, gap: Gap::Nothing, suffix: None, line_indent: 0 };
    let mut stack = vec![At { indent: 0, flat: false, doc }];
    while let Some(at) = stack.pop() {
        layout.step(at, &mut stack);
    }
    if let Some(comment) = layout.suffix.take() {
        layout.out.push(' ');
        layout.out.push_str(&comment);
    }
    layout.out
}

impl Layout {
    fn step<'a>(&mut self, at: At<'a>, stack: &mut Vec<At<'a>>) {
        let At { indent, flat, doc } = at;
        match doc {
            Doc::Text(text) => self.write(text),
            Doc::IfFlat(text) if flat => self.write(text),
            Doc::IfFlat(_) => {}
            Doc::Space => self.space(indent),
            Doc::Pad(more) => {
                if let Gap::Spaces(spaces) = &mut self.gap {
                    *spaces += more;
                }
            }
            Doc::Line if flat => self.space(indent),
            Doc::Soft if flat => {}
            Doc::Line | Doc::Soft | Doc::Hard => self.request(Gap::Break(indent)),
            Doc::Blank => self.request(Gap::Blank(indent)),
            Doc::Suffix(comment) => match &mut self.suffix {
                Some(earlier) => {
                    earlier.push(' ');
                    earlier.push_str(comment);
                }
                None => self.suffix = Some(comment.clone()),
            },
            Doc::Own(comment) => {
                if !self.out.is_empty() && !matches!(self.gap, Gap::Break(_) | Gap::Blank(_)) {
                    self.request(Gap::Break(indent));
                }
                self.write(comment);
                self.request(Gap::Break(self.line_indent));
            }
            Doc::Concat(list) => stack.extend(list.iter().rev().map(|doc| At { indent, flat, doc })),
            Doc::Indent(inner) => stack.push(At { indent: indent + STEP, flat, doc: inner }),
            Doc::Group(inner) => {
                let fits = flat || !inner.must_break() && self.fits(inner, indent, stack);
                stack.push(At { indent, flat: fits, doc: inner });
            }
            Doc::Fill(list) => self.fill(list, (indent, indent), flat, stack),
            Doc::Hang(list) => self.fill(list, (indent, indent + STEP), flat, stack),
        }
    }

    /// Each piece decides by itself; what follows the list belongs to its last piece.
    fn fill<'a>(&mut self, list: &'a [Doc], (first, others): (usize, usize), flat: bool, stack: &mut Vec<At<'a>>) {
        for (i, piece) in list.iter().enumerate() {
            let indent = if i == 0 { first } else { others };
            if i > 0 {
                let room = WIDTH.checked_sub(self.used(indent) + 1).and_then(|room| flat_rest(piece, room));
                let fits = room.is_some_and(|room| i + 1 < list.len() || tail_fits(stack, room));
                if !flat && (piece.must_break() || !fits) {
                    self.request(Gap::Break(indent));
                } else {
                    self.space(indent);
                }
            }
            let fits = WIDTH.checked_sub(self.used(indent)).and_then(|room| flat_rest(piece, room)).is_some();
            let mut inner = vec![At { indent, flat: flat || fits && !piece.must_break(), doc: piece }];
            while let Some(at) = inner.pop() {
                self.step(at, &mut inner);
            }
        }
    }

    /// Columns of the line that the next text would be written to.
    fn used(&self, indent: usize) -> usize {
        match self.gap {
            Gap::Break(indent) | Gap::Blank(indent) => indent,
            _ if self.suffix.is_some() => indent,
            Gap::Spaces(spaces) => self.column + spaces,
            Gap::Nothing => self.column,
        }
    }

    fn fits(&self, doc: &Doc, indent: usize, stack: &[At<'_>]) -> bool {
        let room = WIDTH.checked_sub(self.used(indent)).and_then(|room| flat_rest(doc, room));
        room.is_some_and(|room| tail_fits(stack, room))
    }

    fn space(&mut self, indent: usize) {
        if self.suffix.is_some() {
            self.request(Gap::Break(indent));
        } else if matches!(self.gap, Gap::Nothing) {
            self.gap = Gap::Spaces(1);
        }
    }

    fn request(&mut self, gap: Gap) {
        self.gap = match (self.gap, gap) {
            (Gap::Blank(_), Gap::Break(indent)) | (Gap::Break(indent), Gap::Blank(_)) => Gap::Blank(indent),
            _ => gap,
        };
    }

    fn write(&mut self, text: &str) {
        // What follows a comment that ends a line stands on the next line; only a comma goes before it.
        if self.suffix.is_some() && matches!(self.gap, Gap::Nothing) && text != "," {
            self.gap = Gap::Break(self.line_indent + STEP);
        }
        match std::mem::replace(&mut self.gap, Gap::Nothing) {
            Gap::Nothing => {}
            Gap::Spaces(spaces) => {
                self.out.extend(std::iter::repeat_n(' ', spaces));
                self.column += spaces;
            }
            _ if self.out.is_empty() => {}
            gap @ (Gap::Break(indent) | Gap::Blank(indent)) => {
                if let Some(comment) = self.suffix.take() {
                    self.out.push(' ');
                    self.out.push_str(&comment);
                }
                self.out.push_str(if matches!(gap, Gap::Blank(_)) { "\n\n" } else { "\n" });
                self.out.extend(std::iter::repeat_n(' ', indent));
                self.column = indent;
                self.line_indent = indent;
            }
        }
        self.out.push_str(text);
        self.column += text.width();
    }
}

/// What is left of `room` columns after a document on one line; `None` when it is wider. It looks no further than the room goes.
fn flat_rest(doc: &Doc, room: usize) -> Option<usize> {
    let all = |list: &[Doc], room| list.iter().try_fold(room, |room, doc| flat_rest(doc, room));
    match doc {
        Doc::Text(text) => room.checked_sub(text.width()),
        Doc::IfFlat(text) => room.checked_sub(text.width()),
        Doc::Space | Doc::Line => room.checked_sub(1),
        Doc::Pad(more) => room.checked_sub(*more),
        Doc::Concat(list) => all(list, room),
        Doc::Fill(list) | Doc::Hang(list) => all(list, room.checked_sub(list.len().saturating_sub(1))?),
        Doc::Group(inner) | Doc::Indent(inner) => flat_rest(inner, room),
        _ => Some(room),
    }
}

/// Whether what follows fits into `room` columns up to the next possible break.
fn tail_fits(stack: &[At<'_>], mut room: usize) -> bool {
    for at in stack.iter().rev() {
        match first_line(at.doc, at.flat, room) {
            Next::Goes(rest) => room = rest,
            Next::Breaks => return true,
            Next::TooWide => return false,
        }
    }
    true
}

/// How a line goes on after a document.
enum Next {
    /// On the same line, with this many columns left.
    Goes(usize),
    /// It may break in the document.
    Breaks,
    /// It is full before it may break.
    TooWide,
}

/// Follows a document up to its first possible break.
fn first_line(doc: &Doc, flat: bool, room: usize) -> Next {
    let take = |width: usize| room.checked_sub(width).map_or(Next::TooWide, Next::Goes);
    match doc {
        Doc::Text(text) => take(text.width()),
        Doc::IfFlat(text) => take(if flat { text.width() } else { 0 }),
        Doc::Space => take(1),
        Doc::Pad(more) => take(*more),
        Doc::Line if flat => take(1),
        Doc::Soft if flat => take(0),
        Doc::Suffix(_) => take(0),
        Doc::Line | Doc::Soft | Doc::Hard | Doc::Blank | Doc::Own(_) => Next::Breaks,
        Doc::Concat(list) => {
            let mut room = room;
            for doc in list {
                match first_line(doc, flat, room) {
                    Next::Goes(rest) => room = rest,
                    end => return end,
                }
            }
            Next::Goes(room)
        }
        // A group that follows may still break.
        Doc::Group(inner) => first_line(inner, flat, room),
        Doc::Indent(inner) => first_line(inner, flat, room),
        Doc::Fill(list) | Doc::Hang(list) => match list.first().map_or(Next::Goes(room), |d| first_line(d, flat, room)) {
            Next::Goes(_) if list.len() > 1 => Next::Breaks,
            next => next,
        },
    }
}
