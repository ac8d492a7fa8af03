//! Failures as the exceptions of `filingc.errors`.

use crate::work::Failure;
use filingc::api::Report;
use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;
use pyo3::types::PyType;

fn class<'py>(py: Python<'py>, name: &str) -> PyResult<Bound<'py, PyType>> {
    Ok(py.import("filingc.errors")?.getattr(name)?.cast_into()?)
}

fn made(error: PyResult<PyErr>) -> PyErr {
    error.unwrap_or_else(|why| why)
}

/// Rules that cannot be used, with what is said of them.
pub fn of_rules(py: Python<'_>, report: &Report) -> PyErr {
    made((|| {
        let json = report.json().unwrap_or_else(|_| "[]".to_owned());
        Ok(PyErr::from_value(class(py, "RulesError")?.call1((report.to_string().trim_end(), json))?))
    })())
}

/// A filing that could not be answered for.
pub fn of_filing(py: Python<'_>, failure: &Failure) -> PyErr {
    match failure {
        Failure::Told(report) => PyRuntimeError::new_err(report.to_string()),
        Failure::Panic(place, what) => made((|| {
            let message = format!("{place}: {what}; this is a fault of filingc");
            Ok(PyErr::from_value(class(py, "InternalError")?.call1((message,))?))
        })()),
    }
}
