"""The workflows as `act` runs them on this machine, without containers: which steps ran, how, and what they said."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fixtures.printed_tables import PrintedTable
from fixtures.world import ROOT, World
from superset_gitops.core.scaffold.starter_files import Starter, Tools, starter_files
from superset_gitops.edges.files.starter import read_starter_texts

SETUP_PYTHON = """\
name: Set up Python
description: Takes the Python that is here.
inputs:
  python-version: {description: Which one, required: false}
runs:
  using: composite
  steps:
    - {shell: bash, run: python3 --version}
"""


@dataclass
class Run:
    """What happened: the result of each job and step by name, in order, and the jobs' output."""

    code: int
    jobs: dict[str, str] = field(default_factory=dict)
    steps: dict[str, list[str]] = field(default_factory=dict)
    output: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        lines = []
        for job, steps in self.steps.items():
            lines += [f"{job}: {self.jobs.get(job, 'unfinished')}", *(f"    {step}" for step in steps)]
        return "\n".join(lines)


class Act:
    """Our tools and workflows around a starter's small sources, which `act` takes for a checkout of octo/boards."""

    def __init__(self, world: World, folder: Path, tell: PrintedTable) -> None:
        self.world = world
        self.tell = tell
        self.folder = folder
        self.setup_python = folder / "setup-python"
        self.setup_python.mkdir()
        (self.setup_python / "action.yml").write_text(SETUP_PYTHON)
        tracked = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", ".github", "tools"]
        listed = subprocess.run(tracked, cwd=ROOT, capture_output=True, text=True, check=True).stdout
        for name in filter(None, listed.split("\0")):
            if (ROOT / name).is_file():
                (world.root / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(ROOT / name, world.root / name)
        starter = Starter("boards", ("dev", "staging", "prod"), Tools())
        for name, text in starter_files(starter, read_starter_texts(), lambda: str(uuid.uuid4())).items():
            if not (world.root / name).exists():
                (world.root / name).parent.mkdir(parents=True, exist_ok=True)
                (world.root / name).write_text(text)

    def run(self, title: str, event: str, payload: dict[str, Any], *options: str, **secrets: str) -> Run:
        """Run the workflows of an event, and print under this title which steps really ran; `options` go to act."""
        file = self.folder / "event.json"
        owner = {"owner": {"login": "octo"}, "name": "boards", "full_name": "octo/boards", "default_branch": "main"}
        file.write_text(json.dumps({"repository": owner, **payload}))
        pinned = re.search(r"actions/setup-python@\w+", (ROOT / ".github/workflows/deploy.yml").read_text())
        assert pinned
        command = [
            str(Path(sys.executable).parent / "act"), event, "--json", "--eventpath", str(file),
            "--container-daemon-socket", "-", "--platform", "ubuntu-24.04=-self-hosted",
            "--local-repository", f"{pinned[0]}={self.setup_python}", "--env", "GITHUB_REPOSITORY=octo/boards",
            *(f"--secret={name}" for name in secrets), *options,
        ]  # fmt: skip
        environ = {name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "HYBRID_P"))}
        # The home of nobody: act keeps settings and a cache there.
        environ |= secrets | {"HOME": str(self.folder), "XDG_CACHE_HOME": str(self.folder / "cache")}
        done = subprocess.run(
            command, cwd=self.world.root, env=environ, capture_output=True, text=True, timeout=300, check=False
        )
        run = Run(done.returncode)
        for line in done.stdout.splitlines() + done.stderr.splitlines():
            if line.startswith("{"):
                _take(run, json.loads(line))
        assert run.jobs, done.stdout + done.stderr
        self.tell(f"act, {title}", str(run))
        return run


def _take(run: Run, said: dict[str, Any]) -> None:
    job = said.get("jobID")
    if job is None:
        return
    if said.get("matrix"):
        job = f"{job} ({', '.join(said['matrix'].values())})"
    if "jobResult" in said:
        run.jobs[job] = said["jobResult"]
    # A step inside of an action has a path of several ids.
    elif "stepResult" in said and said.get("stage") == "Main" and len(said["stepID"]) == 1:
        run.steps.setdefault(job, []).append(f"{said['stepResult']}: {said['step'].split('@')[0]}")
    elif "raw_output" in said or said.get("command"):
        run.output[job] = run.output.get(job, "") + said["msg"] + "\n" * ("raw_output" not in said)
