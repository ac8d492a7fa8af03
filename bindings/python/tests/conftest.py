"""The program, and filings that both are given."""

from __future__ import annotations

import copy
import functools
import json
import os
import random
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

import filingc

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

ROOT = Path(__file__).resolve().parents[3]
ON = "2026-11-23"
# Noon in mainland China, on the same day.
MOMENT = "1795406400"


def program() -> str:
    """The program that answers are compared with: built from the same tree."""
    named = os.environ.get("FILINGC_PROGRAM")
    built = [ROOT / "target" / kind / "filingc" for kind in ("release", "debug")]
    found = [Path(named)] if named else [path for path in built if path.exists()]
    assert found, "build the program with `cargo build`, or name it in FILINGC_PROGRAM"
    return str(max(found, key=lambda path: path.stat().st_mtime))


class Program:
    """``filingc`` as it answers on the command line."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def run(self, *arguments: str, stdin: bytes = b"") -> bytes:
        environment = {**os.environ, "SOURCE_DATE_EPOCH": MOMENT, "NO_COLOR": "1", "FILINGC_LANG": "en"}
        ran = subprocess.run(
            [program(), *arguments], input=stdin, cwd=self.folder, env=environment, capture_output=True, check=False
        )
        assert ran.returncode in (0, 1, 2), ran.stderr.decode()
        return ran.stdout

    @functools.lru_cache(maxsize=None)
    def lines(self, stream: bytes, *arguments: str) -> list[str]:
        """What ``check`` writes of the lines of a stream."""
        out = self.run(
            "check", "-", "--stdin-filename", "orders.jsonl", "--on", ON, "--output-format", "jsonl", *arguments, stdin=stream
        )
        return out.decode().splitlines()


@pytest.fixture(scope="session")
def cli(tmp_path_factory: pytest.TempPathFactory) -> Program:
    return Program(tmp_path_factory.mktemp("program"))


@pytest.fixture(scope="session")
def book() -> filingc.Rulebook:
    return filingc.Rulebook.bundled()


def example_files() -> list[Path]:
    files = sorted((ROOT / "examples").rglob("*.toml"))
    assert len(files) > 40
    return files


@pytest.fixture(scope="session")
def examples() -> list[dict]:
    return [tomllib.loads(path.read_text("utf-8")) for path in example_files()]


def as_line(filing: object) -> bytes:
    return json.dumps(filing, ensure_ascii=False, default=lambda day: day.isoformat()).encode()


def leaves(value: object, way: tuple = ()) -> list[tuple]:
    if isinstance(value, dict):
        return [leaf for key, inner in value.items() for leaf in leaves(inner, (*way, key))]
    if isinstance(value, list):
        return [leaf for at, inner in enumerate(value) for leaf in leaves(inner, (*way, at))]
    return [way]


SLIPS = ["无", "", "　", "13800138000x", 7, True, None, "2026-02-30", "zj", ["a"], {"b": 1}, "１３８００１３８０００", "\u202e倒"]


@pytest.fixture(scope="session")
def generated(examples: list[dict]) -> list[bytes]:
    """Some hundred filings with slips: examples of which facts are left out, changed, or called otherwise."""
    chance = random.Random(20261123)
    lines = []
    for at in range(400):
        filing = copy.deepcopy(examples[at % len(examples)])
        for _ in range(chance.randrange(5)):
            way = chance.choice(leaves(filing))
            inner = filing
            for step in way[:-1]:
                inner = inner[step]
            slip = chance.randrange(4)
            if slip == 0:
                inner.pop(way[-1])
            elif slip == 1 and isinstance(inner, dict):
                inner[way[-1] + "s"] = inner.pop(way[-1])
            else:
                inner[way[-1]] = chance.choice(SLIPS)
        lines.append(as_line(filing))
    return lines


HOSTILE = [
    b'{"filing": {"region": "zj"}, "entity": {"name": "\x00"}}',
    b'{"filing": {"region": "zj"}, "entity": {"name": "\xff\xfe"}}',
    b'{"entity": {"name": "' + b"x" * 10_000_000 + b'"}}',
    b'{"entity": {"name": "' + b"x" * 3_000_000 + b'"}}',
    b'{"filing": {"region": "zj"',
    b"[" * 100_000,
    b"null",
    b"7",
    b'"text"',
    b"[]",
    b"{}",
    b"not JSON at all",
    b'{"filing": {"region": "zj"}, "filing": {"region": "gd"}}',
    b'{"entity": {"name": "=HYPERLINK(1)", "\\u0000": "\\ud800"}}',
    b'{"' + b'a":1,"' * 100_000 + b'a":1}',
    "{\"filing\": {\"region\": \"浙江\"}, \"实体\": {}}".encode(),
]


@pytest.fixture(scope="session")
def stream(examples: list[dict], generated: list[bytes]) -> list[bytes]:
    """Everything at once, as lines without their breaks."""
    return [*map(as_line, examples), *generated, *HOSTILE]


@pytest.fixture(scope="session")
def spark() -> Iterator[SparkSession]:
    """A real session with two cores."""
    from pyspark.sql import SparkSession

    os.environ["PYSPARK_PYTHON"] = sys.executable
    session = (
        SparkSession.builder.master("local[2]")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.shuffle.partitions", "4")
        .config("spark.sql.execution.arrow.maxRecordsPerBatch", "2000")
        .getOrCreate()
    )
    yield session
    session.stop()
