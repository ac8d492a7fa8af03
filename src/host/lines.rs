//! Lines of a stream, one by one, of which none may fill the memory.

use std::io::{BufRead, BufReader, ErrorKind, Read};

pub use crate::manifest::MAX_LINE;
use crate::manifest::trim_line;

/// One line.
#[derive(Debug, PartialEq, Eq)]
pub enum Line {
    /// Its bytes, without the line break.
    Bytes(Vec<u8>),
    /// It was longer than `MAX_LINE` and is forgotten; so many bytes it had.
    TooLong(u64),
}

/// The lines of a stream.
pub struct Lines<R> {
    from: BufReader<R>,
    /// The number of the line that comes next, from 1.
    next: usize,
    /// Bytes read so far.
    pub n_bytes: u64,
}

impl<R: Read> Lines<R> {
    /// Of a stream.
    pub fn new(from: R) -> Self {
        Lines { from: BufReader::with_capacity(64 * 1024, from), next: 1, n_bytes: 0 }
    }

    /// Whether the next line is not there yet, or not whole.
    pub fn is_waiting(&self) -> bool {
        !self.from.buffer().contains(&b'\n')
    }

    /// The next line with its number; `None` at the end.
    ///
    /// # Errors
    /// When the stream cannot be read any further.
    pub fn read_line(&mut self) -> std::io::Result<Option<(usize, Line)>> {
        let (mut bytes, mut length) = (Vec::new(), 0u64);
        let is_ended = loop {
            let piece = match self.from.fill_buf() {
                Ok(piece) => piece,
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            let end = piece.iter().position(|b| *b == b'\n');
            let taken = end.unwrap_or(piece.len());
            let n = end.map_or(piece.len(), |e| e + 1);
            if bytes.len() + taken <= MAX_LINE && length == bytes.len() as u64 {
                bytes.extend_from_slice(&piece[..taken]);
            } else {
                bytes = Vec::new();
            }
            length += taken as u64;
            let is_over = piece.is_empty();
            self.from.consume(n);
            self.n_bytes += n as u64;
            if end.is_some() || is_over {
                break is_over;
            }
        };
        if is_ended && length == 0 {
            return Ok(None);
        }
        let number = self.next;
        self.next += 1;
        if length > bytes.len() as u64 {
            return Ok(Some((number, Line::TooLong(length))));
        }
        trim_line(number, &mut bytes);
        Ok(Some((number, Line::Bytes(bytes))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &[u8], wanted: &[&str]) {
        let mut lines = Lines::new(text);
        for (i, line) in wanted.iter().enumerate() {
            let found = lines.read_line().expect("the text is readable");
            assert_eq!(found, Some((i + 1, Line::Bytes(line.as_bytes().to_vec()))));
        }
        assert_eq!(lines.read_line().expect("the text is readable"), None);
    }

    #[test]
    fn lines_are_cut() {
        check(b"", &[]);
        check(b"a\nbc\r\n\n{}", &["a", "bc", "", "{}"]);
        check(b"\xef\xbb\xbf{}\n", &["{}"]);
    }

    #[test]
    fn a_line_that_is_too_long_is_forgotten() {
        let mut text = vec![b'x'; MAX_LINE + 1];
        text.extend(b"\nafter\n");
        let mut lines = Lines::new(&text[..]);
        assert_eq!(lines.read_line().expect("readable"), Some((1, Line::TooLong(MAX_LINE as u64 + 1))));
        assert_eq!(lines.read_line().expect("readable"), Some((2, Line::Bytes(b"after".to_vec()))));
        let text = vec![b'x'; MAX_LINE];
        assert_eq!(Lines::new(&text[..]).read_line().expect("readable"), Some((1, Line::Bytes(text.clone()))));
    }
}
