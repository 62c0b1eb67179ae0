"""How fast the tools are, each against a reference in the same run: run by the Python of an environment.

Prints a table of medians; asserts nothing, because a loaded machine is no bug.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from large_project import ENVIRONMENTS, write_large_project

CLONE = Path(__file__).resolve().parents[1]
CHART = "superset_assets/templates/charts/chart_007.yaml.j2"
ROUNDS = 7


class Project:
    """The large project in a repository, and a cache that only it uses."""

    def __init__(self, folder: Path) -> None:
        from superset_gitops.bootstrap.locate import cache_dir

        self.folder = folder / "project"
        self.cache = folder / "cache"
        self.cache.mkdir()
        (self.cache / "environments").symlink_to(Path(cache_dir()) / "environments")
        write_large_project(self.folder)
        config = (CLONE / ".pre-commit-config.yaml").read_text(encoding="utf-8")
        (self.folder / ".pre-commit-config.yaml").write_text(
            config.replace("entry: hooks/", f"entry: {CLONE}/hooks/"), encoding="utf-8"
        )
        self.run("git", "init", "-q", "-b", "main")
        self.run("git", "config", "user.name", "A Benchmark")
        self.run("git", "config", "user.email", "benchmark@example.com")
        self.run("git", "add", "-A")
        self.run("git", "commit", "-qm", "All", "--no-verify")
        self.run(sys.executable, "-m", "pre_commit", "install")

    def run(self, *command: str, **variables: str) -> None:
        """Run a command in the project, with what a user's shell has."""
        kept = {
            name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "PRE_COMMIT", "HYBRID"))
        }
        environ = kept | {"HYBRID_CACHE_DIR": str(self.cache), "PRE_COMMIT_HOME": str(self.cache / "pre-commit")}
        subprocess.run(command, cwd=self.folder, env=environ | variables, check=True, capture_output=True)

    def edit(self) -> None:
        """Change one template, and stage it."""
        path = self.folder / CHART
        lines = path.read_text(encoding="utf-8").splitlines()
        lines = [
            f"description: Edited at {time.time_ns()}" if line.startswith("description:") else line for line in lines
        ]
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        self.run("git", "add", "-A")

    def forget(self) -> None:
        """Forget what hooks have found out; the environments stay."""
        for path in (self.cache / "hooks").rglob("*"):
            if path.is_file():
                path.unlink()


def measure(action: Callable[[], object], before: Callable[[], object] = lambda: None, rounds: int = ROUNDS) -> float:
    """Median seconds of an action."""
    taken = []
    for _ in range(rounds):
        before()
        started = time.perf_counter()
        action()
        taken.append(time.perf_counter() - started)
    return statistics.median(taken)


def row(what: str, seconds: float, reference: str, base: float, goal: str) -> None:
    """Print one row of the table; times are in seconds."""
    print(
        f"| {what} | {seconds * 1000:.0f} ms | {reference} | {base * 1000:.0f} ms | {seconds / base:.1f} × | {goal} |"
    )


def main() -> None:
    """Measure and print everything."""
    print("| what | median | reference | its median | ratio | goal |\n|---|---|---|---|---|---|")
    # What `python3` is on PATH may be a shim that takes ten times as long as Python: both sides get the real one.
    real = Path(os.path.realpath(sys.executable)).parent
    environ = os.environ | {"PATH": f"{real}{os.pathsep}{os.environ['PATH']}"}

    def start(*command: str) -> Callable[[], object]:
        return lambda: subprocess.run(command, env=environ, check=True, capture_output=True)

    click = measure(start(sys.executable, "-c", "import click"))
    row(
        "`tools/hybrid --help`",
        measure(start(str(CLONE / "tools/hybrid"), "--help")),
        '`python3 -c "import click"`',
        click,
        "< 2.5 ×",
    )
    with tempfile.TemporaryDirectory() as folder:
        project = Project(Path(folder))
        all_hooks = "template-compile,bundle-validate,migration-check,yamllint,clear-text-secrets"
        bare = measure(lambda: project.run("git", "commit", "-qm", "Edit", "--no-verify"), project.edit)
        project.run("git", "commit", "-qm", "Warm", "--allow-empty")
        none = measure(lambda: project.run("git", "commit", "-qm", "Edit", SKIP=all_hooks), project.edit)
        warm = measure(lambda: project.run("git", "commit", "-qm", "Edit"), project.edit)
        row("commit of one changed template of 1,000", warm, "`git commit` without hooks", bare, "all hooks < 500 ms")
        row("… the same, all hooks skipped: pre-commit itself", none, "`git commit` without hooks", bare, "")
        row("… so all hooks together", warm - bare, "of these pre-commit itself", none - bare, "< 500 ms")
        hook = str(CLONE / "hooks/template-compile")
        first = measure(lambda: project.run(hook), project.edit)
        again = measure(lambda: project.run(hook))
        row("first hook of that commit", first, "a hook that finds its answer", again, "")
        cold = measure(lambda: project.run(hook), project.forget, rounds=3)
        row(f"first commit ever: {1000 * len(ENVIRONMENTS):,} renders", cold, "first hook, warm", first, "< 5,000 ms")


if __name__ == "__main__":
    main()
