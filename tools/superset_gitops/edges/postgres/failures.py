"""Owns what a PostgreSQL failure means: whether it may pass by itself, and how it is told without secrets."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from superset_gitops.edges.retry import Transience
from superset_gitops.errors import Unavailable

if TYPE_CHECKING:
    import psycopg

# PostgreSQL manual, appendix A. What is not here and has a SQLSTATE is the statement's own fault.
_MAY_PASS = {
    "25006": "the server is read-only (a standby?)",
    "40001": "serialization failure",
    "40P01": "deadlock",
    "53300": "too many connections",
    "55P03": "a lock was not available in time",
    "57P01": "the server is shutting down",
    "57P02": "the server crashed",
    "57P03": "the server is starting up",
    "57P05": "idle session ended by the server",
    "25P03": "idle transaction ended by the server",
}
_WILL_NOT_PASS = {
    "53": "the server lacks resources",
    "57014": "the statement was cancelled (statement_timeout, or somebody cancelled it)",
    "57P04": "the database was dropped",
    "58000": "the server's system failed",
    "58030": "the server's file system failed",
    "XX": "internal error of the server",
}
# libpq gives no SQLSTATE for a failed log-in, only the server's text.
_REFUSED = re.compile(
    r"password authentication failed|no password supplied|no pg_hba\.conf entry|does not exist|permission denied"
    r"|not permitted to log in|authentication failed|no such user|no such database|not allowed",
    re.IGNORECASE,
)


class PostgresUnavailable(Unavailable):
    """PostgreSQL could not do it, for a reason outside the files; `transient` says that it may pass by itself."""

    def __init__(self, what: str, *, where: str = "", remedy: str = "", transient: bool) -> None:
        super().__init__(what, where=where, remedy=remedy)
        self.transient = transient


def transient(error: BaseException) -> Transience | None:
    """Whether it is worth doing again, for `edges.retry.retrying`."""
    if isinstance(error, PostgresUnavailable) and error.transient:
        return Transience(error.what)
    return None


def outside_failure(error: psycopg.Error, where: str) -> PostgresUnavailable | None:
    """The failure as the outside world's; None where it is the statement's own fault."""
    import psycopg

    state = error.sqlstate or ""
    lost = not state and isinstance(error, psycopg.OperationalError | psycopg.InterfaceError)
    if lost or state.startswith("08"):
        what = f"the connection to PostgreSQL was lost: {one_line(error)}"
        return PostgresUnavailable(what, where=where, remedy=_AGAIN, transient=True)
    message = error.diag.message_primary or one_line(error)
    if state in _MAY_PASS:
        return PostgresUnavailable(f"{_MAY_PASS[state]}: {message}", where=where, remedy=_AGAIN, transient=True)
    reason = _WILL_NOT_PASS.get(state) or _WILL_NOT_PASS.get(state[:2])
    if reason:
        return PostgresUnavailable(f"{reason}: {message}", where=where, remedy=_ASK, transient=False)
    return None


def failure(error: psycopg.Error, where: str) -> Unavailable:
    """Any failure of a statement of our own: never the sources' fault."""
    known = outside_failure(error, where)
    if known is not None:
        return known
    message = error.diag.message_primary or one_line(error)
    remedy = _GRANT if error.sqlstate == _NO_RIGHT else _ASK
    return PostgresUnavailable(f"PostgreSQL refused: {message}", where=where, remedy=remedy, transient=False)


def connect_failure(error: psycopg.Error, where: str) -> PostgresUnavailable:
    """Why no connection was made; `where` is the address without credentials."""
    text = (str(error).splitlines() or [""])[0].removeprefix("connection failed: ")
    needs_password = error.pgconn is not None and error.pgconn.needs_password
    if needs_password or _REFUSED.search(str(error)):
        remedy = "check user, password and database in POSTGRES_URL (special characters percent-encoded: @ is %40)"
        return PostgresUnavailable(f"PostgreSQL refused: {text}", where=where, remedy=remedy, transient=False)
    remedy = "check that PostgreSQL runs and is reachable from here, then run the same command again"
    return PostgresUnavailable(f"cannot connect to PostgreSQL: {text}", where=where, remedy=remedy, transient=True)


def one_line(error: BaseException) -> str:
    """An exception's text in one line."""
    return "; ".join(line.strip() for line in str(error).splitlines() if line.strip()) or type(error).__name__


_AGAIN = "run the same command again: files that are done stay done"
_NO_RIGHT = "42501"
_GRANT = "grant this to the role in the URL, or use one that owns the database; then run the same command again"
_ASK = "ask whoever runs this database, then run the same command again"
