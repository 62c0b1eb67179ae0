"""The lease keeps two deployers of one environment apart."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import psycopg
import pytest

import superset_gitops
from superset_gitops.edges.postgres.lease import Lease, LeaseTimes
from superset_gitops.errors import Unavailable

QUICK = LeaseTimes(expiry=1.0, heartbeat=0.2, poll=0.05, message=0.2)
HOLD = """
import sys, time
from superset_gitops.edges.postgres.lease import Lease, LeaseTimes
lease = Lease.acquire(sys.argv[1], "dev", "the other", 0, print, times=LeaseTimes(1.0, 0.2, 0.05, 0.2))
print("held", flush=True)
time.sleep(600)
"""


def _acquire(url: str, who: str = "ada", wait: float = 0, told: list[str] | None = None) -> Lease:
    return Lease.acquire(url, "dev", who, wait, (told if told is not None else []).append, times=QUICK)


def _hold(url: str) -> subprocess.Popen[str]:
    environ = {**os.environ, "PYTHONPATH": str(Path(superset_gitops.__file__).parents[1])}
    process = subprocess.Popen([sys.executable, "-c", HOLD, url], stdout=subprocess.PIPE, text=True, env=environ)
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def test_one_holds_it_and_the_other_is_told_who(url: str) -> None:
    told: list[str] = []
    with _acquire(url), pytest.raises(Unavailable, match="being deployed by ada since"):
        _acquire(url, "bob", 0.3, told)
    assert told
    assert "held by ada since" in told[0]
    _acquire(url, "bob").release()


def test_environments_do_not_wait_for_each_other(url: str) -> None:
    with _acquire(url), Lease.acquire(url, "prod", "bob", 0, print, times=QUICK) as other:
        other.check()


def test_the_heartbeat_keeps_it_beyond_its_expiry(url: str) -> None:
    with _acquire(url) as lease:
        time.sleep(1.5)
        with pytest.raises(Unavailable):
            _acquire(url, "bob")
        lease.check()


def test_who_waits_gets_it_when_it_is_released(url: str) -> None:
    first = _acquire(url)
    threading.Timer(0.3, first.release).start()
    _acquire(url, "bob", 30).release()


def test_a_killed_holder_s_lease_expires(url: str) -> None:
    process = _hold(url)
    process.kill()
    process.wait()
    _acquire(url, wait=30).release()


def test_a_holder_that_stood_still_finds_that_it_lost(url: str) -> None:
    lease = _acquire(url)
    with psycopg.connect(url, autocommit=True) as connection:  # another clock than the database's cannot do this
        connection.execute("UPDATE hybrid.lease SET expires_at = clock_timestamp() - interval '1 hour'")
        connection.execute("UPDATE hybrid.lease SET token = 'another', holder = 'bob'")
    with pytest.raises(Unavailable, match="no longer ours"):
        lease.check()
    lease.release()
    with psycopg.connect(url) as connection:
        assert connection.execute("SELECT holder FROM hybrid.lease").fetchone() == ("bob",)


def test_a_paused_holder_loses_it_to_who_waits(url: str) -> None:
    process = _hold(url)
    process.send_signal(signal.SIGSTOP)
    try:
        _acquire(url, wait=30).release()
    finally:
        process.kill()
        process.wait()


def test_an_expired_lease_that_nobody_took_goes_on(url: str) -> None:
    with _acquire(url) as lease:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("UPDATE hybrid.lease SET expires_at = clock_timestamp() - interval '1 hour'")
        lease.check()
        with pytest.raises(Unavailable):
            _acquire(url, "bob")


def test_it_outlives_a_lost_connection(url: str) -> None:
    with _acquire(url) as lease:
        lease.check()
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE pid <> pg_backend_pid() AND datname = current_database()"
            )
        lease.check()


def test_of_many_only_one_gets_it(url: str) -> None:
    won: list[Lease] = []

    def race() -> None:
        try:
            won.append(_acquire(url))
        except Unavailable:
            return

    threads = [threading.Thread(target=race) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(won) == 1
    won[0].release()
