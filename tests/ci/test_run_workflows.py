"""Both workflows are run, step by step, against a real Superset and a GitHub that remembers its comments."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from act_runner import Act, Run

from fixtures.github_pulls import GitHubPulls
from fixtures.github_server import TOKEN, GitHubServer
from fixtures.postgres import say
from fixtures.printed_tables import PrintedTable
from fixtures.world import Api, World
from superset_gitops.edges.sandbox import Sandbox, SandboxState

PULL: dict[str, Any] = {
    "number": 12,
    "pull_request": {
        "number": 12,
        "user": {"login": "ada"},
        "head": {"sha": "0123456789abcdef", "ref": "a-branch", "repo": {"full_name": "octo/boards"}},
        "base": {"ref": "main"},
    },
}
FORK: dict[str, Any] = {
    **PULL,
    "pull_request": {**PULL["pull_request"], "head": {"sha": "f", "ref": "x", "repo": {"full_name": "mallory/boards"}}},
}
MAIN = {"ref": "refs/heads/main"}
DEPLOY = "--workflows=.github/workflows/deploy.yml"
DRIFT = "--workflows=.github/workflows/drift.yml"
PREPARED = ["success: actions/checkout", "success: actions/setup-python"]


@pytest.fixture
def act(empty_world: World, tmp_path: Path, printed_table: PrintedTable) -> Act:
    made = Act(empty_world, tmp_path, printed_table)
    empty_world.publish()
    return made


@pytest.fixture
def secrets(empty_world: World) -> dict[str, str]:
    return {"POSTGRES_URL": empty_world.database, "SUPERSET_ADMIN_PASS": empty_world.password, "GITHUB_TOKEN": TOKEN}


@pytest.fixture
def options(empty_world: World, github: GitHubServer) -> list[str]:
    told = {"BASE_URL": empty_world.base_url, "SUPERSET_ADMIN_USER": empty_world.user}
    return ["--env", f"GITHUB_API_URL={github.address}", *(f"--var={name}={value}" for name, value in told.items())]


@pytest.fixture
def stricter(empty_world: World, sandboxes_dir: Path) -> Iterator[dict[str, SandboxState]]:
    """What dev's Superset cannot be as well: servers of staging and prod."""
    sandboxes = {name: Sandbox(empty_world.root, name) for name in ("staging", "prod")}
    try:
        yield {name: sandbox.up(say) for name, sandbox in sandboxes.items()}
    finally:
        for sandbox in sandboxes.values():
            sandbox.reset()


def api_of(state: SandboxState) -> Api:
    variables = state.variables()
    return Api(state.base_url, variables["SUPERSET_ADMIN_USER"], variables["SUPERSET_ADMIN_PASS"])


@pytest.mark.takes(60)
def test_from_a_pull_request_to_main_and_to_somebodys_edit(
    act: Act,
    empty_world: World,
    stricter: dict[str, SandboxState],
    github: GitHubServer,
    admin: Api,
    secrets: dict[str, str],
    options: list[str],
) -> None:
    strict = [
        f"--env={name}_{environment.upper()}={value}"
        for environment, state in stricter.items()
        for name, value in state.variables().items()
    ]
    github.proposals = pulls = GitHubPulls(empty_world.root.parent / "origin.git")
    pending = check_drift(act, "dev", *options, **secrets)
    assert pending.steps["drift (dev)"] == [*PREPARED, "success: Compare", "success: Keep the pull request"]
    assert "something is pending" in pending.output["drift (dev)"]

    pull = act.run("a pull request", "pull_request", PULL, DEPLOY, *options, **secrets)
    assert pull.jobs == {"validate": "success", "pull-request": "success"}, pull.output
    assert pull.steps["validate"] == [*PREPARED, "success: Validate"]
    assert pull.steps["pull-request"] == [
        *PREPARED, "success: Plan", "success: Comment the plan", "success: Deploy",
    ]  # fmt: skip
    assert "DEPLOY_OK (dev)" in pull.output["pull-request"]
    assert {row["slice_name"] for row in admin.rows("chart")} == {"Revenue", "Revenue by region"}
    [comment] = github.bodies(12)
    assert comment.startswith("<!-- superset-gitops plan: dev -->\n")
    assert "5 to create" in comment
    assert "commit 0123456789ab" in comment
    assert empty_world.password not in comment + "".join(pull.output.values())

    assert pulls.all == []

    admin.edit_chart("Revenue", subheader="by hand")
    drifted = check_drift(act, "dev", *options, **secrets)
    assert drifted.steps["drift (dev)"] == [*PREPARED, "failure: Compare", "success: Keep the pull request"]
    assert "changed in Superset: the run's summary says what" in drifted.output["drift (dev)"]
    assert f"https://github.example/octo/boards/pull/{pulls.all[0].number}" in drifted.output["drift (dev)"]
    assert '`params.subheader: (absent) → "by hand"`' in pulls.all[0].body

    main = act.run("a push to main", "push", MAIN, DEPLOY, *options, *strict, **secrets)
    assert main.jobs == dict.fromkeys(("validate", "deploy-dev", "deploy-staging", "deploy-prod"), "success"), (
        main.output
    )
    for name in ("dev", "staging", "prod"):
        assert main.steps[f"deploy-{name}"] == [*PREPARED, "success: Deploy"]
        assert f"DEPLOY_OK ({name})" in main.output[f"deploy-{name}"]

    api_of(stricter["staging"]).edit_chart("Revenue", subheader="by hand")
    stopped = act.run("a push to main after an edit in staging", "push", MAIN, DEPLOY, *options, *strict, **secrets)
    assert stopped.jobs == {"validate": "success", "deploy-dev": "success", "deploy-staging": "failure"}
    assert stopped.steps["deploy-staging"] == [*PREPARED, "failure: Deploy"]
    assert "::error title=hybrid::staging: 1 asset changed in Superset" in stopped.output["deploy-staging"]
    assert stopped.code == 1


def test_a_forks_pull_request_is_validated_without_secrets_and_its_mistakes_annotated(
    act: Act, empty_world: World
) -> None:
    fork = act.run("a fork's pull request", "pull_request", FORK, DEPLOY)
    assert fork.jobs == {"validate": "success"}
    chart = "superset_assets/templates/charts/revenue.yaml.j2"
    empty_world.edit(chart, "warehouse/orders", "warehouse/order")
    broken = act.run("a fork's pull request with a mistake in it", "pull_request", FORK, DEPLOY)
    assert broken.jobs == {"validate": "failure"}
    assert broken.steps["validate"] == [*PREPARED, "failure: Validate"]
    assert f"::error file={chart},line=3," in broken.output["validate"]


def test_a_drift_check_of_an_environment_without_an_address_says_so(act: Act) -> None:
    checked = check_drift(act, "prod")
    assert checked.steps == {"drift (prod)": [*PREPARED, "failure: Compare"]}
    assert "is set for environment prod" in checked.output["drift (prod)"]


def check_drift(act: Act, environment: str, *options: str, **secrets: str) -> Run:
    asked = {"inputs": {"environment": environment}}
    return act.run(f"a drift check of {environment}", "workflow_dispatch", asked, DRIFT, *options, **secrets)
