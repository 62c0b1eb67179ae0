"""Owns a hook's run: its id and the staged files' names in, problems and an exit code out.

No click here: a hook is started by pre-commit, five times a commit, and every import is paid each time.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Sequence
from pathlib import Path

from superset_gitops.bootstrap.verdict import read_verdict, staged_key, tool_key
from superset_gitops.cli.start_hook import is_below, split_arguments
from superset_gitops.core.hooks.telling_hook import PROJECT_HOOKS, SECRETS
from superset_gitops.errors import EXIT_DONE, EXIT_PROBLEMS, ConfigurationError


def run(arguments: Sequence[str], environment: str) -> int:
    """Run the hook `arguments[0]` with the rest; the exit code for pre-commit.

    Args:
        arguments: its id and its own.
        environment: the folder of the environment whose programs it runs.
    """
    gc.disable()  # it lives for a fraction of a second, and makes no garbage to speak of
    try:
        return _run(arguments, Path(environment) / "bin")
    except Exception:  # noqa: BLE001 - handed on to the one place that tells every error
        from superset_gitops.cli.boundary import run_guarded

        return run_guarded(_hand_on)


def _hand_on() -> int:
    raise  # noqa: PLE0704 - called from inside an except block


def _run(arguments: Sequence[str], programs: Path) -> int:
    name = arguments[0] if arguments else ""
    if name in PROJECT_HOOKS:
        return _check_project(*split_arguments(list(arguments)), programs)
    from superset_gitops.workflows.run_linters import LINTERS, run_linters

    if name in LINTERS:
        return run_linters(name, programs, arguments[1:])
    known = ", ".join((*PROJECT_HOOKS, *LINTERS))
    raise ConfigurationError(f"there is no hook {name!r}", remedy=f"known are: {known}")


def _check_project(name: str, project: str, files: Sequence[str], programs: Path) -> int:
    key = staged_key(tool_key(), project) if name == SECRETS else None
    lines = read_verdict(key[0]) if key else None
    if key is not None and lines is not None:
        # Only files beyond the project are left to look at: the rest is known.
        sources = tuple(key[2])
        told = [(level, text) for hook, level, text in lines if hook == name]
    else:
        from superset_gitops.workflows.run_project_hook import run_project_hook

        sources, problems = run_project_hook(name, project, programs)
        prefix = f"{project}/" if project else ""
        told = [(str(problem.level), f"{prefix}{problem}") for problem in problems]
    others = [file for file in files if not is_below(file, sources)]
    if others:
        from superset_gitops.workflows.check_staged_prose import check_staged_prose

        told += [(str(problem.level), str(problem)) for problem in check_staged_prose(others)]
    sys.stdout.write("".join(f"{text}\n" for _, text in told))
    return EXIT_PROBLEMS if any(level == "error" for level, _ in told) else EXIT_DONE
