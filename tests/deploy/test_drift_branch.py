"""Two people change a real Superset: their changes are a branch's commits, and are gone when it is merged."""

from __future__ import annotations

import hashlib

import pytest
from test_translate import new_chart_for_old

from fixtures.world import Api, Done, World

BRANCH = "runtime-export/dev"
DOMAIN = "users.noreply.superset.invalid"
TEMPLATES = "superset_assets/templates"
CHART, DASHBOARD = f"{TEMPLATES}/charts/births_by_state.yaml.j2", f"{TEMPLATES}/dashboards/births.yaml.j2"


def drift_branch(world: World, *arguments: str) -> Done:
    identity = {"GIT_COMMITTER_NAME": "A Deployer", "GIT_COMMITTER_EMAIL": "deployer@example.com"}
    return world.run("hybrid", "drift-branch", *arguments, **identity)


def untouched(world: World) -> tuple[str, ...]:
    """All of a checkout that must stay: its files, its index, its stash, what is checked out."""
    files = sorted(path for path in world.root.rglob("*") if path.is_file() and ".git" not in path.parts)
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in (*files, world.root / ".git/index"))).hexdigest()
    stash = world.git("stash", "list", "--format=%H")
    return digest, world.git("status", "--porcelain"), stash, world.git("rev-parse", "--abbrev-ref", "HEAD", "main")


def commits(world: World) -> list[str]:
    """Author and changed lines of each commit, oldest first."""
    told = []
    for oid in world.git("rev-list", "--reverse", f"origin/main..{BRANCH}").splitlines():
        shown = world.git("show", "-U0", "--no-color", "--format=%an <%ae>, %cn", oid).splitlines()
        kept = [each for each in shown if each[:1] in ("+", "-") and not each.startswith("---")]
        told.append("\n".join([shown[0], *(each.removeprefix("+++ b/") for each in kept)]))
    return told


def rename_dashboard(api: Api, old: str, new: str) -> None:
    row = api.by_name("dashboard", old)
    api.request("PUT", f"dashboard/{row['id']}", json={"dashboard_title": new})


def add_metric(api: Api, dataset: str, name: str) -> None:
    """Save a dataset with one metric more, as its editor does: all metrics are sent."""
    row = api.by_name("dataset", dataset)
    kept = ("id", "metric_name", "expression", "verbose_name", "description", "metric_type", "d3format", "extra",
            "warning_text", "uuid")  # fmt: skip
    metrics = api.request("GET", f"dataset/{row['id']}")["result"]["metrics"]
    sent = [{key: each.get(key) for key in kept} for each in metrics]
    sent.append({"metric_name": name, "expression": "SUM(num)"})
    api.request("PUT", f"dataset/{row['id']}", json={"metrics": sent})


@pytest.mark.takes(40)
def test_two_people_s_changes_are_a_branch_until_it_is_merged(world: World, colleague: Api, admin: Api) -> None:
    world.publish()
    assert world.deploy().code == 0
    admin.add_user("bob", "bob's own password")
    bob = Api(admin.base_url, "bob", "bob's own password")
    colleague.edit_chart("Births by state", metrics=["births", "names"])
    rename_dashboard(bob, "Births and names [dev]", "Names and births [dev]")
    # Merely pending in Git, and not even committed: neither may be read or appear.
    world.edit(CHART, "slice_name:", "description: A draft\nslice_name:")
    world.git("add", CHART)
    world.edit(DASHBOARD, "published: true", "published: false")
    world.git("stash", "push", "-q", "--", DASHBOARD)
    before = untouched(world)

    done = drift_branch(world, "--push")
    assert done.code == 0, done.err
    assert untouched(world) == before
    edits = {
        CHART: "-  metrics: [births]\n+  metrics: [births, names]",
        DASHBOARD: "-dashboard_title: Births and names{{ title_suffix }}\n"
        "+dashboard_title: Names and births{{ title_suffix }}",
    }
    people = {CHART: "Ann Lee <ann-lee@", DASHBOARD: "Bob Lee <bob-lee@"}
    two = [f"{people[path]}{DOMAIN}>, A Deployer\n{path}\n{edits[path]}" for path in (CHART, DASHBOARD)]
    assert commits(world) == two
    tip = world.git("rev-parse", BRANCH)
    assert world.git("ls-remote", "origin", f"refs/heads/{BRANCH}").split()[0] == tip
    assert f"  {tip[:12]} Change dashboard 'Births and names [dev]' as in dev (Bob Lee)" in done.lines
    trailers = world.git("log", "-1", "--format=%(trailers:only,unfold)", tip)
    row = bob.by_name("dashboard", "Names and births [dev]")
    uuid = bob.request("GET", f"dashboard/{row['id']}")["result"]["uuid"]
    assert trailers.splitlines()[:3] == [
        "Superset-Environment: dev", f"Superset-Asset: dashboard {uuid}", "Superset-Change: changed",
    ]  # fmt: skip

    again = drift_branch(world, "--push")
    assert again.err.splitlines()[-1] == f"{BRANCH}: nothing new"
    assert world.git("rev-parse", BRANCH) == tip

    # Git wins in dev, and somebody goes on: the branch keeps what Superset does not show any more.
    world.git("restore", "--staged", "--worktree", ".")
    assert world.deploy().code == 0
    colleague.edit_chart("Names by state", row_limit=77)
    three = drift_branch(world, "--push")
    assert three.code == 0, three.err
    assert commits(world)[:2] == two
    assert len(commits(world)) == 3
    assert three.out.count("kept: Superset need not show it any more") == 2

    # Somebody undoes it in Superset: that one leaves the branch.
    colleague.edit_chart("Names by state", row_limit=100)
    assert drift_branch(world, "--push").code == 0
    assert commits(world) == two
    assert world.git("ls-remote", "origin", f"refs/heads/{BRANCH}").split()[0] == tip

    world.git("merge", "-q", "--no-edit", BRANCH)
    world.git("push", "-q", "origin", "main")
    assert world.deploy().code == 0
    assert admin.by_name("dashboard", "Names and births [dev]")
    assert admin.chart_params("Births by state")["metrics"] == ["births", "names"]
    left = drift_branch(world, "--push")
    assert left.lines == [
        "dev: nothing was changed in Superset that is not in Git", f"{BRANCH}: there is nothing to put on it",
    ]  # fmt: skip
    assert left.err.splitlines()[-1].endswith(
        "no edit left that main does not have, and was removed here and at origin"
    )
    assert world.git("ls-remote", "origin", f"refs/heads/{BRANCH}") == ""


@pytest.mark.takes(25)
def test_new_and_deleted_charts_are_commits_that_stay_until_main_has_them(world: World, colleague: Api) -> None:
    world.publish()
    assert world.deploy().code == 0
    new_chart_for_old(colleague)
    made = drift_branch(world)
    subjects = world.git("log", "--reverse", "--format=%s (%an)", f"main..{BRANCH}").splitlines()
    assert subjects == [
        "Add chart 'Mine' from dev (Ann Lee)",
        "Change dashboard 'Births and names [dev]' as in dev (Ann Lee)",
        "Delete chart 'States by year' as in dev (Somebody in Superset)",
    ]
    tip = world.git("rev-parse", BRANCH)
    again = drift_branch(world)
    assert (again.code, again.err.splitlines()[-1]) == (0, f"{BRANCH}: nothing new"), made.out + again.out
    assert world.git("rev-parse", BRANCH) == tip
    # Git wins over a chart alone. What it shows needs a metric that only Superset has: both commits stay.
    add_metric(colleague, "birth_names", "children")
    colleague.edit_chart("Births by state", metrics=["births", "children"])
    more = drift_branch(world)
    assert more.code == 0, more.out + more.err
    tip = world.git("rev-parse", BRANCH)
    assert world.deploy("dev", "--asset", "chart:Births by state").code == 0
    partly = drift_branch(world)
    assert partly.code == 0, partly.out + partly.err
    assert world.git("rev-parse", BRANCH) == tip
    assert world.deploy().code == 0
    assert drift_branch(world).out.count("kept: ") == 5
    assert world.git("rev-parse", BRANCH) == tip
