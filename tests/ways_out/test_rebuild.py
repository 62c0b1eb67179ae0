"""A lost ledger is rebuilt from the commit that was deployed: what differs is drift, what Git changed since pending."""

from __future__ import annotations

import json

from fixtures.world import Api, World

NAME = "Births by state"
OTHER = "superset_assets/templates/charts/names.yaml.j2"


def states(world: World) -> dict[str, str]:
    plan = json.loads(world.run("hybrid", "drift-plan", "--format", "json").out)
    return {item["name"]: item["state"] for item in plan["items"] if item["state"] != "in_sync"}


def test_a_lost_base_comes_back_from_the_deployed_commit(world: World, admin: Api, colleague: Api) -> None:
    world.publish()
    assert world.deploy().code == 0
    commit = world.git("rev-parse", "HEAD")
    bases = dict(world.sql("SELECT uuid, digest FROM hybrid.applied"))
    world.sql("DROP SCHEMA hybrid CASCADE")
    colleague.edit_chart(NAME, row_limit=7)
    admin.request("DELETE", f"chart/{admin.by_name('chart', 'Girls')['id']}")
    world.edit(OTHER, "slice_name: Names", "slice_name: All names")
    head, status, before = world.git("rev-parse", "HEAD"), world.git("status", "--porcelain"), admin.changed_on()

    done = world.run("hybrid", "ledger", "rebuild", "--env", "dev", "--commit", commit[:10])
    assert done.code == 0, done.err
    assert done.lines[0] == f"recorded as last applied, from commit {commit[:12]}: {len(bases) - 1} assets"
    assert f"drift unless Git says the same by now: chart '{NAME}'" in done.out
    assert "not in Superset, so not recorded: chart 'Girls'" in done.out
    assert (world.git("rev-parse", "HEAD"), world.git("status", "--porcelain")) == (head, status)
    assert admin.changed_on() == before
    now = states(world)
    assert (now[NAME], now["All names"], now["Girls"]) == ("drift", "pending", "create")

    again = world.run("hybrid", "ledger", "rebuild", "--commit", "main")
    assert again.lines[0].endswith(": 0 assets")
    assert f"kept as they were in the ledger: {len(bases) - 1}" in again.out
    assert world.deploy().code == 0
    world.git("commit", "-qam", "Rename a chart")
    everything = world.run("hybrid", "ledger", "rebuild", "--commit", "HEAD", "--all")
    assert everything.lines[:2] == [
        f"recorded as last applied, from commit {world.git('rev-parse', 'HEAD')[:12]}: {len(bases)} assets",
        f"  in Superset as the commit says: {len(bases)}",
    ]
    assert states(world) == {}


def test_a_commit_that_was_never_deployed_is_refused(world: World, admin: Api) -> None:
    outside = world.run("hybrid", "ledger", "rebuild", "--commit", "HEAD")
    assert (outside.code, "no git repository" in outside.err) == (2, True)
    world.publish()
    unknown = world.run("hybrid", "ledger", "rebuild", "--commit", "0123456789")
    assert (unknown.code, "there is no commit 0123456789" in unknown.err) == (2, True)
    world.git("rm", "-q", "superset_assets/environments/dev.yaml")
    world.git("commit", "-qm", "Drop dev")
    world.git("checkout", "-q", "HEAD~1", "--", "superset_assets")
    missing = world.run("hybrid", "ledger", "rebuild", "--commit", "HEAD")
    assert (missing.code, "environments/dev.yaml" in missing.err) == (2, True)
    assert world.sql("SELECT to_regclass('hybrid.stamp')") == [(None,)]
