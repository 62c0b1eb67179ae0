"""Owns opening a connection that also works through pgbouncer in transaction mode, and its address without secrets."""

from __future__ import annotations

import re
from typing import Any

import psycopg
from psycopg import conninfo
from psycopg.rows import TupleRow

from superset_gitops.edges.postgres.failures import connect_failure
from superset_gitops.errors import ConfigurationError

Connection = psycopg.Connection[TupleRow]

# libpq's own names; a value in the URL wins.
_DEFAULTS = {
    "connect_timeout": "10",
    "application_name": "hybrid",
    "keepalives_idle": "30",
    "keepalives_interval": "10",
    "keepalives_count": "3",
}


def connect(url: str) -> Connection:
    """Open a connection in autocommit mode, without prepared statements, in UTF-8.

    Raises:
        ConfigurationError: the URL cannot be read, or the server's settings would change what quotes mean.
        PostgresUnavailable: the server does not answer or refuses; `transient` tells which.
    """
    parameters = _parameters(url)
    try:
        connection = psycopg.connect(
            **{**_DEFAULTS, **parameters, "client_encoding": "UTF8"}, autocommit=True, prepare_threshold=None
        )
    except psycopg.Error as error:
        raise connect_failure(error, address(url)) from None
    if connection.pgconn.parameter_status(b"standard_conforming_strings") == b"off":
        connection.close()
        raise ConfigurationError(
            "standard_conforming_strings is off in this database",
            where=address(url),
            remedy="ALTER DATABASE … SET standard_conforming_strings = on (PostgreSQL's default since 9.1)",
        )
    return connection


def address(url: str) -> str:
    """`host:port/database`, for messages: neither user nor password."""
    parameters = _parameters(url)
    host = parameters.get("host") or parameters.get("hostaddr") or "localhost"
    port = f":{parameters['port']}" if parameters.get("port") else ""
    return f"{host}{port}/{parameters.get('dbname') or parameters.get('user') or ''}"


def _parameters(url: str) -> dict[str, Any]:
    """What libpq reads in the URL; its own complaints may quote a password, so none of them is passed on."""
    plain = re.sub(r"\Apostgres(?:ql)?(?:\+\w+)?://", "postgresql://", url.strip())
    if not plain.startswith("postgresql://"):
        raise _unreadable("it does not begin with postgresql://")
    try:
        parameters = conninfo.conninfo_to_dict(plain)
    except psycopg.ProgrammingError:
        raise _unreadable("PostgreSQL's client library cannot read it") from None
    if "@" in str(parameters.get("host", "")) or not re.fullmatch(r"[0-9,]*", str(parameters.get("port") or "")):
        raise _unreadable("host and port are not where they should be")
    return parameters


def _unreadable(why: str) -> ConfigurationError:
    return ConfigurationError(
        f"the PostgreSQL URL is not usable: {why}",
        where="POSTGRES_URL",
        remedy="write postgresql://USER:PASSWORD@HOST:PORT/DATABASE; percent-encode special characters in the "
        "password (@ is %40, / is %2F, : is %3A, # is %23, ? is %3F, % is %25)",
    )
