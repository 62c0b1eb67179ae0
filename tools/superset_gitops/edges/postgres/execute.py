"""Owns sending one statement of a file, and telling its failure at the place in the file."""

from __future__ import annotations

import re

import psycopg

from superset_gitops.edges.postgres.connect import Connection
from superset_gitops.edges.postgres.failures import one_line, outside_failure
from superset_gitops.errors import HybridError, SourceProblems
from superset_gitops.model.problem import Problem
from superset_gitops.model.sql import Statement

# CONTEXT of an error in COPY data; the word is "line", or the server's language's word for it.
_DATA_LINE = re.compile(r"^COPY .*?, \w+ (\d+)", re.MULTILINE)
# CONTEXT of an error while a DO block runs; its line 1 is the one with the opening quote.
_BLOCK_LINE = re.compile(r"inline_code_block \w+ (\d+)")
_CANNOT_IN_TRANSACTION = "25001"
_NEEDS_HEADER = "let the file begin with the line `-- hybrid: no-transaction`"


def execute(connection: Connection, path: str, statement: Statement) -> None:
    """Run one statement and read its result to the end.

    Raises:
        SourceProblems: PostgreSQL refuses the statement.
        PostgresUnavailable: it failed for a reason outside the file.
    """
    # Without parameters psycopg takes the simple protocol: one text, no % in it means anything.
    text = statement.text.encode()
    try:
        if statement.copy is None:
            connection.execute(text)
        else:
            with connection.cursor() as cursor, cursor.copy(text) as copy:
                copy.write(statement.copy.text.encode())
    except psycopg.Error as error:
        raise statement_failure(error, path, statement) from None


def statement_failure(error: psycopg.Error, path: str, statement: Statement) -> HybridError:
    """The failure of a file's statement, at its line and column, with what PostgreSQL says about it."""
    line, col = _place(error, statement)
    outside = outside_failure(error, f"{path}:{line}:{col}")
    if outside is not None:
        return outside
    return SourceProblems((Problem(path, line, col, _told(error), "sql"),))


def _place(error: psycopg.Error, statement: Statement) -> tuple[int, int]:
    position = error.diag.statement_position
    if position is not None:
        return statement.locate(int(position))
    context = error.diag.context or ""
    in_data = _DATA_LINE.search(context)
    if statement.copy is not None and in_data:
        return statement.copy.line + int(in_data[1]) - 1, 1
    in_block = _BLOCK_LINE.findall(context)
    if statement.words[:1] == ("DO",) and in_block:
        opening = statement.text.find("$") + 1
        return statement.locate(opening)[0] + int(in_block[-1]) - 1, 1
    return statement.locate(None)


def _told(error: psycopg.Error) -> str:
    parts = [error.diag.message_primary or one_line(error)]
    if error.diag.message_detail:
        parts.append(f"DETAIL: {error.diag.message_detail}")
    hint = error.diag.message_hint or (_NEEDS_HEADER if error.sqlstate == _CANNOT_IN_TRANSACTION else "")
    if hint:
        parts.append(f"HINT: {hint}")
    if error.diag.context and error.diag.statement_position is None:
        parts.append(f"CONTEXT: {error.diag.context}")
    if error.sqlstate:
        parts.append(f"SQLSTATE {error.sqlstate}")
    return "; ".join(" ".join(part.split()) for part in parts)
