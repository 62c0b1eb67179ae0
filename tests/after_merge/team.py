"""A clone whose sandbox is up and whose hooks are installed, and a colleague who changes things elsewhere."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
PROGRAMS = Path(sys.executable).parent
CHART = "superset_assets/templates/charts/births_by_state.yaml.j2"
_HOOKS = ("post-merge", "post-rewrite", "post-commit", "pre-push")


@dataclass(frozen=True)
class Ran:
    """What a command did; hooks speak on either stream."""

    code: int
    told: str

    @property
    def ours(self) -> list[str]:
        """The lines of the last hook itself, without pre-commit's and git's; a rebase ran others before it."""
        _, found, after = self.told.rpartition("- duration:")
        lines = after.splitlines()[1:] if found else []
        return [line.rstrip() for line in lines if line.strip() and not line.startswith("\x1b[K")]


@dataclass(frozen=True)
class Clone:
    """One working tree."""

    root: Path

    def run(self, *command: str, **variables: str) -> Ran:
        environ = {name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "HYBRID_P"))}
        # What a hook tells may be anything but a question: there is no terminal, as in an IDE.
        done = subprocess.run(
            command,
            cwd=self.root,
            env=environ | {"GIT_EDITOR": "true", "GIT_TERMINAL_PROMPT": "0"} | variables,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=120,
            check=False,
        )
        return Ran(done.returncode, done.stdout)

    def git(self, *arguments: str, **variables: str) -> Ran:
        """Git, which must succeed."""
        ran = self.run("git", *arguments, **variables)
        assert ran.code == 0, ran.told
        return ran

    def install_hooks(self) -> None:
        types = [argument for name in _HOOKS for argument in ("-t", name)]
        ran = self.run(str(PROGRAMS / "pre-commit"), "install", *types)
        assert ran.code == 0, ran.told

    def write(self, path: str, text: str) -> None:
        (self.root / path).parent.mkdir(parents=True, exist_ok=True)
        (self.root / path).write_text(text)

    def commit(self, path: str, text: str) -> None:
        """Write one file and commit it, with no hook in between."""
        self.write(path, text)
        self.git("add", "-A")
        self.git("-c", "core.hooksPath=/dev/null", "commit", "-q", "-m", f"Change {path}")

    def branch_with(self, name: str, path: str, text: str) -> None:
        """A branch from here with one changed file; the branch of now stays checked out."""
        self.git("-c", "core.hooksPath=/dev/null", "switch", "-q", "-c", name)
        self.commit(path, text)
        self.git("-c", "core.hooksPath=/dev/null", "switch", "-q", "-")

    def chart_named(self, name: str) -> str:
        """The text of one chart's template, under another name."""
        return re.sub(r"(?m)^slice_name:.*$", f"slice_name: {name}", (REPOSITORY / CHART).read_text())

    @property
    def log(self) -> str:
        path = self.root / ".git" / "superset-gitops" / "post-merge.log"
        return path.read_text() if path.exists() else ""


def new_clone(folder: Path) -> Clone:
    """This repository as it is committed, on a branch `main` that nobody has pushed anywhere."""
    subprocess.run(["git", "clone", "-q", str(REPOSITORY), str(folder)], check=True)
    clone = Clone(folder)
    for key, value in {"user.name": "A Tester", "user.email": "tester@example.com", "pull.rebase": "false"}.items():
        clone.git("config", key, value)
    # Also where this checkout has no branch main, as in a pipeline.
    clone.git("update-ref", "refs/remotes/origin/main", "HEAD")
    clone.git("switch", "-q", "-C", "work", "--no-track")
    clone.install_hooks()
    return clone
