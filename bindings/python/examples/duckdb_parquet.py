"""How many filings of a Parquet file are ready, and what is wrong most often: python duckdb_parquet.py orders.parquet"""

import sys

import duckdb
import filingc.duckdb

connection = duckdb.connect()
filingc.duckdb.register(connection, on="2026-11-23")
connection.execute("CREATE TABLE checks AS SELECT filingc_check(filing) AS c FROM read_parquet(?)", [sys.argv[1]])
for verdict, n in connection.sql("SELECT c.verdict, count(*) FROM checks GROUP BY ALL ORDER BY ALL").fetchall():
    print(f"{verdict}: {n}")
connection.execute("CREATE TABLE findings AS SELECT unnest(c.findings, recursive := true) FROM checks")
print(connection.sql('SELECT "rule", count(*) AS n FROM findings GROUP BY ALL ORDER BY n DESC, "rule" LIMIT 5'))
