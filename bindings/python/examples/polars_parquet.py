"""How many filings of a Parquet file are ready, and what is wrong most often: python polars_parquet.py orders.parquet"""

import sys

import filingc.polars
import polars as pl

check = filingc.polars.check("filing", on="2026-11-23")
checks = pl.scan_parquet(sys.argv[1]).select(check.alias("c")).unnest("c").collect()
for verdict, n in checks.group_by("verdict").len().sort("verdict").iter_rows():
    print(f"{verdict}: {n}")
print(checks.explode("findings").unnest("findings").group_by("rule").len().sort("len", descending=True).head(5))
