"""Filings in columns of Polars.

>>> import polars, filingc.polars
>>> orders = polars.DataFrame({"filing": ['{"filing": {"region": "zj"}}']})
>>> checked = orders.select(check=filingc.polars.check("filing", on="2026-11-23"))
>>> checked["check"].struct.field("verdict").to_list()
['incomplete']
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Optional, Union

from filingc.rulebook import CheckOptions, Rulebook, options_of

if TYPE_CHECKING:
    import polars as pl
    from typing_extensions import Unpack


def check(
    column: Union[str, pl.Expr],
    *,
    rulebook: Optional[Rulebook] = None,
    jobs: int = 0,
    **options: Unpack[CheckOptions],
) -> pl.Expr:
    """An expression that checks the filings in a column, also of a lazy frame.

    Parameters
    ----------
    column : str or polars.Expr
        Filings as JSON in strings or binary.
    rulebook : Rulebook, optional
        The rules; by default the bundled ones.
    jobs : int
        How many threads work; 0 is one for each core.
    **options
        See :class:`filingc.CheckOptions`. The day of the run is settled here.

    Returns
    -------
    polars.Expr
        A struct for each filing, with ``verdict``, ``provisional``, ``partial``, ``reach`` and ``findings``.
    """
    import polars as pl

    book = Rulebook.bundled() if rulebook is None else rulebook
    options = {**options, "today": options_of(**options).today}
    text, number = pl.String, pl.Int32
    result = pl.Struct(
        {
            "verdict": text,
            "provisional": pl.Boolean,
            "partial": pl.Boolean,
            "reach": pl.Struct(
                {"look_ups": number, "not_stated": number, "to_come": number, "calendars": pl.List(pl.Int16)}
            ),
            "findings": pl.List(pl.Struct({"rule": text, "weight": text, "path": text, "message": text})),
        }
    )

    def checked(filings: pl.Series) -> pl.Series:
        return pl.Series(filings.name, pl.from_arrow(book.check_array(filings.to_arrow(), name=filings.name, jobs=jobs, **options)))

    filings = pl.col(column) if isinstance(column, str) else column
    return filings.map_batches(checked, return_dtype=result, is_elementwise=True)
