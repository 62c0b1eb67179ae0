"""A lease seen from outside, and broken."""

from __future__ import annotations

import psycopg
import pytest

from superset_gitops.edges.postgres.held_lease import break_lease, read_lease
from superset_gitops.edges.postgres.lease import Lease, LeaseTimes
from superset_gitops.errors import Unavailable

from .pgbouncer import Pooler

QUIET = LeaseTimes(expiry=30, heartbeat=20, poll=0.05, message=1)


def take(url: str, who: str = "ada") -> Lease:
    return Lease.acquire(url, "dev", who, 0, print, times=QUIET)


def test_nobody_holds_the_lease_of_a_database_without_a_ledger(url: str) -> None:
    assert read_lease(url, "dev") is None
    with psycopg.connect(url) as connection:
        assert connection.execute("SELECT to_regnamespace('hybrid')").fetchone() == (None,)


def test_it_is_seen_with_its_times_by_the_database_s_clock(url: str) -> None:
    with take(url):
        seen = read_lease(url, "dev")
        assert seen is not None
        assert seen.holder == "ada"
        assert seen.since <= seen.heartbeat <= seen.now < seen.expires
        assert not seen.expired
        assert seen.token not in repr(seen)
        assert read_lease(url, "prod") is None
    assert read_lease(url, "dev") is None


def test_an_expired_one_is_seen_as_that(url: str) -> None:
    with take(url):
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("UPDATE hybrid.lease SET expires_at = clock_timestamp() - interval '1 hour'")
        seen = read_lease(url, "dev")
        assert seen is not None
        assert seen.expired


def test_the_holder_of_a_broken_lease_fails_its_next_check(url: str) -> None:
    with take(url) as lease:
        seen = read_lease(url, "dev")
        assert seen is not None
        assert break_lease(url, "dev", seen)
        with pytest.raises(Unavailable, match=r"no longer ours.*somebody broke"):
            lease.check()
        with take(url, "bob") as other:
            lease.release()
            other.check()


def test_only_the_lease_that_was_seen_is_broken(url: str) -> None:
    with take(url):
        seen = read_lease(url, "dev")
    assert seen is not None
    with take(url, "bob") as other:
        assert not break_lease(url, "dev", seen)
        other.check()


def test_it_is_seen_and_broken_through_a_pooler_in_transaction_mode(url: str, pooler: Pooler) -> None:
    pooled = pooler.url(url)
    with take(pooled) as lease:
        seen = read_lease(pooled, "dev")
        assert seen is not None
        assert break_lease(pooled, "dev", seen)
        with pytest.raises(Unavailable):
            lease.check()
