"""Filings in columns of DuckDB.

>>> import duckdb, filingc.duckdb
>>> connection = duckdb.connect()
>>> filingc.duckdb.register(connection, on="2026-11-23")
>>> connection.sql('''SELECT filingc_check('{"filing": {"region": "zj"}}').verdict''').fetchone()
('incomplete',)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Optional

from filingc.rulebook import CheckOptions, Rulebook, options_of

if TYPE_CHECKING:
    import duckdb
    from typing_extensions import Unpack

RESULT = (
    "STRUCT(verdict VARCHAR, provisional BOOLEAN, partial BOOLEAN, "
    "reach STRUCT(look_ups INTEGER, not_stated INTEGER, to_come INTEGER, calendars SMALLINT[]), "
    'findings STRUCT("rule" VARCHAR, weight VARCHAR, "path" VARCHAR, message VARCHAR)[])'
)
"""What the function returns, as DuckDB writes types."""


def register(
    connection: duckdb.DuckDBPyConnection,
    name: str = "filingc_check",
    *,
    rulebook: Optional[Rulebook] = None,
    jobs: int = 0,
    **options: Unpack[CheckOptions],
) -> None:
    """Makes a function of SQL that checks a filing, given as JSON.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
        Where the function is to be known.
    name : str
        What the function is called.
    rulebook : Rulebook, optional
        The rules; by default the bundled ones.
    jobs : int
        How many threads work on a vector of filings; 0 is one for each core.
    **options
        See :class:`filingc.CheckOptions`. The day of the run is settled here.
    """
    book = Rulebook.bundled() if rulebook is None else rulebook
    options = {**options, "today": options_of(**options).today}

    # DuckDB evaluates annotations, and takes those that it knows for types of SQL.
    def check(filings):  # type: ignore[no-untyped-def]
        return book.check_array(filings, name=name, jobs=jobs, **options)

    text = connection.type("VARCHAR")
    connection.create_function(name, check, [text], connection.type(RESULT), type="arrow")
