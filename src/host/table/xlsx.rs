//! XLSX: rows of one sheet, read by a thread of its own as they are asked for.

use super::{Cell, MAX_COLUMNS, OpenedRows, Rows, TableRow, broken};
use crate::diagnostic::{Bilingual, Code, Diagnostic, Severity, say};
use crate::host::fs::{Failure, MAX_BYTES, Why};
use crate::host::input::Opened;
use calamine::{DataRef, Dimensions, ExcelDateTime, Reader, SheetType, SheetVisible, Xlsx, XlsxError};
use std::io::{Cursor, Read};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

/// Most bytes of a spreadsheet when it is unpacked.
const MAX_UNPACKED: u64 = 1024 * 1024 * 1024;
/// Most of what is not a sheet: the texts that cells share lie in memory.
const MAX_SHARED: u64 = 256 * 1024 * 1024;
/// Most files that it is packed from.
const MAX_FILES: usize = 10_000;
/// Rows that are handed over at a time.
const BATCH: usize = 64;

type Book = Xlsx<Cursor<Arc<[u8]>>>;
type Batch = Result<Vec<TableRow>, Bilingual>;

/// Opens a spreadsheet: the sheet that is named, else the first visible one.
pub(super) fn open(opened: Opened, sheet: Option<&str>) -> Result<OpenedRows, Vec<Diagnostic>> {
    let name = opened.name.clone();
    let failed = |why: Bilingual| vec![broken(&name, &why)];
    let mut bytes = Vec::new();
    if let Err(error) = opened.from.take(MAX_BYTES + 1).read_to_end(&mut bytes) {
        let failure = Failure { name: name.to_string(), why: Why::System(error) };
        return Err(vec![failure.unreadable(Code::Unreadable)]);
    }
    if bytes.len() as u64 > MAX_BYTES {
        return Err(vec![Failure { name: name.to_string(), why: Why::TooLarge }.unreadable(Code::Unreadable)]);
    }
    let bytes: Arc<[u8]> = bytes.into();
    unpacked(&bytes).map_err(failed)?;
    let mut book: Book = Xlsx::new(Cursor::new(bytes.clone())).map_err(|e| failed(why(&e)))?;
    let sheets: Vec<(String, bool)> = book
        .sheets_metadata()
        .iter()
        .filter(|s| s.typ == SheetType::WorkSheet)
        .map(|s| (s.name.clone(), s.visible == SheetVisible::Visible))
        .collect();
    let chosen = match sheet {
        Some(wanted) => sheets.iter().position(|(n, _)| n == wanted),
        None => sheets.iter().position(|(_, is_visible)| *is_visible),
    };
    let Some(chosen) = chosen else {
        return Err(failed(match sheet {
            Some(wanted) => say!("it has no sheet `{wanted}`", "没有工作表 `{wanted}`"),
            None => say!("it has no sheet that is visible", "没有可见的工作表"),
        }));
    };
    let mut notes = Vec::new();
    for (n, (other, is_visible)) in sheets.iter().enumerate() {
        if n != chosen && !(*is_visible && sheet.is_some()) {
            let message = match is_visible {
                true => say!("the sheet `{other}` of `{name}` was not read", "未读取 `{name}` 的工作表 `{other}`"),
                false => say!("the hidden sheet `{other}` of `{name}` was not read", "未读取 `{name}` 的隐藏工作表 `{other}`"),
            };
            notes.push(Diagnostic::with_code(Code::BrokenTable.into(), Severity::Note, message));
        }
    }
    let title = sheets[chosen].0.clone();
    let merged = book.merge_cells_by_sheet_name(&title).map_err(|e| failed(why(&e)))?;
    let n_bytes = bytes.len() as u64;
    let (send, rows) = sync_channel(4);
    let thread = std::thread::Builder::new().name("xlsx".to_owned()).spawn(move || {
        let mut sheet = Sheet { send, merged, spread: Vec::new(), batch: Vec::new() };
        if let Err(Some(why)) = sheet.read(&mut book, &title) {
            // Nobody listens any more only when the run has ended.
            let _ = sheet.send.send(Err(why));
        }
    });
    if let Err(error) = thread {
        return Err(failed(Why::System(error).reading()));
    }
    Ok((Box::new(XlsxRows { rows, batch: Vec::new().into_iter(), n_bytes }), notes))
}

fn why(error: &XlsxError) -> Bilingual {
    match error {
        XlsxError::Password => say!("it is protected by a password", "文件有密码保护"),
        other => say!("it is no spreadsheet that can be read ({other})", "不是可读取的电子表格（{other}）"),
    }
}

/// Unpacks everything once and counts: what a spreadsheet says of its own size may be wrong.
fn unpacked(bytes: &Arc<[u8]>) -> Result<(), Bilingual> {
    let no_package = |e: &dyn std::fmt::Display| say!("it is no spreadsheet that can be read ({e})", "不是可读取的电子表格（{e}）");
    let mut package = zip::ZipArchive::new(Cursor::new(bytes.clone())).map_err(|e| no_package(&e))?;
    let too_large = || say!("it is too large when it is unpacked", "解压后过大");
    if package.len() > MAX_FILES {
        return Err(too_large());
    }
    let (mut all, mut shared) = (0, 0);
    for i in 0..package.len() {
        let file = package.by_index(i).map_err(|e| no_package(&e))?;
        let is_sheet = file.name().map_err(|e| no_package(&e))?.contains("worksheets/");
        let most = if is_sheet { MAX_UNPACKED - all } else { MAX_SHARED - shared };
        let n = std::io::copy(&mut file.take(most + 1), &mut std::io::sink()).map_err(|e| no_package(&e))?;
        if n > most {
            return Err(too_large());
        }
        all += if is_sheet { n } else { 0 };
        shared += if is_sheet { 0 } else { n };
    }
    Ok(())
}

/// The reading side of a sheet.
struct Sheet {
    send: SyncSender<Batch>,
    merged: Vec<Dimensions>,
    /// What merged cells show, by the number of their area.
    spread: Vec<(usize, Cell)>,
    batch: Vec<TableRow>,
}

impl Sheet {
    /// Reads all rows. An error without words: nobody wants more.
    fn read(&mut self, book: &mut Book, title: &str) -> Result<(), Option<Bilingual>> {
        let mut cells = book.worksheet_cells_reader(title).map_err(|e| Some(why(&e)))?;
        let mut row: Option<(u32, TableRow)> = None;
        while let Some(cell) = cells.next_cell_with_formula_metadata().map_err(|e| Some(why(&e)))? {
            let (line, column) = cell.pos;
            if row.as_ref().is_none_or(|(at, _)| *at != line) {
                if let Some((at, done)) = row.take() {
                    self.row(at, done)?;
                }
                row = Some((line, TableRow { line: line as usize + 1, ..TableRow::default() }));
            }
            let Some((_, row)) = &mut row else { continue };
            if column as usize >= MAX_COLUMNS {
                row.fault = Some((Code::TooLarge, say!("the row has more than {MAX_COLUMNS} columns", "该行超过 {MAX_COLUMNS} 列")));
                continue;
            }
            if let Some(cell) = read(&cell.value, cell.formula.is_some()) {
                row.cells.push((column as usize, cell));
            }
        }
        if let Some((at, done)) = row {
            self.row(at, done)?;
        }
        if self.batch.is_empty() { Ok(()) } else { self.send.send(Ok(std::mem::take(&mut self.batch))).map_err(|_| None) }
    }

    /// Finishes a row: what merged cells show stands in each row that they reach.
    fn row(&mut self, at: u32, mut row: TableRow) -> Result<(), Option<Bilingual>> {
        for (i, area) in self.merged.iter().enumerate() {
            let ((first, left), (last, right)) = (area.start, area.end);
            if !(first..=last).contains(&at) {
                continue;
            }
            if right > left {
                let shown = row.cells.iter().any(|(c, _)| (left..=right).contains(&(*c as u32)));
                if shown || at > first {
                    let (from, to) = (left + 1, right + 1);
                    let message = say!(
                        "columns {from} to {to} are merged, so nobody knows whose value this is",
                        "第 {from} 至 {to} 列已合并，无法判断取值属于哪一列"
                    );
                    row.fault = row.fault.or(Some((Code::UnreliableCell, message)));
                }
                continue;
            }
            if at == first {
                let there = row.cells.iter().find(|(c, _)| *c as u32 == left).map(|(_, cell)| (i, cell.clone()));
                self.spread.extend(there);
            } else if let Some((_, cell)) = self.spread.iter().find(|(n, _)| *n == i) {
                row.cells.push((left as usize, cell.clone()));
            }
            if at == last {
                self.spread.retain(|(n, _)| *n != i);
            }
        }
        row.cells.sort_by_key(|(c, _)| *c);
        self.batch.push(row);
        if self.batch.len() < BATCH { Ok(()) } else { self.send.send(Ok(std::mem::take(&mut self.batch))).map_err(|_| None) }
    }
}

/// What a cell says; `None` where it is empty.
fn read(value: &DataRef<'_>, is_formula: bool) -> Option<Cell> {
    Some(match value {
        DataRef::Empty if is_formula => Cell::Broken(String::new(), no_result()),
        DataRef::String(text) if text.is_empty() && is_formula => Cell::Broken(String::new(), no_result()),
        DataRef::Empty => return None,
        DataRef::String(text) => Cell::Text(text.clone()),
        DataRef::SharedString(text) => Cell::Text((*text).to_owned()),
        DataRef::Int(n) => Cell::Number(*n as f64),
        DataRef::Float(n) => Cell::Number(*n),
        DataRef::Bool(b) => Cell::Bool(*b),
        DataRef::DateTime(at) => date(at),
        DataRef::DateTimeIso(text) => Cell::Date(text.clone()),
        DataRef::DurationIso(text) => Cell::Text(text.clone()),
        DataRef::Error(error) => Cell::Broken(error.to_string(), say!("the formula of the cell fails", "该单元格的公式出错")),
    })
}

fn no_result() -> Bilingual {
    say!("the cell holds a formula without a result", "该单元格的公式没有计算结果")
}

/// A day, or a moment where the cell holds a time of day.
fn date(at: &ExcelDateTime) -> Cell {
    let n = at.as_f64();
    if !at.is_datetime() || !(1.0..2_958_466.0).contains(&n) {
        return Cell::Broken(format!("{n}"), say!("the cell holds no day", "该单元格不是有效日期"));
    }
    let (year, month, day, hour, minute, second, milli) = at.to_ymd_hms_milli();
    match n.fract() == 0.0 {
        true => Cell::Date(format!("{year:04}-{month:02}-{day:02}")),
        false if milli >= 500 => {
            // Half a second short of the next: a fraction of a day does not hold seconds exactly.
            let whole = (n * 86_400.0).round() / 86_400.0 + 1e-9;
            let at = ExcelDateTime::new(whole, calamine::ExcelDateTimeType::DateTime, false);
            let (year, month, day, hour, minute, second, _) = at.to_ymd_hms_milli();
            Cell::Date(format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}"))
        }
        false => Cell::Date(format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}")),
    }
}

struct XlsxRows {
    rows: Receiver<Batch>,
    batch: std::vec::IntoIter<TableRow>,
    n_bytes: u64,
}

impl Rows for XlsxRows {
    fn next(&mut self) -> Result<Option<TableRow>, Bilingual> {
        loop {
            if let Some(row) = self.batch.next() {
                return Ok(Some(row));
            }
            match self.rows.recv() {
                Ok(batch) => self.batch = batch?.into_iter(),
                Err(_) => return Ok(None),
            }
        }
    }

    fn n_bytes(&self) -> u64 {
        self.n_bytes
    }
}
