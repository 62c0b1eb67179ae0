"""`hybrid lease`: who is deploying, and taking the lease from a deployer that stands still."""

from __future__ import annotations

import os
import pty
import subprocess

import pytest

from fixtures.world import ROOT, World
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


def answer(world: World, text: str) -> subprocess.CompletedProcess[str]:
    """Break the lease at a terminal, and answer the question."""
    ours, theirs = pty.openpty()
    try:
        os.write(ours, text.encode())
        command = [str(ROOT / "tools/hybrid"), "lease", "break"]
        return subprocess.run(
            command, check=False, cwd=world.root, env=world.environ, stdin=theirs, capture_output=True, text=True
        )
    finally:
        os.close(ours)
        os.close(theirs)


def test_a_person_at_a_terminal_is_asked(bare_world: World) -> None:
    with Lease.acquire(bare_world.database, "dev", "ada@laptop, process 1", 0, print) as lease:
        refused = answer(bare_world, "n\n")
        assert (refused.returncode, refused.stdout) == (130, "")
        assert "ada@laptop, process 1 will write nothing more" in refused.stderr
        lease.check()
        assert answer(bare_world, "y\n").returncode == 0
        with pytest.raises(Unavailable):
            lease.check()


def test_an_environment_that_is_none_is_refused(bare_world: World) -> None:
    done = bare_world.run("hybrid", "lease", "show", "--env", "nowhere")
    assert done.code == 2
    assert "'nowhere'" in done.err
