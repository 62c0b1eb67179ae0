"""Owns `hybrid drift-plan`: the three-way comparison, printed."""

from __future__ import annotations

import os
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import click

from superset_gitops.cli.colour import colour_option
from superset_gitops.cli.outlets import progress
from superset_gitops.cli.project import project_root
from superset_gitops.cli.scope import scope_options
from superset_gitops.errors import EXIT_DONE, ConfigurationError

if TYPE_CHECKING:
    from superset_gitops.core.drift import Scope


@click.command("drift-plan")
@click.option("--env", "environment", default="dev", show_default=True, help="The environment to compare.")
@click.option(
    "--format",
    "style",
    type=click.Choice(["text", "json", "markdown"]),
    default="text",
    show_default=True,
    help="text: for people. json: for programs, see docs/plan.md. markdown: for a pull request's comment.",
)
@scope_options
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Also save the plan; `apply --plan FILE` applies exactly that.",
)
@click.option(
    "--exit-code", is_flag=True, help="Exit with 4 when there is drift, else with 6 when something is pending."
)
@click.option("-v", "--verbose", is_flag=True, help="In text, print each asset's unified diff instead of its fields.")
@colour_option
@click.pass_context
def command(
    ctx: click.Context,
    environment: str,
    style: str,
    *,
    scope: Scope,
    out: Path | None,
    exit_code: bool,
    verbose: bool,
) -> int:
    """Compare Git, the ledger and the running Superset; write nothing.

    Pending: Git moved on, the next deployment applies it. Drift: somebody changed it in Superset. Conflict: both.

    \b
    Dashboard by dashboard, a line for each asset that has something to tell:
      +  create: Git names it, Superset does not have it
      ~  pending
      !  drift or conflict; deleted in Superset; never applied by us
      -  no longer in Git, or gone on both sides

    With -v each asset's diff is of its YAML without ids, defaults and secrets: from what was last applied to what is
    in Superset for drift, from there to what is in Git for pending; a conflict has one for each side.

    json has a schema, schemas/plan.schema.json in the package. markdown begins with a hidden comment that names the
    environment, by which a job finds its comment again, and fits into one comment on GitHub.

    Exit codes: 0 compared, 1 problems in the sources, 2 usage or configuration, 3 could not reach something; with
    --exit-code also 4: there is drift, or a collision, 6: something is pending.
    """  # noqa: D301 - the backspace is click's mark for lines that stay as they are
    from superset_gitops.core.drift.verdict import verdict
    from superset_gitops.core.report.paint import in_colour
    from superset_gitops.core.report.plan_data import plan_text_json
    from superset_gitops.core.report.plan_markdown import plan_markdown
    from superset_gitops.core.report.plan_text import plan_lines
    from superset_gitops.core.report.saved_plan import saved_plan_text
    from superset_gitops.workflows.drift import compare

    found = compare(project_root(ctx), environment, os.environ, progress, scope)
    plan = found.plan
    if style == "json":
        click.echo(plan_text_json(plan))
    elif style == "markdown":
        click.echo(plan_markdown(plan), nl=False)
    else:
        click.echo("\n".join(plan_lines(plan, verbose=verbose, paint=in_colour)))
    if found.warning:
        progress(found.warning)
    if out is not None:
        _save(out, saved_plan_text(plan, found.saved()))
        progress(f"saved this plan: tools/hybrid apply --plan {shlex.quote(str(out))} applies exactly that")
    return verdict(plan) if exit_code else EXIT_DONE


def _save(out: Path, text: str) -> None:
    """Write the plan; the only thing that it ever takes the place of is an older plan."""
    from superset_gitops.core.report.saved_plan import read_saved_plan

    if out.exists():
        try:
            read_saved_plan(out.read_text(encoding="utf-8", errors="replace"), str(out))
        except (ConfigurationError, OSError) as error:
            raise ConfigurationError(
                "this file exists already, and is no saved plan", where=str(out), remedy="name another file with --out"
            ) from error
    try:
        out.write_text(text, encoding="utf-8")
    except OSError as error:
        raise ConfigurationError(
            f"the plan cannot be written: {error.strerror}", where=str(out), remedy="name another file with --out"
        ) from error
