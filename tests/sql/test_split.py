"""Where a statement ends, and where it stands."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from superset_gitops.core.sql.refuse import read_script
from superset_gitops.core.sql.split import split
from superset_gitops.model.sql import Script, SqlFile, SqlKind


def file(text: str) -> SqlFile:
    return SqlFile(SqlKind.MIGRATION, "001.sql", "db/001.sql", text, hashlib.sha256(text.encode()).hexdigest())


def texts(text: str) -> list[str]:
    script = split(file(text))
    assert script.problems == ()
    return [statement.text for statement in script.statements]


def complaints(text: str) -> list[tuple[int, int, str]]:
    return [(problem.line, problem.col, problem.rule) for problem in read_script(file(text)).problems]


@pytest.mark.parametrize(
    "whole",
    [
        "SELECT ';', 'it''s;', E'\\';', U&'\\0041;', N';'",
        'SELECT 1 AS "a;""b"',
        "SELECT $$;$$, $a$ $$ ; $b$ $a$, a$b$c",
        "SELECT /* ; /* ; */ ; */ 1 -- ;\n + 2",
        "CREATE RULE r AS ON INSERT TO t DO (SELECT 1; SELECT 2)",
        "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE 1 WHEN 1 THEN 2 END; SELECT 1 AS end; END",
        "CREATE OR REPLACE PROCEDURE p() BEGIN ATOMIC SELECT 1; END",
        "SELECT E'a' -- b\n  '\\';'",
    ],
)
def test_a_semicolon_inside_ends_nothing(whole: str) -> None:
    assert texts(f"{whole};\nSELECT 2") == [whole, "SELECT 2"]


def test_an_empty_statement_is_none() -> None:
    assert texts(" ;; -- nothing\n;/* nothing */ ;\n") == []


def test_atomic_elsewhere_is_a_name() -> None:
    assert texts("SELECT begin atomic; SELECT 2") == ["SELECT begin atomic", "SELECT 2"]


def test_copied_data_is_taken_as_it_is() -> None:
    (copy, after) = split(file("COPY t (a) FROM STDIN; -- here\n;'\\\\\n\\N\n\\.\nSELECT 1;")).statements
    assert (copy.copy.text, copy.copy.line) == (";'\\\\\n\\N\n", 2)  # type: ignore[union-attr]
    assert (after.text, after.line) == ("SELECT 1", 5)


def test_a_copy_from_a_file_has_no_data() -> None:
    assert texts("COPY t FROM '/x/STDIN'; COPY t FROM PROGRAM 'cat'; SELECT 1") == [
        "COPY t FROM '/x/STDIN'",
        "COPY t FROM PROGRAM 'cat'",
        "SELECT 1",
    ]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("SELECT 1;\n  'never", (2, 3, "sql-syntax")),
        ("SELECT $a$ never", (1, 8, "sql-syntax")),
        ("/* /* */", (1, 1, "sql-syntax")),
        ('SELECT "a', (1, 8, "sql-syntax")),
        ("SELECT (1, (2);\nSELECT 3;", (1, 8, "sql-syntax")),
        ("CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1;", (1, 39, "sql-syntax")),
        ("COPY t FROM STDIN;\n1\n", (1, 1, "sql-syntax")),
        ("COPY t FROM STDIN; SELECT 1;\n1\n\\.", (1, 19, "sql-syntax")),
        ("SELECT 1;\n\\.\n", (2, 1, "sql-syntax")),
        ("SELECT 1 \\gset\n;", (1, 10, "sql-psql-command")),
        ("\\i other.sql", (1, 1, "sql-psql-command")),
        ("\\copy t FROM 'x; y'\nSELECT 1;", (1, 1, "sql-psql-command")),
        ("COPY (SELECT 1) TO STDOUT;", (1, 1, "sql-copy-out")),
        ("SET standard_conforming_strings = off;", (1, 1, "sql-session-setting")),
        ("SET LOCAL standard_conforming_strings TO 'off';", (1, 1, "sql-session-setting")),
        ("SET client_encoding = 'LATIN1';", (1, 1, "sql-session-setting")),
        ("-- hybrid: no-transactions\nSELECT 1;", (1, 1, "sql-syntax")),
        ("SELECT 1;\n-- hybrid: no-transaction\n", (2, 1, "sql-syntax")),
    ],
)
def test_what_cannot_be_run_is_told_with_its_place(text: str, place: tuple[int, int, str]) -> None:
    assert complaints(text) == [place]


CONTROL = """
BEGIN|begin work|START TRANSACTION|COMMIT|COMMIT AND CHAIN|END|ROLLBACK|ROLLBACK TO a|ABORT|SAVEPOINT a|RELEASE a|
PREPARE TRANSACTION 'x'|COMMIT PREPARED 'x'|ROLLBACK PREPARED 'x'|SET TRANSACTION READ ONLY|
SET LOCAL TRANSACTION READ ONLY|/* a */ COMMIT
"""


@pytest.mark.parametrize("statement", CONTROL.strip().split("|"))
@pytest.mark.parametrize("header", ["", "-- hybrid: no-transaction\n"])
def test_transaction_control_is_refused(header: str, statement: str) -> None:
    (found,) = complaints(f"{header}{statement};")
    assert found[2] == "sql-transaction-control"


HARMLESS = """
PREPARE a AS SELECT 1|SET client_encoding = 'UTF8'|SET standard_conforming_strings = on|SELECT 'COMMIT'|
CREATE TABLE "begin" (a int)|SET search_path TO a, b|SET CONSTRAINTS ALL DEFERRED|COPY t TO '/x'
"""


@pytest.mark.parametrize("statement", HARMLESS.strip().split("|"))
def test_what_only_looks_like_it_is_not_refused(statement: str) -> None:
    assert complaints(f"{statement};") == []


def test_the_header_opts_out_before_the_first_statement() -> None:
    assert split(file("-- what it does\n\n--  Hybrid: No-Transaction \nSELECT 1;")).transactional is False
    assert split(file("SELECT '-- hybrid: no-transaction';")).transactional is True


@given(st.lists(st.sampled_from(["SELECT 1", "SELECT ';'\n", "SELECT $$\n;\n$$", "\n\n SELECT\n2", "SELECT 'é☃'"])))
def test_every_statement_stands_where_it_says(statements: list[str]) -> None:
    text = ";\n".join(statements)
    script: Script = split(file(text))
    lines = text.split("\n")
    assert [statement.text for statement in script.statements] == [statement.strip() for statement in statements]
    for statement in script.statements:
        assert "\n".join(lines[statement.line - 1 :])[statement.col - 1 :].startswith(statement.text)


def test_a_position_is_counted_in_characters_from_the_statement() -> None:
    (_, statement) = split(file("SELECT 1; SELECT 'é',\n  nope;")).statements
    assert statement.locate(1) == (1, 11)
    assert statement.locate(8) == (1, 18)
    assert statement.locate(statement.text.index("nope") + 1) == (2, 3)
    assert statement.locate(None) == (1, 11)
