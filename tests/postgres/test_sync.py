"""What a sync runs, records and leaves behind."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

from superset_gitops.edges.postgres.tracking import _DEFINITION
from superset_gitops.errors import ConfigurationError, SourceProblems
from superset_gitops.model.policy import DbMode
from superset_gitops.workflows import db_sync

from .project import LENIENT, STRICT, SqlProject

ROOT = Path(__file__).parents[2]


def test_the_shipped_files_make_ten_rows_and_run_once(project: SqlProject) -> None:
    project.root = ROOT
    first = project.sync()
    assert [run.path.rpartition("/")[2] for run in first.runs] == [
        "001_create_examples_schema.sql",
        "002_create_birth_names.sql",
        "001_birth_names_sample.sql",
    ]
    assert project.value("SELECT count(*) FROM reporting.birth_names") == 10
    indexed = project.value("SELECT string_agg(indexdef, ' ') FROM pg_indexes WHERE tablename = 'birth_names'")
    assert "(year)" in str(indexed)
    assert "(state)" in str(indexed)
    again = project.sync()
    assert (again.runs, again.unchanged) == ((), 3)


def test_the_shipped_seed_stands_alone_and_can_be_repeated(project: SqlProject) -> None:
    seed = (ROOT / "db/seed/001_birth_names_sample.sql").read_text()
    with psycopg.connect(project.url, autocommit=True) as connection:
        connection.execute(seed.encode())
        connection.execute(seed.encode())
    assert project.value("SELECT count(*) FROM examples.birth_names") == 10


def test_the_shipped_tracking_table_is_the_tool_s_own() -> None:
    shipped = (ROOT / "db/migrations/001_create_examples_schema.sql").read_text()
    assert " ".join(_DEFINITION.format(table="public.schema_migrations").split()) in " ".join(shipped.split())


def test_a_row_says_what_when_who_and_how_long(project: SqlProject) -> None:
    project.migration("001", "SELECT pg_sleep(0.02);\r\nSELECT 2;")
    project.sync()
    (row,) = project.database.applied()
    assert (row.name, row.applied_by, row.statements_done, row.complete) == (
        "001.sql",
        "postgres (ada@laptop)",
        2,
        True,
    )
    assert row.duration_ms >= 20
    project.migration("001", "SELECT pg_sleep(0.02);\nSELECT 2;")
    assert project.states() == {"migrations/001.sql": "applied"}


def test_names_sort_by_code_point_and_seeds_come_last(project: SqlProject) -> None:
    for name in ("b", "a", "C", "10", "9", "_"):
        project.migration(name, "SELECT 1;")
    project.seed("0", "SELECT 1;")
    names = [run.path.rpartition("/")[2].removesuffix(".sql") for run in project.sync().runs]
    assert names == ["10", "9", "C", "_", "a", "b", "0"]


def test_copied_data_functions_and_percent_signs_arrive_as_they_are(project: SqlProject) -> None:
    project.migration(
        "001",
        "CREATE TABLE t (a text, b text);\n"
        "COPY t FROM STDIN WITH (FORMAT csv); -- the data follows\n"
        '"x;y",%s\n"""\'☃",\n\\.\n'
        "CREATE FUNCTION f() RETURNS text LANGUAGE plpgsql AS $body$\n"
        "BEGIN RETURN 'a;b'; -- $$ ;\nEND $body$;\n"
        "CREATE FUNCTION g(n int) RETURNS int BEGIN ATOMIC SELECT CASE WHEN n > 1 THEN 1 ELSE 2 END; SELECT n; END;\n"
        "INSERT INTO t VALUES (f(), '100%' || g(3));",
    )
    project.sync()
    assert project.rows("SELECT a, b FROM t") == [("x;y", "%s"), ("\"'☃", None), ("a;b", "100%3")]


def test_a_seed_runs_again_when_its_text_changes(project: SqlProject) -> None:
    project.seed("001", "CREATE TABLE IF NOT EXISTS t (a int); INSERT INTO t VALUES (1);")
    project.sync()
    project.seed("001", "INSERT INTO t VALUES (2);")
    assert project.states() == {"seed/001.sql": "changed"}
    assert [run.ran for run in project.sync().runs] == [True]
    assert project.sync().runs == ()
    assert project.rows("SELECT a FROM t ORDER BY a") == [(1,), (2,)]


def test_migrations_only_leaves_the_seeds(project: SqlProject) -> None:
    project.migration("001", "SELECT 1;")
    project.seed("001", "SELECT 1;")
    assert len(project.sync(replace(LENIENT, mode=DbMode.MIGRATIONS_ONLY)).runs) == 1
    assert project.sync(replace(LENIENT, mode=DbMode.NONE)).runs == ()


def test_nothing_to_do_writes_nothing_not_even_the_table(project: SqlProject) -> None:
    assert project.sync().runs == ()
    project.seed("001", "-- later\n")
    (warning,) = project.sync().warnings
    assert warning.rule == "sql-empty"
    assert project.value("SELECT to_regclass('public.schema_migrations')") is None


def test_a_changed_migration_warns_or_fails_and_never_runs(project: SqlProject) -> None:
    project.migration("001", "CREATE TABLE t (a int);")
    project.sync()
    project.migration("001", "CREATE TABLE u (a int);")
    with pytest.raises(SourceProblems) as caught:
        project.sync(STRICT)
    assert "tools/db_sync --accept db/migrations/001.sql" in caught.value.problems[0].message
    assert [warning.rule for warning in project.sync(LENIENT).warnings] == ["sql-edited"]
    assert project.value("SELECT to_regclass('u')") is None


def test_accepting_an_edited_migration_settles_it(project: SqlProject) -> None:
    project.migration("001", "CREATE TABLE t (a int);")
    project.sync()
    project.migration("001", "CREATE TABLE u (a int);")
    db_sync.accept(["db/migrations/001.sql"], project.plan(), project.database)
    assert project.sync(STRICT).runs == ()
    assert "accepted without running" in project.database.applied()[0].applied_by


def test_accepting_a_pending_migration_takes_a_database_as_it_is(project: SqlProject) -> None:
    project.migration("001", "BEGIN; CREATE TABLE t (a int); COMMIT;")
    db_sync.accept(["001.sql"], project.plan(), project.database)
    assert project.states() == {"migrations/001.sql": "applied"}
    assert project.value("SELECT to_regclass('t')") is None


def test_an_unknown_migration_warns_or_fails_until_it_is_accepted(project: SqlProject) -> None:
    file = project.migration("002", "SELECT 1;")
    project.sync()
    file.unlink()
    with pytest.raises(SourceProblems) as caught:
        project.sync(STRICT)
    assert caught.value.problems[0].path == "db/migrations/002.sql"
    assert [warning.rule for warning in project.sync(LENIENT).warnings] == ["sql-unknown"]
    db_sync.accept(["db/migrations/002.sql"], project.plan(), project.database)
    assert project.sync(STRICT).warnings == ()


def test_a_migration_that_sorts_before_applied_ones_warns_or_fails(project: SqlProject) -> None:
    project.migration("002", "SELECT 1;")
    project.sync()
    project.migration("001", "CREATE TABLE t (a int);")
    with pytest.raises(SourceProblems) as caught:
        project.sync(STRICT)
    assert caught.value.problems[0].rule == "sql-out-of-order"
    assert len(project.sync(LENIENT).runs) == 1


def test_nothing_to_accept_is_an_error(project: SqlProject) -> None:
    project.migration("001", "SELECT 1;")
    project.sync()
    for name in ("db/migrations/001.sql", "nope.sql"):
        with pytest.raises(ConfigurationError):
            db_sync.accept([name], project.plan(), project.database)


@pytest.mark.parametrize("columns", ["version varchar NOT NULL PRIMARY KEY", "version bigint, dirty boolean"])
def test_somebody_else_s_table_is_left_alone(project: SqlProject, columns: str) -> None:
    with psycopg.connect(project.url, autocommit=True) as connection:
        connection.execute(f"CREATE TABLE public.schema_migrations ({columns})".encode())
    project.migration("001", "SELECT 1;")
    with pytest.raises(ConfigurationError, match="tracking_table"):
        project.sync()
    project.table = "ops.hybrid_migrations"
    assert len(project.sync().runs) == 1
    assert project.value("SELECT count(*) FROM ops.hybrid_migrations") == 1


def test_what_a_file_sets_does_not_reach_the_next_one(project: SqlProject) -> None:
    project.migration(
        "001",
        "CREATE SCHEMA other; CREATE ROLE sync_other; GRANT ALL ON SCHEMA other TO sync_other;\n"
        "SET search_path = other; SET statement_timeout = '1h'; SET ROLE sync_other; SET work_mem = '1MB';\n"
        "CREATE TABLE t (a int);",
    )
    project.migration("002", "CREATE TABLE u AS SELECT current_user::text AS who, current_setting('work_mem') AS mem;")
    project.migration("003", "DROP OWNED BY sync_other; DROP ROLE sync_other;")
    project.sync()
    ((who, mem),) = project.rows("SELECT who, mem FROM public.u")
    assert who == "postgres"
    assert mem != "1MB"


def test_a_procedure_cannot_end_the_file_s_transaction(project: SqlProject) -> None:
    project.migration("001", "CREATE PROCEDURE p() LANGUAGE plpgsql AS $$ BEGIN COMMIT; END $$;\nCALL p();")
    with pytest.raises(SourceProblems) as caught:
        project.sync()
    assert "invalid transaction termination" in caught.value.problems[0].message
    assert project.value("SELECT to_regproc('p')") is None


def test_warnings_of_the_server_are_passed_on(project: SqlProject) -> None:
    project.migration("001", "CREATE SCHEMA IF NOT EXISTS public;\nDO $$ BEGIN RAISE NOTICE 'halfway'; END $$;")
    project.sync()
    assert [line for line in project.told if ": NOTICE: " in line] == ["db/migrations/001.sql: NOTICE: halfway"]


def test_the_folder_s_own_problems_stop_it(project: SqlProject) -> None:
    project.migration("001", "SELECT 1;")
    project.write("migrations/002.SQL", "SELECT 1;")
    project.write("migrations/003.sql", b"SELECT 1;\nSELECT '\xc3\xa9\xe9';")
    project.write("migrations/.004.sql", "SELECT 1/0;")
    project.write("migrations/notes.txt", "")
    project.write("migrations/005.sql", b"a\0b")
    with pytest.raises(SourceProblems) as caught:
        project.sync()
    assert [(p.path.rpartition("/")[2], p.line, p.col) for p in caught.value.problems] == [
        ("002.SQL", 1, 1),
        ("003.sql", 2, 10),
        ("005.sql", 1, 2),
    ]
