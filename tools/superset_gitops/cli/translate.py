"""Owns `hybrid translate`: options in, edited templates and what was done to them out."""

from __future__ import annotations

import os
from pathlib import Path

import click

from superset_gitops.cli.outlets import progress, say
from superset_gitops.cli.project import project_root
from superset_gitops.errors import EXIT_DONE, EXIT_PROBLEMS


@click.command("translate")
@click.option("--env", "environment", default="dev", show_default=True, help="Whose Superset was changed.")
@click.option(
    "--from",
    "folder",
    metavar="DIR",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="An export (of hybrid export DIR, or superset-cli's) to read in place of the running Superset.",
)
@click.option(
    "--asset",
    "assets",
    multiple=True,
    metavar="KIND:NAME",
    help="Only this asset (or its uuid); may be given again. One that Git does not name gets a template.",
)
@click.option(
    "--scope",
    type=click.Choice(["promote", "only-here"]),
    help="promote: a text that all environments share changes for all. only-here: all others render as before.  "
    "[default: promote where the policy is overwrite_git_wins, else only-here]",
)
@click.option("--dry-run", is_flag=True, help="Print the edits as a diff; write nothing.")
@click.option("-v", "--verbose", is_flag=True, help="Also print the candidates that were refused, and why.")
@click.pass_context
def command(
    ctx: click.Context,
    environment: str,
    folder: Path | None,
    assets: tuple[str, ...],
    scope: str | None,
    *,
    dry_run: bool,
    verbose: bool,
) -> int:
    """Bring what was changed in Superset back into the templates and variables.

    Each edit is rendered in every environment before it is taken. What both Git and Superset changed is listed, never
    edited. Look at it with git diff, then commit it. Exits with 1 when the edited sources do not validate.
    """
    from superset_gitops.core.report.translation_text import diff_lines, file_count, translation_lines
    from superset_gitops.model.translation import Scope
    from superset_gitops.workflows.translate import Wish, translate_runtime

    wish = Wish(environment, folder, assets, Scope(scope) if scope else None, dry_run)
    done = translate_runtime(project_root(ctx), wish, os.environ, progress)
    for line in translation_lines(done.translation, done.names, verbose=verbose):
        say(line)
    if dry_run:
        for line in diff_lines(done.translation):
            say(line)
    for problem in done.problems:
        say(str(problem))
    if done.translation.files:
        outcome = "would be edited: nothing was written" if dry_run else "edited"
        progress(f"{file_count(done.translation.files)} {outcome}")
    return EXIT_PROBLEMS if done.problems else EXIT_DONE
