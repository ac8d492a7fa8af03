"""How fast columns of filings are checked: python benches/engines.py [FILINGS]

The program, Python and Spark on the same filings, each with one and two threads or cores. Times of Spark are those of a second
run in the same session, so that its start and the loading of rules are counted apart. The figures in docs/guide/volume.md come from
here.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

import filingc
import filingc.duckdb
import filingc.polars
import filingc.spark

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))
import conftest

ON = "2026-11-23"


def seconds(work: Callable[[], object]) -> float:
    before = time.perf_counter()
    work()
    return time.perf_counter() - before


def report(what: str, n: int, took: float) -> None:
    print(f"{what:<44} {took:8.2f} s {n / took:10.0f} filings/s", flush=True)


def spark_on(cores: int, path: str, n: int) -> None:
    from pyspark.sql import SparkSession

    os.environ["PYSPARK_PYTHON"] = sys.executable
    begin = time.perf_counter()
    spark = (
        SparkSession.builder.master(f"local[{cores}]")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.execution.arrow.maxRecordsPerBatch", "2000")
        .getOrCreate()
    )
    orders = spark.read.parquet(path).repartition(8).cache()
    orders.count()
    print(f"{f'Spark local[{cores}]: start':<44} {time.perf_counter() - begin:8.2f} s", flush=True)
    passed = orders.mapInArrow(lambda batches: batches, orders.schema)
    checked = filingc.spark.check(orders, "filing", on=ON, today=ON)
    for name, df in [("rows in and out, nothing checked", passed), ("check", checked)]:
        for run in ("first", "again"):
            took = seconds(lambda: df.write.format("noop").mode("overwrite").save())
            report(f"Spark local[{cores}]: {name}, {run}", n, took)
    lines = orders.rdd.map(lambda row: row[0])
    call = f"{conftest.program()} check - --input-format jsonl --output-format jsonl --exit-zero -q --jobs 1 --on {ON}"
    report(f"Spark local[{cores}]: rdd.pipe", n, seconds(lambda: lines.pipe(call).count()))
    spark.stop()


def main() -> None:
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 50_000
    filings = conftest.generated.__wrapped__(conftest.examples.__wrapped__())
    lines = [filings[at % len(filings)] for at in range(n)]
    print(f"{n} filings, {sum(map(len, lines)) / n:.0f} bytes each; {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    with tempfile.TemporaryDirectory() as folder:
        stream, table = f"{folder}/orders.jsonl", f"{folder}/orders.parquet"
        Path(stream).write_bytes(b"\n".join(lines))
        pq.write_table(pa.table({"filing": pa.array([line.decode() for line in lines])}), table)
        for jobs in (1, 2):
            call = [conftest.program(), "check", stream, "--on", ON, "--output-format", "jsonl", "--exit-zero", "-q", "--jobs", str(jobs)]
            report(f"program --jobs {jobs}", n, seconds(lambda: subprocess.run(call, stdout=subprocess.DEVNULL, check=True)))
        book = filingc.Rulebook.bundled()
        column = pa.array(lines)
        for jobs in (1, 2):
            took = seconds(lambda: [None for _ in book.check_many(lines, on=ON, jobs=jobs)])
            report(f"check_many, jobs={jobs}", n, took)
            report(f"check_array, jobs={jobs}", n, seconds(lambda: book.check_array(column, on=ON, jobs=jobs)))
        import duckdb
        import polars as pl

        connection = duckdb.connect()
        filingc.duckdb.register(connection, on=ON)
        query = f"SELECT filingc_check(filing).verdict AS v, count(*) FROM '{table}' GROUP BY v"
        report("DuckDB over Parquet", n, seconds(lambda: connection.sql(query).fetchall()))
        frame = pl.scan_parquet(table).select(c=filingc.polars.check("filing", on=ON))
        report("Polars over Parquet", n, seconds(frame.collect))
        for cores in (1, 2):
            subprocess.run([sys.executable, __file__, "--spark", str(cores), table, str(n)], check=True)


if sys.argv[1:2] == ["--spark"]:
    spark_on(int(sys.argv[2]), sys.argv[3], int(sys.argv[4]))
else:
    main()
