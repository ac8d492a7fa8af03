//! A page for people: lines that went through the screen, one by one.

use super::screen::{Screen, Shown, escaped};
use std::fmt::Display;

/// Writes one line on a `Page`; its words and values as in `format!`.
#[macro_export]
macro_rules! line {
    ($page:expr, $($text:tt)*) => { $page.line(format_args!($($text)*)) };
}

/// How a part of a line is set where there are colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Style {
    Plain,
    Bold,
    Dim,
    Red,
    Green,
    Yellow,
    BoldRed,
    BoldGreen,
    BoldYellow,
}

impl Style {
    fn code(self) -> Option<&'static str> {
        match self {
            Style::Plain => None,
            Style::Bold => Some("1"),
            Style::Dim => Some("2"),
            Style::Red => Some("31"),
            Style::Green => Some("32"),
            Style::Yellow => Some("33"),
            Style::BoldRed => Some("1;31"),
            Style::BoldGreen => Some("1;32"),
            Style::BoldYellow => Some("1;33"),
        }
    }
}

/// Lines for a terminal or a file. What is written on it cannot begin a line, set a colour or move text: it was screened.
#[derive(Clone, Debug)]
pub struct Page {
    out: String,
    screen: Screen,
    has_color: bool,
}

impl Page {
    /// An empty page.
    pub fn new(screen: Screen, has_color: bool) -> Self {
        Page { out: String::new(), screen, has_color }
    }

    /// An empty page for the same reader.
    pub fn another(&self) -> Self {
        Page::new(self.screen.clone(), self.has_color)
    }

    /// What the page is screened by.
    pub fn screen(&self) -> &Screen {
        &self.screen
    }

    /// Whether it has colours.
    pub(super) fn has_color(&self) -> bool {
        self.has_color
    }

    /// One line.
    pub fn line(&mut self, text: impl Display) {
        let text = self.screen.text(&text.to_string());
        self.out.push_str(&text);
        self.out.push('\n');
    }

    /// One line, set in.
    pub fn indented(&mut self, by: usize, text: impl Display) {
        self.out.extend(std::iter::repeat_n(' ', by));
        self.line(text);
    }

    /// One line of parts.
    pub fn parts(&mut self, parts: &[(Style, &str)]) {
        for (style, text) in parts {
            let text = self.screen.text(text);
            match style.code().filter(|_| self.has_color && !text.is_empty()) {
                Some(code) => self.out.extend(["\u{1b}[", code, "m", &text, "\u{1b}[0m"]),
                None => self.out.push_str(&text),
            }
        }
        self.out.push('\n');
    }

    /// A text line by line, no line of it cut: the difference of two files, comments.
    pub fn lines(&mut self, text: &str) {
        for line in text.lines() {
            self.out.push_str(&escaped(&self.screen.masked(line)));
            self.out.push('\n');
        }
    }

    /// One line of a text of the program itself; numbers in it belong to nobody.
    pub fn own(&mut self, line: &'static str) {
        self.out.push_str(&escaped(line));
        self.out.push('\n');
    }

    /// What went through the screen before.
    pub fn push(&mut self, shown: &Shown) {
        self.out.push_str(&shown.0);
    }

    /// An empty line.
    pub fn blank(&mut self) {
        self.out.push('\n');
    }

    /// An empty line, but neither at the top nor twice.
    pub fn gap(&mut self) {
        if !self.out.is_empty() && !self.out.ends_with("\n\n") {
            self.out.push('\n');
        }
    }

    /// Whether nothing is on it.
    pub fn is_empty(&self) -> bool {
        self.out.is_empty()
    }

    /// The page as it is printed.
    pub fn finish(self) -> Shown {
        Shown(self.out)
    }

    /// Ends what was drawn with an empty line.
    pub(super) fn close(&mut self) {
        if !self.out.ends_with("\n\n") {
            self.out.push('\n');
        }
    }

    /// For what this folder drew from screened parts.
    pub(super) fn drawn(&mut self, text: &str) {
        self.out.push_str(text);
    }
}
