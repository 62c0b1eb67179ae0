"""The sync, the ledger and the lease through pgbouncer in transaction mode."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest

from superset_gitops.edges.postgres.lease import Lease
from superset_gitops.edges.postgres.ledger import Ledger
from superset_gitops.errors import LeaseLost, SourceProblems, Unavailable
from superset_gitops.model.asset import AssetId, Kind

from .project import SqlProject

ROOT = Path(__file__).parents[2]
LEAKS = """
SET search_path = pg_catalog; SET statement_timeout = '1h'; SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY;
CREATE TEMP TABLE left_over (a int); DECLARE left_cursor CURSOR WITH HOLD FOR SELECT 1; LISTEN left_channel;
SELECT pg_advisory_lock(7); SET ROLE pg_monitor;
"""
STATE = """
SELECT current_setting('search_path'), current_setting('statement_timeout'), current_user,
    current_setting('default_transaction_read_only'), to_regclass('pg_temp.left_over'),
    (SELECT count(*) FROM pg_cursors), (SELECT count(*) FROM pg_listening_channels()),
    (SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid())
"""


def test_the_shipped_files_run_and_run_once(pooled: SqlProject) -> None:
    pooled.root = ROOT
    assert len(pooled.sync().runs) == 3
    assert pooled.sync().runs == ()


def test_copied_data_arrives(pooled: SqlProject) -> None:
    pooled.seed("001", "CREATE TABLE t (a int);\nCOPY t FROM STDIN;\n1\n2\n\\.\n")
    pooled.sync()
    assert pooled.value("SELECT sum(a) FROM t") == 3


def test_nothing_that_a_file_sets_reaches_other_clients(pooled: SqlProject) -> None:
    # Both of the pool's connections are held meanwhile, so that every one of them is seen.
    with psycopg.connect(pooled.url) as one, psycopg.connect(pooled.url) as two:
        clean = one.execute(STATE.encode()).fetchone()
        assert two.execute(STATE.encode()).fetchone() == clean
    pooled.migration("001", LEAKS)
    pooled.sync()
    with psycopg.connect(pooled.url) as one, psycopg.connect(pooled.url) as two:
        assert one.execute(STATE.encode()).fetchone() == clean
        assert two.execute(STATE.encode()).fetchone() == clean


def test_a_file_without_a_transaction_runs_but_may_set_nothing(pooled: SqlProject) -> None:
    pooled.migration("001", "-- hybrid: no-transaction\nCREATE TABLE t (a int);\nCREATE INDEX CONCURRENTLY i ON t (a);")
    pooled.sync()
    assert pooled.value("SELECT indisvalid FROM pg_index WHERE indexrelid = 'i'::regclass") is True
    pooled.migration("002", "-- hybrid: no-transaction\nSET lock_timeout = '1s';\nVACUUM t;")
    with pytest.raises(SourceProblems) as caught:
        pooled.sync()
    assert (caught.value.problems[0].line, caught.value.problems[0].rule) == (2, "sql-session-setting")


def test_the_ledger_keeps_what_it_is_given(pooled: SqlProject) -> None:
    asset = AssetId(Kind.CHART, "11111111-1111-4111-8111-111111111111")
    for _ in range(2):
        with Ledger.open(pooled.url, "dev") as ledger:
            ledger.bind("http://localhost:8088")
            ledger.record(asset, {"slice_name": "é"}, "d", None, "charts/a.yaml.j2", None)
            assert ledger.applied()[asset].normal_form == {"slice_name": "é"}


def test_the_ledger_is_written_only_under_the_lease(pooled: SqlProject) -> None:
    asset = AssetId(Kind.CHART, "11111111-1111-4111-8111-111111111111")
    with (
        Lease.acquire(pooled.url, "dev", "ada", 0, pooled.told.append) as lease,
        Ledger.open(pooled.url, "dev", lease=lease) as ledger,
    ):
        ledger.record(asset, {}, "1", None, "charts/a.yaml.j2", None)
        with psycopg.connect(pooled.url, autocommit=True, prepare_threshold=None) as other:
            other.execute("UPDATE hybrid.lease SET token = 'another'")
        with pytest.raises(LeaseLost):
            ledger.record(asset, {}, "2", None, "charts/a.yaml.j2", None)
        assert ledger.applied()[asset].digest == "1"


def test_the_lease_excludes(pooled: SqlProject) -> None:
    with Lease.acquire(pooled.url, "dev", "ada", 0, pooled.told.append) as lease:
        lease.check()
        with pytest.raises(Unavailable, match="ada"):
            Lease.acquire(pooled.url, "dev", "bob", 0, pooled.told.append)
    Lease.acquire(pooled.url, "dev", "bob", 0, pooled.told.append).release()
