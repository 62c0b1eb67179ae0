"""Owns looking at a lease from outside, and breaking one whose holder is known to be gone."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

import psycopg

from superset_gitops.edges.postgres.connect import address, connect
from superset_gitops.edges.postgres.failures import failure
from superset_gitops.edges.postgres.ledger_schema import read_version


@dataclass(frozen=True, slots=True)
class HeldLease:
    """A lease as it stands in the database; all times are by the database's clock, with their time zone.

    Attributes:
        holder: who has it, `ada@laptop, process 4711`.
        since: when it was taken.
        heartbeat: when the holder last renewed it.
        expires: when it ends unless it is renewed.
        now: the database's time when it was read.
        token: which lease this is; whoever takes it next has another one.
    """

    holder: str
    since: datetime
    heartbeat: datetime
    expires: datetime
    now: datetime
    token: str = field(repr=False)

    @property
    def expired(self) -> bool:
        """Whether anybody may take it."""
        return self.expires < self.now


def read_lease(url: str, environment: str) -> HeldLease | None:
    """The lease of an environment, expired or not; None where nobody has it. Nothing is written.

    Raises:
        PostgresUnavailable: the database cannot be asked.
    """
    try:
        with connect(url) as connection:
            if not read_version(connection):
                return None
            row = connection.execute(
                "SELECT holder, acquired_at, heartbeat_at, expires_at, clock_timestamp(), token FROM hybrid.lease"
                " WHERE environment = %s",
                (environment,),
            ).fetchone()
    except psycopg.Error as error:
        raise failure(error, address(url)) from None
    return HeldLease(*row) if row is not None else None


def break_lease(url: str, environment: str, seen: HeldLease) -> bool:
    """Take exactly this lease from its holder, whose next check then fails; False where it was not there any more.

    Raises:
        PostgresUnavailable: the database cannot be asked.
    """
    try:
        with connect(url) as connection:
            gone = connection.execute(
                "DELETE FROM hybrid.lease WHERE environment = %s AND token = %s", (environment, seen.token)
            )
            return gone.rowcount == 1
    except psycopg.Error as error:
        raise failure(error, address(url)) from None
