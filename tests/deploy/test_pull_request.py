"""People change a real Superset: one pull request over HTTP with a token, until it is merged or refused."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from test_drift_branch import rename_dashboard

from fixtures.git_over_http import served
from fixtures.github_pulls import GitHubPulls
from fixtures.github_server import TOKEN, GitHubServer
from fixtures.world import Api, Done, World
from superset_gitops.edges.forge import GitHub, PullRequests, repository_from
from superset_gitops.workflows.pull_request import refusals_of

BRANCH = "runtime-export/dev"
SAID = "Each commit says what it does to the other environments. Merge to accept, close to refuse."
PAGE = "https://github.example/octo/boards/pull"


class Story:
    """A project whose remote is served over HTTP, at a GitHub of its own."""

    def __init__(self, world: World, github: GitHubServer, bare: Path, url: str) -> None:
        self.world, self.github = world, github
        self.pulls = github.proposals = GitHubPulls(bare)
        self.asked = 0
        world.git("remote", "set-url", "origin", url)
        # As a workflow has it.
        self.variables = {
            "GITHUB_SERVER_URL": url.removesuffix("/octo/boards.git"),
            "GITHUB_API_URL": github.address,
            "GITHUB_REPOSITORY": "octo/boards",
            "GITHUB_TOKEN": TOKEN,
            "GIT_COMMITTER_NAME": "A Deployer",
            "GIT_COMMITTER_EMAIL": "deployer@example.com",
        }

    def run(self) -> Done:
        done = self.world.run("hybrid", "drift-branch", "--pull-request", **self.variables)
        assert done.code == 0, done.out + done.err
        assert TOKEN not in done.out + done.err
        return done

    def writes(self) -> list[str]:
        """What changed something at the forge since the last time."""
        new, self.asked = self.github.seen[self.asked :], len(self.github.seen)
        return [each.replace("/repos/octo/boards/", "") for each in new if not each.startswith("GET ")]

    def refused(self) -> list[tuple[str, str]]:
        """The kind of each refused asset, and who refused it."""
        repository = repository_from(self.variables, "dev")
        with GitHub(repository) as github:
            found = refusals_of(PullRequests(github), BRANCH, print)
        return [(str(each.kind_uuid.kind), each.by) for each in found]

    def take_main(self) -> None:
        """A colleague's pull, and what a clone of the runner's has then."""
        self.world.git("pull", "-q", str(self.pulls.bare), "main")


@pytest.fixture
def story(world: World, github: GitHubServer, tmp_path: Path) -> Iterator[Story]:
    world.publish()
    bare = tmp_path / "origin.git"
    with served(bare, TOKEN) as url:
        yield Story(world, github, bare, url)


@pytest.mark.takes(60)
def test_one_pull_request_from_the_first_edit_to_its_merge(story: Story, colleague: Api, admin: Api) -> None:
    world, pulls = story.world, story.pulls
    assert world.deploy().code == 0
    colleague.edit_chart("Births by state", metrics=["births", "names"])
    # The forge comes last: what it refuses takes nothing back, and the next run goes on there.
    pulls.actions_may_create = False
    blocked = world.run("hybrid", "drift-branch", "--pull-request", **story.variables)
    assert (blocked.code, pulls.all) == (3, [])
    assert f"{BRANCH}: made, and pushed to origin" in blocked.err
    assert "tick `Allow GitHub Actions to create and approve pull requests`" in blocked.err
    pulls.actions_may_create = True
    first = story.run()
    assert first.lines[-1] == f"{PAGE}/100"
    [pull] = pulls.all
    assert pulls.tip(BRANCH) == pull.head_oid == world.git("rev-parse", BRANCH)
    assert pull.title == "Changed in Superset (dev): chart 'Births by state'"
    assert '| `params.metrics: ["births"] → ["births", "names"]` | `Ann Lee` |' in pull.body
    assert (
        "  in place: superset_assets/templates/charts/births_by_state.yaml.j2:12\n  prod, staging: the same"
        in pull.body
    )
    assert f"[in Superset]({world.base_url}/explore/?slice_id=" in pull.body
    assert pull.labels == ["superset-drift", "env:dev"]
    story.writes()

    again = story.run()
    assert (again.lines[-1], story.writes()) == (f"{PAGE}/100", [])
    assert f"{BRANCH}: nothing new" in again.err

    rename_dashboard(colleague, "Births and names [dev]", "Names and births [dev]")
    story.run()
    assert story.writes() == ["PATCH pulls/100"]
    assert "`Names and births [dev]`" in pull.body
    assert pull.title.endswith("'Births by state' and 1 more")

    pulls.close(100, by="ada")
    assert story.refused() == [("chart", "ada"), ("dashboard", "ada")]
    tip = pulls.tip(BRANCH)
    closed = story.run()
    assert f"{PAGE}/100 was closed by ada: that refuses 2 edits" in closed.err
    assert f"refused: chart 'Births by state' by ada, {PAGE}/100 (say --overwrite-drift " in closed.out
    assert (pulls.tip(BRANCH), story.writes()) == ("", [])
    assert story.run().lines[0] == "dev: nothing was changed in Superset that is not in Git"
    # Somebody restores the branch, and opens it again.
    pulls.git("update-ref", f"refs/heads/{BRANCH}", tip)
    pulls.reopen(100)
    assert story.refused() == []
    assert story.run().lines[-1] == f"{PAGE}/100"
    assert pulls.tip(BRANCH) == tip
    assert story.writes() == []

    pulls.merge(100)
    story.take_main()
    assert world.deploy().code == 0
    assert admin.by_name("dashboard", "Names and births [dev]")
    over = story.run()
    assert over.lines[-1] == f"{BRANCH}: there is nothing to put on it"
    assert pulls.tip(BRANCH) == ""
    assert (story.writes(), [each.state for each in pulls.all], pull.merged) == ([], ["closed"], True)

    # The next one is another; undone in Superset, it is closed with the reason, and nobody refused it.
    colleague.edit_chart("Names by state", row_limit=77)
    assert story.run().lines[-1] == f"{PAGE}/101"
    colleague.edit_chart("Names by state", row_limit=100)
    undone = story.run()
    assert f"closed {PAGE}/101: nothing of it is open any more" in undone.err
    assert (pulls.all[1].state, pulls.all[1].merged, pulls.tip(BRANCH)) == ("closed", False, "")
    assert "somebody undid it in Superset" in story.github.bodies(101)[0]
    assert story.refused() == []

    # Where drift stops a deployment, it opens the pull request, which has the command for exactly this once refused.
    make_strict(story)
    colleague.edit_chart("Names by state", row_limit=78)
    stopped = world.deploy(**story.variables)
    assert (stopped.code, f"opened {PAGE}/102" in stopped.err) == (4, True), stopped.err
    assert TOKEN not in stopped.out + stopped.err
    assert story.run().lines[-1] == f"{PAGE}/102"
    pulls.close(102)
    found = re.search(r"`tools/deploy (dev --asset chart:[-0-9a-f]+ --overwrite-drift [0-9a-f]+)`", pulls.all[2].body)
    assert found
    refused = world.run("deploy", *found[1].split(" "))
    assert (refused.code, refused.lines[-1]) == (0, "DEPLOY_OK (dev)"), refused.err
    assert admin.chart_params("Names by state")["row_limit"] == 100
    ask_a_gitlab(story, colleague)


def make_strict(story: Story) -> None:
    """What staging and prod are: drift stops it, and only what main has is deployed."""
    world = story.world
    strict = "{mode: strict_fail_on_drift, drift_gate: fail}"
    world.edit("policy.yaml", "{mode: overwrite_git_wins,   drift_gate: warn}", strict)
    world.git("commit", "-qam", "Be strict")
    world.git("push", "-q", str(story.pulls.bare), "main")
    world.git("fetch", "-q", str(story.pulls.bare), "main:refs/remotes/origin/main")


def ask_a_gitlab(story: Story, colleague: Api) -> None:
    """Without GitHub it is told what to open; a GitLab is asked to open it while the branch is pushed."""
    world, bare = story.world, story.pulls.bare
    url = world.git("remote", "get-url", "origin")
    variables = {name: value for name, value in story.variables.items() if name.startswith("GIT_")}
    hook = bare / "hooks" / "post-receive"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\nenv | grep ^GIT_PUSH_OPTION_ | sort > options\n")
    hook.chmod(0o755)
    world.git("--git-dir", str(bare), "config", "receive.advertisePushOptions", "true")
    world.git("remote", "set-url", "origin", str(bare))
    told = world.run("hybrid", "drift-branch", "--pull-request", **variables)
    assert (told.code, told.lines[-1]) == (0, f"to open: a pull request of {BRANCH} into main"), told.err
    world.git("remote", "set-url", "origin", url)
    site = url.removesuffix("/octo/boards.git")
    variables |= {"CI_SERVER_URL": site, "CI_JOB_TOKEN": TOKEN}
    colleague.edit_chart("Births by state", metrics=["births"])
    asked = world.run("hybrid", "drift-branch", "--pull-request", **variables)
    assert (asked.code, asked.lines[-1]) == (0, f"{url} was asked for a merge request of {BRANCH} into main"), asked.err
    assert TOKEN not in asked.out + asked.err
    assert (bare / "options").read_text().splitlines() == [
        "GIT_PUSH_OPTION_0=merge_request.create",
        "GIT_PUSH_OPTION_1=merge_request.target=main",
        "GIT_PUSH_OPTION_2=merge_request.title=Changed in Superset (dev)",
        f"GIT_PUSH_OPTION_3=merge_request.description={SAID}",
        "GIT_PUSH_OPTION_4=merge_request.label=superset-drift",
        "GIT_PUSH_OPTION_5=merge_request.label=env:dev",
        "GIT_PUSH_OPTION_COUNT=6",
    ]
