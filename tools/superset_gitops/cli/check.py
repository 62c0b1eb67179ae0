"""Owns `tools/test`: every check of this project in turn, then how each ended and how long it took."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

_CLONE = Path(__file__).resolve().parents[3]


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one check ended."""

    name: str
    exit_code: int
    seconds: float

    def __str__(self) -> str:
        verdict = "ok" if self.exit_code == 0 else f"FAILED (exit code {self.exit_code})"
        return f"{self.name:<14} {self.seconds:6.1f} s  {verdict}"


def run(pytest_arguments: Sequence[str]) -> None:
    """Run all checks, also after a failed one, and exit with 0 only when none failed."""
    programs = Path(sys.executable).parent
    commands = {
        "ruff check": [str(programs / "ruff"), "check"],
        "ruff format": [str(programs / "ruff"), "format", "--check"],
        "mypy": [str(programs / "mypy")],
        "import-linter": [str(programs / "lint-imports")],
        "pytest": [sys.executable, "-m", "pytest", *pytest_arguments],
    }
    try:
        outcomes = [_run(name, command) for name, command in commands.items()]
    except KeyboardInterrupt:
        sys.exit(130)
    sys.stderr.write("\n" + "\n".join(map(str, outcomes)) + "\n")
    sys.exit(1 if any(outcome.exit_code for outcome in outcomes) else 0)


def _run(name: str, command: Sequence[str]) -> Outcome:
    sys.stderr.write(f"── {name}\n")
    sys.stderr.flush()
    # The tests start the tools themselves, in projects of their own.
    variables = {key: value for key, value in os.environ.items() if key not in {"HYBRID_PROJECT", "HYBRID_PROGRAM"}}
    variables["PYTHONPATH"] = str(_CLONE / "tools")
    started = time.monotonic()
    done = subprocess.run(command, cwd=_CLONE, env=variables, check=False)
    return Outcome(name, done.returncode, time.monotonic() - started)
