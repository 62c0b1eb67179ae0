"""The team's setting."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from forge_team import Team

from fixtures.git_over_http import served
from fixtures.github_pulls import GitHubPulls
from fixtures.github_server import TOKEN, GitHubServer
from fixtures.postgres import say
from fixtures.world import Api, World
from superset_gitops.edges.sandbox import Sandbox, SandboxState


@pytest.fixture
def team(world: World, github: GitHubServer, tmp_path: Path) -> Iterator[Team]:
    """With one Superset: the run's own, for every environment that is not told another one."""
    world.publish()
    bare = tmp_path / "origin.git"
    github.proposals = GitHubPulls(bare)
    with served(bare, TOKEN) as url:
        world.git("remote", "set-url", "origin", url)
        variables = {
            "GITHUB_SERVER_URL": url.removesuffix("/octo/boards.git"),
            "GITHUB_API_URL": github.address,
            "GITHUB_REPOSITORY": "octo/boards",
            "GITHUB_TOKEN": TOKEN,
            "GIT_COMMITTER_NAME": "A Deployer",
            "GIT_COMMITTER_EMAIL": "deployer@example.com",
        }
        yield Team(world, url, github.proposals, variables)


@pytest.fixture
def team_with_all(team: Team, admin: Api, sandboxes_dir: Path) -> Iterator[Team]:
    """With servers of their own for staging and prod."""
    sandboxes = {name: Sandbox(team.world.root, name) for name in ("staging", "prod")}
    try:
        for name, sandbox in sandboxes.items():
            state = sandbox.up(say)
            told = {f"{key}_{name.upper()}": value for key, value in state.variables().items()}
            team.variables = {**team.variables, **told}
            team.supersets = {"dev": admin, **team.supersets, name: _api(state)}
        yield team
    finally:
        for sandbox in sandboxes.values():
            sandbox.reset()


def _api(state: SandboxState) -> Api:
    variables = state.variables()
    return Api(state.base_url, variables["SUPERSET_ADMIN_USER"], variables["SUPERSET_ADMIN_PASS"])
