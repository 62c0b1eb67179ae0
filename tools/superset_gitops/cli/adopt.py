"""Owns `hybrid adopt`: options in, new templates and what became of each asset out."""

from __future__ import annotations

import os
from pathlib import Path

import click

from superset_gitops.cli.outlets import progress, say
from superset_gitops.cli.project import project_root
from superset_gitops.errors import EXIT_DONE, EXIT_PROBLEMS


@click.command("adopt")
@click.option("--env", "environment", default="dev", show_default=True, help="Whose Superset to adopt.")
@click.option(
    "--from",
    "source",
    metavar="DIR|ZIP",
    type=click.Path(exists=True, path_type=Path),
    help="An export to read in place of the running Superset: what hybrid export or superset-cli wrote, or a zip.",
)
@click.option(
    "--dashboard",
    "dashboards",
    multiple=True,
    metavar="NAME",
    help="Only this dashboard (title, slug or uuid), with all that it needs; may be given again.",
)
@click.option(
    "--asset",
    "assets",
    multiple=True,
    metavar="KIND:NAME",
    help="Only these assets, with all that they need: 'chart:Births*', or a uuid; may be given again.",
)
@click.option(
    "--owner",
    "owners",
    multiple=True,
    metavar="PERSON",
    help="Only what this person owns in Superset, with all that it needs: a user name, e-mail address or full name.",
)
@click.option(
    "--match",
    "matches",
    multiple=True,
    metavar="TEMPLATE=UUID",
    help="Which asset is which template's where names do not tell: charts/births=UUID; new=UUID for one of its own.",
)
@click.option(
    "--scope",
    type=click.Choice(["promote", "only-here"]),
    help="promote: what is new becomes an asset of every environment. only-here: of this one alone.  "
    "[default: promote where the policy is overwrite_git_wins, else only-here]",
)
@click.option("--dry-run", is_flag=True, help="Say what would be adopted; write nothing.")
@click.option("-v", "--verbose", is_flag=True, help="Also print what was tried for each difference, and long lists.")
@click.pass_context
def command(
    ctx: click.Context,
    environment: str,
    source: Path | None,
    dashboards: tuple[str, ...],
    assets: tuple[str, ...],
    owners: tuple[str, ...],
    matches: tuple[str, ...],
    scope: str | None,
    *,
    dry_run: bool,
    verbose: bool,
) -> int:
    """Make templates of what is in a Superset: one an asset, as a colleague would have written it.

    Templates that came from another environment are matched by uuid, then by name; what differs becomes a variable of
    this environment, and all others render as before. What was applied from Git stays as it is. Everything is compiled
    and compared with Superset before a file is written. Exits with 1 when something was left out or has to be decided.
    """
    from superset_gitops.core.report.adoption_text import adoption_lines, next_lines
    from superset_gitops.core.report.translation_text import file_count
    from superset_gitops.model.translation import Scope
    from superset_gitops.workflows.adopt import Wish, adopt_runtime

    wish = Wish(environment, source, dashboards, assets, owners, matches, Scope(scope) if scope else None, dry_run)
    root = project_root(ctx)
    done = adopt_runtime(root, wish, os.environ, progress)
    for line in adoption_lines(done.adoption, done.names, verbose=verbose):
        say(line)
    outcome = "would be written: nothing was" if dry_run else "written"
    progress(f"{file_count(done.adoption.files)} {outcome}" if done.adoption.files else "nothing to write")
    deploy = "tools/deploy" if (root / "tools" / "deploy").is_file() else "hybrid deploy"
    for line in next_lines(done.adoption, deploy=deploy, dry_run=dry_run):
        progress(line)
    return EXIT_DONE if done.adoption.complete else EXIT_PROBLEMS
