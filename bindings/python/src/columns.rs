//! Filings and findings as columns of Arrow.

use arrow_array::builder::{BooleanBuilder, Int16Builder, Int32Builder, ListBuilder, StringBuilder};
use arrow_array::{Array, ArrayRef, BinaryArray, BinaryViewArray, LargeBinaryArray, ListArray, StructArray};
use arrow_buffer::{NullBuffer, OffsetBuffer};
use arrow_data::ArrayData;
use arrow_schema::{DataType, Field, Fields};
use pyo3::PyResult;
use pyo3::exceptions::PyTypeError;
use serde::Deserialize;
use std::sync::Arc;

/// A column with a filing in each row.
pub enum Filings {
    Small(BinaryArray),
    Large(LargeBinaryArray),
    View(BinaryViewArray),
}

impl Filings {
    /// Of a column of bytes; `check_array` of `filingc` looks at columns of texts as at bytes, because nobody promises that they are UTF-8.
    pub fn of(data: ArrayData) -> PyResult<Self> {
        match data.data_type() {
            DataType::Binary => Ok(Filings::Small(data.into())),
            DataType::LargeBinary => Ok(Filings::Large(data.into())),
            DataType::BinaryView => Ok(Filings::View(data.into())),
            other => Err(PyTypeError::new_err(format!("filings are texts or bytes, found a column of {other}"))),
        }
    }

    pub fn len(&self) -> usize {
        match self {
            Filings::Small(a) => a.len(),
            Filings::Large(a) => a.len(),
            Filings::View(a) => a.len(),
        }
    }

    /// The filing in a row; `None` where there is none.
    pub fn get(&self, at: usize) -> Option<&[u8]> {
        match self {
            Filings::Small(a) => a.is_valid(at).then(|| a.value(at)),
            Filings::Large(a) => a.is_valid(at).then(|| a.value(at)),
            Filings::View(a) => a.is_valid(at).then(|| a.value(at)),
        }
    }
}

/// A line as the program writes it.
#[derive(Deserialize)]
struct Line {
    verdict: Option<String>,
    #[serde(default)]
    provisional: bool,
    #[serde(default)]
    partial: bool,
    reach: Option<Reach>,
    findings: Vec<Finding>,
}

#[derive(Deserialize)]
struct Reach {
    look_ups: i32,
    not_stated: i32,
    to_come: i32,
    calendars: Vec<i16>,
}

#[derive(Deserialize)]
struct Finding {
    rule: String,
    weight: String,
    path: Option<String>,
    message: String,
}

/// Texts of one column take at most so many bytes: what its offsets can say.
const MAX_TEXT: usize = i32::MAX as usize;

/// Lines as a column of structs. A row without a filing is null.
pub fn of_lines(lines: &[Option<String>]) -> Result<ArrayData, String> {
    if lines.iter().flatten().map(String::len).sum::<usize>() > MAX_TEXT {
        return Err("the findings of these rows take more than 2 GiB: give fewer rows at a time".to_owned());
    }
    let (mut verdicts, mut provisional, mut partial) = (StringBuilder::new(), BooleanBuilder::new(), BooleanBuilder::new());
    let (mut reach, mut findings) = (Reaches::default(), Findings::default());
    for line in lines {
        let Some(line) = line else {
            verdicts.append_null();
            provisional.append_null();
            partial.append_null();
            reach.add(None);
            findings.add(None);
            continue;
        };
        let line: Line = serde_json::from_str(line).map_err(|e| format!("a line of findings cannot be read: {e}"))?;
        verdicts.append_option(line.verdict);
        provisional.append_value(line.provisional);
        partial.append_value(line.partial);
        reach.add(line.reach);
        findings.add(Some(line.findings));
    }
    let is_there: NullBuffer = lines.iter().map(Option::is_some).collect();
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("verdict", Arc::new(verdicts.finish())),
        ("provisional", Arc::new(provisional.finish())),
        ("partial", Arc::new(partial.finish())),
        ("reach", Arc::new(reach.finish()?)),
        ("findings", Arc::new(findings.finish()?)),
    ];
    Ok(table(columns, Some(is_there))?.into())
}

/// Columns side by side as one of structs.
fn table(columns: Vec<(&str, ArrayRef)>, is_there: Option<NullBuffer>) -> Result<StructArray, String> {
    let fields: Fields = columns.iter().map(|(name, column)| Field::new(*name, column.data_type().clone(), true)).collect();
    StructArray::try_new(fields, columns.into_iter().map(|(_, column)| column).collect(), is_there).map_err(|e| e.to_string())
}

#[derive(Default)]
struct Reaches {
    numbers: [Int32Builder; 3],
    calendars: ListBuilder<Int16Builder>,
    is_there: Vec<bool>,
}

impl Reaches {
    fn add(&mut self, reach: Option<Reach>) {
        self.is_there.push(reach.is_some());
        let numbers = reach.as_ref().map(|r| [r.look_ups, r.not_stated, r.to_come]);
        for (at, builder) in self.numbers.iter_mut().enumerate() {
            builder.append_option(numbers.map(|n| n[at]));
        }
        self.calendars.append_option(reach.map(|r| r.calendars.into_iter().map(Some)));
    }

    fn finish(mut self) -> Result<StructArray, String> {
        let [look_ups, not_stated, to_come] = self.numbers.each_mut().map(|b| Arc::new(b.finish()) as ArrayRef);
        let calendars = Arc::new(self.calendars.finish()) as ArrayRef;
        let columns = vec![("look_ups", look_ups), ("not_stated", not_stated), ("to_come", to_come), ("calendars", calendars)];
        table(columns, Some(self.is_there.into()))
    }
}

#[derive(Default)]
struct Findings {
    texts: [StringBuilder; 4],
    lengths: Vec<usize>,
    is_there: Vec<bool>,
}

impl Findings {
    fn add(&mut self, findings: Option<Vec<Finding>>) {
        self.is_there.push(findings.is_some());
        let findings = findings.unwrap_or_default();
        self.lengths.push(findings.len());
        let [rules, weights, paths, messages] = &mut self.texts;
        for finding in findings {
            rules.append_value(finding.rule);
            weights.append_value(finding.weight);
            paths.append_option(finding.path);
            messages.append_value(finding.message);
        }
    }

    fn finish(mut self) -> Result<ListArray, String> {
        let [rule, weight, path, message] = self.texts.each_mut().map(|b| Arc::new(b.finish()) as ArrayRef);
        let items = table(vec![("rule", rule), ("weight", weight), ("path", path), ("message", message)], None)?;
        let item = Arc::new(Field::new("item", items.data_type().clone(), true));
        let offsets = OffsetBuffer::from_lengths(self.lengths);
        ListArray::try_new(item, offsets, Arc::new(items), Some(self.is_there.into())).map_err(|e| e.to_string())
    }
}
