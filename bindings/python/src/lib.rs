//! filingc as a Python module: what `python/filingc` puts into Python's words.
//!
//! In: filings as bytes or as columns of Arrow. Out: the lines that `filingc check --output-format jsonl` writes, or the same as columns.
//! INVARIANT: nothing here is global; the lock of the interpreter is released while filings are checked; a panic becomes an exception.

mod columns;
mod errors;
mod options;
mod rulebook;
mod work;

/// The part of `filingc` that is not Python.
#[pyo3::pymodule(gil_used = false)]
mod _filingc {
    use pyo3::prelude::*;

    #[pymodule_export]
    use super::options::Options;
    #[pymodule_export]
    use super::rulebook::Rulebook;

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        module.add("__version__", env!("CARGO_PKG_VERSION"))
    }
}
