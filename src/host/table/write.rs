//! Findings written back into a spreadsheet: the rows as they came, then verdict, findings and what to do; cells that are wrong are coloured and
//! carry the message as a note. Everything that is written is a text or a number: no cell begins a formula.

use crate::diagnostic::{Bilingual, Code, Diagnostic, Language, Severity, say};
use crate::host::input::Raw;
use rust_xlsxwriter::{Color, Format, FormatAlign, Note, Workbook, Worksheet, XlsxError};

/// Most characters of a cell.
const MAX_TEXT: usize = 32_000;
/// Most rows of a sheet.
const MAX_ROWS: u32 = 1_048_576;
/// Most characters of a name of a sheet.
const MAX_NAME: usize = 31;

/// How a filing is coloured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Tone {
    Good,
    Open,
    Bad,
}

/// A filing as it is written. Its texts went through the screen.
#[derive(Clone, Debug)]
pub struct Filed {
    /// What it is called where no table holds it.
    pub name: String,
    /// Its rows as they came.
    pub rows: Vec<Raw>,
    /// What becomes of it.
    pub verdict: String,
    /// The colour of that.
    pub tone: Tone,
    /// What is wrong, one line each.
    pub findings: String,
    /// What to do, one line each.
    pub help: String,
    /// Wrong cells: row and column as they came, from 1, and what is wrong.
    pub cells: Vec<((usize, usize), Severity, String)>,
}

/// A spreadsheet that grows.
pub struct Sheets {
    book: Workbook,
    language: Language,
    /// Column of the verdict, and the row that comes next.
    at: Option<(u16, u32)>,
    formats: Formats,
}

struct Formats {
    head: Format,
    wrap: Format,
    tones: [Format; 3],
    error: Format,
    warning: Format,
}

fn fill(color: u32) -> Format {
    Format::new().set_background_color(Color::RGB(color))
}

fn cut(text: &str) -> &str {
    text.char_indices().nth(MAX_TEXT).map_or(text, |(end, _)| &text[..end])
}

fn told(error: &XlsxError) -> Box<Diagnostic> {
    Box::new(Diagnostic::new(Code::NotWritable, say!("the spreadsheet cannot be written: {error}", "无法写出电子表格：{error}")))
}

impl Sheets {
    /// Without a sheet.
    pub fn new(language: Language) -> Self {
        let formats = Formats {
            head: Format::new().set_bold(),
            wrap: Format::new().set_text_wrap().set_align(FormatAlign::Top),
            tones: [fill(0x00C6_EFCE), fill(0x00FF_EB9C), fill(0x00FF_C7CE)],
            error: fill(0x00FF_C7CE),
            warning: fill(0x00FF_EB9C),
        };
        Sheets { book: Workbook::new(), language, at: None, formats }
    }

    fn sheet(&mut self) -> Result<&mut Worksheet, XlsxError> {
        let last = self.book.worksheets().len().saturating_sub(1);
        self.book.worksheet_from_index(last)
    }

    /// Begins a sheet with the heads of a table, by column from 0.
    ///
    /// # Errors
    /// What a spreadsheet cannot hold.
    pub fn begin(&mut self, name: &str, heads: &[(usize, String)]) -> Result<(), Box<Diagnostic>> {
        let language = self.language;
        let column = heads.iter().map(|(c, _)| c + 1).max().unwrap_or(0).try_into().unwrap_or(u16::MAX - 3);
        let n = self.book.worksheets().len() + 1;
        let is_fit = |c: &char| !matches!(c, '[' | ']' | ':' | '*' | '?' | '/' | '\\' | '\'');
        let name: String = name.rsplit(['/', '\\']).next().unwrap_or(name).chars().filter(is_fit).take(MAX_NAME - 5).collect();
        let name = if n == 1 && !name.is_empty() { name } else { format!("{name} {n}") };
        let own: [Bilingual; 3] = [say!("verdict", "结论"), say!("findings", "问题"), say!("what to do", "修改建议")];
        let head = self.formats.head.clone();
        let mut write = || -> Result<(), XlsxError> {
            let sheet = self.book.add_worksheet().set_name(name.trim())?;
            for (c, text) in heads {
                sheet.write_string_with_format(0, u16::try_from(*c).unwrap_or(u16::MAX), cut(text), &head)?;
            }
            for (i, words) in own.iter().enumerate() {
                sheet.write_string_with_format(0, column + i as u16, words.get(language), &head)?;
            }
            sheet.set_column_width(column + 1, 60)?.set_column_width(column + 2, 60)?;
            sheet.set_freeze_panes(1, 0)?;
            Ok(())
        };
        write().map_err(|e| told(&e))?;
        self.at = Some((column, 1));
        Ok(())
    }

    /// Adds a filing below the others.
    ///
    /// # Errors
    /// What a spreadsheet cannot hold, such as more than a million rows.
    pub fn add(&mut self, filed: &Filed) -> Result<(), Box<Diagnostic>> {
        if self.at.is_none() {
            let words = say!("filing", "备案");
            let heads = [(0, words.get(self.language).to_owned())];
            self.begin(words.get(self.language), &heads)?;
        }
        let Some((column, first)) = self.at else { return Ok(()) };
        let n_rows = filed.rows.len().max(1) as u32;
        if first.saturating_add(n_rows) > MAX_ROWS {
            let message = say!("a spreadsheet holds {MAX_ROWS} rows, and there are more", "电子表格最多 {MAX_ROWS} 行，现已超出");
            return Err(Box::new(
                Diagnostic::new(Code::NotWritable, message).help(say!("write `--output-format jsonl`", "改用 `--output-format jsonl`")),
            ));
        }
        self.put(filed, column, first).map_err(|e| told(&e))?;
        self.at = Some((column, first + n_rows));
        Ok(())
    }

    fn put(&mut self, filed: &Filed, column: u16, first: u32) -> Result<(), XlsxError> {
        let tone = self.formats.tones[match filed.tone {
            Tone::Good => 0,
            Tone::Open => 1,
            Tone::Bad => 2,
        }]
        .clone();
        let (wrap, error, warning) = (self.formats.wrap.clone(), self.formats.error.clone(), self.formats.warning.clone());
        let sheet = self.sheet()?;
        if filed.rows.is_empty() {
            sheet.write_string(first, 0, cut(&filed.name))?;
        }
        for (i, (line, cells)) in filed.rows.iter().enumerate() {
            let row = first + i as u32;
            for (c, text) in cells {
                let at = u16::try_from(*c).unwrap_or(u16::MAX);
                let wrong = filed.cells.iter().filter(|((l, k), ..)| (*l, *k) == (*line, c + 1));
                let messages: Vec<&str> = wrong.clone().map(|(_, _, m)| m.as_str()).collect();
                match wrong.map(|(_, severity, _)| *severity).min() {
                    Some(severity) => {
                        let format = if severity == Severity::Error { &error } else { &warning };
                        sheet.write_string_with_format(row, at, cut(text), format)?;
                        let note = messages.join("\n");
                        sheet.insert_note(row, at, &Note::new(cut(&note)).add_author_prefix(false))?;
                    }
                    None => drop(sheet.write_string(row, at, cut(text))?),
                }
            }
        }
        sheet.write_string_with_format(first, column, &filed.verdict, &tone)?;
        sheet.write_string_with_format(first, column + 1, cut(&filed.findings), &wrap)?;
        sheet.write_string_with_format(first, column + 2, cut(&filed.help), &wrap)?;
        Ok(())
    }

    /// The bytes of the spreadsheet.
    ///
    /// # Errors
    /// What a spreadsheet cannot hold.
    pub fn finish(mut self) -> Result<Vec<u8>, Box<Diagnostic>> {
        if self.at.is_none() {
            self.book.add_worksheet();
        }
        self.book.save_to_buffer().map_err(|e| told(&e))
    }
}
