"""The ledger's memory of what people changed: kept as given, upgraded from a ledger that had none."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from superset_gitops.edges.postgres import ledger_schema
from superset_gitops.edges.postgres.lease import Lease, LeaseTimes
from superset_gitops.edges.postgres.ledger import Ledger
from superset_gitops.errors import LeaseLost
from superset_gitops.model.asset import AssetId, Kind
from superset_gitops.model.ledger import DeploymentStart
from superset_gitops.model.plan import Edited
from superset_gitops.model.runtime_branch import Change
from superset_gitops.model.runtime_edit import EditState, Placed, Sighting

CHART = AssetId(Kind.CHART, "11111111-1111-4111-8111-111111111111")
OTHER = AssetId(Kind.DASHBOARD, "22222222-2222-4222-8222-222222222222")
ANN = Edited("Ann Lee", "2026-01-01T00:00:00+00:00", "http://superset.example/explore/?slice_id=1")
# What a JSON type may trip over: a zero character, a lone surrogate, a large float, an empty key.
ODD = {"sql": "a\u0000b\ud800", "limit": 1e16, "": [None, True, {"x": 1}]}
QUIET = LeaseTimes(expiry=30, heartbeat=20, poll=0.05, message=1)


def sighting(asset: AssetId = CHART, digest: str = "0" * 12, by: Edited = ANN) -> Sighting:
    return Sighting(asset, Change.CHANGED, "Bïrths", ODD, ODD | {"limit": 2}, ODD, digest, by, "abc", "feature/x")


@pytest.fixture
def ledger(url: str) -> Iterator[Ledger]:
    with Ledger.open(url, "dev") as opened:
        yield opened


def test_an_edit_is_kept_as_it_was_noted(ledger: Ledger, url: str) -> None:
    number = ledger.start_deployment(DeploymentStart("ada", "abc", "main", {}, "1"))
    gone = Sighting(OTHER, Change.DELETED, "Gone", {"a": 1}, None, None, "1" * 12)
    ledger.edits.note([sighting(), gone], {CHART: number})
    one, two = ledger.edits.kept()
    assert (one.seen, two.seen) == (sighting(), gone)
    assert (one.overwritten_by, two.overwritten_by) == (number, None)
    assert (one.state, one.placed, one.earlier_by) == (EditState.OPEN, Placed(), ())
    with Ledger.open(url, "prod") as other:
        assert other.edits.kept() == ()
        assert not other.edits.any_to_export()


def test_who_had_a_part_in_an_edit_is_remembered(ledger: Ledger) -> None:
    ledger.edits.note([sighting()], {})
    for by in ("Bob Lee", "Bob Lee", "Ann Lee", ""):
        (edit,) = ledger.edits.kept()
        ledger.edits.note_again([(edit.number, sighting(digest="2" * 12, by=Edited(by)))], {})
    (edit,) = ledger.edits.kept()
    assert (edit.seen.digest, edit.seen.edited.by, edit.earlier_by) == ("2" * 12, "", ("Ann Lee", "Bob Lee"))
    assert edit.last_seen > edit.first_seen


def test_where_edits_are_and_what_became_of_them(ledger: Ledger) -> None:
    ledger.edits.note([sighting(), sighting(OTHER)], {})
    one, two = (edit.number for edit in ledger.edits.kept())
    placed = Placed("runtime-export/dev", "main", "abc", "def", published=True)
    ledger.edits.place({one: placed, two: Placed("runtime-export/dev", "main", "fed", "cba")})
    assert ledger.edits.kept()[0].placed == placed
    # A run that does not push leaves what the remote has.
    ledger.edits.withdraw("runtime-export/dev", [], pushing=False)
    assert [edit.placed for edit in ledger.edits.kept()] == [placed, Placed()]
    ledger.edits.close([one], EditState.REFUSED, "Rita", "http://forge.example/pull/1")
    (refused, _) = ledger.edits.kept()
    assert (refused.state, refused.by, refused.where) == (EditState.REFUSED, "Rita", "http://forge.example/pull/1")
    ledger.edits.reopen([one])
    (reopened, _) = ledger.edits.kept()
    assert (reopened.state, reopened.by, reopened.where) == (EditState.OPEN, "", "http://forge.example/pull/1")
    assert not reopened.placed.published
    ledger.edits.close([one, two], EditState.MERGED)
    assert ledger.edits.kept() == ()
    assert ledger.edits.any_to_export()
    ledger.edits.withdraw("runtime-export/dev", [], pushing=True)
    assert not ledger.edits.any_to_export()


def test_no_edit_is_written_without_the_lease(ledger: Ledger, url: str) -> None:
    ledger.edits.note([sighting()], {})
    ledger.edits.place({ledger.edits.kept()[0].number: Placed("b", "main", "abc", "def", published=True)})
    (edit,) = ledger.edits.kept()
    lease = Lease.acquire(url, "dev", "ada", 0, print, times=QUIET)
    with lease, Ledger.open(url, "dev", lease=lease) as held, psycopg.connect(url, autocommit=True) as other:
        other.execute("UPDATE hybrid.lease SET token = 'another'")
        for write in (
            lambda: held.edits.note([sighting(OTHER)], {}),
            lambda: held.edits.note_again([(edit.number, sighting(OTHER))], {}),
            lambda: held.edits.close([edit.number], EditState.MERGED),
            lambda: held.edits.reopen([edit.number]),
            lambda: held.edits.place({edit.number: Placed("c")}),
            lambda: held.edits.withdraw("b", [], pushing=True),
        ):
            with pytest.raises(LeaseLost):
                write()
            assert ledger.edits.kept() == (edit,)


def test_a_ledger_of_version_1_is_read_as_it_is_and_upgraded_by_the_next_deployment(url: str) -> None:
    first = ledger_schema._STEPS[0]  # what the first version of the tool made
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE SCHEMA hybrid")
        connection.execute(first)
        connection.execute("UPDATE hybrid.schema_version SET version = 1")
        connection.execute(
            "INSERT INTO hybrid.applied (environment, kind, uuid, normal_form, digest, template)"
            " VALUES ('dev', 'chart', %s, '{\"a\": 1}', 'd', 't')",
            (CHART.uuid,),
        )
    with Ledger.open(url, "dev", create=False) as reading:
        assert reading.applied()[CHART].normal_form == {"a": 1}
        assert reading.edits.kept() == reading.edits.placed() == ()
        assert not reading.edits.any_to_export()
    with Ledger.open(url, "dev") as upgraded:
        assert upgraded.applied()[CHART].digest == "d"
        assert upgraded.applied_from() == {CHART: ("", "")}
        upgraded.edits.note([sighting()], {})
        assert [edit.seen for edit in upgraded.edits.kept()] == [sighting()]
    with psycopg.connect(url) as connection:
        assert connection.execute("SELECT version FROM hybrid.schema_version").fetchall() == [(2,)]
