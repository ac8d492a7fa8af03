//! Text made harmless before it is shown.

use crate::source::SourceKind;

/// Replaces what would reach the terminal as a command, with as many bytes, so that spans stay true.
fn harmless(c: char) -> Option<&'static str> {
    Some(match c {
        '\t' => return None,
        '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{200E}' | '\u{200F}' => "\u{FFFD}",
        c if c.is_control() && c.len_utf8() == 1 => "?",
        c if c.is_control() => "¤",
        _ => return None,
    })
}

/// A part of a source as it may be shown: as many bytes as the original.
pub fn shown(text: &str, kind: SourceKind) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match harmless(c) {
            Some(twin) => out.push_str(twin),
            None => out.push(c),
        }
    }
    if kind == SourceKind::Manifest { masked(&out) } else { out }
}

/// A message as it may be shown, in one line.
pub fn message(text: &str) -> String {
    let line: String = text.chars().map(|c| if c == '\n' { ' ' } else { c }).collect();
    masked(&shown(&line, SourceKind::Other))
}

/// Hides the middle of every identity number: 17 digits and a digit or X, standing alone. Bytes keep their places.
pub fn masked(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out: Option<Vec<u8>> = None;
    let mut at = 0;
    while at < bytes.len() {
        if !bytes[at].is_ascii_alphanumeric() {
            at += 1;
            continue;
        }
        let end = bytes[at..].iter().position(|b| !b.is_ascii_alphanumeric()).map_or(bytes.len(), |n| at + n);
        let word = &bytes[at..end];
        let is_id = word.len() == 18
            && word[..17].iter().all(u8::is_ascii_digit)
            && (word[17].is_ascii_digit() || word[17].eq_ignore_ascii_case(&b'x'));
        if is_id {
            let out = out.get_or_insert_with(|| bytes.to_vec());
            out[at + 6..at + 16].fill(b'*');
        }
        at = end;
    }
    match out.map(String::from_utf8) {
        Some(Ok(masked)) => masked,
        _ => text.to_owned(),
    }
}
