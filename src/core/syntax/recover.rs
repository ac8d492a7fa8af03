//! Cuts a text into declarations, so that a broken one never hides the others.
//!
//! A declaration begins with a keyword at the start of a line, outside brackets, texts, patterns and comments. Where brackets or quotes do not
//! match it begins in column 1 only: what is left open or closed once too often then costs one declaration. Full-width punctuation outside
//! texts is replaced by its ASCII twin followed by blanks, so that every byte offset stays what it was.

use super::declarations::ITEM_WORDS;
use super::diagnostics as say;
use super::habits::{self, Aside};
use super::keywords;
use crate::diagnostic::{Diagnostic, Diagnostics, Reported};
use crate::source::{SourceId, Span};
use std::ops::Range;

/// Deepest nesting of brackets.
pub const MAX_DEPTH: usize = 64;
/// Most quantifiers and fallbacks that may stand inside each other without brackets.
const MAX_CHAIN: usize = 100;
/// Most `+`, `-` or `else` between two brackets or commas.
const MAX_OPERATORS: usize = 400;

/// One declaration, not yet parsed.
#[derive(Clone, Debug)]
pub struct Piece {
    /// Its bytes, from its keyword on.
    pub range: Range<usize>,
    /// Text of the `///` lines before it.
    pub docs: String,
    /// Its first word, as the English keyword where it is a Chinese one.
    pub keyword: String,
    /// Bytes of its first word.
    pub head: usize,
    /// What was already reported in it.
    pub fault: Option<Reported>,
    /// The first bracket in it that closes nothing. It is not reported yet: the place where its partner is missing would say more.
    pub unopened: Option<Range<usize>>,
}

/// The text with ASCII punctuation, and its declarations.
pub struct Cut {
    /// As long as the original, byte for byte.
    pub text: String,
    /// The declarations in order.
    pub pieces: Vec<Piece>,
    /// Full-width marks with their places: where a habit is told, its marks say nothing more.
    pub marks: Vec<(Span, Diagnostic)>,
}

fn ascii_twin(c: char) -> Option<&'static str> {
    Some(match c {
        '；' => ";  ",
        '：' => ":  ",
        '，' | '、' => ",  ",
        '（' => "(  ",
        '）' => ")  ",
        '｛' => "{  ",
        '｝' => "}  ",
        '［' | '【' => "[  ",
        '］' | '】' => "]  ",
        '＝' => "=  ",
        '＜' => "<  ",
        '＞' => ">  ",
        '＋' => "+  ",
        '－' => "-  ",
        '．' => ".  ",
        '／' => "/  ",
        '？' => "?  ",
        '＂' => "\"  ",
        '\u{3000}' => "   ",
        '\u{a0}' => "  ",
        _ => return None,
    })
}

struct Open {
    bracket: u8,
    at: usize,
    chain: usize,
    operators: usize,
}

struct Scanner<'a> {
    text: &'a str,
    out: String,
    source: SourceId,
    diagnostics: &'a mut Diagnostics,
    stack: Vec<Open>,
    /// What stands outside all brackets.
    outer: Open,
    pieces: Vec<Piece>,
    docs: String,
    /// Full-width marks, with the number of pieces before them: where a text has lost a quote its words are taken for code.
    marks: Vec<(usize, Diagnostic)>,
    /// What stands outside the language and was passed over.
    asides: Vec<Aside>,
    /// The current piece ended with a closing brace.
    closed: bool,
    /// Only a word in column 1 begins a declaration, and a keyword there ends an unclosed block.
    resync: bool,
    is_unbalanced: bool,
    depth_reported: bool,
}

/// Cuts `text` into declarations and reports what is wrong with its brackets and texts.
pub fn cut(source: SourceId, text: &str, diagnostics: &mut Diagnostics) -> Cut {
    if let Some((kind, shows)) = habits::foreign(text) {
        diagnostics.report(say::foreign_file(Span::new(source, shows), kind.name()));
        return Cut { text: text.to_owned(), pieces: Vec::new(), marks: Vec::new() };
    }
    // A first look tells whether brackets and quotes match.
    let mut silent = Diagnostics::new();
    let (cut, is_unbalanced) = scan(source, text, &mut silent, false);
    if is_unbalanced {
        return scan(source, text, diagnostics, true).0;
    }
    diagnostics.append(silent);
    cut
}

fn scan(source: SourceId, text: &str, diagnostics: &mut Diagnostics, resync: bool) -> (Cut, bool) {
    let mut scanner = Scanner {
        text,
        out: String::with_capacity(text.len()),
        source,
        diagnostics,
        stack: Vec::new(),
        outer: Open { bracket: 0, at: 0, chain: 0, operators: 0 },
        pieces: Vec::new(),
        docs: String::new(),
        marks: Vec::new(),
        asides: Vec::new(),
        closed: true,
        resync,
        is_unbalanced: false,
        depth_reported: false,
    };
    scanner.run();
    let is_unbalanced = scanner.is_unbalanced;
    let said = scanner.said();
    (Cut { text: scanner.out, pieces: scanner.pieces, marks: said }, is_unbalanced)
}

fn is_word(c: char) -> bool {
    c == '_' || c.is_alphanumeric()
}

impl Scanner<'_> {
    fn span(&self, range: Range<usize>) -> Span {
        Span::new(self.source, range)
    }

    fn run(&mut self) {
        let bytes = self.text.as_bytes();
        let mut at = 0;
        let mut line_start = true;
        let mut column_one = true;
        while at < bytes.len() {
            let c = self.text[at..].chars().next().unwrap_or(' ');
            if matches!(c, '#' | '-' | '/' | '<' | '>' | '|' | '=')
                && !self.expects_pattern()
                && let Some((aside, end)) = habits::aside(self.text, at, line_start, column_one)
            {
                // Blanks in its place: every offset stays what it was.
                self.out.extend(self.text.as_bytes()[at..end].iter().map(|b| if *b == b'\n' { '\n' } else { ' ' }));
                self.asides.push(aside);
                at = end;
                continue;
            }
            match c {
                '\n' => {
                    self.copy(at, 1);
                    at += 1;
                    (line_start, column_one) = (true, true);
                    continue;
                }
                ' ' | '\t' | '\r' => {
                    self.copy(at, 1);
                    at += 1;
                    column_one = false;
                    continue;
                }
                '/' if self.text[at..].starts_with("//") => {
                    let end = self.text[at..].find('\n').map_or(bytes.len(), |n| at + n);
                    if let Some(doc) = self.text[at..end].strip_prefix("///")
                        && self.stack.is_empty()
                    {
                        if !self.docs.is_empty() {
                            self.docs.push('\n');
                        }
                        self.docs.push_str(doc.trim());
                    }
                    self.copy(at, end - at);
                    at = end;
                    continue;
                }
                '"' | '“' => {
                    at = self.quoted(at, c);
                }
                '\'' | '‘' | '「' if let Some(end) = self.single_quoted(at, c) => {
                    at = end;
                }
                '/' if self.expects_pattern() => {
                    at = self.pattern(at);
                }
                '(' | '[' | '{' | '（' | '［' | '【' | '｛' => {
                    let bracket = self.plain(&mut at, c);
                    self.open(bracket, at - c.len_utf8());
                }
                ')' | ']' | '}' | '）' | '］' | '】' | '｝' => {
                    let bracket = self.plain(&mut at, c);
                    self.close(bracket, at - c.len_utf8());
                }
                c if is_word(c) => {
                    let end = self.word_end(at);
                    let word = &self.text[at..end];
                    self.word(word, at, line_start, column_one);
                    self.copy(at, end - at);
                    at = end;
                }
                c => {
                    self.plain(&mut at, c);
                    if matches!(c, ',' | '，' | '、')
                        && let Some(open) = self.stack.last_mut()
                    {
                        (open.chain, open.operators) = (0, 0);
                    }
                    if matches!(c, '+' | '-' | '＋' | '－') {
                        self.operator(at);
                    }
                }
            }
            (line_start, column_one) = (false, false);
        }
        self.finish(bytes.len());
    }

    fn copy(&mut self, at: usize, length: usize) {
        self.out.push_str(&self.text[at..at + length]);
    }

    /// Copies one character, or its ASCII twin; returns the ASCII byte.
    fn plain(&mut self, at: &mut usize, c: char) -> u8 {
        let start = *at;
        *at += c.len_utf8();
        if let Some(twin) = ascii_twin(c) {
            let span = self.span(start..*at);
            self.marks.push((self.pieces.len(), say::full_width(span, c, twin.trim_end())));
            self.out.push_str(twin);
            return twin.as_bytes()[0];
        }
        self.out.push(c);
        if c.is_ascii() { c as u8 } else { 0 }
    }

    fn word_end(&self, start: usize) -> usize {
        let mut end = start;
        let mut characters = self.text[start..].char_indices().peekable();
        while let Some((i, c)) = characters.next() {
            let joins = is_word(c) || c == '-' && characters.peek().is_some_and(|(_, n)| is_word(*n));
            if !joins {
                break;
            }
            end = start + i + c.len_utf8();
        }
        end
    }

    /// Whether the last word was `matches` or `matching`.
    fn expects_pattern(&self) -> bool {
        let before = self.out.trim_end();
        let is_one = |end: &str| before.ends_with(end) || keywords::in_chinese(end).is_some_and(|zh| before.ends_with(zh));
        is_one("matches") || is_one("matching")
    }

    fn pattern(&mut self, start: usize) -> usize {
        let mut escaped = true;
        for (i, c) in self.text[start..].char_indices() {
            if c == '\n' {
                break;
            }
            if c == '/' && !escaped {
                let end = start + i + 1;
                self.copy(start, end - start);
                return end;
            }
            escaped = c == '\\' && !escaped;
        }
        self.copy(start, 1);
        start + 1
    }

    fn quoted(&mut self, start: usize, opening: char) -> usize {
        let wide = opening == '“';
        if wide {
            let span = self.span(start..start + opening.len_utf8());
            self.marks.push((self.pieces.len(), say::full_width(span, '“', "\"")));
        }
        self.out.push_str(if wide { "\"  " } else { "\"" });
        let body = start + opening.len_utf8();
        let (mut escaped, mut inner) = (false, 0);
        for (i, c) in self.text[body..].char_indices() {
            let at = body + i;
            if escaped {
                escaped = false;
            } else if c == '\\' {
                escaped = true;
            } else if wide && c == '“' {
                inner += 1;
            } else if wide && c == '”' && inner > 0 {
                inner -= 1;
            } else if c == '"' || wide && c == '”' {
                self.copy(body, i);
                self.out.push('"');
                if c == '”' {
                    self.out.push_str("  ");
                }
                return at + c.len_utf8();
            } else if c == '\n' {
                // A text never runs over the end of its line: the fault stays where it is.
                self.unterminated(start, at);
                self.copy(body, i);
                return at;
            }
        }
        let end = self.text.len();
        self.unterminated(start, end);
        self.copy(body, end - body);
        end
    }

    /// A text in single or corner quotes: told, and passed over like one in double quotes.
    fn single_quoted(&mut self, start: usize, opening: char) -> Option<usize> {
        let closing = match opening {
            '‘' => '’',
            '「' => '」',
            same => same,
        };
        let body = start + opening.len_utf8();
        let line_end = self.text[body..].find('\n').map_or(self.text.len(), |n| body + n);
        let close = body + self.text[body..line_end].find(closing)?;
        let end = close + closing.len_utf8();
        let inner = &self.text[body..close];
        let pad = " ".repeat(opening.len_utf8() - 1);
        let read = format!("\"{}{pad}\"{pad}", inner.replace(['"', '\\'], "'"));
        let span = self.span(start..end);
        let written = format!("\"{}\"", inner.replace('"', "\\\""));
        self.fault(say::single_quotes(span, opening, &written));
        self.out.push_str(&read);
        Some(end)
    }

    fn unterminated(&mut self, start: usize, end: usize) {
        self.is_unbalanced = true;
        let end = start + self.text[start..end].trim_end().len();
        let span = self.span(start..end);
        self.fault(say::unterminated_text(span));
    }

    /// Reports a fault of the current piece.
    fn fault(&mut self, diagnostic: Diagnostic) {
        let reported = self.diagnostics.report(diagnostic);
        if let Some(piece) = self.pieces.last_mut() {
            piece.fault.get_or_insert(reported);
        }
    }

    /// Whether something in the current piece was reported.
    fn is_faulty(&self) -> bool {
        self.pieces.last().is_some_and(|p| p.fault.is_some())
    }

    fn operator(&mut self, at: usize) {
        let open = self.stack.last_mut().unwrap_or(&mut self.outer);
        open.operators += 1;
        if open.operators > MAX_OPERATORS {
            self.too_deep(at);
        }
    }

    fn too_deep(&mut self, at: usize) {
        if !std::mem::replace(&mut self.depth_reported, true) {
            let start = self.text.floor_char_boundary(at.saturating_sub(1));
            let span = self.span(start..at);
            self.fault(say::too_deep(span, MAX_DEPTH));
        }
    }

    fn open(&mut self, bracket: u8, at: usize) {
        self.stack.push(Open { bracket, at, chain: 0, operators: 0 });
        if self.stack.len() > MAX_DEPTH {
            self.too_deep(at + 1);
        }
    }

    fn close(&mut self, bracket: u8, at: usize) {
        let partner = match bracket {
            b')' => b'(',
            b']' => b'[',
            _ => b'{',
        };
        match self.stack.last() {
            Some(open) if open.bracket == partner => {
                self.stack.pop();
            }
            // The wrong kind of bracket: pest tells what was expected. A brace closes what is open inside it.
            Some(_) if bracket == b'}' && self.stack.iter().any(|o| o.bracket == b'{') => {
                while self.stack.pop().is_some_and(|o| o.bracket != b'{') {}
            }
            Some(_) => {}
            None => {
                self.is_unbalanced = true;
                let width = self.text[at..].chars().next().map_or(1, char::len_utf8);
                match self.pieces.last_mut() {
                    Some(piece) => {
                        piece.unopened.get_or_insert(at..at + width);
                    }
                    None => {
                        let span = self.span(at..at + width);
                        self.fault(say::unopened(span, bracket as char));
                    }
                }
            }
        }
        if self.stack.is_empty() {
            self.closed = true;
            self.depth_reported = false;
        }
    }

    /// Whether the declaration at hand is `role` and nothing more yet: what follows names the role, also where it is a word such as `region`.
    fn names_a_role(&self, at: usize) -> bool {
        let Some(piece) = self.pieces.last().filter(|p| p.keyword == "role") else { return false };
        let between = self.text.get(piece.range.start + piece.head..at).unwrap_or("");
        between.lines().all(|line| line.split("//").next().is_none_or(|code| code.trim().is_empty()))
    }

    fn word(&mut self, word: &str, at: usize, line_start: bool, column_one: bool) {
        if self.stack.is_empty() && self.names_a_role(at) {
            self.closed = false;
            return;
        }
        let written = word;
        let word = keywords::english(written);
        let is_item = ITEM_WORDS.contains(&word);
        if self.stack.is_empty() && line_start && (column_one || !self.resync) {
            let continues = matches!(
                word,
                "as" | "zh" | "and" | "or" | "by" | "from" | "matching" | "extends" | "is" | "in" | "not" | "within" | "otherwise"
            );
            // A mistyped keyword in column 1 begins a declaration too; a continued expression is rarely written there.
            let is_mistyped = column_one && crate::diagnostic::nearest(word, ITEM_WORDS.iter().copied()).is_some();
            let after_part = self.pieces.last().is_some_and(|p| p.keyword == "part");
            if is_item || !continues && (self.closed || is_mistyped || after_part) {
                self.begin(written, at);
                return;
            }
        }
        if !self.stack.is_empty() && self.resync && column_one && is_item {
            self.unclosed();
            self.begin(written, at);
            return;
        }
        if self.stack.is_empty() && self.pieces.is_empty() {
            self.begin(written, at);
            return;
        }
        if matches!(word, "satisfies" | "where" | "else")
            && let Some(open) = self.stack.last_mut()
        {
            open.chain += 1;
            if open.chain > MAX_CHAIN {
                self.too_deep(at + written.len());
            }
        }
        // A new line of a block starts a new chain.
        if line_start
            && let Some(open) = self.stack.last_mut()
            && open.bracket == b'{'
            && matches!(word, "when" | "require" | "for" | "source" | "report" | "help" | "except" | "unless" | "expect")
        {
            (open.chain, open.operators) = (0, 0);
        }
        self.closed = false;
    }

    fn begin(&mut self, word: &str, at: usize) {
        self.end_piece(at);
        self.outer.operators = 0;
        self.depth_reported = false;
        self.pieces.push(Piece {
            range: at..at,
            docs: std::mem::take(&mut self.docs),
            keyword: keywords::english(word).to_owned(),
            head: word.len(),
            fault: None,
            unopened: None,
        });
        self.closed = false;
    }

    fn end_piece(&mut self, at: usize) {
        if let Some(piece) = self.pieces.last_mut() {
            piece.range.end = at;
        }
    }

    fn unclosed(&mut self) {
        self.is_unbalanced = true;
        // INVARIANT: one message per piece; a text without its closing quote explains an open bracket too.
        if !self.is_faulty()
            && let Some(piece) = self.pieces.last()
        {
            let open = self.stack.first().map(|o| (o.at, o.bracket)).unwrap_or((piece.range.start, b'{'));
            let head = self.span(piece.range.start..piece.range.start + piece.head);
            let width = self.text[open.0..].chars().next().map_or(1, char::len_utf8);
            let open_span = self.span(open.0..open.0 + width);
            self.fault(say::unclosed(open_span, head, open.1 as char));
        }
        self.stack.clear();
        self.depth_reported = false;
    }

    fn finish(&mut self, end: usize) {
        if !self.stack.is_empty() {
            self.unclosed();
        }
        self.end_piece(end);
    }

    /// Reports what was passed over, one message for each kind; returns the full-width marks that count.
    fn said(&mut self) -> Vec<(Span, Diagnostic)> {
        let asides = std::mem::take(&mut self.asides);
        let marks: Vec<Span> =
            asides.iter().filter_map(|a| if let Aside::Mark(at) = a { Some(self.span(at.clone())) } else { None }).collect();
        if let Some((first, rest)) = marks.split_first() {
            self.diagnostics.report(say::merge_conflict(*first, rest));
        }
        let mut signs: Vec<&str> = Vec::new();
        for aside in &asides {
            let Aside::Comment(_, sign, closing) = aside else { continue };
            if signs.contains(sign) {
                continue;
            }
            signs.push(sign);
            let alike = asides.iter().filter_map(|a| if let Aside::Comment(at, s, _) = a { (s == sign).then(|| at.clone()) } else { None });
            let places: Vec<Range<usize>> = alike.collect();
            let edits = places.iter().map(|at| (self.span(at.clone()), habits::comment(&self.text[at.clone()], sign, closing))).collect();
            let opening = self.span(places[0].start..places[0].start + sign.len());
            self.diagnostics.report(say::foreign_comment(opening, sign, edits));
        }
        let marks = std::mem::take(&mut self.marks).into_iter();
        let counts = marks.filter(|(n, _)| *n == 0 || self.pieces[n - 1].fault.is_none()).map(|(_, d)| d);
        counts.filter_map(|d| Some((d.labels.first()?.span, d))).collect()
    }
}
