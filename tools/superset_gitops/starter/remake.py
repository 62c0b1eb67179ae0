"""Remake this project's own workflows: `PYTHONPATH=tools python -m superset_gitops.starter.remake`."""

from __future__ import annotations

import sys
from pathlib import Path

from superset_gitops.core.scaffold.starter_files import Starter, Tools, workflow_files
from superset_gitops.edges.files.starter import read_starter_texts
from superset_gitops.workflows.load_project import load_project

ROOT = Path(__file__).resolve().parents[3]


def own_workflows() -> dict[str, str]:
    """Their texts by path: a project that holds the tools itself calls them under tools/."""
    policy = load_project(ROOT).policy
    return workflow_files(
        Starter(ROOT.name, tuple(policy.environments), Tools(), policy.main_branch), read_starter_texts()
    )


if __name__ == "__main__":
    for path, text in own_workflows().items():
        (ROOT / path).parent.mkdir(parents=True, exist_ok=True)
        (ROOT / path).write_text(text, encoding="utf-8")
        sys.stderr.write(f"{path}\n")
