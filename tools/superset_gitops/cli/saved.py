"""Owns `hybrid saved`: the copies of what Git overwrote, and the way back for them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from superset_gitops.cli.outlets import progress, say
from superset_gitops.cli.project import project_root
from superset_gitops.errors import ConfigurationError

if TYPE_CHECKING:
    from superset_gitops.workflows.runtime import Runtime


@click.group("saved")
def command() -> None:
    """What Git overwrote or deleted: list it, read it, compare it, put it back.

    Before a deployment overwrites what somebody changed in Superset, it saves that version to the ledger, as Superset
    exports it, with secrets masked. In a Git repository each version that was saved from there is also a commit:
    git log -p refs/superset-gitops/saved/ENV.
    """


@command.command("list")
@click.option("--env", "environment", default="dev", show_default=True, help="Whose saved copies.")
@click.option("--asset", metavar="KIND:NAME", help="Only copies of this asset: 'chart:Births by state', or its uuid.")
@click.option(
    "--format", "style", type=click.Choice(["text", "json"]), default="text", show_default=True, help="How to print."
)
@click.pass_context
def list_(ctx: click.Context, environment: str, asset: str | None, style: str) -> int:
    """List the saved copies, newest first: number, when, kind, name, why, and the deployment that saved it."""
    from superset_gitops.core.choose_asset import choose_asset
    from superset_gitops.core.report.saved_text import saved_json, saved_lines
    from superset_gitops.workflows.saved_copies import list_saved

    choice = choose_asset(asset) if asset is not None else None
    copies = list_saved(_runtime(ctx, environment), choice)
    if style == "json":
        say(saved_json(copies))
        return 0
    for line in saved_lines(copies):
        say(line)
    if not copies:
        progress(f"{environment} has no saved copy{' of this asset' if choice else ''}")
    return 0


@command.command("show")
@click.argument("number", type=click.IntRange(1))
@click.option("--env", "environment", default="dev", show_default=True, help="Whose saved copies.")
@click.pass_context
def show(ctx: click.Context, number: int, environment: str) -> int:
    """Print a saved copy's YAML, as Superset exported it."""
    from superset_gitops.workflows.saved_copies import find_saved

    click.echo(find_saved(_runtime(ctx, environment), number).raw_yaml, nl=False)
    return 0


@command.command("diff")
@click.argument("number", type=click.IntRange(1))
@click.argument("other", type=click.IntRange(1), required=False)
@click.option("--env", "environment", default="dev", show_default=True, help="Whose saved copies.")
@click.pass_context
def diff(ctx: click.Context, number: int, other: int | None, environment: str) -> int:
    """Compare a saved copy with what is live now, or with the copy OTHER, field by field."""
    from superset_gitops.core.report.difference_text import difference_lines
    from superset_gitops.workflows.saved_copies import differences

    found = differences(_runtime(ctx, environment), number, other)
    if not found.changes:
        say(f"{found.before} and {found.after} say the same")
        return 0
    say(f"{found.before} → {found.after}:")
    for line in difference_lines(found.changes):
        say(line)
    return 0


@command.command("restore")
@click.argument("number", type=click.IntRange(1))
@click.option("--env", "environment", default="dev", show_default=True, help="Whose saved copies, and whose Superset.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Only write the YAML to this new file.")
@click.option(
    "--lease-wait",
    type=click.FloatRange(min=0),
    metavar="SECONDS",
    help="How long to wait while somebody deploys  [default: policy's deploy.lease_wait, 600].",
)
@click.pass_context
def restore(ctx: click.Context, number: int, environment: str, out: Path | None, lease_wait: float | None) -> int:
    """Put a saved copy back into the running Superset.

    It comes back as drift: Git does not know it. Bring it into the template, or the next deployment saves and
    overwrites it again, or stops at it, as policy.yaml says. The version that it replaces is saved first. What it
    refers to must be in Superset; a database keeps its stored secrets.
    """
    from superset_gitops.model.policy import Gate
    from superset_gitops.workflows.restore_copy import restore_copy
    from superset_gitops.workflows.saved_copies import find_saved

    runtime = _runtime(ctx, environment)
    if out is not None:
        _write_new(out, find_saved(runtime, number).raw_yaml)
        say(f"copy {number} written to {out}")
        return 0
    done = restore_copy(runtime, number, lease_wait)
    if not done.written:
        say(f"nothing to do: Superset shows {done.kind} {done.name!r} as in copy {number}")
        return 0
    if done.replaced is not None:
        progress(f"the version that it replaced is copy {done.replaced}")
    say(f"restored {done.kind} {done.name!r} from copy {number}")
    for dashboard in done.awaited_on:
        progress(
            f"dashboard {dashboard!r} has a place for it, but does not show it yet: the next deployment that writes "
            "the dashboard links them again"
        )
    does = "stops at" if runtime.project.environment(environment).drift_gate is Gate.FAIL else "overwrites"
    progress(
        f"where Git says something else it is drift now, and the next deployment {does} it: bring it into the "
        f"template (tools/hybrid drift-plan --env {environment} -v shows the fields). Where Git does not name it, it "
        "is unmanaged"
    )
    return 0


def _runtime(ctx: click.Context, environment: str) -> Runtime:
    from superset_gitops.workflows.runtime import find_runtime

    return find_runtime(project_root(ctx), environment, os.environ, progress)


def _write_new(path: Path, text: str) -> None:
    try:
        with path.open("x", encoding="utf-8", newline="") as file:
            file.write(text)
    except FileExistsError as error:
        raise ConfigurationError("this file exists already", where=str(path), remedy="name a new one") from error
    except OSError as error:
        raise ConfigurationError(f"cannot write: {error.strerror}", where=str(path), remedy="name another") from error
