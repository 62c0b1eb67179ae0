"""Owns finding a Python that Superset can run on: each candidate is really run, since version managers leave shims."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from superset_gitops.bootstrap import locate
from superset_gitops.errors import ConfigurationError


@dataclass(frozen=True, slots=True)
class Interpreter:
    """A Python that runs.

    Attributes:
        path: the interpreter itself, not that of a virtual environment.
        identity: from `locate.python_identity`; begins with the full version.
    """

    path: str
    identity: str

    @property
    def minor(self) -> str:
        """The version without its last part, e.g. `3.11`."""
        return ".".join(self.identity.split(".")[:2])


def own_interpreter() -> Interpreter:
    """The Python that runs this, outside of any virtual environment."""
    return Interpreter(getattr(sys, "_base_executable", sys.executable), locate.python_identity())


def find_interpreter(versions: tuple[str, ...], what_for: str) -> Interpreter:
    """The first that runs and has one of these versions; our own is the first candidate.

    Args:
        versions: e.g. `("3.11", "3.12")`.
        what_for: for the message, e.g. `Superset 6.1.0`.

    Raises:
        ConfigurationError: none on this machine; the message says how to get one.
    """
    own = own_interpreter()
    if own.minor in versions:
        return own
    for candidate in dict.fromkeys(_candidates(versions)):
        found = _run(candidate)
        if found and found.minor in versions:
            return found
    wanted = " or ".join(versions)
    raise ConfigurationError(
        f"{what_for} needs Python {wanted}; none was found (this is {own.minor})",
        remedy=f"install it beside yours: uv python install {versions[-1]}, or apt install python{versions[0]}-venv, "
        f"or brew install python@{versions[-1]}, or pyenv install {versions[-1]}",
    )


def _candidates(versions: tuple[str, ...]) -> Iterator[str]:
    """Interpreters on PATH, in the folders of pyenv and uv, and where installers for macOS put them."""
    home = Path.home()
    pyenv = Path(os.environ.get("PYENV_ROOT") or home / ".pyenv") / "versions"
    data = Path(os.environ.get("XDG_DATA_HOME") or home / ".local" / "share")
    uv = Path(os.environ.get("UV_PYTHON_INSTALL_DIR") or data / "uv" / "python")
    for version in versions:
        if on_path := shutil.which(f"python{version}"):
            yield on_path
        yield from (f"{folder}/python{version}" for folder in ("/usr/bin", "/usr/local/bin", "/opt/homebrew/bin"))
        yield from (str(found) for found in sorted(pyenv.glob(f"{version}.*/bin/python{version}"), reverse=True))
        yield from (str(found) for found in sorted(uv.glob(f"cpython-{version}.*/bin/python{version}"), reverse=True))
        yield f"/Library/Frameworks/Python.framework/Versions/{version}/bin/python{version}"
    yield from (path for name in ("python3", "python") if (path := shutil.which(name)))


def _run(candidate: str) -> Interpreter | None:
    """What the candidate says of itself; None where it does not run or cannot make environments."""
    if not os.access(candidate, os.X_OK):
        return None
    if not shutil.which("uv") and not _can_make_environments(candidate):
        return None
    command = [candidate, "-I", locate.__file__]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    lines = done.stdout.splitlines()
    return Interpreter(lines[0], lines[1]) if done.returncode == 0 and len(lines) == 2 else None


def _can_make_environments(candidate: str) -> bool:
    command = [candidate, "-I", "-c", "import ensurepip, venv"]
    try:
        return subprocess.run(command, capture_output=True, timeout=20, check=False).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False
