"""Files without a transaction: they go on where they stopped."""

from __future__ import annotations

import psycopg
import pytest

from superset_gitops.errors import SourceProblems
from superset_gitops.workflows import db_sync

from .project import SqlProject

HEADER = "-- hybrid: no-transaction\n"


def _fails(project: SqlProject) -> str:
    with pytest.raises(SourceProblems) as caught:
        project.sync()
    return str(caught.value.problems[0])


def test_it_resumes_behind_the_last_statement_that_succeeded(project: SqlProject) -> None:
    done = HEADER + "CREATE TABLE t (a int);\nINSERT INTO t VALUES (1);\n"
    project.migration("001", done + "INSERT INTO t VALUES (1/0);\nINSERT INTO t VALUES (3);")
    assert _fails(project).startswith("db/migrations/001.sql:4:1: [error] division by zero")
    assert project.states() == {"migrations/001.sql": "partial"}
    project.migration("001", done + "INSERT INTO t VALUES (2);\nINSERT INTO t VALUES (3);")
    (run,) = project.sync().runs
    assert run.statements == 2
    assert project.rows("SELECT a FROM t ORDER BY a") == [(1,), (2,), (3,)]
    assert project.sync().runs == ()


def test_its_first_statement_may_fail_and_all_of_it_be_changed(project: SqlProject) -> None:
    project.migration("001", HEADER + "SELECT 1/0;")
    _fails(project)
    project.migration("001", "CREATE TABLE t (a int);")
    assert [run.ran for run in project.sync().runs] == [True]


def test_a_changed_beginning_is_refused_and_can_be_accepted(project: SqlProject) -> None:
    project.migration("001", HEADER + "CREATE TABLE t (a int);\nSELECT 1/0;")
    _fails(project)
    project.migration("001", HEADER + "CREATE TABLE u (a int);\nSELECT 1;")
    assert "their text has changed" in _fails(project)
    project.migration("001", "CREATE TABLE t (a int);\nSELECT 1;")
    assert "needs its header" in _fails(project)
    db_sync.accept(["db/migrations/001.sql"], project.plan(), project.database)
    assert project.sync().runs == ()


def test_a_changed_seed_begins_anew(project: SqlProject) -> None:
    project.seed("001", HEADER + "CREATE TABLE IF NOT EXISTS t (a int);\nSELECT 1/0;")
    _fails(project)
    project.seed("001", HEADER + "CREATE TABLE IF NOT EXISTS u (a int);\nSELECT 1;")
    assert [run.statements for run in project.sync().runs] == [2]


def test_settings_hold_again_after_a_resumption(project: SqlProject) -> None:
    head = HEADER + "CREATE SCHEMA app;\nSET search_path = app;\n"
    project.migration("001", head + "SELECT 1/0;")
    _fails(project)
    project.migration("001", head + "CREATE TABLE t (a int);")
    project.sync()
    assert project.value("SELECT to_regclass('app.t') IS NOT NULL") is True


def test_an_invalid_index_is_named_with_the_remedy(project: SqlProject) -> None:
    project.migration("001", "CREATE TABLE t (a int); INSERT INTO t VALUES (1), (1);")
    project.migration("002", HEADER + "CREATE UNIQUE INDEX CONCURRENTLY i ON t (a);")
    message = _fails(project)
    assert "could not create unique index" in message
    assert "it left the INVALID index public.i: DROP INDEX CONCURRENTLY public.i; then run this again" in message
    assert "already exists" in (again := _fails(project))
    assert "INVALID index public.i" in again
    project.migration("002", HEADER + "CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS i ON t (a);")
    assert "sql-invalid-index" in _fails(project)
    with psycopg.connect(project.url, autocommit=True) as connection:
        connection.execute("DROP INDEX CONCURRENTLY public.i")
        connection.execute("DELETE FROM t")
    project.sync()
    assert project.value("SELECT indisvalid FROM pg_index WHERE indexrelid = 'i'::regclass") is True
