"""What a broken file says, and where."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest

from fixtures.free_port import free_port
from fixtures.postgres import Postgres
from superset_gitops.edges.postgres.failures import PostgresUnavailable, transient
from superset_gitops.errors import ConfigurationError, SourceProblems

from .project import SqlProject


def _failure(project: SqlProject) -> str:
    with pytest.raises(SourceProblems) as caught:
        project.sync()
    (problem,) = caught.value.problems
    return str(problem)


def test_an_error_has_line_column_message_and_hint(project: SqlProject) -> None:
    project.migration("001", "CREATE TABLE births (year int);\n-- é\nSELECT 'ü',\n       yeer\nFROM births;\nSELECT 1;")
    assert _failure(project) == (
        'db/migrations/001.sql:4:8: [error] column "yeer" does not exist; '
        'HINT: Perhaps you meant to reference the column "births.year".; SQLSTATE 42703 (sql)'
    )


def test_an_error_with_windows_line_ends_and_a_byte_order_mark(project: SqlProject) -> None:
    project.migration("001", b"\xef\xbb\xbfSELECT 1;\r\n\r\nSELECT 2,\r\n  nope;\r\n")
    assert _failure(project).startswith('db/migrations/001.sql:4:3: [error] column "nope" does not exist')


def test_an_error_without_a_position_stands_at_its_statement(project: SqlProject) -> None:
    project.seed("001", "CREATE TABLE t (a int PRIMARY KEY);\nINSERT INTO t VALUES (1);  INSERT INTO t\n VALUES (1);")
    assert _failure(project) == (
        'db/seed/001.sql:2:28: [error] duplicate key value violates unique constraint "t_pkey"; '
        "DETAIL: Key (a)=(1) already exists.; SQLSTATE 23505 (sql)"
    )


def test_an_error_in_copied_data_stands_at_the_data_line(project: SqlProject) -> None:
    project.seed("001", "CREATE TABLE t (a int, b text);\nCOPY t FROM STDIN;\n1\tone\n2\ttwo\nx\tthree\n\\.\nSELECT 1;")
    assert _failure(project).startswith(
        'db/seed/001.sql:5:1: [error] invalid input syntax for type integer: "x"; CONTEXT: COPY t, line 3, column a'
    )
    assert project.states() == {"seed/001.sql": "pending"}


def test_an_error_in_a_function_body_is_placed_in_the_file(project: SqlProject) -> None:
    project.migration(
        "001", "SELECT 1;\nCREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$\n  SELECT 1;\n  SELECT nope;\n$$;"
    )
    assert _failure(project).startswith('db/migrations/001.sql:4:10: [error] column "nope" does not exist')


def test_an_error_in_a_running_block_is_placed_in_the_file(project: SqlProject) -> None:
    project.migration("001", "SELECT 1;\nDO $$\nBEGIN\n  PERFORM 1;\n  RAISE EXCEPTION 'no births';\nEND $$;")
    assert _failure(project).startswith("db/migrations/001.sql:5:1: [error] no births; CONTEXT: PL/pgSQL function")


def test_a_missing_right_on_the_tool_s_own_table_is_not_the_file_s_fault(project: SqlProject) -> None:
    project.migration("001", "SELECT 1;")
    project.sync()
    with psycopg.connect(project.url, autocommit=True) as connection:
        name = connection.info.dbname
        connection.execute(f"CREATE ROLE {name} LOGIN PASSWORD 'weak'".encode())
        connection.execute(f"GRANT SELECT ON schema_migrations TO {name}".encode())
    project.url = project.url.replace("postgres:secret-of-the-tests", f"{name}:weak")
    project.migration("002", "SELECT 2;")
    with pytest.raises(PostgresUnavailable, match="permission denied for table schema_migrations") as caught:
        project.sync()
    assert "grant" in caught.value.remedy


def test_a_failed_file_leaves_nothing_and_those_before_it_stay(project: SqlProject) -> None:
    project.migration("001", "CREATE TABLE one (a int);")
    project.migration("002", "CREATE TABLE two (a int); SELECT 1/0;")
    project.migration("003", "CREATE TABLE three (a int);")
    assert "division by zero" in _failure(project)
    assert project.rows("SELECT tablename FROM pg_tables WHERE tablename IN ('one', 'two', 'three')") == [("one",)]
    assert project.states() == {
        "migrations/001.sql": "applied",
        "migrations/002.sql": "pending",
        "migrations/003.sql": "pending",
    }


def test_a_deferred_constraint_fails_the_file(project: SqlProject) -> None:
    project.migration(
        "001",
        "CREATE TABLE p (a int PRIMARY KEY);\nCREATE TABLE c (a int REFERENCES p DEFERRABLE INITIALLY DEFERRED);\n"
        "INSERT INTO c VALUES (7);",
    )
    assert "db/migrations/001.sql:3:1: [error] insert or update on table" in _failure(project)


def test_what_cannot_run_in_a_transaction_names_the_header(project: SqlProject) -> None:
    project.migration("001", "VACUUM;")
    assert "HINT: let the file begin with the line `-- hybrid: no-transaction`" in _failure(project)


def test_refused_statements_are_all_told_before_anything_runs(project: SqlProject) -> None:
    project.migration("001", "CREATE TABLE t (a int);\nBEGIN;\n\\d t\nCOMMIT;")
    with pytest.raises(SourceProblems) as caught:
        project.sync()
    assert [(problem.line, problem.rule) for problem in caught.value.problems] == [
        (2, "sql-transaction-control"),
        (3, "sql-psql-command"),
        (4, "sql-transaction-control"),
    ]
    assert project.value("SELECT to_regclass('public.schema_migrations')") is None


@pytest.mark.parametrize(
    "statement", ["COPY t FROM '/no/such/file'", "ALTER DATABASE nope_x RESET ALL", "SET ROLE nope_x"]
)
def test_what_a_statement_itself_gets_wrong_is_the_file_s_fault(project: SqlProject, statement: str) -> None:
    project.migration("001", f"CREATE TABLE t (a text);\n{statement};")
    assert _failure(project).startswith("db/migrations/001.sql:2:1: [error]")


def test_a_cancelled_statement_is_not_the_file_s_fault_and_is_not_repeated(project: SqlProject) -> None:
    project.migration("001", "SET LOCAL statement_timeout = '50ms';\nSELECT pg_sleep(60);")
    with pytest.raises(PostgresUnavailable, match="statement_timeout") as caught:
        project.sync()
    assert (transient(caught.value), caught.value.where) == (None, "db/migrations/001.sql:2:1")


def test_a_lock_that_is_not_had_in_time_may_pass(project: SqlProject) -> None:
    project.migration("001", "CREATE TABLE t (a int);")
    project.sync()
    project.migration("002", "SET LOCAL lock_timeout = '50ms';\nALTER TABLE t ADD b int;")
    with psycopg.connect(project.url) as other:
        other.execute("LOCK TABLE t")
        with pytest.raises(PostgresUnavailable) as caught:
            project.sync()
    assert transient(caught.value)
    assert len(project.sync().runs) == 1


def test_a_lost_connection_may_pass_and_names_the_place(project: SqlProject) -> None:
    project.migration("001", "SELECT 1;\nSELECT pg_terminate_backend(pg_backend_pid());")
    with pytest.raises(PostgresUnavailable) as caught:
        project.sync()
    assert transient(caught.value)
    assert caught.value.where == "db/migrations/001.sql:2:1"


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ((":secret-of-the-tests@", ":a-wrong-secret@"), "password authentication failed"),
        ((":secret-of-the-tests@", "@"), "PostgreSQL refused"),
        (("postgres:", "nobody-we-know:"), "PostgreSQL refused"),
        (("/t_", "/no_"), "does not exist"),
    ],
)
def test_a_refused_login_is_told_once_without_the_password(
    postgres: Postgres, tmp_path: Path, change: tuple[str, str], told: str
) -> None:
    url = postgres.new_database()
    assert change[0] in url
    with pytest.raises(PostgresUnavailable) as caught:
        SqlProject(tmp_path, url.replace(*change)).database.applied()
    assert transient(caught.value) is None
    assert told in str(caught.value)
    assert "secret" not in str(caught.value)


def test_a_server_that_is_down_may_come_back(tmp_path: Path) -> None:
    project = SqlProject(tmp_path, f"postgresql://u:hidden@127.0.0.1:{free_port()}/db")
    with pytest.raises(PostgresUnavailable) as caught:
        project.database.applied()
    assert transient(caught.value)
    assert "hidden" not in str(caught.value)


@pytest.mark.parametrize(
    "url", ["postgresql://u:hid@den@host/db", "postgresql://u:hid/den@host/db", "mysql://u:hidden@host/db", "hidden"]
)
def test_an_unreadable_url_is_never_printed(tmp_path: Path, url: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        SqlProject(tmp_path, url).database.applied()
    assert "hid" not in str(caught.value)
    assert "den" not in str(caught.value).replace("percent-encode", "")


@pytest.mark.parametrize("scheme", ["postgres", "postgresql+psycopg", "postgresql+psycopg2"])
def test_other_spellings_of_the_scheme_are_taken(project: SqlProject, scheme: str) -> None:
    project.url = project.url.replace("postgresql", scheme, 1)
    assert project.database.applied() == ()
