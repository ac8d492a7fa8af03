"""Checks ICP filings (ICP备案) against the rules of every province before they are submitted.

>>> import filingc
>>> book = filingc.Rulebook.bundled()
>>> check = book.check({"filing": {"region": "zj"}}, on="2026-11-23")
>>> check.verdict
'incomplete'

What is found is what the program ``filingc`` finds, byte for byte: :attr:`Check.json` is the line that
``filingc check --output-format jsonl`` writes.

``filingc.spark``, ``filingc.duckdb`` and ``filingc.polars`` check columns of filings in these engines.
"""

from filingc._filingc import __version__
from filingc.answers import Check, Finding, Reach
from filingc.errors import Error, InternalError, RulesError
from filingc.rulebook import CheckOptions, Filing, Rulebook

__all__ = [
    "Check",
    "CheckOptions",
    "Error",
    "Filing",
    "Finding",
    "InternalError",
    "Reach",
    "Rulebook",
    "RulesError",
    "__version__",
]
