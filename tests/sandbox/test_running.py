"""One real sandbox, looked at from outside and hurt in every way."""

from __future__ import annotations

import os
import signal

import psycopg
import pytest
import requests

from fixtures.postgres import Postgres, say
from fixtures.superset import RunningSuperset
from superset_gitops.edges.sandbox import Condition
from superset_gitops.edges.sandbox.processes import mark_of, wait_until


def test_a_fresh_database_is_empty(postgres: Postgres) -> None:
    with psycopg.connect(postgres.new_database()) as connection:
        tables = connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone()
    assert tables == (0,)


def log_in(superset: RunningSuperset) -> int:
    user, password = (superset.variables[name] for name in ("SUPERSET_ADMIN_USER", "SUPERSET_ADMIN_PASS"))
    body = {"username": user, "password": password, "provider": "db"}
    return requests.post(f"{superset.base_url}/api/v1/security/login", json=body, timeout=30).status_code


def kill_for_good(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)
    assert wait_until(lambda: mark_of(pid) is None, 10)


def test_the_generated_password_logs_in(superset: RunningSuperset) -> None:
    assert log_in(superset) == 200


def test_superset_reads_and_cannot_write(superset: RunningSuperset) -> None:
    with psycopg.connect(superset.variables["POSTGRES_URL"]) as owner:
        owner.execute("CREATE SCHEMA of_a_test CREATE TABLE t (a int)")
    with psycopg.connect(superset.variables["SUPERSET_DATA_URL"]) as reader:
        assert reader.execute("SELECT count(*) FROM of_a_test.t").fetchone() == (0,)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            reader.execute("INSERT INTO of_a_test.t VALUES (1)")


def test_the_reader_cannot_see_supersets_own_database(superset: RunningSuperset) -> None:
    url = superset.variables["SUPERSET_DATA_URL"].replace("/analytics", "/superset_metadata")
    with pytest.raises(psycopg.OperationalError, match="permission denied"):
        psycopg.connect(url)


def test_up_again_changes_nothing(superset: RunningSuperset) -> None:
    assert superset.sandbox.up(say) == superset.sandbox.up(say)


@pytest.mark.parametrize("killed", [["postgres"], ["superset"], ["postgres", "superset"]], ids=" and ".join)
def test_up_mends_what_was_killed(superset: RunningSuperset, killed: list[str]) -> None:
    before = superset.sandbox.up(say)
    for name in killed:
        kill_for_good(before.processes[name].pid)
    after = superset.sandbox.up(say)
    assert superset.sandbox.status().condition is Condition.UP
    assert log_in(superset) == 200
    assert after.variables() == before.variables()
    assert {name for name in after.processes if after.processes[name] != before.processes[name]} == set(killed)


def test_down_keeps_data_and_ports(superset: RunningSuperset) -> None:
    with psycopg.connect(superset.variables["POSTGRES_URL"]) as owner:
        owner.execute("CREATE TABLE kept (a int)")
    superset.sandbox.down()
    assert superset.sandbox.status().condition is Condition.DOWN
    assert superset.sandbox.up(say).variables() == superset.variables
    with psycopg.connect(superset.variables["POSTGRES_URL"]) as owner:
        assert owner.execute("SELECT count(*) FROM kept").fetchone() == (0,)
