"""Ten deployers of one environment at once, and one that slept: one after the other, and no update is lost."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from small_world import PENDING, disagreements, retitle

from fixtures.between import Between
from fixtures.printed_tables import PrintedTable
from fixtures.world import ROOT, Api, Done, World

_EXPORT = "GET /api/v1/assets/export/"
_IMPORT = "POST /api/v1/assets/import/"


def start(world: World, *arguments: str, **extra: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [str(ROOT / "tools" / "deploy"), "dev", *arguments],
        cwd=world.root,
        env=world.environ | extra,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def end(process: subprocess.Popen[str]) -> Done:
    out, err = process.communicate(timeout=240)
    return Done(process.returncode, out, err)


def copy_of(world: World, title: str) -> World:
    """The same project in another folder, with another title for one chart."""
    root = world.root.parent / title
    shutil.copytree(world.root, root)
    retitle(root, title)
    return replace(world, root=root)


def live_title(admin: Api) -> str:
    (title,) = [row["slice_name"] for row in admin.rows("chart") if row["uuid"] == PENDING]
    return str(title)


@pytest.mark.takes(30)
def test_ten_at_once_deploy_one_after_the_other(world: World, admin: Api, printed_table: PrintedTable) -> None:
    copies = {f"Title {number}": copy_of(world, f"Title {number}") for number in range(10)}
    running = {
        title: start(copy, "--lease-wait", "200", BUILDKITE_BUILD_CREATOR=title) for title, copy in copies.items()
    }
    ended = {title: end(process) for title, process in running.items()}
    assert {title: done.err for title, done in ended.items() if done.code} == {}
    assert all("✅ No drift detected (policy: warn)" in done.lines for done in ended.values())
    rows = world.sql(
        "SELECT who, started_at, finished_at, outcome, lag(finished_at) OVER (ORDER BY id) FROM hybrid.deployment"
        " WHERE environment = 'dev' ORDER BY id"
    )
    assert len(rows) == 10
    when = "{:%H:%M:%S.%f} to {:%H:%M:%S.%f}"
    lines = [f"{who:<24} {when.format(started, finished)}  {outcome}" for who, started, finished, outcome, _ in rows]
    printed_table("Ten deployers at once", "\n".join(lines))
    for _, started, _, outcome, previous in rows:
        assert outcome == "ok"
        assert previous is None or previous <= started
    last = rows[-1][0].removesuffix(" via Buildkite")
    assert live_title(admin) == last
    assert disagreements(copies[last]) == []
    assert world.sql("SELECT count(*) FROM hybrid.saved_copy") == [(0,)]
    assert world.sql("SELECT count(*) FROM hybrid.lease") == [(0,)]


class Sleeper:
    """A deployment that is stopped when Superset has answered a request, and its lease is expired meanwhile."""

    def __init__(self, world: World, http: Between, at: Callable[[list[str]], bool]) -> None:
        self.world = world
        self.http = http
        self.requests: list[str] = []
        self.at = at
        self.process: subprocess.Popen[str] | None = None

    def sleep(self) -> None:
        """Run it up to where it falls asleep."""
        asleep = threading.Event()

        def after(request: str) -> None:
            self.requests.append(request.partition("?")[0])
            if self.process is not None and not asleep.is_set() and self.at(self.requests):
                os.kill(self.process.pid, signal.SIGSTOP)
                asleep.set()

        self.http.after = after
        self.process = start(self.world)
        assert asleep.wait(60), self.requests
        self.http.after = lambda _: None
        self.world.sql("UPDATE hybrid.lease SET expires_at = clock_timestamp() - interval '1 second'")

    def wake(self) -> Done:
        assert self.process is not None
        os.kill(self.process.pid, signal.SIGCONT)
        return end(self.process)


def before_the_import(world: World, http: Between) -> int:
    """How many requests a deployment of one changed title makes before its import."""
    seen: list[str] = []
    http.after = lambda request: seen.append(request.partition("?")[0])
    assert copy_of(world, "Counted").deploy().code == 0
    http.after = lambda _: None
    return seen.index(_IMPORT)


def everything(world: World, admin: Api) -> Any:
    """All that a deployment writes, except the note of how the deployment itself ended."""
    written = {
        (kind, row["id"]): row["changed_on_utc"]
        for kind in ("dataset", "chart", "dashboard")
        for row in admin.rows(kind)
    }
    return (
        written,
        world.sql("SELECT * FROM hybrid.applied ORDER BY uuid"),
        world.sql("SELECT * FROM hybrid.saved_copy ORDER BY id"),
        world.sql("SELECT * FROM schema_migrations ORDER BY filename"),
    )


@pytest.mark.parametrize(("back", "same"), [(0, False), (1, True), (4, False)])
def test_who_slept_past_the_expiry_writes_nothing_more(
    world: World, http: Between, admin: Api, *, back: int, same: bool
) -> None:
    """Asleep right before the import, or some requests earlier, while another one deploys other or the same sources."""
    assert world.deploy().code == 0
    count = before_the_import(world, http) - back
    sleeper = Sleeper(copy_of(world, "Sleeper"), http, lambda requests: len(requests) == count)
    sleeper.sleep()
    other = sleeper.world if same else copy_of(world, "Other")
    assert other.deploy().code == 0
    before = everything(world, admin)
    woken = sleeper.wake()
    assert everything(world, admin) == before
    assert live_title(admin) == other.root.name
    assert disagreements(other) == []
    assert woken.code == 3, woken.err
    assert "the lease of dev is no longer ours" in woken.err
