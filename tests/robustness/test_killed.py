"""A deployment killed at any boundary of its writes: the next one converges, and nothing is lost or done twice."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
import yaml
from killer import Boundary, Killer
from small_world import DELETED, DRIFTED, ONCE, describe, disagreements, retitle
from sql_proxy import SqlProxy

from fixtures.between import Between
from fixtures.printed_tables import PrintedTable
from fixtures.world import Api, Done, World

_KILLED = -9
# What every deployment writes to PostgreSQL, whatever there is to do.
_ALWAYS = (
    "INSERT INTO hybrid.",
    "UPDATE hybrid.lease",
    "UPDATE hybrid.deployment",
    "DELETE FROM hybrid.",
    'INSERT INTO "public"."schema_migrations"',
    'UPDATE "public"."schema_migrations"',
    "SET CONSTRAINTS",
    "BEGIN",
)


@dataclass
class Scene:
    """A deployment with every kind of write in it: made anew, as often as one likes."""

    world: World
    direct: World
    admin: Api
    made: int = 0

    def make(self) -> None:
        """A pending migration, dataset and chart, a drifted chart, a deleted chart; nobody has the lease."""
        self.made += 1
        self.direct.sql(
            "DELETE FROM hybrid.lease; DROP TABLE IF EXISTS work.once;"
            "DELETE FROM schema_migrations WHERE filename = '002_once.sql'"
        )
        text = "CREATE TABLE work.once (id integer);\nINSERT INTO work.once VALUES (1);\n"
        (self.world.root / ONCE).write_text(text)
        retitle(self.world.root, f"Made {self.made} times")
        describe(self.world.root, f"Made {self.made} times")
        ids = {row["uuid"]: row["id"] for row in self.admin.rows("chart")}
        params = json.dumps({"all_columns": ["year"], "row_limit": self.made, "viz_type": "table"})
        self.admin.request("PUT", f"chart/{ids[DRIFTED]}", json={"params": params})
        self.admin.request("DELETE", f"chart/{ids[DELETED]}")

    def wrong(self, done: Done) -> list[str]:
        """What is not as it should be after the deployment that follows the killed one."""
        if done.code:
            return [f"exit code {done.code}: {done.err}"]
        found = disagreements(self.direct)
        rows = self.direct.sql("SELECT id FROM work.once")
        if rows != [(1,)]:
            found.append(f"the migration's effect: {rows}")
        copies = self.direct.sql(f"SELECT raw_yaml FROM hybrid.saved_copy WHERE uuid = '{DRIFTED}'")
        if self.made not in {yaml.safe_load(raw)["params"]["row_limit"] for (raw,) in copies}:
            found.append("the drifted chart's live version was not saved")
        return found


def behind(world: World, sql: SqlProxy) -> World:
    """The same world, with the database behind the proxy too."""
    return replace(world, database=sql.url(world.database), extra=dict(world.extra))


def kill_at(boundary: Boundary, killer: Killer, worlds: tuple[World, World]) -> tuple[Done, list[str]]:
    """Kill a deployment there, break its lease, and deploy again."""
    proxied, direct = worlds
    killed = killer.deploy(proxied, boundary)
    wrong = [] if killed.code == _KILLED else [f"it was not killed, but ended with {killed.code}: {killed.err}"]
    if direct.sql("SELECT to_regclass('hybrid.lease') IS NOT NULL") == [(True,)]:
        direct.sql("DELETE FROM hybrid.lease")
    return killer.deploy(proxied), wrong


@dataclass
class Record:
    """What happened at each boundary.

    Attributes:
        of: how many boundaries there are, and in what.
    """

    of: str = "none"
    told: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)

    def add(self, boundary: Boundary, done: Done, wrong: list[str]) -> None:
        line = f"killed {boundary}: the next run ended with {done.code}, {'; '.join(wrong) or 'all is as it should be'}"
        print(line)  # seen where the test does not come to its end
        self.told.append(line)
        self.failures += [f"{boundary}: {problem}" for problem in wrong]


@pytest.fixture
def record(printed_table: PrintedTable) -> Iterator[Record]:
    """It is printed, also where the test fails."""
    kept = Record()
    yield kept
    printed_table(f"Killed at {len(kept.told)} of {kept.of}", "\n".join(kept.told))


def worth_killing_at(order: list[Boundary]) -> list[Boundary]:
    """After each write, and also before requests and commits.

    Before any other write is the same as after the one before it: only reads are between. A lease's renewal changes
    nothing that the next run could see, and how many there are depends on the clock: one stands for all.
    """
    return [
        boundary
        for boundary in order
        if (boundary.done or boundary.is_request or boundary.write == "COMMIT")
        and (boundary.number == 1 or not boundary.is_heartbeat)
    ]


@pytest.mark.timeout(1200)  # some fifty deployments, beside whatever else the machine does
@pytest.mark.takes(150)
def test_killed_at_any_write_the_next_run_converges(
    world: World, http: Between, sql: SqlProxy, admin: Api, record: Record
) -> None:
    killer = Killer(http, sql)
    scene = Scene(behind(world, sql), world, admin)
    assert killer.deploy(scene.world).code == 0
    scene.make()
    assert scene.wrong(killer.deploy(scene.world)) == []
    boundaries = worth_killing_at(killer.order)
    record.of = f"{len(killer.order)} boundaries of a deployment with all kinds of changes"
    for boundary in boundaries:
        scene.make()
        done, wrong = kill_at(boundary, killer, (scene.world, world))
        record.add(boundary, done, wrong + scene.wrong(done))
    assert record.failures == []
    plan = world.run("hybrid", "drift-plan", "--exit-code")
    assert plan.code == 0, plan.out


@pytest.mark.timeout(1200)
@pytest.mark.takes(110)
def test_killed_in_the_first_deployment_the_next_one_converges(
    world: World, http: Between, sql: SqlProxy, admin: Api, postgres: Any, record: Record
) -> None:
    """Only what other deployments do not do: making the ledger, the tracking table, and each kind of asset."""
    killer = Killer(http, sql)
    assert killer.deploy(behind(world, sql)).code == 0
    boundaries = [
        boundary
        for boundary in worth_killing_at(killer.order)
        if (boundary.done or boundary.number <= 2) and not boundary.write.startswith(_ALWAYS)
    ]
    record.of = f"{len(killer.order)} boundaries of a first deployment"
    for boundary in boundaries:
        admin.delete_all()
        fresh = replace(world, database=postgres.new_database())
        done, wrong = kill_at(boundary, killer, (behind(fresh, sql), fresh))
        wrong += [done.err] if done.code else disagreements(fresh)
        if fresh.sql("SELECT count(*) FROM schema_migrations WHERE complete") != [(2,)]:
            wrong.append("the migration and the seed are not both recorded once")
        record.add(boundary, done, wrong)
    assert record.failures == []
