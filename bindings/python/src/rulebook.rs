//! The rules of a run, as Python holds them.

use crate::columns;
use crate::errors;
use crate::options::Options;
use crate::work::{Failure, guarded, in_order};
use arrow_data::ArrayData;
use arrow_pyarrow::PyArrowType;
use filingc::api::{self, Filing, Moment, parse_date, parse_datetime};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedBytes;
use pyo3::types::PyBytes;

/// The rules of a run.
#[pyclass(frozen, module = "filingc._filingc")]
pub struct Rulebook {
    book: api::Rulebook,
}

impl Rulebook {
    fn of(py: Python<'_>, made: impl FnOnce() -> Result<api::Rulebook, api::Report> + Send) -> PyResult<Self> {
        let made = py.detach(|| guarded(|| "the rules".to_owned(), || Ok(made())));
        match made {
            Ok(Ok(book)) => Ok(Rulebook { book }),
            Ok(Err(report)) => Err(errors::of_rules(py, &report)),
            Err(failure) => Err(errors::of_filing(py, &failure)),
        }
    }

    /// What `work` makes of one filing.
    fn answer(
        &self,
        py: Python<'_>,
        (name, text): (&str, PyBackedBytes),
        options: &api::Options,
        work: impl FnOnce(&api::Rulebook, &Filing) -> Result<String, api::Report> + Send,
    ) -> PyResult<String> {
        let made = py.detach(|| {
            guarded(
                || name.to_owned(),
                || {
                    let filing = self.book.read_bytes(name, text.to_vec(), options);
                    work(&self.book, &filing).map_err(Failure::from)
                },
            )
        });
        made.map_err(|failure| errors::of_filing(py, &failure))
    }
}

#[pymethods]
impl Rulebook {
    #[staticmethod]
    fn bundled(py: Python<'_>) -> PyResult<Self> {
        Self::of(py, api::Rulebook::bundled)
    }

    #[staticmethod]
    fn from_pack(py: Python<'_>, pack: PyBackedBytes) -> PyResult<Self> {
        Self::of(py, || api::Rulebook::from_pack(pack.to_vec()))
    }

    #[staticmethod]
    fn compile(py: Python<'_>, texts: Vec<(String, String)>) -> PyResult<Self> {
        Self::of(py, || api::Rulebook::compile(texts.iter().map(|(name, text)| (name.as_str(), text.as_str()))))
    }

    fn to_pack<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        let made = py.detach(|| guarded(|| "the rules".to_owned(), || self.book.to_pack().map_err(Failure::from)));
        made.map(|bytes| PyBytes::new(py, &bytes)).map_err(|failure| errors::of_filing(py, &failure))
    }

    #[getter]
    fn hash(&self) -> String {
        self.book.hash()
    }

    /// The line of one filing, as TOML or JSON.
    fn check(&self, py: Python<'_>, name: &str, text: PyBackedBytes, id: Option<&str>, options: &Options) -> PyResult<String> {
        self.answer(py, (name, text), &options.read, |book, filing| book.line(filing, id, options.language, options.details))
    }

    /// The lines of filings that are lines of a stream themselves: number, id and JSON of each.
    fn check_lines(
        &self,
        py: Python<'_>,
        name: &str,
        lines: Vec<(usize, Option<String>, PyBackedBytes)>,
        options: &Options,
        jobs: usize,
    ) -> PyResult<Vec<String>> {
        let one = |at: usize| {
            let (number, id, text) = &lines[at];
            self.line(name, *number, id.as_deref(), text, options)
        };
        py.detach(|| in_order(lines.len(), jobs, one)).map_err(|failure| errors::of_filing(py, &failure))
    }

    /// What the line of each filing of a column says, as a column of structs; a filing of a stream in each row, `first` is the number of the first.
    fn check_array(
        &self,
        py: Python<'_>,
        name: &str,
        first: usize,
        array: PyArrowType<ArrayData>,
        options: &Options,
        jobs: usize,
    ) -> PyResult<PyArrowType<ArrayData>> {
        let filings = columns::Filings::of(array.0)?;
        let one = |at: usize| match filings.get(at) {
            Some(text) => self.line(name, first + at, None, text, options).map(Some),
            None => Ok(None),
        };
        let lines = py.detach(|| in_order(filings.len(), jobs, one)).map_err(|failure| errors::of_filing(py, &failure))?;
        let made = py.detach(|| columns::of_lines(&lines));
        made.map(PyArrowType).map_err(PyValueError::new_err)
    }

    /// The parts of the document of `filingc plan`, as JSON.
    fn plan(&self, py: Python<'_>, name: &str, text: PyBackedBytes, moment: Option<&str>, options: &Options) -> PyResult<String> {
        let moment = moment.map_or_else(|| Ok(Moment::from(options.read.today)), moment_of)?;
        // A plan is made for its moment: that is also the day of law and of the run.
        let mut read = options.read.clone();
        (read.on, read.today) = (read.on.or(Some(moment.day)), moment.day);
        self.answer(py, (name, text), &read, |book, filing| book.plan_json(filing, moment))
    }

    /// The mends of a filing, as JSON.
    fn repair(&self, py: Python<'_>, name: &str, text: PyBackedBytes, n: usize, options: &Options) -> PyResult<String> {
        self.answer(py, (name, text), &options.read, |book, filing| book.repair_json(filing, n))
    }
}

impl Rulebook {
    fn line(&self, name: &str, number: usize, id: Option<&str>, text: &[u8], options: &Options) -> Result<String, Failure> {
        guarded(
            || format!("{name}:{number}"),
            || {
                let filing = self.book.read_line(name, number, text.to_vec(), &options.read);
                Ok(self.book.line(&filing, id, options.language, options.details)?)
            },
        )
    }
}

fn moment_of(text: &str) -> PyResult<Moment> {
    if let Some(day) = parse_date(text) {
        return Ok(day.into());
    }
    let at = parse_datetime(text)
        .ok_or_else(|| PyValueError::new_err(format!("at: expected a day or a moment such as 2026-11-23T10:00, found {text:?}")))?;
    Ok(Moment { day: at.date(), at: Some(at) })
}
