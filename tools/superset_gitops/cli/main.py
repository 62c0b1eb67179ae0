"""Owns the command `hybrid`: names and one-line helps of all commands, each loaded when it is called."""

from __future__ import annotations

import importlib
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

import click

from superset_gitops import __version__
from superset_gitops.cli.boundary import run_guarded
from superset_gitops.cli.colour import wanted_colour

# name: (module in superset_gitops.cli, one-line help). The module's `command` is the click command.
COMMANDS: dict[str, tuple[str, str]] = {
    "deploy": ("deploy", "Bring one environment to what Git says: database, assets, drift gates."),
    "db-sync": ("db_sync", "Run the pending SQL migrations and seeds."),
    "compile": ("compile", "Compile the templates to a bundle in Superset's export layout."),
    "validate": ("validate", "Check templates, variables, references and policy, offline."),
    "drift-plan": ("drift_plan", "Compare Git, the ledger and the running Superset; write nothing."),
    "comment-plan": ("comment_plan", "Put a plan on its pull request, as one comment that is updated."),
    "apply": ("apply", "Apply what differs to a running Superset."),
    "adopt": ("adopt", "Make templates of what is in a running Superset."),
    "translate": ("translate", "Bring what was changed in Superset back into the templates."),
    "drift-branch": ("drift_branch", "Put what was changed in Superset on a branch, a commit an asset."),
    "edits": ("edits", "What was changed in Superset and is not decided yet: list, refuse, reopen."),
    "export": ("export", "Write the full YAML of a running Superset."),
    "ledger": ("ledger", "What was applied and by whom; bind an environment to another Superset."),
    "lease": ("lease", "Who is deploying; break the lease of a deployer that is gone."),
    "saved": ("saved", "What Git overwrote: list, show, compare, put back into Superset."),
    "init": ("init", "Start a repository with policy, assets, SQL files, hooks and workflows."),
    "new": ("new", "Start a new template with a fresh uuid."),
    "hook": ("git_hook", "What git's hooks run after a merge and before a push."),
    "sandbox": ("sandbox", "A real local PostgreSQL and Superset: up, down, status, env, logs, reset."),
}


_HELP: dict[str, Any] = {"help_option_names": ["-h", "--help"], "max_content_width": 110}


class LazyGroup(click.Group):
    """A group that imports a command's module only when that command runs: `--help` stays instant."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Names in the order of a deployment, which is the order in which people meet them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - as above
        """Import the command; underscores are taken for hyphens."""
        entry = COMMANDS.get(cmd_name.replace("_", "-"))
        if entry is None:
            return None
        command = importlib.import_module(f"superset_gitops.cli.{entry[0]}").command
        if not isinstance(command, click.Command):
            raise TypeError(entry[0])
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - as above
        """List the commands from the table above, without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, help_line) for name, (_, help_line) in COMMANDS.items()])


@click.group(cls=LazyGroup, context_settings=_HELP)
@click.version_option(__version__, prog_name="hybrid")
@click.option(
    "--project",
    type=click.Path(exists=True, file_okay=False),
    envvar="HYBRID_PROJECT",
    help="The folder with policy.yaml  [default: the clone that this tool belongs to; of an installed hybrid, this "
    "folder or the nearest one above it that has it].",
)
@click.pass_context
def hybrid(ctx: click.Context, project: str | None) -> None:
    """Run Apache Superset from Git: templates in, dashboards out, no change unseen.

    Exit codes: 0 done or in sync, 1 problems in the sources, 2 usage or configuration, 3 could not reach something,
    4 drift stopped it, 5 partly applied, 6 something is pending, 70 a bug, 130 interrupted.
    """
    ctx.obj = project


def run(arguments: Sequence[str] | None = None) -> None:
    """Run `hybrid` with these arguments (default: the process's) and exit with its code."""
    _write_utf8()
    # A cancelled CI job gets SIGTERM: ending as if interrupted gives the lease back.
    signal.signal(signal.SIGTERM, _interrupt)
    argv = list(sys.argv[1:] if arguments is None else arguments)
    sys.exit(run_guarded(lambda: _dispatch(argv)))


def _dispatch(argv: list[str]) -> int:
    """Run the group, or, for a tool that is one command (`tools/deploy`), that command under the tool's name."""
    program = os.environ.get("HYBRID_PROGRAM", "hybrid")
    colour = wanted_colour(os.environ)
    if Path(program).name == "hybrid" or not argv:
        return int(hybrid.main(args=argv, prog_name=program, standalone_mode=False, color=colour) or 0)
    context = click.Context(hybrid, obj=os.environ.get("HYBRID_PROJECT"))
    command = hybrid.get_command(context, argv[0])
    if command is None:
        raise click.UsageError(f"there is no command {argv[0]!r}")
    settings = {"obj": context.obj, "color": colour, **_HELP}
    return int(command.main(args=argv[1:], prog_name=program, standalone_mode=False, **settings) or 0)


def _interrupt(_signal: int, _frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt


def _write_utf8() -> None:
    """The output has marks such as ✅: a C locale must not turn them into a crash."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="backslashreplace", line_buffering=True)
