"""Owns `hybrid compile`: options in, bundles out."""

from __future__ import annotations

from pathlib import Path

import click

from superset_gitops.cli.collect_nothing import collect_nothing
from superset_gitops.cli.project import project_root


@click.command("compile")
@click.option("--env", "environments", multiple=True, metavar="ENV", help="An environment; may be given again.")
@click.option("--all", "everything", is_flag=True, help="All environments.")
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="The bundle's folder; with several environments, the folder that gets one folder for each.  "
    "[default: bundles/ENV beside the templates]",
)
@click.option(
    "--superset-cli",
    is_flag=True,
    help="For superset-cli's sync native --load-env: Superset's own Jinja escaped, ${NAME} from its environment.",
)
@click.pass_context
def command(
    ctx: click.Context, environments: tuple[str, ...], out: Path | None, *, everything: bool, superset_cli: bool
) -> None:
    """Compile the templates to a bundle in Superset's export layout: offline, and the same bytes every time.

    The bundle's manifest.json names each file's asset, template and digest. Placeholders such as ${PASSWORD} stay.
    """
    from superset_gitops.workflows.compile import compile_to_disk

    if everything == bool(environments):
        raise click.UsageError("name the environments with --env ENV, or take --all")
    collect_nothing()
    names = None if everything else environments
    for written in compile_to_disk(project_root(ctx), names, out, superset_cli=superset_cli):
        for warning in written.warnings:
            click.echo(str(warning), err=True)
        what = f"{written.assets} asset{'' if written.assets == 1 else 's'}"
        click.echo(f"{written.environment}: {what if written.assets else 'no templates'} → {written.folder}")
