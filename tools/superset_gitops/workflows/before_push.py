"""Owns showing the drift plan before a push: information, never a reason to stop."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from superset_gitops.core.hook_variables import hook_variables
from superset_gitops.core.report.plan_text import plan_lines
from superset_gitops.model.progress import Progress
from superset_gitops.workflows.load_project import load_policy_alone

_SHOWN = 20  # lines


def plan_before_push(root: Path, environ: Mapping[str, str], progress: Progress) -> list[str]:
    """The plan of the hooks' environment; only read, so a server that its own variables name may be asked.

    Raises:
        HybridError: the sources have errors, or one side cannot be read.
    """
    from superset_gitops.workflows.drift import compare

    name = load_policy_alone(root).hooks.environment
    plan = compare(root, name, hook_variables(environ, name, shared=True), progress).plan
    lines = list(plan_lines(plan))
    if len(lines) > _SHOWN:
        lines[_SHOWN:] = [f"  … and {len(lines) - _SHOWN} more lines: tools/hybrid drift-plan --env {name}"]
    return lines
