//! Tables of filings: rows of a CSV file or of a spreadsheet, each written as a manifest that the one reader of manifests reads.
//!
//! In: bytes, the vocabulary, perhaps a file that says which columns hold what. Out: `Part`s, and what is to be said of the table.

pub mod columns;
mod csv;
mod filing;
mod text;
#[cfg(feature = "xlsx")]
pub mod write;
#[cfg(feature = "xlsx")]
mod xlsx;

use super::input::{Content, Item, Kind, Opened, Part, Raw, Row, Stream};
use crate::diagnostic::{Bilingual, Code, Diagnostic, say};
use crate::manifest::field_type;
use crate::source::LineColumn;
use crate::value::{FieldType, Schema};
use columns::{Mapping, Plan};
use filing::Builder;
use std::sync::Arc;

/// Most columns, as many as a spreadsheet has.
const MAX_COLUMNS: usize = 16_384;
/// Most bytes of one row.
const MAX_ROW: usize = 4 * 1024 * 1024;
/// Most rows of one filing.
const MAX_ROWS_OF_FILING: usize = 10_000;

/// What stands in a cell.
#[derive(Clone, Debug, PartialEq)]
enum Cell {
    Text(String),
    Number(f64),
    Bool(bool),
    /// A day, or a moment, as filings write it.
    Date(String),
    /// Nothing that can be relied on, and why not; with what it shows.
    Broken(String, Bilingual),
}

/// A row with what stands in its cells, by column from 0.
#[derive(Clone, Debug, Default, PartialEq)]
struct TableRow {
    /// Its number in the file, from 1.
    line: usize,
    cells: Vec<(usize, Cell)>,
    /// What is wrong with it as a whole.
    fault: Option<(Code, Bilingual)>,
}

impl TableRow {
    fn is_blank(&self) -> bool {
        self.fault.is_none() && self.cells.iter().all(|(_, c)| matches!(c, Cell::Text(t) if t.trim().is_empty()))
    }

    fn get(&self, column: usize) -> Option<&Cell> {
        self.cells.iter().find(|(c, _)| *c == column).map(|(_, cell)| cell)
    }
}

/// What gives rows one after the other.
trait Rows: Send {
    /// The next row; `None` at the end.
    fn next(&mut self) -> Result<Option<TableRow>, Bilingual>;

    /// Bytes read so far.
    fn n_bytes(&self) -> u64;
}

/// Rows, and what is to be said of the table before any of them.
type OpenedRows = (Box<dyn Rows>, Vec<Diagnostic>);

fn rows(opened: Opened, kind: Kind, mapping: &Mapping) -> Result<OpenedRows, Vec<Diagnostic>> {
    match kind {
        #[cfg(feature = "xlsx")]
        Kind::Xlsx => xlsx::open(opened, mapping.sheet.as_deref()),
        #[cfg(not(feature = "xlsx"))]
        Kind::Xlsx => {
            let message = say!("this program was built without spreadsheets", "该程序未包含读取电子表格的功能");
            Err(vec![Diagnostic::new(Code::BrokenTable, message).help(say!("save the sheet as CSV", "将工作表另存为 CSV"))])
        }
        _ => csv::open(opened),
    }
}

/// What is wrong with a table.
fn broken(name: &str, why: &Bilingual) -> Diagnostic {
    let Bilingual { en, zh } = why;
    Diagnostic::new(Code::BrokenTable, say!("`{name}` cannot be read as a table: {en}", "无法将 `{name}` 作为表格读取：{zh}"))
}

/// The row that holds the heads, and all those before it are no filings.
fn head(rows: &mut dyn Rows, mapping: &Mapping) -> Result<Option<TableRow>, Bilingual> {
    let wanted = mapping.head_row.unwrap_or(0);
    while let Some(row) = rows.next()? {
        // A title over several columns is no row of heads.
        let is_title = wanted == 0 && matches!(row.fault, Some((Code::UnreliableCell, _)));
        if row.line >= wanted && !row.is_blank() && !is_title {
            return Ok(Some(row));
        }
    }
    Ok(None)
}

/// Opens a table: its heads are matched with the vocabulary before the first filing.
///
/// # Errors
/// A table that cannot be read, or has columns of which nobody knows what they hold.
pub fn open(opened: Opened, kind: Kind, mapping: &Mapping, schema: &Arc<Schema>) -> Result<Box<dyn Stream>, Vec<Diagnostic>> {
    let (name, folder) = (opened.name.clone(), opened.folder.clone());
    let (mut rows, notes) = rows(opened, kind, mapping)?;
    let head = match head(&mut *rows, mapping) {
        Ok(Some(head)) if head.fault.is_none() => head,
        Ok(Some(TableRow { fault: Some((_, why)), .. })) | Err(why) => return Err(vec![broken(&name, &why)]),
        Ok(_) => return Err(vec![broken(&name, &say!("it has no row of column heads", "没有列标题行"))]),
    };
    let plan = Arc::new(Plan::new(&name, &heads(&head), mapping, schema)?);
    let heads = mapping.keeps_rows.then(|| heads(&head));
    Ok(Box::new(Table {
        name,
        folder,
        rows: Some(rows),
        notes,
        plan,
        schema: schema.clone(),
        heads,
        keeps_rows: mapping.keeps_rows,
        waiting: None,
        seen: std::collections::HashSet::new(),
        n_bytes: 0,
    }))
}

/// The heads of a table, for a proposal of a mapping.
///
/// # Errors
/// A table that cannot be read.
pub fn heads_of(opened: Opened, kind: Kind, mapping: &Mapping) -> Result<Vec<(usize, String)>, Vec<Diagnostic>> {
    let name = opened.name.clone();
    let (mut rows, _) = rows(opened, kind, mapping)?;
    match head(&mut *rows, mapping) {
        Ok(Some(head)) => Ok(heads(&head)),
        Ok(None) => Err(vec![broken(&name, &say!("it has no row of column heads", "没有列标题行"))]),
        Err(why) => Err(vec![broken(&name, &why)]),
    }
}

/// Opens a table of records of registers: each row is one, with the heads as its keys. Heads that are paths of the vocabulary say what their
/// cells hold; all others hold texts.
///
/// # Errors
/// A table that cannot be read.
pub fn open_records(opened: Opened, kind: Kind, schema: &Arc<Schema>) -> Result<Box<dyn Stream>, Vec<Diagnostic>> {
    let (name, folder) = (opened.name.clone(), opened.folder.clone());
    let mapping = Mapping::default();
    let (mut rows, notes) = rows(opened, kind, &mapping)?;
    let head = match head(&mut *rows, &mapping) {
        Ok(Some(head)) if head.fault.is_none() => head,
        Ok(Some(TableRow { fault: Some((_, why)), .. })) | Err(why) => return Err(vec![broken(&name, &why)]),
        Ok(_) => return Err(vec![broken(&name, &say!("it has no row of column heads", "没有列标题行"))]),
    };
    let typed = |(column, head): (usize, String)| {
        let head = head.trim().to_owned();
        let ty = field_type(schema, &head).cloned().unwrap_or(FieldType::Text);
        (column, head, ty)
    };
    let heads = heads(&head).into_iter().map(typed).collect();
    Ok(Box::new(RecordTable { name, folder, rows: Some(rows), notes, heads, schema: schema.clone(), n_bytes: 0 }))
}

/// The records of a table.
struct RecordTable {
    name: Arc<str>,
    folder: Arc<std::path::Path>,
    rows: Option<Box<dyn Rows>>,
    notes: Vec<Diagnostic>,
    heads: Vec<(usize, String, FieldType)>,
    schema: Arc<Schema>,
    n_bytes: u64,
}

impl RecordTable {
    fn record(&self, row: &TableRow) -> Row {
        let mut out = Row::default();
        if let Some((code, why)) = &row.fault {
            out.faults.push((0..0, *code, why.clone(), None));
        }
        for (column, head, ty) in &self.heads {
            let Some((text, fault)) = row.get(*column).and_then(|cell| text::value(cell, ty, &self.schema)) else { continue };
            out.cells.push((out.text.len(), LineColumn { line: row.line, column: column + 1 }));
            out.text.push_str(&format!("{} = ", text::quoted(head)));
            let start = out.text.len();
            out.text.push_str(&text);
            out.faults.extend(fault.map(|(why, help)| (start..out.text.len(), Code::UnreliableCell, why, help)));
            out.text.push('\n');
        }
        out
    }
}

impl Stream for RecordTable {
    fn next(&mut self) -> Option<Item> {
        if !self.notes.is_empty() {
            return Some(Item::Told(self.name.clone(), std::mem::take(&mut self.notes)));
        }
        loop {
            let rows = self.rows.as_mut()?;
            let next = rows.next();
            self.n_bytes = rows.n_bytes();
            match next {
                Ok(Some(row)) if row.is_blank() => {}
                Ok(Some(row)) => {
                    let content = Content::Row(self.record(&row));
                    let part = Part { file: self.name.clone(), folder: self.folder.clone(), line: row.line, id: None, content };
                    return Some(Item::Part(Box::new(part)));
                }
                Ok(None) => return None,
                Err(why) => {
                    self.rows = None;
                    return Some(Item::Told(self.name.clone(), vec![broken(&self.name, &why)]));
                }
            }
        }
    }

    fn n_bytes(&self) -> u64 {
        self.n_bytes
    }
}

fn heads(row: &TableRow) -> Vec<(usize, String)> {
    let texts = row.cells.iter().map(|(column, cell)| (*column, shown(cell)));
    texts.filter(|(_, t)| !t.trim().is_empty()).collect()
}

/// What a cell shows.
fn shown(cell: &Cell) -> String {
    match cell {
        Cell::Text(text) | Cell::Date(text) | Cell::Broken(text, _) => text.clone(),
        Cell::Bool(b) => b.to_string(),
        Cell::Number(n) => text::number(*n),
    }
}

/// The filings of a table.
struct Table {
    name: Arc<str>,
    folder: Arc<std::path::Path>,
    rows: Option<Box<dyn Rows>>,
    notes: Vec<Diagnostic>,
    plan: Arc<Plan>,
    schema: Arc<Schema>,
    /// The heads, until they are told.
    heads: Option<Vec<(usize, String)>>,
    keeps_rows: bool,
    /// The first row of the next filing.
    waiting: Option<TableRow>,
    /// Hashes of the keys of earlier filings.
    seen: std::collections::HashSet<u64>,
    n_bytes: u64,
}

impl Table {
    /// The next row that is not blank.
    fn row(&mut self) -> Result<Option<TableRow>, Bilingual> {
        if let Some(row) = self.waiting.take() {
            return Ok(Some(row));
        }
        let Some(rows) = &mut self.rows else { return Ok(None) };
        loop {
            let row = rows.next();
            self.n_bytes = rows.n_bytes();
            match row {
                Ok(Some(row)) if row.is_blank() => {}
                Ok(None) => {
                    self.rows = None;
                    return Ok(None);
                }
                Err(why) => {
                    self.rows = None;
                    return Err(why);
                }
                row => return row,
            }
        }
    }

    fn key(&self, row: &TableRow) -> Option<String> {
        let cell = row.get(self.plan.key?)?;
        Some(shown(cell).trim().to_owned()).filter(|k| !k.is_empty())
    }

    fn item(&mut self) -> Result<Option<Item>, Bilingual> {
        let Some(first) = self.row()? else { return Ok(None) };
        let (line, key) = (first.line, self.key(&first));
        let (plan, schema) = (self.plan.clone(), self.schema.clone());
        let mut builder = Builder::new(&plan, &schema);
        builder.row(&first);
        let as_it_came = |row: &TableRow| -> Raw { (row.line, row.cells.iter().map(|(c, cell)| (*c, shown(cell))).collect()) };
        let mut raw: Vec<Raw> = Vec::new();
        if self.keeps_rows {
            raw.push(as_it_came(&first));
        }
        if self.plan.key.is_some() && key.is_none() {
            builder.fault(&first, Code::RowsDiffer, say!("the row has no key", "该行没有主键"));
        }
        let mut n = 1;
        let mut failed = None;
        if key.is_some() {
            loop {
                match self.row() {
                    // A key that stands in the first of its rows only holds for those below it.
                    Ok(Some(row)) if self.key(&row).is_none_or(|k| Some(k) == key) && n < MAX_ROWS_OF_FILING => {
                        builder.row(&row);
                        if self.keeps_rows {
                            raw.push(as_it_came(&row));
                        }
                        n += 1;
                    }
                    Ok(row) => {
                        self.waiting = row;
                        break;
                    }
                    Err(why) => {
                        failed = Some(why);
                        break;
                    }
                }
            }
        }
        if let Some(key) = &key {
            use std::hash::{DefaultHasher, Hash, Hasher};
            let mut hasher = DefaultHasher::new();
            key.hash(&mut hasher);
            if !self.seen.insert(hasher.finish()) {
                builder.fault(
                    &first,
                    Code::RowsDiffer,
                    say!("rows with this key stand further up, apart from these", "主键相同的行在上方已出现，且不相邻"),
                );
            }
        }
        let mut row = builder.finish();
        row.raw = raw;
        let content = Content::Row(row);
        let part = Part { file: self.name.clone(), folder: self.folder.clone(), line, id: key, content };
        if let Some(why) = failed {
            self.notes.push(broken(&self.name, &why));
        }
        Ok(Some(Item::Part(Box::new(part))))
    }
}

impl Stream for Table {
    fn next(&mut self) -> Option<Item> {
        if let Some(heads) = self.heads.take() {
            return Some(Item::Heads(self.name.clone(), heads));
        }
        if !self.notes.is_empty() {
            return Some(Item::Told(self.name.clone(), std::mem::take(&mut self.notes)));
        }
        match self.item() {
            Ok(item) => item,
            Err(why) => Some(Item::Told(self.name.clone(), vec![broken(&self.name, &why)])),
        }
    }

    fn n_bytes(&self) -> u64 {
        self.n_bytes
    }
}
