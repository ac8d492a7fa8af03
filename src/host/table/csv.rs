//! CSV: UTF-8, UTF-16 with a mark, or GBK; commas, semicolons or tabs; no row may fill the memory.

use super::{Cell, MAX_COLUMNS, MAX_ROW, OpenedRows, Rows, TableRow, broken};
use crate::diagnostic::{Bilingual, Code, Diagnostic, Severity, say};
use crate::host::fs::{Failure, Why};
use crate::host::input::Opened;
use csv_core::{ReadRecordResult, ReaderBuilder};
use encoding_rs::{CoderResult, Decoder, Encoding, GB18030, UTF_8, UTF_16BE, UTF_16LE};
use std::io::{BufRead, BufReader, Cursor, Read};

/// Bytes that are looked at to know encoding and separator.
const SAMPLE: usize = 64 * 1024;

/// Opens a table.
pub(super) fn open(mut opened: Opened) -> Result<OpenedRows, Vec<Diagnostic>> {
    let mut sample = Vec::new();
    if let Err(error) = opened.from.by_ref().take(SAMPLE as u64).read_to_end(&mut sample) {
        let failure = Failure { name: opened.name.to_string(), why: Why::System(error) };
        return Err(vec![failure.unreadable(Code::Unreadable)]);
    }
    // A spreadsheet by another name has this at its begin.
    if sample.starts_with(b"PK\x03\x04") {
        return Err(vec![
            broken(&opened.name, &say!("it is a spreadsheet, not a text", "这是电子表格，不是文本"))
                .help(say!("add `--input-format xlsx`", "加上 `--input-format xlsx`")),
        ]);
    }
    let encoding = encoding_of(&sample);
    let mut notes = Vec::new();
    if encoding != UTF_8 {
        let (name, encoding) = (&opened.name, if encoding == GB18030 { "GBK" } else { "UTF-16" });
        let message = say!("`{name}` is read as {encoding}", "`{name}` 按 {encoding} 编码读取");
        notes.push(Diagnostic::with_code(Code::NotUtf8.into(), Severity::Note, message));
    }
    let (first, _) = encoding.decode_without_bom_handling(sample.strip_prefix(b"\xef\xbb\xbf".as_slice()).unwrap_or(&sample));
    let first = first.lines().find(|l| !l.trim().is_empty()).unwrap_or("");
    let delimiter = [b',', b';', b'\t'].into_iter().max_by_key(|d| (first.bytes().filter(|b| b == d).count(), *d == b',')).unwrap_or(b',');
    let whole: Box<dyn Read + Send> = Box::new(Cursor::new(sample).chain(opened.from));
    let text: Box<dyn Read + Send> = if encoding == UTF_8 { whole } else { Box::new(Decoded::new(whole, encoding)) };
    let core = ReaderBuilder::new().delimiter(delimiter).build();
    Ok((Box::new(CsvRows { from: BufReader::with_capacity(SAMPLE, text), core, line: 1, n_bytes: 0, is_over: false }), notes))
}

/// The encoding of a text by its begin. What is UTF-8 up to a character that the sample cuts is UTF-8; the first line decides where a text is
/// neither that nor GBK throughout.
fn encoding_of(sample: &[u8]) -> &'static Encoding {
    if let Some((encoding, _)) = Encoding::for_bom(sample) {
        return if encoding == UTF_16LE {
            UTF_16LE
        } else if encoding == UTF_16BE {
            UTF_16BE
        } else {
            UTF_8
        };
    }
    let is_utf8 = match std::str::from_utf8(sample) {
        Ok(_) => true,
        Err(e) => e.error_len().is_none(),
    };
    let head = sample.split(|b| *b == b'\n').next().unwrap_or(sample);
    let has_utf8_head = !head.is_ascii() && std::str::from_utf8(head).is_ok();
    let whole_lines = sample.iter().rposition(|b| *b == b'\n').map_or(sample, |end| &sample[..end]);
    let is_gbk = GB18030.decode_without_bom_handling_and_without_replacement(whole_lines).is_some();
    if !is_utf8 && !has_utf8_head && is_gbk { GB18030 } else { UTF_8 }
}

/// A text in another encoding, as UTF-8.
struct Decoded {
    from: BufReader<Box<dyn Read + Send>>,
    decoder: Decoder,
    is_over: bool,
    out: Vec<u8>,
    at: usize,
}

impl Decoded {
    fn new(from: Box<dyn Read + Send>, encoding: &'static Encoding) -> Self {
        Decoded { from: BufReader::new(from), decoder: encoding.new_decoder_with_bom_removal(), is_over: false, out: Vec::new(), at: 0 }
    }
}

impl Read for Decoded {
    fn read(&mut self, to: &mut [u8]) -> std::io::Result<usize> {
        while self.at == self.out.len() && !self.is_over {
            let input = self.from.fill_buf()?;
            let is_last = input.is_empty();
            let mut out = vec![0; self.decoder.max_utf8_buffer_length(input.len()).unwrap_or(input.len() * 4 + 16)];
            let (result, n_in, n_out, _) = self.decoder.decode_to_utf8(input, &mut out, is_last);
            out.truncate(n_out);
            self.from.consume(n_in);
            self.is_over = is_last && result == CoderResult::InputEmpty;
            (self.out, self.at) = (out, 0);
        }
        let n = to.len().min(self.out.len() - self.at);
        to[..n].copy_from_slice(&self.out[self.at..self.at + n]);
        self.at += n;
        Ok(n)
    }
}

struct CsvRows {
    from: BufReader<Box<dyn Read + Send>>,
    core: csv_core::Reader,
    /// The line that comes next.
    line: usize,
    n_bytes: u64,
    is_over: bool,
}

impl CsvRows {
    /// Skips breaks of lines, so that a row is known by the line it begins in.
    fn skip_breaks(&mut self) -> std::io::Result<()> {
        loop {
            let input = self.from.fill_buf()?;
            let n = input.iter().take_while(|b| matches!(b, b'\n' | b'\r')).count();
            let is_all = n == input.len() && n > 0;
            self.line += input[..n].iter().filter(|b| **b == b'\n').count();
            self.from.consume(n);
            self.n_bytes += n as u64;
            if !is_all {
                return Ok(());
            }
        }
    }

    fn record(&mut self) -> std::io::Result<Option<TableRow>> {
        self.skip_breaks()?;
        let mut row = TableRow { line: self.line, ..TableRow::default() };
        let (mut out, mut ends) = (vec![0; 1024], vec![0; 64]);
        let (mut n_out, mut n_ends, mut n_lost, mut n_quotes) = (0, 0, 0usize, 0usize);
        let is_end = loop {
            let input = self.from.fill_buf()?;
            let is_last = input.is_empty();
            let (result, read, written, n) = self.core.read_record(input, &mut out[n_out..], &mut ends[n_ends..]);
            n_quotes += input[..read].iter().filter(|b| **b == b'"').count();
            self.line += input[..read].iter().filter(|b| **b == b'\n').count();
            self.from.consume(read);
            self.n_bytes += read as u64;
            n_out += written;
            n_ends += n;
            match result {
                ReadRecordResult::OutputFull if out.len() < MAX_ROW => out.resize(out.len() * 2, 0),
                // What is too much is read over.
                ReadRecordResult::OutputFull => {
                    n_lost += n_out;
                    n_out = 0;
                }
                ReadRecordResult::OutputEndsFull if ends.len() < MAX_COLUMNS => ends.resize(ends.len() * 2, 0),
                ReadRecordResult::OutputEndsFull => {
                    n_lost += 1;
                    n_ends = 0;
                }
                ReadRecordResult::InputEmpty if is_last => break false,
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::Record => break false,
                ReadRecordResult::End => break true,
            }
        };
        if is_end {
            self.is_over = true;
            return Ok(None);
        }
        let is_unclosed = n_quotes % 2 == 1;
        if n_lost > 0 || is_unclosed {
            let (most, columns) = (MAX_ROW / 1024 / 1024, MAX_COLUMNS);
            row.fault = Some(match is_unclosed {
                true => (Code::BrokenTable, say!("a quotation mark is not closed", "引号未闭合")),
                false => {
                    (Code::TooLarge, say!("the row has more than {most} MiB or {columns} columns", "该行超过 {most} MiB 或 {columns} 列"))
                }
            });
            return Ok(Some(row));
        }
        let mut start = 0;
        for (column, end) in ends[..n_ends].iter().enumerate() {
            let bytes = out.get(start..*end).unwrap_or_default();
            start = *end;
            if bytes.is_empty() {
                continue;
            }
            let text = String::from_utf8_lossy(bytes);
            let cell = match text {
                std::borrow::Cow::Owned(text) => Cell::Broken(text, say!("the cell is not UTF-8", "该单元格不是 UTF-8 编码")),
                text if text.contains('\0') => {
                    Cell::Broken(text.replace('\0', ""), say!("the cell holds the character NUL", "该单元格含有 NUL 字符"))
                }
                text => Cell::Text(text.into_owned()),
            };
            row.cells.push((column, cell));
        }
        Ok(Some(row))
    }
}

impl Rows for CsvRows {
    fn next(&mut self) -> Result<Option<TableRow>, Bilingual> {
        if self.is_over {
            return Ok(None);
        }
        self.record().map_err(|error| Why::System(error).reading())
    }

    fn n_bytes(&self) -> u64 {
        self.n_bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(bytes: &[u8]) -> Vec<TableRow> {
        let opened = Opened { name: "o.csv".into(), folder: std::path::Path::new("").into(), from: Box::new(Cursor::new(bytes.to_vec())) };
        let (mut rows, _) = open(opened).expect("it is a table");
        std::iter::from_fn(|| rows.next().expect("it is readable")).collect()
    }

    fn texts(row: &TableRow) -> Vec<(usize, &str)> {
        row.cells.iter().map(|(c, cell)| (*c, if let Cell::Text(t) = cell { t.as_str() } else { "?" })).collect()
    }

    #[test]
    fn rows_are_known_by_their_lines() {
        let found = rows("a,b\r\n\r\n\"x\ny\",,z\n1\n".as_bytes());
        assert_eq!(found.iter().map(|r| r.line).collect::<Vec<_>>(), [1, 3, 5]);
        assert_eq!(texts(&found[1]), [(0, "x\ny"), (2, "z")]);
        assert_eq!(texts(&rows("a;b\n1;2,5\n".as_bytes())[1]), [(0, "1"), (1, "2,5")]);
    }

    #[test]
    fn encodings_are_known() {
        let text = "主体名称,网站\n杭州岚山茶业有限公司,岚山\n";
        let (gbk, ..) = encoding_rs::GBK.encode(text);
        let utf16: Vec<u8> = [0xff, 0xfe].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
        let marked: Vec<u8> = b"\xef\xbb\xbf".iter().copied().chain(text.bytes()).collect();
        for bytes in [text.as_bytes(), &gbk, &utf16, &marked] {
            assert_eq!(texts(&rows(bytes)[1]), [(0, "杭州岚山茶业有限公司"), (1, "岚山")]);
        }
    }

    #[test]
    fn hostile_rows_cost_only_themselves() {
        let mut bytes = b"a,b\n\"".to_vec();
        bytes.extend(vec![b'x'; 10 * 1024 * 1024]);
        bytes.extend(b"\",1\n2,3\n");
        bytes.extend(",".repeat(100_000).into_bytes());
        bytes.extend(b"\n\xff,4\n5,\"6\n7,8\n");
        let found = rows(&bytes);
        let is_faulty: Vec<bool> = found.iter().map(|r| r.fault.is_some()).collect();
        assert_eq!(is_faulty, [false, true, false, true, false, true]);
        assert!(matches!(found[4].cells[0], (0, Cell::Broken(..))));
        assert_eq!(texts(&found[2]), [(0, "2"), (1, "3")]);
    }
}
