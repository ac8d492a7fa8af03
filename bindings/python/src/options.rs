//! How filings are read, checked and told.

use filingc::Language;
use filingc::api::{self, Date, day_in_china, parse_date};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use std::time::{SystemTime, UNIX_EPOCH};

/// How filings are read, checked and told.
#[pyclass(frozen, module = "filingc._filingc")]
pub struct Options {
    pub read: api::Options,
    pub language: Language,
    pub details: bool,
}

#[pymethods]
impl Options {
    #[new]
    #[pyo3(signature = (*, on, today, region, language, strict, require_look_ups, details))]
    fn new(
        on: Option<&str>,
        today: Option<&str>,
        region: Option<String>,
        language: &str,
        strict: bool,
        require_look_ups: bool,
        details: bool,
    ) -> PyResult<Self> {
        let on = on.map(|text| day("on", text)).transpose()?;
        let today = today.map_or_else(|| Ok(this_day()), |text| day("today", text))?;
        let language = match language {
            "en" => Language::En,
            "zh" => Language::Zh,
            other => return Err(PyValueError::new_err(format!("language: expected 'en' or 'zh', found {other:?}"))),
        };
        Ok(Options { read: api::Options { region, on, today, strict, require_look_ups }, language, details })
    }

    /// The day of the run, `YYYY-MM-DD`.
    #[getter]
    fn today(&self) -> String {
        self.read.today.to_string()
    }
}

/// A day as Python gives it.
pub fn day(name: &str, text: &str) -> PyResult<Date> {
    parse_date(text).ok_or_else(|| PyValueError::new_err(format!("{name}: expected a day such as 2026-11-23, found {text:?}")))
}

/// The day in mainland China by the clock of this machine.
fn this_day() -> Date {
    day_in_china(SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| d.as_secs() as i64))
}
