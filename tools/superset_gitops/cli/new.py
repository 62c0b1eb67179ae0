"""Owns `hybrid new`: options in, a new template's path out."""

from __future__ import annotations

import click

from superset_gitops.cli.project import project_root


@click.command("new")
@click.argument("kind", type=click.Choice(["database", "dataset", "chart", "dashboard"]))
@click.argument("name")
@click.option("--database", metavar="NAME", help="The database of a dataset; the only one by default.")
@click.option("--dataset", metavar="NAME", help="The dataset of a chart; the only one by default.")
@click.option("--chart", "charts", multiple=True, metavar="NAME", help="A chart of a dashboard; may be given again.")
@click.pass_context
def command(
    ctx: click.Context, kind: str, name: str, database: str | None, dataset: str | None, charts: tuple[str, ...]
) -> None:
    """Start a new template with a fresh uuid. It compiles and validates as it is; no file is overwritten.

    NAME is the title, or for a dataset the table; the file's name follows from it.
    """
    from superset_gitops.model.asset import Kind
    from superset_gitops.workflows.scaffold import Wanted, scaffold

    wanted = Kind(kind)
    parents = {Kind.DATASET: database, Kind.CHART: dataset}
    if (database and wanted is not Kind.DATASET) or (dataset and wanted is not Kind.CHART):
        raise click.UsageError("--database is for a dataset, --dataset for a chart")
    if charts and wanted is not Kind.DASHBOARD:
        raise click.UsageError("--chart is for a dashboard")
    click.echo(scaffold(project_root(ctx), Wanted(wanted, name, parents.get(wanted), charts)))
