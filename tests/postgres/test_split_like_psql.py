"""The splitter against psql itself: what it would send is read from the server's log."""

from __future__ import annotations

import re
import subprocess

import psycopg
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from fixtures.postgres import Postgres
from superset_gitops.core.sql.split import split
from superset_gitops.core.sql.tokens import Token, next_piece
from superset_gitops.model.sql import SqlFile, SqlKind

from .project import SqlProject

# Everything that opens, closes or hides something, and what may stand beside it.
QUOTES = ["'", "''", '"', '""', "$$", "$a$", "$b", "$", "$1", "E'", "e", "U&'", 'U&"', "N'", "x$a$", "\\", "\\'"]
COMMENTS = ["--", "-", "/*", "*/", "/", "*"]
SPACES = ["\n", "\n", "\r\n", " ", "\t", "\f"]
NAMES = ["é", "a", "1", "1e", "1.5", "SELECT ", "CASE ", " END "]
OTHERS = ["(", ")", ";", ";", ";", ":", "::", "["]
ROUTINES = ["CREATE FUNCTION f BEGIN ATOMIC ", "create or replace procedure p begin atomic "]
PAIRS = [
    ("(", ")"),
    ("(", ")"),
    ("/*", "*/"),
    ("--", "\n"),
    ("'", "'"),
    ("E'", "'"),
    ('"', '"'),
    ("$$", "$$"),
    ("$a$", "$a$"),
]
PAIRS += [(f"; {routine}", " END ;") for routine in ROUTINES] + [(" CASE ", " END ")]

atoms = st.sampled_from([*QUOTES, *COMMENTS, *SPACES, *NAMES, *OTHERS])
harmless = st.sampled_from([*SPACES, *NAMES[:6], ";", ";", ";", "-", "*"])


def _wrapped(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Most random text is unbalanced: this one is, so that semicolons come to stand inside of things."""
    return st.builds(
        lambda pair, parts: pair[0] + "".join(parts) + pair[1], st.sampled_from(PAIRS), st.lists(inner, max_size=4)
    )


balanced = st.recursive(harmless, _wrapped, max_leaves=12)
scripts = st.lists(atoms, max_size=30).map("".join) | st.lists(balanced | harmless, max_size=8).map("".join)


@pytest.fixture(scope="module")
def log(postgres: Postgres) -> str:
    """A database whose every statement is logged."""
    url = postgres.new_database()
    with psycopg.connect(url, autocommit=True) as connection:
        name = connection.info.dbname
        # One line for each statement: its duration where it succeeds, the error's statement where it does not.
        for setting in ("log_min_duration_statement = 0", "log_min_messages = 'error'"):
            connection.execute(f"ALTER DATABASE {name} SET {setting}")
    return url


@settings(max_examples=200)
@given(text=scripts)
def test_splits_as_psql_does(postgres: Postgres, log: str, text: str) -> None:
    script = split(SqlFile(SqlKind.SEED, "s.sql", "s.sql", text, ""))
    assume(not script.problems)
    # psql reads line by line and does not see that E'a'⏎'b' is one literal; the server does, and we do.
    assume(not re.search(r"[eE]'.*'\s*\n.*'", text, re.DOTALL))
    # psql takes :E'…' for its variable E; the server does not know such things.
    assume(not re.search(r":\w", text))
    assert [_shown(statement.text) for statement in script.statements] == _sent_by_psql(postgres, log, text)


def test_an_escape_string_goes_on_behind_a_line_end(project: SqlProject) -> None:
    project.seed("001", "CREATE TABLE t AS SELECT E'a' -- more\n  'it\\'s; b' AS v, 'x' || 'y\\' AS w;")
    project.sync()
    assert project.rows("SELECT v, w FROM t") == [("ait's; b", "xy\\")]


def _sent_by_psql(postgres: Postgres, url: str, text: str) -> list[str]:
    server = postgres.server
    begin = server.log.stat().st_size
    psql = [str(server.binaries / "psql"), "-X", "-q", "-f", "-", f"{url}?client_encoding=UTF8"]
    subprocess.run(psql, input=text.encode(), capture_output=True, check=False)
    logged = server.log.read_bytes()[begin:].decode(errors="replace")
    name = url.rpartition("/")[2]
    # The prefix is the time, the process and the database; further lines of one statement are indented.
    entry = rf"^\d{{4}}-.* {name} (?:LOG:  duration: \S+ ms  statement|STATEMENT): +(.*(?:\n(?!\d{{4}}-).*)*)"
    sent = re.findall(entry, logged, re.MULTILINE)
    return [shown for statement in sent if (shown := _shown(statement))]


def _shown(text: str) -> str:
    """From the first to the last token, as far as the log keeps it: it indents lines, and psql drops some comments."""
    kept = []
    start = 0
    while (piece := next_piece(text, start)) is not None:
        start = piece.end
        if piece.token not in (Token.SPACE, Token.LINE_COMMENT, Token.BLOCK_COMMENT):
            kept.append("".join(text[piece.start : piece.end].split()))
    while kept and kept[-1] == ";":
        kept.pop()
    return " ".join(kept)
