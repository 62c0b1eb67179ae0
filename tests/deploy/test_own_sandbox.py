"""`tools/deploy dev` in a fresh clone with no address at all: it brings its own PostgreSQL and Superset."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest
import requests

from fixtures.world import ROOT


@pytest.mark.takes(25)
def test_a_fresh_clone_deploys_to_its_own_sandbox_and_again_writes_nothing(tmp_path: Path, sandboxes_dir: Path) -> None:
    clone = tmp_path / "a clone"
    subprocess.run(["git", "clone", "-q", str(ROOT), str(clone)], check=True)
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "HYBRID_P"))}
    runs = [
        subprocess.run(
            [str(clone / "tools" / "deploy"), "dev"],
            cwd=tmp_path,
            env=environ,
            capture_output=True,
            text=True,
            timeout=400,
            check=False,
        )
        for _ in range(2)
    ]
    assert [run.returncode for run in runs] == [0, 0], [run.stderr for run in runs]
    assert [run.stdout.splitlines()[-1] for run in runs] == ["DEPLOY_OK (dev)"] * 2
    assert "assets written: 16" in runs[0].stderr
    assert "assets written: 0" in runs[1].stderr
    address = re.search(r"http://127\.0\.0\.1:\d+", runs[0].stderr)
    assert address
    assert requests.get(f"{address[0]}/health", timeout=30).text == "OK"
    assert list(sandboxes_dir.glob("*/dev/state.json"))
