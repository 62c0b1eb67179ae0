"""The ledger keeps what it is given, for one environment, for one Superset."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from superset_gitops.edges.postgres.failures import PostgresUnavailable, transient
from superset_gitops.edges.postgres.lease import Lease, LeaseTimes
from superset_gitops.edges.postgres.ledger import Ledger
from superset_gitops.errors import ConfigurationError, LeaseLost
from superset_gitops.model.asset import AssetId, Kind
from superset_gitops.model.ledger import DeploymentStart

CHART = AssetId(Kind.CHART, "11111111-1111-4111-8111-111111111111")
START = DeploymentStart(who="ada", commit="abc", branch="main", plan={"create": 1}, tool_version="1")

QUIET = LeaseTimes(expiry=30, heartbeat=20, poll=0.05, message=1)
WRITES: dict[str, Callable[[Ledger], Any]] = {
    "bind": lambda ledger: ledger.bind("http://superset.example"),
    "start": lambda ledger: ledger.start_deployment(START),
    "record": lambda ledger: ledger.record(CHART, {"a": 2}, "2", None, "t", None),
    "forget": lambda ledger: ledger.forget(CHART),
    "save": lambda ledger: ledger.save_copy(CHART, "Births", "a: 1", "drift", None),
}
TAKEN = "UPDATE hybrid.lease SET token = 'another', holder = 'bob'"
ROWS = (
    "SELECT (SELECT count(*) FROM hybrid.stamp), (SELECT count(*) FROM hybrid.deployment),"
    " (SELECT string_agg(digest, ' ') FROM hybrid.applied), (SELECT count(*) FROM hybrid.saved_copy)"
)

leaves = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
documents = st.dictionaries(
    st.text(), st.recursive(leaves, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=8)
)


def test_a_missing_ledger_reads_as_empty_and_stays_missing(url: str) -> None:
    with Ledger.open(url, "dev", create=False) as ledger:
        assert (ledger.stamp(), ledger.applied(), ledger.saved_copies(), ledger.deployments()) == (None, {}, (), ())
        ledger.check_stamp("http://superset.example")
    with psycopg.connect(url) as connection:
        assert connection.execute("SELECT to_regnamespace('hybrid')").fetchone() == (None,)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(document=documents)
def test_a_base_comes_back_as_it_went_in(url: str, document: dict[str, object]) -> None:
    with Ledger.open(url, "dev") as ledger:
        ledger.record(CHART, document, "digest", "abc", "charts/a.yaml.j2", None, changed_on="2026-01-01T00:00:00")
        back = ledger.applied()[CHART]
    assert repr(back.normal_form) == repr(document)
    assert (back.digest, back.commit, back.template, back.deployment_id, back.changed_on) == (
        "digest", "abc", "charts/a.yaml.j2", None, "2026-01-01T00:00:00",
    )  # fmt: skip


def test_rows_belong_to_one_environment(url: str) -> None:
    with Ledger.open(url, "dev") as dev, Ledger.open(url, "prod") as prod:
        dev.record(CHART, {"a": 1}, "1", None, "t", None)
        prod.record(CHART, {"a": 2}, "2", None, "t", None)
        dev.save_copy(CHART, "name", "yaml", "drift", None)
        dev.start_deployment(START)
        dev.forget(CHART)
        assert dev.applied() == {}
        assert prod.applied()[CHART].digest == "2"
        assert prod.saved_copies() == prod.deployments() == ()


def test_a_saved_copy_is_there_for_others_when_its_number_is_known(url: str) -> None:
    with Ledger.open(url, "dev") as ledger, Ledger.open(url, "dev") as other:
        deployment = ledger.start_deployment(START)
        numbers = [ledger.save_copy(CHART, "Births", f"a: {n} # ☃\n", "drift", deployment) for n in range(2)]
        copies = other.saved_copies(CHART)
        assert [copy.id for copy in copies] == numbers[::-1]
        assert (copies[0].raw_yaml, copies[0].deployment_id) == ("a: 1 # ☃\n", deployment)
        assert other.saved_copies(AssetId(Kind.CHART, "other")) == ()


def test_what_cannot_be_saved_is_an_error_that_does_not_pass(url: str) -> None:
    with Ledger.open(url, "dev") as ledger:
        with pytest.raises(PostgresUnavailable, match="NUL") as caught:
            ledger.save_copy(CHART, "Births", "a: \0", "drift", None)
        assert transient(caught.value) is None
        assert ledger.saved_copies() == ()


def outside(url: str) -> psycopg.Connection[Any]:
    return psycopg.connect(url, autocommit=True)


def take(url: str) -> Lease:
    return Lease.acquire(url, "dev", "ada", 0, print, times=QUIET)


@pytest.mark.parametrize("write", WRITES)
@pytest.mark.parametrize("how", [TAKEN, "DELETE FROM hybrid.lease"])
def test_who_lost_the_lease_writes_nothing(url: str, write: str, how: str) -> None:
    """Lost after the last check, right before the statement."""
    with take(url) as lease, Ledger.open(url, "dev", lease=lease) as ledger, outside(url) as db:
        ledger.record(CHART, {"a": 1}, "1", None, "t", None)
        before = db.execute(ROWS).fetchone()
        lease.check()
        db.execute(how)  # type: ignore[call-overload]
        with pytest.raises(LeaseLost, match="no longer ours"):
            WRITES[write](ledger)
        assert db.execute(ROWS).fetchone() == before


@pytest.mark.parametrize("write", WRITES)
def test_who_loses_the_lease_while_the_statement_runs_writes_nothing(url: str, write: str) -> None:
    """The takeover is under way, not committed, when the statement begins: it sees the old token, and waits."""
    with take(url) as lease, Ledger.open(url, "dev", lease=lease) as ledger, psycopg.connect(url) as db:
        ledger.record(CHART, {"a": 1}, "1", None, "t", None)
        before = db.execute(ROWS).fetchone()
        db.execute(TAKEN)
        threading.Timer(0.3, db.commit).start()
        begun = time.monotonic()
        with pytest.raises(LeaseLost):
            WRITES[write](ledger)
        assert time.monotonic() - begun > 0.2
        assert db.execute(ROWS).fetchone() == before


@pytest.mark.parametrize("write", WRITES)
def test_who_holds_the_lease_writes_even_behind_its_expiry(url: str, write: str) -> None:
    """Nobody took it, so nothing is lost; writing what changes nothing is not taken for a lost lease either."""
    with take(url) as lease, Ledger.open(url, "dev", lease=lease) as ledger, outside(url) as db:
        db.execute("UPDATE hybrid.lease SET expires_at = clock_timestamp() - interval '1 hour'")
        for _ in range(2):
            WRITES[write](ledger)


def test_how_a_deployment_ended_is_noted_without_the_lease_too(url: str) -> None:
    with take(url) as lease, Ledger.open(url, "dev", lease=lease) as ledger, outside(url) as db:
        number = ledger.start_deployment(START)
        db.execute(TAKEN)
        ledger.finish_deployment(number, "stopped (exit code 3)", {})
        assert ledger.deployments()[0].outcome == "stopped (exit code 3)"


def test_a_deployment_is_noted_from_start_to_end(url: str) -> None:
    with Ledger.open(url, "dev") as ledger:
        first, second = ledger.start_deployment(START), ledger.start_deployment(START)
        ledger.finish_deployment(second, "ok", {"written": 3})
        newest, oldest = ledger.deployments()
        assert (newest.id, newest.outcome, newest.summary, newest.start) == (second, "ok", {"written": 3}, START)
        assert (oldest.id, oldest.outcome) == (first, None)
        assert newest.finished_at is not None
        assert newest.finished_at >= newest.started_at


@pytest.mark.parametrize(
    "same",
    ["http://Superset.Example", "http://superset.example:80/", "http://superset.example/", "https://superset.example"],
)
def test_an_address_has_several_spellings(url: str, same: str) -> None:
    with Ledger.open(url, "dev") as ledger:
        ledger.bind("http://superset.example")
        ledger.bind(same)
        assert ledger.stamp().base_url == "http://superset.example"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "other", ["http://superset.example:8088", "http://superset.example/bi", "http://other.example", "http://127.0.0.1"]
)
def test_another_address_is_refused_until_it_is_rebound(url: str, other: str) -> None:
    with Ledger.open(url, "dev") as ledger:
        ledger.bind("http://superset.example")
        with pytest.raises(ConfigurationError, match="hybrid ledger rebind --env dev"):
            ledger.bind(other)
        assert ledger.rebind(other) == ()
        ledger.check_stamp(other)


def test_one_superset_belongs_to_one_environment(url: str) -> None:
    with Ledger.open(url, "dev") as dev, Ledger.open(url, "prod") as prod:
        dev.bind("http://localhost:8088")
        with pytest.raises(ConfigurationError, match="belongs to environment dev"):
            prod.bind("http://127.0.0.1:8088/")
        assert prod.stamp() is None
        assert prod.rebind("http://127.0.0.1:8088/") == ("dev",)
        with pytest.raises(ConfigurationError, match="belongs to environment prod"):
            dev.check_stamp("http://localhost:8088")


def test_a_data_database_belongs_to_one_environment(url: str) -> None:
    with Ledger.open(url, "prod") as prod, Ledger.open(url, "dev") as dev:
        dev.check_stamp(None, beside_data=True)
        prod.bind("http://superset.example")
        prod.check_stamp(None, beside_data=True)
        dev.check_stamp("http://localhost:8088")
        for base_url in (None, "http://localhost:8088"):
            with pytest.raises(ConfigurationError, match="this database belongs to environment prod"):
                dev.check_stamp(base_url, beside_data=True)


def test_a_newer_ledger_is_left_alone(url: str) -> None:
    Ledger.open(url, "dev").close()
    with psycopg.connect(url) as connection:
        connection.execute("UPDATE hybrid.schema_version SET version = 99")
    for create in (True, False):
        with pytest.raises(ConfigurationError, match="update the tool"):
            Ledger.open(url, "dev", create=create)


def test_a_schema_made_by_an_administrator_serves(url: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute("CREATE SCHEMA hybrid")
    with Ledger.open(url, "dev") as ledger:
        assert ledger.applied() == {}


def test_many_may_be_the_first(url: str) -> None:
    failures: list[BaseException] = []

    def first() -> None:
        try:
            Ledger.open(url, "dev").close()
        except Exception as error:  # noqa: BLE001 - told to the test
            failures.append(error)

    threads = [threading.Thread(target=first) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def test_a_lost_connection_may_pass(url: str) -> None:
    with Ledger.open(url, "dev") as ledger, psycopg.connect(url, autocommit=True) as other:
        other.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE pid <> pg_backend_pid() AND datname = current_database()"
        )
        with pytest.raises(PostgresUnavailable) as caught:
            ledger.applied()
        assert transient(caught.value)
