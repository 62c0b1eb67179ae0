"""Two people change a real Superset: their changes are a branch's commits, and are gone when it is merged."""

from __future__ import annotations

import hashlib

import pytest
from test_translate import new_chart_for_old

from fixtures.world import Api, Done, World

BRANCH = "runtime-export/dev"
DOMAIN = "users.noreply.superset.invalid"
IDENTITY = {"GIT_COMMITTER_NAME": "A Deployer", "GIT_COMMITTER_EMAIL": "deployer@example.com"}
TEMPLATES = "superset_assets/templates"
CHART, DASHBOARD = f"{TEMPLATES}/charts/births_by_state.yaml.j2", f"{TEMPLATES}/dashboards/births.yaml.j2"


def drift_branch(world: World, *arguments: str) -> Done:
    return world.run("hybrid", "drift-branch", *arguments, **IDENTITY)


def deploy(world: World, environment: str = "dev", *arguments: str) -> Done:
    return world.deploy(environment, *arguments, **IDENTITY)


def untouched(world: World) -> tuple[str, ...]:
    """All of a checkout that must stay: its files, its index, its stash, what is checked out."""
    files = sorted(path for path in world.root.rglob("*") if path.is_file() and ".git" not in path.parts)
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in (*files, world.root / ".git/index"))).hexdigest()
    stash = world.git("stash", "list", "--format=%H")
    return digest, world.git("status", "--porcelain"), stash, world.git("rev-parse", "--abbrev-ref", "HEAD", "main")


def commits(world: World, main: str = "origin/main") -> list[str]:
    """Author and changed lines of each commit, oldest first."""
    told = []
    for oid in world.git("rev-list", "--reverse", f"{main}..{BRANCH}").splitlines():
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

    # Git wins in dev, and somebody goes on with the same chart: the branch has both, and names both people.
    world.git("restore", "--staged", "--worktree", ".")
    assert deploy(world).code == 0
    bob.edit_chart("Births by state", row_limit=77)
    won = deploy(world)
    assert (won.code, won.lines[-1]) == (0, "DEPLOY_OK (dev)"), won.err
    assert f"{BRANCH}: 2 commits of what was changed in Superset; rebuilt, and pushed to origin" in won.err
    assert admin.chart_params("Births by state")["row_limit"] == 100
    both, title = commits(world)
    assert both.startswith(f"Bob Lee <bob-lee@{DOMAIN}>")
    assert "+  metrics: [births, names]" in both
    assert "+births_by_state_row_limit: 77" in both
    assert title == two[1]
    together = world.git("log", "-1", "--format=%(trailers:key=Co-authored-by,valueonly)", f"{BRANCH}~1")
    assert together.strip() == f"Ann Lee <ann-lee@{DOMAIN}>"
    assert world.git("ls-remote", "origin", f"refs/heads/{BRANCH}").split()[0] == world.git("rev-parse", BRANCH)

    # Main moves on in the same files: what it says stays, and what both say is left to the reviewer.
    world.edit(CHART, "description: Births by state", "description: By state")
    world.edit(DASHBOARD, "dashboard_title: Births and names", "dashboard_title: Names")
    world.push()
    moved = deploy(world)
    assert moved.code == 0, moved.err
    assert "left for a reviewer, in Git as it was: dashboard 'Names [dev]'. " in moved.err
    (again_both,) = commits(world)
    assert again_both.splitlines()[2:] == both.splitlines()[2:]
    assert "description: By state" in world.git("show", f"{BRANCH}:{CHART}")

    # Somebody undoes it in Superset: that one leaves the branch.
    colleague.edit_chart("Names by state", row_limit=99)
    assert drift_branch(world, "--push").out.count("kept: Git overwrote it in Superset") == 1
    assert len(commits(world)) == 2
    colleague.edit_chart("Names by state", row_limit=100)
    assert drift_branch(world, "--push").code == 0
    assert commits(world) == [again_both]
    assert [line.split()[1] for line in world.run("hybrid", "edits", "list").lines[::2]] == ["open"] * 3

    # It is merged, and the reviewer decides on the title.
    refused = world.run("hybrid", "edits", "refuse", "dashboard:Births and names [dev]")
    assert refused.code == 0, refused.err
    world.git("merge", "-q", "--no-edit", BRANCH)
    world.git("push", "-q", "origin", "main")
    merged = deploy(world)
    assert merged.code == 0
    assert f"{BRANCH}: it had no open edit left, and was removed here and at origin" in merged.err
    params = admin.chart_params("Births by state")
    assert (params["metrics"], params["row_limit"]) == (["births", "names"], 77)
    assert world.git("ls-remote", "origin", f"refs/heads/{BRANCH}") == ""
    left = drift_branch(world, "--push")
    assert left.lines == [
        "dev: nothing was changed in Superset that is not in Git", f"{BRANCH}: there is nothing to put on it",
    ]  # fmt: skip
    states = world.sql("SELECT state, count(*) FROM hybrid.runtime_edit GROUP BY 1 ORDER BY 1")
    assert states == [("merged", 2), ("refused", 1), ("undone", 1)]


@pytest.mark.takes(25)
def test_new_and_deleted_charts_are_commits_that_stay_until_main_has_them(world: World, colleague: Api) -> None:
    world.publish()
    assert world.deploy().code == 0
    new_chart_for_old(colleague, saved_last=True)
    made = drift_branch(world)
    subjects = world.git("log", "--reverse", "--format=%s (%an)", f"main..{BRANCH}").splitlines()
    assert subjects == [
        "Add chart 'Mine' from dev (Ann Lee)",
        "Change dashboard 'Births and names [dev]' as in dev (Ann Lee)",
        "Delete chart 'States by year' as in dev (Somebody in Superset)",
    ]
    board = world.git("show", f"{BRANCH}:superset_assets/templates/dashboards/births.yaml.j2")
    assert "children: [CHART-births_by_state]" in board
    assert "states_by_year" not in board
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
