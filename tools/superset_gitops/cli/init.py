"""Owns `hybrid init`: options in, the paths of what was made out, and what to do next."""

from __future__ import annotations

import os
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import click

from superset_gitops.cli.outlets import progress, say
from superset_gitops.errors import EXIT_DONE, EXIT_PROBLEMS

if TYPE_CHECKING:
    from superset_gitops.workflows.init_project import Begun


@click.command("init")
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--environments",
    metavar="NAME,…",
    help="In the order of deployment; pull requests go to the first  [default: dev,staging,prod].",
)
@click.option(
    "--tools-repo",
    "repository",
    metavar="URL",
    help="Where these tools can be cloned  [default: their origin].",
)
@click.option("--tools-rev", "revision", metavar="REV", help="Which tag or commit of them  [default: this one].")
@click.option("--main", metavar="BRANCH", help="The branch that is deployed  [default: main].")
def command(
    folder: Path, environments: str | None, repository: str | None, revision: str | None, main: str | None
) -> int:
    """Start a repository in DIR that deploys to a sandbox at once: policy, assets, SQL files, hooks, workflows.

    No file that exists is changed. In a project that has a policy.yaml, only hooks and workflows are added.
    """
    from superset_gitops.workflows.init_project import Wanted, init_project

    names = [name.strip() for name in environments.split(",")] if environments is not None else None
    begun = init_project(folder, Wanted(names, main, repository, revision))
    for path in begun.made:
        say(path)
    for path in begun.kept:
        progress(f"kept {path}, which was there")
    if begun.repository:
        progress("made it a git repository; nothing is committed yet")
    if begun.origin.doubt:
        progress(f"warning: hooks and pipelines take the tools from {begun.origin.repository}: {begun.origin.doubt}")
    for problem in begun.problems:
        say(str(problem))
    _tell_what_next(folder, begun)
    return EXIT_PROBLEMS if begun.problems else EXIT_DONE


def _tell_what_next(folder: Path, begun: Begun) -> None:
    """The commands as they are called where this one was: installed, or out of a clone."""
    program = os.environ.get("HYBRID_PROGRAM", "hybrid")
    first = begun.environments[0]
    progress("")
    if begun.problems:
        progress("next: mend the problems above; then")
    else:
        progress("next:")
    progress(f"  cd {shlex.quote(str(folder))}")
    if program == "hybrid":
        progress(f"  hybrid deploy {first}            # into a sandbox, where no address is set")
        progress("  git add --all && git commit --message 'Start' && pre-commit install")
    else:
        clone = Path(__file__).resolve().parents[3]
        called = shlex.quote(str(clone / program))
        progress(f"  {called} --project . deploy {first}     # into a sandbox, where no address is set")
        progress("  git add --all && git commit --message 'Start'")
        progress(
            "  pip install --requirement requirements.txt && pre-commit install     # in an environment of its own"
        )
