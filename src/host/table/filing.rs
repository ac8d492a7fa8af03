//! Rows of one filing to one manifest in TOML: a line for each cell.

use super::columns::{Plan, Step, Which};
use super::text::{quoted, value};
use super::{MAX_COLUMNS, TableRow};
use crate::diagnostic::{Bilingual, Code, say};
use crate::host::input::Row;
use crate::source::LineColumn;
use crate::value::Schema;

/// Most items of a list that a head may number.
const MAX_ITEMS: usize = 10_000;

type Fault = (Code, Bilingual, Option<Bilingual>);

#[derive(Clone, Debug)]
struct Leaf {
    text: String,
    cell: LineColumn,
    faults: Vec<Fault>,
}

#[derive(Clone, Debug)]
enum Node {
    Leaf(Leaf),
    Table(Table),
    List(Vec<Table>),
}

#[derive(Clone, Debug, Default)]
struct Table(Vec<(String, Node)>);

impl Table {
    fn at(&mut self, name: &str, new: impl FnOnce() -> Node) -> &mut Node {
        let at = self.0.iter().position(|(n, _)| n == name).unwrap_or_else(|| {
            self.0.push((name.to_owned(), new()));
            self.0.len() - 1
        });
        &mut self.0[at].1
    }

    /// The first cell in it.
    fn first(&mut self) -> Option<&mut Leaf> {
        self.0.iter_mut().find_map(|(_, node)| node.first())
    }

    /// Whether two say the same.
    fn is_same(&self, other: &Table) -> bool {
        self.0.len() == other.0.len() && self.0.iter().zip(&other.0).all(|((a, x), (b, y))| a == b && x.is_same(y))
    }
}

impl Node {
    fn first(&mut self) -> Option<&mut Leaf> {
        match self {
            Node::Leaf(leaf) => Some(leaf),
            Node::Table(table) => table.first(),
            Node::List(items) => items.iter_mut().find_map(Table::first),
        }
    }

    fn is_same(&self, other: &Node) -> bool {
        match (self, other) {
            (Node::Leaf(a), Node::Leaf(b)) => a.text == b.text,
            (Node::Table(a), Node::Table(b)) => a.is_same(b),
            (Node::List(a), Node::List(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.is_same(b)),
            _ => false,
        }
    }
}

/// Gathers the rows of one filing.
pub(super) struct Builder<'b> {
    plan: &'b Plan,
    schema: &'b Schema,
    root: Table,
    /// What is wrong with rows as a whole.
    faults: Vec<(LineColumn, Fault)>,
}

impl<'b> Builder<'b> {
    pub(super) fn new(plan: &'b Plan, schema: &'b Schema) -> Self {
        Builder { plan, schema, root: Table::default(), faults: Vec::new() }
    }

    /// Notes what is wrong with a row.
    pub(super) fn fault(&mut self, row: &TableRow, code: Code, why: Bilingual) {
        let column = row.cells.first().map_or(1, |(c, _)| c + 1);
        self.faults.push((LineColumn { line: row.line, column }, (code, why, None)));
    }

    /// Adds a row.
    pub(super) fn row(&mut self, row: &TableRow) {
        if let Some((code, why)) = &row.fault {
            self.fault(row, *code, why.clone());
        }
        let last = self.plan.with_head.last().copied().unwrap_or(0);
        for (column, cell) in &row.cells {
            let is_headless = *column > last || self.plan.with_head.binary_search(column).is_err();
            if is_headless && !super::shown(cell).trim().is_empty() && *column < MAX_COLUMNS {
                let at = LineColumn { line: row.line, column: column + 1 };
                let fault = (Code::UnknownColumn, say!("the cell stands under no column head", "该单元格所在列没有标题"), None);
                self.faults.push((at, fault));
                break;
            }
        }
        // Lists that this row has begun an item of.
        let mut begun: Vec<Vec<String>> = Vec::new();
        for (column, target) in &self.plan.columns {
            let Some((text, fault)) = row.get(*column).and_then(|cell| value(cell, &target.ty, self.schema)) else { continue };
            let faults = fault.into_iter().map(|(why, help)| (Code::UnreliableCell, why, help)).collect();
            let leaf = Leaf { text, cell: LineColumn { line: row.line, column: column + 1 }, faults };
            if let Some((at, fault)) = put(&mut self.root, &target.steps, leaf, &mut begun) {
                self.faults.push((at, fault));
            }
        }
        for list in &begun {
            drop_repeated(&mut self.root, list);
        }
    }

    /// The manifest.
    pub(super) fn finish(mut self) -> Row {
        let mut out = Row::default();
        let faults = std::mem::take(&mut self.faults);
        for (at, (code, why, help)) in faults {
            // A comment of the program's own keeps the place.
            let start = out.text.len();
            out.cells.push((start, at));
            out.text.push_str("# ^\n");
            out.faults.push((start..start + 3, code, why, help));
        }
        emit(&mut self.root, "", &mut out);
        out
    }
}

/// Puts what a cell says into its place. Gives back what contradicts what is there, where that has no place of its own.
fn put(table: &mut Table, steps: &[Step], leaf: Leaf, begun: &mut Vec<Vec<String>>) -> Option<(LineColumn, Fault)> {
    put_in(table, steps, leaf, begun, &mut Vec::new())
}

fn put_in(
    table: &mut Table,
    steps: &[Step],
    leaf: Leaf,
    begun: &mut Vec<Vec<String>>,
    way: &mut Vec<String>,
) -> Option<(LineColumn, Fault)> {
    let [step, rest @ ..] = steps else { return None };
    let clash = |at: LineColumn| Some((at, (Code::RowsDiffer, say!("two columns contradict each other", "两列内容相互矛盾"), None)));
    way.push(step.name.clone());
    if rest.is_empty() {
        let (cell, text) = (leaf.cell, leaf.text.clone());
        let mut new = Some(leaf);
        let node = table.at(&step.name, || new.take().map_or(Node::Table(Table::default()), Node::Leaf));
        return match node {
            Node::Leaf(there) if there.cell != cell && there.text != text => {
                let (line, other) = (there.cell.line, cell.line);
                let why = if line == other {
                    say!("two columns of the row contradict each other", "该行有两列内容相互矛盾")
                } else {
                    say!("rows {line} and {other} of this filing say different things", "同一份备案的第 {line} 行与第 {other} 行内容不一致")
                };
                Some((cell, (Code::RowsDiffer, why, None)))
            }
            Node::Leaf(_) => None,
            _ => clash(cell),
        };
    }
    match step.item {
        Which::None => match table.at(&step.name, || Node::Table(Table::default())) {
            Node::Table(inner) => put_in(inner, rest, leaf, begun, way),
            _ => clash(leaf.cell),
        },
        Which::OfRow | Which::Nth(_) => match table.at(&step.name, || Node::List(Vec::new())) {
            Node::List(items) => {
                let n = match step.item {
                    Which::Nth(n) if n > MAX_ITEMS => return clash(leaf.cell),
                    Which::Nth(n) => n,
                    _ => {
                        if !begun.contains(way) {
                            begun.push(way.clone());
                            items.push(Table::default());
                        }
                        items.len()
                    }
                };
                while items.len() < n {
                    items.push(Table::default());
                }
                put_in(&mut items[n - 1], rest, leaf, begun, way)
            }
            _ => clash(leaf.cell),
        },
    }
}

/// Takes the last item of a list back where an earlier one says the same: rows repeat what they have in common.
fn drop_repeated(table: &mut Table, way: &[String]) {
    let [name, rest @ ..] = way else { return };
    match table.0.iter_mut().find(|(n, _)| n == name).map(|(_, node)| node) {
        Some(Node::Table(inner)) => drop_repeated(inner, rest),
        Some(Node::List(items)) if rest.is_empty() => {
            if let Some((last, before)) = items.split_last()
                && before.iter().any(|b| b.is_same(last))
            {
                items.pop();
            }
        }
        Some(Node::List(items)) => {
            if let Some(last) = items.last_mut() {
                drop_repeated(last, rest);
            }
        }
        _ => {}
    }
}

fn key(name: &str) -> String {
    let is_bare = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'));
    if is_bare { name.to_owned() } else { quoted(name) }
}

fn emit(table: &mut Table, around: &str, out: &mut Row) {
    for (name, node) in &mut table.0 {
        let Node::Leaf(leaf) = node else { continue };
        out.cells.push((out.text.len(), leaf.cell));
        out.text.push_str(&format!("{} = ", key(name)));
        let start = out.text.len();
        out.text.push_str(&leaf.text);
        for (code, why, help) in leaf.faults.drain(..) {
            out.faults.push((start..out.text.len(), code, why, help));
        }
        out.text.push('\n');
    }
    for (name, node) in &mut table.0 {
        let path = if around.is_empty() { key(name) } else { format!("{around}.{}", key(name)) };
        let header = |inner: &mut Table, text: String, out: &mut Row| {
            if let Some(first) = inner.first() {
                out.cells.push((out.text.len(), first.cell));
            }
            out.text.push_str(&text);
            emit(inner, &path, out);
        };
        match node {
            Node::Leaf(_) => {}
            Node::Table(inner) => header(inner, format!("[{path}]\n"), out),
            Node::List(items) => items.iter_mut().for_each(|item| header(item, format!("[[{path}]]\n"), out)),
        }
    }
}
