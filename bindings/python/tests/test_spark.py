"""Filings in columns of Spark, on a real session with two cores."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterator

import pyarrow as pa
import pytest
from conftest import ON, ROOT, Program
from pyspark.sql import DataFrame, SparkSession

import filingc.spark
from filingc import Rulebook


def frame(spark: SparkSession, lines: list[bytes], n_partitions: int) -> DataFrame:
    rows = [(at, bytearray(line)) for at, line in enumerate(lines)]
    return spark.createDataFrame(rows, "order int, filing binary").repartition(n_partitions, "order")


def told(row: dict) -> dict:
    return {key: row[key] for key in ("verdict", "reach", "findings")}


def test_rows_are_those_of_the_program(spark: SparkSession, cli: Program, stream: list[bytes]) -> None:
    wanted = [told(json.loads(line)) for line in cli.lines(b"\n".join(stream))]
    checked = filingc.spark.check(frame(spark, stream, 4), "filing", on=ON, today=ON)
    assert checked.columns == ["order", "verdict", "provisional", "partial", "reach", "findings"]
    rows = {row["order"]: told(row.asDict(recursive=True)) for row in checked.collect()}
    assert [rows[at] for at in range(len(stream))] == wanted


def test_many_filings(spark: SparkSession, cli: Program, generated: list[bytes]) -> None:
    """A hundred thousand rows, a broken one among them: the counts are those of the program, and only that row is broken."""
    n = 100_000
    lines = spark.createDataFrame([(at, line.decode()) for at, line in enumerate(generated)], "line int, filing string")
    ids = spark.range(n, numPartitions=4).selectExpr("id AS order", f"cast(id % {len(generated)} AS int) AS line")
    orders = ids.join(lines, "line").selectExpr("order", f"CASE WHEN order = {n // 2} THEN '{{' ELSE filing END AS filing")
    checked = filingc.spark.check(orders, "filing", on=ON, today=ON).cache()
    found = Counter({row["verdict"]: row["count"] for row in checked.groupBy("verdict").count().collect()})
    verdicts = [json.loads(line)["verdict"] for line in cli.lines(b"\n".join(generated))]
    wanted = Counter(verdicts[at % len(verdicts)] for at in range(n) if at != n // 2)
    wanted[None] += 1
    assert found == wanted
    assert [row["order"] for row in checked.where("findings[0].rule = 'F5002'").collect()] == [n // 2]
    checked.unpersist()


def test_executors_load_the_rules_once(spark: SparkSession) -> None:
    """Packs that are read are counted in the processes that read them: sixteen tasks, at most one reading in each process."""
    rules = Rulebook.compile(ROOT / "regions")
    pack = filingc.spark._shipped(spark.range(1), rules)
    checker = filingc.spark._Checker(rules.hash, pack, "filing", {"on": ON, "today": ON})

    def counted(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        readings = []
        read = Rulebook.from_pack
        Rulebook.from_pack = lambda pack: readings.append(1) or read(pack)  # type: ignore[method-assign]
        try:
            n = sum(batch.num_rows for batch in checker(batches))
        finally:
            Rulebook.from_pack = read  # type: ignore[method-assign]
        yield pa.RecordBatch.from_pylist([{"process": os.getpid(), "readings": len(readings), "n": n}])

    filings = spark.range(160, numPartitions=16).selectExpr("'{}' AS filing")
    rows = filings.mapInArrow(counted, "process long, readings long, n long").collect()
    assert len(rows) == 16 and sum(row["n"] for row in rows) == 160
    readings: Counter = Counter()
    for row in rows:
        readings[row["process"]] += row["readings"]
    assert set(readings.values()) == {1}
    assert len(readings) < 16


def test_own_rules_go_along(spark: SparkSession, generated: list[bytes]) -> None:
    rules = Rulebook.compile({"rules.filing": "manifest {\n  name: text\n}\n"})
    checked = filingc.spark.check(frame(spark, [b'{"name": "x"}', b'{"nam": "x"}'], 1), "filing", rulebook=rules, today=ON)
    rows = sorted(checked.collect(), key=lambda row: row["order"])
    wanted = [check.verdict for check in rules.check_many([b'{"name": "x"}', b'{"nam": "x"}'], today=ON)]
    assert [row["verdict"] for row in rows] == wanted


def test_rows_without_a_filing_stay(spark: SparkSession) -> None:
    orders = spark.createDataFrame([(1, None), (2, "{}")], "order int, filing string")
    rows = filingc.spark.check(orders, "filing", on=ON).orderBy("order").collect()
    assert rows[0]["findings"] is None and rows[1]["findings"]


def test_wrong_calls_fail_on_the_driver(spark: SparkSession) -> None:
    orders = spark.createDataFrame([("{}", "ready")], "filing string, verdict string")
    with pytest.raises(ValueError, match="columns of its own called verdict"):
        filingc.spark.check(orders, "filing")
    with pytest.raises(ValueError, match="there is no 'order' among filing, verdict"):
        filingc.spark.check(orders, "order")
    with pytest.raises(ValueError, match="expected a day"):
        filingc.spark.check(orders.select("filing"), "filing", on="tomorrow")


def test_the_program_alone_in_a_pipe(spark: SparkSession, cli: Program, generated: list[bytes]) -> None:
    """The second way: ``rdd.pipe`` through the program, without the wheel on executors."""
    from conftest import MOMENT, program

    lines = [line.decode() for line in generated]
    call = f"{program()} check - --input-format jsonl --output-format jsonl --exit-zero -q --jobs 1 --on {ON}"
    piped = spark.sparkContext.parallelize(lines, 2).pipe(call, env={"SOURCE_DATE_EPOCH": MOMENT, "FILINGC_LANG": "en"})
    found = [told(json.loads(line)) for line in piped.collect()]
    assert found == [told(json.loads(line)) for line in cli.lines(b"\n".join(generated))]
