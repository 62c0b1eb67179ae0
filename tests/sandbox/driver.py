"""The command as a user runs it, from another process that can be killed."""

from __future__ import annotations

import subprocess
import sys

from fixtures.superset import REPOSITORY


def sandbox_command(*arguments: str) -> list[str]:
    start = "import sys; sys.path.insert(0, sys.argv.pop(1)); from superset_gitops.cli.main import run; run()"
    return [sys.executable, "-c", start, str(REPOSITORY / "tools"), "--project", str(REPOSITORY), "sandbox", *arguments]


def run_sandbox(*arguments: str) -> str:
    """What it says on stdout; fails when it does."""
    command = sandbox_command(*arguments)
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def kill_up_when_it_says(environment: str, words: str) -> None:
    """Start `up` and kill it, as the kernel would, once these words appear in its progress."""
    command = sandbox_command("up", "--env", environment)
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        said = []
        for line in process.stderr:
            said.append(line)
            if words in line:
                process.kill()
                return
        raise AssertionError(f"{words!r} was never said: {said}")
