"""Going back: refused where an older commit of main would be deployed, allowed when said so, and done by git revert."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from dataclasses import replace

import pytest

from fixtures.world import ROOT, Api, World
from superset_gitops.edges.postgres.lease import Lease
from superset_gitops.edges.postgres.ledger import Ledger
from superset_gitops.errors import ConfigurationError
from superset_gitops.model.consent import Consent
from superset_gitops.model.ledger import DeploymentStart
from superset_gitops.workflows.prepare import prepare
from superset_gitops.workflows.rollback import Position, find_position, refuse_rollback

CHART = "superset_assets/templates/charts/births_by_state.yaml.j2"
NAME = "Births by state"
NEWER = "Births by federal state"
DASHBOARD = "superset_assets/templates/dashboards/births.yaml.j2"
ROW = """\
  ROW-new:
    children: [CHART-new]
  CHART-new:
    meta: {uuid: {{ ref("charts/births_in_all") }}, width: 4, height: 30}
"""
UNKNOWN = "0123456789abcdef0123456789abcdef01234567"


def committed(world: World, text: str) -> str:
    """A commit on main that changes what is deployed, pushed."""
    (world.root / "superset_assets/templates/note.md").write_text(text)
    world.push()
    return world.git("rev-parse", "HEAD")


def noted(
    world: World,
    environment: str,
    commit: str,
    *,
    on_main: bool | None = True,
    outcome: str = "ok",
    written: Sequence[str] = (),
    **more: object,
) -> None:
    """As if somebody had deployed a commit."""
    with Ledger.open(world.database, environment) as ledger:
        start = DeploymentStart("ada@laptop", commit, None, {"on_main": on_main, **more}, "1")
        ledger.finish_deployment(ledger.start_deployment(start), outcome, {"written": list(written)})


def asked(world: World, environment: str, told: list[str] | None = None) -> Position:
    """What the preflight finds; raises where it refuses."""
    ready = prepare(world.root, environment, world.environ, lambda _: None, start_sandbox=False)
    with Ledger.open(world.database, environment, create=False) as ledger:
        found = find_position(ready, ledger)
    refuse_rollback(found, ready, Consent(), (told if told is not None else []).append)
    refuse_rollback(found, ready, Consent(allow_rollback=True), pytest.fail)
    return found


@pytest.fixture
def main(bare_world: World) -> tuple[World, str, str]:
    """A published project with two commits on main, an older and a newer one; the newer one is checked out."""
    bare_world.publish()
    return bare_world, committed(bare_world, "older"), committed(bare_world, "newer")


@pytest.mark.parametrize("environment", ["dev", "staging"])
def test_an_older_commit_of_main_is_refused(main: tuple[World, str, str], environment: str) -> None:
    world, older, newer = main
    assert asked(world, environment) == Position(on_main=True)
    noted(world, environment, older)
    noted(world, environment, newer)
    noted(world, environment, older, outcome="stopped (exit code 5)")
    assert asked(world, environment) == Position(on_main=True)
    world.git("checkout", "-q", "--detach", older)
    with pytest.raises(ConfigurationError, match=f"{newer[:12]}, a later commit of main, was deployed"):
        asked(world, environment)
    noted(world, environment, older, scope="chart Births", takes_back={"commit": newer})
    with pytest.raises(ConfigurationError, match=newer[:12]):  # only some assets went back
        asked(world, environment)
    noted(world, environment, newer, outcome="stopped (exit code 5)", written=["chart Births"])
    with pytest.raises(ConfigurationError, match=newer[:12]):  # what it wrote stays
        asked(world, environment)
    noted(world, environment, older)  # after going back on purpose, the same again is no going back
    assert asked(world, environment) == Position(on_main=True)
    world.git("checkout", "-q", "main")
    world.git("revert", "--no-edit", newer)
    assert asked(world, environment).takes_back is None


def test_the_tool_says_who_deployed_what_and_how_to_go_on(main: tuple[World, str, str]) -> None:
    world, older, newer = main
    noted(world, "dev", newer)
    world.git("checkout", "-q", "--detach", older)
    (world.root / CHART).write_text((world.root / CHART).read_text().replace(NAME, "Changed by hand"))
    for tool in (("deploy", "dev"), ("deploy", "dev", "--dry-run"), ("hybrid", "apply")):
        done = world.run(*tool)
        assert (done.code, done.out) == (2, ""), done.err
        assert f"commit {older[:12]} would take dev back: {newer[:12]}" in done.err
        assert "UTC by ada@laptop (deployment 1)" in done.err
        assert all(way in done.err for way in ("git checkout main", "git revert", "--allow-rollback"))
    world.edit("policy.yaml", "mode: script_with_retry", "mode: script")
    assert world.deploy("dev", "--allow-rollback").code == 3  # it goes on, to a Superset that does not answer


def test_other_branches_come_and_go(main: tuple[World, str, str]) -> None:
    """One that forks from an older main is no going back, and neither is main after a branch that is ahead of it."""
    world, older, newer = main
    noted(world, "dev", newer)
    world.git("checkout", "-q", "-b", "feature", older)
    (world.root / "superset_assets/templates/feature.md").write_text("feature")
    world.git("add", "-A")
    world.git("commit", "-qm", "Begin a feature")
    assert asked(world, "dev") == Position(on_main=False)
    world.git("rebase", "-q", "main")
    ahead = world.git("rev-parse", "HEAD")
    noted(world, "dev", ahead, on_main=False)
    world.git("checkout", "-q", "main")
    assert asked(world, "dev") == Position(on_main=True)
    world.git("merge", "-q", "--ff-only", "feature")  # what was a branch's commit then is main's now
    world.git("checkout", "-q", "--detach", newer)
    with pytest.raises(ConfigurationError, match=ahead[:12]):
        asked(world, "dev")


def test_a_commit_that_this_clone_lacks(main: tuple[World, str, str]) -> None:
    """A strict environment stops where it may be going back; any other is warned. What main is now never is."""
    world, older, _ = main
    for environment in ("dev", "staging"):
        noted(world, environment, UNKNOWN)
        assert asked(world, environment) == Position(on_main=True)
    world.git("checkout", "-q", "--detach", older)
    told: list[str] = []
    assert asked(world, "dev", told).unknown
    assert f"cannot be told: this clone does not have {UNKNOWN[:12]}, deployed" in told[0]
    with pytest.raises(ConfigurationError, match="cannot be told"):
        asked(world, "staging")
    world.git("checkout", "-q", "-b", "feature")
    world.git("commit", "-q", "--allow-empty", "-m", "Begin a feature")
    assert asked(world, "dev") == Position(on_main=False)
    noted(world, "dev", older)
    noted(world, "dev", UNKNOWN, on_main=False)
    world.git("checkout", "-q", "--detach", older)
    assert asked(world, "dev") == Position(on_main=True)


def test_where_main_lags_behind_here_a_pushed_tree_is_main_s_all_the_same(main: tuple[World, str, str]) -> None:
    world, older, _ = main
    world.git("checkout", "-q", "--detach")
    for branch in ("refs/heads/main", "refs/remotes/origin/main"):
        world.git("update-ref", branch, older)
    assert (asked(world, "dev").on_main, asked(world, "staging").on_main) == (False, True)


def shallow(world: World, commit: str) -> World:
    """As CI checks out one commit."""
    root = world.root.parent / commit[:8]
    root.mkdir()
    clone = replace(world, root=root)
    clone.git("init", "-q")
    clone.git("remote", "add", "origin", (world.root.parent / "origin.git").as_uri())
    clone.git("fetch", "-q", "--depth=1", "origin", commit)
    clone.git("checkout", "-q", "--detach", commit)
    return clone


def test_a_shallow_clone_of_what_main_is_now_passes_and_an_older_one_stops(main: tuple[World, str, str]) -> None:
    world, older, newer = main
    latest, behind = shallow(world, newer), shallow(world, older)
    noted(world, "staging", older)
    assert asked(latest, "staging") == Position(on_main=True)
    noted(world, "staging", newer)
    assert asked(latest, "staging") == Position(on_main=True)
    with pytest.raises(ConfigurationError, match="this clone is shallow") as caught:
        asked(behind, "staging")
    assert "fetch-depth: 0" in caught.value.remedy
    behind.git("fetch", "-q", "--unshallow", "origin", "main:refs/remotes/origin/main")
    with pytest.raises(ConfigurationError, match="a later commit of main"):
        asked(behind, "staging")


def test_outside_a_repository_nothing_is_asked(bare_world: World) -> None:
    noted(bare_world, "dev", UNKNOWN)
    assert asked(bare_world, "dev") == Position()
    bare_world.git("init", "-q", "-b", "main")
    assert asked(bare_world, "dev") == Position()


def add_a_chart(world: World) -> None:
    """Rename a chart, and put another one on the dashboard."""
    done = world.run("hybrid", "new", "chart", "Births in all", "--dataset", "birth_names")
    assert done.code == 0, done.err
    world.edit(CHART, f"slice_name: {NAME}", f"slice_name: {NEWER}")
    world.edit(DASHBOARD, "ROW-numbers, ROW-trend]", "ROW-numbers, ROW-trend, ROW-new]")
    world.edit(DASHBOARD, "  TAB-names:\n", f"{ROW}  TAB-names:\n")
    world.push()


def charts(admin: Api) -> set[str]:
    return {row["slice_name"] for row in admin.rows("chart")}


def on_dashboard(admin: Api) -> set[str]:
    number = admin.rows("dashboard")[0]["id"]
    return {row["slice_name"] for row in admin.request("GET", f"dashboard/{number}/charts")["result"]}


def plan(world: World) -> list[str]:
    done = world.run("hybrid", "drift-plan", "--exit-code", "--format", "json")
    assert done.code == 0, done.out
    return [item["state"] for item in json.loads(done.out)["items"] if item["state"] != "in_sync"]


def test_a_revert_goes_back_and_an_older_commit_only_when_said(world: World, admin: Api) -> None:
    world.publish()
    assert world.deploy().code == 0
    before, linked = charts(admin), on_dashboard(admin)
    add_a_chart(world)
    added = world.git("rev-parse", "HEAD")
    assert world.deploy().code == 0
    after = charts(admin)
    assert after == before - {NAME} | {NEWER, "Births in all"} == on_dashboard(admin) | (before - linked)

    world.git("revert", "--no-edit", "HEAD")
    reverted = world.git("rev-parse", "HEAD")
    assert world.deploy().code == 0
    assert on_dashboard(admin) == linked
    assert charts(admin) == before | {"Births in all"}
    assert plan(world) == ["prune"]
    world.edit("policy.yaml", "drift_gate: warn}", "drift_gate: warn, prune: true}")
    assert world.deploy().code == 0
    assert charts(admin) == before
    assert plan(world) == []

    world.git("checkout", "-q", "--detach", added)
    assert world.deploy().code == 2
    overtaken(world, f"commit {added[:12]} would take dev back: {reverted[:12]}", admin)
    done = world.deploy("dev", "--allow-rollback")
    assert done.code == 0, done.err
    assert charts(admin) == after
    told = f"{added[:12]}+uncommitted changes, back from {reverted[:12]}"
    assert told in world.run("hybrid", "ledger", "show").out


def overtaken(world: World, message: str, admin: Api) -> None:
    """Two pipelines: the older one's preflight is done, but the newer one deploys first."""
    before = admin.changed_on()
    with Lease.acquire(world.database, "dev", "the newer pipeline", 0, lambda _: None):
        world.sql("UPDATE hybrid.deployment SET outcome = NULL, summary = NULL WHERE id > 2")
        waiting = subprocess.Popen(
            [str(ROOT / "tools/deploy"), "dev"], cwd=world.root, env=world.environ, stderr=subprocess.PIPE, text=True
        )
        assert waiting.stderr is not None
        assert any("waiting for the lease" in line for line in waiting.stderr)
        world.sql("UPDATE hybrid.deployment SET outcome = 'ok' WHERE id > 2")
    _, err = waiting.communicate(timeout=120)
    assert waiting.returncode == 2, err
    assert message in err
    assert admin.changed_on() == before
    assert world.sql("SELECT count(*) FROM hybrid.deployment") == [(4,)]
