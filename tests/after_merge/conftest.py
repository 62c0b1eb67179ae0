"""One clone with a sandbox for all tests, and a fresh copy of its branch for each of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from team import Clone, new_clone

from fixtures.world import Api
from superset_gitops.edges.sandbox import Sandbox


@pytest.fixture(scope="session")
def deployed(tmp_path_factory: pytest.TempPathFactory, sandboxes_dir: Path) -> Iterator[Clone]:
    """A clone that was deployed into its own sandbox."""
    clone = new_clone(tmp_path_factory.mktemp("after merge") / "a clone")
    ran = clone.run(str(clone.root / "tools" / "deploy"), "dev")
    assert ran.code == 0, ran.told
    yield clone
    Sandbox(clone.root, "dev").reset()


@pytest.fixture
def clone(deployed: Clone) -> Iterator[Clone]:
    """The deployed clone, at its first commit again."""
    begin = deployed.git("rev-parse", "work").told.strip()
    yield deployed
    for unfinished in (["rebase", "--abort"], ["merge", "--abort"]):
        deployed.run("git", *unfinished)
    deployed.git("-c", "core.hooksPath=/dev/null", "checkout", "-q", "-f", "-B", "work", begin)
    deployed.git("clean", "-q", "-f", "-d")
    for branch in deployed.git("for-each-ref", "--format=%(refname:short)", "refs/heads").told.split():
        if branch != "work":
            deployed.git("branch", "-q", "-D", branch)


@pytest.fixture
def variables(deployed: Clone) -> dict[str, str]:
    """The addresses of the sandbox, as `tools/sandbox env` prints them."""
    return Sandbox(deployed.root, "dev").variables()


@pytest.fixture
def api(variables: dict[str, str]) -> Api:
    return Api(variables["BASE_URL"], variables["SUPERSET_ADMIN_USER"], variables["SUPERSET_ADMIN_PASS"])
