"""Owns the lease that keeps two deployers of one environment apart, by the database's clock.

A row rather than an advisory lock: session locks leak through transaction poolers, and an open transaction blocks
`CREATE INDEX CONCURRENTLY`.
"""

from __future__ import annotations

import secrets
import threading
import time
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import Any, LiteralString, Self

import psycopg

from superset_gitops.edges.postgres.connect import Connection, address, connect
from superset_gitops.edges.postgres.failures import failure
from superset_gitops.edges.postgres.ledger_schema import ensure_schema
from superset_gitops.errors import HybridError, LeaseLost, Unavailable
from superset_gitops.model.progress import Progress

_TAKE: LiteralString = (
    "INSERT INTO hybrid.lease AS held (environment, holder, token, acquired_at, heartbeat_at, expires_at)"
    " SELECT %s, %s, %s, now, now, now + make_interval(secs => %s) FROM clock_timestamp() AS now"
    " ON CONFLICT (environment) DO UPDATE SET holder = excluded.holder, token = excluded.token,"
    " acquired_at = excluded.acquired_at, heartbeat_at = excluded.heartbeat_at, expires_at = excluded.expires_at"
    " WHERE held.expires_at < clock_timestamp() RETURNING token"
)
# Whoever still has the token has lost nothing, even behind the expiry: nobody took it.
_RENEW: LiteralString = (
    "UPDATE hybrid.lease SET heartbeat_at = clock_timestamp(),"
    " expires_at = clock_timestamp() + make_interval(secs => %s) WHERE environment = %s AND token = %s"
)
_LOOK: LiteralString = (
    "SELECT holder, acquired_at, clock_timestamp() FROM hybrid.lease"
    " WHERE environment = %s AND expires_at >= clock_timestamp()"
)
_RELEASE: LiteralString = "DELETE FROM hybrid.lease WHERE environment = %s AND token = %s"


@dataclass(frozen=True, slots=True)
class LeaseTimes:
    """Seconds: how long a lease holds without a heartbeat, between heartbeats, between tries, between messages."""

    expiry: float = 30.0
    heartbeat: float = 5.0
    poll: float = 1.0
    message: float = 30.0


class Lease:
    """One environment's lease, renewed by a thread until it is released.

    Attributes:
        token: the proof that the lease is ours; whoever takes it over puts another one.
    """

    def __init__(self, url: str, environment: str, token: str, times: LeaseTimes) -> None:
        self.environment = environment
        self.token = token
        self._url = url
        self._times = times
        self._connection: Connection | None = None
        self._using = threading.Lock()
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._beat, name=f"lease-{environment}", daemon=True)

    @classmethod
    def acquire(
        cls,
        url: str,
        environment: str,
        holder: str,
        wait_seconds: float,
        progress: Progress,
        *,
        times: LeaseTimes | None = None,
    ) -> Self:
        """Take the lease, waiting up to `wait_seconds` for whoever holds it.

        Raises:
            Unavailable: somebody else still holds it; says who, and since when.
            PostgresUnavailable: the database cannot be reached.
        """
        lease = cls(url, environment, secrets.token_hex(16), times or LeaseTimes())
        lease._wait(holder, wait_seconds, progress)
        lease._thread.start()
        return lease

    def check(self) -> None:
        """Prove, by the database's clock, that the lease is still ours, and prolong it.

        Raises:
            LeaseLost: somebody else took it.
            Unavailable: the database cannot be asked.
        """
        if not self._renew():
            raise self.lost()

    def lost(self) -> LeaseLost:
        """The error for whoever found that the lease is gone."""
        return LeaseLost(
            f"the lease of {self.environment} is no longer ours: this run stood still for too long "
            "and another one took over, or somebody broke the lease",
            remedy=f"see who has it (tools/hybrid lease show --env {self.environment}), wait for that run to end, "
            "then run the same command again",
        )

    def release(self) -> None:
        """Give the lease back and stop the heartbeat; a second time does nothing."""
        if self._stopped.is_set():
            return
        self._stopped.set()
        self._thread.join()
        try:
            self._execute(_RELEASE, (self.environment, self.token))
        except HybridError:
            pass  # it expires by itself, and what the run did is not undone by this
        finally:
            self._disconnect()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()

    def _wait(self, holder: str, wait_seconds: float, progress: Progress) -> None:
        try:
            with connect(self._url) as connection:
                ensure_schema(connection)
                self._poll(connection, holder, wait_seconds, progress)
        except psycopg.Error as error:
            raise failure(error, address(self._url)) from None

    def _poll(self, connection: Connection, holder: str, wait_seconds: float, progress: Progress) -> None:
        give_up = time.monotonic() + wait_seconds
        tell = 0.0
        take = (self.environment, holder, self.token, self._times.expiry)
        while connection.execute(_TAKE, take).fetchone() is None:
            held = connection.execute(_LOOK, (self.environment,)).fetchone()
            now = time.monotonic()
            if held is not None and now >= give_up:
                raise Unavailable(
                    f"{self.environment} is being deployed by {_told(held)}; waited {wait_seconds:.0f} s",
                    remedy="wait for it to end, then run the same command again (--lease-wait SECONDS waits longer)",
                )
            if held is not None and now >= tell:
                progress(f"waiting for the lease of {self.environment}: held by {_told(held)}")
                tell = now + self._times.message
            time.sleep(min(self._times.poll, max(0.05, give_up - now)))

    def _renew(self) -> bool:
        return self._execute(_RENEW, (self._times.expiry, self.environment, self.token)) == 1

    def _execute(self, query: LiteralString, values: tuple[Any, ...]) -> int:
        """Run one statement, on a new connection where the old one is lost; returns the number of rows."""
        with self._using:
            if self._connection is not None:
                try:
                    return self._connection.execute(query, values).rowcount
                except psycopg.OperationalError:
                    self._connection.close()
            try:
                self._connection = connect(self._url)
                return self._connection.execute(query, values).rowcount
            except psycopg.Error as error:
                raise failure(error, address(self._url)) from None

    def _disconnect(self) -> None:
        with self._using:
            if self._connection is not None:
                self._connection.close()

    def _beat(self) -> None:
        while not self._stopped.wait(self._times.heartbeat):
            try:
                if not self._renew():
                    return  # lost: the next check says so
            except HybridError:
                continue  # the database may come back before the lease expires; the next check says so if not


def _told(held: tuple[Any, ...]) -> str:
    holder, since, now = held
    return f"{holder} since {_clock(since)} ({(now - since).total_seconds():.0f} s)"


def _clock(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S %Z}"
