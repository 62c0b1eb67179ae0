"""Owns starting from a bare clone: a private environment with pinned packages, made once. Standard library only.

This file must be readable by every Python 3, so that an old one can step aside or say what is missing.
"""

import os
import sys


def _step_aside() -> None:
    """Run the same command with a newer Python from PATH; without one, say so and exit with 2."""
    import shutil
    import subprocess

    for minor in range(14, 10, -1):
        python = shutil.which("python3.%d" % minor)  # noqa: UP031 - readable by old Pythons
        # A version manager's shim may be on PATH for a version that is not active: it must really run.
        check = [str(python), "-c", "import sys; sys.exit(sys.version_info < (3, 11))"]
        if python and subprocess.call(check, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) == 0:
            os.execv(python, [python, *sys.argv])  # noqa: S606 - no shell on purpose
    sys.stderr.write(
        "error: Python 3.11 or newer is needed, this is %d.%d (%s)\n"  # noqa: UP031 - readable by old Pythons
        "  → install one (apt install python3.11, brew install python, or uv python install 3.12)"
        " and run: python3.11 %s\n" % (sys.version_info[0], sys.version_info[1], sys.executable, " ".join(sys.argv))
    )
    sys.exit(2)


if sys.version_info < (3, 11):  # noqa: UP036 - an old Python can get here: that is the point
    _step_aside()

from superset_gitops.bootstrap.enter import enter  # noqa: E402 - only a fitting Python can read it

__all__ = ["enter"]
