"""Owns the way from the system's Python into the private environment: one hash and one exec when it exists."""

from __future__ import annotations

import os
import sys

from superset_gitops.bootstrap import locate

TYPE_CHECKING = False  # typing takes longer to import than everything here
if TYPE_CHECKING:
    from collections.abc import Callable

_ENTERED = "HYBRID_ENTERED"


def enter(tool: str, environment: str = "runtime") -> None:
    """Return inside the private environment; until then, make it and start the tool again with its Python.

    Args:
        tool: the tool's own file.
        environment: the stem of a requirements file.
    """
    tool = os.path.realpath(tool)
    if not _has_entered():
        _start_again(tool, environment, _say)
    os.environ.setdefault("HYBRID_PROJECT", os.path.dirname(os.path.dirname(tool)))
    os.environ["HYBRID_PROGRAM"] = f"tools/{os.path.basename(tool)}"


def stay(environment: str) -> str:
    """Make an environment's packages importable here, for a hook, and return its folder: that saves a start of Python.

    What takes long is said on the terminal, too: pre-commit shows what a hook prints when the hook has ended, and only
    when it failed.
    """
    folder = _ready(environment, _say_on_terminal)
    version = f"python{sys.version_info[0]}.{sys.version_info[1]}"
    sys.path.append(os.path.join(folder, "lib", version, "site-packages"))
    return folder


def _ready(environment: str, progress: Callable[[str], None]) -> str:
    folder = locate.environment_dir(environment, locate.python_identity())
    if not locate.is_complete(folder):
        _make(environment, progress)
    return folder


def _start_again(tool: str, environment: str, progress: Callable[[str], None]) -> None:
    folder = _ready(environment, progress)
    os.environ[_ENTERED] = folder
    # Modules of somebody else's Python must not come before the pinned ones.
    for name in ("PYTHONPATH", "PYTHONHOME"):
        os.environ.pop(name, None)
    python = locate.python_of(folder)
    os.execv(python, [python, tool, *sys.argv[1:]])  # noqa: S606 - no shell on purpose


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


def _say_on_terminal(text: str) -> None:
    _say(text)
    try:
        with open("/dev/tty", "w", encoding="utf-8") as terminal:
            terminal.write(f"{text}\n")
    except OSError:
        return  # there is nobody to tell


def _has_entered() -> bool:
    """Whether this process was started by `enter`; its children start afresh, they may want another environment."""
    folder = os.environ.pop(_ENTERED, None)
    if folder is None:
        return False
    if os.path.realpath(sys.prefix) != os.path.realpath(folder):
        # Starting again would go round for ever.
        sys.exit(f"error: the interpreter in {folder} runs as {sys.prefix}\n  → remove that folder and run it again")
    return True


def _make(environment: str, progress: Callable[[str], None]) -> None:
    """Make the environment, or print why not and exit."""
    from superset_gitops.bootstrap.build import build
    from superset_gitops.bootstrap.failure import BootstrapFailed

    try:
        # A virtual environment's own Python would tie ours to it: the one below is meant.
        python = getattr(sys, "_base_executable", sys.executable)
        build(environment, python, locate.python_identity(), progress)
    except BootstrapFailed as failed:
        progress(f"error: {failed}")
        sys.exit(failed.exit_code)
    except KeyboardInterrupt:
        progress("error: interrupted; the next run starts the preparation again")
        sys.exit(130)
