//! How wide a text is, and where it may be broken: Latin at spaces and after joints, Chinese between any two characters that may part.

use unicode_width::UnicodeWidthChar;

/// Width of a text in units of its font size, a little more than most fonts need.
pub fn width(text: &str) -> f64 {
    text.chars().map(width_of).sum()
}

fn width_of(c: char) -> f64 {
    match c {
        'i' | 'j' | 'l' | '|' | '\'' | '.' | ',' | ':' | ';' | '!' => 0.3,
        'f' | 't' | 'r' | ' ' | '(' | ')' | '[' | ']' | '/' | '-' | '"' | '`' => 0.4,
        'm' | 'w' | 'M' | 'W' | '@' | '%' => 0.92,
        'A'..='Z' | '&' => 0.7,
        _ => match c.width().unwrap_or(0) {
            0 => 0.0,
            1 => 0.58,
            _ => 1.0,
        },
    }
}

fn is_wide(c: char) -> bool {
    c.width() == Some(2)
}

/// Marks that may not begin a line.
fn closes(c: char) -> bool {
    "，。、；：！？”’）》〉」』】…—,.;:!?)]}".contains(c)
}

/// Marks that may not end a line.
fn opens(c: char) -> bool {
    "“‘（《〈「『【([{".contains(c)
}

/// Pieces that stay together; a space belongs to the piece before it.
fn pieces(text: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let mut before: Option<char> = None;
    for c in text.chars() {
        let parts = match before {
            None => true,
            Some(b) => {
                let joint = matches!(b, '-' | '_' | '/' | '.') && c.is_alphanumeric();
                !closes(c) && !opens(b) && c != ' ' && (b == ' ' || is_wide(b) || is_wide(c) || joint)
            }
        };
        match out.last_mut() {
            Some(last) if !parts => last.push(c),
            _ => out.push(c.to_string()),
        }
        before = Some(c);
    }
    out
}

/// Breaks a text into lines of at most `most` (in units of the font size); what is too long for a line is cut.
/// More than `lines` lines end in an ellipsis.
pub fn wrap(text: &str, most: f64, lines: usize) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let mut line = String::new();
    let flush = |line: &mut String, out: &mut Vec<String>| {
        let done = line.trim_end().to_owned();
        if !done.is_empty() {
            out.push(done);
        }
        line.clear();
    };
    for piece in pieces(text) {
        if width(&line) + width(piece.trim_end()) > most {
            flush(&mut line, &mut out);
        }
        if width(piece.trim_end()) <= most {
            line.push_str(&piece);
            continue;
        }
        for c in piece.chars() {
            if width(&line) + width_of(c) > most {
                flush(&mut line, &mut out);
            }
            line.push(c);
        }
    }
    flush(&mut line, &mut out);
    if out.len() > lines {
        out.truncate(lines);
        if let Some(last) = out.last_mut() {
            while width(last) + 1.0 > most && last.pop().is_some() {}
            last.truncate(last.trim_end().len());
            last.push('…');
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, most: f64, expected: &[&str]) {
        assert_eq!(wrap(text, most, 9), expected, "{text}");
    }

    #[test]
    fn latin_breaks_at_spaces_and_joints() {
        check("the domain belongs to the filer", 8.0, &["the domain", "belongs to the", "filer"]);
        check("x/domain-holder-of-record", 7.0, &["x/domain-", "holder-of-", "record"]);
    }

    #[test]
    fn chinese_breaks_between_characters_but_not_before_a_stop() {
        check("域名所有者与主办者一致", 5.0, &["域名所有者", "与主办者一", "致"]);
        check("域名所有者，须一致", 5.0, &["域名所有", "者，须一致"]);
        check("见（附件）", 2.0, &["见", "（附", "件）"]);
    }

    #[test]
    fn what_is_too_long_is_cut_and_marked() {
        check("aaaaaaaaaa", 3.0, &["aaaaa", "aaaaa"]);
        assert_eq!(wrap("一二三四五六七八", 3.0, 2), ["一二三", "四五…"]);
    }
}
