"""`hybrid lease`: who is deploying, and taking the lease from a deployer that stands still."""

from __future__ import annotations

import pytest
from world import World

from superset_gitops.edges.postgres.lease import Lease
from superset_gitops.errors import Unavailable


def test_the_holder_is_shown_and_broken(bare_world: World) -> None:
    assert "nobody holds the lease of dev" in bare_world.run("hybrid", "lease", "show").out
    with Lease.acquire(bare_world.database, "dev", "ada@laptop, process 1", 0, print) as lease:
        shown = bare_world.run("hybrid", "lease", "show", "--env", "dev")
        assert shown.code == 0, shown.err
        assert "ada@laptop, process 1" in shown.out
        assert {line.split()[0] for line in shown.lines[1:]} == {"holder", "since", "heartbeat", "expires"}
        assert "nobody holds the lease of staging" in bare_world.run("hybrid", "lease", "show", "--env", "staging").out
        asked = bare_world.run("hybrid", "lease", "break")
        assert asked.code == 2
        assert "--yes" in asked.err
        lease.check()
        broken = bare_world.run("hybrid", "lease", "break", "--yes")
        assert (broken.code, broken.out) == (0, "broke the lease of dev, which ada@laptop, process 1 held\n")
        with pytest.raises(Unavailable, match="no longer ours"):
            lease.check()


def test_an_environment_that_is_none_is_refused(bare_world: World) -> None:
    done = bare_world.run("hybrid", "lease", "show", "--env", "nowhere")
    assert done.code == 2
    assert "'nowhere'" in done.err
