"""Owns `hybrid export`, which is `tools/export_runtime`."""

from __future__ import annotations

import os
from pathlib import Path

import click

from superset_gitops.cli.outlets import progress, say
from superset_gitops.cli.project import project_root


@click.command("export")
@click.argument("folder", metavar="[DIR]", required=False, type=click.Path(file_okay=False, path_type=Path))
@click.option("--env", "environment", default="dev", show_default=True, help="Whose Superset to read.")
@click.option(
    "--superset-cli", is_flag=True, help="Escape Superset's own Jinja, as superset-cli's sync native needs it."
)
@click.pass_context
def command(ctx: click.Context, folder: Path | None, environment: str, *, superset_cli: bool) -> int:
    """Write the full YAML of a running Superset into DIR.

    DIR gets databases/, datasets/, charts/, dashboards/ and what else Superset exports, in the layout of superset-cli:
    file names without numeric ids, the same bytes while nothing changes in Superset. Files of an earlier export whose
    assets are gone are removed; nothing else in DIR is touched. Without DIR: beside the templates.
    """
    from superset_gitops.workflows.export import export_runtime

    done = export_runtime(project_root(ctx), environment, os.environ, folder, progress, superset_cli=superset_cli)
    others = f" and {done.others} of other kinds" if done.others else ""
    say(f"{done.assets} assets{others} written to {done.folder}")
    return 0
