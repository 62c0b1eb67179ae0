"""What people changed in a real Superset is open until they decide on it: refused, published, off main, without Git."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from test_drift_branch import CHART, commits, deploy, drift_branch, rename_dashboard

from fixtures.world import Api, World

BRANCH_OF_MAIN = "runtime-export/dev"
STAGING = "runtime-export/staging"
NAME = "Births by state"
VARIABLES = "superset_assets/environments/staging.yaml"
TITLE = "Births and names [staging]"


def remote_tip(world: World, branch: str) -> str:
    return world.git("ls-remote", "origin", f"refs/heads/{branch}").partition("\t")[0]


def digest_of(world: World, commit: str) -> str:
    return world.git("log", "-1", "--format=%(trailers:key=Superset-Drift-Digest,valueonly)", commit).strip()


def git_of_rita(world: World, folder: Path, *arguments: str) -> str:
    """Git in a reviewer's clone."""
    who = ("-c", "user.name=Rita Reviewer", "-c", "user.email=rita@example.com")
    command = ["git", *who, *arguments]
    return subprocess.run(
        command, cwd=folder, env=world.environ, check=True, capture_output=True, text=True
    ).stdout.strip()


def take_off_the_oldest(world: World, branch: str, folder: Path) -> str:
    """A reviewer drops the branch's first commit in a clone of their own, and pushes the rest.

    Both add a line at the end of one file: git cannot put them apart, but the reviewer can.
    """
    folder.mkdir()
    git_of_rita(world, folder, "clone", "-q", str(world.root.parent / "origin.git"), ".")
    git_of_rita(world, folder, "switch", "-q", branch)
    oldest = git_of_rita(world, folder, "rev-list", "--reverse", f"origin/main..{branch}").splitlines()[0]
    with pytest.raises(subprocess.CalledProcessError):
        git_of_rita(world, folder, "rebase", "-q", "--onto", f"{oldest}~1", oldest, branch)
    git_of_rita(world, folder, "checkout", "--theirs", VARIABLES)
    text = (folder / VARIABLES).read_text()
    assert "births_by_state_row_limit: 7\n" in text
    (folder / VARIABLES).write_text(text.replace("births_by_state_row_limit: 7\n", ""))
    git_of_rita(world, folder, "add", VARIABLES)
    git_of_rita(world, folder, "-c", "core.editor=true", "rebase", "--continue")
    git_of_rita(world, folder, "push", "-q", "--force", "origin", branch)
    return git_of_rita(world, folder, "rev-parse", "HEAD")


@pytest.mark.takes(45)
def test_a_strict_environment_publishes_what_stops_it_and_a_commit_taken_off_is_refused(
    world: World, colleague: Api, admin: Api, tmp_path: Path
) -> None:
    world.publish()
    assert deploy(world, "staging").code == 0
    colleague.edit_chart(NAME, row_limit=7)
    rename_dashboard(colleague, TITLE, "Names and births [staging]")
    dry = deploy(world, "staging", "--dry-run")
    assert dry.code == 4
    assert world.sql("SELECT count(*) FROM hybrid.runtime_edit") == [(0,)]
    stopped = deploy(world, "staging")
    assert stopped.code == 4
    assert f"{STAGING}: 2 commits of what was changed in Superset; made, and pushed to origin" in stopped.err
    assert f"to open: a pull request of {STAGING} into main" in stopped.err
    assert f"→ merge the branch {STAGING} (" in stopped.err
    tip = remote_tip(world, STAGING)
    assert world.git("rev-parse", STAGING) == tip
    chart, dashboard = digest_of(world, f"{tip}~1"), digest_of(world, tip)

    # A reviewer takes the chart's commit off: that is a no to exactly this edit.
    rebased = take_off_the_oldest(world, STAGING, tmp_path / "reviewer")
    assert rebased != tip
    again = deploy(world, "staging")
    assert again.code == 4
    assert (
        f"refused: chart {NAME!r} by Rita Reviewer, {STAGING} at origin "
        f"(say --overwrite-drift {chart} to let Git win over it)" in again.err
    )
    assert f"{STAGING}: 1 commit of what was changed in Superset; " in again.err
    assert world.git("diff", rebased, remote_tip(world, STAGING)) == ""
    assert world.git("rev-list", "--count", f"main..{STAGING}") == "1"
    kept = remote_tip(world, STAGING)
    assert f"{STAGING}: 1 commit of what was changed in Superset; nothing new" in deploy(world, "staging").err
    assert remote_tip(world, STAGING) == kept

    # Its digest lets Git win over it and over nothing else.
    only = deploy(world, "staging", "--overwrite-drift", chart)
    assert only.code == 4
    assert f"1 asset changed in Superset since the last deployment: dashboard {TITLE!r}" in only.err
    offered = f"over exactly this: --overwrite-drift {chart} --overwrite-drift {dashboard}. "
    assert offered in only.err
    assert admin.chart_params(NAME)["row_limit"] == 7
    both = deploy(world, "staging", "--overwrite-drift", chart, "--overwrite-drift", dashboard, "--dry-run")
    assert both.code == 0, both.err
    world.git("merge", "-q", "--no-edit", STAGING)
    world.git("push", "-q", "origin", "main")
    passed = deploy(world, "staging", "--overwrite-drift", chart)
    assert passed.code == 0, passed.err
    assert admin.by_name("dashboard", "Names and births [staging]")
    assert admin.chart_params(NAME)["row_limit"] == 1000
    assert remote_tip(world, STAGING) == ""

    # The same again was refused already; more than that is another edit.
    colleague.edit_chart(NAME, row_limit=7)
    same = deploy(world, "staging")
    assert (same.code, remote_tip(world, STAGING)) == (4, "")
    colleague.edit_chart(NAME, row_limit=7, metrics=["names"])
    more = deploy(world, "staging")
    assert more.code == 4
    shown = world.git("show", "--format=", remote_tip(world, STAGING))
    assert "row_limit" not in shown
    assert "names" in shown

    # Somebody's own commit on the branch: the deployment ends as it would, and says so.
    git_of_rita(world, tmp_path / "reviewer", "fetch", "-q")
    git_of_rita(world, tmp_path / "reviewer", "reset", "-q", "--hard", f"origin/{STAGING}")
    git_of_rita(world, tmp_path / "reviewer", "commit", "-q", "--allow-empty", "-m", "Mine")
    git_of_rita(world, tmp_path / "reviewer", "push", "-q", "origin", STAGING)
    mine = remote_tip(world, STAGING)
    foreign = deploy(world, "staging")
    assert foreign.code == 4
    assert "but is on no branch yet" in foreign.err
    assert "(Mine) by Rita Reviewer. It is left as it is" in foreign.err
    assert drift_branch(world, "--env", "staging", "--push").code == 2
    assert remote_tip(world, STAGING) == mine


@pytest.mark.takes(35)
def test_drift_of_another_branch_goes_to_that_branch_while_it_is_there(world: World, colleague: Api) -> None:
    world.publish()
    assert deploy(world).code == 0
    world.git("switch", "-q", "-c", "feature/more")
    world.edit(CHART, "description: Births by state", "description: By state")
    world.git("commit", "-q", "-a", "-m", "Describe a chart")
    world.git("push", "-q", "origin", "feature/more")
    assert deploy(world).code == 0
    colleague.edit_chart(NAME, metrics=["births", "names"])
    colleague.edit_chart("Names by state", row_limit=77)
    won = deploy(world)
    assert won.code == 0, won.err
    feature = "runtime-export/dev+feature+more"
    assert world.git("log", "--format=%s", f"main..{BRANCH_OF_MAIN}") == "Change chart 'Names by state' as in dev"
    assert world.git("log", "--format=%s", f"origin/feature/more..{feature}") == f"Change chart {NAME!r} as in dev"
    assert "description: By state" in world.git("show", f"{feature}:{CHART}")
    assert remote_tip(world, feature) == world.git("rev-parse", feature)
    assert f"to open: a pull request of {feature} into feature/more" in won.err
    listed = json.loads(world.run("hybrid", "edits", "list", "--format", "json").out)
    assert {(each["branch"], each["base"]) for each in listed["edits"]} == {
        (BRANCH_OF_MAIN, "main"), (feature, "feature/more"),
    }  # fmt: skip

    # The branch is gone without being merged: main gets its edit, and that is said.
    world.git("switch", "-q", "main")
    world.git("branch", "-q", "-D", "feature/more")
    world.git("push", "-q", "origin", "--delete", "feature/more")
    gone = drift_branch(world, "--push")
    assert gone.code == 0, gone.err
    assert "feature/more, from which some of it was deployed, is gone here and at the remote" in gone.err
    assert len(commits(world)) == 2
    assert (remote_tip(world, feature), world.git("branch", "--list", feature)) == ("", "")


@pytest.mark.takes(25)
def test_without_git_the_ledger_alone_remembers_and_people_decide_there(world: World, colleague: Api) -> None:
    assert deploy(world).code == 0
    colleague.edit_chart(NAME, row_limit=7)
    won = deploy(world)
    assert (won.code, won.lines[-1]) == (0, "DEPLOY_OK (dev)"), won.err
    assert "what was changed in Superset is noted in the ledger: tools/hybrid edits list --env dev" in won.err
    (edit,) = json.loads(world.run("hybrid", "edits", "list", "--format", "json").out)["edits"]
    assert (edit["name"], edit["state"], edit["change"], edit["changed_by"]) == (NAME, "open", "changed", "Ann Lee")
    assert edit["overwritten_by"] == 2
    nobody = world.run("hybrid", "edits", "refuse", "chart:No such chart")
    assert (nobody.code, "dev has no open edit 'chart:No such chart'" in nobody.err) == (2, True)
    refused = world.run("hybrid", "edits", "refuse", edit["digest"])
    assert refused.code == 0, refused.err
    assert f"{edit['digest']}  refused  chart {NAME!r} changed" in refused.out
    assert "noted in the ledger" not in deploy(world).err
    reopened = world.run("hybrid", "edits", "reopen", f"chart:{NAME}")
    assert (reopened.code, reopened.lines[0].split()[1]) == (0, "open")

    # Then there is a repository, whose remote is away: a deployment says so, and ends as it would.
    world.publish()
    world.git("remote", "set-url", "origin", str(world.root / "nowhere"))
    away = deploy(world)
    assert (away.code, away.lines[-1]) == (0, "DEPLOY_OK (dev)")
    assert "warning: what was changed in Superset is noted in the ledger, but is on no branch yet" in away.err
    world.edit("policy.yaml", "format: superset_cli_yaml", "format: superset_cli_yaml\n  branch: local")
    here = deploy(world)
    assert f"{BRANCH_OF_MAIN}: 1 commit of what was changed in Superset; made\n" in here.err
    assert len(commits(world, "main")) == 1
