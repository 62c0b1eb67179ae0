"""The splitter against psql itself: what it would send is read from the server's log."""

from __future__ import annotations

import re
import uuid

import psycopg
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from superset_gitops.core.sql.split import split
from superset_gitops.core.sql.tokens import Token, next_piece
from superset_gitops.model.sql import SqlFile, SqlKind

from .project import SqlProject
from .server import Server

# Everything that opens, closes or hides something, and what may stand beside it.
QUOTES = ["'", "''", '"', '""', "$$", "$a$", "$b", "$", "$1", "E'", "e", "U&'", 'U&"', "N'", "x$a$", "\\", "\\'"]
COMMENTS = ["--", "-", "/*", "*/", "/", "*", "-- ' ;\n", "/* ; /* ' */ */"]
SPACES = ["\n", "\n", "\r\n", " ", "\t", "\f"]
NAMES = [
    "é",
    "a",
    "1",
    "1e",
    "1.5",
    "SELECT ",
    "CASE ",
    " END ",
    "CREATE FUNCTION f ",
    "create or replace procedure p ",
]
OTHERS = ["(", ")", ";", ";", ":", "::", "[", " BEGIN ATOMIC ", "'a;b'", "$$;$$", "$a$ $$ ; $a$", "E'\\';'", '"a;""b"']
PIECES = [*QUOTES, *COMMENTS, *SPACES, *NAMES, *OTHERS]
scripts = st.lists(st.sampled_from(PIECES), max_size=30).map("".join)


@pytest.fixture(scope="module")
def log(server: Server) -> str:
    """A database whose every statement is logged."""
    url = server.new_database()
    with psycopg.connect(url, autocommit=True) as connection:
        name = connection.info.dbname
        # One line for each statement: its duration where it succeeds, the error's statement where it does not.
        for setting in ("log_min_duration_statement = 0", "log_min_messages = 'error'"):
            connection.execute(f"ALTER DATABASE {name} SET {setting}")
    return url


@settings(max_examples=150, deadline=None)
@given(text=scripts)
def test_splits_as_psql_does(server: Server, log: str, text: str) -> None:
    script = split(SqlFile(SqlKind.SEED, "s.sql", "s.sql", text, ""))
    assume(not script.problems)
    # psql reads line by line and does not see that E'a'⏎'b' is one literal; the server does, and we do.
    assume(not re.search(r"[eE]'.*'\s*\n.*'", text, re.DOTALL))
    # psql takes :E'…' for its variable E; the server does not know such things.
    assume(not re.search(r":\w", text))
    assert [_shown(statement.text) for statement in script.statements] == _sent_by_psql(server, log, text)


def test_an_escape_string_goes_on_behind_a_line_end(project: SqlProject) -> None:
    project.seed("001", "CREATE TABLE t AS SELECT E'a' -- more\n  'it\\'s; b' AS v, 'x' || 'y\\' AS w;")
    project.sync()
    assert project.rows("SELECT v, w FROM t") == [("ait's; b", "xy\\")]


def _sent_by_psql(server: Server, url: str, text: str) -> list[str]:
    name = f"s{uuid.uuid4().hex}"
    path = server.folder / f"{name}.sql"
    path.write_bytes(text.encode())
    path.chmod(0o644)
    server.run("psql", "-X", "-q", "-f", str(path), f"{url}?application_name={name}&client_encoding=UTF8", check=False)
    path.unlink()
    lines = (server.folder / "log").read_bytes().decode(errors="replace")
    sent = re.findall(
        rf"^#{name}#(?:LOG:  duration: \S+ ms  statement|STATEMENT): +(.*(?:\n(?!#).*)*)", lines, re.MULTILINE
    )
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
