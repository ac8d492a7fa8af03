"""Filings in columns: Arrow, DuckDB and Polars."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import duckdb
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from conftest import ON, ROOT, Program

import filingc.duckdb
import filingc.polars
from filingc import Rulebook

EXAMPLES = ROOT / "bindings" / "python" / "examples"


def told(rows: list[dict]) -> list[dict]:
    """Rows as the program's lines say the same."""
    return [{"verdict": r["verdict"], "reach": r["reach"], "findings": r["findings"]} for r in rows]


@pytest.fixture(scope="module")
def wanted(cli: Program, stream: list[bytes]) -> list[dict]:
    return told([json.loads(line) for line in cli.lines(b"\n".join(stream))])


@pytest.mark.parametrize("type", [pa.binary(), pa.large_binary(), pa.binary_view()])
def test_rows_are_those_of_the_program(book: Rulebook, stream: list[bytes], wanted: list[dict], type: pa.DataType) -> None:
    batch = pa.RecordBatch.from_arrays([pa.array(stream, type)], names=["filing"])
    checked = book.check_batch(batch, on=ON, today=ON)
    assert checked.schema.names == ["id", "verdict", "provisional", "partial", "reach", "findings"]
    assert told(checked.to_pylist()) == wanted
    checked.validate(full=True)


@pytest.mark.parametrize("type", [pa.string(), pa.large_string(), pa.string_view()])
def test_texts_are_as_good_as_bytes(book: Rulebook, generated: list[bytes], type: pa.DataType) -> None:
    as_bytes = book.check_array(pa.array(generated), on=ON)
    texts = pa.array([line.decode() for line in generated], pa.string()).cast(type)
    assert book.check_array(texts, on=ON).equals(as_bytes)
    assert book.check_array(texts.slice(100, 50), on=ON).equals(as_bytes.slice(100, 50))
    if type == pa.string():
        assert book.check_array(texts.dictionary_encode(), on=ON).equals(as_bytes)
        assert book.check_array(pa.chunked_array([texts[:9], texts[9:]]), on=ON).equals(as_bytes)


def test_texts_that_are_no_utf8_cost_only_their_row(book: Rulebook) -> None:
    buffers = pa.array([b"{}", b"\xff\xfe", b"{}"]).buffers()
    texts = pa.StringArray.from_buffers(3, buffers[1], buffers[2])
    rows = book.check_array(texts, on=ON).to_pylist()
    assert [row["verdict"] is None for row in rows] == [False, True, False]
    assert [f["rule"] for f in rows[1]["findings"]] == ["F5012"]


def test_a_row_without_a_filing_stays_one(book: Rulebook) -> None:
    filings = pa.array(['{"filing": {"region": "zj"}}', None, ""], pa.string())
    batch = pa.RecordBatch.from_arrays([pa.array([7, 8, 9]), filings], names=["order", "filing"])
    rows = book.check_batch(batch, "filing", id="order", on=ON).to_pylist()
    assert [row["id"] for row in rows] == ["7", "8", "9"]
    assert rows[1] == {"id": "8", "verdict": None, "provisional": None, "partial": None, "reach": None, "findings": None}
    assert rows[2]["findings"] and rows[2]["verdict"] is None
    assert book.check_batch(batch.slice(0, 0), "filing", on=ON).num_rows == 0
    assert book.check_batch(batch, 1, name="orders", first=5, on=ON).to_pylist()[0]["id"] == "orders:5"
    assert book.check_array(pa.nulls(2)).to_pylist() == [None, None]


def test_the_buffers_go_in_and_out_as_they_are(book: Rulebook, generated: list[bytes]) -> None:
    """What would be copied by Arrow is counted by Arrow: the result is not its own, the filings are not taken over."""
    batch = pa.RecordBatch.from_arrays([pa.array(generated)], names=["filing"])
    before = pa.total_allocated_bytes()
    checked = book.check_batch(batch, on=ON)
    added = pa.total_allocated_bytes() - before
    assert checked.nbytes > 100_000
    # The names of the rows are made by Arrow; findings and filings are not.
    assert added < checked.column("id").nbytes * 4
    assert batch.column(0).to_pylist() == generated


def test_any_batch_of_the_capsule_interface(book: Rulebook) -> None:
    class Batch:
        def __init__(self, batch: pa.RecordBatch) -> None:
            self.batch = batch

        def __arrow_c_array__(self, requested_schema: object = None) -> object:
            return self.batch.__arrow_c_array__(requested_schema)

    batch = Batch(pa.RecordBatch.from_arrays([pa.array(["{}"])], names=["filing"]))
    assert book.check_batch(batch, on=ON).num_rows == 1


def test_columns_that_hold_no_filings_are_refused(book: Rulebook) -> None:
    numbers = pa.RecordBatch.from_arrays([pa.array([1]), pa.array([2])], names=["a", "b"])
    with pytest.raises(ValueError, match="column: say which of a, b holds the filings"):
        book.check_batch(numbers)
    with pytest.raises(TypeError, match="texts or bytes, found a column of Int64"):
        book.check_batch(numbers, "a")
    with pytest.raises(KeyError):
        book.check_batch(numbers, "c")


@pytest.fixture(scope="module")
def parquet(tmp_path_factory: pytest.TempPathFactory, generated: list[bytes]) -> Path:
    path = tmp_path_factory.mktemp("parquet") / "orders.parquet"
    texts = [line.decode() for line in generated] + ["{", None]
    pq.write_table(pa.table({"order": list(range(len(texts))), "filing": texts}), path, row_group_size=100)
    return path


def test_duckdb(parquet: Path, book: Rulebook, generated: list[bytes]) -> None:
    connection = duckdb.connect()
    filingc.duckdb.register(connection, on=ON, today=ON)
    rows = connection.sql(f"SELECT filingc_check(filing) AS c FROM '{parquet}' ORDER BY \"order\"").fetchall()
    wanted = book.check_array(pa.array([*generated, b"{", None]), on=ON, today=ON).to_pylist()
    assert [row[0] for row in rows] == wanted


def test_polars(parquet: Path, book: Rulebook, generated: list[bytes]) -> None:
    checked = pl.scan_parquet(parquet).select(filingc.polars.check("filing", on=ON, today=ON).alias("c")).collect()
    wanted = book.check_array(pa.array([*generated, b"{"]), on=ON, today=ON).to_pylist()
    assert checked["c"].to_list()[:-1] == wanted
    assert checked["c"].struct.field("verdict")[-1] is None
    assert pl.scan_parquet(parquet).select(c=filingc.polars.check("filing")).collect_schema() == checked.schema


@pytest.mark.parametrize("name", ["duckdb_parquet.py", "polars_parquet.py"])
def test_examples_count_verdicts(name: str, parquet: Path, book: Rulebook, generated: list[bytes]) -> None:
    example = EXAMPLES / name
    assert len([line for line in example.read_text("utf-8").splitlines() if line]) <= 14
    ran = subprocess.run([sys.executable, example, parquet], capture_output=True, text=True, check=True)
    verdicts = [check.verdict for check in book.check_many([*generated, b"{"], on=ON)]
    assert f"rejected: {verdicts.count('rejected')}" in ran.stdout.splitlines()
    assert f"incomplete: {verdicts.count('incomplete')}" in ran.stdout.splitlines()
