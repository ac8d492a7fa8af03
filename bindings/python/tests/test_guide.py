"""The guide is true: the Python of its pages is run, in order, in a folder with the files of the page, and what it prints is compared."""

from __future__ import annotations

import contextlib
import io
import os
import re
from pathlib import Path

import pytest
from conftest import ROOT
from pyspark.sql import SparkSession

BLOCK = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("page", ["docs/guide/volume.md", "docs/guide/volume.zh.md", "bindings/python/README.md"])
def test_what_a_page_shows_is_so(page: str, spark: SparkSession, tmp_path: Path) -> None:
    names: dict[str, object] = {"spark": spark}
    printed = None
    n_run = 0
    before = os.getcwd()
    os.chdir(tmp_path)
    # Spark has a working folder of its own.
    jvm = spark._jvm
    jvm.org.apache.hadoop.fs.FileSystem.get(spark._jsc.hadoopConfiguration()).setWorkingDirectory(
        jvm.org.apache.hadoop.fs.Path(str(tmp_path))
    )
    try:
        for language, path, text in BLOCK.findall((ROOT / page).read_text("utf-8")):
            if path:
                (tmp_path / path).write_text(text, "utf-8")
            elif language == "python":
                with contextlib.redirect_stdout(io.StringIO()) as out:
                    exec(compile(text, page, "exec"), names)
                printed = out.getvalue()
                n_run += 1
            elif language == "text" and printed:
                assert printed == text
                printed = None
    finally:
        os.chdir(before)
    assert n_run == (1 if "README" in page else 5)
