"""Owns telling of the INVALID index that a failed `CREATE INDEX CONCURRENTLY` leaves behind.

PostgreSQL manual, CREATE INDEX, "Building Indexes Concurrently": it stays, costs writes, and is never used.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import psycopg

from superset_gitops.edges.postgres.connect import Connection
from superset_gitops.errors import SourceProblems
from superset_gitops.model.problem import Problem
from superset_gitops.model.sql import Statement

_QUERY = (
    "SELECT format('%I.%I', n.nspname, c.relname), c.relname FROM pg_index i"
    " JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE NOT i.indisvalid"
)


@contextmanager
def watching_indexes(connection: Connection, path: str, statement: Statement) -> Iterator[None]:
    """Run one statement inside; where it builds an index concurrently, name what it leaves INVALID.

    With IF NOT EXISTS such a left-over would even count as success.

    Raises:
        SourceProblems: the statement's own problems with the index and the remedy added, or an index that is there
            but INVALID.
    """
    if "CONCURRENTLY" not in statement.words[:4] or statement.words[0] not in ("CREATE", "REINDEX"):
        yield
        return
    before = _invalid(connection)
    name = _index_name(statement.words)
    try:
        yield
    except SourceProblems as error:
        left = _blamed(_invalid(connection), before, name)
        raise SourceProblems(tuple(_with_remedy(problem, left) for problem in error.problems)) from None
    left = _blamed(_invalid(connection), before, name) if "EXISTS" in statement.words else []
    if left:
        message = f"the index {left[0]} exists but is INVALID, left by a build that failed: {_remedy(left)}"
        raise SourceProblems((Problem(path, statement.line, statement.col, message, "sql-invalid-index"),))


def _invalid(connection: Connection) -> dict[str, str]:
    try:
        return dict(connection.execute(_QUERY).fetchall())
    except psycopg.Error:
        return {}  # the connection is gone: the statement's own failure is the one to tell


def _index_name(words: tuple[str, ...]) -> str:
    """The name in `CREATE [UNIQUE] INDEX CONCURRENTLY [IF NOT EXISTS] name ON …`; empty where it has none."""
    rest = words[words.index("CONCURRENTLY") + 1 :]
    rest = rest[3:] if rest[:3] == ("IF", "NOT", "EXISTS") else rest
    name = rest[0] if rest else ""
    if name.startswith('"'):
        return name[1:-1].replace('""', '"')
    return "" if name == "ON" else name.lower()


def _blamed(after: dict[str, str], before: dict[str, str], name: str) -> list[str]:
    return sorted(full for full, short in after.items() if full not in before or short == name)


def _with_remedy(problem: Problem, left: list[str]) -> Problem:
    if not left:
        return problem
    return replace(problem, message=f"{problem.message}; it left the INVALID index {left[0]}: {_remedy(left)}")


def _remedy(left: list[str]) -> str:
    return " ".join(f"DROP INDEX CONCURRENTLY {full};" for full in left) + " then run this again"
