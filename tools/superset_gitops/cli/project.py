"""Owns finding the project: the folder that holds policy.yaml."""

from __future__ import annotations

from pathlib import Path

import click

from superset_gitops.errors import ConfigurationError


def project_root(ctx: click.Context) -> Path:
    """The project's root: `--project`, else the nearest folder upwards that has a policy.yaml.

    Raises:
        ConfigurationError: there is none.
    """
    given: str | None = ctx.find_root().obj
    if given:
        root = Path(given).resolve()
        if not (root / "policy.yaml").is_file():
            raise ConfigurationError("no policy.yaml here", where=str(root), remedy="name the project's folder")
        return root
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / "policy.yaml").is_file():
            return folder
    raise ConfigurationError(
        "no policy.yaml in this folder or above it",
        where=str(here),
        remedy="change into the project, or name it with --project DIR",
    )
