"""Owns the start of a hook file: nothing but the standard library and git, for as long as there is nothing to do.

A merge that brought nothing ends here, before the private environment is entered and before anything slow is imported.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Sequence

from superset_gitops.bootstrap import locate
from superset_gitops.bootstrap.head_moves import SOURCES_ANYWHERE, event_of, find_comparison, touches

_CLONE = os.path.dirname(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))  # noqa: PTH100, PTH120 - quick


def start_hook(name: str, arguments: Sequence[str]) -> None:
    """Run `hybrid hook NAME` on the project around the current folder, if there is anything to do.

    Whatever that does, this returns: after a merge it must not end a rebase half way, before a push not stop it.
    """
    project = _project(os.getcwd())  # noqa: PTH109 - quick
    if skipped(os.environ) or project is None:
        return
    event = event_of(name, arguments, os.environ)
    if name == "pre-push":
        # Off unless policy says otherwise, and it cannot say so without this word.
        with open(os.path.join(project, "policy.yaml"), "rb") as policy:  # noqa: PTH118, PTH123 - quick
            if b"pre_push" not in policy.read():
                return
    else:
        comparison = find_comparison(project, event)
        if comparison is None or not touches(project, comparison, SOURCES_ANYWHERE):
            return
    environment = locate.environment_dir("runtime", locate.python_identity())
    # An IDE's PATH may lead to another Python than a terminal's: nothing is installed here because of that.
    prepared = environment if locate.is_complete(environment) else locate.existing_environment("runtime")
    if prepared is None:
        sys.stdout.write(
            f"{name}: the tools are not prepared here yet → the next tools/hybrid or tools/deploy does it\n"
        )
        return
    tool = os.path.join(_CLONE, "tools", "hybrid")  # noqa: PTH118 - quick
    # Its own variables would name the clone that the hook file lies in, which need not be the project.
    command = [locate.python_of(prepared), tool, "--project", project, "hook", event[0]]
    process = subprocess.Popen([*command, *filter(None, event[1:])])
    while process.returncode is None:
        # At Ctrl-C it got the signal as well: it ends the work and says how far it came, which takes a moment.
        with contextlib.suppress(KeyboardInterrupt):
            process.wait()


def skipped(environ: os._Environ[str]) -> bool:
    """Whether a person switched these hooks off: `HYBRID_SKIP=1 git merge …`."""
    return environ.get("HYBRID_SKIP", "") not in ("", "0")


def _project(folder: str) -> str | None:
    """The nearest folder upwards that has a policy.yaml."""
    while not os.path.isfile(os.path.join(folder, "policy.yaml")):  # noqa: PTH113, PTH118 - quick
        parent = os.path.dirname(folder)  # noqa: PTH120 - quick
        if parent == folder:
            return None
        folder = parent
    return folder
