"""Owns `hybrid db-sync`, which is `tools/db_sync`."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import click

from superset_gitops.cli.outlets import progress, say
from superset_gitops.cli.project import project_root
from superset_gitops.errors import EXIT_DONE, EXIT_PENDING, EXIT_PROBLEMS

if TYPE_CHECKING:
    from superset_gitops.workflows.db_sync_alone import LoneSync


@click.command("db-sync")
@click.option("--env", "environment", default="dev", show_default=True, help="The environment to sync.")
@click.option("--status", is_flag=True, help="Print each file's state; exit with 6 when something is pending.")
@click.option("--dry-run", is_flag=True, help="Check what would run and print it; write nothing.")
@click.option(
    "--accept",
    "accepted",
    multiple=True,
    metavar="FILE",
    help="Record FILE as it is now, without running it (repeatable): the database already has what it says.",
)
@click.option(
    "--format", "style", type=click.Choice(["text", "json"]), default="text", show_default=True, help="How to print."
)
@click.option(
    "--lease-wait",
    type=click.FloatRange(min=0),
    metavar="SECONDS",
    help="How long to wait while somebody else deploys  [default: policy's deploy.lease_wait, 600].",
)
@click.pass_context
def command(
    ctx: click.Context,
    environment: str,
    accepted: tuple[str, ...],
    style: str,
    lease_wait: float | None,
    *,
    status: bool,
    dry_run: bool,
) -> int:
    """Run the pending SQL migrations, then the seeds; each file in one transaction with its tracking row.

    It stops at the first error, with file, line and column. A file that begins with `-- hybrid: no-transaction` runs
    statement by statement and resumes where it stopped. FILE is a path as --status prints it; for a file that the
    tree lacks, --accept stops expecting it.

    Exit codes: 0 done, 1 a file is wrong, 2 usage or configuration, 3 the database could not, 6 pending (--status).
    """
    if sum((status, dry_run, bool(accepted))) > 1:
        raise click.UsageError("--status, --dry-run and --accept exclude each other")
    from superset_gitops.workflows.db_sync_alone import open_sync

    reads = status or dry_run
    opened = open_sync(
        project_root(ctx), environment, os.environ, progress, start_sandbox=not reads, lease_wait=lease_wait
    )
    if reads:
        return _print_plan(opened, style, dry_run=dry_run)
    if accepted:
        for planned in opened.accept(accepted):
            say(f"accepted {planned.path} (it was {planned.state.value}); nothing was run")
        return EXIT_DONE
    return _run(opened, style)


def _print_plan(opened: LoneSync, style: str, *, dry_run: bool) -> int:
    from superset_gitops.core.sql.tell_sync import dry_run_lines, plan_data, status_lines

    plan = opened.plan()
    if style == "json":
        say(json.dumps(plan_data(plan), indent=2, ensure_ascii=False))
    else:
        for line in dry_run_lines(plan) if dry_run else status_lines(plan):
            say(line)
        for problem in plan.problems if dry_run else ():
            say(str(problem))
    if plan.to_run and not dry_run:
        return EXIT_PENDING
    return EXIT_PROBLEMS if plan.errors else EXIT_DONE


def _run(opened: LoneSync, style: str) -> int:
    from superset_gitops.core.sql.tell_sync import report_data, report_lines

    report = opened.run()
    if style == "json":
        say(json.dumps(report_data(report), indent=2, ensure_ascii=False))
        return EXIT_DONE
    for line in report_lines(report):
        say(line)
    say("✅ DB_SYNC_OK")
    return EXIT_DONE
