"""Filings in columns of Spark.

>>> import filingc.spark
>>> checked = filingc.spark.check(orders, "filing", on="2026-11-23")  # doctest: +SKIP
>>> checked.groupBy("verdict").count().show()  # doctest: +SKIP
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Optional

from filingc.rulebook import CheckOptions, Rulebook, bundled_as, options_of

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark.sql import DataFrame
    from typing_extensions import Unpack

RESULT = (
    "verdict string, provisional boolean, partial boolean, "
    "reach struct<look_ups:int,not_stated:int,to_come:int,calendars:array<smallint>>, "
    "findings array<struct<rule:string,weight:string,path:string,message:string>>"
)
"""The columns that :func:`check` adds, as Spark writes types."""


def check(
    df: DataFrame, column: str, *, rulebook: Optional[Rulebook] = None, **options: Unpack[CheckOptions]
) -> DataFrame:
    """Checks the filings in a column.

    Every process of an executor loads the rules once, whatever the number of its tasks. A filing that cannot be read costs
    only its row. The day of the run is settled here, not on the executors.

    Parameters
    ----------
    df : pyspark.sql.DataFrame
        One filing in each row. Leave out columns that nobody needs: the others go along to the result.
    column : str
        The column of filings, as JSON in strings or binary.
    rulebook : Rulebook, optional
        The rules; by default the bundled ones, of which all executors must have the same version.
    **options
        See :class:`filingc.CheckOptions`.

    Returns
    -------
    pyspark.sql.DataFrame
        The other columns of ``df``, then ``verdict``, ``provisional``, ``partial``, ``reach`` and ``findings`` as
        :meth:`filingc.Rulebook.check_batch` has them.
    """
    from pyspark.sql.types import StructType

    if column not in df.columns:
        raise ValueError(f"column: there is no {column!r} among {', '.join(df.columns)}")
    others = [field for field in df.schema.fields if field.name != column]
    result = StructType.fromDDL(RESULT) if hasattr(StructType, "fromDDL") else _parsed(RESULT)
    taken = [field.name for field in others if field.name in result.names]
    if taken:
        raise ValueError(f"df: the result has columns of its own called {', '.join(taken)}: rename those of df")
    book = Rulebook.bundled() if rulebook is None else rulebook
    settled: dict[str, Any] = {**options, "today": options_of(**options).today}
    checker = _Checker(book.hash, _shipped(df, book), column, settled)
    return df.mapInArrow(checker, StructType([*others, *result.fields]))


def _parsed(ddl: str) -> Any:
    from pyspark.sql.types import _parse_datatype_string

    return _parse_datatype_string(ddl)


class _Pack:
    """What Spark would broadcast, where it has no context to do so."""

    def __init__(self, value: bytes) -> None:
        self.value = value


def _shipped(df: DataFrame, book: Rulebook) -> Any:
    """The rules on their way to the executors; the bundled ones are there."""
    if book.is_bundled:
        return None
    pack = book.to_pack()
    context = getattr(df.sparkSession, "_sc", None)
    return _Pack(pack) if context is None else context.broadcast(pack)


_loaded: dict[str, Rulebook] = {}
"""The rules of this process of an executor, by hash."""


def _rulebook(hash: str, pack: Any) -> Rulebook:
    if hash not in _loaded:
        _loaded.clear()
        _loaded[hash] = bundled_as(hash) if pack is None else Rulebook.from_pack(pack.value)
    return _loaded[hash]


class _Checker:
    """What runs on executors."""

    __name__ = "filingc.spark.check"

    def __init__(self, hash: str, pack: Any, column: str, options: dict[str, Any]) -> None:
        self.hash = hash
        self.pack = pack
        self.column = column
        self.options = options

    def __call__(self, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        import pyarrow as pa

        book = _rulebook(self.hash, self.pack)
        first = 1
        for batch in batches:
            at = batch.schema.get_field_index(self.column)
            # Executors have a task for each core already.
            checks = book.check_array(batch.column(at), name=self.column, first=first, jobs=1, **self.options)
            names = [name for name in batch.schema.names if name != self.column]
            columns = [batch.column(batch.schema.get_field_index(name)) for name in names]
            names += [checks.type.field(i).name for i in range(checks.type.num_fields)]
            yield pa.RecordBatch.from_arrays([*columns, *checks.flatten()], names=names)
            first += len(batch)
